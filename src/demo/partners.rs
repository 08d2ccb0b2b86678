//! The units that help the community (F10): ten paired ones, two of them without a name, and the givers outside the ten.
//!
//! The named ones exist; the demo says of them only what the report said, and gives them no credit codes.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    pairing,
    partner_unit::{self, PartnerUnitKind as Kind},
    partner_unit_alias,
};
use uuid::Uuid;

use super::{
    calendar::{day, moment},
    ids::Ids,
    rows::Rows,
};

/// Name, kind, other names, and since when the unit is paired.
type Unit = (&'static str, Kind, &'static [&'static str], Option<NaiveDate>);

pub(super) const DEVELOPMENT_BUREAU: &str = "区发展和改革局";
pub(super) const RAILWAY_BUILDERS: &str = "中铁建工";
pub(super) const BANK: &str = "渤海银行";
pub(super) const TELECOM: &str = "中国移动";
pub(super) const LIBRARY: &str = "区图书馆";
pub(super) const UNNAMED: &str = "爱心企业（名称未载）";
pub(super) const CAR_MAKER: &str = "上汽通用五菱";
pub(super) const COLLECTIVE: &str = "辛安经合社";
pub(super) const DISABLED_FEDERATION: &str = "市残联";
pub(super) const CHARITY: &str = "慈善总会书画院分会";
pub(super) const SUB_DISTRICT_OFFICE: &str = "辛安街道办事处";
pub(super) const NEW_ECONOMY: &str = "两新组织（名称未载）";
pub(super) const HOSPITAL: &str = "医院（名称未载）";
pub(super) const CLINIC: &str = "民营医疗机构（名称未载）";

const UNITS: [Unit; 18] = [
    (DEVELOPMENT_BUREAU, Kind::Government, &["区发改委", "区发改局"], Some(day(2020, 5, 6))),
    ("保税区人才中心", Kind::PublicInstitution, &["人才中心"], Some(day(2020, 5, 11))),
    (RAILWAY_BUILDERS, Kind::StateOwnedEnterprise, &["中铁建工集团"], Some(day(2020, 5, 18))),
    ("中建一局", Kind::StateOwnedEnterprise, &["中建一局集团"], Some(day(2020, 5, 18))),
    (BANK, Kind::Bank, &[], Some(day(2020, 6, 2))),
    (TELECOM, Kind::StateOwnedEnterprise, &["移动公司"], Some(day(2020, 6, 9))),
    (LIBRARY, Kind::Culture, &[], Some(day(2020, 6, 15))),
    ("蓝海集团", Kind::Enterprise, &[], Some(day(2020, 7, 1))),
    (UNNAMED, Kind::Enterprise, &[], Some(day(2020, 7, 1))),
    ("爱心单位（名称未载）", Kind::Other, &[], Some(day(2020, 7, 1))),
    (CAR_MAKER, Kind::Enterprise, &["五菱"], None),
    (COLLECTIVE, Kind::Collective, &["辛安经济合作社"], None),
    (DISABLED_FEDERATION, Kind::SocialOrganisation, &["市残疾人联合会"], None),
    (CHARITY, Kind::Charity, &["书画院分会"], None),
    // Supports the community's work (F18), and is above it rather than paired with it.
    (SUB_DISTRICT_OFFICE, Kind::Government, &["街道办"], None),
    // Held activities with the community (F11, F16); which they were, nobody wrote down.
    (NEW_ECONOMY, Kind::Other, &[], None),
    (HOSPITAL, Kind::Medical, &[], None),
    (CLINIC, Kind::Medical, &[], None),
];

/// False of those that the report mentions and does not name.
fn name_known(name: &str) -> bool {
    !name.ends_with("（名称未载）")
}

pub(super) type Units = HashMap<&'static str, Uuid>;

pub(super) fn units(rows: &mut Rows, ids: &mut Ids, community_id: Uuid) -> Units {
    let mut units = Units::new();
    for (name, kind, aliases, paired_on) in UNITS {
        let known_since = paired_on.unwrap_or(day(2020, 8, 3));
        let id = unit(rows, ids, (name, kind, known_since), None, aliases);
        if let Some(started_on) = paired_on {
            pair(rows, ids, community_id, id, started_on, Some("1+N+N 结对共建"));
        }
        units.insert(name, id);
    }
    units
}

/// A unit in the directory. A code that fails GB 32100 comes with the reason why it was accepted.
pub(super) fn unit(
    rows: &mut Rows,
    ids: &mut Ids,
    (name, kind, known_since): (&str, Kind, NaiveDate),
    code: Option<(&str, Option<&str>)>,
    aliases: &[&str],
) -> Uuid {
    let id = ids.next();
    rows.partner_units.push(partner_unit::Model {
        id,
        name: name.to_owned(),
        kind,
        name_known: name_known(name),
        credit_code: code.map(|(code, _)| code.to_owned()),
        credit_code_override: code.and_then(|(_, reason)| reason.map(str::to_owned)),
        version: 1,
        registered_at: moment(known_since, 10 * 60),
    });
    for alias in aliases {
        let alias = alias.to_string();
        rows.aliases.push(partner_unit_alias::Model { id: ids.next(), partner_unit_id: id, alias });
    }
    id
}

pub(super) fn pair(
    rows: &mut Rows,
    ids: &mut Ids,
    community_id: Uuid,
    partner_unit_id: Uuid,
    on: NaiveDate,
    note: Option<&str>,
) {
    rows.pairings.push(pairing::Model {
        id: ids.next(),
        community_id,
        partner_unit_id,
        started_on: on,
        ended_on: None,
        note: note.map(str::to_owned),
        version: 1,
    });
}
