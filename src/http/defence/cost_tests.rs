use async_graphql::parser::{parse_query, parse_schema, types::DocumentOperations};
use serde_json::json;

use super::*;

const SCHEMA: &str = "
schema { query: Query mutation: Mutation }
interface Node { id: ID! }
type Query {
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  people(first: Int, last: Int): PersonConnection!
  report: Report! @cost(weight: \"200\")
}
type Mutation { decide(input: Decision!): Person! }
input Decision { ids: [ID!]! }
type Report { total: Int! }
type PageInfo { hasNextPage: Boolean! }
type PersonConnection { edges: [PersonEdge!]! nodes: [Person!]! pageInfo: PageInfo! totalCount: Int! }
type PersonEdge { node: Person! cursor: String! }
type Person implements Node {
  id: ID!
  name: String!
  home: Home
  documents: [Document!]!
  grants(first: Int, last: Int): GrantConnection!
}
type Home { room: String! }
type Document { number: String! }
type GrantConnection { edges: [GrantEdge!]! nodes: [Grant!]! pageInfo: PageInfo! totalCount: Int! }
type GrantEdge { node: Grant! cursor: String! }
type Grant implements Node { id: ID! person: Person! }
directive @cost(weight: String!) on FIELD_DEFINITION
";

fn reckon(text: &str, variables: serde_json::Value) -> Result<u64, (u64, String)> {
    let prices = Prices::of(&parse_schema(SCHEMA).unwrap());
    let document = parse_query(text).unwrap();
    let DocumentOperations::Single(operation) = &document.operations else { panic!("one operation") };
    let variables = Variables::from_json(variables);
    match prices.reckon(&document, &operation.node, &variables) {
        Ok(Cost(points)) => Ok(points),
        Err(TooDear { cost: Cost(points), error }) => Err((points, error.message)),
    }
}

fn cost(text: &str) -> u64 {
    reckon(text, json!({})).unwrap()
}

#[test]
fn a_row_costs_a_point_and_its_values_nothing() {
    assert_eq!(cost("{ node(id: 1) { id ... on Person { name home { room } } } }"), 2);
    assert_eq!(cost("{ __typename }"), 0);
}

#[test]
fn a_page_costs_its_rows_by_either_way_of_asking_for_them() {
    assert_eq!(cost("{ people { nodes { name } } }"), 1 + 20);
    assert_eq!(cost("{ people(first: 50) { edges { cursor node { name } } pageInfo { hasNextPage } } }"), 1 + 50);
    assert_eq!(cost("{ people(last: 7) { nodes { name } } }"), 1 + 7);
    assert_eq!(cost("{ people(first: 1000000) { nodes { name } } }"), 1 + 100);
    assert_eq!(cost("{ people(first: 0) { totalCount } }"), 1 + 10);
}

#[test]
fn pages_within_pages_multiply() {
    let text = "{ people(first: 50) { nodes { home { room } grants(first: 5) { nodes { person { name } } } } } }";
    assert_eq!(cost(text), 1 + 50 * (1 + 1 + (1 + 5 * (1 + 1))));
}

#[test]
fn variables_fragments_and_aliases_change_nothing() {
    let inline = cost("{ people(first: 10) { nodes { home { room } } } }");
    let text = "query($n: Int) { p: people(first: $n) { ...page } } fragment page on PersonConnection { nodes { ... { home { room } } } }";
    assert_eq!(reckon(text, json!({ "n": 10 })).unwrap(), inline);
}

#[test]
fn a_field_that_is_repeated_is_one_field() {
    let once = "people(first: 10) { nodes { home { room } } }";
    assert_eq!(cost(&format!("{{ {} }}", once.repeat(200))), cost(&format!("{{ {once} }}")));
}

#[test]
fn the_schema_says_what_is_dearer_than_its_rows() {
    assert_eq!(cost("{ report { total } }"), 200);
    assert_eq!(cost("{ people(first: 3) { nodes { documents { number } } } }"), 1 + 3 * (1 + 5));
    assert_eq!(cost("{ __schema { types { name } } }"), 20);
    assert_eq!(cost("{ nodes(ids: [1, 2, 3]) { id } }"), 3);
}

#[test]
fn each_id_of_a_change_in_many_is_a_change() {
    assert_eq!(cost("mutation { decide(input: { ids: [1, 2, 3] }) { id } }"), 10 + 3 * 10);
    let text = "mutation($input: Decision!) { decide(input: $input) { id } }";
    assert_eq!(reckon(text, json!({ "input": { "ids": [1, 2, 3, 4] } })).unwrap(), 10 + 4 * 10);
}

#[test]
fn what_is_too_dear_is_refused_with_its_dearest_part() {
    let text = "{ report { total } people(first: 100) { nodes { grants(first: 100) { nodes { person { grants { totalCount nodes { id } } } } } } } }";
    let (points, message) = reckon(text, json!({})).unwrap_err();
    assert_eq!(points, 200 + 1 + 100 * (1 + 1 + 100 * (1 + 1 + (1 + 10 + 20))));
    assert!(message.contains("`people.nodes.grants.nodes.person.grants.nodes`"), "{message}");
}

#[test]
fn no_document_makes_the_sum_wrap() {
    let deep =
        (0..7).fold("id".to_owned(), |inner, _| format!("grants(first: 100) {{ nodes {{ person {{ {inner} }} }} }}"));
    let (points, _) = reckon(&format!("{{ people(first: 100) {{ nodes {{ {deep} }} }} }}"), json!({})).unwrap_err();
    assert!(points > 100_u64.pow(7));
}
