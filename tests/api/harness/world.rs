//! Two communities and the people of each: the scene of tests about everybody's reach.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use super::{Actor, TestApp, make};

pub const HERE: &str = "379999001001";
pub const ELSEWHERE: &str = "379999001002";

pub struct World {
    pub operator: Actor,
    pub staff: Actor,
    /// Staff of the other community.
    pub stranger: Actor,
    pub community: String,
    /// The other community.
    pub elsewhere: String,
    next: AtomicU32,
}

impl World {
    pub async fn new(app: &TestApp) -> Self {
        let operator = app.operator().await;
        let community = make::community(&operator, HERE).await;
        let elsewhere = make::community(&operator, ELSEWHERE).await;
        Self {
            staff: app.staff_of(HERE).await,
            stranger: app.staff_of(ELSEWHERE).await,
            operator,
            community,
            elsewhere,
            next: AtomicU32::new(1),
        }
    }

    /// A number that was not given out yet.
    pub fn number(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A name that is not taken yet.
    pub fn name(&self, of: &str) -> String {
        format!("{of}{}", self.number())
    }

    pub async fn resident(&self) -> String {
        make::resident(&self.staff, &self.community, &self.name("居民")).await
    }

    pub async fn building(&self) -> String {
        make::building(&self.staff, &self.community, &self.name("楼")).await
    }

    /// A household of one, its head: both ids.
    pub async fn household(&self) -> (String, String) {
        let (building, head) = (self.building().await, self.resident().await);
        let household = make::household(&self.staff, &self.community, &building, "101", &head).await;
        (household, head)
    }

    /// A unit that the community works with.
    pub async fn unit(&self) -> String {
        let unit = make::partner_unit(&self.staff, &self.name("单位")).await;
        make::paired(&self.staff, &self.community, &unit).await;
        unit
    }

    /// Goods of which there are plenty.
    pub async fn goods(&self) -> String {
        let unit = self.unit().await;
        let input = json!({
            "communityId": self.community, "kind": "GOODS", "title": self.name("物资"),
            "contributors": [{ "partnerUnitId": unit }], "received": { "quantity": "100000" }, "receivedOn": "2022-01-01",
        });
        make::created(&self.staff, "recordContribution", "contribution", input).await
    }

    pub async fn project(&self) -> String {
        make::project(&self.staff, &self.community, &self.name("项目")).await
    }

    /// A sponsorship with its two instalments.
    pub async fn sponsorship(&self) -> String {
        let (resident, unit) = (self.resident().await, self.unit().await);
        make::sponsorship(&self.staff, &self.community, &resident, &unit).await
    }

    /// A resident who volunteers.
    pub async fn volunteer(&self) -> String {
        make::volunteer(&self.staff, &self.community, &self.resident().await).await
    }

    pub async fn team(&self) -> String {
        make::team(&self.staff, &self.community, &self.name("队")).await
    }

    /// A planned grant.
    pub async fn aid(&self) -> String {
        let (resident, goods) = (self.resident().await, self.goods().await);
        make::aid(&self.staff, &self.community, &resident, &goods, json!({ "quantity": "1" })).await
    }
}
