//! What is printed of a certificate, on the page and in the PDF alike: its words, in the reader's language, and the code that leads to its verification.

use chrono::NaiveDate;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;

use crate::{
    error::{Language, Message},
    say,
};

/// A certificate as the schema told it: `holderName` in full to those who read it, masked to whoever verifies it.
#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Printed {
    pub(crate) number: String,
    pub(crate) holder_name: String,
    pub(crate) issuing_body: String,
    pub(crate) responsible_name: String,
    pub(crate) from: NaiveDate,
    pub(crate) until: NaiveDate,
    pub(crate) issued_on: NaiveDate,
    pub(crate) person_times: i32,
    pub(crate) minutes_credited: i32,
    pub(crate) training_minutes_credited: i32,
    pub(crate) content: Vec<Content>,
    pub(crate) on_record: OnRecord,
    /// Set where it was revoked.
    #[serde(alias = "revokedAt", alias = "revokedOn")]
    pub(crate) revoked: Option<String>,
    /// Null for those who may not read it, and then there is nothing to print.
    pub(crate) code: Option<String>,
}

#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Content {
    pub(crate) title: String,
    pub(crate) training: bool,
    pub(crate) person_times: i32,
    pub(crate) times_without_hours: i32,
    pub(crate) minutes_credited: i32,
}

#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnRecord {
    pub(crate) agrees: bool,
    pub(crate) person_times: i32,
    pub(crate) minutes_credited: i32,
    pub(crate) training_minutes_credited: i32,
}

/// The fields that [`Printed`] is made of.
pub(crate) const FIELDS: &str = "number holderName issuingBody responsibleName from until issuedOn personTimes minutesCredited trainingMinutesCredited
    content { title training personTimes timesWithoutHours minutesCredited } onRecord { agrees personTimes minutesCredited trainingMinutesCredited }";

/// The words around it.
pub(crate) struct Words(pub(crate) Language);

impl Words {
    pub(crate) fn of(&self, message: Message) -> String {
        message.r#in(self.0).to_owned()
    }

    pub(crate) fn title(&self) -> String {
        self.of(say!("Certificate of Volunteer Service", "志愿服务记录证明"))
    }

    pub(crate) fn number(&self, of: &Printed) -> String {
        let number = &of.number;
        self.of(say!("No. {number}", "编号：{number}"))
    }

    /// The sentence that the certificate is.
    pub(crate) fn statement(&self, of: &Printed) -> String {
        let (name, times) = (&of.holder_name, of.person_times);
        let (from, until) = (self.day(of.from), self.day(of.until));
        let service = self.hours(of.minutes_credited);
        let often = if times == 1 { "once".to_owned() } else { format!("{times} times") };
        let mut text = self.of(say!(
            "This is to certify that {name} served as a volunteer {often} from {from} to {until}, with {service} of service on record.",
            "兹证明：{name} 于 {from} 至 {until} 期间参加志愿服务 {times} 次，记录志愿服务时长 {service}。"
        ));
        if of.training_minutes_credited > 0 {
            let training = self.hours(of.training_minutes_credited);
            text += &self.of(say!(
                " Besides, {training} of training, which is no service.",
                "另参加培训 {training}，不计入志愿服务时长。"
            ));
        }
        text
    }

