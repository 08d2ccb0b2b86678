//! On what ground a circumstance is recorded (登记依据): what is sensitive needs the resident's consent (PIPL article 29), or a statutory duty that is named
//! (article 13, item 3). What is not sensitive needs neither.

use chrono::NaiveDate;
use entity::{circumstance, consent::ConsentPurpose};
use sea_orm::DbErr;
use serde_json::json;
use uuid::Uuid;

use super::{circumstance::LegalBasis, circumstance_mutations::RecordCircumstanceInput, rules};
use crate::{
    consents,
    error::{UserError, UserErrorCode},
    say,
    write::{Faults, Tx},
};

/// As it is stored.
pub(super) struct Ground {
    pub(super) basis: Option<circumstance::LegalBasis>,
    pub(super) reason: Option<String>,
}

impl Ground {
    /// What the input says, if that is whole. A reason belongs to a duty, and a duty has one.
    pub(super) fn stated(input: &RecordCircumstanceInput, faults: &mut Faults) -> Option<Self> {
        let path = ["legalBasisReason"];
        let reason = faults.optional_text(&path, input.legal_basis_reason.as_deref(), 200)?;
        let sensitive = rules::is_sensitive(input.kind.into());
        match (input.legal_basis, reason) {
            (Some(LegalBasis::StatutoryDuty), Some(reason)) => {
                Some(Self { basis: Some(circumstance::LegalBasis::StatutoryDuty), reason: Some(reason) })
            }
            (Some(LegalBasis::StatutoryDuty), None) => {
                faults.note(
                    &path,
                    UserErrorCode::Required,
                    say!(
                        "Say which duty obliges the community to record this: the law, the list or the order.",
                        "请填写登记所依据的法定职责：法律、名单或文件。"
                    ),
                );
                None
            }
            (_, Some(_)) => {
                faults.note(
                    &path,
                    UserErrorCode::Invalid,
                    say!("Only a STATUTORY_DUTY needs a reason.", "只有依法定职责登记时才填写说明。"),
                );
                None
            }
            (_, None) => Some(Self { basis: sensitive.then_some(circumstance::LegalBasis::Consent), reason: None }),
        }
    }

    /// The consent must hold on the day of recording, whichever days the circumstance is about.
    pub(super) async fn refuse_without_consent(
        &self,
        tx: &Tx<'_>,
        resident: Uuid,
        today: NaiveDate,
        faults: &mut Faults,
    ) -> Result<(), DbErr> {
        let purpose = ConsentPurpose::SensitiveCircumstances;
        if self.basis != Some(circumstance::LegalBasis::Consent)
            || consents::holds(tx, resident, purpose, None, today).await?
        {
            return Ok(());
        }
        let message = say!(
            "This is sensitive: no consent of the resident to SENSITIVE_CIRCUMSTANCES holds today ({today}). Ask, and record the answer with `recordConsent`; or, where the law obliges the community to record it, send `legalBasis: STATUTORY_DUTY` and say which duty.",
            "此为敏感个人信息：今日（{today}）没有该居民有效的“登记敏感情况”同意。请先征得同意并用 `recordConsent` 登记；如属法定职责，请填写 `legalBasis: STATUTORY_DUTY` 并说明依据。"
        );
        let details = json!({ "purpose": purpose, "on": today, "recordWith": "recordConsent", "otherwise": "legalBasis: STATUTORY_DUTY" });
        faults.add(UserError::new(&["kind"], UserErrorCode::ConsentRequired, message).with(details));
        Ok(())
    }
}
