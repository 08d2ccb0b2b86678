//! Planning campaigns and activities, scheduling their sessions, and recording who came and what was achieved.

mod activity;
mod answer_error;
mod attendance;
mod campaign;
mod check_in;
mod count;
mod decide_activity;
mod decide_campaign;
mod decide_session;
mod entry;
mod organiser;
mod recurring;
mod report_error;
mod result;
mod roll;
mod series;
mod session;
mod sign_up;
mod when;

use async_graphql::{Context, Object};
use entity::activity::ActivityStatus;
use serde_json::json;

pub use activity::*;
pub use answer_error::*;
pub use attendance::*;
pub use campaign::*;
pub use check_in::*;
pub use count::*;
pub use decide_activity::*;
pub use decide_campaign::*;
pub use decide_session::*;
pub use entry::AttendeeInput;
pub use organiser::*;
pub use report_error::*;
pub use result::*;
pub use series::*;
pub use session::*;
pub use sign_up::*;

use super::transitions;
use crate::{
    error::{Result, UserError, UserErrorCode},
    say,
    write::{Faults, write},
};

/// The most characters of a title.
const TITLE: usize = 200;
/// The most characters of a description.
const DESCRIPTION: usize = 4000;
/// The most characters of a reason or a remark.
const REASON: usize = 500;
/// The most characters of a place.
const PLACE: usize = 200;
/// The most who may sign up for a session.
const MOST_PLACES: i32 = 100_000;
/// The most characters of who says so.
const SOURCE: usize = 200;
/// The most characters of what was measured.
const MEASURE: usize = 100;
/// The most characters of a unit of measure.
const UNIT: usize = 20;

/// Nothing about what was called off is corrected any more.
fn refuse_cancelled(path: &[&str], status: Option<ActivityStatus>, faults: &mut Faults) {
    if status == Some(ActivityStatus::Cancelled) {
        let message = say!("It was called off and can no longer be changed.", "已取消，不能再修改。");
        faults.note(path, UserErrorCode::IllegalTransition, message);
    }
}

/// A campaign or an activity moves on by the table, or not at all.
fn refuse_move(from: ActivityStatus, to: ActivityStatus, faults: &mut Faults) {
    if !transitions::may_become(from, to) {
        let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, transitions::illegal(from, to));
        faults.add(refusal.with(json!({ "from": from, "to": to })));
    }
}

#[derive(Default)]
pub struct ActivityMutations;

