//! Who received what out of the contributions (F12, F13, F15). Values of the parts add up to the whole to the fen, and the running sums of a
//! contribution are those of its records.

use std::collections::BTreeMap;

use chrono::{DateTime, Months, NaiveDate, Utc};
use entity::{
    aid_batch, aid_claim,
    aid_programme::{self, AidPeriod, AidScope},
    aid_programme_exclusion, aid_programme_limit,
    aid_record::{self, AidStatus as Status, Signatory},
    circumstance::CircumstanceKind,
    figures::{AidKind, Precision},
};
use rand::{RngExt, seq::IndexedRandom, seq::SliceRandom};
use uuid::Uuid;

use super::{
    calendar::{LAST_DAY, between, day, moment, office_hour},
    facts::{Sources, UNIT, YUAN},
    homes::{Living, Registrar},
    ids::Ids,
    items,
    rows::Rows,
};
use crate::{
    aid::period,
    figures::{Figure, share, share_evenly},
};

/// Insurance places handed over, and those that wait for a decision: some of the 2,000 remain.
const INSURED: (usize, usize, usize) = (1_200, 40, 10);
/// Assistive devices, and the disabled residents who share them.
pub(super) const DEVICES: (usize, usize) = (145, 54);
/// Recipients of parcels: low-income residents and pupils.
pub(super) const PARCELS: (usize, usize) = (23, 4);

/// Devices with what they are worth to one another; the values are shared out of the total by these weights.
const KINDS_OF_DEVICE: [(&str, u64); 7] =
    [("轮椅", 760), ("助行器", 260), ("腋杖", 95), ("坐便椅", 230), ("助听器", 820), ("盲杖", 70), ("防褥疮床垫", 330)];

/// Whose hands aid goes through.
#[derive(Clone, Copy)]
pub(super) struct Hands {
    pub(super) recorder: Uuid,
    pub(super) approver: Uuid,
}

/// One grant to a person or, where there is none, to a household.
pub(super) struct Grant {
    pub(super) resident_id: Option<Uuid>,
    pub(super) household_id: Option<Uuid>,
    pub(super) programme_id: Option<Uuid>,
    pub(super) contribution_id: Option<Uuid>,
    pub(super) project_id: Option<Uuid>,
    pub(super) kind: AidKind,
    pub(super) status: Status,
    pub(super) quantity: Figure,
    pub(super) unit: String,
    pub(super) value: Figure,
    pub(super) given_on: NaiveDate,
    pub(super) note: Option<String>,
}

/// The record of a grant; `at` is when it was put on file.
pub(super) fn record(id: Uuid, community_id: Uuid, hands: Hands, at: DateTime<Utc>, grant: Grant) -> aid_record::Model {
    let approved = matches!(grant.status, Status::Approved | Status::Delivered | Status::Returned);
    let delivered = matches!(grant.status, Status::Delivered | Status::Returned);
    let reason = match grant.status {
        Status::Refused => Some("不符合条件"),
        Status::Cancelled => Some("本人放弃"),
        Status::Returned => Some("物品有缺陷，已退回"),
        Status::Reversed | Status::Reversal => Some("录入有误"),
        Status::Planned | Status::Approved | Status::Delivered => None,
    };
    aid_record::Model {
        id,
        community_id,
        scope: if grant.resident_id.is_some() { AidScope::Person } else { AidScope::Household },
        resident_id: grant.resident_id,
        household_id: grant.household_id,
        programme_id: grant.programme_id,
        contribution_id: grant.contribution_id,
        project_id: grant.project_id,
        kind: grant.kind,
        status: grant.status,
        status_reason: reason.map(str::to_owned),
        quantity_milli: grant.quantity.amount,
        unit: grant.unit,
        quantity_precision: grant.quantity.precision,
        value_fen: grant.value.amount,
        value_precision: grant.value.precision,
        given_on: grant.given_on,
        note: grant.note,
        recorded_by: hands.recorder,
        recorded_at: at,
        approved_by: approved.then_some(hands.approver),
        approved_at: approved.then_some(at + chrono::TimeDelta::minutes(40)),
        delivered_at: delivered.then_some(at + chrono::TimeDelta::minutes(90)),
        version: 1,
        reverses_id: None,
        delivered_by: delivered.then_some(hands.recorder),
        signed_by: delivered.then_some(Signatory::Recipient),
        signed_by_name: None,
        item_id: None,
        device_id: None,
        occasion: None,
        batch_id: None,
        instalment_id: None,
    }
}

