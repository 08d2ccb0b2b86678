//! Series of sessions: by a rule, on the clock of the community, all of it or nothing.

use serde_json::{Value, json};

use crate::harness::{Actor, World, actor::refusals, make};

const SESSIONS: &str = "id sessions(first: 100) { nodes { heldOn startsAt endsAt capacity status isTraining } }";

async fn schedule(actor: &Actor, activity: &str, more: Value) -> Value {
    let mut input = json!({ "activityId": activity });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    actor.mutate("scheduleSessions", "activity", SESSIONS, input).await
}

crate::on_both! {
    async fn a_rule_makes_sessions_on_the_clock_of_the_community(app: TestApp) {
        let world = World::new(&app).await;
        let activity = make::activity(&world.staff, &world.community, "晨间引导").await;
        let more = json!({
            "rule": "FREQ=WEEKLY;BYDAY=SA,SU;COUNT=4", "startsAt": "2027-03-06T22:00:00+08:00", "endsAt": "2027-03-07T02:00:00+08:00", "capacity": 6,
            "idempotencyKey": "series-1",
        });
        let made = schedule(&world.staff, &activity, more.clone()).await;
        let sessions = made["activity"]["sessions"]["nodes"].as_array().unwrap_or_else(|| panic!("{made:#}")).clone();
        let days: Vec<&str> = sessions.iter().map(|node| node["heldOn"].as_str().unwrap()).collect();
        assert_eq!(days, ["2027-03-06", "2027-03-07", "2027-03-13", "2027-03-14"]);
        assert_eq!((&sessions[3]["startsAt"], &sessions[3]["endsAt"]), (&json!("2027-03-14T14:00:00+00:00"), &json!("2027-03-14T18:00:00+00:00")), "past midnight, as long as the first");
        assert!(sessions.iter().all(|node| node["capacity"] == 6 && node["status"] == "PLANNED" && node["isTraining"] == false));
        // A retry makes no more of them.
        let again = schedule(&world.staff, &activity, more).await;
        assert_eq!(again["activity"]["sessions"]["nodes"].as_array().unwrap().len(), 4);
        // Days alone, where no hours are known.
        let months = json!({ "rule": "FREQ=MONTHLY;COUNT=2", "heldOn": "2027-01-31", "isTraining": true });
        let other = make::activity(&world.staff, &world.community, "月末课").await;
        let made = schedule(&world.staff, &other, months).await;
        let sessions = made["activity"]["sessions"]["nodes"].as_array().unwrap().clone();
        assert_eq!(sessions[1], json!({ "heldOn": "2027-03-31", "startsAt": null, "endsAt": null, "capacity": null, "status": "PLANNED", "isTraining": true }), "there is no 31 February");
        app.in_order().await;
    }

    async fn nine_stays_nine_where_clocks_change(app: TestApp) {
        let world = World::new(&app).await;
        app.run("UPDATE community SET time_zone = 'America/New_York'").await;
        let activity = make::activity(&world.staff, &world.community, "晨间引导").await;
        let more = json!({ "rule": "FREQ=WEEKLY;UNTIL=20270320T130000Z", "startsAt": "2027-03-06T09:00:00-05:00", "endsAt": "2027-03-06T10:00:00-05:00" });
        let made = schedule(&world.staff, &activity, more).await;
        let sessions = made["activity"]["sessions"]["nodes"].as_array().unwrap_or_else(|| panic!("{made:#}")).clone();
        let times: Vec<&str> = sessions.iter().map(|node| node["startsAt"].as_str().unwrap()).collect();
        assert_eq!(times, ["2027-03-06T14:00:00+00:00", "2027-03-13T14:00:00+00:00", "2027-03-20T13:00:00+00:00"]);
    }

    async fn a_series_that_may_not_be_is_refused_as_a_whole(app: TestApp) {
        let world = World::new(&app).await;
        let activity = make::activity(&world.staff, &world.community, "晨间引导").await;
        let before = app.tables().await;
        for (more, refused) in [
            (json!({ "rule": "FREQ=WEEKLY", "heldOn": "2027-03-06" }), vec!["REQUIRED rule"]),
            (json!({ "rule": "FREQ=DAILY;COUNT=101", "heldOn": "2027-03-06" }), vec!["OUT_OF_RANGE rule"]),
            (json!({ "rule": "每周六", "heldOn": "2027-03-06" }), vec!["INVALID rule"]),
            (json!({ "rule": "FREQ=WEEKLY;BYDAY=SU;COUNT=2", "heldOn": "2027-03-06" }), vec!["INVALID rule"]),
            (json!({ "rule": "FREQ=YEARLY;COUNT=100", "heldOn": "2127-03-06" }), vec!["OUT_OF_RANGE rule"]),
            (json!({ "rule": "FREQ=WEEKLY;COUNT=2" }), vec!["REQUIRED heldOn"]),
            (json!({ "rule": "FREQ=WEEKLY;COUNT=2", "startsAt": "2027-03-06T09:00:00+08:00", "endsAt": "2027-03-08T09:00:00+08:00" }), vec!["OUT_OF_RANGE endsAt"]),
            (json!({ "rule": "FREQ=WEEKLY;COUNT=2", "heldOn": "2027-03-06", "capacity": 0 }), vec!["OUT_OF_RANGE capacity"]),
        ] {
            assert_eq!(refusals(&schedule(&world.staff, &activity, more.clone()).await), refused, "{more}");
        }
        let over = make::activity(&world.staff, &world.community, "已结束").await;
        let start = json!({ "id": over, "expectedVersion": 1 });
        make::created(&world.staff, "startActivity", "activity", start).await;
        make::created(&world.staff, "completeActivity", "activity", json!({ "id": over, "expectedVersion": 2 })).await;
        let later = schedule(&world.staff, &over, json!({ "rule": "FREQ=YEARLY;COUNT=60", "heldOn": "2021-03-06" })).await;
        assert_eq!(refusals(&later), ["ILLEGAL_TRANSITION activityId"], "the last of them is to come");
        assert_eq!(before.rows("session"), app.tables().await.rows("session"));
        let theirs = schedule(&world.stranger, &activity, json!({ "rule": "FREQ=WEEKLY;COUNT=2", "heldOn": "2027-03-06" })).await;
        assert_eq!(refusals(&theirs), ["NOT_FOUND activityId"]);
    }
}
