//! The one place where failures get their words and codes.
//!
//! [`Error`] stops a request (GraphQL's top-level `errors`); [`UserError`] is an expected refusal inside a mutation's payload.
//! Both speak English and Chinese; the HTTP layer picks by `Accept-Language`. What goes wrong inside is logged and never sent.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{Enum, ErrorExtensionValues, Json, Object, Pos, ServerError};
use sea_orm::DbErr;
use uuid::Uuid;

/// A sentence in the languages that Tongxin speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub en: Cow<'static, str>,
    pub zh: Cow<'static, str>,
}

/// `say!("{n} left", "还剩 {n}")`: a [`Message`], both halves formatted with the same names in scope.
#[macro_export]
macro_rules! say {
    ($en:literal, $zh:literal) => {
        $crate::error::Message { en: format!($en).into(), zh: format!($zh).into() }
    };
}

/// The language of the answer's sentences, from `Accept-Language`; codes never change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    Chinese,
}

impl Message {
    pub fn r#in(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

/// Why a request could not be served: the closed list of `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    Unauthenticated,
    Forbidden,
    ForbiddenField,
    BadUserInput,
    ParseFailed,
    ValidationFailed,
    OperationResolutionFailure,
    BadRequest,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedMediaType,
    PayloadTooLarge,
    QueryTooComplex,
    RateLimited,
    Timeout,
    Unavailable,
    Internal,
}

impl Code {
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Unauthenticated => "UNAUTHENTICATED",
            Code::Forbidden => "FORBIDDEN",
            Code::ForbiddenField => "FORBIDDEN_FIELD",
            Code::BadUserInput => "BAD_USER_INPUT",
            Code::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Code::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Code::OperationResolutionFailure => "OPERATION_RESOLUTION_FAILURE",
            Code::BadRequest => "BAD_REQUEST",
            Code::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Code::NotAcceptable => "NOT_ACCEPTABLE",
            Code::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Code::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Code::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Code::RateLimited => "RATE_LIMITED",
            Code::Timeout => "TIMEOUT",
            Code::Unavailable => "SERVICE_UNAVAILABLE",
            Code::Internal => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// A request that could not be served.
#[derive(Clone, Debug)]
pub struct Error {
    pub code: Code,
    pub message: Message,
    /// For the log alone; the client gets the request id to quote.
    pub cause: Option<Arc<str>>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(code: Code, message: Message) -> Self {
        Self { code, message, cause: None }
    }

    pub fn bad_input(message: Message) -> Self {
        Self::new(Code::BadUserInput, message)
    }

    pub fn unauthenticated() -> Self {
        Self::new(
            Code::Unauthenticated,
            say!(
                "Sign in first: send `Authorization: Bearer <token>` with what `signIn` gave, or a token, that is neither expired nor revoked.",
                "请先登录：请求须带 `Authorization: Bearer <令牌>`（`signIn` 返回的令牌或访问令牌），且未过期、未被撤销。"
            ),
        )
    }

    pub fn forbidden(message: Message) -> Self {
        Self::new(Code::Forbidden, message)
    }

    /// A fault of ours: `cause` goes to the log, the client reads a fixed sentence.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self {
            code: Code::Internal,
            message: say!(
                "Something went wrong on the server. Quote the request id when you report it.",
                "服务器内部出错。反馈时请提供请求编号。"
            ),
            cause: Some(cause.to_string().into()),
        }
    }

    /// As async-graphql carries it: the error itself rides along as the source, and the HTTP layer renders it (see `http::answer`).
    pub fn into_server_error(self, pos: Pos) -> ServerError {
        let mut error = async_graphql::Error::from(self).into_server_error(pos);
        error.locations = vec![pos];
        error
    }
}

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", error.code.as_str());
        Self { message: error.message.en.to_string(), extensions: Some(extensions), source: Some(Arc::new(error)) }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match database::kind(&error) {
            // A change that lost against others every time it was tried may win later.
            database::Kind::Busy | database::Kind::Retry => Self {
                code: Code::Unavailable,
                message: say!("The database is busy; try again in a moment.", "数据库繁忙，请稍后再试。"),
                cause: Some(error.to_string().into()),
            },
            database::Kind::BadText => Self::bad_input(say!(
                "A text holds a character that cannot be stored (U+0000). Remove it.",
                "文本中含有无法保存的字符（U+0000），请删除。"
            )),
            _ => Self::internal(error),
        }
    }
}

