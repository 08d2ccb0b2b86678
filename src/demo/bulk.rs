//! The rows of `tongxin seed`: made in order, handed on in batches, never all in memory.

use std::collections::HashSet;

use chrono::Datelike;
use entity::{
    aid_programme::{AidPeriod, AidScope},
    aid_record::AidStatus as Status,
    figures::AidKind::{self, Cash, Goods, Places, Service},
    partner_unit::PartnerUnitKind,
    project::ProjectStatus,
    project_participation_role::ParticipationRole::{Coordinator, Funder, Supplier},
};
use rand::{RngExt, rngs::StdRng};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    aid::{self, Grant, Hands, claim_of, record, taken},
    calendar::{FIRST_DAY, LAST_DAY, between, day, office_hour},
    facts::{UNIT, YUAN},
    fill::households,
    homes::{Living, Registrar},
    ids::Ids,
    partners::{pair, unit},
    people::sizes,
    places::{Houses, Place, community, sub_district},
    projects::{Given, Project, contribution, project},
    rows::Rows,
    seed::SeedArgs,
};
use crate::{context::App, error::Result, figures::Figure, identifiers::CreditCode};

const PARTNERS: usize = 20;
const PROJECTS: usize = 40;
const SOURCES: usize = 200;

/// Rows of a transaction.
const BATCH: usize = 10_000;

/// The most of one grant.
const MOST_UNITS: i64 = 3;
const MOST_YUAN: i64 = 500;

/// Tower blocks, so that a million residents need no more than some thousands.
const HOUSES: Houses = Houses { floors: 24, doors: 4, households: 192 };

pub(super) struct Batch {
    pub(super) rows: Rows,
    /// Residents and aid records among them.
    pub(super) count: u64,
}

/// What everything refers to that comes in batches.
pub(super) struct Base {
    pub(super) place: Place,
    pub(super) households: usize,
    pub(super) sources: Vec<Source>,
    /// Aids a person once a month.
    monthly: Uuid,
    for_persons: [Uuid; 2],
    for_households: Uuid,
    account: Uuid,
}

/// A contribution that aid is given out of.
pub(super) struct Source {
    pub(super) contribution_id: Uuid,
    project_id: Option<Uuid>,
    kind: AidKind,
    unit: &'static str,
}

/// The place, and where its ids come from.
pub(super) struct Ground {
    pub(super) place: Place,
    ids: Ids,
}

pub(super) fn code(seed: u32) -> String {
    format!("378{seed:06}001")
}

pub(super) fn name(seed: u32) -> String {
    format!("种子社区{seed}")
}

pub(super) fn places(rows: &mut Rows, args: &SeedArgs) -> Ground {
    let (seed, mut ids) = (args.random_seed, Ids::new(args.random_seed.into(), 2));
    let above = sub_district(rows, &mut ids, &code(seed)[..9], &format!("种子街道{seed}"));
    let households = households(args.residents as usize);
    let (code, name) = (code(seed), name(seed));
    let place = community(rows, &mut ids, (above, &code, &name, "种子路"), (households, households / 400 + 1), HOUSES);
    Ground { place, ids }
}

