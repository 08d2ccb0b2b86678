//! Contributions of goods that are made of items and of devices with serial numbers: the parts are the whole, to the fen.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    aid::{decide, grant},
    harness::{World, actor::refusals, cases, make, mutate_together},
};

const SHOWN: &str = "id version received { ...h } allocated { ...h } delivered { ...h } remaining { ...h }
    items { id name unit received { ...h } allocated { ...h } delivered { ...h } remaining { ...h } devices { serialNumber aidRecord { id status } } }";

async fn shown(world: &World, contribution: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ contribution(id: $id) {{ {SHOWN} }} }} fragment h on Holding {{ quantity {{ value unit }} value {{ yuan }} }}"
    );
    world.staff.gql(&query, json!({ "id": contribution })).await.data()["contribution"].clone()
}

/// Quantity and yuan.
fn held(of: &Value, amount: &str) -> [String; 2] {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    [text(&of[amount]["quantity"]["value"]), text(&of[amount]["value"]["yuan"])]
}

async fn record(world: &World, more: Value) -> Value {
    let mut input = json!({
        "communityId": world.community, "kind": "GOODS", "title": world.name("辅具"), "contributors": [{ "partnerUnitId": world.unit().await }],
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.staff.mutate("recordContribution", "contribution", "id", input).await
}

fn item(name: &str, unit: &str, received: Value) -> Value {
    json!({ "name": name, "unit": unit, "received": received })
}

crate::on_both! {
    async fn the_parts_are_the_whole(app: TestApp) {
        let world = World::new(&app).await;
        let items = json!([
            item("轮椅", "件", json!({ "quantity": "45", "yuan": "34000.10" })),
            item("助听器", "件", json!({ "quantity": "100", "yuan": "21999.90" })),
        ]);
        let whole = make::id_of(&record(&world, json!({ "items": items })).await, "contribution");
        let told = shown(&world, &whole).await;
        assert_eq!((held(&told, "received"), &told["received"]["quantity"]["unit"]), (["145".to_owned(), "56000.00".to_owned()], &json!("件")));
        // What is said of the whole must be what the items make.
        for (received, refusal) in [
            (json!({ "yuan": "56000" }), None),
            (json!({ "yuan": "56000.01" }), Some("INVALID items")),
            (json!({ "yuan": "55999.99" }), Some("INVALID items")),
        ] {
            let payload = record(&world, json!({ "items": items, "received": received })).await;
            assert_eq!(refusals(&payload), refusal.into_iter().collect::<Vec<_>>(), "{received}");
        }
        // Units are not added up, values are.
        let mixed = json!([item("大米", "袋", json!({ "quantity": "20", "yuan": "1000" })), item("食用油", "桶", json!({ "quantity": "10", "yuan": "600" }))]);
        let mixed = make::id_of(&record(&world, json!({ "items": mixed })).await, "contribution");
        assert_eq!(held(&shown(&world, &mixed).await, "received"), ["?", "1600.00"]);
        // How many came in all follows from the items: it is said of them.
        let receive = async |received: Value| {
            let input = json!({ "id": whole, "expectedVersion": make::version(&world.staff, &whole).await, "received": received });
            refusals(&world.staff.mutate("receiveContribution", "contribution", "id", input).await)
        };
        assert_eq!(receive(json!({ "quantity": "146" })).await, ["INVALID received.quantity"]);
        assert_eq!(receive(json!({ "quantity": "145", "yuan": "56000.00" })).await, [""; 0]);
        app.in_order().await;
        // An item that nobody valued leaves the value of the whole as it was said.
        let unvalued = json!([item("书籍", "册", json!({ "quantity": "450" })), item("书架", "册", json!({ "quantity": "1", "yuan": "300" }))]);
        let books = make::id_of(&record(&world, json!({ "items": unvalued, "received": { "yuan": "10000", "valuePrecision": "AT_LEAST" } })).await, "contribution");
        assert_eq!(held(&shown(&world, &books).await, "received"), ["451", "10000.00"]);
    }

    async fn what_is_wrong_with_items_is_told_by_position(app: TestApp) {
        let world = World::new(&app).await;
        let twice = json!([item("轮椅", "件", json!({ "quantity": "1" })), item("轮椅", "件", json!({ "quantity": "1" }))]);
        let numbered = json!([{ "name": "轮椅", "received": { "quantity": "1" }, "serialNumbers": ["A", "B"] }]);
        let same = json!([{ "name": "轮椅", "received": { "quantity": "9" }, "serialNumbers": ["A", "A", " "] }]);
        for (more, expected) in [
            (json!({ "items": twice }), vec!["DUPLICATE items"]),
            (json!({ "items": numbered }), vec!["OUT_OF_RANGE items.0.serialNumbers"]),
            (json!({ "items": same }), vec!["DUPLICATE items.0.serialNumbers.1", "REQUIRED items.0.serialNumbers.2"]),
            (json!({ "items": [item(" ", "件", json!({ "quantity": "-1", "yuan": "0.001" }))] }),
                vec!["REQUIRED items.0.name", "OUT_OF_RANGE items.0.received.quantity", "INVALID items.0.received.yuan"]),
            (json!({ "items": [item("轮椅", "件", json!({ "quantity": "1" }))], "kind": "PLACES" }), vec!["INVALID items"]),
        ] {
            let before = app.tables().await;
            assert_eq!(refusals(&record(&world, more.clone()).await), expected, "{more}");
            let changed = before.changes_to(&app.tables().await);
            assert!(changed.iter().all(|change| !change.contains("contribution")), "{changed:?}");
        }
    }

    async fn aid_is_taken_from_an_item_and_from_the_whole_together(app: TestApp) {
        let world = World::new(&app).await;
        let items = json!([
            item("轮椅", "件", json!({ "quantity": "3", "yuan": "100" })), item("药箱", "箱", json!({ "quantity": "2" })),
        ]);
        let whole = make::id_of(&record(&world, json!({ "items": items, "unit": "件" })).await, "contribution");
        let told = shown(&world, &whole).await;
        let (chairs, boxes) = (told["items"][0]["id"].clone(), told["items"][1]["id"].clone());
        let resident = world.resident().await;
        let give = |more: Value| grant(&world, &resident, &whole, more);
        assert_eq!(refusals(&give(json!({ "quantity": "1" })).await), ["REQUIRED itemId"]);
        let short = give(json!({ "quantity": "4", "itemId": chairs })).await;
        assert_eq!(refusals(&short), ["INSUFFICIENT_REMAINDER quantity"]);
        assert_eq!(short["userErrors"][0]["details"], json!({ "itemId": chairs, "asked": "4", "remaining": "3", "shortfall": "1", "unit": "件" }));
        assert!(short["userErrors"][0]["message"].as_str().unwrap().contains("轮椅"), "{short:#}");
        let elsewhere = record(&world, json!({ "items": [item("轮椅", "件", json!({ "quantity": "3" }))] })).await;
        let foreign = shown(&world, elsewhere["contribution"]["id"].as_str().unwrap()).await["items"][0]["id"].clone();
        assert_eq!(refusals(&give(json!({ "quantity": "1", "itemId": foreign })).await), ["INVALID itemId"]);
        // Three chairs of 100 yuan together are 33.33, 33.33 and 33.34, whoever gets them.
        let mut aids = Vec::new();
        for yuan in ["33.33", "33.33", "33.34"] {
            let payload = give(json!({ "quantity": "1", "itemId": chairs })).await;
            assert_eq!(payload["aidRecord"]["value"]["yuan"], yuan, "{payload:#}");
            aids.push(make::id_of(&payload, "aidRecord"));
        }
        let payload = give(json!({ "quantity": "1", "itemId": boxes, "overAllocationReason": "药箱未估价" })).await;
        assert_eq!(payload["aidRecord"]["quantity"], json!({ "value": "1", "unit": "箱", "precision": "EXACT" }), "{payload:#}");
        let told = shown(&world, &whole).await;
        assert_eq!(held(&told["items"][0], "remaining"), ["0", "0.00"]);
        assert_eq!(held(&told["items"][1], "allocated"), ["1", "?"]);
        decide(&world.staff, "approveAid", &aids[0]).await;
        decide(&world.staff, "deliverAid", &aids[0]).await;
        decide(&world.staff, "cancelAid", &aids[1]).await;
        let told = shown(&world, &whole).await;
        assert_eq!([held(&told["items"][0], "allocated"), held(&told["items"][0], "delivered")], [["2", "66.67"], ["1", "33.33"]]);
        assert_eq!(held(&told["items"][0], "remaining"), ["1", "33.33"]);
    }

    async fn a_device_is_with_one_recipient_at_a_time(app: TestApp) {
        let world = World::new(&app).await;
        let items = json!([{ "name": "轮椅", "received": { "quantity": "2" }, "serialNumbers": ["SN-1", "SN-2"] }]);
        let whole = make::id_of(&record(&world, json!({ "items": items })).await, "contribution");
        let chairs = shown(&world, &whole).await["items"][0]["id"].clone();
        let input = |resident: &str, serial: &str| json!({
            "communityId": world.community, "residentId": resident, "contributionId": whole, "itemId": chairs, "serialNumber": serial, "givenOn": "2022-03-01",
        });
        let mut inputs = Vec::new();
        for _ in 0..12 {
            inputs.push(input(&world.resident().await, "SN-1"));
        }
        let payloads = mutate_together(&world.staff, "recordAid", "aidRecord", inputs.clone()).await;
        let made: Vec<&Value> = payloads.iter().filter(|payload| refusals(payload).is_empty()).collect();
        assert_eq!(made.len(), 1, "{payloads:#?}");
        assert!(payloads.iter().all(|payload| refusals(payload).is_empty() || refusals(payload) == ["DUPLICATE serialNumber"]), "{payloads:#?}");
        let first = made[0]["aidRecord"]["id"].as_str().unwrap();
        let told = shown(&world, &whole).await;
        assert_eq!(told["items"][0]["devices"], json!([
            { "serialNumber": "SN-1", "aidRecord": { "id": first, "status": "PLANNED" } }, { "serialNumber": "SN-2", "aidRecord": null },
        ]));
        for (serial, more, refusal) in [
            ("SN-3", json!({}), "NOT_FOUND serialNumber"), ("SN-2", json!({ "quantity": "2" }), "INVALID quantity"),
            ("SN-2", json!({ "itemId": null }), "REQUIRED itemId"),
        ] {
            let mut input = inputs[0].clone();
            input["serialNumber"] = json!(serial);
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(refusals(&world.staff.mutate("recordAid", "aidRecord", "id", input).await), [refusal]);
        }
        // Given back, it is there for the next.
        for step in ["approveAid", "deliverAid", "returnAid"] {
            decide(&world.staff, step, first).await;
        }
        make::created(&world.staff, "recordAid", "aidRecord", inputs[1].clone()).await;
    }

    /// In whatever portions and with whatever was given back meanwhile: when all is given, the shares are the value of the whole.
    async fn the_shares_of_all_that_is_given_make_up_the_whole_to_the_fen(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let steps = prop::collection::vec((any::<bool>(), 1..5_i64, any::<prop::sample::Index>()), 0..14);
        for (pieces, fen, steps) in cases(8, (1..12_i64, 1..200_000_i64, steps)) {
            let yuan = format!("{}.{:02}", fen / 100, fen % 100);
            let input = json!({ "items": [item("轮椅", "件", json!({ "quantity": pieces.to_string(), "yuan": yuan }))] });
            let whole = make::id_of(&record(&world, input).await, "contribution");
            let chairs = shown(&world, &whole).await["items"][0]["id"].clone();
            let mut standing: Vec<(String, i64)> = Vec::new();
            let rest = (0..pieces).map(|_| (true, 1, None));
            let chosen = steps.iter().map(|(give, portion, which)| (*give, *portion, Some(*which)));
            for (give, portion, which) in chosen.chain(rest) {
                let left = pieces - standing.iter().map(|(_, pieces)| pieces).sum::<i64>();
                if give && left > 0 {
                    let portion = portion.min(left);
                    let payload = grant(&world, &resident, &whole, json!({ "quantity": portion.to_string(), "itemId": chairs })).await;
                    standing.push((make::id_of(&payload, "aidRecord"), portion));
                } else if !give && !standing.is_empty() {
                    let (cancelled, _) = standing.swap_remove(which.map_or(0, |which| which.index(standing.len())));
                    decide(&world.staff, "cancelAid", &cancelled).await;
                }
            }
            let (told, all) = (shown(&world, &whole).await, [pieces.to_string(), yuan]);
            assert_eq!((held(&told["items"][0], "allocated"), held(&told, "allocated")), (all.clone(), all), "{steps:?}");
        }
        app.in_order().await;
    }

    async fn items_come_later_and_are_never_lowered_below_what_is_given(app: TestApp) {
        let world = World::new(&app).await;
        let whole = make::id_of(&record(&world, json!({ "items": [item("轮椅", "item", json!({ "quantity": "3", "yuan": "300" }))] })).await, "contribution");
        let chairs = shown(&world, &whole).await["items"][0]["id"].clone();
        let add = |version: i32, item: Value| json!({ "contributionId": whole, "expectedVersion": version, "item": item });
        let beds = item("护理床", "item", json!({ "quantity": "1", "yuan": "700" }));
        make::created(&world.staff, "addContributionItem", "contributionItem", add(1, beds.clone())).await;
        assert_eq!(held(&shown(&world, &whole).await, "received"), ["4", "1000.00"]);
        let stale = world.staff.mutate("addContributionItem", "contributionItem", "id", add(1, beds.clone())).await;
        assert_eq!(refusals(&stale), ["CONFLICT expectedVersion"]);
        assert_eq!(refusals(&world.staff.mutate("addContributionItem", "contributionItem", "id", add(2, beds)).await), ["DUPLICATE items"]);
        make::id_of(&grant(&world, &world.resident().await, &whole, json!({ "quantity": "2", "itemId": chairs })).await, "aidRecord");
        let amend = |version: i32, received: Value| json!({ "id": chairs, "expectedVersion": version, "received": received });
        let send = |input: Value| world.staff.mutate("amendContributionItem", "contributionItem", "id", input);
        assert_eq!(refusals(&send(amend(2, json!({ "quantity": "1" }))).await), ["OUT_OF_RANGE received.quantity"]);
        assert_eq!(refusals(&send(amend(2, json!({ "yuan": "199.99" }))).await), ["OUT_OF_RANGE received.yuan"]);
        assert_eq!(refusals(&send(amend(2, json!({ "quantity": "2", "yuan": "200" }))).await), [""; 0]);
        assert_eq!(held(&shown(&world, &whole).await, "received"), ["3", "900.00"]);
        let numbers = json!({ "id": chairs, "expectedVersion": 3, "addSerialNumbers": ["A", "B"] });
        assert_eq!(refusals(&send(numbers.clone()).await), [""; 0]);
        let mut again = numbers;
        again["expectedVersion"] = json!(4);
        assert_eq!(refusals(&send(again).await), ["DUPLICATE addSerialNumbers.0", "DUPLICATE addSerialNumbers.1", "OUT_OF_RANGE addSerialNumbers"]);
        // What was given out as a whole is not divided afterwards.
        let plain = make::id_of(&record(&world, json!({ "received": { "quantity": "5" } })).await, "contribution");
        make::id_of(&grant(&world, &world.resident().await, &plain, json!({ "quantity": "1" })).await, "aidRecord");
        let late = json!({ "contributionId": plain, "expectedVersion": 1, "item": item("轮椅", "item", json!({ "quantity": "5" })) });
        assert_eq!(refusals(&world.staff.mutate("addContributionItem", "contributionItem", "id", late).await), ["IN_USE contributionId"]);
    }
}