/// Why a mutation was refused (错误代码). Values are added, never renamed.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserErrorCode {
    /// A value is missing (必填).
    Required,
    /// A value is malformed or contradicts another (无效).
    Invalid,
    /// A number, a date or a length is outside its limits (超出范围).
    OutOfRange,
    /// There is no such object, or it is not yours (不存在).
    NotFound,
    /// The same thing is on record already (重复).
    Duplicate,
    /// Somebody changed the object since you read it: read it again (版本冲突).
    Conflict,
    /// The object is not in a state from which this step leads (状态不允许).
    IllegalTransition,
    /// The quota is used up (名额已满).
    QuotaExhausted,
    /// Less is left of the contribution than was asked for (余量不足).
    InsufficientRemainder,
    /// The recipient does not meet the programme's conditions (不符合条件).
    NotEligible,
    /// The recipient was aided already (已受助).
    AlreadyAided,
    /// Another programme excludes this one (项目互斥).
    ExcludedByProgramme,
    /// All places are taken (人数已满).
    CapacityReached,
    /// Two periods overlap (时间重叠).
    Overlap,
    /// The idempotency key was used for another input (幂等键已用于其他内容).
    IdempotencyKeyReused,
    /// Approver and recorder must be two people (同一人).
    SamePerson,
    /// The person's consent is missing (须经同意).
    ConsentRequired,
    /// Name or password is wrong (凭据有误).
    BadCredentials,
    /// The object is still referred to or in use (仍在使用).
    InUse,
    /// The password was given out by somebody else: sign in with a new one beside it (须先修改密码).
    PasswordChangeRequired,
    /// Too many tries; `details.retryAfter` says in how many seconds the next is let through (尝试过于频繁).
    RateLimited,
}

/// One reason why a mutation was refused; the payload lists all of them together (业务错误).
#[derive(Clone, Debug, PartialEq)]
pub struct UserError {
    /// Path in the input, outermost first; list positions are decimal numbers.
    pub field: Vec<String>,
    pub code: UserErrorCode,
    pub message: Message,
    pub details: Option<serde_json::Value>,
    /// The object that stands in the way and is what was asked for: the payload shows it to those who may see it.
    pub standing: Option<Uuid>,
}

impl UserError {
    pub fn new(field: &[&str], code: UserErrorCode, message: Message) -> Self {
        let field = field.iter().map(ToString::to_string).collect();
        Self { field, code, message, details: None, standing: None }
    }

    pub fn with(mut self, details: serde_json::Value) -> Self {
        self.details = Some(details);
        self
    }
}

/// One reason why a mutation was refused; the payload lists all of them together (业务错误).
#[Object]
impl UserError {
    /// Path of the value in the input, outermost first, e.g. ["contributors", "0", "amount"] (字段路径).
    async fn field(&self) -> &[String] {
        &self.field
    }

    /// What kind of refusal it is; programs decide by it (错误代码).
    async fn code(&self) -> UserErrorCode {
        self.code
    }

    /// What is wrong and what to do, in the language of `Accept-Language` (说明).
    async fn message(&self, ctx: &async_graphql::Context<'_>) -> String {
        self.message.r#in(crate::context::language(ctx)).to_owned()
    }

    /// Figures for programs, such as what was asked for and what remains (明细).
    async fn details(&self) -> Option<Json<serde_json::Value>> {
        self.details.clone().map(Json)
    }
}

/// What the two engines say, in one vocabulary.
pub mod database {
    use sea_orm::{DbErr, RuntimeErr, sqlx};

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Kind {
        /// Another transaction stood in the way; the same work may succeed when it is run again.
        Retry,
        /// No connection, or no lock, within the time allowed.
        Busy,
        /// A unique index; its name on PostgreSQL, its columns (`table.a, table.b`) on SQLite.
        Unique(String),
        /// A CHECK by its name.
        Check(String),
        ForeignKey,
        BadText,
        NoTable,
        Other,
    }

    pub fn kind(error: &DbErr) -> Kind {
        let runtime = match error {
            DbErr::ConnectionAcquire(_) => return Kind::Busy,
            DbErr::Conn(e) | DbErr::Exec(e) | DbErr::Query(e) => e,
            _ => return Kind::Other,
        };
        let RuntimeErr::SqlxError(error) = runtime else { return Kind::Other };
        let sqlx::Error::Database(error) = error.as_ref() else {
            return match error.as_ref() {
                sqlx::Error::PoolTimedOut => Kind::Busy,
                _ => Kind::Other,
            };
        };
        let code = error.code().unwrap_or_default();
        match code.as_ref() {
            // PostgreSQL: serialization failure, deadlock.
            "40001" | "40P01" => Kind::Retry,
            // PostgreSQL: statement or lock time-out.
            "57014" | "55P03" => Kind::Busy,
            "22021" | "22P05" => Kind::BadText,
            "42P01" => Kind::NoTable,
            "1" if error.message().starts_with("no such table") => Kind::NoTable,
            "23505" => Kind::Unique(error.constraint().unwrap_or_default().to_owned()),
            "23514" => Kind::Check(error.constraint().unwrap_or_default().to_owned()),
            "23503" => Kind::ForeignKey,
            // SQLite: BUSY, LOCKED and their extended codes (snapshot, shared cache).
            "5" | "6" | "261" | "262" | "517" => Kind::Retry,
            // SQLite: unique index, primary key, CHECK, foreign key.
            "2067" | "1555" => Kind::Unique(after(error.message(), "UNIQUE constraint failed: ")),
            "275" => Kind::Check(after(error.message(), "CHECK constraint failed: ")),
            "787" => Kind::ForeignKey,
            _ => Kind::Other,
        }
    }

    fn after(message: &str, lead: &str) -> String {
        message.split_once(lead).map_or(message, |(_, rest)| rest).to_owned()
    }
}
