//! Moving out and dying: what closes with it, and that the answer says so.

use serde_json::{Value, json};

use crate::harness::{Actor, TestApp, World, actor::refusals, make};

pub const CLOSED: &str = "id kind on note resident { id } endedMemberships { id endedOn resident { id } } endedCircumstances { kind endedOn } cancelledAid { id status statusReason }";

/// Contributions whose running sums are not those of their grants.
pub const MISCOUNTED: &str = "SELECT c.title AS title FROM contribution c LEFT JOIN aid_record a ON a.contribution_id = c.id GROUP BY c.id, c.title,
    c.allocated_milli, c.allocated_fen, c.delivered_milli, c.delivered_fen
    HAVING c.allocated_milli <> COALESCE(SUM(CASE WHEN a.status IN ('PLANNED', 'APPROVED', 'DELIVERED') THEN a.quantity_milli END), 0)
        OR c.allocated_fen <> COALESCE(SUM(CASE WHEN a.status IN ('PLANNED', 'APPROVED', 'DELIVERED') THEN a.value_fen END), 0)
        OR c.delivered_milli <> COALESCE(SUM(CASE WHEN a.status = 'DELIVERED' THEN a.quantity_milli END), 0)
        OR c.delivered_fen <> COALESCE(SUM(CASE WHEN a.status = 'DELIVERED' THEN a.value_fen END), 0)";

pub struct Family {
    pub household: String,
    pub head: String,
    pub others: Vec<String>,
}

/// A household since 2020: a head, and so many others.
pub async fn family(world: &World, others: usize) -> Family {
    let (building, head) = (world.building().await, world.resident().await);
    let input = json!({ "communityId": world.community, "buildingId": building, "room": "1", "headId": head, "startedOn": "2020-01-01" });
    let household = make::created(&world.staff, "registerHousehold", "household", input).await;
    let mut family = Family { household, head, others: Vec::new() };
    for _ in 0..others {
        let member = world.resident().await;
        let join = json!({ "householdId": family.household, "residentId": member, "relation": "CHILD", "startedOn": "2020-02-01" });
        make::created(&world.staff, "addHouseholdMember", "household", join).await;
        family.others.push(member);
    }
    family
}

/// Goods of which 100 pieces worth 1,000 yuan came.
pub async fn goods(world: &World) -> String {
    let unit = world.unit().await;
    let input = json!({
        "communityId": world.community, "kind": "GOODS", "title": world.name("物资"), "unit": "件",
        "contributors": [{ "partnerUnitId": unit }], "received": { "quantity": "100", "yuan": "1000" }, "receivedOn": "2020-01-01",
    });
    make::created(&world.staff, "recordContribution", "contribution", input).await
}

/// A grant after these decisions.
pub async fn grant(world: &World, whom: (&str, &str), goods: &str, decisions: &[&str]) -> String {
    let input = json!({
        "communityId": world.community, whom.0: whom.1, "contributionId": goods, "quantity": "2", "value": "20.50", "givenOn": "2021-01-01",
    });
    let id = make::created(&world.staff, "recordAid", "aidRecord", input).await;
    for (version, decision) in (1..).zip(decisions) {
        let mut input = json!({ "id": id, "expectedVersion": version });
        if *decision == "deliverAid" {
            input["deliveredAt"] = json!("2021-01-02T08:00:00+08:00");
        }
        make::created(&world.staff, decision, "aidRecord", input).await;
    }
    id
}

async fn low_income(world: &World, resident: &str, from: &str) {
    let input = json!({
        "residentId": resident, "kind": "LOW_INCOME", "startedOn": from, "legalBasis": "STATUTORY_DUTY", "legalBasisReason": "低保名册",
    });
    make::created(&world.staff, "recordCircumstance", "circumstance", input).await;
}

async fn allocated(staff: &Actor, goods: &str) -> Value {
    let query = "query($id: ID!) { contribution(id: $id) { allocated { quantity { value } value { yuan } } } }";
    staff.gql(query, json!({ "id": goods })).await.data()["contribution"]["allocated"].clone()
}

async fn agree(app: &TestApp) {
    assert_eq!(app.texts(MISCOUNTED, "title").await, Vec::<String>::new(), "the sums are those of the grants");
}

