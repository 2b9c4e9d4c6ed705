"""The limits of exports: the same columns out of the database, and nothing decided.

On PostgreSQL COPY writes the CSV; on SQLite the bare driver and the csv module do. The
workbook is the loop of XlsxWriter's manual in constant memory.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from typing import Any

from django.db import connection, transaction
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from xlsxwriter import Workbook

PIECE, BATCH = 64 * 1024, 2000


def joined(value: str) -> str:
    """Put several values into one, in the words of the database."""
    name = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    return f"{name}({value}, '; ')"


def several(value: str, table: str, key: str, rest: str = "") -> str:
    """Read once what a recommendation has several of."""
    return (
        f"(SELECT {key} AS id, {joined(value)} AS said FROM {table}{rest} GROUP BY 1)"
    )


def export_statement() -> str:
    """Give all lines of the list with the 26 columns of its export, in its order."""
    resolutions = several(
        "o.number",
        "tracker_recommendation_resolutions l JOIN tracker_resolution o"
        " ON o.id = l.resolution_id",
        "l.recommendation_id",
    )
    coordinating = several(
        "o.name",
        "tracker_recommendation_coordinating l JOIN provinces_organisation o"
        " ON o.id = l.organisation_id",
        "l.recommendation_id",
    )
    difficulties = several(
        "d.category || ': ' || d.note",
        "tracker_difficulty d",
        "d.recommendation_id",
        # Not a join: how few would be left, PostgreSQL guesses far too low.
        " WHERE NOT EXISTS (SELECT 1 FROM tracker_difficultyclearance c"
        " WHERE c.difficulty_id = d.id)",
    )
    actions = several(
        "a.number || '. ' || a.wording || ' – ' || coalesce(o.name, '') || ' – '"
        " || a.progress",
        "tracker_followupaction a LEFT JOIN provinces_organisation o"
        " ON o.id = a.owner_id",
        "a.recommendation_id",
    )
    documents = several(
        "document_number", "tracker_evidence", "answer_id", " WHERE answer_id > 0"
    )
    return (
        "SELECT row_number() OVER (ORDER BY r.due_on NULLS LAST, r.code_prefix,"
        " r.code_year, r.code_number),"
        " r.code_prefix || '-' || r.code_year || '-' || r.code_number, r.wording,"
        " r.kind, res.said, rb.name, ad.name, le.name, co.said, r.due_on,"
        " r.original_due_on, r.extension_count, r.progress, r.confirmation,"
        " r.confirmed_progress, r.due_on > r.completed_on, r.completed_on, u.note,"
        " di.said, r.answer, r.answered_on, ev.said, ac.said,"
        " d.title || ', ' || p.locator, p.quotation, r.last_update_at"
        " FROM tracker_recommendation r"
        f" LEFT JOIN {resolutions} res ON res.id = r.id"
        f" LEFT JOIN {coordinating} co ON co.id = r.id"
        f" LEFT JOIN {difficulties} di ON di.id = r.id"
        f" LEFT JOIN {actions} ac ON ac.id = r.id"
        f" LEFT JOIN {documents} ev ON ev.id = r.current_answer_id"
        " LEFT JOIN provinces_organisation rb ON rb.id = r.raised_by_id"
        " LEFT JOIN provinces_organisation ad ON ad.id = r.addressee_id"
        " LEFT JOIN provinces_organisation le ON le.id = r.lead_id"
        " LEFT JOIN tracker_statusupdate u ON u.id = r.current_update_id"
        " LEFT JOIN tracker_passage p ON p.id = r.passage_id"
        " LEFT JOIN tracker_document d ON d.id = p.document_id"
        " WHERE r.withdrawn_on IS NULL"
        " ORDER BY r.due_on NULLS LAST, r.code_prefix, r.code_year, r.code_number"
    )


def copy_out() -> Iterator[bytes]:
    """Pass on what COPY gives, gathered to pieces as large as the product's."""
    connection.ensure_connection()
    statement = f"COPY ({export_statement()}) TO STDOUT WITH (FORMAT csv, HEADER)"
    held: list[bytes] = []
    size = 0
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            held.append(bytes(block))
            size += len(block)
            if size >= PIECE:
                yield b"".join(held)
                held, size = [], 0
    yield b"".join(held)


def write_out() -> Iterator[bytes]:
    """Do on SQLite what its own shell does: rows of the driver into CSV."""
    text = StringIO()
    writer = csv.writer(text)
    for row in read_rows():
        writer.writerow(row)
        if text.tell() >= PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def read_rows() -> Iterator[tuple[Any, ...]]:
    """Give rows one after the other, never all: by a cursor of the server."""
    connection.ensure_connection()
    bare = connection.connection
    if connection.vendor != "postgresql":
        yield from bare.cursor().execute(export_statement())
        return
    with transaction.atomic(), bare.cursor(name="benchmark_export") as cursor:
        cursor.itersize = BATCH
        yield from cursor.execute(export_statement())


def send_csv() -> HttpResponseBase:
    pieces = copy_out() if connection.vendor == "postgresql" else write_out()
    return StreamingHttpResponse(pieces, content_type="text/csv")


def send_workbook() -> HttpResponseBase:
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "default_date_format": "dd/mm/yyyy",
    }
    with Workbook(file.name, options) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(read_rows()):
            for column, value in enumerate(row):
                write_cell(sheet, number, column, value)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="limit.xlsx")


def write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)


EXPORTS: dict[str, Callable[[], HttpResponseBase]] = {
    "csv": send_csv,
    "xlsx": send_workbook,
}
