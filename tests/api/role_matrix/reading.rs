//! Rows and their fields through every door: the direct query, the root list, `node`, and the edges of other objects.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tongxin::schema::CLASSED;

use super::{
    ask::{Call, Told, ask_all},
    words::{Words, is_something, share, word},
};
use crate::harness::{
    Actor,
    stage::{Stage, Viewer},
    types::{FieldOf, Kind, Types},
};

/// So many of somebody's rows of a type are looked at, and so many of the others'.
const ROWS: (usize, usize) = (24, 12);

pub const DOORS: [&str; 4] = ["direct", "list", "node", "nested"];

/// The rows of each type as those read them who read everything, by id.
pub type Whole = BTreeMap<String, Value>;

/// What one viewer was told.
#[derive(Default)]
pub struct Reading {
    /// By type and door: cells of own and foreign rows.
    pub rows: BTreeMap<(String, &'static str), String>,
    /// By field (`Resident.fullName`) and door.
    pub fields: BTreeMap<(String, &'static str), Words>,
    /// Foreign rows that something led to: by the field that did.
    pub strays: BTreeSet<String>,
}

pub fn fields_of<'a>(types: &'a Types, of: &str) -> impl Iterator<Item = &'a FieldOf> {
    types.fields(of).iter().filter(|field| !field.needs_arguments && field.name != "id")
}

/// The fields of a type that not everybody who sees a row reads, as they are selected.
fn classed(types: &Types, of: &str) -> String {
    let names = CLASSED.iter().filter(|(name, _)| *name == of).flat_map(|(_, classed)| classed.iter());
    let select = |name: &str| match types.field(of, name).kind {
        Kind::Leaf => format!(" {name}"),
        Kind::Part => format!(" {name} {{ {} }}", types.leaves(&types.field(of, name).of)),
        Kind::Node => format!(" {name} {{ id }}"),
        Kind::Connection => format!(" {name}(first: 5) {{ nodes {{ id }} }}"),
    };
    names.map(|(name, _)| select(name)).collect()
}

fn below(types: &Types, of: &str) -> String {
    if of == "Node" { "id __typename".to_owned() } else { format!("id __typename{}", classed(types, of)) }
}

/// Everything that an object shows, and of objects that its edges lead to what is classed.
fn everything(types: &Types, of: &str) -> String {
    let select = |field: &FieldOf| {
        let name = &field.name;
        match field.kind {
            Kind::Leaf => name.clone(),
            Kind::Part => format!("{name} {{ {} }}", types.leaves(&field.of)),
            Kind::Node => format!("{name} {{ {} }}", below(types, &field.of)),
            Kind::Connection => {
                let of = field.of.strip_suffix("Connection").expect("a connection is called so");
                format!("{name}(first: 5) {{ nodes {{ {} }} }}", below(types, of))
            }
        }
    };
    fields_of(types, of).map(select).collect::<Vec<_>>().join(" ")
}

/// So many of them, from all over.
fn some(ids: &BTreeSet<String>, number: usize) -> Vec<&String> {
    ids.iter().step_by(ids.len().div_ceil(number).max(1)).collect()
}

async fn nodes(actor: &Actor, types: &Types, of: &str, ids: &[&String]) -> Told {
    let text = format!("nodes(ids: $F) {{ id ... on {of} {{ {} }} }}", everything(types, of));
    ask_all(actor, &[Call::with(text, "[ID!]!", json!(ids))]).await.remove(0)
}

/// Reads all rows once, as those who read everything: of what is left out for them, as the operator.
pub async fn whole(stage: &Stage) -> Whole {
    let mut whole = Whole::new();
    for of in &stage.types.nodes {
        let [here, elsewhere] = &stage.keepers;
        for (keeper, ids) in
            [(&stage.viewers[0].actor, &stage.elsewhere), (elsewhere, &stage.elsewhere), (here, &stage.here)]
        {
            let ids: Vec<&String> = ids[of].iter().collect();
            for ids in ids.chunks(100) {
                let told = nodes(keeper, &stage.types, of, ids).await.unwrap_or_else(|code| panic!("{of}: {code}"));
                let found = told.as_array().unwrap().iter().filter(|object| !object.is_null());
                whole.extend(found.map(|object| (object["id"].as_str().unwrap().to_owned(), object.clone())));
            }
        }
    }
    whole
}

