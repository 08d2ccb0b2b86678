//! Who sees what: communities from one another, nobody, other roles, and tokens that are no longer good. The expectation comes from the tables
//! themselves, the questions from the schema, so that a new type or list is covered without being named here.

use std::collections::{BTreeMap, BTreeSet};

use entity::community;
use http::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tongxin::{
    access::{
        accounts::{self, Role},
        token,
    },
    demo::{self, Demo, FillOptions},
    relay::id,
};
use uuid::Uuid;

use crate::harness::{Actor, TestApp, contract::AT_THE_DOOR, tables::ids_of, told::all_shown};

/// What volunteers do for themselves.
const OF_VOLUNTEERS: [&str; 3] = ["signUpForSession", "withdrawSignUp", "reportAttendanceError"];

const TYPES: &str =
    "{ __schema { types { kind name interfaces { name } inputFields { name type { ...Ref } } enumValues { name }
    fields { name type { ...Ref } args { name type { ...Ref } } } } } }
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// Both communities of the demo, full of records of every kind.
struct Communities {
    demo: Demo,
    types: BTreeMap<String, Value>,
    here: Actor,
    elsewhere: Actor,
    operator: Actor,
    /// Ids that belong to one community alone, by the name of their type.
    ours: BTreeMap<String, BTreeSet<String>>,
    theirs: BTreeMap<String, BTreeSet<String>>,
}

impl Communities {
    async fn new(app: &TestApp) -> Self {
        let demo = demo::fill(&app.app, &FillOptions { residents: 200, ..FillOptions::default() }).await.unwrap();
        let actor = |account: &str| Actor::new(app.router.clone(), Some(demo.token(account).to_owned()));
        let operator = actor("operator");
        // Who sees all that there is in a community, how the records are used included.
        let secretary = async |place: Uuid| {
            let place = community::Entity::find_by_id(place).one(app.app.db.reader()).await.unwrap().unwrap();
            app.account(&format!("secretary-{}", place.code), Role::Secretary, Some(&place.code)).await
        };
        let (here, elsewhere) = (secretary(demo.community_id).await, secretary(demo.elsewhere_id).await);
        all_shown(app).await;
        let answer = app.anonymous().ask(TYPES).await;
        let types = answer.data()["__schema"]["types"].as_array().unwrap().clone();
        let types: BTreeMap<String, Value> =
            types.into_iter().map(|kind| (kind["name"].as_str().unwrap().to_owned(), kind)).collect();
        let (mut ours, mut theirs) = (BTreeMap::new(), BTreeMap::new());
        for name in node_types(&types) {
            let (a, b) = (ids_of(app, &name, demo.community_id).await, ids_of(app, &name, demo.elsewhere_id).await);
            ours.insert(name.clone(), a.difference(&b).cloned().collect());
            theirs.insert(name, b.difference(&a).cloned().collect());
        }
        Self { demo, types, here, elsewhere, operator, ours, theirs }
    }

    /// All ids that only the other community may see.
    fn all_theirs(&self) -> BTreeSet<&str> {
        self.theirs.values().flatten().map(String::as_str).collect()
    }

    fn fields<'a>(&'a self, of: &str) -> impl Iterator<Item = &'a Value> {
        self.types[of]["fields"].as_array().into_iter().flatten()
    }

    /// The lists at the root: the field, the type of its rows, and whether its filter narrows to a community.
    fn lists(&self) -> Vec<(String, String, bool)> {
        let lists = self.fields("Query").filter_map(|field| {
            let node = bare(&field["type"]).strip_suffix("Connection")?.to_owned();
            // What is asked about something is no list of its own.
            if field["args"].as_array().unwrap().iter().any(|argument| argument["type"]["kind"] == "NON_NULL") {
                return None;
            }
            let filter = &self.types[&format!("{node}Filter")]["inputFields"];
            let narrows = filter.as_array().unwrap().iter().any(|field| field["name"] == "communityId");
            Some((field["name"].as_str().unwrap().to_owned(), node, narrows))
        });
        lists.collect()
    }
}

fn node_types(types: &BTreeMap<String, Value>) -> Vec<String> {
    let is_node =
        |kind: &Value| kind["interfaces"].as_array().is_some_and(|all| all.iter().any(|i| i["name"] == "Node"));
    types.iter().filter(|(_, kind)| is_node(kind)).map(|(name, _)| name.clone()).collect()
}

