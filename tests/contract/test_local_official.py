"""The official Python client does its job against ``modelreg serve``, in an environment of its own for each version."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.registries import skip_or_fail
from tests.serving import serving

SCRIPT = Path(__file__).with_name("official_client.py")
#: The release of the client, and the version of the API that it speaks.
RELEASES = {"0.3.11": "v1alpha3", "0.3.18": "v1"}


def environment_with(release: str, cache: pytest.Cache) -> Path:
    """Return the Python of an environment with a release of the client; made once, and kept in pytest's cache."""
    folder = cache.mkdir(f"official-client-{release}")
    python, complete = folder / "bin" / "python", folder / "complete"
    if not complete.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        installed = subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", f"model-registry=={release}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if installed.returncode != 0:
            skip_or_fail(f"model-registry {release} cannot be installed: {installed.stderr[-300:]}")
        complete.touch()
    return python


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.heavy
def test_the_official_client_does_its_job(release: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    cache = request.config.cache
    assert cache is not None
    python = environment_with(release, cache)
    with serving(tmp_path / "log", "--store", str(tmp_path / "registry.db")) as served:
        address = urlsplit(served.url)
        done = subprocess.run(
            [str(python), str(SCRIPT), f"{address.scheme}://{address.hostname}", str(address.port)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "everything came back as it was sent\n"), done.stderr
    assert f"/api/model_registry/{RELEASES[release]}/" in served.log.read_text()
