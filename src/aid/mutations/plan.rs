//! Planning aid for many at once, and rehearsing it.

use async_graphql::{Enum, ID, InputObject, InputType, SimpleObject};
use serde_json::json;
use uuid::Uuid;

use super::{
    planning::{Plan, Row},
    rehearsal::{self, Print},
};
use crate::{
    access::{Resource, policy::Action},
    aid::{
        batch::AidBatch,
        eligibility::EligibilityFinding,
        object::AidRecord,
        rules::{Finding, Rule},
    },
    error::{Result, UserError, UserErrorCode},
    figures::{Money, Quantity},
    households::{Household, HouseholdFilter},
    relay::{Entity, id},
    residents::{Resident, ResidentFilter},
    say,
    scalars::{Date, Decimal},
    write::{Change, Faults, Payload, Refused, Rehearsed, Tx, Verb, canonical},
};

/// The most recipients whose refusal is told where nothing was rehearsed.
const TOLD: usize = 20;

/// Aid to be planned for many at once: each grant is PLANNED, and its share of the contribution is set aside (批量登记帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct PlanAidBatchInput {
    /// The community that gives it (社区).
    pub community_id: ID,
    /// The residents who receive it, at most 5,000; or name households, or one of the two filters (居民).
    pub resident_ids: Option<Vec<ID>>,
    /// The households that receive it as a whole, at most 5,000 (户).
    pub household_ids: Option<Vec<ID>>,
    /// All residents of the community whom this filter leaves, at most 5,000, in the order of registration (居民筛选).
    pub residents: Option<ResidentFilter>,
    /// All households of the community that this filter leaves, at most 5,000 (户筛选).
    pub households: Option<HouseholdFilter>,
    /// The programme under whose rules it is given (帮扶项目).
    pub programme_id: Option<ID>,
    /// The contribution that it is taken from (资源投入).
    pub contribution_id: ID,
    /// Which of its items it is taken from, where it has items (物资明细).
    pub item_id: Option<ID>,
    /// The joint project that it belongs to; the contribution's when left out (共建项目).
    pub project_id: Option<ID>,
    /// The day of the grants, on which eligibility is judged; not after today (发放日期).
    pub given_on: Date,
    /// How many each receives or, where they are shared out, how many there are in all (数量).
    pub quantity: Option<Decimal>,
    /// What each receives is worth, in yuan or, where it is shared out, the whole; left out of an item that is counted and valued EXACT, its share of what is
    /// left of it (金额, 元).
    pub value: Option<Decimal>,
    /// Are quantity and value shared out evenly among the recipients, to the last fen? Then they are the whole, otherwise what each receives (是否均分).
    #[graphql(default)]
    pub shared: bool,
    /// What it is given for, under a programme that aids once an event (事件名称).
    pub occasion: Option<String>,
    /// A remark on each grant, at most 2000 characters (备注).
    pub note: Option<String>,
    /// Why more may be given than is known to have come; at most 500 characters (超额分配原因).
    pub over_allocation_reason: Option<String>,
    /// Only tell what would become of each recipient, and change nothing (预演).
    pub rehearse: Option<bool>,
    /// What a rehearsal of the same input gave: those who would have been planned are planned, the others are left out. Refused with CONFLICT, and with what
    /// changed, where it would come out differently now. Without it, nobody may be left out (预演凭据).
    pub token: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

/// What becomes of a recipient of a batch (处理结果).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AidBatchOutcome {
    /// A grant would be planned (拟登记).
    WouldBePlanned,
    /// A grant stands in the period, for them or somebody of the household (已受助).
    AlreadyAided,
    /// A grant stands under a programme that excludes this one (项目互斥).
    Excluded,
    /// They do not meet the programme's conditions (不符合条件).
    NotEligible,
    /// Nothing is left of the contribution for them (余量不足).
    NothingLeft,
}

/// One recipient of a batch, and what would become of them (预演明细).
#[derive(SimpleObject)]
pub struct AidBatchRow {
    /// The resident; null for a household (居民).
    pub resident_id: Option<ID>,
    /// The household; null for a resident (户).
    pub household_id: Option<ID>,
    /// What would become of them (处理结果).
    pub outcome: AidBatchOutcome,
    /// How many they would receive; null where nothing is counted, or they would receive nothing (数量).
    pub quantity: Option<Quantity>,
    /// What it would be worth; null where nobody values it, or they would receive nothing (金额).
    pub value: Option<Money>,
    /// The rules that they do not meet (未符合的条件).
    pub reasons: Vec<EligibilityFinding>,
}

/// What would come of a batch (批次预演).
#[derive(SimpleObject)]
pub struct AidBatchRehearsal {
    /// Give it with the same input to have exactly this done (预演凭据).
    pub token: String,
    /// How many grants would be planned (拟登记笔数).
    pub planned: i32,
    /// How many recipients would be left out (未登记人数).
    pub left_out: i32,
    /// Every recipient, in the order in which they were named (明细).
    pub rows: Vec<AidBatchRow>,
}

/// What came of it: `aidBatch`, what a rehearsal says, or why it was refused (结果).
#[derive(SimpleObject)]
pub struct PlanAidBatchPayload {
    /// The batch as it is now; null when it was rehearsed or refused (帮扶批次).
    pub aid_batch: Option<AidBatch>,
    /// What would come of it; null unless it was rehearsed (批次预演).
    pub rehearsal: Option<AidBatchRehearsal>,
    /// Why the change was refused, all reasons together; empty when it was made (业务错误).
    pub user_errors: Vec<UserError>,
}

impl Payload for PlanAidBatchPayload {
    type Object = AidBatch;
    const TYPE: &'static str = "PlanAidBatchPayload";
    const FIELD: &'static str = "aidBatch";

