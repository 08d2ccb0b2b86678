//! Sub-districts, communities, grids and buildings (街道, 社区, 网格, 楼栋).

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
        NewTable::new(manager, "sub_district")
            .id()
            .text("code")
            .sorted_text("name")
            .version()
            .instant("created_at")
            .unique("code", &["code"])
            .create(manager)
            .await?;

        NewTable::new(manager, "community")
            .id()
            .reference("sub_district_id", "sub_district")
            .text("code")
            .sorted_text("name")
            .column(ColumnDef::new("time_zone").text().not_null().default("Asia/Shanghai").take())
            .version()
            .instant("created_at")
            .unique("code", &["code"])
            .index(&["sub_district_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "grid")
            .id()
            .reference("community_id", "community")
            .sorted_text("name")
            .version()
            .instant("created_at")
            .unique("name", &["community_id", "name"])
            .create(manager)
            .await?;

        NewTable::new(manager, "building")
            .id()
            .reference("community_id", "community")
            .maybe_reference("grid_id", "grid")
            .sorted_text("name")
            .maybe_text("address")
            .version()
            .instant("created_at")
            .unique("name", &["community_id", "name"])
            .index(&["grid_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["building", "grid", "community", "sub_district"]).await
    }
}
