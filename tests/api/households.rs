//! Households: who lives where, since when, and that every figure that mentions a member agrees with every other.

use serde_json::json;

use crate::harness::{World, actor::refusals, make};

crate::on_both! {
    async fn when_a_member_moves_out_every_count_agrees_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let grid = make::grid(staff, &world.community, "一号网格").await;
        let input = json!({ "communityId": world.community, "gridId": grid, "name": "1 号楼" });
        let building = make::created(staff, "registerBuilding", "building", input).await;
        let (head, child) = (world.resident().await, world.resident().await);
        let household = make::household(staff, &world.community, &building, "101", &head).await;
        let join = json!({ "householdId": household, "residentId": child, "relation": "CHILD", "startedOn": "2020-01-01" });
        make::created(staff, "addHouseholdMember", "household", join).await;

        let query = "query($g: ID!, $b: ID!, $h: ID!) {
            byHousehold: residents(filter: { householdId: $h }) { totalCount nodes { id } }
            byBuilding: residents(filter: { buildingId: $b }) { totalCount nodes { id } }
            byGrid: residents(filter: { gridId: $g }) { totalCount nodes { id } }
            others: residents(filter: { not: { householdId: $h } }) { totalCount }
            building(id: $b) { residents { totalCount nodes { id } } households { nodes { members { resident { id } } } } }
            household(id: $h) { members { resident { id } } memberships { endedOn } } }";
        let ids = json!({ "g": grid, "b": building, "h": household });
        let living = async |expected: &[&str]| {
            let answer = staff.gql(query, ids.clone()).await;
            let data = answer.data();
            let lists = [&data["byHousehold"], &data["byBuilding"], &data["byGrid"], &data["building"]["residents"]];
            for list in lists {
                let found: Vec<_> = list["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
                assert_eq!(found, expected, "{data:#}");
                assert_eq!(list["totalCount"], expected.len(), "{data:#}");
            }
            for members in [&data["household"]["members"], &data["building"]["households"]["nodes"][0]["members"]] {
                assert_eq!(members.as_array().unwrap().len(), expected.len(), "{data:#}");
            }
            data["household"]["memberships"].as_array().unwrap().iter().filter(|one| one["endedOn"].is_null()).count()
        };
        assert_eq!(living(&[&head, &child]).await, 2);
        let leave = json!({ "householdId": household, "residentId": child, "endedOn": "2021-01-01" });
        make::created(staff, "endHouseholdMembership", "household", leave).await;
        assert_eq!(living(&[&head]).await, 1);
        let leave = json!({ "householdId": household, "residentId": head });
        make::created(staff, "endHouseholdMembership", "household", leave).await;
        assert_eq!(living(&[]).await, 0);
        // Whoever left may live elsewhere, and the former household may be taken by others.
        let next = make::household(staff, &world.community, &building, "102", &child).await;
        let join = json!({ "householdId": household, "residentId": world.resident().await, "relation": "HEAD" });
        make::created(staff, "addHouseholdMember", "household", join).await;
        let home = staff.gql("query($r: ID!) { resident(id: $r) { household { id head { id } } } }", json!({ "r": child })).await;
        assert_eq!(home.data()["resident"]["household"], json!({ "id": next, "head": { "id": child } }));
    }

    async fn a_resident_of_another_household_is_refused_with_the_household_that_is_in_the_way(app: TestApp) {
        let world = World::new(&app).await;
        let (household, head) = world.household().await;
        let other = world.household().await.0;
        let building = world.building().await;
        let before = app.tables().await;
        let join = json!({ "householdId": other, "residentId": head, "relation": "PARENT" });
        let again = json!({ "communityId": world.community, "buildingId": building, "room": "9", "headId": head });
        for (mutation, input, field) in [("addHouseholdMember", join, "residentId"), ("registerHousehold", again, "headId")] {
            let payload = world.staff.mutate(mutation, "household", "id", input).await;
            assert_eq!(refusals(&payload), [format!("DUPLICATE {field}")], "{mutation}");
            assert_eq!(payload["userErrors"][0]["details"]["householdId"], household.as_str(), "{mutation}");
        }
        // The second had put a household on file before it found the head housed.
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
    }

    async fn all_that_is_wrong_with_a_household_is_told_together(app: TestApp) {
        let world = World::new(&app).await;
        let (household, head) = world.household().await;
        let wrong = json!({
            "communityId": world.community, "buildingId": world.resident().await, "unit": "x".repeat(21), "room": " ", "headId": head,
            "startedOn": "2199-01-01",
        });
        let payload = world.staff.mutate("registerHousehold", "household", "id", wrong).await;
        let expected = ["INVALID buildingId", "OUT_OF_RANGE unit", "REQUIRED room", "DUPLICATE headId", "OUT_OF_RANGE startedOn"];
        assert_eq!(refusals(&payload), expected);
        let wrong = json!({ "householdId": household, "residentId": head, "relation": "HEAD", "startedOn": "2199-01-01" });
        let payload = world.staff.mutate("addHouseholdMember", "household", "id", wrong).await;
        assert_eq!(refusals(&payload), ["DUPLICATE residentId", "DUPLICATE relation", "OUT_OF_RANGE startedOn"]);
        let member = world.resident().await;
        let join = json!({ "householdId": household, "residentId": member, "relation": "CHILD" });
        make::created(&world.staff, "addHouseholdMember", "household", join).await;
        let wrong = json!({ "householdId": household, "residentId": head, "endedOn": "2199-01-01" });
        let payload = world.staff.mutate("endHouseholdMembership", "household", "id", wrong).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE endedOn", "REQUIRED successorId"]);
    }

    async fn nobody_leaves_before_they_came(app: TestApp) {
        let world = World::new(&app).await;
        let (building, head) = (world.building().await, world.resident().await);
        let input = json!({ "communityId": world.community, "buildingId": building, "room": "1", "headId": head, "startedOn": "2020-05-01" });
        let household = make::created(&world.staff, "registerHousehold", "household", input).await;
        let leave = |on: &str| json!({ "householdId": household, "residentId": head, "endedOn": on });
        let payload = world.staff.mutate("endHouseholdMembership", "household", "id", leave("2020-04-30")).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE endedOn"]);
        make::created(&world.staff, "endHouseholdMembership", "household", leave("2020-05-01")).await;
    }

    async fn nobody_lives_in_two_households_on_one_day(app: TestApp) {
        let world = World::new(&app).await;
        let (building, resident) = (world.building().await, world.resident().await);
        let found = |room: &str, from: &str| {
            json!({ "communityId": world.community, "buildingId": building, "room": room, "headId": resident, "startedOn": from })
        };
        let first = make::created(&world.staff, "registerHousehold", "household", found("1", "2020-01-01")).await;
        let leave = json!({ "householdId": first, "residentId": resident, "endedOn": "2021-12-31" });
        make::created(&world.staff, "endHouseholdMembership", "household", leave).await;
        let other = world.household().await.0;
        let join = |from: &str| json!({ "householdId": other, "residentId": resident, "relation": "CHILD", "startedOn": from });
        for from in ["2019-01-01", "2020-01-01", "2021-12-30"] {
            let payload = world.staff.mutate("registerHousehold", "household", "id", found("2", from)).await;
            assert_eq!(refusals(&payload), ["OVERLAP startedOn"], "{from}");
            let payload = world.staff.mutate("addHouseholdMember", "household", "id", join(from)).await;
            assert_eq!(refusals(&payload), ["OVERLAP startedOn"], "{from}");
        }
        make::created(&world.staff, "addHouseholdMember", "household", join("2021-12-31")).await;
    }
}
