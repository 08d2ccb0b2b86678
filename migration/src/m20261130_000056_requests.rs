//! What residents and merchants ask of the community, and how each request came to where it is (诉求, 办理记录).

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::kit::{NewTable, drop_tables};

const CHANNEL: &[&str] = &["OWN", "COUNTER", "VISIT", "HOTLINE", "OTHER"];
const CATEGORY: &[&str] = &[
    "ENVIRONMENT",
    "REPAIR",
    "SAFETY",
    "NEIGHBOURS",
    "PROPERTY",
    "PARKING",
    "NOISE",
    "LIVELIHOOD",
    "BUSINESS",
    "OTHER",
];
const URGENCY: &[&str] = &["NORMAL", "URGENT", "EMERGENCY"];
const STATUS: &[&str] =
    &["SUBMITTED", "ACCEPTED", "DECLINED", "ASSIGNED", "IN_PROGRESS", "ANSWERED", "CALLED_BACK", "CLOSED", "MERGED"];
const LEVEL: &[&str] = &["ALLIANCE", "COMMUNITY", "SUB_DISTRICT", "ABOVE"];
const KIND: &[&str] = &[
    "SUBMITTED",
    "ACCEPTED",
    "DECLINED",
    "ASSIGNED",
    "STARTED",
    "HANDED_BACK",
    "ANSWERED",
    "ANSWER_AMENDED",
    "CALLED_BACK",
    "CLOSED",
    "REOPENED",
    "MERGED",
    "HANDED_OVER",
    "REMINDED",
    "ESCALATED",
    "RESCHEDULED",
];

// Both engines refuse row by row, so that they behave alike.
const REFUSE_ON_POSTGRES: &str = "
    CREATE FUNCTION request_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'request_entry is append-only';
    END
    $$;
    CREATE TRIGGER request_entry_is_append_only BEFORE UPDATE OR DELETE ON request_entry
    FOR EACH ROW EXECUTE FUNCTION request_entry_is_append_only();
";

const REFUSE_ON_SQLITE: &str = "
    CREATE TRIGGER request_entry_is_never_updated BEFORE UPDATE ON request_entry
    BEGIN SELECT RAISE(ABORT, 'request_entry is append-only'); END;
    CREATE TRIGGER request_entry_is_never_deleted BEFORE DELETE ON request_entry
    BEGIN SELECT RAISE(ABORT, 'request_entry is append-only'); END;
";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "request")
            .id()
            .reference("community_id", "community")
            .choice("channel", CHANNEL)
            .maybe_text("channel_number")
            .maybe_reference("resident_id", "resident")
            .maybe_reference("merchant_id", "merchant")
            .maybe_text("contact_name")
            .choice("category", CATEGORY)
            .choice("urgency", URGENCY)
            .maybe_reference("building_id", "building")
            .maybe_reference("grid_id", "grid")
            .maybe_text("place")
            .text("body")
            .choice("status", STATUS)
            .maybe_reference("assignee_id", "staff_member")
            .maybe_reference("assignee_grid_id", "grid")
            .maybe_reference("assignee_unit_id", "partner_unit")
            .maybe_reference("merged_into", "request")
            .column(counter("hand_backs"))
            .column(counter("round"))
            .date("submitted_on")
            .instant("submitted_at")
            .date("round_started_on")
            .maybe_date("due_on")
            .column(ColumnDef::new("due_provisional").boolean().not_null().take())
            .maybe_date("answered_on")
            .maybe_instant("answered_at")
            .column(ColumnDef::new("late").boolean().not_null().take())
            .maybe_date("called_back_on")
            .column(ColumnDef::new("satisfaction").integer().null().take())
            .maybe_date("closed_on")
            .maybe_choice("settled_at", LEVEL)
            .bytes("tracking_hash")
            .version()
            .check("submitter", "resident_id IS NULL OR merchant_id IS NULL")
            .check("place", "building_id IS NULL OR grid_id IS NULL")
            .check("channel_number", "channel_number IS NULL OR channel IN ('HOTLINE', 'OTHER')")
            .check("satisfaction", "satisfaction BETWEEN 1 AND 5")
            .check("hand_backs", "hand_backs BETWEEN 0 AND 3")
            .check("round", "round >= 0")
            .check("merged", "(status = 'MERGED') = (merged_into IS NOT NULL)")
            .check("answered", "(answered_on IS NULL) = (answered_at IS NULL)")
            .check(
                "assignee",
                "(CASE WHEN assignee_id IS NULL THEN 0 ELSE 1 END + CASE WHEN assignee_grid_id IS NULL THEN 0 ELSE 1 END
                 + CASE WHEN assignee_unit_id IS NULL THEN 0 ELSE 1 END)
                 = CASE WHEN status IN ('ASSIGNED', 'IN_PROGRESS', 'ANSWERED', 'CALLED_BACK', 'CLOSED') THEN 1 ELSE 0 END",
            )
            .check("closed", "(status = 'CLOSED') = (closed_on IS NOT NULL)")
            .check("settled", "(status = 'CLOSED') = (settled_at IS NOT NULL)")
            .unique("tracking_hash", &["tracking_hash"])
            // To a unique index, those without a number differ.
            .unique("channel_number", &["community_id", "channel", "channel_number"])
            .index(&["community_id", "id"])
            .index(&["community_id", "submitted_at", "id"])
            .index(&["community_id", "due_on", "id"])
            .index(&["community_id", "status", "due_on"])
            .index(&["resident_id", "id"])
            .index(&["merchant_id", "id"])
            .index(&["building_id", "id"])
            .index(&["assignee_id", "id"])
            .index(&["assignee_unit_id", "id"])
            .index(&["merged_into", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "request_entry")
            .id()
            .reference("community_id", "community")
            .reference("request_id", "request")
            .choice("kind", KIND)
            .choice("status", STATUS)
            .column(counter("round"))
            .instant("occurred_at")
            .maybe_reference("account_id", "account")
            .column(ColumnDef::new("by_submitter").boolean().not_null().take())
            .maybe_text("reason")
            .maybe_text("answer")
            .index(&["request_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let refusal = if postgres { REFUSE_ON_POSTGRES } else { REFUSE_ON_SQLITE };
        manager.get_connection().execute_unprepared(refusal).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["request_entry", "request"]).await?;
        // The triggers go with their table, the function of PostgreSQL does not.
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION request_entry_is_append_only()").await?;
        }
        Ok(())
    }
}

fn counter(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}
