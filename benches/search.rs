//! How long a search takes: `DATABASE_URL=… TONGXIN_MASTER_KEY_FILE=… cargo bench --bench search -- seed-1 [rounds]`, over a database that
//! `tongxin seed` filled and the account of one of its communities, or `operator` for an account that sees all.
//!
//! Each text is searched for through the whole server but the socket: token, GraphQL, index, records. Warm: one round before is not counted.

use std::{env, sync::Arc, time::Instant};

use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tongxin::{
    access::{accounts, token},
    context::App,
    database::Options,
    http::{HttpSettings, Web, router},
    privacy::MasterKey,
    schema, search,
};
use tower::ServiceExt;

const TEXTS: &[&str] = &[
    // The commonest surname, a common name, one that nobody has.
    "王",
    "王伟",
    "张文强",
    "欧阳",
    "不存在",
    "王不存在",
    // Characters of given names: many hits, none of them at the beginning.
    "文",
    "强",
    "文强",
    "小",
    "国",
    // Pinyin: surnames, given names, both, initials, single letters, nothing.
    "wang",
    "zhang",
    "wen",
    "qiang",
    "wangwei",
    "zhang wenqiang",
    "zs",
    "wx",
    "zwq",
    "w",
    "e",
    "v",
    "qzx",
    "nobody",
    "ouyang",
    "an",
    "xiaoming",
    // Names with a dot, foreign names, other scripts, projects and units.
    "买买提",
    "艾力·",
    "aili",
    "novak",
    "張偉",
    "種子專案",
    "项目4",
    "共建单位",
    "zhongzi",
    "社区",
];

const QUERY: &str = "query($text: String!) { search(text: $text) { hasMore hits { kind matched node { id
    ... on Resident { fullName household { room } } ... on PartnerUnit { name } ... on Project { title } } } } }";
const LIST: &str =
    "query($text: String!) { residents(first: 20, filter: { search: $text }) { nodes { id fullName } } }";

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (account, rounds) = match &arguments[..] {
        [account] => (account.clone(), 30),
        [account, rounds] => (account.clone(), rounds.parse().expect("a number of rounds")),
        _ => {
            eprintln!("left out: name an account, see the head of benches/search.rs");
            return;
        }
    };
    let options = Options::new(env::var("DATABASE_URL").expect("DATABASE_URL is set"));
    let app = App::open(&options, key()).await.expect("the database opens");
    search::ensure(&app).await.expect("the index is there");
    let secret = accounts::create_token(&app, &account, "benchmark", None).await.expect("the account is there");
    let authorization = format!("Bearer {}", token::reveal(&secret));
    let web = Web { schema: schema::build(app.clone()), app, settings: HttpSettings::default() };
    let router = router(Arc::new(web));

    let ask = async |query: &str, text: &str| {
        let body = json!({ "query": query, "variables": { "text": text } }).to_string();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, &authorization)
            .body(Body::from(body))
            .expect("a request");
        let began = Instant::now();
        let response = router.clone().oneshot(request).await.expect("an answer");
        let bytes = response.into_body().collect().await.expect("its body").to_bytes();
        let took = began.elapsed().as_secs_f64() * 1000.0;
        let answer: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert!(answer.get("errors").is_none(), "{answer}");
        let pointers = ["/data/search/hits", "/data/residents/nodes"];
        let rows = pointers.iter().find_map(|pointer| answer.pointer(pointer)).and_then(Value::as_array);
        (took, rows.map_or(0, Vec::len))
    };
    for (name, query) in [("search", QUERY), ("residents(filter: { search })", LIST)] {
        println!(
            "\n{name}, as {account}, {rounds} rounds, milliseconds\n\n| text | rows | median | p99 |\n| --- | --- | --- | --- |"
        );
        let mut all = Vec::new();
        for text in TEXTS {
            let (_, rows) = ask(query, text).await;
            let mut times = Vec::with_capacity(rounds);
            for _ in 0..rounds {
                times.push(ask(query, text).await.0);
            }
            println!("| {text} | {rows} | {:.1} | {:.1} |", percentile(&mut times, 50), percentile(&mut times, 99));
            all.extend(times);
        }
        println!("| all | | {:.1} | {:.1} |", percentile(&mut all, 50), percentile(&mut all, 99));
    }
}

fn key() -> MasterKey {
    let key = match (env::var("TONGXIN_MASTER_KEY"), env::var("TONGXIN_MASTER_KEY_FILE")) {
        (Ok(text), _) => MasterKey::parse(&text, "TONGXIN_MASTER_KEY"),
        (_, Ok(file)) => MasterKey::read(file.as_ref(), "TONGXIN_MASTER_KEY_FILE"),
        _ => panic!("TONGXIN_MASTER_KEY or TONGXIN_MASTER_KEY_FILE is set"),
    };
    key.expect("a master key")
}

fn percentile(times: &mut [f64], of_100: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * of_100).div_ceil(100).saturating_sub(1)]
}
