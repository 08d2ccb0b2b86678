//! How far the aid of a programme, or of a project, is (帮扶进度): for those to whom its recipients are not masked, since a figure of few says as much as a record.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use entity::{
    aid_programme::AidScope,
    aid_record::{AidStatus, Column as Aid},
    figures::Precision,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::object::AidRecord;
use crate::{
    access::policy::Action,
    figures::{Figure, Money, sum},
    relay::{Edge, Entity, Row},
};

/// Grants of one state (某一状态的帮扶).
#[derive(SimpleObject, Clone)]
pub struct AidProgressPart {
    /// How many (记录数).
    pub records: i64,
    /// What they are worth together, as sure as the parts are (金额).
    pub value: Money,
}

/// How far aid is, as far as you may see its records (帮扶进度).
#[derive(SimpleObject, Clone)]
pub struct AidProgress {
    /// Waiting for a decision (拟发放).
    pub planned: AidProgressPart,
    /// Agreed to, not handed over yet (已批准).
    pub approved: AidProgressPart,
    /// Handed over (已发放).
    pub delivered: AidProgressPart,
    /// How many different persons something was handed over to (受助人数).
    pub residents: i64,
    /// How many different households something was handed over to as such (受助户数).
    pub households: i64,
}

/// Two statements for all parents of a page: the records by state, and whom they reached.
pub(crate) fn of<P: Entity>(parent: Aid) -> Edge<P>
where
    Row<P>: Send + Sync,
{
    Edge::values(move |reading, parents: &[P], _| {
        Box::pin(async move {
            let reach = reading.viewer.reach(AidRecord::RESOURCE, Action::Read);
            let named = parents.iter().map(|parent| parent.seen()).filter(|seen| {
                let community = P::community(seen);
                community.is_some_and(|community| reach.names(community))
            });
            let keys: Vec<Uuid> = named.map(|seen| seen.key()).collect();
            if keys.is_empty() || reach.is_empty() {
                return Ok(HashMap::new());
            }
            type Part = (Uuid, AidStatus, Precision, i64, Option<i64>);
            let counted = [AidStatus::Planned, AidStatus::Approved, AidStatus::Delivered];
            let grants = || reading.select::<AidRecord>().filter(parent.is_in(keys.iter().copied())).select_only();
            let parts: Vec<Part> = grants()
                .filter(Aid::Status.is_in(counted))
                .column(parent)
                .column(Aid::Status)
                .column(Aid::ValuePrecision)
                .expr_as(Aid::Id.count(), "records")
                .expr_as(Aid::ValueFen.sum().cast_as("bigint"), "total")
                .group_by(parent)
                .group_by(Aid::Status)
                .group_by(Aid::ValuePrecision)
                .into_tuple()
                .all(reading.db())
                .await?;
            let reached: Vec<(Uuid, AidScope, i64, i64)> = grants()
                .filter(Aid::Status.eq(AidStatus::Delivered))
                .column(parent)
                .column(Aid::Scope)
                .expr_as(Expr::col(Aid::ResidentId.as_column_ref()).count_distinct(), "residents")
                .expr_as(Expr::col(Aid::HouseholdId.as_column_ref()).count_distinct(), "households")
                .group_by(parent)
                .group_by(Aid::Scope)
                .into_tuple()
                .all(reading.db())
                .await?;
            let of_state = |key: Uuid, state: AidStatus| {
                let own = parts.iter().filter(move |(of, status, ..)| *of == key && *status == state);
                let values =
                    own.clone().map(|(_, _, precision, _, fen)| Figure { amount: *fen, precision: *precision });
                AidProgressPart {
                    records: own.clone().map(|(.., records, _)| records).sum(),
                    value: Money::new(sum(values)),
                }
            };
            let number = |key: Uuid, scope: AidScope| {
                let own = reached.iter().find(|(of, by, ..)| *of == key && *by == scope);
                own.map_or(0, |(_, _, residents, households)| match scope {
                    AidScope::Person => *residents,
                    AidScope::Household => *households,
                })
            };
            let progress = keys.iter().map(|key| {
                let progress = AidProgress {
                    planned: of_state(*key, AidStatus::Planned),
                    approved: of_state(*key, AidStatus::Approved),
                    delivered: of_state(*key, AidStatus::Delivered),
                    residents: number(*key, AidScope::Person),
                    households: number(*key, AidScope::Household),
                };
                (*key, progress)
            });
            Ok(progress.collect::<HashMap<_, _>>())
        })
    })
}
