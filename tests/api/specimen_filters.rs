//! For each list, filters of all kinds and the rows that each leaves, by predicates over the rows of the database.

mod audit;
mod consents;
mod directory;
mod events;
mod people;
mod requests;
mod roles;
mod sponsorships;
mod things;
mod volunteers;
mod work;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Value, json};
use tongxin::{
    relay::id::encode,
    search::{self, Form, Wanted},
};
use uuid::Uuid;

use self::{
    audit::audit, consents::consents, directory::directory, events::events, people::people, requests::requests,
    roles::roles, sponsorships::sponsorships, things::things, volunteers::volunteers, work::work,
};
use crate::harness::{
    Actor, TestApp, World,
    bulk::{Bulk, day, key_of},
    listing::List,
    make,
};

/// A list with specimens of its filter.
pub struct Filtered {
    pub list: List,
    /// Who asks.
    pub actor: Actor,
    pub around: String,
    /// Where the connection is in the answer's data.
    pub pointer: String,
    /// Without a filter.
    pub rows: BTreeSet<String>,
    pub specimens: Vec<(Value, BTreeSet<String>)>,
}

type Holds<'a, M> = Box<dyn Fn(&M) -> bool + 'a>;

fn filtered<M>(
    list: List,
    actor: &Actor,
    rows: &[M],
    id: fn(&M) -> String,
    specimens: Vec<(Value, Holds<'_, M>)>,
) -> Filtered {
    let those = |holds: &Holds<'_, M>| rows.iter().filter(|row| holds(row)).map(id).collect();
    let specimens = specimens.iter().map(|(filter, holds)| (filter.clone(), those(holds))).collect();
    let pointer = format!("/{}", list.field);
    Filtered {
        list,
        actor: actor.clone(),
        around: "LIST".into(),
        pointer,
        rows: rows.iter().map(id).collect(),
        specimens,
    }
}

fn holds<'a, M>(filter: Value, holds: impl Fn(&M) -> bool + 'a) -> (Value, Holds<'a, M>) {
    (filter, Box::new(holds))
}

/// Every way to ask for a text, under the filter's `name`; a row may bear several.
fn texts<'a, M>(name: &'a str, of: impl Fn(&M) -> Vec<String> + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    let contains = [
        "", "%", "_", "!", "\\", "!\\", "%明", "明_", "小明", "zoe", "ZOE", "Oe", "助听", "低保", "100%", "CASH", "楼",
        "'", "1", "网格0", "a%", "📦",
    ];
    let eq = [
        "王小明",
        "王_明",
        "zoe",
        "𠮷野",
        "",
        "%",
        "低保慰问",
        "101",
        "单位1",
        "别名1",
        "批量网格1",
        "批量1号楼",
        "批量帮扶0",
        "街道",
    ];
    let ascii = |text: &str| text.to_ascii_lowercase();
    let mut all: Vec<(Value, Holds<'a, M>)> = Vec::new();
    for wanted in contains {
        all.push(holds(json!({ name: { "contains": wanted } }), move |row| {
            of(row).iter().any(|text| ascii(text).contains(&ascii(wanted)))
        }));
    }
    for wanted in eq {
        all.push(holds(json!({ name: { "eq": wanted } }), move |row| of(row).iter().any(|text| text == wanted)));
    }
    all.push(holds(json!({ name: { "in": eq } }), move |row| of(row).iter().any(|text| eq.contains(&text.as_str()))));
    all.push(holds(json!({ name: { "in": [] } }), |_| false));
    all.push(holds(json!({ name: { "in": ["zoe", "王小明", "单位2", "101"], "contains": "明" } }), move |row| {
        of(row).iter().any(|text| ["zoe", "王小明", "单位2", "101"].contains(&text.as_str()) && text.contains('明'))
    }));
    all.push(holds(json!({ name: { "eq": "王小明", "in": ["zoe"] } }), |_| false));
    all.push(holds(json!({ name: null }), |_| true));
    all
}

/// Texts to search for, of persons or of other records; what one finds is said by the rules in Rust, and by the database in SQL.
fn searches<'a, M>(person: bool, of: impl Fn(&M) -> Vec<String> + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    let wanted = [
        "王",
        "小明",
        "明",
        "zoe",
        "ＺＯＥ",
        "wxm",
        "xiaoming",
        "xm",
        "低保",
        "項目",
        "专案",
        "单位1",
        "danwei1",
        "别名",
        "1",
        "%",
        "_",
        "\"",
        "bieming2",
        "z",
        "没有这样的",
        "📦",
    ];
    let mut all: Vec<(Value, Holds<'a, M>)> = vec![holds(json!({ "search": null }), |_| true)];
    for text in wanted {
        let asked = Wanted::parse("text", text).unwrap();
        all.push(holds(json!({ "search": text }), move |row| {
            of(row).iter().any(|called| asked.meets(&Form::of(called, person)).is_some())
        }));
    }
    all
}

/// A reference to each of these, and to one that is not there.
fn references<'a, M>(
    name: &'a str,
    prefix: &'static str,
    keys: Vec<Uuid>,
    of: impl Fn(&M, Uuid) -> bool + Copy + 'a,
) -> Vec<(Value, Holds<'a, M>)> {
    let keys = keys.into_iter().chain([Uuid::from_u128(7)]);
    keys.map(|key| holds(json!({ name: encode(prefix, key) }), move |row| of(row, key))).collect()
}

fn days<'a, M>(name: &'a str, of: impl Fn(&M) -> Option<NaiveDate> + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    let (early, late) = (day(1999, 12, 31), day(2020, 2, 1));
    vec![
        holds(json!({ name: { "from": late } }), move |row| of(row).is_some_and(|day| day >= late)),
        holds(json!({ name: { "to": early } }), move |row| of(row).is_some_and(|day| day <= early)),
        holds(json!({ name: { "from": early, "to": "2020-01-31" } }), move |row| {
            of(row).is_some_and(|day| day >= early && day < late)
        }),
        holds(json!({ name: { "from": late, "to": early } }), |_| false),
        holds(json!({ name: { "from": "1850-01-01", "to": "2199-12-31" } }), move |row| of(row).is_some()),
        holds(json!({ name: { "from": null } }), |_| true),
    ]
}

macro_rules! specimens {
    ($($part:expr),+ $(,)?) => {{
        let mut all = Vec::new();
        $(all.extend($part);)+
        all
    }};
}

use specimens;

/// The lists, residents first.
pub async fn all(app: &TestApp, world: &World, bulk: &Bulk) -> Vec<Filtered> {
    // One unit with a code.
    let coded = json!({ "name": "有代码的单位", "kind": "BANK", "creditCode": "91350100M000100Y43" });
    let coded = make::created(&world.staff, "registerPartnerUnit", "partnerUnit", coded).await;
    make::paired(&world.staff, &world.community, &coded).await;
    // The bulk was written beside the program.
    search::rebuild(&app.app).await.unwrap();
    let mut lists = people(world, bulk);
    lists.extend(work(world, bulk));
    lists.extend(things(app, world, bulk));
    lists.extend(volunteers(world, bulk));
    lists.extend(events(world, bulk));
    lists.extend(sponsorships(world, bulk));
    lists.extend(requests(world, bulk));
    lists.extend(consents(world, bulk));
    lists.extend(roles(app, world, bulk).await);
    lists.extend(directory(app, world, bulk, &coded).await);
    lists.push(audit(app, world, bulk).await);
    lists
}

fn communities(world: &World, bulk: &Bulk) -> Vec<Uuid> {
    vec![bulk.community, key_of(&world.elsewhere)]
}
