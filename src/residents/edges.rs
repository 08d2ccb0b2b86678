//! How the edges of residents are loaded, and the edges that lead to residents.

use std::collections::HashMap;

use entity::{circumstance, resident};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, sea_query::ExprTrait};

use super::{circumstance::Circumstance, life, object::Resident};
use crate::{
    access::{Resource, policy::Action},
    activities, aid,
    communities::{Building, Community},
    consents,
    households::Household,
    privacy::person_keys,
    relay::{Edge, Entity},
    requests,
    scalars::Date,
    sponsorships, visits, volunteers,
};

pub fn of_resident(field: &str) -> Option<Edge<Resident>> {
    Some(match field {
        "community" => Edge::<Resident>::one::<Community>(|row| Some(row.community_id)),
        "household" => Edge::<Resident>::one::<Household>(|row| row.household_id),
        "building" => Edge::<Resident>::one::<Building>(|row| row.building_id),
        "idDocument" | "phone" => person_keys::<Resident>(|row| row.data_key_id),
        "circumstances" => circumstances(),
        "consents" => consents::edges::of_residents(),
        "attendances" => activities::edges::of_residents(),
        "lifeEvents" => life::object::of_residents(),
        "aidRecords" => aid::edges::of_residents(),
        "sponsorships" => sponsorships::edges::of_residents(),
        "requests" => requests::edges::of_residents(),
        "volunteer" => volunteers::edges::of_residents(),
        _ => return None,
    })
}

pub fn of_circumstance(field: &str) -> Option<Edge<Circumstance>> {
    Some(match field {
        "resident" => Edge::<Circumstance>::one::<Resident>(|row| Some(row.resident_id)),
        "visit" => visits::edges::of_circumstances(),
        _ => return None,
    })
}

fn circumstances() -> Edge<Resident> {
    Edge::values(|reading, residents: &[Resident], asked| {
        Box::pin(async move {
            let on = asked.argument::<Option<Date>>("on")?;
            let on = on.map_or_else(|| reading.app.clock.today(chrono_tz::Asia::Shanghai), |on| on.0);
            let readable = residents.iter().filter(|resident| resident.seen().reads("circumstances"));
            let keys: Vec<_> = readable.map(|resident| resident.seen().key()).collect();
            let mut by_resident: HashMap<_, Vec<Circumstance>> = HashMap::new();
            if keys.is_empty() || reading.viewer.reach(Resource::Circumstance, Action::Read).is_empty() {
                return Ok(by_resident);
            }
            let select = reading
                .select::<Circumstance>()
                .filter(circumstance::Column::ResidentId.is_in(keys))
                .filter(circumstance::Column::StartedOn.lte(on))
                .filter(circumstance::Column::EndedOn.is_null().or(circumstance::Column::EndedOn.gte(on)))
                .order_by_asc(circumstance::Column::StartedOn)
                .order_by_asc(circumstance::Column::Id);
            for found in reading.all::<Circumstance>(select, &asked.selection).await? {
                by_resident.entry(found.seen().resident_id).or_default().push(found);
            }
            Ok(by_resident)
        })
    })
}

/// Residents of buildings: `Building.residents`.
pub(crate) fn of_buildings() -> Edge<Building> {
    Edge::many::<Resident>(resident::Column::BuildingId)
}
