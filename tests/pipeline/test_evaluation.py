from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from modelreg._pipeline.best_metric import Score, metric_in
from modelreg._pipeline.evaluation import metric_name
from modelreg.errors import InvalidInput
from modelreg.pipeline import best, direction_of, parse_eval_results, read_eval_results

REAL = Path(__file__).parent / "data" / "lm_eval_0.4.13.json"


@pytest.fixture
def document():
    return json.loads(REAL.read_text())


def test_a_real_file_is_read_whole():
    results = read_eval_results(REAL)

    assert results.tasks == ("tiny_mc", "tiny_gen", "tiny_ppl", "tiny")
    assert results.sha256 == hashlib.sha256(REAL.read_bytes()).hexdigest()
    assert (results.tool_version, results.n_shot["tiny_mc"], results.versions["tiny"]) == ("0.4.13", 0, "1.0")
    assert results.warnings == ()
    scores = {score.name: score for score in results.scores}
    assert len(scores) == 13
    strict = scores["tiny_gen_exact_match_strict-match"]
    assert (strict.task, strict.metric, strict.filter, strict.value) == ("tiny_gen", "exact_match", "strict-match", 0.0)
    assert scores["tiny_ppl_word_perplexity"].higher_is_better is False
    assert scores["tiny_acc"].group
    assert not scores["tiny_mc_acc"].group
    assert scores["tiny_mc_acc_stderr"].higher_is_better is None


def test_a_real_file_sums_up_typed():
    properties = read_eval_results(REAL).properties().properties

    assert properties["eval_tiny_mc_acc"] == 0.5
    assert properties["eval_tiny_mc_acc_stderr"] == 0.22360679774997896
    assert properties["eval_tiny_mc_n_shot"] == 0
    assert properties["eval_tiny_mc_version"] == 1.0
    assert properties["eval_tiny_version"] == "1.0"
    assert "eval_tiny_ppl_word_perplexity_stderr" not in properties
    assert len(properties) == 13 + 4 + 4


def test_a_file_of_an_older_version_takes_directions_from_names(document):
    del document["higher_is_better"], document["n-shot"], document["groups"]
    for task in document["results"].values():
        for key in ("name", "alias", "sample_len", "sample_count"):
            task.pop(key, None)

    results = parse_eval_results(document)

    directions = {score.name: score.higher_is_better for score in results.scores if "stderr" not in score.metric}
    assert directions == {
        "tiny_mc_acc": True,
        "tiny_mc_acc_norm": True,
        "tiny_gen_exact_match_strict-match": True,
        "tiny_gen_exact_match_flexible-extract": True,
        "tiny_ppl_word_perplexity": False,
        "tiny_ppl_byte_perplexity": False,
        "tiny_ppl_bits_per_byte": False,
        "tiny_acc": True,
    }


def test_the_files_direction_wins_over_the_names():
    results = parse_eval_results({"results": {"t": {"acc,none": 0.1}}, "higher_is_better": {"t": {"acc": False}}})

    assert results.scores[0].higher_is_better is False


def test_metrics_without_a_filter_are_read_too():
    results = parse_eval_results({"results": {"t": {"acc": 0.5, "acc_stderr": 0.1, "f1": float("nan"), "x": True}}})

    assert [(score.name, score.filter) for score in results.scores] == [("t_acc", None), ("t_acc_stderr", None)]


