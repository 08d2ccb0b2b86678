//! How the edges of roles are loaded.

use std::collections::{HashMap, HashSet};

use entity::{account, account_role_grid, account_role_shop, staff_member};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::object::AccountRole;
use crate::{
    communities::{Community, Grid},
    merchants::Merchant,
    partners::PartnerUnit,
    relay::{Edge, Entity},
    residents::Resident,
    staff::StaffMember,
    volunteers::Volunteer,
};

pub fn of_account_role(field: &str) -> Option<Edge<AccountRole>> {
    Some(match field {
        "account" => names(),
        "community" => Edge::<AccountRole>::one::<Community>(|row| row.community_id),
        "partnerUnit" => Edge::<AccountRole>::one::<PartnerUnit>(|row| row.partner_unit_id),
        "resident" => Edge::<AccountRole>::one::<Resident>(|row| row.resident_id),
        "volunteer" => Edge::<AccountRole>::one::<Volunteer>(|row| row.volunteer_id),
        "staffMember" => staff_members(),
        "grids" => grids(),
        "merchants" => shops(),
        _ => return None,
    })
}

/// The names of the accounts: whoever sees a role may know which account holds it.
fn names() -> Edge<AccountRole> {
    Edge::values(|reading, roles: &[AccountRole], _| {
        Box::pin(async move {
            let wanted: HashSet<Uuid> = roles.iter().map(|role| role.seen().account_id).collect();
            let names: HashMap<Uuid, String> = account::Entity::find()
                .select_only()
                .columns([account::Column::Id, account::Column::Name])
                .filter(account::Column::Id.is_in(wanted))
                .into_tuple::<(Uuid, String)>()
                .all(reading.db())
                .await?
                .into_iter()
                .collect();
            let named = roles.iter().filter_map(|role| {
                let role = role.seen();
                Some((role.key(), names.get(&role.account_id)?.clone()))
            });
            Ok(named.collect::<HashMap<_, _>>())
        })
    })
}

/// The staff members of the roles' communities whose accounts these are.
fn staff_members() -> Edge<AccountRole> {
    Edge::values(|reading, roles: &[AccountRole], asked| {
        Box::pin(async move {
            let wanted: HashSet<Uuid> = roles.iter().map(|role| role.seen().account_id).collect();
            let select = reading.select::<StaffMember>().filter(staff_member::Column::AccountId.is_in(wanted));
            let found = reading.all::<StaffMember>(select, &asked.selection).await?;
            let by_place: HashMap<_, _> = found
                .into_iter()
                .map(|member| ((member.seen().account_id, Some(member.seen().community_id)), member))
                .collect();
            let theirs = roles.iter().filter_map(|role| {
                let role = role.seen();
                Some((role.key(), by_place.get(&(Some(role.account_id), role.community_id))?.clone()))
            });
            Ok(theirs.collect::<HashMap<_, _>>())
        })
    })
}

/// The grids that roles are limited to, in the order of their ids.
fn grids() -> Edge<AccountRole> {
    Edge::values(|reading, roles: &[AccountRole], asked| {
        Box::pin(async move {
            use account_role_grid::Column;
            let links = account_role_grid::Entity::find()
                .filter(Column::AccountRoleId.is_in(roles.iter().map(|role| role.seen().key())))
                .order_by_asc(Column::GridId)
                .all(reading.db())
                .await?;
            let wanted = links.iter().map(|link| link.grid_id).collect();
            let found = reading.some::<Grid>(wanted, &asked.selection).await?;
            let mut by_role: HashMap<Uuid, Vec<Grid>> = HashMap::new();
            for link in links {
                if let Some(grid) = found.get(&link.grid_id) {
                    by_role.entry(link.account_role_id).or_default().push(grid.clone());
                }
            }
            Ok(by_role)
        })
    })
}

/// The shops that roles speak for, in the order of their ids.
fn shops() -> Edge<AccountRole> {
    Edge::values(|reading, roles: &[AccountRole], asked| {
        Box::pin(async move {
            use account_role_shop::Column;
            let links = account_role_shop::Entity::find()
                .filter(Column::AccountRoleId.is_in(roles.iter().map(|role| role.seen().key())))
                .order_by_asc(Column::MerchantId)
                .all(reading.db())
                .await?;
            let wanted = links.iter().map(|link| link.merchant_id).collect();
            let found = reading.some::<Merchant>(wanted, &asked.selection).await?;
            let mut by_role: HashMap<Uuid, Vec<Merchant>> = HashMap::new();
            for link in links {
                if let Some(shop) = found.get(&link.merchant_id) {
                    by_role.entry(link.account_role_id).or_default().push(shop.clone());
                }
            }
            Ok(by_role)
        })
    })
}
