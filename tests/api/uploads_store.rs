//! A store that speaks as Amazon S3 does, in place of the folder: a real one, over the network. And what files cost.

use std::{sync::Arc, time::Duration};

use axum::body::{Body, Bytes};
use chrono::TimeDelta;
use futures_util::stream;
use http::StatusCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use tongxin::{
    attachments::{Bucket, LIMIT, Place, Store, sweep},
    http::{HttpSettings, Web, defence::cost, defence::rate::Rates, router},
    schema,
};

use crate::{
    harness::{Actor, TestApp, World, make, process},
    uploads::{PDF, got, photo, request_with, send, uploaded},
};

/// Where tests find a store; each keeps its files under a prefix of its own.
const S3: &str = "TONGXIN_TEST_S3_URL";
const BUCKET: &str = "tongxin-test";

/// Says plainly what is left out where there is no store, and fails where it must be there.
fn s3() -> Option<String> {
    let (url, required) = (std::env::var(S3).ok(), std::env::var_os("TONGXIN_REQUIRE_S3").is_some());
    assert!(url.is_some() || !required, "{S3} is not set, and this run must not leave the store out");
    if url.is_none() {
        eprintln!("left out: {S3} is not set; `ci/test` runs this on a store, too");
    }
    url
}

/// A part of the bucket for one test.
struct Shelf {
    url: String,
    prefix: String,
    client: reqwest::Client,
}

impl Shelf {
    /// None where there is no store.
    async fn new(app: &TestApp) -> Option<Self> {
        let url = s3()?;
        let client = process::http_client();
        let made = client.put(format!("{url}/{BUCKET}")).send().await.expect("the store answers").status();
        assert!(made.is_success() || made == StatusCode::CONFLICT, "{made}");
        Some(Self { url, prefix: app.app.clock.new_id().simple().to_string(), client })
    }

    fn bucket(&self, name: &str) -> Bucket {
        let mut bucket = Bucket::named(&format!("{name}/{}", self.prefix)).unwrap();
        bucket.endpoint = Some(self.url.clone());
        bucket.region = Some("us-east-1".to_owned());
        bucket.key = Some(("test".to_owned(), "secret".to_owned().into()));
        bucket
    }

    fn store(&self) -> Store {
        Store::open(Place::Bucket(self.bucket(BUCKET))).unwrap()
    }

    async fn told(&self, query: &str) -> String {
        let url = format!("{}/{BUCKET}?{query}", self.url);
        self.client.get(url).send().await.unwrap().text().await.unwrap()
    }

    /// How many files there are; and no parts of files that did not get there.
    async fn files(&self) -> usize {
        let uploads = self.told("uploads").await;
        assert!(!uploads.contains(&self.prefix), "{uploads}");
        self.told(&format!("list-type=2&prefix={}", self.prefix)).await.matches("<Key>").count()
    }
}

/// Somebody at a server with these settings.
fn at(app: &TestApp, actor: &Actor, settings: HttpSettings) -> Actor {
    let web = Web { schema: schema::build(app.app.clone()), app: app.app.clone(), settings };
    Actor::new(router(Arc::new(web)), actor.token.clone())
}

fn keeping(store: &Store) -> HttpSettings {
    HttpSettings { uploads: Some(store.clone()), ..HttpSettings::default() }
}

/// A document of so many bytes that are not all the same.
fn document(bytes: usize) -> Vec<u8> {
    let body = (0..bytes - PDF.len()).map(|at| b' ' + ((at * 7 + at / 251) % 90) as u8);
    [&PDF[..9], &body.collect::<Vec<_>>(), &PDF[9..]].concat()
}

async fn rows(app: &TestApp) -> u64 {
    entity::attachment::Entity::find().count(app.app.db.writer()).await.unwrap()
}

