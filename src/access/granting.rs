//! Roles as they are written: what a new one links to, and its row. The command line and the mutations come here alike.

use chrono::NaiveDate;
use entity::{
    account_role::{self, Role},
    account_role_grid, account_role_shop, community, grid, partner_unit, resident, volunteer,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    context::App,
    error::{Error, Message, Result, UserErrorCode},
    relay::id,
    say,
};

/// A way in which a role says whom it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    PartnerUnit,
    Resident,
    Volunteer,
    Grids,
    Shops,
    /// The file of a staff member, which is told whose account it is.
    StaffMember,
}

enum Takes {
    Nothing,
    Perhaps,
    Always,
}

impl Link {
    fn wanted_by(self, role: Role) -> Takes {
        match (self, role) {
            (Link::PartnerUnit, Role::Partner)
            | (Link::Resident, Role::Resident)
            | (Link::Volunteer, Role::Volunteer) => Takes::Always,
            (Link::Resident, Role::Merchant)
            | (Link::Shops, Role::Merchant)
            | (Link::Grids, Role::Staff)
            | (Link::StaffMember, Role::Staff | Role::Secretary) => Takes::Perhaps,
            _ => Takes::Nothing,
        }
    }

    /// What is wrong with naming it for a role, or with leaving it out.
    pub fn misfit(self, role: Role, given: bool) -> Option<(UserErrorCode, Message)> {
        match (self.wanted_by(role), given) {
            (Takes::Nothing, true) => {
                let message = say!("Not for this role; leave it out.", "该角色不需要，请勿填写。");
                Some((UserErrorCode::Invalid, message))
            }
            (Takes::Always, false) => {
                let message = say!("Say whom this role is for.", "请填写该角色所代表的对象。");
                Some((UserErrorCode::Required, message))
            }
            (Takes::Nothing, false) | (Takes::Perhaps, _) | (Takes::Always, true) => None,
        }
    }
}

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
    pub shops: Vec<Uuid>,
    /// The first day; today where the role is held if none is said.
    pub starts_on: Option<NaiveDate>,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
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
        for (link, given, option) in [
            (Link::PartnerUnit, links.unit.is_some(), "--unit"),
            (Link::Resident, links.resident.is_some(), "--resident"),
            (Link::Volunteer, links.volunteer.is_some(), "--volunteer"),
            (Link::Grids, !links.grids.is_empty(), "--grid"),
        ] {
            if let Some((_, Message { en, zh })) = link.misfit(role, given) {
                return Err(Error::bad_input(say!("{option}: {en}", "{option}：{zh}")));
            }
        }
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

/// Writes a role.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    app: &App,
    account: Uuid,
    role: Role,
    new: &NewRole,
) -> Result<Uuid, DbErr> {
    let starts_on = match (new.starts_on, new.community) {
        (Some(day), _) => day,
        (None, Some(community)) => {
            let zone = community::Entity::find_by_id(community).one(conn).await?.map(|found| found.time_zone);
            app.clock.today(super::grants::zone_named(zone.as_deref()))
        }
        (None, None) => app.clock.now().date_naive(),
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
        started_on: Set(starts_on),
        ended_on: Set(new.ends_on),
        revoked_at: Set(None),
        version: Set(1),
    };
    account_role::Entity::insert(row).exec_without_returning(conn).await?;
    let grids =
        new.grids.iter().map(|grid| account_role_grid::ActiveModel { account_role_id: Set(id), grid_id: Set(*grid) });
    if !new.grids.is_empty() {
        account_role_grid::Entity::insert_many(grids).exec_without_returning(conn).await?;
    }
    let shops = new
        .shops
        .iter()
        .map(|shop| account_role_shop::ActiveModel { account_role_id: Set(id), merchant_id: Set(*shop) });
    if !new.shops.is_empty() {
        account_role_shop::Entity::insert_many(shops).exec_without_returning(conn).await?;
    }
    Ok(id)
}
