//! What a violated constraint means to the person who ran into it: the last line behind the checks, and the only one that two writers at once run into.

use sea_orm::DbErr;

use crate::{
    error::{Message, UserError, UserErrorCode, database},
    merchants, partners, requests, residents, say, volunteers,
};

/// A unique index: its name (PostgreSQL), its columns (SQLite tells nothing else), the field of the input, and the sentence.
struct Unique {
    name: &'static str,
    columns: &'static str,
    field: &'static [&'static str],
    says: fn() -> Message,
}

const UNIQUE: &[Unique] = &[
    Unique {
        name: "uq_resident_id_document",
        columns: "resident.community_id, resident.id_document_kind, resident.id_document_index",
        field: &["idDocument"],
        says: residents::on_file_already,
    },
    Unique {
        name: "uq_merchant_licence_code",
        columns: "merchant.community_id, merchant.licence_code",
        field: &["licenceCode"],
        says: merchants::licence_taken,
    },
    Unique {
        name: "uq_alliance_membership_one",
        columns: "alliance_membership.merchant_id",
        field: &["id"],
        says: || say!("The merchant is in the alliance already.", "该商户已是联盟成员。"),
    },
    Unique {
        name: "uq_request_channel_number",
        columns: "request.community_id, request.channel, request.channel_number",
        field: &["channelNumber"],
        says: requests::number_taken,
    },
    Unique {
        name: "uq_account_name",
        columns: "account.name",
        field: &["name"],
        says: || say!("There is an account of this name already; choose another name.", "该账号名已存在，请换一个。"),
    },
    Unique {
        name: "uq_account_role_role_in_community",
        columns: "account_role.account_id, account_role.role, account_role.community_id",
        field: &["role"],
        says: role_is_held,
    },
    Unique {
        name: "uq_account_role_for_partner_unit",
        columns: "account_role.account_id, account_role.community_id, account_role.partner_unit_id",
        field: &["role"],
        says: role_is_held,
    },
    Unique {
        name: "uq_account_role_as_resident",
        columns: "account_role.account_id, account_role.role, account_role.community_id, account_role.resident_id",
        field: &["role"],
        says: role_is_held,
    },
    Unique {
        name: "uq_account_role_as_volunteer",
        columns: "account_role.account_id, account_role.community_id, account_role.volunteer_id",
        field: &["role"],
        says: role_is_held,
    },
    Unique {
        name: "uq_staff_member_account",
        columns: "staff_member.community_id, staff_member.account_id",
        field: &["staffMemberId"],
        says: || say!("The account is that of another staff member already.", "该账号已属于其他工作人员。"),
    },
    Unique {
        name: "uq_sub_district_code",
        columns: "sub_district.code",
        field: &["code"],
        says: || say!("A sub-district with this code is on file already.", "该区划代码的街道已存在。"),
    },
    Unique {
        name: "uq_community_code",
        columns: "community.code",
        field: &["code"],
        says: || say!("A community with this code is on file already.", "该区划代码的社区已存在。"),
    },
    Unique {
        name: "uq_grid_name",
        columns: "grid.community_id, grid.name",
        field: &["name"],
        says: || say!("The community has a grid of this name already.", "本社区已有同名网格。"),
    },
    Unique {
        name: "uq_building_name",
        columns: "building.community_id, building.name",
        field: &["name"],
        says: || say!("The community has a building of this name already.", "本社区已有同名楼栋。"),
    },
    Unique {
        name: "uq_household_membership_one_household",
        columns: "household_membership.resident_id",
        field: &["residentId"],
        says: || {
            say!(
                "The resident is a member of a household already; end that membership first.",
                "该居民已属于某一户，请先结束原户籍成员关系。"
            )
        },
    },
    Unique {
        name: "uq_household_membership_one_head",
        columns: "household_membership.household_id",
        field: &["relation"],
        says: || say!("The household has a head already.", "该户已有户主。"),
    },
    Unique {
        name: "uq_circumstance_one_of_kind",
        columns: "circumstance.resident_id, circumstance.kind",
        field: &["kind"],
        says: residents::open_already,
    },
    Unique {
        name: "uq_circumstance_one_of_disability_kind",
        columns: "circumstance.resident_id, circumstance.disability_kind",
        field: &["disabilityKind"],
        says: residents::open_disability_already,
    },
    Unique {
        name: "uq_life_event_one_death",
        columns: "life_event.resident_id",
        field: &["residentId"],
        says: || say!("The resident's death is on file already.", "该居民已登记死亡。"),
    },
    Unique {
        name: "uq_partner_unit_credit_code",
        columns: "partner_unit.credit_code",
        field: &["creditCode"],
        says: partners::in_the_directory_already,
    },
    Unique {
        name: "uq_partner_unit_alias_alias",
        columns: "partner_unit_alias.partner_unit_id, partner_unit_alias.alias",
        field: &["alias"],
        says: || say!("The unit has this alias already.", "该单位已有此别名。"),
    },
    Unique {
        name: "uq_pairing_one_running",
        columns: "pairing.community_id, pairing.partner_unit_id",
        field: &["partnerUnitId"],
        says: partners::paired_already,
    },
    Unique {
        name: "uq_project_participation_partner_unit",
        columns: "project_participation.project_id, project_participation.partner_unit_id",
        field: &["partnerUnitId"],
        says: || {
            say!(
                "The unit takes part in this project already; amend its participation.",
                "该单位已参与此项目，请修改其参与信息。"
            )
        },
    },
    Unique {
        name: "uq_contributor_partner_unit",
        columns: "contributor.contribution_id, contributor.partner_unit_id",
        field: &["contributors"],
        says: || say!("A unit is named twice among the contributors.", "同一单位在投入方中出现两次。"),
    },
    Unique {
        name: "uq_aid_programme_name",
        columns: "aid_programme.community_id, aid_programme.name",
        field: &["name"],
        says: || say!("The community has a programme of this name already.", "本社区已有同名帮扶项目。"),
    },
    Unique {
        name: "uq_aid_programme_exclusion_pair",
        columns: "aid_programme_exclusion.programme_id, aid_programme_exclusion.other_id",
        field: &["programmeIds"],
        says: || {
            say!(
                "The programmes exclude each other already; to exclude others by it, allow them together first.",
                "这两个帮扶项目已互斥；如需更改互斥范围，请先解除。"
            )
        },
    },
    Unique {
        name: "uq_aid_programme_limit_grid",
        columns: "aid_programme_limit.programme_id, aid_programme_limit.grid_id",
        field: &["rules", "gridIds"],
        says: || say!("The programme is limited to this grid already.", "该帮扶项目已限定此网格。"),
    },
    Unique {
        name: "uq_aid_programme_limit_contribution",
        columns: "aid_programme_limit.programme_id, aid_programme_limit.contribution_id",
        field: &["rules", "contributionIds"],
        says: || say!("The programme is paid from this contribution already.", "该帮扶项目的经费来源已有此项投入。"),
    },
    Unique {
        name: "uq_aid_record_reverses_id",
        columns: "aid_record.reverses_id",
        field: &["id"],
        says: || say!("The grant was reversed already.", "该帮扶已冲正。"),
    },
    Unique {
        name: "uq_aid_record_device",
        columns: "aid_record.device_id",
        field: &["serialNumber"],
        says: || {
            say!(
                "This device is with somebody already; return that grant first.",
                "该器具已发放或拟发放给他人，请先办理退回。"
            )
        },
    },
    Unique {
        name: "uq_aid_record_instalment",
        columns: "aid_record.instalment_id",
        field: &["id"],
        says: || say!("The instalment was paid already; read it again.", "该期已支付，请重新读取。"),
    },
    Unique {
        name: "uq_contribution_item_name",
        columns: "contribution_item.contribution_id, contribution_item.name",
        field: &["items"],
        says: || say!("The contribution has an item of this name already.", "该资源投入已有同名物资。"),
    },
    Unique {
        name: "uq_contribution_device_serial_number",
        columns: "contribution_device.contribution_item_id, contribution_device.serial_number",
        field: &["serialNumbers"],
        says: || say!("The item has a device of this number already.", "该物资已有此编号的器具。"),
    },
    Unique {
        name: "uq_aid_claim_resident",
        columns: "aid_claim.programme_id, aid_claim.period, aid_claim.resident_id",
        field: &["residentId"],
        says: || say!("The resident was aided under this programme already.", "该居民在此帮扶项目中已受助。"),
    },
    Unique {
        name: "uq_aid_claim_household",
        columns: "aid_claim.programme_id, aid_claim.period, aid_claim.household_id",
        field: &["householdId"],
        says: || say!("The household was aided under this programme already.", "该户在此帮扶项目中已受助。"),
    },
    Unique {
        name: "uq_facility_name",
        columns: "facility.community_id, facility.name",
        field: &["name"],
        says: || say!("The community has a facility of this name in use already.", "本社区已有同名且在用的设施。"),
    },
    Unique {
        name: "uq_asset_tag",
        columns: "asset.community_id, asset.tag",
        field: &["tag"],
        says: || say!("An asset with this tag is on file in the community already.", "本社区已登记有该编号的资产。"),
    },
    Unique {
        name: "uq_asset_tenure_one_at_a_time",
        columns: "asset_tenure.asset_id",
        field: &["id"],
        says: || {
            say!(
                "Somebody else changed the terms at the same time; read the asset again.",
                "权属刚被他人变更，请重新读取后再试。"
            )
        },
    },
    Unique {
        name: "uq_instalment_number",
        columns: "instalment.sponsorship_id, instalment.number",
        field: &["instalments"],
        says: || {
            say!(
                "The sponsorship has an instalment of this number already; read it again.",
                "该资助已有此期数，请重新读取。"
            )
        },
    },
    Unique {
        name: "uq_instalment_due_on",
        columns: "instalment.sponsorship_id, instalment.due_on",
        field: &["instalments"],
        says: || {
            say!(
                "The sponsorship has an instalment due on this day already; read it again.",
                "该资助在此日已有到期的分期，请重新读取。"
            )
        },
    },
    Unique {
        name: "uq_volunteer_resident",
        columns: "volunteer.resident_id",
        field: &["residentId"],
        says: || say!("The resident is enrolled as a volunteer already.", "该居民已登记为志愿者。"),
    },
    Unique {
        name: "uq_volunteer_staff_member",
        columns: "volunteer.staff_member_id",
        field: &["staffMemberId"],
        says: || say!("The staff member is enrolled as a volunteer already.", "该工作人员已登记为志愿者。"),
    },
    Unique {
        name: "uq_party_membership_one_standing",
        columns: "party_membership.volunteer_id",
        field: &["startedOn"],
        says: || {
            say!(
                "A standing of the volunteer that lasts is on record already; end it first.",
                "该志愿者已有未终止的身份登记，请先终止。"
            )
        },
    },
    Unique {
        name: "uq_team_name",
        columns: "team.community_id, team.name",
        field: &["name"],
        says: || say!("The community has a team of this name already.", "本社区已有同名队伍。"),
    },
    Unique {
        name: "uq_team_membership_once",
        columns: "team_membership.team_id, team_membership.volunteer_id",
        field: &["volunteerIds"],
        says: volunteers::in_the_team_already,
    },
    Unique {
        name: "uq_team_membership_one_leader",
        columns: "team_membership.team_id",
        field: &["volunteerId"],
        says: || say!("The team has a leader already.", "该队已有队长。"),
    },
    Unique {
        name: "uq_activity_organiser_community",
        columns: "activity_organiser.activity_id",
        field: &["organisers"],
        says: || say!("It is named among the organisers already.", "该主办方已列入。"),
    },
    Unique {
        name: "uq_activity_organiser_partner_unit",
        columns: "activity_organiser.activity_id, activity_organiser.partner_unit_id",
        field: &["organisers"],
        says: || say!("It is named among the organisers already.", "该主办方已列入。"),
    },
    Unique {
        name: "uq_activity_organiser_team",
        columns: "activity_organiser.activity_id, activity_organiser.team_id",
        field: &["organisers"],
        says: || say!("It is named among the organisers already.", "该主办方已列入。"),
    },
    Unique {
        name: "uq_attendance_once",
        columns: "attendance.session_id, attendance.person_id",
        field: &["sessionId"],
        says: || say!("The person is on record for this session already.", "此人在该场次已有考勤记录。"),
    },
    Unique {
        name: "uq_attendance_error_open",
        columns: "attendance_error.session_id, attendance_error.person_id",
        field: &["attendanceId"],
        says: || {
            say!(
                "An error in this record was reported already and is still to be answered.",
                "该记录已提出异议，尚待答复。"
            )
        },
    },
    Unique {
        name: "uq_session_sign_up_once",
        columns: "session_sign_up.session_id, session_sign_up.person_id",
        field: &["volunteerId"],
        says: || say!("The person has signed up already.", "此人已报名该场次。"),
    },
    Unique {
        name: "uq_session_sign_up_arrival",
        columns: "session_sign_up.session_id, session_sign_up.arrival",
        field: &["sessionId"],
        says: || say!("Somebody else signed up at the same time; try again.", "同一时刻有他人报名，请重试。"),
    },
    Unique {
        name: "uq_certificate_serial",
        columns: "certificate.community_id, certificate.serial",
        field: &["volunteerId"],
        says: || {
            say!("Another certificate was issued at the same time; try again.", "同一时刻出具了另一份证明，请重试。")
        },
    },
    Unique {
        name: "uq_head_count_one",
        columns: "head_count.session_id",
        field: &["sessionId"],
        says: || {
            say!(
                "The session has a head count already; void it before you record another.",
                "该场次已有人次记录；如需更正，请先作废原记录。"
            )
        },
    },
];

fn role_is_held() -> Message {
    say!("The account holds this role already; end it first.", "该账号已担任该角色，请先终止。")
}

/// The refusal that a violation stands for; none for what is a fault of the program.
pub(super) fn as_user_error(error: &DbErr) -> Option<UserError> {
    match database::kind(error) {
        database::Kind::Unique(what) => {
            let unique = UNIQUE.iter().find(|unique| unique.name == what || unique.columns == what)?;
            Some(UserError::new(unique.field, UserErrorCode::Duplicate, (unique.says)()))
        }
        _ => None,
    }
}
