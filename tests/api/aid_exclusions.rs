//! Programmes that exclude each other: by person and by household, in every order, and when both come at once.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    aid::{decide, received},
    aid_rules::programme,
    harness::{World, actor::refusals, cases, make, mutate_together},
};

async fn exclude(world: &World, pair: [&String; 2], by: &str) {
    make::created(&world.staff, "excludeAidProgrammes", "aidProgrammes", json!({ "programmeIds": pair, "by": by }))
        .await;
}

fn input(world: &World, programme: &str, (kind, to): (&str, &str), from: &str) -> Value {
    json!({ "communityId": world.community, "programmeId": programme, (kind): to, "contributionId": from, "quantity": "1", "givenOn": "2022-03-01" })
}

async fn give(world: &World, programme: &str, to: (&str, &str), from: &str) -> Value {
    world.staff.mutate("recordAid", "aidRecord", "id version", input(world, programme, to, from)).await
}

/// A household with its head and somebody who lives with them.
async fn couple(world: &World) -> (String, String, String) {
    let (household, head) = world.household().await;
    let mate = world.resident().await;
    let joins =
        json!({ "householdId": household, "residentId": mate, "relation": "SPOUSE", "startedOn": "2020-01-01" });
    make::created(&world.staff, "addHouseholdMember", "household", joins).await;
    (household, head, mate)
}

