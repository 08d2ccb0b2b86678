//! How a caller wants to be answered: the media type from `Accept`, the language from `Accept-Language`, both with their weights.

use http::{HeaderMap, HeaderName, header};

use crate::error::Language;

/// The media types of a GraphQL answer. They differ in what the status tells: with the old one, clients read the body only of a 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    GraphqlResponse,
    Json,
}

impl Media {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// The media type to answer with; `None` if the caller takes neither.
pub fn media(headers: &HeaderMap) -> Option<Media> {
    let ranges = weighted(headers, header::ACCEPT);
    if ranges.is_empty() {
        return Some(Media::Json);
    }
    // The most specific range decides about a type, not the weightiest.
    let weight = |name: &str| {
        let of = |range: &str| ranges.iter().filter(|r| r.name == range && r.takes_utf8).map(|r| r.weight).max();
        of(name).or_else(|| of("application/*")).or_else(|| of("*/*")).unwrap_or(0)
    };
    let named = ranges.iter().any(|r| r.name == "application/graphql-response+json");
    match (weight("application/graphql-response+json"), weight("application/json")) {
        (0, 0) => None,
        // Whoever knows the new type means it; whoever takes anything gets what every client can read.
        (new, old) if new > old || (new == old && named) => Some(Media::GraphqlResponse),
        _ => Some(Media::Json),
    }
}

/// Chinese in any of its forms, or English.
pub fn language(headers: &HeaderMap) -> Language {
    let mut best = (0, Language::English);
    for range in weighted(headers, header::ACCEPT_LANGUAGE) {
        let language = match range.name.split('-').next() {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            _ => continue,
        };
        if range.weight > best.0 {
            best = (range.weight, language);
        }
    }
    best.1
}

struct Range {
    name: String,
    /// In thousandths; 0 means "not this".
    weight: u16,
    takes_utf8: bool,
}

fn weighted(headers: &HeaderMap, name: HeaderName) -> Vec<Range> {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).filter_map(range).collect()
}

fn range(text: &str) -> Option<Range> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let mut range = Range { name, weight: 1000, takes_utf8: true };
    for (key, value) in parts.filter_map(|part| part.split_once('=')) {
        match key.trim().to_ascii_lowercase().as_str() {
            "q" => {
                let weight: f32 = value.trim().parse().ok().filter(|q| (0.0..=1.0).contains(q))?;
                range.weight = (weight * 1000.0) as u16;
            }
            "charset" => range.takes_utf8 = is_utf8(value),
            _ => {}
        }
    }
    Some(range)
}

/// Does a `charset` parameter name the one encoding that JSON has?
pub fn is_utf8(charset: &str) -> bool {
    let name = charset.trim().trim_matches('"');
    name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn the_media_type_follows_accept() {
        use Media::{GraphqlResponse as New, Json as Old};
        for (accept, expected) in [
            ("application/json", Some(Old)),
            ("application/graphql-response+json", Some(New)),
            ("Application/GraphQL-Response+JSON; charset=UTF-8", Some(New)),
            ("*/*", Some(Old)),
            ("application/*", Some(Old)),
            ("application/graphql-response+json, application/json", Some(New)),
            ("application/json, application/graphql-response+json", Some(New)),
            ("application/graphql-response+json, application/json;q=0.9", Some(New)),
            ("application/graphql-response+json;q=0.4, application/json;q=0.9", Some(Old)),
            ("application/graphql-response+json, */*", Some(New)),
            ("application/json;q=0.5, */*", Some(New)),
            ("application/json;q=0, */*", Some(New)),
            ("application/graphql-response+json;q=0, */*;q=0.1", Some(Old)),
            ("text/html, application/xhtml+xml, */*;q=0.8", Some(Old)),
            ("application/json, multipart/mixed", Some(Old)),
            ("application/json;q=abc, application/graphql-response+json;q=0.1", Some(New)),
            ("", Some(Old)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json; charset=utf-16", None),
            ("image/*, text/event-stream", None),
        ] {
            assert_eq!(media(&with(header::ACCEPT, accept)), expected, "{accept}");
        }
        assert_eq!(media(&HeaderMap::new()), Some(Old));
    }

    #[test]
    fn several_accept_headers_count_as_one() {
        let mut headers = with(header::ACCEPT, "text/html");
        headers.append(header::ACCEPT, HeaderValue::from_static("application/graphql-response+json"));
        assert_eq!(media(&headers), Some(Media::GraphqlResponse));
    }

    #[test]
    fn the_language_follows_accept_language() {
        use Language::{Chinese, English};
        for (accept, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Chinese),
            ("zh", Chinese),
            ("ZH-Hant-TW", Chinese),
            ("en-GB,zh;q=0.9", English),
            ("en;q=0.2, zh;q=0.3", Chinese),
            ("fr, de;q=0.9, zh;q=0.1", Chinese),
            ("fr", English),
            ("zh;q=0", English),
            ("*", English),
            ("", English),
        ] {
            assert_eq!(language(&with(header::ACCEPT_LANGUAGE, accept)), expected, "{accept}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(value in r"[ -~]{0,80}") {
            let _ = media(&with(header::ACCEPT, &value));
            let _ = language(&with(header::ACCEPT_LANGUAGE, &value));
        }
    }
}
