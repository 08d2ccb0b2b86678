//! The certificate as a page that prints on one sheet, and the page on which anybody verifies it: HTML without scripts, its style sheet in it.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::printed::{Printed, Words, address, square};
use crate::{
    error::{Language, Message},
    say,
};

const STYLE: &str = include_str!("page.css");

/// What such a page may do: nothing but be styled by the sheet that is in it.
pub(crate) fn policy() -> String {
    let sheet = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{sheet}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}

/// The certificate, for whoever may print it. `pdf`: can this server make a PDF of it?
pub(crate) fn certificate(of: &Printed, language: Language, public_url: Option<&str>, pdf: bool) -> String {
    let words = Words(language);
    let mut body = String::new();
    if pdf && of.revoked.is_none() {
        body += "<nav><a href=\"pdf\">PDF</a></nav>";
    }
    statement(&words, of, &mut body);
    let code = of.code.as_deref().unwrap_or_default();
    let leads_to = address(public_url, code);
    body += "<figure>";
    drawn(&square(&leads_to), &words.verify(), &mut body);
    body += &format!("<figcaption>{}</figcaption></figure>", escaped(&words.verify()));
    body += &format!("<p class=\"code\">{}</p>", escaped(&words.code(code)));
    if public_url.is_some() {
        body += &format!("<p class=\"code\">{}</p>", escaped(&leads_to));
    }
    whole(&words, &format!("{} {}", words.title(), of.number), &body)
}

/// What anybody is told who holds the code.
pub(crate) fn verified(of: &Printed, language: Language) -> String {
    let words = Words(language);
    let mut body = String::new();
    if words.warning(of).is_none() {
        let holds = words.of(say!(
            "This certificate is genuine, and the records say what it states. Names are masked here.",
            "本证明真实有效，与现有记录一致。此处姓名已脱敏。"
        ));
        body += &format!("<p class=\"valid\" role=\"status\">{}</p>", escaped(&holds));
    }
    statement(&words, of, &mut body);
    whole(&words, &format!("{} {}", words.title(), of.number), &body)
}

/// A page that says one thing.
pub(crate) fn said(message: &Message, language: Language) -> String {
    let words = Words(language);
    let body = format!("<h1>{}</h1><p role=\"alert\">{}</p>", escaped(&words.title()), escaped(message.r#in(language)));
    whole(&words, &words.title(), &body)
}

fn statement(words: &Words, of: &Printed, body: &mut String) {
    if let Some(warning) = words.warning(of) {
        *body += &format!("<p class=\"warning\" role=\"alert\">{}</p>", escaped(&warning));
    }
    *body += &format!("<h1>{}</h1><p class=\"number\">{}</p>", escaped(&words.title()), escaped(&words.number(of)));
    *body += &format!("<p class=\"statement\">{}</p>", escaped(&words.statement(of)));
    *body += "<table><thead><tr>";
    for head in words.heads() {
        *body += &format!("<th scope=\"col\">{}</th>", escaped(&head));
    }
    *body += "</tr></thead><tbody>";
    for content in &of.content {
        let [what, times, hours] = words.line(content);
        *body +=
            &format!("<tr><th scope=\"row\">{}</th><td>{times}</td><td>{}</td></tr>", escaped(&what), escaped(&hours));
    }
    *body += "</tbody></table><dl>";
    for (what, who) in words.signed(of) {
        *body += &format!("<div><dt>{}</dt><dd>{}</dd></div>", escaped(&what), escaped(&who));
    }
    *body += "</dl>";
}

fn whole(words: &Words, title: &str, body: &str) -> String {
    let language = if words.0 == Language::Chinese { "zh-CN" } else { "en" };
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>{}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        escaped(title)
    )
}

/// A square code with the quiet zone around it that scanners need.
fn drawn(dark: &[Vec<bool>], label: &str, body: &mut String) {
    let side = dark.len() + 8;
    let mut path = String::new();
    for (y, line) in dark.iter().enumerate() {
        for (x, _) in line.iter().enumerate().filter(|(_, dark)| **dark) {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + 4, y + 4);
        }
    }
    *body += &format!(
        "<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>",
        escaped(label)
    );
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn printed(name: &str) -> Printed {
        serde_json::from_value(json!({
            "number": "379999001001-2022-000001", "holderName": name, "issuingBody": "示例社区", "responsibleName": "王主任",
            "from": "2022-01-01", "until": "2022-12-31", "issuedOn": "2023-01-05", "personTimes": 2, "minutesCredited": 150, "trainingMinutesCredited": 90,
            "content": [
                { "title": "清洁 <b>", "training": false, "personTimes": 2, "timesWithoutHours": 1, "minutesCredited": 150 },
                { "title": "夜巡", "training": false, "personTimes": 1, "timesWithoutHours": 1, "minutesCredited": 0 },
            ],
            "onRecord": { "agrees": true, "personTimes": 2, "minutesCredited": 150, "trainingMinutesCredited": 90 }, "code": "TXC-abc",
        })).unwrap()
    }

    #[test]
    fn what_people_wrote_is_text_and_never_markup() {
        let page = certificate(&printed("<script>张&\"三'"), Language::Chinese, Some("https://x.example.org"), true);
        assert!(page.contains("&lt;script&gt;张&amp;&quot;三&#39;") && page.contains("清洁 &lt;b&gt;"), "{page}");
        assert!(!page.contains("<script") && !page.contains("<b>"));
        assert!(
            page.contains("2 小时 30 分钟")
                && page.contains("<td>未记录</td>")
                && page.contains("https://x.example.org/verify/TXC-abc")
        );
        assert!(page.starts_with("<!doctype html><html lang=\"zh-CN\">"));
    }

    #[test]
    fn what_was_revoked_or_corrected_says_so_first() {
        let mut of = printed("张三");
        assert!(verified(&of, Language::English).contains("genuine"));
        of.on_record.agrees = false;
        of.on_record.minutes_credited = 60;
        let page = verified(&of, Language::English);
        assert!(
            page.contains("corrected after") && page.contains("1 h of service") && !page.contains("genuine"),
            "{page}"
        );
        of.revoked = Some("2023-02-01".into());
        let page = certificate(&of, Language::Chinese, None, true);
        assert!(page.contains("已撤销") && !page.contains("href=\"pdf\""));
    }

    #[test]
    fn the_policy_names_the_sheet_and_nothing_else() {
        assert!(policy().starts_with("default-src 'none'; style-src 'sha256-") && !STYLE.contains('<'));
    }
}
