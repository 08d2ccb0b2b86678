//! Calling off what nobody is there any more to receive.

use entity::{
    aid_programme::AidScope,
    aid_record::{self, Column},
};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::{
    decision::{Decision, OPEN},
    rules::{Effect, Step},
};
use crate::{
    error::Result,
    residents::People,
    write::{Refused, Tx},
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
    let open = Column::Status.is_in(OPEN);
    let grants = tx.lock_all(aid_record::Entity::find().filter(theirs).filter(open), Column::Id).await?;
    if grants.is_empty() {
        return Ok(Vec::new());
    }

    let decision = Decision {
        step: Step::Cancel,
        effect: Effect::GiveBack,
        at: tx.now(),
        reason: Some(reason.to_owned()),
        signature: None,
    };
    decision.carry_out(tx, &grants, people).await?;
    Ok(grants.into_iter().map(|grant| CalledOff { id: grant.id, resident_id: grant.resident_id }).collect())
}

/// How many grants of a project are planned or approved.
pub(crate) async fn promised(tx: &Tx<'_>, project: Uuid) -> Result<u64, DbErr> {
    let open = aid_record::Entity::find().filter(Column::ProjectId.eq(project)).filter(Column::Status.is_in(OPEN));
    open.count(tx.conn()).await
}
