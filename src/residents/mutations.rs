//! Putting residents on file, and correcting what the file says.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entity::resident::{self, IdDocumentKind as StoredKind, LifeStatus as Life, Sex as StoredSex};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{
    document::{self, Document, IdDocumentInput},
    object::{LifeStatus, Resident, Sex},
    rules,
};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    payload,
    privacy::{Column, DataKey, Keyring},
    say,
    scalars::Date,
    search::{self, SearchKind},
    volunteers,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb, write},
};

/// The most characters of a name.
const NAME: usize = 100;

/// A resident to be put on file (登记居民).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterResidentInput {
    /// The community that keeps the record (社区).
    pub community_id: ID,
    /// Full name, at most 100 characters (姓名).
    pub full_name: String,
    /// Sex; taken from an identity card where left out (性别).
    pub sex: Option<Sex>,
    /// Birth date; taken from an identity card where left out (出生日期).
    pub birth_date: Option<Date>,
    /// The document that was shown; leave it out where none was (证件).
    pub id_document: Option<IdDocumentInput>,
    /// Telephone number (电话).
    pub phone: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterResidentPayload { resident: Resident as "resident" } }

impl Change for RegisterResidentInput {
    type Payload = RegisterResidentPayload;
    const VERB: Verb = Verb { name: "registerResident", resource: Resource::Resident, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        if self.id_document.is_some() || self.phone.is_some() {
            tx.app.keys.hold_index(tx.conn()).await?;
        }
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let full_name = faults.text(&["fullName"], &self.full_name, NAME);
        let document = match &self.id_document {
            Some(document) => document.checked(&mut faults),
            None => Some(None),
        };
        let shown = document.as_ref().and_then(|document| document.as_ref()).map(|(_, number)| number.clone());
        let stated = self.birth_date.map(|date| date.0);
        let birth_date =
            faults.take(&["birthDate"], rules::agree(stated, shown.as_ref().and_then(|number| number.birth_date)));
        if let (Some(Some(date)), Some(community)) = (birth_date, &community) {
            faults.take(&["birthDate"], rules::birth_date(date, tx.today_in(community)));
        }
        let stated = self.sex.map(StoredSex::from).filter(|sex| *sex != StoredSex::Unknown);
        let sex = faults.take(&["sex"], rules::agree(stated, shown.as_ref().and_then(|number| number.sex)));
        let phone = match &self.phone {
            Some(phone) => faults.take(&["phone"], rules::phone(phone)).map(Some),
            None => Some(None),
        };
        if let (Some(community), Some(Some(document))) = (&community, &document) {
            document::refuse_second(tx, community.id, document, None, &mut faults).await?;
        }
        let (community, full_name, document, birth_date, sex, phone) =
            faults.all((community, full_name, document, birth_date, sex, phone))?;

        let (key_id, key) = tx.new_person_key().await?;
        let id = tx.new_id();
        let mut row = resident::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            data_key_id: Set(key_id),
            full_name: Set(full_name.clone()),
            sex: Set(sex.unwrap_or(StoredSex::Unknown)),
            birth_date: Set(birth_date),
            life_status: Set(Life::LivingHere),
            registered_at: Set(tx.now()),
            version: Set(1),
            ..Default::default()
        };
        document::set(&mut row, document.as_ref(), &key, &tx.app.keys);
        set_phone(&mut row, phone.as_deref(), &key, &tx.app.keys);
        tx.insert(row).await?;
        search::refresh(tx.conn(), SearchKind::Resident, id).await?;
        let value = json!({ "after": { "fullName": full_name, "birthDate": birth_date } });
        let fields = ["fullName", "sex", "birthDate", "idDocument", "phone"];
        let detail = Detail::Sealed { key_id, key: &key, value };
        tx.event::<Resident>(id, Some(community.id), &fields, detail).await?;
        Ok(id)
    }
}

fn set_phone(row: &mut resident::ActiveModel, phone: Option<&str>, key: &DataKey, keys: &Keyring) {
    row.phone = Set(phone.map(|phone| key.seal(Column::ResidentPhone, phone.as_bytes())));
    row.phone_index = Set(phone.map(|phone| keys.index(Column::ResidentPhone, phone)));
}

