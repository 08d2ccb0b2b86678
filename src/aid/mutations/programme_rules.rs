//! The rules of a programme as they are given, checked, and put on file.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::NaiveDate;
use entity::{aid_programme, aid_programme_limit};
use rust_decimal::Decimal as Number;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    aid::{programme::AidPeriod, rules::Rules, terms::list},
    communities::Grid,
    contributions::Contribution,
    error::UserErrorCode,
    figures::{fen_from_yuan, positive},
    relay::{Entity, Row},
    residents::CircumstanceKind,
    say,
    scalars::{Date, Decimal},
    write::{Diff, Faults, Refused, Tx},
};

/// The most grids, contributions or documents of a programme.
const MOST: usize = 50;
/// The most characters of a document's name.
const DOCUMENT: usize = 60;
/// The highest age that a programme may ask for.
const OLDEST: i32 = 150;

/// The most that a recipient is given under a programme (帮扶上限).
#[derive(InputObject, Clone, Debug)]
pub struct AidCeilingInput {
    /// So much in all, in yuan, more than 0, at most two decimals (金额上限, 元).
    pub yuan: Option<Decimal>,
    /// So often (次数上限).
    pub times: Option<i32>,
    /// In each of these periods, by the day of the grants; EVER when left out (计算周期).
    pub per: Option<AidPeriod>,
}

/// Whom a programme aids, when, and from what; in an amendment what is left out stays, and what is null is cleared (帮扶条件).
#[derive(InputObject, Clone, Debug)]
pub struct AidProgrammeRulesInput {
    /// One of these must hold on the day of the grant; of a household, for one of its members (须有的困难/身份类别).
    pub circumstances: MaybeUndefined<Vec<CircumstanceKind>>,
    /// At least so many completed years on the day of the grant; of a household, one of its members (最低年龄).
    pub age_from: MaybeUndefined<i32>,
    /// At most so many completed years on the day of the grant; of a household, one of its members (最高年龄).
    pub age_to: MaybeUndefined<i32>,
    /// Who lives in one of these grids now, at most 50 (限定网格).
    pub grid_ids: MaybeUndefined<Vec<ID>>,
    /// The most that a recipient is given (帮扶上限).
    pub ceiling: MaybeUndefined<AidCeilingInput>,
    /// The first day of grants (开放日期).
    pub opens_on: MaybeUndefined<Date>,
    /// The last day of grants (截止日期).
    pub closes_on: MaybeUndefined<Date>,
    /// The contributions that it is paid from, at most 50; from any where there are none (经费来源).
    pub contribution_ids: MaybeUndefined<Vec<ID>>,
    /// Names of the documents that recipients are asked to show, at most 50 of 60 characters (须出示的材料).
    pub documents: MaybeUndefined<Vec<String>>,
}

type Ceiling = (Option<i64>, Option<i32>, Option<aid_programme::AidPeriod>);

/// What is asked for, checked: `None` stays as it is.
pub(super) struct Wanted {
    circumstances: Option<Option<String>>,
    age_from: Option<Option<i32>>,
    age_to: Option<Option<i32>>,
    ceiling: Option<Ceiling>,
    opens_on: Option<Option<NaiveDate>>,
    closes_on: Option<Option<NaiveDate>>,
    documents: Option<Option<String>>,
    grids: Option<Vec<Uuid>>,
    contributions: Option<Vec<Uuid>>,
}

fn given<T: Clone>(value: &MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        value => Some(value.value().cloned()),
    }
}

/// A list as a row keeps it; an empty one is none.
fn kept<T: Serialize>(values: &[T]) -> Option<String> {
    (!values.is_empty()).then(|| serde_json::to_string(values).unwrap_or_default())
}

fn out_of_range(path: &[&str], message: crate::error::Message, faults: &mut Faults) {
    faults.note(path, UserErrorCode::OutOfRange, message);
}

