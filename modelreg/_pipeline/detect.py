"""The run of a continuous integration system that this process is part of.

Looks at the environment alone, and only at names that hold no secret. Tekton and Argo set few variables of their own:
docs/pipeline.md shows what a step passes on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import attrs

from modelreg._types import Source


@attrs.frozen(kw_only=True)
class DetectedRun:
    """The run of a CI system.

    Attributes:
        system: "github-actions", "gitlab-ci", "tekton" or "argo".
        run_id: Stays the same when the run's job is tried again.
        class_: What the system calls such a run.
        group: The repository or namespace.
    """

    system: str
    class_: str
    run_id: str | None = None
    name: str | None = None
    group: str | None = None
    url: str | None = None
    commit: str | None = None
    ref: str | None = None
    actor: str | None = None

    @property
    def source(self) -> Source:
        """The run as the lineage of a model artifact: ready for `register(source=)`."""
        return Source(kind=self.system, class_=self.class_, group=self.group, id=self.run_id, name=self.name)

    @property
    def properties(self) -> dict[str, str]:
        """What lineage has no field for: ready for `register(properties=)`."""
        variables = {
            "ci_system": self.system,
            "ci_run_id": self.run_id,
            "ci_url": self.url,
            "ci_commit": self.commit,
            "ci_ref": self.ref,
            "ci_actor": self.actor,
        }
        return {key: value for key, value in variables.items() if value}


def detect_run(environ: Mapping[str, str] | None = None) -> DetectedRun | None:
    """Recognise the CI system that runs this process; None outside of one.

    Args:
        environ: The environment to read, `os.environ` unless given.
    """
    variables = {name: value.strip() for name, value in (os.environ if environ is None else environ).items()}
    if variables.get("GITHUB_ACTIONS") == "true":
        return _github(variables)
    if variables.get("GITLAB_CI") == "true":
        return _gitlab(variables)
    if variables.get("TEKTON_PIPELINE_RUN"):
        return _tekton(variables)
    if variables.get("ARGO_WORKFLOW_NAME") or variables.get("ARGO_NODE_ID"):
        return _argo(variables)
    return None


def _github(variables: Mapping[str, str]) -> DetectedRun:
    run_id, repository = variables.get("GITHUB_RUN_ID"), variables.get("GITHUB_REPOSITORY")
    server = variables.get("GITHUB_SERVER_URL") or "https://github.com"
    return DetectedRun(
        system="github-actions",
        class_="workflowrun",
        run_id=run_id or None,
        name=variables.get("GITHUB_WORKFLOW") or None,
        group=repository or None,
        url=f"{server}/{repository}/actions/runs/{run_id}" if repository and run_id else None,
        commit=variables.get("GITHUB_SHA") or None,
        ref=variables.get("GITHUB_REF_NAME") or None,
        actor=variables.get("GITHUB_ACTOR") or None,
    )


def _gitlab(variables: Mapping[str, str]) -> DetectedRun:
    return DetectedRun(
        system="gitlab-ci",
        class_="pipeline",
        run_id=variables.get("CI_PIPELINE_ID") or None,
        name=variables.get("CI_PIPELINE_NAME") or variables.get("CI_JOB_NAME") or None,
        group=variables.get("CI_PROJECT_PATH") or None,
        url=variables.get("CI_PIPELINE_URL") or variables.get("CI_JOB_URL") or None,
        commit=variables.get("CI_COMMIT_SHA") or None,
        ref=variables.get("CI_COMMIT_REF_NAME") or None,
        actor=variables.get("GITLAB_USER_LOGIN") or None,
    )


def _tekton(variables: Mapping[str, str]) -> DetectedRun:
    return DetectedRun(
        system="tekton",
        class_="pipelinerun",
        run_id=variables.get("TEKTON_PIPELINE_RUN_UID") or variables["TEKTON_PIPELINE_RUN"],
        name=variables["TEKTON_PIPELINE_RUN"],
        group=variables.get("TEKTON_NAMESPACE") or None,
        url=variables.get("TEKTON_RUN_URL") or None,
        commit=variables.get("GIT_COMMIT") or None,
        ref=variables.get("GIT_BRANCH") or None,
        actor=variables.get("TEKTON_ACTOR") or None,
    )


def _argo(variables: Mapping[str, str]) -> DetectedRun:
    workflow = variables.get("ARGO_WORKFLOW_NAME") or variables.get("ARGO_NODE_ID")
    return DetectedRun(
        system="argo",
        class_="workflow",
        run_id=variables.get("ARGO_WORKFLOW_UID") or workflow,
        name=workflow,
        group=variables.get("ARGO_NAMESPACE") or None,
        url=variables.get("ARGO_WORKFLOW_URL") or None,
        commit=variables.get("GIT_COMMIT") or None,
        ref=variables.get("GIT_BRANCH") or None,
        actor=variables.get("ARGO_ACTOR") or None,
    )
