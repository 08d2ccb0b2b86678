//! Places: sub-districts, communities, grids and buildings.

use serde_json::json;

use crate::harness::{World, actor::refusals, make, mutate_together};

crate::on_both! {
    async fn a_code_is_one_place(app: TestApp) {
        let world = World::new(&app).await;
        let district = json!({ "code": "379999001", "name": "又一个街道" });
        let payload = world.operator.mutate("registerSubDistrict", "subDistrict", "id", district).await;
        assert_eq!(refusals(&payload), ["DUPLICATE code"]);
        let above = world.operator.ask("{ subDistricts { nodes { id communities { nodes { code } totalCount } } } }").await;
        let above = &above.data()["subDistricts"]["nodes"];
        assert_eq!(above.as_array().unwrap().len(), 1, "both communities are of one sub-district");
        assert_eq!(above[0]["communities"]["totalCount"], 2);
        let community = json!({ "subDistrictId": above[0]["id"], "code": "379999001001", "name": "又一个社区" });
        let payload = world.operator.mutate("registerCommunity", "community", "id", community).await;
        assert_eq!(refusals(&payload), ["DUPLICATE code"]);
    }

    async fn codes_and_time_zones_are_checked_and_all_faults_come_together(app: TestApp) {
        let world = World::new(&app).await;
        for code in ["", "1", "37999900", "3799990011", "37999900a", "３７９９９９００１", "-79999001"] {
            let payload = world.operator.mutate("registerSubDistrict", "subDistrict", "id", json!({ "code": code, "name": "" })).await;
            assert_eq!(refusals(&payload), ["INVALID code", "REQUIRED name"], "{code}");
        }
        let wrong = json!({ "subDistrictId": world.community, "code": "379999001", "name": "x".repeat(101), "timeZone": "Asia/Qingdao" });
        let payload = world.operator.mutate("registerCommunity", "community", "id", wrong).await;
        assert_eq!(refusals(&payload), ["INVALID subDistrictId", "INVALID code", "OUT_OF_RANGE name", "INVALID timeZone"]);
    }

    async fn a_name_is_one_building_of_a_community(app: TestApp) {
        let world = World::new(&app).await;
        let first = make::building(&world.staff, &world.community, "1 号楼").await;
        let input = |community: &str, name: &str| json!({ "communityId": community, "name": name });
        for name in ["1 号楼", " 1 号楼 "] {
            let payload = world.staff.mutate("registerBuilding", "building", "id", input(&world.community, name)).await;
            assert_eq!(refusals(&payload), ["DUPLICATE name"], "{name:?}");
        }
        make::created(&world.stranger, "registerBuilding", "building", input(&world.elsewhere, "1 号楼")).await;
        let second = make::building(&world.staff, &world.community, "2 号楼").await;
        let taken = json!({ "id": second, "expectedVersion": 1, "name": "1 号楼" });
        let payload = world.staff.mutate("amendBuilding", "building", "id", taken).await;
        assert_eq!(refusals(&payload), ["DUPLICATE name"]);
        let own = json!({ "id": first, "expectedVersion": 1, "name": "1 号楼", "address": "滨海路 1 号" });
        let payload = world.staff.mutate("amendBuilding", "building", "name address version", own).await;
        assert_eq!(payload["building"], json!({ "name": "1 号楼", "address": "滨海路 1 号", "version": 2 }));
    }

    async fn a_grid_is_given_taken_and_left_alone(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let grid = make::grid(staff, &world.community, "一号网格").await;
        let building = world.building().await;
        let amend = async |version: i64, more: serde_json::Value| {
            let mut input = json!({ "id": building, "expectedVersion": version });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            staff.mutate("amendBuilding", "building", "grid { id }", input).await["building"]["grid"].clone()
        };
        let there = json!({ "id": grid });
        assert_eq!(amend(1, json!({ "gridId": grid })).await, there);
        assert_eq!(amend(2, json!({ "address": "滨海路" })).await, there, "what is left out stays");
        let query = "query($g: ID!) { grid(id: $g) { buildings { totalCount } } buildings(filter: { gridId: $g }) { totalCount } }";
        let counted = staff.gql(query, json!({ "g": grid })).await;
        assert_eq!(counted.data(), &json!({ "grid": { "buildings": { "totalCount": 1 } }, "buildings": { "totalCount": 1 } }));
        assert!(amend(3, json!({ "gridId": null })).await.is_null(), "what is null is cleared");
        let counted = staff.gql(query, json!({ "g": grid })).await;
        assert_eq!(counted.data(), &json!({ "grid": { "buildings": { "totalCount": 0 } }, "buildings": { "totalCount": 0 } }));
    }

    async fn of_many_buildings_with_one_name_at_once_one_is_registered(app: TestApp) {
        let world = World::new(&app).await;
        let input = json!({ "communityId": world.community, "name": "1 号楼" });
        let payloads = mutate_together(&world.staff, "registerBuilding", "building", vec![input; 12]).await;
        let made = payloads.iter().filter(|payload| !payload["building"].is_null()).count();
        assert_eq!(made, 1);
        for payload in payloads.iter().filter(|payload| payload["building"].is_null()) {
            assert_eq!(refusals(payload), ["DUPLICATE name"]);
        }
        assert_eq!(app.tables().await.rows("building"), 1);
    }
}