pub(super) fn base(rows: &mut Rows, ground: Ground, args: &SeedArgs, account: Uuid) -> Base {
    let Ground { place, mut ids } = ground;
    let (community, ids) = (place.community_id, &mut ids);
    let units: Vec<Uuid> = (0..PARTNERS)
        .map(|number| {
            let name = format!("种子共建单位{}-{}", args.random_seed, number + 1);
            let kinds =
                [PartnerUnitKind::Enterprise, PartnerUnitKind::Charity, PartnerUnitKind::Bank, PartnerUnitKind::Other];
            let code = credit_code(args.random_seed, number);
            let known = (name.as_str(), kinds[number % kinds.len()], FIRST_DAY);
            let id = unit(rows, ids, known, Some((&code, None)), &[]);
            pair(rows, ids, community, id, FIRST_DAY, None);
            id
        })
        .collect();
    let projects: Vec<Uuid> = (0..PROJECTS)
        .map(|number| {
            let [first, second] = [units[number % PARTNERS], units[(number * 7 + 3) % PARTNERS]];
            let both = [(first, &[Funder][..], Some(100_000 * YUAN)), (second, &[Supplier, Coordinator][..], None)];
            project(
                rows,
                ids,
                community,
                Project {
                    title: &format!("种子项目{}", number + 1),
                    description: "",
                    status: if number.is_multiple_of(3) { ProjectStatus::Completed } else { ProjectStatus::UnderWay },
                    budget: Figure::exact(250_000 * YUAN),
                    responsible: None,
                    term: (day(2020, 6, 1), number.is_multiple_of(3).then_some(LAST_DAY)),
                    partners: if first == second { &both[..1] } else { &both },
                    milestones: &[],
                },
            )
        })
        .collect();
    let each = i64::from(args.aid_records) / SOURCES as i64 + 1;
    let sources = (0..SOURCES).map(|number| source(rows, ids, community, number, each, &units, &projects)).collect();
    let mut programme =
        |name: &str, scope, once_per| aid::programme(rows, ids, community, (name, scope, once_per), "种子数据");
    Base {
        monthly: programme("种子帮扶每月", AidScope::Person, Some(AidPeriod::Month)),
        for_persons: ["种子帮扶一", "种子帮扶二"].map(|name| programme(name, AidScope::Person, None)),
        for_households: programme("种子帮扶户", AidScope::Household, None),
        place,
        households: households(args.residents as usize),
        sources,
        account,
    }
}

/// A contribution with enough for every grant that is made out of it.
fn source(
    rows: &mut Rows,
    ids: &mut Ids,
    community: Uuid,
    number: usize,
    grants: i64,
    units: &[Uuid],
    projects: &[Uuid],
) -> Source {
    let (kind, unit) =
        [(Goods, "item"), (Cash, "yuan"), (Goods, "parcel"), (Service, "piece"), (Places, "place")][number % 5];
    // Every tenth belongs to no project.
    let project_id = (number % 10 != 9).then(|| projects[number % PROJECTS]);
    let quantity = if kind == Cash { Figure::UNKNOWN } else { Figure::exact(grants * MOST_UNITS * UNIT) };
    let value = if matches!(kind, Cash | Goods) { Figure::exact(grants * MOST_YUAN * YUAN) } else { Figure::UNKNOWN };
    let contribution_id = contribution(
        rows,
        ids,
        community,
        Given {
            kind,
            title: &format!("种子投入{}", number + 1),
            unit,
            quantity,
            value,
            on: FIRST_DAY,
            by: if number.is_multiple_of(4) { &units[number % 19..][..2] } else { &units[number % PARTNERS..][..1] },
            project_id,
        },
    );
    Source { contribution_id, project_id, kind, unit }
}

/// A code that passes GB 32100, of a place that does not exist.
fn credit_code(seed: u32, number: usize) -> String {
    let body = format!("91379999T{seed:06}{number:02}");
    let checked =
        "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().find_map(|check| CreditCode::parse(&format!("{body}{check}")).ok());
    checked.expect("one of the characters fits").as_str().to_owned()
}

/// Makes everybody and everything that they are given, and the running sums of the contributions. Ends early when nobody takes the rows.
pub(super) fn make(app: &App, base: &Base, args: &SeedArgs, out: &mpsc::Sender<Batch>) -> Result<Vec<[i64; 4]>> {
    let mut by = Registrar::new(app, args.random_seed.into(), 3);
    let sizes = sizes(&mut by.rng, base.households, args.residents as usize);
    let grants = grants(&mut by.rng, args.residents as usize, args.aid_records);
    let mut sums = vec![[0; 4]; base.sources.len()];
    let (mut rows, mut count, mut resident, mut grant) = (Rows::default(), 0, 0, 0);
    for (number, size) in sizes.into_iter().enumerate() {
        for living in by.household(&mut rows, &base.place, number, size)? {
            let mut months = HashSet::new();
            for _ in 0..grants[resident] {
                give(&mut rows, &mut by, base, (&living, &mut months), grant, &mut sums);
                grant += 1;
            }
            count += 1 + u64::from(grants[resident]);
            resident += 1;
        }
        let last = resident == grants.len();
        if rows.len() >= BATCH || last {
            let batch = Batch { rows: std::mem::take(&mut rows), count: std::mem::take(&mut count) };
            if out.blocking_send(batch).is_err() {
                break;
            }
        }
    }
    Ok(sums)
}

