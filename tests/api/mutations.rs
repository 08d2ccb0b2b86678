//! What holds of every mutation, whatever it changes.

use std::collections::BTreeSet;

use entity::{account, event};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    harness::{Contract, TestApp, World, actor::refusals, contract::Mutation, make, tables::Tables, world::HERE},
    specimens::{By, SPECIMENS, Specimen},
};

/// Every specimen with its mutation.
fn all(contract: &Contract) -> impl Iterator<Item = (&'static Specimen, &Mutation)> {
    SPECIMENS.iter().filter_map(|specimen| Some((specimen, contract.mutations.get(specimen.mutation)?)))
}

/// Nothing was written: every table holds the very rows that it held.
#[track_caller]
fn unchanged(before: &Tables, after: &Tables, what: &str) {
    let changes = before.changes_to(after);
    assert!(changes.is_empty(), "{what} wrote: {changes:?}");
}

async fn events_after(app: &TestApp, seq: i64) -> Vec<event::Model> {
    let select = event::Entity::find().filter(event::Column::Seq.gt(seq)).order_by_asc(event::Column::Seq);
    select.all(app.app.db.reader()).await.unwrap()
}

async fn last_event(app: &TestApp) -> i64 {
    events_after(app, 0).await.last().map_or(0, |event| event.seq)
}

/// Makes the database refuse this kind of statement on a table, from now on.
pub async fn forbid(app: &TestApp, statement: &str, table: &str) {
    let name = format!("forbid_{}_{table}", statement.to_lowercase());
    let sql = match app.engine {
        crate::harness::Engine::Sqlite => {
            format!("CREATE TRIGGER {name} BEFORE {statement} ON {table} BEGIN SELECT RAISE(ABORT, 'forbidden by the test'); END")
        }
        crate::harness::Engine::Postgres => format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'forbidden by the test'; END $$;
             CREATE TRIGGER {name} BEFORE {statement} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();"
        ),
    };
    app.run(&sql).await;
}

/// Takes that back.
pub async fn permit(app: &TestApp, statement: &str, table: &str) {
    let name = format!("forbid_{}_{table}", statement.to_lowercase());
    let sql = match app.engine {
        crate::harness::Engine::Sqlite => format!("DROP TRIGGER {name}"),
        crate::harness::Engine::Postgres => format!("DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()"),
    };
    app.run(&sql).await;
}

