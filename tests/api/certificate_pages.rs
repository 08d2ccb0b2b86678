//! Certificates as they are printed: the page and the PDF for those who read the names, the page on which anybody verifies one, and fonts that have every name.

use std::sync::Arc;

use axum::{Router, body::Body};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::json;
use tongxin::{
    access::accounts::Role,
    certificates::{Fonts, Printing},
    http::{HttpSettings, Web, router},
    schema,
};

use crate::{
    harness::{
        Actor, TestApp, World,
        bulk::key_of,
        door::{PASSWORD, person, signed_in},
        make,
        roles::{self, Who},
        world::HERE,
    },
    http::{header, raw, request},
};

/// Where Debian's `fonts-hanazono` has its two fonts, unless TONGXIN_CERTIFICATE_FONT says otherwise.
const FONTS: &str = "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf,/usr/share/fonts/truetype/hanazono/HanaMinB.ttf";

fn fonts() -> Fonts {
    let paths = std::env::var("TONGXIN_CERTIFICATE_FONT").unwrap_or_else(|_| FONTS.to_owned());
    let paths: Vec<&str> = paths.split(',').collect();
    Fonts::read(&paths).unwrap_or_else(|error| panic!("install fonts-hanazono: {error:?}"))
}

fn with(app: &TestApp, printing: Printing) -> Router {
    let settings = HttpSettings { printing, ..HttpSettings::default() };
    router(Arc::new(Web { schema: schema::build(app.app.clone()), app: app.app.clone(), settings }))
}

/// A certificate of somebody of this name: its id and its code.
async fn issued(world: &World, name: &str) -> (String, String) {
    let resident = make::resident(&world.staff, &world.community, name).await;
    let volunteer = make::volunteer(&world.staff, &world.community, &resident).await;
    let activity = make::activity(&world.staff, &world.community, &world.name("清洁")).await;
    let session = make::session(&world.staff, &activity, "2022-03-04").await;
    make::service(&world.staff, &session, &volunteer, ("2022-03-04T09:00:00+08:00", "2022-03-04T11:30:00+08:00")).await;
    let id = make::certificate(&world.staff, &world.community, &volunteer, ("2022-01-01", "2022-12-31")).await;
    let code = world.staff.gql("query($id: ID!) { certificate(id: $id) { code } }", json!({ "id": id })).await;
    let code = code.data()["certificate"]["code"].as_str().unwrap().to_owned();
    (id, code)
}

