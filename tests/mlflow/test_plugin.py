"""The store as MLflow finds and keeps it, and its errors."""

from __future__ import annotations

import pickle
from contextlib import closing

import httpx
import pytest

pytest.importorskip("mlflow", reason="pip install 'modelreg[mlflow]'")

from mlflow.exceptions import MlflowException

from modelreg import ModelRegistry
from modelreg.mlflow import ModelRegistryStore

pytestmark = pytest.mark.heavy


def test_a_store_can_be_pickled(store, fraud):
    with closing(pickle.loads(pickle.dumps(store))) as copy:
        assert copy.get_registered_model(fraud).name == fraud


def test_mlflow_finds_the_store_by_its_address(address):
    from mlflow.tracking._model_registry.utils import _get_store

    assert isinstance(_get_store(f"modelreg+{address}"), ModelRegistryStore)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (409, "RESOURCE_CONFLICT"),
        (429, "REQUEST_LIMIT_EXCEEDED"),
        (500, "INTERNAL_ERROR"),
        (503, "TEMPORARILY_UNAVAILABLE"),
    ],
)
def test_errors_are_mlflow_s(monkeypatch, status, code):
    def respond(_request):
        return httpx.Response(status, json={"code": "x", "message": "no"})

    store = ModelRegistryStore("modelreg+http://127.0.0.1:1")
    store._opened = None
    registry = ModelRegistry("http://127.0.0.1:1", transport=httpx.MockTransport(respond), retries=0)
    monkeypatch.setattr("modelreg.ModelRegistry", lambda _address: registry)
    with pytest.raises(MlflowException) as failure:
        store.get_registered_model("fraud")
    assert failure.value.error_code == code


def test_a_wrong_address_is_an_error_of_mlflow():
    store = ModelRegistryStore("modelreg+https://ana:secret@registry.example.com")
    with pytest.raises(MlflowException) as failure:
        store.get_registered_model("fraud")
    assert failure.value.error_code == "INVALID_PARAMETER_VALUE"
    assert "secret" not in str(failure.value)
