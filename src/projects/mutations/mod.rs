//! Proposing projects, moving them on, and who takes part in them.

mod amend;
mod decide;
mod milestones;
mod participations;
mod propose;

use async_graphql::{Context, InputObject, Object};

pub use amend::*;
pub use decide::*;
pub use milestones::*;
pub use participations::*;
pub use propose::*;

use crate::{
    error::Result,
    figures::{Figure, Precision, fen_from_yuan, stated},
    scalars::Decimal,
    write::{Faults, write},
};

/// The most characters of a title.
const TITLE: usize = 200;
/// The most characters of a description.
const DESCRIPTION: usize = 4000;
/// The most characters of a reason.
const REASON: usize = 500;

/// What a project is meant to cost (预算).
#[derive(InputObject, Clone, Debug)]
pub struct BudgetInput {
    /// Yuan with at most two decimals; left out where nobody knows (元).
    pub yuan: Option<Decimal>,
    /// How sure it is; EXACT when an amount is given without this, UNKNOWN when none is (精确度).
    pub precision: Option<Precision>,
}

impl BudgetInput {
    fn checked(&self, faults: &mut Faults) -> Option<Figure> {
        let figure = stated(self.yuan.map(|yuan| yuan.0), self.precision.map(Into::into), fen_from_yuan);
        faults.take(&["budget", "yuan"], figure)
    }
}

#[derive(Default)]
pub struct ProjectMutations;

#[Object]
impl ProjectMutations {
    /// Puts a project forward, with the units that are to take part (提出共建项目).
    async fn propose_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project (共建项目).")] input: ProposeProjectInput,
    ) -> Result<ProposeProjectPayload> {
        write(ctx, input).await
    }

    /// Corrects what a project's record says (更正共建项目).
    async fn amend_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendProjectInput,
    ) -> Result<AmendProjectPayload> {
        write(ctx, input).await
    }

    /// Agrees to a proposed project (批准共建项目).
    async fn approve_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project (共建项目).")] input: ApproveProjectInput,
    ) -> Result<ApproveProjectPayload> {
        write(ctx, input).await
    }

    /// Starts an approved project (启动共建项目).
    async fn start_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project, and its first day (共建项目及启动日).")] input: StartProjectInput,
    ) -> Result<StartProjectPayload> {
        write(ctx, input).await
    }

    /// Ends a project that reached what it was for (完成共建项目).
    async fn complete_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project, and its last day (共建项目及完成日).")] input: CompleteProjectInput,
    ) -> Result<CompleteProjectPayload> {
        write(ctx, input).await
    }

    /// Gives a project up before it is completed (取消共建项目).
    async fn cancel_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project, and why (共建项目及原因).")] input: CancelProjectInput,
    ) -> Result<CancelProjectPayload> {
        write(ctx, input).await
    }

    /// Lets a unit take part in a project (新增参与单位).
    async fn add_participation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which unit, in which project and as what (参与).")] input: AddParticipationInput,
    ) -> Result<AddParticipationPayload> {
        write(ctx, input).await
    }

    /// Changes a unit's roles or share in a project (更正参与信息).
    async fn amend_participation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendParticipationInput,
    ) -> Result<AmendParticipationPayload> {
        write(ctx, input).await
    }

    /// Sets a milestone of a project (新增里程碑).
    async fn add_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestone (里程碑).")] input: AddMilestoneInput,
    ) -> Result<AddMilestonePayload> {
        write(ctx, input).await
    }

    /// Notes that a milestone was reached (达成里程碑).
    async fn reach_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestone, and the day (里程碑及日期).")] input: ReachMilestoneInput,
    ) -> Result<ReachMilestonePayload> {
        write(ctx, input).await
    }
}
