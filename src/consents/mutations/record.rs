//! Recording consents, a child's by the guardian.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{
    consent::{self, Column},
    resident,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    consents::{
        object::{Consent, ConsentMeans, ConsentPurpose, GuardianRelation},
        rules,
    },
    error::{Result, UserError, UserErrorCode},
    partners::PartnerUnit,
    payload,
    residents::Resident,
    say,
    scalars::Date,
    write::{Change, Faults, Refused, Tx, Verb, not_found},
};

/// The guardian who consents (监护人).
#[derive(InputObject, Clone, Debug)]
pub struct GuardianInput {
    /// What the guardian is to the resident (监护关系).
    pub relation: GuardianRelation,
    /// The guardian, if a resident (监护人).
    pub resident_id: Option<ID>,
    /// The guardian's name, if nobody on file, at most 100 characters (监护人姓名).
    pub full_name: Option<String>,
}

/// A consent to be put on record (登记知情同意).
#[derive(InputObject, Clone, Debug)]
pub struct RecordConsentInput {
    /// Who consents, or is consented for (居民).
    pub resident_id: ID,
    /// To what (同意事项).
    pub purpose: ConsentPurpose,
    /// Of SHARE_WITH_PARTNER, the unit that may be told; needed there and nowhere else (共建单位).
    pub partner_unit_id: Option<ID>,
    /// How it was given (同意方式).
    pub means: ConsentMeans,
    /// The guardian who consents: needed for children who are not yet fourteen on the day (监护人).
    pub guardian: Option<GuardianInput>,
    /// What else was said, such as where the paper is kept, at most 1000 characters (备注).
    pub note: Option<String>,
    /// The day on which it was given, not after today; today when left out (同意日期).
    pub given_on: Option<Date>,
    /// The last day on which it holds; left out where it holds until it is withdrawn (到期日).
    pub expires_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordConsentPayload { consent: Consent as "consent" } }

/// A guardian as they are stored.
#[derive(Clone, Debug, Default)]
struct Guardian {
    relation: Option<GuardianRelation>,
    resident: Option<Uuid>,
    name: Option<String>,
}

