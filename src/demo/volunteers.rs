//! The volunteer team of residents and of partner units' employees (F3): 60 members, all of them from the day on which they joined until today.
//! Who they are, and their standing in the Party, is made up.

use chrono::{Days, NaiveDate};
use entity::{
    circumstance::CircumstanceKind,
    party_membership::{self, PartyStanding as Standing},
    resident::Sex,
    team::{self, PartyRule},
    team_membership::{self, TeamRole},
    volunteer::{self, VolunteerKind as Kind},
};
use rand::{RngExt, seq::SliceRandom};
use uuid::Uuid;

use super::{
    calendar::{LAST_DAY, between, day, moment},
    homes::{Living, Registrar},
    names,
    partners::{BANK, CAR_MAKER, RAILWAY_BUILDERS, Units},
    rows::Rows,
    staff::Staff,
};

/// Members of the team.
pub(super) const MEMBERS: usize = 60;
/// Employees of each unit among them; the others are residents and the community's own staff.
const EMPLOYEES: [(&str, usize); 2] = [(CAR_MAKER, 14), (RAILWAY_BUILDERS, 4)];

const FORMED: NaiveDate = day(2020, 6, 1);

/// The team of the facts.
pub(super) fn volunteers(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    community: Uuid,
    units: &Units,
    staff: &Staff,
    people: &[Living],
) {
    let about = "由居民党员、共建单位党员和入党积极分子组成，开展清洁家园、垃圾分类引导等主题志愿活动。";
    let team = team(rows, by, community, ("党员志愿服务队", about), PartyRule::MemberOrApplicant, FORMED);
    let mut members = Vec::with_capacity(MEMBERS);
    for member in [staff.secretary, staff.worker] {
        let name = rows.staff.iter().find(|row| row.id == member).map(|row| row.full_name.clone());
        let link = Link { staff_member_id: Some(member), ..Link::default() };
        let on = FORMED;
        members.push(enrol(rows, by, community, (Kind::CommunityWorker, link), name.unwrap_or_default(), on));
        standing(rows, by, community, members[members.len() - 1], (Standing::Member, "机关党支部"), day(2012, 7, 1));
    }
    for (unit, number) in EMPLOYEES {
        for _ in 0..number {
            let on = joining(by);
            members.push(employee(rows, by, community, units[unit], on));
            let since = between(&mut by.rng, day(2006, 7, 1), day(2019, 7, 1));
            standing(rows, by, community, members[members.len() - 1], (Standing::Member, "单位党支部"), since);
        }
    }
    for person in suitable(by, people).into_iter().take(MEMBERS - members.len()) {
        let on = joining(by);
        members.push(resident(rows, by, community, person, on));
        let id = members[members.len() - 1];
        match person.circumstances.iter().find(|own| own.kind == CircumstanceKind::PartyMember) {
            Some(own) => standing(rows, by, community, id, (Standing::Member, "社区党委"), own.started_on.min(on)),
            None => {
                let since = on - Days::new(by.rng.random_range(30..700));
                let of = if by.rng.random_ratio(1, 8) { Standing::ProbationaryMember } else { Standing::Applicant };
                standing(rows, by, community, id, (of, "社区党委"), since);
            }
        }
    }
    // A very small community has too few grown-ups; then more employees join.
    while members.len() < MEMBERS {
        members.push(employee(rows, by, community, units[CAR_MAKER], FORMED));
        standing(rows, by, community, members[members.len() - 1], (Standing::Member, "单位党支部"), day(2015, 7, 1));
    }
    for (place, member) in members.into_iter().enumerate() {
        join(rows, by, (community, team, member), if place == 0 { TeamRole::Leader } else { TeamRole::Member });
    }
}

/// A few neighbours in the second community, with a team that anybody may join.
pub(super) fn neighbours(rows: &mut Rows, by: &mut Registrar<'_>, community: Uuid, units: &Units, people: &[Living]) {
    let formed = day(2021, 4, 12);
    let name = ("邻里互助队", "看望独居老人，代买代办。");
    let team = team(rows, by, community, name, PartyRule::None, formed);
    let mut members: Vec<Uuid> = Vec::new();
    for person in suitable(by, people).into_iter().take(5) {
        members.push(resident(rows, by, community, person, formed));
    }
    members.push(employee(rows, by, community, units[BANK], formed));
    standing(rows, by, community, members[0], (Standing::Applicant, "社区党委"), day(2021, 1, 4));
    for (place, member) in members.into_iter().enumerate() {
        join(rows, by, (community, team, member), if place == 0 { TeamRole::Leader } else { TeamRole::Member });
    }
}

