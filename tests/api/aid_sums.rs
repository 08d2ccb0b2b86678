//! The running sums of a contribution, after any decisions about any grants.

use proptest::prelude::*;
use serde_json::json;

use crate::{
    aid::{DECISIONS, decide, grant, holdings, is_open, received},
    harness::{World, actor::refusals, cases, make},
};

#[derive(Clone, Debug)]
enum Step {
    Grant((i64, i64)),
    Decide(prop::sample::Index, usize),
}

struct Record {
    id: String,
    milli: i64,
    fen: i64,
    status: &'static str,
}

struct Sums {
    allocated: (i64, i64),
    delivered: (i64, i64),
}

/// Does a grant in this state hold its share of the contribution?
fn is_held(status: &str) -> bool {
    matches!(status, "PLANNED" | "APPROVED" | "DELIVERED")
}

fn sums(records: &[Record]) -> Sums {
    let sum = |of: &dyn Fn(&Record) -> bool| {
        let of = records.iter().filter(|record| of(record));
        of.fold((0, 0), |(milli, fen), record| (milli + record.milli, fen + record.fen))
    };
    Sums { allocated: sum(&|record| is_held(record.status)), delivered: sum(&|record| record.status == "DELIVERED") }
}

/// `1234` with 3 decimals is `1.234`.
fn decimal(number: i64, decimals: u32) -> String {
    let unit = 10_i64.pow(decimals);
    format!("{}.{:0width$}", number / unit, number % unit, width = decimals as usize)
}

/// Thousandths without zeros behind, as quantities are shown.
fn plain(milli: i64) -> String {
    decimal(milli, 3).trim_end_matches('0').trim_end_matches('.').to_owned()
}

crate::on_both! {
    async fn whatever_is_decided_the_sums_are_those_of_the_records(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        // Grants of so many thousandths and so many fen, and decisions on one of them.
        let step = prop_oneof![
            2 => (1..4_000_i64, 1..9_000_i64).prop_map(Step::Grant),
            3 => (any::<prop::sample::Index>(), 0..DECISIONS.len()).prop_map(|(which, decision)| Step::Decide(which, decision)),
        ];
        let (mut given_back, mut short) = (0, 0);
        for steps in cases(24, prop::collection::vec(step, 6..24)) {
            let (milli, fen) = (10_000, 20_000);
            let goods = received(&world, "GOODS", json!({ "quantity": "10", "yuan": "200" })).await;
            let mut records: Vec<Record> = Vec::new();
            for (done, step) in steps.iter().enumerate() {
                let before = sums(&records);
                match step {
                    Step::Grant((quantity, value)) => {
                        let more = json!({ "quantity": decimal(*quantity, 3), "value": decimal(*value, 2) });
                        let payload = grant(&world, &resident, &goods, more).await;
                        let mut expected = Vec::new();
                        if before.allocated.0 + quantity > milli { expected.push("INSUFFICIENT_REMAINDER quantity"); }
                        if before.allocated.1 + value > fen { expected.push("INSUFFICIENT_REMAINDER value"); }
                        assert_eq!(refusals(&payload), expected, "{step:?} after {:?}", &steps[..done]);
                        if expected.is_empty() {
                            let id = make::id_of(&payload, "aidRecord");
                            records.push(Record { id, milli: *quantity, fen: *value, status: "PLANNED" });
                        } else {
                            short += 1;
                        }
                    }
                    Step::Decide(_, _) if records.is_empty() => continue,
                    Step::Decide(which, decision) => {
                        let record = which.get(&records);
                        let (id, from) = (record.id.clone(), record.status);
                        let (mutation, to) = DECISIONS[*decision];
                        let payload = decide(&world.staff, mutation, &id).await;
                        if is_open(from, to) {
                            assert_eq!(payload["aidRecord"]["status"], to, "{step:?} after {:?}: {payload:#}", &steps[..done]);
                            records.iter_mut().find(|record| record.id == id).unwrap().status = to;
                            given_back += u32::from(!is_held(to));
                        } else {
                            assert_eq!(refusals(&payload), ["ILLEGAL_TRANSITION id"], "{step:?} after {:?}", &steps[..done]);
                        }
                    }
                }
                let Sums { allocated, delivered } = sums(&records);
                let left = (milli - allocated.0, fen - allocated.1);
                let expected = [(milli, fen), allocated, delivered, left].map(|(milli, fen)| [plain(milli), decimal(fen, 2)]);
                assert_eq!(holdings(&world.staff, &goods).await, expected, "after {:?}", &steps[..=done]);
            }
        }
        assert!(given_back > 20 && short > 20, "{given_back} grants were given back and {short} fell short: too few to tell");
    }
}
