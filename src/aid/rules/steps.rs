//! How a grant moves on. Pure: no database, no GraphQL.

use entity::aid_record::AidStatus;

use crate::{error::Message, say};

/// A decision about a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Approve,
    Refuse,
    Deliver,
    Cancel,
    Return,
    Reverse,
}

/// What a decision does to the share of the contribution that the grant took when it was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It stays set aside.
    Keep,
    /// It counts as delivered.
    Deliver,
    /// It is free again.
    GiveBack,
    /// It was delivered and is free again.
    TakeBack,
}

impl Step {
    /// The state that the decision leads to.
    pub fn to(self) -> AidStatus {
        match self {
            Step::Approve => AidStatus::Approved,
            Step::Refuse => AidStatus::Refused,
            Step::Deliver => AidStatus::Delivered,
            Step::Cancel => AidStatus::Cancelled,
            Step::Return => AidStatus::Returned,
            Step::Reverse => AidStatus::Reversed,
        }
    }

    /// What the decision does to a grant in this state; none where it is not open. A LOAN goes the same way: its end is a return. A reversal takes out of
    /// the books what never was as they say; what was given back is a return.
    pub fn effect_on(self, from: AidStatus) -> Option<Effect> {
        match (from, self) {
            (AidStatus::Planned, Step::Approve) => Some(Effect::Keep),
            (AidStatus::Planned, Step::Refuse) => Some(Effect::GiveBack),
            (AidStatus::Planned | AidStatus::Approved, Step::Cancel) => Some(Effect::GiveBack),
            (AidStatus::Approved, Step::Deliver) => Some(Effect::Deliver),
            (AidStatus::Delivered, Step::Return | Step::Reverse) => Some(Effect::TakeBack),
            (AidStatus::Planned, Step::Deliver | Step::Return | Step::Reverse)
            | (AidStatus::Approved, Step::Approve | Step::Refuse | Step::Return | Step::Reverse)
            | (AidStatus::Delivered, Step::Approve | Step::Refuse | Step::Deliver | Step::Cancel)
            | (
                AidStatus::Refused
                | AidStatus::Cancelled
                | AidStatus::Returned
                | AidStatus::Reversed
                | AidStatus::Reversal,
                _,
            ) => None,
        }
    }
}

/// Why a decision is not open to a grant in this state.
pub fn illegal(from: AidStatus, step: Step) -> Message {
    let ((from_en, from_zh), (to_en, to_zh)) = (term(from), term(step.to()));
    let (open_en, open_zh) = match from {
        AidStatus::Planned => ("It can be approved, refused or cancelled.", "可批准、不予批准或取消。"),
        AidStatus::Approved => ("It can be delivered or cancelled.", "可发放或取消。"),
        AidStatus::Delivered => ("It can be returned or reversed.", "可退回或冲正。"),
        AidStatus::Refused | AidStatus::Cancelled | AidStatus::Returned | AidStatus::Reversed | AidStatus::Reversal => {
            ("That is its end; record the aid anew.", "该记录已终结，请另行登记。")
        }
    };
    say!("The aid is {from_en} and cannot become {to_en}. {open_en}", "该帮扶{from_zh}，不能改为{to_zh}。{open_zh}")
}

fn term(status: AidStatus) -> (&'static str, &'static str) {
    match status {
        AidStatus::Planned => ("PLANNED", "拟发放"),
        AidStatus::Approved => ("APPROVED", "已批准"),
        AidStatus::Delivered => ("DELIVERED", "已发放"),
        AidStatus::Refused => ("REFUSED", "不予批准"),
        AidStatus::Cancelled => ("CANCELLED", "已取消"),
        AidStatus::Returned => ("RETURNED", "已退回"),
        AidStatus::Reversed => ("REVERSED", "已冲正"),
        AidStatus::Reversal => ("REVERSAL", "冲正记录"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [AidStatus; 8] = [
        AidStatus::Planned,
        AidStatus::Approved,
        AidStatus::Delivered,
        AidStatus::Refused,
        AidStatus::Cancelled,
        AidStatus::Returned,
        AidStatus::Reversed,
        AidStatus::Reversal,
    ];
    const STEPS: [Step; 6] = [Step::Approve, Step::Refuse, Step::Deliver, Step::Cancel, Step::Return, Step::Reverse];

    #[test]
    fn the_table_of_decisions() {
        let (keep, deliver) = (Some(Effect::Keep), Some(Effect::Deliver));
        let (give, take) = (Some(Effect::GiveBack), Some(Effect::TakeBack));
        #[rustfmt::skip]
        let table = [
            //              Approve Refuse Deliver  Cancel Return Reverse
            /* Planned   */ [keep,  give,  None,    give,  None,  None],
            /* Approved  */ [None,  None,  deliver, give,  None,  None],
            /* Delivered */ [None,  None,  None,    None,  take,  take],
            /* Refused   */ [None,  None,  None,    None,  None,  None],
            /* Cancelled */ [None,  None,  None,    None,  None,  None],
            /* Returned  */ [None,  None,  None,    None,  None,  None],
            /* Reversed  */ [None,  None,  None,    None,  None,  None],
            /* Reversal  */ [None,  None,  None,    None,  None,  None],
        ];
        for (from, row) in STATES.into_iter().zip(table) {
            for (step, expected) in STEPS.into_iter().zip(row) {
                assert_eq!(step.effect_on(from), expected, "{step:?} on {from:?}");
            }
        }
    }

    /// Whatever decisions are made in whatever order: what is set aside and what is delivered is what the state says.
    #[test]
    fn the_effects_add_up_to_the_state() {
        fn walk(state: AidStatus, allocated: i64, delivered: i64) {
            let expected = match state {
                AidStatus::Planned | AidStatus::Approved => (1, 0),
                AidStatus::Delivered => (1, 1),
                AidStatus::Refused
                | AidStatus::Cancelled
                | AidStatus::Returned
                | AidStatus::Reversed
                | AidStatus::Reversal => (0, 0),
            };
            assert_eq!((allocated, delivered), expected, "{state:?}");
            for step in STEPS {
                let (given_back, handed_over) = match step.effect_on(state) {
                    None => continue,
                    Some(Effect::Keep) => (0, 0),
                    Some(Effect::Deliver) => (0, 1),
                    Some(Effect::GiveBack) => (1, 0),
                    Some(Effect::TakeBack) => (1, -1),
                };
                walk(step.to(), allocated - given_back, delivered + handed_over);
            }
        }
        walk(AidStatus::Planned, 1, 0);
    }

    #[test]
    fn a_refusal_names_both_states_in_both_languages() {
        let message = illegal(AidStatus::Delivered, Step::Cancel);
        assert!(message.en.contains("DELIVERED") && message.en.contains("CANCELLED"), "{}", message.en);
        assert!(message.zh.contains("已发放") && message.zh.contains("已取消"), "{}", message.zh);
    }
}
