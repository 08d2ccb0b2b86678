//! The data in the shape that the specification promises. The library's executor (since 7.1) goes on after a field has failed, but leaves
//! the field out where null belongs, does not carry a null up to where one is allowed, answers an object of which nothing is left with
//! null, and lets fields come in the order in which they finish. Typed clients trip over each of these, so the data is put right here:
//! every selected field in the order of the document, null where it failed, or above it where the schema allows no null.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{
    Name, PathSegment, Positioned, Response as Outcome, ServerError, Value,
    indexmap::IndexMap,
    parser::types::{
        BaseType, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet, ServiceDocument,
        Type, TypeKind, TypeSystemDefinition,
    },
};

/// The types of a schema's fields.
pub struct Types {
    /// By the names of the object and of the field.
    fields: HashMap<Name, HashMap<Name, Type>>,
    /// The names of the roots.
    query: String,
    mutation: String,
}

impl Types {
    pub fn of(sdl: &ServiceDocument) -> Self {
        let mut types = Self { fields: HashMap::new(), query: "Query".into(), mutation: "Mutation".into() };
        for definition in &sdl.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let named = |root: &Option<Positioned<Name>>| root.as_ref().map(|name| name.node.to_string());
                    types.query = named(&schema.node.query).unwrap_or(types.query);
                    types.mutation = named(&schema.node.mutation).unwrap_or(types.mutation);
                }
                TypeSystemDefinition::Type(definition) => {
                    let fields = match &definition.node.kind {
                        TypeKind::Object(object) => &object.fields,
                        TypeKind::Interface(interface) => &interface.fields,
                        _ => continue,
                    };
                    let fields = fields.iter().map(|field| (field.node.name.node.clone(), field.node.ty.node.clone()));
                    types.fields.entry(definition.node.name.node.clone()).or_default().extend(fields);
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        types
    }

    /// Puts the outcome of an operation right.
    pub fn restore(&self, document: &ExecutableDocument, operation: &OperationDefinition, outcome: &mut Outcome) {
        let failures = Failures::of(&outcome.errors);
        let never_executed = !outcome.errors.is_empty() && failures.below.is_empty();
        if never_executed {
            return;
        }
        let root = match operation.ty {
            OperationType::Mutation => &self.mutation,
            _ => &self.query,
        };
        let mut plan = Plan::default();
        self.collect(document, root, &operation.selection_set.node, &mut plan);
        let data = std::mem::take(&mut outcome.data);
        outcome.data = plan.object(data, Some(&failures)).unwrap_or(Value::Null);
    }

    /// The fields of a selection set in their order, equal keys together, fragments written out (`defence` has bounded them).
    fn collect<'a>(
        &'a self,
        document: &'a ExecutableDocument,
        parent: &str,
        set: &'a SelectionSet,
        plan: &mut Plan<'a>,
    ) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let ty = self.fields.get(parent).and_then(|fields| fields.get(field.name.node.as_str()));
                    let planned = plan
                        .0
                        .entry(field.response_key().node.as_str())
                        .or_insert_with(|| Planned { ty, below: Plan::default() });
                    let below = ty.map_or("", innermost);
                    self.collect(document, below, &field.selection_set.node, &mut planned.below);
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map_or(parent, |condition| &condition.node.on.node);
                    self.collect(document, on, &inline.node.selection_set.node, plan);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        let on = &fragment.node.type_condition.node.on.node;
                        self.collect(document, on, &fragment.node.selection_set.node, plan);
                    }
                }
            }
        }
    }
}

fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(of) => innermost(of),
    }
}

/// What is selected of an object, by response key.
#[derive(Default)]
struct Plan<'a>(IndexMap<&'a str, Planned<'a>>);

struct Planned<'a> {
    /// Unknown in introspection, which cannot fail.
    ty: Option<&'a Type>,
    below: Plan<'a>,
}

impl Plan<'_> {
    /// The object in order, or `None` if a null in it has to travel up.
    fn object(&self, value: Value, failures: Option<&Failures>) -> Option<Value> {
        let mut given = match value {
            Value::Object(given) => given,
            // Nothing is left of it: everything in it failed or was skipped.
            _ => IndexMap::new(),
        };
        if failures.is_none_or(|failures| failures.below.is_empty()) && self.in_order(&given) {
            // As it nearly always is: nothing is copied, and no key is hashed.
            for (value, planned) in given.values_mut().zip(self.0.values()) {
                *value = planned.below.value(std::mem::take(value), planned.ty, None)?;
            }
            return Some(Value::Object(given));
        }
        let mut object = IndexMap::with_capacity(self.0.len());
        for (&key, planned) in &self.0 {
            let failed = failures.and_then(|failures| failures.below.get(key));
            // Neither there nor failed: skipped, or a field of another type.
            let value = match (given.swap_remove(key), failed) {
                (None, None) => continue,
                (value, _) => value.unwrap_or_default(),
            };
            object.insert(Name::new(key), planned.below.value(value, planned.ty, failed)?);
        }
        Some(Value::Object(object))
    }

    /// Are these the planned keys, all of them, in their order?
    fn in_order(&self, given: &IndexMap<Name, Value>) -> bool {
        given.len() == self.0.len() && given.keys().zip(self.0.keys()).all(|(given, key)| given == key)
    }

    /// A value of this type whose objects have this plan, or `None` if it would have to be null and must not.
    fn value(&self, value: Value, ty: Option<&Type>, failures: Option<&Failures>) -> Option<Value> {
        let nullable = ty.is_none_or(|ty| ty.nullable);
        let element = ty.and_then(|ty| match &ty.base {
            BaseType::List(element) => Some(&**element),
            BaseType::Named(_) => None,
        });
        let fails_itself = failures.is_some_and(|failures| failures.here);
        let fails_below = failures.is_some_and(|failures| !failures.below.is_empty());
        let value = match value {
            _ if fails_itself => None,
            Value::List(items) if !self.0.is_empty() || fails_below => {
                let item = |(index, value): (usize, Value)| {
                    let failed = failures.and_then(|failures| failures.below.get(index.to_string().as_str()));
                    self.value(value, element, failed)
                };
                items.into_iter().enumerate().map(item).collect::<Option<Vec<_>>>().map(Value::List)
            }
            Value::Object(_) if !self.0.is_empty() => self.object(value, failures),
            Value::Null if !self.0.is_empty() && element.is_none() && (fails_below || !nullable) => {
                self.object(value, failures)
            }
            Value::Null if failures.is_some() => None,
            value => Some(value),
        };
        value.or_else(|| nullable.then_some(Value::Null))
    }
}

/// The paths of the errors as a tree.
#[derive(Default)]
struct Failures {
    here: bool,
    below: BTreeMap<String, Failures>,
}

impl Failures {
    fn of(errors: &[ServerError]) -> Self {
        let mut root = Self::default();
        for error in errors.iter().filter(|error| !error.path.is_empty()) {
            let end = error.path.iter().fold(&mut root, |node, segment| {
                let key = match segment {
                    PathSegment::Field(name) => name.clone(),
                    PathSegment::Index(index) => index.to_string(),
                };
                node.below.entry(key).or_default()
            });
            end.here = true;
        }
        root
    }
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;
