//! `tongxin key`: making a master key, replacing it, and seeing what is under which.

use std::time::Duration;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use tongxin::{
    config::DatabaseArgs,
    context::Clock,
    database::{self, Databases},
    error::Result,
    privacy::{
        MasterKey, index_rotation, master,
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
    /// Replaces the key of the blind indexes, by which people are found by their documents and telephones, while servers serve. Can be stopped at any moment and
    /// run again.
    RotateIndex {
        /// Residents in one transaction.
        #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1000))]
        batch: u32,
        /// How long all servers have to learn of the new key before it is used; each looks every second.
        #[arg(long, default_value_t = 5, value_name = "SECONDS")]
        settle: u64,
    },
    /// Says how many data keys are under which master key, and how old the key of the blind indexes is.
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
            let bar = bar("data keys");
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
        KeyCommand::RotateIndex { batch, settle } => {
            let keys = settings.master_key()?;
            let db = open(settings).await?;
            let bar = bar("residents");
            let settle = Duration::from_secs(settle);
            let done = index_rotation::rotate(&db, &Clock::default(), &keys, batch.into(), settle, |done, of| {
                bar.set_length(of);
                bar.set_position(done);
            })
            .await;
            bar.finish_and_clear();
            println!("{} residents are indexed under a new key; the old one is destroyed.", done?);
            println!("Backups from before hold it still, wrapped by the master key of then.");
            Ok(())
        }
        KeyCommand::Status => {
            let keys = settings.given_master_key()?;
            let db = open(settings).await?;
            for (fingerprint, standing, wraps) in rotation::status(&db, keys.as_ref()).await? {
                let standing = match standing {
                    Standing::Current => "the master key".to_owned(),
                    Standing::Previous => "the previous master key; run `tongxin key rotate`".to_owned(),
                    Standing::Retired(at) => format!("retired on {}", at.date_naive()),
                    Standing::Unknown => "not given here".to_owned(),
                };
                println!("{fingerprint}\t{wraps} data keys\t{standing}");
            }
            if let Some(made) = index_rotation::made(&db).await? {
                let standing = match index_rotation::status(&db).await? {
                    None => "nothing under way".to_owned(),
                    Some((since, done, of)) => format!(
                        "being replaced since {}, {done} of {of} residents done; run `tongxin key rotate-index`",
                        since.date_naive()
                    ),
                };
                println!("blind indexes\tkey made on {}\t{standing}", made.date_naive());
            }
            Ok(())
        }
    }
}

fn bar(of: &'static str) -> ProgressBar {
    let template = "{msg} {wide_bar} {human_pos}/{human_len} ({per_sec}, ETA {eta})";
    let style = ProgressStyle::with_template(template).expect("the template is well-formed");
    let bar = ProgressBar::new(0).with_style(style);
    bar.set_message(of);
    bar
}

async fn open(settings: &DatabaseArgs) -> Result<Databases> {
    let db = Databases::open(&settings.options()).await?;
    database::ready(&db).await?;
    Ok(db)
}
