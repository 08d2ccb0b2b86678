//! How requests move on: every step from every state, with a timeline entry each; races, hand-backs, reopening, duplicates.

use entity::request_entry::{self, RequestEntryKind};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::{
    harness::{
        Actor, TestApp, World,
        actor::refusals,
        bulk::key_of,
        make, mutate_together,
        roles::{self, Who},
    },
    specimens::request,
};

const DONE: &[&str] = &[];

async fn read(actor: &Actor, id: &str) -> Value {
    let fields = "id version status handBacks reopenings dueOn dueProvisional overdue satisfaction closedOn settledAt answeredAt assignee { id } assigneeGrid { id }
        mergedInto { id } entries { kind status reason answer reopenings bySubmitter actor }";
    actor.gql(&format!("query($id: ID!) {{ request(id: $id) {{ {fields} }} }}"), json!({ "id": id })).await.data()["request"].clone()
}

async fn step(actor: &Actor, id: &str, mutation: &str, more: Value) -> Vec<String> {
    let version = make::version(actor, id).await;
    let mut input = json!({ "id": id, "expectedVersion": version });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    refusals(&actor.mutate(mutation, "request", "id", input).await)
}

/// A request in each state, and what each step needs.
async fn in_state(world: &World, state: &str) -> String {
    let reached = ["SUBMITTED", "ACCEPTED", "ASSIGNED", "IN_PROGRESS", "ANSWERED", "CALLED_BACK", "CLOSED"];
    if let Some(steps) = reached.iter().position(|of| *of == state) {
        return request(world, steps).await;
    }
    let id = request(world, 0).await;
    if state == "DECLINED" {
        make::moved_request(&world.staff, &id, &[("declineRequest", json!({ "answer": "不属社区职责" }))]).await;
    } else {
        let first = request(world, 0).await;
        make::moved_request(
            &world.staff,
            &first,
            &[("mergeRequests", json!({ "duplicateIds": [id], "reason": "重复" }))],
        )
        .await;
    }
    id
}

async fn entries(app: &TestApp, id: &str) -> Vec<request_entry::Model> {
    let own = request_entry::Entity::find().filter(request_entry::Column::RequestId.eq(key_of(id)));
    own.order_by_asc(request_entry::Column::Id).all(app.app.db.writer()).await.unwrap()
}

/// A mutation, what it is given, and from which state it leads to which.
type Step = (&'static str, Value, &'static [(&'static str, &'static str)]);

