//! How the edges of consents are loaded, and the edge that leads to them.

use entity::consent;

use super::object::Consent;
use crate::{communities::Community, partners::PartnerUnit, relay::Edge, residents::Resident};

pub fn of_consent(field: &str) -> Option<Edge<Consent>> {
    Some(match field {
        "community" => Edge::<Consent>::one::<Community>(|row| Some(row.community_id)),
        "resident" => Edge::<Consent>::one::<Resident>(|row| Some(row.resident_id)),
        "partnerUnit" => Edge::<Consent>::one::<PartnerUnit>(|row| row.partner_unit_id),
        "guardian" => Edge::<Consent>::one::<Resident>(|row| row.guardian_id),
        _ => return None,
    })
}

/// What residents consented to: `Resident.consents`.
pub(crate) fn of_residents() -> Edge<Resident> {
    Edge::many::<Consent>(consent::Column::ResidentId)
}
