//! Many at once, on both engines: nothing is given twice, nothing is lost, and whoever loses is told.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{TestApp, World, actor::refusals, make, mutate_together, together};

/// How many of these payloads made something, and what the others were refused with.
pub fn outcome(payloads: &[Value], object: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let (made, refused): (Vec<&Value>, Vec<&Value>) = payloads.iter().partition(|payload| !payload[object].is_null());
    (
        made.iter().map(|payload| make::id_of(payload, object)).collect(),
        refused.iter().map(|payload| refusals(payload)).collect(),
    )
}

/// Events of a mutation.
pub async fn events(app: &TestApp, action: &str) -> usize {
    app.texts(&format!("SELECT action FROM event WHERE action = '{action}'"), "action").await.len()
}

crate::on_both! {
    async fn the_same_request_sent_32_times_at_once_is_done_once(app: TestApp) {
        let world = World::new(&app).await;
        let places = {
            let unit = world.unit().await;
            make::places(&world.staff, &world.community, &unit, 40).await
        };
        let aid = json!({
            "communityId": world.community, "residentId": world.resident().await, "contributionId": places, "quantity": "1",
            "givenOn": "2022-03-01", "idempotencyKey": "aid",
        });
        let resident = json!({ "communityId": world.community, "fullName": "王小明", "idempotencyKey": "resident" });
        let project = json!({ "communityId": world.community, "title": "项目", "idempotencyKey": "project" });
        for (mutation, object, table, input) in [
            ("recordAid", "aidRecord", "aid_record", aid),
            ("registerResident", "resident", "resident", resident),
            ("proposeProject", "project", "project", project),
        ] {
            let (rows, left) = (app.tables().await.rows(table), events(&app, mutation).await);
            let payloads = mutate_together(&world.staff, mutation, object, vec![input; 32]).await;
            let (made, refused) = outcome(&payloads, object);
            assert_eq!(refused, Vec::<Vec<String>>::new(), "{mutation}");
            assert_eq!(made.iter().collect::<BTreeSet<_>>().len(), 1, "{mutation} gave several answers");
            assert_eq!(app.tables().await.rows(table), rows + 1, "{mutation}");
            assert_eq!(events(&app, mutation).await, left + 1, "{mutation}");
        }
        let left = world.staff.gql("query($id: ID!) { contribution(id: $id) { remaining { quantity { value } } } }", json!({ "id": places })).await;
        assert_eq!(left.data()["contribution"]["remaining"]["quantity"]["value"], "39");
    }

    async fn of_different_requests_with_one_key_one_wins(app: TestApp) {
        let world = World::new(&app).await;
        let inputs = (0..32).map(|n| json!({ "communityId": world.community, "fullName": format!("居民{n}"), "idempotencyKey": "k" }));
        let payloads = mutate_together(&world.staff, "registerResident", "resident", inputs).await;
        let (made, refused) = outcome(&payloads, "resident");
        assert_eq!(made.len(), 1);
        assert_eq!(refused, vec![["IDEMPOTENCY_KEY_REUSED idempotencyKey"]; 31]);
        assert_eq!((app.tables().await.rows("resident"), events(&app, "registerResident").await), (1, 1));
    }

    async fn of_12_who_register_one_card_without_a_key_one_does(app: TestApp) {
        let world = World::new(&app).await;
        let card = json!({ "kind": "RESIDENT_ID_CARD", "number": "11010519491231002X" });
        let inputs = (0..12).map(|n| json!({ "communityId": world.community, "fullName": format!("居民{n}"), "idDocument": card }));
        let payloads = mutate_together(&world.staff, "registerResident", "resident", inputs).await;
        let (made, refused) = outcome(&payloads, "resident");
        assert_eq!(made.len(), 1);
        assert_eq!(refused, vec![["DUPLICATE idDocument"]; 11]);
        // Who came when the first was there already is told which it is; the database itself refused the others.
        for lost in payloads.iter().filter(|payload| payload["resident"].is_null()) {
            let details = &lost["userErrors"][0]["details"];
            assert!(details.is_null() || details["residentId"] == made[0].as_str(), "{details}");
        }
        assert_eq!((app.tables().await.rows("resident"), events(&app, "registerResident").await), (1, 1));
        app.in_order().await;
    }

    async fn of_64_writers_none_is_lost(app: TestApp) {
        let world = World::new(&app).await;
        let inputs = (0..64).map(|n| json!({ "communityId": world.community, "fullName": format!("居民{n}"), "idempotencyKey": format!("k{n}") }));
        let payloads = mutate_together(&world.staff, "registerResident", "resident", inputs).await;
        let (made, refused) = outcome(&payloads, "resident");
        assert_eq!(refused, Vec::<Vec<String>>::new());
        let made: BTreeSet<_> = made.into_iter().collect();
        assert_eq!(made.len(), 64);
        let listed = world.staff.ask("{ residents(first: 100) { totalCount nodes { id } } }").await;
        let listed: BTreeSet<_> = listed.data()["residents"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(listed, made, "what was answered is there, and nothing else");
        assert_eq!(events(&app, "registerResident").await, 64);
    }

    async fn of_20_corrections_of_one_version_one_wins(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, building) = (world.resident().await, world.building().await);
        for (mutation, object, id, field) in [("amendResident", "resident", &resident, "fullName"), ("amendBuilding", "building", &building, "name")] {
            let inputs = (0..20).map(|n| json!({ "id": id, "expectedVersion": 1, field: format!("名{n}") }));
            let payloads = mutate_together(&world.staff, mutation, object, inputs).await;
            let (made, refused) = outcome(&payloads, object);
            assert_eq!(made.len(), 1, "{mutation}");
            assert_eq!(refused, vec![["CONFLICT expectedVersion"]; 19], "{mutation}");
            for lost in payloads.iter().filter(|payload| payload[object].is_null()) {
                assert_eq!(lost["userErrors"][0]["details"]["currentVersion"], 2, "{mutation}");
            }
            assert_eq!((make::version(&world.staff, id).await, events(&app, mutation).await), (2, 1), "{mutation}");
        }
    }

    async fn of_60_grants_on_40_places_40_are_made(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let places = make::places(&world.staff, &world.community, &unit, 40).await;
        let mut inputs = Vec::new();
        for n in 0..60 {
            inputs.push(json!({
                "communityId": world.community, "residentId": world.resident().await, "contributionId": places, "quantity": "1",
                "givenOn": "2022-03-01", "idempotencyKey": format!("k{n}"),
            }));
        }
        let payloads = mutate_together(&world.staff, "recordAid", "aidRecord", inputs).await;
        let (made, refused) = outcome(&payloads, "aidRecord");
        assert_eq!(made.len(), 40);
        assert_eq!(refused, vec![["QUOTA_EXHAUSTED quantity"]; 20]);
        for lost in payloads.iter().filter(|payload| payload["aidRecord"].is_null()) {
            assert_eq!(lost["userErrors"][0]["details"], json!({ "contributionId": places, "asked": "1", "remaining": "0", "shortfall": "1", "unit": "place" }));
        }
        let query = "query($id: ID!) { contribution(id: $id) { allocated { quantity { value } } remaining { quantity { value precision } } aidRecords { totalCount } } }";
        let shown = world.staff.gql(query, json!({ "id": places })).await;
        let expected = json!({ "allocated": { "quantity": { "value": "40" } }, "remaining": { "quantity": { "value": "0", "precision": "EXACT" } }, "aidRecords": { "totalCount": 40 } });
        assert_eq!(shown.data()["contribution"], expected);
        assert_eq!(app.texts("SELECT CAST(SUM(quantity_milli) AS TEXT) AS sum FROM aid_record", "sum").await, ["40000"]);
        app.in_order().await;
    }

    async fn a_grant_is_decided_about_once(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let places = make::places(&world.staff, &world.community, &unit, 5).await;
        let resident = world.resident().await;
        for round in 0..4 {
            let aid = make::aid(&world.staff, &world.community, &resident, &places, json!({ "quantity": "1" })).await;
            let decisions = ["approveAid", "refuseAid", "cancelAid", "cancelAid", "refuseAid", "approveAid"].map(|decision| {
                let (staff, mut input) = (world.staff.clone(), json!({ "id": aid, "expectedVersion": 1 }));
                if decision != "approveAid" {
                    input["reason"] = json!("重复");
                }
                async move { staff.mutate(decision, "aidRecord", "id version", input).await }
            });
            let payloads = together(decisions).await;
            let (made, refused) = outcome(&payloads, "aidRecord");
            assert_eq!(made.len(), 1, "round {round}");
            assert_eq!(refused, vec![["CONFLICT expectedVersion"]; 5], "round {round}");
            let held = "SELECT CAST(c.allocated_milli AS TEXT) || ' ' || CAST((SELECT COUNT(*) * 1000 FROM aid_record WHERE status = 'APPROVED') AS TEXT) AS sums FROM contribution c";
            let sums = app.texts(held, "sums").await;
            let (allocated, approved) = sums[0].split_once(' ').unwrap();
            assert_eq!(allocated, approved, "round {round}");
        }
        app.in_order().await;
    }

    async fn a_community_is_paired_with_a_unit_once(app: TestApp) {
        let world = World::new(&app).await;
        let input = json!({ "name": "渤海银行", "kind": "BANK", "creditCode": "91350100M000100Y43" });
        let unit = make::created(&world.staff, "registerPartnerUnit", "partnerUnit", input).await;
        let inputs = (0..12).map(|n| match n % 2 {
            0 => json!({ "communityId": world.community, "partnerUnitId": unit }),
            _ => json!({ "communityId": world.community, "creditCode": "91350100M000100Y43" }),
        });
        let payloads = mutate_together(&world.staff, "pairPartnerUnit", "pairing", inputs).await;
        let (made, refused) = outcome(&payloads, "pairing");
        assert_eq!((made.len(), refused), (1, vec![vec!["DUPLICATE partnerUnitId".to_owned()]; 11]));
        assert_eq!((app.tables().await.rows("pairing"), events(&app, "pairPartnerUnit").await), (1, 1));
    }

    async fn a_resident_joins_one_household(app: TestApp) {
        let world = World::new(&app).await;
        let building = world.building().await;
        let mut households = Vec::new();
        for _ in 0..4 {
            households.push(world.household().await.0);
        }
        for _ in 0..4 {
            let resident = world.resident().await;
            let joining = households.iter().map(|household| {
                ("addHouseholdMember", json!({ "householdId": household, "residentId": resident, "relation": "CHILD" }))
            });
            let founding = (0..4).map(|n| {
                let room = format!("室{n}");
                ("registerHousehold", json!({ "communityId": world.community, "buildingId": building, "room": room, "headId": resident }))
            });
            let before = app.tables().await;
            let payloads = together(joining.chain(founding).map(|(mutation, input)| {
                let (staff, field) = (world.staff.clone(), if mutation == "addHouseholdMember" { "residentId" } else { "headId" });
                async move { (staff.mutate(mutation, "household", "id version", input).await, format!("DUPLICATE {field}")) }
            })).await;
            let made = payloads.iter().filter(|(payload, _)| !payload["household"].is_null()).count();
            assert_eq!(made, 1, "{payloads:#?}");
            for (payload, expected) in payloads.iter().filter(|(payload, _)| payload["household"].is_null()) {
                assert_eq!(refusals(payload), [expected.as_str()]);
            }
            let after = app.tables().await;
            assert_eq!(after.rows("household_membership"), before.rows("household_membership") + 1);
            assert_eq!(after.rows("event"), before.rows("event") + 1);
        }
    }

    async fn an_instalment_is_paid_once(app: TestApp) {
        let world = World::new(&app).await;
        for round in 0..4 {
            let sponsorship = world.sponsorship().await;
            let id = make::instalment(&world.staff, &sponsorship).await;
            let steps = ["payInstalment", "payInstalment", "missInstalment", "payInstalment", "missInstalment"].map(|mutation| {
                let (staff, mut input) = (world.staff.clone(), json!({ "id": id, "expectedVersion": 1 }));
                if mutation == "missInstalment" {
                    input["reason"] = json!("经费未到位");
                }
                async move { staff.mutate(mutation, "instalment", "id version", input).await }
            });
            let (made, refused) = outcome(&together(steps).await, "instalment");
            assert_eq!((made.len(), refused), (1, vec![vec!["CONFLICT expectedVersion".to_owned()]; 4]), "round {round}");
        }
        // All instalments of one at once: the last of them completes it, whichever that is; against its end, the two agree.
        for against in [None, Some("endSponsorship")] {
            let sponsorship = world.sponsorship().await;
            let query = "query($s: ID!) { instalments(filter: { sponsorshipId: $s }) { nodes { id } } }";
            let own = world.staff.gql(query, json!({ "s": sponsorship })).await.data()["instalments"]["nodes"].clone();
            let pay = own.as_array().unwrap().iter().map(|part| ("payInstalment", "instalment", json!({ "id": part["id"], "expectedVersion": 1, "paidOn": "2021-09-01" })));
            let end = against.map(|end| (end, "sponsorship", json!({ "id": sponsorship, "expectedVersion": 1, "endedOn": "2021-01-01", "reason": "单位注销" })));
            together(pay.chain(end).map(|(mutation, object, input)| {
                let staff = world.staff.clone();
                async move { staff.mutate(mutation, object, "id version", input).await }
            })).await;
            let query = "query($s: ID!) { sponsorship(id: $s) { status instalments { nodes { status } } } }";
            let shown = world.staff.gql(query, json!({ "s": sponsorship })).await.data()["sponsorship"].clone();
            let due = shown["instalments"]["nodes"].as_array().unwrap().iter().any(|part| part["status"] == "DUE");
            assert!(!due && shown["status"] != "ACTIVE" && (against.is_some() || shown["status"] == "COMPLETED"), "{shown}");
        }
    }

    async fn a_resident_is_enrolled_once(app: TestApp) {
        let world = World::new(&app).await;
        for _ in 0..4 {
            let resident = world.resident().await;
            let input = json!({ "communityId": world.community, "kind": "RESIDENT", "residentId": resident, "startedOn": "2021-01-01" });
            let payloads = mutate_together(&world.staff, "enrolVolunteer", "volunteer", vec![input; 12]).await;
            let (made, refused) = outcome(&payloads, "volunteer");
            assert_eq!((made.len(), refused), (1, vec![vec!["DUPLICATE residentId".to_owned()]; 11]));
        }
        assert_eq!((app.tables().await.rows("volunteer"), events(&app, "enrolVolunteer").await), (4, 4));
    }

    async fn a_volunteer_joins_a_team_once_and_has_one_standing(app: TestApp) {
        let world = World::new(&app).await;
        let (team, volunteer) = (world.team().await, world.volunteer().await);
        let input = json!({ "teamId": team, "volunteerIds": [volunteer], "startedOn": "2021-02-01" });
        let payloads = mutate_together(&world.staff, "joinTeam", "team", vec![input; 12]).await;
        let (made, refused) = outcome(&payloads, "team");
        assert_eq!((made.len(), refused), (1, vec![vec!["DUPLICATE volunteerIds.0".to_owned()]; 11]));
        let input = json!({ "volunteerId": volunteer, "standing": "MEMBER", "startedOn": "2021-02-01" });
        let payloads = mutate_together(&world.staff, "recordPartyMembership", "partyMembership", vec![input; 12]).await;
        let (made, refused) = outcome(&payloads, "partyMembership");
        assert_eq!((made.len(), refused), (1, vec![vec!["OVERLAP startedOn".to_owned()]; 11]));
        let rows = app.tables().await;
        assert_eq!((rows.rows("team_membership"), rows.rows("party_membership")), (1, 1));
    }

    async fn a_team_gets_one_leader_for_a_version(app: TestApp) {
        let world = World::new(&app).await;
        let team = world.team().await;
        let mut members = Vec::new();
        for _ in 0..8 {
            let volunteer = world.volunteer().await;
            make::member(&world.staff, &team, &volunteer).await;
            members.push(volunteer);
        }
        let inputs = members.iter().map(|volunteer| json!({ "teamId": team, "expectedVersion": 1, "volunteerId": volunteer, "startedOn": "2021-06-01" }));
        let payloads = mutate_together(&world.staff, "appointTeamLeader", "team", inputs).await;
        let (made, refused) = outcome(&payloads, "team");
        assert_eq!((made.len(), refused), (1, vec![vec!["CONFLICT expectedVersion".to_owned()]; 7]));
        let leaders = app.texts("SELECT role FROM team_membership WHERE role = 'LEADER' AND ended_on IS NULL", "role").await;
        assert_eq!(leaders.len(), 1);
        // Who joins while the team is dissolved is in it until then, or not at all.
        let mut late = Vec::new();
        for _ in 0..6 {
            late.push(world.volunteer().await);
        }
        let joining = late.iter().map(|volunteer| ("joinTeam", json!({ "teamId": team, "volunteerIds": [volunteer], "startedOn": "2021-07-01" })));
        let dissolve = ("dissolveTeam", json!({ "id": team, "expectedVersion": 2, "endedOn": "2021-12-31" }));
        let payloads = together(joining.chain([dissolve]).map(|(mutation, input)| {
            let staff = world.staff.clone();
            async move { staff.mutate(mutation, "team", "id version", input).await }
        })).await;
        assert!(payloads.last().unwrap()["team"].is_object(), "{payloads:#?}");
        assert_eq!(app.texts("SELECT role FROM team_membership WHERE ended_on IS NULL", "role").await, Vec::<String>::new());
    }

    async fn a_household_changes_its_head_once_for_a_version(app: TestApp) {
        let world = World::new(&app).await;
        let (household, _) = world.household().await;
        let mut members = Vec::new();
        for _ in 0..6 {
            let member = world.resident().await;
            let join = json!({ "householdId": household, "residentId": member, "relation": "SIBLING" });
            make::created(&world.staff, "addHouseholdMember", "household", join).await;
            members.push(member);
        }
        let version = make::version(&world.staff, &household).await;
        let inputs = members.iter().map(|member| {
            json!({ "householdId": household, "expectedVersion": version, "residentId": member, "formerHeadRelation": "SIBLING" })
        });
        let payloads = mutate_together(&world.staff, "changeHouseholdHead", "household", inputs).await;
        let (made, refused) = outcome(&payloads, "household");
        assert_eq!((made.len(), refused), (1, vec![vec!["CONFLICT expectedVersion".to_owned()]; 5]));
        let heads = app.texts("SELECT relation FROM household_membership WHERE relation = 'HEAD' AND ended_on IS NULL", "relation").await;
        assert_eq!(heads.len(), 1);
        // Without versions, all members leave at once: each only as far as the others leave a head behind.
        let leaving = members.iter().map(|member| json!({ "householdId": household, "residentId": member }));
        let payloads = mutate_together(&world.staff, "endHouseholdMembership", "household", leaving).await;
        let (made, refused) = outcome(&payloads, "household");
        assert_eq!((made.len(), refused), (5, vec![vec!["REQUIRED successorId".to_owned()]]));
    }
}
