"""CSV for programs: UTF-8 with a byte-order mark, commas, heads in the first row."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from typing import Any

from tracker.reports.progress import ProgressReport

PIECE = 64 * 1024
# A cell that begins so is a formula to a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(report: ProgressReport) -> Iterator[bytes]:
    """Give the file in pieces, so that memory does not grow with the rows."""
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(report.headers)
    for row in report.rows:
        writer.writerow([plain_cell(value) for value in row])
        if text.tell() >= PIECE:
            yield _take(text)
    yield _take(text)


def plain_cell(value: Any) -> Any:
    """Give a value as text that no program reads as anything else."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def _take(text: StringIO) -> bytes:
    piece = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return piece
