//! The master key: 32 bytes from a file or the environment, never stored by the program (the demo's lies beside its throw-away database).

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use entity::{data_key, sealed::Sealed};
use hkdf::Hkdf;
use sha2::Sha256;

use super::sealing::{Column, DataKey};
use crate::{
    error::{Error, Result},
    say,
};

/// Wraps data keys.
pub struct MasterKey {
    wrapping: DataKey,
    fingerprint: String,
}

impl MasterKey {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let derive = |purpose: &[u8]| {
            let mut out = [0; 32];
            Hkdf::<Sha256>::new(None, &bytes).expand(purpose, &mut out).expect("32 bytes are a valid length");
            out
        };
        let fingerprint = derive(b"tongxin fingerprint")[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { wrapping: DataKey::from_bytes(derive(b"tongxin wrapping")), fingerprint }
    }

    pub fn random() -> ([u8; 32], Self) {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        (bytes, Self::from_bytes(bytes))
    }

    /// 32 bytes in base64 (44 characters) or hexadecimal (64 characters); `source` is the setting's name for the error.
    pub fn parse(text: &str, source: &str) -> Result<Self> {
        let text = text.trim();
        let bytes = if text.len() == 64 { from_hex(text) } else { STANDARD.decode(text).ok() };
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self::from_bytes).ok_or_else(|| {
            Error::bad_input(say!(
                "{source}: a master key is 32 random bytes in base64 or hexadecimal. Make one with `tongxin key new`, and keep it: without it personal values cannot be read.",
                "{source}：主密钥应为 32 个随机字节的 base64 或十六进制。可用 `tongxin key new` 生成，并妥善保存：丢失后个人信息无法读取。"
            ))
        })
    }

    /// As [`Self::parse`], from a file.
    pub fn read(path: &Path, source: &str) -> Result<Self> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::bad_input(say!(
                "{source}: `{name}` cannot be read ({error}).",
                "{source}：无法读取 `{name}`（{error}）。"
            ))
        })?;
        Self::parse(&text, source)
    }

    /// Names the key without telling it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub fn wrap(&self, key: &DataKey) -> Sealed {
        self.wrapping.seal(Column::DataKey, key.bytes())
    }

    pub fn unwrap(&self, wrapped: &Sealed) -> Option<DataKey> {
        let bytes = self.wrapping.open(Column::DataKey, wrapped).ok()?;
        Some(DataKey::from_bytes(bytes.try_into().ok()?))
    }
}

/// The master key, and while it is being replaced the one before it, which opens what is not wrapped anew yet and wraps nothing.
pub struct MasterKeys {
    current: MasterKey,
    previous: Option<MasterKey>,
}

impl MasterKeys {
    pub fn new(current: MasterKey, previous: Option<MasterKey>) -> Self {
        Self { current, previous }
    }

    pub fn current(&self) -> &MasterKey {
        &self.current
    }

    pub fn previous(&self) -> Option<&MasterKey> {
        self.previous.as_ref()
    }

    /// The key of a row, if one of these wrapped it.
    pub fn unwrap(&self, row: &data_key::Model) -> Option<DataKey> {
        let wrapped = row.wrapped.as_ref()?;
        let by = |key: &&MasterKey| key.fingerprint() == row.wrapped_by;
        std::iter::once(&self.current).chain(&self.previous).find(by)?.unwrap(wrapped)
    }
}

impl From<MasterKey> for MasterKeys {
    fn from(current: MasterKey) -> Self {
        Self::new(current, None)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// A key for the settings file or the environment, in base64.
pub fn encode(bytes: &[u8; 32]) -> String {
    STANDARD.encode(bytes)
}
