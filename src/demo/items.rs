//! What contributions of goods are made of: one item a kind of device, and a serial number on each wheelchair.

use std::collections::BTreeMap;

use entity::{aid_record, contribution, contribution_device, contribution_item, figures::Precision};
use uuid::Uuid;

use super::{aid::taken, ids::Ids, rows::Rows};
use crate::figures::Figure;

/// Those that have a number of their own.
const NUMBERED: &str = "轮椅";

/// Divides a contribution into items by what its grants say of themselves; what they say nothing of is the whole. Comes after the grants are settled.
pub(super) fn itemise(rows: &mut Rows, ids: &mut Ids, whole: Uuid) {
    let Some(of) = rows.contributions.iter().find(|contribution| contribution.id == whole).cloned() else { return };
    let mut kinds: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, grant) in rows.aid_records.iter().enumerate().filter(|(_, grant)| grant.contribution_id == Some(whole))
    {
        kinds.entry(grant.note.clone().unwrap_or_else(|| of.title.clone())).or_default().push(place);
    }
    let alone = kinds.len() == 1;
    for (name, grants) in kinds {
        let mut item = empty(ids.next(), &of, name);
        for (number, place) in grants.into_iter().enumerate() {
            let grant = &mut rows.aid_records[place];
            add(&mut item, grant);
            grant.item_id = Some(item.id);
            if item.name == NUMBERED || alone && number == 0 {
                let serial_number = format!("{}-{:04}", if alone { "SN" } else { "LY" }, number + 1);
                let device = contribution_device::Model {
                    id: ids.next(),
                    community_id: of.community_id,
                    contribution_item_id: item.id,
                    serial_number,
                };
                grant.device_id = Some(device.id);
                rows.contribution_devices.push(device);
            }
        }
        if alone {
            // One kind is the whole of it, what was not given out yet included.
            (item.received_milli, item.received_precision) = (of.received_milli, of.received_precision);
            (item.received_fen, item.received_value_precision) = (of.received_fen, of.received_value_precision);
        }
        rows.contribution_items.push(item);
    }
}

fn empty(id: Uuid, of: &contribution::Model, name: String) -> contribution_item::Model {
    let nothing = Figure::exact(0);
    contribution_item::Model {
        id,
        community_id: of.community_id,
        contribution_id: of.id,
        name,
        unit: of.unit.clone(),
        received_milli: nothing.amount,
        received_precision: Precision::Exact,
        received_fen: nothing.amount,
        received_value_precision: Precision::Exact,
        allocated_milli: 0,
        allocated_fen: 0,
        delivered_milli: 0,
        delivered_fen: 0,
        over_allocation_reason: None,
    }
}

/// A grant is a part of what came, and of what was given out.
fn add(item: &mut contribution_item::Model, grant: &aid_record::Model) {
    item.received_milli = item.received_milli.zip(grant.quantity_milli).map(|(sum, more)| sum + more);
    item.received_fen = item.received_fen.zip(grant.value_fen).map(|(sum, more)| sum + more);
    let [allocated_milli, delivered_milli, allocated_fen, delivered_fen] = taken(grant);
    item.allocated_milli += allocated_milli;
    item.delivered_milli += delivered_milli;
    item.allocated_fen += allocated_fen;
    item.delivered_fen += delivered_fen;
}
