//! Sessions in cookies: for pages of this server, and of no use to another site's.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::harness::{
    Answer, TestApp,
    door::{PASSWORD, person, request, sign_in_with, signed_in},
};

const OWN: (&str, &str) = ("x-tongxin-request", "1");

async fn asked(app: &TestApp, query: &str, headers: &[(&str, &str)]) -> Answer {
    app.anonymous().send(request(&json!({ "query": query }), headers, "192.0.2.1")).await
}

async fn got(app: &TestApp, headers: &[(&str, &str)]) -> Answer {
    let request = Request::builder().method(Method::GET).uri("/graphql?query=%7Bviewer%7Bname%7D%7D");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    app.anonymous().send(request.body(Body::empty()).unwrap()).await
}

fn set_cookie(answer: &Answer) -> String {
    answer.headers["set-cookie"].to_str().unwrap().to_owned()
}

/// Signs in with a cookie: `name=secret`, as a browser sends it back.
async fn cookie(app: &TestApp) -> String {
    let input = json!({ "name": "zhang", "password": PASSWORD, "cookie": true });
    let answer = sign_in_with(app, input, &[OWN], "192.0.2.1").await;
    assert_eq!(answer.data()["signIn"]["session"]["token"], Value::Null, "scripts never see it: {:#}", answer.body);
    let line = set_cookie(&answer);
    assert!(line.starts_with("tongxin_session=tongxin_ses_"), "{line}");
    assert!(line.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200"), "{line}");
    line.split(';').next().unwrap().to_owned()
}

crate::on_both! {
    async fn a_cookie_is_taken_from_ones_own_pages_alone(app: TestApp) {
        person(&app, "zhang").await;
        let held = cookie(&app).await;
        let held = ("cookie", held.as_str());
        let who = json!({ "viewer": { "name": "zhang" } });
        assert_eq!(asked(&app, "{ viewer { name } }", &[held, OWN]).await.data(), &who);
        assert_eq!(got(&app, &[held, OWN]).await.data(), &who);
        for answer in [asked(&app, "{ viewer { name } }", &[held]).await, got(&app, &[held]).await] {
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "FORBIDDEN"), "{:#}", answer.body);
            assert!(answer.message().contains("X-Tongxin-Request"), "{}", answer.message());
        }
        // Nor is a mutation made: the guard stands in front of all.
        let district = r#"mutation { registerSubDistrict(input: { code: "379999001", name: "街道" }) { userErrors { code } } }"#;
        assert_eq!(asked(&app, district, &[held]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(asked(&app, "{ subDistricts { totalCount } }", &[held, OWN]).await.data()["subDistricts"]["totalCount"], 0);
        assert_eq!(asked(&app, district, &[held, OWN]).await.data()["registerSubDistrict"]["userErrors"], json!([]));
    }

    async fn signing_in_into_a_cookie_takes_the_header_too(app: TestApp) {
        person(&app, "zhang").await;
        let answer = sign_in_with(&app, json!({ "name": "zhang", "password": PASSWORD, "cookie": true }), &[], "192.0.2.1").await;
        assert_eq!(answer.code(), "FORBIDDEN");
        assert!(!answer.headers.contains_key("set-cookie"));
        let answer = sign_in_with(&app, json!({ "name": "zhang", "password": "wrong password", "cookie": true }), &[OWN], "192.0.2.1").await;
        assert_eq!(answer.data()["signIn"]["userErrors"][0]["code"], "BAD_CREDENTIALS");
        assert!(!answer.headers.contains_key("set-cookie"));
        let answer = sign_in_with(&app, json!({ "name": "zhang", "password": PASSWORD }), &[OWN], "192.0.2.1").await;
        assert!(!answer.headers.contains_key("set-cookie"), "who asks for a token gets no cookie");
    }

    async fn a_cookie_that_is_no_longer_good_is_nobodys_and_one_can_sign_in_again(app: TestApp) {
        person(&app, "zhang").await;
        let held = cookie(&app).await;
        let out = asked(&app, "mutation { signOut(input: {}) { ended } }", &[("cookie", &held), OWN]).await;
        assert_eq!(out.data()["signOut"]["ended"], 1);
        assert_eq!(set_cookie(&out), "tongxin_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
        for gone in [held.as_str(), "tongxin_session=x", "tongxin_session=tongxin_ses_", "tongxin_session=%00"] {
            let answer = asked(&app, "{ viewer { name } }", &[("cookie", gone), OWN]).await;
            assert_eq!(answer.data(), &json!({ "viewer": null }), "{gone}");
            let input = json!({ "name": "zhang", "password": PASSWORD, "cookie": true });
            let again = sign_in_with(&app, input, &[("cookie", gone), OWN], "192.0.2.1").await;
            assert_eq!(again.data()["signIn"]["userErrors"], json!([]));
        }
        // Tokens do not travel in cookies.
        let operator = app.operator().await.token.unwrap();
        let answer = asked(&app, "{ viewer { name } }", &[("cookie", &format!("tongxin_session={operator}")), OWN]).await;
        assert_eq!(answer.data(), &json!({ "viewer": null }));
    }

    async fn what_the_header_says_goes_before_the_cookie(app: TestApp) {
        person(&app, "zhang").await;
        person(&app, "li").await;
        let held = cookie(&app).await;
        let li = format!("Bearer {}", signed_in(&app, "li", PASSWORD).await.token.unwrap());
        let answer = asked(&app, "{ viewer { name } }", &[("cookie", &held), ("authorization", &li)]).await;
        assert_eq!(answer.data()["viewer"]["name"], "li");
        let answer = asked(&app, "{ viewer { name } }", &[("cookie", &held), OWN, ("authorization", "Bearer tongxin_ses_x")]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "a wrong credential is not made good by another");
    }
}
