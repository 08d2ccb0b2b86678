//! Signing in with name and password: what sessions are good for, when they end, and what of it is kept.

use argon2::PasswordHasher;
use chrono::TimeDelta;
use entity::{password, sign_in, token};
use http::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tongxin::{
    access::accounts::{self, Role},
    context::App,
    http::{HttpSettings, Web, router},
    privacy::MasterKey,
    schema,
};

use crate::harness::{
    Actor, TestApp,
    actor::refusals,
    app::MASTER_KEY,
    door::{self, PASSWORD, one_time, person, sign_in, signed_in, who},
    dump::rows,
    together,
};

const CHANGE: &str =
    "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { ended userErrors { field code } } }";

async fn change(actor: &Actor, current: &str, new: &str) -> Value {
    let input = json!({ "currentPassword": current, "newPassword": new });
    actor.gql(CHANGE, json!({ "input": input })).await.data()["changePassword"].clone()
}

async fn sign_out(actor: &Actor, everywhere: bool) -> Value {
    let query = "mutation($e: Boolean!) { signOut(input: { everywhere: $e }) { ended userErrors { code } } }";
    actor.gql(query, json!({ "e": everywhere })).await.data()["signOut"]["ended"].clone()
}

/// Another node on the same database.
pub async fn node(app: &TestApp) -> (std::sync::Arc<App>, axum::Router) {
    let other = App::open(&app.options, MasterKey::from_bytes(MASTER_KEY)).await.unwrap();
    let web = Web { schema: schema::build(other.clone()), app: other.clone(), settings: HttpSettings::default() };
    (other, router(std::sync::Arc::new(web)))
}

