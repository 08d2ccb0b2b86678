//! The root queries of campaigns, activities, sessions, sign-ups, attendances, errors in them and results.

use super::{Activity, ActivityResult, Attendance, AttendanceError, Campaign, Session, SessionSignUp};
use crate::roots;

roots! {
    ActivityQueries;
    /// One campaign; null if there is none or it is not within your reach (专项行动).
    campaign,
    /// Campaigns within your reach, in the order of registration unless you say otherwise (专项行动列表).
    campaigns: Campaign;
    /// One activity; null if there is none or it is not within your reach (活动).
    activity,
    /// Activities within your reach, in the order of registration unless you say otherwise (活动列表).
    activities: Activity;
    /// One session; null if there is none or it is not within your reach (场次).
    session,
    /// Sessions within your reach, in the order of registration unless you say otherwise (场次列表).
    sessions: Session;
    /// One sign-up; null if there is none or it is not within your reach (报名).
    session_sign_up,
    /// Sign-ups within your reach, in the order of arrival unless you say otherwise (报名列表).
    session_sign_ups: SessionSignUp;
    /// One attendance; null if there is none or it is not within your reach (考勤).
    attendance,
    /// Attendances within your reach, in the order of registration unless you say otherwise (考勤列表).
    attendances: Attendance;
    /// One error that a volunteer reported; null if there is none or it is not within your reach (工时异议).
    attendance_error,
    /// Errors that volunteers reported within your reach, in the order of reporting unless you say otherwise (工时异议列表).
    attendance_errors: AttendanceError;
    /// One measured result; null if there is none or it is not within your reach (成效).
    activity_result,
    /// Measured results within your reach, in the order of registration unless you say otherwise (成效列表).
    activity_results: ActivityResult;
}
