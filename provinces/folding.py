"""Vietnamese text kept in one form and made comparable.

Columns that people write compose to NFC on their way in; search reads folded text,
lists sort by keys that follow the alphabet. What is shown is never changed.
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from typing import Any

from django.db import models

# The alphabet in its order; a plain a, ă and â are letters of their own.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
LETTER_RANK = {letter: rank for rank, letter in enumerate(ALPHABET, start=64)}
# ngang, huyền, hỏi, ngã, sắc, nặng: the order of the dictionaries.
TONES = {"\u0300": 2, "\u0309": 3, "\u0303": 4, "\u0301": 5, "\u0323": 6}
NOT_A_WORD = re.compile(r"[\W_]+")
# "hòa" and "hoà", "thủy" and "thuỷ": the mark of an open syllable has two homes.
NEW_STYLE_TONE = re.compile(
    r"(o)([àáảãạ])(?!\w)|(o)([èéẻẽẹ])(?!\w)|(?<!q)(u)([ỳýỷỹỵ])(?!\w)", re.IGNORECASE
)
SORT_KEY_LETTERS = 120


def normalise(text: str) -> str:
    """Compose to NFC, with one kind of line end: what the database keeps."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Drop accents, case and punctuation, so that "Đà Nẵng" and "da nang" are equal."""
    text = text.replace("đ", "d").replace("Đ", "D")
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return NOT_A_WORD.sub(" ", bare.casefold()).strip()


def every_spelling(word: str) -> str:
    """Give a pattern that meets a folded word however it may have been written."""
    spellings = _spellings()
    return "".join(
        f"[{spellings[sign]}]" if sign in spellings else re.escape(sign)
        for sign in word
    )


@cache
def _spellings() -> dict[str, str]:
    """Give all letters of the Latin alphabets that fold to the same one."""
    spellings: dict[str, str] = defaultdict(str)
    for sign in map(chr, range(0x1F00)):
        if len(folded := fold(sign)) == 1:
            spellings[folded] += sign
    return dict(spellings)


def with_one_tone_placement(text: str) -> str:
    """Lower the case and write "hoà" as "hòa", keeping every accent."""
    return place_tones(NOT_A_WORD.sub(" ", normalise(text).lower()).strip())


def place_tones(text: str) -> str:
    """Write "hoà" as "hòa" and change nothing else: every letter stays in its place."""
    return NEW_STYLE_TONE.sub(_move_tone_back, text)


def _move_tone_back(match: re.Match[str]) -> str:
    first, marked = (group for group in match.groups() if group)
    vowel, tone = tuple(unicodedata.normalize("NFD", marked))
    return normalise(first + tone) + vowel


def sort_key(text: str) -> bytes:
    """Give bytes that sort as Vietnamese dictionaries do, equal on both databases.

    Letters decide first, tones only between words of the same letters. Cut after
    120 letters: no list is told apart later than that.
    """
    ranked = map(_rank, normalise(text).casefold()[:SORT_KEY_LETTERS])
    letters, tones = zip(*ranked, strict=True) if text else ((), ())
    return b"".join(letters) + b"\x00" + b"".join(tones)


@lru_cache(maxsize=1024)
def _rank(character: str) -> tuple[bytes, bytes]:
    """Give the place of a letter and that of its tone, each a byte."""
    parts = unicodedata.normalize("NFD", character)
    tone = next((TONES[part] for part in parts if part in TONES), 1)
    letter = normalise("".join(part for part in parts if part not in TONES))
    if not letter:
        # A mark that stands on no vowel sorts as if it were not there.
        return b"", b""
    rank = LETTER_RANK.get(letter)
    if rank is None:
        # Spaces and marks come before digits, digits before letters; letters
        # of other alphabets last.
        rank = 200 if letter.isalpha() else min(ord(letter), 63)
    return bytes([rank]), bytes([tone])


class VietnameseCharField(models.CharField):
    """A line of text kept composed (NFC), whatever the keyboard sent."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _compose(self, model_instance)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return normalise(value) if isinstance(value, str) else value


class VietnameseTextField(models.TextField):
    """Running text kept composed (NFC), whatever the keyboard sent."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _compose(self, model_instance)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return normalise(value) if isinstance(value, str) else value


def _compose(field: models.Field, instance: models.Model) -> Any:
    value = getattr(instance, field.attname)
    if isinstance(value, str):
        value = normalise(value)
        setattr(instance, field.attname, value)
    return value