/// How many grants each resident receives: of ten, four receive none, four or five share one half, and the rest share the other, so that lists are
/// often empty and often cut off.
fn grants(rng: &mut StdRng, residents: usize, grants: u32) -> Vec<u32> {
    let mut received = vec![0; residents];
    let (light, heavy) = (residents * 2 / 5, residents * 17 / 20);
    for _ in 0..grants {
        let place = match rng.random() {
            true if light < heavy => rng.random_range(light..heavy),
            _ => rng.random_range(heavy..residents),
        };
        // Spread over all buildings: a step that shares no factor with the number of residents.
        received[place.wrapping_mul(2_147_483_647) % residents] += 1;
    }
    received
}

/// `months` are those in which the recipient was aided by the programme that does so once a month.
fn give(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    base: &Base,
    (to, months): (&Living, &mut HashSet<(i32, u32)>),
    number: usize,
    sums: &mut [[i64; 4]],
) {
    let source = &base.sources[number % base.sources.len()];
    let rng = &mut by.rng;
    let units = if source.kind == Goods { rng.random_range(1..=MOST_UNITS) } else { 1 };
    let yuan = Figure::exact(rng.random_range(20..=MOST_YUAN) * YUAN);
    // One in twenty goes to the household as a whole.
    let (resident_id, programme_id) = match number % 20 {
        0 => (None, base.for_households),
        place if place.is_multiple_of(3) => (Some(to.id), base.monthly),
        place => (Some(to.id), base.for_persons[place % base.for_persons.len()]),
    };
    let given_on = between(rng, FIRST_DAY.max(to.birth_date), to.left_on.unwrap_or(LAST_DAY));
    let at = office_hour(rng, given_on);
    let status = status(rng);
    let stands = matches!(status, Status::Planned | Status::Approved | Status::Delivered);
    let claims = programme_id == base.monthly && stands;
    let again = claims && !months.insert((given_on.year(), given_on.month()));
    let grant = Grant {
        resident_id,
        household_id: Some(to.household_id),
        programme_id: Some(if again { base.for_persons[0] } else { programme_id }),
        contribution_id: Some(source.contribution_id),
        project_id: source.project_id,
        kind: source.kind,
        status,
        quantity: if source.kind == Cash { Figure::UNKNOWN } else { Figure::exact(units * UNIT) },
        unit: source.unit.to_owned(),
        value: if matches!(source.kind, Cash | Goods) { yuan } else { Figure::UNKNOWN },
        given_on,
        note: None,
    };
    let hands = Hands { recorder: base.account, approver: base.account };
    let record = record(by.ids.next(), base.place.community_id, hands, at, grant);
    let sum = &mut sums[number % base.sources.len()];
    *sum = std::array::from_fn(|i| sum[i] + taken(&record)[i]);
    if claims && !again {
        rows.aid_claims.push(claim_of(by.ids.next(), &record, (base.monthly, AidPeriod::Month)));
    }
    rows.aid_records.push(record);
}

fn status(rng: &mut StdRng) -> Status {
    match rng.random_range(0..100) {
        0..80 => Status::Delivered,
        80..88 => Status::Approved,
        88..94 => Status::Planned,
        94..97 => Status::Cancelled,
        97 => Status::Refused,
        _ => Status::Returned,
    }
}
