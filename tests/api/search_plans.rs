//! What a search costs: the number of its statements, and how the database answers them.

use sea_orm::Statement;
use serde_json::{Value, json};
use tongxin::{
    demo::{SeedArgs, seed},
    search::{Form, Matched, Wanted},
};

use crate::harness::{
    Engine, World, make,
    plans::{self, plan},
    searching::{LISTS, search},
};

const SEEDED: &str = "378000003001";

/// Tables that grow with the community. PostgreSQL rightly reads a page of twenty pairings as a whole.
const GROWING: [&str; 3] = ["resident", "search_entry", "other_entry"];

/// Lines of a plan that read all of one of those.
fn whole_tables(plan: &[String]) -> Vec<&String> {
    // SQLite calls the first entries, which it has read by their index just before, by the name of their table.
    let parts = plan
        .iter()
        .filter(|line| ["CO-ROUTINE search_entry", "MATERIALIZE search_entry"].contains(&line.as_str()))
        .count();
    plans::whole_tables(plan, &GROWING).into_iter().skip(parts).collect()
}

crate::on_both! {
    async fn a_search_is_answered_from_an_index(app: TestApp) {
        seed(app.app.clone(), &SeedArgs { residents: 6_000, aid_records: 0, random_seed: 3 }).await.unwrap();
        if app.engine == Engine::Postgres {
            // As autovacuum does sooner or later: before that, an index of a table that was just filled may look dearer than the table itself.
            app.run("VACUUM (ANALYZE) search_entry").await;
        }
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

    /// More residents than are compared one by one, so that the full-text index is asked, too.
    async fn the_first_hits_of_many_are_those_that_sorting_all_of_them_gives(app: TestApp) {
        seed(app.app.clone(), &SeedArgs { residents: 24_000, aid_records: 0, random_seed: 3 }).await.unwrap();
        let staff = app.staff_of(SEEDED).await;
        let residents: Vec<Form> = app.texts("SELECT full_name FROM resident", "full_name").await.iter().map(|name| Form::of(name, true)).collect();
        let mut asked_the_index = 0;
        for text in ["王", "文", "文强", "国", "买提", "玉素", "wang", "wen", "wx", "zwq", "xm", "w", "an", "zhangw", "qiang", "nov", "艾", "没有这样的名字"] {
            let wanted = Wanted::parse("text", text).unwrap();
            let letters = wanted.letters.clone().unwrap_or_default();
            let mut expected: Vec<_> = residents
                .iter()
                .filter_map(|of| {
                    let matched = wanted.meets(of)?;
                    let (step, key) = match matched {
                        Matched::Pinyin if of.spelling.starts_with(&letters) => (0, &of.spelling),
                        Matched::Pinyin if of.initials.starts_with(&letters) && letters.len() > 1 => (1, &of.initials),
                        Matched::Pinyin if of.syllables.contains(&format!("|{letters}")) => (2, &of.text),
                        _ => (3, &of.text),
                    };
                    Some((matched, step, key.clone(), of))
                })
                .collect();
            expected.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
            let query = "query($t: String!) { search(text: $t, first: 30, kinds: [RESIDENT]) { hasMore hits { matched node { ... on Resident { fullName } } } } }";
            app.sent();
            let answer = staff.gql(query, json!({ "t": text })).await;
            asked_the_index += app.sent().iter().filter(|statement| statement.sql.contains("tokens") || statement.sql.contains("MATCH")).count();
            let found = &answer.data()["search"];
            assert_eq!(found["hasMore"], expected.len() > 30, "{text}");
            let hits: Vec<(String, Form)> = found["hits"].as_array().unwrap().iter().map(|hit| {
                (hit["matched"].as_str().unwrap().to_owned(), Form::of(hit["node"]["fullName"].as_str().unwrap(), true))
            }).collect();
            assert_eq!(hits.len(), expected.len().min(30), "{text}");
            for (number, ((matched, form), (rank, step, key, _))) in hits.iter().zip(&expected).enumerate() {
                assert_eq!(*matched, format!("{rank:?}").to_uppercase(), "{text}, hit {number}");
                // Namesakes, and those whose pinyin is the same, are told apart by their ids.
                let own = match (rank, step) { (Matched::Pinyin, 0) => &form.spelling, (Matched::Pinyin, 1) => &form.initials, _ => &form.text };
                assert_eq!(own, key, "{text}, hit {number}");
            }
        }
        assert!(asked_the_index > 5, "{asked_the_index}");
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
            // What begins with it, what holds it; then what is spelled so, has such initials, a syllable, or a reading.
            assert_eq!(cost(&query(all, nodes), json!({ "t": "府" })).await, (3, 20));
            assert_eq!(cost(&query(all, nodes), json!({ "t": "没有" })).await, (2, 0));
            assert_eq!(cost(&query(all, nodes), json!({ "t": "meiyou" })).await, (6, 0));
            assert_eq!(cost(&query("[]", nodes), json!({ "t": "meiyou" })).await, (0, 0));
        }
    }
}