impl AidProgrammeRulesInput {
    /// Checked beside what stays of `before`.
    pub(super) async fn wanted(
        &self,
        tx: &Tx<'_>,
        community: Uuid,
        before: Option<&aid_programme::Model>,
        faults: &mut Faults,
    ) -> Result<Wanted, Refused> {
        let circumstances = given(&self.circumstances).map(|kinds| {
            let mut unique: Vec<entity::circumstance::CircumstanceKind> = Vec::new();
            for kind in kinds.into_iter().flatten().map(entity::circumstance::CircumstanceKind::from) {
                if !unique.contains(&kind) {
                    unique.push(kind);
                }
            }
            kept(&unique)
        });
        let wanted = Wanted {
            circumstances,
            age_from: given(&self.age_from),
            age_to: given(&self.age_to),
            ceiling: given(&self.ceiling)
                .map(|ceiling| ceiling.map_or((None, None, None), |given| given.checked(faults))),
            opens_on: given(&self.opens_on).map(|day| day.map(|day| day.0)),
            closes_on: given(&self.closes_on).map(|day| day.map(|day| day.0)),
            documents: given(&self.documents).map(|names| documents(&names.unwrap_or_default(), faults)),
            grids: all::<Grid>(tx, given(&self.grid_ids), "gridIds", community, faults).await?,
            contributions: all::<Contribution>(tx, given(&self.contribution_ids), "contributionIds", community, faults)
                .await?,
        };
        let from = wanted.age_from.unwrap_or(before.and_then(|before| before.age_from));
        let to = wanted.age_to.unwrap_or(before.and_then(|before| before.age_to));
        for (field, age) in [("ageFrom", wanted.age_from.flatten()), ("ageTo", wanted.age_to.flatten())] {
            if age.is_some_and(|age| !(0..=OLDEST).contains(&age)) {
                out_of_range(&["rules", field], say!("An age is 0 to {OLDEST}.", "年龄应为 0 至 {OLDEST}。"), faults);
            }
        }
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            out_of_range(
                &["rules", "ageTo"],
                say!("The highest age lies below the lowest.", "最高年龄低于最低年龄。"),
                faults,
            );
        }
        let opens = wanted.opens_on.unwrap_or(before.and_then(|before| before.opens_on));
        let closes = wanted.closes_on.unwrap_or(before.and_then(|before| before.closes_on));
        if opens.zip(closes).is_some_and(|(opens, closes)| opens > closes) {
            out_of_range(&["rules", "closesOn"], say!("It closes before it opens.", "截止日期早于开放日期。"), faults);
        }
        Ok(wanted)
    }
}

impl AidCeilingInput {
    fn checked(&self, faults: &mut Faults) -> Ceiling {
        let yuan = |yuan: Number| fen_from_yuan(yuan).and_then(positive);
        let fen = self.yuan.and_then(|given| faults.take(&["rules", "ceiling", "yuan"], yuan(given.0)));
        if self.times.is_some_and(|times| times < 1) {
            out_of_range(&["rules", "ceiling", "times"], say!("At least once.", "至少 1 次。"), faults);
        }
        if self.yuan.is_none() && self.times.is_none() {
            let message = say!("Say how much, or how often.", "请填写金额或次数。");
            faults.note(&["rules", "ceiling"], UserErrorCode::Required, message);
        }
        if self.per == Some(AidPeriod::Event) {
            let message = say!("A ceiling is counted by the year, the month, or in all.", "上限按年、按月或累计计算。");
            faults.note(&["rules", "ceiling", "per"], UserErrorCode::Invalid, message);
        }
        (fen, self.times, Some(self.per.unwrap_or(AidPeriod::Ever).into()))
    }
}

fn documents(names: &[String], faults: &mut Faults) -> Option<String> {
    if names.len() > MOST {
        let message = say!("Name at most {MOST} documents.", "材料最多 {MOST} 项。");
        out_of_range(&["rules", "documents"], message, faults);
    }
    let named = names.iter().take(MOST).enumerate();
    let named: Vec<String> = named
        .filter_map(|(place, name)| faults.text(&["rules", "documents", &place.to_string()], name, DOCUMENT))
        .collect();
    kept(&named)
}

