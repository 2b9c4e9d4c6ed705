"""The official report as a workbook: the count with a chart, and a sheet per annex."""

import io
import math
from copy import deepcopy
from datetime import date
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.reports.writers.xlsx import CELL_LIMIT, CONTROL

A4 = 9
# The column of the figures in the annex of targets, and how long a note may be.
MEASURED, COMMENT_LIMIT = 4, 2000
# The seven parts in the colours of the pages, from done to left out.
PART_COLOURS = (
    *("#2f7d4f", "#9a5800", "#8dbb9d", "#2b6cb0"),
    *("#b3151f", "#8f8b81", "#d3cec2"),
)
# The height of a line of cells, in points, and how many letters more a width holds.
LINE, PROPORTION = 16, 1.1
# A sheet of landscape A4 is about so many letters wide.
LETTERS = 150
WORKBOOK = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 12},
}


def write_official_xlsx(report: dict[str, Any]) -> bytes:
    """Give what a payload holds as a workbook: the same payload, the same bytes."""
    file = io.BytesIO()
    # The library writes into what it is given.
    with Workbook(file, deepcopy(WORKBOOK)) as workbook:
        # The moment of the report, so that the same report gives the same bytes.
        workbook.set_properties(
            {
                "title": report["title"],
                "subject": report["scope"],
                "created": report["frozen_at"].replace(tzinfo=None),
            }
        )
        formats = _Formats(workbook)
        _write_summary(workbook, report, formats)
        for table in report["tables"]:
            # The count stands on the first sheet already.
            if table["key"] != "counts":
                name = f"{table['label']} - {table['title']}"[:31]
                sheet = workbook.add_worksheet(name)
                _write_table(sheet, table, report, formats)
    return file.getvalue()


class _Formats:
    def __init__(self, workbook: Workbook) -> None:
        cell = {"valign": "top", "text_wrap": True, "border": 1}
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.plain = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.line = workbook.add_format({"italic": True})
        self.head = workbook.add_format(
            {**cell, "bold": True, "align": "center", "bg_color": "#F1EEE7"}
        )
        self.text = workbook.add_format(cell)
        self.day = workbook.add_format({**cell, "num_format": "dd/mm/yyyy"})
        self.number = workbook.add_format({**cell, "num_format": "#,##0"})
        self.groups = {
            1: workbook.add_format({**cell, "bold": True, "bg_color": "#F7F5F0"}),
            2: workbook.add_format({**cell, "italic": True}),
        }


def _write_summary(
    workbook: Workbook, report: dict[str, Any], formats: _Formats
) -> None:
    """Write what the report is, then the count: every line adds up to its total."""
    sheet = workbook.add_worksheet(report["count_title"][:31])
    _set_up_print(sheet)
    for column, head in enumerate(report["count_heads"]):
        sheet.set_column(column, column, head["width"] * 1.4)
    title = f"{report['title']} {report['subject']}"
    sheet.write_string(0, 0, title, formats.title)
    lines = (
        report["scope"],
        report["as_of_in_words"],
        report["basis_in_words"],
        # Reports that were kept before it was said do not have it.
        *filter(None, [report.get("limits")]),
        f"{report['made_by']}, {report['frozen_at']:%H:%M %d/%m/%Y}",
    )
    for row, line in enumerate(lines, 1):
        sheet.write_string(row, 0, line, formats.line)
    first = len(lines) + 2
    widths = [head["width"] * 1.4 for head in report["count_heads"]]
    _write_heads(sheet, first, report["count_heads"], widths, formats)
    for row, line in enumerate(report["counts"], first + 1):
        _write_row(sheet, row, _count_cells(line), widths, formats)
    sheet.freeze_panes(first + 1, 1)
    sheet.repeat_rows(first)
    last = first + len(report["counts"])
    sheet.autofilter(first, 0, last, len(report["count_heads"]) - 1)
    _draw_parts(workbook, sheet, first, report)


def _count_cells(line: dict[str, Any]) -> list[Any]:
    numbers = [line["total"], *line["parts"], line["without_figures"]]
    return [line["title"], *numbers, line["rate"]]


