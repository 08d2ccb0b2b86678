//! How far filling is, on standard error: a bar on a terminal, a line in the log now and then elsewhere.

use std::{
    borrow::Cow,
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

const STYLE: &str = "{msg} {wide_bar} {human_pos}/{human_len} ({rate}, ETA {eta})";

/// So often in all does the log say how far it is, where nobody sees the bar.
const LINES: u64 = 10;

pub(super) struct Progress {
    bar: ProgressBar,
    done: AtomicU64,
    total: u64,
    /// Does the log tell, in place of the bar?
    logged: bool,
}

impl Progress {
    /// Of something that takes minutes.
    pub(super) fn long(what: impl Into<Cow<'static, str>>, total: u64) -> Self {
        let progress = Self::short(what, total);
        Self { logged: progress.bar.is_hidden(), ..progress }
    }

    /// Of something that takes seconds: nothing to say in a log.
    pub(super) fn short(what: impl Into<Cow<'static, str>>, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
            .with_style(
                ProgressStyle::with_template(STYLE).expect("the template is well-formed").with_key("rate", rate),
            )
            .with_message(what);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, done: AtomicU64::new(0), total, logged: false }
    }

    /// For tests.
    pub(super) fn silent() -> Self {
        Self { bar: ProgressBar::hidden(), done: AtomicU64::new(0), total: 0, logged: false }
    }

    pub(super) fn advance(&self, by: u64) {
        self.bar.inc(by);
        let before = self.done.fetch_add(by, Ordering::Relaxed);
        let tenth = |done: u64| done * LINES / self.total.max(1);
        if self.logged && tenth(before + by) > tenth(before) {
            let (done, eta) = (before + by, self.bar.eta().as_secs());
            tracing::info!(done, of = self.total, seconds_left = eta, "{}", self.bar.message());
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A second's worth, without the decimals of indicatif's own key.
fn rate(state: &ProgressState, out: &mut dyn Write) {
    let _ = write!(out, "{:.0}/s", state.per_sec());
}
