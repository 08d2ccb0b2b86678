//! The program as processes of its own: servers, and whoever asks them over the network.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use super::TestApp;

/// The key of all tests' databases, as a setting.
pub const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// The program with these settings and no others; a server takes any free port unless told otherwise.
pub fn tongxin(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
    command.args(arguments).current_dir(folder).env_clear().env("TONGXIN_LISTEN", "127.0.0.1:0");
    command.envs(settings.iter().copied()).stdin(Stdio::null());
    command
}

pub fn run(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    tongxin(folder, arguments, settings).output().unwrap()
}

/// A server that is stopped with the test.
pub struct Server(pub Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Somebody who asks over the network with a library of their own. It is built without ciphers: those are the program's.
pub fn http_client() -> reqwest::Client {
    // Fails where it is done already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// A port that is free now.
pub fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The port that a server says it took.
pub fn told_port(server: &mut Child) -> u16 {
    let mut log = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
    let line =
        log.find(|line| line.contains("serving; GraphiQL is at http://127.0.0.1:")).expect("it says where it serves");
    // Somebody has to go on reading, or the server would wait with its log.
    std::thread::spawn(move || log.for_each(drop));
    let port = line.split("127.0.0.1:").nth(1).and_then(|rest| rest.split_once("/graphiql")?.0.parse().ok());
    port.unwrap_or_else(|| panic!("no port in: {line}"))
}

/// Status and body of a request over a socket; none while nobody answers.
pub fn http(port: u16, request: &str) -> Option<(u16, String)> {
    use std::io::{Read, Write};
    let mut socket = std::net::TcpStream::connect(("127.0.0.1", port)).ok()?;
    socket.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    socket.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    Some((status, answer.split_once("\r\n\r\n")?.1.to_owned()))
}

pub fn ready(port: u16) {
    let until = Instant::now() + Duration::from_secs(60);
    let ask = format!("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    while http(port, &ask).is_none_or(|(status, _)| status != 200) {
        assert!(Instant::now() < until, "not ready in a minute");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn ask(port: u16, token: &str, query: &str) -> String {
    let body = serde_json::json!({ "query": query }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    http(port, &request).expect("the server answers").1
}

/// The settings by which a process opens the database of a test.
pub fn settings_of(app: &TestApp) -> Vec<(&'static str, String)> {
    let mut url = app.options.url.clone();
    if let Some(schema) = &app.options.schema {
        let separator = if url.contains('?') { '&' } else { '?' };
        url = format!("{url}{separator}options[search_path]={schema}");
    }
    vec![("DATABASE_URL", url), ("TONGXIN_MASTER_KEY", KEY.to_owned()), ("TONGXIN_CONNECTIONS", "6".to_owned())]
}

/// A server on the database of a test, at this port of this machine.
pub fn serve(app: &TestApp, folder: &Path, port: u16) -> Server {
    let listen = format!("127.0.0.1:{port}");
    let settings = settings_of(app);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut command = tongxin(folder, &["serve", "--listen", &listen], &settings);
    Server(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

/// A mutation over the network; its payload, or nothing where no answer came.
pub fn mutate(port: u16, token: &str, document: &str, input: &serde_json::Value) -> Option<serde_json::Value> {
    let body = serde_json::json!({ "query": document, "variables": { "input": input } }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (_, answer) = http(port, &request)?;
    let answer: serde_json::Value = serde_json::from_str(&answer).ok()?;
    let payload = answer["data"].as_object()?.values().next()?.clone();
    (!payload.is_null()).then_some(payload)
}

/// Until a file is there that another process makes.
pub fn wait_for(path: &Path) {
    let until = Instant::now() + Duration::from_secs(60);
    while !path.exists() {
        assert!(Instant::now() < until, "{} did not come within a minute", path.display());
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Written at once or not at all, since somebody waits for the file.
pub fn put(path: &Path, text: &str) {
    let draft = path.with_extension("draft");
    std::fs::write(&draft, text).unwrap();
    std::fs::rename(&draft, path).unwrap();
}

/// A test of this binary, ignored otherwise, as a process of its own: the setting names the file that tells it its task.
pub fn client(test: &str, setting: &str, file: &Path, task: &serde_json::Value) -> Child {
    std::fs::write(file, task.to_string()).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored"]).env(setting, file);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}
