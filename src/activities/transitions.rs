//! How campaigns, activities and sessions move on. Pure: no database, no GraphQL.
//!
//! A campaign or an activity may be completed without having been started: much is put on file after it was over, and nobody is helped by a start that is
//! recorded a moment before the end. What was completed or called off stays so.

use entity::{
    activity::ActivityStatus::{self, Cancelled, Completed, Planned, UnderWay},
    session::SessionStatus,
};

use crate::{error::Message, say};

/// Whether a campaign or an activity may go from one state to the other.
pub fn may_become(from: ActivityStatus, to: ActivityStatus) -> bool {
    match (from, to) {
        (Planned, UnderWay | Completed | Cancelled) | (UnderWay, Completed | Cancelled) => true,
        (Planned, Planned) | (UnderWay, Planned | UnderWay) | (Completed | Cancelled, _) => false,
    }
}

/// Why it may not.
pub fn illegal(from: ActivityStatus, to: ActivityStatus) -> Message {
    let ((from_en, from_zh), (to_en, to_zh)) = (term(from), term(to));
    let (open_en, open_zh) = match from {
        Planned => ("It can be started, completed or cancelled.", "可启动、完成或取消。"),
        UnderWay => ("It can be completed or cancelled.", "可完成或取消。"),
        Completed | Cancelled => ("That is its end.", "该状态为终态。"),
    };
    say!("It is {from_en} and cannot become {to_en}. {open_en}", "现为{from_zh}，不能改为{to_zh}。{open_zh}")
}

fn term(status: ActivityStatus) -> (&'static str, &'static str) {
    match status {
        Planned => ("PLANNED", "筹备中"),
        UnderWay => ("UNDER_WAY", "进行中"),
        Completed => ("COMPLETED", "已完成"),
        Cancelled => ("CANCELLED", "已取消"),
    }
}

/// Whether a session may go from one state to the other. One that was taken for held may still turn out to have been called off.
pub fn session_may_become(from: SessionStatus, to: SessionStatus) -> bool {
    use SessionStatus::{Cancelled, Held, Planned};
    match (from, to) {
        (Planned, Held | Cancelled) | (Held, Cancelled) => true,
        (Planned, Planned) | (Held, Planned | Held) | (Cancelled, _) => false,
    }
}

/// Why it may not.
pub fn session_illegal(from: SessionStatus, to: SessionStatus) -> Message {
    let ((from_en, from_zh), (to_en, to_zh)) = (session_term(from), session_term(to));
    say!("The session is {from_en} and cannot become {to_en}.", "该场次{from_zh}，不能改为{to_zh}。")
}

fn session_term(status: SessionStatus) -> (&'static str, &'static str) {
    match status {
        SessionStatus::Planned => ("PLANNED", "待举行"),
        SessionStatus::Held => ("HELD", "已举行"),
        SessionStatus::Cancelled => ("CANCELLED", "已取消"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_transitions() {
        const STATES: [ActivityStatus; 4] = [Planned, UnderWay, Completed, Cancelled];
        #[rustfmt::skip]
        let table = [
            //  to:          Planned UnderWay Completed Cancelled
            /* Planned   */ [false,  true,    true,     true],
            /* UnderWay  */ [false,  false,   true,     true],
            /* Completed */ [false,  false,   false,    false],
            /* Cancelled */ [false,  false,   false,    false],
        ];
        for (from, row) in STATES.into_iter().zip(table) {
            for (to, expected) in STATES.into_iter().zip(row) {
                assert_eq!(may_become(from, to), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn the_table_of_transitions_of_sessions() {
        const STATES: [SessionStatus; 3] = [SessionStatus::Planned, SessionStatus::Held, SessionStatus::Cancelled];
        #[rustfmt::skip]
        let table = [
            //  to:          Planned Held   Cancelled
            /* Planned   */ [false,  true,  true],
            /* Held      */ [false,  false, true],
            /* Cancelled */ [false,  false, false],
        ];
        for (from, row) in STATES.into_iter().zip(table) {
            for (to, expected) in STATES.into_iter().zip(row) {
                assert_eq!(session_may_become(from, to), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_refusal_names_both_states_in_both_languages() {
        let message = illegal(Completed, Cancelled);
        assert!(message.en.contains("COMPLETED") && message.en.contains("CANCELLED"), "{}", message.en);
        assert!(message.zh.contains("已完成") && message.zh.contains("已取消"), "{}", message.zh);
        let message = session_illegal(SessionStatus::Cancelled, SessionStatus::Held);
        assert!(message.en.contains("CANCELLED") && message.en.contains("HELD"), "{}", message.en);
        assert!(message.zh.contains("已取消") && message.zh.contains("已举行"), "{}", message.zh);
    }
}
