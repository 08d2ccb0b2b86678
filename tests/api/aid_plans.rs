//! Aid planned for many at once: rehearsed, done exactly as rehearsed, whole or not at all.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    aid::{decide, holdings, received},
    aid_rules::programme,
    harness::{Actor, World, actor::refusals, crowd, make, process, world::HERE},
};

const PLAN: &str = "mutation($input: PlanAidBatchInput!) { planAidBatch(input: $input) {
    aidBatch { id planned progress { planned approved delivered cancelled } }
    rehearsal { token planned leftOut rows { residentId householdId outcome quantity { value } value { yuan } reasons { rule aidRecordId } } }
    userErrors { field code message details } } }";

const BATCH: &str = "query($id: ID!, $n: Int) { aidBatch(id: $id) { planned givenOn progress { planned approved delivered refused cancelled returned reversed }
    aidRecords(first: $n) { totalCount nodes { id status quantity { value } value { yuan } resident { id } batch { id } } } } }";

async fn plan(actor: &Actor, input: &Value) -> Value {
    actor.gql(PLAN, json!({ "input": input })).await.data()["planAidBatch"].clone()
}

async fn rehearse(actor: &Actor, input: &Value) -> Value {
    let mut input = input.clone();
    input["rehearse"] = json!(true);
    let payload = plan(actor, &input).await;
    assert!(payload["aidBatch"].is_null(), "{payload:#}");
    payload
}

fn with(input: &Value, more: Value) -> Value {
    let mut input = input.clone();
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

fn outcomes(payload: &Value) -> Vec<&str> {
    let rows = payload["rehearsal"]["rows"].as_array().unwrap_or_else(|| panic!("{payload:#}"));
    rows.iter().map(|row| row["outcome"].as_str().unwrap()).collect()
}

async fn shown(actor: &Actor, id: &str) -> Value {
    actor.gql(BATCH, json!({ "id": id, "n": 100 })).await.data()["aidBatch"].clone()
}

async fn residents(world: &World, number: usize) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..number {
        all.push(world.resident().await);
    }
    all
}

