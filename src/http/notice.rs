//! `/notice`: the public notice of a programme (公示) as a page to print and to post. It is the answer to `publicNotice`, asked by whoever asks for the page, set in
//! Chinese with English beside it: one page without scripts, whose only style is in it and named in its policy, so that it prints and can be kept offline.

use std::{fmt::Write, sync::LazyLock};

use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::{
    Http,
    asked::{self, Question, Whom},
};
use crate::{
    context::Caller,
    error::{Code, Error, Language, Message, Result},
    say,
};

const QUESTION: &str = "query Notice($programmeId: ID!, $from: Date!, $to: Date!) { publicNotice(programmeId: $programmeId, from: $from, to: $to) {
    programme { name description community { name } } from to people households value { yuan precision } quantities { value unit precision }
    lines { number name nameWithheld forHousehold kind item quantity { value unit } value { yuan precision } givenOn status } } }";

const STYLE: &str = "body{font:11pt/1.5 'Noto Serif CJK SC','Source Han Serif SC',SimSun,serif;margin:2em auto;max-width:50em;padding:0 1em;color:#000;background:#fff}\
h1{font-size:18pt;text-align:center;margin:0}h2{font-size:12pt;text-align:center;font-weight:normal;margin:.2em 0 1.5em}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:.3em .5em;text-align:left;vertical-align:top}th{background:#eee}\
td.number{text-align:right;white-space:nowrap}small{display:block;color:#444;font-size:85%}p{margin:1em 0}\
@page{size:A4;margin:18mm}@media print{body{margin:0;max-width:none;padding:0}thead{display:table-header-group}tr{break-inside:avoid}}";

/// Nothing but the page itself, and no style but this one.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
});

/// What the address says.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    programme_id: String,
    from: String,
    to: String,
}

pub async fn page(
    State(http): State<std::sync::Arc<Http>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    match notice(&http, &caller, &asked, &headers).await {
        Ok(notice) => asked::html(StatusCode::OK, render(&notice), &POLICY),
        Err(error) => {
            let (status, message) = asked::refusal(&error, &caller);
            asked::html(status, refusal(&message, caller.language), &POLICY)
        }
    }
}

async fn notice(http: &Http, caller: &Caller, asked: &Asked, headers: &HeaderMap) -> Result<Json> {
    let variables = json!({ "programmeId": asked.programme_id, "from": asked.from, "to": asked.to });
    let question = Question { query: QUESTION, variables, work: 0 };
    match asked::answer(http, caller, Whom::Signed(headers), question).await {
        Ok(data) => Ok(data["publicNotice"].clone()),
        // A day that is none, or no day at all.
        Err(error) if error.code == Code::ValidationFailed => Err(Error::bad_input(say!(
            "Say `programmeId`, and `from` and `to` as days such as 2022-03-04.",
            "请在地址中给出 `programmeId` 以及 `from`、`to` 两个日期（如 2022-03-04）。"
        ))),
        Err(error) => Err(error),
    }
}

