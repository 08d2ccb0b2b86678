//! Photos and documents: what may come in, what is left of it, who gets it, and what goes again.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::body::{Body, Bytes};
use chrono::TimeDelta;
use futures_util::stream;
use http::{Request, StatusCode, header};
use img_parts::png::PngChunk;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tongxin::{
    access::accounts::Role,
    attachments::{LIMIT, Store, sweep},
};

use crate::harness::{
    Actor, Answer, TestApp, World,
    actor::refusals,
    bulk::key_of,
    make, mutate_together,
    roles::{self, Who},
    world::HERE,
};

pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n";

fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
    let length = (contents.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker], &length[..], contents].concat()
}

/// A photo that lies on its side and tells where it was taken.
pub fn photo() -> Vec<u8> {
    let exif =
        [&b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"[..], b"GPS-36.0N"].concat();
    [
        &b"\xff\xd8"[..],
        &segment(0xe1, &exif),
        &segment(0xfe, b"comment"),
        &segment(0xc0, &[8, 0, 30, 0, 40, 1, 1, 0x11, 0]),
        &segment(0xda, b"\x01\x01\0\0\x3f\0"),
        b"\x12\x34\xff\xd9<script>",
    ]
    .concat()
}

fn png((width, height): (u32, u32)) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let chunk = |kind: &[u8; 4], contents: Vec<u8>| PngChunk::new(*kind, contents.into()).encoder().bytes().to_vec();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", header), chunk(b"IDAT", b"small".to_vec()), chunk(b"IEND", vec![])]
        .concat()
}

pub async fn send(actor: &Actor, name: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(format!("/uploads{name}")).header(header::CONTENT_TYPE, "application/octet-stream");
    actor.send(request.body(body.into()).unwrap()).await
}

