//! What volunteers say is wrong in the record of their service and nobody answered yet.

use entity::attendance_error::{AttendanceErrorStatus, Column};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::AttendanceError;
use crate::{
    access::{Resource, Scope, policy::Action},
    error::Result,
    relay::{Reading, Selection},
};

/// The most that are shown.
const SHOWN: u64 = 100;

/// How many wait in a community, and the first of them, longest first: for those of the community who may answer, since nobody in particular is given them.
pub(crate) async fn errors_to_answer(
    reading: &Reading<'_>,
    community: Uuid,
    selection: &Selection<'_>,
) -> Result<Option<(i64, Vec<AttendanceError>)>> {
    let answers = reading.viewer.reach(Resource::AttendanceError, Action::Decide);
    if !answers.0.iter().any(|held| held.community == Some(community) && held.scope == Scope::Community) {
        return Ok(None);
    }
    let open = reading
        .select::<AttendanceError>()
        .filter(Column::CommunityId.eq(community))
        .filter(Column::Status.eq(AttendanceErrorStatus::Open));
    let count = open.clone().count(reading.db()).await?;
    if count == 0 {
        return Ok(None);
    }
    let shown = match selection.is_empty() {
        true => Vec::new(),
        false => {
            let first = open.order_by_asc(Column::ReportedAt).order_by_asc(Column::Id).limit(SHOWN);
            reading.all::<AttendanceError>(first, selection).await?
        }
    };
    Ok(Some((i64::try_from(count).unwrap_or(i64::MAX), shown)))
}
