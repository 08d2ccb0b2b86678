//! How the edges of sponsorships and instalments are loaded, and the edges that lead to them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    instalment::{self, Column as Part, InstalmentStatus},
    sponsorship,
};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, sea_query::ExprTrait};
use uuid::Uuid;

use super::{instalment::Instalment, object::Sponsorship, scope};
use crate::{
    aid,
    communities::{Community, today_in},
    partners::PartnerUnit,
    projects::Project,
    relay::{Edge, Entity},
    residents::Resident,
    scalars::Date,
};

pub fn of_sponsorship(field: &str) -> Option<Edge<Sponsorship>> {
    Some(match field {
        "community" => Edge::<Sponsorship>::one::<Community>(|row| Some(row.community_id)),
        "partnerUnit" => sponsor(),
        "resident" => Edge::<Sponsorship>::one::<Resident>(|row| Some(row.resident_id)),
        "project" => Edge::<Sponsorship>::one::<Project>(|row| row.project_id),
        "instalments" => Edge::many::<Instalment>(instalment::Column::SponsorshipId),
        "paid" => paid(),
        "nextDueOn" => next_due_on(),
        _ => return None,
    })
}

pub fn of_instalment(field: &str) -> Option<Edge<Instalment>> {
    Some(match field {
        "sponsorship" => Edge::<Instalment>::one::<Sponsorship>(|row| Some(row.sponsorship_id)),
        "overdue" => overdue(),
        "aidRecord" => aid::edges::of_instalments(),
        _ => return None,
    })
}

/// Who pays, where the viewer is told: one statement more where a sponsor is anonymous and the viewer may be who is sponsored.
fn sponsor() -> Edge<Sponsorship> {
    Edge::values(|reading, sponsorships: &[Sponsorship], asked| {
        Box::pin(async move {
            let anonymous = sponsorships.iter().filter(|own| own.seen().anonymous).map(|own| own.seen().id);
            let mut told: HashSet<Uuid> =
                sponsorships.iter().filter(|own| !own.seen().anonymous).map(|own| own.seen().id).collect();
            if !scope::sees_as_sponsored(reading.viewer) {
                told.extend(sponsorships.iter().map(|own| own.seen().id));
            } else if told.len() < sponsorships.len() {
                let known: Vec<Uuid> = reading
                    .select::<Sponsorship>()
                    .filter(sponsorship::Column::Id.is_in(anonymous))
                    .filter(scope::with_a_known_sponsor(reading.viewer))
                    .select_only()
                    .column(sponsorship::Column::Id)
                    .into_tuple()
                    .all(reading.db())
                    .await?;
                told.extend(known);
            }
            let open = || sponsorships.iter().map(Sponsorship::seen).filter(|own| told.contains(&own.id));
            let units = open().map(|own| own.partner_unit_id).collect();
            let units = reading.some::<PartnerUnit>(units, &asked.selection).await?;
            let found = open().filter_map(|own| Some((own.id, units.get(&own.partner_unit_id)?.clone())));
            Ok(found.collect::<HashMap<_, _>>())
        })
    })
}

/// Fen by sponsorship.
fn paid() -> Edge<Sponsorship> {
    Edge::values(|reading, sponsorships: &[Sponsorship], _| {
        Box::pin(async move {
            let keys: Vec<Uuid> = sponsorships.iter().map(|own| own.seen().key()).collect();
            let sums: Vec<(Uuid, Option<i64>)> = reading
                .select::<Instalment>()
                .filter(Part::SponsorshipId.is_in(keys))
                .filter(Part::Status.eq(InstalmentStatus::Paid))
                .select_only()
                .column(Part::SponsorshipId)
                .expr_as(Part::AmountFen.sum().cast_as("bigint"), "paid")
                .group_by(Part::SponsorshipId)
                .into_tuple()
                .all(reading.db())
                .await?;
            Ok(sums.into_iter().map(|(own, fen)| (own, fen.unwrap_or(0))).collect::<HashMap<_, _>>())
        })
    })
}

fn next_due_on() -> Edge<Sponsorship> {
    Edge::values(|reading, sponsorships: &[Sponsorship], _| {
        Box::pin(async move {
            let keys: Vec<Uuid> = sponsorships.iter().map(|own| own.seen().key()).collect();
            let days: Vec<(Uuid, Option<NaiveDate>)> = reading
                .select::<Instalment>()
                .filter(Part::SponsorshipId.is_in(keys))
                .filter(Part::Status.eq(InstalmentStatus::Due))
                .select_only()
                .column(Part::SponsorshipId)
                .expr_as(Part::DueOn.min(), "next")
                .group_by(Part::SponsorshipId)
                .into_tuple()
                .all(reading.db())
                .await?;
            Ok(days.into_iter().filter_map(|(own, day)| Some((own, Date(day?)))).collect::<HashMap<_, _>>())
        })
    })
}

/// By the day where each community is.
fn overdue() -> Edge<Instalment> {
    Edge::values(|reading, instalments: &[Instalment], _| {
        Box::pin(async move {
            let here = instalments.iter().map(|own| own.seen().community_id).collect();
            let today = today_in(reading, here).await?;
            let late = |own: &Instalment| {
                let row = own.seen();
                row.status == InstalmentStatus::Due
                    && today.get(&row.community_id).is_some_and(|today| row.due_on < *today)
            };
            Ok(instalments.iter().map(|own| (own.seen().key(), late(own))).collect::<HashMap<_, _>>())
        })
    })
}

/// What residents are sponsored with: `Resident.sponsorships`.
pub(crate) fn of_residents() -> Edge<Resident> {
    Edge::many::<Sponsorship>(sponsorship::Column::ResidentId)
}

/// What units pledged: `PartnerUnit.sponsorships`.
pub(crate) fn of_partner_units() -> Edge<PartnerUnit> {
    Edge::values(|reading, units: &[PartnerUnit], asked| {
        Box::pin(async move {
            let keys = units.iter().map(|unit| unit.seen().key()).collect();
            let known = scope::with_a_known_sponsor(reading.viewer);
            let (own, of) = (reading.select::<Sponsorship>(), sponsorship::Column::PartnerUnitId);
            reading.connections::<Sponsorship>(own, of, keys, known, asked).await
        })
    })
}

/// Sponsorships of projects: `Project.sponsorships`.
pub(crate) fn of_projects() -> Edge<Project> {
    Edge::many::<Sponsorship>(sponsorship::Column::ProjectId)
}

/// Sponsorships of communities: `Community.sponsorships`.
pub(crate) fn of_communities() -> Edge<Community> {
    Edge::many::<Sponsorship>(sponsorship::Column::CommunityId)
}
