//! What whoever says nothing about themselves reaches: found out by trying everything, and compared with a file in which people say why each thing is open and what
//! bounds its use.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use http::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    harness::{Actor, TestApp, World, make},
    http::{raw, request},
};

const FILE: &str = include_str!("snapshots/public-surface.txt");

const SCHEMA: &str = "{ __schema { queryType { name } types { kind name enumValues { name } inputFields { name defaultValue type { ...deep } }
    fields { name type { ...deep } args { name defaultValue type { ...deep } } } } } }
fragment deep on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

struct Schema(BTreeMap<String, Value>);

impl Schema {
    async fn read(actor: &Actor) -> Self {
        let answer = actor.ask(SCHEMA).await;
        let types = answer.data()["__schema"]["types"].as_array().unwrap().clone();
        Self(types.into_iter().map(|of| (of["name"].as_str().unwrap().to_owned(), of)).collect())
    }

    /// A document that asks for one field of a root with nothing but what it needs.
    fn document(&self, root: &str, field: &Value) -> String {
        let needed = field["args"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|of| of["type"]["kind"] == "NON_NULL" && of["defaultValue"].is_null());
        let arguments: Vec<String> =
            needed.map(|of| format!("{}: {}", of["name"].as_str().unwrap(), self.value(&of["type"]))).collect();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let (kind, below) = (root.to_lowercase(), if self.is_object(&field["type"]) { " { __typename }" } else { "" });
        format!("{kind} {{ {}{arguments}{below} }}", field["name"].as_str().unwrap())
    }

    fn is_object(&self, of: &Value) -> bool {
        match of["name"].as_str() {
            Some(name) => ["OBJECT", "INTERFACE", "UNION"].iter().any(|kind| self.0[name]["kind"] == *kind),
            None => self.is_object(&of["ofType"]),
        }
    }

    /// Any value of a type.
    fn value(&self, of: &Value) -> String {
        if of["kind"] == "LIST" {
            return "[]".to_owned();
        }
        let Some(name) = of["name"].as_str() else { return self.value(&of["ofType"]) };
        match name {
            "ID" => json!("resident_01h455vb4pex5vsknk084sn02q").to_string(),
            "Date" => json!("2022-03-01").to_string(),
            "DateTime" => json!("2022-03-01T10:00:00+08:00").to_string(),
            "Decimal" => json!("1").to_string(),
            "Int" => "1".to_owned(),
            "Boolean" => "true".to_owned(),
            "String" => json!("x").to_string(),
            _ if self.0[name]["kind"] == "ENUM" => self.0[name]["enumValues"][0]["name"].as_str().unwrap().to_owned(),
            _ => {
                let fields =
                    self.0[name]["inputFields"].as_array().unwrap_or_else(|| panic!("no value of {name}")).iter();
                let needed = fields.filter(|of| of["type"]["kind"] == "NON_NULL" && of["defaultValue"].is_null());
                let parts: Vec<String> =
                    needed.map(|of| format!("{}: {}", of["name"].as_str().unwrap(), self.value(&of["type"]))).collect();
                format!("{{ {} }}", parts.join(", "))
            }
        }
    }
}

