//! Units of the directory: putting them on file, correcting them, and naming them.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{partner_unit, partner_unit_alias};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::pair::{NewPairingInput, pair};
use crate::{
    access::{Resource, policy::Action},
    error::{Message, Result, UserError, UserErrorCode},
    partners::{
        object::{PartnerUnit, PartnerUnitKind},
        rules,
    },
    payload, say,
    search::{self, SearchKind},
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// The most characters of a unit's name and of an alias.
const NAME: usize = 100;
/// The most characters of a reason.
const REASON: usize = 500;
/// The most aliases that a unit is registered with.
const ALIASES: usize = 20;

/// A unit to be put into the directory (登记共建单位).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterPartnerUnitInput {
    /// Name, at most 100 characters; a description where the name is not known (名称).
    pub name: String,
    /// What kind of organisation it is (单位性质).
    pub kind: PartnerUnitKind,
    /// False where `name` only describes the unit; true when left out (名称是否已知).
    pub name_known: Option<bool>,
    /// Unified social credit code, checked by GB 32100; one code, one unit (统一社会信用代码).
    pub credit_code: Option<String>,
    /// Why a code that fails the check is accepted all the same, at most 500 characters; kept with the unit and in the event (代码校验豁免原因).
    pub credit_code_override_reason: Option<String>,
    /// Other names by which it is to be found, at most 20 (别名).
    pub aliases: Option<Vec<String>>,
    /// A pairing agreement to be recorded with it (结对).
    pub pairing: Option<NewPairingInput>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterPartnerUnitPayload { partner_unit: PartnerUnit as "partnerUnit" } }

/// A credit code, and why it was accepted if it fails the check.
type Code = (Option<String>, Option<String>);

fn checked_code(code: Option<&str>, reason: Option<&str>, faults: &mut Faults) -> Option<Code> {
    let reason = faults.optional_text(&["creditCodeOverrideReason"], reason, REASON);
    // A reason that is refused itself is still there, so the code is judged as one with a reason.
    let with_reason = reason.as_ref().is_none_or(Option::is_some);
    match rules::credit_code(code, with_reason) {
        Ok(code) => Some((code, reason?)),
        Err((field, kind, message)) => {
            faults.note(&[field], kind, message);
            None
        }
    }
}

/// One code, one unit: the first is named to everybody who has the code, since they may look it up by it.
async fn refuse_second(
    tx: &Tx<'_>,
    code: Option<&String>,
    own: Option<Uuid>,
    faults: &mut Faults,
) -> Result<(), DbErr> {
    let Some(code) = code else { return Ok(()) };
    let first = partner_unit::Entity::find().filter(partner_unit::Column::CreditCode.eq(code)).one(tx.conn()).await?;
    if let Some(first) = first.filter(|first| Some(first.id) != own) {
        let refusal = UserError::new(&["creditCode"], UserErrorCode::Duplicate, in_the_directory_already());
        faults.add(tx.in_the_way::<PartnerUnit>(first.id, refusal).await?);
    }
    Ok(())
}

pub(crate) fn in_the_directory_already() -> Message {
    say!(
        "A unit with this credit code is in the directory already; find it with `partnerUnitByCode`.",
        "名录中已有该统一社会信用代码的单位，请用 `partnerUnitByCode` 查找。"
    )
}

fn checked_aliases(name: &str, given: &[String], faults: &mut Faults) -> Option<Vec<String>> {
    if given.len() > ALIASES {
        let count = given.len();
        faults.note(
            &["aliases"],
            UserErrorCode::OutOfRange,
            say!("{count} aliases are too many; at most {ALIASES} fit.", "共 {count} 个别名，最多 {ALIASES} 个。"),
        );
        return None;
    }
    let mut aliases: Vec<String> = Vec::with_capacity(given.len());
    for (place, alias) in given.iter().enumerate() {
        let place = place.to_string();
        let path = ["aliases", place.as_str()];
        let Some(alias) = faults.text(&path, alias, NAME) else { continue };
        let known = aliases.iter().map(String::as_str).chain([name.trim()]);
        if faults.take(&path, rules::new_alias(&alias, known)).is_some() {
            aliases.push(alias);
        }
    }
    (aliases.len() == given.len()).then_some(aliases)
}

