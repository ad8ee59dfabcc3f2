"""The results file of lm-eval: its scores, and how many of them are kept as properties."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from modelreg._pipeline.best_metric import Score, direction_of, is_error
from modelreg._pipeline.provenance import BUDGET, Flat, finite, properties_of
from modelreg.errors import InvalidInput

#: How large a results file may be.
MAX_BYTES = 64 * 1024 * 1024

_NO_FILTER = "none"


@attrs.frozen(kw_only=True)
class EvalScore:
    """One number of a results file.

    Attributes:
        task: The task's or group's name.
        metric: Such as "acc"; of a standard error "acc_stderr".
        filter: Which extraction of the model's output was scored; None where there is only one.
        higher_is_better: As the file tells, else as the metric's name does; None where neither does.
        group: Whether it sums up other tasks.
    """

    task: str
    metric: str
    filter: str | None
    value: float
    higher_is_better: bool | None
    group: bool = False

    @property
    def name(self) -> str:
        """The name under which it is kept, without the prefix: `{task}_{metric}` and `_{filter}` where there is one."""
        return metric_name(f"{self.task}_{self.metric}", self.filter)


@attrs.frozen(kw_only=True)
class EvalResults:
    """What a results file holds.

    Attributes:
        path: Where it was read.
        sha256: Of the file's bytes, in hex.
        scores: In the file's order, groups after tasks; what is no finite number is not among them.
        n_shot: How many examples were shown, by task.
        versions: Of the tasks; numbers or texts, as the file has them.
        aliases: How tasks are called in tables.
        model: What was evaluated, as the evaluation was told.
        warnings: What could not be read.
    """

    path: str
    sha256: str
    scores: tuple[EvalScore, ...]
    n_shot: Mapping[str, int] = attrs.field(factory=dict)
    versions: Mapping[str, float | str] = attrs.field(factory=dict)
    aliases: Mapping[str, str] = attrs.field(factory=dict)
    model: str | None = None
    tool_version: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks and groups that have a score, in order."""
        return tuple(dict.fromkeys(score.task for score in self.scores))

    def comparable(self) -> list[Score]:
        """The scores as `best` compares them."""
        return [
            Score(score.name, score.metric, score.value, score.higher_is_better, score.group) for score in self.scores
        ]

    def properties(self, *, budget: int = BUDGET, taken: Mapping[str, object] | None = None) -> Flat:
        """Sum the file up as `eval_*` properties.

        Under the budget come first the groups' scores, then the tasks', then standard errors, numbers of examples and
        task versions; how many had to be left out stands in `eval_left_out`. The file itself has all of them.

        Args:
            budget: How many properties there may be.
            taken: Evaluation properties that are there already and win.
        """
        given = {key.casefold() for key in taken or {}}
        chosen = {name: value for name, value in self._by_weight() if f"eval_{name}".casefold() not in given}
        return properties_of("eval_", chosen, budget=budget)

    def _by_weight(self) -> Iterator[tuple[str, float | str]]:
        groups = [score for score in self.scores if score.group and not is_error(score.metric)]
        tasks = [score for score in self.scores if not score.group and not is_error(score.metric)]
        errors = [score for score in self.scores if is_error(score.metric)]
        for score in (*groups, *tasks, *errors):
            yield score.name, score.value
        for task, count in self.n_shot.items():
            yield f"{task}_n_shot", count
        for task, version in self.versions.items():
            yield f"{task}_version", version

    def describe(self) -> str:
        """Describe the file in a line."""
        tasks = self.tasks
        shown = ", ".join(tasks[:8]) + (f" and {len(tasks) - 8} more" if len(tasks) > 8 else "")
        tool = f"lm-eval {self.tool_version}" if self.tool_version else "lm-eval"
        return f"Evaluation results of {tool}: {shown}"


def metric_name(name: str, filter: str | None = None) -> str:
    """Spell a metric's name with its filter: `acc,none` is `acc`, `exact_match,strict` is `exact_match_strict`."""
    if filter is None:
        name, _, given = name.partition(",")
    else:
        given = filter
    return name if given in ("", _NO_FILTER) else f"{name}_{given}"


