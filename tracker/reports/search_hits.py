"""How each noun is found by typed words, and what a line of hits says of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Func, IntegerField, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from provinces.folding import fold, sort_key, with_one_tone_placement
from provinces.models import Organisation, User
from provinces.models.searching import (
    Named,
    name_by_number,
    read_query,
    written_for_search,
)
from provinces.register import Unit
from provinces.succession import Merger, find_merger, name_organisations, register_of
from tracker.models import (
    Document,
    Indicator,
    Recommendation,
    Resolution,
    WorkingSession,
)
from tracker.models.recommendations import TYPED_CODE
from tracker.reports.counting import write_count


@dataclass(frozen=True)
class Hit:
    """One row found: where it is, its key, its own Vietnamese words, facts about it.

    Of a recommendation the progress is told too, of words their `source`.
    """

    address: str
    key: str
    name: str
    facts: tuple[str, ...] = ()
    progress: str = ""
    progress_label: str = ""
    source: str = ""


def find_recommendations(user: User, query: str) -> QuerySet[Recommendation]:
    visible = Recommendation.objects.visible_to(user)
    columns = ("code_prefix", "code_year", "code_number", "wording", "progress")
    return visible.matching(query).closest_match_first(query).only(*columns)


def describe_recommendations(user: User, rows: Sequence[Recommendation]) -> list[Hit]:
    return [
        Hit(
            one.get_absolute_url(),
            one.code,
            one.wording,
            progress=one.progress,
            progress_label=one.get_progress_display(),
        )
        for one in rows
    ]


def name_recommendation(one: Recommendation, query: str) -> Named:
    """A code is always typed in full, in whatever shape."""
    typed, own = (TYPED_CODE.fullmatch(fold(code)) for code in (query, one.code))
    is_named = typed and own and typed.groups() == own.groups()
    return Named.FULLY if is_named else Named.NOT


def find_resolutions(user: User, query: str) -> list[Resolution]:
    rows = list(Resolution.objects.all())
    found = choose(query, rows, lambda one: f"{one.number} {one.title}")
    named = [one for one in rows if name_resolution(one, query)]
    return named + [one for one in found if one not in named]


def name_resolution(one: Resolution, query: str) -> Named:
    return name_by_number(query, one.number)


def describe_resolutions(user: User, rows: Sequence[Resolution]) -> list[Hit]:
    return [
        Hit(one.get_absolute_url(), one.number, one.title, (_day(one.issued_on),))
        for one in rows
    ]


def find_indicators(user: User, query: str) -> list[Any]:
    """Find indicators by their names: those are reference data, their figures not."""
    rows = Indicator.objects.with_province_name().order_by("pk")
    return choose(query, rows, lambda one: one.name)


def describe_indicators(user: User, rows: Sequence[Any]) -> list[Hit]:
    return [
        Hit(
            one.get_absolute_url(),
            "",
            " · ".join(filter(None, (one.name_with_unit, one.province_name))),
        )
        for one in rows
    ]


def find_documents(user: User, query: str) -> QuerySet[Document]:
    found = Document.objects.visible_to(user).matching(query)
    return found.closest_match_first(query)


def describe_documents(user: User, rows: Sequence[Document]) -> list[Hit]:
    return [
        Hit(
            one.get_absolute_url(),
            "",
            f"{one.number}: {one.title}" if one.number else one.title,
            (one.get_kind_display(), *([_day(one.issued_on)] if one.issued_on else [])),
        )
        for one in rows
    ]


def name_document(one: Document, query: str) -> Named:
    """A number as it is printed names a document too, misprints and all."""
    numbers = (one.number, one.number_as_printed)
    return max(name_by_number(query, number) for number in numbers)


def find_sessions(user: User, query: str) -> QuerySet[WorkingSession]:
    found = WorkingSession.objects.visible_to(user).matching(query)
    return found.closest_match_first(query)


def describe_sessions(user: User, rows: Sequence[WorkingSession]) -> list[Hit]:
    return [
        Hit(
            one.get_absolute_url(),
            _day(one.held_on),
            one.title,
            (one.get_kind_display(),),
        )
        for one in rows
    ]


# A unit as it is searched: with what it became, where it has ended.
UnitThenNow = tuple[Unit, Merger | None]


def find_units(user: User, query: str) -> list[UnitThenNow]:
    """Find units by every name they ever bore; those in force come first."""
    units, today = register_of(user).units, timezone.localdate()
    found = [(unit, find_merger(unit, units)) for unit in units.values()]
    found.sort(key=lambda one: sort_key(one[0].name_on(today).name))
    found.sort(key=lambda one: not one[0].is_in_force(today))
    return choose(query, found, lambda one: _names_of(one[0]))


def _names_of(unit: Unit) -> str:
    names = [f"{name.full_name} {name.name_en}" for name in unit.names]
    return " ".join([*names, unit.province.abbreviation])


def describe_units(user: User, rows: Sequence[UnitThenNow]) -> list[Hit]:
    today = timezone.localdate()
    return [
        Hit(
            unit.province.get_absolute_url(),
            unit.province.code,
            _then_and_now(unit, merger, today),
            _end_of(unit, today),
        )
        for unit, merger in rows
    ]


def _then_and_now(unit: Unit, merger: Merger | None, today: date) -> str:
    name = capfirst(unit.name_on(today).full_name)
    if merger:
        words = _("%(name)s (now %(present)s)")
        return words % {"name": name, "present": merger.followed_by.full_name}
    former = unit.names[0].full_name
    if capfirst(former) == name:
        return name
    return _("%(name)s (formerly %(past)s)") % {"name": name, "past": former}


def _end_of(unit: Unit, today: date) -> tuple[str, ...]:
    """Say since when a unit is no more."""
    if unit.is_in_force(today) or unit.province.valid_to is None:
        return ()
    return (_("ended on %(day)s") % {"day": _day(unit.province.valid_to)},)


def find_organisations(user: User, query: str) -> QuerySet[Organisation]:
    """Find bodies, with how many recommendations seen they lead and were asked."""
    visible = Recommendation.objects.visible_to(user).order_by()
    counts: dict[str, Any] = {
        name: Subquery(
            visible.filter(**{role: OuterRef("pk")}).values(
                counted=Func("pk", function="COUNT", output_field=IntegerField())
            )
        )
        for name, role in (("led", "lead"), ("asked", "addressee"))
    }
    found = Organisation.objects.matching(query).select_related("province")
    return found.annotate(**counts).closest_match_first(query)


def describe_organisations(user: User, rows: Sequence[Any]) -> list[Hit]:
    names = name_organisations([one.pk for one in rows], register_of(user))
    return [Hit(_page_of(one), "", names[one.pk], _part_of(one)) for one in rows]


def _page_of(body: Any) -> str:
    """Give what there is of a body: what it leads, was asked, or its province."""
    listed = reverse("recommendation-list")
    if body.asked and not body.led:
        return f"{listed}?addressee={body.pk}"
    if body.province and not body.led:
        return body.province.get_absolute_url()
    return f"{listed}?lead={body.pk}"


def _part_of(body: Any) -> tuple[str, ...]:
    said = ((body.led, _("leads %(n)s")), (body.asked, _("was asked %(n)s")))
    return tuple(words % {"n": write_count(n)} for n, words in said if n)


def choose(query: str, rows: Any, text_of: Callable[[Any], str]) -> list[Any]:
    """Choose among the rows of a small table; exact accents first."""
    words, exact = read_query(query), read_query(query, with_one_tone_placement)
    found: list[Any] = []
    others: list[Any] = []
    for row in rows:
        folded, accented = written_for_search(text_of(row))
        if words.are_in(folded):
            (found if exact.are_in(accented) else others).append(row)
    return found + others


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
