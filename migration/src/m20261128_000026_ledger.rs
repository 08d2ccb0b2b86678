//! Aid once only: how often a programme aids, who holds what of it, who signed, and reversals (帮扶周期, 领取占用, 签收, 冲正).

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table,
};

use crate::kit::{AID_KIND, NewTable, drop_tables};

const SCOPE: &[&str] = &["PERSON", "HOUSEHOLD"];
const STATUS_BEFORE: &[&str] = &["PLANNED", "APPROVED", "DELIVERED", "REFUSED", "CANCELLED", "RETURNED"];
const STATUS: &[&str] =
    &["PLANNED", "APPROVED", "DELIVERED", "REFUSED", "CANCELLED", "RETURNED", "REVERSED", "REVERSAL"];
const SIGNATORY: &[&str] = &["RECIPIENT", "DELEGATE", "CARER"];

// A person's grant may name the household the person lived in; a household's grant names no person.
const RECIPIENT: &str = "(scope = 'PERSON' AND resident_id IS NOT NULL) \
    OR (scope = 'HOUSEHOLD' AND resident_id IS NULL AND household_id IS NOT NULL)";

const ONCE_PER: &str = "CONSTRAINT ck_aid_programme_once_per CHECK (once_per IN ('EVER', 'YEAR', 'MONTH'))";

const SET_ASIDE: &str = "CREATE TABLE aid_record_before AS SELECT * FROM aid_record";
const COLUMNS: &str = "id, community_id, scope, resident_id, household_id, programme_id, contribution_id, project_id, kind, status, status_reason, \
    quantity_milli, unit, quantity_precision, value_fen, value_precision, given_on, note, recorded_by, recorded_at, approved_by, approved_at, \
    delivered_at, version";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let once_per = ColumnDef::new("once_per").text().null().extra(ONCE_PER).take();
        let second_approver = ColumnDef::new("second_approver").boolean().not_null().default(false).take();
        for mut column in [once_per, second_approver] {
            manager.alter_table(Table::alter().table("aid_programme").add_column(&mut column).take()).await?;
        }

        // SQLite changes no checks of a table that is there, so the table is made anew; nothing refers to it yet.
        let new = records(manager, STATUS)
            .maybe_reference("reverses_id", "aid_record")
            .maybe_reference("delivered_by", "account")
            .maybe_choice("signed_by", SIGNATORY)
            .maybe_text("signed_by_name")
            .check("reversal", "(status = 'REVERSAL') = (reverses_id IS NOT NULL)")
            .check("signed", "signed_by IS NULL OR (signed_by = 'RECIPIENT') = (signed_by_name IS NULL)")
            .check("signature", "signed_by_name IS NULL OR signed_by IS NOT NULL")
            .unique("reverses_id", &["reverses_id"]);
        remake(manager, new).await?;

        NewTable::new(manager, "aid_claim")
            .id()
            .reference("aid_record_id", "aid_record")
            .reference("programme_id", "aid_programme")
            .text("period")
            .maybe_reference("resident_id", "resident")
            .maybe_reference("household_id", "household")
            .check("holder", "(resident_id IS NULL) <> (household_id IS NULL)")
            .unique_where("resident", &["programme_id", "period", "resident_id"], "resident_id IS NOT NULL")
            .unique_where("household", &["programme_id", "period", "household_id"], "household_id IS NOT NULL")
            .index(&["aid_record_id"])
            .index(&["resident_id"])
            .index(&["household_id"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        drop_tables(manager, &["aid_claim"]).await?;
        // What was reversed was as good as returned; of the reversing records the old table can say nothing.
        conn.execute_unprepared("DELETE FROM aid_record WHERE status = 'REVERSAL'").await?;
        conn.execute_unprepared("UPDATE aid_record SET status = 'RETURNED' WHERE status = 'REVERSED'").await?;
        remake(manager, records(manager, STATUS_BEFORE)).await?;
        for column in ["second_approver", "once_per"] {
            manager.alter_table(Table::alter().table("aid_programme").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

async fn remake(manager: &SchemaManager<'_>, new: NewTable) -> Result<(), DbErr> {
    let conn = manager.get_connection();
    conn.execute_unprepared(SET_ASIDE).await?;
    drop_tables(manager, &["aid_record"]).await?;
    new.create(manager).await?;
    let fill = format!("INSERT INTO aid_record ({COLUMNS}) SELECT {COLUMNS} FROM aid_record_before");
    conn.execute_unprepared(&fill).await?;
    drop_tables(manager, &["aid_record_before"]).await
}

fn records(manager: &SchemaManager<'_>, status: &[&str]) -> NewTable {
    NewTable::new(manager, "aid_record")
        .id()
        .reference("community_id", "community")
        .choice("scope", SCOPE)
        .maybe_reference("resident_id", "resident")
        .maybe_reference("household_id", "household")
        .maybe_reference("programme_id", "aid_programme")
        .reference("contribution_id", "contribution")
        .maybe_reference("project_id", "project")
        .choice("kind", AID_KIND)
        .choice("status", status)
        .maybe_text("status_reason")
        .figure("quantity_milli", "quantity_precision")
        .sorted_text("unit")
        .figure("value_fen", "value_precision")
        .date("given_on")
        .maybe_text("note")
        .reference("recorded_by", "account")
        .instant("recorded_at")
        .maybe_reference("approved_by", "account")
        .maybe_instant("approved_at")
        .maybe_instant("delivered_at")
        .version()
        .check("recipient", RECIPIENT)
        .check("approval", "(approved_by IS NULL) = (approved_at IS NULL)")
        .index(&["resident_id", "id"])
        .index(&["household_id", "id"])
        .index(&["contribution_id", "id"])
        .index(&["project_id", "id"])
        .index(&["programme_id", "id"])
        .index(&["community_id", "id"])
        .index(&["community_id", "given_on", "id"])
}
