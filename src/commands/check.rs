//! `tongxin check`.

use std::{process::ExitCode, time::Duration};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tongxin::{
    check::{self, Look},
    config::DatabaseArgs,
    context::Clock,
    database::{self, Databases},
    error::Result,
    privacy::Keyring,
};

/// What the program exits with where something does not agree: neither 1, by which it says that it could not look, nor 2, by which it says that it was called
/// wrongly.
const DIFFERENCES: u8 = 3;

/// A statement that takes longer than this finds nothing any more.
const LONGEST: Duration = Duration::from_secs(3600);

#[derive(Args)]
pub struct CheckArgs {
    /// Opens every sealed value with the master key, too, and compares it with its index; takes much longer.
    #[arg(long)]
    sealed: bool,
    /// So many differences of each invariant are named; all are counted.
    #[arg(long, default_value_t = 1000)]
    most: u32,
    /// Prints JSON, for programs.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: &DatabaseArgs, args: &CheckArgs) -> Result<ExitCode> {
    let mut options = settings.options();
    options.statement_timeout = LONGEST;
    // Asked for first: what is missing should not be said after a minute.
    let master = if args.sealed { Some(settings.master_key()?) } else { None };
    let db = Databases::open(&options).await?;
    database::ready(&db).await?;
    let keys = match master {
        Some(master) => Some(Keyring::open(&db, &Clock::default(), master).await?),
        None => None,
    };
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} ({elapsed})").expect("the template is well-formed"),
    );
    bar.set_message("invariants");
    let look = Look { most: args.most.into(), keys: keys.as_ref() };
    let report = check::check(&db, look, |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })
    .await;
    bar.finish_and_clear();
    let report = report?;
    match args.json {
        true => println!("{:#}", report.as_json()),
        false => print!("{}", report.as_text()),
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(DIFFERENCES) })
}