/// The rows that a list names, each once, in one community.
async fn all<T: Entity>(
    tx: &Tx<'_>,
    named: Option<Option<Vec<ID>>>,
    field: &str,
    community: Uuid,
    faults: &mut Faults,
) -> Result<Option<Vec<Uuid>>, Refused>
where
    Row<T>: Send + Sync,
{
    let Some(named) = named.map(Option::unwrap_or_default) else { return Ok(None) };
    if named.len() > MOST {
        out_of_range(&["rules", field], say!("Name at most {MOST}.", "最多 {MOST} 项。"), faults);
        return Ok(None);
    }
    let mut keys = Vec::new();
    for (place, given) in named.iter().enumerate() {
        let path = ["rules", field, &place.to_string()];
        if let Some(row) = tx.find::<T>(given, &path, Some(community), faults).await?
            && !keys.contains(&T::key(&row))
        {
            keys.push(T::key(&row));
        }
    }
    Ok(Some(keys))
}

impl Wanted {
    /// Puts what changes into the row, and notes it.
    pub(super) fn put(
        &self,
        before: Option<&aid_programme::Model>,
        row: &mut aid_programme::ActiveModel,
        diff: &mut Diff,
    ) {
        macro_rules! put {
            ($($field:ident as $name:literal),+ $(,)?) => {$(
                if let Some(value) = self.$field.clone()
                    && diff.note($name, &before.and_then(|before| before.$field.clone()), &value)
                {
                    row.$field = Set(value);
                }
            )+};
        }
        put!(age_from as "ageFrom", age_to as "ageTo", opens_on as "opensOn", closes_on as "closesOn");
        for (wanted, name, kept, column) in [
            (
                &self.circumstances,
                "circumstances",
                before.and_then(|before| before.circumstances.as_deref()),
                &mut row.circumstances,
            ),
            (&self.documents, "documents", before.and_then(|before| before.documents.as_deref()), &mut row.documents),
        ] {
            let read = |text: Option<&str>| list::<String>(text);
            if let Some(value) = wanted
                && diff.note(name, &read(kept), &read(value.as_deref()))
            {
                *column = Set(value.clone());
            }
        }
        let own =
            before.map(|before| (before.ceiling_fen, before.ceiling_times, before.ceiling_per)).unwrap_or_default();
        if let Some(ceiling) = self.ceiling
            && diff.note("ceiling", &own, &ceiling)
        {
            (row.ceiling_fen, row.ceiling_times, row.ceiling_per) = (Set(ceiling.0), Set(ceiling.1), Set(ceiling.2));
        }
    }

    /// What the programme is limited to and paid from; of an amendment, what it was.
    pub(super) async fn put_limits(
        &self,
        tx: &Tx<'_>,
        (community_id, programme_id): (Uuid, Uuid),
        before: Option<&Rules>,
        diff: &mut Diff,
    ) -> Result<(), Refused> {
        use aid_programme_limit::Column;
        let (no_grids, no_budgets) = (Vec::new(), Vec::new());
        let own = before.map_or((&no_grids, &no_budgets), |rules| (&rules.grids, &rules.budgets));
        for (wanted, own, name, column, to_grids) in [
            (&self.grids, own.0, "grids", Column::GridId, true),
            (&self.contributions, own.1, "budgets", Column::ContributionId, false),
        ] {
            let Some(wanted) = wanted else { continue };
            if !diff.note(name, own, wanted) {
                continue;
            }
            aid_programme_limit::Entity::delete_many()
                .filter(Column::ProgrammeId.eq(programme_id))
                .filter(column.is_not_null())
                .exec(tx.conn())
                .await?;
            let rows = wanted.iter().map(|key| aid_programme_limit::ActiveModel {
                id: Set(tx.new_id()),
                community_id: Set(community_id),
                programme_id: Set(programme_id),
                grid_id: Set(to_grids.then_some(*key)),
                contribution_id: Set((!to_grids).then_some(*key)),
            });
            if !wanted.is_empty() {
                aid_programme_limit::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
            }
        }
        Ok(())
    }
}
