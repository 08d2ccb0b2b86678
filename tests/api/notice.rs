//! The list that a community posts about a programme: masked names, what was given, and nothing else of anybody.

use axum::body::Body;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    aid::decide,
    harness::{Actor, Answer, TestApp, World, actor::refusals, make, world::HERE},
    http::{header, raw, request},
};

const QUERY: &str = "query($id: ID!, $from: Date! = \"2022-01-01\", $to: Date! = \"2022-12-31\") {
    publicNotice(programmeId: $id, from: $from, to: $to) {
        programme { id } from to people households value { yuan precision } quantities { value unit }
        lines { number name nameWithheld forHousehold kind item quantity { value unit } value { yuan } givenOn status }
    } }";

async fn ask(actor: &Actor, programme: &str) -> Answer {
    actor.gql(QUERY, json!({ "id": programme })).await
}

async fn person(world: &World, name: &str) -> String {
    let resident = born(world, name, json!("1950-01-01")).await;
    make::consent(&world.staff, &resident).await;
    agree(world, &resident, json!({})).await;
    resident
}

/// To being named; gives the consent.
async fn agree(world: &World, resident: &str, more: Value) -> String {
    let mut input =
        json!({ "residentId": resident, "purpose": "PUBLIC_NOTICE", "means": "PAPER", "givenOn": "2019-01-01" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    make::created(&world.staff, "recordConsent", "consent", input).await
}

async fn born(world: &World, name: &str, on: Value) -> String {
    let input = json!({ "communityId": world.community, "fullName": name, "birthDate": on });
    make::created(&world.staff, "registerResident", "resident", input).await
}

/// A programme that asks for one of these, and something that was agreed to under it for each of these people.
async fn posted(world: &World, circumstances: Value, people: &[String]) -> String {
    let goods = world.goods().await;
    let input = json!({ "communityId": world.community, "name": world.name("项目"), "scope": "PERSON", "rules": { "circumstances": circumstances } });
    let programme = make::created(&world.staff, "establishAidProgramme", "aidProgramme", input).await;
    for to in people {
        let aid = make::aid(
            &world.staff,
            &world.community,
            to,
            &goods,
            json!({ "quantity": "1", "programmeId": programme, "givenOn": "2022-03-01" }),
        )
        .await;
        decide(&world.staff, "approveAid", &aid).await;
    }
    programme
}

/// Whom each line names, and whether it says that it does not.
fn named(notice: &Value) -> Vec<(Value, Value)> {
    let lines = notice["lines"].as_array().unwrap_or_else(|| panic!("{notice:#}"));
    lines.iter().map(|line| (line["name"].clone(), line["nameWithheld"].clone())).collect()
}

/// The page to print, as a browser or a program asks for it.
async fn page(app: &TestApp, query: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
    let asked = headers
        .iter()
        .fold(request(Method::GET, &format!("/notice{query}")), |asked, (name, value)| asked.header(*name, *value));
    let (status, headers, body) = raw(&app.router, asked.body(Body::empty()).unwrap()).await;
    (status, headers, String::from_utf8(body).unwrap())
}

crate::on_both! {
    async fn it_names_nobody_in_the_clear_and_adds_up(app: TestApp) {
        let world = World::new(&app).await;
        let goods = world.goods().await;
        let programme = make::programme(&world.staff, &world.community, "助餐", "PERSON").await;
        let mut aids = Vec::new();
        for (name, day, quantity, value) in [
            ("欧阳小明", "2022-05-01", "2", json!("20.02")), ("买买提·艾力", "2022-03-01", "1", json!("0.01")), ("张三", "2022-12-31", "0.5", Value::Null),
            ("李四", "2023-01-01", "1", json!("7")), ("王五", "2022-06-01", "1", json!("7")), ("赵六", "2022-06-02", "1", json!("7")),
        ] {
            let to = person(&world, name).await;
            let more = json!({ "quantity": quantity, "value": value, "givenOn": day, "programmeId": programme });
            aids.push(make::aid(&world.staff, &world.community, &to, &goods, more).await);
        }
        for aid in &aids[..4] {
            decide(&world.staff, "approveAid", aid).await;
        }
        decide(&world.staff, "deliverAid", &aids[0]).await;
        // Only planned, and refused: neither is anything to post.
        decide(&world.staff, "refuseAid", &aids[5]).await;

        let answer = ask(&world.staff, &programme).await;
        let notice = &answer.data()["publicNotice"];
        let item = &notice["lines"][0]["item"];
        assert!(item.as_str().unwrap().starts_with("物资"), "what it was taken from is called so: {item}");
        let line = |number: i32, name: &str, day: &str, status: &str, quantity: &str, value: Value| json!({
            "number": number, "name": name, "nameWithheld": false, "forHousehold": false, "kind": "GOODS", "item": item, "quantity": { "value": quantity, "unit": "item" },
            "value": value, "givenOn": day, "status": status,
        });
        assert_eq!(notice["lines"], json!([
            line(1, "买**·**", "2022-03-01", "APPROVED", "1", json!({ "yuan": "0.01" })),
            line(2, "欧阳**", "2022-05-01", "DELIVERED", "2", json!({ "yuan": "20.02" })),
            line(3, "张*", "2022-12-31", "APPROVED", "0.5", Value::Null),
        ]));
        assert_eq!((&notice["people"], &notice["households"]), (&json!(3), &json!(0)));
        assert_eq!(notice["value"], json!({ "yuan": "20.03", "precision": "AT_LEAST" }), "of the third nobody knows");
        assert_eq!(notice["quantities"], json!([{ "value": "3.5", "unit": "item" }]));
        for clear in ["小明", "艾力", "张三", "resident_", "household_"] {
            assert!(!answer.body.to_string().contains(clear), "{clear}");
        }
    }

    async fn a_household_is_called_by_its_head(app: TestApp) {
        let world = World::new(&app).await;
        let (goods, building) = (world.goods().await, world.building().await);
        let head = person(&world, "尉迟大山").await;
        let household = make::household(&world.staff, &world.community, &building, "101", &head).await;
        let programme = make::programme(&world.staff, &world.community, "米面油", "HOUSEHOLD").await;
        let more = json!({ "quantity": "1", "programmeId": programme, "residentId": null, "householdId": household });
        let aid = make::aid(&world.staff, &world.community, &head, &goods, more).await;
        decide(&world.staff, "approveAid", &aid).await;
        let answer = ask(&world.staff, &programme).await;
        let notice = &answer.data()["publicNotice"];
        assert_eq!((&notice["lines"][0]["name"], &notice["lines"][0]["forHousehold"]), (&json!("尉迟**"), &json!(true)));
        assert_eq!((&notice["people"], &notice["households"]), (&json!(0), &json!(1)));
    }

    async fn those_make_it_who_keep_the_records(app: TestApp) {
        let world = World::new(&app).await;
        let programme = make::programme(&world.staff, &world.community, "助餐", "PERSON").await;
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        assert_eq!(ask(&secretary, &programme).await.data()["publicNotice"]["lines"], json!([]));
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        assert_eq!(ask(&auditor, &programme).await.code(), "FORBIDDEN");
        let answer = ask(&world.stranger, &programme).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "not there and not theirs are one");
        assert!(answer.message().contains("programmeId"), "{}", answer.message());
        assert_eq!(ask(&app.anonymous(), &programme).await.code(), "UNAUTHENTICATED");
    }

    async fn a_child_and_whoever_may_be_one_is_on_the_list_without_a_name(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-06-01T04:00:00Z".parse().unwrap());
        let mut people = Vec::new();
        for (name, on) in [("张三", json!("2004-06-01")), ("李四", json!("2004-06-02")), ("王五", json!("2015-01-01")), ("赵六", Value::Null)] {
            let to = born(&world, name, on).await;
            make::created(&world.staff, "recordCircumstance", "circumstance", json!({ "residentId": to, "kind": "PUPIL", "startedOn": "2020-01-01" })).await;
            people.push(to);
        }
        let programme = posted(&world, json!(["PUPIL", "LOW_INCOME"]), &people).await;
        let answer = ask(&world.staff, &programme).await;
        let notice = &answer.data()["publicNotice"];
        let hidden = (Value::Null, json!(true));
        assert_eq!(named(notice), [(json!("张*"), json!(false)), hidden.clone(), hidden.clone(), hidden]);
        assert_eq!((&notice["people"], &notice["quantities"][0]["value"]), (&json!(4), &json!("4")), "each line counts");
        for clear in ["李", "王", "赵"] {
            assert!(!answer.body.to_string().contains(clear), "{clear}");
        }
    }

    async fn under_a_programme_that_tells_of_illness_nobody_is_named_and_under_one_for_the_poor_they_are(app: TestApp) {
        let world = World::new(&app).await;
        let to = person(&world, "张三").await;
        for (kind, more) in [("LOW_INCOME", json!({})), ("DISABILITY", json!({ "disabilityKind": "VISION", "disabilityGrade": 2 })), ("VETERAN", json!({}))] {
            let mut input = json!({ "residentId": to, "kind": kind, "startedOn": "2020-01-01" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            make::created(&world.staff, "recordCircumstance", "circumstance", input).await;
        }
        for (asked_for, open) in [
            (json!(["LOW_INCOME"]), true), (json!(["VETERAN"]), true), (json!(["SPECIAL_HARDSHIP", "LOW_INCOME"]), true),
            (json!(["DISABILITY"]), false), (json!(["LOW_INCOME", "DISABILITY"]), false), (json!(["CHILD_IN_DIFFICULTY", "VETERAN"]), false),
        ] {
            let programme = posted(&world, asked_for.clone(), std::slice::from_ref(&to)).await;
            let answer = ask(&world.staff, &programme).await;
            let expected = if open { (json!("张*"), json!(false)) } else { (Value::Null, json!(true)) };
            assert_eq!(named(&answer.data()["publicNotice"]), [expected], "{asked_for}");
        }
    }

    async fn whoever_did_not_agree_to_be_named_is_on_the_list_without_a_name_unless_the_law_wants_it_posted(app: TestApp) {
        let world = World::new(&app).await;
        let mut people = Vec::new();
        for name in ["张三", "李四", "王五", "赵六", "孙七"] {
            people.push(born(&world, name, json!("1950-01-01")).await);
        }
        // One agreed, one never said so, one agreed for a while, one took it back, one agreed to something else.
        agree(&world, &people[0], json!({})).await;
        agree(&world, &people[2], json!({ "expiresOn": "2020-12-31" })).await;
        let consent = agree(&world, &people[3], json!({})).await;
        let input = json!({ "id": consent, "expectedVersion": 1, "reason": "不愿公示" });
        make::created(&world.staff, "withdrawConsent", "consent", input).await;
        make::consent(&world.staff, &people[4]).await;
        let (named_so, hidden) = (|name: &str| (json!(name), json!(false)), (Value::Null, json!(true)));
        let programme = posted(&world, json!([]), &people).await;
        let answer = ask(&world.staff, &programme).await;
        let notice = &answer.data()["publicNotice"];
        assert_eq!(named(notice), [named_so("张*"), hidden.clone(), hidden.clone(), hidden.clone(), hidden]);
        assert_eq!((&notice["people"], &notice["quantities"][0]["value"]), (&json!(5), &json!("5")), "each line counts");
        assert!(["李", "王", "赵", "孙"].iter().all(|clear| !answer.body.to_string().contains(clear)), "{:#}", answer.body);
        for person in &people[..4] {
            make::consent(&world.staff, person).await;
        }
        for person in &people {
            let input = json!({ "residentId": person, "kind": "LOW_INCOME", "startedOn": "2020-01-01" });
            make::created(&world.staff, "recordCircumstance", "circumstance", input).await;
        }
        let programme = posted(&world, json!(["LOW_INCOME"]), &people).await;
        let answer = ask(&world.staff, &programme).await;
        assert_eq!(named(&answer.data()["publicNotice"]), ["张*", "李*", "王*", "赵*", "孙*"].map(named_so));
        // A consent to be named names no unit.
        let refused = json!({ "residentId": people[1], "purpose": "PUBLIC_NOTICE", "means": "PAPER", "partnerUnitId": world.unit().await });
        let refused = world.staff.mutate("recordConsent", "consent", "id", refused).await;
        assert_eq!(refusals(&refused), ["INVALID partnerUnitId"]);
    }

    async fn who_makes_a_list_is_on_record_before_it_is_told(app: TestApp) {
        let world = World::new(&app).await;
        let programme = posted(&world, json!([]), &[person(&world, "张三").await]).await;
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        ask(&world.staff, &programme).await.data();
        let query = format!("?programmeId={programme}&from=2022-01-01&to=2022-12-31");
        let bearer = format!("Bearer {}", world.staff.token.clone().unwrap());
        assert_eq!(page(&app, &query, &[("authorization", &bearer)]).await.0, StatusCode::OK);
        let entries = secretary.ask("{ auditEntries(filter: { kind: { eq: EXPORT } }) { nodes { action actor subject { ... on AidProgramme { id } } } } }").await;
        let entry = json!({ "action": "publicNotice", "actor": format!("staff-{HERE}"), "subject": { "id": programme } });
        assert_eq!(entries.data()["auditEntries"]["nodes"], json!([entry, entry]));
    }

    async fn the_page_prints_by_itself_and_tells_what_the_list_tells(app: TestApp) {
        let world = World::new(&app).await;
        let people = [person(&world, "欧阳小明").await, born(&world, "李雷", json!("2020-01-01")).await];
        let programme = posted(&world, json!([]), &people).await;
        let bearer = format!("Bearer {}", world.staff.token.clone().unwrap());
        let query = format!("?programmeId={programme}&from=2022-01-01&to=2022-12-31");
        let (status, headers, html) = page(&app, &query, &[("authorization", &bearer)]).await;
        assert_eq!((status, header(&headers, "content-type"), header(&headers, "cache-control")), (StatusCode::OK, "text/html; charset=utf-8", "no-store"));
        for told in ["lang=\"zh-Hans\"", "公示", "欧阳**", "依法不公开", "其中 1 笔", "合计：2 人", "2022-03-01", "拟发放", "Public notice", "@media print"] {
            assert!(html.contains(told), "{told}: {html}");
        }
        for never in ["小明", "李", "resident_", "<script", "http://", "https://", "<link", "<img"] {
            assert!(!html.contains(never), "{never}: {html}");
        }
        let policy = header(&headers, "content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");

        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let of = |actor: &Actor| format!("Bearer {}", actor.token.clone().unwrap());
        for (who, query, expected) in [
            (None, query.as_str(), StatusCode::UNAUTHORIZED),
            (Some("Bearer nonsense".to_owned()), query.as_str(), StatusCode::UNAUTHORIZED),
            (Some(of(&auditor)), query.as_str(), StatusCode::FORBIDDEN),
            (Some(of(&world.stranger)), query.as_str(), StatusCode::BAD_REQUEST),
            (Some(bearer.clone()), "", StatusCode::BAD_REQUEST),
            (Some(bearer.clone()), "?programmeId=x&from=y&to=z", StatusCode::BAD_REQUEST),
        ] {
            let headers: Vec<(&str, &str)> = who.iter().map(|who| ("authorization", who.as_str())).collect();
            let (status, headers, html) = page(&app, query, &headers).await;
            assert_eq!((status, header(&headers, "content-type")), (expected, "text/html; charset=utf-8"), "{who:?} {query}: {html}");
            assert!(!html.contains("欧阳"), "{html}");
        }
    }

    async fn a_session_in_a_cookie_opens_the_page_by_going_there_and_to_no_other_site(app: TestApp) {
        let world = World::new(&app).await;
        let programme = posted(&world, json!([]), &[person(&world, "张三").await]).await;
        let query = format!("?programmeId={programme}&from=2022-01-01&to=2022-12-31");
        let name = format!("staff-{HERE}");
        let password = "correct horse battery staple 7";
        let given = tongxin::access::accounts::Given::Chosen(password.into());
        tongxin::access::accounts::reset(&app.app, &name, &given).await.unwrap();
        let sign_in = format!(r#"{{"query":"mutation {{ signIn(input: {{ name: \"{name}\", password: \"{password}\", cookie: true }}) {{ userErrors {{ code }} }} }}"}}"#);
        let asked = request(Method::POST, "/graphql").header("content-type", "application/json").header("x-tongxin-request", "1");
        let (_, headers, body) = raw(&app.router, asked.body(Body::from(sign_in)).unwrap()).await;
        let cookie = headers.get("set-cookie").unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&body))).to_str().unwrap().split(';').next().unwrap().to_owned();
        for (site, mode, expected) in [
            ("same-origin", "navigate", StatusCode::OK), ("none", "navigate", StatusCode::OK),
            ("cross-site", "navigate", StatusCode::FORBIDDEN), ("same-site", "navigate", StatusCode::FORBIDDEN), ("same-origin", "no-cors", StatusCode::FORBIDDEN),
        ] {
            let (status, ..) = page(&app, &query, &[("cookie", &cookie), ("sec-fetch-site", site), ("sec-fetch-mode", mode)]).await;
            assert_eq!(status, expected, "{site} {mode}");
        }
        assert_eq!(page(&app, &query, &[("cookie", &cookie)]).await.0, StatusCode::FORBIDDEN);
        assert_eq!(page(&app, &query, &[("cookie", &cookie), ("x-tongxin-request", "1")]).await.0, StatusCode::OK);
    }
}
