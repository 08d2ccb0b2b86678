//! Signing up for a session, and giving a place up.

use async_graphql::{ID, InputObject};
use entity::{
    session::{self, SessionStatus},
    session_sign_up::{self, SignUpStatus},
    volunteer,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::REASON;
use crate::{
    access::{Resource, Scope, policy::Action},
    activities::{
        Session, SessionSignUp,
        places::{self, Counts, keep, withdraw},
        rules,
    },
    error::{UserError, UserErrorCode},
    payload,
    relay::id,
    say,
    volunteers::Volunteer,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// A volunteer who wants to come to a session (报名).
#[derive(InputObject, Clone, Debug)]
pub struct SignUpForSessionInput {
    /// The session, to come; a volunteer signs up by themselves only for one that is published (场次).
    pub session_id: ID,
    /// Who comes; left out, it is you, where you use the API as a volunteer of that community (志愿者).
    pub volunteer_id: Option<ID>,
    /// Stand in line when all places are taken? When left out, yes; with `false` it is CAPACITY_REACHED then (满员时候补).
    pub wait_if_full: Option<bool>,
    /// Why the person may sign up for another session at the same time, at most 500 characters; without it that is refused as OVERLAP (时间冲突说明).
    pub despite_overlap: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { SignUpForSessionPayload { sign_up: SessionSignUp as "signUp" } }

impl SignUpForSessionInput {
    /// Who comes: somebody for whom the viewer may sign up. Locked, so that of two sign-ups of one person the second sees the first.
    async fn volunteer(
        &self,
        tx: &Tx<'_>,
        session: Option<&session::Model>,
        faults: &mut Faults,
    ) -> Result<Option<(volunteer::Model, bool)>, Refused> {
        let path = ["volunteerId"];
        let reach = tx.viewer.reach(Resource::SessionSignUp, Action::Record);
        let own = |community: Uuid| {
            let held = reach.0.iter().filter(move |held| held.scope == Scope::Own && held.community == Some(community));
            held.filter_map(|held| held.links.volunteer)
        };
        let within = session.map(|session| session.community_id);
        let key = match &self.volunteer_id {
            Some(given) => tx.find::<Volunteer>(given, &path, within, faults).await?.map(|row| row.id),
            None => {
                let Some(community) = within else { return Ok(None) };
                let own = own(community).next();
                if own.is_none() {
                    let message = say!("Say who signs up.", "请填写报名的志愿者。");
                    faults.note(&path, UserErrorCode::Required, message);
                }
                own
            }
        };
        let Some(key) = key else { return Ok(None) };
        let Some(row) = tx.lock::<Volunteer>(key, Action::Read).await? else {
            not_found(&path, faults);
            return Ok(None);
        };
        let whole = reach.covers(row.community_id);
        if !whole && own(row.community_id).all(|own| own != row.id) {
            not_found(&path, faults);
            return Ok(None);
        }
        if let Some(until) = row.ended_on {
            let message = say!("The person volunteered until {until}.", "该志愿者登记已于 {until} 终止。");
            faults.note(&path, UserErrorCode::NotEligible, message);
        }
        Ok(Some((row, whole)))
    }
}

impl Change for SignUpForSessionInput {
    type Payload = SignUpForSessionPayload;
    const VERB: Verb = Verb { name: "signUpForSession", resource: Resource::SessionSignUp, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let path = ["sessionId"];
        let session = tx.find::<Session>(&self.session_id, &path, None, &mut faults).await?;
        // The person before the session, whoever signs up: so nobody waits for another in vain.
        let volunteer = self.volunteer(tx, session.as_ref(), &mut faults).await?;
        let overlap_reason = faults.optional_text(&["despiteOverlap"], self.despite_overlap.as_deref(), REASON);
        // Read again: until it was locked, somebody else may have taken the last place.
        let session = match session {
            Some(session) => places::locked(tx, session.id).await?,
            None => None,
        };
        let (session, (volunteer, by_staff), overlap_reason) = match (session, volunteer, overlap_reason) {
            (Some(session), Some(volunteer), Some(reason)) => (session, volunteer, reason),
            _ => {
                faults.none()?;
                return Err(Refused::Stopped(crate::error::Error::internal("a check failed without saying why")));
            }
        };
        refuse_over(tx, &session, &path, &mut faults).await?;
        if !by_staff && session.published_at.is_none() && session.status == SessionStatus::Planned {
            let message = say!("The session is not open for sign-up yet.", "该场次尚未开放报名。");
            faults.note(&path, UserErrorCode::IllegalTransition, message);
        }
        let person_id = volunteer.resident_id.or(volunteer.staff_member_id).unwrap_or(volunteer.id);
        refuse_second(tx, (session.id, person_id), &mut faults).await?;
        if overlap_reason.is_none() {
            refuse_overlap(tx, &session, person_id, &mut faults).await?;
        }
        let counts = Counts::of(&session);
        let full = session.capacity.is_some_and(|capacity| counts.confirmed >= capacity);
        if full && self.wait_if_full == Some(false) {
            let capacity = session.capacity.unwrap_or_default();
            let Counts { confirmed, waiting } = counts;
            let message = say!(
                "All {capacity} places are taken; {waiting} wait.",
                "{capacity} 个名额已满，另有 {waiting} 人候补。"
            );
            let refusal = UserError::new(&path, UserErrorCode::CapacityReached, message);
            faults.add(refusal.with(json!({ "capacity": capacity, "confirmed": confirmed, "waiting": waiting })));
        }
        faults.none()?;

        let (id, now) = (tx.new_id(), tx.now());
        let status = if full { SignUpStatus::Waiting } else { SignUpStatus::Confirmed };
        let row = session_sign_up::Model {
            id,
            community_id: session.community_id,
            session_id: session.id,
            volunteer_id: volunteer.id,
            person_id,
            status,
            arrival: last_arrival(tx, session.id).await? + 1,
            overlap_reason,
            signed_up_at: now,
            confirmed_at: (!full).then_some(now),
            withdrawn_at: None,
            withdrawn_reason: None,
            absence: None,
            absence_reason: None,
            version: 1,
        };
        tx.insert(session_sign_up::ActiveModel::from(row)).await?;
        let counts = match full {
            true => Counts { waiting: counts.waiting + 1, ..counts },
            false => Counts { confirmed: counts.confirmed + 1, ..counts },
        };
        keep(tx, session.id, counts).await?;
        // What concerns persons is in their rows, where it can be erased.
        let fields = ["sessionId", "volunteerId", "status", "arrival", "overlapReason"];
        tx.event::<SessionSignUp>(id, Some(session.community_id), &fields, Detail::None).await?;
        Ok(id)
    }
}

/// Places are given and given up until the session begins.
async fn refuse_over(tx: &Tx<'_>, session: &session::Model, path: &[&str], faults: &mut Faults) -> Result<(), Refused> {
    let message = match session.status {
        SessionStatus::Cancelled => say!("The session was called off.", "该场次已取消。"),
        SessionStatus::Held => say!("The session was held.", "该场次已举行。"),
        SessionStatus::Planned => {
            let today = tx.today_at(session.community_id).await?;
            let begun = session.starts_at.map_or(session.held_on < today, |start| start <= tx.now());
            if !begun {
                return Ok(());
            }
            say!("The session has begun; who came is recorded as attendance.", "该场次已开始；实际到场请登记考勤。")
        }
    };
    faults.note(path, UserErrorCode::IllegalTransition, message);
    Ok(())
}

/// The same person once: the answer shows the sign-up that stands.
async fn refuse_second(tx: &Tx<'_>, (session, person): (Uuid, Uuid), faults: &mut Faults) -> Result<(), Refused> {
    use session_sign_up::Column;
    let first = session_sign_up::Entity::find()
        .filter(Column::SessionId.eq(session))
        .filter(Column::PersonId.eq(person))
        .filter(Column::Status.ne(SignUpStatus::Withdrawn));
    if let Some(first) = first.one(tx.conn()).await? {
        let message = say!("The person has signed up already.", "此人已报名该场次。");
        let refusal = UserError::new(&["volunteerId"], UserErrorCode::Duplicate, message)
            .with(json!({ "sessionSignUpId": id::encode("session_sign_up", first.id) }));
        faults.add(UserError { standing: Some(first.id), ..refusal });
    }
    Ok(())
}

/// Nobody is in two places at once, also not where they wait in one of them, unless somebody says why.
async fn refuse_overlap(
    tx: &Tx<'_>,
    session: &session::Model,
    person: Uuid,
    faults: &mut Faults,
) -> Result<(), Refused> {
    use session_sign_up::Column;
    let others = session_sign_up::Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::Status.ne(SignUpStatus::Withdrawn))
        .filter(Column::SessionId.ne(session.id))
        .select_only()
        .column(Column::SessionId);
    let others: Vec<Uuid> = others.into_tuple().all(tx.conn()).await?;
    if others.is_empty() {
        return Ok(());
    }
    let others = session::Entity::find()
        .filter(session::Column::Id.is_in(others))
        .filter(session::Column::Status.eq(SessionStatus::Planned))
        .order_by_asc(session::Column::Id);
    let time = |row: &session::Model| (row.held_on, row.starts_at, row.ends_at);
    let others = others.all(tx.conn()).await?;
    if let Some(other) = others.iter().find(|other| rules::same_time(time(session), time(other))) {
        let day = other.held_on;
        let message = say!(
            "The person has signed up for another session at that time, on {day}. Say in `despiteOverlap` why both are possible.",
            "此人已报名同一时间的另一场次（{day}）。如确可兼顾，请在 `despiteOverlap` 中说明。"
        );
        let refusal = UserError::new(&["despiteOverlap"], UserErrorCode::Overlap, message);
        faults.add(tx.in_the_way::<Session>(other.id, refusal).await?);
    }
    Ok(())
}

async fn last_arrival(tx: &Tx<'_>, session: Uuid) -> Result<i32, Refused> {
    use session_sign_up::Column;
    let last = session_sign_up::Entity::find()
        .filter(Column::SessionId.eq(session))
        .select_only()
        .expr(Column::Arrival.max())
        .into_tuple::<Option<i32>>()
        .one(tx.conn())
        .await?;
    Ok(last.flatten().unwrap_or(0))
}

/// A place, or a place in line, that is given up before the session begins; the first who waits gets it (退出报名).
#[derive(InputObject, Clone, Debug)]
pub struct WithdrawSignUpInput {
    /// The sign-up (报名).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (退出原因).
    pub reason: Option<String>,
}

payload! { WithdrawSignUpPayload { sign_up: SessionSignUp as "signUp" } }

impl Change for WithdrawSignUpInput {
    type Payload = WithdrawSignUpPayload;
    const VERB: Verb = Verb { name: "withdrawSignUp", resource: Resource::SessionSignUp, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        // The session before the sign-up, as whoever signs up does. What is wrong with the id is said of the sign-up.
        let session = match id::decode("session_sign_up", &self.id) {
            Ok(key) => match session_sign_up::Entity::find_by_id(key).one(tx.conn()).await? {
                Some(row) => places::locked(tx, row.session_id).await?,
                None => None,
            },
            Err(_) => None,
        };
        let expected = Some(self.expected_version);
        let row = tx.subject::<SessionSignUp>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let reason = faults.optional_text(&["reason"], self.reason.as_deref(), REASON);
        if let (Some(session), Some(row)) = (&session, &row) {
            match row.status {
                SignUpStatus::Withdrawn => {
                    let message = say!("The sign-up was withdrawn already.", "该报名已退出。");
                    faults.note(&["id"], UserErrorCode::IllegalTransition, message);
                }
                SignUpStatus::Confirmed | SignUpStatus::Waiting => {
                    refuse_over(tx, session, &["id"], &mut faults).await?;
                }
            }
        }
        let (session, row, reason) = faults.all((session, row, reason))?;
        withdraw(tx, &session, &row, reason).await?;
        Ok(row.id)
    }
}

/// A session that volunteers may sign up for by themselves from now on (发布场次).
#[derive(InputObject, Clone, Debug)]
pub struct PublishSessionInput {
    /// The session, planned and not published yet (场次).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
}

payload! { PublishSessionPayload { session: Session as "session" } }

impl Change for PublishSessionInput {
    type Payload = PublishSessionPayload;
    const VERB: Verb = Verb { name: "publishSession", resource: Resource::Session, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Session>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        if let Some(before) = &before {
            if before.status == SessionStatus::Planned && before.published_at.is_some() {
                let message = say!("The session is published already.", "该场次已发布。");
                faults.note(&["id"], UserErrorCode::IllegalTransition, message);
            }
            refuse_over(tx, before, &["id"], &mut faults).await?;
        }
        let (before,) = faults.all((before,))?;
        tx.update(session::ActiveModel {
            id: Set(before.id),
            published_at: Set(Some(tx.now())),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        tx.event::<Session>(before.id, Some(before.community_id), &["publishedAt"], Detail::None).await?;
        Ok(before.id)
    }
}
