//! What volunteers and teams cost: as [`crate::statements`], for these lists and edges.

use serde_json::{Value, json};
use tongxin::relay::id::encode;

use crate::statements::{assert_cost, cost, length, scene};

crate::on_both! {
    async fn volunteers_with_teams_and_standings_cost_eight_statements(app: TestApp) {
        let (world, _) = scene(&app).await;
        let query = "query($n: Int!) { volunteers(first: $n) { nodes {      # 1: volunteers
            fullName
            resident { fullName }                                            # 2: residents by id
            memberships(first: 5) { nodes { role team { name } } }           # 3 and 4: memberships, teams
            teams { name community { name } }                                # 5, 6 and 7: who is in which today, the teams, their community
            partyMemberships { standing }                                    # 8: standings
        } } }";
        assert_cost(&app, &world, query, 8, |data| length(data, "/volunteers/nodes"), |_, n| n).await;
        for (kind, edge) in [("PARTNER_EMPLOYEE", "partnerUnit { name }"), ("COMMUNITY_WORKER", "staffMember { fullName volunteer { kind } }")] {
            let query = format!("query($n: Int!) {{ volunteers(first: $n, filter: {{ kind: {{ eq: {kind} }} }}) {{ nodes {{ {edge} }} }} }}");
            let price = if kind == "COMMUNITY_WORKER" { 3 } else { 2 };
            assert_cost(&app, &world, &query, price, |data| length(data, "/volunteers/nodes"), |_, n| n.min(30)).await;
        }
    }

    async fn teams_with_leader_members_and_their_number_cost_six_statements(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let query = "query($n: Int!) { teams(first: $n) { nodes {            # 1: teams
            name
            memberCount                                                      # 2: members counted by team
            leader { fullName }                                              # 3 and 4: who leads, the volunteers
            memberships(first: 5) { nodes { role volunteer { fullName } } }  # 5 and 6: memberships, volunteers
        } } }";
        assert_cost(&app, &world, query, 6, |data| length(data, "/teams/nodes"), |_, n| n).await;
        // Another day is another count.
        let query = "query($n: Int!) { teams(first: $n) { nodes { memberCount then: memberCount(on: \"2021-01-01\") again: memberCount(on: null) } } }";
        assert_cost(&app, &world, query, 3, |data| length(data, "/teams/nodes"), |_, n| n).await;
        let query = "query($n: Int!) { teamMemberships(first: $n) { nodes { team { name } volunteer { fullName } } } }";
        assert_cost(&app, &world, query, 3, |data| length(data, "/teamMemberships/nodes"), |_, n| n).await;
        let own = bulk.standings.len();
        let query = "query($n: Int!) { partyMemberships(first: $n) { nodes { standing volunteer { fullName } } } }";
        assert_cost(&app, &world, query, 2, |data| length(data, "/partyMemberships/nodes"), |_, n| n.min(own)).await;
    }

    async fn consents_with_who_gave_them_cost_five_statements(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let own = bulk.consents.iter().filter(|row| row.partner_unit_id.is_some()).count();
        let query = "query($n: Int!) { consents(first: $n, filter: { purpose: { eq: SHARE_WITH_PARTNER } }) { nodes { # 1: consents
            purpose givenOn guardianName
            resident { fullName }                                            # 2: residents by id
            guardian { fullName }                                            # 3: guardians
            partnerUnit { name }                                             # 4: units
            community { name }                                               # 5: the community
        } } }";
        assert_cost(&app, &world, query, 5, |data| length(data, "/consents/nodes"), |_, n| n.min(own)).await;
        let query = "query($n: Int!) { residents(first: $n) { nodes { consents(first: 5) { nodes { purpose expiresOn } } } } }";
        assert_cost(&app, &world, query, 2, |data| length(data, "/residents/nodes"), |_, n| n).await;
    }

    async fn volunteers_are_reached_from_all_sides_in_a_statement(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let query = "query($n: Int!) { residents(first: $n) { nodes { volunteer { kind teams { name } } } } }";
        assert_cost(&app, &world, query, 4, |data| length(data, "/residents/nodes"), |_, n| n).await;
        let query = "query($n: Int!) { partnerUnits(first: $n) { nodes { volunteers(first: 5) { nodes { fullName } } } } }";
        assert_cost(&app, &world, query, 2, |data| length(data, "/partnerUnits/nodes"), |_, n| n).await;
        let own = json!({ "id": encode("community", bulk.community) });
        let ask = async |fields: &str| {
            let query = format!("query($id: ID!) {{ community(id: $id) {{ {fields} }} }}");
            cost(&app, &world.staff, &query, own.clone()).await
        };
        let (price, data): (u64, Value) = ask("volunteers(first: 100) { nodes { fullName } } teams(first: 100) { nodes { name } }").await;
        assert_eq!((price, length(&data, "/community/volunteers/nodes"), length(&data, "/community/teams/nodes")), (3, 100, 100));
    }

    async fn sponsorships_with_their_instalments_cost_eight_statements(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let query = "query($n: Int!) { sponsorships(first: $n) { nodes {    # 1: sponsorships
            purpose perYear { yuan } recipientAlias
            partnerUnit { name }                                             # 2: units by id
            resident { fullName }                                            # 3: residents by id
            project { title }                                                # 4: projects by id
            paid { yuan } nextDueOn                                          # 5 and 6: sums, and the first of what is due
            instalments(first: 5) { nodes { dueOn overdue } }                # 7 and 8: instalments, the zones of their communities
        } } }";
        assert_cost(&app, &world, query, 8, |data| length(data, "/sponsorships/nodes"), |_, n| n).await;
        let query = "query($n: Int!) { instalments(first: $n, orderBy: [DUE_ON_ASC]) { nodes { overdue sponsorship { partnerUnit { name } } } } }";
        assert_cost(&app, &world, query, 4, |data| length(data, "/instalments/nodes"), |_, n| n).await;
        for (list, path) in [("residents", "/residents/nodes"), ("partnerUnits", "/partnerUnits/nodes"), ("projects", "/projects/nodes")] {
            let query = format!("query($n: Int!) {{ {list}(first: $n) {{ nodes {{ sponsorships(first: 5) {{ nodes {{ purpose }} }} }} }} }}");
            assert_cost(&app, &world, &query, 2, |data| length(data, path), |_, n| n).await;
        }
        let own = json!({ "id": encode("community", bulk.community) });
        let query = "query($id: ID!) { community(id: $id) { sponsorships(first: 100) { nodes { paid { yuan } } } } }";
        let (price, data) = cost(&app, &world.staff, query, own).await;
        assert_eq!((price, length(&data, "/community/sponsorships/nodes")), (3, 100));
    }

    async fn what_happened_to_residents_and_what_it_closed_cost_twenty_statements(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let gone = bulk.life_events.len();
        let query = "query($n: Int!) { residents(first: $n, filter: { lifeStatus: { in: [MOVED_OUT, DECEASED] } }) { nodes { lifeEvents {    # 1 and 2
            kind on
            resident { fullName }                                            # 3: residents by id
            together { kind }                                                # 4: what was recorded with it
            endedMemberships { endedOn } endedCircumstances { kind }         # 5 to 20: what of each kind was closed, and these
            cancelledAid { status } endedEnrolments { fullName } endedTeamMemberships { role } endedPartyMemberships { standing }
            endedSponsorships { purpose } endedInstalments { dueOn }
        } } } }";
        assert_cost(&app, &world, query, 20, |data| length(data, "/residents/nodes"), |_, n| n.min(gone)).await;
    }
}
