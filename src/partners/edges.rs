//! How the edges of partner units are loaded, and the edges that lead to them.

use std::collections::HashMap;

use entity::{pairing, partner_unit_alias};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    object::{PartnerUnit, PartnerUnitAlias},
    pairing::Pairing,
};
use crate::{
    activities,
    communities::Community,
    contributions, facilities, projects,
    relay::{Edge, Entity},
    sponsorships, volunteers,
};

pub fn of_unit(field: &str) -> Option<Edge<PartnerUnit>> {
    Some(match field {
        "aliases" => aliases(),
        "pairings" => Edge::many::<Pairing>(pairing::Column::PartnerUnitId),
        "participations" => projects::edges::participations_of_partner_units(),
        "sponsorships" => sponsorships::edges::of_partner_units(),
        "volunteers" => volunteers::edges::of_partner_units(),
        "contributions" => contributions::edges::of_partner_units(),
        "activities" => activities::edges::of_partner_units(),
        "assetTenures" => facilities::edges::of_partner_units(),
        _ => return None,
    })
}

pub fn of_alias(field: &str) -> Option<Edge<PartnerUnitAlias>> {
    (field == "partnerUnit").then(|| Edge::<PartnerUnitAlias>::one::<PartnerUnit>(|row| Some(row.partner_unit_id)))
}

pub fn of_pairing(field: &str) -> Option<Edge<Pairing>> {
    Some(match field {
        "community" => Edge::<Pairing>::one::<Community>(|row| Some(row.community_id)),
        "partnerUnit" => Edge::<Pairing>::one::<PartnerUnit>(|row| Some(row.partner_unit_id)),
        _ => return None,
    })
}

/// Not within the scope of aliases: whoever was shown a unit, be it by its code or just registered, is shown its names.
fn aliases() -> Edge<PartnerUnit> {
    Edge::values(|reading, units: &[PartnerUnit], asked| {
        Box::pin(async move {
            let keys: Vec<Uuid> = units.iter().map(|unit| unit.seen().key()).collect();
            let select = partner_unit_alias::Entity::find()
                .filter(partner_unit_alias::Column::PartnerUnitId.is_in(keys))
                .order_by_asc(partner_unit_alias::Column::Alias)
                .order_by_asc(partner_unit_alias::Column::Id);
            let mut by_unit: HashMap<Uuid, Vec<PartnerUnitAlias>> = HashMap::new();
            for alias in reading.all::<PartnerUnitAlias>(select, &asked.selection).await? {
                by_unit.entry(alias.seen().partner_unit_id).or_default().push(alias);
            }
            Ok(by_unit)
        })
    })
}

/// Pairings of communities: `Community.pairings`.
pub(crate) fn pairings_of_communities() -> Edge<Community> {
    Edge::many::<Pairing>(pairing::Column::CommunityId)
}
