//! What a request costs, reckoned before any of it is done: about the number of rows that its answer may have. A row costs one point and
//! a value nothing; a page costs what its rows cost, for as many rows as are asked for; a field that works harder says so in the schema
//! (`@cost`). Fields of one key are one field, as they are to the executor. Bounds of the document itself are in [`super::limits`].

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Response as Outcome, ServerError, Variables,
    indexmap::IndexMap,
    parser::types::{
        BaseType, ConstDirective, ExecutableDocument, Field, FieldDefinition, OperationDefinition, OperationType,
        Selection, SelectionSet, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
    },
};
use async_graphql_value::{ConstValue, Value};
use serde_json::json;

use super::limits::without_place;
use crate::{
    error::{Code, Error},
    relay::page,
    say,
};

/// The most that one request may cost. A screen of a hundred rows with five of something under each, and something under each of those, is
/// at 1,100; some 50,000 rows are what a core makes in a second.
pub const MOST: u64 = 50_000;

/// What a list costs whose length nobody states: contributors of a contribution, circumstances of a resident.
const LIST: u64 = 5;

/// A count over all that the filter lets through.
const TOTAL: u64 = 10;

/// A transaction, its event and its key; each id in a list is a change of its own.
const CHANGE: u64 = 10;

/// The schema, which is in memory.
const INTROSPECTION: u64 = 20;

/// The prices of a schema's fields.
pub struct Prices {
    fields: HashMap<String, HashMap<String, Price>>,
    query: String,
    mutation: String,
}

struct Price {
    /// Of the field itself.
    weight: u64,
    rows: Rows,
    /// The type of what is below it; empty for values.
    below: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    One,
    /// A connection: its arguments say how many rows it may have.
    Page,
    /// The rows of the connection that the field is in.
    OfPage,
    List,
}

/// What a request was found to cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost(pub u64);

/// A request that costs too much.
pub struct TooDear {
    pub cost: Cost,
    pub error: Box<ServerError>,
}

/// A field with all that is selected under its key.
struct Chosen<'d> {
    field: &'d Field,
    price: Option<&'d Price>,
    below: Vec<(&'d str, &'d SelectionSet)>,
}

impl Prices {
    pub fn of(sdl: &ServiceDocument) -> Self {
        let mut prices = Self { fields: HashMap::new(), query: "Query".into(), mutation: "Mutation".into() };
        let mut composite: HashMap<&str, Vec<&FieldDefinition>> = HashMap::new();
        for definition in &sdl.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let named = |root: &Option<Positioned<Name>>| root.as_ref().map(|name| name.node.to_string());
                    prices.query = named(&schema.node.query).unwrap_or(prices.query);
                    prices.mutation = named(&schema.node.mutation).unwrap_or(prices.mutation);
                }
                TypeSystemDefinition::Type(definition) => {
                    let fields = match &definition.node.kind {
                        TypeKind::Object(object) => &object.fields[..],
                        TypeKind::Interface(interface) => &interface.fields[..],
                        TypeKind::Union(_) => &[],
                        _ => continue,
                    };
                    composite
                        .entry(&definition.node.name.node)
                        .or_default()
                        .extend(fields.iter().map(|field| &field.node));
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        for (&parent, fields) in &composite {
            let is_change = parent == prices.mutation;
            let priced = fields.iter().map(|field| {
                let below = Some(innermost(&field.ty.node)).filter(|name| composite.contains_key(name));
                (field.name.node.to_string(), Price::of(parent, field, below.unwrap_or_default(), is_change))
            });
            prices.fields.insert(parent.to_owned(), priced.collect());
        }
        prices
    }

