//! The session in a cookie, for pages of this server. Scripts cannot read it (HttpOnly) and other sites' pages do not send it (SameSite=Strict); and
//! because a browser sends cookies by itself, one counts only beside the header `X-Tongxin-Request`, which another site's page cannot add without
//! the browser asking this server first, and which this server never allows.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    access::sessions::Terms,
    error::{Code, Error},
    say,
};

pub const OWN_PAGE: HeaderName = HeaderName::from_static("x-tongxin-request");

/// With the prefix, browsers take it by HTTPS alone and from this host alone.
fn name(terms: &Terms) -> &'static str {
    if terms.https { "__Host-tongxin_session" } else { "tongxin_session" }
}

/// The session's secret out of the request's cookies. Refused where there is one and the header is missing.
pub fn session<'a>(headers: &'a HeaderMap, terms: &Terms) -> Result<Option<&'a str>, Error> {
    match of(headers, terms) {
        Some(_) if !is_own_page(headers) => Err(header_missing()),
        found => Ok(found),
    }
}

/// Did a browser come here by itself: from a page of this server, or since somebody typed the address? It says so in headers that no page can set. Good enough for
/// what only shows something.
pub fn is_navigation(headers: &HeaderMap) -> bool {
    let says = |name: &str, one_of: &[&str]| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| one_of.contains(&value))
    };
    says("sec-fetch-mode", &["navigate"]) && says("sec-fetch-site", &["same-origin", "none"])
}

fn of<'a>(headers: &'a HeaderMap, terms: &Terms) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    { pairs }.find(|(key, value)| *key == name(terms) && !value.is_empty()).map(|(_, value)| value)
}

pub fn is_own_page(headers: &HeaderMap) -> bool {
    headers.get(OWN_PAGE).is_some_and(|value| !value.is_empty())
}

pub fn header_missing() -> Error {
    Error::new(
        Code::Forbidden,
        say!(
            "A session in a cookie counts only beside the header `X-Tongxin-Request: 1`, so that no other site can use it.",
            "使用 Cookie 中的会话须同时带请求头 `X-Tongxin-Request: 1`，以防其他网站冒用。"
        ),
    )
}

pub fn set(secret: &SecretString, terms: &Terms) -> HeaderValue {
    let mut value = cookie(secret.expose_secret(), terms.longest.as_secs(), terms);
    value.set_sensitive(true);
    value
}

pub fn clear(terms: &Terms) -> HeaderValue {
    cookie("", 0, terms)
}

fn cookie(secret: &str, seconds: u64, terms: &Terms) -> HeaderValue {
    let secure = if terms.https { "; Secure" } else { "" };
    let text = format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", name(terms));
    HeaderValue::from_str(&text).expect("secrets are letters, digits, - and _")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Terms = Terms { https: false, ..TERMS };
    const HTTPS: Terms = Terms { https: true, ..TERMS };
    const TERMS: Terms =
        Terms { idle: std::time::Duration::from_secs(60), longest: std::time::Duration::from_secs(600), https: false };

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let lines = lines.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn the_session_is_found_among_other_cookies_and_only_beside_the_header() {
        let with = [("cookie", "theme=dark; tongxin_session=abc"), ("x-tongxin-request", "1")];
        assert_eq!(session(&headers(&with), &PLAIN).unwrap(), Some("abc"));
        assert_eq!(session(&headers(&[("cookie", "a=b"), with[0], with[1]]), &PLAIN).unwrap(), Some("abc"));
        assert_eq!(session(&headers(&with[..1]), &PLAIN).unwrap_err().code, Code::Forbidden);
        assert_eq!(session(&headers(&[with[0], ("x-tongxin-request", "")]), &PLAIN).unwrap_err().code, Code::Forbidden);
        for other in
            ["", "theme=dark", "tongxin_session", "tongxin_session=", "x_tongxin_session=abc", "tongxin_session2=abc"]
        {
            assert_eq!(session(&headers(&[("cookie", other)]), &PLAIN).unwrap(), None, "{other}");
        }
        assert_eq!(
            session(&headers(&with), &HTTPS).unwrap(),
            None,
            "a cookie that came without HTTPS is not taken behind it"
        );
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
        let text = |value: HeaderValue| value.to_str().unwrap().to_owned();
        let secret = SecretString::from("abc");
        assert_eq!(text(set(&secret, &PLAIN)), "tongxin_session=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=600");
        let secure = "__Host-tongxin_session=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=600; Secure";
        assert_eq!(text(set(&secret, &HTTPS)), secure);
        assert_eq!(text(clear(&PLAIN)), "tongxin_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    }
}
