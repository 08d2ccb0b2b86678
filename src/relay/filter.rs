//! Filters: input objects that become conditions. A field of a class that the viewer does not read in full everywhere is refused, never dropped:
//! a filter that is silently ignored would widen the answer, and one that is applied would spell out what is masked.

use async_graphql::{ID, InputObject, InputType, Value as ConstValue};
use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Value,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};
use uuid::Uuid;

use super::{
    entity::{Entity, Row},
    id,
    reading::scope_of,
    selection::Asked,
};
use crate::{
    access::{Class, Reach, Resource, Scope, Viewer, policy::Action},
    context::{App, Clock},
    error::{Code, Error, Result},
    privacy::Keyring,
    say,
    scalars::Date,
};

/// A filter of a list: what it narrows to, and its condition.
pub trait Filter: Send + Sync {
    /// The one community that the filter narrows the list to, if it does.
    fn community(&self) -> Option<&ID> {
        None
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition>;
}

/// What a filter may ask of the viewer.
pub struct Asking<'a> {
    pub viewer: &'a Viewer,
    pub keys: &'a Keyring,
    pub backend: DbBackend,
    clock: &'a Clock,
    reach: Reach,
    /// The community that the filter narrows to.
    pub narrowed: Option<Uuid>,
}

impl<'a> Asking<'a> {
    pub(crate) fn new(
        viewer: &'a Viewer,
        app: &'a App,
        resource: Resource,
        filter: Option<&impl Filter>,
    ) -> Result<Self> {
        let narrowed = filter.and_then(Filter::community).map(|id| id::argument("filter.communityId", "community", id));
        Ok(Self {
            viewer,
            keys: &app.keys,
            backend: app.db.backend(),
            clock: &app.clock,
            reach: viewer.reach(resource, Action::Read),
            narrowed: narrowed.transpose()?,
        })
    }

    /// Today in China, for conditions that hold on a day.
    pub fn today(&self) -> NaiveDate {
        self.clock.today(chrono_tz::Asia::Shanghai)
    }

    /// That a row of another kind, by which this list is filtered, is one that the viewer sees: what is out of reach matches nothing, as if it were not there.
    /// Nothing to add where whoever sees the list's rows sees all of that kind beside them.
    pub fn seen<T: Entity>(&self) -> Condition
    where
        Row<T>: Send + Sync,
    {
        match self.sees_all_of::<T>() {
            true => Condition::all(),
            false => scope_of::<T>(self.viewer, Action::Read),
        }
    }

    /// `column = id` for a plain reference of a filter, to what the viewer sees.
    pub fn reference<T: Entity>(
        &self,
        column: impl ColumnTrait,
        name: &str,
        given: &Option<ID>,
    ) -> Result<Option<Condition>>
    where
        Row<T>: Send + Sync,
    {
        let named = reference(column, name, T::PREFIX, given)?.map(|is| Condition::all().add(is));
        if self.sees_all_of::<T>() {
            return Ok(named);
        }
        let within =
            T::Table::find().select_only().column(T::id_column()).filter(scope_of::<T>(self.viewer, Action::Read));
        Ok(named.map(|named| named.add(column.in_subquery(within.into_query()))))
    }

    /// Does the viewer see all rows of another kind in all places where they see rows of this list?
    fn sees_all_of<T: Entity>(&self) -> bool
    where
        Row<T>: Send + Sync,
    {
        let others = self.viewer.reach(T::RESOURCE, Action::Read);
        self.reach.0.iter().all(|held| match held.community {
            Some(community) => others.covers(community),
            None => others.0.iter().any(|other| other.scope == Scope::All),
        })
    }

    /// Does everything that the viewer's scope covers lie where this class is read in full?
    pub fn reads(&self, class: Class) -> bool {
        self.reach.reads_everywhere(class, self.narrowed)
    }

