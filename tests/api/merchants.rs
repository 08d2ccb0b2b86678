//! Merchants of the nine small trades, their licences and owners, their time in the alliance, and whoever speaks for them.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{
    Actor, World,
    actor::refusals,
    bulk::key_of,
    make, mutate_together,
    roles::{self, Who},
};

const FIELDS: &str = "id version name trade licenceCode licenceCodeOverrideReason ownerName owner { fullName } place building { name } closedOn closeReason
    allianceMemberships { startedOn endedOn }";

async fn register(world: &World, more: Value) -> Value {
    let mut input = json!({ "communityId": world.community, "name": world.name("店"), "trade": "SHOP" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.staff.mutate("registerMerchant", "merchant", FIELDS, input).await
}

async fn change(world: &World, mutation: &str, merchant: &Value, more: Value) -> Value {
    let version = make::version(&world.staff, merchant["id"].as_str().unwrap()).await;
    let mut input = json!({ "id": merchant["id"], "expectedVersion": version });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.staff.mutate(mutation, "merchant", FIELDS, input).await
}

async fn names(actor: &Actor, filter: Value) -> Vec<String> {
    let query = "query($f: MerchantFilter) { merchants(first: 100, filter: $f) { nodes { name } } }";
    let found = actor.gql(query, json!({ "f": filter })).await;
    let nodes = found.data()["merchants"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

crate::on_both! {
    async fn a_licence_is_checked_and_stands_for_one_shop_that_is_open(app: TestApp) {
        let world = World::new(&app).await;
        let code = json!({ "licenceCode": "91350100m000100y43 " });
        let first = register(&world, code.clone()).await["merchant"].clone();
        assert_eq!(first["licenceCode"], "91350100M000100Y43");
        let second = register(&world, code.clone()).await;
        assert_eq!(refusals(&second), ["DUPLICATE licenceCode"]);
        assert_eq!(second["userErrors"][0]["details"], json!({ "merchantId": first["id"] }));
        assert_eq!(refusals(&register(&world, json!({ "licenceCode": "91350100M000100Y44" })).await), ["INVALID licenceCode"]);
        assert_eq!(refusals(&register(&world, json!({ "licenceCodeOverrideReason": "旧" })).await), ["INVALID licenceCodeOverrideReason"]);
        let old = register(&world, json!({ "licenceCode": "370211200012345", "licenceCodeOverrideReason": "旧注册号" })).await["merchant"].clone();
        assert_eq!(old["licenceCodeOverrideReason"], "旧注册号");
        // A code that passes takes the place of the old one, and the reason goes with that.
        assert_eq!(refusals(&change(&world, "amendMerchant", &old, code.clone()).await), ["DUPLICATE licenceCode"]);
        let amended = change(&world, "amendMerchant", &old, json!({ "licenceCode": "523702110000000200" })).await;
        assert_eq!((&amended["merchant"]["licenceCode"], &amended["merchant"]["licenceCodeOverrideReason"]), (&json!("523702110000000200"), &Value::Null));
        // Whoever closes a shop may open another under the same licence.
        assert_eq!(refusals(&change(&world, "closeMerchant", &first, json!({ "reason": "租约到期" })).await), Vec::<String>::new());
        assert_eq!(refusals(&register(&world, code).await), Vec::<String>::new());
        let race = json!({ "communityId": world.community, "name": "店", "trade": "SHOP", "licenceCode": "999999190001020010" });
        let payloads = mutate_together(&world.staff, "registerMerchant", "merchant", vec![race; 6]).await;
        assert_eq!(payloads.iter().filter(|payload| !payload["merchant"].is_null()).count(), 1, "{payloads:#?}");
        assert!(payloads.iter().filter(|payload| payload["merchant"].is_null()).all(|lost| refusals(lost) == ["DUPLICATE licenceCode"]));
        app.in_order().await;
    }

    async fn an_owner_is_a_resident_or_a_name_and_names_are_personal(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        assert_eq!(refusals(&register(&world, json!({ "ownerId": resident, "ownerName": "张三" })).await), ["INVALID ownerName"]);
        let named = register(&world, json!({ "ownerName": "张小明" })).await["merchant"].clone();
        let auditor = app.account("auditor", Role::Auditor, Some(crate::harness::world::HERE)).await;
        let read = async |actor: &Actor| actor.gql("query($id: ID!) { merchant(id: $id) { ownerName owner { fullName } } }", json!({ "id": named["id"] })).await;
        assert_eq!(read(&world.staff).await.data()["merchant"]["ownerName"], "张小明");
        assert_eq!(read(&auditor).await.data()["merchant"]["ownerName"], "张**");
        let by_owner = json!({ "f": { "ownerId": resident } });
        assert_eq!(auditor.gql("query($f: MerchantFilter) { merchants(filter: $f) { totalCount } }", by_owner).await.code(), "FORBIDDEN_FIELD");
        // One takes the other's place.
        let owned = change(&world, "amendMerchant", &named, json!({ "ownerId": resident })).await["merchant"].clone();
        assert_eq!((owned["ownerName"].clone(), owned["owner"].is_null()), (Value::Null, false));
        assert_eq!(names(&world.staff, json!({ "ownerId": resident })).await, [owned["name"].as_str().unwrap()]);
        // The event tells that the owner changed, and not who it is.
        let told = app.texts("SELECT fields FROM event WHERE action = 'amendMerchant'", "fields").await;
        assert_eq!(told, [r#"["owner"]"#]);
    }

    async fn a_merchant_is_in_the_alliance_once_at_a_time(app: TestApp) {
        let world = World::new(&app).await;
        app.app.clock.hold("2022-03-04T04:00:00Z".parse().unwrap());
        let shop = register(&world, json!({})).await["merchant"].clone();
        assert_eq!(refusals(&change(&world, "leaveAlliance", &shop, json!({})).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(refusals(&change(&world, "joinAlliance", &shop, json!({ "startedOn": "2022-03-05" })).await), ["OUT_OF_RANGE startedOn"]);
        assert_eq!(refusals(&change(&world, "joinAlliance", &shop, json!({ "startedOn": "2021-01-01" })).await), Vec::<String>::new());
        assert_eq!(refusals(&change(&world, "joinAlliance", &shop, json!({})).await), ["DUPLICATE id"]);
        assert_eq!(refusals(&change(&world, "leaveAlliance", &shop, json!({ "endedOn": "2020-12-31" })).await), ["OUT_OF_RANGE endedOn"]);
        assert_eq!(refusals(&change(&world, "leaveAlliance", &shop, json!({ "endedOn": "2021-06-30" })).await), Vec::<String>::new());
        assert_eq!(refusals(&change(&world, "joinAlliance", &shop, json!({ "startedOn": "2021-06-30" })).await), ["OVERLAP startedOn"]);
        assert_eq!(refusals(&change(&world, "joinAlliance", &shop, json!({ "startedOn": "2021-07-01" })).await), Vec::<String>::new());
        for (on, members) in [("2020-12-31", 0), ("2021-06-30", 1), ("2022-03-04", 1)] {
            assert_eq!(names(&world.staff, json!({ "memberOn": on })).await.len(), members, "{on}");
        }
        // With the shop its membership ends, and nothing more begins.
        let closed = change(&world, "closeMerchant", &shop, json!({ "closedOn": "2022-02-28", "reason": "租约到期" })).await["merchant"].clone();
        assert_eq!(closed["allianceMemberships"], json!([{ "startedOn": "2021-07-01", "endedOn": "2022-02-28" }, { "startedOn": "2021-01-01", "endedOn": "2021-06-30" }]));
        for (mutation, more) in [("joinAlliance", json!({})), ("closeMerchant", json!({ "reason": "再次" }))] {
            assert_eq!(refusals(&change(&world, mutation, &shop, more).await), ["ILLEGAL_TRANSITION id"], "{mutation}");
        }
        app.in_order().await;
    }

    async fn whoever_speaks_for_shops_sees_these_and_asks_for_these(app: TestApp) {
        let world = World::new(&app).await;
        let (one, two) = (make::merchant(&world.staff, &world.community, "甲店").await, make::merchant(&world.staff, &world.community, "乙店").await);
        let account = json!({ "communityId": world.community, "name": "keeper", "role": "MERCHANT", "merchantIds": [one] });
        let made = world.operator.mutate("createAccount", "accountRole", "merchants { name }", account).await;
        assert_eq!(made["accountRole"]["merchants"], json!([{ "name": "甲店" }]));
        let wrong = json!({ "communityId": world.community, "name": "other", "role": "STAFF", "merchantIds": [one] });
        assert_eq!(refusals(&world.operator.mutate("createAccount", "accountRole", "id", wrong).await), ["INVALID merchantIds"]);
        let community = key_of(&world.community);
        let keeper = roles::account(&app, "one", community, &[Who::merchant(&[key_of(&one)])]).await;
        let both = roles::account(&app, "both", community, &[Who::merchant(&[key_of(&one), key_of(&two)])]).await;
        let none = roles::account(&app, "none", community, &[Who::plain(Role::Merchant)]).await;
        assert_eq!(names(&keeper, Value::Null).await, ["甲店"]);
        assert_eq!(names(&none, Value::Null).await, Vec::<String>::new());
        let ask = async |actor: &Actor, more: Value| {
            let mut input = json!({ "communityId": world.community, "category": "BUSINESS", "text": "客流减少" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            actor.mutate("submitRequest", "request", "id channel merchant { name }", input).await
        };
        // Who keeps one shop need not name it; who keeps several does; nobody asks for another's.
        assert_eq!(ask(&keeper, json!({})).await["request"]["merchant"]["name"], "甲店");
        assert_eq!(refusals(&ask(&keeper, json!({ "merchantId": two })).await), ["NOT_FOUND merchantId"]);
        assert_eq!(refusals(&ask(&both, json!({})).await), ["REQUIRED merchantId"]);
        let asked = ask(&both, json!({ "merchantId": two })).await;
        assert_eq!((&asked["request"]["channel"], &asked["request"]["merchant"]["name"]), (&json!("SELF"), &json!("乙店")));
        assert_eq!(refusals(&ask(&none, json!({})).await), ["NOT_FOUND communityId"]);
        let seen = async |actor: &Actor| actor.ask("{ requests { totalCount } }").await.data()["requests"]["totalCount"].clone();
        assert_eq!((seen(&keeper).await, seen(&both).await, seen(&none).await), (json!(1), json!(2), json!(0)));
    }
}
