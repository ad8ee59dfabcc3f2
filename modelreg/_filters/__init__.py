"""Filters of lists, made with `F`: what they mean, what servers are asked for, and how records are sorted."""

from modelreg._filters.order import sort_records, unknown_keys
from modelreg._filters.tree import F, Filter

__all__ = ["F", "Filter", "sort_records", "unknown_keys"]
