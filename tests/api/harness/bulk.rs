//! Rows by the hundred, written beside the program since the API is slow for so many. They are full of ties and nulls and are written against
//! the order of their ids, so that an order that is not total shows itself. The running sums of contributions stay at 0.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::{
    account, account_role, account_role_grid, account_role_shop, activity, activity_organiser, activity_result,
    aid_batch, aid_programme, aid_programme_exclusion, aid_programme_limit, aid_record, alliance_membership, asset,
    asset_tenure, attachment, attendance, attendance_error, building, campaign, certificate, certificate_line,
    circumstance, community, consent, contribution, contribution_device, contribution_item, contributor, data_key,
    facility, grid, head_count, household, household_membership, instalment, life_closure, life_event, merchant,
    milestone, pairing, partner_unit, partner_unit_alias, party_membership, posting, project, project_participation,
    project_participation_role, request, request_entry, resident, session, session_sign_up, sponsorship, staff_member,
    sub_district, team, team_membership, visit, volunteer,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter};
use tongxin::relay::id;
use uuid::Uuid;

use super::{TestApp, bulk_certificates, bulk_life, bulk_requests, bulk_roles, bulk_rows, told};

/// How much of what.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub residents: usize,
    pub projects: usize,
    pub units: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { residents: 120, projects: 12, units: 9 }
    }
}

/// A filled community: the rows as they are in the database.
#[derive(Default)]
pub struct Bulk {
    pub community: Uuid,
    pub account: Uuid,
    pub keys: Vec<data_key::Model>,
    pub grids: Vec<grid::Model>,
    /// Merged into the first of the open ones; in no list.
    pub closed_grids: Vec<grid::Model>,
    pub buildings: Vec<building::Model>,
    pub households: Vec<household::Model>,
    pub residents: Vec<resident::Model>,
    pub memberships: Vec<household_membership::Model>,
    pub circumstances: Vec<circumstance::Model>,
    pub consents: Vec<consent::Model>,
    pub units: Vec<partner_unit::Model>,
    pub aliases: Vec<partner_unit_alias::Model>,
    pub pairings: Vec<pairing::Model>,
    pub staff: Vec<staff_member::Model>,
    pub postings: Vec<posting::Model>,
    pub projects: Vec<project::Model>,
    pub participations: Vec<project_participation::Model>,
    pub roles: Vec<project_participation_role::Model>,
    pub milestones: Vec<milestone::Model>,
    pub contributions: Vec<contribution::Model>,
    pub contributors: Vec<contributor::Model>,
    pub items: Vec<contribution_item::Model>,
    pub devices: Vec<contribution_device::Model>,
    pub programmes: Vec<aid_programme::Model>,
    pub programme_limits: Vec<aid_programme_limit::Model>,
    pub exclusions: Vec<aid_programme_exclusion::Model>,
    pub batches: Vec<aid_batch::Model>,
    pub aid: Vec<aid_record::Model>,
    pub facilities: Vec<facility::Model>,
    pub assets: Vec<asset::Model>,
    pub tenures: Vec<asset_tenure::Model>,
    pub sponsorships: Vec<sponsorship::Model>,
    pub instalments: Vec<instalment::Model>,
    pub volunteers: Vec<volunteer::Model>,
    pub standings: Vec<party_membership::Model>,
    pub teams: Vec<team::Model>,
    pub team_memberships: Vec<team_membership::Model>,
    pub campaigns: Vec<campaign::Model>,
    pub activities: Vec<activity::Model>,
    pub organisers: Vec<activity_organiser::Model>,
    pub sessions: Vec<session::Model>,
    pub sign_ups: Vec<session_sign_up::Model>,
    /// Those that were voided as well.
    pub attendances: Vec<attendance::Model>,
    pub attendance_errors: Vec<attendance_error::Model>,
    pub head_counts: Vec<head_count::Model>,
    pub results: Vec<activity_result::Model>,
    pub certificates: Vec<certificate::Model>,
    pub certificate_lines: Vec<certificate_line::Model>,
    pub life_events: Vec<life_event::Model>,
    pub life_closures: Vec<life_closure::Model>,
    pub accounts: Vec<account::Model>,
    pub account_roles: Vec<account_role::Model>,
    pub account_role_grids: Vec<account_role_grid::Model>,
    pub account_role_shops: Vec<account_role_shop::Model>,
    pub merchants: Vec<merchant::Model>,
    pub alliance_memberships: Vec<alliance_membership::Model>,
    pub visits: Vec<visit::Model>,
    pub requests: Vec<request::Model>,
    pub request_entries: Vec<request_entry::Model>,
    /// On record; the files themselves are not in the store.
    pub attachments: Vec<attachment::Model>,
}

