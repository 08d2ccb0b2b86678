//! The rows of [`super::bulk`]: what happened to residents, and what was closed on that account.

use entity::{
    life_closure,
    life_event::{self, LifeEventKind},
    resident::LifeStatus,
};
use tongxin::context::App;
use uuid::Uuid;

use super::bulk::{Bulk, at};

pub fn life(bulk: &mut Bulk, app: &App) {
    let gone: Vec<_> = bulk.residents.iter().filter(|row| row.life_status != LifeStatus::LivingHere).cloned().collect();
    let ids: Vec<Uuid> = gone.iter().map(|_| app.clock.new_id()).collect();
    for (i, resident) in gone.iter().enumerate() {
        let kind =
            if resident.life_status == LifeStatus::Deceased { LifeEventKind::Death } else { LifeEventKind::MoveOut };
        bulk.life_events.push(life_event::Model {
            id: ids[i],
            community_id: resident.community_id,
            resident_id: resident.id,
            kind,
            occurred_on: resident.life_status_on.filter(|_| i % 4 != 3),
            note: (i % 2 == 0).then(|| "随子女居住".into()),
            // Every second one was recorded with the one before.
            together_id: ids[i - i % 2],
            recorded_by: (i % 3 != 0).then_some(bulk.account),
            recorded_at: at(i / 2),
            withdrawn_at: (i % 5 == 4).then(|| at(i)),
            withdrawn_reason: (i % 5 == 4).then(|| "误登".into()),
            version: 1,
        });
        // One of each kind, whosever it is: what is closed here is beside the point.
        let row = |kind: &'static str, ids: Vec<Uuid>| ids.get(i % ids.len().max(1)).map(|id| (kind, *id));
        let closed = [
            row("household_membership", bulk.memberships.iter().map(|row| row.id).collect()),
            row("circumstance", bulk.circumstances.iter().map(|row| row.id).collect()),
            row("aid_record", bulk.aid.iter().map(|row| row.id).collect()),
            row("volunteer", bulk.volunteers.iter().map(|row| row.id).collect()),
            row("team_membership", bulk.team_memberships.iter().map(|row| row.id).collect()),
            row("party_membership", bulk.standings.iter().map(|row| row.id).collect()),
            row("sponsorship", bulk.sponsorships.iter().map(|row| row.id).collect()),
            row("instalment", bulk.instalments.iter().map(|row| row.id).collect()),
        ];
        let closures: Vec<_> = closed
            .into_iter()
            .flatten()
            .map(|(kind, subject_id)| life_closure::Model {
                life_event_id: ids[i],
                subject_kind: kind.to_owned(),
                subject_id,
            })
            .collect();
        bulk.life_closures.extend(closures);
    }
}
