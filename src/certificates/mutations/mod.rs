//! Issuing certificates of service, and revoking them.

mod issue;
mod revoke;

use async_graphql::{Context, Object};

pub use issue::*;
pub use revoke::*;

use crate::{error::Result, write::write};

#[derive(Default)]
pub struct CertificateMutations;

#[Object]
impl CertificateMutations {
    /// States what is on record of a volunteer's service in a period (出具志愿服务记录证明).
    async fn issue_certificate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, of which period, and who answers for it (证明内容).")] input: IssueCertificateInput,
    ) -> Result<IssueCertificatePayload> {
        write(ctx, input).await
    }

    /// Takes a certificate back: it stays on file, and whoever verifies it is told so (撤销志愿服务记录证明).
    async fn revoke_certificate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why (撤销内容).")] input: RevokeCertificateInput,
    ) -> Result<RevokeCertificatePayload> {
        write(ctx, input).await
    }
}
