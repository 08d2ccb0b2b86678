//! What programmes ask of those whom they aid, and which exclude each other (帮扶条件, 项目互斥).

use async_trait::async_trait;
use sea_orm_migration::{
    prelude::{ColumnDef, ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table},
    sea_orm::DbBackend,
};

use crate::kit::{NewTable, drop_tables};

const SCOPE: &[&str] = &["PERSON", "HOUSEHOLD"];

const ONCE_PER: &str = "CONSTRAINT ck_aid_programme_once_per CHECK (once_per IN ('EVER', 'YEAR', 'MONTH', 'EVENT'))";
const ONCE_PER_BEFORE: &str = "CONSTRAINT ck_aid_programme_once_per CHECK (once_per IN ('EVER', 'YEAR', 'MONTH'))";
const CEILING_PER: &str = "CONSTRAINT ck_aid_programme_ceiling_per CHECK (ceiling_per IN ('EVER', 'YEAR', 'MONTH'))";
const CEILING_TIMES: &str = "CONSTRAINT ck_aid_programme_ceiling_times CHECK (ceiling_times >= 1)";
const CEILING_FEN: &str = "CONSTRAINT ck_aid_programme_ceiling_fen CHECK (ceiling_fen >= 1)";
const AGE_FROM: &str = "CONSTRAINT ck_aid_programme_age_from CHECK (age_from BETWEEN 0 AND 150)";
const AGE_TO: &str = "CONSTRAINT ck_aid_programme_age_to CHECK (age_to BETWEEN 0 AND 150)";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        periods(manager, ONCE_PER).await?;
        for column in columns() {
            add(manager, "aid_programme", column).await?;
        }
        add(manager, "aid_record", ColumnDef::new("occasion").text().null().take()).await?;

        NewTable::new(manager, "aid_programme_limit")
            .id()
            .reference("community_id", "community")
            .reference("programme_id", "aid_programme")
            .maybe_reference("grid_id", "grid")
            .maybe_reference("contribution_id", "contribution")
            .check("one", "(grid_id IS NULL) <> (contribution_id IS NULL)")
            .unique_where("grid", &["programme_id", "grid_id"], "grid_id IS NOT NULL")
            .unique_where("contribution", &["programme_id", "contribution_id"], "contribution_id IS NOT NULL")
            .create(manager)
            .await?;

        // Symmetric: one row for two programmes, the lower id first.
        NewTable::new(manager, "aid_programme_exclusion")
            .id()
            .reference("community_id", "community")
            .reference("programme_id", "aid_programme")
            .reference("other_id", "aid_programme")
            .choice("excludes_by", SCOPE)
            .instant("created_at")
            .check("order", "programme_id < other_id")
            .unique("pair", &["programme_id", "other_id"])
            .index(&["other_id"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        drop_tables(manager, &["aid_programme_exclusion", "aid_programme_limit"]).await?;
        remove(manager, "aid_record", "occasion").await?;
        for column in columns().iter().rev() {
            let name = column.get_column_name();
            remove(manager, "aid_programme", &name).await?;
        }
        // The old tables know no events: such a programme aids as often as needed.
        conn.execute_unprepared(
            "DELETE FROM aid_claim WHERE programme_id IN (SELECT id FROM aid_programme WHERE once_per = 'EVENT')",
        )
        .await?;
        conn.execute_unprepared("UPDATE aid_programme SET once_per = NULL WHERE once_per = 'EVENT'").await?;
        periods(manager, ONCE_PER_BEFORE).await
    }
}

fn columns() -> Vec<ColumnDef> {
    vec![
        ColumnDef::new("circumstances").text().null().take(),
        ColumnDef::new("age_from").integer().null().extra(AGE_FROM).take(),
        ColumnDef::new("age_to").integer().null().extra(AGE_TO).take(),
        ColumnDef::new("ceiling_fen").big_integer().null().extra(CEILING_FEN).take(),
        ColumnDef::new("ceiling_times").integer().null().extra(CEILING_TIMES).take(),
        ColumnDef::new("ceiling_per").text().null().extra(CEILING_PER).take(),
        ColumnDef::new("opens_on").date().null().take(),
        ColumnDef::new("closes_on").date().null().take(),
        ColumnDef::new("documents").text().null().take(),
    ]
}

async fn add(manager: &SchemaManager<'_>, table: &'static str, mut column: ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await
}

async fn remove(manager: &SchemaManager<'_>, table: &'static str, column: &str) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).drop_column(column.to_owned()).take()).await
}

/// Which periods a programme may have. PostgreSQL changes the check; SQLite cannot, so there the column is made anew, with its neighbour behind it, in the
/// order in which they came.
async fn periods(manager: &SchemaManager<'_>, check: &'static str) -> Result<(), DbErr> {
    let conn = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        conn.execute_unprepared("ALTER TABLE aid_programme DROP CONSTRAINT ck_aid_programme_once_per").await?;
        return conn.execute_unprepared(&format!("ALTER TABLE aid_programme ADD {check}")).await.map(|_| ());
    }
    conn.execute_unprepared(
        "CREATE TABLE aid_programme_before AS SELECT id, once_per, second_approver FROM aid_programme",
    )
    .await?;
    for column in ["second_approver", "once_per"] {
        remove(manager, "aid_programme", column).await?;
    }
    add(manager, "aid_programme", ColumnDef::new("once_per").text().null().extra(check).take()).await?;
    let second_approver = ColumnDef::new("second_approver").boolean().not_null().default(false).take();
    add(manager, "aid_programme", second_approver).await?;
    let fill = "UPDATE aid_programme SET once_per = b.once_per, second_approver = b.second_approver FROM aid_programme_before b WHERE b.id = aid_programme.id";
    conn.execute_unprepared(fill).await?;
    drop_tables(manager, &["aid_programme_before"]).await
}
