//! What is refused because of something on record names it in `details`, to those who may see it and to nobody else.

use serde_json::{Value, json};

use crate::harness::{Actor, World, actor::refusals, make};

const CARD: &str = "11010519491231002X";

/// Refused with this alone; its details.
#[track_caller]
fn refused(payload: &Value, with: &str) -> Value {
    assert_eq!(refusals(payload), [with], "{payload:#}");
    payload["userErrors"][0]["details"].clone()
}

fn li(community: &str, name: &str) -> Value {
    let document = json!({ "kind": "RESIDENT_ID_CARD", "number": CARD });
    json!({ "communityId": community, "fullName": name, "idDocument": document })
}

/// The id of the only row of a list.
async fn only(actor: &Actor, list: &str, filter: &str) -> String {
    let query = format!("{{ {list}(filter: {filter}) {{ nodes {{ id }} }} }}");
    let answer = actor.ask(&query).await;
    let nodes = answer.data()[list]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 1, "{list}: {nodes:?}");
    nodes[0]["id"].as_str().unwrap().to_owned()
}

crate::on_both! {
    async fn a_card_on_file_names_its_resident_to_those_who_look_people_up_by_cards(app: TestApp) {
        let world = World::new(&app).await;
        let first = make::created(&world.staff, "registerResident", "resident", li(&world.community, "李桂英")).await;
        let again = world.staff.mutate("registerResident", "resident", "id", li(&world.community, "李贵英")).await;
        assert_eq!(refused(&again, "DUPLICATE idDocument"), json!({ "residentId": first }));
        assert_eq!(again["resident"], Value::Null);
        // Beside everything else that is wrong.
        let mut wrong = li(&world.community, " ");
        wrong["phone"] = json!("1");
        let payload = world.staff.mutate("registerResident", "resident", "id", wrong).await;
        assert_eq!(refusals(&payload).len(), 3, "{payload:#}");
        assert!(refusals(&payload).contains(&"DUPLICATE idDocument".to_owned()));

        let other = world.resident().await;
        let amend = |id: &str, version: i64| json!({ "id": id, "expectedVersion": version, "idDocument": { "kind": "RESIDENT_ID_CARD", "number": CARD } });
        let payload = world.staff.mutate("amendResident", "resident", "id", amend(&other, 1)).await;
        assert_eq!(refused(&payload, "DUPLICATE idDocument"), json!({ "residentId": first }));
        // One's own card is no other's, and another community keeps its own file.
        assert_eq!(world.staff.mutate("amendResident", "resident", "id", amend(&first, 1)).await["userErrors"], json!([]));
        make::created(&world.stranger, "registerResident", "resident", li(&world.elsewhere, "李桂英")).await;

        // An operator looks nobody up by a card: told whose it is, it would have.
        let payload = world.operator.mutate("registerResident", "resident", "id", li(&world.community, "某人")).await;
        assert_eq!(refused(&payload, "DUPLICATE idDocument"), Value::Null);
        let payload = world.operator.mutate("amendResident", "resident", "id", amend(&other, 1)).await;
        assert_eq!(refused(&payload, "DUPLICATE idDocument"), Value::Null);
        assert!(!again.to_string().contains(CARD));
    }

    async fn a_circumstance_that_lasts_is_named(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        make::consent(&world.staff, &resident).await;
        let record = |more: Value| {
            let mut input = json!({ "residentId": resident, "kind": "LOW_INCOME", "startedOn": "2021-01-01" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let staff = world.staff.clone();
            async move { staff.mutate("recordCircumstance", "circumstance", "id", input).await }
        };
        let first = make::id_of(&record(json!({})).await, "circumstance");
        let named = json!({ "circumstanceId": first });
        assert_eq!(refused(&record(json!({ "startedOn": "2022-01-01" })).await, "DUPLICATE kind"), named);
        assert_eq!(refused(&record(json!({ "endedOn": "2021-06-30" })).await, "OVERLAP startedOn"), named);
        let blind = json!({ "kind": "DISABILITY", "disabilityKind": "VISION", "disabilityGrade": 1 });
        let disability = make::id_of(&record(blind.clone()).await, "circumstance");
        assert_eq!(refused(&record(blind).await, "DUPLICATE disabilityKind"), json!({ "circumstanceId": disability }));
        // What ended before is in nobody's way.
        record(json!({ "startedOn": "2020-01-01", "endedOn": "2020-12-31" })).await;
    }

    async fn a_pairing_a_unit_and_a_post_are_named(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let pairing = only(&world.staff, "pairings", &format!("{{ partnerUnitId: \"{unit}\" }}")).await;
        let again = json!({ "communityId": world.community, "partnerUnitId": unit, "startedOn": "2021-01-01" });
        let payload = world.staff.mutate("pairPartnerUnit", "pairing", "id", again.clone()).await;
        assert_eq!(refused(&payload, "DUPLICATE partnerUnitId"), json!({ "pairingId": pairing }));
        make::created(&world.staff, "endPairing", "pairing", json!({ "id": pairing, "expectedVersion": 1 })).await;
        let payload = world.staff.mutate("pairPartnerUnit", "pairing", "id", again).await;
        assert_eq!(refused(&payload, "OVERLAP startedOn"), json!({ "pairingId": pairing }));

        // A unit of the directory may be looked up by its code by everybody who has it.
        let coded = |name: &str| json!({ "name": name, "kind": "BANK", "creditCode": "91350100M000100Y43" });
        let first = make::created(&world.staff, "registerPartnerUnit", "partnerUnit", coded("银行")).await;
        for actor in [&world.staff, &world.stranger, &world.operator] {
            let payload = actor.mutate("registerPartnerUnit", "partnerUnit", "id", coded("另一银行")).await;
            assert_eq!(refused(&payload, "DUPLICATE creditCode"), json!({ "partnerUnitId": first }));
        }
        let mut amend = json!({ "id": unit, "expectedVersion": 1, "creditCode": "91350100M000100Y43" });
        let payload = world.staff.mutate("amendPartnerUnit", "partnerUnit", "id", amend.clone()).await;
        assert_eq!(refused(&payload, "DUPLICATE creditCode"), json!({ "partnerUnitId": first }));
        amend["id"] = json!(first);
        let own = world.operator.mutate("amendPartnerUnit", "partnerUnit", "id", amend).await;
        assert_eq!(own["userErrors"], json!([]), "its own code is in nobody's way");

        let member = make::posted(&world.staff, &world.community, "张三").await;
        let query = "query($id: ID!) { staffMember(id: $id) { postings { id } } }";
        let posting = world.staff.gql(query, json!({ "id": member })).await.data()["staffMember"]["postings"][0]["id"].clone();
        let again = json!({ "staffMemberId": member, "role": "COMMUNITY_WORKER", "startedOn": "2022-01-01" });
        let payload = world.staff.mutate("postStaffMember", "posting", "id", again).await;
        assert_eq!(refused(&payload, "OVERLAP startedOn"), json!({ "postingId": posting }));
    }

    async fn a_membership_a_standing_and_a_consent_are_named(app: TestApp) {
        let world = World::new(&app).await;
        let (team, volunteer, other) = (world.team().await, world.volunteer().await, world.volunteer().await);
        let membership = make::member(&world.staff, &team, &volunteer).await;
        let join = json!({ "teamId": team, "volunteerIds": [other, volunteer], "startedOn": "2022-01-01" });
        let payload = world.staff.mutate("joinTeam", "team", "id", join.clone()).await;
        assert_eq!(refused(&payload, "DUPLICATE volunteerIds.1"), json!({ "teamMembershipId": membership }));
        let left = json!({ "id": membership, "expectedVersion": 1, "endedOn": "2022-06-30" });
        make::created(&world.staff, "leaveTeam", "teamMembership", left).await;
        let payload = world.staff.mutate("joinTeam", "team", "id", join).await;
        assert_eq!(refused(&payload, "OVERLAP volunteerIds.1"), json!({ "teamMembershipId": membership }));

        let standing = make::standing(&world.staff, &volunteer, "APPLICANT").await;
        let second = json!({ "volunteerId": volunteer, "standing": "MEMBER", "startedOn": "2022-01-01" });
        let payload = world.staff.mutate("recordPartyMembership", "partyMembership", "id", second).await;
        assert_eq!(refused(&payload, "OVERLAP startedOn"), json!({ "partyMembershipId": standing }));

        let resident = world.resident().await;
        let consent = make::consent(&world.staff, &resident).await;
        let second = json!({ "residentId": resident, "purpose": "SENSITIVE_CIRCUMSTANCES", "means": "PAPER", "givenOn": "2022-01-01" });
        let payload = world.staff.mutate("recordConsent", "consent", "id", second).await;
        assert_eq!(refused(&payload, "OVERLAP givenOn"), json!({ "consentId": consent }));
    }
}
