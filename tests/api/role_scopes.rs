//! How far each role reaches: every list, page and count is held to what the rows in memory say, and so is every object by its id.

use std::collections::{BTreeMap, BTreeSet};

use entity::{contributor, project_participation};
use serde_json::{Value, json};
use tongxin::{access::accounts::Role, relay::id::encode};
use uuid::Uuid;

use crate::harness::{
    Actor, TestApp, World,
    bulk::{self, Bulk, Size, insert, key_of},
    listing::List,
    roles::{self, Who},
};

pub const LISTS: [(&str, &str); 35] = [
    ("activities", "Activity"),
    ("activityResults", "ActivityResult"),
    ("aidBatches", "AidBatch"),
    ("aidProgrammes", "AidProgramme"),
    ("aidRecords", "AidRecord"),
    ("assetTenures", "AssetTenure"),
    ("assets", "Asset"),
    ("attendanceErrors", "AttendanceError"),
    ("attendances", "Attendance"),
    ("buildings", "Building"),
    ("campaigns", "Campaign"),
    ("certificates", "Certificate"),
    ("communities", "Community"),
    ("consents", "Consent"),
    ("contributions", "Contribution"),
    ("facilities", "Facility"),
    ("grids", "Grid"),
    ("households", "Household"),
    ("instalments", "Instalment"),
    ("merchants", "Merchant"),
    ("pairings", "Pairing"),
    ("partnerUnits", "PartnerUnit"),
    ("partyMemberships", "PartyMembership"),
    ("projects", "Project"),
    ("requests", "Request"),
    ("residents", "Resident"),
    ("sessionSignUps", "SessionSignUp"),
    ("sessions", "Session"),
    ("sponsorships", "Sponsorship"),
    ("staffMembers", "StaffMember"),
    ("subDistricts", "SubDistrict"),
    ("teamMemberships", "TeamMembership"),
    ("teams", "Team"),
    ("visits", "Visit"),
    ("volunteers", "Volunteer"),
];

const SOME: Size = Size { residents: 60, projects: 8, units: 9 };

/// What somebody sees in each list, by its keys.
pub type Seen = BTreeMap<&'static str, BTreeSet<Uuid>>;

/// Two full communities, and those who hold roles in the first.
pub struct Scene {
    pub world: World,
    pub here: Bulk,
    pub elsewhere: Bulk,
    /// What the first unit of this community does in a project of the other one.
    pub part_elsewhere: Uuid,
}

impl Scene {
    pub async fn new(app: &TestApp) -> Self {
        Self::of(app, SOME).await
    }

    /// With so many rows in each of them.
    pub async fn of(app: &TestApp, size: Size) -> Self {
        let world = World::new(app).await;
        let here = bulk::fill(app, &world.community, size).await;
        let elsewhere = bulk::fill(app, &world.elsewhere, size).await;
        // A unit of this community works in the other one, too; whoever speaks for it here does not see that.
        let (project_id, contribution_id) = (elsewhere.projects[0].id, elsewhere.contributions[0].id);
        let (community_id, partner_unit_id) = (elsewhere.community, here.units[0].id);
        let id = || app.app.clock.new_id();
        let share_fen = None;
        let part =
            project_participation::Model { id: id(), community_id, project_id, partner_unit_id, share_fen, version: 1 };
        let part_elsewhere = part.id;
        insert(app, &[part]).await;
        let gift = contributor::Model { id: id(), community_id, contribution_id, partner_unit_id, amount_fen: None };
        insert(app, &[gift]).await;
        Self { world, here, elsewhere, part_elsewhere }
    }

    /// Everybody who may hold a role, each in more than one way where it makes a difference.
    pub fn cast(&self) -> Vec<Who> {
        let rows = &self.here;
        let in_team = rows.team_memberships.iter().find(|row| row.ended_on.is_none()).unwrap().volunteer_id;
        let gone = rows.volunteers.iter().find(|row| row.ended_on.is_some()).unwrap().id;
        let also = rows.volunteers.iter().find_map(|row| row.resident_id).unwrap();
        let homeless = rows.residents.iter().find(|row| row.household_id.is_none()).unwrap().id;
        vec![
            Who::plain(Role::Operator),
            Who::plain(Role::Secretary),
            Who::plain(Role::Staff),
            Who::grid_staff(&[rows.grids[0].id]),
            Who::grid_staff(&[rows.grids[0].id, rows.grids[1].id]),
            Who::partner(rows.units[0].id),
            Who::partner(rows.units[3].id),
            Who::volunteer(in_team),
            Who::volunteer(gone),
            Who::plain(Role::Merchant),
            Who::merchant(&[rows.merchants[0].id]),
            Who::merchant(&[rows.merchants[1].id, rows.merchants[4].id]),
            Who::resident(also),
            Who::resident(homeless),
            Who::plain(Role::Auditor),
        ]
    }