pub async fn uploaded(actor: &Actor, body: impl Into<Body>) -> String {
    let answer = send(actor, "?fileName=%E7%81%AF.jpg", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    answer.body["upload"]["id"].as_str().unwrap().to_owned()
}

pub async fn got(actor: &Actor, url: &str) -> Answer {
    actor.send(Request::get(url).body(Body::empty()).unwrap()).await
}

/// How many files and rows there are.
async fn left(app: &TestApp) -> (usize, u64) {
    let files = std::fs::read_dir(app.uploads.path()).unwrap().count();
    (files, entity::attachment::Entity::find().count(app.app.db.writer()).await.unwrap())
}

pub fn request_with(world: &World, uploads: &[&str]) -> Value {
    json!({ "communityId": world.community, "category": "REPAIR", "text": "楼道灯不亮", "uploadIds": uploads })
}

crate::on_both! {
    async fn a_photo_goes_with_its_request_to_those_who_read_the_request(app: TestApp) {
        let world = World::new(&app).await;
        let (me, other, unit) = (world.resident().await, world.resident().await, world.unit().await);
        let account = async |name: &'static str, who: Who| roles::account(&app, name, key_of(&world.community), &[who]).await;
        let mine = account("me", Who::resident(key_of(&me))).await;
        let upload = uploaded(&mine, photo()).await;
        let url = format!("/uploads/{upload}");
        // Until it is used it is its sender's alone.
        assert_eq!((got(&mine, &url).await.status, got(&world.staff, &url).await.status), (StatusCode::OK, StatusCode::NOT_FOUND));
        let request = make::created(&mine, "submitRequest", "request", request_with(&world, &[&upload])).await;
        let query = "query($id: ID!) { request(id: $id) { attachments { url kind fileName width height } } }";
        let shown = world.staff.gql(query, json!({ "id": request })).await.data()["request"]["attachments"].clone();
        assert_eq!(shown, json!([{ "url": url, "kind": "JPEG", "fileName": "灯.jpg", "width": 30, "height": 40 }]));

        let file = got(&world.staff, &url).await;
        let header = |name: &str| file.headers[name].to_str().unwrap().to_owned();
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!((header("content-type"), header("x-content-type-options")), ("image/jpeg".to_owned(), "nosniff".to_owned()));
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        assert!(header("content-disposition").starts_with("attachment; filename=\"") && header("cache-control").contains("no-store"));
        let text = file.body.as_str().unwrap();
        assert!(["GPS", "comment", "script"].iter().all(|gone| !text.contains(gone)), "{text}");

        let assigned = [("acceptRequest", json!({})), ("assignRequest", json!({ "assigneeUnitId": unit, "unitBrief": "请检修" }))];
        make::moved_request(&world.staff, &request, &assigned).await;
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let others = [account("other", Who::resident(key_of(&other))).await, account("unit", Who::partner(key_of(&unit))).await, auditor.clone(), world.stranger.clone()];
        for actor in &others {
            assert_eq!(got(actor, &url).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(auditor.gql(query, json!({ "id": request })).await.data()["request"]["attachments"], json!([]));
        assert_eq!(got(&app.anonymous(), &url).await.status, StatusCode::UNAUTHORIZED);

        // What staff saw on a visit is theirs to see, and not whose it is about.
        let ((home, head), by) = (world.household().await, make::staff_member(&world.staff, &world.community, "走访人").await);
        let document = uploaded(&world.staff, PDF).await;
        let input = json!({ "householdId": home, "staffMemberId": by, "uploadIds": [document] });
        let visit = make::created(&world.staff, "recordVisit", "visit", input).await;
        let shown = world.staff.gql("query($id: ID!) { visit(id: $id) { attachments { kind bytes width } } }", json!({ "id": visit })).await;
        assert_eq!(shown.data()["visit"]["attachments"], json!([{ "kind": "PDF", "bytes": PDF.len(), "width": null }]));
        let file = got(&world.staff, &format!("/uploads/{document}")).await;
        assert_eq!(file.body.as_str().unwrap().as_bytes(), PDF);
        let head = account("head", Who::resident(key_of(&head))).await;
        assert_eq!(got(&head, &format!("/uploads/{document}")).await.status, StatusCode::NOT_FOUND);
        app.in_order().await;
    }

    async fn what_must_not_come_in_leaves_nothing_behind(app: TestApp) {
        let world = World::new(&app).await;
        let script = b"<script>alert(document.cookie)</script>".to_vec();
        let (bomb, wide) = (png((60_000, 60_000)), png((16_000, 16_000)));
        for (name, body, status) in [
            ("?fileName=photo.png", script.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("", b"MZ\x90\0 a program".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("", Vec::new(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("", bomb, StatusCode::BAD_REQUEST),
            ("", wide, StatusCode::BAD_REQUEST),
            ("", photo()[..60].to_vec(), StatusCode::BAD_REQUEST),
            ("?fileName=..%2F..%2Fetc%2Fpasswd", photo(), StatusCode::BAD_REQUEST),
            ("?fileName=..%5C..%5Cboot.ini", photo(), StatusCode::BAD_REQUEST),
            ("?fileName=a%00.png", photo(), StatusCode::BAD_REQUEST),
            ("?path=%2Ftmp%2Fx", photo(), StatusCode::BAD_REQUEST),
        ] {
            let answer = send(&world.staff, name, body).await;
            assert_eq!(answer.status, status, "{name}: {:#}", answer.body);
            assert!(!answer.body.to_string().contains("script>"), "{:#}", answer.body);
        }
        // 100 MB, said so beforehand or not: cut off early.
        let declared = Request::post("/uploads").header(header::CONTENT_LENGTH, 100_000_000).header(header::EXPECT, "100-continue");
        assert_eq!(world.staff.send(declared.body(Body::empty()).unwrap()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let sent = Arc::new(AtomicUsize::new(0));
        let (count, first) = (sent.clone(), photo());
        let parts = stream::iter((0..1_600).map(move |place| {
            count.fetch_add(65_536, Ordering::Relaxed);
            let mut part = vec![0; 65_536];
            if place == 0 {
                part[..first.len()].copy_from_slice(&first);
            }
            Ok::<_, std::io::Error>(Bytes::from(part))
        }));
        assert_eq!(send(&world.staff, "", Body::from_stream(parts)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(sent.load(Ordering::Relaxed) < 5 * LIMIT, "{} bytes were taken", sent.load(Ordering::Relaxed));
        // Nor from those who have nothing to send, or are nobody.
        let volunteer = roles::account(&app, "volunteer", key_of(&world.community), &[Who::volunteer(key_of(&world.volunteer().await))]).await;
        assert_eq!(send(&volunteer, "", photo()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(send(&app.anonymous(), "", photo()).await.status, StatusCode::UNAUTHORIZED);
        for url in ["/uploads/..%2F..%2Ftongxin.db", "/uploads/upload_00000000000000000000000000", "/uploads/request_01h455vb4pex5vsknk084sn02q"] {
            assert_eq!(got(&world.staff, url).await.status, StatusCode::NOT_FOUND, "{url}");
        }
        assert_eq!(left(&app).await, (0, 0));
    }

    async fn a_file_is_used_once_and_by_whoever_sent_it(app: TestApp) {
        let world = World::new(&app).await;
        let colleague = app.account("colleague", Role::Staff, Some(HERE)).await;
        let theirs = uploaded(&colleague, photo()).await;
        let made = world.staff.mutate("submitRequest", "request", "id", request_with(&world, &[&theirs])).await;
        assert_eq!(refusals(&made), ["NOT_FOUND uploadIds.0"]);
        let nobody = world.staff.mutate("submitRequest", "request", "id", request_with(&world, &["upload_01h455vb4pex5vsknk084sn02q"])).await;
        assert_eq!(nobody["userErrors"], made["userErrors"], "somebody else's is as good as not there");
        let own = uploaded(&world.staff, photo()).await;
        let inputs = vec![request_with(&world, &[&own]); 5];
        let payloads = mutate_together(&world.staff, "submitRequest", "request", inputs).await;
        assert_eq!(payloads.iter().filter(|payload| !payload["request"].is_null()).count(), 1, "{payloads:#?}");
        let many: Vec<&str> = std::iter::repeat_n(own.as_str(), 10).collect();
        assert_eq!(refusals(&world.staff.mutate("submitRequest", "request", "id", request_with(&world, &many)).await), ["OUT_OF_RANGE uploadIds"]);
        let twice = world.staff.mutate("submitRequest", "request", "id", request_with(&world, &[&theirs, &theirs])).await;
        assert_eq!(refusals(&twice), ["DUPLICATE uploadIds.1"]);
        // A refused mutation uses nothing up.
        let spare = uploaded(&world.staff, photo()).await;
        let mut refused = request_with(&world, &[&spare]);
        refused["text"] = json!(" ");
        assert_eq!(refusals(&world.staff.mutate("submitRequest", "request", "id", refused).await), ["REQUIRED text"]);
        make::created(&world.staff, "submitRequest", "request", request_with(&world, &[&spare])).await;
        // A photo of what was done goes with the answer.
        let request = crate::specimens::request(&world, 3).await;
        let done = uploaded(&world.staff, photo()).await;
        let input = json!({ "id": request, "expectedVersion": 4, "answer": "已更换", "uploadIds": [done] });
        make::created(&world.staff, "answerRequest", "request", input).await;
        app.in_order().await;
    }

    async fn what_nobody_uses_goes_after_a_day(app: TestApp) {
        let world = World::new(&app).await;
        let start = app.app.clock.now();
        app.app.clock.hold(start);
        let store = Store::open(app.uploads.path()).unwrap();
        let (kept, unused, cut_off) = (uploaded(&world.staff, photo()).await, uploaded(&world.staff, PDF).await, uploaded(&world.staff, PDF).await);
        make::created(&world.staff, "submitRequest", "request", request_with(&world, &[&kept])).await;
        // As if the server had stopped between the row and the file.
        std::fs::remove_file(app.uploads.path().join(key_of(&cut_off).simple().to_string())).unwrap();
        app.app.clock.hold(start + TimeDelta::hours(23));
        assert_eq!(sweep(&app.app, &store).await.unwrap(), 0);
        app.app.clock.hold(start + TimeDelta::hours(25));
        assert_eq!(got(&world.staff, &format!("/uploads/{unused}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(refusals(&world.staff.mutate("submitRequest", "request", "id", request_with(&world, &[&unused])).await), ["NOT_FOUND uploadIds.0"]);
        let (one, other) = tokio::join!(sweep(&app.app, &store), sweep(&app.app, &store));
        assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        assert_eq!(left(&app).await, (1, 1));
        assert_eq!(got(&world.staff, &format!("/uploads/{kept}")).await.status, StatusCode::OK);
    }

    async fn so_many_files_may_wait_at_once(app: TestApp) {
        let world = World::new(&app).await;
        for _ in 0..30 {
            uploaded(&world.staff, PDF).await;
        }
        assert_eq!(send(&world.staff, "", PDF).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
}
