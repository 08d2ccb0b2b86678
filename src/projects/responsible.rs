//! Who answers for projects (负责人): what somebody has open, and giving all of it to somebody else.

use entity::project::{self, Column, ProjectStatus};
use sea_orm::{
    ActiveEnum,
    ActiveValue::Set,
    ColumnTrait, Condition, DbErr, EntityTrait, Iterable, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::{object::Project, rules::may_become};
use crate::write::{Detail, Told, Tx};

/// What staff members answer for and have not brought to an end.
pub(crate) fn open_with(members: impl IntoIterator<Item = Uuid>) -> Condition {
    // Whatever may still be given up is open.
    let open = ProjectStatus::iter().filter(|status| may_become(*status, ProjectStatus::Cancelled));
    Condition::all()
        .add(Column::ResponsibleId.is_in(members))
        .add(Column::Status.is_in(open.map(|status| status.to_value())))
}

/// All that one staff member has open goes to another; so many projects. Nobody is given any meanwhile: the caller has locked both.
pub(crate) async fn hand_over(tx: &Tx<'_>, community: Uuid, from: Uuid, to: Uuid) -> Result<usize, DbErr> {
    let open = tx.lock_all(project::Entity::find().filter(open_with([from])), Column::Id).await?;
    project::Entity::update_many()
        .set(project::ActiveModel { responsible_id: Set(Some(to)), ..Default::default() })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(open_with([from]))
        .exec(tx.conn())
        .await?;
    let change = json!({ "before": { "responsibleId": from }, "after": { "responsibleId": to } });
    let told = open.iter().map(|row| Told::of::<Project>(row.id, &["responsibleId"], Detail::Open(change.clone())));
    tx.events(community, told.collect()).await?;
    Ok(open.len())
}
