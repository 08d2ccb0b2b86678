//! Sponsorships and instalments.

use entity::{
    instalment::{self, InstalmentStatus},
    sponsorship::{self, SponsorshipStatus},
};
use serde_json::json;
use tongxin::relay::id::encode;
use uuid::Uuid;

use super::{Filtered, communities, days, filtered, holds, references, specimens, texts};
use crate::harness::{
    World,
    bulk::{Bulk, day},
    listing::List,
};

pub fn sponsorships(world: &World, bulk: &Bulk) -> Vec<Filtered> {
    let here = communities(world, bulk);
    let units: Vec<Uuid> = bulk.units.iter().take(3).map(|unit| unit.id).collect();
    let residents = vec![bulk.residents[0].id, bulk.residents[5].id];
    let covers = |row: &sponsorship::Model, on| {
        row.started_on <= on && row.ended_on >= on && row.status != SponsorshipStatus::Voided
    };
    let sponsorship = filtered(
        List::new("sponsorships", "Sponsorship"),
        &world.staff,
        &bulk.sponsorships,
        |row| encode("sponsorship", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &sponsorship::Model, key| row.community_id
                == key),
            references("partnerUnitId", "partner_unit", units.clone(), |row: &sponsorship::Model, key| row
                .partner_unit_id
                == key),
            references("residentId", "resident", residents.clone(), |row: &sponsorship::Model, key| row.resident_id
                == key),
            references("projectId", "project", vec![bulk.projects[0].id], |row: &sponsorship::Model, key| row
                .project_id
                == Some(key)),
            texts("purpose", |row: &sponsorship::Model| vec![row.purpose.clone()]),
            [day(1999, 1, 1), day(2000, 1, 1), day(2022, 1, 31), day(2022, 2, 1), day(2025, 1, 1)]
                .map(|on| holds(json!({ "currentOn": on }), move |row: &sponsorship::Model| covers(row, on))),
            [
                holds(json!({ "status": { "eq": "ACTIVE" } }), |row: &sponsorship::Model| row.status
                    == SponsorshipStatus::Active),
                holds(json!({ "status": { "in": ["ENDED", "VOIDED"] } }), |row: &sponsorship::Model| matches!(
                    row.status,
                    SponsorshipStatus::Ended | SponsorshipStatus::Voided
                )),
            ],
        ],
    );
    let whole = |row: &instalment::Model| bulk.sponsorships.iter().find(|of| of.id == row.sponsorship_id).unwrap();
    let several: Vec<Uuid> = bulk.sponsorships.iter().take(3).map(|row| row.id).collect();
    let instalment = filtered(
        List::new("instalments", "Instalment"),
        &world.staff,
        &bulk.instalments,
        |row| encode("instalment", row.id),
        specimens![
            references("communityId", "community", here, |row: &instalment::Model, key| row.community_id == key),
            references("sponsorshipId", "sponsorship", several, |row: &instalment::Model, key| row.sponsorship_id
                == key),
            references("partnerUnitId", "partner_unit", units, move |row: &instalment::Model, key| whole(row)
                .partner_unit_id
                == key),
            references("residentId", "resident", residents, move |row: &instalment::Model, key| whole(row).resident_id
                == key),
            days("dueOn", |row: &instalment::Model| Some(row.due_on)),
            days("paidOn", |row: &instalment::Model| row.paid_on),
            [day(1999, 12, 31), day(2020, 2, 1), day(2022, 1, 1)]
                .map(|on| holds(json!({ "overdueOn": on }), move |row: &instalment::Model| row.status
                    == InstalmentStatus::Due
                    && row.due_on < on)),
            [
                holds(json!({ "status": { "eq": "PAID" } }), |row: &instalment::Model| row.status
                    == InstalmentStatus::Paid),
                holds(json!({ "status": { "in": ["MISSED", "ENDED"] } }), |row: &instalment::Model| matches!(
                    row.status,
                    InstalmentStatus::Missed | InstalmentStatus::Ended
                )),
            ],
        ],
    );
    vec![sponsorship, instalment]
}
