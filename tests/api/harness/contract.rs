//! What the schema says of its mutations: tests that must cover every one begin here.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Request, header};
use serde_json::{Value, json};

use super::{Actor, Answer};

/// A field of `Mutation`.
#[derive(Clone, Debug)]
pub struct Mutation {
    pub name: String,
    /// The input's type.
    pub input: String,
    /// The field of the payload that shows the object.
    pub object: String,
}

/// A field of an input object.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    /// The type without lists and exclamation marks.
    pub of: String,
    pub required: bool,
    pub list: bool,
}

/// They change no record: they go through no write kit and leave no event, and have tests of their own (`sign_in.rs`, `cookies.rs`, `tokens.rs`, `audit.rs`), or answer with more than the object (`new_accounts.rs`, `disabling.rs`).
pub const AT_THE_DOOR: [&str; 12] = [
    "signIn",
    "signOut",
    "changePassword",
    "revokeSessions",
    "createToken",
    "revokeToken",
    "revealIdDocument",
    "revealPhone",
    "createAccount",
    "resetPassword",
    "disableAccount",
    "enableAccount",
];

/// The mutations that change records.
pub struct Contract {
    pub mutations: BTreeMap<String, Mutation>,
    inputs: BTreeMap<String, Vec<Field>>,
}

const QUESTION: &str = "{ __schema {
    mutationType { fields { name args { name type { ofType { name } } } type { ofType { fields { name } } } } }
    types { kind name inputFields { name type { ...deep } } }
} }
fragment deep on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

impl Contract {
    pub async fn read(actor: &Actor) -> Self {
        let mut all = Self::read_all(actor).await;
        all.mutations.retain(|name, _| !AT_THE_DOOR.contains(&name.as_str()));
        all
    }

    /// With those at the door.
    pub async fn read_all(actor: &Actor) -> Self {
        let answer = actor.ask(QUESTION).await;
        let schema = &answer.data()["__schema"];
        let fields = schema["mutationType"]["fields"].as_array().unwrap().iter().map(mutation);
        let inputs = schema["types"].as_array().unwrap().iter().filter(|of| of["kind"] == "INPUT_OBJECT").map(|of| {
            let fields = of["inputFields"].as_array().unwrap().iter().map(field).collect();
            (text(&of["name"]), fields)
        });
        Self { mutations: fields.map(|mutation| (mutation.name.clone(), mutation)).collect(), inputs: inputs.collect() }
    }

    /// The fields of an input object; none of what is not one.
    pub fn fields(&self, of: &str) -> &[Field] {
        self.inputs.get(of).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn takes(&self, mutation: &str, field: &str) -> bool {
        self.fields(&self.mutations[mutation].input).iter().any(|known| known.name == field)
    }
}

fn mutation(field: &Value) -> Mutation {
    let name = text(&field["name"]);
    let arguments = field["args"].as_array().unwrap();
    assert!(arguments.len() == 1 && arguments[0]["name"] == "input", "{name} takes one `input`");
    let shown: Vec<String> =
        field["type"]["ofType"]["fields"].as_array().unwrap().iter().map(|of| text(&of["name"])).collect();
    // A new token's secret stands between them.
    let [object, .., errors] = shown.as_slice() else {
        panic!("{name} answers with an object and userErrors, not {shown:?}")
    };
    let rehearsed = shown.len() == 3 && (shown[1] == "rehearsal" || shown[1] == "aidBatch");
    // So does the code by which a request is followed.
    let once = AT_THE_DOOR.contains(&name.as_str()) || name == "submitRequest";
    assert!(shown.len() == 2 || rehearsed || once, "{name} answers with {shown:?}");
    assert_eq!(errors, "userErrors", "{name}");
    Mutation { input: text(&arguments[0]["type"]["ofType"]["name"]), object: object.clone(), name }
}

fn field(of: &Value) -> Field {
    let mut kind = &of["type"];
    let (required, mut list) = (kind["kind"] == "NON_NULL", false);
    while !kind["ofType"].is_null() {
        list |= kind["kind"] == "LIST";
        kind = &kind["ofType"];
    }
    Field { name: text(&of["name"]), of: text(&kind["name"]), required, list }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

impl Mutation {
    pub fn document(&self) -> String {
        let Self { name, input, object } = self;
        format!(
            "mutation($input: {input}!) {{ {name}(input: $input) {{ {object} {{ id }} userErrors {{ field code message details }} }} }}"
        )
    }

    pub async fn send(&self, actor: &Actor, input: &Value) -> Answer {
        self.send_with(actor, input, &[]).await
    }

    pub async fn send_with(&self, actor: &Actor, input: &Value, headers: &[(&str, &str)]) -> Answer {
        self.send_text(actor, &input.to_string(), headers).await
    }

    /// The input as text, for tests of how it is written.
    pub async fn send_text(&self, actor: &Actor, input: &str, headers: &[(&str, &str)]) -> Answer {
        let body = format!(r#"{{"query":{},"variables":{{"input":{input}}}}}"#, json!(self.document()));
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        actor.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The payload; fails on top-level errors.
    #[track_caller]
    pub fn payload(&self, answer: &Answer) -> Value {
        answer.data()[&self.name].clone()
    }

    /// The id of the object in an answer, when it was made.
    #[track_caller]
    pub fn made(&self, answer: &Answer) -> String {
        super::make::id_of(&self.payload(answer), &self.object)
    }
}
