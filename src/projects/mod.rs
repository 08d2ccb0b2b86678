//! A joint project (共建项目) of a community with its partner units: from PROPOSED by APPROVED and UNDER_WAY to COMPLETED, or CANCELLED on the way. A unit
//! takes part once, in one or more roles, with a share of the project's cash where one was agreed; what is not shared out stays unallocated and is never
//! split up by guessing.

pub mod edges;
pub mod funding;
pub mod milestone;
pub mod mutations;
pub mod object;
pub mod participation;
pub mod queries;
mod responsible;
mod rules;
mod scope;

pub use milestone::Milestone;
pub use object::{Project, ProjectStatus};
pub use participation::{
    ParticipationRole, ProjectParticipation, ProjectParticipationFilter, ProjectParticipationOrder,
};
pub use queries::{ProjectFilter, ProjectOrder};
pub(crate) use responsible::{hand_over, open_with};
