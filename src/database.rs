//! Connections. `DATABASE_URL` decides the engine; everything else in the program is the same for both.

use std::{path::Path, time::Duration};

use migration::Migrator;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, Statement, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteAutoVacuum, SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::MigratorTrait;

use crate::{
    error::{
        Code, Error, Result,
        database::{Kind, kind},
    },
    say,
};

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct Options {
    pub url: String,
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    pub connections: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout: Duration,
    /// How long one statement may run (PostgreSQL; SQLite's statements end with their request).
    pub statement_timeout: Duration,
    /// Does a commit survive power loss? Off only where the data can be made again: demo, seed, tests.
    pub durable: bool,
    /// PostgreSQL: the schema that the tables are in; tests give each its own.
    pub schema: Option<String>,
}

impl Options {
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 10,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            durable: true,
            schema: None,
        }
    }
}

/// The way to the records: a reader and a writer. SQLite has one writer and several readers, since writers exclude one another there anyway
/// and a queue in memory is fairer than the busy timeout; PostgreSQL has one pool for both.
#[derive(Clone)]
pub struct Databases {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Databases {
    pub async fn open(options: &Options) -> Result<Self> {
        let url = options.url.as_str();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = connect(postgres(options)).await?;
            Ok(Self { reader: pool.clone(), writer: pool })
        } else if url.starts_with("sqlite:") {
            ensure_folder(url)?;
            let writer = connect(sqlite(options, 1, false)).await?;
            let reader = connect(sqlite(options, options.connections.max(2), true)).await?;
            Ok(Self { reader, writer })
        } else {
            Err(Error::bad_input(say!(
                "DATABASE_URL must begin with `sqlite://` or `postgres://`, for example `sqlite://tongxin.db`.",
                "DATABASE_URL 须以 `sqlite://` 或 `postgres://` 开头，例如 `sqlite://tongxin.db`。"
            )))
        }
    }

    /// For queries. Never inside a transaction.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For reading what was just written. SQLite's readers see every commit; a replica of PostgreSQL would not, so this will not lead to one.
    pub fn fresh(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For the write kit.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// A transaction that reads the database as it is at one moment, however long that takes, while others go on to write. It keeps nobody waiting.
    #[expect(clippy::disallowed_methods, reason = "it writes nothing, which the engine itself refuses")]
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                sqlite_transaction_mode: None,
            },
            // The readers' connections refuse to write.
            _ => TransactionOptions { isolation_level: None, access_mode: None, sqlite_transaction_mode: None },
        };
        self.reader.begin_with_options(options).await
    }

    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// How many connections there are: of which pool, in which state.
    pub fn connections(&self) -> Vec<(&'static str, &'static str, u32)> {
        let of = |name, size: u32, idle: usize| {
            let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(size);
            [(name, "idle", idle), (name, "busy", size - idle)]
        };
        match self.backend() {
            DbBackend::Postgres => {
                let pool = self.writer.get_postgres_connection_pool();
                of("all", pool.size(), pool.num_idle()).to_vec()
            }
            _ => {
                let (reader, writer) =
                    (self.reader.get_sqlite_connection_pool(), self.writer.get_sqlite_connection_pool());
                [of("reader", reader.size(), reader.num_idle()), of("writer", writer.size(), writer.num_idle())]
                    .concat()
            }
        }
    }

    /// Tells of every statement that either connection sends: the driver's own count, for the tests of statement budgets and of plans.
    pub fn on_statement(&mut self, callback: impl Fn(&Statement) + Clone + Send + Sync + 'static) {
        let for_reader = callback.clone();
        self.reader.set_metric_callback(move |info| for_reader(info.statement));
        self.writer.set_metric_callback(move |info| callback(info.statement));
    }

    pub async fn close(self) {
        let _ = self.reader.close().await;
        let _ = self.writer.close().await;
    }
}

fn common(options: &Options) -> ConnectOptions {
    let mut connect = ConnectOptions::new(options.url.clone());
    connect
        .acquire_timeout(options.acquire_timeout)
        .connect_timeout(options.acquire_timeout)
        .sqlx_logging(false)
        // One more round trip a statement otherwise; a dead connection shows itself at the first use and is replaced.
        .test_before_acquire(false);
    connect
}

fn postgres(options: &Options) -> ConnectOptions {
    let mut connect = common(options);
    connect
        .max_connections(options.connections.max(1))
        // A pool that grows in the middle of a request costs that request 20 ms.
        .min_connections(options.connections.max(1))
        .statement_timeout(options.statement_timeout)
        .set_application_name("tongxin");
    if let Some(schema) = &options.schema {
        connect.set_schema_search_path(schema);
    }
    if !options.durable {
        connect.map_sqlx_postgres_opts(|opts| opts.options([("synchronous_commit", "off")]));
    }
    connect
}

