"""The error of a step that cannot go on: one line for a person, and nothing written."""


class ContractError(Exception):
    """Describe in one line what is wrong with a file, an overlay or a tool."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