crate::on_both! {
    async fn every_mutation_has_a_specimen_and_every_specimen_a_mutation(app: TestApp) {
        let contract = Contract::read(&app.operator().await).await;
        let known: BTreeSet<&str> = contract.mutations.keys().map(String::as_str).collect();
        let specimens: BTreeSet<&str> = SPECIMENS.iter().map(|specimen| specimen.mutation).collect();
        assert_eq!(specimens.len(), SPECIMENS.len(), "two specimens of one mutation");
        let missing: Vec<_> = known.difference(&specimens).collect();
        let superfluous: Vec<_> = specimens.difference(&known).collect();
        assert!(missing.is_empty(), "write specimens of {missing:?} in tests/api/specimens.rs");
        assert!(superfluous.is_empty(), "there are no mutations {superfluous:?}");
        for mutation in contract.mutations.values() {
            let expected = mutation.name[..1].to_uppercase() + &mutation.name[1..] + "Input";
            assert_eq!(mutation.input, expected, "the input of {}", mutation.name);
        }
    }

    async fn every_change_appends_an_event_that_says_who_did_what_to_which_object(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let accounts = account::Entity::find().all(app.app.db.reader()).await.unwrap();
        for (specimen, mutation) in all(&contract) {
            let input = specimen.input(&world).await;
            let (before, seq) = (app.tables().await, last_event(&app).await);
            let request = format!("request-{}", mutation.name);
            let answer = mutation.send_with(specimen.actor(&world), &input, &[("x-request-id", &request)]).await;
            let id = mutation.made(&answer);

            let who = if specimen.by == By::Operator { "operator".to_owned() } else { format!("staff-{HERE}") };
            let who = accounts.iter().find(|account| account.name == who).unwrap().id;
            let events = events_after(&app, seq).await;
            assert!(!events.is_empty(), "{} left no event", mutation.name);
            for event in &events {
                assert_eq!(event.action, mutation.name);
                assert_eq!(event.account_id, Some(who), "{}: who", mutation.name);
                assert_eq!(event.request_id.as_deref(), Some(request.as_str()), "{}: request", mutation.name);
            }
            let of_it = events.iter().filter(|event| id.starts_with(&format!("{}_", event.subject_kind)));
            let key = tongxin::relay::id::parse(&id).unwrap().1;
            assert!(of_it.clone().any(|event| event.subject_id == key), "no event of {} is about {id}", mutation.name);
            let fields: Vec<String> = of_it.flat_map(|event| serde_json::from_str::<Vec<String>>(&event.fields).unwrap()).collect();
            assert!(!fields.is_empty(), "{} names no changed fields", mutation.name);
            assert!(before.changes_to(&app.tables().await).len() > 1, "{} changed nothing but the events", mutation.name);
        }
    }

    async fn nobody_changes_anything_without_signing_in(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        for (specimen, mutation) in all(&contract) {
            let input = specimen.input(&world).await;
            let before = app.tables().await;
            let answer = mutation.send(&app.anonymous(), &input).await;
            assert_eq!(answer.code(), "UNAUTHENTICATED", "{}", mutation.name);
            unchanged(&before, &app.tables().await, &mutation.name);
        }
    }

    async fn staff_of_another_community_changes_nothing_here(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        for (specimen, mutation) in all(&contract) {
            let input = specimen.input(&world).await;
            let before = app.tables().await;
            let answer = mutation.send(&world.stranger, &input).await;
            if answer.body.get("errors").is_some() {
                assert_eq!((answer.code(), specimen.by), ("FORBIDDEN", By::Operator), "{}", mutation.name);
            } else {
                let payload = mutation.payload(&answer);
                let shown = &payload[&mutation.object];
                assert!(shown.is_null() || *shown == json!([]), "{}: {payload:#}", mutation.name);
                let refused = refusals(&payload);
                let hidden = !refused.is_empty() && refused.iter().all(|refusal| refusal.starts_with("NOT_FOUND"));
                assert!(hidden, "{} tells a stranger {refused:?}", mutation.name);
            }
            unchanged(&before, &app.tables().await, &mutation.name);
        }
    }

    async fn a_role_without_rights_is_forbidden_everything(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        for (specimen, mutation) in all(&contract) {
            let input = specimen.input(&world).await;
            let before = app.tables().await;
            let answer = mutation.send(&auditor, &input).await;
            assert_eq!(answer.code(), "FORBIDDEN", "{}", mutation.name);
            unchanged(&before, &app.tables().await, &mutation.name);
        }
    }

    async fn a_stale_version_is_a_conflict_that_tells_the_current_one(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let versioned: Vec<_> = all(&contract).filter(|(_, mutation)| contract.takes(&mutation.name, "expectedVersion")).collect();
        assert!(versioned.len() > 15, "only {} mutations take a version", versioned.len());
        for (specimen, mutation) in versioned {
            let mut input = specimen.input(&world).await;
            let current = input["expectedVersion"].clone();
            for stale in [0, 99, -1, i32::MAX] {
                input["expectedVersion"] = json!(stale);
                let before = app.tables().await;
                let payload = mutation.payload(&mutation.send(specimen.actor(&world), &input).await);
                assert_eq!(refusals(&payload), ["CONFLICT expectedVersion"], "{} with {stale}", mutation.name);
                assert_eq!(payload["userErrors"][0]["details"]["currentVersion"], current, "{}", mutation.name);
                unchanged(&before, &app.tables().await, &mutation.name);
            }
            input["expectedVersion"] = current;
            mutation.made(&mutation.send(specimen.actor(&world), &input).await);
        }
    }

    async fn of_two_who_save_what_both_read_the_second_is_told_and_overwrites_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let (one, other) = (make::posted(&world.staff, &world.community, "李工").await, make::posted(&world.staff, &world.community, "赵工").await);
        let request = crate::specimens::request(&world, 1).await;
        let resident = world.resident().await;
        for (mutation, object, fields, id, saves) in [
            ("assignRequest", "request", "version assignee { id }", &request, [json!({ "assigneeId": one }), json!({ "assigneeId": other })]),
            ("amendResident", "resident", "version fullName", &resident, [json!({ "fullName": "张三" }), json!({ "fullName": "李四" })]),
        ] {
            let version = make::version(&world.staff, id).await;
            let with = |save: &Value, version: Option<i64>| {
                let mut input = json!({ "id": id });
                input.as_object_mut().unwrap().extend(save.as_object().unwrap().clone());
                if let Some(version) = version {
                    input["expectedVersion"] = json!(version);
                }
                input
            };
            // Without saying what was read nothing is even tried.
            let kind = mutation[..1].to_uppercase() + &mutation[1..];
            let document = format!("mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}");
            let blind = world.staff.gql(&document, json!({ "input": with(&saves[0], None) })).await;
            assert_eq!(blind.code(), "BAD_USER_INPUT", "{mutation}: {:#}", blind.body);
            let (first, second) = tokio::join!(
                world.staff.mutate(mutation, object, fields, with(&saves[0], Some(version))),
                world.staff.mutate(mutation, object, fields, with(&saves[1], Some(version))),
            );
            let (won, lost, again) = if first[object].is_null() { (second, first, &saves[0]) } else { (first, second, &saves[1]) };
            assert_eq!((refusals(&won).len(), refusals(&lost)), (0, vec!["CONFLICT expectedVersion".to_owned()]), "{mutation}");
            assert_eq!(lost["userErrors"][0]["details"]["currentVersion"], version + 1, "{mutation}");
            let query = format!("query($id: ID!) {{ {object}(id: $id) {{ {fields} }} }}");
            let stands = world.staff.gql(&query, json!({ "id": id })).await.data()[object].clone();
            assert_eq!(stands, won[object], "{mutation}: what was saved first stands");
            // Whoever reads again may save.
            let saved = world.staff.mutate(mutation, object, fields, with(again, Some(version + 1))).await;
            assert_eq!(saved[object]["version"], version + 2, "{mutation}: {saved:#}");
        }
    }

    async fn a_change_that_fails_at_its_event_leaves_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let mut inputs: Vec<Value> = Vec::new();
        for (specimen, _) in all(&contract) {
            inputs.push(specimen.input(&world).await);
        }
        forbid(&app, "INSERT", "event").await;
        let before = app.tables().await;
        for ((specimen, mutation), input) in all(&contract).zip(&inputs) {
            let answer = mutation.send(specimen.actor(&world), input).await;
            assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR", "{}: {:#}", mutation.name, answer.body);
            assert!(!answer.body.to_string().contains("forbidden by"), "{} tells what the database said", mutation.name);
            unchanged(&before, &app.tables().await, &mutation.name);
        }
    }

    async fn a_change_that_fails_at_the_very_end_leaves_nothing(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let mut inputs: Vec<Value> = Vec::new();
        for (specimen, mutation) in all(&contract) {
            let mut input = specimen.input(&world).await;
            if contract.takes(&mutation.name, "idempotencyKey") {
                input["idempotencyKey"] = json!(format!("key-{}", mutation.name));
            }
            inputs.push(input);
        }
        // The last that the kit does before it commits.
        forbid(&app, "UPDATE", "idempotency_key").await;
        let before = app.tables().await;
        for ((specimen, mutation), input) in all(&contract).zip(&inputs).filter(|(_, input)| input.get("idempotencyKey").is_some()) {
            let answer = mutation.send(specimen.actor(&world), input).await;
            assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR", "{}: {:#}", mutation.name, answer.body);
            unchanged(&before, &app.tables().await, &mutation.name);
        }
    }

    async fn a_malformed_scalar_stops_the_request_with_a_code(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let before = app.tables().await;
        let mut tried = 0;
        for mutation in contract.mutations.values() {
            for field in contract.fields(&mutation.input) {
                let bad: &[Value] = match field.of.as_str() {
                    "Date" => &[json!("2020-02-30"), json!("2020/01/01"), json!(20_200_101), json!(""), json!("0000-01-01")],
                    "DateTime" => &[json!("2020-01-01"), json!("2020-01-01T00:00:00")],
                    "Decimal" => &[json!("1e3"), json!(1.5), json!("NaN"), json!("１２"), json!("5。6"), json!("")],
                    "Int" => &[json!(2_147_483_648_i64), json!("1"), json!(1.5), json!(true)],
                    "String" | "ID" | "Boolean" => &[json!({ "a": 1 }), json!([["x"]])],
                    of if contract.fields(of).is_empty() => &[json!("NO_SUCH"), json!(1), json!("")],
                    _ => &[json!({ "noSuchField": 1 }), json!("text")],
                };
                for value in bad {
                    let answer = mutation.send(&world.staff, &json!({ field.name.as_str(): value })).await;
                    let what = format!("{}.{} = {value}", mutation.name, field.name);
                    assert_eq!(answer.code(), "BAD_USER_INPUT", "{what}: {:#}", answer.body);
                    assert!(answer.body.get("data").is_none_or(Value::is_null), "{what}");
                    tried += 1;
                }
            }
        }
        assert!(tried > 300, "only {tried} values were tried");
        assert!(before.changes_to(&app.tables().await).is_empty());
    }
}
