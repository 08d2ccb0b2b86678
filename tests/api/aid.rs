//! Aid is given once, and never more than there is.

use serde_json::{Value, json};

use crate::harness::{Actor, World, actor::refusals, make};

const STATES: [&str; 7] = ["PLANNED", "APPROVED", "DELIVERED", "REFUSED", "CANCELLED", "RETURNED", "REVERSED"];
pub const DECISIONS: [(&str, &str); 5] = [
    ("approveAid", "APPROVED"),
    ("refuseAid", "REFUSED"),
    ("deliverAid", "DELIVERED"),
    ("cancelAid", "CANCELLED"),
    ("returnAid", "RETURNED"),
];

/// The decisions that lead from PLANNED to a state.
fn way_to(state: &str) -> &'static [&'static str] {
    match state {
        "PLANNED" => &[],
        "APPROVED" => &["approveAid"],
        "DELIVERED" => &["approveAid", "deliverAid"],
        "REFUSED" => &["refuseAid"],
        "CANCELLED" => &["cancelAid"],
        "RETURNED" => &["approveAid", "deliverAid", "returnAid"],
        "REVERSED" => &["approveAid", "deliverAid", "reverseAid"],
        other => panic!("no state {other}"),
    }
}

pub fn is_open(from: &str, to: &str) -> bool {
    matches!(
        (from, to),
        ("PLANNED", "APPROVED" | "REFUSED" | "CANCELLED")
            | ("APPROVED", "DELIVERED" | "CANCELLED")
            | ("DELIVERED", "RETURNED")
    )
}

pub async fn decide(staff: &Actor, decision: &str, aid: &str) -> Value {
    let mut input = json!({ "id": aid, "expectedVersion": make::version(staff, aid).await });
    if ["refuseAid", "cancelAid", "returnAid", "reverseAid"].contains(&decision) {
        input["reason"] = json!("本人放弃");
    }
    staff.mutate(decision, "aidRecord", "id status statusReason approvedAt deliveredAt version", input).await
}

/// Goods or places from one unit, all received.
pub async fn received(world: &World, kind: &str, amount: Value) -> String {
    let input = json!({
        "communityId": world.community, "kind": kind, "title": world.name("资源"), "contributors": [{ "partnerUnitId": world.unit().await }],
        "received": amount,
    });
    make::created(&world.staff, "recordContribution", "contribution", input).await
}

