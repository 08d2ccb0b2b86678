//! What grants come to in groups, compared with the same rows added up one by one.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    aid_record::{self, AidStatus},
    building, circumstance, contributor,
    figures::{AidKind, Precision},
    household, instalment, sponsorship,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tongxin::relay::id::encode;
use uuid::Uuid;

use crate::{
    harness::{
        Actor, TestApp, World,
        adding::{Part, money, name, quantity},
        bulk::{self, Bulk, Size, at, day, insert, key_of},
        make,
    },
    statements::cost,
};

pub(crate) const GROUPS: [&str; 7] = ["KIND", "PROGRAMME", "PROJECT", "PARTNER_UNIT", "GRID", "CIRCUMSTANCE", "MONTH"];
pub(crate) const FIGURES: &str = "records people households quantities { value unit precision } value { yuan precision } values { kind value { yuan precision } }";
pub(crate) const KEYS: &str = "kind programme { id } project { id } partnerUnit { id } grid { id } circumstance month";

pub(crate) async fn summary(actor: &Actor, filter: Value, groups: &[&str], fields: &str) -> Vec<Value> {
    let query = format!(
        "query($filter: AidRecordFilter, $groups: [AidSummaryGroup!]) {{ aidSummary(filter: $filter, groupBy: $groups) {{ {fields} }} }}"
    );
    let answer = actor.gql(&query, json!({ "filter": filter, "groups": groups })).await;
    answer.data()["aidSummary"].as_array().unwrap().clone()
}

/// All rows that the figures come from, whoever they belong to.
pub(crate) struct Records {
    pub aid: Vec<aid_record::Model>,
    pub contributors: Vec<contributor::Model>,
    pub sponsorships: Vec<sponsorship::Model>,
    pub instalments: Vec<instalment::Model>,
    pub households: Vec<household::Model>,
    pub buildings: Vec<building::Model>,
    pub circumstances: Vec<circumstance::Model>,
}

impl Records {
    pub async fn read(app: &TestApp) -> Self {
        let db = app.app.db.reader();
        Self {
            aid: aid_record::Entity::find().all(db).await.unwrap(),
            contributors: contributor::Entity::find().all(db).await.unwrap(),
            sponsorships: sponsorship::Entity::find().all(db).await.unwrap(),
            instalments: instalment::Entity::find().all(db).await.unwrap(),
            households: household::Entity::find().all(db).await.unwrap(),
            buildings: building::Entity::find().all(db).await.unwrap(),
            circumstances: circumstance::Entity::find().all(db).await.unwrap(),
        }
    }

    /// The values of a grant in one group; more than one puts it in several.
    fn values(&self, grant: &aid_record::Model, group: &str) -> BTreeSet<String> {
        let one = |value: Option<String>| BTreeSet::from([value.unwrap_or_default()]);
        let all = |values: BTreeSet<String>| if values.is_empty() { one(None) } else { values };
        let id = |prefix, id: Option<Uuid>| one(id.map(|id| encode(prefix, id)));
        match group {
            "KIND" => one(Some(name(&grant.kind))),
            "PROGRAMME" => id("aid_programme", grant.programme_id),
            "PROJECT" => id("project", grant.project_id),
            "MONTH" => one(Some(grant.given_on.format("%Y-%m").to_string())),
            "PARTNER_UNIT" => {
                let gave = self.contributors.iter().filter(|row| Some(row.contribution_id) == grant.contribution_id);
                // Who pays an instalment gave what it is.
                let paid = self.instalments.iter().filter(|row| Some(row.id) == grant.instalment_id);
                let pledged = self.sponsorships.iter().filter(|of| paid.clone().any(|row| row.sponsorship_id == of.id));
                let units = gave.map(|row| row.partner_unit_id).chain(pledged.map(|of| of.partner_unit_id));
                all(units.map(|unit| encode("partner_unit", unit)).collect())
            }
            "GRID" => {
                let home = self.households.iter().find(|row| Some(row.id) == grant.household_id);
                let building = home.and_then(|home| self.buildings.iter().find(|row| row.id == home.building_id));
                id("grid", building.and_then(|building| building.grid_id))
            }
            _ => {
                let held = self.circumstances.iter().filter(|row| {
                    let over = row.ended_on.is_some_and(|last| last < grant.given_on);
                    Some(row.resident_id) == grant.resident_id && row.started_on <= grant.given_on && !over
                });
                all(held.map(|row| name(&row.kind)).collect())
            }
        }
    }