crate::on_both! {
    async fn what_would_fall_due_after_a_death_is_not_to_be_paid_and_the_answer_says_so(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, unit, pupil) = (&world.staff, world.unit().await, world.resident().await);
        // Due on the first of September, in 2020 and in 2021.
        let own = make::sponsorship(staff, &world.community, &pupil, &unit).await;
        let others = make::sponsorship(staff, &world.community, &world.resident().await, &unit).await;
        let input = json!({ "residentId": pupil, "on": "2021-06-01" });
        let closed = "endedSponsorships { id status endedOn statusReason } endedInstalments { dueOn status statusReason }";
        let event = staff.mutate("recordDeath", "lifeEvent", closed, input).await["lifeEvent"].clone();
        let reason = "居民已于 2021-06-01 去世";
        assert_eq!(event["endedSponsorships"], json!([{ "id": own, "status": "ENDED", "endedOn": "2021-06-01", "statusReason": reason }]));
        assert_eq!(event["endedInstalments"], json!([{ "dueOn": "2021-09-01", "status": "ENDED", "statusReason": reason }]));
        let query = "query($id: ID!) { sponsorship(id: $id) { status instalments(orderBy: [DUE_ON_ASC]) { nodes { status } } } }";
        let shown = async |id: &str| staff.gql(query, json!({ "id": id })).await.data()["sponsorship"].clone();
        let parts = |first: &str, second: &str| json!({ "nodes": [{ "status": first }, { "status": second }] });
        assert_eq!(shown(&own).await["instalments"], parts("DUE", "ENDED"), "what was due before is owed still");
        assert_eq!(shown(&others).await, json!({ "status": "ACTIVE", "instalments": parts("DUE", "DUE") }));
        // What is due still is paid late.
        let first = make::instalment(staff, &own).await;
        make::created(staff, "payInstalment", "instalment", json!({ "id": first, "expectedVersion": 1, "paidOn": "2021-07-01" })).await;
    }

    async fn a_family_that_moves_out_closes_what_it_had_and_is_told_what(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, goods) = (&world.staff, goods(&world).await);
        let Family { household, head, others } = family(&world, 2).await;
        low_income(&world, &head, "2020-05-01").await;
        low_income(&world, &others[0], "2021-09-01").await;
        let planned = grant(&world, ("residentId", &head), &goods, &[]).await;
        let approved = grant(&world, ("residentId", &others[1]), &goods, &["approveAid"]).await;
        let delivered = grant(&world, ("residentId", &head), &goods, &["approveAid", "deliverAid"]).await;
        let of_household = grant(&world, ("householdId", &household), &goods, &["approveAid"]).await;
        let elsewhere = grant(&world, ("residentId", &world.resident().await), &goods, &[]).await;
        assert_eq!(allocated(staff, &goods).await["quantity"]["value"], "10");

        let input = json!({ "residentIds": [head, others[0], others[1]], "on": "2021-06-01", "note": "随子女迁居" });
        let payload = staff.mutate("recordMoveOut", "lifeEvent", &format!("{CLOSED} together {{ {CLOSED} }}"), input).await;
        let events = payload["lifeEvent"]["together"].as_array().unwrap_or_else(|| panic!("{payload:#}"));
        assert_eq!(events.len(), 3);
        for (event, resident) in events.iter().zip([&head, &others[0], &others[1]]) {
            assert_eq!((&event["kind"], &event["on"], &event["resident"]["id"]), (&json!("MOVE_OUT"), &json!("2021-06-01"), &json!(resident)));
            assert_eq!(event["endedMemberships"].as_array().unwrap().len(), 1);
            assert_eq!(event["endedMemberships"][0]["endedOn"], "2021-06-01");
            assert_eq!(event["endedMemberships"][0]["resident"]["id"], resident.as_str());
        }
        let circumstances: Vec<&Value> = events.iter().map(|event| &event["endedCircumstances"]).collect();
        assert_eq!(*circumstances[0], json!([{ "kind": "LOW_INCOME", "endedOn": "2021-06-01" }]));
        assert_eq!(*circumstances[1], json!([{ "kind": "LOW_INCOME", "endedOn": "2021-09-01" }]), "it began later and ends as it begins");
        let cancelled = |ids: &[&str]| -> Value {
            ids.iter().map(|id| json!({ "id": id, "status": "CANCELLED", "statusReason": "居民已于 2021-06-01 迁出" })).collect()
        };
        assert_eq!(events[0]["cancelledAid"], cancelled(&[&planned, &of_household]), "its own, and that of the household which is empty now");
        assert_eq!(events[2]["cancelledAid"], cancelled(&[&approved]));
        // Nothing else was touched, and what was set aside is free again to the fen.
        assert_eq!(make::version(staff, &delivered).await, 3);
        assert_eq!(make::version(staff, &elsewhere).await, 1);
        assert_eq!(allocated(staff, &goods).await, json!({ "quantity": { "value": "4" }, "value": { "yuan": "41.00" } }));
        agree(&app).await;

        let query = "query($r: ID!, $h: ID!) { resident(id: $r) { lifeStatus lifeStatusOn household { id } building { id } lifeEvents { kind } }
            household(id: $h) { head { id } members { id } memberships { id } aidRecords { totalCount } } }";
        let shown = staff.gql(query, json!({ "r": head, "h": household })).await;
        let expected = json!({ "lifeStatus": "MOVED_OUT", "lifeStatusOn": "2021-06-01", "household": null, "building": null, "lifeEvents": [{ "kind": "MOVE_OUT" }] });
        assert_eq!(shown.data()["resident"], expected);
        let expected = json!({ "head": null, "members": [], "aidRecords": { "totalCount": 4 } });
        let mut household = shown.data()["household"].clone();
        assert_eq!(household.as_object_mut().unwrap().remove("memberships").unwrap().as_array().unwrap().len(), 3);
        assert_eq!(household, expected, "it stays on record with its history and its aid");
    }

    async fn who_leaves_volunteers_no_longer_and_who_dies_is_in_the_party_no_longer(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, team) = (&world.staff, make::team(&world.staff, &world.community, "红马甲").await);
        let closed = "endedEnrolments { id endedOn endedReason } endedTeamMemberships { id endedOn } endedPartyMemberships { id endedOn }";
        for (mutation, field, died) in [("recordMoveOut", "residentIds", false), ("recordDeath", "residentId", true)] {
            let resident = world.resident().await;
            let volunteer = make::volunteer(staff, &world.community, &resident).await;
            let membership = make::member(staff, &team, &volunteer).await;
            let standing = json!({ "volunteerId": volunteer, "standing": "MEMBER", "startedOn": "2021-01-01" });
            let standing = make::created(staff, "recordPartyMembership", "partyMembership", standing).await;
            let whom = if died { json!(resident) } else { json!([resident]) };
            let payload = staff.mutate(mutation, "lifeEvent", closed, json!({ field: whom, "on": "2021-06-01" })).await;
            let reason = if died { "居民已于 2021-06-01 去世" } else { "居民已于 2021-06-01 迁出" };
            let ended = |id: &str| json!([{ "id": id, "endedOn": "2021-06-01" }]);
            let expected = json!({
                "endedEnrolments": [{ "id": volunteer, "endedOn": "2021-06-01", "endedReason": reason }],
                "endedTeamMemberships": ended(&membership),
                "endedPartyMemberships": if died { ended(&standing) } else { json!([]) },
            });
            assert_eq!(payload["lifeEvent"], expected, "{mutation}");
        }
    }

    async fn a_head_who_dies_leaves_a_head_behind_and_the_household_keeps_its_aid(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, goods) = (&world.staff, goods(&world).await);
        let Family { household, head, others } = family(&world, 2).await;
        let of_household = grant(&world, ("householdId", &household), &goods, &[]).await;
        let die = |more: Value| {
            let mut input = json!({ "residentId": head, "on": "2021-06-01" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        let before = app.tables().await;
        for (more, expected) in [
            (json!({}), vec!["REQUIRED successorId"]),
            (json!({ "successorId": household }), vec!["INVALID successorId"]),
            (json!({ "successorId": head }), vec!["NOT_FOUND successorId"]),
            (json!({ "on": "2019-12-31", "successorId": others[0] }), vec!["OUT_OF_RANGE on"]),
            (json!({ "on": "2199-01-01" }), vec!["REQUIRED successorId", "OUT_OF_RANGE on"]),
            (json!({ "successorId": others[0], "relations": [{ "residentId": others[1], "relation": "HEAD" }] }), vec!["INVALID relations.0.relation"]),
            (json!({ "successorId": others[0], "relations": [{ "residentId": head, "relation": "SPOUSE" }] }), vec!["NOT_FOUND relations.0.residentId"]),
            (json!({ "expectedVersion": 7, "note": "x".repeat(501) }), vec!["CONFLICT expectedVersion", "OUT_OF_RANGE note"]),
        ] {
            let payload = staff.mutate("recordDeath", "lifeEvent", "id", die(more.clone())).await;
            assert_eq!(refusals(&payload), expected, "{more}");
        }
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        let relations = json!([{ "residentId": others[1], "relation": "SIBLING" }]);
        make::created(staff, "recordDeath", "lifeEvent", die(json!({ "successorId": others[0], "relations": relations }))).await;
        let query = "query($h: ID!, $a: ID!) { household(id: $h) { head { id } members { relation resident { id } } } aidRecord(id: $a) { status } }";
        let shown = staff.gql(query, json!({ "h": household, "a": of_household })).await;
        let members = json!([{ "relation": "HEAD", "resident": { "id": others[0] } }, { "relation": "SIBLING", "resident": { "id": others[1] } }]);
        assert_eq!(shown.data()["household"], json!({ "head": { "id": others[0] }, "members": members }));
        assert_eq!(shown.data()["aidRecord"]["status"], "PLANNED", "somebody lives there still");
        // The last two go one after the other, and with the last goes what the household was promised.
        make::created(staff, "recordMoveOut", "lifeEvent", json!({ "residentIds": [others[1]], "on": "2021-07-01" })).await;
        let last = json!({ "householdId": household, "residentId": others[0], "endedOn": "2021-07-02" });
        make::created(staff, "endHouseholdMembership", "household", last).await;
        let shown = staff.gql(query, json!({ "h": household, "a": of_household })).await;
        assert_eq!(shown.data()["aidRecord"]["status"], "CANCELLED");
        agree(&app).await;
    }

    async fn all_that_is_wrong_with_a_moving_out_is_told_together(app: TestApp) {
        let world = World::new(&app).await;
        let (one, other) = (family(&world, 1).await, family(&world, 0).await);
        let gone = world.resident().await;
        make::created(&world.staff, "recordMoveOut", "lifeEvent", json!({ "residentIds": [gone], "on": "2021-01-01" })).await;
        let foreign = make::resident(&world.stranger, &world.elsewhere, "外人").await;
        let before = app.tables().await;
        for (ids, expected) in [
            (json!([]), vec!["REQUIRED residentIds"]),
            (json!([foreign, one.head]), vec!["NOT_FOUND residentIds.0"]),
            (json!([one.head, one.head]), vec!["DUPLICATE residentIds.1"]),
            (json!([one.head, one.others[0], other.head]), vec!["INVALID residentIds"]),
            (json!([one.others[0], gone]), vec!["ILLEGAL_TRANSITION residentIds.1"]),
            (json!([one.head, gone]), vec!["ILLEGAL_TRANSITION residentIds.1", "REQUIRED successorId"]),
        ] {
            let input = json!({ "residentIds": ids, "on": "2021-06-01" });
            let payload = world.staff.mutate("recordMoveOut", "lifeEvent", "id", input).await;
            assert_eq!(refusals(&payload), expected, "{ids}");
        }
        let alone = json!({ "residentIds": [world.resident().await], "on": "2021-06-01", "successorId": one.head });
        let payload = world.staff.mutate("recordMoveOut", "lifeEvent", "id", alone).await;
        assert_eq!(refusals(&payload), ["INVALID successorId"]);
        assert_eq!(before.rows("life_event"), app.tables().await.rows("life_event"));
    }

    async fn nothing_is_half_closed_when_the_last_step_fails(app: TestApp) {
        let world = World::new(&app).await;
        let goods = goods(&world).await;
        let Family { head, others, .. } = family(&world, 1).await;
        low_income(&world, &head, "2020-05-01").await;
        grant(&world, ("residentId", &head), &goods, &["approveAid"]).await;
        let input = json!({ "residentIds": [head, others[0]], "on": "2021-06-01", "idempotencyKey": "k" });
        let query = "mutation($input: RecordMoveOutInput!) { recordMoveOut(input: $input) { lifeEvent { id } userErrors { code } } }";
        let before = app.tables().await;
        for table in ["idempotency_key", "life_closure", "aid_record", "circumstance"] {
            let statement = if table == "life_closure" { "INSERT" } else { "UPDATE" };
            crate::mutations::forbid(&app, statement, table).await;
            let answer = world.staff.gql(query, json!({ "input": input })).await;
            assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR", "{table}: {:#}", answer.body);
            assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new(), "{table}");
            crate::mutations::permit(&app, statement, table).await;
        }
        make::created(&world.staff, "recordMoveOut", "lifeEvent", input).await;
        agree(&app).await;
    }

    async fn a_family_of_ten_costs_as_many_statements_as_one_person(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold(app.app.clock.now());
        let mut prices = Vec::new();
        for size in [1, 9] {
            let Family { head, others, .. } = family(&world, size).await;
            for resident in &others {
                low_income(&world, resident, "2020-05-01").await;
                for _ in 0..2 {
                    let goods = goods(&world).await;
                    grant(&world, ("residentId", resident), &goods, &[]).await;
                }
            }
            let leaving: Vec<&String> = std::iter::once(&head).chain(&others).collect();
            let before = app.statements();
            let input = json!({ "residentIds": leaving, "on": "2021-06-01" });
            let payload = world.staff.mutate("recordMoveOut", "lifeEvent", &format!("together {{ {CLOSED} }}"), input).await;
            assert_eq!(payload["lifeEvent"]["together"].as_array().unwrap().len(), size + 1, "{payload:#}");
            prices.push(app.statements() - before);
        }
        assert_eq!(prices[0], prices[1], "{prices:?}");
        agree(&app).await;
    }
}
