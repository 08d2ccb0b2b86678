//! Grids that are redrawn and buildings that are rebuilt: many rows in one change, all of them or none.

use serde_json::{Value, json};

use crate::harness::{Actor, TestApp, World, actor::refusals, bulk_homes, make};

async fn grid(world: &World) -> String {
    make::grid(&world.staff, &world.community, &world.name("网格")).await
}

async fn building_in(world: &World, grid: &str) -> String {
    let input = json!({ "communityId": world.community, "gridId": grid, "name": world.name("楼") });
    make::created(&world.staff, "registerBuilding", "building", input).await
}

async fn one(actor: &Actor, query: &str, id: &str) -> Value {
    actor.gql(query, json!({ "id": id })).await.data().clone()
}

/// The payloads of a mutation's events: what it says of what it moved.
async fn told(app: &TestApp, action: &str) -> Vec<Value> {
    use entity::event;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
    let select = event::Entity::find().filter(event::Column::Action.eq(action)).order_by_asc(event::Column::Seq);
    let events = select.all(app.app.db.reader()).await.unwrap();
    let open = events.iter().filter(|event| event.data_key_id.is_none());
    open.filter_map(|event| serde_json::from_slice(event.payload.as_ref()?.as_bytes()).ok()).collect()
}

/// A building with so many households in it.
async fn full_building(app: &TestApp, world: &World, households: usize) -> (String, Vec<String>) {
    let building = world.building().await;
    let ids = bulk_homes::households(app, (&world.community, &building), households).await;
    (building, ids)
}

