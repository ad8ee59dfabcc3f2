"""Registries with the page before them, served in a thread of the test."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import httpx
from attrs import frozen

from modelreg import ModelRegistry
from modelreg._web.access import Access
from modelreg._web.application import PageApp
from modelreg._web.running import make_server
from modelreg.local._registry.app import App
from modelreg.local._registry.server.mounting import ReadOnlyApp
from modelreg.local._registry.server.running import bind, serve_in_thread, url_of
from modelreg.local.server import ServeOptions
from modelreg.web import page

#: What runs if any of it is taken for HTML, a link's address, or an attribute.
HOSTILE = "\"'><script>window.hacked=1</script><img src=x onerror=window.hacked=2><svg/onload=window.hacked=3>"
HOSTILE_LINK = "javascript:window.hacked=4"
HOSTILE_CARD = f"""# {HOSTILE}

{HOSTILE}

<script>window.hacked=5</script>

[click]({HOSTILE_LINK}) ![picture](https://elsewhere.example/track.png) [![badge](https://elsewhere.example/b.svg)](https://elsewhere.example)

<style>body{{display:none}}</style>

| a | b |
|:--|--:|
| 1 | <b onclick=x>2</b> |

\\[x]({HOSTILE_LINK}) <{HOSTILE_LINK}> [d](data:text/html,<script>window.hacked=6</script>)
"""


@frozen
class Site:
    """A page that can be asked, and the registry behind it.

    Attributes:
        url: Address of the page's root.
        registry: The registry.
        key: The one-time key; empty where none is needed.
    """

    url: str
    registry: ModelRegistry
    key: str = ""


@contextmanager
def served(store: Path, *, token_file: Path | None = None, read_only: bool = False) -> Iterator[Site]:
    """Serve a registry with its page, as ``modelreg serve`` does."""
    options = ServeOptions(port=0, access_log="none", token_file=token_file, read_only=read_only)
    with ModelRegistry(store) as registry:
        registry.models.list().first()  # the file is made before it is served read-only
        app = ReadOnlyApp(store) if read_only else App(store)
        with serve_in_thread(app, options, {"/": page}) as url:
            yield Site(url, registry)


@contextmanager
def opened(
    store: Path | str, *, read_only: bool = False, root_path: str = "", retries: int | None = None
) -> Iterator[Site]:
    """Serve the page alone, with a key, as ``modelreg ui`` does."""
    key = "the-one-time-key"
    with ModelRegistry(store, retries=retries) as registry, bind(ServeOptions(port=0)) as bound:
        app = PageApp(registry, Access("key", key=key), read_only=read_only, root_path=root_path)
        server = make_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield Site(url_of(bound), registry, key)
        finally:
            server.should_exit = True
            thread.join()
            app.close()


def form_token(client: httpx.Client, path: str) -> str:
    """Return the token that the forms of a page hold."""
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def fill(registry: ModelRegistry) -> None:
    """Put a model with versions, aliases, a card, services and runs into a registry."""
    for number in range(12):
        registry.register(
            "fraud",
            f"1.{number}.0",
            uri=f"s3://models/fraud/1.{number}.0/model.onnx",
            model_format="onnx",
            owner="ana",
            model_description="Scores card payments in real time.",
            description="Nightly training",
            author="ana" if number % 3 else "bo",
            metrics={
                "auc": round(0.9 + number * 0.004 - (number % 3) * 0.003, 4),
                "loss": round(0.4 / (number + 1), 4),
            },
            higher_is_better={"auc": True, "loss": False},
            labels=["candidate"] if number > 9 else ["nightly"],
            properties={"params": {"depth": 6 + number // 6, "eta": 0.1}, "dataset": "payments-2026-10"},
        )
    registry.models.update(
        name="fraud",
        readme="# Fraud\n\nTrained on **90 days** of payments.\n\n- for online scoring\n\n![roc](https://example.com/roc.png)",
        properties={"tier": "gold"},
    )
    registry.models.set_alias("fraud", "champion", version="1.8.0", by="ana", reason="first good one")
    registry.models.set_alias("fraud", "champion", version="1.10.0", by="bo", reason="better on the October set")
    environment = registry.serving_environments.upsert("production", description="What customers reach")
    registry.inference_services.upsert(
        "fraud-api", environment=environment, model="fraud", version="fraud@1.10.0", desired_state="DEPLOYED"
    )
    experiment = registry.experiments.upsert("tuning", owner="ana")
    run = registry.runs.upsert("run-1", experiment=experiment, status="FINISHED")
    for step in range(8):
        registry.runs.log_metric(run, "loss", 1 / (step + 1), step=step)
    registry.runs.log_params(run, {"depth": 6})
    names = ("نموذج الاحتيال", "vision/defects 🏭", "a" * 200, "100% _under_ ?&#")
    for name in names:
        registry.register(name, "1.0.0", uri="s3://m/x", model_format="onnx", owner="bo", metrics={"f1": 0.8})
    registry.register(
        "wide", "1", uri="s3://m/w", model_format="onnx", properties={f"key_{at:03}": at for at in range(300)}
    )


def fill_hostile(registry: ModelRegistry) -> None:
    """Put a model whose every field is hostile into a registry."""
    for version in ("1", f"2{HOSTILE}"):
        registry.register(
            HOSTILE,
            version,
            uri=HOSTILE_LINK,
            model_format=HOSTILE[:60],
            owner=HOSTILE,
            author=HOSTILE,
            model_description=HOSTILE,
            description=HOSTILE,
            metrics={HOSTILE: 0.5 if version == "1" else 0.7, "auc": 0.9},
            higher_is_better={"auc": True},
            labels=[f"label {HOSTILE}"],
            properties={f"key {HOSTILE}": {HOSTILE: [HOSTILE]}, "link": HOSTILE_LINK, "long": HOSTILE * 20},
        )
    registry.models.update(name=HOSTILE, readme=HOSTILE_CARD, license_link=HOSTILE_LINK, logo=HOSTILE_LINK)
    registry.models.set_alias(HOSTILE, "champion", version="1", by=HOSTILE, reason=HOSTILE)
    environment = registry.serving_environments.upsert(HOSTILE, description=HOSTILE)
    registry.inference_services.upsert(HOSTILE, environment=environment, model=HOSTILE, runtime=HOSTILE)
    experiment = registry.experiments.upsert(HOSTILE, description=HOSTILE, owner=HOSTILE)
    run = registry.runs.upsert(HOSTILE, experiment=experiment, description=HOSTILE, owner=HOSTILE)
    for step in range(3):
        registry.runs.log_metric(run, HOSTILE, float(step), step=step)
    registry.runs.log_params(run, {HOSTILE: HOSTILE})


def addresses(registry: ModelRegistry, model: str) -> dict[str, str]:
    """Return the path of every page about a model and its surroundings."""
    record = registry.models.get(name=model)
    versions = list(registry.versions.list(model_id=record.id, order_by="ID"))
    experiment = registry.experiments.list(order_by="ID", descending=True).first()
    run = registry.runs.list(order_by="ID", descending=True).first()
    assert experiment is not None
    assert run is not None
    return {
        "models": "/",
        "model": f"/models/{record.id}",
        "version": f"/versions/{versions[-1].id}",
        "compare": f"/compare?v={versions[0].id}&v={versions[-1].id}&all=1",
        "experiments": "/experiments",
        "experiment": f"/experiments/{experiment.id}",
        "run": f"/runs/{run.id}",
        "services": "/services",
        "doctor": "/doctor",
    }


class Markup(HTMLParser):
    """What a page would run or load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is inline, or of another host."""
        given = {name: value or "" for name, value in attrs}
        self._in_script = tag == "script"
        if tag in ("style", "img", "iframe", "object", "embed", "base", "image", "use"):
            self.forbidden.append(f"<{tag}>")
        for name, value in given.items():
            address = name in ("src", "href", "action", "formaction", "xlink:href")
            if name.startswith("on") or name == "style":
                self.forbidden.append(f"{tag} {name}={value}")
            if address and value.split(":")[0].strip().lower() in ("javascript", "data", "vbscript"):
                self.forbidden.append(f"{tag} {name}={value}")
            if address and tag != "a" and "://" in value:
                self.forbidden.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        """Note a script that is written in the page."""
        if self._in_script and data.strip():
            self.forbidden.append(f"script {data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script."""
        self._in_script = False
