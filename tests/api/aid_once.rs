//! Nobody is aided twice in a period of a programme: not by a second click, not by two at once, not through another household.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    aid::{decide, grant, holdings, received},
    harness::{Actor, World, actor::refusals, make, mutate_together, world::HERE},
};

const FIELDS: &str = "id status givenOn";

async fn programme(world: &World, scope: &str, once_per: &str) -> String {
    let input =
        json!({ "communityId": world.community, "name": world.name("项目"), "scope": scope, "oncePer": once_per });
    make::created(&world.staff, "establishAidProgramme", "aidProgramme", input).await
}

fn to_person(world: &World, programme: &str, resident: &str, from: &str, on: &str) -> Value {
    json!({
        "communityId": world.community, "residentId": resident, "contributionId": from, "programmeId": programme, "quantity": "1", "givenOn": on,
    })
}

fn to_household(world: &World, programme: &str, household: &str, from: &str, on: &str) -> Value {
    json!({
        "communityId": world.community, "householdId": household, "contributionId": from, "programmeId": programme, "quantity": "1", "givenOn": on,
    })
}

async fn record(staff: &Actor, input: Value) -> Value {
    staff.mutate("recordAid", "aidRecord", FIELDS, input).await
}

/// The refusal that names the first grant, which the payload shows.
fn already(payload: &Value, field: &str, first: &str) {
    assert_eq!(refusals(payload), [format!("ALREADY_AIDED {field}")], "{payload:#}");
    assert_eq!(payload["userErrors"][0]["details"]["aidRecordId"], first, "{payload:#}");
    assert_eq!(payload["aidRecord"]["id"], first, "{payload:#}");
}

