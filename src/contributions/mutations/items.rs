//! What a contribution of goods is made of: items that come with it, later, or are corrected.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use entity::{contribution, contribution_device, contribution_item, contributor, figures::AidKind};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::{UNIT, receive::covered, told};
use crate::{
    access::{Resource, policy::Action},
    contributions::{
        amount::AmountInput,
        item::ContributionItem,
        object::Contribution,
        rules::{self, Part},
    },
    error::UserErrorCode,
    figures::Figure,
    payload,
    relay::id,
    say,
    write::{Change, Detail, Faults, Refused, Told, Tx, Verb, not_found},
};

/// The most items of one contribution.
pub(super) const ITEMS: usize = 100;
/// The most devices of one item that have serial numbers.
const DEVICES: usize = 500;
/// The most characters of an item's name, and of a serial number.
const NAME: usize = 100;
const SERIAL: usize = 64;

/// One kind of goods of a contribution (物资明细).
#[derive(InputObject, Clone, Debug)]
pub struct ContributionItemInput {
    /// Name, unique in the contribution, at most 100 characters (名称).
    pub name: String,
    /// Unit of measure, at most 20 characters; item when left out (单位).
    pub unit: Option<String>,
    /// How many came and what they are worth, as far as is known; together with the other items never more than the whole, and all of it where all are
    /// known (到位).
    pub received: AmountInput,
    /// Serial numbers of those that have one, each once, at most 500 and no more than came (器具编号).
    pub serial_numbers: Option<Vec<String>>,
}

/// An item that was checked.
pub(super) struct NewItem {
    name: String,
    unit: String,
    received: (Figure, Figure),
    serials: Vec<String>,
}

impl NewItem {
    pub(super) fn part(&self) -> Part<'_> {
        Part { unit: &self.unit, quantity: self.received.0, value: self.received.1 }
    }

    pub(super) async fn insert(&self, tx: &Tx<'_>, of: (Uuid, Uuid)) -> Result<Uuid, Refused> {
        let (community_id, contribution_id) = of;
        let id = tx.new_id();
        tx.insert(contribution_item::ActiveModel {
            id: Set(id),
            community_id: Set(community_id),
            contribution_id: Set(contribution_id),
            name: Set(self.name.clone()),
            unit: Set(self.unit.clone()),
            received_milli: Set(self.received.0.amount),
            received_precision: Set(self.received.0.precision),
            received_fen: Set(self.received.1.amount),
            received_value_precision: Set(self.received.1.precision),
            allocated_milli: Set(0),
            allocated_fen: Set(0),
            delivered_milli: Set(0),
            delivered_fen: Set(0),
            over_allocation_reason: Set(None),
        })
        .await?;
        add_devices(tx, (community_id, id), &self.serials).await?;
        Ok(id)
    }
}

async fn add_devices(tx: &Tx<'_>, (community, item): (Uuid, Uuid), serials: &[String]) -> Result<(), Refused> {
    if serials.is_empty() {
        return Ok(());
    }
    let rows = serials.iter().map(|serial| contribution_device::ActiveModel {
        id: Set(tx.new_id()),
        community_id: Set(community),
        contribution_item_id: Set(item),
        serial_number: Set(serial.clone()),
    });
    contribution_device::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

impl ContributionItemInput {
    pub(super) fn check(&self, path: &[&str], faults: &mut Faults) -> Option<NewItem> {
        let at = |field| [path, &[field]].concat();
        let name = faults.text(&at("name"), &self.name, NAME);
        let unit = faults.optional_text(&at("unit"), self.unit.as_deref(), UNIT);
        let quantity = self.received.quantity(AidKind::Goods, &at("received"), faults);
        let value = self.received.value(&at("received"), faults);
        let serials = serials(self.serial_numbers.as_deref().unwrap_or_default(), &at("serialNumbers"), faults);
        let received = (quantity?.unwrap_or(Figure::UNKNOWN), value?.unwrap_or(Figure::UNKNOWN));
        let serials = serials?;
        faults.take(&at("serialNumbers"), rules::numbered(serials.len(), received.0))?;
        let unit = unit?.unwrap_or_else(|| rules::default_unit(AidKind::Goods).to_owned());
        Some(NewItem { name: name?, unit, received, serials })
    }
}

/// Serial numbers, each once.
fn serials(given: &[String], path: &[&str], faults: &mut Faults) -> Option<Vec<String>> {
    if given.len() > DEVICES {
        let message = say!("At most {DEVICES} serial numbers fit.", "器具编号最多 {DEVICES} 个。");
        faults.note(path, UserErrorCode::OutOfRange, message);
        return None;
    }
    let mut seen = HashSet::new();
    let mut good = true;
    let mut all = Vec::with_capacity(given.len());
    for (place, serial) in given.iter().enumerate() {
        let place = place.to_string();
        let path = [path, &[&place]].concat();
        let Some(serial) = faults.text(&path, serial, SERIAL) else {
            good = false;
            continue;
        };
        if !seen.insert(serial.clone()) {
            faults.note(&path, UserErrorCode::Duplicate, say!("This is named twice.", "此项重复。"));
            good = false;
        }
        all.push(serial);
    }
    good.then_some(all)
}

/// The items of a contribution, in the order in which they were entered.
pub(super) async fn items_of(tx: &Tx<'_>, contribution: Uuid) -> Result<Vec<contribution_item::Model>, Refused> {
    let own = contribution_item::Column::ContributionId.eq(contribution);
    let select = contribution_item::Entity::find().filter(own).order_by_asc(contribution_item::Column::Id);
    Ok(select.all(tx.conn()).await?)
}

pub(super) fn part(row: &contribution_item::Model) -> Part<'_> {
    Part {
        unit: &row.unit,
        quantity: Figure { amount: row.received_milli, precision: row.received_precision },
        value: Figure { amount: row.received_fen, precision: row.received_value_precision },
    }
}

