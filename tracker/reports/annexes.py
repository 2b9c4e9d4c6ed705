"""The annexes of a progress report: tables of words, numbers and days.

The columns follow domain facts §4.4.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provinces.succession import OrganisationNames
from tracker.choices import (
    AnswerOutcome,
    ConfirmationState,
    DifficultyCategory,
    Progress,
    Timeliness,
)
from tracker.models import Document, Resolution, Target
from tracker.reports.count_lines import last_when_empty
from tracker.reports.counting import write_count
from tracker.reports.figures import figure, plain_words, target_words
from tracker.reports.parts import Cell, CountLine, Group, Head, Table
from tracker.reports.sources import Sources
from tracker.reports.standing import ActionLine, Standing

ROMAN = ("I", "II", "III", "IV", "V")


def number_annexes(tables: Iterable[Table]) -> tuple[Table, ...]:
    """Give each annex its number, in the order they stand."""
    return tuple(
        replace(table, label=_("Annex %(number)s") % {"number": number})
        for number, table in zip(ROMAN, tables, strict=False)
    )


def tell_progress(
    standings: list[Standing], resolutions: tuple[Resolution, ...]
) -> Table:
    """Lay out what was asked, by resolution and then by the body that leads."""
    heads = (
        Head("position", _("No."), 4),
        Head("wording", _("Wording"), 26),
        Head("raised_by", _("Raised by"), 15),
        Head("lead", _("Lead organisation"), 12),
        Head("coordinating", _("Coordinating organisations"), 11),
        Head("due_on", _("Deadline"), 10),
        Head("progress", _("Progress"), 12),
        Head("result", _("Result of implementation"), 19),
        Head("difficulties", _("Difficulties"), 15),
        Head("answer", _("Answer"), 13),
        Head("note", _("Note"), 11),
    )
    groups: list[Group] = []
    for number in [one.number for one in resolutions] or [""]:
        of_it = [r for r in standings if not number or number in r.resolutions]
        if number:
            groups.append(Group(f"{number} ({_count_words(len(of_it))})", 1, ()))
        led: dict[str, list[Standing]] = {}
        for row in of_it:
            led.setdefault(row.lead, []).append(row)
        for lead in sorted(led, key=last_when_empty):
            lines = tuple(_progress_cells(i, r) for i, r in enumerate(led[lead], 1))
            title = lead or _("No lead organisation yet")
            groups.append(Group(f"{title} ({_count_words(len(lines))})", 2, lines))
    title = _("Progress of tasks and recommendations")
    total = _count_words(len(standings))
    shared = sum(_belongs_to(row, resolutions) > 1 for row in standings)
    if shared:
        words = _("%(total)s, %(n)s of them under more than one resolution")
        total = words % {"total": total, "n": write_count(shared)}
    return Table("progress", "", title, heads, tuple(groups), total)


def _belongs_to(row: Standing, resolutions: tuple[Resolution, ...]) -> int:
    return sum(one.number in row.resolutions for one in resolutions)


def _count_words(count: int) -> str:
    words = ngettext("%(n)s recommendation", "%(n)s recommendations", count)
    return words % {"n": write_count(count)}


def _progress_cells(position: int, row: Standing) -> tuple[Cell, ...]:
    return (
        position,
        f"{row.code}. {row.wording}",
        row.raised_by,
        row.lead,
        "; ".join(row.coordinating),
        row.due_on or _("Not determined"),
        progress_words(row),
        join(row.note, *row.proof),
        join(*(_difficulty_words(one.category, one.note) for one in row.difficulties)),
        answer_words(row),
        _note_words(row),
    )


def progress_words(row: Standing | ActionLine) -> str:
    """Say how far it is and how that stands against the deadline."""
    if not row.progress:
        return _("No confirmed figures yet")
    said = [_label(Progress, row.progress)]
    if row.said_on is None:
        # Silence is data: it is not hidden in "not started" (product rules §2).
        said = [_("nothing reported yet")]
    if row.timeliness in {Timeliness.OVERDUE, Timeliness.COMPLETED_LATE}:
        words = ngettext("%(n)s day late", "%(n)s days late", row.days_late)
        said.append(words % {"n": write_count(row.days_late)})
    elif row.timeliness == Timeliness.COMPLETED_ON_TIME:
        said = [_label(Timeliness, row.timeliness)]
    elif row.timeliness not in {Timeliness.NOT_COUNTED, Timeliness.COMPLETED}:
        said.append(_label(Timeliness, row.timeliness))
    return "; ".join(said)


def answer_words(row: Standing) -> str:
    if not row.answer:
        return ""
    day = f"{row.answered_on:%d/%m/%Y}" if row.answered_on else ""
    outcome = f"{_label(AnswerOutcome, row.answer)} ({day})"
    return join(outcome, row.answer_text, *row.answer_documents)


def _note_words(row: Standing) -> str:
    """Say what of the deadline and the confirmation the other cells do not."""
    said = []
    if row.extension_count and row.original_due_on:
        words = ngettext(
            "extended once from %(day)s",
            "extended %(n)s times from %(day)s",
            row.extension_count,
        )
        told = {"n": row.extension_count, "day": f"{row.original_due_on:%d/%m/%Y}"}
        by = join(*(one.document for one in row.deadlines[1:]))
        said.append(words % told + (f" ({by})" if by else ""))
    if row.confirmation:
        said.append(_label(ConfirmationState, row.confirmation))
    return "; ".join(said)


def _difficulty_words(category: str, note: str) -> str:
    return f"{_label(DifficultyCategory, category)}: {note}"


def tell_difficulties(standings: list[Standing]) -> Table:
    heads = (
        Head("position", _("No."), 4),
        Head("wording", _("Recommendation"), 34),
        Head("category", _("Category"), 16),
        Head("difficulty", _("Difficulty"), 40),
        Head("reported_by", _("Reported by"), 20),
        Head("since", _("Since"), 10),
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
    title = _("Difficulties and obstacles")
    return Table("difficulties", "", title, heads, _one_group(rows), "")


def tell_targets(sources: Sources, on: date) -> Table:
    """Lay out targets, then figures: none is scored against a target of another."""
    heads = (
        Head("position", _("No."), 4),
        Head("wording", _("Target or indicator"), 36),
        Head("wanted", _("Wanted"), 18),
        Head("year", _("Year"), 7),
        Head("measured", _("Measured"), 20),
        Head("as_of", _("As of"), 12),
        Head("source", _("Source"), 20),
        Head("note", _("Note"), 26),
    )
    groups = []
    for resolution in sources.resolutions:
        own = [one for one in sources.targets if one.resolution_id == resolution.pk]
        rows = tuple(_target_cells(n, one) for n, one in enumerate(own, 1))
        groups.append(Group(resolution.number, 1, rows))
    figures = tuple(_figure_rows(sources.indicators, on))
    if figures:
        groups.append(Group(_("Figures measured"), 1, figures))
    return Table("targets", "", _("Targets and indicators"), heads, tuple(groups), "")


def _target_cells(position: int, one: Target) -> tuple[Cell, ...]:
    wanted = plain_words(target_words(one))
    return (position, one.wording, wanted, str(one.year), "", "", "", "")


def _figure_rows(indicators: Iterable[Any], on: date) -> Iterator[tuple[Cell, ...]]:
    position = 0
    for indicator in indicators:
        for one in indicator.figures:
            if not one.is_known_on(on):
                continue
            position += 1
            label = f" ({one.label})" if one.label else ""
            yield (
                position,
                f"{indicator.name}{label}",
                "",
                "",
                plain_words(figure(one, indicator.unit)),
                one.as_of or one.period or _("Not determined"),
                one.source_words,
                "; ".join(str(flag) for flag in indicator.doubts),
            )


def tell_documents(found: Iterable[Document], names: OrganisationNames) -> Table:
    heads = (
        Head("position", _("No."), 4),
        Head("number", _("Number and symbol"), 16),
        Head("issued_on", _("Date of issue"), 12),
        Head("title", _("Subject line"), 46),
        Head("issuer", _("Issuing body"), 24),
        Head("state", _("State"), 14),
    )
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
    title = _("Implementing documents")
    return Table("documents", "", title, heads, _one_group(rows), "")


def tell_counts(lines: Iterable[CountLine], heads: tuple[Head, ...]) -> Table:
    """Lay the count out by resolution, province and lead."""
    titles = {
        "all": "",
        "resolution": _("By resolution"),
        "province": _("By province"),
        "lead": _("By lead organisation"),
    }
    grouped: dict[str, list[tuple[Cell, ...]]] = {}
    for line in lines:
        grouped.setdefault(line.by, []).append(count_cells(line))
    groups = tuple(Group(titles[by], 1, tuple(rows)) for by, rows in grouped.items())
    return Table("counts", "", _("Summary of progress"), heads, groups, "")


def count_cells(line: CountLine) -> tuple[Cell, ...]:
    """Give a line of the count in the order of its heads."""
    return (line.title, line.total, *line.parts, line.without_figures, line.rate)


def _one_group(rows: tuple[tuple[Cell, ...], ...]) -> tuple[Group, ...]:
    return (Group("", 2, rows),) if rows else ()


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label)


def join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
