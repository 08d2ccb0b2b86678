//! A migrated database that tests copy: migrating anew for each of a thousand tests takes longer than most of them.
//!
//! Made once for each build of the tests, whatever process comes first, and found by the others. Two checkouts may use one server at once.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use migration::Migrator;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;
use tongxin::database::{Databases, Options};

/// The schema that PostgreSQL's tables are in: not `public`, so that whatever forgets the search path is found.
pub const SCHEMA: &str = "tongxin";

/// What tells this build of the tests, with its migrations, from another.
fn build() -> String {
    let about = fs::metadata(std::env::current_exe().unwrap()).unwrap();
    let made = about.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{:x}_{:x}", made.as_nanos(), about.len())
}

/// What the names of this checkout's templates on a server begin with: nobody takes those of another away.
fn of_this_checkout() -> String {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_TARGET_TMPDIR").hash(&mut hasher);
    format!("tongxin_template_{:x}", hasher.finish())
}

/// Only one process makes a template; the lock ends with it.
async fn alone(folder: &Path) -> File {
    let lock = File::create(folder.join("template.lock")).unwrap();
    tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await.unwrap().unwrap()
}

async fn migrate(options: &Options) {
    let db = Databases::open(options).await.expect("the template opens");
    Migrator::up(db.writer(), None).await.expect("migrations apply");
    db.close().await;
}

/// A migrated SQLite file.
pub async fn sqlite() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let made = folder.join(format!("template-{}.db", build()));
    if !made.exists() {
        let _alone = alone(folder).await;
        if !made.exists() {
            older_than(folder, &made);
            let new = folder.join("template-new.db");
            let mut options = Options::new(format!("sqlite://{}", new.display()));
            options.durable = false;
            migrate(&options).await;
            fs::rename(new, &made).unwrap();
        }
    }
    made
}

/// Those of earlier builds, and one that somebody was killed over.
fn older_than(folder: &Path, made: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("template-") && path != made {
            let _ = fs::remove_file(path);
        }
    }
}

/// The name of a migrated database on the server that `url` leads to.
pub async fn postgres(server: &DatabaseConnection, url: &str) -> String {
    let ours = of_this_checkout();
    let made = format!("{ours}_{}", build());
    if !there(server, &made).await {
        let _alone = alone(Path::new(env!("CARGO_TARGET_TMPDIR"))).await;
        if !there(server, &made).await {
            let new = format!("{ours}_new");
            server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {new} WITH (FORCE)")).await.unwrap();
            for old in names(server, &format!("{ours}_%")).await {
                let _ = server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {old}")).await;
            }
            empty_postgres(server, url, &new).await;
            let options = Options { schema: Some(SCHEMA.into()), ..Options::new(database_of(url, &new)) };
            migrate(&options).await;
            server.execute_unprepared(&format!("ALTER DATABASE {new} RENAME TO {made}")).await.unwrap();
        }
    }
    made
}

/// A new database with nothing but the schema.
pub async fn empty_postgres(server: &DatabaseConnection, url: &str, name: &str) {
    server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let db = Database::connect(database_of(url, name)).await.unwrap();
    db.execute_unprepared(&format!("CREATE SCHEMA {SCHEMA}")).await.unwrap();
    db.close().await.unwrap();
}

/// The same server, another database.
pub fn database_of(url: &str, name: &str) -> String {
    let (place, settings) =
        url.split_once('?').map_or((url, String::new()), |(place, rest)| (place, format!("?{rest}")));
    let (server, _) = place.rsplit_once('/').expect("the URL names a database");
    format!("{server}/{name}{settings}")
}

async fn names(server: &DatabaseConnection, like: &str) -> Vec<String> {
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT datname FROM pg_database WHERE datname LIKE $1",
        [like.into()],
    );
    let rows = server.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "datname").unwrap()).collect()
}

async fn there(server: &DatabaseConnection, name: &str) -> bool {
    !names(server, name).await.is_empty()
}
