//! What a document asks of one level: the fields under a list, with fragments followed and type conditions honoured.
//!
//! async-graphql's own look-ahead ignores aliases and type conditions and gives arguments without their defaults, so the kit walks the document
//! itself. `@skip` and `@include` were applied before execution: what they remove is not in the document any more.

use std::collections::HashMap;

use async_graphql::{
    Context, InputType, Name, Positioned, Value,
    context::QueryEnv,
    parser::types::{Field, FragmentDefinition, Selection as Node, SelectionSet},
};

use async_graphql_value::Value as InputValue;

use crate::error::{Error, Result};

/// The selection sets that one response object is answered from: several where a field occurs more than once with the same arguments.
#[derive(Clone, Default)]
pub struct Selection<'a>(Vec<&'a SelectionSet>);

impl<'a> Selection<'a> {
    /// What is selected under the field that is being resolved.
    pub fn under(ctx: &'a Context<'_>) -> Self {
        Self(vec![&ctx.item.node.selection_set.node])
    }

    pub fn of(field: &'a Field) -> Self {
        Self(vec![&field.selection_set.node])
    }

    pub fn join(&mut self, other: &Selection<'a>) {
        self.0.extend(&other.0);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields that apply to an object of this type, in the document's order.
    pub fn fields(&self, env: &'a QueryEnv, type_name: &str) -> Vec<&'a Field> {
        let mut fields = Vec::new();
        for set in &self.0 {
            collect(set, &env.fragments, type_name, &mut fields);
        }
        fields
    }

    /// What is selected under the child fields of this name.
    pub fn child(&self, env: &'a QueryEnv, type_name: &str, name: &str) -> Selection<'a> {
        let fields = self.fields(env, type_name);
        Selection(fields.into_iter().filter(|f| f.name.node == name).map(|f| &f.selection_set.node).collect())
    }

    pub fn selects(&self, env: &'a QueryEnv, type_name: &str, name: &str) -> bool {
        self.fields(env, type_name).iter().any(|field| field.name.node == name)
    }
}

fn collect<'a>(
    set: &'a SelectionSet,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    type_name: &str,
    fields: &mut Vec<&'a Field>,
) {
    // `Node` is the only interface, and all objects that the kit hands out implement it or are named outright.
    let applies = |condition: &str| condition == type_name || condition == "Node";
    for item in &set.items {
        match &item.node {
            Node::Field(field) => fields.push(&field.node),
            Node::FragmentSpread(spread) => {
                if let Some(fragment) = fragments.get(&spread.node.fragment_name.node)
                    && applies(&fragment.node.type_condition.node.on.node)
                {
                    collect(&fragment.node.selection_set.node, fragments, type_name, fields);
                }
            }
            Node::InlineFragment(fragment) => {
                if fragment.node.type_condition.as_ref().is_none_or(|condition| applies(&condition.node.on.node)) {
                    collect(&fragment.node.selection_set.node, fragments, type_name, fields);
                }
            }
        }
    }
}

/// One field with its arguments, and all that is selected under it.
#[derive(Clone)]
pub struct Asked<'a> {
    pub field: &'a Field,
    pub selection: Selection<'a>,
    pub env: &'a QueryEnv,
}

impl<'a> Asked<'a> {
    /// The field that is being resolved.
    pub fn here(ctx: &'a Context<'_>) -> Self {
        Self { field: &ctx.item.node, selection: Selection::under(ctx), env: ctx.query_env }
    }

    /// An argument after variables and defaults.
    pub fn argument<T: InputType>(&self, name: &str) -> Result<T> {
        let given = self.field.arguments.iter().find(|(n, _)| n.node == name);
        let value = given.map(|(_, value)| resolve(self.env, value.node.clone())).transpose()?.flatten();
        T::parse(value).map_err(|error| {
            let problem = error.into_server_error(self.field.name.pos).message;
            Error::bad_input(say!("{name}: {problem}", "{name}：{problem}"))
        })
    }

    /// Two fields with equal keys ask for the same: the arguments that are set, in the order of their names.
    pub fn key(&self) -> String {
        let mut arguments: Vec<String> = self
            .field
            .arguments
            .iter()
            .filter_map(|(name, value)| {
                let value = resolve(self.env, value.node.clone()).ok().flatten()?;
                (value != Value::Null).then(|| format!("{}:{value}", name.node))
            })
            .collect();
        arguments.sort_unstable();
        arguments.join(",")
    }
}

/// Puts variables in; none where a variable without default was not given.
fn resolve(env: &QueryEnv, value: InputValue) -> Result<Option<Value>> {
    if let InputValue::Variable(name) = &value {
        return Ok(variable(env, name));
    }
    let value = value.into_const_with(|name| variable(env, &name).ok_or(()).or(Ok::<_, Error>(Value::Null)))?;
    Ok(Some(value))
}

fn variable(env: &QueryEnv, name: &Name) -> Option<Value> {
    let definitions = &env.operation.node.variable_definitions;
    let definition = definitions.iter().find(|definition| definition.node.name.node == *name)?;
    env.variables.get(name).or_else(|| definition.node.default_value()).cloned()
}

use crate::say;