fn sqlite(options: &Options, connections: u32, reader: bool) -> ConnectOptions {
    let synchronous = if options.durable { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
    let mut connect = common(options);
    connect.max_connections(connections).min_connections(connections).map_sqlx_sqlite_opts(move |opts| {
        opts.create_if_missing(!reader)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .auto_vacuum(SqliteAutoVacuum::None)
            // Pages; a log that stays this small is read quickly. See `a_bounded_log` in the tests.
            .pragma("wal_autocheckpoint", "1000")
            .pragma("journal_size_limit", "16777216")
            // 8 MiB a connection (negative: KiB): enough for the upper levels of the indexes.
            .pragma("cache_size", "-8192")
            .pragma("query_only", if reader { "1" } else { "0" })
            .pragma("temp_store", "memory")
            .optimize_on_close(!reader, None)
    });
    connect
}

async fn connect(options: ConnectOptions) -> Result<DatabaseConnection> {
    Database::connect(options).await.map_err(|error| Error {
        code: Code::Unavailable,
        message: say!(
            "The database cannot be opened. Check DATABASE_URL: the server must answer, and for SQLite the folder must exist and be writable.",
            "无法打开数据库。请检查 DATABASE_URL：服务器应可连接；使用 SQLite 时目录须存在且可写。"
        ),
        cause: Some(error.to_string().into()),
    })
}

/// SQLite says only "unable to open database file"; say which folder is missing.
fn ensure_folder(url: &str) -> Result<()> {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//").split('?').next().unwrap_or_default();
    let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !path.starts_with(':') && !folder.is_dir() => {
            let folder = folder.display();
            Err(Error::bad_input(say!(
                "DATABASE_URL: there is no folder `{folder}`. Create it, or name another.",
                "DATABASE_URL：目录 `{folder}` 不存在，请先创建或改用其他目录。"
            )))
        }
        _ => Ok(()),
    }
}

/// Writes an SQLite database, as it is at one moment, into a file that is not there yet. Others go on to read and write.
pub async fn copy_into(db: &Databases, file: &str) -> Result<()> {
    let copy = Statement::from_sql_and_values(db.backend(), "VACUUM INTO ?", [file.into()]);
    db.writer().execute_raw(copy).await?;
    Ok(())
}

/// Is an SQLite file whole, by SQLite's own look at it, and of this program?
pub async fn integrity(db: &Databases) -> Result<()> {
    let look = Statement::from_string(db.backend(), "PRAGMA integrity_check(1)");
    let row = db.reader().query_one_raw(look).await?;
    match row.map(|row| row.try_get_by_index::<String>(0)).transpose()?.as_deref() {
        Some("ok") => ready(db).await,
        said => Err(Error::internal(format!("the copy is not whole: {said:?}"))),
    }
}

/// How the database stands to this program's migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Current,
    /// So many migrations are still to be applied.
    Behind(usize),
    /// The database has migrations that this program does not know.
    Newer,
}

/// Reads the list of applied migrations without changing anything.
pub async fn standing(db: &impl ConnectionTrait) -> Result<Standing, DbErr> {
    let known: Vec<String> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
    let select = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let rows = match db.query_all_raw(select).await {
        Ok(rows) => rows,
        // Nothing was applied yet. Any other failure says nothing of the database: taken for a new one, it would be migrated.
        Err(error) if kind(&error) == Kind::NoTable => return Ok(Standing::Behind(known.len())),
        Err(error) => return Err(error),
    };
    let applied = rows.iter().map(|row| row.try_get::<String>("", "version")).collect::<Result<Vec<_>, _>>()?;
    if applied.iter().any(|version| !known.contains(version)) {
        return Ok(Standing::Newer);
    }
    match known.len() - applied.len() {
        0 => Ok(Standing::Current),
        missing => Ok(Standing::Behind(missing)),
    }
}

/// Is the database reachable and its schema the one that this program was built for?
pub async fn ready(db: &Databases) -> Result<()> {
    match standing(db.reader()).await? {
        Standing::Current => Ok(()),
        Standing::Behind(missing) => Err(Error::new(
            Code::Unavailable,
            say!(
                "The database lacks {missing} migrations: run `tongxin migrate up`.",
                "数据库缺少 {missing} 个迁移：请运行 `tongxin migrate up`。"
            ),
        )),
        Standing::Newer => Err(Error::new(
            Code::Unavailable,
            say!(
                "The database is newer than this program: update the program; do not migrate down without a backup.",
                "数据库版本比程序新：请升级程序；没有备份时不要回退迁移。"
            ),
        )),
    }
}
