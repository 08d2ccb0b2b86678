//! Programmes that exclude each other.

use async_graphql::{ID, InputObject};
use entity::aid_programme_exclusion::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    aid::programme::{AidProgramme, AidScope},
    error::{Result, UserErrorCode},
    payload,
    relay::{Entity, id},
    say,
    write::{Change, Detail, Faults, Refused, Told, Tx, Verb},
};

/// Two programmes that exclude each other from now on; what stands stays (设置项目互斥).
#[derive(InputObject, Clone, Debug)]
pub struct ExcludeAidProgrammesInput {
    /// The two programmes, of one community (帮扶项目).
    pub programme_ids: Vec<ID>,
    /// Whether the same person is excluded, or everybody of the same household; a household's aid is that of all who live there (互斥范围).
    pub by: AidScope,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { ExcludeAidProgrammesPayload { aid_programmes: [AidProgramme] as "aidProgrammes" } }

impl Change for ExcludeAidProgrammesInput {
    type Payload = ExcludeAidProgrammesPayload;
    const VERB: Verb = Verb { name: "excludeAidProgrammes", resource: Resource::AidProgramme, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    fn shown(&self, _: Uuid) -> Vec<Uuid> {
        named(&self.programme_ids)
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let (community, [first, second]) = two(tx, &self.programme_ids).await?;
        let by = entity::aid_programme::AidScope::from(self.by);
        tx.insert(aid_programme_exclusion::ActiveModel {
            id: Set(tx.new_id()),
            community_id: Set(community),
            programme_id: Set(first),
            other_id: Set(second),
            excludes_by: Set(by),
            created_at: Set(tx.now()),
        })
        .await?;
        tell(
            tx,
            community,
            [first, second],
            |other| json!({ "after": { "exclusions": { "programmeId": other, "by": by } } }),
        )
        .await?;
        Ok(first)
    }
}

/// Two programmes that may aid the same people again (解除项目互斥).
#[derive(InputObject, Clone, Debug)]
pub struct AllowAidProgrammesTogetherInput {
    /// The two programmes, which exclude each other (帮扶项目).
    pub programme_ids: Vec<ID>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { AllowAidProgrammesTogetherPayload { aid_programmes: [AidProgramme] as "aidProgrammes" } }

impl Change for AllowAidProgrammesTogetherInput {
    type Payload = AllowAidProgrammesTogetherPayload;
    const VERB: Verb =
        Verb { name: "allowAidProgrammesTogether", resource: Resource::AidProgramme, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    fn shown(&self, _: Uuid) -> Vec<Uuid> {
        named(&self.programme_ids)
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let (community, [first, second]) = two(tx, &self.programme_ids).await?;
        let gone = aid_programme_exclusion::Entity::delete_many()
            .filter(Column::ProgrammeId.eq(first))
            .filter(Column::OtherId.eq(second))
            .exec(tx.conn())
            .await?;
        if gone.rows_affected == 0 {
            let mut faults = Faults::default();
            let message = say!("These programmes do not exclude each other.", "这两个帮扶项目并未互斥。");
            faults.note(&["programmeIds"], UserErrorCode::NotFound, message);
            faults.none()?;
        }
        tell(tx, community, [first, second], |other| json!({ "before": { "exclusions": { "programmeId": other } } }))
            .await?;
        Ok(first)
    }
}

fn named(given: &[ID]) -> Vec<Uuid> {
    given.iter().filter_map(|given| id::decode(AidProgramme::PREFIX, given).ok()).collect()
}

/// The two, the lower id first, locked: whoever records aid under one of them at this moment comes before or after.
async fn two(tx: &Tx<'_>, given: &[ID]) -> Result<(Uuid, [Uuid; 2]), Refused> {
    let mut faults = Faults::default();
    let found = tx.subjects::<AidProgramme>(given, "programmeIds", (None, 2), &mut faults).await?;
    let pair = found.as_deref().and_then(|rows| match rows {
        [one, other] if one.community_id == other.community_id => Some((one.community_id, [one.id, other.id])),
        _ => None,
    });
    if pair.is_none() && faults.is_empty() {
        let message = say!("Name two programmes of one community.", "请填写同一社区的两个帮扶项目。");
        faults.note(&["programmeIds"], UserErrorCode::Invalid, message);
    }
    let ((community, mut pair),) = faults.all((pair,))?;
    pair.sort_unstable();
    Ok((community, pair))
}

async fn tell(tx: &Tx<'_>, community: Uuid, pair: [Uuid; 2], about: impl Fn(String) -> Value) -> Result<(), Refused> {
    let told = [(pair[0], pair[1]), (pair[1], pair[0])].map(|(own, other)| {
        let detail = Detail::Open(about(id::encode(AidProgramme::PREFIX, other)));
        Told::of::<AidProgramme>(own, &["exclusions"], detail)
    });
    Ok(tx.events(community, told.into()).await?)
}