    fn new(mut objects: Vec<AidBatch>, user_errors: Vec<UserError>) -> Self {
        Self { aid_batch: objects.pop(), rehearsal: None, user_errors }
    }

    fn rehearsed(found: Rehearsed) -> Option<Self> {
        Some(Self { aid_batch: None, rehearsal: Some(found.report()?), user_errors: Vec::new() })
    }
}

impl Change for PlanAidBatchInput {
    type Payload = PlanAidBatchPayload;
    const VERB: Verb = Verb { name: "planAidBatch", resource: Resource::AidRecord, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let rehearse = self.rehearse.unwrap_or_default();
        if rehearse && self.token.is_some() {
            let message = say!("A rehearsal gives a token and takes none.", "预演返回凭据，请勿同时填写。");
            return Err(UserError::new(&["token"], UserErrorCode::Invalid, message).into());
        }
        let plan = Plan::make(tx, self).await?;
        let print = Print::of(tx, &self.bare(), &plan.rows);
        if rehearse {
            // Whatever the contribution would refuse, it refuses now.
            plan.take(tx).await?;
            return Err(Refused::Rehearsed(Rehearsed::new(report(&plan, print.token(tx)))));
        }
        match &self.token {
            Some(token) => rehearsal::same(tx, &print, token, &plan)?,
            None => nobody_left_out(&plan)?,
        }
        if !plan.rows.iter().any(|row| row.left_out.is_none()) {
            let message = say!("Nobody is left to plan anything for.", "没有可登记的对象。");
            return Err(UserError::new(&[plan.field], UserErrorCode::NotEligible, message).into());
        }
        plan.carry_out(tx).await
    }
}

impl PlanAidBatchInput {
    /// What a rehearsal and its repetition have in common, as text.
    fn bare(&self) -> String {
        let bare = Self { rehearse: None, token: None, idempotency_key: None, ..self.clone() };
        canonical(&bare.to_value())
    }
}

/// Nobody agreed to leave anybody out.
fn nobody_left_out(plan: &Plan) -> Result<(), Refused> {
    let mut faults = Faults::default();
    for (place, row) in plan.rows.iter().enumerate() {
        let Some(why) = &row.left_out else { continue };
        if faults.len() == TOLD {
            break;
        }
        let outcome = outcome(row);
        let code = match outcome {
            AidBatchOutcome::AlreadyAided => UserErrorCode::AlreadyAided,
            AidBatchOutcome::Excluded => UserErrorCode::ExcludedByProgramme,
            AidBatchOutcome::NothingLeft => UserErrorCode::InsufficientRemainder,
            AidBatchOutcome::NotEligible | AidBatchOutcome::WouldBePlanned => UserErrorCode::NotEligible,
        };
        let says = why.first().map(|finding| finding.says.clone()).unwrap_or_else(|| {
            say!(
                "Too little is left of the contribution for this recipient. Rehearse the batch to plan it for the others.",
                "资源投入余量不足以发放给该对象。可先预演，再为其余对象登记。"
            )
        });
        let mut details = json!({ "recipientId": named(plan, row.recipient), "outcome": outcome.name() });
        if let Some(standing) = why.iter().find_map(|finding| finding.standing) {
            details["aidRecordId"] = id::encode(AidRecord::PREFIX, standing.grant).into();
        }
        let place = place.to_string();
        let path: &[&str] = if plan.listed { &[plan.field, &place] } else { &[plan.field] };
        faults.add(UserError::new(path, code, says).with(details));
    }
    faults.none()
}

pub(super) fn named(plan: &Plan, key: Uuid) -> String {
    let prefix = if plan.to_persons() { Resident::PREFIX } else { Household::PREFIX };
    id::encode(prefix, key)
}

/// In one word: that they have it already weighs more than that they may not have it.
pub(super) fn outcome(row: &Row) -> AidBatchOutcome {
    let Some(why) = &row.left_out else { return AidBatchOutcome::WouldBePlanned };
    let breaks = |rule: Rule| why.iter().any(|finding| finding.rule == rule);
    match () {
        () if why.is_empty() => AidBatchOutcome::NothingLeft,
        () if breaks(Rule::Period) => AidBatchOutcome::AlreadyAided,
        () if breaks(Rule::Exclusions) => AidBatchOutcome::Excluded,
        () => AidBatchOutcome::NotEligible,
    }
}

impl AidBatchOutcome {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WouldBePlanned => "WOULD_BE_PLANNED",
            Self::AlreadyAided => "ALREADY_AIDED",
            Self::Excluded => "EXCLUDED",
            Self::NotEligible => "NOT_ELIGIBLE",
            Self::NothingLeft => "NOTHING_LEFT",
        }
    }
}

fn report(plan: &Plan, token: String) -> AidBatchRehearsal {
    let rows: Vec<AidBatchRow> = plan
        .rows
        .iter()
        .map(|row| {
            let key = Some(ID::from(named(plan, row.recipient)));
            let (resident_id, household_id) = if plan.to_persons() { (key, None) } else { (None, key) };
            let reasons: Vec<Finding> = row.left_out.clone().unwrap_or_default();
            AidBatchRow {
                resident_id,
                household_id,
                outcome: outcome(row),
                quantity: row.milli.map(|milli| Quantity::new(crate::figures::Figure::exact(milli), plan.unit())),
                value: row.fen.map(|fen| Money::new(crate::figures::Figure::exact(fen))),
                reasons: reasons.into_iter().map(EligibilityFinding::new).collect(),
            }
        })
        .collect();
    let planned = rows.iter().filter(|row| row.outcome == AidBatchOutcome::WouldBePlanned).count();
    AidBatchRehearsal { token, planned: planned as i32, left_out: (rows.len() - planned) as i32, rows }
}
