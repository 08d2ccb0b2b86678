//! Where a report looks: the records of one community that the viewer may see.

use async_graphql::{Context, ID};
use entity::{
    activity, activity_result, aid_record, asset, asset_tenure, attendance, campaign, contribution, facility,
    head_count, instalment, pairing, session, sponsorship, team, team_membership, volunteer,
};
use sea_orm::{ColumnTrait, DatabaseConnection, QueryFilter, Select};
use uuid::Uuid;

use super::period::Period;
use crate::{
    access::policy::Action,
    activities::{Activity, ActivityResult, Attendance, Campaign, HeadCount, Session},
    aid::{AidProgramme, AidRecord},
    audit,
    communities::Community,
    context::Ask,
    contributions::Contribution,
    error::{Error, Result},
    facilities::{Asset, AssetTenure, Facility},
    figures::few::few,
    partners::Pairing,
    relay::{Asked, Entity, Reading, Row, Selection, id},
    say,
    sponsorships::{Instalment, Sponsorship},
    volunteers::{Team, TeamMembership, Volunteer},
};

/// The most rows of a list within a report: more than anybody reads, and few enough to answer with.
pub(super) const MOST_ROWS: usize = 1000;

pub(super) struct Look<'a> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) community: Uuid,
    pub(super) period: Period,
}

macro_rules! tables {
    ($($name:ident: $table:ident as $object:ty;)+) => {
        impl Look<'_> {
            $(pub(super) fn $name(&self) -> Select<$table::Entity> {
                self.reading.select::<$object>().filter($table::Column::CommunityId.eq(self.community))
            })+
        }
    };
}

tables! {
    pairings: pairing as Pairing;
    contributions: contribution as Contribution;
    aid: aid_record as AidRecord;
    facilities: facility as Facility;
    assets: asset as Asset;
    tenures: asset_tenure as AssetTenure;
    volunteers: volunteer as Volunteer;
    teams: team as Team;
    team_memberships: team_membership as TeamMembership;
    campaigns: campaign as Campaign;
    activities: activity as Activity;
    sessions: session as Session;
    attendances: attendance as Attendance;
    head_counts: head_count as HeadCount;
    results: activity_result as ActivityResult;
    sponsorships: sponsorship as Sponsorship;
    instalments: instalment as Instalment;
}

impl<'a> Look<'a> {
    pub(super) fn db(&self) -> &'a DatabaseConnection {
        self.reading.db()
    }

    /// Does the viewer read of all rows of this kind here whom they are about?
    pub(super) fn names<T: Entity>(&self) -> bool
    where
        Row<T>: Send + Sync,
    {
        self.reading.viewer.reach(T::RESOURCE, Action::Read).names(self.community)
    }

    /// A number of persons or households out of rows of this kind; none where they are so few that it would tell who.
    pub(super) fn told<T: Entity>(&self, number: i64) -> Option<i64>
    where
        Row<T>: Send + Sync,
    {
        Some(number).filter(|number| !few(*number) || self.names::<T>())
    }
}

/// The community that a report is about, with what is selected of it under the field `community` of the report.
pub(super) async fn community(
    reading: &Reading<'_>,
    asked: &Asked<'_>,
    of: &ID,
    report: &str,
) -> Result<(Uuid, Community)> {
    let key = id::argument("communityId", Community::PREFIX, of)?;
    let wanted = asked.selection.child(asked.env, report, "community");
    let found = reading.one::<Community>(key, &wanted).await?.ok_or_else(|| {
        // The same for "not there" and "not yours".
        Error::bad_input(say!(
            "communityId: there is no community with this id within your reach.",
            "communityId：您的权限范围内没有此编号的社区。"
        ))
    })?;
    Ok((key, found))
}

/// The programme that a report is about, for those who keep the records of its community and read whom they are about: who tries otherwise is on record.
pub(super) async fn programme_of_keepers(
    ctx: &Context<'_>,
    reading: &Reading<'_>,
    of: &ID,
    wanted: &Selection<'_>,
) -> Result<AidProgramme> {
    let key = id::argument("programmeId", AidProgramme::PREFIX, of)?;
    let programme = reading.one::<AidProgramme>(key, wanted).await?.ok_or_else(|| {
        // The same for "not there" and "not yours".
        Error::bad_input(say!(
            "programmeId: there is no programme with this id within your reach.",
            "programmeId：您的权限范围内没有此编号的帮扶项目。"
        ))
    })?;
    let community = programme.seen().community_id;
    let reach = reading.viewer.reach(AidRecord::RESOURCE, Action::Read);
    if !reach.covers(community) || !reach.names(community) {
        return Err(audit::forbidden(ctx.app(), ctx.caller(), &ctx.item.node.name.node).await);
    }
    Ok(programme)
}

/// Refuses a list that is too long to be read; a report that leaves rows out without a word would be wrong.
pub(super) fn bounded<T>(list: &str, rows: Vec<T>) -> Result<Vec<T>> {
    if rows.len() <= MOST_ROWS {
        return Ok(rows);
    }
    Err(Error::bad_input(say!(
        "{list}: more than {MOST_ROWS} rows; ask for a shorter period.",
        "{list}：超过 {MOST_ROWS} 行；请缩短统计期间。"
    )))
}