crate::on_both! {
    async fn whoever_signs_in_is_known_until_they_sign_out(app: TestApp) {
        person(&app, "zhang").await;
        let payload = sign_in(&app, "zhang", PASSWORD).await;
        assert_eq!(payload["userErrors"], json!([]));
        assert_eq!((payload["session"]["name"].clone(), payload["session"]["idleSeconds"].clone()), (json!("zhang"), json!(1800)));
        let secret = payload["session"]["token"].as_str().unwrap();
        assert!(secret.starts_with("tongxin_ses_") && secret.len() == 55, "{secret}");
        let (here, elsewhere) = (Actor::new(app.router.clone(), Some(secret.to_owned())), signed_in(&app, "zhang", PASSWORD).await);
        assert_eq!((who(&here).await, who(&elsewhere).await), (json!("zhang"), json!("zhang")));
        assert_eq!(sign_out(&here, false).await, 1);
        assert_eq!((who(&here).await, who(&elsewhere).await), (json!("UNAUTHENTICATED"), json!("zhang")), "at once, and that session alone");
        let third = signed_in(&app, "zhang", PASSWORD).await;
        assert_eq!(sign_out(&third, true).await, 2);
        assert_eq!((who(&third).await, who(&elsewhere).await), (json!("UNAUTHENTICATED"), json!("UNAUTHENTICATED")));
        // A token is no session: it stays.
        let machine = app.account("zhang", Role::Operator, None).await;
        assert_eq!(sign_out(&machine, false).await, 0);
        assert_eq!(who(&machine).await, "zhang");
    }

    async fn a_session_ends_when_it_is_not_used_and_in_any_case_after_its_longest(app: TestApp) {
        let start = app.app.clock.now();
        let at = async |actor: &Actor, minutes: i64, seconds: i64| {
            app.app.clock.hold(start + TimeDelta::minutes(minutes) + TimeDelta::seconds(seconds));
            who(actor).await
        };
        app.app.clock.hold(start);
        person(&app, "zhang").await;
        let (idle, busy) = (signed_in(&app, "zhang", PASSWORD).await, signed_in(&app, "zhang", PASSWORD).await);
        assert_eq!(at(&idle, 29, 59).await, "zhang");
        // Used again within the half hour, and written down or not: another half hour.
        app.app.uses.flush(&app.app).await.unwrap();
        for minutes in (25..12 * 60).step_by(25) {
            assert_eq!(at(&busy, minutes, 0).await, "zhang", "after {minutes} minutes");
            if minutes % 2 == 0 {
                app.app.uses.flush(&app.app).await.unwrap();
            }
        }
        assert_eq!(at(&busy, 12 * 60 - 1, 0).await, "zhang");
        assert_eq!(at(&busy, 12 * 60, 0).await, "UNAUTHENTICATED", "twelve hours, however much it was used");
        assert_eq!(at(&idle, 59, 58).await, "zhang");
        assert_eq!(at(&idle, 89, 58).await, "UNAUTHENTICATED");
    }

    async fn a_password_that_was_given_out_is_good_for_one_sign_in(app: TestApp) {
        accounts::add_with(&app.app, "li", Role::Operator, None, Some(&one_time("given-out-on-paper"))).await.unwrap();
        let first = sign_in(&app, "li", "given-out-on-paper").await;
        assert_eq!((refusals(&first), &first["session"]), (vec!["PASSWORD_CHANGE_REQUIRED newPassword".to_owned()], &Value::Null));
        let with = async |new: &str| {
            let input = json!({ "name": "li", "password": "given-out-on-paper", "newPassword": new });
            door::sign_in_with(&app, input, &[], "192.0.2.1").await.data()["signIn"].clone()
        };
        assert_eq!(refusals(&with("given-out-on-paper").await), ["INVALID newPassword"]);
        assert_eq!(refusals(&with("short").await), ["OUT_OF_RANGE newPassword"]);
        assert_eq!(with(PASSWORD).await["session"]["name"], "li");
        assert_eq!(refusals(&sign_in(&app, "li", "given-out-on-paper").await), ["BAD_CREDENTIALS password"]);
        assert_eq!(who(&signed_in(&app, "li", PASSWORD).await).await, "li");
    }

    async fn a_hash_that_took_less_work_is_made_anew_at_the_next_sign_in_and_at_no_other_time(app: TestApp) {
        person(&app, "zhang").await;
        let kept = async || password::Entity::find().one(app.app.db.writer()).await.unwrap().unwrap();
        let first = kept().await;
        sign_in(&app, "zhang", PASSWORD).await;
        assert_eq!(kept().await, first, "one that is as strong as those made now stays");

        let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
        let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let weak = weak.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).unwrap().to_string();
        let session = signed_in(&app, "zhang", PASSWORD).await;
        app.run(&format!("UPDATE password SET hash = '{weak}'")).await;
        assert_eq!(refusals(&sign_in(&app, "zhang", "wrong password").await), ["BAD_CREDENTIALS password"]);
        assert_eq!(kept().await.hash, weak, "a wrong password makes nothing anew");
        assert_eq!(sign_in(&app, "zhang", PASSWORD).await["userErrors"], json!([]));
        let renewed = kept().await;
        assert!(renewed.hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", renewed.hash);
        assert_eq!((renewed.one_time, renewed.set_at), (false, first.set_at), "it is the password of before");
        assert_eq!(who(&session).await, "zhang", "no session ends");
        assert_eq!(sign_in(&app, "zhang", PASSWORD).await["userErrors"], json!([]));
        assert_eq!(kept().await, renewed);

        // One that was given out and is weak is replaced by the new one, not kept better.
        app.run(&format!("UPDATE password SET hash = '{weak}', one_time = TRUE")).await;
        assert_eq!(refusals(&sign_in(&app, "zhang", PASSWORD).await), ["PASSWORD_CHANGE_REQUIRED newPassword"]);
        assert_eq!(kept().await.hash, weak);
    }

    async fn a_changed_password_ends_the_other_sessions_and_no_token(app: TestApp) {
        person(&app, "zhang").await;
        let machine = app.account("zhang", Role::Operator, None).await;
        let (here, elsewhere) = (signed_in(&app, "zhang", PASSWORD).await, signed_in(&app, "zhang", PASSWORD).await);
        assert_eq!(refusals(&change(&here, "wrong password", "another password").await), ["BAD_CREDENTIALS currentPassword"]);
        assert_eq!(refusals(&change(&here, PASSWORD, "12345678").await), ["INVALID newPassword"]);
        assert_eq!(refusals(&change(&here, PASSWORD, PASSWORD).await), ["INVALID newPassword"]);
        assert_eq!(machine.gql(CHANGE, json!({ "input": { "currentPassword": PASSWORD, "newPassword": "another password" } })).await.code(), "FORBIDDEN");
        assert_eq!(change(&here, PASSWORD, "another password").await, json!({ "ended": 1, "userErrors": [] }));
        assert_eq!((who(&here).await, who(&elsewhere).await, who(&machine).await), (json!("zhang"), json!("UNAUTHENTICATED"), json!("zhang")));
        assert_eq!(refusals(&sign_in(&app, "zhang", PASSWORD).await), ["BAD_CREDENTIALS password"]);
        assert_eq!(sign_in(&app, "zhang", "another password").await["userErrors"], json!([]));
    }

    async fn all_sessions_of_an_account_are_ended_by_its_owner_and_not_by_anybody(app: TestApp) {
        let operator = app.operator().await;
        crate::harness::make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        person(&app, "zhang").await;
        let (here, elsewhere) = (signed_in(&app, "zhang", PASSWORD).await, signed_in(&app, "zhang", PASSWORD).await);
        let query = "mutation($a: String!) { revokeSessions(input: { account: $a }) { ended userErrors { field code message } } }";
        let revoke = async |actor: &Actor, account: &str| actor.gql(query, json!({ "a": account })).await.data()["revokeSessions"].clone();
        let refused = revoke(&staff, "zhang").await;
        assert_eq!(refusals(&refused), ["NOT_FOUND account"]);
        assert_eq!(refused, revoke(&staff, "nobody").await, "that there is such an account is not told");
        assert_eq!(who(&here).await, "zhang");
        assert_eq!(revoke(&here, "zhang").await, json!({ "ended": 2, "userErrors": [] }));
        assert_eq!((who(&here).await, who(&elsewhere).await), (json!("UNAUTHENTICATED"), json!("UNAUTHENTICATED")));
    }

    async fn a_secretary_ends_the_sessions_of_those_who_work_there_and_of_nobody_else(app: TestApp) {
        let operator = app.operator().await;
        for code in ["379999001001", "379999001002"] {
            crate::harness::make::community(&operator, code).await;
        }
        person(&app, "zhang").await;
        for (name, code) in [("li", "379999001001"), ("wang", "379999001002")] {
            accounts::add_with(&app.app, name, Role::Staff, Some(code), Some(&door::chosen(PASSWORD))).await.unwrap();
        }
        let secretary = app.account("secretary", Role::Secretary, Some("379999001001")).await;
        let query = "mutation($a: String!) { revokeSessions(input: { account: $a }) { ended userErrors { field code } } }";
        for (name, ends) in [("li", true), ("wang", false), ("zhang", false)] {
            let session = signed_in(&app, name, PASSWORD).await;
            let payload = secretary.gql(query, json!({ "a": name })).await.data()["revokeSessions"].clone();
            assert_eq!(payload["ended"], if ends { json!(1) } else { Value::Null }, "{name}: {payload:#}");
            assert_eq!(who(&session).await, if ends { "UNAUTHENTICATED" } else { name });
        }
    }

    async fn an_account_that_is_disabled_is_nobodys_on_any_node_a_second_later(app: TestApp) {
        let (other, elsewhere) = node(&app).await;
        let start = app.app.clock.now();
        let hold = |milliseconds| [&app.app, &other].map(|node| node.clock.hold(start + TimeDelta::milliseconds(milliseconds)));
        hold(0);
        person(&app, "zhang").await;
        let machine = app.account("zhang", Role::Operator, None).await;
        let there = |actor: &Actor| Actor::new(elsewhere.clone(), actor.token.clone());
        for actor in [signed_in(&app, "zhang", PASSWORD).await, machine] {
            hold(0);
            assert_eq!((who(&actor).await, who(&there(&actor)).await), (json!("zhang"), json!("zhang")));
            accounts::disable(&app.app, "zhang", true).await.unwrap();
            assert_eq!(who(&actor).await, "UNAUTHENTICATED", "at once where it was done");
            hold(1000);
            assert_eq!(who(&there(&actor)).await, "UNAUTHENTICATED", "a second later everywhere");
            assert_eq!(refusals(&sign_in(&app, "zhang", PASSWORD).await), ["BAD_CREDENTIALS password"]);
            accounts::disable(&app.app, "zhang", false).await.unwrap();
            assert_eq!(who(&actor).await == "zhang", actor.token.as_ref().unwrap().starts_with("tongxin_pat_"), "sessions stay ended, tokens are good again");
            hold(2000);
        }
    }

    async fn two_who_replace_the_same_password_at_once_do_not_both_get_in(app: TestApp) {
        accounts::add_with(&app.app, "li", Role::Operator, None, Some(&one_time("given-out-on-paper"))).await.unwrap();
        let attempts = (0..4).map(|number| {
            let input = json!({ "name": "li", "password": "given-out-on-paper", "newPassword": format!("password of {number}") });
            door::attempt(&app, input, "192.0.2.1")
        });
        let payloads = together(attempts).await;
        let (inside, outside): (Vec<_>, Vec<_>) = payloads.iter().partition(|payload| payload["session"].is_object());
        assert_eq!(inside.len(), 1, "{payloads:#?}");
        for payload in outside {
            assert_eq!(refusals(payload), ["BAD_CREDENTIALS password"]);
        }
    }

    async fn several_may_sign_in_at_once_and_each_has_a_session_of_their_own(app: TestApp) {
        person(&app, "zhang").await;
        let payloads = together((0..4).map(|_| door::attempt(&app, json!({ "name": "zhang", "password": PASSWORD }), "192.0.2.1"))).await;
        let secrets: std::collections::BTreeSet<&str> = payloads.iter().map(|payload| payload["session"]["token"].as_str().unwrap()).collect();
        assert_eq!(secrets.len(), 4);
        assert_eq!(sign_in::Entity::find().all(app.app.db.writer()).await.unwrap().len(), 4);
    }

    async fn neither_a_password_nor_a_secret_is_kept(app: TestApp) {
        person(&app, "zhang").await;
        let payload = sign_in(&app, "zhang", PASSWORD).await;
        let secret = payload["session"]["token"].as_str().unwrap();
        sign_in(&app, "name-of-nobody", "password-of-nobody").await;
        // The address is on record, in the audit stream.
        let kept = rows(app.app.db.writer()).await.join("\n");
        for text in [PASSWORD, secret, &secret["tongxin_ses_".len()..], "name-of-nobody", "password-of-nobody"] {
            assert!(!kept.contains(text), "{text} is in the database");
        }
        let row = password::Entity::find().one(app.app.db.writer()).await.unwrap().unwrap();
        assert!(row.hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", row.hash);
    }

    async fn the_last_use_is_written_now_and_then_and_reading_writes_nothing(app: TestApp) {
        person(&app, "zhang").await;
        let (session, machine) = (signed_in(&app, "zhang", PASSWORD).await, app.account("zhang", Role::Operator, None).await);
        let start = app.app.clock.now();
        let last = async || {
            let db = app.app.db.writer();
            let token = token::Entity::find().one(db).await.unwrap().unwrap().last_used_at;
            (sign_in::Entity::find().one(db).await.unwrap().unwrap().last_used_at, token)
        };
        let before = last().await;
        for second in 1..=5 {
            app.app.clock.hold(start + TimeDelta::seconds(second * 2));
            assert_eq!((who(&session).await, who(&machine).await), (json!("zhang"), json!("zhang")));
        }
        assert_eq!(last().await, before);
        let statements = app.statements();
        app.app.uses.flush(&app.app).await.unwrap();
        assert_eq!(app.statements() - statements, 2, "one for each credential");
        let now = start + TimeDelta::seconds(10);
        assert_eq!(last().await, (now, Some(now)));
        app.app.uses.flush(&app.app).await.unwrap();
        assert_eq!(app.statements() - statements, 4, "nothing was used since; the two are those that looked");
    }

    async fn a_session_that_is_not_good_is_refused_like_a_token(app: TestApp) {
        person(&app, "zhang").await;
        let good = signed_in(&app, "zhang", PASSWORD).await.token.unwrap();
        for wrong in ["tongxin_ses_".to_owned(), format!("{good}A"), good.replace("tongxin_ses_", "tongxin_pat_"), good["tongxin_ses_".len()..].to_owned()] {
            let answer = Actor::new(app.router.clone(), Some(wrong.clone())).ask("{ __typename }").await;
            assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{wrong}");
        }
    }
}
