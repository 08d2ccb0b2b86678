//! Bytes that mean nothing without a key. Only the program's privacy module seals and opens them; here they are carried, and
//! kept out of logs.

use std::fmt;

use sea_orm::entity::prelude::*;

/// A personal value encrypted with its person's data key (密文).
///
/// Equality compares ciphertexts: the same value sealed twice differs.
#[derive(Clone, PartialEq, Eq, Hash, DeriveValueType)]
pub struct Sealed(Vec<u8>);

/// A keyed digest of a sealed value (盲索引), by which equal values are found without opening them.
#[derive(Clone, PartialEq, Eq, Hash, DeriveValueType)]
pub struct BlindIndex(Vec<u8>);

impl Sealed {
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl BlindIndex {
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

// Models derive Debug and end up in logs and panics, so the bytes must not show.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(..)")
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlindIndex(..)")
    }
}
