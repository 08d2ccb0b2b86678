//! Contributions come and are lowered, grants are planned, decided about, alone and in batches, and reversed, people move: whatever happens in whatever
//! order, the service answers as a small model of it does, and the books are right after each step.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;

use crate::{
    aid::received,
    harness::{TestApp, World, actor::refusals, cases, make},
};

const HOUSEHOLDS: usize = 3;
/// Residents who head no household and move between them.
const MOVERS: usize = 4;
const SOURCES: usize = 3;
/// The days of grants, in two years; people move later.
const DAYS: [&str; 3] = ["2021-03-01", "2021-09-01", "2022-03-01"];

/// What must never be found, and why. Amounts are whole items.
const UNSOUND: &[(&str, &str)] = &[
    (
        "running sums that are not those of the grants",
        "SELECT c.title AS found FROM contribution c LEFT JOIN aid_record a ON a.contribution_id = c.id GROUP BY c.id, c.title, c.allocated_milli, c.delivered_milli
         HAVING c.allocated_milli <> COALESCE(SUM(CASE WHEN a.status IN ('PLANNED', 'APPROVED', 'DELIVERED') THEN a.quantity_milli ELSE 0 END), 0)
             OR c.delivered_milli <> COALESCE(SUM(CASE WHEN a.status = 'DELIVERED' THEN a.quantity_milli ELSE 0 END), 0)",
    ),
    (
        "more handed over than set aside, or more set aside than there is",
        "SELECT title AS found FROM contribution WHERE delivered_milli > allocated_milli OR allocated_milli > received_milli",
    ),
    (
        "somebody aided twice in a year",
        "SELECT CAST(COUNT(*) AS TEXT) AS found FROM aid_record WHERE status IN ('PLANNED', 'APPROVED', 'DELIVERED') AND scope = 'PERSON'
         GROUP BY programme_id, resident_id, given_on < '2022-01-01' HAVING COUNT(*) > 1",
    ),
    (
        "a household aided twice in a year",
        "SELECT CAST(COUNT(*) AS TEXT) AS found FROM aid_record WHERE status IN ('PLANNED', 'APPROVED', 'DELIVERED') AND scope = 'HOUSEHOLD'
         GROUP BY programme_id, household_id, given_on < '2022-01-01' HAVING COUNT(*) > 1",
    ),
    (
        "a claim of a grant that does not stand, or a grant without its claim",
        "SELECT a.status AS found FROM aid_record a LEFT JOIN aid_claim c ON c.aid_record_id = a.id
           AND (c.resident_id = a.resident_id OR (a.resident_id IS NULL AND c.household_id = a.household_id))
         WHERE (a.status IN ('PLANNED', 'APPROVED', 'DELIVERED')) <> (c.id IS NOT NULL)",
    ),
    (
        "a change without its event",
        "SELECT a.status AS found FROM aid_record a JOIN event e ON e.subject_kind = 'aid_record' AND e.subject_id = a.id
         GROUP BY a.id, a.status, a.version HAVING COUNT(*) <> a.version",
    ),
    (
        "a reversal that does not answer a reversed grant to the item",
        "SELECT a.status AS found FROM aid_record a LEFT JOIN aid_record r ON r.reverses_id = a.id
         WHERE (a.status = 'REVERSED') <> (r.id IS NOT NULL) OR r.quantity_milli <> a.quantity_milli OR r.resident_id <> a.resident_id",
    ),
];

