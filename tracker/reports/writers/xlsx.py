"""XLSX for people: typed cells, and a second sheet that says what this is."""

import re
import tempfile
from datetime import date, datetime
from typing import IO, Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.reports.progress import ProgressReport

# Characters that the format cannot hold.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CELL_LIMIT = 32_767
# The number of the paper size in the file format.
A3 = 8


def write_xlsx(report: ProgressReport) -> IO[bytes]:
    """Write to a temporary file in constant memory and give it, open at its start."""
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Times New Roman", "font_size": 12},
    }
    try:
        with Workbook(file.name, options) as workbook:
            formats = _Formats(workbook)
            count = _write_rows(workbook.add_worksheet(_("Progress")), report, formats)
            notes = workbook.add_worksheet(_("About this file"))
            _write_notes(notes, report, count, formats)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


class _Formats:
    def __init__(self, workbook: Workbook) -> None:
        cell = {"valign": "top", "text_wrap": True, "border": 1}
        self.head = workbook.add_format(
            {**cell, "bold": True, "bg_color": "#F1EEE7", "align": "center"}
        )
        self.text = workbook.add_format(cell)
        self.day = workbook.add_format({**cell, "num_format": "dd/mm/yyyy"})
        self.moment = workbook.add_format({**cell, "num_format": "hh:mm dd/mm/yyyy"})
        self.label = workbook.add_format({"bold": True, "valign": "top"})
        self.plain = workbook.add_format({"text_wrap": True, "valign": "top"})


def _write_rows(sheet: Worksheet, report: ProgressReport, formats: _Formats) -> int:
    """Write the table, ready to print on A3, and give the number of its rows."""
    for column, width in enumerate(report.widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, header in enumerate(report.headers):
        sheet.write_string(0, column, header, formats.head)
    last = 0
    for last, row in enumerate(report.rows, start=1):
        for column, value in enumerate(row):
            empty = report.when_empty[column]
            shown = empty if value is None or value == "" else value
            _write_cell(sheet, last, column, shown, formats)
    sheet.autofilter(0, 0, last, len(report.headers) - 1)
    return last


def _write_cell(
    sheet: Worksheet, row: int, column: int, value: Any, formats: _Formats
) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, formats.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats.day)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, formats.text)
    elif not value:
        sheet.write_blank(row, column, None, formats.text)
    else:
        _write_text(sheet, row, column, value, formats.text)


def _write_text(
    sheet: Worksheet, row: int, column: int, value: str, style: Format
) -> None:
    sheet.write_string(row, column, CONTROL.sub("", value)[:CELL_LIMIT], style)


def _write_notes(
    sheet: Worksheet, report: ProgressReport, count: int, formats: _Formats
) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    lines = [
        (_("Report"), report.title),
        (_("Filter"), report.filter_in_words),
        (_("Rows"), f"{count}"),
        (_("Figures as of"), f"{report.as_of:%d/%m/%Y}"),
        *([(_("Note"), report.remark)] if report.remark else []),
        (_("Made at"), f"{report.made_at:%H:%M %d/%m/%Y}"),
        (_("Made by"), report.made_by),
    ]
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, formats.label)
        _write_text(sheet, row, 1, text, formats.plain)
