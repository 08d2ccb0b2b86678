//! Whatever is done to households in whatever order: everybody lives in one place at a time, and every household that is lived in has one head.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, World, actor::refusals, cases},
    life::{MISCOUNTED, goods, grant},
};

/// What must never be found, and why.
const UNSOUND: &[(&str, &str)] = &[
    (
        "a resident with two open memberships",
        "SELECT CAST(COUNT(*) AS TEXT) AS found FROM household_membership WHERE ended_on IS NULL GROUP BY resident_id HAVING COUNT(*) > 1",
    ),
    (
        "a household with members and not one head",
        "SELECT CAST(COUNT(*) AS TEXT) AS found FROM household_membership WHERE ended_on IS NULL GROUP BY household_id
         HAVING SUM(CASE WHEN relation = 'HEAD' THEN 1 ELSE 0 END) <> 1",
    ),
    (
        "a resident whose row leads elsewhere than the open membership",
        "SELECT r.full_name AS found FROM resident r LEFT JOIN household_membership m ON m.resident_id = r.id AND m.ended_on IS NULL
         LEFT JOIN household h ON h.id = m.household_id
         WHERE r.household_id IS DISTINCT FROM m.household_id OR r.building_id IS DISTINCT FROM h.building_id",
    ),
    (
        "memberships that overlap",
        "SELECT r.full_name AS found FROM household_membership a JOIN household_membership b ON a.resident_id = b.resident_id AND a.id < b.id
         JOIN resident r ON r.id = a.resident_id
         WHERE (a.ended_on IS NULL OR a.ended_on > b.started_on) AND (b.ended_on IS NULL OR b.ended_on > a.started_on)
           AND (a.started_on < b.started_on OR b.started_on < a.started_on OR (a.ended_on IS NULL AND b.ended_on IS NULL))",
    ),
    (
        "a member who has left",
        "SELECT r.full_name AS found FROM resident r JOIN household_membership m ON m.resident_id = r.id AND m.ended_on IS NULL
         WHERE r.life_status <> 'LIVING_HERE'",
    ),
    (
        "a promise to a household that nobody lives in",
        "SELECT a.status AS found FROM aid_record a WHERE a.scope = 'HOUSEHOLD' AND a.status IN ('PLANNED', 'APPROVED')
         AND NOT EXISTS (SELECT 1 FROM household_membership m WHERE m.household_id = a.household_id AND m.ended_on IS NULL)",
    ),
    (
        "a life status that is not of the last event",
        "SELECT r.full_name AS found FROM resident r LEFT JOIN life_event e ON e.resident_id = r.id AND e.withdrawn_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM life_event l WHERE l.resident_id = r.id AND l.withdrawn_at IS NULL AND l.id > e.id)
         WHERE r.life_status <> CASE COALESCE(e.kind, 'RETURN') WHEN 'MOVE_OUT' THEN 'MOVED_OUT' WHEN 'DEATH' THEN 'DECEASED' ELSE 'LIVING_HERE' END
            OR r.life_status_on IS DISTINCT FROM e.occurred_on",
    ),
    ("sums that are not those of the grants", MISCOUNTED),
];

/// Everything that says who lives where says the same.
pub async fn assert_sound(app: &TestApp) {
    for (what, sql) in UNSOUND {
        let column = if *sql == MISCOUNTED { "title" } else { "found" };
        assert_eq!(app.texts(sql, column).await, Vec::<String>::new(), "{what}");
    }
}

const RESIDENTS: usize = 6;

