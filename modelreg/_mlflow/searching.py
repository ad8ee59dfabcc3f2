"""The two searches of MLflow's registry store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from mlflow.entities.model_registry import ModelVersion, RegisteredModel
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.model_registry import (
    SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT,
    SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD,
)

import modelreg
from modelreg._mlflow import fields, search
from modelreg._mlflow.entities import (
    Origin,
    created_milliseconds,
    latest_by_stage,
    milliseconds,
    model_entity,
    model_tags,
    version_entity,
    version_tags,
)
from modelreg._mlflow.records import LiveRecords
from modelreg._mlflow.search import Clause

_Pair: TypeAlias = tuple[modelreg.RegisteredModel, modelreg.ModelVersion]

# Attributes that a version's artifact holds where MLflow did not register it: looked at last.
_OF_ORIGIN = frozenset({"run_id", "source_path"})


def search_models(
    live: LiveRecords,
    filter_string: str | None,
    max_results: int | None,
    order_by: Sequence[str] | None,
    page_token: str | None,
) -> PagedList[RegisteredModel]:
    """Return a page of the models that a filter selects.

    Args:
        live: The registry.
        filter_string: The filter as MLflow writes it.
        max_results: How many a page has.
        order_by: The order as MLflow writes it.
        page_token: What the page before gave.

    Raises:
        MlflowException: One of these is not of MLflow's grammar.
    """
    most = search.checked_max_results(
        max_results,
        SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT,
        SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD,
        "Invalid value for request parameter max_results",
    )
    clauses, order = search.model_clauses(filter_string), search.model_order(order_by)
    found = [model for model in live.models(search.names_asked_for(clauses)) if _model_matches(model, clauses)]
    page = search.page(search.ordered(found, order, _model_value), most, page_token)
    latest = [(model, list(latest_by_stage(versions).values())) for model, versions in live.versions_of(page)]
    origins = live.origins([version for _, versions in latest for version in versions])
    entities = [
        model_entity(model, [version_entity(version, model, origins[version.id]) for version in versions])
        for model, versions in latest
    ]
    return PagedList(entities, page.token)


def search_versions(
    live: LiveRecords,
    filter_string: str | None,
    max_results: int | None,
    order_by: Sequence[str] | None,
    page_token: str | None,
) -> PagedList[ModelVersion]:
    """Return a page of the versions that a filter selects.

    Args:
        live: The registry.
        filter_string: The filter as MLflow writes it.
        max_results: How many a page has.
        order_by: The order as MLflow writes it.
        page_token: What the page before gave.

    Raises:
        MlflowException: One of these is not of MLflow's grammar.
    """
    most = search.checked_max_results(
        max_results,
        SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT,
        SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD,
        "Invalid value for max_results",
    )
    clauses, order = search.version_clauses(filter_string), search.version_order(order_by)
    found = _matching_versions(live, clauses)
    page = search.page(search.ordered(found, order, _version_value), most, page_token)
    origins = live.origins([version for _, version in page])
    return PagedList([version_entity(version, model, origins[version.id]) for model, version in page], page.token)


def _matching_versions(live: LiveRecords, clauses: Sequence[Clause]) -> list[_Pair]:
    """Return the versions that a filter selects, each with its model."""
    pairs = [pair for pair in _candidates(live, search.names_asked_for(clauses)) if _record_matches(pair, clauses)]
    if not any(_is_of_origin(clause) for clause in clauses):
        return pairs
    origins = live.origins([version for _, version in pairs])
    return [(model, version) for model, version in pairs if _origin_matches(origins[version.id], clauses)]


def _candidates(live: LiveRecords, names: set[str] | None) -> list[_Pair]:
    """Return the versions of models of some names, or of all models."""
    models = live.models(names)
    if names is not None:
        return [(model, version) for model, versions in live.versions_of(models) for version in versions]
    by_id: Mapping[str | None, modelreg.RegisteredModel] = {model.id: model for model in models}
    return [(by_id[version.model_id], version) for version in live.versions() if version.model_id in by_id]


def _is_of_origin(clause: Clause) -> bool:
    return not clause.tag and clause.key in _OF_ORIGIN


def _model_matches(model: modelreg.RegisteredModel, clauses: Sequence[Clause]) -> bool:
    tags = model_tags(model)
    return all(clause.holds(tags.get(clause.key) if clause.tag else model.name) for clause in clauses)


def _record_matches(pair: _Pair, clauses: Sequence[Clause]) -> bool:
    model, version = pair
    tags = version_tags(version)
    number = fields.version_number(version.name)
    attributes = {"name": model.name, "version_number": number if isinstance(number, int) else None}
    return all(
        clause.holds(tags.get(clause.key) if clause.tag else attributes[clause.key])
        for clause in clauses
        if not _is_of_origin(clause)
    )


def _origin_matches(origin: Origin, clauses: Sequence[Clause]) -> bool:
    attributes = {"run_id": origin.run_id, "source_path": origin.source}
    return all(clause.holds(attributes[clause.key]) for clause in clauses if _is_of_origin(clause))


def _model_value(model: modelreg.RegisteredModel, key: str) -> Any:
    return model.name if key == "name" else milliseconds(model.last_update_time) or 0


def _version_value(pair: _Pair, key: str) -> Any:
    model, version = pair
    if key == "name":
        return model.name
    if key == "version":
        return search.version_rank(version.name)
    if key == "creation_timestamp":
        return created_milliseconds(version) or 0
    return milliseconds(version.last_update_time) or 0
