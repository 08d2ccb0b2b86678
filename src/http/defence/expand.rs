//! What a document amounts to once its fragments are written out, without writing them out: each fragment is counted once and remembered,
//! so the count is linear in the text even where the expansion is exponential. Cycles end here, and so does nesting by fragments, because
//! the library's own checks follow spreads without a memory.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, ServerError, Value,
    parser::types::{ExecutableDocument, Field, FragmentDefinition, Selection, SelectionSet},
};

use super::limits::{LEVELS, VALUE_BYTES};
use crate::{
    error::{Code, Error},
    say,
};

/// What a selection set amounts to: sums of all that is in it, and the longest ways down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub selections: u64,
    pub aliases: u64,
    pub directives: u64,
    /// Literals in arguments.
    pub argument_bytes: u64,
    /// Places where a variable is put in; the caller knows how long they are.
    pub variable_uses: u64,
    /// Selection sets within one another, this one not counted.
    pub levels: u64,
    /// Fields within one another; `__schema` and `__type` count as leaves.
    pub depth: u64,
    /// Fields within one another that list the members of a type; of interest below `__schema` and `__type`.
    pub lists: u64,
    /// What is below `__schema` and `__type`.
    pub introspection: Introspection,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Introspection {
    pub selections: u64,
    pub depth: u64,
    pub lists: u64,
}

/// The figures of a whole document: its operations together, since the library's rules look at all of them.
pub fn expand(document: &ExecutableDocument) -> Result<Figures, ServerError> {
    let mut walk = Walk { fragments: &document.fragments, known: HashMap::new() };
    let mut total = Figures::default();
    for (_, operation) in document.operations.iter() {
        total.directives = total.directives.saturating_add(operation.node.directives.len() as u64);
        total.add(walk.set(&operation.node.selection_set.node, 0)?);
    }
    // Nobody may leave a fragment unused, but the rule that says so comes after others that cost time.
    for (name, fragment) in &document.fragments {
        if !walk.known.contains_key(name.as_str()) {
            total.add(walk.fragment(name, fragment, 0)?);
        }
    }
    LEVELS.check(total.levels)?;
    Ok(total)
}

struct Walk<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// `None` while a fragment is being counted: to meet it again then is a cycle.
    known: HashMap<&'a str, Option<Figures>>,
}

impl<'a> Walk<'a> {
    /// `level`: how deep this walk is itself, so that a long chain of fragments cannot exhaust the stack.
    fn set(&mut self, set: &'a SelectionSet, level: u64) -> Result<Figures, ServerError> {
        LEVELS.check(level)?;
        let mut figures = Figures::default();
        for item in &set.items {
            let below = match &item.node {
                Selection::Field(field) if field.node.selection_set.node.items.is_empty() => {
                    Figures::default().under(&field.node)
                }
                Selection::Field(field) => {
                    self.set(&field.node.selection_set.node, level + 1)?.deeper().under(&field.node)
                }
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, level + 1)?.deeper(),
                Selection::FragmentSpread(spread) => {
                    match self.fragments.get_key_value(spread.node.fragment_name.node.as_str()) {
                        Some((name, fragment)) => self.fragment(name, fragment, level + 1)?.deeper(),
                        // The library's rules will name it.
                        None => Figures::default(),
                    }
                }
            };
            figures.add(below);
            figures.selections = figures.selections.saturating_add(1);
            figures.directives = figures.directives.saturating_add(item.node.directives().len() as u64);
        }
        Ok(figures)
    }

    fn fragment(
        &mut self,
        name: &'a str,
        fragment: &'a Positioned<FragmentDefinition>,
        level: u64,
    ) -> Result<Figures, ServerError> {
        match self.known.get(name) {
            Some(Some(figures)) => Ok(*figures),
            Some(None) => Err(Error::new(
                Code::ValidationFailed,
                say!("Fragment \"{name}\" contains itself.", "片段“{name}”包含自身。"),
            )
            .into_server_error(fragment.pos)),
            None => {
                self.known.insert(name, None);
                let figures = self.set(&fragment.node.selection_set.node, level)?;
                self.known.insert(name, Some(figures));
                Ok(figures)
            }
        }
    }
}

impl Figures {
    /// Two sets beside one another.
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.argument_bytes = self.argument_bytes.saturating_add(other.argument_bytes);
        self.variable_uses = self.variable_uses.saturating_add(other.variable_uses);
        self.levels = self.levels.max(other.levels);
        self.depth = self.depth.max(other.depth);
        self.lists = self.lists.max(other.lists);
        self.introspection.add(other.introspection);
    }

    /// The set one bracket further out.
    fn deeper(mut self) -> Self {
        self.levels += 1;
        self
    }

    /// A field whose selection set this is.
    fn under(mut self, field: &Field) -> Self {
        if matches!(field.name.node.as_str(), "__schema" | "__type") {
            self.introspection.add(Introspection {
                selections: self.selections.saturating_add(1),
                depth: self.depth + 1,
                lists: self.lists,
            });
            (self.depth, self.lists) = (1, 0);
        } else {
            self.depth += 1;
            let name = field.name.node.as_str();
            self.lists += u64::from(matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes"));
        }
        self.aliases = self.aliases.saturating_add(u64::from(field.alias.is_some()));
        for (_, value) in &field.arguments {
            let literal = value.node.clone().into_const_with(|_| {
                self.variable_uses = self.variable_uses.saturating_add(1);
                Ok::<_, std::convert::Infallible>(Value::Null)
            });
            self.argument_bytes = self.argument_bytes.saturating_add(literal.map_or(0, |literal| weight(&literal)));
        }
        self
    }
}

impl Introspection {
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.depth = self.depth.max(other.depth);
        self.lists = self.lists.max(other.lists);
    }
}

/// About how much memory a value takes.
pub fn weight(value: &Value) -> u64 {
    VALUE_BYTES
        + match value {
            Value::String(text) => text.len() as u64,
            Value::List(values) => values.iter().map(weight).sum(),
            Value::Object(fields) => fields.iter().map(|(name, value)| name.len() as u64 + weight(value)).sum(),
            _ => 0,
        }
}

#[cfg(test)]
#[path = "expand_tests.rs"]
mod tests;
