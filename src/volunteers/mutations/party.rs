//! Recording volunteers' standing in the Party, and its end.

use async_graphql::{ID, InputObject};
use entity::party_membership;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserError, UserErrorCode},
    payload, say,
    scalars::Date,
    volunteers::{
        object::Volunteer,
        party::{PartyMembership, PartyStanding},
        person::{key_of, standings_of},
        rules,
    },
    write::{Change, Faults, Refused, Tx, Verb, not_found},
};

/// A standing to be put on record (登记党员身份).
#[derive(InputObject, Clone, Debug)]
pub struct RecordPartyMembershipInput {
    /// The volunteer (志愿者).
    pub volunteer_id: ID,
    /// Which it is (身份).
    pub standing: PartyStanding,
    /// Who says so: a branch, a list, the person; at most 200 characters (来源).
    pub source: Option<String>,
    /// The first day, not after today (起始日).
    pub started_on: Date,
    /// The last day, not after today; left out while it lasts (终止日).
    pub ended_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordPartyMembershipPayload { party_membership: PartyMembership as "partyMembership" } }

impl Change for RecordPartyMembershipInput {
    type Payload = RecordPartyMembershipPayload;
    const VERB: Verb =
        Verb { name: "recordPartyMembership", resource: Resource::PartyMembership, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let path = ["volunteerId"];
        // Locked, so that two standings recorded at once are compared one after the other.
        let volunteer =
            tx.subject::<Volunteer>(&self.volunteer_id, &path, None, |row| row.version, &mut faults).await?;
        let volunteer = volunteer.filter(|row| {
            let covered = tx.reaches(row.community_id);
            if !covered {
                not_found(&path, &mut faults);
            }
            covered
        });
        let source = faults.optional_text(&["source"], self.source.as_deref(), 200);
        let span = match &volunteer {
            Some(row) => {
                let today = tx.today_at(row.community_id).await?;
                let first = faults.first_day(&["startedOn"], Some(self.started_on.0), today);
                let last = match self.ended_on {
                    Some(last) => {
                        faults.last_day(&["endedOn"], Some(last.0), self.started_on.0, today.max(self.started_on.0))
                    }
                    None => None,
                };
                first.filter(|_| self.ended_on.is_some() == last.is_some()).map(|first| (first, last))
            }
            None => None,
        };
        if let (Some(row), Some(span)) = (&volunteer, span) {
            let others = standings_of(tx, row).await?;
            if let Some(other) = others.iter().find(|other| rules::overlap(span, (other.started_on, other.ended_on))) {
                let message = say!(
                    "Another standing of the person is on record for some of these days; end it first.",
                    "该人员在此期间已有其他身份登记，请先终止。"
                );
                let refusal = UserError::new(&["startedOn"], UserErrorCode::Overlap, message);
                faults.add(tx.in_the_way::<PartyMembership>(other.id, refusal).await?);
            }
        }
        let (volunteer, source, (started_on, ended_on)) = faults.all((volunteer, source, span))?;
        let (id, standing) = (tx.new_id(), party_membership::PartyStanding::from(self.standing));
        let key = key_of(tx, &volunteer).await?;
        let detail = key.seal(json!({ "after": {
            "standing": standing, "source": source, "startedOn": started_on, "endedOn": ended_on,
        } }));
        tx.insert(party_membership::ActiveModel {
            id: Set(id),
            community_id: Set(volunteer.community_id),
            volunteer_id: Set(volunteer.id),
            standing: Set(standing),
            source: Set(source),
            started_on: Set(started_on),
            ended_on: Set(ended_on),
            version: Set(1),
        })
        .await?;
        let fields = ["standing", "source", "startedOn", "endedOn"];
        tx.event::<PartyMembership>(id, Some(volunteer.community_id), &fields, detail).await?;
        Ok(id)
    }
}

/// A standing that holds no longer (终止党员身份).
#[derive(InputObject, Clone, Debug)]
pub struct EndPartyMembershipInput {
    /// The standing (党员身份).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day, not after today; today when left out (终止日).
    pub ended_on: Option<Date>,
}

payload! { EndPartyMembershipPayload { party_membership: PartyMembership as "partyMembership" } }

impl Change for EndPartyMembershipInput {
    type Payload = EndPartyMembershipPayload;
    const VERB: Verb = Verb { name: "endPartyMembership", resource: Resource::PartyMembership, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<PartyMembership>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let (before,) = faults.all((before,))?;
        let lasts = (before.community_id, before.started_on, before.ended_on);
        let over = |until| say!("It ended on {until} already.", "已于 {until} 终止。");
        let ended_on = tx.last_day(lasts, self.ended_on, over).await?;
        tx.update(party_membership::ActiveModel {
            id: Set(before.id),
            ended_on: Set(Some(ended_on)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let volunteer = tx.lock::<Volunteer>(before.volunteer_id, Action::Read).await?;
        let key = match &volunteer {
            Some(volunteer) => key_of(tx, volunteer).await?,
            None => tx.subject_key(None).await?,
        };
        let detail = key.seal(json!({ "after": { "endedOn": ended_on } }));
        tx.event::<PartyMembership>(before.id, Some(before.community_id), &["endedOn"], detail).await?;
        Ok(before.id)
    }
}
