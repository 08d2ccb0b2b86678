//! Volunteers: who may be enrolled, how their names follow, and their standing in the Party.

use serde_json::{Value, json};

use crate::harness::{World, actor::refusals, make};

const FIELDS: &str =
    "id version kind fullName startedOn endedOn endedReason resident { id } partnerUnit { id } staffMember { id }
    memberships(first: 10) { nodes { endedOn team { name } } } teams { name }";

crate::on_both! {
    async fn each_kind_of_volunteer_is_linked_to_what_it_needs_and_to_nothing_else(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, unit) = (world.resident().await, world.unit().await);
        let worker = make::staff_member(&world.staff, &world.community, "李建国").await;
        let input = |more: Value| {
            let mut input = json!({ "communityId": world.community, "startedOn": "2021-01-01" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        for (more, expected) in [
            (json!({ "kind": "RESIDENT" }), vec!["REQUIRED residentId"]),
            (json!({ "kind": "RESIDENT", "residentId": resident, "fullName": "王" }), vec!["INVALID fullName"]),
            (json!({ "kind": "RESIDENT", "partnerUnitId": unit, "staffMemberId": worker }), vec!["REQUIRED residentId", "INVALID partnerUnitId", "INVALID staffMemberId"]),
            (json!({ "kind": "PARTNER_EMPLOYEE", "partnerUnitId": unit }), vec!["REQUIRED fullName"]),
            (json!({ "kind": "PARTNER_EMPLOYEE", "fullName": "王" }), vec!["REQUIRED partnerUnitId"]),
            (json!({ "kind": "COMMUNITY_WORKER", "fullName": "王" }), vec!["REQUIRED staffMemberId", "INVALID fullName"]),
            (json!({ "kind": "OTHER", "fullName": "王", "residentId": resident }), vec!["INVALID residentId"]),
        ] {
            let payload = world.staff.mutate("enrolVolunteer", "volunteer", "id", input(more.clone())).await;
            assert_eq!(refusals(&payload), expected, "{more}");
        }
        for (more, name, link) in [
            (json!({ "kind": "RESIDENT", "residentId": resident }), None, Some(("resident", &resident))),
            (json!({ "kind": "PARTNER_EMPLOYEE", "partnerUnitId": unit, "fullName": " 赵强 " }), Some("赵强"), Some(("partnerUnit", &unit))),
            (json!({ "kind": "COMMUNITY_WORKER", "staffMemberId": worker }), Some("李建国"), Some(("staffMember", &worker))),
            (json!({ "kind": "OTHER", "fullName": "孙悦" }), Some("孙悦"), None),
        ] {
            let payload = world.staff.mutate("enrolVolunteer", "volunteer", FIELDS, input(more.clone())).await;
            let made = &payload["volunteer"];
            assert_eq!((&made["kind"], &made["startedOn"]), (&more["kind"], &json!("2021-01-01")), "{payload:#}");
            assert!(name.is_none_or(|name| made["fullName"] == name), "{payload:#}");
            for field in ["resident", "partnerUnit", "staffMember"] {
                let expected = link.filter(|(own, _)| *own == field).map_or(Value::Null, |(_, id)| json!({ "id": id }));
                assert_eq!(made[field], expected, "{field} of {more}");
            }
        }
        let query = "query($r: ID!, $u: ID!, $s: ID!, $c: ID!) { resident(id: $r) { volunteer { kind } } staffMember(id: $s) { volunteer { kind } }
            partnerUnit(id: $u) { volunteers { nodes { fullName } } } community(id: $c) { volunteers { totalCount } } }";
        let shown = world.staff.gql(query, json!({ "r": resident, "u": unit, "s": worker, "c": world.community })).await;
        assert_eq!(shown.data(), &json!({
            "resident": { "volunteer": { "kind": "RESIDENT" } }, "staffMember": { "volunteer": { "kind": "COMMUNITY_WORKER" } },
            "partnerUnit": { "volunteers": { "nodes": [{ "fullName": "赵强" }] } }, "community": { "volunteers": { "totalCount": 4 } },
        }));
    }

    async fn a_resident_is_enrolled_once_at_a_time_and_the_first_is_named(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let first = make::volunteer(&world.staff, &world.community, &resident).await;
        let again = |from: &str| json!({ "communityId": world.community, "kind": "RESIDENT", "residentId": resident, "startedOn": from });
        let payload = world.staff.mutate("enrolVolunteer", "volunteer", "id", again("2022-01-01")).await;
        assert_eq!(refusals(&payload), ["DUPLICATE residentId"]);
        assert_eq!(payload["userErrors"][0]["details"], json!({ "volunteerId": first }));

        let end = json!({ "id": first, "expectedVersion": 1, "endedOn": "2022-06-30", "reason": "外出工作" });
        let ended = world.staff.mutate("endVolunteer", "volunteer", FIELDS, end.clone()).await;
        assert_eq!((&ended["volunteer"]["endedOn"], &ended["volunteer"]["endedReason"]), (&json!("2022-06-30"), &json!("外出工作")), "{ended:#}");
        let mut later = end;
        later["expectedVersion"] = json!(2);
        assert_eq!(refusals(&world.staff.mutate("endVolunteer", "volunteer", "id", later).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(refusals(&world.staff.mutate("enrolVolunteer", "volunteer", "id", again("2022-01-01")).await), ["OVERLAP startedOn"]);
        make::created(&world.staff, "enrolVolunteer", "volunteer", again("2022-07-01")).await;
        let query = "query($r: ID!, $c: ID!) { volunteers(filter: { residentId: $r, communityId: $c }) { totalCount }
            then: volunteers(filter: { residentId: $r, enrolledOn: \"2022-06-30\" }) { nodes { endedOn } } resident(id: $r) { volunteer { startedOn } } }";
        let shown = world.staff.gql(query, json!({ "r": resident, "c": world.community })).await;
        assert_eq!(shown.data(), &json!({ "volunteers": { "totalCount": 2 }, "then": { "nodes": [{ "endedOn": "2022-06-30" }] }, "resident": { "volunteer": { "startedOn": "2022-07-01" } } }));
    }

    async fn who_died_or_moved_out_is_not_enrolled(app: TestApp) {
        let world = World::new(&app).await;
        for mutation in ["recordDeath", "recordMoveOut"] {
            let resident = world.resident().await;
            let whom = if mutation == "recordDeath" { ("residentId", json!(resident)) } else { ("residentIds", json!([resident])) };
            make::created(&world.staff, mutation, "lifeEvent", json!({ whom.0: whom.1, "on": "2021-06-01" })).await;
            let input = json!({ "communityId": world.community, "kind": "RESIDENT", "residentId": resident, "startedOn": "2021-01-01" });
            assert_eq!(refusals(&world.staff.mutate("enrolVolunteer", "volunteer", "id", input).await), ["NOT_ELIGIBLE residentId"], "{mutation}");
        }
    }

    async fn the_name_follows_the_resident_and_the_staff_member(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let volunteer = make::volunteer(&world.staff, &world.community, &resident).await;
        let worker = make::staff_member(&world.staff, &world.community, "李建国").await;
        let input = json!({ "communityId": world.community, "kind": "COMMUNITY_WORKER", "staffMemberId": worker });
        let colleague = make::created(&world.staff, "enrolVolunteer", "volunteer", input).await;
        for (mutation, object, person, volunteer) in [("amendResident", "resident", &resident, &volunteer), ("amendStaffMember", "staffMember", &worker, &colleague)] {
            let amend = |version: i32, more: Value| {
                let mut input = json!({ "id": person, "expectedVersion": version });
                input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                input
            };
            make::created(&world.staff, mutation, object, amend(1, json!({ "fullName": "欧阳明月" }))).await;
            let shown = world.staff.gql("query($id: ID!) { volunteer(id: $id) { fullName version } }", json!({ "id": volunteer })).await;
            assert_eq!(shown.data()["volunteer"], json!({ "fullName": "欧阳明月", "version": 2 }), "{mutation}");
            // What is no other name leaves the volunteer alone.
            make::created(&world.staff, mutation, object, amend(2, json!({ "fullName": "欧阳明月", "phone": "13800138000" }))).await;
            assert_eq!(make::version(&world.staff, volunteer).await, 2, "{mutation}");
            let own = json!({ "id": volunteer, "expectedVersion": 2, "fullName": "别名" });
            assert_eq!(refusals(&world.staff.mutate("amendVolunteer", "volunteer", "id", own).await), ["INVALID fullName"]);
        }
        let names = "SELECT full_name FROM volunteer";
        assert_eq!(app.texts(names, "full_name").await, ["欧阳明月", "欧阳明月"]);
        assert_eq!(app.texts("SELECT action FROM event WHERE subject_kind = 'volunteer' AND action LIKE 'amend%' ORDER BY action", "action").await, ["amendResident", "amendStaffMember"]);
    }

    async fn an_employee_s_record_is_corrected(app: TestApp) {
        let world = World::new(&app).await;
        let (unit, other) = (world.unit().await, make::partner_unit(&world.staff, "另一单位").await);
        let input = json!({ "communityId": world.community, "kind": "PARTNER_EMPLOYEE", "partnerUnitId": unit, "fullName": "赵强" });
        let id = make::created(&world.staff, "enrolVolunteer", "volunteer", input).await;
        let amend = json!({ "id": id, "expectedVersion": 1, "fullName": "赵刚", "partnerUnitId": other });
        let amended = world.staff.mutate("amendVolunteer", "volunteer", "fullName version partnerUnit { name }", amend).await;
        // The community works with whoever's employees volunteer for it.
        assert_eq!(amended["volunteer"], json!({ "fullName": "赵刚", "version": 2, "partnerUnit": { "name": "另一单位" } }), "{amended:#}");
        let listed = world.staff.ask("{ partnerUnits(filter: { name: { eq: \"另一单位\" } }) { totalCount } }").await;
        assert_eq!(listed.data()["partnerUnits"]["totalCount"], 1);
        let volunteer = world.volunteer().await;
        let wrong = json!({ "id": volunteer, "expectedVersion": 1, "partnerUnitId": unit });
        assert_eq!(refusals(&world.staff.mutate("amendVolunteer", "volunteer", "id", wrong).await), ["INVALID partnerUnitId"]);
    }

    async fn ending_an_enrolment_ends_the_time_in_teams_and_says_which(app: TestApp) {
        let world = World::new(&app).await;
        let volunteer = world.volunteer().await;
        for name in ["清洁队", "宣讲队"] {
            make::member(&world.staff, &make::team(&world.staff, &world.community, name).await, &volunteer).await;
        }
        let left = make::member(&world.staff, &make::team(&world.staff, &world.community, "旧队").await, &volunteer).await;
        make::created(&world.staff, "leaveTeam", "teamMembership", json!({ "id": left, "expectedVersion": 1, "endedOn": "2021-03-01" })).await;
        let end = |on: &str| json!({ "id": volunteer, "expectedVersion": 1, "endedOn": on });
        let early = world.staff.mutate("endVolunteer", "volunteer", "id", end("2021-01-15")).await;
        assert_eq!(refusals(&early), ["OUT_OF_RANGE endedOn"], "nobody is in a team and no volunteer");
        let fields = "teams { name } memberships(filter: { endedOn: { from: \"2021-12-31\", to: \"2021-12-31\" } }) { nodes { team { name } } }";
        let ended = world.staff.mutate("endVolunteer", "volunteer", fields, end("2021-12-31")).await;
        let closed = json!([{ "team": { "name": "清洁队" } }, { "team": { "name": "宣讲队" } }]);
        assert_eq!(ended["volunteer"], json!({ "teams": [], "memberships": { "nodes": closed } }), "{ended:#}");
        let events = app.texts("SELECT subject_kind FROM event WHERE action = 'endVolunteer' ORDER BY seq", "subject_kind").await;
        assert_eq!(events, ["team_membership", "team_membership", "volunteer"]);
    }

    async fn standings_in_the_party_do_not_overlap(app: TestApp) {
        let world = World::new(&app).await;
        let volunteer = world.volunteer().await;
        let record = |standing: &str, from: &str, to: Option<&str>| json!({ "volunteerId": volunteer, "standing": standing, "startedOn": from, "endedOn": to, "source": "社区党委" });
        let applicant = world.staff.mutate("recordPartyMembership", "partyMembership", "id standing source startedOn endedOn volunteer { id }", record("APPLICANT", "2018-01-01", Some("2019-06-30"))).await;
        assert_eq!(applicant["partyMembership"]["volunteer"]["id"], volunteer.as_str(), "{applicant:#}");
        for (input, expected) in [
            (record("MEMBER", "2019-06-30", None), "OVERLAP startedOn"),
            (record("MEMBER", "2017-01-01", Some("2018-01-01")), "OVERLAP startedOn"),
            (record("MEMBER", "2019-07-01", Some("2019-06-30")), "OUT_OF_RANGE endedOn"),
            (record("MEMBER", "2199-01-01", None), "OUT_OF_RANGE startedOn"),
        ] {
            assert_eq!(refusals(&world.staff.mutate("recordPartyMembership", "partyMembership", "id", input).await), [expected]);
        }
        let probation = make::created(&world.staff, "recordPartyMembership", "partyMembership", record("PROBATIONARY_MEMBER", "2019-07-01", None)).await;
        assert_eq!(refusals(&world.staff.mutate("recordPartyMembership", "partyMembership", "id", record("MEMBER", "2020-07-01", None)).await), ["OVERLAP startedOn"]);
        make::created(&world.staff, "endPartyMembership", "partyMembership", json!({ "id": probation, "expectedVersion": 1, "endedOn": "2020-06-30" })).await;
        make::created(&world.staff, "recordPartyMembership", "partyMembership", record("MEMBER", "2020-07-01", None)).await;
        let query = "query($id: ID!) { volunteer(id: $id) { partyMemberships { standing } then: partyMemberships(on: \"2020-06-30\") { standing } before: partyMemberships(on: \"2017-12-31\") { standing } }
            volunteers(filter: { partyStanding: { eq: MEMBER } }) { totalCount } none: volunteers(filter: { partyStanding: { eq: APPLICANT } }) { totalCount } }";
        let shown = world.staff.gql(query, json!({ "id": volunteer })).await;
        assert_eq!(shown.data(), &json!({
            "volunteer": { "partyMemberships": [{ "standing": "MEMBER" }], "then": [{ "standing": "PROBATIONARY_MEMBER" }], "before": [] },
            "volunteers": { "totalCount": 1 }, "none": { "totalCount": 0 },
        }));
        // A standing is the person's: another enrolment does not make room for another one.
        let resident = world.staff.gql("query($id: ID!) { volunteer(id: $id) { resident { id } } }", json!({ "id": volunteer })).await.data()["volunteer"]["resident"]["id"].clone();
        make::created(&world.staff, "endVolunteer", "volunteer", json!({ "id": volunteer, "expectedVersion": 1, "endedOn": "2022-01-01" })).await;
        let anew = json!({ "communityId": world.community, "kind": "RESIDENT", "residentId": resident, "startedOn": "2022-02-01" });
        let anew = make::created(&world.staff, "enrolVolunteer", "volunteer", anew).await;
        let mut again = record("APPLICANT", "2022-03-01", None);
        again["volunteerId"] = json!(anew);
        assert_eq!(refusals(&world.staff.mutate("recordPartyMembership", "partyMembership", "id", again).await), ["OVERLAP startedOn"]);
    }
}
