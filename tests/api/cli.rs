//! The program as its operator meets it: settings that are wrong are named, and nothing is lost.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use entity::token;
use migration::Migrator;
use sea_orm::{ConnectionTrait, EntityTrait};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;
use tongxin::{
    access::policy,
    database::{Databases, Options},
    schema,
};

use crate::harness::{
    dump::{definitions, rows},
    process::{KEY, Server, ask, http, port, ready, run, told_port, tongxin},
};

/// It failed, said so in one message that names the setting, and told nothing of its insides.
#[track_caller]
fn refused(output: &Output, names: &str) {
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it should have failed: {says}");
    assert!(says.contains(names), "`{names}` is not named: {says}");
    let messages = says.lines().filter(|line| line.starts_with("tongxin: ") || line.starts_with("error: ")).count();
    assert!(messages == 1, "one message, not {messages}: {says}");
    assert!(!says.contains("panicked") && !says.contains("backtrace") && !says.contains("BACKTRACE"), "{says}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// All that the database of a folder holds, after a statement of ours.
fn held(folder: &Path, before: &str) -> Vec<String> {
    let url = format!("sqlite://{}", folder.join("t.db").display());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = Databases::open(&Options::new(url)).await.unwrap();
        db.writer().execute_unprepared(before).await.unwrap();
        let held = [definitions(db.writer()).await, rows(db.writer()).await].concat();
        db.close().await;
        held
    })
}

#[test]
fn settings_that_are_wrong_are_named() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let key = ("TONGXIN_MASTER_KEY", KEY);
    refused(&run(at, &["serve"], &[("DATABASE_URL", "mysql://x"), key]), "DATABASE_URL");
    refused(&run(at, &["serve"], &[("DATABASE_URL", "sqlite:///no/such/folder/x.db"), key]), "/no/such/folder");
    refused(&run(at, &["serve"], &[("DATABASE_URL", "postgres://x@127.0.0.1:1/x"), key]), "DATABASE_URL");
    refused(&run(at, &["serve"], &[("DATABASE_URL", "sqlite://t.db")]), "TONGXIN_MASTER_KEY_FILE");
    refused(&run(at, &["serve"], &[("TONGXIN_MASTER_KEY", "short")]), "TONGXIN_MASTER_KEY");
    refused(&run(at, &["serve"], &[("TONGXIN_MASTER_KEY_FILE", "no.key")]), "no.key");
    refused(&run(at, &["serve"], &[key, ("TONGXIN_LISTEN", "nowhere")]), "--listen");
    refused(&run(at, &["serve"], &[key, ("TONGXIN_CORS_ORIGINS", "console.example.org")]), "origin");
    refused(&run(at, &["serve"], &[key, ("TONGXIN_IDEMPOTENCY_DAYS", "0")]), "--idempotency-days");
    refused(&run(at, &["serve"], &[key, ("TONGXIN_INTROSPECTION", "maybe")]), "--introspection");
    refused(&run(at, &["account", "add", "x", "--role", "KING"], &[key]), "OPERATOR");
    refused(&run(at, &["demo", "--data", "/proc/no", "--listen", "127.0.0.1:0"], &[]), "/proc/no");
    refused(&run(at, &["migrate", "status"], &[("DATABASE_URL", "sqlite:///no/such/folder/x.db")]), "/no/such/folder");
    assert_eq!(entries(at), Vec::<String>::new(), "nothing was made on the way");

    std::fs::write(at.join("text.db"), "this is no database, and it is somebody's").unwrap();
    std::fs::create_dir(at.join("folder.db")).unwrap();
    refused(&run(at, &["serve"], &[("DATABASE_URL", "sqlite://text.db"), key]), "DATABASE_URL");
    refused(&run(at, &["serve"], &[("DATABASE_URL", "sqlite://folder.db"), key]), "DATABASE_URL");
    refused(&run(at, &["serve"], &[("TONGXIN_MASTER_KEY_FILE", "text.db")]), "TONGXIN_MASTER_KEY_FILE");
    refused(&run(at, &["serve"], &[key, ("TONGXIN_MASTER_KEY_FILE", "text.db")]), "not both");
    refused(&run(at, &["demo", "--data", "text.db", "--listen", "127.0.0.1:0"], &[]), "text.db");
    assert_eq!(entries(at), ["folder.db", "text.db"]);
    assert_eq!(std::fs::read_to_string(at.join("text.db")).unwrap(), "this is no database, and it is somebody's");
}

