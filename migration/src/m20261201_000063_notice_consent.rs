//! One may consent to being named in the public notice (同意公示姓名).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

use crate::kit::{NewTable, drop_tables};

const BEFORE: &[&str] = &["SENSITIVE_CIRCUMSTANCES", "SHARE_WITH_PARTNER"];
const SINCE: &[&str] = &["SENSITIVE_CIRCUMSTANCES", "SHARE_WITH_PARTNER", "PUBLIC_NOTICE"];
const MEANS: &[&str] = &["PAPER", "IN_PERSON", "ONLINE"];
const RELATION: &[&str] = &["PARENT", "GRANDPARENT", "SPOUSE", "CHILD", "SIBLING", "OTHER_PERSON", "ORGANISATION"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow(manager, SINCE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The old table can say nothing of them.
        let gone = "DELETE FROM consent WHERE purpose = 'PUBLIC_NOTICE'";
        manager.get_connection().execute_unprepared(gone).await?;
        allow(manager, BEFORE).await
    }
}

/// Consents are to these purposes and no others.
async fn allow(manager: &SchemaManager<'_>, purposes: &[&str]) -> Result<(), DbErr> {
    let conn = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        let list = purposes.iter().map(|purpose| format!("'{purpose}'")).collect::<Vec<_>>().join(", ");
        conn.execute_unprepared("ALTER TABLE consent DROP CONSTRAINT ck_consent_purpose").await?;
        let check = format!("ALTER TABLE consent ADD CONSTRAINT ck_consent_purpose CHECK (purpose IN ({list}))");
        return conn.execute_unprepared(&check).await.map(|_| ());
    }
    // SQLite changes no check, so the table is made anew.
    conn.execute_unprepared("CREATE TABLE consent_before AS SELECT * FROM consent").await?;
    drop_tables(manager, &["consent"]).await?;
    consents(manager, purposes).create(manager).await?;
    conn.execute_unprepared("INSERT INTO consent SELECT * FROM consent_before").await?;
    drop_tables(manager, &["consent_before"]).await
}

/// The table as it has been.
fn consents(manager: &SchemaManager<'_>, purposes: &[&str]) -> NewTable {
    NewTable::new(manager, "consent")
        .id()
        .reference("community_id", "community")
        .reference("resident_id", "resident")
        .choice("purpose", purposes)
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
}
