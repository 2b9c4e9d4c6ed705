"""The page of one indicator: its figures by day, and what was changed on them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from provinces.folding import VietnameseCharField, VietnameseTextField
from provinces.models import User
from tracker.models import DataFlag, Indicator, Observation, Target
from tracker.models.indicators import seen_figures
from tracker.reports.figures import figure

# Columns that are told one by one; the amount and the document have words of their own.
COMPARED = (
    *("label", "as_of", "period", "source", "source_url", "source_date", "note"),
    *("withdrawn_on", "withdrawal_reason"),
)


@dataclass(frozen=True)
class Figure:
    """One figure with the doubts about the document it stands in."""

    observation: Observation
    flags: tuple[DataFlag, ...]


@dataclass(frozen=True)
class Moment:
    """What sources say of one thing on one day; of no day where none names it."""

    label: str
    as_of: date | None
    figures: tuple[Figure, ...]

    @property
    def is_contradictory(self) -> bool:
        return len({_amount(one.observation) for one in self.figures}) > 1


@dataclass(frozen=True)
class Change:
    """One thing that a correction changed; empty stands for not given."""

    name: str
    before: SafeString | str
    after: SafeString | str
    is_vietnamese: bool


@dataclass(frozen=True)
class Edit:
    """What one person did to one figure: entered, corrected or withdrew it."""

    observation: int
    said: SafeString
    at: datetime
    author: str
    changes: tuple[Change, ...]


def lay_beside(indicators: Iterable[Any], targets: Iterable[Target]) -> list[Any]:
    """Give each indicator as its `aims` the targets that its figures stand beside."""
    found = list(indicators)
    for indicator in found:
        measured = (one for one in targets if one.indicator_id == indicator.pk)
        indicator.aims = [one for one in measured if one.fits(indicator)]
    return found


def build_moments(indicator: Any) -> list[Moment]:
    """Group figures by day, the newest first; those without a day come last.

    Takes an indicator read `with_figures`.
    """
    grouped: dict[tuple[date | None, str], list[Figure]] = defaultdict(list)
    for one in indicator.figures:
        flags = (
            flag for flag in indicator.doubts if flag.document_id == one.document_id
        )
        grouped[one.as_of, one.label].append(Figure(one, tuple(flags)))
    labels = list(dict.fromkeys(label for _day, label in grouped))
    by_label = sorted(grouped.items(), key=lambda item: labels.index(item[0][1]))
    newest_first = sorted(
        by_label, key=lambda item: item[0][0] or date.min, reverse=True
    )
    return [
        Moment(label, day, tuple(figures)) for (day, label), figures in newest_first
    ]


def read_edits(indicator: Indicator, user: User) -> list[Edit]:
    """Tell who entered or changed which figure, the newest first: one query.

    What came with the first report was entered by nobody. A record counts where the
    person may see the source that the figure had then, and so may be told its name.
    """
    history = Observation.history.filter(seen_figures(user), indicator=indicator)
    named = history.select_related("history_user", "document")
    records = list(named.order_by("id", "history_id"))
    edits = list(_entered(records, indicator.unit))
    for before, after in pairwise(records):
        if before.id == after.id:
            changes = tuple(_compare(before, after, indicator.unit))
            if changes:
                edits.append(_edit(after, indicator.unit, changes))
    return sorted(edits, key=lambda one: one.at, reverse=True)


def _entered(records: Iterable[Any], unit: str) -> Iterator[Edit]:
    return (
        _edit(one, unit, ())
        for one in records
        if one.history_type == "+" and one.history_user
    )


def _edit(record: Any, unit: str, changes: tuple[Change, ...]) -> Edit:
    return Edit(
        observation=record.id,
        said=figure(record, unit),
        at=record.history_date,
        author=str(record.history_user or ""),
        changes=changes,
    )


def _compare(before: Any, after: Any, unit: str) -> Iterator[Change]:
    if _amount(before) != _amount(after):
        yield Change(_("Figure"), figure(before, unit), figure(after, unit), False)
    if before.document_id != after.document_id:
        old, new = (str(one.document or "") for one in (before, after))
        yield Change(_("Document"), old, new, True)
    for name in COMPARED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            column: Any = Observation._meta.get_field(name)
            is_ours = isinstance(column, VietnameseCharField | VietnameseTextField)
            named = capfirst(str(column.verbose_name))
            yield Change(named, _write(old), _write(new), is_ours)


def _write(value: date | str | None) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value or ""


def _amount(one: Any) -> tuple[Any, ...]:
    return one.value, one.numerator, one.denominator, one.qualifier
