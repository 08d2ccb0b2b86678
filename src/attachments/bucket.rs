//! A bucket of a store that speaks as Amazon S3 does, and how it is reached.

use std::{fmt, time::Duration};

use object_store::{
    BackoffConfig, ClientConfigKey, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey},
    path::Path as Key,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    error::{Error, Result},
    say,
};

/// Somebody waits for the answer: what does not work soon is said to them, and they try again.
const RETRIES: RetryConfig = RetryConfig {
    backoff: BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(2), base: 2. },
    max_retries: 3,
    retry_timeout: Duration::from_secs(20),
};

/// As the settings name it. What they leave out is taken from the usual variables (`AWS_…`), or from the machine that the server runs on.
#[derive(Clone, Debug)]
pub struct Bucket {
    name: String,
    prefix: Key,
    pub endpoint: Option<String>,
    pub region: Option<String>,
    /// The key's id, and the secret.
    pub key: Option<(String, SecretString)>,
}

impl Bucket {
    /// `bucket` or `bucket/prefix`, as it follows `s3://`.
    pub fn named(text: &str) -> Result<Self> {
        let (name, prefix) = text.split_once('/').unwrap_or((text, ""));
        // The rules of S3, as far as a slip would break them.
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
        let prefix = Key::parse(prefix.trim_end_matches('/')).ok();
        match prefix {
            Some(prefix) if (3..=63).contains(&name.len()) && name.bytes().all(fits) => {
                Ok(Self { name: name.to_owned(), prefix, endpoint: None, region: None, key: None })
            }
            _ => Err(Error::bad_input(say!(
                "TONGXIN_UPLOADS / --uploads: write s3://BUCKET or s3://BUCKET/PREFIX.",
                "TONGXIN_UPLOADS / --uploads：请写成 s3://存储桶 或 s3://存储桶/前缀。"
            ))),
        }
    }

    pub(super) fn prefix(&self) -> Key {
        self.prefix.clone()
    }

    pub(super) fn open(&self) -> Result<AmazonS3> {
        // Two may come with the libraries some day: this one the database uses, too. It fails where it is set already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(&self.name).with_retry(RETRIES);
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_config(AmazonS3ConfigKey::S3Endpoint, endpoint);
        }
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        }
        if let Some((id, secret)) = &self.key {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose_secret());
        }
        let given = |key| builder.get_config_value(&key);
        let endpoint = given(AmazonS3ConfigKey::S3Endpoint).or_else(|| given(AmazonS3ConfigKey::Endpoint));
        let plain = endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"));
        if plain {
            builder = builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp), "true");
            // What is not encrypted needs no certificates, and a small image may have none.
            builder = builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::NoSystemCertificates), "true");
        }
        builder.build().map_err(|error| {
            Error::bad_input(say!(
                "TONGXIN_UPLOADS / --uploads: {self} cannot be used ({error}).",
                "TONGXIN_UPLOADS / --uploads：无法使用 {self}（{error}）。"
            ))
        })
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.name, self.prefix)
    }
}
