use std::time::{Duration, Instant};

use async_graphql::parser::parse_query;
use proptest::prelude::*;

use super::*;

fn figures(text: &str) -> Figures {
    expand(&parse_query(text).unwrap()).unwrap()
}

fn refusal(text: &str) -> String {
    expand(&parse_query(text).unwrap()).unwrap_err().message
}

#[test]
fn fields_in_fragments_cost_what_they_cost_inline() {
    let inline = figures("{ a { b: c(x: 1) { d @skip(if: true) } } e { b: c(x: 1) { d @skip(if: true) } } }");
    let named = figures(
        "{ a { ...F } e { ...F } } fragment F on A { b: c(x: 1) { ...G } } fragment G on C { d @skip(if: true) }",
    );
    let counted = |f: Figures| (f.aliases, f.directives, f.depth, f.argument_bytes);
    assert_eq!(counted(inline), (2, 2, 3, 128));
    assert_eq!(counted(named), counted(inline));
    // The spreads themselves are walked too.
    assert_eq!((inline.selections, named.selections), (6, 10));
}

#[test]
fn doubling_is_counted_without_being_done() {
    let mut text = String::from("{ ...F0 }");
    for i in 0..28 {
        text += &format!(" fragment F{i} on Q {{ ...F{next} ...F{next} }}", next = i + 1);
    }
    text += " fragment F28 on Q { a }";
    let started = Instant::now();
    assert_eq!(figures(&text).selections, 3 * (1 << 28) - 1);
    assert!(started.elapsed() < Duration::from_millis(100));
}

#[test]
fn a_fragment_within_itself_is_refused() {
    assert_eq!(refusal("{ ...F } fragment F on Q { a { ...F } }"), "Fragment \"F\" contains itself.");
    assert!(refusal("{ ...F } fragment F on Q { ...G } fragment G on Q { ...F }").contains("contains itself"));
    assert!(refusal("{ a } fragment F on Q { ...G } fragment G on Q { ...F }").contains("contains itself"));
}

#[test]
fn a_long_chain_of_fragments_is_refused_and_leaves_the_stack_alone() {
    let mut text = String::from("{ ...F0 }");
    for i in 0..1_000 {
        text += &format!(" fragment F{i} on Q {{ ...F{} }}", i + 1);
    }
    assert!(refusal(&(text + " fragment F1000 on Q { a }")).contains("nested selection sets"));
}

#[test]
fn an_unused_fragment_is_counted() {
    assert_eq!(figures("{ a } fragment F on Q { a b c }").selections, 4);
}

#[test]
fn introspection_is_counted_apart() {
    let full = figures(include_str!("introspection.graphql"));
    assert_eq!((full.depth, full.lists), (1, 0));
    assert_eq!(full.introspection.lists, 1);
    assert_eq!(full.introspection.depth, 15);
    assert!((200..300).contains(&full.introspection.selections), "{full:?}");
    let circular = figures("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }");
    assert_eq!(circular.introspection.lists, 3);
    assert_eq!(
        figures("{ a { fields { b { fields { c { fields { d } } } } } } }").introspection,
        Introspection::default()
    );
}

#[test]
fn variables_are_counted_wherever_they_stand() {
    let figures = figures("query($v: I) { a(x: $v, y: [$v, {z: $v}]) b @skip(if: $v) }");
    assert_eq!(figures.variable_uses, 3);
}

/// A document whose fragment `i` spreads only later ones: selections by name, `None` for a field.
fn document() -> impl Strategy<Value = Vec<Vec<(bool, usize)>>> {
    prop::collection::vec(prop::collection::vec((any::<bool>(), 0usize..6), 1..4), 1..6)
}

fn written(sets: &[Vec<(bool, usize)>]) -> String {
    let body = |i: usize, set: &Vec<(bool, usize)>| -> String {
        let item = |&(nested, to): &(bool, usize)| match (i + 1 + to < sets.len(), nested) {
            (false, _) => "x: leaf ".to_owned(),
            (true, false) => format!("...F{} ", i + 1 + to),
            (true, true) => format!("field {{ ...F{} }} ", i + 1 + to),
        };
        set.iter().map(item).collect()
    };
    let fragment = |(i, set): (usize, &Vec<_>)| match i {
        0 => format!("{{ {} }} ", body(i, set)),
        _ => format!("fragment F{i} on T {{ {} }} ", body(i, set)),
    };
    sets.iter().enumerate().map(fragment).collect()
}

/// The same count by writing everything out: selections, aliases, depth.
fn naive(sets: &[Vec<(bool, usize)>], i: usize) -> (u64, u64, u64) {
    sets[i].iter().fold((0, 0, 0), |(selections, aliases, depth), &(nested, to)| {
        if i + 1 + to >= sets.len() {
            return (selections + 1, aliases + 1, depth.max(1));
        }
        let below = naive(sets, i + 1 + to);
        let own = if nested { 2 } else { 1 };
        (selections + own + below.0, aliases + below.1, depth.max(below.2 + u64::from(nested)))
    })
}

proptest! {
    #[test]
    fn the_memoised_count_is_the_naive_one(sets in document()) {
        let document = parse_query(written(&sets)).unwrap();
        let mut walk = Walk { fragments: &document.fragments, known: HashMap::new() };
        for (_, operation) in document.operations.iter() {
            let figures = walk.set(&operation.node.selection_set.node, 0).unwrap();
            prop_assert_eq!((figures.selections, figures.aliases, figures.depth), naive(&sets, 0));
        }
    }
}
