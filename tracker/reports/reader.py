"""The text of a document as it is read: lines, what is marked in them, notes beside."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypedDict

from django.core.paginator import Page, Paginator

from tracker.models import Document
from tracker.quotations import (
    Place,
    find_places,
    fold_signs,
    line_number,
    lines_of,
    nearest_place,
    sentences_of,
)
from tracker.reports.passages import TracedPassage

# What is read at once: a page stays small however long the document is.
PAGE_CHARACTERS = 40_000
LONGEST_QUOTATION = 5000
LINE = re.compile(r"dòng (\d{1,7})")
SPAN = re.compile(r"(\d{1,8})-(\d{1,8})", re.ASCII)


@dataclass(frozen=True)
class Note:
    """A passage that was found in the text: where it stands and on which page."""

    traced: TracedPassage
    number: int
    place: Place
    line: int
    page: int

    @property
    def slug(self) -> str:
        return self.traced.passage.slug

    @property
    def anchor(self) -> str:
        return f"text-{self.slug}"


@dataclass(frozen=True)
class Piece:
    """Words of a line that belong to the same passages, or to none.

    They lead to the last begun; `opens` are the passages that begin with them.
    """

    words: str
    start: int
    note: Note | None = None
    is_shared: bool = False
    opens: tuple[Note, ...] = ()

    @property
    def numbers(self) -> str:
        return ", ".join(str(note.number) for note in self.opens)


@dataclass(frozen=True)
class Line:
    """One line of the text that says something, with the notes that begin in it."""

    number: int
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Reading:
    """One page of a text; every passage stands in exactly one of its lists."""

    page: Page
    lines: tuple[Line, ...]
    elsewhere: tuple[Note, ...]
    missing: tuple[TracedPassage, ...]


class Proposal(TypedDict):
    quotation: str
    locator: str


def build_reading(
    text: str, passages: Iterable[TracedPassage], page: str | None
) -> Reading:
    """Mark the passages in a text, and give the page that is asked for."""
    lines = lines_of(text)
    paginator = Paginator(_cut_pages(lines), 1)
    found, missing = _find(text, lines, passages)
    first_lines = [numbers[0] for numbers in paginator.object_list]
    notes = [
        Note(traced, number, place, line, bisect_right(first_lines, line))
        for number, (place, line, traced) in enumerate(found, start=1)
    ]
    shown = paginator.get_page(page)
    return Reading(
        page=shown,
        lines=tuple(
            _mark(text, number, lines[number - 1], notes)
            for number in shown.object_list[0]
            if text[slice(*lines[number - 1])].strip()
        ),
        elsewhere=tuple(note for note in notes if note.page != shown.number),
        missing=tuple(missing),
    )


def _find(
    text: str, lines: list[Place], passages: Iterable[TracedPassage]
) -> tuple[list[tuple[Place, int, TracedPassage]], list[TracedPassage]]:
    """Tell what stands in the text, in its order, from what does not."""
    signs = fold_signs(text)
    found, missing = [], []
    for traced in passages:
        places = find_places(traced.passage.quotation, signs)
        said = LINE.search(traced.passage.locator)
        number = min(int(said[1]), len(lines)) if said else 1
        place = nearest_place(places, lines[max(number, 1) - 1])
        if place is None:
            missing.append(traced)
        else:
            found.append((place, line_number(lines, place[0]), traced))
    found.sort(key=lambda one: (one[0][0], -one[0][1], one[2].passage.pk))
    return found, missing


def page_of_line(lines: list[Place], number: int) -> int:
    """Say on which page of a text one of its lines is read."""
    return bisect_right([numbers[0] for numbers in _cut_pages(lines)], number)


def _cut_pages(lines: list[Place]) -> list[list[int]]:
    """Give the numbers of the lines of each page, which is full or the last."""
    pages: list[list[int]] = [[]]
    first = 0
    for number, (start, end) in enumerate(lines, start=1):
        if pages[-1] and end - first > PAGE_CHARACTERS:
            pages.append([])
            first = start
        pages[-1].append(number)
    return pages


def _mark(text: str, number: int, line: Place, notes: list[Note]) -> Line:
    start, end = line
    here = [one for one in notes if one.place[0] < end and one.place[1] > start]
    cuts = {start, end}
    for one in here:
        cuts |= {max(one.place[0], start), min(one.place[1], end)}
    return Line(
        number=number,
        pieces=tuple(_piece(text, place, here) for place in pairwise(sorted(cuts))),
        notes=tuple(one for one in here if one.line == number),
    )


def _piece(text: str, place: Place, notes: list[Note]) -> Piece:
    start, end = place
    around = [one for one in notes if one.place[0] <= start and one.place[1] >= end]
    return Piece(
        words=text[start:end],
        start=start,
        # The last begun, and of those the shortest: the order they are found in.
        note=around[-1] if around else None,
        is_shared=len(around) > 1,
        opens=tuple(one for one in around if one.place[0] == start),
    )


# -- choosing what to quote -----------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """A sentence that can be quoted: its words, and what an address calls it."""

    words: str
    span: str


def list_choices(document: Document, number: int) -> list[Choice] | None:
    """Give the sentences of a line, and the line as a whole; None without the line."""
    text = document.text
    lines = lines_of(text)
    if not 1 <= number <= len(lines):
        return None
    line = lines[number - 1]
    sentences = list(sentences_of(text, line))
    if len(sentences) > 1:
        sentences.append((sentences[0][0], sentences[-1][1]))
    return [
        Choice(text[start:end], f"{start}-{end}")
        for start, end in sentences
        if end - start <= LONGEST_QUOTATION
    ]


def propose_passage(document: Document, span: str) -> Proposal | None:
    """Quote what an address names of a text; None where it names nothing there."""
    text, match = document.text, SPAN.fullmatch(span)
    if match is None:
        return None
    start, end = int(match[1]), int(match[2])
    words = text[start:end]
    if not words.strip() or len(words) > LONGEST_QUOTATION:
        return None
    start += len(words) - len(words.lstrip())
    number = line_number(lines_of(text), start)
    return {"quotation": words.strip(), "locator": f"dòng {number}"}
