//! Postings: giving them, and ending them.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{posting, staff_member};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    communities::open_grid,
    error::{Result, UserError, UserErrorCode},
    partners::PartnerUnit,
    payload, say,
    scalars::Date,
    staff::object::{Posting, PostingRole, StaffMember},
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// A post to be given (任职).
#[derive(InputObject, Clone, Debug)]
pub struct PostStaffMemberInput {
    /// The staff member (工作人员).
    pub staff_member_id: ID,
    /// As what (职务).
    pub role: PostingRole,
    /// The grid that the post is for; left out for the whole community (网格).
    pub grid_id: Option<ID>,
    /// The partner unit that seconds the person; left out for the community's own staff (派出单位).
    pub seconded_by_id: Option<ID>,
    /// The first day, not after today; today when left out (起始日).
    pub started_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { PostStaffMemberPayload { posting: Posting as "posting" } }

impl PostStaffMemberInput {
    /// Locked, so that the same post is not given twice at once.
    async fn member(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<staff_member::Model>, Refused> {
        let path = ["staffMemberId"];
        let found = tx.subject::<StaffMember>(&self.staff_member_id, &path, None, |row| row.version, faults).await?;
        let Some(member) = found else { return Ok(None) };
        if tx.reaches(member.community_id) {
            return Ok(Some(member));
        }
        not_found(&path, faults);
        Ok(None)
    }
}

impl Change for PostStaffMemberInput {
    type Payload = PostStaffMemberPayload;
    const VERB: Verb = Verb { name: "postStaffMember", resource: Resource::Posting, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let member = self.member(tx, &mut faults).await?;
        let community = member.as_ref().map(|member| member.community_id);
        let grid = match &self.grid_id {
            Some(grid) => open_grid(tx, grid, &["gridId"], community, &mut faults).await?.map(|grid| Some(grid.id)),
            None => Some(None),
        };
        let seconded_by = match &self.seconded_by_id {
            Some(unit) => {
                let found = tx.find::<PartnerUnit>(unit, &["secondedById"], None, &mut faults).await?;
                found.map(|unit| Some(unit.id))
            }
            None => Some(None),
        };
        let started_on = match community {
            Some(community) => {
                let today = tx.today_at(community).await?;
                faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), today)
            }
            None => None,
        };
        let (member, grid, seconded_by, started_on) = faults.all((member, grid, seconded_by, started_on))?;
        let role = entity::posting::PostingRole::from(self.role);
        refuse_overlap(tx, &member, role, grid, started_on).await?;

        let id = tx.new_id();
        // Posts are public: on the wall of every community hangs who does what.
        let after = json!({ "staffMemberId": member.id, "role": role, "gridId": grid, "startedOn": started_on });
        tx.insert(posting::ActiveModel {
            id: Set(id),
            community_id: Set(member.community_id),
            staff_member_id: Set(member.id),
            role: Set(role),
            grid_id: Set(grid),
            seconded_by: Set(seconded_by),
            started_on: Set(started_on),
            ended_on: Set(None),
            version: Set(1),
        })
        .await?;
        let fields = ["staffMemberId", "role", "gridId", "secondedById", "startedOn"];
        tx.event::<Posting>(id, Some(member.community_id), &fields, Detail::Open(json!({ "after": after }))).await?;
        Ok(id)
    }
}

/// Somebody may hold several posts at a time, but not the same one twice.
async fn refuse_overlap(
    tx: &Tx<'_>,
    member: &staff_member::Model,
    role: entity::posting::PostingRole,
    grid: Option<Uuid>,
    started_on: NaiveDate,
) -> Result<(), Refused> {
    let there = match grid {
        Some(grid) => posting::Column::GridId.eq(grid),
        None => posting::Column::GridId.is_null(),
    };
    let reaching =
        Condition::any().add(posting::Column::EndedOn.is_null()).add(posting::Column::EndedOn.gt(started_on));
    let other = posting::Entity::find()
        .filter(posting::Column::StaffMemberId.eq(member.id))
        .filter(posting::Column::Role.eq(role))
        .filter(there)
        .filter(reaching)
        .one(tx.conn())
        .await?;
    let Some(other) = other else { return Ok(()) };
    let message = say!(
        "The staff member holds this very post already, or held it after that day.",
        "该工作人员已担任此职务，或在该日之后曾担任此职务。"
    );
    let refusal = UserError::new(&["startedOn"], UserErrorCode::Overlap, message);
    Err(tx.in_the_way::<Posting>(other.id, refusal).await?.into())
}

/// A posting to be ended (终止任职).
#[derive(InputObject, Clone, Debug)]
pub struct EndPostingInput {
    /// The posting (任职).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// The last day, not after today; today when left out (终止日).
    pub ended_on: Option<Date>,
}

payload! { EndPostingPayload { posting: Posting as "posting" } }

impl Change for EndPostingInput {
    type Payload = EndPostingPayload;
    const VERB: Verb = Verb { name: "endPosting", resource: Resource::Posting, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Posting>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let (before,) = faults.all((before,))?;
        let lasts = (before.community_id, before.started_on, before.ended_on);
        let over = |ended_on| say!("The posting ended on {ended_on} already.", "该任职已于 {ended_on} 终止。");
        let ended_on = tx.last_day(lasts, self.ended_on, over).await?;
        tx.update(posting::ActiveModel {
            id: Set(before.id),
            ended_on: Set(Some(ended_on)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let detail = Detail::Open(json!({ "after": { "endedOn": ended_on } }));
        tx.event::<Posting>(before.id, Some(before.community_id), &["endedOn"], detail).await?;
        Ok(before.id)
    }
}
