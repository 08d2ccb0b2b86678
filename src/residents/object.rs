//! Residents as the schema shows them.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::resident;

use super::{circumstance::Circumstance, edges, life::LifeEvent, scope};
use crate::{
    access::Resource,
    activities::{Attendance, AttendanceFilter, AttendanceOrder},
    aid::{AidRecord, AidRecordFilter, AidRecordOrder},
    communities::{Building, Community},
    consents::{Consent, ConsentFilter, ConsentOrder},
    error::Result,
    events::History,
    households::Household,
    object,
    privacy::{Column, PersonKey, mask},
    relay::{Connection, id},
    requests::{Request, RequestFilter, RequestOrder},
    scalars::{Date, DateTime},
    sponsorships::{Sponsorship, SponsorshipFilter, SponsorshipOrder},
    volunteers::Volunteer,
};

object! {
    Resident("resident") of resident as Resource::Resident;
    community = |row| Some(row.community_id);
    scope = scope::of_residents;
    edges = edges::of_resident;
    classed = { fullName: Personal, phone: Sealed, birthDate: Personal, circumstances: Sensitive };
}

/// Sex as registered (性别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::resident::Sex")]
pub enum Sex {
    /// Male (男).
    Male,
    /// Female (女).
    Female,
    /// Not known (未知).
    Unknown,
}

/// What kind of identity document a person showed (证件类型).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::resident::IdDocumentKind")]
pub enum IdDocumentKind {
    /// None was shown (无证件).
    None,
    /// Resident identity card, GB 11643 (居民身份证).
    ResidentIdCard,
    /// Passport of any country (护照).
    Passport,
}

/// Where a resident's life stands (居住状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::resident::LifeStatus")]
pub enum LifeStatus {
    /// Lives in the community (在住).
    LivingHere,
    /// Moved out (已迁出).
    MovedOut,
    /// Died (已故).
    Deceased,
}

/// An identity document, masked (证件).
#[derive(SimpleObject)]
pub struct IdDocument {
    /// What kind it is (类型).
    kind: IdDocumentKind,
    /// The number with its telling part hidden, for comparing with a document at hand (脱敏号码).
    masked: String,
}

/// A person who lives, or lived, in a community (居民).
#[Object]
impl Resident {
    /// Id of the resident (编号).
    pub async fn id(&self) -> ID {
        id::encode("resident", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you amend (版本).
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

    /// The household that the resident is a member of now (户).
    async fn household(&self, ctx: &Context<'_>) -> Result<Option<Household>> {
        self.0.edge(ctx)
    }

    /// The building of that household (楼栋).
    async fn building(&self, ctx: &Context<'_>) -> Result<Option<Building>> {
        self.0.edge(ctx)
    }

    /// Full name; masked where you may not read personal data (姓名).
    async fn full_name(&self) -> String {
        if self.0.reads("fullName") { self.0.full_name.clone() } else { mask::name(&self.0.full_name) }
    }

    /// Sex as registered (性别).
    async fn sex(&self) -> Sex {
        self.0.sex.into()
    }

    /// The identity document, its number always masked; null where none was shown (证件).
    async fn id_document(&self, ctx: &Context<'_>) -> Result<Option<IdDocument>> {
        let Some(sealed) = &self.0.id_document else { return Ok(None) };
        let Some(key) = self.0.edge::<PersonKey>(ctx)? else { return Ok(None) };
        let number = key.open_text(Column::ResidentIdDocument, sealed)?;
        let kind = self.0.id_document_kind;
        Ok(Some(IdDocument { kind: kind.into(), masked: mask::id_document(kind, &number) }))
    }

    /// Telephone number, in full or masked, by what you may read (电话).
    async fn phone(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(sealed) = &self.0.phone else { return Ok(None) };
        let Some(key) = self.0.edge::<PersonKey>(ctx)? else { return Ok(None) };
        let phone = key.open_text(Column::ResidentPhone, sealed)?;
        Ok(Some(if self.0.reads("phone") { phone } else { mask::phone(&phone) }))
    }

    /// Birth date, a civil date; null where it is not known or you may not read personal data (出生日期).
    async fn birth_date(&self) -> Option<Date> {
        self.0.birth_date.filter(|_| self.0.reads("birthDate")).map(Date)
    }

    /// Circumstances that hold on a day (today when none is given), earliest first; empty where you may not read sensitive data (困难/身份类别).
    async fn circumstances(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "on", desc = "The day in question; today in the community when left out (日期).")] _on: Option<
            Date,
        >,
    ) -> Result<Vec<Circumstance>> {
        self.0.list(ctx)
    }

    /// What the resident, or the guardian, consented to (知情同意).
    async fn consents(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ConsentFilter>,
        _order_by: Option<Vec<ConsentOrder>>,
    ) -> Result<Connection<Consent>> {
        self.0.present(ctx)
    }

    /// Does the resident live here still (居住状态)?
    async fn life_status(&self) -> LifeStatus {
        self.0.life_status.into()
    }

    /// Since when: the day of moving out, of death or of coming back; null for who always lived here, and where it is not known (状态日期).
    async fn life_status_on(&self) -> Option<Date> {
        self.0.life_status_on.map(Date)
    }

    /// Moving out, death, coming back, earliest first, with what each closed (居民变动).
    async fn life_events(&self, ctx: &Context<'_>) -> Result<Vec<LifeEvent>> {
        self.0.list(ctx)
    }

    /// Aid that was given, planned or refused (帮扶记录).
    async fn aid_records(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AidRecordFilter>,
        _order_by: Option<Vec<AidRecordOrder>>,
    ) -> Result<Connection<AidRecord>> {
        self.0.present(ctx)
    }

    /// What the resident is sponsored with (结对资助).
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

    /// What the resident asks of the community (诉求).
    async fn requests(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<RequestFilter>,
        _order_by: Option<Vec<RequestOrder>>,
    ) -> Result<Connection<Request>> {
        self.0.present(ctx)
    }

    /// The resident as a volunteer; null where the resident is not enrolled now (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// What the person came to, as far as names were taken (考勤).
    async fn attendances(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AttendanceFilter>,
        _order_by: Option<Vec<AttendanceOrder>>,
    ) -> Result<Connection<Attendance>> {
        self.0.present(ctx)
    }

    /// When the resident was put on file (登记时间).
    async fn registered_at(&self) -> DateTime {
        self.0.registered_at.into()
    }
}
