//! Sponsors and pupils are protected from each other: the one knows an alias, the other knows who pays only where they want to be known.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{
    Actor, TestApp, World,
    actor::refusals,
    bulk::key_of,
    make,
    roles::{self, Who},
};

/// A pupil whom one unit sponsors openly and another without wanting to be named; each has paid once.
struct Scene {
    world: World,
    pupil: String,
    /// Who says so, and who does not.
    units: [String; 2],
    pledges: [String; 2],
}

impl Scene {
    async fn new(app: &TestApp) -> Self {
        let world = World::new(app).await;
        let pupil = make::resident(&world.staff, &world.community, "王小明").await;
        let units = [world.unit().await, world.unit().await];
        let open = make::sponsorship(&world.staff, &world.community, &pupil, &units[0]).await;
        let hidden = json!({
            "communityId": world.community, "residentId": pupil, "partnerUnitId": units[1], "anonymous": true, "purpose": "助学", "yuan": "2000",
            "paymentInterval": "YEAR", "firstDueOn": "2020-09-01", "instalments": 2,
        });
        let pledges = [open, make::created(&world.staff, "recordSponsorship", "sponsorship", hidden).await];
        for pledge in &pledges {
            let first = make::instalment(&world.staff, pledge).await;
            let paid = json!({ "id": first, "expectedVersion": 1, "paidOn": "2020-09-15" });
            make::created(&world.staff, "payInstalment", "instalment", paid).await;
        }
        Self { world, pupil, units, pledges }
    }

    async fn actor(&self, app: &TestApp, name: &str, who: &[Who]) -> Actor {
        roles::account(app, name, key_of(&self.world.community), who).await
    }

    async fn pupils(&self, app: &TestApp) -> Actor {
        self.actor(app, "pupil", &[Who::resident(key_of(&self.pupil))]).await
    }

    async fn sponsor(&self, app: &TestApp, place: usize) -> Actor {
        self.actor(app, &format!("sponsor-{place}"), &[Who::partner(key_of(&self.units[place]))]).await
    }
}

async fn count(actor: &Actor, list: &str, unit: &str) -> Value {
    let kind = if list == "sponsorships" { "Sponsorship" } else { "Instalment" };
    let query = format!("query($f: {kind}Filter) {{ {list}(filter: $f) {{ totalCount }} }}");
    actor.gql(&query, json!({ "f": { "partnerUnitId": unit } })).await.data()[list]["totalCount"].clone()
}

