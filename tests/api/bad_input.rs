//! Every field of every mutation's input, given what it must not take: each is refused at its path, in the caller's language, and nothing is written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    harness::{
        Contract, TestApp, World,
        contract::{Field, Mutation},
        make,
    },
    specimens::{By, SPECIMENS, Specimen},
    uploads,
};

/// Texts that stand in lists, on labels and in spreadsheets.
const ONE_LINE: [&str; 12] = [
    "name", "fullName", "title", "alias", "aliases", "purpose", "room", "unit", "address", "source", "code", "timeZone",
];

/// A field somewhere in an input: its path, and whether the specimen gives it.
struct Place {
    path: Vec<String>,
    field: Field,
    given: Option<Value>,
}

impl Place {
    fn name(&self) -> String {
        self.path.join(".")
    }
}

/// Every field of an input that is no object, as deep as the specimen goes.
fn places(contract: &Contract, of: &str, value: &Value, path: &[String], found: &mut Vec<Place>) {
    for field in contract.fields(of) {
        let path = [path, std::slice::from_ref(&field.name)].concat();
        let given = value.get(&field.name).filter(|given| !given.is_null());
        match (contract.fields(&field.of).is_empty(), given) {
            (false, Some(Value::Array(items))) => {
                for (place, item) in items.iter().enumerate() {
                    let path = [path.as_slice(), &[place.to_string()]].concat();
                    places(contract, &field.of, item, &path, found);
                }
            }
            (false, Some(given)) => places(contract, &field.of, given, &path, found),
            (false, None) => {}
            (true, _) => {
                let path = if field.list { [path.as_slice(), &["0".to_owned()]].concat() } else { path };
                let given = given.map(|given| given.get(0).unwrap_or(given).clone());
                found.push(Place { path, field: field.clone(), given });
            }
        }
    }
}

fn with(input: &Value, path: &[String], bad: Value) -> Value {
    let mut changed = input.clone();
    let mut at = &mut changed;
    for (depth, part) in path.iter().enumerate() {
        at = match part.parse::<usize>() {
            Ok(place) => {
                if !at.is_array() {
                    *at = json!([null]);
                }
                &mut at[place]
            }
            Err(_) => &mut at[part],
        };
        if depth + 1 == path.len() {
            *at = bad;
            break;
        }
    }
    changed
}

