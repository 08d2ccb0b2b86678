//! A server of its own for each test.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use axum::Router;
use sea_orm::{ConnectionTrait, Database, Statement};
use tokio::sync::OnceCell;
use tongxin::{
    access::accounts::{self, Role},
    attachments::Store,
    check,
    context::App,
    database::{Databases, Options},
    http::{HttpSettings, Web, router},
    privacy::MasterKey,
    schema,
};

use super::{Actor, template};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Where tests find PostgreSQL; each makes a database of its own there and drops it.
const POSTGRES: &str = "TONGXIN_TEST_POSTGRES_URL";

/// Says plainly what is left out where there is no PostgreSQL, and fails where it must be there.
pub fn postgres_is_there() -> bool {
    let there = std::env::var_os(POSTGRES).is_some();
    let required = std::env::var_os("TONGXIN_REQUIRE_POSTGRES").is_some();
    assert!(there || !required, "{POSTGRES} is not set, and this run must not leave PostgreSQL out");
    if !there {
        eprintln!("left out: {POSTGRES} is not set; `ci/test` runs this on PostgreSQL too");
    }
    there
}

pub struct TestApp {
    pub engine: Engine,
    pub app: Arc<App>,
    pub router: Router,
    pub options: Options,
    /// Where uploads are kept.
    pub uploads: tempfile::TempDir,
    statements: Arc<AtomicU64>,
    sent: Arc<Mutex<Vec<Statement>>>,
    /// What reads all rows of all tables.
    pub(super) all_rows: OnceCell<String>,
    /// Removes the files, or the database, at the end.
    _traces: Traces,
}

enum Traces {
    Folder { _folder: tempfile::TempDir },
    Database { name: String },
}

impl Drop for Traces {
    fn drop(&mut self) {
        let Traces::Database { name } = self else { return };
        let (url, name) = (std::env::var(POSTGRES).unwrap(), name.clone());
        // A runtime of its own: the test's is about to end, or ended in a panic.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                if let Ok(db) = Database::connect(url).await {
                    let _ = db.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
                }
            });
        });
        let _ = dropping.join();
    }
}

/// A database of a test's own, and how it is opened: an empty one for tests of what comes before the server.
pub struct FreshDatabase {
    pub options: Options,
    traces: Traces,
}

impl FreshDatabase {
    pub async fn new(engine: Engine) -> Self {
        Self::made(engine, false).await
    }

    async fn made(engine: Engine, migrated: bool) -> Self {
        let (mut options, traces) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("test.db");
                if migrated {
                    std::fs::copy(template::sqlite().await, &file).unwrap();
                }
                (Options::new(format!("sqlite://{}", file.display())), Traces::Folder { _folder: folder })
            }
            Engine::Postgres => {
                let url = std::env::var(POSTGRES).unwrap();
                let name = format!("test_{}", tongxin::context::Clock::default().new_id().simple());
                let server = Database::connect(&url).await.expect("PostgreSQL answers");
                if migrated {
                    let template = template::postgres(&server, &url).await;
                    server.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
                } else {
                    template::empty_postgres(&server, &url, &name).await;
                }
                server.close().await.unwrap();
                let url = template::database_of(&url, &name);
                (Options { schema: Some(template::SCHEMA.into()), ..Options::new(url) }, Traces::Database { name })
            }
        };
        options.durable = false;
        options.connections = 4;
        Self { options, traces }
    }

    pub async fn open(&self) -> Databases {
        Databases::open(&self.options).await.expect("the database opens")
    }
}

/// The key of all tests' databases.
pub const MASTER_KEY: [u8; 32] = [7; 32];

impl TestApp {
    pub async fn new(engine: Engine) -> Self {
        Self::with(engine, |_| {}).await
    }

    pub async fn with(engine: Engine, adjust: impl FnOnce(&mut Options)) -> Self {
        let FreshDatabase { mut options, traces, .. } = FreshDatabase::made(engine, true).await;
        adjust(&mut options);
        let mut db = Databases::open(&options).await.expect("the database opens");
        let statements = Arc::new(AtomicU64::new(0));
        let sent: Arc<Mutex<Vec<Statement>>> = Arc::default();
        let (count, log) = (statements.clone(), sent.clone());
        db.on_statement(move |statement| {
            count.fetch_add(1, Ordering::SeqCst);
            log.lock().unwrap().push(statement.clone());
        });
        let app = App::with(db, MasterKey::from_bytes(MASTER_KEY)).await.expect("a new database is set up");
        let uploads = tempfile::tempdir().unwrap();
        let store = Store::open(uploads.path()).unwrap();
        let settings = HttpSettings { uploads: Some(store), ..HttpSettings::default() };
        let web = Web { schema: schema::build(app.clone()), app: app.clone(), settings };
        Self {
            engine,
            app,
            router: router(Arc::new(web)),
            options,
            uploads,
            statements,
            sent,
            all_rows: OnceCell::new(),
            _traces: traces,
        }
    }

    /// What `tongxin check` says of the database, everything sealed opened.
    pub async fn checked(&self) -> check::Report {
        let look = check::Look { most: 100, keys: Some(&self.app.keys) };
        check::check(&self.app.db, look, |_, _| {}).await.expect("the check runs")
    }

    /// Everything that is stored agrees with the records.
    pub async fn in_order(&self) {
        let report = self.checked().await;
        assert!(report.is_clean(), "{}", report.as_text());
    }

    /// How many statements the driver has sent so far.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::SeqCst)
    }

    /// The statements that were sent since this was asked last, with their values.
    pub fn sent(&self) -> Vec<Statement> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    pub fn anonymous(&self) -> Actor {
        Actor::new(self.router.clone(), None)
    }

    pub async fn operator(&self) -> Actor {
        self.account("operator", Role::Operator, None).await
    }

    /// Staff of the community with this division code.
    pub async fn staff_of(&self, community_code: &str) -> Actor {
        self.account(&format!("staff-{community_code}"), Role::Staff, Some(community_code)).await
    }

    pub async fn account(&self, name: &str, role: Role, community_code: Option<&str>) -> Actor {
        // The same actor may be asked for twice in a test.
        let _ = accounts::add(&self.app, name, role, community_code).await;
        // Tests turn the clock back, to days before there was the account.
        self.run("UPDATE account_role SET started_on = '2000-01-01'").await;
        let secret = accounts::create_token(&self.app, name, "test", None).await.expect("the account is there");
        Actor::new(self.router.clone(), Some(tongxin::access::token::reveal(&secret).to_owned()))
    }
}
