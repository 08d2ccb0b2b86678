//! What partner units put in: known and unknown figures, and how they are split.

use serde_json::{Value, json};

use crate::harness::{Actor, Engine, World, actor::refusals, make, mutate_together};

const FIGURES: &str = "id version kind partnerUnit { id }
    contributors { partnerUnit { id } amount { yuan precision } }
    pledged { quantity { value unit precision } value { yuan precision } } received { quantity { value unit precision } value { yuan precision } }
    allocated { quantity { value precision } value { yuan precision } } delivered { quantity { value precision } value { yuan precision } }
    remaining { quantity { value precision } value { yuan precision } }";

/// Goods from some units, with these further fields.
async fn record(world: &World, units: &[(&str, Option<&str>)], more: Value) -> Value {
    let contributors: Vec<Value> =
        units.iter().map(|(unit, amount)| json!({ "partnerUnitId": unit, "amount": amount })).collect();
    let mut input =
        json!({ "communityId": world.community, "kind": "GOODS", "title": "物资", "contributors": contributors });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.staff.mutate("recordContribution", "contribution", FIGURES, input).await
}

async fn receive(staff: &Actor, id: &str, version: i64, more: Value) -> Value {
    let mut input = json!({ "id": id, "expectedVersion": version });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    staff.mutate("receiveContribution", "contribution", FIGURES, input).await
}

fn money(yuan: &str, precision: &str) -> Value {
    json!({ "yuan": yuan, "precision": precision })
}

fn unknown_money() -> Value {
    json!({ "yuan": null, "precision": "UNKNOWN" })
}

