//! A list as it was asked for: page, filter, order and cursors, read from a field's arguments.

use std::sync::Arc;

use sea_orm::Condition;
use sha2::{Digest, Sha256};

use super::{
    connection::Cursors,
    entity::{Column, Listed, Row},
    filter::Filtered,
    order::Ordering,
    page::{Direction, PageArgs, no_cursor},
    reading::Reading,
    selection::{Asked, Selection},
};
use crate::error::Result;

pub(super) struct Wanted<T: Listed>
where
    Row<T>: Send + Sync,
{
    pub page: PageArgs,
    pub filter: Condition,
    pub ordering: Ordering<Column<T>>,
    pub cursors: Cursors<T>,
    after: Option<Condition>,
    before: Option<Condition>,
    pub counted: bool,
    pub nodes: bool,
}

impl<T: Listed> Wanted<T>
where
    Row<T>: Send + Sync,
{
    pub fn read(reading: &Reading<'_>, asked: &Asked<'_>) -> Result<Self> {
        let page = PageArgs::read(asked)?;
        let Filtered { shape, condition, asking, .. } =
            Filtered::<T::Filter>::read(reading.viewer, reading.app, T::RESOURCE, asked)?;
        let orders = asked.argument::<Option<Vec<T::Order>>>("orderBy")?;
        let orders = orders.unwrap_or_else(|| T::standing_order().to_vec());
        for (class, field) in orders.iter().filter_map(|order| T::order_class(*order)) {
            asking.require(class, field)?;
        }
        let ordering = Ordering::new(&orders, T::id_column());
        let label = format!("{}\n{}\n{shape}", T::TYPE, ordering.label());
        let bound_to: Arc<[u8]> = Sha256::digest(label.as_bytes()).to_vec().into();
        let place = {
            let ordering = ordering.clone();
            Arc::new(move |row: &Row<T>| ordering.place::<T::Table>(row))
        };
        let bound = |name: &str, cursor: &Option<String>, side: Direction| {
            let Some(cursor) = cursor else { return Ok(None) };
            let place = reading.app.keys.open_cursor(&bound_to, cursor);
            let beyond = place.and_then(|place| ordering.beyond(&place, side));
            beyond.map(Some).ok_or_else(|| no_cursor(name))
        };
        let connection = format!("{}Connection", T::TYPE);
        let selects = |name: &str| asked.selection.selects(reading.env, &connection, name);
        Ok(Self {
            after: bound("after", &page.after, Direction::Forward)?,
            before: bound("before", &page.before, Direction::Backward)?,
            counted: selects("totalCount"),
            nodes: selects("edges") || selects("nodes") || selects("pageInfo"),
            filter: condition,
            cursors: Cursors { place, bound_to },
            ordering,
            page,
        })
    }

    pub fn within(&self) -> Condition {
        Condition::all().add_option(self.after.clone()).add_option(self.before.clone())
    }

    /// One row more than the page was asked for; it says whether the list goes on. Rows read backwards are turned round.
    pub fn cut(&self, mut rows: Vec<Row<T>>) -> (Vec<Row<T>>, bool, bool) {
        let size = usize::try_from(self.page.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        match self.page.direction {
            Direction::Forward => (rows, self.after.is_some(), more),
            Direction::Backward => {
                rows.reverse();
                (rows, more, self.before.is_some())
            }
        }
    }

    /// What is selected of the rows, through `edges` and through `nodes`.
    pub fn node_selection<'s>(&self, asked: &Asked<'s>) -> Selection<'s> {
        let connection = format!("{}Connection", T::TYPE);
        let edge = format!("{}Edge", T::TYPE);
        let mut selection = asked.selection.child(asked.env, &connection, "nodes");
        selection.join(&asked.selection.child(asked.env, &connection, "edges").child(asked.env, &edge, "node"));
        selection
    }
}
