//! How the edges of visits are loaded, and the edges that lead to them.

use entity::{circumstance, request, visit};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::object::Visit;
use crate::{
    attachments,
    communities::Community,
    households::Household,
    merchants::Merchant,
    privacy::person_keys,
    relay::{Edge, Entity},
    requests::Request,
    residents::Circumstance,
    staff::StaffMember,
};

pub fn of_visit(field: &str) -> Option<Edge<Visit>> {
    Some(match field {
        "community" => Edge::<Visit>::one::<Community>(|row| Some(row.community_id)),
        "household" => Edge::<Visit>::one::<Household>(|row| row.household_id),
        "merchant" => Edge::<Visit>::one::<Merchant>(|row| row.merchant_id),
        "staffMember" => Edge::<Visit>::one::<StaffMember>(|row| Some(row.staff_member_id)),
        "note" => person_keys::<Visit>(|row| row.data_key_id),
        "attachments" => attachments::object::of_visits(),
        "requests" => Edge::<Visit>::many::<Request>(request::Column::VisitId),
        "circumstances" => Edge::<Visit>::all::<Circumstance>(
            circumstance::Column::VisitId,
            |row| row.visit_id,
            |select, _| {
                use circumstance::Column;
                Ok(select.order_by_asc(Column::StartedOn).order_by_asc(Column::Id))
            },
        ),
        _ => return None,
    })
}

/// On what a request came up: `Request.visit`.
pub(crate) fn of_requests() -> Edge<Request> {
    Edge::<Request>::one::<Visit>(|row| row.visit_id)
}

/// On what a circumstance became known: `Circumstance.visit`.
pub(crate) fn of_circumstances() -> Edge<Circumstance> {
    Edge::<Circumstance>::one::<Visit>(|row| row.visit_id)
}

/// Visits to merchants: `Merchant.visits`.
pub(crate) fn of_merchants() -> Edge<Merchant> {
    Edge::many::<Visit>(visit::Column::MerchantId)
}

/// Visits to households: `Household.visits`.
pub(crate) fn of_households() -> Edge<Household> {
    Edge::many::<Visit>(visit::Column::HouseholdId)
}

/// The latest that took place: `Household.lastVisit`.
pub(crate) fn last_of_households() -> Edge<Household> {
    // Whoever sees one visit to a household sees all of them.
    const NO_LATER: &str =
        "NOT EXISTS (SELECT 1 FROM visit later WHERE later.household_id = visit.household_id AND later.status = 'HELD'
        AND (later.held_on > visit.held_on OR (later.held_on = visit.held_on AND later.id > visit.id)))";
    Edge::values(|reading, households: &[Household], asked| {
        Box::pin(async move {
            let select = reading
                .select::<Visit>()
                .filter(visit::Column::HouseholdId.is_in(households.iter().map(|own| own.seen().key())))
                .filter(visit::Column::Status.eq(visit::VisitStatus::Held))
                .filter(Expr::cust(NO_LATER));
            let found = reading.all::<Visit>(select, &asked.selection).await?;
            Ok(found.into_iter().filter_map(|last| Some((last.seen().household_id?, last))).collect())
        })
    })
}
