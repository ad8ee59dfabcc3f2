"""The form of an export, and what an import reports.

One record a line, parents before what is under them, named and not numbered: ids are another registry's own.
"""

from modelreg._transfer.lines import KINDS, Line, LineReader, end_line, header_line, line_text
from modelreg._transfer.report import ImportedRecord, ImportReport, ReportBuilder

__all__ = [
    "KINDS",
    "ImportReport",
    "ImportedRecord",
    "Line",
    "LineReader",
    "ReportBuilder",
    "end_line",
    "header_line",
    "line_text",
]
