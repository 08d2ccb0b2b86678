//! Ids that depend on the seed alone.

use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::{Builder, Uuid};

/// 1 May 2020, 00:00 in Beijing, in milliseconds: before any id that the program makes by its clock.
const EPOCH: u64 = 1_588_262_400_000;

/// UUIDv7 in increasing order: a fixed start, one millisecond an id, and bytes drawn from the seed, so that communities of different seeds
/// share no id. `context.rs` makes the ids of everything else; these must not depend on the time.
pub(super) struct Ids {
    millis: u64,
    bytes: StdRng,
}

impl Ids {
    /// Another `stream` of the same seed gives other ids.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        Self { millis: EPOCH, bytes: StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ stream) }
    }

    pub(super) fn next(&mut self) -> Uuid {
        let mut bytes = [0; 10];
        self.bytes.fill_bytes(&mut bytes);
        self.millis += 1;
        Builder::from_unix_timestamp_millis(self.millis, &bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_seed_others() {
        let ids = |seed, stream| {
            let mut ids = Ids::new(seed, stream);
            (0..1000).map(move |_| ids.next()).collect::<Vec<_>>()
        };
        assert_eq!(ids(7, 1), ids(7, 1));
        assert!(ids(7, 1).iter().zip(ids(8, 1)).all(|(a, b)| *a != b));
        assert!(ids(7, 1).iter().zip(ids(7, 2)).all(|(a, b)| *a != b));
        assert!(ids(7, 1).is_sorted());
        assert!(ids(7, 1).iter().all(|id| id.get_version_num() == 7));
    }
}