/// What the record adds to its contribution's running sums: allocated and delivered thousandths, allocated and delivered fen.
pub(super) fn taken(record: &aid_record::Model) -> [i64; 4] {
    let (milli, fen) = (record.quantity_milli.unwrap_or(0), record.value_fen.unwrap_or(0));
    match record.status {
        Status::Planned | Status::Approved => [milli, 0, fen, 0],
        Status::Delivered => [milli, milli, fen, fen],
        Status::Refused | Status::Cancelled | Status::Returned | Status::Reversed | Status::Reversal => [0; 4],
    }
}

/// Brings the running sums of contributions in line with the records.
pub(super) fn settle(rows: &mut Rows) {
    for contribution in &mut rows.contributions {
        let own = rows.aid_records.iter().filter(|record| record.contribution_id == Some(contribution.id));
        let sums = own.map(taken).fold([0; 4], |sums, part| std::array::from_fn(|i| sums[i] + part[i]));
        [
            contribution.allocated_milli,
            contribution.delivered_milli,
            contribution.allocated_fen,
            contribution.delivered_fen,
        ] = sums;
    }
}

/// What the grants to persons that stand claim of their programmes.
fn claim(rows: &mut Rows, ids: &mut Ids) {
    for grant in rows.aid_records.iter().filter(|grant| taken(grant)[..] != [0; 4] && grant.scope == AidScope::Person) {
        let programme = rows.programmes.iter().find(|programme| Some(programme.id) == grant.programme_id);
        let Some((id, once_per)) = programme.and_then(|of| Some((of.id, of.once_per?))) else { continue };
        rows.aid_claims.push(claim_of(ids.next(), grant, (id, once_per)));
    }
}

/// What a grant to a person holds of a programme that aids once a period.
pub(super) fn claim_of(id: Uuid, grant: &aid_record::Model, of: (Uuid, AidPeriod)) -> aid_claim::Model {
    let (programme_id, once_per) = of;
    aid_claim::Model {
        id,
        aid_record_id: grant.id,
        programme_id,
        period: period::key(once_per, grant.given_on, grant.occasion.as_deref()),
        resident_id: grant.resident_id,
        household_id: None,
    }
}

pub(super) fn programme(
    rows: &mut Rows,
    ids: &mut Ids,
    community_id: Uuid,
    (name, scope, once_per): (&str, AidScope, Option<AidPeriod>),
    about: &str,
) -> Uuid {
    let id = ids.next();
    rows.programmes.push(aid_programme::Model {
        id,
        community_id,
        name: name.to_owned(),
        scope,
        description: Some(about.to_owned()),
        version: 1,
        created_at: moment(day(2020, 8, 24), 9 * 60),
        once_per,
        second_approver: false,
        circumstances: None,
        age_from: None,
        age_to: None,
        ceiling_fen: None,
        ceiling_times: None,
        ceiling_per: None,
        opens_on: None,
        closes_on: None,
        documents: None,
    });
    id
}

/// What a programme asks for and is paid from.
pub(super) fn rules(
    rows: &mut Rows,
    ids: &mut Ids,
    programme_id: Uuid,
    (kinds, contribution_id): (&[CircumstanceKind], Uuid),
) {
    let Some(programme) = rows.programmes.iter_mut().find(|programme| programme.id == programme_id) else { return };
    programme.circumstances = (!kinds.is_empty()).then(|| serde_json::to_string(kinds).unwrap_or_default());
    let community_id = programme.community_id;
    let (id, contribution_id) = (ids.next(), Some(contribution_id));
    rows.programme_limits.push(aid_programme_limit::Model {
        id,
        community_id,
        programme_id,
        grid_id: None,
        contribution_id,
    });
}

/// Nobody of one household is aided under both.
fn exclude(rows: &mut Rows, ids: &mut Ids, community_id: Uuid, mut pair: [Uuid; 2]) {
    pair.sort_unstable();
    let [programme_id, other_id] = pair;
    rows.programme_exclusions.push(aid_programme_exclusion::Model {
        id: ids.next(),
        community_id,
        programme_id,
        other_id,
        excludes_by: AidScope::Household,
        created_at: moment(day(2020, 8, 24), 9 * 60 + 5),
    });
}

