//! Whom a unit's aid reached, by name: as long as the resident agreed to the unit's being told, and no longer.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    harness::{
        Actor, TestApp, World,
        bulk::key_of,
        make,
        roles::{self, Who},
    },
    statements::cost,
};

/// Two units that gave one contribution together, and two residents who were given of it.
struct Gift {
    world: World,
    units: [String; 2],
    residents: [String; 2],
}

impl Gift {
    async fn new(app: &TestApp) -> Self {
        let world = World::new(app).await;
        let units = [world.unit().await, world.unit().await];
        let input = json!({
            "communityId": world.community, "kind": "GOODS", "title": "米面油", "unit": "份", "received": { "quantity": "9" }, "receivedOn": "2022-01-01",
            "contributors": [{ "partnerUnitId": units[0] }, { "partnerUnitId": units[1] }],
        });
        let goods = make::created(&world.staff, "recordContribution", "contribution", input).await;
        let residents = [
            make::resident(&world.staff, &world.community, "王小明").await,
            make::resident(&world.staff, &world.community, "李雷").await,
        ];
        for resident in &residents {
            make::aid(&world.staff, &world.community, resident, &goods, json!({ "quantity": "1" })).await;
        }
        Self { world, units, residents }
    }

    async fn partner(&self, app: &TestApp, place: usize) -> Actor {
        let who = Who::partner(key_of(&self.units[place]));
        roles::account(app, &format!("unit-{place}"), key_of(&self.world.community), &[who]).await
    }

    /// The first resident agrees to the first unit's being told.
    async fn agree(&self, more: Value) -> String {
        let mut input = json!({
            "residentId": self.residents[0], "purpose": "SHARE_WITH_PARTNER", "partnerUnitId": self.units[0], "means": "PAPER", "givenOn": "2022-01-01",
        });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        make::created(&self.world.staff, "recordConsent", "consent", input).await
    }
}

const NAMES: &str = "{ aidRecords { nodes { recipientName recipientAlias resident { fullName } } } }";

async fn names(actor: &Actor) -> Vec<Value> {
    let answer = actor.ask(NAMES).await;
    let nodes = answer.data()["aidRecords"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|node| node["recipientName"].clone()).collect()
}

crate::on_both! {
    async fn a_unit_is_told_the_name_of_who_agreed_until_the_consent_is_withdrawn(app: TestApp) {
        let gift = Gift::new(&app).await;
        let (paid, other) = (gift.partner(&app, 0).await, gift.partner(&app, 1).await);
        let nobody = vec![Value::Null, Value::Null];
        assert_eq!(names(&paid).await, nobody, "nobody agreed");
        let consent = gift.agree(json!({})).await;
        assert_eq!(names(&paid).await, [json!("王小明"), Value::Null], "who agreed, and not who did not");
        assert_eq!(names(&other).await, nobody, "another unit that paid as well");
        assert_eq!(names(&gift.world.staff).await, [json!("王小明"), json!("李雷")]);
        assert_eq!(names(&gift.world.operator).await, [json!("王小明"), json!("李雷")]);
        let auditor = app.account("auditor", Role::Auditor, Some(crate::harness::world::HERE)).await;
        assert_eq!(names(&auditor).await, nobody);
        // The name alone: the resident stays out of reach.
        assert!(paid.ask(NAMES).await.data()["aidRecords"]["nodes"][0]["resident"].is_null());
        let today = app.app.clock.today(chrono_tz::Asia::Shanghai);
        let input = json!({ "id": consent, "expectedVersion": 1, "withdrawnOn": today, "reason": "本人要求" });
        make::created(&gift.world.staff, "withdrawConsent", "consent", input).await;
        assert_eq!(names(&paid).await, nobody, "at once");
    }

    async fn a_consent_that_is_over_or_to_something_else_tells_no_name(app: TestApp) {
        let gift = Gift::new(&app).await;
        let paid = gift.partner(&app, 0).await;
        make::consent(&gift.world.staff, &gift.residents[1]).await;
        gift.agree(json!({ "expiresOn": "2030-03-05" })).await;
        let mut told = Vec::new();
        // A day ends at 16:00 of UTC where the community is.
        for now in ["2030-03-05T15:59:00Z", "2030-03-05T16:01:00Z"] {
            app.app.clock.hold(now.parse().unwrap());
            told.push(names(&paid).await);
        }
        assert_eq!(told, [[json!("王小明"), Value::Null], [Value::Null, Value::Null]]);
    }

    async fn what_a_unit_did_not_pay_for_is_nameless_to_it_though_it_sees_it_otherwise(app: TestApp) {
        let gift = Gift::new(&app).await;
        gift.agree(json!({})).await;
        // A grant out of what another unit gave, to the same resident.
        let goods = gift.world.goods().await;
        make::aid(&gift.world.staff, &gift.world.community, &gift.residents[0], &goods, json!({ "quantity": "1" })).await;
        let both = [Who::partner(key_of(&gift.units[0])), Who::plain(Role::Auditor)];
        let actor = roles::account(&app, "both", key_of(&gift.world.community), &both).await;
        assert_eq!(names(&actor).await, [json!("王小明"), Value::Null, Value::Null]);
    }

    async fn names_of_a_page_cost_one_statement(app: TestApp) {
        let gift = Gift::new(&app).await;
        gift.agree(json!({})).await;
        let paid = gift.partner(&app, 0).await;
        app.app.clock.hold(app.app.clock.now());
        for actor in [&paid, &gift.world.staff] {
            actor.ask("{ viewer { name } }").await.data();
            let without = cost(&app, actor, "{ aidRecords { nodes { id } } }", json!({})).await.0;
            let with = cost(&app, actor, "{ aidRecords { nodes { id recipientName } } }", json!({})).await.0;
            assert_eq!(with - without, 1);
        }
    }
}
