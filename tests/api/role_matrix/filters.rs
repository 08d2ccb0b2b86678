//! Filters and orders: who may ask by what, and what a filter by something of one's own and by something that is not finds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tongxin::schema::TYPES;

use super::{
    ask::{Call, Told, ask_all},
    reading::roots_of,
    table::Section,
};
use crate::{
    harness::{
        Contract,
        stage::{Stage, Viewer},
        types::Types,
    },
    specimen_filters::Filtered,
};

/// Filters of what is no list of objects: `roots.rs` tries their fields.
const ELSEWHERE: [&str; 1] = ["AidAcrossCommunitiesFilter"];

/// The inputs that lists are filtered and ordered by, as the schema has them.
fn inputs(types: &Types, argument: &str) -> BTreeSet<String> {
    let objects = types.nodes.iter().map(String::as_str).chain(["Query"]);
    let arguments = objects.flat_map(|of| types.fields(of)).flat_map(|field| &field.arguments);
    arguments.filter(|(name, _)| name == argument).map(|(_, of)| of.clone()).collect()
}

/// One specimen of a filter's field: of all those that are given, one that tells rows apart.
fn specimen<'a>(of: &'a Filtered, field: &str) -> Option<&'a Value> {
    let alone = |filter: &Value| {
        let fields = filter.as_object().unwrap();
        fields.len() == 1 && fields.get(field).is_some_and(|value| !value.is_null())
    };
    let mut all: Vec<_> = of.specimens.iter().filter(|(filter, _)| alone(filter)).collect();
    all.sort_by_key(|(_, rows)| (rows.is_empty(), rows.len() == of.rows.len()));
    all.first().map(|(filter, _)| filter)
}

/// A specimen that narrows to more than a community, for `and` and `or` one that leaves something, for `not` one that leaves something out.
fn plain(of: &Filtered, not: bool) -> Value {
    let narrows = |filter: &Value| {
        let fields = filter.as_object().unwrap();
        fields.len() == 1 && fields.iter().all(|(name, value)| name != "communityId" && !value.is_null())
    };
    let leaves = |rows: &BTreeSet<String>| if not { rows.len() < of.rows.len() } else { !rows.is_empty() };
    let mut all: Vec<_> = of.specimens.iter().filter(|(filter, rows)| narrows(filter) && leaves(rows)).collect();
    // What more viewers may ask by comes first.
    let open = ["kind", "title", "status", "current", "dueOn", "expiresOn", "standing", "action"];
    all.sort_by_key(|(filter, rows)| {
        let name = filter.as_object().unwrap().keys().next().unwrap();
        (rows.is_empty() || rows.len() == of.rows.len(), !open.contains(&name.as_str()))
    });
    all.first()
        .map(|(filter, _)| filter.clone())
        .unwrap_or_else(|| panic!("{}: a filter that tells rows apart", of.list.field))
}

/// What is asked of each list: by the field of its filter, the value, and whether it names an object.
fn questions(stage: &Stage, contract: &Contract, missing: &mut Vec<String>) -> Vec<(String, Call, Option<String>)> {
    let mut questions = Vec::new();
    for of in &stage.filters {
        let input = format!("{}Filter", of.list.of);
        let call = format!("{}(first: 3, filter: $F) {{ totalCount nodes {{ id }} }}", of.list.field);
        let text = of.around.replace("LIST", &call);
        for field in contract.fields(&input) {
            let name = field.name.as_str();
            let value = match name {
                "and" | "or" => json!({ name: [plain(of, false)] }),
                "not" => json!({ "not": plain(of, true) }),
                _ => match specimen(of, name) {
                    Some(filter) => filter.clone(),
                    None => {
                        missing.push(format!("{input}.{name}: a specimen in tests/api/specimen_filters"));
                        continue;
                    }
                },
            };
            let prefix = value[name].as_str().and_then(|id| id.rsplit_once('_')).map(|(prefix, _)| prefix);
            let named = TYPES.iter().find(|(_, known)| prefix == Some(known)).map(|(of, _)| (*of).to_owned());
            questions.push((format!("{} by {name}", of.list.field), Call::with(text.clone(), &input, value), named));
        }
    }
    questions
}

