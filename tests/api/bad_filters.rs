//! Filters that cannot be: each is refused with a code and words that say where it is wrong, whoever asks.

use serde_json::{Value, json};

use crate::harness::{
    Actor, Answer, World,
    bulk::{self, Size},
    make,
};

const FEW: Size = Size { residents: 12, projects: 2, units: 7 };

/// Root lists with the type of their filter.
const LISTS: [(&str, &str); 25] = [
    ("residents", "ResidentFilter"),
    ("households", "HouseholdFilter"),
    ("aidRecords", "AidRecordFilter"),
    ("aidProgrammes", "AidProgrammeFilter"),
    ("projects", "ProjectFilter"),
    ("contributions", "ContributionFilter"),
    ("partnerUnits", "PartnerUnitFilter"),
    ("pairings", "PairingFilter"),
    ("staffMembers", "StaffMemberFilter"),
    ("communities", "CommunityFilter"),
    ("subDistricts", "SubDistrictFilter"),
    ("grids", "GridFilter"),
    ("buildings", "BuildingFilter"),
    ("sponsorships", "SponsorshipFilter"),
    ("instalments", "InstalmentFilter"),
    ("volunteers", "VolunteerFilter"),
    ("teams", "TeamFilter"),
    ("teamMemberships", "TeamMembershipFilter"),
    ("partyMemberships", "PartyMembershipFilter"),
    ("consents", "ConsentFilter"),
    ("auditEntries", "AuditEntryFilter"),
    ("accountRoles", "AccountRoleFilter"),
    ("merchants", "MerchantFilter"),
    ("requests", "RequestFilter"),
    ("visits", "VisitFilter"),
];

async fn ask(actor: &Actor, (list, of): (&str, &str), filter: &Value) -> Answer {
    actor
        .gql(
            &format!("query($filter: {of}) {{ {list}(filter: $filter) {{ totalCount nodes {{ id }} }} }}"),
            json!({ "filter": filter }),
        )
        .await
}

async fn ask_residents(actor: &Actor, filter: Value) -> Answer {
    ask(actor, LISTS[0], &filter).await
}

#[track_caller]
fn assert_refused(answer: &Answer, code: &str, names: &str, case: &str) {
    assert_eq!(answer.code(), code, "{case}: {:#}", answer.body);
    assert!(answer.message().to_lowercase().contains(&names.to_lowercase()), "{case}: {}", answer.message());
    assert!(answer.message().len() < 600, "{case}: the value comes back whole");
}

/// Fields of a filter by the type of their values.
async fn fields(actor: &Actor, of: &str, kind: &str) -> Vec<String> {
    let query = "query($of: String!) { __type(name: $of) { inputFields { name type { name } } } }";
    let answer = actor.gql(query, json!({ "of": of })).await;
    let fields = answer.data()["__type"]["inputFields"].as_array().unwrap().iter();
    fields
        .filter(|field| field["type"]["name"] == kind)
        .map(|field| field["name"].as_str().unwrap().to_owned())
        .collect()
}

