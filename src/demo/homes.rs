//! Puts households on file: the rows of their members, whose numbers are sealed here.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveTime};
use entity::{
    circumstance,
    circumstance::{CircumstanceKind, LegalBasis},
    consent::{self, ConsentMeans, ConsentPurpose, GuardianRelation},
    data_key, household,
    household_membership::{self, HouseholdRelation},
    life_closure,
    life_event::{self, LifeEventKind},
    resident::{self, IdDocumentKind, LifeStatus},
};
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::TryIntoModel;
use uuid::Uuid;

use super::{
    calendar::{CENSUS, between, day, registered, years_after},
    circumstances::{self, Circumstance},
    ids::Ids,
    numbers::Numbers,
    people::{self, Person},
    places::{Place, founded},
    rows::Rows,
};
use crate::{context::App, error::Result, privacy::Column, residents::is_sensitive};

/// A resident on file, as far as aid is concerned.
pub(super) struct Living {
    pub(super) id: Uuid,
    pub(super) household_id: Uuid,
    pub(super) birth_date: NaiveDate,
    /// When the resident moved out or died.
    pub(super) left_on: Option<NaiveDate>,
    pub(super) circumstances: Vec<Circumstance>,
}

impl Living {
    pub(super) fn here(&self) -> bool {
        self.left_on.is_none()
    }

    pub(super) fn is(&self, kind: CircumstanceKind, on: NaiveDate) -> bool {
        self.circumstances.iter().any(|circumstance| circumstance.kind == kind && circumstance.holds_on(on))
    }
}

/// Who puts people on file. One source of chance for people and another for ids, so that neither depends on how many of the other there are.
pub(super) struct Registrar<'a> {
    app: &'a App,
    pub(super) rng: StdRng,
    pub(super) ids: Ids,
    numbers: Numbers,
    /// Whose consent is on file.
    consented: HashSet<Uuid>,
    /// The head of the household at hand.
    head: Option<Uuid>,
}

impl<'a> Registrar<'a> {
    pub(super) fn new(app: &'a App, seed: u64, stream: u64) -> Self {
        Self {
            app,
            rng: StdRng::seed_from_u64(seed ^ stream << 32),
            ids: Ids::new(seed, stream),
            numbers: Numbers::default(),
            consented: HashSet::new(),
            head: None,
        }
    }

    /// A telephone number that nobody has.
    pub(super) fn phone(&mut self) -> String {
        self.numbers.phone()
    }

    /// The household of this number in its place: its rows, and its members for whoever gives them something.
    pub(super) fn household(&mut self, rows: &mut Rows, place: &Place, number: usize, size: u8) -> Result<Vec<Living>> {
        let (building_id, unit, room) = place.door(number);
        let (household_id, community_id) = (self.ids.next(), place.community_id);
        rows.households.push(household::Model {
            id: household_id,
            community_id,
            building_id,
            unit: Some(unit),
            room,
            version: 1,
            registered_at: founded(),
        });
        let means = circumstances::means(&mut self.rng, size);
        let members = people::household(&mut self.rng, &mut self.numbers, size);
        let moved_in = between(&mut self.rng, day(1998, 5, 1), day(2019, 12, 31));
        members
            .into_iter()
            .map(|person| {
                let mut circumstances = circumstances::of(&mut self.rng, &means, &person);
                if let Some((_, left_on)) = person.left {
                    circumstances.iter_mut().for_each(|circumstance| circumstance.end_by(left_on));
                }
                let home = Home { community_id, household_id, building_id, moved_in };
                let left = person.left;
                let living = self.resident(rows, &home, person, circumstances)?;
                let mut closed = Vec::new();
                for circumstance in &living.circumstances {
                    closed.push(("circumstance", self.circumstance(rows, community_id, living.id, circumstance)));
                }
                if let Some(left) = left {
                    closed.extend(rows.memberships.last().map(|membership| ("household_membership", membership.id)));
                    self.life_event(rows, &home, living.id, left, closed);
                }
                Ok(living)
            })
            .collect()
    }

    fn resident(
        &mut self,
        rows: &mut Rows,
        home: &Home,
        person: Person,
        circumstances: Vec<Circumstance>,
    ) -> Result<Living> {
        let (key, row) = self.app.keys.new_person(&self.app.clock);
        let data_key_id = self.ids.next();
        rows.data_keys.push(data_key::Model { id: data_key_id, ..row.try_into_model()? });

        let (id, birth_date, keys) = (self.ids.next(), person.birth_date, &self.app.keys);
        let (id_document_kind, number) = person.document;
        let left_on = person.left.map(|(_, on)| on);
        rows.residents.push(resident::Model {
            id,
            community_id: home.community_id,
            data_key_id,
            full_name: person.name,
            sex: person.sex,
            birth_date: Some(birth_date),
            id_document_kind,
            id_document: number.as_ref().map(|number| key.seal(Column::ResidentIdDocument, number.as_bytes())),
            id_document_index: number.as_ref().map(|number| keys.index(Column::ResidentIdDocument, number)),
            phone: person.phone.as_ref().map(|phone| key.seal(Column::ResidentPhone, phone.as_bytes())),
            phone_index: person.phone.as_ref().map(|phone| keys.index(Column::ResidentPhone, phone)),
            life_status: person.left.map_or(LifeStatus::LivingHere, |(status, _)| status),
            life_status_on: left_on,
            // They lead where the open membership leads.
            household_id: left_on.is_none().then_some(home.household_id),
            building_id: left_on.is_none().then_some(home.building_id),
            merged_into: None,
            registered_at: registered(&mut self.rng, birth_date),
            version: 1,
        });
        if person.relation == HouseholdRelation::Head {
            self.head = Some(id);
        }
        debug_assert_eq!(id_document_kind == IdDocumentKind::None, number.is_none());
        rows.memberships.push(household_membership::Model {
            id: self.ids.next(),
            community_id: home.community_id,
            household_id: home.household_id,
            resident_id: id,
            relation: person.relation,
            started_on: home.moved_in.max(birth_date),
            ended_on: left_on,
            version: 1,
        });
        Ok(Living { id, household_id: home.household_id, birth_date, left_on, circumstances })
    }

