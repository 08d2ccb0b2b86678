//! What teams gave: by month, by kind of activity, by employer; and to whom that is told.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{
    Actor, World,
    bulk::key_of,
    make,
    roles::{self, Who},
    world::HERE,
};

async fn service(actor: &Actor, team: &str, by: &str) -> Value {
    let query = "query($id: ID!, $by: ServiceGrouping!) { team(id: $id) { service(from: \"2021-12-01\", until: \"2022-12-31\", by: $by) {
        month activityKind partnerUnitName people personTimes minutesCredited trainingMinutesCredited } } }";
    let answer = actor.gql(query, json!({ "id": team, "by": by })).await;
    answer.data()["team"]["service"].clone()
}

/// That a member of the team was at a session, from then to then.
async fn came(world: &World, (team, session, volunteer): (&str, &str, &str), (from, until): (&str, &str)) {
    let input = json!({
        "sessionId": session, "volunteerId": volunteer, "category": "TEAM_MEMBER", "teamId": team, "checkedInAt": from, "checkedOutAt": until,
        "timesReason": "签到表补登",
    });
    make::created(&world.staff, "recordAttendance", "attendance", input).await;
}

/// Six residents and one employee of a unit at a clean-up over New Year's night; two of them at a course.
async fn served(world: &World) -> (String, Vec<String>) {
    let team = world.team().await;
    let unit = make::partner_unit(&world.staff, "蓝海集团").await;
    make::paired(&world.staff, &world.community, &unit).await;
    let mut members = Vec::new();
    for _ in 0..6 {
        members.push(world.volunteer().await);
    }
    let employee = json!({ "communityId": world.community, "kind": "PARTNER_EMPLOYEE", "partnerUnitId": unit, "fullName": "赵六", "startedOn": "2021-01-01" });
    members.push(make::created(&world.staff, "enrolVolunteer", "volunteer", employee).await);
    let clean_up = make::activity(&world.staff, &world.community, "跨年清洁").await;
    let night = make::session(&world.staff, &clean_up, "2021-12-31").await;
    let lecture = json!({ "communityId": world.community, "kind": "LECTURE", "title": "急救课", "organisers": [{ "community": true }] });
    let lecture = make::created(&world.staff, "planActivity", "activity", lecture).await;
    let course = json!({ "activityId": lecture, "heldOn": "2022-03-04", "isTraining": true });
    let course = make::created(&world.staff, "scheduleSession", "session", course).await;
    for (place, member) in members.iter().enumerate() {
        make::member(&world.staff, &team, member).await;
        came(world, (&team, &night, member), ("2021-12-31T23:00:00+08:00", "2022-01-01T00:30:00+08:00")).await;
        if place < 2 {
            came(world, (&team, &course, member), ("2022-03-04T09:00:00+08:00", "2022-03-04T10:00:00+08:00")).await;
        }
    }
    // Somebody else's time, and theirs without the team, is none of the team's.
    let other = make::session(&world.staff, &clean_up, "2022-05-01").await;
    make::service(&world.staff, &other, &members[0], ("2022-05-01T09:00:00+08:00", "2022-05-01T10:00:00+08:00")).await;
    (team, members)
}

fn group(more: Value, numbers: [Option<i32>; 4]) -> Value {
    let [people, times, minutes, training] = numbers;
    let mut all = json!({
        "month": null, "activityKind": null, "partnerUnitName": null,
        "people": people, "personTimes": times, "minutesCredited": minutes, "trainingMinutesCredited": training,
    });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

fn some(numbers: [i32; 4]) -> [Option<i32>; 4] {
    numbers.map(Some)
}

crate::on_both! {
    async fn a_team_gave_so_much_by_month_by_kind_and_by_employer(app: TestApp) {
        let world = World::new(&app).await;
        let (team, _) = served(&world).await;
        assert_eq!(service(&world.staff, &team, "TOTAL").await, json!([group(json!({}), some([7, 7, 630, 120]))]));
        assert_eq!(service(&world.staff, &team, "MONTH").await, json!([
            group(json!({ "month": "2021-12" }), some([7, 7, 420, 0])),
            group(json!({ "month": "2022-01" }), some([7, 0, 210, 0])),
            group(json!({ "month": "2022-03" }), some([2, 0, 0, 120])),
        ]), "the night is shared out; who came, came on the day on which it began");
        assert_eq!(service(&world.staff, &team, "ACTIVITY_KIND").await, json!([
            group(json!({ "activityKind": "CLEAN_UP" }), some([7, 7, 630, 0])), group(json!({ "activityKind": "LECTURE" }), some([2, 0, 0, 120])),
        ]));
        assert_eq!(service(&world.staff, &team, "EMPLOYER").await, json!([
            group(json!({}), some([6, 6, 540, 120])), group(json!({ "partnerUnitName": "蓝海集团" }), some([1, 1, 90, 0])),
        ]));
        let empty = world.team().await;
        assert_eq!(service(&world.staff, &empty, "MONTH").await, json!([]));
    }

    async fn groups_of_few_are_told_to_those_alone_who_read_the_names(app: TestApp) {
        let world = World::new(&app).await;
        let (team, members) = served(&world).await;
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let none = [None; 4];
        assert_eq!(service(&auditor, &team, "TOTAL").await, json!([group(json!({}), some([7, 7, 630, 120]))]));
        // A group of one is hidden, and with it the one beside it, which would tell the rest.
        assert_eq!(service(&auditor, &team, "EMPLOYER").await, json!([group(json!({}), none), group(json!({ "partnerUnitName": "蓝海集团" }), none)]));
        let months = service(&auditor, &team, "MONTH").await;
        assert_eq!(months[2], group(json!({ "month": "2022-03" }), none));
        assert_eq!(months.as_array().unwrap().iter().filter(|month| month["people"].is_null()).count(), 2, "{months}");
        // Who sees a part of it is told nothing of the whole.
        let own = roles::account(&app, "own", key_of(&world.community), &[Who::volunteer(key_of(&members[0]))]).await;
        assert_eq!(service(&own, &team, "TOTAL").await, Value::Null);
        let seen = own.gql("query($id: ID!) { team(id: $id) { name } }", json!({ "id": team })).await;
        assert!(seen.data()["team"]["name"].is_string());
        assert_eq!(world.stranger.gql("query($id: ID!) { team(id: $id) { name } }", json!({ "id": team })).await.data()["team"], Value::Null);
    }
}
