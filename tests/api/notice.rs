//! The list that a community posts about a programme: masked names, what was given, and nothing else of anybody.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    aid::decide,
    harness::{Actor, Answer, World, make, world::HERE},
};

const QUERY: &str = "query($id: ID!, $from: Date! = \"2022-01-01\", $to: Date! = \"2022-12-31\") {
    publicNotice(programmeId: $id, from: $from, to: $to) {
        programme { id } from to people households value { yuan precision } quantities { value unit }
        lines { number name forHousehold kind quantity { value unit } value { yuan } givenOn status }
    } }";

async fn ask(actor: &Actor, programme: &str) -> Answer {
    actor.gql(QUERY, json!({ "id": programme })).await
}

async fn person(world: &World, name: &str) -> String {
    make::resident(&world.staff, &world.community, name).await
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
        let line = |number: i32, name: &str, day: &str, status: &str, quantity: &str, value: Value| json!({
            "number": number, "name": name, "forHousehold": false, "kind": "GOODS", "quantity": { "value": quantity, "unit": "item" },
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
}
