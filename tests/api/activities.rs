//! How many came: what sessions, activities and campaigns say of it, held against the rows; and what a page of them costs.

use std::collections::BTreeSet;

use entity::{activity::ActivityStatus, session::SessionStatus};
use serde_json::{Value, json};
use tongxin::{
    activities::rules,
    figures::{Figure, sum},
    relay::id::encode,
};
use uuid::Uuid;

use crate::{
    harness::{
        World,
        bulk::{self, Bulk},
        make,
    },
    statements::{assert_cost, length, scene},
};

const TURNOUT: &str = "turnout { personTimes { value unit precision } people { value unit precision } named }";

/// The turnout of these sessions, worked out one at a time.
fn turnout<'a>(bulk: &Bulk, sessions: impl Iterator<Item = &'a entity::session::Model>) -> Value {
    let (mut parts, mut persons, mut named, mut all_named) = (Vec::new(), BTreeSet::new(), 0, true);
    for session in sessions {
        let came: Vec<Uuid> = bulk
            .attendances
            .iter()
            .filter(|row| row.session_id == session.id && row.voided_at.is_none())
            .map(|row| row.person_id)
            .collect();
        let counted = bulk.head_counts.iter().find(|row| row.session_id == session.id);
        let counted = counted.map(|row| Figure { amount: row.persons, precision: row.persons_precision });
        parts.push(rules::person_times(counted, came.len() as i64));
        all_named &= rules::all_named(counted, came.len() as i64);
        named += came.len();
        persons.extend(came);
    }
    let none = parts.is_empty();
    let person_times = if none { Figure::UNKNOWN } else { sum(parts) };
    let people = rules::people(all_named && !none, persons.len() as i64);
    json!({ "personTimes": shown(person_times, "person-time"), "people": shown(people, "person"), "named": named })
}

fn shown(figure: Figure, unit: &str) -> Value {
    let precision = serde_json::to_value(figure.precision).unwrap();
    json!({ "value": figure.amount.map(|amount| amount.to_string()), "unit": unit, "precision": precision })
}

