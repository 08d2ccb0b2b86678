//! Hours of service: when somebody came and went, what of it is credited, and who did not come.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{
    Actor, World,
    actor::refusals,
    bulk::key_of,
    make,
    roles::{self, Who},
};

const TIMES: &str = "id version category checkedInAt checkedOutAt timesReason minutesGiven minutesCredited";

async fn session(world: &World, input: Value) -> String {
    let activity = make::activity(&world.staff, &world.community, &world.name("活动")).await;
    let mut all = json!({ "activityId": activity });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    make::created(&world.staff, "scheduleSession", "session", all).await
}

/// That a volunteer was there, entered afterwards.
async fn served(actor: &Actor, session: &str, volunteer: &str, (came, went): (&str, &str)) -> Value {
    let input = json!({
        "sessionId": session, "volunteerId": volunteer, "category": "OTHER", "checkedInAt": came, "checkedOutAt": went, "timesReason": "签到表补登",
    });
    actor.mutate("recordAttendance", "attendance", TIMES, input).await
}

async fn hours(actor: &Actor, volunteer: &str, year: i32) -> Value {
    let query = "query($id: ID!, $year: Int!) { volunteer(id: $id) { hours(year: $year) { personTimes timesWithoutHours minutesGiven minutesCredited trainingMinutesCredited } } }";
    actor.gql(query, json!({ "id": volunteer, "year": year })).await.data()["volunteer"]["hours"].clone()
}

fn of(times: i32, without: i32, given: i32, credited: i32, training: i32) -> Value {
    json!({
        "personTimes": times, "timesWithoutHours": without, "minutesGiven": given, "minutesCredited": credited, "trainingMinutesCredited": training,
    })
}

