//! What the stage of the role matrix has beyond the bulk: a unit with a code, a consent that tells a unit a name, a volunteer who came, and what use leaves
//! behind.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    aid_record::AidStatus,
    attendance, attendance_error,
    audit_entry::{self, AuditKind},
    consent::{self, ConsentPurpose},
    event, pairing, partner_unit,
    party_membership::{self, PartyStanding},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use serde_json::json;
use tongxin::{access::accounts::Role, relay::id::encode, schema};
use uuid::Uuid;

use super::{
    Actor, TestApp,
    bulk::{Bulk, at, day, insert, key_of},
    roles::Who,
    stage::own,
    tables::ids_of,
    types::Types,
    world::{ELSEWHERE, HERE},
};
use crate::role_scopes::Scene;

/// The codes of one unit of each community; the first was registered with its own.
pub const CODES: [&str; 2] = ["91350100M000100Y43", "91350211M000100Y46"];

pub(super) async fn coded(app: &TestApp, scene: &mut Scene) {
    let db = app.app.db.writer();
    let set = partner_unit::Entity::update_many().col_expr(partner_unit::Column::CreditCode, Expr::value(CODES[1]));
    set.filter(partner_unit::Column::Id.eq(scene.elsewhere.units[1].id)).exec(db).await.unwrap();
    let unit = partner_unit::Entity::find().filter(partner_unit::Column::CreditCode.eq(CODES[0])).one(db).await;
    let unit = unit.unwrap().expect("the specimens of filters have a unit with a code");
    let paired = pairing::Entity::find().filter(pairing::Column::PartnerUnitId.eq(unit.id)).all(db).await.unwrap();
    scene.here.pairings.extend(paired);
    scene.here.units.push(unit);
}

/// Somebody whom the partner's gift reached agreed to its knowing their name.
pub(super) async fn share(app: &TestApp, rows: &mut Bulk) {
    let unit = rows.units[0].id;
    let gave = |key| rows.contributors.iter().any(|row| row.contribution_id == key && row.partner_unit_id == unit);
    let grant = rows.aid.iter().find(|row| {
        row.resident_id.is_some() && row.status == AidStatus::Delivered && row.contribution_id.is_some_and(gave)
    });
    let resident_id = grant.and_then(|row| row.resident_id).expect("something of the unit's was handed over");
    let consent = consent::Model {
        id: app.app.clock.new_id(),
        resident_id,
        purpose: ConsentPurpose::ShareWithPartner,
        partner_unit_id: Some(unit),
        guardian_relation: None,
        guardian_id: None,
        guardian_name: None,
        given_on: day(2020, 1, 1),
        expires_on: None,
        withdrawn_on: None,
        withdrawn_reason: None,
        ..rows.consents[0].clone()
    };
    insert(app, std::slice::from_ref(&consent)).await;
    rows.consents.push(consent);
}

/// A volunteer of a team who came to something and whose standing in the Party is on record.
pub(super) async fn active(app: &TestApp, rows: &mut Bulk) -> Uuid {
    let in_team = |key| rows.team_memberships.iter().any(|row| row.volunteer_id == key && row.ended_on.is_none());
    let open = rows.volunteers.iter().filter(|row| row.ended_on.is_none() && in_team(row.id));
    let came = |key| rows.attendances.iter().any(|row| row.volunteer_id == Some(key) && row.voided_at.is_none());
    let them: Vec<Uuid> = open.map(|row| row.id).collect();
    let standing_of = |key| rows.standings.iter().any(|row| row.volunteer_id == key);
    let key = them.iter().copied().find(|key| came(*key)).or(them.first().copied()).expect("somebody is in a team");
    if !came(key) {
        let like = rows.attendances.iter().find(|row| row.volunteer_id.is_some()).expect("a volunteer came").clone();
        let session_id = rows.sessions[0].id;
        let row = attendance::Model {
            id: app.app.clock.new_id(),
            session_id,
            person_id: key,
            volunteer_id: Some(key),
            voided_at: None,
            void_reason: None,
            ..like
        };
        insert(app, std::slice::from_ref(&row)).await;
        rows.attendances.push(row);
    }
    if !rows.attendance_errors.iter().any(|row| row.volunteer_id == key) {
        let of = rows.attendances.iter().find(|row| row.volunteer_id == Some(key)).expect("they came").clone();
        let like = rows.attendance_errors.iter().find(|row| row.answer.is_none()).expect("one is open").clone();
        let row = attendance_error::Model {
            id: app.app.clock.new_id(),
            session_id: of.session_id,
            volunteer_id: key,
            person_id: of.person_id,
            attendance_id: Some(of.id),
            ..like
        };
        insert(app, std::slice::from_ref(&row)).await;
        rows.attendance_errors.push(row);
    }
    if !standing_of(key) {
        let row = party_membership::Model {
            id: app.app.clock.new_id(),
            community_id: rows.community,
            volunteer_id: key,
            standing: PartyStanding::Member,
            source: Some("支部".into()),
            started_on: day(2020, 1, 1),
            ended_on: None,
            version: 1,
        };
        insert(app, std::slice::from_ref(&row)).await;
        rows.standings.push(row);
    }
    key
}

