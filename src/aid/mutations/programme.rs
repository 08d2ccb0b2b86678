//! Setting programmes up, and correcting them.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::aid_programme;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::programme_rules::AidProgrammeRulesInput;
use crate::{
    access::{Resource, policy::Action},
    aid::{
        claims,
        programme::{AidPeriod, AidProgramme, AidScope},
        terms,
    },
    error::{Result, UserErrorCode},
    payload, say,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// The most characters of a programme's name.
const NAME: usize = 100;
/// The most characters of its description.
const DESCRIPTION: usize = 2000;

/// A programme to be set up (设立帮扶项目).
#[derive(InputObject, Clone, Debug)]
pub struct EstablishAidProgrammeInput {
    /// The community that gives aid under it (社区).
    pub community_id: ID,
    /// Name, unique in the community, at most 100 characters (名称).
    pub name: String,
    /// Whether it aids persons or whole households; this never changes (发放对象).
    pub scope: AidScope,
    /// What it is for, at most 2000 characters (说明).
    pub description: Option<String>,
    /// The period in which a recipient is aided once at most; left out where they are aided as often as needed (帮扶周期).
    pub once_per: Option<AidPeriod>,
    /// Must a second person approve what somebody recorded? (须他人批准)
    #[graphql(default)]
    pub second_approver: bool,
    /// Whom it aids, when, and from what; anybody, at any time and from anything where it is left out (帮扶条件).
    pub rules: Option<AidProgrammeRulesInput>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { EstablishAidProgrammePayload { aid_programme: AidProgramme as "aidProgramme" } }

impl Change for EstablishAidProgrammeInput {
    type Payload = EstablishAidProgrammePayload;
    const VERB: Verb = Verb { name: "establishAidProgramme", resource: Resource::AidProgramme, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let name = faults.text(&["name"], &self.name, NAME);
        let description = faults.optional_text(&["description"], self.description.as_deref(), DESCRIPTION);
        let wanted = match (&self.rules, &community) {
            (Some(rules), Some(community)) => Some(rules.wanted(tx, community.id, None, &mut faults).await?),
            _ => None,
        };
        let (community, name, description) = faults.all((community, name, description))?;
        let scope = aid_programme::AidScope::from(self.scope);
        let id = tx.new_id();
        let once_per = self.once_per.map(aid_programme::AidPeriod::from);
        let mut after = json!({
            "name": name,
            "scope": scope,
            "description": description,
            "oncePer": once_per,
            "secondApprover": self.second_approver,
        });
        let mut diff = Diff::default();
        let mut row = aid_programme::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            name: Set(name),
            scope: Set(scope),
            description: Set(description),
            version: Set(1),
            created_at: Set(tx.now()),
            once_per: Set(once_per),
            second_approver: Set(self.second_approver),
            ..Default::default()
        };
        if let Some(wanted) = &wanted {
            wanted.put(None, &mut row, &mut diff);
        }
        tx.insert(row).await?;
        if let Some(wanted) = &wanted {
            wanted.put_limits(tx, (community.id, id), None, &mut diff).await?;
        }
        let fields = ["name", "scope", "description", "oncePer", "secondApprover"];
        let fields: Vec<&str> = fields.into_iter().chain(diff.fields().iter().copied()).collect();
        if let (Some(after), Some(rules)) = (after.as_object_mut(), diff.value()["after"].as_object()) {
            after.extend(rules.clone());
        }
        let detail = Detail::Open(json!({ "after": after }));
        tx.event::<AidProgramme>(id, Some(community.id), &fields, detail).await?;
        Ok(id)
    }
}

/// Corrections to a programme: what is left out stays, what is null is cleared (更正帮扶项目).
#[derive(InputObject, Clone, Debug)]
pub struct AmendAidProgrammeInput {
    /// The programme (帮扶项目).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Name, unique in the community, at most 100 characters (名称).
    pub name: Option<String>,
    /// What it is for, at most 2000 characters; null clears it (说明).
    pub description: MaybeUndefined<String>,
    /// The period in which a recipient is aided once at most; null: as often as needed. It changes only while no grant stands under the programme (帮扶周期).
    pub once_per: MaybeUndefined<AidPeriod>,
    /// Must a second person approve what somebody recorded? (须他人批准)
    pub second_approver: Option<bool>,
    /// Whom it aids, when, and from what: for grants that are recorded from now on (帮扶条件).
    pub rules: Option<AidProgrammeRulesInput>,
}

payload! { AmendAidProgrammePayload { aid_programme: AidProgramme as "aidProgramme" } }

impl Change for AmendAidProgrammeInput {
    type Payload = AmendAidProgrammePayload;
    const VERB: Verb = Verb { name: "amendAidProgramme", resource: Resource::AidProgramme, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<AidProgramme>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let name = faults.amended_text(&["name"], self.name.as_deref(), NAME);
        let description = faults.clearable_text(&["description"], &self.description, DESCRIPTION);
        let once_per = match &self.once_per {
            MaybeUndefined::Undefined => None,
            given => Some(given.value().copied().map(aid_programme::AidPeriod::from)),
        };
        if let (Some(before), Some(wanted)) = (&before, once_per)
            && before.once_per != wanted
            && claims::any_standing(tx, before.id).await?
        {
            let message = say!(
                "Aid stands under this programme, recorded by its period. Set up another programme for the new period.",
                "该项目下已有有效帮扶，其周期不能更改。请另行设立新周期的帮扶项目。"
            );
            faults.note(&["oncePer"], UserErrorCode::InUse, message);
        }
        let mut rules = None;
        if let (Some(given), Some(before)) = (&self.rules, &before) {
            let wanted = given.wanted(tx, before.community_id, Some(before), &mut faults).await?;
            rules = Some((wanted, terms::rules_of(tx.conn(), before).await?));
        }
        let (before, name, description) = faults.all((before, name, description))?;
        let mut diff = Diff::default();
        let mut row =
            aid_programme::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(name) = name
            && diff.note("name", &before.name, &name)
        {
            row.name = Set(name);
        }
        if let Some(description) = description
            && diff.note("description", &before.description, &description)
        {
            row.description = Set(description);
        }
        if let Some(once_per) = once_per
            && diff.note("oncePer", &before.once_per, &once_per)
        {
            row.once_per = Set(once_per);
        }
        if let Some(second_approver) = self.second_approver
            && diff.note("secondApprover", &before.second_approver, &second_approver)
        {
            row.second_approver = Set(second_approver);
        }
        if let Some((wanted, kept)) = &rules {
            wanted.put(Some(&before), &mut row, &mut diff);
            wanted.put_limits(tx, (before.community_id, before.id), Some(kept), &mut diff).await?;
        }
        tx.update(row).await?;
        let fields = diff.fields().to_vec();
        tx.event::<AidProgramme>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}
