//! What the community and its partners do together (活动): campaigns group activities, activities are held in sessions, and who came is known by name, by a
//! head count, or not at all.

mod activity;
mod attendance;
mod attendance_error;
mod campaign;
mod count;
pub mod edges;
mod eligible;
mod hour_rules;
pub(crate) mod hours;
mod kind;
pub mod mutations;
mod organiser;
mod places;
mod queries;
mod result;
pub mod rules;
mod scope;
mod session;
mod sign_up;
pub(crate) mod team_service;
mod transitions;
mod turnout;
mod waiting;

pub use activity::{Activity, ActivityFilter, ActivityOrder};
pub use attendance::{Attendance, AttendanceFilter, AttendanceOrder, AttendeeCategory};
pub use attendance_error::{AttendanceError, AttendanceErrorFilter, AttendanceErrorOrder, AttendanceErrorStatus};
pub use campaign::{ActivityStatus, ActivityStatusFilter, Campaign, CampaignFilter, CampaignOrder};
pub use count::HeadCount;
pub use hours::ServiceHours;
pub use kind::{ActivityKind, ActivityKindFilter};
pub use organiser::{ActivityOrganiser, OrganiserKind};
pub(crate) use places::give_up;
pub use queries::ActivityQueries;
pub use result::{ActivityResult, ActivityResultFilter, ActivityResultOrder};
pub use session::{Session, SessionFilter, SessionOrder, SessionStatus};
pub use sign_up::{AbsenceKind, AttendanceOutcome};
pub use sign_up::{SessionSignUp, SessionSignUpFilter, SessionSignUpOrder, SignUpStatus};
pub use team_service::{ServiceGrouping, TeamService};
pub(crate) use turnout::{PERSON, PERSON_TIME};
pub(crate) use waiting::errors_to_answer;
