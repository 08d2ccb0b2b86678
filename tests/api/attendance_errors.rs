//! What volunteers say is wrong in the record of their service: about their own, once at a time, until staff answered it.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{
    Actor, TestApp, World,
    actor::refusals,
    bulk::key_of,
    make, mutate_together,
    roles::{self, Who},
    world::HERE,
};

const FIELDS: &str = "id version status message answer reportedAt answeredAt session { id } volunteer { id } attendance { id } correction { id }";

const HOURS: (&str, &str) = ("2022-03-04T09:00:00+08:00", "2022-03-04T11:00:00+08:00");

/// A volunteer with an account, and a session where they were for two hours.
struct Served {
    me: Actor,
    volunteer: String,
    session: String,
    attendance: String,
}

async fn served(app: &TestApp, world: &World, name: &str) -> Served {
    let volunteer = world.volunteer().await;
    let activity = make::activity(&world.staff, &world.community, &world.name("清洁")).await;
    let session = make::session(&world.staff, &activity, "2022-03-04").await;
    let attendance = make::service(&world.staff, &session, &volunteer, HOURS).await;
    let me = roles::account(app, name, key_of(&world.community), &[Who::volunteer(key_of(&volunteer))]).await;
    Served { me, volunteer, session, attendance }
}

async fn report(actor: &Actor, of: Value) -> Value {
    let mut input = json!({ "message": "九点到十一点半，记录少了半小时" });
    input.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
    actor.mutate("reportAttendanceError", "attendanceError", FIELDS, input).await
}

