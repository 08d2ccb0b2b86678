//! What a list's page arguments may be, and what its cursors are and are not.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::harness::{
    Actor, Answer, TestApp, World,
    bulk::{self, Size},
    listing::List,
    make,
};

const FEW: Size = Size { residents: 30, projects: 3, units: 8 };

fn residents() -> List {
    List::new("residents", "Resident")
}

/// Refused in words that name the argument, and never as our own fault.
#[track_caller]
fn assert_bad_input(answer: &Answer, names: &str, case: &str) {
    assert_eq!(answer.code(), "BAD_USER_INPUT", "{case}: {:#}", answer.body);
    assert!(answer.message().contains(names), "{case}: {}", answer.message());
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), 1, "{case}: {:#}", answer.body);
}

async fn ids(actor: &Actor, arguments: Value) -> Vec<String> {
    residents().page(actor, arguments).await.ids
}

/// The cursor of a row, in the order of names.
async fn by_name(actor: &Actor, place: usize) -> String {
    residents().page(actor, json!({ "first": 100, "orderBy": ["NAME_ASC"] })).await.cursors[place].clone()
}

crate::on_both! {
    async fn a_resident_who_was_registered_is_in_the_list(app: TestApp) {
        let world = World::new(&app).await;
        let id = make::resident(&world.staff, &world.community, "王小明").await;
        let document = "query($id: ID!) { resident(id: $id) { fullName community { id name } }
            residents { totalCount nodes { id } pageInfo { endCursor hasNextPage } } }";
        let answer = world.staff.gql(document, json!({ "id": id })).await;
        let data = answer.data();
        assert_eq!(data["resident"]["fullName"], "王小明");
        assert_eq!(data["resident"]["community"]["id"], world.community.as_str());
        assert_eq!(data["residents"]["totalCount"], 1);
        assert_eq!(data["residents"]["nodes"][0]["id"], id.as_str());
    }

    async fn a_list_of_nothing_has_no_cursors(app: TestApp) {
        let world = World::new(&app).await;
        for arguments in [json!({}), json!({ "first": 5 }), json!({ "last": 5 }), json!({ "first": 0 })] {
            let page = residents().page(&world.staff, arguments).await;
            assert_eq!((page.ids.len(), page.total, page.has_next, page.has_previous), (0, 0, false, false));
        }
    }

    async fn twenty_rows_come_when_no_number_is_given_and_a_hundred_at_most(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, Size::default()).await;
        for (arguments, length) in [(json!({}), 20), (json!({ "first": null }), 20), (json!({ "first": 100 }), 100), (json!({ "last": 100 }), 100)] {
            let page = residents().page(&world.staff, arguments.clone()).await;
            assert_eq!((page.ids.len(), page.total), (length, bulk.residents.len()), "{arguments}");
        }
    }

    async fn a_page_of_no_rows_still_says_whether_there_are_any(app: TestApp) {
        let world = World::new(&app).await;
        bulk::fill(&app, &world.community, FEW).await;
        let page = residents().page(&world.staff, json!({ "first": 0 })).await;
        assert_eq!((page.ids.len(), page.total, page.has_next, page.has_previous), (0, 30, true, false));
        let page = residents().page(&world.staff, json!({ "last": 0 })).await;
        assert_eq!((page.ids.len(), page.total, page.has_next, page.has_previous), (0, 30, false, true));
    }

    async fn numbers_of_rows_out_of_bounds_are_refused(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        for (arguments, names) in [
            (json!({ "first": -1 }), "`first` is -1"),
            (json!({ "first": 101 }), "`first` is 101"),
            (json!({ "last": -1 }), "`last` is -1"),
            (json!({ "last": 101 }), "`last` is 101"),
            (json!({ "first": i32::MIN }), "`first` is -2147483648"),
            (json!({ "first": i32::MAX }), "`first` is 2147483647"),
            (json!({ "first": 1, "last": 1 }), "`first` or `last`"),
            (json!({ "first": 0, "last": 0 }), "`first` or `last`"),
        ] {
            assert_bad_input(&residents().ask(&world.staff, arguments.clone()).await, names, &arguments.to_string());
            let nested = List::new("aidRecords", "AidRecord").document(&format!("resident(id: \"{resident}\") {{ LIST }}"));
            assert_bad_input(&world.staff.gql(&nested, arguments.clone()).await, names, &format!("nested {arguments}"));
        }
        for wrong in [json!("5"), json!(1.5), json!(3_000_000_000_u64), json!([1]), json!(true)] {
            let answer = residents().ask(&world.staff, json!({ "first": wrong })).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{wrong}: {:#}", answer.body);
        }
    }

    async fn a_cursor_with_any_byte_changed_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        bulk::fill(&app, &world.community, FEW).await;
        let cursor = by_name(&world.staff, 3).await;
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).expect("a cursor is base64");
        let mut wrong: Vec<String> = (0..bytes.len())
            .map(|place| {
                let mut bytes = bytes.clone();
                bytes[place] ^= 1 << (place % 8);
                URL_SAFE_NO_PAD.encode(bytes)
            })
            .collect();
        wrong.extend([1, 8, 23, 24, 25, 40, bytes.len() - 1].map(|length| URL_SAFE_NO_PAD.encode(&bytes[..length])));
        wrong.extend([String::new(), " ".into(), "null".into(), "0".into(), "游标".into(), "a\0b".into(), "%00".into(), "'".into()]);
        wrong.extend([format!("{cursor}A"), format!("{cursor}="), format!(" {cursor}"), cursor.to_lowercase(), cursor.repeat(2), "A".repeat(5_000)]);
        for wrong in wrong {
            for argument in ["after", "before"] {
                let mut arguments = json!({ "first": 2, "orderBy": ["NAME_ASC"] });
                arguments[argument] = json!(wrong);
                let answer = residents().ask(&world.staff, arguments).await;
                assert_bad_input(&answer, &format!("`{argument}`"), &wrong);
            }
        }
    }

    async fn a_cursor_is_good_for_its_list_filter_and_order_alone(app: TestApp) {
        let world = World::new(&app).await;
        bulk::fill(&app, &world.community, FEW).await;
        let filter = json!({ "lifeStatus": { "eq": "LIVING_HERE" } });
        let cursor = residents().page(&world.staff, json!({ "first": 3, "filter": filter, "orderBy": ["NAME_ASC"] })).await.cursors.remove(2);
        let arguments = |filter: &Value, orders: &[&str]| json!({ "first": 2, "after": cursor, "filter": filter, "orderBy": orders });
        assert_eq!(ids(&world.staff, arguments(&filter, &["NAME_ASC"])).await.len(), 2);
        for (filter, orders) in [
            (Value::Null, &["NAME_ASC"][..]),
            (json!({ "lifeStatus": { "eq": "MOVED_OUT" } }), &["NAME_ASC"]),
            (json!({ "not": filter }), &["NAME_ASC"]),
            (filter.clone(), &["NAME_DESC"]),
            (filter.clone(), &["REGISTERED_AT_ASC"]),
            (filter.clone(), &["NAME_ASC", "BIRTH_DATE_ASC"]),
            (filter.clone(), &[]),
        ] {
            let answer = residents().ask(&world.staff, arguments(&filter, orders)).await;
            assert_bad_input(&answer, "`after`", &format!("{filter} {orders:?}"));
        }
        // Lists of other types, that are ordered by a text of theirs too.
        let plain = residents().page(&world.staff, json!({ "first": 1, "orderBy": ["NAME_ASC"] })).await.cursors.remove(0);
        for list in [List::new("staffMembers", "StaffMember"), List::new("partnerUnits", "PartnerUnit"), List::new("grids", "Grid")] {
            let answer = list.ask(&world.staff, json!({ "after": plain, "orderBy": ["NAME_ASC"] })).await;
            assert_bad_input(&answer, "`after`", list.field);
        }
        let answer = world.staff.gql("query($c: String!) { events(after: $c) { totalCount } }", json!({ "c": plain })).await;
        assert_bad_input(&answer, "`after`", "events");
    }

    async fn a_cursor_of_another_deployment_is_refused(app: TestApp) {
        let other = TestApp::new(app.engine).await;
        let (world, elsewhere) = (World::new(&app).await, World::new(&other).await);
        let (mut cursors, list) = (Vec::new(), residents());
        for world in [&world, &elsewhere] {
            for _ in 0..2 {
                world.resident().await;
            }
            cursors.push(list.page(&world.staff, json!({ "first": 1 })).await.cursors.remove(0));
        }
        assert_eq!(ids(&world.staff, json!({ "after": cursors[0] })).await.len(), 1);
        assert_bad_input(&list.ask(&world.staff, json!({ "after": cursors[1] })).await, "`after`", "theirs here");
        assert_bad_input(&list.ask(&elsewhere.staff, json!({ "after": cursors[0] })).await, "`after`", "ours there");
    }

    async fn a_cursor_holds_nothing_that_can_be_read(app: TestApp) {
        let world = World::new(&app).await;
        let name = "欧阳秘密Anna1984";
        let id = make::created(&world.staff, "registerResident", "resident",
            json!({ "communityId": world.community, "fullName": name, "birthDate": "1984-05-06" })).await;
        let key = bulk::key_of(&id);
        let (key_in_words, suffix) = (key.to_string(), id.rsplit_once('_').unwrap().1);
        let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let secrets = [name, "Anna", "1984", "resident", suffix, &key_in_words, "full_name", "null"].map(str::as_bytes);
        for orders in [json!([]), json!(["NAME_ASC"]), json!(["NAME_DESC", "BIRTH_DATE_ASC"]), json!(["BIRTH_DATE_ASC", "REGISTERED_AT_ASC"])] {
            let page = residents().page(&world.staff, json!({ "first": 1, "orderBy": orders })).await;
            let cursor = &page.cursors[0];
            let bytes = URL_SAFE_NO_PAD.decode(cursor).expect("a cursor is base64");
            for secret in secrets.into_iter().chain([&key.as_bytes()[..], &utf16]) {
                let shows = |bytes: &[u8]| bytes.windows(secret.len()).any(|part| part == secret);
                assert!(!shows(&bytes) && !shows(cursor.as_bytes()), "{orders}: {secret:?} in {cursor}");
            }
        }
    }

    async fn the_same_row_has_the_same_cursor_in_every_page(app: TestApp) {
        let world = World::new(&app).await;
        bulk::fill(&app, &world.community, FEW).await;
        let whole = residents().page(&world.staff, json!({ "first": 100, "orderBy": ["BIRTH_DATE_DESC"] })).await;
        let part = json!({ "last": 3, "before": whole.cursors[9], "orderBy": ["BIRTH_DATE_DESC"] });
        assert_eq!(residents().page(&world.staff, part).await.cursors, whole.cursors[6..9]);
        // The operator's list is another's, but the place is the same.
        let theirs = residents().page(&world.operator, json!({ "first": 2, "after": whole.cursors[4], "orderBy": ["BIRTH_DATE_DESC"] })).await;
        assert_eq!(theirs.ids, whole.ids[5..7]);
    }

    async fn a_cursor_outlives_its_row(app: TestApp) {
        let world = World::new(&app).await;
        let mut all = Vec::new();
        for name in ["甲", "乙", "乙", "乙", "丙"] {
            all.push(make::resident(&world.staff, &world.community, name).await);
        }
        let whole = residents().page(&world.staff, json!({ "orderBy": ["NAME_ASC"] })).await;
        let (place, gone) = (&whole.cursors[2], &whole.ids[2]);
        let around = || async {
            let after = ids(&world.staff, json!({ "after": place, "orderBy": ["NAME_ASC"] })).await;
            let before = ids(&world.staff, json!({ "last": 9, "before": place, "orderBy": ["NAME_ASC"] })).await;
            (before, after)
        };
        let expected = (whole.ids[..2].to_vec(), whole.ids[3..].to_vec());
        assert_eq!(around().await, expected);
        // Merged into another, it is listed no more.
        let writer = app.app.db.writer();
        let row = entity::resident::Entity::find_by_id(bulk::key_of(gone)).one(writer).await.unwrap().unwrap();
        let mut merged = sea_orm::IntoActiveModel::into_active_model(row);
        merged.merged_into = sea_orm::Set(Some(bulk::key_of(&all[0])));
        entity::resident::Entity::update(merged).exec(writer).await.unwrap();
        assert!(!ids(&world.staff, json!({})).await.contains(gone));
        assert_eq!(around().await, expected);
        entity::resident::Entity::delete_by_id(bulk::key_of(gone)).exec(writer).await.unwrap();
        assert_eq!(around().await, expected);
        // In the neighbours' list, the place means what it means here.
        let theirs = make::resident(&world.stranger, &world.elsewhere, "丁").await;
        let after = ids(&world.stranger, json!({ "after": place, "orderBy": ["NAME_ASC"] })).await;
        assert_eq!(after, if "丁" > "乙" { vec![theirs] } else { vec![] });
    }
}
