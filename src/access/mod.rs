//! Who is asking, and what they may: accounts, sessions and tokens become a [`Viewer`], the [`policy`] matrix says how far a viewer reaches.

pub mod accounts;
pub mod mutations;
pub mod object;
pub mod password;
pub mod policy;
pub mod scope;
pub mod sessions;
pub mod sign_in;
pub mod throttle;
pub mod token;

use entity::account_role::Role;
use uuid::Uuid;

pub use policy::{Action, Class, Classes, Resource, Scope};
pub use token::authenticate;

/// Someone who proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub account_id: Uuid,
    pub name: String,
    /// Roles held now, each for one community (none for an operator).
    pub roles: Vec<(Role, Option<Uuid>)>,
    /// How they proved it.
    pub credential: Credential,
}

/// What somebody proved with who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// They signed in.
    Session(Uuid),
    Token {
        id: Uuid,
    },
}

impl Credential {
    pub fn id(&self) -> Uuid {
        match self {
            Credential::Session(id) | Credential::Token { id } => *id,
        }
    }
}

/// One role's reach into one kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub scope: Scope,
    pub community: Option<Uuid>,
    pub classes: Classes,
}

/// All that a viewer's roles together reach; a row is seen if any part reaches it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach(pub Vec<Held>);

impl Viewer {
    fn new(
        account_id: Uuid,
        name: String,
        credential: Credential,
        roles: impl Iterator<Item = token::RoleRow>,
    ) -> Self {
        Self { account_id, name, roles: roles.filter_map(|row| Some((row.0?, row.1))).collect(), credential }
    }

    /// The session of somebody who signed in; none for a token.
    pub fn session(&self) -> Option<Uuid> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Token { .. } => None,
        }
    }

    pub fn reach(&self, resource: Resource, action: Action) -> Reach {
        let held = self.roles.iter().filter_map(|(role, community)| {
            let rule = policy::rule(*role, resource, action);
            (rule.scope != Scope::None).then_some(Held {
                scope: rule.scope,
                community: *community,
                classes: rule.classes,
            })
        });
        Reach(held.collect())
    }
}

impl Reach {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Does it cover everything in this community?
    pub fn covers(&self, community: Uuid) -> bool {
        self.0.iter().any(|held| match held.scope {
            Scope::All => true,
            Scope::Community => held.community == Some(community),
            _ => false,
        })
    }

    /// The classes read in full on a row of this community (on a directory's row: of none).
    pub fn classes_on(&self, community: Option<Uuid>) -> Classes {
        let applies = |held: &&Held| held.scope == Scope::All || community.is_none() || held.community == community;
        self.0.iter().filter(applies).fold(Classes::OPEN, |classes, held| classes.or(held.classes))
    }

    /// Is this class read in full everywhere in the reach, as narrowed to one community where the question is narrowed?
    pub fn reads_everywhere(&self, class: Class, narrowed: Option<Uuid>) -> bool {
        let concerned = |held: &&Held| match (narrowed, held.community) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        };
        match narrowed {
            Some(community) => self.classes_on(Some(community)).has(class),
            None => self.0.iter().filter(concerned).all(|held| held.classes.has(class)),
        }
    }
}
