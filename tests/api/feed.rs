//! The change feed for who follows its cursor: every committed event once, in order, none skipped, whatever commits late and whatever is rolled back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use entity::event;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use tongxin::{context::App, relay::id};
use uuid::Uuid;

use crate::harness::{Actor, Engine, World, actor::refusals, together};

const PAGE: &str = "query($after: String) { events(first: 7, after: $after) { nodes { id } pageInfo { endCursor } } }";

/// Follows the feed: from where it stopped last, what is there now.
struct Follower {
    actor: Actor,
    after: Value,
    seen: Vec<String>,
}

impl Follower {
    fn new(actor: &Actor) -> Self {
        Self { actor: actor.clone(), after: Value::Null, seen: Vec::new() }
    }

    /// Reads one page and says whether it held anything.
    async fn step(&mut self) -> bool {
        let answer = self.actor.gql(PAGE, json!({ "after": self.after })).await;
        let page = &answer.data()["events"];
        let nodes = page["nodes"].as_array().unwrap();
        self.seen.extend(nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()));
        if nodes.is_empty() {
            return false;
        }
        self.after = page["pageInfo"]["endCursor"].clone();
        true
    }

    /// The feed waits for transactions that are open anywhere on the server, those of other tests too: asks until so many came, or for a minute.
    async fn until(&mut self, wanted: usize) {
        for _ in 0..1200 {
            while self.step().await {}
            if self.seen.len() >= wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// What was committed in a community, in the order of the feed.
async fn committed(app: &App, community: Uuid) -> Vec<String> {
    let select = event::Entity::find().select_only().column(event::Column::Id);
    let ordered = select
        .filter(event::Column::CommunityId.eq(community))
        .order_by_asc(event::Column::Xid)
        .order_by_asc(event::Column::Seq);
    let ids: Vec<Uuid> = ordered.into_tuple().all(app.db.writer()).await.unwrap();
    ids.into_iter().map(|key| id::encode("event", key)).collect()
}

async fn append(conn: &impl ConnectionTrait, app: &App, community: Uuid) -> String {
    let key = app.clock.new_id();
    let row = event::ActiveModel {
        id: Set(key),
        community_id: Set(Some(community)),
        occurred_at: Set(app.clock.now()),
        account_id: Set(None),
        request_id: Set(None),
        action: Set("late".to_owned()),
        subject_kind: Set("community".to_owned()),
        subject_id: Set(community),
        fields: Set("[]".to_owned()),
        data_key_id: Set(None),
        payload: Set(None),
        ..Default::default()
    };
    event::Entity::insert(row).exec_without_returning(conn).await.unwrap();
    id::encode("event", key)
}

async fn grid(actor: &Actor, community: &str, name: String) {
    let payload = actor.mutate("registerGrid", "grid", "id", json!({ "communityId": community, "name": name })).await;
    assert_eq!(refusals(&payload), Vec::<String>::new());
}

crate::on_both! {
    async fn who_follows_32_writers_gets_every_committed_event_once_and_in_order(app: TestApp) {
        let world = World::new(&app).await;
        let key = id::parse(&world.community).unwrap().1;
        let done = Arc::new(AtomicBool::new(false));
        // Beside the writers: transactions that stay open for a while, of which every other one is rolled back.
        let late = tokio::spawn({
            let (shared, done) = (app.app.clone(), done.clone());
            async move {
                let (mut kept, mut lost) = (Vec::new(), Vec::new());
                for turn in 0.. {
                    if done.load(Ordering::SeqCst) && turn > 3 {
                        break;
                    }
                    let tx = tongxin::write::begin(&shared.db).await.unwrap();
                    let id = append(&tx, &shared, key).await;
                    tokio::time::sleep(Duration::from_millis(15)).await;
                    if turn % 2 == 0 {
                        tx.commit().await.unwrap();
                        kept.push(id);
                    } else {
                        tx.rollback().await.unwrap();
                        lost.push(id);
                    }
                }
                (kept, lost)
            }
        });
        let reading = tokio::spawn({
            let (mut follower, done) = (Follower::new(&world.staff), done.clone());
            async move {
                while !done.load(Ordering::SeqCst) {
                    follower.step().await;
                    tokio::task::yield_now().await;
                }
                follower
            }
        });
        together((0..32).map(|writer| {
            let (actor, community) = (world.staff.clone(), world.community.clone());
            async move {
                for number in 0..6 {
                    grid(&actor, &community, format!("网格 {writer}-{number}")).await;
                }
            }
        }))
        .await;
        done.store(true, Ordering::SeqCst);
        let (kept, lost) = late.await.unwrap();
        let mut follower = reading.await.unwrap();
        let expected = committed(&app.app, key).await;
        assert!(expected.len() >= 32 * 6 + kept.len(), "{}", expected.len());
        follower.until(expected.len()).await;
        assert_eq!(follower.seen, expected);
        assert!(kept.iter().all(|id| expected.contains(id)) && !lost.is_empty() && lost.iter().all(|id| !expected.contains(id)));
    }

    async fn what_commits_late_is_not_passed_over_by_a_cursor_that_was_there_before(app: TestApp) {
        let world = World::new(&app).await;
        let key = id::parse(&world.community).unwrap().1;
        let mut follower = Follower::new(&world.staff);
        follower.until(committed(&app.app, key).await.len()).await;
        let before = follower.seen.len();
        // Its place in the feed is taken before the other's, and it commits after.
        let tx = tongxin::write::begin(&app.app.db).await.unwrap();
        let late = append(&tx, &app.app, key).await;
        if app.engine == Engine::Postgres {
            grid(&world.staff, &world.community, "网格".to_owned()).await;
            follower.step().await;
            assert_eq!(follower.seen.len(), before, "the event behind an open transaction waits for it");
            tx.commit().await.unwrap();
        } else {
            // One writer: the other waits by itself.
            tx.commit().await.unwrap();
            grid(&world.staff, &world.community, "网格".to_owned()).await;
        }
        let expected = committed(&app.app, key).await;
        follower.until(expected.len()).await;
        assert_eq!(follower.seen, expected);
        assert_eq!(follower.seen[before], late);
    }
}
