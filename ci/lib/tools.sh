# Installs what the parts need and the machine lacks: Debian's packages system-wide, the rest under target/tools.
cargo_deny=0.20.2 node_version=24.21.0 npm_version=11.19.1
chromium=${CHROMIUM:-/usr/bin/chromium} certificate_font=/usr/share/fonts/truetype/hanazono/HanaMinA.ttf
export CHROMIUM=$chromium

install_tools() {
    local packages=()
    command -v cc >/dev/null || packages+=(gcc libc6-dev)
    command -v git >/dev/null || packages+=(git ca-certificates)
    command -v npm >/dev/null || packages+=(nodejs npm)
    [[ -x $chromium ]] || packages+=(chromium)
    [[ -x $postgres_bin/initdb ]] || packages+=(postgresql-15)
    # The font that certificates are printed in: the tests fail without it.
    [[ -f $certificate_font ]] || packages+=(fonts-hanazono)
    python3 -m pip --version >/dev/null 2>&1 || packages+=(python3 python3-pip)
    debian_install "${packages[@]}"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$tools/python" --upgrade --requirement tests/judges/fuzz/requirements.txt --requirement tests/s3/requirements.txt
    node_install
    if [[ $(cargo deny --version 2>/dev/null) != "cargo-deny $cargo_deny" ]]; then
        # Without optimisation: it runs for a second, and optimising it would take two minutes.
        cargo install cargo-deny --version "=$cargo_deny" --locked --debug --root "$tools" --target-dir "$tools/build"
        rm -rf "$tools/build"
    fi
    echo "node $(node --version), npm $(npm --version), $("$postgres_bin/postgres" --version), $(cargo deny --version)"
    "$chromium" --version
}

debian_install() {
    (($#)) || return 0
    echo "installing Debian packages: $*"
    if ! command -v apt-get >/dev/null || ((EUID)); then
        echo "these are missing and only root on Debian can install them here: $*" >&2
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$@" >"$work/apt.log" 2>&1 || { tail -30 "$work/apt.log" >&2; return 1; }
}

# The judges need node 20 or newer; where the system's is older, npm brings one.
node_install() {
    local major arch
    major=$(node --print 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
    ((major < 20)) || return 0
    case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) arch=$(uname -m) ;; esac
    echo "node $node_version from npm, since the system's is older than 20"
    npm install --prefix "$tools/node" --no-audit --no-fund --loglevel=error "node-linux-$arch@$node_version" "npm@$npm_version"
    hash -r
}
