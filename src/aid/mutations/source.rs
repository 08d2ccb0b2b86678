//! What a grant is taken from: a contribution as a whole, or one of its items, or the very device.

use async_graphql::ID;
use entity::{
    contribution, contribution_device, contribution_item,
    figures::{AidKind, Precision},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::IntoCondition};
use uuid::Uuid;

use crate::{
    contributions::{self, ContributionItem},
    error::UserErrorCode,
    figures::Figure,
    say,
    write::{Faults, Refused, Tx, not_found},
};

/// The most characters of a serial number.
const SERIAL: usize = 64;

/// What an input names of a contribution.
pub(super) struct Named<'a> {
    pub(super) item_id: Option<&'a ID>,
    pub(super) serial_number: Option<&'a str>,
    pub(super) quantity: Option<rust_decimal::Decimal>,
}

/// Where a grant takes from.
pub(super) enum Source {
    /// Of a contribution that was not itemised.
    Whole {
        unit: String,
    },
    Item {
        item: contribution_item::Model,
        counted: bool,
        device: Option<Uuid>,
    },
}

/// The part of the contribution that the input names: an item where it has items, and none where it has none.
pub(super) async fn find(
    tx: &Tx<'_>,
    input: Named<'_>,
    whole: &contribution::Model,
    faults: &mut Faults,
) -> Result<Option<Source>, Refused> {
    let serial = match input.serial_number {
        Some(given) => match faults.text(&["serialNumber"], given, SERIAL) {
            Some(serial) => Some(serial),
            None => return Ok(None),
        },
        None => None,
    };
    let Some(given) = input.item_id else {
        let mut good = true;
        if serial.is_some() {
            let message = say!("A serial number goes with an item: name it.", "填写器具编号时须指明物资明细。");
            faults.note(&["itemId"], UserErrorCode::Required, message);
            good = false;
        } else if whole.kind == AidKind::Goods && contributions::has_items(tx, whole.id).await? {
            let message = say!(
                "The contribution is made of items: say which one is given.",
                "该资源投入分物资明细，请填写所发放的物资。"
            );
            faults.note(&["itemId"], UserErrorCode::Required, message);
            good = false;
        }
        return Ok(good.then(|| Source::Whole { unit: whole.unit.clone() }));
    };
    let found = tx.find::<ContributionItem>(given, &["itemId"], Some(whole.community_id), faults).await?;
    let Some(found) = found else { return Ok(None) };
    if found.contribution_id != whole.id {
        let message = say!("The item belongs to another contribution.", "该物资属于其他资源投入。");
        faults.note(&["itemId"], UserErrorCode::Invalid, message);
        return Ok(None);
    }
    // Locked before it is shared out: two shares at once would both be of the same rest.
    let select = contribution_item::Entity::find().filter(contribution_item::Column::Id.eq(found.id));
    let item = tx.lock_all(select, contribution_item::Column::Id).await?.pop().unwrap_or(found);
    let device = match &serial {
        Some(serial) => match device(tx, item.id, serial, faults).await? {
            Some(device) => Some(device),
            None => return Ok(None),
        },
        None => None,
    };
    if device.is_some() && input.quantity.is_some_and(|quantity| quantity != rust_decimal::Decimal::ONE) {
        let message = say!("A serial number is that of one device.", "一个编号对应一件器具，数量须为 1。");
        faults.note(&["quantity"], UserErrorCode::Invalid, message);
    }
    let counted = item.unit == whole.unit;
    Ok(Some(Source::Item { item, counted, device }))
}

async fn device(tx: &Tx<'_>, item: Uuid, serial: &str, faults: &mut Faults) -> Result<Option<Uuid>, Refused> {
    use contribution_device::Column;
    let select = contribution_device::Entity::find().filter(Column::ContributionItemId.eq(item));
    let found = select.filter(Column::SerialNumber.eq(serial)).one(tx.conn()).await?;
    if found.is_none() {
        not_found(&["serialNumber"], faults);
    }
    Ok(found.map(|device| device.id))
}

