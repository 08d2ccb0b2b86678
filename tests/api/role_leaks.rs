//! What a low role is told does not depend on rows that it does not see: random filters and orders, asked before and after everything hidden has
//! changed, get the same answers.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    activity, aid_record, campaign, contribution, contributor, household, household_membership, instalment, pairing,
    party_membership, project, project_participation, project_participation_role, resident, session, sponsorship,
    staff_member, team, team_membership, volunteer,
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Value, json};
use tongxin::{access::accounts::Role, search};
use uuid::Uuid;

use crate::{
    filters::trees,
    harness::{
        Actor, TestApp, World,
        bulk::{self, Bulk, day, key_of},
        listing::List,
        roles::{self, Who},
        searching,
    },
    reports::{WHOLE, report},
    specimen_filters::{Filtered, all},
    summary::{FIGURES, GROUPS, KEYS},
};

const FEW: bulk::Size = bulk::Size { residents: 30, projects: 4, units: 8 };

/// So many specimens of each field of a filter, and random filters of each list, are asked; `TONGXIN_TEST_LEAK_CASES` for more.
fn cases() -> usize {
    std::env::var("TONGXIN_TEST_LEAK_CASES")
        .map_or(3, |given| given.parse::<usize>().expect("a number of cases").max(1))
}

/// A list with a filter and an order.
struct Question<'a> {
    of: &'a Filtered,
    arguments: Value,
}

/// The rows in their order and how many there are, or what was refused.
type Told = Result<(Vec<String>, u64), String>;

impl Question<'_> {
    /// No edges and cursors: what a page is made of is the same for all of them, and asked by tests of pages.
    fn document(&self) -> String {
        let List { field, of } = self.of.list;
        // The feed has one order.
        let (order, order_by) = match of {
            "Event" => (String::new(), ""),
            _ => (format!(", $orderBy: [{of}Order!]"), ", orderBy: $orderBy"),
        };
        let call = format!("{field}(first: 100, filter: $filter{order_by}) {{ totalCount nodes {{ id }} }}");
        format!("query($filter: {of}Filter{order}) {{ {} }}", self.of.around.replace("LIST", &call))
    }

    async fn ask(&self, actor: &Actor) -> Told {
        let answer = actor.gql(&self.document(), self.arguments.clone()).await;
        if answer.body.get("errors").is_some() {
            return Err(answer.code().to_owned());
        }
        let Some(connection) = answer.data().pointer(&self.of.pointer) else { return Ok((Vec::new(), 0)) };
        let ids = connection["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned());
        Ok((ids.collect(), connection["totalCount"].as_u64().unwrap()))
    }

    /// As a server would answer that joined the scope to the rows of the list, but not to what the filter looks at: the planted leak.
    async fn ask_a_leaky_server(&self, staff: &Actor, visible: &BTreeSet<String>) -> Told {
        let (ids, _) = self.ask(staff).await?;
        let ids: Vec<String> = ids.into_iter().filter(|id| visible.contains(id)).collect();
        let total = ids.len() as u64;
        Ok((ids, total))
    }
}

/// Specimens of a filter, some of each field: first those that tell rows apart.
fn specimens(of: &Filtered) -> Vec<&Value> {
    let mut by_field: BTreeMap<Vec<&String>, Vec<&(Value, BTreeSet<String>)>> = BTreeMap::new();
    for specimen in &of.specimens {
        by_field.entry(specimen.0.as_object().unwrap().keys().collect()).or_default().push(specimen);
    }
    let some = by_field.into_values().flat_map(|mut all| {
        all.sort_by_key(|(_, rows)| rows.is_empty() || rows.len() == of.rows.len());
        all.into_iter().take(cases())
    });
    some.map(|(filter, _)| filter).collect()
}

