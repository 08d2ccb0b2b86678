//! The matrix as it comes out: what everybody is shown of every type, field, list, filter, order and mutation, asked of the program and compared with a file that
//! people keep. The questions are made from the schema: whatever is new in it fails here until somebody has looked at its line, or written the specimen that it
//! needs.

pub mod mutations;
pub mod objects;
pub mod queries;
mod snapshot;

use tongxin::{access::policy::Seat, schema::CLASSED};

use crate::{
    harness::stage::{Column, Stage},
    tokens::program,
};

/// What one question was answered with, a cell for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub cells: Vec<String>,
}

/// Outcomes that let somebody do or see something.
const ALLOWED: [&str; 8] = ["all", "some", "full", "part", "masked", "found", "figures", "done"];

/// Their allowed outcome takes a session, and these columns come with tokens: `sign_in.rs`.
const OF_ONES_OWN_SESSION: [&str; 2] = ["mutation signOut", "mutation changePassword"];

impl Line {
    pub fn new(name: impl Into<String>, cells: Vec<String>) -> Self {
        Self { name: name.into(), cells }
    }

    fn allows(&self) -> bool {
        let words = |cell: &str| cell.split(['/', '+']).map(str::to_owned).collect::<Vec<_>>();
        self.cells.iter().flat_map(|cell| words(cell)).any(|word| ALLOWED.contains(&word.as_str()))
    }
}

/// A classed field is one that somebody who sees its row reads and somebody else does not, and what is masked or hidden for some is classed.
fn not_as_classed(lines: &[Line]) -> Vec<String> {
    let mut wrong = Vec::new();
    let shows = |name: &str, outcome: &str| {
        let line = lines.iter().find(|line| line.name.split(' ').take(2).eq(["field", name]));
        let cells = line.map(|line| line.cells.clone()).unwrap_or_default();
        cells.iter().any(|cell| cell.split('+').any(|word| word == outcome))
    };
    for (of, fields) in CLASSED {
        for (field, class) in *fields {
            let name = format!("{of}.{field}");
            if !shows(&name, "full") {
                wrong.push(format!(
                    "{name} is {class:?}, and nobody is shown it: is there such a field, and a row that has it?"
                ));
            }
            // Consents are seen by those alone who read all of them.
            if !["masked", "hidden", "part"].iter().any(|outcome| shows(&name, outcome)) && *of != "Consent" {
                wrong.push(format!("{name} is {class:?}, and everybody who sees its row is shown it"));
            }
        }
    }
    for line in lines.iter().filter(|line| line.name.starts_with("field ") && !line.name.ends_with(']')) {
        // An edge is hidden where what it leads to is out of reach: that is the other type's line.
        let leaf = !line.name.ends_with('>');
        if leaf && line.cells.iter().any(|cell| cell.split('+').any(|word| matches!(word, "masked" | "hidden"))) {
            wrong.push(format!("{} is hidden from some and has no class", line.name));
        }
    }
    wrong
}

crate::on_both! {
    async fn what_everybody_is_shown_and_may_do_is_what_people_agreed_to(app: TestApp) {
        let stage = Stage::new(&app).await;
        let mut lines = objects::lines(&stage).await;
        lines.extend(queries::lines(&app, &stage).await);
        lines.extend(mutations::lines(&app, &stage).await);
        let mut wrong = not_as_classed(&lines);
        let dead = lines.iter().filter(|line| !line.allows() && !OF_ONES_OWN_SESSION.contains(&line.name.as_str()));
        wrong.extend(dead.map(|line| format!("{}: nobody is shown anything, so it proves nothing", line.name)));
        wrong.extend(snapshot::differences("role-matrix.txt", &snapshot::table(&stage, &lines)));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn a_token_of_one_scope_is_answered_whatever_it_asks(app: TestApp) {
        let stage = Stage::new(&app).await;
        for scope in stage.types.values("TokenScope") {
            let column = Column::new("program", Some(Seat::Staff), program(&app, &stage.world, &[scope.as_str()]).await);
            // What lies outside the scope is left out, and is no fault of the server.
            objects::shown(&stage, &column).await;
        }
    }
}