impl Change for RegisterPartnerUnitInput {
    type Payload = RegisterPartnerUnitPayload;
    const VERB: Verb = Verb { name: "registerPartnerUnit", resource: Resource::PartnerUnit, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let name = faults.text(&["name"], &self.name, NAME);
        let code = checked_code(self.credit_code.as_deref(), self.credit_code_override_reason.as_deref(), &mut faults);
        refuse_second(tx, code.as_ref().and_then(|(code, _)| code.as_ref()), None, &mut faults).await?;
        let aliases = checked_aliases(&self.name, self.aliases.as_deref().unwrap_or_default(), &mut faults);
        let pairing = match &self.pairing {
            Some(pairing) => pairing.checked(tx, &mut faults).await?.map(Some),
            None => Some(None),
        };
        let (name, (code, reason), aliases, pairing) = faults.all((name, code, aliases, pairing))?;

        let id = tx.new_id();
        let kind = entity::partner_unit::PartnerUnitKind::from(self.kind);
        let mut fields = vec!["name", "kind", "nameKnown", "creditCode", "aliases"];
        let mut after = json!({ "name": name, "kind": kind, "creditCode": code, "aliases": aliases });
        if let Some(reason) = &reason {
            fields.push("creditCodeOverrideReason");
            after["creditCodeOverrideReason"] = json!(reason);
        }
        tx.insert(partner_unit::ActiveModel {
            id: Set(id),
            name: Set(name),
            kind: Set(kind),
            name_known: Set(self.name_known.unwrap_or(true)),
            credit_code: Set(code),
            credit_code_override: Set(reason),
            version: Set(1),
            registered_at: Set(tx.now()),
        })
        .await?;
        for alias in aliases {
            add_alias(tx, id, alias).await?;
        }
        search::refresh(tx.conn(), SearchKind::PartnerUnit, id).await?;
        tx.event::<PartnerUnit>(id, None, &fields, Detail::Open(json!({ "after": after }))).await?;
        if let Some(agreement) = pairing {
            pair(tx, id, agreement).await?;
        }
        Ok(id)
    }
}

async fn add_alias(tx: &Tx<'_>, unit: Uuid, alias: String) -> Result<(), Refused> {
    let row = partner_unit_alias::ActiveModel { id: Set(tx.new_id()), partner_unit_id: Set(unit), alias: Set(alias) };
    Ok(tx.insert(row).await?)
}

/// Corrections to a unit: what is left out stays, what is null is cleared (更正共建单位).
#[derive(InputObject, Clone, Debug)]
pub struct AmendPartnerUnitInput {
    /// The unit (共建单位).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// Name, at most 100 characters; a description where the name is not known (名称).
    pub name: Option<String>,
    /// What kind of organisation it is (单位性质).
    pub kind: Option<PartnerUnitKind>,
    /// False where `name` only describes the unit (名称是否已知).
    pub name_known: Option<bool>,
    /// Unified social credit code, checked by GB 32100; null clears it, and with it the reason (统一社会信用代码).
    pub credit_code: MaybeUndefined<String>,
    /// Why a code that fails the check is accepted all the same, at most 500 characters; a reason on file goes with another code (代码校验豁免原因).
    pub credit_code_override_reason: MaybeUndefined<String>,
}

payload! { AmendPartnerUnitPayload { partner_unit: PartnerUnit as "partnerUnit" } }

impl AmendPartnerUnitInput {
    /// The code as it is to be, if the input speaks of it at all.
    fn checked_code(&self, before: &partner_unit::Model, faults: &mut Faults) -> Option<Option<Code>> {
        if self.credit_code.is_undefined() && self.credit_code_override_reason.is_undefined() {
            return Some(None);
        }
        let code = self.credit_code.as_opt_ref().map_or(before.credit_code.as_deref(), |code| code.map(String::as_str));
        let stays = code.and_then(|code| rules::whole_code(code).ok()) == before.credit_code;
        let on_file = before.credit_code_override.as_deref().filter(|_| stays);
        let reason = self.credit_code_override_reason.as_opt_ref().map_or(on_file, |reason| reason.map(String::as_str));
        checked_code(code, reason, faults).map(Some)
    }
}

