//! The one door that every document passes on its way to the schema, whatever the transport: bytes, then a lexical pre-scan, then the
//! parser, then a count of the expanded fragments. The order matters: a stock server dies of 3 KB of nested brackets in the parser, and
//! works for seconds on 900 bytes of doubled fragments in its own checks. What the answer may cost is reckoned next ([`cost`]), and charged to
//! whoever asks ([`rate`]). Documents that passed are remembered, so that a client which
//! sends the same text with other variables pays for this once.

pub mod cost;
pub mod expand;
pub mod limits;
pub mod rate;
pub mod scan;

use std::sync::Arc;

use async_graphql::{
    Pos, ServerError,
    parser::{
        self, parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition},
    },
};
use quick_cache::{Weighter, sync::Cache};
use sha2::{Digest, Sha256};

use self::{
    expand::Figures,
    limits::{Limit, without_place},
};
use crate::{
    error::{Code, Error, Message},
    say,
};

/// A document that may be executed.
pub struct Admitted {
    pub document: ExecutableDocument,
    figures: Figures,
    text_bytes: u64,
}

/// Documents that passed, by the hash of their text.
pub struct Documents(Cache<[u8; 32], Arc<Admitted>, ByText>);

/// A parsed document takes memory in proportion to its text.
#[derive(Clone)]
struct ByText;

impl Weighter<[u8; 32], Arc<Admitted>> for ByText {
    fn weight(&self, _: &[u8; 32], admitted: &Arc<Admitted>) -> u64 {
        admitted.text_bytes.max(1)
    }
}

impl Documents {
    /// Room for this many documents of 2 KiB, or for fewer long ones.
    pub fn with_room_for(documents: usize) -> Self {
        Self(Cache::with_weighter(documents.max(1), documents as u64 * 2048, ByText))
    }
}

/// May this document run? `variables` is the [`expand::weight`] of what is sent with it.
pub fn admit(documents: &Documents, text: &str, variables: u64) -> Result<Arc<Admitted>, ServerError> {
    limits::BYTES.check(text.len() as u64)?;
    let key: [u8; 32] = Sha256::digest(text).into();
    let admitted = match documents.0.get(&key) {
        Some(known) => known,
        None => {
            let admitted = Arc::new(inspect(text)?);
            documents.0.insert(key, admitted.clone());
            admitted
        }
    };
    let Figures { argument_bytes, variable_uses, .. } = admitted.figures;
    limits::ARGUMENTS.check(argument_bytes.saturating_add(variable_uses.saturating_mul(variables)))?;
    Ok(admitted)
}

fn inspect(text: &str) -> Result<Admitted, ServerError> {
    let count = scan::scan(text).map_err(|scan::Unfinished(at)| {
        malformed(Some(position(text, at)), &say!("a string has no end", "字符串没有结束"))
    })?;
    limits::TOKENS.check(count.tokens)?;
    limits::NESTING.check(count.nesting)?;
    limits::ALIASES.check(count.aliases)?;
    limits::DIRECTIVES.check(count.directives)?;

    let document = parse_query(text).map_err(unparsed)?;
    let figures = expand::expand(&document)?;
    let checks: [(Limit, u64); 7] = [
        (limits::SELECTIONS, figures.selections),
        (limits::ALIASES, figures.aliases),
        (limits::DIRECTIVES, figures.directives),
        (limits::DEPTH, figures.depth),
        (limits::INTROSPECTION, figures.introspection.selections),
        (limits::INTROSPECTION_DEPTH, figures.introspection.depth),
        (limits::INTROSPECTION_LISTS, figures.introspection.lists),
    ];
    checks.iter().try_for_each(|(limit, figure)| limit.check(*figure))?;
    Ok(Admitted { document, figures, text_bytes: text.len() as u64 })
}

impl Admitted {
    /// Does any of its operations ask for the schema itself? `__typename` does not.
    pub fn introspects(&self) -> bool {
        self.figures.introspection.selections > 0
    }

    /// The operation that is asked for, and its name if it has one.
    pub fn operation(&self, name: Option<&str>) -> Result<(Option<&str>, &OperationDefinition), ServerError> {
        let found = match (&self.document.operations, name) {
            (DocumentOperations::Single(operation), None) => Some((None, operation)),
            (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
                operations.iter().next().map(|(name, operation)| (Some(name.as_str()), operation))
            }
            (DocumentOperations::Multiple(operations), Some(name)) => {
                operations.get_key_value(name).map(|(name, operation)| (Some(name.as_str()), operation))
            }
            _ => None,
        };
        let message = || match name {
            Some(name) => say!("The document holds no operation named \"{name}\".", "文档中没有名为“{name}”的操作。"),
            None => say!(
                "The document holds several operations: say which in `operationName`.",
                "文档含有多个操作：请用 `operationName` 指明一个。"
            ),
        };
        let (name, operation) =
            found.ok_or_else(|| without_place(Error::new(Code::OperationResolutionFailure, message())))?;
        Ok((name, &operation.node))
    }
}

/// The parser's words without the excerpt of the text that it puts around them.
fn unparsed(error: parser::Error) -> ServerError {
    let place = error.positions().next();
    let detail = match &error {
        parser::Error::Syntax { message, .. } => {
            message.rsplit_once("= ").map_or(&**message, |(_, said)| said).to_owned()
        }
        other => other.to_string(),
    };
    malformed(place, &say!("{detail}", "{detail}"))
}

