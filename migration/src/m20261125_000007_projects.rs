//! Joint projects, who takes part in them and as what, and their milestones (共建项目, 参与单位, 里程碑).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const STATUS: &[&str] = &["PROPOSED", "APPROVED", "UNDER_WAY", "COMPLETED", "CANCELLED"];
const ROLE: &[&str] = &["FUNDER", "HOST", "SUPPLIER", "LABOUR", "COORDINATOR"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "project")
            .id()
            .reference("community_id", "community")
            .sorted_text("title")
            .maybe_text("description")
            .choice("status", STATUS)
            .maybe_text("status_reason")
            .figure("budget_fen", "budget_precision")
            .maybe_reference("responsible_id", "staff_member")
            .maybe_date("started_on")
            .maybe_date("ended_on")
            .version()
            .instant("proposed_at")
            .check("dates", "ended_on >= started_on")
            .index(&["community_id", "id"])
            .index(&["community_id", "title", "id"])
            .index(&["community_id", "proposed_at", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "project_participation")
            .id()
            .reference("community_id", "community")
            .reference("project_id", "project")
            .reference("partner_unit_id", "partner_unit")
            .maybe_amount("share_fen")
            .version()
            .unique("partner_unit", &["project_id", "partner_unit_id"])
            .index(&["partner_unit_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "project_participation_role")
            .reference("participation_id", "project_participation")
            .choice("role", ROLE)
            .primary_key(&["participation_id", "role"])
            .create(manager)
            .await?;

        NewTable::new(manager, "milestone")
            .id()
            .reference("community_id", "community")
            .reference("project_id", "project")
            .sorted_text("title")
            .maybe_date("due_on")
            .maybe_date("reached_on")
            .version()
            .index(&["project_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["milestone", "project_participation_role", "project_participation", "project"]).await
    }
}
