//! Putting a grant on file, and setting its share of the contribution aside.

use async_graphql::{ID, InputObject};
use entity::{
    aid_programme::AidScope,
    aid_record::{self, AidStatus},
    contribution,
    project::ProjectStatus,
    resident,
};
use sea_orm::{ActiveModelTrait, DbErr};
use serde_json::json;
use uuid::Uuid;

use super::source;
use crate::{
    access::{Resource, policy::Action},
    aid::{claims, grant, object::AidRecord, programme::AidProgramme},
    contributions::Contribution,
    error::{Result, UserError, UserErrorCode},
    figures::{AidKind, Figure, Precision, fen_from_yuan, milli_from_decimal},
    households::{Household, lived_in},
    payload,
    projects::Project,
    residents::{People, Resident},
    say,
    scalars::{Date, Decimal},
    write::{Change, Faults, Refused, Tx, Verb},
};

/// The most characters of a note.
const NOTE: usize = 2000;
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
    /// Why more may be given than is known to have come, where that is not known exactly; at most 500 characters (超额分配原因).
    pub over_allocation_reason: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordAidPayload { aid_record: AidRecord as "aidRecord" } }

/// Whom the grant goes to.
struct Recipient {
    scope: AidScope,
    resident: Option<resident::Model>,
    household_id: Option<Uuid>,
}

impl Recipient {
    fn person(resident: resident::Model) -> Self {
        Self { scope: AidScope::Person, household_id: resident.household_id, resident: Some(resident) }
    }

    fn household(id: Uuid) -> Self {
        Self { scope: AidScope::Household, household_id: Some(id), resident: None }
    }
}

impl RecordAidInput {
    async fn recipient(
        &self,
        tx: &Tx<'_>,
        within: Option<Uuid>,
        faults: &mut Faults,
    ) -> Result<Option<Recipient>, DbErr> {
        match (&self.resident_id, &self.household_id) {
            (Some(resident), None) => {
                let found = tx.find::<Resident>(resident, &["residentId"], within, faults).await?;
                let Some(found) = found else { return Ok(None) };
                // Nobody moves out or dies between this look and the grant: whoever records that waits, and finds the grant.
                Ok(tx.hold::<Resident>(found.id).await?.map(Recipient::person))
            }
            (None, Some(household)) => {
                let found = tx.find::<Household>(household, &["householdId"], within, faults).await?;
                let Some(found) = found else { return Ok(None) };
                tx.hold::<Household>(found.id).await?;
                if !lived_in(tx, found.id, self.given_on.0).await? {
                    let message = say!(
                        "Nobody lives in this household, and nobody did on that day.",
                        "该户现无成员，且该日亦无成员。"
                    );
                    faults.note(&["householdId"], UserErrorCode::NotEligible, message);
                    return Ok(None);
                }
                Ok(Some(Recipient::household(found.id)))
            }
            (None, None) => {
                faults.note(
                    &["residentId"],
                    UserErrorCode::Required,
                    say!("Say who receives it: a resident or a household.", "请填写发放对象：居民或户。"),
                );
                Ok(None)
            }
            (Some(_), Some(_)) => {
                faults.note(
                    &["householdId"],
                    UserErrorCode::Invalid,
                    say!(
                        "A grant goes to a resident or to a household as a whole: leave one of the two out.",
                        "帮扶对象为居民或整户，两者只填其一。"
                    ),
                );
                Ok(None)
            }
        }
    }

    /// How many and how much, each by itself.
    fn figures(&self, faults: &mut Faults) -> (Option<Figure>, Option<Figure>) {
        let precision = |given: Option<Precision>| given.map(Into::into);
        let device = self.serial_number.is_some();
        let given = self.quantity.map(|given| given.0).or(device.then_some(rust_decimal::Decimal::ONE));
        let quantity = grant::figure(given, precision(self.quantity_precision), milli_from_decimal);
        let value = grant::figure(self.value.map(|given| given.0), precision(self.value_precision), fen_from_yuan);
        let quantity = faults.take(&["quantity"], quantity);
        (quantity, faults.take(&["value"], value))
    }