pub async fn grant(world: &World, resident: &str, contribution: &str, more: Value) -> Value {
    let mut input = json!({
        "communityId": world.community, "residentId": resident, "contributionId": contribution, "givenOn": "2022-03-01",
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let fields = "id version status kind quantity { value unit precision } value { yuan precision } project { id } resident { id } household { id }";
    world.staff.mutate("recordAid", "aidRecord", fields, input).await
}

/// Quantity and yuan of what is received, allocated, delivered and remaining.
pub async fn holdings(staff: &Actor, contribution: &str) -> [[String; 2]; 4] {
    let query = "query($id: ID!) { contribution(id: $id) { received { ...h } allocated { ...h } delivered { ...h } remaining { ...h } } }
        fragment h on Holding { quantity { value precision } value { yuan precision } }";
    let answer = staff.gql(query, json!({ "id": contribution })).await;
    let shown = |number: &Value, precision: &Value| match (number.as_str(), precision.as_str()) {
        (Some(number), Some("EXACT")) => number.to_owned(),
        (Some(number), Some(precision)) => format!("{number} {precision}"),
        _ => "?".to_owned(),
    };
    ["received", "allocated", "delivered", "remaining"].map(|field| {
        let holding = &answer.data()["contribution"][field];
        let (quantity, value) = (&holding["quantity"], &holding["value"]);
        [shown(&quantity["value"], &quantity["precision"]), shown(&value["yuan"], &value["precision"])]
    })
}

crate::on_both! {
    async fn every_decision_is_made_where_it_is_open_and_refused_elsewhere(app: TestApp) {
        let world = World::new(&app).await;
        for from in STATES {
            for (decision, to) in DECISIONS {
                let aid = world.aid().await;
                for step in way_to(from) {
                    assert_eq!(refusals(&decide(&world.staff, step, &aid).await), [""; 0], "{step}");
                }
                let before = app.tables().await;
                let payload = decide(&world.staff, decision, &aid).await;
                if is_open(from, to) {
                    assert_eq!(payload["aidRecord"]["status"], to, "{from} to {to}: {payload:#}");
                    continue;
                }
                assert_eq!(refusals(&payload), ["ILLEGAL_TRANSITION id"], "{from} to {to}");
                assert_eq!(payload["userErrors"][0]["details"], json!({ "from": from, "to": to }));
                assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new(), "{from} to {to}");
            }
        }
    }

    async fn a_second_decision_on_what_was_read_once_is_a_conflict(app: TestApp) {
        let world = World::new(&app).await;
        let aid = world.aid().await;
        let read = json!({ "id": aid, "expectedVersion": 1 });
        make::created(&world.staff, "approveAid", "aidRecord", read.clone()).await;
        let payload = world.staff.mutate("approveAid", "aidRecord", "id", read).await;
        assert_eq!(refusals(&payload), ["CONFLICT expectedVersion"]);
        assert_eq!(payload["userErrors"][0]["details"], json!({ "currentVersion": 2, "expectedVersion": 1 }));
        let unversioned = world.staff.gql("mutation($id: ID!) { approveAid(input: { id: $id }) { aidRecord { id } } }", json!({ "id": aid })).await;
        assert!(unversioned.body.get("errors").is_some(), "a version must be given: {:#}", unversioned.body);
    }

    async fn a_decision_is_on_record_with_its_time_and_reason(app: TestApp) {
        let world = World::new(&app).await;
        let aid = world.aid().await;
        let approved = decide(&world.staff, "approveAid", &aid).await;
        assert!(approved["aidRecord"]["approvedAt"].is_string() && approved["aidRecord"]["deliveredAt"].is_null(), "{approved:#}");
        let at = |time: &str| json!({ "id": aid, "expectedVersion": 2, "deliveredAt": time });
        for time in ["2199-01-01T00:00:00+08:00", "2022-02-28T23:59:59+08:00"] {
            assert_eq!(refusals(&world.staff.mutate("deliverAid", "aidRecord", "id", at(time)).await), ["OUT_OF_RANGE deliveredAt"], "{time}");
        }
        let delivered = world.staff.mutate("deliverAid", "aidRecord", "deliveredAt", at("2022-03-01T00:00:00+08:00")).await;
        assert_eq!(delivered["aidRecord"]["deliveredAt"], "2022-02-28T16:00:00+00:00", "{delivered:#}");
        let unfounded = json!({ "id": aid, "expectedVersion": 3, "reason": " " });
        assert_eq!(refusals(&world.staff.mutate("returnAid", "aidRecord", "id", unfounded).await), ["REQUIRED reason"]);
        let returned = decide(&world.staff, "returnAid", &aid).await;
        assert_eq!(returned["aidRecord"]["statusReason"], "本人放弃", "{returned:#}");
        assert!(returned["aidRecord"]["deliveredAt"].is_string(), "history stays: {returned:#}");
        // The feed waits for transactions that are open on the server, those of other tests too; the table does not.
        let actions = app.texts("SELECT action FROM event WHERE subject_kind = 'aid_record' ORDER BY seq", "action").await;
        assert_eq!(actions, ["recordAid", "approveAid", "deliverAid", "returnAid"]);
    }

    async fn aid_to_one_of_two_residents_without_documents_is_that_ones_alone(app: TestApp) {
        let world = World::new(&app).await;
        let twin = json!({ "communityId": world.community, "fullName": "王小明" });
        let one = make::created(&world.staff, "registerResident", "resident", twin.clone()).await;
        let other = make::created(&world.staff, "registerResident", "resident", twin).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        make::id_of(&grant(&world, &one, &goods, json!({ "quantity": "1" })).await, "aidRecord");
        let query = "query($one: ID!, $other: ID!) { one: resident(id: $one) { aidRecords { totalCount } } other: resident(id: $other) { aidRecords { totalCount } }
            aidRecords { totalCount } }";
        let answer = world.staff.gql(query, json!({ "one": one, "other": other })).await;
        let count = |number: i64| json!({ "aidRecords": { "totalCount": number } });
        assert_eq!((&answer.data()["one"], &answer.data()["other"]), (&count(1), &count(0)));
        assert_eq!(answer.data()["aidRecords"]["totalCount"], 1);
    }

    async fn a_refusal_names_what_was_asked_and_what_is_left_and_writes_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let places = received(&world, "PLACES", json!({ "quantity": "2000" })).await;
        make::id_of(&grant(&world, &resident, &places, json!({ "quantity": "1999" })).await, "aidRecord");
        let goods = received(&world, "GOODS", json!({ "quantity": "145", "yuan": "56000" })).await;
        let before = app.tables().await;
        let payload = grant(&world, &resident, &places, json!({ "quantity": "2" })).await;
        assert_eq!(refusals(&payload), ["QUOTA_EXHAUSTED quantity"]);
        assert_eq!(payload["userErrors"][0]["details"], json!({ "contributionId": places, "asked": "2", "remaining": "1", "shortfall": "1", "unit": "place" }));
        let message = payload["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.contains("2 place") && message.contains('1'), "{message}");
        let payload = grant(&world, &resident, &goods, json!({ "quantity": "145.001", "value": "56000.01" })).await;
        assert_eq!(refusals(&payload), ["INSUFFICIENT_REMAINDER quantity", "INSUFFICIENT_REMAINDER value"]);
        assert_eq!(payload["userErrors"][1]["details"], json!({ "contributionId": goods, "asked": "56000.01", "remaining": "56000.00", "shortfall": "0.01", "unit": "yuan" }));
        // What is exact admits no reason for going beyond.
        let payload = grant(&world, &resident, &places, json!({ "quantity": "2", "overAllocationReason": "急用" })).await;
        assert_eq!(refusals(&payload), ["QUOTA_EXHAUSTED quantity"]);
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        make::id_of(&grant(&world, &resident, &places, json!({ "quantity": "1" })).await, "aidRecord");
        assert_eq!(holdings(&world.staff, &places).await[3][0], "0");
    }

    async fn of_what_is_not_exact_more_is_given_only_for_a_reason(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let cash = received(&world, "CASH", json!({ "yuan": "100", "valuePrecision": "AT_LEAST" })).await;
        make::id_of(&grant(&world, &resident, &cash, json!({ "value": "60" })).await, "aidRecord");
        assert_eq!(holdings(&world.staff, &cash).await[3][1], "40.00 AT_LEAST");
        let payload = grant(&world, &resident, &cash, json!({ "value": "40.01" })).await;
        assert_eq!(refusals(&payload), ["INSUFFICIENT_REMAINDER value"]);
        make::id_of(&grant(&world, &resident, &cash, json!({ "value": "40.01", "overAllocationReason": "实际到账更多" })).await, "aidRecord");
        assert_eq!(holdings(&world.staff, &cash).await[3][1], "0.00 AT_LEAST");
        let reason = world.staff.gql("query($id: ID!) { contribution(id: $id) { overAllocationReason } }", json!({ "id": cash })).await;
        assert_eq!(reason.data()["contribution"]["overAllocationReason"], "实际到账更多");
        // Of what nobody knows the amount of, nothing is given without one; once said, it holds for what follows.
        let batch = received(&world, "GOODS", json!({})).await;
        let payload = grant(&world, &resident, &batch, json!({ "quantity": "1" })).await;
        assert_eq!(refusals(&payload), ["REQUIRED overAllocationReason"]);
        make::id_of(&grant(&world, &resident, &batch, json!({ "quantity": "1", "overAllocationReason": "整批发放" })).await, "aidRecord");
        make::id_of(&grant(&world, &resident, &batch, json!({ "quantity": "2" })).await, "aidRecord");
        let reason = world.staff.gql("query($id: ID!) { contribution(id: $id) { overAllocationReason } }", json!({ "id": batch })).await;
        assert_eq!(reason.data()["contribution"]["overAllocationReason"], "整批发放");
        assert_eq!(holdings(&world.staff, &batch).await[1..], [["3", "?"], ["0", "0.00"], ["?", "?"]].map(|pair| pair.map(str::to_owned)));
    }

    async fn a_grant_says_how_much_and_of_what(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10", "yuan": "100" })).await;
        let cash = received(&world, "CASH", json!({ "yuan": "100" })).await;
        let before = app.tables().await;
        for (contribution, more, expected) in [
            (&goods, json!({}), "REQUIRED quantity"),
            (&goods, json!({ "value": "5" }), "REQUIRED quantity"),
            (&goods, json!({ "quantity": "0" }), "OUT_OF_RANGE quantity"),
            (&goods, json!({ "quantity": "-1" }), "OUT_OF_RANGE quantity"),
            (&goods, json!({ "quantity": "12345678901234567890" }), "OUT_OF_RANGE quantity"),
            (&goods, json!({ "quantity": "0.0001" }), "INVALID quantity"),
            (&goods, json!({ "quantity": "1", "value": "1.005" }), "INVALID value"),
            (&goods, json!({ "quantity": "1", "value": "0" }), "OUT_OF_RANGE value"),
            (&goods, json!({ "quantity": "1", "value": "12345678901234567890" }), "OUT_OF_RANGE value"),
            (&goods, json!({ "quantity": "1", "quantityPrecision": "UNKNOWN" }), "INVALID quantity"),
            (&goods, json!({ "quantity": "1", "kind": "CASH" }), "INVALID kind"),
            (&goods, json!({ "quantity": "1", "residentId": null }), "REQUIRED residentId"),
            (&goods, json!({ "quantity": "1", "givenOn": "2199-01-01" }), "OUT_OF_RANGE givenOn"),
            (&cash, json!({ "quantity": "1", "value": "1" }), "INVALID quantity"),
            (&cash, json!({ "value": "0.001" }), "INVALID value"),
        ] {
            assert_eq!(refusals(&grant(&world, &resident, contribution, more.clone()).await), [expected], "{more}");
        }
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        let given = grant(&world, &resident, &goods, json!({ "quantity": "2.5", "quantityPrecision": "ABOUT", "value": "20" })).await;
        assert_eq!(given["aidRecord"]["quantity"], json!({ "value": "2.5", "unit": "item", "precision": "ABOUT" }), "{given:#}");
        assert_eq!(given["aidRecord"]["value"], json!({ "yuan": "20.00", "precision": "EXACT" }));
        assert_eq!(given["aidRecord"]["kind"], "GOODS");
    }

    async fn a_programme_for_persons_aids_no_household(app: TestApp) {
        let world = World::new(&app).await;
        let (household, head) = world.household().await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let persons = make::programme(&world.staff, &world.community, "助学", "PERSON").await;
        let homes = make::programme(&world.staff, &world.community, "慰问", "HOUSEHOLD").await;
        let to_home = json!({ "quantity": "1", "residentId": null, "householdId": household });
        let with = |mut more: Value, programme: &str| { more["programmeId"] = json!(programme); more };
        for more in [with(to_home.clone(), &persons), with(json!({ "quantity": "1" }), &homes)] {
            assert_eq!(refusals(&grant(&world, &head, &goods, more.clone()).await), ["INVALID programmeId"], "{more}");
        }
        let both = grant(&world, &head, &goods, json!({ "quantity": "1", "householdId": household })).await;
        assert_eq!(refusals(&both), ["INVALID householdId"]);
        let to_person = grant(&world, &head, &goods, with(json!({ "quantity": "1" }), &persons)).await;
        assert_eq!(to_person["aidRecord"]["household"]["id"], household.as_str(), "where the person lived then: {to_person:#}");
        let to_all = grant(&world, &head, &goods, with(to_home, &homes)).await;
        assert_eq!((&to_all["aidRecord"]["resident"], &to_all["aidRecord"]["household"]["id"]), (&Value::Null, &json!(household)), "{to_all:#}");
        let again = json!({ "communityId": world.community, "name": "助学", "scope": "HOUSEHOLD" });
        assert_eq!(refusals(&world.staff.mutate("establishAidProgramme", "aidProgramme", "id", again).await), ["DUPLICATE name"]);
    }

    async fn all_that_is_wrong_with_a_grant_is_told_together(app: TestApp) {
        let world = World::new(&app).await;
        let foreign = make::resident(&world.stranger, &world.elsewhere, "外人").await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let wrong = json!({
            "programmeId": goods, "projectId": "project_01h455vb4pex5vsknk084sn02q", "quantity": "-1", "value": "0.001", "givenOn": "2199-01-01",
            "note": "x".repeat(2001), "overAllocationReason": "x".repeat(501), "kind": "LOAN",
        });
        let payload = grant(&world, &foreign, &goods, wrong).await;
        let expected = [
            "INVALID programmeId", "NOT_FOUND residentId", "NOT_FOUND projectId", "OUT_OF_RANGE quantity", "INVALID value", "OUT_OF_RANGE givenOn",
            "OUT_OF_RANGE note", "OUT_OF_RANGE overAllocationReason", "INVALID kind",
        ];
        assert_eq!(refusals(&payload), expected);
    }

    async fn aid_to_the_dead_is_refused_from_the_day_after(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, received(&world, "GOODS", json!({ "quantity": "10" })).await);
        let died = json!({ "residentId": resident, "on": "2022-02-28" });
        make::created(&world.staff, "recordDeath", "lifeEvent", died).await;
        let on = |day: &str| json!({ "quantity": "1", "givenOn": day });
        assert_eq!(refusals(&grant(&world, &resident, &goods, on("2022-03-01")).await), ["NOT_ELIGIBLE residentId"]);
        make::id_of(&grant(&world, &resident, &goods, on("2022-02-28")).await, "aidRecord");
        assert_eq!(holdings(&world.staff, &goods).await[1][0], "1");
    }
}
