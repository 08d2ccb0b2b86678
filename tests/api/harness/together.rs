//! Real races: many tasks that start at the same moment. And cases for properties, from strategies.

use std::sync::Arc;

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::Value;
use tokio::sync::Barrier;

use super::Actor;

/// Runs all from the same moment on, and gives what came of each, in their order.
pub async fn together<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    tasks: impl IntoIterator<Item = F>,
) -> Vec<T> {
    let tasks: Vec<F> = tasks.into_iter().collect();
    let start = Arc::new(Barrier::new(tasks.len()));
    let running: Vec<_> = tasks
        .into_iter()
        .map(|task| {
            let start = start.clone();
            tokio::spawn(async move {
                start.wait().await;
                task.await
            })
        })
        .collect();
    let mut outcomes = Vec::with_capacity(running.len());
    for task in running {
        outcomes.push(task.await.expect("the task ends"));
    }
    outcomes
}

/// The payloads of the same mutation with each of these inputs, all sent at once.
pub async fn mutate_together(
    actor: &Actor,
    mutation: &'static str,
    object: &'static str,
    inputs: impl IntoIterator<Item = Value>,
) -> Vec<Value> {
    together(inputs.into_iter().map(|input| {
        let actor = actor.clone();
        async move { actor.mutate(mutation, object, "id version", input).await }
    }))
    .await
}

/// So many cases; the same ones in every run, so that what fails once fails again.
pub fn cases<S: Strategy>(number: usize, strategy: S) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..number).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}
