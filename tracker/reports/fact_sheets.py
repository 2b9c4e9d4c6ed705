"""Fact sheets as frozen plain data: one page on one province or one resolution.

Everything is within the rights of the viewer and holds for one day; the number of
statements is fixed. Page, print and PDF are made of the same sheet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten

from django.db.models import Exists, OuterRef, Q, Sum
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from provinces.models import Province, User
from provinces.succession import register_of
from tracker.choices import Basis, DifficultyCategory, Timeliness
from tracker.models import (
    Indicator,
    Recommendation,
    Resolution,
    StatusUpdate,
)
from tracker.models.indicators import IndicatorQuerySet
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.counting import ProgressCount, count_progress
from tracker.reports.fact_figures import FigureLine, FlagLine, read_figures
from tracker.reports.figures import plain_words
from tracker.reports.limits import say_limits
from tracker.reports.provinces import predecessor_names
from tracker.reports.standing import Moment, Names, Standing, read_standings

MOST_OVERDUE = 8
MOST_DIFFICULTIES = 6
MOST_REPORTS = 6
# Figures take the room that the rest leaves on the page, and never less than this.
MOST_LINES = 28
LEAST_FIGURES = 8
# Lines of print from which the type is smaller, and letters in a line of a column.
ROOMY, CROWDED = 35, 58
LETTERS = 40
# What is longer is cut at a word: the whole stands on the page of the thing itself.
LONGEST_TITLE = 200
LONGEST_WORDING = 120
LONGEST_BODY = 140


@dataclass(frozen=True)
class OverdueLine:
    """One recommendation that is overdue; `lead` is empty where there is none."""

    code: str
    wording: str
    lead: str
    due_on: date | None
    days_late: int


@dataclass(frozen=True)
class DifficultyLine:
    """One difficulty that stands open."""

    code: str
    category: str
    note: str
    reported_by: str
    since: date


@dataclass(frozen=True)
class ReportLine:
    """One thing that was reported of the progress of a recommendation."""

    on: date
    code: str
    progress: str
    progress_in_words: str
    body: str


@dataclass(frozen=True)
class FactSheet:
    """One page on one province or one resolution as it stood on a day.

    `query` is the filter of the list that gives exactly the rows that are counted.
    Of each group the first lines are here, and how many more there are.
    """

    key: str
    name: str
    title: str
    facts: tuple[str, ...]
    counted_with: str
    limits: str
    query: str
    as_of: date
    language: str
    made_at: datetime
    made_by: str
    count: ProgressCount
    rate: str
    left_out: str
    overdue: tuple[OverdueLine, ...]
    more_overdue: int
    difficulties: tuple[DifficultyLine, ...]
    more_difficulties: int
    reports: tuple[ReportLine, ...]
    figures: tuple[FigureLine, ...]
    more_figures: int

    @property
    def difficulty_count(self) -> int:
        return len(self.difficulties) + self.more_difficulties

    @property
    def fullness(self) -> str:
        """Say how full the page is: browsers cannot fit type to paper themselves."""
        pairs = (
            *((one.wording, one.lead) for one in self.overdue),
            *(
                (f"{one.category}: {one.note}", one.reported_by)
                for one in self.difficulties
            ),
            *((one.body[: len(one.body) // 2], "") for one in self.reports),
            *((f"{one.name} · {one.scope}", one.source) for one in self.figures),
        )
        longest = (max(map(len, pair)) for pair in pairs)
        lines = sum(1 + letters // LETTERS for letters in longest)
        if lines <= ROOMY:
            return "roomy"
        return "crowded" if lines > CROWDED else ""

    @property
    def flags(self) -> list[FlagLine]:
        """Each doubt about the figures once, in the order they are met."""
        return list(dict.fromkeys(flag for one in self.figures for flag in one.flags))


def build_province_fact_sheet(
    province: Province, *, on: date, viewer: User
) -> FactSheet:
    """Tell of a unit and of all that ended in it, by its name of the day."""
    register = register_of(viewer)
    units = register.units
    names = Names.read(viewer, on=on)
    there = Q(province__in=register.with_predecessors([province.pk]))
    called = units[province.pk].name_on(on)
    before = [one.full_name for one in predecessor_names(province.pk, units)]
    return _build(
        Subject(
            key=f"province-{province.slug}",
            name=called.name,
            title=capfirst(names.provinces[province.pk]),
            facts=(called.region,) if called.region else (),
            counted_with=", ".join(before),
            query=f"province={province.slug}",
            rows=Recommendation.objects.filter(there),
            indicators=Indicator.objects.filter(there),
        ),
        names,
        on=on,
        viewer=viewer,
    )


def build_resolution_fact_sheet(
    resolution: Resolution, *, on: date, viewer: User
) -> FactSheet:
    """Tell of a resolution: what was asked for its sake, and what was measured."""
    names = Names.read(viewer, on=on)
    issuer = names.bodies.get(resolution.issuer_id, "")
    facts = (issuer, resolution.term, f"{resolution.issued_on:%d/%m/%Y}")
    return _build(
        Subject(
            key=f"resolution-{resolution.slug}",
            name=resolution.number,
            title=f"{resolution.number}: {resolution.title}",
            facts=tuple(one for one in facts if one),
            counted_with="",
            query=f"resolution={resolution.slug}",
            rows=Recommendation.objects.filter(resolutions=resolution),
            indicators=Indicator.objects.filter(resolutions=resolution),
        ),
        names,
        on=on,
        viewer=viewer,
    )


@dataclass(frozen=True)
class Subject:
    """What a sheet is about, before anybody's rights."""

    key: str
    name: str
    title: str
    facts: tuple[str, ...]
    counted_with: str
    query: str
    rows: RecommendationQuerySet
    indicators: IndicatorQuerySet


