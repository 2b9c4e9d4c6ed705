"""What an official report is made of: frozen plain data, words and days already.

Nothing here knows a model, so that what was kept can be laid out again by itself.
"""

from dataclasses import dataclass
from datetime import date, datetime

# A cell is words, a number, or a day that spreadsheets can count with.
Cell = str | int | date | None


@dataclass(frozen=True)
class Header:
    """The block above a document and the one below it (domain facts §5).

    Number, day, signer and recipients stay open: whoever signs fills them in.
    """

    form: str
    nation: str
    motto: str
    parent: str
    issuer: str
    # The asterisk of Party documents.
    mark: str
    number: str
    place_and_date: str
    draft: str
    authority: str
    recipients_head: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading of the outline and what is known to stand under it, if anything."""

    level: int
    heading: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """The head of a column, its name in templates and its share of the width."""

    key: str
    text: str
    width: int


@dataclass(frozen=True)
class Group:
    """Rows under one title; a title of a higher level stands alone before them."""

    title: str
    level: int
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Table:
    """One annex: its title, columns and rows in groups, and what it adds up to."""

    key: str
    label: str
    title: str
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    total: str


@dataclass(frozen=True)
class CountLine:
    """The count of one scope: seven parts, what has no confirmed figures, the rate.

    `by` says what the scope is: all, a resolution, a province or a lead.
    """

    by: str
    title: str
    total: int
    parts: tuple[int, ...]
    without_figures: int
    numerator: int
    denominator: int
    rate: str


@dataclass(frozen=True)
class Item:
    """One recommendation as plain values: for programs, and to compare two reports."""

    code: str
    kind: str
    wording: str
    resolutions: tuple[str, ...]
    raised_by: str
    addressee: str
    province: str
    lead: str
    coordinating: tuple[str, ...]
    raised_on: date
    due_on: date | None
    original_due_on: date | None
    extension_count: int
    progress: str
    completed_on: date | None
    timeliness: str
    days_late: int
    confirmation: str
    answer: str
    answered_on: date | None
    open_difficulties: int
    note: str


@dataclass(frozen=True)
class OfficialReport:
    """A progress report or letter at (day, moment) on one basis, for one reader.

    A letter has an `addressee` and no title; its subject stands under its number.
    """

    kind: str
    header: Header
    addressee: str
    title: str
    subject: str
    scope: str
    as_of: date
    frozen_at: datetime
    basis: str
    basis_in_words: str
    language: str
    made_by: str
    # Words that stand around the figures, kept as they were printed.
    as_of_in_words: str
    annex_note: str
    count_title: str
    count_heads: tuple[Head, ...]
    nothing: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    counts: tuple[CountLine, ...]
    tables: tuple[Table, ...]
    items: tuple[Item, ...]
    # That the reader sees a part only; it also ends the opening.
    limits: str = ""
