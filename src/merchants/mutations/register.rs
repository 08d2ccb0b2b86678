//! Merchants: putting them on file, and correcting what the file says.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::merchant;
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    communities::Building,
    error::{Message, Result, UserError, UserErrorCode},
    merchants::object::{Merchant, Trade},
    partners::rules::{self as codes, Fault},
    payload,
    residents::Resident,
    say,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// The most characters of a merchant's and of an owner's name.
const NAME: usize = 100;
/// The most characters of a place in words.
const PLACE: usize = 200;
/// The most characters of a reason.
const REASON: usize = 500;

/// A licence code, and why it was accepted if it fails the check.
type Code = (Option<String>, Option<String>);

fn checked_code(code: Option<&str>, reason: Option<&str>, faults: &mut Faults) -> Option<Code> {
    let reason = faults.optional_text(&["licenceCodeOverrideReason"], reason, REASON);
    // A reason that is refused itself is still there, so the code is judged as one with a reason.
    let with_reason = reason.as_ref().is_none_or(Option::is_some);
    match codes::credit_code(code, with_reason) {
        Ok(code) => Some((code, reason?)),
        Err(fault) => {
            let (field, kind, message) = of_licence(fault);
            faults.note(&[field], kind, message);
            None
        }
    }
}

/// The check is that of units' codes; the fields are called after the licence here.
fn of_licence((field, code, Message { en, zh }): Fault) -> Fault {
    let field = if field == "creditCode" { "licenceCode" } else { "licenceCodeOverrideReason" };
    let rename =
        |text: &str| text.replace("creditCodeOverrideReason", "licenceCodeOverrideReason").replace("unit", "merchant");
    (field, code, Message { en: rename(&en).into(), zh: rename(&zh).replace("该单位", "该商户").into() })
}

/// One licence, one shop that is open.
async fn refuse_second(
    tx: &Tx<'_>,
    community: Uuid,
    code: Option<&String>,
    own: Option<Uuid>,
    faults: &mut Faults,
) -> Result<(), DbErr> {
    use merchant::Column;
    let Some(code) = code else { return Ok(()) };
    let open = merchant::Entity::find()
        .filter(Column::CommunityId.eq(community))
        .filter(Column::LicenceCode.eq(code))
        .filter(Column::ClosedOn.is_null());
    if let Some(first) = open.one(tx.conn()).await?.filter(|first| Some(first.id) != own) {
        let refusal = UserError::new(&["licenceCode"], UserErrorCode::Duplicate, licence_taken());
        faults.add(tx.in_the_way::<Merchant>(first.id, refusal).await?);
    }
    Ok(())
}

pub fn licence_taken() -> Message {
    say!(
        "A merchant of the community that is open has this licence code already.",
        "本社区已有营业中的商户使用该统一社会信用代码。"
    )
}

/// An owner is on file as a resident, or named, not both.
fn refuse_two_owners(both: bool, faults: &mut Faults) {
    if both {
        faults.note(
            &["ownerName"],
            UserErrorCode::Invalid,
            say!("The owner is a resident on file; leave the name out.", "经营者已是登记居民，请勿另填姓名。"),
        );
    }
}

/// A merchant to be put on file (登记商户).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterMerchantInput {
    /// The community in which it does business (社区).
    pub community_id: ID,
    /// Name on the sign, at most 100 characters (名称).
    pub name: String,
    /// Which trade it follows (类别).
    pub trade: Trade,
    /// Unified social credit code of the licence, checked by GB 32100 (统一社会信用代码).
    pub licence_code: Option<String>,
    /// Why a code that fails the check is accepted all the same, at most 500 characters; kept with the merchant and in the event (代码校验豁免原因).
    pub licence_code_override_reason: Option<String>,
    /// The owner, if a resident on file (经营者).
    pub owner_id: Option<ID>,
    /// The owner's name, if nobody on file, at most 100 characters (经营者姓名).
    pub owner_name: Option<String>,
    /// The building that it is in (楼栋).
    pub building_id: Option<ID>,
    /// Where it is, in words, at most 200 characters (位置).
    pub place: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterMerchantPayload { merchant: Merchant as "merchant" } }

