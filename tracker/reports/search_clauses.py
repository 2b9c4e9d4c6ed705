"""Words found inside documents: in what is quoted from them, in what they say."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, IntegerField, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import Truncator

from provinces.folding import fold
from provinces.models import User
from provinces.models.searching import read_query
from tracker.models import DocumentText, Passage
from tracker.quotations import line_number, lines_of
from tracker.reports.reader import page_of_line
from tracker.reports.search_hits import Hit, choose

# Of a long line, how much is shown before the words that were looked for.
BEFORE = 60
LONGEST_TITLE = 80


@dataclass(frozen=True)
class Clause:
    """Words of a document: a passage quoted from it, or one line of its text."""

    document: int
    words: str
    shown: str
    source: str
    address: str
    is_quoted: bool


def find_clauses(user: User, query: str) -> list[Clause]:
    """Find passages, then lines of texts that hold all the words: one statement.

    A line is left out where a passage that was found is quoted from it.
    """
    skims = read_query(query).skims()
    read = [one for row in _read(user) for one in _clauses(row, skims)]
    read.sort(key=lambda one: (not one.is_quoted, one.document))
    found = choose(query, read, lambda one: one.words)
    quotations = [(one.document, fold(one.words)) for one in found if one.is_quoted]
    return [one for one in found if one.is_quoted or not _holds(one, quotations)]


def describe_clauses(user: User, rows: Sequence[Clause]) -> list[Hit]:
    return [Hit(one.address, "", one.shown, source=one.source) for one in rows]


def _read(user: User) -> Iterable[tuple[Any, ...]]:
    """Read what one may see of passages and texts; a text is of no passage."""

    def named(rows: Any, passage: Any, locator: str | Value, text: str) -> Any:
        return (
            rows.visible_to(user)
            .annotate(
                title_=F("document__title"),
                passage_=passage,
                locator_=Cast(locator, TextField()),
                text_=F(text),
            )
            .order_by()
            .values_list("document_id", "title_", "passage_", "locator_", "text_")
        )

    no_passage = Value(0, IntegerField())
    texts = named(DocumentText.objects, no_passage, Value(""), "text")
    return named(Passage.objects, F("pk"), "locator", "quotation").union(
        texts, all=True
    )


def _clauses(row: tuple[Any, ...], skims: list[re.Pattern[str]]) -> Iterator[Clause]:
    """Cut a text into the lines that may hold the words; a passage is one."""
    document, title, passage, locator, text = row
    if not all(skim.search(text) for skim in skims):
        return
    title = Truncator(title).chars(LONGEST_TITLE)
    if passage:
        address = reverse("passage", args=[document, passage])
        source = f"{title} · {locator}"
        shown = f"“{_begin_near(text, skims[0])}”"
        yield Clause(document, text, shown, source, address, is_quoted=True)
        return
    address, lines = reverse("document", args=[document]), lines_of(text)
    met = (line_number(lines, one.start()) for one in skims[0].finditer(text))
    for number in dict.fromkeys(met):
        line = text[slice(*lines[number - 1])]
        if all(skim.search(line) for skim in skims):
            yield Clause(
                document,
                line,
                _begin_near(line, skims[0]),
                f"{title} · dòng {number}",
                f"{address}?page={page_of_line(lines, number)}#line-{number}",
                is_quoted=False,
            )


def _begin_near(text: str, skim: re.Pattern[str]) -> str:
    """Leave out the beginning of a long text, up to the words looked for."""
    met = skim.search(text)
    if met is None or met.start() <= 2 * BEFORE:
        return text
    start = text.find(" ", met.start() - BEFORE) + 1
    return f"… {text[start:]}"


def _holds(line: Clause, quotations: list[tuple[int, str]]) -> bool:
    return any(
        document == line.document and quotation in fold(line.words)
        for document, quotation in quotations
    )