crate::on_both! {
    async fn who_comes_and_goes_at_the_door_is_there_so_many_minutes(app: TestApp) {
        let world = World::new(&app).await;
        let volunteer = world.volunteer().await;
        let now = "2022-03-04T09:00:40+08:00".parse().unwrap();
        let session = session(&world, json!({ "heldOn": "2022-03-04" })).await;
        app.app.clock.hold(now);
        let came = world.staff.mutate("checkIn", "attendance", TIMES, json!({ "sessionId": session, "volunteerId": volunteer })).await["attendance"].clone();
        assert_eq!((&came["category"], &came["checkedInAt"], &came["minutesGiven"], &came["minutesCredited"]),
            (&json!("RESIDENT"), &json!("2022-03-04T01:00:00+00:00"), &Value::Null, &Value::Null), "nobody has gone yet, which is not 0: {came}");
        assert_eq!(hours(&world.staff, &volunteer, 2022).await, of(1, 1, 0, 0, 0));
        app.app.clock.hold(now + TimeDelta::minutes(95));
        let gone = json!({ "id": came["id"], "expectedVersion": 1 });
        let gone = world.staff.mutate("checkOut", "attendance", TIMES, gone).await["attendance"].clone();
        assert_eq!((&gone["minutesGiven"], &gone["minutesCredited"], &gone["timesReason"]), (&json!(95), &json!(95), &Value::Null));
        let again = json!({ "id": came["id"], "expectedVersion": 2 });
        assert_eq!(refusals(&world.staff.mutate("checkOut", "attendance", "id", again).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(refusals(&world.staff.mutate("checkIn", "attendance", "id", json!({ "sessionId": session, "volunteerId": volunteer })).await), ["DUPLICATE volunteerId"]);

        // What is corrected is voided and recorded anew.
        make::created(&world.staff, "voidAttendance", "attendance", json!({ "id": came["id"], "expectedVersion": 2, "reason": "早退" })).await;
        served(&world.staff, &session, &volunteer, ("2022-03-04T09:00:00+08:00", "2022-03-04T10:00:00+08:00")).await;
        assert_eq!(hours(&world.staff, &volunteer, 2022).await, of(1, 0, 60, 60, 0));
        app.in_order().await;
    }

    async fn a_night_of_31_december_is_shared_out_between_two_years(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let volunteer = make::volunteer(&world.staff, &world.community, &resident).await;
        let (start, end) = ("2021-12-31T22:00:00+08:00", "2022-01-01T02:00:00+08:00");
        let night = session(&world, json!({ "startsAt": start, "endsAt": end })).await;
        let made = served(&world.staff, &night, &volunteer, (start, end)).await;
        assert_eq!((&made["attendance"]["minutesGiven"], &made["attendance"]["minutesCredited"]), (&json!(240), &json!(240)), "{made}");
        // Who came, came on the day on which it began.
        assert_eq!(hours(&world.staff, &volunteer, 2021).await, of(1, 0, 120, 120, 0));
        assert_eq!(hours(&world.staff, &volunteer, 2022).await, of(0, 0, 120, 120, 0));
        assert_eq!(hours(&world.staff, &volunteer, 2023).await, of(0, 0, 0, 0, 0));

        // Somewhere else in the same night, two hours of which overlap; and what is taught is apart.
        let other = session(&world, json!({ "heldOn": "2021-12-31" })).await;
        let made = served(&world.staff, &other, &volunteer, ("2022-01-01T00:00:00+08:00", "2022-01-01T03:00:00+08:00")).await;
        assert_eq!((&made["attendance"]["minutesGiven"], &made["attendance"]["minutesCredited"]), (&json!(180), &json!(60)), "{made}");
        let course = session(&world, json!({ "heldOn": "2022-02-01", "isTraining": true })).await;
        served(&world.staff, &course, &volunteer, ("2022-02-01T09:00:00+08:00", "2022-02-01T10:30:00+08:00")).await;
        // Nobody wrote down when: neither absent nor 0.
        let silent = session(&world, json!({ "heldOn": "2022-02-02" })).await;
        make::created(&world.staff, "recordAttendance", "attendance", json!({ "sessionId": silent, "volunteerId": volunteer, "category": "OTHER" })).await;
        assert_eq!(hours(&world.staff, &volunteer, 2021).await, of(2, 0, 120, 120, 0));
        assert_eq!(hours(&world.staff, &volunteer, 2022).await, of(2, 1, 300, 180, 90));
        // One's own.
        let account = roles::account(&app, "own", key_of(&world.community), &[Who::volunteer(key_of(&volunteer))]).await;
        assert_eq!(hours(&account, &volunteer, 2022).await, of(2, 1, 300, 180, 90));
        app.in_order().await;
    }

    async fn minutes_given_and_minutes_credited_have_two_names_and_every_screen_tells_the_same_of_each(app: TestApp) {
        let world = World::new(&app).await;
        let (team, volunteer) = (world.team().await, world.volunteer().await);
        make::member(&world.staff, &team, &volunteer).await;
        let (mut given, mut credited) = (0, 0);
        // In two places at once for an hour.
        for (came, went) in [("2022-03-04T10:00:00+08:00", "2022-03-04T12:00:00+08:00"), ("2022-03-04T11:00:00+08:00", "2022-03-04T13:00:00+08:00")] {
            let session = session(&world, json!({ "heldOn": "2022-03-04" })).await;
            let input = json!({
                "sessionId": session, "volunteerId": volunteer, "category": "TEAM_MEMBER", "teamId": team, "checkedInAt": came, "checkedOutAt": went,
                "timesReason": "签到表补登",
            });
            let row = world.staff.mutate("recordAttendance", "attendance", TIMES, input).await["attendance"].clone();
            given += row["minutesGiven"].as_i64().unwrap();
            credited += row["minutesCredited"].as_i64().unwrap();
        }
        assert_eq!((given, credited), (240, 180), "of single times");
        assert_eq!(hours(&world.staff, &volunteer, 2022).await, of(2, 0, 240, 180, 0), "of a year");
        let query = "query($id: ID!) { team(id: $id) { service(from: \"2022-01-01\", until: \"2022-12-31\", by: TOTAL) { minutesCredited } } }";
        let service = world.staff.gql(query, json!({ "id": team })).await.data()["team"]["service"].clone();
        assert_eq!(service, json!([{ "minutesCredited": 180 }]), "of a team");
        let responsible = make::posted(&world.staff, &world.community, "王主任").await;
        let input = json!({ "volunteerId": volunteer, "from": "2022-01-01", "until": "2022-12-31", "responsibleId": responsible });
        let fields = "minutesCredited onRecord { minutesCredited } content { minutesCredited }";
        let certificate = world.staff.mutate("issueCertificate", "certificate", fields, input).await["certificate"].clone();
        assert_eq!((&certificate["minutesCredited"], &certificate["onRecord"]["minutesCredited"]), (&json!(180), &json!(180)), "on a certificate");
        let lines: i64 = certificate["content"].as_array().unwrap().iter().map(|line| line["minutesCredited"].as_i64().unwrap()).sum();
        assert_eq!(lines, 180, "its lines make it up");
    }

    async fn times_that_cannot_be_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        let (volunteer, resident) = (world.volunteer().await, world.resident().await);
        let session = session(&world, json!({ "heldOn": "2022-03-04" })).await;
        let (nine, ten) = ("2022-03-04T09:00:00+08:00", "2022-03-04T10:00:00+08:00");
        for (times, expected) in [
            (json!({ "checkedInAt": nine, "checkedOutAt": ten }), vec!["REQUIRED timesReason"]),
            (json!({ "checkedInAt": nine, "timesReason": "补登" }), vec!["REQUIRED checkedOutAt"]),
            (json!({ "timesReason": "补登" }), vec!["REQUIRED checkedInAt", "REQUIRED checkedOutAt"]),
            (json!({ "checkedInAt": ten, "checkedOutAt": nine, "timesReason": "补登" }), vec!["OUT_OF_RANGE checkedOutAt"]),
            (json!({ "checkedInAt": nine, "checkedOutAt": "2022-03-05T21:01:00+08:00", "timesReason": "补登" }), vec!["OUT_OF_RANGE checkedOutAt"]),
            (json!({ "checkedInAt": "2022-03-06T09:00:00+08:00", "checkedOutAt": "2022-03-06T10:00:00+08:00", "timesReason": "补登" }), vec!["OUT_OF_RANGE checkedInAt"]),
            (json!({ "checkedInAt": "2022-03-03T09:00:00+08:00", "checkedOutAt": "2022-03-03T10:00:00+08:00", "timesReason": "补登" }), vec!["OUT_OF_RANGE checkedInAt"]),
        ] {
            let mut input = json!({ "sessionId": session, "volunteerId": volunteer, "category": "OTHER" });
            input.as_object_mut().unwrap().extend(times.as_object().unwrap().clone());
            assert_eq!(refusals(&world.staff.mutate("recordAttendance", "attendance", "id", input).await), expected, "{times}");
        }
        let of_resident = json!({ "sessionId": session, "residentId": resident, "category": "RESIDENT", "checkedInAt": nine, "checkedOutAt": ten, "timesReason": "补登" });
        assert_eq!(refusals(&world.staff.mutate("recordAttendance", "attendance", "id", of_resident).await), ["INVALID checkedInAt"]);
        // At the door a moment ago is now; an hour ago wants a reason.
        app.app.clock.hold(ten.parse().unwrap());
        let at = |at: &str| json!({ "sessionId": session, "volunteerId": volunteer, "at": at });
        assert_eq!(refusals(&world.staff.mutate("checkIn", "attendance", "id", at(nine)).await), ["REQUIRED reason"]);
        assert_eq!(refusals(&world.staff.mutate("checkIn", "attendance", "id", at("2022-03-04T10:01:00+08:00")).await), ["OUT_OF_RANGE at"]);
        let came = world.staff.mutate("checkIn", "attendance", TIMES, at("2022-03-04T09:50:00+08:00")).await["attendance"].clone();
        let before = json!({ "id": came["id"], "expectedVersion": 1, "at": "2022-03-04T09:49:00+08:00" });
        assert_eq!(refusals(&world.staff.mutate("checkOut", "attendance", "id", before).await), ["OUT_OF_RANGE at"]);
        let plain = make::attendance(&world.staff, &session, &resident).await;
        assert_eq!(refusals(&world.staff.mutate("checkOut", "attendance", "id", json!({ "id": plain, "expectedVersion": 1 })).await), ["ILLEGAL_TRANSITION id"]);
    }

    async fn who_did_not_come_is_excused_or_not_and_nobody_is_absent_by_silence(app: TestApp) {
        let world = World::new(&app).await;
        let session = session(&world, json!({ "heldOn": "2199-03-04", "capacity": 3 })).await;
        let mut sign_ups = Vec::new();
        for _ in 0..4 {
            let volunteer = world.volunteer().await;
            sign_ups.push((make::sign_up(&world.staff, &session, &volunteer).await, volunteer));
        }
        let absent = async |place: usize, kind: Value| {
            let id = &sign_ups[place].0;
            let input = json!({ "id": id, "expectedVersion": make::version(&world.staff, id).await, "kind": kind });
            refusals(&world.staff.mutate("recordAbsence", "signUp", "id", input).await)
        };
        assert_eq!(absent(0, json!("EXCUSED")).await, ["ILLEGAL_TRANSITION id"], "still to come");
        let past = json!({ "id": session, "expectedVersion": 1, "heldOn": "2022-03-04" });
        make::created(&world.staff, "amendSession", "session", past).await;
        let outcomes = async || {
            let query = "query($id: ID!) { session(id: $id) { signUps { nodes { outcome } } } }";
            let found = world.staff.gql(query, json!({ "id": session })).await;
            found.data()["session"]["signUps"]["nodes"].as_array().unwrap().iter().map(|node| node["outcome"].clone()).collect::<Vec<_>>()
        };
        let silence = json!("NOT_RECORDED");
        assert_eq!(outcomes().await, [silence.clone(), silence.clone(), silence.clone(), Value::Null]);
        assert_eq!(absent(0, json!("EXCUSED")).await, [""; 0]);
        assert_eq!(absent(0, json!("EXCUSED")).await, ["ILLEGAL_TRANSITION id"]);
        assert_eq!(absent(1, json!("UNEXCUSED")).await, [""; 0]);
        assert_eq!(absent(3, json!("UNEXCUSED")).await, ["ILLEGAL_TRANSITION id"], "who had no place");
        let came = |place: usize| json!({ "sessionId": session, "volunteerId": sign_ups[place].1, "category": "OTHER" });
        make::created(&world.staff, "recordAttendance", "attendance", came(2)).await;
        assert_eq!(outcomes().await, [json!("EXCUSED"), json!("UNEXCUSED"), json!("PRESENT"), Value::Null]);
        assert_eq!(absent(2, json!("EXCUSED")).await, ["ILLEGAL_TRANSITION id"], "who came");
        // Who came after all was not absent; and what was recorded by mistake is taken back.
        make::created(&world.staff, "recordAttendance", "attendance", came(0)).await;
        assert_eq!(absent(1, Value::Null).await, [""; 0]);
        assert_eq!(outcomes().await, [json!("PRESENT"), silence, json!("PRESENT"), Value::Null]);
        app.in_order().await;
    }
}
