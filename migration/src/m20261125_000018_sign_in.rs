//! How people sign in: passwords, sessions and what slows guessing down; and what a token may do (密码, 登录会话, 登录限速, 令牌权限).

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConditionalStatement, DbErr, DeriveMigrationName, Expr, Index, MigrationTrait, SchemaManager, Table,
};

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
        NewTable::new(manager, "password")
            .reference("account_id", "account")
            .text("hash")
            .column(ColumnDef::new("one_time").boolean().not_null().take())
            .instant("set_at")
            .primary_key(&["account_id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "sign_in")
            .id()
            .reference("account_id", "account")
            .bytes("hash")
            .instant("signed_in_at")
            .instant("last_used_at")
            .column(ColumnDef::new("idle_seconds").integer().not_null().take())
            .instant("expires_at")
            .maybe_instant("ended_at")
            .check("idle", "idle_seconds > 0")
            .unique("hash", &["hash"])
            .index(&["account_id", "id"])
            .index(&["expires_at"])
            .create(manager)
            .await?;

        NewTable::new(manager, "sign_in_throttle")
            .bytes("key")
            .column(ColumnDef::new("failures").integer().not_null().take())
            .instant("last_tried_at")
            .maybe_instant("closed_until")
            .check("failures", "failures >= 0")
            .primary_key(&["key"])
            .index(&["last_tried_at"])
            .create(manager)
            .await?;

        let reference = "CONSTRAINT fk_token_community_id REFERENCES community (id)";
        add(manager, ColumnDef::new("community_id").uuid().null().extra(reference).take()).await?;
        add(manager, ColumnDef::new("scopes").text().null().take()).await?;
        let index =
            Index::create().name("ix_token_community_id_id").table("token").col("community_id").col("id").take();
        manager.create_index(index).await?;
        // In a community a token is known by its name until it is revoked.
        let open = Expr::cust("revoked_at IS NULL");
        let names = Index::create()
            .name("uq_token_name")
            .table("token")
            .col("community_id")
            .col("name")
            .unique()
            .and_where(open)
            .take();
        manager.create_index(names).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["uq_token_name", "ix_token_community_id_id"] {
            manager.drop_index(Index::drop().name(index).table("token").to_owned()).await?;
        }
        for column in ["scopes", "community_id"] {
            manager.alter_table(Table::alter().table("token").drop_column(column).take()).await?;
        }
        drop_tables(manager, &["sign_in_throttle", "sign_in", "password"]).await
    }
}

async fn add(manager: &SchemaManager<'_>, mut column: ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("token").add_column(&mut column).take()).await
}
