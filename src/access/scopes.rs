//! What a token may do of all that its account may: one table, asked at the top of `Viewer::reach`. A scope never adds to what the roles reach.

use async_graphql::{Enum, resolver_utils::EnumType};
use serde::{Deserialize, Serialize};

use super::{
    Action, Resource, Scope,
    policy::{Seat, rule},
};

/// What a token may do, as far as its account may; what is written can be read, too (令牌权限).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TokenScope {
    /// Read grids, buildings, facilities, assets and staff (读取社区概况).
    ReadCommunity,
    /// Read partner units and pairings (读取共建单位).
    ReadPartners,
    /// Record and change partner units and pairings (维护共建单位).
    WritePartners,
    /// Read joint projects with their participations and milestones (读取共建项目).
    ReadProjects,
    /// Record and change joint projects (维护共建项目).
    WriteProjects,
    /// Read what was put in (读取资源投入).
    ReadContributions,
    /// Record and change what was put in (维护资源投入).
    WriteContributions,
    /// Read aid and sponsorships (读取帮扶与资助).
    ReadAid,
    /// Record, approve and deliver aid and sponsorships (维护帮扶与资助).
    WriteAid,
    /// Read residents, households and circumstances (读取居民信息).
    ReadResidents,
    /// Record and change residents, households and circumstances (维护居民信息).
    WriteResidents,
    /// Read volunteers, teams, campaigns, activities and who came (读取志愿服务与活动).
    ReadActivities,
    /// Record and change volunteers, teams, campaigns, activities and who came (维护志愿服务与活动).
    WriteActivities,
    /// Read merchants and requests (读取商户与诉求).
    ReadRequests,
    /// Record and handle merchants and requests (维护商户与办理诉求).
    WriteRequests,
    /// Read visits to households and merchants (读取走访记录).
    ReadVisits,
    /// Record visits to households and merchants (维护走访记录).
    WriteVisits,
    /// Read the feed of changes (读取变更事件).
    ReadEvents,
}

/// What a kind of record takes to be read and to be written.
struct Takes {
    read: Need,
    write: Need,
}

#[derive(Clone, Copy)]
enum Need {
    /// Every token may: without a community nothing can be named.
    Nothing,
    Scope(TokenScope),
    /// No scoped token may.
    Never,
}

const fn takes(read: TokenScope, write: TokenScope) -> Takes {
    Takes { read: Need::Scope(read), write: Need::Scope(write) }
}

/// The table.
fn needs(resource: Resource) -> Takes {
    use TokenScope::*;
    match resource {
        Resource::Account | Resource::AccountRole | Resource::Token | Resource::AuditEntry => {
            Takes { read: Need::Never, write: Need::Never }
        }
        Resource::SubDistrict | Resource::Community => Takes { read: Need::Nothing, write: Need::Never },
        Resource::Grid
        | Resource::Building
        | Resource::Facility
        | Resource::Asset
        | Resource::StaffMember
        | Resource::Posting => Takes { read: Need::Scope(ReadCommunity), write: Need::Never },
        Resource::PartnerUnit | Resource::Pairing => takes(ReadPartners, WritePartners),
        Resource::Project | Resource::Participation | Resource::Milestone => takes(ReadProjects, WriteProjects),
        Resource::Contribution => takes(ReadContributions, WriteContributions),
        Resource::AidProgramme
        | Resource::AidBatch
        | Resource::AidRecord
        | Resource::Sponsorship
        | Resource::Instalment => takes(ReadAid, WriteAid),
        Resource::Household
        | Resource::Membership
        | Resource::Resident
        | Resource::Circumstance
        | Resource::Consent => takes(ReadResidents, WriteResidents),
        Resource::Volunteer
        | Resource::PartyMembership
        | Resource::Team
        | Resource::TeamMembership
        | Resource::Campaign
        | Resource::Activity
        | Resource::Session
        | Resource::SessionSignUp
        | Resource::Attendance
        | Resource::AttendanceError
        | Resource::Certificate => takes(ReadActivities, WriteActivities),
        Resource::Merchant | Resource::Request => takes(ReadRequests, WriteRequests),
        Resource::Visit => takes(ReadVisits, WriteVisits),
        Resource::Event => Takes { read: Need::Scope(ReadEvents), write: Need::Never },
    }
}

/// May a token with these scopes do this to records of this kind?
pub fn allow(scopes: &[TokenScope], resource: Resource, action: Action) -> bool {
    let holds = |need: Need| match need {
        Need::Nothing => true,
        Need::Scope(scope) => scopes.contains(&scope),
        Need::Never => false,
    };
    let Takes { read, write } = needs(resource);
    match action {
        Action::Read => holds(read) || holds(write),
        Action::Record | Action::Amend | Action::Decide | Action::Handle => holds(write),
    }
}

