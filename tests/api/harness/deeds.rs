//! Anything that a community may have done, at random, written beside the program: of every kind that a report counts, in every state, on days of five years.

use chrono::{Days, NaiveDate};
use entity::{
    account,
    activity::{self, ActivityKind, ActivityStatus},
    activity_result,
    aid_programme::AidScope,
    aid_record::{self, AidStatus},
    asset::{self, AssetKind},
    asset_tenure::{self, Tenure},
    attendance::{self, AttendeeCategory},
    campaign, contribution,
    facility::{self, FacilityKind},
    figures::{AidKind, Precision},
    head_count,
    instalment::{self, InstalmentStatus},
    pairing, resident,
    session::{self, SessionStatus},
    sponsorship::{self, PaymentInterval, SponsorshipStatus},
    team::{self, PartyRule},
    team_membership::{self, TeamRole},
    volunteer::{self, VolunteerKind},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QueryFilter};
use uuid::Uuid;

use super::{
    TestApp,
    adding::Part,
    bulk::{at, day, insert, key_of},
};

pub struct Deeds<'a> {
    app: &'a TestApp,
    rng: StdRng,
    community_id: Uuid,
    account: Uuid,
    residents: Vec<resident::Model>,
    units: Vec<Uuid>,
    number: u32,
}

impl<'a> Deeds<'a> {
    /// In a community that has residents and partner units already.
    pub async fn new(app: &'a TestApp, community: &str, units: Vec<Uuid>, seed: u64) -> Self {
        let (db, community_id) = (app.app.db.reader(), key_of(community));
        let of_it = resident::Column::CommunityId.eq(community_id);
        let residents = resident::Entity::find().filter(of_it).all(db).await.unwrap();
        let account = account::Entity::find().one(db).await.unwrap().unwrap().id;
        Self { app, rng: StdRng::seed_from_u64(seed), community_id, account, residents, units, number: 0 }
    }

    fn id(&self) -> Uuid {
        self.app.app.clock.new_id()
    }