    /// Minutes as people read them.
    pub(crate) fn hours(&self, minutes: i32) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60);
        match (hours, rest) {
            (0, _) => self.of(say!("{rest} min", "{rest} 分钟")),
            (_, 0) => self.of(say!("{hours} h", "{hours} 小时")),
            _ => self.of(say!("{hours} h {rest} min", "{hours} 小时 {rest} 分钟")),
        }
    }

    pub(crate) fn day(&self, day: NaiveDate) -> String {
        match self.0 {
            Language::Chinese => day.format("%Y年%-m月%-d日").to_string(),
            Language::English => day.format("%-d %B %Y").to_string(),
        }
    }

    /// The heads of the table of what was done.
    pub(crate) fn heads(&self) -> [String; 3] {
        [say!("Service", "服务内容"), say!("Times", "次数"), say!("Time", "时长")].map(|head| self.of(head))
    }

    /// A line of that table.
    pub(crate) fn line(&self, of: &Content) -> [String; 3] {
        let title = &of.title;
        let what = if of.training { self.of(say!("{title} (training)", "{title}（培训）")) } else { title.clone() };
        let hours = match (of.minutes_credited, of.times_without_hours) {
            // Of none of these times somebody wrote it down, which is not 0.
            (0, unknown) if unknown > 0 && unknown == of.person_times => self.of(say!("not recorded", "未记录")),
            (minutes, _) => self.hours(minutes),
        };
        [what, of.person_times.to_string(), hours]
    }

    /// Who states it, and who answers for it, and when.
    pub(crate) fn signed(&self, of: &Printed) -> [(String, String); 3] {
        [
            (self.of(say!("Issued by", "出具单位")), of.issuing_body.clone()),
            (self.of(say!("Responsible", "负责人")), of.responsible_name.clone()),
            (self.of(say!("Date", "出具日期")), self.day(of.issued_on)),
        ]
    }

    pub(crate) fn verify(&self) -> String {
        self.of(say!("Scan to verify", "扫码验证真伪"))
    }

    pub(crate) fn code(&self, code: &str) -> String {
        self.of(say!("Code {code}", "验证码：{code}"))
    }

    /// What is to be said before anything else: that it does not hold, or no longer as it stands.
    pub(crate) fn warning(&self, of: &Printed) -> Option<String> {
        if of.revoked.is_some() {
            return Some(
                self.of(say!("This certificate was revoked and no longer holds.", "本证明已撤销，不再有效。")),
            );
        }
        if of.on_record.agrees {
            return None;
        }
        let OnRecord { person_times, minutes_credited, training_minutes_credited, .. } = of.on_record;
        let (service, training) = (self.hours(minutes_credited), self.hours(training_minutes_credited));
        Some(self.of(say!(
            "The records were corrected after this certificate was issued. Today they say: {person_times} times, {service} of service, {training} of training.",
            "本证明出具后，记录有更正。现有记录为：志愿服务 {person_times} 次、时长 {service}，培训 {training}。"
        )))
    }
}

/// What the square code says: where the certificate is verified, or the code alone where nobody said at which address this server is reached.
pub(crate) fn address(public_url: Option<&str>, code: &str) -> String {
    match public_url {
        Some(base) => format!("{}/verify/{code}", base.trim_end_matches('/')),
        None => code.to_owned(),
    }
}

/// A square code, line by line: true is dark.
pub(crate) fn square(text: &str) -> Vec<Vec<bool>> {
    // Only what is longer than 2 KB does not fit.
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return Vec::new() };
    (0..code.size()).map(|y| (0..code.size()).map(|x| code.get_module(x, y)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_in_both_languages() {
        let (en, zh) = (Words(Language::English), Words(Language::Chinese));
        for (minutes, english, chinese) in [
            (0, "0 min", "0 分钟"),
            (59, "59 min", "59 分钟"),
            (60, "1 h", "1 小时"),
            (150, "2 h 30 min", "2 小时 30 分钟"),
        ] {
            assert_eq!((en.hours(minutes).as_str(), zh.hours(minutes).as_str()), (english, chinese));
        }
        let day = "2022-03-04".parse().unwrap();
        assert_eq!((en.day(day).as_str(), zh.day(day).as_str()), ("4 March 2022", "2022年3月4日"));
    }

    #[test]
    fn the_square_code_says_where_to_verify() {
        assert_eq!(
            address(Some("https://tongxin.example.org/"), "TXC-a_B"),
            "https://tongxin.example.org/verify/TXC-a_B"
        );
        assert_eq!(address(None, "TXC-a_B"), "TXC-a_B");
        let square = square("https://tongxin.example.org/verify/TXC-AAAAAAAAAAAAAAAAAAAAAA");
        assert!(square.len() >= 29 && square.iter().all(|line| line.len() == square.len()));
        // The three corners by which it is found.
        let last = square.len() - 1;
        assert!(square[0][0] && square[0][last] && square[last][0] && square[6][6] && !square[7][7]);
    }
}