impl Change for AmendPartnerUnitInput {
    type Payload = AmendPartnerUnitPayload;
    const VERB: Verb = Verb { name: "amendPartnerUnit", resource: Resource::PartnerUnit, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = tx
            .subject::<PartnerUnit>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        let name = match &self.name {
            Some(name) => faults.text(&["name"], name, NAME).map(Some),
            None => Some(None),
        };
        let code = before.as_ref().and_then(|before| self.checked_code(before, &mut faults));
        if let (Some(before), Some(Some((code, _)))) = (&before, &code) {
            refuse_second(tx, code.as_ref(), Some(before.id), &mut faults).await?;
        }
        let (before, name, code) = faults.all((before, name, code))?;

        let mut diff = Diff::default();
        let mut row =
            partner_unit::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(name) = name
            && diff.note("name", &before.name, &name)
        {
            row.name = Set(name);
        }
        if let Some(kind) = self.kind.map(entity::partner_unit::PartnerUnitKind::from)
            && diff.note("kind", &before.kind, &kind)
        {
            row.kind = Set(kind);
        }
        if let Some(known) = self.name_known
            && diff.note("nameKnown", &before.name_known, &known)
        {
            row.name_known = Set(known);
        }
        if let Some((code, reason)) = code {
            if diff.note("creditCode", &before.credit_code, &code) {
                row.credit_code = Set(code);
            }
            if diff.note("creditCodeOverrideReason", &before.credit_code_override, &reason) {
                row.credit_code_override = Set(reason);
            }
        }
        tx.update(row).await?;
        search::refresh(tx.conn(), SearchKind::PartnerUnit, before.id).await?;
        let fields = diff.fields().to_vec();
        tx.event::<PartnerUnit>(before.id, None, &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

/// Another name of a unit (添加别名).
#[derive(InputObject, Clone, Debug)]
pub struct AddPartnerUnitAliasInput {
    /// The unit (共建单位).
    pub partner_unit_id: ID,
    /// The version of the unit that you read (预期版本).
    pub expected_version: Option<i32>,
    /// The other name, at most 100 characters (别名).
    pub alias: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { AddPartnerUnitAliasPayload { partner_unit: PartnerUnit as "partnerUnit" } }

impl Change for AddPartnerUnitAliasInput {
    type Payload = AddPartnerUnitAliasPayload;
    const VERB: Verb = Verb { name: "addPartnerUnitAlias", resource: Resource::PartnerUnit, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let unit = tx
            .subject::<PartnerUnit>(
                &self.partner_unit_id,
                &["partnerUnitId"],
                self.expected_version,
                |row| row.version,
                &mut faults,
            )
            .await?;
        let alias = faults.text(&["alias"], &self.alias, NAME);
        let (unit, alias) = faults.all((unit, alias))?;
        let aliases = partner_unit_alias::Entity::find()
            .filter(partner_unit_alias::Column::PartnerUnitId.eq(unit.id))
            .all(tx.conn())
            .await?;
        let known = aliases.iter().map(|row| row.alias.as_str()).chain([unit.name.as_str()]);
        let mut faults = Faults::default();
        faults.take(&["alias"], rules::new_alias(&alias, known));
        faults.none()?;

        let detail = Detail::Open(json!({ "added": alias }));
        add_alias(tx, unit.id, alias).await?;
        search::refresh(tx.conn(), SearchKind::PartnerUnit, unit.id).await?;
        tx.update(partner_unit::ActiveModel { id: Set(unit.id), version: Set(unit.version + 1), ..Default::default() })
            .await?;
        tx.event::<PartnerUnit>(unit.id, None, &["aliases"], detail).await?;
        Ok(unit.id)
    }
}
