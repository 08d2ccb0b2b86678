//! `tongxin doctor`.

use std::{path::Path, process::ExitCode};

use chrono::{DateTime, Utc};
use clap::Args;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tongxin::{
    attachments::Store,
    config::{DatabaseArgs, UploadsArgs},
    context::Clock,
    database::{self, Databases},
    error::{Error, Message, Result},
    privacy::Keyring,
    say,
};

/// As `tongxin check` exits where something does not agree.
const UNWELL: u8 = 3;

/// Servers whose clocks are further apart than this disagree about sessions and deadlines.
const CLOCKS_APART: i64 = 5;

/// A backup and a large write-ahead log need room.
const ROOM: u64 = 1 << 30;

#[derive(Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    uploads: UploadsArgs,
    /// Prints JSON, for programs.
    #[arg(long)]
    json: bool,
}

enum Finding {
    Well(Message),
    Unwell(Message),
    /// What it depends on is unwell.
    Unknown,
}

/// Looks at all that a server needs, changes nothing, and says of each part how it is.
pub async fn run(settings: &DatabaseArgs, args: &DoctorArgs) -> Result<ExitCode> {
    let findings = examine(settings, &args.uploads).await;
    let well = findings.iter().all(|(_, finding)| matches!(finding, Finding::Well(_)));
    if args.json {
        let parts: Vec<_> = findings.iter().map(|(part, finding)| as_json(part, finding)).collect();
        println!("{:#}", serde_json::json!({ "ok": well, "parts": parts }));
    } else {
        for (part, finding) in &findings {
            match finding {
                Finding::Well(said) => println!("ok      {part:<12}{}\n        {:<12}{}", said.en, "", said.zh),
                Finding::Unwell(said) => println!("WRONG   {part:<12}{}\n        {:<12}{}", said.en, "", said.zh),
                Finding::Unknown => println!("?       {part:<12}not looked at\n        {:<12}未检查", ""),
            }
        }
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(UNWELL) })
}

fn as_json(part: &str, finding: &Finding) -> serde_json::Value {
    let (ok, said) = match finding {
        Finding::Well(said) => (Some(true), said.en.as_ref()),
        Finding::Unwell(said) => (Some(false), said.en.as_ref()),
        Finding::Unknown => (None, "not looked at"),
    };
    serde_json::json!({ "part": part, "ok": ok, "says": said })
}

async fn examine(settings: &DatabaseArgs, uploads: &UploadsArgs) -> Vec<(&'static str, Finding)> {
    let key = settings.master_key();
    let key_given = match &key {
        Ok(_) => Finding::Well(say!("given", "已设置")),
        Err(error) => unwell(error),
    };
    let uploads = match uploads.place() {
        Ok(place) => found(Store::look(place).await),
        Err(error) => unwell(&error),
    };
    let mut findings = vec![("master key", key_given), ("disk", disk(&settings.database_url)), ("uploads", uploads)];
    let db = match Databases::open(&settings.options()).await {
        Ok(db) => db,
        Err(error) => {
            findings.push(("database", unwell(&error)));
            findings.extend(["migrations", "keys", "clock"].map(|part| (part, Finding::Unknown)));
            return findings;
        }
    };
    findings.push(("database", found(engine(&db, settings).await)));
    let ready = database::ready(&db).await;
    let current = ready.is_ok();
    findings.push(("migrations", found(ready.map(|()| say!("all applied", "均已应用")))));
    let keys = match key {
        // In a database that is not set up yet, looking would make them.
        Ok(master) if current => found(
            Keyring::open(&db, &Clock::default(), master)
                .await
                .map(|_| say!("the master key opens them", "主密钥可解开")),
        ),
        _ => Finding::Unknown,
    };
    findings.push(("keys", keys));
    findings.push(("clock", found(clock(&db).await)));
    db.close().await;
    findings
}

fn found(of: Result<Message>) -> Finding {
    of.map_or_else(|error| unwell(&error), Finding::Well)
}

fn unwell(error: &Error) -> Finding {
    let Message { en, zh } = &error.message;
    match &error.cause {
        Some(cause) => Finding::Unwell(say!("{en} ({cause})", "{zh}（{cause}）")),
        None => Finding::Unwell(error.message.clone()),
    }
}

async fn text(db: &Databases, sql: &str) -> Result<String> {
    let asked = Statement::from_string(db.backend(), sql);
    let row = db.reader().query_one_raw(asked).await?.ok_or_else(|| Error::internal("no row"))?;
    Ok(row.try_get_by_index(0)?)
}

async fn engine(db: &Databases, settings: &DatabaseArgs) -> Result<Message> {
    let connections = settings.connections;
    if db.backend() != DbBackend::Postgres {
        let version = text(db, "SELECT sqlite_version()").await?;
        return Ok(say!("SQLite {version}, {connections} readers", "SQLite {version}，{connections} 个读连接"));
    }
    let version = text(db, "SELECT current_setting('server_version')").await?;
    let most = text(db, "SELECT current_setting('max_connections')").await?;
    if most.parse::<u32>().is_ok_and(|most| most < connections) {
        return Err(Error::bad_input(say!(
            "PostgreSQL {version} allows {most} connections in all, TONGXIN_CONNECTIONS asks for {connections}",
            "PostgreSQL {version} 总共允许 {most} 个连接，而 TONGXIN_CONNECTIONS 为 {connections}"
        )));
    }
    Ok(say!(
        "PostgreSQL {version}, {connections} of {most} connections",
        "PostgreSQL {version}，使用 {connections} / {most} 个连接"
    ))
}

/// Of this machine, and, on PostgreSQL, of the server.
async fn clock(db: &Databases) -> Result<Message> {
    let before = Clock::default().now();
    let theirs = match db.backend() {
        DbBackend::Postgres => {
            let micros = text(db, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text").await?;
            micros.parse().ok().and_then(DateTime::<Utc>::from_timestamp_micros).unwrap_or(before)
        }
        _ => before,
    };
    let apart = (theirs - before).num_seconds().abs();
    if apart > CLOCKS_APART {
        return Err(Error::bad_input(say!(
            "the clocks of this machine and of the database are {apart} seconds apart: set both by NTP",
            "本机与数据库的时钟相差 {apart} 秒：请用 NTP 校准"
        )));
    }
    let now = before.to_rfc3339();
    Ok(say!("{now}", "{now}"))
}

/// Room where an SQLite file is, or for what a server writes for a while.
fn disk(url: &str) -> Finding {
    let file = url.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//"));
    let folder =
        file.map(|path| Path::new(path.split('?').next().unwrap_or_default()).parent().unwrap_or(Path::new("")));
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs4::available_space(folder) {
        Ok(bytes) => {
            let mebibytes = bytes >> 20;
            let said = say!("{mebibytes} MiB free", "剩余 {mebibytes} MiB");
            if bytes < ROOM { Finding::Unwell(said) } else { Finding::Well(said) }
        }
        Err(error) => {
            let (folder, kind) = (folder.display(), error.kind());
            Finding::Unwell(say!(
                "the folder `{folder}` cannot be looked at: {kind}",
                "无法查看目录 `{folder}`：{kind}"
            ))
        }
    }
}
