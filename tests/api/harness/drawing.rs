//! Documents at random.

use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    document::{Argument, Field, Fragment, Selected, When},
    types::{FieldOf, Kind, Types},
};

/// Draws documents.
pub struct Drawing<'a> {
    types: &'a Types,
    /// Ids to ask for, with their types.
    ids: &'a [(String, String)],
    rng: StdRng,
    /// Fragments that are defined already, to be spread again.
    named: Vec<Fragment>,
}

impl<'a> Drawing<'a> {
    pub fn new(types: &'a Types, ids: &'a [(String, String)], seed: u64) -> Self {
        Self { types, ids, rng: StdRng::seed_from_u64(seed), named: Vec::new() }
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.rng.random_ratio(1, many)
    }

    fn pick<'b, T>(&mut self, of: &'b [T]) -> &'b T {
        &of[self.rng.random_range(0..of.len())]
    }

    pub fn document(&mut self) -> Vec<Selected> {
        (0..self.rng.random_range(1..=2)).map(|number| Selected::Field(self.root(number))).collect()
    }

    fn root(&mut self, number: usize) -> Field {
        let key = format!("r{number}");
        match self.rng.random_range(0..6) {
            0 => {
                let (id, of) = self.pick(self.ids).clone();
                let name = of[..1].to_lowercase() + &of[1..];
                let named = self.types.fields("Query").iter().any(|field| field.name == name);
                let (name, selection) =
                    if named { (name, self.selection(&of, 3, false)) } else { ("node".into(), self.mixed(2)) };
                Field::new(key, &name, vec![Argument::literal("id", format!("{id:?}"))], selection)
            }
            1 => {
                let (id, _) = self.pick(self.ids).clone();
                Field::new(key, "node", vec![Argument::literal("id", format!("{id:?}"))], self.mixed(2))
            }
            2 | 3 => {
                let mut ids: Vec<String> =
                    (0..self.rng.random_range(1..7)).map(|_| self.pick(self.ids).0.clone()).collect();
                if self.one_in(3) {
                    ids.push("resident_01h455vb4pex5vsknk084sn02q".into());
                }
                Field::new(key, "nodes", vec![Argument::literal("ids", format!("{ids:?}"))], self.mixed(2))
            }
            _ => {
                // The feed waits for the transactions of other tests.
                let lists =
                    self.types.fields("Query").iter().filter(|field| {
                        field.kind == Kind::Connection && field.name != "events" && !field.needs_arguments
                    });
                let lists: Vec<&FieldOf> = lists.collect();
                let list = *self.pick(&lists);
                let variants = variants(self.types, list);
                let arguments = variants[self.rng.random_range(1..variants.len())].clone();
                Field::new(key, &list.name, arguments, self.connection(&list.of, 3))
            }
        }
    }

    /// Under a `Node`: fragments on several types.
    fn mixed(&mut self, depth: usize) -> Vec<Selected> {
        let mut all = vec![Selected::Field(Field::new("id", "id", vec![], vec![]))];
        let mut on: Vec<String> = self.ids.iter().map(|(_, of)| of.clone()).collect();
        on.dedup();
        // However many types there are: a fragment on each would make the document too large.
        while on.len() > 12 {
            on.swap_remove(self.rng.random_range(0..on.len()));
        }
        for of in on {
            if !self.one_in(3) {
                all.push(self.fragment(Some(of.clone()), &of, depth, true));
            }
        }
        all
    }

    fn fragment(&mut self, on: Option<String>, of: &str, depth: usize, mixed: bool) -> Selected {
        let known: Vec<Fragment> =
            self.named.iter().filter(|known| on.is_some() && known.on == on && !mixed).cloned().collect();
        let when = self.when();
        if !known.is_empty() && self.one_in(2) {
            return Selected::Fragment(Fragment { when, ..self.pick(&known).clone() });
        }
        let selection = self.selection(of, depth, mixed);
        let name = (on.is_some() && self.one_in(2)).then(|| format!("F{}", self.named.len()));
        let fragment = Fragment { name, on, when, selection };
        // Deeper ones would be spread where they go too deep.
        if fragment.name.is_some() {
            self.named.push(if mixed || depth > 1 {
                Fragment { on: None, ..fragment.clone() }
            } else {
                fragment.clone()
            });
        }
        Selected::Fragment(fragment)
    }

    fn when(&mut self) -> Option<When> {
        self.one_in(8).then(|| When { include: self.rng.random(), variable: self.rng.random() })
    }

    fn selection(&mut self, of: &str, depth: usize, mixed: bool) -> Vec<Selected> {
        let mut all = vec![self.field(of, 0, mixed)];
        for _ in 0..self.rng.random_range(1..=2) {
            let one = match self.rng.random_range(0..10) {
                0 => self.fragment(None, of, depth.saturating_sub(1), mixed),
                1 => self.fragment(Some(of.to_owned()), of, depth.saturating_sub(1), mixed),
                2 => {
                    let inner = self.fragment(Some(of.to_owned()), of, depth.saturating_sub(1), mixed);
                    Selected::Fragment(Fragment {
                        name: None,
                        on: Some("Node".into()),
                        when: self.when(),
                        selection: vec![inner],
                    })
                }
                3 => Selected::Field(Field::new("__typename", "__typename", vec![], vec![])),
                _ => self.field(of, depth, mixed),
            };
            // The same again, under the same key.
            if self.one_in(8) {
                all.push(one.clone());
            }
            all.push(one);
        }
        all
    }

    fn field(&mut self, of: &str, depth: usize, mixed: bool) -> Selected {
        let fits =
            |field: &&FieldOf| !field.needs_arguments && (depth > 0 || matches!(field.kind, Kind::Leaf | Kind::Part));
        let fields: Vec<&FieldOf> = self.types.fields(of).iter().filter(fits).collect();
        // Edges are what this is about.
        let edges: Vec<&FieldOf> =
            fields.iter().copied().filter(|field| matches!(field.kind, Kind::Node | Kind::Connection)).collect();
        let field = *if edges.is_empty() || self.one_in(3) { self.pick(&fields) } else { self.pick(&edges) };
        let variants = variants(self.types, field);
        // Twenty rows each make documents that are long to check; only the last level has them.
        let first = usize::from(field.kind == Kind::Connection && depth > 1);
        let variant = self.rng.random_range(first..variants.len());
        let selection = match field.kind {
            Kind::Leaf => vec![],
            Kind::Part => fixed(self.types, &field.of),
            Kind::Node => self.selection(&field.of, depth - 1, false),
            Kind::Connection => self.connection(&field.of, depth - 1),
        };
        // Keys tell arguments apart, and types where an object may be of several.
        let tag = if mixed { of } else { "" };
        let key = match variant {
            0 if !mixed && !self.one_in(5) => field.name.clone(),
            _ => format!("{}_{variant}{tag}{}", field.name, if self.one_in(4) { "b" } else { "" }),
        };
        let when = self.when();
        Selected::Field(Field { when, ..Field::new(key, &field.name, variants[variant].clone(), selection) })
    }

    fn connection(&mut self, of: &str, depth: usize) -> Vec<Selected> {
        let row = of.strip_suffix("Connection").unwrap();
        let mut all = Vec::new();
        let plain = |name: &str, selection| Selected::Field(Field::new(name, name, vec![], selection));
        for _ in 0..self.rng.random_range(1..=2) {
            let part = match self.rng.random_range(0..7) {
                0 => plain("totalCount", vec![]),
                1 => plain(
                    "pageInfo",
                    ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"]
                        .map(|name| plain(name, vec![]))
                        .into(),
                ),
                2 => Selected::Field(Field::new("rows", "nodes", vec![], self.selection(row, depth, false))),
                3 | 4 => plain("nodes", self.selection(row, depth, false)),
                _ => {
                    let node = plain("node", self.selection(row, depth, false));
                    let node = if self.one_in(3) { self.within(&format!("{row}Edge"), node) } else { node };
                    plain("edges", vec![plain("cursor", vec![]), node])
                }
            };
            all.push(if self.one_in(4) { self.within(of, part) } else { part });
        }
        all
    }

    fn within(&mut self, of: &str, part: Selected) -> Selected {
        let on = (!self.one_in(3)).then(|| of.to_owned());
        Selected::Fragment(Fragment { name: None, on, when: self.when(), selection: vec![part] })
    }
}

