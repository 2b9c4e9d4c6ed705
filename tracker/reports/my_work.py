"""What one person's body has to see to, by the reason why, the most urgent first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import (
    Count,
    DateField,
    F,
    QuerySet,
    TextChoices,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provinces.models import User
from provinces.succession import (
    OrganisationNames,
    name_organisations,
    register_of,
    remit_of,
)
from tracker.choices import ConfirmationState, Flag, Timeliness
from tracker.models import Confirmation, FollowUpAction, Recommendation
from tracker.services.history import EVERYTHING_KNOWN, standing_rows

# How many rows of each section stand together; all of one have pages of their own.
SHOWN = 10
RECOMMENDATION, ACTION = "recommendation", "action"
PROGRESS_FORM = "#recommendation-progress-form"
Key = tuple[str, int]
# By deadline; on one day recommendations before actions.
MOST_URGENT_FIRST = ("day_", "-table_", "key_")


class Reason(TextChoices):
    """Why something stands in somebody's work, in the order of the page."""

    RETURNED = "returned", gettext_lazy("Returned to me")
    OVERDUE = "overdue", gettext_lazy("Overdue")
    DUE_SOON = "due_soon", gettext_lazy("Due soon")
    UNANSWERED = "unanswered", gettext_lazy("Awaiting my answer")
    NEVER_REPORTED = "never_reported", gettext_lazy("Never reported")
    STALE = "stale", gettext_lazy("Not updated for long")


@dataclass(frozen=True)
class Task:
    """One thing to see to: what it is, how it stands, and where its form is."""

    code: str
    wording: str
    due_on: date | None
    timeliness: Timeliness
    progress: str
    progress_label: str
    address: str
    # The number of a follow-up action; recommendations have none.
    action_number: int | None = None
    detail: str = ""
    returned_because: str = ""
    returned_by: str = ""
    returned_on: date | None = None
    lead: str = ""


@dataclass(frozen=True)
class Section:
    """All that has to be seen to for one reason, and the most urgent of it.

    It `tells_lead` where several bodies are asked, and others may lead.
    """

    reason: Reason
    total: int
    tasks: list[Task]
    tells_lead: bool = False

    @property
    def further(self) -> int:
        return self.total - len(self.tasks)


def build_my_work(user: User, *, on: date) -> list[Section]:
    """Give the most urgent of every reason that there is any work for.

    Four statements, however many rows.
    """
    keys, totals = _find_most_urgent(user, on)
    return _make_sections(user, keys, totals, on)


def build_section(
    user: User, reason: Reason, asked: str | None, *, on: date
) -> tuple[Section | None, Page[Any]]:
    """Give one page of all that has to be seen to for one reason."""
    branches = [_keys(*one) for one in _branches(user, on) if one[0] == reason]
    rows = branches[0].union(*branches[1:], all=True).order_by(*MOST_URGENT_FIRST)
    page = Paginator(rows, settings.LIST_PAGE_SIZE).get_page(asked)
    keys = {reason: [(table, pk) for _reason, table, pk, _day in page]}
    sections = _make_sections(user, keys, {reason: page.paginator.count}, on)
    return (sections[0] if sections else None), page


def _make_sections(
    user: User, keys: Mapping[Reason, list[Key]], totals: Mapping[Reason, int], on: date
) -> list[Section]:
    of_several = len(remit_of(user).speaks_for) > 1
    things = _read_things({key for found in keys.values() for key in found})
    returns = _read_returns(things.values(), on)
    leads = {one.lead_id for one in things.values() if isinstance(one, Recommendation)}
    names = name_organisations(leads, register_of(user))
    return [
        Section(
            reason,
            totals[reason],
            # What was withdrawn since its key was read is gone.
            [
                _describe(things[key], reason, on, returns, names)
                for key in keys[reason]
                if key in things
            ],
            tells_lead=of_several and reason == Reason.UNANSWERED,
        )
        for reason in Reason
        if keys.get(reason)
    ]


# -- what there is to do ------------------------------------------------------------


def _find_most_urgent(
    user: User, on: date
) -> tuple[dict[Reason, list[Key]], dict[Reason, int]]:
    """Find the first of what falls under each reason, and how many: one statement."""
    first, *others = (_first(_keys(*one)) for one in _branches(user, on))
    lines = sorted(
        first.union(*others, all=True),
        key=lambda row: (row[3], row[1] == ACTION, row[2]),
    )
    found: dict[Reason, list[Key]] = defaultdict(list)
    totals: dict[Reason, dict[str, int]] = defaultdict(dict)
    for name, table, pk, _day, total in lines:
        found[Reason(name)].append((table, pk))
        # One number of recommendations and one of actions.
        totals[Reason(name)][table] = total
    return (
        {reason: keys[:SHOWN] for reason, keys in found.items()},
        {reason: sum(parts.values()) for reason, parts in totals.items()},
    )


