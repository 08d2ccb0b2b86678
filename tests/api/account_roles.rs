//! Roles as records: who gives and ends them, for whom, and what of it others learn.

use chrono::{Days, TimeDelta};
use entity::{account_role, audit_entry, event, staff_member};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tongxin::access::{
    accounts::{self, Role},
    granting::LinkArgs,
};

use crate::harness::{
    Actor, TestApp, World,
    actor::refusals,
    bulk::key_of,
    make, mutate_together, roles,
    world::{ELSEWHERE, HERE},
};

const SHOWN: &str = "id version account role startsOn endsOn revokedAt community { id } partnerUnit { id } resident { id } volunteer { id } staffMember { id } grids { id }";

async fn grant(actor: &Actor, input: Value) -> Value {
    actor.mutate("grantRole", "accountRole", SHOWN, input).await
}

async fn end(actor: &Actor, role: &Value, ends_on: Option<&str>) -> Value {
    let input = json!({ "id": role["id"], "expectedVersion": role["version"], "endsOn": ends_on });
    actor.mutate("endRole", "accountRole", SHOWN, input).await
}

/// A secretary, and somebody who is something in the community already.
async fn people(app: &TestApp) -> (World, Actor) {
    let world = World::new(app).await;
    let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
    app.account("zhang", Role::Auditor, Some(HERE)).await;
    (world, secretary)
}

/// The first day of a month in which nothing else happens, where the communities are.
fn may_first(app: &TestApp) {
    app.app.clock.hold("2026-05-01T04:00:00Z".parse().unwrap());
}