/// Everything that one viewer is told of the rows of the stage.
pub async fn read(stage: &Stage, viewer: &Viewer, whole: &Whole) -> Reading {
    let mut reading = Reading::default();
    let mut nested: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for of in &stage.types.nodes {
        let (own, foreign) = (some(&viewer.own[of], ROWS.0), some(&viewer.foreign[of], ROWS.1));
        let ids: Vec<&String> = own.iter().chain(&foreign).copied().collect();
        let cell = match nodes(&viewer.actor, &stage.types, of, &ids).await {
            Err(code) => code,
            Ok(told) => {
                let objects = told.as_array().unwrap();
                let seen = |objects: &[Value]| objects.iter().filter(|object| !object.is_null()).count();
                for object in objects.iter().filter(|object| !object.is_null()) {
                    walk(stage, viewer, whole, of, object, &mut reading, &mut nested);
                }
                let (theirs, others) = objects.split_at(own.len());
                format!("{}/{}", share(seen(theirs), own.len()), share(seen(others), foreign.len()))
            }
        };
        reading.rows.insert((of.clone(), "node"), cell);
    }
    let refused = reading.rows.values().next().filter(|cell| cell.contains("UNAUTHENTICATED")).cloned();
    for of in &stage.types.nodes {
        let (own, foreign) = nested.get(of).copied().unwrap_or_default();
        let word = |reached: bool, ids: &BTreeSet<String>| match (reached, ids.is_empty()) {
            (true, _) => "yes",
            (false, true) => ".",
            (false, false) => "-",
        };
        let cell = format!("{}/{}", word(own, &viewer.own[of]), word(foreign, &viewer.foreign[of]));
        reading.rows.insert((of.clone(), "nested"), refused.clone().unwrap_or(cell));
    }
    at_the_root(stage, viewer, whole, &mut reading).await;
    reading
}

/// What an object shows, compared with all that there is.
fn walk(
    stage: &Stage,
    viewer: &Viewer,
    whole: &Whole,
    of: &str,
    object: &Value,
    reading: &mut Reading,
    nested: &mut BTreeMap<String, (bool, bool)>,
) {
    let id = object["id"].as_str().unwrap();
    // Foreign rows say nothing of what one reads of one's own.
    let full = whole.get(id).filter(|_| viewer.own[of].contains(id));
    for field in fields_of(&stage.types, of) {
        let (name, read) = (format!("{of}.{}", field.name), &object[&field.name]);
        let leads = matches!(field.kind, Kind::Node | Kind::Connection);
        if let Some(full) = full.map(|full| &full[&field.name]).filter(|full| is_something(full)) {
            let word = if leads { word(&ids_only(full), &ids_only(read)) } else { word(full, read) };
            reading.fields.entry((name.clone(), "node")).or_default().add(word);
        }
        // Something where those who read everything read nothing: one who is shown as the only one, because the others are hidden.
        if full.is_some_and(|full| !is_something(&full[&field.name])) && is_something(read) {
            reading.fields.entry((name.clone(), "node")).or_default().add("more");
        }
        if !leads {
            continue;
        }
        for found in objects(read) {
            let (of, id) = (found["__typename"].as_str().unwrap(), found["id"].as_str().unwrap());
            let (own, foreign) = nested.entry(of.to_owned()).or_default();
            *own |= viewer.own[of].contains(id);
            if viewer.foreign[of].contains(id) {
                *foreign = true;
                reading.strays.insert(name.clone());
            }
            compare(viewer, whole, of, found, "nested", reading);
        }
    }
}

/// The objects of an edge: one, a list or a connection.
fn objects(edge: &Value) -> Vec<&Value> {
    match edge {
        Value::Array(items) => items.iter().filter(|item| !item.is_null()).collect(),
        Value::Object(fields) => match fields.get("nodes") {
            Some(nodes) => objects(nodes),
            None => vec![edge],
        },
        _ => Vec::new(),
    }
}

