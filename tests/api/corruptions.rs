//! What `tongxin check` looks for, planted: of each invariant one way in which it is broken, and in which objects.

use tongxin::check::WITHIN_COMMUNITY;

/// A corruption that breaks one invariant.
pub struct Corruption {
    /// Whose constraints would refuse it.
    pub tables: Vec<&'static str>,
    /// The objects that it is planted in, as a statement that finds them before.
    pub victims: String,
    /// What plants it; `{victims}` is that statement.
    pub sql: String,
}

/// The invariants that have no family: name, tables whose constraints are in the way, victims, and what is planted in them.
const SINGLE: &[(&str, &[&str], &str, &str)] = &[
    ("contribution.allocated_milli", &["contribution"], "FIRST contribution", "UPDATE contribution SET allocated_milli = allocated_milli + 1 WHERE id IN ({victims})"),
    ("contribution.allocated_fen", &["contribution"], "FIRST contribution", "UPDATE contribution SET allocated_fen = allocated_fen + 1 WHERE id IN ({victims})"),
    ("contribution.delivered_milli", &["contribution"], "FIRST contribution", "UPDATE contribution SET delivered_milli = delivered_milli + 1 WHERE id IN ({victims})"),
    ("contribution.delivered_fen", &["contribution"], "FIRST contribution", "UPDATE contribution SET delivered_fen = delivered_fen + 1 WHERE id IN ({victims})"),
    ("contribution.delivered_milli_within_allocated", &["contribution"], "FIRST contribution", "UPDATE contribution SET delivered_milli = allocated_milli + 1 WHERE id IN ({victims})"),
    ("contribution.delivered_fen_within_allocated", &["contribution"], "FIRST contribution", "UPDATE contribution SET delivered_fen = allocated_fen + 1 WHERE id IN ({victims})"),
    ("contribution.allocated_milli_within_received", &["contribution"], "FIRST contribution", "UPDATE contribution SET received_milli = 5, received_precision = 'EXACT', allocated_milli = 6, over_allocation_reason = '先行垫付' WHERE id IN ({victims})"),
    ("contribution.allocated_fen_within_received", &["contribution"], "FIRST contribution", "UPDATE contribution SET received_fen = 5, received_value_precision = 'AT_LEAST', allocated_fen = 6, over_allocation_reason = NULL WHERE id IN ({victims})"),
    ("contribution.contributors", &["contributor"], "FIRST contribution", "DELETE FROM contributor WHERE contribution_id IN ({victims})"),
    (
        "contribution.parts",
        &["contribution", "contributor"],
        "FIRST contribution",
        "UPDATE contribution SET received_fen = 100, received_value_precision = 'EXACT' WHERE id IN ({victims}); UPDATE contributor SET amount_fen = 1 WHERE contribution_id IN ({victims})",
    ),
    ("aid_record.kind", &["aid_record"], "FIRST aid_record", "UPDATE aid_record SET kind = 'LOAN' WHERE id IN ({victims})"),
    ("aid_record.unit", &["aid_record"], "FIRST aid_record", "UPDATE aid_record SET unit = '另一单位' WHERE id IN ({victims})"),
    (
        "aid_record.project_id",
        &["aid_record"],
        "SELECT a.id FROM aid_record a INNER JOIN contribution c ON c.id = a.contribution_id WHERE c.project_id IS NOT NULL ORDER BY a.id LIMIT 1",
        "UPDATE aid_record SET project_id = NULL WHERE id IN ({victims})",
    ),
    (
        "aid_record.scope",
        &["aid_record"],
        "SELECT id FROM aid_record WHERE programme_id IS NOT NULL AND scope = 'PERSON' ORDER BY id LIMIT 1",
        "UPDATE aid_record SET scope = 'HOUSEHOLD' WHERE id IN ({victims})",
    ),
    ("aid_record.recipient", &["aid_record"], "SELECT id FROM aid_record WHERE scope = 'PERSON' ORDER BY id LIMIT 1", "UPDATE aid_record SET resident_id = NULL WHERE id IN ({victims})"),
    ("aid_record.approved_at", &["aid_record"], "SELECT id FROM aid_record WHERE status = 'DELIVERED' ORDER BY id LIMIT 1", "UPDATE aid_record SET status = 'PLANNED' WHERE id IN ({victims})"),
    ("aid_record.delivered_at", &["aid_record"], "SELECT id FROM aid_record WHERE status = 'DELIVERED' ORDER BY id LIMIT 1", "UPDATE aid_record SET delivered_at = NULL WHERE id IN ({victims})"),
    ("aid_record.status_reason", &["aid_record"], "FIRST aid_record", "UPDATE aid_record SET status = 'CANCELLED', status_reason = NULL WHERE id IN ({victims})"),
    ("aid_record.figures", &["aid_record"], "FIRST aid_record", "UPDATE aid_record SET value_fen = NULL, value_precision = 'EXACT' WHERE id IN ({victims})"),
    (
        "sponsorship.once",
        &["sponsorship"],
        "SELECT b.id FROM sponsorship b WHERE EXISTS (SELECT 1 FROM sponsorship a WHERE a.id = (SELECT f.id FROM sponsorship f WHERE f.community_id = b.community_id ORDER BY f.id LIMIT 1)
             AND b.id > a.id AND b.started_on <= a.ended_on AND b.ended_on >= a.started_on) ORDER BY b.id LIMIT 1",
        "UPDATE sponsorship SET
             resident_id = (SELECT f.resident_id FROM sponsorship f WHERE f.community_id = sponsorship.community_id ORDER BY f.id LIMIT 1),
             partner_unit_id = (SELECT f.partner_unit_id FROM sponsorship f WHERE f.community_id = sponsorship.community_id ORDER BY f.id LIMIT 1),
             purpose = (SELECT f.purpose FROM sponsorship f WHERE f.community_id = sponsorship.community_id ORDER BY f.id LIMIT 1)
         WHERE id IN ({victims})",
    ),
    (
        "household.head",
        &["household_membership"],
        "SELECT household_id FROM household_membership WHERE relation = 'HEAD' AND ended_on IS NULL ORDER BY id LIMIT 1",
        "UPDATE household_membership SET relation = 'CHILD' WHERE relation = 'HEAD' AND household_id IN ({victims})",
    ),
    (
        "resident.one_household",
        &["household_membership"],
        "SELECT resident_id FROM household_membership WHERE ended_on IS NULL ORDER BY id LIMIT 1",
        "INSERT INTO household_membership (id, community_id, household_id, resident_id, relation, started_on, version)
         SELECT {id}, community_id, (SELECT household_id FROM household_membership WHERE ended_on IS NULL ORDER BY id DESC LIMIT 1), resident_id, 'CHILD', started_on, 1
         FROM household_membership WHERE ended_on IS NULL AND resident_id IN ({victims})",
    ),
    ("resident.household_id", &["resident"], "SELECT id FROM resident WHERE household_id IS NOT NULL ORDER BY id LIMIT 1", "UPDATE resident SET household_id = NULL WHERE id IN ({victims})"),
    ("resident.building_id", &["resident"], "SELECT id FROM resident WHERE building_id IS NOT NULL ORDER BY id LIMIT 1", "UPDATE resident SET building_id = NULL WHERE id IN ({victims})"),
    ("resident.life_status", &["resident"], "SELECT id FROM resident WHERE life_status = 'LIVING_HERE' ORDER BY id LIMIT 1", "UPDATE resident SET life_status = 'MOVED_OUT' WHERE id IN ({victims})"),
    ("resident.life_status_on", &["resident"], "FIRST resident", "UPDATE resident SET life_status_on = '1900-01-01' WHERE id IN ({victims})"),
    (
        "resident.gone",
        &["resident"],
        "SELECT id FROM resident WHERE household_id IS NOT NULL ORDER BY id LIMIT 1",
        "UPDATE resident SET life_status = 'DECEASED' WHERE id IN ({victims})",
    ),
    ("resident.id_document", &["resident"], "SELECT id FROM resident WHERE id_document IS NOT NULL ORDER BY id LIMIT 1", "UPDATE resident SET id_document_index = NULL WHERE id IN ({victims})"),
    ("resident.phone", &["resident"], "SELECT id FROM resident WHERE phone IS NOT NULL ORDER BY id LIMIT 1", "UPDATE resident SET phone_index = NULL WHERE id IN ({victims})"),
    (
        "resident.once",
        &["resident"],
        "SELECT id FROM resident WHERE id_document_kind = 'RESIDENT_ID_CARD' ORDER BY community_id, id LIMIT 1 OFFSET 1",
        "UPDATE resident SET id_document_index = (SELECT id_document_index FROM resident WHERE id_document_kind = 'RESIDENT_ID_CARD' ORDER BY community_id, id LIMIT 1) WHERE id IN ({victims})",
    ),
    ("volunteer.full_name", &["volunteer"], "SELECT id FROM volunteer WHERE resident_id IS NOT NULL ORDER BY id LIMIT 1", "UPDATE volunteer SET full_name = '别人' WHERE id IN ({victims})"),
    (
        "team.leader",
        &["team_membership"],
        "SELECT team_id FROM team_membership GROUP BY team_id HAVING COUNT(*) > 1 ORDER BY team_id LIMIT 1",
        "UPDATE team_membership SET role = 'LEADER', ended_on = NULL WHERE team_id IN ({victims})",
    ),
    (
        "team_membership.ended_on",
        &["volunteer"],
        "SELECT id FROM team_membership WHERE ended_on IS NULL AND volunteer_id = (SELECT volunteer_id FROM team_membership WHERE ended_on IS NULL ORDER BY id LIMIT 1)",
        "UPDATE volunteer SET ended_on = '2030-01-01' WHERE id = (SELECT volunteer_id FROM team_membership WHERE ended_on IS NULL ORDER BY id LIMIT 1)",
    ),
    (
        "volunteer.once",
        &["volunteer"],
        "SELECT id FROM volunteer WHERE resident_id IS NOT NULL AND ended_on IS NULL ORDER BY id LIMIT 1 OFFSET 1",
        "UPDATE volunteer SET resident_id = (SELECT resident_id FROM volunteer WHERE resident_id IS NOT NULL AND ended_on IS NULL ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    (
        "sponsorship.instalments",
        &["instalment"],
        "SELECT sponsorship_id FROM instalment ORDER BY id LIMIT 1",
        "UPDATE instalment SET number = 100 WHERE number = 1 AND sponsorship_id IN ({victims})",
    ),
    ("instalment.amount_fen", &["instalment"], "FIRST instalment", "UPDATE instalment SET amount_fen = amount_fen + 1 WHERE id IN ({victims})"),
    ("instalment.due_on", &["instalment"], "SELECT id FROM instalment WHERE number = 1 ORDER BY id LIMIT 1", "UPDATE instalment SET due_on = '1999-01-01' WHERE id IN ({victims})"),
    (
        "instalment.aid_record",
        &["aid_record"],
        "SELECT instalment_id FROM aid_record WHERE instalment_id IS NOT NULL ORDER BY id LIMIT 1",
        "DELETE FROM aid_record WHERE instalment_id IN ({victims})",
    ),
    (
        "aid_record.instalment_id",
        &["aid_record"],
        "SELECT id FROM aid_record WHERE instalment_id IS NOT NULL ORDER BY id LIMIT 1",
        "UPDATE aid_record SET value_fen = value_fen + 1 WHERE id IN ({victims})",
    ),
    (
        "aid_record.instalment_once",
        &["aid_record"],
        "SELECT instalment_id FROM aid_record WHERE instalment_id IS NOT NULL ORDER BY id LIMIT 1",
        "UPDATE aid_record SET instalment_id = (SELECT instalment_id FROM aid_record WHERE instalment_id IS NOT NULL ORDER BY id LIMIT 1) WHERE id = (SELECT id FROM aid_record WHERE instalment_id IS NOT NULL ORDER BY id LIMIT 1 OFFSET 1)",
    ),
    (
        "aid_record.source",
        &["aid_record"],
        "FIRST aid_record",
        "UPDATE aid_record SET instalment_id = (SELECT id FROM instalment ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    ("instalment.paid_on", &["instalment"], "FIRST instalment", "UPDATE instalment SET status = 'PAID', paid_on = NULL WHERE id IN ({victims})"),
    ("sponsorship.status", &["sponsorship"], "FIRST sponsorship", "UPDATE sponsorship SET status = CASE status WHEN 'ACTIVE' THEN 'COMPLETED' ELSE 'ACTIVE' END WHERE id IN ({victims})"),
    ("attendance.person_id", &["attendance"], "FIRST attendance", "UPDATE attendance SET person_id = id WHERE id IN ({victims})"),
    (
        "attendance.volunteer_id",
        &["attendance"],
        "SELECT a.id FROM attendance a INNER JOIN volunteer v ON v.id = a.volunteer_id WHERE v.resident_id IS NOT NULL OR v.staff_member_id IS NOT NULL ORDER BY a.id LIMIT 1",
        "UPDATE attendance SET person_id = volunteer_id, resident_id = NULL, staff_member_id = NULL WHERE id IN ({victims})",
    ),
    (
        "attendance.once",
        &["attendance"],
        "SELECT id FROM attendance WHERE voided_at IS NULL ORDER BY id LIMIT 1 OFFSET 1",
        "UPDATE attendance SET session_id = (SELECT session_id FROM attendance WHERE voided_at IS NULL ORDER BY id LIMIT 1),
             person_id = (SELECT person_id FROM attendance WHERE voided_at IS NULL ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    ("attendance.times", &["attendance"], "FIRST attendance", "UPDATE attendance SET checked_in_at = NULL, checked_out_at = recorded_at WHERE id IN ({victims})"),
    ("attendance_error.person_id", &["attendance_error"], "FIRST attendance_error", "UPDATE attendance_error SET person_id = id WHERE id IN ({victims})"),
    (
        "attendance_error.attendance_id",
        &["attendance_error"],
        "SELECT id FROM attendance_error WHERE correction_id IS NOT NULL ORDER BY id LIMIT 1",
        "UPDATE attendance_error SET correction_id = (SELECT a.id FROM attendance a WHERE a.session_id <> attendance_error.session_id ORDER BY a.id LIMIT 1) WHERE id IN ({victims})",
    ),
    (
        "attendance_error.once",
        &["attendance_error"],
        "SELECT id FROM attendance_error WHERE status = 'OPEN' ORDER BY id LIMIT 1 OFFSET 1",
        "UPDATE attendance_error SET session_id = (SELECT session_id FROM attendance_error WHERE status = 'OPEN' ORDER BY id LIMIT 1),
             person_id = (SELECT person_id FROM attendance_error WHERE status = 'OPEN' ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    ("attendance_error.answer", &["attendance_error"], "SELECT id FROM attendance_error WHERE status = 'OPEN' ORDER BY id LIMIT 1", "UPDATE attendance_error SET status = 'REFUSED' WHERE id IN ({victims})"),
    (
        "session_sign_up.absence",
        &["session_sign_up"],
        "SELECT id FROM session_sign_up WHERE status = 'WAITING' ORDER BY id LIMIT 1",
        "UPDATE session_sign_up SET absence = 'EXCUSED' WHERE id IN ({victims})",
    ),
    (
        "head_count.once",
        &["head_count"],
        "SELECT session_id FROM head_count WHERE voided_at IS NULL ORDER BY id LIMIT 1",
        "UPDATE head_count SET session_id = (SELECT session_id FROM head_count WHERE voided_at IS NULL ORDER BY id LIMIT 1)
         WHERE id = (SELECT id FROM head_count WHERE voided_at IS NULL ORDER BY id LIMIT 1 OFFSET 1)",
    ),
    ("head_count.persons", &["head_count"], "FIRST head_count", "UPDATE head_count SET persons = NULL, persons_precision = 'EXACT' WHERE id IN ({victims})"),
    ("session.status", &["session"], "SELECT session_id FROM attendance WHERE voided_at IS NULL ORDER BY id LIMIT 1", "UPDATE session SET status = 'CANCELLED' WHERE id IN ({victims})"),
    ("session.confirmed_count", &["session"], "FIRST session", "UPDATE session SET confirmed_count = confirmed_count + 1 WHERE id IN ({victims})"),
    ("session.waiting_count", &["session"], "FIRST session", "UPDATE session SET waiting_count = waiting_count + 1 WHERE id IN ({victims})"),
    ("certificate.minutes_credited", &["certificate"], "FIRST certificate", "UPDATE certificate SET minutes_credited = minutes_credited + 1 WHERE id IN ({victims})"),
    ("certificate.training_minutes_credited", &["certificate"], "FIRST certificate", "UPDATE certificate SET training_minutes_credited = training_minutes_credited + 1 WHERE id IN ({victims})"),
    ("certificate.person_times", &["certificate"], "FIRST certificate", "UPDATE certificate SET person_times = person_times + 1 WHERE id IN ({victims})"),
    ("certificate.person_id", &["certificate"], "FIRST certificate", "UPDATE certificate SET person_id = id WHERE id IN ({victims})"),
    ("certificate.responsible_id", &["certificate"], "FIRST certificate", "UPDATE certificate SET person_id = responsible_id WHERE id IN ({victims})"),
    ("certificate.serial", &["certificate"], "SELECT id FROM certificate ORDER BY serial DESC LIMIT 1", "UPDATE certificate SET serial = serial + 7 WHERE id IN ({victims})"),
    (
        "certificate.code",
        &["certificate"],
        "SELECT id FROM certificate ORDER BY id LIMIT 1 OFFSET 1",
        "UPDATE certificate SET code = (SELECT code FROM certificate ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    (
        "certificate.revoked_at",
        &["certificate"],
        "SELECT id FROM certificate WHERE revoked_at IS NULL ORDER BY id LIMIT 1",
        "UPDATE certificate SET revoked_at = issued_at WHERE id IN ({victims})",
    ),
    (
        "session_sign_up.moved_up",
        &["session", "session_sign_up"],
        "SELECT id FROM session_sign_up WHERE status = 'WAITING' AND session_id = (SELECT session_id FROM session_sign_up WHERE status = 'WAITING' ORDER BY id LIMIT 1)",
        "UPDATE session SET capacity = NULL WHERE id IN (SELECT session_id FROM session_sign_up WHERE id IN ({victims}))",
    ),
    ("session_sign_up.person_id", &["session_sign_up"], "FIRST session_sign_up", "UPDATE session_sign_up SET person_id = id WHERE id IN ({victims})"),
    (
        "session_sign_up.once",
        &["session_sign_up"],
        "SELECT id FROM session_sign_up WHERE status <> 'WITHDRAWN' ORDER BY id LIMIT 1 OFFSET 1",
        "UPDATE session_sign_up SET session_id = (SELECT session_id FROM session_sign_up WHERE status <> 'WITHDRAWN' ORDER BY id LIMIT 1),
             person_id = (SELECT person_id FROM session_sign_up WHERE status <> 'WITHDRAWN' ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    (
        "session_sign_up.status",
        &["session_sign_up"],
        "SELECT id FROM session_sign_up WHERE status = 'CONFIRMED' ORDER BY id LIMIT 1",
        "UPDATE session_sign_up SET confirmed_at = NULL WHERE id IN ({victims})",
    ),
    ("activity.status", &["activity"], "SELECT activity_id FROM session WHERE status = 'HELD' ORDER BY id LIMIT 1", "UPDATE activity SET status = 'CANCELLED' WHERE id IN ({victims})"),
    ("activity.organisers", &["activity_organiser"], "FIRST activity", "DELETE FROM activity_organiser WHERE activity_id IN ({victims})"),
    ("activity_result.quantity_milli", &["activity_result"], "FIRST activity_result", "UPDATE activity_result SET quantity_milli = NULL, quantity_precision = 'EXACT' WHERE id IN ({victims})"),
    ("project_participation.roles", &["project_participation_role"], "FIRST project_participation", "DELETE FROM project_participation_role WHERE participation_id IN ({victims})"),
    ("account_role.grids", &["account_role"], "SELECT account_role_id FROM account_role_grid ORDER BY account_role_id LIMIT 1", "UPDATE account_role SET community_id = NULL WHERE id IN ({victims})"),
    ("request.status", &["request"], "SELECT id FROM request WHERE status = 'SUBMITTED' ORDER BY id LIMIT 1", "UPDATE request SET status = 'ACCEPTED' WHERE id IN ({victims})"),
    ("request.round", &["request"], "FIRST request", "UPDATE request SET round = round + 1 WHERE id IN ({victims})"),
    ("request.hand_backs", &["request"], "FIRST request", "UPDATE request SET hand_backs = hand_backs + 1 WHERE id IN ({victims})"),
    ("request.merged_into", &["request"], "FIRST request", "UPDATE request SET merged_into = id WHERE id IN ({victims})"),
    ("request.answered_on", &["request"], "SELECT id FROM request WHERE status = 'CLOSED' ORDER BY id LIMIT 1", "UPDATE request SET answered_on = NULL WHERE id IN ({victims})"),
    (
        "alliance_membership.term",
        &["alliance_membership"],
        "SELECT b.id FROM alliance_membership b WHERE b.started_on > (SELECT MIN(a.started_on) FROM alliance_membership a WHERE a.merchant_id = b.merchant_id) ORDER BY b.id LIMIT 1",
        "UPDATE alliance_membership SET ended_on = '2030-01-01' WHERE merchant_id = (SELECT merchant_id FROM alliance_membership WHERE id IN ({victims})) AND id NOT IN ({victims})",
    ),
    ("merchant.closed_on", &["merchant"], "SELECT merchant_id AS id FROM alliance_membership WHERE ended_on IS NULL ORDER BY id LIMIT 1", "UPDATE merchant SET closed_on = '2022-03-04' WHERE id IN ({victims})"),
    ("visit.findings", &["visit"], "SELECT visit_id AS id FROM request WHERE visit_id IS NOT NULL ORDER BY id LIMIT 1", "UPDATE visit SET status = 'CANCELLED' WHERE id IN ({victims})"),
    ("request.visit_id", &["request"], "SELECT id FROM request WHERE visit_id IS NOT NULL ORDER BY id LIMIT 1", "UPDATE request SET channel = 'COUNTER' WHERE id IN ({victims})"),
    (
        "circumstance.visit_id",
        &["circumstance"],
        "SELECT id FROM circumstance WHERE visit_id IS NOT NULL ORDER BY id LIMIT 1",
        "UPDATE circumstance SET visit_id = (SELECT id FROM visit WHERE merchant_id IS NOT NULL ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    ("grid.closed_on", &["grid"], "FIRST grid", "UPDATE grid SET closed_on = '2021-01-01' WHERE id IN ({victims})"),
    ("event.payload", &["event"], "FIRST event", "UPDATE event SET data_key_id = (SELECT id FROM data_key ORDER BY id LIMIT 1), payload = NULL WHERE id IN ({victims})"),
    (
        "event.data_key_id",
        &["event", "data_key"],
        "FIRST event",
        "UPDATE event SET data_key_id = (SELECT id FROM data_key ORDER BY id LIMIT 1), payload = (SELECT wrapped FROM data_key ORDER BY id LIMIT 1) WHERE id IN ({victims});
         UPDATE data_key SET wrapped = NULL WHERE id = (SELECT id FROM data_key ORDER BY id LIMIT 1)",
    ),
    ("event.subject_kind", &["event"], "FIRST event", "UPDATE event SET subject_kind = '' WHERE id IN ({victims})"),
    ("data_key.destroyed_at", &["data_key"], "FIRST data_key", "UPDATE data_key SET wrapped = NULL WHERE id IN ({victims})"),
    (
        "idempotency_key.subject_id",
        &[],
        "FIRST account",
        "INSERT INTO idempotency_key (account_id, key, action, input_digest, subject_kind, subject_id, created_at)
         SELECT id, 'k', 'recordAid', (SELECT wrapped FROM data_key ORDER BY id LIMIT 1), '', id, created_at FROM account WHERE id IN ({victims})",
    ),
    (
        "contribution.items_fen",
        &["contribution"],
        "SELECT c.id FROM contribution c WHERE c.received_value_precision = 'EXACT' AND EXISTS (SELECT 1 FROM contribution_item i WHERE i.contribution_id = c.id AND i.received_fen > 0) ORDER BY c.id LIMIT 1",
        "UPDATE contribution SET received_fen = 1 WHERE id IN ({victims})",
    ),
    (
        "contribution.items_milli",
        &["contribution"],
        "SELECT c.id FROM contribution c WHERE EXISTS (SELECT 1 FROM contribution_item i WHERE i.contribution_id = c.id)
             AND NOT EXISTS (SELECT 1 FROM contribution_item i WHERE i.contribution_id = c.id AND (i.received_milli IS NULL OR i.unit <> c.unit)) ORDER BY c.id LIMIT 1",
        "UPDATE contribution SET received_milli = received_milli + 1 WHERE id IN ({victims})",
    ),
    (
        "contribution_item.devices",
        &["contribution_item"],
        "SELECT contribution_item_id AS id FROM contribution_device ORDER BY id LIMIT 1",
        "UPDATE contribution_item SET received_milli = 0, received_precision = 'EXACT' WHERE id IN ({victims})",
    ),
    (
        "contribution_item.allocated_milli",
        &["contribution_item"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 1, 0, 0, 0 FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1)",
    ),
    (
        "contribution_item.allocated_fen",
        &["contribution_item"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 1, 0, 0 FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1)",
    ),
    (
        "contribution_item.delivered_milli",
        &["contribution_item"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 1, 0 FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1)",
    ),
    (
        "contribution_item.delivered_fen",
        &["contribution_item"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 0, 1 FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1)",
    ),
    (
        "contribution_item.milli_within_received",
        &["contribution_item"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 1, 0, 2, 0 FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1)",
    ),
    (
        "contribution_item.fen_within_received",
        &["contribution_item"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 1, 0, 2 FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1)",
    ),
    (
        "aid_claim.record",
        &["aid_record", "aid_claim"],
        "SELECT id FROM aid_record WHERE programme_id IS NOT NULL AND resident_id IS NOT NULL AND status = 'DELIVERED' ORDER BY id LIMIT 1",
        "DELETE FROM aid_claim WHERE aid_record_id IN ({victims});
         INSERT INTO aid_claim (id, aid_record_id, programme_id, period, resident_id)
         SELECT {id}, id, programme_id, '1900', resident_id FROM aid_record WHERE id IN ({victims});
         UPDATE aid_record SET status = 'CANCELLED' WHERE id IN ({victims})",
    ),
    (
        "aid_claim.period",
        &["aid_claim"],
        "SELECT id FROM aid_record WHERE programme_id IS NOT NULL AND resident_id IS NOT NULL AND status = 'DELIVERED' ORDER BY id LIMIT 1",
        "DELETE FROM aid_claim WHERE aid_record_id IN ({victims});
         INSERT INTO aid_claim (id, aid_record_id, programme_id, period, resident_id)
         SELECT {id}, id, programme_id, '1900', resident_id FROM aid_record WHERE id IN ({victims})",
    ),
    (
        "aid_record.claim",
        &["aid_programme", "aid_claim"],
        "SELECT id FROM aid_record WHERE status IN ('PLANNED', 'APPROVED', 'DELIVERED') AND programme_id = (SELECT programme_id FROM aid_record WHERE id IN (SELECT id FROM aid_record WHERE programme_id IS NOT NULL AND resident_id IS NOT NULL AND status = 'DELIVERED' ORDER BY id LIMIT 1))",
        "DELETE FROM aid_claim WHERE aid_record_id IN ({victims});
         UPDATE aid_programme SET once_per = 'EVER' WHERE id = (SELECT programme_id FROM aid_record WHERE id IN (SELECT id FROM aid_record WHERE programme_id IS NOT NULL AND resident_id IS NOT NULL AND status = 'DELIVERED' ORDER BY id LIMIT 1))",
    ),
    (
        "aid_claim.once",
        &["aid_claim"],
        "SELECT programme_id FROM aid_record WHERE id IN (SELECT id FROM aid_record WHERE programme_id IS NOT NULL AND resident_id IS NOT NULL AND status = 'DELIVERED' ORDER BY id LIMIT 1)",
        "INSERT INTO aid_claim (id, aid_record_id, programme_id, period, resident_id)
         SELECT {id}, id, programme_id, '1900', resident_id FROM aid_record WHERE id IN (SELECT id FROM aid_record WHERE programme_id IS NOT NULL AND resident_id IS NOT NULL AND status = 'DELIVERED' ORDER BY id LIMIT 1);
         INSERT INTO aid_claim (id, aid_record_id, programme_id, period, resident_id)
         SELECT id, id, programme_id, '1900', resident_id FROM aid_record WHERE id IN (SELECT id FROM aid_record WHERE programme_id IS NOT NULL AND resident_id IS NOT NULL AND status = 'DELIVERED' ORDER BY id LIMIT 1)",
    ),
    (
        "aid_record.excluded",
        &["aid_programme_exclusion"],
        "SELECT b.id FROM aid_record b WHERE b.status = 'DELIVERED' AND EXISTS (SELECT 1 FROM aid_record a WHERE a.resident_id = b.resident_id AND a.id < b.id AND a.programme_id <> b.programme_id
             AND a.status = 'DELIVERED') ORDER BY b.recorded_at DESC, b.id DESC LIMIT 1",
        "INSERT INTO aid_programme_exclusion (id, community_id, programme_id, other_id, excludes_by, created_at)
         SELECT {id}, b.community_id, a.programme_id, b.programme_id, 'PERSON', b.recorded_at
         FROM aid_record b INNER JOIN aid_record a ON a.resident_id = b.resident_id AND a.id < b.id AND a.programme_id <> b.programme_id AND a.status = 'DELIVERED'
         WHERE b.id IN ({victims}) LIMIT 1",
    ),
    (
        "aid_record.batch_id",
        &["aid_record"],
        "SELECT id FROM aid_record WHERE batch_id IS NOT NULL ORDER BY id LIMIT 1",
        "UPDATE aid_record SET given_on = '2021-02-03' WHERE id IN ({victims})",
    ),
    ("aid_batch.planned", &["aid_batch"], "FIRST aid_batch", "UPDATE aid_batch SET planned = planned + 1 WHERE id IN ({victims})"),
    (
        "aid_record.reverses_id",
        &["aid_record"],
        "FIRST aid_record",
        "UPDATE aid_record SET status = 'REVERSAL', reverses_id = NULL WHERE id IN ({victims})",
    ),
    (
        "aid_record.reversed",
        &["aid_record"],
        "FIRST aid_record",
        "UPDATE aid_record SET status = 'REVERSED' WHERE id IN ({victims})",
    ),
    (
        "aid_record.item_id",
        &["contribution_item"],
        "SELECT id FROM aid_record WHERE item_id IS NULL AND contribution_id IN (SELECT contribution_id FROM aid_record WHERE item_id IS NULL ORDER BY id LIMIT 1)",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 0, 0 FROM contribution WHERE id IN (SELECT contribution_id FROM aid_record WHERE item_id IS NULL ORDER BY id LIMIT 1)",
    ),
    (
        "aid_record.device_id",
        &["aid_record", "contribution_item", "contribution_device"],
        "FIRST aid_record",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 0, 0 FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1);
         INSERT INTO contribution_device (id, community_id, contribution_item_id, serial_number) SELECT id, community_id, {id}, 'S' FROM aid_record WHERE id IN ({victims});
         UPDATE aid_record SET device_id = id, item_id = NULL WHERE id IN ({victims})",
    ),
    (
        "contribution_device.once",
        &["aid_record", "contribution_item", "contribution_device"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 0, 0 FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1);
         INSERT INTO contribution_device (id, community_id, contribution_item_id, serial_number) SELECT {id}, community_id, {id}, 'S' FROM contribution WHERE id = (SELECT id FROM contribution ORDER BY id LIMIT 1);
         UPDATE aid_record SET device_id = {id} WHERE id IN (SELECT id FROM aid_record WHERE status = 'DELIVERED' ORDER BY id LIMIT 2)",
    ),
    (
        "contribution_item.contribution_id.community",
        &["contribution_item"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, (SELECT o.id FROM community o WHERE o.id <> contribution.community_id ORDER BY o.id LIMIT 1), id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 0, 0 FROM contribution WHERE id = (SELECT contribution_id FROM aid_record ORDER BY id LIMIT 1)",
    ),
    (
        "contribution_device.contribution_item_id.community",
        &["contribution_item", "contribution_device"],
        "SELECT {id} AS id",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 0, 0 FROM contribution WHERE id = (SELECT contribution_id FROM aid_record ORDER BY id LIMIT 1);
         INSERT INTO contribution_device (id, community_id, contribution_item_id, serial_number) SELECT {id}, (SELECT o.id FROM community o WHERE o.id <> contribution.community_id ORDER BY o.id LIMIT 1), {id}, 'S' FROM contribution WHERE id = (SELECT contribution_id FROM aid_record ORDER BY id LIMIT 1)",
    ),
    (
        "aid_record.item_id.community",
        &["aid_record", "contribution_item"],
        "FIRST aid_record",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, (SELECT o.id FROM community o WHERE o.id <> contribution.community_id ORDER BY o.id LIMIT 1), id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 0, 0 FROM contribution WHERE id = (SELECT contribution_id FROM aid_record ORDER BY id LIMIT 1);
         UPDATE aid_record SET item_id = {id} WHERE id IN ({victims})",
    ),
    (
        "aid_record.device_id.community",
        &["aid_record", "contribution_item", "contribution_device"],
        "FIRST aid_record",
        "INSERT INTO contribution_item (id, community_id, contribution_id, name, unit, received_precision, received_value_precision, allocated_milli, allocated_fen, delivered_milli, delivered_fen)
         SELECT {id}, community_id, id, '另一明细', unit, 'UNKNOWN', 'UNKNOWN', 0, 0, 0, 0 FROM contribution WHERE id = (SELECT contribution_id FROM aid_record ORDER BY id LIMIT 1);
         INSERT INTO contribution_device (id, community_id, contribution_item_id, serial_number) SELECT {id}, (SELECT o.id FROM community o WHERE o.id <> contribution.community_id ORDER BY o.id LIMIT 1), {id}, 'S' FROM contribution WHERE id = (SELECT contribution_id FROM aid_record ORDER BY id LIMIT 1);
         UPDATE aid_record SET device_id = {id} WHERE id IN ({victims})",
    ),
    (
        "sealed.data_key.wrapped",
        &["data_key"],
        "SELECT data_key_id FROM resident ORDER BY id LIMIT 1",
        "UPDATE data_key SET wrapped = (SELECT phone FROM resident WHERE phone IS NOT NULL ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    ("sealed.resident.id_document", &["resident"], "SELECT id FROM resident WHERE id_document IS NOT NULL AND phone IS NOT NULL ORDER BY id LIMIT 1", "UPDATE resident SET id_document = phone WHERE id IN ({victims})"),
    ("sealed.resident.id_document_index", &["resident"], "SELECT id FROM resident WHERE id_document IS NOT NULL AND phone IS NOT NULL ORDER BY id LIMIT 1", "UPDATE resident SET id_document_index = phone_index WHERE id IN ({victims})"),
    ("sealed.resident.phone", &["resident"], "SELECT id FROM resident WHERE id_document IS NOT NULL AND phone IS NOT NULL ORDER BY id LIMIT 1", "UPDATE resident SET phone = id_document WHERE id IN ({victims})"),
    ("sealed.resident.phone_index", &["resident"], "SELECT id FROM resident WHERE id_document IS NOT NULL AND phone IS NOT NULL ORDER BY id LIMIT 1", "UPDATE resident SET phone_index = id_document_index WHERE id IN ({victims})"),
    (
        "sealed.staff_member.phone",
        &["staff_member"],
        "SELECT id FROM staff_member WHERE phone IS NOT NULL ORDER BY id LIMIT 1",
        "UPDATE staff_member SET phone = (SELECT phone FROM resident WHERE phone IS NOT NULL ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    (
        "sealed.visit.note",
        &["visit"],
        "SELECT id FROM visit WHERE note IS NOT NULL ORDER BY id LIMIT 1",
        "UPDATE visit SET note = (SELECT phone FROM resident WHERE phone IS NOT NULL ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    (
        "sealed.event.payload",
        &["event"],
        "FIRST event",
        "UPDATE event SET data_key_id = (SELECT data_key_id FROM resident ORDER BY id LIMIT 1), payload = (SELECT phone FROM resident WHERE phone IS NOT NULL ORDER BY id LIMIT 1) WHERE id IN ({victims})",
    ),
    (
        "sealed.audit_entry.reason",
        &["audit_entry"],
        "SELECT {id} AS id",
        "INSERT INTO audit_entry (id, kind, occurred_at, data_key_id, reason)
         SELECT {id}, 'REVEAL', registered_at, data_key_id, phone FROM resident WHERE phone IS NOT NULL ORDER BY id LIMIT 1",
    ),
];

/// What makes two terms of a table the same.
const TERMS: &[(&str, &[&str])] = &[
    ("household_membership", &["resident_id"]),
    ("circumstance", &["resident_id", "kind", "disability_kind"]),
    ("pairing", &["community_id", "partner_unit_id"]),
    ("party_membership", &["volunteer_id"]),
    ("team_membership", &["team_id", "volunteer_id"]),
    ("asset_tenure", &["asset_id"]),
];

/// The way in which this invariant is broken; none where nobody wrote one.
pub fn corruption_of(name: &str) -> Option<Corruption> {
    let single = SINGLE.iter().find(|(of, ..)| *of == name).map(|(_, tables, victims, sql)| {
        let victims = match victims.strip_prefix("FIRST ") {
            Some(table) => format!("SELECT id FROM {table} ORDER BY id LIMIT 1"),
            None => (*victims).to_owned(),
        };
        Corruption { tables: tables.to_vec(), victims, sql: (*sql).to_owned() }
    });
    single.or_else(|| elsewhere(name)).or_else(|| overlap(name)).or_else(|| untold(name)).or_else(|| unindexed(name))
}

/// A record that refers to one of another community.
fn elsewhere(name: &str) -> Option<Corruption> {
    let (table, column, target) =
        WITHIN_COMMUNITY.iter().find(|(table, column, _)| name == format!("{table}.{column}.community"))?;
    // The last of them, so that a table that refers to itself has another row to refer to.
    let victims = format!("SELECT id FROM {table} ORDER BY id DESC LIMIT 1");
    let referred = |what: &str| format!("SELECT {what} FROM {target} ORDER BY id LIMIT 1");
    let sql = format!(
        "UPDATE {table} SET {column} = ({}), community_id = (SELECT id FROM community WHERE id <> ({}) ORDER BY id LIMIT 1) WHERE id IN ({{victims}})",
        referred("id"),
        referred("community_id"),
    );
    Some(Corruption { tables: vec![table], victims, sql })
}

/// Two terms of the same, long before all others: the second overlaps.
fn overlap(name: &str) -> Option<Corruption> {
    let table = name.strip_suffix(".overlap")?;
    let (table, same) = TERMS.iter().find(|(of, _)| *of == table)?;
    let victims = format!("SELECT id FROM {table} ORDER BY id LIMIT 1 OFFSET 1");
    let set: Vec<String> =
        same.iter().map(|column| format!("{column} = (SELECT {column} FROM {table} ORDER BY id LIMIT 1)")).collect();
    let sql = format!(
        "UPDATE {table} SET {}, started_on = '1901-01-01', ended_on = '1901-12-31' WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT 2)",
        set.join(", ")
    );
    Some(Corruption { tables: vec![table], victims, sql })
}

/// Records of which no event tells.
fn untold(name: &str) -> Option<Corruption> {
    let table = name.strip_suffix(".event")?;
    let victims = format!("SELECT id FROM {table}");
    Some(Corruption { tables: vec!["event"], victims, sql: "DELETE FROM event".to_owned() })
}

/// Records that are not found, and entries of what is no record.
fn unindexed(name: &str) -> Option<Corruption> {
    let kind = name.strip_prefix("search_entry.")?;
    Some(match kind.strip_suffix(".record") {
        Some(kind) => Corruption {
            tables: vec!["search_entry"],
            victims: "SELECT {id} AS id".to_owned(),
            sql: format!(
                "UPDATE search_entry SET subject_id = {{id}} WHERE id = (SELECT MIN(id) FROM search_entry WHERE kind = '{kind}')"
            ),
        },
        None => Corruption {
            tables: vec!["search_entry"],
            victims: format!("SELECT id FROM {kind} ORDER BY id LIMIT 1"),
            sql: "DELETE FROM search_entry WHERE subject_id IN ({victims})".to_owned(),
        },
    })
}
