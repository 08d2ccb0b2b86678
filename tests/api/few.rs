//! Figures of few people: hidden from those to whom it is masked whose they are, from one to four, with what would tell them by subtraction.

use chrono::NaiveDate;
use entity::{
    aid_programme::AidScope,
    aid_record::{self, AidStatus},
    resident,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tongxin::access::accounts::Role;
use uuid::Uuid;

use crate::{
    harness::{
        Actor, TestApp, World,
        bulk::{at, day, insert, key_of},
        make,
        roles::{self, Who},
    },
    reports::report,
    statements::cost,
    summary::summary,
};

const FIGURES: &str =
    "month suppressed records people households quantities { value } value { yuan precision } values { kind }";

/// A community whose goods come from one unit, and those who ask about it.
struct Store {
    world: World,
    /// A grant like all that follow.
    grant: aid_record::Model,
    people: Vec<Uuid>,
    auditor: Actor,
    partner: Actor,
}

impl Store {
    async fn new(app: &TestApp) -> Self {
        let world = World::new(app).await;
        let unit = world.unit().await;
        let input = json!({
            "communityId": world.community, "kind": "GOODS", "title": "米面油", "unit": "份", "contributors": [{ "partnerUnitId": unit }],
            "received": { "quantity": "900" }, "receivedOn": "2022-01-01",
        });
        let goods = make::created(&world.staff, "recordContribution", "contribution", input).await;
        let first = world.resident().await;
        let aid =
            make::aid(&world.staff, &world.community, &first, &goods, json!({ "quantity": "1", "value": "10" })).await;
        let db = app.app.db.reader();
        let grant = aid_record::Entity::find_by_id(key_of(&aid)).one(db).await.unwrap().unwrap();
        let one = resident::Entity::find_by_id(key_of(&first)).one(db).await.unwrap().unwrap();
        let new_id = || app.app.clock.new_id();
        let more: Vec<resident::Model> = (0..40).map(|_| resident::Model { id: new_id(), ..one.clone() }).collect();
        insert(app, &more).await;
        let community = key_of(&world.community);
        let auditor = roles::account(app, "auditor", community, &[Who::plain(Role::Auditor)]).await;
        let partner = roles::account(app, "partner", community, &[Who::partner(key_of(&unit))]).await;
        Self { world, grant, people: more.iter().map(|row| row.id).collect(), auditor, partner }
    }

    /// A delivery of ten yuan to each of these on a day.
    async fn give(&self, app: &TestApp, people: std::ops::Range<usize>, on: NaiveDate) {
        let to = |person: &Uuid| aid_record::Model {
            id: app.app.clock.new_id(),
            resident_id: Some(*person),
            status: AidStatus::Delivered,
            delivered_at: Some(at(0)),
            given_on: on,
            ..self.grant.clone()
        };
        insert(app, &self.people[people].iter().map(to).collect::<Vec<_>>()).await;
    }

    fn masked(&self) -> [(&'static str, &Actor); 2] {
        [("auditor", &self.auditor), ("partner", &self.partner)]
    }
}

/// Numbers of people, null where they are hidden, in the order of the rows.
async fn people(actor: &Actor, filter: Value, groups: &[&str]) -> Vec<Value> {
    let rows = summary(actor, filter, groups, FIGURES).await;
    rows.iter().map(|row| row["people"].clone()).collect()
}

crate::on_both! {
    async fn a_group_of_four_is_hidden_with_the_smallest_of_enough_and_one_of_five_is_not(app: TestApp) {
        let store = Store::new(&app).await;
        for (people, month) in [(0..4, 1), (4..10, 2), (10..15, 3), (15..25, 4)] {
            store.give(&app, people, day(2022, month, 10)).await;
        }
        for (name, actor) in store.masked() {
            let rows = summary(actor, json!(null), &["MONTH"], FIGURES).await;
            let hidden: Vec<bool> = rows.iter().map(|row| row["suppressed"].as_bool().unwrap()).collect();
            assert_eq!(hidden, [true, false, true, false], "{name}: four, and five, the smallest that are enough");
            let nothing = json!({
                "month": "2022-01", "suppressed": true, "records": null, "people": null, "households": null, "quantities": [], "values": [],
                "value": { "yuan": null, "precision": "UNKNOWN" },
            });
            assert_eq!(rows[0], nothing, "{name}");
            let shown = json!({
                "month": "2022-02", "suppressed": false, "records": 6, "people": 6, "households": 0, "quantities": [{ "value": "6" }], "values": [{ "kind": "GOODS" }],
                "value": { "yuan": "60.00", "precision": "EXACT" },
            });
            assert_eq!(rows[1], shown, "{name}");
            assert_eq!(people(actor, json!(null), &[]).await, [json!(25)], "{name}: all of them are many");
        }
        assert_eq!(people(&store.world.staff, json!(null), &["MONTH"]).await, [4, 6, 5, 10].map(|number| json!(number)));
        // One more, and nothing is hidden.
        store.give(&app, 25..26, day(2022, 1, 11)).await;
        for (name, actor) in store.masked() {
            assert_eq!(people(actor, json!(null), &["MONTH"]).await, [5, 6, 5, 10].map(|number| json!(number)), "{name}");
        }
    }

    async fn the_whole_less_what_a_filter_leaves_is_not_told_either(app: TestApp) {
        let store = Store::new(&app).await;
        for (people, month) in [(0..4, 1), (4..15, 2)] {
            store.give(&app, people, day(2022, month, 10)).await;
        }
        let later = json!({ "givenOn": { "from": "2022-02-01" } });
        for (name, actor) in store.masked() {
            assert_eq!(people(actor, later.clone(), &[]).await, [json!(null)], "{name}: fifteen less eleven are four");
            let aliases = "query($later: AidRecordFilter) { all: aidSummary { people value { yuan } } some: aidSummary(filter: $later) { people value { yuan } } }";
            let answer = actor.gql(aliases, json!({ "later": later })).await;
            assert_eq!(answer.data()["all"], json!([{ "people": 15, "value": { "yuan": "150.00" } }]), "{name}");
            assert_eq!(answer.data()["some"], json!([{ "people": null, "value": { "yuan": null } }]), "{name}");
            // In the community, as everywhere.
            let here = json!({ "communityId": store.world.community, "givenOn": { "from": "2022-02-01" } });
            assert_eq!(people(actor, here, &[]).await, [json!(null)], "{name}");
            let not = json!({ "not": { "givenOn": { "to": "2022-01-31" } } });
            assert_eq!(people(actor, not, &[]).await, [json!(null)], "{name}");
        }
        assert_eq!(people(&store.world.staff, later.clone(), &[]).await, [json!(11)]);
        store.give(&app, 30..31, day(2022, 1, 11)).await;
        for (name, actor) in store.masked() {
            assert_eq!(people(actor, later.clone(), &[]).await, [json!(11)], "{name}: sixteen less eleven are five");
        }
    }

    async fn few_households_are_hidden_like_few_people(app: TestApp) {
        let store = Store::new(&app).await;
        let mut homes = Vec::new();
        for _ in 0..5 {
            homes.push(key_of(&store.world.household().await.0));
        }
        let give = async |homes: &[Uuid]| {
            let to = |home: &Uuid| aid_record::Model {
                id: app.app.clock.new_id(),
                scope: AidScope::Household,
                resident_id: None,
                household_id: Some(*home),
                programme_id: None,
                status: AidStatus::Delivered,
                ..store.grant.clone()
            };
            insert(&app, &homes.iter().map(to).collect::<Vec<_>>()).await;
        };
        store.give(&app, 0..20, store.grant.given_on).await;
        give(&homes[..4]).await;
        let (from, to) = (day(2022, 1, 1), day(2022, 12, 31));
        let fields = "beneficiaryResidents beneficiaryHouseholds goods { residents households suppressed }";
        let told = async |actor: &Actor| {
            let households = summary(actor, json!(null), &[], "households").await[0]["households"].clone();
            (households, report(actor, &store.world.community, (from, to), fields).await)
        };
        for (name, actor) in store.masked() {
            let hidden = json!({
                "beneficiaryResidents": 20, "beneficiaryHouseholds": null, "goods": [{ "residents": 20, "households": null, "suppressed": true }],
            });
            assert_eq!(told(actor).await, (json!(null), hidden), "{name}: of four");
        }
        assert_eq!(told(&store.world.staff).await.0, json!(4));
        give(&homes[4..]).await;
        for (name, actor) in store.masked() {
            let shown = json!({
                "beneficiaryResidents": 20, "beneficiaryHouseholds": 5, "goods": [{ "residents": 20, "households": 5, "suppressed": false }],
            });
            assert_eq!(told(actor).await, (json!(5), shown), "{name}: of five");
        }
    }

    async fn a_report_hides_few_beneficiaries_members_and_guests(app: TestApp) {
        let store = Store::new(&app).await;
        let (world, span) = (&store.world, (day(2022, 3, 1), day(2022, 4, 30)));
        let (team, activity) = (world.team().await, make::activity(&world.staff, &world.community, "清洁").await);
        let mut sessions = Vec::new();
        for held_on in ["2022-03-04", "2022-04-04"] {
            let session = make::session(&world.staff, &activity, held_on).await;
            make::created(&world.staff, "holdSession", "session", json!({ "id": session, "expectedVersion": 1 })).await;
            sessions.push(session);
        }
        let come = async |session: &str, number: usize| {
            for _ in 0..number {
                make::attendance(&world.staff, session, &world.resident().await).await;
            }
        };
        let join = async |number: usize| {
            for _ in 0..number {
                make::member(&world.staff, &team, &world.volunteer().await).await;
            }
        };
        store.give(&app, 0..4, day(2022, 3, 10)).await;
        join(4).await;
        come(&sessions[0], 4).await;
        come(&sessions[1], 6).await;
        let fields = "beneficiaryResidents teams { members suppressed } activities { sessions personTimes { value precision } people { value precision } suppressed }
            months { sessions personTimes { value precision } suppressed }";
        let told = async |actor: &Actor| report(actor, &world.community, span, fields).await;
        let (unknown, exact) = (json!({ "value": null, "precision": "UNKNOWN" }), |number: &str| json!({ "value": number, "precision": "EXACT" }));
        let month = |times: &Value, suppressed: bool| json!({ "sessions": 1, "personTimes": times, "suppressed": suppressed });
        let hidden = json!({
            "beneficiaryResidents": null, "teams": [{ "members": null, "suppressed": true }],
            "activities": [{ "sessions": 2, "personTimes": exact("10"), "people": exact("10"), "suppressed": false }],
            "months": [month(&unknown, true), month(&unknown, true)],
        });
        assert_eq!(told(&store.auditor).await, hidden, "ten less six would be four");
        let shown = json!({
            "beneficiaryResidents": 4, "teams": [{ "members": 4, "suppressed": false }],
            "activities": [{ "sessions": 2, "personTimes": exact("10"), "people": exact("10"), "suppressed": false }],
            "months": [month(&exact("4"), false), month(&exact("6"), false)],
        });
        assert_eq!(told(&world.staff).await, shown);
        store.give(&app, 4..5, day(2022, 3, 11)).await;
        join(1).await;
        come(&sessions[0], 1).await;
        let shown = json!({
            "beneficiaryResidents": 5, "teams": [{ "members": 5, "suppressed": false }],
            "activities": [{ "sessions": 2, "personTimes": exact("11"), "people": exact("11"), "suppressed": false }],
            "months": [month(&exact("5"), false), month(&exact("6"), false)],
        });
        assert_eq!(told(&store.auditor).await, shown, "five are enough");
        // Whether people are hidden does not hang on what is selected beside them.
        let before = world.resident().await;
        let lecture = make::created(&world.staff, "planActivity", "activity", json!({
            "communityId": world.community, "kind": "LECTURE", "title": "讲座", "organisers": [{ "community": true }],
        })).await;
        for held_on in ["2022-03-05", "2022-03-06", "2022-03-07", "2022-03-08", "2022-03-09"] {
            let session = make::session(&world.staff, &lecture, held_on).await;
            make::created(&world.staff, "holdSession", "session", json!({ "id": session, "expectedVersion": 1 })).await;
            make::attendance(&world.staff, &session, &before).await;
        }
        for fields in ["activities { kind personTimes { value } suppressed }", "activities { kind personTimes { value } people { value } suppressed }"] {
            let found = report(&store.auditor, &world.community, span, fields).await;
            let lecture = found["activities"].as_array().unwrap().iter().find(|of| of["kind"] == "LECTURE").unwrap();
            assert_eq!((&lecture["suppressed"], &lecture["personTimes"]["value"]), (&json!(true), &json!(null)), "one person, five times");
        }
    }

    async fn hiding_costs_one_statement_and_only_where_something_may_be_hidden(app: TestApp) {
        let store = Store::new(&app).await;
        store.give(&app, 0..9, day(2022, 3, 10)).await;
        app.app.clock.hold(app.app.clock.now());
        let query = "{ aidSummary(filter: { kind: { eq: GOODS } }) { records } }";
        for (actor, price) in [(&store.world.staff, 1), (&store.auditor, 2), (&store.partner, 2)] {
            actor.ask("{ viewer { name } }").await.data();
            assert_eq!(cost(&app, actor, query, json!({})).await.0, price);
        }
    }
}
