//! Roles as they are written: what a new one links to, and its row.

use entity::{
    account_role::{self, Role},
    account_role_grid, community, grid, partner_unit, resident, volunteer,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    context::App,
    error::{Error, Result},
    relay::id,
    say,
};

/// Whom a role is about, as the command line names them.
#[derive(Clone, Debug, Default)]
pub struct LinkArgs {
    /// Unified social credit code.
    pub unit: Option<String>,
    pub resident: Option<String>,
    pub volunteer: Option<String>,
    /// Names of grids.
    pub grids: Vec<String>,
}

/// A role that is about to be granted.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    pub community: Option<Uuid>,
    pub partner_unit: Option<Uuid>,
    pub resident: Option<Uuid>,
    pub volunteer: Option<Uuid>,
    pub grids: Vec<Uuid>,
}

impl NewRole {
    pub fn plain(community: Option<Uuid>) -> Self {
        Self { community, ..Self::default() }
    }

    /// What the command line asks for, or what is wrong with it.
    pub async fn read(
        conn: &impl ConnectionTrait,
        role: Role,
        community: Option<Uuid>,
        links: &LinkArgs,
    ) -> Result<Self> {
        let fits = |given: bool, wanted: bool, needed: bool, option: &str| match (given, wanted, needed) {
            (true, false, _) => Err(Error::bad_input(say!(
                "{option}: not for this role; leave it out.",
                "{option}：该角色不需要，请勿填写。"
            ))),
            (false, _, true) => Err(Error::bad_input(say!(
                "{option}: say whom this role is for.",
                "{option}：请填写该角色所代表的对象。"
            ))),
            _ => Ok(()),
        };
        let is = |wanted: Role| role == wanted;
        fits(links.unit.is_some(), is(Role::Partner), is(Role::Partner), "--unit")?;
        fits(links.resident.is_some(), is(Role::Resident) || is(Role::Merchant), is(Role::Resident), "--resident")?;
        fits(links.volunteer.is_some(), is(Role::Volunteer), is(Role::Volunteer), "--volunteer")?;
        fits(!links.grids.is_empty(), is(Role::Staff), false, "--grid")?;
        let Some(place) = community else { return Ok(Self::plain(None)) };
        let mut found = Self::plain(community);
        if let Some(code) = &links.unit {
            let unit = partner_unit::Entity::find().filter(partner_unit::Column::CreditCode.eq(code)).one(conn).await?;
            found.partner_unit = Some(unit.ok_or_else(|| nothing("--unit", code))?.id);
        }
        if let Some(given) = &links.resident {
            let of_place = resident::Column::CommunityId.eq(place);
            let key = id::argument("--resident", "resident", given)?;
            let row = resident::Entity::find_by_id(key).filter(of_place).one(conn).await?;
            found.resident = Some(row.ok_or_else(|| nothing("--resident", given))?.id);
        }
        if let Some(given) = &links.volunteer {
            let of_place = volunteer::Column::CommunityId.eq(place);
            let key = id::argument("--volunteer", "volunteer", given)?;
            let row = volunteer::Entity::find_by_id(key).filter(of_place).one(conn).await?;
            found.volunteer = Some(row.ok_or_else(|| nothing("--volunteer", given))?.id);
        }
        for name in &links.grids {
            let named = grid::Entity::find().filter(grid::Column::CommunityId.eq(place));
            let named = named.filter(grid::Column::Name.eq(name)).filter(grid::Column::ClosedOn.is_null());
            found.grids.push(named.one(conn).await?.ok_or_else(|| nothing("--grid", name))?.id);
        }
        Ok(found)
    }
}

fn nothing(option: &str, given: &str) -> Error {
    Error::bad_input(say!("{option}: there is no `{given}` in this community.", "{option}：该社区没有 `{given}`。"))
}

/// Writes a role that begins today, where it is held.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    app: &App,
    account: Uuid,
    role: Role,
    new: &NewRole,
) -> Result<Uuid, DbErr> {
    let today = match new.community {
        Some(community) => {
            let zone = community::Entity::find_by_id(community).one(conn).await?.map(|found| found.time_zone);
            app.clock.today(super::grants::zone_named(zone.as_deref()))
        }
        None => app.clock.now().date_naive(),
    };
    let id = app.clock.new_id();
    let row = account_role::ActiveModel {
        id: Set(id),
        account_id: Set(account),
        role: Set(role),
        community_id: Set(new.community),
        partner_unit_id: Set(new.partner_unit),
        resident_id: Set(new.resident),
        volunteer_id: Set(new.volunteer),
        started_on: Set(today),
        ended_on: Set(None),
        revoked_at: Set(None),
        version: Set(1),
    };
    account_role::Entity::insert(row).exec_without_returning(conn).await?;
    let grids =
        new.grids.iter().map(|grid| account_role_grid::ActiveModel { account_role_id: Set(id), grid_id: Set(*grid) });
    if !new.grids.is_empty() {
        account_role_grid::Entity::insert_many(grids).exec_without_returning(conn).await?;
    }
    Ok(id)
}
