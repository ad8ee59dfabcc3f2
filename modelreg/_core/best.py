"""The best of some versions by a metric."""

from __future__ import annotations

from collections.abc import Sequence

from modelreg._types import ModelVersion, RegisteredModel
from modelreg.errors import InvalidInput


def number_of(version: ModelVersion, metric: str) -> float | None:
    """Return a version's value of a metric; None where it holds none, or no number."""
    value = version.properties.get(metric)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def direction_of(metric: str, model: RegisteredModel, given: bool | None) -> bool:
    """Return whether more is better: as it was given, else as the model remembers it.

    Raises:
        InvalidInput: Neither knows it.
    """
    known = model.higher_is_better.get(metric) if given is None else given
    if known is None:
        raise InvalidInput(
            f"it is not known whether a higher {metric!r} is better",
            reason="no_direction",
            details={"metric": metric},
            hint="Pass higher_is_better=True or False; register(higher_is_better={...}) remembers it on the model.",
        )
    return known


def best_of(
    versions: Sequence[ModelVersion], metric: str, model: RegisteredModel, higher_is_better: bool | None
) -> ModelVersion | None:
    """Return the version with the best value of a metric, the newest of equal ones; None when none has it.

    Args:
        versions: The versions to choose from, oldest first.
        metric: The metric's name.
        model: Their model.
        higher_is_better: Whether more is better; what the model remembers unless given.

    Raises:
        InvalidInput: No direction is known.
    """
    higher = direction_of(metric, model, higher_is_better)
    best: tuple[float, ModelVersion] | None = None
    for version in versions:
        value = number_of(version, metric)
        if value is None:
            continue
        comparable = value if higher else -value
        if best is None or comparable >= best[0]:
            best = (comparable, version)
    return None if best is None else best[1]
