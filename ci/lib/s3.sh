# A private store that speaks as Amazon S3 does, in memory, for the tests of uploads.
start_s3() {
    local port pid began=$SECONDS
    port=$(free_port)
    PYTHONPATH=$tools/python python3 -m moto.server -H 127.0.0.1 -p "$port" >"$work/s3.log" 2>&1 &
    pid=$!
    echo "$pid" >"$work/s3-pid"
    until [[ $(http_status "$port" /) = 200 ]]; do
        if ! alive "$pid" || ((SECONDS - began > 60)); then
            echo "the store did not get ready in $((SECONDS - began)) s" >&2
            tail -n 30 "$work/s3.log" >&2
            return 1
        fi
        sleep 0.2
    done
    echo "http://127.0.0.1:$port" | tee "$work/s3-url"
}

s3_url() { needs s3 && cat "$work/s3-url"; }

stop_s3() { [[ ! -s $work/s3-pid ]] || kill -KILL "$(<"$work/s3-pid")" 2>/dev/null || true; }
