"""The progress report as plain data: every format is written from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from operator import attrgetter
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from provinces.models import User
from provinces.succession import OrganisationNames, name_organisations, register_of
from tracker.choices import Progress
from tracker.models import (
    Difficulty,
    DifficultyClearance,
    Evidence,
    FollowUpAction,
    Recommendation,
    Resolution,
)
from tracker.models.links import read_present_keys
from tracker.models.lookups import IsOneOf
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.columns import PROGRESS_COLUMNS, Column, Row
from tracker.reports.labels import label
from tracker.reports.limits import say_limits
from tracker.services.history import (
    EVERYTHING_KNOWN,
    History,
    compute_state,
    find_open_difficulties,
    stand_actions_as_of,
)

BATCH = 1000
# What is of the day in rows of an earlier day, and what is of today.
PAST_REMARK = gettext_lazy(
    "Progress, confirmation, answer, deadline, difficulties and actions are those of"
    " the day; wording and bodies are those of today."
)


@dataclass(frozen=True)
class ProgressReport:
    """What a progress report says, before it has a format; `rows` is read once."""

    title: str
    filter_in_words: str
    remark: str
    as_of: date
    made_at: datetime
    made_by: str
    headers: tuple[str, ...]
    widths: tuple[int, ...]
    when_empty: tuple[str, ...]
    rows: Iterator[list[Any]]


def build_progress_report(
    recommendations: RecommendationQuerySet,
    *,
    on: date,
    filter_in_words: str,
    by: User,
    columns: tuple[Column, ...] = PROGRESS_COLUMNS,
) -> ProgressReport:
    """Describe the rows of a filtered queryset, in its order, all pages of it.

    Rows that stand as of an earlier day are described as they stood then.
    """
    names = _read_names(by)
    return ProgressReport(
        title=_("Progress of recommendations"),
        filter_in_words=filter_in_words or _("All recommendations"),
        remark=" ".join(_remarks(recommendations, by)),
        as_of=on,
        made_at=timezone.localtime(),
        made_by=f"{by.get_full_name()}, {by.organisation}",
        headers=tuple(str(column.header) for column in columns),
        widths=tuple(column.width for column in columns),
        when_empty=tuple(str(column.when_empty) for column in columns),
        rows=_read_rows(recommendations, columns, names, on),
    )


def _remarks(rows: RecommendationQuerySet, by: User) -> Iterator[str]:
    if rows.is_past:
        yield str(PAST_REMARK)
    if limits := say_limits(by):
        yield limits


def _read_names(by: User) -> OrganisationNames:
    register = register_of(by)
    return name_organisations(register.bodies, register)


def _read_rows(
    recommendations: RecommendationQuerySet,
    columns: tuple[Column, ...],
    names: OrganisationNames,
    on: date,
) -> Iterator[list[Any]]:
    needs = {"pk", *(name for column in columns for name in column.needs)}
    resolutions = Resolution.objects.order_by("issued_on", "slug")
    numbers = dict(resolutions.values_list("pk", "number"))
    rows = recommendations.values(*sorted(needs)).iterator(chunk_size=BATCH)
    position, language = 0, get_language()
    while batch := list(islice(rows, BATCH)):
        histories = {}
        if recommendations.is_past:
            histories = History.read_many(row["pk"] for row in batch)
            _put_back(batch, histories, on)
        _add_links(batch, {"resolutions": numbers, "coordinating": names})
        _add_chain(batch, names, on, language, histories)
        for row in batch:
            position += 1
            row |= {"position": position, "on": on, "language": language}
            for role in ("raised_by", "addressee", "lead"):
                row[f"{role}_name"] = names.get(row[role])
            yield [column.value(row) for column in columns]


def _put_back(batch: list[Row], histories: dict[int, History], on: date) -> None:
    """Put the state of an earlier day in the place of the present one."""
    for row in batch:
        state = compute_state(histories[row["pk"]], on=on, at=EVERYTHING_KNOWN)
        row |= vars(state)
        row["current_answer"] = state.current_answer and state.current_answer.pk
        current = state.current_update
        row["current_update__note"] = current.note if current else ""


def _add_links(batch: list[Row], names: dict[str, Mapping[Any, str]]) -> None:
    """Add what a row has several of, in the order of the names: one query."""
    keys = read_present_keys(Recommendation, [row["pk"] for row in batch], names)
    for link, named in names.items():
        place = {key: at for at, key in enumerate(named)}
        for row in batch:
            linked = sorted(keys[link, row["pk"]], key=place.__getitem__)
            row[link] = "; ".join(named[key] for key in linked)


def _add_chain(
    batch: list[Row],
    names: OrganisationNames,
    on: date,
    language: str | None,
    histories: dict[int, History],
) -> None:
    """Add what was answered, stands in the way and is to be done: four queries."""
    ids = [row["pk"] for row in batch]
    of_them = IsOneOf("recommendation", ids)
    proofs = Evidence.objects.filter(of_them, answer__isnull=False)
    proofs = proofs.only("answer_id", "document_number", "file_name", "url")
    documents = _group((one.answer_id, str(one)) for one in proofs.order_by("sequence"))
    difficulties = _group(
        (one.recommendation_id, str(one))
        for one in _open_difficulties(ids, histories, on)
    )
    actions = _read_actions(ids, histories, on)
    work = _group(
        (key, _describe_action(number, wording, names.get(owner), progress, language))
        for key, number, wording, owner, progress in actions
    )
    for row in batch:
        row["answer_documents"] = "; ".join(documents[row["current_answer"]])
        row["difficulties"] = "; ".join(difficulties[row["pk"]])
        row["actions"] = "; ".join(work[row["pk"]])


def _open_difficulties(
    ids: list[int], histories: dict[int, History], on: date
) -> list[Difficulty]:
    """Give what stands in the way, from histories where they were read already."""
    if histories:
        return [
            one
            for history in histories.values()
            for one in find_open_difficulties(history, on=on, at=EVERYTHING_KNOWN)
        ]
    of_them = IsOneOf("recommendation", ids)
    opened = Difficulty.objects.filter(of_them).order_by("sequence")
    clearances = DifficultyClearance.objects.filter(of_them)
    history = History(difficulties=list(opened), clearances=list(clearances))
    return find_open_difficulties(history, on=on, at=EVERYTHING_KNOWN)


def _read_actions(
    ids: list[int], histories: dict[int, History], on: date
) -> Iterable[tuple[int, int, str, int | None, str]]:
    """Give the actions as they stand: of an earlier day, as they stood then."""
    columns = ("recommendation_id", "number", "wording", "owner_id", "progress")
    actions = FollowUpAction.objects.filter(IsOneOf("recommendation", ids))
    actions = actions.order_by("number")
    if not histories:
        return actions.values_list(*columns)
    there = [one for one in actions if timezone.localdate(one.entered_at) <= on]
    stand_actions_as_of(there, histories, on=on)
    return map(attrgetter(*columns), there)


def _describe_action(
    number: int, wording: str, owner: str | None, progress: str, language: str | None
) -> str:
    """Say "1. Trình phê duyệt – Sở Công Thương – Đang thực hiện"."""
    said = (wording, owner, label(progress, Progress, language))
    return f"{number}. {' – '.join(one for one in said if one)}"


def _group(pairs: Iterable[tuple[Any, str | Promise]]) -> dict[Any, list[str]]:
    grouped: dict[Any, list[str]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(str(value))
    return grouped
