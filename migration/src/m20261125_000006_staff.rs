//! Staff members and their dated posts (工作人员, 任职).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const ROLE: &[&str] = &["SECRETARY", "DEPUTY_SECRETARY", "COMMUNITY_WORKER", "GRID_WORKER", "WORK_TEAM_MEMBER"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "staff_member")
            .id()
            .reference("community_id", "community")
            .reference("data_key_id", "data_key")
            .sorted_text("full_name")
            .maybe_bytes("phone")
            .maybe_reference("account_id", "account")
            .version()
            .instant("registered_at")
            .index(&["community_id", "id"])
            .index(&["community_id", "full_name", "id"])
            .index(&["account_id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "posting")
            .id()
            .reference("community_id", "community")
            .reference("staff_member_id", "staff_member")
            .choice("role", ROLE)
            .maybe_reference("grid_id", "grid")
            .maybe_reference("seconded_by", "partner_unit")
            .term()
            .version()
            .index(&["staff_member_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["posting", "staff_member"]).await
    }
}
