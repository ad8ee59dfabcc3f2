"""Replays recorded scenarios against a registry and says which steps disagree.

What changes from run to run is written in the recordings as ``${name.id}``, ``${name.token}``, ``<time>``,
``<token>``, ``<uuid>`` and ``<id>``. A step that is marked as a quirk has a correct answer beside the recorded one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import httpx

TRANSCRIPTS = Path(__file__).parent / "transcripts"
SCENARIOS = sorted(each.stem for each in TRANSCRIPTS.glob("*.json"))
ALPHA, V1 = "/api/model_registry/v1alpha3", "/api/model_registry/v1"
#: Quirks that the embedded registry has too, because a client may send what they are about on purpose.
SHARED_QUIRKS = ("null is not taken for left out: the field stays without its default",)
#: Which answer of a quirk counts: the correct one, the recorded one, or either.
Wanted = Literal["correct", "recorded", "either"]

_ID = re.compile(r"\$\{(.+\.id)\}")


def steps_of(scenario: str) -> list[dict[str, Any]]:
    """Return the steps of a scenario; ``mysql/name`` is one of the other database."""
    steps: list[dict[str, Any]] = json.loads((TRANSCRIPTS / f"{scenario}.json").read_text("utf-8"))["steps"]
    return steps


def steps_of_version(scenario: str, prefix: str) -> list[dict[str, Any]]:
    """Return the steps of a scenario that a version of the API has: v1 is without experiments and their runs."""
    steps = steps_of(scenario)
    if prefix != V1:
        return steps
    about_runs = [each for each in steps if each["path"].startswith(("/experiment", "/experiments"))]
    return [] if len(about_runs) > len(steps) // 2 else [each for each in steps if each not in about_runs]


#: Every scenario with each version of the API that has what it needs.
SCENARIOS_OF_VERSIONS = [
    (each, prefix) for each in SCENARIOS for prefix in (ALPHA, V1) if prefix == ALPHA or steps_of_version(each, V1)
]


def replay(client: httpx.Client, scenario: str, *, prefix: str = ALPHA, wanted: Wanted = "correct") -> list[str]:
    """Replay a scenario against an empty registry and return a line for every step that disagrees."""
    return [line for line in Replay(client, prefix, wanted).run(steps_of_version(scenario, prefix)) if line]


class Replay:
    """One run of a scenario: remembers what answers gave, and fills it in."""

    def __init__(self, client: httpx.Client, prefix: str, wanted: Wanted) -> None:
        self.client, self.prefix, self.wanted = client, prefix, wanted
        self.captured: dict[str, str] = {}

    def run(self, steps: list[dict[str, Any]]) -> Iterator[str]:
        """Yield for every step what is wrong with its answer, or nothing."""
        for number, step in enumerate(steps):
            status, body = self.ask(step)
            if not self.agrees(step, status, body):
                wanted = step.get("correct") if self.wanted == "correct" else None
                yield (
                    f"{number} {step['method']} {step['path']} {step.get('query', '')} wanted "
                    f"{wanted or (step['status'], step.get('response', step.get('code')))}, got {status} {body}"
                )
            else:
                yield ""

    def ask(self, step: dict[str, Any]) -> tuple[int, Any]:
        """Send the request of a step; return the status and the body, parsed where it is JSON."""
        url = self.prefix + self.filled(step["path"])
        if step.get("query"):
            url += "?" + urlencode(self.filled(step["query"]))
        content, headers = None, dict(step.get("headers", {}))
        if "raw" in step:
            content = step["raw"].encode()
        elif "body" in step:
            content = json.dumps(self.filled(step["body"])).encode()
        if content is not None:
            headers.setdefault("Content-Type", "application/json")
        answer = self.client.request(step["method"], url, content=content, headers=headers)
        try:
            body = json.loads(answer.content) if answer.content else None
        except ValueError:
            body = {"<text>": answer.text}
        if step.get("capture") and isinstance(body, dict):
            self.capture(step["capture"], body)
        return answer.status_code, body

    def capture(self, name: str, body: dict[str, Any]) -> None:
        """Remember the id and the page token that an answer gave."""
        if "id" in body:
            self.captured[f"{name}.id"] = body["id"]
        if body.get("nextPageToken"):
            self.captured[f"{name}.token"] = body["nextPageToken"]

    def filled(self, value: Any) -> Any:
        """Return a value of a step with what was remembered filled in."""
        if isinstance(value, str):
            return re.sub(r"\$\{([^}]+)\}", lambda found: self.captured.get(found.group(1), "UNSET"), value)
        if isinstance(value, dict):
            return {self.filled(key): self.filled(each) for key, each in value.items()}
        return [self.filled(each) for each in value] if isinstance(value, list) else value

    def agrees(self, step: dict[str, Any], status: int, body: Any) -> bool:
        """Return whether a response is one that the step expects."""
        recorded = self._recorded(step, status, body)
        if "correct" not in step or self.wanted == "recorded" or step["accident"] in SHARED_QUIRKS:
            return recorded
        correct = _correct(step["correct"], status, body)
        return correct if self.wanted == "correct" else correct or recorded

    def _recorded(self, step: dict[str, Any], status: int, body: Any) -> bool:
        if status != step["status"]:
            return False
        if status >= 400:
            return not step.get("code") or (isinstance(body, dict) and body.get("code") == step["code"])
        return step["method"] == "HEAD" or self.same(step["response"], body)

    def same(self, wanted: Any, got: Any) -> bool:
        """Compare a recorded value with one that was answered."""
        if isinstance(wanted, str):
            return self._same_text(wanted, got)
        if isinstance(wanted, bool) or isinstance(got, bool) or wanted is None:
            return wanted is got
        if isinstance(wanted, int | float):
            return isinstance(got, int | float) and wanted == got
        if isinstance(wanted, list):
            return (
                isinstance(got, list)
                and len(wanted) == len(got)
                and all(self.same(a, b) for a, b in zip(wanted, got, strict=True))
            )
        return (
            isinstance(got, dict)
            and wanted.keys() == got.keys()
            and all(self.same(wanted[key], got[key]) for key in wanted)
        )

    def _same_text(self, wanted: str, got: Any) -> bool:
        if wanted == "<time>":
            return isinstance(got, str) and got.isdigit()
        if wanted in ("<token>", "<id>", "<uuid>"):
            return isinstance(got, str) and bool(got)
        if (name := _ID.fullmatch(wanted)) is not None:
            return bool(got == self.captured.get(name.group(1)))
        return bool(wanted == got)


def _correct(correct: dict[str, Any], status: int, body: Any) -> bool:
    if status != correct["status"]:
        return False
    if "name" in correct and body.get("name") != correct["name"]:
        return False
    if "names" in correct:
        got = [each.get("name") for each in body["items"]]
        if len(got) != len(correct["names"]):
            return False
        if any(a not in ("<uuid>", b) for a, b in zip(correct["names"], got, strict=True)):
            return False
    return all(body.get(key) == value for key, value in correct.get("fields", {}).items())
