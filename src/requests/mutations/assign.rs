//! Giving a request to somebody.

use async_graphql::{ID, InputObject};
use entity::staff_member;
use sea_orm::{ActiveValue::Set, DbErr};
use uuid::Uuid;

use super::{
    REASON, WORDS,
    step::{carry_out, moved, open},
};
use crate::{
    access::{Resource, policy::Action},
    communities::open_grid,
    error::{Result, UserErrorCode},
    partners::PartnerUnit,
    payload,
    requests::{entry::Said, object::Request, rules::Step},
    say,
    staff::{self, StaffMember},
    write::{Change, Faults, Refused, Tx, Verb, not_found},
};

/// Who is to handle a request: one of the three (交办诉求).
#[derive(InputObject, Clone, Debug)]
pub struct AssignRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// A staff member of the community who holds a post today (承办人).
    pub assignee_id: Option<ID>,
    /// A grid: whoever works there (承办网格).
    pub assignee_grid_id: Option<ID>,
    /// A partner unit (承办单位).
    pub assignee_unit_id: Option<ID>,
    /// What the partner unit is told, at most 2,000 characters: it reads neither the request's own words nor who asks, so say what is to be done, and name nobody
    /// (交办说明).
    pub unit_brief: Option<String>,
    /// A remark for them, at most 500 characters (备注).
    pub reason: Option<String>,
}

payload! { AssignRequestPayload { request: Request as "request" } }

impl AssignRequestInput {
    /// Exactly one of the three; one that was not found is told of already.
    fn refuse_but_one(&self, found: [bool; 3], faults: &mut Faults) {
        let given = [&self.assignee_id, &self.assignee_grid_id, &self.assignee_unit_id];
        let given = given.iter().filter(|given| given.is_some()).count();
        match (given, found.into_iter().filter(|found| *found).count()) {
            (_, 1) | (1.., 0) => {}
            (0, _) => faults.note(
                &["assigneeId"],
                UserErrorCode::Required,
                say!("Say who is to handle it.", "请填写承办人、承办网格或承办单位。"),
            ),
            (_, 2..) => faults.note(
                &["assigneeId"],
                UserErrorCode::Invalid,
                say!("Name one who is to handle it, not several.", "只能填写一个承办对象。"),
            ),
        }
    }

    async fn member(
        &self,
        tx: &Tx<'_>,
        within: Option<Uuid>,
        faults: &mut Faults,
    ) -> Result<Option<staff_member::Model>, DbErr> {
        let (Some(given), path) = (&self.assignee_id, ["assigneeId"]) else { return Ok(None) };
        let Some(found) = tx.find::<StaffMember>(given, &path, within, faults).await? else { return Ok(None) };
        // Locked, so that nobody hands their work over meanwhile and leaves this behind.
        let Some(member) = tx.lock::<StaffMember>(found.id, Action::Read).await? else {
            not_found(&path, faults);
            return Ok(None);
        };
        let today = tx.today_at(member.community_id).await?;
        staff::refuse_without_post(tx, &member, today, &path, faults).await?;
        Ok(Some(member))
    }
}

impl Change for AssignRequestInput {
    type Payload = AssignRequestPayload;
    const VERB: Verb = Verb { name: "assignRequest", resource: Resource::Request, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Step::Assign, &mut faults).await?;
        let within = before.as_ref().map(|row| row.community_id);
        let member = self.member(tx, within, &mut faults).await?;
        let grid = match &self.assignee_grid_id {
            Some(given) => open_grid(tx, given, &["assigneeGridId"], within, &mut faults).await?,
            None => None,
        };
        let unit = self.assignee_unit_id.as_ref();
        let unit = tx.find_optional::<PartnerUnit>(unit, &["assigneeUnitId"], within, &mut faults).await?;
        let found = [member.is_some(), grid.is_some(), matches!(unit, Some(Some(_)))];
        self.refuse_but_one(found, &mut faults);
        let brief = faults.optional_text(&["unitBrief"], self.unit_brief.as_deref(), WORDS);
        if matches!(brief, Some(Some(_))) && self.assignee_unit_id.is_none() {
            let message = say!("Only a partner unit is briefed.", "只有交办共建单位时才填写交办说明。");
            faults.note(&["unitBrief"], UserErrorCode::Invalid, message);
        }
        let reason = faults.optional_text(&["reason"], self.reason.as_deref(), REASON);
        let (before, unit, brief, reason) = faults.all((before, unit, brief, reason))?;
        let mut row = moved(&before);
        row.assignee_id = Set(member.map(|row| row.id));
        row.assignee_grid_id = Set(grid.map(|row| row.id));
        row.assignee_unit_id = Set(unit.map(|row| row.id));
        row.unit_brief = Set(brief);
        carry_out(tx, &before, Step::Assign, row, &["assignee"], Said::because(reason)).await
    }
}
