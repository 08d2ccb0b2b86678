//! What the filled tables hold, on SQLite; `tests/api` asks the same of the schema on both engines.

use std::sync::Arc;

use entity::{
    aid_record, community, contribution, data_key,
    figures::{AidKind, Precision},
    household_membership, pairing, partner_unit, project, resident,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tempfile::TempDir;

use super::{
    COMMUNITY, Demo, FillOptions, SeedArgs,
    calendar::{FIRST_DAY, LAST_DAY},
    fill, seed,
};
use crate::{
    context::App,
    database::Options,
    figures::{Figure, sum},
    privacy::{Column, MasterKey},
};

async fn opened() -> (TempDir, Arc<App>) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { durable: false, ..Options::new(format!("sqlite://{}/t.db", folder.path().display())) };
    let app = App::open(&options, MasterKey::from_bytes([7; 32])).await.unwrap();
    (folder, app)
}

async fn filled(options: FillOptions) -> (TempDir, Arc<App>, Demo) {
    let (folder, app) = opened().await;
    let demo = fill(&app, &options).await.unwrap();
    (folder, app, demo)
}

#[tokio::test]
async fn the_same_seed_makes_the_same_community_and_another_seed_another() {
    let mut made = Vec::new();
    for random_seed in [5, 5, 6] {
        let (_folder, app, _) = filled(FillOptions { residents: 200, random_seed, progress: false }).await;
        let db = app.db.reader();
        let people = resident::Entity::find().order_by_asc(resident::Column::Id).all(db).await.unwrap();
        let people: Vec<_> = people
            .into_iter()
            // What is sealed differs each time; its index, under the key of each database, too.
            .map(|r| (r.id, r.full_name, r.birth_date, r.household_id, r.id_document_kind, r.registered_at))
            .collect();
        let aid = aid_record::Entity::find().order_by_asc(aid_record::Column::Id).all(db).await.unwrap();
        let aid: Vec<_> =
            aid.into_iter().map(|a| (a.id, a.resident_id, a.value_fen, a.given_on, a.recorded_at)).collect();
        made.push((people, aid));
    }
    assert_eq!(made[0], made[1]);
    assert!(made[0].0.iter().zip(&made[2].0).all(|(one, other)| one.0 != other.0));
}

#[tokio::test]
async fn the_records_give_the_facts_back_whatever_the_size() {
    for residents in [200, 2400] {
        let (_folder, app, demo) = filled(FillOptions { residents, ..Default::default() }).await;
        let (db, own) = (app.db.reader(), demo.community_id);
        let given =
            contribution::Entity::find().filter(contribution::Column::CommunityId.eq(own)).all(db).await.unwrap();
        let value = |kind| {
            let of_kind = given.iter().filter(|row| row.kind == kind);
            sum(of_kind.map(|row| Figure { amount: row.received_fen, precision: row.received_value_precision }))
        };
        assert_eq!(value(AidKind::Cash), Figure::at_least(18_000_000));
        assert_eq!(value(AidKind::Goods), Figure::at_least(8_200_000));

        let paired = pairing::Entity::find().filter(pairing::Column::CommunityId.eq(own));
        assert_eq!(paired.all(db).await.unwrap().len(), 10);
        // Two of the ten; and three outside the ten that only hold activities.
        let nameless = partner_unit::Entity::find().filter(partner_unit::Column::NameKnown.eq(false));
        let nameless = nameless.find_with_related(pairing::Entity).all(db).await.unwrap();
        assert_eq!(nameless.iter().filter(|(_, pairings)| !pairings.is_empty()).count(), 2);

        let aid = aid_record::Entity::find().filter(aid_record::Column::CommunityId.eq(own)).all(db).await.unwrap();
        let out_of = |title: &str| {
            let source = given.iter().find(|row| row.title == title).unwrap();
            let records: Vec<_> = aid.iter().filter(|record| record.contribution_id == Some(source.id)).collect();
            let mut recipients: Vec<_> = records.iter().filter_map(|record| record.resident_id).collect();
            recipients.sort_unstable();
            let most = recipients.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap();
            recipients.dedup();
            let fen: i64 = records.iter().filter_map(|record| record.value_fen).sum();
            (records.len(), recipients.len(), fen, most)
        };
        let (records, recipients, fen, most) = out_of("辅助器具");
        assert_eq!((records, recipients, fen), (145, 54, 5_600_000));
        assert!(most > 5);
        assert_eq!(out_of("帮困物资"), (27, 27, 1_600_000, 1));
        assert!(aid.iter().all(|record| (FIRST_DAY..=LAST_DAY).contains(&record.given_on)));

        // F7: three funders, and nothing says who bore how much.
        let room =
            project::Entity::find().filter(project::Column::Title.eq("社区书屋")).one(db).await.unwrap().unwrap();
        assert_eq!((room.budget_fen, room.budget_precision), (Some(5_000_000), Precision::AtLeast));
    }
}

