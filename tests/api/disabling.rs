//! Accounts that are disabled and enabled by those who decide about everything that they may.

use entity::audit_entry;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tongxin::access::accounts::{self, Role};

use crate::harness::{
    Actor, TestApp, World,
    actor::refusals,
    door::{PASSWORD, chosen, sign_in, signed_in, who},
    make,
    world::{ELSEWHERE, HERE},
};

async fn set(actor: &Actor, mutation: &str, account: &str) -> Value {
    let query = format!(
        "mutation($a: String!) {{ {mutation}(input: {{ account: $a }}) {{ account userErrors {{ field code }} }} }}"
    );
    actor.gql(&query, json!({ "a": account })).await.data()[mutation].clone()
}

async fn noted(app: &TestApp, kind: &str) -> u64 {
    let noted = audit_entry::Entity::find().filter(audit_entry::Column::Kind.eq(kind));
    noted.count(app.app.db.writer()).await.unwrap()
}

crate::on_both! {
    async fn whoever_is_disabled_is_out_at_once_and_comes_back_with_their_roles(app: TestApp) {
        World::new(&app).await;
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        accounts::add_with(&app.app, "li.na", Role::Auditor, Some(HERE), Some(&chosen(PASSWORD))).await.unwrap();
        let (by_token, by_session) = (app.account("li.na", Role::Auditor, Some(HERE)).await, signed_in(&app, "li.na", PASSWORD).await);
        assert_eq!((who(&by_token).await, who(&by_session).await), (json!("li.na"), json!("li.na")));
        assert_eq!(set(&secretary, "disableAccount", "li.na").await, json!({ "account": "li.na", "userErrors": [] }));
        assert_eq!((who(&by_token).await, who(&by_session).await), (json!("UNAUTHENTICATED"), json!("UNAUTHENTICATED")));
        assert_eq!(refusals(&sign_in(&app, "li.na", PASSWORD).await), ["BAD_CREDENTIALS password"]);
        // Said again, it is done already.
        assert_eq!(set(&secretary, "disableAccount", "li.na").await["account"], "li.na");
        assert_eq!(noted(&app, "ACCOUNT_DISABLED").await, 1);
        assert_eq!(set(&secretary, "enableAccount", "li.na").await["account"], "li.na");
        assert_eq!((who(&by_token).await, who(&by_session).await), (json!("li.na"), json!("UNAUTHENTICATED")), "sessions ended for good");
        assert_eq!(noted(&app, "ACCOUNT_ENABLED").await, 1);
    }

    async fn nobody_disables_whom_somebody_else_decides_about(app: TestApp) {
        let world = World::new(&app).await;
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        app.account("second", Role::Secretary, Some(HERE)).await;
        app.account("both", Role::Staff, Some(HERE)).await;
        let elsewhere = json!({ "communityId": world.elsewhere, "account": "both", "role": "AUDITOR" });
        make::created(&world.operator, "grantRole", "accountRole", elsewhere).await;
        let strange = format!("staff-{ELSEWHERE}");
        for account in ["secretary", "second", "operator", "both", &strange, "nobody"] {
            for mutation in ["disableAccount", "enableAccount"] {
                assert_eq!(refusals(&set(&secretary, mutation, account).await), ["NOT_FOUND account"], "{mutation} {account}");
            }
        }
        assert_eq!(set(&world.operator, "disableAccount", "secretary").await["account"], "secretary");
        assert_eq!(who(&secretary).await, "UNAUTHENTICATED");
        assert_eq!(refusals(&set(&world.operator, "disableAccount", "operator").await), ["NOT_FOUND account"]);
        let staff = world.staff.ask("mutation { disableAccount(input: { account: \"both\" }) { account } }").await;
        assert_eq!(staff.code(), "FORBIDDEN");
    }
}
