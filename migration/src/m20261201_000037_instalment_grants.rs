//! What a sponsor pays to a pupil is a grant as well, taken from no contribution but from an instalment (资助发放).

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConditionalStatement, ConnectionTrait, DbErr, DeriveMigrationName, Expr, Index, IndexCreateStatement,
    MigrationTrait, SchemaManager, Table,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::kit::{AID_KIND, NewTable, drop_tables};

const SCOPE: &[&str] = &["PERSON", "HOUSEHOLD"];
const STATUS: &[&str] =
    &["PLANNED", "APPROVED", "DELIVERED", "REFUSED", "CANCELLED", "RETURNED", "REVERSED", "REVERSAL"];
const SIGNATORY: &[&str] = &["RECIPIENT", "DELEGATE", "CARER"];
const STANDING: &str = "device_id IS NOT NULL AND status IN ('PLANNED', 'APPROVED', 'DELIVERED')";

// A person's grant may name the household the person lived in; a household's grant names no person.
const RECIPIENT: &str = "(scope = 'PERSON' AND resident_id IS NOT NULL) \
    OR (scope = 'HOUSEHOLD' AND resident_id IS NULL AND household_id IS NOT NULL)";

/// From one or from the other, never from both.
const SOURCE: &str = "(contribution_id IS NULL) <> (instalment_id IS NULL)";

const COLUMNS: &str = "id, community_id, scope, resident_id, household_id, programme_id, contribution_id, project_id, kind, status, status_reason, \
    quantity_milli, unit, quantity_precision, value_fen, value_precision, given_on, note, recorded_by, recorded_at, approved_by, approved_at, \
    delivered_at, version, reverses_id, delivered_by, signed_by, signed_by_name, item_id, device_id, occasion, batch_id";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            conn.execute_unprepared("ALTER TABLE aid_record ALTER COLUMN contribution_id DROP NOT NULL").await?;
            add(manager, referring("instalment_id", "instalment")).await?;
            let check = format!("ALTER TABLE aid_record ADD CONSTRAINT ck_aid_record_source CHECK ({SOURCE})");
            conn.execute_unprepared(&check).await?;
            manager.create_index(of_instalment()).await?;
        } else {
            // SQLite lets no column be null that could not be before, so the table is made anew, and what refers to it is set aside meanwhile.
            let new = records(manager, NewTable::maybe_reference)
                .maybe_reference("item_id", "contribution_item")
                .maybe_reference("device_id", "contribution_device")
                .maybe_text("occasion")
                .maybe_reference("batch_id", "aid_batch")
                .maybe_reference("instalment_id", "instalment")
                .check("source", SOURCE);
            set_aside(manager).await?;
            new.create(manager).await?;
            for index in later_indexes() {
                manager.create_index(index).await?;
            }
            manager.create_index(of_instalment()).await?;
            put_back(manager).await?;
        }
        paid_so_far(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        // The old table can say nothing of them; their instalments stay paid.
        conn.execute_unprepared("DELETE FROM aid_record WHERE contribution_id IS NULL").await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.drop_index(Index::drop().name("uq_aid_record_instalment").table("aid_record").to_owned()).await?;
            conn.execute_unprepared("ALTER TABLE aid_record DROP CONSTRAINT ck_aid_record_source").await?;
            manager.alter_table(Table::alter().table("aid_record").drop_column("instalment_id").take()).await?;
            conn.execute_unprepared("ALTER TABLE aid_record ALTER COLUMN contribution_id SET NOT NULL").await?;
            return Ok(());
        }
        set_aside(manager).await?;
        records(manager, NewTable::reference).create(manager).await?;
        // As earlier migrations added them, to the letter.
        add(manager, referring("item_id", "contribution_item")).await?;
        add(manager, referring("device_id", "contribution_device")).await?;
        add(manager, ColumnDef::new("occasion").text().null().take()).await?;
        add(manager, referring("batch_id", "aid_batch")).await?;
        for index in later_indexes() {
            manager.create_index(index).await?;
        }
        put_back(manager).await
    }
}

