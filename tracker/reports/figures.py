"""Targets and observations in words: "trên 80.500 tỷ đồng", "11 trên 14 khu"."""

from decimal import Decimal
from html import unescape

from django.utils.formats import number_format
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.choices import TargetOperator
from tracker.models import Observation, Target

# The unit of values that name a year: a year is never grouped by thousands.
YEAR = "năm"


def write_number(value: Decimal | int | None, unit: str = "") -> str:
    """Write 81430.000 as 81.430 and 71.220 as 71,22; a year stays as it is."""
    if value is None:
        return "–"
    plain = Decimal(value).normalize()
    plain = plain.quantize(Decimal(1)) if plain == plain.to_integral() else plain
    return number_format(plain, use_l10n=True, force_grouping=unit != YEAR)


def with_unit(number: str, unit: str) -> SafeString:
    """Join a number and its Vietnamese unit; a percent sign stands close."""
    if not unit or unit == YEAR:
        return format_html("{}", number)
    space = "" if unit.startswith("%") else " "
    return format_html('{}{}<span lang="vi">{}</span>', number, space, unit)


def write_amount(observation: Observation, unit: str = "") -> str:
    """Write what was observed the way it is typed: "80.500", "11 trên 14"."""
    if observation.denominator is None:
        return write_number(observation.value, unit)
    return pgettext("ratio", "%(part)s of %(whole)s") % {
        "part": write_number(observation.numerator),
        "whole": write_number(observation.denominator),
    }


def figure(observation: Observation, unit: str) -> SafeString:
    """Say what was observed: "trên 80.500 tỷ đồng", "11 trên 14 khu"."""
    said = with_unit(write_amount(observation, unit), unit)
    if not observation.qualifier:
        return said
    return format_html("{} {}", observation.get_qualifier_display(), said)


def target_words(target: Target) -> SafeString | str:
    """Say what a target wants with its operator in words: "khoảng 30% GDP"."""
    if target.operator == TargetOperator.RANK:
        words = _("among the %(number)s leading countries, %(scope)s")
        number = write_number(target.value)
        before, after = words.split("%(scope)s")
        return format_html(
            '{}<span lang="vi">{}</span>{}',
            before % {"number": number},
            target.scope,
            after,
        )
    if target.value is None:
        return target.get_operator_display()
    number = with_unit(write_number(target.value), target.unit)
    return format_html("{} {}", target.get_operator_display(), number)


def plain_words(said: SafeString | str) -> str:
    """Give the same words without the marks of a page."""
    return unescape(strip_tags(said))