crate::on_both! {
    async fn an_id_of_another_type_is_refused_by_the_name_of_its_argument(app: TestApp) {
        let world = World::new(&app).await;
        let long = "resident_".repeat(2_000);
        let mut found = 0;
        for list in LISTS.into_iter().chain([("events", "EventFilter")]) {
            for field in fields(&world.staff, list.1, "ID").await {
                found += 1;
                let names = format!("filter.{field}");
                let foreign = "data_key_01h455vb4pex5vsknk084sn02q";
                for wrong in [foreign, "", "resident_", "01h455vb4pex5vsknk084sn02q", "RESIDENT_01h455vb4pex5vsknk084sn02q", "居民", "a\0b", "1' OR '1'='1", &long] {
                    // Of any type, an event's subject may be.
                    if wrong == foreign && field == "subjectId" {
                        continue;
                    }
                    for filter in [json!({ &field: wrong }), json!({ "and": [{ "or": [{ &field: wrong }] }] }), json!({ "not": { &field: wrong } })] {
                        let answer = ask(&world.staff, list, &filter).await;
                        assert_refused(&answer, "BAD_USER_INPUT", &names, &format!("{} {field} {wrong:.40}", list.0));
                    }
                }
            }
        }
        assert!(found > 25, "{found} references in filters");
    }

    async fn an_unknown_enum_value_or_field_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        for filter in [
            json!({ "lifeStatus": { "eq": "ALIVE" } }),
            json!({ "lifeStatus": { "in": ["LIVING_HERE", "living_here"] } }),
            json!({ "circumstance": { "eq": "" } }),
            json!({ "circumstance": { "eq": 1 } }),
            json!({ "colour": "red" }),
            json!({ "name": { "like": "王%" } }),
            json!({ "name": "王" }),
            json!({ "name": { "eq": 5 } }),
            json!([1]),
            json!("x"),
            json!({ "and": [null] }),
            json!({ "idDocument": { "kind": "PASSPORT" } }),
        ] {
            assert_refused(&ask_residents(&world.staff, filter.clone()).await, "BAD_USER_INPUT", "Filter", &filter.to_string());
        }
        let literal = "{ residents(filter: { lifeStatus: { eq: ALIVE } }) { totalCount } }";
        let answer = world.staff.ask(literal).await;
        assert!(matches!(answer.code(), "GRAPHQL_VALIDATION_FAILED" | "BAD_USER_INPUT"), "{:#}", answer.body);
        let orders = "query($by: [ResidentOrder!]) { residents(orderBy: $by) { totalCount } }";
        let answer = world.staff.gql(orders, json!({ "by": ["AGE_ASC"] })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{:#}", answer.body);
    }

    async fn a_bad_date_is_refused_with_the_form_that_is_wanted(app: TestApp) {
        let world = World::new(&app).await;
        world.resident().await;
        for wrong in ["2021-02-30", "2021-2-3", "", "20210203", "2021-02-03T00:00:00Z", "１９８４-01-01", "0000-01-01", "1849-12-31", "2200-01-01", "-271821-04-20", "now", "2021-02-03\0"] {
            for filter in [json!({ "birthDate": { "from": wrong } }), json!({ "birthDate": { "to": wrong } })] {
                assert_refused(&ask_residents(&world.staff, filter).await, "BAD_USER_INPUT", "2020-05-01", wrong);
            }
        }
        let answer = world.staff.ask("{ residents(first: 1) { nodes { circumstances(on: \"2021-13-01\") { id } } } }").await;
        assert!(matches!(answer.code(), "GRAPHQL_VALIDATION_FAILED" | "BAD_USER_INPUT"), "{:#}", answer.body);
    }

    async fn endless_texts_and_nul_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        let long = "王".repeat(10_000);
        let mut found = 0;
        for list in LISTS.into_iter().chain([("events", "EventFilter")]) {
            for field in fields(&world.staff, list.1, "TextFilter").await {
                found += 1;
                for wrong in [long.as_str(), "a\0b"] {
                    for text in [json!({ "eq": wrong }), json!({ "contains": wrong }), json!({ "in": ["a", wrong] })] {
                        let answer = ask(&world.staff, list, &json!({ &field: text })).await;
                        assert_refused(&answer, "BAD_USER_INPUT", "200 characters", &format!("{} {field}", list.0));
                    }
                }
            }
        }
        assert!(found >= 10, "{found} texts in filters");
        for wrong in [long.as_str(), "a\0b", "", "1", "٠١٢٣"] {
            let answer = ask_residents(&world.staff, json!({ "phone": wrong })).await;
            assert_refused(&answer, "BAD_USER_INPUT", "filter.phone", wrong);
            for kind in ["PASSPORT", "RESIDENT_ID_CARD", "NONE"] {
                let answer = ask_residents(&world.staff, json!({ "idDocument": { "kind": kind, "number": wrong } })).await;
                assert_refused(&answer, "BAD_USER_INPUT", "filter.idDocument", wrong);
            }
            let answer = ask(&world.staff, ("partnerUnits", "PartnerUnitFilter"), &json!({ "creditCode": { "eq": wrong } })).await;
            assert_refused(&answer, "BAD_USER_INPUT", "filter.creditCode", wrong);
        }
        // As long as may be, and with every odd character.
        let answer = ask_residents(&world.staff, json!({ "name": { "contains": "\u{10ffff}\\%_!'\";--\n\u{202e}".to_owned() + &"王".repeat(180) } })).await;
        assert_eq!(answer.data()["residents"]["totalCount"], 0);
    }

    async fn filters_of_thousands_of_parts_are_refused_or_answered_but_never_fail(app: TestApp) {
        let world = World::new(&app).await;
        bulk::fill(&app, &world.community, FEW).await;
        let names = |number: usize| (0..number).map(|i| format!("n{i}")).collect::<Vec<_>>();
        let parts = |number: usize| names(number).into_iter().map(|name| json!({ "name": { "eq": name } })).collect::<Vec<_>>();
        let deep = |levels: usize| (0..levels).fold(json!({}), |inner, _| json!({ "not": inner }));
        for (case, filter) in [
            ("in of 40,000", json!({ "name": { "in": names(40_000) } })),
            ("in of 70,000", json!({ "name": { "in": names(70_000) } })),
            ("or of 1,100", json!({ "or": parts(1_100) })),
            ("and of 1,100", json!({ "and": parts(1_100) })),
            ("or of 20,000", json!({ "or": parts(20_000) })),
            ("or of many ins", json!({ "or": (0..300).map(|_| json!({ "name": { "in": names(150) } })).collect::<Vec<_>>() })),
            ("or of 30,000 nothings", json!({ "or": vec![json!({}); 30_000] })),
            ("enums by the thousand", json!({ "lifeStatus": { "in": vec!["LIVING_HERE"; 40_000] } })),
            ("31 deep", deep(31)),
            ("200 deep", deep(200)),
        ] {
            let answer = ask_residents(&world.staff, filter).await;
            if answer.body.get("errors").is_some() {
                assert!(matches!(answer.code(), "BAD_USER_INPUT" | "QUERY_TOO_COMPLEX" | "BAD_REQUEST"), "{case}: {:#}", answer.body);
            }
        }
        // What a screen may well ask for works.
        let answer = ask_residents(&world.staff, json!({ "name": { "in": names(100) }, "or": parts(100) })).await;
        assert_eq!(answer.data()["residents"]["totalCount"], 0);
        let orders = "query($by: [ResidentOrder!]) { residents(orderBy: $by) { totalCount } }";
        let answer = world.staff.gql(orders, json!({ "by": vec!["NAME_ASC"; 10_000] })).await;
        assert_eq!(answer.data()["residents"]["totalCount"], 12);
    }

    async fn the_operator_may_not_look_people_up_by_what_is_sealed(app: TestApp) {
        let world = World::new(&app).await;
        let input = json!({ "communityId": world.community, "fullName": "王小明", "phone": "13800000001", "idDocument": { "kind": "PASSPORT", "number": "E12345678" } });
        make::created(&world.staff, "registerResident", "resident", input).await;
        let (phone, document) = (json!({ "phone": "13800000001" }), json!({ "idDocument": { "kind": "PASSPORT", "number": "E12345678" } }));
        for (field, filter) in [("phone", &phone), ("idDocument", &document)] {
            for filter in [
                filter.clone(),
                json!({ "and": [filter] }),
                json!({ "or": [{ "name": { "eq": "x" } }, filter] }),
                json!({ "not": filter }),
                json!({ "not": { "not": { "and": [{ "or": [filter] }] } } }),
                json!({ "communityId": world.community, "and": [filter] }),
            ] {
                let answer = ask_residents(&world.operator, filter.clone()).await;
                assert_refused(&answer, "FORBIDDEN_FIELD", field, &filter.to_string());
                assert!(answer.body["data"]["residents"].is_null());
                assert!(ask_residents(&world.staff, filter.clone()).await.body.get("errors").is_none(), "staff: {filter}");
            }
            // Nested lists are filtered by the same rule.
            let (building, head) = (world.building().await, world.resident().await);
            make::household(&world.staff, &world.community, &building, "101", &head).await;
            let nested = "query($id: ID!, $filter: ResidentFilter) { building(id: $id) { residents(filter: $filter) { totalCount } } }";
            let answer = world.operator.gql(nested, json!({ "id": building, "filter": filter })).await;
            assert_refused(&answer, "FORBIDDEN_FIELD", field, "nested");
            let answer = world.staff.gql(nested, json!({ "id": building, "filter": filter })).await;
            assert_eq!(answer.data()["building"]["residents"]["totalCount"], 0);
        }
        for filter in [phone, document] {
            assert_eq!(ask_residents(&world.staff, filter.clone()).await.data()["residents"]["totalCount"], 1);
            // Nor does staff find whom the neighbours know.
            assert_eq!(ask_residents(&world.stranger, filter).await.data()["residents"]["totalCount"], 0);
        }
    }

    async fn a_malformed_value_and_a_forbidden_field_are_told_apart(app: TestApp) {
        let world = World::new(&app).await;
        // No hint at what a number should be for those who may not ask.
        let answer = ask_residents(&world.operator, json!({ "phone": "1" })).await;
        assert_refused(&answer, "FORBIDDEN_FIELD", "phone", "operator");
        let answer = ask_residents(&world.staff, json!({ "phone": "1" })).await;
        assert_refused(&answer, "BAD_USER_INPUT", "filter.phone", "staff");
        let answer = ask_residents(&app.anonymous(), json!({ "phone": "1" })).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED");
    }
}
