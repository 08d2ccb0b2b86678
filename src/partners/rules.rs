//! What the directory accepts. Pure: no database, no GraphQL.

use crate::{
    error::{Message, UserErrorCode},
    identifiers::CreditCode,
    say,
};

pub type Checked<T> = Result<T, (UserErrorCode, Message)>;

/// The field of the input that is wrong, and why.
pub type Fault = (&'static str, UserErrorCode, Message);

/// A code as it is stored. One that fails GB 32100 is accepted only where a reason for it is recorded, and a reason only where it is needed,
/// so that every recorded reason stands for a code that fails.
pub fn credit_code(code: Option<&str>, with_reason: bool) -> Result<Option<String>, Fault> {
    let needless = |message| Err(("creditCodeOverrideReason", UserErrorCode::Invalid, message));
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        if with_reason {
            return needless(say!("There is no code that the reason could be for.", "未填写代码，无需豁免原因。"));
        }
        return Ok(None);
    };
    match CreditCode::parse(code) {
        Ok(_) if with_reason => {
            needless(say!("The code passes GB 32100; leave the reason out.", "该代码校验通过，请勿填写豁免原因。"))
        }
        Ok(code) => Ok(Some(code.as_str().to_owned())),
        Err(_) if with_reason => {
            let (kind, message) = match CreditCode::parse_overridden(code) {
                Ok(code) => return Ok(Some(code.as_str().to_owned())),
                Err(fault) => fault.into(),
            };
            Err(("creditCode", kind, message))
        }
        Err(fault) => {
            let (kind, Message { en, zh }) = fault.into();
            let message = say!(
                "{en} If the unit really uses this code, say why it is accepted in `creditCodeOverrideReason`.",
                "{zh}如该单位确实使用此代码，请在 `creditCodeOverrideReason` 中说明接受的原因。"
            );
            Err(("creditCode", kind, message))
        }
    }
}

/// A code to look a unit up by, as it would be stored; also one that was accepted for a reason.
pub fn whole_code(code: &str) -> Checked<String> {
    Ok(CreditCode::parse_overridden(code)?.as_str().to_owned())
}

/// An alias that says something new; `known` are the unit's name and its aliases so far.
pub fn new_alias<'a>(alias: &str, mut known: impl Iterator<Item = &'a str>) -> Checked<()> {
    if known.all(|name| name != alias) {
        return Ok(());
    }
    Err((UserErrorCode::Duplicate, say!("The unit is called so already.", "该单位已有此名称或别名。")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSES: &str = "91350100M000100Y43";
    const FAILS: &str = "91350100M000100Y4Z";

    #[test]
    fn a_code_that_passes_needs_no_reason_and_takes_none() {
        assert_eq!(credit_code(Some(" 91350100m000100y43 "), false).unwrap().as_deref(), Some(PASSES));
        assert_eq!(credit_code(Some(PASSES), true).unwrap_err().0, "creditCodeOverrideReason");
    }

    #[test]
    fn a_code_that_fails_is_accepted_for_a_reason_only() {
        let (field, code, message) = credit_code(Some("91350100M000100Y44"), false).unwrap_err();
        assert_eq!((field, code), ("creditCode", UserErrorCode::Invalid));
        assert!(message.en.contains("creditCodeOverrideReason"));
        assert!(credit_code(Some(FAILS), false).is_err());
        assert_eq!(credit_code(Some(FAILS), true).unwrap().as_deref(), Some(FAILS));
        assert_eq!(credit_code(Some("12345678-9"), true).unwrap().as_deref(), Some("123456789"));
        assert_eq!(credit_code(Some("12"), true).unwrap_err().0, "creditCode");
    }

    #[test]
    fn no_code_is_no_code_and_a_reason_for_none_is_refused() {
        assert_eq!(credit_code(None, false).unwrap(), None);
        assert_eq!(credit_code(Some("  "), false).unwrap(), None);
        assert_eq!(credit_code(None, true).unwrap_err().0, "creditCodeOverrideReason");
    }

    #[test]
    fn a_code_is_looked_up_as_it_is_stored() {
        assert_eq!(whole_code("９１３５０１００m000100y43").unwrap(), PASSES);
        assert_eq!(whole_code(FAILS).unwrap(), FAILS);
        assert!(whole_code("9135").is_err());
    }

    #[test]
    fn an_alias_says_something_new() {
        assert!(new_alias("区发改委", ["区发展和改革局"].into_iter()).is_ok());
        assert!(new_alias("区发改委", ["区发展和改革局", "区发改委"].into_iter()).is_err());
    }
}
