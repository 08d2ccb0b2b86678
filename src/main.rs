//! The command line.

mod commands;

use std::{io::IsTerminal, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use commands::{
    account::{self, AccountCommand},
    backup::{self, BackupArgs},
    calendar::{self, CalendarCommand},
    check::{self, CheckArgs},
    doctor::{self, DoctorArgs},
    key::{self, KeyCommand},
    token::{self, TokenCommand},
};
use tongxin::{
    access::{accounts, policy},
    app::{self, Migrate},
    attachments::Store,
    config::{DatabaseArgs, ServeArgs},
    context::App,
    database::Databases,
    demo,
    error::{Code, Error, Result},
    http::{self, HttpSettings, Web},
    model, say, schema, search,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 同心 Tongxin: the record of what a community does for its residents, as a GraphQL service.
#[derive(Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Logs as JSON, for programs that read them.
    #[arg(long, env = "TONGXIN_LOG_JSON", global = true)]
    log_json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a demo community on SQLite and serves it.
    Demo(demo::DemoArgs),
    /// Serves the records of DATABASE_URL.
    Serve(ServeArgs),
    /// Applies or takes back migrations.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Fills the database with made-up residents and aid records.
    Seed(demo::SeedArgs),
    /// Makes the search index anew from the records, while others read and write. Servers do so by themselves where it is missing or outdated.
    Reindex,
    /// Looks whether what is stored agrees with the records, while others read and write, and names every difference. Exits with 0 where all agrees, with 3
    /// where something does not, and with 1 where it could not look.
    Check(CheckArgs),
    /// Looks at all that a server needs (settings, database, migrations, keys, clock, disk, uploads), changes nothing, and says how each is. Exits with 0 where all is
    /// well, with 3 where something is not.
    Doctor(DoctorArgs),
    /// Copies an SQLite database into a file while servers go on; of PostgreSQL it says which of its tools to use.
    Backup(BackupArgs),
    /// Accounts and their passwords.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Bearer tokens of accounts.
    #[command(subcommand)]
    Token(TokenCommand),
    /// The calendar of working days.
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// The master key.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Prints the schema.
    Schema,
    /// Prints the access matrix (docs/roles.md).
    Roles,
    /// Prints the map of the tables (docs/model.md).
    Model,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    init_logs(cli.log_json);
    match run(cli).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tongxin: {}\n         {}", error.message.en, error.message.zh);
            if let Some(cause) = &error.cause {
                eprintln!("         ({cause})");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode> {
    let Cli { database, command, .. } = cli;
    match command {
        Command::Demo(args) => demo::run(args).await?,
        Command::Serve(args) => {
            let master = database.master_key()?;
            // Before the database: a port in use should not set a new one up.
            let listener = http::bind(args.listen).await?;
            let app = App::open(&database.options(), master).await?;
            search::ensure(&app).await?;
            if accounts::none_yet(&app).await? {
                eprintln!("There is no account yet. Make the first operator: tongxin account add NAME --role OPERATOR");
                eprintln!("尚无账号。请先创建运维账号：tongxin account add 账号名 --role OPERATOR");
            }
            let address = listener.local_addr().unwrap_or(args.listen);
            tracing::info!(%address, "serving; GraphiQL is at http://{address}/graphiql");
            serve(app, listener, &args).await?;
        }
        Command::Migrate(what) => {
            println!("{}", app::migrate(&Databases::open(&database.options()).await?, what).await?);
        }
        Command::Seed(args) => {
            let mut options = database.options();
            options.durable = false;
            let app = App::open(&options, database.master_key()?).await?;
            search::ensure(&app).await?;
            demo::seed(app, &args).await?;
        }
        Command::Reindex => {
            let app = App::open(&database.options(), database.master_key()?).await?;
            for (kind, records) in search::rebuild(&app).await? {
                println!("{}: {records} records", kind.prefix());
            }
        }
        Command::Check(args) => return check::run(&database, &args).await,
        Command::Doctor(args) => return doctor::run(&database, &args).await,
        Command::Backup(args) => backup::run(&database, &args).await?,
        Command::Account(what) => {
            let app = App::open(&database.options(), database.master_key()?).await?;
            account::run(&app, what).await?;
        }
        Command::Token(what) => {
            let app = App::open(&database.options(), database.master_key()?).await?;
            token::run(&app, what).await?;
        }
        Command::Calendar(what) => {
            let app = App::open(&database.options(), database.master_key()?).await?;
            calendar::run(&app, what).await?;
        }
        Command::Key(what) => key::run(&database, what).await?,
        Command::Schema => print!("{}", schema::sdl()),
        Command::Roles => print!("{}", policy::as_markdown()),
        Command::Model => print!("{}", model::as_markdown().await?),
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(app: Arc<App>, listener: tokio::net::TcpListener, args: &ServeArgs) -> Result<()> {
    let settings = HttpSettings { uploads: Some(Store::open(args.uploads.place()?)?), ..args.settings()? };
    let schema = if settings.introspection { schema::build(app.clone()) } else { schema::build_reticent(app.clone()) };
    let web = Web { schema, app, settings };
    http::serve(listener, Arc::new(web)).await.map_err(|error| Error {
        cause: Some(error.to_string().into()),
        ..Error::new(Code::Unavailable, say!("The server stopped.", "服务已停止。"))
    })
}

/// Logs go to standard error, so that standard output has only what was asked for.
fn init_logs(json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TONGXIN_LOG")
        .unwrap_or_else(|_| "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn".into());
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match json {
        true => logs.json().init(),
        false => logs.with_ansi(std::io::stderr().is_terminal()).init(),
    }
}
