# Runs the parts one after another and keeps their results.
target=${CARGO_TARGET_DIR:-$PWD/target}
tools=$target/tools
work=$(mktemp -d /tmp/tongxin-test.XXXXXX)
not_available=77
passed=0 failed=0 ran=0 report=""
export PATH="$tools/bin:$tools/node/node_modules/.bin:$PATH"
[[ ${CI:-} != true ]] || export CARGO_INCREMENTAL=0

# part KEY TITLE FUNCTION: runs the function in its own shell, where the first failing command ends it.
part() {
    local key=$1 title=$2 run=$3 began=$SECONDS code result
    [[ ${#wanted[@]} = 0 || " ${wanted[*]} " = *" $key "* ]] || return 0
    ran=$((ran + 1))
    printf '\n=== %s: %s\n' "$key" "$title"
    set +e
    (set -e; "$run")
    code=$?
    set -e
    case $code in
        0) result=ok passed=$((passed + 1)) ;;
        "$not_available") result="not available here" ;;
        *) result=FAILED failed=$((failed + 1)) ;;
    esac
    [[ $code != 0 ]] || touch "$work/ok-$key"
    printf -- '--- %s: %s, %d s\n' "$key" "$result" $((SECONDS - began))
    report+=$(printf '%6d s  %-10s  %-36s %s' $((SECONDS - began)) "$key" "$title" "$result")$'\n'
}

needs() { [[ -e $work/ok-$1 ]] || { echo "cannot run: the part '$1' did not pass in this run" >&2; return 1; }; }

summary() {
    printf '\n=== summary\n%s%6d s  in all\n\n' "$report" "$SECONDS"
    [[ ${#wanted[@]} = 0 || ${#wanted[@]} = "$ran" ]] || { echo "not all of these are parts: ${wanted[*]}"; failed=$((failed + 1)); }
    echo "$passed passed, $failed failed"
    ((failed == 0))
}

clean_up() {
    stop_demo_now
    stop_s3
    stop_postgres
    rm -rf "$work"
}

free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

npm_ci() { (cd "$1" && npm ci --no-audit --no-fund --loglevel=error); }
