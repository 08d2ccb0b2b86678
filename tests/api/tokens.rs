//! Tokens of programs: what they may do, where and how long, and that nobody keeps their secret.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{account, account_role, event};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{
    Actor, TestApp, World,
    actor::refusals,
    bulk::key_of,
    door::who,
    dump::rows,
    make,
    roles::{self, Who},
    world,
};

const CREATE: &str = "mutation($input: CreateTokenInput!) { createToken(input: $input) {
    token { name account scopes createdAt expiresAt lastUsedAt } secret userErrors { field code message } } }";

async fn create(actor: &Actor, input: &Value) -> Value {
    actor.gql(CREATE, json!({ "input": input })).await.data()["createToken"].clone()
}

/// Of the staff of the first community.
fn input(world: &World, name: &str, scopes: &[&str]) -> Value {
    json!({
        "communityId": world.community, "account": format!("staff-{}", world::HERE), "name": name, "scopes": scopes, "expiresOn": "2026-12-31",
    })
}

pub(crate) async fn program(app: &TestApp, world: &World, scopes: &[&str]) -> Actor {
    let payload = create(&world.operator, &input(world, &world.name("程序"), scopes)).await;
    let secret = payload["secret"].as_str().unwrap_or_else(|| panic!("{payload:#}"));
    Actor::new(app.router.clone(), Some(secret.to_owned()))
}

async fn listed(actor: &Actor, community: &str) -> Value {
    let query = "query($c: ID!) { tokens(communityId: $c) { name account scopes lastUsedAt expiresAt } }";
    actor.gql(query, json!({ "c": community })).await.data()["tokens"].clone()
}

async fn revoke(actor: &Actor, community: &str, name: &str) -> Value {
    let query = "mutation($input: RevokeTokenInput!) { revokeToken(input: $input) { token { name } userErrors { field code message } } }";
    actor.gql(query, json!({ "input": { "communityId": community, "name": name } })).await.data()["revokeToken"].clone()
}

/// Noon of a day in 2026, where the communities of the tests are.
fn start(app: &TestApp) -> DateTime<Utc> {
    let noon = "2026-06-01T04:00:00Z".parse().unwrap();
    app.app.clock.hold(noon);
    noon
}

