"""What the forms of the page write: descriptions, labels, states, aliases and promotions."""

from __future__ import annotations

from modelreg._types import Record
from modelreg._types.records import STATE_ARCHIVED
from modelreg._web.messages import PageError, Response
from modelreg._web.view import View
from modelreg.errors import Conflict


def describe_model(view: View, id: str) -> Response:
    """Set a model's description.

    Args:
        view: The request.
        id: The model's id.
    """
    view.registry.models.update(id, description=view.request.given("description").strip())
    return view.back(f"/models/{id}", "saved")


def label_model(view: View, id: str) -> Response:
    """Add labels to a model, and take some away.

    Args:
        view: The request.
        id: The model's id.
    """
    record = view.registry.models.get(id)
    added, removed = _labels(view, record)
    view.registry.models.update(record, properties=added, remove_properties=removed)
    return view.back(f"/models/{id}", "saved")


def change_model_state(view: View, id: str) -> Response:
    """Archive a model, or restore it.

    Args:
        view: The request.
        id: The model's id.
    """
    if view.request.given("state") == STATE_ARCHIVED:
        view.registry.models.archive(id)
        return view.back(f"/models/{id}", "archived")
    view.registry.models.restore(id)
    return view.back(f"/models/{id}", "restored")


def set_alias(view: View, id: str) -> Response:
    """Point an alias of a model at one of its versions.

    Args:
        view: The request.
        id: The model's id.
    """
    form = view.request
    view.registry.models.set_alias(
        model_id=id,
        alias=form.given("alias").strip(),
        version=form.given("version").strip(),
        by=form.given("by").strip() or None,
        reason=form.given("reason").strip() or None,
    )
    return view.back(f"/models/{id}", "alias-set")


def delete_alias(view: View, id: str) -> Response:
    """Delete an alias of a model.

    Args:
        view: The request.
        id: The model's id.
    """
    view.registry.models.delete_alias(model_id=id, alias=view.request.given("alias"))
    return view.back(f"/models/{id}", "alias-deleted")


def describe_version(view: View, id: str) -> Response:
    """Set a version's description.

    Args:
        view: The request.
        id: The version's id.
    """
    view.registry.versions.update(id, description=view.request.given("description").strip())
    return view.back(f"/versions/{id}", "saved")


def label_version(view: View, id: str) -> Response:
    """Add labels to a version, and take some away.

    Args:
        view: The request.
        id: The version's id.
    """
    record = view.registry.versions.get(id)
    added, removed = _labels(view, record)
    view.registry.versions.update(record, properties=added, remove_properties=removed)
    return view.back(f"/versions/{id}", "saved")


def change_version_state(view: View, id: str) -> Response:
    """Archive a version, or restore it; one that an alias points at is archived when the form says so once more.

    Args:
        view: The request.
        id: The version's id.
    """
    if view.request.given("state") != STATE_ARCHIVED:
        view.registry.versions.restore(id)
        return view.back(f"/versions/{id}", "restored")
    try:
        view.registry.versions.archive(id, force=view.request.given("force") == "1")
    except Conflict as error:
        if error.reason != "alias_in_use":
            raise
        record = view.registry.versions.get(id)
        return view.page("archive_anyway.html", "Refused", status=409, version=record, message=error.message)
    return view.back(f"/versions/{id}", "archived")


def promote(view: View, id: str) -> Response:
    """Point an alias at a version if the gate lets it; say why if not.

    Args:
        view: The request.
        id: The version's id.
    """
    form = view.request
    result = view.registry.promote(
        view.registry.versions.get(id),
        form.given("alias").strip(),
        if_better=form.given("if_better").strip() or None,
        by=form.given("by").strip() or None,
        reason=form.given("reason").strip() or None,
    )
    if result.refused:
        title = f"{result.reference} was not promoted"
        message = f"The alias {result.alias} stays where it is."
        return view.problem(409, title, message, details=result.refused)
    return view.back(f"/versions/{id}", "promoted" if result.changed else "unchanged")


def _labels(view: View, record: Record) -> tuple[dict[str, str], list[str]]:
    """Return the labels that the form adds, as properties, and those that it removes; nothing else is touched."""
    added = [label.strip() for label in view.request.given("labels").split(",") if label.strip()]
    removed = [label for label in view.request.form.get("remove", ()) if label in record.labels and label not in added]
    if not added and not removed:
        raise PageError(400, "Give a label to add, or choose one to remove.")
    for label in added:
        if record.properties.get(label, "") != "":
            raise PageError(409, f"There is a property {label!r} already, which a label of that name would replace.")
    return dict.fromkeys(added, ""), removed