crate::on_both! {
    async fn buildings_go_to_another_grid_all_or_none(app: TestApp) {
        let world = World::new(&app).await;
        let (old, new) = (grid(&world).await, grid(&world).await);
        let (first, second) = (building_in(&world, &old).await, building_in(&world, &old).await);
        let there = building_in(&world, &new).await;
        let foreign = make::building(&world.stranger, &world.elsewhere, "外楼").await;
        let before = app.tables().await;
        let wrong = json!({ "buildingIds": [first, foreign, first, world.community, second], "gridId": new });
        let payload = world.staff.mutate("moveBuildings", "grid", "id", wrong).await;
        assert_eq!(refusals(&payload), ["DUPLICATE buildingIds.2", "INVALID buildingIds.3"], "what is malformed comes first");
        let wrong = json!({ "buildingIds": [first, foreign, second], "gridId": new });
        let payload = world.staff.mutate("moveBuildings", "grid", "id", wrong).await;
        assert_eq!(refusals(&payload), ["NOT_FOUND buildingIds.1"]);
        let payload = world.staff.mutate("moveBuildings", "grid", "id", json!({ "buildingIds": [], "gridId": new })).await;
        assert_eq!(refusals(&payload), ["REQUIRED buildingIds"]);
        let many: Vec<&String> = std::iter::repeat_n(&first, 501).collect();
        let payload = world.staff.mutate("moveBuildings", "grid", "id", json!({ "buildingIds": many, "gridId": new })).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE buildingIds"]);
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());

        let move_all = json!({ "buildingIds": [first, there, second], "gridId": new });
        let payload = world.staff.mutate("moveBuildings", "grid", "buildings { totalCount }", move_all).await;
        assert_eq!(payload["grid"]["buildings"]["totalCount"], 3, "{payload:#}");
        assert_eq!(make::version(&world.staff, &there).await, 1, "what was there already did not change");
        assert_eq!(make::version(&world.staff, &first).await, 2);
        let said = told(&app, "moveBuildings").await;
        assert_eq!((said.len(), &said[0]["buildings"]), (1, &json!(2)), "{said:?}");
    }

    async fn residents_are_found_by_their_new_grid_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let (old, new) = (grid(&world).await, grid(&world).await);
        let building = building_in(&world, &old).await;
        let head = world.resident().await;
        make::household(&world.staff, &world.community, &building, "101", &head).await;
        make::created(&world.staff, "moveBuildings", "grid", json!({ "buildingIds": [building], "gridId": new })).await;
        let query = "query($id: ID!) { residents(filter: { gridId: $id }) { nodes { id } } households(filter: { gridId: $id }) { totalCount } }";
        let found = one(&world.staff, query, &new).await;
        assert_eq!((&found["residents"]["nodes"], &found["households"]["totalCount"]), (&json!([{ "id": head }]), &json!(1)));
        assert_eq!(one(&world.staff, query, &old).await["residents"]["nodes"], json!([]));
    }

    async fn a_grid_that_is_merged_is_closed_and_its_workers_go_on_in_the_other(app: TestApp) {
        let world = World::new(&app).await;
        let (old, into) = (grid(&world).await, grid(&world).await);
        let buildings = [building_in(&world, &old).await, building_in(&world, &old).await];
        let post = async |grid: &str, worker: &str, from: &str| {
            let input = json!({ "staffMemberId": worker, "role": "GRID_WORKER", "gridId": grid, "startedOn": from });
            make::created(&world.staff, "postStaffMember", "posting", input).await
        };
        let (both, alone) = (
            make::staff_member(&world.staff, &world.community, "甲").await,
            make::staff_member(&world.staff, &world.community, "乙").await,
        );
        post(&old, &both, "2020-01-01").await;
        post(&into, &both, "2020-06-01").await;
        let moved = post(&old, &alone, "2021-01-01").await;

        let merge = |on: &str| json!({ "gridId": old, "expectedVersion": 1, "intoGridId": into, "on": on });
        let payload = world.staff.mutate("mergeGrids", "grid", "id", merge("2020-12-31")).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE on"], "before somebody was posted there");
        let payload = world.staff.mutate("mergeGrids", "grid", "id", merge("2199-01-01")).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE on"]);
        let fields = "id buildings { totalCount } postings { staffMember { id } startedOn endedOn }";
        let payload = world.staff.mutate("mergeGrids", "grid", fields, merge("2022-01-01")).await;
        let shown = &payload["grid"];
        assert_eq!((&shown["id"], &shown["buildings"]["totalCount"]), (&json!(into), &json!(2)), "{payload:#}");
        let expected = json!([
            { "staffMember": { "id": alone }, "startedOn": "2022-01-01", "endedOn": null },
            { "staffMember": { "id": both }, "startedOn": "2020-06-01", "endedOn": null },
        ]);
        assert_eq!(shown["postings"], expected, "each once");
        let query = "query($id: ID!) { grid(id: $id) { closedOn mergedInto { id } buildings { totalCount } postings { id endedOn } } grids { nodes { id } } }";
        let found = one(&world.staff, query, &old).await;
        assert_eq!((&found["grid"]["closedOn"], &found["grid"]["mergedInto"]["id"]), (&json!("2022-01-01"), &json!(into)));
        assert_eq!(found["grid"]["buildings"]["totalCount"], 0);
        assert_eq!(found["grid"]["postings"][0], json!({ "id": moved, "endedOn": "2022-01-01" }), "its history stays with it");
        assert_eq!(found["grids"]["nodes"], json!([{ "id": into }]), "a closed grid is in no list");
        for building in &buildings {
            assert_eq!(make::version(&world.staff, building).await, 2);
        }
    }

    async fn nothing_is_given_to_a_closed_grid_and_its_name_is_free(app: TestApp) {
        let world = World::new(&app).await;
        let (into, building) = (grid(&world).await, world.building().await);
        let old = make::grid(&world.staff, &world.community, "第一网格").await;
        make::created(&world.staff, "mergeGrids", "grid", json!({ "gridId": old, "intoGridId": into })).await;
        let worker = make::staff_member(&world.staff, &world.community, "甲").await;
        let before = app.tables().await;
        for (mutation, object, field, input) in [
            ("registerBuilding", "building", "gridId", json!({ "communityId": world.community, "gridId": old, "name": "新楼" })),
            ("amendBuilding", "building", "gridId", json!({ "id": building, "expectedVersion": 1, "gridId": old })),
            ("moveBuildings", "grid", "gridId", json!({ "buildingIds": [building], "gridId": old })),
            ("postStaffMember", "posting", "gridId", json!({ "staffMemberId": worker, "role": "GRID_WORKER", "gridId": old })),
            ("mergeGrids", "grid", "gridId", json!({ "gridId": old, "intoGridId": into })),
            ("mergeGrids", "grid", "intoGridId", json!({ "gridId": into, "intoGridId": old })),
        ] {
            let payload = world.staff.mutate(mutation, object, "id", input).await;
            assert_eq!(refusals(&payload), [format!("ILLEGAL_TRANSITION {field}")], "{mutation}");
            assert_eq!(payload["userErrors"][0]["details"]["mergedIntoId"], into.as_str(), "{mutation}");
        }
        let payload = world.staff.mutate("mergeGrids", "grid", "id", json!({ "gridId": into, "intoGridId": into })).await;
        assert_eq!(refusals(&payload), ["INVALID intoGridId"]);
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        make::grid(&world.staff, &world.community, "第一网格").await;
    }

    async fn a_rebuilt_block_moves_with_all_its_households_and_its_new_doors(app: TestApp) {
        let world = World::new(&app).await;
        let (old, new) = (world.building().await, world.building().await);
        let mut households = Vec::new();
        for room in ["101", "102", "103"] {
            let head = world.resident().await;
            let input = json!({ "communityId": world.community, "buildingId": old, "unit": "1", "room": room, "headId": head });
            households.push((make::created(&world.staff, "registerHousehold", "household", input).await, head));
        }
        let [first, second, third] = [0, 1, 2].map(|i| households[i].0.clone());
        let stranger = world.household().await.0;
        let before = app.tables().await;
        let wrong = json!({
            "buildingId": new, "fromBuildingId": old, "unit": "x".repeat(21),
            "addresses": [{ "householdId": first, "room": " " }, { "householdId": stranger }, { "householdId": first }],
        });
        let payload = world.staff.mutate("moveHouseholds", "building", "id", wrong).await;
        let expected = [
            "OUT_OF_RANGE unit", "REQUIRED addresses.0.room", "NOT_FOUND addresses.1.householdId", "DUPLICATE addresses.2.householdId",
        ];
        assert_eq!(refusals(&payload), expected);
        for (wrong, expected) in [
            (json!({ "buildingId": new }), "REQUIRED householdIds"),
            (json!({ "buildingId": new, "fromBuildingId": old, "householdIds": [first] }), "INVALID fromBuildingId"),
            (json!({ "buildingId": new, "fromBuildingId": new }), "NOT_FOUND fromBuildingId"),
            (json!({ "buildingId": new, "householdIds": [first, first] }), "DUPLICATE householdIds.1"),
        ] {
            let payload = world.staff.mutate("moveHouseholds", "building", "id", wrong).await;
            assert_eq!(refusals(&payload), [expected]);
        }
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());

        let input = json!({
            "buildingId": new, "fromBuildingId": old, "unit": "2",
            "addresses": [{ "householdId": second, "room": "1202" }, { "householdId": third, "unit": null }],
        });
        make::created(&world.staff, "moveHouseholds", "building", input).await;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Household { building { id } unit room version head { id building { id } } } } }";
        let shown = world.staff.gql(query, json!({ "ids": [first, second, third] })).await;
        for (i, (unit, room)) in [(json!("2"), "101"), (json!("2"), "1202"), (json!(null), "103")].into_iter().enumerate() {
            let expected = json!({
                "building": { "id": new }, "unit": unit, "room": room, "version": 2, "head": { "id": households[i].1, "building": { "id": new } },
            });
            assert_eq!(shown.data()["nodes"][i], expected);
        }
        let said = told(&app, "moveHouseholds").await;
        assert_eq!((said.len(), &said[0]["households"], &said[0]["residents"]), (1, &json!(3), &json!(3)), "{said:?}");
        assert!(!said[0].to_string().contains("1202"), "a door is personal and stays out of the event");
    }

    async fn three_hundred_households_move_in_as_many_statements_as_one(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold(app.app.clock.now());
        world.staff.ask("{ viewer { name } }").await.data();
        let mut prices = Vec::new();
        for number in [1, 300] {
            let ((from, households), to) = (full_building(&app, &world, number).await, world.building().await);
            assert_eq!(households.len(), number);
            let addresses: Vec<_> = households.iter().enumerate().map(|(i, id)| json!({ "householdId": id, "unit": "9", "room": format!("新{i}") })).collect();
            let input = json!({ "buildingId": to, "fromBuildingId": from, "addresses": addresses });
            let before = app.statements();
            make::created(&world.staff, "moveHouseholds", "building", input).await;
            prices.push(app.statements() - before);
            let query = "query($id: ID!) { building(id: $id) { households { totalCount } residents { totalCount } } }";
            let expected = json!({ "households": { "totalCount": number }, "residents": { "totalCount": number * 2 } });
            assert_eq!(one(&world.staff, query, &to).await["building"], expected);
            let there = app.texts("SELECT room FROM household WHERE unit = '9'", "room").await;
            assert!(there.iter().all(|room| room.starts_with('新')), "{there:?}");
        }
        assert_eq!(prices[0], prices[1], "{prices:?}");
        // The building, the other one, its lock, its households, these, their members, the event, and the payload's building.
        assert_eq!(prices[0], 8);

        let mut prices = Vec::new();
        for number in [1, 300] {
            let (old, new) = (grid(&world).await, grid(&world).await);
            let buildings = bulk_homes::buildings(&app, (&world.community, &old), number).await;
            let before = app.statements();
            make::created(&world.staff, "moveBuildings", "grid", json!({ "buildingIds": buildings, "gridId": new })).await;
            let moved = app.statements();
            make::created(&world.staff, "mergeGrids", "grid", json!({ "gridId": new, "intoGridId": old })).await;
            prices.push((moved - before, app.statements() - moved));
        }
        assert_eq!(prices[0], prices[1], "{prices:?}");
    }
}
