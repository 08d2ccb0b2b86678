//! `issueCertificate`: out of the attendances on record at this moment.

use std::collections::HashMap;

use async_graphql::{ID, InputObject};
use chrono::Datelike;
use entity::{activity, attendance, certificate, certificate_line, community, session};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, sea_query::LockType,
};
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    activities::hours::stays,
    certificates::{Certificate, Line, Period, Totals, lines},
    codes,
    error::UserErrorCode,
    payload, say,
    scalars::Date,
    staff::{StaffMember, refuse_without_post},
    volunteers::Volunteer,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// The most characters of who states it.
const BODY: usize = 100;
/// What codes begin with, so that people recognise them.
const PREFIX: &str = "TXC-";
/// Lines that are written at once.
const AT_ONCE: usize = 500;

/// A certificate to be issued (出具志愿服务记录证明).
#[derive(InputObject, Clone, Debug)]
pub struct IssueCertificateInput {
    /// Whose service, also what they gave under earlier enrolments (志愿者).
    pub volunteer_id: ID,
    /// The first day (起始日期).
    pub from: Date,
    /// The last day, not after today (截止日期).
    pub until: Date,
    /// Who answers for it: a staff member who holds a post, and not whose service it is (负责人).
    pub responsible_id: ID,
    /// Who states it, at most 100 characters; the community when left out (出具单位).
    pub issuing_body: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { IssueCertificatePayload { certificate: Certificate as "certificate" } }

impl Change for IssueCertificateInput {
    type Payload = IssueCertificatePayload;
    const VERB: Verb = Verb { name: "issueCertificate", resource: Resource::Certificate, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let path = ["volunteerId"];
        let mut volunteer = tx.find::<Volunteer>(&self.volunteer_id, &path, None, &mut faults).await?;
        if volunteer.as_ref().is_some_and(|row| !tx.reaches(row.community_id)) {
            not_found(&path, &mut faults);
            volunteer = None;
        }
        let within = volunteer.as_ref().map(|row| row.community_id);
        let place = match within {
            Some(key) => locked(tx, key).await?,
            None => None,
        };
        let responsible = tx.find::<StaffMember>(&self.responsible_id, &["responsibleId"], within, &mut faults).await?;
        let body = faults.optional_text(&["issuingBody"], self.issuing_body.as_deref(), BODY);
        let period = match &place {
            Some(place) => self.period(tx, place, &mut faults),
            None => None,
        };
        if let (Some(place), Some(responsible)) = (&place, &responsible) {
            refuse_without_post(tx, responsible, tx.today_in(place), &["responsibleId"], &mut faults).await?;
        }
        if let (Some(volunteer), Some(responsible)) = (&volunteer, &responsible)
            && volunteer.staff_member_id == Some(responsible.id)
        {
            let message = say!(
                "Nobody answers for a certificate of their own service: name another staff member.",
                "负责人不能是证明的持有人：请另填一名工作人员。"
            );
            faults.note(&["responsibleId"], UserErrorCode::SamePerson, message);
        }
        let (volunteer, place, responsible, body, period) =
            faults.all((volunteer, place, responsible, body, period))?;

        let person_id = volunteer.resident_id.or(volunteer.staff_member_id).unwrap_or(volunteer.id);
        let there = attendance::Entity::find().filter(attendance::Column::CommunityId.eq(place.id));
        let all = stays(tx.conn(), there, [person_id], Tx::zone_of(&place)).await?;
        let found = lines(&all, period);
        let totals = Totals::of(&found, period);
        if totals.minutes + totals.training_minutes == 0 {
            let mut faults = Faults::default();
            let message = say!(
                "No hours of this volunteer are on record in this period.",
                "该志愿者在此期间没有已记录的服务时长。"
            );
            faults.note(&["from"], UserErrorCode::NotEligible, message);
            faults.none()?;
        }

        let (id, today) = (tx.new_id(), tx.today_in(&place));
        let serial = last_serial(tx, place.id).await? + 1;
        tx.insert(certificate::ActiveModel {
            id: Set(id),
            community_id: Set(place.id),
            volunteer_id: Set(volunteer.id),
            person_id: Set(person_id),
            holder_name: Set(volunteer.full_name),
            serial: Set(serial),
            number: Set(format!("{}-{}-{serial:06}", place.code, today.year())),
            issuing_body: Set(body.unwrap_or(place.name)),
            responsible_id: Set(responsible.id),
            responsible_name: Set(responsible.full_name),
            from_on: Set(period.from),
            until_on: Set(period.until),
            issued_on: Set(today),
            issued_at: Set(tx.now()),
            person_times: Set(totals.person_times),
            minutes_credited: Set(totals.minutes),
            training_minutes_credited: Set(totals.training_minutes),
            code: Set(codes::generate(PREFIX)),
            revoked_at: Set(None),
            revoked_reason: Set(None),
            version: Set(1),
        })
        .await?;
        insert_lines(tx, (place.id, id), &found).await?;
        // What concerns persons is in their rows, where it can be erased.
        let fields = ["volunteerId", "number", "from", "until", "responsibleId", "minutesCredited", "content"];
        tx.event::<Certificate>(id, Some(place.id), &fields, Detail::None).await?;
        Ok(id)
    }
}

impl IssueCertificateInput {
    fn period(&self, tx: &Tx<'_>, place: &community::Model, faults: &mut Faults) -> Option<Period> {
        let (period, today) = (Period { from: self.from.0, until: self.until.0 }, tx.today_in(place));
        if period.from > today {
            let message = say!("The day lies in the future; today is {today}.", "日期不能晚于今天（{today}）。");
            faults.note(&["from"], UserErrorCode::OutOfRange, message);
            return None;
        }
        if period.until < period.from {
            let message = say!("The last day comes before the first.", "截止日期早于起始日期。");
            faults.note(&["until"], UserErrorCode::OutOfRange, message);
            return None;
        }
        if period.until > today {
            let message = say!("The period is not over: today is {today}.", "该期间尚未结束，今天是 {today}。");
            faults.note(&["until"], UserErrorCode::OutOfRange, message);
            return None;
        }
        Some(period)
    }
}

/// Of two who issue in one community, one counts after the other.
async fn locked(tx: &Tx<'_>, community: Uuid) -> Result<Option<community::Model>, Refused> {
    let place = community::Entity::find_by_id(community);
    let place = if tx.on_postgres() { place.lock(LockType::NoKeyUpdate) } else { place };
    Ok(place.one(tx.conn()).await?)
}

async fn last_serial(tx: &Tx<'_>, community: Uuid) -> Result<i32, Refused> {
    let last = certificate::Entity::find()
        .filter(certificate::Column::CommunityId.eq(community))
        .select_only()
        .expr(certificate::Column::Serial.max())
        .into_tuple::<Option<i32>>()
        .one(tx.conn())
        .await?;
    Ok(last.flatten().unwrap_or(0))
}

/// The lines with what their activities are called today.
async fn insert_lines(tx: &Tx<'_>, (community, certificate): (Uuid, Uuid), all: &[Line]) -> Result<(), Refused> {
    for some in all.chunks(AT_ONCE) {
        let titles: Vec<(Uuid, String)> = session::Entity::find()
            .join(JoinType::InnerJoin, session::Relation::Activity.def())
            .filter(session::Column::Id.is_in(some.iter().map(|line| line.session)))
            .select_only()
            .column(session::Column::Id)
            .column(activity::Column::Title)
            .into_tuple()
            .all(tx.conn())
            .await?;
        let titles: HashMap<Uuid, String> = titles.into_iter().collect();
        let rows = some.iter().map(|line| certificate_line::ActiveModel {
            id: Set(tx.new_id()),
            community_id: Set(community),
            certificate_id: Set(certificate),
            session_id: Set(line.session),
            held_on: Set(line.held_on),
            title: Set(titles.get(&line.session).cloned().unwrap_or_default()),
            is_training: Set(line.training),
            minutes: Set(line.minutes),
        });
        certificate_line::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}
