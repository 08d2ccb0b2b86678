//! Households: exactly one head while there are members, and every figure that mentions a member agrees with every other.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Actor, TestApp, World, actor::refusals, cases, make};

const HOUSEHOLDS: usize = 3;
const RESIDENTS: usize = 5;

/// Who becomes head when the head leaves.
#[derive(Clone, Copy, Debug)]
enum Successor {
    Nobody,
    /// The first of the others.
    Fitting,
    Whoever(usize),
}

#[derive(Clone, Debug)]
enum Step {
    Add { household: usize, resident: usize, as_head: bool },
    /// From the household where the resident lives, or from any.
    Leave { household: Option<usize>, resident: usize, successor: Successor },
    ChangeHead { household: Option<usize>, resident: usize, former_stays_head: bool },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (household, resident) = (0..HOUSEHOLDS, 0..RESIDENTS);
    let here = prop_oneof![3 => Just(None), 1 => household.clone().prop_map(Some)];
    let successor = prop_oneof![
        1 => Just(Successor::Nobody), 2 => Just(Successor::Fitting), 1 => resident.clone().prop_map(Successor::Whoever),
    ];
    let step = prop_oneof![
        4 => (household, resident.clone(), any::<bool>()).prop_map(|(household, resident, as_head)| Step::Add { household, resident, as_head }),
        3 => (here.clone(), resident.clone(), successor).prop_map(|(household, resident, successor)| Step::Leave { household, resident, successor }),
        2 => (here, resident, prop::bool::weighted(0.1))
            .prop_map(|(household, resident, former_stays_head)| Step::ChangeHead { household, resident, former_stays_head }),
    ];
    prop::collection::vec(step, 4..16)
}

/// What should be on record: the members of each household, its head first, and how often it changed.
#[derive(Default)]
struct Model {
    members: [Vec<usize>; HOUSEHOLDS],
    versions: [i64; HOUSEHOLDS],
}

impl Model {
    fn home(&self, resident: usize) -> Option<usize> {
        self.members.iter().position(|members| members.contains(&resident))
    }

    /// Does the step, or says why not.
    fn take(&mut self, step: &Step) -> Result<(), &'static str> {
        let household = match *step {
            Step::Add { household, resident, as_head } => {
                let members = &mut self.members[household];
                match (members.is_empty(), as_head) {
                    _ if self.home(resident).is_some() => return Err("DUPLICATE residentId"),
                    (true, false) => return Err("INVALID relation"),
                    (false, true) => return Err("DUPLICATE relation"),
                    _ => self.members[household].push(resident),
                }
                household
            }
            Step::Leave { household, resident, successor } => {
                let household = household.or(self.home(resident)).unwrap_or(0);
                let members = &mut self.members[household];
                let Some(place) = members.iter().position(|member| *member == resident) else { return Err("NOT_FOUND residentId") };
                let named = named(successor, members, resident);
                match (place == 0 && members.len() > 1, named) {
                    (true, None) => return Err("REQUIRED successorId"),
                    (true, Some(next)) if next == resident || !members.contains(&next) => return Err("NOT_FOUND successorId"),
                    (false, Some(_)) => return Err("INVALID successorId"),
                    (_, next) => {
                        members.remove(place);
                        if let Some(next) = next {
                            put_first(members, next);
                        }
                    }
                }
                household
            }
            Step::ChangeHead { household, resident, former_stays_head } => {
                let household = household.or(self.home(resident)).unwrap_or(0);
                if former_stays_head {
                    return Err("INVALID formerHeadRelation");
                }
                if !self.members[household].contains(&resident) {
                    return Err("NOT_FOUND residentId");
                }
                put_first(&mut self.members[household], resident);
                household
            }
        };
        self.versions[household] += 1;
        Ok(())
    }
}

fn put_first(members: &mut Vec<usize>, head: usize) {
    members.retain(|member| *member != head);
    members.insert(0, head);
}

