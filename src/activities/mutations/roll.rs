//! Who came, checked together however many they are: who they are, that they could come, and that nobody is on record twice.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    attendance, party_membership::PartyStanding, resident, session, staff_member, team, team_membership, volunteer,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::entry::{Entry, Keys};
use crate::{
    activities::eligible::{Known, borne_out, not_borne_out, was_here},
    error::{UserError, UserErrorCode},
    figures::Refusal,
    relay::{filter::holding_on, id, reading::referable_by},
    residents::Resident,
    say,
    staff::StaffMember,
    volunteers::{self, Team, Volunteer},
    write::{Faults, Refused, Tx, not_found},
};

/// The most attendances that a refusal names.
const NAMED: usize = 20;

/// Who came, and as what; all of it found and good.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attendee {
    pub(super) resident_id: Option<Uuid>,
    pub(super) staff_member_id: Option<Uuid>,
    pub(super) volunteer_id: Option<Uuid>,
    pub(super) team_id: Option<Uuid>,
    pub(super) category: attendance::AttendeeCategory,
}

impl Attendee {
    /// Whoever comes in two capacities is one person.
    pub(super) fn person_id(&self) -> Option<Uuid> {
        self.resident_id.or(self.staff_member_id).or(self.volunteer_id)
    }
}

/// All that is on file about those who are named.
#[derive(Default)]
struct OnFile {
    residents: HashMap<Uuid, resident::Model>,
    staff_members: HashSet<Uuid>,
    volunteers: HashMap<Uuid, volunteer::Model>,
    teams: HashSet<Uuid>,
    /// Those of the volunteers that cover the day.
    memberships: HashSet<(Uuid, Uuid)>,
    standings: HashMap<Uuid, Vec<PartyStanding>>,
}

impl OnFile {
    /// Those whom the viewer may refer to, of the community: one statement a kind.
    async fn named(tx: &Tx<'_>, keys: &[Keys], within: Uuid) -> Result<Self, Refused> {
        let all = |of: fn(&Keys) -> Option<Uuid>| keys.iter().filter_map(of).collect::<HashSet<_>>();
        let residents = resident::Entity::find()
            .filter(resident::Column::Id.is_in(all(|keys| keys.resident)))
            .filter(resident::Column::CommunityId.eq(within))
            .filter(referable_by::<Resident>(tx.viewer));
        let staff_members = staff_member::Entity::find()
            .filter(staff_member::Column::Id.is_in(all(|keys| keys.staff_member)))
            .filter(staff_member::Column::CommunityId.eq(within))
            .filter(referable_by::<StaffMember>(tx.viewer));
        let volunteers = volunteer::Entity::find()
            .filter(volunteer::Column::Id.is_in(all(|keys| keys.volunteer)))
            .filter(volunteer::Column::CommunityId.eq(within))
            .filter(referable_by::<Volunteer>(tx.viewer));
        let teams = team::Entity::find()
            .filter(team::Column::Id.is_in(all(|keys| keys.team)))
            .filter(team::Column::CommunityId.eq(within))
            .filter(referable_by::<Team>(tx.viewer));
        Ok(Self {
            residents: residents.all(tx.conn()).await?.into_iter().map(|row| (row.id, row)).collect(),
            staff_members: staff_members.all(tx.conn()).await?.into_iter().map(|row| row.id).collect(),
            volunteers: volunteers.all(tx.conn()).await?.into_iter().map(|row| (row.id, row)).collect(),
            teams: teams.all(tx.conn()).await?.into_iter().map(|row| row.id).collect(),
            ..Self::default()
        })
    }

    /// What the day of the session decides about the volunteers among them, read without the viewer's scope: it does not depend on who asks.
    async fn on(mut self, tx: &Tx<'_>, day: NaiveDate) -> Result<Self, Refused> {
        if self.volunteers.is_empty() {
            return Ok(self);
        }
        let behind = self.volunteers.values().filter_map(|row| row.resident_id);
        let behind = resident::Entity::find().filter(resident::Column::Id.is_in(behind)).all(tx.conn()).await?;
        self.residents.extend(behind.into_iter().map(|row| (row.id, row)));
        use team_membership::Column;
        self.memberships = team_membership::Entity::find()
            .filter(Column::VolunteerId.is_in(self.volunteers.keys().copied()))
            .filter(holding_on(Column::StartedOn, Column::EndedOn, day))
            .select_only()
            .column(Column::VolunteerId)
            .column(Column::TeamId)
            .into_tuple()
            .all(tx.conn())
            .await?
            .into_iter()
            .collect();
        let volunteers: Vec<volunteer::Model> = self.volunteers.values().cloned().collect();
        self.standings = volunteers::standings_on(tx, &volunteers, day).await?;
        Ok(self)
    }

