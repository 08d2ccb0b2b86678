//! Circumstances as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::circumstance;

use super::{edges, object::Resident, scope};
use crate::{
    access::Resource, enum_filter, error::Result, events::History, object, relay::id, scalars::Date, visits::Visit,
};

object! {
    Circumstance("circumstance") of circumstance as Resource::Circumstance;
    community = |row| Some(row.community_id);
    scope = scope::of_circumstances;
    edges = edges::of_circumstance;
}

/// What kind of circumstance it is (困难/身份类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::circumstance::CircumstanceKind")]
pub enum CircumstanceKind {
    /// Receives the minimum living allowance (低保).
    LowIncome,
    /// Person in special hardship (特困).
    SpecialHardship,
    /// Certified disability, with kind and grade (残疾).
    Disability,
    /// Lives alone (独居).
    LivingAlone,
    /// Child in difficulty (困境儿童).
    ChildInDifficulty,
    /// Pupil or student (学生).
    Pupil,
    /// Veteran (退役军人).
    Veteran,
    /// Member of the Party (党员).
    PartyMember,
    /// Another one; the source says which (其他).
    Other,
}

/// What kind of disability is certified, GB/T 26341 (残疾类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::circumstance::DisabilityKind")]
pub enum DisabilityKind {
    /// Sight (视力残疾).
    Vision,
    /// Hearing (听力残疾).
    Hearing,
    /// Speech (言语残疾).
    Speech,
    /// Limbs (肢体残疾).
    Limb,
    /// Intellect (智力残疾).
    Intellectual,
    /// Mind (精神残疾).
    Mental,
    /// Several together (多重残疾).
    Multiple,
}

/// On what ground a sensitive circumstance is recorded (登记依据).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::circumstance::LegalBasis")]
pub enum LegalBasis {
    /// The resident, or a child's guardian, consented (本人或监护人同意).
    Consent,
    /// A law or an order of the authorities obliges the community to keep it: the reason says which (法定职责).
    StatutoryDuty,
}

enum_filter!(CircumstanceFilter, CircumstanceKind, entity::circumstance::CircumstanceKind, "困难/身份类别");

/// A dated fact about a resident by which eligibility is judged (困难/身份类别).
#[Object]
impl Circumstance {
    /// Id of the circumstance (编号).
    pub async fn id(&self) -> ID {
        id::encode("circumstance", self.0.id).into()
    }

    /// Counts the changes (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Whose circumstance it is (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// What kind it is (类别).
    async fn kind(&self) -> CircumstanceKind {
        self.0.kind.into()
    }

    /// Of a disability, which (残疾类别).
    async fn disability_kind(&self) -> Option<DisabilityKind> {
        self.0.disability_kind.map(Into::into)
    }

    /// Of a disability, its grade: 1 is the gravest, 4 the lightest; null where it is not known (残疾等级).
    async fn disability_grade(&self) -> Option<i32> {
        self.0.disability_grade.map(Into::into)
    }

    /// Where it is known from: a certificate, a list, a visit (来源).
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The visit on which it became known (来源走访).
    async fn visit(&self, ctx: &Context<'_>) -> Result<Option<Visit>> {
        self.0.edge(ctx)
    }

    /// On what ground it is recorded; null where the kind is not sensitive, and on what was put on file before anybody was asked (登记依据).
    async fn legal_basis(&self) -> Option<LegalBasis> {
        self.0.legal_basis.map(Into::into)
    }

    /// Which duty obliges the community to keep it (法定职责说明).
    async fn legal_basis_reason(&self) -> Option<&str> {
        self.0.legal_basis_reason.as_deref()
    }

    /// The first day (起始日).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day; null while it lasts (终止日).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }
}
