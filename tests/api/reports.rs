//! The report of a period: what it refuses, what it costs, and on which day a record counts.

use chrono::NaiveDate;
use entity::{
    activity::{self, ActivityKind, ActivityStatus},
    attendance,
    figures::Precision,
    head_count,
    session::{self, SessionStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use tongxin::{activities::rules::person_times, figures::Figure};

use crate::{
    harness::{
        Actor, TestApp, World,
        bulk::{self, at, day, insert, key_of},
        make,
    },
    statements::cost,
};

/// All figures of a report.
pub const WHOLE: &str = "community { name } from to partnerUnits cashContributed { yuan precision } goodsValue { yuan precision }
    sponsorshipPerYear { yuan precision } sponsorshipPaid { yuan precision }
    quotas { name capacity { value precision } allocated { value precision } remaining { value precision } }
    goods { item quantity { value unit precision } value { yuan precision } residents households } teams { name members }
    activities { kind sessions personTimes { value precision } people { value precision } results { measure quantity { value unit precision } } }
    months { month sessions personTimes { value precision } } beneficiaryResidents beneficiaryHouseholds facilities vehiclesOnLoan";

/// Community; units, values received, sponsorships and instalments, quotas, goods and who had them, teams, sessions, people, results, beneficiaries,
/// facilities, vehicles.
const STATEMENTS: u64 = 1 + 14;

fn query(fields: &str) -> String {
    format!(
        "query($id: ID!, $from: Date!, $to: Date!) {{ impactReport(communityId: $id, from: $from, to: $to) {{ {fields} }} }}"
    )
}

pub async fn report(actor: &Actor, community: &str, (from, to): (NaiveDate, NaiveDate), fields: &str) -> Value {
    let variables = json!({ "id": community, "from": from, "to": to });
    actor.gql(&query(fields), variables).await.data()["impactReport"].clone()
}

/// An activity of this kind with one session held on each of these days, and the ids of the sessions.
async fn held(app: &TestApp, community: &str, kind: ActivityKind, days: &[NaiveDate]) -> Vec<session::Model> {
    let (community_id, new_id) = (key_of(community), || app.app.clock.new_id());
    let of = activity::Model {
        id: new_id(),
        community_id,
        campaign_id: None,
        project_id: None,
        kind,
        title: "活动".into(),
        description: None,
        status: ActivityStatus::Completed,
        status_reason: None,
        version: 1,
        recorded_at: at(0),
    };
    let session = |held_on: &NaiveDate| session::Model {
        id: new_id(),
        community_id,
        activity_id: of.id,
        status: SessionStatus::Held,
        status_reason: None,
        held_on: *held_on,
        starts_at: None,
        ends_at: None,
        facility_id: None,
        place: None,
        capacity: None,
        roles_needed: None,
        is_training: false,
        published_at: None,
        confirmed_count: 0,
        waiting_count: 0,
        version: 1,
        recorded_at: at(0),
    };
    let sessions: Vec<_> = days.iter().map(session).collect();
    insert(app, &[of]).await;
    insert(app, &sessions).await;
    sessions
}

fn head_count(app: &TestApp, of: &session::Model, persons: Figure) -> head_count::Model {
    head_count::Model {
        id: app.app.clock.new_id(),
        community_id: of.community_id,
        session_id: of.id,
        persons: persons.amount,
        persons_precision: persons.precision,
        source: None,
        voided_at: None,
        void_reason: None,
        version: 1,
        recorded_at: at(0),
    }
}

fn named(app: &TestApp, of: &session::Model, resident: &str) -> attendance::Model {
    let resident = key_of(resident);
    attendance::Model {
        id: app.app.clock.new_id(),
        community_id: of.community_id,
        session_id: of.id,
        person_id: resident,
        resident_id: Some(resident),
        staff_member_id: None,
        volunteer_id: None,
        team_id: None,
        category: attendance::AttendeeCategory::Resident,
        note: None,
        checked_in_at: None,
        checked_out_at: None,
        times_reason: None,
        voided_at: None,
        void_reason: None,
        version: 1,
        recorded_at: at(0),
    }
}

crate::on_both! {
    async fn a_period_has_a_first_and_a_last_day_and_a_community_within_reach(app: TestApp) {
        let world = World::new(&app).await;
        let ask = |id: &str, from: &str, to: &str| {
            let variables = json!({ "id": id, "from": from, "to": to });
            let actor = world.staff.clone();
            async move { actor.gql(&query("partnerUnits"), variables).await }
        };
        let here = world.community.as_str();
        assert_eq!(ask(here, "2020-05-01", "2020-05-01").await.data()["impactReport"]["partnerUnits"], 0);
        let one = make::resident(&world.staff, here, "王小明").await;
        let missing = tongxin::relay::id::encode("community", app.app.clock.new_id());
        let mut messages = Vec::new();
        for (id, from, to) in [
            (here, "2020-05-02", "2020-05-01"),
            (here, "1970-01-01", "2020-01-01"),
            (one.as_str(), "2020-05-01", "2020-05-01"),
            (missing.as_str(), "2020-05-01", "2020-05-01"),
            (world.elsewhere.as_str(), "2020-05-01", "2020-05-01"),
        ] {
            let refused = ask(id, from, to).await;
            assert_eq!(refused.code(), "BAD_USER_INPUT", "{id} {from} {to}");
            messages.push(refused.message().to_owned());
        }
        assert_eq!(messages[3], messages[4], "not there and not theirs read alike");
        let anonymous = app.anonymous().gql(&query("partnerUnits"), json!({ "id": here, "from": "2020-05-01", "to": "2020-05-01" })).await;
        assert_eq!(anonymous.code(), "UNAUTHENTICATED");
        let operator = report(&world.operator, &world.elsewhere, (day(2020, 5, 1), day(2020, 5, 1)), "partnerUnits").await;
        assert_eq!(operator["partnerUnits"], 0);
    }

    async fn a_report_costs_the_same_whatever_there_is_and_only_what_is_selected(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold(app.app.clock.now());
        world.staff.ask("{ viewer { name } }").await.data();
        let variables = json!({ "id": world.community, "from": "2019-01-01", "to": "2023-12-31" });
        let whole = query(WHOLE);
        let (empty, _) = cost(&app, &world.staff, &whole, variables.clone()).await;
        assert_eq!(empty, STATEMENTS, "of nothing");
        let mut before = 0;
        for (size, sessions) in [(1, 1), (50, 49), (500, 450)] {
            let size = bulk::Size { residents: size, projects: size, units: size };
            if before == 0 { bulk::fill(&app, &world.community, bulk::Size { residents: 30, ..size }).await; }
            let days: Vec<NaiveDate> = (0..sessions).map(|i| day(2020, 1, 1) + chrono::Days::new(i)).collect();
            let sessions = held(&app, &world.community, ActivityKind::Lecture, &days).await;
            let counts: Vec<_> = sessions.iter().enumerate().map(|(i, own)| head_count(&app, own, Figure::exact(i as i64))).collect();
            insert(&app, &counts).await;
            let (found, data) = cost(&app, &world.staff, &whole, variables.clone()).await;
            assert_eq!(found, STATEMENTS);
            let kinds = data["impactReport"]["activities"].as_array().unwrap();
            let held = kinds.iter().map(|kind| kind["sessions"].as_u64().unwrap()).sum::<u64>();
            assert!(held > before, "there is more to report each time");
            before = held;
        }
        for (fields, price) in [
            ("from to", 1),
            ("community { name id }", 1),
            ("partnerUnits", 2),
            ("cashContributed { yuan } goodsValue { yuan } again: cashContributed { precision }", 2),
            ("beneficiaryResidents beneficiaryHouseholds", 2),
            ("months { month sessions }", 2),
            ("activities { kind sessions }", 3),
            ("activities { kind sessions } months { month } more: activities { people { value } }", 4),
            ("goods { item }", 3),
            ("community { subDistrict { name } } teams { name }", 3),
        ] {
            let (found, _) = cost(&app, &world.staff, &query(fields), variables.clone()).await;
            assert_eq!(found, price, "{fields}");
        }
    }

    async fn figures_asked_together_and_apart_are_equal(app: TestApp) {
        let world = World::new(&app).await;
        bulk::fill(&app, &world.community, bulk::Size::default()).await;
        let period = (day(1990, 1, 1), day(2022, 12, 31));
        let together = report(&world.staff, &world.community, period, WHOLE).await;
        for (field, selection) in [
            ("partnerUnits", "partnerUnits"),
            ("cashContributed", "cashContributed { yuan precision }"),
            ("goodsValue", "goodsValue { yuan precision }"),
            ("goods", "goods { item quantity { value unit precision } value { yuan precision } residents households }"),
            ("beneficiaryResidents", "beneficiaryResidents"),
            ("facilities", "facilities"),
            ("vehiclesOnLoan", "vehiclesOnLoan"),
            ("months", "months { month sessions personTimes { value precision } }"),
        ] {
            let apart = report(&world.staff, &world.community, period, selection).await;
            assert_eq!(apart[field], together[field], "{field}");
        }
        assert!(!together["activities"].as_array().unwrap().is_empty() && together["partnerUnits"].as_i64() > Some(1), "{together:#}");
    }

    /// Head counts and names of all sorts, each in a session of its own: the report adds up what the rule says of each.
    async fn person_times_are_the_larger_of_heads_and_names(app: TestApp) {
        let world = World::new(&app).await;
        let mut people = Vec::new();
        for _ in 0..3 {
            people.push(world.resident().await);
        }
        let figure = |amount, precision| Figure { amount, precision };
        let counted = [
            None,
            Some(figure(Some(0), Precision::Exact)),
            Some(figure(Some(2), Precision::Exact)),
            Some(figure(Some(2), Precision::AtLeast)),
            Some(figure(Some(2), Precision::About)),
            Some(Figure::UNKNOWN),
        ];
        let (mut month, mut expected) = (day(2020, 1, 1), Vec::new());
        for counted in counted {
            for names in 0..=3_usize {
                // A month of its own, with two such sessions: what is alike is multiplied.
                let sessions = held(&app, &world.community, ActivityKind::Other, &[month, month + chrono::Days::new(27)]).await;
                for session in &sessions {
                    if let Some(counted) = counted {
                        let mut void = head_count(&app, session, Figure::exact(999));
                        (void.voided_at, void.void_reason) = (Some(at(0)), Some("误录".into()));
                        insert(&app, &[head_count(&app, session, counted), void]).await;
                    }
                    let rows: Vec<_> = people[..names].iter().map(|person| named(&app, session, person)).collect();
                    insert(&app, &rows).await;
                }
                let one = person_times(counted, names as i64);
                expected.push((month, Figure { amount: one.amount.map(|amount| 2 * amount), ..one }));
                month = month + chrono::Months::new(1);
            }
        }
        let found = report(&world.staff, &world.community, (day(2020, 1, 1), day(2021, 12, 31)), "months { month sessions personTimes { value precision } }").await;
        let months = found["months"].as_array().unwrap();
        assert_eq!(months.len(), expected.len());
        for (month, (first, figure)) in months.iter().zip(expected) {
            let precision = match figure.precision {
                Precision::Exact => "EXACT",
                Precision::AtLeast => "AT_LEAST",
                Precision::About => "ABOUT",
                Precision::Unknown => "UNKNOWN",
            };
            let value = figure.amount.map(|amount| amount.to_string());
            let expected = json!({ "month": first.format("%Y-%m").to_string(), "sessions": 2, "personTimes": { "value": value, "precision": precision } });
            assert_eq!(*month, expected);
        }
        let people = report(&world.staff, &world.community, (day(2020, 1, 1), day(2020, 4, 30)), "activities { people { value precision } }").await;
        assert_eq!(people["activities"], json!([{ "people": { "value": "3", "precision": "AT_LEAST" } }]), "of the first session nobody is known");
        let people = report(&world.staff, &world.community, (day(2020, 2, 1), day(2020, 4, 30)), "activities { people { value precision } }").await;
        assert_eq!(people["activities"], json!([{ "people": { "value": "3", "precision": "EXACT" } }]), "all are known, and each counts once");
        let people = report(&world.staff, &world.community, (day(2020, 1, 1), day(2020, 1, 31)), "activities { people { value precision } }").await;
        assert_eq!(people["activities"], json!([{ "people": { "value": null, "precision": "UNKNOWN" } }]));
    }

    async fn what_is_called_off_voided_or_returned_counts_nowhere_at_once(app: TestApp) {
        let world = World::new(&app).await;
        bulk::fill(&app, &world.community, bulk::Size::default()).await;
        let one = world.resident().await;
        let sessions = held(&app, &world.community, ActivityKind::Lecture, &[day(2021, 3, 1), day(2021, 3, 2)]).await;
        insert(&app, &[head_count(&app, &sessions[0], Figure::exact(30)), head_count(&app, &sessions[1], Figure::exact(12))]).await;
        insert(&app, &[named(&app, &sessions[1], &one)]).await;
        // After the last day of the other sessions.
        let period = (day(2021, 3, 1), day(2021, 12, 31));
        let fields = "activities { sessions personTimes { value } people { value } } beneficiaryResidents";
        let lectures = |report: &Value| report["activities"].as_array().unwrap().last().cloned();
        let before = report(&world.staff, &world.community, period, fields).await;
        assert_eq!(lectures(&before).unwrap(), json!({ "sessions": 2, "personTimes": { "value": "42" }, "people": { "value": "1" } }));

        let db = app.app.db.writer();
        session::Entity::update_many()
            .col_expr(session::Column::Status, Expr::value("CANCELLED"))
            .filter(session::Column::Id.eq(sessions[0].id))
            .exec(db)
            .await
            .unwrap();
        let now = report(&world.staff, &world.community, period, fields).await;
        assert_eq!(lectures(&now).unwrap(), json!({ "sessions": 1, "personTimes": { "value": "12" }, "people": { "value": "1" } }));
        attendance::Entity::update_many()
            .col_expr(attendance::Column::VoidedAt, Expr::value(at(0)))
            .col_expr(attendance::Column::VoidReason, Expr::value("误录"))
            .exec(db)
            .await
            .unwrap();
        let now = report(&world.staff, &world.community, period, fields).await;
        assert_eq!(lectures(&now).unwrap(), json!({ "sessions": 1, "personTimes": { "value": "12" }, "people": { "value": null } }));
        activity::Entity::update_many()
            .col_expr(activity::Column::Status, Expr::value("CANCELLED"))
            .filter(activity::Column::Id.eq(sessions[0].activity_id))
            .exec(db)
            .await
            .unwrap();
        let now = report(&world.staff, &world.community, period, fields).await;
        assert_eq!(now["activities"].as_array().unwrap().len() + 1, before["activities"].as_array().unwrap().len());

        // A resident whose only delivered aid is returned.
        let goods = world.goods().await;
        let aid = make::aid(&world.staff, &world.community, &one, &goods, json!({ "quantity": "1", "givenOn": "2021-05-05" })).await;
        for (version, step) in [(1, "approveAid"), (2, "deliverAid")] {
            let input = json!({ "id": aid, "expectedVersion": version });
            make::created(&world.staff, step, "aidRecord", input).await;
        }
        let given = report(&world.staff, &world.community, period, fields).await;
        assert_eq!(given["beneficiaryResidents"].as_i64(), before["beneficiaryResidents"].as_i64().map(|number| number + 1));
        make::created(&world.staff, "returnAid", "aidRecord", json!({ "id": aid, "expectedVersion": 3, "reason": "退回" })).await;
        let returned = report(&world.staff, &world.community, period, fields).await;
        assert_eq!(returned["beneficiaryResidents"], before["beneficiaryResidents"]);
    }
}
