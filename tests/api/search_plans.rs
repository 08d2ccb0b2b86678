//! What a search costs: the number of its statements, and how the database answers them.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tongxin::demo::{SeedArgs, seed};

use crate::harness::{
    Engine, TestApp, World, make,
    searching::{LISTS, search},
};

const SEEDED: &str = "378000003001";

/// How the database goes about a statement, line by line.
async fn plan(app: &TestApp, statement: &Statement) -> Vec<String> {
    let (explain, column) = match app.engine {
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        Engine::Postgres => ("EXPLAIN", "QUERY PLAN"),
    };
    let sql = format!("{explain} {}", statement.sql);
    let explained = Statement { sql, values: statement.values.clone(), db_backend: statement.db_backend };
    let rows = app.app.db.reader().query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get("", column).unwrap()).collect()
}

/// Lines of a plan that read a whole table, of those that grow with the community. PostgreSQL rightly reads a page of twenty pairings as a whole.
fn whole_tables(plan: &[String]) -> Vec<&String> {
    let tables = ["resident", "search_entry", "other_entry"];
    let whole = |line: &&String| {
        let scanned = line.strip_prefix("SCAN ").or_else(|| line.split_once("Seq Scan on ").map(|(_, rest)| rest));
        scanned.and_then(|rest| rest.split(' ').next()).is_some_and(|table| tables.contains(&table))
    };
    // SQLite calls the first entries, which it has read by their index just before, by the name of their table.
    let parts = plan
        .iter()
        .filter(|line| ["CO-ROUTINE search_entry", "MATERIALIZE search_entry"].contains(&line.as_str()))
        .count();
    plan.iter().filter(whole).skip(parts).collect()
}

crate::on_both! {
    async fn a_search_is_answered_from_an_index(app: TestApp) {
        seed(app.app.clone(), &SeedArgs { residents: 6_000, aid_records: 0, random_seed: 3 }).await.unwrap();
        let (staff, operator) = (app.staff_of(SEEDED).await, app.operator().await);
        for actor in [&staff, &operator] {
            for text in ["王", "王伟", "文", "不存在", "wang", "wx", "wen", "zhangwei", "nobody", "种子共建", "社区"] {
                app.sent();
                search(actor, text, json!({})).await.data();
                let entries: Vec<Statement> = app.sent().into_iter().filter(|statement| statement.sql.contains("search_entry")).collect();
                assert!(!entries.is_empty());
                for statement in entries {
                    let plan = plan(&app, &statement).await;
                    assert!(whole_tables(&plan).is_empty(), "{text}: {plan:#?}\n{}", statement.sql);
                }
            }
            for (list, kind) in LISTS {
                for text in ["王伟", "wangwei", "共建单位9"] {
                    app.sent();
                    let query = format!("query($f: {kind}Filter) {{ {list}(filter: $f) {{ totalCount nodes {{ id }} }} }}");
                    actor.gql(&query, json!({ "f": { "search": text } })).await.data();
                    for statement in app.sent().into_iter().filter(|statement| statement.sql.contains("search_entry")) {
                        let plan = plan(&app, &statement).await;
                        assert!(whole_tables(&plan).is_empty(), "{list}, {text}: {plan:#?}\n{}", statement.sql);
                    }
                }
            }
        }
    }

    async fn the_statements_of_a_search_do_not_grow_with_its_hits(app: TestApp) {
        let world = World::new(&app).await;
        for number in 0..40 {
            make::resident(&world.staff, &world.community, &format!("王{number:02}")).await;
            make::project(&world.staff, &world.community, &format!("王府{number:02}")).await;
        }
        app.app.clock.hold(app.app.clock.now());
        for actor in [&world.staff, &world.operator] {
            actor.ask("{ viewer { name } }").await.data();
            let cost = async |query: &str, variables: Value| {
                let before = app.statements();
                let answer = actor.gql(query, variables).await;
                (app.statements() - before, answer.data()["search"]["hits"].as_array().unwrap().len())
            };
            let query = |kinds: &str, node: &str| {
                format!("query($t: String!, $n: Int) {{ search(text: $t, first: $n, kinds: {kinds}) {{ hits {{ matched {node} }} }} }}")
            };
            let all = "[RESIDENT, PARTNER_UNIT, PROJECT]";
            let nodes = "node { id ... on Resident { fullName } ... on Project { title } }";
            for n in [1, 7, 30, 39] {
                // What begins with it, and the residents.
                assert_eq!(cost(&query("[RESIDENT]", nodes), json!({ "t": "王", "n": n })).await, (2, n));
                // And their communities.
                let edges = "node { ... on Resident { fullName community { name } } }";
                assert_eq!(cost(&query("[RESIDENT]", edges), json!({ "t": "王", "n": n })).await, (3, n));
            }
            // Of two kinds.
            assert_eq!(cost(&query(all, nodes), json!({ "t": "王", "n": 60 })).await, (3, 60));
            // Among the first entries by name, and what the index has of it; then pinyin, the same way.
            assert_eq!(cost(&query(all, nodes), json!({ "t": "府" })).await.1, 20);
            assert_eq!(cost(&query(all, nodes), json!({ "t": "没有" })).await, (3, 0));
            assert_eq!(cost(&query(all, nodes), json!({ "t": "meiyou" })).await, (6, 0));
            assert_eq!(cost(&query("[]", nodes), json!({ "t": "meiyou" })).await, (0, 0));
        }
    }
}
