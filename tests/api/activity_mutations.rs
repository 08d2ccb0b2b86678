//! Planning campaigns and activities, who holds them, and how they and their sessions move on.

use serde_json::{Value, json};

use crate::harness::{Actor, World, actor::refusals, make};

async fn refused(staff: &Actor, mutation: &str, object: &str, input: Value) -> Vec<String> {
    refusals(&staff.mutate(mutation, object, "id", input).await)
}

async fn decided(staff: &Actor, mutation: &str, object: &str, input: Value) -> Value {
    staff.mutate(mutation, object, "version status statusReason", input).await[object].clone()
}

/// An input with more fields.
fn also(mut input: Value, more: &Value) -> Value {
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

/// How far a session is, and which version of it.
async fn session(staff: &Actor, id: &str) -> Value {
    let query = "query($id: ID!) { session(id: $id) { status statusReason version heldOn } }";
    staff.gql(query, json!({ "id": id })).await.data()["session"].clone()
}

crate::on_both! {
    async fn a_campaign_is_planned_amended_started_and_completed(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let input = json!({
            "communityId": world.community, "kind": "CITY_INSPECTION", "title": " 迎检大会战 ", "description": "百天", "startedOn": "2022-03-01",
            "endedOn": "2022-06-30", "idempotencyKey": "one",
        });
        let fields = "id version kind title description status startedOn endedOn community { id }";
        let planned = staff.mutate("planCampaign", "campaign", fields, input.clone()).await;
        let id = make::id_of(&planned, "campaign");
        let expected = json!({
            "id": id, "version": 1, "kind": "CITY_INSPECTION", "title": "迎检大会战", "description": "百天", "status": "PLANNED",
            "startedOn": "2022-03-01", "endedOn": "2022-06-30", "community": { "id": world.community },
        });
        assert_eq!(planned["campaign"], expected);
        assert_eq!(staff.mutate("planCampaign", "campaign", fields, input).await["campaign"], expected, "a retry");
        let wrong = json!({ "communityId": world.elsewhere, "kind": "OTHER", "title": "", "startedOn": "2022-03-02", "endedOn": "2022-03-01" });
        assert_eq!(refused(staff, "planCampaign", "campaign", wrong).await, ["NOT_FOUND communityId", "REQUIRED title", "OUT_OF_RANGE endedOn"]);

        let amend = |version: i32, with: Value| also(json!({ "id": id, "expectedVersion": version }), &with);
        let moved = amend(1, json!({ "startedOn": "2199-01-01", "endedOn": null, "description": null }));
        let amended = staff.mutate("amendCampaign", "campaign", "version startedOn endedOn description", moved).await;
        assert_eq!(amended["campaign"], json!({ "version": 2, "startedOn": "2199-01-01", "endedOn": null, "description": null }));
        // What is still to come is not completed, and begins no later than today.
        assert_eq!(refused(staff, "completeCampaign", "campaign", amend(2, json!({}))).await, ["OUT_OF_RANGE endedOn"]);
        assert_eq!(refused(staff, "startCampaign", "campaign", amend(2, json!({ "startedOn": "2199-01-01" }))).await, ["OUT_OF_RANGE startedOn"]);
        let started = decided(staff, "startCampaign", "campaign", amend(2, json!({ "startedOn": "2022-03-03" }))).await;
        assert_eq!(started, json!({ "version": 3, "status": "UNDER_WAY", "statusReason": null }));
        assert_eq!(refused(staff, "amendCampaign", "campaign", amend(3, json!({ "startedOn": "2199-01-01" }))).await, ["OUT_OF_RANGE startedOn"]);
        assert_eq!(refused(staff, "completeCampaign", "campaign", amend(3, json!({ "endedOn": "2022-03-02" }))).await, ["OUT_OF_RANGE endedOn"]);
        let completed = decided(staff, "completeCampaign", "campaign", amend(3, json!({ "endedOn": "2022-07-01" }))).await;
        assert_eq!(completed["status"], "COMPLETED");
        assert_eq!(refused(staff, "amendCampaign", "campaign", amend(4, json!({ "endedOn": null }))).await, ["REQUIRED endedOn"]);
        assert_eq!(refused(staff, "amendCampaign", "campaign", amend(4, json!({ "startedOn": "2022-07-02" }))).await, ["OUT_OF_RANGE startedOn"]);
        let late = amend(4, json!({ "reason": "作废" }));
        let payload = staff.mutate("cancelCampaign", "campaign", "id", late).await;
        assert_eq!(refusals(&payload), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(payload["userErrors"][0]["details"], json!({ "from": "COMPLETED", "to": "CANCELLED" }));
    }

    async fn a_past_campaign_is_completed_without_a_start_and_a_cancelled_one_stays_so(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let past = make::campaign(staff, &world.community, "旧行动").await;
        let completed = staff.mutate("completeCampaign", "campaign", "status endedOn", json!({ "id": past, "expectedVersion": 1, "endedOn": "2022-03-31" })).await;
        assert_eq!(completed["campaign"], json!({ "status": "COMPLETED", "endedOn": "2022-03-31" }));
        let off = make::campaign(staff, &world.community, "取消的行动").await;
        assert_eq!(refused(staff, "cancelCampaign", "campaign", json!({ "id": off, "expectedVersion": 2, "reason": " " })).await, ["CONFLICT expectedVersion", "REQUIRED reason"]);
        let cancelled = decided(staff, "cancelCampaign", "campaign", json!({ "id": off, "expectedVersion": 1, "reason": "检查延期" })).await;
        assert_eq!(cancelled, json!({ "version": 2, "status": "CANCELLED", "statusReason": "检查延期" }));
        for (mutation, input) in [
            ("amendCampaign", json!({ "id": off, "expectedVersion": 2, "title": "新" })),
            ("startCampaign", json!({ "id": off, "expectedVersion": 2 })),
        ] {
            assert_eq!(refused(staff, mutation, "campaign", input).await, ["ILLEGAL_TRANSITION id"], "{mutation}");
        }
        // Nothing becomes part of it, nor is anything achieved by it; of the one that is over, both are put on file late.
        let plan = |campaign: &str| json!({
            "communityId": world.community, "kind": "CLEAN_UP", "title": "清洁", "campaignId": campaign, "organisers": [{ "community": true }],
        });
        assert_eq!(refused(staff, "planActivity", "activity", plan(&off)).await, ["ILLEGAL_TRANSITION campaignId"]);
        let activity = make::created(staff, "planActivity", "activity", plan(&past)).await;
        let moved = json!({ "id": activity, "expectedVersion": 1, "campaignId": off });
        assert_eq!(refused(staff, "amendActivity", "activity", moved).await, ["ILLEGAL_TRANSITION campaignId"]);
        let result = |campaign: &str| json!({ "campaignId": campaign, "measure": "清运垃圾", "quantity": "60", "unit": "吨", "achievedOn": "2022-03-31" });
        assert_eq!(refused(staff, "recordActivityResult", "activityResult", result(&off)).await, ["ILLEGAL_TRANSITION campaignId"]);
        make::created(staff, "recordActivityResult", "activityResult", result(&past)).await;
    }

    async fn an_activity_is_held_by_at_least_one_each_once(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, here) = (&world.staff, &world.community);
        let (unit, team, project) = (world.unit().await, world.team().await, world.project().await);
        let theirs = make::team(&world.stranger, &world.elsewhere, "别队").await;
        let plan = |organisers: Value| json!({
            "communityId": here, "kind": "FREE_CLINIC", "title": "义诊", "projectId": project, "organisers": organisers,
        });
        for (organisers, expected) in [
            (json!([]), vec!["REQUIRED organisers"]),
            (json!([{}]), vec!["REQUIRED organisers.0"]),
            (json!([{ "community": false }]), vec!["REQUIRED organisers.0"]),
            (json!([{ "community": true }, { "community": true }]), vec!["DUPLICATE organisers.1.community"]),
            (json!([{ "partnerUnitId": unit }, { "teamId": team }, { "partnerUnitId": unit }]), vec!["DUPLICATE organisers.2.partnerUnitId"]),
            (json!([{ "partnerUnitId": unit, "teamId": team }]), vec!["INVALID organisers.0.partnerUnitId", "INVALID organisers.0.teamId"]),
            (json!([{ "community": true, "teamId": team }]), vec!["INVALID organisers.0.teamId"]),
            (json!([{ "teamId": theirs }]), vec!["NOT_FOUND organisers.0.teamId"]),
        ] {
            assert_eq!(refused(staff, "planActivity", "activity", plan(organisers.clone())).await, expected, "{organisers}");
        }
        let fields = "id version status project { id } organisers { id kind partnerUnit { id } }";
        let made = staff.mutate("planActivity", "activity", fields, plan(json!([{ "community": true }, { "partnerUnitId": unit }]))).await;
        let id = make::id_of(&made, "activity");
        assert_eq!(made["activity"]["project"]["id"], project.as_str());
        let organisers = made["activity"]["organisers"].as_array().unwrap().clone();
        assert_eq!(organisers.len(), 2);

        let add = |version: i32, organiser: Value| json!({ "activityId": id, "expectedVersion": version, "organiser": organiser });
        assert_eq!(refused(staff, "addActivityOrganiser", "activity", add(1, json!({ "community": true }))).await, ["DUPLICATE organiser.community"]);
        assert_eq!(refused(staff, "addActivityOrganiser", "activity", add(1, json!({ "partnerUnitId": unit }))).await, ["DUPLICATE organiser.partnerUnitId"]);
        let added = staff.mutate("addActivityOrganiser", "activity", "version organisers { kind }", add(1, json!({ "teamId": team }))).await;
        assert_eq!((&added["activity"]["version"], added["activity"]["organisers"].as_array().unwrap().len()), (&json!(2), 3));

        let another = make::activity(staff, here, "清洁").await;
        let remove = |activity: &str, version: i32, organiser: &str| json!({ "activityId": activity, "expectedVersion": version, "organiserId": organiser });
        let last = make::organiser(staff, &another).await;
        assert_eq!(refused(staff, "removeActivityOrganiser", "activity", remove(&another, 1, &last)).await, ["IN_USE organiserId"]);
        assert_eq!(refused(staff, "removeActivityOrganiser", "activity", remove(&id, 2, &last)).await, ["NOT_FOUND organiserId"]);
        for (version, organiser) in [(2, &organisers[0]), (3, &organisers[1])] {
            let organiser = organiser["id"].as_str().unwrap();
            make::created(staff, "removeActivityOrganiser", "activity", remove(&id, version, organiser)).await;
        }
        let left = make::organiser(staff, &id).await;
        assert_eq!(refused(staff, "removeActivityOrganiser", "activity", remove(&id, 4, &left)).await, ["IN_USE organiserId"]);
    }

    async fn an_activity_that_is_called_off_takes_its_planned_sessions_with_it(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let activity = make::activity(staff, &world.community, "清洁").await;
        let held = make::session(staff, &activity, "2022-03-04").await;
        let attendance = make::attendance(staff, &held, &world.resident().await).await;
        let (past, coming) = (make::session(staff, &activity, "2022-03-05").await, make::session(staff, &activity, "2199-01-01").await);
        make::created(staff, "startActivity", "activity", json!({ "id": activity, "expectedVersion": 1 })).await;
        // One is still to come: it is not over.
        let complete = staff.mutate("completeActivity", "activity", "id", json!({ "id": activity, "expectedVersion": 2 })).await;
        assert_eq!(refusals(&complete), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(complete["userErrors"][0]["details"], json!({ "sessionId": coming }));
        let cancel = |version: i32| json!({ "id": activity, "expectedVersion": version, "reason": "降雨" });
        // Somebody came: it did take place, unless that was a mistake.
        let cancelled = staff.mutate("cancelActivity", "activity", "id", cancel(2)).await;
        assert_eq!((refusals(&cancelled), &cancelled["userErrors"][0]["details"]), (vec!["IN_USE id".to_owned()], &json!({ "sessionId": held })));
        make::created(staff, "voidAttendance", "attendance", json!({ "id": attendance, "expectedVersion": 1, "reason": "误录" })).await;
        make::created(staff, "cancelSession", "session", json!({ "id": held, "expectedVersion": 2, "reason": "未举行" })).await;
        let cancelled = decided(staff, "cancelActivity", "activity", cancel(2)).await;
        assert_eq!(cancelled, json!({ "version": 3, "status": "CANCELLED", "statusReason": "降雨" }));
        assert_eq!(session(staff, &held).await["statusReason"], "未举行");
        for id in [&past, &coming] {
            let now = session(staff, id).await;
            assert_eq!((&now["status"], &now["statusReason"], &now["version"]), (&json!("CANCELLED"), &json!("降雨"), &json!(2)));
        }
        for (mutation, object, input) in [
            ("cancelActivity", "activity", cancel(3)),
            ("startActivity", "activity", json!({ "id": activity, "expectedVersion": 3 })),
            ("amendActivity", "activity", json!({ "id": activity, "expectedVersion": 3, "title": "新" })),
            ("holdSession", "session", json!({ "id": past, "expectedVersion": 2 })),
            ("amendSession", "session", json!({ "id": past, "expectedVersion": 2, "place": "广场" })),
        ] {
            assert_eq!(refused(staff, mutation, object, input).await, ["ILLEGAL_TRANSITION id"], "{mutation}");
        }
        let more = json!({ "activityId": activity, "heldOn": "2022-03-06" });
        assert_eq!(refused(staff, "scheduleSession", "session", more).await, ["ILLEGAL_TRANSITION activityId"]);
        let result = json!({ "activityId": activity, "measure": "清运垃圾", "unit": "吨", "achievedOn": "2022-03-04" });
        assert_eq!(refused(staff, "recordActivityResult", "activityResult", result).await, ["ILLEGAL_TRANSITION activityId"]);
    }

    async fn a_session_is_on_the_day_on_which_it_begins_where_the_community_is(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let activity = make::activity(staff, &world.community, "通宵值守").await;
        let schedule = |with: Value| also(json!({ "activityId": activity }), &with);
        let late = json!({ "startsAt": "2022-03-04T23:30:00+08:00", "endsAt": "2022-03-05T01:30:00+08:00" });
        for (with, expected) in [
            (late.clone(), "2022-03-04"),
            (json!({ "startsAt": "2022-03-05T00:30:00+08:00" }), "2022-03-05"),
            (json!({ "startsAt": "2022-03-04T16:00:00Z", "heldOn": "2022-03-05" }), "2022-03-05"),
            (json!({ "heldOn": "2022-03-06" }), "2022-03-06"),
        ] {
            let made = staff.mutate("scheduleSession", "session", "heldOn status", schedule(with.clone())).await;
            assert_eq!(made["session"], json!({ "heldOn": expected, "status": "PLANNED" }), "{with}");
        }
        for (with, expected) in [
            (json!({}), "REQUIRED heldOn"),
            (json!({ "heldOn": "2022-03-05", "startsAt": "2022-03-04T23:30:00+08:00" }), "INVALID heldOn"),
            (json!({ "heldOn": "2022-03-05", "endsAt": "2022-03-05T01:30:00+08:00" }), "INVALID endsAt"),
            (json!({ "startsAt": "2022-03-04T08:00:00Z", "endsAt": "2022-03-05T20:00:01Z" }), "OUT_OF_RANGE endsAt"),
            (json!({ "startsAt": "2022-03-04T08:00:00Z", "endsAt": "2022-03-04T08:00:00Z" }), "OUT_OF_RANGE endsAt"),
        ] {
            assert_eq!(refused(staff, "scheduleSession", "session", schedule(with.clone())).await, [expected], "{with}");
        }
        // Moving the start past midnight moves the day with it; without times the day is what is given.
        let id = make::created(staff, "scheduleSession", "session", schedule(late)).await;
        let amend = |version: i32, with: Value| also(json!({ "id": id, "expectedVersion": version }), &with);
        let fields = "heldOn startsAt endsAt";
        assert_eq!(refused(staff, "amendSession", "session", amend(1, json!({ "heldOn": "2022-03-05" }))).await, ["INVALID heldOn"]);
        let moved = staff.mutate("amendSession", "session", fields, amend(1, json!({ "startsAt": "2022-03-05T00:00:00+08:00" }))).await;
        assert_eq!(moved["session"], json!({ "heldOn": "2022-03-05", "startsAt": "2022-03-04T16:00:00+00:00", "endsAt": "2022-03-04T17:30:00+00:00" }));
        assert_eq!(refused(staff, "amendSession", "session", amend(2, json!({ "startsAt": null }))).await, ["INVALID endsAt"]);
        let bare = staff.mutate("amendSession", "session", fields, amend(2, json!({ "startsAt": null, "endsAt": null }))).await;
        assert_eq!(bare["session"], json!({ "heldOn": "2022-03-05", "startsAt": null, "endsAt": null }));
        let given = staff.mutate("amendSession", "session", fields, amend(3, json!({ "heldOn": "2199-01-01" }))).await;
        assert_eq!(given["session"]["heldOn"], "2199-01-01");
        assert_eq!(refused(staff, "holdSession", "session", amend(4, json!({}))).await, ["ILLEGAL_TRANSITION id"]);
        assert_eq!(refused(staff, "amendSession", "session", amend(3, json!({}))).await, ["CONFLICT expectedVersion"]);
        // Of what is over nothing is to come, but a past session is put on file late.
        let over = make::activity(staff, &world.community, "已结束").await;
        let past = make::session(staff, &over, "2022-03-04").await;
        make::created(staff, "completeActivity", "activity", json!({ "id": over, "expectedVersion": 1 })).await;
        let coming = json!({ "activityId": over, "heldOn": "2199-01-01" });
        assert_eq!(refused(staff, "scheduleSession", "session", coming).await, ["ILLEGAL_TRANSITION activityId"]);
        let coming = json!({ "id": past, "expectedVersion": 1, "heldOn": "2199-01-01" });
        assert_eq!(refused(staff, "amendSession", "session", coming).await, ["ILLEGAL_TRANSITION heldOn"]);
        make::session(staff, &over, "2022-03-05").await;
    }

    async fn a_result_is_of_one_activity_or_of_one_campaign(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let (activity, campaign) = (make::activity(staff, &world.community, "清洁").await, make::campaign(staff, &world.community, "行动").await);
        let of = |with: Value| also(json!({ "measure": "清运垃圾", "quantity": "9.5", "unit": "吨", "achievedOn": "2022-03-04" }), &with);
        for (with, expected) in [
            (json!({}), vec!["REQUIRED activityId"]),
            (json!({ "activityId": activity, "campaignId": campaign }), vec!["INVALID activityId", "INVALID campaignId"]),
            (json!({ "activityId": activity, "achievedOn": "2199-01-01", "measure": " " }), vec!["REQUIRED measure", "OUT_OF_RANGE achievedOn"]),
            (json!({ "activityId": activity, "precision": "UNKNOWN" }), vec!["INVALID quantity"]),
            (json!({ "activityId": activity, "quantity": null, "precision": "ABOUT" }), vec!["REQUIRED quantity"]),
        ] {
            assert_eq!(refused(staff, "recordActivityResult", "activityResult", of(with.clone())).await, expected, "{with}");
        }
        let fields = "id version measure quantity { value unit precision } achievedOn activity { id } campaign { id }";
        let made = staff.mutate("recordActivityResult", "activityResult", fields, of(json!({ "campaignId": campaign, "precision": "ABOUT" }))).await;
        let id = make::id_of(&made, "activityResult");
        assert_eq!(made["activityResult"]["quantity"], json!({ "value": "9.5", "unit": "吨", "precision": "ABOUT" }));
        assert_eq!((&made["activityResult"]["activity"], &made["activityResult"]["campaign"]["id"]), (&Value::Null, &json!(campaign)));
        let unknown = staff.mutate("recordActivityResult", "activityResult", "quantity { value precision }", of(json!({ "activityId": activity, "quantity": null }))).await;
        assert_eq!(unknown["activityResult"]["quantity"], json!({ "value": null, "precision": "UNKNOWN" }));
        let void = |version: i32| json!({ "id": id, "expectedVersion": version, "reason": "重复" });
        let voided = staff.mutate("voidActivityResult", "activityResult", "voidReason version", void(1)).await;
        assert_eq!(voided["activityResult"], json!({ "voidReason": "重复", "version": 2 }));
        assert_eq!(refused(staff, "voidActivityResult", "activityResult", void(2)).await, ["ILLEGAL_TRANSITION id"]);
    }
}