async fn fetch(router: &Router, actor: &Actor, uri: &str, language: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut asked = request(Method::GET, uri).header(header::ACCEPT_LANGUAGE, language);
    if let Some(token) = &actor.token {
        asked = asked.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    raw(router, asked.body(Body::empty()).unwrap()).await
}

fn text(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap()
}

fn assert_guarded(headers: &HeaderMap) {
    assert_eq!((header(headers, "cache-control"), header(headers, "referrer-policy")), ("no-store", "no-referrer"));
    assert_eq!((header(headers, "x-frame-options"), header(headers, "x-content-type-options")), ("DENY", "nosniff"));
    assert_eq!(header(headers, "cross-origin-resource-policy"), "same-origin");
    let policy = header(headers, "content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("script") && !policy.contains("unsafe"),
        "{policy}"
    );
}

crate::on_both! {
    async fn the_page_is_for_those_who_read_the_names(app: TestApp) {
        let world = World::new(&app).await;
        let (id, code) = issued(&world, "张䶮").await;
        let here = with(&app, Printing { fonts: Some(fonts()), public_url: Some("https://tongxin.example.org".into()) });
        let (print, pdf) = (format!("/certificates/{id}/print"), format!("/certificates/{id}/pdf"));
        let (status, headers, page) = fetch(&here, &world.staff, &print, "zh-CN").await;
        assert_eq!((status, header(&headers, "content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
        assert_guarded(&headers);
        let page = text(page);
        for part in ["<html lang=\"zh-CN\">", "志愿服务记录证明", "张䶮", "2 小时 30 分钟", "href=\"pdf\"", &format!("https://tongxin.example.org/verify/{code}")] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("<script") && !page.contains("src="), "nothing runs and nothing is fetched");
        let (_, _, english) = fetch(&here, &world.staff, &print, "en").await;
        assert!(text(english).contains("2 h 30 min of service on record"));
        let (status, headers, bytes) = fetch(&here, &world.staff, &pdf, "zh-CN").await;
        assert_eq!((status, header(&headers, "content-type")), (StatusCode::OK, "application/pdf"));
        assert!(header(&headers, "content-disposition").starts_with(&format!("inline; filename=\"certificate-{HERE}-")));
        assert_guarded(&headers);
        assert!(bytes.starts_with(b"%PDF-1.") && bytes.len() < 400_000, "{} bytes: a subset, not the font", bytes.len());

        // Nobody, a stranger, who reads names masked, another volunteer: each is told what they may know.
        let other = world.volunteer().await;
        let another = roles::account(&app, "another", key_of(&world.community), &[Who::volunteer(key_of(&other))]).await;
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        for (actor, expected) in [
            (app.anonymous(), StatusCode::UNAUTHORIZED), (world.stranger.clone(), StatusCode::NOT_FOUND),
            (another, StatusCode::NOT_FOUND), (auditor, StatusCode::FORBIDDEN),
        ] {
            for uri in [&print, &pdf] {
                let (status, headers, body) = fetch(&here, &actor, uri, "zh-CN").await;
                assert_eq!(status, expected, "{uri}");
                assert_guarded(&headers);
                assert!(!text(body).contains('䶮'));
            }
        }
        let (status, _, body) = fetch(&here, &world.staff, "/certificates/resident_01h455vb4pex5vsknk084sn02q/pdf", "en").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{}", text(body));
        // A server without fonts says so, and still has the page.
        let (status, ..) = fetch(&app.router, &world.staff, &print, "en").await;
        assert_eq!(status, StatusCode::OK);
        let (status, _, body) = fetch(&app.router, &world.staff, &pdf, "en").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(text(body).contains("TONGXIN_CERTIFICATE_FONT"));
    }

    async fn a_session_in_a_cookie_opens_the_page_by_going_there_and_to_no_other_site(app: TestApp) {
        let world = World::new(&app).await;
        let (id, _) = issued(&world, "张三").await;
        // An operator.
        person(&app, "zhang").await;
        let token = signed_in(&app, "zhang", PASSWORD).await.token.unwrap();
        let print = format!("/certificates/{id}/print");
        let cookie = format!("tongxin_session={token}");
        let asked = |cookie: &str, site: &'static str, mode: &'static str| {
            let asked = request(Method::GET, &print).header(header::COOKIE, cookie);
            asked.header("sec-fetch-site", site).header("sec-fetch-mode", mode).body(Body::empty()).unwrap()
        };
        for (cookie, site, mode, expected) in [
            (cookie.clone(), "same-origin", "navigate", StatusCode::OK), (cookie.clone(), "none", "navigate", StatusCode::OK),
            (format!("{cookie}x"), "same-origin", "navigate", StatusCode::UNAUTHORIZED),
            // Where another site's page leads, or a script asks, the cookie opens nothing.
            (cookie.clone(), "cross-site", "navigate", StatusCode::FORBIDDEN), (cookie.clone(), "same-site", "navigate", StatusCode::FORBIDDEN),
            (cookie.clone(), "same-origin", "no-cors", StatusCode::FORBIDDEN),
        ] {
            assert_eq!(raw(&app.router, asked(&cookie, site, mode)).await.0, expected, "{site} {mode}");
        }
        let unsaid = request(Method::GET, &print).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
        assert_eq!(raw(&app.router, unsaid).await.0, StatusCode::FORBIDDEN);
        // The API itself still wants the header beside it.
        let asked = request(Method::GET, "/graphql?query=%7Bviewer%7Bname%7D%7D").header(header::COOKIE, &cookie);
        assert_eq!(raw(&app.router, asked.body(Body::empty()).unwrap()).await.0, StatusCode::FORBIDDEN);
    }

    async fn anybody_verifies_by_the_address_in_the_square_code(app: TestApp) {
        let world = World::new(&app).await;
        let (id, code) = issued(&world, "张小明").await;
        let (nobody, uri) = (app.anonymous(), format!("/verify/{code}"));
        let (status, headers, page) = fetch(&app.router, &nobody, &uri, "zh-CN").await;
        let page = text(page);
        assert_eq!(status, StatusCode::OK, "{page}");
        assert_guarded(&headers);
        assert!(page.contains("张**") && page.contains("真实有效") && !page.contains("张小明") && !page.contains("<svg"), "{page}");
        let revoked = json!({ "id": id, "expectedVersion": 1, "reason": "姓名有误" });
        make::created(&world.staff, "revokeCertificate", "certificate", revoked).await;
        let (_, _, page) = fetch(&app.router, &nobody, &uri, "zh-CN").await;
        let page = text(page);
        assert!(page.contains("已撤销") && !page.contains("真实有效") && !page.contains("姓名有误"), "{page}");
        let here = with(&app, Printing { fonts: Some(fonts()), public_url: None });
        assert_eq!(fetch(&here, &world.staff, &format!("/certificates/{id}/pdf"), "en").await.0, StatusCode::FORBIDDEN);
        // Unknown codes are all alike, and so many of them are answered.
        for wrong in ["TXC-AAAAAAAAAAAAAAAAAAAAAA", "x", "%00", "%E5%BC%A0", &id] {
            assert_eq!(fetch(&app.router, &nobody, &format!("/verify/{wrong}"), "en").await.0, StatusCode::NOT_FOUND, "{wrong}");
        }
        for _ in 5..30 {
            fetch(&app.router, &nobody, "/verify/TXC-wrong", "en").await;
        }
        assert_eq!(fetch(&app.router, &nobody, &uri, "en").await.0, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn rare_names_are_printed_and_what_no_font_has_is_named(app: TestApp) {
        let world = World::new(&app).await;
        let here = with(&app, Printing { fonts: Some(fonts()), public_url: None });
        // Of the basic plane's rare ones, of Extension A, of Extension B, of Extension E.
        for name in ["张䶮", "㐂小明", "𠮷野", "李𫠝"] {
            let (id, _) = issued(&world, name).await;
            let (status, _, bytes) = fetch(&here, &world.staff, &format!("/certificates/{id}/pdf"), "zh-CN").await;
            assert_eq!(status, StatusCode::OK, "{name}");
            assert!(bytes.starts_with(b"%PDF-"));
        }
        // Extension G, which the fonts do not have: refused by name, and never printed as a box.
        let (id, _) = issued(&world, "王\u{30000}").await;
        let (status, _, body) = fetch(&here, &world.staff, &format!("/certificates/{id}/pdf"), "zh-CN").await;
        let body = text(body);
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("U+30000") && body.contains('\u{30000}'), "{body}");
    }
}

#[test]
fn a_font_that_cannot_be_read_is_named() {
    for path in ["/no/such/font.ttf", env!("CARGO_MANIFEST_DIR"), concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
        let error = Fonts::read(&[path]).unwrap_err();
        assert!(error.message.en.contains(path) && error.message.en.contains("TONGXIN_CERTIFICATE_FONT"), "{error:?}");
    }
}
