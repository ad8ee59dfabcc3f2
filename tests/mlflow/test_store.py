"""MLflow's store over a registry: what MLflow writes is found here, and what is here is seen in MLflow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

pytest.importorskip("mlflow", reason="pip install 'modelreg[mlflow]'")

from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.exceptions import MlflowException
from mlflow.prompt.constants import IS_PROMPT_TAG_KEY

from modelreg import Source
from modelreg.mlflow import ModelRegistryStore

pytestmark = pytest.mark.heavy


def _code(failure):
    return failure.value.error_code


def _versions(store, filter_string, **options):
    return [version.version for version in store.search_model_versions(filter_string, **options)]


# Models


def test_a_model_of_mlflow_is_a_model_of_the_registry(store, registry, own):
    name = own("fraud")
    store.create_registered_model(name, [RegisteredModelTag("team", "risk")], "what it is for")
    model = registry.models.get(name=name)
    assert (model.description, dict(model.properties)) == ("what it is for", {"team": "risk"})


def test_a_model_of_the_registry_is_a_model_of_mlflow(store, registry, own):
    record = registry.models.upsert(own("fraud"), description="it", properties={"team": "risk"})
    model = store.get_registered_model(own("fraud"))
    assert (model.description, model.tags, model.aliases) == ("it", {"team": "risk"}, {})
    assert model.creation_timestamp == round(record.create_time.timestamp() * 1000)


def test_an_existing_name_is_refused(store, fraud):
    with pytest.raises(MlflowException) as failure:
        store.create_registered_model(fraud)
    assert _code(failure) == "RESOURCE_ALREADY_EXISTS"


def test_one_of_16_creators_wins(store, own):
    def create(_):
        try:
            return store.create_registered_model(own("fraud")).name
        except MlflowException as error:
            return error.error_code

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(create, range(16)))
    assert sorted(set(results)) == sorted({own("fraud"), "RESOURCE_ALREADY_EXISTS"})
    assert results.count(own("fraud")) == 1


def test_a_deleted_model_is_archived(store, registry, fraud):
    store.create_model_version(fraud, "s3://b/1")
    store.delete_registered_model(fraud)
    assert registry.models.get(name=fraud).state == "ARCHIVED"
    with pytest.raises(MlflowException) as failure:
        store.get_registered_model(fraud)
    assert _code(failure) == "RESOURCE_DOES_NOT_EXIST"
    assert list(store.search_registered_models(f"name = '{fraud}'")) == []
    assert _versions(store, f"name = '{fraud}'") == []


def test_a_model_created_again_is_empty_and_its_numbers_go_on(store, registry, own):
    name = own("fraud")
    store.create_registered_model(name, [RegisteredModelTag("team", "risk")], "old")
    store.create_model_version(name, "s3://b/1")
    store.set_registered_model_alias(name, "champion", 1)
    store.delete_registered_model(name)
    model = store.create_registered_model(name, [RegisteredModelTag("new", "1")])
    assert (model.tags, model.description, model.aliases, model.latest_versions) == ({"new": "1"}, None, {}, [])
    assert store.get_registered_model(name).aliases == {}
    assert _versions(store, f"name = '{name}'") == []
    assert store.create_model_version(name, "s3://b/2").version == 2
    assert registry.versions.get(f"{name}@1").state == "ARCHIVED"


def test_rename_is_refused_with_the_reason(store, fraud):
    with pytest.raises(MlflowException, match="fixed") as failure:
        store.rename_registered_model(fraud, f"{fraud}-2")
    assert _code(failure) == "NOT_IMPLEMENTED"


def test_prompts_are_refused_and_nothing_is_written(store, registry, own):
    for call in (
        lambda: store.create_prompt(own("hello")),
        lambda: store.create_registered_model(own("hello"), [RegisteredModelTag(IS_PROMPT_TAG_KEY, "true")]),
        store.search_prompts,
        lambda: store.get_prompt_version(own("hello"), 1),
    ):
        with pytest.raises(MlflowException, match="prompt") as failure:
            call()
        assert _code(failure) == "NOT_IMPLEMENTED"
    assert registry.models.find(own("hello")) is None


# Tags and properties


def test_a_property_that_is_no_text_is_shown_as_json(store, registry, own):
    registry.models.upsert(own("fraud"), properties={"auc": 0.94, "live": True, "params": {"depth": 6}, "label": ""})
    tags = store.get_registered_model(own("fraud")).tags
    assert tags == {"auc": "0.94", "live": "true", "params": '{"depth": 6}', "label": ""}


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (0.94, "0.94", 0.94),
        (0.94, "0.95", 0.95),
        (0.94, "good", "good"),
        (0.94, "NaN", "NaN"),
        (0.94, "true", "true"),
        (7, "8", 8),
        (7, "9007199254740993", "9007199254740993"),
        (True, "false", False),
        ({"depth": 6}, '{"depth": 7}', {"depth": 7}),
        ([1, 2], "[1, 3]", [1, 3]),
        ("7", "8", "8"),
        (None, "8", "8"),
    ],
)
def test_a_tag_that_is_set_keeps_the_kind_of_its_property(store, registry, own, before, text, after):
    registry.models.upsert(own("fraud"), properties={"key": before, "other": 1})
    store.set_registered_model_tag(own("fraud"), RegisteredModelTag("key", text))
    properties = registry.models.get(name=own("fraud")).properties
    assert properties == {"key": after, "other": 1}
    assert isinstance(properties["key"], type(after))
    assert store.get_registered_model(own("fraud")).tags["key"] == text


@pytest.mark.parametrize("key", ["alias.champion", "alias-history.champion"])
def test_a_tag_cannot_move_an_alias(store, fraud, key):
    with pytest.raises(MlflowException) as failure:
        store.set_registered_model_tag(fraud, RegisteredModelTag(key, "1"))
    assert _code(failure) == "INVALID_PARAMETER_VALUE"
    with pytest.raises(MlflowException):
        store.delete_registered_model_tag(fraud, key)


@pytest.mark.parametrize("key", ["mlflow.source", "mlflow.run_id"])
def test_a_tag_cannot_replace_a_field(store, fraud, key):
    with pytest.raises(MlflowException) as failure:
        store.create_model_version(fraud, "s3://b/1", tags=[ModelVersionTag(key, "x")])
    assert _code(failure) == "INVALID_PARAMETER_VALUE"
    assert _versions(store, f"name = '{fraud}'") == []


# Versions


def test_a_version_of_mlflow_is_a_version_with_a_model_artifact(store, registry, fraud):
    store.create_model_version(
        fraud, "s3://b/1", "run-1", [ModelVersionTag("data", "v3")], "http://link", "first", model_id="m-1"
    )
    version = registry.versions.get(f"{fraud}@1")
    [artifact] = registry.artifacts.list(version=version)
    assert (version.description, version.properties["data"]) == ("first", "v3")
    assert (artifact.name, artifact.uri, artifact.model_format) == (fraud, "s3://b/1", "mlflow")
    assert artifact.source == Source(kind="mlflow", class_="run", id="run-1")
    entity = store.get_model_version(fraud, 1)
    assert (entity.run_link, entity.model_id, entity.tags) == ("http://link", "m-1", {"data": "v3"})


def test_a_version_of_the_registry_is_a_version_of_mlflow(store, registry, own):
    registry.register(
        own("fraud"),
        "7",
        uri="s3://b/7",
        source={"kind": "mlflow", "id": "run-7"},
        author="ana",
        metrics={"auc": 0.9},
        description="seventh",
    )
    version = store.get_model_version(own("fraud"), "7")
    assert (version.version, version.source, version.run_id) == (7, "s3://b/7", "run-7")
    assert (version.user_id, version.description, version.tags) == ("ana", "seventh", {"auc": "0.9"})
    assert version.status == "READY"
    assert store.create_model_version(own("fraud"), "s3://b/8").version == 8


def test_the_run_of_another_kind_of_lineage_is_no_run_of_mlflow(store, registry, own):
    registry.register(own("fraud"), "1", uri="s3://b/1", source={"kind": "kfp", "id": "pipeline-run"})
    assert store.get_model_version(own("fraud"), 1).run_id is None


def test_a_uri_that_moved_is_loaded_from_its_new_place(store, registry, fraud):
    store.create_model_version(fraud, "s3://b/1")
    registry.register(fraud, "1", uri="s3://elsewhere/1", on_conflict="update")
    assert store.get_model_version_download_uri(fraud, 1) == "s3://elsewhere/1"
    assert store.get_model_version(fraud, 1).source == "s3://b/1"


def test_a_uri_with_a_password_is_refused_and_nothing_is_written(store, registry, fraud):
    with pytest.raises(MlflowException) as failure:
        store.create_model_version(fraud, "https://ana:secret@example.com/m")
    assert _code(failure) == "INVALID_PARAMETER_VALUE"
    assert "secret" not in str(failure.value)
    assert list(registry.versions.list(model=fraud)) == []


def test_16_writers_get_16_numbers(address, fraud):
    def create(writer):
        with closing(ModelRegistryStore(f"modelreg+{address}")) as store:
            return store.create_model_version(fraud, f"s3://b/{writer}").version

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(create, range(16))) == list(range(1, 17))


def test_numbers_follow_the_highest_name_of_digits_archived_ones_too(store, registry, fraud):
    for name in ("41", "1.4.0", "v99", "7"):
        registry.versions.upsert(name, model=fraud)
    registry.versions.archive(f"{fraud}@41")
    assert store.create_model_version(fraud, "s3://b/42").version == 42
    registry.versions.upsert("50", model=fraud)
    assert store.create_model_version(fraud, "s3://b/51").version == 51


def test_a_deleted_version_is_archived_after_its_aliases_are_gone(store, registry, fraud):
    store.create_model_version(fraud, "s3://b/1")
    store.create_model_version(fraud, "s3://b/2")
    store.set_registered_model_alias(fraud, "champion", 2)
    store.delete_model_version(fraud, 2)
    assert registry.versions.get(f"{fraud}@2").state == "ARCHIVED"
    assert store.get_registered_model(fraud).aliases == {}
    assert _versions(store, f"name = '{fraud}'") == [1]
    with pytest.raises(MlflowException) as failure:
        store.get_model_version(fraud, 2)
    assert _code(failure) == "RESOURCE_DOES_NOT_EXIST"


def test_a_stage_is_a_tag(store, registry, fraud):
    version = store.create_model_version(fraud, "s3://b/1")
    store.transition_model_version_stage(fraud, 1, "production", archive_existing_versions=False)
    assert registry.versions.get(f"{fraud}@1").properties["mlflow.stage"] == "Production"
    assert store.get_model_version(fraud, 1).current_stage == "Production"
    copy = store.copy_model_version(store.get_model_version(fraud, version.version), fraud)
    assert store.get_model_version(fraud, copy.version).current_stage == "None"
    store.transition_model_version_stage(fraud, 1, "None", archive_existing_versions=False)
    assert "mlflow.stage" not in registry.versions.get(f"{fraud}@1").properties


# Aliases, and versions whose names are no numbers


def test_an_alias_is_the_alias_of_the_registry(store, registry, fraud):
    store.create_model_version(fraud, "s3://b/1")
    store.set_registered_model_alias(fraud, "champion", "1")
    assert registry.versions.get(f"{fraud}@champion").name == "1"
    assert store.get_registered_model(fraud).aliases == {"champion": 1}
    assert store.get_model_version(fraud, 1).aliases == ["champion"]
    store.delete_registered_model_alias(fraud, "champion")
    store.delete_registered_model_alias(fraud, "champion")
    assert store.get_registered_model(fraud).aliases == {}


def test_an_alias_of_the_registry_is_an_alias_of_mlflow(store, registry, own):
    registry.register(own("fraud"), "1.4.0", uri="s3://b/1.4.0")
    registry.models.update(name=own("fraud"), properties={"alias.champion": "1.4.0"})
    assert store.get_model_version_by_alias(own("fraud"), "champion").version == "1.4.0"
    assert store.get_registered_model(own("fraud")).aliases == {"champion": "1.4.0"}


def test_an_alias_that_is_not_there(store, fraud):
    with pytest.raises(MlflowException, match="alias champion not found") as failure:
        store.get_model_version_by_alias(fraud, "champion")
    assert _code(failure) == "INVALID_PARAMETER_VALUE"


def test_a_version_by_name_is_found_where_mlflow_asks_for_an_alias(store, registry, own):
    registry.register(own("fraud"), "1.4.0", uri="s3://b/1.4.0")
    version = store.get_model_version_by_alias(own("fraud"), "1.4.0")
    assert (version.version, version.source) == ("1.4.0", "s3://b/1.4.0")
    assert store.get_model_version_download_uri(own("fraud"), version.version) == "s3://b/1.4.0"
    assert _versions(store, f"name = '{own('fraud')}'") == ["1.4.0"]


def test_a_version_by_name_that_is_asked_for_as_a_stage_says_what_to_write(store, registry, own):
    registry.register(own("fraud"), "1.4.0", uri="s3://b/1.4.0")
    with pytest.raises(MlflowException) as failure:
        store.get_latest_versions(own("fraud"), ["1.4.0"])
    assert f"models:/{own('fraud')}@1.4.0" in failure.value.message


def test_latest_is_the_highest_number(store, registry, fraud):
    for name in ("2", "10", "9", "1.4.0"):
        registry.versions.upsert(name, model=fraud)
    assert store.get_model_version_by_alias(fraud, "latest").version == 10
    assert [version.version for version in store.get_latest_versions(fraud)] == [10]