crate::on_both! {
    async fn a_token_is_shown_once_listed_with_its_last_use_and_revoked(app: TestApp) {
        let now = start(&app);
        let world = World::new(&app).await;
        let made = create(&world.operator, &input(&world, "区图书馆", &["READ_AID", "WRITE_PROJECTS"])).await;
        assert_eq!(made["userErrors"], json!([]));
        let secret = made["secret"].as_str().unwrap();
        assert!(secret.starts_with("tongxin_pat_"), "{secret}");
        let program = Actor::new(app.router.clone(), Some(secret.to_owned()));
        let account = format!("staff-{}", world::HERE);
        let mut expected = json!([{
            "name": "区图书馆", "account": account, "scopes": ["READ_AID", "WRITE_PROJECTS"], "lastUsedAt": null, "expiresAt": "2026-12-31T16:00:00+00:00",
        }]);
        assert_eq!(listed(&world.operator, &world.community).await, expected);
        app.app.clock.hold(now + TimeDelta::minutes(5));
        assert_eq!(who(&program).await, account.as_str());
        app.app.uses.flush(&app.app).await.unwrap();
        expected[0]["lastUsedAt"] = json!("2026-06-01T04:05:00+00:00");
        assert_eq!(listed(&world.operator, &world.community).await, expected);
        assert_eq!(listed(&world.operator, &world.elsewhere).await, json!([]));

        assert!(!rows(app.app.db.writer()).await.join("\n").contains(&secret["tongxin_pat_".len()..]), "the secret is kept somewhere");
        assert_eq!(revoke(&world.operator, &world.community, "区图书馆").await, json!({ "token": { "name": "区图书馆" }, "userErrors": [] }));
        assert_eq!(who(&program).await, "UNAUTHENTICATED");
        assert_eq!(listed(&world.operator, &world.community).await, json!([]));
        assert_eq!(refusals(&revoke(&world.operator, &world.community, "区图书馆").await), ["NOT_FOUND name"]);
        // The name is free again, and both deeds are on record.
        assert_eq!(create(&world.operator, &input(&world, "区图书馆", &["READ_AID"])).await["userErrors"], json!([]));
        let events = event::Entity::find().filter(event::Column::SubjectKind.eq("token")).all(app.app.db.writer()).await.unwrap();
        let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).filter(|action| !action.contains(' ')).collect();
        assert_eq!(actions, ["createToken", "revokeToken", "createToken"]);
        assert!(events.iter().all(|event| event.community_id.is_some() && event.account_id.is_some()));
    }

    async fn a_scope_narrows_what_the_account_reaches_through_every_door(app: TestApp) {
        start(&app);
        let world = World::new(&app).await;
        let (aid, resident, project) = (world.aid().await, world.resident().await, world.project().await);
        let counts = "{ aidRecords { totalCount nodes { resident { fullName } project { title } } } residents { totalCount } projects { totalCount } communities { totalCount } events { totalCount } staffMembers { totalCount } }";
        let reader = program(&app, &world, &["READ_AID"]).await;
        let seen = reader.ask(counts).await.data().clone();
        assert_eq!((seen["aidRecords"]["totalCount"].clone(), seen["communities"]["totalCount"].clone()), (json!(1), json!(1)));
        for other in ["residents", "projects", "events", "staffMembers"] {
            assert_eq!(seen[other]["totalCount"], 0, "{other}");
        }
        assert_eq!(seen["aidRecords"]["nodes"][0]["resident"], Value::Null, "nor through an edge");
        let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let found = reader.gql(nodes, json!({ "ids": [aid, resident, project] })).await.data()["nodes"].clone();
        assert_eq!(found, json!([{ "id": aid }, null, null]));
        assert_eq!(world.staff.gql(nodes, json!({ "ids": [aid, resident, project] })).await.data()["nodes"][1], json!({ "id": resident }), "the account itself sees it");

        let grid = |actor: &Actor| {
            let (actor, input) = (actor.clone(), json!({ "communityId": world.community, "name": "新网格" }));
            async move { actor.gql("mutation($input: RegisterGridInput!) { registerGrid(input: $input) { userErrors { code } } }", json!({ "input": input })).await }
        };
        let approve = async |actor: &Actor, version: i32| {
            actor.gql("mutation($i: ID!, $v: Int!) { cancelAid(input: { id: $i, expectedVersion: $v, reason: \"不再需要\" }) { aidRecord { status } userErrors { field code } } }", json!({ "i": aid, "v": version })).await
        };
        assert_eq!(approve(&reader, 1).await.code(), "FORBIDDEN");
        let writer = program(&app, &world, &["WRITE_AID"]).await;
        assert_eq!(grid(&writer).await.code(), "FORBIDDEN");
        assert_eq!(approve(&writer, 1).await.data()["cancelAid"], json!({ "aidRecord": { "status": "CANCELLED" }, "userErrors": [] }));
        assert_eq!(writer.ask("{ aidRecords { totalCount } }").await.data()["aidRecords"]["totalCount"], 1, "what is written can be read");
    }

    async fn a_token_reaches_nothing_outside_its_community_whatever_its_account_may_do_there(app: TestApp) {
        start(&app);
        let world = World::new(&app).await;
        make::grid(&world.stranger, &world.elsewhere, "别处网格").await;
        make::grid(&world.staff, &world.community, "本处网格").await;
        let db = app.app.db.writer();
        let name = format!("staff-{}", world::HERE);
        let owner = account::Entity::find().filter(account::Column::Name.eq(name.clone())).one(db).await.unwrap().unwrap();
        let all = account_role::Entity::find().all(db).await.unwrap();
        let theirs = all.iter().find(|role| role.role == Role::Staff && role.account_id != owner.id).unwrap().clone();
        let mut second = account_role::ActiveModel::from(theirs);
        (second.id, second.account_id) = (Set(app.app.clock.new_id()), Set(owner.id));
        account_role::Entity::insert(second).exec_without_returning(db).await.unwrap();
        let both = app.staff_of(world::HERE).await;
        let query = "{ grids { totalCount } communities { totalCount } viewer { roles { role } } }";
        assert_eq!(both.ask(query).await.data()["grids"]["totalCount"], 2);
        let program = program(&app, &world, &["READ_COMMUNITY"]).await;
        assert_eq!(program.ask(query).await.data(), &json!({ "grids": { "totalCount": 1 }, "communities": { "totalCount": 1 }, "viewer": { "roles": [{ "role": "STAFF" }] } }));
    }

    async fn what_is_wrong_with_a_token_is_told_all_at_once(app: TestApp) {
        start(&app);
        let world = World::new(&app).await;
        let good = input(&world, "区图书馆", &["READ_AID"]);
        let with = |field: &str, value: Value| { let mut input = good.clone(); input[field] = value; input };
        let wrong = json!({ "communityId": world.community, "account": "nobody", "name": " ", "scopes": [], "expiresOn": "2026-05-31" });
        assert_eq!(refusals(&create(&world.operator, &wrong).await), ["REQUIRED name", "REQUIRED scopes", "NOT_FOUND account", "OUT_OF_RANGE expiresOn"]);
        let foreign = format!("staff-{}", world::ELSEWHERE);
        for (input, expected) in [
            (with("account", json!(foreign)), "NOT_FOUND account"),
            (with("account", json!("operator")), "NOT_FOUND account"),
            (with("expiresOn", json!("2028-06-05")), "OUT_OF_RANGE expiresOn"),
            (with("name", json!("名".repeat(65))), "OUT_OF_RANGE name"),
            (with("communityId", json!("resident_01h455vb4pex5vsknk084sn02q")), "INVALID communityId"),
            (with("communityId", json!("community_01h455vb4pex5vsknk084sn02q")), "NOT_FOUND communityId"),
        ] {
            let payload = create(&world.operator, &input).await;
            assert_eq!((refusals(&payload), &payload["secret"]), (vec![expected.to_owned()], &Value::Null));
        }
        assert_eq!(create(&world.operator, &good).await["userErrors"], json!([]));
        assert_eq!(refusals(&create(&world.operator, &good).await), ["DUPLICATE name"]);
        // Whoever works for the community has no say in who else may come in.
        assert_eq!(world.staff.gql(CREATE, json!({ "input": good })).await.code(), "FORBIDDEN");
        assert_eq!(app.anonymous().gql(CREATE, json!({ "input": good })).await.code(), "UNAUTHENTICATED");
        assert_eq!(listed(&world.staff, &world.community).await, json!([]));
    }

    async fn a_secretary_manages_the_tokens_of_the_community_and_a_scoped_token_manages_none(app: TestApp) {
        start(&app);
        let world = World::new(&app).await;
        let secretary = app.account("secretary", Role::Secretary, Some(world::HERE)).await;
        let mut own = input(&world, "书记的程序", &["READ_AID", "WRITE_AID"]);
        own["account"] = json!("secretary");
        let made = create(&secretary, &own).await;
        assert_eq!(made["userErrors"], json!([]));
        assert_eq!(listed(&secretary, &world.community).await[0]["name"], "书记的程序");
        let elsewhere = json!({ "communityId": world.elsewhere, "account": format!("staff-{}", world::ELSEWHERE), "name": "x", "scopes": ["READ_AID"], "expiresOn": "2026-12-31" });
        assert_eq!(refusals(&create(&secretary, &elsewhere).await), ["NOT_FOUND communityId"]);
        let program = Actor::new(app.router.clone(), made["secret"].as_str().map(str::to_owned));
        own["name"] = json!("另一个");
        assert_eq!(program.gql(CREATE, json!({ "input": own })).await.code(), "FORBIDDEN");
        assert_eq!(listed(&program, &world.community).await, json!([]));
        assert_eq!(revoke(&secretary, &world.community, "书记的程序").await["userErrors"], json!([]));
        assert_eq!(who(&program).await, "UNAUTHENTICATED");
    }

    async fn a_scope_that_the_account_never_reaches_is_refused_and_what_it_may_is_named(app: TestApp) {
        start(&app);
        let world = World::new(&app).await;
        let unit = key_of(&world.unit().await);
        let community = key_of(&world.community);
        roles::account(&app, "bank", community, &[Who::partner(unit)]).await;
        roles::account(&app, "clerk", community, &[Who::grid_staff(&[key_of(&make::grid(&world.staff, &world.community, "一").await)])]).await;
        let of = |account: &str, scopes: &[&str]| {
            let mut input = input(&world, &world.name("程序"), scopes);
            input["account"] = json!(account);
            input
        };
        let refused = create(&world.operator, &of("bank", &["READ_AID", "WRITE_AID", "READ_RESIDENTS"])).await;
        assert_eq!((refusals(&refused), &refused["secret"]), (vec!["INVALID scopes.1".to_owned(), "INVALID scopes.2".to_owned()], &Value::Null));
        let message = refused["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.contains("WRITE_AID") && message.contains("READ_AID, ") && !message.contains("READ_RESIDENTS"), "{message}");
        let secret = create(&world.operator, &of("bank", &["READ_AID", "READ_PROJECTS"])).await["secret"].as_str().unwrap().to_owned();
        let program = Actor::new(app.router.clone(), Some(secret));
        program.ask("{ projects { totalCount } aidRecords { totalCount } }").await.data();
        assert_eq!(refusals(&create(&world.operator, &of("clerk", &["READ_RESIDENTS", "WRITE_RESIDENTS"])).await), ["INVALID scopes.1"]);
        // What another role of the account lets it do counts; what it may do elsewhere does not.
        roles::account(&app, "both", community, &[Who::partner(unit), Who::plain(Role::Staff)]).await;
        assert_eq!(refusals(&create(&world.operator, &of("both", &["WRITE_AID"])).await), Vec::<String>::new());
        let elsewhere = json!({ "communityId": world.elsewhere, "account": "bank", "role": "STAFF" });
        make::created(&world.operator, "grantRole", "accountRole", elsewhere).await;
        assert_eq!(refusals(&create(&world.operator, &of("bank", &["WRITE_AID"])).await), ["INVALID scopes.0"]);
    }

    async fn a_token_is_good_to_the_end_of_its_last_day_where_its_community_is(app: TestApp) {
        start(&app);
        let world = World::new(&app).await;
        let program = program(&app, &world, &["READ_AID"]).await;
        let at = async |time: &str| {
            app.app.clock.hold(time.parse().unwrap());
            who(&program).await == "UNAUTHENTICATED"
        };
        assert!(!at("2026-12-31T15:59:59Z").await);
        assert!(at("2026-12-31T16:00:01Z").await);
    }
}