#[derive(Clone, Debug)]
enum Step {
    Found { head: usize },
    Join { resident: usize, of: usize },
    Leave { resident: usize },
    Split { resident: usize, with: Vec<usize> },
    Merge { resident: usize, into: usize },
    Move { resident: usize, to: usize },
    MoveOut { residents: Vec<usize> },
    Die { resident: usize },
    Return { resident: usize },
    Withdraw { resident: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = || 0..RESIDENTS;
    let some = || prop::collection::vec(0..RESIDENTS, 1..3);
    let step = prop_oneof![
        2 => one().prop_map(|head| Step::Found { head }),
        6 => (one(), one()).prop_map(|(resident, of)| Step::Join { resident, of }),
        2 => one().prop_map(|resident| Step::Leave { resident }),
        4 => (one(), some()).prop_map(|(resident, with)| Step::Split { resident, with }),
        4 => (one(), one()).prop_map(|(resident, into)| Step::Merge { resident, into }),
        2 => (one(), one()).prop_map(|(resident, to)| Step::Move { resident, to }),
        4 => some().prop_map(|residents| Step::MoveOut { residents }),
        1 => one().prop_map(|resident| Step::Die { resident }),
        5 => one().prop_map(|resident| Step::Return { resident }),
        2 => one().prop_map(|resident| Step::Withdraw { resident }),
    ];
    prop::collection::vec(step, 12..26)
}

/// The people of one walk, and what the API says of them now.
struct Walk<'w> {
    world: &'w World,
    buildings: [String; 2],
    goods: String,
    residents: Vec<String>,
}

impl Walk<'_> {
    async fn new(world: &World) -> Walk<'_> {
        let mut residents = Vec::new();
        for _ in 0..RESIDENTS {
            residents.push(world.resident().await);
        }
        Walk {
            world,
            buildings: [world.building().await, world.building().await],
            goods: goods(world).await,
            residents,
        }
    }

    /// Household, building, head, members and the last event of a resident.
    async fn of(&self, resident: usize) -> Value {
        let query = "query($id: ID!) { resident(id: $id) { building { id } household { id head { id } members { resident { id } } } lifeEvents { id version withdrawnAt } } }";
        self.world.staff.gql(query, json!({ "id": self.residents[resident] })).await.data()["resident"].clone()
    }

    /// Members of a household other than these, the head first.
    fn others(home: &Value, leaving: &[&str]) -> Vec<String> {
        let members = home["household"]["members"].as_array().into_iter().flatten();
        let ids = members.filter_map(|member| member["resident"]["id"].as_str());
        ids.filter(|id| !leaving.contains(id)).map(str::to_owned).collect()
    }

    /// Who is to be head when these leave, where that is asked for.
    fn successor(home: &Value, leaving: &[&str]) -> Option<String> {
        let heads = home["household"]["head"]["id"].as_str().is_some_and(|head| leaving.contains(&head));
        Self::others(home, leaving).into_iter().next().filter(|_| heads)
    }

    /// The mutation of a step as somebody would send it who looked at the people before.
    async fn input(&self, step: &Step) -> (&'static str, &'static str, Value) {
        let id = |resident: usize| self.residents[resident].as_str();
        let on = "2021-06-01";
        match step {
            Step::Found { head } => {
                let input = json!({ "communityId": self.world.community, "buildingId": self.buildings[head % 2], "room": "1", "headId": id(*head), "startedOn": on });
                ("registerHousehold", "household", input)
            }
            Step::Join { resident, of } => {
                let home = self.of(*of).await;
                let input = json!({ "householdId": home["household"]["id"].as_str().unwrap_or("x"), "residentId": id(*resident), "relation": "SIBLING", "startedOn": on });
                ("addHouseholdMember", "household", input)
            }
            Step::Leave { resident } => {
                let home = self.of(*resident).await;
                let successor = Self::successor(&home, &[id(*resident)]);
                let input = json!({ "householdId": home["household"]["id"].as_str().unwrap_or("x"), "residentId": id(*resident), "endedOn": on, "successorId": successor });
                ("endHouseholdMembership", "household", input)
            }
            Step::Split { resident, with } => {
                let home = self.of(*resident).await;
                // The resident, and as many of the household as fit; now and then somebody who does not live there.
                let mut leaving = vec![id(*resident).to_owned()];
                leaving.extend(Self::others(&home, &[id(*resident)]).into_iter().rev().take(with.len() - 1));
                leaving.extend(with.iter().filter(|other| **other == 0).map(|_| id(RESIDENTS - 1).to_owned()));
                leaving.dedup();
                let members: Vec<Value> = leaving
                    .iter()
                    .enumerate()
                    .map(|(i, id)| json!({ "residentId": id, "relation": if i == 0 { "HEAD" } else { "CHILD" } }))
                    .collect();
                let leaving: Vec<&str> = leaving.iter().map(String::as_str).collect();
                let successor = Self::successor(&home, &leaving);
                let input = json!({ "householdId": home["household"]["id"].as_str().unwrap_or("x"), "members": members, "room": "2", "on": on, "successorId": successor });
                ("splitHousehold", "household", input)
            }
            Step::Merge { resident, into } => {
                let (home, other) = (self.of(*resident).await, self.of(*into).await);
                let members: Vec<Value> = Self::others(&home, &[])
                    .iter()
                    .map(|id| json!({ "residentId": id, "relation": "SIBLING" }))
                    .collect();
                let input = json!({
                    "householdId": home["household"]["id"].as_str().unwrap_or("x"), "intoHouseholdId": other["household"]["id"].as_str().unwrap_or("x"),
                    "members": members, "on": on,
                });
                ("mergeHouseholds", "household", input)
            }
            Step::Move { resident, to } => {
                let home = self.of(*resident).await;
                let input = json!({ "buildingId": self.buildings[to % 2], "fromBuildingId": home["building"]["id"], "unit": "7" });
                ("moveHouseholds", "building", input)
            }
            Step::MoveOut { residents } => {
                let home = self.of(residents[0]).await;
                let leaving: Vec<&str> = residents.iter().map(|resident| id(*resident)).collect();
                let input =
                    json!({ "residentIds": leaving, "on": on, "successorId": Self::successor(&home, &leaving) });
                ("recordMoveOut", "lifeEvent", input)
            }
            Step::Die { resident } => {
                let home = self.of(*resident).await;
                let input = json!({ "residentId": id(*resident), "on": on, "successorId": Self::successor(&home, &[id(*resident)]) });
                ("recordDeath", "lifeEvent", input)
            }
            Step::Return { resident } => {
                ("recordReturn", "lifeEvent", json!({ "residentId": id(*resident), "on": on }))
            }
            Step::Withdraw { resident } => {
                let events = self.of(*resident).await["lifeEvents"].clone();
                let last = events.as_array().unwrap().iter().rfind(|event| event["withdrawnAt"].is_null()).cloned();
                let last = last.unwrap_or_else(|| json!({ "id": "x", "version": 1 }));
                (
                    "withdrawLifeEvent",
                    "lifeEvent",
                    json!({ "id": last["id"], "expectedVersion": last["version"], "reason": "误登" }),
                )
            }
        }
    }
}