/// Sends a bad value and sees that it is refused at its path with one of these codes.
async fn refused(
    (specimen, mutation): (&Specimen, &Mutation),
    world: &World,
    input: &Value,
    place: &Place,
    bad: Value,
    codes: &[&str],
) {
    let what = format!("{}.{} = {:.60}", mutation.name, place.name(), bad.to_string());
    let sent = with(input, &place.path, bad);
    let answer = mutation.send_with(specimen.actor(world), &sent, &[("accept-language", "zh-CN")]).await;
    assert!(answer.body.get("errors").is_none(), "{what}: {:#}", answer.body);
    let payload = mutation.payload(&answer);
    let shown = &payload[&mutation.object];
    assert!(shown.is_null() || *shown == json!([]), "{what} was accepted");
    let errors = payload["userErrors"].as_array().unwrap();
    let here = errors.iter().find(|error| error["field"] == json!(place.path));
    let here = here.unwrap_or_else(|| panic!("{what} is refused elsewhere: {errors:#?}"));
    assert!(codes.contains(&here["code"].as_str().unwrap()), "{what}: {here:#}");
    for error in errors {
        let message = error["message"].as_str().unwrap();
        assert!(message.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{what}: not Chinese: {message}");
        assert!(message.chars().count() < 300, "{what}: the message repeats the input");
    }
}

/// Tries every field of a kind of every specimen; afterwards the specimen itself is still good, so only the bad values were refused.
async fn try_all(
    app: &TestApp,
    of: &[&str],
    bad: impl AsyncFn(&Contract, &World, &Specimen, &Place) -> Vec<(Value, Vec<&'static str>)>,
) {
    let world = World::new(app).await;
    let contract = Contract::read(&world.operator).await;
    let mut tried = 0;
    for specimen in SPECIMENS {
        let Some(mutation) = contract.mutations.get(specimen.mutation) else { continue };
        let input = specimen.input(&world).await;
        let mut found = Vec::new();
        places(&contract, &mutation.input, &input, &[], &mut found);
        found.retain(|place| of.contains(&place.field.of.as_str()) && place.field.name != "idempotencyKey");
        let mut probes = Vec::new();
        for place in &found {
            probes.push(bad(&contract, &world, specimen, place).await);
        }
        let before = app.tables().await;
        for (place, probes) in found.iter().zip(probes) {
            for (value, codes) in probes {
                refused((specimen, mutation), &world, &input, place, value, &codes).await;
                tried += 1;
            }
        }
        let changes = before.changes_to(&app.tables().await);
        assert!(changes.is_empty(), "{} wrote: {changes:?}", mutation.name);
        mutation.made(&mutation.send(specimen.actor(&world), &input).await);
    }
    assert!(tried > 30, "only {tried} values were tried");
}

/// The kind of id that a field wants.
fn prefix(place: &Place) -> String {
    if let Some(given) = &place.given {
        return given.as_str().unwrap().rsplit_once('_').unwrap().0.to_owned();
    }
    match place.field.name.as_str() {
        "successorId" | "headId" | "residentId" => "resident",
        "responsibleId" | "staffMemberId" => "staff_member",
        "secondedById" | "partnerUnitId" => "partner_unit",
        "householdId" | "intoHouseholdId" | "householdIds" => "household",
        "batchId" => "aid_batch",
        "gridId" | "intoGridId" | "gridIds" => "grid",
        "buildingId" | "fromBuildingId" => "building",
        "facilityId" => "facility",
        "contributionId" | "contributionIds" => "contribution",
        "itemId" => "contribution_item",
        "projectId" => "project",
        "programmeId" => "aid_programme",
        "campaignId" => "campaign",
        "activityId" => "activity",
        "volunteerId" => "volunteer",
        "teamId" => "team",
        "assigneeId" => "staff_member",
        "assigneeGridId" => "grid",
        "assigneeUnitId" => "partner_unit",
        "ownerId" => "resident",
        "visitId" => "visit",
        "sessionSignUpId" => "session_sign_up",
        "uploadIds" => "upload",
        "merchantId" | "merchantIds" => "merchant",
        other => panic!("say in tests/api/bad_input.rs what `{other}` refers to"),
    }
    .to_owned()
}

/// One object of each kind that belongs to the other community.
async fn foreign(world: &World) -> BTreeMap<&'static str, String> {
    let (staff, there) = (&world.stranger, world.elsewhere.as_str());
    let building = make::building(staff, there, &world.name("楼")).await;
    let resident = make::resident(staff, there, &world.name("居民")).await;
    let unit = make::partner_unit(staff, &world.name("单位")).await;
    let cash = make::cash(staff, there, &unit, "100").await;
    let project = make::project(staff, there, &world.name("项目")).await;
    let worker = make::staff_member(staff, there, &world.name("职员")).await;
    let participation = json!({ "projectId": project, "partnerUnitId": unit, "roles": ["HOST"] });
    let circumstance = json!({ "residentId": resident, "kind": "PUPIL", "startedOn": "2020-01-01" });
    let sponsorship = make::sponsorship(staff, there, &resident, &unit).await;
    let team = make::team(staff, there, &world.name("队")).await;
    let volunteer = make::volunteer(staff, there, &resident).await;
    let activity = make::activity(staff, there, &world.name("活动")).await;
    let session = make::session(staff, &activity, "2022-03-04").await;
    let to_come = make::session(staff, &activity, "2199-03-04").await;
    let count = json!({ "sessionId": session, "persons": 30 });
    let hour = ("2022-03-04T09:00:00+08:00", "2022-03-04T10:00:00+08:00");
    let other = make::volunteer(staff, there, &make::resident(staff, there, &world.name("居民")).await).await;
    let served = make::service(staff, &session, &other, hour).await;
    let tonnes = json!({ "activityId": activity, "measure": "清运垃圾", "quantity": "9", "unit": "吨", "achievedOn": "2022-03-04" });
    let gone = make::resident(staff, there, &world.name("居民")).await;
    let gone = json!({ "residentIds": [gone], "on": "2021-01-01" });
    let goods = json!({
        "communityId": there, "kind": "GOODS", "title": world.name("辅具"), "contributors": [{ "partnerUnitId": unit }],
        "items": [{ "name": "轮椅", "received": { "quantity": "3" } }],
    });
    let goods = make::created(staff, "recordContribution", "contribution", goods).await;
    let batch = json!({ "communityId": there, "residentIds": [resident], "contributionId": cash, "value": "1", "givenOn": "2022-03-01" });
    let query = "query($id: ID!) { contribution(id: $id) { items { id } } }";
    let items = staff.gql(query, json!({ "id": goods })).await;
    let item = items.data()["contribution"]["items"][0]["id"].as_str().unwrap().to_owned();
    let home = make::household(staff, there, &building, "1", &resident).await;
    let visit = make::visit(staff, &home, &worker).await;
    BTreeMap::from([
        ("certificate", make::certificate(staff, there, &other, ("2022-01-01", "2022-12-31")).await),
        ("campaign", make::campaign(staff, there, &world.name("行动")).await),
        ("activity_organiser", make::organiser(staff, &activity).await),
        ("attendance", make::attendance(staff, &session, &resident).await),
        ("head_count", make::created(staff, "recordHeadCount", "headCount", count).await),
        ("activity_result", make::created(staff, "recordActivityResult", "activityResult", tonnes).await),
        ("attendance_error", make::attendance_error(staff, &served).await),
        ("session_sign_up", make::sign_up(staff, &to_come, &volunteer).await),
        ("session", session),
        ("activity", activity),
        ("community", there.to_owned()),
        ("life_event", make::created(staff, "recordMoveOut", "lifeEvent", gone).await),
        ("grid", make::grid(staff, there, &world.name("网格")).await),
        ("household", home),
        ("building", building),
        ("aid_record", make::aid(staff, there, &resident, &cash, json!({ "value": "1" })).await),
        ("aid_batch", make::created(staff, "planAidBatch", "aidBatch", batch).await),
        ("aid_programme", make::programme(staff, there, &world.name("助学"), "PERSON").await),
        ("pairing", make::paired(staff, there, &unit).await),
        (
            "posting",
            make::created(staff, "postStaffMember", "posting", json!({ "staffMemberId": worker, "role": "SECRETARY" }))
                .await,
        ),
        ("facility", make::facility(staff, there, &world.name("书屋")).await),
        ("asset", make::vehicle(staff, there, &unit, &world.name("鲁B")).await),
        ("staff_member", worker),
        (
            "milestone",
            make::created(staff, "addMilestone", "milestone", json!({ "projectId": project, "title": "里程碑" })).await,
        ),
        ("project_participation", make::created(staff, "addParticipation", "participation", participation).await),
        ("consent", make::consent(staff, &resident).await),
        ("circumstance", make::created(staff, "recordCircumstance", "circumstance", circumstance).await),
        ("team_membership", make::member(staff, &team, &volunteer).await),
        ("party_membership", make::standing(staff, &volunteer, "MEMBER").await),
        ("team", team),
        ("instalment", make::instalment(staff, &sponsorship).await),
        ("sponsorship", sponsorship),
        ("volunteer", volunteer),
        ("contribution", cash),
        ("contribution_item", item),
        ("merchant", make::merchant(staff, there, &world.name("店")).await),
        ("request", make::request(staff, there, json!({})).await),
        ("visit", visit),
        ("upload", uploads::uploaded(staff, uploads::PDF).await),
        ("project", project),
        ("resident", resident),
        ("partner_unit", unit),
    ])
}

crate::on_both! {
    async fn no_text_is_endless_or_unprintable_or_blank(app: TestApp) {
        try_all(&app, &["String"], async |_, _, _, place| {
            let long = (json!("名".repeat(10_000)), vec!["OUT_OF_RANGE", "INVALID"]);
            let mut probes = vec![long];
            for text in ["\u{0}", "a\u{0}b", "王\u{7}明", "\u{1b}[31m王", "王\u{85}明", "王\u{7f}"] {
                probes.push((json!(text), vec!["INVALID"]));
            }
            if ONE_LINE.contains(&place.field.name.as_str()) {
                probes.push((json!("王\n小明"), vec!["INVALID"]));
            }
            if place.field.required {
                for text in ["", " ", "\t\n", "\u{3000}"] {
                    probes.push((json!(text), vec!["REQUIRED", "INVALID"]));
                }
            }
            probes
        })
        .await;
    }

    async fn no_id_is_of_another_type_or_of_nothing(app: TestApp) {
        try_all(&app, &["ID"], async |_, world, _, place| {
            let other = if prefix(place) == "community" { "resident" } else { "community" };
            let other = if other == "community" { world.community.clone() } else { world.resident().await };
            vec![
                (json!(""), vec!["INVALID"]),
                (json!("1"), vec!["INVALID"]),
                (json!("居民"), vec!["INVALID"]),
                (json!("a\u{0}"), vec!["INVALID"]),
                (json!("x".repeat(10_000)), vec!["INVALID"]),
                (json!(other), vec!["INVALID"]),
                (json!(format!("{}_01h455vb4pex5vsknk084sn02q", prefix(place))), vec!["NOT_FOUND", "INVALID"]),
            ]
        })
        .await;
    }

    async fn nothing_of_another_community_is_referred_to(app: TestApp) {
        let theirs = tokio::sync::OnceCell::new();
        try_all(&app, &["ID"], async |_, world, specimen, place| {
            let theirs = theirs.get_or_init(|| foreign(world)).await;
            let prefix = prefix(place);
            // The directory of units belongs to nobody; who has a unit's whole id may name it.
            let named = prefix == "partner_unit" && place.field.name != "id" && specimen.mutation != "addPartnerUnitAlias";
            if specimen.by == By::Operator || named {
                return vec![];
            }
            let id = theirs.get(prefix.as_str()).unwrap_or_else(|| panic!("no foreign {prefix}: make one in tests/api/bad_input.rs"));
            vec![(json!(id), vec!["NOT_FOUND", "INVALID"])]
        })
        .await;
    }

    async fn nothing_happened_tomorrow(app: TestApp) {
        // What is planned, or printed on a certificate with its last day.
        let planned = [
            "recordSponsorship.firstDueOn", "planVisit.plannedOn", "amendVisit.plannedOn",
            "addMilestone.dueOn", "recordCircumstance.endedOn", "recordConsent.expiresOn", "endCircumstance.endedOn", "planCampaign.startedOn", "planCampaign.endedOn",
            "amendCampaign.startedOn", "amendCampaign.endedOn", "scheduleSession.heldOn", "scheduleSession.startsAt", "scheduleSession.endsAt", "scheduleSessions.heldOn", "scheduleSessions.startsAt",
            "scheduleSessions.endsAt",
            "establishAidProgramme.rules.opensOn", "establishAidProgramme.rules.closesOn", "amendAidProgramme.rules.opensOn", "amendAidProgramme.rules.closesOn",
            "amendSession.heldOn", "amendSession.startsAt", "amendSession.endsAt", "grantRole.startsOn", "grantRole.endsOn", "endRole.endsOn",
        ];
        try_all(&app, &["Date", "DateTime"], async |_, _, specimen, place| {
            let day = (app.app.clock.now() + chrono::Duration::days(2)).date_naive();
            let format = |day: String| if place.field.of == "Date" { json!(day) } else { json!(day + "T00:00:00+08:00") };
            match planned.contains(&format!("{}.{}", specimen.mutation, place.name()).as_str()) {
                true => vec![],
                false => ["2199-12-31".to_owned(), day.to_string()].map(|day| (format(day), vec!["OUT_OF_RANGE"])).into(),
            }
        })
        .await;
    }

    async fn no_amount_is_negative_or_endless_or_split_too_finely(app: TestApp) {
        try_all(&app, &["Decimal"], async |_, _, _, place| {
            let name = place.name();
            let refused = || vec!["OUT_OF_RANGE", "INVALID"];
            let mut probes: Vec<_> = ["-1", "-0.01", "12345678901234567890", "0.0001", "1.23456"].map(|bad| (json!(bad), refused())).into();
            if !name.ends_with("quantity") {
                probes.push((json!("1.005"), refused()));
            }
            // A budget and a share of nothing are something to say; a gift of nothing is not.
            if !name.contains("budget") && !name.ends_with("share") {
                probes.push((json!("0"), refused()));
                probes.push((json!("0.00"), refused()));
            }
            probes
        })
        .await;
    }
}
