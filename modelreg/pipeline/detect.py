"""Decides what a continuous integration system says of the run that this process is part of.

Looks at the environment alone, and only at names that hold no secret. Tekton and Argo set few variables of their own:
docs/pipeline.md shows what a step passes on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import attrs

from modelreg.types import Source


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
        said = {
            "ci_system": self.system,
            "ci_run_id": self.run_id,
            "ci_url": self.url,
            "ci_commit": self.commit,
            "ci_ref": self.ref,
            "ci_actor": self.actor,
        }
        return {key: value for key, value in said.items() if value}


def detect_run(environ: Mapping[str, str] | None = None) -> DetectedRun | None:
    """Recognise the CI system that runs this process; None outside of one.

    Args:
        environ: The environment to read, `os.environ` unless given.
    """
    said = {name: value.strip() for name, value in (os.environ if environ is None else environ).items()}
    if said.get("GITHUB_ACTIONS") == "true":
        return _github(said)
    if said.get("GITLAB_CI") == "true":
        return _gitlab(said)
    if said.get("TEKTON_PIPELINE_RUN"):
        return _tekton(said)
    if said.get("ARGO_WORKFLOW_NAME") or said.get("ARGO_NODE_ID"):
        return _argo(said)
    return None


def _github(said: Mapping[str, str]) -> DetectedRun:
    run_id, repository = said.get("GITHUB_RUN_ID"), said.get("GITHUB_REPOSITORY")
    server = said.get("GITHUB_SERVER_URL") or "https://github.com"
    return DetectedRun(
        system="github-actions",
        class_="workflowrun",
        run_id=run_id or None,
        name=said.get("GITHUB_WORKFLOW") or None,
        group=repository or None,
        url=f"{server}/{repository}/actions/runs/{run_id}" if repository and run_id else None,
        commit=said.get("GITHUB_SHA") or None,
        ref=said.get("GITHUB_REF_NAME") or None,
        actor=said.get("GITHUB_ACTOR") or None,
    )


def _gitlab(said: Mapping[str, str]) -> DetectedRun:
    return DetectedRun(
        system="gitlab-ci",
        class_="pipeline",
        run_id=said.get("CI_PIPELINE_ID") or None,
        name=said.get("CI_PIPELINE_NAME") or said.get("CI_JOB_NAME") or None,
        group=said.get("CI_PROJECT_PATH") or None,
        url=said.get("CI_PIPELINE_URL") or said.get("CI_JOB_URL") or None,
        commit=said.get("CI_COMMIT_SHA") or None,
        ref=said.get("CI_COMMIT_REF_NAME") or None,
        actor=said.get("GITLAB_USER_LOGIN") or None,
    )


def _tekton(said: Mapping[str, str]) -> DetectedRun:
    return DetectedRun(
        system="tekton",
        class_="pipelinerun",
        run_id=said.get("TEKTON_PIPELINE_RUN_UID") or said["TEKTON_PIPELINE_RUN"],
        name=said["TEKTON_PIPELINE_RUN"],
        group=said.get("TEKTON_NAMESPACE") or None,
        url=said.get("TEKTON_RUN_URL") or None,
        commit=said.get("GIT_COMMIT") or None,
        ref=said.get("GIT_BRANCH") or None,
        actor=said.get("TEKTON_ACTOR") or None,
    )


def _argo(said: Mapping[str, str]) -> DetectedRun:
    workflow = said.get("ARGO_WORKFLOW_NAME") or said.get("ARGO_NODE_ID")
    return DetectedRun(
        system="argo",
        class_="workflow",
        run_id=said.get("ARGO_WORKFLOW_UID") or workflow,
        name=workflow,
        group=said.get("ARGO_NAMESPACE") or None,
        url=said.get("ARGO_WORKFLOW_URL") or None,
        commit=said.get("GIT_COMMIT") or None,
        ref=said.get("GIT_BRANCH") or None,
        actor=said.get("ARGO_ACTOR") or None,
    )