def read_eval_results(path: str | os.PathLike[str]) -> EvalResults:
    """Read an lm-eval results file, or the newest `results*.json` below a folder.

    Args:
        path: The file or the folder.

    Raises:
        InvalidInput: It is not there, empty, too large, not JSON, or of another shape; the message tells which.
    """
    file = _file(Path(path))
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InvalidInput(f"evaluation results {str(file)!r} are larger than {MAX_BYTES // 1024 // 1024} MiB")
        content = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"evaluation results {str(file)!r} cannot be read: {error.strerror}") from error
    if not content.strip():
        raise InvalidInput(f"evaluation results {str(file)!r} are empty")
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"evaluation results {str(file)!r} are not JSON: {error}") from error
    return parse_eval_results(document, path=str(file), sha256=hashlib.sha256(content).hexdigest())


def parse_eval_results(document: object, *, path: str = "", sha256: str = "") -> EvalResults:
    """Read the JSON value of a results file.

    Args:
        document: The value.
        path: The file's path, for messages and for what is registered.
        sha256: The file's digest, in hexadecimal digits.

    Raises:
        InvalidInput: It is of another shape.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("results"), Mapping):
        raise InvalidInput(f"evaluation results {path!r} are not in lm-eval's form: there is no object 'results'")
    reader = _Reader(document)
    scores = tuple(reader.scores())
    if not scores:
        raise InvalidInput(f"evaluation results {path!r} hold no score")
    config = _mapping(document.get("config"))
    return EvalResults(
        path=path,
        sha256=sha256,
        scores=scores,
        n_shot={task: n for task, n in _mapping(document.get("n-shot")).items() if finite(n)},
        versions={
            task: version
            for task, version in _mapping(document.get("versions")).items()
            if finite(version) or (isinstance(version, str) and version != "N/A")
        },
        aliases=reader.aliases,
        model=_text(document.get("model_name")) or _text(config.get("model")),
        tool_version=_text(document.get("lm_eval_version")),
        warnings=tuple(reader.warnings),
    )


class _Reader:
    """Goes through the tasks and groups of one file."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._directions = _mapping(document.get("higher_is_better"))
        self._groups = _mapping(document.get("groups"))
        self._results = _mapping(document.get("results"))
        self.aliases: dict[str, str] = {}
        self.warnings: list[str] = []

    def scores(self) -> Iterator[EvalScore]:
        tasks = {task: values for task, values in self._results.items() if task not in self._groups}
        for group, named in ((False, tasks), (True, self._groups)):
            for task, values in named.items():
                if isinstance(values, Mapping):
                    yield from self._of(task, values, group=group)
                else:
                    self.warnings.append(f"the results of {task!r} are no object, and are left out")

    def _of(self, task: str, values: Mapping[str, Any], *, group: bool) -> Iterator[EvalScore]:
        alias = _text(values.get("alias"))
        if alias is not None:
            # In tables, subtasks are indented with " - ".
            self.aliases[task] = alias.lstrip(" -")
        for key, value in values.items():
            metric, comma, extraction = key.partition(",")
            # Older files have no filter; what they have beside the scores is not a number, or is named here.
            if metric in ("alias", "name", "sample_len", "sample_count") or not finite(value):
                if comma and value != "N/A":
                    self.warnings.append(f"{key!r} of {task!r} is {str(value)[:40]!r}, which is no score")
                continue
            yield EvalScore(
                task=task,
                metric=metric,
                filter=None if extraction in ("", _NO_FILTER) else extraction,
                value=value,
                higher_is_better=None if is_error(metric) else self._direction(task, metric),
                group=group,
            )

    def _direction(self, task: str, metric: str) -> bool | None:
        given = _mapping(self._directions.get(task)).get(metric)
        return given if isinstance(given, bool) else direction_of(metric)


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    # lm-eval writes results_{time}.json below a folder named for the model.
    found = max(path.rglob("results*.json"), key=lambda file: file.name, default=None)
    if found is None:
        raise InvalidInput(f"there are no evaluation results in the folder {str(path)!r}")
    return found


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
