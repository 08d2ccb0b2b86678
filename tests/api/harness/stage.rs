//! The stage of the role matrix: two full communities, somebody of each role in the first, and of every type the rows that are theirs and the rows that are
//! not. What the bulk leaves empty is filled, so that whoever is shown nothing is shown nothing of something.

use std::collections::BTreeSet;

use tongxin::{access::accounts::Role, search};
use uuid::Uuid;

use super::{
    Actor, TestApp, World,
    bulk::Size,
    roles::{self, Who},
    stage_rows::{active, coded, share, trails, used},
    tables::ids_of,
    told::all_shown,
    types::Types,
    whose::{Ids, parts},
    world::HERE,
};
use crate::{
    role_scopes::{LISTS, Scene},
    specimen_filters::{self, Filtered},
};

/// The columns of the matrix.
pub const VIEWERS: [&str; 10] = [
    "operator",
    "secretary",
    "staff",
    "grid-staff",
    "partner",
    "volunteer",
    "merchant",
    "resident",
    "auditor",
    "anonymous",
];

const SIZE: Size = Size { residents: 24, projects: 5, units: 8 };

pub struct Viewer {
    pub name: &'static str,
    pub actor: Actor,
    /// What is theirs to see, by type.
    pub own: Ids,
    /// What is there and not theirs.
    pub foreign: Ids,
}

pub struct Stage {
    pub world: World,
    pub types: Types,
    pub viewers: Vec<Viewer>,
    /// All rows of each community, by type.
    pub here: Ids,
    pub elsewhere: Ids,
    /// Who reads everything of the one and of the other community.
    pub keepers: [Actor; 2],
    /// Each list with specimens of its filter.
    pub filters: Vec<Filtered>,
}

/// What the bulk leaves empty, or what no rule of the program would let be written so early.
const FILLED: [&str; 31] = [
    "UPDATE activity SET description = '说明'",
    "UPDATE campaign SET description = '说明'",
    "UPDATE project SET description = '说明'",
    "UPDATE team SET description = '说明'",
    "UPDATE aid_programme SET description = '说明'",
    "UPDATE activity SET status_reason = '降雨' WHERE status = 'CANCELLED'",
    "UPDATE campaign SET status_reason = '降雨' WHERE status = 'CANCELLED'",
    "UPDATE project SET status_reason = '场地未落实' WHERE status = 'CANCELLED'",
    "UPDATE session SET status_reason = '降雨' WHERE status = 'CANCELLED'",
    "UPDATE session SET place = '广场'",
    "UPDATE aid_record SET status_reason = '材料不全' WHERE status IN ('REFUSED', 'CANCELLED', 'RETURNED', 'REVERSED')",
    "UPDATE instalment SET status_reason = '经费未到位' WHERE status = 'MISSED'",
    "UPDATE volunteer SET ended_reason = '搬家' WHERE ended_on IS NOT NULL",
    "UPDATE attendance SET note = '备注'",
    "UPDATE attendance SET times_reason = '签到表补登' WHERE checked_in_at IS NOT NULL",
    "UPDATE session_sign_up SET overlap_reason = '两处相邻'",
    "UPDATE session_sign_up SET withdrawn_reason = '有事' WHERE status = 'WITHDRAWN'",
    "UPDATE session_sign_up SET absence = 'EXCUSED', absence_reason = '生病' WHERE status = 'CONFIRMED'",
    "UPDATE circumstance SET source = '证件'",
    "UPDATE pairing SET note = '结对'",
    "UPDATE asset SET note = '备注'",
    "UPDATE asset_tenure SET note = '移交'",
    "UPDATE head_count SET source = '签到表'",
    "UPDATE activity_result SET note = '备注'",
    "UPDATE circumstance SET legal_basis = 'STATUTORY_DUTY', legal_basis_reason = '低保年审' WHERE kind = 'LOW_INCOME'",
    "UPDATE contribution SET pledged_on = '2020-01-01', over_allocation_reason = '数目未清点'",
    "UPDATE contributor SET amount_fen = 100",
    "UPDATE milestone SET reached_on = '2021-01-01'",
    "UPDATE project SET started_on = '2020-01-01', ended_on = '2021-01-01'",
    "UPDATE campaign SET ended_on = '2022-12-31'",
    "UPDATE aid_record SET status = 'DELIVERED' WHERE status = 'APPROVED'",
];

