//! Calling off what nobody is there any more to receive.

use std::collections::BTreeMap;

use entity::{
    aid_programme::AidScope,
    aid_record::{self, AidStatus, Column},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::object::AidRecord;
use crate::{
    contributions,
    error::{Error, Result},
    residents::People,
    write::{Detail, Refused, Told, Tx},
};

/// A grant that was called off, and the resident whom it was for; of a household's grant none.
pub(crate) struct CalledOff {
    pub(crate) id: Uuid,
    pub(crate) resident_id: Option<Uuid>,
}

/// Cancels what these people, and the household where nobody is left in it, were promised and did not get yet: every grant that is planned or approved.
/// What they took of their contributions is free again. A fixed number of statements, however many they are.
///
/// Grants that somebody decides about at this moment are waited for: what was handed over first stays delivered.
pub(crate) async fn call_off(
    tx: &Tx<'_>,
    people: &People,
    household: Option<Uuid>,
    reason: &str,
) -> Result<Vec<CalledOff>, Refused> {
    let of_household = household.map(|household| {
        Condition::all().add(Column::Scope.eq(AidScope::Household)).add(Column::HouseholdId.eq(household))
    });
    let theirs = Condition::any().add(Column::ResidentId.is_in(people.ids())).add_option(of_household);
    let open = Column::Status.is_in([AidStatus::Planned, AidStatus::Approved]);
    let grants = tx.lock_all(aid_record::Entity::find().filter(theirs).filter(open), Column::Id).await?;
    if grants.is_empty() {
        return Ok(Vec::new());
    }

    let cancelled = aid_record::ActiveModel {
        status: Set(AidStatus::Cancelled),
        status_reason: Set(Some(reason.to_owned())),
        ..Default::default()
    };
    let update = aid_record::Entity::update_many()
        .set(cancelled)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.is_in(grants.iter().map(|grant| grant.id)));
    update.exec(tx.conn()).await?;

    let mut back: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
    for grant in &grants {
        let share = back.entry(grant.contribution_id).or_default();
        let sum = |held: i64, more: Option<i64>| held.checked_add(more.unwrap_or(0));
        // No sum of grants is larger than what its contribution holds, and that is far from the bound.
        *share = sum(share.0, grant.quantity_milli)
            .zip(sum(share.1, grant.value_fen))
            .ok_or_else(|| Error::internal("grants of one contribution add up beyond all bounds"))?;
    }
    contributions::give_back_all(tx, &back).await?;

    let fields = ["status", "statusReason"];
    let told = grants.iter().map(|grant| {
        let value = json!({ "before": { "status": grant.status }, "after": { "status": AidStatus::Cancelled, "statusReason": reason } });
        let detail = grant.resident_id.map_or(Detail::None, |resident| people.detail(resident, value));
        Told::of::<AidRecord>(grant.id, &fields, detail)
    });
    tx.events(grants[0].community_id, told.collect()).await?;
    Ok(grants.into_iter().map(|grant| CalledOff { id: grant.id, resident_id: grant.resident_id }).collect())
}
