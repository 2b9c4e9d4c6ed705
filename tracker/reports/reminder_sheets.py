"""What stands open at each organisation, as those see it who urge and are urged."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Q, When
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
    counts = {
        group.value: Count("pk", filter=condition)
        for group, (condition, _first) in groups.items()
    }
    return (
        rows.filter(_in_any(groups))
        .order_by()
        .values(*keys)
        .annotate(**counts)
        .iterator()
    )


def _in_any(groups: Groups) -> Q:
    wanted = Q()
    for condition, _first in groups.values():
        wanted |= condition
    return wanted


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
    theirs = {group: (is_in & lead, first) for group, (is_in, first) in GROUPS.items()}
    asked = Q(addressee__in=bodies)
    for group, (is_in, first) in ANSWERS.items():
        theirs[group] = (is_in & asked, first)
    found = _take(rows, theirs)
    for group, (count, things) in _take(actions, GROUPS).items():
        found[group] = (found[group][0] + count, found[group][1] + things)
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
) -> dict[Group, tuple[int, list[Any]]]:
    """Count each group and read its first rows: two statements."""
    judged = rows.filter(_in_any(groups)).order_by("pk")
    judged = judged.annotate(
        **{
            f"in_{group}": Case(When(is_in, then=True), default=False)
            for group, (is_in, _first) in groups.items()
        }
    )
    firsts = {first for _is_in, first in groups.values()}
    lines = list(judged.values("pk", *firsts, *(f"in_{group}" for group in groups)))
    in_order = {
        group: sorted(
            (line for line in lines if line[f"in_{group}"]), key=_first_by(first)
        )
        for group, (_is_in, first) in groups.items()
    }
    shown = {line["pk"] for found in in_order.values() for line in found[:SHOWN]}
    things = rows.in_bulk(shown)
    return {
        group: (len(found), [things[line["pk"]] for line in found[:SHOWN]])
        for group, found in in_order.items()
    }


def _first_by(column: str) -> Callable[[dict[str, Any]], tuple[bool, Any]]:
    """Order lines by a column, those without a value last."""
    return lambda line: (line[column] is None, line[column])


def _urgency(first: str) -> Callable[[Any], tuple[bool, Any]]:
    return lambda thing: _first_by(first)(vars(thing))


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