/// Text as it stands in a page.
fn text(value: &Json) -> String {
    let text = value.as_str().unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// In Chinese, and in English beside it.
fn words(of: &str) -> (&'static str, &'static str) {
    match of {
        "CASH" => ("资金", "money"),
        "GOODS" => ("物资", "goods"),
        "SERVICE" => ("服务", "service"),
        "WORKS" => ("工程", "works"),
        "PLACES" => ("名额", "places"),
        "LOAN" => ("借用", "loan"),
        "APPROVED" => ("拟发放（已批准）", "approved"),
        "DELIVERED" => ("已发放", "handed over"),
        "AT_LEAST" => ("不少于", "at least"),
        "ABOUT" => ("约", "about"),
        _ => ("", ""),
    }
}

fn both((zh, en): (&str, &str)) -> String {
    format!("{zh}<small lang=\"en\">{en}</small>")
}

/// Yuan as they are known; nothing where nobody knows.
fn money(value: &Json) -> String {
    if value["yuan"].is_null() {
        return String::new();
    }
    format!("{}{} 元", words(value["precision"].as_str().unwrap_or_default()).0, text(&value["yuan"]))
}

fn render(notice: &Json) -> String {
    let (programme, mut rows, mut withheld) = (&notice["programme"], String::new(), 0);
    let none = Vec::new();
    for line in notice["lines"].as_array().unwrap_or(&none) {
        let hidden = line["nameWithheld"] == true;
        withheld += usize::from(hidden);
        let name = match (hidden, line["forHousehold"] == true) {
            (true, _) => both(("（依法不公开）", "not to be made public")),
            (false, true) => {
                format!("{}<small>户主 <span lang=\"en\">head of household</span></small>", text(&line["name"]))
            }
            (false, false) => text(&line["name"]),
        };
        let quantity = match line["quantity"].is_null() {
            true => String::new(),
            false => format!("{} {}", text(&line["quantity"]["value"]), text(&line["quantity"]["unit"])),
        };
        let _ = writeln!(
            rows,
            "<tr><td class=\"number\">{}</td><td>{name}</td><td>{}</td><td>{}</td><td class=\"number\">{quantity}</td><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>",
            line["number"],
            text(&line["item"]),
            both(words(line["kind"].as_str().unwrap_or_default())),
            money(&line["value"]),
            text(&line["givenOn"]),
            both(words(line["status"].as_str().unwrap_or_default())),
        );
    }
    let quantities: Vec<String> = notice["quantities"]
        .as_array()
        .unwrap_or(&none)
        .iter()
        .filter(|quantity| !quantity["value"].is_null())
        .map(|quantity| {
            let sure = words(quantity["precision"].as_str().unwrap_or_default()).0;
            format!("{sure}{} {}", text(&quantity["value"]), text(&quantity["unit"]))
        })
        .collect();
    let (name, community) = (text(&programme["name"]), text(&programme["community"]["name"]));
    let (from, to) = (text(&notice["from"]), text(&notice["to"]));
    let headings = [
        ("序号", "No."),
        ("姓名（脱敏）", "Name, masked"),
        ("内容", "What"),
        ("类型", "Kind"),
        ("数量", "Quantity"),
        ("金额", "Value"),
        ("日期", "Day"),
        ("状态", "State"),
    ];
    let headings: String = headings.iter().map(|heading| format!("<th>{}</th>", both(*heading))).collect();
    let sums = format!(
        "合计：{} 人、{} 户；{}；金额{}。<small lang=\"en\">In all: {} people, {} households.</small>",
        notice["people"],
        notice["households"],
        quantities.join("、"),
        money(&notice["value"]),
        notice["people"],
        notice["households"],
    );
    let hidden = match withheld {
        0 => String::new(),
        number => format!(
            "<p>其中 {number} 笔依法不公开姓名（未成年人，或涉及敏感个人信息）。<small lang=\"en\">{number} of them without a name, as the law asks: of children, or telling something sensitive.</small></p>"
        ),
    };
    let description = match text(&programme["description"]) {
        empty if empty.is_empty() => empty,
        about => format!("<p>{about}</p>"),
    };
    format!(
        "<!doctype html>\n<html lang=\"zh-Hans\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{name}公示（{from} 至 {to}）</title><style>{STYLE}</style></head><body>\n\
         <h1>{community}{name}公示</h1>\n<h2>{from} 至 {to}<small lang=\"en\">Public notice of aid, {from} to {to}</small></h2>\n{description}\n\
         <table><thead><tr>{headings}</tr></thead><tbody>\n{rows}</tbody></table>\n<p>{sums}</p>\n{hidden}\n\
         <p>如有异议，请在公示期内向社区反映。<small lang=\"en\">Whoever objects is asked to tell the community while this is posted.</small></p>\n</body></html>\n"
    )
}

fn refusal(message: &Message, language: Language) -> String {
    let said = text(&Json::String(message.r#in(language).to_owned()));
    format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>公示 Public notice</title><style>{STYLE}</style></head><body><p>{said}</p></body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_text_and_never_markup() {
        let notice = json!({
            "programme": { "name": "<script>alert(1)</script>", "description": "a & b", "community": { "name": "\"社区\"" } },
            "from": "2022-01-01", "to": "2022-12-31", "people": 1, "households": 0, "value": { "yuan": "9.00", "precision": "AT_LEAST" },
            "quantities": [{ "value": "1", "unit": "<b>", "precision": "EXACT" }],
            "lines": [
                { "number": 1, "name": "张*", "nameWithheld": false, "forHousehold": false, "kind": "GOODS", "item": "<img src=x>", "quantity": { "value": "1", "unit": "<b>" },
                  "value": { "yuan": "9.00", "precision": "EXACT" }, "givenOn": "2022-03-01", "status": "DELIVERED" },
                { "number": 2, "name": null, "nameWithheld": true, "forHousehold": false, "kind": "CASH", "item": "", "quantity": null,
                  "value": null, "givenOn": "2022-03-02", "status": "APPROVED" },
            ],
        });
        let page = render(&notice);
        for tag in ["<script", "<img", "<b>", "a & b"] {
            assert!(!page.contains(tag), "{tag}: {page}");
        }
        assert!(page.contains("不少于9.00 元") && page.contains("依法不公开") && page.contains("其中 1 笔"), "{page}");
        assert_eq!(page.matches("<style>").count(), 1);
    }

    #[test]
    fn the_policy_names_the_one_style() {
        assert!(POLICY.contains("style-src 'sha256-"));
    }
}
