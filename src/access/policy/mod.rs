//! The matrix: what each role may do with each kind of record, how far it reaches and which fields it reads in full.
//!
//! This is the only place that decides. Slices say what they are about to do and get a scope back; `docs/roles.md` is generated from here.

mod appointing;
mod keepers;
mod members;

pub use appointing::appoints;
use entity::account_role::Role;

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    Account,
    /// Which account holds which role.
    AccountRole,
    Token,
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
    /// Aid that was planned for many at once.
    AidBatch,
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
    /// Who signed up for a session.
    SessionSignUp,
    Attendance,
    /// What a volunteer says is wrong in the record of their service.
    AttendanceError,
    /// What the community stated of a volunteer's service.
    Certificate,
    Merchant,
    Request,
    Visit,
    Event,
    /// How the records are used.
    AuditEntry,
}

impl Resource {
    pub const ALL: [Resource; 43] = [
        Resource::Account,
        Resource::AccountRole,
        Resource::Token,
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
        Resource::AidBatch,
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
        Resource::SessionSignUp,
        Resource::Attendance,
        Resource::AttendanceError,
        Resource::Certificate,
        Resource::Merchant,
        Resource::Request,
        Resource::Visit,
        Resource::Event,
        Resource::AuditEntry,
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
    /// Work on what one was given: begin, answer, hand back.
    Handle,
}

impl Action {
    pub const ALL: [Action; 5] = [Action::Read, Action::Record, Action::Amend, Action::Decide, Action::Handle];
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

/// What somebody sits on when they use a role: a role that reaches in two ways has two seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seat {
    Operator,
    Secretary,
    Staff,
    /// Staff whose grant names grids.
    GridStaff,
    Partner,
    Volunteer,
    Merchant,
    /// A resident, as to themselves.
    Resident,
    /// A resident, as to those they live with.
    HouseholdMember,
    Auditor,
}

impl Seat {
    pub const ALL: [Seat; 10] = [
        Seat::Operator,
        Seat::Secretary,
        Seat::Staff,
        Seat::GridStaff,
        Seat::Partner,
        Seat::Volunteer,
        Seat::Merchant,
        Seat::Resident,
        Seat::HouseholdMember,
        Seat::Auditor,
    ];

    /// The seats of a role; `named_grids`: does the grant name grids?
    pub fn of(role: Role, named_grids: bool) -> &'static [Seat] {
        match role {
            Role::Operator => &[Seat::Operator],
            Role::Secretary => &[Seat::Secretary],
            Role::Staff if named_grids => &[Seat::GridStaff],
            Role::Staff => &[Seat::Staff],
            Role::Partner => &[Seat::Partner],
            Role::Volunteer => &[Seat::Volunteer],
            Role::Merchant => &[Seat::Merchant],
            Role::Resident => &[Seat::Resident, Seat::HouseholdMember],
            Role::Auditor => &[Seat::Auditor],
        }
    }

    fn title(self) -> &'static str {
        match self {
            Seat::Operator => "Operator",
            Seat::Secretary => "Secretary",
            Seat::Staff => "Staff of a community",
            Seat::GridStaff => "Staff of named grids",
            Seat::Partner => "Partner",
            Seat::Volunteer => "Volunteer",
            Seat::Merchant => "Merchant",
            Seat::Resident => "Resident, as to themselves",
            Seat::HouseholdMember => "Resident, as to their household",
            Seat::Auditor => "Auditor",
        }
    }
}

/// May whoever sits here do this to records of this kind, and how far?
pub fn rule(seat: Seat, resource: Resource, action: Action) -> Rule {
    match seat {
        Seat::Operator => keepers::operator(resource, action),
        Seat::Secretary => keepers::secretary(resource, action),
        Seat::Staff => keepers::staff(resource, action),
        Seat::GridStaff => reading(action, keepers::grid_staff(resource)),
        Seat::Partner => handling(resource, action, members::partner(resource)),
        Seat::Volunteer => members::volunteer(resource, action),
        Seat::Merchant => asking(resource, action, members::merchant(resource)),
        Seat::Resident => asking(resource, action, members::resident(resource)),
        Seat::HouseholdMember => reading(action, members::household_member(resource)),
        Seat::Auditor => reading(action, members::auditor(resource)),
    }
}

/// For seats from which nothing is written (volunteers write what is their own, and nothing else): a role that reaches only part of a community could learn from refusals what lies in the rest.
fn reading(action: Action, rule: Rule) -> Rule {
    match action {
        Action::Read => rule,
        Action::Record | Action::Amend | Action::Decide | Action::Handle => NOTHING,
    }
}

/// As [`reading`], but that they put requests for themselves, and reopen these: nothing in that is compared with what they do not see.
fn asking(resource: Resource, action: Action, rule: Rule) -> Rule {
    match (resource, action) {
        (Resource::Request, Action::Record | Action::Amend) => rule,
        _ => reading(action, rule),
    }
}

/// As [`reading`], but that they work on the requests that they were given.
fn handling(resource: Resource, action: Action, rule: Rule) -> Rule {
    match (resource, action) {
        (Resource::Request, Action::Handle) => rule,
        _ => reading(action, rule),
    }
}

const fn to(scope: Scope, classes: Classes) -> Rule {
    Rule { scope, classes }
}

const PERSONAL: Classes = Classes { personal: true, ..Classes::OPEN };
const CANDID: Classes = Classes { personal: true, sensitive: true, ..Classes::OPEN };

/// `docs/roles.md`: the matrix as people read it. A test compares the file with this.
pub fn as_markdown() -> String {
    let mut out = String::from(
        "# Who may do what\n\nWritten by `tongxin roles`; do not edit. One table a role: how far it reaches, and in brackets the classes of fields that it reads in full\n\
         (P personal, S sensitive, X sealed). A dash means: nothing, and the answer is the same as if the record did not exist.\n",
    );
    for seat in Seat::ALL {
        out += &format!("\n## {}\n\n", seat.title());
        out += "| record | read | record | amend | decide | handle |\n| --- | --- | --- | --- | --- | --- |\n";
        for resource in Resource::ALL {
            let cells = Action::ALL.map(|action| cell(rule(seat, resource, action), action));
            out += &format!("| {resource:?} | {} |\n", cells.join(" | "));
        }
    }
    out + &appointing::as_markdown()
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
