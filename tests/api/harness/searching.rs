//! Searching as a client does, and reading what was found.

use serde_json::{Value, json};

use super::{Actor, Answer};

const QUERY: &str = "query($text: String!, $kinds: [SearchKind!], $communityId: ID, $first: Int) {
    search(text: $text, kinds: $kinds, communityId: $communityId, first: $first) {
        hasMore
        hits { kind field matched node { id ... on Resident { called: fullName } ... on PartnerUnit { called: name } ... on Project { called: title } ... on Volunteer { called: fullName } ... on Team { called: name }
            ... on Campaign { called: title } ... on Activity { called: title } } }
    }
}";

/// The lists that are searched by their filter, with the types of their rows.
pub const LISTS: [(&str, &str); 5] = [
    ("residents", "Resident"),
    ("partnerUnits", "PartnerUnit"),
    ("projects", "Project"),
    ("campaigns", "Campaign"),
    ("activities", "Activity"),
];

/// `search` with these arguments beside its text.
pub async fn search(actor: &Actor, text: &str, more: Value) -> Answer {
    let mut variables = json!({ "text": text });
    variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    actor.gql(QUERY, variables).await
}

/// What the hits are called, in their order.
pub async fn called(actor: &Actor, text: &str, more: Value) -> Vec<String> {
    let answer = search(actor, text, more).await;
    let hits = answer.data()["search"]["hits"].as_array().unwrap();
    hits.iter().map(|hit| hit["node"]["called"].as_str().unwrap().to_owned()).collect()
}

/// Names in a list whose filter has `search`, and the list's count.
pub async fn listed(actor: &Actor, list: &str, name: &str, text: &str) -> Vec<String> {
    let one = list.strip_suffix("ies").map_or_else(|| list[..list.len() - 1].to_owned(), |stem| format!("{stem}y"));
    let kind = one[..1].to_uppercase() + &one[1..];
    let query =
        format!("query($f: {kind}Filter) {{ {list}(first: 100, filter: $f) {{ totalCount nodes {{ {name} }} }} }}");
    let answer = actor.gql(&query, json!({ "f": { "search": text } })).await;
    let nodes = answer.data()[list]["nodes"].as_array().unwrap();
    assert_eq!(answer.data()[list]["totalCount"], nodes.len(), "{text}");
    let mut names: Vec<String> = nodes.iter().map(|node| node[name].as_str().unwrap().to_owned()).collect();
    names.sort_unstable();
    names
}