    /// Why they cannot have come as that, and which field says so; `who` is the one that names the person.
    fn refused(&self, who: &Attendee, day: NaiveDate) -> Option<(Field, Refusal)> {
        let resident = who.resident_id.and_then(|key| self.residents.get(&key));
        if let Some(Err(refusal)) = resident.map(|resident| was_here(resident, day)) {
            return Some((Field::Who, refusal));
        }
        let volunteer = who.volunteer_id.and_then(|key| self.volunteers.get(&key));
        let mut teams = self.memberships.iter().filter(|(own, _)| who.volunteer_id == Some(*own));
        let in_team = teams.any(|(_, team)| who.team_id.is_none_or(|wanted| wanted == *team));
        if who.team_id.is_some() && !in_team {
            let message = say!(
                "The person is not on record as a volunteer in this team on that day.",
                "该日此人未登记为该队的志愿者。"
            );
            return Some((Field::Team, (UserErrorCode::NotEligible, message)));
        }
        let standings = who.volunteer_id.and_then(|key| self.standings.get(&key));
        let known = Known {
            resident: who.resident_id.is_some(),
            staff_member: who.staff_member_id.is_some(),
            volunteer: volunteer.map(|volunteer| volunteer.kind),
            in_team,
            standings: standings.map(Vec::as_slice).unwrap_or_default(),
        };
        (!borne_out(who.category, known)).then(|| (Field::Category, not_borne_out()))
    }
}

enum Field {
    Who,
    Team,
    Category,
}