fn malformed(place: Option<Pos>, detail: &Message) -> ServerError {
    let (en, zh) = (&detail.en, &detail.zh);
    let message = match place {
        Some(Pos { line, column }) => say!(
            "The document cannot be parsed: line {line}, column {column}: {en}.",
            "文档无法解析：第 {line} 行第 {column} 列：{zh}。"
        ),
        None => say!("The document cannot be parsed: {en}.", "文档无法解析：{zh}。"),
    };
    let error = Error::new(Code::ParseFailed, message);
    match place {
        Some(place) => error.into_server_error(place),
        None => without_place(error),
    }
}

/// Line and column as people count them, in characters from 1.
fn position(text: &str, at: usize) -> Pos {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Pos { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use async_graphql::parser::types::OperationType;

    use super::*;

    fn verdict(text: &str) -> Result<Arc<Admitted>, ServerError> {
        admit(&Documents::with_room_for(10), text, 0)
    }

    fn code(text: &str) -> String {
        let error = verdict(text).err().expect("refused");
        error.source::<Error>().expect("an error of ours").code.as_str().to_owned()
    }

    fn nested(depth: usize) -> String {
        (0..depth).rev().fold("id".to_owned(), |inner, i| format!("f{i} {{ {inner} }}"))
    }

    #[test]
    fn the_full_introspection_query_passes() {
        assert!(verdict(include_str!("introspection.graphql")).is_ok());
    }

    #[test]
    fn nine_levels_pass_and_sixteen_do_not() {
        assert!(verdict(&format!("{{ {} }}", nested(8))).is_ok());
        assert!(verdict(&format!("{{ {} }}", nested(14))).is_ok());
        assert_eq!(code(&format!("{{ {} }}", nested(15))), "QUERY_TOO_COMPLEX");
    }

    #[test]
    fn hostile_documents_are_refused_at_once() {
        let repeat = |text: &str, times| text.repeat(times);
        let doubling: String = (0..28).map(|i| format!("fragment F{i} on Q{{...F{n} ...F{n}}}", n = i + 1)).collect();
        let wide = format!("{{{}}}", format!("...{{{}}}", "...{a}".repeat(100)).repeat(200));
        for text in [
            format!("{{ f(a: {}", repeat("[", 100_000)),
            format!("{{ f(a: {}", repeat("{a:", 100_000)),
            format!("{{ f(a: {}) }}", repeat("[", 1_600) + &repeat("]", 1_600)),
            format!("query($a: {}) {{ f }}", repeat("[", 5_000) + "I" + &repeat("]", 5_000)),
            repeat("{a", 20_000),
            format!("{{ ...F0 }} {doubling} fragment F28 on Q {{ a }}"),
            format!("{{ {} }}", (0..200).map(|i| format!("a{i}: b ")).collect::<String>()),
            format!("{{ a {} }}", repeat("@d", 10_000)),
            format!("{{ {} }}", repeat("a ", 9_000)),
            wide,
        ] {
            let started = Instant::now();
            assert_eq!(code(&text), "QUERY_TOO_COMPLEX", "{}", &text[..40]);
            assert!(started.elapsed() < Duration::from_millis(100), "{}", &text[..40]);
        }
    }

    #[test]
    fn nesting_up_to_the_limit_is_the_parsers_own_affair() {
        let list = format!("{{ f(a: {}1{}) }}", "[".repeat(62), "]".repeat(62));
        assert!(verdict(&list).is_ok());
        assert_eq!(code(&"{".repeat(64)), "GRAPHQL_PARSE_FAILED");
    }

    #[test]
    fn a_syntax_error_names_the_place_and_does_not_repeat_the_text() {
        let error = verdict("{\n  secret(id: 1) }}").err().unwrap();
        assert_eq!(error.locations, [Pos { line: 2, column: 18 }]);
        assert!(
            error.message.starts_with("The document cannot be parsed: line 2, column 18: expected "),
            "{}",
            error.message
        );
        assert!(!error.message.contains("secret"));
        let error = verdict("{ a(b: \"居民) }").err().unwrap();
        assert_eq!(error.locations, [Pos { line: 1, column: 8 }]);
        assert_eq!(error.message, "The document cannot be parsed: line 1, column 8: a string has no end.");
    }

    #[test]
    fn a_long_variable_may_be_used_now_and_then_but_not_by_a_thousand_fields() {
        let documents = Documents::with_room_for(10);
        let text = format!("query($v: S) {{ {} }}", "f(v: $v) ".repeat(1_000));
        assert!(admit(&documents, "query($v: S) { f(v: $v) }", 1 << 20).is_ok());
        assert!(admit(&documents, &text, 100).is_ok());
        assert!(admit(&documents, &text, 1 << 20).is_err());
    }

    #[test]
    fn operations_are_found_by_name() {
        let mixed = verdict("query A { a } mutation B { b }").unwrap();
        let found = |document: &Admitted, name| {
            document.operation(name).ok().map(|(name, operation)| (name.map(str::to_owned), operation.ty))
        };
        assert_eq!(found(&mixed, Some("B")), Some((Some("B".into()), OperationType::Mutation)));
        assert_eq!(found(&mixed, None), None);
        assert_eq!(found(&mixed, Some("C")), None);
        assert_eq!(found(&verdict("query A { a }").unwrap(), None), Some((Some("A".into()), OperationType::Query)));
        assert_eq!(found(&verdict("{ a }").unwrap(), None), Some((None, OperationType::Query)));
        assert_eq!(found(&verdict("{ a }").unwrap(), Some("A")), None);
    }

    #[test]
    fn a_document_is_parsed_once() {
        let documents = Documents::with_room_for(10);
        let first = admit(&documents, "{ a }", 0).unwrap();
        assert!(Arc::ptr_eq(&first, &admit(&documents, "{ a }", 0).unwrap()));
    }
}
