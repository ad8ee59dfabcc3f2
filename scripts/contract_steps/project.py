"""The files of the contract, below the project's root."""

from __future__ import annotations

from pathlib import Path

import yaml
from attrs import frozen

from scripts.contract_steps import overlay
from scripts.contract_steps.document import Document, require_whole
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.loading import load_document

PACKAGE = "modelreg_rest"
FILES = {"v1alpha3": "model-registry.yaml", "v1": "model-registry-v1.yaml"}


@frozen
class Project:
    """Where everything lies, below the project's root."""

    root: Path

    @property
    def openapi(self) -> Path:
        """The folder of the contract."""
        return self.root / "openapi"

    @property
    def package(self) -> Path:
        """The generated package."""
        return self.root / "generated" / PACKAGE

    @property
    def lock_file(self) -> Path:
        """What was taken, and from where."""
        return self.openapi / "upstream.lock"

    @property
    def overlay_file(self) -> Path:
        """Repairs and words."""
        return self.openapi / "overlay.yaml"

    def contract_file(self, version: str) -> Path:
        """The contract of a version: the published file with the overlay on it."""
        return self.openapi / FILES[version]

    def published_file(self, version: str) -> Path:
        """The published file last taken, without its words."""
        return self.openapi / "published" / FILES[version]

    def contract(self, version: str) -> Document:
        """Read the contract of a version."""
        return self._document(self.contract_file(version))

    def published(self, version: str) -> Document:
        """Read the published file last taken, without its words."""
        return self._document(self.published_file(version))

    def actions(self) -> tuple[overlay.Action, ...]:
        """Read the overlay."""
        return overlay.read(self.overlay_file)

    def write(self, texts: dict[Path, str]) -> list[Path]:
        """Write texts to files; return those that changed."""
        changed = []
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(self.root)}")
            changed.append(path)
        return changed

    def _document(self, path: Path) -> Document:
        name = str(path.relative_to(self.root))
        try:
            document = load_document(path.read_bytes(), name)
        except (OSError, yaml.YAMLError) as error:
            raise ContractError(f"{name} cannot be read: {error}") from error
        require_whole(document, name)
        return document