fn named(successor: Successor, members: &[usize], leaving: usize) -> Option<usize> {
    match successor {
        Successor::Nobody => None,
        // Named only where one is asked for.
        Successor::Fitting if members.first() == Some(&leaving) => members.get(1).copied(),
        Successor::Fitting => None,
        Successor::Whoever(resident) => Some(resident),
    }
}

struct Scene {
    households: Vec<String>,
    residents: Vec<String>,
}

impl Scene {
    async fn new(world: &World, building: &str) -> Self {
        let (mut households, mut residents) = (Vec::new(), Vec::new());
        for _ in 0..HOUSEHOLDS {
            let input = json!({ "communityId": world.community, "buildingId": building, "room": world.name("室") });
            households.push(make::created(&world.staff, "registerHousehold", "household", input).await);
        }
        for _ in 0..RESIDENTS {
            residents.push(world.resident().await);
        }
        Self { households, residents }
    }

    /// The mutation of a step, and its input.
    fn input(&self, step: &Step, model: &Model) -> (&'static str, Value) {
        let home = |household: Option<usize>, resident: usize| household.or(model.home(resident)).unwrap_or(0);
        match *step {
            Step::Add { household, resident, as_head } => ("addHouseholdMember", json!({
                "householdId": self.households[household], "residentId": self.residents[resident],
                "relation": if as_head { "HEAD" } else { "SIBLING" },
            })),
            Step::Leave { household, resident, successor } => {
                let household = home(household, resident);
                let successor = named(successor, &model.members[household], resident);
                ("endHouseholdMembership", json!({
                    "householdId": self.households[household], "residentId": self.residents[resident],
                    "successorId": successor.map(|next| &self.residents[next]),
                }))
            }
            Step::ChangeHead { household, resident, former_stays_head } => {
                let household = home(household, resident);
                ("changeHouseholdHead", json!({
                    "householdId": self.households[household], "residentId": self.residents[resident],
                    "expectedVersion": model.versions[household], "formerHeadRelation": if former_stays_head { "HEAD" } else { "OTHER_RELATIVE" },
                }))
            }
        }
    }

    /// Everything that says who lives where says what the model says.
    async fn agrees_with(&self, model: &Model, staff: &Actor, after: &[Step]) {
        let query = "query($h: [ID!]!, $r: [ID!]!) {
            households: nodes(ids: $h) { ... on Household { version head { id } members { relation endedOn resident { id household { id } } } } }
            residents: nodes(ids: $r) { ... on Resident { household { id } building { id } } } }";
        let answer = staff.gql(query, json!({ "h": self.households, "r": self.residents })).await;
        let data = answer.data();
        for (household, members) in model.members.iter().enumerate() {
            let shown = &data["households"][household];
            let id = |resident: &usize| self.residents[*resident].as_str();
            assert_eq!(shown["head"]["id"].as_str(), members.first().map(id), "head after {after:?}");
            let listed = shown["members"].as_array().unwrap();
            let mut ids: Vec<_> = listed.iter().map(|member| member["resident"]["id"].as_str().unwrap()).collect();
            let mut expected: Vec<_> = members.iter().map(id).collect();
            assert_eq!(ids.first(), expected.first(), "the head comes first after {after:?}");
            ids.sort_unstable();
            expected.sort_unstable();
            assert_eq!(ids, expected, "members after {after:?}");
            let heads = listed.iter().filter(|member| member["relation"] == "HEAD").count();
            assert_eq!(heads, usize::from(!members.is_empty()), "heads after {after:?}");
            assert_eq!(shown["version"], model.versions[household], "version after {after:?}");
        }
        for resident in 0..RESIDENTS {
            let home = model.home(resident).map(|household| self.households[household].as_str());
            assert_eq!(data["residents"][resident]["household"]["id"].as_str(), home, "home after {after:?}");
            assert_eq!(data["residents"][resident]["building"].is_null(), home.is_none(), "building after {after:?}");
        }
    }
}

