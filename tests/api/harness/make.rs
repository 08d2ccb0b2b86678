//! Builders: each records through the API, as its user would, and gives the id.

use serde_json::{Value, json};

use super::Actor;

/// A sub-district and a community in it; gives the community's id. `code` has 12 digits.
pub async fn community(operator: &Actor, code: &str) -> String {
    let district = created(
        operator,
        "registerSubDistrict",
        "subDistrict",
        json!({ "code": &code[..9], "name": format!("街道{}", &code[..9]), "idempotencyKey": format!("district-{}", &code[..9]) }),
    )
    .await;
    let input = json!({ "subDistrictId": district, "code": code, "name": format!("社区{code}") });
    created(operator, "registerCommunity", "community", input).await
}

pub async fn grid(staff: &Actor, community: &str, name: &str) -> String {
    created(staff, "registerGrid", "grid", json!({ "communityId": community, "name": name })).await
}

pub async fn building(staff: &Actor, community: &str, name: &str) -> String {
    created(staff, "registerBuilding", "building", json!({ "communityId": community, "name": name })).await
}

pub async fn resident(staff: &Actor, community: &str, name: &str) -> String {
    created(staff, "registerResident", "resident", json!({ "communityId": community, "fullName": name })).await
}

/// A resident's consent that circumstances are recorded, since 2019.
pub async fn consent(staff: &Actor, resident: &str) -> String {
    let input = json!({ "residentId": resident, "purpose": "SENSITIVE_CIRCUMSTANCES", "means": "PAPER", "givenOn": "2019-01-01" });
    created(staff, "recordConsent", "consent", input).await
}

/// A household with this resident as its head.
pub async fn household(staff: &Actor, community: &str, building: &str, room: &str, head: &str) -> String {
    let input = json!({ "communityId": community, "buildingId": building, "room": room, "headId": head });
    created(staff, "registerHousehold", "household", input).await
}

pub async fn partner_unit(staff: &Actor, name: &str) -> String {
    created(staff, "registerPartnerUnit", "partnerUnit", json!({ "name": name, "kind": "ENTERPRISE" })).await
}

pub async fn paired(staff: &Actor, community: &str, unit: &str) -> String {
    created(staff, "pairPartnerUnit", "pairing", json!({ "communityId": community, "partnerUnitId": unit })).await
}

pub async fn staff_member(staff: &Actor, community: &str, name: &str) -> String {
    created(staff, "registerStaffMember", "staffMember", json!({ "communityId": community, "fullName": name })).await
}

/// A staff member who works for the community since 2021.
pub async fn posted(staff: &Actor, community: &str, name: &str) -> String {
    let member = staff_member(staff, community, name).await;
    let post = json!({ "staffMemberId": member, "role": "COMMUNITY_WORKER", "startedOn": "2021-01-01" });
    created(staff, "postStaffMember", "posting", post).await;
    member
}

pub async fn programme(staff: &Actor, community: &str, name: &str, scope: &str) -> String {
    let input = json!({ "communityId": community, "name": name, "scope": scope });
    created(staff, "establishAidProgramme", "aidProgramme", input).await
}

pub async fn project(staff: &Actor, community: &str, title: &str) -> String {
    created(staff, "proposeProject", "project", json!({ "communityId": community, "title": title })).await
}

/// So many yuan in cash from one unit, all received.
pub async fn cash(staff: &Actor, community: &str, unit: &str, yuan: &str) -> String {
    let input = json!({
        "communityId": community, "kind": "CASH", "title": format!("{yuan} 元"),
        "contributors": [{ "partnerUnitId": unit }], "received": { "yuan": yuan }, "receivedOn": "2022-01-01",
    });
    created(staff, "recordContribution", "contribution", input).await
}

/// So many places of a quota, all received.
pub async fn places(staff: &Actor, community: &str, unit: &str, number: u32) -> String {
    let input = json!({
        "communityId": community, "kind": "PLACES", "title": format!("{number} 个名额"),
        "contributors": [{ "partnerUnitId": unit }], "received": { "quantity": number.to_string() }, "receivedOn": "2022-01-01",
    });
    created(staff, "recordContribution", "contribution", input).await
}

