//! Requests come in from residents, merchants and staff, once each, and whoever holds the tracking code follows them without an account.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{
    Actor, World,
    actor::refusals,
    bulk::key_of,
    make, mutate_together,
    roles::{self, Who},
    world::HERE,
};

const FIELDS: &str =
    "id version channel channelNumber category urgency text place status contactName resident { id } merchant { id }
    dueOn dueProvisional entries { kind status reason answer bySubmitter actor }";

async fn submit(actor: &Actor, world: &World, more: Value) -> Value {
    let mut input = json!({ "communityId": world.community, "category": "REPAIR", "text": "楼道灯不亮" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let query = format!(
        "mutation($input: SubmitRequestInput!) {{ submitRequest(input: $input) {{ request {{ {FIELDS} }} trackingCode userErrors {{ field code details }} }} }}"
    );
    actor.gql(&query, json!({ "input": input })).await.data()["submitRequest"].clone()
}

const TRACKED: &str = "query($code: String!) { trackRequest(code: $code) { status category submittedOn dueOn answeredOn closedOn steps { status on } answers { on text } } }";

async fn track(actor: &Actor, code: &str) -> Value {
    actor.gql(TRACKED, json!({ "code": code })).await.data()["trackRequest"].clone()
}

crate::on_both! {
    async fn staff_write_down_what_they_are_told_with_the_channel_and_its_number(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, shop) = (world.resident().await, make::merchant(&world.staff, &world.community, "店").await);
        let made = submit(&world.staff, &world, json!({})).await;
        assert_eq!((&made["request"]["channel"], &made["request"]["status"], &made["request"]["urgency"]), (&json!("COUNTER"), &json!("SUBMITTED"), &json!("NORMAL")));
        let entries = json!([{ "kind": "SUBMITTED", "status": "SUBMITTED", "reason": null, "answer": null, "bySubmitter": false, "actor": format!("staff-{HERE}") }]);
        assert_eq!(made["request"]["entries"], entries);
        let hotline = json!({ "channel": "HOTLINE", "channelNumber": "12345-7", "contactName": "张小明" });
        let first = submit(&world.staff, &world, hotline.clone()).await;
        assert_eq!(refusals(&first), Vec::<String>::new());
        let second = submit(&world.staff, &world, hotline).await;
        assert_eq!(refusals(&second), ["DUPLICATE channelNumber"]);
        assert_eq!(second["userErrors"][0]["details"], json!({ "requestId": first["request"]["id"] }));
        for (more, refused) in [
            (json!({ "channel": "HOTLINE" }), "REQUIRED channelNumber"),
            (json!({ "channelNumber": "1" }), "INVALID channelNumber"),
            (json!({ "channel": "SELF" }), "INVALID channel"),
            (json!({ "residentId": resident, "merchantId": shop }), "INVALID merchantId"),
            (json!({ "residentId": resident, "contactName": "张三" }), "INVALID contactName"),
            (json!({ "text": " " }), "REQUIRED text"),
            (json!({ "text": "字".repeat(2_001) }), "OUT_OF_RANGE text"),
            (json!({ "buildingId": world.building().await, "gridId": make::grid(&world.staff, &world.community, "网格").await }), "INVALID gridId"),
        ] {
            assert_eq!(refusals(&submit(&world.staff, &world, more.clone()).await), [refused], "{more}");
        }
        // Another channel has numbers of its own; another community too.
        assert_eq!(refusals(&submit(&world.staff, &world, json!({ "channel": "OTHER", "channelNumber": "12345-7" })).await), Vec::<String>::new());
        let race = json!({ "communityId": world.community, "category": "REPAIR", "text": "同一件", "channel": "HOTLINE", "channelNumber": "12345-8" });
        let payloads = mutate_together(&world.staff, "submitRequest", "request", vec![race; 6]).await;
        assert_eq!(payloads.iter().filter(|payload| !payload["request"].is_null()).count(), 1, "{payloads:#?}");
        app.in_order().await;
    }

    async fn residents_ask_for_themselves_and_see_what_became_of_it(app: TestApp) {
        let world = World::new(&app).await;
        let (me, other) = (world.resident().await, world.resident().await);
        let resident = roles::account(&app, "me", key_of(&world.community), &[Who::resident(key_of(&me))]).await;
        let made = submit(&resident, &world, json!({})).await;
        assert_eq!((&made["request"]["channel"], &made["request"]["resident"]["id"]), (&json!("SELF"), &json!(me)));
        assert_eq!(made["request"]["entries"][0]["bySubmitter"], true);
        for (more, refused) in [
            (json!({ "residentId": other }), "NOT_FOUND residentId"),
            (json!({ "channel": "COUNTER" }), "INVALID channel"),
            (json!({ "contactName": "张三" }), "INVALID contactName"),
            (json!({ "communityId": world.elsewhere }), "NOT_FOUND communityId"),
            // Nothing is said of what else would be wrong there.
            (json!({ "communityId": world.elsewhere, "channel": "COUNTER", "text": " " }), "NOT_FOUND communityId"),
        ] {
            assert_eq!(refusals(&submit(&resident, &world, more.clone()).await), [refused], "{more}");
        }
        let hotline = json!({ "channel": "OTHER", "channelNumber": "7" });
        submit(&world.staff, &world, hotline.clone()).await;
        // Whether somebody else came with this number is not told.
        assert_eq!(refusals(&submit(&resident, &world, hotline).await), ["INVALID channel"]);
        make::request(&world.staff, &world.community, json!({ "residentId": other })).await;
        let id = made["request"]["id"].as_str().unwrap();
        make::moved_request(&world.staff, id, &[("declineRequest", json!({ "answer": "请向物业反映", "reason": "内部备注" }))]).await;
        let seen = resident.gql(&format!("{{ requests {{ totalCount nodes {{ {FIELDS} }} }} }}"), json!({})).await.data()["requests"].clone();
        assert_eq!(seen["totalCount"], 1);
        let last = &seen["nodes"][0]["entries"][1];
        assert_eq!((&last["kind"], &last["answer"], &last["actor"]), (&json!("DECLINED"), &json!("请向物业反映"), &Value::Null), "who did it is between colleagues");
        let own = resident.gql("query($id: ID!) { resident(id: $id) { requests { totalCount } } }", json!({ "id": me })).await;
        assert_eq!(own.data()["resident"]["requests"]["totalCount"], 1);
        // Nothing but reopening is theirs to decide.
        for (mutation, more) in [("acceptRequest", json!({})), ("closeRequest", json!({ "settledAt": "COMMUNITY" }))] {
            let kind = mutation[..1].to_uppercase() + &mutation[1..];
            let query = format!("mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}");
            let mut input = json!({ "id": id, "expectedVersion": 2 });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(resident.gql(&query, json!({ "input": input })).await.code(), "FORBIDDEN", "{mutation}");
        }
    }

    async fn a_partner_unit_sees_what_it_handles_and_not_who_asks(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let partner = roles::account(&app, "unit", key_of(&world.community), &[Who::partner(key_of(&unit))]).await;
        let asked = make::request(&world.staff, &world.community, json!({ "contactName": "张小明", "place": "三单元 201" })).await;
        make::request(&world.staff, &world.community, json!({})).await;
        make::moved_request(&world.staff, &asked, &[("acceptRequest", json!({})), ("assignRequest", json!({ "assigneeUnitId": unit, "reason": "请上门" }))]).await;
        let query = "{ requests { nodes { id status category text place contactName resident { id } entries { kind reason actor } } } }";
        let seen = partner.ask(query).await.data()["requests"]["nodes"].clone();
        let none = |kind: &str| json!({ "kind": kind, "reason": null, "actor": null });
        assert_eq!(seen, json!([{
            "id": asked, "status": "ASSIGNED", "category": "REPAIR", "text": null, "place": null, "contactName": null, "resident": null,
            "entries": [none("SUBMITTED"), none("ACCEPTED"), none("ASSIGNED")],
        }]));
    }

    async fn a_partner_unit_answers_what_it_was_given_and_decides_nothing_else(app: TestApp) {
        let world = World::new(&app).await;
        let (unit, another, head) = (world.unit().await, world.unit().await, world.resident().await);
        let partner = roles::account(&app, "unit", key_of(&world.community), &[Who::partner(key_of(&unit))]).await;
        let ask = async |to: &str| {
            let made = submit(&world.staff, &world, json!({ "residentId": head, "place": "三单元 201" })).await;
            let id = made["request"]["id"].as_str().unwrap().to_owned();
            let given = json!({ "assigneeUnitId": to, "unitBrief": "请检修三号楼楼道照明" });
            make::moved_request(&world.staff, &id, &[("acceptRequest", json!({})), ("assignRequest", given)]).await;
            (id, made["trackingCode"].as_str().unwrap().to_owned())
        };
        let ((mine, code), (theirs, _)) = (ask(&unit).await, ask(&another).await);
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Request { id unitBrief text place contactName resident { id } building { id } attachments { url } } } }";
        let seen = partner.gql(query, json!({ "ids": [mine, theirs] })).await.data()["nodes"].clone();
        assert_eq!(seen, json!([{
            "id": mine, "unitBrief": "请检修三号楼楼道照明", "text": null, "place": null, "contactName": null, "resident": null, "building": null, "attachments": [],
        }, null]));
        let step = async |mutation: &str, id: &str, more: Value| {
            let mut input = json!({ "id": id, "expectedVersion": make::version(&world.staff, id).await });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            partner.mutate(mutation, "request", "id status", input).await
        };
        for (mutation, more) in [("startRequest", json!({})), ("handBackRequest", json!({ "reason": "不归我管" })), ("answerRequest", json!({ "answer": "已修" }))] {
            assert_eq!(refusals(&step(mutation, &theirs, more).await), ["NOT_FOUND id"], "{mutation}");
        }
        assert_eq!(step("startRequest", &mine, json!({})).await["request"]["status"], "IN_PROGRESS");
        assert_eq!(step("answerRequest", &mine, json!({ "answer": "灯具已更换" })).await["request"]["status"], "ANSWERED");
        assert_eq!(track(&app.anonymous(), &code).await["answers"][0]["text"], "灯具已更换");
        // Whose request it is, how it is rated and when it ends is for others.
        for (mutation, more) in [
            ("acceptRequest", json!({})), ("assignRequest", json!({ "assigneeUnitId": another })), ("callBackRequest", json!({ "satisfaction": 5 })),
            ("closeRequest", json!({ "settledAt": "COMMUNITY" })), ("reopenRequest", json!({ "reason": "再看" })), ("amendAnswer", json!({ "answer": "补充", "reason": "遗漏" })),
        ] {
            let kind = mutation[..1].to_uppercase() + &mutation[1..];
            let query = format!("mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}");
            let mut input = json!({ "id": mine, "expectedVersion": 5 });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(partner.gql(&query, json!({ "input": input })).await.code(), "FORBIDDEN", "{mutation}");
        }
        // What is handed back is out of reach at once, and so is what it was told.
        let (back, _) = ask(&unit).await;
        assert_eq!(refusals(&step("handBackRequest", &back, json!({ "reason": "不归我管" })).await), Vec::<String>::new());
        assert_eq!(partner.gql(query, json!({ "ids": [back] })).await.data()["nodes"], json!([null]));
        let brief = world.staff.gql(query, json!({ "ids": [back] })).await.data()["nodes"][0]["unitBrief"].clone();
        assert_eq!(brief, Value::Null);
        let grid = make::grid(&world.staff, &world.community, "一网格").await;
        let input = json!({ "id": back, "expectedVersion": 4, "assigneeGridId": grid, "unitBrief": "说明" });
        assert_eq!(refusals(&world.staff.mutate("assignRequest", "request", "id", input).await), ["INVALID unitBrief"]);
        app.in_order().await;
    }

    async fn the_code_shows_what_is_public_and_nothing_else(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-03-01T04:00:00Z".parse().unwrap());
        let made = submit(&world.staff, &world, json!({ "contactName": "张小明", "idempotencyKey": "k1" })).await;
        let code = made["trackingCode"].as_str().unwrap().to_owned();
        assert!(code.len() == 25 && code.starts_with("TX-"), "{code}");
        // Shown once: a retry gives the request again, and no code.
        let again = submit(&world.staff, &world, json!({ "contactName": "张小明", "idempotencyKey": "k1" })).await;
        assert_eq!((&again["request"]["id"], &again["trackingCode"]), (&made["request"]["id"], &Value::Null));
        let id = made["request"]["id"].as_str().unwrap();
        let worker = make::posted(&world.staff, &world.community, "李工").await;
        make::moved_request(&world.staff, id, &[
            ("acceptRequest", json!({ "reason": "内部" })), ("assignRequest", json!({ "assigneeId": worker })), ("handBackRequest", json!({ "reason": "不归我管" })),
            ("assignRequest", json!({ "assigneeId": worker })), ("startRequest", json!({})),
        ]).await;
        app.app.clock.hold("2022-03-03T04:00:00Z".parse().unwrap());
        make::moved_request(&world.staff, id, &[
            ("answerRequest", json!({ "answer": "已更换灯泡", "reason": "内部" })), ("amendAnswer", json!({ "answer": "开关也已更换", "reason": "遗漏" })),
        ]).await;
        let nobody = app.anonymous();
        let step = |status: &str, on: &str| json!({ "status": status, "on": on });
        assert_eq!(track(&nobody, &code).await, json!({
            "status": "ANSWERED", "category": "REPAIR", "submittedOn": "2022-03-01", "dueOn": "2022-03-08", "answeredOn": "2022-03-03", "closedOn": null,
            "steps": [
                step("SUBMITTED", "2022-03-01"), step("ACCEPTED", "2022-03-01"), step("ASSIGNED", "2022-03-01"), step("ASSIGNED", "2022-03-01"),
                step("IN_PROGRESS", "2022-03-01"), step("ANSWERED", "2022-03-03"),
            ],
            // What was answered stays; what was added stands beside it.
            "answers": [{ "on": "2022-03-03", "text": "已更换灯泡" }, { "on": "2022-03-03", "text": "开关也已更换" }],
        }));
        // A code that is wrong, another's, the request's own id: nothing, all alike.
        for wrong in ["TX-AAAAAAAAAAAAAAAAAAAAAA", "", "x", id, &code.to_lowercase()] {
            assert_eq!(track(&nobody, wrong).await, Value::Null, "{wrong}");
        }
        // A duplicate follows the first.
        let twin = submit(&world.staff, &world, json!({})).await;
        let (twin_code, twin) = (twin["trackingCode"].as_str().unwrap().to_owned(), twin["request"]["id"].clone());
        let open = make::request(&world.staff, &world.community, json!({})).await;
        make::moved_request(&world.staff, &open, &[("mergeRequests", json!({ "duplicateIds": [twin], "reason": "同一盏灯" }))]).await;
        assert_eq!(track(&nobody, &twin_code).await["status"], "SUBMITTED");
        make::moved_request(&world.staff, &open, &[("acceptRequest", json!({}))]).await;
        assert_eq!(track(&nobody, &twin_code).await["status"], "ACCEPTED");
    }

    async fn unknown_codes_are_answered_so_often_and_then_no_more_for_a_while(app: TestApp) {
        let world = World::new(&app).await;
        let code = submit(&world.staff, &world, json!({})).await["trackingCode"].as_str().unwrap().to_owned();
        let nobody = app.anonymous();
        for _ in 0..30 {
            assert_eq!(track(&nobody, "TX-wrong").await, Value::Null);
        }
        for code in ["TX-wrong", &code] {
            assert_eq!(nobody.gql(TRACKED, json!({ "code": code })).await.code(), "RATE_LIMITED");
        }
        app.app.clock.hold(app.app.clock.now() + chrono::TimeDelta::minutes(10));
        assert_eq!(track(&nobody, &code).await["status"], "SUBMITTED");
    }

    async fn what_is_asked_for_is_in_no_event_and_the_code_in_no_table(app: TestApp) {
        let world = World::new(&app).await;
        let made = submit(&world.staff, &world, json!({ "text": "楼上漏水成灾", "contactName": "欧阳示例", "place": "三单元 201" })).await;
        let code = made["trackingCode"].as_str().unwrap();
        let id = made["request"]["id"].as_str().unwrap();
        make::moved_request(&world.staff, id, &[("declineRequest", json!({ "answer": "请走司法途径", "reason": "内部看法" }))]).await;
        let dump = crate::harness::dump::rows(app.app.db.writer()).await;
        let text = format!("{dump:?}");
        assert!(!text.contains(code), "the code is kept");
        let events: Vec<_> = app.texts("SELECT CAST(payload AS TEXT) AS payload FROM event WHERE subject_kind = 'request' AND payload IS NOT NULL", "payload").await;
        assert!(events.iter().all(|event| ["漏水", "欧阳", "201", "司法", "内部"].iter().all(|word| !event.contains(word))), "{events:?}");
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let seen = auditor.ask(&format!("{{ requests {{ nodes {{ {FIELDS} }} }} }}")).await.data()["requests"]["nodes"][0].clone();
        assert_eq!((&seen["text"], &seen["place"], &seen["contactName"], &seen["entries"][1]["answer"]), (&Value::Null, &Value::Null, &Value::Null, &Value::Null));
    }
}
