from enum import StrEnum
from typing import Self


class SortOrder(StrEnum):
    ASC = "ASC"
    DESC = "DESC"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Keep a value that a newer server sends, as a member that stands in no list."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member
