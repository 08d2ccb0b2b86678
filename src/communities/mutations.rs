//! Setting communities up.

use async_graphql::{Context, ID, InputObject, Object};
use entity::{community, sub_district};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::object::{Community, SubDistrict};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    payload, say,
    write::{Change, Detail, Faults, Refused, Tx, Verb, write},
};

/// The most characters of a place's name.
pub(super) const NAME: usize = 100;

/// Division codes are digits: 9 of a sub-district, 12 of a community (GB/T 10114, statistical division codes).
fn division_code(field: &str, code: &str, digits: usize, faults: &mut Faults) -> Option<String> {
    let code = code.trim();
    if code.len() == digits && code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(code.to_owned());
    }
    faults.note(
        &[field],
        UserErrorCode::Invalid,
        say!("The division code has {digits} digits here.", "此处区划代码应为 {digits} 位数字。"),
    );
    None
}

/// A sub-district to be set up (设立街道).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterSubDistrictInput {
    /// Administrative division code, 9 digits (区划代码).
    pub code: String,
    /// Name, at most 100 characters (名称).
    pub name: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterSubDistrictPayload { sub_district: SubDistrict as "subDistrict" } }

impl Change for RegisterSubDistrictInput {
    type Payload = RegisterSubDistrictPayload;
    const VERB: Verb = Verb { name: "registerSubDistrict", resource: Resource::SubDistrict, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let code = division_code("code", &self.code, 9, &mut faults);
        let name = faults.text(&["name"], &self.name, NAME);
        let (code, name) = faults.all((code, name))?;
        let id = tx.new_id();
        let detail = Detail::Open(json!({ "after": { "code": code, "name": name } }));
        tx.insert(sub_district::ActiveModel {
            id: Set(id),
            code: Set(code),
            name: Set(name),
            version: Set(1),
            created_at: Set(tx.now()),
        })
        .await?;
        tx.event::<SubDistrict>(id, None, &["code", "name"], detail).await?;
        Ok(id)
    }
}

/// A community to be set up (设立社区).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterCommunityInput {
    /// The sub-district above it (街道).
    pub sub_district_id: ID,
    /// Administrative division code, 12 digits (区划代码).
    pub code: String,
    /// Name, at most 100 characters (名称).
    pub name: String,
    /// IANA name of its time zone; Asia/Shanghai when left out (时区).
    pub time_zone: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterCommunityPayload { community: Community as "community" } }

impl Change for RegisterCommunityInput {
    type Payload = RegisterCommunityPayload;
    const VERB: Verb = Verb { name: "registerCommunity", resource: Resource::Community, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let above = tx.find::<SubDistrict>(&self.sub_district_id, &["subDistrictId"], None, &mut faults).await?;
        let code = division_code("code", &self.code, 12, &mut faults);
        let name = faults.text(&["name"], &self.name, NAME);
        let zone = self.time_zone.as_deref().unwrap_or("Asia/Shanghai").parse::<chrono_tz::Tz>().map_err(|_| {
            let message = say!(
                "This is no IANA time zone; write e.g. Asia/Shanghai.",
                "不是有效的 IANA 时区，例如 Asia/Shanghai。"
            );
            (UserErrorCode::Invalid, message)
        });
        let zone = faults.take(&["timeZone"], zone);
        let (above, code, name, zone) = faults.all((above, code, name, zone))?;
        let id = tx.new_id();
        let detail = Detail::Open(json!({ "after": { "code": code, "name": name } }));
        tx.insert(community::ActiveModel {
            id: Set(id),
            sub_district_id: Set(above.id),
            code: Set(code),
            name: Set(name),
            time_zone: Set(zone.name().to_owned()),
            version: Set(1),
            created_at: Set(tx.now()),
        })
        .await?;
        tx.event::<Community>(id, Some(id), &["code", "name", "timeZone"], detail).await?;
        Ok(id)
    }
}

#[derive(Default)]
pub struct CommunityMutations;

#[Object]
impl CommunityMutations {
    /// Sets a sub-district up (设立街道).
    async fn register_sub_district(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The sub-district (街道).")] input: RegisterSubDistrictInput,
    ) -> Result<RegisterSubDistrictPayload> {
        write(ctx, input).await
    }

    /// Sets a community up (设立社区).
    async fn register_community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community (社区).")] input: RegisterCommunityInput,
    ) -> Result<RegisterCommunityPayload> {
        write(ctx, input).await
    }
}
