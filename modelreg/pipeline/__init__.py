"""Decides how the end of a training run becomes a registered model, from Kubeflow Pipelines and from any other CI.

For pipelines: `register_run`, and the component in `modelreg.pipeline.component` (which alone needs kfp).
For continuous integration, all pure but for reading the file they are given:

- `read_registration(path)` -> `Declared`: a `registration.yaml`, its mistakes named with their lines.
- `detect_run(environ)` -> `DetectedRun | None`: GitHub Actions, GitLab CI, Tekton, Argo.
- `read_metrics(path)` -> `MetricsFile`: a `metrics.json`.
- `read_eval_results(path)` -> `EvalResults`: lm-eval's results.
- `compose_registration(said, declared=, detected=, metrics=, eval_results=, params=)` -> `Composed`, whose
  `arguments()` go to `registry.register`, and whose `notes` belong on stderr.
"""

from modelreg.pipeline.address import registry_url
from modelreg.pipeline.best import Score, best, direction_of
from modelreg.pipeline.compose import EVAL_DOCUMENT, Composed, compose_registration
from modelreg.pipeline.declared import Declared, parse_registration, read_registration
from modelreg.pipeline.detect import DetectedRun, detect_run
from modelreg.pipeline.evaluation import EvalResults, EvalScore, parse_eval_results, read_eval_results
from modelreg.pipeline.facts import DEFAULT_NAME
from modelreg.pipeline.lineage import registered_models
from modelreg.pipeline.metrics_file import MetricsFile, parse_metrics, read_metrics
from modelreg.pipeline.run import SKIPPED, RunRegistration, register_run

__all__ = [
    "DEFAULT_NAME",
    "EVAL_DOCUMENT",
    "SKIPPED",
    "Composed",
    "Declared",
    "DetectedRun",
    "EvalResults",
    "EvalScore",
    "MetricsFile",
    "RunRegistration",
    "Score",
    "best",
    "compose_registration",
    "detect_run",
    "direction_of",
    "parse_eval_results",
    "parse_metrics",
    "parse_registration",
    "read_eval_results",
    "read_metrics",
    "read_registration",
    "register_run",
    "registered_models",
    "registry_url",
]
