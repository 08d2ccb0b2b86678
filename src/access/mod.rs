//! Who is asking, and what they may: accounts, sessions and tokens become a [`Viewer`], the [`policy`] matrix says how far a viewer reaches.

pub mod account_mutations;
pub mod accounts;
pub mod disabling;
pub mod granting;
pub mod grants;
pub mod mutations;
pub mod object;
pub mod password;
pub mod policy;
pub mod roles;
pub mod scope;
pub mod scopes;
pub mod sessions;
pub mod sign_in;
pub mod throttle;
pub mod token;
pub mod tokens;

use std::sync::Arc;

use entity::account_role::Role;
use uuid::Uuid;

pub use grants::{Grant, Links};
pub use policy::{Action, Class, Classes, Resource, Scope};
pub use scopes::TokenScope;
pub use token::authenticate;

/// Someone who proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub account_id: Uuid,
    pub name: String,
    /// Roles held now, each for one community (none for an operator).
    pub grants: Vec<Grant>,
    /// How they proved it.
    pub credential: Credential,
}

/// What somebody proved with who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// They signed in.
    Session(Uuid),
    /// Without scopes it may do all that its account may.
    Token { id: Uuid, scopes: Option<Vec<TokenScope>> },
}

impl Credential {
    /// May this be done with it, as far as the account may?
    fn allows(&self, resource: Resource, action: Action) -> bool {
        match self {
            Credential::Session(_) | Credential::Token { scopes: None, .. } => true,
            Credential::Token { scopes: Some(scopes), .. } => scopes::allow(scopes, resource, action),
        }
    }

    pub fn id(&self) -> Uuid {
        match self {
            Credential::Session(id) | Credential::Token { id, .. } => *id,
        }
    }
}

/// One seat's reach into one kind of record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub scope: Scope,
    pub community: Option<Uuid>,
    pub classes: Classes,
    /// Whom and what the role is about.
    pub links: Arc<Links>,
}

/// All that a viewer's roles together reach; a row is seen if any part reaches it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach(pub Vec<Held>);

impl Viewer {
    /// The session of somebody who signed in; none for a token.
    pub fn session(&self) -> Option<Uuid> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Token { .. } => None,
        }
    }

    pub fn reach(&self, resource: Resource, action: Action) -> Reach {
        if !self.credential.allows(resource, action) {
            return Reach::default();
        }
        let seats = self.grants.iter().flat_map(|grant| grant.seats().iter().map(move |seat| (grant, *seat)));
        let held = seats.filter_map(|(grant, seat)| {
            let rule = policy::rule(seat, resource, action);
            (rule.scope != Scope::None).then(|| Held {
                scope: rule.scope,
                community: grant.community,
                classes: rule.classes,
                links: grant.links.clone(),
            })
        });
        Reach(held.collect())
    }
}

impl Viewer {
    /// May the viewer give this role in a community, and end it?
    pub fn appoints(&self, role: Role, community: Uuid) -> bool {
        let there = self.grants.iter().filter(|grant| grant.community.is_none_or(|own| own == community));
        there.flat_map(Grant::seats).any(|seat| policy::appoints(*seat, role))
    }

    /// The unit that a viewer speaks for in a community: each unit knows recipients by other names. One at a time, `grantRole` sees to that.
    pub fn unit_in(&self, community: Uuid) -> Option<Uuid> {
        let held = self.grants.iter().filter(|grant| grant.community == Some(community));
        held.filter_map(|grant| grant.links.partner_unit).next()
    }
}

impl Held {
    /// Does it cover everything in this community (none: everything everywhere), as far as rows belong to communities?
    fn is_whole(&self, community: Option<Uuid>) -> bool {
        match self.scope {
            Scope::All => true,
            Scope::Community => community.is_some() && self.community == community,
            Scope::None | Scope::Own | Scope::Household | Scope::Team | Scope::Shop | Scope::Unit | Scope::Grids => {
                false
            }
        }
    }
}

impl Reach {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Does it cover everything in this community?
    pub fn covers(&self, community: Uuid) -> bool {
        self.0.iter().any(|held| held.is_whole(Some(community)))
    }

