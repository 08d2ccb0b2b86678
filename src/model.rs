//! The map of the tables (数据模型), `docs/model.md`: drawn from an empty database after all migrations, so that it shows what is and not what was meant.

use std::{collections::HashMap, fmt::Write};

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use migration::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;

use crate::{
    error::{Error, Result},
    schema,
};

/// A chapter of the map: its title, its tables, and what people call those of them that the schema does not show.
struct Chapter {
    title: &'static str,
    tables: &'static [&'static str],
    unseen: &'static [(&'static str, &'static str)],
}

const CHAPTERS: &[Chapter] = &[
    Chapter {
        title: "Places and people (区域与居民)",
        tables: PLACES_AND_PEOPLE,
        unseen: &[(
            "life_closure",
            "An object that was closed because of what happened to a resident (因变动终止的记录).",
        )],
    },
    Chapter {
        title: "Partner units and projects (共建单位与项目)",
        tables: UNITS_AND_PROJECTS,
        unseen: &[("project_participation_role", "One role of a participation (参与角色).")],
    },
    Chapter {
        title: "Contributions and aid (资源投入与帮扶)",
        tables: CONTRIBUTIONS_AND_AID,
        unseen: &[
            (
                "aid_claim",
                "What a person or a household holds of a programme in one of its periods, so that nobody is aided twice (领取占用).",
            ),
            (
                "aid_programme_limit",
                "A grid that a programme is limited to, or a contribution that it is paid from (帮扶项目范围与经费来源).",
            ),
            ("aid_programme_exclusion", "Two programmes that exclude each other (项目互斥)."),
        ],
    },
    Chapter {
        title: "Volunteers and activities (志愿者与活动)",
        tables: VOLUNTEERS_AND_ACTIVITIES,
        unseen: &[(
            "certificate_line",
            "What a certificate states of one session, as it was on record when it was issued (证明明细).",
        )],
    },
    Chapter {
        title: "Facilities and assets (设施与资产)",
        tables: &["facility", "asset", "asset_tenure"],
        unseen: &[],
    },
    Chapter {
        title: "Merchants and requests (商户与诉求)",
        tables: &[
            "merchant",
            "alliance_membership",
            "request",
            "request_entry",
            "request_notice",
            "visit",
            "attachment",
            "calendar_year",
            "calendar_day",
        ],
        unseen: MERCHANTS_AND_REQUESTS_UNSEEN,
    },
    Chapter { title: "Staff (工作人员)", tables: &["staff_member", "posting"], unseen: &[] },
    Chapter { title: "What the service keeps for itself (系统)", tables: SYSTEM, unseen: SYSTEM_UNSEEN },
];

