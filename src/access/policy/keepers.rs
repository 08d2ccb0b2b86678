//! The seats of those who keep the records.

use super::{Action, CANDID, Classes, NOTHING, PERSONAL, Resource, Rule, Scope, reading, to};

/// Runs the platform for all communities: sets communities up and helps where records need it, but does not read telephone numbers.
pub(super) fn operator(resource: Resource, action: Action) -> Rule {
    let all = to(Scope::All, CANDID);
    match resource {
        Resource::Account | Resource::Event | Resource::AuditEntry => reading(action, all),
        Resource::AccountRole
        | Resource::Token
        | Resource::SubDistrict
        | Resource::Community
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
        | Resource::Visit => all,
    }
}

/// Heads one community: keeps its records like its staff, says who may use them, and looks into how they are used.
pub(super) fn secretary(resource: Resource, action: Action) -> Rule {
    let community = to(Scope::Community, Classes::FULL);
    match resource {
        Resource::AccountRole | Resource::Token => community,
        Resource::AuditEntry => reading(action, community),
        _ => staff(resource, action),
    }
}

/// Works for one community and keeps its records.
pub(super) fn staff(resource: Resource, action: Action) -> Rule {
    let community = to(Scope::Community, Classes::FULL);
    match resource {
        Resource::Account | Resource::Token | Resource::AccountRole | Resource::AuditEntry => NOTHING,
        Resource::SubDistrict | Resource::Community | Resource::Event => reading(action, community),
        Resource::Grid
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
        | Resource::Visit => community,
    }
}

/// Works for some grids of a community: sees who lives there and what concerns them, and of the rest what names no resident.
pub(super) fn grid_staff(resource: Resource) -> Rule {
    match resource {
        Resource::Account
        | Resource::Token
        | Resource::AccountRole
        | Resource::PartyMembership
        // Between the volunteer and those who may correct the record.
        | Resource::AttendanceError
        | Resource::Event
        | Resource::AuditEntry => NOTHING,
        Resource::Grid
        | Resource::Building
        | Resource::Household
        | Resource::Membership
        | Resource::Resident
        | Resource::Circumstance
        | Resource::Consent
        | Resource::AidRecord
        | Resource::Volunteer
        | Resource::TeamMembership
        | Resource::Sponsorship
        | Resource::Instalment
        | Resource::SessionSignUp
        | Resource::Attendance
        | Resource::Certificate
        | Resource::Merchant
        | Resource::Request
        | Resource::Visit => to(Scope::Grids, Classes::FULL),
        Resource::SubDistrict
        | Resource::Community
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
        | Resource::Team
        | Resource::Campaign
        | Resource::Activity
        | Resource::Session => to(Scope::Community, PERSONAL),
    }
}
