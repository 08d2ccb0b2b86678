//! The write kit: the one way to change anything.
//!
//! A mutation is an input that implements [`Change`]; its resolver calls [`write`]. The kit asks the policy, claims or replays the idempotency key, opens
//! the transaction, runs the change, sees that it left an event, commits, and runs it again a bounded number of times when another transaction stood in
//! the way. So a change has no effects outside its transaction, and the payload's fields are resolved after the commit.

mod constraints;
mod ending;
mod event;
pub mod faults;
pub mod keys;
mod many;
mod retry;
mod tx;
mod void;

use async_graphql::{Context, InputType, Value};
use sea_orm::{DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use uuid::Uuid;

pub(crate) use event::Deed;
pub use event::{Detail, Diff, SubjectKey};
pub use faults::{Faults, Refused, Rehearsed};
pub use many::Told;
pub use tx::{Tx, not_found};
pub use void::{Voidable, refuse_voided, void};

use crate::{
    access::{Resource, policy::Action},
    audit,
    context::{App, Ask},
    database::Databases,
    error::{Error, Result, UserError, UserErrorCode},
    relay::{Entity, Reading, Row, Selection},
    say,
};

/// What a mutation is, to the policy and to the event.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// Name of the field on `Mutation`.
    pub name: &'static str,
    pub resource: Resource,
    pub action: Action,
}

/// An input that changes something.
pub trait Change: InputType {
    type Payload: Payload;
    const VERB: Verb;

    /// Same key and same input: the first answer again.
    fn idempotency_key(&self) -> Option<&str> {
        None
    }

    /// The objects that the payload shows: the one that [`Change::apply`] gave, unless the input names several.
    fn shown(&self, id: Uuid) -> Vec<Uuid> {
        vec![id]
    }

    /// Checks and does it; gives the key of the object that the payload shows. Runs again after a conflict with another transaction.
    fn apply(&self, tx: &Tx<'_>) -> impl Future<Output = Result<Uuid, Refused>> + Send;

    /// Once it is committed: what this process remembers of before may be wrong now.
    fn committed(&self, _app: &App) {}
}

/// The answer to a mutation.
pub trait Payload: Sized {
    type Object: Entity;
    /// Name of the GraphQL type.
    const TYPE: &'static str;
    /// The field that shows the object.
    const FIELD: &'static str;

    /// With the objects that there are to show; none when the change was refused.
    fn new(objects: Vec<Self::Object>, user_errors: Vec<UserError>) -> Self;

