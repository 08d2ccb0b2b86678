//! Every kind of entry of the audit stream has a deed that leaves it.

use std::{collections::BTreeSet, pin::Pin};

use entity::audit_entry::{self, AuditKind};
use sea_orm::{EntityTrait, Iterable};
use secrecy::SecretString;
use serde_json::{Value, json};
use tongxin::{
    access::accounts::{self, Given, Role},
    context::Clock,
    privacy::{MasterKey, MasterKeys, rotation},
};

use crate::{
    harness::{
        Actor, TestApp, World,
        app::MASTER_KEY,
        door::{self, PASSWORD, chosen},
        make,
        world::HERE,
    },
    kit::sources,
    specimens::SPECIMENS,
};

/// Who does things that are put on record, and to whom.
struct Scene<'a> {
    app: &'a TestApp,
    world: &'a World,
    /// Signed in, as zhang.
    zhang: Actor,
}

type Doing<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

struct Deed {
    kind: AuditKind,
    /// Name of the mutation or command.
    action: &'static str,
    done: for<'a> fn(&'a Scene<'a>) -> Doing<'a>,
}

macro_rules! deeds {
    ($($kind:ident by $action:literal: |$scene:ident| $done:expr;)+) => {
        const DEEDS: &[Deed] = &[$(Deed {
            kind: AuditKind::$kind,
            action: $action,
            done: |$scene| Box::pin(async move { $done; }),
        }),+];
    };
}

// In this order: each does what the one before left possible.
deeds! {
    AccountAdded by "account add": |s| accounts::add(&s.app.app, "li", Role::Staff, Some(HERE)).await.unwrap();
    PasswordChanged by "account reset": |s| accounts::reset(&s.app.app, "li", &one_time()).await.unwrap();
    PasswordChanged by "signIn": |s| {
        let input = json!({ "name": "li", "password": "sehr-geheim-1", "newPassword": PASSWORD });
        door::sign_in_with(s.app, input, &[], "192.0.2.1").await.data();
    };
    AccountDisabled by "account disable": |s| accounts::disable(&s.app.app, "li", true).await.unwrap();
    AccountEnabled by "account enable": |s| accounts::disable(&s.app.app, "li", false).await.unwrap();
    TokenCreated by "token create": |s| accounts::create_token(&s.app.app, "li", "t", None).await.unwrap();
    TokenRevoked by "token revoke": |s| accounts::revoke_tokens(&s.app.app, "li").await.unwrap();
    TokenCreated by "createToken": |s| {
        let input = json!({
            "communityId": s.world.community, "account": "li", "name": "程序", "scopes": ["READ_AID"],
            "expiresOn": s.app.app.clock.now().date_naive().succ_opt().unwrap().to_string(),
        });
        mutate(&s.world.operator, "createToken", "secret", input).await
    };
    TokenRevoked by "revokeToken": |s| {
        mutate(&s.world.operator, "revokeToken", "token { name }", json!({ "communityId": s.world.community, "name": "程序" })).await
    };
    SignIn by "signIn": |s| door::signed_in(s.app, "li", PASSWORD).await;
    SignInRefused by "signIn": |s| door::sign_in(s.app, "li", "wrong password").await;
    SessionsRevoked by "revokeSessions": |s| mutate(&s.world.operator, "revokeSessions", "ended", json!({ "account": "li" })).await;
    PasswordChanged by "changePassword": |s| {
        mutate(&s.zhang, "changePassword", "ended", json!({ "currentPassword": PASSWORD, "newPassword": "另一只猫 120 号" })).await
    };
    SignOut by "signOut": |s| mutate(&s.zhang, "signOut", "ended", json!({})).await;
    Reveal by "revealPhone": |s| {
        let input = json!({ "communityId": s.world.community, "fullName": "李桂英", "phone": "13812345678" });
        let resident = make::created(&s.world.staff, "registerResident", "resident", input).await;
        mutate(&s.world.staff, "revealPhone", "phone", json!({ "id": resident, "reason": "回访" })).await
    };
    Refusal by "registerSubDistrict": |s| {
        let query = "mutation { registerSubDistrict(input: { code: \"379999002\", name: \"街道\" }) { userErrors { code } } }";
        assert_eq!(s.world.staff.ask(query).await.code(), "FORBIDDEN")
    };
    Refusal by "revokeToken": |s| {
        let query = "mutation($c: ID!) { revokeToken(input: { communityId: $c, name: \"x\" }) { userErrors { code } } }";
        assert_eq!(s.world.staff.gql(query, json!({ "c": s.world.community })).await.code(), "FORBIDDEN")
    };
    Export by "aidAcrossCommunities": |s| {
        let query = r#"{ aidAcrossCommunities(filter: { from: "2020-01-01", to: "2020-12-31" }) { hasNextPage } }"#;
        s.world.operator.ask(query).await.data();
    };
    Refusal by "changePassword": |s| {
        let query = "mutation { changePassword(input: { currentPassword: \"a\", newPassword: \"b\" }) { ended } }";
        assert_eq!(s.world.staff.ask(query).await.code(), "FORBIDDEN")
    };
    Refusal by "residents": |s| {
        let query = "{ residents(filter: { phone: \"13812345678\" }) { totalCount } }";
        assert_eq!(s.world.operator.ask(query).await.code(), "FORBIDDEN_FIELD")
    };
    RoleChanged by "grantRole": |s| sent(s, "grantRole", "accountRole").await;
    WorkHandedOver by "handOver": |s| sent(s, "handOver", "staffMember").await;
    KeysChanged by "key rotate": |s| {
        let keys = MasterKeys::new(MasterKey::from_bytes([9; 32]), Some(MasterKey::from_bytes(MASTER_KEY)));
        rotation::rotate(&s.app.app.db, &Clock::default(), &keys, 100, |_, _| {}).await.unwrap()
    };
}

