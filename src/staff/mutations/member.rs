//! Staff members: putting them on file, and correcting what the file says.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::staff_member;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    error::Result,
    identifiers::Phone,
    payload,
    privacy::Column,
    staff::object::StaffMember,
    volunteers,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb, not_found},
};

/// The most characters of a name.
const NAME: usize = 100;

fn phone(given: &str, faults: &mut Faults) -> Option<String> {
    faults.take(&["phone"], Phone::parse(given).map(|phone| phone.as_str().to_owned()).map_err(Into::into))
}

/// A staff member to be put on file (登记工作人员).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterStaffMemberInput {
    /// The community that the person works for (社区).
    pub community_id: ID,
    /// Full name, at most 100 characters (姓名).
    pub full_name: String,
    /// Telephone number (电话).
    pub phone: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterStaffMemberPayload { staff_member: StaffMember as "staffMember" } }

impl Change for RegisterStaffMemberInput {
    type Payload = RegisterStaffMemberPayload;
    const VERB: Verb = Verb { name: "registerStaffMember", resource: Resource::StaffMember, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let full_name = faults.text(&["fullName"], &self.full_name, NAME);
        let phone = match &self.phone {
            Some(given) => phone(given, &mut faults).map(Some),
            None => Some(None),
        };
        let (community, full_name, phone) = faults.all((community, full_name, phone))?;

        let (key_id, key) = tx.new_person_key().await?;
        let id = tx.new_id();
        let value = json!({ "after": { "fullName": full_name } });
        tx.insert(staff_member::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            data_key_id: Set(key_id),
            full_name: Set(full_name),
            phone: Set(phone.map(|phone| key.seal(Column::StaffPhone, phone.as_bytes()))),
            account_id: Set(None),
            version: Set(1),
            registered_at: Set(tx.now()),
        })
        .await?;
        let detail = Detail::Sealed { key_id, key: &key, value };
        tx.event::<StaffMember>(id, Some(community.id), &["fullName", "phone"], detail).await?;
        Ok(id)
    }
}

/// Corrections to a staff member's record: what is left out stays, what is null is cleared (更正工作人员信息).
#[derive(InputObject, Clone, Debug)]
pub struct AmendStaffMemberInput {
    /// The staff member (工作人员).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// Full name, at most 100 characters (姓名).
    pub full_name: Option<String>,
    /// Telephone number; null clears it (电话).
    pub phone: MaybeUndefined<String>,
}

payload! { AmendStaffMemberPayload { staff_member: StaffMember as "staffMember" } }

impl Change for AmendStaffMemberInput {
    type Payload = AmendStaffMemberPayload;
    const VERB: Verb = Verb { name: "amendStaffMember", resource: Resource::StaffMember, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = tx
            .subject::<StaffMember>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        let full_name = match &self.full_name {
            Some(name) => faults.text(&["fullName"], name, NAME).map(Some),
            None => Some(None),
        };
        let phone = match &self.phone {
            MaybeUndefined::Value(given) => phone(given, &mut faults).map(|phone| Some(Some(phone))),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Undefined => Some(None),
        };
        let (before, full_name, phone) = faults.all((before, full_name, phone))?;
        let Some(key) = tx.person_key(before.data_key_id).await? else {
            let mut faults = Faults::default();
            not_found(&["id"], &mut faults);
            return Err(faults.none().unwrap_err());
        };

        let mut diff = Diff::default();
        let mut row =
            staff_member::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(name) = full_name
            && diff.note("fullName", &before.full_name, &name)
        {
            row.full_name = Set(name);
        }
        if let Some(phone) = phone {
            let known = before.phone.as_ref().map(|sealed| key.open_text(Column::StaffPhone, sealed)).transpose()?;
            if known != phone {
                // The event tells that the number changed; the numbers themselves are in no event.
                diff.note("phone", &json!(known.is_some()), &json!({ "given": phone.is_some() }));
                row.phone = Set(phone.map(|phone| key.seal(Column::StaffPhone, phone.as_bytes())));
            }
        }
        let renamed = row.full_name.is_set().then(|| row.full_name.clone().unwrap());
        tx.update(row).await?;
        if let Some(name) = renamed {
            volunteers::rename_staff_member(tx, before.id, &name).await?;
        }
        let fields = diff.fields().to_vec();
        let detail = Detail::Sealed { key_id: before.data_key_id, key: &key, value: diff.value() };
        tx.event::<StaffMember>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}
