//! The report of a period, worked out row by row from whole tables: slow, and plain enough to be believed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use entity::{
    activity::{self, ActivityKind, ActivityStatus},
    activity_result,
    aid_record::{self, AidStatus},
    asset::{self, AssetKind},
    asset_tenure::{self, Tenure},
    attendance, campaign, contribution, facility,
    figures::{AidKind, Precision},
    head_count,
    instalment::{self, InstalmentStatus},
    pairing,
    session::{self, SessionStatus},
    sponsorship::{self, PaymentInterval, SponsorshipStatus},
    team, team_membership, volunteer,
};
use sea_orm::{EntityTrait, Iterable};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    TestApp,
    adding::{Part, money, name, plain, quantity, total},
};

macro_rules! tables {
    ($($rows:ident: $table:ident),+ $(,)?) => {
        /// All rows of all communities.
        #[derive(Clone, PartialEq)]
        pub struct Tables { $(pub $rows: Vec<$table::Model>,)+ }

        impl Tables {
            pub async fn read(app: &TestApp) -> Self {
                let db = app.app.db.reader();
                Self { $($rows: $table::Entity::find().all(db).await.unwrap(),)+ }
            }

            /// Those of one community.
            fn of(&self, community: Uuid) -> Self {
                Self { $($rows: self.$rows.iter().filter(|row| row.community_id == community).cloned().collect(),)+ }
            }
        }
    };
}

tables! {
    pairings: pairing, contributions: contribution, aid: aid_record, sponsorships: sponsorship, instalments: instalment, teams: team,
    memberships: team_membership, volunteers: volunteer, campaigns: campaign, activities: activity, sessions: session, attendances: attendance,
    counts: head_count, results: activity_result, facilities: facility, assets: asset, tenures: asset_tenure,
}

/// From the first to the last day.
#[derive(Clone, Copy, Debug)]
pub struct Span(pub NaiveDate, pub NaiveDate);

impl Span {
    fn has(self, day: NaiveDate) -> bool {
        self.0 <= day && day <= self.1
    }

    fn meets(self, first: NaiveDate, last: Option<NaiveDate>) -> bool {
        first <= self.1 && last.is_none_or(|last| last >= self.0)
    }
}

/// As an answer to [`crate::reports::WHOLE`] without its first three fields.
pub fn report(tables: &Tables, community: Uuid, span: Span) -> Value {
    let own = tables.of(community);
    let units: BTreeSet<Uuid> = own
        .pairings
        .iter()
        .filter(|row| span.meets(row.started_on, row.ended_on))
        .map(|row| row.partner_unit_id)
        .collect();
    let received = |kind: AidKind| -> Vec<Part> {
        let rows =
            own.contributions.iter().filter(|row| row.kind == kind && row.received_on.is_some_and(|on| span.has(on)));
        rows.map(|row| (row.received_fen, row.received_value_precision)).collect()
    };
    let delivered: Vec<&aid_record::Model> =
        own.aid.iter().filter(|row| row.status == AidStatus::Delivered && span.has(row.given_on)).collect();
    let (residents, households) = recipients(&delivered);
    let vehicles: BTreeSet<Uuid> = own
        .tenures
        .iter()
        .filter(|row| row.tenure == Tenure::Lent && span.meets(row.started_on, row.ended_on))
        .filter(|row| {
            let of = own.assets.iter().find(|asset| asset.id == row.asset_id).unwrap();
            of.kind == AssetKind::Vehicle && of.voided_at.is_none()
        })
        .map(|row| row.asset_id)
        .collect();
    let facilities =
        own.facilities.iter().filter(|row| row.voided_at.is_none() && span.meets(row.started_on, row.ended_on));
    json!({
        "partnerUnits": units.len(),
        "cashContributed": money(&received(AidKind::Cash)),
        "goodsValue": money(&received(AidKind::Goods)),
        "sponsorshipPerYear": money(&[per_year(&own, span)]),
        "sponsorshipPaid": money(&[paid(&own, span)]),
        "quotas": quotas(&own, span),
        "goods": goods(&own, span, &delivered),
        "teams": teams(&own, span),
        "activities": activities(&own, span),
        "months": months(&own, span),
        "beneficiaryResidents": residents,
        "beneficiaryHouseholds": households,
        "facilities": facilities.count(),
        "vehiclesOnLoan": vehicles.len(),
    })
}

fn recipients(aid: &[&aid_record::Model]) -> (usize, usize) {
    let residents: BTreeSet<Uuid> = aid.iter().filter_map(|row| row.resident_id).collect();
    let whole = aid.iter().filter(|row| row.resident_id.is_none());
    (residents.len(), whole.filter_map(|row| row.household_id).collect::<BTreeSet<_>>().len())
}

