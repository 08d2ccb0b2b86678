//! The rules of a programme as its rows keep them.

use entity::{
    aid_programme::{self, AidPeriod},
    aid_programme_exclusion, aid_programme_limit,
    circumstance::CircumstanceKind,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::ExprTrait};

use super::rules::{Ceiling, Exclusion, Rules};

/// The rules of a programme, out of its row and the rows beside it: two statements.
pub(super) async fn rules_of(conn: &impl ConnectionTrait, programme: &aid_programme::Model) -> Result<Rules, DbErr> {
    let limits = aid_programme_limit::Entity::find()
        .filter(aid_programme_limit::Column::ProgrammeId.eq(programme.id))
        .order_by_asc(aid_programme_limit::Column::Id)
        .all(conn)
        .await?;
    use aid_programme_exclusion::Column as Excludes;
    let excludes = aid_programme_exclusion::Entity::find()
        .filter(Excludes::ProgrammeId.eq(programme.id).or(Excludes::OtherId.eq(programme.id)))
        .order_by_asc(Excludes::Id)
        .all(conn)
        .await?;
    let exclusions = excludes.into_iter().map(|row| Exclusion {
        other: if row.programme_id == programme.id { row.other_id } else { row.programme_id },
        by: row.excludes_by,
    });
    Ok(Rules {
        scope: programme.scope,
        circumstances: list(programme.circumstances.as_deref()),
        age: (programme.age_from, programme.age_to),
        grids: limits.iter().filter_map(|limit| limit.grid_id).collect(),
        once_per: programme.once_per,
        ceiling: Ceiling {
            fen: programme.ceiling_fen,
            times: programme.ceiling_times.map(i64::from),
            per: programme.ceiling_per.unwrap_or(AidPeriod::Ever),
        },
        opens_on: programme.opens_on,
        closes_on: programme.closes_on,
        exclusions: exclusions.collect(),
        budgets: limits.iter().filter_map(|limit| limit.contribution_id).collect(),
        documents: list(programme.documents.as_deref()),
    })
}

/// A list as a programme keeps it.
pub(super) fn list<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Vec<T> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The circumstances of which a programme asks for one; none where it asks for none.
pub(crate) fn circumstances_of(programme: &aid_programme::Model) -> Vec<CircumstanceKind> {
    list(programme.circumstances.as_deref())
}
