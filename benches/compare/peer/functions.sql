-- What PostGraphile has no word for, as functions that it serves: the search, the summary, and a grant with all that Tongxin does in its transaction.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS peer_names ON resident USING gin (full_name gin_trgm_ops);

CREATE FUNCTION peer_find_residents(name text) RETURNS SETOF resident LANGUAGE sql STABLE AS $$
    SELECT * FROM resident WHERE full_name LIKE '%' || name || '%' ORDER BY id LIMIT 20
$$;

CREATE TYPE peer_aid_total AS (kind text, records bigint, people bigint, households bigint, fen bigint);

CREATE FUNCTION peer_aid_summary(since date, until date) RETURNS SETOF peer_aid_total LANGUAGE sql STABLE AS $$
    SELECT kind, COUNT(*), COUNT(DISTINCT resident_id), COUNT(DISTINCT CASE WHEN resident_id IS NULL THEN household_id END), SUM(value_fen)::bigint
    FROM aid_record WHERE status = 'DELIVERED' AND given_on BETWEEN since AND until GROUP BY kind
$$;

-- The contribution's stock by one conditional update, the claim by its unique index, the grant, and its event.
CREATE FUNCTION peer_record_aid(community uuid, resident uuid, contribution uuid, programme uuid, given date)
RETURNS aid_record LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    recipient resident;
    source contribution;
    grant_made aid_record;
BEGIN
    SELECT * INTO STRICT recipient FROM resident r WHERE r.id = resident AND r.community_id = community AND r.life_status <> 'DECEASED';
    SELECT * INTO STRICT source FROM contribution c WHERE c.id = contribution AND c.community_id = community;
    INSERT INTO aid_record (id, community_id, scope, resident_id, household_id, programme_id, contribution_id, project_id, kind, status,
        quantity_milli, unit, quantity_precision, value_fen, value_precision, given_on, recorded_by, recorded_at, version)
    SELECT gen_random_uuid(), community, 'PERSON', resident, recipient.household_id, programme, contribution, source.project_id, source.kind, 'PLANNED',
        1000, source.unit, 'EXACT', NULL, 'UNKNOWN', given, e.account_id, now(), 1
    FROM (SELECT id AS account_id FROM account ORDER BY id LIMIT 1) e
    RETURNING * INTO grant_made;
    INSERT INTO aid_claim (id, aid_record_id, programme_id, period, resident_id)
    VALUES (gen_random_uuid(), grant_made.id, programme, to_char(given, 'YYYY-MM'), resident);
    UPDATE contribution c SET allocated_milli = c.allocated_milli + 1000
    WHERE c.id = contribution AND c.allocated_milli + 1000 <= c.received_milli;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing left';
    END IF;
    INSERT INTO event (id, community_id, occurred_at, account_id, action, subject_kind, subject_id, fields)
    VALUES (gen_random_uuid(), community, now(), grant_made.recorded_by, 'recordAid', 'aid_record', grant_made.id, '[]');
    RETURN grant_made;
END
$$;
