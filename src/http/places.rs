//! How many requests run at once. Past that a server does not work faster, it only keeps everybody waiting: as many again may wait for a
//! short while, and the rest are told at once to come back.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Who waits longer would rather be told.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Places {
    free: Semaphore,
    waiting: AtomicUsize,
    queue: usize,
}

/// All places are taken, and so is the queue.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

impl Places {
    pub fn new(places: usize) -> Self {
        Self { free: Semaphore::new(places.min(Semaphore::MAX_PERMITS)), waiting: AtomicUsize::new(0), queue: places }
    }

    /// A place for as long as what is returned lives.
    pub async fn take(&self) -> Result<SemaphorePermit<'_>, Full> {
        if let Ok(place) = self.free.try_acquire() {
            return Ok(place);
        }
        let _turn = Turn::new(&self.waiting, self.queue)?;
        match tokio::time::timeout(PATIENCE, self.free.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            // It is never closed.
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }
}

/// A turn in the queue, given back however the waiting ends.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn new(waiting: &'a AtomicUsize, queue: usize) -> Result<Self, Full> {
        let turn = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) < queue { Ok(turn) } else { Err(Full) }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn so_many_run_as_many_wait_and_the_next_is_told_at_once() {
        let places = Places::new(1);
        let first = places.take().await.unwrap();
        let second = async { places.take().await.is_ok() };
        let third = async {
            let refused = places.take().await.err();
            drop(first);
            refused
        };
        let (second, third) = tokio::join!(second, third);
        assert!(second, "whoever waited gets the place");
        assert_eq!(third, Some(Full));
    }

    #[tokio::test]
    async fn whoever_gives_up_leaves_the_queue() {
        let places = Places::new(1);
        let first = places.take().await.unwrap();
        for _ in 0..3 {
            assert!(tokio::time::timeout(Duration::from_millis(1), places.take()).await.is_err());
        }
        let waits = async { places.take().await.is_ok() };
        let (taken, ()) = tokio::join!(waits, async { drop(first) });
        assert!(taken);
    }
}
