//! Roles of accounts: those of the whole deployment, as the operator sees them.

use entity::{account, account_role};
use sea_orm::EntityTrait;
use serde_json::json;
use tongxin::{access::accounts::Role, relay::id::encode};

use super::{Filtered, communities, filtered, holds, references, specimens, texts};
use crate::harness::{TestApp, World, bulk::Bulk, listing::List};

pub async fn roles(app: &TestApp, world: &World, bulk: &Bulk) -> Vec<Filtered> {
    let reader = app.app.db.reader();
    let rows = account_role::Entity::find().all(reader).await.unwrap();
    let accounts = account::Entity::find().all(reader).await.unwrap();
    let name = |row: &account_role::Model| {
        accounts.iter().filter(|account| account.id == row.account_id).map(|account| account.name.clone()).collect()
    };
    let whose = bulk.accounts[0].name.clone();
    let of_it = bulk.accounts[0].id;
    let today = app.app.clock.today(chrono_tz::Asia::Shanghai);
    let lasts =
        move |row: &account_role::Model| row.revoked_at.is_none() && row.ended_on.is_none_or(|last| last >= today);
    vec![filtered(
        List::new("accountRoles", "AccountRole"),
        &world.operator,
        &rows,
        |row| encode("account_role", row.id),
        specimens![
            references("communityId", "community", communities(world, bulk), |row: &account_role::Model, key| row
                .community_id
                == Some(key)),
            references(
                "partnerUnitId",
                "partner_unit",
                vec![bulk.units[0].id, bulk.units[1].id],
                |row: &account_role::Model, key| row.partner_unit_id == Some(key)
            ),
            references("residentId", "resident", vec![bulk.residents[0].id], |row: &account_role::Model, key| row
                .resident_id
                == Some(key)),
            texts("account", name),
            [
                holds(json!({ "account": { "eq": whose } }), move |row: &account_role::Model| row.account_id == of_it),
                holds(json!({ "account": { "contains": "bulk" } }), |row: &account_role::Model| bulk
                    .accounts
                    .iter()
                    .any(|account| account.id == row.account_id)),
                holds(json!({ "role": { "eq": "MERCHANT" } }), |row: &account_role::Model| row.role == Role::Merchant),
                holds(json!({ "role": { "in": ["STAFF", "OPERATOR"] } }), |row: &account_role::Model| matches!(
                    row.role,
                    Role::Staff | Role::Operator
                )),
                holds(json!({ "current": true }), move |row: &account_role::Model| lasts(row)),
                holds(json!({ "current": false }), move |row: &account_role::Model| !lasts(row)),
            ],
        ],
    )]
}