def _branches(user: User, on: date) -> list[tuple[Reason, Any]]:
    """Give what falls under each reason, recommendations and actions apart."""
    recommendations = Recommendation.objects.answered_for_by(user)
    actions = FollowUpAction.objects.owned_by(user)
    silent = recommendations.flagged(Flag.NEVER_REPORTED, on=on)
    return [
        *_common_branches(recommendations, on),
        *_common_branches(actions, on),
        (Reason.UNANSWERED, Recommendation.objects.awaiting_answer_by(user)),
        (Reason.NEVER_REPORTED, silent),
        (Reason.NEVER_REPORTED, actions.still_due().filter(last_update_at=None)),
        (Reason.STALE, recommendations.flagged(Flag.STALE, on=on)),
    ]


def _common_branches(rows: Any, on: date) -> list[tuple[Reason, Any]]:
    """Look for what recommendations and actions are judged alike by."""
    judged = rows.with_timeliness(on=on)
    return [
        (Reason.RETURNED, rows.filter(confirmation=ConfirmationState.RETURNED)),
        (Reason.OVERDUE, judged.filter(timeliness=Timeliness.OVERDUE)),
        (Reason.DUE_SOON, judged.filter(timeliness=Timeliness.DUE_SOON)),
    ]


def _keys(reason: Reason, rows: QuerySet) -> QuerySet:
    table = ACTION if rows.model is FollowUpAction else RECOMMENDATION
    return (
        rows.order_by()
        .annotate(
            reason_=Value(reason.value, TextField()),
            table_=Value(table, TextField()),
            key_=F("pk"),
            day_=Coalesce("due_on", Value(date.max, DateField())),
        )
        .values_list("reason_", "table_", "key_", "day_")
    )


def _first(rows: QuerySet) -> QuerySet:
    """Keep the most urgent rows, each with the number of all."""
    return (
        rows.annotate(
            rank=Window(RowNumber(), order_by=("day_", "key_")),
            total_=Window(Count("*")),
        )
        .filter(rank__lte=SHOWN)
        .values_list("reason_", "table_", "key_", "day_", "total_")
    )


# -- what is said of it -------------------------------------------------------------


def _read_things(keys: Iterable[Key]) -> dict[Key, Any]:
    ids = defaultdict(list)
    for table, pk in keys:
        ids[table].append(pk)
    recommendations = Recommendation.objects.filter(pk__in=ids[RECOMMENDATION])
    actions = FollowUpAction.objects.filter(pk__in=ids[ACTION])
    return {
        (table, one.pk): one
        for table, rows in (
            (RECOMMENDATION, recommendations.select_related("current_answer")),
            (ACTION, actions.select_related("recommendation")),
        )
        for one in rows
    }


def _read_returns(things: Iterable[Any], on: date) -> dict[int, Confirmation]:
    """Give the word that returned the current update of each thing."""
    updates = [
        one.current_update_id
        for one in things
        if one.confirmation == ConfirmationState.RETURNED
    ]
    said = Confirmation.objects.filter(update__in=updates)
    rows = said.select_related("author", "spoken_for")
    standing = standing_rows(rows, on=on, at=EVERYTHING_KNOWN)
    return {row.update_id: row for row in standing}


def _describe(
    thing: Any,
    reason: Reason,
    on: date,
    returns: dict[int, Confirmation],
    names: OrganisationNames,
) -> Task:
    said = returns.get(thing.current_update_id) if reason == Reason.RETURNED else None
    return Task(
        wording=thing.wording,
        due_on=thing.due_on,
        timeliness=thing.judge_timeliness(on=on),
        progress=thing.progress,
        progress_label=str(thing.get_progress_display()),
        lead=names.get(getattr(thing, "lead_id", None), ""),
        detail=_detail(thing, reason),
        returned_because=said.note if said else "",
        returned_by=f"{said.author}, {said.spoken_for}" if said else "",
        returned_on=said.effective_on if said else None,
        **_place(thing, reason),
    )


def _place(thing: Any, reason: Reason) -> dict[str, Any]:
    """Say what it is called and where the form for it stands."""
    if isinstance(thing, FollowUpAction):
        return {
            "code": thing.recommendation.code,
            "address": thing.get_absolute_url(),
            "action_number": thing.number,
        }
    # The form of progress is always open; the other one comes when it is asked for.
    is_asked = reason == Reason.UNANSWERED
    form = "?form=answer#recommendation-answer-form" if is_asked else PROGRESS_FORM
    return {"code": thing.code, "address": f"{thing.get_absolute_url()}{form}"}


def _detail(thing: Any, reason: Reason) -> str:
    if reason == Reason.STALE:
        day = timezone.localdate(thing.last_update_at)
        return _("Last reported on %(day)s") % {"day": f"{day:%d/%m/%Y}"}
    if reason == Reason.UNANSWERED and thing.current_answer:
        if thing.current_answer.referred_to_id:
            day = thing.current_answer.effective_on
            return _("Referred to this body on %(day)s") % {"day": f"{day:%d/%m/%Y}"}
        words = _("Only a preliminary answer so far: %(outcome)s")
        return words % {"outcome": thing.current_answer.get_outcome_display()}
    return ""
