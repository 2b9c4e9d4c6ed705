"""Numbers as people type them, read the way of the page's language and no other.

On Vietnamese pages "3.676" is 3676 and "71,22" has decimals; what fits neither way of
writing is refused and never guessed at.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _

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
    """Read one number; raises ValidationError for what could be misread.

    Three decimals that end in a zero are thousands in the other language: nobody
    writes 81,430 for 81,43.
    """
    typed, (thousands, decimals) = typed.strip(), _separators()
    dot, comma = re.escape(thousands), re.escape(decimals)
    whole = rf"-?(\d+|[1-9]\d{{0,2}}({dot}\d{{3}})+)"
    is_number = re.fullmatch(rf"{whole}({comma}\d+)?", typed, re.ASCII)
    if not is_number or re.search(rf"{comma}\d\d0$", typed):
        raise _refusal_of(typed)
    return Decimal(typed.replace(thousands, "").replace(decimals, "."))


def _refusal_of(typed: str) -> ValidationError:
    """Say what is wrong with text that is no number of this language."""
    if re.fullmatch(r"-?\d[\d.,\s]*", typed, re.ASCII):
        message = _(
            "This could be misread: a comma groups thousands and a point begins "
            "decimals, as in 81,430 or 71.22."
        )
        return ValidationError(message, "misread")
    if re.fullmatch(r"-?\d[^/]*", typed, re.ASCII):
        return ValidationError(_("Write the number alone, without its unit."), "unit")
    message = _("This is no number. Write 81,430 or 71.22, or a ratio like 11 of 14.")
    return ValidationError(message, "no_number")


def read_amount(typed: str) -> Amount:
    """Read a number or a ratio of two counts; raises ValidationError for all else."""
    ratio = RATIO.fullmatch(typed.strip())
    if ratio is None:
        return Amount(value=read_number(typed))
    part, whole = (_read_count(one) for one in ratio.groups())
    if whole == 0:
        raise ValidationError(_("The whole of a ratio cannot be 0."), "no_whole")
    if part > whole:
        message = _("The part cannot be greater than the whole.")
        raise ValidationError(message, "part_above_whole")
    return Amount(numerator=part, denominator=whole)


def _separators() -> tuple[str, str]:
    """Give what stands between thousands and before decimals in this language."""
    return get_format("THOUSAND_SEPARATOR"), get_format("DECIMAL_SEPARATOR")


def _read_count(typed: str) -> int:
    try:
        number = read_number(typed)
    except ValidationError as error:
        if error.code == "misread":
            raise
        raise _no_count() from None
    if number != number.to_integral():
        raise _no_count()
    if number < 0:
        raise ValidationError(_("A count cannot be negative."), "negative")
    if number > LARGEST_COUNT:
        most = number_format(LARGEST_COUNT, force_grouping=True)
        message = _("A count can be at most %(most)s.") % {"most": most}
        raise ValidationError(message, "too_large")
    return int(number)


def _no_count() -> ValidationError:
    message = _("Both parts of a ratio are whole numbers, as in 11 of 14.")
    return ValidationError(message, "no_count")