/// Fills a community that is there already, by its id as clients see it.
pub async fn fill(app: &TestApp, community: &str, size: Size) -> Bulk {
    // Grants name the account that recorded them.
    app.operator().await;
    let writer = app.app.db.writer();
    let account =
        account::Entity::find().filter(account::Column::Name.eq("operator")).one(writer).await.unwrap().unwrap();
    let mut bulk = Bulk { community: key_of(community), account: account.id, ..Bulk::default() };
    bulk_rows::make(&mut bulk, &app.app, size);
    bulk_certificates::certificates(&mut bulk, &app.app);
    bulk_life::life(&mut bulk, &app.app);
    bulk_requests::requests(&mut bulk, &app.app, size);
    bulk_roles::roles(&mut bulk, &app.app);
    insert(app, &bulk.accounts).await;
    insert(app, &bulk.keys).await;
    insert(app, &bulk.grids).await;
    insert(app, &bulk.closed_grids).await;
    insert(app, &bulk.buildings).await;
    insert(app, &bulk.households).await;
    insert(app, &bulk.residents).await;
    insert(app, &bulk.memberships).await;
    insert(app, &bulk.units).await;
    insert(app, &bulk.consents).await;
    insert(app, &bulk.aliases).await;
    insert(app, &bulk.pairings).await;
    insert(app, &bulk.staff).await;
    insert(app, &bulk.postings).await;
    insert(app, &bulk.projects).await;
    insert(app, &bulk.participations).await;
    insert(app, &bulk.roles).await;
    insert(app, &bulk.milestones).await;
    insert(app, &bulk.contributions).await;
    insert(app, &bulk.contributors).await;
    insert(app, &bulk.programmes).await;
    insert(app, &bulk.programme_limits).await;
    insert(app, &bulk.exclusions).await;
    insert(app, &bulk.batches).await;
    insert(app, &bulk.items).await;
    insert(app, &bulk.devices).await;
    insert(app, &bulk.facilities).await;
    insert(app, &bulk.assets).await;
    insert(app, &bulk.tenures).await;
    insert(app, &bulk.sponsorships).await;
    insert(app, &bulk.instalments).await;
    // What takes a grant out of the books refers to it.
    let (grants, reversals): (Vec<_>, Vec<_>) = bulk.aid.iter().cloned().partition(|grant| grant.reverses_id.is_none());
    insert(app, &grants).await;
    insert(app, &reversals).await;
    insert(app, &bulk.volunteers).await;
    insert(app, &bulk.standings).await;
    insert(app, &bulk.teams).await;
    insert(app, &bulk.team_memberships).await;
    insert(app, &bulk.campaigns).await;
    insert(app, &bulk.activities).await;
    insert(app, &bulk.organisers).await;
    insert(app, &bulk.sessions).await;
    insert(app, &bulk.sign_ups).await;
    insert(app, &bulk.attendances).await;
    insert(app, &bulk.attendance_errors).await;
    insert(app, &bulk.head_counts).await;
    insert(app, &bulk.results).await;
    insert(app, &bulk.certificates).await;
    insert(app, &bulk.certificate_lines).await;
    insert(app, &bulk.life_events).await;
    insert(app, &bulk.life_closures).await;
    insert(app, &bulk.account_roles).await;
    insert(app, &bulk.account_role_grids).await;
    insert(app, &bulk.merchants).await;
    insert(app, &bulk.account_role_shops).await;
    insert(app, &bulk.alliance_memberships).await;
    insert(app, &bulk.visits).await;
    insert(app, &bulk.circumstances).await;
    // Duplicates refer to the one that they go with.
    let (goes_on, duplicates): (Vec<_>, Vec<_>) =
        bulk.requests.iter().cloned().partition(|row| row.merged_into.is_none());
    insert(app, &goes_on).await;
    insert(app, &duplicates).await;
    insert(app, &bulk.request_entries).await;
    insert(app, &bulk.attachments).await;
    // Those who read events find all of these.
    told::all_shown(app).await;
    bulk
}

/// More communities under one sub-district, each paired with the first five of these units.
pub async fn communities(app: &TestApp, number: usize, units: &[partner_unit::Model]) -> Vec<community::Model> {
    let new_id = || app.app.clock.new_id();
    let above = sub_district::Model {
        id: new_id(),
        code: "378888888".into(),
        name: "街道".into(),
        version: 1,
        created_at: at(0),
    };
    let communities: Vec<_> = (0..number)
        .map(|i| community::Model {
            id: new_id(),
            sub_district_id: above.id,
            code: format!("378888888{i:03}"),
            name: format!("社区{}", i % 5),
            time_zone: "Asia/Shanghai".into(),
            version: 1,
            created_at: at(0),
        })
        .collect();
    let pair = |community: &community::Model, unit: &partner_unit::Model| pairing::Model {
        id: new_id(),
        community_id: community.id,
        partner_unit_id: unit.id,
        started_on: day(2020, 1, 1),
        ended_on: None,
        note: None,
        version: 1,
    };
    let pairings: Vec<_> =
        communities.iter().flat_map(|community| units.iter().take(5).map(|unit| pair(community, unit))).collect();
    insert(app, &[above]).await;
    insert(app, &communities).await;
    insert(app, &pairings).await;
    communities
}

/// Writes rows, the last first.
pub async fn insert<M>(app: &TestApp, rows: &[M])
where
    M: Clone + ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity>,
{
    for chunk in rows.rchunks(300) {
        let rows = chunk.iter().rev().map(|row| row.clone().into_active_model());
        M::Entity::insert_many(rows).exec_without_returning(app.app.db.writer()).await.unwrap();
    }
}

/// The key behind an id as clients see it.
pub fn key_of(given: &str) -> Uuid {
    id::parse(given).unwrap_or_else(|_| panic!("no id: {given}")).1
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Instants that differ in all that their text can differ in: whole seconds, milliseconds and microseconds.
pub fn at(step: usize) -> DateTime<Utc> {
    let start = day(2021, 6, 1).and_hms_opt(4, 0, 0).unwrap().and_utc();
    start
        + TimeDelta::microseconds([0, 1, 1_000, 120_000, 123_456, 1_000_000][step % 6])
        + TimeDelta::hours((step / 6) as i64)
}
