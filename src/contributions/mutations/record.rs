//! Putting contributions on file.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{contribution, contributor, figures::AidKind as Kind};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{
    TITLE, UNIT,
    items::{ContributionItemInput, ITEMS, NewItem, goods_only},
    past, told,
};
use crate::{
    access::{Resource, policy::Action},
    contributions::{
        amount::{AmountInput, ContributorInput, contributors},
        object::Contribution,
        rules::{self, Part},
    },
    error::UserErrorCode,
    figures::{AidKind, Figure},
    payload,
    projects::Project,
    say,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// A contribution to be put on file (登记资源投入).
#[derive(InputObject, Clone, Debug)]
pub struct RecordContributionInput {
    /// The community that it is given to (社区).
    pub community_id: ID,
    /// The project of that community that it is put into; left out outside any (共建项目).
    pub project_id: Option<ID>,
    /// What is given (类型).
    pub kind: AidKind,
    /// Title, at most 200 characters (名称).
    pub title: String,
    /// Unit of measure of its quantities, at most 20 characters; by kind when left out: yuan, place, item, otherwise piece (单位).
    pub unit: Option<String>,
    /// The units behind it, at least one, each once; amounts that are known are parts of the value received, or of the value pledged where none
    /// is known to have come (投入单位).
    pub contributors: Vec<ContributorInput>,
    /// What was promised; left out where no promise is on record (认捐).
    pub pledged: Option<AmountInput>,
    /// What has come, an empty object where nobody knows how much; left out while nothing has (到位).
    pub received: Option<AmountInput>,
    /// What has come of GOODS, item by item, at most 100; then `received` may be left out, and where it is given the items are its parts (物资明细).
    pub items: Option<Vec<ContributionItemInput>>,
    /// The day of the promise (认捐日期).
    pub pledged_on: Option<Date>,
    /// The day on which it came; today when left out (到位日期).
    pub received_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordContributionPayload { contribution: Contribution as "contribution" } }

impl RecordContributionInput {
    fn unit(&self, faults: &mut Faults) -> Option<String> {
        let given = faults.optional_text(&["unit"], self.unit.as_deref(), UNIT)?;
        // Where all items are counted alike, so is the whole.
        let mut units = self.given_items().iter().filter_map(|item| item.unit.as_deref().map(str::trim));
        let common = units.next().filter(|first| units.all(|unit| unit == *first) && !first.is_empty());
        let own = || common.unwrap_or_else(|| rules::default_unit(self.kind.into())).to_owned();
        Some(given.unwrap_or_else(own))
    }

    /// The days of the promise and of the arrival; each only where there is one.
    fn days(&self, today: NaiveDate, faults: &mut Faults) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        for (field, day, there) in
            [("pledgedOn", self.pledged_on, self.pledged.is_some()), ("receivedOn", self.received_on, self.came())]
        {
            if day.is_some() && !there {
                faults.note(
                    &[field],
                    UserErrorCode::Invalid,
                    say!("There is a day but no amount to go with it.", "只填了日期，未填对应的数量或金额。"),
                );
            }
        }
        let pledged_on = match self.pledged_on {
            Some(day) => past("pledgedOn", day.0, today, faults).map(Some),
            None => Some(None),
        };
        let received_on = match self.received_on {
            Some(day) => past("receivedOn", day.0, today, faults).map(Some),
            None => Some(self.came().then_some(today)),
        };
        Some((pledged_on?, received_on?))
    }

    fn given_items(&self) -> &[ContributionItemInput] {
        self.items.as_deref().unwrap_or_default()
    }

    fn came(&self) -> bool {
        self.received.is_some() || !self.given_items().is_empty()
    }

    fn items(&self, faults: &mut Faults) -> Option<Vec<NewItem>> {
        if !self.given_items().is_empty() {
            goods_only(self.kind.into(), &["items"], faults);
        }
        if self.given_items().len() > ITEMS {
            let message = say!("At most {ITEMS} items fit.", "物资明细最多 {ITEMS} 项。");
            faults.note(&["items"], UserErrorCode::OutOfRange, message);
            return None;
        }
        let checked = self.given_items().iter().enumerate();
        let items: Vec<_> = checked.map(|(place, item)| item.check(&["items", &place.to_string()], faults)).collect();
        items.into_iter().collect()
    }
}

/// What has come: what was said of the whole, and what its items come to.
fn with_items(
    said: Option<(Figure, Figure)>,
    unit: &str,
    items: &[NewItem],
    faults: &mut Faults,
) -> Option<Option<(Figure, Figure)>> {
    if items.is_empty() {
        return Some(said);
    }
    let parts: Vec<Part<'_>> = items.iter().map(NewItem::part).collect();
    let (quantity, value) = said.unwrap_or((Figure::UNKNOWN, Figure::UNKNOWN));
    // A value that was said of the whole must be what the items make of it.
    if value.amount.is_some() {
        faults.take(&["items"], rules::made_of(value, &parts))?;
    }
    let value = if value.amount.is_some() { value } else { rules::whole_value(value, &parts) };
    Some(Some((rules::whole_quantity(quantity, unit, &parts), value)))
}

