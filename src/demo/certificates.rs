//! What the communities stated of their volunteers' service in 2021: one certificate that holds, and one that was revoked.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{certificate, certificate_line, session, staff_member, volunteer};
use rand::RngExt;
use uuid::Uuid;

use super::{
    calendar::{day, moment},
    homes::Registrar,
    rows::Rows,
};
use crate::{
    activities::hours::{Stay, reckon},
    certificates::{Period, Totals, lines},
};

const YEAR: Period = Period { from: day(2021, 1, 1), until: day(2021, 12, 31) };

/// After `activities.rs`: of the first of the teams' members who came to something.
pub(super) fn certificates(rows: &mut Rows, by: &mut Registrar<'_>, (community, code, name): (Uuid, &str, &str)) {
    let members = rows.team_memberships.iter().filter(|row| row.community_id == community);
    let members: Vec<volunteer::Model> =
        members.filter_map(|row| rows.volunteers.iter().find(|of| of.id == row.volunteer_id)).cloned().collect();
    let mut serial = 0;
    for holder in &members {
        // Nobody answers for a certificate of their own service.
        let answers =
            |row: &&staff_member::Model| row.community_id == community && Some(row.id) != holder.staff_member_id;
        let Some(responsible) = rows.staff.iter().find(answers).cloned() else { return };
        let person_id = holder.resident_id.or(holder.staff_member_id).unwrap_or(holder.id);
        let found = lines(&came(rows, person_id), YEAR);
        let totals = Totals::of(&found, YEAR);
        if totals.minutes == 0 {
            continue;
        }
        serial += 1;
        let (id, issued_on) = (by.ids.next(), day(2022, 1, 10));
        let revoked = (serial == 2).then(|| moment(day(2022, 1, 12), 10 * 60));
        rows.certificates.push(certificate::Model {
            id,
            community_id: community,
            volunteer_id: holder.id,
            person_id,
            holder_name: holder.full_name.clone(),
            serial,
            number: format!("{code}-2022-{serial:06}"),
            issuing_body: name.to_owned(),
            responsible_id: responsible.id,
            responsible_name: responsible.full_name.clone(),
            from_on: YEAR.from,
            until_on: YEAR.until,
            issued_on,
            issued_at: moment(issued_on, 9 * 60 + 30),
            person_times: totals.person_times,
            minutes_credited: totals.minutes,
            training_minutes_credited: totals.training_minutes,
            code: format!("TXC-{}", URL_SAFE_NO_PAD.encode(by.rng.random::<[u8; 16]>())),
            revoked_at: revoked,
            revoked_reason: revoked.map(|_| "姓名有误，另行出具".to_owned()),
            version: if revoked.is_some() { 2 } else { 1 },
        });
        for line in found {
            let activity = rows.sessions.iter().find(|row| row.id == line.session).map(|row| row.activity_id);
            let title = rows.activities.iter().find(|row| Some(row.id) == activity).map(|row| row.title.clone());
            rows.certificate_lines.push(certificate_line::Model {
                id: by.ids.next(),
                community_id: community,
                certificate_id: id,
                session_id: line.session,
                held_on: line.held_on,
                title: title.unwrap_or_default(),
                is_training: line.training,
                minutes: line.minutes,
            });
        }
        if serial == 2 {
            break;
        }
    }
}

/// What one person came to as a volunteer.
fn came(rows: &Rows, person: Uuid) -> Vec<Stay> {
    let sessions: HashMap<Uuid, &session::Model> = rows.sessions.iter().map(|row| (row.id, row)).collect();
    let own = rows.attendances.iter().filter(|row| row.person_id == person && row.volunteer_id.is_some());
    let mut all: Vec<Stay> = own
        .filter_map(|row| {
            let session = sessions.get(&row.session_id)?;
            Some(Stay {
                attendance: row.id,
                person,
                session: session.id,
                held_on: session.held_on,
                training: session.is_training,
                times: row.checked_in_at.zip(row.checked_out_at),
                given: Vec::new(),
                credited: Vec::new(),
            })
        })
        .collect();
    reckon(&mut all, chrono_tz::Asia::Shanghai);
    all
}
