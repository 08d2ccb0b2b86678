use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// What a person or a household holds of a programme in one of its periods (领取占用): at most one claim each, so that nobody is aided twice.
///
/// A grant to a household claims for the household and for everyone who lives in it. The claims of a grant last while it is planned, approved or
/// delivered.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aid_claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub aid_record_id: Uuid,
    pub programme_id: Uuid,
    /// `ever`, a year such as `2026` or a month such as `2026-11`, by the day of the grant.
    pub period: String,
    pub resident_id: Option<Uuid>,
    pub household_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
