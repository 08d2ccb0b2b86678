//! Figures of single objects under each role: how many are in a team, how many came, what came for a project and what is left of it. They are of all the rows
//! behind them, or say that they are of a part; and numbers of few people are not told to those who do not know whom they are about.

use std::collections::BTreeSet;

use entity::{
    activity::ActivityStatus,
    figures::{AidKind, Precision},
    session::{self, SessionStatus},
};
use sea_orm::Iterable;
use serde_json::{Value, json};
use tongxin::{access::accounts::Role, relay::id::encode};
use uuid::Uuid;

use crate::{
    harness::{
        Actor,
        adding::{Part, money, name, plain, total},
        brute::{self, Tables},
        bulk::{Bulk, day, key_of},
        roles::Who,
    },
    role_figures::{few, knows_aliases_alone, only, sees},
    role_scopes::Scene,
};

const TURNOUT: &str = "turnout { personTimes { value precision } people { value precision } named }";

/// Does somebody see every row of the community that is about people?
fn sees_everybody(who: &Who) -> bool {
    matches!(who.role, Role::Operator | Role::Secretary | Role::Auditor)
        || (who.role == Role::Staff && who.grids.is_empty())
}

/// The rows of a list in the community, one page of them.
async fn nodes(actor: &Actor, list: &str, kind: &str, community: Uuid, fields: &str) -> Vec<Value> {
    let query = format!(
        "query($f: {kind}Filter) {{ {list}(first: 100, filter: $f) {{ totalCount nodes {{ id {fields} }} }} }}"
    );
    let answer = actor.gql(&query, json!({ "f": { "communityId": encode("community", community) } })).await;
    let found = &answer.data()[list];
    let nodes = found["nodes"].as_array().unwrap().clone();
    assert_eq!(found["totalCount"], nodes.len(), "one page holds them");
    nodes
}

fn key(node: &Value) -> Uuid {
    key_of(node["id"].as_str().unwrap())
}

/// An exact sum of what somebody sees in part is a lower bound.
fn known(part: Part, whole: bool) -> Part {
    match part {
        (amount, Precision::Exact) if !whole => (amount, Precision::AtLeast),
        other => other,
    }
}

/// What the sessions come to out of the rows that somebody sees.
fn turnout(own: &Tables, sessions: &[&session::Model], who: &Who) -> Value {
    let whole = sees_everybody(who);
    let names = |row: &session::Model| brute::names(own, row).collect::<Vec<_>>();
    let times: Vec<Part> = sessions.iter().map(|row| known(brute::person_times(own, row), whole)).collect();
    let person_times = if times.is_empty() { (None, "UNKNOWN") } else { total(&times) };
    let different: BTreeSet<Uuid> = sessions.iter().flat_map(|row| names(row)).collect();
    let named: usize = sessions.iter().map(|row| names(row).len()).sum();
    let complete =
        |row: &&session::Model| brute::person_times(own, row) == (Some(names(row).len() as i64), Precision::Exact);
    let people = match different.len() as i64 {
        number if whole && !sessions.is_empty() && sessions.iter().all(complete) => (Some(number), "EXACT"),
        0 => (None, "UNKNOWN"),
        number => (Some(number), "AT_LEAST"),
    };
    let of_few = |number: &i64| (1..5).contains(number);
    // What is left of the whole when those sessions are taken away that are told.
    let rest = times.iter().filter_map(|(amount, _)| *amount).filter(of_few).sum();
    let numbers = [person_times.0.unwrap_or(0), people.0.unwrap_or(0), named as i64, rest];
    if knows_aliases_alone(who) && numbers.iter().any(of_few) {
        let unknown = json!({ "value": null, "precision": "UNKNOWN" });
        return json!({ "personTimes": unknown, "people": unknown, "named": null });
    }
    let shown = |(amount, precision): (Option<i64>, &str)| json!({ "value": amount.map(|amount| amount.to_string()), "precision": precision });
    json!({ "personTimes": shown(person_times), "people": shown(people), "named": whole.then_some(named) })
}

/// Held, of activities that were not called off.
fn held(own: &Tables, of: impl Fn(&entity::activity::Model) -> bool) -> Vec<&session::Model> {
    let counts = |row: &&session::Model| {
        let activity = own.activities.iter().find(|activity| activity.id == row.activity_id).unwrap();
        row.status == SessionStatus::Held && activity.status != ActivityStatus::Cancelled && of(activity)
    };
    own.sessions.iter().filter(counts).collect()
}

/// What came for a project, out of the contributions and participations that somebody sees.
fn funding(rows: &Bulk, own: &Tables, project: Uuid, who: &Who) -> Value {
    let whole = who.role != Role::Partner;
    let parts = |kind: AidKind| -> Vec<Part> {
        let of = own.contributions.iter().filter(|row| row.project_id == Some(project) && row.kind == kind);
        of.map(|row| (row.received_fen, row.received_value_precision)).collect()
    };
    let in_part = |precision: &'static str| if precision == "EXACT" && !whole { "AT_LEAST" } else { precision };
    let received = AidKind::iter().filter(|kind| !parts(*kind).is_empty()).map(|kind| {
        let mut value = money(&parts(kind));
        if value["precision"] == "EXACT" && !whole {
            value["precision"] = json!("AT_LEAST");
        }
        json!({ "kind": name(&kind), "value": value })
    });
    let shares = rows.participations.iter().filter(|row| row.project_id == project);
    let shares = shares.filter(|row| whole || who.unit == Some(row.partner_unit_id));
    let shared: i64 = shares.filter_map(|row| row.share_fen).sum();
    let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
    let (cash, precision) = total(&parts(AidKind::Cash));
    let unallocated = match (cash, precision) {
        // Who sees some of the shares does not know how much more is somebody's.
        _ if !whole => (None, "UNKNOWN"),
        (None, _) => (None, "UNKNOWN"),
        (Some(cash), "EXACT") if shared > cash => (None, "UNKNOWN"),
        (Some(cash), precision) => (Some((cash - shared).max(0)), precision),
    };
    json!({
        "received": received.collect::<Vec<_>>(),
        "sharedOut": { "yuan": yuan(shared), "precision": in_part("EXACT") },
        "unallocated": { "yuan": unallocated.0.map(yuan), "precision": unallocated.1 },
    })
}

