//! Passwords: which are taken, and how they are kept.
//!
//! Policy by NIST SP 800-63B: 8 to 128 characters of any script, none of the commonest, not the account's own name; no rules of composition and no expiry.
//! Kept as Argon2id with the parameters that OWASP's Password Storage Cheat Sheet names (19 MiB, two passes, one lane) and a random salt. Each hash
//! takes that much memory, so a bounded number is made at once and a bounded number waits.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;

use crate::{
    error::{Code, Error, Message, Result, UserErrorCode},
    say,
};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// The most hashes made at once, each of which takes 19 MiB and a core.
const AT_ONCE: usize = 4;
/// The most that wait for one of those places.
const WAITING: usize = 64;

/// The commonest of what people choose, in lower case, one a line.
const COMMONEST: &str = include_str!("common_passwords.txt");

/// As it is compared: however the keyboard composes a character, it is the same one.
fn normalised(text: &str) -> SecretString {
    SecretString::from(text.nfc().collect::<String>())
}

/// A password that somebody chose, as it is kept, or why it is not taken.
pub fn chosen(text: &str, account_name: &str) -> Result<SecretString, (UserErrorCode, Message)> {
    let password = normalised(text);
    let plain = password.expose_secret();
    let length = plain.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        let message = say!(
            "A password has {SHORTEST} to {LONGEST} characters; this one has {length}. A few words that nobody would guess are easy to remember.",
            "密码须为 {SHORTEST} 至 {LONGEST} 个字符，现为 {length} 个。可用几个他人猜不到的词语组成。"
        );
        return Err((UserErrorCode::OutOfRange, message));
    }
    if plain.chars().any(char::is_control) {
        return Err((UserErrorCode::Invalid, say!("The password holds a control character.", "密码含有控制字符。")));
    }
    let lower = plain.to_lowercase();
    let first = lower.chars().next();
    if COMMONEST.lines().any(|common| common == lower) || lower.chars().all(|c| Some(c) == first) {
        let message = say!(
            "This is one of the first passwords that anybody would try. Choose another.",
            "这是最常见的密码之一，极易被猜中，请换一个。"
        );
        return Err((UserErrorCode::Invalid, message));
    }
    if lower == normalised(account_name).expose_secret().to_lowercase() {
        let message = say!("The password is the name of the account. Choose another.", "密码不能与账号名相同。");
        return Err((UserErrorCode::Invalid, message));
    }
    Ok(password)
}

/// A password for one sign-in: 100 random bits, in letters that nobody mistakes for others.
pub fn generated() -> SecretString {
    let groups = std::iter::repeat_with(|| letters::<5>(b"23456789abcdefghjkmnpqrstuvwxyz*")).take(4);
    SecretString::from(groups.collect::<Vec<String>>().join("-"))
}

/// What completes an account's name: not secret, and not to be guessed in a few tries.
pub(super) fn few_letters() -> String {
    letters::<4>(b"23456789abcdefghjkmnpqrstuvwxyz9")
}

fn letters<const N: usize>(among: &[u8; 32]) -> String {
    let mut bits = [0u8; N];
    getrandom::fill(&mut bits).expect("the operating system gives random bytes");
    bits.iter().map(|byte| among[usize::from(byte % 32)] as char).collect()
}

/// Makes and compares hashes, a few at a time.
pub struct Hasher {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// So many were made or compared; each is the same work.
    made: Arc<AtomicU64>,
    /// What the password of an account that is not there is compared with: random, so equal to none.
    nobody: String,
}

impl Default for Hasher {
    fn default() -> Self {
        let mut bits = [0u8; 48];
        getrandom::fill(&mut bits).expect("the operating system gives random bytes");
        let (salt, output) = bits.split_at(16);
        let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            places: Arc::new(Semaphore::new(cores.min(AT_ONCE))),
            waiting: AtomicUsize::new(0),
            made: Arc::default(),
            nobody: format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${output}"),
        }
    }
}

