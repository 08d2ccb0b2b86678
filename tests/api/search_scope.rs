//! Whose records a search finds: the viewer's own, all of them, and nothing that tells of others.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{
    Actor, TestApp, World, make,
    searching::{called, listed, search},
    world::HERE,
};

/// The same names in both communities, many more of them in the other, where they were on file first.
async fn scene(app: &TestApp) -> World {
    let world = World::new(app).await;
    for number in 0..30 {
        make::resident(&world.stranger, &world.elsewhere, &format!("王伟{number:02}")).await;
        make::project(&world.stranger, &world.elsewhere, &format!("王伟工作室{number:02}")).await;
    }
    for name in ["王伟九九", "李王伟", "望维"] {
        make::resident(&world.staff, &world.community, name).await;
    }
    make::project(&world.staff, &world.community, "老王伟岸居民楼改造").await;
    for (name, staff, community) in [
        ("王伟超市甲", &world.staff, &world.community),
        ("王伟超市乙", &world.stranger, &world.elsewhere),
        ("王伟超市丙", &world.stranger, &world.elsewhere),
    ] {
        let unit = json!({ "name": name, "kind": "ENTERPRISE", "aliases": [format!("{name}有限公司")], "pairing": { "communityId": community } });
        make::created(staff, "registerPartnerUnit", "partnerUnit", unit).await;
    }
    world
}

async fn counted(actor: &Actor, text: &str, more: Value) -> (usize, bool) {
    let answer = search(actor, text, more).await;
    let results = &answer.data()["search"];
    (results["hits"].as_array().unwrap().len(), results["hasMore"].as_bool().unwrap())
}

crate::on_both! {
    async fn own_records_are_not_lost_behind_those_of_others(app: TestApp) {
        let world = scene(&app).await;
        // By what they begin with, by what they hold, by pinyin and by initials.
        for (text, own) in [
            ("王伟", vec!["王伟九九", "王伟超市甲", "李王伟", "老王伟岸居民楼改造"]),
            ("伟", vec!["李王伟", "王伟九九", "王伟超市甲", "老王伟岸居民楼改造"]),
            ("wangwei", vec!["望维", "王伟九九", "王伟超市甲", "李王伟", "老王伟岸居民楼改造"]),
            ("ww", vec!["望维", "王伟九九", "王伟超市甲", "李王伟", "老王伟岸居民楼改造"]),
        ] {
            let mut found = called(&world.staff, text, json!({})).await;
            found.sort_unstable();
            let mut own = own;
            own.sort_unstable();
            assert_eq!(found, own, "{text}");
            for first in 0..=own.len() {
                assert_eq!(counted(&world.staff, text, json!({ "first": first })).await, (first, first < own.len()), "{text}");
            }
        }
        assert_eq!(listed(&world.staff, "residents", "fullName", "王伟").await, ["李王伟", "王伟九九"]);
        assert_eq!(listed(&world.staff, "projects", "title", "ww").await, ["老王伟岸居民楼改造"]);
        assert_eq!(listed(&world.staff, "partnerUnits", "name", "有限公司").await, ["王伟超市甲"]);
    }

    async fn whoever_sees_all_finds_all_and_narrows_it_to_one_community(app: TestApp) {
        let world = scene(&app).await;
        assert_eq!(counted(&world.operator, "王伟", json!({ "first": 100 })).await, (30 + 30 + 3 + 3, false));
        assert_eq!(counted(&world.stranger, "王伟", json!({ "first": 100 })).await, (30 + 30 + 2, false));
        for (community, number) in [(&world.community, 4), (&world.elsewhere, 62)] {
            let narrowed = json!({ "communityId": community, "first": 100 });
            assert_eq!(counted(&world.operator, "王伟", narrowed).await, (number, false));
        }
        let units = json!({ "communityId": world.community, "kinds": ["PARTNER_UNIT"] });
        assert_eq!(called(&world.operator, "超市", units).await, ["王伟超市甲"]);
    }

    async fn another_community_is_refused_or_empty_as_in_the_lists(app: TestApp) {
        let world = scene(&app).await;
        for community in [world.elsewhere.as_str(), "community_01h455vb4pex5vsknk084sn02q"] {
            for kinds in [json!(["PROJECT"]), json!(["PARTNER_UNIT"]), json!(["PROJECT", "PARTNER_UNIT"])] {
                let answer = search(&world.staff, "王伟", json!({ "communityId": community, "kinds": kinds })).await;
                assert_eq!(answer.data()["search"], json!({ "hasMore": false, "hits": [] }));
            }
            let list = "query($f: ResidentFilter) { residents(filter: $f) { totalCount } }";
            let as_name = world.staff.gql(list, json!({ "f": { "communityId": community, "name": { "eq": "王伟" } } })).await;
            let as_search = world.staff.gql(list, json!({ "f": { "communityId": community, "search": "王伟" } })).await;
            let searched = search(&world.staff, "王伟", json!({ "communityId": community })).await;
            for answer in [as_name, as_search, searched] {
                assert_eq!(answer.code(), "FORBIDDEN_FIELD");
            }
        }
    }

    async fn a_role_that_reads_nothing_finds_nothing(app: TestApp) {
        scene(&app).await;
        for role in [Role::Merchant] {
            let nobody = app.account(&format!("{role:?}"), role, Some(HERE)).await;
            for text in ["王伟", "ww", "超市"] {
                let answer = search(&nobody, text, json!({})).await;
                assert_eq!(answer.data()["search"], json!({ "hasMore": false, "hits": [] }), "{role:?}");
            }
        }
    }

    async fn a_unit_with_many_names_counts_once(app: TestApp) {
        let world = World::new(&app).await;
        for number in 0..6 {
            let aliases: Vec<String> = (0..20).map(|alias| format!("东方{}号店{alias:02}", 9 - number)).collect();
            let unit = json!({ "name": format!("百货东方{number}"), "kind": "ENTERPRISE", "aliases": aliases, "pairing": { "communityId": world.community } });
            make::created(&world.staff, "registerPartnerUnit", "partnerUnit", unit).await;
        }
        for text in ["东方", "方", "dongfang", "df", "hao"] {
            for actor in [&world.staff, &world.operator] {
                let found = called(actor, text, json!({ "first": 4 })).await;
                let distinct: std::collections::BTreeSet<_> = found.iter().collect();
                assert_eq!((found.len(), distinct.len()), (4, 4), "{text}");
                assert_eq!(counted(actor, text, json!({ "first": 5 })).await, (5, true), "{text}");
                assert_eq!(counted(actor, text, json!({ "first": 6 })).await, (6, false), "{text}");
            }
        }
    }

    async fn the_fields_of_a_hit_are_masked_and_loaded_as_anywhere(app: TestApp) {
        let world = World::new(&app).await;
        let (household, _) = world.household().await;
        let query = "query($t: String!) { search(text: $t, kinds: [RESIDENT]) { hits { node { id ... on Resident { fullName household { id room } aidRecords { totalCount } } ... on Project { title } } } } }";
        let answer = world.staff.gql(query, json!({ "t": "居民" })).await;
        let node = &answer.data()["search"]["hits"][0]["node"];
        assert_eq!(node["household"], json!({ "id": household, "room": "101" }), "{node:#}");
        assert_eq!(node["aidRecords"]["totalCount"], 0);
    }
}
