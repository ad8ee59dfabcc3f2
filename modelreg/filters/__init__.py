"""Decides how a question about records is said: ``F("auc") > 0.9``, joined by ``&``, ``|`` and ``~``.

As in SQL, a record without the key satisfies no comparison, negated or not. A server is asked for at least the
wanted records (`Filter.compile`), and what comes back is checked again here (`Filter.matches`).
"""

from modelreg.filters.tree import F, Filter

__all__ = ["F", "Filter"]
