//! Migrations there and back, and databases that do not fit the program.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use migration::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, QuerySelect};
use sea_orm_migration::MigratorTrait;
use tongxin::{
    access::accounts::{self, Role},
    app::{Migrate, migrate},
    context::App,
    database::{self, Databases, Standing},
    error::{Code, Error},
    privacy::MasterKey,
};

use crate::harness::{
    app::MASTER_KEY,
    dump::{definitions, rows, tables},
    make,
};

/// Reads a row of every table through its entity; fails where a column is missing.
async fn select_all(db: &DatabaseConnection) -> usize {
    macro_rules! select {
        ($($table:ident)+) => {{
            $(entity::$table::Entity::find().limit(1).all(db).await.unwrap_or_else(|error| panic!("{}: {error}", stringify!($table)));)+
            [$(stringify!($table)),+].len()
        }};
    }
    select! {
        account account_role account_role_grid account_role_shop activity activity_organiser activity_result aid_batch aid_claim aid_programme aid_programme_exclusion aid_programme_limit aid_record alliance_membership asset asset_tenure attachment attendance attendance_error audit_entry building calendar_day calendar_year campaign certificate certificate_line circumstance community consent contribution contribution_device contribution_item contributor data_key event facility grid head_count household
        household_membership
        idempotency_key index_rotation instalment life_closure life_event merchant milestone next_index pairing partner_unit partner_unit_alias party_membership password posting project project_participation
        project_participation_role request request_entry request_notice resident retired_master_key search_entry search_state session session_sign_up sign_in sign_in_throttle sponsorship staff_member sub_district team team_membership token visit volunteer
    }
}

async fn all_down(db: &Databases) -> Result<String, Error> {
    migrate(db, Migrate::Down { steps: Migrator::migrations().len() as u32 }).await
}

async fn open(db: Databases) -> Result<Arc<App>, Error> {
    App::with(db, MasterKey::from_bytes(MASTER_KEY)).await
}

/// As if a later version of the program had been here.
async fn make_newer(db: &DatabaseConnection) {
    let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_of_the_future', 1)";
    db.execute_unprepared(sql).await.unwrap();
}