#[tokio::test]
async fn running_sums_are_those_of_the_records() {
    let (_folder, app, _) = filled(FillOptions::default()).await;
    let args = SeedArgs { residents: 300, aid_records: 4000, random_seed: 3 };
    seed(app.clone(), &args).await.unwrap();
    let records = aid_record::Entity::find().all(app.db.reader()).await.unwrap();
    for source in contribution::Entity::find().all(app.db.reader()).await.unwrap() {
        let own = records.iter().filter(|record| record.contribution_id == Some(source.id));
        let sums = own.map(super::aid::taken).fold([0; 4], |sums, part| std::array::from_fn(|i| sums[i] + part[i]));
        let stored = [source.allocated_milli, source.delivered_milli, source.allocated_fen, source.delivered_fen];
        assert_eq!(stored, sums, "{}", source.title);
    }
}

#[tokio::test]
async fn residents_are_where_their_open_membership_says_and_their_numbers_open() {
    let (_folder, app, _) = filled(FillOptions { residents: 400, ..Default::default() }).await;
    let db = app.db.reader();
    let open = household_membership::Entity::find().filter(household_membership::Column::EndedOn.is_null());
    let open = open.all(db).await.unwrap();
    for (resident, key) in resident::Entity::find().find_also_related(data_key::Entity).all(db).await.unwrap() {
        let home = open
            .iter()
            .find(|membership| membership.resident_id == resident.id)
            .map(|membership| membership.household_id);
        assert_eq!(resident.household_id, home);
        assert_eq!(resident.building_id.is_some(), home.is_some());
        let key = app.keys.unwrap(&key.unwrap()).unwrap().unwrap();
        if let Some(sealed) = &resident.id_document {
            let number = key.open_text(Column::ResidentIdDocument, sealed).unwrap();
            assert_eq!(resident.id_document_index, Some(app.keys.index(Column::ResidentIdDocument, &number)));
        }
    }
}

#[tokio::test]
async fn a_seed_makes_its_community_once_and_as_large_as_asked_for() {
    let (_folder, app) = opened().await;
    let args = SeedArgs { residents: 700, aid_records: 2000, random_seed: 42 };
    seed(app.clone(), &args).await.unwrap();
    let db = app.db.reader();
    let people = resident::Entity::find().all(db).await.unwrap();
    let aid = aid_record::Entity::find().all(db).await.unwrap();
    assert_eq!((people.len(), aid.len()), (700, 2000));
    let held = |id| aid.iter().filter(|record| record.resident_id == Some(id)).count();
    assert!(people.iter().any(|person| held(person.id) > 5) && people.iter().any(|person| held(person.id) == 0));

    let refused = seed(app.clone(), &args).await.unwrap_err();
    assert!(refused.message.en.contains("--random-seed 42"), "{refused:?}");
    assert_eq!(resident::Entity::find().all(db).await.unwrap().len(), 700);
}

#[tokio::test]
async fn a_second_demo_community_is_refused() {
    let (_folder, app, demo) = filled(FillOptions { residents: 200, ..Default::default() }).await;
    assert!(fill(&app, &FillOptions::default()).await.is_err());
    let all = community::Entity::find().order_by_asc(community::Column::Id).all(app.db.reader()).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].code.as_str(), all[0].id), (COMMUNITY, demo.community_id));
}
