//! Sensitive circumstances are recorded on a consent that holds on the day, or on a duty that is named.

use chrono::{Days, Months};
use serde_json::{Value, json};

use crate::harness::{TestApp, World, actor::refusals, make, mutate_together};

const RECORD: (&str, &str) = ("recordCircumstance", "circumstance");

fn today(app: &TestApp) -> chrono::NaiveDate {
    app.app.clock.today(chrono_tz::Asia::Shanghai)
}

fn deaf(resident: &str) -> Value {
    json!({ "residentId": resident, "kind": "DISABILITY", "disabilityKind": "HEARING", "startedOn": "2020-01-01", "endedOn": "2020-12-31" })
}

fn agreed(resident: &str, more: Value) -> Value {
    let mut input = json!({ "residentId": resident, "purpose": "SENSITIVE_CIRCUMSTANCES", "means": "IN_PERSON" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

/// Refusals of the same circumstance, which is not recorded more than once.
async fn may_record(world: &World, input: Value) -> Vec<String> {
    let payload = world.staff.mutate(RECORD.0, RECORD.1, "id version", input).await;
    refusals(&payload)
}

crate::on_both! {
    async fn what_is_sensitive_needs_a_consent_that_holds_today(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, today) = (&world.staff, today(&app));
        let yesterday = today - Days::new(1);
        for (kind, sensitive) in [
            ("LOW_INCOME", true), ("SPECIAL_HARDSHIP", true), ("DISABILITY", true), ("LIVING_ALONE", false), ("CHILD_IN_DIFFICULTY", true),
            ("PUPIL", false), ("VETERAN", false), ("PARTY_MEMBER", false), ("OTHER", true),
        ] {
            let mut input = json!({ "residentId": world.resident().await, "kind": kind, "startedOn": "2020-01-01" });
            if kind == "DISABILITY" {
                input["disabilityKind"] = json!("LIMB");
            }
            let payload = staff.mutate(RECORD.0, RECORD.1, "id legalBasis", input).await;
            if sensitive {
                assert_eq!(refusals(&payload), ["CONSENT_REQUIRED kind"], "{kind}");
                let details = &payload["userErrors"][0]["details"];
                assert_eq!((&details["purpose"], &details["recordWith"]), (&json!("SENSITIVE_CIRCUMSTANCES"), &json!("recordConsent")), "{kind}");
            } else {
                assert_eq!((refusals(&payload), &payload["circumstance"]["legalBasis"]), (Vec::<String>::new(), &Value::Null), "{kind}");
            }
        }

        let refused = ["CONSENT_REQUIRED kind"];
        let resident = world.resident().await;
        // Somebody else's, another purpose, an expired and a withdrawn one are none.
        make::consent(staff, &world.resident().await).await;
        let unit = world.unit().await;
        let shared = json!({ "residentId": resident, "purpose": "SHARE_WITH_PARTNER", "partnerUnitId": unit, "means": "ONLINE" });
        make::created(staff, "recordConsent", "consent", shared).await;
        make::created(staff, "recordConsent", "consent", agreed(&resident, json!({ "givenOn": "2020-01-01", "expiresOn": yesterday }))).await;
        assert_eq!(may_record(&world, deaf(&resident)).await, refused);
        let until_today = agreed(&resident, json!({ "givenOn": today, "expiresOn": today }));
        let given = make::created(staff, "recordConsent", "consent", until_today).await;
        assert_eq!(may_record(&world, deaf(&resident)).await, Vec::<String>::new(), "its first and last day");
        let withdraw = json!({ "id": given, "expectedVersion": 1, "reason": "本人要求" });
        make::created(staff, "withdrawConsent", "consent", withdraw.clone()).await;
        let other = json!({ "residentId": resident, "kind": "OTHER", "source": "走访", "startedOn": "2020-01-01" });
        assert_eq!(may_record(&world, other.clone()).await, refused, "withdrawn today");
        // What was recorded lawfully stays.
        let query = "query($id: ID!) { resident(id: $id) { circumstances(on: \"2020-06-01\") { kind legalBasis } consents(orderBy: [GIVEN_ON_DESC]) { totalCount nodes { withdrawnOn withdrawnReason } } } }";
        let answer = staff.gql(query, json!({ "id": resident })).await;
        let own = &answer.data()["resident"];
        assert_eq!(own["circumstances"], json!([{ "kind": "DISABILITY", "legalBasis": "CONSENT" }]));
        assert_eq!(own["consents"]["totalCount"], 3);
        assert!(own["consents"]["nodes"].as_array().unwrap().contains(&json!({ "withdrawnOn": today, "withdrawnReason": "本人要求" })));
        // Asked again, the person may agree again.
        assert_eq!(refusals(&staff.mutate("withdrawConsent", "consent", "id", json!({ "id": given, "expectedVersion": 2, "reason": "再次" })).await), ["ILLEGAL_TRANSITION id"]);
        make::created(staff, "recordConsent", "consent", agreed(&resident, json!({}))).await;
        assert_eq!(may_record(&world, other).await, Vec::<String>::new());
    }

    async fn a_statutory_duty_that_is_named_needs_no_consent(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let by_duty = |reason: Value| {
            let mut input = deaf(&resident);
            input["legalBasis"] = json!("STATUTORY_DUTY");
            input["legalBasisReason"] = reason;
            input
        };
        for reason in [Value::Null, json!(" ")] {
            assert_eq!(may_record(&world, by_duty(reason)).await, ["REQUIRED legalBasisReason"]);
        }
        let mut input = deaf(&resident);
        input["legalBasisReason"] = json!("残疾人保障法");
        assert_eq!(may_record(&world, input).await, ["INVALID legalBasisReason"], "a consent needs no reason");
        let payload = world.staff.mutate(RECORD.0, RECORD.1, "legalBasis legalBasisReason", by_duty(json!("残疾人保障法"))).await;
        assert_eq!(payload["circumstance"], json!({ "legalBasis": "STATUTORY_DUTY", "legalBasisReason": "残疾人保障法" }), "{payload:#}");
    }

    async fn for_a_child_under_fourteen_a_guardian_consents(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, today) = (&world.staff, today(&app));
        let born = async |name: &str, on: chrono::NaiveDate| {
            make::created(staff, "registerResident", "resident", json!({ "communityId": world.community, "fullName": name, "birthDate": on })).await
        };
        let fourteen_tomorrow = today - Months::new(14 * 12) + Days::new(1);
        let child = born("小明", fourteen_tomorrow).await;
        let (mother, brother) = (born("母亲", today - Months::new(40 * 12)).await, born("哥哥", today - Months::new(17 * 12)).await);
        let there = make::resident(&world.stranger, &world.elsewhere, "外地人").await;
        let agree = |guardian: Value| agreed(&child, json!({ "guardian": guardian }));
        for (input, expected) in [
            (agreed(&child, json!({})), "REQUIRED guardian"),
            (agree(json!({ "relation": "PARENT" })), "REQUIRED guardian.fullName"),
            (agree(json!({ "relation": "PARENT", "fullName": " " })), "REQUIRED guardian.fullName"),
            (agree(json!({ "relation": "PARENT", "residentId": mother, "fullName": "母亲" })), "INVALID guardian.fullName"),
            (agree(json!({ "relation": "SIBLING", "residentId": brother })), "INVALID guardian.residentId"),
            (agree(json!({ "relation": "PARENT", "residentId": child })), "INVALID guardian.residentId"),
            (agree(json!({ "relation": "OTHER_PERSON", "residentId": there })), "NOT_FOUND guardian.residentId"),
        ] {
            assert_eq!(refusals(&staff.mutate("recordConsent", "consent", "id", input.clone()).await), [expected], "{input}");
        }
        let fields = "guardianRelation guardianName guardian { id } givenOn";
        let payload = staff.mutate("recordConsent", "consent", fields, agree(json!({ "relation": "PARENT", "residentId": mother }))).await;
        assert_eq!(payload["consent"], json!({ "guardianRelation": "PARENT", "guardianName": null, "guardian": { "id": mother }, "givenOn": today }), "{payload:#}");
        assert_eq!(may_record(&world, deaf(&child)).await, Vec::<String>::new());
        // From the fourteenth birthday on, and where the birth date is not known, people may consent themselves.
        let fourteen = born("小红", today - Months::new(14 * 12)).await;
        make::created(staff, "recordConsent", "consent", agreed(&fourteen, json!({}))).await;
        let payload = staff.mutate("recordConsent", "consent", "guardianName", agreed(&world.resident().await, json!({ "guardian": { "relation": "CHILD", "fullName": "张三" } }))).await;
        assert_eq!(payload["consent"]["guardianName"], "张三", "an adult may need one as well");
    }

    async fn of_a_purpose_and_a_unit_one_consent_holds_at_a_time(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, resident) = (&world.staff, world.resident().await);
        let (one, other) = (world.unit().await, world.unit().await);
        let share = |unit: &Value| json!({ "residentId": resident, "purpose": "SHARE_WITH_PARTNER", "partnerUnitId": unit, "means": "PAPER", "givenOn": "2021-01-01", "expiresOn": "2021-12-31" });
        make::created(staff, "recordConsent", "consent", share(&json!(one))).await;
        for (from, to, expected) in [
            ("2021-12-31", Value::Null, vec!["OVERLAP givenOn"]),
            ("2020-01-01", json!("2021-01-01"), vec!["OVERLAP givenOn"]),
            ("2022-01-01", json!("2021-12-31"), vec!["OUT_OF_RANGE expiresOn"]),
            ("2022-01-01", Value::Null, vec![]),
        ] {
            let mut input = share(&json!(one));
            input["givenOn"] = json!(from);
            input["expiresOn"] = to;
            assert_eq!(refusals(&staff.mutate("recordConsent", "consent", "id", input).await), expected, "{from}");
        }
        make::created(staff, "recordConsent", "consent", share(&json!(other))).await;
        assert_eq!(refusals(&staff.mutate("recordConsent", "consent", "id", share(&Value::Null)).await), ["REQUIRED partnerUnitId"]);
        assert_eq!(refusals(&staff.mutate("recordConsent", "consent", "id", agreed(&resident, json!({ "partnerUnitId": one }))).await), ["INVALID partnerUnitId"]);
        let inputs = (0..8).map(|_| agreed(&resident, json!({})));
        let payloads = mutate_together(staff, "recordConsent", "consent", inputs).await;
        assert_eq!(payloads.iter().filter(|payload| !payload["consent"].is_null()).count(), 1, "of many at once");
    }
}
