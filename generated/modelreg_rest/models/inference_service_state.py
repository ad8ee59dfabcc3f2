from enum import StrEnum


class InferenceServiceState(StrEnum):
    DEPLOYED = "DEPLOYED"
    UNDEPLOYED = "UNDEPLOYED"

    def __str__(self) -> str:
        return str(self.value)
