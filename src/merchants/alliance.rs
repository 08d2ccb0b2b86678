//! The time that merchants spend in the alliance.

use async_graphql::SimpleObject;
use entity::alliance_membership;

use crate::scalars::Date;

/// A merchant's time in the alliance (商户联盟成员记录).
#[derive(SimpleObject, Clone, Debug)]
pub struct AllianceMembership {
    /// The first day (加入日期).
    started_on: Date,
    /// The last day; null while it lasts (退出日期).
    ended_on: Option<Date>,
}

impl From<alliance_membership::Model> for AllianceMembership {
    fn from(row: alliance_membership::Model) -> Self {
        Self { started_on: Date(row.started_on), ended_on: row.ended_on.map(Date) }
    }
}
