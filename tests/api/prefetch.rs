//! Whatever a document asks, it is answered as if every object and every edge had been asked for alone, and no edge is missed.

use std::sync::atomic::Ordering;

use entity::{
    aid_record::{self, AidStatus},
    contribution_device,
};
use serde_json::{Value, json};
use tongxin::relay::id::encode;

use crate::harness::{
    TestApp, World,
    bulk::{self, Bulk, Size},
    document::text,
    drawing::Drawing,
    naive::Naive,
    told::tell_of,
    types::{FieldOf, Kind, Types},
};

const SOME: Size = Size { residents: 30, projects: 4, units: 8 };

/// Up to four rows of every type, with their types.
pub async fn samples(world: &World, bulk: &Bulk) -> Vec<(String, String)> {
    let mut all = Vec::new();
    macro_rules! rows {
        ($($of:literal $prefix:literal $rows:expr;)+) => {
            $(all.extend($rows.iter().take(4).map(|row| (encode($prefix, row.id), $of.to_owned())));)+
        };
    }
    rows! {
        "Grid" "grid" bulk.grids;
        "Grid" "grid" bulk.closed_grids;
        "Building" "building" bulk.buildings;
        "Household" "household" bulk.households;
        "HouseholdMembership" "household_membership" bulk.memberships;
        "Resident" "resident" bulk.residents;
        "Circumstance" "circumstance" bulk.circumstances;
        "Consent" "consent" bulk.consents;
        "LifeEvent" "life_event" bulk.life_events;
        "StaffMember" "staff_member" bulk.staff;
        "Posting" "posting" bulk.postings;
        "PartnerUnit" "partner_unit" bulk.units;
        "PartnerUnitAlias" "partner_unit_alias" bulk.aliases;
        "Pairing" "pairing" bulk.pairings;
        "Project" "project" bulk.projects;
        "ProjectParticipation" "project_participation" bulk.participations;
        "Milestone" "milestone" bulk.milestones;
        "Contribution" "contribution" bulk.contributions;
        "Contributor" "contributor" bulk.contributors;
        "ContributionItem" "contribution_item" bulk.items;
        "ContributionDevice" "contribution_device" bulk.devices;
        "AidProgramme" "aid_programme" bulk.programmes;
        "AidBatch" "aid_batch" bulk.batches;
        "AidRecord" "aid_record" bulk.aid;
        "Facility" "facility" bulk.facilities;
        "Asset" "asset" bulk.assets;
        "AssetTenure" "asset_tenure" bulk.tenures;
        "Sponsorship" "sponsorship" bulk.sponsorships;
        "Instalment" "instalment" bulk.instalments;
        "Volunteer" "volunteer" bulk.volunteers;
        "Team" "team" bulk.teams;
        "TeamMembership" "team_membership" bulk.team_memberships;
        "PartyMembership" "party_membership" bulk.standings;
        "Campaign" "campaign" bulk.campaigns;
        "Activity" "activity" bulk.activities;
        "ActivityOrganiser" "activity_organiser" bulk.organisers;
        "Session" "session" bulk.sessions;
        "SessionSignUp" "session_sign_up" bulk.sign_ups;
        "Attendance" "attendance" bulk.attendances;
        "AttendanceError" "attendance_error" bulk.attendance_errors;
        "HeadCount" "head_count" bulk.head_counts;
        "ActivityResult" "activity_result" bulk.results;
        "Certificate" "certificate" bulk.certificates;
        "Merchant" "merchant" bulk.merchants;
        "Request" "request" bulk.requests;
        "Visit" "visit" bulk.visits;
        "AccountRole" "account_role" bulk.account_roles;
    }
    // Few roles are of whoever keeps a shop.
    let keeper = bulk.account_role_shops[0].account_role_id;
    all.push((encode("account_role", keeper), "AccountRole".to_owned()));
    // Few requests go with another, or are handled by a grid or by a unit.
    all.extend(bulk.requests[4..9].iter().map(|row| (encode("request", row.id), "Request".to_owned())));
    // Few are taken from an item, few were reversed, and few were paid by a sponsor.
    let rare: [fn(&&aid_record::Model) -> bool; 4] = [
        |grant| grant.device_id.is_some(),
        |grant| grant.instalment_id.is_some(),
        |grant| grant.reverses_id.is_some(),
        |grant| grant.status == AidStatus::Reversed,
    ];
    for rare in rare {
        all.extend(
            bulk.aid.iter().filter(rare).take(2).map(|row| (encode("aid_record", row.id), "AidRecord".to_owned())),
        );
    }
    let with_somebody =
        |device: &&contribution_device::Model| bulk.aid.iter().any(|grant| grant.device_id == Some(device.id));
    let held = bulk.devices.iter().filter(with_somebody).take(2);
    all.extend(held.map(|row| (encode("contribution_device", row.id), "ContributionDevice".to_owned())));
    let above = world.operator.ask("{ subDistricts { nodes { id } } communities { nodes { id } } }").await;
    for (list, of) in [("subDistricts", "SubDistrict"), ("communities", "Community")] {
        let nodes = above.data()[list]["nodes"].as_array().unwrap().clone();
        all.extend(nodes.iter().map(|node| (node["id"].as_str().unwrap().to_owned(), of.to_owned())));
    }
    all.extend(entries(world, bulk).await.into_iter().map(|id| (id, "AuditEntry".to_owned())));
    let event = world.staff.gql(
        "query($id: ID!) { events(first: 2, filter: { communityId: $id }) { nodes { id } } }",
        json!({ "id": world.community }),
    );
    let event = event.await;
    all.extend(
        event.data()["events"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| (node["id"].as_str().unwrap().to_owned(), "Event".to_owned())),
    );
    all
}