fn per_year(own: &Tables, span: Span) -> Part {
    let mut fen = 0;
    for row in &own.sponsorships {
        if row.status != SponsorshipStatus::Voided && span.meets(row.started_on, Some(row.ended_on)) {
            let times = match row.payment_interval {
                PaymentInterval::Month => 12,
                PaymentInterval::Quarter => 4,
                PaymentInterval::HalfYear => 2,
                PaymentInterval::Year => 1,
            };
            fen += row.amount_fen * times;
        }
    }
    (Some(fen), Precision::Exact)
}

fn paid(own: &Tables, span: Span) -> Part {
    let mut fen = 0;
    for row in &own.instalments {
        let of = own.sponsorships.iter().find(|of| of.id == row.sponsorship_id).unwrap();
        let counts = row.status == InstalmentStatus::Paid && of.status != SponsorshipStatus::Voided;
        if counts && row.paid_on.is_some_and(|on| span.has(on)) {
            fen += row.amount_fen;
        }
    }
    (Some(fen), Precision::Exact)
}

fn quotas(own: &Tables, span: Span) -> Vec<Value> {
    let mut rows: Vec<&contribution::Model> =
        own.contributions.iter().filter(|row| row.kind == AidKind::Places).collect();
    rows.sort_by_key(|row| (row.received_on, row.id));
    let mut found = Vec::new();
    for row in rows {
        let live: Vec<&aid_record::Model> = own
            .aid
            .iter()
            .filter(|aid| aid.contribution_id == Some(row.id))
            .filter(|aid| matches!(aid.status, AidStatus::Planned | AidStatus::Approved | AidStatus::Delivered))
            .collect();
        let Some(on) = row.received_on.filter(|on| *on <= span.1) else { continue };
        if !span.has(on) && !live.iter().any(|aid| span.has(aid.given_on)) {
            continue;
        }
        let before = live.iter().filter(|aid| aid.given_on <= span.1);
        let taken: Vec<Part> = before.map(|aid| (aid.quantity_milli, aid.quantity_precision)).collect();
        let figure =
            |(milli, precision): (Option<i64>, &str)| json!({ "value": milli.map(plain), "precision": precision });
        let (capacity, allocated) = (total(&[(row.received_milli, row.received_precision)]), total(&taken));
        let rest = match (capacity, allocated) {
            ((None, _), _) | (_, (None, _)) | (_, (_, "AT_LEAST")) => (None, "UNKNOWN"),
            ((Some(all), "EXACT"), (Some(taken), "EXACT")) if taken > all => (None, "UNKNOWN"),
            ((Some(all), a), (Some(taken), b)) => {
                let precision = if a == "ABOUT" || b == "ABOUT" { "ABOUT" } else { a };
                (Some((all - taken).max(0)), precision)
            }
        };
        found.push(json!({
            "name": row.title, "capacity": figure(capacity), "allocated": figure(allocated), "remaining": figure(rest),
        }));
    }
    found
}

fn goods(own: &Tables, span: Span, delivered: &[&aid_record::Model]) -> Vec<Value> {
    let mut items: BTreeMap<(&str, &str), Vec<&contribution::Model>> = BTreeMap::new();
    for row in &own.contributions {
        if row.kind == AidKind::Goods && row.received_on.is_some_and(|on| span.has(on)) {
            items.entry((&row.title, &row.unit)).or_default().push(row);
        }
    }
    let of = |((title, unit), rows): ((&str, &str), Vec<&contribution::Model>)| {
        let had: Vec<&aid_record::Model> = delivered
            .iter()
            .filter(|aid| rows.iter().any(|row| Some(row.id) == aid.contribution_id))
            .copied()
            .collect();
        let (residents, households) = recipients(&had);
        let quantities: Vec<Part> = rows.iter().map(|row| (row.received_milli, row.received_precision)).collect();
        let values: Vec<Part> = rows.iter().map(|row| (row.received_fen, row.received_value_precision)).collect();
        json!({
            "item": title, "quantity": quantity(&quantities, unit), "value": money(&values),
            "residents": residents, "households": households,
        })
    };
    items.into_iter().map(of).collect()
}

fn teams(own: &Tables, span: Span) -> Vec<Value> {
    let mut teams: Vec<&team::Model> =
        own.teams.iter().filter(|row| span.meets(row.started_on, row.ended_on)).collect();
    teams.sort_by_key(|row| (row.started_on, row.id));
    let members = |team: &team::Model| {
        let of =
            own.memberships.iter().filter(|row| row.team_id == team.id && span.meets(row.started_on, row.ended_on));
        let person = |row: &team_membership::Model| {
            let who = own.volunteers.iter().find(|who| who.id == row.volunteer_id).unwrap();
            who.resident_id.or(who.staff_member_id).unwrap_or(who.id)
        };
        of.map(person).collect::<BTreeSet<_>>().len()
    };
    teams.into_iter().map(|team| json!({ "name": team.name, "members": members(team) })).collect()
}

