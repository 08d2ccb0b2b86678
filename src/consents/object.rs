//! Consents as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::consent;

use super::{edges, scope};
use crate::{
    access::Resource,
    communities::Community,
    enum_filter,
    error::Result,
    events::History,
    object,
    partners::PartnerUnit,
    privacy::mask,
    relay::id,
    residents::Resident,
    scalars::{Date, DateTime},
};

object! {
    Consent("consent") of consent as Resource::Consent;
    community = |row| Some(row.community_id);
    scope = scope::of_consents;
    edges = edges::of_consent;
    classed = { guardianName: Personal, note: Personal, withdrawnReason: Personal };
}

/// What a person consents to (同意事项).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::consent::ConsentPurpose")]
pub enum ConsentPurpose {
    /// That disabilities, illnesses and hardship are put on record (登记敏感情况).
    SensitiveCircumstances,
    /// That one partner unit is told who it supports (向共建单位提供).
    ShareWithPartner,
    /// That their masked name is posted in public notices of aid that the law does not want posted by itself (公示姓名, 脱敏).
    PublicNotice,
}

/// How a consent was given (同意方式).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::consent::ConsentMeans")]
pub enum ConsentMeans {
    /// Signed on paper (书面).
    Paper,
    /// Said to a staff member (当面).
    InPerson,
    /// Given online (网上).
    Online,
}

/// What a guardian is to the person (监护关系).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::consent::GuardianRelation")]
pub enum GuardianRelation {
    /// Father or mother (父母).
    Parent,
    /// Grandparent (祖父母、外祖父母).
    Grandparent,
    /// Husband or wife (配偶).
    Spouse,
    /// Adult child (成年子女).
    Child,
    /// Elder brother or sister (兄、姐).
    Sibling,
    /// Somebody else (其他个人).
    OtherPerson,
    /// The civil affairs department, the community or another organisation (民政部门、居委会等单位).
    Organisation,
}

enum_filter!(ConsentPurposeFilter, ConsentPurpose, entity::consent::ConsentPurpose, "同意事项");

/// What a resident consented to, and until when; never changed, only withdrawn (知情同意).
#[Object]
impl Consent {
    /// Id of the consent (编号).
    pub async fn id(&self) -> ID {
        id::encode("consent", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you withdraw it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that keeps this record (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Who consents, or is consented for (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// To what (同意事项).
    async fn purpose(&self) -> ConsentPurpose {
        self.0.purpose.into()
    }

    /// Of SHARE_WITH_PARTNER, the unit that may be told (共建单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// How it was given (同意方式).
    async fn means(&self) -> ConsentMeans {
        self.0.means.into()
    }

    /// What the guardian who consented is to the resident; null where the resident did (监护关系).
    async fn guardian_relation(&self) -> Option<GuardianRelation> {
        self.0.guardian_relation.map(Into::into)
    }

    /// The guardian, if a resident (监护人).
    async fn guardian(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// The guardian's name, if not a resident; masked where you may not read personal data (监护人姓名).
    async fn guardian_name(&self) -> Option<String> {
        let name = self.0.guardian_name.as_ref()?;
        Some(if self.0.reads("guardianName") { name.clone() } else { mask::name(name) })
    }

    /// What else was said, such as where the paper is kept; null where you may not read personal data (备注).
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref().filter(|_| self.0.reads("note"))
    }

    /// The first day on which it holds (同意日期).
    async fn given_on(&self) -> Date {
        Date(self.0.given_on)
    }

    /// The last day; null where it holds until it is withdrawn (到期日).
    async fn expires_on(&self) -> Option<Date> {
        self.0.expires_on.map(Date)
    }

    /// From this day on it holds no longer; null while it was not withdrawn (撤回日期).
    async fn withdrawn_on(&self) -> Option<Date> {
        self.0.withdrawn_on.map(Date)
    }

    /// Why it was withdrawn; null where you may not read personal data (撤回原因).
    async fn withdrawn_reason(&self) -> Option<&str> {
        self.0.withdrawn_reason.as_deref().filter(|_| self.0.reads("withdrawnReason"))
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}
