"""Credentials inside URIs are found, named and hidden."""

import pytest

from modelreg._types.credentials import credential_in_uri, hide_credentials

SECRET = "c0ffee"


@pytest.mark.parametrize(
    ("uri", "what"),
    [
        (f"s3://AKIA:{SECRET}@bucket/key", "password"),
        (f"https://ana:{SECRET}@host/x", "password"),
        (f"https://:{SECRET}@host/x", "password"),
        (f"s3://AKIA:{SECRET}/more@bucket/key", "password"),
        (f"https://ana:{SECRET}@b@host/x", "password"),
        (f"https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A&X-Amz-Signature={SECRET}", "X-Amz-Signature"),
        (f"https://b/k?X-Amz-Credential={SECRET}&X-Amz-Date=1", "X-Amz-Credential"),
        (f"https://b/k?x-amz-signature={SECRET}", "X-Amz-Signature"),
        (f"https://storage.googleapis.com/b/k?X-Goog-Signature={SECRET}", "X-Goog-Signature"),
        (f"https://a.blob.core.windows.net/c/b?sv=1&sig={SECRET}", "sig"),
        (f"https://b/k?Expires=1&Signature={SECRET}", "Signature"),
        (f"https://hub/model?token={SECRET}", "token"),
        (f"https://hub/model?t%6fken={SECRET}#part", "token"),
        (f"hf://org/model?rev=1&token={SECRET}", "token"),
    ],
)
def test_they_are_named_and_hidden(uri, what):
    assert credential_in_uri(uri) == what
    hidden = hide_credentials(uri)
    assert SECRET not in hidden
    assert "***" in hidden
    assert credential_in_uri(hidden.replace("***@", "")) in (None, what)


@pytest.mark.parametrize(
    "uri",
    [
        "s3://bucket/models/fraud/1.4.0/model.onnx",
        "s3://bucket/key@1",
        "https://host:8443/models/fraud@1.4.0/a:b",
        "abfss://container@account.dfs.core.windows.net/path",
        "wasbs://container@account/x",
        "https://host/x?version=1&tokenizer=bert&design=3&signature_version=s3v4",
        "https://host/x?token=",
        "http://[::1]:8080/x@y",
        "oci://registry/image@sha256:abc",
        "pvc://claim/a:b@c",
        "models:/fraud/1",
        "git+ssh://git@github.com/org/repo",
        "/a/path:with@odd?token",
        "",
    ],
)
def test_what_is_none_stays_as_it_is(uri):
    assert credential_in_uri(uri) is None
    assert hide_credentials(uri) == uri
