"""What the demo trains: two classifiers of handwritten digits, their weights in files, the facts beside them.

Knows nothing of a registry.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

HIGHER_IS_BETTER = {"accuracy": True, "f1_macro": True, "roc_auc_ovr": True, "log_loss": False}

# skops builds nothing on loading that is not named here or known to it as safe.
_TRUSTED = ["sklearn.tree._tree.Tree"]
_HELD_OUT = 0.25
_SEED = 0


@dataclass(frozen=True)
class Candidate:
    """A classifier to train: which one, and with which hyperparameters."""

    version: str
    description: str
    algorithm: str
    hyperparameters: dict[str, Any]
    build: Callable[..., Any]

    def model(self) -> Any:
        """Build the classifier, not yet trained."""
        return self.build(**self.hyperparameters)


@dataclass(frozen=True)
class Trained:
    """What came of a training; kept beside the weights, so that a rerun tells the facts of the training it reuses."""

    version: str
    description: str
    weights: str
    sha256: str
    size: int
    metrics: dict[str, float]
    properties: dict[str, Any]


def _scaled_regression(**hyperparameters: Any) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(**hyperparameters))


CANDIDATES = (
    Candidate(
        "1.0.0",
        "The baseline: one line between each digit and the others",
        "LogisticRegression",
        {"C": 1.0, "max_iter": 1000},
        _scaled_regression,
    ),
    Candidate(
        "2.0.0",
        "A forest of a hundred trees",
        "ExtraTreesClassifier",
        {"n_estimators": 100, "random_state": _SEED},
        ExtraTreesClassifier,
    ),
)


@cache
def _rows() -> Any:
    return load_digits(return_X_y=True)


@cache
def split() -> tuple[Any, Any, Any, Any]:
    """Part the rows into those to learn from and those held out: features, features, digits, digits."""
    images, digits = _rows()
    return tuple(train_test_split(images, digits, test_size=_HELD_OUT, random_state=_SEED, stratify=digits))


def evaluate(model: Any) -> dict[str, float]:
    """Score a trained model on the rows that it has not seen."""
    _, images, _, digits = split()
    predicted, odds = model.predict(images), model.predict_proba(images)
    scores = {
        "accuracy": accuracy_score(digits, predicted),
        "f1_macro": f1_score(digits, predicted, average="macro"),
        "roc_auc_ovr": roc_auc_score(digits, odds, multi_class="ovr"),
        "log_loss": log_loss(digits, odds),
    }
    # Past six digits one machine's arithmetic differs from another's.
    return {name: round(float(score), 6) for name, score in scores.items()}


def load(weights: Path) -> Any:
    """Load a model from its file."""
    return skops.io.load(weights, trusted=_TRUSTED)


def sha256(path: Path) -> str:
    """Digest a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def trained(candidate: Candidate, folder: Path) -> tuple[Trained, bool]:
    """Return what training the candidate gave, and whether an earlier training was reused."""
    facts = folder / f"digits-{candidate.version}.json"
    earlier = _earlier(candidate, facts)
    if earlier is not None:
        return earlier, True
    images, _, digits, _ = split()
    # One thread, because how several share a sum is chance, and so are then the last bits of the weights.
    with threadpool_limits(1):
        model = candidate.model().fit(images, digits)
    weights = folder / f"digits-{candidate.version}.skops"
    folder.mkdir(parents=True, exist_ok=True)
    _write(weights, _repeatable(skops.io.dumps(model)))
    result = Trained(
        version=candidate.version,
        description=candidate.description,
        weights=weights.name,
        sha256=sha256(weights),
        size=weights.stat().st_size,
        metrics=evaluate(model),
        properties=_provenance(candidate),
    )
    _write(facts, json.dumps(asdict(result), indent=2).encode())
    return result, False


def _earlier(candidate: Candidate, facts: Path) -> Trained | None:
    """The training that left these facts, if it was this one and its weights are still what they were."""
    try:
        found = Trained(**json.loads(facts.read_text(encoding="utf-8")))
        kept = found.properties["algorithm"], found.properties["hyperparameters"]
        same = kept == (candidate.algorithm, candidate.hyperparameters)
        return found if same and sha256(facts.parent / found.weights) == found.sha256 else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)


def _repeatable(archive: bytes) -> bytes:
    """Rewrite a skops archive so that equal models are equal bytes.

    skops numbers and names its members by memory address and dates them; here they are numbered in the order in
    which they are first named, and undated.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    numbers: dict[str, str] = {}
    schema = re.sub(
        r'(?<="__id__": )\d+|(?<="file": ")\d+(?=\.)',
        lambda found: numbers.setdefault(found[0], str(len(numbers) + 1)),
        members.pop("schema.json").decode(),
    )
    renamed = {f"{numbers[Path(name).stem]}{Path(name).suffix}": content for name, content in members.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result:
        for name in sorted(renamed):
            result.writestr(zipfile.ZipInfo(name), renamed[name], zipfile.ZIP_DEFLATED)
        result.writestr(zipfile.ZipInfo("schema.json"), schema, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _provenance(candidate: Candidate) -> dict[str, Any]:
    images, digits = _rows()
    learned, held_out, _, _ = split()
    rows = np.ascontiguousarray(images), np.ascontiguousarray(digits)
    revision = _revision()
    return {
        "algorithm": candidate.algorithm,
        "hyperparameters": candidate.hyperparameters,
        "dataset": "sklearn.datasets.load_digits",
        "dataset_sha256": hashlib.sha256(b"".join(part.tobytes() for part in rows)).hexdigest(),
        "rows_trained_on": len(learned),
        "rows_held_out": len(held_out),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in ("numpy", "scikit-learn", "scipy", "skops")},
        **({"code_revision": revision} if revision else {}),
    }


def _revision() -> str | None:
    """The commit of the code that trained, marked when it was changed since; None outside a repository."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        answer = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
