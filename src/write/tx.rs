//! A change's view of its transaction. Inside a change only this is used, never the pool: on SQLite the pool would wait for the transaction.

use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::{Context, ID, MaybeUndefined};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{community, data_key, event, idempotency_key};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    Faults, Verb,
    event::{Deed, Detail, SubjectKey},
};
use crate::{
    access::{Viewer, policy::Action},
    audit::{self, Entry, Origin},
    communities::Community,
    context::{App, Ask},
    error::{UserError, UserErrorCode, database},
    privacy::DataKey,
    relay::{
        Entity, Row, id,
        reading::{referable_by, scope_of},
    },
    say,
};

pub struct Tx<'a> {
    transaction: DatabaseTransaction,
    pub app: &'a App,
    pub viewer: &'a Viewer,
    origin: Origin<'a>,
    verb: Verb,
    event_left: AtomicBool,
}

impl<'a> Tx<'a> {
    pub(super) fn new(ctx: &Context<'a>, transaction: DatabaseTransaction, verb: Verb) -> Self {
        let caller = ctx.caller();
        let viewer = caller.viewer.as_deref().expect("the kit asks the policy first");
        Self { transaction, app: ctx.app(), viewer, origin: caller.into(), verb, event_left: AtomicBool::new(false) }
    }

    pub fn conn(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    pub fn new_id(&self) -> Uuid {
        self.app.clock.new_id()
    }

    /// The time zone of a community; of one whose zone no longer exists, that of the country.
    pub fn zone_of(community: &community::Model) -> chrono_tz::Tz {
        community.time_zone.parse().unwrap_or(chrono_tz::Asia::Shanghai)
    }

    /// Today where the community is.
    pub fn today_in(&self, community: &community::Model) -> NaiveDate {
        self.app.clock.today(Self::zone_of(community))
    }

    /// The time zone where the community of a row is.
    pub async fn zone_at(&self, community: Uuid) -> Result<chrono_tz::Tz, DbErr> {
        let found = community::Entity::find_by_id(community).one(self.conn()).await?;
        Ok(found.map_or(chrono_tz::Asia::Shanghai, |community| Self::zone_of(&community)))
    }

    /// Today where the community of a row is.
    pub async fn today_at(&self, community: Uuid) -> Result<NaiveDate, DbErr> {
        Ok(self.app.clock.today(self.zone_at(community).await?))
    }

    /// May the viewer do this everywhere in a community?
    pub fn reaches(&self, community: Uuid) -> bool {
        self.viewer.reach(self.verb.resource, self.verb.action).covers(community)
    }

    pub(super) async fn commit(self) -> Result<(), DbErr> {
        self.transaction.commit().await
    }

    pub(super) fn left_an_event(&self) -> bool {
        self.event_left.load(Ordering::Relaxed)
    }

    /// The community that something is recorded in, if the viewer may do so there.
    pub async fn community(
        &self,
        given: &ID,
        field: &str,
        faults: &mut Faults,
    ) -> Result<Option<community::Model>, DbErr> {
        let Some(found) = self.find::<Community>(given, &[field], None, faults).await? else { return Ok(None) };
        if self.reaches(found.id) {
            return Ok(Some(found));
        }
        not_found(&[field], faults);
        Ok(None)
    }

    /// A row that the input refers to: one that the viewer may refer to (as a rule: may read), in the community at hand where there is one.
    pub async fn find<T: Entity>(
        &self,
        given: &ID,
        path: &[&str],
        community: Option<Uuid>,
        faults: &mut Faults,
    ) -> Result<Option<Row<T>>, DbErr>
    where
        Row<T>: Send + Sync,
    {
        let Some(key) = faults.take(path, id::decode(T::PREFIX, given).map_err(|m| (UserErrorCode::Invalid, m))) else {
            return Ok(None);
        };
        let found = T::Table::find().filter(T::id_column().eq(key)).filter(referable_by::<T>(self.viewer));
        let found = found.one(self.conn()).await?.filter(|row| match (community, T::community(row)) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        });
        if found.is_none() {
            not_found(path, faults);
        }
        Ok(found)
    }

    /// As [`Tx::find`], where the input may name none.
    pub async fn find_optional<T: Entity>(
        &self,
        given: Option<&ID>,
        path: &[&str],
        community: Option<Uuid>,
        faults: &mut Faults,
    ) -> Result<Option<Option<Row<T>>>, DbErr>
    where
        Row<T>: Send + Sync,
    {
        match given {
            None => Ok(Some(None)),
            Some(given) => Ok(self.find::<T>(given, path, community, faults).await?.map(Some)),
        }
    }

