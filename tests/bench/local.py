"""Measures the embedded registry and prints a table; asserts nothing.

Run by ``make bench``, or ``python tests/bench/local.py [--mlflow PYTHON]`` with a Python that has MLflow installed,
which then registers and gets the same things on SQLite in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from modelreg.local import LocalTransport
from modelreg.local._registry.app import App
from tests.serving import serving

BASE = "http://registry.test/api/model_registry/v1alpha3"
VERSIONS, PAGE, TIMES = 100_000, 100, 200
PROPERTIES = {
    "auc": {"metadataType": "MetadataDoubleValue", "double_value": 0.9},
    "rows": {"metadataType": "MetadataIntValue", "int_value": "1000"},
    "tier": {"metadataType": "MetadataStringValue", "string_value": "gold"},
}
MLFLOW = """
import statistics, sys, time, warnings, logging
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
from mlflow import MlflowClient
client = MlflowClient(tracking_uri=sys.argv[1], registry_uri=sys.argv[1])
def timed(call):
    begin = time.perf_counter(); call(); return (time.perf_counter() - begin) * 1000
def register(index):
    client.create_registered_model(f"m{index}")
    client.create_model_version(f"m{index}", "s3://models/m", tags={"auc": "0.9", "rows": "1000", "tier": "gold"})
for index in range(20): register(index)
print(statistics.median(timed(lambda: register(1000 + index)) for index in range(100)))
print(statistics.median(timed(lambda: client.get_registered_model(f"m{1000 + index}")) for index in range(100)))
"""


def say(what: str, value: float, unit: str) -> None:
    """Print one line of the table."""
    print(f"{what:<66}{value:>10.2f} {unit}")


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1000


def median(calls: Iterable[Callable[[], object]]) -> float:
    """Return the median of how long calls take, in milliseconds."""
    return statistics.median(milliseconds(each) for each in calls)


@contextmanager
def client_on(store: Path) -> Iterator[httpx.Client]:
    """Yield a client on a registry in process."""
    with httpx.Client(base_url=BASE, transport=LocalTransport(store)) as client:
        yield client


def register(client: httpx.Client, name: str) -> None:
    """Make a model, a version and an artifact."""
    model = client.post("/registered_models", json={"name": name}).json()["id"]
    version = {"name": "1", "registeredModelId": model, "customProperties": PROPERTIES}
    made = client.post("/model_versions", json=version).json()["id"]
    artifact = {"artifactType": "model-artifact", "name": name, "uri": "s3://models/m"}
    client.post(f"/model_versions/{made}/artifacts", json=artifact).raise_for_status()


def measure_calls(store: Path) -> None:
    """Register and get, in process."""
    with client_on(store) as client:
        for index in range(20):
            register(client, f"warm{index}")
        registering = (partial(register, client, f"m{index}") for index in range(TIMES))
        say("register model, version, artifact", median(registering), "ms")
        getting = (partial(client.get, f"/registered_model?name=m{index}") for index in range(TIMES))
        say("get a model by name", median(getting), "ms")


def measure_mlflow(store: Path, python: str) -> None:
    """Do the same with MLflow."""
    done = subprocess.run([python, "-c", MLFLOW, f"sqlite:///{store}"], capture_output=True, text=True, check=True)
    registered, got = map(float, done.stdout.split()[-2:])
    say("MLflow: register model, version", registered, "ms")
    say("MLflow: get a model by name", got, "ms")


def fill(store: Path) -> str:
    """Put many versions under one model, a tenth of them with a score above the others, and return the model's id."""
    from modelreg.local._registry import rows
    from modelreg.local._registry.bodies import Content
    from modelreg.local._registry.properties import read_properties
    from modelreg.local._registry.resource_table import MODEL_VERSION, REGISTERED_MODEL

    app = App(store)
    database = app.open()
    with database.write() as connection:
        content = Content({"name": "many", "state": "LIVE"}, None)
        model = rows.insert(connection, REGISTERED_MODEL, content, database.now())["id"]
        for index in range(VERSIONS):
            score = 0.95 if index % 10 == 0 else 0.5
            properties = {**PROPERTIES, "score": {"metadataType": "MetadataDoubleValue", "double_value": score}}
            values = {"name": f"v{index}", "state": "LIVE", "parent_id": model}
            rows.insert(connection, MODEL_VERSION, Content(values, read_properties(properties)), database.now())
    app.close()
    return str(model)


