//! What staff members have open, and handing it over: all of it, nothing else, once.

use std::collections::BTreeMap;

use entity::{account, audit_entry, event, project};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use serde_json::{Value, json};
use tongxin::{
    access::accounts::{self, Role},
    staff::work,
};
use uuid::Uuid;

use crate::harness::{
    Actor, Engine, TestApp, World, actor::refusals, bulk::key_of, make, mutate_together, together, world::HERE,
};

/// What leads from PROPOSED to each state.
const PATHS: [(&str, &[&str], bool); 5] = [
    ("PROPOSED", &[], true),
    ("APPROVED", &["approveProject"], true),
    ("UNDER_WAY", &["approveProject", "startProject"], true),
    ("COMPLETED", &["approveProject", "startProject", "completeProject"], false),
    ("CANCELLED", &["cancelProject"], false),
];

async fn project_of(world: &World, responsible: Option<&str>, decisions: &[&str]) -> String {
    let input = json!({ "communityId": world.community, "title": world.name("项目"), "responsibleId": responsible });
    let id = make::created(&world.staff, "proposeProject", "project", input).await;
    for (version, decision) in (1..).zip(decisions) {
        let mut input = json!({ "id": id, "expectedVersion": version });
        if *decision == "cancelProject" {
            input["reason"] = json!("场地未落实");
        }
        make::created(&world.staff, decision, "project", input).await;
    }
    id
}

async fn open_work(actor: &Actor, member: &str) -> Value {
    let query = "query($m: ID!) { openWork(staffMemberId: $m) { kind count items { id ... on Project { title status responsible { id } } } } }";
    actor.gql(query, json!({ "m": member })).await.data()["openWork"].clone()
}

async fn hand_over(actor: &Actor, from: &str, to: &str) -> Value {
    actor.mutate("handOver", "staffMember", "id", json!({ "fromId": from, "toId": to })).await
}

async fn rows(app: &TestApp) -> BTreeMap<Uuid, project::Model> {
    let all = project::Entity::find().all(app.app.db.writer()).await.unwrap();
    all.into_iter().map(|row| (row.id, row)).collect()
}

