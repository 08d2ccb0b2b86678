//! Whatever is recorded, voided and called off in two communities, and in whatever order: how many came is what is left on record of each, worked out
//! here one session at a time.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Actor, World, cases, make};

const CAME: &str = "turnout { personTimes { value precision } people { value precision } named }";

#[derive(Clone, Debug)]
enum Step {
    Plan { campaign: Option<usize> },
    Schedule,
    Hold,
    CallOff,
    CallOffActivity,
    Come { person: usize, as_volunteer: bool },
    VoidAttendance,
    Count { persons: i64, precision: &'static str },
    VoidCount,
}

fn step() -> impl Strategy<Value = (bool, prop::sample::Index, Step)> {
    let precision = prop::sample::select(vec!["EXACT", "EXACT", "EXACT", "AT_LEAST", "ABOUT", "UNKNOWN"]);
    let step = prop_oneof![
        4 => prop::option::of(0..2_usize).prop_map(|campaign| Step::Plan { campaign }),
        6 => Just(Step::Schedule),
        2 => Just(Step::Hold),
        2 => Just(Step::CallOff),
        4 => Just(Step::CallOffActivity),
        16 => (0..4_usize, any::<bool>()).prop_map(|(person, as_volunteer)| Step::Come { person, as_volunteer }),
        3 => Just(Step::VoidAttendance),
        5 => (0..5_i64, precision).prop_map(|(persons, precision)| Step::Count { persons, precision }),
        1 => Just(Step::VoidCount),
    ];
    (any::<bool>(), any::<prop::sample::Index>(), step)
}

struct Activity {
    id: String,
    campaign: Option<usize>,
    called_off: bool,
}

#[derive(Clone)]
struct Session {
    id: String,
    activity: usize,
    held: bool,
    called_off: bool,
    /// Persons with their attendances.
    came: Vec<(usize, String)>,
    count: Option<(String, Option<i64>, &'static str)>,
}

type Known = (Option<i64>, &'static str);

impl Session {
    fn person_times(&self) -> Known {
        let named = self.came.len() as i64;
        match &self.count {
            None if named == 0 => (None, "UNKNOWN"),
            None => (Some(named), "EXACT"),
            Some((_, Some(counted), "ABOUT")) if *counted > named => (Some(*counted), "ABOUT"),
            Some((_, Some(counted), "EXACT")) => (Some(*counted.max(&named)), "EXACT"),
            Some((_, Some(counted), "AT_LEAST")) => (Some(*counted.max(&named)), "AT_LEAST"),
            // A rough number below the names, or none: as many as are named, and perhaps more.
            Some((_, Some(_), _)) => (Some(named), "AT_LEAST"),
            Some((_, None, _)) if named == 0 => (None, "UNKNOWN"),
            Some((_, None, _)) => (Some(named), "AT_LEAST"),
        }
    }
}

fn turnout(sessions: &[&Session]) -> Value {
    let parts: Vec<Known> = sessions.iter().map(|session| session.person_times()).collect();
    let all = |precision| parts.iter().all(|part| part.1 == precision);
    let any = |precision| parts.iter().any(|part| part.1 == precision);
    let total = parts.iter().filter_map(|part| part.0).sum::<i64>();
    let person_times = if all("UNKNOWN") {
        (None, "UNKNOWN")
    } else if any("ABOUT") {
        (Some(total), "ABOUT")
    } else if all("EXACT") {
        (Some(total), "EXACT")
    } else {
        (Some(total), "AT_LEAST")
    };
    let persons: BTreeSet<usize> = sessions.iter().flat_map(|session| session.came.iter().map(|came| came.0)).collect();
    let named: usize = sessions.iter().map(|session| session.came.len()).sum();
    // Everybody who came is named.
    let complete = person_times == (Some(named as i64), "EXACT");
    let people = match persons.len() as i64 {
        different if complete => (Some(different), "EXACT"),
        0 => (None, "UNKNOWN"),
        different => (Some(different), "AT_LEAST"),
    };
    let shown =
        |(value, precision): Known| json!({ "value": value.map(|value| value.to_string()), "precision": precision });
    json!({ "turnout": { "personTimes": shown(person_times), "people": shown(people), "named": named } })
}

struct Place {
    staff: Actor,
    community: String,
    campaigns: Vec<String>,
    residents: Vec<String>,
    volunteers: Vec<String>,
    activities: Vec<Activity>,
    sessions: Vec<Session>,
}

impl Place {
    async fn new(staff: &Actor, community: &str) -> Self {
        let (mut campaigns, mut residents, mut volunteers) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..2 {
            campaigns.push(make::campaign(staff, community, &format!("行动{number}")).await);
        }
        for number in 0..4 {
            let resident = make::resident(staff, community, &format!("居民{number}")).await;
            volunteers.push(make::volunteer(staff, community, &resident).await);
            residents.push(resident);
        }
        let (staff, community) = (staff.clone(), community.to_owned());
        Self { staff, community, campaigns, residents, volunteers, activities: Vec::new(), sessions: Vec::new() }
    }

    /// What the mutation made; none where it was refused, as what contradicts the records is.
    async fn try_to(&self, mutation: &str, object: &str, input: Value) -> Option<String> {
        let payload = self.staff.mutate(mutation, object, "id", input).await;
        payload[object]["id"].as_str().map(str::to_owned)
    }

    async fn decide(&self, mutation: &str, object: &str, id: &str, with_reason: bool) -> bool {
        let mut input = json!({ "id": id, "expectedVersion": make::version(&self.staff, id).await });
        if with_reason {
            input["reason"] = json!("记错");
        }
        self.try_to(mutation, object, input).await.is_some()
    }

    async fn take(&mut self, which: prop::sample::Index, step: Step) {
        if let Step::Plan { campaign } = step {
            let input = json!({
                "communityId": self.community, "kind": "CLEAN_UP", "title": "清洁", "organisers": [{ "community": true }],
                "campaignId": campaign.map(|number| &self.campaigns[number]),
            });
            let id = self.try_to("planActivity", "activity", input).await.expect("nothing speaks against it");
            return self.activities.push(Activity { id, campaign, called_off: false });
        }
        if self.activities.is_empty() {
            return;
        }
        let activity = which.index(self.activities.len());
        match step {
            Step::Schedule => {
                let input = json!({ "activityId": self.activities[activity].id, "heldOn": "2022-03-04" });
                let Some(id) = self.try_to("scheduleSession", "session", input).await else { return };
                let new = Session { id, activity, held: false, called_off: false, came: Vec::new(), count: None };
                return self.sessions.push(new);
            }
            Step::CallOffActivity => {
                if self.decide("cancelActivity", "activity", &self.activities[activity].id, true).await {
                    self.activities[activity].called_off = true;
                    let own = self.sessions.iter_mut().filter(|session| session.activity == activity && !session.held);
                    own.for_each(|session| session.called_off = true);
                }
                return;
            }
            _ if self.sessions.is_empty() => return,
            _ => {}
        }
        let number = which.index(self.sessions.len());
        let mut session = self.sessions[number].clone();
        match step {
            Step::Hold => session.held |= self.decide("holdSession", "session", &session.id, false).await,
            Step::CallOff => {
                if self.decide("cancelSession", "session", &session.id, true).await {
                    (session.held, session.called_off) = (false, true);
                }
            }
            Step::Come { person, as_volunteer } => {
                let (field, id) = match as_volunteer {
                    true => ("volunteerId", &self.volunteers[person]),
                    false => ("residentId", &self.residents[person]),
                };
                let input = json!({ "sessionId": session.id, field: id, "category": "RESIDENT" });
                if let Some(attendance) = self.try_to("recordAttendance", "attendance", input).await {
                    session.came.push((person, attendance));
                    session.held = true;
                }
            }
            Step::VoidAttendance if !session.came.is_empty() => {
                let at = which.index(session.came.len());
                assert!(self.decide("voidAttendance", "attendance", &session.came[at].1, true).await);
                session.came.remove(at);
            }
            Step::Count { persons, precision } => {
                let persons = (precision != "UNKNOWN").then_some(persons);
                let input = json!({ "sessionId": session.id, "persons": persons, "precision": precision });
                if let Some(count) = self.try_to("recordHeadCount", "headCount", input).await {
                    session.count = Some((count, persons, precision));
                    session.held = true;
                }
            }
            Step::VoidCount => {
                if let Some((count, ..)) = session.count.take() {
                    assert!(self.decide("voidHeadCount", "headCount", &count, true).await);
                }
            }
            _ => return,
        }
        self.sessions[number] = session;
    }

    /// A whole list at once, as these see it.
    async fn compare(&self, actor: &Actor, list: &str, kind: &str, expected: Vec<(&str, Value)>) {
        let query = format!("query($f: {kind}Filter) {{ {list}(first: 100, filter: $f) {{ nodes {{ id {CAME} }} }} }}");
        let answer = actor.gql(&query, json!({ "f": { "communityId": self.community } })).await;
        let nodes = answer.data()[list]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), expected.len(), "{list}");
        for (id, turnout) in expected {
            let shown = nodes.iter().find(|node| node["id"] == id).unwrap();
            assert_eq!(shown["turnout"], turnout["turnout"], "{list}, {id}");
        }
    }

