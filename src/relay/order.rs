//! Orders, and places in them: the keyset that a cursor holds, and the condition for what lies behind it.
//!
//! An order always ends in the id, so it is total and every row has one place. Nulls come last ascending and first descending on both engines,
//! so that reading backwards is exactly the reverse.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, ColumnType, Condition, EntityTrait, ModelTrait, Order, Value,
    sea_query::{Expr, ExprTrait, IntoColumnRef, NullOrdering, SelectStatement, WindowStatement},
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::page::Direction;

/// An `…Order` enum of a list.
pub trait Orderable {
    type Column: ColumnTrait;
    fn key(self) -> Key<Self::Column>;
}

/// One part of an order.
#[derive(Clone, Copy, Debug)]
pub struct Key<C> {
    pub column: C,
    pub descending: bool,
}

/// Declares an `…Order` enum: `orders! { pub enum GridOrder of grid::Column { /// By name … NameAsc => Name asc, … } }`.
#[macro_export]
macro_rules! orders {
    ($(#[$meta:meta])* pub enum $name:ident of $table:ident { $($(#[$doc:meta])* $variant:ident => $column:ident $direction:ident,)+ }) => {
        $(#[$meta])*
        #[derive(::async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $crate::relay::order::Orderable for $name {
            type Column = $table::Column;
            fn key(self) -> $crate::relay::order::Key<$table::Column> {
                match self {
                    $(Self::$variant => $crate::relay::order::Key {
                        column: $table::Column::$column,
                        descending: $crate::orders!(@$direction),
                    },)+
                }
            }
        }
    };
    (@asc) => { false };
    (@desc) => { true };
}

/// A total order of a table's rows.
#[derive(Clone, Debug)]
pub struct Ordering<C>(Vec<Key<C>>);

impl<C: ColumnTrait> Ordering<C> {
    /// The wanted keys and the id, in the direction of the last key (so that one index serves both). A column that comes twice counts once.
    pub fn new(wanted: &[impl Orderable<Column = C> + Copy], id: C) -> Self {
        let mut keys: Vec<Key<C>> = Vec::new();
        for key in wanted.iter().map(|order| order.key()) {
            if keys.iter().all(|known| known.column.as_str() != key.column.as_str()) {
                keys.push(key);
            }
        }
        let descending = keys.last().is_some_and(|key| key.descending);
        keys.push(Key { column: id, descending });
        Self(keys)
    }

    /// What tells this order from another.
    pub fn label(&self) -> String {
        let label = |key: &Key<C>| format!("{} {}", key.column.as_str(), if key.descending { "desc" } else { "asc" });
        self.0.iter().map(label).collect::<Vec<_>>().join(", ")
    }

    pub fn apply(&self, query: &mut SelectStatement, reading: Direction) {
        for (column, order, nulls) in self.terms(reading) {
            match nulls {
                Some(nulls) => query.order_by_with_nulls(column.as_column_ref(), order, nulls),
                None => query.order_by(column.as_column_ref(), order),
            };
        }
    }

    pub fn apply_to_window(&self, window: &mut WindowStatement, reading: Direction) {
        for (column, order, nulls) in self.terms(reading) {
            match nulls {
                Some(nulls) => window.order_by_with_nulls(column.as_column_ref(), order, nulls),
                None => window.order_by(column.as_column_ref().into_column_ref(), order),
            };
        }
    }

    fn terms(&self, reading: Direction) -> impl Iterator<Item = (C, Order, Option<NullOrdering>)> {
        self.0.iter().map(move |key| {
            let descending = key.descending != (reading == Direction::Backward);
            let order = if descending { Order::Desc } else { Order::Asc };
            let nulls = if descending { NullOrdering::First } else { NullOrdering::Last };
            // Said only where there can be nulls: SQLite's indexes know their own place for them alone.
            (key.column, order, key.column.def().is_null().then_some(nulls))
        })
    }

    /// The place of a row, as a cursor carries it.
    pub fn place<E>(&self, row: &E::Model) -> Vec<u8>
    where
        E: EntityTrait<Column = C>,
        E::Model: ModelTrait<Entity = E>,
    {
        let values: Vec<Json> = self.0.iter().map(|key| to_json(row.get(key.column))).collect();
        serde_json::to_vec(&values).unwrap_or_default()
    }

    /// The rows after a place (`Forward`) or before it; none if the bytes are no place of this order.
    pub fn beyond(&self, place: &[u8], side: Direction) -> Option<Condition> {
        let values: Vec<Json> = serde_json::from_slice(place).ok()?;
        if values.len() != self.0.len() {
            return None;
        }
        let bounds: Vec<Bound<C>> = self
            .0
            .iter()
            .zip(values)
            .map(|(key, value)| {
                Some(Bound {
                    column: key.column,
                    upward: key.descending == (side == Direction::Backward),
                    nullable: key.column.def().is_null(),
                    value: from_json(key.column.def().get_column_type(), value)?,
                })
            })
            .collect::<Option<_>>()?;
        Some(if Bound::in_step(&bounds) { Bound::row_comparison(&bounds) } else { Bound::nested(&bounds) })
    }
}

struct Bound<C> {
    column: C,
    /// Do the rows wanted have larger values?
    upward: bool,
    nullable: bool,
    value: Value,
}

impl<C: ColumnTrait> Bound<C> {
    /// All in one direction and without nulls: one comparison of rows, which an index answers at any depth.
    fn in_step(bounds: &[Self]) -> bool {
        bounds.iter().all(|bound| !bound.nullable && bound.upward == bounds[0].upward)
    }

    fn row_comparison(bounds: &[Self]) -> Condition {
        let columns = Expr::tuple(bounds.iter().map(Self::column));
        let values = Expr::tuple(bounds.iter().map(|bound| Expr::val(bound.value.clone())));
        let comparison = if bounds[0].upward { columns.gt(values) } else { columns.lt(values) };
        Condition::all().add(comparison)
    }

    /// Strictly beyond the first key, or level with it and beyond by the rest.
    fn nested(bounds: &[Self]) -> Condition {
        let Some((first, rest)) = bounds.split_first() else { return nothing() };
        if rest.is_empty() {
            return first.beyond();
        }
        let level = Condition::all().add(first.level()).add(Self::nested(rest));
        let either = Condition::any().add(first.beyond()).add(level);
        // Implied by the rest, but a range that an index can start from.
        match first.at_or_beyond() {
            Some(range) => Condition::all().add(range).add(either),
            None => either,
        }
    }

    fn column(&self) -> Expr {
        Expr::col(self.column.as_column_ref())
    }

    fn is_null(&self) -> bool {
        self.value == self.value.as_null()
    }

    fn beyond(&self) -> Condition {
        match (self.is_null(), self.upward) {
            // Nulls are the largest: nothing lies above, everything that is not null below.
            (true, true) => nothing(),
            (true, false) => Condition::all().add(self.column().is_not_null()),
            (false, true) => {
                let above = Condition::any().add(self.column().gt(self.value.clone()));
                if self.nullable { above.add(self.column().is_null()) } else { above }
            }
            (false, false) => Condition::all().add(self.column().lt(self.value.clone())),
        }
    }

    fn level(&self) -> Expr {
        if self.is_null() { self.column().is_null() } else { self.column().eq(self.value.clone()) }
    }

    fn at_or_beyond(&self) -> Option<Expr> {
        match (self.is_null() || self.nullable, self.upward) {
            (true, _) => None,
            (false, true) => Some(self.column().gte(self.value.clone())),
            (false, false) => Some(self.column().lte(self.value.clone())),
        }
    }
}

fn nothing() -> Condition {
    Condition::all().add(Expr::val(1).eq(0))
}

fn to_json(value: Value) -> Json {
    match value {
        Value::String(Some(text)) => Json::from(text),
        Value::Int(Some(number)) => Json::from(number),
        Value::BigInt(Some(number)) => Json::from(number),
        Value::Uuid(Some(id)) => Json::from(id.to_string()),
        Value::ChronoDate(Some(date)) => Json::from(date.to_string()),
        Value::ChronoDateTimeUtc(Some(at)) => Json::from(at.to_rfc3339()),
        _ => Json::Null,
    }
}

fn from_json(kind: &ColumnType, value: Json) -> Option<Value> {
    Some(match (kind, value) {
        (ColumnType::Text | ColumnType::String(_), Json::Null) => Value::String(None),
        (ColumnType::Text | ColumnType::String(_), Json::String(text)) => Value::String(Some(text)),
        (ColumnType::Integer, Json::Null) => Value::Int(None),
        (ColumnType::Integer, number) => Value::Int(Some(number.as_i64()?.try_into().ok()?)),
        (ColumnType::BigInteger, Json::Null) => Value::BigInt(None),
        (ColumnType::BigInteger, number) => Value::BigInt(Some(number.as_i64()?)),
        (ColumnType::Uuid, id) => Value::Uuid(Some(id.as_str()?.parse::<Uuid>().ok()?)),
        (ColumnType::Date, Json::Null) => Value::ChronoDate(None),
        (ColumnType::Date, date) => Value::ChronoDate(Some(date.as_str()?.parse::<NaiveDate>().ok()?)),
        (ColumnType::TimestampWithTimeZone, Json::Null) => Value::ChronoDateTimeUtc(None),
        (ColumnType::TimestampWithTimeZone, at) => {
            Value::ChronoDateTimeUtc(Some(at.as_str()?.parse::<DateTime<Utc>>().ok()?))
        }
        _ => return None,
    })
}
