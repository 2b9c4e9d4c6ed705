"""A fact sheet as PDF: one tagged A4 page, drawn from the same plain data."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from tracker.reports.counting import Part
from tracker.reports.fact_sheets import FactSheet, FigureLine
from tracker.reports.writers.official_pdf import compile_pdf

TEMPLATE = "fact_sheet.typ"


def write_fact_sheet_pdf(sheet: FactSheet) -> bytes:
    """Give one page, whatever there is to tell: type shrinks until it fits."""
    return compile_pdf(TEMPLATE, _describe(sheet), at=sheet.made_at)


def _describe(sheet: FactSheet) -> dict[str, Any]:
    """Give the words of the page: the layout chooses places and nothing else."""
    count = sheet.count
    as_of = _("Figures as of %(day)s") % {"day": _day(sheet.as_of)}
    facts = [as_of, *sheet.facts]
    if sheet.counted_with:
        facts.append(
            f"{_('Counted with the units before the merger:')} {sheet.counted_with}"
        )
    return {
        "language": sheet.language,
        "kind": _("Fact sheet"),
        "title": sheet.title,
        "facts": facts,
        "limits": sheet.limits,
        "count": {
            "heading": _("Progress"),
            "total": floatformat(count.total, "g"),
            "total_label": _("Total"),
            "segments": [_segment(one) for one in count.segments],
            "bar_in_words": ", ".join(
                f"{one.label}: {floatformat(one.count, 'g')}" for one in count.segments
            ),
            "deadline_heading": _("Against the deadline, as of %(day)s")
            % {"day": _day(sheet.as_of)},
            "parts": [_segment(one) for one in count.parts],
            "rate": sheet.rate,
            "left_out": sheet.left_out,
        },
        "tables": [
            _overdue(sheet),
            _difficulties(sheet),
            _reports(sheet),
            _figures(sheet),
        ],
        "doubts": [{"mark": one.mark, "problem": one.problem} for one in sheet.flags],
        "made": f"{_('Made at')} {sheet.made_at:%d/%m/%Y %H:%M} · {sheet.made_by}",
    }


def _segment(part: Part) -> dict[str, Any]:
    return {
        "value": part.value,
        "label": part.label,
        "share": part.count,
        "count": floatformat(part.count, "g"),
    }


def _table(
    heading: str,
    heads: list[str],
    widths: list[int],
    rows: Iterable[list[str]],
    *,
    more: int = 0,
    nothing: str = "",
) -> dict[str, Any]:
    """Describe a table; without a row there is the sentence that says so."""
    said = _("and %(n)s more") % {"n": floatformat(more, "g")} if more else ""
    return {
        "heading": heading,
        "heads": heads,
        "widths": widths,
        "rows": list(rows),
        "more": said,
        "nothing": nothing,
    }


def _overdue(sheet: FactSheet) -> dict[str, Any]:
    heads = [_("Code"), _("Wording"), _("Lead organisation"), _("Deadline")]
    return _table(
        f"{_('Overdue')} ({floatformat(sheet.count.overdue, 'g')})",
        [*heads, _("Days late")],
        [11, 41, 31, 9, 8],
        (
            [
                one.code,
                one.wording,
                one.lead or _("Not determined"),
                _day(one.due_on),
                floatformat(one.days_late, "g"),
            ]
            for one in sheet.overdue
        ),
        more=sheet.more_overdue,
        nothing=_("Nothing is overdue."),
    )


def _difficulties(sheet: FactSheet) -> dict[str, Any]:
    title = _("Difficulties and obstacles")
    return _table(
        f"{title} ({floatformat(sheet.difficulty_count, 'g')})",
        [_("Code"), _("Difficulty"), _("Reported by"), _("Since")],
        [11, 49, 31, 9],
        (
            [
                one.code,
                f"{one.category}: {one.note}" if one.note else one.category,
                one.reported_by,
                _day(one.since),
            ]
            for one in sheet.difficulties
        ),
        more=sheet.more_difficulties,
        nothing=_("No difficulty stands open."),
    )


def _reports(sheet: FactSheet) -> dict[str, Any]:
    return _table(
        _("Last reports"),
        [_("Day"), _("Code"), _("Progress"), _("On behalf of")],
        [9, 11, 20, 60],
        (
            [_day(one.on), one.code, one.progress_in_words, one.body]
            for one in sheet.reports
        ),
        nothing=_("Nothing has been reported yet."),
    )


def _figures(sheet: FactSheet) -> dict[str, Any]:
    heads = [_("Indicator"), _("Figure"), _("As of"), _("Source"), _("Data flags")]
    return _table(
        _("Indicators"),
        heads,
        [31, 21, 11, 26, 11],
        (_figure_cells(one) for one in sheet.figures),
        more=sheet.more_figures,
        nothing=_("Nothing has been measured yet."),
    )


def _figure_cells(one: FigureLine) -> list[str]:
    name = f"{one.name} · {one.scope}" if one.scope else one.name
    if not one.figure:
        return [name, _("No figure to show."), "", "", ""]
    others = f" {_('Other figures:')} {'; '.join(one.others)}" if one.others else ""
    return [
        name,
        f"{one.figure}.{others}" if others else one.figure,
        _day(one.as_of) or one.period or _("Not determined"),
        one.source,
        ", ".join(flag.mark for flag in one.flags) or "–",
    ]


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