impl Change for RegisterMerchantInput {
    type Payload = RegisterMerchantPayload;
    const VERB: Verb = Verb { name: "registerMerchant", resource: Resource::Merchant, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|row| row.id);
        let name = faults.text(&["name"], &self.name, NAME);
        let code =
            checked_code(self.licence_code.as_deref(), self.licence_code_override_reason.as_deref(), &mut faults);
        if let (Some(community), Some((code, _))) = (within, &code) {
            refuse_second(tx, community, code.as_ref(), None, &mut faults).await?;
        }
        let owner = tx.find_optional::<Resident>(self.owner_id.as_ref(), &["ownerId"], within, &mut faults).await?;
        let owner_name = faults.optional_text(&["ownerName"], self.owner_name.as_deref(), NAME);
        refuse_two_owners(self.owner_id.is_some() && matches!(owner_name, Some(Some(_))), &mut faults);
        let building =
            tx.find_optional::<Building>(self.building_id.as_ref(), &["buildingId"], within, &mut faults).await?;
        let place = faults.optional_text(&["place"], self.place.as_deref(), PLACE);
        let (community, name, (code, reason), owner, owner_name, building, place) =
            faults.all((community, name, code, owner, owner_name, building, place))?;

        let (id, trade) = (tx.new_id(), merchant::Trade::from(self.trade));
        let mut fields = vec!["name", "trade", "licenceCode", "owner", "building", "place"];
        // Who owns it is a person's matter, and is not told.
        let mut after = json!({ "name": name, "trade": trade, "licenceCode": code });
        if let Some(reason) = &reason {
            fields.push("licenceCodeOverrideReason");
            after["licenceCodeOverrideReason"] = json!(reason);
        }
        tx.insert(merchant::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            name: Set(name),
            trade: Set(trade),
            licence_code: Set(code),
            licence_code_override: Set(reason),
            owner_id: Set(owner.map(|row| row.id)),
            owner_name: Set(owner_name),
            building_id: Set(building.map(|row| row.id)),
            place: Set(place),
            closed_on: Set(None),
            close_reason: Set(None),
            version: Set(1),
            registered_at: Set(tx.now()),
        })
        .await?;
        tx.event::<Merchant>(id, Some(community.id), &fields, Detail::Open(json!({ "after": after }))).await?;
        Ok(id)
    }
}

/// Corrections to a merchant's record: what is left out stays, what is null is cleared (更正商户信息).
#[derive(InputObject, Clone, Debug)]
pub struct AmendMerchantInput {
    /// The merchant (商户).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Name on the sign, at most 100 characters (名称).
    pub name: Option<String>,
    /// Which trade it follows (类别).
    pub trade: Option<Trade>,
    /// Unified social credit code of the licence, checked by GB 32100; null clears it, and with it the reason (统一社会信用代码).
    pub licence_code: MaybeUndefined<String>,
    /// Why a code that fails the check is accepted all the same, at most 500 characters; a reason on file goes with another code (代码校验豁免原因).
    pub licence_code_override_reason: MaybeUndefined<String>,
    /// The owner, if a resident on file; takes the place of a name (经营者).
    pub owner_id: MaybeUndefined<ID>,
    /// The owner's name, if nobody on file, at most 100 characters; takes the place of a resident (经营者姓名).
    pub owner_name: MaybeUndefined<String>,
    /// The building that it is in (楼栋).
    pub building_id: MaybeUndefined<ID>,
    /// Where it is, in words, at most 200 characters (位置).
    pub place: MaybeUndefined<String>,
}

payload! { AmendMerchantPayload { merchant: Merchant as "merchant" } }