    /// The classes read in full on a row of this community; a row of a directory belongs to none.
    pub fn classes_on(&self, community: Option<Uuid>) -> Readable {
        let may_reach = |held: &Held| match (held.community, community) {
            (Some(own), Some(of_row)) => own == of_row,
            _ => true,
        };
        let concerned = || self.0.iter().enumerate().filter(move |(_, held)| may_reach(held));
        let mut classes = concerned().map(|(_, held)| held.classes);
        // The row was reached by one of them: if all read the same, it does not matter by which.
        let first = classes.next().unwrap_or_default();
        if classes.all(|other| other == first) {
            return Readable { everywhere: first, beyond: Vec::new() };
        }
        let whole = concerned().filter(|(_, held)| held.is_whole(community));
        let everywhere = whole.fold(Classes::OPEN, |classes, (_, held)| classes.or(held.classes));
        let more = concerned().filter(|(_, held)| everywhere.or(held.classes) != everywhere);
        Readable { everywhere, beyond: more.map(|(place, _)| place).collect() }
    }

    /// Is everybody named, on all rows in this community, whom they are about?
    pub fn names(&self, community: Uuid) -> bool {
        self.reads_everywhere(Class::Personal, Some(community))
    }

    /// Is this class read in full everywhere in the reach, as narrowed to one community where the question is narrowed?
    pub fn reads_everywhere(&self, class: Class, narrowed: Option<Uuid>) -> bool {
        let concerned = |held: &&Held| match (narrowed, held.community) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        };
        // What one part masks, another may show: one that reaches all that the first does.
        let shown = |held: &Held| {
            let place = narrowed.or(held.community);
            held.classes.has(class) || self.0.iter().any(|other| other.classes.has(class) && other.is_whole(place))
        };
        // Of a community that is out of reach nothing is read.
        (narrowed.is_none() || self.0.iter().any(|held| concerned(&held))) && self.0.iter().filter(concerned).all(shown)
    }
}

/// What is read in full on the rows of a community.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readable {
    /// On every row.
    pub everywhere: Classes,
    /// Parts of the reach, by their places in it, that read more on those rows that they cover.
    pub beyond: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Uuid = Uuid::from_u128(1);
    const ELSEWHERE: Uuid = Uuid::from_u128(2);
    const PERSONAL: Classes = Classes { personal: true, ..Classes::OPEN };

    fn held(scope: Scope, community: Option<Uuid>, classes: Classes) -> Held {
        Held { scope, community, classes, links: Arc::default() }
    }

    #[test]
    fn a_part_of_a_community_is_not_the_community() {
        let part = Reach(vec![held(Scope::Grids, Some(HERE), Classes::FULL)]);
        assert!(!part.covers(HERE));
        let whole = Reach(vec![held(Scope::Community, Some(HERE), Classes::FULL)]);
        assert!(whole.covers(HERE) && !whole.covers(ELSEWHERE));
        assert!(Reach(vec![held(Scope::All, None, Classes::FULL)]).covers(ELSEWHERE));
    }

    #[test]
    fn what_one_role_reads_of_its_own_rows_is_not_read_of_all() {
        let both =
            Reach(vec![held(Scope::Community, Some(HERE), Classes::OPEN), held(Scope::Own, Some(HERE), Classes::FULL)]);
        assert_eq!(both.classes_on(Some(HERE)), Readable { everywhere: Classes::OPEN, beyond: vec![1] });
        assert!(!both.reads_everywhere(Class::Personal, None) && !both.reads_everywhere(Class::Personal, Some(HERE)));
        let alone = Reach(vec![held(Scope::Own, Some(HERE), Classes::FULL)]);
        assert_eq!(alone.classes_on(Some(HERE)), Readable { everywhere: Classes::FULL, beyond: Vec::new() });
        assert!(alone.reads_everywhere(Class::Sealed, None) && !alone.reads_everywhere(Class::Sealed, Some(ELSEWHERE)));
    }

    #[test]
    fn what_one_role_masks_another_that_reaches_as_far_shows() {
        let both = Reach(vec![
            held(Scope::Own, Some(HERE), PERSONAL),
            held(Scope::Community, Some(HERE), Classes::FULL),
            held(Scope::Community, Some(ELSEWHERE), PERSONAL),
        ]);
        assert_eq!(both.classes_on(Some(HERE)), Readable { everywhere: Classes::FULL, beyond: Vec::new() });
        assert_eq!(both.classes_on(Some(ELSEWHERE)).everywhere, PERSONAL);
        assert!(both.reads_everywhere(Class::Sensitive, Some(HERE)));
        assert!(both.reads_everywhere(Class::Personal, None) && !both.reads_everywhere(Class::Sensitive, None));
        assert!(Reach::default().reads_everywhere(Class::Personal, None), "of nothing, nothing is masked");
    }
}
