#!/bin/sh
# Make the project's environment with nothing but a Python: scripts/setup.sh FOLDER EXTRA
set -eu
venv=$1
extra=$2
fit='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

# A command of that name may exist and not run (a version manager's shim), so each candidate is tried.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if "$candidate" -c "$fit" >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    echo "modelreg needs Python 3.11 or later with the venv module; none was found (say PYTHON=/path/to/python)." >&2
    exit 1
}

if ! "$venv/bin/python" -c "$fit" >/dev/null 2>&1; then
    python=$(find_python)
    echo "Making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
fi
echo "Installing modelreg[$extra] and what it needs into $venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[$extra]"