    /// The key that an amendment refers to: left out, it stays; null, it is cleared.
    pub async fn find_amended<T: Entity>(
        &self,
        given: &MaybeUndefined<ID>,
        path: &[&str],
        community: Option<Uuid>,
        faults: &mut Faults,
    ) -> Result<Option<Option<Option<Uuid>>>, DbErr>
    where
        Row<T>: Send + Sync,
    {
        match given {
            MaybeUndefined::Undefined => Ok(Some(None)),
            MaybeUndefined::Null => Ok(Some(Some(None))),
            MaybeUndefined::Value(given) => {
                Ok(self.find::<T>(given, path, community, faults).await?.map(|row| Some(Some(T::key(&row)))))
            }
        }
    }

    /// A refusal because of a row that is on record already: it names that row in its details to those who may name it in an input, and to nobody else.
    pub async fn in_the_way<T: Entity>(&self, key: Uuid, refusal: UserError) -> Result<UserError, DbErr>
    where
        Row<T>: Send + Sync,
    {
        self.in_the_way_within::<T>(key, referable_by::<T>(self.viewer), refusal).await
    }

    /// As [`Tx::in_the_way`], where fewer may be told: `within` are the rows that they may be told of.
    pub async fn in_the_way_within<T: Entity>(
        &self,
        key: Uuid,
        within: Condition,
        refusal: UserError,
    ) -> Result<UserError, DbErr>
    where
        Row<T>: Send + Sync,
    {
        let theirs = T::Table::find().filter(T::id_column().eq(key)).filter(within);
        if theirs.one(self.conn()).await?.is_none() {
            return Ok(refusal);
        }
        // `teamMembershipId` of a `TeamMembership`.
        let (first, rest) = T::TYPE.split_at(1);
        let field = format!("{}{rest}Id", first.to_ascii_lowercase());
        Ok(refusal.with(serde_json::json!({ field: id::encode(T::PREFIX, key) })))
    }

    /// The row that the mutation is about: locked, within the reach of the mutation, and not changed since the client read it.
    pub async fn subject<T: Entity>(
        &self,
        given: &ID,
        path: &[&str],
        expected: Option<i32>,
        version: fn(&Row<T>) -> i32,
        faults: &mut Faults,
    ) -> Result<Option<Row<T>>, DbErr>
    where
        Row<T>: Send + Sync,
    {
        let Some(key) = faults.take(path, id::decode(T::PREFIX, given).map_err(|m| (UserErrorCode::Invalid, m))) else {
            return Ok(None);
        };
        let found = self.lock::<T>(key, self.verb.action).await?;
        let Some(row) = found else {
            not_found(path, faults);
            return Ok(None);
        };
        let current = version(&row);
        if let Some(expected) = expected.filter(|expected| *expected != current) {
            faults.add(
                UserError::new(
                    &["expectedVersion"],
                    UserErrorCode::Conflict,
                    say!(
                        "Somebody changed it since you read it: it is at version {current}, not {expected}. Read it again and repeat your change.",
                        "读取之后已被他人修改：现为版本 {current}，不是 {expected}。请重新读取后再改。"
                    ),
                )
                .with(serde_json::json!({ "currentVersion": current, "expectedVersion": expected })),
            );
            return Ok(None);
        }
        Ok(Some(row))
    }

    /// A row within the viewer's reach for an action, locked until the transaction ends (SQLite has locked everything already).
    pub async fn lock<T: Entity>(&self, key: Uuid, action: Action) -> Result<Option<Row<T>>, DbErr>
    where
        Row<T>: Send + Sync,
    {
        let select = T::Table::find().filter(T::id_column().eq(key)).filter(scope_of::<T>(self.viewer, action));
        let select = if self.on_postgres() { select.lock_exclusive() } else { select };
        select.one(self.conn()).await
    }

    pub async fn insert<A>(&self, row: A) -> Result<(), DbErr>
    where
        A: ActiveModelTrait,
    {
        A::Entity::insert(row).exec_without_returning(self.conn()).await.map(|_| ())
    }

