//! Deadlines in working days, by a calendar that is data: published holidays, make-up days, and years that nobody knows yet.

use chinese_holiday::{Ymd, chinese_holiday};
use chrono::{Datelike, NaiveDate, Weekday};
use entity::{calendar_day, calendar_year};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tongxin::calendar;

use crate::harness::{TestApp, World, bulk::day, make};

fn hold(app: &TestApp, at: &str) {
    app.app.clock.hold(at.parse().unwrap());
}

async fn due(world: &World, id: &str) -> (Value, Value) {
    let query = "query($id: ID!) { request(id: $id) { dueOn dueProvisional } }";
    let found = world.staff.gql(query, json!({ "id": id })).await.data()["request"].clone();
    (found["dueOn"].clone(), found["dueProvisional"].clone())
}

async fn asked(world: &World, category: &str, urgency: &str) -> String {
    make::request(&world.staff, &world.community, json!({ "category": category, "urgency": urgency })).await
}

crate::on_both! {
    async fn the_calendar_is_that_of_the_published_notices(app: TestApp) {
        let db = app.app.db.reader();
        let years: Vec<i32> = calendar_year::Entity::find().all(db).await.unwrap().iter().map(|row| row.year).collect();
        assert_eq!(years, (2020..=2026).collect::<Vec<_>>());
        let rows = calendar_day::Entity::find().all(db).await.unwrap();
        let moved = |on: NaiveDate| rows.iter().find(|row| row.day == on).map(|row| row.worked);
        let mut on = day(2020, 1, 1);
        // The crate, the maintained one of its kind, ends with the year's last notice.
        while on <= day(2026, 12, 25) {
            let weekday = !matches!(on.weekday(), Weekday::Sat | Weekday::Sun);
            let published = chinese_holiday(Ymd::new(on.year() as u16, on.month() as u8, on.day() as u8)).is_workday();
            assert_eq!(moved(on).unwrap_or(weekday), published, "{on}");
            assert!(moved(on).is_none_or(|worked| worked != weekday), "{on} says what the week says");
            on = on.succ_opt().unwrap();
        }
        // Days that are easily got wrong, from the notices themselves.
        for (on, worked) in [
            (day(2022, 1, 29), true), (day(2022, 1, 30), true), (day(2022, 2, 4), false), (day(2024, 2, 4), true), (day(2024, 2, 18), true),
            (day(2024, 2, 9), false), (day(2020, 1, 31), false), (day(2021, 2, 7), true), (day(2023, 1, 28), true), (day(2025, 1, 26), true),
        ] {
            if on != day(2024, 2, 9) {
                assert_eq!(moved(on), Some(worked), "{on}");
            }
        }
        assert_eq!(moved(day(2024, 2, 9)), None, "New Year's Eve of 2024 was left to employers");
    }

    async fn spring_festival_is_not_counted_and_make_up_saturdays_are(app: TestApp) {
        let world = World::new(&app).await;
        for (at, category, urgency, expected) in [
            // Thursday before the festival of 2022: Friday, Saturday 29 and Sunday 30 are worked on, then 7 February.
            ("2022-01-27T04:00:00Z", "OTHER", "URGENT", "2022-01-30"),
            ("2022-01-27T04:00:00Z", "REPAIR", "NORMAL", "2022-02-08"),
            ("2022-02-01T04:00:00Z", "OTHER", "EMERGENCY", "2022-02-07"),
            // 2024: Sunday 4 and Sunday 18 February are worked on.
            ("2024-02-02T04:00:00Z", "OTHER", "EMERGENCY", "2024-02-04"),
            ("2024-02-09T04:00:00Z", "OTHER", "EMERGENCY", "2024-02-18"),
            ("2024-02-09T04:00:00Z", "NEIGHBOURS", "NORMAL", "2024-02-29"),
            // Over New Year into a year that is known.
            ("2022-12-29T04:00:00Z", "SAFETY", "NORMAL", "2023-01-04"),
        ] {
            hold(&app, at);
            assert_eq!(due(&world, &asked(&world, category, urgency).await).await, (json!(expected), json!(false)), "{at} {category} {urgency}");
        }
    }

    async fn the_day_is_that_of_the_community(app: TestApp) {
        let world = World::new(&app).await;
        // Ten to midnight in Beijing on a Friday, and ten past.
        hold(&app, "2022-03-04T15:50:00Z");
        assert_eq!(due(&world, &asked(&world, "OTHER", "EMERGENCY").await).await.0, "2022-03-07");
        hold(&app, "2022-03-07T16:10:00Z");
        assert_eq!(due(&world, &asked(&world, "OTHER", "EMERGENCY").await).await.0, "2022-03-09");
        app.run("UPDATE community SET time_zone = 'Asia/Urumqi'").await;
        assert_eq!(due(&world, &asked(&world, "OTHER", "EMERGENCY").await).await.0, "2022-03-08");
    }

    async fn reopening_counts_anew_over_the_festival(app: TestApp) {
        let world = World::new(&app).await;
        hold(&app, "2022-01-20T04:00:00Z");
        let (id, worker) = (asked(&world, "REPAIR", "NORMAL").await, make::posted(&world.staff, &world.community, "李工").await);
        assert_eq!(due(&world, &id).await.0, "2022-01-27");
        make::moved_request(&world.staff, &id, &[
            ("acceptRequest", json!({})), ("assignRequest", json!({ "assigneeId": worker })), ("startRequest", json!({})), ("answerRequest", json!({ "answer": "已更换" })),
        ]).await;
        hold(&app, "2022-01-28T04:00:00Z");
        make::moved_request(&world.staff, &id, &[("reopenRequest", json!({ "reason": "又坏了" }))]).await;
        // Saturday 29, Sunday 30, then 7, 8 and 9 February.
        assert_eq!(due(&world, &id).await, (json!("2022-02-09"), json!(false)));
    }

    async fn in_a_year_that_nobody_knows_yet_a_deadline_is_provisional(app: TestApp) {
        let world = World::new(&app).await;
        hold(&app, "2026-12-31T04:00:00Z");
        let id = asked(&world, "OTHER", "EMERGENCY").await;
        // By the week: New Year's Day is not made up.
        assert_eq!(due(&world, &id).await, (json!("2027-01-01"), json!(true)));
        let (known, answered) = (asked(&world, "OTHER", "EMERGENCY").await, asked(&world, "OTHER", "EMERGENCY").await);
        let worker = make::posted(&world.staff, &world.community, "李工").await;
        make::moved_request(&world.staff, &answered, &[
            ("acceptRequest", json!({})), ("assignRequest", json!({ "assigneeId": worker })), ("startRequest", json!({})), ("answerRequest", json!({ "answer": "已办" })),
        ]).await;
        // Made up for the test: nobody has published it yet.
        let notice = "2027-01-01,off,元旦\n2027-01-03,worked,元旦\n";
        let done = calendar::import(&app.app, 2027, "测试通知", notice).await.unwrap();
        assert_eq!((done.days, done.requests), (2, 2));
        for id in [&id, &known] {
            assert_eq!(due(&world, id).await, (json!("2027-01-03"), json!(false)));
            let query = "query($id: ID!) { request(id: $id) { version entries { kind actor } history { nodes { action } } } }";
            let found = world.staff.gql(query, json!({ "id": id })).await.data()["request"].clone();
            assert_eq!((&found["version"], &found["entries"][1]), (&json!(2), &json!({ "kind": "RESCHEDULED", "actor": null })));
            assert_eq!(found["history"]["nodes"][1]["action"], "importCalendar");
        }
        assert_eq!(due(&world, &answered).await, (json!("2027-01-01"), json!(true)), "what was answered is judged by what was known");
        // The same again changes nothing; a file that is wrong changes nothing either.
        assert_eq!(calendar::import(&app.app, 2027, "测试通知", notice).await.unwrap().requests, 0);
        assert!(calendar::import(&app.app, 2027, "测试通知", "2027-01-32,off,元旦").await.is_err());
        assert_eq!(due(&world, &asked(&world, "OTHER", "EMERGENCY").await).await.0, "2027-01-03");
        app.in_order().await;
    }
}
