//! Settings: the environment, and flags where a command has them. Each is checked here, and a wrong one is named.

mod uploads;

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueEnum};

pub use self::uploads::UploadsArgs;
use crate::{
    access::sessions::Terms,
    certificates::{Fonts, Printing},
    database,
    error::{Error, Result},
    http::{HttpSettings, defence::rate::Rates, peer::Network},
    privacy::{MasterKey, MasterKeys},
    say,
};

/// Where the records are, and the key to the sealed ones.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// Database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://tongxin.db", hide_env_values = true, global = true)]
    pub database_url: String,
    /// Connections: readers on SQLite, all on PostgreSQL.
    #[arg(long, env = "TONGXIN_CONNECTIONS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=500), global = true)]
    pub connections: u32,
    /// Master key: 32 bytes in base64 or hexadecimal. Better in a file, see TONGXIN_MASTER_KEY_FILE.
    #[arg(long, env = "TONGXIN_MASTER_KEY", hide_env_values = true, global = true)]
    master_key: Option<String>,
    /// File that holds the master key.
    #[arg(long, env = "TONGXIN_MASTER_KEY_FILE", global = true)]
    master_key_file: Option<PathBuf>,
    /// The master key before this one, while `tongxin key rotate` replaces it. Better in a file, see TONGXIN_PREVIOUS_MASTER_KEY_FILE.
    #[arg(long, env = "TONGXIN_PREVIOUS_MASTER_KEY", hide_env_values = true, global = true)]
    previous_master_key: Option<String>,
    /// File that holds the master key before this one.
    #[arg(long, env = "TONGXIN_PREVIOUS_MASTER_KEY_FILE", global = true)]
    previous_master_key_file: Option<PathBuf>,
}

impl DatabaseArgs {
    pub fn options(&self) -> database::Options {
        database::Options { connections: self.connections, ..database::Options::new(&self.database_url) }
    }

    /// The master key, and the one before it where that is given, too.
    pub fn master_key(&self) -> Result<MasterKeys> {
        self.given_master_key()?.ok_or_else(|| {
            Error::bad_input(say!(
                "There is no master key, by which personal values are sealed. Make one with `tongxin key new > master.key`, keep it safe and apart from backups of the database, and set TONGXIN_MASTER_KEY_FILE=master.key.",
                "缺少主密钥（用于加密个人信息）。请运行 `tongxin key new > master.key` 生成，妥善保管并与数据库备份分开存放，然后设置 TONGXIN_MASTER_KEY_FILE=master.key。"
            ))
        })
    }

    /// As [`Self::master_key`], for what can do without.
    pub fn given_master_key(&self) -> Result<Option<MasterKeys>> {
        let current = one_key("TONGXIN_MASTER_KEY", self.master_key.as_deref(), self.master_key_file.as_deref())?;
        let previous = (self.previous_master_key.as_deref(), self.previous_master_key_file.as_deref());
        let previous = one_key("TONGXIN_PREVIOUS_MASTER_KEY", previous.0, previous.1)?;
        Ok(current.map(|current| MasterKeys::new(current, previous)))
    }
}

/// A key from the one of its two settings that is used.
fn one_key(name: &str, text: Option<&str>, file: Option<&Path>) -> Result<Option<MasterKey>> {
    match (text, file) {
        (None, None) => Ok(None),
        (Some(text), None) => MasterKey::parse(text, name).map(Some),
        (None, Some(file)) => MasterKey::read(file, &format!("{name}_FILE")).map(Some),
        (Some(_), Some(_)) => {
            Err(Error::bad_input(say!("Set {name} or {name}_FILE, not both.", "{name} 与 {name}_FILE 只能设置一个。")))
        }
    }
}

