//! Teams: who joins, by which rule, who leads, and how they end.

use serde_json::{Value, json};

use crate::harness::{Actor, World, actor::refusals, make};

async fn team_for(world: &World, rule: &str) -> String {
    let input = json!({ "communityId": world.community, "name": world.name("队"), "partyRule": rule, "startedOn": "2021-01-01" });
    make::created(&world.staff, "formTeam", "team", input).await
}

async fn join(staff: &Actor, team: &str, volunteers: &[&str], on: &str) -> Value {
    let input = json!({ "teamId": team, "volunteerIds": volunteers, "startedOn": on });
    staff.mutate("joinTeam", "team", "id memberCount(on: \"2021-12-31\")", input).await
}

/// Who leads on a day, and how many there are.
async fn on(world: &World, team: &str, day: &str) -> (Value, Value) {
    let query = "query($id: ID!, $on: Date!) { team(id: $id) { memberCount(on: $on) leader(on: $on) { id } } }";
    let answer = world.staff.gql(query, json!({ "id": team, "on": day })).await;
    let shown = &answer.data()["team"];
    (shown["leader"]["id"].clone(), shown["memberCount"].clone())
}

crate::on_both! {
    async fn a_team_s_name_is_unique_in_its_community(app: TestApp) {
        let world = World::new(&app).await;
        let form = |community: &str, name: &str| json!({ "communityId": community, "name": name });
        make::created(&world.staff, "formTeam", "team", form(&world.community, "党员志愿服务队")).await;
        let twice = world.staff.mutate("formTeam", "team", "id", form(&world.community, " 党员志愿服务队 ")).await;
        assert_eq!(refusals(&twice), ["DUPLICATE name"]);
        make::created(&world.stranger, "formTeam", "team", form(&world.elsewhere, "党员志愿服务队")).await;
        let other = world.team().await;
        let rename = json!({ "id": other, "expectedVersion": 1, "name": "党员志愿服务队" });
        assert_eq!(refusals(&world.staff.mutate("amendTeam", "team", "id", rename).await), ["DUPLICATE name"]);
        let amend = json!({ "id": other, "expectedVersion": 1, "description": "打扫卫生", "partyRule": "MEMBER" });
        let amended = world.staff.mutate("amendTeam", "team", "description partyRule version", amend).await;
        assert_eq!(amended["team"], json!({ "description": "打扫卫生", "partyRule": "MEMBER", "version": 2 }));
        let shown = world.staff.ask("{ teams(filter: { partyRule: { eq: MEMBER } }) { nodes { description community { id } } } }").await;
        assert_eq!(shown.data()["teams"]["nodes"], json!([{ "description": "打扫卫生", "community": { "id": world.community } }]));
    }

    async fn several_join_at_once_or_none_of_them(app: TestApp) {
        let world = World::new(&app).await;
        let team = world.team().await;
        let (a, b, c) = (world.volunteer().await, world.volunteer().await, world.volunteer().await);
        let late = json!({ "communityId": world.community, "kind": "OTHER", "fullName": "孙悦", "startedOn": "2022-01-01" });
        let late = make::created(&world.staff, "enrolVolunteer", "volunteer", late).await;
        let over = world.volunteer().await;
        make::created(&world.staff, "endVolunteer", "volunteer", json!({ "id": over, "expectedVersion": 1, "endedOn": "2021-12-31" })).await;
        let foreign = make::resident(&world.stranger, &world.elsewhere, "外人").await;
        let foreign = make::volunteer(&world.stranger, &world.elsewhere, &foreign).await;
        let first = join(&world.staff, &team, &[&a], "2021-02-01").await;
        assert_eq!(first["team"]["memberCount"], 1, "{first:#}");

        let before = app.tables().await;
        let payload = join(&world.staff, &team, &[&b, &a, &late, &c, &foreign, &over, &c], "2021-06-01").await;
        // What is not to be found is told first; of those who are, what keeps them out.
        assert_eq!(refusals(&payload), ["NOT_FOUND volunteerIds.4", "DUPLICATE volunteerIds.6"]);
        let payload = join(&world.staff, &team, &[&b, &a, &late, &c, &over], "2021-06-01").await;
        assert_eq!(refusals(&payload), ["DUPLICATE volunteerIds.1", "NOT_ELIGIBLE volunteerIds.2", "NOT_ELIGIBLE volunteerIds.4"]);
        for (volunteers, on, expected) in [
            (vec![], "2021-06-01", "REQUIRED volunteerIds"),
            (vec![b.as_str(); 101], "2021-06-01", "OUT_OF_RANGE volunteerIds"),
            (vec![&b], "2020-12-31", "OUT_OF_RANGE startedOn"),
            (vec![&b], "2199-01-01", "OUT_OF_RANGE startedOn"),
        ] {
            assert_eq!(refusals(&join(&world.staff, &team, &volunteers, on).await), [expected], "{on}");
        }
        assert!(before.changes_to(&app.tables().await).is_empty());
        let payload = join(&world.staff, &team, &[&b, &c], "2021-06-01").await;
        assert_eq!(payload["team"]["memberCount"], 3, "{payload:#}");
        assert_eq!((on(&world, &team, "2021-05-31").await.1, on(&world, &team, "2021-01-31").await.1), (json!(1), json!(0)));
        let events = app.texts("SELECT subject_kind FROM event WHERE action = 'joinTeam' ORDER BY seq", "subject_kind").await;
        assert_eq!(events, ["team_membership", "team", "team_membership", "team_membership", "team"]);
    }

    async fn whoever_left_may_join_again_but_not_for_the_same_days(app: TestApp) {
        let world = World::new(&app).await;
        let (team, volunteer) = (world.team().await, world.volunteer().await);
        let membership = make::member(&world.staff, &team, &volunteer).await;
        let leave = |on: &str, version: i32| json!({ "id": membership, "expectedVersion": version, "endedOn": on });
        assert_eq!(refusals(&world.staff.mutate("leaveTeam", "teamMembership", "id", leave("2021-01-31", 1)).await), ["OUT_OF_RANGE endedOn"]);
        let left = world.staff.mutate("leaveTeam", "teamMembership", "endedOn version role", leave("2021-08-31", 1)).await;
        assert_eq!(left["teamMembership"], json!({ "endedOn": "2021-08-31", "version": 2, "role": "MEMBER" }), "{left:#}");
        assert_eq!(refusals(&world.staff.mutate("leaveTeam", "teamMembership", "id", leave("2021-09-30", 2)).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(refusals(&join(&world.staff, &team, &[&volunteer], "2021-08-01").await), ["OVERLAP volunteerIds.0"]);
        assert_eq!(join(&world.staff, &team, &[&volunteer], "2021-10-01").await["team"]["memberCount"], 1);
        for (day, count) in [("2021-08-31", 1), ("2021-09-01", 0), ("2021-10-01", 1)] {
            assert_eq!(on(&world, &team, day).await.1, count, "{day}");
        }
    }

    async fn the_party_rule_is_judged_on_the_day_of_joining(app: TestApp) {
        let world = World::new(&app).await;
        let (members, wider, open) = (team_for(&world, "MEMBER").await, team_for(&world, "MEMBER_OR_APPLICANT").await, team_for(&world, "NONE").await);
        // Applicant until the middle of 2021, on probation for a year after that.
        let volunteer = world.volunteer().await;
        for (standing, from, to) in [("APPLICANT", "2021-02-01", Some("2021-06-30")), ("PROBATIONARY_MEMBER", "2021-07-01", Some("2022-06-30")), ("MEMBER", "2022-07-01", None)] {
            let input = json!({ "volunteerId": volunteer, "standing": standing, "startedOn": from, "endedOn": to });
            make::created(&world.staff, "recordPartyMembership", "partyMembership", input).await;
        }
        let refused = ["NOT_ELIGIBLE volunteerIds.0"];
        assert_eq!(refusals(&join(&world.staff, &wider, &[&volunteer], "2021-01-31").await), refused);
        assert_eq!(refusals(&join(&world.staff, &members, &[&volunteer], "2021-06-30").await), refused);
        for (team, on) in [(&open, "2021-01-31"), (&wider, "2021-02-01"), (&members, "2021-07-01")] {
            let payload = join(&world.staff, team, &[&volunteer], on).await;
            assert_eq!(refusals(&payload), Vec::<String>::new(), "{on}");
        }
        // A resident's circumstance says the same, for the days on which it holds.
        let resident = world.resident().await;
        let comrade = make::volunteer(&world.staff, &world.community, &resident).await;
        assert_eq!(refusals(&join(&world.staff, &wider, &[&comrade], "2021-05-01").await), refused);
        let circumstance = json!({ "residentId": resident, "kind": "PARTY_MEMBER", "startedOn": "2021-03-01", "endedOn": "2021-12-31" });
        make::created(&world.staff, "recordCircumstance", "circumstance", circumstance).await;
        assert_eq!(refusals(&join(&world.staff, &members, &[&comrade], "2021-02-28").await), refused);
        assert_eq!(refusals(&join(&world.staff, &members, &[&comrade], "2022-01-01").await), refused);
        make::id_of(&join(&world.staff, &members, &[&comrade], "2021-12-31").await, "team");
    }

    async fn a_refusal_tells_nobody_what_the_standing_is(app: TestApp) {
        let world = World::new(&app).await;
        let team = team_for(&world, "MEMBER").await;
        let (applicant, nobody) = (world.volunteer().await, world.volunteer().await);
        make::standing(&world.staff, &applicant, "APPLICANT").await;
        let mut said = Vec::new();
        for volunteer in [&applicant, &nobody] {
            let payload = join(&world.staff, &team, &[volunteer], "2021-06-01").await;
            assert_eq!(refusals(&payload), ["NOT_ELIGIBLE volunteerIds.0"]);
            said.push(payload["userErrors"].clone());
        }
        assert_eq!(said[0], said[1], "an applicant and somebody of no standing are refused in the same words");
    }

    async fn another_rule_throws_nobody_out(app: TestApp) {
        let world = World::new(&app).await;
        let (team, volunteer, other) = (world.team().await, world.volunteer().await, world.volunteer().await);
        make::member(&world.staff, &team, &volunteer).await;
        make::created(&world.staff, "amendTeam", "team", json!({ "id": team, "expectedVersion": 1, "partyRule": "MEMBER" })).await;
        assert_eq!(on(&world, &team, "2026-01-01").await.1, 1);
        assert_eq!(refusals(&join(&world.staff, &team, &[&other], "2021-06-01").await), ["NOT_ELIGIBLE volunteerIds.0"]);
    }

    async fn one_leads_at_a_time_and_who_led_when_stays_on_record(app: TestApp) {
        let world = World::new(&app).await;
        let (team, a, b) = (world.team().await, world.volunteer().await, world.volunteer().await);
        join(&world.staff, &team, &[&a, &b], "2021-02-01").await;
        let appoint = |volunteer: &str, version: i32, on: &str| json!({ "teamId": team, "expectedVersion": version, "volunteerId": volunteer, "startedOn": on });
        let fields = "version leader { id } memberCount memberships(filter: { currentOn: \"2022-01-01\", role: { eq: LEADER } }) { totalCount }";
        // Since the day of joining: no time as a mere member remains.
        let first = world.staff.mutate("appointTeamLeader", "team", fields, appoint(&a, 1, "2021-02-01")).await;
        assert_eq!(first["team"], json!({ "version": 2, "leader": { "id": a }, "memberCount": 2, "memberships": { "totalCount": 1 } }), "{first:#}");
        for (input, expected) in [
            (appoint(&a, 2, "2021-05-01"), "DUPLICATE volunteerId"),
            (appoint(&b, 2, "2021-01-31"), "OUT_OF_RANGE startedOn"),
            (appoint(&b, 2, "2199-01-01"), "OUT_OF_RANGE startedOn"),
            (appoint(&b, 1, "2021-06-01"), "CONFLICT expectedVersion"),
            (appoint(&world.volunteer().await, 2, "2021-06-01"), "NOT_FOUND volunteerId"),
        ] {
            assert_eq!(refusals(&world.staff.mutate("appointTeamLeader", "team", "id", input).await), [expected]);
        }
        let second = world.staff.mutate("appointTeamLeader", "team", fields, appoint(&b, 2, "2021-06-01")).await;
        assert_eq!(second["team"], json!({ "version": 3, "leader": { "id": b }, "memberCount": 2, "memberships": { "totalCount": 1 } }), "{second:#}");
        for (day, leader) in [("2021-01-31", Value::Null), ("2021-02-01", json!(a)), ("2021-05-31", json!(a)), ("2021-06-01", json!(b))] {
            let count = if leader.is_null() { 0 } else { 2 };
            assert_eq!(on(&world, &team, day).await, (leader, json!(count)), "{day}");
        }
        // A leader may leave; then nobody leads until somebody is appointed.
        let query = "query($t: ID!) { teamMemberships(filter: { teamId: $t, currentOn: \"2022-01-01\", role: { eq: LEADER } }) { nodes { id } } }";
        let membership = world.staff.gql(query, json!({ "t": team })).await.data()["teamMemberships"]["nodes"][0]["id"].clone();
        make::created(&world.staff, "leaveTeam", "teamMembership", json!({ "id": membership, "expectedVersion": 1, "endedOn": "2021-12-31" })).await;
        assert_eq!(on(&world, &team, "2022-01-01").await, (Value::Null, json!(1)));
    }

    async fn a_dissolved_team_has_no_members_and_takes_none(app: TestApp) {
        let world = World::new(&app).await;
        let (team, volunteer, other) = (world.team().await, world.volunteer().await, world.volunteer().await);
        make::member(&world.staff, &team, &volunteer).await;
        let dissolve = |on: &str, version: i32| json!({ "id": team, "expectedVersion": version, "endedOn": on });
        assert_eq!(refusals(&world.staff.mutate("dissolveTeam", "team", "id", dissolve("2021-01-31", 1)).await), ["OUT_OF_RANGE endedOn"]);
        let fields = "endedOn version memberCount leader { id } memberships { nodes { endedOn volunteer { id } } }";
        let dissolved = world.staff.mutate("dissolveTeam", "team", fields, dissolve("2021-12-31", 1)).await;
        let members = json!([{ "endedOn": "2021-12-31", "volunteer": { "id": volunteer } }]);
        assert_eq!(dissolved["team"], json!({ "endedOn": "2021-12-31", "version": 2, "memberCount": 0, "leader": null, "memberships": { "nodes": members } }), "{dissolved:#}");
        assert_eq!(refusals(&world.staff.mutate("dissolveTeam", "team", "id", dissolve("2022-01-31", 2)).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(refusals(&join(&world.staff, &team, &[&other], "2021-06-01").await), ["ILLEGAL_TRANSITION teamId"]);
        let current = world.staff.ask("{ teams(filter: { currentOn: \"2022-01-01\" }) { totalCount } then: teams(filter: { currentOn: \"2021-12-31\" }) { totalCount } }").await;
        assert_eq!(current.data(), &json!({ "teams": { "totalCount": 0 }, "then": { "totalCount": 1 } }));
    }
}