#[test]
fn a_port_in_use_stops_demo_and_serve_before_they_do_anything() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&run(folder.path(), &["demo", "--data", "d", "--listen", &address], &[]), &address);
    refused(&run(folder.path(), &["serve"], &[("TONGXIN_MASTER_KEY", KEY), ("TONGXIN_LISTEN", &address)]), &address);
    assert_eq!(entries(folder.path()), Vec::<String>::new());
}

#[test]
fn what_the_program_prints_is_what_the_project_keeps() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    assert_eq!(done(&run(at, &["schema"], &[])), schema::sdl());
    assert_eq!(done(&run(at, &["roles"], &[])), policy::as_markdown());
    let (key, other) = (done(&run(at, &["key", "new"], &[])), done(&run(at, &["key", "new"], &[])));
    assert_ne!(key, other);
    assert_eq!(entries(at), Vec::<String>::new(), "printing needs no database");
    // As the README has it: redirected into a file, it is the key.
    std::fs::write(at.join("master.key"), &key).unwrap();
    let settings = [("DATABASE_URL", "sqlite://t.db"), ("TONGXIN_MASTER_KEY_FILE", "master.key")];
    done(&run(at, &["account", "add", "admin", "--role", "OPERATOR"], &settings));
    let by_text = [settings[0], ("TONGXIN_MASTER_KEY", key.trim())];
    assert_eq!(done(&run(at, &["account", "list"], &by_text)), "admin\tOperator\n");
}

#[test]
fn a_database_that_is_newer_or_sealed_with_another_key_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let settings = [("DATABASE_URL", "sqlite://t.db"), ("TONGXIN_MASTER_KEY", KEY)];
    let other = [settings[0], ("TONGXIN_MASTER_KEY", "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=")];
    done(&run(at, &["account", "add", "admin", "--role", "operator"], &settings));
    let before = held(at, "SELECT 1");
    for arguments in
        [&["serve"][..], &["account", "add", "b", "--role", "operator"], &["token", "create", "--account", "admin"]]
    {
        refused(&run(at, arguments, &other), "TONGXIN_MASTER_KEY");
    }
    assert!(held(at, "SELECT 1") == before, "nothing was changed");

    let newer =
        held(at, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_of_the_future', 1)");
    for arguments in [
        &["serve"][..],
        &["account", "list"],
        &["seed", "--residents", "10"],
        &["migrate", "up"],
        &["migrate", "down"],
        &["migrate", "status"],
    ] {
        refused(&run(at, arguments, &settings), "newer than this program");
    }
    assert!(held(at, "SELECT 1") == newer, "nothing was changed");
}

#[test]
fn migrations_go_up_and_down_by_command() {
    let folder = TempDir::new().unwrap();
    let settings = [("DATABASE_URL", "sqlite://t.db")];
    let migrate = |arguments: &[&str]| done(&run(folder.path(), arguments, &settings));
    let all = format!("{} to apply", Migrator::migrations().len());
    assert!(migrate(&["migrate", "status"]).contains(&all));
    assert!(migrate(&["migrate", "up"]).contains("current"));
    assert!(migrate(&["migrate", "down", "--steps", "2"]).contains("2 to apply"));
    let behind = run(folder.path(), &["serve"], &[settings[0], ("TONGXIN_MASTER_KEY", KEY)]);
    refused(&behind, "tongxin migrate up");
    assert!(migrate(&["migrate", "up"]).contains("current"));
}