/// Entries of the audit stream about somebody whose number was shown; shown only once, however often this is asked.
async fn entries(world: &World, bulk: &Bulk) -> Vec<String> {
    let query = "{ auditEntries(first: 2, filter: { kind: { eq: REVEAL } }) { nodes { id } } }";
    loop {
        let found = world.operator.ask(query).await.data()["auditEntries"]["nodes"].as_array().unwrap().clone();
        if !found.is_empty() {
            return found.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
        }
        let known = bulk.residents.iter().find(|row| row.phone.is_some()).unwrap();
        let input = json!({ "id": encode("resident", known.id), "reason": "回访" });
        let shown = "mutation($input: RevealPhoneInput!) { revealPhone(input: $input) { phone userErrors { code } } }";
        let answer = world.staff.gql(shown, json!({ "input": input })).await;
        assert!(answer.data()["revealPhone"]["phone"].is_string(), "{:#}", answer.body);
    }
}

fn assert_no_miss(app: &TestApp, case: &str) {
    assert_eq!(app.app.metrics.prefetch_misses.load(Ordering::SeqCst), 0, "{case}");
}

/// Selects a field, and under it each field of the objects that it leads to.
fn deep(types: &Types, field: &FieldOf) -> String {
    let inner = |of: &str| -> String {
        let fields = types.fields(of).iter().filter(|field| !field.needs_arguments);
        fields.map(|field| shallow(types, field)).collect::<Vec<_>>().join(" ")
    };
    match field.kind {
        Kind::Leaf => field.name.clone(),
        Kind::Part => shallow(types, field),
        Kind::Node => format!("{} {{ {} }}", field.name, inner(&field.of)),
        Kind::Connection => {
            let row = inner(field.of.strip_suffix("Connection").unwrap());
            format!(
                "{}(first: 6) {{ totalCount pageInfo {{ endCursor }} nodes {{ {row} }} edges {{ cursor node {{ {row} }} }} }}",
                field.name
            )
        }
    }
}

fn shallow(types: &Types, field: &FieldOf) -> String {
    match field.kind {
        Kind::Leaf => field.name.clone(),
        Kind::Part => format!("{} {{ {} }}", field.name, types.leaves(&field.of)),
        Kind::Node => format!("{} {{ id }}", field.name),
        Kind::Connection => format!("{} {{ totalCount nodes {{ id }} edges {{ cursor node {{ id }} }} }}", field.name),
    }
}

fn root_of(of: &str) -> String {
    of[..1].to_lowercase() + &of[1..]
}

