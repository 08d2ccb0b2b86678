//! What every test stands on: a fresh database on either engine, actors who ask over HTTP, and builders that record through the API.

pub mod actor;
pub mod adding;
pub mod app;
pub mod brute;
pub mod bulk;
pub mod bulk_certificates;
mod bulk_events;
pub mod bulk_homes;
mod bulk_life;
pub mod bulk_people;
mod bulk_pledges;
pub mod bulk_requests;
mod bulk_roles;
pub mod bulk_rows;
mod bulk_things;
mod bulk_work;
pub mod contract;
pub mod crowd;
pub mod deeds;
pub mod document;
pub mod door;
pub mod drawing;
pub mod dump;
pub mod listing;
pub mod make;
pub mod naive;
pub mod plans;
pub mod process;
pub mod roles;
pub mod searching;
pub mod stage;
pub mod stage_rows;
pub mod tables;
mod template;
pub mod together;
pub mod told;
pub mod types;
pub mod whose;
pub mod world;

pub use actor::{Actor, Answer};
pub use app::{Engine, FreshDatabase, TestApp};
pub use contract::Contract;
pub use together::{cases, mutate_together, together};
pub use world::World;

/// Declares tests that run on SQLite and on PostgreSQL alike: `on_both! { async fn a_sentence(app: TestApp) { … } }`; with `FreshDatabase`
/// in the place of `TestApp`, what is below the server.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: $stand:ident) $body:block)+) => {
        $(mod $name {
            #[allow(unused_imports, reason = "each test uses what it needs of its file")]
            use super::*;

            $(#[$meta])*
            async fn test($app: $crate::harness::$stand) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                test($crate::harness::$stand::new($crate::harness::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                if $crate::harness::app::postgres_is_there() {
                    test($crate::harness::$stand::new($crate::harness::Engine::Postgres).await).await;
                }
            }
        })+
    };
}
