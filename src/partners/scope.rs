//! Which units and pairings a part of the viewer's reach covers.

use entity::{
    activity_organiser, asset_tenure, consent, contributor, pairing, partner_unit, partner_unit_alias, posting,
    project_participation, request, sponsorship, volunteer,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    access::{
        Held, Scope,
        scope::{by_community, by_links, is},
    },
    relay::filter::never,
};

/// Of the directory, a community sees the units that it works with.
pub fn of_units(held: &Held) -> Condition {
    match (held.scope, held.community) {
        (Scope::All, _) => Condition::all(),
        (Scope::Community, Some(community)) => working_with(community),
        (Scope::Unit, _) => is(partner_unit::Column::Id, held.links.partner_unit).unwrap_or_else(never),
        (Scope::Own, Some(community)) => {
            held.links.resident.map_or_else(never, |resident| close_to(community, resident))
        }
        (Scope::Community | Scope::Own, None) => never(),
        // No way leads from these to the directory.
        (Scope::None | Scope::Household | Scope::Team | Scope::Shop | Scope::Grids, _) => never(),
    }
}

/// An input may name any unit: whoever has the whole id has it from registering the unit, or from looking it up by its code. Ids cannot be guessed,
/// and the directory holds nothing but what units show to everybody.
pub fn of_units_by_id(_held: &Held) -> Condition {
    Condition::all()
}

/// A unit's other names go with the unit.
pub fn of_aliases(held: &Held) -> Condition {
    let units = partner_unit::Entity::find().select_only().column(partner_unit::Column::Id).filter(of_units(held));
    Condition::all().add(partner_unit_alias::Column::PartnerUnitId.in_subquery(units.into_query()))
}

pub fn of_pairings(held: &Held) -> Condition {
    use pairing::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [is(Column::PartnerUnitId, held.links.partner_unit)]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// Units paired with the community now or before, taking part in its projects, contributing to it, seconding staff to it, holding activities with it,
/// lending or giving it things, sponsoring its residents, employing its volunteers, or handling its requests.
pub(super) fn working_with(community: Uuid) -> Condition {
    use activity_organiser::Column as Organiser;
    use asset_tenure::Column as Tenure;
    use contributor::Column as Contributor;
    use pairing::Column as Pairing;
    use posting::Column as Posting;
    use project_participation::Column as Participation;
    use request::Column as Request;
    use sponsorship::Column as Sponsorship;
    use volunteer::Column as Volunteer;
    Condition::any()
        .add(named::<pairing::Entity>(Pairing::PartnerUnitId, Pairing::CommunityId, community))
        .add(named::<project_participation::Entity>(
            Participation::PartnerUnitId,
            Participation::CommunityId,
            community,
        ))
        .add(named::<contributor::Entity>(Contributor::PartnerUnitId, Contributor::CommunityId, community))
        .add(named::<posting::Entity>(Posting::SecondedBy, Posting::CommunityId, community))
        .add(named::<activity_organiser::Entity>(Organiser::PartnerUnitId, Organiser::CommunityId, community))
        .add(named::<asset_tenure::Entity>(Tenure::PartnerUnitId, Tenure::CommunityId, community))
        .add(named::<sponsorship::Entity>(Sponsorship::PartnerUnitId, Sponsorship::CommunityId, community))
        .add(named::<volunteer::Entity>(Volunteer::PartnerUnitId, Volunteer::CommunityId, community))
        .add(named::<request::Entity>(Request::AssigneeUnitId, Request::CommunityId, community))
}

/// Units that sponsor a resident and are not anonymous, and those that the resident's consents name.
fn close_to(community: Uuid, resident: Uuid) -> Condition {
    use consent::Column as Consent;
    use sponsorship::Column as Sponsorship;
    let sponsors = sponsorship::Entity::find()
        .select_only()
        .column(Sponsorship::PartnerUnitId)
        .filter(Sponsorship::CommunityId.eq(community))
        .filter(Sponsorship::ResidentId.eq(resident))
        .filter(Sponsorship::Anonymous.eq(false));
    let told = consent::Entity::find()
        .select_only()
        .column(Consent::PartnerUnitId)
        .filter(Consent::CommunityId.eq(community))
        .filter(Consent::ResidentId.eq(resident))
        .filter(Consent::PartnerUnitId.is_not_null());
    Condition::any()
        .add(partner_unit::Column::Id.in_subquery(sponsors.into_query()))
        .add(partner_unit::Column::Id.in_subquery(told.into_query()))
}

/// Is there a row of the community in this table that names the unit?
fn named<E: EntityTrait>(unit: E::Column, place: E::Column, community: Uuid) -> Expr {
    let this = Expr::col(partner_unit::Column::Id.as_column_ref()).equals(unit.as_column_ref());
    Expr::exists(E::find().select_only().column(unit).filter(this).filter(place.eq(community)).into_query())
}
