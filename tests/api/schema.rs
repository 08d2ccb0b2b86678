//! The schema as a whole: what is written down of it, what every item says of itself, the conventions, and the names that others rely on.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};
use tongxin::{
    access::policy,
    demo::{self, FillOptions},
    model,
    relay::id,
};

use crate::harness::{Actor, Engine, TestApp};

const INTROSPECTION: &str = "{ __schema { types {
    kind name description
    fields(includeDeprecated: true) { name description type { ...Ref } args { ...Value } }
    inputFields { ...Value }
    enumValues(includeDeprecated: true) { name description }
    interfaces { name }
    possibleTypes { name }
} } }
fragment Value on __InputValue { name description type { ...Ref } }
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The types of the schema by name, without those of GraphQL itself.
async fn types() -> BTreeMap<String, Value> {
    let app = TestApp::new(Engine::Sqlite).await;
    let answer = app.anonymous().ask(INTROSPECTION).await;
    let types = answer.data()["__schema"]["types"].as_array().unwrap().clone();
    let named = types.into_iter().map(|kind| (kind["name"].as_str().unwrap().to_owned(), kind));
    named.filter(|(name, _)| !name.starts_with("__")).collect()
}

fn items<'a>(of: &'a Value, what: &str) -> &'a [Value] {
    of[what].as_array().map_or(&[], Vec::as_slice)
}

fn item<'a>(of: &'a Value, what: &str, name: &str) -> Option<&'a Value> {
    items(of, what).iter().find(|item| item["name"] == name)
}

/// A type as SDL writes it: `[UserError!]!`.
fn written(kind: &Value) -> String {
    match kind["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", written(&kind["ofType"])),
        "LIST" => format!("[{}]", written(&kind["ofType"])),
        _ => kind["name"].as_str().unwrap().to_owned(),
    }
}

