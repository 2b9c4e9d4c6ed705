"""The official progress report as frozen plain data: every form of it is made of this.

Rules: product rules §2, §3 and §7; the columns follow domain facts §4.4. It is built
inside the reader's language and holds words already: what is printed again later says
the same, whatever was renamed or translated anew meanwhile.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from provinces.folding import sort_key
from provinces.models import User
from provinces.succession import name_organisations, register_of
from tracker.choices import (
    AnswerOutcome,
    Basis,
    ConfirmationState,
    DifficultyCategory,
    Progress,
    Timeliness,
)
from tracker.models import Document, Indicator, Resolution, Target
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.counting import ProgressCount
from tracker.reports.figures import figure, plain_words, target_words
from tracker.reports.standing import Moment, Standing, read_standings

# A cell is words, a number, or a day that spreadsheets can count with.
Cell = str | int | date | None


@dataclass(frozen=True)
class Scope:
    """Which recommendations a report speaks of, and the resolutions it is about."""

    rows: RecommendationQuerySet
    in_words: str
    resolutions: tuple[Resolution, ...]


@dataclass(frozen=True)
class Head:
    """The head of a column and its share of the width."""

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
    title: str
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    total: str

    @property
    def is_empty(self) -> bool:
        return not any(group.rows for group in self.groups)


@dataclass(frozen=True)
class CountLine:
    """The count of one scope: seven parts, what has no confirmed figures, the rate."""

    title: str
    total: int
    parts: tuple[int, ...]
    without_figures: int
    numerator: int
    denominator: int
    rate: str


@dataclass(frozen=True)
class OfficialReport:
    """A progress report at (day, moment) on one basis, for one reader."""

    title: str
    scope: str
    as_of: date
    frozen_at: datetime
    basis: str
    basis_in_words: str
    language: str
    made_by: str
    # Words that stand around the figures, kept as they were printed.
    as_of_in_words: str
    count_title: str
    count_heads: tuple[str, ...]
    nothing: str
    counts: tuple[CountLine, ...]
    tables: tuple[Table, ...]

    def payload(self) -> str:
        """Give canonical JSON: the same report is the same text, byte for byte."""
        return json.dumps(
            asdict(self),
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
            default=_plain,
        )


def checksum_of(payload: str) -> str:
    """Give the sha256 that a kept payload is verified by at every print."""
    return hashlib.sha256(payload.encode()).hexdigest()


def read_payload(payload: str) -> dict[str, Any]:
    """Give a kept report back as plain data, days as days again."""
    return json.loads(payload, object_hook=_day_again)


def _plain(value: date | datetime) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"moment": value.isoformat(timespec="microseconds")}
    return {"day": value.isoformat()}


def _day_again(found: dict[str, Any]) -> Any:
    if set(found) == {"day"}:
        return date.fromisoformat(found["day"])
    if set(found) == {"moment"}:
        return datetime.fromisoformat(found["moment"])
    return found


def build_official_report(
    scope: Scope, *, as_of: date, frozen_at: datetime, basis: Basis, viewer: User
) -> OfficialReport:
    """Build the report of what is known at a moment of how things stood on a day.

    The number of statements is fixed for every 2,000 rows. What a person may not see
    is in no row, count or total.
    """
    rows = scope.rows
    if not rows.is_past:
        rows = rows.standing_at(on=as_of, at=frozen_at)
    register = register_of(viewer)
    names = name_organisations(register.bodies, register)
    moment = Moment(as_of, frozen_at, basis)
    standings = list(read_standings(rows, moment, names))
    return OfficialReport(
        title=_("Progress of recommendations"),
        scope=scope.in_words or _("All recommendations"),
        as_of=as_of,
        frozen_at=timezone.localtime(frozen_at),
        basis=basis.value,
        basis_in_words=str(basis.label),
        language=get_language() or "vi",
        made_by=f"{viewer.get_full_name()}, {viewer.organisation}",
        as_of_in_words=_("Figures as of %(day)s") % {"day": f"{as_of:%d/%m/%Y}"},
        count_title=_("Summary"),
        count_heads=(
            _("Scope"),
            _("Total"),
            *(part.label for part in ProgressCount().parts),
            _("No confirmed figures yet"),
            _("Official rate"),
        ),
        nothing=_("Nothing to tell here."),
        counts=tuple(_count_lines(standings, scope.resolutions)),
        tables=(
            _tell_targets(scope.resolutions, viewer),
            _tell_progress(standings, scope.resolutions, as_of),
            _tell_documents(scope.resolutions, viewer, names),
            _tell_difficulties(standings),
        ),
    )


# -- the count ------------------------------------------------------------------------


def _count_lines(
    standings: list[Standing], resolutions: tuple[Resolution, ...]
) -> Iterator[CountLine]:
    """Count all, then each resolution: these need not add up."""
    yield _count(_("All recommendations"), standings)
    for one in resolutions:
        of_it = [row for row in standings if one.number in row.resolutions]
        yield _count(one.number, of_it)


def _count(title: str, standings: list[Standing]) -> CountLine:
    count, without = ProgressCount(), 0
    for row in standings:
        if not row.progress:
            without += 1
            continue
        judged = row.timeliness
        if judged == Timeliness.DUE_SOON:
            judged = Timeliness.IN_TIME
        count.progress[row.progress] += 1
        count.timeliness[judged] += 1
    return CountLine(
        title=title,
        total=len(standings),
        parts=tuple(part.count for part in count.parts),
        without_figures=without,
        numerator=count.numerator,
        denominator=count.denominator,
        rate=_rate_in_words(count, len(standings)),
    )


def _rate_in_words(count: ProgressCount, total: int) -> str:
    """Say "71,22% (37/52; không tính 5)": never a percentage alone."""
    left_out = number_format(total - count.denominator, force_grouping=True)
    if count.rate is None:
        return _("nothing has fallen due; %(left_out)s left out") % {
            "left_out": left_out
        }
    return _("%(rate)s%% (%(part)s of %(whole)s; %(left_out)s left out)") % {
        "rate": number_format(count.rate, 2),
        "part": number_format(count.numerator, force_grouping=True),
        "whole": number_format(count.denominator, force_grouping=True),
        "left_out": left_out,
    }


# -- the annexes ----------------------------------------------------------------------


def _tell_progress(
    standings: list[Standing], resolutions: tuple[Resolution, ...], on: date
) -> Table:
    """Lay out what was asked, by resolution and then by the body that leads."""
    heads = (
        Head(_("No."), 4),
        Head(_("Wording"), 26),
        Head(_("Raised by"), 12),
        Head(_("Lead organisation"), 13),
        Head(_("Coordinating organisations"), 12),
        Head(_("Deadline"), 10),
        Head(_("Progress"), 12),
        Head(_("Result of implementation"), 20),
        Head(_("Difficulties"), 16),
        Head(_("Answer"), 14),
        Head(_("Note"), 12),
    )
    groups: list[Group] = []
    for number in [one.number for one in resolutions] or [""]:
        rows = [r for r in standings if not number or number in r.resolutions]
        if number:
            groups.append(Group(number, 1, ()))
        leads = sorted(
            {row.lead for row in rows}, key=lambda name: (not name, sort_key(name))
        )
        for lead in leads:
            led = [row for row in rows if row.lead == lead]
            lines = tuple(_progress_cells(i, row, on) for i, row in enumerate(led, 1))
            groups.append(Group(lead or _("No lead organisation yet"), 2, lines))
    total = ngettext(
        "%(n)s recommendation", "%(n)s recommendations", len(standings)
    ) % {"n": number_format(len(standings), force_grouping=True)}
    return Table(
        "progress", _("Progress of recommendations"), heads, tuple(groups), total
    )


def _last_when_empty(name: str) -> tuple[bool, bytes]:
    return not name, sort_key(name)


def _progress_cells(position: int, row: Standing, on: date) -> tuple[Cell, ...]:
    return (
        position,
        f"{row.code}. {row.wording}",
        row.raised_by,
        row.lead,
        "; ".join(row.coordinating),
        row.due_on or _("Not determined"),
        _progress_words(row, on),
        _join(row.note, *row.proof),
        _join(*(_difficulty_words(one.category, one.note) for one in row.difficulties)),
        _answer_words(row),
        _note_words(row),
    )


def _progress_words(row: Standing, on: date) -> str:
    """Say how far it is and how that stands against the deadline."""
    if not row.progress:
        return _("No confirmed figures yet")
    said = [_label(Progress, row.progress)]
    if row.timeliness in {Timeliness.OVERDUE, Timeliness.COMPLETED_LATE}:
        words = ngettext("%(n)s day late", "%(n)s days late", row.days_late)
        said.append(words % {"n": number_format(row.days_late, force_grouping=True)})
    elif row.timeliness not in {Timeliness.NOT_COUNTED, Timeliness.COMPLETED}:
        said.append(_label(Timeliness, row.timeliness))
    return "; ".join(said)


def _answer_words(row: Standing) -> str:
    if not row.answer:
        return ""
    day = f"{row.answered_on:%d/%m/%Y}" if row.answered_on else ""
    return _join(f"{_label(AnswerOutcome, row.answer)} ({day})", *row.answer_documents)


def _note_words(row: Standing) -> str:
    """Say what of the deadline and the confirmation the other cells do not."""
    said = []
    if row.extension_count and row.original_due_on:
        words = ngettext(
            "extended once from %(day)s",
            "extended %(n)s times from %(day)s",
            row.extension_count,
        )
        said.append(
            words % {"n": row.extension_count, "day": f"{row.original_due_on:%d/%m/%Y}"}
        )
    if row.confirmation:
        said.append(_label(ConfirmationState, row.confirmation))
    return "; ".join(said)


def _difficulty_words(category: str, note: str) -> str:
    return f"{_label(DifficultyCategory, category)}: {note}"


def _tell_difficulties(standings: list[Standing]) -> Table:
    heads = (
        Head(_("No."), 4),
        Head(_("Recommendation"), 34),
        Head(_("Category"), 16),
        Head(_("Difficulty"), 40),
        Head(_("Reported by"), 20),
        Head(_("Since"), 10),
    )
    found = [(row, one) for row in standings for one in row.difficulties]
    rows = tuple(
        (
            position,
            f"{row.code}. {row.wording}",
            _label(DifficultyCategory, one.category),
            one.note,
            one.reported_by,
            one.since,
        )
        for position, (row, one) in enumerate(found, 1)
    )
    return Table(
        "difficulties", _("Difficulties and obstacles"), heads, _one_group(rows), ""
    )


def _tell_targets(resolutions: tuple[Resolution, ...], viewer: User) -> Table:
    """Lay out targets, then figures: none is scored against a target of another."""
    heads = (
        Head(_("No."), 4),
        Head(_("Target or indicator"), 40),
        Head(_("Wanted"), 20),
        Head(_("Year"), 7),
        Head(_("Measured"), 22),
        Head(_("As of"), 11),
        Head(_("Source"), 24),
    )
    ids = [one.pk for one in resolutions]
    targets = Target.objects.filter(resolution__in=ids).order_by("year", "code")
    wanted = list(targets)
    measured = list(
        Indicator.objects.filter(resolutions__in=ids).distinct().with_figures(viewer)
    )
    groups = []
    for resolution in resolutions:
        own = [one for one in wanted if one.resolution_id == resolution.pk]
        rows = tuple(
            (n, one.wording, plain_words(target_words(one)), str(one.year), "", "", "")
            for n, one in enumerate(own, 1)
        )
        groups.append(Group(resolution.number, 1, rows))
    groups.append(Group(_("Figures measured"), 1, tuple(_figure_rows(measured))))
    return Table("targets", _("Targets and indicators"), heads, tuple(groups), "")


def _figure_rows(indicators: Iterable[Any]) -> Iterator[tuple[Cell, ...]]:
    position = 0
    for indicator in indicators:
        for one in indicator.figures:
            position += 1
            label = f" ({one.label})" if one.label else ""
            yield (
                position,
                f"{indicator.name}{label}",
                "",
                "",
                plain_words(figure(one, indicator.unit)),
                one.as_of or one.period or _("Not determined"),
                str(one.document) if one.document_id else one.source,
            )


def _tell_documents(
    resolutions: tuple[Resolution, ...], viewer: User, names: dict[int | None, str]
) -> Table:
    heads = (
        Head(_("No."), 4),
        Head(_("Number and symbol"), 16),
        Head(_("Date of issue"), 12),
        Head(_("Subject line"), 46),
        Head(_("Issuing body"), 24),
        Head(_("State"), 14),
    )
    ids = [one.pk for one in resolutions]
    found = Document.objects.visible_to(viewer).implementing()
    found = found.filter(resolutions__in=ids).distinct().newest_first()
    rows = tuple(
        (
            position,
            one.number or one.number_as_printed or _("Not determined"),
            one.issued_on or _("Not determined"),
            one.title,
            names.get(one.issuer_id, ""),
            str(one.get_state_display()),
        )
        for position, one in enumerate(found, 1)
    )
    return Table("documents", _("Implementing documents"), heads, _one_group(rows), "")


def _one_group(rows: tuple[tuple[Cell, ...], ...]) -> tuple[Group, ...]:
    return (Group("", 2, rows),) if rows else ()


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label)


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


# -- on a page ------------------------------------------------------------------------


def lay_out(report: dict[str, Any]) -> dict[str, Any]:
    """Put the head of its column beside every cell of a payload, and days in words."""
    for line in report["counts"]:
        line["labelled"] = _label_cells(
            report["count_heads"][1:], count_cells(line)[1:]
        )
    for table in report["tables"]:
        heads = [head["text"] for head in table["heads"]]
        for group in table["groups"]:
            group["labelled"] = [_label_cells(heads, row) for row in group["rows"]]
    return report


def count_cells(line: dict[str, Any]) -> list[Cell]:
    """Give a line of the count in the order of its heads."""
    numbers = [line["total"], *line["parts"], line["without_figures"]]
    return [line["title"], *numbers, line["rate"]]


def _label_cells(heads: list[str], cells: list[Cell]) -> list[dict[str, str]]:
    return [
        {"head": head, "words": _cell_words(cell)}
        for head, cell in zip(heads, cells, strict=True)
    ]


def _cell_words(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int):
        return number_format(cell, force_grouping=True)
    return cell or ""
