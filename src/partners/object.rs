//! Partner units as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::{partner_unit, partner_unit_alias};

use super::{
    edges,
    pairing::{Pairing, PairingFilter, PairingOrder},
    scope,
};
use crate::{
    access::Resource,
    activities::{Activity, ActivityFilter, ActivityOrder},
    contributions::{Contribution, ContributionFilter, ContributionOrder},
    enum_filter,
    error::Result,
    events::History,
    facilities::{AssetTenure, AssetTenureFilter, AssetTenureOrder},
    object,
    projects::{ProjectParticipation, ProjectParticipationFilter, ProjectParticipationOrder},
    relay::{Connection, id},
    scalars::DateTime,
    sponsorships::{Sponsorship, SponsorshipFilter, SponsorshipOrder},
    volunteers::{Volunteer, VolunteerFilter, VolunteerOrder},
};

object! {
    PartnerUnit("partner_unit") of partner_unit as Resource::PartnerUnit;
    community = |_| None;
    scope = scope::of_units;
    referable = scope::of_units_by_id;
    edges = edges::of_unit;
}

object! {
    PartnerUnitAlias("partner_unit_alias") of partner_unit_alias as Resource::PartnerUnit;
    community = |_| None;
    scope = scope::of_aliases;
    edges = edges::of_alias;
}

/// What kind of organisation a partner unit is (单位性质).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::partner_unit::PartnerUnitKind")]
pub enum PartnerUnitKind {
    /// Organ of Party or government (党政机关).
    Government,
    /// Public institution (事业单位).
    PublicInstitution,
    /// State-owned enterprise (国有企业).
    StateOwnedEnterprise,
    /// Other enterprise (企业).
    Enterprise,
    /// Bank (银行).
    Bank,
    /// Social organisation (社会组织).
    SocialOrganisation,
    /// Charity (慈善组织).
    Charity,
    /// Hospital or clinic (医疗机构).
    Medical,
    /// School or university (教育机构).
    Education,
    /// Library, museum or the like (文化机构).
    Culture,
    /// Collective economic organisation (集体经济组织).
    Collective,
    /// Another one (其他).
    Other,
}

enum_filter!(PartnerUnitKindFilter, PartnerUnitKind, entity::partner_unit::PartnerUnitKind, "单位性质");

/// An organisation that helps communities; the directory of them is shared by all (共建单位).
#[Object]
impl PartnerUnit {
    /// Id of the unit (编号).
    pub async fn id(&self) -> ID {
        id::encode("partner_unit", self.0.id).into()
    }

    /// Counts the changes, of its aliases too; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Name; a description where the name is not known (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What kind of organisation it is (单位性质).
    async fn kind(&self) -> PartnerUnitKind {
        self.0.kind.into()
    }

    /// False where `name` only describes the unit, such as "a caring enterprise" (名称是否已知).
    async fn name_known(&self) -> bool {
        self.0.name_known
    }

    /// Unified social credit code, GB 32100; null where it is not on file (统一社会信用代码).
    async fn credit_code(&self) -> Option<&str> {
        self.0.credit_code.as_deref()
    }

    /// Why a code that fails GB 32100 was accepted; null where the code passes, or there is none (代码校验豁免原因).
    async fn credit_code_override_reason(&self) -> Option<&str> {
        self.0.credit_code_override.as_deref()
    }

    /// Its other names (别名).
    async fn aliases(&self, ctx: &Context<'_>) -> Result<Vec<PartnerUnitAlias>> {
        self.0.list(ctx)
    }

    /// Its pairing agreements with the communities within your reach (结对).
    async fn pairings(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<PairingFilter>,
        _order_by: Option<Vec<PairingOrder>>,
    ) -> Result<Connection<Pairing>> {
        self.0.present(ctx)
    }

    /// The joint projects within your reach that it takes part in, and as what (参与项目).
    async fn participations(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ProjectParticipationFilter>,
        _order_by: Option<Vec<ProjectParticipationOrder>>,
    ) -> Result<Connection<ProjectParticipation>> {
        self.0.present(ctx)
    }

    /// What it pledged to residents, as far as it is within your reach (结对资助).
    async fn sponsorships(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<SponsorshipFilter>,
        _order_by: Option<Vec<SponsorshipOrder>>,
    ) -> Result<Connection<Sponsorship>> {
        self.0.present(ctx)
    }

    /// Its employees who volunteer, as far as they are within your reach (志愿者).
    async fn volunteers(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<VolunteerFilter>,
        _order_by: Option<Vec<VolunteerOrder>>,
    ) -> Result<Connection<Volunteer>> {
        self.0.present(ctx)
    }

    /// What it put in, alone or with others, as far as it is within your reach (资源投入).
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ContributionFilter>,
        _order_by: Option<Vec<ContributionOrder>>,
    ) -> Result<Connection<Contribution>> {
        self.0.present(ctx)
    }

    /// What it lends and gave (出借与移交的资产).
    async fn asset_tenures(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AssetTenureFilter>,
        _order_by: Option<Vec<AssetTenureOrder>>,
    ) -> Result<Connection<AssetTenure>> {
        self.0.present(ctx)
    }

    /// What it holds, alone or with others (活动).
    async fn activities(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ActivityFilter>,
        _order_by: Option<Vec<ActivityOrder>>,
    ) -> Result<Connection<Activity>> {
        self.0.present(ctx)
    }

    /// When the unit was put on file (登记时间).
    async fn registered_at(&self) -> DateTime {
        self.0.registered_at.into()
    }
}

/// Another name by which a unit is found (别名): 区发改委 for 区发展和改革局.
#[Object]
impl PartnerUnitAlias {
    /// Id of the alias (编号).
    pub async fn id(&self) -> ID {
        id::encode("partner_unit_alias", self.0.id).into()
    }

    /// The other name (别名).
    async fn alias(&self) -> &str {
        &self.0.alias
    }

    /// The unit that bears it; null where you may not list that unit (共建单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }
}
