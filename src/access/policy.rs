//! The matrix: what each role may do with each kind of record, how far it reaches and which fields it reads in full.
//!
//! This is the only place that decides. Slices say what they are about to do and get a scope back; `docs/roles.md` is generated from here.

use entity::account_role::Role;
use sea_orm::Iterable;

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    Account,
    SubDistrict,
    Community,
    Grid,
    Building,
    Household,
    Membership,
    Resident,
    Circumstance,
    Consent,
    StaffMember,
    Posting,
    PartnerUnit,
    Pairing,
    Project,
    Participation,
    Milestone,
    Contribution,
    AidProgramme,
    AidRecord,
    Facility,
    Asset,
    Volunteer,
    PartyMembership,
    Team,
    TeamMembership,
    Sponsorship,
    Instalment,
    Campaign,
    Activity,
    Session,
    Attendance,
    Event,
}

impl Resource {
    pub const ALL: [Resource; 33] = [
        Resource::Account,
        Resource::SubDistrict,
        Resource::Community,
        Resource::Grid,
        Resource::Building,
        Resource::Household,
        Resource::Membership,
        Resource::Resident,
        Resource::Circumstance,
        Resource::Consent,
        Resource::StaffMember,
        Resource::Posting,
        Resource::PartnerUnit,
        Resource::Pairing,
        Resource::Project,
        Resource::Participation,
        Resource::Milestone,
        Resource::Contribution,
        Resource::AidProgramme,
        Resource::AidRecord,
        Resource::Facility,
        Resource::Asset,
        Resource::Volunteer,
        Resource::PartyMembership,
        Resource::Team,
        Resource::TeamMembership,
        Resource::Sponsorship,
        Resource::Instalment,
        Resource::Campaign,
        Resource::Activity,
        Resource::Session,
        Resource::Attendance,
        Resource::Event,
    ];
}

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Read,
    /// Put a new record on file.
    Record,
    /// Change what a record says.
    Amend,
    /// Move a record to another state: approve, deliver, cancel, return, complete.
    Decide,
}

impl Action {
    pub const ALL: [Action; 4] = [Action::Read, Action::Record, Action::Amend, Action::Decide];
}

/// How far a role reaches. Each slice turns a token into a condition on its own tables (`scope.rs`, or the kit's default for
/// tables with a `community_id`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    None,
    /// What concerns the person alone.
    Own,
    Household,
    Team,
    Shop,
    Unit,
    Grids,
    Community,
    All,
}

/// Which classes of fields are read in full; open fields always are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Classes {
    /// Names, birth dates, addresses of persons.
    pub personal: bool,
    /// Circumstances and what was given because of them (PIPL article 28).
    pub sensitive: bool,
    /// Values kept sealed: telephone numbers in full, look-ups by phone or identity document.
    /// An identity document itself is never read in full by a query.
    pub sealed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Personal,
    Sensitive,
    Sealed,
}

impl Classes {
    pub const OPEN: Classes = Classes { personal: false, sensitive: false, sealed: false };
    pub const FULL: Classes = Classes { personal: true, sensitive: true, sealed: true };

    pub fn has(self, class: Class) -> bool {
        match class {
            Class::Personal => self.personal,
            Class::Sensitive => self.sensitive,
            Class::Sealed => self.sealed,
        }
    }

    pub fn or(self, other: Classes) -> Classes {
        Classes {
            personal: self.personal || other.personal,
            sensitive: self.sensitive || other.sensitive,
            sealed: self.sealed || other.sealed,
        }
    }
}

/// The answer of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub scope: Scope,
    pub classes: Classes,
}

const NOTHING: Rule = Rule { scope: Scope::None, classes: Classes::OPEN };

/// May this role do this to records of this kind, and how far?
pub fn rule(role: Role, resource: Resource, action: Action) -> Rule {
    match role {
        Role::Operator => operator(resource, action),
        Role::Staff => staff(resource, action),
        // These roles exist as names, so that accounts can hold them; what they may do is not decided yet, so it is nothing.
        Role::Secretary | Role::Partner | Role::Volunteer | Role::Merchant | Role::Resident | Role::Auditor => NOTHING,
    }
}

/// Runs the platform for all communities: sets communities up and helps where records need it, but does not read telephone numbers.
fn operator(resource: Resource, action: Action) -> Rule {
    let classes = Classes { sealed: false, ..Classes::FULL };
    match (resource, action) {
        (Resource::Account, Action::Read) => Rule { scope: Scope::All, classes },
        (Resource::Account | Resource::Event, Action::Record | Action::Amend | Action::Decide) => NOTHING,
        _ => Rule { scope: Scope::All, classes },
    }
}

/// Works for one community and keeps its records.
fn staff(resource: Resource, action: Action) -> Rule {
    let community = Rule { scope: Scope::Community, classes: Classes::FULL };
    match resource {
        Resource::Account => NOTHING,
        Resource::SubDistrict | Resource::Community => match action {
            Action::Read => community,
            Action::Record | Action::Amend | Action::Decide => NOTHING,
        },
        Resource::Event => match action {
            Action::Read => community,
            Action::Record | Action::Amend | Action::Decide => NOTHING,
        },
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
        | Resource::Attendance => community,
    }
}

/// `docs/roles.md`: the matrix as people read it. A test compares the file with this.
pub fn as_markdown() -> String {
    let mut out = String::from(
        "# Who may do what\n\nWritten by `tongxin roles`; do not edit. One table a role: how far it reaches, and in brackets the classes of fields that it reads in full\n\
         (P personal, S sensitive, X sealed). A dash means: nothing, and the answer is the same as if the record did not exist.\n",
    );
    for role in Role::iter() {
        let any = Resource::ALL.iter().any(|r| Action::ALL.iter().any(|a| rule(role, *r, *a).scope != Scope::None));
        out += &format!("\n## {role:?}\n\n");
        if !any {
            out += "Nothing yet.\n";
            continue;
        }
        out += "| record | read | record | amend | decide |\n| --- | --- | --- | --- | --- |\n";
        for resource in Resource::ALL {
            let cells = Action::ALL.map(|action| cell(rule(role, resource, action), action));
            out += &format!("| {resource:?} | {} |\n", cells.join(" | "));
        }
    }
    out
}

fn cell(rule: Rule, action: Action) -> String {
    if rule.scope == Scope::None {
        return "-".to_owned();
    }
    if action != Action::Read {
        return format!("{:?}", rule.scope);
    }
    let classes = [(rule.classes.personal, 'P'), (rule.classes.sensitive, 'S'), (rule.classes.sealed, 'X')];
    let letters: String = classes.iter().filter(|(held, _)| *held).map(|(_, letter)| *letter).collect();
    format!("{:?} [{letters}]", rule.scope)
}
