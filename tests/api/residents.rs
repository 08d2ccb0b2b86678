//! Residents and their circumstances.

use serde_json::{Value, json};

use crate::harness::{Actor, World, actor::refusals, make};

/// GB 11643: a woman born on 31 December 1949.
const CARD: &str = "11010519491231002X";
/// A man born on 2 January 1900.
const OTHER_CARD: &str = "999999190001020010";

async fn amend(staff: &Actor, id: &str, version: i64, changes: Value) -> Value {
    let mut input = json!({ "id": id, "expectedVersion": version });
    input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let fields = "fullName sex birthDate phone idDocument { kind masked } lifeStatus lifeStatusOn version";
    staff.mutate("amendResident", "resident", fields, input).await
}

crate::on_both! {
    async fn two_residents_without_documents_are_two_people(app: TestApp) {
        let world = World::new(&app).await;
        let (one, other) = (world.resident().await, world.resident().await);
        let same = json!({ "communityId": world.community, "fullName": "王小明", "birthDate": "1960-01-01", "phone": "13800138000" });
        let twins = [
            make::created(&world.staff, "registerResident", "resident", same.clone()).await,
            make::created(&world.staff, "registerResident", "resident", same).await,
        ];
        assert!(one != other && twins[0] != twins[1]);
        let found = world.staff.ask("{ residents(filter: { phone: \"138 0013 8000\" }) { totalCount } }").await;
        assert_eq!(found.data()["residents"]["totalCount"], 2);
        // Amending one leaves the other alone.
        assert_eq!(refusals(&amend(&world.staff, &one, 1, json!({ "phone": "13900139000" })).await), [""; 0]);
        let query = "query($id: ID!) { resident(id: $id) { phone version } }";
        let left = world.staff.gql(query, json!({ "id": other })).await;
        assert_eq!(left.data()["resident"], json!({ "phone": null, "version": 1 }));
    }

    async fn one_document_is_one_resident_of_a_community_however_it_is_written(app: TestApp) {
        let world = World::new(&app).await;
        let with = |community: &str, number: &str| {
            json!({ "communityId": community, "fullName": "李桂英", "idDocument": { "kind": "RESIDENT_ID_CARD", "number": number } })
        };
        let first = make::created(&world.staff, "registerResident", "resident", with(&world.community, CARD)).await;
        let before = app.tables().await;
        for number in [CARD, " 11010519491231002x ", "１１０１０５１９４９１２３１００２Ｘ"] {
            let payload = world.staff.mutate("registerResident", "resident", "id", with(&world.community, number)).await;
            assert_eq!(refusals(&payload), ["DUPLICATE idDocument"], "{number}");
        }
        let other = world.resident().await;
        let after_other = app.tables().await;
        let payload = amend(&world.staff, &other, 1, json!({ "idDocument": { "kind": "RESIDENT_ID_CARD", "number": CARD } })).await;
        assert_eq!(refusals(&payload), ["DUPLICATE idDocument"]);
        assert_eq!(after_other.changes_to(&app.tables().await), Vec::<String>::new());
        assert!(before.rows("data_key") + 1 == after_other.rows("data_key"), "refused residents left no keys behind");
        // Another community keeps its own records, and another kind of document is another document.
        make::created(&world.stranger, "registerResident", "resident", with(&world.elsewhere, CARD)).await;
        let found = world.staff.gql(
            "query($n: String!) { residents(filter: { idDocument: { kind: RESIDENT_ID_CARD, number: $n } }) { nodes { id idDocument { masked } } } }",
            json!({ "n": CARD.to_lowercase() }),
        ).await;
        assert_eq!(found.data()["residents"]["nodes"][0]["id"], first.as_str());
        assert!(!found.body.to_string().contains("19491231"), "a document is shown masked");
    }

    async fn a_card_tells_birth_date_and_sex_and_must_not_be_contradicted(app: TestApp) {
        let world = World::new(&app).await;
        let card = json!({ "kind": "RESIDENT_ID_CARD", "number": CARD });
        let input = json!({ "communityId": world.community, "fullName": "李桂英", "idDocument": card });
        let payload = world.staff.mutate("registerResident", "resident", "id sex birthDate", input).await;
        let id = make::id_of(&payload, "resident");
        assert_eq!(payload["resident"], json!({ "id": id, "sex": "FEMALE", "birthDate": "1949-12-31" }));
        let wrong = json!({
            "communityId": world.community, "fullName": "李桂英", "sex": "MALE", "birthDate": "1950-12-31",
            "idDocument": { "kind": "RESIDENT_ID_CARD", "number": OTHER_CARD },
        });
        let payload = world.staff.mutate("registerResident", "resident", "id", wrong).await;
        assert!(refusals(&payload).contains(&"INVALID birthDate".to_owned()), "{payload:#}");
        // Nor by a correction of either side.
        let before = app.tables().await;
        assert_eq!(refusals(&amend(&world.staff, &id, 1, json!({ "birthDate": "1950-12-31" })).await), ["INVALID birthDate"]);
        assert_eq!(refusals(&amend(&world.staff, &id, 1, json!({ "sex": "MALE" })).await), ["INVALID sex"]);
        let undocumented = json!({ "communityId": world.community, "fullName": "赵一", "birthDate": "1960-01-01" });
        let other = make::created(&world.staff, "registerResident", "resident", undocumented).await;
        let payload = amend(&world.staff, &other, 1, json!({ "idDocument": { "kind": "RESIDENT_ID_CARD", "number": OTHER_CARD } })).await;
        assert_eq!(refusals(&payload), ["INVALID birthDate"]);
        let payload = amend(&world.staff, &id, 1, json!({ "birthDate": "1950-12-31", "sex": "MALE", "idDocument": null })).await;
        assert_eq!(payload["resident"]["birthDate"], "1950-12-31", "without the document nothing is contradicted: {payload:#}");
        assert_eq!(before.rows("resident") + 1, app.tables().await.rows("resident"));
    }

    async fn all_that_is_wrong_with_a_resident_is_told_together(app: TestApp) {
        let world = World::new(&app).await;
        let before = app.tables().await;
        let wrong = json!({
            "communityId": world.elsewhere, "fullName": "x".repeat(101), "birthDate": "1890-01-01", "phone": "110",
            "idDocument": { "kind": "RESIDENT_ID_CARD", "number": "110105194912310021" }, "sex": "UNKNOWN",
        });
        let payload = world.staff.mutate("registerResident", "resident", "id", wrong).await;
        let told = refusals(&payload);
        for expected in ["NOT_FOUND communityId", "OUT_OF_RANGE fullName", "INVALID idDocument.number", "INVALID phone"] {
            assert!(told.contains(&expected.to_owned()), "{expected} is not among {told:?}");
        }
        let resident = world.resident().await;
        let wrong = json!({
            "fullName": " ", "birthDate": "2199-01-01", "phone": "1", "idDocument": { "kind": "NONE", "number": "1" },
            "lifeStatus": "DECEASED", "lifeStatusOn": "2199-01-01",
        });
        let mut told = refusals(&amend(&world.staff, &resident, 1, wrong).await);
        told.sort();
        let expected = ["ILLEGAL_TRANSITION lifeStatus", "INVALID idDocument.number", "INVALID phone", "OUT_OF_RANGE birthDate", "REQUIRED fullName"];
        assert_eq!(told, expected);
        assert_eq!(before.rows("resident") + 1, app.tables().await.rows("resident"));
    }

    async fn what_is_left_out_stays_and_what_is_null_is_cleared(app: TestApp) {
        let world = World::new(&app).await;
        let input = json!({
            "communityId": world.community, "fullName": "王小明", "birthDate": "1960-01-01", "phone": "13800138000", "sex": "MALE",
            "idDocument": { "kind": "PASSPORT", "number": "E12345678" },
        });
        let id = make::created(&world.staff, "registerResident", "resident", input).await;
        let kept = amend(&world.staff, &id, 1, json!({ "fullName": "王大明" })).await;
        assert_eq!(kept["resident"]["phone"], "13800138000", "{kept:#}");
        assert_eq!(kept["resident"]["birthDate"], "1960-01-01");
        assert_eq!(kept["resident"]["idDocument"]["kind"], "PASSPORT");
        let cleared = amend(&world.staff, &id, 2, json!({ "phone": null, "birthDate": null, "idDocument": null, "fullName": null })).await;
        let expected = json!({
            "fullName": "王大明", "sex": "MALE", "birthDate": null, "phone": null, "idDocument": null, "lifeStatus": "LIVING_HERE",
            "lifeStatusOn": null, "version": 3,
        });
        assert_eq!(cleared["resident"], expected, "a name cannot be cleared, so null leaves it");
        // The number is free for somebody else now.
        let input = json!({ "communityId": world.community, "fullName": "赵一", "idDocument": { "kind": "PASSPORT", "number": "E12345678" } });
        make::created(&world.staff, "registerResident", "resident", input).await;
    }

    async fn a_circumstance_of_a_kind_is_open_once_and_holds_on_its_own_days(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let record = |more: Value| {
            let mut input = json!({ "residentId": resident, "kind": "LOW_INCOME", "startedOn": "2020-05-01" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        let staff = &world.staff;
        make::consent(staff, &resident).await;
        let low = make::created(staff, "recordCircumstance", "circumstance", record(json!({ "source": "民政名单" }))).await;
        let hearing = json!({ "kind": "DISABILITY", "disabilityKind": "HEARING", "disabilityGrade": 4 });
        make::created(staff, "recordCircumstance", "circumstance", record(hearing.clone())).await;
        make::created(staff, "recordCircumstance", "circumstance", record(json!({ "kind": "DISABILITY", "disabilityKind": "VISION" }))).await;
        for (more, expected) in [
            (json!({}), "DUPLICATE kind"),
            (hearing, "DUPLICATE disabilityKind"),
            (json!({ "kind": "DISABILITY" }), "REQUIRED disabilityKind"),
            (json!({ "kind": "PUPIL", "disabilityKind": "LIMB" }), "INVALID disabilityKind"),
            (json!({ "kind": "PUPIL", "disabilityGrade": 1 }), "INVALID disabilityGrade"),
            (json!({ "kind": "DISABILITY", "disabilityKind": "LIMB", "disabilityGrade": 5 }), "OUT_OF_RANGE disabilityGrade"),
            (json!({ "kind": "DISABILITY", "disabilityKind": "LIMB", "disabilityGrade": 0 }), "OUT_OF_RANGE disabilityGrade"),
            (json!({ "kind": "PUPIL", "endedOn": "2020-04-30" }), "OUT_OF_RANGE endedOn"),
        ] {
            let payload = staff.mutate("recordCircumstance", "circumstance", "id", record(more.clone())).await;
            assert_eq!(refusals(&payload), [expected], "{more}");
        }
        let end = |version: i64, on: &str| json!({ "id": low, "expectedVersion": version, "endedOn": on });
        assert_eq!(refusals(&staff.mutate("endCircumstance", "circumstance", "id", end(1, "2020-04-30")).await), ["OUT_OF_RANGE endedOn"]);
        make::created(staff, "endCircumstance", "circumstance", end(1, "2021-12-31")).await;
        assert_eq!(refusals(&staff.mutate("endCircumstance", "circumstance", "id", end(2, "2021-12-30")).await), ["ILLEGAL_TRANSITION id"]);
        make::created(staff, "recordCircumstance", "circumstance", record(json!({ "startedOn": "2022-06-01" }))).await;

        let query = "query($id: ID!, $on: Date) { resident(id: $id) { circumstances(on: $on) { kind } } }";
        for (on, low_incomes, all) in [
            ("2020-04-30", 0, 0), ("2020-05-01", 1, 3), ("2021-12-31", 1, 3), ("2022-01-01", 0, 2), ("2022-06-01", 1, 3),
        ] {
            let answer = staff.gql(query, json!({ "id": resident, "on": on })).await;
            let kinds = answer.data()["resident"]["circumstances"].as_array().unwrap().clone();
            assert_eq!(kinds.iter().filter(|one| one["kind"] == "LOW_INCOME").count(), low_incomes, "on {on}");
            assert_eq!(kinds.len(), all, "on {on}");
        }
    }

    async fn a_birthday_is_the_same_day_in_every_time_zone(app: TestApp) {
        // East of Greenwich a day begins earlier than in UTC: an instant would slip.
        app.app.clock.hold("2026-11-24T17:00:00Z".parse().unwrap());
        let world = World::new(&app).await;
        let born = |date: &str| json!({ "communityId": world.community, "fullName": "婴儿", "birthDate": date });
        let payload = world.staff.mutate("registerResident", "resident", "birthDate", born("2026-11-25")).await;
        assert_eq!(payload["resident"]["birthDate"], "2026-11-25", "it is the 25th in Shanghai already: {payload:#}");
        let payload = world.staff.mutate("registerResident", "resident", "birthDate", born("2026-11-26")).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE birthDate"]);
    }
}
