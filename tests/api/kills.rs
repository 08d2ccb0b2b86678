//! A server that is killed at any moment: whoever sends the same request again until it is answered gets one answer, and it was done once.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    harness::{World, actor::refusals, make, process},
    races::events,
};

const CLIENTS: usize = 64;

/// How many rounds; for a longer run than that of every day.
const ROUNDS: &str = "TONGXIN_TEST_KILL_ROUNDS";

const GRANT: &str =
    "mutation($input: RecordAidInput!) { recordAid(input: $input) { aidRecord { id } userErrors { field code } } }";

fn rounds() -> u64 {
    std::env::var(ROUNDS)
        .map_or(5, |rounds| rounds.parse().unwrap_or_else(|_| panic!("{ROUNDS} is a number of rounds")))
}

/// Sends until it is answered; counts the tries that were not.
fn insist(port: u16, token: &str, input: &Value, cut_off: &AtomicU32) -> String {
    let until = Instant::now() + Duration::from_secs(90);
    loop {
        if let Some(payload) = process::mutate(port, token, GRANT, input) {
            assert_eq!(refusals(&payload), Vec::<String>::new());
            return make::id_of(&payload, "aidRecord");
        }
        cut_off.fetch_add(1, Ordering::Relaxed);
        assert!(Instant::now() < until, "no answer in a minute and a half");
        std::thread::sleep(Duration::from_millis(10));
    }
}

crate::on_both! {
    async fn whoever_retries_while_the_server_is_killed_is_given_one_record(app: TestApp) {
        let world = World::new(&app).await;
        let (unit, folder, port) = (world.unit().await, tempfile::tempdir().unwrap(), process::port());
        let places = make::places(&world.staff, &world.community, &unit, 1_000).await;
        let token = world.staff.token.clone().unwrap();
        let cut_off = AtomicU32::new(0);
        for round in 0..rounds() {
            let mut rng = StdRng::seed_from_u64(round);
            let input = json!({
                "communityId": world.community, "residentId": world.resident().await, "contributionId": places, "quantity": "1",
                "givenOn": "2022-03-01", "idempotencyKey": format!("round-{round}"),
            });
            let mut server = Some(process::serve(&app, folder.path(), port));
            process::ready(port);
            let answers: BTreeSet<String> = std::thread::scope(|scope| {
                let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(|| insist(port, &token, &input, &cut_off))).collect();
                for _ in 0..rng.random_range(1..=3) {
                    // Some die before anything arrived, some in the middle of it, some after all was answered.
                    std::thread::sleep(Duration::from_millis(rng.random_range(0..150)));
                    // Not asked to stop: killed.
                    drop(server.take());
                    server = Some(process::serve(&app, folder.path(), port));
                }
                clients.into_iter().map(|client| client.join().unwrap()).collect()
            });
            assert_eq!(answers.len(), 1, "round {round}: {answers:?}");
            drop(server);
            let done = (app.tables().await.rows("aid_record"), events(&app, "recordAid").await);
            assert_eq!(done, (round as usize + 1, round as usize + 1), "round {round}");
        }
        assert!(cut_off.into_inner() > 0, "the server died while it was asked");
        app.in_order().await;
    }
}
