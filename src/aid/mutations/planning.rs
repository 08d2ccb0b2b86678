//! The plan of a batch: whom it would reach, with how much each, and carrying it out. As many statements for five thousand recipients as for one, in the
//! largest pieces that a statement takes.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::{
    aid_programme::{self, AidScope},
    community, contribution,
};
use uuid::Uuid;

use super::{
    choosing,
    judging::{budget, valued},
    plan::PlanAidBatchInput,
    record::{NOTE, REASON},
    recording::{not_cancelled, occasion},
    source::{self, Source},
};
use crate::{
    aid::{
        facts::Case,
        grant,
        programme::AidProgramme,
        recipients::{Homes, Recipients},
        rules::{self, Finding, Rule, Rules},
        terms,
    },
    contributions::Contribution,
    error::UserErrorCode,
    figures::{fen_from_yuan, milli_from_decimal},
    projects::Project,
    say,
    write::{Faults, Refused, Tx},
};

/// One recipient.
pub(super) struct Row {
    pub(super) recipient: Uuid,
    /// Why they are left out: the rules that they break; none where too little is left.
    pub(super) left_out: Option<Vec<Finding>>,
    pub(super) milli: Option<i64>,
    pub(super) fen: Option<i64>,
}

pub(super) struct Plan {
    pub(super) community: community::Model,
    pub(super) programme: Option<aid_programme::Model>,
    pub(super) contribution: contribution::Model,
    pub(super) part: Source,
    pub(super) project: Option<Uuid>,
    pub(super) given_on: NaiveDate,
    pub(super) note: Option<String>,
    pub(super) occasion: Option<String>,
    pub(super) over: Option<String>,
    pub(super) recipients: Recipients,
    pub(super) homes: Homes,
    pub(super) rows: Vec<Row>,
    /// Where the input names the recipients, and whether one by one.
    pub(super) field: &'static str,
    pub(super) listed: bool,
}

impl Plan {
    pub(super) async fn make(tx: &Tx<'_>, input: &PlanAidBatchInput) -> Result<Self, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&input.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let programme = match &input.programme_id {
            Some(given) => match tx.find::<AidProgramme>(given, &["programmeId"], within, &mut faults).await? {
                // Its rules stay as they are until these grants claim under them.
                Some(found) => tx.hold::<AidProgramme>(found.id).await?.map(Some),
                None => None,
            },
            None => Some(None),
        };
        let rules = match programme.iter().flatten().next() {
            Some(programme) => Some(terms::rules_of(tx.conn(), programme).await?),
            None => None,
        };
        let chosen = match &community {
            Some(community) => choosing::recipients(tx, input, community.id, &mut faults).await?,
            None => None,
        };
        let contribution =
            tx.find::<Contribution>(&input.contribution_id, &["contributionId"], within, &mut faults).await?;
        let project =
            tx.find_optional::<Project>(input.project_id.as_ref(), &["projectId"], within, &mut faults).await?;
        let quantity = grant::figure(input.quantity.map(|given| given.0), None, milli_from_decimal);
        let quantity = faults.take(&["quantity"], quantity);
        let value = faults.take(&["value"], grant::figure(input.value.map(|given| given.0), None, fen_from_yuan));
        let given_on = community
            .as_ref()
            .and_then(|community| faults.take(&["givenOn"], grant::given_on(input.given_on.0, tx.today_in(community))));
        let note = faults.optional_text(&["note"], input.note.as_deref(), NOTE);
        let over = faults.optional_text(&["overAllocationReason"], input.over_allocation_reason.as_deref(), REASON);
        let once_per = rules.as_ref().and_then(|rules| rules.once_per);
        let occasion = occasion(input.occasion.as_deref(), once_per, &mut faults);
        if let (Some(rules), Some(value)) = (&rules, value) {
            valued(rules, Some(value), &mut faults);
        }
        if let (Some(rules), Some(contribution)) = (&rules, &contribution) {
            budget(rules, contribution.id, &mut faults);
        }
        if let (Some(contribution), Some(quantity)) = (&contribution, quantity) {
            faults.take(&["quantity"], grant::countable(contribution.kind, quantity));
        }
        if let (Some(contribution), Some(Some(project))) = (&contribution, &project)
            && contribution.project_id.is_some_and(|own| own != project.id)
        {
            let message = say!("The contribution was made to another project.", "该资源投入属于另一共建项目。");
            faults.note(&["projectId"], UserErrorCode::Invalid, message);
        }
        if let (Some(chosen), Some(rules)) = (&chosen, &rules) {
            faults.take(&["programmeId"], grant::fits(rules.scope, chosen.scope()));
        }
        let said = note.zip(occasion).zip(over);
        let (community, programme, chosen, contribution, project, quantity, value, given_on, said) =
            faults.all((community, programme, chosen, contribution, project, quantity, value, given_on, said))?;
        let ((note, occasion), over) = said;
        let project = project.map(|project| project.id).or(contribution.project_id);
        if let Some(project) = project {
            not_cancelled(tx, project).await?;
        }

