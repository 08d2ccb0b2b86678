//! Ending a role.

use async_graphql::{ID, InputObject};
use entity::account_role;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{object::AccountRole, terms::not_yours_to_give};
use crate::{
    access::{Resource, policy::Action},
    audit::{AuditKind, Entry},
    context::App,
    error::UserErrorCode,
    payload, say,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// A role to be ended (终止角色).
#[derive(InputObject, Clone, Debug)]
pub struct EndRoleInput {
    /// The role (角色).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// The last day on which it is held, today or later and not after an end that is set already; left out, it ends at once (终止日).
    pub ends_on: Option<Date>,
}

payload! { EndRolePayload { account_role: AccountRole as "accountRole" } }

impl Change for EndRoleInput {
    type Payload = EndRolePayload;
    const VERB: Verb = Verb { name: "endRole", resource: Resource::AccountRole, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<AccountRole>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let (before,) = faults.all((before,))?;

        let mut faults = Faults::default();
        // One's own role as a secretary is ended by who gave it: nobody locks a community out by a slip.
        let decides = before.community_id.filter(|community| tx.viewer.appoints(before.role, *community));
        if decides.is_none() {
            faults.note(&["id"], UserErrorCode::Invalid, not_yours_to_give(before.role));
        }
        let (community,) = faults.all((decides,))?;
        let mut faults = Faults::default();
        let today = tx.today_at(community).await?;
        if before.revoked_at.is_some() || before.ended_on.is_some_and(|last| last < today) {
            let message = say!("The role is over already.", "该角色已终止。");
            faults.note(&["id"], UserErrorCode::IllegalTransition, message);
        }
        if let Some(Date(day)) = self.ends_on {
            let first = today.max(before.started_on);
            let last = before.ended_on;
            if day < first || last.is_some_and(|last| day > last) {
                let message = match last {
                    Some(last) => {
                        say!("The last day lies between {first} and {last}.", "终止日应在 {first} 至 {last} 之间。")
                    }
                    None => say!(
                        "The last day is {first} or later; leave it out to end the role at once.",
                        "终止日不早于 {first}；不填则立即终止。"
                    ),
                };
                faults.note(&["endsOn"], UserErrorCode::OutOfRange, message);
            }
        }
        faults.none()?;

        let mut row =
            account_role::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        let field = match self.ends_on {
            Some(Date(day)) => {
                row.ended_on = Set(Some(day));
                "endsOn"
            }
            None => {
                row.revoked_at = Set(Some(tx.now()));
                "revokedAt"
            }
        };
        tx.update(row).await?;
        tx.event::<AccountRole>(before.id, Some(community), &[field], Detail::None).await?;
        let entry = Entry::of(AuditKind::RoleChanged).within(Some(community)).about("account_role", before.id);
        tx.audit(entry.by("endRole")).await?;
        Ok(before.id)
    }

    fn committed(&self, app: &App) {
        app.recent_tokens.forget();
    }
}