    /// What an operation costs, or QUERY_TOO_COMPLEX with the dearest part of it.
    pub fn reckon(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Result<Cost, TooDear> {
        let root = if operation.ty == OperationType::Mutation { &self.mutation } else { &self.query };
        let bill = Bill { prices: self, document, variables };
        let level = [(root.as_str(), &operation.selection_set.node)];
        let total = bill.level(&level, 1);
        if total <= MOST {
            return Ok(Cost(total));
        }
        let dearest = bill.dearest(&level, 1, total);
        let message = say!(
            "The request may cost {total} points, at most {MOST}: the dearest part is `{dearest}`. Ask for shorter pages (`first`), or for less at a time.",
            "该请求的费用可达 {total} 点，最多 {MOST} 点：最贵的部分是 `{dearest}`。请缩短分页（`first`），或减少一次请求的内容。"
        );
        Err(TooDear { cost: Cost(total), error: without_place(Error::new(Code::QueryTooComplex, message)).into() })
    }
}

impl Price {
    fn of(parent: &str, field: &FieldDefinition, below: &str, is_change: bool) -> Self {
        let name = field.name.node.as_str();
        let in_connection = parent.ends_with("Connection");
        let (rows, usual) = match (&field.ty.node.base, below) {
            _ if is_change => (Rows::One, CHANGE),
            (_, "") if in_connection && name == "totalCount" => (Rows::One, TOTAL),
            (_, "") => (Rows::One, 0),
            // What an edge costs is its node.
            (BaseType::List(_), _) if in_connection => (Rows::OfPage, 0),
            (BaseType::List(_), _) => (Rows::List, 0),
            _ if below.ends_with("Connection") => (Rows::Page, 1),
            (_, "PageInfo") => (Rows::One, 0),
            _ => (Rows::One, 1),
        };
        let weight = field.directives.iter().find_map(|directive| declared(&directive.node)).unwrap_or(usual);
        Self { weight, rows, below: below.to_owned() }
    }
}

/// The weight of `@cost(weight: "50")`.
fn declared(directive: &ConstDirective) -> Option<u64> {
    if directive.name.node != "cost" {
        return None;
    }
    match &directive.get_argument("weight")?.node {
        ConstValue::String(weight) => weight.parse().ok(),
        _ => None,
    }
}

fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(of) => innermost(of),
    }
}

struct Bill<'d> {
    prices: &'d Prices,
    document: &'d ExecutableDocument,
    variables: &'d Variables,
}

