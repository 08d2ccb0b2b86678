//! What keeps the sums that aid is taken from: a contribution, and each of its items. Both keep the same columns, so the same statements take from both.

use entity::{contribution, contribution_item, figures::AidKind};
use sea_orm::{EntityTrait, ModelTrait};
use uuid::Uuid;

use crate::{
    figures::{Figure, decimal_from_milli, yuan_from_fen},
    scalars::Decimal,
};

/// The two measures of what was contributed: how many, and what they are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    Quantity,
    Value,
}

impl Measure {
    /// The field of the aid's input that asks for it.
    pub(super) fn field(self) -> &'static str {
        match self {
            Measure::Quantity => "quantity",
            Measure::Value => "value",
        }
    }

    pub(super) fn shown(self, amount: i64) -> String {
        Decimal::from(match self {
            Measure::Quantity => decimal_from_milli(amount),
            Measure::Value => yuan_from_fen(amount),
        })
        .to_string()
    }
}

/// What a row says of itself, in both measures.
pub(crate) struct Held {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) kind: AidKind,
    pub(super) unit: String,
    pub(super) received: [Figure; 2],
    pub(super) allocated: [i64; 2],
    pub(super) delivered: [i64; 2],
    /// A reason for going beyond is on record.
    pub(super) reason: bool,
}

impl Held {
    pub(super) fn of<M: ModelTrait<Entity: Stock<Model = M>>>(row: &M) -> Self {
        <M::Entity as Stock>::held(row)
    }
}

pub(crate) trait Stock: EntityTrait {
    /// The field of the aid's input that names it.
    const FIELD: &'static str;
    const PREFIX: &'static str;

    fn id() -> Self::Column;
    fn received(measure: Measure) -> Self::Column;
    fn precision(measure: Measure) -> Self::Column;
    fn allocated(measure: Measure) -> Self::Column;
    fn delivered(measure: Measure) -> Self::Column;
    fn reason() -> Self::Column;
    fn held(row: &Self::Model) -> Held;
}

macro_rules! stock {
    ($table:ident, $prefix:literal, $field:literal, $name:ident, $kind:expr) => {
        impl Stock for $table::Entity {
            const FIELD: &'static str = $field;
            const PREFIX: &'static str = $prefix;

            fn id() -> $table::Column {
                $table::Column::Id
            }

            fn received(measure: Measure) -> $table::Column {
                match measure {
                    Measure::Quantity => $table::Column::ReceivedMilli,
                    Measure::Value => $table::Column::ReceivedFen,
                }
            }

            fn precision(measure: Measure) -> $table::Column {
                match measure {
                    Measure::Quantity => $table::Column::ReceivedPrecision,
                    Measure::Value => $table::Column::ReceivedValuePrecision,
                }
            }

            fn allocated(measure: Measure) -> $table::Column {
                match measure {
                    Measure::Quantity => $table::Column::AllocatedMilli,
                    Measure::Value => $table::Column::AllocatedFen,
                }
            }

            fn delivered(measure: Measure) -> $table::Column {
                match measure {
                    Measure::Quantity => $table::Column::DeliveredMilli,
                    Measure::Value => $table::Column::DeliveredFen,
                }
            }

            fn reason() -> $table::Column {
                $table::Column::OverAllocationReason
            }

            fn held(row: &$table::Model) -> Held {
                let kind: fn(&$table::Model) -> AidKind = $kind;
                Held {
                    id: row.id,
                    name: row.$name.clone(),
                    kind: kind(row),
                    received: [
                        Figure { amount: row.received_milli, precision: row.received_precision },
                        Figure { amount: row.received_fen, precision: row.received_value_precision },
                    ],
                    allocated: [row.allocated_milli, row.allocated_fen],
                    delivered: [row.delivered_milli, row.delivered_fen],
                    reason: row.over_allocation_reason.is_some(),
                    unit: row.unit.clone(),
                }
            }
        }
    };
}

stock!(contribution, "contribution", "contributionId", title, |row| row.kind);
stock!(contribution_item, "contribution_item", "itemId", name, |_| AidKind::Goods);