def _draw_parts(
    workbook: Workbook, sheet: Worksheet, first: int, report: dict[str, Any]
) -> None:
    """Draw the seven parts of all and of each resolution as one stacked bar each."""
    counts = report["counts"]
    drawn = sum(line["by"] in {"all", "resolution"} for line in counts)
    chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    name, last = sheet.get_name(), first + drawn
    for column, colour in enumerate(PART_COLOURS, 2):
        chart.add_series(
            {
                "fill": {"color": colour},
                "name": [name, first, column],
                "categories": [name, first + 1, 0, last, 0],
                "values": [name, first + 1, column, last, column],
            }
        )
    chart.set_title({"name": report["count_title"], "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"position": "bottom"})
    below = first + len(counts) + 2
    sheet.insert_chart(below, 0, chart, {"x_scale": 1.9, "y_scale": 1.2})


def _write_table(
    sheet: Worksheet, table: dict[str, Any], report: dict[str, Any], formats: _Formats
) -> None:
    _set_up_print(sheet)
    widths = _widths_of(table)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, table["title"], formats.title)
    sheet.write_string(
        1,
        0,
        f"{report['scope']} · {report['as_of_in_words']} · {report['basis_in_words']}",
        formats.line,
    )
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    _write_heads(sheet, 3, table["heads"], widths, formats)
    row = _write_groups(sheet, table, formats)
    if not row - 3:
        sheet.write_string(4, 0, report["nothing"], formats.line)
    if table["total"]:
        sheet.write_string(row + 1, 0, table["total"], formats.title)
    if row > 3:
        sheet.autofilter(3, 0, row, len(widths) - 1)


def _widths_of(table: dict[str, Any]) -> list[float]:
    shares = [head["width"] for head in table["heads"]]
    return [max(5, LETTERS * share / sum(shares)) for share in shares]


def _write_heads(
    sheet: Worksheet,
    row: int,
    heads: list[dict[str, Any]],
    widths: list[float],
    formats: _Formats,
) -> None:
    for column, head in enumerate(heads):
        sheet.write_string(row, column, head["text"], formats.head)
    sheet.set_row(row, _height_of([head["text"] for head in heads], widths))


def _write_groups(sheet: Worksheet, table: dict[str, Any], formats: _Formats) -> int:
    """Write the rows under the titles of their groups and give the last row."""
    row, last, widths = 3, len(table["heads"]) - 1, _widths_of(table)
    for group in table["groups"]:
        if group["title"]:
            row += 1
            style = formats.groups[group["level"]]
            sheet.merge_range(row, 0, row, last, group["title"], style)
        for cells in group["rows"]:
            row += 1
            _write_row(sheet, row, cells, widths, formats)
            if table["key"] == "targets" and cells[-1]:
                # What is doubtful in a source is said at the figure itself too.
                sheet.write_comment(row, MEASURED, cells[-1][:COMMENT_LIMIT])
    return row


def _write_row(
    sheet: Worksheet,
    row: int,
    cells: list[Any],
    widths: list[float],
    formats: _Formats,
) -> None:
    for column, value in enumerate(cells):
        _write_cell(sheet, row, column, value, formats)
    # Not every program makes room for wrapped words by itself.
    sheet.set_row(row, _height_of(cells, widths))


def _height_of(cells: list[Any], widths: list[float]) -> float:
    lines = (
        len(value) * PROPORTION / width
        for value, width in zip(cells, widths, strict=True)
        if isinstance(value, str)
    )
    return LINE * max(1, math.ceil(max(lines, default=1)))


def _write_cell(
    sheet: Worksheet, row: int, column: int, value: Any, formats: _Formats
) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, formats.day)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, formats.number)
    else:
        _write_text(sheet, row, column, value or "", formats.text)


def _write_text(
    sheet: Worksheet, row: int, column: int, value: str, style: Format
) -> None:
    sheet.write_string(row, column, CONTROL.sub("", value)[:CELL_LIMIT], style)


def _set_up_print(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.set_footer("&C&P / &N")
