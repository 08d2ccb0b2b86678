use sea_orm::entity::prelude::*;

/// A year of which it is known which days are worked on (工作日历年度).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_year")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// The notice that says so.
    pub source: String,
}

impl ActiveModelBehavior for ActiveModel {}
