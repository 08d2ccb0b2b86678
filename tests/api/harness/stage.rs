//! Two full communities, and everybody who may hold a role in the first: the stage on which it is seen what each is shown.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use serde_json::Value;
use tongxin::{
    access::{accounts::Role, policy::Seat},
    relay::id::encode,
    schema::TYPES,
};
use uuid::Uuid;

use super::{
    Actor, Answer, TestApp, World,
    bulk::{self, Bulk, Size},
    roles::{self, Who},
    tables::ids_of,
    types::Types,
};

const FEW: Size = Size { residents: 12, projects: 3, units: 7 };

/// The most rows of a type and a community that are looked at.
const MOST_ROWS: usize = 40;

/// Texts that bulk rows leave out, so that no field is without a value in all of them.
const TEXTS: &[&str] = &[
    "UPDATE aid_record SET status_reason = '另有安排' WHERE status IN ('REFUSED', 'CANCELLED', 'RETURNED')",
    "UPDATE attendance SET note = '带了孩子'",
    "UPDATE instalment SET status_reason = '经费未到位' WHERE status IN ('MISSED', 'ENDED')",
    "UPDATE life_event SET withdrawn_at = recorded_at, withdrawn_reason = '误登' WHERE kind = 'DEATH'",
    "UPDATE volunteer SET ended_reason = '搬家' WHERE ended_on IS NOT NULL",
];

/// Somebody who asks, and all that they were told.
pub struct Column {
    pub name: &'static str,
    /// None for whoever did not say who they are.
    pub seat: Option<Seat>,
    actor: Actor,
    heard: Mutex<Vec<u8>>,
}

impl Column {
    pub fn new(name: &'static str, seat: Option<Seat>, actor: Actor) -> Self {
        Self { name, seat, actor, heard: Mutex::default() }
    }

    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        let answer = self.actor.gql(query, variables).await;
        self.heard.lock().unwrap().extend(format!("{:?}\n{}\n", answer.headers, answer.body).into_bytes());
        answer
    }

    pub fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap().clone()
    }
}

pub struct Stage {
    pub world: World,
    pub here: Bulk,
    pub elsewhere: Bulk,
    pub types: Types,
    pub columns: Vec<Column>,
    /// Of every type the ids here and in the other community.
    pub rows: BTreeMap<&'static str, [Vec<String>; 2]>,
    known: BTreeSet<String>,
    foreign: BTreeSet<String>,
}

impl Stage {
    pub async fn new(app: &TestApp) -> Self {
        let world = World::new(app).await;
        let here = bulk::fill(app, &world.community, FEW).await;
        let elsewhere = bulk::fill(app, &world.elsewhere, FEW).await;
        for sql in TEXTS {
            app.run(sql).await;
        }
        let types = Types::read(&world.staff).await;
        let columns = columns(app, &world, &here).await;
        let (rows, known, foreign) = Default::default();
        let mut stage = Self { world, here, elsewhere, types, columns, rows, known, foreign };
        stage.look(app).await;
        stage
    }

    /// Takes down which rows there are.
    pub async fn look(&mut self, app: &TestApp) {
        for (of, _) in TYPES {
            let (here, elsewhere) = (self.here.community, self.elsewhere.community);
            let [own, theirs] = [ids_of(app, of, here).await, ids_of(app, of, elsewhere).await];
            let theirs = theirs.difference(&own).take(MOST_ROWS).cloned().collect();
            self.rows.insert(*of, [own.into_iter().take(MOST_ROWS).collect(), theirs]);
        }
        self.known = self.rows.values().flatten().flatten().cloned().collect();
        self.foreign = self.rows.values().flat_map(|[_, theirs]| theirs).cloned().collect();
    }

    /// The resident whose account it is.
    pub fn me(&self) -> Uuid {
        self.here.residents[0].id
    }

    /// Is this row one that a column is asked about? A resident's account has two seats: one column is asked about what is theirs and what is nobody's at home, the
    /// other about those at home.
    pub fn concerns(&self, column: &Column, id: &str, homes: &Homes) -> bool {
        match column.seat {
            Some(Seat::Resident) => !homes.others.contains(id),
            Some(Seat::HouseholdMember) => homes.others.contains(id),
            _ => true,
        }
    }

    /// Staff of the other community: who is shown all that is there.
    pub fn stranger(&self) -> Column {
        Column::new("stranger", Some(Seat::Staff), self.world.stranger.clone())
    }