crate::on_both! {
    async fn the_matrix_of_exclusions(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "1000" })).await;
        let (persons, homes) = ("residentId", "householdId");
        // What was given first, to whom; what comes then, to whom; how they exclude each other, and whether it is refused.
        for (first, second, by, refused) in [
            ((persons, "head"), (persons, "head"), Some("PERSON"), true),
            ((persons, "head"), (persons, "mate"), Some("PERSON"), false),
            ((persons, "head"), (persons, "mate"), Some("HOUSEHOLD"), true),
            ((persons, "head"), (persons, "other"), Some("HOUSEHOLD"), false),
            ((persons, "head"), (persons, "head"), None, false),
            ((homes, "home"), (persons, "mate"), Some("PERSON"), true),
            ((homes, "home"), (persons, "other"), Some("HOUSEHOLD"), false),
            ((persons, "mate"), (homes, "home"), Some("PERSON"), true),
            ((persons, "mate"), (homes, "home"), Some("HOUSEHOLD"), true),
            ((persons, "other"), (homes, "home"), Some("HOUSEHOLD"), false),
            ((homes, "home"), (homes, "home"), Some("HOUSEHOLD"), true),
        ] {
            let ((home, head, mate), other) = (couple(&world).await, world.resident().await);
            let who = |name: &str| match name { "home" => &home, "head" => &head, "mate" => &mate, _ => &other };
            let scope = |kind: &str| if kind == persons { "PERSON" } else { "HOUSEHOLD" };
            let one = programme(&world, scope(first.0), None, json!({})).await;
            let two = programme(&world, scope(second.0), None, json!({})).await;
            if let Some(by) = by {
                exclude(&world, [&two, &one], by).await;
            }
            let aid = make::id_of(&give(&world, &one, (first.0, who(first.1)), &goods).await, "aidRecord");
            let payload = give(&world, &two, (second.0, who(second.1)), &goods).await;
            let case = format!("{first:?} {second:?} {by:?}: {payload:#}");
            if !refused {
                make::id_of(&payload, "aidRecord");
                continue;
            }
            assert_eq!(refusals(&payload), [format!("EXCLUDED_BY_PROGRAMME {}", second.0)], "{case}");
            let details = &payload["userErrors"][0]["details"];
            assert_eq!((&details["aidRecordId"], &details["programmeId"]), (&json!(aid), &json!(one)), "{case}");
            // What is called off stands in nobody's way, and so does a programme that may be together again.
            decide(&world.staff, "cancelAid", &aid).await;
            let again = make::id_of(&give(&world, &two, (second.0, who(second.1)), &goods).await, "aidRecord");
            assert_eq!(refusals(&give(&world, &one, (first.0, who(first.1)), &goods).await), [format!("EXCLUDED_BY_PROGRAMME {}", first.0)], "{case}");
            make::created(&world.staff, "allowAidProgrammesTogether", "aidProgrammes", json!({ "programmeIds": [one, two] })).await;
            make::id_of(&give(&world, &one, (first.0, who(first.1)), &goods).await, "aidRecord");
            decide(&world.staff, "cancelAid", &again).await;
        }
        app.in_order().await;
    }

    async fn of_two_that_exclude_each_other_one_comes_first(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "1000" })).await;
        for by in ["PERSON", "HOUSEHOLD"] {
            let (one, two) = (programme(&world, "PERSON", None, json!({})).await, programme(&world, "PERSON", None, json!({})).await);
            exclude(&world, [&one, &two], by).await;
            let (_, head, mate) = couple(&world).await;
            let second = if by == "PERSON" { &head } else { &mate };
            let inputs: Vec<Value> = (0..16)
                .map(|i| if i % 2 == 0 { input(&world, &one, ("residentId", &head), &goods) } else { input(&world, &two, ("residentId", second), &goods) })
                .collect();
            let payloads = mutate_together(&world.staff, "recordAid", "aidRecord", inputs).await;
            let made: Vec<usize> = (0..16).filter(|i| refusals(&payloads[*i]).is_empty()).collect();
            assert!(!made.is_empty() && made.iter().all(|i| i % 2 == made[0] % 2), "{by}: {made:?}");
            assert_eq!(made.len(), 8, "whoever came first is aided as often as they ask: {payloads:#?}");
            assert!(payloads.iter().all(|payload| refusals(payload).is_empty() || refusals(payload) == ["EXCLUDED_BY_PROGRAMME residentId"]), "{payloads:#?}");
        }
        app.in_order().await;
    }

    async fn whatever_is_given_in_whatever_order_nobody_has_what_excludes_each_other(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "1000" })).await;
        let pairs = [(0_usize, 1_usize), (0, 2), (1, 2)];
        let strategy = (
            proptest::collection::vec(prop::option::of(any::<bool>()), 3),
            proptest::collection::vec((0..3_usize, 0..4_usize, 0..5_usize), 8),
        );
        for (number, (exclusions, steps)) in cases(5, strategy).into_iter().enumerate() {
            let mut programmes = Vec::new();
            for scope in ["PERSON", "PERSON", "HOUSEHOLD"] {
                programmes.push(programme(&world, scope, None, json!({})).await);
            }
            for (pair, by) in pairs.iter().zip(&exclusions) {
                if let Some(by) = by {
                    exclude(&world, [&programmes[pair.0], &programmes[pair.1]], if *by { "HOUSEHOLD" } else { "PERSON" }).await;
                }
            }
            let (a, b) = (couple(&world).await, couple(&world).await);
            let homes = [(&a.0, [0, 1]), (&b.0, [2, 3])];
            let people = [&a.1, &a.2, &b.1, &b.2];
            // Of each grant that stands: its programme, and whom it reached.
            let mut standing: Vec<(String, usize, Vec<usize>)> = Vec::new();
            for (which, whom, act) in steps {
                if act == 0 && !standing.is_empty() {
                    let (aid, ..) = standing.remove(whom % standing.len());
                    decide(&world.staff, "cancelAid", &aid).await;
                    continue;
                }
                let (to, reached) = match which {
                    2 => (("householdId", homes[whom / 2].0.as_str()), homes[whom / 2].1.to_vec()),
                    _ => (("residentId", people[whom].as_str()), vec![whom]),
                };
                let in_the_way = standing.iter().any(|(_, other, theirs)| {
                    let place = pairs.iter().position(|pair| *pair == (which.min(*other), which.max(*other)));
                    match place.and_then(|place| exclusions[place]) {
                        None => false,
                        Some(false) => reached.iter().any(|person| theirs.contains(person)),
                        Some(true) => reached.iter().any(|person| theirs.iter().any(|other| person / 2 == other / 2)),
                    }
                });
                let payload = give(&world, &programmes[which], to, &goods).await;
                assert_eq!(!refusals(&payload).is_empty(), in_the_way, "case {number}: {which} to {whom} beside {standing:?}: {payload:#}");
                if !in_the_way {
                    standing.push((make::id_of(&payload, "aidRecord"), which, reached));
                }
            }
        }
        app.in_order().await;
    }

    async fn two_programmes_of_one_community_exclude_each_other_once(app: TestApp) {
        let world = World::new(&app).await;
        let (one, two) = (programme(&world, "PERSON", None, json!({})).await, programme(&world, "HOUSEHOLD", None, json!({})).await);
        let there = json!({ "communityId": world.elsewhere, "name": "那边", "scope": "PERSON" });
        let there = make::created(&world.stranger, "establishAidProgramme", "aidProgramme", there).await;
        let ask = async |ids: &[&String]| world.operator.mutate("excludeAidProgrammes", "aidProgrammes", "id exclusions { by programmeId }", json!({ "programmeIds": ids, "by": "HOUSEHOLD" })).await;
        assert_eq!(refusals(&ask(&[&one]).await), ["INVALID programmeIds"]);
        assert_eq!(refusals(&ask(&[&one, &there]).await), ["INVALID programmeIds"]);
        assert_eq!(refusals(&ask(&[&one, &one]).await), ["DUPLICATE programmeIds.1"]);
        let allow = json!({ "programmeIds": [one, two] });
        assert_eq!(refusals(&world.staff.mutate("allowAidProgrammesTogether", "aidProgrammes", "id", allow).await), ["NOT_FOUND programmeIds"]);
        let made = ask(&[&two, &one]).await;
        let of = |other: &String| json!([{ "by": "HOUSEHOLD", "programmeId": other }]);
        assert_eq!(made["aidProgrammes"], json!([{ "id": two, "exclusions": of(&one) }, { "id": one, "exclusions": of(&two) }]), "each of the two says so");
        assert_eq!(refusals(&ask(&[&one, &two]).await), ["DUPLICATE programmeIds"]);
    }
}
