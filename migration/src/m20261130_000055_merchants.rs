//! The small businesses of a community, their time in the alliance, and the shops that a merchant's role is about (九小商户, 商户联盟, 角色所代表的商户).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const TRADE: &[&str] = &[
    "SCHOOL",
    "CLINIC",
    "SHOP",
    "RESTAURANT",
    "HOTEL",
    "ENTERTAINMENT",
    "INTERNET_CAFE",
    "BEAUTY_AND_BATH",
    "WORKSHOP",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "merchant")
            .id()
            .reference("community_id", "community")
            .sorted_text("name")
            .choice("trade", TRADE)
            .maybe_text("licence_code")
            .maybe_text("licence_code_override")
            .maybe_reference("owner_id", "resident")
            .maybe_text("owner_name")
            .maybe_reference("building_id", "building")
            .maybe_text("place")
            .maybe_date("closed_on")
            .maybe_text("close_reason")
            .version()
            .instant("registered_at")
            .check("owner", "owner_id IS NULL OR owner_name IS NULL")
            .check("override", "licence_code_override IS NULL OR licence_code IS NOT NULL")
            .check("closed", "(closed_on IS NULL) = (close_reason IS NULL)")
            // A licence stands for one shop that is open; whoever closes one may open another under it.
            .unique_where("licence_code", &["community_id", "licence_code"], "closed_on IS NULL")
            .index(&["community_id", "id"])
            .index(&["community_id", "name", "id"])
            .index(&["owner_id", "id"])
            .index(&["building_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "alliance_membership")
            .id()
            .reference("community_id", "community")
            .reference("merchant_id", "merchant")
            .term()
            .unique_where("one", &["merchant_id"], "ended_on IS NULL")
            .index(&["merchant_id", "started_on"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "account_role_shop")
            .reference("account_role_id", "account_role")
            .reference("merchant_id", "merchant")
            .primary_key(&["account_role_id", "merchant_id"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["account_role_shop", "alliance_membership", "merchant"]).await
    }
}
