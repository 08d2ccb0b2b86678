//! Contributions come and are lowered, grants are planned, decided about, alone and in batches, and reversed, people move: whatever happens in whatever
//! order, the service answers as a small model of it does, and the books are right after each step.

mod steps;
mod unsound;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use steps::{Decision, Recipient, Step, steps};
use unsound::assert_sound;

use crate::{
    aid::received,
    harness::{World, actor::refusals, cases, make},
};

const HOUSEHOLDS: usize = 3;
/// Residents who head no household and move between them.
const MOVERS: usize = 4;
const SOURCES: usize = 3;
/// Items of a further contribution, the last two sources: so many of each, and what they are worth, which is not shared out evenly.
const ITEMS: [(&str, i64, &str); 2] = [("轮椅", 7, "100.00"), ("助行器", 6, "0.05")];
/// How many may be given at the start, with those that come later.
const MOST_SOURCES: usize = SOURCES + ITEMS.len() + 3;
/// The days of grants, in two years; people move later.
const DAYS: [&str; 3] = ["2021-03-01", "2021-09-01", "2022-03-01"];

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

/// A contribution, or an item of one.
struct Source {
    contribution: String,
    item: Option<String>,
    received: i64,
    version: i64,
}

/// The service as it should be.
struct Model<'w> {
    world: &'w World,
    programmes: [String; 2],
    movers: Vec<String>,
    households: Vec<String>,
    sources: Vec<Source>,
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
            let contribution = received(world, "GOODS", json!({ "quantity": "6" })).await;
            sources.push(Source { contribution, item: None, received: 6, version: 1 });
        }
        sources.extend(itemised(world).await);
        let home: Vec<usize> = (0..MOVERS).map(|mover| mover % HOUSEHOLDS).collect();
        Model {
            world,
            programmes: programmes.try_into().unwrap(),
            movers,
            households,
            sources,
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
            Step::Contribute { items } => self.contribute(*items).await,
            Step::Receive { source, items } => self.receive(*source % self.sources.len(), *items).await,
            Step::Plan { to, source, day, items } => self.plan(*to, *source % self.sources.len(), *day, *items).await,
            Step::Decide { decision, grant } => self.decide(*decision, *grant).await,
            Step::DecideAll { decision, grants } => self.decide_all(*decision, grants).await,
            Step::Move { mover, to } => self.move_to(*mover, *to).await,
        }
    }

    async fn contribute(&mut self, items: i64) {
        if self.sources.len() < MOST_SOURCES {
            let contribution = received(self.world, "GOODS", json!({ "quantity": items.to_string() })).await;
            self.sources.push(Source { contribution, item: None, received: items, version: 1 });
        }
    }

    async fn receive(&mut self, source: usize, items: i64) {
        let of = &self.sources[source];
        let input = json!({
            "id": of.contribution, "expectedVersion": of.version, "received": { "quantity": items.to_string() },
        });
        let payload = self.world.staff.mutate("receiveContribution", "contribution", "id", input).await;
        if of.item.is_some() {
            // How many came follows from the items, of which there are more than it says.
            let given: i64 = (SOURCES..SOURCES + ITEMS.len()).map(|item| self.allocated(item)).sum();
            let too_few = (items < given).then_some("OUT_OF_RANGE received.quantity");
            assert_eq!(
                refusals(&payload),
                too_few.into_iter().chain(["INVALID received.quantity"]).collect::<Vec<_>>()
            );
        } else if items < self.allocated(source) {
            assert_eq!(refusals(&payload), ["OUT_OF_RANGE received.quantity"]);
        } else {
            assert_eq!(refusals(&payload), [""; 0]);
            self.sources[source].received = items;
            self.sources[source].version += 1;
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
        let from = &self.sources[source];
        let input = json!({
            "communityId": self.world.community, (field): id, "contributionId": from.contribution, "itemId": from.item, "programmeId": programme,
            "quantity": items.to_string(), "givenOn": DAYS[day],
        });
        let payload = self.world.staff.mutate("recordAid", "aidRecord", "id", input).await;
        let held = |grant: &&Grant| grant.stands() && !grant.holders.is_disjoint(&holders);
        if self.grants.iter().any(|grant| held(&grant)) {
            assert_eq!(refusals(&payload), [format!("ALREADY_AIDED {field}")], "{to:?}");
            let shown = payload["aidRecord"]["id"].as_str();
            assert!(self.grants.iter().filter(held).any(|grant| Some(grant.id.as_str()) == shown), "{payload:#}");
        } else if self.allocated(source) + items > from.received {
            assert_eq!(refusals(&payload), ["INSUFFICIENT_REMAINDER quantity"]);
            let left = from.received - self.allocated(source);
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
        let mut whole: BTreeMap<&str, [i64; 2]> = BTreeMap::new();
        for (source, of) in self.sources.iter().enumerate() {
            let delivered = self.grants.iter().filter(|grant| grant.source == source && grant.status == "DELIVERED");
            let sums = whole.entry(&of.contribution).or_default();
            sums[0] += of.received - self.allocated(source);
            sums[1] += delivered.map(|grant| grant.items).sum::<i64>();
        }
        for (id, [remaining, delivered]) in whole {
            let query = "query($id: ID!) { contribution(id: $id) { remaining { quantity { value } } delivered { quantity { value } } } }";
            let answer = self.world.staff.gql(query, json!({ "id": id })).await;
            let of =
                |field: &str| answer.data()["contribution"][field]["quantity"]["value"].as_str().unwrap().to_owned();
            assert_eq!((of("remaining"), of("delivered")), (remaining.to_string(), delivered.to_string()));
        }
    }
}

/// A contribution of several items, each a source of its own.
async fn itemised(world: &World) -> Vec<Source> {
    let items = ITEMS.map(|(name, quantity, yuan)| {
        json!({ "name": name, "unit": "件", "received": { "quantity": quantity.to_string(), "yuan": yuan } })
    });
    let input = json!({
        "communityId": world.community, "kind": "GOODS", "title": world.name("辅具"), "contributors": [{ "partnerUnitId": world.unit().await }],
        "items": items,
    });
    let payload = world.staff.mutate("recordContribution", "contribution", "id items { id name }", input).await;
    let contribution = make::id_of(&payload, "contribution");
    let told = payload["contribution"]["items"].as_array().unwrap();
    let of = |(name, received, _): (&str, i64, &str)| {
        let item = told.iter().find(|item| item["name"] == name).unwrap()["id"].as_str().unwrap().to_owned();
        Source { contribution: contribution.clone(), item: Some(item), received, version: 1 }
    };
    ITEMS.map(of).into()
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
            for table in ["contribution", "contribution_item"] {
                app.run(&format!("UPDATE {table} SET delivered_milli = 0, delivered_fen = 0")).await;
                app.run(&format!("UPDATE {table} SET allocated_milli = 0, allocated_fen = 0")).await;
            }
        }
    }
}
