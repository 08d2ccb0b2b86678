//! The rows of [`super::bulk`]: merchants, visits and requests.

use entity::{
    alliance_membership,
    attachment::{self, AttachmentKind},
    merchant::{self, Trade},
    request::{self, RequestCategory, RequestChannel, RequestStatus, SettlementLevel, Urgency},
    request_entry::{self, RequestEntryKind},
    visit::{self, VisitStatus},
};
use sea_orm::Iterable;
use tongxin::{codes, context::App, privacy::Column};
use uuid::Uuid;

use super::{
    bulk::{Bulk, Size, at},
    bulk_rows::{days, person},
};

const NAMES: [&str; 5] = ["低保慰问", "助听器", "楼顶", "Cash 100%", "cash"];

/// By which such a request is followed; a real code is random.
pub fn code_of(request: Uuid) -> String {
    format!("TX-{request}")
}

pub fn requests(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for i in 0..size.projects * 2 {
        let closed_on = (i % 5 == 4).then(|| days(i));
        let merchant = merchant::Model {
            id: new_id(),
            community_id,
            name: NAMES[i % 5].into(),
            trade: Trade::iter().cycle().nth(i).unwrap(),
            licence_code: (i % 2 == 0).then(|| format!("CODE{i}")),
            licence_code_override: (i % 4 == 0).then(|| "旧代码".into()),
            owner_id: (i % 3 == 0).then(|| bulk.residents[i % bulk.residents.len()].id),
            owner_name: (i % 3 == 1).then(|| "王小明".into()),
            building_id: (i % 3 != 2).then(|| bulk.buildings[i % 4].id),
            place: (i % 3 == 2).then(|| "南侧".into()),
            closed_on,
            close_reason: closed_on.map(|_| "租约到期".into()),
            version: 1,
            registered_at: at(i / 3),
        };
        for j in 0..i % 3 {
            bulk.alliance_memberships.push(alliance_membership::Model {
                id: new_id(),
                community_id,
                merchant_id: merchant.id,
                started_on: days(i + j),
                ended_on: (j == 0 || closed_on.is_some()).then(|| days(i + j)),
            });
        }
        bulk.merchants.push(merchant);
    }
    visits(bulk, app, size);
    for i in 0..size.residents {
        let status = RequestStatus::iter().cycle().nth(i).unwrap();
        let status =
            if status == RequestStatus::Merged && bulk.requests.is_empty() { RequestStatus::Declined } else { status };
        use RequestStatus::{Answered, Assigned, CalledBack, Closed, InProgress, Merged};
        let given = matches!(status, Assigned | InProgress | Answered | CalledBack | Closed);
        let answered = matches!(status, Answered | CalledBack | Closed);
        let channel = RequestChannel::iter().cycle().nth(i / 2).unwrap();
        let numbered = matches!(channel, RequestChannel::Hotline | RequestChannel::Other);
        let id = new_id();
        bulk.requests.push(request::Model {
            id,
            community_id,
            channel,
            channel_number: (numbered && i % 3 != 0).then(|| format!("12345-{i}")),
            // Several of the first.
            resident_id: (i % 3 == 0).then(|| bulk.residents[if i % 4 == 3 { 0 } else { i }].id),
            merchant_id: (i % 3 == 1).then(|| bulk.merchants[if i % 4 == 1 { 0 } else { i % bulk.merchants.len() }].id),
            contact_name: (i % 6 == 2).then(|| "王小明".into()),
            // Most of them of the first.
            visit_id: (channel == RequestChannel::Visit).then(|| bulk.visits[if i % 10 == 5 { 1 } else { 0 }].id),
            category: RequestCategory::iter().cycle().nth(i).unwrap(),
            urgency: Urgency::iter().cycle().nth(i / 4).unwrap(),
            building_id: (i % 4 == 0).then(|| bulk.buildings[i / 4 % 4].id),
            grid_id: (i % 4 == 1).then(|| bulk.grids[i / 4 % bulk.grids.len()].id),
            place: (i % 4 == 2).then(|| "南侧".into()),
            body: NAMES[i % 5].into(),
            status,
            assignee_id: (given && i % 3 == 0).then(|| bulk.staff[i % bulk.staff.len()].id),
            assignee_grid_id: (given && i % 3 == 1).then(|| bulk.grids[i % bulk.grids.len()].id),
            assignee_unit_id: (given && i % 3 == 2).then(|| bulk.units[i / 9 % bulk.units.len()].id),
            unit_brief: (given && i % 3 == 2).then(|| "请检修楼道照明".into()),
            merged_into: (status == Merged).then(|| bulk.requests[0].id),
            hand_backs: (i % 4) as i32,
            round: (i % 3) as i32,
            submitted_on: days(i),
            submitted_at: at(i / 3),
            round_started_on: days(i),
            due_on: Some(days(i / 2)),
            due_provisional: i % 5 == 0,
            answered_on: answered.then(|| days(i)),
            answered_at: answered.then(|| at(i)),
            late: i % 2 == 0,
            called_back_on: matches!(status, CalledBack | Closed).then(|| days(i)),
            satisfaction: matches!(status, CalledBack | Closed).then_some(1 + i as i32 % 5),
            closed_on: (status == Closed).then(|| days(i)),
            settled_at: (status == Closed).then(|| SettlementLevel::iter().cycle().nth(i / 9).unwrap()),
            tracking_hash: codes::hash(&code_of(id)),
            version: 1,
        });
        for j in 0..1 + i % 3 {
            bulk.request_entries.push(request_entry::Model {
                id: new_id(),
                community_id,
                request_id: id,
                kind: RequestEntryKind::iter().cycle().nth(i + j).unwrap(),
                status,
                round: 0,
                occurred_at: at(i),
                account_id: (j != 1).then_some(bulk.account),
                by_submitter: j == 0 && i % 2 == 0,
                reason: (j == 1).then(|| "原因".into()),
                answer: (j == 2).then(|| "答复".into()),
            });
        }
    }
    attachments(bulk, app);
}

