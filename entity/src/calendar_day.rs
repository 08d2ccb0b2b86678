use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

/// A day on which it is otherwise than the week has it (调休日): a weekend that is worked on, or a weekday that is not.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_day")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: NaiveDate,
    pub worked: bool,
    pub festival: String,
}

impl ActiveModelBehavior for ActiveModel {}
