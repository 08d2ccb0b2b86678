//! Lists page by page, and what they should be: sorted in Rust from the rows that are in the database.

use std::{cmp::Ordering, collections::BTreeMap};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{Actor, Answer};

/// A connection: a root field, or a field of an object.
#[derive(Clone, Debug)]
pub struct List {
    pub field: &'static str,
    /// The type of its rows.
    pub of: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub ids: Vec<String>,
    pub cursors: Vec<String>,
    pub has_next: bool,
    pub has_previous: bool,
    pub total: usize,
}

const SHAPE: &str = "edges { cursor node { id } } nodes { id } totalCount \
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

impl List {
    pub fn new(field: &'static str, of: &'static str) -> Self {
        Self { field, of }
    }

    /// A document that asks for the list where `LIST` stands, its arguments in variables.
    pub fn document(&self, around: &str) -> String {
        let Self { field, of } = self;
        // The feed has one order.
        let (order, order_by) = match *of {
            "Event" => (String::new(), ""),
            _ => (format!(", $orderBy: [{of}Order!]"), ", orderBy: $orderBy"),
        };
        let call =
            format!("{field}(first: $first, after: $after, last: $last, before: $before, filter: $filter{order_by})");
        format!(
            "query($first: Int, $after: String, $last: Int, $before: String, $filter: {of}Filter{order}) {{ {} }}",
            around.replace("LIST", &format!("{call} {{ {SHAPE} }}"))
        )
    }

    pub async fn ask(&self, actor: &Actor, arguments: Value) -> Answer {
        actor.gql(&self.document("LIST"), arguments).await
    }

    pub async fn page(&self, actor: &Actor, arguments: Value) -> Page {
        let answer = self.ask(actor, arguments).await;
        Page::read(&answer.data()[self.field])
    }

    /// All values of the order's enum.
    pub async fn orders(&self, actor: &Actor) -> Vec<String> {
        let query = "query($name: String!) { __type(name: $name) { enumValues { name } } }";
        let answer = actor.gql(query, json!({ "name": format!("{}Order", self.of) })).await;
        let values = answer.data()["__type"]["enumValues"].as_array().unwrap();
        values.iter().map(|value| value["name"].as_str().unwrap().to_owned()).collect()
    }
}

impl Page {
    /// Holds a connection to what all must keep.
    #[track_caller]
    pub fn read(connection: &Value) -> Self {
        let texts = |path: &str, of: &Value| -> Vec<String> {
            let rows = of.as_array().unwrap().iter();
            rows.map(|row| row.pointer(path).unwrap().as_str().unwrap().to_owned()).collect()
        };
        let ids = texts("/node/id", &connection["edges"]);
        assert_eq!(ids, texts("/id", &connection["nodes"]), "`edges` and `nodes` are the same rows");
        let cursors = texts("/cursor", &connection["edges"]);
        let info = &connection["pageInfo"];
        assert_eq!(info["startCursor"].as_str(), cursors.first().map(String::as_str));
        assert_eq!(info["endCursor"].as_str(), cursors.last().map(String::as_str));
        let (has_next, has_previous) =
            (info["hasNextPage"].as_bool().unwrap(), info["hasPreviousPage"].as_bool().unwrap());
        Self { ids, cursors, has_next, has_previous, total: connection["totalCount"].as_u64().unwrap() as usize }
    }
}

/// What a list is ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Text(String),
    Day(NaiveDate),
    Instant(DateTime<Utc>),
    Number(i64),
}

/// A row as a list should sort it: the values behind `NAME_ASC`, `NAME_DESC` are under `NAME`.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: String,
    pub keys: BTreeMap<&'static str, Option<Key>>,
}

/// The ids in this order: nulls last ascending and first descending, ties by id in the direction of the last key, a key that comes twice counted once.
pub fn sorted(entries: &[Entry], orders: &[String]) -> Vec<String> {
    let mut keys: Vec<(&str, bool)> = Vec::new();
    for order in orders {
        let (name, direction) = order.rsplit_once('_').expect("an order says its direction");
        if keys.iter().all(|(known, _)| *known != name) {
            keys.push((name, direction == "DESC"));
        }
    }
    let turned = |descending: bool, ordering: Ordering| if descending { ordering.reverse() } else { ordering };
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_by(|a, b| {
        let by_keys = keys.iter().map(|(name, descending)| {
            let (a, b) = (&a.keys[name], &b.keys[name]);
            // `None` is the smallest in Rust, and the largest here.
            turned(*descending, a.is_none().cmp(&b.is_none()).then_with(|| a.cmp(b)))
        });
        let by_keys = by_keys.fold(Ordering::Equal, Ordering::then);
        by_keys.then_with(|| turned(keys.last().is_some_and(|(_, descending)| *descending), a.id.cmp(&b.id)))
    });
    entries.into_iter().map(|entry| entry.id.clone()).collect()
}
