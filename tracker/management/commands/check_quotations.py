"""Check the fixtures' quotations against the report they were taken from.

The report itself is not in the product: this command is for whoever has it. It leaves
fixtures/quotations.lock behind, so that the tests can tell a changed quotation later.
"""

import csv
import hashlib
import re
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tracker.quotations import find_places, fold

MOST_WORDS = 25
MOST_SHARE = 0.40
RUN = 8

# Columns that are the source's words by right; every other column is our own.
SOURCE_WORDS = {"quotation", "post"}
# A name cannot be said in other words: inside our wording it counts as one word.
NAME_COLUMNS = {
    "organisations": ("name", "short_name"),
    "resolutions": ("number", "title"),
    "documents": ("number", "number_as_printed", "title"),
    "participations": ("post",),
}

WORD = re.compile(r"\w+(?:[./,-]\w+)*")
LOCATOR = re.compile(r"dòng ([1-9]\d*)")

Words = tuple[str, ...]
Names = dict[str, list[Words]]


def words_of(text: str) -> Words:
    """Give the bare words, so that punctuation and capitals hide no copying."""
    return tuple(WORD.findall(fold(text).lower()))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Row:
    """One line of a fixture file, with what a message needs to name it."""

    table: str
    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        return self.cells.get(column) or ""

    @property
    def key(self) -> str:
        keys = [self.get(column) for column in ("slug", "code", "source_id", "name")]
        return next(filter(None, [*keys, *self.cells.values()]), "")

    def says(self, problem: str) -> str:
        return f"{self.table}.csv line {self.line} ({self.key}): {problem}"


@dataclass(frozen=True)
class Source:
    """The report, folded line by line as `grep -n` numbers them."""

    lines: list[str]

    @classmethod
    def of(cls, text: str) -> "Source":
        return cls([fold(line) for line in text.split("\n")])

    @cached_property
    def text(self) -> str:
        return " ".join(filter(None, self.lines))

    @cached_property
    def words(self) -> str:
        return f" {' '.join(words_of(self.text))} "

    def line(self, number: int) -> str:
        return self.lines[number - 1] if number <= len(self.lines) else ""

    def has_words(self, words: Iterable[str]) -> bool:
        return f" {' '.join(words)} " in self.words


@dataclass(frozen=True)
class Fixtures:
    """All rows of all files: a file added later is checked without being named here."""

    rows: list[Row]

    @classmethod
    def read(cls, folder: Path) -> "Fixtures":
        return cls([row for path in sorted(folder.glob("*.csv")) for row in read(path)])

    @cached_property
    def passages(self) -> list[Row]:
        return [row for row in self.rows if row.table == "passages"]

    @cached_property
    def citing(self) -> list[Row]:
        return [r for r in self.rows if r.cells.keys() & {"passage", "source_id"}]


def read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restval="")
        for cells in reader:
            if None in cells:
                where = f"line {reader.line_num} of {path.name}"
                raise csv.Error(f"{where} has more cells than there are columns")
            yield Row(path.stem, reader.line_num, cells)


def line_number(passage: Row) -> int:
    """Give the number in the locator; 0, which no line has, if it names none."""
    match = LOCATOR.fullmatch(passage.get("locator"))
    return int(match[1]) if match else 0


def place(passage: Row, source: Source) -> tuple[int, int] | None:
    """Say where the quotation begins and ends in its line, if it stands there once."""
    line = source.line(line_number(passage))
    places = find_places(passage.get("quotation"), line)
    return places[0] if len(places) == 1 else None


def check_place(passage: Row, source: Source) -> str | None:
    """Say what is wrong with the quotation or its locator, if anything is."""
    quotation, number = fold(passage.get("quotation")), line_number(passage)
    if not quotation:
        return "has no quotation; copy one from the source"
    if not find_places(quotation, source.text):
        return "is not in the source; copy the quotation again"
    if not number:
        return "has no line number; write the locator as in: dòng 60"
    count = len(find_places(quotation, source.line(number)))
    if not count:
        return f"is not in line {number} of the source; correct the locator"
    if count > 1:
        return f"stands {count} times in line {number}; quote enough to tell which"
    return None


def check_quotations(fixtures: Fixtures, source: Source) -> Iterator[str]:
    for passage in fixtures.passages:
        if problem := check_place(passage, source):
            yield passage.says(problem)
        if (count := len(passage.get("quotation").split())) > MOST_WORDS:
            yield passage.says(
                f"has {count} words; shorten the quotation to {MOST_WORDS}"
            )


def characters_quoted(passages: Iterable[Row]) -> int:
    return sum(len(fold(passage.get("quotation"))) for passage in passages)


def check_share(fixtures: Fixtures, source: Source) -> Iterator[str]:
    quoted, whole = characters_quoted(fixtures.passages), len(source.text)
    if quoted >= MOST_SHARE * whole:
        limit = int(MOST_SHARE * whole)
        yield (
            f"passages.csv: {quoted} of the source's {whole} characters are quoted;"
            f" shorten or share quotations until fewer than {limit} are"
        )


def check_overlaps(fixtures: Fixtures, source: Source) -> Iterator[str]:
    """Overlapping quotations would count text twice: the rows share one passage."""
    placed = [
        (line_number(passage), *found, passage)
        for passage in fixtures.passages
        if (found := place(passage, source))
    ]
    placed.sort(key=lambda item: item[:3])
    for (line, _, end, first), (next_line, start, _, second) in pairwise(placed):
        if line == next_line and start < end:
            yield second.says(
                f"overlaps {first.key} in line {line}; let both rows use one passage"
            )