impl RecordConsentInput {
    async fn unit(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<Option<Uuid>>, DbErr> {
        let path = ["partnerUnitId"];
        match (self.purpose, &self.partner_unit_id) {
            (ConsentPurpose::ShareWithPartner, Some(given)) => {
                Ok(tx.find::<PartnerUnit>(given, &path, None, faults).await?.map(|unit| Some(unit.id)))
            }
            (ConsentPurpose::ShareWithPartner, None) => {
                let message = say!("Say which unit may be told.", "请填写可向哪家共建单位提供。");
                faults.note(&path, UserErrorCode::Required, message);
                Ok(None)
            }
            (ConsentPurpose::SensitiveCircumstances | ConsentPurpose::PublicNotice, Some(_)) => {
                let message = say!("Only SHARE_WITH_PARTNER names a unit.", "只有向共建单位提供时才填写单位。");
                faults.note(&path, UserErrorCode::Invalid, message);
                Ok(None)
            }
            (ConsentPurpose::SensitiveCircumstances | ConsentPurpose::PublicNotice, None) => Ok(Some(None)),
        }
    }

    async fn guardian(
        &self,
        tx: &Tx<'_>,
        resident: &resident::Model,
        day: NaiveDate,
        faults: &mut Faults,
    ) -> Result<Option<Guardian>, DbErr> {
        let Some(given) = &self.guardian else {
            if !rules::needs_guardian(resident.birth_date, day) {
                return Ok(Some(Guardian::default()));
            }
            faults.note(
                &["guardian"],
                UserErrorCode::Required,
                say!(
                    "The resident was not yet fourteen on {day}: a guardian consents. Say who.",
                    "该居民在 {day} 未满十四周岁，须由监护人同意，请填写监护人。"
                ),
            );
            return Ok(None);
        };
        let (by_id, by_name) = (["guardian", "residentId"], ["guardian", "fullName"]);
        let mut guardian = Guardian { relation: Some(given.relation), ..Guardian::default() };
        if let Some(id) = &given.resident_id {
            let found = tx.find::<Resident>(id, &by_id, Some(resident.community_id), faults).await?;
            if let Some(found) = &found
                && (found.id == resident.id || !rules::may_be_guardian(found.birth_date, day))
            {
                let message = say!(
                    "A guardian is another person, and of age on the day ({day}).",
                    "监护人应为他人，且在同意当日（{day}）已成年。"
                );
                faults.note(&by_id, UserErrorCode::Invalid, message);
            }
            guardian.resident = found.map(|found| found.id);
        }
        if let Some(name) = &given.full_name {
            guardian.name = faults.text(&by_name, name, 100);
        }
        match (&given.resident_id, &given.full_name) {
            (None, None) => {
                let message = say!("Say who the guardian is: a resident or a name.", "请填写监护人：居民或姓名。");
                faults.note(&by_name, UserErrorCode::Required, message);
            }
            (Some(_), Some(_)) => {
                let message =
                    say!("Of a resident the name is on file; leave this out.", "监护人为居民时无须填写姓名。");
                faults.note(&by_name, UserErrorCode::Invalid, message);
            }
            _ => {}
        }
        // Whatever is wrong with it was noted.
        Ok(Some(guardian))
    }

    /// Of one purpose, and unit, one consent holds at a time: whoever withdraws it has withdrawn.
    async fn refuse_second(
        &self,
        tx: &Tx<'_>,
        resident: Uuid,
        unit: Option<Uuid>,
        days: (NaiveDate, Option<NaiveDate>),
        faults: &mut Faults,
    ) -> Result<(), DbErr> {
        let others = consent::Entity::find()
            .filter(Column::ResidentId.eq(resident))
            .filter(Column::Purpose.eq(consent::ConsentPurpose::from(self.purpose)))
            .filter(Condition::all().add_option(unit.map(|unit| Column::PartnerUnitId.eq(unit))))
            .all(tx.conn())
            .await?;
        if let Some(other) = others.iter().find(|other| rules::overlap(days, other)) {
            let since = other.given_on;
            let message = say!(
                "A consent to this is on record since {since} and holds on some of these days; nothing needs to be recorded, or withdraw that one first.",
                "已登记自 {since} 起的同类同意，期间重叠；无须重复登记，或先撤回原同意。"
            );
            let refusal = UserError::new(&["givenOn"], UserErrorCode::Overlap, message);
            faults.add(tx.in_the_way::<Consent>(other.id, refusal).await?);
        }
        Ok(())
    }
}

impl Change for RecordConsentInput {
    type Payload = RecordConsentPayload;
    const VERB: Verb = Verb { name: "recordConsent", resource: Resource::Consent, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let path = ["residentId"];
        let resident = tx.find::<Resident>(&self.resident_id, &path, None, &mut faults).await?;
        // Readable is not enough: it must be within what the viewer may write.
        let resident = resident.filter(|resident| {
            let covered = tx.reaches(resident.community_id);
            if !covered {
                not_found(&path, &mut faults);
            }
            covered
        });
        // Locked, so that two consents recorded at once are compared one after the other.
        let resident = match resident {
            Some(resident) => tx.lock::<Resident>(resident.id, Action::Read).await?,
            None => None,
        };
        let unit = self.unit(tx, &mut faults).await?;
        let note = faults.optional_text(&["note"], self.note.as_deref(), 1_000);
        let (mut days, mut guardian) = (None, None);
        if let Some(resident) = &resident {
            let today = tx.today_at(resident.community_id).await?;
            let given_on = faults.first_day(&["givenOn"], self.given_on.map(|day| day.0), today);
            let expires_on = self.expires_on.map(|day| day.0);
            if let (Some(given_on), Some(expires_on)) = (given_on, expires_on)
                && expires_on < given_on
            {
                let message =
                    say!("It expires before it was given ({given_on}).", "到期日早于同意日期（{given_on}）。");
                faults.note(&["expiresOn"], UserErrorCode::OutOfRange, message);
            }
            days = given_on.map(|given_on| (given_on, expires_on));
            guardian = self.guardian(tx, resident, given_on.unwrap_or(today), &mut faults).await?;
            if let (Some(days), Some(unit)) = (days, unit) {
                self.refuse_second(tx, resident.id, unit, days, &mut faults).await?;
            }
        }
        let (resident, unit, note, (given_on, expires_on), guardian) =
            faults.all((resident, unit, note, days, guardian))?;

        let id = tx.new_id();
        let purpose = consent::ConsentPurpose::from(self.purpose);
        tx.insert(consent::ActiveModel {
            id: Set(id),
            community_id: Set(resident.community_id),
            resident_id: Set(resident.id),
            purpose: Set(purpose),
            partner_unit_id: Set(unit),
            means: Set(self.means.into()),
            guardian_relation: Set(guardian.relation.map(Into::into)),
            guardian_id: Set(guardian.resident),
            guardian_name: Set(guardian.name),
            note: Set(note),
            given_on: Set(given_on),
            expires_on: Set(expires_on),
            withdrawn_on: Set(None),
            withdrawn_reason: Set(None),
            recorded_at: Set(tx.now()),
            version: Set(1),
        })
        .await?;
        let key = tx.subject_key(Some(resident.data_key_id)).await?;
        let detail = key.seal(json!({ "after": { "purpose": purpose, "givenOn": given_on, "expiresOn": expires_on } }));
        let fields = ["purpose", "partnerUnit", "means", "guardian", "note", "givenOn", "expiresOn"];
        tx.event::<Consent>(id, Some(resident.community_id), &fields, detail).await?;
        Ok(id)
    }
}
