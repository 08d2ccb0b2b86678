//! How the edges of requests are loaded, and the edges that lead to them.

use std::collections::HashMap;

use entity::request;

use super::{entry, object::Request, rules};
use crate::{
    attachments,
    communities::{Building, Community, Grid, today_in},
    merchants::Merchant,
    partners::PartnerUnit,
    relay::{Edge, Entity},
    residents::Resident,
    staff::StaffMember,
    visits,
};

pub fn of_request(field: &str) -> Option<Edge<Request>> {
    Some(match field {
        "community" => Edge::<Request>::one::<Community>(|row| Some(row.community_id)),
        "resident" => Edge::<Request>::one::<Resident>(|row| row.resident_id),
        "merchant" => Edge::<Request>::one::<Merchant>(|row| row.merchant_id),
        "visit" => visits::edges::of_requests(),
        "building" => Edge::<Request>::one::<Building>(|row| row.building_id),
        "grid" => Edge::<Request>::one::<Grid>(|row| row.grid_id),
        "assignee" => Edge::<Request>::one::<StaffMember>(|row| row.assignee_id),
        "assigneeGrid" => Edge::<Request>::one::<Grid>(|row| row.assignee_grid_id),
        "assigneeUnit" => Edge::<Request>::one::<PartnerUnit>(|row| row.assignee_unit_id),
        "mergedInto" => Edge::<Request>::one::<Request>(|row| row.merged_into),
        "attachments" => attachments::object::of_requests(),
        "overdue" => overdue(),
        "entries" => entry::entries(),
        _ => return None,
    })
}

/// By the day where each community is.
fn overdue() -> Edge<Request> {
    Edge::values(|reading, requests: &[Request], _| {
        Box::pin(async move {
            let here = requests.iter().map(|own| own.seen().community_id).collect();
            let today = today_in(reading, here).await?;
            let late = |own: &Request| {
                let row = own.seen();
                rules::is_open(row.status)
                    && row.due_on.is_some_and(|due| today.get(&row.community_id).is_some_and(|today| due < *today))
            };
            Ok(requests.iter().map(|own| (own.seen().key(), late(own))).collect::<HashMap<_, _>>())
        })
    })
}

/// What residents ask for: `Resident.requests`.
pub(crate) fn of_residents() -> Edge<Resident> {
    Edge::many::<Request>(request::Column::ResidentId)
}

/// What troubles merchants: `Merchant.requests`.
pub(crate) fn of_merchants() -> Edge<Merchant> {
    Edge::many::<Request>(request::Column::MerchantId)
}
