//! What several tables say about their figures.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What is given (资源类型): the same kinds for what partner units put in and for what residents receive. Kinds are never
/// added together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AidKind {
    /// 资金: only its value counts; it has no quantity.
    Cash,
    /// 物资
    Goods,
    /// 服务
    Service,
    /// 工程
    Works,
    /// 名额: a quota of places.
    Places,
    /// 借用: returned, never consumed.
    Loan,
}

/// How sure a figure is (精确度). A figure is null exactly when it is `Unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Precision {
    /// 准确
    Exact,
    /// 不少于
    AtLeast,
    /// 约
    About,
    /// 不详
    Unknown,
}