impl<'d> Bill<'d> {
    /// What is selected, key by key; the same key under two types is two fields.
    fn choose(&self, level: &[(&'d str, &'d SelectionSet)]) -> IndexMap<(&'d str, &'d str), Chosen<'d>> {
        let mut chosen = IndexMap::new();
        for (on, set) in level {
            self.collect(on, set, &mut chosen);
        }
        chosen
    }

    fn collect(&self, on: &'d str, set: &'d SelectionSet, chosen: &mut IndexMap<(&'d str, &'d str), Chosen<'d>>) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let price = self.prices.fields.get(on).and_then(|fields| fields.get(field.name.node.as_str()));
                    let entry = chosen.entry((on, field.response_key().node.as_str())).or_insert_with(|| Chosen {
                        field,
                        price,
                        below: Vec::new(),
                    });
                    if let Some(price) = price
                        && !field.selection_set.node.items.is_empty()
                    {
                        entry.below.push((&price.below, &field.selection_set.node));
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map_or(on, |condition| &condition.node.on.node);
                    self.collect(on, &inline.node.selection_set.node, chosen);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        let on = &fragment.node.type_condition.node.on.node;
                        self.collect(on, &fragment.node.selection_set.node, chosen);
                    }
                }
            }
        }
    }

    /// `page`: the rows of the connection that this level is the inside of.
    fn level(&self, level: &[(&'d str, &'d SelectionSet)], page: u64) -> u64 {
        self.choose(level).values().fold(0, |sum: u64, chosen| sum.saturating_add(self.field(chosen, page)))
    }

    fn field(&self, chosen: &Chosen<'d>, page: u64) -> u64 {
        let Some(price) = chosen.price else {
            let name = chosen.field.name.node.as_str();
            return if matches!(name, "__schema" | "__type") { INTROSPECTION } else { 0 };
        };
        let (times, inside) = self.times(chosen, price, page);
        // A row of a list is a row; an edge's is its node.
        let row = match (price.rows, chosen.field.name.node.as_str()) {
            (Rows::List, _) => 1,
            (Rows::OfPage, name) => u64::from(name != "edges"),
            _ => 0,
        };
        let changes = if price.weight == CHANGE { self.longest(chosen.field) } else { 0 };
        let below = row.saturating_add(self.level(&chosen.below, inside));
        price.weight.saturating_add(changes.saturating_mul(CHANGE)).saturating_add(times.saturating_mul(below))
    }

    /// How many times what is below a field comes, and how many rows the connection has that it is the inside of.
    fn times(&self, chosen: &Chosen<'d>, price: &Price, page: u64) -> (u64, u64) {
        match price.rows {
            Rows::One => (1, 1),
            Rows::OfPage => (page, 1),
            Rows::Page => (1, self.page(chosen.field)),
            Rows::List => match chosen.field.get_argument("ids") {
                Some(ids) => (self.length(&ids.node), 1),
                None => (LIST, 1),
            },
        }
    }

    fn page(&self, field: &Field) -> u64 {
        let asked = ["first", "last"].into_iter().find_map(|name| match &field.get_argument(name)?.node {
            Value::Variable(name) => number(self.variables.get(name)?),
            Value::Number(number) => number.as_u64(),
            _ => None,
        });
        asked.unwrap_or(page::DEFAULT).min(page::LARGEST.unsigned_abs().into())
    }

    /// The longest list in what a mutation is given: so many things may change.
    fn longest(&self, field: &Field) -> u64 {
        field.arguments.iter().map(|(_, value)| self.length(&value.node)).max().unwrap_or(0)
    }

    fn length(&self, value: &Value) -> u64 {
        match value {
            Value::List(items) => items.len() as u64,
            Value::Object(fields) => fields.values().map(|value| self.length(value)).max().unwrap_or(0),
            Value::Variable(name) => self.variables.get(name).map_or(0, longest),
            _ => 0,
        }
    }

    /// The way down to where most of it goes: as long as one field has more than half.
    fn dearest(&self, level: &[(&'d str, &'d SelectionSet)], page: u64, total: u64) -> String {
        let chosen = self.choose(level);
        let costs = chosen.iter().map(|((_, key), chosen)| (self.field(chosen, page), *key, chosen));
        let Some((cost, key, chosen)) = costs.max_by_key(|(cost, ..)| *cost).filter(|(cost, ..)| *cost > 0) else {
            return String::new();
        };
        let Some(price) = chosen.price else { return key.to_owned() };
        if chosen.below.is_empty() || cost.saturating_mul(2) < total {
            return key.to_owned();
        }
        let (times, inside) = self.times(chosen, price, page);
        let below = self.dearest(&chosen.below, inside, cost.checked_div(times).unwrap_or(0));
        if below.is_empty() { key.to_owned() } else { format!("{key}.{below}") }
    }
}

fn number(value: &ConstValue) -> Option<u64> {
    match value {
        ConstValue::Number(number) => number.as_u64(),
        _ => None,
    }
}

fn longest(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(items) => items.len() as u64,
        ConstValue::Object(fields) => fields.values().map(longest).max().unwrap_or(0),
        _ => 0,
    }
}

impl Cost {
    /// Says it in `extensions.cost` of an answer.
    pub fn tell(self, outcome: &mut Outcome) {
        let told = json!({ "requested": self.0, "limit": MOST });
        outcome.extensions.insert("cost".to_owned(), ConstValue::from_json(told).unwrap_or_default());
    }
}

#[cfg(test)]
#[path = "cost_tests.rs"]
mod tests;