crate::on_both! {
    async fn person_times_are_the_larger_of_heads_and_names_and_people_are_those_named(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, bulk::Size { residents: 30, projects: 20, units: 8 }).await;
        let mut seen = BTreeSet::new();
        for session in &bulk.sessions {
            let query = format!("query($id: ID!) {{ session(id: $id) {{ {TURNOUT} headCount {{ persons {{ value precision }} }} }} }}");
            let answer = world.staff.gql(&query, json!({ "id": encode("session", session.id) })).await;
            let expected = turnout(&bulk, std::iter::once(session));
            assert_eq!(answer.data()["session"]["turnout"], expected);
            seen.insert(expected["personTimes"]["precision"].to_string() + &expected["people"]["precision"].to_string());
        }
        assert!(seen.len() >= 5, "the rows show few cases only: {seen:?}");
        let held = |session: &&entity::session::Model, of: &entity::activity::Model| {
            session.activity_id == of.id && session.status == SessionStatus::Held && of.status != ActivityStatus::Cancelled
        };
        let mut known = 0;
        for activity in &bulk.activities {
            let query = format!("query($id: ID!) {{ activity(id: $id) {{ {TURNOUT} }} }}");
            let answer = world.staff.gql(&query, json!({ "id": encode("activity", activity.id) })).await;
            let expected = turnout(&bulk, bulk.sessions.iter().filter(|session| held(session, activity)));
            assert_eq!(answer.data()["activity"]["turnout"], expected);
            known += usize::from(!expected["personTimes"]["value"].is_null());
        }
        for campaign in &bulk.campaigns {
            let query = format!("query($id: ID!) {{ campaign(id: $id) {{ {TURNOUT} }} }}");
            let answer = world.staff.gql(&query, json!({ "id": encode("campaign", campaign.id) })).await;
            let own: Vec<_> = bulk.activities.iter().filter(|of| of.campaign_id == Some(campaign.id)).collect();
            let sessions = bulk.sessions.iter().filter(|session| own.iter().any(|of| held(session, of)));
            assert_eq!(answer.data()["campaign"]["turnout"], turnout(&bulk, sessions));
        }
        assert!(known > 10, "{known}");
    }

    async fn campaigns_activities_and_sessions_cost_the_same_for_any_number(app: TestApp) {
        let (world, _) = scene(&app).await;
        let campaigns = "query($n: Int!) { campaigns(first: $n) { nodes {       # 1: campaigns
            community { name }                                                  # 2: communities by id
            turnout { named }                                                   # 3 and 4: sessions that are alike, persons
            results { measure }                                                 # 5: results
            activities(first: 3) { nodes {                                      # 6: activities, ranked within their campaign
                title
                project { title }                                               # 7: projects by id
                organisers { kind partnerUnit { name } team { name } }          # 8 to 10: organisers, units and teams by id
                turnout { named }                                               # 11 and 12
                results { quantity { value } }                                  # 13: results
                sessions(first: 3) { nodes {                                    # 14: sessions, ranked within their activity
                    heldOn
                    facility { name }                                           # 15: facilities by id
                    headCount { persons { value } }                             # 16: head counts
                    turnout { named }                                           # 17 and 18: head counts, names
                    attendances(first: 5) { nodes {                             # 19: attendances, ranked within their session
                        category
                        resident { fullName } staffMember { fullName } volunteer { fullName } # 20 to 22
                    } }
                } }
            } }
        } } }";
        let sessions = "query($n: Int!) { sessions(first: $n) { nodes { activity { campaign { title } } turnout { named } attendances(first: 2) { totalCount } } } }";
        assert_cost(&app, &world, sessions, 6, |data| length(data, "/sessions/nodes"), |_, n| n).await;
        let people = "query($n: Int!) { residents(first: $n) { nodes { attendances(first: 3) { nodes { session { activity { title } } } } } } }";
        assert_cost(&app, &world, people, 4, |data| length(data, "/residents/nodes"), |_, n| n).await;
        let units = "query($n: Int!) { partnerUnits(first: $n) { nodes { activities(first: 3) { nodes { title } } } } }";
        assert_cost(&app, &world, units, 2, |data| length(data, "/partnerUnits/nodes"), |_, n| n).await;
        assert_cost(&app, &world, campaigns, 22, |data| length(data, "/campaigns/nodes"), |_, n| n).await;
    }

    async fn whoever_is_reached_through_an_attendance_shows_what_they_show_directly(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let resident = json!({
            "communityId": world.community, "fullName": "王小明", "phone": "13800138000", "birthDate": "1960-02-29",
            "idDocument": { "kind": "PASSPORT", "number": "E12345678" },
        });
        let resident = make::created(staff, "registerResident", "resident", resident).await;
        let worker = json!({ "communityId": world.community, "fullName": "李职员", "phone": "0532-86888888" });
        let worker = make::created(staff, "registerStaffMember", "staffMember", worker).await;
        let activity = make::activity(staff, &world.community, "清洁").await;
        let session = make::session(staff, &activity, "2022-03-04").await;
        make::attendance(staff, &session, &resident).await;
        let input = json!({ "sessionId": session, "staffMemberId": worker, "category": "COMMUNITY_WORKER" });
        make::created(staff, "recordAttendance", "attendance", input).await;

        let (person, member) = ("id fullName phone birthDate idDocument { kind masked }", "id fullName phone");
        let direct = format!("query($r: ID!, $m: ID!) {{ resident(id: $r) {{ {person} }} staffMember(id: $m) {{ {member} }} }}");
        let around = format!(
            "query($s: ID!, $r: ID!) {{ session(id: $s) {{ attendances {{ nodes {{ resident {{ {person} }} staffMember {{ {member} }} }} }} }}
             resident(id: $r) {{ attendances {{ nodes {{ session {{ activity {{ sessions {{ nodes {{ attendances(first: 1) {{ nodes {{ resident {{ {person} }} }} }} }} }} }} }} }} }} }} }}"
        );
        let mut phones = BTreeSet::new();
        for actor in [staff, &world.operator] {
            let direct = actor.gql(&direct, json!({ "r": resident, "m": worker })).await;
            let around = actor.gql(&around, json!({ "s": session, "r": resident })).await;
            let (direct, around) = (direct.data(), around.data());
            let came = &around["session"]["attendances"]["nodes"];
            assert_eq!((&came[0]["resident"], &came[1]["staffMember"]), (&direct["resident"], &direct["staffMember"]));
            let far = "/resident/attendances/nodes/0/session/activity/sessions/nodes/0/attendances/nodes/0/resident";
            assert_eq!(around.pointer(far), Some(&direct["resident"]));
            phones.insert(direct["resident"]["phone"].to_string());
        }
        assert_eq!(phones.len(), 2, "staff read what the operator sees masked: {phones:?}");
        let query = "query($s: ID!) { session(id: $s) { id } attendances { totalCount } node(id: $s) { id } }";
        let answer = world.stranger.gql(query, json!({ "s": session })).await;
        assert_eq!(answer.data(), &json!({ "session": null, "attendances": { "totalCount": 0 }, "node": null }));
    }
}