impl Hasher {
    /// What is kept of a password.
    pub async fn hash(&self, password: &SecretString) -> Result<String> {
        let password = password.clone();
        self.work(move || {
            let mut salt = [0u8; 16];
            getrandom::fill(&mut salt).map_err(Error::internal)?;
            let hash: PasswordHash = argon2()?
                .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
                .map_err(Error::internal)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Is it the password that was kept? Where none was kept the same work is done, and the answer is no.
    pub async fn verify(&self, given: &str, kept: Option<&str>) -> Result<bool> {
        let (given, kept) = (normalised(given), kept.unwrap_or(&self.nobody).to_owned());
        self.work(move || {
            let kept = PasswordHash::new(&kept).map_err(Error::internal)?;
            Ok(argon2()?.verify_password(given.expose_secret().as_bytes(), &kept).is_ok())
        })
        .await
    }

    /// The hash that is kept of a password from now on; none where the one that is kept is as strong already. Ask only with the right password.
    pub async fn renewed(&self, right: &str, kept: &str) -> Result<Option<String>> {
        match is_weaker(kept) {
            true => self.hash(&normalised(right)).await.map(Some),
            false => Ok(None),
        }
    }

    /// How many hashes were made or compared so far.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let place = self.place().await?;
        let made = self.made.clone();
        // The place is given back by the thread: a request that is dropped meanwhile does not stop the work.
        let working = tokio::task::spawn_blocking(move || {
            let _place = place;
            made.fetch_add(1, Ordering::Relaxed);
            work()
        });
        working.await.map_err(Error::internal)?
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit> {
        let _waiting = Waiting::new(&self.waiting).ok_or_else(|| {
            let message =
                say!("Too many people sign in at once; try again in a moment.", "当前登录人数过多，请稍后再试。");
            Error::new(Code::Unavailable, message)
        })?;
        self.places.clone().acquire_owned().await.map_err(Error::internal)
    }
}

/// A place in the queue, given back when the wait is over or given up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(queue: &'a AtomicUsize) -> Option<Self> {
        let waiting = Self(queue);
        (queue.fetch_add(1, Ordering::Relaxed) < WAITING).then_some(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Was it made with less work than hashes are made with now? What says nothing of that is no stronger.
fn is_weaker(kept: &str) -> bool {
    let Ok(kept) = PasswordHash::new(kept) else { return true };
    let ours = kept.algorithm.as_str() == "argon2id" && kept.version == Some(Version::V0x13.into());
    match Params::try_from(&kept) {
        Ok(made) if ours => made.m_cost() < MEMORY_KIB || made.t_cost() < PASSES || made.p_cost() < LANES,
        _ => true,
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<UserErrorCode> {
        chosen(text, "zhang.shuji").err().map(|(code, _)| code)
    }

    #[test]
    fn any_script_is_taken_and_no_composition_asked_for() {
        for good in
            ["correct horse", "海晏路一百二十号", "пароль для соседа", "🌊🌊🌊⛵⛵⛵🏠🏠", "        ", "aaaaaaab"]
        {
            let wanted = if good.trim().is_empty() { Some(UserErrorCode::Invalid) } else { None };
            assert_eq!(refused(good), wanted, "{good}");
        }
        assert_eq!(refused(&"语".repeat(127)), Some(UserErrorCode::Invalid), "one character over and over");
        assert_eq!(refused(&"语言".repeat(64)), None);
        assert_eq!(refused(&format!("{}了", "语言".repeat(64))), Some(UserErrorCode::OutOfRange));
        assert_eq!(refused("语言语言语言语"), Some(UserErrorCode::OutOfRange), "seven characters, however many bytes");
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for common in
            ["password", "PassWord", "12345678", "1qaz2wsx", "woaini1314", "88888888", "tongxin123", "Zhang.Shuji"]
        {
            assert_eq!(refused(common), Some(UserErrorCode::Invalid), "{common}");
        }
        for line in COMMONEST.lines() {
            assert_eq!(line, line.trim().to_lowercase(), "the list is compared as it stands");
            assert!(line.chars().count() >= SHORTEST, "{line} is refused for its length already");
        }
    }

    #[test]
    fn generated_passwords_are_taken_and_differ() {
        let (one, other) = (generated(), generated());
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(one.expose_secret().len(), 23);
        assert!(chosen(one.expose_secret(), "x").is_ok());
    }

    #[test]
    fn a_hash_that_took_less_work_is_weaker_and_one_that_took_more_is_not() {
        const REST: &str = "$c29tZXNhbHQxMjM0NTY3OA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for (head, weaker) in [
            ("$argon2id$v=19$m=19456,t=2,p=1", false),
            ("$argon2id$v=19$m=65536,t=3,p=4", false),
            ("$argon2id$v=19$m=19455,t=2,p=1", true),
            ("$argon2id$v=19$m=65536,t=1,p=1", true),
            ("$argon2i$v=19$m=19456,t=2,p=1", true),
            ("$argon2id$v=16$m=19456,t=2,p=1", true),
        ] {
            assert_eq!(is_weaker(&format!("{head}{REST}")), weaker, "{head}");
        }
        assert!(is_weaker("plain"));
    }

    #[tokio::test]
    async fn a_password_is_known_again_however_it_is_composed_and_nobody_has_one() {
        let hasher = Hasher::default();
        let kept = hasher.hash(&chosen("caf\u{e9} am Hafen", "x").unwrap()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, hasher.hash(&chosen("caf\u{e9} am Hafen", "x").unwrap()).await.unwrap(), "salted");
        assert!(hasher.verify("cafe\u{301} am Hafen", Some(&kept)).await.unwrap());
        assert!(!hasher.verify("cafe am Hafen", Some(&kept)).await.unwrap());
        assert!(!hasher.verify("cafe am Hafen", None).await.unwrap());
        assert_eq!(hasher.made(), 5, "the same work for an account that is not there");
    }
}
