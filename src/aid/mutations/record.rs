//! Putting a grant on file, and setting its share of the contribution aside.

use async_graphql::{ID, InputObject};
use entity::aid_record::{self, AidStatus};
use sea_orm::ActiveModelTrait;
use serde_json::json;
use uuid::Uuid;

use super::{
    judging::{budget, judge},
    recording::{not_cancelled, occasion},
    source,
};
use crate::{
    access::{Resource, policy::Action},
    aid::{claims, facts::Case, grant, object::AidRecord, programme::AidProgramme, recipients::Recipients, terms},
    contributions::Contribution,
    error::Result,
    figures::{AidKind, Figure, Precision},
    payload,
    projects::Project,
    residents::People,
    scalars::{Date, Decimal},
    write::{Change, Faults, Refused, Tx, Verb},
};

/// The most characters of a note.
pub(super) const NOTE: usize = 2000;
/// The most characters of a reason.
pub(super) const REASON: usize = 500;

/// A grant to be put on file; it is PLANNED, and its share of the contribution is set aside (登记帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct RecordAidInput {
    /// The community that gives it (社区).
    pub community_id: ID,
    /// The resident who receives it; or name a household, not both (居民).
    pub resident_id: Option<ID>,
    /// The household that receives it as a whole; or name a resident, not both (户).
    pub household_id: Option<ID>,
    /// The contribution that it is taken from; it gives the grant its kind and its unit (资源投入).
    pub contribution_id: ID,
    /// Which of its items it is taken from, where it has items; the item then gives the grant its unit (物资明细).
    pub item_id: Option<ID>,
    /// The serial number of the very device, where it has one; the quantity is 1 then (器具编号).
    pub serial_number: Option<String>,
    /// The programme under whose rules it is given; one for persons with a resident, one for households with a household (帮扶项目).
    pub programme_id: Option<ID>,
    /// The joint project that it belongs to; the contribution's when left out (共建项目).
    pub project_id: Option<ID>,
    /// What is given; taken from the contribution when left out, and checked against it otherwise (类型).
    pub kind: Option<AidKind>,
    /// How many, more than 0, at most three decimals, in the unit of the contribution or its item; left out of CASH (数量).
    pub quantity: Option<Decimal>,
    /// How sure the quantity is; EXACT when left out (数量精确度).
    pub quantity_precision: Option<Precision>,
    /// What it is worth, in yuan, more than 0, at most two decimals; left out of an item that is counted and valued EXACT, its share of what is left of it
    /// (金额, 元).
    pub value: Option<Decimal>,
    /// How sure the value is; EXACT when left out (金额精确度).
    pub value_precision: Option<Precision>,
    /// The day of the grant, on which eligibility is judged; not after today (发放日期).
    pub given_on: Date,
    /// A remark, at most 2000 characters (备注).
    pub note: Option<String>,
    /// What it is given for, under a programme that aids once an event: the event's name, the same for all, at most 60 characters (事件名称).
    pub occasion: Option<String>,
    /// Why more may be given than is known to have come, where that is not known exactly; at most 500 characters (超额分配原因).
    pub over_allocation_reason: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordAidPayload { aid_record: AidRecord as "aidRecord" } }