/// The records are used: numbers shown, tokens made, questions refused, sign-ins.
pub(super) async fn used(app: &TestApp, scene: &Scene, keepers: &[Actor; 2]) {
    let last = app.app.clock.today(chrono_tz::Asia::Shanghai) + chrono::Days::new(30);
    for (rows, keeper, code) in [(&scene.here, &keepers[0], HERE), (&scene.elsewhere, &keepers[1], ELSEWHERE)] {
        let resident = encode("resident", rows.residents[0].id);
        let community = encode("community", rows.community);
        let asked = [
            ("revealPhone", "RevealPhoneInput", json!({ "id": resident, "reason": "电话回访" })),
            ("revealIdDocument", "RevealIdDocumentInput", json!({ "residentId": resident, "reason": "核对证件" })),
            (
                "createToken",
                "CreateTokenInput",
                json!({ "communityId": community, "account": format!("staff-{code}"), "name": "程序", "scopes": ["READ_AID"], "expiresOn": last }),
            ),
        ];
        for (name, input, value) in asked {
            let query = format!("mutation($i: {input}!) {{ {name}(input: $i) {{ userErrors {{ code field }} }} }}");
            let answer = keeper.gql(&query, json!({ "i": value })).await;
            assert_eq!(answer.data()[name]["userErrors"], json!([]), "{name}");
        }
    }
    // From where somebody was refused, and what.
    let entry = |rows: &Bulk| audit_entry::Model {
        id: app.app.clock.new_id(),
        kind: AuditKind::Refusal,
        occurred_at: at(1),
        account_id: Some(rows.account),
        name_index: None,
        address: Some("192.0.2.7".into()),
        request_id: Some("request".into()),
        community_id: Some(rows.community),
        subject_kind: None,
        subject_id: None,
        action: Some("endRole".into()),
        field: None,
        code: Some("FORBIDDEN".into()),
        data_key_id: None,
        reason: None,
    };
    insert(app, &[entry(&scene.here), entry(&scene.elsewhere)]).await;
}

/// What was done to some rows of every type, those of the cast among them.
pub(super) async fn trails(app: &TestApp, scene: &Scene, cast: &[Who]) {
    let types = Types::read(&app.anonymous()).await;
    for (place, rows) in [&scene.here, &scene.elsewhere].into_iter().enumerate() {
        let mut of_cast = BTreeMap::<String, BTreeSet<String>>::new();
        for who in cast.iter().filter(|who| who.role != Role::Operator && place == 0) {
            for (of, ids) in own(scene, who) {
                of_cast.entry(of).or_default().extend(ids.into_iter().take(2));
            }
        }
        let mut events = Vec::new();
        for (of, prefix) in schema::TYPES.iter().filter(|(of, _)| types.nodes.contains(*of)) {
            let some = ids_of(app, of, rows.community).await.into_iter().take(3);
            let subjects: BTreeSet<String> = some.chain(of_cast.get(*of).cloned().unwrap_or_default()).collect();
            events.extend(subjects.iter().map(|id| event::ActiveModel {
                seq: NotSet,
                id: Set(app.app.clock.new_id()),
                xid: NotSet,
                community_id: Set(Some(rows.community)),
                occurred_at: Set(at(1)),
                account_id: Set(Some(rows.account)),
                request_id: Set(Some("request".into())),
                action: Set("amend".into()),
                subject_kind: Set((*prefix).to_owned()),
                subject_id: Set(key_of(id)),
                fields: Set(r#"["name"]"#.into()),
                data_key_id: Set(None),
                payload: Set(None),
            }));
        }
        for chunk in events.chunks(100) {
            event::Entity::insert_many(chunk.to_vec()).exec_without_returning(app.app.db.writer()).await.unwrap();
        }
    }
}