/// The specimen of a mutation, sent.
async fn sent(scene: &Scene<'_>, mutation: &str, object: &str) {
    let specimen = SPECIMENS.iter().find(|specimen| specimen.mutation == mutation).unwrap();
    let input = specimen.input(scene.world).await;
    make::created(specimen.actor(scene.world), mutation, object, input).await;
}

fn one_time() -> Given {
    Given::OneTime(SecretString::from("sehr-geheim-1"))
}

async fn mutate(actor: &Actor, mutation: &str, fields: &str, input: Value) {
    let kind = mutation[..1].to_uppercase() + &mutation[1..] + "Input";
    let query = format!(
        "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {fields} userErrors {{ field code message }} }} }}"
    );
    let answer = actor.gql(&query, json!({ "input": input })).await;
    assert_eq!(answer.data()[mutation]["userErrors"], json!([]), "{mutation}");
}

/// The kinds that the program puts on record somewhere, as their names in the code.
fn noted() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, code) in sources() {
        for (at, _) in code.match_indices("AuditKind::") {
            let rest = &code[at + "AuditKind::".len()..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            assert!(AuditKind::iter().any(|kind| format!("{kind:?}") == name), "{path}: {name}");
            found.insert(name);
        }
    }
    found
}

#[test]
fn every_kind_that_the_program_notes_has_a_deed_here() {
    let noted = noted();
    let here: BTreeSet<String> = DEEDS.iter().map(|deed| format!("{:?}", deed.kind)).collect();
    assert_eq!(noted, here, "what the program notes, and what this file does");
    // Of the rest there is nothing yet that could be noted. Whoever writes it is asked for a deed by the line above.
    let rest: Vec<String> =
        AuditKind::iter().map(|kind| format!("{kind:?}")).filter(|kind| !here.contains(kind)).collect();
    assert_eq!(rest, ["Import"]);
}

crate::on_both! {
    async fn every_deed_leaves_its_entry(app: TestApp) {
        let world = World::new(&app).await;
        accounts::add_with(&app.app, "zhang", Role::Staff, Some(HERE), Some(&chosen(PASSWORD))).await.unwrap();
        let zhang = door::signed_in(&app, "zhang", PASSWORD).await;
        let scene = Scene { app: &app, world: &world, zhang };
        let known = async || -> Vec<audit_entry::Model> { audit_entry::Entity::find().all(app.app.db.writer()).await.unwrap() };
        for deed in DEEDS {
            let before: BTreeSet<_> = known().await.into_iter().map(|entry| entry.id).collect();
            (deed.done)(&scene).await;
            let new: Vec<_> = known().await.into_iter().filter(|entry| !before.contains(&entry.id)).collect();
            let own = |entry: &&audit_entry::Model| entry.kind == deed.kind && entry.action.as_deref() == Some(deed.action);
            assert_eq!(new.iter().filter(own).count(), 1, "{:?} by {}: {new:#?}", deed.kind, deed.action);
            let by_the_program = deed.action.contains(' ') || deed.kind == AuditKind::SignInRefused;
            let entry = new.iter().find(own).unwrap();
            assert_eq!(entry.account_id.is_none(), by_the_program, "{:?} by {}", deed.kind, deed.action);
        }
    }
}
