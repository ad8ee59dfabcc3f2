"""The command that says which setting came from where."""

from __future__ import annotations

from typing import Annotated

import typer

from modelreg.cli.lazy import new_app
from modelreg.cli.output import Form
from modelreg.cli.session import Offers, Session, command
from modelreg.cli.settings import VARIABLE, config_path, read_file
from modelreg.config import Described

app = new_app()


@command(app, "config", offers=Offers.PAGE, examples=["config", "config --json", "config --path"])
def _config(
    session: Session,
    path: Annotated[bool, typer.Option("--path", help="Print where the configuration file is, or would be")] = False,
) -> None:
    """Say which setting came from where: flag, environment, configuration file or default.

    The file is TOML, with url, token_path, ca, client_cert, client_key, timeout, retries, allow_plaintext_token and
    api_version; [registries.NAME] holds the same for a registry that --registry NAME chooses. No secret is shown.
    """
    from modelreg.views.page import Column, Grid

    where = config_path()
    if path:
        session.out.names([str(where)])
        return
    file = read_file(where)
    settings = session.registry.describe()
    rows = [(name, one.value, _source(one, session.chosen.sources.get(name))) for name, one in settings.items()]
    if session.out.form is Form.JSON:
        data = {
            "file": {"path": str(where), "exists": file.there, "registries": sorted(file.registries)},
            "settings": {name: {"value": value, "source": source} for name, value, source in rows},
        }
        session.out.json(data)
        return
    session.out.grid(
        Grid((Column("setting", "SETTING"), Column("value", "VALUE", cut=1), Column("source", "FROM", cut=2)), rows)
    )
    session.out.say(f"The configuration file is {where}{'' if file.there else ', which is not there'}.", "dim")
    session.out.say(f"{VARIABLE} names another.", "dim")


def _source(setting: Described, given: str | None) -> str:
    """Return where a setting came from; an argument came from where the command line took it."""
    return given if given is not None and setting.source == "argument" else setting.source
