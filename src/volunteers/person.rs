//! The person behind a volunteer: under which key events tell of them, and their standing in the Party, which stays theirs when they are enrolled anew.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    circumstance::{self, CircumstanceKind},
    party_membership::{self, PartyStanding},
    staff_member, volunteer,
};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    relay::filter::holding_on,
    residents,
    write::{Refused, SubjectKey, Tx},
};

/// Residents and staff have a key of their own; of others, events name the fields only.
pub(super) async fn key_of(tx: &Tx<'_>, volunteer: &volunteer::Model) -> Result<SubjectKey, Refused> {
    let id = match (volunteer.resident_id, volunteer.staff_member_id) {
        (Some(resident), _) => residents::data_key_of(tx, resident).await?,
        (None, Some(member)) => {
            staff_member::Entity::find_by_id(member)
                .select_only()
                .column(staff_member::Column::DataKeyId)
                .into_tuple()
                .one(tx.conn())
                .await?
        }
        (None, None) => None,
    };
    tx.subject_key(id).await
}

/// All enrolments, of now and before, of the persons behind these volunteers.
fn enrolments_of(volunteers: &[volunteer::Model]) -> Condition {
    use volunteer::Column;
    Condition::any()
        .add(Column::Id.is_in(volunteers.iter().map(|row| row.id)))
        .add(Column::ResidentId.is_in(volunteers.iter().filter_map(|row| row.resident_id)))
        .add(Column::StaffMemberId.is_in(volunteers.iter().filter_map(|row| row.staff_member_id)))
}

fn same_person(one: &volunteer::Model, other: &volunteer::Model) -> bool {
    let same = |a: Option<Uuid>, b: Option<Uuid>| a.is_some() && a == b;
    one.id == other.id || same(one.resident_id, other.resident_id) || same(one.staff_member_id, other.staff_member_id)
}

/// What is on record of a person's standing, whichever enrolment it was recorded with.
pub(super) async fn standings_of(
    tx: &Tx<'_>,
    volunteer: &volunteer::Model,
) -> Result<Vec<party_membership::Model>, DbErr> {
    let own = std::slice::from_ref(volunteer);
    let enrolments = volunteer::Entity::find().filter(enrolments_of(own)).all(tx.conn()).await?;
    let of_them = party_membership::Column::VolunteerId.is_in(enrolments.iter().map(|row| row.id));
    party_membership::Entity::find().filter(of_them).all(tx.conn()).await
}

/// The standings that hold on a day, by volunteer; a resident's circumstance PARTY_MEMBER is one as well. Three statements, for however many.
///
/// Read without the viewer's scope: whether a team's rule is met does not depend on who asks. Nothing of it may be told.
pub(crate) async fn standings_on(
    tx: &Tx<'_>,
    volunteers: &[volunteer::Model],
    day: NaiveDate,
) -> Result<HashMap<Uuid, Vec<PartyStanding>>, DbErr> {
    use circumstance::Column as Circumstance;
    use party_membership::Column as Standing;
    let enrolments = volunteer::Entity::find().filter(enrolments_of(volunteers)).all(tx.conn()).await?;
    let recorded = party_membership::Entity::find()
        .filter(Standing::VolunteerId.is_in(enrolments.iter().map(|row| row.id)))
        .filter(holding_on(Standing::StartedOn, Standing::EndedOn, day))
        .all(tx.conn())
        .await?;
    let residents = volunteers.iter().filter_map(|row| row.resident_id);
    let members: Vec<Uuid> = circumstance::Entity::find()
        .filter(Circumstance::ResidentId.is_in(residents))
        .filter(Circumstance::Kind.eq(CircumstanceKind::PartyMember))
        .filter(holding_on(Circumstance::StartedOn, Circumstance::EndedOn, day))
        .select_only()
        .column(Circumstance::ResidentId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let of = |wanted: &volunteer::Model| {
        let own = enrolments.iter().filter(|row| same_person(row, wanted));
        let own = own.flat_map(|row| recorded.iter().filter(|standing| standing.volunteer_id == row.id));
        let known = wanted.resident_id.is_some_and(|resident| members.contains(&resident));
        own.map(|standing| standing.standing).chain(known.then_some(PartyStanding::Member)).collect()
    };
    Ok(volunteers.iter().map(|row| (row.id, of(row))).collect())
}
