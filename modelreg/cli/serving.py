"""The command that serves a registry, put among the others."""

from __future__ import annotations

from modelreg.cli.lazy import new_app
from modelreg.cli.serve import serve

app = new_app()
app.command("serve")(serve)
