"""Quotations in a text: what is layout or spelling of a tone tells none apart.

Places are (start, end) in the text itself: what is folded here keeps its length.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from provinces.folding import normalise, place_tones

Place = tuple[int, int]

QUOTATION_MARKS, APOSTROPHES = "“”„‟«»″", "‘’‚‛′"
SIGNS = str.maketrans(
    dict.fromkeys(QUOTATION_MARKS, '"') | dict.fromkeys(APOSTROPHES, "'")
)
# Soft hyphens, joiners, marks of direction: nobody sees them, and no search meets them.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)]*(?=\s)")
# "TP. Đà Nẵng", "TS. Lê An": a short word with a capital before a full stop.
ABBREVIATION = re.compile(r"\b[A-ZĐ]\w{0,2}\.$")


def clean_text(text: str) -> str:
    """Give a text as it is kept: composed, one kind of line end, nothing unseen."""
    return UNSEEN.sub("", normalise(LINE_END.sub("\n", text)))


def fold(text: str) -> str:
    """Give the text as compared: white space, curly marks and tone places are one."""
    return " ".join(fold_signs(clean_text(text)).split())


def fold_signs(text: str) -> str:
    """Fold all but the white space, so that every sign stays where it stands."""
    return place_tones(text.translate(SIGNS))


def find_places(quotation: str, signs: str) -> list[Place]:
    """Say where a quotation stands in a text whose signs are folded.

    The white space between its words may be of any kind and length, line ends too.
    """
    words = fold(quotation).split()
    if not words:
        return []
    wanted = re.compile(r"\s+".join(map(re.escape, words)))
    return [match.span() for match in wanted.finditer(signs)]


def nearest_place(places: list[Place], line: Place) -> Place | None:
    """Choose the place that begins in a line, or else nearest to it."""
    start, end = line
    return min(
        places,
        key=lambda one: max(start - one[0], one[0] - end, 0),
        default=None,
    )


def lines_of(text: str) -> list[Place]:
    """Cut a text into its lines, numbered from one as `grep -n` does."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append((start, start + len(line)))
        start += len(line) + 1
    return lines


def line_number(lines: list[Place], position: int) -> int:
    """Give the number of the line in which a position stands."""
    return bisect_right(lines, position, key=lambda line: line[0])


def sentences_of(text: str, line: Place) -> Iterator[Place]:
    """Cut a line into sentences, each without the white space around it."""
    start, end = line
    for match in SENTENCE_END.finditer(text, start, end):
        if not ABBREVIATION.search(text[start : match.end()]):
            yield from _bare(text, (start, match.end()))
            start = match.end()
    yield from _bare(text, (start, end))


def _bare(text: str, place: Place) -> Iterator[Place]:
    words = text[place[0] : place[1]]
    if bare := words.strip():
        start = place[0] + len(words) - len(words.lstrip())
        yield start, start + len(bare)
