//! `submitRequest`: by residents and merchants for themselves, by staff for anybody. The tracking code is shown once, beside what the write kit would answer with.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{Context, ID, InputObject, SimpleObject};
use entity::{
    community, merchant,
    request::{self, RequestChannel as Channel, RequestStatus},
    request_entry::RequestEntryKind,
    resident,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::WORDS;
use crate::{
    access::{Resource, Scope, policy::Action},
    attachments::{self, Owner},
    communities::{Building, Community, open_grid},
    error::{Message, Result, UserError, UserErrorCode},
    merchants::Merchant,
    requests::{
        deadline,
        entry::{self, Said},
        object::{Request, RequestCategory, RequestChannel, Urgency},
        tracking,
    },
    residents::{Resident, refuse_merged},
    say, visits,
    write::{Change, Detail, Faults, Payload, Refused, Tx, Verb, not_found, write},
};

/// The most characters of a name, of a place in words, and of a channel's number.
const LINE: usize = 100;

/// What is asked of the community (提交诉求).
#[derive(InputObject, Clone, Debug)]
pub struct SubmitRequestInput {
    /// The community that is asked (社区).
    pub community_id: ID,
    /// How it came in. Residents and merchants submit as SELF; staff say how they were told, COUNTER when left out (渠道).
    pub channel: Option<RequestChannel>,
    /// What the channel calls it, at most 100 characters: once in a channel, required from the HOTLINE, not for the community's own channels (渠道编号).
    pub channel_number: Option<String>,
    /// Who asks, if a resident on file; a resident may leave it out (居民).
    pub resident_id: Option<ID>,
    /// Who asks, if a merchant; who keeps one shop may leave it out (商户).
    pub merchant_id: Option<ID>,
    /// Who asks, if nobody on file, at most 100 characters; for staff (诉求人姓名).
    pub contact_name: Option<String>,
    /// The visit on which it came up, one that took place; for staff, and the channel is VISIT then (来源走访).
    pub visit_id: Option<ID>,
    /// What it is about (类别).
    pub category: RequestCategory,
    /// How soon it has to be answered; NORMAL when left out (紧急程度).
    pub urgency: Option<Urgency>,
    /// The building that it is about (楼栋).
    pub building_id: Option<ID>,
    /// The grid that it is about, where no building is named (网格).
    pub grid_id: Option<ID>,
    /// Where, in words, at most 100 characters (位置).
    pub place: Option<String>,
    /// What is asked for, at most 2,000 characters (诉求内容).
    pub text: String,
    /// Photos and documents that you uploaded for it by `POST /uploads`, at most 9 (附件).
    pub upload_ids: Option<Vec<ID>>,
    /// Makes a retry safe: a random text, the same when you send this again; what was answered once is answered again, without the tracking code (幂等键).
    pub idempotency_key: Option<String>,
    #[graphql(skip)]
    made: Made,
}

/// What the server adds to the input.
#[derive(Clone, Debug, Default)]
struct Made {
    tracking_hash: Vec<u8>,
    /// Set when the request was put on file, and not when an earlier answer is given again.
    now: Arc<AtomicBool>,
}

/// What came of it (提交结果).
#[derive(SimpleObject)]
pub struct SubmitRequestPayload {
    /// The request as it is now; null when it was refused (诉求).
    request: Option<Request>,
    /// With this code anybody follows the request by `trackRequest`, without an account: shown this once, and kept nowhere. Null when this repeats an earlier
    /// request (查询码).
    tracking_code: Option<String>,
    /// Why it was refused, all reasons together (业务错误).
    user_errors: Vec<UserError>,
}

impl Payload for SubmitRequestPayload {
    type Object = Request;
    const TYPE: &'static str = "SubmitRequestPayload";
    const FIELD: &'static str = "request";

    fn new(mut objects: Vec<Request>, user_errors: Vec<UserError>) -> Self {
        Self { request: objects.pop(), tracking_code: None, user_errors }
    }
}

pub(super) async fn submit(ctx: &Context<'_>, mut input: SubmitRequestInput) -> Result<SubmitRequestPayload> {
    let (code, tracking_hash) = tracking::generate();
    input.made.tracking_hash = tracking_hash;
    let now = input.made.now.clone();
    let payload = write(ctx, input).await?;
    let made = now.load(Ordering::Relaxed) && payload.user_errors.is_empty();
    Ok(SubmitRequestPayload { tracking_code: made.then_some(code), ..payload })
}

pub(crate) fn number_taken() -> Message {
    say!("A request with this number of the channel is on file already.", "该渠道编号的诉求已登记。")
}

/// Who asks.
#[derive(Default)]
struct Submitter {
    resident: Option<resident::Model>,
    merchant: Option<merchant::Model>,
    contact_name: Option<String>,
}

/// As whom the viewer may ask for themselves in a community.
struct Own {
    person: Option<Uuid>,
    shops: Vec<Uuid>,
}

impl Own {
    fn of(tx: &Tx<'_>, community: Uuid) -> Self {
        let reach = tx.viewer.reach(Resource::Request, Action::Record);
        let here = || reach.0.iter().filter(|held| held.community == Some(community));
        let person = here().filter(|held| held.scope == Scope::Own).find_map(|held| held.links.resident);
        let shops = here().filter(|held| held.scope == Scope::Shop).flat_map(|held| held.links.shops.iter().copied());
        Self { person, shops: shops.collect() }
    }

    fn is_nobody(&self) -> bool {
        self.person.is_none() && self.shops.is_empty()
    }
}

impl Change for SubmitRequestInput {
    type Payload = SubmitRequestPayload;
    const VERB: Verb = Verb { name: "submitRequest", resource: Resource::Request, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.find::<Community>(&self.community_id, &["communityId"], None, &mut faults).await?;
        if community.as_ref().is_some_and(|row| !tx.reaches(row.id) && Own::of(tx, row.id).is_nobody()) {
            not_found(&["communityId"], &mut faults);
        }
        // Whoever has nothing to ask there is told that, and not what else might be wrong.
        let (community,) = faults.all((community,))?;
        let (mut faults, within) = (Faults::default(), Some(community.id));
        let submitter = self.submitter(tx, &community, &mut faults).await?;
        let staff = tx.reaches(community.id);
        let visit = visits::found_on(tx, self.visit_id.as_ref(), within, &mut faults).await?;
        let channel = self.channel(staff, &mut faults);
        let number = self.number(tx, within.filter(|_| staff), channel, &mut faults).await?;
        let building =
            tx.find_optional::<Building>(self.building_id.as_ref(), &["buildingId"], within, &mut faults).await?;
        let grid = match &self.grid_id {
            Some(given) => open_grid(tx, given, &["gridId"], within, &mut faults).await?,
            None => None,
        };
        if matches!(building, Some(Some(_))) && grid.is_some() {
            let message = say!("The building lies in its grid; leave the grid out.", "楼栋已属于网格，请勿另填网格。");
            faults.note(&["gridId"], UserErrorCode::Invalid, message);
        }
        let place = faults.optional_text(&["place"], self.place.as_deref(), LINE);
        let body = faults.text(&["text"], &self.text, WORDS);
        let uploads = attachments::given(tx, self.upload_ids.as_deref(), &mut faults).await?;
        let (submitter, visit, channel, number, building, place, body, uploads) =
            faults.all((submitter, visit, channel, number, building, place, body, uploads))?;

        let id = tx.new_id();
        let today = tx.today_in(&community);
        let (category, urgency) = (self.category.into(), self.urgency.unwrap_or(Urgency::Normal).into());
        let (due_on, due_provisional) = deadline::of(tx, category, urgency, today).await?;
        let status = RequestStatus::Submitted;
        tx.insert(request::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            channel: Set(channel),
            channel_number: Set(number),
            resident_id: Set(submitter.resident.as_ref().map(|row| row.id)),
            merchant_id: Set(submitter.merchant.as_ref().map(|row| row.id)),
            contact_name: Set(submitter.contact_name),
            visit_id: Set(visit.map(|row| row.id)),
            category: Set(category),
            urgency: Set(urgency),
            building_id: Set(building.map(|row| row.id)),
            grid_id: Set(grid.map(|row| row.id)),
            place: Set(place),
            body: Set(body),
            status: Set(status),
            assignee_id: Set(None),
            assignee_grid_id: Set(None),
            assignee_unit_id: Set(None),
            unit_brief: Set(None),
            merged_into: Set(None),
            hand_backs: Set(0),
            round: Set(0),
            submitted_on: Set(today),
            submitted_at: Set(tx.now()),
            round_started_on: Set(today),
            due_on: Set(due_on),
            due_provisional: Set(due_provisional),
            answered_on: Set(None),
            answered_at: Set(None),
            late: Set(false),
            called_back_on: Set(None),
            satisfaction: Set(None),
            closed_on: Set(None),
            settled_at: Set(None),
            tracking_hash: Set(self.made.tracking_hash.clone()),
            version: Set(1),
        })
        .await?;
        attachments::attach(tx, &uploads, Owner::Request(id)).await?;
        let said = Said { by_submitter: !staff, ..Said::default() };
        entry::append(tx, (community.id, id), RequestEntryKind::Submitted, (status, 0), said).await?;
        // What is asked for, and by whom, is in the row alone.
        let after = json!({ "channel": channel, "category": category, "urgency": urgency, "dueOn": due_on });
        let fields = ["channel", "category", "urgency", "text", "status", "dueOn"];
        tx.event::<Request>(id, Some(community.id), &fields, Detail::Open(json!({ "after": after }))).await?;
        self.made.now.store(true, Ordering::Relaxed);
        Ok(id)
    }
}

