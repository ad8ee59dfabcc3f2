from enum import StrEnum


class OrderByField(StrEnum):
    CREATE_TIME = "CREATE_TIME"
    ID = "ID"
    LAST_UPDATE_TIME = "LAST_UPDATE_TIME"

    def __str__(self) -> str:
        return str(self.value)