/// The fields of the roots that answer with anything but UNAUTHENTICATED.
async fn fields(app: &TestApp) -> BTreeSet<String> {
    let nobody = app.anonymous();
    let schema = Schema::read(&nobody).await;
    let mut reached: BTreeSet<String> =
        ["query __schema", "query __type", "query __typename"].map(str::to_owned).into();
    for introspection in
        ["{ __schema { queryType { name } } }", r#"{ __type(name: "Query") { name } }"#, "{ __typename }"]
    {
        nobody.ask(introspection).await.data();
    }
    for root in ["Query", "Mutation"] {
        for field in schema.0[root]["fields"].as_array().unwrap() {
            let document = schema.document(root, field);
            let answer = nobody.ask(&document).await;
            let refused = answer.body.get("errors").is_some();
            if refused && answer.code() == "UNAUTHENTICATED" {
                assert!(
                    answer.body["data"].is_null()
                        || answer.body["data"].as_object().unwrap().values().all(Value::is_null),
                    "{document}"
                );
                continue;
            }
            assert!(!refused || answer.code() != "GRAPHQL_VALIDATION_FAILED", "{document}: {:#}", answer.body);
            reached.insert(format!("{} {}", root.to_lowercase(), field["name"].as_str().unwrap()));
        }
    }
    reached
}

/// Where a certificate is verified.
async fn a_code(app: &TestApp) -> String {
    let world = World::new(app).await;
    let volunteer = world.volunteer().await;
    let activity = make::activity(&world.staff, &world.community, "清洁").await;
    let session = make::session(&world.staff, &activity, "2022-03-04").await;
    make::service(&world.staff, &session, &volunteer, ("2022-03-04T09:00:00+08:00", "2022-03-04T11:00:00+08:00")).await;
    let id = make::certificate(&world.staff, &world.community, &volunteer, ("2022-01-01", "2022-12-31")).await;
    let found = world.staff.gql("query($id: ID!) { certificate(id: $id) { code } }", json!({ "id": id })).await;
    format!("/verify/{}", found.data()["certificate"]["code"].as_str().unwrap())
}

/// The routes that answer, each by its method.
async fn routes(app: &TestApp) -> BTreeSet<String> {
    let (.., page) = raw(&app.router, request(Method::GET, "/graphiql").body(Body::empty()).unwrap()).await;
    let page = String::from_utf8(page).unwrap();
    let asset = page.split('"').find(|part| part.contains("assets/")).expect("the page has assets");
    let asset = format!("/graphiql/assets/{}", asset.rsplit_once("assets/").unwrap().1);
    let mut reached = BTreeSet::new();
    let code = a_code(app).await;
    for path in tongxin::http::paths() {
        let one = path.replace("{id}", "upload_01h455vb4pex5vsknk084sn02q");
        let address = match path {
            "/verify/{code}" => code.as_str(),
            path if path.starts_with("/certificates/") => "/certificates/certificate_01h455vb4pex5vsknk084sn02q/print",
            path if path.contains("{*") => asset.as_str(),
            _ => one.as_str(),
        };
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let query = Body::from(json!({ "query": "{ __typename }" }).to_string());
            let address =
                if path == "/graphql" && method == Method::GET { "/graphql?query=%7B__typename%7D" } else { address };
            let asked = request(method.clone(), address).header(header::CONTENT_TYPE, "application/json");
            let (status, ..) = raw(&app.router, asked.body(query).unwrap()).await;
            if !matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::UNAUTHORIZED) {
                assert!(!status.is_server_error() && status != StatusCode::BAD_REQUEST, "{method} {address}: {status}");
                reached.insert(format!("http {method} {path}"));
            }
        }
    }
    reached
}

crate::on_both! {
    async fn nobody_reaches_anything_that_people_did_not_open_with_a_reason(app: TestApp) {
        let mut reached = fields(&app).await;
        reached.extend(routes(&app).await);
        let mut said = BTreeSet::new();
        for line in FILE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
            let [entry, reason, limit] = parts.as_slice() else { panic!("`entry | reason | what bounds its use`: {line}") };
            assert!(reason.len() > 10 && limit.len() > 10, "{entry} wants a reason and what bounds its use");
            assert!(said.insert((*entry).to_owned()), "{entry} comes twice");
        }
        let closed: Vec<_> = said.difference(&reached).collect();
        let open: Vec<_> = reached.difference(&said).collect();
        assert!(open.is_empty(), "open to everybody, and not in public-surface.txt: {open:#?}");
        assert!(closed.is_empty(), "in public-surface.txt, and not open any more: {closed:#?}");
    }
}