/// How requests are served.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Address to listen on.
    #[arg(long, env = "TONGXIN_LISTEN", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,
    /// Sites whose pages may call the API, separated by commas, e.g. https://console.example.org.
    #[arg(long, env = "TONGXIN_CORS_ORIGINS", value_delimiter = ',', value_parser = origin)]
    cors_origins: Vec<String>,
    /// Seconds that one request may run.
    #[arg(long, env = "TONGXIN_REQUEST_TIMEOUT", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    request_timeout: u64,
    /// Minutes after which a session ends that is not used.
    #[arg(long, env = "TONGXIN_SESSION_IDLE_MINUTES", default_value_t = 30, value_parser = clap::value_parser!(u64).range(5..=10_080))]
    session_idle_minutes: u64,
    /// Hours after which a session ends however much it is used.
    #[arg(long, env = "TONGXIN_SESSION_HOURS", default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=720))]
    session_hours: u64,
    /// Days that idempotency keys are kept: a retry within them gets the first answer, one after them is a new thing.
    #[arg(long, env = "TONGXIN_IDEMPOTENCY_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3650))]
    idempotency_days: u64,
    /// The pages are reached by HTTPS: browsers send the session's cookie by it alone.
    #[arg(long, env = "TONGXIN_HTTPS")]
    https: bool,
    /// Proxies whose X-Forwarded-For is believed, separated by commas: addresses or networks, e.g. 10.0.0.0/8. Without them the address of the
    /// socket counts.
    #[arg(long, env = "TONGXIN_TRUSTED_PROXIES", value_delimiter = ',')]
    trusted_proxies: Vec<Network>,
    /// Whether the schema may be asked for: GraphiQL and code generators do. `off` also stops the guesses at what a misspelt name may have meant.
    #[arg(long, env = "TONGXIN_INTROSPECTION", value_enum, default_value_t = Switch::On)]
    introspection: Switch,
    /// Points that one account may ask for in a minute (what a request costs is in `extensions.cost` of its answer).
    #[arg(long, env = "TONGXIN_RATE_ACCOUNT", default_value_t = Rates::default().account)]
    rate_account: NonZeroU32,
    /// Points a minute for what comes from one network address without an account.
    #[arg(long, env = "TONGXIN_RATE_ADDRESS", default_value_t = Rates::default().address)]
    rate_address: NonZeroU32,
    /// Requests that run at once; as many again wait, and the rest are told to come back.
    #[arg(long, env = "TONGXIN_CONCURRENT_REQUESTS", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    concurrent_requests: u32,
    #[command(flatten)]
    pub uploads: UploadsArgs,
    /// Networks from which /metrics may be read, separated by commas; this machine alone by default.
    #[arg(long, env = "TONGXIN_METRICS_FROM", value_delimiter = ',', default_values_t = Network::own_machine())]
    metrics_from: Vec<Network>,
    #[command(flatten)]
    printing: PrintingArgs,
}

/// How certificates are printed.
#[derive(Args, Clone, Debug, Default)]
pub struct PrintingArgs {
    /// Fonts of the PDF of a certificate, separated by commas: TrueType or OpenType files, asked for each character in this order. Without them certificates are
    /// pages alone. They stay in memory.
    #[arg(long, env = "TONGXIN_CERTIFICATE_FONT", value_delimiter = ',')]
    certificate_font: Vec<PathBuf>,
    /// The address by which people reach this server, e.g. https://tongxin.example.org: the square code on a certificate says it.
    #[arg(long, env = "TONGXIN_PUBLIC_URL", value_parser = base)]
    public_url: Option<String>,
}

impl PrintingArgs {
    pub fn printing(&self) -> Result<Printing> {
        let fonts = match self.certificate_font.as_slice() {
            [] => None,
            paths => Some(Fonts::read(paths)?),
        };
        Ok(Printing { fonts, public_url: self.public_url.clone() })
    }
}

/// On or off.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    On,
    Off,
}

impl ServeArgs {
    pub fn settings(&self) -> Result<HttpSettings> {
        Ok(HttpSettings {
            cors_origins: self.cors_origins.clone(),
            request_timeout: Duration::from_secs(self.request_timeout),
            sign_in: Terms {
                idle: Duration::from_secs(self.session_idle_minutes * 60),
                longest: Duration::from_secs(self.session_hours * 3600),
                https: self.https,
            },
            trusted_proxies: self.trusted_proxies.clone(),
            keys_kept: days(self.idempotency_days),
            introspection: self.introspection == Switch::On,
            rates: Rates { account: self.rate_account, address: self.rate_address },
            concurrent_requests: self.concurrent_requests as usize,
            metrics_from: self.metrics_from.clone(),
            printing: self.printing.printing()?,
            ..HttpSettings::default()
        })
    }
}

/// So many days.
const fn days(number: u64) -> Duration {
    Duration::from_secs(number * 24 * 3600)
}

/// The beginning of addresses, to which a path is added.
fn base(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest)
            if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte)) =>
        {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("write an address like https://tongxin.example.org".to_owned()),
    }
}

/// An origin as browsers send it; one without a scheme would silently match nothing.
fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match (text, host) {
        ("*", _) => Ok(text.to_owned()),
        (_, Some(host)) if !host.is_empty() && !host.contains('/') => Ok(text.to_owned()),
        _ => Err("write an origin like https://console.example.org, without a path; or * for all".to_owned()),
    }
}
