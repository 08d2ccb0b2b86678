//! What the community states about the service of a volunteer (志愿服务记录证明), with the sessions that each certificate was made from.

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "certificate")
            .id()
            .reference("community_id", "community")
            .reference("volunteer_id", "volunteer")
            .uuid("person_id")
            .text("holder_name")
            .column(whole("serial"))
            .text("number")
            .text("issuing_body")
            .reference("responsible_id", "staff_member")
            .text("responsible_name")
            .date("from_on")
            .date("until_on")
            .date("issued_on")
            .instant("issued_at")
            .column(whole("person_times"))
            .column(whole("minutes_credited"))
            .column(whole("training_minutes_credited"))
            .text("code")
            .maybe_instant("revoked_at")
            .maybe_text("revoked_reason")
            .version()
            .check("serial", "serial >= 1")
            .check("period", "until_on >= from_on")
            .check("issued_on", "issued_on >= until_on")
            .check(
                "figures",
                "person_times >= 0 AND minutes_credited >= 0 AND training_minutes_credited >= 0 AND minutes_credited + training_minutes_credited > 0",
            )
            .check("revoked", "(revoked_at IS NULL) = (revoked_reason IS NULL)")
            .unique("code", &["code"])
            .unique("serial", &["community_id", "serial"])
            .index(&["community_id", "id"])
            .index(&["volunteer_id", "id"])
            .index(&["person_id", "id"])
            .index(&["responsible_id", "id"])
            .create(manager)
            .await?;
        NewTable::new(manager, "certificate_line")
            .id()
            .reference("community_id", "community")
            .reference("certificate_id", "certificate")
            .reference("session_id", "session")
            .date("held_on")
            .text("title")
            .column(ColumnDef::new("is_training").boolean().not_null().take())
            .column(ColumnDef::new("minutes").integer().null().take())
            .check("minutes", "minutes >= 0")
            .unique("once", &["certificate_id", "session_id"])
            .index(&["session_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["certificate_line", "certificate"]).await
    }
}

fn whole(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}
