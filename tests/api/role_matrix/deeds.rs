//! Mutations: each with an input that would do, sent by everybody. The database refuses events meanwhile, so that whoever gets so far changes nothing: all of
//! them meet the same records.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use super::table::Section;
use crate::{
    harness::{
        Actor, Answer, Contract, TestApp, World,
        actor::refusals,
        bulk::key_of,
        contract::{AT_THE_DOOR, Mutation},
        make,
        roles::{self, Who},
        stage::VIEWERS,
        world::HERE,
    },
    mutations::forbid,
    specimens::SPECIMENS,
};

/// Who acts: of each role somebody who holds it here, and somebody who holds it in the other community; none where it is held nowhere or everywhere.
struct Actors(Vec<(Actor, Option<Actor>)>);

impl Actors {
    async fn new(app: &TestApp, world: &World) -> Self {
        let (unit, resident, volunteer) = (world.unit().await, world.resident().await, world.volunteer().await);
        let grid = make::grid(&world.staff, &world.community, "一网格").await;
        let shop = make::merchant(&world.staff, &world.community, "一店").await;
        let cast = [
            Who::plain(Role::Operator),
            Who::plain(Role::Secretary),
            Who::plain(Role::Staff),
            Who::grid_staff(&[key_of(&grid)]),
            Who::partner(key_of(&unit)),
            Who::volunteer(key_of(&volunteer)),
            Who::merchant(&[key_of(&shop)]),
            Who::resident(key_of(&resident)),
            Who::plain(Role::Auditor),
        ];
        let mut actors = Vec::new();
        for (name, who) in VIEWERS.iter().zip(cast) {
            let one = std::slice::from_ref(&who);
            let here = roles::account(app, &format!("{name}-here"), key_of(&world.community), one).await;
            let there = match who.role {
                Role::Operator => None,
                _ => Some(roles::account(app, &format!("{name}-there"), key_of(&world.elsewhere), one).await),
            };
            actors.push((here, there));
        }
        actors.push((app.anonymous(), None));
        Self(actors)
    }
}

/// An input of each mutation that changes no record; `tests/api/specimens.rs` has the others.
async fn at_the_door(world: &World, name: &str) -> Option<Value> {
    let person = async || {
        let input = json!({
            "communityId": world.community, "fullName": world.name("居民"), "phone": "13800138000",
            "idDocument": { "kind": "PASSPORT", "number": format!("E{:08}", world.number()) },
        });
        make::created(&world.staff, "registerResident", "resident", input).await
    };
    Some(match name {
        "signIn" => json!({ "name": "nobody", "password": "wrong" }),
        "signOut" => json!({}),
        "changePassword" => json!({ "currentPassword": "wrong", "newPassword": "海晏路 121 号的猫" }),
        "revokeSessions" | "resetPassword" | "disableAccount" | "enableAccount" => {
            json!({ "account": "merchant-here" })
        }
        "createToken" => json!({
            "communityId": world.community, "account": format!("staff-{HERE}"), "name": "程序", "scopes": ["READ_AID"], "expiresOn": "2027-06-30",
        }),
        "revokeToken" => json!({ "communityId": world.community, "name": "旧程序" }),
        "revealIdDocument" => json!({ "residentId": person().await, "reason": "核对证件" }),
        "revealPhone" => json!({ "id": person().await, "reason": "电话回访" }),
        "createAccount" => json!({ "communityId": world.community, "name": "new-account", "role": "AUDITOR" }),
        _ => return None,
    })
}

/// What came of it.
fn word(name: &str, answer: &Answer) -> String {
    if answer.body.get("errors").is_some() {
        return match answer.code() {
            // As far as its event, which the database refused.
            "INTERNAL_SERVER_ERROR" => "may".to_owned(),
            code => code.to_owned(),
        };
    }
    let payload = &answer.data()[name];
    let mut codes: Vec<String> =
        refusals(payload).iter().map(|refusal| refusal.split(' ').next().unwrap_or_default().to_owned()).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() { "may".to_owned() } else { codes.join("+") }
}

async fn send(actor: &Actor, mutation: &Mutation, input: &Value) -> String {
    let query = format!(
        "mutation($input: {}!) {{ {}(input: $input) {{ userErrors {{ field code }} }} }}",
        mutation.input, mutation.name
    );
    word(&mutation.name, &actor.gql(&query, json!({ "input": input })).await)
}

pub async fn deeds(app: &TestApp, missing: &mut Vec<String>) -> Section {
    let world = World::new(app).await;
    let contract = Contract::read_all(&world.operator).await;
    let old = json!({
        "communityId": world.community, "account": format!("staff-{HERE}"), "name": "旧程序", "scopes": ["READ_AID"], "expiresOn": "2027-06-30",
    });
    let create = "mutation($input: CreateTokenInput!) { createToken(input: $input) { userErrors { code } } }";
    world.operator.gql(create, json!({ "input": old })).await.data();
    let mut inputs = Vec::new();
    for mutation in contract.mutations.values() {
        let specimen = SPECIMENS.iter().find(|specimen| specimen.mutation == mutation.name);
        let input = match specimen {
            Some(specimen) => Some(specimen.input(&world).await),
            None => at_the_door(&world, &mutation.name).await,
        };
        match input {
            Some(input) => inputs.push((mutation, input)),
            None if AT_THE_DOOR.contains(&mutation.name.as_str()) => {
                missing.push(format!("Mutation.{}: an input in tests/api/role_matrix/deeds.rs", mutation.name));
            }
            None => missing.push(format!("Mutation.{}: a specimen in tests/api/specimens.rs", mutation.name)),
        }
    }
    let actors = Actors::new(app, &world).await;
    forbid(app, "INSERT", "event").await;
    let mut section = Section::default();
    for (mutation, mut input) in inputs {
        let mut cells = Vec::new();
        for (here, there) in &actors.0 {
            // Too many tries of one name are refused for their number.
            if mutation.name == "signIn" {
                input["name"] = json!(world.name("nobody"));
            }
            let own = send(here, mutation, &input).await;
            let other = match there {
                // Whoever may not do this to what is theirs is asked no more.
                Some(there) if own != "FORBIDDEN" => send(there, mutation, &input).await,
                _ => own.clone(),
            };
            cells.push(if own == other { own } else { format!("{own}/{other}") });
        }
        section.put(mutation.name.clone(), cells);
    }
    section
}
