//! Accounts of every role, and what each may see: said once more, plainly, from the rows in memory.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    account, account_role, account_role_grid, account_role_shop, aid_programme::AidScope, consent, sponsorship,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tongxin::{access::accounts::Role, relay::id::encode};
use uuid::Uuid;

use super::{
    Actor, TestApp,
    bulk::{Bulk, day, insert},
    world::HERE,
};

/// A role and whom it is about.
#[derive(Clone, Debug)]
pub struct Who {
    pub role: Role,
    pub unit: Option<Uuid>,
    pub resident: Option<Uuid>,
    pub volunteer: Option<Uuid>,
    pub grids: Vec<Uuid>,
    pub shops: Vec<Uuid>,
}

impl Who {
    pub fn plain(role: Role) -> Self {
        Self { role, unit: None, resident: None, volunteer: None, grids: Vec::new(), shops: Vec::new() }
    }

    pub fn partner(unit: Uuid) -> Self {
        Self { unit: Some(unit), ..Self::plain(Role::Partner) }
    }

    pub fn resident(resident: Uuid) -> Self {
        Self { resident: Some(resident), ..Self::plain(Role::Resident) }
    }

    pub fn volunteer(volunteer: Uuid) -> Self {
        Self { volunteer: Some(volunteer), ..Self::plain(Role::Volunteer) }
    }

    pub fn merchant(shops: &[Uuid]) -> Self {
        Self { shops: shops.to_vec(), ..Self::plain(Role::Merchant) }
    }

    pub fn grid_staff(grids: &[Uuid]) -> Self {
        Self { grids: grids.to_vec(), ..Self::plain(Role::Staff) }
    }

    fn row(&self, app: &TestApp, account: Uuid, community: Uuid) -> account_role::Model {
        account_role::Model {
            id: app.app.clock.new_id(),
            account_id: account,
            role: self.role,
            // An operator's is everywhere.
            community_id: (self.role != Role::Operator).then_some(community),
            partner_unit_id: self.unit,
            resident_id: self.resident,
            volunteer_id: self.volunteer,
            started_on: day(2020, 1, 1),
            ended_on: None,
            revoked_at: None,
            version: 1,
        }
    }
}

/// An account with exactly these roles, all in one community but an operator's.
pub async fn account(app: &TestApp, name: &str, community: Uuid, roles: &[Who]) -> Actor {
    let actor = app.account(name, Role::Merchant, Some(HERE)).await;
    let found = account::Entity::find().filter(account::Column::Name.eq(name)).one(app.app.db.reader()).await;
    let account = found.unwrap().unwrap().id;
    let old = account_role::Entity::delete_many().filter(account_role::Column::AccountId.eq(account));
    old.exec(app.app.db.writer()).await.unwrap();
    for who in roles {
        let row = who.row(app, account, community);
        insert(app, std::slice::from_ref(&row)).await;
        let grids = who.grids.iter().map(|grid| account_role_grid::Model { account_role_id: row.id, grid_id: *grid });
        insert(app, &grids.collect::<Vec<_>>()).await;
        let shops =
            who.shops.iter().map(|shop| account_role_shop::Model { account_role_id: row.id, merchant_id: *shop });
        insert(app, &shops.collect::<Vec<_>>()).await;
    }
    actor
}

/// The roles that are held, were held or will be held in a community.
pub async fn ids_in(app: &TestApp, community: Uuid) -> BTreeSet<String> {
    let there = account_role::Entity::find().filter(account_role::Column::CommunityId.eq(community));
    let rows = there.all(app.app.db.writer()).await.unwrap();
    rows.iter().map(|row| encode("account_role", row.id)).collect()
}

/// All roles of all accounts, wherever they are held.
pub async fn all_ids(app: &TestApp) -> BTreeSet<String> {
    let rows = account_role::Entity::find().all(app.app.db.writer()).await.unwrap();
    rows.iter().map(|row| encode("account_role", row.id)).collect()
}