    /// What somebody sees in each list of the root; an operator in both communities.
    pub fn seen(&self, who: &Who) -> BTreeMap<&'static str, BTreeSet<String>> {
        let mut seen = roles::seen(&self.here, who);
        if who.role == Role::Operator {
            for (list, ids) in roles::seen(&self.elsewhere, who) {
                seen.entry(list).or_default().extend(ids);
            }
        }
        seen
    }

    /// As [`Self::seen`], by keys.
    pub fn keys(&self, who: &Who) -> Seen {
        let keys = |ids: BTreeSet<String>| ids.iter().map(|id| key_of(id)).collect();
        self.seen(who).into_iter().map(|(list, ids)| (list, keys(ids))).collect()
    }

    pub async fn account(&self, app: &TestApp, name: &str, roles: &[Who]) -> Actor {
        roles::account(app, name, self.here.community, roles).await
    }
}

/// All ids of a list, page by page, and its count.
async fn whole(actor: &Actor, list: &List) -> (Vec<String>, usize) {
    let (mut ids, mut after, mut total) = (Vec::new(), Value::Null, None);
    loop {
        let page = list.page(actor, json!({ "first": 37, "after": after })).await;
        assert!(total.is_none_or(|total| total == page.total), "the count stays the same from page to page");
        total = Some(page.total);
        ids.extend(page.ids);
        match (page.has_next, page.cursors.last()) {
            (true, Some(cursor)) => after = json!(cursor),
            _ => return (ids, total.unwrap()),
        }
    }
}

