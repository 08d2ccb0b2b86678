//! Accounts that are made, and passwords that are reset, by those who decide about roles.

use entity::{account, account_role, audit_entry, event, password};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tongxin::access::accounts::{self, Role};

use crate::harness::{
    Actor, TestApp, World,
    actor::refusals,
    door::{self, PASSWORD, sign_in, signed_in, who},
    dump::rows,
    make,
    world::{ELSEWHERE, HERE},
};

const CREATE: &str = "mutation($input: CreateAccountInput!) { createAccount(input: $input) {
    accountRole { id account role partnerUnit { id } staffMember { id } } password userErrors { field code message } } }";
const RESET: &str =
    "mutation($a: String!) { resetPassword(input: { account: $a }) { password userErrors { field code message } } }";

async fn create(actor: &Actor, input: Value) -> Value {
    actor.gql(CREATE, json!({ "input": input })).await.data()["createAccount"].clone()
}

async fn reset(actor: &Actor, account: &str) -> Value {
    actor.gql(RESET, json!({ "a": account })).await.data()["resetPassword"].clone()
}

async fn first_sign_in(app: &TestApp, name: &str, given: &str) -> Value {
    let input = json!({ "name": name, "password": given, "newPassword": PASSWORD });
    door::sign_in_with(app, input, &[], "192.0.2.1").await.data()["signIn"].clone()
}

async fn scene(app: &TestApp) -> (World, Actor) {
    let world = World::new(app).await;
    let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
    (world, secretary)
}

