"""MLflow's search of its registry: the filter grammar, the order and the pages, over what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import attrs
from mlflow.entities.model_registry.prompt_version import IS_PROMPT_TAG_KEY
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.entities.paged_list import PagedList
from mlflow.utils.search_utils import SearchModelUtils, SearchModelVersionUtils, SearchUtils

from modelreg._mlflow.fields import version_number

T = TypeVar("T")

_TEXT_COMPARATORS = frozenset({"=", "!=", "LIKE", "ILIKE"})
_LIST_COMPARATORS = frozenset({"IN", "NOT IN"})
# The attributes of a version that can be compared with a list.
_LISTED = frozenset({"name", "run_id"})
VERSION_ORDER = ("last_updated_timestamp DESC", "name ASC", "version_number DESC")


@attrs.frozen
class Clause:
    """One comparison of a filter.

    Attributes:
        tag: Whether `key` is a tag's, or else an attribute.
        key: What is compared.
        comparator: How, in upper case.
        value: What it is compared with: a text, a list of texts, or a whole number.
    """

    tag: bool
    key: str
    comparator: str
    value: Any

    def holds(self, value: object) -> bool:
        """Return whether it holds for the value of its key; None is no value, of which nothing holds.

        Args:
            value: The value.
        """
        if value is None:
            if self.tag and self.key == IS_PROMPT_TAG_KEY:
                return (self.comparator, str(self.value).lower()) in (("=", "false"), ("!=", "true"))
            return False
        return bool(SearchUtils.get_comparison_func(self.comparator)(value, self.value))


def model_clauses(filter_string: str | None) -> list[Clause]:
    """Read a filter of registered models.

    Args:
        filter_string: The filter as MLflow writes it; none selects everything.

    Raises:
        MlflowException: It is not of MLflow's grammar.
    """
    clauses = [_clause(parsed) for parsed in SearchModelUtils.parse_search_filter(filter_string)]
    for clause in clauses:
        _check_comparator(clause, _TEXT_COMPARATORS if clause.tag else _TEXT_COMPARATORS | _LIST_COMPARATORS)
    return clauses


def version_clauses(filter_string: str | None) -> list[Clause]:
    """Read a filter of model versions.

    Args:
        filter_string: The filter as MLflow writes it; none selects everything.

    Raises:
        MlflowException: It is not of MLflow's grammar.
    """
    clauses = [_clause(parsed) for parsed in SearchModelVersionUtils.parse_search_filter(filter_string)]
    return [_checked_version_clause(clause) for clause in clauses]


def _clause(parsed: Mapping[str, Any]) -> Clause:
    return Clause(parsed["type"] == "tag", parsed["key"], parsed["comparator"].upper(), parsed["value"])


def _checked_version_clause(clause: Clause) -> Clause:
    if clause.tag:
        _check_comparator(clause, _TEXT_COMPARATORS)
    elif clause.key in SearchModelVersionUtils.NUMERIC_ATTRIBUTES:
        _check_comparator(clause, SearchModelVersionUtils.VALID_NUMERIC_ATTRIBUTE_COMPARATORS)
        try:
            if isinstance(clause.value, float):
                raise ValueError(clause.value)
            return attrs.evolve(clause, value=int(clause.value))
        except (TypeError, ValueError) as error:
            raise invalid(f"Invalid value for numeric attribute '{clause.key}': {clause.value!r}") from error
    else:
        listed = clause.key in _LISTED
        _check_comparator(clause, _TEXT_COMPARATORS | _LIST_COMPARATORS if listed else _TEXT_COMPARATORS)
    return clause


def _check_comparator(clause: Clause, known: frozenset[str] | set[str]) -> None:
    if clause.comparator not in known:
        raise invalid(f"Invalid comparator for {'tag' if clause.tag else 'attribute'}: {clause.comparator}")


def names_asked_for(clauses: Sequence[Clause]) -> set[str] | None:
    """Return the names that alone a filter can select; None where it can select any.

    Args:
        clauses: The filter.
    """
    asked = [
        {clause.value} if clause.comparator == "=" else set(clause.value)
        for clause in clauses
        if not clause.tag and clause.key == "name" and clause.comparator in ("=", "IN")
    ]
    return set.intersection(*asked) if asked else None


def model_order(order_by: Sequence[str] | None) -> list[tuple[str, bool]]:
    """Read the order of a search of registered models.

    Args:
        order_by: Keys, each with ASC or DESC, as MLflow writes them.

    Returns:
        Attributes of MLflow's entity, each with whether it rises.

    Raises:
        MlflowException: A key is unknown or named twice.
    """
    parsed = [SearchUtils.parse_order_by_for_search_registered_models(clause) for clause in order_by or ()]
    return _order([("name" if key == "name" else "last_updated_timestamp", rising) for key, rising in parsed], order_by)


def version_order(order_by: Sequence[str] | None) -> list[tuple[str, bool]]:
    """Read the order of a search of model versions.

    Args:
        order_by: Keys, each with ASC or DESC, as MLflow writes them.

    Returns:
        Attributes of MLflow's entity, each with whether it rises; the tie-breakers are among them.

    Raises:
        MlflowException: A key is unknown or named twice.
    """
    parse = SearchModelVersionUtils.parse_order_by_for_search_model_versions
    parsed = [parse(clause) for clause in order_by or VERSION_ORDER]
    order = _order([("version" if key == "version_number" else key, rising) for _, key, rising in parsed], order_by)
    return order if any(key == "version" for key, _ in order) else [*order, ("version", False)]


def _order(order: list[tuple[str, bool]], given: object) -> list[tuple[str, bool]]:
    keys = [key for key, _ in order]
    if len(keys) != len(set(keys)):
        raise invalid(f"`order_by` contains duplicate fields: {given}")
    return order if "name" in keys else [*order, ("name", True)]


def ordered(items: Sequence[T], order: Sequence[tuple[str, bool]], value: Callable[[T, str], Any]) -> list[T]:
    """Return items in an order.

    Args:
        items: What is ordered.
        order: Keys, each with whether it rises, the first the most important.
        value: Returns an item's value of a key.
    """
    result = list(items)
    for key, rising in reversed(order):
        result.sort(key=lambda item, key=key: value(item, key), reverse=not rising)  # type: ignore[misc]
    return result


def version_rank(name: str) -> tuple[int, int, str]:
    """Return what a version's name is ordered by: names that are no numbers first, then the numbers."""
    number = version_number(name)
    return (1, number, "") if isinstance(number, int) else (0, 0, number)


