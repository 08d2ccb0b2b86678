//! The rows of [`super::bulk`]: sponsorships and their instalments.

use entity::{
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
        };
        for j in 0..1 + i % 4 {
            let status = match status {
                SponsorshipStatus::Voided => InstalmentStatus::Ended,
                _ => InstalmentStatus::iter().cycle().nth(i / 4 + j).unwrap(),
            };
            bulk.instalments.push(instalment::Model {
                id: new_id(),
                community_id,
                sponsorship_id: sponsorship.id,
                number: 1 + j as i32,
                due_on: days(i + j),
                amount_fen: sponsorship.amount_fen,
                status,
                paid_on: (status == InstalmentStatus::Paid).then(|| days(i / 2 + j)),
                status_reason: None,
                version: 1,
            });
        }
        bulk.sponsorships.push(sponsorship);
    }
}