        let rules = rules.unwrap_or_else(|| Rules::none(chosen.scope()));
        let (order, field, listed) = (chosen.order, chosen.field, chosen.listed);
        let (recipients, homes) = Recipients::held(tx, chosen.keys, Some(&rules), given_on).await?;
        // After the people and before the claims, as with a single grant.
        let mut faults = Faults::default();
        let named = source::Named {
            item_id: input.item_id.as_ref(),
            serial_number: None,
            quantity: input.quantity.map(|quantity| quantity.0),
        };
        let part = source::find(tx, named, &contribution, &mut faults).await?;
        let itemised = matches!(&part, Some(Source::Item { .. }));
        if !(itemised && quantity.amount.is_some()) {
            faults.take(&["quantity"], grant::measured(quantity, value));
        }
        let (part,) = faults.all((part,))?;

        let key = programme.as_ref().map(|programme| programme.id).unwrap_or_default();
        let case = Case { programme: key, rules: &rules, on: given_on, occasion: occasion.as_deref() };
        let mut known = case.known(tx.conn(), &recipients, &homes).await?;
        let mut plan = Self {
            rows: Vec::with_capacity(order.len()),
            community,
            programme,
            contribution,
            part,
            project,
            given_on,
            note,
            occasion,
            over,
            recipients,
            homes,
            field,
            listed,
        };
        let scope = plan.recipients.scope();
        let mut judge = |asked: Option<i64>| -> Vec<Row> {
            let mut reached = HashSet::new();
            let judged = order.iter().map(|key| {
                let candidate = known.entry(*key).or_default();
                let found = rules::judge(&rules, candidate, given_on, asked);
                let mut broken: Vec<Finding> = found.into_iter().filter(|finding| !finding.met).collect();
                // Somebody who lives with two of the households is aided with the first.
                let people = plan.homes.reached(scope, *key, AidScope::Person);
                if broken.is_empty() && rules.once_per.is_some() && !people.iter().all(|person| reached.insert(*person))
                {
                    let says = say!(
                        "Somebody of it is aided with another household of this batch.",
                        "其成员已随本批次的另一户受助。"
                    );
                    broken.push(Finding { rule: Rule::Period, met: false, says, standing: None });
                }
                Row { recipient: *key, left_out: (!broken.is_empty()).then_some(broken), milli: None, fen: None }
            });
            judged.collect()
        };
        let each = (quantity.amount, value.amount);
        let rows = match (input.shared, each.1, rules.ceiling.fen) {
            (false, asked, _) => judge(asked),
            // What each would have depends on how many they are.
            (true, Some(total), Some(_)) => {
                let number = judge(None).iter().filter(|row| row.left_out.is_none()).count().max(1);
                judge(Some((total as u64).div_ceil(number as u64) as i64))
            }
            (true, ..) => judge(None),
        };
        plan.rows = rows;
        plan.share_out(each, input.shared, rules.ceiling.fen.zip(Some(&known)))?;
        Ok(plan)
    }

    pub(super) fn to_persons(&self) -> bool {
        self.recipients.scope() == AidScope::Person
    }

    pub(super) fn unit(&self) -> &str {
        self.part.unit()
    }

    /// Sets aside what all of them receive, at once.
    pub(super) async fn take(&self, tx: &Tx<'_>) -> Result<(), Refused> {
        let sum = |of: fn(&Row) -> Option<i64>| {
            let parts: Vec<i64> = self.rows.iter().filter(|row| row.left_out.is_none()).filter_map(of).collect();
            (!parts.is_empty()).then(|| parts.iter().fold(0, |sum: i64, part| sum.saturating_add(*part)))
        };
        let all = (sum(|row| row.milli), sum(|row| row.fen));
        if all == (None, None) {
            return Ok(());
        }
        self.part.take(tx, &self.contribution, all, self.over.as_deref()).await
    }
}