#[test]
fn an_account_and_its_token_work_from_the_command_line_to_an_answer() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let settings = [("DATABASE_URL", "sqlite://t.db"), ("TONGXIN_MASTER_KEY", KEY)];
    done(&run(at, &["account", "add", "admin", "--role", "operator"], &settings));
    refused(&run(at, &["account", "add", "admin", "--role", "operator"], &settings), "admin");
    refused(&run(at, &["account", "add", "b", "--role", "staff", "--community", "1"], &settings), "--community");
    refused(&run(at, &["token", "create", "--account", "nobody"], &settings), "nobody");
    assert!(done(&run(at, &["account", "list"], &settings)).contains("admin\tOperator"));
    let token = done(&run(at, &["token", "create", "--account", "admin"], &settings)).trim().to_owned();
    assert!(token.starts_with("tongxin_pat_") && !token.contains('\n'), "{token}");

    let mut server = Server(tongxin(at, &["serve"], &settings).stderr(Stdio::piped()).spawn().unwrap());
    let port = told_port(&mut server.0);
    ready(port);
    let answer = ask(port, &token, "{ viewer { name } }");
    assert!(answer.starts_with(r#"{"data":{"viewer":{"name":"admin"}}"#), "{answer}");
    done(&run(at, &["token", "revoke", "--account", "admin"], &settings));
    // Known for a second still, then nowhere.
    let until = Instant::now() + Duration::from_secs(10);
    while !ask(port, &token, "{ viewer { name } }").contains("UNAUTHENTICATED") {
        assert!(Instant::now() < until, "the token was revoked ten seconds ago");
    }
    // Another key does not open what this one sealed.
    let other = [settings[0], ("TONGXIN_MASTER_KEY", "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=")];
    refused(&run(at, &["account", "list"], &other), "TONGXIN_MASTER_KEY");

    // Asked to stop, it stops.
    assert!(Command::new("kill").arg(server.0.id().to_string()).status().unwrap().success());
    assert!(server.0.wait().unwrap().success(), "SIGTERM is no failure");
}

/// A request of nobody over the network; the body of the answer.
fn post(port: u16, query: &str) -> String {
    let body = serde_json::json!({ "query": query }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    http(port, &request).expect("the server answers").1
}

#[test]
fn an_account_is_disabled_and_enabled_again_and_its_password_comes_from_standard_input() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let settings = [("DATABASE_URL", "sqlite://t.db"), ("TONGXIN_MASTER_KEY", KEY)];
    // Whoever starts on an empty database is told how to begin, before the first request.
    let mut server = Server(tongxin(at, &["serve"], &settings).stderr(Stdio::piped()).spawn().unwrap());
    let mut log = BufReader::new(server.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    let told: Vec<String> = log.by_ref().take_while(|line| !line.contains("serving; ")).collect();
    for words in ["tongxin account add NAME --role OPERATOR", "请先创建运维账号"] {
        assert!(told.iter().any(|line| line.contains(words)), "{words}: {told:?}");
    }
    drop(server);
    drop(log);

    done(&run(at, &["account", "add", "admin", "--role", "operator", "--no-password"], &settings));
    let token = done(&run(at, &["token", "create", "--account", "admin"], &settings)).trim().to_owned();
    let mut server = Server(tongxin(at, &["serve"], &settings).stderr(Stdio::piped()).spawn().unwrap());
    let port = told_port(&mut server.0);
    ready(port);
    let asks = || ask(port, &token, "{ viewer { name } }");
    let until = |wanted: &str| {
        let end = Instant::now() + Duration::from_secs(10);
        while !asks().contains(wanted) {
            assert!(Instant::now() < end, "not `{wanted}` in ten seconds: {}", asks());
        }
    };
    until("admin");
    assert_eq!(done(&run(at, &["account", "disable", "admin"], &settings)), "", "nothing is left open");
    until("UNAUTHENTICATED");
    assert_eq!(done(&run(at, &["account", "list"], &settings)), "admin\tOperator (disabled)\n");
    done(&run(at, &["account", "enable", "admin"], &settings));
    until("admin");
    refused(&run(at, &["account", "disable", "nobody"], &settings), "nobody");
    refused(&run(at, &["account", "enable", "nobody"], &settings), "nobody");

    let reset = |line: &str| {
        use std::io::Write;
        let mut command = tongxin(at, &["account", "reset", "admin", "--password-stdin"], &settings);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    refused(&reset("short\n"), "8");
    refused(&reset(""), "8");
    let output = reset("青岛的海风 1999\r\nnot this line\n");
    assert_eq!(done(&output), "", "a password that was given is printed nowhere");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("海风"));
    let sign_in = |password: &str| {
        post(
            port,
            &format!(
                "mutation {{ signIn(input: {{ name: \"admin\", password: \"{password}\" }}) {{ session {{ name }} userErrors {{ code }} }} }}"
            ),
        )
    };
    assert!(sign_in("青岛的海风 1999").contains(r#""name":"admin""#));
    assert!(sign_in("another password").contains("BAD_CREDENTIALS"));
    // Another one for its owner, who has to replace it; nothing is read for that.
    let one_time = done(&run(at, &["account", "reset", "admin"], &settings)).trim().to_owned();
    assert!(sign_in("青岛的海风 1999").contains("BAD_CREDENTIALS"));
    assert!(sign_in(&one_time).contains("PASSWORD_CHANGE_REQUIRED"));
}

#[test]
fn a_token_of_the_command_line_ends_in_a_year_unless_it_is_told_otherwise() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let settings = [("DATABASE_URL", "sqlite://t.db"), ("TONGXIN_MASTER_KEY", KEY)];
    done(&run(at, &["account", "add", "admin", "--role", "operator", "--no-password"], &settings));
    let create = |more: &[&str]| run(at, &[&["token", "create", "--account", "admin"], more].concat(), &settings);
    for (more, says) in [
        (&[][..], "It expires on "),
        (&["--days", "30"], "It expires on "),
        (&["--days", "0"], "It never expires"),
        (&["--no-expiry"], "It never expires"),
    ] {
        let output = create(more);
        assert!(done(&output).starts_with("tongxin_pat_"), "{more:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(says), "{more:?}: {output:?}");
    }
    refused(&create(&["--days", "30", "--no-expiry"]), "--no-expiry");
    refused(&create(&["--days", "4000"]), "--days");
    let days: Vec<Option<i64>> = {
        let url = format!("sqlite://{}", at.join("t.db").display());
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let db = Databases::open(&Options::new(url)).await.unwrap();
            let tokens = token::Entity::find().all(db.reader()).await.unwrap();
            db.close().await;
            let mut days: Vec<_> = tokens
                .iter()
                .map(|row| row.expires_at.map(|at| (at - row.created_at + TimeDelta::hours(1)).num_days()))
                .collect();
            days.sort();
            days
        })
    };
    assert_eq!(days, [None, None, Some(30), Some(365)]);
}

#[test]
fn the_demo_is_served_with_a_token_for_every_role_and_kept_where_it_was_told() {
    let folder = TempDir::new().unwrap();
    let port = port();
    let listen = format!("127.0.0.1:{port}");
    for attempt in 1..=2 {
        let arguments = ["demo", "--data", "data", "--listen", &listen];
        let mut command = tongxin(folder.path(), &arguments, &[]);
        let mut server = Server(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        ready(port);
        let mut tokens = std::collections::HashMap::new();
        for line in BufReader::new(server.0.stdout.take().unwrap()).lines().map_while(Result::ok) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [role, token] = words[..]
                && token.starts_with("tongxin_pat_")
            {
                tokens.insert(role.to_owned(), token.to_owned());
            }
            if tokens.len() == 10 {
                break;
            }
        }
        for role in ["operator", "secretary", "staff", "partner", "volunteer", "merchant", "resident", "auditor"] {
            assert!(tokens.contains_key(role), "start {attempt}: no token for {role}");
        }
        let found = ask(
            port,
            &tokens["staff"],
            "{ residents { totalCount } pairings(filter: { current: true }) { totalCount } }",
        );
        assert!(
            found.starts_with(r#"{"data":{"residents":{"totalCount":2400},"pairings":{"totalCount":10}}"#),
            "start {attempt}: {found}"
        );
    }
    // The second start ended as abruptly as the first: what it had is in the database and its log.
    let files = std::fs::read_dir(folder.path().join("data")).unwrap().map(|file| file.unwrap());
    let size: u64 = files.map(|file| file.metadata().unwrap().len()).sum();
    assert!(size > 100_000, "the database is in the folder: {size} bytes");
}

#[test]
fn what_does_not_agree_is_named_and_the_exit_code_says_so() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let settings = [("DATABASE_URL", "sqlite://t.db"), ("TONGXIN_MASTER_KEY", KEY)];
    refused(&run(at, &["check"], &settings), "tongxin migrate up");
    done(&run(at, &["migrate", "up"], &settings));
    done(&run(at, &["seed", "--residents", "60", "--aid-records", "150"], &settings));
    // Without `--sealed` it opens nothing, and needs no key.
    assert!(done(&run(at, &["check"], &settings[..1])).contains("invariants hold"));
    refused(&run(at, &["check", "--sealed"], &settings[..1]), "TONGXIN_MASTER_KEY_FILE");
    let report: serde_json::Value =
        serde_json::from_str(&done(&run(at, &["check", "--sealed", "--json"], &settings))).unwrap();
    assert_eq!((&report["ok"], &report["differences"]), (&true.into(), &0.into()));

    let before =
        held(at, "UPDATE contribution SET allocated_fen = allocated_fen - 1 WHERE allocated_fen > delivered_fen");
    let checked = run(at, &["check"], &settings);
    assert_eq!(checked.status.code(), Some(3), "{checked:?}");
    let says = String::from_utf8(checked.stdout).unwrap();
    assert!(says.starts_with("contribution.allocated_fen: ") && says.contains("  contribution_"), "{says}");
    let checked = run(at, &["check", "--json"], &settings);
    assert_eq!(checked.status.code(), Some(3));
    let report: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    let broken: Vec<&serde_json::Value> =
        report["invariants"].as_array().unwrap().iter().filter(|invariant| invariant["total"] != 0).collect();
    assert_eq!((&report["ok"], broken.len()), (&false.into(), 1));
    assert_eq!(broken[0]["invariant"], "contribution.allocated_fen");
    assert!(broken[0]["differences"][0]["id"].as_str().unwrap().starts_with("contribution_"), "{report:#}");
    assert!(held(at, "SELECT 1") == before, "a check changes nothing");
}
