//! Many questions of one viewer in few documents, each answered or refused for itself.

use serde_json::{Map, Value, json};

use crate::harness::Actor;

/// A field of the root with its arguments and what is selected under it. `$F` stands for the variable, where there is one.
#[derive(Clone, Debug)]
pub struct Call {
    pub text: String,
    /// Type and value.
    pub variable: Option<(String, Value)>,
}

impl Call {
    pub fn plain(text: String) -> Self {
        Self { text, variable: None }
    }

    pub fn with(text: String, of: &str, value: Value) -> Self {
        Self { text, variable: Some((of.to_owned(), value)) }
    }
}

/// What was told, or the code of the refusal.
pub type Told = Result<Value, String>;

/// So many questions in a document: of aliases there may be a hundred.
const AT_ONCE: usize = 40;

/// The answers in the order of the questions. A refused question leaves no answer to those beside it, so they are asked again without it.
pub async fn ask_all(actor: &Actor, calls: &[Call]) -> Vec<Told> {
    let mut told: Vec<Option<Told>> = calls.iter().map(|_| None).collect();
    let at_once = if actor.token.is_some() { AT_ONCE } else { 1 };
    let places: Vec<usize> = (0..calls.len()).collect();
    for chunk in places.chunks(at_once) {
        let mut open = chunk.to_vec();
        while !open.is_empty() {
            let answer = actor.gql(&document(calls, &open), variables(calls, &open)).await;
            let before = open.len();
            for error in answer.body["errors"].as_array().into_iter().flatten() {
                let code = error["extensions"]["code"].as_str().unwrap_or("UNKNOWN").to_owned();
                assert!(!code.starts_with("GRAPHQL"), "{error:#}");
                match error["path"][0].as_str().and_then(|key| key[1..].parse::<usize>().ok()) {
                    Some(place) => told[place] = Some(Err(code)),
                    None => open.iter().for_each(|place| told[*place] = Some(Err(code.clone()))),
                }
            }
            if answer.body.get("errors").is_none() {
                for place in &open {
                    told[*place] = Some(Ok(answer.body["data"][format!("a{place}")].clone()));
                }
            }
            open.retain(|place| told[*place].is_none());
            assert!(open.len() < before, "nothing was answered: {:#}", answer.body);
        }
    }
    told.into_iter().map(|told| told.expect("all were asked")).collect()
}

fn document(calls: &[Call], places: &[usize]) -> String {
    let declared: String =
        places.iter().filter_map(|place| Some(format!("$f{place}: {} ", calls[*place].variable.as_ref()?.0))).collect();
    let declared = if declared.is_empty() { declared } else { format!("({declared})") };
    let fields: String = places
        .iter()
        .map(|place| format!("a{place}: {} ", calls[*place].text.replace("$F", &format!("$f{place}"))))
        .collect();
    format!("query{declared} {{ {fields} }}")
}

fn variables(calls: &[Call], places: &[usize]) -> Value {
    let given =
        places.iter().filter_map(|place| Some((format!("f{place}"), calls[*place].variable.as_ref()?.1.clone())));
    json!(given.collect::<Map<String, Value>>())
}
