//! Taking consents back.

use async_graphql::{ID, InputObject};
use entity::consent;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    consents::object::Consent,
    error::{Result, UserErrorCode},
    payload, residents, say,
    scalars::Date,
    write::{Change, Faults, Refused, Tx, Verb},
};

/// A consent that is taken back (撤回知情同意).
#[derive(InputObject, Clone, Debug)]
pub struct WithdrawConsentInput {
    /// The consent (知情同意).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// From this day on it holds no longer; not after today, today when left out (撤回日期).
    pub withdrawn_on: Option<Date>,
    /// Why: what the person said, or that it was recorded by mistake; at most 200 characters (撤回原因).
    pub reason: String,
}

payload! { WithdrawConsentPayload { consent: Consent as "consent" } }

impl Change for WithdrawConsentInput {
    type Payload = WithdrawConsentPayload;
    const VERB: Verb = Verb { name: "withdrawConsent", resource: Resource::Consent, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Consent>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, 200);
        let mut withdrawn_on = None;
        if let Some(before) = &before {
            match before.withdrawn_on {
                Some(day) => faults.note(
                    &["id"],
                    UserErrorCode::IllegalTransition,
                    say!("It was withdrawn on {day} already.", "已于 {day} 撤回。"),
                ),
                None => {
                    let today = tx.today_at(before.community_id).await?;
                    let given = self.withdrawn_on.map(|day| day.0);
                    withdrawn_on = faults.last_day(&["withdrawnOn"], given, before.given_on, today);
                }
            }
        }
        let (before, reason, withdrawn_on) = faults.all((before, reason, withdrawn_on))?;
        tx.update(consent::ActiveModel {
            id: Set(before.id),
            withdrawn_on: Set(Some(withdrawn_on)),
            withdrawn_reason: Set(Some(reason)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let key = tx.subject_key(residents::data_key_of(tx, before.resident_id).await?).await?;
        let detail = key.seal(json!({ "after": { "withdrawnOn": withdrawn_on } }));
        let fields = ["withdrawnOn", "withdrawnReason"];
        tx.event::<Consent>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}