/// A grant for each payment that is on record: its id is that of its instalment, and there is no event of it.
async fn paid_so_far(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Of a payment the day is known: noon of it, where most of the country's clocks are.
    let noon = match manager.get_database_backend() {
        DbBackend::Postgres => "CAST(CAST(i.paid_on AS TEXT) || ' 04:00:00+00' AS timestamptz)",
        _ => "i.paid_on || 'T04:00:00+00:00'",
    };
    let by = "COALESCE((SELECT e.account_id FROM event e WHERE e.subject_id = i.id AND e.action = 'payInstalment' ORDER BY e.seq DESC LIMIT 1), \
        (SELECT a.id FROM account a ORDER BY a.id LIMIT 1))";
    let fill = format!(
        "INSERT INTO aid_record (id, community_id, scope, resident_id, household_id, project_id, kind, status, unit, quantity_precision, value_fen, \
             value_precision, given_on, recorded_by, recorded_at, approved_by, approved_at, delivered_at, delivered_by, version, instalment_id)
         SELECT i.id, i.community_id, 'PERSON', s.resident_id, r.household_id, s.project_id, 'CASH', 'DELIVERED', 'yuan', 'UNKNOWN', i.amount_fen, \
             'EXACT', i.paid_on, {by}, {noon}, {by}, {noon}, {noon}, {by}, 1, i.id
         FROM instalment i INNER JOIN sponsorship s ON s.id = i.sponsorship_id INNER JOIN resident r ON r.id = s.resident_id
         WHERE i.status = 'PAID'"
    );
    manager.get_connection().execute_unprepared(&fill).await.map(|_| ())
}

/// Takes the grants and their claims away, and keeps them beside.
async fn set_aside(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let conn = manager.get_connection();
    conn.execute_unprepared("CREATE TABLE aid_claim_before AS SELECT * FROM aid_claim").await?;
    conn.execute_unprepared("DELETE FROM aid_claim").await?;
    conn.execute_unprepared("CREATE TABLE aid_record_before AS SELECT * FROM aid_record").await?;
    drop_tables(manager, &["aid_record"]).await
}

async fn put_back(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let conn = manager.get_connection();
    let fill = format!("INSERT INTO aid_record ({COLUMNS}) SELECT {COLUMNS} FROM aid_record_before");
    conn.execute_unprepared(&fill).await?;
    conn.execute_unprepared("INSERT INTO aid_claim SELECT * FROM aid_claim_before").await?;
    drop_tables(manager, &["aid_claim_before", "aid_record_before"]).await
}

async fn add(manager: &SchemaManager<'_>, mut column: ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("aid_record").add_column(&mut column).take()).await
}

fn referring(column: &'static str, table: &str) -> ColumnDef {
    let reference = format!("CONSTRAINT fk_aid_record_{column} REFERENCES {table} (id)");
    ColumnDef::new(column).uuid().null().extra(reference).take()
}

/// One grant stands for an instalment at most.
fn of_instalment() -> IndexCreateStatement {
    Index::create()
        .name("uq_aid_record_instalment")
        .table("aid_record")
        .col("instalment_id")
        .unique()
        .and_where(Expr::cust("instalment_id IS NOT NULL AND status = 'DELIVERED'"))
        .take()
}

/// Those that came with the columns after `signed_by_name`.
fn later_indexes() -> [IndexCreateStatement; 3] {
    let one = Index::create()
        .name("uq_aid_record_device")
        .table("aid_record")
        .col("device_id")
        .unique()
        .and_where(Expr::cust(STANDING))
        .take();
    [
        Index::create().name("ix_aid_record_item_id").table("aid_record").col("item_id").take(),
        one,
        Index::create().name("ix_aid_record_batch_id_id").table("aid_record").col("batch_id").col("id").take(),
    ]
}

/// The table as it was when grants could be reversed; `reference` says whether a contribution must be there.
fn records(manager: &SchemaManager<'_>, reference: fn(NewTable, &'static str, &'static str) -> NewTable) -> NewTable {
    let new = NewTable::new(manager, "aid_record")
        .id()
        .reference("community_id", "community")
        .choice("scope", SCOPE)
        .maybe_reference("resident_id", "resident")
        .maybe_reference("household_id", "household")
        .maybe_reference("programme_id", "aid_programme");
    reference(new, "contribution_id", "contribution")
        .maybe_reference("project_id", "project")
        .choice("kind", AID_KIND)
        .choice("status", STATUS)
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
        .maybe_reference("reverses_id", "aid_record")
        .maybe_reference("delivered_by", "account")
        .maybe_choice("signed_by", SIGNATORY)
        .maybe_text("signed_by_name")
        .check("reversal", "(status = 'REVERSAL') = (reverses_id IS NOT NULL)")
        .check("signed", "signed_by IS NULL OR (signed_by = 'RECIPIENT') = (signed_by_name IS NULL)")
        .check("signature", "signed_by_name IS NULL OR signed_by IS NOT NULL")
        .unique("reverses_id", &["reverses_id"])
}
