//! Who came to a session: once a person in whatever capacity, as what the records of that day bear out.

use entity::resident::LifeStatus;
use serde_json::{Value, json};
use tongxin::relay::id::encode;

use crate::harness::{Actor, World, actor::refusals, bulk, bulk::Size, make};

async fn session(world: &World, held_on: &str) -> String {
    make::session(&world.staff, &make::activity(&world.staff, &world.community, &world.name("活动")).await, held_on)
        .await
}

async fn refused(staff: &Actor, mutation: &str, object: &str, input: Value) -> Vec<String> {
    refusals(&staff.mutate(mutation, object, "id", input).await)
}

fn came(session: &str, field: &str, person: &str, category: &str) -> Value {
    json!({ "sessionId": session, field: person, "category": category })
}

async fn status(staff: &Actor, session: &str) -> Value {
    let query = "query($id: ID!) { session(id: $id) { status version } }";
    staff.gql(query, json!({ "id": session })).await.data()["session"].clone()
}

/// A volunteer of another kind than a resident.
async fn volunteer(world: &World, kind: &str, with: Value) -> String {
    let mut input = json!({ "communityId": world.community, "kind": kind, "startedOn": "2021-01-01" });
    input.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    make::created(&world.staff, "enrolVolunteer", "volunteer", input).await
}

