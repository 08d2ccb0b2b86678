//! What recipients hold of a programme (领取占用): one claim a person and a household in each of its periods, kept by unique indexes, so that whatever
//! happens at once, nobody is aided twice.
//!
//! A grant to a household claims for the household and for everyone who lives in it: whoever moves to another household within the period has had their
//! part, and that one is refused with their name on it.

use entity::{
    aid_claim::{self, Column},
    aid_programme::{self, AidScope},
    aid_record,
    household_membership::{self, Column as Membership},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{ExprTrait, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use super::{decision::STANDING, object::AidRecord, period};
use crate::{
    error::{UserError, UserErrorCode},
    relay::{Entity, id},
    residents::Resident,
    say,
    write::{Refused, Tx},
};

/// Claims for a grant that was just put on file, or refuses with ALREADY_AIDED and the grant that stands. Nothing where the programme aids as often as needed.
pub(super) async fn claim(
    tx: &Tx<'_>,
    programme: &aid_programme::Model,
    grant: &aid_record::Model,
) -> Result<(), Refused> {
    let Some(once_per) = programme.once_per else { return Ok(()) };
    let period = period::key(once_per, grant.given_on);
    let row = |resident: Option<Uuid>, household: Option<Uuid>| aid_claim::ActiveModel {
        id: Set(tx.new_id()),
        aid_record_id: Set(grant.id),
        programme_id: Set(programme.id),
        period: Set(period.clone()),
        resident_id: Set(resident),
        household_id: Set(household),
    };
    let people = people_of(tx, grant).await?;
    let mut rows: Vec<_> = people.iter().map(|resident| row(Some(*resident), None)).collect();
    if grant.scope == AidScope::Household {
        rows.push(row(None, grant.household_id));
    }
    let wanted = rows.len() as u64;
    // Waits for whoever claims the same at this moment, and fails if they get it.
    let untaken = OnConflict::new().do_nothing().to_owned();
    let taken = aid_claim::Entity::insert_many(rows).on_conflict(untaken).exec_without_returning(tx.conn()).await;
    match taken {
        Ok(rows) if rows == wanted => Ok(()),
        Ok(_) | Err(DbErr::RecordNotInserted) => Err(already_aided(tx, programme, grant, (&period, &people)).await?),
        Err(error) => Err(error.into()),
    }
}

/// The person, or all who live in the household, in the order of their ids: two grants at once then never wait for each other in a circle.
async fn people_of(tx: &Tx<'_>, grant: &aid_record::Model) -> Result<Vec<Uuid>, DbErr> {
    if let Some(resident) = grant.resident_id {
        return Ok(vec![resident]);
    }
    // Those of the day, and those of now: a grant of last week is for whoever shared the household then, and is spent by whoever shares it today.
    household_membership::Entity::find()
        .select_only()
        .column(Membership::ResidentId)
        .distinct()
        .filter(Membership::HouseholdId.eq(grant.household_id))
        .filter(Membership::StartedOn.lte(grant.given_on).or(Membership::EndedOn.is_null()))
        .filter(Membership::EndedOn.is_null().or(Membership::EndedOn.gt(grant.given_on)))
        .order_by_asc(Membership::ResidentId)
        .into_tuple()
        .all(tx.conn())
        .await
}

/// The refusal, which names the first grant that stands in the way and, of a household, whom it reached.
async fn already_aided(
    tx: &Tx<'_>,
    programme: &aid_programme::Model,
    grant: &aid_record::Model,
    (period, people): (&str, &[Uuid]),
) -> Result<Refused, Refused> {
    let holders = Condition::any()
        .add(Column::ResidentId.is_in(people.iter().copied()))
        .add_option((grant.scope == AidScope::Household).then(|| Column::HouseholdId.eq(grant.household_id)));
    let first = aid_claim::Entity::find()
        .filter(Column::ProgrammeId.eq(programme.id))
        .filter(Column::Period.eq(period))
        .filter(Column::AidRecordId.ne(grant.id))
        .filter(holders)
        .order_by_asc(Column::AidRecordId)
        .one(tx.conn())
        .await?;
    let field = if grant.scope == AidScope::Household { "householdId" } else { "residentId" };
    let Some(first) = first else {
        // It was given up between the two statements.
        let message = say!("Their aid changed at this moment; try again.", "其帮扶记录刚刚发生变化，请重试。");
        return Ok(UserError::new(&[field], UserErrorCode::Conflict, message).into());
    };
    let (en, zh) = period::named(period);
    let message = match (grant.scope, first.resident_id) {
        (AidScope::Household, Some(_)) => say!(
            "Somebody who lives here was aided {en} already, with another household. Find the grant by `details.aidRecordId`.",
            "该户有成员已随其他户{zh}受助，见 `details.aidRecordId`。"
        ),
        _ => say!(
            "The recipient was aided {en} already; find the grant by `details.aidRecordId`.",
            "该对象已{zh}受助，见 `details.aidRecordId`。"
        ),
    };
    let mut details = json!({ "aidRecordId": id::encode(AidRecord::PREFIX, first.aid_record_id), "period": period });
    if let (AidScope::Household, Some(resident)) = (grant.scope, first.resident_id) {
        details["residentId"] = id::encode(Resident::PREFIX, resident).into();
    }
    let mut refusal = UserError::new(&[field], UserErrorCode::AlreadyAided, message).with(details);
    refusal.standing = Some(first.aid_record_id);
    Ok(refusal.into())
}

/// Gives up what grants that ended claimed.
pub(super) async fn release(tx: &Tx<'_>, grants: &[Uuid]) -> Result<(), DbErr> {
    let theirs = Column::AidRecordId.is_in(grants.iter().copied());
    aid_claim::Entity::delete_many().filter(theirs).exec(tx.conn()).await.map(|_| ())
}

/// Does any grant stand under the programme that claims, or would if the programme asked for it?
pub(super) async fn any_standing(tx: &Tx<'_>, programme: Uuid) -> Result<bool, DbErr> {
    use aid_record::Column as Record;
    let standing = Record::Status.is_in(STANDING);
    let found = aid_record::Entity::find().filter(Record::ProgrammeId.eq(programme)).filter(standing);
    Ok(found.one(tx.conn()).await?.is_some())
}