impl AmendMerchantInput {
    /// The code as it is to be, if the input speaks of it at all.
    fn checked_code(&self, before: &merchant::Model, faults: &mut Faults) -> Option<Option<Code>> {
        if self.licence_code.is_undefined() && self.licence_code_override_reason.is_undefined() {
            return Some(None);
        }
        let code =
            self.licence_code.as_opt_ref().map_or(before.licence_code.as_deref(), |code| code.map(String::as_str));
        let stays = code.and_then(|code| codes::whole_code(code).ok()) == before.licence_code;
        let on_file = before.licence_code_override.as_deref().filter(|_| stays);
        let reason = self.licence_code_override_reason.as_opt_ref();
        checked_code(code, reason.map_or(on_file, |reason| reason.map(String::as_str)), faults).map(Some)
    }
}

impl Change for AmendMerchantInput {
    type Payload = AmendMerchantPayload;
    const VERB: Verb = Verb { name: "amendMerchant", resource: Resource::Merchant, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = tx
            .subject::<Merchant>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        let within = before.as_ref().map(|row| row.community_id);
        let name = faults.amended_text(&["name"], self.name.as_deref(), NAME);
        let code = before.as_ref().and_then(|before| self.checked_code(before, &mut faults));
        if let (Some(before), Some(Some((code, _)))) = (&before, &code)
            && before.closed_on.is_none()
        {
            refuse_second(tx, before.community_id, code.as_ref(), Some(before.id), &mut faults).await?;
        }
        let owner = tx.find_amended::<Resident>(&self.owner_id, &["ownerId"], within, &mut faults).await?;
        let owner_name = faults.clearable_text(&["ownerName"], &self.owner_name, NAME);
        let named = matches!(owner_name, Some(Some(Some(_))));
        refuse_two_owners(named && matches!(self.owner_id, MaybeUndefined::Value(_)), &mut faults);
        let building = tx.find_amended::<Building>(&self.building_id, &["buildingId"], within, &mut faults).await?;
        let place = faults.clearable_text(&["place"], &self.place, PLACE);
        let (before, name, code, owner, owner_name, building, place) =
            faults.all((before, name, code, owner, owner_name, building, place))?;

        let mut diff = Diff::default();
        let mut row =
            merchant::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(name) = name
            && diff.note("name", &before.name, &name)
        {
            row.name = Set(name);
        }
        if let Some(trade) = self.trade.map(merchant::Trade::from)
            && diff.note("trade", &before.trade, &trade)
        {
            row.trade = Set(trade);
        }
        if let Some((code, reason)) = code {
            if diff.note("licenceCode", &before.licence_code, &code) {
                row.licence_code = Set(code);
            }
            if diff.note("licenceCodeOverrideReason", &before.licence_code_override, &reason) {
                row.licence_code_override = Set(reason);
            }
        }
        // One owner at a time: whoever is named takes the other's place. Who it is is not told.
        let owned = (owner.flatten(), owner_name.clone().flatten());
        let (owner, owner_name) = match owned {
            (Some(_), _) => (owner, Some(None)),
            (_, Some(_)) => (Some(None), owner_name),
            _ => (owner, owner_name),
        };
        let was = (before.owner_id, before.owner_name.clone());
        let is = (owner.unwrap_or(before.owner_id), owner_name.unwrap_or(before.owner_name.clone()));
        if was != is {
            diff.note("owner", &json!(null), &json!("changed"));
            (row.owner_id, row.owner_name) = (Set(is.0), Set(is.1));
        }
        if let Some(building) = building
            && diff.note("buildingId", &before.building_id, &building)
        {
            row.building_id = Set(building);
        }
        if let Some(place) = place
            && diff.note("place", &before.place, &place)
        {
            row.place = Set(place);
        }
        tx.update(row).await?;
        let fields = diff.fields().to_vec();
        tx.event::<Merchant>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}