crate::on_both! {
    async fn any_document_is_answered_as_if_each_object_had_been_asked_for_alone(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, SOME).await;
        let types = Types::read(&world.staff).await;
        let ids = samples(&world, &bulk).await;
        tell_of(&app, bulk.community, bulk.account, &ids.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), 2).await;
        let (mut asked, mut requests) = (0, 0);
        for (actor, seeds, enough) in [(&world.staff, 0..1000, 36), (&world.operator, 1000..2000, 20)] {
            let mut naive = Naive::new(actor, &types);
            let mut left = enough;
            for seed in seeds {
                if left == 0 {
                    break;
                }
                let document = Drawing::new(&types, &ids, seed).document();
                let query = text(&document);
                let variables = if query.contains("$no") { json!({ "no": false }) } else { json!({}) };
                let answer = actor.gql(&query, variables).await;
                // A drawing may be too large; half are not.
                if answer.body.get("errors").is_some() && answer.code() == "QUERY_TOO_COMPLEX" {
                    continue;
                }
                asked += 1;
                left -= 1;
                assert!(answer.body.get("errors").is_none(), "seed {seed}: {:#}\n{query}", answer.body);
                let expected = naive.answer(&document).await;
                assert!(*answer.data() == expected, "seed {seed}: {query}\nat once: {}\none by one: {expected}", answer.data());
                assert_no_miss(&app, &query);
            }
            requests += naive.requests();
        }
        assert_eq!(asked, 56, "too few documents were small enough");
        assert!(requests > asked * 10, "{requests} small requests for {asked} documents");
    }

    async fn a_variable_that_is_left_out_includes_and_skips_by_its_default(app: TestApp) {
        let world = World::new(&app).await;
        let query = "query($yes: Boolean! = true, $no: Boolean = false) { viewer { name @include(if: $yes) again: name @skip(if: $no)
            never: name @skip(if: $yes) nor: name @include(if: $no) } ...F @include(if: $yes) } fragment F on Query { residents @include(if: $yes) { totalCount } }";
        let shown = json!({ "viewer": { "name": "staff-379999001001", "again": "staff-379999001001" }, "residents": { "totalCount": 0 } });
        assert_eq!(world.staff.ask(query).await.data(), &shown);
        let turned = json!({ "viewer": { "never": "staff-379999001001", "nor": "staff-379999001001" } });
        assert_eq!(world.staff.gql(query, json!({ "yes": false, "no": true })).await.data(), &turned);
    }

    async fn every_field_of_every_type_is_loaded_with_its_page(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, SOME).await;
        let types = Types::read(&world.staff).await;
        let ids = samples(&world, &bulk).await;
        tell_of(&app, bulk.community, bulk.account, &ids.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), 2).await;
        let mut selected = 0;
        for of in &types.nodes {
            let own: Vec<&str> = ids.iter().filter(|(_, known)| known == of).map(|(id, _)| id.as_str()).collect();
            assert!(!own.is_empty(), "a sample of {of} is missing in prefetch.rs");
            let lists = types.fields("Query").iter().filter(|field| field.of == format!("{of}Connection") && !field.needs_arguments);
            let lists: Vec<&FieldOf> = lists.collect();
            for field in types.fields(of).iter().filter(|field| field.kind != Kind::Leaf && !field.needs_arguments) {
                let (case, deep) = (format!("{of}.{}", field.name), deep(&types, field));
                let under = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on ";
                let answer = world.operator.gql(&format!("{under}{of} {{ {deep} }} }} }}"), json!({ "ids": own })).await;
                assert!(answer.body.get("errors").is_none(), "{case}: {:#}", answer.body);
                let rows = answer.data()["nodes"].as_array().unwrap();
                assert!(rows.iter().all(|row| row.is_object()), "{case}: {rows:?}");
                let part = field.kind == Kind::Part;
                let filled = |row: &Value| match &row[&field.name] {
                    Value::Array(items) => !items.is_empty(),
                    Value::Object(fields) => fields.get("totalCount").is_none_or(|total| *total != 0),
                    _ => false,
                };
                assert!(part || rows.iter().any(filled), "{case} leads nowhere in these rows");
                // Through every other door.
                let mut doors = vec![format!("node(id: {:?}) {{ ... on {of} {{ {deep} }} }}", own[0])];
                if types.fields("Query").iter().any(|field| field.name == root_of(of)) {
                    doors.push(format!("{}(id: {:?}) {{ {deep} }}", root_of(of), own[0]));
                }
                doors.extend(lists.iter().map(|list| format!("{}(first: 3) {{ nodes {{ {deep} }} }}", list.name)));
                doors.extend(lists.iter().map(|list| format!("{}(first: 3) {{ edges {{ node {{ {deep} }} }} }}", list.name)));
                for door in doors {
                    let answer = world.staff.ask(&format!("{{ {door} }}")).await;
                    assert!(answer.body.get("errors").is_none(), "{case} by {door}: {:#}", answer.body);
                }
                assert_no_miss(&app, &case);
                selected += 1;
            }
        }
        let community = FieldOf { name: "community".into(), ..types.field("HeldRole", "community").clone() };
        let answer = world.staff.ask(&format!("{{ viewer {{ name roles {{ role {} }} }} }}", deep(&types, &community))).await;
        assert_eq!(answer.data()["viewer"]["roles"][0]["community"]["id"], world.community.as_str());
        assert_no_miss(&app, "viewer");
        assert!(selected > 70, "{selected} fields");
    }
}