impl Stage {
    pub async fn new(app: &TestApp) -> Self {
        let mut scene = Scene::of(app, SIZE).await;
        for sql in FILLED {
            app.run(sql).await;
        }
        let filters = specimen_filters::all(app, &scene.world, &scene.here).await;
        coded(app, &mut scene).await;
        share(app, &mut scene.here).await;
        let volunteer = active(app, &mut scene.here).await;
        // By its id one finds what was voided, and a grid that was closed.
        for rows in [&mut scene.here, &mut scene.elsewhere] {
            rows.attendances.iter_mut().for_each(|row| row.voided_at = None);
            let closed = std::mem::take(&mut rows.closed_grids);
            rows.grids.extend(closed);
        }
        let rows = &scene.here;
        let cast = [
            Who::plain(Role::Operator),
            Who::plain(Role::Secretary),
            Who::plain(Role::Staff),
            Who::grid_staff(&[rows.grids[0].id]),
            Who::partner(rows.units[0].id),
            Who::volunteer(volunteer),
            Who::merchant(&[rows.merchants[0].id]),
            Who::resident(rows.residents[0].id),
            Who::plain(Role::Auditor),
        ];
        let mut actors = Vec::new();
        for (name, who) in VIEWERS.into_iter().zip(&cast) {
            // The harness has an account that is called like this already.
            let account = if name == "operator" { "operator-2" } else { name };
            actors.push(scene.account(app, account, std::slice::from_ref(who)).await);
        }
        // Staff who were given something to do.
        app.run(&format!(
            "UPDATE staff_member SET account_id = (SELECT id FROM account WHERE name = 'staff') WHERE id = (
                 SELECT r.assignee_id FROM request r INNER JOIN community c ON c.id = r.community_id
                 WHERE c.code = '{HERE}' AND r.status = 'ASSIGNED' AND r.assignee_id IS NOT NULL ORDER BY r.id LIMIT 1)"
        ))
        .await;
        let other = roles::account(app, "secretary-2", scene.elsewhere.community, &[Who::plain(Role::Secretary)]).await;
        let keepers = [actors[1].clone(), other];
        let types = Types::read(&app.anonymous()).await;
        used(app, &scene, &keepers).await;
        trails(app, &scene, &cast).await;
        search::rebuild(&app.app).await.unwrap();
        let (here, elsewhere) =
            (rows_of(app, &types, scene.here.community).await, rows_of(app, &types, scene.elsewhere.community).await);
        let all = |name: &str| -> BTreeSet<String> { here[name].union(&elsewhere[name]).cloned().collect() };
        let mut viewers = Vec::new();
        for ((name, who), actor) in VIEWERS.into_iter().zip(&cast).zip(actors) {
            let mut own = own(&scene, who);
            let keeps = matches!(who.role, Role::Secretary | Role::Auditor);
            let of_office = [
                ("AccountRole", keeps),
                ("AuditEntry", keeps),
                ("Event", keeps || name == "staff"),
                ("SubDistrict", true),
            ];
            for (of, may) in of_office {
                own.insert(of.to_owned(), if may { here[of].clone() } else { BTreeSet::new() });
            }
            // An operator's is everything.
            if who.role == Role::Operator {
                own = types.nodes.iter().map(|of| (of.clone(), all(of))).collect();
            }
            let foreign = types.nodes.iter().map(|of| {
                let own = own
                    .get(of)
                    .unwrap_or_else(|| panic!("say in `harness/stage.rs` or `harness/whose.rs` whose a {of} is"));
                (of.clone(), all(of).difference(own).cloned().collect())
            });
            let foreign = foreign.collect();
            viewers.push(Viewer { name, actor, own, foreign });
        }
        let nothing = types.nodes.iter().map(|of| (of.clone(), BTreeSet::new())).collect();
        let everything = types.nodes.iter().map(|of| (of.clone(), all(of))).collect();
        viewers.push(Viewer { name: "anonymous", actor: app.anonymous(), own: nothing, foreign: everything });
        all_shown(app).await;
        Self { world: scene.world, types, viewers, here, elsewhere, keepers, filters }
    }
}

/// What is somebody's by the rows in memory, by type: of those who hold a role in one community.
pub(super) fn own(scene: &Scene, who: &Who) -> Ids {
    let seen = roles::seen(&scene.here, who);
    let mut own = parts(&scene.here, who, &seen);
    for (list, of) in LISTS {
        own.entry(of.to_owned()).or_default().extend(seen.get(list).cloned().unwrap_or_default());
    }
    own
}

async fn rows_of(app: &TestApp, types: &Types, community: Uuid) -> Ids {
    let mut all = Ids::new();
    for of in &types.nodes {
        all.insert(of.clone(), ids_of(app, of, community).await);
    }
    all
}