    /// Refuses unless it does.
    pub fn require(&self, class: Class, field: &str) -> Result<()> {
        if self.reads(class) {
            return Ok(());
        }
        Err(Error::new(
            Code::ForbiddenField,
            say!(
                "You may not filter, order or group by `{field}`: it is masked for you in part of what you see. Narrow the list with `communityId` to where you read it in full.",
                "不能按 `{field}` 筛选、排序或分组：您所见范围内该字段部分脱敏。请用 `communityId` 限定到可完整查看的社区。"
            ),
        ))
    }
}

/// `and`, `or` and `not` around the filter's own condition.
pub fn combine<F: Filter>(
    own: Condition,
    and: &Option<Vec<F>>,
    or: &Option<Vec<F>>,
    not: Option<&F>,
    asking: &Asking<'_>,
) -> Result<Condition> {
    let mut all = own;
    for filter in and.iter().flatten() {
        all = all.add(filter.condition(asking)?);
    }
    if let Some(alternatives) = or {
        let mut any = Condition::any();
        for filter in alternatives {
            any = any.add(filter.condition(asking)?);
        }
        // No alternative is met by nothing; an empty ANY would be dropped.
        all = all.add(if alternatives.is_empty() { never() } else { any });
    }
    if let Some(filter) = not {
        // In SQL what cannot be said of a null is neither true nor false, and NOT would leave it so; here everything that does not meet a filter
        // meets its opposite.
        let met = Func::coalesce([Expr::from(filter.condition(asking)?), Expr::val(false)]);
        all = all.add(Expr::expr(met).not());
    }
    Ok(all)
}

/// The filter of a field as it was asked for, and what it lets through.
pub struct Filtered<'a, F> {
    pub filter: Option<F>,
    /// As text, after variables and defaults; empty where there is none.
    pub shape: String,
    pub condition: Condition,
    pub asking: Asking<'a>,
}

impl<'a, F: Filter + InputType> Filtered<'a, F> {
    pub(super) fn read(viewer: &'a Viewer, app: &'a App, resource: Resource, asked: &Asked<'_>) -> Result<Self> {
        let filter: Option<F> = asked.argument("filter")?;
        let shape = filter.as_ref().map(InputType::to_value);
        shape.as_ref().map_or(Ok(()), fits)?;
        let asking = Asking::new(viewer, app, resource, filter.as_ref())?;
        let condition = match &filter {
            Some(filter) => filter.condition(&asking)?,
            None => Condition::all(),
        };
        let shape = shape.map(|shape| shape.to_string()).unwrap_or_default();
        Ok(Self { filter, shape, condition, asking })
    }
}

/// The most conditions and values of one filter. SQLite nests no more than 1,000 alternatives, takes no more than 32,766 values, and nobody wrote
/// a longer filter by hand.
const MOST: usize = 500;

/// Refuses a filter that is too large for a statement.
pub(crate) fn fits(filter: &ConstValue) -> Result<()> {
    let found = parts(filter);
    if found <= MOST {
        return Ok(());
    }
    Err(Error::bad_input(say!(
        "filter: {found} conditions and values are too many; give at most {MOST}.",
        "filter：共 {found} 个条件与取值，最多 {MOST} 个。"
    )))
}

fn parts(value: &ConstValue) -> usize {
    match value {
        ConstValue::Null => 0,
        ConstValue::Object(fields) => 1 + fields.values().map(parts).sum::<usize>(),
        ConstValue::List(items) => items.iter().map(parts).sum(),
        _ => 1,
    }
}

/// What began by this day and had not ended before it.
pub fn holding_on(started_on: impl ColumnTrait, ended_on: impl ColumnTrait, day: NaiveDate) -> Condition {
    Condition::all().add(started_on.lte(day)).add(ended_on.is_null().or(ended_on.gte(day)))
}

pub fn never() -> Condition {
    Condition::all().add(Expr::val(1).eq(0))
}