async fn assert_sound(app: &TestApp, after: &str) {
    for (what, sql) in UNSOUND {
        assert_eq!(app.texts(sql, "found").await, Vec::<String>::new(), "{what}, after {after}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// All told, so many came.
    Receive {
        source: usize,
        items: i64,
    },
    Plan {
        to: Recipient,
        source: usize,
        day: usize,
        items: i64,
    },
    Decide {
        decision: Decision,
        grant: usize,
    },
    DecideAll {
        decision: Decision,
        grants: BTreeSet<usize>,
    },
    Move {
        mover: usize,
        to: usize,
    },
}

#[derive(Clone, Copy, Debug)]
enum Recipient {
    Mover(usize),
    Household(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Decision {
    Approve,
    Refuse,
    Deliver,
    Cancel,
    Return,
    Reverse,
}

impl Decision {
    fn name(self) -> &'static str {
        match self {
            Decision::Approve => "approveAid",
            Decision::Refuse => "refuseAid",
            Decision::Deliver => "deliverAid",
            Decision::Cancel => "cancelAid",
            Decision::Return => "returnAid",
            Decision::Reverse => "reverseAid",
        }
    }

    fn on(self, from: &str) -> Option<&'static str> {
        match (self, from) {
            (Decision::Approve, "PLANNED") => Some("APPROVED"),
            (Decision::Refuse, "PLANNED") => Some("REFUSED"),
            (Decision::Cancel, "PLANNED" | "APPROVED") => Some("CANCELLED"),
            (Decision::Deliver, "APPROVED") => Some("DELIVERED"),
            (Decision::Return, "DELIVERED") => Some("RETURNED"),
            (Decision::Reverse, "DELIVERED") => Some("REVERSED"),
            _ => None,
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let recipient =
        || prop_oneof![(0..MOVERS).prop_map(Recipient::Mover), (0..HOUSEHOLDS).prop_map(Recipient::Household)];
    let decision = || {
        prop_oneof![
            4 => Just(Decision::Approve), 1 => Just(Decision::Refuse), 4 => Just(Decision::Deliver), 1 => Just(Decision::Cancel),
            1 => Just(Decision::Return), 1 => Just(Decision::Reverse),
        ]
    };
    let step = prop_oneof![
        2 => (0..SOURCES, 1..9_i64).prop_map(|(source, items)| Step::Receive { source, items }),
        8 => (recipient(), 0..SOURCES, 0..DAYS.len(), 1..4_i64).prop_map(|(to, source, day, items)| Step::Plan { to, source, day, items }),
        8 => (decision(), 0..12_usize).prop_map(|(decision, grant)| Step::Decide { decision, grant }),
        3 => (decision(), prop::collection::btree_set(0..12_usize, 1..4)).prop_map(|(decision, grants)| Step::DecideAll { decision, grants }),
        3 => (0..MOVERS, 0..HOUSEHOLDS).prop_map(|(mover, to)| Step::Move { mover, to }),
    ];
    prop::collection::vec(step, 40..60)
}

struct Grant {
    id: String,
    source: usize,
    items: i64,
    status: &'static str,
    version: i64,
    /// Whom it reaches in which year: movers by number, households after them.
    holders: BTreeSet<(usize, bool)>,
}

impl Grant {
    fn stands(&self) -> bool {
        matches!(self.status, "PLANNED" | "APPROVED" | "DELIVERED")
    }
}

/// The service as it should be.
struct Model<'w> {
    world: &'w World,
    programmes: [String; 2],
    movers: Vec<String>,
    households: Vec<String>,
    sources: Vec<String>,
    received: Vec<i64>,
    versions: Vec<i64>,
    grants: Vec<Grant>,
    /// Where each mover lives, and in which households they lived on the days of the grants: all moved in before those.
    home: Vec<usize>,
    first_home: Vec<usize>,
    moves: u32,
}

impl Model<'_> {
    async fn new(world: &World) -> Model<'_> {
        let staff = &world.staff;
        let mut programmes = Vec::new();
        for scope in ["PERSON", "HOUSEHOLD"] {
            let input = json!({ "communityId": world.community, "name": world.name("项目"), "scope": scope, "oncePer": "YEAR" });
            programmes.push(make::created(staff, "establishAidProgramme", "aidProgramme", input).await);
        }
        let (mut movers, mut households, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..HOUSEHOLDS {
            households.push(world.household().await.0);
        }
        for mover in 0..MOVERS {
            let resident = world.resident().await;
            join(world, &households[mover % HOUSEHOLDS], &resident, "2020-01-01").await;
            movers.push(resident);
        }
        for _ in 0..SOURCES {
            sources.push(received(world, "GOODS", json!({ "quantity": "6" })).await);
        }
        let home: Vec<usize> = (0..MOVERS).map(|mover| mover % HOUSEHOLDS).collect();
        Model {
            world,
            programmes: programmes.try_into().unwrap(),
            movers,
            households,
            sources,
            received: vec![6; SOURCES],
            versions: vec![1; SOURCES],
            grants: Vec::new(),
            first_home: home.clone(),
            home,
            moves: 0,
        }
    }

    fn allocated(&self, source: usize) -> i64 {
        self.grants.iter().filter(|grant| grant.source == source && grant.stands()).map(|grant| grant.items).sum()
    }

    async fn step(&mut self, step: &Step) {
        match step {
            Step::Receive { source, items } => self.receive(*source, *items).await,
            Step::Plan { to, source, day, items } => self.plan(*to, *source, *day, *items).await,
            Step::Decide { decision, grant } => self.decide(*decision, *grant).await,
            Step::DecideAll { decision, grants } => self.decide_all(*decision, grants).await,
            Step::Move { mover, to } => self.move_to(*mover, *to).await,
        }
    }

    async fn receive(&mut self, source: usize, items: i64) {
        let input = json!({
            "id": self.sources[source], "expectedVersion": self.versions[source], "received": { "quantity": items.to_string() },
        });
        let payload = self.world.staff.mutate("receiveContribution", "contribution", "id", input).await;
        if items < self.allocated(source) {
            assert_eq!(refusals(&payload), ["OUT_OF_RANGE received.quantity"]);
        } else {
            assert_eq!(refusals(&payload), [""; 0]);
            self.received[source] = items;
            self.versions[source] += 1;
        }
    }

    async fn plan(&mut self, to: Recipient, source: usize, day: usize, items: i64) {
        let late = DAYS[day] >= "2022";
        let (field, id, programme) = match to {
            Recipient::Mover(mover) => ("residentId", &self.movers[mover], &self.programmes[0]),
            Recipient::Household(household) => ("householdId", &self.households[household], &self.programmes[1]),
        };
        let holders: BTreeSet<(usize, bool)> = match to {
            Recipient::Mover(mover) => [(mover, late)].into(),
            Recipient::Household(household) => {
                let lives = |mover: &usize| self.home[*mover] == household || self.first_home[*mover] == household;
                // Numbers apart from those of the programme for persons.
                let members = (0..MOVERS).filter(lives).map(|mover| 100 + mover);
                members.chain([200 + household]).map(|holder| (holder, late)).collect()
            }
        };
        let input = json!({
            "communityId": self.world.community, (field): id, "contributionId": self.sources[source], "programmeId": programme,
            "quantity": items.to_string(), "givenOn": DAYS[day],
        });
        let payload = self.world.staff.mutate("recordAid", "aidRecord", "id", input).await;
        let held = |grant: &&Grant| grant.stands() && !grant.holders.is_disjoint(&holders);
        if self.grants.iter().any(|grant| held(&grant)) {
            assert_eq!(refusals(&payload), [format!("ALREADY_AIDED {field}")], "{to:?}");
            let shown = payload["aidRecord"]["id"].as_str();
            assert!(self.grants.iter().filter(held).any(|grant| Some(grant.id.as_str()) == shown), "{payload:#}");
        } else if self.allocated(source) + items > self.received[source] {
            assert_eq!(refusals(&payload), ["INSUFFICIENT_REMAINDER quantity"]);
            let left = self.received[source] - self.allocated(source);
            assert_eq!(payload["userErrors"][0]["details"]["remaining"], left.to_string());
        } else {
            let id = make::id_of(&payload, "aidRecord");
            self.grants.push(Grant { id, source, items, status: "PLANNED", version: 1, holders });
        }
    }

    async fn decide(&mut self, decision: Decision, grant: usize) {
        let Some(grant) = self.grants.get_mut(grant) else { return };
        let mut input = json!({ "id": grant.id, "expectedVersion": grant.version });
        if !matches!(decision, Decision::Approve | Decision::Deliver) {
            input["reason"] = json!("模型");
        }
        let payload = self.world.staff.mutate(decision.name(), "aidRecord", "id", input).await;
        match decision.on(grant.status) {
            Some(to) => {
                assert_eq!(refusals(&payload), [""; 0], "{decision:?} on {}", grant.status);
                (grant.status, grant.version) = (to, grant.version + 1);
            }
            None => assert_eq!(refusals(&payload), ["ILLEGAL_TRANSITION id"], "{decision:?} on {}", grant.status),
        }
    }

    async fn decide_all(&mut self, decision: Decision, grants: &BTreeSet<usize>) {
        let chosen: Vec<usize> = grants.iter().copied().filter(|grant| *grant < self.grants.len()).collect();
        if decision == Decision::Reverse || chosen.is_empty() {
            return;
        }
        let ids: Vec<&String> = chosen.iter().map(|grant| &self.grants[*grant].id).collect();
        let mut input = json!({ "ids": ids });
        if !matches!(decision, Decision::Approve | Decision::Deliver) {
            input["reason"] = json!("模型");
        }
        let mutation = format!("{}Batch", decision.name());
        let payload = self.world.staff.mutate(&mutation, "aidRecords", "id", input).await;
        let closed = chosen.iter().enumerate().filter(|(_, grant)| decision.on(self.grants[**grant].status).is_none());
        let expected: Vec<String> = closed.map(|(place, _)| format!("ILLEGAL_TRANSITION ids.{place}")).collect();
        assert_eq!(refusals(&payload), expected, "{decision:?}");
        if expected.is_empty() {
            for grant in chosen {
                let grant = &mut self.grants[grant];
                (grant.status, grant.version) = (decision.on(grant.status).unwrap(), grant.version + 1);
            }
        }
    }

    async fn move_to(&mut self, mover: usize, to: usize) {
        if self.home[mover] == to {
            return;
        }
        let on = |day: u32| format!("2023-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        let (left, came) = (on(2 * self.moves), on(2 * self.moves + 1));
        self.moves += 1;
        let leave = json!({ "householdId": self.households[self.home[mover]], "residentId": self.movers[mover], "endedOn": left });
        make::created(&self.world.staff, "endHouseholdMembership", "household", leave).await;
        join(self.world, &self.households[to], &self.movers[mover], &came).await;
        self.home[mover] = to;
    }

    /// What the service says of every grant and of every contribution.
    async fn compare(&self) {
        let mut told = BTreeMap::new();
        let query = "query($after: String) { aidRecords(first: 100, after: $after) { nodes { id status version } } }";
        for aid in self.world.staff.gql(query, json!({})).await.data()["aidRecords"]["nodes"].as_array().unwrap() {
            let of = |field: &str| aid[field].clone();
            told.insert(aid["id"].as_str().unwrap().to_owned(), (of("status"), of("version")));
        }
        for grant in &self.grants {
            assert_eq!(told.remove(&grant.id), Some((json!(grant.status), json!(grant.version))));
        }
        assert!(told.values().all(|(status, _)| *status == "REVERSAL"), "{told:?}");
        for (source, id) in self.sources.iter().enumerate() {
            let query = "query($id: ID!) { contribution(id: $id) { remaining { quantity { value } } delivered { quantity { value } } } }";
            let answer = self.world.staff.gql(query, json!({ "id": id })).await;
            let of =
                |field: &str| answer.data()["contribution"][field]["quantity"]["value"].as_str().unwrap().to_owned();
            assert_eq!(of("remaining"), (self.received[source] - self.allocated(source)).to_string());
            let delivered = self.grants.iter().filter(|grant| grant.source == source && grant.status == "DELIVERED");
            assert_eq!(of("delivered"), delivered.map(|grant| grant.items).sum::<i64>().to_string());
        }
    }
}

async fn join(world: &World, household: &str, resident: &str, on: &str) {
    let input =
        json!({ "householdId": household, "residentId": resident, "relation": "NON_RELATIVE", "startedOn": on });
    make::created(&world.staff, "addHouseholdMember", "household", input).await;
}

crate::on_both! {
    async fn whatever_is_done_in_whatever_order_the_books_are_right(app: TestApp) {
        let world = World::new(&app).await;
        for steps in cases(6, steps()) {
            let mut model = Model::new(&world).await;
            for step in &steps {
                model.step(step).await;
                assert_sound(&app, &format!("{step:?}")).await;
            }
            model.compare().await;
            app.run("DELETE FROM aid_claim").await;
            app.run("DELETE FROM aid_record WHERE reverses_id IS NOT NULL").await;
            app.run("DELETE FROM aid_record").await;
            app.run("UPDATE contribution SET delivered_milli = 0").await;
            app.run("UPDATE contribution SET allocated_milli = 0").await;
        }
    }
}