    pub async fn update<A>(&self, row: A) -> Result<<A::Entity as EntityTrait>::Model, DbErr>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        row.update(self.conn()).await
    }

    /// A key for a new person.
    pub async fn new_person_key(&self) -> Result<(Uuid, DataKey), DbErr> {
        let (key, row) = self.app.keys.new_person(&self.app.clock);
        let Set(id) = row.id else { unreachable!("a new row has its id") };
        self.insert(row).await?;
        Ok((id, key))
    }

    /// A person's key; none once it was destroyed.
    pub async fn person_key(&self, id: Uuid) -> Result<Option<DataKey>, super::Refused> {
        let row = data_key::Entity::find_by_id(id).one(self.conn()).await?;
        Ok(row.map(|row| self.app.keys.unwrap(&row)).transpose()?.flatten())
    }

    /// What events about a person are sealed with.
    pub async fn subject_key(&self, id: Option<Uuid>) -> Result<SubjectKey, super::Refused> {
        let Some(id) = id else { return Ok(SubjectKey::new(None)) };
        Ok(SubjectKey::new(self.person_key(id).await?.map(|key| (id, key))))
    }

    /// The rows of a statement, locked in the order of their ids until the transaction ends (SQLite has locked everything already).
    pub async fn lock_all<E: EntityTrait>(&self, select: Select<E>, id: E::Column) -> Result<Vec<E::Model>, DbErr> {
        let select = select.order_by_asc(id);
        let select = if self.on_postgres() { select.lock_exclusive() } else { select };
        select.all(self.conn()).await
    }

    /// As [`Tx::lock_all`], where others may hold them too: they only must stay as they are.
    pub async fn hold_all<E: EntityTrait>(&self, select: Select<E>, id: E::Column) -> Result<Vec<E::Model>, DbErr> {
        let select = select.order_by_asc(id);
        let select = if self.on_postgres() { select.lock_shared() } else { select };
        select.all(self.conn()).await
    }

    /// Appends the event of this change: what it is about, and which fields are new.
    pub async fn event<T: Entity>(
        &self,
        subject: Uuid,
        community: Option<Uuid>,
        fields: &[&str],
        detail: Detail<'_>,
    ) -> Result<(), DbErr>
    where
        Row<T>: Send + Sync,
    {
        self.insert(self.event_row((T::PREFIX, subject), community, fields, detail)).await?;
        self.note_event();
        Ok(())
    }

    pub(super) fn event_row(
        &self,
        (kind, subject): (&'static str, Uuid),
        community: Option<Uuid>,
        fields: &[&str],
        detail: Detail<'_>,
    ) -> event::ActiveModel {
        let deed = Deed { action: self.verb.name, subject: (kind, subject), community, fields, detail };
        deed.row(self.app, self.origin)
    }

    /// Appends to the audit stream.
    pub async fn audit(&self, entry: Entry<'_>) -> Result<(), DbErr> {
        audit::note(self.conn(), self.app, self.origin, entry).await
    }

    pub(super) fn note_event(&self) {
        self.event_left.store(true, Ordering::Relaxed);
    }

    pub(super) fn action(&self) -> Action {
        self.verb.action
    }

    /// Rows are locked there; SQLite has locked everything already.
    pub fn on_postgres(&self) -> bool {
        self.app.db.backend() == sea_orm::DbBackend::Postgres
    }

    /// Claims an idempotency key; what it stands for already, if it was claimed before.
    pub(super) async fn claim_key(&self, key: &str, digest: &[u8]) -> Result<Option<(Vec<u8>, Uuid)>, DbErr> {
        let claim = idempotency_key::ActiveModel {
            account_id: Set(self.viewer.account_id),
            key: Set(key.to_owned()),
            action: Set(self.verb.name.to_owned()),
            input_digest: Set(digest.to_vec()),
            subject_kind: Set(String::new()),
            subject_id: Set(Uuid::nil()),
            created_at: Set(self.now()),
        };
        let columns = [idempotency_key::Column::AccountId, idempotency_key::Column::Key];
        let claimed = idempotency_key::Entity::insert(claim)
            .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
            .exec_without_returning(self.conn())
            .await;
        match claimed {
            Ok(1..) => Ok(None),
            Err(error) if !matches!(database::kind(&error), database::Kind::Other) => Err(error),
            _ => {
                let found = idempotency_key::Entity::find_by_id((self.viewer.account_id, key.to_owned()));
                Ok(found.one(self.conn()).await?.map(|row| (row.input_digest, row.subject_id)))
            }
        }
    }

    pub(super) async fn settle_key(&self, key: &str, subject: Uuid, kind: &str) -> Result<(), DbErr> {
        let settled = idempotency_key::ActiveModel {
            account_id: Set(self.viewer.account_id),
            key: Set(key.to_owned()),
            subject_kind: Set(kind.to_owned()),
            subject_id: Set(subject),
            ..Default::default()
        };
        settled.update(self.conn()).await.map(|_| ())
    }
}

/// The same words for what is not there and for what is not the viewer's.
pub fn not_found(path: &[&str], faults: &mut Faults) {
    faults.note(
        path,
        UserErrorCode::NotFound,
        say!("There is no such object, or it is not within your reach.", "没有该对象，或不在您的权限范围内。"),
    );
}
