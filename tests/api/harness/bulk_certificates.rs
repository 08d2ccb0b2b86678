//! The rows of [`super::bulk`]: certificates of service, as far as they go together with who came.

use entity::{certificate, certificate_line};
use tongxin::context::App;
use uuid::Uuid;

use super::{
    bulk::{Bulk, at, day},
    bulk_rows::days,
};

/// By which such a certificate is verified; a real code is random.
pub fn code_of(certificate: Uuid) -> String {
    format!("TXC-{certificate}")
}

/// One for each volunteer, every fifth revoked.
pub fn certificates(bulk: &mut Bulk, app: &App) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for (i, volunteer) in bulk.volunteers.iter().enumerate() {
        let (id, until_on) = (new_id(), days(i));
        let mut others = bulk.staff.iter().cycle().skip(i).filter(|row| Some(row.id) != volunteer.staff_member_id);
        let responsible = others.next().unwrap();
        let mut certificate = certificate::Model {
            id,
            community_id,
            volunteer_id: volunteer.id,
            person_id: volunteer.resident_id.or(volunteer.staff_member_id).unwrap_or(volunteer.id),
            holder_name: volunteer.full_name.clone(),
            serial: i as i32 + 1,
            number: format!("单位{}-{}", i % 3, i),
            issuing_body: "批量社区".into(),
            responsible_id: responsible.id,
            responsible_name: responsible.full_name.clone(),
            from_on: day(1999, 12, 31),
            until_on,
            issued_on: until_on.max(days(i / 2)),
            issued_at: at(i / 3),
            person_times: 0,
            minutes_credited: 0,
            training_minutes_credited: 0,
            code: code_of(id),
            revoked_at: (i % 5 == 4).then(|| at(i)),
            revoked_reason: (i % 5 == 4).then(|| "姓名有误".into()),
            version: 1,
        };
        let served = bulk.attendances.iter().filter(|row| row.volunteer_id == Some(volunteer.id));
        let mut sessions: Vec<Uuid> = served.map(|row| row.session_id).collect();
        sessions.push(bulk.sessions[i % bulk.sessions.len()].id);
        sessions.sort_unstable();
        sessions.dedup();
        for (j, session_id) in sessions.into_iter().enumerate() {
            let session = bulk.sessions.iter().find(|row| row.id == session_id).unwrap();
            let (is_training, minutes) = (j % 3 == 2, (j % 4 != 3).then_some(60 + j as i32));
            let held = (certificate.from_on..=certificate.until_on).contains(&session.held_on);
            certificate.person_times += i32::from(held && !is_training);
            let sum = if is_training {
                &mut certificate.training_minutes_credited
            } else {
                &mut certificate.minutes_credited
            };
            *sum += minutes.unwrap_or(0);
            bulk.certificate_lines.push(certificate_line::Model {
                id: new_id(),
                community_id,
                certificate_id: id,
                session_id,
                held_on: session.held_on,
                title: ["清洁", "助老"][j % 2].into(),
                is_training,
                minutes,
            });
        }
        bulk.certificates.push(certificate);
    }
}