/// The classed fields of one of somebody's rows.
fn compare(viewer: &Viewer, whole: &Whole, of: &str, object: &Value, door: &'static str, reading: &mut Reading) {
    let id = object["id"].as_str().unwrap();
    let Some(full) = whole.get(id).filter(|_| viewer.own[of].contains(id)) else { return };
    let names = CLASSED.iter().filter(|(name, _)| *name == of).flat_map(|(_, classed)| classed.iter());
    for (name, _) in names {
        // Of what lies under it nested documents select less.
        if object.get(name).is_some() && is_something(&full[name]) {
            let (full, read) = (ids_only(&full[name]), ids_only(&object[name]));
            reading.fields.entry((format!("{of}.{name}"), door)).or_default().add(word(&full, &read));
        }
    }
}

/// Objects by their ids, and values as they are.
fn ids_only(value: &Value) -> Value {
    let found = objects(value);
    if found.iter().any(|object| object.get("id").is_some()) {
        return found.iter().map(|object| object["id"].clone()).collect();
    }
    value.clone()
}

/// Single objects and lists, by the fields of the root.
async fn at_the_root(stage: &Stage, viewer: &Viewer, whole: &Whole, reading: &mut Reading) {
    for of in &stage.types.nodes {
        let Some((one, many)) = roots_of(&stage.types, of) else { continue };
        let select = below(&stage.types, of);
        let (own, foreign) = (some(&viewer.own[of], 4), some(&viewer.foreign[of], 2));
        let ids = own.iter().chain(&foreign);
        let mut calls: Vec<Call> =
            ids.map(|id| Call::with(format!("{one}(id: $F) {{ {select} }}"), "ID!", json!(id))).collect();
        calls.push(Call::plain(format!("{many}(first: 100) {{ totalCount nodes {{ {select} }} }}")));
        let mut told = ask_all(&viewer.actor, &calls).await;
        let list = told.pop().expect("the list was asked");
        let refused = told.iter().find_map(|told| told.as_ref().err().cloned());
        let seen =
            |told: &[Told]| told.iter().filter(|told| told.as_ref().is_ok_and(|object| !object.is_null())).count();
        let (theirs, others) = told.split_at(own.len());
        let cell = format!("{}/{}", share(seen(theirs), own.len()), share(seen(others), foreign.len()));
        reading.rows.insert((of.clone(), "direct"), refused.unwrap_or(cell));
        for object in told.iter().filter_map(|told| told.as_ref().ok()).filter(|object| !object.is_null()) {
            compare(viewer, whole, of, object, "direct", reading);
        }
        let cell = match list {
            Err(code) => code,
            Ok(list) => {
                let found = objects(&list);
                let among = |ids: &BTreeSet<String>| found.iter().any(|row| ids.contains(row["id"].as_str().unwrap()));
                let word = |ids: &BTreeSet<String>| match (among(ids), ids.is_empty()) {
                    (true, _) => "yes",
                    (false, true) => ".",
                    (false, false) => "-",
                };
                found.iter().for_each(|object| compare(viewer, whole, of, object, "list", reading));
                let counted = list["totalCount"].as_u64().unwrap();
                assert!(counted >= found.len() as u64, "{}: {many} counts {counted}", viewer.name);
                format!("{}/{}", word(&viewer.own[of]), word(&viewer.foreign[of]))
            }
        };
        reading.rows.insert((of.clone(), "list"), cell);
    }
}

/// The fields of the root that give one object of a type, and all of them.
pub fn roots_of(types: &Types, of: &str) -> Option<(String, String)> {
    let fields = types.fields("Query");
    let one = fields.iter().find(|field| field.of == of && field.needs_arguments && field.arguments.len() == 1)?;
    let connection = format!("{of}Connection");
    let many = fields.iter().find(|field| field.of == connection)?;
    Some((one.name.clone(), many.name.clone()))
}