async fn questions<'a>(lists: &'a [Filtered], staff: &Actor, runner: &mut TestRunner) -> Vec<Vec<Question<'a>>> {
    let mut questions = Vec::new();
    for of in lists {
        let orders = if of.list.of == "Event" { Vec::new() } else { of.list.orders(staff).await };
        let ask = |filter: Value, order: Option<&String>| {
            let arguments = json!({ "filter": filter, "orderBy": order.map(|order| [order]) });
            Question { of, arguments }
        };
        // By each order once, and everything that a filter leaves out.
        let mut of_list: Vec<Question<'_>> = orders.iter().map(|order| ask(Value::Null, Some(order))).collect();
        for (place, filter) in specimens(of).into_iter().enumerate() {
            of_list.push(ask(filter.clone(), None));
            if place % 2 == 0 {
                of_list.push(ask(json!({ "not": filter }), None));
            }
        }
        for _ in 0..cases() {
            let (filter, _) = trees().new_tree(runner).unwrap().current().read(of, false);
            let order = any::<prop::sample::Index>().new_tree(runner).unwrap().current();
            of_list.push(ask(filter, (!orders.is_empty()).then(|| order.get(&orders))));
        }
        questions.push(of_list);
    }
    questions
}

/// Of each list the questions for somebody: a few of one in which they see nothing, where a filter has nothing to choose from.
fn questions_for<'q>(
    questions: &'q [Vec<Question<'q>>],
    seen: &BTreeMap<&'static str, BTreeSet<String>>,
) -> Vec<&'q Question<'q>> {
    // `roles::seen` says nothing of what leads nowhere from the root, nor of the feed and of accounts.
    let blind = |of: &Filtered| of.around == "LIST" && seen.get(of.list.field).is_none_or(BTreeSet::is_empty);
    let some = questions.iter().flat_map(|of_list| {
        let step = if blind(of_list[0].of) { (of_list.len() / cases()).max(1) } else { 1 };
        of_list.iter().step_by(step)
    });
    some.collect()
}

/// Sums, reports and searches: whole answers as they come.
async fn figures(actor: &Actor, lists: &[Filtered], community: &str) -> Vec<(String, Value)> {
    let mut told = Vec::new();
    let grants = lists.iter().find(|of| of.list.field == "aidRecords").unwrap();
    let filters = grants.specimens.iter().step_by(3).map(|(filter, _)| filter.clone()).chain([Value::Null]);
    for (filter, group) in filters.zip(GROUPS.iter().cycle()) {
        for groups in [json!([]), json!([group])] {
            let query = format!(
                "query($filter: AidRecordFilter, $groups: [AidSummaryGroup!]) {{ aidSummary(filter: $filter, groupBy: $groups) {{ {KEYS} suppressed {FIGURES} }} }}"
            );
            let answer = actor.gql(&query, json!({ "filter": filter, "groups": groups })).await;
            told.push((format!("aidSummary {filter} by {groups}"), answer.body));
        }
    }
    for span in [(day(2019, 1, 1), day(2024, 12, 31)), (day(2020, 1, 31), day(2021, 2, 28))] {
        told.push((format!("impactReport of {span:?}"), report(actor, community, span, WHOLE).await));
    }
    for text in ["换", "低保", "助听器", "小明", "王", "zoe", "单位1", "批量", "huan"] {
        told.push((format!("search for {text}"), searching::search(actor, text, json!({ "first": 100 })).await.body));
    }
    told
}

/// Without the ids of requests, which are new each time.
fn without_request_ids(mut told: Vec<(String, Value)>) -> Vec<(String, Value)> {
    for (_, body) in &mut told {
        for error in body.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
            error["extensions"].as_object_mut().map(|extensions| extensions.remove("requestId"));
        }
    }
    told
}

