//! Joint projects: how they move on, who takes part, and what is whose.

use serde_json::{Value, json};

use crate::harness::{Actor, World, actor::refusals, make, mutate_together};

const STATES: [&str; 5] = ["PROPOSED", "APPROVED", "UNDER_WAY", "COMPLETED", "CANCELLED"];
const DECISIONS: [(&str, &str); 4] = [
    ("approveProject", "APPROVED"),
    ("startProject", "UNDER_WAY"),
    ("completeProject", "COMPLETED"),
    ("cancelProject", "CANCELLED"),
];

/// The decisions that lead from PROPOSED to a state.
fn way_to(state: &str) -> &'static [&'static str] {
    match state {
        "PROPOSED" => &[],
        "APPROVED" => &["approveProject"],
        "UNDER_WAY" => &["approveProject", "startProject"],
        "COMPLETED" => &["approveProject", "startProject", "completeProject"],
        "CANCELLED" => &["cancelProject"],
        other => panic!("no state {other}"),
    }
}

fn is_open(from: &str, to: &str) -> bool {
    matches!(
        (from, to),
        ("PROPOSED", "APPROVED")
            | ("APPROVED", "UNDER_WAY")
            | ("UNDER_WAY", "COMPLETED")
            | ("PROPOSED" | "APPROVED" | "UNDER_WAY", "CANCELLED")
    )
}

async fn decide(staff: &Actor, decision: &str, project: &str) -> Value {
    let mut input = json!({ "id": project, "expectedVersion": make::version(staff, project).await });
    if decision == "cancelProject" {
        input["reason"] = json!("场地未落实");
    }
    staff.mutate(decision, "project", "id status statusReason startedOn endedOn version", input).await
}

/// Money received for a project from one unit.
async fn received(world: &World, project: &str, units: &[&str], amount: Value) -> String {
    let contributors: Vec<Value> = units.iter().map(|unit| json!({ "partnerUnitId": unit })).collect();
    let input = json!({
        "communityId": world.community, "projectId": project, "kind": "CASH", "title": "资金", "contributors": contributors,
        "received": amount, "receivedOn": "2021-01-01",
    });
    make::created(&world.staff, "recordContribution", "contribution", input).await
}

async fn join(world: &World, project: &str, unit: &str, roles: &[&str], share: Option<&str>) -> Value {
    let input = json!({ "projectId": project, "partnerUnitId": unit, "roles": roles, "share": share });
    world.staff.mutate("addParticipation", "participation", "id version roles share { yuan precision }", input).await
}

async fn funding(staff: &Actor, project: &str) -> Value {
    let query = "query($id: ID!) { project(id: $id) { funding {
        budget { yuan precision } received { kind value { yuan precision } } sharedOut { yuan precision } unallocated { yuan precision } } } }";
    staff.gql(query, json!({ "id": project })).await.data()["project"]["funding"].clone()
}

fn money(yuan: &str, precision: &str) -> Value {
    json!({ "yuan": yuan, "precision": precision })
}

