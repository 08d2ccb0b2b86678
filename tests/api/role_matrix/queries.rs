//! The fields of `Query`, and all that lists are filtered, ordered and grouped by.

use serde_json::{Value, json};
use tongxin::relay::id::encode;

use super::Line;
use crate::{
    harness::{
        Answer, Contract, TestApp,
        stage::Stage,
        types::{FieldOf, Kind},
    },
    specimen_filters::{self, Filtered},
};

/// A question with an own and with a foreign subject.
type Asked = (String, [Value; 2]);

/// The refusal, or how much of it was given.
fn outcome(answer: &Answer, of: impl Fn(&Value) -> &'static str) -> String {
    match answer.body.get("errors") {
        Some(_) => answer.code().to_owned(),
        None => of(&answer.body["data"]).to_owned(),
    }
}

async fn line(stage: &Stage, name: String, (query, subjects): &Asked, of: impl Fn(&Value) -> &'static str) -> Line {
    let mut cells = Vec::new();
    for column in &stage.columns {
        let mut parts = Vec::new();
        let subjects = if subjects[0] == subjects[1] { &subjects[..1] } else { &subjects[..] };
        for subject in subjects {
            parts.push(outcome(&column.ask(query, subject.clone()).await, &of));
        }
        parts.dedup();
        cells.push(parts.join("/"));
    }
    Line::new(name, cells)
}

pub async fn lines(app: &TestApp, stage: &Stage) -> Vec<Line> {
    let lists = specimen_filters::all(app, &stage.world, &stage.here).await;
    let contract = Contract::read(&stage.world.operator).await;
    let mut lines = Vec::new();
    for root in stage.types.fields("Query") {
        let name = format!("query {}", root.name);
        if root.kind == Kind::Connection {
            lines.push(list(stage, root).await);
            lines.extend(filters(stage, root, &lists, &contract).await);
            lines.extend(orders(stage, root).await);
        } else if let Some(subjects) = by_id(stage, root) {
            let query = format!("query($id: ID!) {{ found: {}(id: $id) {{ id }} }}", root.name);
            let found = |data: &Value| if data["found"].is_null() { "-" } else { "found" };
            lines.push(line(stage, name, &(query, subjects), found).await);
        } else {
            lines.push(line(stage, name, &other(stage, &root.name), told).await);
        }
    }
    for group in stage.types.values("AidSummaryGroup") {
        let query = format!("{{ found: aidSummary(groupBy: [{group}]) {{ suppressed records }} }}");
        lines.push(line(stage, format!("group aidSummary {group}"), &(query, [json!({}), json!({})]), told).await);
    }
    lines
}

/// One that is found by its id: one of here and one of elsewhere.
fn by_id(stage: &Stage, root: &FieldOf) -> Option<[Value; 2]> {
    root.arguments.iter().find(|(name, _)| name == "id")?;
    let of = if root.of == "Node" { "Resident" } else { &*root.of };
    let [here, elsewhere] = stage.rows.get(of)?;
    // Both communities lie in one sub-district.
    let foreign = elsewhere.first().cloned().unwrap_or_else(|| encode("sub_district", uuid::Uuid::from_u128(7)));
    Some([json!({ "id": here[0] }), json!({ "id": foreign })])
}

/// What the other fields are asked.
fn other(stage: &Stage, root: &str) -> Asked {
    let (here, elsewhere) = (&stage.world.community, &stage.world.elsewhere);
    let places = |query: &str| (query.to_owned(), [here, elsewhere].map(|id| json!({ "community": id })));
    match root {
        "viewer" => ("{ found: viewer { name } }".into(), [json!({}), json!({})]),
        "nodes" => {
            let rows = stage.rows["AidRecord"].each_ref().map(|ids| json!({ "ids": [ids[0]] }));
            ("query($ids: [ID!]!) { found: nodes(ids: $ids) { id } }".into(), rows)
        }
        // One unit that the community works with, and one that nobody has.
        "partnerUnitByCode" => (
            "query($code: String!) { found: partnerUnitByCode(creditCode: $code) { id } }".into(),
            ["91350100M000100Y43", "91350211M000100Y46"].map(|code| json!({ "code": code })),
        ),
        "search" => places(
            r#"query($community: ID!) { found: search(text: "单位", communityId: $community, kinds: [PARTNER_UNIT]) { hits { field } } }"#,
        ),
        "aidSummary" => places(
            "query($community: ID!) { found: aidSummary(filter: { communityId: $community }) { suppressed records } }",
        ),
        "impactReport" => places(
            r#"query($community: ID!) { found: impactReport(communityId: $community, from: "2019-01-01", to: "2024-12-31") { partnerUnits beneficiaryResidents months { suppressed } } }"#,
        ),
        "tokens" => places("query($community: ID!) { found: tokens(communityId: $community) { name } }"),
        _ => panic!("write in tests/api/role_matrix/queries.rs what `{root}` is asked"),
    }
}

