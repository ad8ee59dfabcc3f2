"""Credentials inside a URI."""


def credential_in_uri(uri: str) -> str | None:
    """Return what credential a URI holds, in words; None when it holds none."""
    return None


def hide_credentials(uri: str) -> str:
    """Return a URI with its credentials masked."""
    return uri
