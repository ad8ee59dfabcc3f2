"""S3 and what speaks its protocol (MinIO, Ceph, ...): endpoint and credentials from where AWS's own tools take them."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore.store

from modelreg._storage.access import is_loopback
from modelreg._storage.location import Location
from modelreg._storage.objects import BucketStore, client_options, retry_options
from modelreg.errors import InvalidInput, MissingExtra

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AWS_S3_ENDPOINT")
# With one of these in the environment the credentials do not come from a profile.
_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
)
# Profiles that need a request of their own before there are credentials.
_INDIRECT = ("role_arn", "sso_session", "sso_start_url", "credential_process", "source_profile", "login_session")


def open_s3(location: Location, *, stall_timeout: float) -> BucketStore:
    """Open a folder in a bucket.

    Args:
        location: ``s3://bucket/folder/``.
        stall_timeout: Seconds without a byte after which a transfer ends.
    """
    environ = os.environ
    profile = _profile(environ)
    endpoint = endpoint_url(environ, profile)
    config: dict[str, Any] = {}
    if endpoint:
        config["endpoint"] = endpoint
        virtual = environ.get("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "").lower() in ("1", "true")
        config["virtual_hosted_style_request"] = virtual
    config["region"] = (
        environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or profile.get("region") or "us-east-1"
    )
    if not any(environ.get(name) for name in _CREDENTIALS):
        config |= _profile_credentials(profile)
    store = obstore.store.S3Store(
        location.authority,
        client_options=client_options(stall_timeout, allow_http=bool(endpoint and endpoint.startswith("http:"))),
        retry_config=retry_options(stall_timeout),
        **config,
    )
    return BucketStore(store, location.uri, location.path, stall_timeout)


def endpoint_url(environ: Mapping[str, str], profile: Mapping[str, str]) -> str | None:
    """Return the endpoint that the user named, with a scheme; None for AWS's own.

    Args:
        environ: Read for `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, `AWS_ENDPOINT` and `AWS_S3_ENDPOINT`.
        profile: Read for `endpoint_url`.

    Raises:
        InvalidInput: It is no http or https address.
    """
    named = next((environ[name].strip() for name in _ENDPOINTS if environ.get(name)), profile.get("endpoint_url"))
    if not named:
        return None
    url = (
        named
        if "://" in named
        else f"{'http' if is_loopback(urlsplit(f'//{named}').hostname or '') else 'https'}://{named}"
    )
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput(f"the S3 endpoint {named!r} is no http or https address", hint="Set AWS_ENDPOINT_URL.")
    return url.rstrip("/")


def _profile(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the profile in AWS's own files; empty where there is none."""
    name = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"
    values: dict[str, str] = {}
    for variable, file, prefix in (
        ("AWS_CONFIG_FILE", ".aws/config", "profile "),
        ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", ""),
    ):
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read(environ.get(variable) or Path.home() / file, encoding="utf-8")
        except (configparser.Error, OSError, RuntimeError, UnicodeDecodeError):
            continue
        for section in (f"{prefix}{name}", name if name == "default" else ""):
            if parser.has_section(section):
                values |= dict(parser.items(section))
    return values


def _profile_credentials(profile: Mapping[str, str]) -> dict[str, Any]:
    if profile.get("aws_access_key_id") and profile.get("aws_secret_access_key"):
        names = {"aws_access_key_id": "access_key_id", "aws_secret_access_key": "secret_access_key"}
        names["aws_session_token"] = "session_token"
        return {ours: profile[theirs] for theirs, ours in names.items() if profile.get(theirs)}
    if not any(name in profile for name in _INDIRECT):
        return {}
    try:
        import boto3
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ImportError as error:
        raise MissingExtra("this AWS profile signs in through boto3", hint="pip install boto3") from error
    return {"credential_provider": Boto3CredentialProvider(boto3.Session())}