/// Residents whose row says another household or building than their open membership.
const DISAGREEING: &str = "SELECT r.full_name AS name FROM resident r
    LEFT JOIN household_membership m ON m.resident_id = r.id AND m.ended_on IS NULL LEFT JOIN household h ON h.id = m.household_id
    WHERE r.household_id IS DISTINCT FROM m.household_id OR r.building_id IS DISTINCT FROM h.building_id";

crate::on_both! {
    async fn a_household_has_one_head_whatever_is_done_to_it(app: TestApp) {
        let world = World::new(&app).await;
        let building = world.building().await;
        let (mut made, mut refused) = (0, 0);
        for steps in cases(24, steps()) {
            let scene = Scene::new(&world, &building).await;
            let mut model = Model { versions: [1; HOUSEHOLDS], ..Model::default() };
            for (done, step) in steps.iter().enumerate() {
                let (mutation, input) = scene.input(step, &model);
                let payload = world.staff.mutate(mutation, "household", "id", input).await;
                match model.take(step) {
                    Ok(()) => { assert_eq!(refusals(&payload), [""; 0], "{step:?} after {:?}", &steps[..done]); made += 1; }
                    Err(why) => { assert_eq!(refusals(&payload), [why], "{step:?} after {:?}", &steps[..done]); refused += 1; }
                }
                scene.agrees_with(&model, &world.staff, &steps[..=done]).await;
            }
        }
        assert!(made > 60 && refused > 60, "{made} steps were made and {refused} refused: too few to tell");
        assert_eq!(app.texts(DISAGREEING, "name").await, Vec::<String>::new());
    }

    async fn when_a_member_moves_out_every_count_agrees_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let grid = make::grid(staff, &world.community, "一号网格").await;
        let input = json!({ "communityId": world.community, "gridId": grid, "name": "1 号楼" });
        let building = make::created(staff, "registerBuilding", "building", input).await;
        let (head, child) = (world.resident().await, world.resident().await);
        let household = make::household(staff, &world.community, &building, "101", &head).await;
        let join = json!({ "householdId": household, "residentId": child, "relation": "CHILD", "startedOn": "2020-01-01" });
        make::created(staff, "addHouseholdMember", "household", join).await;

        let query = "query($g: ID!, $b: ID!, $h: ID!) {
            byHousehold: residents(filter: { householdId: $h }) { totalCount nodes { id } }
            byBuilding: residents(filter: { buildingId: $b }) { totalCount nodes { id } }
            byGrid: residents(filter: { gridId: $g }) { totalCount nodes { id } }
            others: residents(filter: { not: { householdId: $h } }) { totalCount }
            building(id: $b) { residents { totalCount nodes { id } } households { nodes { members { resident { id } } } } }
            household(id: $h) { members { resident { id } } memberships { endedOn } } }";
        let ids = json!({ "g": grid, "b": building, "h": household });
        let living = async |expected: &[&str]| {
            let answer = staff.gql(query, ids.clone()).await;
            let data = answer.data();
            let lists = [&data["byHousehold"], &data["byBuilding"], &data["byGrid"], &data["building"]["residents"]];
            for list in lists {
                let found: Vec<_> = list["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
                assert_eq!(found, expected, "{data:#}");
                assert_eq!(list["totalCount"], expected.len(), "{data:#}");
            }
            for members in [&data["household"]["members"], &data["building"]["households"]["nodes"][0]["members"]] {
                assert_eq!(members.as_array().unwrap().len(), expected.len(), "{data:#}");
            }
            data["household"]["memberships"].as_array().unwrap().iter().filter(|one| one["endedOn"].is_null()).count()
        };
        assert_eq!(living(&[&head, &child]).await, 2);
        let leave = json!({ "householdId": household, "residentId": child, "endedOn": "2021-01-01" });
        make::created(staff, "endHouseholdMembership", "household", leave).await;
        assert_eq!(living(&[&head]).await, 1);
        let leave = json!({ "householdId": household, "residentId": head });
        make::created(staff, "endHouseholdMembership", "household", leave).await;
        assert_eq!(living(&[]).await, 0);
        // Whoever left may live elsewhere, and the former household may be taken by others.
        let next = make::household(staff, &world.community, &building, "102", &child).await;
        let join = json!({ "householdId": household, "residentId": world.resident().await, "relation": "HEAD" });
        make::created(staff, "addHouseholdMember", "household", join).await;
        let home = staff.gql("query($r: ID!) { resident(id: $r) { household { id head { id } } } }", json!({ "r": child })).await;
        assert_eq!(home.data()["resident"]["household"], json!({ "id": next, "head": { "id": child } }));
    }

    async fn a_resident_of_another_household_is_refused_with_the_household_that_is_in_the_way(app: TestApp) {
        let world = World::new(&app).await;
        let (household, head) = world.household().await;
        let other = world.household().await.0;
        let building = world.building().await;
        let before = app.tables().await;
        let join = json!({ "householdId": other, "residentId": head, "relation": "PARENT" });
        let again = json!({ "communityId": world.community, "buildingId": building, "room": "9", "headId": head });
        for (mutation, input, field) in [("addHouseholdMember", join, "residentId"), ("registerHousehold", again, "headId")] {
            let payload = world.staff.mutate(mutation, "household", "id", input).await;
            assert_eq!(refusals(&payload), [format!("DUPLICATE {field}")], "{mutation}");
            assert_eq!(payload["userErrors"][0]["details"]["householdId"], household.as_str(), "{mutation}");
        }
        // The second had put a household on file before it found the head housed.
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
    }

    async fn all_that_is_wrong_with_a_household_is_told_together(app: TestApp) {
        let world = World::new(&app).await;
        let (household, head) = world.household().await;
        let wrong = json!({
            "communityId": world.community, "buildingId": world.resident().await, "unit": "x".repeat(21), "room": " ", "headId": head,
            "startedOn": "2199-01-01",
        });
        let payload = world.staff.mutate("registerHousehold", "household", "id", wrong).await;
        let expected = ["INVALID buildingId", "OUT_OF_RANGE unit", "REQUIRED room", "DUPLICATE headId", "OUT_OF_RANGE startedOn"];
        assert_eq!(refusals(&payload), expected);
        let wrong = json!({ "householdId": household, "residentId": head, "relation": "HEAD", "startedOn": "2199-01-01" });
        let payload = world.staff.mutate("addHouseholdMember", "household", "id", wrong).await;
        assert_eq!(refusals(&payload), ["DUPLICATE residentId", "DUPLICATE relation", "OUT_OF_RANGE startedOn"]);
        let member = world.resident().await;
        let join = json!({ "householdId": household, "residentId": member, "relation": "CHILD" });
        make::created(&world.staff, "addHouseholdMember", "household", join).await;
        let wrong = json!({ "householdId": household, "residentId": head, "endedOn": "2199-01-01" });
        let payload = world.staff.mutate("endHouseholdMembership", "household", "id", wrong).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE endedOn", "REQUIRED successorId"]);
    }

    async fn nobody_leaves_before_they_came(app: TestApp) {
        let world = World::new(&app).await;
        let (building, head) = (world.building().await, world.resident().await);
        let input = json!({ "communityId": world.community, "buildingId": building, "room": "1", "headId": head, "startedOn": "2020-05-01" });
        let household = make::created(&world.staff, "registerHousehold", "household", input).await;
        let leave = |on: &str| json!({ "householdId": household, "residentId": head, "endedOn": on });
        let payload = world.staff.mutate("endHouseholdMembership", "household", "id", leave("2020-04-30")).await;
        assert_eq!(refusals(&payload), ["OUT_OF_RANGE endedOn"]);
        make::created(&world.staff, "endHouseholdMembership", "household", leave("2020-05-01")).await;
    }
}
