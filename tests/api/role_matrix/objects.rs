//! Objects and their fields: through `node`, through their own query, and as what other objects lead to. All doors must show the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use tongxin::schema::{CLASSED, TYPES};

use super::Line;
use crate::harness::{
    stage::{Column, Stage},
    types::{FieldOf, Kind, Types},
};

/// What a column was shown of the rows of all types.
pub type Shown = BTreeMap<String, Map<String, Value>>;

/// Fields of an object itself.
pub fn own(types: &Types, of: &str) -> String {
    let fields = types.fields(of).iter().filter(|field| !field.needs_arguments && field.name != "id");
    let leaves = fields.filter_map(|field| match field.kind {
        Kind::Leaf => Some(field.name.clone()),
        Kind::Part => Some(format!("{} {{ {} }}", field.name, types.leaves(&field.of))),
        Kind::Node | Kind::Connection => None,
    });
    leaves.collect::<Vec<_>>().join(" ")
}

/// The type that a field leads to; none where it leads to none, or to any.
fn target(field: &FieldOf) -> Option<&str> {
    match field.kind {
        Kind::Node => Some(&*field.of).filter(|of| *of != "Node"),
        Kind::Connection => field.of.strip_suffix("Connection"),
        Kind::Leaf | Kind::Part => None,
    }
}

/// An object with all its fields, and the own fields of all that they lead to.
fn whole(types: &Types, of: &str) -> String {
    let edges = types.fields(of).iter().filter(|field| !field.needs_arguments).filter_map(|field| {
        let below = own(types, target(field)?);
        Some(match field.kind {
            Kind::Connection => format!("{}(first: 3) {{ totalCount nodes {{ id {below} }} }}", field.name),
            _ => format!("{} {{ id {below} }}", field.name),
        })
    });
    format!("id {} {}", own(types, of), edges.collect::<Vec<_>>().join(" "))
}

/// All rows of all types, as one column is shown them through `nodes`.
pub async fn shown(stage: &Stage, column: &Column) -> Shown {
    let mut shown = Shown::new();
    for (of, _) in TYPES {
        let query =
            format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {of} {{ {} }} }} }}", whole(&stage.types, of));
        let ids: Vec<&String> = stage.rows[of].iter().flatten().collect();
        let answer = column.ask(&query, json!({ "ids": ids })).await;
        if column.seat.is_none() {
            assert_eq!(answer.code(), "UNAUTHENTICATED", "{of}");
            continue;
        }
        for (id, node) in ids.into_iter().zip(answer.data()["nodes"].as_array().unwrap()) {
            if let Some(node) = node.as_object() {
                shown.insert(id.clone(), node.clone());
            }
        }
    }
    shown
}

/// How far what somebody is shown of a field is what is there; none where there is nothing.
fn outcome(field: &FieldOf, there: &Value, shown: &Value) -> Option<&'static str> {
    let nothing = there.is_null() || there["totalCount"] == 0 || there.as_array().is_some_and(Vec::is_empty);
    let ids = |of: &Value| -> BTreeSet<String> {
        let one = of["id"].as_str().into_iter();
        let nodes = of.as_array().or(of["nodes"].as_array()).into_iter().flatten();
        one.chain(nodes.filter_map(|node| node["id"].as_str())).map(str::to_owned).collect()
    };
    if field.kind == Kind::Node || field.kind == Kind::Connection {
        let (there_ids, shown_ids) = (ids(there), ids(shown));
        let (total, seen) = (there["totalCount"].as_u64().unwrap_or(0), shown["totalCount"].as_u64().unwrap_or(0));
        return match () {
            () if shown_ids.len() > there_ids.len() || seen > total => Some("more"),
            () if nothing => None,
            () if there_ids == shown_ids && total == seen => Some("full"),
            () if shown_ids.is_empty() && seen == 0 => Some("hidden"),
            () => Some("part"),
        };
    }
    match shown {
        _ if there == shown => (!nothing).then_some("full"),
        _ if nothing => Some("more"),
        Value::Null => Some("hidden"),
        shown if shown.to_string().contains('*') => Some("masked"),
        _ => Some("other"),
    }
}

