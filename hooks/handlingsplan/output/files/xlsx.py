"""The plan's tables as one Excel workbook, a sheet each, ready to filter and to print. No formulas, macros or links."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import TYPE_CHECKING

from ...documents.table import Cell, Column, Kind, Table, facts, tables, words
from ...plan import assessment
from ..pages.lights import LIGHTS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ...plan.views import PublicView

LONGEST = 32_767
"""UTF-16 units in a cell (Microsoft, Excel specifications and limits)."""
CUT = " … (resten står i filen plan.json)"
LINE, TALLEST = 13.0, 409.0
"""Points: a line of Arial 10, and the tallest row that Excel has."""
ABOUT, COLUMNS = "Om filen", "Kolumnerna"


def write(view: PublicView) -> bytes:
    """Return the workbook: what the file is, each table that has rows, and last what the columns mean."""
    from xlsxwriter import Workbook  # a tenth of a second: only where there is no copy of the file already

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    frame = view.plan.frame
    book.set_properties(
        {
            "title": f"Uppföljning av {frame.name}"[:255],
            "author": frame.municipality[:255],
            # The build's day: with the machine's clock a file would never be the same twice.
            "created": datetime.datetime.combine(view.today, datetime.time()),  # Excel knows no zones
        }
    )
    writer = _Writer(book, view)
    filled = [(table, cells) for table in tables(view) if (cells := table.cells(view))]
    writer.about()
    for table, cells in filled:
        writer.sheet(table, cells)
    writer.meanings([table for table, _ in filled])
    book.close()
    return out.getvalue()


def fitting(text: str) -> str:
    """Return a text that a cell holds. One that is too long is cut, and says so."""
    data = text.encode("utf-16-le")
    if len(data) <= 2 * LONGEST:
        return text
    return data[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT


def height(texts: list[tuple[str, int]]) -> float:
    """Return the height of a row whose texts wrap in columns of these widths; not every program finds it by itself."""
    lines = (sum(1 + len(line) // width for line in text.split("\n")) for text, width in texts)
    return min(LINE * max(lines, default=1) + 2, TALLEST)


class _Writer:
    def __init__(self, book: Workbook, view: PublicView) -> None:
        self.book = book
        self.view = view
        base = {"font_name": "Arial", "font_size": 10, "valign": "top", "align": "left"}
        cell = base | {"text_wrap": True, "border": 1, "border_color": "#C8D1D5"}
        self.plain = book.add_format(base)
        self.title = book.add_format(base | {"bold": True, "font_size": 16})
        self.heading = book.add_format(base | {"bold": True, "font_size": 12})
        self.head = book.add_format(cell | {"bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF"})
        # "@" keeps a text a text also when it is edited: 1.10, mars 2017, =1+1.
        self.formats = {kind: book.add_format(cell | {"num_format": "@"}) for kind in Kind}
        self.formats[Kind.DAY] = book.add_format(cell | {"num_format": "yyyy-mm-dd"})
        self.formats[Kind.YEAR] = book.add_format(cell | {"num_format": "0"})
        self.formats[Kind.NUMBER] = book.add_format(cell | {"align": "right"})

    def about(self) -> None:
        """Write the sheet that says what the file is: the totals in words, the plan's facts."""
        sheet = self.book.add_worksheet(ABOUT)
        widths = (26, 80)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        sheet.set_row(0, 24)
        self._cell(sheet, 0, 0, f"Uppföljning av {self.view.plan.frame.name}", self.title)
        sheet.set_row(1, 18)
        self._cell(sheet, 1, 0, assessment.sentence(self.view.totals(), owner="planens"), self.heading)
        sheet.set_row(2, 18)
        self._cell(sheet, 2, 0, UNREAD, self.heading)
        for at, text in enumerate(_EXPLAINED, 3):
            self._cell(sheet, at, 0, text, self.plain)
        row = 3 + len(_EXPLAINED)
        for column, cell in facts(self.view):
            row += 1
            text = words(cell) or "uppgift saknas"
            sheet.set_row(row, height([(column.heading, widths[0]), (text, widths[1])]))
            self._cell(sheet, row, 0, column.heading, self.head)
            self._cell(sheet, row, 1, text, self.formats[Kind.TEXT])
        self._page(sheet, ABOUT, row, 1)

    def sheet(self, table: Table, cells: list[list[Cell]]) -> None:
        """Write a table on a sheet of its own."""
        sheet = self.book.add_worksheet(table.title)
        columns = table.columns(self.view)
        widths = [column.width for column in columns]
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
            self._cell(sheet, 0, at, column.heading, self.head)
            if column.kind is Kind.STATUS:
                self._status(sheet, at, len(cells), columns)
        sheet.set_row(0, height([(column.heading, column.width - 2) for column in columns]))
        for row, line in enumerate(cells, 1):
            sheet.set_row(row, height(list(zip(map(words, line), widths, strict=True))))
            for at, (cell, column) in enumerate(zip(line, columns, strict=True)):
                self._cell(sheet, row, at, cell, self.formats[column.kind])
        sheet.autofilter(0, 0, len(cells), len(columns) - 1)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        self._page(sheet, table.title, len(cells), sum(not column.aside for column in columns) - 1)

    def meanings(self, content: list[Table]) -> None:
        """Write the sheet that says what each column means."""
        sheet = self.book.add_worksheet(COLUMNS)
        widths = (14, 24, 14, 90)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        lines = [("Tabell", "Kolumn", "Innehåll", "Vad den betyder")]
        for table in content:
            lines.append((table.title, "", "en rad", table.row))
            lines += [
                (table.title, column.heading, column.kind.value, column.description)
                for column in table.columns(self.view)
            ]
        for row, line in enumerate(lines):
            sheet.set_row(row, height(list(zip(line, widths, strict=True))))
            for at, text in enumerate(line):
                self._cell(sheet, row, at, text, self.formats[Kind.TEXT] if row else self.head)
        sheet.autofilter(0, 0, len(lines) - 1, len(widths) - 1)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        self._page(sheet, COLUMNS, len(lines) - 1, len(widths) - 1)

    def _status(self, sheet: Worksheet, at: int, rows: int, columns: list[Column]) -> None:
        """Let only the words of a status be chosen in a column, and give each its light: hollow where it is older.

        The word stands in the cell; its shape and colour are only shown.
        """
        choice = {
            "validate": "list",
            "source": [status.label for status in self.view.scale.statuses],
            "error_title": columns[at].heading,
            "error_message": "Välj ett av orden i listan.",
            "input_title": "Läses inte in",
            "input_message": UNREAD,
        }
        sheet.data_validation(1, at, rows, at, choice)
        counts = next(place for place, column in enumerate(columns) if column.key == "gäller_nu")
        for status in self.view.scale.statuses:
            drawn = LIGHTS[status.light]
            for now, shape in (("ja", drawn.shape), ("nej", drawn.hollow or drawn.shape)):
                look = {"num_format": f'"{shape} "@', "font_color": drawn.colour, "bold": now == "ja"}
                formula = f'=AND({_at(at)}="{status.label}",{_at(counts)}="{now}")'
                rule = {"type": "formula", "criteria": formula, "format": self.book.add_format(look)}
                sheet.conditional_format(1, at, rows, at, rule)

    def _page(self, sheet: Worksheet, title: str, last_row: int, last_column: int) -> None:
        """Make a sheet ready to print: A4 across, one page wide, its title above and the page's number below."""
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, last_row, last_column)
        sheet.hide_gridlines(2)
        # In a header & begins a code, and at most 255 characters fit.
        name = f"{self.view.plan.frame.municipality}: {title}"[:80].replace("&", "&&")
        sheet.set_header(f"&L{name}&R{self.view.today}")
        sheet.set_footer(f"{'&LInternt, för medarbetare' if self.view.internal else ''}&RSida &P av &N")

    @staticmethod
    def _cell(sheet: Worksheet, row: int, column: int, cell: Cell, style: Format) -> None:
        """Write a cell as what it is. A text is never taken for a formula, a link or a number."""
        if isinstance(cell, datetime.date):
            sheet.write_datetime(row, column, cell, style)
        elif isinstance(cell, int | Decimal) and not isinstance(cell, bool):
            sheet.write_number(row, column, cell, style)
        elif text := words(cell):
            sheet.write_string(row, column, fitting(text), style)
        else:
            sheet.write_blank(row, column, None, style)


def _at(column: int) -> str:
    """Return a cell of the first row of a table, as a rule for all its rows writes it: ``$C2``."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(1, column, col_abs=True))


UNREAD = "Filen är en kopia. Det du skriver i den läses inte in. Kommunen ändrar uppföljningen i plan.yaml."
"""Said where the file is seen first, and at each cell with a list of words: it looks made to be filled in."""
_EXPLAINED = (
    "Räkna raderna där Gäller nu är ja, så får du samma tal som på sidorna. En tom cell betyder aldrig noll.",
    "Äldre bedömningar har en ihålig form och räknas inte. Står det ett år i Äldre bedömning från saknas en ny.",
    "Utskrifterna har de kolumner som går att läsa på papper. Till höger om dem står id:n och originalets ord.",
    "Bladet Kolumnerna förklarar varje kolumn.",
)
