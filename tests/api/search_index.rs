//! The index keeps up with the records, in the same transaction, and can be made anew at any time.

use serde_json::json;
use tongxin::{demo, search};

use crate::harness::{
    Engine, TestApp, World,
    actor::refusals,
    make,
    searching::{called, listed},
};

/// All entries, without the numbers that the database gave them.
async fn entries(app: &TestApp) -> Vec<String> {
    if app.engine == Engine::Sqlite {
        // The full-text index agrees with the entries.
        app.run("INSERT INTO search_match (search_match, rank) VALUES ('integrity-check', 1)").await;
    }
    let id = |column: &str| match app.engine {
        Engine::Sqlite => format!("hex(COALESCE({column}, ''))"),
        Engine::Postgres => format!("COALESCE({column}::text, '')"),
    };
    let columns = [
        &id("subject_id"),
        &id("community_id"),
        "kind",
        "field",
        "text",
        "spelling",
        "initials",
        "syllables",
        "reading",
        "tokens",
    ]
    .join(" || '/' || ");
    let mut all = app.texts(&format!("SELECT {columns} AS entry FROM search_entry"), "entry").await;
    all.sort_unstable();
    all
}

crate::on_both! {
    async fn a_change_of_name_shows_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let resident = make::resident(staff, &world.community, "张三").await;
        let project = make::project(staff, &world.community, "社区食堂").await;
        let campaign = make::campaign(staff, &world.community, "迎检大会战").await;
        let activity = make::activity(staff, &world.community, "主题党日").await;
        let unit = json!({ "name": "建设银行", "kind": "BANK", "aliases": ["建行"], "pairing": { "communityId": world.community } });
        let unit = make::created(staff, "registerPartnerUnit", "partnerUnit", unit).await;
        for (mutation, object, input) in [
            ("amendResident", "resident", json!({ "id": resident, "expectedVersion": 1, "fullName": "李四" })),
            ("amendProject", "project", json!({ "id": project, "expectedVersion": 1, "title": "长者驿站" })),
            ("amendCampaign", "campaign", json!({ "id": campaign, "expectedVersion": 1, "title": "清洁家园" })),
            ("amendActivity", "activity", json!({ "id": activity, "expectedVersion": 1, "title": "健康义诊" })),
            ("amendPartnerUnit", "partnerUnit", json!({ "id": unit, "expectedVersion": 1, "name": "渤海银行" })),
            ("addPartnerUnitAlias", "partnerUnit", json!({ "partnerUnitId": unit, "alias": "渤银" })),
            ("amendResident", "resident", json!({ "id": resident, "expectedVersion": 2, "phone": "13800138000" })),
        ] {
            assert_eq!(refusals(&staff.mutate(mutation, object, "id", input).await), Vec::<String>::new(), "{mutation}");
        }
        for (text, expected) in [
            ("张三", vec![]), ("zs", vec![]), ("李四", vec!["李四"]), ("ls", vec!["李四"]), ("食堂", vec![]), ("驿站", vec!["长者驿站"]),
            ("会战", vec![]), ("家园", vec!["清洁家园"]), ("qjjy", vec!["清洁家园"]), ("党日", vec![]), ("義診", vec!["健康义诊"]),
            ("建设", vec![]), ("建行", vec!["渤海银行"]), ("渤银", vec!["渤海银行"]), ("bhyh", vec!["渤海银行"]),
        ] {
            assert_eq!(called(staff, text, json!({})).await, expected, "{text}");
        }
        let incremental = entries(&app).await;
        search::rebuild(&app.app).await.unwrap();
        assert_eq!(entries(&app).await, incremental);
    }

    async fn volunteers_follow_the_names_of_residents_and_teams_their_own(app: TestApp) {
        let world = World::new(&app).await;
        let staff = &world.staff;
        let resident = make::resident(staff, &world.community, "张三").await;
        let enrol = json!({ "communityId": world.community, "kind": "RESIDENT", "residentId": resident });
        make::created(staff, "enrolVolunteer", "volunteer", enrol).await;
        let team = json!({ "communityId": world.community, "name": "红马甲志愿者队" });
        let team = make::created(staff, "formTeam", "team", team).await;
        let both = json!({ "kinds": ["VOLUNTEER", "TEAM"] });
        assert_eq!(called(staff, "zs", both.clone()).await, ["张三"]);
        assert_eq!(called(staff, "志工", both.clone()).await, ["红马甲志愿者队"]);
        for (mutation, object, input) in [
            ("amendResident", "resident", json!({ "id": resident, "expectedVersion": 1, "fullName": "李四" })),
            ("amendTeam", "team", json!({ "id": team, "expectedVersion": 1, "name": "蓝马甲队" })),
        ] {
            assert_eq!(refusals(&staff.mutate(mutation, object, "id", input).await), Vec::<String>::new(), "{mutation}");
        }
        for (text, expected) in [("zs", vec![]), ("ls", vec!["李四"]), ("红马甲", vec![]), ("lanmajia", vec!["蓝马甲队"])] {
            assert_eq!(called(staff, text, both.clone()).await, expected, "{text}");
        }
        let incremental = entries(&app).await;
        search::rebuild(&app.app).await.unwrap();
        assert_eq!(entries(&app).await, incremental);
    }

    async fn a_change_that_fails_leaves_the_index_as_it_was(app: TestApp) {
        let world = World::new(&app).await;
        let resident = make::resident(&world.staff, &world.community, "张三").await;
        let before = entries(&app).await;
        let stale = json!({ "id": resident, "expectedVersion": 7, "fullName": "李四" });
        assert_eq!(refusals(&world.staff.mutate("amendResident", "resident", "id", stale).await), ["CONFLICT expectedVersion"]);
        // The event is the last thing that a mutation writes.
        match app.engine {
            Engine::Sqlite => app.run("CREATE TRIGGER no_event BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no'); END").await,
            Engine::Postgres => {
                app.run("CREATE FUNCTION no_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$").await;
                app.run("CREATE TRIGGER no_event BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION no_event()").await;
            }
        }
        let register = "mutation($c: ID!) { registerResident(input: { communityId: $c, fullName: \"王五\" }) { resident { id } } }";
        assert_eq!(world.staff.gql(register, json!({ "c": world.community })).await.code(), "INTERNAL_SERVER_ERROR");
        let rename = "mutation($r: ID!) { amendResident(input: { id: $r, expectedVersion: 1, fullName: \"李四\" }) { resident { id } } }";
        assert_eq!(world.staff.gql(rename, json!({ "r": resident })).await.code(), "INTERNAL_SERVER_ERROR");
        assert_eq!(entries(&app).await, before);
        assert_eq!(called(&world.staff, "zs", json!({})).await, ["张三"]);
    }

    async fn a_repeated_mutation_leaves_one_entry(app: TestApp) {
        let world = World::new(&app).await;
        let input = json!({ "communityId": world.community, "fullName": "张三", "idempotencyKey": "once" });
        for _ in 0..2 {
            make::created(&world.staff, "registerResident", "resident", input.clone()).await;
        }
        assert_eq!(entries(&app).await.len(), 1);
    }

    async fn what_is_not_called_so_any_more_is_gone_after_a_rebuild(app: TestApp) {
        let world = World::new(&app).await;
        make::resident(&world.staff, &world.community, "张三").await;
        make::resident(&world.staff, &world.community, "张三丰").await;
        let unit = json!({ "name": "建设银行", "kind": "BANK", "aliases": ["建行", "老建行"], "pairing": { "communityId": world.community } });
        make::created(&world.staff, "registerPartnerUnit", "partnerUnit", unit).await;
        app.run("DELETE FROM partner_unit_alias WHERE alias = '老建行'").await;
        app.run("UPDATE resident SET merged_into = (SELECT id FROM resident WHERE full_name = '张三') WHERE full_name = '张三丰'").await;
        let made = search::rebuild(&app.app).await.unwrap();
        assert_eq!(made.iter().map(|(_, records)| *records).collect::<Vec<_>>(), [1, 1, 0, 0, 0, 0, 0]);
        assert_eq!(called(&world.staff, "张", json!({})).await, ["张三"]);
        assert!(called(&world.staff, "老建行", json!({})).await.is_empty());
        assert_eq!(entries(&app).await.len(), 3);
    }

    async fn a_missing_or_outdated_index_is_made_at_the_start_and_a_current_one_left_alone(app: TestApp) {
        let world = World::new(&app).await;
        make::resident(&world.staff, &world.community, "张三").await;
        make::project(&world.staff, &world.community, "社区食堂").await;
        let made = entries(&app).await;
        for spoil in ["DELETE FROM search_state", "UPDATE search_state SET version = 0"] {
            app.run("DELETE FROM search_entry").await;
            app.run(spoil).await;
            assert!(called(&world.staff, "张三", json!({})).await.is_empty());
            search::ensure(&app.app).await.unwrap();
            assert_eq!(entries(&app).await, made, "{spoil}");
        }
        assert_eq!(listed(&world.staff, "residents", "fullName", "zs").await, ["张三"]);
        let before = app.tables().await;
        search::ensure(&app.app).await.unwrap();
        assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
    }

    async fn the_demo_and_the_seed_fill_the_index_themselves(app: TestApp) {
        let options = demo::FillOptions { residents: 300, random_seed: 5, progress: false };
        demo::fill(&app.app, &options).await.unwrap();
        demo::seed(app.app.clone(), &demo::SeedArgs { residents: 200, aid_records: 10, random_seed: 9 }).await.unwrap();
        let filled = entries(&app).await;
        assert!(filled.len() > 500, "{}", filled.len());
        search::rebuild(&app.app).await.unwrap();
        assert_eq!(entries(&app).await, filled);
    }
}