crate::on_both! {
    /// D1: what is finished is not set back or answered again. D2: no state changes without an entry that says who and why.
    async fn every_step_from_every_state_leads_where_the_table_says_or_nowhere(app: TestApp) {
        let world = World::new(&app).await;
        let worker = make::posted(&world.staff, &world.community, "李工").await;
        let steps: [Step; 9] = [
            ("acceptRequest", json!({}), &[("SUBMITTED", "ACCEPTED")]),
            ("declineRequest", json!({ "answer": "不予受理" }), &[("SUBMITTED", "DECLINED")]),
            ("assignRequest", json!({ "assigneeId": worker }), &[("ACCEPTED", "ASSIGNED"), ("ASSIGNED", "ASSIGNED"), ("IN_PROGRESS", "ASSIGNED")]),
            ("startRequest", json!({}), &[("ASSIGNED", "IN_PROGRESS")]),
            ("handBackRequest", json!({ "reason": "不归我管" }), &[("ASSIGNED", "ACCEPTED"), ("IN_PROGRESS", "ACCEPTED")]),
            ("answerRequest", json!({ "answer": "已更换" }), &[("IN_PROGRESS", "ANSWERED")]),
            ("callBackRequest", json!({ "satisfaction": 5 }), &[("ANSWERED", "CALLED_BACK")]),
            ("closeRequest", json!({ "settledAt": "SUB_DISTRICT" }), &[("CALLED_BACK", "CLOSED")]),
            ("reopenRequest", json!({ "reason": "又坏了" }), &[("ANSWERED", "ASSIGNED"), ("CALLED_BACK", "ASSIGNED"), ("CLOSED", "ASSIGNED")]),
        ];
        for state in ["SUBMITTED", "ACCEPTED", "DECLINED", "ASSIGNED", "IN_PROGRESS", "ANSWERED", "CALLED_BACK", "CLOSED", "MERGED"] {
            // Steps that are not open leave the request as it is, so one serves for all of these.
            let stays = in_state(&world, state).await;
            let before = (read(&world.staff, &stays).await, entries(&app, &stays).await);
            assert_eq!(before.0["status"], state);
            for (mutation, more, ways) in &steps {
                let Some((_, to)) = ways.iter().find(|(from, _)| *from == state) else {
                    assert_eq!(step(&world.staff, &stays, mutation, more.clone()).await, ["ILLEGAL_TRANSITION id"], "{mutation} from {state}");
                    continue;
                };
                let id = in_state(&world, state).await;
                let told = entries(&app, &id).await.len();
                assert_eq!(step(&world.staff, &id, mutation, more.clone()).await, DONE, "{mutation} from {state}");
                let (now, own) = (read(&world.staff, &id).await, entries(&app, &id).await);
                assert_eq!((&now["status"], own.len()), (&json!(to), told + 1), "{mutation} from {state}");
                let last = now["entries"].as_array().unwrap().last().unwrap();
                assert!(last["actor"].is_string() && last["status"] == *to, "{mutation}: {last}");
            }
            assert!((read(&world.staff, &stays).await, entries(&app, &stays).await) == before, "{state} was left alone");
        }
        app.in_order().await;
    }

    async fn of_two_who_close_a_request_one_wins(app: TestApp) {
        let world = World::new(&app).await;
        let id = request(&world, 5).await;
        let input = json!({ "id": id, "expectedVersion": 6, "settledAt": "COMMUNITY" });
        let payloads = mutate_together(&world.staff, "closeRequest", "request", vec![input; 6]).await;
        let (won, lost): (Vec<_>, Vec<_>) = payloads.iter().partition(|payload| !payload["request"].is_null());
        assert_eq!((won.len(), lost.len()), (1, 5), "{payloads:#?}");
        // D7: the second learns that somebody was faster, and which version it is now.
        for payload in lost {
            assert_eq!(refusals(payload), ["CONFLICT expectedVersion"]);
            assert_eq!(payload["userErrors"][0]["details"]["currentVersion"], 7);
        }
        assert_eq!(entries(&app, &id).await.iter().filter(|entry| entry.kind == RequestEntryKind::Closed).count(), 1);
        app.in_order().await;
    }

    async fn the_timeline_itself_cannot_be_changed_not_even_past_the_program(app: TestApp) {
        let world = World::new(&app).await;
        request(&world, 6).await;
        for sql in ["UPDATE request_entry SET reason = '改'", "DELETE FROM request_entry"] {
            let error = app.app.db.writer().execute_unprepared(sql).await.unwrap_err();
            assert!(error.to_string().contains("append-only"), "{error}");
        }
    }

    async fn it_is_handed_back_three_times_at_most_and_the_clock_goes_on(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-03-01T04:00:00Z".parse().unwrap());
        let (id, worker) = (request(&world, 1).await, make::posted(&world.staff, &world.community, "李工").await);
        let due = read(&world.staff, &id).await["dueOn"].clone();
        for day in 2..=4 {
            app.app.clock.hold(format!("2022-03-0{day}T04:00:00Z").parse().unwrap());
            assert_eq!(step(&world.staff, &id, "assignRequest", json!({ "assigneeId": worker })).await, DONE);
            assert_eq!(step(&world.staff, &id, "handBackRequest", json!({ "reason": " " })).await, ["REQUIRED reason"]);
            assert_eq!(step(&world.staff, &id, "handBackRequest", json!({ "reason": "不归我管" })).await, DONE);
        }
        let now = read(&world.staff, &id).await;
        assert_eq!((&now["handBacks"], &now["dueOn"], &now["assignee"]), (&json!(3), &due, &Value::Null));
        assert_eq!(step(&world.staff, &id, "assignRequest", json!({ "assigneeId": worker })).await, DONE);
        assert_eq!(step(&world.staff, &id, "handBackRequest", json!({ "reason": "还是不归我管" })).await, ["ILLEGAL_TRANSITION id"]);
        app.in_order().await;
    }

    async fn it_is_given_to_one_of_three_who_can_take_it(app: TestApp) {
        let world = World::new(&app).await;
        let (id, idle) = (request(&world, 1).await, make::staff_member(&world.staff, &world.community, "未任职").await);
        let grid = make::grid(&world.staff, &world.community, "网格").await;
        let worker = make::posted(&world.staff, &world.community, "李工").await;
        assert_eq!(step(&world.staff, &id, "assignRequest", json!({})).await, ["REQUIRED assigneeId"]);
        assert_eq!(step(&world.staff, &id, "assignRequest", json!({ "assigneeId": worker, "assigneeGridId": grid })).await, ["INVALID assigneeId"]);
        assert_eq!(step(&world.staff, &id, "assignRequest", json!({ "assigneeId": idle })).await, ["ILLEGAL_TRANSITION assigneeId"]);
        assert_eq!(step(&world.staff, &id, "assignRequest", json!({ "assigneeGridId": grid })).await, DONE);
        // What a grid's workers were given goes with the grid.
        let into = make::grid(&world.staff, &world.community, "并入网格").await;
        make::created(&world.staff, "mergeGrids", "grid", json!({ "gridId": grid, "intoGridId": into })).await;
        assert_eq!(read(&world.staff, &id).await["assigneeGrid"]["id"], json!(into));
        // And what a colleague has open goes to whoever takes their work over.
        assert_eq!(step(&world.staff, &id, "assignRequest", json!({ "assigneeId": worker })).await, DONE);
        let answered = request(&world, 4).await;
        let work = world.staff.gql("query($id: ID!) { openWork(staffMemberId: $id) { kind count items { id } } }", json!({ "id": worker })).await;
        assert_eq!(work.data()["openWork"], json!([{ "kind": "REQUEST", "count": 1, "items": [{ "id": id }] }]));
        let other = make::posted(&world.staff, &world.community, "王工").await;
        make::created(&world.staff, "handOver", "staffMember", json!({ "fromId": worker, "toId": other })).await;
        let now = read(&world.staff, &id).await;
        assert_eq!((&now["assignee"]["id"], &now["status"]), (&json!(other), &json!("ASSIGNED")));
        assert_eq!(now["entries"].as_array().unwrap().last().unwrap()["kind"], "HANDED_OVER");
        assert_ne!(read(&world.staff, &answered).await["assignee"]["id"], json!(other));
        app.in_order().await;
    }

    /// D3: reopened by who asked, within a window, from given states, with a reason; whoever handled it is told.
    async fn the_submitter_opens_it_again_within_the_window_with_a_reason(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-03-01T04:00:00Z".parse().unwrap());
        let (me, other) = (world.resident().await, world.resident().await);
        let place = key_of(&world.community);
        let resident = roles::account(&app, "me", place, &[Who::resident(key_of(&me))]).await;
        let neighbour = roles::account(&app, "other", place, &[Who::resident(key_of(&other))]).await;
        let worker = make::posted(&world.staff, &world.community, "李工").await;
        let id = make::request(&world.staff, &world.community, json!({ "residentId": me })).await;
        make::moved_request(&world.staff, &id, &[
            ("acceptRequest", json!({})), ("assignRequest", json!({ "assigneeId": worker })), ("startRequest", json!({})), ("answerRequest", json!({ "answer": "已更换" })),
            ("callBackRequest", json!({ "satisfaction": 2 })), ("closeRequest", json!({ "settledAt": "COMMUNITY" })),
        ]).await;
        let reopen = async |actor: &Actor, version: i64, reason: &str| {
            refusals(&actor.mutate("reopenRequest", "request", "id", json!({ "id": id, "expectedVersion": version, "reason": reason })).await)
        };
        assert_eq!(reopen(&neighbour, 7, "又坏了").await, ["NOT_FOUND id"]);
        assert_eq!(reopen(&resident, 7, " ").await, ["REQUIRED reason"]);
        assert_eq!(reopen(&resident, 6, "又坏了").await, ["CONFLICT expectedVersion"]);
        // 31 March is the thirtieth day, 1 April is too late.
        app.app.clock.hold("2022-04-01T04:00:00Z".parse().unwrap());
        assert_eq!(reopen(&resident, 7, "又坏了").await, ["ILLEGAL_TRANSITION id"]);
        app.app.clock.hold("2022-03-31T04:00:00Z".parse().unwrap());
        assert_eq!(reopen(&resident, 7, "又坏了").await, DONE);
        let now = read(&world.staff, &id).await;
        for (field, expected) in [
            ("status", json!("ASSIGNED")), ("reopenings", json!(1)), ("satisfaction", Value::Null), ("closedOn", Value::Null), ("settledAt", Value::Null),
            // Five working days from 31 March, over Qingming: 3 to 5 April are off, 2 April is worked on.
            ("answeredAt", Value::Null), ("dueOn", json!("2022-04-08")),
        ] {
            assert_eq!(now[field], expected, "{field}");
        }
        assert_eq!(now["assignee"]["id"], json!(worker), "it is whose it was");
        let last = now["entries"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["kind"], &last["reason"], &last["bySubmitter"]), (&json!("REOPENED"), &json!("又坏了"), &json!(true)));
        let told = world.staff.gql("query($id: ID!) { request(id: $id) { history(filter: { action: { eq: \"reopenRequest\" } }) { totalCount } } }", json!({ "id": id })).await;
        assert_eq!(told.data()["request"]["history"]["totalCount"], 1);
        assert_eq!(step(&world.staff, &id, "reopenRequest", json!({ "reason": "再来" })).await, ["ILLEGAL_TRANSITION id"]);
        app.in_order().await;
    }

    async fn duplicates_go_with_the_first_and_nobody_follows_a_chain(app: TestApp) {
        let world = World::new(&app).await;
        let (a, b, c) = (request(&world, 0).await, request(&world, 1).await, request(&world, 3).await);
        let closed = request(&world, 6).await;
        assert_eq!(step(&world.staff, &b, "mergeRequests", json!({ "duplicateIds": [a], "reason": "重复" })).await, DONE);
        assert_eq!(step(&world.staff, &c, "mergeRequests", json!({ "duplicateIds": [b], "reason": "重复" })).await, DONE);
        let ends = [read(&world.staff, &a).await, read(&world.staff, &b).await];
        assert!(ends.iter().all(|end| end["mergedInto"]["id"] == json!(c) && end["status"] == "MERGED"), "{ends:#?}");
        for (first, more, refused) in [
            (&c, json!({ "duplicateIds": [c], "reason": "重复" }), vec!["INVALID duplicateIds"]),
            (&c, json!({ "duplicateIds": [], "reason": "重复" }), vec!["REQUIRED duplicateIds"]),
            (&c, json!({ "duplicateIds": [closed, a], "reason": "重复" }), vec!["ILLEGAL_TRANSITION duplicateIds.0", "ILLEGAL_TRANSITION duplicateIds.1"]),
            (&closed, json!({ "duplicateIds": [request(&world, 0).await], "reason": "重复" }), vec!["ILLEGAL_TRANSITION id"]),
        ] {
            assert_eq!(step(&world.staff, first, "mergeRequests", more).await, refused);
        }
        let stale = json!({ "id": c, "expectedVersion": 1, "duplicateIds": [request(&world, 0).await], "reason": "重复" });
        assert_eq!(refusals(&world.staff.mutate("mergeRequests", "request", "id", stale).await), ["CONFLICT expectedVersion"]);
        app.in_order().await;
    }
}
