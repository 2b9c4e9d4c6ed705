"""The rows of a kept report as CSV, for programs: one name, one value each."""

import csv
from io import StringIO
from typing import Any

from tracker.reports.writers.csv import plain_cell


def write_official_csv(report: dict[str, Any]) -> bytes:
    """Write one line per recommendation, under the names of the fields."""
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    items = report["items"]
    if items:
        writer.writerow(items[0])
    for item in items:
        writer.writerow([_cell(value) for value in item.values()])
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    return plain_cell("; ".join(value) if isinstance(value, list) else value)
