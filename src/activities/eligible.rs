//! As what a person may be on record as having come. Pure: no database, no GraphQL.

use chrono::NaiveDate;
use entity::{
    attendance::AttendeeCategory,
    party_membership::PartyStanding,
    resident::{self, LifeStatus},
    volunteer::VolunteerKind,
};

use crate::{error::UserErrorCode, figures::Refusal, residents::refuse_merged, say};

/// What is on record of a person on the day of the session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    pub resident: bool,
    pub staff_member: bool,
    /// Of who came as a volunteer.
    pub volunteer: Option<VolunteerKind>,
    /// In the team that was named, or in any where none was.
    pub in_team: bool,
    pub standings: &'a [PartyStanding],
}

/// Does the record bear the category out? Standing in the Party is asked of volunteers only, since it is theirs that is kept.
pub fn borne_out(category: AttendeeCategory, known: Known<'_>) -> bool {
    let stands = |wanted: &[PartyStanding]| {
        known.volunteer.is_some() && known.standings.iter().any(|standing| wanted.contains(standing))
    };
    match category {
        AttendeeCategory::TeamMember => known.in_team,
        AttendeeCategory::PartyMember => stands(&[PartyStanding::Member, PartyStanding::ProbationaryMember]),
        AttendeeCategory::PartyApplicant => stands(&[PartyStanding::Applicant]),
        AttendeeCategory::CommunityWorker => known.staff_member,
        AttendeeCategory::PartnerEmployee => known.volunteer == Some(VolunteerKind::PartnerEmployee),
        AttendeeCategory::Resident => known.resident,
        AttendeeCategory::Other => true,
    }
}

/// The same words whatever is on record instead, and whoever asks: a person's standing is not theirs to be told here.
pub fn not_borne_out() -> Refusal {
    (
        UserErrorCode::NotEligible,
        say!(
            "Nothing on record bears out that the person came as this on that day. Teams and standing in the Party are known of volunteers: name the person by `volunteerId`.",
            "该日的登记信息不能证明此人以该类别参加。队员、党员身份登记在志愿者名下，请用 `volunteerId` 填写。"
        ),
    )
}

/// Whoever died or moved away came to nothing afterwards. Where the day is not on file, that is to be put on file first.
pub fn was_here(resident: &resident::Model, day: NaiveDate) -> Result<(), Refusal> {
    refuse_merged(resident)?;
    let (en, zh) = match resident.life_status {
        LifeStatus::LivingHere => return Ok(()),
        LifeStatus::MovedOut => ("moved out", "已迁出"),
        LifeStatus::Deceased => ("died", "已去世"),
    };
    match resident.life_status_on {
        Some(on) if day <= on => Ok(()),
        Some(on) => Err((
            UserErrorCode::NotEligible,
            say!("The resident {en} on {on}, before the session.", "该居民{zh}（{on}），早于该场次。"),
        )),
        None => Err((
            UserErrorCode::NotEligible,
            say!(
                "The resident {en}, and the day is not on file. Record it with `amendLifeEvent`; sessions up to that day are possible.",
                "该居民{zh}，但日期未登记。请先用 `amendLifeEvent` 补登，当日及之前的场次方可登记。"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_categories() {
        use AttendeeCategory::{
            CommunityWorker, Other, PartnerEmployee, PartyApplicant, PartyMember, Resident, TeamMember,
        };
        const CATEGORIES: [AttendeeCategory; 7] =
            [TeamMember, PartyMember, PartyApplicant, CommunityWorker, PartnerEmployee, Resident, Other];
        let volunteer = |kind| Known { volunteer: Some(kind), ..Known::default() };
        let standing = |standings| Known { standings, ..volunteer(VolunteerKind::Other) };
        #[rustfmt::skip]
        let table = [
            //                                                                       team   member applic worker employ reside other
            ("nobody",      Known::default(),                                        [false, false, false, false, false, false, true]),
            ("a resident",  Known { resident: true, ..Known::default() },            [false, false, false, false, false, true,  true]),
            ("a worker",    Known { staff_member: true, ..Known::default() },        [false, false, false, true,  false, false, true]),
            ("an employee", volunteer(VolunteerKind::PartnerEmployee),               [false, false, false, false, true,  false, true]),
            ("a volunteer", volunteer(VolunteerKind::Other),                         [false, false, false, false, false, false, true]),
            ("in a team",   Known { in_team: true, ..volunteer(VolunteerKind::Other) }, [true, false, false, false, false, false, true]),
            ("a member",    standing(&[PartyStanding::Member]),                      [false, true,  false, false, false, false, true]),
            ("a probation", standing(&[PartyStanding::ProbationaryMember]),          [false, true,  false, false, false, false, true]),
            ("an applicant", standing(&[PartyStanding::Applicant]),                  [false, false, true,  false, false, false, true]),
            ("a member who is no volunteer", Known { standings: &[PartyStanding::Member], ..Known::default() },
                                                                                     [false, false, false, false, false, false, true]),
        ];
        for (who, known, expected) in table {
            assert_eq!(CATEGORIES.map(|category| borne_out(category, known)), expected, "{who}");
        }
    }
}