crate::on_both! {
    async fn a_person_is_on_record_once_in_whatever_capacity(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let (resident, worker) = (world.resident().await, make::staff_member(staff, &world.community, "职员").await);
        let neighbour = make::volunteer(staff, &world.community, &resident).await;
        let colleague = volunteer(&world, "COMMUNITY_WORKER", json!({ "staffMemberId": worker })).await;
        let session = session(&world, "2022-03-04").await;
        let input = came(&session, "volunteerId", &neighbour, "RESIDENT");
        let fields = "id category resident { id } staffMember { id } session { id status version }";
        let made = staff.mutate("recordAttendance", "attendance", fields, input.clone()).await;
        let id = make::id_of(&made, "attendance");
        assert_eq!(
            made["attendance"],
            json!({
                "id": id, "category": "RESIDENT", "resident": { "id": resident }, "staffMember": null,
                "session": { "id": session, "status": "HELD", "version": 2 },
            })
        );
        for (field, person) in [("volunteerId", &neighbour), ("residentId", &resident)] {
            let again = staff.mutate("recordAttendance", "attendance", "id", came(&session, field, person, "OTHER")).await;
            assert_eq!(refusals(&again), [format!("DUPLICATE {field}")]);
            assert_eq!(again["userErrors"][0]["details"], json!({ "attendanceId": id }));
        }
        make::created(staff, "recordAttendance", "attendance", came(&session, "staffMemberId", &worker, "COMMUNITY_WORKER")).await;
        assert_eq!(refused(staff, "recordAttendance", "attendance", came(&session, "volunteerId", &colleague, "COMMUNITY_WORKER")).await, ["DUPLICATE volunteerId"]);
        // One of them was a mistake: then the person may be recorded again.
        let void = |version: i32| json!({ "id": id, "expectedVersion": version, "reason": "记错人" });
        make::created(staff, "voidAttendance", "attendance", void(1)).await;
        assert_eq!(refused(staff, "voidAttendance", "attendance", void(2)).await, ["ILLEGAL_TRANSITION id"]);
        make::created(staff, "recordAttendance", "attendance", came(&session, "residentId", &resident, "OTHER")).await;
        assert_eq!(status(staff, &session).await, json!({ "status": "HELD", "version": 2 }));
        let none = json!({ "sessionId": session, "category": "OTHER" });
        assert_eq!(refused(staff, "recordAttendance", "attendance", none).await, ["REQUIRED residentId"]);
        let both = json!({ "sessionId": session, "category": "OTHER", "residentId": resident, "staffMemberId": worker });
        assert_eq!(refused(staff, "recordAttendance", "attendance", both).await, ["INVALID residentId", "INVALID staffMemberId"]);
    }

    async fn nobody_comes_to_what_is_called_off_or_still_to_come(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, resident) = (&world.staff, world.resident().await);
        let (coming, off) = (session(&world, "2199-01-01").await, session(&world, "2022-03-04").await);
        make::created(staff, "cancelSession", "session", json!({ "id": off, "expectedVersion": 1, "reason": "降雨" })).await;
        for id in [&coming, &off] {
            let input = came(id, "residentId", &resident, "RESIDENT");
            assert_eq!(refused(staff, "recordAttendance", "attendance", input).await, ["ILLEGAL_TRANSITION sessionId"]);
            let input = json!({ "sessionId": id, "persons": 30 });
            assert_eq!(refused(staff, "recordHeadCount", "headCount", input).await, ["ILLEGAL_TRANSITION sessionId"]);
        }
        let theirs = make::session(&world.stranger, &make::activity(&world.stranger, &world.elsewhere, "别处").await, "2022-03-04").await;
        assert_eq!(refused(staff, "recordAttendance", "attendance", came(&theirs, "residentId", &resident, "RESIDENT")).await, ["NOT_FOUND sessionId"]);
        // What somebody is on record for is not called off.
        let held = session(&world, "2022-03-04").await;
        let attendance = make::attendance(staff, &held, &resident).await;
        let count = make::created(staff, "recordHeadCount", "headCount", json!({ "sessionId": held, "persons": 30 })).await;
        let cancel = json!({ "id": held, "expectedVersion": 2, "reason": "降雨" });
        for (mutation, object, id) in [("voidAttendance", "attendance", &attendance), ("voidHeadCount", "headCount", &count)] {
            assert_eq!(refused(staff, "cancelSession", "session", cancel.clone()).await, ["IN_USE id"]);
            make::created(staff, mutation, object, json!({ "id": id, "expectedVersion": 1, "reason": "记错" })).await;
        }
        make::created(staff, "cancelSession", "session", cancel).await;
    }

    async fn whoever_died_or_moved_away_came_to_nothing_afterwards(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        for life in ["recordDeath", "recordMoveOut"] {
            let resident = world.resident().await;
            let volunteer = make::volunteer(staff, &world.community, &resident).await;
            let mut gone = json!({ "on": "2022-03-04" });
            match life {
                "recordDeath" => gone["residentId"] = json!(resident),
                _ => gone["residentIds"] = json!([resident]),
            }
            make::created(staff, life, "lifeEvent", gone).await;
            let (before, after) = (session(&world, "2022-03-04").await, session(&world, "2022-03-05").await);
            for (field, person) in [("residentId", &resident), ("volunteerId", &volunteer)] {
                let input = came(&after, field, person, "RESIDENT");
                assert_eq!(refused(staff, "recordAttendance", "attendance", input).await, [format!("NOT_ELIGIBLE {field}")], "{life}");
            }
            make::attendance(staff, &before, &resident).await;
            // Nor is the session moved to a day on which they could not have come.
            let later = json!({ "id": before, "expectedVersion": 2, "heldOn": "2022-03-05" });
            assert_eq!(refused(staff, "amendSession", "session", later).await, ["NOT_ELIGIBLE heldOn"]);
            let coming = json!({ "id": before, "expectedVersion": 2, "heldOn": "2199-01-01" });
            assert_eq!(refused(staff, "amendSession", "session", coming).await, ["OUT_OF_RANGE heldOn", "NOT_ELIGIBLE heldOn"]);
            let earlier = staff.mutate("amendSession", "session", "heldOn", json!({ "id": before, "expectedVersion": 2, "heldOn": "2022-03-03" })).await;
            assert_eq!(earlier["session"]["heldOn"], "2022-03-03");
        }
    }

    async fn a_category_is_what_the_records_of_that_day_bear_out(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let (resident, worker) = (world.resident().await, make::staff_member(staff, &world.community, "职员").await);
        let person = make::volunteer(staff, &world.community, &resident).await;
        let employee = volunteer(&world, "PARTNER_EMPLOYEE", json!({ "partnerUnitId": world.unit().await, "fullName": "职工" })).await;
        let (team, other) = (world.team().await, world.team().await);
        // In the team since 2021-02-01, an applicant since 2019-07-01.
        make::member(staff, &team, &person).await;
        make::standing(staff, &person, "APPLICANT").await;
        make::standing(staff, &employee, "PROBATIONARY_MEMBER").await;
        let (early, late) = (session(&world, "2021-01-31").await, session(&world, "2021-02-01").await);
        let with = |session: &str, field: &str, who: &str, category: &str, team: Option<&String>| {
            json!({ "sessionId": session, field: who, "category": category, "teamId": team })
        };
        for (input, expected) in [
            (with(&early, "volunteerId", &person, "TEAM_MEMBER", None), "NOT_ELIGIBLE category"),
            (with(&early, "volunteerId", &person, "TEAM_MEMBER", Some(&team)), "NOT_ELIGIBLE teamId"),
            (with(&late, "volunteerId", &person, "TEAM_MEMBER", Some(&other)), "NOT_ELIGIBLE teamId"),
            (with(&late, "residentId", &resident, "TEAM_MEMBER", None), "NOT_ELIGIBLE category"),
            (with(&late, "volunteerId", &person, "PARTY_MEMBER", None), "NOT_ELIGIBLE category"),
            (with(&late, "volunteerId", &employee, "PARTY_APPLICANT", None), "NOT_ELIGIBLE category"),
            (with(&late, "residentId", &resident, "PARTY_APPLICANT", None), "NOT_ELIGIBLE category"),
            (with(&late, "volunteerId", &person, "PARTNER_EMPLOYEE", None), "NOT_ELIGIBLE category"),
            (with(&late, "residentId", &resident, "COMMUNITY_WORKER", None), "NOT_ELIGIBLE category"),
            (with(&late, "staffMemberId", &worker, "RESIDENT", None), "NOT_ELIGIBLE category"),
        ] {
            let payload = staff.mutate("recordAttendance", "attendance", "id", input.clone()).await;
            assert_eq!(refusals(&payload), [expected], "{input}");
            // What the person is instead is not told.
            let said = payload["userErrors"][0].to_string();
            assert!(!["APPLICANT", "PROBATIONARY", "积极分子", "预备"].iter().any(|standing| said.contains(standing)), "{said}");
        }
        for (session, field, who, category, team) in [
            (&early, "volunteerId", &person, "PARTY_APPLICANT", None),
            (&late, "volunteerId", &person, "TEAM_MEMBER", Some(&team)),
            (&early, "volunteerId", &employee, "PARTY_MEMBER", None),
            (&late, "volunteerId", &employee, "PARTNER_EMPLOYEE", None),
            (&late, "staffMemberId", &worker, "COMMUNITY_WORKER", None),
        ] {
            make::created(staff, "recordAttendance", "attendance", with(session, field, who, category, team)).await;
        }
        // Moved to the day before the team was joined, the session would contradict the records.
        let earlier = json!({ "id": late, "expectedVersion": 2, "heldOn": "2021-01-31" });
        assert_eq!(refused(staff, "amendSession", "session", earlier).await, ["NOT_ELIGIBLE heldOn"]);
        // Nothing of a person is left in the events.
        let told = app.texts("SELECT CAST(COUNT(*) AS TEXT) AS told FROM event WHERE subject_kind = 'attendance' AND payload IS NOT NULL", "told").await;
        assert_eq!(told, ["0"]);
    }

    async fn a_roll_is_recorded_as_a_whole_or_not_at_all(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let session = session(&world, "2022-03-04").await;
        let (resident, neighbour) = (world.resident().await, world.resident().await);
        let person = make::volunteer(staff, &world.community, &neighbour).await;
        let known = make::attendance(staff, &session, &resident).await;
        let theirs = make::resident(&world.stranger, &world.elsewhere, "别处").await;
        let roll = |attendances: Value| json!({ "sessionId": session, "attendances": attendances });
        let wrong = roll(json!([
            { "residentId": resident, "category": "RESIDENT" },
            { "volunteerId": person, "category": "RESIDENT" },
            { "residentId": neighbour, "category": "RESIDENT", "note": "备注\u{7}" },
            { "residentId": theirs, "category": "RESIDENT" },
            { "staffMemberId": "居民", "category": "OTHER" },
            { "category": "OTHER" },
            { "volunteerId": person, "category": "PARTY_MEMBER" },
        ]));
        let payload = staff.mutate("recordAttendances", "session", "id", wrong).await;
        let mut faults = refusals(&payload);
        faults.sort();
        assert_eq!(
            faults,
            [
                "DUPLICATE attendances.0.residentId",
                "DUPLICATE attendances.2.residentId",
                "INVALID attendances.2.note",
                "INVALID attendances.4.staffMemberId",
                "NOT_ELIGIBLE attendances.6.category",
                "NOT_FOUND attendances.3.residentId",
                "REQUIRED attendances.5.residentId",
            ]
        );
        let first = payload["userErrors"].as_array().unwrap().iter().find(|error| error["field"][1] == "0").unwrap();
        assert_eq!(first["details"], json!({ "attendanceId": known }));
        assert_eq!(app.tables().await.rows("attendance"), 1);
        assert_eq!(refused(staff, "recordAttendances", "session", roll(json!([]))).await, ["REQUIRED attendances"]);
        let many: Vec<Value> = (0..501).map(|_| json!({ "residentId": neighbour, "category": "RESIDENT" })).collect();
        assert_eq!(refused(staff, "recordAttendances", "session", roll(json!(many))).await, ["OUT_OF_RANGE attendances"]);
        let good = json!({
            "sessionId": session, "idempotencyKey": "one",
            "attendances": [{ "volunteerId": person, "category": "RESIDENT" }, { "residentId": world.resident().await, "category": "OTHER", "note": "备注" }],
        });
        for _ in 0..2 {
            let made = staff.mutate("recordAttendances", "session", "status attendances { totalCount }", good.clone()).await;
            assert_eq!(made["session"], json!({ "status": "HELD", "attendances": { "totalCount": 3 } }));
        }
    }

    async fn a_roll_of_five_hundred_costs_as_many_statements_as_one_of_two(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, Size { residents: 900, ..Size::default() }).await;
        let living = bulk.residents.iter().filter(|row| row.life_status == LifeStatus::LivingHere && row.merged_into.is_none());
        let residents: Vec<String> = living.map(|row| encode("resident", row.id)).collect();
        let (volunteer, worker) = (world.volunteer().await, make::staff_member(&world.staff, &world.community, "职员").await);
        let mut prices = Vec::new();
        for number in [2, 50, 498] {
            let session = session(&world, "2022-03-04").await;
            let people = residents.iter().take(number).map(|resident| json!({ "residentId": resident, "category": "RESIDENT" }));
            let others = [json!({ "volunteerId": volunteer, "category": "RESIDENT" }), json!({ "staffMemberId": worker, "category": "COMMUNITY_WORKER" })];
            let roll = json!({ "sessionId": session, "attendances": people.chain(others).collect::<Vec<_>>() });
            let before = app.statements();
            let made = world.staff.mutate("recordAttendances", "session", "id attendances { totalCount }", roll).await;
            prices.push(app.statements() - before);
            assert_eq!(made["session"]["attendances"]["totalCount"], number + 2, "{made}");
        }
        assert!(prices.iter().all(|price| *price == prices[0] && *price < 25), "{prices:?}");
    }

    async fn a_session_has_one_head_count(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let session = session(&world, "2022-03-04").await;
        let count = |persons: Option<i64>, precision: Option<&str>| json!({ "sessionId": session, "persons": persons, "precision": precision, "source": "签到表" });
        for (input, expected) in [
            (count(Some(-1), None), "OUT_OF_RANGE persons"),
            (count(Some(1_000_001), None), "OUT_OF_RANGE persons"),
            (count(Some(30), Some("UNKNOWN")), "INVALID persons"),
            (count(None, Some("EXACT")), "REQUIRED persons"),
        ] {
            assert_eq!(refused(staff, "recordHeadCount", "headCount", input).await, [expected]);
        }
        assert_eq!(status(staff, &session).await["status"], "PLANNED");
        let mut id = String::new();
        for (persons, precision, shown) in [
            (None, None, json!({ "value": null, "precision": "UNKNOWN" })),
            (Some(0), None, json!({ "value": "0", "precision": "EXACT" })),
            (Some(160), Some("AT_LEAST"), json!({ "value": "160", "precision": "AT_LEAST" })),
        ] {
            if !id.is_empty() {
                make::created(staff, "voidHeadCount", "headCount", json!({ "id": id, "expectedVersion": 1, "reason": "数错" })).await;
            }
            let made = staff.mutate("recordHeadCount", "headCount", "id persons { value precision } source", count(persons, precision)).await;
            assert_eq!(made["headCount"]["persons"], shown);
            id = make::id_of(&made, "headCount");
        }
        let again = staff.mutate("recordHeadCount", "headCount", "id", count(Some(30), None)).await;
        assert_eq!(refusals(&again), ["DUPLICATE sessionId"]);
        assert_eq!(again["userErrors"][0]["details"], json!({ "headCountId": id }));
        assert_eq!(status(staff, &session).await, json!({ "status": "HELD", "version": 2 }));
    }
}
