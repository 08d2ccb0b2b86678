use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// What a certificate states of one session (证明明细), as it was on record when the certificate was issued; never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub certificate_id: Uuid,
    pub session_id: Uuid,
    pub held_on: NaiveDate,
    /// The activity, as it was called then.
    pub title: String,
    pub is_training: bool,
    /// Credited within the period; none where nobody wrote down when the person came and went.
    pub minutes: Option<i32>,
    #[sea_orm(belongs_to, from = "certificate_id", to = "id")]
    pub certificate: BelongsTo<super::certificate::Entity>,
    #[sea_orm(belongs_to, from = "session_id", to = "id")]
    pub session: BelongsTo<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
