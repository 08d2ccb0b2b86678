//! Certificates of service as the schema shows them.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{certificate, certificate_line};

use super::{Line, Period, Totals, content, edges, scope};
use crate::{
    access::Resource,
    communities::Community,
    error::Result,
    events::History,
    object,
    privacy::mask,
    relay::id,
    scalars::{Date, DateTime},
    staff::StaffMember,
    volunteers::Volunteer,
};

object! {
    Certificate("certificate") of certificate as Resource::Certificate;
    community = |row| Some(row.community_id);
    scope = scope::of_certificates;
    edges = edges::of_certificate;
    classed = { holderName: Personal, responsibleName: Personal, code: Personal, revokedReason: Personal };
}

/// What a certificate states of one activity (服务内容).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct CertificateContent {
    /// The activity, as it was called when the certificate was issued (活动名称).
    title: String,
    /// Was it training, which is no service (是否培训)?
    training: bool,
    /// How often the volunteer came to it in the period (次数).
    person_times: i32,
    /// Of those times, how often nobody wrote down when the volunteer came and went: these count no minutes, which is not 0 (未记录时长次数).
    times_without_hours: i32,
    /// Minutes credited (计入分钟数).
    minutes_credited: i32,
}

/// What the records say today of the period of a certificate (现有记录).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct ServiceOnRecord {
    /// Do the records still say of every session what the certificate states (记录是否一致)?
    pub(super) agrees: bool,
    /// How often the volunteer came to serve, training apart (服务次数).
    person_times: i32,
    /// Minutes of service credited, training apart (计入服务分钟数).
    minutes_credited: i32,
    /// Minutes of training credited (计入培训分钟数).
    training_minutes_credited: i32,
}

impl ServiceOnRecord {
    pub(super) fn new(stated: &[Line], today: &[Line], period: Period) -> Self {
        let Totals { person_times, minutes, training_minutes } = Totals::of(today, period);
        Self {
            agrees: content::agree(stated, today),
            person_times,
            minutes_credited: minutes,
            training_minutes_credited: training_minutes,
        }
    }
}

/// What lines state, activity by activity, in the order in which the volunteer first came to them.
pub(super) fn contents(lines: &[certificate_line::Model], period: Period) -> Vec<CertificateContent> {
    let mut all: Vec<CertificateContent> = Vec::new();
    for line in lines {
        let same = |of: &&mut CertificateContent| of.title == line.title && of.training == line.is_training;
        let times = i32::from(period.holds(line.held_on));
        let (unknown, minutes) = (if line.minutes.is_none() { times } else { 0 }, line.minutes.unwrap_or(0));
        match all.iter_mut().find(same) {
            Some(of) => {
                of.person_times += times;
                of.times_without_hours += unknown;
                of.minutes_credited += minutes;
            }
            None => all.push(CertificateContent {
                title: line.title.clone(),
                training: line.is_training,
                person_times: times,
                times_without_hours: unknown,
                minutes_credited: minutes,
            }),
        }
    }
    all
}

/// A certificate of a volunteer's service in a period, as it was on record when it was issued (志愿服务记录证明). It never changes; `onRecord` says whether the
/// records do.
#[Object]
impl Certificate {
    /// Id of the certificate (编号).
    pub async fn id(&self) -> ID {
        id::encode("certificate", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you revoke it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that issued it (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// To whom it was issued (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// What is printed as its number: the community's code, the year and a count without gaps (证明编号).
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// The volunteer's name as it is printed; masked where you may not read personal data (姓名).
    async fn holder_name(&self) -> String {
        if self.0.reads("holderName") { self.0.holder_name.clone() } else { mask::name(&self.0.holder_name) }
    }

    /// Who states it (出具单位).
    async fn issuing_body(&self) -> &str {
        &self.0.issuing_body
    }

    /// Who answers for it; null where you may not see staff (负责人).
    async fn responsible(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>> {
        self.0.edge(ctx)
    }

    /// The name of who answers for it as it is printed; masked where you may not read personal data (负责人姓名).
    async fn responsible_name(&self) -> String {
        match self.0.reads("responsibleName") {
            true => self.0.responsible_name.clone(),
            false => mask::name(&self.0.responsible_name),
        }
    }

    /// The first day that it is about (起始日期).
    async fn from(&self) -> Date {
        Date(self.0.from_on)
    }

    /// The last day that it is about (截止日期).
    async fn until(&self) -> Date {
        Date(self.0.until_on)
    }

    /// The day on which it was issued (出具日期).
    async fn issued_on(&self) -> Date {
        Date(self.0.issued_on)
    }

    /// How often the volunteer came to serve, training apart (服务次数).
    async fn person_times(&self) -> i32 {
        self.0.person_times
    }

    /// Minutes of service that it credits, training apart (服务分钟数).
    async fn minutes_credited(&self) -> i32 {
        self.0.minutes_credited
    }

    /// Minutes of training that it credits (培训分钟数).
    async fn training_minutes_credited(&self) -> i32 {
        self.0.training_minutes_credited
    }

    /// What it states, activity by activity (服务内容).
    async fn content(&self, ctx: &Context<'_>) -> Result<Vec<CertificateContent>> {
        self.0.list(ctx)
    }

    /// What the records say today: whoever corrects an attendance does not change a certificate (现有记录).
    async fn on_record(&self, ctx: &Context<'_>) -> Result<ServiceOnRecord> {
        self.0.present(ctx)
    }

    /// With this code, which is printed on it, anybody verifies it by `verifyCertificate`; null where you may not read personal data (验证码).
    async fn code(&self) -> Option<&str> {
        self.0.reads("code").then_some(self.0.code.as_str())
    }

    /// When it was revoked (撤销时间).
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(Into::into)
    }

    /// Why it was revoked; null where you may not read personal data (撤销原因).
    async fn revoked_reason(&self) -> Option<&str> {
        self.0.revoked_reason.as_deref().filter(|_| self.0.reads("revokedReason"))
    }

    /// When it was issued (出具时间).
    async fn issued_at(&self) -> DateTime {
        self.0.issued_at.into()
    }
}
