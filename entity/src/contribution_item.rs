use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::figures::Precision;

/// One kind of goods of a contribution (物资明细): how many came, what they are worth, and what became of them. Its name is unique in the contribution.
///
/// What the contribution holds is what its items hold together; the running sums of both move in one transaction.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub contribution_id: Uuid,
    pub name: String,
    /// Unit of measure of its quantities.
    pub unit: String,
    /// Thousandths of the unit; null exactly when its precision is `Unknown`.
    pub received_milli: Option<i64>,
    pub received_precision: Precision,
    /// Whole fen.
    pub received_fen: Option<i64>,
    pub received_value_precision: Precision,
    pub allocated_milli: i64,
    pub allocated_fen: i64,
    pub delivered_milli: i64,
    pub delivered_fen: i64,
    /// Why more may be allocated than an inexact received amount says.
    pub over_allocation_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
