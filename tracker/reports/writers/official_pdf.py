"""The official report as a PDF that archives keep: tagged, PDF/A-2a, fonts inside.

What is drawn where stands in layouts/official.typ, how large and how far in the layout
of the form. Data goes in as JSON: no word of it is ever read as markup.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import typst

from tracker.reports.layouts import FONTS, HERE, read_layout
from tracker.reports.official import cell_words, mark_open

# Memory grows with rows: beyond these a workbook is what one wants.
MOST_PDF_ROWS = 2000
# What the fonts can draw. One letter they cannot would leave no document at all.
UNDRAWN = re.compile(
    "[^\n -~\u00a0-\u0377\u03a3-\u052f\u1e00-\u1eff\u2000-\u2064\u2074-\u208e"
    "\u20a0-\u20be\u2100-\u214f\u2190-\u2195\u2211\u2212\u221a\u221e\u2248"
    "\u2260\u2264\u2265\u25a0\u25a1\u25cf\ufffd]"
)
# Runs after which the compiler has dropped what it remembered.
REMEMBERED_RUNS = 11
# The long side of A4, and points in a millimetre.
A4_LENGTH, POINTS = 297, 72 / 25.4
# Points between words and the lines round a cell.
INSET = 3
# A column grows beyond its share for words up to so many letters; longer ones break.
WHOLE_WORD = 10
WIDE, NARROW = set("MWmw@%&"), set(".,:;/-()!'il ")
# A row of more lines may be parted between pages.
MOST_LINES = 12
# Bold letters are wider, by a tenth at most.
BOLDER = 1.1


class PdfError(Exception):
    """A template, a font or a letter is not as it must be: no PDF was made."""


class TooManyRowsForPdf(Exception):
    """More rows than a PDF is made of; the workbook has no such limit."""


def write_official_pdf(report: dict[str, Any]) -> bytes:
    """Give what a payload holds as a PDF; the same payload gives the same bytes.

    Raises TooManyRowsForPdf before anything is drawn, PdfError when it cannot be.
    """
    if len(report["items"]) > MOST_PDF_ROWS:
        raise TooManyRowsForPdf(len(report["items"]))
    return lay_out_pdf(report)


def lay_out_pdf(report: dict[str, Any]) -> bytes:
    """Give the PDF of a payload of any length."""
    layout = read_layout(report["header"]["form"])
    data = {
        "layout": layout,
        "inset": INSET,
        "report": {
            **{key: report[key] for key in ("header", "addressee", "title", "subject")},
            **{key: report[key] for key in ("as_of_in_words", "annex_note", "nothing")},
            "language": report["language"],
            "opening": report["opening"],
            "sections": mark_open(report["sections"]),
            "tables": [_annex(table, layout) for table in report["tables"]],
        },
    }
    return compile_pdf("official.typ", data, at=report["frozen_at"])


def compile_pdf(template: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """Compile a template of the layouts folder with `data`, dated `at`.

    Nothing outside that folder can be read, and no font but those kept there is meant:
    a warning, of a font that is missing or anything else, is an error.
    """
    try:
        content, warnings = typst.compile_with_warnings(
            HERE / template,
            root=HERE,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(_drawn(data), ensure_ascii=False)},
            # For archives, and for readers who hear a document.
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        raise PdfError(f"{template}: {error.message}") from error
    finally:
        _forget()
    if warnings:
        raise PdfError(f"{template}: {'; '.join(one.message for one in warnings)}")
    return content


def _forget() -> None:
    """Let the compiler drop what it remembers of a document.

    It keeps everything for its next ten runs, which for a long report is gigabytes: so
    it runs on nothing so many times.
    """
    for _run in range(REMEMBERED_RUNS):
        typst.compile(b"", ignore_system_fonts=True, format="pdf")


def _drawn(value: Any) -> Any:
    """Give data with composed letters, and a mark for each that cannot be drawn."""
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value.replace("\t", " "))
        return UNDRAWN.sub("\ufffd", composed)
    if isinstance(value, dict):
        return {key: _drawn(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_drawn(one) for one in value]
    return value


# -- annexes --------------------------------------------------------------------------


def _annex(table: dict[str, Any], layout: dict[str, Any]) -> dict[str, Any]:
    size = layout["size"]["table"]
    room = A4_LENGTH - layout["page"]["left"] - layout["page"]["right"]
    rows = [row for group in table["groups"] for row in group["rows"]]
    columns = _column_widths(table["heads"], rows, room * POINTS, size)
    limits = [(width - 2 * INSET) / size for width in columns]
    return {
        "label": table["label"],
        "title": table["title"].upper(),
        "total": table["total"],
        "is_empty": not rows,
        "heads": [head["text"] for head in table["heads"]],
        "columns": columns,
        "centred": [_is_figures(column) for column in zip(*rows, strict=True)],
        "groups": [
            {**group, "rows": [_row(row, limits) for row in group["rows"]]}
            for group in table["groups"]
        ],
    }


def _column_widths(
    heads: list[dict[str, Any]], rows: list[list[Any]], room: float, size: float
) -> list[float]:
    """Share the room as the heads say, but give a day or a short word what it needs.

    The other columns share what is left.
    """
    shares = [head["width"] for head in heads]
    columns = zip(*rows, strict=True) if rows else [()] * len(heads)
    needs = [
        size * max(BOLDER * _widest_word([head["text"]]), _widest_word(column))
        + 2 * INSET
        for head, column in zip(heads, columns, strict=True)
    ]
    return _share_out(shares, needs, room)


def _widest_word(cells: Iterable[Any]) -> float:
    words = {word for cell in cells for word in cell_words(cell).split()}
    return max((_ems(word) for word in words if len(word) <= WHOLE_WORD), default=0)


def _ems(word: str) -> float:
    """Say how wide a word is at most, in sizes of its letters."""
    return sum(_em(letter) for letter in word)


def _em(letter: str) -> float:
    if letter in NARROW:
        return 0.33
    if letter in WIDE or letter > "\u2000":
        return 1.0
    return 0.75 if letter.isupper() else 0.51


def _share_out(shares: list[int], needs: list[float], room: float) -> list[float]:
    if sum(needs) > room:
        return [room * share / sum(shares) for share in shares]
    raised: set[int] = set()
    while True:
        left = room - sum(needs[i] for i in raised)
        whole = sum(share for i, share in enumerate(shares) if i not in raised)
        widths = [
            needs[i] if i in raised else left * share / whole
            for i, share in enumerate(shares)
        ]
        short = {i for i, width in enumerate(widths) if width < needs[i]}
        if not short - raised:
            return widths
        raised |= short


def _row(row: list[Any], limits: list[float]) -> dict[str, Any]:
    """Give the words of a row; those that may not fit are looked at when drawn.

    A row goes to the next page as a whole, unless it is so long that it might not fit.
    """
    cells = list(map(cell_words, row))
    lines = (_ems(words) / limit for words, limit in zip(cells, limits, strict=True))
    return {
        "is_long": max(lines) > MOST_LINES,
        "cells": [
            {"long": words}
            if any(_ems(word) > limit for word in words.split())
            else words
            for words, limit in zip(cells, limits, strict=True)
        ],
    }


def _is_figures(column: tuple[Any, ...]) -> bool:
    return all(isinstance(cell, int | date) for cell in column)