fn names<'a>(of: &'a Value, what: &str) -> Vec<&'a str> {
    items(of, what).iter().map(|item| item["name"].as_str().unwrap()).collect()
}

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn none(offenders: Vec<String>, rule: &str) {
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

#[test]
fn schema_graphql_is_the_schema_of_the_program() {
    assert!(
        file("schema.graphql") == tongxin::schema::sdl(),
        "schema.graphql is out of date: `cargo run -- schema > schema.graphql`, and read the difference"
    );
}

#[tokio::test]
async fn model_md_is_drawn_from_the_migrations_of_the_program() {
    assert!(
        file("docs/model.md") == model::as_markdown().await.unwrap(),
        "docs/model.md is out of date: `cargo run -- model > docs/model.md`, and read the difference"
    );
}

#[test]
fn roles_md_is_the_matrix_of_the_program() {
    assert!(
        file("docs/roles.md") == policy::as_markdown(),
        "docs/roles.md is out of date: `cargo run -- roles > docs/roles.md`, and read the difference"
    );
}

#[tokio::test]
async fn every_item_says_what_it_is_and_its_chinese_term() {
    const OF_GRAPHQL: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let mut offenders = Vec::new();
    let mut check = |place: String, item: &Value| match item["description"].as_str() {
        None | Some("") => offenders.push(format!("{place} has no description")),
        Some(text) if !chinese(text) => offenders.push(format!("{place} has no Chinese term: {text}")),
        Some(_) => {}
    };
    for (name, kind) in types().await.iter().filter(|(name, _)| !OF_GRAPHQL.contains(&name.as_str())) {
        check(name.clone(), kind);
        for what in ["fields", "inputFields", "enumValues"] {
            for part in items(kind, what) {
                let place = format!("{name}.{}", part["name"].as_str().unwrap());
                check(place.clone(), part);
                for argument in items(part, "args") {
                    check(format!("{place}({}:)", argument["name"].as_str().unwrap()), argument);
                }
            }
        }
    }
    none(offenders, "every item of the schema has a description with its Chinese term");
}

#[tokio::test]
async fn a_mutation_takes_one_input_and_answers_with_its_payload() {
    let types = types().await;
    let mut offenders = Vec::new();
    for field in items(&types["Mutation"], "fields") {
        let name = field["name"].as_str().unwrap();
        let title = name[..1].to_uppercase() + &name[1..];
        let arguments: Vec<String> = items(field, "args")
            .iter()
            .map(|argument| format!("{}: {}", argument["name"].as_str().unwrap(), written(&argument["type"])))
            .collect();
        if arguments != [format!("input: {title}Input!")] {
            offenders.push(format!("{name} takes ({})", arguments.join(", ")));
        }
        if written(&field["type"]) != format!("{title}Payload!") {
            offenders.push(format!("{name} answers with {}", written(&field["type"])));
        }
        let errors = types.get(&format!("{title}Payload")).and_then(|payload| item(payload, "fields", "userErrors"));
        if errors.map(|errors| written(&errors["type"])).as_deref() != Some("[UserError!]!") {
            offenders.push(format!("{title}Payload has no `userErrors: [UserError!]!`"));
        }
    }
    assert!(items(&types["Mutation"], "fields").len() > 20, "these are not all mutations");
    none(offenders, "a mutation takes `input: XInput!` and answers with `XPayload!`");
}

#[tokio::test]
async fn a_connection_has_edges_nodes_page_info_and_a_count() {
    let types = types().await;
    let mut offenders = Vec::new();
    for (name, kind) in types.iter().filter(|(name, _)| name.ends_with("Connection")) {
        let node = name.strip_suffix("Connection").unwrap();
        for (field, wanted) in [
            ("edges", format!("[{node}Edge!]!")),
            ("nodes", format!("[{node}!]!")),
            ("pageInfo", "PageInfo!".to_owned()),
            ("totalCount", "Int!".to_owned()),
        ] {
            let found = item(kind, "fields", field).map(|field| written(&field["type"]));
            if found.as_ref() != Some(&wanted) {
                offenders.push(format!("{name}.{field} is {found:?}, not {wanted}"));
            }
        }
        let edge = &types[&format!("{node}Edge")];
        if names(edge, "fields") != ["cursor", "node"] && names(edge, "fields") != ["node", "cursor"] {
            offenders.push(format!("{node}Edge has {:?}", names(edge, "fields")));
        }
    }
    assert_eq!(names(&types["PageInfo"], "fields").len(), 4);
    none(offenders, "connections are Relay's, with `nodes` and `totalCount`");
}

#[tokio::test]
async fn every_list_at_the_root_has_pages_a_filter_and_an_order() {
    let types = types().await;
    let mut offenders = Vec::new();
    let mut lists = 0;
    for field in items(&types["Query"], "fields") {
        let kind = written(&field["type"]);
        let Some(node) = kind.strip_suffix("Connection!") else { continue };
        lists += 1;
        let name = field["name"].as_str().unwrap();
        let mut wanted = BTreeMap::from([
            ("first", "Int".to_owned()),
            ("after", "String".to_owned()),
            ("last", "Int".to_owned()),
            ("before", "String".to_owned()),
            ("filter", format!("{node}Filter")),
            ("orderBy", format!("[{node}Order!]")),
        ]);
        // The feed has one order: that in which things happened.
        if name == "events" {
            wanted.remove("orderBy");
        }
        let found: BTreeMap<&str, String> = items(field, "args")
            .iter()
            .map(|argument| (argument["name"].as_str().unwrap(), written(&argument["type"])))
            .collect();
        // A list that is about something takes, besides, what it is about.
        let about = found.values().any(|kind| kind.ends_with('!'));
        let lacks = wanted.iter().any(|(argument, kind)| found.get(argument) != Some(kind));
        if lacks || (!about && found.len() != wanted.len()) {
            offenders.push(format!("{name} takes {found:?}"));
        }
        for part in ["and", "or", "not"] {
            if item(&types[&format!("{node}Filter")], "inputFields", part).is_none() {
                offenders.push(format!("{node}Filter has no `{part}`"));
            }
        }
        if item(&types["Query"], "fields", &(node[..1].to_lowercase() + &node[1..])).is_none() {
            offenders.push(format!("there is a list of {node}, and no way to a single one"));
        }
    }
    assert!(lists >= 14, "only {lists} lists at the root");
    none(offenders, "lists at the root take first, after, last, before, filter, orderBy");
}

#[tokio::test]
async fn what_has_an_id_is_a_node_and_no_number_is_a_float() {
    let types = types().await;
    let mut offenders = Vec::new();
    for (name, kind) in &types {
        let is_node = names(kind, "interfaces").contains(&"Node");
        let has_id = item(kind, "fields", "id").is_some_and(|id| written(&id["type"]) == "ID!");
        if kind["kind"] == "OBJECT" && is_node != has_id {
            offenders.push(format!("{name}: has an id: {has_id}, is a node: {is_node}"));
        }
        let parts = items(kind, "fields").iter().chain(items(kind, "inputFields"));
        for part in parts.flat_map(|part| std::iter::once(part).chain(items(part, "args"))) {
            if written(&part["type"]).contains("Float") {
                offenders.push(format!("{name}.{} is a Float", part["name"].as_str().unwrap()));
            }
        }
    }
    assert_eq!(names(&types["Node"], "possibleTypes").len(), tongxin::schema::TYPES.len());
    none(offenders, "objects with an id are nodes, and numbers are whole or decimal");
}

/// Checks, clients and benchmarks are written against these: they are added to, never renamed.
const RELIED_UPON: &str = "
Precision EXACT AT_LEAST ABOUT UNKNOWN
AidKind CASH GOODS SERVICE WORKS PLACES LOAN
AidStatus PLANNED APPROVED DELIVERED REFUSED CANCELLED RETURNED
ProjectStatus PROPOSED APPROVED UNDER_WAY COMPLETED CANCELLED
Quantity value:Decimal unit:String! precision:Precision!
Money yuan:Decimal precision:Precision!
Holding quantity:Quantity value:Money
Query node:Node nodes:[Node]! viewer:Viewer events:EventConnection! auditEntries:AuditEntryConnection!
Event action:String! actor:String subjectId:ID! occurredAt:DateTime! fields:[String!]!
Query community:Community communities:CommunityConnection! grid:Grid grids:GridConnection! building:Building buildings:BuildingConnection!
Query household:Household households:HouseholdConnection! resident:Resident residents:ResidentConnection!
Query partnerUnit:PartnerUnit partnerUnits:PartnerUnitConnection! project:Project projects:ProjectConnection!
Query contribution:Contribution contributions:ContributionConnection! aidProgramme:AidProgramme aidProgrammes:AidProgrammeConnection!
Query aidRecord:AidRecord aidRecords:AidRecordConnection! staffMember:StaffMember staffMembers:StaffMemberConnection!
Resident id:ID! version:Int! community:Community! household:Household fullName:String! idDocument:IdDocument phone:String birthDate:Date
Resident circumstances:[Circumstance!]! lifeStatus:LifeStatus! aidRecords:AidRecordConnection! history:EventConnection!
ResidentFilter communityId:ID householdId:ID buildingId:ID gridId:ID name:TextFilter circumstance:CircumstanceFilter lifeStatus:LifeStatusFilter
ResidentFilter birthDate:DateRange and:[ResidentFilter!] or:[ResidentFilter!] not:ResidentFilter
TextFilter eq:String contains:String
DateRange from:Date to:Date
ResidentOrder NAME_ASC NAME_DESC BIRTH_DATE_ASC BIRTH_DATE_DESC REGISTERED_AT_ASC REGISTERED_AT_DESC
AidRecord id:ID! version:Int! resident:Resident household:Household recipientAlias:String! programme:AidProgramme contribution:Contribution
AidRecord project:Project kind:AidKind! status:AidStatus! quantity:Quantity value:Money givenOn:Date! note:String
Contribution id:ID! version:Int! kind:AidKind! title:String! contributors:[Contributor!]! partnerUnit:PartnerUnit project:Project
Contribution pledged:Holding! received:Holding! allocated:Holding! delivered:Holding! remaining:Holding!
Contributor partnerUnit:PartnerUnit amount:Money
Project id:ID! version:Int! title:String! status:ProjectStatus! participations:ProjectParticipationConnection!
Project contributions:ContributionConnection! aidRecords:AidRecordConnection! funding:ProjectFunding!
ProjectParticipation partnerUnit:PartnerUnit roles:[ParticipationRole!]! share:Money
ProjectFunding budget:Money! sharedOut:Money! unallocated:Money!
Mutation registerResident:RegisterResidentPayload! amendResident:AmendResidentPayload! proposeProject:ProposeProjectPayload!
Mutation recordContribution:RecordContributionPayload! recordAid:RecordAidPayload! approveAid:ApproveAidPayload!
Mutation deliverAid:DeliverAidPayload! returnAid:ReturnAidPayload!
RegisterResidentPayload resident:Resident userErrors:[UserError!]!
RecordAidPayload aidRecord:AidRecord userErrors:[UserError!]!
AmendResidentInput id:ID! expectedVersion:Int!
RecordAidInput idempotencyKey:String
UserError field:[String!]! code:UserErrorCode! message:String! details:JSON
UserErrorCode REQUIRED INVALID OUT_OF_RANGE NOT_FOUND DUPLICATE CONFLICT ILLEGAL_TRANSITION QUOTA_EXHAUSTED INSUFFICIENT_REMAINDER
UserErrorCode NOT_ELIGIBLE ALREADY_AIDED EXCLUDED_BY_PROGRAMME CAPACITY_REACHED OVERLAP IDEMPOTENCY_KEY_REUSED SAME_PERSON
UserErrorCode CONSENT_REQUIRED BAD_CREDENTIALS
";

#[tokio::test]
async fn the_names_that_others_rely_on_are_there() {
    let types = types().await;
    let mut offenders = Vec::new();
    for line in RELIED_UPON.trim().lines() {
        let (name, parts) = line.split_once(' ').unwrap();
        let Some(kind) = types.get(name) else {
            offenders.push(format!("there is no {name}"));
            continue;
        };
        for part in parts.split(' ') {
            let (part, wanted) = part.split_once(':').map_or((part, None), |(part, wanted)| (part, Some(wanted)));
            let found = ["fields", "inputFields", "enumValues"].iter().find_map(|what| item(kind, what, part));
            let found = found.map(|found| wanted.map_or(String::new(), |_| written(&found["type"])));
            // What is promised to be nullable may turn out never to be null: clients do not mind.
            let kept = found.as_ref().is_some_and(|found| {
                wanted.is_none_or(|wanted| {
                    found == wanted || (kind["kind"] == "OBJECT" && *found == format!("{wanted}!"))
                })
            });
            if !kept {
                offenders.push(format!("{name}.{part} is {found:?}, not {wanted:?}"));
            }
        }
    }
    none(offenders, "names and types that others rely on");
}

async fn run_example(staff: &Actor, name: &str, adjust: impl FnOnce(&mut Value)) -> Value {
    let variables = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("web/examples/{name}.json"));
    let mut variables =
        std::fs::read_to_string(variables).map_or(json!({}), |text| serde_json::from_str(&text).unwrap());
    adjust(&mut variables);
    staff.gql(&file(&format!("web/examples/{name}.graphql")), variables).await.data().clone()
}