/// `column = id` for a plain reference of a filter.
pub fn reference(column: impl ColumnTrait, name: &str, prefix: &str, given: &Option<ID>) -> Result<Option<Expr>> {
    let id = given.as_ref().map(|given| id::argument(&format!("filter.{name}"), prefix, given)).transpose()?;
    Ok(id.map(|id| column.eq(id)))
}

/// What a text must be (文本条件). All parts given must hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct TextFilter {
    /// Exactly this text (等于).
    pub eq: Option<String>,
    /// One of these texts (属于).
    pub r#in: Option<Vec<String>>,
    /// Holds this text anywhere; `%` and `_` mean themselves, ASCII letters match in either case (包含).
    pub contains: Option<String>,
}

impl TextFilter {
    pub fn condition(&self, column: impl ColumnTrait) -> Result<Condition> {
        let texts = self.eq.iter().chain(self.r#in.iter().flatten()).chain(&self.contains);
        for text in texts {
            check(text)?;
        }
        let wanted = &self.contains;
        Ok(Condition::all()
            .add_option(self.eq.as_ref().map(|text| column.eq(text)))
            .add_option(self.r#in.as_ref().map(|texts| column.is_in(texts)))
            .add_option(wanted.as_ref().map(|text| contains(column, text))))
    }
}

fn check(text: &str) -> Result<()> {
    if text.chars().count() > 200 || text.contains('\0') {
        return Err(Error::bad_input(say!(
            "A text in a filter has at most 200 characters, and no U+0000.",
            "筛选文本最多 200 个字符，且不得含 U+0000。"
        )));
    }
    Ok(())
}

/// `column LIKE '%text%'` with the wildcards of `text` taken literally.
pub fn contains(column: impl ColumnTrait, text: &str) -> Expr {
    let escaped: String = text
        .to_ascii_lowercase()
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c]))
        .collect();
    Expr::expr(Func::lower(Expr::col(column.as_column_ref()))).like(LikeExpr::new(format!("%{escaped}%")).escape('!'))
}

/// A span of days, both ends included (日期范围).
#[derive(InputObject, Clone, Debug, Default)]
pub struct DateRange {
    /// The first day (起始日, 含).
    pub from: Option<Date>,
    /// The last day (截止日, 含).
    pub to: Option<Date>,
}

impl DateRange {
    pub fn condition(&self, column: impl ColumnTrait) -> Condition {
        Condition::all()
            .add_option(self.from.map(|from| column.gte(from.0)))
            .add_option(self.to.map(|to| column.lte(to.0)))
    }
}

/// `eq` and `in` of an enum's values.
pub fn one_of<T, V>(column: impl ColumnTrait, eq: Option<T>, r#in: Option<&Vec<T>>) -> Condition
where
    T: InputType + Copy + Into<V>,
    V: Into<Value>,
{
    Condition::all()
        .add_option(eq.map(|value| column.eq(value.into().into())))
        .add_option(r#in.map(|values| column.is_in(values.iter().map(|value| (*value).into().into()))))
}

/// Declares the filter input of an enum: `enum_filter!(LifeStatusFilter, LifeStatus, entity::resident::LifeStatus, "居住状态");`.
#[macro_export]
macro_rules! enum_filter {
    ($name:ident, $value:ident, $stored:path, $chinese:literal) => {
        #[doc = concat!("Which values are wanted (", $chinese, "条件).")]
        #[derive(::async_graphql::InputObject, Clone, Debug, Default)]
        pub struct $name {
            /// Exactly this value (等于).
            pub eq: Option<$value>,
            /// One of these values (属于).
            pub r#in: Option<Vec<$value>>,
        }

        impl $name {
            pub fn condition(&self, column: impl ::sea_orm::ColumnTrait) -> ::sea_orm::Condition {
                $crate::relay::filter::one_of::<$value, $stored>(column, self.eq, self.r#in.as_ref())
            }
        }
    };
}
