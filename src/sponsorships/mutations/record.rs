//! Putting a sponsorship on file with its whole schedule, and extending it.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{
    instalment::{self, InstalmentStatus},
    sponsorship::{self, PaymentInterval as Interval, SponsorshipStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::ExprTrait};
use serde_json::json;
use uuid::Uuid;

use super::PURPOSE;
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserError, UserErrorCode},
    figures::{fen_from_yuan, positive},
    partners::PartnerUnit,
    payload,
    projects::Project,
    residents::Resident,
    say,
    scalars::{Date, Decimal},
    sponsorships::{
        ending::{instalments_of, tell},
        object::{PaymentInterval, Sponsorship},
        rules::{self, Turn},
    },
    write::{Change, Faults, Refused, Tx, Verb},
};

/// A sponsorship to be put on file, with all its instalments (登记结对资助).
#[derive(InputObject, Clone, Debug)]
pub struct RecordSponsorshipInput {
    /// The community that keeps the record (社区).
    pub community_id: ID,
    /// Who pays; paired with the community or not (资助单位).
    pub partner_unit_id: ID,
    /// Who is sponsored (受助人).
    pub resident_id: ID,
    /// The joint project that it belongs to (共建项目).
    pub project_id: Option<ID>,
    /// Is the unit not to be named to whom it sponsors; it may be when left out (是否匿名)?
    pub anonymous: Option<bool>,
    /// What it is for, at most 200 characters (用途).
    pub purpose: String,
    /// The money of each instalment in yuan, more than 0, at most two decimals (每期金额, 元).
    pub yuan: Decimal,
    /// How often an instalment is due (支付周期).
    pub payment_interval: PaymentInterval,
    /// The day on which the first is due; the others follow by the calendar, on the last day where a month is too short (首期到期日).
    pub first_due_on: Date,
    /// How many, 1 to 120 (期数).
    pub instalments: i32,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordSponsorshipPayload { sponsorship: Sponsorship as "sponsorship" } }

/// The last day that so many instalments cover, if the calendar goes so far.
fn covered(first: NaiveDate, interval: Interval, number: i32, faults: &mut Faults) -> Option<NaiveDate> {
    let until = rules::covered_until(first, interval, number);
    if until.is_none() {
        faults.note(
            &["instalments"],
            UserErrorCode::OutOfRange,
            say!("The schedule goes beyond the year 2199.", "资助计划超出 2199 年。"),
        );
    }
    until
}

impl Change for RecordSponsorshipInput {
    type Payload = RecordSponsorshipPayload;
    const VERB: Verb = Verb { name: "recordSponsorship", resource: Resource::Sponsorship, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let unit = tx.find::<PartnerUnit>(&self.partner_unit_id, &["partnerUnitId"], None, &mut faults).await?;
        let resident = tx.find::<Resident>(&self.resident_id, &["residentId"], within, &mut faults).await?;
        let project = match &self.project_id {
            Some(given) => {
                tx.find::<Project>(given, &["projectId"], within, &mut faults).await?.map(|row| Some(row.id))
            }
            None => Some(None),
        };
        let purpose = faults.text(&["purpose"], &self.purpose, PURPOSE);
        let fen = faults.take(&["yuan"], fen_from_yuan(self.yuan.0).and_then(positive));
        let (first, interval) = (self.first_due_on.0, Interval::from(self.payment_interval));
        let number = faults.take(&["instalments"], rules::number(self.instalments, 0));
        let until = number.and_then(|number| covered(first, interval, number, &mut faults));
        if let (Some(resident), Some(last)) = (&resident, number.and_then(|n| rules::due_on(first, interval, n))) {
            faults.take(&["residentId"], rules::recipient(resident, last));
        }
        let (community, unit, resident, project, purpose, fen, number, until) =
            faults.all((community, unit, resident, project, purpose, fen, number, until))?;

        // Two at once for the same person wait for each other here.
        tx.lock::<Resident>(resident.id, Action::Read).await?;
        let row = sponsorship::Model {
            id: tx.new_id(),
            community_id: community.id,
            partner_unit_id: unit.id,
            resident_id: resident.id,
            project_id: project,
            purpose,
            amount_fen: fen,
            payment_interval: interval,
            status: SponsorshipStatus::Active,
            status_reason: None,
            started_on: first,
            ended_on: until,
            version: 1,
            recorded_at: tx.now(),
            anonymous: self.anonymous.unwrap_or_default(),
        };
        recorded_once(tx, &row, "residentId").await?;
        tx.insert(sponsorship::ActiveModel::from(row.clone())).await?;
        schedule(tx, &row, 1, number).await?;
        let after = json!({
            "partnerUnitId": unit.id, "projectId": project, "purpose": row.purpose, "amountFen": fen,
            "paymentInterval": interval, "startedOn": first, "endedOn": until, "instalments": number,
            "anonymous": self.anonymous.unwrap_or_default(),
        });
        let fields = [
            "partnerUnitId",
            "residentId",
            "projectId",
            "purpose",
            "amount",
            "paymentInterval",
            "startedOn",
            "endedOn",
            "instalments",
            "anonymous",
        ];
        tell(tx, &row, &fields, after).await?;
        Ok(row.id)
    }
}

