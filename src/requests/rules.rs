//! How requests move on. Pure: no database, no GraphQL.

use entity::{
    request::RequestStatus::{
        self, Accepted, Answered, Assigned, CalledBack, Closed, Declined, InProgress, Merged, Submitted,
    },
    request_entry::RequestEntryKind as Kind,
};

use crate::{error::Message, say};

/// What may be done to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Accept,
    Decline,
    Assign,
    Start,
    HandBack,
    Answer,
    CallBack,
    Close,
    Reopen,
    Merge,
}

/// The table: from which states a step leads to which. Everything that is not here is refused.
///
/// A request that is reopened goes to whoever handled it before. A duplicate that was merged goes with the other one, for good.
pub const TRANSITIONS: [(Step, &[RequestStatus], RequestStatus, Kind); 10] = [
    (Step::Accept, &[Submitted], Accepted, Kind::Accepted),
    (Step::Decline, &[Submitted], Declined, Kind::Declined),
    (Step::Assign, &[Accepted, Assigned, InProgress], Assigned, Kind::Assigned),
    (Step::Start, &[Assigned], InProgress, Kind::Started),
    (Step::HandBack, &[Assigned, InProgress], Accepted, Kind::HandedBack),
    (Step::Answer, &[InProgress], Answered, Kind::Answered),
    (Step::CallBack, &[Answered], CalledBack, Kind::CalledBack),
    (Step::Close, &[CalledBack], Closed, Kind::Closed),
    (Step::Reopen, &[Answered, CalledBack, Closed], Assigned, Kind::Reopened),
    (Step::Merge, &[Submitted, Accepted, Assigned, InProgress], Merged, Kind::Merged),
];

/// How often a request may be handed back: then somebody has to take it.
pub const MOST_HAND_BACKS: i32 = 3;

/// So many days after its answer or its end a request may be reopened; later it is a new one.
pub const REOPEN_DAYS: i64 = 30;

impl Step {
    fn row(self) -> &'static (Step, &'static [RequestStatus], RequestStatus, Kind) {
        let found = TRANSITIONS.iter().find(|row| row.0 == self);
        found.expect("every step is in the table, as a test says")
    }

    /// Where it leads from this state; none where it is not open.
    pub fn to(self, from: RequestStatus) -> Option<RequestStatus> {
        let (_, open, to, _) = self.row();
        open.contains(&from).then_some(*to)
    }

    /// What the timeline says of it.
    pub fn kind(self) -> Kind {
        self.row().3
    }
}

/// Has it been answered, declined or merged: does nobody have to do anything any more?
pub fn is_open(status: RequestStatus) -> bool {
    match status {
        Submitted | Accepted | Assigned | InProgress => true,
        Declined | Answered | CalledBack | Closed | Merged => false,
    }
}

/// Why a step is not open.
pub fn illegal(step: Step, from: RequestStatus) -> Message {
    let open = step.row().1;
    let (en, zh) = term(from);
    let wanted_en: Vec<_> = open.iter().map(|status| term(*status).0).collect();
    let wanted_zh: Vec<_> = open.iter().map(|status| term(*status).1).collect();
    let (wanted_en, wanted_zh) = (wanted_en.join(", "), wanted_zh.join("、"));
    say!(
        "The request is {en}; this step is open to one that is {wanted_en}.",
        "该诉求{zh}；此操作仅适用于：{wanted_zh}。"
    )
}

fn term(status: RequestStatus) -> (&'static str, &'static str) {
    match status {
        Submitted => ("SUBMITTED", "已提交"),
        Accepted => ("ACCEPTED", "已受理"),
        Declined => ("DECLINED", "不予受理"),
        Assigned => ("ASSIGNED", "已交办"),
        InProgress => ("IN_PROGRESS", "办理中"),
        Answered => ("ANSWERED", "已答复"),
        CalledBack => ("CALLED_BACK", "已回访"),
        Closed => ("CLOSED", "已办结"),
        Merged => ("MERGED", "已并案"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 10] = [
        Step::Accept,
        Step::Decline,
        Step::Assign,
        Step::Start,
        Step::HandBack,
        Step::Answer,
        Step::CallBack,
        Step::Close,
        Step::Reopen,
        Step::Merge,
    ];

    #[test]
    fn the_whole_table_of_transitions() {
        const STATES: [RequestStatus; 9] =
            [Submitted, Accepted, Declined, Assigned, InProgress, Answered, CalledBack, Closed, Merged];
        const NO: Option<RequestStatus> = None;
        let (accepted, declined, assigned, started) =
            (Some(Accepted), Some(Declined), Some(Assigned), Some(InProgress));
        let (answered, called, closed, merged) = (Some(Answered), Some(CalledBack), Some(Closed), Some(Merged));
        #[rustfmt::skip]
        let table = [
            // from:        Submitted Accepted  Declined Assigned  InProgress Answered  CalledBack Closed    Merged
            /* Accept   */ [accepted, NO,       NO,      NO,       NO,        NO,       NO,        NO,       NO],
            /* Decline  */ [declined, NO,       NO,      NO,       NO,        NO,       NO,        NO,       NO],
            /* Assign   */ [NO,       assigned, NO,      assigned, assigned,  NO,       NO,        NO,       NO],
            /* Start    */ [NO,       NO,       NO,      started,  NO,        NO,       NO,        NO,       NO],
            /* HandBack */ [NO,       NO,       NO,      accepted, accepted,  NO,       NO,        NO,       NO],
            /* Answer   */ [NO,       NO,       NO,      NO,       answered,  NO,       NO,        NO,       NO],
            /* CallBack */ [NO,       NO,       NO,      NO,       NO,        called,   NO,        NO,       NO],
            /* Close    */ [NO,       NO,       NO,      NO,       NO,        NO,       closed,    NO,       NO],
            /* Reopen   */ [NO,       NO,       NO,      NO,       NO,        assigned, assigned,  assigned, NO],
            /* Merge    */ [merged,   merged,   NO,      merged,   merged,    NO,       NO,        NO,       NO],
        ];
        for (step, row) in STEPS.into_iter().zip(table) {
            for (from, expected) in STATES.into_iter().zip(row) {
                assert_eq!(step.to(from), expected, "{step:?} from {from:?}");
            }
        }
    }

    #[test]
    fn nothing_leads_out_of_where_a_duplicate_or_a_refusal_ends() {
        for step in STEPS {
            assert!(step.to(Merged).is_none() && step.to(Declined).is_none(), "{step:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_states_in_both_languages() {
        let message = illegal(Step::Close, Answered);
        assert!(message.en.contains("ANSWERED") && message.en.contains("CALLED_BACK"), "{}", message.en);
        assert!(message.zh.contains("已答复") && message.zh.contains("已回访"), "{}", message.zh);
    }
}
