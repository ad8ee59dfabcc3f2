# Written by scripts/unasync.py from modelreg/_async/comparing.py; edit that file and run `make fmt`.
"""Reads the versions that are compared, and those of a metric's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modelreg._compare import ComparedVersion, Comparison, History, comparison_of, history_of
from modelreg._core.references import Given, Reference, parent_reference, required
from modelreg._core.resources import MODELS, VERSIONS
from modelreg._sync.engine import Engine
from modelreg._sync.lookup import artifacts_of
from modelreg._sync.pager import Pager, Query
from modelreg._types import ModelVersion, RegisteredModel
from modelreg.errors import InvalidInput


def compare(engine: Engine, references: Sequence[Given], higher_is_better: Mapping[str, bool] | None) -> Comparison:
    """Return the comparison of versions, the first being the base.

    Raises:
        NotFound: One of them is not there.
        InvalidInput: There are fewer than two, or one refers to no version.
    """
    if len(references) < 2:
        raise InvalidInput(f"a comparison needs at least two versions, and {len(references)} is given")
    if higher_is_better is not None and not isinstance(higher_is_better, Mapping):
        raise InvalidInput(f"higher_is_better is {higher_is_better!r}; give a mapping of True or False by metric")
    checked = [required(parent_reference(VERSIONS, "references", each, None), "references") for each in references]
    models: dict[str, RegisteredModel] = {}
    compared = []
    for reference in checked:
        version: ModelVersion = engine.get_reference(reference)
        model_id = version.model_id or ""
        if model_id not in models:
            models[model_id] = engine.get(MODELS, model_id)
        artifacts = artifacts_of(engine, version.id)
        compared.append(ComparedVersion(model=models[model_id], version=version, artifacts=artifacts))
    return comparison_of(compared, higher_is_better)


def history(engine: Engine, model: Given, metric: str, higher_is_better: bool | None) -> History:
    """Return a metric over all versions of a model.

    Raises:
        NotFound: There is no such model.
    """
    if not isinstance(metric, str) or not metric:
        raise InvalidInput(f"metric is {metric!r}; give the name of a metric")
    reference = required(parent_reference(MODELS, "model", model, None), "model")
    found: RegisteredModel = engine.get_reference(reference)
    pager = Pager[ModelVersion](engine, VERSIONS, Reference(MODELS, id=found.id), Query())
    return history_of(found, [version for version in pager], metric, higher_is_better)
