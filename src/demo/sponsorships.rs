//! Pupils who are sponsored year by year (F14): 4 of them, with ¥2,000 a year each. When they were paid is made up.

use chrono::{Days, NaiveDate};
use entity::{
    aid_record::{self, AidStatus},
    circumstance::CircumstanceKind,
    figures::AidKind,
    instalment::{self, InstalmentStatus},
    sponsorship::{self, PaymentInterval, SponsorshipStatus},
};
use rand::{RngExt, seq::SliceRandom};
use uuid::Uuid;

use super::{
    aid::{self, Grant, Hands},
    calendar::{LAST_DAY, day, moment},
    facts::YUAN,
    homes::{Living, Registrar},
    partners::{BANK, CHARITY, Units},
    rows::Rows,
};
use crate::{figures::Figure, sponsorships::schedule};

/// The pupils of the facts.
pub(super) const PUPILS: usize = 4;

/// Yearly when school begins; what falls due after the last day of the records is to be paid yet.
pub(super) fn sponsorships(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    (community, hands): (Uuid, Hands),
    units: &Units,
    people: &[Living],
) {
    for (place, pupil) in pupils(by, people).into_iter().take(PUPILS).enumerate() {
        let pledge = Pledge {
            unit: units[CHARITY],
            purpose: "资助中学生就学",
            yuan: 2_000,
            interval: PaymentInterval::Year,
            first: day(2020, 9, 1),
            number: 3,
            anonymous: false,
        };
        // One was paid some weeks late in the second year.
        let late = |number: i32| if place == 3 && number == 2 { 40 } else { 0 };
        sponsor(rows, by, (community, hands), pupil, &pledge, |_, number| (InstalmentStatus::Paid, late(number)));
    }
}

/// A neighbour's: quarterly, once not paid, and from somebody who does not want to be named.
pub(super) fn neighbours(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    (community, hands): (Uuid, Hands),
    units: &Units,
    people: &[Living],
) {
    if let Some(pupil) = pupils(by, people).first() {
        let pledge = Pledge {
            unit: units[BANK],
            purpose: "助学",
            yuan: 300,
            interval: PaymentInterval::Quarter,
            first: day(2021, 3, 31),
            number: 8,
            anonymous: true,
        };
        let missed = |_: NaiveDate, number| match number {
            2 => (InstalmentStatus::Missed, 0),
            _ => (InstalmentStatus::Paid, 0),
        };
        sponsor(rows, by, (community, hands), pupil, &pledge, missed);
    }
}

/// Pupils of a secondary school's age first; then other pupils, and at last anybody young.
fn pupils<'p>(by: &mut Registrar<'_>, people: &'p [Living]) -> Vec<&'p Living> {
    let on = day(2021, 5, 16);
    let age = |person: &Living| on.years_since(person.birth_date).unwrap_or_default();
    let mut found: Vec<&Living> = people.iter().filter(|person| person.here()).collect();
    found.shuffle(&mut by.rng);
    found.sort_by_key(|person| {
        let pupil = person.is(CircumstanceKind::Pupil, on);
        (!pupil, !(13..=16).contains(&age(person)), age(person))
    });
    found
}

struct Pledge {
    unit: Uuid,
    purpose: &'static str,
    yuan: i64,
    interval: PaymentInterval,
    first: NaiveDate,
    number: i32,
    anonymous: bool,
}

/// The rows; `fate` says what became of an instalment that was due by the last day, and how many days late.
fn sponsor(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    (community_id, hands): (Uuid, Hands),
    pupil: &Living,
    pledge: &Pledge,
    fate: impl Fn(NaiveDate, i32) -> (InstalmentStatus, u64),
) {
    let (id, fen) = (by.ids.next(), pledge.yuan * YUAN);
    let (days, ended_on) = schedule(pledge.first, pledge.interval, pledge.number);
    rows.sponsorships.push(sponsorship::Model {
        id,
        community_id,
        partner_unit_id: pledge.unit,
        resident_id: pupil.id,
        project_id: None,
        purpose: pledge.purpose.to_owned(),
        amount_fen: fen,
        payment_interval: pledge.interval,
        status: SponsorshipStatus::Active,
        status_reason: None,
        started_on: pledge.first,
        ended_on,
        version: 1,
        recorded_at: moment(pledge.first, 15 * 60),
        anonymous: pledge.anonymous,
    });
    for (number, due_on) in (1..).zip(days) {
        let (status, late) = if due_on <= LAST_DAY { fate(due_on, number) } else { (InstalmentStatus::Due, 0) };
        let paid_on = due_on + Days::new(late + by.rng.random_range(0..12));
        let missed = status == InstalmentStatus::Missed;
        let part = by.ids.next();
        if status == InstalmentStatus::Paid {
            let paid = paid(pupil, pledge, paid_on);
            let grant = aid::record(by.ids.next(), community_id, hands, moment(paid_on, 10 * 60), paid);
            rows.aid_records.push(aid_record::Model { instalment_id: Some(part), signed_by: None, ..grant });
        }
        rows.instalments.push(instalment::Model {
            id: part,
            community_id,
            sponsorship_id: id,
            number,
            due_on,
            amount_fen: fen,
            status,
            paid_on: (status == InstalmentStatus::Paid).then_some(paid_on),
            status_reason: missed.then(|| "单位经办人更换，未及时拨付".to_owned()),
            version: 1,
        });
    }
}

/// What an instalment gave.
fn paid(pupil: &Living, pledge: &Pledge, given_on: NaiveDate) -> Grant {
    Grant {
        resident_id: Some(pupil.id),
        household_id: Some(pupil.household_id),
        programme_id: None,
        contribution_id: None,
        project_id: None,
        kind: AidKind::Cash,
        status: AidStatus::Delivered,
        quantity: Figure::UNKNOWN,
        unit: "yuan".to_owned(),
        value: Figure::exact(pledge.yuan * YUAN),
        given_on,
        note: None,
    }
}