    /// Group by group; the values of each group, then its figures.
    pub fn expected(
        &self,
        groups: &[&str],
        wanted: impl Fn(&aid_record::Model) -> bool,
    ) -> BTreeMap<Vec<String>, Value> {
        let mut found: BTreeMap<Vec<String>, Vec<&aid_record::Model>> = BTreeMap::new();
        if groups.is_empty() {
            found.insert(Vec::new(), Vec::new());
        }
        for grant in self.aid.iter().filter(|grant| wanted(grant)) {
            let mut keys: Vec<Vec<String>> = vec![Vec::new()];
            for group in groups {
                let values = self.values(grant, group);
                keys = keys
                    .iter()
                    .flat_map(|key| values.iter().map(|value| [key.clone(), vec![value.clone()]].concat()))
                    .collect();
            }
            for key in keys {
                found.entry(key).or_default().push(grant);
            }
        }
        found.into_iter().map(|(key, grants)| (key, figures(&grants))).collect()
    }
}

fn figures(grants: &[&aid_record::Model]) -> Value {
    let people: BTreeSet<_> = grants.iter().filter_map(|grant| grant.resident_id).collect();
    let whole = grants.iter().filter(|grant| grant.resident_id.is_none());
    let households: BTreeSet<_> = whole.filter_map(|grant| grant.household_id).collect();
    let mut quantities: BTreeMap<&str, Vec<Part>> = BTreeMap::new();
    let mut values: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for grant in grants {
        if grant.kind != AidKind::Cash {
            quantities.entry(&grant.unit).or_default().push((grant.quantity_milli, grant.quantity_precision));
        }
        values.entry(name(&grant.kind)).or_default().push((grant.value_fen, grant.value_precision));
    }
    let all: Vec<Part> = values.values().flatten().copied().collect();
    let kinds = ["CASH", "GOODS", "SERVICE", "WORKS", "PLACES", "LOAN"]
        .iter()
        .filter_map(|kind| values.get(*kind).map(|parts| json!({ "kind": kind, "value": money(parts) })));
    json!({
        "records": grants.len(), "people": people.len(), "households": households.len(),
        "quantities": quantities.iter().map(|(unit, parts)| quantity(parts, unit)).collect::<Vec<_>>(),
        "value": money(&all), "values": kinds.collect::<Vec<_>>(),
    })
}

/// The answer by the values of its groups.
fn by_key(rows: &[Value], groups: &[&str]) -> BTreeMap<Vec<String>, Value> {
    let of = |row: &Value, group: &str| {
        let value = match group {
            "KIND" => &row["kind"],
            "PROGRAMME" => &row["programme"]["id"],
            "PROJECT" => &row["project"]["id"],
            "PARTNER_UNIT" => &row["partnerUnit"]["id"],
            "GRID" => &row["grid"]["id"],
            "CIRCUMSTANCE" => &row["circumstance"],
            _ => &row["month"],
        };
        value.as_str().unwrap_or_default().to_owned()
    };
    let mut found = BTreeMap::new();
    for row in rows {
        for group in GROUPS.iter().filter(|group| !groups.contains(group)) {
            assert_eq!(of(row, group), "", "not grouped by {group}");
        }
        let mut figures = row.as_object().unwrap().clone();
        figures.retain(|field, _| field != "kind" && FIGURES.contains(&format!("{field} ")));
        let key: Vec<String> = groups.iter().map(|group| of(row, group)).collect();
        assert!(found.insert(key.clone(), Value::Object(figures)).is_none(), "{key:?} comes twice");
    }
    found
}

async fn filled(app: &TestApp) -> (World, Bulk) {
    let world = World::new(app).await;
    let bulk = bulk::fill(app, &world.community, Size { residents: 60, projects: 6, units: 7 }).await;
    bulk::fill(app, &world.elsewhere, Size { residents: 21, projects: 3, units: 4 }).await;
    // A second disability, which is no second circumstance, and one that ended between two grants.
    let twice = bulk.circumstances.iter().find(|row| row.disability_kind.is_some()).unwrap();
    let second = circumstance::Model {
        id: app.app.clock.new_id(),
        disability_kind: Some(circumstance::DisabilityKind::Vision),
        ..twice.clone()
    };
    let ended = circumstance::Model {
        id: app.app.clock.new_id(),
        kind: circumstance::CircumstanceKind::Veteran,
        disability_kind: None,
        disability_grade: None,
        started_on: day(2000, 1, 1),
        ended_on: Some(day(2020, 1, 31)),
        ..twice.clone()
    };
    insert(app, &[second, ended]).await;
    (world, bulk)
}

