//! The role matrix: what the schema has, asked by somebody of each role and by nobody, of what is theirs and of what is not, through every door. What they are
//! told is compared with a table that people read and nobody else changes: `snapshots/role-matrix.txt`.
//!
//! Rows, fields, edges, orders and mutations come from the schema, so a new type is in the table as soon as it is in the schema, the bulk, `roles.rs` (or
//! `whose.rs`) and the specimens. What lacks one is named.

mod ask;
mod deeds;
mod filters;
mod reading;
mod roots;
mod sections;
mod table;
mod words;

use tongxin::schema::CLASSED;

use self::{
    reading::{Reading, read, whole},
    table::{Section, Table, hold, unproven},
};
use crate::harness::{
    Contract, Engine,
    stage::{Stage, VIEWERS},
};

const ROWS: &str = "1 rows: of one's own / of what is not one's own";
const FIELDS: &str = "2 fields of one's own rows";
const ROOTS: &str = "3 other fields of the root: of this community / of the other";
const FILTERS: &str = "4 filters: by what is one's own / by what is not";
const ORDERS: &str = "5 orders";
const DEEDS: &str = "6 mutations: where the role is held / where it is not";

fn table(sections: impl IntoIterator<Item = (&'static str, Section)>) -> Table {
    let mut table = Table::default();
    table.sections.extend(sections.into_iter().map(|(name, section)| (name.to_owned(), section)));
    table
}

/// Fails by naming what the schema has and nothing was tried of, and what nobody at all was told.
fn all_are_there(mut missing: Vec<String>, nobody: Vec<String>) {
    missing.extend(
        nobody
            .into_iter()
            .map(|specimen| format!("{specimen}: nobody is told anything; what is asked for proves nothing")),
    );
    assert!(missing.is_empty(), "the role matrix lacks:\n{}", missing.join("\n"));
}

/// The classed fields of which no row has a value, and the types of which nobody has a row.
fn untold(rows: &Section, fields: &Section) -> Vec<String> {
    let mut all = unproven(rows, |cell| matches!(cell, "all" | "some" | "yes"));
    // Not everything is reached by an edge, and what was voided is in no list.
    all.retain(|specimen| !specimen.ends_with("by nested"));
    let told = |of: &str, name: &str| {
        let of_it = format!("{of}.{name} (");
        let mut lines = fields.0.iter().filter(|(specimen, _)| specimen.starts_with(&of_it));
        lines.any(|(_, cells)| cells.iter().any(|cell| cell.split('+').any(|word| word == "value")))
    };
    let classed = CLASSED.iter().flat_map(|(of, all)| all.iter().map(move |(name, _)| (*of, *name)));
    all.extend(classed.filter(|(of, name)| !told(of, name)).map(|(of, name)| format!("{of}.{name}")));
    all
}

crate::on_both! {
    async fn each_role_is_told_what_is_theirs_and_nothing_else_through_every_door(app: TestApp) {
        let stage = Stage::new(&app).await;
        let contract = Contract::read(&stage.world.operator).await;
        let whole = whole(&stage).await;
        let mut readings: Vec<Reading> = Vec::new();
        for viewer in &stage.viewers {
            readings.push(read(&stage, viewer, &whole).await);
        }
        let strays: Vec<_> = readings.iter().zip(VIEWERS).flat_map(|(reading, name)| reading.strays.iter().map(move |field| format!("{name}: {field}"))).collect();
        assert!(strays.is_empty(), "these edges lead to what is not one's own: {strays:#?}");
        let mut missing = Vec::new();
        let (rows, fields) = (sections::rows(&stage, &readings), sections::fields(&stage, &readings));
        let roots = roots::roots(&stage, &mut missing).await;
        let filters = filters::filters(&stage, &contract, &mut missing).await;
        let orders = filters::orders(&stage, &mut missing).await;
        let mut nobody = untold(&rows, &fields);
        nobody.extend(unproven(&roots, |cell| matches!(cell, "value" | "part")));
        nobody.extend(unproven(&filters, |cell| cell == "rows"));
        nobody.extend(unproven(&orders, |cell| cell == "may"));
        let found = table([(ROWS, rows), (FIELDS, fields), (ROOTS, roots), (FILTERS, filters), (ORDERS, orders)]);
        hold(&found, &VIEWERS, app.engine == Engine::Sqlite);
        all_are_there(missing, nobody);
    }

    async fn each_role_changes_what_is_theirs_and_nothing_else(app: TestApp) {
        let mut missing = Vec::new();
        let deeds = deeds::deeds(&app, &mut missing).await;
        let mut nobody = unproven(&deeds, |cell| !matches!(cell, "FORBIDDEN" | "UNAUTHENTICATED" | "NOT_FOUND"));
        // Everybody comes with a token here, and a token changes no password: `sign_in.rs`.
        nobody.retain(|mutation| mutation != "changePassword");
        hold(&table([(DEEDS, deeds)]), &VIEWERS, app.engine == Engine::Sqlite);
        all_are_there(missing, nobody);
    }
}
