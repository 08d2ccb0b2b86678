//! After somebody left: what is refused from then on, how they come back, and how mistakes are corrected.

use serde_json::{Value, json};

use crate::{
    harness::{Actor, World, actor::refusals, make},
    life::{Family, family, goods, grant},
};

async fn move_out(world: &World, resident: &str, on: &str) -> String {
    make::created(&world.staff, "recordMoveOut", "lifeEvent", json!({ "residentIds": [resident], "on": on })).await
}

async fn die(world: &World, resident: &str, on: &str) -> String {
    make::created(&world.staff, "recordDeath", "lifeEvent", json!({ "residentId": resident, "on": on })).await
}

async fn status(staff: &Actor, resident: &str) -> (String, Option<String>) {
    let query = "query($id: ID!) { resident(id: $id) { lifeStatus lifeStatusOn } }";
    let shown = staff.gql(query, json!({ "id": resident })).await.data()["resident"].clone();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    (text(&shown["lifeStatus"]).unwrap(), text(&shown["lifeStatusOn"]))
}

fn stands(status: &str, on: &str) -> (String, Option<String>) {
    (status.to_owned(), Some(on.to_owned()))
}

crate::on_both! {
    async fn who_left_is_given_nothing_more_and_joins_nothing_until_they_return(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, goods) = (&world.staff, goods(&world).await);
        let (home, building) = (family(&world, 0).await, world.building().await);
        let resident = world.resident().await;
        make::consent(staff, &resident).await;
        move_out(&world, &resident, "2021-06-01").await;
        let aid = |on: &str| json!({ "communityId": world.community, "residentId": resident, "contributionId": goods, "quantity": "1", "value": "1", "givenOn": on });
        let poor = |from: &str, to: Value| json!({ "residentId": resident, "kind": "LOW_INCOME", "startedOn": from, "endedOn": to });
        let join = json!({ "householdId": home.household, "residentId": resident, "relation": "CHILD", "startedOn": "2022-01-01" });
        let found = json!({ "communityId": world.community, "buildingId": building, "room": "1", "headId": resident, "startedOn": "2022-01-01" });
        for (mutation, object, input, expected) in [
            ("recordAid", "aidRecord", aid("2021-06-02"), "NOT_ELIGIBLE residentId"),
            ("recordCircumstance", "circumstance", poor("2021-01-01", Value::Null), "OUT_OF_RANGE endedOn"),
            ("recordCircumstance", "circumstance", poor("2021-01-01", json!("2021-06-02")), "OUT_OF_RANGE endedOn"),
            ("addHouseholdMember", "household", join.clone(), "ILLEGAL_TRANSITION residentId"),
            ("registerHousehold", "household", found, "ILLEGAL_TRANSITION headId"),
        ] {
            assert_eq!(refusals(&staff.mutate(mutation, object, "id", input).await), [expected], "{mutation}");
        }
        // What was so until then may be put on file still, and be handed over on a day of then, not today.
        make::created(staff, "recordCircumstance", "circumstance", poor("2021-01-01", json!("2021-06-01"))).await;
        let given = make::created(staff, "recordAid", "aidRecord", aid("2021-06-01")).await;
        make::created(staff, "approveAid", "aidRecord", json!({ "id": given, "expectedVersion": 1 })).await;
        let late = staff.mutate("deliverAid", "aidRecord", "id", json!({ "id": given, "expectedVersion": 2 })).await;
        assert_eq!(refusals(&late), ["NOT_ELIGIBLE deliveredAt"]);
        let then = json!({ "id": given, "expectedVersion": 2, "deliveredAt": "2021-06-01T20:00:00+08:00" });
        make::created(staff, "deliverAid", "aidRecord", then).await;

        let back = |on: &str| json!({ "residentId": resident, "on": on });
        assert_eq!(refusals(&staff.mutate("recordReturn", "lifeEvent", "id", back("2021-05-31")).await), ["OUT_OF_RANGE on"]);
        make::created(staff, "recordReturn", "lifeEvent", back("2022-01-01")).await;
        assert_eq!(refusals(&staff.mutate("recordReturn", "lifeEvent", "id", back("2022-01-02")).await), ["ILLEGAL_TRANSITION residentId"]);
        assert_eq!(status(staff, &resident).await, stands("LIVING_HERE", "2022-01-01"));
        make::created(staff, "addHouseholdMember", "household", join).await;
        make::created(staff, "recordAid", "aidRecord", aid("2022-01-02")).await;
    }

    async fn a_household_that_nobody_lives_in_is_promised_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let goods = goods(&world).await;
        let Family { household, head, .. } = family(&world, 0).await;
        move_out(&world, &head, "2021-06-01").await;
        let aid = |on: &str| json!({ "communityId": world.community, "householdId": household, "contributionId": goods, "quantity": "1", "value": "1", "givenOn": on });
        let payload = world.staff.mutate("recordAid", "aidRecord", "id", aid("2021-06-02")).await;
        assert_eq!(refusals(&payload), ["NOT_ELIGIBLE householdId"]);
        make::created(&world.staff, "recordAid", "aidRecord", aid("2021-06-01")).await;
    }

    async fn amending_a_resident_says_which_mutation_is_meant(app: TestApp) {
        let world = World::new(&app).await;
        let (here, gone) = (world.resident().await, world.resident().await);
        move_out(&world, &gone, "2021-06-01").await;
        let before = app.tables().await;
        for (resident, version, changes, expected, named) in [
            (&here, 1, json!({ "lifeStatus": "MOVED_OUT" }), "ILLEGAL_TRANSITION lifeStatus", "recordMoveOut"),
            (&here, 1, json!({ "lifeStatus": "DECEASED", "lifeStatusOn": "2021-01-01" }), "ILLEGAL_TRANSITION lifeStatus", "recordDeath"),
            (&gone, 2, json!({ "lifeStatus": "LIVING_HERE" }), "ILLEGAL_TRANSITION lifeStatus", "recordReturn"),
            (&gone, 2, json!({ "lifeStatusOn": null }), "ILLEGAL_TRANSITION lifeStatusOn", "amendLifeEvent"),
        ] {
            let mut input = json!({ "id": resident, "expectedVersion": version });
            input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            let payload = world.staff.mutate("amendResident", "resident", "id", input).await;
            assert_eq!(refusals(&payload), [expected]);
            assert!(payload["userErrors"][0]["message"].as_str().unwrap().contains(named), "{payload:#}");
        }
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        // Saying what is on file already changes nothing and is no mistake.
        let same = json!({ "id": gone, "expectedVersion": 2, "fullName": "王大明", "lifeStatus": "MOVED_OUT", "lifeStatusOn": "2021-06-01" });
        make::created(&world.staff, "amendResident", "resident", same).await;
        assert_eq!(status(&world.staff, &gone).await, stands("MOVED_OUT", "2021-06-01"));
    }

    async fn a_death_that_did_not_happen_is_withdrawn_and_nothing_opens_by_itself(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, goods) = (&world.staff, goods(&world).await);
        let Family { household, head, .. } = family(&world, 0).await;
        grant(&world, ("residentId", &head), &goods, &[]).await;
        let death = die(&world, &head, "2021-06-01").await;
        let withdraw = |version: i64| json!({ "id": death, "expectedVersion": version, "reason": "同名误登" });
        let fields = "id withdrawnAt withdrawnReason endedMemberships { endedOn } cancelledAid { status }";
        let payload = staff.mutate("withdrawLifeEvent", "lifeEvent", fields, withdraw(1)).await;
        let shown = &payload["lifeEvent"];
        assert!(shown["withdrawnAt"].is_string() && shown["withdrawnReason"] == "同名误登", "{payload:#}");
        assert_eq!(shown["endedMemberships"], json!([{ "endedOn": "2021-06-01" }]), "they say what to record anew");
        assert_eq!(shown["cancelledAid"], json!([{ "status": "CANCELLED" }]));
        assert_eq!(status(staff, &head).await, ("LIVING_HERE".to_owned(), None));
        assert_eq!(refusals(&staff.mutate("withdrawLifeEvent", "lifeEvent", "id", withdraw(2)).await), ["ILLEGAL_TRANSITION id"]);
        let query = "query($id: ID!) { resident(id: $id) { household { id } lifeEvents { kind withdrawnAt } } }";
        let shown = staff.gql(query, json!({ "id": head })).await;
        assert!(shown.data()["resident"]["household"].is_null());
        assert_eq!(shown.data()["resident"]["lifeEvents"].as_array().unwrap().len(), 1, "what was recorded stays on record");
        let join = json!({ "householdId": household, "residentId": head, "relation": "HEAD", "startedOn": "2021-06-01" });
        make::created(staff, "addHouseholdMember", "household", join).await;
        die(&world, &head, "2022-01-01").await;
        assert_eq!(status(staff, &head).await, stands("DECEASED", "2022-01-01"));
    }

    async fn withdrawing_goes_back_one_step_at_a_time(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, resident) = (&world.staff, world.resident().await);
        let moved = move_out(&world, &resident, "2021-01-01").await;
        let back = make::created(staff, "recordReturn", "lifeEvent", json!({ "residentId": resident, "on": "2021-03-01" })).await;
        let again = move_out(&world, &resident, "2021-06-01").await;
        let death = die(&world, &resident, "2021-09-01").await;
        let withdraw = async |id: &str| {
            let input = json!({ "id": id, "expectedVersion": 1, "reason": "误登" });
            refusals(&staff.mutate("withdrawLifeEvent", "lifeEvent", "id", input).await)
        };
        assert_eq!(withdraw(&again).await, ["ILLEGAL_TRANSITION id"], "she died after that");
        assert_eq!(withdraw(&death).await, [""; 0]);
        assert_eq!(status(staff, &resident).await, stands("MOVED_OUT", "2021-06-01"));
        assert_eq!(withdraw(&again).await, [""; 0]);
        assert_eq!(status(staff, &resident).await, stands("LIVING_HERE", "2021-03-01"));
        assert_eq!(withdraw(&back).await, ["ILLEGAL_TRANSITION id"], "a return is followed by another moving out");
        assert_eq!(withdraw(&moved).await, ["ILLEGAL_TRANSITION id"]);
        let payload = staff.mutate("recordDeath", "lifeEvent", "id", json!({ "residentId": resident, "on": "2021-02-01" })).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE on"], "not before the return");
    }

    async fn a_wrong_day_is_corrected_between_its_neighbours(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, resident) = (&world.staff, world.resident().await);
        let moved = move_out(&world, &resident, "2021-01-01").await;
        let death = die(&world, &resident, "2021-09-01").await;
        let amend = async |id: &str, version: i64, on: &str| {
            let input = json!({ "id": id, "expectedVersion": version, "on": on });
            refusals(&staff.mutate("amendLifeEvent", "lifeEvent", "id", input).await)
        };
        assert_eq!(amend(&moved, 1, "2021-09-02").await, ["OUT_OF_RANGE on"]);
        assert_eq!(amend(&death, 1, "2020-12-31").await, ["OUT_OF_RANGE on"]);
        assert_eq!(amend(&death, 1, "2199-01-01").await, ["OUT_OF_RANGE on"]);
        assert_eq!(amend(&moved, 1, "2021-02-01").await, [""; 0]);
        assert_eq!(status(staff, &resident).await, stands("DECEASED", "2021-09-01"), "the last that happened counts");
        assert_eq!(amend(&death, 1, "2021-08-31").await, [""; 0]);
        assert_eq!(status(staff, &resident).await, stands("DECEASED", "2021-08-31"));
        let remark = |note: Value| json!({ "id": moved, "expectedVersion": 2, "note": note });
        let payload = staff.mutate("amendLifeEvent", "lifeEvent", "on note", remark(json!("去向不明"))).await;
        assert_eq!(payload["lifeEvent"], json!({ "on": "2021-02-01", "note": "去向不明" }));
    }
}