def check_use(fixtures: Fixtures) -> Iterator[str]:
    """Exactly what was taken from the source says where; nothing is quoted in vain."""
    slugs = Counter(passage.get("slug") for passage in fixtures.passages)
    used = {row.get("passage") for row in fixtures.citing}
    for passage in fixtures.passages:
        if passage.get("slug") not in used:
            yield passage.says("is used by no row; remove it or name it in a row")
        if slugs[passage.get("slug")] > 1:
            yield passage.says("has a slug used twice; give each its own")
    for row in fixtures.citing:
        if problem := problem_of_citing(row, slugs):
            yield row.says(problem)


def problem_of_citing(row: Row, slugs: Counter[str]) -> str | None:
    slug, source_id = row.get("passage"), row.get("source_id")
    if source_id and not slug:
        return "has a source_id but no passage; name the passage that proves it"
    if slug and not source_id:
        return "has a passage but no source_id; add the one or remove the other"
    if slug and slug not in slugs:
        return f"names the passage {slug}, which passages.csv lacks; add or correct it"
    return None


def names_in(fixtures: Fixtures) -> Names:
    """Give the names of the register by first word, the longest first."""
    names: Names = {}
    for row in fixtures.rows:
        # The title of a news report is ours, not its name.
        columns = () if row.get("kind") == "news" else NAME_COLUMNS.get(row.table, ())
        for words in filter(None, (words_of(row.get(column)) for column in columns)):
            names.setdefault(words[0], []).append(words)
    for known in names.values():
        known.sort(key=len, reverse=True)
    return names


def units(words: Words, names: Names) -> Iterator[Words]:
    """Cut the words into names and, between them, single words."""
    position = 0
    while position < len(words):
        known = names.get(words[position], [])
        fits = (n for n in known if words[position : position + len(n)] == n)
        unit = next(fits, words[position : position + 1])
        yield unit
        position += len(unit)


def copied_run(text: str, source: Source, names: Names) -> str | None:
    """Give the first run of words, a name counting as one, that the source has too."""
    cut = list(units(words_of(text), names))
    for start in range(len(cut) - RUN + 1):
        run = [word for unit in cut[start : start + RUN] for word in unit]
        if source.has_words(run):
            return " ".join(run)
    return None


def check_wording(fixtures: Fixtures, source: Source) -> Iterator[str]:
    names = names_in(fixtures)
    for row in fixtures.rows:
        for column in row.cells.keys() - SOURCE_WORDS:
            if run := copied_run(row.get(column), source, names):
                yield row.says(f'{column} copies "{run}"; say it in other words')


def failures(fixtures: Fixtures, source: Source) -> list[str]:
    """Give every failure, one line each: the file, the row, what to do."""
    return [
        *check_quotations(fixtures, source),
        *check_share(fixtures, source),
        *check_overlaps(fixtures, source),
        *check_use(fixtures),
        *check_wording(fixtures, source),
    ]


def lock_of(fixtures: Fixtures, source: Source) -> str:
    """Give the text that lets a test tell a changed quotation without the source."""
    head = [
        "# Written by manage.py check_quotations: run it again after a change.",
        f"source-characters {len(source.text)}",
        f"source-sha256 {digest(source.text)}",
    ]
    return "\n".join(head + sorted(quotation_digests(fixtures))) + "\n"


def quotation_digests(fixtures: Fixtures) -> list[str]:
    return [f"{p.get('slug')} {digest(p.get('quotation'))}" for p in fixtures.passages]


def lock_failures(fixtures: Fixtures, lock: str) -> list[str]:
    """Say which quotations are not the ones that were checked against the source."""
    heads = ("# ", "source-")
    locked = {line for line in lock.splitlines() if not line.startswith(heads)}
    now = set(quotation_digests(fixtures))
    slugs = sorted({line.split()[0] for line in locked ^ now})
    return [f"{slug} differs from quotations.lock; check it again" for slug in slugs]


def summary(fixtures: Fixtures, source: Source) -> list[str]:
    quoted, whole = characters_quoted(fixtures.passages), len(source.text)
    longest = max(len(p.get("quotation").split()) for p in fixtures.passages)
    return [
        f"Quotations: {len(fixtures.passages)}",
        f"Characters quoted: {quoted}",
        f"Characters of the source: {whole}",
        f"Share: {quoted / whole:.1%}".replace(".", ","),
        f"Longest quotation: {longest} words",
    ]


def read_source(path: Path) -> Source:
    try:
        source = Source.of(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"Cannot read {path}: it is not UTF-8 text.") from error
    if not source.text:
        raise CommandError(f"Cannot check against {path}: it is empty.")
    return source


def read_fixtures(folder: Path) -> Fixtures:
    try:
        fixtures = Fixtures.read(folder)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"Cannot read the files of {folder}: {error}") from error
    if not fixtures.passages:
        raise CommandError(f"Nothing to check: {folder / 'passages.csv'} has no rows.")
    return fixtures


class Command(BaseCommand):
    help = "Check the fixtures' quotations against the text of the report."
    # Files only: it must run before there is a database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the report as UTF-8 text")

    def handle(self, *, file: Path, **options: object) -> None:
        folder = Path(settings.BASE_DIR) / "fixtures"
        source, fixtures = read_source(file), read_fixtures(folder)
        found = failures(fixtures, source)
        for failure in found:
            self.stderr.write(failure)
        if found:
            raise CommandError(f"{len(found)} failures; quotations.lock is unchanged.")
        lock = folder / "quotations.lock"
        lock.write_text(lock_of(fixtures, source), encoding="utf-8", newline="\n")
        for line in summary(fixtures, source):
            self.stdout.write(line)
