//! What a search finds: spellings, characters that mean something elsewhere, order, and texts that are refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use tongxin::search::{Form, Matched, Wanted};

use crate::harness::{
    TestApp, World, cases, make,
    searching::{LISTS, called, listed, search},
};

const PEOPLE: [&str; 24] = [
    "张三",
    "张三丰",
    "章珊",
    "王小明",
    "單雄信",
    "解珍",
    "仇英",
    "曾巧",
    "查文斌",
    "朴正民",
    "区寄",
    "尉迟恭",
    "万俟咏",
    "吕布",
    "阿依古丽·买买提",
    "艾力•玉素甫",
    "Zoé Novak",
    "ＡＮＮＡ Brandt",
    "欧阳修",
    "李乾",
    "100%_王",
    "a*b\"c",
    "NEAR OR-王",
    "张 伟",
];
const PROJECTS: [&str; 8] = [
    "社区食堂",
    "社群花园",
    "陽光社區驛站",
    "城市低保户慰问",
    "助老项目",
    "青年專案",
    "3号楼加装电梯",
    "银行进小区（第二期）",
];

/// People, projects and units of one community.
async fn scene(app: &TestApp) -> World {
    let world = World::new(app).await;
    for name in PEOPLE {
        make::resident(&world.staff, &world.community, name).await;
    }
    for title in PROJECTS {
        make::project(&world.staff, &world.community, title).await;
    }
    let pairing = json!({ "communityId": world.community });
    for (name, aliases) in
        [("区发展和改革局", vec!["區發改委", "发改局"]), ("中国建设银行", vec!["建行"]), ("渤海银行", vec![])]
    {
        let unit = json!({ "name": name, "kind": "BANK", "aliases": aliases, "pairing": pairing });
        make::created(&world.staff, "registerPartnerUnit", "partnerUnit", unit).await;
    }
    world
}