    async fn check(&self, actor: &Actor) {
        let of = |wanted: &dyn Fn(&Activity) -> bool| {
            let held = |session: &&Session| {
                let activity = &self.activities[session.activity];
                session.held && !activity.called_off && wanted(activity)
            };
            turnout(&self.sessions.iter().filter(held).collect::<Vec<_>>())
        };
        let sessions = self.sessions.iter().map(|session| (session.id.as_str(), turnout(&[session]))).collect();
        self.compare(actor, "sessions", "Session", sessions).await;
        let activities =
            self.activities.iter().map(|activity| (activity.id.as_str(), of(&|other| other.id == activity.id)));
        self.compare(actor, "activities", "Activity", activities.collect()).await;
        let campaigns = self.campaigns.iter().enumerate();
        let campaigns = campaigns.map(|(number, id)| (id.as_str(), of(&|activity| activity.campaign == Some(number))));
        self.compare(actor, "campaigns", "Campaign", campaigns.collect()).await;
    }
}

crate::on_both! {
    async fn how_many_came_is_what_is_left_on_record_whatever_happened(app: TestApp) {
        let world = World::new(&app).await;
        let mut places = [Place::new(&world.staff, &world.community).await, Place::new(&world.stranger, &world.elsewhere).await];
        for (number, (there, which, step)) in cases(260, step()).into_iter().enumerate() {
            places[usize::from(there)].take(which, step).await;
            if number % 52 == 51 {
                for place in &places {
                    place.check(&place.staff).await;
                    place.check(&world.operator).await;
                }
            }
        }
        // The steps led to something.
        for place in &places {
            let seen = |holds: &dyn Fn(&Session) -> bool| place.sessions.iter().filter(|session| holds(session)).count();
            assert!(seen(&|session| session.came.len() > 1) > 2, "hardly anybody came");
            assert!(seen(&|session| session.count.is_some() && !session.came.is_empty()) > 1, "hardly anybody counted");
            assert!(seen(&|session| session.called_off) > 0 && place.activities.iter().any(|activity| activity.called_off));
        }
    }
}
