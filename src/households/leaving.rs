//! Leaving a household: who goes, and who is head of those who stay.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{
    household,
    household_membership::{self, Column, HouseholdRelation as Relation},
    resident,
};
use sea_orm::{
    ActiveEnum,
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use uuid::Uuid;

use super::object::HouseholdRelation;
use crate::{
    error::UserErrorCode,
    residents::{Resident, moved_in},
    say,
    write::{Faults, Tx, not_found},
};

/// What a member is to the head of the household (成员与户主关系).
#[derive(InputObject, Clone, Debug)]
pub struct MemberRelationInput {
    /// The member (居民).
    pub resident_id: ID,
    /// What the member is to the head (与户主关系).
    pub relation: HouseholdRelation,
}

/// Members who go together, and what that asks of those who stay.
pub(crate) struct Departure {
    household: household::Model,
    pub(crate) gone: Vec<household_membership::Model>,
    /// What becomes of those who stay, the successor among them.
    restated: Vec<(Uuid, Relation)>,
    /// Nobody stays.
    pub(crate) empties: bool,
}

impl Departure {
    /// Of a household that is locked, with its current members. The successor is asked for exactly where the head goes and others stay.
    pub(crate) fn plan(
        household: household::Model,
        members: Vec<household_membership::Model>,
        leaving: &[Uuid],
        (successor, relations): (Option<&ID>, &[MemberRelationInput]),
        faults: &mut Faults,
    ) -> Self {
        let (gone, staying): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|member| leaving.contains(&member.resident_id));
        let heads = gone.iter().any(|member| member.relation == Relation::Head) && !staying.is_empty();
        let mut restated = Vec::new();
        let successor = successor_of(&staying, heads, successor, faults);
        restated.extend(successor.map(|member| (member.id, Relation::Head)));
        let head = match successor {
            Some(successor) => Some(successor.id),
            None => staying.iter().find(|member| member.relation == Relation::Head).map(|member| member.id),
        };
        restated.extend(restate(&staying, head, relations, faults));
        Self { household, gone, restated, empties: staying.is_empty() }
    }

    /// The memberships end, the successor is head, and the household is counted up; in this order, since at no moment are there two heads.
    pub(crate) async fn carry_out(&self, tx: &Tx<'_>, on: NaiveDate) -> Result<(), DbErr> {
        let ended = household_membership::ActiveModel { ended_on: Set(Some(on)), ..Default::default() };
        household_membership::Entity::update_many()
            .set(ended)
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.is_in(self.gone.iter().map(|member| member.id)))
            .exec(tx.conn())
            .await?;
        let residents: Vec<Uuid> = self.gone.iter().map(|member| member.resident_id).collect();
        moved_in(tx, &residents, None).await?;
        set_relations(tx, &self.restated).await?;
        touch(tx, &self.household).await
    }

    pub(crate) fn household(&self) -> Uuid {
        self.household.id
    }
}

fn successor_of<'m>(
    staying: &'m [household_membership::Model],
    heads: bool,
    given: Option<&ID>,
    faults: &mut Faults,
) -> Option<&'m household_membership::Model> {
    let path = ["successorId"];
    match given {
        Some(given) if heads => {
            let key = faults.key::<Resident>(given, &path, &mut HashSet::new())?;
            let found = staying.iter().find(|member| member.resident_id == key);
            if found.is_none() {
                not_found(&path, faults);
            }
            found
        }
        Some(_) => {
            let message = say!(
                "Only a head who leaves others behind has a successor.",
                "仅当户主离开且户内仍有成员时才需继任户主。"
            );
            faults.note(&path, UserErrorCode::Invalid, message);
            None
        }
        None if heads => {
            let message = say!(
                "The head leaves and others stay: say who is head from then on.",
                "户主离开且仍有成员，请指定继任户主。"
            );
            faults.note(&path, UserErrorCode::Required, message);
            None
        }
        None => None,
    }
}