/// Changes what can be changed of all rows that are not among the visible ones.
async fn change_the_hidden(app: &TestApp, bulk: &Bulk, seen: &BTreeMap<&'static str, BTreeSet<String>>) {
    let db = app.app.db.writer();
    let visible = |list: &str| -> Vec<Uuid> { seen.get(list).into_iter().flatten().map(|id| key_of(id)).collect() };
    macro_rules! change {
        ($table:ident in $list:literal: $($column:ident = $value:expr),+) => {
            let rest = $table::Column::CommunityId.eq(bulk.community).and($table::Column::Id.is_not_in(visible($list)));
            let changed = $table::Entity::update_many()$(.col_expr($table::Column::$column, Expr::value($value)))+.filter(rest);
            changed.exec(db).await.unwrap_or_else(|error| panic!("{}: {error}", stringify!($table)));
        };
    }
    change!(resident in "residents": FullName = "小明换", BirthDate = day(1950, 5, 5));
    change!(project in "projects": Title = "低保慰问换", Status = "COMPLETED");
    change!(campaign in "campaigns": Title = "助听器换", StartedOn = day(2019, 5, 5));
    change!(activity in "activities": Title = "助听器换", Kind = "LECTURE");
    change!(session in "sessions": HeldOn = day(2019, 5, 5), Status = "HELD");
    change!(contribution in "contributions": Title = "cash 换", ReceivedOn = day(2019, 5, 5));
    change!(aid_record in "aidRecords": Status = "REFUSED", ReversesId = Option::<Uuid>::None, GivenOn = day(2019, 5, 5));
    change!(sponsorship in "sponsorships": Purpose = "换", StartedOn = day(1990, 5, 5));
    change!(instalment in "instalments": AmountFen = 5);
    change!(pairing in "pairings": StartedOn = day(1990, 5, 5), EndedOn = day(1991, 5, 5));
    change!(household in "households": Room = "换");
    change!(staff_member in "staffMembers": FullName = "换");
    change!(team in "teams": Description = "换", EndedOn = day(2020, 5, 5));
    change!(volunteer in "volunteers": FullName = "换", EndedOn = day(2022, 5, 5));
    change!(party_membership in "partyMemberships": Source = "换", EndedOn = day(2022, 5, 5));
    change!(team_membership in "teamMemberships": EndedOn = day(2022, 5, 5));
    // What has no list of its own: what other units do, and who else belongs to homes out of reach.
    let units = visible("partnerUnits");
    let hidden = bulk.participations.iter().filter(|row| !units.contains(&row.partner_unit_id)).map(|row| row.id);
    let hidden: Vec<Uuid> = hidden.collect();
    let of_hidden = project_participation_role::Column::ParticipationId.is_in(hidden.iter().copied());
    project_participation_role::Entity::delete_many().filter(of_hidden).exec(db).await.unwrap();
    let gone = project_participation::Column::Id.is_in(hidden);
    project_participation::Entity::delete_many().filter(gone).exec(db).await.unwrap();
    let others =
        contributor::Column::CommunityId.eq(bulk.community).and(contributor::Column::PartnerUnitId.is_not_in(units));
    let amount =
        contributor::Entity::update_many().col_expr(contributor::Column::AmountFen, Expr::value(7_i64)).filter(others);
    amount.exec(db).await.unwrap();
    let away = household_membership::Column::CommunityId
        .eq(bulk.community)
        .and(household_membership::Column::HouseholdId.is_not_in(visible("households")));
    let moved = household_membership::Entity::update_many()
        .col_expr(household_membership::Column::StartedOn, Expr::value(day(2001, 1, 1)));
    moved.filter(away).filter(household_membership::Column::EndedOn.is_null()).exec(db).await.unwrap();
}