crate::on_both! {
    async fn a_second_click_is_answered_with_the_first_record(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, received(&world, "GOODS", json!({ "quantity": "10" })).await);
        let programme = programme(&world, "PERSON", "YEAR").await;
        let input = |on: &str| to_person(&world, &programme, &resident, &goods, on);
        let first = make::id_of(&record(&world.staff, input("2021-01-01")).await, "aidRecord");
        let before = app.tables().await;
        // Any day of the year, and whatever else differs: it is the same aid.
        for mut again in [input("2021-01-01"), input("2021-12-31")] {
            already(&record(&world.staff, again.clone()).await, "residentId", &first);
            again["quantity"] = json!("2");
            again["note"] = json!("补发");
            already(&record(&world.staff, again).await, "residentId", &first);
        }
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new(), "nothing was taken");
        for on in ["2020-12-31", "2022-01-01"] {
            make::id_of(&record(&world.staff, input(on)).await, "aidRecord");
        }
        assert_eq!(holdings(&world.staff, &goods).await[1][0], "3");
    }

    async fn a_period_is_a_month_a_year_or_ever_by_the_day_of_the_grant(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, received(&world, "GOODS", json!({ "quantity": "100" })).await);
        for (once_per, allowed, refused) in [
            ("MONTH", vec!["2021-01-31", "2021-02-01", "2022-01-15"], vec!["2021-01-01", "2021-02-28", "2022-01-01"]),
            ("YEAR", vec!["2021-06-01", "2022-06-01"], vec!["2021-01-01", "2021-12-31", "2022-01-01"]),
            ("EVER", vec!["2021-06-01"], vec!["2000-01-01", "2022-06-01"]),
        ] {
            let programme = programme(&world, "PERSON", once_per).await;
            for on in allowed {
                make::id_of(&record(&world.staff, to_person(&world, &programme, &resident, &goods, on)).await, "aidRecord");
            }
            for on in refused {
                let payload = record(&world.staff, to_person(&world, &programme, &resident, &goods, on)).await;
                assert_eq!(refusals(&payload), ["ALREADY_AIDED residentId"], "{once_per} {on}");
            }
        }
    }

    async fn what_was_refused_cancelled_returned_or_reversed_can_be_given_again(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, received(&world, "GOODS", json!({ "quantity": "1" })).await);
        let programme = programme(&world, "PERSON", "EVER").await;
        for way in [vec!["refuseAid"], vec!["cancelAid"], vec!["approveAid", "cancelAid"], vec!["approveAid", "deliverAid", "returnAid"],
            vec!["approveAid", "deliverAid", "reverseAid"]]
        {
            let input = to_person(&world, &programme, &resident, &goods, "2022-03-01");
            let aid = make::id_of(&record(&world.staff, input.clone()).await, "aidRecord");
            for step in &way {
                already(&record(&world.staff, input.clone()).await, "residentId", &aid);
                assert_eq!(refusals(&decide(&world.staff, step, &aid).await), [""; 0], "{step}");
            }
        }
        assert_eq!(app.texts("SELECT period FROM aid_claim", "period").await, Vec::<String>::new());
        assert_eq!(holdings(&world.staff, &goods).await[3][0], "1");
    }

    async fn two_at_once_are_one(app: TestApp) {
        let world = World::new(&app).await;
        let (household, head) = world.household().await;
        let goods = received(&world, "GOODS", json!({ "quantity": "100" })).await;
        let (persons, homes) = (programme(&world, "PERSON", "YEAR").await, programme(&world, "HOUSEHOLD", "YEAR").await);
        for input in [
            to_person(&world, &persons, &head, &goods, "2022-03-01"),
            to_household(&world, &homes, &household, &goods, "2022-03-01"),
        ] {
            let payloads = mutate_together(&world.staff, "recordAid", "aidRecord", vec![input.clone(); 24]).await;
            let made: Vec<_> = payloads.iter().filter(|payload| refusals(payload).is_empty()).collect();
            assert_eq!(made.len(), 1, "{payloads:#?}");
            let first = made[0]["aidRecord"]["id"].as_str().unwrap();
            let field = if input.get("residentId").is_some() { "residentId" } else { "householdId" };
            for payload in payloads.iter().filter(|payload| !refusals(payload).is_empty()) {
                already(payload, field, first);
            }
        }
        assert_eq!(holdings(&world.staff, &goods).await[1][0], "2");
    }

    async fn whoever_moves_to_another_household_takes_their_part_along(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "100" })).await;
        let programme = programme(&world, "HOUSEHOLD", "YEAR").await;
        let ((first, _), (second, _)) = (world.household().await, world.household().await);
        let mover = world.resident().await;
        let join = |household: &str| json!({ "householdId": household, "residentId": mover, "relation": "CHILD", "startedOn": "2021-01-01" });
        make::created(&world.staff, "addHouseholdMember", "household", join(&first)).await;
        let grant = to_household(&world, &programme, &first, &goods, "2021-06-01");
        let aid = make::id_of(&record(&world.staff, grant).await, "aidRecord");
        let leave = json!({ "householdId": first, "residentId": mover, "endedOn": "2021-07-01" });
        make::created(&world.staff, "endHouseholdMembership", "household", leave).await;
        let mut moved = join(&second);
        moved["startedOn"] = json!("2021-07-02");
        make::created(&world.staff, "addHouseholdMember", "household", moved).await;
        let refused = record(&world.staff, to_household(&world, &programme, &second, &goods, "2021-08-01")).await;
        already(&refused, "householdId", &aid);
        assert_eq!(refused["userErrors"][0]["details"]["residentId"], mover.as_str(), "{refused:#}");
        // The next year is another period.
        make::id_of(&record(&world.staff, to_household(&world, &programme, &second, &goods, "2022-01-01")).await, "aidRecord");
    }

    async fn a_period_stays_while_grants_stand_under_it(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, received(&world, "GOODS", json!({ "quantity": "10" })).await);
        let free = make::programme(&world.staff, &world.community, "随时", "PERSON").await;
        let twice = || grant(&world, &resident, &goods, json!({ "quantity": "1", "programmeId": free }));
        let aids = [make::id_of(&twice().await, "aidRecord"), make::id_of(&twice().await, "aidRecord")];
        let change = |version: i32, once_per: Value| json!({ "id": free, "expectedVersion": version, "oncePer": once_per });
        let amend = |input: Value| world.staff.mutate("amendAidProgramme", "aidProgramme", "id oncePer version", input);
        assert_eq!(refusals(&amend(change(1, json!("YEAR"))).await), ["IN_USE oncePer"]);
        for aid in &aids {
            decide(&world.staff, "cancelAid", aid).await;
        }
        assert_eq!(amend(change(1, json!("YEAR"))).await["aidProgramme"]["oncePer"], "YEAR");
        make::id_of(&twice().await, "aidRecord");
        assert_eq!(refusals(&twice().await), ["ALREADY_AIDED residentId"]);
        assert_eq!(refusals(&amend(change(2, Value::Null)).await), ["IN_USE oncePer"]);
    }

    async fn a_second_person_approves_where_the_programme_asks_for_one(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, received(&world, "GOODS", json!({ "quantity": "10" })).await);
        let input = json!({ "communityId": world.community, "name": "双人审批", "scope": "PERSON", "secondApprover": true });
        let strict = make::created(&world.staff, "establishAidProgramme", "aidProgramme", input).await;
        let mut aids = Vec::new();
        for _ in 0..3 {
            let input = to_person(&world, &strict, &resident, &goods, "2022-03-01");
            aids.push(make::id_of(&record(&world.staff, input).await, "aidRecord"));
        }
        assert_eq!(refusals(&decide(&world.staff, "approveAid", &aids[0]).await), ["SAME_PERSON id"]);
        let batch = json!({ "ids": aids });
        let refused = world.staff.mutate("approveAidBatch", "aidRecords", "id", batch.clone()).await;
        assert_eq!(refusals(&refused), ["SAME_PERSON ids.0", "SAME_PERSON ids.1", "SAME_PERSON ids.2"]);
        let colleague = app.account("colleague", Role::Staff, Some(HERE)).await;
        assert_eq!(decide(&colleague, "approveAid", &aids[0]).await["aidRecord"]["status"], "APPROVED");
        // Nor may anybody refuse less freely than before.
        assert_eq!(decide(&world.staff, "refuseAid", &aids[1]).await["aidRecord"]["status"], "REFUSED");
    }
}
