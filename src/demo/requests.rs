//! The small businesses of the nine small trades in their alliance, and what they and residents asked of the community (F2). The report gives no figures: names,
//! words and days are made up, the deadlines are those of the calendar.

use chrono::{Days, NaiveDate};
use entity::{
    alliance_membership,
    merchant::{self, Trade},
    request::{
        self, RequestCategory as Category, RequestChannel as Channel, RequestStatus as State, SettlementLevel, Urgency,
    },
    request_entry::{self, RequestEntryKind as Kind},
};
use rand::RngExt;
use sea_orm::{DatabaseTransaction, DbErr};
use uuid::Uuid;

use super::{
    calendar::{LAST_DAY, day, moment},
    homes::{Living, Registrar},
    places::Place,
    rows::Rows,
};
use crate::requests::deadline_of;

/// Name, trade, licence code, owner's name (none: a resident), place.
type Shop = (&'static str, Trade, Option<&'static str>, Option<&'static str>, &'static str);

const SHOPS: [Shop; 10] = [
    ("晨曦托管班", Trade::School, None, Some("赵示例"), "黄河中路 18 号二层"),
    ("安和口腔诊所", Trade::Clinic, Some("91350100M000100Y43"), Some("钱示例"), "黄河中路 26 号"),
    ("便民粮油店", Trade::Shop, None, None, "黄河中路 30 号"),
    ("老味道面馆", Trade::Restaurant, None, None, "辛明园南门"),
    ("海风小旅馆", Trade::Hotel, None, Some("孙示例"), "黄河中路 52 号"),
    ("好声音歌厅", Trade::Entertainment, None, Some("李示例"), "黄河中路 60 号地下一层"),
    ("极速网吧", Trade::InternetCafe, None, Some("周示例"), "黄河中路 61 号"),
    ("巧手理发店", Trade::BeautyAndBath, None, None, "辛安邮政楼西侧"),
    ("宏达五金加工部", Trade::Workshop, None, Some("吴示例"), "黄河中路 88 号院内"),
    ("旧时光照相馆", Trade::Shop, None, Some("郑示例"), "黄河中路 33 号"),
];

