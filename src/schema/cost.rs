//! What a field costs of itself, where it costs more than the row that it shows: said in the schema, so that clients can reckon too.

use async_graphql::TypeDirective;

/// What the field costs of itself, in points; what is asked below it comes on top. Without it a row costs one point and a value nothing (费用).
#[TypeDirective(location = "FieldDefinition")]
pub fn cost(#[graphql(desc = "Points, a whole number (点数).")] weight: String) {}

/// A figure that is computed from the records of a whole period.
pub const REPORT: &str = "200";

/// A figure that is counted over all that hangs on one row, like `totalCount`.
pub const COUNT: &str = "10";

/// A search of every kind of record, or a list that is put together from many tables.
pub const LOOK: &str = "50";
