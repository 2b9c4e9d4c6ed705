"""The official progress report as frozen plain data: every form of it is made of this.

Rules: product rules §2, §3 and §7. It is built inside the reader's language and holds
words already: what is printed again later says the same, whatever was renamed or
translated anew meanwhile.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from provinces.choices import DocumentForm
from provinces.models import Organisation, User
from provinces.succession import register_of
from tracker.choices import Basis, ReportKind
from tracker.models import Resolution
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.annexes import (
    number_annexes,
    tell_counts,
    tell_difficulties,
    tell_documents,
    tell_progress,
    tell_targets,
)
from tracker.reports.count_lines import count_heads, count_lines
from tracker.reports.headers import OPEN, build_header
from tracker.reports.layouts import read_layout
from tracker.reports.limits import say_limits
from tracker.reports.outline import Known, build_opening, build_outline
from tracker.reports.parts import Cell, Header, Item, OfficialReport
from tracker.reports.sources import ANNEXES, Scope, Sources
from tracker.reports.standing import Moment, Names, Standing, read_standings


def build_official_report(
    scope: Scope,
    *,
    as_of: date,
    frozen_at: datetime,
    basis: Basis,
    issuer: Organisation,
    viewer: User,
    tick: Callable[[], None] = lambda: None,
) -> OfficialReport:
    """Build the report of what is known at a moment of how things stood on a day.

    The number of statements is fixed for every 2,000 rows. What a person may not see
    is in no row, count or total. `tick` is called after each row and may raise to
    stop the work.
    """
    limits, names = say_limits(viewer), Names.read(viewer, on=as_of)
    moment = Moment(as_of, frozen_at, basis)
    standings = []
    for standing in read_standings(as_they_stood(scope.rows, moment), moment, names):
        standings.append(standing)
        tick()
    sources = Sources.read(scope, viewer, as_of)
    resolutions = sources.resolutions
    counts = tuple(count_lines(standings, resolutions))
    heads = count_heads()
    tables = {
        "targets": lambda: tell_targets(sources, as_of),
        "progress": lambda: tell_progress(standings, resolutions),
        "documents": lambda: tell_documents(sources.documents, names.bodies),
        "difficulties": lambda: tell_difficulties(standings),
        "counts": lambda: tell_counts(counts, heads),
    }
    annexes = number_annexes(tables[key]() for key in ANNEXES if key in scope.annexes)
    in_words = scope_in_words(scope.in_words)
    known = Known(
        scope=in_words,
        as_of=as_of,
        basis_in_words=str(basis.label),
        standings=standings,
        whole=counts[0],
        sources=sources,
        annexes=annexes,
    )
    header = build_header(
        issuer, on=timezone.localdate(frozen_at), register=register_of(viewer)
    )
    return OfficialReport(
        kind=ReportKind.PROGRESS.value,
        header=header,
        addressee="",
        title=_("REPORT"),
        subject=_subject(resolutions, header),
        scope=in_words,
        as_of=as_of,
        frozen_at=timezone.localtime(frozen_at),
        basis=basis.value,
        basis_in_words=str(basis.label),
        language=get_language() or "vi",
        made_by=f"{viewer.get_full_name()}, {viewer.organisation}",
        as_of_in_words=day_in_words(as_of),
        annex_note=_("(Attached to Report No. %(open)s of %(open)s of %(issuer)s)")
        % {"open": OPEN, "issuer": issuer.name},
        count_title=_("Summary of progress"),
        count_heads=heads,
        nothing=_("Nothing to tell here."),
        opening=(*build_opening(known), *filter(None, [limits])),
        sections=build_outline(known, mark=read_layout(header.form)["heading_mark"]),
        counts=counts,
        tables=annexes,
        items=tuple(item_of(row) for row in standings),
        limits=limits,
    )


def as_they_stood(
    rows: RecommendationQuerySet, moment: Moment
) -> RecommendationQuerySet:
    """Give rows with the state of the moment, unless they carry that already."""
    return rows if rows.is_past else rows.standing_at(on=moment.on, at=moment.at)


def scope_in_words(filter_in_words: str) -> str:
    return filter_in_words or _("All recommendations")


def day_in_words(day: date) -> str:
    return _("Figures as of %(day)s") % {"day": f"{day:%d/%m/%Y}"}


def _subject(resolutions: Iterable[Resolution], header: Header) -> str:
    """Give the trích yếu; in Party form it begins in lower case (domain facts §5.2)."""
    numbers = [one.number for one in resolutions]
    if header.form == DocumentForm.PARTY:
        words = _("on the implementation of Resolution No. %(numbers)s")
    else:
        words = _("Implementation of Resolution No. %(numbers)s")
    return words % {"numbers": ", ".join(numbers)}


def item_of(row: Standing) -> Item:
    """Take over the plain values of a standing under the same names."""
    plain = {
        one.name: getattr(row, one.name)
        for one in fields(Item)
        if one.name != "open_difficulties"
    }
    return Item(**plain, open_difficulties=len(row.difficulties))


# -- kept as text ---------------------------------------------------------------------


def write_payload(report: Any) -> str:
    """Give canonical JSON: the same report is the same text, byte for byte."""
    return json.dumps(
        asdict(report),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_plain,
    )


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


# -- on a page ------------------------------------------------------------------------


def lay_out(report: dict[str, Any], *, most_rows: int | None = None) -> dict[str, Any]:
    """Put the head of its column beside every cell of a payload, and days in words.

    Of an annex with more than `most_rows` the first are shown, and how many are not.
    Numbers are written as the language of the report has them, whoever reads it.
    """
    with translation.override(report["language"]):
        return _lay_out(report, most_rows)


def _lay_out(report: dict[str, Any], most_rows: int | None) -> dict[str, Any]:
    for table in report["tables"]:
        heads = [head["text"] for head in table["heads"]]
        room = most_rows
        table["hidden"] = 0
        for group in table["groups"]:
            rows = group["rows"] if room is None else group["rows"][: max(room, 0)]
            table["hidden"] += len(group["rows"]) - len(rows)
            room = None if room is None else room - len(rows)
            group["labelled"] = [_label_cells(heads, row) for row in rows]
    return report


def _label_cells(heads: list[str], cells: list[Cell]) -> list[dict[str, str]]:
    return [
        {"head": head, "words": cell_words(cell)}
        for head, cell in zip(heads, cells, strict=True)
    ]


def cell_words(cell: Cell) -> str:
    """Give a cell as print has it: 30/06/2026, 81.430."""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int):
        return number_format(cell, force_grouping=True)
    return cell or ""


def mark_open(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say of each heading whether nothing stands under it, neither words nor others."""
    levels = [*(section["level"] for section in sections[1:]), 0]
    return [
        {**one, "is_open": not one["paragraphs"] and following <= one["level"]}
        for one, following in zip(sections, levels, strict=False)
    ]
