//! What may happen to the books, in any order.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{DAYS, HOUSEHOLDS, MOST_SOURCES, MOVERS};

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Somebody gives so many more, as a contribution of its own.
    Contribute {
        items: i64,
    },
    /// All told, so many came: more than before, or fewer.
    Receive {
        source: usize,
        items: i64,
    },
    Plan {
        to: Recipient,
        source: usize,
        day: usize,
        items: i64,
    },
    Decide {
        decision: Decision,
        grant: usize,
    },
    DecideAll {
        decision: Decision,
        grants: BTreeSet<usize>,
    },
    Move {
        mover: usize,
        to: usize,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Recipient {
    Mover(usize),
    Household(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Decision {
    Approve,
    Refuse,
    Deliver,
    Cancel,
    Return,
    Reverse,
}

impl Decision {
    pub(super) fn name(self) -> &'static str {
        match self {
            Decision::Approve => "approveAid",
            Decision::Refuse => "refuseAid",
            Decision::Deliver => "deliverAid",
            Decision::Cancel => "cancelAid",
            Decision::Return => "returnAid",
            Decision::Reverse => "reverseAid",
        }
    }

    pub(super) fn on(self, from: &str) -> Option<&'static str> {
        match (self, from) {
            (Decision::Approve, "PLANNED") => Some("APPROVED"),
            (Decision::Refuse, "PLANNED") => Some("REFUSED"),
            (Decision::Cancel, "PLANNED" | "APPROVED") => Some("CANCELLED"),
            (Decision::Deliver, "APPROVED") => Some("DELIVERED"),
            (Decision::Return, "DELIVERED") => Some("RETURNED"),
            (Decision::Reverse, "DELIVERED") => Some("REVERSED"),
            _ => None,
        }
    }
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let recipient =
        || prop_oneof![(0..MOVERS).prop_map(Recipient::Mover), (0..HOUSEHOLDS).prop_map(Recipient::Household)];
    let decision = || {
        prop_oneof![
            4 => Just(Decision::Approve), 1 => Just(Decision::Refuse), 4 => Just(Decision::Deliver), 1 => Just(Decision::Cancel),
            1 => Just(Decision::Return), 1 => Just(Decision::Reverse),
        ]
    };
    let step = prop_oneof![
        1 => (1..5_i64).prop_map(|items| Step::Contribute { items }),
        2 => (0..MOST_SOURCES, 1..9_i64).prop_map(|(source, items)| Step::Receive { source, items }),
        8 => (recipient(), 0..MOST_SOURCES, 0..DAYS.len(), 1..4_i64).prop_map(|(to, source, day, items)| Step::Plan { to, source, day, items }),
        8 => (decision(), 0..12_usize).prop_map(|(decision, grant)| Step::Decide { decision, grant }),
        3 => (decision(), prop::collection::btree_set(0..12_usize, 1..4)).prop_map(|(decision, grants)| Step::DecideAll { decision, grants }),
        3 => (0..MOVERS, 0..HOUSEHOLDS).prop_map(|(mover, to)| Step::Move { mover, to }),
    ];
    prop::collection::vec(step, 40..60)
}
