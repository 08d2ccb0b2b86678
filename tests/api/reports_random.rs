//! Reports of whatever was recorded, compared with the same tables worked out row by row. Constants would pass the test of one community's facts.

use chrono::{Days, NaiveDate};
use entity::{
    activity, activity_result, aid_record, asset, attendance, campaign, facility, head_count, session, sponsorship,
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    harness::{
        TestApp, World,
        brute::{self, Span, Tables},
        bulk::{self, Size, at, day, key_of},
        deeds::Deeds,
    },
    reports::{WHOLE, report},
};

/// Periods that cut through what lasts, of a day and of years.
fn periods(rng: &mut StdRng, number: usize) -> Vec<Span> {
    let mut spans = vec![Span(day(2019, 1, 1), day(2025, 12, 31)), Span(day(2021, 6, 15), day(2021, 6, 15))];
    for _ in 0..number {
        let first: NaiveDate = day(2019, 1, 1) + Days::new(rng.random_range(0..1800));
        let length = [0, 1, 30, 364, 900][rng.random_range(0..5)];
        spans.push(Span(first, first + Days::new(length)));
    }
    spans
}

/// Both communities, by each one's staff, against the tables as they are now; gives the reports of the first period.
async fn compare(app: &TestApp, world: &World, spans: &[Span], when: &str) -> Vec<Value> {
    let tables = Tables::read(app).await;
    let mut first = Vec::new();
    for (actor, community) in [(&world.staff, &world.community), (&world.stranger, &world.elsewhere)] {
        for (number, span) in spans.iter().enumerate() {
            let mut found = report(actor, community, (span.0, span.1), WHOLE).await;
            for field in ["community", "from", "to"] {
                found.as_object_mut().unwrap().remove(field);
            }
            let expected = brute::report(&tables, key_of(community), *span);
            for (figure, value) in expected.as_object().unwrap() {
                assert_eq!(&found[figure], value, "{figure} of {span:?}, {when}");
            }
            assert_eq!(found.as_object().unwrap().len(), expected.as_object().unwrap().len());
            if number == 0 {
                first.push(found);
            }
        }
    }
    first
}

/// Calls a record off, or says that it was a mistake.
macro_rules! void {
    ($app:expr, $rng:expr, $tables:expr, $($rows:ident: $table:ident;)+) => {
        $({
            let mut ids: Vec<Uuid> = $tables.$rows.iter().filter(|row| row.voided_at.is_none()).map(|row| row.id).collect();
            ids.shuffle($rng);
            ids.truncate(ids.len() / 3);
            let update = $table::Entity::update_many()
                .col_expr($table::Column::VoidedAt, Expr::value(at(1)))
                .col_expr($table::Column::VoidReason, Expr::value("误录"))
                .filter($table::Column::Id.is_in(ids));
            update.exec($app.app.db.writer()).await.unwrap();
        })+
    };
}

macro_rules! set_status {
    ($app:expr, $rng:expr, $tables:expr, $($rows:ident: $table:ident to $status:expr;)+) => {
        $({
            let mut ids: Vec<Uuid> = $tables.$rows.iter().map(|row| row.id).collect();
            ids.shuffle($rng);
            ids.truncate(ids.len() / 3);
            let update = $table::Entity::update_many()
                .col_expr($table::Column::Status, Expr::value($status.to_value()))
                .filter($table::Column::Id.is_in(ids));
            update.exec($app.app.db.writer()).await.unwrap();
        })+
    };
}

crate::on_both! {
    async fn figures_move_by_exactly_what_is_recorded_and_called_off(app: TestApp) {
        let world = World::new(&app).await;
        let here = bulk::fill(&app, &world.community, Size { residents: 24, projects: 3, units: 5 }).await;
        let there = bulk::fill(&app, &world.elsewhere, Size { residents: 15, projects: 2, units: 4 }).await;
        // Some units work with both communities.
        let units: Vec<Uuid> = here.units.iter().chain(&there.units[..2]).map(|unit| unit.id).collect();
        let mut doing = [Deeds::new(&app, &world.community, units.clone(), 11).await, Deeds::new(&app, &world.elsewhere, units, 12).await];
        let mut rng = StdRng::seed_from_u64(13);

        let mut before = compare(&app, &world, &periods(&mut rng, 2), "at first").await;
        for round in 0..3 {
            // One community after the other: what one does shows in its own report alone.
            for (number, own) in doing.iter_mut().enumerate() {
                own.add().await;
                let after = compare(&app, &world, &periods(&mut rng, 5), &format!("round {round} of {number}")).await;
                assert_ne!(after[number], before[number], "the report moved");
                assert_eq!(after[1 - number], before[1 - number], "the neighbours' did not");
                before = after;
            }
        }
        let mut tables = Tables::read(&app).await;
        tables.aid.retain(|grant| grant.reverses_id.is_none());
        set_status! { app, &mut rng, tables,
            aid: aid_record to aid_record::AidStatus::Cancelled;
            aid: aid_record to aid_record::AidStatus::Returned;
            sessions: session to session::SessionStatus::Cancelled;
            activities: activity to activity::ActivityStatus::Cancelled;
            campaigns: campaign to activity::ActivityStatus::Cancelled;
            sponsorships: sponsorship to sponsorship::SponsorshipStatus::Voided;
        }
        let after = compare(&app, &world, &periods(&mut rng, 5), "after some was called off").await;
        assert_ne!(after, before);
        void! { app, &mut rng, tables,
            attendances: attendance; counts: head_count; results: activity_result; facilities: facility; assets: asset;
        }
        let voided = compare(&app, &world, &periods(&mut rng, 5), "after some was voided").await;
        assert_ne!(voided, after);
    }
}
