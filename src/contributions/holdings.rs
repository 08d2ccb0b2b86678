//! What a contribution, and each of its items, shows of its sums.

use async_graphql::Object;
use entity::figures::AidKind;

use super::{rules, stock::Held};
use crate::figures::{Figure, Holding, Money, Quantity, difference};

/// The amounts that a contribution and an item have alike.
pub(super) struct Holdings(pub(super) Held);

#[Object]
impl Holdings {
    /// What has come so far; exactly 0 before anything came (到位).
    async fn received(&self) -> Holding {
        self.0.shown(self.0.received)
    }

    /// What is set aside for grants or was handed over (已分配).
    async fn allocated(&self) -> Holding {
        self.0.shown(running(self.0.allocated))
    }

    /// What was handed over, a part of what is allocated (已发放).
    async fn delivered(&self) -> Holding {
        self.0.shown(running(self.0.delivered))
    }

    /// What is left to be allocated: received less allocated, as sure as the two allow (余量).
    async fn remaining(&self) -> Holding {
        let ([counted, valued], allocated) = (self.0.received, running(self.0.allocated));
        self.0.shown([difference(counted, allocated[0]), difference(valued, allocated[1])])
    }
}

fn running([milli, fen]: [i64; 2]) -> [Figure; 2] {
    [rules::running(milli, fen), rules::running(fen, milli)]
}

impl Held {
    /// A quantity, where something is counted, and a value.
    pub(super) fn shown(&self, [quantity, value]: [Figure; 2]) -> Holding {
        let counted = self.kind != AidKind::Cash;
        Holding { quantity: counted.then(|| Quantity::new(quantity, &self.unit)), value: Some(Money::new(value)) }
    }
}
