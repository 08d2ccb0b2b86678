//! Households that become two, and two that become one.

use serde_json::{Value, json};

use crate::{
    harness::{World, actor::refusals, make},
    household_walks::assert_sound,
    life::{Family, family, goods, grant},
};

fn with(input: &Value, more: &Value) -> Value {
    let mut input = input.clone();
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

fn member(resident: &str, relation: &str) -> Value {
    json!({ "residentId": resident, "relation": relation })
}

const WHO: &str = "id head { id } members { relation startedOn resident { id } } building { id } room";

crate::on_both! {
    async fn members_found_a_household_of_their_own_on_a_day(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, goods, building) = (&world.staff, goods(&world).await, world.building().await);
        let Family { household, head, others } = family(&world, 3).await;
        let of_household = grant(&world, ("householdId", &household), &goods, &[]).await;
        let own = grant(&world, ("residentId", &others[0]), &goods, &[]).await;
        let input = json!({
            "householdId": household, "members": [member(&others[1], "CHILD"), member(&others[0], "HEAD")], "buildingId": building, "room": "202",
            "on": "2021-06-01", "relations": [member(&others[2], "GRANDCHILD")],
        });
        let payload = staff.mutate("splitHousehold", "household", WHO, input).await;
        let new = make::id_of(&payload, "household");
        let expected = json!({
            "id": new, "head": { "id": others[0] }, "building": { "id": building }, "room": "202",
            "members": [
                { "relation": "HEAD", "startedOn": "2021-06-01", "resident": { "id": others[0] } },
                { "relation": "CHILD", "startedOn": "2021-06-01", "resident": { "id": others[1] } },
            ],
        });
        assert_eq!(payload["household"], expected);
        let query = "query($h: ID!, $r: ID!, $a: [ID!]!) { household(id: $h) { version head { id } members { relation resident { id } } memberships { endedOn } }
            resident(id: $r) { household { id } building { id } } nodes(ids: $a) { ... on AidRecord { status household { id } } } }";
        let shown = staff.gql(query, json!({ "h": household, "r": others[1], "a": [of_household, own] })).await;
        let old = &shown.data()["household"];
        assert_eq!((&old["version"], &old["head"]["id"]), (&json!(5), &json!(head)));
        assert_eq!(old["members"], json!([{ "relation": "HEAD", "resident": { "id": head } }, { "relation": "GRANDCHILD", "resident": { "id": others[2] } }]));
        assert_eq!(old["memberships"].as_array().unwrap().iter().filter(|one| one["endedOn"] == "2021-06-01").count(), 2);
        assert_eq!(shown.data()["resident"], json!({ "household": { "id": new }, "building": { "id": building } }));
        let stays = json!({ "status": "PLANNED", "household": { "id": household } });
        assert_eq!(shown.data()["nodes"], json!([stays, stays]), "aid stays where it was given");
        assert_sound(&app).await;
    }

    async fn a_head_who_founds_another_household_leaves_a_head_behind(app: TestApp) {
        let world = World::new(&app).await;
        let Family { household, head, others } = family(&world, 2).await;
        let split = json!({ "householdId": household, "members": [member(&head, "HEAD")], "room": "2", "on": "2021-06-01" });
        let before = app.tables().await;
        for (more, expected) in [
            (json!({}), vec!["REQUIRED successorId"]),
            (json!({ "members": [] }), vec!["REQUIRED members"]),
            (json!({ "members": [member(&others[0], "CHILD")] }), vec!["INVALID members"]),
            (json!({ "members": [member(&head, "HEAD"), member(&others[0], "HEAD")], "successorId": others[1] }), vec!["INVALID members"]),
            (json!({ "members": [member(&others[0], "HEAD"), member(&others[0], "CHILD")] }), vec!["DUPLICATE members.1.residentId"]),
            (json!({ "members": [member(&others[0], "HEAD"), member(&world.resident().await, "CHILD")] }), vec!["NOT_FOUND members.1.residentId"]),
            (json!({ "members": [member(&head, "HEAD"), member(&others[0], "CHILD"), member(&others[1], "CHILD")] }), vec!["INVALID members"]),
            (json!({ "successorId": others[0], "room": " ", "on": "2020-01-31" }), vec!["REQUIRED room"]),
            (json!({ "members": [member(&others[0], "HEAD")], "on": "2020-01-31" }), vec!["OUT_OF_RANGE on"]),
            (json!({ "successorId": others[0], "on": "2199-01-01" }), vec!["OUT_OF_RANGE on"]),
            (json!({ "successorId": others[0], "buildingId": household }), vec!["INVALID buildingId"]),
        ] {
            let payload = world.staff.mutate("splitHousehold", "household", "id", with(&split, &more)).await;
            assert_eq!(refusals(&payload), expected, "{more}");
        }
        assert_eq!(before.rows("household"), app.tables().await.rows("household"));
        make::created(&world.staff, "splitHousehold", "household", with(&split, &json!({ "successorId": others[1] }))).await;
        let shown = world.staff.gql("query($h: ID!) { household(id: $h) { head { id } } }", json!({ "h": household })).await;
        assert_eq!(shown.data()["household"]["head"]["id"], others[1].as_str());
        assert_sound(&app).await;
    }

    async fn all_members_join_another_household_and_theirs_stays_on_record(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, goods) = (&world.staff, goods(&world).await);
        let (old, into) = (family(&world, 1).await, family(&world, 0).await);
        let delivered = grant(&world, ("householdId", &old.household), &goods, &["approveAid", "deliverAid"]).await;
        let planned = grant(&world, ("householdId", &old.household), &goods, &[]).await;
        let merge = json!({
            "householdId": old.household, "intoHouseholdId": into.household, "on": "2021-06-01",
            "members": [member(&old.head, "PARENT"), member(&old.others[0], "SIBLING")],
        });
        let before = app.tables().await;
        for (more, expected) in [
            (json!({ "members": [] }), vec!["REQUIRED members"]),
            (json!({ "members": [member(&old.head, "PARENT")] }), vec!["REQUIRED members"]),
            (json!({ "members": [member(&old.head, "HEAD"), member(&old.others[0], "CHILD")] }), vec!["INVALID members"]),
            (json!({ "members": [member(&old.head, "PARENT"), member(&into.head, "CHILD")] }), vec!["NOT_FOUND members.1.residentId"]),
            (json!({ "intoHouseholdId": old.household }), vec!["INVALID intoHouseholdId"]),
            (json!({ "on": "2020-01-31" }), vec!["OUT_OF_RANGE on"]),
            (json!({ "on": "2199-01-01" }), vec!["OUT_OF_RANGE on"]),
            (json!({ "expectedVersion": 9, "intoHouseholdId": old.head }), vec!["CONFLICT expectedVersion", "INVALID intoHouseholdId"]),
        ] {
            let payload = staff.mutate("mergeHouseholds", "household", "id", with(&merge, &more)).await;
            assert_eq!(refusals(&payload), expected, "{more}");
        }
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        let payload = staff.mutate("mergeHouseholds", "household", WHO, merge).await;
        let members = payload["household"]["members"].as_array().unwrap_or_else(|| panic!("{payload:#}"));
        let relations: Vec<_> = members.iter().map(|one| one["relation"].as_str().unwrap()).collect();
        assert_eq!((relations.as_slice(), &payload["household"]["head"]["id"]), (["HEAD", "PARENT", "SIBLING"].as_slice(), &json!(into.head)));
        let query = "query($h: ID!, $a: [ID!]!) { household(id: $h) { members { id } memberships { endedOn } aidRecords { totalCount } }
            nodes(ids: $a) { ... on AidRecord { status household { id } } } }";
        let shown = staff.gql(query, json!({ "h": old.household, "a": [delivered, planned] })).await;
        let ended = json!({ "endedOn": "2021-06-01" });
        assert_eq!(shown.data()["household"], json!({ "members": [], "memberships": [ended, ended], "aidRecords": { "totalCount": 2 } }));
        let there = json!({ "id": old.household });
        let expected = json!([{ "status": "DELIVERED", "household": there }, { "status": "CANCELLED", "household": there }]);
        assert_eq!(shown.data()["nodes"], expected, "what was given stays given; what was promised to nobody is called off");
        assert_sound(&app).await;

        // A household that nobody lives in is joined by a head.
        let back = json!({ "householdId": into.household, "intoHouseholdId": old.household, "on": "2021-07-01" });
        let who = |head: &str| json!({ "members": [member(&into.head, head), member(&old.head, "PARENT"), member(&old.others[0], "SIBLING")] });
        let payload = staff.mutate("mergeHouseholds", "household", "id", with(&back, &who("CHILD"))).await;
        assert_eq!(refusals(&payload), ["INVALID members"]);
        make::created(staff, "mergeHouseholds", "household", with(&back, &who("HEAD"))).await;
        assert_sound(&app).await;
    }

    async fn leaving_with_a_key_is_answered_again(app: TestApp) {
        let world = World::new(&app).await;
        let Family { household, head, others } = family(&world, 2).await;
        let leave = json!({
            "householdId": household, "residentId": head, "endedOn": "2021-06-01", "successorId": others[0], "relations": [member(&others[1], "SIBLING")],
            "idempotencyKey": "k",
        });
        for _ in 0..2 {
            let payload = world.staff.mutate("endHouseholdMembership", "household", "members { relation }", leave.clone()).await;
            assert_eq!(payload["household"]["members"], json!([{ "relation": "HEAD" }, { "relation": "SIBLING" }]), "{payload:#}");
        }
        assert_eq!(make::version(&world.staff, &household).await, 4);
    }
}
