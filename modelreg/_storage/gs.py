"""Google Cloud Storage; credentials and emulator from where Google's own tools take them."""

from __future__ import annotations

import json
import os
from typing import Any

import obstore.store

from modelreg._storage.location import Location
from modelreg._storage.objects import BucketStore, client_options, retry_options

EMULATOR_VARIABLE = "STORAGE_EMULATOR_HOST"


def open_gs(location: Location, *, stall_timeout: float) -> BucketStore:
    """Open a folder in a bucket.

    Args:
        location: ``gs://bucket/folder/``.
        stall_timeout: Seconds without a byte after which a transfer ends.
    """
    config: dict[str, Any] = {}
    emulator = os.environ.get(EMULATOR_VARIABLE, "").rstrip("/")
    if emulator:
        url = emulator if "://" in emulator else f"http://{emulator}"
        # An account that signs nothing; leaving signatures out altogether is honoured for reading only.
        account = {"gcs_base_url": url, "disable_oauth": True}
        config["service_account_key"] = json.dumps(
            account | {"client_email": "", "private_key": "", "private_key_id": ""}
        )
    store = obstore.store.GCSStore(
        location.authority,
        client_options=client_options(stall_timeout, allow_http=emulator.startswith("http:") or bool(emulator)),
        retry_config=retry_options(stall_timeout),
        **config,
    )
    return BucketStore(store, location.uri, location.path, stall_timeout)
