//! Facilities: putting them on file, correcting what the file says, closing them.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::facility;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{NAME, REASON};
use crate::{
    access::{Resource, policy::Action},
    communities::Building,
    error::UserErrorCode,
    facilities::{Facility, FacilityKind},
    payload,
    projects::Project,
    say,
    scalars::Date,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb, refuse_voided},
};

/// A facility to be put on file (登记设施).
#[derive(InputObject, Clone, Debug)]
pub struct OpenFacilityInput {
    /// The community (社区).
    pub community_id: ID,
    /// What it is (设施类型).
    pub kind: FacilityKind,
    /// Name, at most 200 characters, unique among those in use (名称).
    pub name: String,
    /// The building that it is in (楼栋).
    pub building_id: Option<ID>,
    /// Where it is, where that is no building on file; at most 200 characters (位置).
    pub place: Option<String>,
    /// The joint project that made it (共建项目).
    pub project_id: Option<ID>,
    /// The first day of its use, not after today; today when left out (启用日期).
    pub opened_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { OpenFacilityPayload { facility: Facility as "facility" } }

impl Change for OpenFacilityInput {
    type Payload = OpenFacilityPayload;
    const VERB: Verb = Verb { name: "openFacility", resource: Resource::Facility, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let name = faults.text(&["name"], &self.name, NAME);
        let building =
            tx.find_optional::<Building>(self.building_id.as_ref(), &["buildingId"], within, &mut faults).await?;
        let project =
            tx.find_optional::<Project>(self.project_id.as_ref(), &["projectId"], within, &mut faults).await?;
        let place = faults.optional_text(&["place"], self.place.as_deref(), NAME);
        let opened_on = community.as_ref().and_then(|community| {
            faults.first_day(&["openedOn"], self.opened_on.map(|day| day.0), tx.today_in(community))
        });
        let (community, name, building, project, place, opened_on) =
            faults.all((community, name, building, project, place, opened_on))?;

        let id = tx.new_id();
        let row = facility::Model {
            id,
            community_id: community.id,
            kind: self.kind.into(),
            name,
            building_id: building.map(|building| building.id),
            project_id: project.map(|project| project.id),
            place,
            started_on: opened_on,
            ended_on: None,
            ended_reason: None,
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: tx.now(),
        };
        let after = json!({ "kind": row.kind, "name": row.name, "buildingId": row.building_id, "projectId": row.project_id, "openedOn": row.started_on });
        tx.insert(facility::ActiveModel::from(row)).await?;
        let fields = ["kind", "name", "buildingId", "place", "projectId", "openedOn"];
        tx.event::<Facility>(id, Some(community.id), &fields, Detail::Open(json!({ "after": after }))).await?;
        Ok(id)
    }
}

/// Corrections to a facility: what is left out stays, what is null is cleared (更正设施信息).
#[derive(InputObject, Clone, Debug)]
pub struct AmendFacilityInput {
    /// The facility (设施).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// What it is (设施类型).
    pub kind: Option<FacilityKind>,
    /// Name, at most 200 characters (名称).
    pub name: Option<String>,
    /// The building that it is in; null for none (楼栋).
    pub building_id: MaybeUndefined<ID>,
    /// Where it is, at most 200 characters; null clears it (位置).
    pub place: MaybeUndefined<String>,
    /// The joint project that made it; null for none (共建项目).
    pub project_id: MaybeUndefined<ID>,
    /// The first day of its use, not after today nor after its last day (启用日期).
    pub opened_on: Option<Date>,
}

payload! { AmendFacilityPayload { facility: Facility as "facility" } }

impl Change for AmendFacilityInput {
    type Payload = AmendFacilityPayload;
    const VERB: Verb = Verb { name: "amendFacility", resource: Resource::Facility, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Facility>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let within = before.as_ref().map(|before| before.community_id);
        refuse_voided(before.as_ref().and_then(|before| before.voided_at), &mut faults);
        let name = faults.amended_text(&["name"], self.name.as_deref(), NAME);
        let place = faults.clearable_text(&["place"], &self.place, NAME);
        let building = tx.find_amended::<Building>(&self.building_id, &["buildingId"], within, &mut faults).await?;
        let project = tx.find_amended::<Project>(&self.project_id, &["projectId"], within, &mut faults).await?;
        let opened_on = match (&before, self.opened_on) {
            (Some(before), Some(day)) => {
                let today = tx.today_at(before.community_id).await?;
                let latest = before.ended_on.unwrap_or(today);
                faults.first_day(&["openedOn"], Some(day.0), latest).map(Some)
            }
            _ => Some(None),
        };
        let (before, name, place, building, project, opened_on) =
            faults.all((before, name, place, building, project, opened_on))?;

        let mut diff = Diff::default();
        let mut after = before.clone();
        after.kind = self.kind.map_or(before.kind, Into::into);
        after.name = name.unwrap_or(after.name);
        after.place = place.unwrap_or(after.place);
        after.building_id = building.unwrap_or(after.building_id);
        after.project_id = project.unwrap_or(after.project_id);
        after.started_on = opened_on.unwrap_or(after.started_on);
        diff.note("kind", &before.kind, &after.kind);
        diff.note("name", &before.name, &after.name);
        diff.note("place", &before.place, &after.place);
        diff.note("buildingId", &before.building_id, &after.building_id);
        diff.note("projectId", &before.project_id, &after.project_id);
        diff.note("openedOn", &before.started_on, &after.started_on);
        tx.update(facility::ActiveModel {
            id: Set(before.id),
            kind: Set(after.kind),
            name: Set(after.name),
            place: Set(after.place),
            building_id: Set(after.building_id),
            project_id: Set(after.project_id),
            started_on: Set(after.started_on),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let fields = diff.fields().to_vec();
        tx.event::<Facility>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

/// A facility to be closed (停用设施).
#[derive(InputObject, Clone, Debug)]
pub struct CloseFacilityInput {
    /// The facility (设施).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// The last day of its use, not after today; today when left out (停用日期).
    pub closed_on: Option<Date>,
    /// Why, at most 500 characters (停用原因).
    pub reason: String,
}

payload! { CloseFacilityPayload { facility: Facility as "facility" } }

impl Change for CloseFacilityInput {
    type Payload = CloseFacilityPayload;
    const VERB: Verb = Verb { name: "closeFacility", resource: Resource::Facility, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Facility>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, REASON);
        refuse_voided(before.as_ref().and_then(|before| before.voided_at), &mut faults);
        let closed_on = match &before {
            Some(facility::Model { ended_on: Some(ended_on), .. }) => {
                faults.note(
                    &["id"],
                    UserErrorCode::IllegalTransition,
                    say!("The facility was closed on {ended_on} already.", "该设施已于 {ended_on} 停用。"),
                );
                None
            }
            Some(before) => {
                let today = tx.today_at(before.community_id).await?;
                faults.last_day(&["closedOn"], self.closed_on.map(|day| day.0), before.started_on, today)
            }
            None => None,
        };
        let (before, reason, closed_on) = faults.all((before, reason, closed_on))?;
        let after = json!({ "closedOn": closed_on, "reason": reason });
        tx.update(facility::ActiveModel {
            id: Set(before.id),
            ended_on: Set(Some(closed_on)),
            ended_reason: Set(Some(reason)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let fields = ["closedOn", "closedReason"];
        let detail = Detail::Open(json!({ "after": after }));
        tx.event::<Facility>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}
