//! The directory of partner units, and who sees what of it.

use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::harness::{Actor, TestApp, actor::refusals, make};

const HERE: &str = "379999001001";
const ELSEWHERE: &str = "379999001002";
const CODE: &str = "91350100M000100Y43";
const FAILING_CODE: &str = "91350100M000100Y4Z";

/// Two communities, and staff of each.
async fn two_communities(app: &TestApp) -> (String, Actor, String, Actor) {
    let operator = app.operator().await;
    let here = make::community(&operator, HERE).await;
    let elsewhere = make::community(&operator, ELSEWHERE).await;
    (here, app.staff_of(HERE).await, elsewhere, app.staff_of(ELSEWHERE).await)
}

async fn names(actor: &Actor, filter: serde_json::Value) -> Vec<String> {
    let query =
        "query($f: PartnerUnitFilter) { partnerUnits(filter: $f, orderBy: [NAME_ASC]) { totalCount nodes { name } } }";
    let answer = actor.gql(query, json!({ "f": filter })).await;
    let nodes = answer.data()["partnerUnits"]["nodes"].as_array().unwrap();
    assert_eq!(answer.data()["partnerUnits"]["totalCount"], nodes.len());
    nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

crate::on_both! {
    async fn a_unit_registered_with_a_pairing_is_seen_by_that_community_and_found_by_its_alias(app: TestApp) {
        let (here, staff, elsewhere, others) = two_communities(&app).await;
        let input = json!({
            "name": "区发展和改革局", "kind": "GOVERNMENT", "creditCode": CODE, "aliases": ["区发改委", "发改"],
            "pairing": { "communityId": here, "startedOn": "2020-05-01", "note": "1+N+N" }, "idempotencyKey": "one",
        });
        let fields = "id version name nameKnown creditCode creditCodeOverrideReason aliases { id alias partnerUnit { name } } \
            pairings { nodes { startedOn endedOn note current community { id } partnerUnit { name } } } \
            participations { totalCount } contributions { totalCount } registeredAt";
        let payload = staff.mutate("registerPartnerUnit", "partnerUnit", fields, input.clone()).await;
        let unit = &payload["partnerUnit"];
        assert_eq!(unit["nameKnown"], true, "{payload:#}");
        assert_eq!(unit["aliases"].as_array().unwrap().len(), 2);
        assert_eq!(unit["pairings"]["nodes"][0]["current"], true);
        assert_eq!(unit["pairings"]["nodes"][0]["community"]["id"], here.as_str());
        assert_eq!(unit["contributions"]["totalCount"], 0);
        let again = staff.mutate("registerPartnerUnit", "partnerUnit", fields, input).await;
        assert_eq!(again["partnerUnit"]["id"], unit["id"]);

        for filter in [
            json!({ "name": { "contains": "发改委" } }), json!({ "name": { "eq": "区发展和改革局" } }), json!({ "communityId": here }),
            json!({ "creditCode": { "eq": CODE.to_lowercase() } }), json!({ "kind": { "in": ["GOVERNMENT", "BANK"] } }),
        ] {
            assert_eq!(names(&staff, filter.clone()).await, ["区发展和改革局"], "{filter}");
            assert!(names(&others, filter.clone()).await.is_empty(), "{filter}");
        }
        assert!(names(&staff, json!({ "name": { "eq": "发改委" } })).await.is_empty());
        assert!(names(&staff, json!({ "communityId": elsewhere })).await.is_empty());
        let one = others.gql("query($id: ID!) { partnerUnit(id: $id) { name } node(id: $id) { id } }", json!({ "id": unit["id"] })).await;
        assert_eq!(one.data(), &json!({ "partnerUnit": null, "node": null }));
    }

    async fn whoever_has_the_whole_code_finds_a_unit_and_may_pair_with_it(app: TestApp) {
        let (here, staff, elsewhere, others) = two_communities(&app).await;
        let input = json!({ "name": "渤海银行", "kind": "BANK", "creditCode": CODE, "aliases": ["渤银"], "pairing": { "communityId": here } });
        make::created(&staff, "registerPartnerUnit", "partnerUnit", input).await;

        let query = "query($c: String!) { partnerUnitByCode(creditCode: $c) { name aliases { alias partnerUnit { name } } pairings { totalCount } } }";
        let found = others.gql(query, json!({ "c": format!(" {} ", CODE.to_lowercase()) })).await;
        let expected = json!({ "name": "渤海银行", "aliases": [{ "alias": "渤银", "partnerUnit": null }], "pairings": { "totalCount": 0 } });
        assert_eq!(found.data()["partnerUnitByCode"], expected);
        assert_eq!(others.gql(query, json!({ "c": "91350100M000100Y44" })).await.data()["partnerUnitByCode"], json!(null));
        assert_eq!(others.gql(query, json!({ "c": "9135" })).await.code(), "BAD_USER_INPUT");
        assert_eq!(app.anonymous().gql(query, json!({ "c": CODE })).await.code(), "UNAUTHENTICATED");

        let both = json!({ "communityId": elsewhere });
        let refused = others.mutate("pairPartnerUnit", "pairing", "id", both).await;
        assert_eq!(refusals(&refused), ["REQUIRED partnerUnitId"]);
        let not_theirs = json!({ "communityId": here, "creditCode": "91350100M000100Y44", "startedOn": "2100-01-01" });
        let refused = others.mutate("pairPartnerUnit", "pairing", "id", not_theirs).await;
        assert_eq!(refusals(&refused), ["NOT_FOUND communityId", "NOT_FOUND creditCode"]);
        let by_code = json!({ "communityId": elsewhere, "creditCode": CODE, "startedOn": "2021-01-01", "idempotencyKey": "k" });
        let paired = others.mutate("pairPartnerUnit", "pairing", "id current partnerUnit { name pairings { totalCount } }", by_code).await;
        assert_eq!(paired["pairing"]["partnerUnit"], json!({ "name": "渤海银行", "pairings": { "totalCount": 1 } }), "{paired:#}");
        assert_eq!(names(&others, json!({})).await, ["渤海银行"]);
        assert_eq!(names(&staff, json!({ "communityId": elsewhere })).await, Vec::<String>::new());
    }

    async fn a_unit_just_registered_is_named_by_its_id_though_it_is_not_listed(app: TestApp) {
        let (here, staff, ..) = two_communities(&app).await;
        let payload = staff
            .mutate("registerPartnerUnit", "partnerUnit", "id version aliases { alias }", json!({ "name": "蓝海集团", "kind": "ENTERPRISE", "aliases": ["蓝海"] }))
            .await;
        assert_eq!(payload["partnerUnit"]["aliases"][0]["alias"], "蓝海", "{payload:#}");
        let unit = make::id_of(&payload, "partnerUnit");
        assert!(names(&staff, json!({})).await.is_empty());
        let amend = json!({ "id": unit, "expectedVersion": 1, "name": "蓝海（集团）" });
        let refused = staff.mutate("amendPartnerUnit", "partnerUnit", "id", amend.clone()).await;
        assert_eq!(refusals(&refused), ["NOT_FOUND id"]);
        make::created(&staff, "pairPartnerUnit", "pairing", json!({ "communityId": here, "partnerUnitId": unit })).await;
        assert_eq!(names(&staff, json!({})).await, ["蓝海集团"]);
        let amended = staff.mutate("amendPartnerUnit", "partnerUnit", "name version", amend).await;
        assert_eq!(amended["partnerUnit"], json!({ "name": "蓝海（集团）", "version": 2 }), "{amended:#}");
    }

    async fn a_code_that_fails_the_check_needs_a_reason_which_stays_on_file(app: TestApp) {
        let (here, staff, ..) = two_communities(&app).await;
        let unit = |code: &str, reason: Option<&str>| {
            json!({ "name": "老厂", "kind": "COLLECTIVE", "creditCode": code, "creditCodeOverrideReason": reason, "pairing": { "communityId": here } })
        };
        let refused = staff.mutate("registerPartnerUnit", "partnerUnit", "id", unit(FAILING_CODE, None)).await;
        assert_eq!(refusals(&refused), ["INVALID creditCode"]);
        let refused = staff.mutate("registerPartnerUnit", "partnerUnit", "id", unit(CODE, Some("旧证"))).await;
        assert_eq!(refusals(&refused), ["INVALID creditCodeOverrideReason"]);
        let fields = "id version creditCode creditCodeOverrideReason";
        let accepted = staff.mutate("registerPartnerUnit", "partnerUnit", fields, unit(FAILING_CODE, Some("旧证在用"))).await;
        let id = make::id_of(&accepted, "partnerUnit");
        assert_eq!(accepted["partnerUnit"]["creditCodeOverrideReason"], "旧证在用");
        let taken = staff.mutate("registerPartnerUnit", "partnerUnit", "id", unit(FAILING_CODE, Some("又一家"))).await;
        assert_eq!(refusals(&taken), ["DUPLICATE creditCode"]);

        let same = json!({ "id": id, "expectedVersion": 1, "creditCode": FAILING_CODE });
        let kept = staff.mutate("amendPartnerUnit", "partnerUnit", fields, same).await;
        assert_eq!(kept["partnerUnit"]["creditCodeOverrideReason"], "旧证在用", "{kept:#}");
        let without = json!({ "id": id, "expectedVersion": 2, "creditCodeOverrideReason": null });
        let refused = staff.mutate("amendPartnerUnit", "partnerUnit", fields, without).await;
        assert_eq!(refusals(&refused), ["INVALID creditCode"]);
        let mended = staff.mutate("amendPartnerUnit", "partnerUnit", fields, json!({ "id": id, "expectedVersion": 2, "creditCode": CODE })).await;
        assert_eq!(mended["partnerUnit"]["creditCodeOverrideReason"], json!(null), "{mended:#}");
        let stale = staff.mutate("amendPartnerUnit", "partnerUnit", fields, json!({ "id": id, "expectedVersion": 2, "name": "新厂" })).await;
        assert_eq!(refusals(&stale), ["CONFLICT expectedVersion"]);
    }

    async fn an_alias_is_added_once_and_all_that_is_wrong_is_told_together(app: TestApp) {
        let (here, staff, ..) = two_communities(&app).await;
        let wrong = json!({
            "name": " ", "kind": "OTHER", "creditCode": "12", "aliases": ["甲", "", "甲"],
            "pairing": { "communityId": "community_00000000000000000000000000", "note": "x".repeat(501) },
        });
        let refused = staff.mutate("registerPartnerUnit", "partnerUnit", "id", wrong).await;
        let expected = ["REQUIRED name", "INVALID creditCode", "REQUIRED aliases.1", "DUPLICATE aliases.2", "NOT_FOUND pairing.communityId", "OUT_OF_RANGE pairing.note"];
        assert_eq!(refusals(&refused), expected);
        let unit = make::created(&staff, "registerPartnerUnit", "partnerUnit", json!({ "name": "中国移动", "kind": "STATE_OWNED_ENTERPRISE", "pairing": { "communityId": here } })).await;
        let alias = |alias: &str| json!({ "partnerUnitId": unit, "alias": alias });
        let added = staff.mutate("addPartnerUnitAlias", "partnerUnit", "version aliases { alias }", alias("移动")).await;
        assert_eq!(added["partnerUnit"], json!({ "version": 2, "aliases": [{ "alias": "移动" }] }), "{added:#}");
        for known in ["移动", " 中国移动 "] {
            let refused = staff.mutate("addPartnerUnitAlias", "partnerUnit", "id", alias(known)).await;
            assert_eq!(refusals(&refused), ["DUPLICATE alias"]);
        }
    }

    async fn one_pairing_runs_at_a_time_and_ends_once(app: TestApp) {
        let (here, staff, elsewhere, others) = two_communities(&app).await;
        let unit = make::partner_unit(&staff, "中铁建工").await;
        let agreement = |from: &str| json!({ "communityId": here, "partnerUnitId": unit, "startedOn": from });
        let id = make::created(&staff, "pairPartnerUnit", "pairing", agreement("2020-05-01")).await;
        let refused = staff.mutate("pairPartnerUnit", "pairing", "id", agreement("2021-05-01")).await;
        assert_eq!(refusals(&refused), ["DUPLICATE partnerUnitId"]);
        make::created(&others, "pairPartnerUnit", "pairing", json!({ "communityId": elsewhere, "partnerUnitId": unit })).await;

        let end = |version: i32, on: &str| json!({ "id": id, "expectedVersion": version, "endedOn": on });
        assert_eq!(refusals(&others.mutate("endPairing", "pairing", "id", end(1, "2021-12-31")).await), ["NOT_FOUND id"]);
        for day in ["2020-04-30", "2199-01-01"] {
            assert_eq!(refusals(&staff.mutate("endPairing", "pairing", "id", end(1, day)).await), ["OUT_OF_RANGE endedOn"]);
        }
        let ended = staff.mutate("endPairing", "pairing", "endedOn current version", end(1, "2021-12-31")).await;
        assert_eq!(ended["pairing"], json!({ "endedOn": "2021-12-31", "current": false, "version": 2 }), "{ended:#}");
        assert_eq!(refusals(&staff.mutate("endPairing", "pairing", "id", end(2, "2021-12-30")).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(refusals(&staff.mutate("pairPartnerUnit", "pairing", "id", agreement("2021-05-01")).await), ["OVERLAP startedOn"]);
        make::created(&staff, "pairPartnerUnit", "pairing", agreement("2022-01-01")).await;

        let query = "query($f: PairingFilter) { pairings(filter: $f, orderBy: [STARTED_ON_DESC]) { nodes { startedOn current } } }";
        for (filter, days) in [
            (json!({}), vec!["2022-01-01", "2020-05-01"]), (json!({ "current": true }), vec!["2022-01-01"]),
            (json!({ "current": false, "partnerUnitId": unit }), vec!["2020-05-01"]), (json!({ "communityId": elsewhere }), vec![]),
        ] {
            let answer = staff.gql(query, json!({ "f": filter })).await;
            let nodes = answer.data()["pairings"]["nodes"].as_array().unwrap().clone();
            assert_eq!(nodes.iter().map(|node| node["startedOn"].as_str().unwrap()).collect::<Vec<_>>(), days, "{filter}");
        }
        assert_eq!(names(&app.operator().await, json!({ "communityId": elsewhere })).await, ["中铁建工"]);
    }

    async fn an_override_is_told_by_its_event(app: TestApp) {
        let (here, staff, ..) = two_communities(&app).await;
        let input = json!({
            "name": "老厂", "kind": "COLLECTIVE", "creditCode": FAILING_CODE, "creditCodeOverrideReason": "旧证在用", "pairing": { "communityId": here },
        });
        make::created(&staff, "registerPartnerUnit", "partnerUnit", input).await;
        let events = event::Entity::find().filter(event::Column::SubjectKind.eq("partner_unit")).all(app.app.db.reader()).await.unwrap();
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert!(event.fields.contains("creditCodeOverrideReason"), "{}", event.fields);
        let told = String::from_utf8(event.payload.as_ref().unwrap().as_bytes().to_vec()).unwrap();
        assert!(told.contains("旧证在用") && told.contains(FAILING_CODE), "{told}");
        // Without one, no event speaks of it.
        make::created(&staff, "registerPartnerUnit", "partnerUnit", json!({ "name": "新厂", "kind": "COLLECTIVE", "creditCode": CODE })).await;
        let events = event::Entity::find().filter(event::Column::Fields.contains("creditCodeOverrideReason")).all(app.app.db.reader()).await.unwrap();
        assert_eq!(events.len(), 1);
    }
}
