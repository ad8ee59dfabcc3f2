"""What is read for `modelreg register`: metrics, CI's environment, a declared registration, and how they are joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelreg import ModelRegistry
from modelreg._types import DataSet, DocArtifact, Source
from modelreg.errors import InvalidInput
from modelreg.pipeline import (
    EVAL_DOCUMENT,
    compose_registration,
    detect_run,
    parse_registration,
    read_eval_results,
    read_metrics,
    read_registration,
)
from modelreg.signing import Key

REAL = Path(__file__).parent / "data" / "lm_eval_0.4.13.json"

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_RUN_ID": "17",
    "GITHUB_REPOSITORY": "team/fraud",
    "GITHUB_SERVER_URL": "https://git.example",
    "GITHUB_SHA": "abc",
    "GITHUB_ACTOR": "ana",
    "GITHUB_WORKFLOW": "train",
    "GITHUB_REF_NAME": "main",
    "GITHUB_TOKEN": "secret",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PIPELINE_ID": "8",
    "CI_PIPELINE_URL": "https://gl.example/p/8",
    "CI_PROJECT_PATH": "team/fraud",
    "CI_COMMIT_SHA": "abc",
    "CI_COMMIT_REF_NAME": "main",
    "CI_JOB_NAME": "train",
    "GITLAB_USER_LOGIN": "ana",
    "CI_JOB_TOKEN": "secret",
}
TEKTON = {
    "TEKTON_PIPELINE_RUN": "train-x7",
    "TEKTON_PIPELINE_RUN_UID": "uid",
    "TEKTON_NAMESPACE": "ml",
    "GIT_COMMIT": "abc",
}
ARGO = {"ARGO_WORKFLOW_NAME": "train-k2", "ARGO_WORKFLOW_UID": "uid", "ARGO_NAMESPACE": "ml"}


def test_numbers_are_metrics_and_the_rest_is_sorted_out(tmp_path):
    file = tmp_path / "metrics.json"
    file.write_text(
        '{"auc": 0.9, "n": {"a": 1, "b": NaN}, "by": "cv", "ok": true, "big": 1e999, "list": [1], "huge": 1'
        + "0" * 30
        + "}"
    )

    found = read_metrics(file)

    assert found.metrics == {"auc": 0.9, "n_a": 1, "huge": 1e30}
    assert found.other == {"by": "cv", "ok": True}
    assert len(found.warnings) == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "metrics.json:1: not JSON"),
        ('{\n "a": 1,\n}', "metrics.json:3: not JSON"),
        ("[1]", "holds a list"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_bad_metrics_file_is_named_with_its_line(tmp_path, content, says):
    file = tmp_path / "metrics.json"
    file.write_text(content)

    with pytest.raises(InvalidInput, match=says):
        read_metrics(file)


def test_a_missing_metrics_file_is_named(tmp_path):
    with pytest.raises(InvalidInput, match=r"none\.json' cannot be read"):
        read_metrics(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("environ", "source", "url"),
    [
        (
            GITHUB,
            Source(kind="github-actions", class_="workflowrun", group="team/fraud", id="17", name="train"),
            "https://git.example/team/fraud/actions/runs/17",
        ),
        (
            GITLAB,
            Source(kind="gitlab-ci", class_="pipeline", group="team/fraud", id="8", name="train"),
            "https://gl.example/p/8",
        ),
        (TEKTON, Source(kind="tekton", class_="pipelinerun", group="ml", id="uid", name="train-x7"), None),
        (ARGO, Source(kind="argo", class_="workflow", group="ml", id="uid", name="train-k2"), None),
        (
            {"ARGO_NODE_ID": "train-k2-17"},
            Source(kind="argo", class_="workflow", id="train-k2-17", name="train-k2-17"),
            None,
        ),
    ],
)
def test_a_ci_system_is_recognised(environ, source, url):
    run = detect_run(environ)

    assert run.source == source
    assert run.url == url
    assert "secret" not in str(run)


@pytest.mark.parametrize("environ", [{}, {"CI": "true"}, {"GITHUB_ACTIONS": ""}, {"HOME": "/root"}])
def test_elsewhere_nothing_is_recognised(environ):
    assert detect_run(environ) is None


def test_a_bare_environment_of_a_known_system_still_answers():
    run = detect_run({"GITHUB_ACTIONS": "true"})

    assert (run.run_id, run.url, run.properties) == (None, None, {"ci_system": "github-actions"})


WHOLE = """\
name: fraud
version: "1.4.0"
uri: s3://models/fraud
model_format: onnx
owner: ana
labels: [candidate, eu]
metrics: {auc: 0.94, loss: 1e-3}
higher_is_better: {auc: true, loss: false}
properties:
  features: 31
  tuned: true
  when: 2026-11-22
