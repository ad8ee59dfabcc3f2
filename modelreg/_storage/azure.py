"""Azure Blob Storage: ``az://container/folder/``; account and credentials from where Azure's own tools take them."""

from __future__ import annotations

import os
from typing import Any

import obstore.store

from modelreg._storage.location import Location
from modelreg._storage.objects import BucketStore, client_options, retry_options
from modelreg.errors import InvalidInput

# Azure's own name -> the setting of obstore.
_CONNECTION = {
    "accountname": "account_name",
    "accountkey": "account_key",
    "sharedaccesssignature": "sas_key",
    "blobendpoint": "endpoint",
}


def open_azure(location: Location, *, stall_timeout: float) -> BucketStore:
    """Open a folder in a container.

    Args:
        location: ``az://container/folder/``.
        stall_timeout: Seconds without a byte after which a transfer ends.

    Raises:
        InvalidInput: Nothing names the storage account.
    """
    config: dict[str, Any] = _from_connection_string(os.environ.get("AZURE_STORAGE_CONNECTION_STRING", ""))
    account = config.get("account_name") or os.environ.get("AZURE_STORAGE_ACCOUNT_NAME")
    account = account or os.environ.get("AZURE_STORAGE_ACCOUNT")
    if not account:
        raise InvalidInput(
            f"{location.uri} names no storage account",
            hint="Set AZURE_STORAGE_ACCOUNT_NAME, or AZURE_STORAGE_CONNECTION_STRING.",
        )
    config["account_name"] = account
    if key := os.environ.get("AZURE_STORAGE_KEY"):
        config.setdefault("account_key", key)
    if endpoint := config.get("endpoint") or os.environ.get("AZURE_STORAGE_ENDPOINT"):
        config["endpoint"] = endpoint
    allow_http = str(config.get("endpoint", "")).startswith("http:")
    store = obstore.store.AzureStore(
        location.authority,
        client_options=client_options(stall_timeout, allow_http=allow_http),
        retry_config=retry_options(stall_timeout),
        **config,
    )
    return BucketStore(store, location.uri, location.path, stall_timeout)


def _from_connection_string(text: str) -> dict[str, Any]:
    pairs = (pair.partition("=") for pair in text.split(";") if pair)
    values = {name.strip().lower(): value for name, _, value in pairs}
    return {ours: values[theirs] for theirs, ours in _CONNECTION.items() if values.get(theirs)}