fn told(data: &Value) -> &'static str {
    let found = &data["found"];
    let rows = found.as_array().or(found["hits"].as_array());
    match rows {
        _ if found.is_null() => "-",
        Some(rows) if rows.iter().any(|row| row["suppressed"] == true) => "suppressed",
        Some(rows) if rows.iter().any(|row| row.get("records").is_some_and(|records| *records != 0)) => "figures",
        Some(rows) if rows.iter().all(|row| row.is_null() || row.get("records").is_some()) => "-",
        None if found.get("months").is_some() => "figures",
        _ => "found",
    }
}

/// How much of a list of both communities.
async fn list(stage: &Stage, root: &FieldOf) -> Line {
    let query = format!("{{ found: {} {{ totalCount }} }}", root.name);
    let mut all = None;
    for column in stage.columns.iter().filter(|column| column.name == "operator") {
        all = column.ask(&query, json!({})).await.data()["found"]["totalCount"].as_u64();
    }
    let much = |data: &Value| match data["found"]["totalCount"].as_u64() {
        Some(0) => "-",
        total if total == all => "all",
        _ => "some",
    };
    line(stage, format!("query {}", root.name), &(query, [json!({}), json!({})]), much).await
}

async fn filters(stage: &Stage, root: &FieldOf, lists: &[Filtered], contract: &Contract) -> Vec<Line> {
    let of = root.of.strip_suffix("Connection").unwrap();
    let own = lists.iter().find(|list| list.list.field == root.name && list.around == "LIST");
    let own =
        own.unwrap_or_else(|| panic!("write specimens of the filter of `{}` in tests/api/specimen_filters", root.name));
    let sole = |filter: &Value, field: &str| {
        filter.as_object().is_some_and(|parts| parts.len() == 1 && parts.get(field).is_some_and(|part| !part.is_null()))
    };
    let mut lines = Vec::new();
    for field in contract.fields(&format!("{of}Filter")) {
        let alone = || own.specimens.iter().filter(|(filter, _)| sole(filter, &field.name));
        // One that leaves rows, if there is any.
        let specimen = alone().find(|(_, rows)| !rows.is_empty()).or_else(|| alone().next());
        let filter = match (&*field.name, specimen) {
            ("and" | "or", _) => json!({ &field.name: [own.specimens[0].0] }),
            ("not", _) => json!({ "not": own.specimens[0].0 }),
            (_, Some((filter, _))) => filter.clone(),
            (name, None) => {
                panic!("write a specimen of the filter `{}.{name}` in tests/api/specimen_filters", root.name)
            }
        };
        let query = format!("query($f: {of}Filter) {{ found: {}(filter: $f, first: 0) {{ totalCount }} }}", root.name);
        let name = format!("filter {}.{}", root.name, field.name);
        let subjects = [json!({ "f": filter }), json!({ "f": filter })];
        lines.push(line(stage, name, &(query, subjects), some).await);
    }
    lines
}

fn some(data: &Value) -> &'static str {
    if data["found"]["totalCount"] == 0 { "-" } else { "some" }
}

async fn orders(stage: &Stage, root: &FieldOf) -> Vec<Line> {
    let Some((_, order)) = root.arguments.iter().find(|(name, _)| name == "orderBy") else { return Vec::new() };
    let mut lines = Vec::new();
    for value in stage.types.values(order) {
        let query = format!("{{ found: {}(orderBy: [{value}], first: 1) {{ totalCount nodes {{ id }} }} }}", root.name);
        let name = format!("order {} {value}", root.name);
        lines.push(line(stage, name, &(query, [json!({}), json!({})]), some).await);
    }
    lines
}
