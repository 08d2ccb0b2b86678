//! What the database itself refuses, whatever the program does.

use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;
use tongxin::error::database::{Kind, kind};

use crate::harness::{TestApp, dump::rows, make};

/// What is refused, the statement, and by what: `uq_…`, `ck_…`, `fk`, or the words of a trigger. `{id}` stands for a new id, `{bytes}` for
/// some bytes.
const VIOLATIONS: &[(&str, &str, &str)] = &[
    (
        "a second head",
        "INSERT INTO household_membership (id, community_id, household_id, resident_id, relation, started_on, version)
         SELECT {id}, community_id, household_id, (SELECT id FROM resident WHERE full_name = '无户'), 'HEAD', started_on, 1 FROM household_membership",
        "uq_household_membership_one_head",
    ),
    (
        "a second household",
        "INSERT INTO household_membership (id, community_id, household_id, resident_id, relation, started_on, version)
         SELECT {id}, community_id, household_id, resident_id, 'CHILD', started_on, 1 FROM household_membership",
        "uq_household_membership_one_household",
    ),
    ("a membership that ends before it starts", "UPDATE household_membership SET ended_on = '1990-01-01'", "ck_household_membership_dates"),
    ("an unknown relation", "UPDATE household_membership SET relation = 'COUSIN'", "ck_household_membership_relation"),
    (
        "an identity document twice in a community",
        "UPDATE resident SET id_document_kind = 'PASSPORT', id_document = {bytes}, id_document_index = {bytes}",
        "uq_resident_id_document",
    ),
    ("a kind of document without a document", "UPDATE resident SET id_document_kind = 'PASSPORT', id_document_index = {bytes} WHERE full_name = '无户'", "ck_resident_id_document_present"),
    ("a document without its index", "UPDATE resident SET id_document_kind = 'PASSPORT', id_document = {bytes} WHERE full_name = '无户'", "ck_resident_id_document_index_present"),
    ("a resident merged into themselves", "UPDATE resident SET merged_into = id", "ck_resident_merged_into_another"),
    ("version 0", "UPDATE resident SET version = 0", "ck_resident_version"),
    (
        "the same circumstance open twice",
        "INSERT INTO circumstance (id, community_id, resident_id, kind, started_on, version)
         SELECT {id}, community_id, resident_id, kind, started_on, 1 FROM circumstance WHERE kind = 'LOW_INCOME'",
        "uq_circumstance_one_of_kind",
    ),
    (
        "the same disability open twice",
        "INSERT INTO circumstance (id, community_id, resident_id, kind, disability_kind, disability_grade, started_on, version)
         SELECT {id}, community_id, resident_id, kind, disability_kind, 2, started_on, 1 FROM circumstance WHERE kind = 'DISABILITY'",
        "uq_circumstance_one_of_disability_kind",
    ),
    ("a disability of grade 5", "UPDATE circumstance SET disability_grade = 5 WHERE kind = 'DISABILITY'", "ck_circumstance_disability_grade"),
    ("a disability of no kind", "UPDATE circumstance SET disability_kind = NULL WHERE kind = 'DISABILITY'", "ck_circumstance_disability_has_kind"),
    ("a grade of what is no disability", "UPDATE circumstance SET disability_grade = 1 WHERE kind = 'LOW_INCOME'", "ck_circumstance_disability_grade"),
    ("a credit code twice", "UPDATE partner_unit SET credit_code = '91350100M000100Y43'", "uq_partner_unit_credit_code"),
    (
        "an alias twice",
        "INSERT INTO partner_unit_alias (id, partner_unit_id, alias) SELECT {id}, partner_unit_id, alias FROM partner_unit_alias",
        "uq_partner_unit_alias_alias",
    ),
    (
        "two running pairings",
        "INSERT INTO pairing (id, community_id, partner_unit_id, started_on, version) SELECT {id}, community_id, partner_unit_id, started_on, 1 FROM pairing",
        "uq_pairing_one_running",
    ),
    (
        "a unit twice in a project",
        "INSERT INTO project_participation (id, community_id, project_id, partner_unit_id, version)
         SELECT {id}, community_id, project_id, partner_unit_id, 1 FROM project_participation",
        "uq_project_participation_partner_unit",
    ),
    ("a negative share", "UPDATE project_participation SET share_fen = -1", "ck_project_participation_share_fen"),
    ("a project that ends before it starts", "UPDATE project SET started_on = '2022-01-02', ended_on = '2022-01-01'", "ck_project_dates"),
    ("an unknown budget with a number", "UPDATE project SET budget_fen = 1, budget_precision = 'UNKNOWN'", "ck_project_budget_fen_known"),
    ("a known budget without one", "UPDATE project SET budget_fen = NULL, budget_precision = 'EXACT'", "ck_project_budget_fen_known"),
    (
        "a contributor twice",
        "INSERT INTO contributor (id, community_id, contribution_id, partner_unit_id) SELECT {id}, community_id, contribution_id, partner_unit_id FROM contributor",
        "uq_contributor_partner_unit",
    ),
    ("a negative part", "UPDATE contributor SET amount_fen = -1", "ck_contributor_amount_fen"),
    ("a negative pledge", "UPDATE contribution SET pledged_fen = -1, pledged_value_precision = 'EXACT' WHERE kind = 'CASH'", "ck_contribution_pledged_fen"),
    (
        "a negative amount received",
        "UPDATE contribution SET received_fen = -1, received_value_precision = 'AT_LEAST', over_allocation_reason = '先行垫付' WHERE kind = 'CASH'",
        "ck_contribution_received_fen",
    ),
    ("a negative amount allocated", "UPDATE contribution SET allocated_milli = -1 WHERE kind = 'PLACES'", "ck_contribution_allocated_milli"),
    ("more delivered than allocated", "UPDATE contribution SET delivered_milli = allocated_milli + 1 WHERE kind = 'PLACES'", "ck_contribution_delivered_milli_within_allocated"),
    ("more money delivered than allocated", "UPDATE contribution SET delivered_fen = allocated_fen + 1 WHERE kind = 'CASH'", "ck_contribution_delivered_fen_within_allocated"),
    ("more allocated than received", "UPDATE contribution SET allocated_milli = received_milli + 1 WHERE kind = 'PLACES'", "ck_contribution_allocated_milli_within_received"),
    (
        "more allocated than exactly received, with a reason",
        "UPDATE contribution SET allocated_fen = received_fen + 1, over_allocation_reason = '先行垫付' WHERE kind = 'CASH'",
        "ck_contribution_allocated_fen_within_received",
    ),
    (
        "more allocated than at least received, without a reason",
        "UPDATE contribution SET received_value_precision = 'AT_LEAST', allocated_fen = received_fen + 1 WHERE kind = 'CASH'",
        "ck_contribution_allocated_fen_within_received",
    ),
    ("a number of cash", "UPDATE contribution SET received_milli = 1000, received_precision = 'EXACT' WHERE kind = 'CASH'", "ck_contribution_cash_has_no_quantity"),
    ("an amount beyond all bounds", "UPDATE contribution SET pledged_fen = 10000000000000001, pledged_value_precision = 'EXACT' WHERE kind = 'CASH'", "ck_contribution_pledged_fen"),
    ("aid to nobody", "UPDATE aid_record SET resident_id = NULL, household_id = NULL", "ck_aid_record_recipient"),
    ("aid of a negative quantity", "UPDATE aid_record SET quantity_milli = -1, quantity_precision = 'EXACT'", "ck_aid_record_quantity_milli"),
    ("an approval without its time", "UPDATE aid_record SET approved_by = recorded_by WHERE approved_at IS NULL", "ck_aid_record_approval"),
    ("an unknown state", "UPDATE aid_record SET status = 'LOST'", "ck_aid_record_status"),
    ("a reversal of nothing", "UPDATE aid_record SET status = 'REVERSAL'", "ck_aid_record_reversal"),
    ("a reference to what is not reversed", "UPDATE aid_record SET reverses_id = id", "ck_aid_record_reversal"),
    ("a delegate without a name", "UPDATE aid_record SET signed_by = 'DELEGATE'", "ck_aid_record_signed"),
    ("a name that signed nothing", "UPDATE aid_record SET signed_by_name = '某人'", "ck_aid_record_signature"),
    ("aid from nowhere", "UPDATE aid_record SET contribution_id = NULL WHERE instalment_id IS NULL", "ck_aid_record_source"),
    ("aid from a contribution and a sponsor", "UPDATE aid_record SET instalment_id = (SELECT MIN(id) FROM instalment) WHERE instalment_id IS NULL", "ck_aid_record_source"),
    (
        "an instalment that is two grants",
        "INSERT INTO aid_record (id, community_id, scope, resident_id, instalment_id, kind, status, quantity_precision, unit, value_fen, value_precision, given_on, recorded_by, recorded_at, version)
         SELECT {id}, community_id, scope, resident_id, instalment_id, kind, status, quantity_precision, unit, value_fen, value_precision, given_on, recorded_by, recorded_at, 1
         FROM aid_record WHERE instalment_id IS NOT NULL",
        "uq_aid_record_instalment",
    ),
    ("aid by an instalment that is not there", "UPDATE aid_record SET instalment_id = {id} WHERE instalment_id IS NOT NULL", "fk"),
    ("an unknown period", "UPDATE aid_programme SET once_per = 'WEEK'", "ck_aid_programme_once_per"),
    (
        "a claim of nobody",
        "INSERT INTO aid_claim (id, aid_record_id, programme_id, period) SELECT {id}, id, programme_id, '2022' FROM aid_record WHERE programme_id IS NOT NULL",
        "ck_aid_claim_holder",
    ),
    (
        "the same aid twice in a period",
        "INSERT INTO aid_claim (id, aid_record_id, programme_id, period, resident_id) SELECT {id}, aid_record_id, programme_id, period, resident_id FROM aid_claim",
        "uq_aid_claim_resident",
    ),
    (
        "a licence of two shops that are open",
        "INSERT INTO merchant (id, community_id, name, trade, licence_code, version, registered_at)
         SELECT {id}, community_id, name, trade, licence_code, 1, registered_at FROM merchant WHERE licence_code IS NOT NULL",
        "uq_merchant_licence_code",
    ),
    ("an unknown trade", "UPDATE merchant SET trade = 'BANK'", "ck_merchant_trade"),
    ("two owners of a shop", "UPDATE merchant SET owner_name = '张三', owner_id = (SELECT id FROM resident ORDER BY id LIMIT 1)", "ck_merchant_owner"),
    ("a reason for no code", "UPDATE merchant SET licence_code = NULL, licence_code_override = '旧'", "ck_merchant_override"),
    ("a shop that closed without a reason", "UPDATE merchant SET closed_on = '2022-01-01'", "ck_merchant_closed"),
    (
        "a merchant twice in the alliance",
        "INSERT INTO alliance_membership (id, community_id, merchant_id, started_on) SELECT {id}, community_id, merchant_id, '2022-01-01' FROM alliance_membership",
        "uq_alliance_membership_one",
    ),
    ("a membership of the alliance that ends before it starts", "UPDATE alliance_membership SET ended_on = '1990-01-01'", "ck_alliance_membership_dates"),
    (
        "a number of a channel twice",
        "UPDATE request SET channel = 'HOTLINE', channel_number = '7'",
        "uq_request_channel_number",
    ),
    ("a tracking code of two requests", "UPDATE request SET tracking_hash = {bytes}", "uq_request_tracking_hash"),
    ("a number of the community's own channel", "UPDATE request SET channel = 'COUNTER', channel_number = '9'", "ck_request_channel_number"),
    ("an unknown channel", "UPDATE request SET channel = 'FAX'", "ck_request_channel"),
    ("an unknown category", "UPDATE request SET category = 'TAX'", "ck_request_category"),
    ("an unknown urgency", "UPDATE request SET urgency = 'LOW'", "ck_request_urgency"),
    ("a request in an unknown state", "UPDATE request SET status = 'PAUSED'", "ck_request_status"),
    (
        "a request of a resident and a merchant",
        "UPDATE request SET resident_id = (SELECT id FROM resident ORDER BY id LIMIT 1), merchant_id = (SELECT id FROM merchant ORDER BY id LIMIT 1)",
        "ck_request_submitter",
    ),
    (
        "a request in a building and a grid",
        "UPDATE request SET building_id = (SELECT id FROM building ORDER BY id LIMIT 1), grid_id = (SELECT id FROM grid ORDER BY id LIMIT 1)",
        "ck_request_place",
    ),
    ("a satisfaction of 6", "UPDATE request SET satisfaction = 6", "ck_request_satisfaction"),
    ("a fourth hand-back", "UPDATE request SET hand_backs = 4", "ck_request_hand_backs"),
    ("fewer reopenings than none", "UPDATE request SET round = -1", "ck_request_round"),
    ("a duplicate of nothing", "UPDATE request SET status = 'MERGED'", "ck_request_merged"),
    ("a day of an answer without its time", "UPDATE request SET answered_on = '2022-01-01'", "ck_request_answered"),
    ("a request that nobody was given", "UPDATE request SET status = 'ASSIGNED'", "ck_request_assignee"),
    ("a request that is closed and stays open", "UPDATE request SET closed_on = '2022-01-01'", "ck_request_closed"),
    ("a level of what is not settled", "UPDATE request SET settled_at = 'ABOVE'", "ck_request_settled"),
    ("a visit to nobody", "UPDATE visit SET merchant_id = NULL", "ck_visit_whom"),
    ("a visit in an unknown state", "UPDATE visit SET status = 'LOST', held_on = NULL", "ck_visit_status"),
    ("a visit that was held on no day", "UPDATE visit SET held_on = NULL", "ck_visit_held"),
    ("a plan without its day", "UPDATE visit SET status = 'PLANNED', held_on = NULL, note = NULL", "ck_visit_planned"),
    (
        "a note of what was not heard yet",
        "UPDATE visit SET status = 'PLANNED', held_on = NULL, planned_on = '2199-01-01', note = {bytes}",
        "ck_visit_note",
    ),
    ("a visit that was cancelled for nothing", "UPDATE visit SET status = 'CANCELLED', held_on = NULL", "ck_visit_cancelled"),
    ("a changed entry of a timeline", "UPDATE request_entry SET reason = '改'", "request_entry is append-only"),
    ("a lost entry of a timeline", "DELETE FROM request_entry", "request_entry is append-only"),
    ("a sponsorship of nothing", "UPDATE sponsorship SET amount_fen = 0", "ck_sponsorship_amount"),
    ("an unknown interval", "UPDATE sponsorship SET payment_interval = 'WEEK'", "ck_sponsorship_payment_interval"),
    ("a sponsorship in an unknown state", "UPDATE sponsorship SET status = 'PAUSED'", "ck_sponsorship_status"),
    ("a running sponsorship that ends before it starts", "UPDATE sponsorship SET ended_on = '1990-01-01'", "ck_sponsorship_dates"),
    (
        "an instalment's number twice",
        "INSERT INTO instalment (id, community_id, sponsorship_id, number, due_on, amount_fen, status, version)
         SELECT {id}, community_id, sponsorship_id, number, '2030-01-01', amount_fen, 'DUE', 1 FROM instalment WHERE number = 1",
        "uq_instalment_number",
    ),
    (
        "two instalments on a day",
        "INSERT INTO instalment (id, community_id, sponsorship_id, number, due_on, amount_fen, status, version)
         SELECT {id}, community_id, sponsorship_id, 9, due_on, amount_fen, 'DUE', 1 FROM instalment WHERE number = 1",
        "uq_instalment_due_on",
    ),
    ("an instalment of number 0", "UPDATE instalment SET number = 0 WHERE number = 1", "ck_instalment_number"),
    ("an instalment of nothing", "UPDATE instalment SET amount_fen = 0", "ck_instalment_amount"),
    ("a payment without its day", "UPDATE instalment SET status = 'PAID' WHERE number = 2", "ck_instalment_paid"),
    ("a day of payment of what is due", "UPDATE instalment SET paid_on = '2021-01-01' WHERE number = 2", "ck_instalment_paid"),
    ("an instalment in an unknown state", "UPDATE instalment SET status = 'LATE'", "ck_instalment_status"),
    ("a sponsorship of nobody on file", "UPDATE sponsorship SET resident_id = {id}", "fk"),
    (
        "a resident enrolled twice",
        "INSERT INTO volunteer (id, community_id, kind, resident_id, full_name, started_on, version, enrolled_at)
         SELECT {id}, community_id, kind, resident_id, full_name, started_on, 1, enrolled_at FROM volunteer WHERE kind = 'RESIDENT'",
        "uq_volunteer_resident",
    ),
    (
        "a staff member enrolled twice",
        "INSERT INTO volunteer (id, community_id, kind, staff_member_id, full_name, started_on, version, enrolled_at)
         SELECT {id}, community_id, kind, staff_member_id, full_name, started_on, 1, enrolled_at FROM volunteer WHERE kind = 'COMMUNITY_WORKER'",
        "uq_volunteer_staff_member",
    ),
    ("a resident volunteer without a resident", "UPDATE volunteer SET resident_id = NULL WHERE kind = 'RESIDENT'", "ck_volunteer_link"),
    ("a resident of another kind", "UPDATE volunteer SET kind = 'OTHER' WHERE kind = 'RESIDENT'", "ck_volunteer_link"),
    ("a staff member with an employer", "UPDATE volunteer SET partner_unit_id = (SELECT MIN(id) FROM partner_unit) WHERE kind = 'COMMUNITY_WORKER'", "ck_volunteer_link"),
    ("an enrolment that ends before it starts", "UPDATE volunteer SET ended_on = '1990-01-01'", "ck_volunteer_dates"),
    (
        "two standings at a time",
        "INSERT INTO party_membership (id, community_id, volunteer_id, standing, started_on, version)
         SELECT {id}, community_id, volunteer_id, 'APPLICANT', started_on, 1 FROM party_membership",
        "uq_party_membership_one_standing",
    ),
    ("an unknown standing", "UPDATE party_membership SET standing = 'SYMPATHISER'", "ck_party_membership_standing"),
    ("a standing that ends before it starts", "UPDATE party_membership SET ended_on = '1990-01-01'", "ck_party_membership_dates"),
    (
        "a team's name twice",
        "INSERT INTO team (id, community_id, name, party_rule, started_on, version, created_at)
         SELECT {id}, community_id, name, party_rule, started_on, 1, created_at FROM team",
        "uq_team_name",
    ),
    ("an unknown rule", "UPDATE team SET party_rule = 'ANY'", "ck_team_party_rule"),
    ("a team that ends before it starts", "UPDATE team SET ended_on = '1990-01-01'", "ck_team_dates"),
    (
        "a volunteer twice in a team",
        "INSERT INTO team_membership (id, community_id, team_id, volunteer_id, role, started_on, version)
         SELECT {id}, community_id, team_id, volunteer_id, 'MEMBER', started_on, 1 FROM team_membership WHERE role = 'LEADER'",
        "uq_team_membership_once",
    ),
    ("two leaders", "UPDATE team_membership SET role = 'LEADER'", "uq_team_membership_one_leader"),
    ("a membership of a team that ends before it starts", "UPDATE team_membership SET ended_on = '1990-01-01'", "ck_team_membership_dates"),
    ("an operator of one community", "UPDATE account_role SET community_id = (SELECT MIN(id) FROM community) WHERE role = 'OPERATOR'", "ck_account_role_place"),
    (
        "the same role twice",
        "INSERT INTO account_role (id, account_id, role, started_on) SELECT {id}, account_id, role, started_on FROM account_role WHERE role = 'OPERATOR'",
        "uq_account_role_role",
    ),
    (
        "a partner who speaks for nobody",
        "INSERT INTO account_role (id, account_id, role, community_id, started_on)
         SELECT {id}, account_id, 'PARTNER', (SELECT MIN(id) FROM community), started_on FROM account_role WHERE role = 'OPERATOR'",
        "ck_account_role_link",
    ),
    (
        "an operator who speaks for a unit",
        "UPDATE account_role SET partner_unit_id = (SELECT MIN(id) FROM partner_unit) WHERE role = 'OPERATOR'",
        "ck_account_role_partner_unit",
    ),
    ("a role that ends before it starts", "UPDATE account_role SET ended_on = '1990-01-01'", "ck_account_role_dates"),
    (
        "an account of two staff members",
        "UPDATE staff_member SET account_id = (SELECT account_id FROM account_role WHERE role = 'OPERATOR')",
        "uq_staff_member_account",
    ),
    ("an account's name twice", "UPDATE account SET name = 'operator'", "uq_account_name"),
    ("a token's hash twice", "UPDATE token SET hash = {bytes}", "uq_token_hash"),
    ("a community's code twice", "UPDATE community SET code = '379999001001'", "uq_community_code"),
    ("a destroyed key that opens", "UPDATE data_key SET destroyed_at = created_at", "ck_data_key_destroyed"),
    ("a second key for a purpose", "UPDATE data_key SET purpose = 'DIGEST' WHERE purpose <> 'PERSON'", "uq_data_key_purpose"),
    ("aid out of what is not there", "UPDATE aid_record SET contribution_id = {id} WHERE instalment_id IS NULL", "fk"),
    ("a household in a building that is not there", "UPDATE household SET building_id = {id}", "fk"),
    ("a facility's name twice in use", "UPDATE facility SET name = '社区书屋', ended_on = NULL", "uq_facility_name"),
    ("a facility that closes before it opens", "UPDATE facility SET ended_on = '1990-01-01'", "ck_facility_dates"),
    ("a facility voided without a reason", "UPDATE facility SET voided_at = recorded_at", "ck_facility_voided"),
    ("a tag twice in a community", "UPDATE asset SET tag = '鲁B00001'", "uq_asset_tag"),
    ("an asset voided without a reason", "UPDATE asset SET voided_at = recorded_at", "ck_asset_voided"),
    (
        "an asset here on two terms at once",
        "INSERT INTO asset_tenure (id, community_id, asset_id, tenure, started_on) SELECT {id}, community_id, asset_id, 'OWNED', started_on FROM asset_tenure",
        "uq_asset_tenure_one_at_a_time",
    ),
    ("lent by nobody", "UPDATE asset_tenure SET partner_unit_id = NULL", "ck_asset_tenure_from_whom"),
    ("owned, and by a unit's doing", "UPDATE asset_tenure SET tenure = 'OWNED'", "ck_asset_tenure_from_whom"),
    ("terms that end before they start", "UPDATE asset_tenure SET ended_on = '1990-01-01'", "ck_asset_tenure_dates"),
    ("a campaign that ends before it starts", "UPDATE campaign SET ended_on = '1990-01-01'", "ck_campaign_dates"),
    ("an unknown state of an activity", "UPDATE activity SET status = 'LOST'", "ck_activity_status"),
    ("an unknown kind of activity", "UPDATE activity SET kind = 'PARTY'", "ck_activity_kind"),
    (
        "the community twice among the organisers",
        "INSERT INTO activity_organiser (id, community_id, activity_id, kind) SELECT {id}, community_id, activity_id, kind FROM activity_organiser WHERE kind = 'COMMUNITY'",
        "uq_activity_organiser_community",
    ),
    (
        "a unit twice among the organisers",
        "INSERT INTO activity_organiser (id, community_id, activity_id, kind, partner_unit_id)
         SELECT {id}, community_id, activity_id, kind, partner_unit_id FROM activity_organiser WHERE kind = 'PARTNER_UNIT'",
        "uq_activity_organiser_partner_unit",
    ),
    (
        "a team twice among the organisers",
        "INSERT INTO activity_organiser (id, community_id, activity_id, kind, team_id) SELECT {id}, community_id, activity_id, kind, team_id FROM activity_organiser WHERE kind = 'TEAM'",
        "uq_activity_organiser_team",
    ),
    ("a unit that is none among the organisers", "UPDATE activity_organiser SET kind = 'PARTNER_UNIT' WHERE kind = 'TEAM'", "ck_activity_organiser_link"),
    ("a session that ends before it starts", "UPDATE session SET starts_at = recorded_at, ends_at = recorded_at", "ck_session_times"),
    ("a session with an end and no start", "UPDATE session SET ends_at = recorded_at", "ck_session_start_before_end"),
    (
        "a person twice at a session",
        "INSERT INTO attendance (id, community_id, session_id, person_id, resident_id, category, version, recorded_at)
         SELECT {id}, community_id, session_id, person_id, resident_id, 'OTHER', 1, recorded_at FROM attendance",
        "uq_attendance_once",
    ),
    ("a session with no place", "UPDATE session SET capacity = 0", "ck_session_capacity"),
    ("more confirmed than there are places", "UPDATE session SET capacity = 1, confirmed_count = 2", "ck_session_confirmed_count"),
    ("fewer than nobody who waits", "UPDATE session SET waiting_count = -1", "ck_session_waiting_count"),
    (
        "a person with two places",
        "INSERT INTO session_sign_up (id, community_id, session_id, volunteer_id, person_id, status, arrival, signed_up_at, version)
         SELECT {id}, community_id, session_id, volunteer_id, person_id, 'WAITING', arrival + 1, signed_up_at, 1 FROM session_sign_up",
        "uq_session_sign_up_once",
    ),
    (
        "two who came at one moment",
        "INSERT INTO session_sign_up (id, community_id, session_id, volunteer_id, person_id, status, arrival, signed_up_at, version)
         SELECT {id}, community_id, session_id, volunteer_id, {id}, 'WAITING', arrival, signed_up_at, 1 FROM session_sign_up",
        "uq_session_sign_up_arrival",
    ),
    ("a place since no time", "UPDATE session_sign_up SET confirmed_at = NULL", "ck_session_sign_up_confirmed"),
    ("a place given up at no time", "UPDATE session_sign_up SET status = 'WITHDRAWN'", "ck_session_sign_up_withdrawn"),
    ("a reason for what was not given up", "UPDATE session_sign_up SET withdrawn_reason = '有事'", "ck_session_sign_up_withdrawn_reason"),
    ("who goes and never came", "UPDATE attendance SET checked_out_at = recorded_at", "ck_attendance_checked_out_at"),
    ("who goes before they come", "UPDATE attendance SET checked_in_at = recorded_at, checked_out_at = '1990-01-01 00:00:00+00:00'", "ck_attendance_checked_out_at"),
    ("a reason for times that are not there", "UPDATE attendance SET times_reason = '补登'", "ck_attendance_times_reason"),
    (
        "two errors of one record that are open",
        "INSERT INTO attendance_error (id, community_id, session_id, volunteer_id, person_id, message, status, reported_at, version)
         SELECT {id}, community_id, session_id, volunteer_id, person_id, message, 'OPEN', reported_at, 1 FROM attendance_error",
        "uq_attendance_error_open",
    ),
    ("an error that is closed without an answer", "UPDATE attendance_error SET status = 'REFUSED', answered_at = reported_at", "ck_attendance_error_answer"),
    ("an error that was answered at no time", "UPDATE attendance_error SET status = 'REFUSED', answer = '已核对'", "ck_attendance_error_answered_at"),
    (
        "another record instead of one that stays",
        "UPDATE attendance_error SET status = 'REFUSED', answer = '已核对', answered_at = reported_at, correction_id = attendance_id",
        "ck_attendance_error_correction",
    ),
    (
        "a record that is corrected by itself",
        "UPDATE attendance_error SET status = 'CORRECTED', answer = '已核对', answered_at = reported_at, correction_id = attendance_id",
        "ck_attendance_error_correction",
    ),
    ("an error in an unknown state", "UPDATE attendance_error SET status = 'LOST', answer = '已核对', answered_at = reported_at", "ck_attendance_error_status"),
    ("an unknown absence", "UPDATE session_sign_up SET absence = 'LOST'", "ck_session_sign_up_absence"),
    ("a reason for no absence", "UPDATE session_sign_up SET absence_reason = '生病'", "ck_session_sign_up_absence_reason"),
    (
        "a code of two certificates",
        "INSERT INTO certificate (id, community_id, volunteer_id, person_id, holder_name, serial, number, issuing_body, responsible_id, responsible_name, from_on, until_on, issued_on, issued_at, person_times, minutes_credited, training_minutes_credited, code, version)
         SELECT {id}, community_id, volunteer_id, person_id, holder_name, serial + 1, number, issuing_body, responsible_id, responsible_name, from_on, until_on, issued_on, issued_at, person_times, minutes_credited, training_minutes_credited, code, 1 FROM certificate",
        "uq_certificate_code",
    ),
    (
        "a number of two certificates",
        "INSERT INTO certificate (id, community_id, volunteer_id, person_id, holder_name, serial, number, issuing_body, responsible_id, responsible_name, from_on, until_on, issued_on, issued_at, person_times, minutes_credited, training_minutes_credited, code, version)
         SELECT {id}, community_id, volunteer_id, person_id, holder_name, serial, number, issuing_body, responsible_id, responsible_name, from_on, until_on, issued_on, issued_at, person_times, minutes_credited, training_minutes_credited, code || 'x', 1 FROM certificate",
        "uq_certificate_serial",
    ),
    ("a certificate of no hours", "UPDATE certificate SET minutes_credited = 0, training_minutes_credited = 0", "ck_certificate_figures"),
    ("a certificate of fewer times than none", "UPDATE certificate SET person_times = -1", "ck_certificate_figures"),
    ("a certificate with the number 0", "UPDATE certificate SET serial = 0", "ck_certificate_serial"),
    ("a period that ends before it begins", "UPDATE certificate SET from_on = '2199-01-01'", "ck_certificate_period"),
    ("a certificate of days to come", "UPDATE certificate SET until_on = '2199-01-01'", "ck_certificate_issued_on"),
    ("a certificate revoked without a reason", "UPDATE certificate SET revoked_at = issued_at", "ck_certificate_revoked"),
    (
        "a session that is certified twice",
        "INSERT INTO certificate_line (id, community_id, certificate_id, session_id, held_on, title, is_training) SELECT {id}, community_id, certificate_id, session_id, held_on, title, is_training FROM certificate_line",
        "uq_certificate_line_once",
    ),
    ("less than no time", "UPDATE certificate_line SET minutes = -1", "ck_certificate_line_minutes"),
    ("an attendance of somebody else", "UPDATE attendance SET person_id = {id}", "ck_attendance_person"),
    ("an attendance of two persons", "UPDATE attendance SET staff_member_id = (SELECT MIN(id) FROM staff_member)", "ck_attendance_person"),
    ("an attendance voided without a reason", "UPDATE attendance SET voided_at = recorded_at", "ck_attendance_voided"),
    (
        "two head counts of a session",
        "INSERT INTO head_count (id, community_id, session_id, persons_precision, version, recorded_at) SELECT {id}, community_id, session_id, 'UNKNOWN', 1, recorded_at FROM head_count",
        "uq_head_count_one",
    ),
    ("a negative head count", "UPDATE head_count SET persons = -1", "ck_head_count_persons"),
    ("an unknown head count with a number", "UPDATE head_count SET persons_precision = 'UNKNOWN'", "ck_head_count_persons_known"),
    ("a head count voided without a reason", "UPDATE head_count SET voided_at = recorded_at", "ck_head_count_voided"),
    ("a result of nothing", "UPDATE activity_result SET activity_id = NULL", "ck_activity_result_one_owner"),
    ("a result of two", "UPDATE activity_result SET campaign_id = (SELECT MIN(id) FROM campaign)", "ck_activity_result_one_owner"),
    ("a negative result", "UPDATE activity_result SET quantity_milli = -1", "ck_activity_result_quantity_milli"),
    ("a result voided without a reason", "UPDATE activity_result SET voided_at = recorded_at", "ck_activity_result_voided"),
    ("a consent to an unknown purpose", "UPDATE consent SET purpose = 'ANYTHING'", "ck_consent_purpose"),
    ("a consent given by unknown means", "UPDATE consent SET means = 'SILENCE'", "ck_consent_means"),
    ("a consent to tell no unit", "UPDATE consent SET purpose = 'SHARE_WITH_PARTNER'", "ck_consent_partner_unit"),
    ("a guardian without a relation", "UPDATE consent SET guardian_name = '监护人'", "ck_consent_guardian"),
    (
        "a guardian of an unknown relation",
        "UPDATE consent SET guardian_name = '监护人', guardian_relation = 'FRIEND'",
        "ck_consent_guardian_relation",
    ),
    (
        "two guardians of one consent",
        "UPDATE consent SET guardian_relation = 'PARENT', guardian_name = '监护人', guardian_id = (SELECT id FROM resident WHERE full_name = '无户')",
        "ck_consent_one_guardian",
    ),
    (
        "somebody who is their own guardian",
        "UPDATE consent SET guardian_relation = 'PARENT', guardian_id = resident_id",
        "ck_consent_guardian_of_another",
    ),
    ("a consent that expires before it was given", "UPDATE consent SET expires_on = '1990-01-01'", "ck_consent_dates"),
    ("a consent withdrawn without a reason", "UPDATE consent SET withdrawn_on = given_on", "ck_consent_withdrawn"),
    (
        "a consent withdrawn before it was given",
        "UPDATE consent SET withdrawn_on = '1990-01-01', withdrawn_reason = '误登'",
        "ck_consent_withdrawn_later",
    ),
    ("an unknown ground", "UPDATE circumstance SET legal_basis = 'CUSTOM'", "ck_circumstance_legal_basis"),
    ("a duty that is not named", "UPDATE circumstance SET legal_basis = 'STATUTORY_DUTY'", "ck_circumstance_legal_basis_reason"),
    ("deleting a community with records", "DELETE FROM community", "fk"),
    ("deleting a person's key", "DELETE FROM data_key WHERE purpose = 'PERSON'", "fk"),
    ("rewriting an event", "UPDATE event SET action = 'nothing happened'", "event is append-only"),
    ("deleting an event", "DELETE FROM event", "event is append-only"),
    ("rewriting an audit entry", "UPDATE audit_entry SET kind = 'SIGN_OUT'", "audit_entry is append-only"),
    ("deleting an audit entry", "DELETE FROM audit_entry", "audit_entry is append-only"),
    ("an audit entry about half an object", "INSERT INTO audit_entry (id, kind, occurred_at, subject_kind) SELECT {id}, 'EXPORT', created_at, 'resident' FROM community", "ck_audit_entry_subject"),
    ("showing something without a reason", "INSERT INTO audit_entry (id, kind, occurred_at) SELECT {id}, 'REVEAL', created_at FROM community", "ck_audit_entry_reveal"),
];

