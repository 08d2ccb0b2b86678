//! What is on record of recipients, for the rules to judge: as many statements for five thousand of them as for one.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{
    aid_claim::{self, Column as Claim},
    aid_programme::AidScope,
    aid_record::{self, Column as Aid},
    building,
    circumstance::{self, CircumstanceKind},
    household_membership::{self, Column as Membership},
    resident,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    decision::STANDING,
    grant, period,
    recipients::{Homes, Recipients},
    rules::{Candidate, Ceiling, Person, Rules, Standing},
};
use crate::{relay::filter::holding_on, say};

/// A grant, or grants, that are thought of.
pub(super) struct Case<'a> {
    pub(super) programme: Uuid,
    pub(super) rules: &'a Rules,
    pub(super) on: NaiveDate,
    pub(super) occasion: Option<&'a str>,
}

impl Case<'_> {
    /// What the rules look at, by recipient.
    pub(super) async fn known(
        &self,
        conn: &impl ConnectionTrait,
        to: &Recipients,
        homes: &Homes,
    ) -> Result<HashMap<Uuid, Candidate>, DbErr> {
        let mut known = self.people(conn, to, homes).await?;
        self.grids(conn, to, &mut known).await?;
        self.claims(conn, to.scope(), homes, &mut known).await?;
        self.sums(conn, to, &mut known).await?;
        self.exclusions(conn, to.scope(), homes, &mut known).await?;
        Ok(known)
    }

    /// Birth dates, circumstances of the day, and who is not there any more.
    async fn people(
        &self,
        conn: &impl ConnectionTrait,
        to: &Recipients,
        homes: &Homes,
    ) -> Result<HashMap<Uuid, Candidate>, DbErr> {
        let asked_for = !self.rules.circumstances.is_empty() || self.rules.age != (None, None);
        let members = match to {
            Recipients::Households(_) if asked_for => {
                let ids: BTreeSet<Uuid> = homes.everybody().collect();
                resident::Entity::find().filter(resident::Column::Id.is_in(ids)).all(conn).await?
            }
            _ => Vec::new(),
        };
        let rows = match to {
            Recipients::Persons(rows) => rows,
            Recipients::Households(_) => &members,
        };
        let mut suffered: HashMap<Uuid, Vec<CircumstanceKind>> = HashMap::new();
        if !self.rules.circumstances.is_empty() && !rows.is_empty() {
            use circumstance::Column;
            let found = circumstance::Entity::find()
                .select_only()
                .column(Column::ResidentId)
                .column(Column::Kind)
                .filter(Column::ResidentId.is_in(rows.iter().map(|row| row.id)))
                .filter(Column::Kind.is_in(self.rules.circumstances.iter().copied()))
                .filter(holding_on(Column::StartedOn, Column::EndedOn, self.on));
            for (resident, kind) in found.into_tuple::<(Uuid, CircumstanceKind)>().all(conn).await? {
                suffered.entry(resident).or_default().push(kind);
            }
        }
        let mut people: HashMap<Uuid, Person> = rows
            .iter()
            .map(|row| {
                let circumstances = suffered.remove(&row.id).unwrap_or_default();
                (row.id, Person { birth_date: row.birth_date, circumstances })
            })
            .collect();
        Ok(match to {
            Recipients::Persons(rows) => rows
                .iter()
                .map(|row| {
                    let gone = grant::recipient(row, self.on).err().map(|(_, message)| message);
                    let people = people.remove(&row.id).into_iter().collect();
                    (row.id, Candidate { people, gone, ..Candidate::default() })
                })
                .collect(),
            Recipients::Households(rows) => rows
                .iter()
                .map(|row| {
                    let members = homes.members(row.id);
                    let gone = members.is_empty().then(|| {
                        say!(
                            "Nobody lives in this household, and nobody did on that day.",
                            "该户现无成员，且该日亦无成员。"
                        )
                    });
                    let people = members.iter().filter_map(|member| people.get(member).cloned()).collect();
                    (row.id, Candidate { people, gone, ..Candidate::default() })
                })
                .collect(),
        })
    }

    async fn grids(
        &self,
        conn: &impl ConnectionTrait,
        to: &Recipients,
        known: &mut HashMap<Uuid, Candidate>,
    ) -> Result<(), DbErr> {
        if self.rules.grids.is_empty() {
            return Ok(());
        }
        let buildings: HashMap<Uuid, Uuid> = match to {
            Recipients::Persons(rows) => rows.iter().filter_map(|row| Some((row.id, row.building_id?))).collect(),
            Recipients::Households(rows) => rows.iter().map(|row| (row.id, row.building_id)).collect(),
        };
        use building::Column;
        let select = building::Entity::find()
            .select_only()
            .column(Column::Id)
            .column(Column::GridId)
            .filter(Column::Id.is_in(buildings.values().copied().collect::<BTreeSet<_>>()))
            .filter(Column::GridId.is_in(self.rules.grids.iter().copied()));
        let grids: HashMap<Uuid, Uuid> = select.into_tuple::<(Uuid, Uuid)>().all(conn).await?.into_iter().collect();
        for (recipient, building) in buildings {
            if let Some(candidate) = known.get_mut(&recipient) {
                candidate.grid = grids.get(&building).copied();
            }
        }
        Ok(())
    }

    /// Which grant holds the period of the day.
    async fn claims(
        &self,
        conn: &impl ConnectionTrait,
        scope: AidScope,
        homes: &Homes,
        known: &mut HashMap<Uuid, Candidate>,
    ) -> Result<(), DbErr> {
        let Some(once_per) = self.rules.once_per else { return Ok(()) };
        let recipients: Vec<Uuid> = known.keys().copied().collect();
        let people: BTreeSet<Uuid> =
            recipients.iter().flat_map(|key| homes.reached(scope, *key, AidScope::Person)).collect();
        let of_homes = (scope == AidScope::Household).then(|| Claim::HouseholdId.is_in(recipients));
        let holders = Condition::any().add(Claim::ResidentId.is_in(people)).add_option(of_homes);
        let held = aid_claim::Entity::find()
            .filter(Claim::ProgrammeId.eq(self.programme))
            .filter(Claim::Period.eq(period::key(once_per, self.on, self.occasion)))
            .filter(holders)
            .all(conn)
            .await?;
        let mut by_holder: HashMap<Uuid, Uuid> = HashMap::new();
        for claim in held {
            if let Some(holder) = claim.resident_id.or(claim.household_id) {
                by_holder.insert(holder, claim.aid_record_id);
            }
        }
        for (recipient, candidate) in known {
            let reached = homes.reached(scope, *recipient, AidScope::Person).into_iter().chain([*recipient]);
            let first = reached.filter_map(|holder| Some((*by_holder.get(&holder)?, holder))).min();
            candidate.aided = first.map(|(grant, holder)| Standing {
                grant,
                programme: self.programme,
                other: (holder != *recipient).then_some(holder),
            });
        }
        Ok(())
    }

    /// How often and how much they were given, where that is bounded.
    async fn sums(
        &self,
        conn: &impl ConnectionTrait,
        to: &Recipients,
        known: &mut HashMap<Uuid, Candidate>,
    ) -> Result<(), DbErr> {
        let Ceiling { fen, times, per } = self.rules.ceiling;
        if fen.is_none() && times.is_none() {
            return Ok(());
        }
        let column = match to {
            Recipients::Persons(_) => Aid::ResidentId,
            Recipients::Households(_) => Aid::HouseholdId,
        };
        let span = period::span(per, self.on).map(|(first, last)| Aid::GivenOn.between(first, last));
        let select = aid_record::Entity::find()
            .select_only()
            .column(column)
            .expr_as(Aid::Id.count(), "times")
            .expr_as(Aid::ValueFen.sum().cast_as("bigint"), "fen")
            .filter(Aid::ProgrammeId.eq(self.programme))
            .filter(Aid::Scope.eq(to.scope()))
            .filter(Aid::Status.is_in(STANDING))
            .filter(column.is_in(to.keys()))
            .filter(Condition::all().add_option(span))
            .group_by(column);
        for (recipient, times, fen) in select.into_tuple::<(Uuid, i64, Option<i64>)>().all(conn).await? {
            if let Some(candidate) = known.get_mut(&recipient) {
                (candidate.times, candidate.fen) = (times, fen.unwrap_or(0));
            }
        }
        Ok(())
    }

    /// The first grants that reach them under programmes that exclude this one.
    async fn exclusions(
        &self,
        conn: &impl ConnectionTrait,
        scope: AidScope,
        homes: &Homes,
        known: &mut HashMap<Uuid, Candidate>,
    ) -> Result<(), DbErr> {
        if self.rules.exclusions.is_empty() {
            return Ok(());
        }
        let others: Vec<Uuid> = self.rules.exclusions.iter().map(|exclusion| exclusion.other).collect();
        let people: BTreeSet<Uuid> = known.keys().copied().chain(homes.everybody()).collect();
        let standing = || {
            aid_record::Entity::find()
                .select_only()
                .filter(Aid::ProgrammeId.is_in(others.iter().copied()))
                .filter(Aid::Status.is_in(STANDING))
        };
        type Found = (Uuid, Uuid, Uuid);
        let to_persons = standing()
            .column(Aid::ResidentId)
            .column(Aid::Id)
            .column(Aid::ProgrammeId)
            .filter(Aid::ResidentId.is_in(people.iter().copied()));
        let mut found = to_persons.into_tuple::<Found>().all(conn).await?;
        // A household's grant is everybody's who lived there on its day.
        let given_on = || Expr::col((aid_record::Entity, Aid::GivenOn));
        let of_household = household_membership::Entity::belongs_to(aid_record::Entity)
            .from(Membership::HouseholdId)
            .to(Aid::HouseholdId)
            .into();
        let to_homes = standing()
            .join_rev(JoinType::InnerJoin, of_household)
            .column(Membership::ResidentId)
            .column(Aid::Id)
            .column(Aid::ProgrammeId)
            .filter(Aid::Scope.eq(AidScope::Household))
            .filter(Membership::ResidentId.is_in(people))
            .filter(Expr::col((household_membership::Entity, Membership::StartedOn)).lte(given_on()))
            .filter(
                Membership::EndedOn
                    .is_null()
                    .or(Expr::col((household_membership::Entity, Membership::EndedOn)).gt(given_on())),
            );
        found.extend(to_homes.into_tuple::<Found>().all(conn).await?);

        let mut by_person: HashMap<Uuid, Vec<(Uuid, Uuid)>> = HashMap::new();
        for (person, grant, programme) in found {
            by_person.entry(person).or_default().push((grant, programme));
        }
        for (recipient, candidate) in known {
            let ways = self.rules.exclusions.iter().flat_map(|exclusion| {
                let people = homes.reached(scope, *recipient, exclusion.by).into_iter();
                people.flat_map(|person| {
                    let theirs = by_person.get(&person).into_iter().flatten();
                    theirs
                        .filter(|(_, programme)| *programme == exclusion.other)
                        .map(move |(grant, programme)| (*grant, *programme, person))
                })
            });
            candidate.excluded = ways.min().map(|(grant, programme, person)| Standing {
                grant,
                programme,
                other: (person != *recipient).then_some(person),
            });
        }
        Ok(())
    }
}
