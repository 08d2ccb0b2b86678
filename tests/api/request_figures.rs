//! What requests come to: the queues of those who handle them, counts by state and grid, and how soon and how well they were answered.

use serde_json::{Value, json};

use crate::harness::{
    Actor, TestApp, World,
    bulk::key_of,
    make,
    roles::{self, Who},
};

fn hold(app: &TestApp, at: &str) {
    app.app.clock.hold(at.parse().unwrap());
}

async fn answer(world: &World, id: &str, worker: &str) {
    make::moved_request(
        &world.staff,
        id,
        &[
            ("acceptRequest", json!({})),
            ("assignRequest", json!({ "assigneeId": worker })),
            ("startRequest", json!({})),
            ("answerRequest", json!({ "answer": "已办" })),
        ],
    )
    .await;
}

const TOTALS: &str =
    "received answered closed overdue onTimeShare medianHoursToAnswer ninetiethPercentileHoursToAnswer satisfaction";

async fn report(actor: &Actor, community: &str, from: &str, to: &str) -> Value {
    let query = format!(
        "query($id: ID!, $from: Date!, $to: Date!) {{ impactReport(communityId: $id, from: $from, to: $to) {{ requests {{ {TOTALS} }} }} }}"
    );
    actor.gql(&query, json!({ "id": community, "from": from, "to": to })).await.data()["impactReport"]["requests"]
        .clone()
}

