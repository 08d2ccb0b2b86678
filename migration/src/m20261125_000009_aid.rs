//! Programmes under which aid is given, and every single grant (帮扶项目, 帮扶记录).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{AID_KIND, NewTable, drop_tables};

const SCOPE: &[&str] = &["PERSON", "HOUSEHOLD"];
const STATUS: &[&str] = &["PLANNED", "APPROVED", "DELIVERED", "REFUSED", "CANCELLED", "RETURNED"];

// A person's grant may name the household the person lived in; a household's grant names no person.
const RECIPIENT: &str = "(scope = 'PERSON' AND resident_id IS NOT NULL) \
    OR (scope = 'HOUSEHOLD' AND resident_id IS NULL AND household_id IS NOT NULL)";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "aid_programme")
            .id()
            .reference("community_id", "community")
            .sorted_text("name")
            .choice("scope", SCOPE)
            .maybe_text("description")
            .version()
            .instant("created_at")
            .unique("name", &["community_id", "name"])
            .create(manager)
            .await?;

        NewTable::new(manager, "aid_record")
            .id()
            .reference("community_id", "community")
            .choice("scope", SCOPE)
            .maybe_reference("resident_id", "resident")
            .maybe_reference("household_id", "household")
            .maybe_reference("programme_id", "aid_programme")
            .reference("contribution_id", "contribution")
            .maybe_reference("project_id", "project")
            .choice("kind", AID_KIND)
            .choice("status", STATUS)
            .maybe_text("status_reason")
            .figure("quantity_milli", "quantity_precision")
            .sorted_text("unit")
            .figure("value_fen", "value_precision")
            .date("given_on")
            .maybe_text("note")
            .reference("recorded_by", "account")
            .instant("recorded_at")
            .maybe_reference("approved_by", "account")
            .maybe_instant("approved_at")
            .maybe_instant("delivered_at")
            .version()
            .check("recipient", RECIPIENT)
            .check("approval", "(approved_by IS NULL) = (approved_at IS NULL)")
            .index(&["resident_id", "id"])
            .index(&["household_id", "id"])
            .index(&["contribution_id", "id"])
            .index(&["project_id", "id"])
            .index(&["programme_id", "id"])
            .index(&["community_id", "id"])
            .index(&["community_id", "given_on", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["aid_record", "aid_programme"]).await
    }
}
