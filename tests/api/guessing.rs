//! Guessing passwords: the same answer and the same work for every wrong name and password, and less and less room to try.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tongxin::access::accounts::{self, Role};

use crate::harness::{
    TestApp,
    actor::refusals,
    door::{self, PASSWORD, chosen, person, sign_in, sign_in_from},
    together,
};

/// What a try cost: the answer, hashes and statements.
async fn cost(app: &TestApp, name: &str, password: &str) -> (Value, u64, u64) {
    let before = (app.app.passwords.made(), app.statements());
    let answer = sign_in_from(app, name, password, "198.51.100.1").await;
    (answer, app.app.passwords.made() - before.0, app.statements() - before.1)
}

fn retry_after(payload: &Value) -> i64 {
    assert_eq!(refusals(payload), ["RATE_LIMITED name"]);
    payload["userErrors"][0]["details"]["retryAfter"].as_i64().unwrap()
}

crate::on_both! {
    async fn a_wrong_name_a_wrong_password_and_a_disabled_account_are_the_same_answer_after_the_same_work(app: TestApp) {
        for name in ["zhang", "disabled"] {
            person(&app, name).await;
        }
        accounts::add(&app.app, "machine", Role::Operator, None).await.unwrap();
        accounts::disable(&app.app, "disabled", true).await.unwrap();
        let wrong = cost(&app, "zhang", "wrong password").await;
        assert_eq!((refusals(&wrong.0), wrong.1), (vec!["BAD_CREDENTIALS password".to_owned()], 1));
        for (name, password) in [("nobody", "wrong password"), ("", ""), ("machine", PASSWORD), ("machine", ""), ("disabled", PASSWORD), ("zhang", ""), ("ZHANG", PASSWORD)] {
            assert_eq!(cost(&app, name, password).await, wrong, "{name}");
        }
    }

    async fn after_five_wrong_passwords_one_has_to_wait_longer_each_time(app: TestApp) {
        person(&app, "zhang").await;
        let start = app.app.clock.now();
        app.app.clock.hold(start);
        for name in ["zhang", "nobody"] {
            app.app.clock.hold(start);
            for number in 0..5 {
                // From another address each time: it is the name that is counted.
                let payload = sign_in_from(&app, name, "wrong password", &format!("203.0.113.{number}")).await;
                assert_eq!(refusals(&payload), ["BAD_CREDENTIALS password"], "{name} {number}");
            }
            let hashes = app.app.passwords.made();
            assert_eq!(retry_after(&sign_in(&app, name, PASSWORD).await), 60, "{name}: not even with the right one");
            app.app.clock.hold(start + TimeDelta::milliseconds(59_001));
            assert_eq!(retry_after(&sign_in(&app, name, PASSWORD).await), 1);
            assert_eq!(app.app.passwords.made(), hashes, "nothing was looked at meanwhile");
            app.app.clock.hold(start + TimeDelta::seconds(60));
            assert_eq!(refusals(&sign_in(&app, name, "wrong password").await), ["BAD_CREDENTIALS password"]);
            assert_eq!(retry_after(&sign_in(&app, name, "wrong password").await), 120);
        }
        app.app.clock.hold(start + TimeDelta::seconds(180));
        assert_eq!(sign_in(&app, "zhang", PASSWORD).await["userErrors"], json!([]));
        // Whoever got in starts afresh.
        for _ in 0..5 {
            assert_eq!(refusals(&sign_in(&app, "zhang", "wrong password").await), ["BAD_CREDENTIALS password"]);
        }
        retry_after(&sign_in(&app, "zhang", PASSWORD).await);
        accounts::reset(&app.app, "zhang", &chosen("another password")).await.unwrap();
        assert_eq!(sign_in(&app, "zhang", "another password").await["userErrors"], json!([]), "a reset lifts the lock");
    }

    async fn many_guesses_at_once_get_no_more_looked_at_than_one_after_another(app: TestApp) {
        person(&app, "zhang").await;
        let hashes = app.app.passwords.made();
        let guess = |number| door::attempt(&app, json!({ "name": "zhang", "password": "wrong password" }), &format!("198.51.100.{number}"));
        let payloads = together((0..40).map(guess)).await;
        let count = |code: &str| payloads.iter().filter(|payload| payload["userErrors"][0]["code"] == code).count();
        assert_eq!((count("BAD_CREDENTIALS"), count("RATE_LIMITED")), (5, 35), "{payloads:#?}");
        assert_eq!(app.app.passwords.made() - hashes, 5);
    }

    async fn an_address_that_tries_many_names_has_to_wait_and_others_do_not(app: TestApp) {
        person(&app, "zhang").await;
        for number in 0..30 {
            let payload = sign_in(&app, &format!("name{number}"), "wrong password").await;
            assert_eq!(refusals(&payload), ["BAD_CREDENTIALS password"], "{number}");
            // Whoever has an account of their own does not wipe the count with it.
            if number % 10 == 5 {
                assert_eq!(sign_in(&app, "zhang", PASSWORD).await["userErrors"], json!([]));
            }
        }
        retry_after(&sign_in(&app, "zhang", PASSWORD).await);
        assert_eq!(sign_in_from(&app, "zhang", PASSWORD, "192.0.2.2").await["userErrors"], json!([]));
    }

    async fn a_session_is_no_way_to_guess_the_password(app: TestApp) {
        person(&app, "zhang").await;
        let actor = door::signed_in(&app, "zhang", PASSWORD).await;
        let query = "mutation($p: String!) { changePassword(input: { currentPassword: $p, newPassword: \"another password\" }) { ended userErrors { field code details } } }";
        let change = async |password: &str| actor.gql(query, json!({ "p": password })).await.data()["changePassword"].clone();
        for _ in 0..5 {
            assert_eq!(refusals(&change("wrong password").await), ["BAD_CREDENTIALS currentPassword"]);
        }
        assert!(retry_after(&change(PASSWORD).await) > 0);
    }
}
