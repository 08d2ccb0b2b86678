//! Correcting a sponsorship, ending it early, and voiding one that was recorded by mistake.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{
    instalment::InstalmentStatus,
    sponsorship::{self, SponsorshipStatus},
};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{PURPOSE, REASON, open};
use crate::{
    access::{Resource, policy::Action},
    aid,
    error::Result,
    payload,
    projects::Project,
    scalars::Date,
    sponsorships::{
        ending::{close, end, instalments_of, key_of, tell},
        object::Sponsorship,
        rules::{Step, Turn},
    },
    write::{Change, Diff, Faults, Refused, Tx, Verb},
};

/// Corrections to a sponsorship: what is left out stays, what is null is cleared. Money and days are not corrected: void it and record it anew (更正结对资助).
#[derive(InputObject, Clone, Debug)]
pub struct AmendSponsorshipInput {
    /// The sponsorship (结对资助).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// What it is for, at most 200 characters (用途).
    pub purpose: Option<String>,
    /// The joint project that it belongs to; null takes it out (共建项目).
    pub project_id: MaybeUndefined<ID>,
    /// Is the unit not to be named to whom it sponsors (是否匿名)?
    pub anonymous: Option<bool>,
}

payload! { AmendSponsorshipPayload { sponsorship: Sponsorship as "sponsorship" } }

impl Change for AmendSponsorshipInput {
    type Payload = AmendSponsorshipPayload;
    const VERB: Verb = Verb { name: "amendSponsorship", resource: Resource::Sponsorship, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Turn::Amend, &mut faults).await?;
        let within = before.as_ref().map(|row| row.community_id);
        let purpose = match &self.purpose {
            Some(purpose) => faults.text(&["purpose"], purpose, PURPOSE).map(Some),
            None => Some(None),
        };
        let project = match &self.project_id {
            MaybeUndefined::Value(given) => {
                let found = tx.find::<Project>(given, &["projectId"], within, &mut faults).await?;
                found.map(|row| Some(Some(row.id)))
            }
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Undefined => Some(None),
        };
        let (before, purpose, project) = faults.all((before, purpose, project))?;
        let mut diff = Diff::default();
        let mut row =
            sponsorship::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(purpose) = purpose
            && diff.note("purpose", &before.purpose, &purpose)
        {
            row.purpose = Set(purpose);
        }
        if let Some(project) = project
            && diff.note("projectId", &before.project_id, &project)
        {
            row.project_id = Set(project);
        }
        if let Some(anonymous) = self.anonymous
            && diff.note("anonymous", &before.anonymous, &anonymous)
        {
            row.anonymous = Set(anonymous);
        }
        tx.update(row).await?;
        let fields = diff.fields().to_vec();
        let key = key_of(tx, &before).await?;
        let detail = key.seal(diff.value());
        tx.event::<Sponsorship>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}

/// A sponsorship that ends early: what falls due after its last day is not to be paid any more, what was due before stays due (提前终止结对资助).
#[derive(InputObject, Clone, Debug)]
pub struct EndSponsorshipInput {
    /// The sponsorship (结对资助).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day, not after today; today when left out (终止日).
    pub ended_on: Option<Date>,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { EndSponsorshipPayload { sponsorship: Sponsorship as "sponsorship" } }

impl Change for EndSponsorshipInput {
    type Payload = EndSponsorshipPayload;
    const VERB: Verb = Verb { name: "endSponsorship", resource: Resource::Sponsorship, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Turn::End, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let ended_on = match &before {
            Some(before) => {
                let today = tx.today_at(before.community_id).await?;
                // One that has not begun yet may be called off: it then covers no day.
                let first = before.started_on.min(today);
                faults.last_day(&["endedOn"], self.ended_on.map(|day| day.0), first, today)
            }
            None => None,
        };
        let (before, reason, ended_on) = faults.all((before, reason, ended_on))?;
        end(tx, &before, ended_on, &reason).await?;
        Ok(before.id)
    }
}

/// A sponsorship that was recorded by mistake: it stays on file and counts nowhere, nor do its payments, whose grants are REVERSED (作废结对资助).
#[derive(InputObject, Clone, Debug)]
pub struct VoidSponsorshipInput {
    /// The sponsorship (结对资助).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { VoidSponsorshipPayload { sponsorship: Sponsorship as "sponsorship" } }

impl Change for VoidSponsorshipInput {
    type Payload = VoidSponsorshipPayload;
    const VERB: Verb = Verb { name: "voidSponsorship", resource: Resource::Sponsorship, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Turn::Void, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let (before, reason) = faults.all((before, reason))?;
        let own = instalments_of(tx, before.id).await?;
        // Payments too, so that no sum of payments has to ask whether the sponsorship is good; the events keep them.
        let open: Vec<_> =
            own.iter().filter(|part| Step::Void.to(part.status).is_some_and(|to| to != part.status)).collect();
        let paid: Vec<Uuid> =
            own.iter().filter(|part| part.status == InstalmentStatus::Paid).map(|part| part.id).collect();
        let ids = close(tx, &before, &open, &reason).await?;
        aid::take_back(tx, &paid, &reason).await?;
        tx.update(sponsorship::ActiveModel {
            id: Set(before.id),
            status: Set(SponsorshipStatus::Voided),
            status_reason: Set(Some(reason.clone())),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let after = json!({ "status": SponsorshipStatus::Voided, "statusReason": reason, "instalmentIds": ids });
        tell(tx, &before, &["status", "statusReason", "instalments"], after).await?;
        Ok(before.id)
    }
}
