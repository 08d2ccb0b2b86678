//! What recipients hold of a programme (领取占用): one claim a person and a household in each of its periods, kept by unique indexes, so that whatever
//! happens at once, nobody is aided twice.
//!
//! A grant to a household claims for the household and for everyone who lives in it: whoever moves to another household within the period has had their
//! part, and that one is refused with their name on it.

use std::collections::{BTreeSet, HashSet};

use entity::{
    aid_claim::{self, Column},
    aid_programme::{self, AidScope},
    aid_record,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use super::{decision::STANDING, object::AidRecord, period, recipients::Homes};
use crate::{
    error::{UserError, UserErrorCode},
    households::Household,
    relay::{Entity, id},
    residents::Resident,
    say,
    write::{Refused, Tx},
};

/// Rows of one statement.
const ROWS: usize = 2_000;
/// The most grants that are named where several stand in the way.
const NAMED: u64 = 20;

/// Claims for grants of one period that were just put on file, or refuses with ALREADY_AIDED and the grants that stand. Nothing where the programme aids as
/// often as needed.
pub(super) async fn claim(
    tx: &Tx<'_>,
    programme: &aid_programme::Model,
    grants: &[aid_record::Model],
    homes: &Homes,
) -> Result<(), Refused> {
    let (Some(once_per), Some(first)) = (programme.once_per, grants.first()) else { return Ok(()) };
    let period = period::key(once_per, first.given_on, first.occasion.as_deref());
    // In one order, persons before households: two changes at once then never wait for each other in a circle.
    let (mut people, mut households) = (Vec::new(), Vec::new());
    for grant in grants {
        match (grant.resident_id, grant.household_id) {
            (Some(resident), _) => people.push((resident, grant.id)),
            (None, Some(household)) => {
                people.extend(homes.members(household).iter().map(|member| (*member, grant.id)));
                households.push((household, grant.id));
            }
            (None, None) => {}
        }
    }
    people.sort_unstable();
    households.sort_unstable();
    let row = |grant: Uuid, resident: Option<Uuid>, household: Option<Uuid>| aid_claim::ActiveModel {
        id: Set(tx.new_id()),
        aid_record_id: Set(grant),
        programme_id: Set(programme.id),
        period: Set(period.clone()),
        resident_id: Set(resident),
        household_id: Set(household),
    };
    let of_people = people.iter().map(|(resident, grant)| row(*grant, Some(*resident), None));
    let of_homes = households.iter().map(|(household, grant)| row(*grant, None, Some(*household)));
    let rows: Vec<_> = of_people.chain(of_homes).collect();
    for some in rows.chunks(ROWS) {
        // Waits for whoever claims the same at this moment, and fails if they get it.
        let untaken = OnConflict::new().do_nothing().to_owned();
        let insert = aid_claim::Entity::insert_many(some.iter().cloned()).on_conflict(untaken);
        match insert.exec_without_returning(tx.conn()).await {
            Ok(taken) if taken == some.len() as u64 => {}
            Ok(_) | Err(DbErr::RecordNotInserted) => {
                return Err(already_aided(tx, programme, &period, grants, (&people, &households)).await?);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

type Holders<'a> = (&'a [(Uuid, Uuid)], &'a [(Uuid, Uuid)]);

/// The refusal, which names the grants that stand in the way and, of a household, whom they reached.
async fn already_aided(
    tx: &Tx<'_>,
    programme: &aid_programme::Model,
    period: &str,
    grants: &[aid_record::Model],
    (people, households): Holders<'_>,
) -> Result<Refused, Refused> {
    let holders = Condition::any()
        .add(Column::ResidentId.is_in(people.iter().map(|(resident, _)| *resident).collect::<BTreeSet<_>>()))
        .add(Column::HouseholdId.is_in(households.iter().map(|(household, _)| *household)));
    let first = aid_claim::Entity::find()
        .filter(Column::ProgrammeId.eq(programme.id))
        .filter(Column::Period.eq(period))
        .filter(Column::AidRecordId.is_not_in(grants.iter().map(|grant| grant.id)))
        .filter(holders)
        .order_by_asc(Column::AidRecordId)
        .limit(NAMED)
        .all(tx.conn())
        .await?;
    let field = match (grants, programme.scope) {
        ([_], AidScope::Household) => "householdId",
        ([_], AidScope::Person) => "residentId",
        _ => "recipients",
    };
    if first.is_empty() {
        // It was given up between the two statements.
        let message = say!("Their aid changed at this moment; try again.", "其帮扶记录刚刚发生变化，请重试。");
        return Ok(UserError::new(&[field], UserErrorCode::Conflict, message).into());
    }
    let mut named = HashSet::new();
    let first = first.into_iter().filter(|claim| named.insert(claim.aid_record_id));
    let mut refusals: Vec<UserError> = first.map(|claim| stands(&claim, (field, programme.scope))).collect();
    if grants.len() == 1 {
        refusals.truncate(1);
    }
    Ok(Refused::Listed(refusals))
}

fn stands(claim: &aid_claim::Model, (field, scope): (&str, AidScope)) -> UserError {
    let (en, zh) = period::named(&claim.period);
    let message = match (scope, claim.resident_id) {
        (AidScope::Household, Some(_)) => say!(
            "Somebody who lives here was aided {en} already, with another household. Find the grant by `details.aidRecordId`.",
            "该户有成员已随其他户{zh}受助，见 `details.aidRecordId`。"
        ),
        _ => say!(
            "The recipient was aided {en} already; find the grant by `details.aidRecordId`.",
            "该对象已{zh}受助，见 `details.aidRecordId`。"
        ),
    };
    let mut details =
        json!({ "aidRecordId": id::encode(AidRecord::PREFIX, claim.aid_record_id), "period": claim.period });
    // A person is named where there are several, or where it is one of a household.
    if let Some(resident) = claim.resident_id.filter(|_| scope == AidScope::Household || field == "recipients") {
        details["residentId"] = id::encode(Resident::PREFIX, resident).into();
    }
    if let Some(household) = claim.household_id.filter(|_| field == "recipients") {
        details["householdId"] = id::encode(Household::PREFIX, household).into();
    }
    let mut refusal = UserError::new(&[field], UserErrorCode::AlreadyAided, message).with(details);
    refusal.standing = Some(claim.aid_record_id).filter(|_| field != "recipients");
    refusal
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
