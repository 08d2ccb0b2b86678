//! `search`: records of several kinds by what they are called.

use std::collections::{HashMap, HashSet};

use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use super::{
    find::{Finder, Found},
    form::Wanted,
    kinds::SearchKind,
    object::{SearchHit, SearchResults},
};
use crate::{
    error::{Code, Error, Result},
    relay::{Reading, Selection, id},
    say,
    schema::{
        Node,
        cost::{LOOK, cost},
        fetch,
    },
};

/// The most hits of one search.
const MOST: i32 = 100;

#[derive(Default)]
pub struct SearchQueries;

#[Object]
impl SearchQueries {
    /// Records within your reach by what they are called, the most useful first: exact, then what begins with the text, holds it, is read like it
    /// (检索). Simplified and traditional characters, Taiwan's words, full and half width, upper and lower case, pinyin and initials all find the
    /// same; every character stands for itself.
    #[graphql(directive = cost::apply(LOOK.into()))]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to look for, at most 200 characters (检索文本).")] text: String,
        #[graphql(desc = "Which kinds of records; all when left out (检索对象).")] kinds: Option<Vec<SearchKind>>,
        #[graphql(
            desc = "Of this community; of partner units, those that work with it. Everything within your reach when left out (社区)."
        )]
        community_id: Option<ID>,
        #[graphql(desc = "How many hits at most, 0 to 100; 20 when left out (命中数).")] first: Option<i32>,
    ) -> Result<SearchResults> {
        let reading = Reading::new(ctx)?;
        let wanted = Wanted::parse("text", &text)?;
        let most = most(first)?;
        let community = community_id.as_ref().map(|given| id::argument("communityId", "community", given));
        let community = community_id.as_ref().zip(community.transpose()?);
        let everything = kinds.is_none() && community.is_none();
        let asked = kinds.unwrap_or_else(|| SearchKind::ALL.to_vec());
        let mut kinds = Vec::new();
        for kind in SearchKind::ALL.iter().filter(|kind| asked.contains(kind)) {
            match kind.places(&reading, community) {
                Ok(places) => kinds.push((*kind, places)),
                // Whoever asks for everything gets what they may look for.
                Err(error) if everything && error.code == Code::ForbiddenField => {}
                Err(error) => return Err(error),
            }
        }
        // One more than was asked for says whether there is more.
        let finder = Finder { reading: &reading, kinds, wanted, most: most as u64 + 1 };
        let mut found = finder.find().await?;
        let has_more = found.len() > most;
        found.truncate(most);
        let selection = Selection::under(ctx).child(ctx.query_env, "SearchResults", "hits");
        let selection = selection.child(ctx.query_env, "SearchHit", "node");
        Ok(SearchResults { hits: hits(&reading, found, &selection).await?, has_more })
    }
}

fn most(first: Option<i32>) -> Result<usize> {
    let first = first.unwrap_or(20);
    usize::try_from(first).ok().filter(|_| first <= MOST).ok_or_else(|| {
        Error::bad_input(say!(
            "`first` is {first}; it must be from 0 to {MOST}. The filter `search` of a list has pages.",
            "`first` 为 {first}，应在 0 至 {MOST} 之间。列表的 `search` 筛选可逐页读取。"
        ))
    })
}

/// The records of the hits, those of a kind together. Whatever went meanwhile is left out.
async fn hits(reading: &Reading<'_>, found: Vec<Found>, selection: &Selection<'_>) -> Result<Vec<SearchHit>> {
    let mut nodes: HashMap<Uuid, Node> = HashMap::new();
    for kind in SearchKind::ALL {
        let keys: HashSet<Uuid> = found.iter().filter(|found| found.kind == *kind).map(|found| found.subject).collect();
        if !keys.is_empty() && !selection.is_empty() {
            nodes.extend(fetch(reading, kind.prefix(), keys, selection).await?);
        }
    }
    let hit = |found: Found| {
        let node = nodes.remove(&found.subject)?;
        Some(SearchHit { kind: found.kind, node, field: found.field, matched: found.matched.into() })
    };
    Ok(found.into_iter().filter_map(hit).collect())
}