crate::on_both! {
    async fn the_examples_of_graphiql_answer_with_data(app: TestApp) {
        let made = demo::fill(&app.app, &FillOptions { residents: 200, ..FillOptions::default() }).await.unwrap();
        let staff = Actor::new(app.router.clone(), Some(made.token("staff").to_owned()));
        let mut examples: Vec<String> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("web/examples"))
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".graphql").map(str::to_owned))
            .collect();
        examples.sort();
        let covered =
            ["aid-page-walk", "impact-report", "one-plus-n-plus-n", "register-resident", "requests", "residents", "search", "volunteers-campaign"];
        assert_eq!(examples, covered, "cover the new example here");

        let residents = run_example(&staff, "residents", |_| ()).await;
        assert_eq!(residents["residents"]["totalCount"], 200);
        assert!(residents["residents"]["nodes"][0]["household"]["building"]["name"].is_string());

        let pairs = run_example(&staff, "one-plus-n-plus-n", |_| ()).await;
        assert_eq!(pairs["communities"]["nodes"][0]["pairings"]["nodes"].as_array().unwrap().len(), 10);

        let found = run_example(&staff, "search", |_| ()).await;
        assert_eq!(found["search"]["hits"][0]["node"]["name"], "中国移动");

        let community = id::encode("community", made.community_id);
        let report = &run_example(&staff, "impact-report", |variables| variables["communityId"] = json!(community)).await["impactReport"];
        assert_eq!(report["cashContributed"], json!({ "yuan": "180000.00", "precision": "AT_LEAST" }));
        assert_eq!(report["partnerUnits"], 10);

        let asked = run_example(&staff, "requests", |variables| variables["communityId"] = json!(community)).await;
        assert_eq!(asked["requests"]["nodes"].as_array().unwrap().len(), 5);
        assert!(asked["requestFigures"]["received"].as_i64().unwrap() > 10 && asked["notVisitedFor"]["totalCount"].as_i64().unwrap() > 10);

        let campaign = &run_example(&staff, "volunteers-campaign", |_| ()).await["campaigns"]["nodes"][0];
        assert_eq!(campaign["turnout"]["personTimes"], json!({ "value": "160", "precision": "AT_LEAST" }));
        assert_eq!(campaign["results"][0]["quantity"], json!({ "value": "12", "unit": "tonne", "precision": "EXACT" }));

        let mut after = Value::Null;
        for _ in 0..3 {
            let page = run_example(&staff, "aid-page-walk", |variables| variables["after"] = after.clone()).await;
            assert_eq!(page["aidRecords"]["nodes"].as_array().unwrap().len(), 10);
            assert_ne!(page["aidRecords"]["pageInfo"]["endCursor"], after);
            after = page["aidRecords"]["pageInfo"]["endCursor"].clone();
        }

        let register = async || run_example(&staff, "register-resident", |variables| variables["input"]["communityId"] = json!(community)).await;
        let (first, again) = (register().await, register().await);
        assert_eq!(first["registerResident"]["userErrors"], json!([]));
        assert_eq!(first["registerResident"]["resident"]["fullName"], "王小明");
        assert_eq!(first, again, "the same key registers nobody twice");
    }
}
