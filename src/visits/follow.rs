//! What other slices do with visits: requests and circumstances that were found on one, and a colleague's open work.

use async_graphql::ID;
use entity::visit::{self, Column, VisitStatus};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::object::Visit;
use crate::{
    access::policy::Action,
    error::UserErrorCode,
    say,
    write::{Detail, Faults, Told, Tx, not_found},
};

/// The visit on which something was found, if the input names one: it took place, and nobody strikes it out meanwhile.
pub(crate) async fn found_on(
    tx: &Tx<'_>,
    given: Option<&ID>,
    within: Option<Uuid>,
    faults: &mut Faults,
) -> Result<Option<Option<visit::Model>>, DbErr> {
    let path = ["visitId"];
    let found = match tx.find_optional::<Visit>(given, &path, within, faults).await? {
        None => return Ok(None),
        Some(None) => return Ok(Some(None)),
        Some(Some(found)) => tx.lock::<Visit>(found.id, Action::Read).await?,
    };
    match &found {
        None => not_found(&path, faults),
        Some(row) if row.status != VisitStatus::Held => {
            let message = say!(
                "Nothing was found on a visit that did not take place.",
                "该走访尚未进行或已取消，不能登记走访所得。"
            );
            faults.note(&path, UserErrorCode::IllegalTransition, message);
        }
        Some(_) => {}
    }
    Ok(found.map(Some))
}

/// What staff members still have to visit.
pub(crate) fn open_with(members: impl IntoIterator<Item = Uuid>) -> Condition {
    Condition::all().add(Column::StaffMemberId.is_in(members)).add(Column::Status.eq(VisitStatus::Planned))
}

/// All that one staff member still has to visit goes to another; so many visits. Nobody is given any meanwhile: the caller has locked both.
pub(crate) async fn hand_over(tx: &Tx<'_>, community: Uuid, from: Uuid, to: Uuid) -> Result<usize, DbErr> {
    let open = tx.lock_all(visit::Entity::find().filter(open_with([from])), Column::Id).await?;
    visit::Entity::update_many()
        .set(visit::ActiveModel { staff_member_id: Set(to), ..Default::default() })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(open_with([from]))
        .exec(tx.conn())
        .await?;
    let change = json!({ "before": { "staffMemberId": from }, "after": { "staffMemberId": to } });
    let told = open.iter().map(|row| Told::of::<Visit>(row.id, &["staffMember"], Detail::Open(change.clone())));
    tx.events(community, told.collect()).await?;
    Ok(open.len())
}