/// Corrections to a resident's record: what is left out stays, what is null is cleared (更正居民信息).
#[derive(InputObject, Clone, Debug)]
pub struct AmendResidentInput {
    /// The resident (居民).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// Full name, at most 100 characters (姓名).
    pub full_name: Option<String>,
    /// Sex (性别).
    pub sex: Option<Sex>,
    /// Birth date; null clears it (出生日期).
    pub birth_date: MaybeUndefined<Date>,
    /// The document that was shown; null clears it (证件).
    pub id_document: MaybeUndefined<IdDocumentInput>,
    /// Telephone number; null clears it (电话).
    pub phone: MaybeUndefined<String>,
    /// Stays as it is: use `recordMoveOut`, `recordDeath`, `recordReturn` or `withdrawLifeEvent`, which close what ends with it (居住状态).
    #[graphql(deprecation = "Use `recordMoveOut`, `recordDeath`, `recordReturn` or `withdrawLifeEvent`.")]
    pub life_status: Option<LifeStatus>,
    /// Stays as it is: use `amendLifeEvent` (状态日期).
    #[graphql(deprecation = "Use `amendLifeEvent`.")]
    pub life_status_on: MaybeUndefined<Date>,
}

payload! { AmendResidentPayload { resident: Resident as "resident" } }

impl AmendResidentInput {
    /// Moving out and dying close what ends with them, so they have mutations of their own.
    fn keep_life_status(&self, before: &resident::Model, faults: &mut Faults) {
        let wanted = self.life_status.map(Life::from).filter(|status| *status != before.life_status);
        if let Some(wanted) = wanted {
            let message = match wanted {
                Life::MovedOut => {
                    say!("Record a moving out with `recordMoveOut`.", "迁出请用 `recordMoveOut` 登记。")
                }
                Life::Deceased => say!("Record a death with `recordDeath`.", "死亡请用 `recordDeath` 登记。"),
                Life::LivingHere => say!(
                    "Record a return with `recordReturn`; withdraw what did not happen with `withdrawLifeEvent`.",
                    "回迁请用 `recordReturn` 登记；误登请用 `withdrawLifeEvent` 撤销。"
                ),
            };
            faults.note(&["lifeStatus"], UserErrorCode::IllegalTransition, message);
        }
        let on = self.life_status_on.as_opt_ref().map(|date| date.map(|date| date.0));
        if wanted.is_none() && on.is_some_and(|on| on != before.life_status_on) {
            let message = say!("Correct the day with `amendLifeEvent`.", "日期请用 `amendLifeEvent` 更正。");
            faults.note(&["lifeStatusOn"], UserErrorCode::IllegalTransition, message);
        }
    }

    /// What is on file afterwards must not contradict the document, whichever of the two is corrected.
    fn agree_with(
        &self,
        before: &resident::Model,
        document: Option<&Document>,
        key: &DataKey,
        faults: &mut Faults,
    ) -> Result<()> {
        if document.is_none() && self.birth_date.is_undefined() && self.sex.is_none() {
            return Ok(());
        }
        let shown = match document {
            Some(given) => given.as_ref().map(|(_, number)| number.clone()),
            None => document::on_file(before, key)?,
        };
        let Some(shown) = shown else { return Ok(()) };
        let birth_date = self.birth_date.as_opt_ref().map_or(before.birth_date, |date| date.map(|date| date.0));
        faults.take(&["birthDate"], rules::agree(birth_date, shown.birth_date));
        let sex = Some(self.sex.map_or(before.sex, StoredSex::from)).filter(|sex| *sex != StoredSex::Unknown);
        faults.take(&["sex"], rules::agree(sex, shown.sex));
        Ok(())
    }
}

