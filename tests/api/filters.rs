//! Filters of all lists and their combinations, held against sets worked out in Rust.

use std::collections::{BTreeSet, HashSet};

use proptest::{prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Map, Value, json};

use crate::{
    harness::{Actor, World, bulk, listing::Page},
    specimen_filters::{Filtered, all},
};

const FEW: bulk::Size = bulk::Size { residents: 30, projects: 4, units: 8 };

pub type Ids = BTreeSet<String>;

/// Parts of a filter by their places among the specimens.
#[derive(Clone, Debug)]
pub struct Tree {
    own: Vec<Index>,
    and: Option<Vec<Tree>>,
    or: Option<Vec<Tree>>,
    not: Option<Box<Tree>>,
}

pub fn trees() -> impl Strategy<Value = Tree> {
    let own = || proptest::collection::vec(any::<Index>(), 0..3);
    let leaf = own().prop_map(|own| Tree { own, and: None, or: None, not: None });
    leaf.prop_recursive(4, 20, 3, move |inner| {
        let several = || proptest::option::of(proptest::collection::vec(inner.clone(), 0..4));
        (own(), several(), several(), proptest::option::of(inner.clone().prop_map(Box::new)))
            .prop_map(|(own, and, or, not)| Tree { own, and, or, not })
    })
}

impl Tree {
    /// The filter, and the rows that it should leave.
    pub fn read(&self, of: &Filtered, outermost: bool) -> (Value, Ids) {
        let (mut filter, mut rows) = (Map::new(), of.rows.clone());
        for index in &self.own {
            let (json, ids) = index.get(&of.specimens);
            let (name, value) = json.as_object().unwrap().iter().next().unwrap();
            // A part of the same name would take the place of the first; narrowed to where the viewer reads nothing, a list refuses personal fields.
            if !(filter.contains_key(name) || outermost && name == "communityId") {
                filter.insert(name.clone(), value.clone());
                rows.retain(|id| ids.contains(id));
            }
        }
        if let Some(parts) = &self.and {
            let (filters, sets): (Vec<_>, Vec<_>) = parts.iter().map(|part| part.read(of, false)).unzip();
            filter.insert("and".into(), filters.into());
            rows.retain(|id| sets.iter().all(|set| set.contains(id)));
        }
        if let Some(parts) = &self.or {
            let (filters, sets): (Vec<_>, Vec<_>) = parts.iter().map(|part| part.read(of, false)).unzip();
            filter.insert("or".into(), filters.into());
            rows.retain(|id| sets.iter().any(|set| set.contains(id)));
        }
        if let Some(part) = &self.not {
            let (inner, set) = part.read(of, false);
            filter.insert("not".into(), inner);
            rows.retain(|id| !set.contains(id));
        }
        (filter.into(), rows)
    }
}

/// The rows that are left, and the count that the server gives of them.
async fn left(actor: &Actor, of: &Filtered, filter: &Value) -> (Ids, usize) {
    let (mut ids, mut cursor) = (Ids::new(), Value::Null);
    loop {
        let arguments = json!({ "first": 100, "after": cursor, "filter": filter });
        let answer = actor.gql(&of.list.document(&of.around), arguments).await;
        assert!(answer.body.get("errors").is_none(), "{} {filter}: {:#}", of.list.field, answer.body);
        let page = Page::read(answer.data().pointer(&of.pointer).unwrap());
        ids.extend(page.ids);
        if !page.has_next {
            return (ids, page.total);
        }
        cursor = json!(page.cursors.last());
    }
}

fn assert_left((found, count): (Ids, usize), wanted: &Ids, case: &str) {
    let (too_many, missing): (Vec<_>, Vec<_>) =
        (found.difference(wanted).collect(), wanted.difference(&found).collect());
    assert!(too_many.is_empty() && missing.is_empty(), "{case}: too many {too_many:?}, missing {missing:?}");
    assert_eq!(count, wanted.len(), "{case}: totalCount");
}

/// `Type.field` of every input object that a filter uses.
fn used(filter: &Value, of: &str, inputs: &Value, into: &mut HashSet<String>) {
    let known =
        inputs.as_array().unwrap().iter().find(|input| input["name"] == of).unwrap_or_else(|| panic!("no input {of}"));
    for (name, value) in filter.as_object().unwrap() {
        into.insert(format!("{of}.{name}"));
        let field = known["inputFields"].as_array().unwrap().iter().find(|field| field["name"] == name.as_str());
        let field = field.unwrap_or_else(|| panic!("no {of}.{name}"));
        if value.is_object() {
            used(value, field["type"]["name"].as_str().unwrap(), inputs, into);
        }
    }
}

