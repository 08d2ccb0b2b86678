//! How the edges of merchants are loaded, and the edges that lead to them.

use std::collections::HashMap;

use entity::alliance_membership;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{alliance::AllianceMembership, object::Merchant};
use crate::{
    communities::{Building, Community},
    relay::{Edge, Entity},
    requests,
    residents::Resident,
    visits,
};

pub fn of_merchant(field: &str) -> Option<Edge<Merchant>> {
    Some(match field {
        "community" => Edge::<Merchant>::one::<Community>(|row| Some(row.community_id)),
        "owner" => Edge::<Merchant>::one::<Resident>(|row| row.owner_id),
        "building" => Edge::<Merchant>::one::<Building>(|row| row.building_id),
        "allianceMemberships" => memberships(),
        "requests" => requests::edges::of_merchants(),
        "visits" => visits::edges::of_merchants(),
        _ => return None,
    })
}

/// Part of the merchants' own rows: whoever sees a merchant sees when it was a member.
fn memberships() -> Edge<Merchant> {
    Edge::values(|reading, merchants: &[Merchant], _| {
        Box::pin(async move {
            use alliance_membership::Column;
            let rows = alliance_membership::Entity::find()
                .filter(Column::MerchantId.is_in(merchants.iter().map(|own| own.seen().key())))
                .order_by_desc(Column::StartedOn)
                .order_by_desc(Column::Id)
                .all(reading.db())
                .await?;
            let mut by_merchant: HashMap<Uuid, Vec<AllianceMembership>> = HashMap::new();
            for row in rows {
                by_merchant.entry(row.merchant_id).or_default().push(row.into());
            }
            Ok(by_merchant)
        })
    })
}
