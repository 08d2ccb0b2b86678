//! Exactly one head while there are members, through every path: random changes against a model.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Actor, World, actor::refusals, cases, make};

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
    /// As head or not; as the household needs it where nothing is said.
    Add {
        household: usize,
        resident: usize,
        as_head: Option<bool>,
    },
    /// From the household where the resident lives, or from any.
    Leave {
        household: Option<usize>,
        resident: usize,
        successor: Successor,
    },
    ChangeHead {
        household: Option<usize>,
        resident: usize,
        former_stays_head: bool,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (household, resident) = (0..HOUSEHOLDS, 0..RESIDENTS);
    let here = prop_oneof![3 => Just(None), 1 => household.clone().prop_map(Some)];
    let successor = prop_oneof![
        1 => Just(Successor::Nobody), 2 => Just(Successor::Fitting), 1 => resident.clone().prop_map(Successor::Whoever),
    ];
    let step = prop_oneof![
        5 => (household, resident.clone(), prop::option::weighted(0.2, any::<bool>())).prop_map(|(household, resident, as_head)| Step::Add { household, resident, as_head }),
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
    fn take(&mut self, step: &Step) -> Result<(), Vec<&'static str>> {
        let household = match *step {
            Step::Add { household, resident, as_head } => {
                let housed = self.home(resident).map(|_| "DUPLICATE residentId");
                let relation = match (self.members[household].is_empty(), as_head) {
                    (true, Some(false)) => Some("INVALID relation"),
                    (false, Some(true)) => Some("DUPLICATE relation"),
                    _ => None,
                };
                if housed.is_some() || relation.is_some() {
                    return Err(housed.into_iter().chain(relation).collect());
                }
                self.members[household].push(resident);
                household
            }
            Step::Leave { household, resident, successor } => {
                let household = household.or(self.home(resident)).unwrap_or(0);
                let members = &mut self.members[household];
                let Some(place) = members.iter().position(|member| *member == resident) else {
                    return Err(vec!["NOT_FOUND residentId"]);
                };
                let named = named(successor, members, resident);
                match (place == 0 && members.len() > 1, named) {
                    (true, None) => return Err(vec!["REQUIRED successorId"]),
                    (true, Some(next)) if next == resident || !members.contains(&next) => {
                        return Err(vec!["NOT_FOUND successorId"]);
                    }
                    (false, Some(_)) => return Err(vec!["INVALID successorId"]),
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
                    return Err(vec!["INVALID formerHeadRelation"]);
                }
                if !self.members[household].contains(&resident) {
                    return Err(vec!["NOT_FOUND residentId"]);
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
            Step::Add { household, resident, as_head } => (
                "addHouseholdMember",
                json!({
                    "householdId": self.households[household], "residentId": self.residents[resident],
                    "relation": if as_head.unwrap_or(model.members[household].is_empty()) { "HEAD" } else { "SIBLING" },
                }),
            ),
            Step::Leave { household, resident, successor } => {
                let household = home(household, resident);
                let successor = named(successor, &model.members[household], resident);
                (
                    "endHouseholdMembership",
                    json!({
                        "householdId": self.households[household], "residentId": self.residents[resident],
                        "successorId": successor.map(|next| &self.residents[next]),
                    }),
                )
            }
            Step::ChangeHead { household, resident, former_stays_head } => {
                let household = home(household, resident);
                (
                    "changeHouseholdHead",
                    json!({
                        "householdId": self.households[household], "residentId": self.residents[resident],
                        "expectedVersion": model.versions[household], "formerHeadRelation": if former_stays_head { "HEAD" } else { "OTHER_RELATIVE" },
                    }),
                )
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
                    Err(why) => { assert_eq!(refusals(&payload), why, "{step:?} after {:?}", &steps[..done]); refused += 1; }
                }
                scene.agrees_with(&model, &world.staff, &steps[..=done]).await;
            }
        }
        assert!(made > 60 && refused > 60, "{made} steps were made and {refused} refused: too few to tell");
        assert_eq!(app.texts(DISAGREEING, "name").await, Vec::<String>::new());
    }
}