crate::on_both! {
    async fn every_decision_is_made_where_it_is_open_and_refused_elsewhere(app: TestApp) {
        let world = World::new(&app).await;
        for from in STATES {
            for (decision, to) in DECISIONS {
                let project = world.project().await;
                for step in way_to(from) {
                    assert_eq!(refusals(&decide(&world.staff, step, &project).await), [""; 0], "{step}");
                }
                let before = app.tables().await;
                let payload = decide(&world.staff, decision, &project).await;
                if is_open(from, to) {
                    assert_eq!(payload["project"]["status"], to, "{from} to {to}: {payload:#}");
                    continue;
                }
                assert_eq!(refusals(&payload), ["ILLEGAL_TRANSITION id"], "{from} to {to}");
                assert_eq!(payload["userErrors"][0]["details"], json!({ "from": from, "to": to }));
                let message = payload["userErrors"][0]["message"].as_str().unwrap();
                assert!(message.contains(from) && message.contains(to), "{message}");
                assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new(), "{from} to {to}");
            }
        }
    }

    /// Whichever door is taken: nothing is agreed to or handed over for a project that nobody approved, and nothing is promised for one that was called off.
    async fn aid_goes_with_the_state_of_its_project(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        for state in STATES {
            let title = world.name("项目");
            let project = make::project(&world.staff, &world.community, &title).await;
            let money = received(&world, &project, &[&world.unit().await], json!({ "yuan": "1000" })).await;
            let grant = async || {
                let input = json!({
                    "communityId": world.community, "residentId": resident, "contributionId": money, "value": "10", "givenOn": "2022-01-01",
                });
                world.staff.mutate("recordAid", "aidRecord", "id", input).await
            };
            // Those of a project that was called off are from the days before it could not be while aid was promised.
            let (first, second) = (make::id_of(&grant().await, "aidRecord"), make::id_of(&grant().await, "aidRecord"));
            for step in way_to(state).iter().filter(|step| **step != "cancelProject") {
                assert_eq!(refusals(&decide(&world.staff, step, &project).await), [""; 0], "{step}");
            }
            if state == "CANCELLED" {
                let promised = decide(&world.staff, "cancelProject", &project).await;
                assert_eq!(refusals(&promised), ["IN_USE id"]);
                assert_eq!(promised["userErrors"][0]["details"], json!({ "openAidRecords": 2 }));
                let sql = format!("UPDATE project SET status = 'CANCELLED', status_reason = '场地未落实' WHERE title = '{title}'");
                app.run(&sql).await;
            }
            let goes_on = !["PROPOSED", "CANCELLED"].contains(&state);
            let expected = |field: &str| if goes_on { vec![] } else { vec![format!("ILLEGAL_TRANSITION {field}")] };
            let one = async |mutation: &str, id: &str| {
                let input = json!({ "id": id, "expectedVersion": make::version(&world.staff, id).await });
                refusals(&world.staff.mutate(mutation, "aidRecord", "id", input).await)
            };
            let several = async |mutation: &str, id: &str| refusals(&world.staff.mutate(mutation, "aidRecords", "id", json!({ "ids": [id] })).await);
            assert_eq!(one("approveAid", &first).await, expected("id"), "{state}");
            assert_eq!(several("approveAidBatch", &second).await, expected("ids.0"), "{state}");
            if !goes_on {
                app.run("UPDATE aid_record SET status = 'APPROVED', approved_at = recorded_at, approved_by = recorded_by WHERE status = 'PLANNED'").await;
            }
            assert_eq!(one("deliverAid", &first).await, expected("id"), "{state}");
            assert_eq!(several("deliverAidBatch", &second).await, expected("ids.0"), "{state}");
            let another = refusals(&grant().await);
            assert_eq!(another, if state == "CANCELLED" { vec!["INVALID projectId"] } else { vec![] }, "{state}");
        }
    }

    async fn of_two_who_decide_at_once_one_wins(app: TestApp) {
        let world = World::new(&app).await;
        let project = world.project().await;
        make::created(&world.staff, "approveProject", "project", json!({ "id": project, "expectedVersion": 1 })).await;
        make::created(&world.staff, "startProject", "project", json!({ "id": project, "expectedVersion": 2 })).await;
        let close = json!({ "id": project, "expectedVersion": 3 });
        let payloads = mutate_together(&world.staff, "completeProject", "project", vec![close; 10]).await;
        let lost: Vec<_> = payloads.iter().filter(|payload| payload["project"].is_null()).map(refusals).collect();
        assert_eq!(lost, vec![["CONFLICT expectedVersion"]; 9]);
        assert_eq!(make::version(&world.staff, &project).await, 4);
    }

    async fn days_of_a_project_follow_one_another(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, project) = (&world.staff, world.project().await);
        decide(staff, "approveProject", &project).await;
        let start = |on: &str| json!({ "id": project, "expectedVersion": 2, "startedOn": on });
        assert_eq!(refusals(&staff.mutate("startProject", "project", "id", start("2199-01-01")).await), ["OUT_OF_RANGE startedOn"]);
        make::created(staff, "startProject", "project", start("2021-05-01")).await;
        let end = |on: &str| json!({ "id": project, "expectedVersion": 3, "endedOn": on });
        for day in ["2021-04-30", "2199-01-01"] {
            assert_eq!(refusals(&staff.mutate("completeProject", "project", "id", end(day)).await), ["OUT_OF_RANGE endedOn"], "{day}");
        }
        let done = staff.mutate("completeProject", "project", "startedOn endedOn status", end("2021-05-01")).await;
        assert_eq!(done["project"], json!({ "startedOn": "2021-05-01", "endedOn": "2021-05-01", "status": "COMPLETED" }));
    }

    async fn three_funders_without_shares_leave_the_whole_unallocated(app: TestApp) {
        let world = World::new(&app).await;
        let project = world.project().await;
        let units = [world.unit().await, world.unit().await, world.unit().await];
        for unit in &units {
            assert_eq!(refusals(&join(&world, &project, unit, &["FUNDER"], None).await), [""; 0]);
        }
        let units: Vec<&str> = units.iter().map(String::as_str).collect();
        received(&world, &project, &units, json!({ "yuan": "50000", "valuePrecision": "AT_LEAST" })).await;
        let shown = funding(&world.staff, &project).await;
        assert_eq!(shown["received"], json!([{ "kind": "CASH", "value": money("50000.00", "AT_LEAST") }]));
        assert_eq!(shown["unallocated"], money("50000.00", "AT_LEAST"), "never thirds");
        assert_eq!(shown["sharedOut"], money("0.00", "EXACT"));
        assert_eq!(shown["budget"], json!({ "yuan": null, "precision": "UNKNOWN" }));
    }

    async fn what_is_unallocated_is_as_sure_as_the_cash(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        for (amount, share, expected) in [
            (json!({ "yuan": "100.50" }), "40.25", money("60.25", "EXACT")),
            (json!({ "yuan": "100", "valuePrecision": "AT_LEAST" }), "40", money("60.00", "AT_LEAST")),
            (json!({ "yuan": "100", "valuePrecision": "ABOUT" }), "40", money("60.00", "ABOUT")),
            (json!({}), "40", json!({ "yuan": null, "precision": "UNKNOWN" })),
        ] {
            let project = world.project().await;
            received(&world, &project, &[&unit], amount.clone()).await;
            assert_eq!(refusals(&join(&world, &project, &unit, &["FUNDER"], Some(share)).await), [""; 0], "{amount}");
            assert_eq!(funding(&world.staff, &project).await["unallocated"], expected, "{amount}");
        }
        // Goods never enter the money.
        let project = world.project().await;
        let goods = json!({
            "communityId": world.community, "projectId": project, "kind": "GOODS", "title": "图书", "contributors": [{ "partnerUnitId": unit }],
            "received": { "quantity": "450", "yuan": "9000" },
        });
        make::created(&world.staff, "recordContribution", "contribution", goods).await;
        let shown = funding(&world.staff, &project).await;
        assert_eq!(shown["unallocated"], money("0.00", "EXACT"));
        assert_eq!(shown["received"], json!([{ "kind": "GOODS", "value": money("9000.00", "EXACT") }]));
    }

    async fn a_unit_with_two_roles_is_counted_once(app: TestApp) {
        let world = World::new(&app).await;
        let (project, unit) = (world.project().await, world.unit().await);
        received(&world, &project, &[&unit], json!({ "yuan": "1000" })).await;
        let joined = join(&world, &project, &unit, &["FUNDER", "HOST", "FUNDER"], Some("300")).await;
        assert_eq!(joined["participation"]["roles"], json!(["FUNDER", "HOST"]), "{joined:#}");
        let shown = funding(&world.staff, &project).await;
        assert_eq!(shown["sharedOut"], money("300.00", "EXACT"));
        assert_eq!(shown["unallocated"], money("700.00", "EXACT"));
        assert_eq!(refusals(&join(&world, &project, &unit, &["LABOUR"], None).await), ["DUPLICATE partnerUnitId"]);
        let query = "query($p: ID!, $u: ID!) { project(id: $p) { participations(filter: { role: { in: [FUNDER, HOST] } }) { totalCount nodes { roles } } }
            partnerUnit(id: $u) { participations { totalCount } contributions { totalCount } } }";
        let answer = world.staff.gql(query, json!({ "p": project, "u": unit })).await;
        assert_eq!(answer.data()["project"]["participations"], json!({ "totalCount": 1, "nodes": [{ "roles": ["FUNDER", "HOST"] }] }));
        assert_eq!(answer.data()["partnerUnit"], json!({ "participations": { "totalCount": 1 }, "contributions": { "totalCount": 1 } }));
    }

    async fn shares_are_never_more_than_the_cash_that_is_known_exactly(app: TestApp) {
        let world = World::new(&app).await;
        let (project, units) = (world.project().await, [world.unit().await, world.unit().await]);
        received(&world, &project, &[&units[0], &units[1]], json!({ "yuan": "100" })).await;
        let first = join(&world, &project, &units[0], &["FUNDER"], Some("60")).await;
        let payload = join(&world, &project, &units[1], &["FUNDER"], Some("40.01")).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE share"]);
        assert_eq!(payload["userErrors"][0]["details"], json!({ "asked": "40.01", "remaining": "40.00" }));
        assert_eq!(refusals(&join(&world, &project, &units[1], &["FUNDER"], Some("40")).await), [""; 0]);
        let id = make::id_of(&first, "participation");
        let amend = |version: i64, more: Value| {
            let mut input = json!({ "id": id, "expectedVersion": version });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        let fields = "roles share { yuan } version";
        let refused = world.staff.mutate("amendParticipation", "participation", fields, amend(1, json!({ "share": "60.01" }))).await;
        assert_eq!(refusals(&refused), ["OUT_OF_RANGE share"]);
        let refused = world.staff.mutate("amendParticipation", "participation", fields, amend(1, json!({ "roles": [] }))).await;
        assert_eq!(refusals(&refused), ["REQUIRED roles"]);
        let kept = world.staff.mutate("amendParticipation", "participation", fields, amend(1, json!({ "roles": ["LABOUR", "HOST"] }))).await;
        assert_eq!(kept["participation"], json!({ "roles": ["HOST", "LABOUR"], "share": { "yuan": "60.00" }, "version": 2 }));
        let cleared = world.staff.mutate("amendParticipation", "participation", fields, amend(2, json!({ "share": null }))).await;
        assert_eq!(cleared["participation"]["share"], Value::Null);
        assert_eq!(funding(&world.staff, &project).await["unallocated"], money("60.00", "EXACT"));
    }

    async fn of_shares_taken_at_once_none_is_taken_twice(app: TestApp) {
        let world = World::new(&app).await;
        let project = world.project().await;
        let mut inputs = Vec::new();
        for _ in 0..8 {
            inputs.push(json!({ "projectId": project, "partnerUnitId": world.unit().await, "roles": ["FUNDER"], "share": "30" }));
        }
        let payer = world.unit().await;
        received(&world, &project, &[&payer], json!({ "yuan": "100" })).await;
        let payloads = mutate_together(&world.staff, "addParticipation", "participation", inputs).await;
        let made = payloads.iter().filter(|payload| !payload["participation"].is_null()).count();
        assert_eq!(made, 3);
        assert_eq!(funding(&world.staff, &project).await["unallocated"], money("10.00", "EXACT"));
    }

    async fn a_proposal_tells_all_that_is_wrong_with_it(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let foreigner = make::staff_member(&world.stranger, &world.elsewhere, "外人").await;
        let before = app.tables().await;
        let wrong = json!({
            "communityId": world.community, "title": "", "description": "x".repeat(4001), "budget": { "yuan": "1.005" }, "responsibleId": foreigner,
            "participations": [
                { "partnerUnitId": unit, "roles": ["HOST"] }, { "partnerUnitId": unit, "roles": ["FUNDER"] },
                { "partnerUnitId": world.community, "roles": [], "share": "-1" },
            ],
        });
        let payload = world.staff.mutate("proposeProject", "project", "id", wrong).await;
        let expected = [
            "REQUIRED title", "OUT_OF_RANGE description", "INVALID budget.yuan", "NOT_FOUND responsibleId",
            "DUPLICATE participations.1.partnerUnitId", "INVALID participations.2.partnerUnitId", "REQUIRED participations.2.roles",
            "OUT_OF_RANGE participations.2.share",
        ];
        assert_eq!(refusals(&payload), expected);
        let unsure = json!({ "communityId": world.community, "title": "项目", "budget": { "yuan": "5", "precision": "UNKNOWN" } });
        assert_eq!(refusals(&world.staff.mutate("proposeProject", "project", "id", unsure).await), ["INVALID budget.yuan"]);
        let valueless = json!({ "communityId": world.community, "title": "项目", "budget": { "precision": "ABOUT" } });
        assert_eq!(refusals(&world.staff.mutate("proposeProject", "project", "id", valueless).await), ["REQUIRED budget.yuan"]);
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
    }

    async fn a_milestone_is_reached_once(app: TestApp) {
        let world = World::new(&app).await;
        let project = world.project().await;
        for (title, due) in [("竣工", Some("2199-01-01")), ("开工", Some("2021-01-01")), ("总结", None)] {
            make::created(&world.staff, "addMilestone", "milestone", json!({ "projectId": project, "title": title, "dueOn": due })).await;
        }
        let query = "query($id: ID!) { project(id: $id) { milestones { id title reachedOn } } }";
        let listed = world.staff.gql(query, json!({ "id": project })).await;
        let milestones = listed.data()["project"]["milestones"].as_array().unwrap().clone();
        let titles: Vec<_> = milestones.iter().map(|milestone| milestone["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["开工", "竣工", "总结"]);
        let reach = |version: i64, on: &str| json!({ "id": milestones[0]["id"], "expectedVersion": version, "reachedOn": on });
        make::created(&world.staff, "reachMilestone", "milestone", reach(1, "2021-02-01")).await;
        let payload = world.staff.mutate("reachMilestone", "milestone", "id", reach(2, "2021-02-02")).await;
        assert_eq!(refusals(&payload), ["ILLEGAL_TRANSITION id"]);
        let listed = world.staff.gql(query, json!({ "id": project })).await;
        assert_eq!(listed.data()["project"]["milestones"][0]["reachedOn"], "2021-02-01", "history stays");
    }
}
