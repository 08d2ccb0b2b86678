//! Activities and sessions that many change at once.

use serde_json::{Value, json};

use crate::{
    harness::{Actor, World, make, mutate_together, together},
    races::outcome,
};

async fn session(world: &World) -> String {
    make::session(
        &world.staff,
        &make::activity(&world.staff, &world.community, &world.name("活动")).await,
        "2022-03-04",
    )
    .await
}

fn came(session: &str, field: &str, person: &str) -> Value {
    json!({ "sessionId": session, field: person, "category": "RESIDENT" })
}

async fn status(staff: &Actor, session: &str) -> Value {
    let query = "query($id: ID!) { session(id: $id) { status version } }";
    staff.gql(query, json!({ "id": session })).await.data()["session"].clone()
}

crate::on_both! {
    async fn no_session_is_left_to_come_of_what_is_called_off(app: TestApp) {
        let world = World::new(&app).await;
        for _ in 0..4 {
            let activity = make::activity(&world.staff, &world.community, &world.name("活动")).await;
            let session = make::session(&world.staff, &activity, "2022-03-04").await;
            let tries = (0..9).map(|i| {
                let (staff, activity, session) = (world.staff.clone(), activity.clone(), session.clone());
                async move {
                    match i % 3 {
                        0 => staff.mutate("scheduleSession", "session", "id", json!({ "activityId": activity, "heldOn": "2199-01-01" })).await,
                        1 => staff.mutate("amendSession", "session", "id", json!({ "id": session, "expectedVersion": 1, "heldOn": "2199-01-02" })).await,
                        _ => staff.mutate("cancelActivity", "activity", "id", json!({ "id": activity, "expectedVersion": 1, "reason": "降雨" })).await,
                    }
                }
            });
            let payloads = together(tries).await;
            assert!(payloads.iter().any(|payload| payload["activity"].is_object()), "{payloads:#?}");
            let left = world.staff.gql("query($f: SessionFilter) { sessions(filter: $f) { nodes { status } } }", json!({ "f": { "activityId": activity } })).await;
            for session in left.data()["sessions"]["nodes"].as_array().unwrap() {
                assert_eq!(session["status"], "CANCELLED");
            }
        }
    }

    async fn the_same_person_is_recorded_once_by_however_many_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let person = make::volunteer(&world.staff, &world.community, &resident).await;
        for round in 1..=4 {
            let session = session(&world).await;
            let inputs = (0..8).map(|i| match i % 2 {
                0 => came(&session, "residentId", &resident),
                _ => came(&session, "volunteerId", &person),
            });
            let payloads = mutate_together(&world.staff, "recordAttendance", "attendance", inputs).await;
            let (made, refused) = outcome(&payloads, "attendance");
            assert_eq!(made.len(), 1, "{payloads:#?}");
            assert!(refused.len() == 7 && refused.iter().all(|why| why[0].starts_with("DUPLICATE ")), "{refused:?}");
            assert_eq!(app.tables().await.rows("attendance"), round);
            assert_eq!(status(&world.staff, &session).await, json!({ "status": "HELD", "version": 2 }));
        }
    }

    async fn nobody_is_on_record_for_what_is_called_off(app: TestApp) {
        let world = World::new(&app).await;
        let residents = [world.resident().await, world.resident().await, world.resident().await];
        for _ in 0..5 {
            let session = session(&world).await;
            let mut tries = vec![("cancelSession", "session", json!({ "id": session, "expectedVersion": 1, "reason": "降雨" }))];
            tries.extend(residents.iter().map(|resident| ("recordAttendance", "attendance", came(&session, "residentId", resident))));
            tries.push(("recordHeadCount", "headCount", json!({ "sessionId": session, "persons": 30 })));
            together(tries.into_iter().map(|(mutation, object, input)| {
                let staff = world.staff.clone();
                async move { staff.mutate(mutation, object, "id", input).await }
            }))
            .await;
            let now = status(&world.staff, &session).await["status"].clone();
            assert!(now == "HELD" || now == "CANCELLED", "{now}");
        }
        for table in ["attendance", "head_count"] {
            let sql = format!("SELECT s.status FROM session s JOIN {table} a ON a.session_id = s.id WHERE a.voided_at IS NULL");
            assert!(app.texts(&sql, "status").await.iter().all(|status| status == "HELD"), "{table}");
        }
    }
}