/// Of every other request and visit one, and of all that units were given; of the first several, of all kinds; and one that waits to be used.
fn attachments(bulk: &mut Bulk, app: &App) {
    let some = |(i, row): &(usize, &request::Model)| i % 2 == 0 || row.assignee_unit_id.is_some();
    let requests = bulk.requests.iter().enumerate().filter(some).map(|(_, row)| (Some(row.id), None));
    let visits = bulk.visits.iter().step_by(2).map(|row| (None, Some(row.id)));
    let first = [(Some(bulk.requests[0].id), None), (None, Some(bulk.visits[0].id)), (None, None)];
    for (i, (request_id, visit_id)) in requests.chain(visits).chain(first).enumerate() {
        let kind = AttachmentKind::iter().cycle().nth(i).unwrap();
        let side = (kind != AttachmentKind::Pdf).then_some(30 + i as i32);
        bulk.attachments.push(attachment::Model {
            id: app.clock.new_id(),
            request_id,
            visit_id,
            attached_at: request_id.or(visit_id).map(|_| at(i)),
            account_id: bulk.account,
            kind,
            file_name: (i % 3 != 0).then(|| format!("照片{i}.jpg")),
            bytes: 1_000 + i as i32,
            width: side,
            height: side,
            uploaded_at: at(i),
            expires_at: at(i + 200),
            expired: false,
        });
    }
}

/// To households and merchants, several to the first of either, in all states.
fn visits(bulk: &mut Bulk, app: &App, size: Size) {
    for i in 0..size.projects * 4 {
        let (data_key_id, key) = person(bulk, app);
        let status = [VisitStatus::Held, VisitStatus::Held, VisitStatus::Planned, VisitStatus::Cancelled][i % 4];
        let held = status == VisitStatus::Held;
        let of = |len: usize| if i % 2 == 0 { 0 } else { i % len };
        bulk.visits.push(visit::Model {
            id: app.clock.new_id(),
            community_id: bulk.community,
            data_key_id,
            household_id: (i % 3 != 2).then(|| bulk.households[of(bulk.households.len())].id),
            merchant_id: (i % 3 == 2).then(|| bulk.merchants[of(bulk.merchants.len())].id),
            staff_member_id: bulk.staff[i % bulk.staff.len()].id,
            status,
            purpose: Some("独居老人走访".into()),
            planned_on: (!held || i % 3 == 0).then(|| days(i)),
            held_on: held.then(|| days(i / 2)),
            note: held.then(|| key.seal(Column::VisitNote, "听到的情况".as_bytes())),
            cancel_reason: (status == VisitStatus::Cancelled).then(|| "家中无人".into()),
            version: 1,
            recorded_at: at(i / 3),
        });
    }
    for (place, circumstance) in bulk.circumstances.iter_mut().enumerate().take(6) {
        circumstance.visit_id = Some(bulk.visits[place % 2].id);
    }
}