#[Object]
impl ActivityMutations {
    /// Plans a campaign (策划专项行动).
    async fn plan_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The campaign (专项行动).")] input: PlanCampaignInput,
    ) -> Result<PlanCampaignPayload> {
        write(ctx, input).await
    }

    /// Corrects what the record of a campaign says (更正专项行动).
    async fn amend_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendCampaignInput,
    ) -> Result<AmendCampaignPayload> {
        write(ctx, input).await
    }

    /// Notes that a campaign began (启动专项行动).
    async fn start_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The campaign, and its first day (专项行动及起始日).")] input: StartCampaignInput,
    ) -> Result<StartCampaignPayload> {
        write(ctx, input).await
    }

    /// Notes that a campaign is over, started or not: much is put on file afterwards (完成专项行动).
    async fn complete_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The campaign, and its last day (专项行动及终止日).")] input: CompleteCampaignInput,
    ) -> Result<CompleteCampaignPayload> {
        write(ctx, input).await
    }

    /// Calls a campaign off; its activities stay as they are (取消专项行动).
    async fn cancel_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The campaign, and why (专项行动及原因).")] input: CancelCampaignInput,
    ) -> Result<CancelCampaignPayload> {
        write(ctx, input).await
    }

    /// Plans an activity, with those who hold it (策划活动).
    async fn plan_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity (活动).")] input: PlanActivityInput,
    ) -> Result<PlanActivityPayload> {
        write(ctx, input).await
    }

    /// Corrects what the record of an activity says (更正活动).
    async fn amend_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendActivityInput,
    ) -> Result<AmendActivityPayload> {
        write(ctx, input).await
    }

    /// Adds one who holds an activity (新增主办方).
    async fn add_activity_organiser(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which activity, and who (活动及主办方).")] input: AddActivityOrganiserInput,
    ) -> Result<AddActivityOrganiserPayload> {
        write(ctx, input).await
    }

    /// Removes one who does not hold an activity, never the last one (移除主办方).
    async fn remove_activity_organiser(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which activity, and who (活动及主办方).")] input: RemoveActivityOrganiserInput,
    ) -> Result<RemoveActivityOrganiserPayload> {
        write(ctx, input).await
    }

    /// Notes that an activity began (启动活动).
    async fn start_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity (活动).")] input: StartActivityInput,
    ) -> Result<StartActivityPayload> {
        write(ctx, input).await
    }

    /// Notes that an activity is over, started or not: much is put on file afterwards (完成活动).
    async fn complete_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity (活动).")] input: CompleteActivityInput,
    ) -> Result<CompleteActivityPayload> {
        write(ctx, input).await
    }

    /// Calls an activity off, and those of its sessions that were not held (取消活动).
    async fn cancel_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity, and why (活动及原因).")] input: CancelActivityInput,
    ) -> Result<CancelActivityPayload> {
        write(ctx, input).await
    }

    /// Puts a session on the calendar, or on file after it was held (安排场次).
    async fn schedule_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When and where (场次).")] input: ScheduleSessionInput,
    ) -> Result<ScheduleSessionPayload> {
        write(ctx, input).await
    }

    /// Puts a series of sessions on the calendar by a rule of RFC 5545: all of it, or nothing where one of them may not be. They are the newest `sessions` of
    /// the answer (安排系列场次).
    async fn schedule_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first session, and when it recurs (系列场次).")] input: ScheduleSessionsInput,
    ) -> Result<ScheduleSessionsPayload> {
        write(ctx, input).await
    }

    /// Corrects when and where a session is (更正场次).
    async fn amend_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendSessionInput,
    ) -> Result<AmendSessionPayload> {
        write(ctx, input).await
    }

    /// Lets volunteers of the community see a session and sign up for it by themselves (发布场次).
    async fn publish_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session (场次).")] input: PublishSessionInput,
    ) -> Result<PublishSessionPayload> {
        write(ctx, input).await
    }

    /// Signs a volunteer up for a session: a place while there is one, a place in line after that (报名).
    async fn sign_up_for_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and for what (报名内容).")] input: SignUpForSessionInput,
    ) -> Result<SignUpForSessionPayload> {
        write(ctx, input).await
    }

    /// Gives a place up; the first who waits gets it in the same moment (退出报名).
    async fn withdraw_sign_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which sign-up (报名).")] input: WithdrawSignUpInput,
    ) -> Result<WithdrawSignUpPayload> {
        write(ctx, input).await
    }

    /// Notes that a session took place (确认场次已举行).
    async fn hold_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session (场次).")] input: HoldSessionInput,
    ) -> Result<HoldSessionPayload> {
        write(ctx, input).await
    }

    /// Calls a session off that nobody is on record for (取消场次).
    async fn cancel_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session, and why (场次及原因).")] input: CancelSessionInput,
    ) -> Result<CancelSessionPayload> {
        write(ctx, input).await
    }

    /// Records that somebody came to a session, once a person (登记考勤).
    async fn record_attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who came, and as what (登记内容).")] input: RecordAttendanceInput,
    ) -> Result<RecordAttendancePayload> {
        write(ctx, input).await
    }

    /// Records the roll of a session: all of it, or nothing (批量登记考勤).
    async fn record_attendances(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who came, and as what (登记内容).")] input: RecordAttendancesInput,
    ) -> Result<RecordAttendancesPayload> {
        write(ctx, input).await
    }

    /// Records at the door that a volunteer has come (签到).
    async fn check_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and when (签到内容).")] input: CheckInInput,
    ) -> Result<CheckInPayload> {
        write(ctx, input).await
    }

    /// Records at the door that a volunteer goes (签退).
    async fn check_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which attendance, and when (签退内容).")] input: CheckOutInput,
    ) -> Result<CheckOutPayload> {
        write(ctx, input).await
    }

    /// Records that somebody who had a place did not come (登记缺席).
    async fn record_absence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which sign-up, and why (缺席内容).")] input: RecordAbsenceInput,
    ) -> Result<RecordAbsencePayload> {
        write(ctx, input).await
    }

    /// Voids an attendance that was recorded by mistake (作废考勤).
    async fn void_attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which attendance and why (作废内容).")] input: VoidAttendanceInput,
    ) -> Result<VoidAttendancePayload> {
        write(ctx, input).await
    }

    /// Says that the record of a volunteer's service is wrong, which staff have to answer: one report at a time of one session (提出工时异议).
    async fn report_attendance_error(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record, and what is wrong (异议内容).")] input: ReportAttendanceErrorInput,
    ) -> Result<ReportAttendanceErrorPayload> {
        write(ctx, input).await
    }

    /// Answers a volunteer who reported an error, after it was corrected or found to be none (答复工时异议).
    async fn answer_attendance_error(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which report, and the answer (答复内容).")] input: AnswerAttendanceErrorInput,
    ) -> Result<AnswerAttendanceErrorPayload> {
        write(ctx, input).await
    }

    /// Records how many came to a session, counted without names (登记人次).
    async fn record_head_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many (登记内容).")] input: RecordHeadCountInput,
    ) -> Result<RecordHeadCountPayload> {
        write(ctx, input).await
    }

    /// Voids a head count that was recorded by mistake (作废人次).
    async fn void_head_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which head count and why (作废内容).")] input: VoidHeadCountInput,
    ) -> Result<VoidHeadCountPayload> {
        write(ctx, input).await
    }

    /// Records what an activity, or a campaign as a whole, achieved (登记成效).
    async fn record_activity_result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was achieved (登记内容).")] input: RecordActivityResultInput,
    ) -> Result<RecordActivityResultPayload> {
        write(ctx, input).await
    }

    /// Voids a result that was recorded by mistake (作废成效).
    async fn void_activity_result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which result and why (作废内容).")] input: VoidActivityResultInput,
    ) -> Result<VoidActivityResultPayload> {
        write(ctx, input).await
    }
}
