//! `tongxin key`: making a master key, replacing it, and seeing what is under which.

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use tongxin::{
    config::DatabaseArgs,
    context::Clock,
    database::{self, Databases},
    error::Result,
    privacy::{
        MasterKey, master,
        rotation::{self, Standing},
    },
};

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Prints a new master key.
    New,
    /// Wraps all data keys with TONGXIN_MASTER_KEY_FILE that TONGXIN_PREVIOUS_MASTER_KEY_FILE wrapped, while servers that were given both serve.
    /// Can be stopped at any moment and run again.
    Rotate {
        /// Data keys in one transaction.
        #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1000))]
        batch: u32,
    },
    /// Says how many data keys are under which master key.
    Status,
}

pub async fn run(settings: &DatabaseArgs, what: KeyCommand) -> Result<()> {
    match what {
        KeyCommand::New => {
            println!("{}", master::encode(&MasterKey::random().0));
            Ok(())
        }
        KeyCommand::Rotate { batch } => {
            let keys = settings.master_key()?;
            let db = open(settings).await?;
            let bar = ProgressBar::new(0).with_style(
                ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} ({per_sec}, ETA {eta})")
                    .expect("the template is well-formed"),
            );
            bar.set_message("data keys");
            let rotated = rotation::rotate(&db, &Clock::default(), &keys, batch.into(), |done, of| {
                bar.set_length(of);
                bar.set_position(done);
            })
            .await;
            bar.finish_and_clear();
            let rotated = rotated?;
            println!(
                "{} data keys wrapped anew; {} remain under the previous master key {}.",
                rotated.rewrapped, rotated.remaining, rotated.previous
            );
            println!(
                "It is retired: take it out of the settings of all servers, and destroy it once no backup needs it."
            );
            Ok(())
        }
        KeyCommand::Status => {
            let keys = settings.given_master_key()?;
            for (fingerprint, standing, wraps) in rotation::status(&open(settings).await?, keys.as_ref()).await? {
                let standing = match standing {
                    Standing::Current => "the master key".to_owned(),
                    Standing::Previous => "the previous master key; run `tongxin key rotate`".to_owned(),
                    Standing::Retired(at) => format!("retired on {}", at.date_naive()),
                    Standing::Unknown => "not given here".to_owned(),
                };
                println!("{fingerprint}\t{wraps} data keys\t{standing}");
            }
            Ok(())
        }
    }
}

async fn open(settings: &DatabaseArgs) -> Result<Databases> {
    let db = Databases::open(&settings.options()).await?;
    database::ready(&db).await?;
    Ok(db)
}
