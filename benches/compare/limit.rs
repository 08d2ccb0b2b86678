//! What the same questions cost with nothing around them: no rights, no GraphQL, no events of its own. Each is answered twice: `/sql/…` hands on JSON
//! that PostgreSQL built in one statement, `/rows/…` reads rows and writes them with serde. The comparison takes the better of the two as the limit.
//!
//! `DATABASE_URL=postgres://… cargo run --release --example limit -- 127.0.0.1:8003`, over a database that `tongxin seed` filled.

use std::{collections::HashMap, env, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sqlx::{self, PgPool, postgres::PgPoolOptions, query_as, query_scalar};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As many as the others have.
const CONNECTIONS: u32 = 10;

const BY_ID: &str = "SELECT row_to_json(x)::text FROM (
    SELECT id, full_name AS \"fullName\", sex, birth_date AS \"birthDate\", life_status AS \"lifeStatus\", registered_at AS \"registeredAt\", version
    FROM resident WHERE id = $1) x";
const PAGE: &str = "SELECT json_build_object('rows', COALESCE(json_agg(x) FILTER (WHERE place <= 50), '[]'), 'more', COUNT(*) > 50)::text FROM (
    SELECT id, full_name AS \"fullName\", sex, birth_date AS \"birthDate\", life_status AS \"lifeStatus\", row_number() OVER (ORDER BY id) AS place
    FROM (SELECT * FROM resident WHERE building_id = $1 ORDER BY id LIMIT 51) page) x";
const NESTED: &str = "SELECT COALESCE(json_agg(json_build_object('fullName', r.full_name, 'aidRecords', a.rows) ORDER BY r.id), '[]')::text
    FROM (SELECT id, full_name FROM resident WHERE building_id = $1 ORDER BY id LIMIT 50) r
    CROSS JOIN LATERAL (
        SELECT COALESCE(json_agg(json_build_object('kind', g.kind, 'status', g.status, 'givenOn', g.given_on, 'project', p.title) ORDER BY g.id), '[]') AS rows
        FROM (SELECT * FROM aid_record WHERE resident_id = r.id ORDER BY id LIMIT 5) g LEFT JOIN project p ON p.id = g.project_id) a";
const BESIDE: &str = "SELECT COALESCE(json_agg(json_build_object('id', g.id, 'kind', g.kind, 'givenOn', g.given_on, 'resident', r.full_name, 'contribution', c.title) ORDER BY g.id), '[]')::text
    FROM (SELECT * FROM aid_record WHERE project_id = $1 ORDER BY id LIMIT 50) g
    LEFT JOIN resident r ON r.id = g.resident_id INNER JOIN contribution c ON c.id = g.contribution_id";
const SEARCH: &str = "SELECT COALESCE(json_agg(json_build_object('id', id, 'fullName', full_name)), '[]')::text FROM peer_find_residents($1)";
const SUMMARY: &str = "SELECT COALESCE(json_agg(json_build_object('kind', kind, 'records', records, 'people', people, 'households', households, 'fen', fen)), '[]')::text
    FROM peer_aid_summary($1, $2)";
const RECORD: &str = "SELECT json_build_object('id', id, 'status', status, 'version', version)::text FROM peer_record_aid($1, $2, $3, $4, $5)";

type Answer = Result<Response, Failed>;

struct Failed(sqlx::Error);

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}

/// What is asked with: each question takes some of it.
#[derive(Deserialize)]
struct Asked {
    id: Option<Uuid>,
    name: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    grant: Option<Grant>,
}

#[derive(Deserialize)]
struct Grant {
    community: Uuid,
    resident: Uuid,
    contribution: Uuid,
    programme: Uuid,
    on: NaiveDate,
}

