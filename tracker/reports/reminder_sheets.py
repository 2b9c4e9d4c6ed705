"""What stands open at each organisation, as those see it who urge and are urged."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from provinces.folding import sort_key
from provinces.models import User
from provinces.succession import name_organisations, register_of
from tracker.choices import ConfirmationState, Flag, Timeliness
from tracker.models import FollowUpAction, Recommendation, Reminder
from tracker.models.follow_ups import FollowUpActionQuerySet
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.reminders import RETURNED, UNANSWERED, actions_of, may_be_named

Group = Timeliness | ConfirmationState | Flag

# What is in each group, and by which column its most urgent row comes first.
Groups = dict[Group, tuple[Q, str]]
GROUPS: Groups = {
    Timeliness.OVERDUE: (Q(timeliness=Timeliness.OVERDUE), "due_on"),
    Timeliness.DUE_SOON: (Q(timeliness=Timeliness.DUE_SOON), "due_on"),
    ConfirmationState.RETURNED: (RETURNED, "due_on"),
    ConfirmationState.UNCONFIRMED: (
        Q(confirmation=ConfirmationState.UNCONFIRMED),
        "last_update_at",
    ),
}
# For an answer the addressee is asked, whoever leads.
ANSWERS: Groups = {Flag.UNANSWERED: (UNANSWERED, "raised_on")}
GROUP_NAMES: tuple[Group, ...] = (*GROUPS, *ANSWERS)
SHOWN = 200


@dataclass(frozen=True)
class Figure:
    """How many rows of one group stand open at a body."""

    group: Group
    count: int


@dataclass(frozen=True)
class ReminderLine:
    """One body that is to be urged; no body where nobody answers yet."""

    organisation: int | None
    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class SheetRow:
    """One recommendation or action that is open, and what was reminded of it."""

    recommendation: Recommendation
    action: FollowUpAction | None
    timeliness: str
    reminders: tuple[Reminder, ...]

    @property
    def thing(self) -> Recommendation | FollowUpAction:
        return self.action or self.recommendation

    @property
    def reported_on(self) -> date | None:
        moment = self.thing.last_update_at
        return timezone.localdate(moment) if moment else None


@dataclass(frozen=True)
class SheetGroup:
    """The rows of one group, the most urgent first, and how many there are."""

    group: Group
    count: int
    rows: tuple[SheetRow, ...]


def build_reminder_lines(user: User, *, on: date) -> list[ReminderLine]:
    """Count what is open by the body that answers today: three statements."""
    register = register_of(user)
    rows = may_be_named(Recommendation.objects.visible_to(user), on=on)
    counts: dict[int | None, Counter[Group]] = defaultdict(Counter)
    for body, group, count in _count(rows, on):
        if count:
            answering = None if body is None else register.answering_body(body)
            counts[answering][group] += count
    names = name_organisations(counts, register)
    lines = [
        ReminderLine(
            body,
            names.get(body, ""),
            tuple(Figure(group, count[group]) for group in GROUP_NAMES),
        )
        for body, count in counts.items()
    ]
    # Whoever nobody answers for stands last.
    return sorted(lines, key=lambda one: (not one.name, sort_key(one.name)))


def _count(
    rows: RecommendationQuerySet, on: date
) -> Iterator[tuple[int | None, Group, int]]:
    for line in _tally(rows, GROUPS | ANSWERS, "lead_id", "addressee_id"):
        for group in GROUPS:
            yield line["lead_id"] or line["addressee_id"], group, line[group.value]
        for group in ANSWERS:
            yield line["addressee_id"], group, line[group.value]
    for line in _tally(actions_of(rows, on=on), GROUPS, "owner_id"):
        for group in GROUPS:
            yield line["owner_id"], group, line[group.value]


def _tally(
    rows: RecommendationQuerySet | FollowUpActionQuerySet, groups: Groups, *keys: str
) -> Iterator[dict[str, Any]]:
    """Count the groups by the keys in one statement; what is in none is left out."""
    wanted = Q()
    for condition, _first in groups.values():
        wanted |= condition
    counts = {
        group.value: Count("pk", filter=condition)
        for group, (condition, _first) in groups.items()
    }
    return rows.filter(wanted).order_by().values(*keys).annotate(**counts).iterator()


def build_reminder_sheet(
    user: User, organisation: int, *, on: date
) -> list[SheetGroup]:
    """Give what the user sees of all that is open at one body, group by group.

    The number of queries is the same for any number of rows.
    """
    register = register_of(user)
    bodies = [
        pk for pk in register.bodies if register.answering_body(pk) == organisation
    ]
    rows = may_be_named(Recommendation.objects.visible_to(user), on=on)
    actions = actions_of(rows, on=on).filter(owner__in=bodies)
    lead = Q(lead__in=bodies) | Q(lead__isnull=True, addressee__in=bodies)
    rows = rows.defer("search_folded", "search_exact")
    found: dict[Group, tuple[int, list[Recommendation | FollowUpAction]]] = {}
    for group, part in _take(rows.filter(lead), GROUPS):
        found[group] = part
    for group, (count, things) in _take(actions, GROUPS):
        found[group] = (found[group][0] + count, found[group][1] + things)
    for group, part in _take(rows.filter(addressee__in=bodies), ANSWERS):
        found[group] = part
    told = _find_reminders(organisation, found)
    whole = GROUPS | ANSWERS
    return [
        SheetGroup(
            group,
            count,
            tuple(
                _row(thing, told[_key(thing)])
                for thing in sorted(things, key=_urgency(whole[group][1]))
            ),
        )
        for group, (count, things) in found.items()
        if count
    ]


def _take(
    rows: RecommendationQuerySet | FollowUpActionQuerySet, groups: Groups
) -> Iterator[tuple[Group, tuple[int, list]]]:
    """Count each group in one statement, and read the first rows of each."""
    counts = rows.order_by().aggregate(
        **{
            group.value: Count("pk", filter=condition)
            for group, (condition, _first) in groups.items()
        }
    )
    for group, (condition, first) in groups.items():
        in_order = rows.filter(condition).order_by(F(first).asc(nulls_last=True), "pk")
        yield group, (counts[group.value], list(in_order[:SHOWN]))


def _urgency(first: str) -> Callable[[Any], tuple[bool, Any]]:
    return lambda thing: (getattr(thing, first) is None, getattr(thing, first))


def _key(thing: Recommendation | FollowUpAction) -> tuple[int, int | None]:
    if isinstance(thing, FollowUpAction):
        return thing.recommendation_id, thing.pk
    return thing.pk, None


def _find_reminders(
    organisation: int, found: dict[Group, tuple[int, list]]
) -> dict[tuple[int, int | None], tuple[Reminder, ...]]:
    keys = {_key(thing)[0] for _count, things in found.values() for thing in things}
    told: dict[tuple[int, int | None], tuple[Reminder, ...]] = defaultdict(tuple)
    reminders = Reminder.objects.filter(
        organisation=organisation, recommendation__in=keys
    ).order_by("sent_at", "pk")
    for one in reminders:
        told[one.recommendation_id, one.action_id] += (one,)
    return told


def _row(
    thing: Recommendation | FollowUpAction, reminders: tuple[Reminder, ...]
) -> SheetRow:
    if isinstance(thing, FollowUpAction):
        return SheetRow(thing.recommendation, thing, thing.timeliness, reminders)
    return SheetRow(thing, None, thing.timeliness, reminders)