/// One of everything that the violations are about.
async fn world(app: &TestApp) {
    let operator = app.operator().await;
    let community = make::community(&operator, "379999001001").await;
    let district =
        operator.ask("{ subDistricts { nodes { id } } }").await.data()["subDistricts"]["nodes"][0]["id"].clone();
    let second = json!({ "subDistrictId": district, "code": "379999001002", "name": "另一社区" });
    make::created(&operator, "registerCommunity", "community", second).await;
    let staff = app.staff_of("379999001001").await;
    let (head, _) =
        (make::resident(&staff, &community, "户主").await, make::resident(&staff, &community, "无户").await);
    let building = make::building(&staff, &community, "1 号楼").await;
    make::household(&staff, &community, &building, "101", &head).await;
    make::consent(&staff, &head).await;
    for circumstance in [
        json!({ "residentId": head, "kind": "LOW_INCOME", "startedOn": "2020-01-01" }),
        json!({ "residentId": head, "kind": "DISABILITY", "disabilityKind": "VISION", "disabilityGrade": 2, "startedOn": "2020-01-01" }),
    ] {
        make::created(&staff, "recordCircumstance", "circumstance", circumstance).await;
    }
    let units = [
        json!({ "name": "蓝海集团", "kind": "ENTERPRISE", "creditCode": "91350100M000100Y43", "aliases": ["蓝海"] }),
        json!({ "name": "渤海银行", "kind": "BANK" }),
    ];
    let mut ids = Vec::new();
    for unit in units {
        ids.push(make::created(&staff, "registerPartnerUnit", "partnerUnit", unit).await);
    }
    make::created(&staff, "pairPartnerUnit", "pairing", json!({ "communityId": community, "partnerUnitId": ids[0] }))
        .await;
    let project = json!({ "communityId": community, "title": "社区书屋", "participations": [{ "partnerUnitId": ids[0], "roles": ["FUNDER"] }] });
    make::created(&staff, "proposeProject", "project", project).await;
    make::cash(&staff, &community, &ids[0], "100.00").await;
    for name in ["社区书屋", "活动室"] {
        make::facility(&staff, &community, name).await;
    }
    for tag in ["鲁B00001", "鲁B00002"] {
        make::vehicle(&staff, &community, &ids[0], tag).await;
    }
    let places = make::places(&staff, &community, &ids[0], 10).await;
    let yearly = json!({ "communityId": community, "name": "意外险", "scope": "PERSON", "oncePer": "YEAR" });
    let yearly = make::created(&staff, "establishAidProgramme", "aidProgramme", yearly).await;
    make::aid(&staff, &community, &head, &places, json!({ "quantity": "1", "programmeId": yearly })).await;
    let (team, volunteer) =
        (make::team(&staff, &community, "志愿队").await, make::volunteer(&staff, &community, &head).await);
    make::staff_member(&staff, &community, "另一职员").await;
    let worker = make::staff_member(&staff, &community, "职员").await;
    let worker = json!({ "communityId": community, "kind": "COMMUNITY_WORKER", "staffMemberId": worker, "startedOn": "2021-01-01" });
    let worker = make::created(&staff, "enrolVolunteer", "volunteer", worker).await;
    let pledge = make::sponsorship(&staff, &community, &head, &ids[1]).await;
    let first = make::instalment(&staff, &pledge).await;
    make::created(&staff, "payInstalment", "instalment", json!({ "id": first, "expectedVersion": 1 })).await;
    make::standing(&staff, &volunteer, "MEMBER").await;
    for volunteer in [&volunteer, &worker] {
        make::member(&staff, &team, volunteer).await;
    }
    let leader = json!({ "teamId": team, "expectedVersion": 1, "volunteerId": volunteer, "startedOn": "2021-02-01" });
    make::created(&staff, "appointTeamLeader", "team", leader).await;
    make::campaign(&staff, &community, "迎检").await;
    let organisers = json!([{ "community": true }, { "partnerUnitId": ids[0] }, { "teamId": team }]);
    let activity = json!({ "communityId": community, "kind": "CLEAN_UP", "title": "清洁", "organisers": organisers });
    let activity = make::created(&staff, "planActivity", "activity", activity).await;
    let session = make::session(&staff, &activity, "2022-03-04").await;
    make::attendance(&staff, &session, &head).await;
    make::sign_up(&staff, &make::session(&staff, &activity, "2199-03-04").await, &volunteer).await;
    make::created(&staff, "recordHeadCount", "headCount", json!({ "sessionId": session, "persons": 30 })).await;
    let refused = staff.gql(
        "mutation { registerSubDistrict(input: { code: \"379999002\", name: \"街道\" }) { userErrors { code } } }",
        json!({}),
    );
    assert_eq!(refused.await.code(), "FORBIDDEN");
    let hours = ("2022-03-05T09:00:00+08:00", "2022-03-05T11:00:00+08:00");
    let served = make::session(&staff, &activity, "2022-03-05").await;
    let service = make::service(&staff, &served, &volunteer, hours).await;
    make::attendance_error(&staff, &service).await;
    make::certificate(&staff, &community, &volunteer, ("2022-01-01", "2022-12-31")).await;
    let tonnes = json!({ "activityId": activity, "measure": "清运垃圾", "quantity": "9", "unit": "吨", "achievedOn": "2022-03-04" });
    make::created(&staff, "recordActivityResult", "activityResult", tonnes).await;
    make::grid(&staff, &community, "一网格").await;
    let shop = json!({ "communityId": community, "name": "店", "trade": "SHOP", "licenceCode": "523702110000000200" });
    let shop = make::created(&staff, "registerMerchant", "merchant", shop).await;
    make::created(
        &staff,
        "joinAlliance",
        "merchant",
        json!({ "id": shop, "expectedVersion": 1, "startedOn": "2021-01-01" }),
    )
    .await;
    let visitor = make::staff_member(&staff, &community, "走访人").await;
    make::created(&staff, "recordVisit", "visit", json!({ "merchantId": shop, "staffMemberId": visitor })).await;
    for _ in 0..2 {
        make::request(&staff, &community, json!({})).await;
    }
}