crate::on_both! {
    async fn a_pupil_is_told_of_an_open_sponsor_and_by_no_door_of_an_anonymous_one(app: TestApp) {
        let scene = Scene::new(&app).await;
        let pupil = scene.pupils(&app).await;
        let query = "{ sponsorships { nodes { id anonymous partnerUnit { id } perYear { yuan } instalments { nodes { sponsorship { partnerUnit { id } } } } } }
            aidRecords { nodes { value { yuan } contribution { id } instalment { sponsorship { id partnerUnit { id } } } } } partnerUnits { nodes { id sponsorships { nodes { id } } } }
            aidSummary(groupBy: [PARTNER_UNIT]) { partnerUnit { id } records } }";
        let answer = pupil.ask(query).await;
        let shown = answer.data();
        let of = |place: usize| shown["sponsorships"]["nodes"][place].clone();
        assert_eq!((of(0)["anonymous"].clone(), of(0)["partnerUnit"].clone()), (json!(false), json!({ "id": scene.units[0] })));
        assert_eq!((of(1)["anonymous"].clone(), of(1)["partnerUnit"].clone()), (json!(true), Value::Null));
        assert_eq!(of(1)["perYear"]["yuan"], "2000.00", "what they are given is no secret");
        assert_eq!(shown["aidRecords"]["nodes"].as_array().unwrap().len(), 2);
        assert_eq!(shown["partnerUnits"]["nodes"], json!([{ "id": scene.units[0], "sponsorships": { "nodes": [{ "id": scene.pledges[0] }] } }]));
        assert!(!answer.body.to_string().contains(&scene.units[1]), "{:#}", answer.body);
        // Nor by what a filter finds, though somebody told them the id.
        for list in ["sponsorships", "instalments"] {
            assert_eq!(count(&pupil, list, &scene.units[1]).await, 0, "{list}");
            assert_ne!(count(&pupil, list, &scene.units[0]).await, 0, "{list}");
        }
        // The same unit may be known to them for another reason: that it pays here as well is still not told.
        let agreed = json!({ "residentId": scene.pupil, "purpose": "SHARE_WITH_PARTNER", "partnerUnitId": scene.units[1], "means": "PAPER", "givenOn": "2022-01-01" });
        make::created(&scene.world.staff, "recordConsent", "consent", agreed).await;
        let shown = pupil.ask("{ sponsorships { nodes { partnerUnit { id } } } partnerUnits { nodes { id sponsorships { totalCount } } } aidSummary(groupBy: [PARTNER_UNIT]) { partnerUnit { id } records } }").await;
        assert_eq!(shown.data()["sponsorships"]["nodes"][1]["partnerUnit"], Value::Null);
        let known: Vec<Value> = shown.data()["partnerUnits"]["nodes"].as_array().unwrap().iter().map(|unit| unit["sponsorships"]["totalCount"].clone()).collect();
        assert_eq!(known, [json!(1), json!(0)]);
        assert_eq!(shown.data()["aidSummary"], json!([{ "partnerUnit": { "id": scene.units[0] }, "records": 1 }, { "partnerUnit": null, "records": 1 }]));
        assert_eq!(count(&pupil, "sponsorships", &scene.units[1]).await, 0);
    }

    async fn those_who_keep_the_records_know_an_anonymous_sponsor_also_when_they_live_there(app: TestApp) {
        let scene = Scene::new(&app).await;
        let both = scene.actor(&app, "staff-and-pupil", &[Who::resident(key_of(&scene.pupil)), Who::plain(tongxin::access::accounts::Role::Staff)]).await;
        for actor in [&scene.world.staff, &scene.world.operator, &both] {
            assert_eq!(count(actor, "sponsorships", &scene.units[1]).await, 1);
            assert_eq!(count(actor, "instalments", &scene.units[1]).await, 2);
            let shown = actor.gql("query($id: ID!) { sponsorship(id: $id) { partnerUnit { id } } }", json!({ "id": scene.pledges[1] })).await;
            assert_eq!(shown.data()["sponsorship"]["partnerUnit"]["id"], json!(scene.units[1]));
        }
        // A unit that changed its mind is named from then on.
        let amend = json!({ "id": scene.pledges[1], "expectedVersion": make::version(&scene.world.staff, &scene.pledges[1]).await, "anonymous": false });
        assert_eq!(refusals(&scene.world.staff.mutate("amendSponsorship", "sponsorship", "id", amend).await), Vec::<String>::new());
        assert_eq!(count(&scene.pupils(&app).await, "sponsorships", &scene.units[1]).await, 1);
    }

    async fn a_sponsor_knows_a_pupil_by_one_alias_and_by_name_only_as_long_as_they_agree(app: TestApp) {
        let scene = Scene::new(&app).await;
        let query = "{ sponsorships { nodes { resident { id } recipientAlias purpose statusReason } } aidRecords { totalCount nodes { resident { id } household { id } recipientAlias recipientName note instalment { sponsorship { resident { id } } } } } }";
        let mut aliases = BTreeSet::new();
        for place in 0..2 {
            let sponsor = scene.sponsor(&app, place).await;
            let answer = sponsor.ask(query).await;
            let (pledge, grant) = (&answer.data()["sponsorships"]["nodes"][0], &answer.data()["aidRecords"]["nodes"][0]);
            assert_eq!(answer.data()["aidRecords"]["totalCount"], 1, "what it paid, and not what the other did");
            assert_eq!((&pledge["resident"], &pledge["purpose"], &grant["resident"], &grant["recipientName"]), (&Value::Null, &Value::Null, &Value::Null, &Value::Null));
            assert_eq!(pledge["recipientAlias"], grant["recipientAlias"], "the same person in both");
            assert!(!answer.body.to_string().contains("小明") && !answer.body.to_string().contains("resident_"), "{:#}", answer.body);
            aliases.insert(grant["recipientAlias"].as_str().unwrap().to_owned());
            for list in ["SponsorshipFilter sponsorships", "InstalmentFilter instalments", "AidRecordFilter aidRecords"] {
                let (kind, list) = list.split_once(' ').unwrap();
                let asked = format!("query($f: {kind}) {{ {list}(filter: $f) {{ totalCount }} }}");
                assert_eq!(sponsor.gql(&asked, json!({ "f": { "residentId": scene.pupil } })).await.code(), "FORBIDDEN_FIELD", "{list}");
            }
        }
        assert_eq!(aliases.len(), 2, "another for each unit");
        let names = "{ aidRecords { nodes { recipientName } } }";
        let agreed = json!({ "residentId": scene.pupil, "purpose": "SHARE_WITH_PARTNER", "partnerUnitId": scene.units[0], "means": "PAPER", "givenOn": "2022-01-01" });
        let consent = make::created(&scene.world.staff, "recordConsent", "consent", agreed).await;
        let (told, other) = (scene.sponsor(&app, 0).await, scene.sponsor(&app, 1).await);
        assert_eq!(told.ask(names).await.data()["aidRecords"]["nodes"], json!([{ "recipientName": "王小明" }]));
        assert_eq!(other.ask(names).await.data()["aidRecords"]["nodes"], json!([{ "recipientName": null }]));
        let withdraw = json!({ "id": consent, "expectedVersion": 1, "reason": "本人要求" });
        make::created(&scene.world.staff, "withdrawConsent", "consent", withdraw).await;
        assert_eq!(told.ask(names).await.data()["aidRecords"]["nodes"], json!([{ "recipientName": null }]));
    }
}
