//! Certificates of service: made from the records, verified by anybody, and told apart from what the records say after a correction.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{
    Actor, World,
    actor::refusals,
    bulk::key_of,
    make, mutate_together,
    roles::{self, Who},
    world::HERE,
};

const FIELDS: &str = "id version number holderName issuingBody responsible { id } responsibleName from until issuedOn personTimes minutesCredited trainingMinutesCredited
    content { title training personTimes timesWithoutHours minutesCredited } onRecord { agrees personTimes minutesCredited trainingMinutesCredited }
    code revokedAt revokedReason";

const VERIFY: &str = "query($code: String!) { verifyCertificate(code: $code) { standing number holderName issuingBody responsibleName from until issuedOn
    personTimes minutesCredited trainingMinutesCredited content { title training personTimes timesWithoutHours minutesCredited }
    onRecord { agrees personTimes minutesCredited trainingMinutesCredited } revokedOn } }";

async fn verified(actor: &Actor, code: &str) -> Value {
    actor.gql(VERIFY, json!({ "code": code })).await.data()["verifyCertificate"].clone()
}

/// A volunteer of this name who was at a clean-up over New Year's night and at a course, and at another clean-up of which nobody wrote the time down.
struct Served {
    volunteer: String,
    responsible: String,
    /// The attendance of the night.
    night: String,
    session: String,
}

const NIGHT: (&str, &str) = ("2021-12-31T22:00:00+08:00", "2022-01-01T02:00:00+08:00");

async fn served(world: &World, name: &str) -> Served {
    let resident = make::resident(&world.staff, &world.community, name).await;
    let volunteer = make::volunteer(&world.staff, &world.community, &resident).await;
    let clean_up = make::activity(&world.staff, &world.community, "跨年清洁").await;
    let course = make::activity(&world.staff, &world.community, "急救培训").await;
    let session = make::session(&world.staff, &clean_up, "2021-12-31").await;
    let night = make::service(&world.staff, &session, &volunteer, NIGHT).await;
    let taught = json!({ "activityId": course, "heldOn": "2022-02-01", "isTraining": true });
    let taught = make::created(&world.staff, "scheduleSession", "session", taught).await;
    make::service(&world.staff, &taught, &volunteer, ("2022-02-01T09:00:00+08:00", "2022-02-01T10:30:00+08:00")).await;
    let silent = make::session(&world.staff, &clean_up, "2022-02-02").await;
    let came = json!({ "sessionId": silent, "volunteerId": volunteer, "category": "OTHER" });
    make::created(&world.staff, "recordAttendance", "attendance", came).await;
    let responsible = make::posted(&world.staff, &world.community, "王主任").await;
    Served { volunteer, responsible, night, session }
}

impl Served {
    fn input(&self, from: &str, until: &str) -> Value {
        json!({ "volunteerId": self.volunteer, "from": from, "until": until, "responsibleId": self.responsible })
    }
}

async fn issue(actor: &Actor, input: Value) -> Value {
    actor.mutate("issueCertificate", "certificate", FIELDS, input).await
}

fn content(title: &str, training: bool, times: i32, without: i32, minutes: i32) -> Value {
    json!({ "title": title, "training": training, "personTimes": times, "timesWithoutHours": without, "minutesCredited": minutes })
}

fn on_record(agrees: bool, times: i32, minutes: i32, training: i32) -> Value {
    json!({ "agrees": agrees, "personTimes": times, "minutesCredited": minutes, "trainingMinutesCredited": training })
}