crate::on_both! {
    async fn the_database_refuses_what_must_never_be(app: TestApp) {
        world(&app).await;
        let db = app.app.db.writer();
        let sqlite = db.get_database_backend() == DbBackend::Sqlite;
        let before = rows(db).await;
        let mut accepted = Vec::new();
        for (what, sql, by) in VIOLATIONS {
            let (id, bytes) = if sqlite { ("randomblob(16)", "X'00ff'") } else { ("gen_random_uuid()", "'\\x00ff'::bytea") };
            let sql = sql.replace("{id}", id).replace("{bytes}", bytes);
            // There is no least UUID on PostgreSQL.
            let sql = if sqlite { sql } else { sql.replace("MIN(id)", "MIN(id::text)::uuid") };
            match db.execute_unprepared(&sql).await {
                Ok(done) => accepted.push(format!("{what}: {} rows, wanted {by}", done.rows_affected())),
                Err(error) => {
                    let fits = match kind(&error) {
                        // SQLite tells the columns of an index, not its name.
                        Kind::Unique(name) => name == *by || (sqlite && by.starts_with("uq_")),
                        Kind::Check(name) => name == *by,
                        Kind::ForeignKey => *by == "fk",
                        _ => error.to_string().contains(by),
                    };
                    if !fits {
                        accepted.push(format!("{what}: {error}, wanted {by}"));
                    }
                }
            }
        }
        assert!(accepted.is_empty(), "not refused as they should be:\n  {}", accepted.join("\n  "));
        assert!(rows(db).await == before, "nothing was changed");
    }
}
