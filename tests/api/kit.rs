//! The sources themselves: no mutation goes round the write kit.

use std::path::{Path, PathBuf};

use crate::harness::{Contract, Engine, TestApp};

/// Where transactions may be opened; a path that ends in `/` stands for all below it.
const MAY_BEGIN: [&str; 18] = [
    "src/write/",
    // To read one state of everything: a transaction that writes nothing.
    "src/database.rs",
    // What is shown or refused changes no record.
    "src/audit/",
    "src/access/mutations.rs",
    "src/access/accounts.rs",
    // Whoever signs in is nobody yet, and the kit begins with who it is.
    "src/access/sign_in.rs",
    "src/access/throttle.rs",
    // A token's secret, or a password, is answered with, once, beside what the kit would answer with.
    "src/access/tokens.rs",
    "src/access/account_mutations.rs",
    "src/access/disabling.rs",
    "src/privacy/keyring.rs",
    "src/privacy/rotation.rs",
    "src/privacy/index_rotation.rs",
    "src/demo/",
    "src/search/rebuild.rs",
    // What the program does by itself, or at the command of whoever runs it; each leaves its entry and its event.
    "src/requests/reminding.rs",
    "src/calendar/import.rs",
    // A file that comes in, or goes unused, is on no record of the community yet.
    "src/attachments/",
];
/// The mutations at the door, those that let somebody through it or not, and those that show: they change no record of the community.
const AT_THE_DOOR: [&str; 5] = [
    "src/access/mutations.rs",
    "src/access/account_mutations.rs",
    "src/access/disabling.rs",
    "src/access/tokens.rs",
    "src/audit/mutations.rs",
];
/// What opens a transaction, or hides one.
const BEGINNINGS: [&str; 8] = [
    "begin",
    "begin_with_config",
    "begin_with_options",
    "transaction",
    "transaction_with_config",
    "transaction_async",
    "savepoint",
    "begin_nested",
];

/// The code of the program by its paths, without comments.
pub fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join("src"), &mut found);
    found.sort();
    let named = found.into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), without_comments(&text))
    });
    named.collect()
}

fn without_comments(text: &str) -> String {
    let code = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    code.collect::<Vec<_>>().join("\n")
}

/// Is this function called anywhere in the code, as a method or by its path?
fn calls(code: &str, function: &str) -> bool {
    code.match_indices(&format!("{function}(")).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        before.is_some_and(|c| !c.is_alphanumeric() && c != '_') && !code[..at].ends_with("fn ")
    })
}

/// What is between the bracket that follows and its counterpart, and what comes after it.
fn block(code: &str) -> (&str, &str) {
    let open = code.find('{').expect("a block begins");
    let mut depth = 0_i32;
    for (at, c) in code[open..].char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            return (&code[open + 1..open + at], &code[open + at + 1..]);
        }
    }
    panic!("a block ends")
}

/// The resolvers of `#[Object] impl …Mutations`: name and body.
fn resolvers(code: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("#[Object]\nimpl ") {
        let rest = &code[at + "#[Object]\nimpl ".len()..];
        if !rest[..rest.find(' ').unwrap()].ends_with("Mutations") {
            continue;
        }
        let (mut body, _) = block(rest);
        while let Some(start) = body.find("fn ") {
            let name = body[start + 3..].split('(').next().unwrap().to_owned();
            let (own, after) = block(&body[start..]);
            found.push((name, own.split_whitespace().collect::<Vec<_>>().join(" ")));
            body = after;
        }
    }
    found
}

#[test]
fn only_the_write_kit_opens_transactions() {
    let mut seen = 0;
    for (path, code) in sources() {
        let begins: Vec<_> = BEGINNINGS.iter().filter(|function| calls(&code, function)).collect();
        let sql = ["\"BEGIN", "\"SAVEPOINT", "\"COMMIT"].iter().any(|sql| code.contains(sql));
        if begins.is_empty() && !sql {
            continue;
        }
        seen += 1;
        let may =
            MAY_BEGIN.iter().any(|place| if place.ends_with('/') { path.starts_with(place) } else { path == *place });
        assert!(may, "{path} opens a transaction with {begins:?}");
    }
    assert!(seen > 0, "the kit itself was not found: this test sees nothing");
}

#[tokio::test]
async fn a_mutation_is_one_call_of_the_write_kit() {
    let app = TestApp::new(Engine::Sqlite).await;
    let contract = Contract::read(&app.operator().await).await;
    let mut found: Vec<String> = Vec::new();
    for (path, code) in sources().into_iter().filter(|(path, _)| !AT_THE_DOOR.contains(&path.as_str())) {
        for (name, body) in resolvers(&code) {
            // It makes the tracking code, calls the kit, and shows the code beside what the kit answers.
            // A decision calls the kit and shows the batch that it was about.
            let kit = match name.as_str() {
                "submit_request" => "submit(ctx, input).await",
                "plan_aid_batch" => "write(ctx, input).await",
                name if name.ends_with("_aid_batch") => "decide_many(ctx, input).await",
                _ => "write(ctx, input).await",
            };
            assert_eq!(body, kit, "{name} in {path}");
            found.push(name);
        }
    }
    let snake = |name: &str| {
        name.chars().fold(String::new(), |name, c| match c.is_uppercase() {
            true => name + "_" + &c.to_lowercase().to_string(),
            false => name + &c.to_string(),
        })
    };
    let mut known: Vec<String> = contract.mutations.keys().map(|name| snake(name)).collect();
    known.sort();
    found.sort();
    assert_eq!(found, known, "the resolvers that were found are the mutations of the schema");
}
