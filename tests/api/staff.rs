//! Staff members and their postings.

use serde_json::json;

use crate::harness::{actor::refusals, make};

const HERE: &str = "379999001001";

crate::on_both! {
    async fn a_telephone_is_read_in_full_by_staff_and_masked_for_the_operator(app: TestApp) {
        let operator = app.operator().await;
        let here = make::community(&operator, HERE).await;
        let staff = app.staff_of(HERE).await;
        let input = json!({ "communityId": here, "fullName": "李建国", "phone": "+86 138 1234 5678", "idempotencyKey": "one" });
        let id = make::created(&staff, "registerStaffMember", "staffMember", input).await;
        let query = "query($id: ID!) { staffMember(id: $id) { fullName phone community { id } registeredAt } }";
        let shown = staff.gql(query, json!({ "id": id })).await;
        assert_eq!(shown.data()["staffMember"]["phone"], "13812345678");
        assert_eq!(shown.data()["staffMember"]["community"]["id"], here.as_str());
        assert_eq!(operator.gql(query, json!({ "id": id })).await.data()["staffMember"]["phone"], "138****5678");

        let amend = json!({ "id": id, "expectedVersion": 1, "fullName": "李建军", "phone": null });
        let amended = staff.mutate("amendStaffMember", "staffMember", "fullName phone version", amend.clone()).await;
        assert_eq!(amended["staffMember"], json!({ "fullName": "李建军", "phone": null, "version": 2 }), "{amended:#}");
        assert_eq!(refusals(&staff.mutate("amendStaffMember", "staffMember", "id", amend).await), ["CONFLICT expectedVersion"]);
        let wrong = json!({ "id": id, "expectedVersion": 2, "fullName": "", "phone": "12345" });
        assert_eq!(refusals(&staff.mutate("amendStaffMember", "staffMember", "id", wrong).await), ["REQUIRED fullName", "INVALID phone"]);
    }

    async fn postings_are_dated_and_tell_grid_and_seconding_unit(app: TestApp) {
        let operator = app.operator().await;
        let here = make::community(&operator, HERE).await;
        let elsewhere = make::community(&operator, "379999001002").await;
        let (staff, others) = (app.staff_of(HERE).await, app.staff_of("379999001002").await);
        let member = make::created(&staff, "registerStaffMember", "staffMember", json!({ "communityId": here, "fullName": "张书记" })).await;
        let grid = make::grid(&staff, &here, "第一网格").await;
        let foreign_grid = make::grid(&others, &elsewhere, "第一网格").await;
        let unit = make::partner_unit(&staff, "区发展和改革局").await;

        let post = |role: &str, grid: Option<&str>, unit: Option<&str>, from: &str| {
            json!({ "staffMemberId": member, "role": role, "gridId": grid, "secondedById": unit, "startedOn": from })
        };
        let fields = "id version role startedOn endedOn staffMember { fullName } grid { name } secondedBy { name }";
        let secretary = staff.mutate("postStaffMember", "posting", fields, post("SECRETARY", None, Some(&unit), "2020-05-01")).await;
        assert_eq!(secretary["posting"]["secondedBy"]["name"], "区发展和改革局", "{secretary:#}");
        let worker = make::created(&staff, "postStaffMember", "posting", post("GRID_WORKER", Some(&grid), None, "2021-01-01")).await;
        for (input, expected) in [
            (post("GRID_WORKER", Some(&grid), None, "2021-06-01"), "OVERLAP startedOn"),
            (post("GRID_WORKER", Some(&foreign_grid), None, "2021-06-01"), "NOT_FOUND gridId"),
            (post("GRID_WORKER", None, None, "2199-01-01"), "OUT_OF_RANGE startedOn"),
            (post("SECRETARY", None, None, "2021-06-01"), "OVERLAP startedOn"),
        ] {
            assert_eq!(refusals(&staff.mutate("postStaffMember", "posting", "id", input).await), [expected]);
        }
        assert_eq!(refusals(&others.mutate("postStaffMember", "posting", "id", post("SECRETARY", None, None, "2021-06-01")).await), ["NOT_FOUND staffMemberId"]);

        let query = "query($f: StaffMemberFilter, $g: ID!) { staffMembers(filter: $f, orderBy: [NAME_ASC]) { nodes { postings { role } } } \
            grid(id: $g) { postings { staffMember { fullName } } } community(id: \"COMMUNITY\") { staffMembers { totalCount } } }";
        let query = query.replace("COMMUNITY", &here);
        let filter = json!({ "role": { "eq": "GRID_WORKER" }, "name": { "contains": "张" } });
        let asked = json!({ "f": filter, "g": grid });
        let answer = staff.gql(&query, asked.clone()).await;
        assert_eq!(answer.data()["staffMembers"]["nodes"], json!([{ "postings": [{ "role": "GRID_WORKER" }, { "role": "SECRETARY" }] }]));
        assert_eq!(answer.data()["grid"]["postings"][0]["staffMember"]["fullName"], "张书记");
        assert_eq!(answer.data()["community"]["staffMembers"]["totalCount"], 1);

        let end = |on: &str, version: i32| json!({ "id": worker, "expectedVersion": version, "endedOn": on });
        assert_eq!(refusals(&staff.mutate("endPosting", "posting", "id", end("2020-12-31", 1)).await), ["OUT_OF_RANGE endedOn"]);
        let ended = staff.mutate("endPosting", "posting", "endedOn version", end("2021-12-31", 1)).await;
        assert_eq!(ended["posting"], json!({ "endedOn": "2021-12-31", "version": 2 }), "{ended:#}");
        assert_eq!(refusals(&staff.mutate("endPosting", "posting", "id", end("2022-12-31", 2)).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(staff.gql(&query, asked).await.data()["staffMembers"]["nodes"], json!([]));
        // The unit that seconds the secretary is one that the community works with.
        let listed = staff.ask("{ partnerUnits { nodes { name } } }").await;
        assert_eq!(listed.data()["partnerUnits"]["nodes"], json!([{ "name": "区发展和改革局" }]));
        assert_eq!(others.ask("{ partnerUnits { totalCount } staffMembers { totalCount } }").await.data(), &json!({ "partnerUnits": { "totalCount": 0 }, "staffMembers": { "totalCount": 0 } }));
    }
}