const PLACES_AND_PEOPLE: &[&str] = &[
    "sub_district",
    "community",
    "grid",
    "building",
    "household",
    "household_membership",
    "resident",
    "circumstance",
    "consent",
    "life_event",
    "life_closure",
];
const UNITS_AND_PROJECTS: &[&str] = &[
    "partner_unit",
    "partner_unit_alias",
    "pairing",
    "project",
    "project_participation",
    "project_participation_role",
    "milestone",
];
const CONTRIBUTIONS_AND_AID: &[&str] = &[
    "contribution",
    "contribution_item",
    "contribution_device",
    "contributor",
    "aid_programme",
    "aid_programme_limit",
    "aid_programme_exclusion",
    "aid_batch",
    "aid_record",
    "aid_claim",
    "sponsorship",
    "instalment",
];
const VOLUNTEERS_AND_ACTIVITIES: &[&str] = &[
    "volunteer",
    "party_membership",
    "team",
    "team_membership",
    "campaign",
    "activity",
    "activity_organiser",
    "session",
    "session_sign_up",
    "attendance",
    "attendance_error",
    "head_count",
    "activity_result",
    "certificate",
    "certificate_line",
];
const MERCHANTS_AND_REQUESTS_UNSEEN: &[(&str, &str)] = &[
    ("alliance_membership", "A merchant's time in the alliance (商户联盟成员记录)."),
    ("request_entry", "One entry of a request's timeline, which never changes (办理记录)."),
    ("request_notice", "That the program reminded of a request, or escalated it, in one of its rounds (催办与督办)."),
    ("attachment", "A photo or document that was uploaded, and then became part of a request or a visit (附件)."),
    ("calendar_year", "A year of which it is known which days are worked on (工作日历年度)."),
    (
        "calendar_day",
        "A day on which it is otherwise than the week has it: a weekend that is worked on, or a weekday that is not (调休日).",
    ),
];
const SYSTEM: &[&str] = &[
    "search_entry",
    "search_state",
    "account",
    "account_role",
    "account_role_grid",
    "account_role_shop",
    "password",
    "sign_in",
    "sign_in_throttle",
    "token",
    "data_key",
    "retired_master_key",
    "index_rotation",
    "next_index",
    "idempotency_key",
    "event",
    "audit_entry",
];
const SYSTEM_UNSEEN: &[(&str, &str)] = &[
    ("search_entry", "A text by which a record is found, in the forms that queries are compared with (检索项)."),
    ("search_state", "Which version of the search index is in the database (检索索引状态)."),
    ("account", "Who may sign in (账号)."),
    ("account_role_grid", "A grid that a staff member's role is limited to (角色所限网格)."),
    ("account_role_shop", "A shop that a merchant's role speaks for (角色所代表的商户)."),
    ("password", "What an account signs in with, hashed (密码)."),
    (
        "sign_in",
        "A person who signed in, until they sign out or stay away too long; of the secret only its hash is kept (登录会话).",
    ),
    ("sign_in_throttle", "How often somebody tried to sign in without success lately (登录限速)."),
    ("token", "A bearer token; only its hash is kept (令牌)."),
    ("data_key", "A person's key, wrapped by the master key: what is sealed with it ends with it (数据密钥)."),
    ("retired_master_key", "A master key that was replaced: nothing wrapped by it is taken any more (已停用的主密钥)."),
    ("index_rotation", "The key that is about to replace that of the blind indexes (盲索引密钥轮换)."),
    ("next_index", "What a resident's blind indexes will be under the next key (新盲索引)."),
    (
        "audit_entry",
        "How the records are used: who signed in, who was shown what in full, what was refused (审计记录).",
    ),
    ("idempotency_key", "What a retried request was the first time (幂等键)."),
];

