//! Accounts with roles of every kind: running, over, taken back and yet to come.

use entity::{account, account_role, account_role_grid, account_role_shop};
use tongxin::{access::accounts::Role, context::App};
use uuid::Uuid;

use super::bulk::{Bulk, at, day};

pub fn roles(bulk: &mut Bulk, app: &App) {
    let community = bulk.community.simple().to_string();
    for i in 0..7 {
        bulk.accounts.push(account::Model {
            id: app.clock.new_id(),
            name: format!("bulk{i}-{}", &community[24..]),
            disabled_at: None,
            created_at: at(i),
            version: 1,
        });
    }
    let row = |account: usize, role: Role| account_role::Model {
        id: app.clock.new_id(),
        account_id: bulk.accounts[account].id,
        role,
        community_id: Some(bulk.community),
        partner_unit_id: None,
        resident_id: None,
        volunteer_id: None,
        started_on: day(2020, 1, 1),
        ended_on: None,
        revoked_at: None,
        version: 1,
    };
    let unit = |place: usize| Some(bulk.units[place].id);
    let (resident, volunteer): (Option<Uuid>, Option<Uuid>) =
        (Some(bulk.residents[0].id), bulk.volunteers.first().map(|row| row.id));
    let mut rows = vec![
        account_role::Model { partner_unit_id: unit(0), ..row(0, Role::Partner) },
        account_role::Model { resident_id: resident, ..row(1, Role::Resident) },
        account_role::Model { volunteer_id: volunteer, started_on: day(2021, 3, 1), ..row(2, Role::Volunteer) },
        row(3, Role::Staff),
        account_role::Model { ended_on: Some(day(2021, 12, 31)), ..row(4, Role::Merchant) },
        account_role::Model { revoked_at: Some(at(3)), ..row(5, Role::Auditor) },
        row(6, Role::Secretary),
        account_role::Model { resident_id: resident, started_on: day(2190, 1, 1), ..row(4, Role::Merchant) },
    ];
    if let Some(second) = bulk.units.get(1) {
        rows.push(account_role::Model {
            partner_unit_id: Some(second.id),
            started_on: day(2021, 3, 1),
            ..row(0, Role::Partner)
        });
    }
    bulk.account_role_grids.push(account_role_grid::Model { account_role_id: rows[3].id, grid_id: bulk.grids[0].id });
    let shops = bulk.merchants.iter().take(2);
    bulk.account_role_shops =
        shops.map(|shop| account_role_shop::Model { account_role_id: rows[4].id, merchant_id: shop.id }).collect();
    bulk.account_roles = rows;
    bulk.staff[0].account_id = Some(bulk.accounts[3].id);
}
