//! Visits that do not take place, or that did not.

use async_graphql::{ID, InputObject};
use entity::{
    circumstance, request,
    visit::{self, VisitStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{REASON, refuse_unless};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserError, UserErrorCode},
    payload, say,
    visits::object::Visit,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// A visit that does not take place, or was recorded by mistake (取消走访).
#[derive(InputObject, Clone, Debug)]
pub struct CancelVisitInput {
    /// The visit: planned, or held without anything that was found on it (走访).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { CancelVisitPayload { visit: Visit as "visit" } }

/// What was found on a visit stays on record, and so does the visit.
async fn refuse_with_findings(tx: &Tx<'_>, visit: Uuid, faults: &mut Faults) -> Result<(), Refused> {
    let requests = request::Entity::find().filter(request::Column::VisitId.eq(visit)).count(tx.conn()).await?;
    let circumstances = circumstance::Entity::find().filter(circumstance::Column::VisitId.eq(visit));
    let circumstances = circumstances.count(tx.conn()).await?;
    if requests + circumstances > 0 {
        let message = say!(
            "Requests or circumstances on record were found on this visit; it stays.",
            "该走访已产生诉求或困难/身份类别记录，不能取消。"
        );
        let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
        faults.add(refusal.with(json!({ "requests": requests, "circumstances": circumstances })));
    }
    Ok(())
}

impl Change for CancelVisitInput {
    type Payload = CancelVisitPayload;
    const VERB: Verb = Verb { name: "cancelVisit", resource: Resource::Visit, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Visit>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        if let Some(before) = &before {
            refuse_unless(&[VisitStatus::Planned, VisitStatus::Held], before, &mut faults);
            refuse_with_findings(tx, before.id, &mut faults).await?;
        }
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let (before, reason) = faults.all((before, reason))?;
        tx.update(visit::ActiveModel {
            id: Set(before.id),
            status: Set(VisitStatus::Cancelled),
            held_on: Set(None),
            cancel_reason: Set(Some(reason)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let mut fields = vec!["status", "cancelReason"];
        fields.extend(before.held_on.map(|_| "heldOn"));
        let (was, is) = (json!({ "status": before.status, "heldOn": before.held_on }), VisitStatus::Cancelled);
        let detail = Detail::Open(json!({ "before": was, "after": { "status": is } }));
        tx.event::<Visit>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}
