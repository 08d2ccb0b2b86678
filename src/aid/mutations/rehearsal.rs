//! The token of a rehearsal: what was asked, and what would have become of whom, sealed. So the server keeps nothing of a rehearsal, and can still say what
//! changed since.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    plan::{AidBatchOutcome, named, outcome},
    planning::{Plan, Row},
};
use crate::{
    error::{UserError, UserErrorCode},
    say,
    write::{Refused, Tx},
};

/// Of each recipient the random end of the id, and the outcome.
const ENTRY: usize = 7;
const DIGEST: usize = 32;
/// Two digests and five thousand entries, in base64 with the cipher's own bytes.
const LONGEST: usize = 64 * 1024;
/// The most recipients that are named where a batch would come out differently.
const NAMED: usize = 20;

/// What a plan comes to.
pub(super) struct Print {
    input: Vec<u8>,
    rows: Vec<u8>,
    entries: Vec<[u8; ENTRY]>,
}

impl Print {
    pub(super) fn of(tx: &Tx<'_>, input: &str, rows: &[Row]) -> Self {
        let keys = &tx.app.keys;
        let mut all = Vec::new();
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let mut entry = [outcome(row) as u8; ENTRY];
            entry[..ENTRY - 1].copy_from_slice(&row.recipient.as_bytes()[10..]);
            entries.push(entry);
            all.extend_from_slice(row.recipient.as_bytes());
            all.push(outcome(row) as u8);
            all.extend_from_slice(&row.milli.unwrap_or(-1).to_be_bytes());
            all.extend_from_slice(&row.fen.unwrap_or(-1).to_be_bytes());
        }
        let digest = |parts: &[&[u8]]| {
            let mut digest = keys.digest(parts);
            digest.resize(DIGEST, 0);
            digest
        };
        Self {
            input: digest(&[b"planned batch", input.as_bytes()]),
            rows: digest(&[b"rows of a batch", &all]),
            entries,
        }
    }

    pub(super) fn token(&self, tx: &Tx<'_>) -> String {
        let mut bytes = [self.input.as_slice(), &self.rows].concat();
        bytes.extend(self.entries.iter().flatten());
        tx.app.keys.seal_cursor(&bound_to(tx), &bytes)
    }
}

/// Good for who rehearsed alone.
fn bound_to(tx: &Tx<'_>) -> Vec<u8> {
    [b"planAidBatch".as_slice(), tx.viewer.account_id.as_bytes()].concat()
}

/// Does the plan come out as when the token was given? Otherwise it is refused with what changed.
pub(super) fn same(tx: &Tx<'_>, now: &Print, token: &str, plan: &Plan) -> Result<(), Refused> {
    let opened = tx.app.keys.open_token(&bound_to(tx), token, LONGEST);
    let Some((input, rest)) = opened.as_deref().and_then(|bytes| bytes.split_at_checked(DIGEST)) else {
        let message = say!("This is no token of a rehearsal of yours.", "该凭据不是您预演所得。");
        return Err(UserError::new(&["token"], UserErrorCode::Invalid, message).into());
    };
    if input != now.input {
        let message = say!("The token is of another input: rehearse again.", "该凭据对应其他内容，请重新预演。");
        return Err(UserError::new(&["token"], UserErrorCode::Invalid, message).into());
    }
    let (rows, entries) = rest.split_at_checked(DIGEST).unwrap_or((rest, &[]));
    if rows == now.rows {
        return Ok(());
    }
    let mut before: HashMap<&[u8], u8> =
        entries.chunks_exact(ENTRY).map(|entry| (&entry[..ENTRY - 1], entry[ENTRY - 1])).collect();
    let (mut changed, mut told) = (0, Vec::new());
    for (entry, row) in now.entries.iter().zip(&plan.rows) {
        let was = before.remove(&entry[..ENTRY - 1]);
        if was == Some(entry[ENTRY - 1]) {
            continue;
        }
        changed += 1;
        if told.len() < NAMED {
            let was = was.and_then(outcome_of).map(AidBatchOutcome::name);
            told.push(
                json!({ "recipientId": named(plan, row.recipient), "before": was, "after": outcome(row).name() }),
            );
        }
    }
    let gone = before.len();
    let message = match (changed, gone) {
        (0, 0) => say!(
            "What each would receive changed since the rehearsal: rehearse again.",
            "预演之后，各对象应得的数量或金额已变化，请重新预演。"
        ),
        _ => say!(
            "Since the rehearsal {changed} recipients came or would come out differently, and {gone} went: see `details`, and rehearse again.",
            "预演之后，{changed} 个对象为新增或结果有变，{gone} 个已不在其中，见 `details`，请重新预演。"
        ),
    };
    let details: Value = json!({ "changed": changed, "gone": gone, "rows": told });
    Err(UserError::new(&["token"], UserErrorCode::Conflict, message).with(details).into())
}

fn outcome_of(code: u8) -> Option<AidBatchOutcome> {
    use AidBatchOutcome::*;
    [WouldBePlanned, AlreadyAided, Excluded, NotEligible, NothingLeft]
        .into_iter()
        .find(|outcome| *outcome as u8 == code)
}