params: {lr: 1e-5, optimizer: {name: adam}}
source: {kind: jenkins, class: build, id: "17"}
artifacts:
  - name: card
    uri: https://example.com/card
  - {kind: dataset, name: train, uri: s3://data, digest: "sha256:1", properties: {rows: 10}}
on_conflict: update
restore: true
metrics_file: out/metrics.json
eval_results: out/results.json
"""


def test_a_whole_registration_is_declared(tmp_path):
    file = tmp_path / "registration.yaml"
    file.write_text(WHOLE)

    declared = read_registration(file)

    said = declared.arguments
    assert (said["name"], said["version"], said["labels"]) == ("fraud", "1.4.0", ["candidate", "eu"])
    assert said["metrics"] == {"auc": 0.94, "loss": 1e-3}
    assert said["source"] == Source(kind="jenkins", class_="build", id="17")
    assert said["artifacts"] == [
        DocArtifact(name="card", uri="https://example.com/card"),
        DataSet(name="train", uri="s3://data", digest="sha256:1", properties={"rows": 10}),
    ]
    assert (said["on_conflict"], said["restore"]) == ("update", True)
    assert declared.params == {"lr": 1e-5, "optimizer": {"name": "adam"}}
    assert (declared.metrics_file, declared.eval_results) == (
        tmp_path / "out/metrics.json",
        tmp_path / "out/results.json",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "r.yaml:1: is empty"),
        ("- a", "r.yaml:1: the registration is a list"),
        ("name: a\nversion: 1.0", "r.yaml:2: version is 1.0, which YAML reads as a number; quote it: '1.0'"),
        ("name: [a]", "r.yaml:1: name is a list; give a text"),
        ("model_fromat: x", "r.yaml:1: 'model_fromat' is not known; 'model_format' is"),
        ("x_y_z: 1", "r.yaml:1: 'x_y_z' is not known"),
        ("name: a\n\nname: b", "r.yaml:3: 'name' is given twice"),
        ("name: a\n b: c: d", "r.yaml:2: not YAML"),
        ("a: &x [1]\nb: *x", "r.yaml:2: aliases are not read"),
        ("a: b\n---\nc: d", "r.yaml:2: not YAML"),
        ("metrics:\n  a: many", "r.yaml:2: metrics.a is 'many'; give a number"),
        ("metrics:\n  a: .nan", "r.yaml:2: metrics.a is nan; give a number"),
        ("higher_is_better: {a: 1}", "r.yaml:1: higher_is_better.a is '1'; give true or false"),
        ("labels: a", "r.yaml:1: labels is a single value; give a list of texts"),
        ("labels:\n  - ok\n  - 1", "r.yaml:3: labels is 1, which YAML reads as a number; quote it: '1'"),
        ("on_conflict: explode", "r.yaml:1: on_conflict is 'explode'; it is one of fail, update, unchanged"),
        ("artifacts:\n  - {uri: x}", "r.yaml:2: an artifact of artifacts has no name"),
        ("artifacts:\n  - {name: a, digest: x}", "r.yaml:2: digest is no field of a doc artifact"),
        ("artifacts: {name: a}", "r.yaml:1: artifacts is a mapping; give a list of artifacts"),
        ("source:\n  run: 17", "r.yaml:2: 'run' is not known"),
        ("properties:\n  a: !!python/object/apply:os.system [ls]", "r.yaml:2:"),
        ("properties:\n  a: 1\n  b: 99999999999999999999", "r.yaml:3: "),
        (f"name: {'x' * 300}", "r.yaml:1: name has 300 characters"),
        ("? [a]\n: b", "r.yaml:1: the registration has a key that is no text"),
        ("<<: {a: b}", "r.yaml:1: the registration has a key that is no text"),
        ("name: \x01", "r.yaml"),
    ],
)
def test_each_mistake_is_named_with_its_line(text, says):
    with pytest.raises(InvalidInput) as caught:
        parse_registration(text, source="r.yaml")

    assert says in str(caught.value)


def test_all_mistakes_are_named_at_once():
    with pytest.raises(InvalidInput) as caught:
        parse_registration("nme: a\nversion: 2\nlabels: x\n")

    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["1", "2", "3"]


def test_a_missing_registration_is_named(tmp_path):
    with pytest.raises(InvalidInput, match=r"none\.yaml: cannot be read"):
        read_registration(tmp_path / "none.yaml")


def test_what_is_said_wins_over_the_file_and_that_over_ci():
    composed = compose_registration(
        {"version": "2", "properties": {"features": 32}, "author": None, "labels": ["eu", "mine"]},
        declared=parse_registration(WHOLE),
        detected=detect_run(GITHUB),
        params={"lr": 0.1},
    )

    said = composed.arguments()
    assert (said["name"], said["version"], said["author"]) == ("fraud", "2", "ana")
    assert said["source"] == {"kind": "jenkins", "class": "build", "id": "17"}
    assert said["labels"] == ["eu", "mine", "candidate"]
    assert said["properties"]["features"] == 32
    assert said["properties"]["ci_commit"] == "abc"
    assert (said["properties"]["training_lr"], said["properties"]["training_optimizer_name"]) == (0.1, "adam")


def test_without_name_or_version_it_says_which_is_missing():
    with pytest.raises(InvalidInput, match="no name"):
        compose_registration({})
    with pytest.raises(InvalidInput, match="no version"):
        compose_registration({"name": "a"})


def test_lineage_is_joined_part_by_part():
    said = {"name": "a", "version": "1", "uri": "s3://w", "source": {"id": "mine"}}

    lineage = compose_registration(said, detected=detect_run(GITHUB)).arguments()["source"]

    assert lineage == {
        "kind": "github-actions",
        "class": "workflowrun",
        "group": "team/fraud",
        "id": "mine",
        "name": "train",
    }


def test_lineage_of_ci_needs_weights():
    run = detect_run(GITHUB)

    assert "source" not in compose_registration({"name": "a", "version": "1"}, detected=run).arguments()
    with_weights = compose_registration({"name": "a", "version": "1", "uri": "s3://w"}, detected=run)
    assert with_weights.arguments()["source"]["id"] == run.source.id


def test_what_is_composed_registers_and_registers_unchanged_again(tmp_path):
    metrics = tmp_path / "metrics.json"
    metrics.write_text('{"auc": 0.9, "note": "cv", "features": 31}')
    composed = compose_registration(
        {},
        declared=parse_registration(WHOLE),
        detected=detect_run(GITLAB),
        metrics=read_metrics(metrics),
        eval_results=read_eval_results(REAL),
        eval_uri="https://example.com/results.json",
    )
    with ModelRegistry(tmp_path / "registry.db") as registry:
        done = registry.register(**composed.arguments())
        again = registry.register(**composed.arguments())

    assert (str(done.outcome), str(again.outcome)) == ("created", "unchanged")
    properties = done.version.properties
    assert (properties["auc"], properties["features"], properties["note"]) == (0.94, 31, "cv")
    assert (properties["eval_best_metric"], properties["eval_best_score"]) == ("tiny_mc_acc", 0.5)
    assert [artifact.name for artifact in done.artifacts] == ["card", "train", EVAL_DOCUMENT, "fraud"]
    assert done.model.higher_is_better["eval_tiny_ppl_word_perplexity"] is False


def test_files_are_declared(tmp_path):
    (tmp_path / "registration.yaml").write_text(
        "name: fraud\nversion: '1'\nfiles: out/model\nto: s3://models\nsign: key.pem\ntakeover: true\n"
        "ignore: ['*.log']\nstall_timeout: 120\nalias: challenger\n"
    )
    declared = read_registration(tmp_path / "registration.yaml").arguments
    assert declared["files"] == tmp_path / "out" / "model"
    assert declared["sign"] == Key(tmp_path / "key.pem")
    rest = {key: declared[key] for key in ("to", "takeover", "ignore", "stall_timeout", "alias")}
    assert rest == {
        "to": "s3://models",
        "takeover": True,
        "ignore": ["*.log"],
        "stall_timeout": 120.0,
        "alias": "challenger",
    }
    with pytest.raises(InvalidInput, match="2: 'progress' is not known"):
        parse_registration("name: fraud\nprogress: yes\n")
    with pytest.raises(InvalidInput, match="stall_timeout is 'soon'; give a number"):
        parse_registration("name: fraud\nstall_timeout: soon\n")
