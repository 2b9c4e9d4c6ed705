"""What people type to find a row, and the two columns that it is looked for in.

A query is read into words that each have to begin a word of the row; abbreviations
stand for what they abbreviate, and numbers of documents come in any shape.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import product
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Case, IntegerField, Q, When

from provinces.abbreviations import ABBREVIATIONS, NUMBER_ISSUERS, NUMBER_KINDS
from provinces.folding import every_spelling, fold, with_one_tone_placement
from provinces.models.word_index import MayHold

# How text is made comparable: folded, or with every accent in one place.
Make = Callable[[str], str]
# Pieces of text that all have to occur.
Pieces = tuple[str, ...]
# Ways to say one thing: one of them is enough.
Ways = tuple[Pieces, ...]
QUOTATION_MARKS = re.compile(r"[\"“”„]")
SEARCH_COLUMNS = ("search_folded", "search_exact")
# "Nghị quyết số 23-NQ/TW": a word before a number, and no part of it.
NUMBER_WORD = "so"
PLAIN_WORD = re.compile(r"[a-z0-9]+")
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Words:
    """A query as read: each thing asked for, in every way it may be written."""

    asked: tuple[Ways, ...]

    def __bool__(self) -> bool:
        return bool(self.asked)

    def condition(self, column: str) -> Q:
        """Match rows whose column holds all that is asked for."""
        found = Q()
        for ways in self.asked:
            either = Q()
            for pieces in ways:
                every = Q()
                for piece in pieces:
                    every &= Q(**{f"{column}__contains": piece})
                either |= every
            found &= either
        return found

    def indexed_condition(self, column: str) -> Q:
        """Match the same rows; where there is an index of words it picks them first."""
        query = self.lexemes()
        fits = self.condition(column)
        return (
            Q(**{f"{column}__{MayHold.lookup_name}": query}) & fits if query else fits
        )

    def lexemes(self) -> str:
        """Write what an index of words is asked: no row that fits is without them.

        Words with other signs than a-z and 0-9 may stand there in pieces.
        """
        asked = []
        for ways in self.asked:
            either = [_lexemes_of(pieces) for pieces in ways]
            if all(either):
                asked.append(f"({' | '.join(either)})")
        return " & ".join(asked)

    def skims(self) -> list[re.Pattern[str]]:
        """Give patterns met by every text that may hold it, the most telling first.

        They read a text as it stands, many times faster than it can be folded.
        """
        needed = [
            {max(" ".join(pieces).split(), key=len) for pieces in ways}
            for ways in self.asked
        ]
        needed.sort(key=lambda words: -min(map(len, words)))
        return [
            re.compile("|".join(map(every_spelling, sorted(words)))) for words in needed
        ]

    def are_in(self, text: str) -> bool:
        """Say the same of one text, made comparable and within spaces."""
        return all(
            any(all(piece in text for piece in pieces) for pieces in ways)
            for ways in self.asked
        )


def _lexemes_of(pieces: Pieces) -> str:
    """Write the words of pieces that all occur; the last of one may go on."""
    found = []
    for piece in pieces:
        *whole, last = piece.split()
        found += [f"'{word}'" for word in whole if PLAIN_WORD.fullmatch(word)]
        if PLAIN_WORD.fullmatch(last):
            found.append(f"'{last}'" + ("" if piece.endswith(" ") else ":*"))
    return " & ".join(found)


def read_query(query: str, make: Make = fold) -> Words:
    """Cut what was typed into things to find; each starts at a word's beginning.

    A quoted phrase is whole words kept together, just as they stand; outside quotes
    every word may be the beginning of a longer one.
    """
    asked: list[Ways] = []
    for position, part in enumerate(QUOTATION_MARKS.split(query)):
        words = make(part).split()
        if position % 2 and words:
            asked.append((_kept_together(words),))
        else:
            asked.extend(_read_words(words, make))
    return Words(tuple(dict.fromkeys(asked)))


def _kept_together(words: list[str]) -> Pieces:
    return (f" {' '.join(words)} ",)


def _read_words(words: list[str], make: Make) -> list[Ways]:
    forms, asked = _forms(make), []
    lengths = {len(form) for form in forms}
    while words:
        longest = max((n for n in lengths if tuple(words[:n]) in forms), default=0)
        if longest:
            asked.append(forms[tuple(words[:longest])])
        else:
            asked.append(_read_word(words[0], make))
        words = words[longest or 1 :]
    return asked


def _read_word(word: str, make: Make) -> Ways:
    """Give the word itself and, of "23nqtw", its parts, however they are written."""
    itself = (f" {word}",)
    match = _number(make).fullmatch(word)
    parts = [part for part in match.groups() if part] if match else []
    if len(parts) < 2:
        return (itself,)
    apart = product(*_read_words(parts, make))
    return (itself, *(tuple(sum(pieces, ())) for pieces in apart))


@cache
def _forms(make: Make) -> dict[tuple[str, ...], Ways]:
    """Give every form of the table, with itself and its equals as ways to say it.

    Short forms of two words ("TT&TT") are looked for as they stand: their letters
    begin too many others. Words written out may stand apart, as any words typed.
    """
    forms = {}
    for short, long in ABBREVIATIONS:
        made = {one: make(one).split() for one in (*short, *long)}
        for one, words in made.items():
            itself = (f" {' '.join(words)}",)
            apart = tuple(f" {word}" for word in words)
            others = (_kept_together(words) for o, words in made.items() if o != one)
            own = itself if one in short else apart
            forms[tuple(words)] = tuple(dict.fromkeys([own, *others]))
    return forms


@cache
def _number(make: Make) -> re.Pattern[str]:
    """Match "23nqtw", "nq23" and "nqtw": number, kind, issuer, number."""
    kinds, issuers = (
        "|".join(sorted(map(make, parts), key=len, reverse=True))
        for parts in (NUMBER_KINDS, NUMBER_ISSUERS)
    )
    return re.compile(f"([0-9]+)?({kinds})({issuers})?([0-9]+)?")


def written_for_search(text: str) -> tuple[str, str]:
    """Give the text as searching reads it: folded, and with its accents."""
    return f" {fold(text)} ", f" {with_one_tone_placement(text)} "


class Named(IntEnum):
    """Whether a query is the number of a row: no, shortened ("nq 23"), or in full."""

    NOT, SHORTLY, FULLY = range(3)


def name_by_number(query: str, number: str) -> Named:
    """Say how a query names the row of a number: by digits and letters, no others."""
    asked, held = _parts_of_typed(query), parts_of_number(number)
    if not asked or _first_digits(asked) != _first_digits(held):
        return Named.NOT
    if not {*asked} <= {*held}:
        return Named.NOT
    return Named.FULLY if {*asked} == {*held} else Named.SHORTLY


def has_number_typed(query: str) -> Q:
    """Match rows whose text begins with the number typed; else ask nothing."""
    parts = _parts_of_typed(query)
    if not parts:
        return Q()
    found = Q(search_folded__startswith=f" {_first_digits(parts)} ")
    for part in parts:
        found &= Q(search_folded__contains=f" {part} ")
    return found


def parts_of_number(text: str) -> list[str]:
    """Cut "23-NQ/TW", "nghị quyết số 23" and "23nqtw" into their parts, folded."""
    words = f" {fold(text)} "
    for short, long in NUMBER_KINDS.items():
        words = words.replace(f" {fold(long)} ", f" {fold(short)} ")
    parts: list[str] = []
    for word in words.split():
        match = _number(fold).fullmatch(word)
        parts += [part for part in match.groups() if part] if match else [word]
    return [part for part in parts if part != NUMBER_WORD]


def _parts_of_typed(query: str) -> list[str]:
    """Give the parts of a number that names a row: digits and letters, else none."""
    parts = parts_of_number(query)
    are_digits = {part.isdecimal() for part in parts}
    return parts if are_digits == {True, False} else []


def _first_digits(parts: list[str]) -> str:
    return next((part for part in parts if part.isdecimal()), "")


class SearchedQuerySet(models.QuerySet[Row]):
    """Rows that are found by typed words."""

    def matching(self, query: str) -> Self:
        """Rows in which every folded word begins a word; "…" keeps words together."""
        return self.filter(read_query(query).condition("search_folded"))


def exact_accents_first(query: str, *before: Q) -> list[Case]:
    """Order by the accents: rows that hold the very ones typed, then the others.

    What goes before them all may be named; without anything to find there is no order.
    """
    exact = read_query(query, with_one_tone_placement).condition("search_exact")
    held = [When(one, then=rank) for rank, one in enumerate([*before, exact]) if one]
    if not held:
        return []
    return [Case(*held, default=len(before) + 1, output_field=IntegerField())]


class Searched(models.Model):
    """A row found by typed words: the columns read are written whenever it is saved."""

    search_folded = models.TextField(editable=False, default="")
    search_exact = models.TextField(editable=False, default="")

    # The fields that searching reads, and the columns made from them.
    searched: ClassVar[tuple[str, ...]]
    search_columns: ClassVar[tuple[str, ...]] = SEARCH_COLUMNS

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the columns that are searched when what they read may change."""
        fields = kwargs.get("update_fields")
        if fields is None or {*self.searched} & {*fields}:
            self.write_search_columns()
            if fields is not None:
                kwargs["update_fields"] = {*fields, *self.search_columns}
        super().save(*args, **kwargs)

    @property
    def searched_text(self) -> str:
        return " ".join(str(getattr(self, name)) for name in self.searched)

    def write_search_columns(self) -> None:
        """Write both columns that searching reads."""
        self.search_folded, self.search_exact = written_for_search(self.searched_text)
