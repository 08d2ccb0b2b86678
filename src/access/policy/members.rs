//! The seats of those whom the records are about or who work along, and of who looks them over.

use super::{Action, Classes, NOTHING, PERSONAL, Resource, Rule, Scope, reading, to};

/// Speaks for a unit in one community: sees what the unit does there, and no resident.
pub(super) fn partner(resource: Resource) -> Rule {
    match resource {
        Resource::SubDistrict | Resource::Community | Resource::AidProgramme | Resource::Facility => PUBLIC,
        Resource::PartnerUnit
        | Resource::Pairing
        | Resource::Project
        | Resource::Participation
        | Resource::Milestone
        | Resource::Contribution
        | Resource::AidRecord
        | Resource::Asset
        | Resource::Sponsorship
        | Resource::Instalment
        | Resource::Campaign
        | Resource::Activity
        | Resource::Session
        // What it was given to handle, and not who asks.
        | Resource::Request => to(Scope::Unit, Classes::OPEN),
        Resource::Account
        | Resource::AidBatch
        | Resource::Token
        | Resource::AccountRole
        | Resource::Grid
        | Resource::Building
        | Resource::Household
        | Resource::Membership
        | Resource::Resident
        | Resource::Circumstance
        | Resource::Consent
        | Resource::StaffMember
        | Resource::Posting
        | Resource::Volunteer
        | Resource::PartyMembership
        | Resource::Team
        | Resource::TeamMembership
        | Resource::SessionSignUp
        | Resource::Attendance
        | Resource::AttendanceError
        | Resource::Certificate
        | Resource::Merchant
        | Resource::Visit
        | Resource::Event
        | Resource::AuditEntry => NOTHING,
    }
}

/// What a community shows to everybody who belongs to it.
const PUBLIC: Rule = to(Scope::Community, Classes::OPEN);

/// Volunteers: sees themselves, their teams, what these hold and what is published for all volunteers; signs up for it.
pub(super) fn volunteer(resource: Resource, action: Action) -> Rule {
    match resource {
        // Their own comings and goings are theirs to write, whatever else of the community they do not see: what is refused tells of nobody else.
        Resource::SessionSignUp if !matches!(action, Action::Decide | Action::Handle) => to(Scope::Own, Classes::FULL),
        // And what is wrong in them is theirs to say.
        Resource::AttendanceError if action == Action::Record => to(Scope::Own, Classes::FULL),
        _ => reading(action, of_volunteers(resource)),
    }
}

fn of_volunteers(resource: Resource) -> Rule {
    match resource {
        Resource::SubDistrict | Resource::Community | Resource::Facility => PUBLIC,
        Resource::Volunteer
        | Resource::PartyMembership
        | Resource::TeamMembership
        | Resource::SessionSignUp
        | Resource::Attendance
        | Resource::AttendanceError
        | Resource::Certificate => to(Scope::Own, Classes::FULL),
        Resource::Team | Resource::Campaign | Resource::Activity | Resource::Session => to(Scope::Team, Classes::OPEN),
        Resource::Account
        | Resource::Token
        | Resource::AccountRole
        | Resource::Grid
        | Resource::Building
        | Resource::Household
        | Resource::Membership
        | Resource::Resident
        | Resource::Circumstance
        | Resource::Consent
        | Resource::StaffMember
        | Resource::Posting
        | Resource::PartnerUnit
        | Resource::Pairing
        | Resource::Project
        | Resource::Participation
        | Resource::Milestone
        | Resource::Contribution
        | Resource::AidProgramme
        | Resource::AidBatch
        | Resource::AidRecord
        | Resource::Asset
        | Resource::Sponsorship
        | Resource::Instalment
        | Resource::Merchant
        | Resource::Request
        | Resource::Visit
        | Resource::Event
        | Resource::AuditEntry => NOTHING,
    }
}

/// Keeps small businesses: sees these and what they ask of the community, asks for more, and sees what is public in the community.
pub(super) fn merchant(resource: Resource) -> Rule {
    match resource {
        Resource::SubDistrict | Resource::Community | Resource::Facility => PUBLIC,
        Resource::Merchant | Resource::Request => to(Scope::Shop, Classes::FULL),
        Resource::Account
        | Resource::Token
        | Resource::AccountRole
        | Resource::Grid
        | Resource::Building
        | Resource::Household
        | Resource::Membership
        | Resource::Resident
        | Resource::Circumstance
        | Resource::Consent
        | Resource::StaffMember
        | Resource::Posting
        | Resource::PartnerUnit
        | Resource::Pairing
        | Resource::Project
        | Resource::Participation
        | Resource::Milestone
        | Resource::Contribution
        | Resource::AidProgramme
        | Resource::AidBatch
        | Resource::AidRecord
        | Resource::Asset
        | Resource::Volunteer
        | Resource::PartyMembership
        | Resource::Team
        | Resource::TeamMembership
        | Resource::Sponsorship
        | Resource::Instalment
        | Resource::Campaign
        | Resource::Activity
        | Resource::Session
        | Resource::SessionSignUp
        | Resource::Attendance
        | Resource::AttendanceError
        | Resource::Certificate
        | Resource::Visit
        | Resource::Event
        | Resource::AuditEntry => NOTHING,
    }
}

