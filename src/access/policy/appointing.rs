//! Who gives and ends which role.

use entity::account_role::Role;

use super::Seat;

/// May whoever sits here give this role, and end it, where they sit?
///
/// What lets somebody decide about others comes from outside: a secretary is appointed by an operator, so no community is left without one by a slip of its
/// own secretary, and nobody makes themselves a second one. Operators are made where the program runs, and nowhere else.
pub fn appoints(seat: Seat, role: Role) -> bool {
    match (seat, role) {
        (_, Role::Operator) => false,
        (Seat::Operator, _) => true,
        (Seat::Secretary, Role::Secretary) => false,
        (Seat::Secretary, _) => true,
        (
            Seat::Staff
            | Seat::GridStaff
            | Seat::Partner
            | Seat::Volunteer
            | Seat::Merchant
            | Seat::Resident
            | Seat::HouseholdMember
            | Seat::Auditor,
            _,
        ) => false,
    }
}

/// The end of `docs/roles.md`.
pub(super) fn as_markdown() -> String {
    const ROLES: [Role; 8] = [
        Role::Operator,
        Role::Secretary,
        Role::Staff,
        Role::Partner,
        Role::Volunteer,
        Role::Merchant,
        Role::Resident,
        Role::Auditor,
    ];
    let mut out = String::from(
        "\n## Who gives and ends roles\n\nEach in their community, an operator everywhere. Operators are made by the command line alone.\n\n| role | given and ended by |\n| --- | --- |\n",
    );
    for role in ROLES {
        let by: Vec<&str> = Seat::ALL.into_iter().filter(|seat| appoints(*seat, role)).map(Seat::title).collect();
        let by = if by.is_empty() { "-".to_owned() } else { by.join(", ") };
        out += &format!("| {role:?} | {by} |\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gives_a_role_that_reaches_as_far_as_their_own() {
        for seat in Seat::ALL {
            assert!(!appoints(seat, Role::Operator), "{seat:?}");
            assert_eq!(appoints(seat, Role::Secretary), seat == Seat::Operator, "{seat:?}");
            assert_eq!(appoints(seat, Role::Staff), matches!(seat, Seat::Operator | Seat::Secretary), "{seat:?}");
        }
    }
}
