//! Fills an empty database with the demo community, in one transaction: it is there as a whole or not at all.

use entity::{account_role::Role, circumstance::CircumstanceKind as Kind, community, resident};
use rand::seq::SliceRandom;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    activities,
    aid::{self, AT_LEAST, Hands},
    calendar::{LAST_DAY, day},
    cast, certificates,
    circumstances::made,
    elsewhere, facts,
    homes::{Living, Registrar},
    partners, people,
    places::{self, Houses, Place},
    progress::Progress,
    requests,
    rows::{self, Rows},
    service, sponsorships, staff, things, visits, volunteers,
};
use crate::{
    access::{
        accounts::{self, Given},
        password,
    },
    context::App,
    error::{Error, Result},
    say, write,
};

/// Division codes of places that do not exist.
pub(super) const SUB_DISTRICT: &str = "379999001";
pub const COMMUNITY: &str = "379999001001";
pub const ELSEWHERE: &str = "379999001002";
const CALLED: &str = "黄河中路社区";
const CALLED_ELSEWHERE: &str = "海晏路社区";

/// An account for each role, called like it, and one of the second community.
pub(super) const ACCOUNTS: [(&str, Role, Option<&str>); 10] = [
    ("operator", Role::Operator, None),
    ("secretary", Role::Secretary, Some(COMMUNITY)),
    ("staff", Role::Staff, Some(COMMUNITY)),
    ("partner", Role::Partner, Some(COMMUNITY)),
    ("volunteer", Role::Volunteer, Some(COMMUNITY)),
    ("merchant", Role::Merchant, Some(COMMUNITY)),
    ("resident", Role::Resident, Some(COMMUNITY)),
    ("auditor", Role::Auditor, Some(COMMUNITY)),
    ("grid-staff", Role::Staff, Some(COMMUNITY)),
    ("staff-elsewhere", Role::Staff, Some(ELSEWHERE)),
];

const HOUSES: Houses = Houses { floors: 7, doors: 2, households: 38 };
const GRIDS: usize = 6;

/// How the demo community is made.
#[derive(Clone, Debug)]
pub struct FillOptions {
    /// How many residents; 200 and more, since the facts need so many.
    pub residents: usize,
    /// The same seed makes the same people, households, figures and ids.
    pub random_seed: u64,
    /// Show a bar on a terminal?
    pub progress: bool,
}

impl Default for FillOptions {
    fn default() -> Self {
        Self { residents: 2400, random_seed: 1, progress: false }
    }
}