crate::on_both! {
    async fn a_period_tells_what_came_in_and_how_soon_it_was_answered(app: TestApp) {
        let world = World::new(&app).await;
        let worker = make::posted(&world.staff, &world.community, "李工").await;
        hold(&app, "2022-03-01T02:00:00Z");
        // Five working days each: due on 8 March.
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(make::request(&world.staff, &world.community, json!({})).await);
        }
        let nothing = json!({
            "received": 0, "answered": 0, "closed": 0, "overdue": 0, "onTimeShare": null, "medianHoursToAnswer": null,
            "ninetiethPercentileHoursToAnswer": null, "satisfaction": null,
        });
        assert_eq!(report(&world.staff, &world.community, "2021-01-01", "2021-12-31").await, nothing);
        for (id, at) in ids.iter().zip(["2022-03-01T04:00:00Z", "2022-03-02T02:00:00Z", "2022-03-10T02:00:00Z"]) {
            hold(&app, at);
            answer(&world, id, &worker).await;
        }
        make::moved_request(&world.staff, &ids[0], &[("callBackRequest", json!({ "satisfaction": 4 })), ("closeRequest", json!({ "settledAt": "COMMUNITY" }))]).await;
        make::moved_request(&world.staff, &ids[1], &[("callBackRequest", json!({ "satisfaction": 5 }))]).await;
        make::moved_request(&world.staff, &ids[3], &[("declineRequest", json!({ "answer": "不属社区职责" }))]).await;
        // One late, one never answered; what was declined has no deadline to keep.
        assert_eq!(report(&world.staff, &world.community, "2022-03-01", "2022-03-31").await, json!({
            "received": 5, "answered": 3, "closed": 1, "overdue": 2, "onTimeShare": "0.5", "medianHoursToAnswer": "24",
            "ninetiethPercentileHoursToAnswer": "177.6", "satisfaction": "4.5",
        }));
        // Opened again and answered in time, it was late all the same.
        make::moved_request(&world.staff, &ids[2], &[("reopenRequest", json!({ "reason": "未办好" })), ("startRequest", json!({})), ("answerRequest", json!({ "answer": "已办好" }))]).await;
        assert_eq!(report(&world.staff, &world.community, "2022-03-01", "2022-03-31").await["overdue"], 2);
        // Others' figures are not theirs.
        assert_eq!(report(&world.stranger, &world.elsewhere, "2022-03-01", "2022-03-31").await, nothing);
    }

    async fn counts_are_by_state_and_by_grid(app: TestApp) {
        let world = World::new(&app).await;
        hold(&app, "2022-03-01T02:00:00Z");
        let grid = make::grid(&world.staff, &world.community, "一网格").await;
        let building = make::created(&world.staff, "registerBuilding", "building", json!({ "communityId": world.community, "gridId": grid, "name": "1 号楼" })).await;
        for more in [json!({ "buildingId": building }), json!({ "gridId": grid, "urgency": "EMERGENCY" }), json!({})] {
            make::request(&world.staff, &world.community, more).await;
        }
        let declined = make::request(&world.staff, &world.community, json!({ "gridId": grid })).await;
        make::moved_request(&world.staff, &declined, &[("declineRequest", json!({ "answer": "不属社区职责" }))]).await;
        hold(&app, "2022-03-03T02:00:00Z");
        let query = format!("query($id: ID!) {{ requestFigures(communityId: $id, from: \"2022-03-01\", to: \"2022-03-31\") {{ {TOTALS} byStatus {{ status count }} byGrid {{ grid {{ name }} open overdue }} }} }}");
        let found = world.staff.gql(&query, json!({ "id": world.community })).await.data()["requestFigures"].clone();
        assert_eq!(found["byStatus"], json!([{ "status": "DECLINED", "count": 1 }, { "status": "SUBMITTED", "count": 3 }]));
        let mut grids = found["byGrid"].as_array().unwrap().clone();
        grids.sort_by_key(|row| row["grid"].is_null());
        assert_eq!(grids, [json!({ "grid": { "name": "一网格" }, "open": 2, "overdue": 1 }), json!({ "grid": null, "open": 1, "overdue": 0 })]);
        assert_eq!((&found["received"], &found["overdue"]), (&json!(4), &json!(1)));
        let elsewhere = world.staff.gql(&query, json!({ "id": world.elsewhere })).await.data()["requestFigures"].clone();
        assert_eq!((&elsewhere["byStatus"], &elsewhere["byGrid"], &elsewhere["received"]), (&json!([]), &json!([]), &json!(0)));
    }

    async fn everybody_who_handles_requests_has_their_own_queues(app: TestApp) {
        let world = World::new(&app).await;
        hold(&app, "2022-03-01T02:00:00Z");
        let (member, other) = (make::posted(&world.staff, &world.community, "李工").await, make::posted(&world.staff, &world.community, "王工").await);
        let account = json!({ "communityId": world.community, "name": "li", "role": "STAFF", "staffMemberId": member });
        make::created(&world.operator, "createAccount", "accountRole", account).await;
        let li = tongxin::access::accounts::create_token(&app.app, "li", "test", None).await.unwrap();
        let li = Actor::new(app.router.clone(), Some(tongxin::access::token::reveal(&li).to_owned()));
        let grid = make::grid(&world.staff, &world.community, "一网格").await;
        make::created(&world.staff, "postStaffMember", "posting", json!({ "staffMemberId": member, "role": "GRID_WORKER", "gridId": grid, "startedOn": "2022-01-01" })).await;
        let give = async |more: Value, to: Value| {
            let id = make::request(&world.staff, &world.community, more).await;
            make::moved_request(&world.staff, &id, &[("acceptRequest", json!({})), ("assignRequest", to)]).await;
            id
        };
        let late = give(json!({ "urgency": "EMERGENCY" }), json!({ "assigneeId": member })).await;
        let today = give(json!({ "urgency": "URGENT", "category": "SAFETY" }), json!({ "assigneeGridId": grid })).await;
        let later = give(json!({}), json!({ "assigneeId": member })).await;
        give(json!({}), json!({ "assigneeId": other })).await;
        let done = give(json!({}), json!({ "assigneeId": member })).await;
        make::moved_request(&world.staff, &done, &[("startRequest", json!({})), ("answerRequest", json!({ "answer": "已办" }))]).await;
        hold(&app, "2022-03-03T02:00:00Z");
        let query = "query($id: ID!) { myWork(communityId: $id) { kind count requests { id } } }";
        let queue = |kind: &str, ids: &[&String]| json!({ "kind": kind, "count": ids.len(), "requests": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
        assert_eq!(li.gql(query, json!({ "id": world.community })).await.data()["myWork"], json!([
            queue("OVERDUE", &[&late]), queue("DUE_TODAY", &[&today]), queue("HANDED_TO_ME", &[&late, &today, &later]),
        ]));
        // Whoever is no staff member has none, nor has anybody elsewhere.
        for (actor, place) in [(&world.operator, &world.community), (&li, &world.elsewhere)] {
            assert_eq!(actor.gql(query, json!({ "id": place })).await.data()["myWork"], json!([]));
        }
        let resident = world.resident().await;
        let resident = roles::account(&app, "me", key_of(&world.community), &[Who::resident(key_of(&resident))]).await;
        assert_eq!(resident.gql(query, json!({ "id": world.community })).await.data()["myWork"], json!([]));
    }
}