/// Those whom the entries name, in their order; none where something is wrong with one of them.
pub(super) async fn attendees(
    tx: &Tx<'_>,
    entries: &[Entry<'_>],
    session: Option<&session::Model>,
    faults: &mut Faults,
) -> Result<Option<Vec<Attendee>>, Refused> {
    let keys: Vec<Option<Keys>> = entries.iter().map(|entry| entry.keys(faults)).collect();
    let Some(session) = session else { return Ok(None) };
    let named: Vec<Keys> = keys.iter().flatten().copied().collect();
    let on_file = OnFile::named(tx, &named, session.community_id).await?;
    let found: Vec<Option<Attendee>> = keys
        .iter()
        .zip(entries)
        .map(|(keys, entry)| keys.and_then(|keys| found(&on_file, keys, entry, faults)))
        .collect();
    let on_file = on_file.on(tx, session.held_on).await?;
    let persons: HashSet<Uuid> = found.iter().flatten().filter_map(Attendee::person_id).collect();
    let mut taken = here_already(tx, session.id, persons).await?;
    let mut good = Vec::with_capacity(entries.len());
    for (who, entry) in found.into_iter().zip(entries) {
        let Some(who) = who else { continue };
        if let Some((field, (code, message))) = on_file.refused(&who, session.held_on) {
            let field = match field {
                Field::Who => entry.who(),
                Field::Team => "teamId",
                Field::Category => "category",
            };
            faults.add(entry.error(field, code, message));
            continue;
        }
        let Some(person) = who.person_id() else { continue };
        match taken.insert(person, None) {
            None => good.push(who),
            Some(known) => {
                let message = say!("The person is on record for this session already.", "此人在该场次已有考勤记录。");
                let error = entry.error(entry.who(), UserErrorCode::Duplicate, message);
                // Whom the input itself names twice has no attendance yet.
                faults.add(match known {
                    Some(attendance) => error.with(json!({ "attendanceId": id::encode("attendance", attendance) })),
                    None => error,
                });
                taken.insert(person, known);
            }
        }
    }
    Ok((good.len() == entries.len()).then_some(good))
}

/// The person behind what an entry names: of a volunteer, the resident or staff member that they are.
fn found(on_file: &OnFile, keys: Keys, entry: &Entry<'_>, faults: &mut Faults) -> Option<Attendee> {
    let mut missing = |field: &str| {
        let path = entry.at(field);
        not_found(&path.iter().map(String::as_str).collect::<Vec<_>>(), faults);
    };
    let team = keys.team.filter(|key| !on_file.teams.contains(key));
    if team.is_some() {
        missing("teamId");
    }
    let volunteer = keys.volunteer.map(|key| on_file.volunteers.get(&key));
    let known = match volunteer {
        Some(volunteer) => volunteer.is_some(),
        None => {
            keys.resident.is_none_or(|key| on_file.residents.contains_key(&key))
                && keys.staff_member.is_none_or(|key| on_file.staff_members.contains(&key))
        }
    };
    if !known {
        missing(entry.who());
    }
    let volunteer = volunteer.flatten();
    (known && team.is_none()).then(|| Attendee {
        resident_id: keys.resident.or(volunteer.and_then(|row| row.resident_id)),
        staff_member_id: keys.staff_member.or(volunteer.and_then(|row| row.staff_member_id)),
        volunteer_id: keys.volunteer,
        team_id: keys.team,
        category: entry.category,
    })
}

/// Who is on record for the session, by person.
async fn here_already(
    tx: &Tx<'_>,
    session: Uuid,
    persons: HashSet<Uuid>,
) -> Result<HashMap<Uuid, Option<Uuid>>, Refused> {
    use attendance::Column;
    let found = attendance::Entity::find()
        .filter(Column::SessionId.eq(session))
        .filter(Column::PersonId.is_in(persons))
        .filter(Column::VoidedAt.is_null())
        .select_only()
        .column(Column::PersonId)
        .column(Column::Id)
        .into_tuple::<(Uuid, Uuid)>()
        .all(tx.conn())
        .await?;
    Ok(found.into_iter().map(|(person, attendance)| (person, Some(attendance))).collect())
}

/// The attendances of a session that count.
pub(super) async fn on_record(tx: &Tx<'_>, session: Uuid) -> Result<Vec<attendance::Model>, Refused> {
    let own = attendance::Entity::find()
        .filter(attendance::Column::SessionId.eq(session))
        .filter(attendance::Column::VoidedAt.is_null());
    Ok(own.all(tx.conn()).await?)
}

/// Could everybody on record have come on another day as well?
pub(super) async fn still_good(
    tx: &Tx<'_>,
    (session, day): (&session::Model, NaiveDate),
    path: &[&str],
    faults: &mut Faults,
) -> Result<(), Refused> {
    let rows = on_record(tx, session.id).await?;
    let of = |of: fn(&attendance::Model) -> Option<Uuid>| rows.iter().filter_map(of).collect::<HashSet<_>>();
    let residents = resident::Entity::find().filter(resident::Column::Id.is_in(of(|row| row.resident_id)));
    let volunteers = volunteer::Entity::find().filter(volunteer::Column::Id.is_in(of(|row| row.volunteer_id)));
    let on_file = OnFile {
        residents: residents.all(tx.conn()).await?.into_iter().map(|row| (row.id, row)).collect(),
        volunteers: volunteers.all(tx.conn()).await?.into_iter().map(|row| (row.id, row)).collect(),
        ..OnFile::default()
    };
    let on_file = on_file.on(tx, day).await?;
    let refused = rows.iter().filter(|row| {
        let attendance::Model { resident_id, staff_member_id, volunteer_id, team_id, category, .. } = **row;
        on_file.refused(&Attendee { resident_id, staff_member_id, volunteer_id, team_id, category }, day).is_some()
    });
    let refused: Vec<String> = refused.map(|row| id::encode("attendance", row.id)).collect();
    let number = refused.len();
    if number > 0 {
        let message = say!(
            "{number} of those on record could not have come on that day; void their attendance first.",
            "已登记人员中有 {number} 人该日不可能参加，请先作废其考勤。"
        );
        let named = refused.into_iter().take(NAMED).collect::<Vec<_>>();
        faults.add(UserError::new(path, UserErrorCode::NotEligible, message).with(json!({ "attendanceIds": named })));
    }
    Ok(())
}