    fn name(&mut self, of: &str) -> String {
        self.number += 1;
        format!("{of}{}", self.number)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.random_range(0..of.len())]
    }

    fn any<T: Iterable>(&mut self) -> T {
        let all: Vec<T> = T::iter().collect();
        let at = self.rng.random_range(0..all.len());
        all.into_iter().nth(at).unwrap()
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.rng.random_ratio(1, many)
    }

    pub fn day(&mut self) -> NaiveDate {
        day(2019, 1, 1) + Days::new(self.rng.random_range(0..5 * 365))
    }

    /// A first and a last day, which may be the same.
    fn term(&mut self) -> (NaiveDate, NaiveDate) {
        let first = self.day();
        (first, first + Days::new(self.rng.random_range(0..400)))
    }

    fn figure(&mut self, most: i64) -> Part {
        match self.any() {
            Precision::Unknown => (None, Precision::Unknown),
            precision => (Some(self.rng.random_range(0..most)), precision),
        }
    }

    fn person(&mut self) -> resident::Model {
        let at = self.rng.random_range(0..self.residents.len());
        self.residents[at].clone()
    }

    /// Some more of everything.
    pub async fn add(&mut self) {
        self.partners().await;
        self.gifts().await;
        self.sponsorships().await;
        self.teams().await;
        self.activities().await;
        self.things().await;
    }

    async fn partners(&mut self) {
        let pairings: Vec<_> = (0..4)
            .map(|_| {
                let (started_on, ended_on) = self.term();
                let (id, community_id, partner_unit_id) =
                    (self.id(), self.community_id, self.pick(&self.units.clone()));
                let ended_on = Some(ended_on);
                pairing::Model { id, community_id, partner_unit_id, started_on, ended_on, note: None, version: 1 }
            })
            .collect();
        insert(self.app, &pairings).await;
    }

    async fn gifts(&mut self) {
        let mut given = Vec::new();
        for _ in 0..10 {
            let kind = self.pick(&[AidKind::Cash, AidKind::Goods, AidKind::Goods, AidKind::Places, AidKind::Service]);
            let unknown = (None, Precision::Unknown);
            let (milli, precision) = if kind == AidKind::Cash { unknown } else { self.figure(900_000) };
            let (fen, value_precision) = self.figure(9_000_000);
            let on = self.day();
            given.push(contribution::Model {
                id: self.id(),
                community_id: self.community_id,
                project_id: None,
                kind,
                title: self.pick(&["米面油", "轮椅", "名额"]).into(),
                unit: self.pick(&["item", "parcel"]).into(),
                pledged_milli: None,
                pledged_precision: Precision::Unknown,
                pledged_fen: Some(12_345),
                pledged_value_precision: Precision::Exact,
                received_milli: milli,
                received_precision: precision,
                received_fen: fen,
                received_value_precision: value_precision,
                allocated_milli: 0,
                allocated_fen: 0,
                delivered_milli: 0,
                delivered_fen: 0,
                over_allocation_reason: None,
                pledged_on: Some(on),
                // Promised, and never come.
                received_on: (!self.one_in(8)).then_some(on),
                recorded_at: at(0),
                version: 1,
            });
        }
        insert(self.app, &given).await;
        let mut aid = Vec::new();
        for _ in 0..30 {
            let from = &given[self.rng.random_range(0..given.len())];
            let (person, whole) = (self.person(), self.one_in(4));
            let whole = whole && person.household_id.is_some();
            let (milli, precision) =
                if from.kind == AidKind::Cash { (None, Precision::Unknown) } else { self.figure(5_000) };
            let (fen, value_precision) = self.figure(50_000);
            aid.push(aid_record::Model {
                id: self.id(),
                community_id: self.community_id,
                scope: if whole { AidScope::Household } else { AidScope::Person },
                resident_id: (!whole).then_some(person.id),
                household_id: person.household_id,
                programme_id: None,
                contribution_id: Some(from.id),
                project_id: None,
                kind: from.kind,
                status: Some(self.any::<AidStatus>())
                    .filter(|any| *any != AidStatus::Reversal)
                    .unwrap_or(AidStatus::Reversed),
                status_reason: None,
                quantity_milli: milli,
                unit: from.unit.clone(),
                quantity_precision: precision,
                value_fen: fen,
                value_precision,
                given_on: self.day(),
                note: None,
                recorded_by: self.account,
                recorded_at: at(0),
                approved_by: None,
                approved_at: None,
                delivered_at: None,
                version: 1,
                reverses_id: None,
                delivered_by: None,
                signed_by: None,
                signed_by_name: None,
                item_id: None,
                device_id: None,
                occasion: None,
                batch_id: None,
                instalment_id: None,
            });
        }
        insert(self.app, &aid).await;
    }

    async fn sponsorships(&mut self) {
        let (mut all, mut instalments) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            let (started_on, ended_on) = self.term();
            let (id, community_id) = (self.id(), self.community_id);
            for number in 1..=self.rng.random_range(1..5) {
                let status = self.any::<InstalmentStatus>();
                let paid_on = (status == InstalmentStatus::Paid).then(|| self.day());
                instalments.push(instalment::Model {
                    id: self.id(),
                    community_id,
                    sponsorship_id: id,
                    number,
                    due_on: started_on + Days::new(number.unsigned_abs().into()),
                    amount_fen: self.rng.random_range(1..400_000),
                    status,
                    paid_on,
                    status_reason: None,
                    version: 1,
                });
            }
            all.push(sponsorship::Model {
                id,
                community_id,
                partner_unit_id: self.pick(&self.units.clone()),
                resident_id: self.person().id,
                project_id: None,
                purpose: "助学".into(),
                amount_fen: self.rng.random_range(1..400_000),
                payment_interval: self.any::<PaymentInterval>(),
                status: self.any::<SponsorshipStatus>(),
                status_reason: None,
                started_on,
                ended_on,
                version: 1,
                recorded_at: at(0),
                anonymous: false,
            });
        }
        insert(self.app, &all).await;
        insert(self.app, &instalments).await;
    }

    /// Some residents are enrolled twice, and some volunteers join twice.
    async fn teams(&mut self) {
        let community_id = self.community_id;
        let mut volunteers = Vec::new();
        for _ in 0..8 {
            let (person, employee) = (self.person(), self.one_in(3));
            let (started_on, ended_on) = self.term();
            volunteers.push(volunteer::Model {
                id: self.id(),
                community_id,
                kind: if employee { VolunteerKind::PartnerEmployee } else { VolunteerKind::Resident },
                resident_id: (!employee).then_some(person.id),
                partner_unit_id: employee.then(|| self.pick(&self.units.clone())),
                staff_member_id: None,
                full_name: person.full_name,
                started_on,
                ended_on: Some(ended_on),
                ended_reason: None,
                version: 1,
                enrolled_at: at(0),
            });
        }
        insert(self.app, &volunteers).await;
        let (mut teams, mut memberships) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let (started_on, ended_on) = self.term();
            let team = team::Model {
                id: self.id(),
                community_id,
                name: self.name("队"),
                description: None,
                party_rule: PartyRule::None,
                started_on,
                ended_on: (!self.one_in(3)).then_some(ended_on),
                version: 1,
                created_at: at(0),
            };
            for _ in 0..12 {
                let (started_on, ended_on) = self.term();
                memberships.push(team_membership::Model {
                    id: self.id(),
                    community_id,
                    team_id: team.id,
                    volunteer_id: volunteers[self.rng.random_range(0..volunteers.len())].id,
                    role: TeamRole::Member,
                    started_on,
                    ended_on: Some(ended_on),
                    version: 1,
                });
            }
            teams.push(team);
        }
        insert(self.app, &teams).await;
        insert(self.app, &memberships).await;
    }

    async fn activities(&mut self) {
        let community_id = self.community_id;
        const KINDS: [ActivityKind; 3] = [ActivityKind::CleanUp, ActivityKind::ThemeDay, ActivityKind::Lecture];
        let (mut campaigns, mut activities) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let (started_on, ended_on) = self.term();
            campaigns.push(campaign::Model {
                id: self.id(),
                community_id,
                kind: self.pick(&KINDS),
                title: self.name("行动"),
                description: None,
                status: self.any::<ActivityStatus>(),
                status_reason: None,
                started_on,
                ended_on: Some(ended_on),
                version: 1,
                recorded_at: at(0),
            });
        }
        for _ in 0..5 {
            activities.push(activity::Model {
                id: self.id(),
                community_id,
                campaign_id: self.one_in(2).then(|| campaigns[0].id),
                project_id: None,
                kind: self.pick(&KINDS),
                title: self.name("活动"),
                description: None,
                status: self.any::<ActivityStatus>(),
                status_reason: None,
                version: 1,
                recorded_at: at(0),
            });
        }
        let (mut sessions, mut attendances, mut counts, mut results) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..14 {
            let id = self.id();
            sessions.push(session::Model {
                id,
                community_id,
                activity_id: activities[self.rng.random_range(0..activities.len())].id,
                status: if self.one_in(4) { SessionStatus::Cancelled } else { SessionStatus::Held },
                status_reason: None,
                held_on: self.day(),
                starts_at: None,
                ends_at: None,
                facility_id: None,
                place: None,
                capacity: None,
                roles_needed: None,
                is_training: false,
                published_at: None,
                confirmed_count: 0,
                waiting_count: 0,
                version: 1,
                recorded_at: at(0),
            });
            let mut came: Vec<Uuid> = Vec::new();
            for _ in 0..self.rng.random_range(0..6) {
                let person = self.person().id;
                let void = self.one_in(6);
                if came.contains(&person) && !void {
                    continue;
                }
                if !void {
                    came.push(person);
                }
                attendances.push(attendance::Model {
                    id: self.id(),
                    community_id,
                    session_id: id,
                    person_id: person,
                    resident_id: Some(person),
                    staff_member_id: None,
                    volunteer_id: None,
                    team_id: None,
                    category: AttendeeCategory::Resident,
                    note: None,
                    checked_in_at: None,
                    checked_out_at: None,
                    times_reason: None,
                    voided_at: void.then(|| at(0)),
                    void_reason: void.then(|| "误录".into()),
                    version: 1,
                    recorded_at: at(0),
                });
            }
            for void in [false, true] {
                if self.one_in(2) {
                    let (persons, persons_precision) = self.figure(9);
                    counts.push(head_count::Model {
                        id: self.id(),
                        community_id,
                        session_id: id,
                        persons,
                        persons_precision,
                        source: None,
                        voided_at: void.then(|| at(0)),
                        void_reason: void.then(|| "误录".into()),
                        version: 1,
                        recorded_at: at(0),
                    });
                }
            }
        }
        for _ in 0..8 {
            let of_campaign = self.one_in(2);
            let (quantity_milli, quantity_precision) = self.figure(50_000);
            let void = self.one_in(6);
            results.push(activity_result::Model {
                id: self.id(),
                community_id,
                campaign_id: of_campaign.then(|| campaigns[self.rng.random_range(0..2)].id),
                activity_id: (!of_campaign).then(|| activities[self.rng.random_range(0..5)].id),
                measure: self.pick(&["清运垃圾", "服务居民"]).into(),
                quantity_milli,
                quantity_precision,
                unit: self.pick(&["tonne", "person"]).into(),
                achieved_on: self.day(),
                note: None,
                voided_at: void.then(|| at(0)),
                void_reason: void.then(|| "误录".into()),
                version: 1,
                recorded_at: at(0),
            });
        }
        insert(self.app, &campaigns).await;
        insert(self.app, &activities).await;
        insert(self.app, &sessions).await;
        insert(self.app, &attendances).await;
        insert(self.app, &counts).await;
        insert(self.app, &results).await;
    }

    async fn things(&mut self) {
        let community_id = self.community_id;
        let (mut facilities, mut assets, mut tenures) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..3 {
            let (started_on, ended_on) = self.term();
            let void = self.one_in(4);
            facilities.push(facility::Model {
                id: self.id(),
                community_id,
                kind: self.any::<FacilityKind>(),
                name: self.name("室"),
                building_id: None,
                project_id: None,
                place: None,
                started_on,
                ended_on: (!self.one_in(3)).then_some(ended_on),
                ended_reason: None,
                voided_at: void.then(|| at(0)),
                void_reason: void.then(|| "误录".into()),
                version: 1,
                recorded_at: at(0),
            });
        }
        for _ in 0..4 {
            let void = self.one_in(5);
            let asset = asset::Model {
                id: self.id(),
                community_id,
                kind: self.pick(&[AssetKind::Vehicle, AssetKind::Vehicle, AssetKind::Television]),
                name: "资产".into(),
                tag: None,
                facility_id: None,
                contribution_id: None,
                note: None,
                voided_at: void.then(|| at(0)),
                void_reason: void.then(|| "误录".into()),
                version: 1,
                recorded_at: at(0),
            };
            for _ in 0..self.rng.random_range(1..4) {
                let (started_on, ended_on) = self.term();
                let tenure = self.any::<Tenure>();
                tenures.push(asset_tenure::Model {
                    id: self.id(),
                    community_id,
                    asset_id: asset.id,
                    tenure,
                    partner_unit_id: (tenure != Tenure::Owned).then(|| self.pick(&self.units.clone())),
                    started_on,
                    ended_on: Some(ended_on),
                    note: None,
                });
            }
            assets.push(asset);
        }
        insert(self.app, &facilities).await;
        insert(self.app, &assets).await;
        insert(self.app, &tenures).await;
    }
}
