//! `revokeCertificate`: what was issued stays on file, and no longer holds.

use async_graphql::{ID, InputObject};
use entity::certificate;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    certificates::Certificate,
    error::UserErrorCode,
    payload, say,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// The most characters of a reason.
const REASON: usize = 500;

/// A certificate that no longer holds (撤销证明).
#[derive(InputObject, Clone, Debug)]
pub struct RevokeCertificateInput {
    /// The certificate (证明).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters; whoever verifies it is not told (撤销原因).
    pub reason: String,
}

payload! { RevokeCertificatePayload { certificate: Certificate as "certificate" } }

impl Change for RevokeCertificateInput {
    type Payload = RevokeCertificatePayload;
    const VERB: Verb = Verb { name: "revokeCertificate", resource: Resource::Certificate, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Certificate>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, REASON);
        if before.as_ref().is_some_and(|before| before.revoked_at.is_some()) {
            let message = say!("The certificate was revoked already.", "该证明已撤销。");
            faults.note(&["id"], UserErrorCode::IllegalTransition, message);
        }
        let (before, reason) = faults.all((before, reason))?;
        tx.update(certificate::ActiveModel {
            id: Set(before.id),
            revoked_at: Set(Some(tx.now())),
            revoked_reason: Set(Some(reason)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let fields = ["revokedAt", "revokedReason"];
        tx.event::<Certificate>(before.id, Some(before.community_id), &fields, Detail::None).await?;
        Ok(before.id)
    }
}