/// A demo community that is there.
pub struct Demo {
    pub community_id: Uuid,
    /// The second community.
    pub elsewhere_id: Uuid,
    pub name: String,
    pub residents: u64,
    pub households: u64,
    /// Secrets by account.
    pub tokens: Vec<(&'static str, SecretString)>,
    /// The password of `staff`, for signing in.
    pub password: SecretString,
}

impl Demo {
    /// The token of an account, such as `staff`.
    pub fn token(&self, account: &str) -> &str {
        let found = self.tokens.iter().find(|(name, _)| *name == account);
        found.map_or_else(|| panic!("the demo has no account {account}"), |(_, secret)| secret.expose_secret())
    }
}

/// Makes the demo community, its accounts and their tokens.
pub async fn fill(app: &App, options: &FillOptions) -> Result<Demo> {
    let estimate = options.residents as u64 * 9 / 2;
    let progress = if options.progress { Progress::short("Demo community", estimate) } else { Progress::silent() };
    let tx = write::begin(&app.db).await?;
    if find(&tx, COMMUNITY).await?.is_some() {
        return Err(Error::bad_input(say!(
            "The database holds the demo community already; nothing was changed.",
            "数据库中已有演示社区；未作任何改动。"
        )));
    }
    let mut rows = Rows::default();
    let mut by = Registrar::new(app, options.random_seed, 1);
    let households = households(options.residents);
    let (main, elsewhere) = both(&mut rows, &mut by, households);
    rows.insert(&tx, &progress).await?;
    let (accounts, tokens) = sign_up(&tx, app).await?;
    let [_, secretary, worker, .., worker_elsewhere] = accounts;

    let mut people = settle_in(&mut rows, &mut by, &main, households, options.residents)?;
    enough(&mut rows, &mut by, &main, &mut people);
    let units = partners::units(&mut rows, &mut by.ids, main.community_id);
    let staff = staff::staff(&mut rows, &mut by, app, &main, &units, (secretary, worker))?;
    let sources = facts::facts(&mut rows, &mut by.ids, main.community_id, &units, &staff);
    things::things(&mut rows, &mut by.ids, main.community_id, &units);
    let hands = Hands { recorder: worker, approver: secretary };
    aid::aid(&mut rows, &mut by, main.community_id, &sources, hands, &people);

    let neighbours = settle_in(&mut rows, &mut by, &elsewhere, elsewhere::HOUSEHOLDS, elsewhere::RESIDENTS)?;
    elsewhere::records(&mut rows, &mut by, app, &elsewhere, &units, worker_elsewhere, &neighbours)?;
    volunteers::volunteers(&mut rows, &mut by, main.community_id, &units, &staff, &people);
    sponsorships::sponsorships(&mut rows, &mut by, (main.community_id, hands), &units, &people);
    let alone = Hands { recorder: worker_elsewhere, approver: worker_elsewhere };
    sponsorships::neighbours(&mut rows, &mut by, (elsewhere.community_id, alone), &units, &neighbours);
    volunteers::neighbours(&mut rows, &mut by, elsewhere.community_id, &units, &neighbours);
    activities::activities(&mut rows, &mut by, main.community_id, &units, &people);
    activities::neighbours(&mut rows, &mut by, elsewhere.community_id, units[partners::BANK]);
    let today = app.clock.today(chrono_tz::Asia::Shanghai);
    for place in [&main, &elsewhere] {
        service::sign_ups(&mut rows, &mut by, place.community_id, today);
        service::errors(&mut rows, &mut by, place.community_id);
    }
    let shop = requests::requests(&tx, &mut rows, &mut by, &main, worker, &people).await?;
    requests::neighbours(&tx, &mut rows, &mut by, &elsewhere, worker_elsewhere, &neighbours).await?;
    for (place, code, name) in [(&main, COMMUNITY, CALLED), (&elsewhere, ELSEWHERE, CALLED_ELSEWHERE)] {
        certificates::certificates(&mut rows, &mut by, (place.community_id, code, name));
    }
    visits::visits(&mut rows, &mut by, app, &main, &people)?;
    visits::visits(&mut rows, &mut by, app, &elsewhere, &neighbours)?;

    rows.insert(&tx, &progress).await?;
    cast::appoint(&tx, app, (&main, &elsewhere), (units[partners::BANK], shop), &accounts).await?;
    for place in [&main, &elsewhere] {
        rows::record(&tx, app, "demo", place.community_id).await?;
    }
    tx.commit().await?;
    progress.finish();
    describe(app, tokens).await
}

/// The demo community that an earlier run left, with new tokens beside the earlier ones; none where the database holds none.
pub(super) async fn reopen(app: &App) -> Result<Option<Demo>> {
    if find(app.db.reader(), COMMUNITY).await?.is_none() {
        return Ok(None);
    }
    let mut tokens = Vec::new();
    for (name, ..) in ACCOUNTS {
        tokens.push((name, accounts::create_token(app, name, "demo", None).await?));
    }
    describe(app, tokens).await.map(Some)
}

async fn describe(app: &App, tokens: Vec<(&'static str, SecretString)>) -> Result<Demo> {
    // Another one each time, like the tokens: it is on nobody's paper.
    let password = password::generated();
    accounts::reset(app, "staff", &Given::Chosen(password.clone())).await?;
    let db = app.db.writer();
    let missing = || Error::internal("the demo community is not there");
    let community = find(db, COMMUNITY).await?.ok_or_else(missing)?;
    let residents = resident::Entity::find().filter(resident::Column::CommunityId.eq(community.id)).count(db).await?;
    let of_it = entity::household::Column::CommunityId.eq(community.id);
    Ok(Demo {
        community_id: community.id,
        elsewhere_id: find(db, ELSEWHERE).await?.ok_or_else(missing)?.id,
        name: community.name,
        residents,
        households: entity::household::Entity::find().filter(of_it).count(db).await?,
        tokens,
        password,
    })
}

pub(super) async fn find(db: &impl ConnectionTrait, code: &str) -> Result<Option<community::Model>> {
    Ok(community::Entity::find().filter(community::Column::Code.eq(code)).one(db).await?)
}

/// 900 of 2,400 residents.
pub(super) fn households(residents: usize) -> usize {
    (residents * 3 / 8).max(1)
}

fn both(rows: &mut Rows, by: &mut Registrar<'_>, households: usize) -> (Place, Place) {
    let above = places::sub_district(rows, &mut by.ids, SUB_DISTRICT, "辛安街道");
    let named = (above, COMMUNITY, CALLED, "黄河中路");
    let main = places::community(rows, &mut by.ids, named, (households, GRIDS), HOUSES);
    let named = (above, ELSEWHERE, CALLED_ELSEWHERE, "海晏路");
    let elsewhere = places::community(rows, &mut by.ids, named, (elsewhere::HOUSEHOLDS, 1), HOUSES);
    (main, elsewhere)
}

type Tokens = Vec<(&'static str, SecretString)>;

async fn sign_up(tx: &DatabaseTransaction, app: &App) -> Result<([Uuid; 10], Tokens)> {
    let (mut ids, mut tokens) = ([Uuid::nil(); 10], Vec::new());
    for (slot, (name, ..)) in ids.iter_mut().zip(ACCOUNTS) {
        *slot = accounts::insert_account(tx, app, name).await?;
        tokens.push((name, accounts::insert_token(tx, app, *slot, "demo", None).await?));
    }
    Ok((ids, tokens))
}

fn settle_in(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    place: &Place,
    households: usize,
    residents: usize,
) -> Result<Vec<Living>> {
    let sizes = people::sizes(&mut by.rng, households, residents);
    let mut people = Vec::with_capacity(residents);
    for (number, size) in sizes.into_iter().enumerate() {
        people.extend(by.household(rows, place, number, size)?);
    }
    Ok(people)
}

/// Chance may give a small community too few residents whom the facts are about; then some adults more are.
fn enough(rows: &mut Rows, by: &mut Registrar<'_>, place: &Place, people: &mut [Living]) {
    // The days between which aid is given by circumstance.
    let (first, last) = (day(2021, 5, 16), day(2022, 1, 21));
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.shuffle(&mut by.rng);
    for (kind, needed) in AT_LEAST {
        let holds = |person: &Living| person.here() && person.is(kind, first) && person.is(kind, last);
        let mut missing = needed.saturating_sub(people.iter().filter(|person| holds(person)).count());
        for index in &order {
            let person = &mut people[*index];
            let old_enough =
                kind == Kind::Pupil || LAST_DAY.years_since(person.birth_date).is_some_and(|age| age >= 25);
            let has_none = person.circumstances.iter().all(|circumstance| circumstance.kind != kind);
            if missing == 0 || !(person.here() && old_enough && has_none) {
                continue;
            }
            let circumstance =
                super::circumstances::Circumstance { ended_on: None, ..made(&mut by.rng, kind, person.birth_date) };
            by.circumstance(rows, place.community_id, person.id, &circumstance);
            person.circumstances.push(circumstance);
            if holds(person) {
                missing -= 1;
            }
        }
    }
}
