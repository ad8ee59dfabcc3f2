"""What a client and a server of the registry need, loaded once: processes to be killed are forks of one that has it.

Importing the package anew cost each of them more than a second, most of the time that killing 1,000 of them took.
"""

import contextlib
import importlib
import tempfile
from pathlib import Path

from modelreg import ModelRegistry
from modelreg.errors import ModelRegistryError

for _name in (
    "modelreg._cli.app",
    "modelreg._cli.serve",
    "modelreg.local.server",
    "modelreg.local._registry.server.running",
    "modelreg.local._registry.server.application",
    "httpx",
    "tests.faults.bad_peers",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
):
    importlib.import_module(_name)

# What is loaded only when it is first used: for a file, then for a server (a port that nobody listens on will do).
with tempfile.TemporaryDirectory() as _folder, ModelRegistry(str(Path(_folder) / "registry.db")) as _registry:
    _registry.register("preloaded", "1", uri="s3://w/preloaded", properties={"number": 1})
with ModelRegistry("http://127.0.0.1:9", timeout=0.5) as _registry, contextlib.suppress(ModelRegistryError):
    _registry.models.find("preloaded")
