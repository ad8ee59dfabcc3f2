"""Registration at the end of a training run, from Kubeflow Pipelines and from any other CI.

For pipelines: `register_run`, and the component in `modelreg.pipeline.component` (which alone needs kfp).
For continuous integration, all pure but for reading the file they are given:

- `read_registration(path)` -> `RegistrationFile`: a `registration.yaml`, its mistakes named with their lines.
- `detect_run(environ)` -> `DetectedRun | None`: GitHub Actions, GitLab CI, Tekton, Argo.
- `read_metrics(path)` -> `MetricsFile`: a `metrics.json`.
- `read_eval_results(path)` -> `EvalResults`: lm-eval's results.
- `compose_registration(given, declared=, detected=, metrics=, eval_results=, params=)` -> `Composed`, whose
  `arguments()` go to `registry.register`, and whose `warnings` belong on stderr.
"""

from modelreg._pipeline.address import registry_url
from modelreg._pipeline.best_metric import Score, best, direction_of
from modelreg._pipeline.compose import EVAL_DOCUMENT, Composed, compose_registration
from modelreg._pipeline.detect import DetectedRun, detect_run
from modelreg._pipeline.evaluation import EvalResults, EvalScore, parse_eval_results, read_eval_results
from modelreg._pipeline.lineage import registered_models
from modelreg._pipeline.metrics_file import MetricsFile, parse_metrics, read_metrics
from modelreg._pipeline.registration_file import RegistrationFile, parse_registration, read_registration
from modelreg._pipeline.run import SKIPPED, RunRegistration, register_run
from modelreg._pipeline.run_facts import DEFAULT_NAME

__all__ = [
    "DEFAULT_NAME",
    "EVAL_DOCUMENT",
    "SKIPPED",
    "Composed",
    "DetectedRun",
    "EvalResults",
    "EvalScore",
    "MetricsFile",
    "RegistrationFile",
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
