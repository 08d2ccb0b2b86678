//! Circumstances of one kind follow each other and never overlap.

use serde_json::{Value, json};

use crate::harness::{World, actor::refusals, make, mutate_together};

fn low_income(resident: &str, from: &str, to: Value) -> Value {
    json!({ "residentId": resident, "kind": "LOW_INCOME", "startedOn": from, "endedOn": to })
}

crate::on_both! {
    async fn circumstances_of_one_kind_never_hold_on_the_same_day(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, resident) = (&world.staff, world.resident().await);
        make::consent(staff, &resident).await;
        make::created(staff, "recordCircumstance", "circumstance", low_income(&resident, "2020-01-01", json!("2020-12-31"))).await;
        let open = make::created(staff, "recordCircumstance", "circumstance", low_income(&resident, "2022-01-01", Value::Null)).await;
        for (from, to, expected) in [
            ("2019-01-01", json!("2020-01-01"), "OVERLAP startedOn"),
            ("2020-06-01", json!("2020-07-01"), "OVERLAP startedOn"),
            ("2020-12-31", json!("2021-06-01"), "OVERLAP startedOn"),
            ("2019-01-01", json!("2021-06-01"), "OVERLAP startedOn"),
            ("2021-01-01", json!("2022-01-01"), "OVERLAP startedOn"),
            ("2023-01-01", json!("2023-02-01"), "OVERLAP startedOn"),
            ("2020-12-31", Value::Null, "OVERLAP startedOn"),
            ("2023-01-01", Value::Null, "DUPLICATE kind"),
            ("2021-06-01", Value::Null, "DUPLICATE kind"),
        ] {
            let payload = staff.mutate("recordCircumstance", "circumstance", "id", low_income(&resident, from, to.clone())).await;
            assert_eq!(refusals(&payload), [expected], "{from} {to}");
        }
        // Between the two, of another person, or of another kind, all is well.
        make::created(staff, "recordCircumstance", "circumstance", low_income(&resident, "2021-01-01", json!("2021-12-31"))).await;
        let other = world.resident().await;
        make::consent(staff, &other).await;
        make::created(staff, "recordCircumstance", "circumstance", low_income(&other, "2020-06-01", Value::Null)).await;
        let disability = |kind: &str| json!({ "residentId": resident, "kind": "DISABILITY", "disabilityKind": kind, "startedOn": "2020-01-01", "endedOn": "2020-12-31" });
        make::created(staff, "recordCircumstance", "circumstance", disability("VISION")).await;
        make::created(staff, "recordCircumstance", "circumstance", disability("LIMB")).await;
        let payload = staff.mutate("recordCircumstance", "circumstance", "id", disability("LIMB")).await;
        assert_eq!(refusals(&payload), ["OVERLAP startedOn"]);
        let end = json!({ "id": open, "expectedVersion": 1, "endedOn": "2022-06-01" });
        make::created(staff, "endCircumstance", "circumstance", end).await;
        make::created(staff, "recordCircumstance", "circumstance", low_income(&resident, "2022-06-02", Value::Null)).await;
    }

    async fn one_that_ends_does_not_reach_into_a_later_one(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, resident) = (&world.staff, world.resident().await);
        make::consent(staff, &resident).await;
        let first = make::created(staff, "recordCircumstance", "circumstance", low_income(&resident, "2020-01-01", json!("2020-12-31"))).await;
        make::created(staff, "recordCircumstance", "circumstance", low_income(&resident, "2021-01-01", json!("2021-12-31"))).await;
        // As on records from before this was looked at.
        app.run("UPDATE circumstance SET ended_on = NULL WHERE started_on = '2020-01-01'").await;
        let end = |on: &str| json!({ "id": first, "expectedVersion": 1, "endedOn": on });
        for on in ["2021-01-01", "2022-06-01"] {
            let payload = staff.mutate("endCircumstance", "circumstance", "id", end(on)).await;
            assert_eq!(refusals(&payload), ["OVERLAP endedOn"], "{on}");
        }
        make::created(staff, "endCircumstance", "circumstance", end("2020-12-31")).await;
    }

    async fn of_many_recorded_at_once_none_overlap(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        make::consent(&world.staff, &resident).await;
        let inputs = (0..12).map(|n| low_income(&resident, &format!("2020-01-{:02}", n + 1), json!("2020-12-31")));
        let payloads = mutate_together(&world.staff, "recordCircumstance", "circumstance", inputs).await;
        let refused = payloads.iter().filter(|payload| payload["circumstance"].is_null());
        let refused: Vec<_> = refused.map(refusals).collect();
        assert_eq!(refused, vec![["OVERLAP startedOn"]; 11]);
    }
}
