"""The count of a report by resolution, province and lead (product rules §2)."""

from collections.abc import Callable, Iterable, Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from provinces.folding import sort_key
from tracker.choices import Timeliness
from tracker.models import Resolution
from tracker.reports.counting import ProgressCount, write_count
from tracker.reports.parts import CountLine, Head
from tracker.reports.standing import Standing


def count_heads() -> tuple[Head, ...]:
    """Give the heads of the lines of the count, in the order of `count_cells`."""
    parts = ProgressCount().parts
    return (
        Head("title", _("Scope"), 24),
        Head("total", _("Total"), 7),
        *(Head(part.value, part.label, 8) for part in parts),
        Head("without_figures", _("No confirmed figures yet"), 9),
        Head("rate", _("Official rate"), 16),
    )


def count_lines(
    standings: list[Standing], resolutions: tuple[Resolution, ...]
) -> Iterator[CountLine]:
    """Count all, then by resolution, province and lead.

    By resolution the counts need not add up: one can belong to two.
    """
    yield _count("all", _("The whole scope"), standings)
    for one in resolutions:
        of_it = [row for row in standings if one.number in row.resolutions]
        yield _count("resolution", one.number, of_it)
    yield from _count_by(
        "province", standings, lambda row: row.province, _("No province")
    )
    yield from _count_by(
        "lead", standings, lambda row: row.lead, _("No lead organisation yet")
    )


def _count_by(
    name: str,
    standings: list[Standing],
    named: Callable[[Standing], str],
    nameless: str,
) -> Iterator[CountLine]:
    rows: dict[str, list[Standing]] = {}
    for row in standings:
        rows.setdefault(named(row), []).append(row)
    for title in sorted(rows, key=last_when_empty):
        yield _count(name, title or nameless, rows[title])


def last_when_empty(name: str) -> tuple[bool, bytes]:
    """Order names by the Vietnamese alphabet, what has none at the end."""
    return not name, sort_key(name)


def _count(by: str, title: str, standings: Iterable[Standing]) -> CountLine:
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
    total = count.total + without
    return CountLine(
        by=by,
        title=title,
        total=total,
        parts=tuple(part.count for part in count.parts),
        without_figures=without,
        numerator=count.numerator,
        denominator=count.denominator,
        rate=_rate_in_words(count, total),
    )


def _rate_in_words(count: ProgressCount, total: int) -> str:
    """Say "71,22% (37/52; không tính 5)": never a percentage alone."""
    left_out = write_count(total - count.denominator)
    if count.rate is None:
        return _("nothing has fallen due; %(left_out)s left out") % {
            "left_out": left_out
        }
    return _("%(rate)s%% (%(part)s of %(whole)s; %(left_out)s left out)") % {
        "rate": number_format(count.rate, 2),
        "part": write_count(count.numerator),
        "whole": write_count(count.denominator),
        "left_out": left_out,
    }