/// The grants of a programme of one day and of one thing were planned together, as many of them as go to different recipients: a second wheelchair of the same
/// person was recorded by itself.
pub(super) fn batches(rows: &mut Rows, ids: &mut Ids, programme_id: Uuid) {
    let mut lots: BTreeMap<(NaiveDate, Option<String>), Vec<&mut aid_record::Model>> = BTreeMap::new();
    for grant in rows.aid_records.iter_mut().filter(|grant| grant.programme_id == Some(programme_id)) {
        let lot = lots.entry((grant.given_on, grant.note.clone())).or_default();
        let same = |other: &&mut aid_record::Model| {
            (other.scope, other.resident_id) == (grant.scope, grant.resident_id)
                && (grant.resident_id.is_some() || other.household_id == grant.household_id)
        };
        if !lot.iter().any(same) {
            lot.push(grant);
        }
    }
    for lot in lots.into_values().filter(|lot| lot.len() > 1) {
        let (first, id) = (&lot[0], ids.next());
        let Some(contribution_id) = first.contribution_id else { continue };
        rows.aid_batches.push(aid_batch::Model {
            id,
            community_id: first.community_id,
            programme_id: Some(programme_id),
            contribution_id,
            given_on: first.given_on,
            planned: lot.len() as i32,
            recorded_by: first.recorded_by,
            recorded_at: first.recorded_at,
        });
        for grant in lot {
            grant.batch_id = Some(id);
        }
    }
}

/// How many residents of a kind F13 and F15 need, whatever the size of the community; see `fill.rs`.
pub(super) const AT_LEAST: [(CircumstanceKind, usize); 3] = [
    (CircumstanceKind::Disability, DEVICES.1),
    (CircumstanceKind::LowIncome, PARCELS.0),
    (CircumstanceKind::Pupil, PARCELS.1),
];

pub(super) fn aid(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    community: Uuid,
    from: &Sources,
    hands: Hands,
    people: &[Living],
) {
    let mut to = Giving { rows, by, community, hands, people };
    to.insurance(from.insurance);
    to.devices(from.devices);
    let parcels = to.parcels(from.parcels);
    // Nothing was given under this one yet: for whoever tries out a household's grant.
    let visits = ("春节走访慰问", AidScope::Household, Some(AidPeriod::Year));
    let visits = programme(to.rows, &mut to.by.ids, community, visits, "每户一份，由网格员入户发放。");
    exclude(to.rows, &mut to.by.ids, community, [parcels, visits]);
    settle(to.rows);
    items::itemise(to.rows, &mut to.by.ids, from.devices.0);
    claim(to.rows, &mut to.by.ids);
}

struct Giving<'a, 'b> {
    rows: &'a mut Rows,
    by: &'a mut Registrar<'b>,
    community: Uuid,
    hands: Hands,
    people: &'a [Living],
}

