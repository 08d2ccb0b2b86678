# A private PostgreSQL 15 on a free port, unless TONGXIN_TEST_POSTGRES_URL names one that answers.
postgres_bin=/usr/lib/postgresql/15/bin

# initdb refuses root.
as_postgres() {
    if ((EUID)); then "$@"
    elif id postgres >/dev/null 2>&1; then runuser -u postgres -- "$@"
    else setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups "$@"
    fi
}

start_postgres() {
    local data port
    if [[ -n ${TONGXIN_TEST_POSTGRES_URL:-} ]]; then
        if PGCONNECT_TIMEOUT=5 "$postgres_bin/psql" "$TONGXIN_TEST_POSTGRES_URL" -Atc 'select version()'; then
            echo "$TONGXIN_TEST_POSTGRES_URL" >"$work/postgres-url"
            return
        fi
        echo 'TONGXIN_TEST_POSTGRES_URL does not answer: starting one'
    fi
    data=$(mktemp -d /tmp/tongxin-postgres.XXXXXX)
    echo "$data" >"$work/postgres-data"
    ((EUID)) || chown "$(as_postgres id -u)" "$data"
    cd "$data"
    as_postgres "$postgres_bin/initdb" -D "$data/db" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$work/initdb.log" 2>&1 ||
        { cat "$work/initdb.log" >&2; return 1; }
    port=$(free_port)
    as_postgres tee -a "$data/db/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
    as_postgres "$postgres_bin/pg_ctl" -D "$data/db" -l "$data/log" -w -t 60 start >"$work/pg_ctl.log" 2>&1 ||
        { cat "$work/pg_ctl.log" "$data/log" >&2; return 1; }
    "$postgres_bin/createdb" -h 127.0.0.1 -p "$port" -U postgres tongxin_test
    echo "postgres://postgres@127.0.0.1:$port/tongxin_test" | tee "$work/postgres-url"
}

postgres_url() { needs postgres && cat "$work/postgres-url"; }

stop_postgres() {
    local data
    [[ -s $work/postgres-data ]] || return 0
    data=$(<"$work/postgres-data")
    (cd "$data" && as_postgres "$postgres_bin/pg_ctl" -D "$data/db" -m immediate -w stop >/dev/null 2>&1) || true
    rm -rf "$data"
}
