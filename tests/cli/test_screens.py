"""What show, compare, resolve, register, config and lists say, beyond that they say it."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from modelreg import DocArtifact, ModelRegistry


def test_a_list_in_a_pipe(run, store):
    row = run("models", "list", "--owner", "ana").out.rstrip("\n").split("\t")
    assert row[:-1] == ["fraud", "1.4.0", "prod: DEPLOYED", "auc 0.94", "LIVE", "", "ana"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", row[-1])


def test_columns_sorting_and_limits(run, store):
    columns = ("--columns", "name,version,prop:auc")
    assert run("versions", "list", "fraud", *columns, "--sort", "auc").out == "1.3.0\t1.3.0\t0.91\n1.4.0\t1.4.0\t0.94\n"
    assert run("versions", "list", *columns, "--sort", "auc", "--desc", "--limit", "1").out == "1.4.0\t1.4.0\t0.94\n"
    missing_last = run("versions", "list", "--columns", "name", "--sort", "loss", "--desc").out.split()
    assert missing_last == ["1.3.0", "1.4.0", "1"]
    assert "there are more" in run("models", "list", "--limit", "1", live=True).err
    assert run("models", "list", "--sort", "name", "-q").out == "churn\nfraud\n"


def test_narrowing(run, store):
    assert run("versions", "list", "--where", "auc > 0.92 and state = LIVE", "-q").out == "fraud@1.4.0\n"
    assert run("versions", "list", "--label", "retired", "-q").out == "fraud@1.3.0\n"
    assert run("versions", "list", "--author", "ben", "-q").out == "fraud@1.4.0\n"
    assert run("artifacts", "list", "fraud@1.4.0", "--kind", "doc", "--columns", "name").out == "card\n"
    assert run("versions", "archive", "fraud@1.3.0").code == 0
    assert run("versions", "list", "fraud", "--state", "ARCHIVED", "-q").out == "fraud@1.3.0\n"


def test_csv_and_markdown(run, store):
    assert run("versions", "list", "fraud", "--columns", "name,description", "--csv").out == (
        "name,description\n1.4.0,Better | than before\n1.3.0,\n"
    )
    assert (
        "| 1.4.0 | Better \\| than before |"
        in run("versions", "list", "fraud", "--columns", "name,description", "--md").out
    )


def test_values_keep_their_types(run, store):
    said = ["a=1", "b=1.0", "c=true", "d=text", 'e="1"', 'f={"k":[1,null]}', "g=", "h=x=y"]
    assert run("models", "upsert", "typed", *(word for pair in said for word in ("-p", pair))).code == 0
    found = json.loads(run("models", "find", "typed", "--json").out)["properties"]
    assert found == {"a": 1, "b": 1.0, "c": True, "d": "text", "e": "1", "f": {"k": [1, None]}, "g": "", "h": "x=y"}
    assert isinstance(found["b"], float)
    assert run("models", "upsert", "typed", "-p", "a=NaN").code == 0
    assert json.loads(run("models", "find", "typed", "--json").out)["properties"]["a"] == "NaN"


def test_show_a_version(run, store):
    out = run("show", "fraud", "1.4.0", live=True, env={"NO_COLOR": "1"}).out
    for line in (
        "python   registry.versions.find('1.4.0', model='fraud')",
        "command  modelreg show fraud@1.4.0",
        "uri     s3://models/fraud/1.4.0/model.onnx",
        "format  onnx 1.15",
        "auc      0.94  higher is better",
        "prod         fraud-svc  DEPLOYED",
        "name   nightly",
    ):
        assert line in out
    assert out.index("Model artifact") < out.index("Metrics") < out.index("Properties") < out.index("Origin")


def test_show_a_model_with_an_at_in_its_name(run, store):
    assert run("models", "upsert", "team@fraud").code == 0
    assert json.loads(run("show", "team@fraud", "--json").out)["name"] == "team@fraud"
    assert run("versions", "upsert", "team@fraud", "1").code == 0
    assert json.loads(run("show", "team@fraud@1", "--json").out)["reference"] == "team@fraud@1"


def test_compare(run, store):
    out = run("compare", "fraud@1.3.0", "fraud@1.4.0", live=True, env={"NO_COLOR": "1"}).out
    assert "auc             0.91   0.94   +0.03   +3.3%  better" in out
    assert "loss            0.25   0.21   -0.04  -16.0%  better" in out
    assert re.search(r"^depth +6 +8 +\+2 +\+33.3%$", out, re.MULTILINE)
    assert "2 equal rows not shown" in out
    every = run("compare", "fraud@1.3.0", "fraud@1.4.0", "--all", live=True).out
    assert "not shown" not in every
    assert "model_format" in every
    against = run("compare", "fraud@1.3.0", "fraud@1.4.0", "--lower", "auc", "--json").out
    assert json.loads(against)["rows"][0]["changes"][0]["verdict"] == "worse"
    assert "They are equal" in run("compare", "fraud@1.3.0", "fraud@1.3.0", live=True).out
    assert run("compare", "fraud", "1.3.0", "1.4.0", "--csv").out.startswith("section,key,base,fraud@1.4.0,")


def test_history_and_plots(run, store, alone):
    out = run("compare", "fraud", "--metric", "auc", "--history", live=True, env={"NO_COLOR": "1"}).out
    assert "trend               ▁█" in out or "▁█" in out
    assert "1.4.0    LIVE   0.94   +0.03  +3.3%  better" in out
    for name, magic in (("a.svg", b"<svg"), ("a.png", b"\x89PNG"), ("a.html", b"<!DOCTYPE html>")):
        pytest.importorskip("vl_convert")
        assert run("compare", "fraud", "--metric", "auc", "--history", "--plot", name).code == 0
        assert (alone / name).read_bytes().lstrip().startswith(magic)
    assert b'src="http' not in (alone / "a.html").read_bytes()
    assert run("compare", "fraud", "--metric", "auc", "--plot", "a.pdf").code == 2
    assert run("compare", "fraud", "--metric", "nonsense", "--history").code == 3


def test_resolve_and_its_warnings(run, store):
    assert run("resolve", "model-registry://fraud/1.4.0").out == "s3://models/fraud/1.4.0/model.onnx\n"
    assert "takes the newest, now '1.4.0'" in run("resolve", "model-registry://fraud").err
    assert "names the registry at other:8080" in run("resolve", "model-registry://other:8080/fraud/1.4.0").err
    run("versions", "archive", "fraud@1.4.0", "--yes")
    archived = run("resolve", "model-registry://fraud")
    assert "is archived; KServe loads it all the same; the newest LIVE one is '1.3.0'" in archived.err
    with ModelRegistry(store) as registry:
        registry.artifacts.upsert("late", version="fraud@1.3.0", kind="doc", uri="s3://late", force=True)
    late = run("resolve", "fraud", "1.3.0")
    assert late.code == 1
    assert "the newest artifact of fraud@1.3.0 is the doc 'late', no model artifact: KServe fails" in late.err
    assert run("artifacts", "renew", "fraud@1.3.0").code == 0
    assert run("resolve", "fraud", "1.3.0").code == 0
    assert run("resolve", "model-registry://a/b/c/d").code == 2
    assert run("resolve", "s3://x").code == 2


def test_a_manifest(run, store):
    manifest = yaml.safe_load(run("resolve", "fraud@1.4.0", "--kserve", "--namespace", "prod").out)
    assert manifest == {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {
            "name": "fraud",
            "namespace": "prod",
            "labels": {
                "modelregistry.kubeflow.org/registered-model-id": "1",
                "modelregistry.kubeflow.org/model-version-id": manifest["metadata"]["labels"][
                    "modelregistry.kubeflow.org/model-version-id"
                ],
            },
        },
        "spec": {
            "predictor": {
                "model": {
                    "modelFormat": {"name": "onnx", "version": "1.15"},
                    "storageUri": "s3://models/fraud/1.4.0/model.onnx",
                }
            }
        },
    }


def test_register_from_files(run, store, alone):
    (alone / "metrics.json").write_text('{"auc": 0.97, "note": "x"}')
    (alone / "registration.yaml").write_text(
        "name: fraud\nversion: '1.6.0'\nuri: s3://m/1.6.0\nmetrics_file: metrics.json\nlabels: [a]\n"
    )
    done = run("register", "--file", "registration.yaml", "--author", "me", "--json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert answer["outcome"]["strongest"] == "created"
    assert answer["version"]["author"] == "me"
    assert answer["version"]["properties"]["auc"] == 0.97
    (alone / "registration.yaml").write_text("name: fraud\nnonsense: 1\n")
    wrong = run("register", "--file", "registration.yaml")
    assert wrong.code == 2
    assert "registration.yaml:2:" in wrong.err
    detected = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "77",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_ACTOR": "octo",
        "GITHUB_SHA": "abc",
    }
    ci = run("register", "fraud", "2", "--uri", "s3://m/2", "--detect", "--json", env=detected)
    assert json.loads(ci.out)["artifact"]["source_id"] == "77"
    assert json.loads(ci.out)["version"]["author"] == "octo"
    assert run("register", "fraud", "3", "--detect").code == 2


def test_register_an_archived_version(run, store):
    run("versions", "archive", "fraud@1.3.0")
    refused = run("register", "fraud", "1.3.0", "--label", "x")
    assert refused.code == 5
    assert "--restore" in refused.err
    assert run("register", "fraud", "1.3.0", "--label", "x", "--restore").code == 0


def test_what_is_recorded_otherwise_is_said(run, store, alone):
    (alone / "results.json").write_text('{"results": {"t": {"acc,none": 0.5}}}')
    ran = run("register", "fraud", "1.4.0", "--eval-results", "results.json")
    assert ran.code == 0
    assert "warning: DocArtifact" in ran.err or "warning:" in ran.err


def test_config_says_where_from(run, alone):
    (alone / "config.toml").write_text(
        'url = "./mine.db"\ntimeout = 7\n[registries.prod]\nurl = "https://prod.example.com"\ntoken_path = "t"\n'
    )
    (alone / "t").write_text("secret")
    said = json.loads(run("config", "--json").out)["settings"]
    assert said["timeout"]["value"].startswith("7 s")
    assert said["address"]["source"] == str(alone / "config.toml")
    env = {"MODEL_REGISTRY_URL": "./env.db", "MODEL_REGISTRY_TIMEOUT": "9"}
    said = json.loads(run("config", "--json", env=env).out)["settings"]
    assert (said["address"]["source"], said["timeout"]["source"]) == ("MODEL_REGISTRY_URL", "MODEL_REGISTRY_TIMEOUT")
    said = json.loads(run("config", "--json", "--registry", "./flag.db", env=env).out)["settings"]
    assert said["address"]["source"] == "--registry"
    prod = run("--registry", "prod", "config", "--json", env=env)
    said = json.loads(prod.out)["settings"]
    assert said["address"]["value"] == "https://prod.example.com"
    assert "[registries.prod]" in said["token"]["source"]
    assert "secret" not in prod.text


def test_a_token_of_the_file_goes_to_the_registry_of_the_file_alone(run, alone):
    (alone / "t").write_text("secret")
    (alone / "config.toml").write_text('url = "https://mine.example.com"\ntoken_path = "t"\n')
    assert json.loads(run("config", "--json").out)["settings"]["token"]["value"] != "none"
    other = run("config", "--json", "--registry", "https://other.example.com")
    assert json.loads(other.out)["settings"]["token"]["value"] == "none"


@pytest.mark.parametrize(
    ("text", "caret"),
    [("url = \n", True), ("nonsense = 1\n", True), ('token = "x"\n', False), ("timeout = true\n", True)],
)
def test_a_broken_config_is_pointed_at(run, alone, text, caret):
    (alone / "config.toml").write_text(text)
    ran = run("config")
    assert ran.code == 2
    assert ("^" in ran.err) == caret


def test_a_late_document_is_not_lost(store):
    with ModelRegistry(store) as registry:
        done = registry.register("fraud", "1.4.0", artifacts=[DocArtifact(name="late", uri="s3://late")])
        assert done.warnings