fn fixed(types: &Types, of: &str) -> Vec<Selected> {
    let fields = types.fields(of).iter().map(|field| match field.kind {
        Kind::Leaf => Selected::Field(Field::new(&*field.name, &field.name, vec![], vec![])),
        _ => Selected::Field(Field::new(&*field.name, &field.name, vec![], fixed(types, &field.of))),
    });
    fields.collect()
}

/// The arguments that a field may be asked with; none first.
fn variants(types: &Types, field: &FieldOf) -> Vec<Vec<Argument>> {
    let takes = |name: &str| field.arguments.iter().find(|(known, _)| known == name);
    let mut all = vec![vec![]];
    if takes("on").is_some() {
        all.push(vec![Argument::literal("on", "\"2019-06-01\"")]);
    }
    if field.kind == Kind::Connection {
        let first = |number: &str| Argument::literal("first", number);
        let five = Argument { name: "first", written: "$five".into(), value: "5".into() };
        all.push(vec![first("5")]);
        all.push(vec![five]);
        all.push(vec![Argument::literal("last", "3")]);
        all.push(vec![first("0")]);
        all.push(vec![first("3"), Argument::literal("filter", "{ not: { or: [] } }")]);
        all.push(vec![first("3"), Argument::literal("filter", "{ or: [] }")]);
        if let Some((_, order)) = takes("orderBy") {
            let last = types.values(order).last().unwrap();
            all.push(vec![first("2"), Argument::literal("orderBy", format!("[{last}]"))]);
        }
    }
    all
}