crate::on_both! {
    async fn every_grouping_gives_what_its_rows_add_up_to(app: TestApp) {
        let (world, _) = filled(&app).await;
        let records = Records::read(&app).await;
        let here = key_of(&world.community);
        let delivered = |grant: &aid_record::Model| grant.community_id == here && grant.status == AidStatus::Delivered;
        let mut groupings: Vec<Vec<&str>> = vec![Vec::new(), GROUPS.to_vec()];
        for (i, one) in GROUPS.iter().enumerate() {
            groupings.push(vec![one]);
            groupings.extend(GROUPS[i + 1..].iter().map(|other| vec![*other, *one]));
        }
        let mut seen = BTreeSet::new();
        for groups in groupings {
            let fields = format!("{KEYS} {FIGURES}");
            let rows = summary(&world.staff, json!(null), &groups, &fields).await;
            let expected = records.expected(&groups, delivered);
            assert_eq!(by_key(&rows, &groups), expected, "{groups:?}");
            seen.insert(expected.len());
            // The operator sees both communities.
            let rows = summary(&world.operator, json!(null), &groups, &fields).await;
            assert_eq!(by_key(&rows, &groups), records.expected(&groups, |grant| grant.status == AidStatus::Delivered), "{groups:?}");
        }
        assert!(seen.len() > 5, "groups were of different sizes: {seen:?}");
    }

    async fn a_filter_narrows_and_says_which_statuses_count(app: TestApp) {
        let (world, bulk) = filled(&app).await;
        let records = Records::read(&app).await;
        let here = key_of(&world.community);
        type Wanted = Box<dyn Fn(&aid_record::Model) -> bool>;
        let resident = bulk.aid.iter().find_map(|grant| grant.resident_id).unwrap();
        let delivered = |grant: &aid_record::Model| grant.status == AidStatus::Delivered;
        let cases: Vec<(Value, Wanted)> = vec![
            (json!({}), Box::new(delivered)),
            (json!({ "kind": { "eq": "GOODS" } }), Box::new(move |grant| delivered(grant) && grant.kind == AidKind::Goods)),
            (json!({ "status": { "in": ["PLANNED", "RETURNED"] } }), Box::new(|grant| matches!(grant.status, AidStatus::Planned | AidStatus::Returned))),
            (json!({ "not": { "status": { "eq": "DELIVERED" } } }), Box::new(move |grant| !delivered(grant))),
            (json!({ "and": [{ "status": {} }] }), Box::new(|_| true)),
            (json!({ "givenOn": { "from": "2020-01-31", "to": "2020-02-01" } }), Box::new(move |grant| delivered(grant) && (day(2020, 1, 31)..=day(2020, 2, 1)).contains(&grant.given_on))),
            (json!({ "residentId": encode("resident", resident) }), Box::new(move |grant| delivered(grant) && grant.resident_id == Some(resident))),
            (json!({ "projectId": encode("project", uuid::Uuid::from_u128(7)) }), Box::new(|_| false)),
        ];
        for (filter, wanted) in cases {
            for groups in [&[][..], &["PARTNER_UNIT"], &["CIRCUMSTANCE", "MONTH"]] {
                let rows = summary(&world.staff, filter.clone(), groups, &format!("{KEYS} {FIGURES}")).await;
                let expected = records.expected(groups, |grant| grant.community_id == here && wanted(grant));
                assert_eq!(by_key(&rows, groups), expected, "{filter} {groups:?}");
            }
        }
    }

    async fn two_aliases_with_different_filters_and_groups_do_not_mix(app: TestApp) {
        let (world, _) = filled(&app).await;
        let query = format!("{{
            all: aidSummary {{ {FIGURES} }}
            goods: aidSummary(filter: {{ kind: {{ eq: GOODS }} }}) {{ {FIGURES} }}
            months: aidSummary(groupBy: [MONTH]) {{ month {FIGURES} }}
            cash: aidSummary(filter: {{ kind: {{ eq: CASH }} }}, groupBy: [MONTH, KIND]) {{ month kind {FIGURES} }}
        }}");
        let together = world.staff.ask(&query).await;
        for (alias, filter, groups, fields) in [
            ("all", json!(null), &[][..], FIGURES.to_owned()),
            ("goods", json!({ "kind": { "eq": "GOODS" } }), &[], FIGURES.to_owned()),
            ("months", json!(null), &["MONTH"], format!("month {FIGURES}")),
            ("cash", json!({ "kind": { "eq": "CASH" } }), &["MONTH", "KIND"], format!("month kind {FIGURES}")),
        ] {
            assert_eq!(together.data()[alias], json!(summary(&world.staff, filter.clone(), groups, &fields).await), "{alias}");
            // Sum and count together and apart.
            for field in ["records", "people", "value { yuan precision }", "quantities { value unit precision }"] {
                let name = field.split(' ').next().unwrap();
                let apart = summary(&world.staff, filter.clone(), groups, field).await;
                let with = together.data()[alias].as_array().unwrap().iter().map(|row| row[name].clone());
                assert_eq!(apart.iter().map(|row| row[name].clone()).collect::<Vec<_>>(), with.collect::<Vec<_>>(), "{alias} {field}");
            }
        }
    }

    async fn ten_thousand_prices_add_up_to_the_fen(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, world.goods().await);
        let aid = make::aid(&world.staff, &world.community, &resident, &goods, json!({ "quantity": "1", "value": "17.99" })).await;
        let one = aid_record::Entity::find_by_id(key_of(&aid)).one(app.app.db.reader()).await.unwrap().unwrap();
        let more: Vec<_> = (0..10_000)
            .map(|_| aid_record::Model { id: app.app.clock.new_id(), status: AidStatus::Delivered, delivered_at: Some(at(0)), ..one.clone() })
            .collect();
        insert(&app, &more).await;
        let rows = summary(&world.staff, json!(null), &["KIND"], "kind records people value { yuan precision } quantities { value }").await;
        let expected = json!([{ "kind": "GOODS", "records": 10_000, "people": 1, "value": { "yuan": "179900.00", "precision": "EXACT" }, "quantities": [{ "value": "10000" }] }]);
        assert_eq!(json!(rows), expected);
    }

    async fn aid_recorded_late_is_in_its_own_month(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, world.goods().await);
        for given_on in ["2021-12-31", "2022-01-01", "2022-01-31"] {
            let aid = make::aid(&world.staff, &world.community, &resident, &goods, json!({ "quantity": "1", "givenOn": given_on })).await;
            for (version, step) in [(1, "approveAid"), (2, "deliverAid")] {
                make::created(&world.staff, step, "aidRecord", json!({ "id": aid, "expectedVersion": version })).await;
            }
        }
        let rows = summary(&world.staff, json!(null), &["MONTH"], "month records people").await;
        assert_eq!(json!(rows), json!([{ "month": "2021-12", "records": 1, "people": 1 }, { "month": "2022-01", "records": 2, "people": 1 }]));
        // One person in all: rows of groups are not parts of a whole.
        assert_eq!(json!(summary(&world.staff, json!(null), &[], "records people").await), json!([{ "records": 3, "people": 1 }]));
    }

    async fn a_summary_costs_the_same_whatever_it_adds_up(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold(app.app.clock.now());
        world.staff.ask("{ viewer { name } }").await.data();
        let ask = |groups: &[&str], fields: &str| format!("{{ aidSummary(groupBy: [{}]) {{ {fields} }} }}", groups.join(", "));
        for residents in [3, 150, 1500] {
            if residents == 3 {
                bulk::fill(&app, &world.community, Size { residents: 120, projects: 6, units: 7 }).await;
            }
            let db = app.app.db.reader();
            // One that has something of every kind that is grouped by.
            let all = aid_record::Entity::find().all(db).await.unwrap();
            let one = all.iter().find(|row| row.programme_id.is_some() && row.project_id.is_some() && row.resident_id.is_some()).unwrap();
            let more: Vec<_> = (0..residents).map(|_| aid_record::Model { id: app.app.clock.new_id(), status: AidStatus::Delivered, ..one.clone() }).collect();
            insert(&app, &more).await;
            for (groups, fields, price) in [
                (&[][..], "records people households".to_owned(), 1),
                (&[], FIGURES.to_owned(), 3),
                (&["MONTH"], "month value { yuan } values { kind }".to_owned(), 2),
                // Groups, quantities, values; programmes, projects, units, grids; and the project's community.
                (&GROUPS, format!("{KEYS} {FIGURES}"), 7),
                (&GROUPS, format!("{KEYS} {FIGURES} project {{ community {{ name }} }}"), 8),
                (&["PROJECT", "PROJECT"], "records".to_owned(), 1),
            ] {
                let (found, data) = cost(&app, &world.staff, &ask(groups, &fields), json!({})).await;
                assert_eq!(found, price, "{groups:?} {fields}");
                assert!(!data["aidSummary"].as_array().unwrap().is_empty());
            }
        }
    }

    async fn more_than_a_thousand_groups_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, goods) = (world.resident().await, world.goods().await);
        let aid = make::aid(&world.staff, &world.community, &resident, &goods, json!({ "quantity": "1" })).await;
        let one = aid_record::Entity::find_by_id(key_of(&aid)).one(app.app.db.reader()).await.unwrap().unwrap();
        let of = |number: u32| aid_record::Model {
            id: app.app.clock.new_id(),
            status: AidStatus::Delivered,
            given_on: day(1900, 1, 15) + chrono::Months::new(number),
            quantity_precision: Precision::Exact,
            ..one.clone()
        };
        insert(&app, &(0..1000).map(of).collect::<Vec<_>>()).await;
        assert_eq!(summary(&world.staff, json!(null), &["MONTH"], "month").await.len(), 1000);
        insert(&app, &[of(1000)]).await;
        let refused = world.staff.ask("{ aidSummary(groupBy: [MONTH]) { month } }").await;
        assert_eq!((refused.code(), refused.message().contains("1000")), ("BAD_USER_INPUT", true));
        assert_eq!(json!(summary(&world.staff, json!(null), &[], "records").await), json!([{ "records": 1001 }]));
    }

    async fn a_unit_with_two_roles_counts_once_and_several_units_each_in_full(app: TestApp) {
        let world = World::new(&app).await;
        let (resident, project) = (world.resident().await, world.project().await);
        make::created(&world.staff, "approveProject", "project", json!({ "id": project, "expectedVersion": 1 })).await;
        let (a, b) = (world.unit().await, world.unit().await);
        for (unit, roles) in [(&a, json!(["FUNDER", "HOST"])), (&b, json!(["SUPPLIER"]))] {
            let input = json!({ "projectId": project, "partnerUnitId": unit, "roles": roles });
            make::created(&world.staff, "addParticipation", "participation", input).await;
        }
        let input = json!({
            "communityId": world.community, "kind": "GOODS", "title": "米面油", "projectId": project, "unit": "parcel",
            "contributors": [{ "partnerUnitId": a }, { "partnerUnitId": b }], "received": { "quantity": "10", "yuan": "1000" }, "receivedOn": "2022-01-01",
        });
        let goods = make::created(&world.staff, "recordContribution", "contribution", input).await;
        let aid = make::aid(&world.staff, &world.community, &resident, &goods, json!({ "quantity": "2", "value": "199.98" })).await;
        for (version, step) in [(1, "approveAid"), (2, "deliverAid")] {
            make::created(&world.staff, step, "aidRecord", json!({ "id": aid, "expectedVersion": version })).await;
        }
        let value = json!({ "yuan": "199.98" });
        let rows = summary(&world.staff, json!(null), &["PARTNER_UNIT"], "partnerUnit { id } records value { yuan }").await;
        assert_eq!(json!(rows), json!([{ "partnerUnit": { "id": a }, "records": 1, "value": value }, { "partnerUnit": { "id": b }, "records": 1, "value": value }]));
        let rows = summary(&world.staff, json!(null), &["PROJECT"], "project { id } records value { yuan }").await;
        assert_eq!(json!(rows), json!([{ "project": { "id": project }, "records": 1, "value": value }]));
        assert_eq!(json!(summary(&world.staff, json!(null), &[], "records value { yuan }").await), json!([{ "records": 1, "value": value }]));
    }
}
