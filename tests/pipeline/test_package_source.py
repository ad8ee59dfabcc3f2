"""What the values of `--package` are taken for."""

from __future__ import annotations

import pytest

from modelreg._pipeline.package_source import PackageSource, package_source
from modelreg.errors import InvalidInput

DEFAULT = ("modelreg==1",)
WHEEL = "modelreg-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], PackageSource(DEFAULT)),
        ([f"/mnt/wheels/{WHEEL}"], PackageSource([f"/mnt/wheels/{WHEEL}"])),
        ([f"/mnt/wheels/{WHEEL}[s3]"], PackageSource([f"/mnt/wheels/{WHEEL}[s3]"])),
        ([f"https://files.example.com/{WHEEL}"], PackageSource([f"https://files.example.com/{WHEEL}"])),
        ([f"https://files.example.com/{WHEEL}?X-Sign=a"], PackageSource([f"https://files.example.com/{WHEEL}?X-Sign=a"])),
        (["git+https://git.example.com/modelreg@v1"], PackageSource(["git+https://git.example.com/modelreg@v1"])),
        (["modelreg[s3] @ https://h.example/x.zip"], PackageSource(["modelreg[s3] @ https://h.example/x.zip"])),
        (["https://pypi.example.com/simple"], PackageSource(DEFAULT, ["https://pypi.example.com/simple"])),
        (["registry.example.com:5000/ml/train:1"], PackageSource((), (), "registry.example.com:5000/ml/train:1")),
        (["oci://ghcr.io/team/train"], PackageSource((), (), "ghcr.io/team/train")),
        (["train:1"], PackageSource((), (), "train:1")),
        (["modelreg[s3]==1.0"], PackageSource(["modelreg[s3]==1.0"])),
        (["train:1", "modelreg==2"], PackageSource(["modelreg==2"], (), "train:1")),
        (["./modelreg"], PackageSource(["./modelreg"])),
    ],
)  # fmt: skip
def test_each_kind_is_known(given, expected):
    found = package_source(given, DEFAULT)
    assert [list(found.packages), list(found.index_urls), found.image, list(found.warnings)] == [
        list(expected.packages),
        list(expected.index_urls),
        expected.image,
        [],
    ]


def test_a_file_of_this_machine_gets_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / WHEEL).touch()
    assert package_source([f"{WHEEL}[s3]"], DEFAULT).packages == [f"{tmp_path / WHEEL}[s3]"]


def test_a_wheel_under_another_name_is_warned_of():
    assert len(package_source(["./modelreg.whl"], DEFAULT).warnings) == 1


def test_an_empty_one_is_refused():
    with pytest.raises(InvalidInput):
        package_source([" "], DEFAULT)
