"""The notebook representation of records, lists and results, without knowing who draws it.

What draws it lies above what is drawn, so the package hands the drawing function down when it is imported.
"""

from collections.abc import Callable

_Draw = Callable[[object], str | None]


def _plain(_shown: object) -> str | None:
    return None


_load: Callable[[], _Draw] = lambda: _plain  # noqa: E731


def use(load: Callable[[], _Draw]) -> None:
    """Set what draws.

    Args:
        load: Returns the drawing function; called when something is shown for the first time.
    """
    global _load  # noqa: PLW0603
    _load = load


class HtmlRepr:
    """Something that a notebook shows as a table; its plain `repr` stays one line."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """Return the HTML for a notebook; None, which means the plain `repr`, for what cannot be read here."""
        return _load()(self)