crate::on_both! {
    async fn everybody_lives_in_one_place_and_every_home_has_one_head(app: TestApp) {
        let world = World::new(&app).await;
        let mut made = std::collections::BTreeMap::<&str, usize>::new();
        let mut refused = 0;
        for steps in cases(14, steps()) {
            let walk = Walk::new(&world).await;
            // Two households to begin with, of three and of two.
            let begun = [Step::Found { head: 0 }, Step::Found { head: 3 }].into_iter();
            let joined = [(1, 0), (2, 0), (4, 3)].map(|(resident, of)| Step::Join { resident, of });
            for step in begun.chain(joined).chain(steps).collect::<Vec<_>>().iter() {
                let (mutation, object, input) = walk.input(step).await;
                let payload = world.staff.mutate(mutation, object, "id", input).await;
                match refusals(&payload).is_empty() {
                    true => *made.entry(mutation).or_default() += 1,
                    false => refused += 1,
                }
                assert_sound(&app).await;
                // Whoever has a home is promised something now and then, and the home too.
                if let (Step::Found { head }, Value::String(household)) = (step, &payload["household"]["id"]) {
                    grant(&world, ("householdId", household), &walk.goods, &[]).await;
                    grant(&world, ("residentId", &walk.residents[*head]), &walk.goods, &["approveAid"]).await;
                }
            }
        }
        app.in_order().await;
        assert_eq!(made.len(), 10, "some steps were never made: {made:?}");
        assert!(made.values().all(|times| *times >= 3) && refused > 20, "{made:?}, {refused} refused: too few to tell");
    }
}