impl SubmitRequestInput {
    /// Whoever may record for the whole community names anybody; others ask for themselves.
    async fn submitter(
        &self,
        tx: &Tx<'_>,
        community: &community::Model,
        faults: &mut Faults,
    ) -> Result<Option<Submitter>, DbErr> {
        let (before, within) = (faults.len(), Some(community.id));
        let (resident, merchant) = (self.resident_id.as_ref(), self.merchant_id.as_ref());
        let mut found = Submitter {
            resident: tx.find_optional::<Resident>(resident, &["residentId"], within, faults).await?.flatten(),
            merchant: tx.find_optional::<Merchant>(merchant, &["merchantId"], within, faults).await?.flatten(),
            contact_name: faults.optional_text(&["contactName"], self.contact_name.as_deref(), LINE).flatten(),
        };
        if !tx.reaches(community.id) {
            self.themselves(tx, community, &mut found, faults).await?;
        }
        if let Some(resident) = &found.resident {
            faults.take(&["residentId"], refuse_merged(resident));
        }
        if found.merchant.as_ref().is_some_and(|row| row.closed_on.is_some()) {
            let message = say!("The merchant has closed.", "该商户已停业。");
            faults.note(&["merchantId"], UserErrorCode::IllegalTransition, message);
        }
        let named = [found.resident.is_some(), found.merchant.is_some(), found.contact_name.is_some()];
        if named.into_iter().filter(|named| *named).count() > 1 {
            let message = say!("Name one who asks, not several.", "诉求人只能填写一个。");
            let field = if found.merchant.is_some() { "merchantId" } else { "contactName" };
            faults.note(&[field], UserErrorCode::Invalid, message);
        }
        Ok((faults.len() == before).then_some(found))
    }

