//! Opening what all requests share, and refusing a database that does not fit.

use std::sync::Arc;

use migration::Migrator;
use sea_orm_migration::MigratorTrait;

use crate::{
    context::{App, Clock, Metrics},
    database::{self, Databases, Options, Standing},
    error::{Code, Error, Result},
    privacy::{Keyring, MasterKeys},
};

impl App {
    /// Opens the database, sets a new one up, and unlocks its keys.
    pub async fn open(options: &Options, master: impl Into<MasterKeys>) -> Result<Arc<Self>> {
        Self::with(Databases::open(options).await?, master).await
    }

    pub async fn with(db: Databases, master: impl Into<MasterKeys>) -> Result<Arc<Self>> {
        if is_empty(&db).await? {
            Migrator::up(db.writer(), None).await?;
        }
        database::ready(&db).await?;
        let clock = Clock::default();
        let keys = Keyring::open(&db, &clock, master).await?;
        Ok(Arc::new(Self {
            db,
            keys,
            clock,
            metrics: Metrics::default(),
            recent_tokens: Default::default(),
            uses: Default::default(),
            passwords: Default::default(),
            code_tries: Default::default(),
        }))
    }
}

/// A database without any migration is new: setting it up takes nothing away. One that is behind is left to `tongxin migrate up`, for which somebody
/// should have made a backup.
async fn is_empty(db: &Databases) -> Result<bool> {
    let all = Migrator::migrations().len();
    Ok(matches!(database::standing(db.writer()).await?, Standing::Behind(missing) if missing == all))
}

/// `tongxin migrate up|down|status`.
pub async fn migrate(db: &Databases, what: Migrate) -> Result<String> {
    if database::standing(db.writer()).await? == Standing::Newer {
        return Err(database::ready(db).await.err().unwrap_or_else(|| Error::internal("standing changed meanwhile")));
    }
    match what {
        Migrate::Up => Migrator::up(db.writer(), None).await?,
        Migrate::Down { steps } => Migrator::down(db.writer(), Some(steps)).await?,
        Migrate::Status => {}
    }
    let all = Migrator::migrations().len();
    Ok(match database::standing(db.writer()).await? {
        Standing::Current => format!("{all} of {all} migrations applied; the database is current."),
        Standing::Behind(missing) => format!("{} of {all} migrations applied; {missing} to apply.", all - missing),
        Standing::Newer => {
            return Err(Error::new(Code::Unavailable, crate::say!("The database is newer.", "数据库版本较新。")));
        }
    })
}

/// What to do with migrations.
#[derive(clap::Subcommand, Clone, Copy, Debug)]
pub enum Migrate {
    /// Applies all that are missing.
    Up,
    /// Takes the last ones back. Data in what they made is lost: back up first.
    Down {
        /// How many.
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
    /// Says how many are applied.
    Status,
}