crate::on_both! {
    async fn a_bucket_keeps_files_as_the_folder_does(app: TestApp) {
        let Some(shelf) = Shelf::new(&app).await else { return };
        let world = World::new(&app).await;
        let store = shelf.store();
        let staff = at(&app, &world.staff, keeping(&store));
        let start = app.app.clock.now();
        app.app.clock.hold(start);
        // What is longer than a part travels in parts.
        let long = document(LIMIT);
        let (kept, unused, in_parts) = (uploaded(&staff, photo()).await, uploaded(&staff, PDF).await, uploaded(&staff, long.clone()).await);
        assert_eq!((shelf.files().await, rows(&app).await), (3, 3));
        make::created(&staff, "submitRequest", "request", request_with(&world, &[&kept, &in_parts])).await;
        let file = got(&staff, &format!("/uploads/{in_parts}")).await;
        assert_eq!((file.status, file.headers["content-length"].to_str().unwrap()), (StatusCode::OK, LIMIT.to_string().as_str()));
        assert!(file.body.as_str().unwrap().as_bytes() == long, "what came back is not what was sent");
        let picture = got(&staff, &format!("/uploads/{kept}")).await;
        assert!(!picture.body.as_str().unwrap().contains("GPS"), "{}", picture.body);
        assert_eq!(got(&at(&app, &world.stranger, keeping(&store)), &format!("/uploads/{kept}")).await.status, StatusCode::NOT_FOUND);

        app.app.clock.hold(start + TimeDelta::hours(25));
        let (one, other) = tokio::join!(sweep(&app.app, &store), sweep(&app.app, &store));
        assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        assert_eq!((shelf.files().await, rows(&app).await), (2, 2));
        assert_eq!(got(&staff, &format!("/uploads/{unused}")).await.status, StatusCode::NOT_FOUND);
    }

    async fn what_does_not_get_into_a_bucket_leaves_nothing_behind(app: TestApp) {
        let Some(shelf) = Shelf::new(&app).await else { return };
        let world = World::new(&app).await;
        let here = at(&app, &world.staff, keeping(&shelf.store()));
        for (body, status) in [
            (Body::from(&b"<script>alert(1)</script>"[..]), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (Body::from(document(LIMIT + 1)), StatusCode::PAYLOAD_TOO_LARGE),
            (Body::from(document(LIMIT - 9)[..LIMIT - 2_000].to_vec()), StatusCode::BAD_REQUEST),
            (broken_off(document(6 * 1024 * 1024)), StatusCode::BAD_REQUEST),
        ] {
            let answer = send(&here, "", body).await;
            assert_eq!(answer.status, status, "{:#}", answer.body);
        }
        // A bucket that is not there, and a store that nobody runs.
        let nowhere = Store::open(Place::Bucket(shelf.bucket("tongxin-none"))).unwrap();
        let mut nobody = shelf.bucket(BUCKET);
        nobody.endpoint = Some(format!("http://127.0.0.1:{}", process::port()));
        let nobody = Store::open(Place::Bucket(nobody)).unwrap();
        for (store, file) in [(&nowhere, PDF.to_vec()), (&nowhere, document(LIMIT)), (&nobody, PDF.to_vec())] {
            let answer = send(&at(&app, &world.staff, keeping(store)), "", file).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE"), "{:#}", answer.body);
            assert!(!answer.body.to_string().contains("tongxin-"), "{:#}", answer.body);
        }
        // Nobody knows what a store has got that does not answer: that goes when it does, with what nobody used.
        assert_eq!((shelf.files().await, rows(&app).await), (0, 1));
        app.app.clock.hold(app.app.clock.now() + TimeDelta::hours(25));
        assert!(sweep(&app.app, &nobody).await.is_err());
        assert_eq!(sweep(&app.app, &shelf.store()).await.unwrap(), 1);
        assert_eq!(rows(&app).await, 0);
    }

    async fn a_client_that_goes_away_in_the_middle_leaves_nothing_behind(app: TestApp) {
        let world = World::new(&app).await;
        let upload = send(&world.staff, "", slow(document(1024 * 1024)));
        assert!(tokio::time::timeout(Duration::from_millis(300), upload).await.is_err());
        assert_eq!(std::fs::read_dir(app.uploads.path()).unwrap().count(), 0);
        assert_eq!(rows(&app).await, 0);
        assert_eq!(send(&world.staff, "", broken_off(document(100_000))).await.status, StatusCode::BAD_REQUEST);
        assert_eq!((std::fs::read_dir(app.uploads.path()).unwrap().count(), rows(&app).await), (0, 0));
    }

    async fn files_take_points_by_their_length_on_the_way_in_and_out(app: TestApp) {
        let world = World::new(&app).await;
        let rates = Rates { account: 60.try_into().unwrap(), address: 60.try_into().unwrap() };
        let store = Store::open(app.uploads.path()).unwrap();
        let staff = at(&app, &world.staff, HttpSettings { rates, ..keeping(&store) });
        let left = |answer: &crate::harness::Answer| -> u64 { answer.headers["ratelimit-remaining"].to_str().unwrap().parse().unwrap() };
        let small = send(&staff, "", PDF).await;
        let full = cost::MOST - left(&small);
        assert!((90..=100).contains(&full), "a small file costs 100, and a bucket fills slowly: {full}");
        let upload = format!("/uploads/{}", small.body["upload"]["id"].as_str().unwrap());
        assert!(left(&got(&staff, &upload).await) < left(&small));
        // A whole one is 160 parts; a bucket of the least size has six of them, no more.
        let mut refused = None;
        for _ in 0..8 {
            let answer = send(&staff, "", document(LIMIT)).await;
            if answer.status != StatusCode::CREATED {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("a bucket has an end");
        assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"), "{:#}", refused.body);
        assert!(refused.headers.contains_key("retry-after"));
        // What was cut off is not there, and what is there costs to be got as well.
        assert_eq!(std::fs::read_dir(app.uploads.path()).unwrap().count() as u64, rows(&app).await);
        let mut times = 0;
        while got(&staff, &upload).await.status == StatusCode::OK {
            times += 1;
        }
        assert!(times <= 80, "the rest of what one part of a long file takes: {times}");
        // Somebody else pays for themselves.
        assert_eq!(send(&world.staff, "", PDF).await.status, StatusCode::CREATED);
    }

    async fn the_doctor_says_whether_files_can_be_kept(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let doctor = |more: &[(&str, &str)]| {
            let own = process::settings_of(&app);
            let mut settings: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
            settings.extend(more);
            let output = process::run(folder.path(), &["doctor", "--json"], &settings);
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let part = report["parts"].as_array().unwrap().iter().find(|part| part["part"] == "uploads").unwrap().clone();
            (output.status.code(), part["ok"] == true, part["says"].as_str().unwrap().to_owned())
        };
        let (code, well, says) = doctor(&[]);
        assert!(code == Some(0) && well && says.contains("not there yet"), "{says}");
        std::fs::write(folder.path().join("a-file"), "mine").unwrap();
        let (code, well, says) = doctor(&[("TONGXIN_UPLOADS", "a-file")]);
        assert!(code == Some(3) && !well, "{says}");
        let (code, well, says) = doctor(&[("TONGXIN_UPLOADS", "s3://B")]);
        assert!(code == Some(3) && !well && says.contains("s3://BUCKET"), "{says}");
        let Some(shelf) = Shelf::new(&app).await else { return };
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "secret\n").unwrap();
        let there = |bucket: &str| format!("s3://{bucket}/{}", shelf.prefix);
        let own = [("TONGXIN_UPLOADS_ENDPOINT", shelf.url.as_str()), ("TONGXIN_UPLOADS_KEY_ID", "test"), ("TONGXIN_UPLOADS_SECRET_FILE", secret.to_str().unwrap())];
        let aws = [("AWS_ENDPOINT_URL", shelf.url.as_str()), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "us-east-1")];
        for settings in [own.as_slice(), aws.as_slice()] {
            let (code, well, says) = doctor(&[[("TONGXIN_UPLOADS", there(BUCKET).as_str())].as_slice(), settings].concat());
            assert!(code == Some(0) && well && says.contains("answers"), "{says}");
            let (code, well, says) = doctor(&[[("TONGXIN_UPLOADS", there("tongxin-none").as_str())].as_slice(), settings].concat());
            assert!(code == Some(3) && !well && !says.contains("secret"), "{says}");
        }
        assert_eq!(shelf.files().await, 0, "it changed nothing");
    }
}

/// A body that breaks off before its end.
fn broken_off(whole: Vec<u8>) -> Body {
    let half = Bytes::from(whole).slice(..50_000);
    let broken = std::io::Error::other("the connection was lost");
    Body::from_stream(stream::iter([Ok(half), Err(broken)]))
}

/// A body that does not come to its end.
fn slow(whole: Vec<u8>) -> Body {
    use futures_util::StreamExt;
    let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from(whole))]);
    Body::from_stream(first.chain(stream::pending()))
}