/// What is asked, by whom (a shop's number; none: a resident), when, and how far it went.
struct Asked {
    shop: Option<usize>,
    channel: (Channel, Option<&'static str>),
    category: Category,
    urgency: Urgency,
    body: &'static str,
    on: NaiveDate,
    /// How many days later it was answered.
    after: u64,
    way: &'static [Kind],
    answer: &'static str,
    score: Option<i32>,
}

const CLOSED: &[Kind] =
    &[Kind::Accepted, Kind::Assigned, Kind::Started, Kind::Answered, Kind::CalledBack, Kind::Closed];
const REOPENED: &[Kind] = &[
    Kind::Accepted,
    Kind::Assigned,
    Kind::Started,
    Kind::Answered,
    Kind::CalledBack,
    Kind::Closed,
    Kind::Reopened,
    Kind::Started,
];
const BACK: &[Kind] = &[
    Kind::Accepted,
    Kind::Assigned,
    Kind::HandedBack,
    Kind::Assigned,
    Kind::Started,
    Kind::Answered,
    Kind::CalledBack,
    Kind::Closed,
];

fn asked() -> Vec<Asked> {
    use Category::{Business, Environment, Livelihood, Neighbours, Noise, Other, Parking, Property, Repair, Safety};
    let of = |shop, channel, category, body, on, after, way, answer| Asked {
        shop,
        channel,
        category,
        urgency: Urgency::Normal,
        body,
        on,
        after,
        way,
        answer,
        score: Some(5),
    };
    let (own, counter, visit) = ((Channel::Own, None), (Channel::Counter, None), (Channel::Visit, None));
    let hotline = |number| (Channel::Hotline, Some(number));
    vec![
        of(
            None,
            counter,
            Environment,
            "单元门口垃圾桶满溢，异味较大。",
            day(2020, 9, 7),
            2,
            CLOSED,
            "已增加清运频次。",
        ),
        of(
            Some(2),
            own,
            Business,
            "店门口长期停放共享单车，影响经营。",
            day(2020, 11, 3),
            5,
            CLOSED,
            "已协调划定停放区。",
        ),
        Asked {
            urgency: Urgency::Urgent,
            ..of(
                None,
                hotline("12345-2021-000118"),
                Repair,
                "楼道照明全部不亮。",
                day(2021, 1, 14),
                1,
                CLOSED,
                "线路已更换。",
            )
        },
        Asked {
            score: Some(4),
            ..of(
                Some(3),
                own,
                Safety,
                "后厨排烟管道老化，请指导整改。",
                day(2021, 2, 9),
                9,
                CLOSED,
                "联盟成员单位已上门检查并给出方案。",
            )
        },
        of(
            None,
            visit,
            Livelihood,
            "独居，行动不便，希望有人代购。",
            day(2021, 4, 20),
            3,
            CLOSED,
            "已安排志愿者每周代购。",
        ),
        Asked {
            score: Some(3),
            ..of(
                None,
                own,
                Noise,
                "楼下歌厅深夜噪声扰民。",
                day(2021, 6, 2),
                12,
                CLOSED,
                "已约谈经营者，22 时后停止外放。",
            )
        },
        of(
            None,
            counter,
            Neighbours,
            "楼上漏水，双方对维修费用有争议。",
            day(2021, 7, 12),
            8,
            BACK,
            "经调解达成协议。",
        ),
        of(Some(7), own, Property, "门前路面破损，雨天积水。", day(2021, 9, 29), 6, CLOSED, "物业已修补路面。"),
        of(None, own, Parking, "消防通道被私家车占用。", day(2021, 11, 15), 4, CLOSED, "已施划禁停标线。"),
        of(
            Some(5),
            counter,
            Business,
            "客流减少，希望了解减税政策。",
            day(2022, 1, 10),
            4,
            &CLOSED[..5],
            "已送政策手册并讲解。",
        ),
        of(None, own, Repair, "健身器材松动。", day(2022, 1, 27), 9, REOPENED, "已紧固。"),
        of(None, counter, Environment, "楼后堆放建筑垃圾。", day(2022, 2, 14), 0, &CLOSED[..3], ""),
        of(Some(2), own, Parking, "卸货车位不足。", day(2022, 2, 22), 0, &CLOSED[..2], ""),
        of(None, own, Other, "希望延长阅览室开放时间。", day(2022, 2, 28), 0, &CLOSED[..1], ""),
        of(None, own, Repair, "单元门禁失灵。", day(2022, 3, 3), 0, &[], ""),
        of(
            None,
            own,
            Other,
            "要求调换外区学校学位。",
            day(2022, 1, 5),
            1,
            &[Kind::Declined],
            "不属社区职责，请向教育部门申请。",
        ),
        of(None, own, Repair, "门禁刷卡无反应。", day(2022, 3, 4), 0, &[Kind::Merged], ""),
    ]
}

/// Where its state is after a step.
fn after(kind: Kind) -> State {
    match kind {
        Kind::Submitted => State::Submitted,
        Kind::Accepted | Kind::HandedBack => State::Accepted,
        Kind::Declined => State::Declined,
        Kind::Assigned | Kind::Reopened => State::Assigned,
        Kind::Started => State::InProgress,
        Kind::Answered => State::Answered,
        Kind::CalledBack => State::CalledBack,
        Kind::Closed => State::Closed,
        _ => State::Merged,
    }
}

/// The main community's merchants and requests; gives the shop whose keeper has an account.
pub(super) async fn requests(
    tx: &DatabaseTransaction,
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    place: &Place,
    account: Uuid,
    people: &[Living],
) -> Result<Uuid, DbErr> {
    let shops = merchants(rows, by, place, people, &SHOPS);
    put(tx, rows, by, place, account, people, &shops, asked()).await?;
    Ok(shops[2])
}

/// A neighbour's: few.
pub(super) async fn neighbours(
    tx: &DatabaseTransaction,
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    place: &Place,
    account: Uuid,
    people: &[Living],
) -> Result<(), DbErr> {
    let shops = merchants(rows, by, place, people, &SHOPS[2..5]);
    let few = asked().into_iter().skip(5).filter(|asked| asked.shop.is_none());
    put(tx, rows, by, place, account, people, &shops, few.collect()).await
}

fn merchants(rows: &mut Rows, by: &mut Registrar<'_>, place: &Place, people: &[Living], shops: &[Shop]) -> Vec<Uuid> {
    let owners: Vec<Uuid> = people.iter().filter(|person| person.here()).map(|person| person.id).collect();
    let mut ids = Vec::new();
    for (number, (name, trade, code, owner, at)) in shops.iter().enumerate() {
        let id = by.ids.next();
        let closed_on = (number == 9).then_some(day(2021, 12, 31));
        rows.merchants.push(merchant::Model {
            id,
            community_id: place.community_id,
            name: (*name).to_owned(),
            trade: *trade,
            licence_code: code.map(str::to_owned),
            licence_code_override: None,
            owner_id: owner.is_none().then(|| owners[number * 7 % owners.len()]),
            owner_name: owner.map(str::to_owned),
            building_id: (number % 3 != 1).then(|| place.buildings[number % place.buildings.len()]),
            place: Some((*at).to_owned()),
            closed_on,
            close_reason: closed_on.map(|_| "租约到期".to_owned()),
            version: 1,
            registered_at: moment(day(2020, 6, 8), 9 * 60 + number as i64),
        });
        // The alliance began with most of them; one came later, one left and came back.
        let terms: &[(NaiveDate, Option<NaiveDate>)] = match number {
            9 => &[(day(2020, 7, 1), Some(day(2021, 12, 31)))],
            4 => &[(day(2021, 3, 1), None)],
            6 => &[(day(2020, 7, 1), Some(day(2020, 12, 31))), (day(2021, 7, 1), None)],
            8 => &[],
            _ => &[(day(2020, 7, 1), None)],
        };
        for (started_on, ended_on) in terms {
            rows.alliance_memberships.push(alliance_membership::Model {
                id: by.ids.next(),
                community_id: place.community_id,
                merchant_id: id,
                started_on: *started_on,
                ended_on: *ended_on,
            });
        }
        ids.push(id);
    }
    ids
}

async fn put(
    tx: &DatabaseTransaction,
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    place: &Place,
    account: Uuid,
    people: &[Living],
    shops: &[Uuid],
    asked: Vec<Asked>,
) -> Result<(), DbErr> {
    let here: Vec<&Living> = people.iter().filter(|person| person.here()).collect();
    let workers: Vec<Uuid> =
        rows.staff.iter().filter(|row| row.community_id == place.community_id).map(|row| row.id).collect();
    let mut last_open = None;
    for (number, of) in asked.into_iter().enumerate() {
        let id = by.ids.next();
        let round = i32::from(of.way.contains(&Kind::Reopened));
        let answered_on = of.way.contains(&Kind::Answered).then(|| of.on + Days::new(of.after));
        let started = match (round, answered_on) {
            (1, Some(day)) => (day + Days::new(6)).min(LAST_DAY),
            _ => of.on,
        };
        let (due, provisional) = deadline_of(tx, of.category, of.urgency, started).await?;
        let (first_due, _) = deadline_of(tx, of.category, of.urgency, of.on).await?;
        let status = of.way.last().map_or(State::Submitted, |kind| after(*kind));
        let assigned =
            matches!(status, State::Assigned | State::InProgress | State::Answered | State::CalledBack | State::Closed);
        let in_grid = number % 5 == 4 && !place.grids.is_empty();
        let answered = answered_on.filter(|_| matches!(status, State::Answered | State::CalledBack | State::Closed));
        let merged_into = last_open.filter(|_| status == State::Merged);
        rows.requests.push(request::Model {
            id,
            community_id: place.community_id,
            channel: of.channel.0,
            channel_number: of.channel.1.map(str::to_owned),
            resident_id: of.shop.is_none().then(|| here[number * 11 % here.len()].id),
            merchant_id: of.shop.map(|shop| shops[shop]),
            contact_name: None,
            visit_id: None,
            category: of.category,
            urgency: of.urgency,
            building_id: (number % 3 == 0).then(|| place.buildings[number % place.buildings.len()]),
            grid_id: (number % 3 == 1 && !place.grids.is_empty()).then(|| place.grids[number % place.grids.len()]),
            place: (number % 3 == 2).then(|| "小广场东侧".to_owned()),
            body: of.body.to_owned(),
            status,
            assignee_id: (assigned && !in_grid).then(|| workers[number % workers.len()]),
            assignee_grid_id: (assigned && in_grid).then(|| place.grids[0]),
            assignee_unit_id: None,
            unit_brief: None,
            merged_into,
            hand_backs: of.way.iter().filter(|kind| **kind == Kind::HandedBack).count() as i32,
            round,
            submitted_on: of.on,
            submitted_at: moment(of.on, 9 * 60 + number as i64),
            round_started_on: started,
            due_on: Some(due),
            due_provisional: provisional,
            answered_on: answered,
            answered_at: answered.map(|day| moment(day, 16 * 60)),
            late: answered_on.is_some_and(|day| day > first_due),
            called_back_on: answered.filter(|_| status != State::Answered),
            satisfaction: of.score.filter(|_| matches!(status, State::CalledBack | State::Closed)),
            closed_on: answered.filter(|_| status == State::Closed),
            settled_at: (status == State::Closed).then_some(match of.shop {
                Some(_) if number % 2 == 1 => SettlementLevel::Alliance,
                _ => SettlementLevel::Community,
            }),
            tracking_hash: by.rng.random::<[u8; 32]>().to_vec(),
            version: 1 + of.way.len() as i32,
        });
        if status == State::Submitted {
            last_open = Some(id);
        }
        let (mut now, mut rounds) = (moment(of.on, 9 * 60 + number as i64), 0);
        for kind in [Kind::Submitted].iter().chain(of.way) {
            rounds += i32::from(*kind == Kind::Reopened);
            now = match kind {
                Kind::Submitted => now,
                Kind::Answered => answered_on.map_or(now, |day| moment(day, 16 * 60)),
                Kind::Reopened => moment(started, 10 * 60),
                _ => now + chrono::TimeDelta::minutes(20),
            };
            rows.request_entries.push(request_entry::Model {
                id: by.ids.next(),
                community_id: place.community_id,
                request_id: id,
                kind: *kind,
                status: after(*kind),
                round: rounds,
                occurred_at: now,
                account_id: Some(account),
                by_submitter: *kind == Kind::Submitted && of.channel.0 == Channel::Own,
                reason: match kind {
                    Kind::HandedBack => Some("不属本人负责范围".to_owned()),
                    Kind::Reopened => Some("处理后再次松动".to_owned()),
                    Kind::Merged => Some("同一问题重复反映".to_owned()),
                    _ => None,
                },
                answer: matches!(kind, Kind::Answered | Kind::Declined).then(|| of.answer.to_owned()),
            });
        }
    }
    Ok(())
}
