//! Roles are dated, and say whom they are about (角色的起止与关联).

use async_trait::async_trait;
use sea_orm_migration::{
    prelude::{ConnectionTrait, DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager},
    sea_orm::DbBackend,
};

use crate::kit::{NewTable, drop_tables};

const ROLE: &[&str] = &["OPERATOR", "SECRETARY", "STAFF", "PARTNER", "VOLUNTEER", "MERCHANT", "RESIDENT", "AUDITOR"];

const OF_RESIDENT: &str = "ix_volunteer_resident_id_id";

const SET_ASIDE: &str = "CREATE TABLE account_role_before AS SELECT * FROM account_role";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds no checks to a table that is there, so the table is made anew.
        let conn = manager.get_connection();
        conn.execute_unprepared(SET_ASIDE).await?;
        drop_tables(manager, &["account_role"]).await?;
        NewTable::new(manager, "account_role")
            .id()
            .reference("account_id", "account")
            .choice("role", ROLE)
            .maybe_reference("community_id", "community")
            .maybe_reference("partner_unit_id", "partner_unit")
            .maybe_reference("resident_id", "resident")
            .maybe_reference("volunteer_id", "volunteer")
            .term()
            .maybe_instant("revoked_at")
            .version()
            .check("place", "(role = 'OPERATOR') = (community_id IS NULL)")
            .check("partner_unit", "partner_unit_id IS NULL OR role = 'PARTNER'")
            .check("resident", "resident_id IS NULL OR role IN ('RESIDENT', 'MERCHANT')")
            .check("volunteer", "volunteer_id IS NULL OR role = 'VOLUNTEER'")
            // What was granted before there were links is kept, revoked.
            .check(
                "link",
                "revoked_at IS NOT NULL OR role NOT IN ('PARTNER', 'RESIDENT', 'VOLUNTEER')
                 OR partner_unit_id IS NOT NULL OR resident_id IS NOT NULL OR volunteer_id IS NOT NULL",
            )
            // To a unique index, two NULLs differ: one for each link that a role may have, one for roles without, and one for operators.
            .unique_where(
                "role_in_community",
                &["account_id", "role", "community_id"],
                "ended_on IS NULL AND revoked_at IS NULL
                 AND partner_unit_id IS NULL AND resident_id IS NULL AND volunteer_id IS NULL",
            )
            .unique_where(
                "for_partner_unit",
                &["account_id", "community_id", "partner_unit_id"],
                "ended_on IS NULL AND revoked_at IS NULL",
            )
            .unique_where(
                "as_resident",
                &["account_id", "role", "community_id", "resident_id"],
                "ended_on IS NULL AND revoked_at IS NULL",
            )
            .unique_where(
                "as_volunteer",
                &["account_id", "community_id", "volunteer_id"],
                "ended_on IS NULL AND revoked_at IS NULL",
            )
            .unique_where(
                "role",
                &["account_id", "role"],
                "community_id IS NULL AND ended_on IS NULL AND revoked_at IS NULL",
            )
            .index(&["account_id", "id"])
            .index(&["community_id", "role"])
            .create(manager)
            .await?;
        NewTable::new(manager, "account_role_grid")
            .reference("account_role_id", "account_role")
            .reference("grid_id", "grid")
            .primary_key(&["account_role_id", "grid_id"])
            .create(manager)
            .await?;
        // Residents see themselves as volunteers, too.
        let own = Index::create().name(OF_RESIDENT).table("volunteer").col("resident_id").col("id").take();
        manager.create_index(own).await?;
        let day = match manager.get_database_backend() {
            DbBackend::Postgres => "CAST(account.created_at AT TIME ZONE 'UTC' AS date)",
            _ => "date(account.created_at)",
        };
        // Roles that need a link and have none could be used for nothing: they are taken back, to be granted anew with it.
        conn.execute_unprepared(&format!(
            "INSERT INTO account_role (id, account_id, role, community_id, started_on, revoked_at, version)
             SELECT held.id, held.account_id, held.role, held.community_id, {day},
                 CASE WHEN held.role IN ('PARTNER', 'RESIDENT', 'VOLUNTEER') THEN account.created_at END, 1
             FROM account_role_before AS held INNER JOIN account ON account.id = held.account_id"
        ))
        .await?;
        drop_tables(manager, &["account_role_before"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        manager.drop_index(Index::drop().name(OF_RESIDENT).table("volunteer").to_owned()).await?;
        conn.execute_unprepared(SET_ASIDE).await?;
        // What the old table cannot say would be more than was granted: whoever had some grids would have the whole community.
        conn.execute_unprepared(
            "DELETE FROM account_role_before WHERE id IN (SELECT account_role_id FROM account_role_grid)",
        )
        .await?;
        drop_tables(manager, &["account_role_grid", "account_role"]).await?;
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
        // So, too, of roles that end, or are for one unit or person.
        conn.execute_unprepared(
            "INSERT INTO account_role (id, account_id, role, community_id)
             SELECT id, account_id, role, community_id FROM account_role_before
             WHERE ended_on IS NULL AND revoked_at IS NULL
             AND partner_unit_id IS NULL AND resident_id IS NULL AND volunteer_id IS NULL",
        )
        .await?;
        drop_tables(manager, &["account_role_before"]).await
    }
}