async fn found(actor: &Actor, ids: &[String]) -> Vec<bool> {
    let mut found = Vec::new();
    for ids in ids.chunks(100) {
        let answer = actor.gql("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
        found.extend(answer.data()["nodes"].as_array().unwrap().iter().map(|node| !node.is_null()));
    }
    found
}

crate::on_both! {
    async fn every_role_lists_counts_and_finds_what_the_rows_say_and_nothing_else(app: TestApp) {
        let scene = Scene::new(&app).await;
        let all = roles::seen(&scene.here, &Who::plain(Role::Staff));
        let foreign = roles::seen(&scene.elsewhere, &Who::plain(Role::Staff));
        let mut grids_are_half = 0;
        for (place, who) in scene.cast().iter().enumerate() {
            let actor = scene.account(&app, &format!("role-{place}"), std::slice::from_ref(who)).await;
            let mut may = scene.seen(who);
            for (field, of) in LISTS {
                let (ids, total) = whole(&actor, &List::new(field, of)).await;
                if field == "subDistricts" {
                    assert_eq!((ids.len(), total), (1, 1), "{who:?}: {field}");
                    continue;
                }
                let expected = may.remove(field).unwrap_or_default();
                assert_eq!(total, expected.len(), "{who:?}: {field}");
                assert_eq!(ids.len(), total, "{who:?}: {field} holds nothing twice");
                assert_eq!(ids.iter().cloned().collect::<BTreeSet<_>>(), expected, "{who:?}: {field}");
                let everything: Vec<String> = all[field].iter().chain(&foreign[field]).cloned().collect();
                let by_id = found(&actor, &everything).await;
                let by_model: Vec<bool> = everything.iter().map(|id| expected.contains(id)).collect();
                // A community's own lists leave out what was voided; by its id it is found all the same.
                assert_eq!(by_id, by_model, "{who:?}: nodes of {field}");
                grids_are_half += usize::from(!expected.is_empty() && expected.len() < all[field].len());
            }
            assert!(may.is_empty(), "the model knows lists that nobody asked: {:?}", may.keys());
            let events = actor.ask("{ events(first: 1) { totalCount } }").await.data()["events"]["totalCount"].clone();
            let reads = matches!(who.role, Role::Operator | Role::Secretary | Role::Auditor) || (who.role == Role::Staff && who.grids.is_empty());
            assert_eq!(events != json!(0), reads, "{who:?}: events");
            let entries = actor.ask("{ auditEntries(first: 1) { totalCount } }").await.data()["auditEntries"]["totalCount"].clone();
            assert_eq!(entries != json!(0), matches!(who.role, Role::Operator | Role::Secretary | Role::Auditor), "{who:?}: the audit stream");
            let (roles, total) = whole(&actor, &List::new("accountRoles", "AccountRole")).await;
            let expected = match who.role {
                Role::Operator => roles::all_ids(&app).await,
                Role::Secretary | Role::Auditor => roles::ids_in(&app, scene.here.community).await,
                _ => BTreeSet::new(),
            };
            assert_eq!((total, roles.into_iter().collect::<BTreeSet<_>>()), (expected.len(), expected), "{who:?}: roles");
        }
        assert!(grids_are_half > 40, "only {grids_are_half} lists were seen in part");
    }

    async fn a_filter_by_what_is_out_of_reach_answers_as_if_it_were_not_there(app: TestApp) {
        let scene = Scene::new(&app).await;
        let rows = &scene.here;
        let partner = scene.account(&app, "bank", &[Who::partner(rows.units[0].id)]).await;
        let nobody = encode("partner_unit", Uuid::nil());
        let other = encode("partner_unit", rows.units[1].id);
        for list in ["projects", "contributions", "activities", "assets", "pairings", "sponsorships", "instalments"] {
            let kind = LISTS.iter().find(|(field, _)| *field == list).unwrap().1;
            let query = format!(
                "query($f: {kind}Filter) {{ {list}(first: 100, filter: $f) {{ totalCount nodes {{ id }} }} }}"
            );
            let ask = async |unit: &str, not: bool| {
                let filter = json!({ "partnerUnitId": unit });
                let filter = if not { json!({ "not": filter }) } else { filter };
                partner.gql(&query, json!({ "f": filter })).await.data().clone()
            };
            for not in [false, true] {
                assert_eq!(ask(&other, not).await, ask(&nobody, not).await, "{list}, not: {not}");
            }
        }
        // Whom the unit aided is not to be learned from a filter either.
        for (field, id) in [("residentId", encode("resident", rows.residents[0].id)), ("householdId", encode("household", rows.households[0].id))] {
            let query = "query($f: AidRecordFilter) { aidRecords(filter: $f) { totalCount } }";
            assert_eq!(partner.gql(query, json!({ "f": { field: id } })).await.code(), "FORBIDDEN_FIELD", "{field}");
        }
    }

    async fn a_partner_unit_knows_recipients_by_aliases_of_its_own(app: TestApp) {
        let scene = Scene::new(&app).await;
        let rows = &scene.here;
        // What two units gave together.
        let shared = rows.contributions.iter().find(|of| {
            rows.contributors.iter().filter(|row| row.contribution_id == of.id).count() == 2
                && rows.aid.iter().any(|row| row.contribution_id == Some(of.id) && row.resident_id.is_some())
        }).unwrap();
        let units: Vec<Uuid> = rows.contributors.iter().filter(|row| row.contribution_id == shared.id).map(|row| row.partner_unit_id).collect();
        let record = rows.aid.iter().find(|row| row.contribution_id == Some(shared.id) && row.resident_id.is_some()).unwrap();
        let query = "query($id: ID!) { aidRecord(id: $id) { recipientAlias resident { id fullName birthDate } household { id } note } }";
        let mut aliases = BTreeSet::new();
        for (place, unit) in units.iter().enumerate() {
            let actor = scene.account(&app, &format!("unit-{place}"), &[Who::partner(*unit)]).await;
            let answer = actor.gql(query, json!({ "id": encode("aid_record", record.id) })).await;
            let seen = &answer.data()["aidRecord"];
            for hidden in ["resident", "household", "note"] {
                assert!(seen[hidden].is_null(), "{hidden}: {seen}");
            }
            let alias = seen["recipientAlias"].as_str().unwrap().to_owned();
            assert!(!answer.body.to_string().contains(&encode("resident", record.resident_id.unwrap())));
            // The same recipient has the same alias in every record.
            let all = "{ aidRecords(first: 100) { nodes { id recipientAlias } } }";
            let all = actor.ask(all).await.data()["aidRecords"]["nodes"].clone();
            for node in all.as_array().unwrap() {
                let own = rows.aid.iter().find(|row| row.id == key_of(node["id"].as_str().unwrap())).unwrap();
                let same = own.resident_id == record.resident_id;
                if own.resident_id.is_some() {
                    assert_eq!(node["recipientAlias"] == json!(alias), same);
                }
            }
            aliases.insert(alias);
        }
        let staff = scene.world.staff.gql(query, json!({ "id": encode("aid_record", record.id) })).await;
        aliases.insert(staff.data()["aidRecord"]["recipientAlias"].as_str().unwrap().to_owned());
        assert_eq!(aliases.len(), 3, "each unit and the community have names of their own");
    }

    async fn what_one_role_shows_of_some_rows_another_does_not_show_of_all(app: TestApp) {
        let scene = Scene::new(&app).await;
        let rows = &scene.here;
        let me = rows.residents.iter().find(|row| row.phone.is_some() && row.household_id.is_some()).unwrap();
        let roles = [Who::plain(Role::Auditor), Who::resident(me.id)];
        let both = scene.account(&app, "both", &roles).await;
        let alone = scene.account(&app, "alone", &roles[1..]).await;
        for (actor, number) in [(&both, rows.residents.len()), (&alone, roles::seen(rows, &roles[1])["residents"].len())] {
            let query = "{ residents(first: 100) { totalCount nodes { id fullName phone } } }";
            let answer = actor.ask(query).await.data()["residents"].clone();
            assert_eq!(answer["totalCount"], json!(number));
            for node in answer["nodes"].as_array().unwrap() {
                let row = rows.residents.iter().find(|row| row.id == key_of(node["id"].as_str().unwrap())).unwrap();
                let at_home = row.household_id == me.household_id;
                let (name, phone) = (node["fullName"].as_str().unwrap(), node["phone"].as_str());
                assert_eq!(name == row.full_name, at_home, "{name}: the name of those one lives with, and no other");
                assert_eq!(phone.is_some_and(|phone| !phone.contains('*')), row.id == me.id, "one's own number alone");
            }
        }
        for filter in [json!({ "name": { "contains": "王" } }), json!({ "phone": "13800000000" })] {
            let query = "query($f: ResidentFilter) { residents(filter: $f) { totalCount } }";
            assert_eq!(both.gql(query, json!({ "f": filter })).await.code(), "FORBIDDEN_FIELD");
        }
        let named = alone.ask(r#"{ residents(filter: { name: { contains: "王" } }) { totalCount } }"#).await;
        let expected = rows.residents.iter().filter(|row| row.household_id == me.household_id && row.full_name.contains('王'));
        assert_eq!(named.data()["residents"]["totalCount"], json!(expected.count()), "of those whose names one reads");
    }

    async fn a_role_holds_from_its_first_to_its_last_day_where_it_is_held(app: TestApp) {
        use sea_orm::ConnectionTrait;
        let scene = Scene::new(&app).await;
        let staff = scene.account(&app, "dated", &[Who::plain(Role::Staff)]).await;
        let at = |text: &str| app.app.clock.hold(text.parse().unwrap());
        let sees = async |moment: &str| {
            at(moment);
            staff.ask("{ residents { totalCount } }").await.data()["residents"]["totalCount"] != json!(0)
        };
        let set = "UPDATE account_role SET started_on = '2030-03-02', ended_on = '2030-03-05' WHERE account_id = (SELECT id FROM account WHERE name = 'dated')";
        app.app.db.writer().execute_unprepared(set).await.unwrap();
        // In Shanghai a day begins at 16:00 of the day before in UTC.
        assert!(!sees("2030-03-01T15:59:59Z").await);
        assert!(sees("2030-03-01T16:00:01Z").await);
        assert!(sees("2030-03-05T15:59:58Z").await);
        assert!(!sees("2030-03-05T16:00:01Z").await);
        let set = "UPDATE account_role SET ended_on = NULL, revoked_at = started_on WHERE account_id = (SELECT id FROM account WHERE name = 'dated')";
        app.app.db.writer().execute_unprepared(set).await.unwrap();
        assert!(!sees("2030-03-04T00:00:00Z").await, "taken away at once");
    }
}
