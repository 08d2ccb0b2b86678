//! Who works for a community, since when, and who sent them (F18).

use chrono::NaiveDate;
use entity::{
    data_key,
    posting::{self, PostingRole as Role},
    staff_member,
};
use rand::RngExt;
use sea_orm::TryIntoModel;
use uuid::Uuid;

use super::{
    calendar::{day, moment},
    homes::Registrar,
    names,
    partners::{DEVELOPMENT_BUREAU, Units},
    places::Place,
    rows::Rows,
};
use crate::{context::App, error::Result, privacy::Column};

/// The staff that records refer to.
pub(super) struct Staff {
    pub(super) secretary: Uuid,
    pub(super) worker: Uuid,
}

/// A secretary seconded for two years, a deputy, community workers, a member of the work team, and a grid worker a grid.
pub(super) fn staff(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    app: &App,
    place: &Place,
    units: &Units,
    accounts: (Uuid, Uuid),
) -> Result<Staff> {
    let bureau = units.get(DEVELOPMENT_BUREAU).copied();
    let secretary = member(rows, by, app, place, Some(accounts.0))?;
    post(rows, by, place, secretary, Role::Secretary, (None, bureau), (day(2020, 5, 6), None));
    let worker = member(rows, by, app, place, Some(accounts.1))?;
    post(rows, by, place, worker, Role::CommunityWorker, (None, None), (day(2019, 3, 1), None));
    let deputy = member(rows, by, app, place, None)?;
    // Was a community worker before.
    post(rows, by, place, deputy, Role::CommunityWorker, (None, None), (day(2016, 7, 1), Some(day(2020, 8, 31))));
    post(rows, by, place, deputy, Role::DeputySecretary, (None, None), (day(2020, 9, 1), None));
    for started_on in [day(2018, 4, 9), day(2019, 9, 2), day(2021, 3, 15)] {
        let id = member(rows, by, app, place, None)?;
        post(rows, by, place, id, Role::CommunityWorker, (None, None), (started_on, None));
    }
    let of_the_work_team = member(rows, by, app, place, None)?;
    post(
        rows,
        by,
        place,
        of_the_work_team,
        Role::WorkTeamMember,
        (None, bureau),
        (day(2020, 5, 6), Some(day(2022, 2, 28))),
    );
    grid_workers(rows, by, app, place)?;
    Ok(Staff { secretary, worker })
}

pub(super) fn grid_workers(rows: &mut Rows, by: &mut Registrar<'_>, app: &App, place: &Place) -> Result<()> {
    for grid in &place.grids {
        let id = member(rows, by, app, place, None)?;
        let started_on = day(by.rng.random_range(2015..2020), by.rng.random_range(1..=12), 1);
        post(rows, by, place, id, Role::GridWorker, (Some(*grid), None), (started_on, None));
    }
    Ok(())
}

pub(super) fn member(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    app: &App,
    place: &Place,
    account_id: Option<Uuid>,
) -> Result<Uuid> {
    let (key, row) = app.keys.new_person(&app.clock);
    let data_key_id = by.ids.next();
    rows.data_keys.push(data_key::Model { id: data_key_id, ..row.try_into_model()? });
    let sex = if by.rng.random_ratio(3, 5) { entity::resident::Sex::Female } else { entity::resident::Sex::Male };
    let surname = names::surname(&mut by.rng);
    let id = by.ids.next();
    rows.staff.push(staff_member::Model {
        id,
        community_id: place.community_id,
        data_key_id,
        full_name: names::full(&mut by.rng, names::Tradition::Han(surname), sex),
        phone: Some(key.seal(Column::StaffPhone, by.phone().as_bytes())),
        account_id,
        version: 1,
        registered_at: moment(day(2020, 2, 10), 10 * 60),
    });
    Ok(id)
}

pub(super) fn post(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    place: &Place,
    staff_member_id: Uuid,
    role: Role,
    (grid_id, seconded_by): (Option<Uuid>, Option<Uuid>),
    (started_on, ended_on): (NaiveDate, Option<NaiveDate>),
) {
    rows.postings.push(posting::Model {
        id: by.ids.next(),
        community_id: place.community_id,
        staff_member_id,
        role,
        grid_id,
        seconded_by,
        started_on,
        ended_on,
        version: 1,
    });
}