impl Change for AmendResidentInput {
    type Payload = AmendResidentPayload;
    const VERB: Verb = Verb { name: "amendResident", resource: Resource::Resident, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        // Before any resident is held: whoever replaces the key holds it first, too.
        if !self.id_document.is_undefined() || !self.phone.is_undefined() {
            tx.app.keys.hold_index(tx.conn()).await?;
        }
        let subject = tx
            .subject::<Resident>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        let full_name = match &self.full_name {
            Some(name) => faults.text(&["fullName"], name, NAME).map(Some),
            None => Some(None),
        };
        let document = match &self.id_document {
            MaybeUndefined::Value(document) => document.checked(&mut faults).map(Some),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Undefined => Some(None),
        };
        let phone = match &self.phone {
            MaybeUndefined::Value(phone) => faults.take(&["phone"], rules::phone(phone)).map(|phone| Some(Some(phone))),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Undefined => Some(None),
        };
        let key = match &subject {
            Some(before) => {
                let today = tx.today_at(before.community_id).await?;
                if let MaybeUndefined::Value(date) = self.birth_date {
                    faults.take(&["birthDate"], rules::birth_date(date.0, today));
                }
                self.keep_life_status(before, &mut faults);
                if let Some(Some(Some(document))) = &document {
                    let place = before.community_id;
                    document::refuse_second(tx, place, document, Some(before.id), &mut faults).await?;
                }
                let key = tx.person_key(before.data_key_id).await?;
                if let (Some(key), Some(document)) = (&key, &document) {
                    self.agree_with(before, document.as_ref(), key, &mut faults)?;
                }
                key
            }
            None => None,
        };
        let (before, full_name, document, phone) = faults.all((subject, full_name, document, phone))?;
        let Some(key) = key else {
            let mut faults = Faults::default();
            crate::write::not_found(&["id"], &mut faults);
            return Err(faults.all((None::<()>,)).unwrap_err());
        };

        let mut diff = Diff::default();
        let mut row =
            resident::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(name) = full_name
            && diff.note("fullName", &before.full_name, &name)
        {
            row.full_name = Set(name);
        }
        if let Some(sex) = self.sex.map(StoredSex::from)
            && diff.note("sex", &before.sex, &sex)
        {
            row.sex = Set(sex);
        }
        let birth_date = self.birth_date.as_opt_ref().map_or(before.birth_date, |date| date.map(|date| date.0));
        if diff.note("birthDate", &before.birth_date, &birth_date) {
            row.birth_date = Set(birth_date);
        }
        if let Some(document) = document {
            let index = document.as_ref().map(|(_, n)| tx.app.keys.index(Column::ResidentIdDocument, &n.number));
            let kind = document.as_ref().map_or(StoredKind::None, |(kind, _)| *kind);
            if index != before.id_document_index || kind != before.id_document_kind {
                // The event tells that the number changed and of what kind it is; the numbers themselves are in no event.
                diff.note("idDocument", &json!(before.id_document_kind), &json!({ "kind": kind }));
                document::set(&mut row, document.as_ref(), &key, &tx.app.keys);
            }
        }
        if let Some(phone) = phone {
            let index = phone.as_ref().map(|phone| tx.app.keys.index(Column::ResidentPhone, phone));
            if index != before.phone_index {
                diff.note("phone", &json!(before.phone.is_some()), &json!({ "given": phone.is_some() }));
                set_phone(&mut row, phone.as_deref(), &key, &tx.app.keys);
            }
        }
        let renamed = row.full_name.is_set().then(|| row.full_name.clone().unwrap());
        tx.update(row).await?;
        if let Some(name) = renamed {
            volunteers::rename_resident(tx, before.id, &name).await?;
        }
        let fields = diff.fields().to_vec();
        if fields.contains(&"fullName") {
            search::refresh(tx.conn(), SearchKind::Resident, before.id).await?;
        }
        let detail = Detail::Sealed { key_id: before.data_key_id, key: &key, value: diff.value() };
        tx.event::<Resident>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}

#[derive(Default)]
pub struct ResidentMutations;

#[Object]
impl ResidentMutations {
    /// Puts a resident on file (登记居民).
    async fn register_resident(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The resident (登记内容).")] input: RegisterResidentInput,
    ) -> Result<RegisterResidentPayload> {
        write(ctx, input).await
    }

    /// Corrects a resident's record (更正居民信息).
    async fn amend_resident(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendResidentInput,
    ) -> Result<AmendResidentPayload> {
        write(ctx, input).await
    }
}
