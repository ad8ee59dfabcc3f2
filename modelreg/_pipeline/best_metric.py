"""The best score of an evaluation, which stands for all of it.

The rule for the one: a metric is chosen first and its best task after, so that numbers of different scales are never
compared. First come accuracies (`acc`, `acc_norm`, `accuracy`, compared with each other), then the metric of which more
is better that most tasks have, then the metric of which less is better that most tasks have. Metrics whose direction
is not known, standard errors and values that are no finite numbers do not take part; a group's mean takes part only
where no task has a score. Equal scores: the first name in alphabetical order.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import attrs

ACCURACIES = frozenset({"acc", "acc_norm", "accuracy"})

# Words of a metric's name that tell its direction; `lower` is looked at first, as in `error_score`.
_LOWER_WORDS = (
    "loss perplexity ppl error err wer cer ter mer rmse mse mae mape nll brier ece hallucination toxicity divergence "
    "distance byte"
)
_HIGHER_WORDS = (
    "acc accuracy match em f1 auc roc auroc precision recall score bleu sacrebleu rouge rouge1 rouge2 rougel "
    "rougelsum chrf mcc r2 pass map mrr ndcg iou dice win correct bertscore meteor kappa spearman pearson"
)
_LOWER, _HIGHER = frozenset(_LOWER_WORDS.split()), frozenset(_HIGHER_WORDS.split())
_KNOWN = ("acc_norm", "acc", "accuracy", "exact_match", "word_perplexity", "byte_perplexity", "bits_per_byte")


@attrs.frozen
class Score:
    """One number of an evaluation.

    Attributes:
        key: The name it is found under.
        metric: What was measured, without task and filter; only equal ones are compared.
        higher_is_better: None where that is not known.
        group: Whether it sums up other scores.
    """

    key: str
    metric: str
    value: float
    higher_is_better: bool | None = None
    group: bool = False


def direction_of(name: str) -> bool | None:
    """Return from a metric's name whether more is better; None where the name does not tell.

    Args:
        name: The metric's name, such as "acc_norm".
    """
    words = set(re.split(r"[^a-z0-9]+", name.casefold()))
    if words & _LOWER:
        return False
    return True if words & _HIGHER else None


def is_error(name: str) -> bool:
    """Return whether the name is of a standard error, which is no score."""
    return "stderr" in name.casefold()


def metric_in(key: str) -> str:
    """Return the metric at the end of a name with a task, such as `arc_easy_acc_norm`; else the whole name."""
    name = key.casefold()
    for metric in _KNOWN:
        if name == metric or name.endswith((f"_{metric}", f"/{metric}", f".{metric}", f" {metric}")):
            return metric
    return key


def best(scores: Iterable[Score]) -> Score | None:
    """Return the score that stands for an evaluation; None where none can.

    Args:
        scores: The evaluation's scores.
    """
    able = [
        score
        for score in scores
        if score.higher_is_better is not None and math.isfinite(score.value) and not is_error(score.metric)
    ]
    able = [score for score in able if not score.group] or able
    accuracies = [score for score in able if score.metric in ACCURACIES and score.higher_is_better]
    for tier in (accuracies, _commonest(able, up=True), _commonest(able, up=False)):
        if tier:
            return min(tier, key=lambda score: (-score.value if score.higher_is_better else score.value, score.key))
    return None


def _commonest(scores: Sequence[Score], *, up: bool) -> list[Score]:
    """Return the scores of the metric that most tasks have, among those with one direction."""
    able = [score for score in scores if score.higher_is_better is up]
    if not able:
        return []
    counts = Counter(score.metric for score in able)
    metric = min(counts, key=lambda name: (-counts[name], name))
    return [score for score in able if score.metric == metric]