    pub(super) fn circumstance(
        &mut self,
        rows: &mut Rows,
        community_id: Uuid,
        resident_id: Uuid,
        of: &Circumstance,
    ) -> Uuid {
        let id = self.ids.next();
        let basis = self.ground(rows, community_id, resident_id, of);
        rows.circumstances.push(circumstance::Model {
            id,
            community_id,
            resident_id,
            kind: of.kind,
            disability_kind: of.disability.map(|(kind, _)| kind),
            disability_grade: of.disability.and_then(|(_, grade)| grade),
            source: Some(of.source.to_owned()),
            visit_id: None,
            legal_basis: basis,
            legal_basis_reason: (basis == Some(LegalBasis::StatutoryDuty)).then(|| format!("社会救助：{}", of.source)),
            started_on: of.started_on,
            ended_on: of.ended_on,
            version: 1,
        });
        id
    }

    /// The authorities' lists are kept by duty; what the community learnt otherwise, people were asked about, and of children the head of their household.
    fn ground(
        &mut self,
        rows: &mut Rows,
        community_id: Uuid,
        resident_id: Uuid,
        of: &Circumstance,
    ) -> Option<LegalBasis> {
        if !is_sensitive(of.kind) {
            return None;
        }
        if !matches!(of.kind, CircumstanceKind::Disability | CircumstanceKind::Other) {
            return Some(LegalBasis::StatutoryDuty);
        }
        if !self.consented.insert(resident_id) {
            return Some(LegalBasis::Consent);
        }
        let given_on = of.started_on.max(of.ended_on.unwrap_or(CENSUS.0).min(CENSUS.0));
        let own = rows.residents.iter().rev().find(|resident| resident.id == resident_id);
        let child = own.and_then(|own| own.birth_date).is_some_and(|born| given_on < years_after(born, 14));
        let relation = child.then(|| match rows.memberships.last().map(|membership| membership.relation) {
            Some(HouseholdRelation::Child) => GuardianRelation::Parent,
            Some(HouseholdRelation::Grandchild) => GuardianRelation::Grandparent,
            _ => GuardianRelation::OtherPerson,
        });
        // On the same sheet most of them let their names be posted.
        let posted = (!child && !self.consented.len().is_multiple_of(4)).then_some(ConsentPurpose::PublicNotice);
        for purpose in std::iter::once(ConsentPurpose::SensitiveCircumstances).chain(posted) {
            rows.consents.push(consent::Model {
                id: self.ids.next(),
                community_id,
                resident_id,
                purpose,
                partner_unit_id: None,
                means: ConsentMeans::Paper,
                guardian_relation: relation,
                guardian_id: relation.and(self.head),
                guardian_name: None,
                note: None,
                given_on,
                expires_on: None,
                withdrawn_on: None,
                withdrawn_reason: None,
                recorded_at: given_on.and_time(NaiveTime::MIN).and_utc(),
                version: 1,
            });
        }
        Some(LegalBasis::Consent)
    }

    /// That a resident moved out or died, and what it closed.
    fn life_event(
        &mut self,
        rows: &mut Rows,
        home: &Home,
        resident_id: Uuid,
        (status, on): (LifeStatus, NaiveDate),
        closed: Vec<(&str, Uuid)>,
    ) {
        let id = self.ids.next();
        let kind = if status == LifeStatus::Deceased { LifeEventKind::Death } else { LifeEventKind::MoveOut };
        rows.life_events.push(life_event::Model {
            id,
            community_id: home.community_id,
            resident_id,
            kind,
            occurred_on: Some(on),
            note: None,
            together_id: id,
            recorded_by: None,
            recorded_at: registered(&mut self.rng, on),
            withdrawn_at: None,
            withdrawn_reason: None,
            version: 1,
        });
        rows.life_closures.extend(closed.into_iter().map(|(kind, subject_id)| life_closure::Model {
            life_event_id: id,
            subject_kind: kind.to_owned(),
            subject_id,
        }));
    }
}

struct Home {
    community_id: Uuid,
    household_id: Uuid,
    building_id: Uuid,
    moved_in: NaiveDate,
}
