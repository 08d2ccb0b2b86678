//! What the community really did comes out of the demo's records as it went in, asked as its staff ask.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tongxin::{
    demo::{self, Demo, FillOptions},
    relay::id::encode,
};

use crate::harness::{Actor, TestApp};

async fn demo(app: &TestApp) -> (Demo, Actor) {
    let demo = demo::fill(&app.app, &FillOptions::default()).await.unwrap();
    let staff = Actor::new(app.router.clone(), Some(demo.token("staff").to_owned()));
    (demo, staff)
}

/// All rows of a list.
async fn all(staff: &Actor, list: &str, kind: &str, filter: Value, fields: &str) -> Vec<Value> {
    let query = format!(
        "query($after: String, $filter: {kind}Filter) {{ {list}(first: 100, after: $after, filter: $filter) {{
            totalCount nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut rows, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = staff.gql(&query, json!({ "after": after, "filter": filter })).await;
        let page = &answer.data()[list];
        rows.extend(page["nodes"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], rows.len(), "{list}");
            return rows;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// A yuan, or a whole unit, in hundredths.
const WHOLE: i64 = 100;

/// Fen, or hundredths of a unit: from the text, digit by digit.
fn hundredths(text: &Value) -> i64 {
    let text = text.as_str().unwrap_or_else(|| panic!("{text} is no decimal"));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    assert!(part.len() <= 2, "{text}");
    format!("{whole}{part:0<2}").parse().unwrap()
}

fn sum(rows: &[Value], pointer: &str) -> i64 {
    rows.iter().map(|row| hundredths(row.pointer(pointer).unwrap())).sum()
}

fn distinct<'a>(rows: &'a [Value], pointer: &str) -> BTreeSet<&'a str> {
    rows.iter().map(|row| row.pointer(pointer).unwrap().as_str().unwrap()).collect()
}

const CONTRIBUTION: &str = "id title kind partnerUnit { name } contributors { partnerUnit { name } amount { yuan } }
    received { quantity { value unit precision } value { yuan precision } }
    allocated { quantity { value precision } } delivered { quantity { value } } remaining { quantity { value precision } value { yuan precision } }";

async fn contribution(staff: &Actor, title: &str) -> Value {
    let filter = json!({ "title": { "eq": title } });
    let mut found = all(staff, "contributions", "Contribution", filter, CONTRIBUTION).await;
    assert_eq!(found.len(), 1, "{title}");
    found.remove(0)
}

async fn records_out_of(staff: &Actor, contribution: &Value) -> Vec<Value> {
    let fields = "status quantity { value } value { yuan precision } resident { id } household { id } note";
    all(staff, "aidRecords", "AidRecord", json!({ "contributionId": contribution["id"] }), fields).await
}