crate::on_both! {
    async fn a_secretary_makes_an_account_whose_owner_chooses_a_password_at_the_first_sign_in(app: TestApp) {
        let (world, secretary) = scene(&app).await;
        let worker = make::staff_member(&world.staff, &world.community, "李娜").await;
        let input = json!({ "communityId": world.community, "name": "li.na", "role": "STAFF", "staffMemberId": worker });
        let made = create(&secretary, input).await;
        assert_eq!(made["userErrors"], json!([]));
        let (name, given) = (made["accountRole"]["account"].as_str().unwrap(), made["password"].as_str().unwrap());
        assert!(name.starts_with("li.na-") && name.len() == 10, "{name}");
        assert_eq!((&made["accountRole"]["role"], &made["accountRole"]["staffMember"]["id"]), (&json!("STAFF"), &json!(worker)));
        assert!(!rows(app.app.db.writer()).await.join("\n").contains(given), "the password is kept somewhere");
        assert_eq!(refusals(&sign_in(&app, name, given).await), ["PASSWORD_CHANGE_REQUIRED newPassword"]);
        assert_eq!(first_sign_in(&app, name, given).await["session"]["name"], json!(name));
        let own = signed_in(&app, name, PASSWORD).await;
        assert_eq!(own.ask("{ viewer { roles { role } } staffMembers { totalCount } }").await.data(), &json!({ "viewer": { "roles": [{ "role": "STAFF" }] }, "staffMembers": { "totalCount": 1 } }));
        assert_eq!(refusals(&sign_in(&app, name, given).await), ["BAD_CREDENTIALS password"]);

        let key = account::Entity::find().filter(account::Column::Name.eq(name)).one(app.app.db.writer()).await.unwrap().unwrap().id;
        let added = audit_entry::Entity::find().filter(audit_entry::Column::Kind.eq("ACCOUNT_ADDED")).filter(audit_entry::Column::Action.eq("createAccount")).all(app.app.db.writer()).await.unwrap();
        assert_eq!(added.iter().map(|entry| (entry.subject_id, entry.action.clone())).collect::<Vec<_>>(), [(Some(key), Some("createAccount".to_owned()))]);
        let told = event::Entity::find().filter(event::Column::Action.eq("createAccount")).all(app.app.db.writer()).await.unwrap();
        assert!(told.iter().all(|event| event.payload.is_none() && event.community_id.is_some()) && told.len() == 3, "{told:?}");
    }

    async fn a_name_that_is_taken_elsewhere_is_not_told(app: TestApp) {
        let (world, secretary) = scene(&app).await;
        let taken = format!("staff-{ELSEWHERE}");
        let input = |name: &str| json!({ "communityId": world.community, "name": name, "role": "AUDITOR" });
        for name in [taken.as_str(), "operator", "nobody-at-all"] {
            let made = create(&secretary, input(name)).await;
            assert_eq!(made["userErrors"], json!([]), "{name}");
            let given = made["accountRole"]["account"].as_str().unwrap();
            assert!(given.starts_with(&format!("{name}-")) && given.len() == name.len() + 5, "{given}");
        }
        // Who sees all accounts chooses the whole name, and is told.
        assert_eq!(create(&world.operator, input("wang")).await["accountRole"]["account"], "wang");
        assert_eq!(refusals(&create(&world.operator, input("wang")).await), ["DUPLICATE name"]);
        for (actor, name, expected) in [
            (&secretary, "", "REQUIRED name"), (&secretary, "li na", "INVALID name"), (&world.operator, "li\u{3000}na", "INVALID name"),
            (&secretary, "名".repeat(60).as_str(), "INVALID name"), (&world.operator, "名".repeat(65).as_str(), "OUT_OF_RANGE name"),
        ] {
            let refused = create(actor, input(name)).await;
            assert_eq!((refusals(&refused), &refused["password"]), (vec![expected.to_owned()], &Value::Null), "{name}");
        }
    }

    async fn what_is_wrong_is_told_all_at_once_and_then_nothing_is_made(app: TestApp) {
        let (world, secretary) = scene(&app).await;
        let before = (account::Entity::find().count(app.app.db.writer()).await.unwrap(), app.tables().await);
        let wrong = json!({ "communityId": world.community, "name": " ", "role": "PARTNER", "startsOn": "2020-01-01", "gridIds": ["x"] });
        assert_eq!(refusals(&create(&secretary, wrong).await), ["REQUIRED name", "REQUIRED partnerUnitId", "INVALID gridIds", "INVALID gridIds.0", "OUT_OF_RANGE startsOn"]);
        for role in ["SECRETARY", "OPERATOR"] {
            let input = json!({ "communityId": world.community, "name": "x", "role": role });
            assert_eq!(refusals(&create(&secretary, input).await), ["INVALID role"]);
        }
        let elsewhere = json!({ "communityId": world.elsewhere, "name": "x", "role": "AUDITOR" });
        assert_eq!(refusals(&create(&secretary, elsewhere.clone()).await), ["NOT_FOUND communityId"]);
        let hashes = app.app.passwords.made();
        for actor in [&world.staff, &world.stranger] {
            assert_eq!(actor.gql(CREATE, json!({ "input": elsewhere })).await.code(), "FORBIDDEN");
            assert_eq!(actor.gql(RESET, json!({ "a": "secretary" })).await.code(), "FORBIDDEN");
        }
        assert_eq!(app.app.passwords.made(), hashes, "who may not is turned away before the work");
        assert_eq!(account::Entity::find().count(app.app.db.writer()).await.unwrap(), before.0);
        let changes = before.1.changes_to(&app.tables().await);
        assert!(changes.is_empty(), "{changes:?}");
    }

    async fn a_request_that_is_sent_again_makes_no_second_account_and_shows_no_password_again(app: TestApp) {
        let (world, secretary) = scene(&app).await;
        let input = json!({ "communityId": world.community, "name": "li.na", "role": "AUDITOR", "idempotencyKey": "k1" });
        let first = create(&secretary, input.clone()).await;
        let again = create(&secretary, input.clone()).await;
        assert_eq!((&again["accountRole"], &again["userErrors"]), (&first["accountRole"], &json!([])));
        assert!(first["password"].is_string() && again["password"].is_null());
        let name = first["accountRole"]["account"].as_str().unwrap();
        assert_eq!(account::Entity::find().filter(account::Column::Name.starts_with("li.na")).count(app.app.db.writer()).await.unwrap(), 1);
        assert_eq!(first_sign_in(&app, name, first["password"].as_str().unwrap()).await["userErrors"], json!([]), "what was shown first is good still");
        let other = json!({ "communityId": world.community, "name": "wang", "role": "AUDITOR", "idempotencyKey": "k1" });
        assert_eq!(refusals(&create(&secretary, other).await), ["IDEMPOTENCY_KEY_REUSED idempotencyKey"]);
        // Whoever asks for the password alone gets it, too.
        let alone = "mutation($input: CreateAccountInput!) { createAccount(input: $input) { password } }";
        let input = json!({ "communityId": world.community, "name": "zhao", "role": "AUDITOR" });
        assert!(secretary.gql(alone, json!({ "input": input })).await.data()["createAccount"]["password"].is_string());
    }

    async fn a_secretary_resets_the_passwords_of_those_whose_roles_are_theirs_to_give(app: TestApp) {
        let (world, secretary) = scene(&app).await;
        let chosen = door::chosen(PASSWORD);
        for (name, role, code) in [("li", Role::Staff, Some(HERE)), ("zhao", Role::Secretary, Some(HERE)), ("wang", Role::Staff, Some(ELSEWHERE)), ("both", Role::Auditor, Some(HERE)), ("boss", Role::Operator, None)] {
            accounts::add_with(&app.app, name, role, code, Some(&chosen)).await.unwrap();
        }
        let both = json!({ "communityId": world.elsewhere, "account": "both", "role": "AUDITOR" });
        make::created(&world.operator, "grantRole", "accountRole", both).await;
        let nobody = reset(&secretary, "no-such-account").await;
        assert_eq!(refusals(&nobody), ["NOT_FOUND account"]);
        for name in ["zhao", "wang", "both", "boss", "secretary", "operator"] {
            assert_eq!(reset(&secretary, name).await, nobody, "{name}");
        }
        let session = signed_in(&app, "li", PASSWORD).await;
        let given = reset(&secretary, "li").await;
        let given = given["password"].as_str().unwrap();
        assert_eq!(who(&session).await, "UNAUTHENTICATED", "the sessions ended");
        assert_eq!(refusals(&sign_in(&app, "li", PASSWORD).await), ["BAD_CREDENTIALS password"]);
        assert_eq!(refusals(&sign_in(&app, "li", given).await), ["PASSWORD_CHANGE_REQUIRED newPassword"]);
        // An operator may for all but operators.
        for (name, may) in [("both", true), ("zhao", true), ("boss", false), ("operator", false)] {
            assert_eq!(reset(&world.operator, name).await["password"].is_string(), may, "{name}");
        }
        accounts::disable(&app.app, "li", true).await.unwrap();
        assert_eq!(reset(&secretary, "li").await, nobody);
        let kept = password::Entity::find().all(app.app.db.writer()).await.unwrap();
        assert_eq!(kept.iter().filter(|kept| kept.one_time).count(), 3);
        let changed = audit_entry::Entity::find().filter(audit_entry::Column::Kind.eq("PASSWORD_CHANGED"));
        assert_eq!(changed.count(app.app.db.writer()).await.unwrap(), 3);
        assert!(account_role::Entity::find().count(app.app.db.writer()).await.unwrap() > 5);
    }
}
