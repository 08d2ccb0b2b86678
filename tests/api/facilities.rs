//! Facilities and assets, and on what terms these are here.

use serde_json::{Value, json};

use crate::{
    harness::{Actor, World, actor::refusals, make, together},
    statements::{assert_cost, length, scene},
};

/// What an asset is here on, latest first.
async fn terms(actor: &Actor, asset: &str) -> Value {
    let query = "query($id: ID!) { asset(id: $id) { tenures { tenure partnerUnit { name } startedOn endedOn note } } }";
    actor.gql(query, json!({ "id": asset })).await.data()["asset"]["tenures"].clone()
}

async fn names(actor: &Actor, list: &str, filter: Value) -> Vec<String> {
    let kind = if list == "assets" { "Asset" } else { "Facility" };
    let query = format!(
        "query($filter: {kind}Filter) {{ {list}(filter: $filter, orderBy: [NAME_ASC]) {{ nodes {{ name }} }} }}"
    );
    let answer = actor.gql(&query, json!({ "filter": filter })).await;
    answer.data()[list]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

crate::on_both! {
    async fn a_facility_opens_is_amended_and_closes(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, here) = (&world.staff, &world.community);
        let (building, project) = (world.building().await, world.project().await);
        let input = json!({
            "communityId": here, "kind": "READING_ROOM", "name": " 社区书屋 ", "buildingId": building, "projectId": project,
            "openedOn": "2021-04-23", "idempotencyKey": "one",
        });
        let fields = "id version kind name building { id } project { id } place openedOn closedOn closedReason voidedAt community { id }";
        let opened = staff.mutate("openFacility", "facility", fields, input.clone()).await;
        let id = make::id_of(&opened, "facility");
        let expected = json!({
            "id": id, "version": 1, "kind": "READING_ROOM", "name": "社区书屋", "building": { "id": building }, "project": { "id": project },
            "place": null, "openedOn": "2021-04-23", "closedOn": null, "closedReason": null, "voidedAt": null, "community": { "id": here },
        });
        assert_eq!(opened["facility"], expected);
        assert_eq!(staff.mutate("openFacility", "facility", fields, input).await["facility"], expected, "a retry");

        let foreign = make::building(&world.stranger, &world.elsewhere, "别处").await;
        let wrong = json!({ "communityId": here, "kind": "OTHER", "name": "", "buildingId": foreign, "openedOn": "2199-01-01" });
        assert_eq!(
            refusals(&staff.mutate("openFacility", "facility", "id", wrong).await),
            ["REQUIRED name", "NOT_FOUND buildingId", "OUT_OF_RANGE openedOn"]
        );
        let again = json!({ "communityId": here, "kind": "OTHER", "name": "社区书屋" });
        assert_eq!(refusals(&staff.mutate("openFacility", "facility", "id", again.clone()).await), ["DUPLICATE name"]);

        let amend = json!({ "id": id, "expectedVersion": 1, "buildingId": null, "place": "广场北侧" });
        let amended = staff.mutate("amendFacility", "facility", "version name building { id } place project { id }", amend.clone()).await;
        let expected = json!({ "version": 2, "name": "社区书屋", "building": null, "place": "广场北侧", "project": { "id": project } });
        assert_eq!(amended["facility"], expected);
        assert_eq!(refusals(&staff.mutate("amendFacility", "facility", "id", amend).await), ["CONFLICT expectedVersion"]);
        assert_eq!(refusals(&world.stranger.mutate("amendFacility", "facility", "id", json!({ "id": id, "expectedVersion": 2 })).await), ["NOT_FOUND id"]);

        let close = |version: i32, on: &str| json!({ "id": id, "expectedVersion": version, "closedOn": on, "reason": "迁建" });
        assert_eq!(refusals(&staff.mutate("closeFacility", "facility", "id", close(2, "2021-04-22")).await), ["OUT_OF_RANGE closedOn"]);
        let closed = staff.mutate("closeFacility", "facility", "closedOn closedReason version", close(2, "2022-03-04")).await;
        assert_eq!(closed["facility"], json!({ "closedOn": "2022-03-04", "closedReason": "迁建", "version": 3 }));
        assert_eq!(refusals(&staff.mutate("closeFacility", "facility", "id", close(3, "2022-03-05")).await), ["ILLEGAL_TRANSITION id"]);
        // Its name is free for another.
        make::created(staff, "openFacility", "facility", again).await;
        assert_eq!(names(staff, "facilities", json!({ "inUse": false })).await, ["社区书屋"]);
    }

    async fn a_vehicle_is_lent_then_handed_over_then_gone(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let unit = make::partner_unit(staff, "上汽通用五菱").await;
        let vehicle = make::vehicle(staff, &world.community, &unit, "鲁B00001").await;
        let lent = json!({ "tenure": "LENT", "partnerUnit": { "name": "上汽通用五菱" }, "startedOn": "2020-06-01", "endedOn": null, "note": null });
        assert_eq!(terms(staff, &vehicle).await, json!([lent]));
        assert_eq!(names(staff, "assets", json!({ "tenure": { "eq": "LENT" }, "kind": { "eq": "VEHICLE" } })).await, ["办公车辆"]);
        // The lender is one of the units that the community works with, and shows what it lends.
        let query = "query { partnerUnits { nodes { name assetTenures { nodes { tenure asset { tag } } } } } }";
        assert_eq!(
            staff.ask(query).await.data()["partnerUnits"]["nodes"],
            json!([{ "name": "上汽通用五菱", "assetTenures": { "nodes": [{ "tenure": "LENT", "asset": { "tag": "鲁B00001" } }] } }])
        );

        let change = |version: i32, tenure: &str, unit: Option<&str>, on: &str| {
            json!({ "id": vehicle, "expectedVersion": version, "tenure": tenure, "partnerUnitId": unit, "changedOn": on })
        };
        for (input, expected) in [
            (change(1, "LENT", Some(&unit), "2021-01-01"), "DUPLICATE tenure"),
            (change(1, "LENT", None, "2021-01-01"), "REQUIRED partnerUnitId"),
            (change(1, "OWNED", Some(&unit), "2021-01-01"), "INVALID partnerUnitId"),
            (change(1, "TRANSFERRED", Some(&unit), "2020-05-31"), "OUT_OF_RANGE changedOn"),
            (change(2, "TRANSFERRED", Some(&unit), "2021-01-01"), "CONFLICT expectedVersion"),
        ] {
            assert_eq!(refusals(&staff.mutate("changeAssetTenure", "asset", "id", input.clone()).await), [expected], "{input}");
        }
        make::created(staff, "changeAssetTenure", "asset", change(1, "TRANSFERRED", Some(&unit), "2021-06-01")).await;
        let gone = |version: i32, on: &str| json!({ "id": vehicle, "expectedVersion": version, "endedOn": on });
        assert_eq!(refusals(&staff.mutate("endAssetTenure", "asset", "id", gone(2, "2021-05-31")).await), ["OUT_OF_RANGE endedOn"]);
        make::created(staff, "endAssetTenure", "asset", gone(2, "2022-03-04")).await;
        assert_eq!(refusals(&staff.mutate("endAssetTenure", "asset", "id", gone(3, "2022-03-05")).await), ["ILLEGAL_TRANSITION id"]);
        let ends: Vec<_> = terms(staff, &vehicle).await.as_array().unwrap().iter().map(|of| (of["tenure"].clone(), of["startedOn"].clone(), of["endedOn"].clone())).collect();
        assert_eq!(
            ends,
            [(json!("TRANSFERRED"), json!("2021-06-01"), json!("2022-03-04")), (json!("LENT"), json!("2020-06-01"), json!("2021-06-01"))]
        );
        assert!(names(staff, "assets", json!({ "tenure": { "in": ["LENT", "OWNED", "TRANSFERRED"] } })).await.is_empty());
        // It may come back, but not before it left.
        assert_eq!(refusals(&staff.mutate("changeAssetTenure", "asset", "id", change(3, "OWNED", None, "2022-03-03")).await), ["OUT_OF_RANGE changedOn"]);
        make::created(staff, "changeAssetTenure", "asset", change(3, "OWNED", None, "2022-04-01")).await;
        assert_eq!(terms(staff, &vehicle).await[0]["partnerUnit"], Value::Null);
    }

    async fn an_asset_is_put_on_file_once_a_piece(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, here) = (&world.staff, &world.community);
        let (unit, goods) = (world.unit().await, world.goods().await);
        let room = make::facility(staff, here, "社区书屋").await;
        let input = json!({
            "communityId": here, "kind": "TELEVISION", "name": "电视机", "tag": "TV-1", "facilityId": room, "contributionId": goods,
            "tenure": "TRANSFERRED", "partnerUnitId": unit, "startedOn": "2021-09-13",
        });
        let fields = "id version kind name tag note facility { id name } contribution { id } community { id } tenures { tenure asset { name } }";
        let made = staff.mutate("registerAsset", "asset", fields, input.clone()).await;
        let id = make::id_of(&made, "asset");
        assert_eq!(
            made["asset"],
            json!({
                "id": id, "version": 1, "kind": "TELEVISION", "name": "电视机", "tag": "TV-1", "note": null,
                "facility": { "id": room, "name": "社区书屋" }, "contribution": { "id": goods }, "community": { "id": here },
                "tenures": [{ "tenure": "TRANSFERRED", "asset": { "name": "电视机" } }],
            })
        );
        assert_eq!(refusals(&staff.mutate("registerAsset", "asset", "id", input).await), ["DUPLICATE tag"]);
        let wrong = json!({ "communityId": here, "kind": "BOOKS", "name": " ", "tenure": "LENT", "startedOn": "2199-01-01", "facilityId": "facility_0" });
        assert_eq!(
            refusals(&staff.mutate("registerAsset", "asset", "id", wrong).await),
            ["REQUIRED name", "INVALID facilityId", "REQUIRED partnerUnitId", "OUT_OF_RANGE startedOn"]
        );
        let amend = json!({ "id": id, "expectedVersion": 1, "tag": null, "note": "壁挂", "facilityId": null });
        let amended = staff.mutate("amendAsset", "asset", "version tag note facility { id } contribution { id }", amend).await;
        assert_eq!(amended["asset"], json!({ "version": 2, "tag": null, "note": "壁挂", "facility": null, "contribution": { "id": goods } }));
        let query = "query($c: ID!, $f: ID!, $g: ID!) { community(id: $c) { assets { totalCount } facilities { totalCount } }
            facility(id: $f) { assets { totalCount } } contribution(id: $g) { assets { nodes { name } } } }";
        assert_eq!(
            staff.gql(query, json!({ "c": here, "f": room, "g": goods })).await.data(),
            &json!({
                "community": { "assets": { "totalCount": 1 }, "facilities": { "totalCount": 1 } }, "facility": { "assets": { "totalCount": 0 } },
                "contribution": { "assets": { "nodes": [{ "name": "电视机" }] } },
            })
        );
    }

    async fn a_voided_record_is_in_no_list_and_never_changes_again(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, here) = (&world.staff, &world.community);
        let (room, vehicle) = (make::facility(staff, here, "社区书屋").await, make::vehicle(staff, here, &world.unit().await, "鲁B00001").await);
        for (mutation, object, id) in [("voidFacility", "facility", &room), ("voidAsset", "asset", &vehicle)] {
            let input = |reason: &str, version: i32| json!({ "id": id, "expectedVersion": version, "reason": reason });
            assert_eq!(refusals(&staff.mutate(mutation, object, "id", input(" ", 1)).await), ["REQUIRED reason"]);
            let voided = staff.mutate(mutation, object, "voidedAt voidReason version", input("重复登记", 1)).await;
            assert_eq!((&voided[object]["voidReason"], &voided[object]["version"]), (&json!("重复登记"), &json!(2)));
            assert!(voided[object]["voidedAt"].is_string());
            assert_eq!(refusals(&staff.mutate(mutation, object, "id", input("再次", 2)).await), ["ILLEGAL_TRANSITION id"]);
        }
        for (mutation, object, input) in [
            ("amendFacility", "facility", json!({ "id": room, "expectedVersion": 2, "name": "书屋" })),
            ("closeFacility", "facility", json!({ "id": room, "expectedVersion": 2, "reason": "迁建" })),
            ("amendAsset", "asset", json!({ "id": vehicle, "expectedVersion": 2, "name": "车" })),
            ("changeAssetTenure", "asset", json!({ "id": vehicle, "expectedVersion": 2, "tenure": "OWNED" })),
            ("endAssetTenure", "asset", json!({ "id": vehicle, "expectedVersion": 2 })),
        ] {
            assert_eq!(refusals(&staff.mutate(mutation, object, "id", input).await), ["ILLEGAL_TRANSITION id"], "{mutation}");
        }
        let counts = staff.ask("{ facilities { totalCount } assets { totalCount } assetTenures { totalCount } }").await;
        assert_eq!(counts.data(), &json!({ "facilities": { "totalCount": 0 }, "assets": { "totalCount": 0 }, "assetTenures": { "totalCount": 0 } }));
        // It is still on file, by its id.
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Facility { voidReason } ... on Asset { voidReason } } }";
        let kept = staff.gql(query, json!({ "ids": [room, vehicle] })).await;
        assert_eq!(kept.data()["nodes"], json!([{ "voidReason": "重复登记" }, { "voidReason": "重复登记" }]));
        // Its name is free again.
        make::facility(staff, here, "社区书屋").await;
    }

    async fn of_two_who_change_the_terms_at_once_one_succeeds(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        for round in 0..5 {
            let vehicle = make::vehicle(&world.staff, &world.community, &unit, &format!("鲁B{round}")).await;
            let change = json!({ "id": vehicle, "expectedVersion": 1, "tenure": "TRANSFERRED", "partnerUnitId": unit, "changedOn": "2021-06-01" });
            let gone = json!({ "id": vehicle, "expectedVersion": 1, "endedOn": "2021-06-01" });
            let tries = (0..6).map(|i| {
                let (staff, change, gone) = (world.staff.clone(), change.clone(), gone.clone());
                async move {
                    match i % 2 {
                        0 => refusals(&staff.mutate("changeAssetTenure", "asset", "id", change).await),
                        _ => refusals(&staff.mutate("endAssetTenure", "asset", "id", gone).await),
                    }
                }
            });
            let mut answers = together(tries).await;
            answers.sort();
            let mut expected = vec![Vec::new()];
            expected.extend(vec![vec!["CONFLICT expectedVersion".to_owned()]; 5]);
            assert_eq!(answers, expected);
            let open = terms(&world.staff, &vehicle).await.as_array().unwrap().iter().filter(|of| of["endedOn"].is_null()).count();
            assert!(open <= 1);
        }
    }

    async fn facilities_and_assets_with_all_that_hangs_on_them_cost_the_same_for_any_number(app: TestApp) {
        let (world, _) = scene(&app).await;
        let facilities = "query($n: Int!) { facilities(first: $n) { nodes {   # 1: facilities
            name
            community { name }                              # 2: communities by id
            building { name }                               # 3: buildings by id
            project { title }                               # 4: projects by id
            assets(first: 5) { nodes {                      # 5: assets, ranked within their facility
                tag
                tenures { tenure partnerUnit { name } }     # 6: tenures, 7: units by id
                contribution { title }                      # 8: contributions by id
            } }
        } } }";
        assert_cost(&app, &world, facilities, 8, |data| length(data, "/facilities/nodes"), |_, n| n).await;
        let assets = "query($n: Int!) { assets(first: $n) { nodes { # 1: assets
            community { name } facility { name } contribution { title } tenures { startedOn } # 2 to 5
        } } }";
        assert_cost(&app, &world, assets, 5, |data| length(data, "/assets/nodes"), |_, n| n).await;
        let tenures = "query($n: Int!) { assetTenures(first: $n) { nodes { asset { name } partnerUnit { name } } } }";
        assert_cost(&app, &world, tenures, 3, |data| length(data, "/assetTenures/nodes"), |_, n| n).await;
        let under = "query($n: Int!) { projects(first: $n) { nodes { facilities(first: 2) { nodes { name } } contributions(first: 2) { nodes { assets(first: 2) { nodes { name } } } } } } }";
        assert_cost(&app, &world, under, 4, |data| length(data, "/projects/nodes"), |_, n| n).await;
    }
}