crate::on_both! {
    async fn a_single_payer_gave_the_whole_and_of_several_the_split_may_be_unknown(app: TestApp) {
        let world = World::new(&app).await;
        let (one, two, three) = (world.unit().await, world.unit().await, world.unit().await);
        let single = record(&world, &[(&one, None)], json!({ "kind": "CASH", "received": { "yuan": "30000" } })).await;
        assert_eq!(single["contribution"]["partnerUnit"]["id"], one.as_str(), "{single:#}");
        assert_eq!(single["contribution"]["contributors"][0]["amount"], money("30000.00", "EXACT"));
        let at_least = json!({ "kind": "CASH", "received": { "yuan": "50000", "valuePrecision": "AT_LEAST" } });
        let several = record(&world, &[(&one, None), (&two, None), (&three, None)], at_least).await;
        let shown = &several["contribution"];
        assert!(shown["partnerUnit"].is_null(), "no single unit: {several:#}");
        for contributor in shown["contributors"].as_array().unwrap() {
            assert!(contributor["amount"].is_null(), "never thirds: {several:#}");
        }
        assert_eq!(shown["received"]["value"], money("50000.00", "AT_LEAST"));
        assert!(shown["received"]["quantity"].is_null(), "CASH is not counted");
        assert_eq!(shown["remaining"]["value"], money("50000.00", "AT_LEAST"));
        assert_eq!(shown["pledged"]["value"], unknown_money());
    }

    async fn amounts_of_contributors_add_up(app: TestApp) {
        let world = World::new(&app).await;
        let (one, two) = (world.unit().await, world.unit().await);
        let total = |precision: &str| json!({ "received": { "quantity": "10", "yuan": "100", "valuePrecision": precision } });
        let before = app.tables().await;
        for (amounts, precision, expected) in [
            ([Some("60"), Some("40.01")], "EXACT", "OUT_OF_RANGE contributors"),
            ([Some("100.01"), None], "EXACT", "OUT_OF_RANGE contributors"),
            ([Some("60"), Some("39.99")], "EXACT", "INVALID contributors"),
        ] {
            let payload = record(&world, &[(&one, amounts[0]), (&two, amounts[1])], total(precision)).await;
            assert_eq!(refusals(&payload), [expected], "{amounts:?} of 100");
        }
        let twice = record(&world, &[(&one, None), (&one, None)], total("EXACT")).await;
        assert_eq!(refusals(&twice), ["DUPLICATE contributors.1.partnerUnitId"]);
        let nobody = record(&world, &[], total("EXACT")).await;
        assert_eq!(refusals(&nobody), ["REQUIRED contributors"]);
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        for (amounts, precision) in [
            ([Some("60"), Some("40")], "EXACT"), ([Some("99.99"), None], "EXACT"), ([None, None], "EXACT"), ([Some("60"), Some("41")], "AT_LEAST"),
        ] {
            let payload = record(&world, &[(&one, amounts[0]), (&two, amounts[1])], total(precision)).await;
            assert_eq!(refusals(&payload), [""; 0], "{amounts:?} of 100 {precision}");
        }
    }

    async fn figures_say_how_sure_they_are(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let goods = async |received: Value| record(&world, &[(&unit, None)], json!({ "unit": "件", "received": received })).await["contribution"]["received"].clone();
        let batch = goods(json!({})).await;
        assert_eq!(batch, json!({ "quantity": { "value": null, "unit": "件", "precision": "UNKNOWN" }, "value": unknown_money() }));
        let valued = goods(json!({ "yuan": "10000", "valuePrecision": "AT_LEAST" })).await;
        assert_eq!(valued["value"], money("10000.00", "AT_LEAST"));
        assert_eq!(valued["quantity"]["precision"], "UNKNOWN");
        let counted = goods(json!({ "quantity": "12.5", "quantityPrecision": "ABOUT" })).await;
        assert_eq!(counted["quantity"], json!({ "value": "12.5", "unit": "件", "precision": "ABOUT" }));
        for (received, expected) in [
            (json!({ "quantity": "1", "quantityPrecision": "UNKNOWN" }), "INVALID received.quantity"),
            (json!({ "quantityPrecision": "ABOUT" }), "REQUIRED received.quantity"),
            (json!({ "valuePrecision": "EXACT" }), "REQUIRED received.yuan"),
            (json!({ "quantity": "0" }), "OUT_OF_RANGE received.quantity"),
            (json!({ "yuan": "0.00" }), "OUT_OF_RANGE received.yuan"),
            (json!({ "quantity": "0.0001" }), "INVALID received.quantity"),
            (json!({ "yuan": "0.001" }), "INVALID received.yuan"),
            (json!({ "yuan": "100000000000.01" }), "OUT_OF_RANGE received.yuan"),
            (json!({ "quantity": "12345678901234567890" }), "OUT_OF_RANGE received.quantity"),
        ] {
            let payload = record(&world, &[(&unit, None)], json!({ "received": received })).await;
            assert_eq!(refusals(&payload), [expected], "{received}");
        }
        // The largest amounts pass unharmed, on either engine.
        let largest = goods(json!({ "quantity": "1000000000000", "yuan": "100000000000.00" })).await;
        assert_eq!(largest["quantity"]["value"], "1000000000000");
        assert_eq!(largest["value"]["yuan"], "100000000000.00");
    }

    async fn cash_is_not_counted_and_places_are_whole(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let of = async |kind: &str, received: Value| record(&world, &[(&unit, None)], json!({ "kind": kind, "received": received })).await;
        assert_eq!(refusals(&of("CASH", json!({ "quantity": "5", "yuan": "5" })).await), ["INVALID received.quantity"]);
        assert_eq!(refusals(&of("PLACES", json!({ "quantity": "2.5" })).await), ["INVALID received.quantity"]);
        for (kind, unit) in [("PLACES", "place"), ("GOODS", "item"), ("WORKS", "piece"), ("LOAN", "piece"), ("SERVICE", "piece")] {
            let payload = of(kind, json!({ "quantity": "2" })).await;
            assert_eq!(payload["contribution"]["received"]["quantity"]["unit"], unit, "{kind}: {payload:#}");
        }
        let cash = of("CASH", json!({ "yuan": "1" })).await;
        for holding in ["pledged", "received", "allocated", "delivered", "remaining"] {
            assert!(cash["contribution"][holding]["quantity"].is_null(), "{holding}: {cash:#}");
        }
    }

    async fn a_promise_is_not_yet_a_gift(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let nothing = record(&world, &[(&unit, None)], json!({})).await;
        assert_eq!(refusals(&nothing), ["REQUIRED received"]);
        let dated = record(&world, &[(&unit, None)], json!({ "pledged": { "quantity": "5" }, "receivedOn": "2021-01-01" })).await;
        assert_eq!(refusals(&dated), ["INVALID receivedOn"]);
        let pledge = record(&world, &[(&unit, None)], json!({ "pledged": { "quantity": "5", "yuan": "50" }, "pledgedOn": "2021-01-01" })).await;
        let id = make::id_of(&pledge, "contribution");
        assert_eq!(pledge["contribution"]["received"]["quantity"]["value"], "0");
        assert_eq!(pledge["contribution"]["contributors"][0]["amount"], money("50.00", "EXACT"));
        let aid = json!({ "communityId": world.community, "residentId": world.resident().await, "contributionId": id, "quantity": "1", "givenOn": "2022-01-01" });
        assert_eq!(refusals(&world.staff.mutate("recordAid", "aidRecord", "id", aid).await), ["INSUFFICIENT_REMAINDER quantity"]);
        let came = receive(&world.staff, &id, 1, json!({ "received": { "quantity": "3" } })).await;
        let shown = &came["contribution"];
        assert_eq!(shown["received"], json!({ "quantity": { "value": "3", "unit": "item", "precision": "EXACT" }, "value": unknown_money() }), "{came:#}");
        assert_eq!(shown["pledged"]["quantity"]["value"], "5", "the promise stays as it was given");
    }

    async fn what_came_is_never_less_than_what_is_given_out(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let contribution = record(&world, &[(&unit, None)], json!({ "received": { "quantity": "10", "yuan": "100" } })).await;
        let id = make::id_of(&contribution, "contribution");
        let resident = world.resident().await;
        make::aid(&world.staff, &world.community, &resident, &id, json!({ "quantity": "8", "value": "80" })).await;
        let before = app.tables().await;
        let payload = receive(&world.staff, &id, 1, json!({ "received": { "quantity": "7.999", "yuan": "79.99" } })).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE received.quantity", "OUT_OF_RANGE received.yuan"]);
        assert_eq!(payload["userErrors"][0]["details"], json!({ "allocated": "8", "received": "7.999" }));
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        let lowered = receive(&world.staff, &id, 1, json!({ "received": { "quantity": "8", "yuan": "80" } })).await;
        let shown = &lowered["contribution"];
        assert_eq!(shown["remaining"], json!({ "quantity": { "value": "0", "precision": "EXACT" }, "value": money("0.00", "EXACT") }), "{lowered:#}");
        assert_eq!(shown["contributors"][0]["amount"], money("80.00", "EXACT"), "who is alone has the whole");
        assert_eq!(shown["version"], 2, "a grant does not count as a change of the record: nobody's correction conflicts with it");
    }

    async fn a_contribution_is_not_moved_away_from_under_its_grants(app: TestApp) {
        let world = World::new(&app).await;
        let (goods, resident) = (world.goods().await, world.resident().await);
        let (one, other) = (world.project().await, world.project().await);
        let moved = async |to: Value| {
            let input = json!({ "id": goods, "expectedVersion": make::version(&world.staff, &goods).await, "projectId": to });
            world.staff.mutate("amendContribution", "contribution", "id", input).await
        };
        assert_eq!(refusals(&moved(json!(one)).await), [""; 0]);
        make::aid(&world.staff, &world.community, &resident, &goods, json!({ "quantity": "1" })).await;
        let refused = moved(json!(other)).await;
        assert_eq!(refusals(&refused), ["IN_USE projectId"]);
        assert_eq!(refused["userErrors"][0]["details"], json!({ "aidRecords": 1 }));
        // Out of any, and back, the grant belongs where it did.
        assert_eq!(refusals(&moved(Value::Null).await), [""; 0]);
        assert_eq!(refusals(&moved(json!(other)).await), ["IN_USE projectId"]);
        assert_eq!(refusals(&moved(json!(one)).await), [""; 0]);
        app.in_order().await;
    }

    /// Whoever is first: the grant goes where its contribution belongs, or one of the two is told to look again.
    async fn moving_a_contribution_and_granting_out_of_it_at_once_agree(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, one, other) = (world.resident().await, world.project().await, world.project().await);
        for to in [&one, &other, &one, &other] {
            let goods = world.goods().await;
            let amend = json!({ "id": goods, "expectedVersion": 1, "projectId": to });
            let grant = json!({
                "communityId": world.community, "residentId": resident, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01",
            });
            let grants = mutate_together(&world.staff, "recordAid", "aidRecord", vec![grant; 4]);
            let (moved, granted) = tokio::join!(world.staff.mutate("amendContribution", "contribution", "id", amend), grants);
            let expected: &[&[&str]] = &[&[], &["IN_USE projectId"]];
            assert!(expected.contains(&refusals(&moved).iter().map(String::as_str).collect::<Vec<_>>().as_slice()), "{moved:#}");
            for payload in granted.iter().filter(|payload| payload["aidRecord"].is_null()) {
                assert_eq!(refusals(payload), ["CONFLICT contributionId"]);
            }
            app.in_order().await;
        }
    }

    async fn known_parts_change_with_the_whole(app: TestApp) {
        let world = World::new(&app).await;
        let (one, two) = (world.unit().await, world.unit().await);
        let input = json!({ "received": { "yuan": "100" } });
        let id = make::id_of(&record(&world, &[(&one, Some("60")), (&two, Some("40"))], input).await, "contribution");
        let alone = receive(&world.staff, &id, 1, json!({ "received": { "yuan": "120" } })).await;
        assert_eq!(refusals(&alone), ["INVALID contributors"]);
        let stranger = world.unit().await;
        let unknown = json!({ "received": { "yuan": "120" }, "contributors": [{ "partnerUnitId": stranger, "amount": "1" }, { "partnerUnitId": one, "amount": "0" }] });
        assert_eq!(
            refusals(&receive(&world.staff, &id, 1, unknown).await),
            ["NOT_FOUND contributors.0.partnerUnitId", "OUT_OF_RANGE contributors.1.amount"]
        );
        let together = json!({ "received": { "yuan": "120" }, "contributors": [{ "partnerUnitId": two, "amount": "60" }] });
        let done = receive(&world.staff, &id, 1, together).await;
        let amounts: Vec<_> = done["contribution"]["contributors"].as_array().unwrap().iter().map(|one| &one["amount"]["yuan"]).collect();
        assert_eq!(amounts, ["60.00", "60.00"], "{done:#}");
    }

    async fn all_that_is_wrong_with_a_contribution_is_told_together(app: TestApp) {
        let world = World::new(&app).await;
        let project = make::project(&world.stranger, &world.elsewhere, "外项目").await;
        let wrong = json!({
            "projectId": project, "kind": "CASH", "title": " ", "unit": "x".repeat(21), "pledged": { "yuan": "-1" },
            "received": { "quantity": "1", "yuan": "0" }, "pledgedOn": "2199-01-01", "receivedOn": "2199-01-01",
        });
        let payload = record(&world, &[("partner_unit_1", Some("-5"))], wrong).await;
        let expected = [
            "NOT_FOUND projectId", "REQUIRED title", "OUT_OF_RANGE unit", "OUT_OF_RANGE pledged.yuan", "INVALID received.quantity",
            "OUT_OF_RANGE received.yuan", "OUT_OF_RANGE pledgedOn", "OUT_OF_RANGE receivedOn", "INVALID contributors.0.partnerUnitId",
            "OUT_OF_RANGE contributors.0.amount",
        ];
        assert_eq!(refusals(&payload), expected);
    }

    async fn ten_thousand_prices_add_up_to_the_fen(app: TestApp) {
        let world = World::new(&app).await;
        let (unit, project) = (world.unit().await, world.project().await);
        let input = json!({ "kind": "CASH", "projectId": project, "received": { "yuan": "17.99" } });
        make::id_of(&record(&world, &[(&unit, None)], input).await, "contribution");
        let id = if app.engine == Engine::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
        let rest = "community_id, project_id, kind, title, unit, pledged_precision, pledged_value_precision, received_precision, received_fen, \
            received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen, received_on, recorded_at, version";
        app.run(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
             INSERT INTO contribution (id, {rest}) SELECT {id}, {rest} FROM contribution, n"
        ))
        .await;
        let query = "query($id: ID!) { project(id: $id) { contributions { totalCount } funding { unallocated { yuan precision } } } }";
        let answer = world.staff.gql(query, json!({ "id": project })).await;
        assert_eq!(answer.data()["project"]["contributions"]["totalCount"], 10_000);
        assert_eq!(answer.data()["project"]["funding"]["unallocated"], money("179900.00", "EXACT"));
    }
}
