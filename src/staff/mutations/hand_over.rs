//! Handing over what a staff member has open.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{account, posting, staff_member};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    audit::{AuditKind, Entry},
    error::UserErrorCode,
    payload,
    relay::reading::scope_of,
    say,
    staff::{object::StaffMember, work},
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// Whose open work goes to whom (交接).
#[derive(InputObject, Clone, Debug)]
pub struct HandOverInput {
    /// Who answers for it now (移交人).
    pub from_id: ID,
    /// Who answers for it from now on: another staff member of the same community, who holds a post today (接收人).
    pub to_id: ID,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { HandOverPayload { staff_member: StaffMember as "staffMember" } }

impl HandOverInput {
    /// Both, locked in the order of their ids: nobody gives either of them anything meanwhile, and two who hand over to each other do not wait for each other.
    async fn both(
        &self,
        tx: &Tx<'_>,
        faults: &mut Faults,
    ) -> Result<(Option<staff_member::Model>, Option<staff_member::Model>), DbErr> {
        let mut seen = HashSet::new();
        let from = faults.key::<StaffMember>(&self.from_id, &["fromId"], &mut seen);
        let to = faults.key::<StaffMember>(&self.to_id, &["toId"], &mut seen);
        let within = scope_of::<StaffMember>(tx.viewer, Action::Amend);
        let select = staff_member::Entity::find().filter(staff_member::Column::Id.is_in(from.into_iter().chain(to)));
        let mut rows = tx.lock_all(select.filter(within), staff_member::Column::Id).await?;
        let mut take = |key: Option<Uuid>| {
            let place = rows.iter().position(|row| Some(row.id) == key)?;
            Some(rows.swap_remove(place))
        };
        let found = (take(from).filter(|row| work::may_hand_over(tx, row.community_id)), take(to));
        if from.is_some() && found.0.is_none() {
            not_found(&["fromId"], faults);
        }
        // Of another community is as good as not there.
        let elsewhere =
            |to: &staff_member::Model| found.0.as_ref().is_some_and(|from| from.community_id != to.community_id);
        if to.is_some() && found.1.as_ref().is_none_or(elsewhere) {
            not_found(&["toId"], faults);
        }
        Ok(found)
    }
}

impl Change for HandOverInput {
    type Payload = HandOverPayload;
    const VERB: Verb = Verb { name: "handOver", resource: Resource::StaffMember, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let found = self.both(tx, &mut faults).await?;
        let (from, to) = faults.all(found)?;
        let mut faults = Faults::default();
        refuse_without_post(tx, &to, tx.today_at(to.community_id).await?, &["toId"], &mut faults).await?;
        faults.none()?;

        let objects = work::hand_over(tx, from.community_id, from.id, to.id).await?;
        let detail = Detail::Open(json!({ "after": { "toId": to.id, "objects": objects } }));
        tx.event::<StaffMember>(from.id, Some(from.community_id), &["openWork"], detail).await?;
        let entry = Entry::of(AuditKind::WorkHandedOver).within(Some(from.community_id));
        tx.audit(entry.about("staff_member", from.id).by("handOver")).await?;
        Ok(from.id)
    }
}

/// Somebody who works here today, and whose account was not closed.
pub(crate) async fn refuse_without_post(
    tx: &Tx<'_>,
    to: &staff_member::Model,
    today: NaiveDate,
    path: &[&str],
    faults: &mut Faults,
) -> Result<(), DbErr> {
    let posts = posting::Entity::find().filter(posting::Column::StaffMemberId.eq(to.id)).all(tx.conn()).await?;
    let holds = |post: &posting::Model| post.started_on <= today && post.ended_on.is_none_or(|last| last >= today);
    if !posts.iter().any(holds) {
        let message = match posts.is_empty() {
            true => say!(
                "This staff member was never posted; give them a post with `postStaffMember` first.",
                "该工作人员尚无任职；请先用 `postStaffMember` 登记任职。"
            ),
            false => say!(
                "All posts of this staff member have ended; choose somebody who holds one.",
                "该工作人员的任职均已终止；请选择在任人员。"
            ),
        };
        faults.note(path, UserErrorCode::IllegalTransition, message);
    }
    if let Some(account) = to.account_id {
        let disabled = account::Entity::find_by_id(account).filter(account::Column::DisabledAt.is_not_null());
        if disabled.one(tx.conn()).await?.is_some() {
            let message = say!("The account of this staff member is disabled.", "该工作人员的账号已停用。");
            faults.note(path, UserErrorCode::IllegalTransition, message);
        }
    }
    Ok(())
}
