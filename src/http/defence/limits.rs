//! How much one document may ask for, and why each figure is what it is. The widest documents that we know of are the full introspection
//! query of graphql-js (some 250 selections, 15 levels), and what Relay and graphql-codegen write for a whole screen (a few hundred
//! selections, a dozen levels, a dozen aliases): each limit leaves them room and stops a hostile document while it is still cheap.

use async_graphql::{Pos, ServerError};

use crate::{
    error::{Code, Error},
    say,
};

/// A figure of a document and the most that it may be.
pub struct Limit {
    en: &'static str,
    zh: &'static str,
    pub most: u64,
}

// Of the text, before the parser sees it.

/// Eight times the introspection query with its descriptions. Bulk data belongs in variables.
pub const BYTES: Limit = Limit { en: "bytes of text", zh: "文本字节数", most: 64 * 1024 };

/// What 64 KiB of ordinarily spaced text hold. The parser takes about a microsecond for each.
pub const TOKENS: Limit = Limit { en: "tokens", zh: "词元数", most: 10_000 };

/// The parser recurses once a bracket and kills the process at some 1,500; the deepest allowed query with a deep filter needs 40.
pub const NESTING: Limit = Limit { en: "nested brackets", zh: "括号嵌套层数", most: 64 };

/// A dashboard that asks three figures for each of 24 months needs 72; every alias may be a statement of its own.
pub const ALIASES: Limit = Limit { en: "aliases", zh: "别名数", most: 100 };

/// `@include` and `@skip` on the parts of a screen; each costs a pass over the document's rules.
pub const DIRECTIVES: Limit = Limit { en: "directives", zh: "指令数", most: 50 };

// Of the parsed document, as if every fragment were written out where it is spread.

/// The library's rules and the executor walk each of them.
pub const SELECTIONS: Limit = Limit { en: "selections after expansion", zh: "展开后的选择数", most: 5_000 };

/// Fields within fields. A connection costs three (`aidRecords { edges { node`): five connections deep.
pub const DEPTH: Limit = Limit { en: "levels of fields", zh: "字段层数", most: 15 };

/// Selection sets within one another, fragments included: what the schema's `limit_recursive_depth` counts.
pub const LEVELS: Limit = Limit { en: "nested selection sets", zh: "选择集嵌套层数", most: 32 };

/// Within `__schema` and `__type`; graphql-js goes to 15, nine `ofType` among them.
pub const INTROSPECTION_DEPTH: Limit = Limit { en: "levels of introspection", zh: "内省层数", most: 20 };

/// Three times the full query: its answer is as long as the schema.
pub const INTROSPECTION: Limit = Limit { en: "introspection selections", zh: "内省选择数", most: 750 };

/// Lists of members within one another (`fields { type { fields …`): each multiplies the answer by the size of the schema. graphql-js
/// draws the same line in its `MaxIntrospectionDepthRule`.
pub const INTROSPECTION_LISTS: Limit =
    Limit { en: "nested introspection lists", zh: "内省列表嵌套层数", most: 2 };

/// Memory for the arguments of all fields at once: each field copies the literals and variables that it names, and all wait together.
pub const ARGUMENTS: Limit =
    Limit {
        en: "bytes of argument values after expansion", zh: "展开后的参数值字节数", most: 16 * 1024 * 1024
    };

// Of the JSON beside the document.

/// Objects and lists within one another in `variables`: sixteen `and`/`or` in a filter.
pub const VARIABLE_NESTING: Limit =
    Limit { en: "nested values in `variables`", zh: "`variables` 的嵌套层数", most: 32 };

/// What one value in an argument costs apart from its text.
pub const VALUE_BYTES: u64 = 64;

impl Limit {
    pub fn check(&self, figure: u64) -> Result<(), ServerError> {
        if figure <= self.most { Ok(()) } else { Err(without_place(self.exceeded(figure))) }
    }

    pub fn exceeded(&self, figure: u64) -> Error {
        let Self { en, zh, most } = self;
        Error::new(
            Code::QueryTooComplex,
            say!(
                "The document is too complex: {en}: {figure}, at most {most}. Split it.",
                "文档过于复杂：{zh}为 {figure}，最多 {most}。请拆分。"
            ),
        )
    }
}

/// An error that no place in the document stands for.
pub fn without_place(error: Error) -> ServerError {
    let mut error = error.into_server_error(Pos::default());
    error.locations.clear();
    error
}