def page(items: Sequence[T], max_results: int, page_token: str | None) -> PagedList[T]:
    """Return one page of a search.

    Args:
        items: Everything that was found, in order.
        max_results: How many a page has.
        page_token: What the page before gave; none for the first.

    Raises:
        MlflowException: The token is none.
    """
    offset = SearchUtils.parse_start_offset_from_page_token(page_token)
    end = offset + max_results
    return PagedList(list(items[offset:end]), SearchUtils.create_page_token(end) if end < len(items) else None)


def checked_max_results(max_results: object, default: int, most: int, what: str) -> int:
    """Return how many results a page has.

    Args:
        max_results: What was asked for; none for the default.
        default: How many unless asked for.
        most: How many at most.
        what: How the error begins.

    Raises:
        MlflowException: It is no whole number from 1 to `most`.
    """
    if max_results is None:
        return default
    if not isinstance(max_results, int) or max_results < 1:
        raise invalid(f"{what}. It must be a positive integer of at most {most}, but got {max_results}")
    if max_results > most:
        raise invalid(f"{what}. It must be at most {most}, but got value {max_results}")
    return max_results


def invalid(message: str) -> MlflowException:
    """Return MLflow's error for an argument that is invalid."""
    return MlflowException(message, error_code=INVALID_PARAMETER_VALUE)
