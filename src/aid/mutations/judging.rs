//! What the rules say of a grant that is about to be put on file, as refusals.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    aid::{
        facts::Case,
        object::AidRecord,
        programme::AidProgramme,
        recipients::{Homes, Recipients},
        rules::{self, Finding, Rule, Rules, Standing},
    },
    error::{UserError, UserErrorCode},
    figures::Figure,
    relay::{Entity, id},
    residents::Resident,
    say,
    write::{Faults, Refused, Tx},
};

/// Every rule that one recipient breaks. Whether they are there at all is checked beside this, and their period is claimed.
pub(super) async fn judge(
    tx: &Tx<'_>,
    case: &Case<'_>,
    (to, homes): (&Recipients, &Homes),
    value: Option<Figure>,
    faults: &mut Faults,
) -> Result<(), Refused> {
    let known = case.known(tx.conn(), to, homes).await?;
    valued(case.rules, value, faults);
    let asked = value.and_then(|value| value.amount);
    let recipient = match to {
        Recipients::Persons(_) => "residentId",
        Recipients::Households(_) => "householdId",
    };
    for finding in known.values().flat_map(|candidate| rules::judge(case.rules, candidate, case.on, asked)) {
        let field = match finding.rule {
            _ if finding.met => continue,
            // The one is checked beside, with a code of its own; the other is claimed, and whoever is first has it.
            Rule::Presence | Rule::Period => continue,
            Rule::Opening => "givenOn",
            Rule::Value => "value",
            _ => recipient,
        };
        faults.add(UserError::new(&[field], finding.rule.code(), finding.says.clone()).with(details(&finding)));
    }
    Ok(())
}

/// Where the value is bounded, it is said.
pub(super) fn valued(rules: &Rules, value: Option<Figure>, faults: &mut Faults) {
    if rules.ceiling.fen.is_some() && value.is_some_and(|value| value.amount.is_none()) {
        let message = say!(
            "The programme has a ceiling in yuan: say what is given is worth.",
            "该帮扶项目设有金额上限，请填写金额。"
        );
        faults.note(&["value"], UserErrorCode::Required, message);
    }
}

/// What a programme's aid is paid from, where it says so.
pub(super) fn budget(rules: &Rules, contribution: Uuid, faults: &mut Faults) {
    if rules.budgets.is_empty() || rules.budgets.contains(&contribution) {
        return;
    }
    let message = say!(
        "The programme is paid from other contributions; `AidProgramme.budgets` lists them.",
        "该帮扶项目的经费来自其他资源投入，见 `AidProgramme.budgets`。"
    );
    faults.note(&["contributionId"], UserErrorCode::Invalid, message);
}

/// What programs read of a finding: the rule, and the grant that stands in the way.
pub(super) fn details(finding: &Finding) -> Value {
    let mut details = json!({ "rule": finding.rule.name() });
    if let Some(Standing { grant, programme, other }) = finding.standing {
        details["aidRecordId"] = id::encode(AidRecord::PREFIX, grant).into();
        details["programmeId"] = id::encode(AidProgramme::PREFIX, programme).into();
        if let Some(other) = other {
            details["otherResidentId"] = id::encode(Resident::PREFIX, other).into();
        }
    }
    details
}
