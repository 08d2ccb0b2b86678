//! Sponsorships: schedules by the calendar, and how instalments and the whole move on.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::harness::{Actor, TestApp, World, actor::refusals, make, mutate_together};

const FIELDS: &str = "id version status statusReason purpose startedOn endedOn amount { yuan precision } perYear { yuan } paid { yuan precision } nextDueOn
    instalments(orderBy: [DUE_ON_ASC], first: 100) { nodes { id version number dueOn status paidOn statusReason overdue amount { yuan } } }";

fn input(world: &World, resident: &str, unit: &str, more: Value) -> Value {
    let mut input = json!({
        "communityId": world.community, "residentId": resident, "partnerUnitId": unit, "purpose": "助学", "yuan": "2000",
        "paymentInterval": "YEAR", "firstDueOn": "2020-09-01", "instalments": 3,
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

async fn recorded(world: &World, more: Value) -> Value {
    let (resident, unit) = (world.resident().await, make::partner_unit(&world.staff, &world.name("单位")).await);
    let payload =
        world.staff.mutate("recordSponsorship", "sponsorship", FIELDS, input(world, &resident, &unit, more)).await;
    assert_eq!(refusals(&payload), Vec::<String>::new());
    payload["sponsorship"].clone()
}

async fn read(actor: &Actor, id: &Value) -> Value {
    actor.gql(&format!("query($id: ID!) {{ sponsorship(id: $id) {{ {FIELDS} }} }}"), json!({ "id": id })).await.data()["sponsorship"].clone()
}

/// The instalment with this number.
fn part(sponsorship: &Value, number: usize) -> &Value {
    &sponsorship["instalments"]["nodes"][number - 1]
}

/// One field of all instalments.
fn all(sponsorship: &Value, field: &str) -> Value {
    sponsorship["instalments"]["nodes"].as_array().unwrap().iter().map(|part| part[field].clone()).collect()
}

/// A step on an instalment, at the version that it has now; gives the refusals.
async fn step(world: &World, mutation: &str, sponsorship: &Value, number: usize, more: Value) -> Vec<String> {
    let now = read(&world.staff, &sponsorship["id"]).await;
    let mut input = json!({ "id": part(&now, number)["id"], "expectedVersion": part(&now, number)["version"] });
    if mutation != "payInstalment" {
        input["reason"] = json!("原因");
    }
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    refusals(&world.staff.mutate(mutation, "instalment", "id version status", input).await)
}

async fn turn(world: &World, mutation: &str, sponsorship: &Value, more: Value) -> Value {
    let version = make::version(&world.staff, sponsorship["id"].as_str().unwrap()).await;
    let mut input = json!({ "id": sponsorship["id"], "expectedVersion": version });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.staff.mutate(mutation, "sponsorship", FIELDS, input).await
}

fn hold(app: &TestApp, at: &str) {
    app.app.clock.hold(at.parse::<DateTime<Utc>>().unwrap());
}

const DONE: &[&str] = &[];

crate::on_both! {
    /// A double click without a key, and a second entry by a colleague, would double what the community reports.
    async fn what_a_unit_pays_for_one_purpose_is_on_record_once(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, unit) = (world.resident().await, make::partner_unit(&world.staff, &world.name("单位")).await);
        let payloads = mutate_together(&world.staff, "recordSponsorship", "sponsorship", vec![input(&world, &resident, &unit, json!({})); 8]).await;
        let made: Vec<&Value> = payloads.iter().filter(|payload| !payload["sponsorship"].is_null()).collect();
        assert_eq!(made.len(), 1, "{payloads:#?}");
        let first = &made[0]["sponsorship"];
        for lost in payloads.iter().filter(|payload| payload["sponsorship"].is_null()) {
            assert_eq!(refusals(lost), ["OVERLAP residentId"]);
            assert_eq!(lost["userErrors"][0]["details"], json!({ "sponsorshipId": first["id"] }));
        }
        let record = async |more: Value| {
            let input = input(&world, &resident, &unit, more);
            world.staff.mutate("recordSponsorship", "sponsorship", FIELDS, input).await
        };
        // The first covers three years.
        assert_eq!(refusals(&record(json!({ "firstDueOn": "2023-08-31", "instalments": 1 })).await), ["OVERLAP residentId"]);
        assert_eq!(refusals(&record(json!({ "purpose": "医疗" })).await), DONE);
        let later = record(json!({ "firstDueOn": "2023-09-01", "instalments": 1 })).await;
        assert_eq!(refusals(&later), DONE);
        let extended = turn(&world, "extendSponsorship", first, json!({ "instalments": 1 })).await;
        assert_eq!(refusals(&extended), ["OVERLAP instalments"]);
        assert_eq!(extended["userErrors"][0]["details"], json!({ "sponsorshipId": later["sponsorship"]["id"] }));
        // A mistake that was voided stands in nobody's way.
        assert_eq!(refusals(&turn(&world, "voidSponsorship", &later["sponsorship"], json!({ "reason": "重复登记" })).await), DONE);
        assert_eq!(refusals(&turn(&world, "extendSponsorship", first, json!({ "instalments": 1 })).await), DONE);
        app.in_order().await;
    }

    async fn the_whole_schedule_is_made_at_once_by_the_calendar(app: TestApp) {
        let world = World::new(&app).await;
        let made = recorded(&world, json!({ "paymentInterval": "MONTH", "firstDueOn": "2020-01-31", "instalments": 4, "yuan": "166.67" })).await;
        assert_eq!(all(&made, "dueOn"), json!(["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"]));
        assert_eq!(all(&made, "number"), json!([1, 2, 3, 4]));
        assert_eq!((all(&made, "status"), all(&made, "overdue")), (json!(["DUE", "DUE", "DUE", "DUE"]), json!([true, true, true, true])));
        for (field, expected) in [
            ("status", json!("ACTIVE")), ("startedOn", json!("2020-01-31")), ("endedOn", json!("2020-05-30")), ("nextDueOn", json!("2020-01-31")),
            ("amount", json!({ "yuan": "166.67", "precision": "EXACT" })), ("perYear", json!({ "yuan": "2000.04" })), ("paid", json!({ "yuan": "0.00", "precision": "EXACT" })),
        ] {
            assert_eq!(made[field], expected, "{field}");
        }
        // A year more: the day is that of the first again.
        let extended = &turn(&world, "extendSponsorship", &made, json!({ "instalments": 10 })).await["sponsorship"];
        assert_eq!((part(extended, 14)["dueOn"].clone(), part(extended, 12)["dueOn"].clone(), extended["endedOn"].clone()), (json!("2021-02-28"), json!("2020-12-31"), json!("2021-03-30")));
        assert_eq!(refusals(&turn(&world, "extendSponsorship", &made, json!({ "instalments": 107 })).await), ["OUT_OF_RANGE instalments"]);
        assert_eq!(turn(&world, "extendSponsorship", &made, json!({ "instalments": 106 })).await["sponsorship"]["endedOn"], "2030-01-30");

        let (resident, unit) = (world.resident().await, world.unit().await);
        for (more, expected) in [
            (json!({ "instalments": 0 }), "OUT_OF_RANGE instalments"),
            (json!({ "instalments": 121 }), "OUT_OF_RANGE instalments"),
            (json!({ "firstDueOn": "2199-06-01", "instalments": 2 }), "OUT_OF_RANGE instalments"),
            (json!({ "yuan": "0" }), "OUT_OF_RANGE yuan"),
            (json!({ "yuan": "0.001" }), "INVALID yuan"),
            (json!({ "purpose": " " }), "REQUIRED purpose"),
        ] {
            assert_eq!(refusals(&world.staff.mutate("recordSponsorship", "sponsorship", "id", input(&world, &resident, &unit, more)).await), [expected]);
        }
    }

    async fn nothing_falls_due_to_the_dead(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, unit) = (world.resident().await, world.unit().await);
        let died = json!({ "residentId": resident, "on": "2021-12-31" });
        make::created(&world.staff, "recordDeath", "lifeEvent", died).await;
        let record = |number: i32| input(&world, &resident, &unit, json!({ "instalments": number }));
        assert_eq!(refusals(&world.staff.mutate("recordSponsorship", "sponsorship", "id", record(3)).await), ["NOT_ELIGIBLE residentId"]);
        let made = world.staff.mutate("recordSponsorship", "sponsorship", "id", record(2)).await["sponsorship"].clone();
        assert_eq!(refusals(&turn(&world, "extendSponsorship", &made, json!({ "instalments": 1 })).await), ["NOT_ELIGIBLE id"]);
    }

    async fn instalments_are_paid_early_late_and_after_they_were_missed(app: TestApp) {
        let world = World::new(&app).await;
        hold(&app, "2021-10-01T04:00:00Z");
        let made = recorded(&world, json!({})).await;
        assert_eq!(all(&made, "overdue"), json!([true, true, false]));
        assert_eq!(step(&world, "payInstalment", &made, 1, json!({ "paidOn": "2021-10-02" })).await, ["OUT_OF_RANGE paidOn"]);
        assert_eq!(step(&world, "payInstalment", &made, 1, json!({ "paidOn": "2020-09-15" })).await, DONE);
        assert_eq!(step(&world, "payInstalment", &made, 1, json!({})).await, ["ILLEGAL_TRANSITION id"]);
        assert_eq!(step(&world, "missInstalment", &made, 1, json!({})).await, ["ILLEGAL_TRANSITION id"]);
        assert_eq!(step(&world, "missInstalment", &made, 3, json!({})).await, ["ILLEGAL_TRANSITION id"], "not before its day is past");
        assert_eq!(step(&world, "missInstalment", &made, 2, json!({})).await, DONE);
        assert_eq!(step(&world, "missInstalment", &made, 2, json!({})).await, ["ILLEGAL_TRANSITION id"]);
        assert_eq!(step(&world, "voidInstalmentPayment", &made, 2, json!({})).await, ["ILLEGAL_TRANSITION id"]);
        let now = read(&world.staff, &made["id"]).await;
        assert_eq!((all(&now, "status"), all(&now, "overdue")), (json!(["PAID", "MISSED", "DUE"]), json!([false, false, false])));
        assert_eq!((&now["paid"]["yuan"], &now["nextDueOn"], &part(&now, 2)["statusReason"]), (&json!("2000.00"), &json!("2022-09-01"), &json!("原因")));
        // Ahead of its day, and at last the one that was missed: nothing is due any more.
        assert_eq!(step(&world, "payInstalment", &made, 3, json!({})).await, DONE);
        let now = read(&world.staff, &made["id"]).await;
        assert_eq!((&now["status"], &now["version"], &now["nextDueOn"], &part(&now, 3)["paidOn"]), (&json!("COMPLETED"), &json!(2), &Value::Null, &json!("2021-10-01")));
        assert_eq!(step(&world, "payInstalment", &made, 2, json!({})).await, DONE);
        let now = read(&world.staff, &made["id"]).await;
        assert_eq!((&now["status"], &now["paid"]["yuan"], &part(&now, 2)["statusReason"]), (&json!("COMPLETED"), &json!("6000.00"), &Value::Null));
        // A wrong payment is taken back: it is due again, and the sponsorship runs again.
        assert_eq!(step(&world, "voidInstalmentPayment", &made, 3, json!({})).await, DONE);
        let now = read(&world.staff, &made["id"]).await;
        assert_eq!((&now["status"], &now["paid"]["yuan"], &part(&now, 3)["status"], &part(&now, 3)["paidOn"]), (&json!("ACTIVE"), &json!("4000.00"), &json!("DUE"), &Value::Null));
        // More instalments make a completed one run again.
        assert_eq!(step(&world, "payInstalment", &made, 3, json!({})).await, DONE);
        assert_eq!(turn(&world, "extendSponsorship", &made, json!({ "instalments": 1 })).await["sponsorship"]["status"], "ACTIVE");
    }

    async fn overdue_goes_by_the_day_where_the_community_is(app: TestApp) {
        let world = World::new(&app).await;
        // Ten to midnight in Beijing.
        hold(&app, "2020-09-01T15:50:00Z");
        let made = recorded(&world, json!({})).await;
        assert_eq!(part(&made, 1)["overdue"], false);
        assert_eq!(step(&world, "missInstalment", &made, 1, json!({})).await, ["ILLEGAL_TRANSITION id"]);
        hold(&app, "2020-09-01T16:10:00Z");
        assert_eq!(part(&read(&world.staff, &made["id"]).await, 1)["overdue"], true);
        app.run("UPDATE community SET time_zone = 'Asia/Urumqi'").await;
        assert_eq!(part(&read(&world.staff, &made["id"]).await, 1)["overdue"], false);
        assert_eq!(step(&world, "missInstalment", &made, 1, json!({})).await, ["ILLEGAL_TRANSITION id"]);
        let listed = "query($on: Date) { instalments(filter: { overdueOn: $on }) { totalCount } }";
        for (on, count) in [("2020-09-01", 0), ("2020-09-02", 1), ("2022-09-02", 3)] {
            assert_eq!(world.staff.gql(listed, json!({ "on": on })).await.data()["instalments"]["totalCount"], count, "{on}");
        }
    }

    async fn ending_early_keeps_what_was_due_before(app: TestApp) {
        let world = World::new(&app).await;
        hold(&app, "2022-03-04T04:00:00Z");
        let made = recorded(&world, json!({ "instalments": 5 })).await;
        assert_eq!(step(&world, "payInstalment", &made, 4, json!({})).await, DONE);
        for (on, expected) in [("2022-03-05", "OUT_OF_RANGE endedOn"), ("2020-08-31", "OUT_OF_RANGE endedOn")] {
            assert_eq!(refusals(&turn(&world, "endSponsorship", &made, json!({ "endedOn": on, "reason": "单位注销" })).await), [expected]);
        }
        assert_eq!(refusals(&turn(&world, "endSponsorship", &made, json!({ "reason": " " })).await), ["REQUIRED reason"]);
        let ended = &turn(&world, "endSponsorship", &made, json!({ "endedOn": "2021-09-01", "reason": "单位注销" })).await["sponsorship"];
        assert_eq!(all(ended, "status"), json!(["DUE", "DUE", "ENDED", "PAID", "ENDED"]), "{ended:#}");
        assert_eq!((&ended["status"], &ended["statusReason"], &ended["endedOn"], &part(ended, 3)["statusReason"]), (&json!("ENDED"), &json!("单位注销"), &json!("2021-09-01"), &json!("单位注销")));
        assert_eq!(step(&world, "payInstalment", &made, 3, json!({})).await, ["ILLEGAL_TRANSITION id"]);
        assert_eq!(step(&world, "payInstalment", &made, 1, json!({})).await, DONE);
        assert_eq!(step(&world, "missInstalment", &made, 2, json!({})).await, DONE);
        // Taken back, the payment ahead of the end is not due again.
        assert_eq!(step(&world, "voidInstalmentPayment", &made, 4, json!({})).await, DONE);
        let now = read(&world.staff, &made["id"]).await;
        assert_eq!((all(&now, "status"), &now["status"]), (json!(["PAID", "MISSED", "ENDED", "ENDED", "ENDED"]), &json!("ENDED")));
        for (mutation, more) in [("endSponsorship", json!({ "reason": "再次" })), ("extendSponsorship", json!({ "instalments": 1 }))] {
            assert_eq!(refusals(&turn(&world, mutation, &made, more).await), ["ILLEGAL_TRANSITION id"], "{mutation}");
        }
        let events = app.texts("SELECT subject_kind FROM event WHERE action = 'endSponsorship' ORDER BY seq", "subject_kind").await;
        assert_eq!(events, ["instalment", "instalment", "sponsorship"]);
    }

    async fn one_that_has_not_begun_is_called_off(app: TestApp) {
        let world = World::new(&app).await;
        hold(&app, "2020-03-04T04:00:00Z");
        let made = recorded(&world, json!({})).await;
        let ended = &turn(&world, "endSponsorship", &made, json!({ "reason": "单位撤回" })).await["sponsorship"];
        assert_eq!((&ended["endedOn"], &ended["startedOn"], &ended["nextDueOn"]), (&json!("2020-03-04"), &json!("2020-09-01"), &Value::Null), "{ended:#}");
        let current = "query($on: Date) { sponsorships(filter: { currentOn: $on }) { totalCount } }";
        for on in ["2020-03-04", "2020-09-01"] {
            assert_eq!(world.staff.gql(current, json!({ "on": on })).await.data()["sponsorships"]["totalCount"], 0, "{on}");
        }
    }

    async fn what_is_voided_counts_nowhere_and_its_events_remain(app: TestApp) {
        let world = World::new(&app).await;
        let made = recorded(&world, json!({ "instalments": 2 })).await;
        for number in [1, 2] {
            assert_eq!(step(&world, "payInstalment", &made, number, json!({ "paidOn": "2021-09-15" })).await, DONE);
        }
        let voided = &turn(&world, "voidSponsorship", &made, json!({ "reason": "重复登记" })).await["sponsorship"];
        assert_eq!((&voided["status"], &voided["paid"]["yuan"], &voided["nextDueOn"]), (&json!("VOIDED"), &json!("0.00"), &Value::Null), "{voided:#}");
        assert_eq!((all(voided, "status"), all(voided, "paidOn")), (json!(["ENDED", "ENDED"]), json!([null, null])));
        let counted = "{ instalments(filter: { or: [{ status: { eq: PAID } }, { paidOn: { from: \"2000-01-01\" } }, { overdueOn: \"2199-01-01\" }] }) { totalCount }
            sponsorships(filter: { currentOn: \"2021-01-01\" }) { totalCount } }";
        assert_eq!(world.staff.ask(counted).await.data(), &json!({ "instalments": { "totalCount": 0 }, "sponsorships": { "totalCount": 0 } }));
        for (mutation, more) in [
            ("amendSponsorship", json!({ "purpose": "另一用途" })), ("endSponsorship", json!({ "reason": "再次" })),
            ("voidSponsorship", json!({ "reason": "再次" })), ("extendSponsorship", json!({ "instalments": 1 })),
        ] {
            assert_eq!(refusals(&turn(&world, mutation, &made, more).await), ["ILLEGAL_TRANSITION id"], "{mutation}");
        }
        for mutation in ["payInstalment", "missInstalment", "voidInstalmentPayment"] {
            assert_eq!(step(&world, mutation, &made, 1, json!({})).await, ["ILLEGAL_TRANSITION id"], "{mutation}");
        }
        let events = app.texts("SELECT action FROM event WHERE subject_kind = 'instalment' ORDER BY seq", "action").await;
        assert_eq!(events, ["payInstalment", "payInstalment", "voidSponsorship", "voidSponsorship"]);
    }

    async fn a_sponsorship_is_reached_from_all_sides(app: TestApp) {
        let world = World::new(&app).await;
        // A unit that is not paired: the community works with whoever sponsors its residents.
        let (resident, unit, project) = (world.resident().await, make::partner_unit(&world.staff, "书画院分会").await, world.project().await);
        let id = make::created(&world.staff, "recordSponsorship", "sponsorship", input(&world, &resident, &unit, json!({}))).await;
        let amended = turn(&world, "amendSponsorship", &json!({ "id": id }), json!({ "purpose": "资助就学", "projectId": project })).await;
        assert_eq!(amended["sponsorship"]["purpose"], "资助就学", "{amended:#}");
        let query = "query($r: ID!, $u: ID!, $p: ID!, $c: ID!) { resident(id: $r) { sponsorships { nodes { id } } } partnerUnit(id: $u) { name sponsorships { nodes { id resident { id } } } }
            project(id: $p) { sponsorships { nodes { purpose project { id } } } } community(id: $c) { sponsorships { totalCount } } instalments(first: 1) { nodes { number sponsorship { id partnerUnit { id } } } } }";
        let shown = world.staff.gql(query, json!({ "r": resident, "u": unit, "p": project, "c": world.community })).await;
        assert_eq!(shown.data(), &json!({
            "resident": { "sponsorships": { "nodes": [{ "id": id }] } },
            "partnerUnit": { "name": "书画院分会", "sponsorships": { "nodes": [{ "id": id, "resident": { "id": resident } }] } },
            "project": { "sponsorships": { "nodes": [{ "purpose": "资助就学", "project": { "id": project } }] } },
            "community": { "sponsorships": { "totalCount": 1 } },
            "instalments": { "nodes": [{ "number": 1, "sponsorship": { "id": id, "partnerUnit": { "id": unit } } }] },
        }));
        let aliases = "query($r: ID!) { sponsorships(filter: { residentId: $r }) { nodes { recipientAlias } } }";
        let alias = world.staff.gql(aliases, json!({ "r": resident })).await.data()["sponsorships"]["nodes"][0]["recipientAlias"].clone();
        let (goods, other) = (world.goods().await, world.resident().await);
        for (who, same) in [(&resident, true), (&other, false)] {
            let aid = make::aid(&world.staff, &world.community, who, &goods, json!({ "quantity": "1" })).await;
            let shown = world.staff.gql("query($id: ID!) { aidRecord(id: $id) { recipientAlias } }", json!({ "id": aid })).await;
            assert_eq!(shown.data()["aidRecord"]["recipientAlias"] == alias, same, "one recipient, one alias");
        }
        assert!(world.stranger.ask("{ sponsorships { totalCount } instalments { totalCount } }").await.data().as_object().unwrap().values().all(|list| list["totalCount"] == 0));
        let clear = turn(&world, "amendSponsorship", &json!({ "id": id }), json!({ "projectId": null })).await;
        assert_eq!((refusals(&clear), &clear["sponsorship"]["version"]), (vec![], &json!(3)));
    }

    async fn what_is_due_on_a_day_is_neither_paid_nor_missed_nor_another_communitys(app: TestApp) {
        let world = World::new(&app).await;
        let (one, two) = (recorded(&world, json!({})).await, recorded(&world, json!({ "firstDueOn": "2021-01-01", "instalments": 2 })).await);
        let pay = json!({ "id": part(&one, 1)["id"], "expectedVersion": 1, "paidOn": "2020-09-15" });
        make::created(&world.staff, "payInstalment", "instalment", pay).await;
        let query = "query($c: ID!, $on: Date!) { dueInstalments(communityId: $c, on: $on, orderBy: [DUE_ON_ASC]) { totalCount nodes { id } } }";
        for (on, expected) in [
            ("2020-12-31", vec![]),
            ("2021-01-01", vec![part(&two, 1)]),
            ("2021-09-01", vec![part(&two, 1), part(&one, 2)]),
            ("2199-01-01", vec![part(&two, 1), part(&one, 2), part(&two, 2), part(&one, 3)]),
        ] {
            let due = world.staff.gql(query, json!({ "c": world.community, "on": on })).await.data()["dueInstalments"].clone();
            let ids: Vec<&Value> = due["nodes"].as_array().unwrap().iter().map(|node| &node["id"]).collect();
            assert_eq!(ids, expected.iter().map(|part| &part["id"]).collect::<Vec<_>>(), "{on}");
            assert_eq!(due["totalCount"], expected.len());
        }
        let none = world.stranger.gql(query, json!({ "c": world.community, "on": "2199-01-01" })).await;
        assert_eq!(none.data()["dueInstalments"]["totalCount"], 0);
    }
}