/// The sessions that count, with their kind.
fn held(own: &Tables, span: Span) -> Vec<(ActivityKind, &session::Model)> {
    let kind = |row: &session::Model| {
        let of = own.activities.iter().find(|of| of.id == row.activity_id).unwrap();
        (of.status != ActivityStatus::Cancelled).then_some(of.kind)
    };
    let held = own.sessions.iter().filter(|row| row.status == SessionStatus::Held && span.has(row.held_on));
    held.filter_map(|row| Some((kind(row)?, row))).collect()
}

/// Who came to a session by name.
pub fn names<'a>(own: &'a Tables, session: &session::Model) -> impl Iterator<Item = Uuid> + 'a {
    let id = session.id;
    own.attendances.iter().filter(move |row| row.session_id == id && row.voided_at.is_none()).map(|row| row.person_id)
}

pub fn person_times(own: &Tables, session: &session::Model) -> Part {
    let named = names(own, session).count() as i64;
    let count = own.counts.iter().find(|row| row.session_id == session.id && row.voided_at.is_none());
    match count.map(|row| (row.persons, row.persons_precision)) {
        None if named == 0 => (None, Precision::Unknown),
        None => (Some(named), Precision::Exact),
        Some((Some(heads), Precision::Exact)) => (Some(heads.max(named)), Precision::Exact),
        Some((Some(heads), Precision::AtLeast)) => (Some(heads.max(named)), Precision::AtLeast),
        Some((Some(heads), Precision::About)) if heads > named => (Some(heads), Precision::About),
        Some((Some(_), Precision::About)) => (Some(named), Precision::AtLeast),
        Some(_) if named > 0 => (Some(named), Precision::AtLeast),
        Some(_) => (None, Precision::Unknown),
    }
}

fn whole(parts: &[Part]) -> Value {
    let (number, precision) = total(parts);
    json!({ "value": number.map(|number| number.to_string()), "precision": precision })
}

fn activities(own: &Tables, span: Span) -> Vec<Value> {
    let (held, mut found) = (held(own, span), Vec::new());
    for kind in ActivityKind::iter() {
        let sessions: Vec<&session::Model> = held.iter().filter(|row| row.0 == kind).map(|row| row.1).collect();
        let results = results(own, span, kind);
        if sessions.is_empty() && results.is_empty() {
            continue;
        }
        let times: Vec<Part> = sessions.iter().map(|row| person_times(own, row)).collect();
        let people: BTreeSet<Uuid> = sessions.iter().flat_map(|row| names(own, row)).collect();
        let all_named = sessions
            .iter()
            .all(|row| person_times(own, row) == (Some(names(own, row).count() as i64), Precision::Exact));
        let people = match people.len() {
            number if all_named => json!({ "value": number.to_string(), "precision": "EXACT" }),
            0 => json!({ "value": null, "precision": "UNKNOWN" }),
            number => json!({ "value": number.to_string(), "precision": "AT_LEAST" }),
        };
        found.push(json!({
            "kind": name(&kind), "sessions": sessions.len(), "personTimes": whole(&times), "people": people, "results": results,
        }));
    }
    found
}

fn results(own: &Tables, span: Span, kind: ActivityKind) -> Vec<Value> {
    let mut sums: BTreeMap<(&str, &str), Vec<Part>> = BTreeMap::new();
    for row in own.results.iter().filter(|row| row.voided_at.is_none() && span.has(row.achieved_on)) {
        let (under, status) = match (row.activity_id, row.campaign_id) {
            (Some(id), _) => own.activities.iter().find(|of| of.id == id).map(|of| (of.kind, of.status)).unwrap(),
            (_, id) => own.campaigns.iter().find(|of| Some(of.id) == id).map(|of| (of.kind, of.status)).unwrap(),
        };
        if under == kind && status != ActivityStatus::Cancelled {
            sums.entry((&row.measure, &row.unit)).or_default().push((row.quantity_milli, row.quantity_precision));
        }
    }
    let of = |((measure, unit), parts): ((&str, &str), Vec<Part>)| json!({ "measure": measure, "quantity": quantity(&parts, unit) });
    sums.into_iter().map(of).collect()
}

fn months(own: &Tables, span: Span) -> Vec<Value> {
    let (held, mut found) = (held(own, span), Vec::new());
    let (mut year, mut month) = (span.0.year(), span.0.month());
    while (year, month) <= (span.1.year(), span.1.month()) {
        let own_sessions: Vec<&session::Model> = held
            .iter()
            .map(|row| row.1)
            .filter(|row| (row.held_on.year(), row.held_on.month()) == (year, month))
            .collect();
        let times: Vec<Part> = own_sessions.iter().map(|row| person_times(own, row)).collect();
        found.push(json!({ "month": format!("{year}-{month:02}"), "sessions": own_sessions.len(), "personTimes": whole(&times) }));
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    found
}