impl<'a> Giving<'a, '_> {
    /// F12: one place a person, renewed each autumn by those who want it.
    fn insurance(&mut self, (contribution_id, project_id): (Uuid, Uuid)) {
        let about = "居民意外伤害保险名额，每人一份，先到先得。";
        let programme = programme(
            self.rows,
            &mut self.by.ids,
            self.community,
            ("居民意外伤害保险", AidScope::Person, Some(AidPeriod::Year)),
            about,
        );
        let mut insured = self.chosen(usize::MAX, |_| true);
        insured.truncate(INSURED.0.min(insured.len() * 4 / 5) + INSURED.1 + INSURED.2);
        let waiting = insured.len().saturating_sub(INSURED.1 + INSURED.2);
        for (number, person) in insured.into_iter().enumerate() {
            let (status, first, last) = match number {
                _ if number >= waiting + INSURED.1 => (Status::Planned, day(2022, 3, 1), LAST_DAY),
                _ if number >= waiting => (Status::Approved, day(2022, 2, 14), day(2022, 2, 28)),
                _ if number.is_multiple_of(2) => (Status::Delivered, day(2020, 9, 7), day(2020, 11, 30)),
                _ => (Status::Delivered, day(2021, 9, 1), day(2021, 11, 30)),
            };
            // Babies are insured once they are there.
            let given_on = between(&mut self.by.rng, first.max(person.birth_date + Months::new(1)).min(last), last);
            let given_on = given_on.max(person.birth_date);
            let (value, kind) = (Figure::UNKNOWN, AidKind::Places);
            self.give(person, programme, (contribution_id, project_id), status, (kind, "place", value), given_on, None);
        }
    }

    /// F13: 145 records of one device each, since a resident may hold several.
    fn devices(&mut self, (contribution_id, project_id): (Uuid, Uuid)) {
        let about = "市残联捐赠的辅助器具，按需适配。";
        let programme =
            programme(self.rows, &mut self.by.ids, self.community, ("辅助器具发放", AidScope::Person, None), about);
        rules(self.rows, &mut self.by.ids, programme, (&[CircumstanceKind::Disability], contribution_id));
        let days = [day(2021, 5, 16), day(2021, 9, 24), day(2021, 12, 3)];
        let disabled =
            self.chosen(DEVICES.1, |person| days.iter().all(|on| person.is(CircumstanceKind::Disability, *on)));
        // One each, and the rest to whom it falls: some hold six and more.
        let mut holders: Vec<&Living> = disabled.clone();
        let (often, seldom) = disabled.split_at(disabled.len() / 4);
        while holders.len() < DEVICES.0 {
            let among = if self.by.rng.random() { often } else { seldom };
            holders.push(among.choose(&mut self.by.rng).expect("there are disabled residents"));
        }
        let devices: Vec<_> =
            holders.iter().map(|_| KINDS_OF_DEVICE[self.by.rng.random_range(0..KINDS_OF_DEVICE.len())]).collect();
        let weights: Vec<u64> = devices.iter().map(|(_, weight)| *weight).collect();
        for ((person, (device, _)), value) in holders.into_iter().zip(devices).zip(share(56_000 * YUAN, &weights)) {
            let (value, on) = (Figure::exact(value), days[self.by.rng.random_range(0..days.len())]);
            let what = (AidKind::Goods, "item", value);
            self.give(person, programme, (contribution_id, project_id), Status::Delivered, what, on, Some(device));
        }
        batches(self.rows, &mut self.by.ids, programme);
    }

    /// F15: 23 recipients of the allowance and 4 pupils; the report says persons (名), so the scope is the person.
    fn parcels(&mut self, (contribution_id, project_id): (Uuid, Uuid)) -> Uuid {
        let about = "面向低保对象与困难学生，按人发放。";
        let programme = programme(
            self.rows,
            &mut self.by.ids,
            self.community,
            ("困难群众物资帮扶", AidScope::Person, Some(AidPeriod::Year)),
            about,
        );
        let on = day(2022, 1, 21);
        let mut recipients = self.chosen(PARCELS.0, |person| person.is(CircumstanceKind::LowIncome, on));
        recipients.extend(self.chosen(PARCELS.1, |person| {
            person.is(CircumstanceKind::Pupil, on) && !person.is(CircumstanceKind::LowIncome, on)
        }));
        let values = share_evenly(16_000 * YUAN, recipients.len());
        for (person, value) in recipients.into_iter().zip(values) {
            let what = (AidKind::Goods, "parcel", Figure::exact(value));
            self.give(person, programme, (contribution_id, project_id), Status::Delivered, what, on, None);
        }
        let asked = [CircumstanceKind::LowIncome, CircumstanceKind::Pupil];
        rules(self.rows, &mut self.by.ids, programme, (&asked, contribution_id));
        batches(self.rows, &mut self.by.ids, programme);
        programme
    }

    /// So many residents who live here and fit, by chance.
    fn chosen(&mut self, most: usize, fits: impl Fn(&Living) -> bool) -> Vec<&'a Living> {
        let mut chosen: Vec<&Living> = self.people.iter().filter(|person| person.here() && fits(person)).collect();
        chosen.shuffle(&mut self.by.rng);
        chosen.truncate(most);
        chosen
    }

    fn give(
        &mut self,
        to: &Living,
        programme_id: Uuid,
        (contribution_id, project_id): (Uuid, Uuid),
        status: Status,
        (kind, unit, value): (AidKind, &str, Figure),
        given_on: NaiveDate,
        note: Option<&str>,
    ) {
        let at = office_hour(&mut self.by.rng, given_on);
        let grant = Grant {
            resident_id: Some(to.id),
            household_id: Some(to.household_id),
            programme_id: Some(programme_id),
            contribution_id: Some(contribution_id),
            project_id: Some(project_id),
            kind,
            status,
            quantity: Figure { amount: Some(UNIT), precision: Precision::Exact },
            unit: unit.to_owned(),
            value,
            given_on,
            note: note.map(str::to_owned),
        };
        self.rows.aid_records.push(record(self.by.ids.next(), self.community, self.hands, at, grant));
    }
}
