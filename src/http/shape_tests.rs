use async_graphql::{EmptySubscription, Object, Result, Schema, parser::parse_query};
use serde_json::json;

use super::*;

struct Root;

/// Its fields finish in the opposite order of their numbers.
struct Thing;

async fn later(rounds: usize) {
    for _ in 0..rounds {
        tokio::task::yield_now().await;
    }
}

#[Object]
impl Root {
    async fn thing(&self) -> Thing {
        later(3).await;
        Thing
    }

    async fn maybe(&self) -> Option<Thing> {
        Some(Thing)
    }

    async fn things(&self) -> Vec<Thing> {
        vec![Thing, Thing]
    }

    async fn maybes(&self) -> Vec<Option<Thing>> {
        vec![Some(Thing), None]
    }

    async fn one(&self) -> i32 {
        1
    }
}

#[Object]
impl Thing {
    async fn slow(&self) -> i32 {
        later(2).await;
        1
    }

    async fn quick(&self) -> i32 {
        2
    }

    async fn fails(&self) -> Result<i32> {
        Err("no".into())
    }

    async fn fails_or_null(&self) -> Result<Option<i32>> {
        Err("no".into())
    }

    async fn list_fails(&self) -> Option<Vec<Result<i32>>> {
        Some(vec![Ok(1), Err("no".into())])
    }

    async fn thing(&self) -> Option<Thing> {
        Some(Thing)
    }

    async fn nothing(&self) -> Option<Thing> {
        None
    }
}

/// As text, since the order counts.
async fn data(document: &str) -> String {
    let schema = Schema::build(Root, Root, EmptySubscription).finish();
    let types = Types::of(&async_graphql::parser::parse_schema(schema.sdl()).unwrap());
    let parsed = parse_query(document).unwrap();
    let mut outcome = schema.execute(document).await;
    let (_, operation) = parsed.operations.iter().next().unwrap();
    types.restore(&parsed, &operation.node, &mut outcome);
    serde_json::to_string(&outcome.data).unwrap()
}

#[tokio::test]
async fn fields_come_in_the_order_of_the_document() {
    let selected = "{ thing { slow ...F quick } one } fragment F on Thing { a: quick }";
    assert_eq!(data(selected).await, r#"{"thing":{"slow":1,"a":2,"quick":2},"one":1}"#);
    let merged = "{ one thing { quick } thing { slow quick } }";
    assert_eq!(data(merged).await, r#"{"one":1,"thing":{"quick":2,"slow":1}}"#);
}

#[tokio::test]
async fn a_failed_field_is_null_where_it_may_be() {
    assert_eq!(data("{ thing { failsOrNull quick } }").await, r#"{"thing":{"failsOrNull":null,"quick":2}}"#);
    assert_eq!(data("{ thing { failsOrNull } }").await, r#"{"thing":{"failsOrNull":null}}"#);
    assert_eq!(data("{ thing { listFails } }").await, r#"{"thing":{"listFails":null}}"#);
}

#[tokio::test]
async fn a_null_travels_up_to_the_nearest_place_that_allows_it() {
    assert_eq!(data("{ one maybe { quick fails } }").await, r#"{"one":1,"maybe":null}"#);
    assert_eq!(data("{ one maybe { fails } }").await, r#"{"one":1,"maybe":null}"#);
    assert_eq!(
        data("{ maybe { thing { thing { fails } quick } } }").await,
        r#"{"maybe":{"thing":{"thing":null,"quick":2}}}"#
    );
    assert_eq!(data("{ maybes { quick fails } }").await, r#"{"maybes":[null,null]}"#);
    assert_eq!(data("{ one thing { quick fails } }").await, "null");
    assert_eq!(data("{ one things { quick fails } }").await, "null");
}

#[tokio::test]
async fn an_object_of_which_all_was_skipped_is_empty() {
    assert_eq!(data("{ thing { quick @skip(if: true) } }").await, r#"{"thing":{}}"#);
    assert_eq!(data("{ one @skip(if: true) }").await, "{}");
    assert_eq!(data("{ thing { nothing { quick } } }").await, r#"{"thing":{"nothing":null}}"#);
}

#[tokio::test]
async fn mutations_and_introspection_keep_their_shape() {
    assert_eq!(data("mutation { maybe { failsOrNull quick } }").await, r#"{"maybe":{"failsOrNull":null,"quick":2}}"#);
    let types = data(r#"{ __type(name: "Thing") { name kind fields { name } } __typename }"#).await;
    let types: serde_json::Value = serde_json::from_str(&types).unwrap();
    assert_eq!((&types["__type"]["name"], types["__type"]["fields"].as_array().unwrap().len()), (&json!("Thing"), 7));
}

#[tokio::test]
async fn a_request_that_was_never_executed_stays_as_it_is() {
    assert_eq!(data("{ nope }").await, "null");
}