crate::on_both! {
    async fn all_that_is_open_goes_to_the_other_and_nothing_else_is_touched(app: TestApp) {
        let world = World::new(&app).await;
        let mut random = StdRng::seed_from_u64(7);
        for _ in 0..4 {
            let people = [make::posted(&world.staff, &world.community, "甲").await, make::posted(&world.staff, &world.community, "乙").await, make::posted(&world.staff, &world.community, "丙").await];
            let mut open = Vec::new();
            for _ in 0..random.random_range(3..9) {
                let (_, decisions, is_open) = PATHS[random.random_range(0..PATHS.len())];
                let whose = random.random_range(0..4_usize);
                let id = project_of(&world, people.get(whose).map(String::as_str), decisions).await;
                if is_open && whose == 0 {
                    open.push(id);
                }
            }
            open.push(project_of(&world, Some(&people[0]), PATHS[2].1).await);
            project_of(&world, Some(&people[0]), PATHS[3].1).await;
            open.sort();
            let listed = open_work(&world.staff, &people[0]).await;
            assert_eq!((&listed[0]["kind"], &listed[0]["count"]), (&json!("PROJECT"), &json!(open.len())));
            let mut ids: Vec<&str> = listed[0]["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
            ids.sort_unstable();
            assert_eq!(ids, open);
            assert!(listed[0]["items"].as_array().unwrap().iter().all(|item| item["responsible"]["id"] == json!(people[0])));

            let before = rows(&app).await;
            let events = event::Entity::find().all(app.app.db.writer()).await.unwrap().len();
            let done = hand_over(&world.staff, &people[0], &people[1]).await;
            assert_eq!(done, json!({ "staffMember": { "id": people[0] }, "userErrors": [] }));
            let after = rows(&app).await;
            for (id, row) in &after {
                let moved = open.iter().any(|open| key_of(open) == *id);
                let mut expected = before[id].clone();
                if moved {
                    (expected.responsible_id, expected.version) = (Some(key_of(&people[1])), expected.version + 1);
                }
                assert_eq!(*row, expected);
            }
            assert_eq!(open_work(&world.staff, &people[0]).await, json!([]), "nothing open is left");
            let told = event::Entity::find().order_by_asc(event::Column::Seq).all(app.app.db.writer()).await.unwrap().split_off(events);
            let mut of_projects: Vec<Uuid> = told.iter().filter(|event| event.subject_kind == "project").map(|event| event.subject_id).collect();
            of_projects.sort();
            let mut keys: Vec<Uuid> = open.iter().map(|id| key_of(id)).collect();
            keys.sort();
            assert_eq!(of_projects, keys, "each with its event");
            assert!(told.iter().all(|event| event.action == "handOver") && told.len() == open.len() + 1);
        }
        let noted = audit_entry::Entity::find().filter(audit_entry::Column::Kind.eq("WORK_HANDED_OVER")).all(app.app.db.writer()).await.unwrap();
        assert_eq!(noted.len(), 4);
    }

    async fn only_somebody_who_holds_a_post_in_the_community_takes_it(app: TestApp) {
        let world = World::new(&app).await;
        let from = make::posted(&world.staff, &world.community, "甲").await;
        project_of(&world, Some(&from), &[]).await;
        let unposted = make::staff_member(&world.staff, &world.community, "乙").await;
        let ended = make::staff_member(&world.staff, &world.community, "丙").await;
        let post = json!({ "staffMemberId": ended, "role": "GRID_WORKER", "startedOn": "2021-01-01" });
        let post = make::created(&world.staff, "postStaffMember", "posting", post).await;
        make::created(&world.staff, "endPosting", "posting", json!({ "id": post, "expectedVersion": 1, "endedOn": "2021-12-31" })).await;
        let elsewhere = make::posted(&world.stranger, &world.elsewhere, "丁").await;
        let closed = make::posted(&world.staff, &world.community, "戊").await;
        let account = json!({ "communityId": world.community, "name": "wu", "role": "STAFF", "staffMemberId": closed });
        make::created(&world.operator, "createAccount", "accountRole", account).await;
        accounts::disable(&app.app, "wu", true).await.unwrap();
        let before = rows(&app).await;
        for (actor, to, expected) in [
            (&world.staff, &unposted, "ILLEGAL_TRANSITION toId"), (&world.staff, &ended, "ILLEGAL_TRANSITION toId"), (&world.staff, &closed, "ILLEGAL_TRANSITION toId"),
            (&world.staff, &elsewhere, "NOT_FOUND toId"), (&world.operator, &elsewhere, "NOT_FOUND toId"), (&world.staff, &from, "DUPLICATE toId"),
            (&world.stranger, &elsewhere, "NOT_FOUND fromId"),
        ] {
            assert_eq!(refusals(&hand_over(actor, &from, to).await), [expected]);
        }
        assert_eq!(rows(&app).await, before);
        assert_eq!(open_work(&world.stranger, &from).await, json!([]), "not told elsewhere");
        assert_eq!(open_work(&world.staff, &unposted).await, json!([]));
        accounts::disable(&app.app, "wu", false).await.unwrap();
        assert_eq!(hand_over(&world.staff, &from, &closed).await["userErrors"], json!([]));
    }

    async fn what_is_given_to_somebody_while_they_hand_over_is_not_lost(app: TestApp) {
        let world = World::new(&app).await;
        for _ in 0..4 {
            let (from, to) = (make::posted(&world.staff, &world.community, "甲").await, make::posted(&world.staff, &world.community, "乙").await);
            let mut projects = Vec::new();
            for _ in 0..6 {
                projects.push(project_of(&world, None, &[]).await);
            }
            let tasks = projects.iter().map(|id| ("amendProject", "project", json!({ "id": id, "expectedVersion": 1, "responsibleId": from })));
            let tasks = tasks.chain([("handOver", "staffMember", json!({ "fromId": from, "toId": to })), ("handOver", "staffMember", json!({ "fromId": to, "toId": from }))]);
            let payloads = together(tasks.map(|(mutation, object, input)| {
                let actor = world.staff.clone();
                async move { actor.mutate(mutation, object, "id", input).await }
            })).await;
            assert!(payloads.iter().all(|payload| payload["userErrors"] == json!([])), "{payloads:#?}");
            let count = async |member: &str| open_work(&world.staff, member).await[0]["count"].as_u64().unwrap_or_default();
            assert_eq!(count(&from).await + count(&to).await, 6);
            hand_over(&world.staff, &from, &to).await;
            assert_eq!((count(&from).await, count(&to).await), (0, 6));
            // The same again at once: each of the six moves once.
            let before = rows(&app).await;
            let inputs = (0..4).map(|_| json!({ "fromId": to, "toId": from }));
            mutate_together(&world.staff, "handOver", "staffMember", inputs).await;
            let after = rows(&app).await;
            assert!(projects.iter().all(|id| after[&key_of(id)].version == before[&key_of(id)].version + 1));
        }
    }

    async fn more_than_a_statement_holds_is_handed_over_in_one_go(app: TestApp) {
        let world = World::new(&app).await;
        let (from, to) = (make::posted(&world.staff, &world.community, "甲").await, make::posted(&world.staff, &world.community, "乙").await);
        let one = rows(&app).await.into_values().next();
        assert!(one.is_none());
        let first = project_of(&world, Some(&from), &[]).await;
        let first = rows(&app).await.remove(&key_of(&first)).unwrap();
        let many: Vec<project::Model> = (0..2_500).map(|_| project::Model { id: app.app.clock.new_id(), ..first.clone() }).collect();
        crate::harness::bulk::insert(&app, &many).await;
        let listed = open_work(&world.staff, &from).await;
        assert_eq!((&listed[0]["count"], listed[0]["items"].as_array().unwrap().len()), (&json!(2_501), 100));
        assert_eq!(hand_over(&world.staff, &from, &to).await["userErrors"], json!([]));
        assert!(rows(&app).await.values().all(|row| row.responsible_id == Some(key_of(&to)) && row.version == 2));
    }

    async fn no_reference_to_staff_is_forgotten_when_work_is_handed_over(app: TestApp) {
        // Whoever is the person that the row is about, or signed what was issued, stays that person; what somebody answers for is handed over.
        const THE_PERSON: [&str; 4] = ["attendance.staff_member_id", "certificate.responsible_id", "posting.staff_member_id", "volunteer.staff_member_id"];
        const HANDED_OVER: [&str; 3] = ["project.responsible_id", "request.assignee_id", "visit.staff_member_id"];
        let db = app.app.db.writer();
        let sql = match app.engine {
            Engine::Sqlite => "SELECT m.name || '.' || f.\"from\" AS reference FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' AND f.\"table\" = 'staff_member'",
            Engine::Postgres => "SELECT c.conrelid::regclass::text || '.' || a.attname::text AS reference FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                WHERE c.contype = 'f' AND c.confrelid = 'staff_member'::regclass",
        };
        let found = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let mut found: Vec<String> = found.iter().map(|row| row.try_get("", "reference").unwrap()).collect();
        found.sort();
        let mut known: Vec<&str> = THE_PERSON.into_iter().chain(HANDED_OVER).collect();
        known.sort_unstable();
        assert_eq!(found, known, "say in src/staff/work.rs what becomes of it when somebody goes, and here");
    }

    async fn the_command_line_tells_what_is_left_open_by_an_account(app: TestApp) {
        let world = World::new(&app).await;
        let member = make::posted(&world.staff, &world.community, "甲").await;
        let account = json!({ "communityId": world.community, "name": "jia", "role": "STAFF", "staffMemberId": member });
        make::created(&world.operator, "createAccount", "accountRole", account).await;
        let title = project_of(&world, Some(&member), &[]).await;
        project_of(&world, Some(&member), PATHS[4].1).await;
        let title = rows(&app).await[&key_of(&title)].title.clone();
        assert_eq!(work::left_with(&app.app, "jia").await.unwrap(), [format!("社区{HERE}\t{member}\tPROJECT\t{title}")]);
        for nobody in ["operator", "no-such-account"] {
            assert_eq!(work::left_with(&app.app, nobody).await.unwrap(), Vec::<String>::new());
        }
        let known = account::Entity::find().filter(account::Column::Name.eq("jia")).one(app.app.db.writer()).await.unwrap();
        assert!(known.is_some());
        app.account("someone", Role::Auditor, Some(HERE)).await;
    }
}
