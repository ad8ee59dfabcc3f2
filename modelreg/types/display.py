"""Decides how records, lists and comparisons come to be shown in a notebook: by the views, loaded when one is shown."""

from __future__ import annotations

from importlib import import_module


class Shown:
    """What a notebook shows as a table; the plain `repr` stays one line."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """Answer the page for a notebook; None, which means the plain `repr`, for what cannot be read here."""
        # By name, because what is shown lies below what shows it.
        html: str | None = import_module("modelreg.views.html").notebook(self)
        return html
