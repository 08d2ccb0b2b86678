//! Leaving while others do something about the same people: whoever comes first, nothing contradicts itself.

use serde_json::{Value, json};

use crate::{
    harness::{TestApp, World, actor::refusals, make, together},
    household_walks::assert_sound,
    life::{Family, family, goods, grant},
};

async fn all(world: &World, changes: Vec<(&'static str, &'static str, Value)>) -> Vec<Value> {
    together(changes.into_iter().map(|(mutation, object, input)| {
        let staff = world.staff.clone();
        async move { staff.mutate(mutation, object, "id", input).await }
    }))
    .await
}

/// Promises to people who were gone on the day of the promise, or which they had not got when they left.
const BROKEN: &str = "SELECT a.status AS status FROM aid_record a JOIN resident r ON r.id = a.resident_id
    WHERE r.life_status <> 'LIVING_HERE' AND a.status IN ('PLANNED', 'APPROVED')";

async fn nothing_is_promised_to_who_left(app: &TestApp) {
    assert_eq!(app.texts(BROKEN, "status").await, Vec::<String>::new());
    assert_sound(app).await;
}

crate::on_both! {
    async fn of_a_head_and_the_successor_who_leave_at_once_one_waits_for_the_other(app: TestApp) {
        let world = World::new(&app).await;
        for round in 0..4 {
            let Family { household, head, others } = family(&world, 2).await;
            let payloads = all(&world, vec![
                ("recordMoveOut", "lifeEvent", json!({ "residentIds": [head], "on": "2021-06-01", "successorId": others[0] })),
                ("recordDeath", "lifeEvent", json!({ "residentId": others[0], "on": "2021-06-01" })),
                ("endHouseholdMembership", "household", json!({ "householdId": household, "residentId": others[1], "endedOn": "2021-06-01" })),
            ]).await;
            // The successor is gone already, or is head now and names nobody: one of them is told so, unless nobody else is left.
            let told: Vec<Vec<String>> = payloads.iter().map(refusals).collect();
            let expected: [&[&str]; 3] = [&["NOT_FOUND successorId", "INVALID successorId"], &["REQUIRED successorId"], &["REQUIRED successorId"]];
            for (told, expected) in told.iter().zip(expected) {
                assert!(told.iter().all(|refusal| expected.contains(&refusal.as_str())), "round {round}: {payloads:#?}");
            }
            assert!(told.iter().filter(|told| told.is_empty()).count() >= 1, "round {round}: {payloads:#?}");
            assert_sound(&app).await;
        }
    }

    async fn two_heads_of_one_household_never_come_of_it(app: TestApp) {
        let world = World::new(&app).await;
        for _ in 0..3 {
            let (one, other) = (family(&world, 2).await, family(&world, 1).await);
            let split = json!({
                "householdId": one.household, "members": [{ "residentId": one.others[0], "relation": "HEAD" }], "room": "2", "on": "2021-06-01",
            });
            let member = |resident: &String, relation: &str| json!({ "residentId": resident, "relation": relation });
            let merge = json!({
                "householdId": one.household, "intoHouseholdId": other.household, "on": "2021-06-01",
                "members": [member(&one.head, "SIBLING"), member(&one.others[0], "CHILD"), member(&one.others[1], "CHILD")],
            });
            let back = json!({
                "householdId": other.household, "intoHouseholdId": one.household, "on": "2021-06-01",
                "members": [member(&other.head, "SIBLING"), member(&other.others[0], "CHILD")],
            });
            let payloads = all(&world, vec![
                ("splitHousehold", "household", split),
                ("mergeHouseholds", "household", merge),
                ("mergeHouseholds", "household", back),
                ("recordMoveOut", "lifeEvent", json!({ "residentIds": [one.head], "on": "2021-06-01", "successorId": one.others[1] })),
                ("moveHouseholds", "building", json!({ "buildingId": world.building().await, "householdIds": [one.household, other.household] })),
            ]).await;
            assert!(payloads.iter().any(|payload| refusals(payload).is_empty()), "{payloads:#?}");
            assert_sound(&app).await;
        }
    }

    async fn nobody_who_has_left_is_promised_anything_and_nothing_is_lost(app: TestApp) {
        let world = World::new(&app).await;
        let goods = goods(&world).await;
        for round in 0..4 {
            let Family { household, head, .. } = family(&world, 0).await;
            let planned = grant(&world, ("residentId", &head), &goods, &[]).await;
            let approved = grant(&world, ("residentId", &head), &goods, &["approveAid"]).await;
            let of_household = grant(&world, ("householdId", &household), &goods, &["approveAid"]).await;
            let aid = |whom: &str, id: &str, n: usize| json!({
                "communityId": world.community, whom: id, "contributionId": goods, "quantity": "1", "value": "3.33", "givenOn": "2021-07-01",
                "idempotencyKey": format!("{round}-{whom}-{n}"),
            });
            let then = "2021-05-01T08:00:00+08:00";
            let mut changes = vec![
                ("approveAid", "aidRecord", json!({ "id": planned, "expectedVersion": 1 })),
                ("deliverAid", "aidRecord", json!({ "id": approved, "expectedVersion": 2, "deliveredAt": then })),
                ("deliverAid", "aidRecord", json!({ "id": of_household, "expectedVersion": 2, "deliveredAt": then })),
                ("cancelAid", "aidRecord", json!({ "id": approved, "expectedVersion": 2, "reason": "本人放弃" })),
                ("recordMoveOut", "lifeEvent", json!({ "residentIds": [head], "on": "2021-06-01" })),
                ("recordDeath", "lifeEvent", json!({ "residentId": head, "on": "2021-06-01" })),
            ];
            changes.extend((0..4).map(|n| ("recordAid", "aidRecord", aid("residentId", &head, n))));
            changes.extend((0..2).map(|n| ("recordAid", "aidRecord", aid("householdId", &household, n))));
            let payloads = all(&world, changes).await;
            let happened = [&payloads[4], &payloads[5]].map(|payload| refusals(payload).is_empty());
            // Whoever moved out may die; whoever died does not move out.
            assert!(happened[1], "round {round}: {payloads:#?}");
            for late in &payloads[6..] {
                let told = refusals(late);
                assert!(told.is_empty() || told[0].starts_with("NOT_ELIGIBLE"), "round {round}: {late:#}");
            }
            nothing_is_promised_to_who_left(&app).await;
            let promised = "SELECT a.status AS status FROM aid_record a WHERE a.scope = 'HOUSEHOLD' AND a.status IN ('PLANNED', 'APPROVED')
                AND NOT EXISTS (SELECT 1 FROM household_membership m WHERE m.household_id = a.household_id AND m.ended_on IS NULL)";
            assert_eq!(app.texts(promised, "status").await, Vec::<String>::new(), "round {round}: to a household that nobody lives in");
        }
    }

    async fn who_leaves_is_no_member_of_the_household_that_takes_them_in_at_that_moment(app: TestApp) {
        let world = World::new(&app).await;
        for round in 0..4 {
            let (resident, home) = (world.resident().await, family(&world, 0).await);
            let payloads = all(&world, vec![
                ("recordMoveOut", "lifeEvent", json!({ "residentIds": [resident], "on": "2021-06-01" })),
                ("addHouseholdMember", "household", json!({ "householdId": home.household, "residentId": resident, "relation": "CHILD", "startedOn": "2021-01-01" })),
                ("recordCircumstance", "circumstance", json!({ "residentId": resident, "kind": "VETERAN", "startedOn": "2021-01-01" })),
                ("enrolVolunteer", "volunteer", json!({ "communityId": world.community, "kind": "RESIDENT", "residentId": resident, "startedOn": "2021-01-01" })),
            ]).await;
            assert_eq!(refusals(&payloads[0]), [""; 0], "round {round}");
            assert_sound(&app).await;
            let open = "SELECT c.kind AS kind FROM circumstance c JOIN resident r ON r.id = c.resident_id WHERE r.life_status <> 'LIVING_HERE' AND c.ended_on IS NULL";
            assert_eq!(app.texts(open, "kind").await, Vec::<String>::new(), "round {round}");
            let serving = "SELECT v.full_name AS name FROM volunteer v JOIN resident r ON r.id = v.resident_id WHERE r.life_status <> 'LIVING_HERE' AND v.ended_on IS NULL";
            assert_eq!(app.texts(serving, "name").await, Vec::<String>::new(), "round {round}");
        }
    }

    async fn a_building_put_on_file_while_its_grid_is_merged_is_not_left_behind(app: TestApp) {
        let world = World::new(&app).await;
        let into = make::grid(&world.staff, &world.community, &world.name("网格")).await;
        for round in 0..4 {
            let old = make::grid(&world.staff, &world.community, &world.name("网格")).await;
            let worker = make::staff_member(&world.staff, &world.community, &world.name("职员")).await;
            let mut changes = vec![("mergeGrids", "grid", json!({ "gridId": old, "intoGridId": into }))];
            for _ in 0..3 {
                changes.push(("registerBuilding", "building", json!({ "communityId": world.community, "gridId": old, "name": world.name("楼") })));
            }
            changes.push(("postStaffMember", "posting", json!({ "staffMemberId": worker, "role": "GRID_WORKER", "gridId": old })));
            let payloads = all(&world, changes).await;
            assert_eq!(refusals(&payloads[0]), [""; 0], "round {round}");
            for late in &payloads[1..] {
                let told = refusals(late);
                assert!(told.is_empty() || told == ["ILLEGAL_TRANSITION gridId"], "round {round}: {late:#}");
            }
            let left = "SELECT b.name AS name FROM building b JOIN grid g ON g.id = b.grid_id WHERE g.closed_on IS NOT NULL
                UNION ALL SELECT CAST(p.role AS TEXT) AS name FROM posting p JOIN grid g ON g.id = p.grid_id WHERE g.closed_on IS NOT NULL AND p.ended_on IS NULL";
            assert_eq!(app.texts(left, "name").await, Vec::<String>::new(), "round {round}");
        }
    }
}