crate::on_both! {
    async fn answers_to_a_low_role_do_not_depend_on_hidden_rows(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let lists = all(&app, &world, &bulk).await;
        let mut runner = TestRunner::deterministic();
        let questions = questions(&lists, &world.staff, &mut runner).await;
        let member = bulk.team_memberships.iter().find(|row| row.ended_on.is_none()).unwrap().volunteer_id;
        let cast = [
            Who::volunteer(member),
            Who::partner(bulk.units[0].id),
            Who::resident(bulk.residents[0].id),
            Who::plain(Role::Merchant),
        ];
        let (mut answered, mut seen_in_part) = (0, 0);
        for (place, who) in cast.iter().enumerate() {
            let actor = roles::account(&app, &format!("low-{place}"), bulk.community, std::slice::from_ref(who)).await;
            let questions = questions_for(&questions, &roles::seen(&bulk, who));
            let mut before = Vec::new();
            for question in &questions {
                before.push(question.ask(&actor).await);
            }
            // What those see who come later stays for them.
            let mut kept = BTreeMap::<_, BTreeSet<String>>::new();
            for (list, ids) in cast[place..].iter().flat_map(|who| roles::seen(&bulk, who)) {
                kept.entry(list).or_default().extend(ids);
            }
            change_the_hidden(&app, &bulk, &kept).await;
            for (question, before) in questions.iter().zip(before) {
                let after = question.ask(&actor).await;
                assert_eq!(after, before, "{who:?} learns of hidden rows: {} {}", question.of.list.field, question.arguments);
                answered += usize::from(before.is_ok());
                seen_in_part += usize::from(before.is_ok_and(|(ids, _)| !ids.is_empty()));
            }
        }
        assert!(answered > 300 && seen_in_part > 40, "{answered} were answered, {seen_in_part} with rows");
    }

    async fn figures_and_searches_of_a_low_role_do_not_depend_on_hidden_rows_and_those_of_the_staff_do(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let lists = all(&app, &world, &bulk).await;
        let member = bulk.team_memberships.iter().find(|row| row.ended_on.is_none()).unwrap().volunteer_id;
        let cast = [
            Who::volunteer(member),
            Who::partner(bulk.units[0].id),
            Who::resident(bulk.residents[0].id),
            Who::plain(Role::Merchant),
        ];
        let mut kept = BTreeMap::<_, BTreeSet<String>>::new();
        let mut told = Vec::new();
        for (place, who) in cast.iter().enumerate() {
            let actor = roles::account(&app, &format!("low-{place}"), bulk.community, std::slice::from_ref(who)).await;
            told.push((who, without_request_ids(figures(&actor, &lists, &world.community).await), actor));
            for (list, ids) in roles::seen(&bulk, who) {
                kept.entry(list).or_default().extend(ids);
            }
        }
        let known = without_request_ids(figures(&world.staff, &lists, &world.community).await);
        change_the_hidden(&app, &bulk, &kept).await;
        search::rebuild(&app.app).await.unwrap();
        for (who, before, actor) in told {
            for (before, after) in before.iter().zip(without_request_ids(figures(&actor, &lists, &world.community).await)) {
                assert_eq!(after, *before, "{who:?} learns of hidden rows");
            }
        }
        // What would have been told to somebody whose scope was left out: the comparison notices.
        let after = without_request_ids(figures(&world.staff, &lists, &world.community).await);
        let moved: Vec<&str> = known.iter().zip(&after).filter(|(before, after)| before != after).map(|((what, _), _)| what.as_str()).collect();
        for kind in ["aidSummary", "impactReport", "search"] {
            assert!(moved.iter().any(|what| what.starts_with(kind)), "{kind} told the staff the same: {moved:?}");
        }
    }

    async fn a_filter_that_looks_at_hidden_rows_is_caught(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let lists = all(&app, &world, &bulk).await;
        let mut runner = TestRunner::deterministic();
        let questions = questions(&lists, &world.staff, &mut runner).await;
        let seen = roles::seen(&bulk, &Who::partner(bulk.units[0].id));
        let asked: Vec<_> = questions.iter().flatten().filter(|question| question.of.list.field == "projects").collect();
        let mut before = Vec::new();
        for question in &asked {
            before.push(question.ask_a_leaky_server(&world.staff, &seen["projects"]).await);
        }
        change_the_hidden(&app, &bulk, &seen).await;
        let mut caught = Vec::new();
        for (question, before) in asked.iter().zip(before) {
            if question.ask_a_leaky_server(&world.staff, &seen["projects"]).await != before {
                caught.push(question.arguments["filter"].to_string());
            }
        }
        assert!(caught.iter().any(|filter| filter.contains("partnerUnitId")), "a filter by another unit tells of it: {caught:?}");
    }
}
