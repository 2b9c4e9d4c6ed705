"""The progress report as plain data: every format is written from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from provinces.models import User
from provinces.succession import OrganisationNames, name_organisations, register_of
from tracker.models import Recommendation
from tracker.reports.columns import PROGRESS_COLUMNS, Column, Row

BATCH = 2000


@dataclass(frozen=True)
class ProgressReport:
    """What a progress report says, before it has a format; `rows` is read once."""

    title: str
    filter_in_words: str
    as_of: date
    made_at: datetime
    made_by: str
    headers: tuple[str, ...]
    widths: tuple[int, ...]
    when_empty: tuple[str, ...]
    rows: Iterator[list[Any]]


def build_progress_report(
    recommendations: QuerySet,
    *,
    on: date,
    filter_in_words: str,
    by: User,
    columns: tuple[Column, ...] = PROGRESS_COLUMNS,
) -> ProgressReport:
    """Describe the rows of a filtered queryset, in its order, all pages of it."""
    names = _read_names(by)
    return ProgressReport(
        title=_("Progress of recommendations"),
        filter_in_words=filter_in_words or _("All recommendations"),
        as_of=on,
        made_at=timezone.localtime(),
        made_by=f"{by.get_full_name()}, {by.organisation}",
        headers=tuple(str(column.header) for column in columns),
        widths=tuple(column.width for column in columns),
        when_empty=tuple(str(column.when_empty) for column in columns),
        rows=_read_rows(recommendations, columns, names, on),
    )


def _read_names(by: User) -> OrganisationNames:
    register = register_of(by)
    return name_organisations(register.bodies, register)


def _read_rows(
    recommendations: QuerySet,
    columns: tuple[Column, ...],
    names: OrganisationNames,
    on: date,
) -> Iterator[list[Any]]:
    needs = {"pk", *(name for column in columns for name in column.needs)}
    rows = recommendations.values(*sorted(needs)).iterator(chunk_size=BATCH)
    position = 0
    while batch := list(islice(rows, BATCH)):
        _add_links(batch, names)
        for row in batch:
            position += 1
            row |= {"position": position, "on": on}
            for role in ("raised_by", "addressee", "lead"):
                row[f"{role}_name"] = names.get(row[role])
            yield [column.value(row) for column in columns]


def _add_links(batch: list[Row], names: OrganisationNames) -> None:
    """Add what a recommendation has several of: two queries a batch."""
    ids = [row["pk"] for row in batch]
    resolutions = Recommendation.resolutions.through.objects.filter(
        recommendation__in=ids
    ).order_by("resolution__issued_on", "resolution__slug")
    numbers = _group(resolutions.values_list("recommendation_id", "resolution__number"))
    coordinating = Recommendation.coordinating.through.objects.filter(
        recommendation__in=ids
    ).order_by("organisation__sort_key")
    links = coordinating.values_list("recommendation_id", "organisation_id")
    bodies = _group((pk, names.get(body, "")) for pk, body in links)
    for row in batch:
        row["resolutions"] = "; ".join(numbers[row["pk"]])
        row["coordinating"] = "; ".join(bodies[row["pk"]])


def _group(pairs: Iterable[tuple[int, str | Promise]]) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(str(value))
    return grouped
