"""What serves models, and whether the registry can be used: environments with their services, and doctor's checks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from attrs import frozen

from modelreg._core.resources import SERVICES
from modelreg._types import InferenceService, ServingEnvironment
from modelreg._views.derived import derived
from modelreg._views.record_page import toned
from modelreg._web.messages import Response
from modelreg._web.view import View

#: Services that are shown.
ROWS = 500


@frozen
class ServiceRow:
    """One inference service, with the names of what it serves."""

    service: InferenceService
    model: object
    version: object
    state: object


@frozen
class EnvironmentRows:
    """An environment and its services."""

    environment: ServingEnvironment
    services: Sequence[ServiceRow]


def services(view: View) -> Response:
    """Return the serving environments, each with its inference services."""
    environments = list(view.registry.serving_environments.list())
    found = list(islice(view.registry.inference_services.list(), ROWS + 1))
    computed = derived(SERVICES, view.registry, view.names, found)
    rows = [
        (
            each.environment_id,
            ServiceRow(each, computed["model"](each), computed["version"](each), toned(each.desired_state)),
        )
        for each in found[:ROWS]
    ]
    return view.page(
        "services.html",
        "Services",
        environments=[
            EnvironmentRows(each, [row for environment, row in rows if environment == each.id]) for each in environments
        ],
        more=len(found) > ROWS,
        shown=ROWS,
    )


def doctor(view: View) -> Response:
    """Return what was checked of the registry, and the settings that lead to it."""
    checks = view.registry.diagnose()
    counts = {status: sum(check.status == status for check in checks) for status in ("fail", "warn", "pass")}
    return view.page("doctor.html", "Doctor", checks=checks, counts=counts, settings=view.registry.describe())
