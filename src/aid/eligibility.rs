//! `eligibility`: may this resident be aided under this programme, rule by rule. The rules are those that decide when a grant is recorded.

use async_graphql::{Context, Enum, ID, Object};
use chrono::NaiveDate;
use entity::{aid_programme::AidScope, household, resident};
use sea_orm::EntityTrait;

use super::{
    facts::Case,
    object::AidRecord,
    programme::AidProgramme,
    recipients::{Homes, Recipients},
    rules::{self, Candidate, Finding, Rules},
    terms,
};
use crate::{
    access::policy::Action,
    audit,
    communities::today_at,
    context::{Ask, language},
    error::Result,
    relay::{Entity, Reading, Selection, id},
    residents::Resident,
    say,
    scalars::{Date, Decimal},
    schema::cost::{LOOK, cost},
};

/// What is asked of a recipient (条件).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "super::rules::Rule")]
pub enum EligibilityRule {
    /// They live here, or did on the day (在册在住).
    Presence,
    /// The programme is open on the day (开放期).
    Opening,
    /// One of the programme's circumstances holds on the day (困难/身份类别).
    Circumstances,
    /// The age on the day (年龄).
    Age,
    /// They live in one of the programme's grids (网格).
    Grids,
    /// Nothing stands in the period of the day (帮扶周期).
    Period,
    /// They were not aided as often as the ceiling allows (次数上限).
    Times,
    /// They were not given as much as the ceiling allows (金额上限).
    Value,
    /// Nothing stands under a programme that excludes this one (项目互斥).
    Exclusions,
}

/// One rule, and whether it is met (条件及结论).
pub struct EligibilityFinding(Finding);

impl EligibilityFinding {
    pub(super) fn new(finding: Finding) -> Self {
        Self(finding)
    }
}

/// One rule, and whether it is met (条件及结论).
#[Object]
impl EligibilityFinding {
    /// Which rule (条件).
    async fn rule(&self) -> EligibilityRule {
        self.0.rule.into()
    }

    /// Is it met (是否符合)?
    async fn met(&self) -> bool {
        self.0.met
    }

    /// What it asks for and what is on file; where it is not met, what would change that, in the language of `Accept-Language` (说明).
    async fn explanation(&self, ctx: &Context<'_>) -> String {
        self.0.says.r#in(language(ctx)).to_owned()
    }

    /// The grant that stands in the way; null where none does (已有帮扶记录).
    async fn aid_record_id(&self) -> Option<ID> {
        self.0.standing.map(|standing| id::encode(AidRecord::PREFIX, standing.grant).into())
    }
}

/// Whether a resident may be aided under a programme, and why (资格核查).
pub struct Eligibility {
    on: NaiveDate,
    findings: Vec<Finding>,
    documents: Vec<String>,
}

/// Whether a resident may be aided under a programme, and why (资格核查).
#[Object]
impl Eligibility {
    /// Are all rules met (是否符合全部条件)?
    async fn eligible(&self) -> bool {
        self.findings.iter().all(|finding| finding.met)
    }

    /// The day that was asked about (日期).
    async fn on(&self) -> Date {
        Date(self.on)
    }

    /// Each rule that the programme has (逐项条件).
    async fn rules(&self) -> Vec<EligibilityFinding> {
        self.findings.iter().cloned().map(EligibilityFinding::new).collect()
    }

    /// Names of the documents to be shown; nobody checks them here (须出示的材料).
    async fn documents(&self) -> &[String] {
        &self.documents
    }
}

#[derive(Default)]
pub struct EligibilityQueries;

#[Object]
impl EligibilityQueries {
    /// May this resident be aided under this programme on a day; under one for households, the household in which they live now? Null if one of them is not
    /// there or not within your reach; for those who record aid there (资格核查).
    #[graphql(directive = cost::apply(LOOK.into()))]
    async fn eligibility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme (帮扶项目).")] programme_id: ID,
        #[graphql(desc = "The resident (居民).")] resident_id: ID,
        #[graphql(desc = "The day of the grant; today where the community is when left out (日期).")] on: Option<Date>,
        #[graphql(desc = "What it would be worth, in yuan, against a ceiling (金额, 元).")] yuan: Option<Decimal>,
        #[graphql(desc = "The event, of a programme that aids once an event (事件名称).")] occasion: Option<String>,
    ) -> Result<Option<Eligibility>> {
        let reading = Reading::new(ctx)?;
        let reach = reading.viewer.reach(AidRecord::RESOURCE, Action::Record);
        if reach.is_empty() {
            return Err(audit::forbidden(ctx.app(), ctx.caller(), "eligibility").await);
        }
        let nothing = Selection::default();
        let programme = id::argument("programmeId", AidProgramme::PREFIX, &programme_id)?;
        let resident = id::argument("residentId", Resident::PREFIX, &resident_id)?;
        let programme = reading.one::<AidProgramme>(programme, &nothing).await?;
        let resident = reading.one::<Resident>(resident, &nothing).await?;
        let (Some(programme), Some(resident)) = (programme, resident) else { return Ok(None) };
        let (programme, resident): (&entity::aid_programme::Model, &resident::Model) =
            (programme.seen(), resident.seen());
        if programme.community_id != resident.community_id || !reach.covers(programme.community_id) {
            return Ok(None);
        }
        let on = match on {
            Some(on) => on.0,
            None => today_at(&reading, programme.community_id).await?,
        };
        let asked = yuan.and_then(|yuan| crate::figures::fen_from_yuan(yuan.0).ok());
        let rules = terms::rules_of(reading.db(), programme).await?;
        let case = Case { programme: programme.id, rules: &rules, on, occasion: occasion.as_deref() };
        let candidate = candidate(&reading, &case, &rules, resident).await?;
        let findings = rules::judge(&rules, &candidate, on, asked);
        Ok(Some(Eligibility { on, findings, documents: rules.documents }))
    }
}

/// The resident, or their household, as the rules look at it.
async fn candidate(
    reading: &Reading<'_>,
    case: &Case<'_>,
    rules: &Rules,
    resident: &resident::Model,
) -> Result<Candidate> {
    let (to, homes) = match rules.scope {
        AidScope::Person => {
            let homes = match rules.asks_for_housemates() {
                true => Homes::of_residents(reading.db(), &[resident.id], case.on).await?,
                false => Homes::default(),
            };
            (Recipients::Persons(vec![resident.clone()]), homes)
        }
        AidScope::Household => {
            let home = match resident.household_id {
                Some(home) => household::Entity::find_by_id(home).one(reading.db()).await?,
                None => None,
            };
            let Some(home) = home else {
                let gone = say!("They live in no household now.", "现无户籍，不属于任何户。");
                return Ok(Candidate { gone: Some(gone), ..Candidate::default() });
            };
            let homes = Homes::of_households(reading.db(), vec![home.id], case.on).await?;
            (Recipients::Households(vec![home]), homes)
        }
    };
    let known = case.known(reading.db(), &to, &homes).await?;
    Ok(known.into_values().next().unwrap_or_default())
}