/// The scopes that are good for something in the hands of whoever sits on these seats: one that reads for reading, one that writes for writing.
pub(super) fn used_by(seats: &[Seat]) -> Vec<TokenScope> {
    let may = |resource, actions: &[Action]| {
        actions.iter().any(|action| seats.iter().any(|seat| rule(*seat, resource, *action).scope != Scope::None))
    };
    let used = |scope: TokenScope| {
        let is = |need: Need| matches!(need, Need::Scope(own) if own == scope);
        Resource::ALL.iter().any(|resource| {
            let Takes { read, write } = needs(*resource);
            (is(read) && may(*resource, &[Action::Read]))
                || (is(write) && may(*resource, &[Action::Record, Action::Amend, Action::Decide, Action::Handle]))
        })
    };
    TokenScope::items().iter().map(|item| item.value).filter(|scope| used(*scope)).collect()
}

/// As the database keeps them.
pub fn written(scopes: &[TokenScope]) -> String {
    serde_json::to_string(scopes).unwrap_or_default()
}

/// Out of the database. One that this program does not know, since a later one wrote it, gives nothing.
pub fn read(text: &str) -> Vec<TokenScope> {
    let known = |value| serde_json::from_value(value).ok();
    serde_json::from_str::<Vec<serde_json::Value>>(text).unwrap_or_default().into_iter().filter_map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<TokenScope> {
        TokenScope::items().iter().map(|item| item.value).collect()
    }

    #[test]
    fn a_scope_reads_or_writes_what_it_says_and_nothing_else() {
        let reads = |scope, resource| allow(&[scope], resource, Action::Read);
        let writes = |scope, resource| allow(&[scope], resource, Action::Decide);
        assert!(reads(TokenScope::ReadAid, Resource::AidRecord) && !writes(TokenScope::ReadAid, Resource::AidRecord));
        assert!(reads(TokenScope::WriteAid, Resource::AidRecord) && writes(TokenScope::WriteAid, Resource::AidRecord));
        assert!(
            !reads(TokenScope::ReadAid, Resource::Resident) && !reads(TokenScope::WriteProjects, Resource::AidRecord)
        );
        for scope in all() {
            assert!(reads(scope, Resource::Community) && !writes(scope, Resource::Community), "{scope:?}");
        }
        for resource in [Resource::Account, Resource::AccountRole, Resource::Token, Resource::AuditEntry] {
            assert!(Action::ALL.iter().all(|action| !allow(&all(), resource, *action)), "{resource:?}");
        }
        assert!(Resource::ALL.iter().all(|resource| {
            Action::ALL.iter().all(|action| !allow(&[], *resource, *action) || *action == Action::Read)
        }));
    }

    #[test]
    fn who_only_reads_has_no_use_for_a_scope_that_writes() {
        let writes = |scope: &TokenScope| format!("{scope:?}").starts_with("Write");
        for seat in Seat::ALL {
            let used = used_by(&[seat]);
            let keeps = matches!(seat, Seat::Operator | Seat::Secretary | Seat::Staff | Seat::Volunteer);
            // They ask, or answer what was asked.
            let asks = matches!(seat, Seat::Resident | Seat::Merchant | Seat::Partner);
            let written: Vec<_> = used.iter().filter(|scope| writes(scope)).collect();
            assert_eq!(!written.is_empty(), keeps || asks, "{seat:?}: {used:?}");
            assert!(!asks || written == [&TokenScope::WriteRequests], "{seat:?}: {used:?}");
        }
        assert_eq!(used_by(&[Seat::Staff]), all());
        let partner = used_by(&[Seat::Partner]);
        assert!(partner.contains(&TokenScope::ReadAid) && !partner.contains(&TokenScope::ReadResidents), "{partner:?}");
        assert_eq!(used_by(&[]), []);
    }

    #[test]
    fn every_scope_is_good_for_something_and_is_kept_as_it_is() {
        for scope in all() {
            let does = Resource::ALL.iter().any(|resource| {
                *resource != Resource::Community
                    && *resource != Resource::SubDistrict
                    && Action::ALL.iter().any(|action| allow(&[scope], *resource, *action))
            });
            assert!(does, "{scope:?}");
        }
        assert_eq!(read(&written(&all())), all());
        assert_eq!(read(r#"["READ_AID","FLY",7]"#), [TokenScope::ReadAid]);
        assert_eq!(read("null"), []);
    }
}
