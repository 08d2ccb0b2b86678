//! Lists page by page.

use serde_json::json;

use crate::harness::{TestApp, make};

crate::on_both! {
    async fn a_resident_who_was_registered_is_in_the_list(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        let id = make::resident(&staff, &community, "王小明").await;
        let answer = staff.gql("query($id: ID!) { resident(id: $id) { fullName community { id name } } residents { totalCount nodes { id } pageInfo { endCursor hasNextPage } } }", json!({ "id": id })).await;
        let data = answer.data();
        assert_eq!(data["resident"]["fullName"], "王小明");
        assert_eq!(data["resident"]["community"]["id"], community.as_str());
        assert_eq!(data["residents"]["totalCount"], 1);
        assert_eq!(data["residents"]["nodes"][0]["id"], id.as_str());
    }
}