/// What somebody sees in each list of the root, but for the feed and the roles of accounts; the lists that are not named hold nothing for them.
pub fn seen(bulk: &Bulk, who: &Who) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut seen: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let mut see = |list: &'static str, prefix: &'static str, keys: Vec<Uuid>| {
        seen.entry(list).or_default().extend(keys.into_iter().map(|key| encode(prefix, key)));
    };
    macro_rules! rows {
        ($list:literal, $prefix:literal, $rows:ident, $may:expr) => {
            see($list, $prefix, bulk.$rows.iter().filter($may).map(|row| row.id).collect())
        };
    }
    let whole = matches!(who.role, Role::Operator | Role::Secretary | Role::Auditor)
        || (who.role == Role::Staff && who.grids.is_empty());
    let of_grids = who.role == Role::Staff && !who.grids.is_empty();
    let partner = who.role == Role::Partner;
    let volunteers = who.role == Role::Volunteer;
    let lives_here = who.role == Role::Resident;
    let is = |mine: Option<Uuid>, key: Option<Uuid>| mine.is_some() && mine == key;

    // Places and people.
    let home = bulk.residents.iter().find(|row| is(who.resident, Some(row.id))).and_then(|row| row.household_id);
    let house = bulk.households.iter().find(|row| is(home, Some(row.id))).map(|row| row.building_id);
    let area = bulk.buildings.iter().find(|row| is(house, Some(row.id))).and_then(|row| row.grid_id);
    let in_grid = |grid: Option<Uuid>| grid.is_some_and(|grid| who.grids.contains(&grid));
    let buildings: BTreeSet<Uuid> =
        bulk.buildings.iter().filter(|row| in_grid(row.grid_id)).map(|row| row.id).collect();
    let neighbours: BTreeSet<Uuid> = bulk
        .residents
        .iter()
        .filter(|row| row.building_id.is_some_and(|building| buildings.contains(&building)))
        .map(|row| row.id)
        .collect();
    let near = |resident: Option<Uuid>| resident.is_some_and(|resident| neighbours.contains(&resident));
    let near_home = |household: Option<Uuid>| {
        bulk.households.iter().any(|row| is(household, Some(row.id)) && buildings.contains(&row.building_id))
    };
    rows!("grids", "grid", grids, |row| whole || in_grid(Some(row.id)) || is(area, Some(row.id)));
    rows!("buildings", "building", buildings, |row| whole || buildings.contains(&row.id) || is(house, Some(row.id)));
    rows!("households", "household", households, |row| whole || near_home(Some(row.id)) || is(home, Some(row.id)));
    rows!("residents", "resident", residents, |row| whole
        || near(Some(row.id))
        || is(who.resident, Some(row.id))
        || is(home, row.household_id));
    rows!("consents", "consent", consents, |row| (whole && who.role != Role::Auditor)
        || near(Some(row.resident_id))
        || is(who.resident, Some(row.resident_id)));
    rows!("staffMembers", "staff_member", staff, |_| whole || of_grids);

    // Units and what they do.
    let gave: BTreeSet<Uuid> = bulk
        .contributors
        .iter()
        .filter(|row| is(who.unit, Some(row.partner_unit_id)))
        .map(|row| row.contribution_id)
        .collect();
    let takes_part = |project: Uuid| {
        bulk.participations.iter().any(|row| row.project_id == project && is(who.unit, Some(row.partner_unit_id)))
    };
    let unit = |key: Option<Uuid>| whole || of_grids || is(who.unit, key);
    // A resident sees who sponsors them and does not hide it, and whom they agreed to tell.
    let close = |key: Uuid| {
        let sponsors = |row: &sponsorship::Model| {
            !row.anonymous && is(who.resident, Some(row.resident_id)) && row.partner_unit_id == key
        };
        let told = |row: &consent::Model| is(who.resident, Some(row.resident_id)) && row.partner_unit_id == Some(key);
        bulk.sponsorships.iter().any(sponsors) || bulk.consents.iter().any(told)
    };
    rows!("partnerUnits", "partner_unit", units, |row| unit(Some(row.id)) || close(row.id));
    rows!("pairings", "pairing", pairings, |row| unit(Some(row.partner_unit_id)));
    rows!("projects", "project", projects, |row| whole || of_grids || takes_part(row.id));
    rows!("contributions", "contribution", contributions, |row| whole || of_grids || gave.contains(&row.id));
    rows!("aidProgrammes", "aid_programme", programmes, |_| whole || of_grids || partner || lives_here);
    // What a unit paid to those whom it sponsors is its to see, as what it gave to is.
    let pledged =
        |key: Uuid| bulk.sponsorships.iter().any(|row| row.id == key && is(who.unit, Some(row.partner_unit_id)));
    let paid: BTreeSet<Uuid> =
        bulk.instalments.iter().filter(|row| pledged(row.sponsorship_id)).map(|row| row.id).collect();
    rows!("aidBatches", "aid_batch", batches, |_| whole || of_grids);
    rows!("aidRecords", "aid_record", aid, |row| whole
        || row.contribution_id.is_some_and(|key| gave.contains(&key))
        || row.instalment_id.is_some_and(|key| paid.contains(&key))
        || near(row.resident_id)
        || is(who.resident, row.resident_id)
        || (row.scope == AidScope::Household && (near_home(row.household_id) || is(home, row.household_id))));
    rows!("facilities", "facility", facilities, |row| row.voided_at.is_none());
    let lent = |asset: Uuid| bulk.tenures.iter().any(|row| row.asset_id == asset && is(who.unit, row.partner_unit_id));
    let good = |asset: Uuid| bulk.assets.iter().any(|row| row.id == asset && row.voided_at.is_none());
    rows!("assets", "asset", assets, |row| good(row.id) && (whole || of_grids || lent(row.id)));
    rows!("assetTenures", "asset_tenure", tenures, |row| good(row.asset_id) && unit(row.partner_unit_id));
    let sponsored: BTreeSet<Uuid> = bulk
        .sponsorships
        .iter()
        .filter(|row| {
            whole
                || is(who.unit, Some(row.partner_unit_id))
                || near(Some(row.resident_id))
                || is(who.resident, Some(row.resident_id))
        })
        .map(|row| row.id)
        .collect();
    rows!("sponsorships", "sponsorship", sponsorships, |row| sponsored.contains(&row.id));
    rows!("instalments", "instalment", instalments, |row| sponsored.contains(&row.sponsorship_id));

    // Volunteers and what they hold.
    let known: BTreeSet<Uuid> = bulk
        .volunteers
        .iter()
        .filter(|row| {
            whole || is(who.volunteer, Some(row.id)) || near(row.resident_id) || is(who.resident, row.resident_id)
        })
        .map(|row| row.id)
        .collect();
    rows!("volunteers", "volunteer", volunteers, |row| known.contains(&row.id));
    rows!("teamMemberships", "team_membership", team_memberships, |row| known.contains(&row.volunteer_id));
    let reads_standings = !of_grids && who.role != Role::Auditor;
    rows!("partyMemberships", "party_membership", standings, |row| reads_standings
        && known.contains(&row.volunteer_id));
    let teams: BTreeSet<Uuid> = bulk
        .team_memberships
        .iter()
        .filter(|row| volunteers && is(who.volunteer, Some(row.volunteer_id)) && row.ended_on.is_none())
        .map(|row| row.team_id)
        .collect();
    rows!("teams", "team", teams, |row| whole || of_grids || teams.contains(&row.id));
    let held = |activity: Uuid| {
        whole
            || of_grids
            || bulk.organisers.iter().any(|row| {
                let team = row.team_id.is_some_and(|team| teams.contains(&team));
                row.activity_id == activity && (team || is(who.unit, row.partner_unit_id))
            })
    };
    // And what is published for all volunteers.
    let published =
        |activity: Uuid| bulk.sessions.iter().any(|row| row.activity_id == activity && row.published_at.is_some());
    rows!("activities", "activity", activities, |row| held(row.id) || (volunteers && published(row.id)));
    rows!("sessions", "session", sessions, |row| held(row.activity_id) || (volunteers && row.published_at.is_some()));
    rows!("sessionSignUps", "session_sign_up", sign_ups, |row| known.contains(&row.volunteer_id));
    // Between volunteers and those who may correct the record.
    rows!("attendanceErrors", "attendance_error", attendance_errors, |row| !of_grids
        && known.contains(&row.volunteer_id));
    rows!("certificates", "certificate", certificates, |row| known.contains(&row.volunteer_id));
    rows!("campaigns", "campaign", campaigns, |row| whole
        || of_grids
        || bulk.activities.iter().any(|activity| activity.campaign_id == Some(row.id) && held(activity.id)));
    rows!("activityResults", "activity_result", results, |row| row.voided_at.is_none()
        && (whole || of_grids || row.activity_id.is_some_and(held)));
    rows!("attendances", "attendance", attendances, |row| row.voided_at.is_none()
        && (whole
            || near(row.resident_id)
            || is(who.resident, row.resident_id)
            || is(who.volunteer, row.volunteer_id)));
    // Merchants, and what is asked.
    let in_building = |building: Option<Uuid>| building.is_some_and(|key| buildings.contains(&key));
    let shops: BTreeSet<Uuid> = bulk
        .merchants
        .iter()
        .filter(|row| {
            whole || in_building(row.building_id) || who.shops.contains(&row.id) || is(who.resident, row.owner_id)
        })
        .map(|row| row.id)
        .collect();
    rows!("merchants", "merchant", merchants, |row| shops.contains(&row.id));
    let trades = |merchant: Option<Uuid>| {
        merchant.is_some_and(|key| shops.contains(&key)) && (of_grids || who.role == Role::Merchant)
    };
    rows!("requests", "request", requests, |row| whole
        || in_building(row.building_id)
        || in_grid(row.grid_id)
        || in_grid(row.assignee_grid_id)
        || near(row.resident_id)
        || trades(row.merchant_id)
        || is(who.unit, row.assignee_unit_id)
        || (lives_here && is(who.resident, row.resident_id)));
    rows!("visits", "visit", visits, |row| whole
        || (of_grids && (near_home(row.household_id) || row.merchant_id.is_some_and(|key| shops.contains(&key)))));
    see("communities", "community", vec![bulk.community]);
    seen
}