crate::on_both! {
    async fn what_is_rehearsed_is_done_and_nothing_else(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "3" })).await;
        let (yearly, other) = (programme(&world, "PERSON", Some("YEAR"), json!({ "ageTo": 99 })).await, programme(&world, "PERSON", None, json!({})).await);
        let pair = json!({ "programmeIds": [yearly, other], "by": "PERSON" });
        make::created(&world.staff, "excludeAidProgrammes", "aidProgrammes", pair).await;
        let born = |name: &str| json!({ "communityId": world.community, "fullName": name, "birthDate": "1950-01-01" });
        let mut people = Vec::new();
        for name in ["甲", "乙", "丙", "丁", "戊"] {
            people.push(make::created(&world.staff, "registerResident", "resident", born(name)).await);
        }
        people.push(world.resident().await);
        let give = |programme: &str, to: &str| json!({ "quantity": "1", "programmeId": programme, "residentId": to, "communityId": world.community, "contributionId": goods, "givenOn": "2022-05-01" });
        let aided = make::created(&world.staff, "recordAid", "aidRecord", give(&yearly, &people[0])).await;
        let plenty = received(&world, "GOODS", json!({ "quantity": "100" })).await;
        let excluded = make::created(&world.staff, "recordAid", "aidRecord", with(&give(&other, &people[1]), json!({ "contributionId": plenty }))).await;
        let input = json!({ "communityId": world.community, "residentIds": people, "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01", "note": "节日" });

        let before = app.tables().await;
        let rehearsed = rehearse(&world.staff, &with(&input, json!({ "idempotencyKey": "k" }))).await;
        assert_eq!(refusals(&rehearsed), [""; 0]);
        assert_eq!(outcomes(&rehearsed), ["ALREADY_AIDED", "EXCLUDED", "WOULD_BE_PLANNED", "WOULD_BE_PLANNED", "NOTHING_LEFT", "NOT_ELIGIBLE"]);
        let rows = &rehearsed["rehearsal"]["rows"];
        assert_eq!((&rows[0]["reasons"], &rows[1]["reasons"], &rows[5]["reasons"]), (
            &json!([{ "rule": "PERIOD", "aidRecordId": aided }]), &json!([{ "rule": "EXCLUSIONS", "aidRecordId": excluded }]), &json!([{ "rule": "AGE", "aidRecordId": null }]),
        ));
        assert_eq!((&rows[2]["residentId"], &rows[2]["quantity"]["value"], &rows[4]["quantity"]), (&json!(people[2]), &json!("1"), &Value::Null));
        assert_eq!((&rehearsed["rehearsal"]["planned"], &rehearsed["rehearsal"]["leftOut"]), (&json!(2), &json!(4)));
        // Without a token nobody may be left out.
        let refused = plan(&world.staff, &input).await;
        assert_eq!(refusals(&refused), ["ALREADY_AIDED residentIds.0", "EXCLUDED_BY_PROGRAMME residentIds.1", "INSUFFICIENT_REMAINDER residentIds.4", "NOT_ELIGIBLE residentIds.5"], "{refused:#}");
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new(), "a rehearsal changes nothing");

        let token = json!({ "token": rehearsed["rehearsal"]["token"], "idempotencyKey": "k" });
        let done = plan(&world.staff, &with(&input, token.clone())).await;
        let batch = done["aidBatch"]["id"].as_str().unwrap_or_else(|| panic!("{done:#}")).to_owned();
        assert_eq!((&done["aidBatch"]["planned"], &done["aidBatch"]["progress"]["planned"]), (&json!(2), &json!(2)));
        assert_eq!(plan(&world.staff, &with(&input, token)).await, done, "sent again it is answered again");
        let found = shown(&world.staff, &batch).await;
        let to: Vec<&str> = found["aidRecords"]["nodes"].as_array().unwrap().iter().map(|aid| aid["resident"]["id"].as_str().unwrap()).collect();
        assert_eq!(to, [&people[2], &people[3]]);
        assert_eq!(holdings(&world.staff, &goods).await[3][0], "0");
        app.in_order().await;
    }

    async fn what_changed_since_a_rehearsal_is_told_and_refused(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let yearly = programme(&world, "PERSON", Some("YEAR"), json!({})).await;
        let people = residents(&world, 3).await;
        let input = json!({ "communityId": world.community, "residents": { "lifeStatus": { "eq": "LIVING_HERE" } }, "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        let rehearsed = rehearse(&world.staff, &input).await;
        let token = rehearsed["rehearsal"]["token"].clone();
        let single = json!({ "communityId": world.community, "residentId": people[1], "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        let aid = make::created(&world.staff, "recordAid", "aidRecord", single).await;
        let newcomer = world.resident().await;
        let colleague = app.account("colleague", Role::Staff, Some(HERE)).await;
        let before = app.tables().await;
        let refused = plan(&world.staff, &with(&input, json!({ "token": token }))).await;
        assert_eq!(refusals(&refused), ["CONFLICT token"]);
        assert_eq!(refused["userErrors"][0]["details"], json!({ "changed": 2, "gone": 0, "rows": [
            { "recipientId": people[1], "before": "WOULD_BE_PLANNED", "after": "ALREADY_AIDED" }, { "recipientId": newcomer, "before": null, "after": "WOULD_BE_PLANNED" },
        ] }), "{refused:#}");
        for (input, refusal) in [
            (with(&input, json!({ "token": "x" })), "INVALID token"),
            (with(&input, json!({ "token": token, "quantity": "2" })), "INVALID token"),
            (with(&input, json!({ "token": token, "rehearse": true })), "INVALID token"),
        ] {
            assert_eq!(refusals(&plan(&world.staff, &input).await), [refusal], "{input}");
        }
        assert_eq!(refusals(&plan(&colleague, &with(&input, json!({ "token": token }))).await), ["INVALID token"], "it is good for who rehearsed");
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        decide(&world.staff, "cancelAid", &aid).await;
        let again = rehearse(&world.staff, &input).await;
        assert_eq!(outcomes(&again), ["WOULD_BE_PLANNED"; 4]);
        let done = plan(&world.staff, &with(&input, json!({ "token": again["rehearsal"]["token"] }))).await;
        assert_eq!(done["aidBatch"]["planned"], 4, "{done:#}");
        app.in_order().await;
    }

    async fn shares_make_up_the_whole(app: TestApp) {
        let world = World::new(&app).await;
        let people = residents(&world, 27).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "40", "yuan": "16000" })).await;
        let input = json!({ "communityId": world.community, "residentIds": people, "contributionId": goods, "quantity": "40", "value": "16000", "shared": true, "givenOn": "2022-01-21" });
        let done = plan(&world.staff, &input).await;
        let found = shown(&world.staff, done["aidBatch"]["id"].as_str().unwrap_or_else(|| panic!("{done:#}"))).await;
        let parts = |pointer: &str| -> Vec<String> {
            found["aidRecords"]["nodes"].as_array().unwrap().iter().map(|aid| aid.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
        };
        let fen: i64 = parts("/value/yuan").iter().map(|yuan| yuan.replace('.', "").parse::<i64>().unwrap()).sum();
        assert_eq!(fen, 1_600_000);
        assert!(parts("/value/yuan").iter().all(|yuan| ["592.60", "592.59"].contains(&yuan.as_str())));
        let things: Vec<i64> = parts("/quantity/value").iter().map(|number| number.parse().unwrap()).collect();
        assert_eq!((things.iter().sum::<i64>(), *things.iter().max().unwrap(), *things.iter().min().unwrap()), (40, 2, 1), "whole things are not cut up");
        assert_eq!(holdings(&world.staff, &goods).await[3], ["0".to_owned(), "0.00".to_owned()]);
        let more = json!({ "communityId": world.community, "residentIds": people, "contributionId": goods, "quantity": "20", "shared": true, "givenOn": "2022-01-21" });
        assert_eq!(refusals(&plan(&world.staff, &more).await), ["OUT_OF_RANGE quantity"]);
        app.in_order().await;
    }

    async fn households_are_planned_for_and_nobody_is_reached_twice(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let yearly = programme(&world, "HOUSEHOLD", Some("YEAR"), json!({})).await;
        let ((first, _), (second, _), mover) = (world.household().await, world.household().await, world.resident().await);
        let join = |household: &str, from: &str| json!({ "householdId": household, "residentId": mover, "relation": "CHILD", "startedOn": from });
        make::created(&world.staff, "addHouseholdMember", "household", join(&first, "2020-01-01")).await;
        let leave = json!({ "householdId": first, "residentId": mover, "endedOn": "2022-03-02" });
        make::created(&world.staff, "endHouseholdMembership", "household", leave).await;
        make::created(&world.staff, "addHouseholdMember", "household", join(&second, "2022-03-02")).await;
        let input = json!({ "communityId": world.community, "householdIds": [first, second], "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        let rehearsed = rehearse(&world.staff, &input).await;
        assert_eq!(outcomes(&rehearsed), ["WOULD_BE_PLANNED", "ALREADY_AIDED"], "they lived in the one on that day and live in the other now");
        let done = plan(&world.staff, &with(&input, json!({ "token": rehearsed["rehearsal"]["token"] }))).await;
        assert_eq!(done["aidBatch"]["planned"], 1, "{done:#}");
        assert_eq!(outcomes(&rehearse(&world.staff, &input).await), ["ALREADY_AIDED"; 2]);
        app.in_order().await;
    }

    async fn a_batch_is_decided_about_as_one(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let people = residents(&world, 4).await;
        let input = json!({ "communityId": world.community, "residentIds": people, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        let batch = plan(&world.staff, &input).await["aidBatch"]["id"].as_str().unwrap().to_owned();
        let aids: Vec<String> = shown(&world.staff, &batch).await["aidRecords"]["nodes"].as_array().unwrap().iter().map(|aid| aid["id"].as_str().unwrap().to_owned()).collect();
        decide(&world.staff, "cancelAid", &aids[0]).await;
        let of = |more: Value| with(&json!({ "batchId": batch }), more);
        let step = async |mutation: &str, more: Value| world.staff.mutate(mutation, "aidRecords", "id", of(more)).await;
        assert_eq!(refusals(&step("deliverAidBatch", json!({})).await), ["ILLEGAL_TRANSITION batchId"], "nothing is approved yet");
        assert_eq!(refusals(&step("approveAidBatch", json!({ "ids": aids })).await), ["INVALID batchId"]);
        let fields = "id status } aidBatch { id progress { approved cancelled } aidRecords(first: 2) { totalCount nodes { status } pageInfo { hasNextPage } }";
        let approved = world.staff.mutate("approveAidBatch", "aidRecords", fields, of(json!({}))).await;
        let page = json!({ "totalCount": 4, "nodes": [{ "status": "CANCELLED" }, { "status": "APPROVED" }], "pageInfo": { "hasNextPage": true } });
        let told = json!({ "id": batch, "progress": { "approved": 3, "cancelled": 1 }, "aidRecords": page });
        assert_eq!((&approved["aidRecords"], &approved["aidBatch"]), (&json!([]), &told), "the batch, and not each of thousands");
        let of_grants = world.staff.mutate("deliverAidBatch", "aidRecords", "id } aidBatch { id", json!({ "ids": [aids[0]] })).await;
        assert_eq!((refusals(&of_grants), &of_grants["aidBatch"]), (vec!["ILLEGAL_TRANSITION ids.0".to_owned()], &serde_json::Value::Null));
        decide(&world.staff, "deliverAid", &aids[1]).await;
        let progress = shown(&world.staff, &batch).await["progress"].clone();
        assert_eq!(progress, json!({ "planned": 0, "approved": 2, "delivered": 1, "refused": 0, "cancelled": 1, "returned": 0, "reversed": 0 }));
        assert_eq!(refusals(&step("deliverAidBatch", json!({ "idempotencyKey": "d" })).await), [""; 0]);
        assert_eq!(refusals(&step("deliverAidBatch", json!({ "idempotencyKey": "d" })).await), [""; 0]);
        assert_eq!(shown(&world.staff, &batch).await["progress"]["delivered"], 3);
        let stranger = world.stranger.mutate("cancelAidBatch", "aidRecords", "id", of(json!({ "reason": "误" }))).await;
        assert_eq!(refusals(&stranger), ["NOT_FOUND batchId"]);
        app.in_order().await;
    }

    async fn a_second_person_approves_a_batch_where_the_programme_asks_for_one(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let asked = json!({ "communityId": world.community, "name": "两人", "scope": "PERSON", "secondApprover": true });
        let programme = make::created(&world.staff, "establishAidProgramme", "aidProgramme", asked).await;
        let input = json!({ "communityId": world.community, "residentIds": residents(&world, 3).await, "programmeId": programme, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        let batch = json!({ "batchId": plan(&world.staff, &input).await["aidBatch"]["id"] });
        let own = world.staff.mutate("approveAidBatch", "aidRecords", "id", batch.clone()).await;
        assert_eq!(refusals(&own), ["SAME_PERSON batchId"; 3]);
        let colleague = app.account("colleague", Role::Staff, Some(HERE)).await;
        assert_eq!(refusals(&colleague.mutate("approveAidBatch", "aidRecords", "id", batch).await), [""; 0]);
    }

    async fn of_batches_and_grants_at_once_each_resident_is_in_one(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "1000" })).await;
        let yearly = programme(&world, "PERSON", Some("YEAR"), json!({})).await;
        let people = residents(&world, 8).await;
        let batch = |people: Vec<&String>| json!({ "communityId": world.community, "residentIds": people, "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        let single = |to: &String| json!({ "communityId": world.community, "residentId": to, "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-06-01" });
        // Two batches that overlap, named in opposite orders, and a single grant to each who is in both.
        let mut tasks = Vec::new();
        for (mutation, object, input) in [
            ("planAidBatch", "aidBatch", batch(people.iter().collect())),
            ("planAidBatch", "aidBatch", batch(people.iter().rev().take(5).collect())),
            ("recordAid", "aidRecord", single(&people[3])),
            ("recordAid", "aidRecord", single(&people[7])),
        ] {
            let staff = world.staff.clone();
            tasks.push(async move { staff.mutate(mutation, object, "id", input).await });
        }
        let payloads = crate::harness::together(tasks).await;
        assert!(payloads.iter().any(|payload| refusals(payload).is_empty()), "{payloads:#?}");
        for payload in &payloads {
            assert!(refusals(payload).iter().all(|refusal| refusal.starts_with("ALREADY_AIDED ")), "{payload:#}");
        }
        let twice = app.texts("SELECT CAST(COUNT(*) AS TEXT) AS number FROM aid_record WHERE status = 'PLANNED' GROUP BY resident_id HAVING COUNT(*) > 1", "number").await;
        assert_eq!(twice, Vec::<String>::new());
        // The next batch of the period is for those who are left.
        let follow_up = batch(people.iter().collect());
        let rehearsed = rehearse(&world.staff, &follow_up).await;
        let left = outcomes(&rehearsed).iter().filter(|outcome| **outcome == "WOULD_BE_PLANNED").count();
        if left > 0 {
            let done = plan(&world.staff, &with(&follow_up, json!({ "token": rehearsed["rehearsal"]["token"] }))).await;
            assert_eq!(done["aidBatch"]["planned"], json!(left), "{done:#}");
        }
        assert_eq!(app.tables().await.rows("aid_claim"), 8);
        assert_eq!(holdings(&world.staff, &goods).await[1][0], "8");
        app.in_order().await;
    }

    async fn the_same_batch_sent_at_once_is_planned_once(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "1000" })).await;
        let people = residents(&world, 3).await;
        let input = json!({ "communityId": world.community, "residentIds": people, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01", "idempotencyKey": "k" });
        let staff = world.staff.clone();
        let tasks = (0..8).map(|_| { let (staff, input) = (staff.clone(), input.clone()); async move { staff.mutate("planAidBatch", "aidBatch", "id", input).await } });
        let payloads = crate::harness::together(tasks.collect::<Vec<_>>()).await;
        assert!(payloads.iter().all(|payload| payload == &payloads[0]), "{payloads:#?}");
        assert_eq!((app.tables().await.rows("aid_batch"), app.tables().await.rows("aid_record")), (1, 3));
        // Not the same, but the same people of one period: one batch of them.
        let yearly = programme(&world, "PERSON", Some("YEAR"), json!({})).await;
        let inputs = (0..6).map(|_| json!({ "communityId": world.community, "residentIds": people, "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" }));
        let inputs: Vec<Value> = inputs.collect();
        let tasks = inputs.into_iter().map(|input| { let staff = staff.clone(); async move { staff.mutate("planAidBatch", "aidBatch", "id", input).await } });
        let payloads = crate::harness::together(tasks.collect::<Vec<_>>()).await;
        assert_eq!(payloads.iter().filter(|payload| refusals(payload).is_empty()).count(), 1, "{payloads:#?}");
        app.in_order().await;
    }

    async fn recipients_are_named_in_one_way_and_within_reach(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let (resident, there) = (world.resident().await, make::resident(&world.stranger, &world.elsewhere, "邻居").await);
        let homes = programme(&world, "HOUSEHOLD", None, json!({})).await;
        let input = json!({ "communityId": world.community, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        for (more, expected) in [
            (json!({}), vec!["REQUIRED residentIds"]),
            (json!({ "residentIds": [resident], "residents": {} }), vec!["REQUIRED residentIds"]),
            (json!({ "residentIds": [] }), vec!["REQUIRED residentIds"]),
            (json!({ "residentIds": [resident, resident] }), vec!["DUPLICATE residentIds.1"]),
            (json!({ "residentIds": [resident, there] }), vec!["NOT_FOUND residentIds.1"]),
            (json!({ "residents": { "name": { "eq": "没有" } } }), vec!["REQUIRED residents"]),
            (json!({ "residentIds": [resident], "programmeId": homes }), vec!["INVALID programmeId"]),
            (json!({ "residentIds": [resident], "quantity": null }), vec!["REQUIRED quantity"]),
            (json!({ "residentIds": [resident], "quantity": "0" }), vec!["OUT_OF_RANGE quantity"]),
            (json!({ "residentIds": [resident], "quantity": "11" }), vec!["INSUFFICIENT_REMAINDER residentIds.0"]),
            (json!({ "residentIds": [resident], "givenOn": "2199-01-01" }), vec!["OUT_OF_RANGE givenOn"]),
        ] {
            assert_eq!(refusals(&plan(&world.staff, &with(&input, more.clone())).await), expected, "{more}");
        }
        // The operator's filter leaves whom it would list of this community.
        let all = rehearse(&world.operator, &with(&input, json!({ "residents": {} }))).await;
        assert_eq!(outcomes(&all), ["WOULD_BE_PLANNED"]);
    }

    async fn a_batch_costs_as_many_statements_for_forty_as_for_four(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "1000" })).await;
        let rules = json!({ "ageTo": 150, "circumstances": ["PUPIL"], "ceiling": { "times": 5 } });
        let yearly = programme(&world, "PERSON", Some("YEAR"), rules).await;
        let other = programme(&world, "PERSON", None, json!({})).await;
        make::created(&world.staff, "excludeAidProgrammes", "aidProgrammes", json!({ "programmeIds": [yearly, other], "by": "HOUSEHOLD" })).await;
        let mut costs = Vec::new();
        for number in [4, 40] {
            let people = residents(&world, number).await;
            app.run("INSERT INTO circumstance (id, community_id, resident_id, kind, started_on, version) SELECT id, community_id, id, 'PUPIL', '2020-01-01', 1 FROM resident WHERE id NOT IN (SELECT id FROM circumstance)").await;
            app.run("UPDATE resident SET birth_date = '2000-01-01'").await;
            let input = json!({ "communityId": world.community, "residentIds": people, "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
            let before = app.statements();
            let done = plan(&world.staff, &input).await;
            assert_eq!(done["aidBatch"]["planned"], json!(number), "{done:#}");
            costs.push(app.statements() - before);
        }
        assert_eq!(costs[0], costs[1]);
    }

    async fn five_thousand_are_planned_and_approved_in_one_go(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "5000" })).await;
        let yearly = programme(&world, "PERSON", Some("YEAR"), json!({})).await;
        crowd::residents(&app, &world.community, 5_000).await;
        let input = json!({ "communityId": world.community, "residents": {}, "programmeId": yearly, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        let began = Instant::now();
        let rehearsed = rehearse(&world.staff, &input).await;
        assert_eq!(rehearsed["rehearsal"]["planned"], 5_000);
        let half = began.elapsed();
        let done = plan(&world.staff, &with(&input, json!({ "token": rehearsed["rehearsal"]["token"] }))).await;
        let batch = done["aidBatch"]["id"].as_str().unwrap_or_else(|| panic!("{done:#}")).to_owned();
        let planned = began.elapsed();
        assert_eq!(refusals(&world.staff.mutate("approveAidBatch", "aidRecords", "id", json!({ "batchId": batch })).await), [""; 0]);
        eprintln!("rehearsed in {half:?}, planned in {:?}, approved in {:?}", planned - half, began.elapsed() - planned);
        assert_eq!(shown(&world.staff, &batch).await["progress"]["approved"], 5_000);
        crowd::residents(&app, &world.community, 1).await;
        assert_eq!(refusals(&rehearse(&world.staff, &input).await), ["OUT_OF_RANGE residents"]);
    }

    async fn a_batch_that_is_killed_in_the_middle_is_whole_or_absent(app: TestApp) {
        const MANY: usize = 400;
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "100000" })).await;
        let people = crowd::residents(&app, &world.community, MANY).await;
        let (folder, port, token) = (tempfile::tempdir().unwrap(), process::port(), world.staff.token.clone().unwrap());
        let cut_off = AtomicU32::new(0);
        let (mut rounds, mut longest) = (0, Duration::from_millis(400));
        let mut rng = StdRng::seed_from_u64(7);
        // Until some were cut off, since otherwise nothing would be proved.
        while rounds < 3 || cut_off.load(Ordering::Relaxed) == 0 {
            rounds += 1;
            assert!(rounds <= 20, "no batch was cut off in 20 rounds");
            let input = json!({ "communityId": world.community, "residentIds": people, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01", "idempotencyKey": format!("round-{rounds}") });
            let mut server = Some(process::serve(&app, folder.path(), port));
            process::ready(port);
            let killed_after = Duration::from_millis(rng.random_range(5..longest.as_millis() as u64));
            std::thread::scope(|scope| {
                let client = scope.spawn(|| {
                    let began = Instant::now();
                    let answer = process::mutate(port, &token, PLAN, &input);
                    (answer, began.elapsed())
                });
                std::thread::sleep(killed_after);
                drop(server.take());
                let (answer, took) = client.join().unwrap();
                match answer {
                    Some(_) => longest = took.max(Duration::from_millis(20)),
                    None => { cut_off.fetch_add(1, Ordering::Relaxed); }
                }
            });
            let there = app.tables().await.rows("aid_record");
            let before = (rounds - 1) * MANY;
            assert!(there == before || there == before + MANY, "round {rounds}: {there} grants, {before} before");
            // Sent again to a server that lives, it is there, once.
            let _server = process::serve(&app, folder.path(), port);
            process::ready(port);
            let payload = process::mutate(port, &token, PLAN, &input).expect("the server answers");
            assert_eq!(refusals(&payload), Vec::<String>::new());
            let tables = app.tables().await;
            assert_eq!((tables.rows("aid_record"), tables.rows("aid_batch")), (rounds * MANY, rounds), "round {rounds}");
        }
        app.in_order().await;
    }
}
