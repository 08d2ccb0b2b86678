//! Consents (知情同意), and on what ground a circumstance was recorded (登记依据).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table};

use crate::kit::{NewTable, drop_tables};

const PURPOSE: &[&str] = &["SENSITIVE_CIRCUMSTANCES", "SHARE_WITH_PARTNER"];
const MEANS: &[&str] = &["PAPER", "IN_PERSON", "ONLINE"];
const RELATION: &[&str] = &["PARENT", "GRANDPARENT", "SPOUSE", "CHILD", "SIBLING", "OTHER_PERSON", "ORGANISATION"];

// Null for what is not sensitive, and for what was put on file before anybody was asked.
const BASIS: &str = "CONSTRAINT ck_circumstance_legal_basis CHECK (legal_basis IN ('CONSENT', 'STATUTORY_DUTY'))";
const REASON: &str = "CONSTRAINT ck_circumstance_legal_basis_reason CHECK ((legal_basis_reason IS NOT NULL) = (legal_basis IS NOT NULL AND legal_basis = 'STATUTORY_DUTY'))";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "consent")
            .id()
            .reference("community_id", "community")
            .reference("resident_id", "resident")
            .choice("purpose", PURPOSE)
            .maybe_reference("partner_unit_id", "partner_unit")
            .choice("means", MEANS)
            .maybe_choice("guardian_relation", RELATION)
            .maybe_reference("guardian_id", "resident")
            .maybe_text("guardian_name")
            .maybe_text("note")
            .date("given_on")
            .maybe_date("expires_on")
            .maybe_date("withdrawn_on")
            .maybe_text("withdrawn_reason")
            .instant("recorded_at")
            .version()
            .check("partner_unit", "(purpose = 'SHARE_WITH_PARTNER') = (partner_unit_id IS NOT NULL)")
            .check("guardian", "(guardian_relation IS NULL) = (guardian_id IS NULL AND guardian_name IS NULL)")
            .check("one_guardian", "guardian_id IS NULL OR guardian_name IS NULL")
            .check("guardian_of_another", "guardian_id <> resident_id")
            .check("dates", "expires_on >= given_on")
            .check("withdrawn", "(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)")
            .check("withdrawn_later", "withdrawn_on >= given_on")
            .index(&["resident_id", "id"])
            .index(&["community_id", "id"])
            .index(&["partner_unit_id", "id"])
            .create(manager)
            .await?;
        for (name, rule) in [("legal_basis", BASIS), ("legal_basis_reason", REASON)] {
            let mut column = ColumnDef::new(name).text().null().extra(rule).take();
            manager.alter_table(Table::alter().table("circumstance").add_column(&mut column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["legal_basis_reason", "legal_basis"] {
            manager.alter_table(Table::alter().table("circumstance").drop_column(name).take()).await?;
        }
        drop_tables(manager, &["consent"]).await
    }
}
