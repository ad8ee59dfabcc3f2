"""Settings of the document site. `make docs` builds it from the whole checkout, so that links are as in the files."""

from __future__ import annotations

import re

import attrs
from sphinx.application import Sphinx

import modelreg

project = "modelreg"
author = "The modelreg maintainers"
release = version = modelreg.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_parser", "sphinx_copybutton"]
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "components/deployment/model_registry/README.md",
]
# Folders that hold no page; named so that they are not searched.
exclude_patterns = [
    ".*",
    "build",
    "constraints",
    "demo-run",
    "dist",
    "examples",
    "generated",
    "modelreg",
    "node_modules",
    "openapi",
    "scripts",
    "site",
    "tests",
]

# A link that leads nowhere is a warning, and a warning fails the build.
nitpicky = False
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["misc.highlighting_failure"]

autodoc_class_signature = "mixed"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
default_role = "code"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = False
napoleon_custom_sections = ["Reason"]
python_maximum_signature_line_length = 100
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"modelreg {release}"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
# Prompts and output are left out when a block is copied.
copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True


def setup(app: Sphinx) -> None:
    """Leave out of a record's arguments what readers never give."""

    def shorten(_app: Sphinx, what: str, _name: str, thing: object, _options: object, *text: str) -> object:
        if what != "class" or not isinstance(thing, type) or not attrs.has(thing):
            return None
        arguments, returned = text
        return re.sub(r", _?(wire|etag)=\w+", "", arguments).replace("=NOTHING", "=..."), returned

    app.connect("autodoc-process-signature", shorten)