/// What a filter left, in a word.
fn left(told: &[Told]) -> String {
    fn has_rows(value: &Value) -> bool {
        match value {
            Value::Object(fields) => {
                fields.get("nodes").and_then(Value::as_array).is_some_and(|nodes| !nodes.is_empty())
                    || fields.values().any(has_rows)
            }
            _ => false,
        }
    }
    match told.iter().find_map(|told| told.as_ref().err()) {
        Some(code) => code.clone(),
        None if told.is_empty() => ".".to_owned(),
        None if told.iter().any(|told| told.as_ref().is_ok_and(has_rows)) => "rows".to_owned(),
        None => "none".to_owned(),
    }
}

async fn asked(viewer: &Viewer, questions: &[(String, Call, Option<String>)]) -> Vec<String> {
    let mut calls = Vec::new();
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for (name, call, named) in questions {
        let field = name.rsplit_once(' ').unwrap().1;
        let by = |id: &String| Call {
            variable: call.variable.as_ref().map(|(of, _)| (of.clone(), json!({ field: id }))),
            ..call.clone()
        };
        let before = calls.len();
        match named {
            None => calls.push(call.clone()),
            Some(of) => calls.extend(viewer.own[of].iter().take(3).map(by)),
        }
        let own = calls.len() - before;
        if let Some(of) = named {
            calls.extend(viewer.foreign[of].iter().take(1).chain(viewer.foreign[of].iter().next_back()).map(by));
        }
        parts.push((own, calls.len() - before - own));
    }
    let told = ask_all(&viewer.actor, &calls).await;
    let mut rest = told.as_slice();
    let cells = questions.iter().zip(parts).map(|((_, _, named), (own, foreign))| {
        let (theirs, after) = rest.split_at(own);
        let (others, after) = after.split_at(foreign);
        rest = after;
        let (theirs, others) = (left(theirs), left(others));
        if named.is_none() || theirs == others { theirs } else { format!("{theirs}/{others}") }
    });
    cells.collect()
}

pub async fn filters(stage: &Stage, contract: &Contract, missing: &mut Vec<String>) -> Section {
    let covered: BTreeSet<String> = stage.filters.iter().map(|of| format!("{}Filter", of.list.of)).collect();
    let known = inputs(&stage.types, "filter");
    missing.extend(
        known
            .iter()
            .filter(|name| !covered.contains(*name) && !ELSEWHERE.contains(&name.as_str()))
            .map(|name| format!("{name}: its specimens in tests/api/specimen_filters")),
    );
    let questions = questions(stage, contract, missing);
    let mut columns = Vec::new();
    for viewer in &stage.viewers {
        columns.push(asked(viewer, &questions).await);
    }
    let mut section = Section::default();
    for (place, (name, ..)) in questions.iter().enumerate() {
        section.put(name.clone(), columns.iter().map(|column| column[place].clone()).collect());
    }
    section
}

/// One line for all orders of a list that the same viewers may ask for.
pub async fn orders(stage: &Stage, missing: &mut Vec<String>) -> Section {
    let mut section = Section::default();
    for input in inputs(&stage.types, "orderBy") {
        let of = input.strip_suffix("Order").expect("an order is called so");
        let around = stage
            .filters
            .iter()
            .find(|list| list.list.of == of)
            .map(|list| (list.list.field.to_owned(), list.around.clone()));
        let Some((list, around)) = around.or_else(|| Some((roots_of(&stage.types, of)?.1, "LIST".to_owned()))) else {
            missing.push(format!("{input}: a list that is ordered by it, in tests/api/specimen_filters"));
            continue;
        };
        let values = stage.types.values(&input);
        let call = |value: &String| {
            Call::plain(around.replace("LIST", &format!("{list}(first: 2, orderBy: [{value}]) {{ nodes {{ id }} }}")))
        };
        let calls: Vec<Call> = values.iter().map(call).collect();
        let mut columns = Vec::new();
        for viewer in &stage.viewers {
            columns.push(ask_all(&viewer.actor, &calls).await);
        }
        let mut by_cells: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
        for (place, value) in values.iter().enumerate() {
            let cell = |told: &Told| told.as_ref().err().cloned().unwrap_or_else(|| "may".to_owned());
            by_cells.entry(columns.iter().map(|column| cell(&column[place])).collect()).or_default().push(value);
        }
        for (cells, values) in by_cells {
            section.put(format!("{list} by {}", values.join(" ")), cells);
        }
    }
    section
}
