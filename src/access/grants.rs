//! Which roles an account holds today, and what each links to.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    account,
    account_role::{self, Role},
    account_role_grid, account_role_shop, community,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};
use uuid::Uuid;

use super::policy::Seat;

/// A role that is held now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    /// None for an operator.
    pub community: Option<Uuid>,
    pub links: Arc<Links>,
}

/// Whom and what a role is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    pub partner_unit: Option<Uuid>,
    pub resident: Option<Uuid>,
    pub volunteer: Option<Uuid>,
    /// Of staff for some grids only; empty for the whole community.
    pub grids: Vec<Uuid>,
    /// The shops that a merchant speaks for.
    pub shops: Vec<Uuid>,
    /// Today where the role is held, for what counts only while it lasts.
    pub today: NaiveDate,
}

impl Grant {
    pub fn seats(&self) -> &'static [Seat] {
        Seat::of(self.role, !self.links.grids.is_empty())
    }
}

type Row = (
    Uuid,
    Role,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    NaiveDate,
    Option<NaiveDate>,
    Option<String>,
    Option<Uuid>,
    Option<Uuid>,
);

/// The roles that an account holds at this moment, in one statement. A role's first and last day are days of its community; an operator's are days of UTC.
pub async fn held_by(conn: &impl ConnectionTrait, account: Uuid, now: DateTime<Utc>) -> Result<Vec<Grant>, DbErr> {
    use account_role::Column;
    let rows: Vec<Row> = account_role::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Role,
            Column::CommunityId,
            Column::PartnerUnitId,
            Column::ResidentId,
            Column::VolunteerId,
            Column::StartedOn,
            Column::EndedOn,
        ])
        .column(community::Column::TimeZone)
        .column(account_role_grid::Column::GridId)
        .column(account_role_shop::Column::MerchantId)
        .join(JoinType::LeftJoin, account_role::Relation::Community.def())
        .join(JoinType::LeftJoin, account_role::Relation::AccountRoleGrid.def())
        // No role has grids and shops: the rows of one are not multiplied by the other.
        .join(JoinType::LeftJoin, account_role::Relation::AccountRoleShop.def())
        .filter(Column::AccountId.eq(account))
        .filter(Column::RevokedAt.is_null())
        .into_tuple()
        .all(conn)
        .await?;
    let mut held: HashMap<Uuid, (Role, Option<Uuid>, Links)> = HashMap::new();
    for (id, role, community, partner_unit, resident, volunteer, started_on, ended_on, zone, grid, shop) in rows {
        let today = match community {
            Some(_) => now.with_timezone(&zone_named(zone.as_deref())).date_naive(),
            None => now.date_naive(),
        };
        if started_on > today || ended_on.is_some_and(|last| last < today) {
            continue;
        }
        let links = Links { partner_unit, resident, volunteer, grids: Vec::new(), shops: Vec::new(), today };
        let (.., links) = held.entry(id).or_insert((role, community, links));
        links.grids.extend(grid);
        links.shops.extend(shop);
    }
    let mut held: Vec<_> = held.into_iter().collect();
    // In the order in which they were granted.
    held.sort_by_key(|(id, _)| *id);
    Ok(held
        .into_iter()
        .map(|(_, (role, community, links))| Grant { role, community, links: Arc::new(links) })
        .collect())
}

/// An account that holds roles, all of which somebody decides about: nobody decides about whoever is something elsewhere, too.
pub(super) async fn account_of_theirs(
    conn: &impl ConnectionTrait,
    name: &str,
    decides: impl Fn(&account_role::Model) -> bool,
) -> Result<Option<account::Model>, DbErr> {
    let named = account::Entity::find().filter(account::Column::Name.eq(name)).find_with_related(account_role::Entity);
    let found = named.all(conn).await?.into_iter().find(|(_, roles)| {
        let mut held = roles.iter().filter(|role| role.revoked_at.is_none()).peekable();
        held.peek().is_some() && held.all(&decides)
    });
    Ok(found.map(|(account, _)| account))
}

/// Of a community whose zone no longer exists, that of the country.
pub(super) fn zone_named(name: Option<&str>) -> chrono_tz::Tz {
    name.and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::Asia::Shanghai)
}
