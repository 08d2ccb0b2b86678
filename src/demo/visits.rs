//! Visits to households and shops, what was heard on them and what came of it. Words and days are made up.

use chrono::{Days, NaiveDate};
use entity::{
    data_key,
    request::RequestChannel,
    visit::{self, VisitStatus as State},
};
use sea_orm::TryIntoModel;
use uuid::Uuid;

use super::{
    calendar::{LAST_DAY, day, moment},
    homes::{Living, Registrar},
    places::Place,
    rows::Rows,
};
use crate::{context::App, error::Result, privacy::Column};

const PURPOSES: [&str; 4] = ["独居老人走访", "低保家庭走访", "节前慰问", "消防安全入户宣传"];
const NOTES: [&str; 5] = [
    "身体状况稳定，子女每周探望，暂无困难。",
    "反映楼道照明昏暗，已记录并转交办理。",
    "希望有人协助就医取药，已登记志愿帮扶意向。",
    "对社区食堂开放时间有建议。",
    "燃气软管老化，已提醒更换，下次走访复查。",
];

/// Whom, when, how far.
struct Call {
    household: Option<Uuid>,
    merchant: Option<Uuid>,
    planned_on: Option<NaiveDate>,
    held_on: Option<NaiveDate>,
    cancel_reason: Option<&'static str>,
}

/// Visits of a community whose people, staff, shops and requests are among the rows already.
pub(super) fn visits(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    app: &App,
    place: &Place,
    people: &[Living],
) -> Result<()> {
    let community = place.community_id;
    let here: Vec<&Living> = people.iter().filter(|person| person.here()).collect();
    let workers: Vec<Uuid> = rows.staff.iter().filter(|row| row.community_id == community).map(|row| row.id).collect();
    let open = rows.merchants.iter().filter(|row| row.community_id == community && row.closed_on.is_none());
    let shops: Vec<Uuid> = open.map(|row| row.id).take(3).collect();
    let mut put = |rows: &mut Rows, number: usize, call: Call| -> Result<Uuid> {
        let (key, row) = app.keys.new_person(&app.clock);
        let data_key_id = by.ids.next();
        rows.data_keys.push(data_key::Model { id: data_key_id, ..row.try_into_model()? });
        let status = match (call.held_on, call.cancel_reason) {
            (Some(_), _) => State::Held,
            (None, Some(_)) => State::Cancelled,
            (None, None) => State::Planned,
        };
        let id = by.ids.next();
        let note = call.held_on.map(|_| key.seal(Column::VisitNote, NOTES[number % NOTES.len()].as_bytes()));
        let recorded = call.planned_on.map(|day| day - Days::new(7)).or(call.held_on).unwrap_or(LAST_DAY);
        rows.visits.push(visit::Model {
            id,
            community_id: community,
            data_key_id,
            household_id: call.household,
            merchant_id: call.merchant,
            staff_member_id: workers[number % workers.len()],
            status,
            purpose: call.household.map(|_| PURPOSES[number % PURPOSES.len()].to_owned()),
            planned_on: call.planned_on,
            held_on: call.held_on,
            note,
            cancel_reason: call.cancel_reason.map(str::to_owned),
            version: if call.planned_on.is_some() && status != State::Planned { 2 } else { 1 },
            recorded_at: moment(recorded.min(LAST_DAY), 17 * 60 + number as i64),
        });
        Ok(id)
    };
    let home = |number: usize| Some(here[number * 13 % here.len()].household_id);
    for number in 0..14_usize {
        let planned = day(2020, 8, 3) + Days::new(number as u64 * 40);
        let call = Call {
            household: home(number),
            merchant: None,
            planned_on: (number % 3 != 1).then_some(planned),
            held_on: (number != 5).then_some(planned + Days::new(number as u64 % 3)),
            cancel_reason: (number == 5).then_some("家中无人，改期"),
        };
        let call = if number == 5 { Call { planned_on: Some(planned), ..call } } else { call };
        put(rows, number, call)?;
    }
    for (number, shop) in shops.iter().enumerate() {
        let held_on = Some(day(2021, 10, 11) + Days::new(number as u64));
        let call = Call { household: None, merchant: Some(*shop), planned_on: None, held_on, cancel_reason: None };
        put(rows, number + 20, call)?;
    }
    for number in 0..2_usize {
        let planned_on = Some(LAST_DAY + Days::new(4 + number as u64));
        let call = Call { household: home(number + 3), merchant: None, planned_on, held_on: None, cancel_reason: None };
        put(rows, number + 30, call)?;
    }
    // What residents asked for when they were visited.
    for place in 0..rows.requests.len() {
        let request = &rows.requests[place];
        if request.community_id != community || request.channel != RequestChannel::Visit {
            continue;
        }
        let (resident, on) = (request.resident_id, request.submitted_on);
        let household = people.iter().find(|person| Some(person.id) == resident).map(|person| person.household_id);
        if household.is_some() {
            let call = Call { household, merchant: None, planned_on: Some(on), held_on: Some(on), cancel_reason: None };
            rows.requests[place].visit_id = Some(put(rows, place + 1, call)?);
        }
    }
    // What became known of somebody, who had been living so for a while.
    let known = rows.circumstances.iter().position(|row| {
        row.community_id == community
            && row.ended_on.is_none()
            && here.iter().any(|person| person.id == row.resident_id)
    });
    if let Some(at) = known {
        let resident = rows.circumstances[at].resident_id;
        let household = here.iter().find(|person| person.id == resident).map(|person| person.household_id);
        let held_on = Some(rows.circumstances[at].started_on.max(day(2020, 9, 15)));
        let call = Call { household, merchant: None, planned_on: None, held_on, cancel_reason: None };
        rows.circumstances[at].visit_id = Some(put(rows, 40, call)?);
    }
    Ok(())
}