/// An item that came later (登记物资明细).
#[derive(InputObject, Clone, Debug)]
pub struct AddContributionItemInput {
    /// The contribution of goods; one that has items already, or that nothing was given out of yet (资源投入).
    pub contribution_id: ID,
    /// The version of the contribution that you read (预期版本).
    pub expected_version: i32,
    /// The item (物资).
    pub item: ContributionItemInput,
}

payload! { AddContributionItemPayload { contribution_item: ContributionItem as "contributionItem" } }

impl Change for AddContributionItemInput {
    type Payload = AddContributionItemPayload;
    const VERB: Verb = Verb { name: "addContributionItem", resource: Resource::Contribution, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let (given, expected) = (&self.contribution_id, Some(self.expected_version));
        let whole =
            tx.subject::<Contribution>(given, &["contributionId"], expected, |row| row.version, &mut faults).await?;
        let item = self.item.check(&["item"], &mut faults);
        let (whole, item) = faults.all((whole, item))?;

        let mut faults = Faults::default();
        let rows = items_of(tx, whole.id).await?;
        goods_only(whole.kind, &["contributionId"], &mut faults);
        if rows.len() >= ITEMS {
            let message = say!("At most {ITEMS} items fit.", "物资明细最多 {ITEMS} 项。");
            faults.note(&["item"], UserErrorCode::OutOfRange, message);
        }
        // Grants that name no item would be missing in its sums.
        if rows.is_empty() && (whole.allocated_milli > 0 || whole.allocated_fen > 0) {
            let message = say!(
                "Grants were made out of this contribution as a whole; it cannot be divided into items any more.",
                "该资源投入已按整体发放，不能再拆分明细。"
            );
            faults.note(&["contributionId"], UserErrorCode::InUse, message);
        }
        let parts: Vec<Part<'_>> = rows.iter().map(part).chain([item.part()]).collect();
        let totals = totals(&whole, &parts, &["item", "received"], &mut faults);
        let (totals,) = faults.all((totals,))?;
        let id = item.insert(tx, (whole.community_id, whole.id)).await?;
        let after = json!({ "name": item.name, "unit": item.unit, "received": told(item.received) });
        settle(tx, &whole, totals, (id, &["name", "unit", "received", "devices"], after)).await?;
        Ok(id)
    }
}

/// How many of an item came, corrected or grown (更正物资明细).
#[derive(InputObject, Clone, Debug)]
pub struct AmendContributionItemInput {
    /// The item (物资明细).
    pub id: ID,
    /// The version of its contribution that you read (预期版本).
    pub expected_version: i32,
    /// All that has come of it so far; what is left out stays; never less than what is allocated already (到位总量).
    pub received: Option<AmountInput>,
    /// Serial numbers of more devices (新增器具编号).
    pub add_serial_numbers: Option<Vec<String>>,
}

payload! { AmendContributionItemPayload { contribution_item: ContributionItem as "contributionItem" } }

