#!/bin/sh
# Ask for known holes in the packages that constraints/tested.txt names: scripts/audit.sh [PIP-AUDIT ARGUMENTS]
set -eu
cd "$(dirname "$0")/.."
venv=${AUDIT_VENV:-.venv-audit}
python=${PYTHON:-.venv/bin/python}

if [ ! -x "$venv/bin/pip-audit" ]; then
    "$python" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.7'
fi
# Every version is in the file, so that nothing has to be resolved or installed; what cannot be looked up is a failure.
exec "$venv/bin/pip-audit" --requirement constraints/tested.txt --no-deps --disable-pip --strict --progress-spinner off "$@"