/// No figure of a part says that it is exact, and none is of few people where these are nobody's to know.
fn keeps_the_rules(of: &Value, who: &Who) {
    for figure in [&of["personTimes"], &of["people"]] {
        assert!(sees_everybody(who) || figure["precision"] != "EXACT", "{who:?}: {of}");
        assert!(!knows_aliases_alone(who) || !few(&figure["value"]), "{who:?}: {of}");
    }
    assert!(!knows_aliases_alone(who) || !few(&of["named"]), "{who:?}: {of}");
}

crate::on_both! {
    async fn members_and_those_who_came_are_all_of_them_or_said_to_be_a_part(app: TestApp) {
        let scene = Scene::new(&app).await;
        let (rows, tables) = (&scene.here, Tables::read(&app).await);
        let on = day(2021, 3, 1);
        let (mut hidden, mut in_part) = (0, 0);
        for (place, who) in scene.cast().iter().enumerate() {
            let actor = scene.account(&app, &format!("part-{place}"), std::slice::from_ref(who)).await;
            let seen = scene.keys(who);
            let own = only(&tables, &seen);
            for team in nodes(&actor, "teams", "Team", rows.community, &format!("memberCount(on: \"{on}\")")).await {
                let members = rows.team_memberships.iter().filter(|row| row.team_id == key(&team));
                let members = members.filter(|row| row.started_on <= on && row.ended_on.is_none_or(|last| last >= on));
                let members = members.map(|row| row.volunteer_id).collect::<BTreeSet<_>>().len();
                let told = sees_everybody(who) && !(knows_aliases_alone(who) && (1..5).contains(&members));
                assert_eq!(team["memberCount"], json!(told.then_some(members)), "{who:?}");
                hidden += usize::from(!told);
            }
            for found in nodes(&actor, "sessions", "Session", rows.community, TURNOUT).await {
                let row = own.sessions.iter().find(|row| row.id == key(&found)).unwrap();
                assert_eq!(found["turnout"], turnout(&own, &[row], who), "{who:?}: session {}", found["id"]);
                keeps_the_rules(&found["turnout"], who);
                in_part += usize::from(found["turnout"]["personTimes"]["precision"] == "AT_LEAST");
            }
            for found in nodes(&actor, "activities", "Activity", rows.community, TURNOUT).await {
                let expected = turnout(&own, &held(&own, |of| of.id == key(&found)), who);
                assert_eq!(found["turnout"], expected, "{who:?}: activity {}", found["id"]);
                keeps_the_rules(&found["turnout"], who);
            }
            for found in nodes(&actor, "campaigns", "Campaign", rows.community, TURNOUT).await {
                let expected = turnout(&own, &held(&own, |of| of.campaign_id == Some(key(&found))), who);
                assert_eq!(found["turnout"], expected, "{who:?}: campaign {}", found["id"]);
                keeps_the_rules(&found["turnout"], who);
            }
        }
        assert!(hidden > 3 && in_part > 20, "{hidden} hidden, {in_part} in part");
    }

    async fn what_came_and_what_is_left_is_of_the_rows_that_a_role_sees(app: TestApp) {
        let scene = Scene::new(&app).await;
        let (rows, tables) = (&scene.here, Tables::read(&app).await);
        let funds = "funding { received { kind value { yuan precision } } sharedOut { yuan precision } unallocated { yuan precision } }";
        let holding = "{ quantity { value unit precision } value { yuan precision } }";
        let holdings = format!("received {holding} allocated {holding} delivered {holding} remaining {holding}");
        let mut compared = 0;
        for (place, who) in scene.cast().iter().enumerate() {
            let actor = scene.account(&app, &format!("funds-{place}"), std::slice::from_ref(who)).await;
            let seen = scene.keys(who);
            let own = only(&tables, &seen);
            for project in nodes(&actor, "projects", "Project", rows.community, funds).await {
                assert!(sees(&seen, "projects", key(&project)));
                assert_eq!(project["funding"], funding(rows, &own, key(&project), who), "{who:?}: {}", project["id"]);
                compared += 1;
            }
            for found in nodes(&actor, "contributions", "Contribution", rows.community, &holdings).await {
                let row = own.contributions.iter().find(|row| row.id == key(&found)).unwrap();
                let counted = |milli: Option<i64>, precision: &str| {
                    (row.kind != AidKind::Cash).then(|| json!({ "value": milli.map(plain), "unit": row.unit, "precision": precision }))
                };
                let nothing = json!({ "yuan": "0.00", "precision": "EXACT" });
                // Nothing of these was given out, so all that came is left: as much as is told of what came, whoever asks.
                let (milli, precision) = total(&[(row.received_milli, row.received_precision)]);
                let all = json!({ "quantity": counted(milli, precision), "value": money(&[(row.received_fen, row.received_value_precision)]) });
                let none = json!({ "quantity": counted(Some(0), "EXACT"), "value": nothing });
                let expected = json!({ "id": found["id"], "received": all, "allocated": none, "delivered": none, "remaining": all });
                assert_eq!(found, expected, "{who:?}");
                compared += 1;
            }
        }
        assert!(compared > 300, "{compared}");
    }
}
