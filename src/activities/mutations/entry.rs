//! One line of a roll as people enter it: exactly one person, as what they came, and with which team.

use async_graphql::{ID, InputObject};
use entity::attendance;
use uuid::Uuid;

use crate::{
    activities::AttendeeCategory,
    error::{Message, UserError, UserErrorCode},
    relay::id,
    say,
    scalars::DateTime,
    write::Faults,
};

/// One who came: exactly one of the first three names the person (参加者).
#[derive(InputObject, Clone, Debug)]
pub struct AttendeeInput {
    /// The person, as a resident (居民).
    pub resident_id: Option<ID>,
    /// The person, as a volunteer; whoever volunteers as a resident or a staff member is the same person (志愿者).
    pub volunteer_id: Option<ID>,
    /// The person, as a staff member (工作人员).
    pub staff_member_id: Option<ID>,
    /// As what the person came, borne out by what is on record of the day (参加者类别).
    pub category: AttendeeCategory,
    /// The team that the volunteer came with, a member of it on that day (志愿服务队).
    pub team_id: Option<ID>,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
    /// When the volunteer came; given with the two that follow, or not at all (签到时间).
    pub checked_in_at: Option<DateTime>,
    /// When the volunteer went, at most 36 hours after they came (签退时间).
    pub checked_out_at: Option<DateTime>,
    /// Why the times are entered afterwards, at most 500 characters (补登原因).
    pub times_reason: Option<String>,
}

/// A line, and where in the input it is.
pub(super) struct Entry<'a> {
    pub(super) resident_id: Option<&'a ID>,
    pub(super) volunteer_id: Option<&'a ID>,
    pub(super) staff_member_id: Option<&'a ID>,
    pub(super) team_id: Option<&'a ID>,
    pub(super) category: attendance::AttendeeCategory,
    pub(super) path: Vec<String>,
}

/// The keys that a line gives, one of the first three.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    pub(super) resident: Option<Uuid>,
    pub(super) volunteer: Option<Uuid>,
    pub(super) staff_member: Option<Uuid>,
    pub(super) team: Option<Uuid>,
}

impl AttendeeInput {
    pub(super) fn entry(&self, path: Vec<String>) -> Entry<'_> {
        Entry {
            resident_id: self.resident_id.as_ref(),
            volunteer_id: self.volunteer_id.as_ref(),
            staff_member_id: self.staff_member_id.as_ref(),
            team_id: self.team_id.as_ref(),
            category: self.category.into(),
            path,
        }
    }
}

impl Entry<'_> {
    /// The fields that name a person, as far as they are given.
    fn named(&self) -> Vec<&'static str> {
        let all = [
            ("residentId", self.resident_id),
            ("volunteerId", self.volunteer_id),
            ("staffMemberId", self.staff_member_id),
        ];
        all.into_iter().filter_map(|(field, given)| given.map(|_| field)).collect()
    }

    /// The field that names the person.
    pub(super) fn who(&self) -> &'static str {
        self.named().first().copied().unwrap_or("residentId")
    }

    pub(super) fn at(&self, field: &str) -> Vec<String> {
        self.path.iter().cloned().chain([field.to_owned()]).collect()
    }

    pub(super) fn error(&self, field: &str, code: UserErrorCode, message: Message) -> UserError {
        UserError { field: self.at(field), ..UserError::new(&[], code, message) }
    }

    /// The keys, where exactly one names the person and all are well-formed.
    pub(super) fn keys(&self, faults: &mut Faults) -> Option<Keys> {
        let named = self.named();
        if named.is_empty() {
            let message = say!(
                "Say who came: a resident, a volunteer or a staff member.",
                "请填写参加者：居民、志愿者或工作人员。"
            );
            faults.add(self.error("residentId", UserErrorCode::Required, message));
        }
        if named.len() > 1 {
            for field in &named {
                let message = say!(
                    "Name the person once: as a resident, as a volunteer or as a staff member.",
                    "参加者只填一项：居民、志愿者或工作人员。"
                );
                faults.add(self.error(field, UserErrorCode::Invalid, message));
            }
        }
        let mut key = |field: &str, prefix: &str, given: Option<&ID>| match given.map(|given| id::decode(prefix, given))
        {
            None => Some(None),
            Some(Ok(key)) => Some(Some(key)),
            Some(Err(message)) => {
                faults.add(self.error(field, UserErrorCode::Invalid, message));
                None
            }
        };
        let resident = key("residentId", "resident", self.resident_id);
        let volunteer = key("volunteerId", "volunteer", self.volunteer_id);
        let staff_member = key("staffMemberId", "staff_member", self.staff_member_id);
        let team = key("teamId", "team", self.team_id);
        let keys = Keys { resident: resident?, volunteer: volunteer?, staff_member: staff_member?, team: team? };
        (named.len() == 1).then_some(keys)
    }
}
