//! The places of a session: who has one, who waits, and how a place that is free goes to the first in line. Whoever changes anything here holds the session's
//! row locked, and the database has a rule of its own that no more are confirmed than there are places.

use std::collections::BTreeSet;

use entity::{
    session::{self, SessionStatus},
    session_sign_up::{self, SignUpStatus},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::SessionSignUp;
use crate::write::{Detail, Refused, Told, Tx};

/// How many have a place and how many wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) confirmed: i32,
    pub(super) waiting: i32,
}

impl Counts {
    pub(super) fn of(session: &session::Model) -> Self {
        Self { confirmed: session.confirmed_count, waiting: session.waiting_count }
    }

    /// Without one of them.
    fn less(self, status: SignUpStatus) -> Self {
        match status {
            SignUpStatus::Confirmed => Self { confirmed: self.confirmed - 1, ..self },
            SignUpStatus::Waiting => Self { waiting: self.waiting - 1, ..self },
            SignUpStatus::Withdrawn => self,
        }
    }
}

/// The session, locked, whoever may see it.
pub(super) async fn locked(tx: &Tx<'_>, session: Uuid) -> Result<Option<session::Model>, Refused> {
    Ok(tx.lock_all(session::Entity::find_by_id(session), session::Column::Id).await?.pop())
}

pub(super) async fn keep(tx: &Tx<'_>, session: Uuid, counts: Counts) -> Result<(), Refused> {
    // Without a version: what staff read of the session to amend it is no other for it.
    session::Entity::update_many()
        .set(session::ActiveModel {
            confirmed_count: Set(counts.confirmed),
            waiting_count: Set(counts.waiting),
            ..Default::default()
        })
        .filter(session::Column::Id.eq(session))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Gives the places that are free to those who wait, the first in line first, and keeps the counts.
pub(super) async fn move_up(
    tx: &Tx<'_>,
    (session, community): (Uuid, Uuid),
    capacity: Option<i32>,
    counts: Counts,
) -> Result<(), Refused> {
    use session_sign_up::Column;
    let free = capacity.map_or(counts.waiting, |capacity| (capacity - counts.confirmed).clamp(0, counts.waiting));
    let mut next: Vec<Uuid> = Vec::new();
    if free > 0 {
        next = session_sign_up::Entity::find()
            .filter(Column::SessionId.eq(session))
            .filter(Column::Status.eq(SignUpStatus::Waiting))
            .order_by_asc(Column::Arrival)
            .limit(u64::from(free.unsigned_abs()))
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .all(tx.conn())
            .await?;
    }
    if !next.is_empty() {
        session_sign_up::Entity::update_many()
            .set(session_sign_up::ActiveModel {
                status: Set(SignUpStatus::Confirmed),
                confirmed_at: Set(Some(tx.now())),
                ..Default::default()
            })
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.is_in(next.iter().copied()))
            .exec(tx.conn())
            .await?;
        let told = next.iter().map(|id| Told::of::<SessionSignUp>(*id, &["status", "confirmedAt"], Detail::None));
        tx.events(community, told.collect()).await?;
    }
    let moved = i32::try_from(next.len()).unwrap_or(i32::MAX);
    keep(tx, session, Counts { confirmed: counts.confirmed + moved, waiting: counts.waiting - moved }).await
}

/// A sign-up ends, and the next in line moves up.
pub(super) async fn withdraw(
    tx: &Tx<'_>,
    session: &session::Model,
    row: &session_sign_up::Model,
    reason: Option<String>,
) -> Result<(), Refused> {
    tx.update(session_sign_up::ActiveModel {
        id: Set(row.id),
        status: Set(SignUpStatus::Withdrawn),
        withdrawn_at: Set(Some(tx.now())),
        withdrawn_reason: Set(reason),
        version: Set(row.version + 1),
        ..Default::default()
    })
    .await?;
    let fields = ["status", "withdrawnAt", "withdrawnReason"];
    tx.event::<SessionSignUp>(row.id, Some(row.community_id), &fields, Detail::None).await?;
    let counts = Counts::of(session).less(row.status);
    move_up(tx, (session.id, session.community_id), session.capacity, counts).await
}

/// Who came was not absent, whatever was said before.
pub(super) async fn no_longer_absent(tx: &Tx<'_>, session: &session::Model, persons: Vec<Uuid>) -> Result<(), Refused> {
    use session_sign_up::Column;
    let wrong: Vec<Uuid> = session_sign_up::Entity::find()
        .filter(Column::SessionId.eq(session.id))
        .filter(Column::PersonId.is_in(persons))
        .filter(Column::Absence.is_not_null())
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(tx.conn())
        .await?;
    if wrong.is_empty() {
        return Ok(());
    }
    session_sign_up::Entity::update_many()
        .set(session_sign_up::ActiveModel { absence: Set(None), absence_reason: Set(None), ..Default::default() })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.is_in(wrong.iter().copied()))
        .exec(tx.conn())
        .await?;
    let told = wrong.iter().map(|id| Told::of::<SessionSignUp>(*id, &["absence", "absenceReason"], Detail::None));
    tx.events(session.community_id, told.collect()).await?;
    Ok(())
}

/// Who volunteers no longer gives up all places in what is still to come.
pub(crate) async fn give_up(tx: &Tx<'_>, volunteer: Uuid, community: Uuid) -> Result<(), Refused> {
    use session_sign_up::Column;
    let live = || {
        session_sign_up::Entity::find()
            .filter(Column::VolunteerId.eq(volunteer))
            .filter(Column::Status.ne(SignUpStatus::Withdrawn))
    };
    let sessions: BTreeSet<Uuid> =
        live().select_only().column(Column::SessionId).into_tuple().all(tx.conn()).await?.into_iter().collect();
    if sessions.is_empty() {
        return Ok(());
    }
    let today = tx.today_at(community).await?;
    let to_come = session::Entity::find()
        .filter(session::Column::Id.is_in(sessions))
        .filter(session::Column::Status.eq(SessionStatus::Planned))
        .filter(session::Column::HeldOn.gte(today));
    for session in tx.lock_all(to_come, session::Column::Id).await? {
        for row in live().filter(Column::SessionId.eq(session.id)).all(tx.conn()).await? {
            withdraw(tx, &session, &row, None).await?;
        }
    }
    Ok(())
}
