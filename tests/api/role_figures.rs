//! Sums, reports and searches of each role: out of the rows that the role sees one by one, added up here from the rows in memory, and of no others.

use std::collections::BTreeSet;

use entity::aid_record::AidStatus;
use serde_json::{Value, json};
use tongxin::{
    access::accounts::Role,
    relay::id::encode,
    search::{self, Form, Wanted},
};
use uuid::Uuid;

use crate::{
    harness::{
        brute::{self, Span, Tables},
        bulk::{day, key_of},
        roles::Who,
        searching,
    },
    reports::{WHOLE, report},
    role_scopes::{Scene, Seen},
    summary::{FIGURES, GROUPS, KEYS, Records, summary},
};

pub(crate) fn sees(seen: &Seen, list: &str, key: Uuid) -> bool {
    seen.get(list).is_some_and(|keys| keys.contains(&key))
}

/// To whom it is not told whose grants they see.
pub(crate) fn knows_aliases_alone(who: &Who) -> bool {
    matches!(who.role, Role::Partner | Role::Auditor)
}

pub(crate) fn few(number: &Value) -> bool {
    matches!(number.as_i64(), Some(1..=4)) || matches!(number.as_str(), Some("1" | "2" | "3" | "4"))
}

/// As somebody is told it to whom the few are hidden.
fn told(number: &Value) -> Value {
    if few(number) { Value::Null } else { number.clone() }
}

/// The tables without what somebody does not see.
pub(crate) fn only(tables: &Tables, seen: &Seen) -> Tables {
    macro_rules! keep {
        ($($rows:ident by $key:ident in $list:literal;)+) => {
            Tables { $($rows: tables.$rows.iter().filter(|row| sees(seen, $list, row.$key)).cloned().collect(),)+ }
        };
    }
    keep! {
        pairings by id in "pairings"; contributions by id in "contributions"; aid by id in "aidRecords"; sponsorships by id in "sponsorships";
        instalments by id in "instalments"; teams by id in "teams"; memberships by id in "teamMemberships"; volunteers by id in "volunteers";
        campaigns by id in "campaigns"; activities by id in "activities"; sessions by id in "sessions"; attendances by id in "attendances";
        counts by session_id in "sessions"; results by id in "activityResults"; facilities by id in "facilities"; assets by id in "assets";
        tenures by id in "assetTenures";
    }
}

/// Kinds, or months: as they are, but for those of few people and for what hides them.
fn hides_the_few(found: &Value, expected: &Value, figures: &[&str], what: &str) {
    let (found, expected) = (found.as_array().unwrap(), expected.as_array().unwrap());
    assert_eq!(found.len(), expected.len(), "{what}");
    let mut hidden = 0;
    let any = expected.iter().any(|of| figures.iter().any(|figure| few(&of[figure]["value"])));
    for (found, expected) in found.iter().zip(expected) {
        let unknown = json!({ "value": null, "precision": "UNKNOWN" });
        let as_it_is = figures.iter().all(|figure| found[figure] == expected[figure]);
        let hides = figures.iter().all(|figure| found[figure] == unknown);
        assert!(as_it_is || (any && hides), "{what}: {found} for {expected}");
        assert!(hides || figures.iter().all(|figure| !few(&expected[figure]["value"])), "{what} tells of few: {found}");
        hidden += usize::from(hides && !as_it_is);
        for (field, value) in expected.as_object().unwrap() {
            assert!(figures.contains(&field.as_str()) || found[field] == *value, "{what}: {field}");
        }
    }
    assert!(!any || hidden > 0, "{what}");
}

/// The keys of a row's groups, in their order.
fn key(row: &Value, groups: &[&str]) -> Vec<String> {
    let of = |group: &&str| match *group {
        "KIND" => &row["kind"],
        "PROGRAMME" => &row["programme"]["id"],
        "PROJECT" => &row["project"]["id"],
        "PARTNER_UNIT" => &row["partnerUnit"]["id"],
        "GRID" => &row["grid"]["id"],
        "CIRCUMSTANCE" => &row["circumstance"],
        _ => &row["month"],
    };
    groups.iter().map(|group| of(group).as_str().unwrap_or_default().to_owned()).collect()
}