crate::on_both! {
    async fn a_certificate_states_what_is_on_record_of_its_days_and_training_apart(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-12-31T12:00:00+08:00".parse().unwrap());
        let of = served(&world, "张小明").await;
        let made = issue(&world.staff, of.input("2022-01-01", "2022-12-31")).await["certificate"].clone();
        assert_eq!(made["number"], format!("{HERE}-2022-000001"));
        assert_eq!((&made["holderName"], &made["responsibleName"], &made["issuingBody"]), (&json!("张小明"), &json!("王主任"), &json!(format!("社区{HERE}"))));
        assert_eq!((&made["issuedOn"], &made["responsible"]["id"]), (&json!("2022-12-31"), &json!(of.responsible)));
        // Of the night, what lasted into the year; who came on the day on which it began.
        assert_eq!((&made["personTimes"], &made["minutesCredited"], &made["trainingMinutesCredited"]), (&json!(1), &json!(120), &json!(90)));
        assert_eq!(made["content"], json!([content("跨年清洁", false, 1, 1, 120), content("急救培训", true, 1, 0, 90)]));
        assert_eq!(made["onRecord"], on_record(true, 1, 120, 90));
        let code = made["code"].as_str().unwrap();
        assert!(code.len() == 26 && code.starts_with("TXC-"), "{code}");
        let before = issue(&world.staff, of.input("2021-12-31", "2021-12-31")).await["certificate"].clone();
        assert_eq!((&before["number"], &before["content"]), (&json!(format!("{HERE}-2022-000002")), &json!([content("跨年清洁", false, 1, 0, 120)])));
        assert_ne!(before["code"], made["code"]);
        app.in_order().await;
    }

    async fn a_certificate_of_nothing_or_of_days_to_come_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-12-30T12:00:00+08:00".parse().unwrap());
        let of = served(&world, "张小明").await;
        let former = make::staff_member(&world.staff, &world.community, "李工").await;
        let stranger = make::posted(&world.stranger, &world.elsewhere, "外人").await;
        for (input, refused) in [
            (of.input("2020-01-01", "2020-12-31"), "NOT_ELIGIBLE from"),
            // Who was there and for how long nobody knows is certified no hours.
            (of.input("2022-02-02", "2022-02-02"), "NOT_ELIGIBLE from"),
            (of.input("2022-01-01", "2022-12-31"), "OUT_OF_RANGE until"),
            (of.input("2022-03-01", "2022-02-01"), "OUT_OF_RANGE until"),
            (json!({ "volunteerId": of.volunteer, "from": "2022-01-01", "until": "2022-03-01", "responsibleId": former }), "ILLEGAL_TRANSITION responsibleId"),
            (json!({ "volunteerId": of.volunteer, "from": "2022-01-01", "until": "2022-03-01", "responsibleId": stranger }), "NOT_FOUND responsibleId"),
        ] {
            assert_eq!(refusals(&issue(&world.staff, input.clone()).await), [refused], "{input}");
        }
        let theirs = issue(&world.stranger, of.input("2022-01-01", "2022-03-01")).await;
        assert_eq!(refusals(&theirs)[0], "NOT_FOUND volunteerId");
    }

    async fn nobody_answers_for_a_certificate_of_their_own_service(app: TestApp) {
        let world = World::new(&app).await;
        let holder = make::posted(&world.staff, &world.community, "王主任").await;
        let enrolled = json!({ "communityId": world.community, "kind": "COMMUNITY_WORKER", "staffMemberId": holder, "startedOn": "2021-01-01" });
        let volunteer = make::created(&world.staff, "enrolVolunteer", "volunteer", enrolled).await;
        let activity = make::activity(&world.staff, &world.community, "清洁").await;
        let session = make::session(&world.staff, &activity, "2022-03-04").await;
        make::service(&world.staff, &session, &volunteer, ("2022-03-04T09:00:00+08:00", "2022-03-04T11:00:00+08:00")).await;
        let input = |responsible: &str| json!({ "volunteerId": volunteer, "from": "2022-01-01", "until": "2022-12-31", "responsibleId": responsible });
        assert_eq!(refusals(&issue(&world.staff, input(&holder)).await), ["SAME_PERSON responsibleId"]);
        let other = make::posted(&world.staff, &world.community, "李书记").await;
        assert_eq!(issue(&world.staff, input(&other)).await["certificate"]["minutesCredited"], 120);
        app.in_order().await;
    }

    async fn whoever_holds_the_code_is_told_what_is_printed_with_the_names_masked(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-12-31T12:00:00+08:00".parse().unwrap());
        let of = served(&world, "张小明").await;
        let made = issue(&world.staff, of.input("2022-01-01", "2022-12-31")).await["certificate"].clone();
        let (code, nobody) = (made["code"].as_str().unwrap(), app.anonymous());
        let expected = json!({
            "standing": "VALID", "number": made["number"], "holderName": "张**", "issuingBody": made["issuingBody"], "responsibleName": "王**",
            "from": "2022-01-01", "until": "2022-12-31", "issuedOn": "2022-12-31", "personTimes": 1, "minutesCredited": 120, "trainingMinutesCredited": 90,
            "content": made["content"], "onRecord": made["onRecord"], "revokedOn": null,
        });
        assert_eq!(verified(&nobody, code).await, expected);
        // Those who may read the name are told no more by this door.
        assert_eq!(verified(&world.staff, &format!(" {code} ")).await, expected);
        // A code that is wrong, the certificate's own id and number: nothing, all alike.
        let (id, number) = (made["id"].as_str().unwrap(), made["number"].as_str().unwrap());
        for wrong in ["TXC-AAAAAAAAAAAAAAAAAAAAAA", "", "x", id, number, &code.to_lowercase()] {
            assert_eq!(verified(&nobody, wrong).await, Value::Null, "{wrong}");
        }
    }

    async fn a_later_correction_shows_and_changes_no_certificate(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-12-31T12:00:00+08:00".parse().unwrap());
        let of = served(&world, "张小明").await;
        let made = issue(&world.staff, of.input("2021-12-31", "2022-12-31")).await["certificate"].clone();
        let (id, code) = (made["id"].as_str().unwrap(), made["code"].as_str().unwrap());
        assert_eq!(verified(&app.anonymous(), code).await["onRecord"], on_record(true, 2, 240, 90));
        let hours = "query($id: ID!) { volunteer(id: $id) { a: hours(year: 2021) { minutesCredited } b: hours(year: 2022) { minutesCredited trainingMinutesCredited } } }";
        let sum = world.staff.gql(hours, json!({ "id": of.volunteer })).await.data()["volunteer"].clone();
        assert_eq!(sum["a"]["minutesCredited"].as_i64().unwrap() + sum["b"]["minutesCredited"].as_i64().unwrap(), 240, "the sum of what is on record");

        let voided = json!({ "id": of.night, "expectedVersion": 1, "reason": "误记" });
        make::created(&world.staff, "voidAttendance", "attendance", voided).await;
        let seen = verified(&app.anonymous(), code).await;
        assert_eq!((&seen["standing"], &seen["onRecord"]), (&json!("CORRECTED"), &on_record(false, 1, 0, 90)));
        assert_eq!((&seen["minutesCredited"], &seen["content"]), (&json!(240), &made["content"]), "what was issued stays");
        // An hour less is as little what was certified; what was there, recorded anew, is.
        let short = make::service(&world.staff, &of.session, &of.volunteer, (NIGHT.0, "2022-01-01T01:00:00+08:00")).await;
        assert_eq!(verified(&app.anonymous(), code).await["onRecord"], on_record(false, 2, 180, 90));
        make::created(&world.staff, "voidAttendance", "attendance", json!({ "id": short, "expectedVersion": 1, "reason": "误记" })).await;
        make::service(&world.staff, &of.session, &of.volunteer, NIGHT).await;
        assert_eq!(verified(&app.anonymous(), code).await["standing"], "VALID");
        // Somewhere else at the same time: the figures agree, and what is said of the sessions does not.
        let elsewhere = make::activity(&world.staff, &world.community, "路口引导").await;
        let elsewhere = make::session(&world.staff, &elsewhere, "2021-12-31").await;
        make::service(&world.staff, &elsewhere, &of.volunteer, ("2021-12-31T21:00:00+08:00", "2022-01-01T00:00:00+08:00")).await;
        let seen = verified(&app.anonymous(), code).await;
        assert_eq!((&seen["standing"], &seen["onRecord"]), (&json!("CORRECTED"), &on_record(false, 3, 300, 90)));
        let read = world.staff.gql(&format!("query($id: ID!) {{ certificate(id: $id) {{ {FIELDS} }} }}"), json!({ "id": id })).await;
        let mut read = read.data()["certificate"].clone();
        assert_eq!(read["onRecord"], seen["onRecord"]);
        read["onRecord"] = made["onRecord"].clone();
        assert_eq!(read, made, "the certificate itself is as it was");
        app.in_order().await;
    }

    async fn what_was_revoked_says_so_and_stays(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-12-31T23:30:00+08:00".parse().unwrap());
        let of = served(&world, "张小明").await;
        let made = issue(&world.staff, of.input("2022-01-01", "2022-12-31")).await["certificate"].clone();
        let input = json!({ "id": made["id"], "expectedVersion": 1, "reason": "姓名有误" });
        let gone = world.staff.mutate("revokeCertificate", "certificate", FIELDS, input).await["certificate"].clone();
        assert_eq!((&gone["revokedReason"], &gone["version"]), (&json!("姓名有误"), &json!(2)));
        let seen = verified(&app.anonymous(), made["code"].as_str().unwrap()).await;
        assert_eq!((&seen["standing"], &seen["revokedOn"], &seen["minutesCredited"]), (&json!("REVOKED"), &json!("2022-12-31"), &json!(120)));
        assert!(!seen.to_string().contains("姓名有误"), "why is between those who keep the records");
        let again = json!({ "id": made["id"], "expectedVersion": 2, "reason": "再次" });
        assert_eq!(refusals(&world.staff.mutate("revokeCertificate", "certificate", "id", again).await), ["ILLEGAL_TRANSITION id"]);
        // Another one has the next number.
        let next = issue(&world.staff, of.input("2022-01-01", "2022-12-31")).await["certificate"].clone();
        assert_eq!(next["number"], format!("{HERE}-2022-000002"));
        app.in_order().await;
    }

    async fn unknown_codes_are_answered_so_often_and_then_no_more_for_a_while(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-12-31T12:00:00+08:00".parse().unwrap());
        let of = served(&world, "张小明").await;
        let code = issue(&world.staff, of.input("2022-01-01", "2022-12-31")).await["certificate"]["code"].as_str().unwrap().to_owned();
        let nobody = app.anonymous();
        for _ in 0..30 {
            assert_eq!(verified(&nobody, "TXC-wrong").await, Value::Null);
        }
        // Codes of one kind and of the other are counted together.
        for query in [VERIFY, "query($code: String!) { trackRequest(code: $code) { status } }"] {
            assert_eq!(nobody.gql(query, json!({ "code": code })).await.code(), "RATE_LIMITED");
        }
        app.app.clock.hold(app.app.clock.now() + chrono::TimeDelta::minutes(10));
        assert_eq!(verified(&nobody, &code).await["standing"], "VALID");
    }

    async fn numbers_have_no_gap_whoever_issues_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let mut inputs = Vec::new();
        for name in ["甲", "乙"] {
            let of = served(&world, name).await;
            for month in ["2022-01-31", "2022-02-28", "2022-12-31"] {
                inputs.push(of.input("2021-12-31", month));
            }
        }
        let made = mutate_together(&world.staff, "issueCertificate", "certificate", inputs).await;
        assert!(made.iter().all(|payload| payload["userErrors"] == json!([])), "{made:#?}");
        let query = "{ certificates(orderBy: [ISSUED_AT_ASC]) { nodes { number } } }";
        let all = world.staff.ask(query).await.data()["certificates"]["nodes"].clone();
        let mut numbers: Vec<&str> = all.as_array().unwrap().iter().map(|node| node["number"].as_str().unwrap()).collect();
        numbers.sort_unstable();
        let year = numbers[0].split('-').nth(1).unwrap().to_owned();
        assert_eq!(numbers, (1..=6).map(|number| format!("{HERE}-{year}-{number:06}")).collect::<Vec<_>>());
        app.in_order().await;
    }

    async fn volunteers_read_their_own_and_auditors_learn_no_names(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-12-31T12:00:00+08:00".parse().unwrap());
        let (mine, other) = (served(&world, "张小明").await, served(&world, "李大海").await);
        for of in [&mine, &other] {
            issue(&world.staff, of.input("2022-01-01", "2022-12-31")).await;
        }
        let own = roles::account(&app, "own", key_of(&world.community), &[Who::volunteer(key_of(&mine.volunteer))]).await;
        let query = "{ certificates { totalCount nodes { holderName responsibleName code volunteer { certificates { totalCount } } } } }";
        let seen = own.ask(query).await.data()["certificates"].clone();
        assert_eq!((&seen["totalCount"], &seen["nodes"][0]["holderName"], &seen["nodes"][0]["responsibleName"]), (&json!(1), &json!("张小明"), &json!("王主任")));
        assert!(seen["nodes"][0]["code"].is_string() && seen["nodes"][0]["volunteer"]["certificates"]["totalCount"] == 1);
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let seen = auditor.ask(query).await.data()["certificates"].clone();
        let first = &seen["nodes"][0];
        assert_eq!((&seen["totalCount"], &first["holderName"], &first["responsibleName"], &first["code"]), (&json!(2), &json!("张**"), &json!("王**"), &Value::Null));
        for mutation in ["issueCertificate", "revokeCertificate"] {
            let kind = mutation[..1].to_uppercase() + &mutation[1..];
            let input = match mutation {
                "issueCertificate" => mine.input("2022-01-01", "2022-12-31"),
                _ => json!({ "id": "certificate_01h455vb4pex5vsknk084sn02q", "expectedVersion": 1, "reason": "自行撤销" }),
            };
            let query = format!("mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}");
            for actor in [&own, &auditor] {
                assert_eq!(actor.gql(&query, json!({ "input": input })).await.code(), "FORBIDDEN", "{mutation}");
            }
        }
    }
}