impl Change for RecordAidInput {
    type Payload = RecordAidPayload;
    const VERB: Verb = Verb { name: "recordAid", resource: Resource::AidRecord, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let programme = match &self.programme_id {
            Some(given) => {
                let found = tx.find::<AidProgramme>(given, &["programmeId"], within, &mut faults).await?;
                // Its rules stay as they are until this grant claims under them.
                match found {
                    Some(found) => tx.hold::<AidProgramme>(found.id).await?.map(Some),
                    None => None,
                }
            }
            None => Some(None),
        };
        let rules = match programme.iter().flatten().next() {
            Some(programme) => Some(terms::rules_of(tx.conn(), programme).await?),
            None => None,
        };
        let recipient = self.recipient(tx, within, rules.as_ref(), &mut faults).await?;
        let contribution =
            tx.find::<Contribution>(&self.contribution_id, &["contributionId"], within, &mut faults).await?;
        let project = match &self.project_id {
            Some(given) => {
                tx.find::<Project>(given, &["projectId"], within, &mut faults).await?.map(|found| Some(found.id))
            }
            None => Some(None),
        };
        let part = match &contribution {
            Some(contribution) => source::find(tx, self.named(), contribution, &mut faults).await?,
            None => None,
        };
        let (quantity, mut value) = self.figures(&mut faults);
        if let (Some(part), Some(quantity), Some(Figure::UNKNOWN)) = (&part, quantity, value) {
            value = Some(part.share(quantity));
        }
        if let (Some(quantity), Some(value)) = (quantity, value) {
            faults.take(&["quantity"], grant::measured(quantity, value));
        }
        let given_on = community
            .as_ref()
            .and_then(|community| faults.take(&["givenOn"], grant::given_on(self.given_on.0, tx.today_in(community))));
        let note = faults.optional_text(&["note"], self.note.as_deref(), NOTE);
        let over = self.over_allocation_reason.as_deref();
        let over = faults.optional_text(&["overAllocationReason"], over, REASON);
        let once_per = rules.as_ref().and_then(|rules| rules.once_per);
        let occasion = occasion(self.occasion.as_deref(), once_per, &mut faults);

        if let Some((Recipients::Persons(rows), _)) = &recipient
            && let (Some(resident), Some(given_on)) = (rows.first(), given_on)
        {
            faults.take(&["residentId"], grant::recipient(resident, given_on));
        }
        let mut fits = true;
        if let (Some((recipients, _)), Some(rules)) = (&recipient, &rules) {
            fits = faults.take(&["programmeId"], grant::fits(rules.scope, recipients.scope())).is_some();
        }
        if let Some(contribution) = &contribution {
            self.agrees_with(contribution, project.flatten(), &mut faults);
            if let Some(quantity) = quantity {
                faults.take(&["quantity"], grant::countable(contribution.kind, quantity));
            }
        }
        if let (Some((recipients, homes)), Some(Some(programme)), Some(rules), Some(occasion), true) =
            (&recipient, &programme, &rules, &occasion, fits)
        {
            let case = Case { programme: programme.id, rules, on: self.given_on.0, occasion: occasion.as_deref() };
            judge(tx, &case, (recipients, homes), value, &mut faults).await?;
            if let Some(contribution) = &contribution {
                budget(rules, contribution.id, &mut faults);
            }
        }
        let (from, said) = (contribution.zip(part), note.zip(occasion));
        let (community, recipient, (contribution, part), programme, project, quantity, value, given_on, said, over) =
            faults.all((community, recipient, from, programme, project, quantity, value, given_on, said, over))?;
        let ((recipients, homes), (note, occasion)) = (recipient, said);

        let project = project.or(contribution.project_id);
        if let Some(project) = project {
            not_cancelled(tx, project).await?;
        }
        let (resident_id, household_id) = match &recipients {
            Recipients::Persons(rows) => {
                (rows.first().map(|row| row.id), rows.first().and_then(|row| row.household_id))
            }
            Recipients::Households(rows) => (None, rows.first().map(|row| row.id)),
        };
        let id = tx.new_id();
        let programme_id = programme.as_ref().map(|programme| programme.id);
        let grant = aid_record::Model {
            id,
            community_id: community.id,
            scope: recipients.scope(),
            resident_id,
            household_id,
            programme_id,
            contribution_id: Some(contribution.id),
            project_id: project,
            kind: contribution.kind,
            status: AidStatus::Planned,
            status_reason: None,
            quantity_milli: quantity.amount,
            unit: part.unit().to_owned(),
            quantity_precision: quantity.precision,
            value_fen: value.amount,
            value_precision: value.precision,
            given_on,
            note,
            recorded_by: tx.viewer.account_id,
            recorded_at: tx.now(),
            approved_by: None,
            approved_at: None,
            delivered_at: None,
            version: 1,
            reverses_id: None,
            delivered_by: None,
            signed_by: None,
            signed_by_name: None,
            item_id: part.item_id(),
            device_id: part.device_id(),
            occasion,
            batch_id: None,
            instalment_id: None,
        };
        tx.insert(aid_record::ActiveModel::from(grant.clone()).reset_all()).await?;
        if let Some(programme) = &programme {
            claims::claim(tx, programme, std::slice::from_ref(&grant), &homes).await?;
        }
        // Last, since whoever takes from the same contribution waits from here on.
        part.take(tx, &contribution, (quantity.amount, value.amount), over.as_deref()).await?;

        let people = match recipients {
            Recipients::Persons(rows) => People::new(tx, rows).await?,
            Recipients::Households(_) => People::default(),
        };
        let detail = people.detail_of(
            grant.resident_id,
            json!({ "after": {
            "contributionId": contribution.id,
            "itemId": grant.item_id,
            "serialNumber": self.serial_number,
            "programmeId": programme_id,
            "quantityMilli": quantity.amount,
            "quantityPrecision": quantity.precision,
            "valueFen": value.amount,
            "valuePrecision": value.precision,
            "givenOn": given_on,
            "note": grant.note,
            "occasion": grant.occasion,
            "overAllocationReason": over,
        } }),
        );
        let fields = ["scope", "contributionId", "programmeId", "projectId", "quantity", "value", "givenOn", "note"];
        tx.event::<AidRecord>(id, Some(community.id), &fields, detail).await?;
        Ok(id)
    }
}
