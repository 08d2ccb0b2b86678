# The demo of the program as the tests have it, on a free port, for the judges. A release build would double the time of a first run and judge the same code.
start_demo() {
    # As the tests build it: other features of the dependencies would build all of them once more.
    linted
    cargo test --workspace --locked --no-run
    local port pid began=$SECONDS
    port=$(free_port)
    env -u DATABASE_URL "$target/debug/tongxin" demo --data "$work/demo" --listen "127.0.0.1:$port" >"$work/demo.out" 2>"$work/demo.log" &
    pid=$!
    echo "$pid" >"$work/demo-pid"
    until [[ $(http_status "$port" /readyz) = 200 ]]; do
        if ! alive "$pid" || ((SECONDS - began > 60)); then
            echo "the demo did not get ready in $((SECONDS - began)) s" >&2
            tail -n 30 "$work/demo.out" "$work/demo.log" >&2
            return 1
        fi
        sleep 0.2
    done
    echo "ready after $((SECONDS - began)) s on port $port"
    echo "http://127.0.0.1:$port" >"$work/demo-url"
    until demo_token >/dev/null 2>&1; do
        ((SECONDS - began < 60)) || { echo "no line 'staff TOKEN' in what the demo printed:" >&2; cat "$work/demo.out" >&2; return 1; }
        sleep 0.2
    done
}

demo_url() { cat "$work/demo-url"; }
demo_token() { sed -nE "s/^[[:space:]]*${1:-staff}[[:space:]]+([^[:space:]]+).*/\1/p" "$work/demo.out" | grep -m1 .; }
demo_password() { sed -nE 's/^[[:space:]]*Password[[:space:]]+([^[:space:]]+)$/\1/p' "$work/demo.out" | grep -m1 .; }

stop_demo() {
    needs demo
    local pid
    pid=$(<"$work/demo-pid")
    alive "$pid" || { echo 'the demo is no longer running' >&2; tail -n 30 "$work/demo.log" >&2; return 1; }
    kill -TERM "$pid"
    for _ in {1..50}; do alive "$pid" || break; sleep 0.2; done
    alive "$pid" && { echo 'the demo still runs 10 s after SIGTERM' >&2; return 1; }
    ! grep -a -n -i -m5 'panicked\|stack overflow' "$work/demo.log" "$work/demo.out"
}

stop_demo_now() { [[ ! -s $work/demo-pid ]] || kill -KILL "$(<"$work/demo-pid")" 2>/dev/null || true; }

alive() { [[ -r /proc/$1/status ]] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status"; }

http_status() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$2" >&3 && timeout 5 head -n1 <&3 | cut -d' ' -f2) 2>/dev/null || true
}