/// Residents between 22 and 75 who live here, members of the Party first.
fn suitable<'p>(by: &mut Registrar<'_>, people: &'p [Living]) -> Vec<&'p Living> {
    let old_enough =
        |person: &&Living| LAST_DAY.years_since(person.birth_date).is_some_and(|age| (22..=75).contains(&age));
    let mut found: Vec<&Living> = people.iter().filter(|person| person.here()).filter(old_enough).collect();
    found.shuffle(&mut by.rng);
    found.sort_by_key(|person| !person.is(CircumstanceKind::PartyMember, FORMED));
    found
}

/// Half join when the team is formed, the others later.
fn joining(by: &mut Registrar<'_>) -> NaiveDate {
    if by.rng.random() { FORMED } else { between(&mut by.rng, FORMED, day(2021, 9, 30)) }
}

#[derive(Default)]
struct Link {
    resident_id: Option<Uuid>,
    partner_unit_id: Option<Uuid>,
    staff_member_id: Option<Uuid>,
}

fn resident(rows: &mut Rows, by: &mut Registrar<'_>, community: Uuid, person: &Living, on: NaiveDate) -> Uuid {
    let name = rows.residents.iter().find(|row| row.id == person.id).map(|row| row.full_name.clone());
    let link = Link { resident_id: Some(person.id), ..Link::default() };
    enrol(rows, by, community, (Kind::Resident, link), name.unwrap_or_default(), on)
}

fn employee(rows: &mut Rows, by: &mut Registrar<'_>, community: Uuid, unit: Uuid, on: NaiveDate) -> Uuid {
    let sex = if by.rng.random() { Sex::Female } else { Sex::Male };
    let surname = names::surname(&mut by.rng);
    let name = names::full(&mut by.rng, names::Tradition::Han(surname), sex);
    let link = Link { partner_unit_id: Some(unit), ..Link::default() };
    enrol(rows, by, community, (Kind::PartnerEmployee, link), name, on)
}

fn enrol(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    community_id: Uuid,
    (kind, link): (Kind, Link),
    full_name: String,
    started_on: NaiveDate,
) -> Uuid {
    let id = by.ids.next();
    rows.volunteers.push(volunteer::Model {
        id,
        community_id,
        kind,
        resident_id: link.resident_id,
        partner_unit_id: link.partner_unit_id,
        staff_member_id: link.staff_member_id,
        full_name,
        started_on,
        ended_on: None,
        ended_reason: None,
        version: 1,
        enrolled_at: moment(started_on, 9 * 60),
    });
    id
}

fn standing(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    community_id: Uuid,
    volunteer_id: Uuid,
    (standing, source): (Standing, &str),
    started_on: NaiveDate,
) {
    rows.party_memberships.push(party_membership::Model {
        id: by.ids.next(),
        community_id,
        volunteer_id,
        standing,
        source: Some(source.to_owned()),
        started_on,
        ended_on: None,
        version: 1,
    });
}

fn team(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    community_id: Uuid,
    (name, description): (&str, &str),
    party_rule: PartyRule,
    started_on: NaiveDate,
) -> Uuid {
    let id = by.ids.next();
    rows.teams.push(team::Model {
        id,
        community_id,
        name: name.to_owned(),
        description: Some(description.to_owned()),
        party_rule,
        started_on,
        ended_on: None,
        version: 1,
        created_at: moment(started_on, 10 * 60),
    });
    id
}

/// From the day of enrolment on.
fn join(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    (community_id, team_id, volunteer_id): (Uuid, Uuid, Uuid),
    role: TeamRole,
) {
    let since = rows.volunteers.iter().find(|row| row.id == volunteer_id).map(|row| row.started_on);
    rows.team_memberships.push(team_membership::Model {
        id: by.ids.next(),
        community_id,
        team_id,
        volunteer_id,
        role,
        started_on: since.unwrap_or(FORMED),
        ended_on: None,
        version: 1,
    });
}