    /// Of what they named only themselves and their shops count; what they left out is filled in where there is one answer.
    async fn themselves(
        &self,
        tx: &Tx<'_>,
        community: &community::Model,
        found: &mut Submitter,
        faults: &mut Faults,
    ) -> Result<(), DbErr> {
        let Own { person, shops } = Own::of(tx, community.id);
        if found.contact_name.take().is_some() {
            let message = say!("You ask for yourself; leave the name out.", "请以本人名义提交，勿填他人姓名。");
            faults.note(&["contactName"], UserErrorCode::Invalid, message);
        }
        if found.resident.as_ref().is_some_and(|row| Some(row.id) != person) {
            not_found(&["residentId"], faults);
        }
        if found.merchant.as_ref().is_some_and(|row| !shops.contains(&row.id)) {
            not_found(&["merchantId"], faults);
        }
        if self.resident_id.is_some() || self.merchant_id.is_some() {
            return Ok(());
        }
        match (person, shops.as_slice()) {
            (Some(person), _) => found.resident = resident::Entity::find_by_id(person).one(tx.conn()).await?,
            (None, [shop]) => found.merchant = merchant::Entity::find_by_id(*shop).one(tx.conn()).await?,
            (None, _) => faults.note(
                &["merchantId"],
                UserErrorCode::Required,
                say!("Say for which of your shops you ask.", "请填写为哪一家商户提交。"),
            ),
        }
        Ok(())
    }

