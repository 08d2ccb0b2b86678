//! Enrolling a volunteer: as what, linked to whom, since when.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::volunteer::{self, VolunteerKind as Kind};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserError, UserErrorCode},
    partners::PartnerUnit,
    payload,
    relay::id,
    residents::Resident,
    say,
    scalars::Date,
    search::{self, SearchKind},
    staff::StaffMember,
    volunteers::{
        object::{Volunteer, VolunteerKind},
        rules,
    },
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// The most characters of a name.
pub(super) const NAME: usize = 100;

/// A volunteer to be enrolled (登记志愿者).
#[derive(InputObject, Clone, Debug)]
pub struct EnrolVolunteerInput {
    /// The community that the volunteer works for (社区).
    pub community_id: ID,
    /// What the volunteer is besides; each kind but OTHER names exactly one of the next three (类别).
    pub kind: VolunteerKind,
    /// The resident; of kind RESIDENT (居民).
    pub resident_id: Option<ID>,
    /// The employer; of kind PARTNER_EMPLOYEE (所在单位).
    pub partner_unit_id: Option<ID>,
    /// The staff member; of kind COMMUNITY_WORKER (工作人员).
    pub staff_member_id: Option<ID>,
    /// Full name, at most 100 characters; of the other two kinds taken from the resident or the staff member, so left out there (姓名).
    pub full_name: Option<String>,
    /// The first day, not after today; today when left out (登记日期).
    pub started_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { EnrolVolunteerPayload { volunteer: Volunteer as "volunteer" } }

/// Whom the enrolment is linked to, with the name and the key where the link gives them.
#[derive(Default)]
struct Link {
    resident_id: Option<Uuid>,
    partner_unit_id: Option<Uuid>,
    staff_member_id: Option<Uuid>,
    full_name: Option<String>,
    data_key_id: Option<Uuid>,
}

impl EnrolVolunteerInput {
    /// The one reference that the kind asks for; the others must be absent.
    fn wanted(&self, faults: &mut Faults) -> Option<&ID> {
        let kind = Kind::from(self.kind);
        let mut wanted = None;
        for (field, given, fits) in [
            ("residentId", &self.resident_id, kind == Kind::Resident),
            ("partnerUnitId", &self.partner_unit_id, kind == Kind::PartnerEmployee),
            ("staffMemberId", &self.staff_member_id, kind == Kind::CommunityWorker),
        ] {
            match (given, fits) {
                (Some(given), true) => wanted = Some(given),
                (None, true) => faults.note(
                    &[field],
                    UserErrorCode::Required,
                    say!("A volunteer of this kind needs `{field}`.", "该类志愿者须填写 `{field}`。"),
                ),
                (Some(_), false) => faults.note(
                    &[field],
                    UserErrorCode::Invalid,
                    say!(
                        "A volunteer of this kind has no `{field}`; leave it out.",
                        "该类志愿者不填写 `{field}`，请去掉。"
                    ),
                ),
                (None, false) => {}
            }
        }
        wanted
    }

    async fn link(&self, tx: &Tx<'_>, within: Option<Uuid>, faults: &mut Faults) -> Result<Option<Link>, DbErr> {
        let wanted = self.wanted(faults);
        let kind = Kind::from(self.kind);
        if kind == Kind::Other {
            return Ok(Some(Link::default()));
        }
        let Some(wanted) = wanted else { return Ok(None) };
        Ok(match kind {
            Kind::Resident => {
                let found = tx.find::<Resident>(wanted, &["residentId"], within, faults).await?;
                // Nobody moves out or dies between this look and the enrolment.
                let found = match found {
                    Some(found) => tx.hold::<Resident>(found.id).await?,
                    None => None,
                };
                let found = found.filter(|row| faults.take(&["residentId"], rules::enrollable(row)).is_some());
                found.map(|row| Link {
                    resident_id: Some(row.id),
                    full_name: Some(row.full_name),
                    data_key_id: Some(row.data_key_id),
                    ..Link::default()
                })
            }
            Kind::CommunityWorker => {
                let found = tx.find::<StaffMember>(wanted, &["staffMemberId"], within, faults).await?;
                found.map(|row| Link {
                    staff_member_id: Some(row.id),
                    full_name: Some(row.full_name),
                    data_key_id: Some(row.data_key_id),
                    ..Link::default()
                })
            }
            _ => {
                let found = tx.find::<PartnerUnit>(wanted, &["partnerUnitId"], None, faults).await?;
                found.map(|row| Link { partner_unit_id: Some(row.id), ..Link::default() })
            }
        })
    }