def _build(subject: Subject, names: Names, *, on: date, viewer: User) -> FactSheet:
    now = timezone.localtime()
    rows, query = subject.rows.visible_to(viewer), subject.query
    if on < now.date():
        rows, query = rows.standing_at(on=on), f"{query}&as_of={on}"
    count = count_progress(rows, on=on)
    moment = Moment(on, now, Basis.REPORTED)
    standings = list(read_standings(_telling(rows, on), moment, names))
    overdue = tuple(_overdue_lines(standings))
    difficulties = tuple(_difficulty_lines(standings))
    reports = tuple(_read_reports(rows, names, on))
    figures = tuple(read_figures(subject.indicators, viewer, on=on))
    others = len(overdue) + len(difficulties) + len(reports)
    room = max(LEAST_FIGURES, MOST_LINES - others)
    return FactSheet(
        key=subject.key,
        name=subject.name,
        title=shorten(subject.title, LONGEST_TITLE, placeholder=" …"),
        facts=subject.facts,
        counted_with=shorten(subject.counted_with, LONGEST_TITLE, placeholder=" …"),
        limits=say_limits(viewer),
        query=query,
        as_of=on,
        language=get_language() or "vi",
        made_at=now,
        made_by=f"{viewer.get_full_name()}, {viewer.organisation}",
        count=count,
        rate=_rate_in_words(count),
        left_out=_left_out_in_words(count),
        overdue=overdue,
        more_overdue=count.overdue - len(overdue),
        difficulties=difficulties,
        more_difficulties=_count_difficulties(rows) - len(difficulties),
        reports=reports,
        figures=figures[:room],
        more_figures=max(0, len(figures) - room),
    )


def _telling(rows: RecommendationQuerySet, on: date) -> RecommendationQuerySet:
    """Give the most urgent rows that lines are made of.

    Each difficulty has a row, so that as many rows as lines are enough.
    """
    is_overdue = {"timeliness": Timeliness.OVERDUE}
    is_hindered = {f"{rows.column('open_difficulties')}__gt": 0}
    overdue = rows.with_timeliness(on=on).filter(**is_overdue)
    hindered = rows.filter(**is_hindered)
    telling = Q(pk__in=overdue.most_urgent_first().values("pk")[:MOST_OVERDUE])
    telling |= Q(pk__in=hindered.most_urgent_first().values("pk")[:MOST_DIFFICULTIES])
    return rows.filter(telling).most_urgent_first()


def _overdue_lines(standings: Iterable[Standing]) -> Iterator[OverdueLine]:
    late = [one for one in standings if one.timeliness == Timeliness.OVERDUE]
    for one in late[:MOST_OVERDUE]:
        yield OverdueLine(
            code=one.code,
            wording=shorten(one.wording, LONGEST_WORDING, placeholder=" …"),
            lead=shorten(one.lead, LONGEST_BODY, placeholder=" …"),
            due_on=one.due_on,
            days_late=one.days_late,
        )


def _difficulty_lines(standings: Iterable[Standing]) -> Iterator[DifficultyLine]:
    found = [(row.code, one) for row in standings for one in row.difficulties]
    for code, one in found[:MOST_DIFFICULTIES]:
        yield DifficultyLine(
            code=code,
            category=str(DifficultyCategory(one.category).label),
            note=shorten(one.note, LONGEST_WORDING, placeholder=" …"),
            reported_by=shorten(one.reported_by, LONGEST_BODY, placeholder=" …"),
            since=one.since,
        )


def _count_difficulties(rows: RecommendationQuerySet) -> int:
    column = rows.column("open_difficulties")
    return rows.order_by().aggregate(all=Sum(column))["all"] or 0


def _read_reports(
    rows: RecommendationQuerySet, names: Names, on: date
) -> Iterator[ReportLine]:
    """Give the newest updates that hold: what was corrected is no news."""
    corrections = StatusUpdate.objects.filter(corrects=OuterRef("pk"))
    updates = StatusUpdate.objects.filter(
        ~Exists(corrections),
        recommendation__in=rows.order_by().values("pk"),
        action__isnull=True,
        effective_on__lte=on,
    ).select_related("recommendation")
    newest_first = updates.order_by("-effective_on", "-recorded_at", "-pk")
    for one in newest_first[:MOST_REPORTS]:
        body = names.bodies.get(one.spoken_for_id, "")
        yield ReportLine(
            on=one.effective_on,
            code=one.recommendation.code,
            progress=one.progress,
            progress_in_words=str(one.get_progress_display()),
            body=shorten(body, LONGEST_BODY, placeholder=" …"),
        )


# -- the count in words ---------------------------------------------------------------


def _rate_in_words(count: ProgressCount) -> str:
    """Say the rate with its numerator and denominator, as pages say it."""
    if count.rate is None:
        return _("No rate of completion: nothing has fallen due yet.")
    words = _(
        "Completed of what has fallen due: <strong>%(rate)s%%</strong> = %(part)s of"
        " %(whole)s."
    )
    return plain_words(
        words
        % {
            "rate": floatformat(count.rate, "-1g"),
            "part": floatformat(count.numerator, "g"),
            "whole": floatformat(count.denominator, "g"),
        }
    )


def _left_out_in_words(count: ProgressCount) -> str:
    if not count.left_out:
        return ""
    said = _("Left out: %(n)s") % {"n": floatformat(count.left_out_count, "g")}
    parts = (
        f"{part.label.lower()}: {floatformat(part.count, 'g')}"
        for part in count.left_out
    )
    return f"{said} – {'; '.join(parts)}."