async fn answer(actor: &Actor, id: &Value, version: i32, more: Value) -> Value {
    let mut input = json!({ "id": id, "expectedVersion": version, "outcome": "REFUSED", "answer": "经核对，记录无误" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    actor.mutate("answerAttendanceError", "attendanceError", FIELDS, input).await
}

async fn void(world: &World, attendance: &str) {
    let input = json!({ "id": attendance, "expectedVersion": make::version(&world.staff, attendance).await, "reason": "时长有误" });
    make::created(&world.staff, "voidAttendance", "attendance", input).await;
}

/// What waits for an answer, as `myWork` tells it.
async fn waiting(actor: &Actor, community: &str) -> Value {
    let query = "query($id: ID!) { myWork(communityId: $id) { kind count requests { id } attendanceErrors { id message attendance { minutesCredited } } } }";
    actor.gql(query, json!({ "id": community })).await.data()["myWork"].clone()
}

crate::on_both! {
    async fn a_volunteer_says_what_is_wrong_and_reads_what_came_of_it(app: TestApp) {
        let world = World::new(&app).await;
        let of = served(&app, &world, "me").await;
        let made = report(&of.me, json!({ "attendanceId": of.attendance })).await["attendanceError"].clone();
        assert_eq!((&made["status"], &made["answer"], &made["answeredAt"], &made["version"]), (&json!("OPEN"), &Value::Null, &Value::Null, &json!(1)));
        assert_eq!(
            (&made["session"], &made["volunteer"]["id"], &made["attendance"]["id"]),
            (&Value::Null, &json!(of.volunteer), &json!(of.attendance)), "a session that is not published is not theirs to see",
        );
        let queue = waiting(&world.staff, &world.community).await;
        let shown = json!([{ "id": made["id"], "message": "九点到十一点半，记录少了半小时", "attendance": { "minutesCredited": 120 } }]);
        assert_eq!(queue, json!([{ "kind": "ATTENDANCE_ERRORS", "count": 1, "requests": [], "attendanceErrors": shown }]));

        // What is wrong is voided and recorded anew, and the answer leads there.
        void(&world, &of.attendance).await;
        let right = make::service(&world.staff, &of.session, &of.volunteer, (HOURS.0, "2022-03-04T11:30:00+08:00")).await;
        let more = json!({ "outcome": "CORRECTED", "answer": "已核实更正", "correctionId": right });
        let done = answer(&world.staff, &made["id"], 1, more).await["attendanceError"].clone();
        assert_eq!((&done["status"], &done["correction"]["id"], &done["version"]), (&json!("CORRECTED"), &json!(right), &json!(2)));
        assert_eq!(waiting(&world.staff, &world.community).await, json!([]));

        let query = "{ volunteers { nodes { attendanceErrors { totalCount nodes { status message answer correction { minutesCredited reportedErrors { totalCount } }
            attendance { voidedAt reportedErrors { totalCount } } } } } } }";
        let seen = of.me.ask(query).await.data()["volunteers"]["nodes"][0]["attendanceErrors"].clone();
        let first = &seen["nodes"][0];
        assert_eq!((&seen["totalCount"], &first["status"], &first["answer"]), (&json!(1), &json!("CORRECTED"), &json!("已核实更正")));
        assert_eq!(first["correction"], json!({ "minutesCredited": 150, "reportedErrors": { "totalCount": 0 } }));
        assert!(first["attendance"]["voidedAt"].is_string() && first["attendance"]["reportedErrors"]["totalCount"] == 1, "{first}");
        let hours = "query($id: ID!) { volunteer(id: $id) { hours(year: 2022) { minutesCredited } } }";
        assert_eq!(of.me.gql(hours, json!({ "id": of.volunteer })).await.data()["volunteer"]["hours"]["minutesCredited"], 150);
        // What happened to it is on record.
        let history = "query($id: ID!) { attendanceError(id: $id) { history { nodes { action fields } } } }";
        let history = world.staff.gql(history, json!({ "id": made["id"] })).await;
        let nodes = &history.data()["attendanceError"]["history"]["nodes"];
        assert_eq!((&nodes[0]["action"], &nodes[1]["action"]), (&json!("reportAttendanceError"), &json!("answerAttendanceError")));
        assert_eq!(nodes[1]["fields"], json!(["status", "answer", "answeredAt", "correctionId"]));
        app.in_order().await;
    }

    async fn who_is_not_on_the_roll_and_should_be_names_the_sign_up(app: TestApp) {
        let world = World::new(&app).await;
        let volunteer = world.volunteer().await;
        let me = roles::account(&app, "me", key_of(&world.community), &[Who::volunteer(key_of(&volunteer))]).await;
        let activity = make::activity(&world.staff, &world.community, "清洁").await;
        let session = make::session(&world.staff, &activity, "2199-03-04").await;
        let sign_up = make::sign_up(&world.staff, &session, &volunteer).await;
        let early = report(&me, json!({ "sessionSignUpId": sign_up })).await;
        assert_eq!(refusals(&early), ["ILLEGAL_TRANSITION sessionSignUpId"], "it is still to come");
        make::created(&world.staff, "amendSession", "session", json!({ "id": session, "expectedVersion": 1, "heldOn": "2022-03-04" })).await;
        let made = report(&me, json!({ "sessionSignUpId": sign_up })).await["attendanceError"].clone();
        assert_eq!((&made["status"], &made["attendance"], &made["volunteer"]["id"]), (&json!("OPEN"), &Value::Null, &json!(volunteer)));
        // Put on the roll meanwhile, the record is the same record.
        let there = make::service(&world.staff, &session, &volunteer, HOURS).await;
        let again = report(&me, json!({ "attendanceId": there })).await;
        assert_eq!(refusals(&again), ["DUPLICATE attendanceId"]);
        assert_eq!(again["userErrors"][0]["details"], json!({ "attendanceErrorId": made["id"] }));
        let more = json!({ "outcome": "CORRECTED", "answer": "已补登", "correctionId": there });
        assert_eq!(answer(&world.staff, &made["id"], 1, more).await["attendanceError"]["correction"]["id"], json!(there));
        // Answered, another may be reported; by the sign-up as well, and then it names what is on the roll.
        let next = report(&me, json!({ "sessionSignUpId": sign_up })).await;
        assert_eq!(next["attendanceError"]["attendance"]["id"], json!(there), "{next}");
        app.in_order().await;
    }

    async fn one_error_of_one_record_is_open_at_a_time_whoever_reports_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let of = served(&app, &world, "me").await;
        let inputs: Vec<Value> = (0..6).map(|number| json!({ "attendanceId": of.attendance, "message": format!("第 {number} 次") })).collect();
        let all = mutate_together(&of.me, "reportAttendanceError", "attendanceError", inputs).await;
        let (made, refused): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|payload| payload["userErrors"] == json!([]));
        assert_eq!((made.len(), refused.len()), (1, 5), "{all:#?}");
        assert!(refused.iter().all(|payload| refusals(payload) == ["DUPLICATE attendanceId"]), "{refused:#?}");
        app.in_order().await;
    }

    async fn an_answer_is_given_once_and_leads_only_to_what_was_recorded_instead(app: TestApp) {
        let world = World::new(&app).await;
        let of = served(&app, &world, "me").await;
        let made = report(&of.me, json!({ "attendanceId": of.attendance })).await["attendanceError"]["id"].clone();
        let elsewhere = served(&app, &world, "they").await;
        let another = make::attendance(&world.staff, &of.session, &world.resident().await).await;
        let theirs = make::attendance(&world.stranger, &make::session(&world.stranger, &make::activity(&world.stranger, &world.elsewhere, "清洁").await, "2022-03-04").await,
            &make::resident(&world.stranger, &world.elsewhere, "外人").await).await;
        for (more, refused) in [
            (json!({ "outcome": "CORRECTED", "correctionId": of.attendance }), "INVALID correctionId"),
            (json!({ "outcome": "CORRECTED", "correctionId": elsewhere.attendance }), "INVALID correctionId"),
            (json!({ "outcome": "CORRECTED", "correctionId": another }), "INVALID correctionId"),
            (json!({ "outcome": "CORRECTED", "correctionId": theirs }), "NOT_FOUND correctionId"),
            (json!({ "outcome": "CORRECTED", "correctionId": of.session }), "INVALID correctionId"),
            (json!({ "correctionId": another }), "INVALID correctionId"),
            (json!({ "answer": "  " }), "REQUIRED answer"),
            (json!({ "answer": "字".repeat(1_001) }), "OUT_OF_RANGE answer"),
            (json!({ "expectedVersion": 2 }), "CONFLICT expectedVersion"),
            (json!({ "id": of.attendance }), "INVALID id"),
        ] {
            assert_eq!(refusals(&answer(&world.staff, &made, 1, more.clone()).await), [refused], "{more}");
        }
        // What was recorded instead and voided again is no record.
        void(&world, &of.attendance).await;
        let wrong = make::service(&world.staff, &of.session, &of.volunteer, HOURS).await;
        void(&world, &wrong).await;
        let more = json!({ "outcome": "CORRECTED", "correctionId": wrong });
        assert_eq!(refusals(&answer(&world.staff, &made, 1, more).await), ["ILLEGAL_TRANSITION correctionId"]);
        // They were not there at all: corrected, and nothing recorded instead.
        let done = answer(&world.staff, &made, 1, json!({ "outcome": "CORRECTED", "answer": "已作废" })).await["attendanceError"].clone();
        assert_eq!((&done["status"], &done["correction"]), (&json!("CORRECTED"), &Value::Null));
        assert_eq!(refusals(&answer(&world.staff, &made, 2, json!({})).await), ["ILLEGAL_TRANSITION id"]);
        app.in_order().await;
    }

    async fn nobody_answers_what_is_about_their_own_service(app: TestApp) {
        let world = World::new(&app).await;
        let member = make::posted(&world.staff, &world.community, "王工").await;
        let enrolled = json!({ "communityId": world.community, "kind": "COMMUNITY_WORKER", "staffMemberId": member, "startedOn": "2021-01-01" });
        let volunteer = make::created(&world.staff, "enrolVolunteer", "volunteer", enrolled).await;
        let activity = make::activity(&world.staff, &world.community, "清洁").await;
        let session = make::session(&world.staff, &activity, "2022-03-04").await;
        let attendance = make::service(&world.staff, &session, &volunteer, HOURS).await;
        app.run(&format!("UPDATE staff_member SET account_id = (SELECT id FROM account WHERE name = 'staff-{HERE}') WHERE full_name = '王工'")).await;
        let made = report(&world.staff, json!({ "attendanceId": attendance })).await["attendanceError"]["id"].clone();
        assert_eq!(refusals(&answer(&world.staff, &made, 1, json!({})).await), ["SAME_PERSON id"]);
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        assert_eq!(answer(&secretary, &made, 1, json!({})).await["attendanceError"]["status"], "REFUSED");
    }

    async fn volunteers_report_their_own_and_the_others_see_nothing_of_it(app: TestApp) {
        let world = World::new(&app).await;
        let (mine, theirs) = (served(&app, &world, "me").await, served(&app, &world, "they").await);
        let came = make::attendance(&world.staff, &mine.session, &world.resident().await).await;
        let activity = make::activity(&world.staff, &world.community, "清洁").await;
        let to_come = make::session(&world.staff, &activity, "2199-03-04").await;
        let (my_sign_up, their_sign_up) = (make::sign_up(&world.staff, &to_come, &mine.volunteer).await, make::sign_up(&world.staff, &to_come, &theirs.volunteer).await);
        for (actor, of, refused) in [
            (&mine.me, json!({ "attendanceId": theirs.attendance }), "NOT_FOUND attendanceId"),
            (&mine.me, json!({ "attendanceId": came }), "NOT_FOUND attendanceId"),
            (&world.stranger, json!({ "attendanceId": mine.attendance }), "NOT_FOUND attendanceId"),
            (&world.staff, json!({ "attendanceId": came }), "NOT_ELIGIBLE attendanceId"),
            (&mine.me, json!({ "attendanceId": mine.session }), "INVALID attendanceId"),
            (&mine.me, json!({}), "REQUIRED attendanceId"),
            (&mine.me, json!({ "attendanceId": mine.attendance, "sessionSignUpId": my_sign_up }), "INVALID sessionSignUpId"),
            (&mine.me, json!({ "sessionSignUpId": their_sign_up }), "NOT_FOUND sessionSignUpId"),
            (&mine.me, json!({ "sessionSignUpId": mine.attendance }), "INVALID sessionSignUpId"),
            (&mine.me, json!({ "attendanceId": mine.attendance, "message": "" }), "REQUIRED message"),
        ] {
            assert_eq!(refusals(&report(actor, of.clone()).await), [refused], "{of}");
        }
        let made = report(&mine.me, json!({ "attendanceId": mine.attendance })).await["attendanceError"]["id"].clone();
        // Whoever told it to staff at the counter reads it as well.
        let told = report(&world.staff, json!({ "attendanceId": theirs.attendance })).await["attendanceError"]["id"].clone();
        let query = "{ attendanceErrors { totalCount nodes { id message answer } } }";
        for (actor, expected) in [(&mine.me, &made), (&theirs.me, &told)] {
            let seen = actor.ask(query).await.data()["attendanceErrors"].clone();
            assert_eq!((&seen["totalCount"], &seen["nodes"][0]["id"]), (&json!(1), expected));
        }
        let one = "query($id: ID!) { attendanceError(id: $id) { id } node(id: $id) { id } }";
        for actor in [&theirs.me, &world.stranger] {
            assert_eq!(actor.gql(one, json!({ "id": made })).await.data(), &json!({ "attendanceError": null, "node": null }));
        }
        // Auditors see that there were some, and how they ended.
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let seen = auditor.ask(query).await.data()["attendanceErrors"].clone();
        assert_eq!((&seen["totalCount"], &seen["nodes"][0]["message"]), (&json!(2), &Value::Null));
        assert_eq!((waiting(&auditor, &world.community).await, waiting(&mine.me, &world.community).await), (json!([]), json!([])));
        let answered = "mutation($input: AnswerAttendanceErrorInput!) { answerAttendanceError(input: $input) { userErrors { code } } }";
        let input = json!({ "id": made, "expectedVersion": 1, "outcome": "REFUSED", "answer": "自行答复" });
        for actor in [&mine.me, &auditor] {
            assert_eq!(actor.gql(answered, json!({ "input": input })).await.code(), "FORBIDDEN");
        }
        assert_eq!(refusals(&answer(&world.stranger, &made, 1, json!({})).await), ["NOT_FOUND id"]);
        app.in_order().await;
    }
}
