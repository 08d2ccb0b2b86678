//! What enrolments, memberships and standings must be. Pure: no database, no GraphQL.

use chrono::NaiveDate;
use entity::{
    party_membership::PartyStanding,
    resident::{self, LifeStatus},
    team::PartyRule,
};

use crate::{error::UserErrorCode, figures::Refusal, residents::refuse_merged, say};

/// May somebody with these standings join a team with this rule?
pub fn may_join(rule: PartyRule, standings: &[PartyStanding]) -> bool {
    use PartyStanding::{Applicant, Member, ProbationaryMember};
    let holds = |standing| match rule {
        PartyRule::None => true,
        PartyRule::Member => matches!(standing, Member | ProbationaryMember),
        PartyRule::MemberOrApplicant => matches!(standing, Member | ProbationaryMember | Applicant),
    };
    rule == PartyRule::None || standings.iter().any(|standing| holds(*standing))
}

/// A span of days, both ends included; open where it lasts.
pub type Span = (NaiveDate, Option<NaiveDate>);

/// Have two spans a day in common?
pub fn overlap(one: Span, other: Span) -> bool {
    let reaches = |(_, end): Span, start| end.is_none_or(|end| end >= start);
    reaches(one, other.0) && reaches(other, one.0)
}

/// Who is on file as living here may be enrolled.
pub fn enrollable(resident: &resident::Model) -> Result<(), Refusal> {
    refuse_merged(resident)?;
    match resident.life_status {
        LifeStatus::LivingHere => Ok(()),
        LifeStatus::MovedOut => Err((
            UserErrorCode::NotEligible,
            say!(
                "The resident moved out. Enrol the person as OTHER, or record the return with `recordReturn` first.",
                "该居民已迁出。可按“其他”（OTHER）登记，或先用 `recordReturn` 登记回迁。"
            ),
        )),
        LifeStatus::Deceased => {
            Err((UserErrorCode::NotEligible, say!("The resident died.", "该居民已去世，不能登记。")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_party_rules() {
        use PartyStanding::{Applicant, Member, ProbationaryMember};
        #[rustfmt::skip]
        let table = [
            //                           none   member probation applicant
            (PartyRule::None,              [true,  true,  true,  true]),
            (PartyRule::Member,            [false, true,  true,  false]),
            (PartyRule::MemberOrApplicant, [false, true,  true,  true]),
        ];
        for (rule, expected) in table {
            let given: [&[PartyStanding]; 4] = [&[], &[Member], &[ProbationaryMember], &[Applicant]];
            assert_eq!(given.map(|standings| may_join(rule, standings)), expected, "{rule:?}");
        }
        assert!(may_join(PartyRule::Member, &[Applicant, Member]), "any of them will do");
    }

    #[test]
    fn spans_overlap_when_they_share_a_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let span = |from: &str, to: Option<&str>| (day(from), to.map(day));
        let year = span("2021-01-01", Some("2021-12-31"));
        for (other, expected) in [
            (span("2020-01-01", Some("2020-12-31")), false),
            (span("2020-01-01", Some("2021-01-01")), true),
            (span("2020-01-01", None), true),
            (span("2021-06-01", Some("2021-06-01")), true),
            (span("2021-12-31", None), true),
            (span("2022-01-01", None), false),
        ] {
            assert_eq!((overlap(year, other), overlap(other, year)), (expected, expected), "{other:?}");
        }
        assert!(overlap(span("2021-01-01", None), span("2022-01-01", None)), "two that last share all days to come");
    }
}
