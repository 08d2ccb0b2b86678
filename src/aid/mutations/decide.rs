//! Deciding about grants: what may be decided about which, one or several at once.

use std::collections::BTreeSet;

use async_graphql::{Enum, InputObject};
use chrono::{DateTime as Instant, Utc};
use entity::{
    aid_programme,
    aid_record::{self, AidStatus},
    project::{self, ProjectStatus},
    resident::LifeStatus,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{
    about::{About, note, parts},
    record::REASON,
};
use crate::{
    aid::{
        decision::Decision,
        grant,
        rules::{self, Step},
    },
    error::{Error, Result, UserError, UserErrorCode},
    relay::{Entity, id},
    residents::People,
    say,
    scalars::DateTime,
    sponsorships::Instalment,
    write::{Faults, Refused, Tx},
};

/// The most refusals that are told of a batch.
const TOLD: usize = 20;
/// The most characters of a name.
const NAME: usize = 50;

/// Who signed for what was handed over (签收人).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::aid_record::Signatory")]
pub enum Signatory {
    /// The recipient; of a household's grant a member of it (本人).
    Recipient,
    /// Somebody whom the recipient asked to fetch it (代领人).
    Delegate,
    /// Whoever cares for the recipient: a parent, a guardian, a nurse (监护人或照料人).
    Carer,
}

/// A signature for what was handed over (签收).
#[derive(InputObject, Clone, Debug)]
pub struct SignatureInput {
    /// Who signed (签收人).
    pub by: Signatory,
    /// Name of the delegate or carer, at most 50 characters; left out where the recipient signed (姓名).
    pub name: Option<String>,
}

impl SignatureInput {
    fn check(&self, faults: &mut Faults) -> Option<(aid_record::Signatory, Option<String>)> {
        let path = ["signature", "name"];
        let name = faults.optional_text(&path, self.name.as_deref(), NAME)?;
        match (self.by, &name) {
            (Signatory::Recipient, Some(_)) => {
                let message = say!(
                    "The recipient's name is on record: leave it out, or say that a delegate or carer signed.",
                    "受助人姓名已在册：请勿填写，或改填代领人、照料人。"
                );
                faults.note(&path, UserErrorCode::Invalid, message);
                None
            }
            (Signatory::Delegate | Signatory::Carer, None) => {
                let message = say!("Say who signed for the recipient.", "请填写代签人姓名。");
                faults.note(&path, UserErrorCode::Required, message);
                None
            }
            (by, _) => Some((by.into(), name)),
        }
    }
}

/// What a decision comes with.
#[derive(Clone, Copy)]
pub(super) enum With<'a> {
    Nothing,
    Reason(&'a str),
    Delivery(Option<DateTime>, Option<&'a SignatureInput>),
}

/// Decides about the grants, and gives them as they were before.
pub(super) async fn decide(
    tx: &Tx<'_>,
    step: Step,
    about: About<'_>,
    with: With<'_>,
) -> Result<Vec<aid_record::Model>, Refused> {
    let mut faults = Faults::default();
    let grants = about.locked(tx, step, &mut faults).await?;
    let reason = match with {
        With::Reason(reason) => faults.text(&["reason"], reason, REASON).map(Some),
        With::Nothing | With::Delivery(..) => Some(None),
    };
    let signature = match with {
        With::Delivery(_, Some(given)) => given.check(&mut faults).map(Some),
        _ => Some(None),
    };
    let at = match with {
        With::Delivery(Some(at), _) => at.0,
        _ => tx.now(),
    };
    let mut effect = None;
    let mut people = People::default();
    if let Some(grants) = &grants {
        for (place, grant) in grants.iter().enumerate() {
            effect = step.effect_on(grant.status);
            if effect.is_none() {
                faults.add(illegal(&about.path(place), grant.status, step));
            } else if let Some(instalment) = grant.instalment_id {
                faults.add(paid(&about.path(place), instalment));
            }
        }
        people = People::of(tx, grants.iter().filter_map(|grant| grant.resident_id)).await?;
        match step {
            Step::Approve => {
                project_goes_on(tx, grants, about, &mut faults).await?;
                second_approver(tx, grants, about, &mut faults).await?;
            }
            Step::Deliver => {
                project_goes_on(tx, grants, about, &mut faults).await?;
                at_that_time(tx, grants, (about, with), at, &people, &mut faults).await?;
            }
            Step::Refuse | Step::Cancel | Step::Return | Step::Reverse => {}
        }
    }
    if let About::Batch(_) = about {
        // There may be thousands, and they are all at the same place of the input.
        faults.truncate(TOLD);
    }
    let (grants, effect, reason, signature) = faults.all((grants, effect, reason, signature))?;
    Decision { step, effect, at, reason, signature }.carry_out(tx, &grants, &people).await?;
    Ok(grants)
}

/// Why the decision is not open to a grant in this state.
fn illegal(path: &[String], from: AidStatus, step: Step) -> UserError {
    let refusal = UserError::new(&parts(path), UserErrorCode::IllegalTransition, rules::illegal(from, step));
    refusal.with(json!({ "from": from, "to": step.to() }))
}

/// A payment and its grant go together: the one is not taken back without the other.
fn paid(path: &[String], instalment: Uuid) -> UserError {
    let message = say!(
        "It was paid as an instalment of a sponsorship: take that payment back, with `voidInstalmentPayment`.",
        "该帮扶为结对资助的分期支付：请用 `voidInstalmentPayment` 撤销该期支付。"
    );
    let refusal = UserError::new(&parts(path), UserErrorCode::IllegalTransition, message);
    refusal.with(json!({ "instalmentId": id::encode(Instalment::PREFIX, instalment) }))
}

/// Nothing is agreed to, or handed over, for a project that nobody approved yet or that was called off.
async fn project_goes_on(
    tx: &Tx<'_>,
    grants: &[aid_record::Model],
    about: About<'_>,
    faults: &mut Faults,
) -> Result<(), Refused> {
    let projects: BTreeSet<Uuid> = grants.iter().filter_map(|grant| grant.project_id).collect();
    if projects.is_empty() {
        return Ok(());
    }
    let stopped = project::Entity::find()
        .filter(project::Column::Id.is_in(projects))
        .filter(project::Column::Status.is_in([ProjectStatus::Proposed, ProjectStatus::Cancelled]))
        .all(tx.conn())
        .await?;
    for (place, grant) in grants.iter().enumerate() {
        if let Some(project) = stopped.iter().find(|project| Some(project.id) == grant.project_id) {
            let message = match project.status {
                ProjectStatus::Cancelled => {
                    say!("Its project was cancelled: cancel the grant.", "所属共建项目已取消：请取消该帮扶。")
                }
                _ => say!(
                    "Its project is not approved yet: approve the project first, with `approveProject`.",
                    "所属共建项目尚未批准：请先用 `approveProject` 批准项目。"
                ),
            };
            let id = id::encode("project", project.id);
            let refusal = UserError::new(&parts(&about.path(place)), UserErrorCode::IllegalTransition, message);
            faults.add(refusal.with(json!({ "projectId": id, "projectStatus": project.status })));
        }
    }
    Ok(())
}

/// Where the programme asks for two people, nobody agrees to what they recorded themselves.
async fn second_approver(
    tx: &Tx<'_>,
    grants: &[aid_record::Model],
    about: About<'_>,
    faults: &mut Faults,
) -> Result<(), Refused> {
    let own = |grant: &aid_record::Model| grant.recorded_by == tx.viewer.account_id;
    let programmes: Vec<Uuid> =
        grants.iter().filter(|grant| own(grant)).filter_map(|grant| grant.programme_id).collect();
    if programmes.is_empty() {
        return Ok(());
    }
    let asking = aid_programme::Entity::find()
        .filter(aid_programme::Column::Id.is_in(programmes))
        .filter(aid_programme::Column::SecondApprover.eq(true))
        .all(tx.conn())
        .await?;
    for (place, grant) in grants.iter().enumerate().filter(|(_, grant)| own(grant)) {
        if asking.iter().any(|programme| grant.programme_id == Some(programme.id)) {
            let message = say!(
                "You recorded this grant, and its programme asks for a second person to approve it.",
                "该帮扶由您登记，按该帮扶项目的规定须由他人批准。"
            );
            note(&about.path(place), UserErrorCode::SamePerson, message, faults);
        }
    }
    Ok(())
}

/// Nothing is handed over before its day, in the future, or to somebody who moved out or died before.
async fn at_that_time(
    tx: &Tx<'_>,
    grants: &[aid_record::Model],
    (about, with): (About<'_>, With<'_>),
    at: Instant<Utc>,
    people: &People,
    faults: &mut Faults,
) -> Result<(), Refused> {
    let Some(first) = grants.first() else { return Ok(()) };
    let zone = tx.zone_at(first.community_id).await?;
    let day = at.with_timezone(&zone).date_naive();
    let in_future = at > tx.now();
    for (place, grant) in grants.iter().enumerate() {
        // What is wrong with the time itself is wrong once.
        if in_future && place > 0 {
            break;
        }
        let path = match about {
            About::Several(_) if !in_future => about.path(place),
            About::One(..) | About::Several(_) | About::Batch(_) => vec!["deliveredAt".to_owned()],
        };
        if let With::Delivery(Some(_), _) = with {
            faults.take(&parts(&path), grant::delivered_at(at, grant.given_on, tx.now(), zone));
        }
        let Some(resident) = grant.resident_id else { continue };
        let resident = people.get(resident).ok_or_else(|| Error::internal("a grant to a resident who is not there"))?;
        if resident.life_status != LifeStatus::LivingHere && resident.life_status_on.is_some() {
            faults.take(&parts(&path), grant::recipient(resident, day));
        }
    }
    Ok(())
}
