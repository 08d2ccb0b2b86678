//! Documents as trees: how they are written, and which fields of them apply to an object.

use super::types::Types;

#[derive(Clone, Debug)]
pub enum Selected {
    Field(Field),
    Fragment(Fragment),
}

#[derive(Clone, Debug)]
pub struct Field {
    pub key: String,
    pub name: String,
    pub arguments: Vec<Argument>,
    pub when: Option<When>,
    pub selection: Vec<Selected>,
}

#[derive(Clone, Debug)]
pub struct Argument {
    pub name: &'static str,
    /// In the document: a literal or a variable.
    pub written: String,
    /// What it stands for.
    pub value: String,
}

#[derive(Clone, Debug)]
pub struct Fragment {
    /// Where it is defined once and spread by name.
    pub name: Option<String>,
    pub on: Option<String>,
    pub when: Option<When>,
    pub selection: Vec<Selected>,
}

/// `@include` or `@skip` by a variable.
#[derive(Clone, Copy, Debug)]
pub struct When {
    pub include: bool,
    pub variable: bool,
}

impl When {
    fn holds(self) -> bool {
        self.include == self.variable
    }

    fn written(when: Option<Self>) -> &'static str {
        match when {
            None => "",
            Some(When { include: true, variable: true }) => " @include(if: $yes)",
            Some(When { include: true, variable: false }) => " @include(if: $no)",
            Some(When { include: false, variable: true }) => " @skip(if: $yes)",
            Some(When { include: false, variable: false }) => " @skip(if: $no)",
        }
    }
}

impl Argument {
    pub fn literal(name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { name, written: value.clone(), value }
    }
}

impl Field {
    pub fn new(key: impl Into<String>, name: &str, arguments: Vec<Argument>, selection: Vec<Selected>) -> Self {
        Self { key: key.into(), name: name.to_owned(), arguments, when: None, selection }
    }

    /// Name and arguments, without variables.
    pub fn call(&self) -> String {
        call(&self.name, &self.arguments, |argument| &argument.value)
    }
}

fn call(name: &str, arguments: &[Argument], value: fn(&Argument) -> &str) -> String {
    if arguments.is_empty() {
        return name.to_owned();
    }
    let arguments: Vec<_> =
        arguments.iter().map(|argument| format!("{}: {}", argument.name, value(argument))).collect();
    format!("{name}({})", arguments.join(", "))
}

fn write(selection: &[Selected], fragments: &mut Vec<String>) -> String {
    let parts = selection.iter().map(|selected| match selected {
        Selected::Field(field) => {
            let call = call(&field.name, &field.arguments, |argument| &argument.written);
            let alias = if field.key == field.name { String::new() } else { format!("{}: ", field.key) };
            format!("{alias}{call}{}{}", When::written(field.when), write_below(&field.selection, fragments))
        }
        Selected::Fragment(Fragment { name: None, on, when, selection }) => {
            let on = on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
            format!("...{on}{}{}", When::written(*when), write_below(selection, fragments))
        }
        Selected::Fragment(Fragment { name: Some(name), on, when, selection }) => {
            let on = on.as_deref().expect("a named fragment has a type");
            let definition = format!("fragment {name} on {on}{}", write_below(selection, fragments));
            if !fragments.contains(&definition) {
                fragments.push(definition);
            }
            format!("...{name}{}", When::written(*when))
        }
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn write_below(selection: &[Selected], fragments: &mut Vec<String>) -> String {
    if selection.is_empty() { String::new() } else { format!(" {{ {} }}", write(selection, fragments)) }
}

/// The text of a query.
pub fn text(selection: &[Selected]) -> String {
    let mut fragments = Vec::new();
    let body = write(selection, &mut fragments);
    let text = format!("{{ {body} }} {}", fragments.join(" "));
    let variables = ["$yes: Boolean! = true", "$no: Boolean!", "$five: Int = 5"];
    let used: Vec<_> =
        variables.into_iter().filter(|variable| text.contains(variable.split(':').next().unwrap())).collect();
    if used.is_empty() { format!("query {text}") } else { format!("query({}) {text}", used.join(", ")) }
}

/// The fields that apply to an object of this type by their response keys, each with all that is selected under it: as the specification's
/// CollectFields and MergeSelectionSets say.
pub fn collect<'a>(types: &Types, of: &str, selection: &[&'a [Selected]]) -> Vec<(&'a Field, Vec<&'a [Selected]>)> {
    let mut found: Vec<(&Field, Vec<&[Selected]>)> = Vec::new();
    for set in selection {
        gather(types, of, set, &mut found);
    }
    found
}

fn gather<'a>(types: &Types, of: &str, set: &'a [Selected], found: &mut Vec<(&'a Field, Vec<&'a [Selected]>)>) {
    let applies = |on: &str| on == of || (on == "Node" && types.nodes.contains(of));
    for selected in set {
        match selected {
            Selected::Field(field) if field.when.is_none_or(When::holds) => {
                match found.iter_mut().find(|(known, _)| known.key == field.key) {
                    Some((_, below)) => below.push(&field.selection),
                    None => found.push((field, vec![&field.selection])),
                }
            }
            Selected::Fragment(fragment)
                if fragment.when.is_none_or(When::holds) && fragment.on.as_deref().is_none_or(applies) =>
            {
                gather(types, of, &fragment.selection, found);
            }
            _ => {}
        }
    }
}