async fn sql(State(pool): State<Arc<PgPool>>, Path(question): Path<String>, Json(asked): Json<Asked>) -> Answer {
    let query = match question.as_str() {
        "byId" => query_scalar(BY_ID).bind(asked.id),
        "page" => query_scalar(PAGE).bind(asked.id),
        "nested" => query_scalar(NESTED).bind(asked.id),
        "beside" => query_scalar(BESIDE).bind(asked.id),
        "search" => query_scalar(SEARCH).bind(asked.name),
        "summary" => query_scalar(SUMMARY).bind(asked.from).bind(asked.to),
        "recordAid" => {
            let Some(grant) = asked.grant else { return Ok(StatusCode::BAD_REQUEST.into_response()) };
            let Grant { community, resident, contribution, programme, on } = grant;
            query_scalar(RECORD).bind(community).bind(resident).bind(contribution).bind(programme).bind(on)
        }
        _ => return Ok(StatusCode::NOT_FOUND.into_response()),
    };
    let answer: String = query.fetch_one(&*pool).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resident {
    id: Uuid,
    full_name: String,
    sex: String,
    birth_date: Option<NaiveDate>,
    life_status: String,
    registered_at: DateTime<Utc>,
    version: i32,
}

const ONE: &str =
    "SELECT id, full_name, sex, birth_date, life_status, registered_at, version FROM resident WHERE id = $1";
const FIRST: &str = "SELECT id, full_name, sex, birth_date, life_status, registered_at, version FROM resident WHERE building_id = $1 ORDER BY id LIMIT 51";

type ResidentRow = (Uuid, String, String, Option<NaiveDate>, String, DateTime<Utc>, i32);

impl From<ResidentRow> for Resident {
    fn from((id, full_name, sex, birth_date, life_status, registered_at, version): ResidentRow) -> Self {
        Self { id, full_name, sex, birth_date, life_status, registered_at, version }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    kind: String,
    status: String,
    given_on: NaiveDate,
    #[serde(rename = "project")]
    title: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Aided {
    full_name: String,
    aid_records: Vec<Given>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Beside {
    id: Uuid,
    kind: String,
    given_on: NaiveDate,
    resident: Option<String>,
    contribution: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    id: Uuid,
    full_name: String,
}

#[derive(Serialize)]
struct Page<T> {
    rows: Vec<T>,
    more: bool,
}

async fn rows(State(pool): State<Arc<PgPool>>, Path(question): Path<String>, Json(asked): Json<Asked>) -> Answer {
    let pool = &*pool;
    match question.as_str() {
        "byId" => {
            let found: ResidentRow = query_as(ONE).bind(asked.id).fetch_one(pool).await?;
            Ok(Json(Resident::from(found)).into_response())
        }
        "page" => {
            let rows: Vec<ResidentRow> = query_as(FIRST).bind(asked.id).fetch_all(pool).await?;
            let more = rows.len() > 50;
            let rows: Vec<Resident> = rows.into_iter().take(50).map(Resident::from).collect();
            Ok(Json(Page { rows, more }).into_response())
        }
        "nested" => Ok(Json(aided(pool, asked.id).await?).into_response()),
        "beside" => {
            let rows: Vec<(Uuid, String, NaiveDate, Option<String>, String)> = query_as(
                "SELECT g.id, g.kind, g.given_on, r.full_name AS resident, c.title AS contribution
                 FROM (SELECT * FROM aid_record WHERE project_id = $1 ORDER BY id LIMIT 50) g
                 LEFT JOIN resident r ON r.id = g.resident_id INNER JOIN contribution c ON c.id = g.contribution_id ORDER BY g.id",
            )
            .bind(asked.id)
            .fetch_all(pool)
            .await?;
            let beside =
                |(id, kind, given_on, resident, contribution)| Beside { id, kind, given_on, resident, contribution };
            Ok(Json(rows.into_iter().map(beside).collect::<Vec<_>>()).into_response())
        }
        "search" => {
            let find = "SELECT id, full_name FROM peer_find_residents($1)";
            let rows: Vec<(Uuid, String)> = query_as(find).bind(asked.name).fetch_all(pool).await?;
            let found: Vec<Found> = rows.into_iter().map(|(id, full_name)| Found { id, full_name }).collect();
            Ok(Json(found).into_response())
        }
        // One statement either way, and few rows.
        _ => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}

/// Fifty residents of a building and the first five grants of each, in two statements.
async fn aided(pool: &PgPool, building: Option<Uuid>) -> Result<Vec<Aided>, sqlx::Error> {
    let residents: Vec<(Uuid, String)> =
        query_as("SELECT id, full_name FROM resident WHERE building_id = $1 ORDER BY id LIMIT 50")
            .bind(building)
            .fetch_all(pool)
            .await?;
    let ids: Vec<Uuid> = residents.iter().map(|(id, _)| *id).collect();
    let grants: Vec<(Uuid, String, String, NaiveDate, Option<String>)> = query_as(
        "SELECT r.id AS resident_id, g.kind, g.status, g.given_on, p.title FROM unnest($1) AS r (id)
         CROSS JOIN LATERAL (SELECT * FROM aid_record WHERE resident_id = r.id ORDER BY id LIMIT 5) g
         LEFT JOIN project p ON p.id = g.project_id ORDER BY g.id",
    )
    .bind(&ids)
    .fetch_all(pool)
    .await?;
    let mut by_resident: HashMap<Uuid, Vec<Given>> = HashMap::new();
    for (resident, kind, status, given_on, title) in grants {
        by_resident.entry(resident).or_default().push(Given { kind, status, given_on, title });
    }
    let aided = |(id, full_name)| Aided { full_name, aid_records: by_resident.remove(&id).unwrap_or_default() };
    Ok(residents.into_iter().map(aided).collect())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = env::var("DATABASE_URL")?;
    let address = env::args().nth(1).ok_or("usage: limit ADDRESS")?;
    let options = PgPoolOptions::new().max_connections(CONNECTIONS).min_connections(CONNECTIONS);
    let pool = Arc::new(options.test_before_acquire(false).connect(&database).await?);
    let app = Router::new().route("/sql/{question}", post(sql)).route("/rows/{question}", post(rows)).with_state(pool);
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}
