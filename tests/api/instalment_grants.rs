//! What a sponsor pays is a grant to the pupil: one for each payment, and none without it.

use chrono::{DateTime, Utc};
use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use serde_json::{Value, json};
use tongxin::{
    access::accounts::Role,
    app::{Migrate, migrate},
};

use crate::harness::{Actor, World, actor::refusals, make, mutate_together, world::HERE};

const GRANT: &str =
    "id status kind scope quantity { value } value { yuan precision } givenOn contribution { id } programme { id }
    resident { id } project { id } instalment { id } reversedBy { status reverses { id } }";

/// A pupil, who sponsors them, and the first instalment of three.
struct Pledge {
    pupil: String,
    unit: String,
    project: String,
    sponsorship: String,
    first: String,
}

async fn pledge(world: &World) -> Pledge {
    let (pupil, unit, project) = (world.resident().await, world.unit().await, world.project().await);
    let input = json!({
        "communityId": world.community, "residentId": pupil, "partnerUnitId": unit, "projectId": project, "purpose": "助学", "yuan": "2000",
        "paymentInterval": "YEAR", "firstDueOn": "2020-09-01", "instalments": 3,
    });
    let sponsorship = make::created(&world.staff, "recordSponsorship", "sponsorship", input).await;
    let first = make::instalment(&world.staff, &sponsorship).await;
    Pledge { pupil, unit, project, sponsorship, first }
}

async fn step(actor: &Actor, mutation: &str, instalment: &str, more: Value) -> Value {
    let mut input = json!({ "id": instalment, "expectedVersion": make::version(actor, instalment).await });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    actor.mutate(mutation, "instalment", &format!("id status aidRecord {{ {GRANT} }}"), input).await
}

async fn pay(world: &World, instalment: &str, on: &str) -> Value {
    let paid = step(&world.staff, "payInstalment", instalment, json!({ "paidOn": on })).await;
    assert_eq!(refusals(&paid), Vec::<String>::new());
    paid["instalment"]["aidRecord"].clone()
}

async fn grants(world: &World, of: &Pledge) -> Vec<Value> {
    let query = format!("query($r: ID!) {{ aidRecords(filter: {{ residentId: $r }}) {{ nodes {{ {GRANT} }} }} }}");
    let found = world.staff.gql(&query, json!({ "r": of.pupil })).await;
    found.data()["aidRecords"]["nodes"].as_array().unwrap().clone()
}

/// What the reports say of the pupil's community.
async fn figures(world: &World) -> Value {
    let query = "query($c: ID!) {
        all: aidSummary(filter: { communityId: $c }) { records people value { yuan } values { kind value { yuan } } }
        units: aidSummary(filter: { communityId: $c }, groupBy: [PARTNER_UNIT]) { partnerUnit { id } records }
        impactReport(communityId: $c, from: \"2020-01-01\", to: \"2022-12-31\") {
            cashContributed { yuan } goodsValue { yuan } sponsorshipPaid { yuan } beneficiaryResidents } }";
    world.staff.gql(query, json!({ "c": world.community })).await.data().clone()
}

