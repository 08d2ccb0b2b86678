//! How the edges of certificates are loaded, and the edges that lead to them.

use std::collections::{HashMap, HashSet};

use entity::{attendance, certificate, certificate_line, community};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    Certificate, Line, Period, ServiceOnRecord, lines,
    object::{CertificateContent, contents},
};
use crate::{
    activities::hours::stays,
    communities::Community,
    error::Result,
    relay::{Edge, Entity},
    staff::StaffMember,
    volunteers::Volunteer,
    write::Tx,
};

pub fn of_certificate(field: &str) -> Option<Edge<Certificate>> {
    Some(match field {
        "community" => Edge::<Certificate>::one::<Community>(|row| Some(row.community_id)),
        "volunteer" => Edge::<Certificate>::one::<Volunteer>(|row| Some(row.volunteer_id)),
        "responsible" => Edge::<Certificate>::one::<StaffMember>(|row| Some(row.responsible_id)),
        "content" => content(),
        "onRecord" => on_record(),
        _ => return None,
    })
}

/// Certificates of volunteers: `Volunteer.certificates`.
pub(crate) fn of_volunteers() -> Edge<Volunteer> {
    Edge::many::<Certificate>(certificate::Column::VolunteerId)
}

pub(super) fn period_of(row: &certificate::Model) -> Period {
    Period { from: row.from_on, until: row.until_on }
}

/// What certificates state, by the certificate.
pub(super) async fn stated(
    conn: &impl ConnectionTrait,
    certificates: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<certificate_line::Model>>> {
    use certificate_line::Column;
    let rows = certificate_line::Entity::find()
        .filter(Column::CertificateId.is_in(certificates))
        .order_by_asc(Column::HeldOn)
        .order_by_asc(Column::Id);
    let mut by_certificate: HashMap<Uuid, Vec<certificate_line::Model>> = HashMap::new();
    for row in rows.all(conn).await? {
        by_certificate.entry(row.certificate_id).or_default().push(row);
    }
    Ok(by_certificate)
}

/// What the records say today of the periods of certificates, by the certificate. Whether a certificate holds does not depend on who asks, so this is read
/// without the viewer's scope.
pub(super) async fn today(
    conn: &impl ConnectionTrait,
    certificates: &[&certificate::Model],
) -> Result<HashMap<Uuid, Vec<Line>>> {
    let communities: HashSet<Uuid> = certificates.iter().map(|row| row.community_id).collect();
    let places = community::Entity::find().filter(community::Column::Id.is_in(communities));
    let mut found = HashMap::new();
    for place in places.all(conn).await? {
        let own = || certificates.iter().filter(|row| row.community_id == place.id);
        let persons: HashSet<Uuid> = own().map(|row| row.person_id).collect();
        let there = attendance::Entity::find().filter(attendance::Column::CommunityId.eq(place.id));
        let all = stays(conn, there, persons, Tx::zone_of(&place)).await?;
        for row in own() {
            let theirs = all.iter().filter(|stay| stay.person == row.person_id);
            found.insert(row.id, lines(theirs, period_of(row)));
        }
    }
    Ok(found)
}

/// Rows as they were reckoned.
pub(super) fn as_lines(rows: &[certificate_line::Model]) -> Vec<Line> {
    let line = |row: &certificate_line::Model| Line {
        session: row.session_id,
        held_on: row.held_on,
        training: row.is_training,
        minutes: row.minutes,
    };
    rows.iter().map(line).collect()
}

/// Part of the certificates' own rows: whoever sees a certificate sees what it states.
fn content() -> Edge<Certificate> {
    Edge::<Certificate>::values(|reading, certificates: &[Certificate], _| {
        Box::pin(async move {
            let stated = stated(reading.db(), certificates.iter().map(|of| of.seen().key())).await?;
            let own = certificates.iter().filter_map(|of| {
                let row = of.seen();
                Some((row.key(), contents(stated.get(&row.key())?, period_of(row))))
            });
            Ok(own.collect::<HashMap<Uuid, Vec<CertificateContent>>>())
        })
    })
}

/// Three statements for the certificates of one community: what they state, where it is, and what their holders came to.
fn on_record() -> Edge<Certificate> {
    Edge::<Certificate>::values(|reading, certificates: &[Certificate], _| {
        Box::pin(async move {
            let rows: Vec<&certificate::Model> = certificates.iter().map(|of| &**of.seen()).collect();
            let stated = stated(reading.db(), rows.iter().map(|row| row.id)).await?;
            let today = today(reading.db(), &rows).await?;
            let none = Vec::new();
            let said = |row: &&certificate::Model| {
                let printed = as_lines(stated.get(&row.id).map_or(&[], Vec::as_slice));
                let now = today.get(&row.id).unwrap_or(&none);
                (row.id, ServiceOnRecord::new(&printed, now, period_of(row)))
            };
            Ok(rows.iter().map(said).collect::<HashMap<_, _>>())
        })
    })
}
