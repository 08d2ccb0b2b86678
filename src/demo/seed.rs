//! `tongxin seed`: fills a database with as many residents and aid records as it takes to measure something.
//!
//! One task makes rows and seals them, others write them, in transactions of some ten thousand rows: on SQLite one, since there is one writer,
//! on PostgreSQL two, so that one transaction is put together while the database works on the other.

use std::{sync::Arc, time::Instant};

use entity::contribution;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter};
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

use super::{
    bulk::{self, Base, Batch},
    fill::find,
    progress::Progress,
    rows::{self, Rows},
};
use crate::{
    access::accounts::{self, Role},
    context::App,
    error::{Error, Result},
    say, search, write,
};

/// Options of `tongxin seed`.
#[derive(clap::Args, Clone, Debug)]
pub struct SeedArgs {
    /// How many residents.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    pub residents: u32,
    /// How many aid records.
    #[arg(long, default_value_t = 30_000, value_parser = clap::value_parser!(u32).range(0..=100_000_000))]
    pub aid_records: u32,
    /// The same seed makes the same people; each makes a community of its own, once.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=999_999))]
    pub random_seed: u32,
}

/// Batches that may wait for a writer: enough that none waits for the next, few enough that memory stays small.
const WAITING: usize = 4;

pub async fn seed(app: Arc<App>, args: &SeedArgs) -> Result<()> {
    let began = Instant::now();
    let base = Arc::new(lay_the_ground(&app, args).await?);
    let total = u64::from(args.residents) + u64::from(args.aid_records);
    let progress = Arc::new(Progress::long("Residents and aid records", total));

    let (sender, receiver) = mpsc::channel(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    let writers = if app.db.backend() == DbBackend::Postgres { 2 } else { 1 };
    let mut writing = JoinSet::new();
    for _ in 0..writers {
        writing.spawn(write_all(app.clone(), receiver.clone(), progress.clone()));
    }
    drop(receiver);
    let (making_app, making_base, making_args) = (app.clone(), base.clone(), args.clone());
    let making = tokio::task::spawn_blocking(move || bulk::make(&making_app, &making_base, &making_args, &sender));
    while let Some(written) = writing.join_next().await {
        written.map_err(Error::internal)??;
    }
    let sums = making.await.map_err(Error::internal)??;
    settle(&app, &base, &sums).await?;
    progress.finish();
    refresh_statistics(&app).await?;
    tell(args, &base, began);
    Ok(())
}

/// Takes batches until there are no more; each is a transaction of its own.
async fn write_all(app: Arc<App>, batches: Arc<Mutex<mpsc::Receiver<Batch>>>, progress: Arc<Progress>) -> Result<()> {
    let silent = Progress::silent();
    loop {
        let next = batches.lock().await.recv().await;
        let Some(mut batch) = next else { return Ok(()) };
        let tx = write::begin(&app.db).await?;
        batch.rows.insert(&tx, &silent).await?;
        tx.commit().await?;
        progress.advance(batch.count);
    }
}

/// The community with its places, partner units, projects and contributions, and the account that records.
async fn lay_the_ground(app: &App, args: &SeedArgs) -> Result<Base> {
    let seed = args.random_seed;
    let tx = write::begin(&app.db).await?;
    if find(&tx, &bulk::code(seed)).await?.is_some() {
        return Err(Error::bad_input(say!(
            "--random-seed {seed}: its community is there already, from an earlier run or one that was stopped. Choose another seed; nothing was changed.",
            "--random-seed {seed}：该种子的社区已存在（此前已生成，或生成时被中断）。请换一个种子；未作任何改动。"
        )));
    }
    let (mut rows, silent) = (Rows::default(), Progress::silent());
    let ground = bulk::places(&mut rows, args);
    rows.insert(&tx, &silent).await?;
    let community_id = ground.place.community_id;
    let account = accounts::insert(&tx, app, &format!("seed-{seed}"), Role::Staff, Some(community_id)).await?;
    let base = bulk::base(&mut rows, ground, args, account);
    rows.insert(&tx, &silent).await?;
    rows::record(&tx, app, "seed", community_id).await?;
    tx.commit().await?;
    Ok(base)
}

/// Brings the running sums of the contributions in line with the records.
async fn settle(app: &App, base: &Base, sums: &[[i64; 4]]) -> Result<()> {
    let tx = write::begin(&app.db).await?;
    for (source, [allocated_milli, delivered_milli, allocated_fen, delivered_fen]) in base.sources.iter().zip(sums) {
        let update = contribution::ActiveModel {
            allocated_milli: Set(*allocated_milli),
            delivered_milli: Set(*delivered_milli),
            allocated_fen: Set(*allocated_fen),
            delivered_fen: Set(*delivered_fen),
            ..Default::default()
        };
        let of_it = contribution::Column::Id.eq(source.contribution_id);
        contribution::Entity::update_many().set(update).filter(of_it).exec(&tx).await?;
    }
    Ok(tx.commit().await?)
}

/// After so many rows the database must look at them again, or it plans for the empty tables of before.
async fn refresh_statistics(app: &App) -> Result<()> {
    let statement = match app.db.backend() {
        DbBackend::Postgres => "ANALYZE",
        _ => "PRAGMA optimize",
    };
    app.db.writer().execute_unprepared(statement).await?;
    search::settled(app).await
}

fn tell(args: &SeedArgs, base: &Base, began: Instant) {
    let SeedArgs { residents, aid_records, random_seed } = args;
    let (name, code, seconds) = (bulk::name(*random_seed), bulk::code(*random_seed), began.elapsed().as_secs_f64());
    let households = base.households;
    println!(
        "{name} ({code}): {residents} residents in {households} households and {aid_records} aid records in {seconds:.0} s."
    );
    println!(
        "Its account is `seed-{random_seed}` (STAFF): `tongxin token create --account seed-{random_seed}` makes a token."
    );
}