    pub fn is_elsewhere(&self, id: &str) -> bool {
        self.foreign.contains(id)
    }

    /// Is it among the rows that are looked at?
    pub fn is_known(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    pub fn homes(&self) -> Homes {
        Homes::of(&self.here, self.me())
    }
}

/// What concerns those who live with somebody, and their home: ids of all types.
pub struct Homes {
    others: BTreeSet<String>,
}

impl Homes {
    fn of(bulk: &Bulk, me: Uuid) -> Self {
        let mut others = BTreeSet::new();
        let home = bulk.residents.iter().find(|row| row.id == me).and_then(|row| row.household_id);
        let with_me = |resident: Option<Uuid>| {
            resident != Some(me)
                && bulk.residents.iter().any(|row| Some(row.id) == resident && row.household_id == home)
        };
        macro_rules! rows {
            ($($prefix:literal $rows:ident: $theirs:expr;)+) => {
                $(others.extend(bulk.$rows.iter().filter($theirs).map(|row| encode($prefix, row.id)));)+
            };
        }
        let building = bulk.households.iter().find(|row| Some(row.id) == home).map(|row| row.building_id);
        let grid = bulk.buildings.iter().find(|row| Some(row.id) == building).and_then(|row| row.grid_id);
        let volunteers: Vec<Uuid> =
            bulk.volunteers.iter().filter(|row| with_me(row.resident_id)).map(|row| row.id).collect();
        let sponsorships: Vec<Uuid> =
            bulk.sponsorships.iter().filter(|row| with_me(Some(row.resident_id))).map(|row| row.id).collect();
        rows! {
            "grid" grids: |row| Some(row.id) == grid;
            "building" buildings: |row| Some(row.id) == building;
            "household" households: |row| Some(row.id) == home;
            "household_membership" memberships: |row| with_me(Some(row.resident_id)) || (Some(row.household_id) == home && row.resident_id != me);
            "resident" residents: |row| with_me(Some(row.id));
            "circumstance" circumstances: |row| with_me(Some(row.resident_id));
            "consent" consents: |row| with_me(Some(row.resident_id));
            "life_event" life_events: |row| with_me(Some(row.resident_id));
            "aid_record" aid: |row| with_me(row.resident_id) || (row.resident_id.is_none() && row.household_id == home);
            "sponsorship" sponsorships: |row| with_me(Some(row.resident_id));
            "instalment" instalments: |row| sponsorships.contains(&row.sponsorship_id);
            "volunteer" volunteers: |row| with_me(row.resident_id);
            "party_membership" standings: |row| volunteers.contains(&row.volunteer_id);
            "team_membership" team_memberships: |row| volunteers.contains(&row.volunteer_id);
            "attendance" attendances: |row| with_me(row.resident_id);
        }
        Self { others }
    }
}

/// Nobody, and an account on every seat of the matrix.
async fn columns(app: &TestApp, world: &World, bulk: &Bulk) -> Vec<Column> {
    let in_team = bulk.team_memberships.iter().find(|row| row.ended_on.is_none()).unwrap().volunteer_id;
    let resident = Who::resident(bulk.residents[0].id);
    let cast = [
        ("secretary", Seat::Secretary, Who::plain(Role::Secretary)),
        ("staff", Seat::Staff, Who::plain(Role::Staff)),
        ("grid-staff", Seat::GridStaff, Who::grid_staff(&[bulk.grids[0].id])),
        ("partner", Seat::Partner, Who::partner(bulk.units[0].id)),
        ("volunteer", Seat::Volunteer, Who::volunteer(in_team)),
        ("merchant", Seat::Merchant, Who::plain(Role::Merchant)),
        ("resident", Seat::Resident, resident.clone()),
        ("household", Seat::HouseholdMember, resident),
        ("auditor", Seat::Auditor, Who::plain(Role::Auditor)),
    ];
    let mut columns = vec![
        Column::new("anonymous", None, app.anonymous()),
        Column::new("operator", Some(Seat::Operator), world.operator.clone()),
    ];
    for (name, seat, who) in cast {
        let actor = roles::account(app, &format!("column-{name}"), bulk.community, &[who]).await;
        columns.push(Column::new(name, Some(seat), actor));
    }
    let seats: Vec<Seat> = columns.iter().filter_map(|column| column.seat).collect();
    assert!(Seat::ALL.iter().all(|seat| seats.contains(seat)), "every seat of the matrix has a column");
    columns
}
