//! Verifying a certificate without an account: its code shows what is printed on it, with the names masked, and whether the records still say so.

use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono_tz::Tz;
use entity::{certificate, community};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{
    edges::{as_lines, period_of, stated, today},
    object::{CertificateContent, ServiceOnRecord, contents},
};
use crate::{codes, context::Ask, error::Result, privacy::mask, scalars::Date, write::Tx};

/// How a certificate stands (证明状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStanding {
    /// The records say what it states (有效).
    Valid,
    /// The records were corrected after it was issued, and say something else of its period today (记录已更正).
    Corrected,
    /// Whoever issued it took it back (已撤销).
    Revoked,
}

/// What anybody is told who holds the code of a certificate: what is printed on it, names masked, and whether the records still say so (证明验证结果).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct CertificateVerification {
    /// How it stands (状态).
    pub(super) standing: CertificateStanding,
    /// Its number (证明编号).
    pub(super) number: String,
    /// The volunteer's name, masked (姓名).
    pub(super) holder_name: String,
    /// Who states it (出具单位).
    pub(super) issuing_body: String,
    /// The name of who answers for it, masked (负责人姓名).
    pub(super) responsible_name: String,
    /// The first day that it is about (起始日期).
    pub(super) from: Date,
    /// The last day that it is about (截止日期).
    pub(super) until: Date,
    /// The day on which it was issued (出具日期).
    pub(super) issued_on: Date,
    /// How often the volunteer came to serve, training apart, as it states (服务次数).
    pub(super) person_times: i32,
    /// Minutes of service that it credits, training apart (服务分钟数).
    pub(super) minutes_credited: i32,
    /// Minutes of training that it credits (培训分钟数).
    pub(super) training_minutes_credited: i32,
    /// What it states, activity by activity (服务内容).
    pub(super) content: Vec<CertificateContent>,
    /// What the records say today (现有记录).
    pub(super) on_record: ServiceOnRecord,
    /// The day on which it was revoked (撤销日期).
    pub(super) revoked_on: Option<Date>,
}

#[derive(Default)]
pub struct VerificationQueries;

#[Object]
impl VerificationQueries {
    /// Verifies a certificate by the code that is printed on it: for anybody, without an account. Null for a code that leads nowhere (验证志愿服务记录证明).
    async fn verify_certificate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code on the certificate (验证码).")] code: String,
    ) -> Result<Option<CertificateVerification>> {
        codes::looked_up(ctx, found(ctx.app().db.reader(), code.trim())).await
    }
}

pub(super) async fn found(conn: &impl ConnectionTrait, code: &str) -> Result<Option<CertificateVerification>> {
    // No code has such characters, and some the database cannot even be asked for: unknown like all others.
    if !code.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(None);
    }
    let by_code = certificate::Entity::find().filter(certificate::Column::Code.eq(code));
    let Some(row) = by_code.one(conn).await? else { return Ok(None) };
    let lines = stated(conn, [row.id]).await?.remove(&row.id).unwrap_or_default();
    let now = today(conn, &[&row]).await?.remove(&row.id).unwrap_or_default();
    let on_record = ServiceOnRecord::new(&as_lines(&lines), &now, period_of(&row));
    let standing = match (row.revoked_at, on_record.agrees) {
        (Some(_), _) => CertificateStanding::Revoked,
        (None, true) => CertificateStanding::Valid,
        (None, false) => CertificateStanding::Corrected,
    };
    let place = community::Entity::find_by_id(row.community_id).one(conn).await?;
    let zone: Tz = place.map_or(chrono_tz::Asia::Shanghai, |place| Tx::zone_of(&place));
    Ok(Some(CertificateVerification {
        standing,
        holder_name: mask::name(&row.holder_name),
        responsible_name: mask::name(&row.responsible_name),
        from: Date(row.from_on),
        until: Date(row.until_on),
        issued_on: Date(row.issued_on),
        person_times: row.person_times,
        minutes_credited: row.minutes_credited,
        training_minutes_credited: row.training_minutes_credited,
        content: contents(&lines, period_of(&row)),
        on_record,
        revoked_on: row.revoked_at.map(|at| Date(at.with_timezone(&zone).date_naive())),
        number: row.number,
        issuing_body: row.issuing_body,
    }))
}
