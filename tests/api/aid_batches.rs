//! Decisions about many grants at once, signatures, and reversals.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    aid::{decide, grant, holdings, received},
    harness::{Actor, World, actor::refusals, make, mutate_together, world::HERE},
};

/// So many planned grants of one item each, to as many residents.
async fn planned(world: &World, number: usize, from: &str) -> Vec<String> {
    let mut aids = Vec::new();
    for _ in 0..number {
        aids.push(make::id_of(
            &grant(world, &world.resident().await, from, json!({ "quantity": "1" })).await,
            "aidRecord",
        ));
    }
    aids
}

async fn batch(staff: &Actor, mutation: &str, ids: &[String], more: Value) -> Value {
    let mut input = json!({ "ids": ids });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    staff
        .mutate(mutation, "aidRecords", "id status version statusReason deliveredAt signedBy signedByName", input)
        .await
}

fn statuses(payload: &Value) -> Vec<&str> {
    payload["aidRecords"].as_array().unwrap().iter().map(|aid| aid["status"].as_str().unwrap()).collect()
}

crate::on_both! {
    async fn a_batch_goes_on_together_in_the_order_in_which_it_was_named(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let mut aids = planned(&world, 6, &goods).await;
        aids.reverse();
        let approved = batch(&world.staff, "approveAidBatch", &aids, json!({})).await;
        assert_eq!(statuses(&approved), ["APPROVED"; 6], "{approved:#}");
        let shown: Vec<&str> = approved["aidRecords"].as_array().unwrap().iter().map(|aid| aid["id"].as_str().unwrap()).collect();
        assert_eq!(shown, aids);
        let signed = json!({ "signature": { "by": "CARER", "name": "照料人" }, "deliveredAt": "2022-03-01T09:00:00+08:00" });
        let delivered = batch(&world.staff, "deliverAidBatch", &aids[..4], signed).await;
        assert_eq!(statuses(&delivered), ["DELIVERED"; 4]);
        let first = &delivered["aidRecords"][0];
        assert_eq!((&first["signedBy"], &first["signedByName"], &first["version"]), (&json!("CARER"), &json!("照料人"), &json!(3)));
        assert_eq!(statuses(&batch(&world.staff, "returnAidBatch", &aids[..1], json!({ "reason": "借期届满" })).await), ["RETURNED"]);
        assert_eq!(statuses(&batch(&world.staff, "cancelAidBatch", &aids[4..], json!({ "reason": "放弃" })).await), ["CANCELLED"; 2]);
        let held = holdings(&world.staff, &goods).await;
        assert_eq!([&held[1][0], &held[2][0], &held[3][0]], ["3", "3", "7"]);
        // Each has its events, as if it had been alone.
        let actions = app.texts("SELECT action FROM event WHERE subject_kind = 'aid_record' AND action <> 'recordAid' ORDER BY seq", "action").await;
        let expected = [vec!["approveAidBatch"; 6], vec!["deliverAidBatch"; 4], vec!["returnAidBatch"], vec!["cancelAidBatch"; 2]].concat();
        assert_eq!(actions, expected);
    }

    async fn a_batch_in_which_one_does_not_fit_changes_nothing_and_says_which(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let aids = planned(&world, 4, &goods).await;
        decide(&world.staff, "cancelAid", &aids[1]).await;
        let before = app.tables().await;
        let refused = batch(&world.staff, "approveAidBatch", &aids, json!({})).await;
        assert_eq!(refusals(&refused), ["ILLEGAL_TRANSITION ids.1"]);
        assert_eq!(refused["aidRecords"], json!([]));
        let missing = [&aids[..1], &["aid_record_01h455vb4pex5vsknk084sn02q".to_owned(), aids[0].clone()]].concat();
        assert_eq!(refusals(&batch(&world.staff, "approveAidBatch", &missing, json!({})).await), ["DUPLICATE ids.2"]);
        assert_eq!(refusals(&batch(&world.staff, "approveAidBatch", &missing[..2], json!({})).await), ["NOT_FOUND ids.1"]);
        assert_eq!(refusals(&batch(&world.staff, "refuseAidBatch", &aids, json!({ "reason": " " })).await), ["REQUIRED reason", "ILLEGAL_TRANSITION ids.1"]);
        assert_eq!(refusals(&batch(&world.staff, "approveAidBatch", &[], json!({})).await), ["REQUIRED ids"]);
        let many: Vec<String> = (0..501).map(|_| aids[0].clone()).collect();
        assert_eq!(refusals(&batch(&world.staff, "approveAidBatch", &many, json!({})).await), ["OUT_OF_RANGE ids"]);
        let stranger = batch(&world.stranger, "approveAidBatch", &aids[..1], json!({})).await;
        assert_eq!(refusals(&stranger), ["NOT_FOUND ids.0"]);
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
    }

    async fn the_operator_decides_about_one_community_at_a_time(app: TestApp) {
        let world = World::new(&app).await;
        let here = world.aid().await;
        let (resident, unit) = (make::resident(&world.stranger, &world.elsewhere, "邻居").await, world.unit().await);
        let cash = make::cash(&world.stranger, &world.elsewhere, &unit, "100.00").await;
        let there = make::aid(&world.stranger, &world.elsewhere, &resident, &cash, json!({ "value": "1" })).await;
        let refused = batch(&world.operator, "approveAidBatch", &[here.clone(), there], json!({})).await;
        assert_eq!(refusals(&refused), ["INVALID ids.1"]);
        assert_eq!(statuses(&batch(&world.operator, "approveAidBatch", &[here], json!({})).await), ["APPROVED"]);
    }

    async fn a_batch_that_is_sent_again_is_answered_again(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10" })).await;
        let aids = planned(&world, 3, &goods).await;
        let keyed = json!({ "idempotencyKey": "batch-1" });
        let first = batch(&world.staff, "approveAidBatch", &aids, keyed.clone()).await;
        let before = app.tables().await;
        assert_eq!(batch(&world.staff, "approveAidBatch", &aids, keyed.clone()).await, first);
        assert_eq!(refusals(&batch(&world.staff, "approveAidBatch", &aids[1..], keyed).await), ["IDEMPOTENCY_KEY_REUSED idempotencyKey"]);
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
    }

    async fn batches_that_overlap_do_not_wait_for_each_other_in_a_circle(app: TestApp) {
        let world = World::new(&app).await;
        let (goods, more) = (received(&world, "GOODS", json!({ "quantity": "20" })).await, received(&world, "GOODS", json!({ "quantity": "20" })).await);
        let aids = [planned(&world, 6, &goods).await, planned(&world, 6, &more).await].concat();
        let backwards: Vec<&String> = aids.iter().rev().collect();
        let inputs = (0..12).map(|i| match i % 2 {
            0 => json!({ "ids": aids, "reason": "放弃" }),
            _ => json!({ "ids": backwards, "reason": "放弃" }),
        });
        let payloads = mutate_together(&world.staff, "cancelAidBatch", "aidRecords", inputs).await;
        let done = payloads.iter().filter(|payload| refusals(payload).is_empty()).count();
        assert_eq!(done, 1, "{payloads:#?}");
        assert_eq!([&holdings(&world.staff, &goods).await[1][0], &holdings(&world.staff, &more).await[1][0]], ["0", "0"]);
    }

    async fn a_batch_costs_as_many_statements_for_forty_as_for_two(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "100" })).await;
        let aids = planned(&world, 42, &goods).await;
        let mut costs = Vec::new();
        for ids in [&aids[..2], &aids[2..]] {
            let before = app.statements();
            assert_eq!(refusals(&batch(&world.staff, "approveAidBatch", ids, json!({})).await), [""; 0]);
            costs.push(app.statements() - before);
        }
        assert_eq!(costs[0], costs[1]);
    }

    async fn a_signature_names_whoever_is_not_the_recipient(app: TestApp) {
        let world = World::new(&app).await;
        let aid = world.aid().await;
        decide(&world.staff, "approveAid", &aid).await;
        let with = |signature: Value| json!({ "id": aid, "expectedVersion": 2, "signature": signature });
        let deliver = |input| world.staff.mutate("deliverAid", "aidRecord", "signedBy signedByName", input);
        for (signature, refusal) in [
            (json!({ "by": "DELEGATE" }), "REQUIRED signature.name"),
            (json!({ "by": "CARER", "name": " " }), "REQUIRED signature.name"),
            (json!({ "by": "RECIPIENT", "name": "本人" }), "INVALID signature.name"),
            (json!({ "by": "DELEGATE", "name": "长".repeat(51) }), "OUT_OF_RANGE signature.name"),
        ] {
            assert_eq!(refusals(&deliver(with(signature.clone())).await), [refusal], "{signature}");
        }
        let delivered = deliver(with(json!({ "by": "DELEGATE", "name": "代领人" }))).await;
        assert_eq!(delivered["aidRecord"], json!({ "signedBy": "DELEGATE", "signedByName": "代领人" }));
    }

    async fn a_reversal_is_a_record_of_its_own_that_names_the_first(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "10", "yuan": "100" })).await;
        let resident = world.resident().await;
        let aid = make::id_of(&grant(&world, &resident, &goods, json!({ "quantity": "2", "value": "20" })).await, "aidRecord");
        for step in ["approveAid", "deliverAid"] {
            decide(&world.staff, step, &aid).await;
        }
        let query = "query($id: ID!) { aidRecord(id: $id) { status quantity { value } value { yuan } givenOn note deliveredAt signedBy recipientAlias
            resident { id } contribution { id } reverses { id } reversedBy { id status reverses { id } resident { id } quantity { value } value { yuan } } } }";
        let shown = |id: &str| { let (staff, id) = (world.staff.clone(), id.to_owned()); async move { staff.gql(query, json!({ "id": id })).await.data()["aidRecord"].clone() } };
        let before = shown(&aid).await;
        let input = json!({ "id": aid, "expectedVersion": 3, "reason": "发错对象", "idempotencyKey": "undo" });
        let fields = "id status statusReason reverses { id } quantity { value } value { yuan }";
        let payload = world.staff.mutate("reverseAid", "aidRecord", fields, input.clone()).await;
        let reversal = make::id_of(&payload, "aidRecord");
        assert_ne!(reversal, aid);
        assert_eq!(payload["aidRecord"]["reverses"]["id"], aid.as_str());
        assert_eq!((&payload["aidRecord"]["status"], &payload["aidRecord"]["statusReason"]), (&json!("REVERSAL"), &json!("发错对象")));
        assert_eq!((&payload["aidRecord"]["quantity"]["value"], &payload["aidRecord"]["value"]["yuan"]), (&json!("2"), &json!("20.00")));
        let mut after = shown(&aid).await;
        assert_eq!(after["reversedBy"]["id"], reversal.as_str());
        assert_eq!(after["reversedBy"]["resident"]["id"], resident.as_str());
        assert_eq!(after["status"], "REVERSED");
        after["status"] = before["status"].clone();
        after["reversedBy"] = before["reversedBy"].clone();
        assert_eq!(after, before, "the record stays as it was written");
        let held = holdings(&world.staff, &goods).await;
        assert_eq!([&held[1], &held[2], &held[3]], [&["0".to_owned(), "0.00".to_owned()], &["0".to_owned(), "0.00".to_owned()], &["10".to_owned(), "100.00".to_owned()]]);
        // Sent again it is answered again; asked for again it is not open.
        assert_eq!(world.staff.mutate("reverseAid", "aidRecord", fields, input).await, payload);
        for id in [&aid, &reversal] {
            for step in ["approveAid", "refuseAid", "deliverAid", "cancelAid", "returnAid", "reverseAid"] {
                assert_eq!(refusals(&decide(&world.staff, step, id).await), ["ILLEGAL_TRANSITION id"], "{step}");
            }
        }
        let summed = world.staff.ask("{ aidSummary { records people quantities { value } value { yuan } } }").await;
        let nothing = json!([{ "records": 0, "people": 0, "quantities": [], "value": { "yuan": "0.00" } }]);
        assert_eq!(summed.data()["aidSummary"], nothing, "it counts nowhere");
    }

    async fn after_a_day_it_takes_a_second_person_to_reverse(app: TestApp) {
        let world = World::new(&app).await;
        let colleague = app.account("colleague", Role::Staff, Some(HERE)).await;
        let mut aids = Vec::new();
        for _ in 0..3 {
            let aid = world.aid().await;
            for step in ["approveAid", "deliverAid"] {
                decide(&world.staff, step, &aid).await;
            }
            aids.push(aid);
        }
        assert_eq!(decide(&world.staff, "reverseAid", &aids[0]).await["aidRecord"]["status"], "REVERSAL");
        let long_ago = app.app.clock.now() - TimeDelta::hours(25);
        app.run(&format!("UPDATE aid_record SET delivered_at = '{}' WHERE status = 'DELIVERED'", long_ago.format("%Y-%m-%d %H:%M:%S+00:00"))).await;
        let before = app.tables().await;
        assert_eq!(refusals(&decide(&world.staff, "reverseAid", &aids[1]).await), ["SAME_PERSON id"]);
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        assert_eq!(decide(&colleague, "reverseAid", &aids[1]).await["aidRecord"]["status"], "REVERSAL");
    }
}
