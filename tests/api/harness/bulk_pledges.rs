//! The rows of [`super::bulk`]: sponsorships and their instalments.

use chrono::NaiveDate;
use entity::{
    aid_programme::AidScope,
    aid_record::{self, AidStatus},
    figures::{AidKind, Precision},
    instalment::{self, InstalmentStatus},
    sponsorship::{self, PaymentInterval, SponsorshipStatus},
};
use sea_orm::Iterable;
use tongxin::context::App;

use super::{
    bulk::{Bulk, Size, at, day},
    bulk_rows::days,
};

pub fn sponsorships(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for i in 0..size.residents {
        let status = SponsorshipStatus::iter().cycle().nth(i).unwrap();
        let sponsorship = sponsorship::Model {
            id: new_id(),
            community_id,
            partner_unit_id: bulk.units[i % bulk.units.len()].id,
            // Several to the first.
            resident_id: bulk.residents[if i % 4 == 3 { 0 } else { i }].id,
            project_id: (i % 3 == 0).then(|| bulk.projects[i / 3 % bulk.projects.len()].id),
            purpose: ["助学", "低保慰问", "助学 100%", "Cash"][i % 4].into(),
            amount_fen: 100 * (1 + i as i64 % 5),
            payment_interval: PaymentInterval::iter().cycle().nth(i).unwrap(),
            status,
            status_reason: (status == SponsorshipStatus::Voided).then(|| "重复登记".to_owned()),
            started_on: days(i),
            ended_on: day(2022 + i as i32 % 3, 1, 31),
            version: 1,
            recorded_at: at(i / 3),
            anonymous: i % 5 == 2,
        };
        for j in 0..1 + i % 4 {
            let status = match status {
                SponsorshipStatus::Voided => InstalmentStatus::Ended,
                _ => InstalmentStatus::iter().cycle().nth(i / 4 + j).unwrap(),
            };
            let paid_on = (status == InstalmentStatus::Paid).then(|| days(i / 2 + j));
            let part = instalment::Model {
                id: new_id(),
                community_id,
                sponsorship_id: sponsorship.id,
                number: 1 + j as i32,
                due_on: days(i + j),
                amount_fen: sponsorship.amount_fen,
                status,
                paid_on,
                status_reason: None,
                version: 1,
            };
            let grant = paid_on.map(|on| grant(bulk, app, &sponsorship, (&part, on)));
            bulk.aid.extend(grant);
            bulk.instalments.push(part);
        }
        bulk.sponsorships.push(sponsorship);
    }
}

/// What an instalment gave when it was paid.
fn grant(
    bulk: &Bulk,
    app: &App,
    of: &sponsorship::Model,
    (part, paid_on): (&instalment::Model, NaiveDate),
) -> aid_record::Model {
    let resident = bulk.residents.iter().find(|row| row.id == of.resident_id);
    aid_record::Model {
        id: app.clock.new_id(),
        community_id: of.community_id,
        scope: AidScope::Person,
        resident_id: Some(of.resident_id),
        household_id: resident.and_then(|row| row.household_id),
        programme_id: None,
        contribution_id: None,
        project_id: of.project_id,
        kind: AidKind::Cash,
        status: AidStatus::Delivered,
        status_reason: None,
        quantity_milli: None,
        unit: "yuan".into(),
        quantity_precision: Precision::Unknown,
        value_fen: Some(part.amount_fen),
        value_precision: Precision::Exact,
        given_on: paid_on,
        note: None,
        recorded_by: bulk.account,
        recorded_at: at(1),
        approved_by: Some(bulk.account),
        approved_at: Some(at(1)),
        delivered_at: Some(at(1)),
        version: 1,
        reverses_id: None,
        delivered_by: Some(bulk.account),
        signed_by: None,
        signed_by_name: None,
        item_id: None,
        device_id: None,
        occasion: None,
        batch_id: None,
        instalment_id: Some(part.id),
    }
}