crate::on_both! {
    async fn a_secretary_gives_each_role_with_whom_it_is_about(app: TestApp) {
        may_first(&app);
        let (world, secretary) = people(&app).await;
        let (unit, resident, volunteer) = (world.unit().await, world.resident().await, world.volunteer().await);
        let grids = [make::grid(&world.staff, &world.community, "一").await, make::grid(&world.staff, &world.community, "二").await];
        let worker = make::staff_member(&world.staff, &world.community, "张三").await;
        let null = Value::Null;
        for (role, link, given) in [
            ("STAFF", "gridIds", json!(grids)),
            ("PARTNER", "partnerUnitId", json!(unit)),
            ("VOLUNTEER", "volunteerId", json!(volunteer)),
            ("MERCHANT", "residentId", null.clone()),
            ("MERCHANT", "residentId", json!(resident)),
            ("RESIDENT", "residentId", json!(resident)),
        ] {
            let mut input = json!({ "communityId": world.community, "account": "zhang", "role": role, link: given, "endsOn": "2026-06-30" });
            if role == "STAFF" {
                input["staffMemberId"] = json!(worker);
            }
            let payload = grant(&secretary, input).await;
            let made = &payload["accountRole"];
            assert_eq!(payload["userErrors"], json!([]), "{role}");
            assert_eq!((&made["account"], &made["role"], &made["version"]), (&json!("zhang"), &json!(role), &json!(1)));
            assert_eq!((&made["startsOn"], &made["endsOn"], &made["revokedAt"]), (&json!("2026-05-01"), &json!("2026-06-30"), &null));
            assert_eq!(made["community"]["id"], json!(world.community));
            assert_eq!(made["staffMember"]["id"], json!(worker), "{role}: the account is the staff member's");
            for (shown, field) in [("partnerUnit", "partnerUnitId"), ("resident", "residentId"), ("volunteer", "volunteerId")] {
                assert_eq!(made[shown]["id"], if field == link { given.clone() } else { null.clone() }, "{role}: {shown}");
            }
            assert_eq!(made["grids"].as_array().unwrap().len(), if role == "STAFF" { 2 } else { 0 });
        }
        // It is what the account is from now on.
        let zhang = app.account("zhang", Role::Auditor, None).await;
        let held = zhang.ask("{ viewer { roles { role grids { id } } } }").await.data()["viewer"]["roles"].clone();
        let held: Vec<&str> = held.as_array().unwrap().iter().map(|role| role["role"].as_str().unwrap()).collect();
        assert_eq!(held, ["AUDITOR", "STAFF", "PARTNER", "VOLUNTEER", "MERCHANT", "MERCHANT", "RESIDENT"]);
        let member = staff_member::Entity::find_by_id(key_of(&worker)).one(app.app.db.writer()).await.unwrap().unwrap();
        assert_eq!((member.account_id.is_some(), member.version), (true, 2));
    }

    async fn what_a_role_is_about_is_wanted_and_refused_as_by_the_command_line(app: TestApp) {
        let (world, secretary) = people(&app).await;
        let code = "91350100M000100Y43";
        let unit = json!({ "name": "渤海银行", "kind": "BANK", "creditCode": code });
        let unit = make::created(&world.staff, "registerPartnerUnit", "partnerUnit", unit).await;
        make::paired(&world.staff, &world.community, &unit).await;
        let (resident, volunteer) = (world.resident().await, world.volunteer().await);
        let grid = make::grid(&world.staff, &world.community, "一").await;
        let mut number = 0;
        let mut both_refuse = 0;
        for role in [Role::Staff, Role::Partner, Role::Volunteer, Role::Merchant, Role::Resident, Role::Auditor] {
            let named = serde_json::to_value(role).unwrap();
            for given in 0..16_u32 {
                let has = |bit: u32| given & (1 << bit) != 0;
                let mut input = json!({ "communityId": world.community, "account": format!("api{number}"), "role": named });
                let mut links = LinkArgs::default();
                if has(0) { input["partnerUnitId"] = json!(unit); links.unit = Some(code.to_owned()); }
                if has(1) { input["residentId"] = json!(resident); links.resident = Some(resident.clone()); }
                if has(2) { input["volunteerId"] = json!(volunteer); links.volunteer = Some(volunteer.clone()); }
                if has(3) { input["gridIds"] = json!([grid]); links.grids = vec!["一".to_owned()]; }
                let by_command = accounts::add_linked(&app.app, &format!("cli{number}"), role, Some(HERE), &links, None).await;
                input["account"] = json!("zhang");
                let by_mutation = grant(&secretary, input).await;
                let refused = by_mutation["accountRole"].is_null();
                // It holds the role of auditor already.
                let refused = refused && refusals(&by_mutation) != ["DUPLICATE role"];
                assert_eq!(by_command.is_err(), refused, "{role:?} {given:04b}: {by_mutation:#}");
                if let Err(error) = by_command {
                    let said: Vec<&str> = by_mutation["userErrors"].as_array().unwrap().iter().map(|error| error["message"].as_str().unwrap()).collect();
                    assert!(said.iter().any(|said| error.message.en.ends_with(said)), "{error:?}, {said:?}");
                    both_refuse += 1;
                }
                number += 1;
            }
        }
        assert_eq!((number, both_refuse), (96, 96 - (2 + 1 + 1 + 2 + 1 + 1)));
    }

    async fn nobody_learns_of_an_account_that_was_never_anything_here(app: TestApp) {
        let (world, secretary) = people(&app).await;
        let input = |account: &str| json!({ "communityId": world.community, "account": account, "role": "AUDITOR" });
        let nobody = grant(&secretary, input("no-such-account")).await;
        assert_eq!(refusals(&nobody), ["NOT_FOUND account"]);
        for there in [format!("staff-{ELSEWHERE}"), "operator".to_owned()] {
            assert_eq!(grant(&secretary, input(&there)).await, nobody, "{there}");
        }
        // An operator may name anybody; from then on the secretary knows the account, here alone.
        let theirs = format!("staff-{ELSEWHERE}");
        let first = grant(&world.operator, input(&theirs)).await["accountRole"].clone();
        assert_eq!(refusals(&grant(&secretary, input(&theirs)).await), ["DUPLICATE role"]);
        assert_eq!(end(&secretary, &first, None).await["userErrors"], json!([]));
        assert_eq!(grant(&secretary, input(&theirs)).await["userErrors"], json!([]), "who left may come back");
        let query = "query($n: String!) { accountRoles(filter: { account: { eq: $n } }) { totalCount nodes { community { id } } } }";
        let known = secretary.gql(query, json!({ "n": theirs })).await;
        assert_eq!(known.data()["accountRoles"]["nodes"], json!([{ "community": { "id": world.community } }, { "community": { "id": world.community } }]));
        assert_eq!(secretary.gql(query, json!({ "n": "operator" })).await.data()["accountRoles"]["totalCount"], 0);
        assert_eq!(world.operator.gql(query, json!({ "n": theirs })).await.data()["accountRoles"]["totalCount"], 3);
        // Another community, an account that is disabled, and one who decides about nobody.
        let elsewhere = json!({ "communityId": world.elsewhere, "account": "zhang", "role": "AUDITOR" });
        assert_eq!(refusals(&grant(&secretary, elsewhere).await), ["NOT_FOUND communityId"]);
        accounts::disable(&app.app, "zhang", true).await.unwrap();
        assert_eq!(grant(&secretary, input("zhang")).await, nobody);
        let query = "mutation($input: GrantRoleInput!) { grantRole(input: $input) { userErrors { code } } }";
        assert_eq!(world.staff.gql(query, json!({ "input": input("zhang") })).await.code(), "FORBIDDEN");
    }

    async fn a_secretary_makes_no_secretary_and_nobody_makes_an_operator(app: TestApp) {
        let (world, secretary) = people(&app).await;
        let with = |role: &str| json!({ "communityId": world.community, "account": "zhang", "role": role });
        assert_eq!(refusals(&grant(&secretary, with("SECRETARY")).await), ["INVALID role"]);
        for actor in [&secretary, &world.operator] {
            assert_eq!(refusals(&grant(actor, with("OPERATOR")).await), ["INVALID role"]);
        }
        let second = grant(&world.operator, with("SECRETARY")).await["accountRole"].clone();
        assert_eq!(second["role"], "SECRETARY");
        // Nor ends one: not another's, and not the own.
        assert_eq!(refusals(&end(&secretary, &second, None).await), ["INVALID id"]);
        let query = "{ accountRoles(filter: { role: { in: [SECRETARY, OPERATOR] } }) { nodes { id version account } } }";
        let mine = secretary.ask(query).await.data()["accountRoles"]["nodes"].clone();
        let mine = mine.as_array().unwrap().iter().find(|role| role["account"] == "secretary").unwrap().clone();
        assert_eq!(refusals(&end(&secretary, &mine, None).await), ["INVALID id"]);
        let operators = world.operator.ask(query).await.data()["accountRoles"]["nodes"].clone();
        let own = operators.as_array().unwrap().iter().find(|role| role["account"] == "operator").unwrap().clone();
        assert_eq!(refusals(&end(&world.operator, &own, None).await), ["INVALID id"]);
        assert_eq!(refusals(&end(&secretary, &own, None).await), ["NOT_FOUND id"], "of an operator nothing is told");
        assert_eq!(end(&world.operator, &second, None).await["userErrors"], json!([]));
        assert_eq!(refusals(&end(&secretary, &second, None).await), ["CONFLICT expectedVersion"]);
    }

    async fn a_role_is_held_from_its_first_to_its_last_day_and_once_at_a_time(app: TestApp) {
        may_first(&app);
        let (world, secretary) = people(&app).await;
        let unit = world.unit().await;
        let role = |from: Option<&str>, to: Option<&str>| {
            json!({ "communityId": world.community, "account": "zhang", "role": "PARTNER", "partnerUnitId": unit, "startsOn": from, "endsOn": to })
        };
        for (input, expected) in [
            (role(Some("2026-04-30"), None), vec!["OUT_OF_RANGE startsOn"]),
            (role(Some("2026-05-10"), Some("2026-05-09")), vec!["OUT_OF_RANGE endsOn"]),
            (role(None, Some("2026-04-30")), vec!["OUT_OF_RANGE endsOn"]),
        ] {
            assert_eq!(refusals(&grant(&secretary, input).await), expected);
        }
        let may = grant(&secretary, role(Some("2026-05-10"), Some("2026-05-20"))).await["accountRole"].clone();
        for (from, to, fits) in [
            (None, None, false), (None, Some("2026-05-10"), false), (Some("2026-05-20"), None, false), (Some("2026-05-12"), Some("2026-05-13"), false),
            (None, Some("2026-05-09"), true), (Some("2026-05-21"), None, true), (Some("2026-07-01"), None, false),
        ] {
            let payload = grant(&secretary, role(from, to)).await;
            let expected: Vec<&str> = if fits { vec![] } else { vec!["DUPLICATE role"] };
            assert_eq!(refusals(&payload), expected, "{from:?} to {to:?}");
        }
        let zhang = app.account("zhang", Role::Auditor, None).await;
        app.run("UPDATE account_role SET started_on = '2026-05-10' WHERE ended_on = '2026-05-20'").await;
        app.run("UPDATE account_role SET revoked_at = '2026-05-01 00:00:00+00:00' WHERE role = 'PARTNER' AND (ended_on IS NULL OR ended_on < '2026-05-20')").await;
        let speaks = async |at: &str| {
            app.app.clock.hold(at.parse().unwrap());
            zhang.ask("{ partnerUnits { totalCount } viewer { roles { role } } }").await.data()["viewer"]["roles"].as_array().unwrap().iter().any(|role| role["role"] == "PARTNER")
        };
        assert!(!speaks("2026-05-09T15:59:59Z").await);
        assert!(speaks("2026-05-09T16:00:01Z").await, "midnight where the community is");
        assert!(speaks("2026-05-20T15:59:00Z").await);
        assert!(!speaks("2026-05-20T16:00:01Z").await);
        assert_eq!(refusals(&end(&secretary, &may, None).await), ["ILLEGAL_TRANSITION id"], "it is over");
    }

    async fn a_role_ends_at_once_or_with_a_day_that_was_not_yet(app: TestApp) {
        may_first(&app);
        let (world, secretary) = people(&app).await;
        let input = json!({ "communityId": world.community, "account": "zhang", "role": "STAFF", "startsOn": "2026-05-03" });
        let staff = grant(&secretary, input.clone()).await["accountRole"].clone();
        for day in ["2026-04-30", "2026-05-02"] {
            assert_eq!(refusals(&end(&secretary, &staff, Some(day)).await), ["OUT_OF_RANGE endsOn"], "{day}");
        }
        let dated = end(&secretary, &staff, Some("2026-05-31")).await["accountRole"].clone();
        assert_eq!((&dated["endsOn"], &dated["revokedAt"], &dated["version"]), (&json!("2026-05-31"), &Value::Null, &json!(2)));
        assert_eq!(refusals(&end(&secretary, &staff, None).await), ["CONFLICT expectedVersion"]);
        assert_eq!(refusals(&end(&secretary, &dated, Some("2026-06-01")).await), ["OUT_OF_RANGE endsOn"], "nothing is prolonged by ending it");
        let sooner = end(&secretary, &dated, Some("2026-05-04")).await["accountRole"].clone();
        assert_eq!(sooner["endsOn"], "2026-05-04");
        app.app.clock.hold("2026-05-03T12:00:00Z".parse().unwrap());
        let zhang = app.account("zhang", Role::Auditor, None).await;
        let reads = async || zhang.ask("{ staffMembers { totalCount } residents { totalCount } viewer { roles { role } } }").await.data()["viewer"]["roles"].as_array().unwrap().len();
        assert_eq!(reads().await, 2);
        let over = end(&secretary, &sooner, None).await["accountRole"].clone();
        assert_eq!(over["revokedAt"], "2026-05-03T12:00:00+00:00");
        assert_eq!(reads().await, 1, "at once where it was done");
        assert_eq!(refusals(&end(&secretary, &over, None).await), ["ILLEGAL_TRANSITION id"]);
        // One that never began may be ended, too, and given again.
        let later = grant(&secretary, json!({ "communityId": world.community, "account": "zhang", "role": "STAFF", "startsOn": "2026-07-01" })).await["accountRole"].clone();
        assert_eq!(end(&secretary, &later, None).await["userErrors"], json!([]));
        assert_eq!(grant(&secretary, input.clone()).await["userErrors"], json!([]));
    }

    async fn an_account_speaks_for_one_unit_of_a_community_at_a_time(app: TestApp) {
        may_first(&app);
        let (world, secretary) = people(&app).await;
        app.account("li", Role::Auditor, Some(HERE)).await;
        let (bank, school) = (world.unit().await, world.unit().await);
        let partner = |community: &str, unit: &str, from: &str, to: &str| json!({
            "communityId": community, "account": "zhang", "role": "PARTNER", "partnerUnitId": unit, "startsOn": from, "endsOn": to,
        });
        let here = world.community.as_str();
        let first = grant(&secretary, partner(here, &bank, "2026-05-01", "2026-06-30")).await["accountRole"].clone();
        assert!(first.is_object());
        for (from, to) in [("2026-05-01", "2026-05-02"), ("2026-06-30", "2026-12-31")] {
            let payload = grant(&secretary, partner(here, &school, from, to)).await;
            assert_eq!(refusals(&payload), ["DUPLICATE partnerUnitId"], "{from}");
            assert_eq!(payload["accountRole"], Value::Null);
        }
        // The same unit again is the same role again, and other roles are no unit's.
        assert_eq!(refusals(&grant(&secretary, partner(here, &bank, "2026-06-01", "2026-12-31")).await), ["DUPLICATE role"]);
        let staff = json!({ "communityId": here, "account": "zhang", "role": "MERCHANT" });
        assert_eq!(grant(&secretary, staff).await["userErrors"], json!([]));
        assert_eq!(grant(&secretary, partner(here, &school, "2026-07-01", "2026-07-31")).await["userErrors"], json!([]), "one after the other");
        make::paired(&world.stranger, &world.elsewhere, &school).await;
        assert_eq!(grant(&world.operator, partner(&world.elsewhere, &school, "2026-05-01", "2026-05-31")).await["userErrors"], json!([]), "elsewhere");
        // Of several at once for different units, one.
        let mut inputs = Vec::new();
        for _ in 0..4 {
            let unit = world.unit().await;
            inputs.push(json!({ "communityId": here, "account": "li", "role": "PARTNER", "partnerUnitId": unit }));
        }
        let payloads = mutate_together(&secretary, "grantRole", "accountRole", inputs).await;
        let (made, refused): (Vec<_>, Vec<_>) = payloads.iter().partition(|payload| payload["accountRole"].is_object());
        assert_eq!(made.len(), 1, "{payloads:#?}");
        assert!(refused.iter().all(|payload| refusals(payload) == ["DUPLICATE partnerUnitId"]), "{refused:#?}");
        // Once it is ended, another may be spoken for.
        assert_eq!(end(&secretary, &first, None).await["userErrors"], json!([]));
        assert_eq!(grant(&secretary, partner(here, &school, "2026-05-01", "2026-05-31")).await["userErrors"], json!([]));
    }

    async fn of_many_who_give_the_same_role_at_once_one_does(app: TestApp) {
        let (world, secretary) = people(&app).await;
        let unit = world.unit().await;
        let day = |days: u64| (app.app.clock.today(chrono_tz::Asia::Shanghai) + Days::new(days)).to_string();
        for (place, rest) in [json!({ "role": "STAFF" }), json!({ "role": "PARTNER", "partnerUnitId": unit })].into_iter().enumerate() {
            // Some have an end, which no unique index looks at.
            let inputs = (0..8_u64).map(|number| {
                let mut input = rest.clone();
                input["communityId"] = json!(world.community);
                input["account"] = json!("zhang");
                if number % 2 == 1 || place == 1 {
                    input["startsOn"] = json!(day(number));
                    input["endsOn"] = json!(day(number + 20));
                }
                input
            });
            let payloads = mutate_together(&secretary, "grantRole", "accountRole", inputs).await;
            let (made, refused): (Vec<_>, Vec<_>) = payloads.iter().partition(|payload| payload["accountRole"].is_object());
            assert_eq!(made.len(), 1, "{payloads:#?}");
            assert!(refused.iter().all(|payload| refusals(payload) == ["DUPLICATE role"]), "{refused:#?}");
        }
        // And of two who end it, one.
        let query = "{ accountRoles(filter: { role: { eq: STAFF }, account: { eq: \"zhang\" } }) { nodes { id } } }";
        let staff = secretary.ask(query).await.data()["accountRoles"]["nodes"][0]["id"].clone();
        let ends = (0..4).map(|_| json!({ "id": staff, "expectedVersion": 1 }));
        let payloads = mutate_together(&secretary, "endRole", "accountRole", ends).await;
        assert_eq!(payloads.iter().filter(|payload| payload["accountRole"].is_object()).count(), 1, "{payloads:#?}");
    }

    async fn roles_are_listed_to_those_who_decide_or_audit_and_to_nobody_else(app: TestApp) {
        let (world, secretary) = people(&app).await;
        let auditor = app.account("zhang", Role::Auditor, Some(HERE)).await;
        let query = "{ accountRoles(first: 100) { totalCount nodes { id account } } }";
        let list = async |actor: &Actor| {
            let found = actor.ask(query).await.data()["accountRoles"].clone();
            let nodes = found["nodes"].as_array().unwrap().clone();
            assert_eq!(found["totalCount"], nodes.len());
            nodes
        };
        let expected = roles::ids_in(&app, key_of(&world.community)).await;
        for actor in [&secretary, &auditor] {
            let ids: std::collections::BTreeSet<String> = list(actor).await.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(ids, expected);
        }
        assert!(list(&secretary).await.iter().any(|node| node["account"] == "zhang"));
        assert!(list(&auditor).await.iter().all(|node| node["account"].as_str().unwrap().contains('*')), "masked");
        let by_name = "{ accountRoles(filter: { account: { eq: \"zhang\" } }) { totalCount } }";
        assert_eq!(auditor.ask(by_name).await.code(), "FORBIDDEN_FIELD");
        for actor in [&world.staff, &world.stranger] {
            assert_eq!(list(actor).await, Vec::<Value>::new());
            let known = expected.first().unwrap();
            assert_eq!(actor.gql("query($id: ID!) { accountRole(id: $id) { id } node(id: $id) { id } }", json!({ "id": known })).await.data(), &json!({ "accountRole": null, "node": null }));
        }
    }

    async fn what_is_given_and_ended_is_on_record_and_tells_the_feed_no_names(app: TestApp) {
        let (world, secretary) = people(&app).await;
        let worker = make::staff_member(&world.staff, &world.community, "张三").await;
        let before = event::Entity::find().all(app.app.db.writer()).await.unwrap().len();
        let input = json!({ "communityId": world.community, "account": "zhang", "role": "STAFF", "staffMemberId": worker });
        let made = grant(&secretary, input).await["accountRole"].clone();
        end(&secretary, &made, None).await;
        let events = event::Entity::find().order_by_asc(event::Column::Seq).all(app.app.db.writer()).await.unwrap().split_off(before);
        let told: Vec<_> = events.iter().map(|event| (event.action.as_str(), event.subject_kind.as_str(), event.fields.as_str())).collect();
        assert_eq!(told, [
            ("grantRole", "staff_member", r#"["account"]"#),
            ("grantRole", "account_role", r#"["account","role","startsOn","endsOn"]"#),
            ("endRole", "account_role", r#"["revokedAt"]"#),
        ]);
        assert!(events.iter().all(|event| event.payload.is_none() && event.account_id.is_some()), "no values are told");
        let changed = audit_entry::Entity::find().filter(audit_entry::Column::Kind.eq("ROLE_CHANGED")).all(app.app.db.writer()).await.unwrap();
        let key = key_of(made["id"].as_str().unwrap());
        assert_eq!(changed.iter().filter(|entry| entry.subject_id == Some(key) && entry.community_id == Some(key_of(&world.community))).count(), 2);
    }

    async fn an_account_is_one_staff_members_at_most_and_a_staff_member_has_one(app: TestApp) {
        let (world, secretary) = people(&app).await;
        app.account("wang", Role::Auditor, Some(HERE)).await;
        let (one, two) = (make::staff_member(&world.staff, &world.community, "一").await, make::staff_member(&world.staff, &world.community, "二").await);
        let role = |account: &str, role: &str, worker: &str| json!({ "communityId": world.community, "account": account, "role": role, "staffMemberId": worker });
        assert_eq!(grant(&secretary, role("zhang", "STAFF", &one)).await["accountRole"]["staffMember"]["id"], json!(one));
        assert_eq!(refusals(&grant(&secretary, role("wang", "STAFF", &one)).await), ["DUPLICATE staffMemberId"]);
        assert_eq!(refusals(&grant(&secretary, role("zhang", "MERCHANT", &one)).await), ["INVALID staffMemberId"]);
        assert_eq!(grant(&world.operator, role("zhang", "SECRETARY", &one)).await["userErrors"], json!([]), "the same one again");
        let foreign = make::staff_member(&world.stranger, &world.elsewhere, "外").await;
        assert_eq!(refusals(&grant(&secretary, role("wang", "STAFF", &foreign)).await), ["NOT_FOUND staffMemberId"]);
        let held = account_role::Entity::find().filter(account_role::Column::Role.eq("SECRETARY")).all(app.app.db.writer()).await.unwrap();
        assert_eq!(held.len(), 2);
        // The other way round the database itself says no.
        app.app.clock.hold(app.app.clock.now() + TimeDelta::days(1));
        assert_eq!(refusals(&grant(&secretary, role("wang", "STAFF", &two)).await), Vec::<String>::new());
        let query = "{ accountRoles(filter: { role: { eq: STAFF }, account: { eq: \"wang\" } }) { nodes { id version } } }";
        let wang = secretary.ask(query).await.data()["accountRoles"]["nodes"][0].clone();
        end(&secretary, &wang, None).await;
        let third = make::staff_member(&world.staff, &world.community, "三").await;
        assert_eq!(refusals(&grant(&secretary, role("wang", "STAFF", &third)).await), ["DUPLICATE staffMemberId"]);
    }
}