/// The name of a type without its lists and exclamation marks.
fn bare(kind: &Value) -> &str {
    kind["name"].as_str().unwrap_or_else(|| bare(&kind["ofType"]))
}

/// All ids anywhere in an answer.
fn ids_in<'a>(answer: &'a Value, into: &mut BTreeSet<&'a str>) {
    match answer {
        Value::Array(items) => items.iter().for_each(|item| ids_in(item, into)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| match value {
            Value::String(id) if name == "id" || name == "subjectId" => {
                into.insert(id);
            }
            value => ids_in(value, into),
        }),
        _ => {}
    }
}

async fn nodes(actor: &Actor, ids: &BTreeSet<String>) -> Vec<Value> {
    let mut found = Vec::new();
    for ids in ids.iter().collect::<Vec<_>>().chunks(100) {
        let answer =
            actor.gql("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids })).await;
        found.extend(answer.data()["nodes"].as_array().unwrap().iter().cloned());
    }
    found
}

/// A whole list, page by page, with what its count says.
async fn whole(actor: &Actor, list: &str, node: &str, filter: Value) -> (BTreeSet<String>, i64) {
    let query = format!(
        "query($after: String, $filter: {node}Filter) {{ {list}(first: 100, after: $after, filter: $filter) {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut ids, mut after, mut total) = (BTreeSet::new(), Value::Null, None);
    loop {
        let answer = actor.gql(&query, json!({ "after": after, "filter": filter })).await;
        let page = &answer.data()[list];
        ids.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()));
        let count = page["totalCount"].as_i64().unwrap();
        assert_eq!(*total.get_or_insert(count), count, "{list}: the count is of the whole list on every page");
        if page["pageInfo"]["hasNextPage"] == false {
            return (ids, count);
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

crate::on_both! {
    async fn nothing_of_another_community_is_found_by_its_id(app: TestApp) {
        let c = Communities::new(&app).await;
        for (name, theirs) in &c.theirs {
            let (ours, here, elsewhere) = (&c.ours[name], &c.here, &c.elsewhere);
            // The street above both communities is seen by both.
            if name != "SubDistrict" {
                assert!(!theirs.is_empty() && !ours.is_empty(), "the demo has no {name} in one of its communities: nothing would be proved");
            }
            assert!(nodes(here, theirs).await.iter().all(Value::is_null), "{name} through nodes");
            assert!(nodes(here, ours).await.iter().all(|node| node["__typename"] == **name), "one's own {name} through nodes");
            assert!(nodes(elsewhere, theirs).await.iter().all(|node| node["__typename"] == **name), "their own {name} through nodes");
            let single = name[..1].to_lowercase() + &name[1..];
            let has_query = c.fields("Query").any(|field| field["name"] == single.as_str());
            for id in theirs.iter().take(3) {
                let query = if has_query { format!("query($id: ID!) {{ node(id: $id) {{ id }} {single}(id: $id) {{ id }} }}") } else { "query($id: ID!) { node(id: $id) { id } }".to_owned() };
                for (actor, sees) in [(here, false), (elsewhere, true), (&c.operator, true)] {
                    let answer = actor.gql(&query, json!({ "id": id })).await;
                    let found = answer.data().as_object().unwrap().values().all(|object| object["id"] == id.as_str());
                    let missing = answer.data().as_object().unwrap().values().all(Value::is_null);
                    assert!(if sees { found } else { missing }, "{name}: {:#}", answer.body);
                }
            }
        }
    }

    async fn every_list_holds_ones_own_and_its_count_agrees(app: TestApp) {
        let c = Communities::new(&app).await;
        for (list, node, narrows) in c.lists() {
            let here = &c.here;
            let (ids, total) = whole(here, &list, &node, Value::Null).await;
            assert_eq!(total, ids.len() as i64, "{list}");
            assert!(c.ours[&node].is_subset(&ids) || node == "SubDistrict", "{list} misses something of one's own");
            assert!(ids.is_disjoint(&c.theirs[&node]), "{list} shows what is another's");
            let (all, total) = whole(&c.operator, &list, &node, Value::Null).await;
            assert_eq!(total, all.len() as i64, "{list}");
            assert!(c.theirs[&node].is_subset(&all) && ids.is_subset(&all), "{list} of the operator");
            if narrows {
                let filter = |community| json!({ "communityId": id::encode("community", community) });
                // Not even units that both work with: whom they work with is theirs to know.
                let elsewhere = whole(here, &list, &node, filter(c.demo.elsewhere_id)).await;
                assert_eq!(elsewhere, (BTreeSet::new(), 0), "{list} of another community");
                let nowhere = json!({ "communityId": id::encode("community", app.app.clock.new_id()) });
                assert_eq!(whole(here, &list, &node, nowhere).await, (BTreeSet::new(), 0), "{list} of a community that is not there");
                let own = whole(here, &list, &node, filter(c.demo.community_id)).await;
                // What people of the community did that concerns none is seen without the filter alone.
                let expected = if node == "AuditEntry" { &c.ours[&node] } else { &ids };
                assert_eq!(own.0, *expected, "{list} of one's own community");
            }
        }
    }

    async fn a_cursor_of_the_operator_opens_no_foreign_row(app: TestApp) {
        let c = Communities::new(&app).await;
        let theirs = c.all_theirs();
        for (list, ..) in c.lists() {
            let answer = c.operator.ask(&format!("{{ {list}(first: 100) {{ edges {{ cursor node {{ id }} }} }} }}")).await;
            let edges = answer.data()[&list]["edges"].as_array().unwrap().clone();
            for edge in edges.iter().step_by(edges.len().div_ceil(5)) {
                for page in ["first: 100, after", "last: 100, before"] {
                    let query = format!("query($c: String) {{ {list}({page}: $c) {{ totalCount nodes {{ id }} pageInfo {{ startCursor hasNextPage hasPreviousPage }} }} }}");
                    let answer = c.here.gql(&query, json!({ "c": edge["cursor"] })).await;
                    let mut seen = BTreeSet::new();
                    ids_in(answer.data(), &mut seen);
                    assert!(seen.is_disjoint(&theirs), "{list}");
                }
            }
        }
    }

    async fn no_edge_leads_to_another_community(app: TestApp) {
        let c = Communities::new(&app).await;
        let theirs = c.all_theirs();
        let kinds = node_types(&c.types);
        // What a field leads to, if it leads to objects with ids.
        let target = |field: &Value| -> Option<(String, bool)> {
            let name = bare(&field["type"]);
            let (node, list) = name.strip_suffix("Connection").map_or((name, false), |node| (node, true));
            (kinds.iter().any(|kind| kind == node) && field["args"].as_array().unwrap().iter().all(|arg| arg["type"]["kind"] != "NON_NULL")).then(|| (node.to_owned(), list))
        };
        fn selection(c: &Communities, of: &str, depth: usize, target: &dyn Fn(&Value) -> Option<(String, bool)>) -> String {
            let mut text = "id".to_owned();
            for field in c.fields(of) {
                let name = field["name"].as_str().unwrap();
                match target(field) {
                    Some((node, true)) if depth > 0 => text += &format!(" {name}(first: 8) {{ totalCount nodes {{ {} }} }}", selection(c, &node, depth - 1, target)),
                    Some((node, false)) if depth > 0 => text += &format!(" {name} {{ {} }}", selection(c, &node, depth - 1, target)),
                    _ => {}
                }
            }
            text
        }
        let mut edges = 0;
        for kind in &kinds {
            // From everything that is seen: one's own, the shared directory, the street.
            let mut start: BTreeSet<String> = ids_of(&app, kind, c.demo.community_id).await;
            start = start.into_iter().take(12).collect();
            let within = selection(&c, kind, 2, &target);
            edges += within.matches(" { ").count() + within.matches("(first: 8)").count();
            let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {kind} {{ {within} }} }} }}");
            let answer = c.here.gql(&query, json!({ "ids": start })).await;
            let mut seen = BTreeSet::new();
            ids_in(answer.data(), &mut seen);
            assert!(start.iter().all(|id| seen.contains(id.as_str())), "{kind} is seen itself");
            let foreign: Vec<_> = seen.intersection(&theirs).collect();
            assert!(foreign.is_empty(), "from {kind}: {foreign:?}");
        }
        assert!(edges > 100, "only {edges} edges were walked");

        // The bank works with both communities; each sees its own part of that, also in the counts.
        let shared: Vec<String> = {
            let (a, b) = (ids_of(&app, "PartnerUnit", c.demo.community_id).await, ids_of(&app, "PartnerUnit", c.demo.elsewhere_id).await);
            a.intersection(&b).cloned().collect()
        };
        assert!(!shared.is_empty(), "the demo has a unit that works with both");
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PartnerUnit { pairings { totalCount nodes { id community { id } } }
            participations { totalCount nodes { id project { id community { id } } } } contributions { totalCount nodes { id aidRecords { totalCount } } } } } }";
        let parts = async |actor: &Actor| actor.gql(query, json!({ "ids": shared })).await.data()["nodes"].clone();
        let (ours, others, all) = (parts(&c.here).await, parts(&c.elsewhere).await, parts(&c.operator).await);
        for unit in 0..shared.len() {
            for part in ["pairings", "participations", "contributions"] {
                let count = |of: &Value| of[unit][part]["totalCount"].as_i64().unwrap();
                assert_eq!(count(&ours) + count(&others), count(&all), "{part}");
                assert_eq!(count(&ours), ours[unit][part]["nodes"].as_array().unwrap().len() as i64, "{part}");
            }
        }
    }
}

