//! Hits as the schema shows them.

use async_graphql::{Enum, SimpleObject};

use super::{
    form::Matched,
    kinds::{SearchField, SearchKind},
};
use crate::schema::Node;

/// How a record met the text, best first (匹配方式).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Matched")]
pub enum SearchMatch {
    /// It is called exactly this (完全一致).
    Exact,
    /// It begins with it (开头一致).
    Prefix,
    /// It holds it (包含).
    Contains,
    /// It is read like it, in full or by initials (拼音).
    Pinyin,
}

/// A record that was found (检索命中).
#[derive(SimpleObject)]
pub struct SearchHit {
    /// What kind of record it is (对象类型).
    pub kind: SearchKind,
    /// The record; select its fields with `... on Resident` and the like (对象).
    pub node: Node,
    /// Which of its texts met the query (匹配字段).
    pub field: SearchField,
    /// How it met the query (匹配方式).
    pub matched: SearchMatch,
}

/// What a search found (检索结果).
#[derive(SimpleObject)]
pub struct SearchResults {
    /// The hits, the most useful first (命中).
    pub hits: Vec<SearchHit>,
    /// Is there more than was asked for? Then ask more precisely, or use the filter `search` of the kind's list, which has pages (是否还有更多).
    pub has_more: bool,
}