crate::on_both! {
    async fn grants_in_groups_come_to_what_the_rows_that_a_role_sees_come_to(app: TestApp) {
        let scene = Scene::new(&app).await;
        let groupings: Vec<Vec<&str>> =
            GROUPS.iter().map(|group| vec![*group]).chain([vec![], vec!["KIND", "MONTH"], vec!["PROJECT", "PARTNER_UNIT"]]).collect();
        let (mut compared, mut hidden) = (0, 0);
        for (place, who) in scene.cast().iter().enumerate() {
            let actor = scene.account(&app, &format!("sums-{place}"), std::slice::from_ref(who)).await;
            let seen = scene.keys(who);
            let mut records = Records::read(&app).await;
            records.aid.retain(|row| sees(&seen, "aidRecords", row.id));
            records.households.retain(|row| sees(&seen, "households", row.id));
            records.circumstances.retain(|row| sees(&seen, "residents", row.resident_id));
            records.contributors.retain(|row| sees(&seen, "contributions", row.contribution_id));
            records.sponsorships.retain(|row| sees(&seen, "sponsorships", row.id));
            if who.role == Role::Partner {
                records.contributors.retain(|row| Some(row.partner_unit_id) == who.unit);
            }
            for row in &mut records.aid {
                row.project_id = row.project_id.filter(|key| sees(&seen, "projects", *key));
                row.programme_id = row.programme_id.filter(|key| sees(&seen, "aidProgrammes", *key));
            }
            for groups in &groupings {
                let fields = format!("{KEYS} suppressed {FIGURES}");
                // A resident's role reaches the household without its circumstances.
                if groups.contains(&"CIRCUMSTANCE") && !matches!(who.role, Role::Operator | Role::Secretary | Role::Staff) {
                    let query = "{ aidSummary(groupBy: [CIRCUMSTANCE]) { records } }";
                    let answer = actor.ask(query).await;
                    let sees_some = !records.aid.is_empty();
                    assert!(!sees_some || answer.code() == "FORBIDDEN_FIELD", "{who:?}: {:#}", answer.body);
                    continue;
                }
                let found = summary(&actor, Value::Null, groups, &fields).await;
                let expected = records.expected(groups, |grant| grant.status == AidStatus::Delivered);
                let what = format!("{who:?} by {groups:?}");
                assert_eq!(found.len(), expected.len(), "{what}");
                let counts = |figures: &Value| few(&figures["people"]) || few(&figures["households"]);
                let any = knows_aliases_alone(who) && expected.values().any(counts);
                for row in &found {
                    let expected = &expected[&key(row, groups)];
                    compared += 1;
                    if row["suppressed"] == true {
                        assert!(any, "{what} hides {row} for nothing");
                        let nothing = json!({
                            "records": null, "people": null, "households": null, "quantities": [], "values": [],
                            "value": { "yuan": null, "precision": "UNKNOWN" },
                        });
                        for (field, value) in nothing.as_object().unwrap() {
                            assert_eq!(row[field], *value, "{what}: {field} of a group that is hidden");
                        }
                        hidden += 1;
                        continue;
                    }
                    assert!(!knows_aliases_alone(who) || !counts(expected), "{what} tells of few: {row}");
                    for (field, value) in expected.as_object().unwrap() {
                        assert_eq!(row[field], *value, "{what}: {field}");
                    }
                }
            }
        }
        assert!(compared > 200 && hidden > 20, "{compared} groups, {hidden} of them hidden");
    }

    async fn a_report_is_made_of_the_rows_that_a_role_sees(app: TestApp) {
        let scene = Scene::new(&app).await;
        let tables = Tables::read(&app).await;
        let community = encode("community", scene.here.community);
        for (place, who) in scene.cast().iter().enumerate() {
            let actor = scene.account(&app, &format!("report-{place}"), std::slice::from_ref(who)).await;
            let own = only(&tables, &scene.keys(who));
            for (from, to) in [(day(2019, 1, 1), day(2024, 12, 31)), (day(2020, 1, 31), day(2020, 2, 1))] {
                let found = report(&actor, &community, (from, to), WHOLE).await;
                let expected = brute::report(&own, scene.here.community, Span(from, to));
                let masked = knows_aliases_alone(who);
                for (field, value) in expected.as_object().unwrap() {
                    let what = format!("{who:?}: {field} from {from}");
                    match field.as_str() {
                        "activities" if masked => hides_the_few(&found[field], value, &["personTimes", "people"], &what),
                        "months" if masked => hides_the_few(&found[field], value, &["personTimes"], &what),
                        "beneficiaryResidents" | "beneficiaryHouseholds" if masked => assert_eq!(found[field], told(value), "{what}"),
                        "goods" | "teams" if masked => {
                            let mut value = value.clone();
                            for of in value.as_array_mut().unwrap() {
                                for number in ["residents", "households", "members"] {
                                    if let Some(number) = of.get_mut(number) {
                                        *number = told(number);
                                    }
                                }
                            }
                            assert_eq!(found[field], value, "{what}");
                        }
                        _ => assert_eq!(found[field], *value, "{what}"),
                    }
                }
            }
        }
    }

    async fn a_search_finds_what_a_role_sees_and_is_called_so(app: TestApp) {
        let scene = Scene::new(&app).await;
        search::rebuild(&app.app).await.unwrap();
        let mut called: Vec<(&str, bool, Uuid, Vec<&str>)> = Vec::new();
        for rows in [&scene.here, &scene.elsewhere] {
            called.extend(rows.residents.iter().map(|row| ("residents", true, row.id, vec![&*row.full_name])));
            called.extend(rows.volunteers.iter().map(|row| ("volunteers", true, row.id, vec![&*row.full_name])));
            called.extend(rows.projects.iter().map(|row| ("projects", false, row.id, vec![&*row.title])));
            called.extend(rows.teams.iter().map(|row| ("teams", false, row.id, vec![&*row.name])));
            called.extend(rows.campaigns.iter().map(|row| ("campaigns", false, row.id, vec![&*row.title])));
            called.extend(rows.activities.iter().map(|row| ("activities", false, row.id, vec![&*row.title])));
            let aliases = |unit: Uuid| rows.aliases.iter().filter(move |row| row.partner_unit_id == unit).map(|row| &*row.alias);
            called.extend(rows.units.iter().map(|row| ("partnerUnits", false, row.id, aliases(row.id).chain([&*row.name]).collect())));
        }
        let mut found_in_all = 0;
        for (place, who) in scene.cast().iter().enumerate() {
            let actor = scene.account(&app, &format!("search-{place}"), std::slice::from_ref(who)).await;
            let seen = scene.keys(who);
            for text in ["王", "小明", "zoe", "单位", "别名1", "批量队", "助听器", "低保", "cash", "wxm", "批量", "欧阳"] {
                let wanted = Wanted::parse("text", text).unwrap();
                let meets = |person: bool, texts: &[&str]| texts.iter().any(|text| wanted.meets(&Form::of(text, person)).is_some());
                let expected: BTreeSet<Uuid> = called
                    .iter()
                    .filter(|(list, person, key, texts)| {
                        // An auditor reads no names, so that none can be looked for.
                        let open = !*person || who.role != Role::Auditor;
                        open && sees(&seen, list, *key) && meets(*person, texts)
                    })
                    .map(|(_, _, key, _)| *key)
                    .collect();
                let answer = searching::search(&actor, text, json!({ "first": 100 })).await;
                let hits = answer.data()["search"]["hits"].as_array().unwrap().clone();
                let found: BTreeSet<Uuid> = hits.iter().map(|hit| key_of(hit["node"]["id"].as_str().unwrap())).collect();
                if expected.len() <= 100 {
                    assert_eq!(found, expected, "{who:?} looks for {text}");
                } else {
                    assert!(found.len() == 100 && found.is_subset(&expected), "{who:?} looks for {text}");
                }
                found_in_all += found.len();
            }
        }
        assert!(found_in_all > 300, "{found_in_all}");
    }
}
