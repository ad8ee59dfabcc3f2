"""Carries what a registry holds into another: export to lines of JSON, import of them, and both at once.

One record a line, parents before what is under them, named and not numbered: ids are another registry's own.
"""

from modelreg.transfer.exporting import exported
from modelreg.transfer.importing import Tally, imported
from modelreg.transfer.lines import read_lines, written

__all__ = ["Tally", "exported", "imported", "read_lines", "written"]
