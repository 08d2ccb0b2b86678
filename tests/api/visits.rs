//! Visits: planned and held, what was heard on them sealed, what came of it linked, and who was not visited for long.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{
    Actor, TestApp, World,
    actor::refusals,
    bulk::key_of,
    make, mutate_together,
    roles::{self, Who},
    world::HERE,
};

const FIELDS: &str =
    "id version status purpose plannedOn heldOn note cancelReason staffMember { id } household { id } merchant { id }
    requests { nodes { id channel } } circumstances { id kind }";

async fn seen(actor: &Actor, visit: &str) -> Value {
    actor.gql(&format!("query($id: ID!) {{ visit(id: $id) {{ {FIELDS} }} }}"), json!({ "id": visit })).await.data()["visit"]
        .clone()
}

async fn worker(world: &World) -> String {
    make::posted(&world.staff, &world.community, &world.name("职员")).await
}

/// Holds the clock at noon of a day in China.
fn on(app: &TestApp, day: &str) {
    app.app.clock.hold(format!("{day}T04:00:00Z").parse().unwrap());
}

crate::on_both! {
    async fn a_visit_is_planned_put_off_held_and_told_of(app: TestApp) {
        let world = World::new(&app).await;
        on(&app, "2022-03-01");
        let ((home, _), first, second) = (world.household().await, worker(&world).await, worker(&world).await);
        let input = json!({ "householdId": home, "staffMemberId": first, "plannedOn": "2022-03-02", "purpose": "低保家庭走访" });
        let visit = make::created(&world.staff, "planVisit", "visit", input).await;
        let put_off = json!({ "id": visit, "expectedVersion": 1, "plannedOn": "2022-03-04", "staffMemberId": second });
        make::created(&world.staff, "amendVisit", "visit", put_off).await;
        on(&app, "2022-03-04");
        make::created(&world.staff, "holdVisit", "visit", json!({ "id": visit, "expectedVersion": 2, "note": "独居，希望有人代购" })).await;
        assert_eq!(seen(&world.staff, &visit).await, json!({
            "id": visit, "version": 3, "status": "HELD", "purpose": "低保家庭走访", "plannedOn": "2022-03-04", "heldOn": "2022-03-04",
            "note": "独居，希望有人代购", "cancelReason": null, "staffMember": { "id": second }, "household": { "id": home }, "merchant": null,
            "requests": { "nodes": [] }, "circumstances": [],
        }));
        // What was heard is in no table as it was written, and nothing of it in the events.
        let dump = format!("{:?}", crate::harness::dump::rows(app.app.db.writer()).await);
        assert!(!dump.contains("独居，希望有人代购"));
        let events = app.texts("SELECT CAST(payload AS TEXT) AS payload FROM event WHERE subject_kind = 'visit' AND payload IS NOT NULL", "payload").await;
        assert_eq!(events.len(), 3);
        assert!(events.iter().all(|event| ["独居", "低保"].iter().all(|word| !event.contains(word))), "{events:?}");
        // Whose key is destroyed is forgotten.
        app.run("UPDATE data_key SET wrapped = NULL, destroyed_at = created_at WHERE id = (SELECT data_key_id FROM visit)").await;
        assert_eq!(seen(&world.staff, &visit).await["note"], Value::Null);
        app.in_order().await;
    }

    async fn what_cannot_be_is_refused_with_all_reasons(app: TestApp) {
        let world = World::new(&app).await;
        on(&app, "2022-03-01");
        let ((home, _), by, unposted) = (world.household().await, worker(&world).await, make::staff_member(&world.staff, &world.community, "新人").await);
        let shop = make::merchant(&world.staff, &world.community, "店").await;
        let closed = make::merchant(&world.staff, &world.community, "旧店").await;
        make::created(&world.staff, "closeMerchant", "merchant", json!({ "id": closed, "expectedVersion": 1, "closedOn": "2022-02-01", "reason": "租约到期" })).await;
        let foreign = make::merchant(&world.stranger, &world.elsewhere, "店").await;
        let plan = async |more: Value| {
            let mut input = json!({ "staffMemberId": by, "plannedOn": "2022-03-01" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            refusals(&world.staff.mutate("planVisit", "visit", "id", input).await)
        };
        assert_eq!(plan(json!({})).await, ["REQUIRED householdId"]);
        assert_eq!(plan(json!({ "householdId": home, "merchantId": shop })).await, ["INVALID merchantId"]);
        assert_eq!(plan(json!({ "householdId": home, "plannedOn": "2022-02-28", "staffMemberId": unposted })).await, ["ILLEGAL_TRANSITION staffMemberId", "OUT_OF_RANGE plannedOn"]);
        assert_eq!(plan(json!({ "merchantId": closed })).await, ["ILLEGAL_TRANSITION merchantId"]);
        assert_eq!(plan(json!({ "merchantId": foreign })).await, ["NOT_FOUND merchantId"]);
        let record = json!({ "householdId": home, "staffMemberId": unposted, "heldOn": "2022-03-02" });
        assert_eq!(refusals(&world.staff.mutate("recordVisit", "visit", "id", record).await), ["OUT_OF_RANGE heldOn"]);
        let visit = make::visit(&world.staff, &home, &unposted).await;
        for (mutation, more) in [("holdVisit", json!({})), ("amendVisit", json!({ "plannedOn": "2022-03-05" }))] {
            let mut input = json!({ "id": visit, "expectedVersion": 1 });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(refusals(&world.staff.mutate(mutation, "visit", "id", input).await), ["ILLEGAL_TRANSITION id"], "{mutation}");
        }
        let cancel = |version: i32| json!({ "id": visit, "expectedVersion": version, "reason": "记错户" });
        make::created(&world.staff, "cancelVisit", "visit", cancel(1)).await;
        assert_eq!(refusals(&world.staff.mutate("cancelVisit", "visit", "id", cancel(1)).await), ["CONFLICT expectedVersion"]);
        assert_eq!(refusals(&world.staff.mutate("cancelVisit", "visit", "id", cancel(2)).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(refusals(&world.stranger.mutate("cancelVisit", "visit", "id", cancel(2)).await), ["NOT_FOUND id"]);
        // One of them comes first, and the others learn of it.
        let to_come = make::visit_to_come(&world.staff, &home, &by).await;
        let hold = json!({ "id": to_come, "expectedVersion": 1 });
        let payloads = mutate_together(&world.staff, "holdVisit", "visit", vec![hold; 5]).await;
        assert_eq!(payloads.iter().filter(|payload| !payload["visit"].is_null()).count(), 1, "{payloads:#?}");
        app.in_order().await;
    }

    async fn what_comes_up_on_a_visit_leads_to_it_and_back(app: TestApp) {
        let world = World::new(&app).await;
        let ((home, head), by) = (world.household().await, worker(&world).await);
        let (visit, to_come) = (make::visit(&world.staff, &home, &by).await, make::visit_to_come(&world.staff, &home, &by).await);
        let stranger = world.resident().await;
        let request = make::request(&world.staff, &world.community, json!({ "visitId": visit, "residentId": head })).await;
        make::consent(&world.staff, &head).await;
        let poor = json!({ "residentId": head, "kind": "LOW_INCOME", "startedOn": "2022-03-01", "visitId": visit });
        let poor = make::created(&world.staff, "recordCircumstance", "circumstance", poor).await;
        let found = seen(&world.staff, &visit).await;
        assert_eq!(found["requests"]["nodes"], json!([{ "id": request, "channel": "VISIT" }]));
        assert_eq!(found["circumstances"], json!([{ "id": poor, "kind": "LOW_INCOME" }]));
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Request { visit { id } } ... on Circumstance { visit { id } } } }";
        let back = world.staff.gql(query, json!({ "ids": [request, poor] })).await.data()["nodes"].clone();
        assert_eq!(back, json!([{ "visit": { "id": visit } }, { "visit": { "id": visit } }]));

        let ask = async |more: Value| {
            let mut input = json!({ "communityId": world.community, "category": "REPAIR", "text": "楼道灯不亮", "visitId": visit });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            refusals(&world.staff.mutate("submitRequest", "request", "id", input).await)
        };
        assert_eq!(ask(json!({ "channel": "COUNTER" })).await, ["INVALID channel"]);
        assert_eq!(ask(json!({ "visitId": to_come })).await, ["ILLEGAL_TRANSITION visitId"]);
        let input = json!({ "residentId": stranger, "kind": "VETERAN", "startedOn": "2022-03-01", "visitId": visit });
        assert_eq!(refusals(&world.staff.mutate("recordCircumstance", "circumstance", "id", input).await), ["INVALID visitId"]);
        let resident = roles::account(&app, "head", key_of(&world.community), &[Who::resident(key_of(&head))]).await;
        let input = json!({ "communityId": world.community, "category": "REPAIR", "text": "楼道灯不亮", "visitId": visit });
        assert_eq!(refusals(&resident.mutate("submitRequest", "request", "id", input).await), ["NOT_FOUND visitId"]);
        let cancel = world.staff.mutate("cancelVisit", "visit", "id", json!({ "id": visit, "expectedVersion": 1, "reason": "误登" })).await;
        assert_eq!((refusals(&cancel), &cancel["userErrors"][0]["details"]), (vec!["ILLEGAL_TRANSITION id".to_owned()], &json!({ "requests": 1, "circumstances": 1 })));

        // Either something came of it, or it is struck out: never both.
        for round in 0..4 {
            let visit = make::visit(&world.staff, &home, &by).await;
            let cancel = world.staff.mutate("cancelVisit", "visit", "id", json!({ "id": visit, "expectedVersion": 1, "reason": "误登" }));
            let input = json!({ "communityId": world.community, "category": "REPAIR", "text": "楼道灯不亮", "visitId": visit });
            let submit = world.staff.mutate("submitRequest", "request", "id", input);
            let (cancelled, submitted) = tokio::join!(cancel, submit);
            assert_ne!(cancelled["visit"].is_null(), submitted["request"].is_null(), "{round}: {cancelled} {submitted}");
        }
        app.in_order().await;
    }

    async fn nobody_but_those_who_keep_the_records_reads_what_was_heard(app: TestApp) {
        let world = World::new(&app).await;
        let grid = make::grid(&world.staff, &world.community, "一网格").await;
        let building = make::created(&world.staff, "registerBuilding", "building", json!({ "communityId": world.community, "name": "一号楼", "gridId": grid })).await;
        let (head, other, by) = (world.resident().await, world.resident().await, worker(&world).await);
        let home = make::household(&world.staff, &world.community, &building, "101", &head).await;
        make::created(&world.staff, "addHouseholdMember", "household", json!({ "householdId": home, "expectedVersion": 1, "residentId": other, "relation": "SPOUSE" })).await;
        let shop = make::merchant(&world.staff, &world.community, "店").await;
        let near = make::visit(&world.staff, &home, &by).await;
        let at_shop = make::created(&world.staff, "recordVisit", "visit", json!({ "merchantId": shop, "staffMemberId": by, "note": "听到的情况" })).await;
        let unit = world.unit().await;
        let volunteer = make::volunteer(&world.staff, &world.community, &head).await;
        let query = "query($ids: [ID!]!, $home: ID!) { nodes(ids: $ids) { ... on Visit { id note purpose } } visits { totalCount nodes { note } }
            household(id: $home) { visits { totalCount } lastVisit { id } } }";
        let ask = async |actor: &Actor| actor.gql(query, json!({ "ids": [near, at_shop], "home": home })).await.data().clone();
        for (name, who) in [
            ("head", Who::resident(key_of(&head))), ("other", Who::resident(key_of(&other))), ("unit", Who::partner(key_of(&unit))),
            ("keeper", Who::merchant(&[key_of(&shop)])), ("volunteer", Who::volunteer(key_of(&volunteer))),
        ] {
            let actor = roles::account(&app, name, key_of(&world.community), &[who]).await;
            let told = ask(&actor).await;
            assert_eq!((&told["nodes"], &told["visits"]), (&json!([null, null]), &json!({ "totalCount": 0, "nodes": [] })), "{name}");
            if !told["household"].is_null() {
                assert_eq!(told["household"], json!({ "visits": { "totalCount": 0 }, "lastVisit": null }), "{name}");
            }
            let refused = actor.gql("query($id: ID!) { notVisitedFor(communityId: $id, days: 30) { totalCount } }", json!({ "id": world.community })).await;
            assert_eq!(refused.code(), "FORBIDDEN", "{name}");
        }
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let told = ask(&auditor).await;
        assert_eq!(told["nodes"], json!([{ "id": near, "note": null, "purpose": null }, { "id": at_shop, "note": null, "purpose": null }]));
        assert_eq!(told["household"], json!({ "visits": { "totalCount": 1 }, "lastVisit": { "id": near } }));
        let of_grid = roles::account(&app, "grid", key_of(&world.community), &[Who::grid_staff(&[key_of(&grid)])]).await;
        let told = ask(&of_grid).await;
        assert_eq!(told["nodes"], json!([{ "id": near, "note": "听到的情况", "purpose": null }, null]));
        assert_eq!(told["visits"]["totalCount"], 1);
        assert_eq!(ask(&world.stranger).await["nodes"], json!([null, null]));
    }

    async fn who_was_not_visited_is_everybody_less_those_who_were(app: TestApp) {
        let world = World::new(&app).await;
        on(&app, "2022-03-31");
        let by = worker(&world).await;
        let today: NaiveDate = "2022-03-31".parse().unwrap();
        let grid = make::grid(&world.staff, &world.community, "一网格").await;
        let near = make::created(&world.staff, "registerBuilding", "building", json!({ "communityId": world.community, "name": "一号楼", "gridId": grid })).await;
        let far = world.building().await;
        // Of each household: the building, how many days ago it was visited, is somebody poor?
        let mut homes: Vec<(String, bool, Vec<i64>, bool)> = Vec::new();
        for (number, visited) in [vec![], vec![0], vec![29], vec![30], vec![31], vec![400, 10], vec![400, 90], vec![5]].into_iter().enumerate() {
            let (head, inside, poor) = (world.resident().await, number % 2 == 0, number % 3 == 0);
            let home = make::household(&world.staff, &world.community, if inside { &near } else { &far }, &format!("10{number}"), &head).await;
            for days in &visited {
                let input = json!({ "householdId": home, "staffMemberId": by, "heldOn": today - TimeDelta::days(*days) });
                make::created(&world.staff, "recordVisit", "visit", input).await;
            }
            if poor {
                make::consent(&world.staff, &head).await;
                make::created(&world.staff, "recordCircumstance", "circumstance", json!({ "residentId": head, "kind": "LOW_INCOME", "startedOn": "2020-01-01" })).await;
            }
            homes.push((home, inside, visited, poor));
        }
        // Cancelled, to come, or where nobody lives any more: as if they were not there.
        let lone = world.household().await;
        let struck = make::visit(&world.staff, &lone.0, &by).await;
        make::created(&world.staff, "cancelVisit", "visit", json!({ "id": struck, "expectedVersion": 1, "reason": "误登" })).await;
        make::visit_to_come(&world.staff, &lone.0, &by).await;
        homes.push((lone.0.clone(), false, vec![], false));
        let empty = world.household().await;
        make::created(&world.staff, "recordMoveOut", "lifeEvent", json!({ "residentIds": [empty.1], "on": "2022-03-31" })).await;
        let expected = |days: i64, of_grid: bool, poor: bool| -> BTreeSet<String> {
            let missing = homes.iter().filter(|(_, inside, visited, is_poor)| {
                !visited.iter().any(|ago| *ago < days) && (!of_grid || *inside) && (!poor || *is_poor)
            });
            missing.map(|(home, ..)| home.clone()).collect()
        };
        let query = "query($id: ID!, $days: Int!, $kind: CircumstanceKind, $filter: HouseholdFilter, $after: String) {
            notVisitedFor(communityId: $id, days: $days, circumstance: $kind, filter: $filter, first: 2, after: $after, orderBy: [ROOM_ASC]) {
                totalCount nodes { id lastVisit { heldOn } } pageInfo { hasNextPage endCursor } } }";
        for (days, of_grid, poor) in [(30, false, false), (31, false, false), (1, false, false), (401, true, false), (30, true, false), (30, false, true), (11, true, true)] {
            let (mut found, mut after) = (BTreeSet::new(), Value::Null);
            loop {
                let variables = json!({
                    "id": world.community, "days": days, "kind": poor.then_some("LOW_INCOME"), "after": after,
                    "filter": of_grid.then(|| json!({ "gridId": grid })),
                });
                let page = world.staff.gql(query, variables).await.data()["notVisitedFor"].clone();
                assert_eq!(page["totalCount"], json!(expected(days, of_grid, poor).len()), "{days} {of_grid} {poor}");
                for node in page["nodes"].as_array().unwrap() {
                    let home = homes.iter().find(|(home, ..)| node["id"] == json!(home)).expect("a household where somebody lives");
                    let last = home.2.iter().min().map(|ago| json!({ "heldOn": today - TimeDelta::days(*ago) }));
                    assert_eq!(node["lastVisit"], json!(last));
                    assert!(found.insert(home.0.clone()), "twice");
                }
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = page["pageInfo"]["endCursor"].clone();
            }
            assert_eq!(found, expected(days, of_grid, poor), "{days} {of_grid} {poor}");
        }
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let ask = async |actor: &Actor, more: Value| {
            let mut variables = json!({ "id": world.community, "days": 30 });
            variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            actor.gql(query.replace(", orderBy: [ROOM_ASC]", "").as_str(), variables).await
        };
        assert_eq!(ask(&auditor, json!({})).await.data()["notVisitedFor"]["totalCount"], json!(expected(30, false, false).len()));
        assert_eq!(ask(&auditor, json!({ "kind": "LOW_INCOME" })).await.code(), "FORBIDDEN_FIELD");
        let of_grid = roles::account(&app, "grid", key_of(&world.community), &[Who::grid_staff(&[key_of(&grid)])]).await;
        assert_eq!(ask(&of_grid, json!({})).await.data()["notVisitedFor"]["totalCount"], json!(expected(30, true, false).len()));
        assert_eq!(ask(&world.stranger, json!({})).await.code(), "FORBIDDEN");
        for days in [0, 3_651] {
            assert_eq!(ask(&world.staff, json!({ "days": days })).await.code(), "BAD_USER_INPUT");
        }
    }

    async fn what_somebody_was_to_visit_goes_to_whoever_takes_over(app: TestApp) {
        let world = World::new(&app).await;
        let ((home, _), from, to) = (world.household().await, worker(&world).await, worker(&world).await);
        let (held, to_come) = (make::visit(&world.staff, &home, &from).await, make::visit_to_come(&world.staff, &home, &from).await);
        let query = "query($m: ID!) { openWork(staffMemberId: $m) { kind count items { id } } }";
        let open = world.staff.gql(query, json!({ "m": from })).await.data()["openWork"].clone();
        assert_eq!(open, json!([{ "kind": "VISIT", "count": 1, "items": [{ "id": to_come }] }]));
        let plan = world.staff.mutate("planVisit", "visit", "id", json!({ "householdId": home, "staffMemberId": to, "plannedOn": "2199-03-05" }));
        let handing = world.staff.mutate("handOver", "staffMember", "id", json!({ "fromId": from, "toId": to }));
        let (handed, planned) = tokio::join!(handing, plan);
        assert_eq!(refusals(&planned), Vec::<String>::new());
        assert_eq!(refusals(&handed), Vec::<String>::new());
        assert_eq!(seen(&world.staff, &to_come).await["staffMember"]["id"], json!(to));
        assert_eq!(seen(&world.staff, &held).await["staffMember"]["id"], json!(from), "who was there was there");
        app.in_order().await;
    }
}
