//! Facilities, assets, and on what terms an asset is here (设施, 资产, 资产权属).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const FACILITY_KIND: &[&str] = &[
    "ACTIVITY_ROOM",
    "READING_ROOM",
    "COUNSELLING_ROOM",
    "PARENTS_SCHOOL",
    "SPORTS_GROUND",
    "CANTEEN",
    "CLINIC",
    "FIRE_WATER_POOL",
    "PUBLIC_TOILET",
    "OTHER",
];
const ASSET_KIND: &[&str] = &[
    "VEHICLE",
    "TELEVISION",
    "CAMERA",
    "COMPUTER",
    "BOOKS",
    "FURNITURE",
    "MEDICAL_DEVICE",
    "SPORTS_EQUIPMENT",
    "OTHER",
];
const TENURE: &[&str] = &["OWNED", "LENT", "TRANSFERRED"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "facility")
            .id()
            .reference("community_id", "community")
            .choice("kind", FACILITY_KIND)
            .sorted_text("name")
            .maybe_reference("building_id", "building")
            .maybe_reference("project_id", "project")
            .maybe_text("place")
            .term()
            .maybe_text("ended_reason")
            .maybe_instant("voided_at")
            .maybe_text("void_reason")
            .check("voided", "(voided_at IS NULL) = (void_reason IS NULL)")
            .version()
            .instant("recorded_at")
            .unique_where("name", &["community_id", "name"], "ended_on IS NULL AND voided_at IS NULL")
            .index(&["community_id", "id"])
            .index(&["community_id", "name", "id"])
            .index(&["project_id", "id"])
            .index(&["building_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "asset")
            .id()
            .reference("community_id", "community")
            .choice("kind", ASSET_KIND)
            .sorted_text("name")
            .maybe_text("tag")
            .maybe_reference("facility_id", "facility")
            .maybe_reference("contribution_id", "contribution")
            .maybe_text("note")
            .maybe_instant("voided_at")
            .maybe_text("void_reason")
            .check("voided", "(voided_at IS NULL) = (void_reason IS NULL)")
            .version()
            .instant("recorded_at")
            .unique("tag", &["community_id", "tag"])
            .index(&["community_id", "id"])
            .index(&["community_id", "name", "id"])
            .index(&["community_id", "kind", "id"])
            .index(&["facility_id", "id"])
            .index(&["contribution_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "asset_tenure")
            .id()
            .reference("community_id", "community")
            .reference("asset_id", "asset")
            .choice("tenure", TENURE)
            .maybe_reference("partner_unit_id", "partner_unit")
            .term()
            .maybe_text("note")
            .check("from_whom", "(tenure = 'OWNED') = (partner_unit_id IS NULL)")
            .unique_where("one_at_a_time", &["asset_id"], "ended_on IS NULL")
            .index(&["asset_id", "started_on"])
            .index(&["partner_unit_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["asset_tenure", "asset", "facility"]).await
    }
}