impl Source {
    pub(super) fn unit(&self) -> &str {
        match self {
            Source::Whole { unit } => unit,
            Source::Item { item, .. } => &item.unit,
        }
    }

    pub(super) fn item_id(&self) -> Option<Uuid> {
        match self {
            Source::Whole { .. } => None,
            Source::Item { item, .. } => Some(item.id),
        }
    }

    pub(super) fn device_id(&self) -> Option<Uuid> {
        match self {
            Source::Whole { .. } => None,
            Source::Item { device, .. } => *device,
        }
    }

    /// What so many are worth where nobody said: of an item that is counted and valued exactly, their share of what is left of it.
    pub(super) fn share(&self, quantity: Figure) -> Figure {
        let Source::Item { item, .. } = self else { return Figure::UNKNOWN };
        let left = |amount: Option<i64>, precision: Precision, taken: i64| Figure {
            amount: amount.map(|amount| amount - taken),
            precision,
        };
        let left = (
            left(item.received_milli, item.received_precision, item.allocated_milli),
            left(item.received_fen, item.received_value_precision, item.allocated_fen),
        );
        let asked = quantity.amount.filter(|_| quantity.precision == Precision::Exact);
        let share = asked.and_then(|milli| contributions::share_of(left, milli)).filter(|fen| *fen > 0);
        share.map_or(Figure::UNKNOWN, Figure::exact)
    }

    /// For how many grants of so much each there is enough; none where nobody knows, or a reason lets it go beyond.
    pub(super) fn enough_for(
        &self,
        whole: &contribution::Model,
        (milli, fen): (Option<i64>, Option<i64>),
        reason: bool,
    ) -> Option<usize> {
        let left = |received: Option<i64>, precision: Precision, allocated: i64, each: Option<i64>, reason: bool| {
            let bound = precision == Precision::Exact || !reason;
            let each = each.filter(|each| *each > 0 && bound)?;
            usize::try_from((received? - allocated).max(0) / each).ok()
        };
        let reason_of_whole = reason || whole.over_allocation_reason.is_some();
        let mut milli_of_whole = milli;
        let mut bounds = Vec::new();
        if let Source::Item { item, counted, .. } = self {
            let reason = reason || item.over_allocation_reason.is_some();
            bounds.push(left(item.received_milli, item.received_precision, item.allocated_milli, milli, reason));
            bounds.push(left(item.received_fen, item.received_value_precision, item.allocated_fen, fen, reason));
            milli_of_whole = milli.filter(|_| *counted);
        }
        let (received, precision) = (whole.received_milli, whole.received_precision);
        bounds.push(left(received, precision, whole.allocated_milli, milli_of_whole, reason_of_whole));
        let (received, precision) = (whole.received_fen, whole.received_value_precision);
        bounds.push(left(received, precision, whole.allocated_fen, fen, reason_of_whole));
        bounds.into_iter().flatten().min()
    }

    /// Sets it aside, in the item and in the contribution.
    pub(super) async fn take(
        &self,
        tx: &Tx<'_>,
        whole: &contribution::Model,
        (milli, fen): (Option<i64>, Option<i64>),
        reason: Option<&str>,
    ) -> Result<(), Refused> {
        let mut of_whole = (milli, fen);
        if let Source::Item { item, counted, .. } = self {
            contributions::take::<contribution_item::Entity>(tx, (item.id, Condition::all()), (milli, fen), reason)
                .await?;
            // Of what is counted in other units the contribution knows the value only.
            of_whole.0 = of_whole.0.filter(|_| *counted);
        }
        // The grant goes to its project; somebody may have moved it meanwhile.
        let project = contribution::Column::ProjectId;
        let still = whole.project_id.map_or(project.is_null(), |own| project.eq(own));
        contributions::take::<contribution::Entity>(tx, (whole.id, still.into_condition()), of_whole, reason).await
    }
}