/// The whole text of `docs/model.md`. A test compares the file with this.
pub async fn as_markdown() -> Result<String> {
    // One connection: each would be a database of its own.
    let db = Database::connect(ConnectOptions::new("sqlite::memory:").max_connections(1).to_owned()).await?;
    Migrator::up(&db, None).await?;
    let mut tables = HashMap::new();
    for name in texts(&db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'seaql_migrations'").await?
    {
        // Tables of the engine, and those that its full-text index is made of.
        if !name.starts_with("sqlite_") && !name.starts_with("search_match") {
            let table = Table::read(&db, &name).await?;
            tables.insert(name, table);
        }
    }
    let known = |name: &str| CHAPTERS.iter().any(|chapter| chapter.tables.contains(&name));
    if let Some(stranger) = tables.keys().find(|name| !known(name)) {
        return Err(Error::internal(format!("the table {stranger} is in no chapter of src/model.rs")));
    }
    let said = descriptions()?;
    let mut out = String::from(
        "# The tables\n\nWritten by `tongxin model`; do not edit. Every table has `community_id`, the unit of access, unless its chapter shows that it stands above; \
         these references are not drawn. A line with a ring at its many end leads from what is referred to (one bar: always; ring: where there is one) to the rows that \
         refer to it. Money is whole fen (`_fen`), quantities are thousandths of their unit (`_milli`), days are dates, instants are UTC.\n",
    );
    for chapter in CHAPTERS {
        chapter.write(&tables, &said, &mut out)?;
    }
    Ok(out)
}

impl Chapter {
    fn write(&self, tables: &HashMap<String, Table>, said: &HashMap<String, String>, out: &mut String) -> Result<()> {
        *out += &format!("\n## {}\n\n| table | what a row is |\n| --- | --- |\n", self.title);
        for name in self.tables {
            let own = self.unseen.iter().find(|(unseen, _)| unseen == name).map(|(_, text)| *text);
            let text = own.or_else(|| said.get(*name).map(String::as_str));
            let text = text.ok_or_else(|| Error::internal(format!("nothing says what a row of {name} is")))?;
            let _ = writeln!(out, "| `{name}` | {text} |");
        }
        *out += "\n```mermaid\nerDiagram\n";
        for name in self.tables {
            let table = tables.get(*name).ok_or_else(|| Error::internal(format!("there is no table {name}")))?;
            table.draw(name, out);
        }
        *out += "```\n";
        Ok(())
    }
}

struct Column {
    name: String,
    kind: &'static str,
    required: bool,
    /// The table that it refers to.
    target: Option<String>,
}

struct Table {
    columns: Vec<Column>,
    key: Vec<String>,
}

impl Table {
    async fn read(db: &DatabaseConnection, name: &str) -> Result<Self> {
        let mut targets = HashMap::new();
        for row in rows(db, &format!(r#"SELECT "from", "table" FROM pragma_foreign_key_list('{name}')"#)).await? {
            targets.insert(row.try_get_by_index::<String>(0)?, row.try_get_by_index::<String>(1)?);
        }
        let (mut columns, mut key) = (Vec::new(), Vec::new());
        for row in rows(db, &format!(r#"SELECT name, type, "notnull", pk FROM pragma_table_info('{name}')"#)).await? {
            let column: String = row.try_get_by_index(0)?;
            if row.try_get_by_index::<i32>(3)? > 0 {
                key.push(column.clone());
            }
            columns.push(Column {
                kind: kind(&row.try_get_by_index::<String>(1)?),
                required: row.try_get_by_index::<i32>(2)? > 0,
                target: targets.remove(&column),
                name: column,
            });
        }
        Ok(Self { columns, key })
    }

    fn draw(&self, name: &str, out: &mut String) {
        let _ = writeln!(out, "    {name} {{");
        for column in self.columns.iter().filter(|column| column.name != "community_id") {
            let mut marks = Vec::new();
            if self.key.contains(&column.name) {
                marks.push("PK");
            }
            if column.target.is_some() {
                marks.push("FK");
            }
            let marks = if marks.is_empty() { String::new() } else { format!(" {}", marks.join(",")) };
            let note = if column.required { "" } else { " \"may be null\"" };
            let _ = writeln!(out, "        {} {}{marks}{note}", column.kind, column.name);
        }
        let _ = writeln!(out, "    }}");
        let above = ["grid", "building"].contains(&name);
        for column in &self.columns {
            let Some(target) = column.target.as_ref().filter(|_| above || column.name != "community_id") else {
                continue;
            };
            let end = if column.required { "||" } else { "|o" };
            let _ = writeln!(out, "    {target} {end}--o{{ {name} : {}", column.name);
        }
    }
}

/// SQLite's names of types, in plain words.
fn kind(declared: &str) -> &'static str {
    let declared = declared.to_ascii_lowercase();
    match declared.as_str() {
        kind if kind.contains("uuid") => "uuid",
        kind if kind.contains("timestamp") => "instant",
        kind if kind.contains("date") => "date",
        kind if kind.contains("int") => "integer",
        kind if kind.contains("bool") => "boolean",
        kind if kind.contains("blob") => "bytes",
        _ => "text",
    }
}

/// What the schema says of each type that is a table, by the table's name.
fn descriptions() -> Result<HashMap<String, String>> {
    let sdl = parse_schema(schema::sdl()).map_err(|error| Error::internal(error.to_string()))?;
    let types = sdl.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(of) => Some(of.node),
        _ => None,
    });
    let described = types.filter(|of| matches!(of.kind, TypeKind::Object(_))).filter_map(|of| {
        let prefix = schema::TYPES.iter().find(|(name, _)| *name == of.name.node.as_str())?.1;
        Some((prefix.to_owned(), of.description?.node.split_whitespace().collect::<Vec<_>>().join(" ")))
    });
    Ok(described.collect())
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Result<Vec<sea_orm::QueryResult>> {
    Ok(db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?)
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Result<Vec<String>> {
    let found = rows(db, sql).await?;
    Ok(found.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}