/// What the others are to their head from now on; those who are not named stay what they were.
fn restate(
    staying: &[household_membership::Model],
    head: Option<Uuid>,
    relations: &[MemberRelationInput],
    faults: &mut Faults,
) -> Vec<(Uuid, Relation)> {
    let mut seen = HashSet::new();
    let mut restated = Vec::new();
    for (place, given) in relations.iter().enumerate() {
        let place = place.to_string();
        let path = ["relations", &place, "residentId"];
        let Some(key) = faults.key::<Resident>(&given.resident_id, &path, &mut seen) else { continue };
        let Some(member) = staying.iter().find(|member| member.resident_id == key) else {
            not_found(&path, faults);
            continue;
        };
        let relation = Relation::from(given.relation);
        if (relation == Relation::Head) != (Some(member.id) == head) {
            let message = say!(
                "The head is HEAD and nobody else; another head is named by `successorId` or `changeHouseholdHead`.",
                "仅户主填 HEAD；更换户主请用 `successorId` 或 `changeHouseholdHead`。"
            );
            faults.note(&["relations", &place, "relation"], UserErrorCode::Invalid, message);
        } else if relation != Relation::Head {
            restated.push((member.id, relation));
        }
    }
    restated
}

/// Members become something else to their head, all in one statement.
pub(super) async fn set_relations(tx: &Tx<'_>, relations: &[(Uuid, Relation)]) -> Result<(), DbErr> {
    if relations.is_empty() {
        return Ok(());
    }
    let each = relations.iter().map(|(id, relation)| (Column::Id.eq(*id), Expr::val(relation.to_value())));
    let relation = each.fold(CaseStatement::new(), |case, (id, relation)| case.case(id, relation));
    household_membership::Entity::update_many()
        .col_expr(Column::Relation, relation.finally(Expr::col(Column::Relation)).into())
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.is_in(relations.iter().map(|(id, _)| *id)))
        .exec(tx.conn())
        .await
        .map(|_| ())
}

/// Residents become members from a day on, in one statement each for their memberships and for where they lead.
pub(super) async fn open(
    tx: &Tx<'_>,
    household: &household::Model,
    members: &[(Uuid, Relation)],
    started_on: NaiveDate,
) -> Result<(), DbErr> {
    let rows = members.iter().map(|(resident, relation)| household_membership::ActiveModel {
        id: Set(tx.new_id()),
        community_id: Set(household.community_id),
        household_id: Set(household.id),
        resident_id: Set(*resident),
        relation: Set(*relation),
        started_on: Set(started_on),
        ended_on: Set(None),
        version: Set(1),
    });
    household_membership::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    let residents: Vec<Uuid> = members.iter().map(|(resident, _)| *resident).collect();
    moved_in(tx, &residents, Some((household.id, household.building_id))).await
}

/// Counts a locked household up.
pub(super) async fn touch(tx: &Tx<'_>, household: &household::Model) -> Result<(), DbErr> {
    let row =
        household::ActiveModel { id: Set(household.id), version: Set(household.version + 1), ..Default::default() };
    tx.update(row).await.map(|_| ())
}

/// Who lives in a household now.
pub(crate) async fn current(tx: &Tx<'_>, household: Uuid) -> Result<Vec<household_membership::Model>, DbErr> {
    household_membership::Entity::find()
        .filter(Column::HouseholdId.eq(household))
        .filter(Column::EndedOn.is_null())
        .all(tx.conn())
        .await
}

/// Does anybody live in a household, or did on that day?
pub(crate) async fn lived_in(tx: &Tx<'_>, household: Uuid, on: NaiveDate) -> Result<bool, DbErr> {
    let member = household_membership::Entity::find()
        .filter(Column::HouseholdId.eq(household))
        .filter(Column::EndedOn.is_null().or(Column::EndedOn.gte(on)))
        .one(tx.conn())
        .await?;
    Ok(member.is_some())
}

/// The households that residents live in, locked in the order of their ids.
pub(crate) async fn homes_of(tx: &Tx<'_>, residents: &[Uuid]) -> Result<Vec<household::Model>, DbErr> {
    let homes = resident::Entity::find()
        .select_only()
        .column(resident::Column::HouseholdId)
        .filter(resident::Column::Id.is_in(residents.iter().copied()))
        .filter(resident::Column::HouseholdId.is_not_null());
    let select = household::Entity::find().filter(household::Column::Id.in_subquery(homes.into_query()));
    tx.lock_all(select, household::Column::Id).await
}