    /// With what a rehearsal found out; none of mutations that cannot be rehearsed.
    fn rehearsed(_found: Rehearsed) -> Option<Self> {
        None
    }
}

/// Declares a payload: `payload! { RegisterResidentPayload { resident: Resident as "resident" } }`.
#[macro_export]
macro_rules! payload {
    ($name:ident { $field:ident: [$object:ty] as $shown:literal }) => {
        #[doc = concat!("What came of it: `", $shown, "`, or why it was refused (结果).")]
        #[derive(::async_graphql::SimpleObject)]
        pub struct $name {
            /// The objects as they are now, in the order in which you named them; empty when the change was refused (对象).
            pub $field: Vec<$object>,
            /// Why the change was refused, all reasons together; empty when it was made (业务错误).
            pub user_errors: Vec<$crate::error::UserError>,
        }

        impl $crate::write::Payload for $name {
            type Object = $object;
            const TYPE: &'static str = stringify!($name);
            const FIELD: &'static str = $shown;

            fn new($field: Vec<$object>, user_errors: Vec<$crate::error::UserError>) -> Self {
                Self { $field, user_errors }
            }
        }
    };
    ($name:ident { $field:ident: $object:ty as $shown:literal }) => {
        #[doc = concat!("What came of it: `", $shown, "`, or why it was refused (结果).")]
        #[derive(::async_graphql::SimpleObject)]
        pub struct $name {
            /// The object as it is now; null when the change was refused (对象).
            pub $field: Option<$object>,
            /// Why the change was refused, all reasons together; empty when it was made (业务错误).
            pub user_errors: Vec<$crate::error::UserError>,
        }

        impl $crate::write::Payload for $name {
            type Object = $object;
            const TYPE: &'static str = stringify!($name);
            const FIELD: &'static str = $shown;

            fn new(mut objects: Vec<$object>, user_errors: Vec<$crate::error::UserError>) -> Self {
                Self { $field: objects.pop(), user_errors }
            }
        }
    };
}

/// Makes the change and answers with the object.
pub async fn write<C: Change>(ctx: &Context<'_>, change: C) -> Result<C::Payload>
where
    Row<<C::Payload as Payload>::Object>: Send + Sync,
{
    let viewer = ctx.viewer()?;
    if viewer.reach(C::VERB.resource, C::VERB.action).is_empty() {
        return Err(audit::forbidden(ctx.app(), ctx.caller(), C::VERB.name).await);
    }
    let selection = Selection::under(ctx).child(ctx.query_env, C::Payload::TYPE, C::Payload::FIELD);
    match commit(ctx, &change).await {
        Ok(Done::Now(id)) => {
            change.committed(ctx.app());
            let objects = Reading::after_write(ctx)?.written(&change.shown(id), &selection).await?;
            Ok(C::Payload::new(objects, Vec::new()))
        }
        Ok(Done::Before(id)) => {
            let shown = change.shown(id);
            let objects = Reading::after_write(ctx)?.again(&shown, &selection).await?;
            let lost = (objects.len() < shown.len()).then(out_of_reach);
            Ok(C::Payload::new(objects, lost.into_iter().collect()))
        }
        Err(Refused::Listed(errors)) => {
            let standing = match errors.iter().find_map(|error| error.standing) {
                Some(id) => Reading::after_write(ctx)?.one(id, &selection).await?,
                None => None,
            };
            Ok(C::Payload::new(standing.into_iter().collect(), errors))
        }
        Err(Refused::Rehearsed(found)) => C::Payload::rehearsed(found)
            .ok_or_else(|| Error::internal(format!("`{}` was rehearsed and has no words for it", C::VERB.name))),
        Err(Refused::Stopped(error)) => Err(error),
        Err(Refused::Database(error)) => match constraints::as_user_error(&error) {
            Some(error) => Ok(C::Payload::new(Vec::new(), vec![error])),
            None => Err(error.into()),
        },
    }
}

/// What became of a change; with the key of the object that the payload shows.
enum Done {
    /// It was made.
    Now(Uuid),
    /// It was made when its idempotency key was used first. Who asked then may have been let in where they no longer are, and others have changed the object
    /// since: it is shown like any object that is asked for.
    Before(Uuid),
}

/// What was done stays done, and is not told to whom it no longer concerns.
fn out_of_reach() -> UserError {
    UserError::new(
        &["idempotencyKey"],
        UserErrorCode::NotFound,
        say!(
            "This was done when the key was first used; what it is about is no longer within your reach.",
            "该操作在首次使用此幂等键时已完成；其对象现已不在您的权限范围内。"
        ),
    )
}

async fn commit<C: Change>(ctx: &Context<'_>, change: &C) -> Result<Done, Refused> {
    let claim = change.idempotency_key().map(|key| Claim::new(ctx, change, key)).transpose()?;
    let mut attempt = 1;
    loop {
        let outcome = once(ctx, change, claim.as_ref()).await;
        if !retry::worth_another(attempt, &outcome).await {
            return outcome;
        }
        attempt += 1;
    }
}

/// One attempt. Returning early drops the transaction, which rolls it back: so a rehearsal is a change that ends in [`Refused::Rehearsed`].
async fn once<C: Change>(ctx: &Context<'_>, change: &C, claim: Option<&Claim<'_>>) -> Result<Done, Refused> {
    let transaction = begin(&ctx.app().db).await?;
    let tx = Tx::new(ctx, transaction, C::VERB);
    if let Some(claim) = claim
        && let Some(first) = claim.take(&tx).await?
    {
        return Ok(Done::Before(first));
    }
    let id = change.apply(&tx).await?;
    if !tx.left_an_event() {
        return Err(Refused::Stopped(Error::internal(format!("`{}` left no event", C::VERB.name))));
    }
    if let Some(claim) = claim {
        claim.settle(&tx, id, <C::Payload as Payload>::Object::PREFIX).await?;
    }
    tx.commit().await?;
    Ok(Done::Now(id))
}

/// Opens a transaction; IMMEDIATE on SQLite, where one that begins by reading could otherwise not go on to write.
#[expect(clippy::disallowed_methods, reason = "the home of transactions")]
pub async fn begin(db: &Databases) -> Result<DatabaseTransaction, DbErr> {
    let immediate = (db.backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { isolation_level: None, access_mode: None, sqlite_transaction_mode: immediate };
    db.writer().begin_with_options(options).await
}

/// An idempotency key with the input that it stands for.
struct Claim<'a> {
    key: &'a str,
    digest: Vec<u8>,
}

impl<'a> Claim<'a> {
    fn new<C: Change>(ctx: &Context<'_>, change: &C, key: &'a str) -> Result<Self, Refused> {
        if key.is_empty() || key.len() > 200 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(UserError::new(
                &["idempotencyKey"],
                UserErrorCode::Invalid,
                say!(
                    "A key is 1 to 200 visible ASCII characters; make a random one for each thing you do, and send the same one when you retry.",
                    "幂等键为 1 至 200 个可见 ASCII 字符；每次操作随机生成一个，重试时使用同一个。"
                ),
            )
            .into());
        }
        let input = canonical(&change.to_value());
        Ok(Self { key, digest: ctx.app().keys.digest(&[C::VERB.name.as_bytes(), input.as_bytes()]) })
    }

    /// Claims the key; the first answer's object if it was used for the same input already. Waits for a first use that is still running.
    async fn take(&self, tx: &Tx<'_>) -> Result<Option<Uuid>, Refused> {
        let Some((digest, subject)) = tx.claim_key(self.key, &self.digest).await? else { return Ok(None) };
        if digest == self.digest {
            return Ok(Some(subject));
        }
        Err(UserError::new(
            &["idempotencyKey"],
            UserErrorCode::IdempotencyKeyReused,
            say!(
                "This key was used for another input. Use a new key for a new thing, and the same input for a retry.",
                "该幂等键已用于其他内容。新操作请用新键，重试请保持内容不变。"
            ),
        )
        .into())
    }

    async fn settle(&self, tx: &Tx<'_>, id: Uuid, kind: &str) -> Result<(), Refused> {
        Ok(tx.settle_key(self.key, id, kind).await?)
    }
}

/// The input as text that does not depend on the order in which its fields were written, nor on nulls that were written out.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut parts: Vec<String> = fields
                .iter()
                .filter(|(name, value)| name.as_str() != "idempotencyKey" && **value != Value::Null)
                .map(|(name, value)| format!("{name}:{}", canonical(value)))
                .collect();
            parts.sort_unstable();
            format!("{{{}}}", parts.join(","))
        }
        Value::List(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
