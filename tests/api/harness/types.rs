//! The schema's object types, read by introspection: tests that must reach every field begin here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Actor;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A scalar or an enum.
    Leaf,
    /// An object with an id, or the interface of all of them.
    Node,
    Connection,
    /// An object that is part of another.
    Part,
}

#[derive(Clone, Debug)]
pub struct FieldOf {
    pub name: String,
    /// The type without lists and exclamation marks.
    pub of: String,
    pub kind: Kind,

    /// Names and types of the arguments.
    pub arguments: Vec<(String, String)>,
    pub needs_arguments: bool,
}

pub struct Types {
    objects: BTreeMap<String, Vec<FieldOf>>,
    enums: BTreeMap<String, Vec<String>>,
    pub nodes: BTreeSet<String>,
}

const QUESTION: &str = "{ __schema { types { kind name enumValues { name } possibleTypes { name } \
    fields { name args { name type { ...deep } defaultValue } type { ...deep } } } } } \
    fragment deep on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

impl Types {
    pub async fn read(actor: &Actor) -> Self {
        let answer = actor.ask(QUESTION).await;
        let types = answer.data()["__schema"]["types"].as_array().unwrap();
        let names =
            |of: &Value| -> Vec<String> { of.as_array().into_iter().flatten().map(|of| text(&of["name"])).collect() };
        let node = types.iter().find(|of| of["name"] == "Node").expect("there is an interface Node");
        let nodes: BTreeSet<String> = names(&node["possibleTypes"]).into_iter().collect();
        // The interface has fields like an object: those that all nodes have.
        let has_fields = |of: &&Value| matches!(of["kind"].as_str(), Some("OBJECT" | "INTERFACE"));
        let objects = types.iter().filter(has_fields).filter(|of| !text(&of["name"]).starts_with("__"));
        let enums =
            types.iter().filter(|of| of["kind"] == "ENUM").map(|of| (text(&of["name"]), names(&of["enumValues"])));
        let fields = |of: &Value| of["fields"].as_array().unwrap().iter().map(|field| read(field, &nodes)).collect();
        Self { objects: objects.map(|of| (text(&of["name"]), fields(of))).collect(), enums: enums.collect(), nodes }
    }

    pub fn fields(&self, of: &str) -> &[FieldOf] {
        self.objects.get(of).unwrap_or_else(|| panic!("no object type {of}"))
    }

    pub fn field(&self, of: &str, name: &str) -> &FieldOf {
        self.fields(of).iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no field {of}.{name}"))
    }

    pub fn values(&self, of: &str) -> &[String] {
        &self.enums[of]
    }

    /// All leaves of an object that is part of another, and of its parts.
    pub fn leaves(&self, of: &str) -> String {
        let leaf = |field: &FieldOf| match field.kind {
            Kind::Leaf => field.name.clone(),
            Kind::Part => format!("{} {{ {} }}", field.name, self.leaves(&field.of)),
            Kind::Node => format!("{} {{ id }}", field.name),
            Kind::Connection => format!("{} {{ totalCount }}", field.name),
        };
        self.fields(of).iter().map(leaf).collect::<Vec<_>>().join(" ")
    }
}

fn read(field: &Value, nodes: &BTreeSet<String>) -> FieldOf {
    let (kind, of, _, _) = unwrapped(&field["type"]);
    let kind = match kind.as_str() {
        "SCALAR" | "ENUM" => Kind::Leaf,
        _ if of == "Node" || nodes.contains(&of) => Kind::Node,
        _ if of.ends_with("Connection") => Kind::Connection,
        _ => Kind::Part,
    };
    let arguments = field["args"].as_array().unwrap();
    let needed = |argument: &Value| unwrapped(&argument["type"]).3 && argument["defaultValue"].is_null();
    FieldOf {
        name: text(&field["name"]),
        of,
        kind,
        needs_arguments: arguments.iter().any(needed),
        arguments: arguments.iter().map(|argument| (text(&argument["name"]), unwrapped(&argument["type"]).1)).collect(),
    }
}

/// Kind and name without lists and exclamation marks; is it a list, is it required?
fn unwrapped(of: &Value) -> (String, String, bool, bool) {
    let (mut of, required, mut list) = (of, of["kind"] == "NON_NULL", false);
    while !of["ofType"].is_null() {
        list |= of["kind"] == "LIST";
        of = &of["ofType"];
    }
    (text(&of["kind"]), text(&of["name"]), list, required)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
