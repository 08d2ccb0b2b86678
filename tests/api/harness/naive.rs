//! The answer to a document as somebody would put it together who asks for one object and one field at a time.

use std::collections::HashMap;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::{
    Actor,
    document::{Field, Selected, collect},
    types::{Kind, Types},
};

const PAGE: &str =
    "nodes { id } edges { cursor } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

pub struct Naive<'a> {
    pub actor: &'a Actor,
    pub types: &'a Types,
    /// What was asked already, by the text of the request.
    known: HashMap<String, Value>,
}

type Below<'b> = Vec<&'b [Selected]>;

impl<'a> Naive<'a> {
    pub fn new(actor: &'a Actor, types: &'a Types) -> Self {
        Self { actor, types, known: HashMap::new() }
    }

    /// How many small requests it took.
    pub fn requests(&self) -> usize {
        self.known.len()
    }

    async fn ask(&mut self, query: String) -> Value {
        if let Some(known) = self.known.get(&query) {
            return known.clone();
        }
        let answer = self.actor.ask(&query).await.data().clone();
        self.known.insert(query, answer.clone());
        answer
    }

    /// One field of one object.
    async fn field(&mut self, of: &str, id: &str, call: &str, below: &str) -> Value {
        let answer = self.ask(format!("{{ node(id: {id:?}) {{ ... on {of} {{ it: {call} {below} }} }} }}")).await;
        answer["node"]["it"].clone()
    }

    pub async fn answer(&mut self, document: &[Selected]) -> Value {
        let mut data = Map::new();
        for (field, below) in collect(self.types, "Query", &[document]) {
            let value = match field.name.as_str() {
                "nodes" => {
                    let ids = field.call();
                    let ids: Vec<String> =
                        serde_json::from_str(ids["nodes(ids: ".len()..].trim_end_matches(')')).unwrap();
                    let mut all = Vec::new();
                    for id in ids {
                        let call = format!("node(id: {id:?})");
                        all.push(self.root_object(&call, &below).await);
                    }
                    Value::Array(all)
                }
                _ if self.types.field("Query", &field.name).kind == Kind::Connection => {
                    let page = self.ask(format!("{{ it: {} {{ {PAGE} }} }}", field.call())).await;
                    let of = &self.types.field("Query", &field.name).of;
                    self.connection(of, &page["it"], &below).await
                }
                _ => self.root_object(&field.call(), &below).await,
            };
            data.insert(field.key.clone(), value);
        }
        data.into()
    }

    async fn root_object(&mut self, call: &str, below: &Below<'_>) -> Value {
        let found = self.ask(format!("{{ it: {call} {{ id __typename }} }}")).await;
        self.found(&found["it"], below).await
    }

    /// An object whose id and type are known, or none.
    async fn found(&mut self, found: &Value, below: &Below<'_>) -> Value {
        match found["id"].as_str() {
            Some(id) => self.object(found["__typename"].as_str().unwrap(), id, below).await,
            None => Value::Null,
        }
    }

    fn object<'b>(&'b mut self, of: &'b str, id: &'b str, below: &'b Below<'_>) -> BoxFuture<'b, Value> {
        Box::pin(async move {
            let mut object = Map::new();
            for (field, below) in collect(self.types, of, below) {
                let value = self.value(of, id, field, &below).await;
                object.insert(field.key.clone(), value);
            }
            object.into()
        })
    }

    async fn value(&mut self, of: &str, id: &str, field: &Field, below: &Below<'_>) -> Value {
        if field.name == "__typename" {
            return json!(of);
        }
        let known = self.types.field(of, &field.name).clone();
        let call = field.call();
        match known.kind {
            Kind::Leaf => self.field(of, id, &call, "").await,
            Kind::Part => {
                let leaves = self.types.leaves(&known.of);
                self.field(of, id, &call, &format!("{{ {leaves} }}")).await
            }
            Kind::Node => {
                let found = self.field(of, id, &call, "{ id __typename }").await;
                let Value::Array(rows) = &found else { return self.found(&found, below).await };
                let mut all = Vec::new();
                for row in rows {
                    all.push(self.found(row, below).await);
                }
                all.into()
            }
            Kind::Connection => {
                let page = self.field(of, id, &call, &format!("{{ {PAGE} }}")).await;
                self.connection(&known.of, &page, below).await
            }
        }
    }

    async fn connection(&mut self, of: &str, page: &Value, below: &Below<'_>) -> Value {
        let row = of.strip_suffix("Connection").unwrap();
        let ids: Vec<String> =
            page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
        let mut connection = Map::new();
        for (field, below) in collect(self.types, of, below) {
            let value = match field.name.as_str() {
                "nodes" => {
                    let mut nodes = Vec::new();
                    for id in &ids {
                        nodes.push(self.object(row, id, &below).await);
                    }
                    nodes.into()
                }
                "edges" => {
                    let mut edges = Vec::new();
                    for (id, edge) in ids.iter().zip(page["edges"].as_array().unwrap()) {
                        let mut shown = Map::new();
                        for (field, below) in collect(self.types, &format!("{row}Edge"), &below) {
                            let value = if field.name == "node" {
                                self.object(row, id, &below).await
                            } else {
                                edge[&field.name].clone()
                            };
                            shown.insert(field.key.clone(), value);
                        }
                        edges.push(Value::from(shown));
                    }
                    edges.into()
                }
                // `pageInfo` is always drawn whole.
                name => page[name].clone(),
            };
            connection.insert(field.key.clone(), value);
        }
        connection.into()
    }
}