    /// What is given must be what was contributed, where it was contributed to.
    fn agrees_with(&self, contribution: &contribution::Model, project: Option<Uuid>, faults: &mut Faults) {
        if self.kind.is_some_and(|kind| contribution.kind != kind.into()) {
            faults.note(
                &["kind"],
                UserErrorCode::Invalid,
                say!(
                    "The contribution is of another kind. Leave `kind` out, or name another contribution.",
                    "与资源投入的类型不符：请去掉 `kind`，或改选其他资源投入。"
                ),
            );
        }
        if let (Some(wanted), Some(own)) = (project, contribution.project_id)
            && wanted != own
        {
            faults.note(
                &["projectId"],
                UserErrorCode::Invalid,
                say!(
                    "The contribution was made to another project. Leave `projectId` out, or name another contribution.",
                    "该资源投入属于另一共建项目：请去掉 `projectId`，或改选其他资源投入。"
                ),
            );
        }
    }
}

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
        let recipient = self.recipient(tx, within, &mut faults).await?;
        let contribution =
            tx.find::<Contribution>(&self.contribution_id, &["contributionId"], within, &mut faults).await?;
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
        let project = match &self.project_id {
            Some(given) => {
                tx.find::<Project>(given, &["projectId"], within, &mut faults).await?.map(|found| Some(found.id))
            }
            None => Some(None),
        };
        let part = match &contribution {
            Some(contribution) => source::find(tx, self, contribution, &mut faults).await?,
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

        if let Some(resident) = recipient.as_ref().and_then(|recipient| recipient.resident.as_ref())
            && let Some(given_on) = given_on
        {
            faults.take(&["residentId"], grant::recipient(resident, given_on));
        }
        if let (Some(recipient), Some(Some(programme))) = (&recipient, &programme) {
            faults.take(&["programmeId"], grant::fits(programme.scope, recipient.scope));
        }
        if let Some(contribution) = &contribution {
            self.agrees_with(contribution, project.flatten(), &mut faults);
            if let Some(quantity) = quantity {
                faults.take(&["quantity"], grant::countable(contribution.kind, quantity));
            }
        }
        let from = contribution.zip(part);
        let (community, recipient, (contribution, part), programme, project, quantity, value, given_on, note, over) =
            faults.all((community, recipient, from, programme, project, quantity, value, given_on, note, over))?;

        let project = project.or(contribution.project_id);
        if let Some(project) = project {
            not_cancelled(tx, project).await?;
        }
        let id = tx.new_id();
        let programme_id = programme.as_ref().map(|programme| programme.id);
        let grant = aid_record::Model {
            id,
            community_id: community.id,
            scope: recipient.scope,
            resident_id: recipient.resident.as_ref().map(|resident| resident.id),
            household_id: recipient.household_id,
            programme_id,
            contribution_id: contribution.id,
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
        };
        tx.insert(aid_record::ActiveModel::from(grant.clone()).reset_all()).await?;
        // A programme's other rules (circumstances, ceilings, exclusions) are asked here, before anything is taken.
        if let Some(programme) = &programme {
            claims::claim(tx, programme, &grant).await?;
        }
        // Last, since whoever takes from the same contribution waits from here on.
        part.take(tx, &contribution, (quantity.amount, value.amount), over.as_deref()).await?;

        let people = People::new(tx, recipient.resident.into_iter().collect()).await?;
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
            "overAllocationReason": over,
        } }),
        );
        let fields = ["scope", "contributionId", "programmeId", "projectId", "quantity", "value", "givenOn", "note"];
        tx.event::<AidRecord>(id, Some(community.id), &fields, detail).await?;
        Ok(id)
    }
}

/// Nothing is promised out of a project that was called off; held, so that nobody calls it off meanwhile.
async fn not_cancelled(tx: &Tx<'_>, project: Uuid) -> Result<(), Refused> {
    let held = tx.hold::<Project>(project).await?;
    if held.is_none_or(|project| project.status != ProjectStatus::Cancelled) {
        return Ok(());
    }
    let message = say!("The project was cancelled: nothing is given for it.", "该共建项目已取消，不能再登记帮扶。");
    Err(UserError::new(&["projectId"], UserErrorCode::Invalid, message).into())
}
