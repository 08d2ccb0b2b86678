//! Residents by the thousand, each as if registered: with what they are found by, and with the event of it. The API would take minutes.

use entity::{
    event,
    resident::{self, IdDocumentKind, LifeStatus, Sex},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use tongxin::{relay::id, search};

use super::TestApp;

/// Rows of one statement.
const BATCH: usize = 500;

/// So many residents of a community; their ids.
pub async fn residents(app: &TestApp, community: &str, number: usize) -> Vec<String> {
    let writer = app.app.db.writer();
    let (now, community) = (app.app.clock.now(), id::parse(community).unwrap().1);
    // Nothing of theirs is sealed, so one key does for all.
    let (_, key) = app.app.keys.new_person(&app.app.clock);
    let data_key_id = key.id.clone().unwrap();
    entity::data_key::Entity::insert(key).exec_without_returning(writer).await.unwrap();
    let rows: Vec<resident::Model> = (0..number)
        .map(|n| resident::Model {
            id: app.app.clock.new_id(),
            community_id: community,
            data_key_id,
            full_name: format!("群众{n}"),
            sex: Sex::Unknown,
            birth_date: None,
            id_document_kind: IdDocumentKind::None,
            id_document: None,
            id_document_index: None,
            phone: None,
            phone_index: None,
            life_status: LifeStatus::LivingHere,
            life_status_on: None,
            household_id: None,
            building_id: None,
            merged_into: None,
            registered_at: now,
            version: 1,
        })
        .collect();
    for part in rows.chunks(BATCH) {
        let told = part.iter().map(|row| event::ActiveModel {
            id: Set(app.app.clock.new_id()),
            community_id: Set(Some(community)),
            occurred_at: Set(now),
            account_id: Set(None),
            request_id: Set(None),
            action: Set("registerResident".to_owned()),
            subject_kind: Set("resident".to_owned()),
            subject_id: Set(row.id),
            fields: Set("[]".to_owned()),
            data_key_id: Set(None),
            payload: Set(None),
            ..Default::default()
        });
        let residents = part.iter().cloned().map(resident::ActiveModel::from);
        resident::Entity::insert_many(residents).exec_without_returning(writer).await.unwrap();
        event::Entity::insert_many(told).exec_without_returning(writer).await.unwrap();
    }
    search::rebuild(&app.app).await.unwrap();
    rows.iter().map(|row| id::encode("resident", row.id)).collect()
}
