//! Ids as clients see them: TypeIDs, a type prefix and a UUIDv7 (`resident_01h455vb4pex5vsknk084sn02q`).

use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::{
    error::{Error, Message, Result},
    say,
};

pub fn encode(prefix: &'static str, id: Uuid) -> String {
    let prefix = DynamicType::new(prefix).expect("prefixes are fixed in the program and valid");
    TypeSafeId::from_type_and_uuid(prefix, id).to_string()
}

/// As [`encode`], of a kind that comes from a row.
pub fn of_kind(kind: &str, id: Uuid) -> String {
    match DynamicType::new(kind) {
        Ok(prefix) => TypeSafeId::from_type_and_uuid(prefix, id).to_string(),
        Err(_) => id.to_string(),
    }
}

/// The UUID of an id of this kind; otherwise what is wrong with it.
pub fn decode(prefix: &str, text: &str) -> Result<Uuid, Message> {
    let (found, id) = parse(text)?;
    if found == prefix {
        return Ok(id);
    }
    Err(say!(
        "This is the id of a `{found}`; the id of a `{prefix}` is wanted here.",
        "这是 `{found}` 的编号，此处应填 `{prefix}` 的编号。"
    ))
}

/// Prefix and UUID of any id.
pub fn parse(text: &str) -> Result<(String, Uuid), Message> {
    // 63 characters of prefix, an underscore, 26 of suffix.
    let parsed = (text.len() <= 90).then(|| text.parse::<TypeSafeId<DynamicType>>().ok()).flatten();
    match parsed {
        Some(id) if !id.type_prefix().is_empty() => Ok((id.type_prefix().to_owned(), id.uuid())),
        _ => Err(say!(
            "This is not an id. Ids look like `resident_01h455vb4pex5vsknk084sn02q`; copy one from an answer.",
            "这不是有效的编号。编号形如 `resident_01h455vb4pex5vsknk084sn02q`，请从查询结果中复制。"
        )),
    }
}

/// As [`decode`], for arguments of queries: `argument` names the place in the error.
pub fn argument(argument: &str, prefix: &str, text: &str) -> Result<Uuid> {
    decode(prefix, text).map_err(|message| {
        let Message { en, zh } = message;
        Error::bad_input(say!("{argument}: {en}", "{argument}：{zh}"))
    })
}