/// What a unit pays a person for one purpose is on record once for each day; it would be counted twice.
async fn recorded_once(tx: &Tx<'_>, wanted: &sponsorship::Model, field: &str) -> Result<(), Refused> {
    use sponsorship::Column;
    let first = sponsorship::Entity::find()
        .filter(Column::ResidentId.eq(wanted.resident_id))
        .filter(Column::PartnerUnitId.eq(wanted.partner_unit_id))
        .filter(Column::Purpose.eq(wanted.purpose.as_str()))
        .filter(Column::Status.ne(SponsorshipStatus::Voided))
        .filter(Column::Id.ne(wanted.id))
        .filter(Column::StartedOn.lte(wanted.ended_on).and(Column::EndedOn.gte(wanted.started_on)))
        .order_by_asc(Column::Id)
        .one(tx.conn())
        .await?;
    let Some(first) = first else { return Ok(()) };
    let (from, to) = (first.started_on, first.ended_on);
    let message = say!(
        "The unit pays this person for this purpose already, from {from} to {to}: extend that sponsorship (`details.sponsorshipId`), or say what else this one is for.",
        "该单位对此人的同一用途资助已登记（{from} 至 {to}）：请延长该资助（见 `details.sponsorshipId`），或写明本次用途的不同。"
    );
    let refusal = UserError::new(&[field], UserErrorCode::Overlap, message);
    Err(tx.in_the_way::<Sponsorship>(first.id, refusal).await?.into())
}

/// The instalments from one number to another.
async fn schedule(tx: &Tx<'_>, of: &sponsorship::Model, from: i32, to: i32) -> Result<(), DbErr> {
    let part = |number: i32| {
        Some(instalment::ActiveModel {
            id: Set(tx.new_id()),
            community_id: Set(of.community_id),
            sponsorship_id: Set(of.id),
            number: Set(number),
            due_on: Set(rules::due_on(of.started_on, of.payment_interval, number)?),
            amount_fen: Set(of.amount_fen),
            status: Set(InstalmentStatus::Due),
            paid_on: Set(None),
            status_reason: Set(None),
            version: Set(1),
        })
    };
    let parts: Vec<_> = (from..=to).filter_map(part).collect();
    instalment::Entity::insert_many(parts).exec_without_returning(tx.conn()).await.map(|_| ())
}

/// More instalments of a sponsorship, on the days that follow by the calendar (延长结对资助).
#[derive(InputObject, Clone, Debug)]
pub struct ExtendSponsorshipInput {
    /// The sponsorship (结对资助).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// How many more; at most 120 in all (增加期数).
    pub instalments: i32,
}

payload! { ExtendSponsorshipPayload { sponsorship: Sponsorship as "sponsorship" } }

impl Change for ExtendSponsorshipInput {
    type Payload = ExtendSponsorshipPayload;
    const VERB: Verb = Verb { name: "extendSponsorship", resource: Resource::Sponsorship, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = super::open(tx, (&self.id, self.expected_version), Turn::Extend, &mut faults).await?;
        let (before,) = faults.all((before,))?;
        let own = instalments_of(tx, before.id).await?;
        let known = own.last().map_or(0, |part| part.number);
        let mut faults = Faults::default();
        let more = faults.take(&["instalments"], rules::number(self.instalments, known));
        let to = more.map(|more| known + more);
        let until = to.and_then(|to| covered(before.started_on, before.payment_interval, to, &mut faults));
        if let Some(last) = to.and_then(|to| rules::due_on(before.started_on, before.payment_interval, to)) {
            let resident = tx.lock::<Resident>(before.resident_id, Action::Read).await?;
            if let Some(resident) = resident {
                faults.take(&["id"], rules::recipient(&resident, last));
            }
        }
        let (to, until) = faults.all((to, until))?;
        recorded_once(tx, &sponsorship::Model { ended_on: until, ..before.clone() }, "instalments").await?;
        schedule(tx, &before, known + 1, to).await?;
        tx.update(sponsorship::ActiveModel {
            id: Set(before.id),
            status: Set(SponsorshipStatus::Active),
            ended_on: Set(until),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let after = json!({ "status": SponsorshipStatus::Active, "endedOn": until, "instalments": to });
        let fields: &[&str] = match before.status {
            SponsorshipStatus::Active => &["endedOn", "instalments"],
            _ => &["status", "endedOn", "instalments"],
        };
        tell(tx, &before, fields, after).await?;
        Ok(before.id)
    }
}
