//! Whole households that go to another building: a block that is rebuilt, or doors that are numbered anew (整楼迁移).

use std::collections::HashSet;

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{
    building,
    household::{self, Column},
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    communities::Building,
    error::{Result, UserErrorCode},
    households::Household,
    payload,
    relay::reading::scope_of,
    residents::moved_along,
    say,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// The most households that are named in one input.
const NAMED: usize = 500;
/// The most households of one building: more than any has, and few enough for one statement.
const OF_BUILDING: usize = 3000;

/// The door of one household: what is left out stays, and null clears the staircase (户新地址).
#[derive(InputObject, Clone, Debug)]
pub struct HouseholdAddressInput {
    /// The household, one of those that move (户).
    pub household_id: ID,
    /// The staircase, at most 20 characters (单元).
    pub unit: MaybeUndefined<String>,
    /// The room, at most 20 characters (室).
    pub room: Option<String>,
}

/// Households that go to a building with all their members: those named, or all of a building (整楼迁移).
#[derive(InputObject, Clone, Debug)]
pub struct MoveHouseholdsInput {
    /// The building that they go to; their own one if only their doors change (迁入楼栋).
    pub building_id: ID,
    /// All households of this building go; or name them, not both (迁出楼栋).
    pub from_building_id: Option<ID>,
    /// These households go, at most 500; or name a building, not both (户).
    pub household_ids: Option<Vec<ID>>,
    /// The staircase of all who go, unless `addresses` says otherwise; left out they keep theirs, null clears it (单元).
    pub unit: MaybeUndefined<String>,
    /// New doors, at most 500; whoever is left out keeps the old one (新地址).
    pub addresses: Option<Vec<HouseholdAddressInput>>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { MoveHouseholdsPayload { building: Building as "building" } }

/// A door as it will be; none of what stays.
#[derive(Debug)]
struct Door {
    household: Uuid,
    unit: Option<Option<String>>,
    room: Option<String>,
}

impl MoveHouseholdsInput {
    /// Who moves, locked.
    async fn movers(
        &self,
        tx: &Tx<'_>,
        within: Option<Uuid>,
        faults: &mut Faults,
    ) -> Result<Option<Vec<household::Model>>, DbErr> {
        match (&self.from_building_id, &self.household_ids) {
            (None, Some(named)) => tx.subjects::<Household>(named, "householdIds", (within, NAMED), faults).await,
            (Some(from), None) => {
                let found = tx.find::<Building>(from, &["fromBuildingId"], within, faults).await?;
                match found {
                    Some(from) => all_of(tx, &from, faults).await,
                    None => Ok(None),
                }
            }
            (Some(_), Some(_)) => {
                let message = say!("Name a building or the households, not both.", "迁出楼栋与户清单只填其一。");
                faults.note(&["fromBuildingId"], UserErrorCode::Invalid, message);
                Ok(None)
            }
            (None, None) => {
                let message = say!("Say who moves: a building or households.", "请填写迁出楼栋或户清单。");
                faults.note(&["householdIds"], UserErrorCode::Required, message);
                Ok(None)
            }
        }
    }

    /// The new doors, each of one who moves.
    fn doors(&self, movers: Option<&[household::Model]>, faults: &mut Faults) -> Option<Vec<Door>> {
        let given = self.addresses.as_deref().unwrap_or_default();
        if given.len() > NAMED {
            let (length, most) = (given.len(), NAMED);
            let message =
                say!("{length} are too many at once; name at most {most}.", "共 {length} 项，一次最多 {most} 项。");
            faults.note(&["addresses"], UserErrorCode::OutOfRange, message);
            return None;
        }
        let known: Option<HashSet<Uuid>> = movers.map(|movers| movers.iter().map(|household| household.id).collect());
        let mut seen = HashSet::new();
        let doors: Vec<_> = given
            .iter()
            .enumerate()
            .map(|(place, given)| {
                let place = place.to_string();
                let path = |field| ["addresses", &*place, field];
                let key = faults.key::<Household>(&given.household_id, &path("householdId"), &mut seen);
                if let (Some(key), Some(known)) = (key, &known)
                    && !known.contains(&key)
                {
                    not_found(&path("householdId"), faults);
                }
                let unit = staircase(&given.unit, &path("unit"), faults);
                let room = match &given.room {
                    Some(room) => faults.text(&path("room"), room, 20).map(Some),
                    None => Some(None),
                };
                Some(Door { household: key?, unit: unit?, room: room? })
            })
            .collect();
        doors.into_iter().collect()
    }
}

/// What a staircase becomes: nothing said, cleared, or a text.
fn staircase(given: &MaybeUndefined<String>, path: &[&str], faults: &mut Faults) -> Option<Option<Option<String>>> {
    match given {
        MaybeUndefined::Undefined => Some(None),
        given => faults.optional_text(path, given.value().map(String::as_str), 20).map(Some),
    }
}

async fn all_of(
    tx: &Tx<'_>,
    from: &building::Model,
    faults: &mut Faults,
) -> Result<Option<Vec<household::Model>>, DbErr> {
    // Nobody is put on file in it meanwhile.
    tx.lock::<Building>(from.id, Action::Read).await?;
    let select = household::Entity::find()
        .filter(Column::BuildingId.eq(from.id))
        .filter(scope_of::<Household>(tx.viewer, Action::Amend))
        .order_by_asc(Column::Id)
        .limit(OF_BUILDING as u64 + 1);
    let select = if tx.on_postgres() { select.lock_exclusive() } else { select };
    let found = select.all(tx.conn()).await?;
    if found.len() > OF_BUILDING {
        let most = OF_BUILDING;
        let message = say!(
            "More than {most} households live there; name them in parts.",
            "该楼栋超过 {most} 户，请分批填写户清单。"
        );
        faults.note(&["fromBuildingId"], UserErrorCode::OutOfRange, message);
        return Ok(None);
    }
    if found.is_empty() {
        let message = say!("No household is on file in this building.", "该楼栋没有登记的户。");
        faults.note(&["fromBuildingId"], UserErrorCode::NotFound, message);
        return Ok(None);
    }
    Ok(Some(found))
}

impl Change for MoveHouseholdsInput {
    type Payload = MoveHouseholdsPayload;
    const VERB: Verb = Verb { name: "moveHouseholds", resource: Resource::Household, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let building = tx.find::<Building>(&self.building_id, &["buildingId"], None, &mut faults).await?;
        let within = building.as_ref().map(|building| building.community_id);
        let movers = self.movers(tx, within, &mut faults).await?;
        let unit = staircase(&self.unit, &["unit"], &mut faults);
        let doors = self.doors(movers.as_deref(), &mut faults);
        let (building, movers, unit, doors) = faults.all((building, movers, unit, doors))?;
        if !tx.reaches(building.community_id) {
            let mut faults = Faults::default();
            not_found(&["buildingId"], &mut faults);
            faults.none()?;
        }

        let ids: Vec<Uuid> = movers.iter().map(|household| household.id).collect();
        move_in(tx, &ids, building.id, (unit, &doors)).await?;
        let residents = moved_along(tx, &ids, building.id).await?;
        let from: HashSet<Uuid> = movers.iter().map(|household| household.building_id).collect();
        let mut from: Vec<Uuid> = from.into_iter().collect();
        from.sort_unstable();
        // Where exactly somebody lives is personal: the event tells of whom the door changed, not what it is.
        let renumbered: Vec<Uuid> = doors.iter().map(|door| door.household).collect();
        let detail = Detail::Open(json!({
            "fromBuildingIds": from, "households": ids.len(), "residents": residents, "householdIds": ids, "renumbered": renumbered,
        }));
        tx.event::<Building>(building.id, Some(building.community_id), &["households", "residents"], detail).await?;
        Ok(building.id)
    }
}

/// One statement, however many they are and however their doors change.
async fn move_in(
    tx: &Tx<'_>,
    households: &[Uuid],
    building: Uuid,
    (unit, doors): (Option<Option<String>>, &[Door]),
) -> Result<(), DbErr> {
    let mut update = household::Entity::update_many()
        .col_expr(Column::BuildingId, Expr::value(building))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1));
    let rooms = doors.iter().filter_map(|door| Some((door.household, door.room.as_ref()?)));
    let rooms: Vec<_> = rooms.collect();
    if !rooms.is_empty() {
        let case = rooms.into_iter().fold(CaseStatement::new(), |case, (household, room)| {
            case.case(Column::Id.eq(household), Expr::val(room.as_str()))
        });
        update = update.col_expr(Column::Room, case.finally(Expr::col(Column::Room)).into());
    }
    let of_all = unit.map_or_else(|| Expr::col(Column::Unit), Expr::val);
    let units: Vec<_> = doors.iter().filter_map(|door| Some((door.household, door.unit.as_ref()?))).collect();
    if units.is_empty() {
        update = update.col_expr(Column::Unit, of_all);
    } else {
        let case = units.into_iter().fold(CaseStatement::new(), |case, (household, unit)| {
            case.case(Column::Id.eq(household), Expr::val(unit.clone()))
        });
        update = update.col_expr(Column::Unit, case.finally(of_all).into());
    }
    update.filter(Column::Id.is_in(households.iter().copied())).exec(tx.conn()).await.map(|_| ())
}