crate::on_both! {
    async fn an_instalment_that_is_paid_is_a_grant_of_its_pupil_and_counts_once(app: TestApp) {
        let world = World::new(&app).await;
        let of = pledge(&world).await;
        let grant = pay(&world, &of.first, "2020-09-15").await;
        let expected = json!({
            "id": grant["id"], "status": "DELIVERED", "kind": "CASH", "scope": "PERSON", "quantity": null, "value": { "yuan": "2000.00", "precision": "EXACT" },
            "givenOn": "2020-09-15", "contribution": null, "programme": null, "resident": { "id": of.pupil }, "project": { "id": of.project },
            "instalment": { "id": of.first }, "reversedBy": null,
        });
        assert_eq!(grant, expected);
        assert_eq!(grants(&world, &of).await, [expected]);
        let told = figures(&world).await;
        assert_eq!(told["all"], json!([{ "records": 1, "people": 1, "value": { "yuan": "2000.00" }, "values": [{ "kind": "CASH", "value": { "yuan": "2000.00" } }] }]));
        assert_eq!(told["units"], json!([{ "partnerUnit": { "id": of.unit }, "records": 1 }]));
        let months = "query($c: ID!) { aidSummary(filter: { communityId: $c }, groupBy: [MONTH]) { month records } }";
        let months = world.staff.gql(months, json!({ "c": world.community })).await.data()["aidSummary"].clone();
        assert_eq!(months, json!([{ "month": "2020-09", "records": 1 }]), "entered late, and in its own month");
        // A contribution it is not: that is what the community was given.
        assert_eq!(told["impactReport"], json!({
            "cashContributed": { "yuan": "0.00" }, "goodsValue": { "yuan": "0.00" }, "sponsorshipPaid": { "yuan": "2000.00" }, "beneficiaryResidents": 1,
        }));
        let events = app.texts("SELECT subject_kind FROM event WHERE action = 'payInstalment' ORDER BY seq", "subject_kind").await;
        assert_eq!(events, ["instalment", "aid_record"]);
        app.in_order().await;
    }

    async fn a_payment_that_is_taken_back_takes_its_grant_out_of_the_books(app: TestApp) {
        let world = World::new(&app).await;
        let of = pledge(&world).await;
        let before = figures(&world).await;
        let first = pay(&world, &of.first, "2020-09-15").await;
        let undone = step(&world.staff, "voidInstalmentPayment", &of.first, json!({ "reason": "记错了人" })).await;
        assert_eq!((&undone["instalment"]["status"], &undone["instalment"]["aidRecord"]), (&json!("DUE"), &Value::Null), "{undone:#}");
        let [reversed, reversal] = &grants(&world, &of).await[..] else { panic!("two records") };
        assert_eq!((&reversed["id"], &reversed["status"], &reversal["status"]), (&first["id"], &json!("REVERSED"), &json!("REVERSAL")));
        assert_eq!(reversed["reversedBy"], json!({ "status": "REVERSAL", "reverses": { "id": first["id"] } }));
        assert_eq!(figures(&world).await, before);
        app.in_order().await;
        // What was not paid may be missed, and paid at last: by a grant of its own.
        assert_eq!(refusals(&step(&world.staff, "missInstalment", &of.first, json!({ "reason": "经费未到位" })).await), Vec::<String>::new());
        let second = pay(&world, &of.first, "2021-03-01").await;
        assert_ne!(second["id"], first["id"]);
        assert_eq!(figures(&world).await["impactReport"]["sponsorshipPaid"]["yuan"], "2000.00");
        // The whole pledge was a mistake: so were the payments.
        let void = json!({ "id": of.sponsorship, "expectedVersion": make::version(&world.staff, &of.sponsorship).await, "reason": "重复登记" });
        assert_eq!(refusals(&world.staff.mutate("voidSponsorship", "sponsorship", "id", void).await), Vec::<String>::new());
        let states: Vec<Value> = grants(&world, &of).await.iter().map(|grant| grant["status"].clone()).collect();
        assert_eq!(states, ["REVERSED", "REVERSAL", "REVERSED", "REVERSAL"]);
        assert_eq!(figures(&world).await, before);
        app.in_order().await;
    }

    async fn a_grant_that_was_paid_is_not_taken_back_beside_its_payment(app: TestApp) {
        let world = World::new(&app).await;
        let of = pledge(&world).await;
        let grant = pay(&world, &of.first, "2020-09-15").await;
        for mutation in ["returnAid", "reverseAid"] {
            let input = json!({ "id": grant["id"], "expectedVersion": 1, "reason": "退回" });
            let refused = world.staff.mutate(mutation, "aidRecord", "id", input).await;
            assert_eq!(refusals(&refused), ["ILLEGAL_TRANSITION id"], "{mutation}");
            assert_eq!(refused["userErrors"][0]["details"], json!({ "instalmentId": of.first }), "{mutation}");
        }
        let together = world.staff.mutate("returnAidBatch", "aidRecords", "id", json!({ "ids": [grant["id"]], "reason": "退回" })).await;
        assert_eq!(refusals(&together), ["ILLEGAL_TRANSITION ids.0"]);
        assert_eq!(refusals(&step(&world.staff, "missInstalment", &of.first, json!({ "reason": "退回" })).await), ["ILLEGAL_TRANSITION id"]);
        assert_eq!(grants(&world, &of).await, [grant]);
        app.in_order().await;
    }

    async fn two_who_pay_one_instalment_at_once_make_one_grant(app: TestApp) {
        let world = World::new(&app).await;
        let of = pledge(&world).await;
        let input = json!({ "id": of.first, "expectedVersion": 1, "paidOn": "2020-09-15" });
        let payloads = mutate_together(&world.staff, "payInstalment", "instalment", vec![input; 8]).await;
        assert_eq!(payloads.iter().filter(|payload| !payload["instalment"].is_null()).count(), 1, "{payloads:#?}");
        assert_eq!(grants(&world, &of).await.len(), 1);
        // Somebody dies while others pay: whatever comes first, both are on record or one is refused.
        let second = world.staff.gql("query($s: ID!) { instalments(filter: { sponsorshipId: $s }, orderBy: [DUE_ON_DESC], first: 2) { nodes { id } } }", json!({ "s": of.sponsorship })).await;
        let parts: Vec<String> = second.data()["instalments"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
        let paying = parts.iter().map(|id| json!({ "id": id, "expectedVersion": 1, "paidOn": "2021-10-01" }));
        let dying = world.staff.mutate("recordDeath", "lifeEvent", "id", json!({ "residentId": of.pupil, "on": "2021-12-31" }));
        let (paid, died) = tokio::join!(mutate_together(&world.staff, "payInstalment", "instalment", paying), dying);
        assert_eq!(refusals(&died), Vec::<String>::new(), "{paid:#?}");
        app.in_order().await;
    }

    async fn who_entered_a_payment_takes_it_back_within_a_day_and_a_second_person_later(app: TestApp) {
        let world = World::new(&app).await;
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        let hold = |at: &str| app.app.clock.hold(at.parse::<DateTime<Utc>>().unwrap());
        hold("2022-03-04T04:00:00Z");
        let of = pledge(&world).await;
        let reason = || json!({ "reason": "记错了人" });
        // The day of the payment is long ago, the entry is not.
        pay(&world, &of.first, "2020-09-15").await;
        hold("2022-03-05T03:59:00Z");
        assert_eq!(refusals(&step(&world.staff, "voidInstalmentPayment", &of.first, reason()).await), Vec::<String>::new());
        pay(&world, &of.first, "2020-09-15").await;
        hold("2022-03-06T04:00:00Z");
        assert_eq!(refusals(&step(&world.staff, "voidInstalmentPayment", &of.first, reason()).await), ["SAME_PERSON id"]);
        assert_eq!(refusals(&step(&secretary, "voidInstalmentPayment", &of.first, reason()).await), Vec::<String>::new());
    }

    async fn what_was_paid_before_there_were_such_grants_has_them_after_the_migration(app: TestApp) {
        let world = World::new(&app).await;
        let of = pledge(&world).await;
        pay(&world, &of.first, "2020-09-15").await;
        // A claim and what was reversed come through as they were.
        let (goods, programme) = (world.goods().await, json!({ "communityId": world.community, "name": "年度", "scope": "PERSON", "oncePer": "YEAR" }));
        let programme = make::created(&world.staff, "establishAidProgramme", "aidProgramme", programme).await;
        make::aid(&world.staff, &world.community, &of.pupil, &goods, json!({ "quantity": "1", "programmeId": programme })).await;
        let names: Vec<String> = Migrator::migrations().iter().map(|one| one.name().to_owned()).collect();
        let since = names.iter().position(|name| name.ends_with("_instalment_grants")).unwrap();
        let kept = "SELECT CAST(COUNT(*) AS TEXT) AS found FROM aid_claim";
        let claims = app.texts(kept, "found").await;
        migrate(&app.app.db, Migrate::Down { steps: (names.len() - since) as u32 }).await.unwrap();
        assert_eq!(app.texts("SELECT CAST(COUNT(*) AS TEXT) AS found FROM aid_record", "found").await, ["1"], "of the payment the old table knows nothing");
        assert_eq!(app.texts(kept, "found").await, claims);
        migrate(&app.app.db, Migrate::Up).await.unwrap();
        assert_eq!(app.texts(kept, "found").await, claims);
        let all = grants(&world, &of).await;
        let [grant] = &all.iter().filter(|grant| grant["kind"] == "CASH").collect::<Vec<_>>()[..] else { panic!("{all:#?}") };
        assert_eq!((&grant["status"], &grant["givenOn"], &grant["value"]["yuan"], &grant["instalment"]["id"]), (&json!("DELIVERED"), &json!("2020-09-15"), &json!("2000.00"), &json!(of.first)));
        app.in_order().await;
        // It is as good as any other.
        assert_eq!(refusals(&step(&world.staff, "voidInstalmentPayment", &of.first, json!({ "reason": "记错了人" })).await), ["SAME_PERSON id"]);
    }
}