/// What was said of an amount; what was not is unknown.
fn figures(
    amount: Option<&AmountInput>,
    kind: Kind,
    field: &str,
    faults: &mut Faults,
) -> Option<Option<(Figure, Figure)>> {
    let Some(amount) = amount else { return Some(None) };
    let quantity = amount.quantity(kind, &[field], faults);
    let value = amount.value(&[field], faults);
    Some(Some((quantity?.unwrap_or(Figure::UNKNOWN), value?.unwrap_or(Figure::UNKNOWN))))
}

impl Change for RecordContributionInput {
    type Payload = RecordContributionPayload;
    const VERB: Verb = Verb { name: "recordContribution", resource: Resource::Contribution, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let kind = Kind::from(self.kind);
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let project = match &self.project_id {
            Some(given) => {
                tx.find::<Project>(given, &["projectId"], within, &mut faults).await?.map(|found| Some(found.id))
            }
            None => Some(None),
        };
        let title = faults.text(&["title"], &self.title, TITLE);
        let unit = self.unit(&mut faults);
        let pledged = figures(self.pledged.as_ref(), kind, "pledged", &mut faults);
        let received = figures(self.received.as_ref(), kind, "received", &mut faults);
        let items = self.items(&mut faults);
        let received = match (received, &unit, &items) {
            (Some(said), Some(unit), Some(items)) => with_items(said, unit, items, &mut faults),
            _ => None,
        };
        if self.pledged.is_none() && !self.came() {
            faults.note(
                &["received"],
                UserErrorCode::Required,
                say!(
                    "Say what was promised or what has come; {{}} where nobody knows how much.",
                    "请填写认捐或到位情况；数量不详时填 {{}}。"
                ),
            );
        }
        let days = community.as_ref().and_then(|community| self.days(tx.today_in(community), &mut faults));
        let parts = contributors(tx, &self.contributors, &mut faults).await?;
        let value = |figures: Option<(Figure, Figure)>| figures.map_or(Figure::UNKNOWN, |(_, value)| value);
        let total = pledged.zip(received).map(|(pledged, received)| rules::total(value(received), value(pledged)));
        if let (Some(total), Some(parts)) = (total, &parts) {
            let parts: Vec<Option<i64>> = parts.iter().map(|(_, fen)| *fen).collect();
            faults.take(&["contributors"], rules::split(total, &parts));
        }
        let (community, project, title, unit, pledged, received, items, total, days, mut parts) =
            faults.all((community, project, title, unit, pledged, received, items, total, days, parts))?;

        if let [(_, part @ None)] = parts.as_mut_slice() {
            *part = rules::all_of(total);
        }
        let pledged = pledged.unwrap_or((Figure::UNKNOWN, Figure::UNKNOWN));
        let received = received.unwrap_or_else(|| rules::nothing_yet(kind));
        let id = tx.new_id();
        let detail = Detail::Open(json!({ "after": {
            "kind": kind,
            "title": title,
            "unit": unit,
            "projectId": project,
            "pledged": told(pledged),
            "received": told(received),
            "contributors": parts,
            "items": items.len(),
        } }));
        tx.insert(contribution::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            project_id: Set(project),
            kind: Set(kind),
            title: Set(title),
            unit: Set(unit),
            pledged_milli: Set(pledged.0.amount),
            pledged_precision: Set(pledged.0.precision),
            pledged_fen: Set(pledged.1.amount),
            pledged_value_precision: Set(pledged.1.precision),
            received_milli: Set(received.0.amount),
            received_precision: Set(received.0.precision),
            received_fen: Set(received.1.amount),
            received_value_precision: Set(received.1.precision),
            allocated_milli: Set(0),
            allocated_fen: Set(0),
            delivered_milli: Set(0),
            delivered_fen: Set(0),
            over_allocation_reason: Set(None),
            pledged_on: Set(days.0),
            received_on: Set(days.1),
            recorded_at: Set(tx.now()),
            version: Set(1),
        })
        .await?;
        for item in &items {
            item.insert(tx, (community.id, id)).await?;
        }
        for (unit, fen) in parts {
            tx.insert(contributor::ActiveModel {
                id: Set(tx.new_id()),
                community_id: Set(community.id),
                contribution_id: Set(id),
                partner_unit_id: Set(unit),
                amount_fen: Set(fen),
            })
            .await?;
        }
        let fields = [
            "projectId",
            "kind",
            "title",
            "unit",
            "contributors",
            "pledged",
            "received",
            "items",
            "pledgedOn",
            "receivedOn",
        ];
        tx.event::<Contribution>(id, Some(community.id), &fields, detail).await?;
        Ok(id)
    }
}