/// An argument for each field of `Query` and `Mutation`, made from the schema: enough to pass the types.
fn specimen(c: &Communities, kind: &Value, name: &str) -> Value {
    match (kind["kind"].as_str().unwrap(), bare(kind)) {
        ("NON_NULL", _) => specimen(c, &kind["ofType"], name),
        ("LIST", _) => json!([specimen(c, &kind["ofType"], name)]),
        (_, "ID") => json!(c.ours["Resident"].first().unwrap()),
        (_, "String") => json!("x"),
        (_, "Int") => json!(1),
        (_, "Boolean") => json!(true),
        (_, "Date") => json!("2022-01-01"),
        (_, "DateTime") => json!("2022-01-01T00:00:00Z"),
        (_, "Decimal") => json!("1"),
        ("ENUM", kind) => c.types[kind]["enumValues"][0]["name"].clone(),
        ("INPUT_OBJECT", kind) => {
            let fields = c.types[kind]["inputFields"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|field| field["type"]["kind"] == "NON_NULL");
            fields
                .map(|field| (field["name"].as_str().unwrap().to_owned(), specimen(c, &field["type"], name)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        (_, kind) => panic!("{name} takes a {kind}: there is no specimen of it"),
    }
}

/// The document that asks one field with all that it must be given.
fn question(c: &Communities, root: &str, field: &Value) -> (String, Value) {
    let name = field["name"].as_str().unwrap();
    let (mut declared, mut given, mut variables) = (String::new(), String::new(), serde_json::Map::new());
    for argument in field["args"].as_array().unwrap().iter().filter(|argument| argument["type"]["kind"] == "NON_NULL") {
        let argument_name = argument["name"].as_str().unwrap();
        let kind = bare(&argument["type"]);
        let kind =
            if argument["type"]["ofType"]["kind"] == "LIST" { format!("[{kind}!]!") } else { format!("{kind}!") };
        declared += &format!("${argument_name}: {kind} ");
        given += &format!("{argument_name}: ${argument_name} ");
        let value = match (name, argument_name) {
            // The id of a thing of this kind.
            (_, "id") if root == "Query" && name != "node" => {
                let title = name[..1].to_uppercase() + &name[1..];
                let ids = c.ours.get(&title).unwrap_or_else(|| panic!("{name}: there is no specimen"));
                json!(
                    ids.first()
                        .or_else(|| c.theirs[&title].first())
                        .cloned()
                        .unwrap_or_else(|| id::encode("sub_district", Uuid::nil()))
                )
            }
            ("householdsNotYetAided", "programmeId") => json!(c.ours["AidProgramme"].last().unwrap()),
            ("publicNotice" | "eligibility" | "notYetAided", "programmeId") => {
                json!(c.ours["AidProgramme"].first().unwrap())
            }
            ("openWork", "staffMemberId") => json!(c.ours["StaffMember"].first().unwrap()),
            (_, "communityId") if root == "Query" => json!(id::encode("community", c.demo.community_id)),
            ("partnerUnitByCode", "creditCode") => json!("91350100M000100Y43"),
            _ => specimen(c, &argument["type"], name),
        };
        variables.insert(argument_name.to_owned(), value);
    }
    let (operation, open, close) = (
        if root == "Query" { "query" } else { "mutation" },
        if declared.is_empty() { "" } else { "(" },
        if declared.is_empty() { "" } else { ")" },
    );
    let text = format!("{operation}{open}{declared}{close} {{ {name}{open}{given}{close} {{ __typename }} }}");
    (text, variables.into())
}

crate::on_both! {
    async fn nobody_is_told_the_schema_and_nothing_else(app: TestApp) {
        let c = Communities::new(&app).await;
        let nobody = app.anonymous();
        assert_eq!(nobody.ask("{ viewer { name } }").await.data(), &json!({ "viewer": null }));
        assert_eq!(nobody.ask("{ __typename }").await.data(), &json!({ "__typename": "Query" }));
        assert_eq!(nobody.ask("{ __type(name: \"Resident\") { name } }").await.data()["__type"]["name"], "Resident");
        let mut asked = 0;
        // Whoever holds the code of a request follows it, and of a certificate verifies it; what that shows is in `requests.rs` and `certificates.rs`.
        const FOR_ANYBODY: [&str; 3] = ["viewer", "trackRequest", "verifyCertificate"];
        for field in c.fields("Query").filter(|field| !FOR_ANYBODY.iter().any(|name| field["name"] == *name)) {
            let (query, variables) = question(&c, "Query", field);
            let answer = nobody.gql(&query, variables.clone()).await;
            assert_eq!(answer.code(), "UNAUTHENTICATED", "{query}");
            assert!(answer.body.get("data").is_none_or(|data| data.is_null() || data.as_object().unwrap().values().all(Value::is_null)), "{:#}", answer.body);
            // Asked by somebody who may, the same question is answered: so it was refused for the right reason.
            assert!(c.operator.gql(&query, variables).await.body.get("errors").is_none(), "{query}");
            asked += 1;
        }
        assert!(asked > 30, "only {asked} fields were asked");
        // To sign in one has to be nobody; what becomes of it is in `sign_in.rs`.
        for field in c.fields("Mutation").filter(|field| field["name"] != "signIn") {
            let (query, variables) = question(&c, "Mutation", field);
            let answer = nobody.gql(&query, variables).await;
            assert_eq!(answer.code(), "UNAUTHENTICATED", "{query}");
        }
    }

    async fn roles_that_only_read_are_told_who_they_are_and_change_nothing(app: TestApp) {
        let c = Communities::new(&app).await;
        for name in ["partner", "volunteer", "merchant", "resident", "auditor", "grid-staff"] {
            let actor = Actor::new(app.router.clone(), Some(c.demo.token(name).to_owned()));
            let query = "{ viewer { name roles { role community { id } partnerUnit { id } resident { id } volunteer { id } grids { id } } } }";
            let answer = actor.ask(query).await.data()["viewer"].clone();
            let role = &answer["roles"][0];
            let expected = if name == "grid-staff" { "STAFF".to_owned() } else { name.to_uppercase() };
            assert_eq!((&answer["name"], &role["role"]), (&json!(name), &json!(expected)));
            assert_eq!(role["community"]["id"], json!(id::encode("community", c.demo.community_id)));
            for (link, whose) in [("partnerUnit", "partner"), ("resident", "resident"), ("volunteer", "volunteer")] {
                assert_eq!(role[link].is_null(), name != whose, "{name}: {link}");
            }
            assert_eq!(role["grids"].as_array().unwrap().len(), usize::from(name == "grid-staff"));
            for field in c.fields("Mutation").filter(|field| !AT_THE_DOOR.iter().any(|name| field["name"] == *name)) {
                // What a volunteer writes of their own; how far that goes is in `sign_ups.rs` and `attendance_errors.rs`.
                if name == "volunteer" && OF_VOLUNTEERS.iter().any(|own| field["name"] == *own) {
                    continue;
                }
                // Those who ask something of the community submit it, and open it again.
                let asks = ["submitRequest", "reopenRequest"].iter().any(|own| field["name"] == *own);
                if asks && ["merchant", "resident"].contains(&name) {
                    continue;
                }
                // A unit works on what it was given.
                let handles = ["startRequest", "answerRequest", "handBackRequest"].iter().any(|own| field["name"] == *own);
                if handles && name == "partner" {
                    continue;
                }
                let (query, variables) = question(&c, "Mutation", field);
                assert_eq!(actor.gql(&query, variables).await.code(), "FORBIDDEN", "{name}: {query}");
            }
        }
    }

    async fn a_token_that_is_not_good_is_refused(app: TestApp) {
        let good = app.operator().await;
        let secret = good.token.clone().unwrap();
        assert_eq!(good.ask("{ viewer { name } }").await.data()["viewer"]["name"], "operator");
        let flipped = |at: usize| {
            let mut secret = secret.clone().into_bytes();
            secret[at] = if secret[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(secret).unwrap()
        };
        for wrong in [flipped(12), flipped(secret.len() - 10), secret[..secret.len() - 1].to_owned(), format!("{secret}A"), String::new(), "tongxin_pat_".to_owned(), secret[12..].to_owned(), "x".repeat(5000)] {
            let answer = Actor::new(app.router.clone(), Some(wrong.clone())).ask("{ __typename }").await;
            assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{wrong}");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
            assert!(wrong.is_empty() || !answer.body.to_string().contains(&wrong));
        }
    }

    async fn expiry_revocation_and_disabling_take_hold_within_a_second(app: TestApp) {
        let seconds = |s: f64| chrono::TimeDelta::microseconds((s * 1e6) as i64);
        let start = app.app.clock.now();
        app.app.clock.hold(start);
        for name in ["expiring", "revoked", "disabled"] {
            accounts::add(&app.app, name, Role::Operator, None).await.unwrap();
        }
        let bearer = async |name: &str, expires| {
            let secret = accounts::create_token(&app.app, name, "test", expires).await.unwrap();
            Actor::new(app.router.clone(), Some(token::reveal(&secret).to_owned()))
        };
        let status = async |actor: &Actor, at: f64| {
            app.app.clock.hold(start + seconds(at));
            actor.ask("{ viewer { name } }").await.status
        };
        let (ok, refused) = (StatusCode::OK, StatusCode::UNAUTHORIZED);

        let expiring = bearer("expiring", Some(start + seconds(10.0))).await;
        assert_eq!(status(&expiring, 9.5).await, ok);
        assert_eq!(status(&expiring, 10.49).await, ok, "an answer about a token is trusted for a second");
        assert_eq!(status(&expiring, 10.5).await, refused);
        let late = bearer("expiring", Some(start + seconds(10.0))).await;
        assert_eq!(status(&late, 10.0).await, refused, "the moment of expiry is too late");

        let revoked = [bearer("revoked", None).await, bearer("revoked", None).await];
        assert_eq!(status(&revoked[0], 20.0).await, ok);
        assert_eq!(accounts::revoke_tokens(&app.app, "revoked").await.unwrap(), 2);
        assert_eq!(status(&revoked[1], 20.0).await, refused, "one that was not seen lately is refused at once");
        assert_eq!(status(&revoked[0], 21.0).await, refused);
        let anew = bearer("revoked", None).await;
        assert_eq!(status(&anew, 21.0).await, ok, "the account itself is as good as before");

        let disabled = bearer("disabled", None).await;
        assert_eq!(status(&disabled, 30.0).await, ok);
        app.run("UPDATE account SET disabled_at = created_at WHERE name = 'disabled'").await;
        assert_eq!(status(&disabled, 31.0).await, refused);
        app.run("UPDATE account SET disabled_at = NULL WHERE name = 'disabled'").await;
        assert_eq!(status(&disabled, 31.0).await, ok);
    }

    async fn a_role_that_was_taken_away_reaches_nothing_a_second_later(app: TestApp) {
        let start = app.app.clock.now();
        app.app.clock.hold(start);
        let operator = app.operator().await;
        crate::harness::make::community(&operator, "379999001001").await;
        let count = async || operator.ask("{ communities { totalCount } }").await.data()["communities"]["totalCount"].clone();
        assert_eq!(count().await, 1);
        app.run("DELETE FROM account_role").await;
        app.app.clock.hold(start + chrono::TimeDelta::seconds(1));
        assert_eq!(count().await, 0);
    }
}