crate::on_both! {
    async fn the_figures_of_the_report_come_back(app: TestApp) {
        let (demo, staff) = demo(&app).await;
        assert_eq!((demo.residents, demo.households), (2400, 900));

        // 1+N+N: ten paired units, two of them without a name.
        let pairings = all(&staff, "pairings", "Pairing", json!({ "current": true }), "partnerUnit { id name nameKnown }").await;
        assert_eq!(distinct(&pairings, "/partnerUnit/id").len(), 10);
        assert_eq!(pairings.iter().filter(|pairing| pairing["partnerUnit"]["nameKnown"] == true).count(), 8);

        // Devices: three figures that do not follow from one another.
        let devices = contribution(&staff, "辅助器具").await;
        assert_eq!(devices["received"], json!({ "quantity": { "value": "145", "unit": "item", "precision": "EXACT" }, "value": { "yuan": "56000.00", "precision": "EXACT" } }));
        let records = records_out_of(&staff, &devices).await;
        assert_eq!(sum(&records, "/quantity/value"), 145 * WHOLE);
        assert_eq!(sum(&records, "/value/yuan"), 56_000 * WHOLE);
        assert_eq!(distinct(&records, "/resident/id").len(), 54);
        assert!(records.iter().all(|record| record["status"] == "DELIVERED"));
        // They were planned by the day and by the kind of device, each batch once for everybody in it.
        let fields = "programme { name } planned progress { delivered } aidRecords(first: 100) { totalCount nodes { resident { id } item { name } } }";
        let batches = all(&staff, "aidBatches", "AidBatch", json!({ "contributionId": devices["id"] }), fields).await;
        assert!(batches.len() > 3, "{batches:#?}");
        for batch in &batches {
            let grants = batch["aidRecords"]["nodes"].as_array().unwrap();
            assert_eq!((distinct(grants, "/resident/id").len(), distinct(grants, "/item/name").len()), (grants.len(), 1), "{batch:#}");
            assert_eq!((&batch["planned"], &batch["progress"]["delivered"], &batch["programme"]["name"]), (&json!(grants.len()), &json!(grants.len()), &json!("辅助器具发放")));
        }

        // Parcels: 23 and 4 persons.
        let records = records_out_of(&staff, &contribution(&staff, "帮困物资").await).await;
        assert_eq!((records.len(), distinct(&records, "/resident/id").len()), (27, 27));
        assert_eq!(sum(&records, "/value/yuan"), 16_000 * WHOLE);
        let parcels = json!({ "contributionId": contribution(&staff, "帮困物资").await["id"] });
        let batches = all(&staff, "aidBatches", "AidBatch", parcels, "planned programme { name } progress { delivered }").await;
        assert_eq!(batches, [json!({ "planned": 27, "programme": { "name": "困难群众物资帮扶" }, "progress": { "delivered": 27 } })]);

        // Insurance: what is left and what is given out make the whole.
        let insurance = contribution(&staff, "居民意外伤害保险名额").await;
        assert_eq!(insurance["received"]["quantity"], json!({ "value": "2000", "unit": "place", "precision": "EXACT" }));
        let of = |what: &str| hundredths(&insurance[what]["quantity"]["value"]);
        assert_eq!(of("allocated") + of("remaining"), 2_000 * WHOLE);
        let records = records_out_of(&staff, &insurance).await;
        let taken: Vec<Value> = records.into_iter().filter(|record| !["REFUSED", "CANCELLED", "RETURNED"].contains(&record["status"].as_str().unwrap())).collect();
        assert_eq!(sum(&taken, "/quantity/value"), of("allocated"));
        assert_eq!(distinct(&taken, "/resident/id").len(), taken.len(), "one place a person");
    }

    async fn the_impact_report_gives_the_figures_of_the_two_years_back(app: TestApp) {
        let (demo, staff) = demo(&app).await;
        let query = "query($community: ID!, $from: Date!, $to: Date!) { impactReport(communityId: $community, from: $from, to: $to) {
            community { name } from to partnerUnits cashContributed { yuan precision } goodsValue { yuan precision }
            sponsorshipPerYear { yuan precision } sponsorshipPaid { yuan precision }
            quotas { name capacity { value unit precision } allocated { value precision } remaining { value precision } }
            goods { item quantity { value unit precision } value { yuan precision } residents households }
            teams { name members }
            activities { kind sessions personTimes { value unit precision } people { precision } results { measure quantity { value unit precision } } }
            months { month sessions personTimes { value precision } }
            beneficiaryResidents beneficiaryHouseholds facilities vehiclesOnLoan } }";
        let community = encode("community", demo.community_id);
        let variables = json!({ "community": community, "from": "2020-05-01", "to": "2022-03-04" });
        let answer = staff.gql(query, variables).await;
        let report = &answer.data()["impactReport"];

        assert_eq!((&report["community"]["name"], &report["from"], &report["to"]), (&json!("黄河中路社区"), &json!("2020-05-01"), &json!("2022-03-04")));
        assert_eq!(report["partnerUnits"], 10);
        assert_eq!(report["cashContributed"], json!({ "yuan": "180000.00", "precision": "AT_LEAST" }));
        assert_eq!(report["goodsValue"], json!({ "yuan": "82000.00", "precision": "AT_LEAST" }));
        assert_eq!(report["sponsorshipPerYear"], json!({ "yuan": "8000.00", "precision": "EXACT" }));
        // Two instalments of each of the four fell due in the two years, and were paid.
        assert_eq!(report["sponsorshipPaid"], json!({ "yuan": "16000.00", "precision": "EXACT" }));

        let [insurance] = report["quotas"].as_array().unwrap().as_slice() else { panic!("{:#}", report["quotas"]) };
        assert_eq!((&insurance["name"], &insurance["capacity"]), (&json!("居民意外伤害保险名额"), &json!({ "value": "2000", "unit": "place", "precision": "EXACT" })));
        assert_eq!(hundredths(&insurance["allocated"]["value"]) + hundredths(&insurance["remaining"]["value"]), 2_000 * WHOLE);
        assert_eq!(insurance["remaining"]["precision"], "EXACT");

        let of = |list: &str, key: &str, name: &str| {
            let found: Vec<&Value> = report[list].as_array().unwrap().iter().filter(|row| row[key] == name).collect();
            let [found] = found.as_slice() else { panic!("{name} in {:#}", report[list]) };
            (*found).clone()
        };
        assert_eq!(of("goods", "item", "辅助器具"), json!({
            "item": "辅助器具", "quantity": { "value": "145", "unit": "item", "precision": "EXACT" },
            "value": { "yuan": "56000.00", "precision": "EXACT" }, "residents": 54, "households": 0,
        }));
        let parcels = of("goods", "item", "帮困物资");
        assert_eq!((&parcels["value"]["yuan"], &parcels["residents"]), (&json!("16000.00"), &json!(27)));
        assert_eq!(of("goods", "item", "防疫物资（一批）")["quantity"], json!({ "value": null, "unit": "item", "precision": "UNKNOWN" }));

        assert_eq!(report["teams"], json!([{ "name": "党员志愿服务队", "members": 60 }]));
        assert_eq!(of("activities", "kind", "THEME_DAY")["sessions"], 20);
        assert_eq!(of("activities", "kind", "FREE_CLINIC")["sessions"], 4);
        let cleared = of("activities", "kind", "CLEAN_UP");
        assert_eq!(cleared["personTimes"], json!({ "value": "160", "unit": "person-time", "precision": "AT_LEAST" }));
        assert_eq!(cleared["people"]["precision"], "AT_LEAST", "some are known by name, and more came");
        let twelve_tonnes = json!([{ "measure": "清运垃圾", "quantity": { "value": "12", "unit": "tonne", "precision": "EXACT" } }]);
        assert_eq!(cleared["results"], twelve_tonnes, "once, not for each of the two places");
        let clinics = of("activities", "kind", "FREE_CLINIC");
        assert_eq!(clinics["personTimes"], json!({ "value": null, "unit": "person-time", "precision": "UNKNOWN" }), "not on record is not 0");

        let months = report["months"].as_array().unwrap();
        assert_eq!((months.len(), &months[0]["month"], &months[22]["month"]), (23, &json!("2020-05"), &json!("2022-03")));
        assert_eq!(months[0], json!({ "month": "2020-05", "sessions": 0, "personTimes": { "value": "0", "precision": "EXACT" } }));
        let total = |rows: &[Value]| rows.iter().map(|row| row["sessions"].as_u64().unwrap()).sum::<u64>();
        assert_eq!(total(months), total(report["activities"].as_array().unwrap()));

        assert!(report["beneficiaryResidents"].as_u64().unwrap() >= 54);
        assert_eq!(report["beneficiaryHouseholds"], 0, "all of it went to persons");
        assert_eq!((&report["facilities"], &report["vehiclesOnLoan"]), (&json!(6), &json!(2)));
    }

    async fn what_was_done_together_is_on_record_with_all_who_held_it(app: TestApp) {
        let (demo, staff) = demo(&app).await;
        // The neighbours did other things, and none of these shows here.
        let query = "query($a: ID!) { impactReport(communityId: $a, from: \"2020-05-01\", to: \"2022-03-04\") {
            vehiclesOnLoan facilities activities { kind sessions personTimes { value precision } results { quantity { value } } } } }";
        let elsewhere = Actor::new(app.router.clone(), Some(demo.token("staff-elsewhere").to_owned()));
        let answer = elsewhere.gql(query, json!({ "a": encode("community", demo.elsewhere_id) })).await;
        assert_eq!(answer.data()["impactReport"], json!({ "vehiclesOnLoan": 1, "facilities": 1, "activities": [
            { "kind": "CLEAN_UP", "sessions": 1, "personTimes": { "value": "35", "precision": "EXACT" }, "results": [{ "quantity": { "value": "3" } }] },
            { "kind": "THEME_DAY", "sessions": 1, "personTimes": { "value": "20", "precision": "ABOUT" }, "results": [] },
            { "kind": "FREE_CLINIC", "sessions": 1, "personTimes": { "value": null, "precision": "UNKNOWN" }, "results": [] },
        ] }));
        let refused = staff.gql(query, json!({ "a": encode("community", demo.elsewhere_id) })).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "not theirs reads as not there");
    }

    async fn money_is_as_sure_as_the_report_was(app: TestApp) {
        let (_, staff) = demo(&app).await;
        let cash = all(&staff, "contributions", "Contribution", json!({ "kind": { "eq": "CASH" } }), CONTRIBUTION).await;
        assert_eq!(sum(&cash, "/received/value/yuan"), 180_000 * WHOLE);
        assert_eq!(distinct(&cash, "/received/value/precision"), BTreeSet::from(["AT_LEAST"]));
        assert!(cash.iter().all(|contribution| contribution["received"]["quantity"].is_null()), "cash is not counted in pieces");

        // Three gave for the reading room, and nobody wrote down who gave how much: never thirds.
        let rooms = all(&staff, "projects", "Project", json!({ "title": { "eq": "社区书屋" } }), "id funding { sharedOut { yuan precision } unallocated { yuan precision } }
            participations { nodes { share { yuan } partnerUnit { name } } } contributions { nodes { partnerUnit { name } contributors { amount { yuan } } } }").await;
        assert_eq!(rooms[0]["funding"]["unallocated"], json!({ "yuan": "50000.00", "precision": "AT_LEAST" }));
        assert_eq!(hundredths(&rooms[0]["funding"]["sharedOut"]["yuan"]), 0);
        let shares = rooms[0]["participations"]["nodes"].as_array().unwrap();
        assert_eq!(distinct(shares, "/partnerUnit/name"), BTreeSet::from(["中铁建工", "渤海银行", "区图书馆"]));
        assert!(shares.iter().all(|participation| participation["share"].is_null()));
        let given = &rooms[0]["contributions"]["nodes"][0];
        assert!(given["partnerUnit"].is_null() && given["contributors"].as_array().unwrap().len() == 3);
        assert!(given["contributors"].as_array().unwrap().iter().all(|contributor| contributor["amount"].is_null()));

        for (title, quantity, value) in [
            ("图书", json!({ "value": "450", "unit": "volume", "precision": "EXACT" }), json!({ "yuan": null, "precision": "UNKNOWN" })),
            ("防疫物资（一批）", json!({ "value": null, "unit": "item", "precision": "UNKNOWN" }), json!({ "yuan": null, "precision": "UNKNOWN" })),
            ("电视机与监控摄像头", json!({ "value": null, "unit": "item", "precision": "UNKNOWN" }), json!({ "yuan": "10000.00", "precision": "AT_LEAST" })),
            ("办公车辆", json!({ "value": "2", "unit": "vehicle", "precision": "EXACT" }), json!({ "yuan": null, "precision": "UNKNOWN" })),
        ] {
            assert_eq!(contribution(&staff, title).await["received"], json!({ "quantity": quantity, "value": value }), "{title}");
        }
    }

    async fn four_pupils_are_sponsored_with_two_thousand_a_year_each(app: TestApp) {
        let (_, staff) = demo(&app).await;
        let fields = "partnerUnit { name } resident { id circumstances(on: \"2021-05-16\") { kind } } perYear { yuan precision } startedOn endedOn status";
        let all_of = all(&staff, "sponsorships", "Sponsorship", json!({ "currentOn": "2022-03-04" }), fields).await;
        assert_eq!((all_of.len(), distinct(&all_of, "/resident/id").len()), (4, 4));
        assert_eq!(distinct(&all_of, "/partnerUnit/name"), BTreeSet::from(["慈善总会书画院分会"]));
        assert_eq!((sum(&all_of, "/perYear/yuan"), distinct(&all_of, "/perYear/precision")), (8_000 * WHOLE, BTreeSet::from(["EXACT"])));
        for sponsorship in &all_of {
            let kinds = sponsorship["resident"]["circumstances"].as_array().unwrap();
            assert!(kinds.iter().any(|of| of["kind"] == "PUPIL"), "{sponsorship}");
        }
        // Each payment is a grant, of money and from no contribution.
        let grants = all(&staff, "aidRecords", "AidRecord", json!({ "kind": { "eq": "CASH" } }), "status value { yuan } contribution { id } instalment { status sponsorship { partnerUnit { name } } }").await;
        assert_eq!((grants.len(), sum(&grants, "/value/yuan")), (8, 16_000 * WHOLE));
        for grant in &grants {
            assert_eq!((&grant["status"], &grant["contribution"], &grant["instalment"]["status"]), (&json!("DELIVERED"), &Value::Null, &json!("PAID")), "{grant:#}");
        }
        // Two instalments each fall due within the two years, and were paid then.
        let within = json!({ "from": "2020-05-01", "to": "2022-03-04" });
        let due = all(&staff, "instalments", "Instalment", json!({ "dueOn": within }), "status amount { yuan } paidOn").await;
        assert_eq!((due.len(), sum(&due, "/amount/yuan")), (8, 16_000 * WHOLE));
        assert_eq!(distinct(&due, "/status"), BTreeSet::from(["PAID"]));
        let paid = all(&staff, "instalments", "Instalment", json!({ "paidOn": within }), "id").await;
        assert_eq!(paid.len(), 8);
    }

    async fn the_team_of_volunteers_has_its_sixty_members(app: TestApp) {
        let (_, staff) = demo(&app).await;
        let teams = all(&staff, "teams", "Team", json!({}), "id name partyRule memberCount(on: \"2022-03-04\") leader { fullName } memberships(first: 0) { totalCount }").await;
        assert_eq!(teams.len(), 1);
        assert_eq!((&teams[0]["memberCount"], &teams[0]["memberships"]["totalCount"]), (&json!(60), &json!(60)));
        assert!(teams[0]["leader"].is_object());
        let fields = "volunteer { id kind fullName resident { lifeStatus } partnerUnit { name } partyMemberships(on: \"2022-03-04\") { standing } }";
        let members = all(&staff, "teamMemberships", "TeamMembership", json!({ "teamId": teams[0]["id"] }), fields).await;
        assert_eq!(distinct(&members, "/volunteer/id").len(), 60);
        let of_unit = |name: &str| members.iter().filter(|row| row["volunteer"]["partnerUnit"]["name"] == name).count();
        assert_eq!((of_unit("上汽通用五菱"), of_unit("中铁建工")), (14, 4));
        let of_kind = |kind: &str| members.iter().filter(|row| row["volunteer"]["kind"] == kind).count();
        assert_eq!((of_kind("RESIDENT"), of_kind("COMMUNITY_WORKER"), of_kind("OTHER")), (40, 2, 0));
        for member in members.iter().map(|row| &row["volunteer"]) {
            assert_eq!(member["partyMemberships"].as_array().unwrap().len(), 1, "{member}");
            assert!(!member["fullName"].as_str().unwrap().is_empty());
            assert!(member["resident"].is_null() || member["resident"]["lifeStatus"] == "LIVING_HERE", "{member}");
        }
    }

    async fn units_are_found_by_their_other_names(app: TestApp) {
        let (_, staff) = demo(&app).await;
        for (asked, found) in [
            (json!({ "eq": "区发改委" }), "区发展和改革局"),
            (json!({ "contains": "发改" }), "区发展和改革局"),
            (json!({ "eq": "区发展和改革局" }), "区发展和改革局"),
            (json!({ "contains": "残疾人联合会" }), "市残联"),
        ] {
            let units = all(&staff, "partnerUnits", "PartnerUnit", json!({ "name": asked }), "name").await;
            assert_eq!(units, [json!({ "name": found })], "{asked}");
        }
    }
}
