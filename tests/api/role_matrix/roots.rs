//! The fields of the root that are neither one object nor a list of them: figures, reports, searches and what else there is.

use serde_json::Value;

use super::{
    ask::{Call, Told, ask_all},
    reading::roots_of,
    table::Section,
};
use crate::harness::{
    bulk::key_of,
    bulk_certificates,
    bulk_requests::code_of,
    stage::Stage,
    stage_rows::CODES,
    types::{Kind, Types},
};

const SPAN: &str = r#"from: "2019-01-01", to: "2024-12-31""#;

/// Arguments of such a field, of this community and of the other one; none where there is no specimen yet.
fn arguments(stage: &Stage, field: &str) -> Option<[String; 2]> {
    let both = |write: fn(&str) -> String, of: &str| {
        [&stage.here[of], &stage.elsewhere[of]].map(|ids| write(ids.first().expect("there are rows of every type")))
    };
    let across = |more: &str| [format!("filter: {{ {SPAN}{more} }}"), format!("filter: {{ {SPAN}{more} }}")];
    Some(match field {
        "viewer" => [String::new(), String::new()],
        "node" => both(|id| format!("id: {id:?}"), "Facility"),
        "nodes" => both(|id| format!("ids: [{id:?}]"), "Facility"),
        "tokens" | "myWork" => both(|id| format!("communityId: {id:?}"), "Community"),
        "trackRequest" => both(|id| format!("code: {:?}", code_of(key_of(id))), "Request"),
        "verifyCertificate" => both(|id| format!("code: {:?}", bulk_certificates::code_of(key_of(id))), "Certificate"),
        "impactReport" | "beneficiaryOverlap" | "requestFigures" => {
            both(|id| format!("communityId: {id:?}, {SPAN}"), "Community")
        }
        "aidSummary" => both(|id| format!("filter: {{ communityId: {id:?} }}"), "Community"),
        "search" => both(|id| format!(r#"communityId: {id:?}, text: "助听器""#), "Community"),
        "eligibility" => {
            let both = both(|id| format!("programmeId: {id:?}"), "AidProgramme");
            let residents = [&stage.here["Resident"], &stage.elsewhere["Resident"]];
            [0, 1].map(|at| {
                let resident = residents[at].first().expect("there are residents");
                format!(r#"{}, residentId: {resident:?}, on: "2021-06-01""#, both[at])
            })
        }
        "notYetAided" => both(|id| format!(r#"programmeId: {id:?}, on: "2030-01-01""#), "AidProgramme"),
        // The first aids persons, the last households.
        "householdsNotYetAided" => [&stage.here, &stage.elsewhere].map(|there| {
            let id = there["AidProgramme"].last().expect("there are programmes");
            format!(r#"programmeId: {id:?}, on: "2030-01-01""#)
        }),
        "notVisitedFor" => both(|id| format!("communityId: {id:?}, days: 30"), "Community"),
        "dueInstalments" => both(|id| format!(r#"communityId: {id:?}, on: "2030-01-01""#), "Community"),
        "publicNotice" => both(|id| format!("programmeId: {id:?}, {SPAN}"), "AidProgramme"),
        "openWork" => both(|id| format!("staffMemberId: {id:?}"), "StaffMember"),
        "partnerUnitByCode" => CODES.map(|code| format!("creditCode: {code:?}")),
        "aidAcrossCommunities" => across(""),
        "aidAcrossCommunities by kind" => across(", kind: GOODS"),
        "aidAcrossCommunities by programmeName" => across(r#", programmeName: "批量帮扶0""#),
        _ => return None,
    })
}

/// What finds something of each kind.
fn called(kind: &str) -> &'static str {
    match kind {
        "RESIDENT" | "VOLUNTEER" => "王小明",
        "PARTNER_UNIT" => "单位1",
        "TEAM" => "批量队",
        _ => "助听器",
    }
}

/// Those that take an argument which tells who may ask by what: a line more for each value, with what is written behind and in the place of what.
fn by_values(types: &Types, field: &str) -> Vec<(String, String, [String; 2])> {
    let (argument, of) = match field {
        "aidSummary" => ("groupBy", "AidSummaryGroup"),
        "beneficiaryOverlap" => ("by", "OverlapBy"),
        "search" => ("kinds", "SearchKind"),
        _ => return Vec::new(),
    };
    let line = |value: &String| {
        let text = if field == "search" { called(value) } else { "" };
        let instead = if text.is_empty() { String::new() } else { called("").to_owned() };
        (format!("{field} {argument} {value}"), format!(", {argument}: {value}"), [instead, text.to_owned()])
    };
    types.values(of).iter().map(line).collect()
}

/// Does this tell anything but what was asked? Zeros, enum values and what stands in the question do not.
fn tells(value: &Value, asked: &str) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => {
            let word = text.chars().all(|c| c.is_ascii_uppercase() || c == '_') || text.parse() == Ok(0.0);
            !word && !asked.contains(text.as_str())
        }
        Value::Array(items) => items.iter().any(|item| tells(item, asked)),
        Value::Object(fields) => fields.values().any(|value| tells(value, asked)),
    }
}

/// What a viewer was told, beside what those were who read everything.
fn cell(told: &Told, whole: &[&Told], asked: &str) -> String {
    match told {
        Err(code) => code.clone(),
        Ok(told) if !tells(told, asked) => "-".to_owned(),
        Ok(told) if whole.iter().any(|whole| whole.as_ref() == Ok(told)) => "value".to_owned(),
        Ok(_) => "part".to_owned(),
    }
}

/// The text of a question, but for the id of an object that it asks for: that this is there is what the answer tells.
fn asked(call: &Call) -> &str {
    if call.text.starts_with("node") { "" } else { &call.text }
}

pub async fn roots(stage: &Stage, missing: &mut Vec<String>) -> Section {
    let listed: Vec<String> = stage
        .types
        .nodes
        .iter()
        .filter_map(|of| roots_of(&stage.types, of))
        .flat_map(|(one, many)| [one, many])
        .collect();
    let mut questions: Vec<(String, [Call; 2])> = Vec::new();
    for field in stage.types.fields("Query").iter().filter(|field| !listed.contains(&field.name)) {
        let Some(own) = arguments(stage, &field.name) else {
            missing.push(format!("Query.{}: its arguments in tests/api/role_matrix/roots.rs", field.name));
            continue;
        };
        let select = match (field.kind, field.of.as_str()) {
            (Kind::Leaf, _) => String::new(),
            (Kind::Node, "Node") => "{ id }".to_owned(),
            (Kind::Node, of) | (Kind::Part, of) => format!("{{ {} }}", stage.types.leaves(of)),
            (Kind::Connection, _) => "{ totalCount nodes { id } }".to_owned(),
        };
        let call = |arguments: &String, more: &str| {
            let given = format!("{arguments}{more}");
            let given = if given.is_empty() { given } else { format!("({given})") };
            Call::plain(format!("{}{given} {select}", field.name))
        };
        let mut put = |name: String, arguments: &[String; 2], more: &str| {
            questions.push((name, [call(&arguments[0], more), call(&arguments[1], more)]));
        };
        put(field.name.clone(), &own, "");
        for (name, more, [instead, text]) in by_values(&stage.types, &field.name) {
            let arguments = own
                .clone()
                .map(|arguments| if instead.is_empty() { arguments } else { arguments.replace(&instead, &text) });
            put(name, &arguments, &more);
        }
        if field.name == "aidAcrossCommunities" {
            for name in ["aidAcrossCommunities by kind", "aidAcrossCommunities by programmeName"] {
                put(name.to_owned(), &arguments(stage, name).expect("it is said above"), "");
            }
        }
    }
    let calls: Vec<Call> = questions.iter().flat_map(|(_, calls)| calls.clone()).collect();
    let mut told = Vec::new();
    for actor in stage.viewers.iter().map(|viewer| &viewer.actor).chain([&stage.keepers[1]]) {
        told.push(ask_all(actor, &calls).await);
    }
    let mut section = Section::default();
    for (place, (name, _)) in questions.iter().enumerate() {
        let cells = told[..stage.viewers.len()].iter().map(|told_viewer| {
            let [own, other] = [2 * place, 2 * place + 1].map(|at| {
                let whole: Vec<&Told> = [0, 1, told.len() - 1].iter().map(|by| &told[*by][at]).collect();
                cell(&told_viewer[at], &whole, asked(&calls[at]))
            });
            if own == other { own } else { format!("{own}/{other}") }
        });
        section.put(name.clone(), cells.collect());
    }
    section
}
