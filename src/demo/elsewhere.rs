//! A small second community of the same sub-district: what its neighbours must not see, and how a household's aid, a project in the making and
//! the codes of partner units look.

use entity::{
    aid_programme::AidScope,
    aid_record::AidStatus as Status,
    asset::AssetKind,
    asset_tenure::Tenure,
    facility::FacilityKind,
    figures::AidKind,
    partner_unit::PartnerUnitKind,
    posting::PostingRole,
    project::ProjectStatus,
    project_participation_role::ParticipationRole::{Funder, Host},
};
use uuid::Uuid;

use super::{
    aid::{self, Grant, Hands, record},
    calendar::{day, office_hour},
    facts::{UNIT, YUAN},
    homes::{Living, Registrar},
    items,
    partners::{BANK, Units, pair, unit},
    places::Place,
    projects::{Given, Project, contribution, project},
    rows::Rows,
    staff::{grid_workers, member, post},
    things::{self, Thing},
};
use crate::{
    context::App,
    error::Result,
    figures::{Figure, share_evenly},
};

pub(super) const RESIDENTS: usize = 40;
pub(super) const HOUSEHOLDS: usize = 15;

pub(super) fn records(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    app: &App,
    place: &Place,
    units: &Units,
    account: Uuid,
    people: &[Living],
) -> Result<()> {
    let community = place.community_id;
    let worker = member(rows, by, app, place, Some(account))?;
    post(rows, by, place, worker, PostingRole::CommunityWorker, (None, None), (day(2018, 3, 1), None));
    grid_workers(rows, by, app, place)?;

    // The same bank is paired here too; and two made-up units, one of which has a code of the old kind.
    pair(rows, &mut by.ids, community, units[BANK], day(2021, 3, 1), None);
    let known_since = day(2021, 3, 1);
    let (shop, kind) = ("海晏示例商贸有限公司", PartnerUnitKind::Enterprise);
    let shop = unit(rows, &mut by.ids, (shop, kind, known_since), Some(("91350100M000100Y43", None)), &["海晏商贸"]);
    pair(rows, &mut by.ids, community, shop, known_since, None);
    let (club, kind) = ("海晏示例书画社", PartnerUnitKind::SocialOrganisation);
    let reason = Some("旧代码，已核对登记证书");
    let club = unit(rows, &mut by.ids, (club, kind, known_since), Some(("91350100M000100Y4Z", reason)), &[]);
    pair(rows, &mut by.ids, community, club, known_since, None);

    let canteen = project(
        rows,
        &mut by.ids,
        community,
        Project {
            title: "社区食堂",
            description: "为老年人提供午餐，尚在立项。",
            status: ProjectStatus::Proposed,
            budget: Figure::exact(80_000 * YUAN),
            responsible: Some(worker),
            term: (day(2022, 3, 1), None),
            partners: &[(units[BANK], &[Funder], Some(50_000 * YUAN)), (shop, &[Funder, Host], Some(12_000 * YUAN))],
            milestones: &[("签订共建协议", day(2022, 4, 1))],
        },
    );
    let ids = &mut by.ids;
    contribution(
        rows,
        ids,
        community,
        Given {
            kind: AidKind::Cash,
            title: "社区食堂启动资金",
            unit: "yuan",
            quantity: Figure::UNKNOWN,
            value: Figure::exact(12_000 * YUAN),
            on: day(2022, 3, 2),
            by: &[shop],
            project_id: Some(canteen),
        },
    );
    let rice = contribution(
        rows,
        ids,
        community,
        Given {
            kind: AidKind::Goods,
            title: "春节米面油",
            unit: "parcel",
            quantity: Figure::exact(10 * UNIT),
            value: Figure::exact(2_000 * YUAN),
            on: day(2022, 1, 17),
            by: &[shop, club],
            project_id: None,
        },
    );
    let opened = (FacilityKind::ReadingRoom, "海晏书屋", None, day(2021, 9, 1));
    let room = things::facility(rows, ids, community, opened);
    let kind = AssetKind::Vehicle;
    let car = Thing { kind, name: "接送车", tag: "接送车 1", facility: Some(room), contribution: None };
    things::asset(rows, ids, community, &car, (Tenure::Lent, Some(shop), day(2021, 10, 8)));
    visits(rows, by, (community, account), rice, people);
    aid::settle(rows);
    items::itemise(rows, &mut by.ids, rice);
    Ok(())
}

/// Eight households each received a parcel.
fn visits(
    rows: &mut Rows,
    by: &mut Registrar<'_>,
    (community, account): (Uuid, Uuid),
    contribution_id: Uuid,
    people: &[Living],
) {
    let about = "每户一份，由网格员入户发放。";
    let programme = aid::programme(rows, &mut by.ids, community, ("春节走访慰问", AidScope::Household, None), about);
    let mut households: Vec<Uuid> = people.iter().map(|person| person.household_id).collect();
    households.dedup();
    households.truncate(8);
    let hands = Hands { recorder: account, approver: account };
    for (household_id, value) in households.into_iter().zip(share_evenly(1_600 * YUAN, 8)) {
        let given_on = day(2022, 1, 26);
        let at = office_hour(&mut by.rng, given_on);
        let grant = Grant {
            resident_id: None,
            household_id: Some(household_id),
            programme_id: Some(programme),
            contribution_id: Some(contribution_id),
            project_id: None,
            kind: AidKind::Goods,
            status: Status::Delivered,
            quantity: Figure::exact(UNIT),
            unit: "parcel".to_owned(),
            value: Figure::exact(value),
            given_on,
            note: None,
        };
        rows.aid_records.push(record(by.ids.next(), community, hands, at, grant));
    }
    aid::rules(rows, &mut by.ids, programme, (&[], contribution_id));
    aid::batches(rows, &mut by.ids, programme);
}
