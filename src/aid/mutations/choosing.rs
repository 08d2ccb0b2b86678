//! Whom a batch is for: a list of ids, or everybody whom a filter leaves.

use std::collections::HashSet;

use async_graphql::{ID, InputType};
use entity::{aid_programme::AidScope, household, resident};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::plan::PlanAidBatchInput;
use crate::{
    access::policy::Action,
    aid::recipients::Keys,
    error::UserErrorCode,
    households::Household,
    relay::{
        Listed, Row,
        entity::Column,
        filter::{Asking, Filter, fits},
        reading::{referable_by, scope_of},
    },
    residents::Resident,
    say,
    write::{Faults, Refused, Tx, not_found},
};

/// The most recipients of a batch.
const MOST: usize = 5_000;

/// The recipients, and where the input names them.
pub(super) struct Chosen {
    pub(super) keys: Keys,
    /// In the order in which they were named, or registered.
    pub(super) order: Vec<Uuid>,
    pub(super) field: &'static str,
    pub(super) listed: bool,
}

impl Chosen {
    pub(super) fn scope(&self) -> AidScope {
        match self.keys {
            Keys::Persons(_) => AidScope::Person,
            Keys::Households(_) => AidScope::Household,
        }
    }
}

pub(super) async fn recipients(
    tx: &Tx<'_>,
    input: &PlanAidBatchInput,
    community: Uuid,
    faults: &mut Faults,
) -> Result<Option<Chosen>, Refused> {
    let (residents, households) = (Keys::Persons as fn(Vec<Uuid>) -> Keys, Keys::Households as fn(Vec<Uuid>) -> Keys);
    // What is wrong with a list is told even where it should not be there.
    let by_residents = match &input.resident_ids {
        Some(ids) => listed_by::<Resident>(tx, ids, "residentIds", community, faults).await?,
        None => None,
    };
    let by_households = match &input.household_ids {
        Some(ids) => listed_by::<Household>(tx, ids, "householdIds", community, faults).await?,
        None => None,
    };
    let given = [
        input.resident_ids.is_some(),
        input.household_ids.is_some(),
        input.residents.is_some(),
        input.households.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        let message = say!(
            "Say who receives it in one way: by ids of residents or of households, or by a filter of one of them.",
            "请以一种方式指定对象：居民或户的编号，或其筛选条件。"
        );
        faults.note(&["residentIds"], UserErrorCode::Required, message);
        return Ok(None);
    }
    let (found, keys, field, listed) = match (&input.residents, &input.households) {
        (Some(filter), _) => {
            let column = (resident::Column::CommunityId, community);
            (left_by::<Resident>(tx, filter, "residents", column, faults).await?, residents, "residents", false)
        }
        (None, Some(filter)) => {
            let column = (household::Column::CommunityId, community);
            (left_by::<Household>(tx, filter, "households", column, faults).await?, households, "households", false)
        }
        (None, None) if input.resident_ids.is_some() => (by_residents, residents, "residentIds", true),
        (None, None) => (by_households, households, "householdIds", true),
    };
    Ok(found.map(|order| Chosen { keys: keys(order.clone()), order, field, listed }))
}

/// All of them within reach, in the order in which they were named.
async fn listed_by<T: Listed>(
    tx: &Tx<'_>,
    ids: &[ID],
    field: &str,
    community: Uuid,
    faults: &mut Faults,
) -> Result<Option<Vec<Uuid>>, Refused>
where
    Row<T>: Send + Sync,
{
    let Some(keys) = faults.keys::<T>(ids, field, MOST) else { return Ok(None) };
    let rows = T::Table::find()
        .filter(T::id_column().is_in(keys.iter().copied()))
        .filter(referable_by::<T>(tx.viewer))
        .all(tx.conn())
        .await?;
    let here = rows.iter().filter(|row| T::community(row) == Some(community));
    let found: HashSet<Uuid> = here.map(|row| T::key(row)).collect();
    let missing = keys.iter().enumerate().filter(|(_, key)| !found.contains(key));
    let mut all = true;
    for (place, _) in missing {
        not_found(&[field, &place.to_string()], faults);
        all = false;
    }
    Ok(all.then_some(keys))
}

/// Those of the community whom a filter leaves, as its list shows them.
async fn left_by<T: Listed>(
    tx: &Tx<'_>,
    filter: &T::Filter,
    field: &str,
    (column, community): (Column<T>, Uuid),
    faults: &mut Faults,
) -> Result<Option<Vec<Uuid>>, Refused>
where
    Row<T>: Send + Sync,
{
    fits(&filter.to_value())?;
    let asking = Asking::new(tx.viewer, tx.app, T::RESOURCE, Some(filter))?;
    let select = T::listed(T::Table::find())
        .filter(scope_of::<T>(tx.viewer, Action::Read))
        .filter(column.eq(community))
        .filter(filter.condition(&asking)?)
        .order_by_asc(T::id_column())
        .limit(MOST as u64 + 1);
    let rows = select.all(tx.conn()).await?;
    let keys: Vec<Uuid> = rows.iter().map(|row| T::key(row)).collect();
    if rows.len() > MOST {
        let message = say!("More than {MOST} fit: narrow the filter.", "符合条件的超过 {MOST} 个，请缩小范围。");
        faults.note(&[field], UserErrorCode::OutOfRange, message);
        return Ok(None);
    }
    if keys.is_empty() {
        faults.note(&[field], UserErrorCode::Required, say!("Nobody fits the filter.", "没有符合筛选条件的对象。"));
        return Ok(None);
    }
    Ok(Some(keys))
}