crate::on_both! {
    async fn up_down_and_up_again_make_the_same_tables(fresh: FreshDatabase) {
        let db = fresh.open().await;
        Migrator::up(db.writer(), None).await.unwrap();
        let first = definitions(db.writer()).await;
        // The table of migrations is the migrator's own.
        assert_eq!(tables(db.writer()).await.len(), select_all(db.writer()).await + 1);

        Migrator::down(db.writer(), None).await.unwrap();
        assert_eq!(tables(db.writer()).await, ["seaql_migrations"]);
        let left: Vec<String> = definitions(db.writer()).await.into_iter().filter(|made| !made.contains("seaql_migrations")).collect();
        assert_eq!(left, Vec::<String>::new());

        Migrator::up(db.writer(), None).await.unwrap();
        assert_eq!(definitions(db.writer()).await, first);
        assert!(select_all(db.writer()).await > 20);
    }

    async fn each_migration_can_be_taken_back_and_applied_alone(fresh: FreshDatabase) {
        let db = fresh.open().await;
        let mut steps = vec![definitions(db.writer()).await];
        for _ in Migrator::migrations() {
            Migrator::up(db.writer(), Some(1)).await.unwrap();
            steps.push(definitions(db.writer()).await);
        }
        let without_list = |made: &Vec<String>| made.iter().filter(|made| !made.contains("seaql_migrations")).cloned().collect::<Vec<_>>();
        for before in steps.iter().rev().skip(1) {
            Migrator::down(db.writer(), Some(1)).await.unwrap();
            assert_eq!(without_list(&definitions(db.writer()).await), without_list(before));
        }
    }

    async fn migrate_says_how_many_are_applied(fresh: FreshDatabase) {
        let db = fresh.open().await;
        let all = Migrator::migrations().len();
        let status = async || migrate(&db, Migrate::Status).await.unwrap();
        assert_eq!(status().await, format!("0 of {all} migrations applied; {all} to apply."));
        assert_eq!(tables(db.writer()).await, Vec::<String>::new(), "asking changes nothing");
        assert_eq!(migrate(&db, Migrate::Up).await.unwrap(), format!("{all} of {all} migrations applied; the database is current."));
        assert_eq!(migrate(&db, Migrate::Up).await.unwrap(), status().await);
        assert_eq!(migrate(&db, Migrate::Down { steps: 1 }).await.unwrap(), format!("{} of {all} migrations applied; 1 to apply.", all - 1));
        assert_eq!(status().await, format!("{} of {all} migrations applied; 1 to apply.", all - 1));
        assert_eq!(all_down(&db).await.unwrap(), format!("0 of {all} migrations applied; {all} to apply."));
    }

    async fn a_newer_database_is_refused_and_left_alone(fresh: FreshDatabase) {
        open(fresh.open().await).await.unwrap();
        let db = fresh.open().await;
        make_newer(db.writer()).await;
        let before = (definitions(db.writer()).await, rows(db.writer()).await);
        assert_eq!(database::standing(db.reader()).await.unwrap(), Standing::Newer);

        let attempts = [
            open(db.clone()).await.err(),
            migrate(&db, Migrate::Up).await.err(),
            migrate(&db, Migrate::Down { steps: 1 }).await.err(),
            migrate(&db, Migrate::Status).await.err(),
        ];
        for error in attempts {
            let error = error.expect("a newer database is refused");
            assert_eq!(error.code, Code::Unavailable);
            assert!(error.message.en.contains("newer than this program: update the program"), "{error:?}");
            assert!(error.message.zh.contains("请升级程序"), "{error:?}");
        }
        assert!((definitions(db.writer()).await, rows(db.writer()).await) == before, "nothing was changed");
    }

    async fn a_database_that_is_behind_is_told_to_migrate_up(fresh: FreshDatabase) {
        open(fresh.open().await).await.unwrap();
        let db = fresh.open().await;
        migrate(&db, Migrate::Down { steps: 2 }).await.unwrap();
        let before = (definitions(db.writer()).await, rows(db.writer()).await);
        let error = open(db.clone()).await.err().expect("a database that is behind is refused");
        assert_eq!(error.code, Code::Unavailable);
        assert!(error.message.en.contains("lacks 2 migrations: run `tongxin migrate up`"), "{error:?}");
        assert!((definitions(db.writer()).await, rows(db.writer()).await) == before, "nothing was changed");
        migrate(&db, Migrate::Up).await.unwrap();
        open(db).await.unwrap();
    }

    async fn a_server_whose_database_ran_ahead_is_not_ready(app: TestApp) {
        let ask = async || app.anonymous().send(http::Request::get("/readyz").body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(ask().await.status, StatusCode::OK);
        make_newer(app.app.db.writer()).await;
        let answer = ask().await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.body["status"], "not ready");
        assert_eq!(answer.body["code"], "SERVICE_UNAVAILABLE");
        app.app.db.writer().execute_unprepared("DELETE FROM seaql_migrations WHERE version LIKE '%of_the_future'").await.unwrap();
        assert_eq!(ask().await.status, StatusCode::OK);
    }

    async fn two_servers_that_set_up_one_new_database_at_once_agree_on_its_keys(fresh: FreshDatabase) {
        // Migrations themselves are one person's work; keys are made by whoever comes first.
        migrate(&fresh.open().await, Migrate::Up).await.unwrap();
        let servers = [fresh.open().await, fresh.open().await, fresh.open().await].map(|db| tokio::spawn(open(db)));
        let mut digests = Vec::new();
        for server in servers {
            let app = tokio::time::timeout(Duration::from_secs(30), server).await.unwrap().unwrap().unwrap();
            digests.push((app.keys.digest(&[b"same"]), app.keys.seal_cursor(b"list", b"place")));
        }
        assert!(digests.windows(2).all(|pair| pair[0] == pair[1]), "one deployment has one set of keys");
    }

    async fn what_was_recorded_is_there_after_the_server_was_started_again(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        make::resident(&operator, &community, "王小明").await;
        let before = rows(app.app.db.writer()).await;
        let again = open(Databases::open(&app.options).await.unwrap()).await.unwrap();
        assert!(rows(again.db.writer()).await == before, "starting writes nothing");
        accounts::add(&again, "second", Role::Operator, None).await.unwrap();
        assert_eq!(accounts::list(&app.app).await.unwrap().len(), accounts::list(&again).await.unwrap().len());
    }
}
