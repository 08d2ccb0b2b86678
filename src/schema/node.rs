//! `node` and `nodes`: any object by its id.

use std::collections::{HashMap, HashSet};

use async_graphql::{Context, ID, Interface, Object};
use uuid::Uuid;

use crate::{
    access::roles::AccountRole,
    activities::{
        Activity, ActivityOrganiser, ActivityResult, Attendance, AttendanceError, Campaign, HeadCount, Session,
        SessionSignUp,
    },
    aid::{AidBatch, AidProgramme, AidRecord},
    audit::AuditEntry,
    certificates::Certificate,
    communities::{Building, Community, Grid, SubDistrict},
    consents::Consent,
    contributions::{Contribution, ContributionDevice, ContributionItem, Contributor},
    error::{Error, Result},
    events::Event,
    facilities::{Asset, AssetTenure, Facility},
    households::{Household, HouseholdMembership},
    merchants::Merchant,
    partners::{Pairing, PartnerUnit, PartnerUnitAlias},
    projects::{Milestone, Project, ProjectParticipation},
    relay::{Classed, Entity, Reading, Selection, id},
    requests::Request,
    residents::{Circumstance, LifeEvent, Resident},
    say,
    sponsorships::{Instalment, Sponsorship},
    staff::{Posting, StaffMember},
    visits::Visit,
    volunteers::{PartyMembership, Team, TeamMembership, Volunteer},
};

/// The most ids of one `nodes`.
const MOST: usize = 100;

macro_rules! nodes {
    ($($object:ident),+ $(,)?) => {
        /// Anything that has an id (对象).
        #[derive(Interface, Clone)]
        #[graphql(field(name = "id", ty = "ID", desc = "Id of the object; its prefix tells the type (编号)."))]
        pub enum Node { $($object($object),)+ }

        /// Objects of one type, in one statement and one more for each selected edge.
        pub(crate) async fn fetch(
            reading: &Reading<'_>,
            prefix: &str,
            keys: HashSet<Uuid>,
            selection: &Selection<'_>,
        ) -> Result<HashMap<Uuid, Node>> {
            match prefix {
                $(<$object as Entity>::PREFIX => {
                    let found = reading.some::<$object>(keys, selection).await?;
                    Ok(found.into_iter().map(|(key, object)| (key, Node::$object(object))).collect())
                })+
                _ => Err(Error::bad_input(say!(
                    "There is no type with ids that begin with `{prefix}_`.",
                    "没有编号以 `{prefix}_` 开头的类型。"
                ))),
            }
        }

        /// Every type that `node` finds, with the prefix of its ids.
        pub const TYPES: &[(&str, &str)] = &[$((<$object as Entity>::TYPE, <$object as Entity>::PREFIX),)+];

        /// Of every type the fields that not everybody who sees an object reads in full.
        pub const CLASSED: &[(&str, Classed)] = &[$((<$object as Entity>::TYPE, <$object as Entity>::CLASSED),)+];
    };
}

nodes! {
    SubDistrict, Community, Grid, Building, Household, HouseholdMembership, Resident, Circumstance, Consent, LifeEvent, StaffMember, Posting,
    PartnerUnit, PartnerUnitAlias, Pairing, Project, ProjectParticipation, Milestone, Contribution, ContributionItem, ContributionDevice,
    Contributor, AidProgramme, AidBatch,
    AidRecord, Facility, Asset, AssetTenure, Sponsorship, Instalment, Volunteer, Team, TeamMembership, PartyMembership, Campaign, Activity,
    ActivityOrganiser, Session, SessionSignUp, Attendance, AttendanceError, HeadCount, ActivityResult, Certificate, Merchant, Request, Visit, AccountRole, Event, AuditEntry,
}

#[derive(Default)]
pub struct NodeQueries;

#[Object]
impl NodeQueries {
    /// Any object by its id; null if there is none or it is not within your reach (按编号取对象).
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the object (编号).")] id: ID,
    ) -> Result<Option<Node>> {
        let reading = Reading::new(ctx)?;
        let (prefix, key) = parse("id", &id)?;
        Ok(fetch(&reading, &prefix, HashSet::from([key]), &Selection::under(ctx)).await?.remove(&key))
    }

    /// Objects by their ids, at most 100, in the order of the ids; null in the place of what is not there or not yours (按编号批量取对象).
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ids of the objects, at most 100 (编号).")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        let reading = Reading::new(ctx)?;
        if ids.len() > MOST {
            let given = ids.len();
            return Err(Error::bad_input(say!(
                "ids: {given} are too many; ask for at most {MOST} at once.",
                "ids：共 {given} 个，一次最多 {MOST} 个。"
            )));
        }
        let wanted = ids.iter().map(|id| parse("ids", id)).collect::<Result<Vec<_>>>()?;
        let mut by_type: Vec<(&str, HashSet<Uuid>)> = Vec::new();
        for (prefix, key) in &wanted {
            match by_type.iter_mut().find(|(known, _)| known == prefix) {
                Some((_, keys)) => {
                    keys.insert(*key);
                }
                None => by_type.push((prefix, HashSet::from([*key]))),
            }
        }
        let selection = Selection::under(ctx);
        let mut found: HashMap<(&str, Uuid), Node> = HashMap::new();
        for (prefix, keys) in by_type {
            let objects = fetch(&reading, prefix, keys, &selection).await?;
            found.extend(objects.into_iter().map(|(key, node)| ((prefix, key), node)));
        }
        Ok(wanted.iter().map(|(prefix, key)| found.get(&(prefix.as_str(), *key)).cloned()).collect())
    }
}

fn parse(argument: &str, given: &ID) -> Result<(String, Uuid)> {
    id::parse(given).map_err(|message| {
        let (en, zh) = (message.en, message.zh);
        Error::bad_input(say!("{argument}: {en}", "{argument}：{zh}"))
    })
}