/// A line for each type and for each of its fields; asks through every door.
pub async fn lines(stage: &Stage) -> Vec<Line> {
    let homes = stage.homes();
    // What is there, from those who are shown all of it.
    let full = |of: &str| stage.columns.iter().find(|column| column.name == of).unwrap();
    let mut there = shown(stage, full("staff")).await;
    there.extend(shown(stage, &stage.stranger()).await.into_iter().filter(|(id, _)| stage.is_elsewhere(id)));
    let mut by_column = Vec::new();
    for column in &stage.columns {
        let all = shown(stage, column).await;
        doors(stage, column, &all).await;
        nested(stage, column, &all);
        by_column.push(all);
    }

    let mut lines = Vec::new();
    for (of, _) in TYPES {
        let cells = stage.columns.iter().zip(&by_column).map(|(column, all)| {
            let parts = stage.rows[of].each_ref().map(|ids| {
                let asked = ids.iter().filter(|id| stage.concerns(column, id, &homes));
                let (seen, hidden): (Vec<_>, Vec<_>) = asked.partition(|id| all.contains_key(*id));
                match (seen.len(), hidden.len()) {
                    (0, _) => "-",
                    (_, 0) => "all",
                    _ => "some",
                }
            });
            parts.join("/")
        });
        lines.push(Line::new(format!("type {of}"), cells.collect()));
        let classed = CLASSED.iter().find(|(name, _)| name == of).unwrap().1;
        for field in stage.types.fields(of).iter().filter(|field| !field.needs_arguments && field.name != "id") {
            let class = classed.iter().find(|(name, _)| *name == field.name).map(|(_, class)| format!(" [{class:?}]"));
            let leads = target(field).map(|of| format!(" -> <{of}>"));
            let name = format!("field {of}.{}{}", field.name, class.or(leads).unwrap_or_default());
            let cells = stage.columns.iter().zip(&by_column).map(|(column, all)| {
                let rows = stage.rows[of].iter().flatten().filter(|id| stage.concerns(column, id, &homes));
                let outcomes =
                    rows.filter_map(|id| outcome(field, &there.get(id)?[&field.name], &all.get(id)?[&field.name]));
                let outcomes: BTreeSet<&str> = outcomes.collect();
                if outcomes.is_empty() { "-".to_owned() } else { outcomes.into_iter().collect::<Vec<_>>().join("+") }
            });
            lines.push(Line::new(name, cells.collect()));
        }
    }
    lines
}

/// The own query of a type and its list show what `node` shows, and nothing that it does not.
async fn doors(stage: &Stage, column: &Column, all: &Shown) {
    if column.seat.is_none() {
        return;
    }
    let types = &stage.types;
    let same = |door: &str, object: &Value| {
        let id = object["id"].as_str().unwrap();
        let Some(known) = all.get(id) else {
            assert!(!stage.is_known(id), "{} finds {id} through {door} and not through `node`", column.name);
            return;
        };
        for (field, value) in object.as_object().unwrap() {
            assert_eq!(value, &known[field], "{}: {field} of {id} through {door}", column.name);
        }
    };
    for root in types.fields("Query") {
        let of = root.of.strip_suffix("Connection").unwrap_or(&root.of);
        if !types.nodes.contains(of) {
            continue;
        }
        let below = own(types, of);
        if root.kind == Kind::Connection {
            let answer =
                column.ask(&format!("{{ {}(first: 60) {{ nodes {{ id {below} }} }} }}", root.name), json!({})).await;
            answer.data()[&root.name]["nodes"].as_array().unwrap().iter().for_each(|object| same(&root.name, object));
            continue;
        }
        if root.arguments.iter().all(|(name, _)| name != "id") {
            continue;
        }
        let [here, elsewhere] = &stage.rows[of];
        let reached = here.iter().filter(|id| all.contains_key(*id)).take(2);
        let ids: Vec<&String> = here.iter().take(3).chain(elsewhere.iter().take(2)).chain(reached).collect();
        let asked: Vec<String> =
            (0..ids.len()).map(|i| format!("a{i}: {}(id: $i{i}) {{ id {below} }}", root.name)).collect();
        let variables: Vec<String> = (0..ids.len()).map(|i| format!("$i{i}: ID!")).collect();
        let values: Map<String, Value> = ids.iter().enumerate().map(|(i, id)| (format!("i{i}"), json!(id))).collect();
        let query = format!("query({}) {{ {} }}", variables.join(", "), asked.join(" "));
        let answer = column.ask(&query, Value::Object(values)).await;
        for (i, id) in ids.iter().enumerate() {
            let found = &answer.data()[format!("a{i}")];
            assert_eq!(found.is_null(), !all.contains_key(*id), "{}: {id} through {}", column.name, root.name);
            if !found.is_null() {
                same(&root.name, found);
            }
        }
    }
}

/// What an object leads to shows what `node` shows of it, and nothing that it does not.
fn nested(stage: &Stage, column: &Column, all: &Shown) {
    for (parent, object) in all {
        for (edge, value) in object {
            let children = value.as_array().or(value["nodes"].as_array()).into_iter().flatten();
            for child in children.chain(value["id"].as_str().map(|_| value)) {
                let Some(id) = child["id"].as_str() else { continue };
                match all.get(id) {
                    None => assert!(
                        !stage.is_known(id),
                        "{}: {edge} of {parent} leads to {id}, which `node` does not find",
                        column.name
                    ),
                    Some(known) => {
                        for (field, value) in child.as_object().unwrap() {
                            assert_eq!(
                                value, &known[field],
                                "{}: {field} of {id}, from {edge} of {parent}",
                                column.name
                            );
                        }
                    }
                }
            }
        }
    }
}
