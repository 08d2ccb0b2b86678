//! Recording circumstances of residents, and their end.

use async_graphql::{Context, ID, InputObject, Object};
use entity::{
    circumstance::{self, CircumstanceKind as Kind},
    household_membership, visit,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{
    circumstance::{Circumstance, CircumstanceKind, DisabilityKind, LegalBasis},
    ground::Ground,
    object::Resident,
    overlap, rules,
};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    payload, say,
    scalars::Date,
    visits,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found, write},
};

/// A circumstance to be put on record (登记困难/身份类别).
#[derive(InputObject, Clone, Debug)]
pub struct RecordCircumstanceInput {
    /// The resident (居民).
    pub resident_id: ID,
    /// What kind it is (类别).
    pub kind: CircumstanceKind,
    /// Of a disability, which; needed there and nowhere else (残疾类别).
    pub disability_kind: Option<DisabilityKind>,
    /// Of a disability, its grade, 1 (gravest) to 4 (残疾等级).
    pub disability_grade: Option<i32>,
    /// Where it is known from, at most 200 characters (来源).
    pub source: Option<String>,
    /// The visit on which it became known: one that took place, to a household of the resident's (来源走访).
    pub visit_id: Option<ID>,
    /// On what ground a sensitive circumstance is recorded: CONSENT when left out, which must be on file and hold today (登记依据).
    pub legal_basis: Option<LegalBasis>,
    /// Of STATUTORY_DUTY, which duty: the law, the list or the order; at most 200 characters (法定职责说明).
    pub legal_basis_reason: Option<String>,
    /// The first day, not after today (起始日).
    pub started_on: Date,
    /// The last day; left out while it lasts (终止日).
    pub ended_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordCircumstancePayload { circumstance: Circumstance as "circumstance" } }

impl RecordCircumstanceInput {
    /// Kind and grade belong to a disability, and a disability has a kind.
    fn disability(&self, faults: &mut Faults) -> Option<(Option<DisabilityKind>, Option<i16>)> {
        let is_disability = self.kind == CircumstanceKind::Disability;
        if is_disability && self.disability_kind.is_none() {
            faults.note(
                &["disabilityKind"],
                UserErrorCode::Required,
                say!("Say what kind of disability it is.", "请填写残疾类别。"),
            );
            return None;
        }
        if !is_disability && (self.disability_kind.is_some() || self.disability_grade.is_some()) {
            let field = if self.disability_kind.is_some() { "disabilityKind" } else { "disabilityGrade" };
            faults.note(
                &[field],
                UserErrorCode::Invalid,
                say!("Only a DISABILITY has a kind and a grade.", "只有残疾（DISABILITY）才填写残疾类别和等级。"),
            );
            return None;
        }
        match self.disability_grade {
            Some(grade) if !(1..=4).contains(&grade) => {
                faults.note(
                    &["disabilityGrade"],
                    UserErrorCode::OutOfRange,
                    say!("Grades go from 1 (gravest) to 4.", "残疾等级为 1（最重）至 4。"),
                );
                None
            }
            grade => Some((self.disability_kind, grade.and_then(|grade| grade.try_into().ok()))),
        }
    }
}

impl Change for RecordCircumstanceInput {
    type Payload = RecordCircumstancePayload;
    const VERB: Verb = Verb { name: "recordCircumstance", resource: Resource::Circumstance, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let resident = tx.find::<Resident>(&self.resident_id, &["residentId"], None, &mut faults).await?;
        // Readable is not enough: it must be within what the viewer may write.
        let reach = tx.viewer.reach(Self::VERB.resource, Self::VERB.action);
        let resident = resident.filter(|resident| {
            let covered = reach.covers(resident.community_id);
            if !covered {
                not_found(&["residentId"], &mut faults);
            }
            covered
        });
        let disability = self.disability(&mut faults);
        let source = faults.optional_text(&["source"], self.source.as_deref(), 200);
        let ground = Ground::stated(self, &mut faults);
        let within = resident.as_ref().map(|row| row.community_id);
        let visit = visits::found_on(tx, self.visit_id.as_ref(), within, &mut faults).await?;
        if let (Some(Some(visit)), Some(resident)) = (&visit, &resident) {
            refuse_strangers(tx, visit, resident.id, &mut faults).await?;
        }
        // Locked, so that nothing of the same kind is recorded at the same time, and the resident does not leave meanwhile.
        let resident = match resident {
            Some(resident) => tx.lock::<Resident>(resident.id, Action::Read).await?,
            None => None,
        };
        let ended_on = self.ended_on.map(|date| date.0);
        let span = faults.take(&["endedOn"], rules::span(self.started_on.0, ended_on));
        if let Some(resident) = &resident {
            let today = tx.today_at(resident.community_id).await?;
            faults.first_day(&["startedOn"], Some(self.started_on.0), today);
            faults.take(&["endedOn"], rules::while_there(resident, ended_on));
            if let Some(ground) = &ground {
                ground.refuse_without_consent(tx, resident.id, today, &mut faults).await?;
            }
            if let (Some(()), Some((disability, _))) = (span, disability) {
                let same = overlap::Same {
                    resident: resident.id,
                    kind: self.kind.into(),
                    disability: disability.map(Into::into),
                };
                overlap::refuse_recording(tx, &same, (self.started_on.0, ended_on), &mut faults).await?;
            }
        }
        let (resident, (disability_kind, disability_grade), source, ground, visit) =
            faults.all((resident, disability, source, ground, visit))?;
        let id = tx.new_id();
        let kind = Kind::from(self.kind);
        tx.insert(circumstance::ActiveModel {
            id: Set(id),
            community_id: Set(resident.community_id),
            resident_id: Set(resident.id),
            kind: Set(kind),
            disability_kind: Set(disability_kind.map(Into::into)),
            disability_grade: Set(disability_grade),
            source: Set(source),
            visit_id: Set(visit.map(|row| row.id)),
            legal_basis: Set(ground.basis),
            legal_basis_reason: Set(ground.reason),
            started_on: Set(self.started_on.0),
            ended_on: Set(ended_on),
            version: Set(1),
        })
        .await?;
        let fields = ["kind", "disabilityKind", "disabilityGrade", "source", "legalBasis", "startedOn", "endedOn"];
        let value = json!({ "after": { "kind": kind, "legalBasis": ground.basis, "startedOn": self.started_on.0, "endedOn": ended_on } });
        sealed_event(tx, (id, resident.community_id, resident.data_key_id), &fields, value).await?;
        Ok(id)
    }
}

