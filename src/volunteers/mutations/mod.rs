//! Enrolling volunteers, forming teams, who joins and leads them, and standing in the Party.

mod enrol;
mod leader;
mod member;
mod party;
mod team;
mod volunteer;

use async_graphql::{Context, Object};

pub use enrol::*;
pub use leader::*;
pub use member::*;
pub use party::*;
pub use team::*;
pub use volunteer::*;

use crate::{error::Result, write::write};

#[derive(Default)]
pub struct VolunteerMutations;

#[Object]
impl VolunteerMutations {
    /// Enrols a volunteer: a resident, an employee of a partner unit, a community worker or somebody else (登记志愿者).
    async fn enrol_volunteer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The volunteer (登记内容).")] input: EnrolVolunteerInput,
    ) -> Result<EnrolVolunteerPayload> {
        write(ctx, input).await
    }

    /// Corrects a volunteer's record (更正志愿者信息).
    async fn amend_volunteer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendVolunteerInput,
    ) -> Result<AmendVolunteerPayload> {
        write(ctx, input).await
    }

    /// Ends an enrolment, and the volunteer's time in all teams with it: they are the `memberships` of the answer that end on that day (终止志愿者登记).
    async fn end_volunteer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, since when and why (终止内容).")] input: EndVolunteerInput,
    ) -> Result<EndVolunteerPayload> {
        write(ctx, input).await
    }

    /// Forms a team (组建志愿服务队).
    async fn form_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team (志愿服务队).")] input: FormTeamInput,
    ) -> Result<FormTeamPayload> {
        write(ctx, input).await
    }

    /// Corrects a team, or changes what it asks of who joins; those who are in it stay (更正志愿服务队).
    async fn amend_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendTeamInput,
    ) -> Result<AmendTeamPayload> {
        write(ctx, input).await
    }

    /// Dissolves a team, and ends the time of its members (解散志愿服务队).
    async fn dissolve_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which team, and its last day (解散内容).")] input: DissolveTeamInput,
    ) -> Result<DissolveTeamPayload> {
        write(ctx, input).await
    }

    /// Takes volunteers into a team: all of them, or none where one may not join (加入志愿服务队).
    async fn join_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which team, who and since when (入队内容).")] input: JoinTeamInput,
    ) -> Result<JoinTeamPayload> {
        write(ctx, input).await
    }

    /// Ends a volunteer's time in a team (退出志愿服务队).
    async fn leave_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which membership, and its last day (退队内容).")] input: LeaveTeamInput,
    ) -> Result<LeaveTeamPayload> {
        write(ctx, input).await
    }

    /// Makes a member the leader of the team; who led it until then stays as a member (任命队长).
    async fn appoint_team_leader(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which team, who and since when (任命内容).")] input: AppointTeamLeaderInput,
    ) -> Result<AppointTeamLeaderPayload> {
        write(ctx, input).await
    }

    /// Puts a volunteer's standing in the Party on record (登记党员身份).
    async fn record_party_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, which and since when (登记内容).")] input: RecordPartyMembershipInput,
    ) -> Result<RecordPartyMembershipPayload> {
        write(ctx, input).await
    }

    /// Says when a standing in the Party ended (终止党员身份).
    async fn end_party_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and its last day (终止内容).")] input: EndPartyMembershipInput,
    ) -> Result<EndPartyMembershipPayload> {
        write(ctx, input).await
    }
}