/// Lives in the community: sees what is on file about themselves, and asks things of the community.
pub(super) fn resident(resource: Resource) -> Rule {
    match resource {
        Resource::SubDistrict | Resource::Community | Resource::AidProgramme | Resource::Facility => PUBLIC,
        // Who sponsors them, and whom they let know of themselves.
        Resource::PartnerUnit => to(Scope::Own, Classes::OPEN),
        Resource::Membership
        | Resource::Resident
        | Resource::Circumstance
        | Resource::Consent
        | Resource::AidRecord
        | Resource::Volunteer
        | Resource::PartyMembership
        | Resource::TeamMembership
        | Resource::Sponsorship
        | Resource::Instalment
        | Resource::SessionSignUp
        | Resource::Attendance
        | Resource::AttendanceError
        | Resource::Certificate
        | Resource::Merchant
        | Resource::Request => to(Scope::Own, Classes::FULL),
        Resource::Account
        | Resource::AidBatch
        | Resource::Token
        | Resource::AccountRole
        | Resource::Grid
        | Resource::Building
        | Resource::Household
        | Resource::StaffMember
        | Resource::Posting
        | Resource::Pairing
        | Resource::Project
        | Resource::Participation
        | Resource::Milestone
        | Resource::Contribution
        | Resource::Asset
        | Resource::Team
        | Resource::Campaign
        | Resource::Activity
        | Resource::Session
        | Resource::Visit
        | Resource::Event
        | Resource::AuditEntry => NOTHING,
    }
}

/// Lives with others: sees who they are and where they live together, and what the household was given; not what concerns another of them alone.
pub(super) fn household_member(resource: Resource) -> Rule {
    match resource {
        Resource::Grid
        | Resource::Building
        | Resource::Household
        | Resource::Membership
        | Resource::Resident
        | Resource::AidRecord => to(Scope::Household, PERSONAL),
        Resource::Account
        | Resource::Token
        | Resource::AccountRole
        | Resource::SubDistrict
        | Resource::Community
        | Resource::Circumstance
        | Resource::Consent
        | Resource::StaffMember
        | Resource::Posting
        | Resource::PartnerUnit
        | Resource::Pairing
        | Resource::Project
        | Resource::Participation
        | Resource::Milestone
        | Resource::Contribution
        | Resource::AidProgramme
        | Resource::AidBatch
        | Resource::Facility
        | Resource::Asset
        | Resource::Volunteer
        | Resource::PartyMembership
        | Resource::Team
        | Resource::TeamMembership
        | Resource::Sponsorship
        | Resource::Instalment
        | Resource::Campaign
        | Resource::Activity
        | Resource::Session
        | Resource::SessionSignUp
        | Resource::Attendance
        | Resource::AttendanceError
        | Resource::Certificate
        | Resource::Merchant
        | Resource::Request
        | Resource::Visit
        | Resource::Event
        | Resource::AuditEntry => NOTHING,
    }
}

/// Looks into the records of a community without learning whom they are about.
pub(super) fn auditor(resource: Resource) -> Rule {
    match resource {
        // What these say is all of it sensitive: masked, nothing would be left.
        Resource::Account
        | Resource::Token
        | Resource::Circumstance
        | Resource::Consent
        | Resource::PartyMembership => NOTHING,
        Resource::AccountRole
        | Resource::SubDistrict
        | Resource::Community
        | Resource::Grid
        | Resource::Building
        | Resource::Household
        | Resource::Membership
        | Resource::Resident
        | Resource::StaffMember
        | Resource::Posting
        | Resource::PartnerUnit
        | Resource::Pairing
        | Resource::Project
        | Resource::Participation
        | Resource::Milestone
        | Resource::Contribution
        | Resource::AidProgramme
        | Resource::AidBatch
        | Resource::AidRecord
        | Resource::Facility
        | Resource::Asset
        | Resource::Volunteer
        | Resource::Team
        | Resource::TeamMembership
        | Resource::Sponsorship
        | Resource::Instalment
        | Resource::Campaign
        | Resource::Activity
        | Resource::Session
        | Resource::SessionSignUp
        | Resource::Attendance
        | Resource::AttendanceError
        | Resource::Certificate
        | Resource::Merchant
        | Resource::Request
        // That somebody was visited, not what was heard.
        | Resource::Visit
        | Resource::Event
        | Resource::AuditEntry => PUBLIC,
    }
}