def test_the_budget_keeps_groups_then_tasks_then_the_rest():
    document = {
        "results": {f"t{n}": {"acc,none": n / 100, "acc_stderr,none": 0.1} for n in range(5)},
        "groups": {"g": {"acc,none": 0.5, "acc_stderr,none": 0.01}},
        "n-shot": {"t0": 5},
    }

    flat = parse_eval_results(document).properties(budget=7)

    assert list(flat.properties) == [
        "eval_g_acc",
        *(f"eval_t{n}_acc" for n in range(5)),
        "eval_t0_acc_stderr",
        "eval_left_out",
    ]
    assert flat.properties["eval_left_out"] == 6


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "are empty"),
        (b"  \n", "are empty"),
        (b"{", "are not JSON"),
        (b"\xff\xfe", "are not JSON"),
        (b"[" * 100_000, "are not JSON"),
        (b"[1]", "not in lm-eval's form"),
        (b'{"results": []}', "not in lm-eval's form"),
        (b'{"results": {}}', "hold no score"),
        (b'{"results": {"t": 1}}', "hold no score"),
        (b'{"results": {"t": {"acc,none": "N/A"}}}', "hold no score"),
    ],
)
def test_a_file_that_is_no_results_file_is_named_as_what_it_is(tmp_path, content, says):
    file = tmp_path / "results.json"
    file.write_bytes(content)

    with pytest.raises(InvalidInput, match=says):
        read_eval_results(file)


def test_a_missing_file_and_an_empty_folder_are_named(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_eval_results(tmp_path / "none.json")
    with pytest.raises(InvalidInput, match="no evaluation results in the folder"):
        read_eval_results(tmp_path)


def test_in_a_folder_the_newest_results_are_taken(tmp_path):
    for day, value in (("2026-01-01", 0.1), ("2026-01-02", 0.2)):
        file = tmp_path / "model" / f"results_{day}T00-00-00.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"results": {"t": {"acc,none": value}}}))

    assert read_eval_results(tmp_path).scores[0].value == 0.2


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("arc_acc,none", "arc_acc"),
        ("arc_acc", "arc_acc"),
        ("gsm_exact_match,strict-match", "gsm_exact_match_strict-match"),
        ("top 1, 5", "top 1_ 5"),
    ],
)
def test_a_metrics_name_holds_its_filter(said, kept):
    assert metric_name(said) == kept


@pytest.mark.parametrize(
    ("name", "up"),
    [
        ("acc", True),
        ("acc_norm", True),
        ("exact_match", True),
        ("f1", True),
        ("rouge1", True),
        ("pass@1", True),
        ("val_loss", False),
        ("word_perplexity", False),
        ("bits_per_byte", False),
        ("wer", False),
        ("error_score", False),
        ("duration", None),
        ("samples", None),
        ("lossless", None),
    ],
)
def test_a_name_says_its_direction_or_nothing(name, up):
    assert direction_of(name) is up


def score(key, value, up=True, metric=None, group=False):
    return Score(key, metric or metric_in(key), value, up, group)


@pytest.mark.parametrize(
    ("scores", "chosen"),
    [
        ([], None),
        ([score("a_acc", 0.5), score("b_acc_norm", 0.6), score("c_f1", 0.9)], "b_acc_norm"),
        ([score("a_acc", 0.5), score("b_acc", 0.5)], "a_acc"),
        ([score("a_acc", 0.9, group=True), score("b_acc", 0.5)], "b_acc"),
        ([score("a_acc", 0.9, group=True)], "a_acc"),
        ([score("a_acc_stderr", 0.9, metric="acc_stderr"), score("a_acc", 0.1)], "a_acc"),
        ([score("a", 0.5, metric="f1"), score("b", 0.4, metric="f1"), score("c", 9.0, metric="bleu")], "a"),
        ([score("a", 0.5, False, metric="loss"), score("b", 0.4, False, metric="loss")], "b"),
        ([score("loss", 0.1, False), score("f1", 0.2)], "f1"),
        ([score("seconds", 0.1, None)], None),
        ([score("a_acc", float("nan")), score("b_acc", 0.1)], "b_acc"),
        ([score("a_acc", 0.9, False), score("b_f1", 0.1)], "b_f1"),
    ],
)
def test_the_best_score_is_of_one_metric_and_knows_its_direction(scores, chosen):
    found = best(scores)
    assert (found.key if found else None) == chosen


def test_the_best_of_the_real_file_is_an_accuracy_of_a_task():
    assert best(read_eval_results(REAL).comparable()).key == "tiny_mc_acc"
