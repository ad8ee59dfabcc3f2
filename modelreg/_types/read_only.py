"""Plain dicts and lists that refuse changes, for the properties of frozen records.

They are dicts and lists to `json.dumps`, `==`, `copy`, `pickle` and `{**p}`; only changing one in place is refused.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn


def _refuse(_self: object, *_args: object, **_kwargs: object) -> NoReturn:
    raise TypeError(
        "a record's properties are read-only; pass the changed values to update() or upsert(), or copy them first: "
        "dict(record.properties)"
    )


class ReadOnlyList(list[Any]):
    """A list that cannot be changed in place."""

    __slots__ = ()

    append = extend = insert = remove = pop = clear = sort = reverse = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse

    def __reduce_ex__(self, _protocol: Any) -> tuple[type, tuple[list[Any]]]:
        return ReadOnlyList, (list(self),)


class ReadOnlyDict(dict[str, Any]):
    """A dict with string keys that cannot be changed in place."""

    __slots__ = ()

    update = setdefault = pop = popitem = clear = _refuse
    __setitem__ = __delitem__ = __ior__ = _refuse

    def __reduce_ex__(self, _protocol: Any) -> tuple[type, tuple[dict[str, Any]]]:
        return ReadOnlyDict, (dict(self),)


def read_only(values: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> ReadOnlyDict:
    """Return a read-only copy of a dict of plain values, with its dicts and lists read-only too."""
    if type(values) is ReadOnlyDict:
        return values
    copied = ReadOnlyDict(values)
    for key, value in copied.items():
        if isinstance(value, dict | list):
            dict.__setitem__(copied, key, frozen(value))
    return copied


def frozen(value: Any) -> Any:
    """Freeze nested values; bounded in depth by what a registry stores, so a loop and no recursion limit matter."""
    if isinstance(value, ReadOnlyDict | ReadOnlyList):
        return value
    if isinstance(value, dict):
        return ReadOnlyDict((key, frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return ReadOnlyList(frozen(item) for item in value)
    return value
