"""Numbers as people type them, read the way of the page's language and no other.

On Vietnamese pages "3.676" is 3676 and "71,22" has decimals; what fits neither way of
writing is refused and never guessed at.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import get_format

# "11/14", "11 trên 14", "11 of 14": two counts, and never a date.
RATIO = re.compile(r"(.+?)\s*(?:/|\btrên\b|\bof\b)\s*(.+)", re.IGNORECASE)
# What a column of counts holds.
LARGEST_COUNT = 2**31 - 1


class Amount(NamedTuple):
    """What was measured: a value, or so many of so many."""

    value: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None


def read_number(typed: str) -> Decimal:
    """Read one number; raises ValueError for what could be misread.

    Three decimals that end in a zero are thousands in the other language: nobody
    writes 81,430 for 81,43.
    """
    typed, (thousands, decimals) = typed.strip(), _separators()
    dot, comma = re.escape(thousands), re.escape(decimals)
    whole = rf"-?(\d+|[1-9]\d{{0,2}}({dot}\d{{3}})+)"
    is_number = re.fullmatch(rf"{whole}({comma}\d+)?", typed, re.ASCII)
    if not is_number or re.search(rf"{comma}\d\d0$", typed):
        raise ValueError(typed)
    return Decimal(typed.replace(thousands, "").replace(decimals, "."))


def read_amount(typed: str) -> Amount:
    """Read a number or a ratio of two counts; raises ValueError for anything else."""
    ratio = RATIO.fullmatch(typed.strip())
    if ratio is None:
        return Amount(value=read_number(typed))
    numerator, denominator = (_read_count(part) for part in ratio.groups())
    if not 0 < denominator >= numerator:
        raise ValueError(typed)
    return Amount(numerator=numerator, denominator=denominator)


def _separators() -> tuple[str, str]:
    """Give what stands between thousands and before decimals in this language."""
    return get_format("THOUSAND_SEPARATOR"), get_format("DECIMAL_SEPARATOR")


def _read_count(typed: str) -> int:
    number = read_number(typed)
    if number != number.to_integral() or not 0 <= number <= LARGEST_COUNT:
        raise ValueError(typed)
    return int(number)
