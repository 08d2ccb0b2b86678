//! Who may sign in, as what and with which tokens (账号, 角色, 令牌).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const ROLE: &[&str] = &["OPERATOR", "SECRETARY", "STAFF", "PARTNER", "VOLUNTEER", "MERCHANT", "RESIDENT", "AUDITOR"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "account")
            .id()
            .sorted_text("name")
            .maybe_instant("disabled_at")
            .instant("created_at")
            .version()
            .unique("name", &["name"])
            .create(manager)
            .await?;

        // The second index is for operators: to a unique index, two NULL communities differ.
        NewTable::new(manager, "account_role")
            .id()
            .reference("account_id", "account")
            .choice("role", ROLE)
            .maybe_reference("community_id", "community")
            .check("place", "(role = 'OPERATOR') = (community_id IS NULL)")
            .unique("role_in_community", &["account_id", "role", "community_id"])
            .unique_where("role", &["account_id", "role"], "community_id IS NULL")
            .index(&["community_id", "role"])
            .create(manager)
            .await?;

        NewTable::new(manager, "token")
            .id()
            .reference("account_id", "account")
            .sorted_text("name")
            .bytes("hash")
            .instant("created_at")
            .maybe_instant("expires_at")
            .maybe_instant("last_used_at")
            .maybe_instant("revoked_at")
            .unique("hash", &["hash"])
            .index(&["account_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["token", "account_role", "account"]).await
    }
}
