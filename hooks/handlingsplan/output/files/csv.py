"""A table as CSV that a Swedish Excel opens with a double-click.

UTF-8 with its mark, semicolons, CRLF, decimal comma.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from ...documents.table import Cell, words

if TYPE_CHECKING:
    from ...documents.table import Table
    from ...plan.views import PublicView

_FORMULA = re.compile("[\t\r]|\\s*[=+@\uff1d\uff0b\uff0d\uff20-]")
"""What a spreadsheet may take for a formula, also in East Asian wide letters (OWASP, "CSV injection")."""
GUARD = "\u00a0"
"""A hard space before a text keeps it a text. An apostrophe, the usual guard, would be read by people and programs."""


def write(table: Table, view: PublicView) -> bytes:
    """Return a table as a file."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow([guarded(column.heading) for column in table.columns(view)])
    rows.writerows([[guarded(cell) for cell in row] for row in table.cells(view)])
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: Cell) -> str:
    """Return a cell as words that no spreadsheet runs. Numbers and dates are our own and stay as they are."""
    text = words(cell)
    return f"{GUARD}{text}" if isinstance(cell, str) and _FORMULA.match(text) else text