impl Change for AmendContributionItemInput {
    type Payload = AmendContributionItemPayload;
    const VERB: Verb = Verb { name: "amendContributionItem", resource: Resource::Contribution, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let item = tx.find::<ContributionItem>(&self.id, &["id"], None, &mut faults).await?;
        let (item,) = faults.all((item,))?;
        let mut faults = Faults::default();
        let (of, expected) = (ID(id::encode("contribution", item.contribution_id)), Some(self.expected_version));
        let whole = tx.subject::<Contribution>(&of, &["id"], expected, |row| row.version, &mut faults).await?;
        let quantity = match &self.received {
            Some(given) => given.quantity(AidKind::Goods, &["received"], &mut faults),
            None => Some(None),
        };
        let value = match &self.received {
            Some(given) => given.value(&["received"], &mut faults),
            None => Some(None),
        };
        let serials =
            serials(self.add_serial_numbers.as_deref().unwrap_or_default(), &["addSerialNumbers"], &mut faults);
        let (whole, quantity, value, serials) = faults.all((whole, quantity, value, serials))?;

        // The contribution is locked, so its items are as they will be.
        let mut faults = Faults::default();
        let rows = items_of(tx, whole.id).await?;
        let Some(before) = rows.iter().find(|row| row.id == item.id) else {
            not_found(&["id"], &mut faults);
            return Err(faults.none().err().unwrap_or_else(|| unreachable!("a fault was noted")));
        };
        let had = part(before);
        let (quantity, value) = (quantity.unwrap_or(had.quantity), value.unwrap_or(had.value));
        let reason = before.over_allocation_reason.is_some();
        covered(&["received", "quantity"], (quantity, before.allocated_milli), reason, &mut faults);
        covered(&["received", "yuan"], (value, before.allocated_fen), reason, &mut faults);
        let numbered = contribution_device::Entity::find()
            .filter(contribution_device::Column::ContributionItemId.eq(item.id))
            .all(tx.conn())
            .await?;
        for (place, serial) in serials.iter().enumerate() {
            if numbered.iter().any(|device| device.serial_number == *serial) {
                let message = say!("The item has a device of this number already.", "该物资已有此编号的器具。");
                faults.note(&["addSerialNumbers", &place.to_string()], UserErrorCode::Duplicate, message);
            }
        }
        faults.take(&["addSerialNumbers"], rules::numbered(numbered.len() + serials.len(), quantity));
        let parts: Vec<Part<'_>> = rows
            .iter()
            .map(|row| if row.id == item.id { Part { unit: &row.unit, quantity, value } } else { part(row) })
            .collect();
        let totals = totals(&whole, &parts, &["received"], &mut faults);
        let (totals,) = faults.all((totals,))?;
        tx.update(contribution_item::ActiveModel {
            id: Set(item.id),
            received_milli: Set(quantity.amount),
            received_precision: Set(quantity.precision),
            received_fen: Set(value.amount),
            received_value_precision: Set(value.precision),
            ..Default::default()
        })
        .await?;
        add_devices(tx, (item.community_id, item.id), &serials).await?;
        let after = json!({ "received": told((quantity, value)), "addedSerialNumbers": serials });
        settle(tx, &whole, totals, (item.id, &["received", "devices"], after)).await?;
        Ok(item.id)
    }
}

/// Who is alone gave the whole; the known parts of several are never more than it.
async fn contributors_follow(tx: &Tx<'_>, whole: Uuid, value: Figure) -> Result<(), Refused> {
    let own = contributor::Column::ContributionId.eq(whole);
    let rows = contributor::Entity::find().filter(own).all(tx.conn()).await?;
    if let [alone] = rows.as_slice() {
        let amount_fen = Set(rules::all_of(value));
        tx.update(contributor::ActiveModel { id: Set(alone.id), amount_fen, ..Default::default() }).await?;
        return Ok(());
    }
    let parts: Vec<Option<i64>> = rows.iter().map(|row| row.amount_fen).collect();
    let mut faults = Faults::default();
    faults.take(&["received", "yuan"], rules::split(value, &parts));
    faults.none()
}

/// Only what is handed out piece by piece has items.
pub(super) fn goods_only(kind: AidKind, path: &[&str], faults: &mut Faults) {
    if kind != AidKind::Goods {
        let message = say!("Only GOODS are made of items.", "仅物资可分明细。");
        faults.note(path, UserErrorCode::Invalid, message);
    }
}

/// What the whole comes to with these items: their sum where all are known, what is on record otherwise; never less than is allocated.
fn totals(
    whole: &contribution::Model,
    parts: &[Part<'_>],
    path: &[&str],
    faults: &mut Faults,
) -> Option<(Figure, Figure)> {
    let quantity = Figure { amount: whole.received_milli, precision: whole.received_precision };
    let value = Figure { amount: whole.received_fen, precision: whole.received_value_precision };
    let quantity = rules::whole_quantity(quantity, &whole.unit, parts);
    let value = rules::whole_value(value, parts);
    let at = |field| [path, &[field]].concat();
    faults.take(&at("yuan"), rules::made_of(value, parts))?;
    let reason = whole.over_allocation_reason.is_some();
    covered(&at("quantity"), (quantity, whole.allocated_milli), reason, faults);
    covered(&at("yuan"), (value, whole.allocated_fen), reason, faults);
    Some((quantity, value))
}

async fn settle(
    tx: &Tx<'_>,
    whole: &contribution::Model,
    (quantity, value): (Figure, Figure),
    (item, fields, told): (Uuid, &[&str], serde_json::Value),
) -> Result<(), Refused> {
    let received_on = match whole.received_on {
        Some(day) => day,
        None => tx.today_at(whole.community_id).await?,
    };
    tx.update(contribution::ActiveModel {
        id: Set(whole.id),
        version: Set(whole.version + 1),
        received_milli: Set(quantity.amount),
        received_precision: Set(quantity.precision),
        received_fen: Set(value.amount),
        received_value_precision: Set(value.precision),
        received_on: Set(Some(received_on)),
        ..Default::default()
    })
    .await?;
    contributors_follow(tx, whole.id, value).await?;
    let of_item = Told::of::<ContributionItem>(item, fields, Detail::Open(json!({ "after": told })));
    let of_whole = Told::of::<Contribution>(whole.id, &["items", "received"], Detail::None);
    Ok(tx.events(whole.community_id, vec![of_item, of_whole]).await?)
}
