//! Rows on their way to the database, many a statement.

use entity::{
    activity, activity_organiser, activity_result, aid_batch, aid_claim, aid_programme, aid_programme_exclusion,
    aid_programme_limit, aid_record, alliance_membership, asset, asset_tenure, attendance, attendance_error, building,
    campaign, certificate, certificate_line, circumstance, community, consent, contribution, contribution_device,
    contribution_item, contributor, data_key, facility, grid, head_count, household, household_membership, instalment,
    life_closure, life_event, merchant, milestone, pairing, partner_unit, partner_unit_alias, party_membership,
    posting, project, project_participation, project_participation_role, request, request_entry, resident, session,
    session_sign_up, sponsorship, staff_member, sub_district, team, team_membership, visit, volunteer,
};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, Iterable};

use super::progress::Progress;
use crate::{
    audit::Origin,
    context::App,
    search,
    write::{Deed, Detail},
};

/// Values of one statement: below the 65,535 of PostgreSQL and the 32,766 of SQLite, and no fewer bytes a row are gained above.
const MOST_VALUES: usize = 16_000;

/// How many rows a statement may insert. A few lengths only, so that the database parses and plans a statement once and not for every batch.
const LENGTHS: [usize; 4] = [512, 64, 8, 1];

macro_rules! tables {
    ($($rows:ident: $table:ident),* $(,)?) => {
        /// Rows of all tables that the demo fills, in an order in which each row finds those that it refers to.
        #[derive(Default)]
        pub(super) struct Rows {
            $(pub(super) $rows: Vec<$table::Model>,)*
        }

        impl Rows {
            pub(super) fn len(&self) -> usize {
                0 $(+ self.$rows.len())*
            }

            /// Writes all of them and leaves none.
            pub(super) async fn insert(&mut self, tx: &DatabaseTransaction, progress: &Progress) -> Result<(), DbErr> {
                let entries = self.entries();
                $(insert(tx, std::mem::take(&mut self.$rows), progress).await?;)*
                entries.insert(tx).await
            }
        }
    };
}

tables! {
    sub_districts: sub_district,
    communities: community,
    grids: grid,
    buildings: building,
    data_keys: data_key,
    households: household,
    residents: resident,
    memberships: household_membership,
    consents: consent,
    life_events: life_event,
    life_closures: life_closure,
    partner_units: partner_unit,
    aliases: partner_unit_alias,
    pairings: pairing,
    staff: staff_member,
    postings: posting,
    projects: project,
    participations: project_participation,
    participation_roles: project_participation_role,
    milestones: milestone,
    contributions: contribution,
    contributors: contributor,
    contribution_items: contribution_item,
    contribution_devices: contribution_device,
    programmes: aid_programme,
    programme_limits: aid_programme_limit,
    programme_exclusions: aid_programme_exclusion,
    aid_batches: aid_batch,
    sponsorships: sponsorship,
    instalments: instalment,
    aid_records: aid_record,
    aid_claims: aid_claim,
    facilities: facility,
    assets: asset,
    asset_tenures: asset_tenure,
    volunteers: volunteer,
    party_memberships: party_membership,
    teams: team,
    team_memberships: team_membership,
    campaigns: campaign,
    activities: activity,
    activity_organisers: activity_organiser,
    sessions: session,
    sign_ups: session_sign_up,
    attendances: attendance,
    attendance_errors: attendance_error,
    head_counts: head_count,
    activity_results: activity_result,
    certificates: certificate,
    certificate_lines: certificate_line,
    merchants: merchant,
    alliance_memberships: alliance_membership,
    visits: visit,
    circumstances: circumstance,
    requests: request,
    request_entries: request_entry,
}

async fn insert<M>(tx: &DatabaseTransaction, rows: Vec<M>, progress: &Progress) -> Result<(), DbErr>
where
    M: IntoActiveModel<Active<M>> + sea_orm::ModelTrait,
    Active<M>: ActiveModelTrait<Entity = M::Entity>,
{
    let columns = <M::Entity as EntityTrait>::Column::iter().count();
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    while rows.len() > 0 {
        let fits = |length: &&usize| **length <= rows.len() && **length * columns <= MOST_VALUES;
        let length = *LENGTHS.iter().find(fits).unwrap_or(&1);
        M::Entity::insert_many(rows.by_ref().take(length)).exec_without_returning(tx).await?;
        progress.advance(length as u64);
    }
    Ok(())
}

type Active<M> = <<M as sea_orm::ModelTrait>::Entity as EntityTrait>::ActiveModel;

impl Rows {
    /// What these rows are found by.
    fn entries(&self) -> search::Entries {
        let mut entries = search::Entries::default();
        entries.residents(&self.residents);
        entries.partner_units(&self.partner_units, &self.aliases);
        entries.projects(&self.projects);
        entries.volunteers(&self.volunteers, &self.teams);
        entries.activities(&self.campaigns, &self.activities);
        entries
    }
}

/// The one event of a filled community. A mutation leaves one a row; here that would be as many rows again, which say of every row the same:
/// that it was made up in one go, by the program itself.
pub(super) async fn record(
    tx: &DatabaseTransaction,
    app: &App,
    action: &str,
    community: uuid::Uuid,
) -> Result<(), DbErr> {
    let deed = Deed {
        action,
        subject: ("community", community),
        community: Some(community),
        fields: &[],
        detail: Detail::None,
    };
    deed.append(tx, app, Origin::default()).await
}