    fn channel(&self, staff: bool, faults: &mut Faults) -> Option<Channel> {
        let own = |given: &RequestChannel| *given == RequestChannel::Own;
        if staff && self.visit_id.is_some() && self.channel.is_some_and(|given| given != RequestChannel::Visit) {
            let message = say!("What came up on a visit came in by VISIT.", "走访中提出的诉求，渠道应为 VISIT。");
            faults.note(&["channel"], UserErrorCode::Invalid, message);
            return None;
        }
        match (staff, self.channel) {
            (true, None) if self.visit_id.is_some() => Some(Channel::Visit),
            (true, None) => Some(Channel::Counter),
            (true, Some(given)) if !own(&given) => Some(given.into()),
            (false, given) if given.as_ref().is_none_or(own) => Some(Channel::Own),
            (true, _) => {
                let message = say!(
                    "SELF is for residents and merchants; say how you were told.",
                    "“本人提交”仅供居民和商户使用；请填写实际渠道。"
                );
                faults.note(&["channel"], UserErrorCode::Invalid, message);
                None
            }
            (false, _) => {
                let message = say!("You submit it yourself; leave the channel out.", "由本人提交，请勿填写渠道。");
                faults.note(&["channel"], UserErrorCode::Invalid, message);
                None
            }
        }
    }

    /// The channel's number, once in a channel. `community` is none for those who may not learn what others submitted.
    async fn number(
        &self,
        tx: &Tx<'_>,
        community: Option<Uuid>,
        channel: Option<Channel>,
        faults: &mut Faults,
    ) -> Result<Option<Option<String>>, DbErr> {
        use request::Column;
        let path = ["channelNumber"];
        let Some(number) = faults.optional_text(&path, self.channel_number.as_deref(), LINE) else { return Ok(None) };
        let outside = matches!(channel, Some(Channel::Hotline | Channel::Other));
        match (&number, channel) {
            (None, Some(Channel::Hotline)) => {
                let message = say!("The hotline gives each request a number.", "热线诉求须填写编号。");
                faults.note(&path, UserErrorCode::Required, message);
            }
            (Some(_), Some(_)) if !outside => {
                let message =
                    say!("Requests of this channel have no number; leave it out.", "该渠道的诉求没有编号，请勿填写。");
                faults.note(&path, UserErrorCode::Invalid, message);
            }
            (Some(number), Some(channel)) => {
                if let Some(community) = community {
                    let first = request::Entity::find()
                        .filter(Column::CommunityId.eq(community))
                        .filter(Column::Channel.eq(channel))
                        .filter(Column::ChannelNumber.eq(number));
                    if let Some(first) = first.one(tx.conn()).await? {
                        let refusal = UserError::new(&path, UserErrorCode::Duplicate, number_taken());
                        faults.add(tx.in_the_way::<Request>(first.id, refusal).await?);
                    }
                }
            }
            _ => {}
        }
        Ok(Some(number))
    }
}
