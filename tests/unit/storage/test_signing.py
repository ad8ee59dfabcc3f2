"""Signatures: ours read by OpenSSF's own command, and its by us."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from modelreg import storage
from modelreg._storage.location import parse_location
from modelreg._storage.opening import open_store
from modelreg.errors import IntegrityError, InvalidInput
from modelreg.signing import Certificate, CertificateChain, Key, PublicKey, Sigstore, default_verifier


def write_keys(folder, name="key", password=None):
    private = ec.generate_private_key(ec.SECP256R1())
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    (folder / f"{name}.pem").write_bytes(pem)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / f"{name}.pub").write_bytes(public)
    return folder / f"{name}.pem", folder / f"{name}.pub"


@pytest.fixture
def root(tmp_path):
    return (tmp_path / "store").as_uri()


@pytest.fixture
def keys(tmp_path):
    return write_keys(tmp_path)


def model_signing(*arguments) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "model_signing", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("what", ["folder", pytest.param("file", marks=pytest.mark.heavy)])
def test_its_command_verifies_ours(root, weights, keys, tmp_path, what):
    private, public = keys
    given = weights if what == "folder" else weights / "model.bin"
    done = storage.upload(given, f"{root}/x/", sign=Key(private))
    verified = storage.verify(done.uri, done.digest, verify=PublicKey(public), allow_files=True)
    assert verified.signature is not None
    target = storage.download(
        done.uri, tmp_path / "out", digest=done.digest, verify=PublicKey(public), allow_files=True
    )
    folder = target if what == "folder" else target.parent
    run = model_signing("verify", "key", folder, "--signature", folder / "model.sig", "--public_key", public)
    assert run.returncode == 0, run.stdout + run.stderr


def test_we_verify_its_command(weights, keys, tmp_path):
    private, public = keys
    run = model_signing("sign", "key", weights, "--private_key", private, "--signature", tmp_path / "s")
    assert run.returncode == 0, run.stdout + run.stderr
    signature = (tmp_path / "s").read_bytes()
    assert PublicKey(public).verify(storage.scan(weights), signature)
    (weights / "config.json").write_text("{}")
    with pytest.raises(IntegrityError) as altered:
        PublicKey(public).verify(storage.scan(weights), signature)
    assert altered.value.reason == "bad_signature"


@pytest.mark.heavy
def test_we_verify_its_signature_in_a_store(root, weights, keys, tmp_path):
    private, public = keys
    done = storage.upload(weights, f"{root}/x/")
    target = storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)
    run = model_signing("sign", "key", target, "--private_key", private, "--signature", target / "model.sig")
    assert run.returncode == 0, run.stdout + run.stderr
    with open_store(parse_location(done.uri), stall_timeout=10) as store:
        store.put("model.sig", (target / "model.sig").read_bytes())
    assert storage.verify(done.uri, done.digest, verify=PublicKey(public), allow_files=True).signature
    assert storage.verify(done.uri, None, verify=PublicKey(public), allow_files=True).digest == done.digest


@pytest.mark.heavy
def test_its_signature_of_a_single_file(weights, keys, tmp_path):
    private, public = keys
    file = weights / "model.bin"
    run = model_signing("sign", "key", file, "--private_key", private, "--signature", tmp_path / "s")
    assert run.returncode == 0, run.stdout + run.stderr
    assert PublicKey(public).verify(storage.scan(file), (tmp_path / "s").read_bytes())


def test_another_key_is_refused(weights, keys, tmp_path):
    done = storage.upload(weights, (tmp_path / "store").as_uri(), sign=Key(keys[0]))
    _, other = write_keys(tmp_path, "other")
    for attempt in (
        lambda: storage.verify(done.uri, done.digest, verify=PublicKey(other), allow_files=True),
        lambda: storage.download(done.uri, tmp_path / "out", verify=PublicKey(other), allow_files=True),
    ):
        with pytest.raises(IntegrityError) as refused:
            attempt()
        assert refused.value.reason == "bad_signature"
    assert not (tmp_path / "out").exists()


def test_unsigned_files_are_refused(weights, keys, tmp_path, environment):
    done = storage.upload(weights, (tmp_path / "store").as_uri())
    with pytest.raises(IntegrityError) as refused:
        storage.verify(done.uri, done.digest, verify=PublicKey(keys[1]), allow_files=True)
    assert refused.value.reason == "unsigned"
    environment.setenv("MODEL_REGISTRY_VERIFY", str(keys[1]))
    assert default_verifier() == PublicKey(str(keys[1]))
    with pytest.raises(IntegrityError) as refused:
        storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)
    assert refused.value.reason == "unsigned"
    storage.upload(weights, (tmp_path / "store").as_uri(), sign=Key(keys[0]))
    assert storage.download(done.uri, tmp_path / "out", digest=done.digest, allow_files=True)


def test_an_altered_file_of_signed_ones(weights, keys, tmp_path):
    done = storage.upload(weights, (tmp_path / "store").as_uri(), sign=Key(keys[0]))
    (tmp_path / "store" / "config.json").write_text("{}")
    text = (tmp_path / "store" / "SHA256SUMS").read_text(encoding="utf-8")
    new = storage.scan(tmp_path / "store", ignore=["model.sig", "SHA256SUMS"]).sums_text
    assert new != text
    (tmp_path / "store" / "SHA256SUMS").write_text(new, encoding="utf-8")
    with pytest.raises(IntegrityError) as refused:
        storage.verify(done.uri, None, verify=PublicKey(keys[1]), allow_files=True)
    assert refused.value.reason == "bad_signature"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"dsseEnvelope": {"payload": "e30="}}', b"\xff\x00"])
def test_what_is_no_signature(weights, keys, content):
    with pytest.raises(IntegrityError):
        PublicKey(keys[1]).verify(storage.scan(weights), content)


def test_an_encrypted_key(weights, tmp_path):
    private, public = write_keys(tmp_path, password=b"secret")
    manifest = storage.scan(weights)
    signature = Key(private, password="secret").sign(manifest)
    assert PublicKey(public).verify(manifest, signature)
    with pytest.raises(InvalidInput):
        Key(private, password="wrong").sign(manifest)
    assert "secret" not in repr(Key(private, password="secret"))


def test_the_password_comes_from_the_environment(weights, tmp_path, environment):
    private, public = write_keys(tmp_path, password=b"secret")
    manifest = storage.scan(weights)
    environment.delenv("MODEL_REGISTRY_KEY_PASSWORD", raising=False)
    with pytest.raises(InvalidInput) as raised:
        Key(private).sign(manifest)
    assert "MODEL_REGISTRY_KEY_PASSWORD" in str(raised.value)
    environment.setenv("MODEL_REGISTRY_KEY_PASSWORD", "secret")
    assert PublicKey(public).verify(manifest, Key(private).sign(manifest))
    plain, public = write_keys(tmp_path, "plain")
    assert PublicKey(public).verify(manifest, Key(plain).sign(manifest))


def test_keys_that_cannot_be_used(weights, tmp_path):
    manifest = storage.scan(weights)
    (tmp_path / "empty").write_text("")
    for key in (Key(tmp_path / "missing"), Key(tmp_path / "empty")):
        with pytest.raises(InvalidInput):
            key.sign(manifest)
    with pytest.raises(InvalidInput):
        PublicKey(tmp_path / "missing").verify(manifest, b"{}")
    with pytest.raises(InvalidInput):
        CertificateChain([tmp_path / "missing"]).verify(manifest, b"{}")
    assert "token" not in repr(Sigstore(identity_token="token-of-mine")).replace("identity_token", "")


def test_a_signed_image(weights, keys, tmp_path, request, environment):
    from tests.unit.storage.test_oci import start_registry

    folder = tmp_path / "registry"
    folder.mkdir()
    server, address = start_registry(folder)
    try:
        done = storage.upload(weights, f"oci://{address}/fraud:1", sign=Key(keys[0]))
        assert storage.verify(done.uri, done.digest, verify=PublicKey(keys[1]), allow_local=True).signature
    finally:
        server.terminate()
        server.wait()


def write_certificates(folder):
    """Make a root, a certificate below it that may sign code, and its key."""
    now = dt.datetime.now(dt.UTC)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def certificate(name, issuer, public, signer, *, authority):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(True, False, False, False, False, authority, authority, False, False), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        if not authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        path = folder / f"{name}.crt"
        path.write_bytes(builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return path

    root = certificate("root", "root", root_key.public_key(), root_key, authority=True)
    leaf = certificate("leaf", "root", key.public_key(), root_key, authority=False)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "leaf.pem").write_bytes(pem)
    return root, leaf, folder / "leaf.pem"


def test_certificates(weights, tmp_path):
    root, leaf, key = write_certificates(tmp_path)
    (tmp_path / "other").mkdir()
    other, _, _ = write_certificates(tmp_path / "other")
    manifest = storage.scan(weights)
    signature = Certificate(leaf, key).sign(manifest)
    assert CertificateChain([root]).verify(manifest, signature)
    with pytest.raises(IntegrityError):
        CertificateChain([other]).verify(manifest, signature)
    (weights / "config.json").write_text("{}")
    with pytest.raises(IntegrityError):
        CertificateChain([root]).verify(storage.scan(weights), signature)