def measure_pages(store: Path) -> None:
    """Ask for the first page of many versions, the last, and one through a filter."""
    model = fill(store)
    path = f"/registered_models/{model}/versions"
    with client_on(store) as client:

        def ask(**query: str) -> dict[str, Any]:
            page: dict[str, Any] = client.get(path, params={"pageSize": str(PAGE), **query}).json()
            assert page["size"] == PAGE
            return page

        for order in ("ID", "CREATE_TIME"):
            last = partial(ask, orderBy=order, nextPageToken=last_token(client, path, order))
            chosen = partial(ask, orderBy=order, filterQuery="score > 0.9")
            say(f"first page of {PAGE} of {VERSIONS}, by {order}", median([partial(ask, orderBy=order)] * 30), "ms")
            say(f"last page, by {order}", median([last] * 30), "ms")
            say(f"first page through a filter that a tenth meet, by {order}", median([chosen] * 30), "ms")
        rare = milliseconds(lambda: client.get(path, params={"pageSize": "10", "filterQuery": "score > 0.99"}))
        say(f"a filter that none of {VERSIONS} meets", rare, "ms")


def last_token(client: httpx.Client, path: str, order: str) -> str:
    """Return the token of the last page: the one that a descending list would begin with."""
    pages = client.get(path, params={"pageSize": str(VERSIONS - PAGE), "orderBy": order}).json()
    return str(pages["nextPageToken"])


def measure_opening(store: Path) -> None:
    """Open an up-to-date file, the imports aside."""

    def open_it() -> None:
        app = App(store)
        app.open()
        app.close()

    code = (
        "import time, modelreg.local._registry.app as app, sqlalchemy.dialects.sqlite; begin = time.perf_counter(); "
        f"app.App({str(store)!r}).open(); print((time.perf_counter() - begin) * 1000)"
    )
    fresh = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(5)]
    say("open an up-to-date file, in a fresh process, beyond the imports", statistics.median(fresh), "ms")
    say("open an up-to-date file again", median(open_it for _ in range(20)), "ms")


def measure_serving(folder: Path) -> None:
    """Ask a served registry from eight clients at once."""
    begin = time.perf_counter()
    with serving(folder / "log", "--store", str(folder / "served.db")) as served:
        say("start of the server, until it answers", (time.perf_counter() - begin) * 1000, "ms")
        base = f"{served.url}/api/model_registry/v1"
        say("reads a second, eight clients", rate(base, "GET"), "")
        say("writes a second, eight clients", rate(base, "POST"), "")


def rate(base: str, method: str, clients: int = 8, requests: int = 150) -> float:
    """Return how many requests a second are answered."""

    def ask(number: int) -> None:
        with httpx.Client(base_url=base) as client:
            for index in range(requests):
                if method == "POST":
                    client.post("/registered_models", json={"name": f"{number}-{index}"}).raise_for_status()
                else:
                    client.get("/registered_models", params={"pageSize": "1"}).raise_for_status()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    begin = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return clients * requests / (time.perf_counter() - begin)


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlflow", metavar="PYTHON", help="a Python that has MLflow")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure_calls(folder / "calls.db")
        if arguments.mlflow:
            measure_mlflow(folder / "mlflow.db", arguments.mlflow)
        measure_opening(folder / "calls.db")
        measure_pages(folder / "pages.db")
        measure_serving(folder)


if __name__ == "__main__":
    main()
