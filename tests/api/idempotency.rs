//! Retries: the same key with the same input is the same thing, however it is written and however often it is sent.

use serde_json::{Map, Value, json};
use tongxin::access::accounts::Role;

use crate::{
    harness::{Contract, World, actor::refusals, contract::Mutation, make, world::HERE},
    specimens::{By, SPECIMENS, Specimen},
};

/// The mutations that take a key, each with its specimen.
fn keyed(contract: &Contract) -> Vec<(&'static Specimen, &Mutation)> {
    let keyed = SPECIMENS.iter().filter_map(|specimen| Some((specimen, contract.mutations.get(specimen.mutation)?)));
    let keyed: Vec<_> = keyed.filter(|(_, mutation)| contract.takes(&mutation.name, "idempotencyKey")).collect();
    assert!(keyed.len() > 12, "only {} mutations take a key", keyed.len());
    keyed
}

fn with_key(mut input: Value, key: &str) -> Value {
    input["idempotencyKey"] = json!(key);
    input
}

/// JSON whose objects have their fields in reverse order.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().rev().map(|(name, value)| format!("{}:{}", json!(name), reversed(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(reversed).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// The input with all fields that were left out as nulls, at every depth.
fn with_nulls(contract: &Contract, of: &str, value: &Value) -> Value {
    match value {
        Value::Object(given) => {
            let known = contract.fields(of).iter().map(|field| {
                let value = given.get(&field.name).map_or(Value::Null, |value| with_nulls(contract, &field.of, value));
                (field.name.clone(), value)
            });
            Value::Object(known.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| with_nulls(contract, of, item)).collect(),
        other => other.clone(),
    }
}

/// The input with more zeros behind its decimal numbers, at every depth.
fn with_zeros(contract: &Contract, of: &str, value: &Value) -> Value {
    match value {
        Value::Object(given) => {
            let fields = contract.fields(of);
            let more = given.iter().map(|(name, value)| {
                let of = fields.iter().find(|field| field.name == *name).map_or("", |field| &field.of);
                (name.clone(), with_zeros(contract, of, value))
            });
            Value::Object(more.collect())
        }
        Value::Array(items) => items.iter().map(|item| with_zeros(contract, of, item)).collect(),
        Value::String(number) if of == "Decimal" && number.contains('.') => json!(format!("{number}0")),
        Value::String(number) if of == "Decimal" => json!(format!("{number}.0")),
        other => other.clone(),
    }
}

crate::on_both! {
    async fn whatever_puts_something_on_file_takes_a_key(app: TestApp) {
        let contract = Contract::read(&app.operator().await).await;
        for mutation in contract.mutations.values() {
            let versioned = contract.fields(&mutation.input).iter().any(|field| field.name == "expectedVersion" && field.required);
            let keyed = contract.takes(&mutation.name, "idempotencyKey");
            // A required version makes a retry safe as well: the second try finds another one.
            assert!(keyed || versioned, "{} can be neither retried nor guarded", mutation.name);
        }
    }

    async fn the_same_key_and_input_give_the_first_answer_again(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let mut with_decimals = 0;
        for (specimen, mutation) in keyed(&contract) {
            let actor = specimen.actor(&world);
            let input = with_key(specimen.input(&world).await, &format!("again-{}", mutation.name));
            let zeros = with_zeros(&contract, &mutation.input, &input);
            with_decimals += usize::from(zeros != input);
            let first = mutation.made(&mutation.send(actor, &input).await);
            let after_first = app.tables().await;
            let in_other_words = [
                input.to_string(),
                reversed(&input),
                with_nulls(&contract, &mutation.input, &input).to_string(),
                zeros.to_string(),
            ];
            for text in &in_other_words {
                let again = mutation.made(&mutation.send_text(actor, text, &[]).await);
                assert_eq!(again, first, "{} with {text}", mutation.name);
                let changes = after_first.changes_to(&app.tables().await);
                assert!(changes.is_empty(), "{} sent again as {text} wrote: {changes:?}", mutation.name);
            }
        }
        assert!(with_decimals > 3, "{with_decimals}");
    }

    async fn the_same_key_with_another_input_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        for (specimen, mutation) in keyed(&contract) {
            let actor = specimen.actor(&world);
            let key = format!("other-{}", mutation.name);
            mutation.made(&mutation.send(actor, &with_key(specimen.input(&world).await, &key)).await);
            let other = with_key(specimen.input(&world).await, &key);
            let before = app.tables().await;
            let payload = mutation.payload(&mutation.send(actor, &other).await);
            assert_eq!(refusals(&payload), ["IDEMPOTENCY_KEY_REUSED idempotencyKey"], "{}", mutation.name);
            let shown = &payload[&mutation.object];
            assert!(shown.is_null() || *shown == json!([]), "{}", mutation.name);
            assert!(before.changes_to(&app.tables().await).is_empty(), "{} wrote", mutation.name);
            // With a key of its own it is a new thing.
            mutation.made(&mutation.send(actor, &with_key(other, &format!("own-{}", mutation.name))).await);
        }
    }

    async fn keys_are_kept_apart_by_account(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let colleague = app.account("colleague", Role::Staff, Some(HERE)).await;
        for (specimen, mutation) in keyed(&contract).into_iter().filter(|(specimen, _)| specimen.by == By::Staff) {
            let key = format!("mine-{}", mutation.name);
            let mine = mutation.made(&mutation.send(&world.staff, &with_key(specimen.input(&world).await, &key)).await);
            let hers = mutation.made(&mutation.send(&colleague, &with_key(specimen.input(&world).await, &key)).await);
            // A household, or a unit of the directory, may be the answer to both.
            assert!(mine != hers, "{} gave a colleague the other's answer", mutation.name);
        }
    }

    async fn a_key_stands_for_one_mutation(app: TestApp) {
        let world = World::new(&app).await;
        let name = json!({ "communityId": world.community, "name": "一号", "idempotencyKey": "k" });
        make::created(&world.staff, "registerGrid", "grid", name.clone()).await;
        let payload = world.staff.mutate("registerBuilding", "building", "id", name).await;
        assert_eq!(refusals(&payload), ["IDEMPOTENCY_KEY_REUSED idempotencyKey"]);
    }

    async fn a_refused_try_does_not_use_its_key_up(app: TestApp) {
        let world = World::new(&app).await;
        let input = |name: &str| json!({ "communityId": world.community, "name": name, "idempotencyKey": "k" });
        let refused = world.staff.mutate("registerGrid", "grid", "id", input(" ")).await;
        assert_eq!(refusals(&refused), ["REQUIRED name"]);
        let first = make::created(&world.staff, "registerGrid", "grid", input("一号")).await;
        assert_eq!(make::created(&world.staff, "registerGrid", "grid", input("一号")).await, first);
    }

    async fn an_answer_is_given_again_after_the_object_changed(app: TestApp) {
        let world = World::new(&app).await;
        let input = json!({ "communityId": world.community, "fullName": "王小明", "idempotencyKey": "k" });
        let id = make::created(&world.staff, "registerResident", "resident", input.clone()).await;
        let amended = json!({ "id": id, "expectedVersion": 1, "fullName": "王大明" });
        make::created(&world.staff, "amendResident", "resident", amended).await;
        let again = world.staff.mutate("registerResident", "resident", "id fullName version", input).await;
        assert_eq!(again["resident"], json!({ "id": id, "fullName": "王大明", "version": 2 }), "the object as it is now");
    }

    async fn who_lost_the_role_is_told_that_it_was_done_and_nothing_of_the_object(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        let mover = app.account("mover", Role::Staff, Some(HERE)).await;
        let staff = json!({ "communityId": world.elsewhere, "account": "mover", "role": "STAFF" });
        make::created(&world.operator, "grantRole", "accountRole", staff).await;
        let mut sent = Vec::new();
        for (specimen, mutation) in keyed(&contract).into_iter().filter(|(specimen, _)| specimen.by == By::Staff) {
            let input = with_key(specimen.input(&world).await, &format!("moved-{}", mutation.name));
            let first = mutation.made(&mutation.send(&mover, &input).await);
            assert_eq!(mutation.made(&mutation.send(&mover, &input).await), first, "{}", mutation.name);
            sent.push((mutation, input, first));
        }
        let query = "query($f: AccountRoleFilter) { accountRoles(filter: $f) { nodes { id } } }";
        let filter = json!({ "communityId": world.community, "account": { "eq": "mover" } });
        let held = world.operator.gql(query, json!({ "f": filter })).await.data()["accountRoles"]["nodes"][0]["id"].clone();
        make::created(&world.operator, "endRole", "accountRole", json!({ "id": held, "expectedVersion": 1 })).await;
        let before = app.tables().await;
        for (mutation, input, first) in sent {
            let answer = mutation.send(&mover, &input).await;
            let payload = mutation.payload(&answer);
            // A unit of the directory may be named by whoever has its id.
            if mutation.object == "partnerUnit" {
                assert_eq!(mutation.made(&answer), first, "{}", mutation.name);
                continue;
            }
            assert_eq!(refusals(&payload), ["NOT_FOUND idempotencyKey"], "{}", mutation.name);
            let shown = &payload[&mutation.object];
            assert!(shown.is_null() || *shown == json!([]), "{}: {payload:#}", mutation.name);
            assert!(!answer.body.to_string().contains(&first), "{}: {payload:#}", mutation.name);
        }
        assert!(before.changes_to(&app.tables().await).is_empty());
    }

    async fn what_others_wrote_since_is_told_to_those_whom_it_still_concerns(app: TestApp) {
        let world = World::new(&app).await;
        let both = app.account("both", Role::Staff, Some(HERE)).await;
        let input = json!({ "communityId": world.community, "fullName": "王小明", "idempotencyKey": "k" });
        let id = make::created(&both, "registerResident", "resident", input.clone()).await;
        let amended = json!({ "id": id, "expectedVersion": 1, "fullName": "王大明", "phone": "13812345678" });
        make::created(&world.staff, "amendResident", "resident", amended).await;
        let again = async || both.mutate("registerResident", "resident", "id fullName phone history { nodes { action } }", input.clone()).await;
        assert_eq!(again().await["resident"]["fullName"], "王大明");
        app.run("UPDATE account_role SET community_id = (SELECT id FROM community WHERE code = '379999001002') WHERE account_id = (SELECT id FROM account WHERE name = 'both')").await;
        app.app.recent_tokens.forget();
        let moved = again().await;
        assert_eq!((&moved["resident"], refusals(&moved)), (&Value::Null, vec!["NOT_FOUND idempotencyKey".to_owned()]));
        assert!(!moved.to_string().contains("王"), "{moved:#}");
    }

    async fn a_key_is_short_and_visible(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        for (specimen, mutation) in keyed(&contract) {
            let input = specimen.input(&world).await;
            let before = app.tables().await;
            for key in ["", " ", "a b", "键", "a\u{0}", "a\n", &"k".repeat(201), &"k".repeat(10_000)] {
                let payload = mutation.payload(&mutation.send(specimen.actor(&world), &with_key(input.clone(), key)).await);
                assert_eq!(refusals(&payload), ["INVALID idempotencyKey"], "{} with {:.20}", mutation.name, key);
            }
            assert!(before.changes_to(&app.tables().await).is_empty(), "{} wrote", mutation.name);
            mutation.made(&mutation.send(specimen.actor(&world), &with_key(input, &"k".repeat(200))).await);
            // The key was used up by this mutation.
            app.run("DELETE FROM idempotency_key").await;
        }
    }

    async fn keys_are_forgotten_after_their_time_and_not_before(app: TestApp) {
        let world = World::new(&app).await;
        let input = |name: &str, key: &str| json!({ "communityId": world.community, "name": name, "idempotencyKey": key });
        let first = make::created(&world.staff, "registerGrid", "grid", input("一号", "old")).await;
        make::created(&world.staff, "registerGrid", "grid", input("二号", "new")).await;
        let before = app.tables().await.rows("idempotency_key");
        app.run("UPDATE idempotency_key SET created_at = '2020-01-01T00:00:00+00:00' WHERE key = 'old'").await;
        // More than one batch of them.
        app.run(
            "INSERT INTO idempotency_key (account_id, key, action, input_digest, subject_kind, subject_id, created_at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
             SELECT account_id, 'old-' || i, action, input_digest, subject_kind, subject_id, created_at FROM idempotency_key, n WHERE key = 'old'",
        )
        .await;
        let month = std::time::Duration::from_secs(30 * 24 * 3600);
        assert_eq!(tongxin::write::keys::forget(&app.app, month).await.unwrap(), 2501);
        assert_eq!(app.tables().await.rows("idempotency_key"), before - 1);
        assert_eq!(tongxin::write::keys::forget(&app.app, month).await.unwrap(), 0);
        // A forgotten key is free, one that is kept is not.
        let again = make::created(&world.staff, "registerGrid", "grid", input("三号", "old")).await;
        assert_ne!(again, first);
        let kept = world.staff.mutate("registerGrid", "grid", "id", input("四号", "new")).await;
        assert_eq!(refusals(&kept), ["IDEMPOTENCY_KEY_REUSED idempotencyKey"]);
    }
}