/// A planned aid record to a resident.
pub async fn aid(staff: &Actor, community: &str, resident: &str, contribution: &str, more: Value) -> String {
    let mut input = json!({
        "communityId": community, "residentId": resident, "contributionId": contribution, "givenOn": "2022-03-01",
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    created(staff, "recordAid", "aidRecord", input).await
}

pub async fn facility(staff: &Actor, community: &str, name: &str) -> String {
    let input = json!({ "communityId": community, "kind": "READING_ROOM", "name": name, "openedOn": "2021-04-23" });
    created(staff, "openFacility", "facility", input).await
}

/// A vehicle that this unit lends since 2020-06-01.
pub async fn vehicle(staff: &Actor, community: &str, unit: &str, tag: &str) -> String {
    let input = json!({
        "communityId": community, "kind": "VEHICLE", "name": "办公车辆", "tag": tag, "tenure": "LENT", "partnerUnitId": unit,
        "startedOn": "2020-06-01",
    });
    created(staff, "registerAsset", "asset", input).await
}

/// ¥2,000 a year for two years, the first since 2020-09-01.
pub async fn sponsorship(staff: &Actor, community: &str, resident: &str, unit: &str) -> String {
    let input = json!({
        "communityId": community, "residentId": resident, "partnerUnitId": unit, "purpose": "助学", "yuan": "2000",
        "paymentInterval": "YEAR", "firstDueOn": "2020-09-01", "instalments": 2,
    });
    created(staff, "recordSponsorship", "sponsorship", input).await
}

/// The first instalment of a sponsorship.
pub async fn instalment(staff: &Actor, sponsorship: &str) -> String {
    let query =
        "query($f: InstalmentFilter) { instalments(filter: $f, orderBy: [DUE_ON_ASC], first: 1) { nodes { id } } }";
    let found = staff.gql(query, json!({ "f": { "sponsorshipId": sponsorship } })).await;
    found.data()["instalments"]["nodes"][0]["id"].as_str().expect("a sponsorship has instalments").to_owned()
}

/// A resident who volunteers since 2021.
pub async fn volunteer(staff: &Actor, community: &str, resident: &str) -> String {
    let input =
        json!({ "communityId": community, "kind": "RESIDENT", "residentId": resident, "startedOn": "2021-01-01" });
    created(staff, "enrolVolunteer", "volunteer", input).await
}

/// A team since 2021 that anybody may join.
pub async fn team(staff: &Actor, community: &str, name: &str) -> String {
    let input = json!({ "communityId": community, "name": name, "startedOn": "2021-01-01" });
    created(staff, "formTeam", "team", input).await
}

/// A volunteer's membership of a team since 2021.
pub async fn member(staff: &Actor, team: &str, volunteer: &str) -> String {
    let input = json!({ "teamId": team, "volunteerIds": [volunteer], "startedOn": "2021-02-01" });
    created(staff, "joinTeam", "team", input).await;
    let query = "query($f: TeamMembershipFilter) { teamMemberships(filter: $f, last: 1) { nodes { id } } }";
    let found = staff.gql(query, json!({ "f": { "teamId": team, "volunteerId": volunteer } })).await;
    found.data()["teamMemberships"]["nodes"][0]["id"].as_str().expect("the membership is listed").to_owned()
}

/// A volunteer's standing in the Party since 2019.
pub async fn standing(staff: &Actor, volunteer: &str, standing: &str) -> String {
    let input = json!({ "volunteerId": volunteer, "standing": standing, "startedOn": "2019-07-01" });
    created(staff, "recordPartyMembership", "partyMembership", input).await
}

/// A planned campaign since 2022-03-01.
pub async fn campaign(staff: &Actor, community: &str, title: &str) -> String {
    let input =
        json!({ "communityId": community, "kind": "CITY_INSPECTION", "title": title, "startedOn": "2022-03-01" });
    created(staff, "planCampaign", "campaign", input).await
}

/// A planned activity that the community holds.
pub async fn activity(staff: &Actor, community: &str, title: &str) -> String {
    let input =
        json!({ "communityId": community, "kind": "CLEAN_UP", "title": title, "organisers": [{ "community": true }] });
    created(staff, "planActivity", "activity", input).await
}

/// A planned session on this day.
pub async fn session(staff: &Actor, activity: &str, held_on: &str) -> String {
    created(staff, "scheduleSession", "session", json!({ "activityId": activity, "heldOn": held_on })).await
}

/// That a volunteer wants to come to a session.
pub async fn sign_up(staff: &Actor, session: &str, volunteer: &str) -> String {
    let input = json!({ "sessionId": session, "volunteerId": volunteer });
    created(staff, "signUpForSession", "signUp", input).await
}

/// That a resident came to a session, as such.
pub async fn attendance(staff: &Actor, session: &str, resident: &str) -> String {
    let input = json!({ "sessionId": session, "residentId": resident, "category": "RESIDENT" });
    created(staff, "recordAttendance", "attendance", input).await
}

/// That a volunteer was at a session from then to then, entered afterwards.
pub async fn service(staff: &Actor, session: &str, volunteer: &str, (came, went): (&str, &str)) -> String {
    let input = json!({
        "sessionId": session, "volunteerId": volunteer, "category": "OTHER", "checkedInAt": came, "checkedOutAt": went, "timesReason": "签到表补登",
    });
    created(staff, "recordAttendance", "attendance", input).await
}

/// What a volunteer says is wrong in an attendance of theirs, as staff put it on file.
pub async fn attendance_error(staff: &Actor, attendance: &str) -> String {
    let input = json!({ "attendanceId": attendance, "message": "时长少记半小时" });
    created(staff, "reportAttendanceError", "attendanceError", input).await
}

/// What is on record of a volunteer's service in a period, stated by a new staff member who holds a post.
pub async fn certificate(staff: &Actor, community: &str, volunteer: &str, (from, until): (&str, &str)) -> String {
    let responsible = posted(staff, community, "负责人").await;
    let input = json!({ "volunteerId": volunteer, "from": from, "until": until, "responsibleId": responsible });
    created(staff, "issueCertificate", "certificate", input).await
}

/// Who holds an activity: the first of them.
pub async fn organiser(staff: &Actor, activity: &str) -> String {
    let query = "query($id: ID!) { activity(id: $id) { organisers { id } } }";
    let found = staff.gql(query, json!({ "id": activity })).await;
    found.data()["activity"]["organisers"][0]["id"].as_str().expect("somebody holds it").to_owned()
}

/// A shop since 2021.
pub async fn merchant(staff: &Actor, community: &str, name: &str) -> String {
    created(staff, "registerMerchant", "merchant", json!({ "communityId": community, "name": name, "trade": "SHOP" }))
        .await
}

/// A request that staff wrote down.
pub async fn request(staff: &Actor, community: &str, more: Value) -> String {
    let mut input = json!({ "communityId": community, "category": "REPAIR", "text": "楼道灯不亮" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    created(staff, "submitRequest", "request", input).await
}

/// A visit to a household on 2022-03-01 that nobody had planned.
pub async fn visit(staff: &Actor, household: &str, visitor: &str) -> String {
    let input =
        json!({ "householdId": household, "staffMemberId": visitor, "heldOn": "2022-03-01", "note": "听到的情况" });
    created(staff, "recordVisit", "visit", input).await
}

/// A visit that is to come.
pub async fn visit_to_come(staff: &Actor, household: &str, visitor: &str) -> String {
    let input = json!({ "householdId": household, "staffMemberId": visitor, "plannedOn": "2199-03-04" });
    created(staff, "planVisit", "visit", input).await
}

/// A request after these steps, each at the version that it has then.
pub async fn moved_request(staff: &Actor, request: &str, steps: &[(&str, Value)]) {
    for (step, more) in steps {
        let mut input = json!({ "id": request, "expectedVersion": version(staff, request).await });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        created(staff, step, "request", input).await;
    }
}

/// The version of any object that has one.
pub async fn version(actor: &Actor, id: &str) -> i64 {
    let prefix = id.rsplit_once('_').expect("an id has a prefix").0;
    let words = prefix.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on {} {{ version }} }} }}", words.collect::<String>());
    let answer = actor.gql(&query, json!({ "id": id })).await;
    answer.data()["node"]["version"].as_i64().unwrap_or_else(|| panic!("no version of {id}: {:#}", answer.body))
}

/// The id of what a mutation made, the first where it made several; fails with its refusals.
#[track_caller]
pub fn id_of(payload: &Value, object: &str) -> String {
    let first = payload[object].get(0).unwrap_or(&payload[object]);
    match first["id"].as_str() {
        Some(id) => id.to_owned(),
        None => panic!("refused: {payload:#}"),
    }
}

pub async fn created(actor: &Actor, mutation: &str, object: &str, input: Value) -> String {
    id_of(&actor.mutate(mutation, object, "id", input).await, object)
}
