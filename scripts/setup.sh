#!/bin/sh
# Find a Python that is new enough and hand over to scripts/install.py.
set -eu
cd "$(dirname "$0")/.."

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for python in .venv/bin/python ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python \
  /opt/homebrew/bin/python3 /usr/local/bin/python3; do
  if is_new_enough "$python"; then
    exec "$python" -m scripts.install "$@"
  fi
done

cat >&2 <<'TEXT'
Python 3.11 or newer is needed and was not found. Install it, then run this again:
  Debian, Ubuntu:  sudo apt install python3 python3-venv
  macOS:           brew install python@3.13
or name one: make run PYTHON=/path/to/python3.13
TEXT
exit 1
