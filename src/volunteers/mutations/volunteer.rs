//! Correcting what is on file of a volunteer, and ending the enrolment.

use async_graphql::{ID, InputObject};
use entity::{
    team_membership,
    volunteer::{self, VolunteerKind as Kind},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::enrol::NAME;
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    partners::PartnerUnit,
    payload, say,
    scalars::Date,
    search::{self, SearchKind},
    volunteers::{follow::end_enrolment, object::Volunteer},
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// The most characters of a reason.
const REASON: usize = 500;

/// Corrections to a volunteer's record: what is left out stays (更正志愿者信息). Of a resident or staff member, correct theirs: the name follows.
#[derive(InputObject, Clone, Debug)]
pub struct AmendVolunteerInput {
    /// The volunteer (志愿者).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// Full name, at most 100 characters; not of a resident or a staff member (姓名).
    pub full_name: Option<String>,
    /// The employer; of kind PARTNER_EMPLOYEE (所在单位).
    pub partner_unit_id: Option<ID>,
}

payload! { AmendVolunteerPayload { volunteer: Volunteer as "volunteer" } }

impl Change for AmendVolunteerInput {
    type Payload = AmendVolunteerPayload;
    const VERB: Verb = Verb { name: "amendVolunteer", resource: Resource::Volunteer, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Volunteer>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let full_name = match &self.full_name {
            Some(name) => faults.text(&["fullName"], name, NAME).map(Some),
            None => Some(None),
        };
        let unit = match &self.partner_unit_id {
            Some(unit) => tx.find::<PartnerUnit>(unit, &["partnerUnitId"], None, &mut faults).await?.map(Some),
            None => Some(None),
        };
        if let Some(before) = &before {
            if self.full_name.is_some() && matches!(before.kind, Kind::Resident | Kind::CommunityWorker) {
                faults.note(
                    &["fullName"],
                    UserErrorCode::Invalid,
                    say!(
                        "The name is that of the resident or staff member: correct it there, and it follows here.",
                        "姓名取自居民或工作人员登记，请在该处更正，此处随之更新。"
                    ),
                );
            }
            if self.partner_unit_id.is_some() && before.kind != Kind::PartnerEmployee {
                faults.note(
                    &["partnerUnitId"],
                    UserErrorCode::Invalid,
                    say!("Only a PARTNER_EMPLOYEE has an employer.", "只有共建单位职工才填写所在单位。"),
                );
            }
        }
        let (before, full_name, unit) = faults.all((before, full_name, unit))?;
        let mut diff = Diff::default();
        let mut fields = Vec::new();
        let mut row =
            volunteer::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(name) = full_name
            && name != before.full_name
        {
            // Employees and others have no key of their own, so the event does not tell the name.
            fields.push("fullName");
            row.full_name = Set(name);
        }
        if let Some(unit) = unit
            && diff.note("partnerUnitId", &before.partner_unit_id, &Some(unit.id))
        {
            row.partner_unit_id = Set(Some(unit.id));
        }
        tx.update(row).await?;
        if fields.contains(&"fullName") {
            search::refresh(tx.conn(), SearchKind::Volunteer, before.id).await?;
        }
        fields.extend(diff.fields());
        tx.event::<Volunteer>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

/// An enrolment to be ended, and with it the volunteer's time in all teams (终止志愿者登记).
#[derive(InputObject, Clone, Debug)]
pub struct EndVolunteerInput {
    /// The volunteer (志愿者).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day, not after today; today when left out (终止日).
    pub ended_on: Option<Date>,
    /// Why, at most 500 characters (原因).
    pub reason: Option<String>,
}

payload! { EndVolunteerPayload { volunteer: Volunteer as "volunteer" } }

impl Change for EndVolunteerInput {
    type Payload = EndVolunteerPayload;
    const VERB: Verb = Verb { name: "endVolunteer", resource: Resource::Volunteer, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Volunteer>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let reason = faults.optional_text(&["reason"], self.reason.as_deref(), REASON);
        let ended_on = match &before {
            Some(before) if before.ended_on.is_none() => {
                let today = tx.today_at(before.community_id).await?;
                // Not before the last team was joined: nobody is in a team and no volunteer.
                let joined: Option<chrono::NaiveDate> = team_membership::Entity::find()
                    .filter(team_membership::Column::VolunteerId.eq(before.id))
                    .select_only()
                    .expr(team_membership::Column::StartedOn.max())
                    .into_tuple::<Option<chrono::NaiveDate>>()
                    .one(tx.conn())
                    .await?
                    .flatten();
                let first = joined.map_or(before.started_on, |joined| joined.max(before.started_on));
                faults.last_day(&["endedOn"], self.ended_on.map(|day| day.0), first, today)
            }
            Some(before) => {
                let until = before.ended_on.unwrap_or_default();
                faults.note(
                    &["id"],
                    UserErrorCode::IllegalTransition,
                    say!("The enrolment ended on {until} already.", "该志愿者登记已于 {until} 终止。"),
                );
                None
            }
            None => None,
        };
        let (before, reason, ended_on) = faults.all((before, reason, ended_on))?;
        end_enrolment(tx, &before, ended_on, reason).await?;
        Ok(before.id)
    }
}