crate::on_both! {
    async fn a_record_is_found_however_its_name_is_written(app: TestApp) {
        let world = scene(&app).await;
        for (text, expected) in [
            // Parts, and words of two characters.
            ("低保", vec!["城市低保户慰问"]),
            ("小明", vec!["王小明"]),
            ("三", vec!["张三", "张三丰"]),
            ("修", vec!["欧阳修"]),
            // Scripts and Taiwan's words.
            ("單雄", vec!["單雄信"]),
            ("单雄信", vec!["單雄信"]),
            ("社区", vec!["社区食堂", "社群花园", "陽光社區驛站"]),
            ("社區", vec!["社区食堂", "社群花园", "陽光社區驛站"]),
            ("社群", vec!["社区食堂", "社群花园", "陽光社區驛站"]),
            ("驿站", vec!["陽光社區驛站"]),
            ("项目", vec!["助老项目", "青年專案"]),
            ("專案", vec!["助老项目", "青年專案"]),
            ("发改委", vec!["区发展和改革局"]),
            ("區發展", vec!["区发展和改革局"]),
            // Pinyin, in full and by initials.
            ("zhangsan", vec!["张三", "张三丰"]),
            ("zhang san", vec!["张三", "张三丰"]),
            ("ZhāngSān", vec!["张三", "张三丰"]),
            ("zs", vec!["张三", "张三丰", "章珊"]),
            ("zsf", vec!["张三丰"]),
            ("zhangw", vec!["张 伟"]),
            ("yinhang", vec!["中国建设银行", "渤海银行", "银行进小区（第二期）"]),
            ("jsyh", vec!["中国建设银行"]),
            ("jh", vec!["中国建设银行"]),
            ("lvbu", vec!["吕布"]),
            ("lü bu", vec!["吕布"]),
            ("liqian", vec!["李乾"]),
            ("3haolou", vec!["3号楼加装电梯"]),
            // Surnames.
            ("shanxiong", vec!["單雄信"]),
            ("danxiong", vec!["單雄信"]),
            ("xiezhen", vec!["解珍"]),
            ("qiuying", vec!["仇英"]),
            ("zengqiao", vec!["曾巧"]),
            ("zhawenbin", vec!["查文斌"]),
            ("piao", vec!["朴正民"]),
            ("ouji", vec!["区寄"]),
            ("yuchi", vec!["尉迟恭"]),
            ("moqiyong", vec!["万俟咏"]),
            // Names of several parts.
            ("阿依古丽·买买提", vec!["阿依古丽·买买提"]),
            ("阿依古丽买买提", vec!["阿依古丽·买买提"]),
            ("阿依古丽・买买提", vec!["阿依古丽·买买提"]),
            ("阿依古丽•买买提", vec!["阿依古丽·买买提"]),
            ("阿依古麗.買買提", vec!["阿依古丽·买买提"]),
            ("买买提", vec!["阿依古丽·买买提"]),
            ("aygl", vec!["阿依古丽·买买提"]),
            ("maimaiti", vec!["阿依古丽·买买提"]),
            ("玉素甫", vec!["艾力•玉素甫"]),
            // Width, case and accents.
            ("anna", vec!["ＡＮＮＡ Brandt"]),
            ("ＢＲＡＮＤＴ", vec!["ＡＮＮＡ Brandt"]),
            ("ZOE", vec!["Zoé Novak"]),
            ("annabrandt", vec!["ＡＮＮＡ Brandt"]),
            ("张伟", vec!["张 伟"]),
            ("张　伟", vec!["张 伟"]),
            ("(第二期)", vec!["银行进小区（第二期）"]),
            // Neighbours in another order, letters within a syllable, and characters apart are no match.
            ("三张", vec![]),
            ("hangsan", vec![]),
            ("张丰", vec![]),
            ("王明", vec![]),
        ] {
            let mut found = called(&world.staff, text, json!({ "first": 100 })).await;
            found.sort_unstable();
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
    }

    async fn what_means_something_to_a_database_means_itself(app: TestApp) {
        let world = scene(&app).await;
        for (text, expected) in [
            ("%", vec!["100%_王"]), ("_", vec!["100%_王"]), ("%_", vec!["100%_王"]), ("_%", vec![]), ("张%", vec![]), ("张_", vec![]),
            ("*", vec!["a*b\"c"]), ("\"", vec!["a*b\"c"]), ("a*", vec!["a*b\"c"]), ("b\"c", vec!["a*b\"c"]), ("\\", vec![]), ("'", vec![]),
            ("near or", vec!["NEAR OR-王"]), ("OR-", vec!["NEAR OR-王"]), ("-", vec!["NEAR OR-王"]), ("张 OR 王", vec![]), ("张三 NOT 丰", vec![]),
            ("text:张", vec![]), ("^张", vec![]), ("|san", vec![]), ("^zs", vec![]), ("{}", vec![]), ("$1", vec![]), ("?", vec![]), ("--", vec![]),
        ] {
            assert_eq!(called(&world.staff, text, json!({})).await, expected, "{text}");
            let listed = listed(&world.staff, "residents", "fullName", text).await;
            assert_eq!(listed, expected, "{text}, in a filter");
        }
    }

    async fn the_most_useful_hits_come_first_and_the_rest_is_cut(app: TestApp) {
        let world = scene(&app).await;
        for name in ["李张三", "三张", "章三元"] {
            make::resident(&world.staff, &world.community, name).await;
        }
        let answer = search(&world.staff, "张三", json!({})).await;
        let hits = answer.data()["search"]["hits"].as_array().unwrap();
        let told: Vec<Value> = hits.iter().map(|hit| json!([hit["node"]["called"], hit["matched"], hit["kind"], hit["field"]])).collect();
        assert_eq!(told, [
            json!(["张三", "EXACT", "RESIDENT", "NAME"]), json!(["张三丰", "PREFIX", "RESIDENT", "NAME"]), json!(["李张三", "CONTAINS", "RESIDENT", "NAME"]),
        ]);
        let all = called(&world.staff, "zs", json!({})).await;
        assert_eq!(all, ["张三", "章珊", "张三丰", "章三元", "李张三"], "those that begin so first");
        for first in 0..=all.len() {
            let answer = search(&world.staff, "zs", json!({ "first": first })).await;
            assert_eq!(answer.data()["search"]["hits"].as_array().unwrap().len(), first);
            assert_eq!(answer.data()["search"]["hasMore"], first < all.len());
            assert_eq!(called(&world.staff, "zs", json!({ "first": first })).await, all[..first]);
        }
        let unit = search(&world.staff, "發改委", json!({})).await;
        let hit = &unit.data()["search"]["hits"][0];
        assert_eq!(json!([hit["kind"], hit["field"], hit["matched"], hit["node"]["called"]]), json!(["PARTNER_UNIT", "ALIAS", "CONTAINS", "区发展和改革局"]));
    }

    async fn kinds_narrow_a_search_and_lists_find_the_same(app: TestApp) {
        let world = scene(&app).await;
        for (kinds, expected) in [
            (json!(["RESIDENT"]), vec![]), (json!(["PARTNER_UNIT"]), vec!["中国建设银行", "渤海银行"]), (json!(["PROJECT"]), vec!["银行进小区（第二期）"]),
            (json!([]), vec![]), (json!(["PROJECT", "PARTNER_UNIT", "PROJECT"]), vec!["银行进小区（第二期）", "中国建设银行", "渤海银行"]),
        ] {
            assert_eq!(called(&world.staff, "银行", json!({ "kinds": kinds })).await, expected, "{kinds}");
        }
        assert_eq!(listed(&world.staff, "partnerUnits", "name", "jianhang").await, ["中国建设银行"]);
        assert_eq!(listed(&world.staff, "partnerUnits", "name", "银行").await, ["中国建设银行", "渤海银行"]);
        assert_eq!(listed(&world.staff, "projects", "title", "社区").await, ["社区食堂", "社群花园", "陽光社區驛站"]);
        assert_eq!(listed(&world.staff, "residents", "fullName", "zs").await, ["张三", "张三丰", "章珊"]);
        make::campaign(&world.staff, &world.community, "銀行知识宣传月").await;
        make::activity(&world.staff, &world.community, "反诈讲座").await;
        assert_eq!(listed(&world.staff, "campaigns", "title", "银行").await, ["銀行知识宣传月"]);
        assert_eq!(listed(&world.staff, "activities", "title", "fzjz").await, ["反诈讲座"]);
        assert!(listed(&world.staff, "activities", "title", "银行").await.is_empty());
        assert_eq!(called(&world.staff, "银行", json!({ "kinds": ["CAMPAIGN", "ACTIVITY"] })).await, ["銀行知识宣传月"]);
        let query = "{ residents(filter: { not: { search: \"张\" }, and: [{ or: [{ search: \"zs\" }, { search: \"lb\" }] }] }) { totalCount nodes { fullName } } }";
        let answer = world.staff.ask(query).await;
        assert_eq!(answer.data()["residents"], json!({ "totalCount": 2, "nodes": [{ "fullName": "章珊" }, { "fullName": "吕布" }] }));
    }

    async fn a_text_with_nothing_in_it_or_too_much_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        for text in ["", " ", "　\u{200b}", "·", " ・ • ", &"张".repeat(201), "张\0三"] {
            let answer = search(&world.staff, text, json!({})).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{text:?}");
            assert!(answer.message().starts_with("text: "), "{}", answer.message());
            for (list, kind) in LISTS {
                let query = format!("query($f: {kind}Filter) {{ {list}(filter: $f) {{ totalCount }} }}");
                let answer = world.staff.gql(&query, json!({ "f": { "search": text } })).await;
                assert_eq!(answer.code(), "BAD_USER_INPUT", "{list}: {text:?}");
                assert!(answer.message().starts_with("filter.search: "), "{}", answer.message());
            }
        }
        assert!(called(&world.staff, &"张".repeat(200), json!({})).await.is_empty());
        for first in [-1, 101, i32::MAX] {
            assert_eq!(search(&world.staff, "张", json!({ "first": first })).await.code(), "BAD_USER_INPUT", "{first}");
        }
        for id in ["nonsense", "resident_01h455vb4pex5vsknk084sn02q"] {
            assert_eq!(search(&world.staff, "张", json!({ "communityId": id, "kinds": ["PROJECT"] })).await.code(), "BAD_USER_INPUT");
        }
        assert_eq!(search(&app.anonymous(), "", json!({})).await.code(), "UNAUTHENTICATED");
    }

    /// Names of few characters, so that they hold one another; every part of one, and texts that are in none.
    async fn a_search_finds_what_comparing_every_name_finds(app: TestApp) {
        let world = World::new(&app).await;
        let names: Vec<String> = cases(60, "[张章三山单行长乐社区群項目项·aAnＮ1% ]{0,5}[张三单社专a]").into_iter().collect();
        for name in &names {
            make::resident(&world.staff, &world.community, name).await;
        }
        // As the record has it: a name is trimmed.
        let stored: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        let parts = cases(80, (0..stored.len(), 0..6usize, 1..6usize)).into_iter().map(|(name, from, length)| {
            stored[name].chars().skip(from).take(length).collect::<String>()
        });
        let other = cases(80, "([张章三山单行社区群专案目·a1% ]{1,3}|[a-z]{1,3}|zh?a?n?g?sa?n?|sh?a?n?zh?|xing|hang|shequ)");
        for text in parts.chain(other) {
            let Ok(wanted) = Wanted::parse("text", &text) else {
                assert_eq!(search(&world.staff, &text, json!({})).await.code(), "BAD_USER_INPUT", "{text:?}");
                continue;
            };
            let mut expected: Vec<(Matched, &String)> =
                stored.iter().filter_map(|name| Some((wanted.meets(&Form::of(name, true))?, name))).collect();
            expected.sort_by_key(|(_, name)| *name);
            let mut found = called(&world.staff, &text, json!({ "first": 100 })).await;
            found.sort_unstable();
            assert_eq!(found, expected.iter().map(|(_, name)| (*name).clone()).collect::<Vec<_>>(), "{text:?}");
            assert_eq!(listed(&world.staff, "residents", "fullName", &text).await, found, "{text:?}, in a filter");
            // A few of them are the best of them.
            let few = search(&world.staff, &text, json!({ "first": 3 })).await;
            let ranks = |hits: &Value| hits.as_array().unwrap().iter().map(|hit| hit["matched"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
            expected.sort();
            let best: Vec<String> = expected.iter().take(3).map(|(matched, _)| format!("{matched:?}").to_uppercase()).collect();
            assert_eq!(ranks(&few.data()["search"]["hits"]), best, "{text:?}");
        }
    }
}

proptest! {
    /// Folding looks at no neighbours: what holds a text as it is written holds it folded.
    #[test]
    fn a_part_of_a_text_always_finds_it(before in "\\PC{0,8}", part in "\\PC{1,8}", after in "\\PC{0,8}") {
        let Ok(wanted) = Wanted::parse("text", &part) else { return Ok(()) };
        let whole = format!("{before}{part}{after}");
        prop_assert!(wanted.meets(&Form::of(&whole, false)).is_some());
    }
}