crate::on_both! {
    async fn every_field_of_every_filter_leaves_the_rows_that_it_says(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let query = "{ __schema { types { kind name inputFields { name type { name ofType { name } } } } } }";
        let answer = world.staff.ask(query).await;
        let types = answer.data()["__schema"]["types"].as_array().unwrap();
        let inputs: Value = types.iter().filter(|of| of["kind"] == "INPUT_OBJECT").cloned().collect();
        let mut covered = HashSet::new();
        for of in all(&app, &world, &bulk).await {
            for (filter, wanted) in &of.specimens {
                used(filter, &format!("{}Filter", of.list.of), &inputs, &mut covered);
                assert_left(left(&of.actor, &of, filter).await, wanted, &format!("{} {filter}", of.list.field));
            }
            let partial = |(_, wanted): &&(Value, Ids)| !wanted.is_empty() && *wanted != of.rows;
            assert!(of.specimens.iter().any(|specimen| partial(&specimen)), "some filter of {} leaves some rows", of.list.field);
        }
        for input in inputs.as_array().unwrap() {
            let name = input["name"].as_str().unwrap();
            // No list of objects: `across.rs` tries each of its fields.
            if name == "AidAcrossCommunitiesFilter" {
                continue;
            }
            if !name.ends_with("Filter") && !covered.iter().any(|field| field.split('.').next() == Some(name)) {
                continue;
            }
            let fields = input["inputFields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap());
            for field in fields.filter(|field| !matches!(*field, "and" | "or" | "not")) {
                assert!(covered.contains(&format!("{name}.{field}")), "a specimen of {name}.{field} is missing in specimen_filters");
            }
        }
    }

    async fn any_combination_of_filters_leaves_what_set_algebra_says(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let mut runner = TestRunner::deterministic();
        for of in all(&app, &world, &bulk).await {
            for _ in 0..40 {
                let (filter, wanted) = trees().new_tree(&mut runner).unwrap().current().read(&of, true);
                assert_left(left(&of.actor, &of, &filter).await, &wanted, &format!("{} {filter}", of.list.field));
            }
        }
    }

    async fn not_leaves_exactly_the_others_also_where_values_are_missing(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        for of in all(&app, &world, &bulk).await {
            for (filter, ids) in &of.specimens {
                let others = of.rows.difference(ids).cloned().collect();
                let twice = json!({ "not": { "not": filter } });
                let filter = json!({ "not": filter });
                assert_left(left(&of.actor, &of, &filter).await, &others, &format!("{} {filter}", of.list.field));
                assert_left(left(&of.actor, &of, &twice).await, ids, &format!("{} {twice}", of.list.field));
            }
        }
    }

    async fn no_alternative_is_met_by_nothing_and_no_condition_by_everything(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        for of in all(&app, &world, &bulk).await {
            let (everything, nothing) = (of.rows.clone(), Ids::new());
            for (filter, wanted) in [
                (json!({ "or": [] }), &nothing),
                (json!({ "and": [{ "or": [] }] }), &nothing),
                (json!({ "or": [{ "or": [] }] }), &nothing),
                (json!({ "not": {} }), &nothing),
                (json!({ "not": { "and": [] } }), &nothing),
                (json!({ "or": [{}] }), &everything),
                (json!({ "and": [] }), &everything),
                (json!({ "and": [{}, {}] }), &everything),
                (json!({ "not": { "or": [] } }), &everything),
                (json!({ "and": null, "or": null, "not": null }), &everything),
                (json!({}), &everything),
                (Value::Null, &everything),
            ] {
                assert_left(left(&of.actor, &of, &filter).await, wanted, &format!("{} {filter}", of.list.field));
            }
        }
    }

    async fn filters_nest_ten_deep(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let residents = &all(&app, &world, &bulk).await[0];
        for (specimen, ids) in &residents.specimens {
            let mut filter = specimen.clone();
            for level in 0..10 {
                filter = match level % 3 {
                    0 => json!({ "and": [filter] }),
                    1 => json!({ "or": [filter] }),
                    _ => json!({ "not": { "not": filter } }),
                };
            }
            assert_left(left(&residents.actor, residents, &filter).await, ids, &filter.to_string());
        }
    }
}
