//! Whoever leaves is gone from every count that mentions them, at once and everywhere alike: no two counters go by rules of their own.

use serde_json::{Value, json};

use crate::{
    harness::{World, make},
    life::{Family, family},
};

const DAY_AFTER: &str = "2021-06-02";

/// All that counts the people of a household.
async fn counts(world: &World, household: &str, programme: &str, goods: &str) -> Value {
    let query = "query($c: ID!, $h: ID!, $p: ID!, $g: ID!, $on: Date!) {
        household(id: $h) { members { id } }
        home: residents(filter: { householdId: $h }) { totalCount }
        here: residents(filter: { communityId: $c, lifeStatus: { eq: LIVING_HERE } }) { totalCount }
        volunteers(filter: { communityId: $c, enrolledOn: $on }) { totalCount }
        impactReport(communityId: $c, from: $on, to: $on) { teams { members } sponsorshipPerYear { yuan } }
        promised: aidSummary(filter: { communityId: $c, status: { in: [PLANNED, APPROVED] } }) { records people }
        listed: aidRecords(filter: { communityId: $c, status: { in: [PLANNED, APPROVED] } }) { totalCount }
        aidProgramme(id: $p) { progress { planned { records } approved { records } } }
        contribution(id: $g) { allocated { quantity { value } } }
        sponsorships(filter: { communityId: $c, currentOn: $on }) { totalCount }
        dueInstalments(communityId: $c, on: \"2199-12-31\") { totalCount } }";
    let asked = json!({ "c": world.community, "h": household, "p": programme, "g": goods, "on": DAY_AFTER });
    let answer = world.staff.gql(query, asked).await;
    let told = answer.data();
    let total = |list: &str| told[list]["totalCount"].clone();
    json!({
        "members": told["household"]["members"].as_array().unwrap().len(), "home": total("home"), "here": total("here"), "volunteers": total("volunteers"),
        "team": told["impactReport"]["teams"][0]["members"], "perYear": told["impactReport"]["sponsorshipPerYear"]["yuan"],
        "promised": told["promised"][0], "listed": total("listed"), "progress": told["aidProgramme"]["progress"],
        "allocated": told["contribution"]["allocated"]["quantity"]["value"], "sponsorships": total("sponsorships"), "due": total("dueInstalments"),
    })
}

crate::on_both! {
    async fn who_moves_out_is_gone_from_every_count_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, goods) = (&world.staff, world.goods().await);
        let Family { household, head, others } = family(&world, 1).await;
        let programme = make::programme(staff, &world.community, "助餐", "PERSON").await;
        let (team, unit) = (make::team(staff, &world.community, "志愿队").await, world.unit().await);
        for (whom, decided) in [(&head, false), (&others[0], true)] {
            let more = json!({ "quantity": "2", "programmeId": programme, "givenOn": "2021-01-01" });
            let aid = make::aid(staff, &world.community, whom, &goods, more).await;
            if decided {
                make::created(staff, "approveAid", "aidRecord", json!({ "id": aid, "expectedVersion": 1 })).await;
            }
            make::member(staff, &team, &make::volunteer(staff, &world.community, whom).await).await;
            make::sponsorship(staff, &world.community, whom, &unit).await;
        }
        let both = json!({
            "members": 2, "home": 2, "here": 2, "volunteers": 2, "team": 2, "perYear": "4000.00", "promised": { "records": 2, "people": 2 }, "listed": 2,
            "progress": { "planned": { "records": 1 }, "approved": { "records": 1 } }, "allocated": "4", "sponsorships": 2, "due": 4,
        });
        assert_eq!(counts(&world, &household, &programme, &goods).await, both);
        make::created(staff, "recordMoveOut", "lifeEvent", json!({ "residentIds": [others[0]], "on": "2021-06-01" })).await;
        let alone = json!({
            "members": 1, "home": 1, "here": 1, "volunteers": 1, "team": 1, "perYear": "2000.00", "promised": { "records": 1, "people": 1 }, "listed": 1,
            "progress": { "planned": { "records": 1 }, "approved": { "records": 0 } }, "allocated": "2", "sponsorships": 1,
            // What was due before is owed still.
            "due": 3,
        });
        assert_eq!(counts(&world, &household, &programme, &goods).await, alone);
        app.in_order().await;
    }
}
