# Shared by the scripts: find Python, install what the system lacks when that is allowed, fill .venv.

fail() { printf '%s\n' "$*" >&2; exit 1; }

apt_may() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

# apt_install PACKAGE... : install when we may, else name the packages in one line.
apt_install() {
  if ! apt_may; then
    fail "Missing system packages: $*. Install them (Debian, Ubuntu: apt-get install $*) and run this again."
  fi
  local as=""
  [ "$(id -u)" = 0 ] || as="sudo"
  echo "Installing system packages: $*"
  local log
  log="$(mktemp)"
  { $as env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 ||
    { tail -n 5 "$log" >&2; fail "Could not install: $*"; }
  rm -f "$log"
}

find_python() {
  PYTHON=""
  # An environment that stands was made from a Python that serves.
  [ -x .venv/bin/python ] && PYTHON=.venv/bin/python && return
  local name
  for name in "${PYTHON_BIN:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$name" ] && command -v "$name" >/dev/null || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      PYTHON="$name"
      break
    fi
  done
  if [ -z "$PYTHON" ]; then
    apt_install python3 python3-venv
    PYTHON=python3
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed."
  fi
  if ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
    apt_install python3-venv
  fi
}

# Pango lays out the PDF's text; without it the web pages run but no report can be made.
need_packages_for_pdf() {
  local have name
  have="$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true)"
  for name in libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0; do
    case "$have" in
      *"$name"*) ;;
      *) apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; return ;;
    esac
  done
}

# make_environment run|dev : .venv holds exactly what requirements/<kind>.txt pins.
make_environment() {
  local kind="$1" lock="requirements/$1.txt" mark have want
  [ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
  want="$(cat requirements/uv.txt "$lock" | sha256sum | cut -d' ' -f1)"
  mark=".venv/.installed-$kind"
  have="$(cat "$mark" 2>/dev/null || true)"
  # What tests need contains what running needs.
  if [ "$kind" = run ] && [ -f .venv/.installed-dev ]; then
    have="$want"
    [ "$(cat .venv/.installed-dev)" = "$(cat requirements/uv.txt requirements/dev.txt | sha256sum | cut -d' ' -f1)" ] || have=""
  fi
  if [ "$have" != "$want" ]; then
    echo "Installing Python packages ($kind)"
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
    .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes -r "$lock"
    echo "$want" >"$mark"
  fi
}

# A port nobody listens on, from $1 upwards.
free_port() {
  local port
  for port in $(seq "$1" $(($1 + 50))); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  fail "No free port found from $1 upwards."
}
