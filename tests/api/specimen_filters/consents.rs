//! Consents.

use entity::consent::{self, ConsentPurpose};
use serde_json::json;
use tongxin::relay::id::encode;

use super::{Filtered, communities, days, filtered, holds, references, specimens};
use crate::harness::{
    World,
    bulk::{Bulk, day},
    listing::List,
};

pub fn consents(world: &World, bulk: &Bulk) -> Vec<Filtered> {
    let valid = |row: &consent::Model, on| {
        row.given_on <= on
            && row.expires_on.is_none_or(|last| last >= on)
            && row.withdrawn_on.is_none_or(|from| from > on)
    };
    vec![filtered(
        List::new("consents", "Consent"),
        &world.staff,
        &bulk.consents,
        |row| encode("consent", row.id),
        specimens![
            references("communityId", "community", communities(world, bulk), |row: &consent::Model, key| row
                .community_id
                == key),
            references(
                "residentId",
                "resident",
                vec![bulk.residents[0].id, bulk.residents[4].id],
                |row: &consent::Model, key| row.resident_id == key
            ),
            references("partnerUnitId", "partner_unit", vec![bulk.units[0].id], |row: &consent::Model, key| row
                .partner_unit_id
                == Some(key)),
            days("expiresOn", |row: &consent::Model| row.expires_on),
            // Before all, on a first and a last day, the day after it, on the day of a withdrawal and the day before.
            [
                day(1999, 1, 1),
                day(2020, 1, 31),
                day(2021, 6, 30),
                day(2021, 7, 1),
                day(2021, 12, 30),
                day(2021, 12, 31),
                day(2026, 1, 1),
            ]
            .map(|on| holds(json!({ "validOn": on }), move |row: &consent::Model| valid(row, on))),
            [
                holds(json!({ "purpose": { "eq": "SHARE_WITH_PARTNER" } }), |row: &consent::Model| row.purpose
                    == ConsentPurpose::ShareWithPartner),
                holds(json!({ "purpose": { "in": ["SENSITIVE_CIRCUMSTANCES"] } }), |row: &consent::Model| row.purpose
                    == ConsentPurpose::SensitiveCircumstances),
            ],
        ],
    )]
}
