//! Whom grants are made to, held so that nothing changes about them until the grants are on file.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{
    aid_programme::AidScope,
    household,
    household_membership::{self, Column as Membership},
    resident,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::ExprTrait,
};
use uuid::Uuid;

use super::rules::Rules;
use crate::write::Tx;

/// Residents or households by their keys.
pub(super) enum Keys {
    Persons(Vec<Uuid>),
    Households(Vec<Uuid>),
}

/// Residents or households as they are on file.
pub(super) enum Recipients {
    Persons(Vec<resident::Model>),
    Households(Vec<household::Model>),
}

impl Recipients {
    /// Holds them, and whoever shares their fate under these rules: nobody moves out or dies, and nobody is given anything that decides about this grant, until
    /// it is on file. Rows are locked in the order of their ids, households before residents, so that two of these never wait for each other in a circle.
    pub(super) async fn held(
        tx: &Tx<'_>,
        keys: Keys,
        rules: Option<&Rules>,
        on: NaiveDate,
    ) -> Result<(Self, Homes), DbErr> {
        let exclusive = rules.is_some_and(Rules::looks_back);
        match keys {
            Keys::Persons(keys) => {
                let homes = match rules.is_some_and(Rules::asks_for_housemates) {
                    true => Homes::of_residents(tx.conn(), &keys, on).await?,
                    false => Homes::default(),
                };
                let own: BTreeSet<Uuid> = keys.into_iter().collect();
                let all = own.iter().copied().chain(homes.everybody());
                let select = resident::Entity::find().filter(resident::Column::Id.is_in(all.collect::<BTreeSet<_>>()));
                let rows = match exclusive {
                    true => tx.lock_all(select, resident::Column::Id).await?,
                    false => tx.hold_all(select, resident::Column::Id).await?,
                };
                Ok((Self::Persons(rows.into_iter().filter(|row| own.contains(&row.id)).collect()), homes))
            }
            Keys::Households(keys) => {
                let select = household::Entity::find().filter(household::Column::Id.is_in(keys.iter().copied()));
                let rows = match exclusive {
                    true => tx.lock_all(select, household::Column::Id).await?,
                    false => tx.hold_all(select, household::Column::Id).await?,
                };
                let homes = Homes::of_households(tx.conn(), keys, on).await?;
                if exclusive {
                    let members = resident::Column::Id.is_in(homes.everybody().collect::<BTreeSet<_>>());
                    tx.lock_all(resident::Entity::find().filter(members), resident::Column::Id).await?;
                }
                Ok((Self::Households(rows), homes))
            }
        }
    }

    pub(super) fn scope(&self) -> AidScope {
        match self {
            Self::Persons(_) => AidScope::Person,
            Self::Households(_) => AidScope::Household,
        }
    }

    pub(super) fn keys(&self) -> Vec<Uuid> {
        match self {
            Self::Persons(rows) => rows.iter().map(|row| row.id).collect(),
            Self::Households(rows) => rows.iter().map(|row| row.id).collect(),
        }
    }
}

/// Who lives with whom, on a day or now: a grant of last week is for whoever shared the household then, and is spent by whoever shares it today.
#[derive(Default)]
pub(super) struct Homes {
    /// The members of each household, in the order of their ids.
    members: HashMap<Uuid, Vec<Uuid>>,
    /// The households of each resident.
    homes: HashMap<Uuid, Vec<Uuid>>,
}

impl Homes {
    pub(super) async fn of_households(
        conn: &impl ConnectionTrait,
        households: Vec<Uuid>,
        on: NaiveDate,
    ) -> Result<Self, DbErr> {
        let mut homes = Self::default();
        if households.is_empty() {
            return Ok(homes);
        }
        let select = memberships(on).filter(Membership::HouseholdId.is_in(households));
        for (resident, household) in select.into_tuple::<(Uuid, Uuid)>().all(conn).await? {
            homes.members.entry(household).or_default().push(resident);
            homes.homes.entry(resident).or_default().push(household);
        }
        Ok(homes)
    }

    /// The households of residents, with all their members.
    pub(super) async fn of_residents(
        conn: &impl ConnectionTrait,
        residents: &[Uuid],
        on: NaiveDate,
    ) -> Result<Self, DbErr> {
        let own = memberships(on).filter(Membership::ResidentId.is_in(residents.iter().copied()));
        let own = own.into_tuple::<(Uuid, Uuid)>().all(conn).await?;
        let households: BTreeSet<Uuid> = own.into_iter().map(|(_, household)| household).collect();
        Self::of_households(conn, households.into_iter().collect(), on).await
    }

    pub(super) fn everybody(&self) -> impl Iterator<Item = Uuid> {
        self.members.values().flatten().copied()
    }

    pub(super) fn members(&self, household: Uuid) -> &[Uuid] {
        self.members.get(&household).map_or(&[], Vec::as_slice)
    }

    /// Everybody whom a grant to this recipient reaches, or whom it would have to be shared with.
    pub(super) fn reached(&self, scope: AidScope, recipient: Uuid, by: AidScope) -> Vec<Uuid> {
        match (scope, by) {
            (AidScope::Household, _) => self.members(recipient).to_vec(),
            (AidScope::Person, AidScope::Person) => vec![recipient],
            (AidScope::Person, AidScope::Household) => {
                let homes = self.homes.get(&recipient).into_iter().flatten();
                let mates: BTreeSet<Uuid> =
                    homes.flat_map(|home| self.members(*home)).copied().chain([recipient]).collect();
                mates.into_iter().collect()
            }
        }
    }
}

fn memberships(on: NaiveDate) -> sea_orm::Select<household_membership::Entity> {
    household_membership::Entity::find()
        .select_only()
        .column(Membership::ResidentId)
        .column(Membership::HouseholdId)
        .distinct()
        .filter(
            Condition::all()
                .add(Membership::StartedOn.lte(on).or(Membership::EndedOn.is_null()))
                .add(Membership::EndedOn.is_null().or(Membership::EndedOn.gt(on))),
        )
        .order_by_asc(Membership::ResidentId)
}
