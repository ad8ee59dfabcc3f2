"""The errors that endpoints and models raise."""


class UnexpectedStatus(Exception):
    """A response has a status that the contract does not list, and the client is to raise on such."""

    def __init__(self, status_code: int, content: bytes) -> None:
        self.status_code = status_code
        self.content = content
        super().__init__(
            f"Unexpected status code: {status_code}\n\nResponse content:\n{content.decode(errors='ignore')}"
        )


class InvalidField(ValueError):
    """A field of a response is missing, null or of another type than the contract's.

    Attributes:
        schema: The name of the schema.
        field: The name of the field on the wire; empty when it is not an object at all.
        problem: What is wrong with it.
    """

    def __init__(self, schema: str, field: str, problem: object) -> None:
        self.schema = schema
        self.field = field
        self.problem = "is missing" if isinstance(problem, KeyError) else str(problem)
        super().__init__(f"{schema}{'.' + field if field else ''}: {self.problem}")

    def __reduce__(self) -> tuple[type["InvalidField"], tuple[str, str, str]]:
        """Return how to make it again, in another process too."""
        return InvalidField, (self.schema, self.field, self.problem)


__all__ = ["InvalidField", "UnexpectedStatus"]