    /// Residents and staff bear the name that is on file; others bring theirs.
    fn name(&self, faults: &mut Faults) -> Option<Option<String>> {
        match (Kind::from(self.kind), &self.full_name) {
            (Kind::Resident | Kind::CommunityWorker, None) => Some(None),
            (Kind::Resident | Kind::CommunityWorker, Some(_)) => {
                faults.note(
                    &["fullName"],
                    UserErrorCode::Invalid,
                    say!(
                        "The name is that of the resident or staff member; leave it out.",
                        "姓名取自居民或工作人员登记，请去掉此项。"
                    ),
                );
                None
            }
            (Kind::PartnerEmployee | Kind::Other, given) => {
                faults.text(&["fullName"], given.as_deref().unwrap_or_default(), NAME).map(Some)
            }
        }
    }
}

/// Once at a time: refuses a second enrolment of the same resident or staff member, and names the first.
async fn refuse_second(tx: &Tx<'_>, link: &Link, started_on: NaiveDate, faults: &mut Faults) -> Result<(), DbErr> {
    use volunteer::Column;
    let (field, whose) = match (link.resident_id, link.staff_member_id) {
        (Some(resident), _) => ("residentId", Column::ResidentId.eq(resident)),
        (None, Some(member)) => ("staffMemberId", Column::StaffMemberId.eq(member)),
        (None, None) => return Ok(()),
    };
    let others = volunteer::Entity::find().filter(whose).all(tx.conn()).await?;
    if let Some(first) = others.iter().find(|row| row.ended_on.is_none()) {
        let first = id::encode("volunteer", first.id);
        let message = say!("The person is enrolled already, as `{first}`.", "该人员已登记为志愿者（`{first}`）。");
        faults.add(UserError::new(&[field], UserErrorCode::Duplicate, message).with(json!({ "volunteerId": first })));
    } else if let Some(until) = others.iter().filter_map(|row| row.ended_on).max().filter(|end| *end > started_on) {
        faults.note(
            &["startedOn"],
            UserErrorCode::Overlap,
            say!(
                "The person was enrolled until {until}; this enrolment cannot start before that day.",
                "该人员上次登记至 {until} 为止，新的登记日期不能早于该日。"
            ),
        );
    }
    Ok(())
}

impl Change for EnrolVolunteerInput {
    type Payload = EnrolVolunteerPayload;
    const VERB: Verb = Verb { name: "enrolVolunteer", resource: Resource::Volunteer, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let link = self.link(tx, community.as_ref().map(|community| community.id), &mut faults).await?;
        let given_name = self.name(&mut faults);
        let started_on = community.as_ref().and_then(|community| {
            faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), tx.today_in(community))
        });
        if let (Some(link), Some(started_on)) = (&link, started_on) {
            refuse_second(tx, link, started_on, &mut faults).await?;
        }
        let (community, link, given_name, started_on) = faults.all((community, link, given_name, started_on))?;

        let (id, kind) = (tx.new_id(), Kind::from(self.kind));
        let full_name = link.full_name.or(given_name).unwrap_or_default();
        let key = tx.subject_key(link.data_key_id).await?;
        let value = json!({ "after": { "kind": kind, "fullName": full_name, "startedOn": started_on } });
        let detail = match link.data_key_id {
            Some(_) => key.seal(value),
            // There is no key to take the name back with, so it is not told.
            None => Detail::Open(json!({ "after": {
                "kind": kind, "partnerUnitId": link.partner_unit_id, "startedOn": started_on,
            } })),
        };
        tx.insert(volunteer::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            kind: Set(kind),
            resident_id: Set(link.resident_id),
            partner_unit_id: Set(link.partner_unit_id),
            staff_member_id: Set(link.staff_member_id),
            full_name: Set(full_name),
            started_on: Set(started_on),
            ended_on: Set(None),
            ended_reason: Set(None),
            version: Set(1),
            enrolled_at: Set(tx.now()),
        })
        .await?;
        search::refresh(tx.conn(), SearchKind::Volunteer, id).await?;
        let fields = ["kind", "residentId", "partnerUnitId", "staffMemberId", "fullName", "startedOn"];
        tx.event::<Volunteer>(id, Some(community.id), &fields, detail).await?;
        Ok(id)
    }
}