/// On a visit one learns of those who live, or lived, where it was.
async fn refuse_strangers(tx: &Tx<'_>, visit: &visit::Model, resident: Uuid, faults: &mut Faults) -> Result<(), DbErr> {
    use household_membership::Column;
    let known = match visit.household_id {
        Some(household) => {
            let member = household_membership::Entity::find()
                .filter(Column::HouseholdId.eq(household))
                .filter(Column::ResidentId.eq(resident));
            member.one(tx.conn()).await?.is_some()
        }
        None => false,
    };
    if !known {
        let message =
            say!("The resident never belonged to the household that was visited.", "该居民不是被走访户的成员。");
        faults.note(&["visitId"], UserErrorCode::Invalid, message);
    }
    Ok(())
}

/// Circumstances are sensitive: what the event says of them is sealed with the resident's key.
async fn sealed_event(
    tx: &Tx<'_>,
    (id, community, key_id): (Uuid, Uuid, Uuid),
    fields: &[&str],
    value: serde_json::Value,
) -> Result<(), Refused> {
    let key = tx.person_key(key_id).await?;
    let detail = match &key {
        Some(key) => Detail::Sealed { key_id, key, value },
        None => Detail::None,
    };
    Ok(tx.event::<Circumstance>(id, Some(community), fields, detail).await?)
}

/// A circumstance that holds no longer (终止困难/身份类别).
#[derive(InputObject, Clone, Debug)]
pub struct EndCircumstanceInput {
    /// The circumstance (困难/身份类别).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day (终止日).
    pub ended_on: Date,
}

payload! { EndCircumstancePayload { circumstance: Circumstance as "circumstance" } }

impl Change for EndCircumstanceInput {
    type Payload = EndCircumstancePayload;
    const VERB: Verb = Verb { name: "endCircumstance", resource: Resource::Circumstance, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Circumstance>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        if let Some(before) = &before {
            faults.take(&["endedOn"], rules::span(before.started_on, Some(self.ended_on.0)));
            if let Some(ended_on) = before.ended_on {
                faults.note(
                    &["id"],
                    UserErrorCode::IllegalTransition,
                    say!("It ended on {ended_on} already.", "已于 {ended_on} 终止。"),
                );
            }
        }
        if let Some(before) = &before {
            overlap::refuse_ending(tx, before, self.ended_on.0, &mut faults).await?;
        }
        let (before,) = faults.all((before,))?;
        tx.update(circumstance::ActiveModel {
            id: Set(before.id),
            ended_on: Set(Some(self.ended_on.0)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let resident = tx.lock::<Resident>(before.resident_id, Action::Read).await?;
        let value = json!({ "after": { "endedOn": self.ended_on.0 } });
        match resident {
            Some(resident) => {
                let subject = (before.id, before.community_id, resident.data_key_id);
                sealed_event(tx, subject, &["endedOn"], value).await?;
            }
            None => tx.event::<Circumstance>(before.id, Some(before.community_id), &["endedOn"], Detail::None).await?,
        }
        Ok(before.id)
    }
}

#[derive(Default)]
pub struct CircumstanceMutations;

#[Object]
impl CircumstanceMutations {
    /// Puts a circumstance of a resident on record (登记困难/身份类别).
    async fn record_circumstance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The circumstance (登记内容).")] input: RecordCircumstanceInput,
    ) -> Result<RecordCircumstancePayload> {
        write(ctx, input).await
    }

    /// Says when a circumstance ended (终止困难/身份类别).
    async fn end_circumstance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and since when (终止).")] input: EndCircumstanceInput,
    ) -> Result<EndCircumstancePayload> {
        write(ctx, input).await
    }
}
