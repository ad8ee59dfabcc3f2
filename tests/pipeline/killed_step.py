"""A step that is killed after a number of requests: python -m tests.pipeline.killed_step URL VOLUME NAME REQUESTS."""

from __future__ import annotations

import os
import signal
import sys

import httpx

from modelreg import ModelRegistry
from modelreg.pipeline import register_run
from tests.pipeline.artifacts import Held


class KillingTransport(httpx.BaseTransport):
    """Lets a number of requests through, and ends the process when the last of them is answered."""

    def __init__(self, requests: int) -> None:
        self._left = requests
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the answer to the last one never reaches the caller."""
        response = self._inner.handle_request(request)
        response.read()
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()


def step(registry: ModelRegistry | str, volume: str, name: str) -> str:
    """Register a run, and answer its outcome."""
    return register_run(
        registry,
        name=name,
        version="1.0.0",
        model=Held("", f"{volume}/model", {"model_name": "base"}),
        training_metrics={"loss": 0.5},
        eval_metrics={"samples": 60},
        eval_results=f"{volume}/results.json",
        pipeline_name="fine-tune",
        run_id="run-1",
        namespace="team",
        author="ana",
        pvc_mount_path=volume,
        pvc_name="claim",
    ).outcome


def main() -> None:
    """Run the step as the command line says."""
    url, volume, name, requests = sys.argv[1:]
    with ModelRegistry(url, transport=KillingTransport(int(requests))) as registry:
        print(step(registry, volume, name))


if __name__ == "__main__":
    main()
