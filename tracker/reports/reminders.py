"""What every organisation is to be reminded of on a day, and was not told yet.

Built from the state alone: a day on which nothing ran loses nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from provinces.choices import OrganisationKind, Role
from provinces.folding import sort_key
from provinces.models import Organisation, User
from provinces.register import read_register
from tracker.choices import (
    ANSWERABLE,
    ConfirmationState,
    ReminderStage,
    Timeliness,
)
from tracker.models import Confirmation, FollowUpAction, Recommendation, Reminder
from tracker.models.follow_ups import FollowUpActionQuerySet
from tracker.models.recommendations import REFERRED_ON, RecommendationQuerySet
from tracker.timeliness import CLOSED

A_MONTH = timedelta(days=30)
PRESSING = (Timeliness.OVERDUE, Timeliness.DUE_SOON)
RETURNED = Q(confirmation=ConfirmationState.RETURNED)
# What was referred to another body waits for that body.
UNANSWERED = (
    Q(kind__in=ANSWERABLE) & (Q(answer="") | REFERRED_ON) & ~Q(progress__in=CLOSED)
)
# The order in which a digest speaks of them.
STAGES = (
    ReminderStage.OVERDUE_MONTH,
    ReminderStage.OVERDUE,
    ReminderStage.DUE_SOON,
    ReminderStage.RETURNED,
    ReminderStage.UNANSWERED,
)
# What is told once: recommendation, action, stage, and the day it counts from.
Key = tuple[int, int | None, str, date]


@dataclass(frozen=True)
class Item:
    """One stage of one recommendation, or of one action of it."""

    stage: ReminderStage
    about: date
    recommendation: int
    action: int | None
    code: str
    wording: str
    due_on: date | None
    path: str

    @property
    def key(self) -> Key:
        return self.recommendation, self.action, self.stage.value, self.about


@dataclass(frozen=True)
class Digest:
    """All that one organisation is to be told on a day, and at which addresses."""

    organisation: int
    name: str
    recipients: tuple[str, ...]
    items: tuple[Item, ...]
    on: date

    @property
    def path(self) -> str:
        return reverse("reminder-sheet", args=[self.organisation])

    def by_stage(self) -> list[tuple[ReminderStage, list[Item]]]:
        grouped = groupby(self.items, key=lambda item: item.stage)
        return [(stage, list(items)) for stage, items in grouped]


def build_digests(*, on: date) -> list[Digest]:
    """Give one digest for each organisation that has something new to be told.

    The number of queries is the same for any number of rows and organisations.
    """
    told = read_told(Reminder.objects.all())
    items = defaultdict(list)
    register = read_register(on=on)
    for body, item in _find_items(on):
        # A group is many bodies and answers for nothing: nobody is told for it.
        if register.bodies[body].kind == OrganisationKind.GROUP:
            continue
        organisation = register.answering_body(body)
        if (organisation, *item.key) not in told:
            items[organisation].append(item)
    bodies = Organisation.objects.filter(pk__in=[*items]).values_list("pk", "name")
    addresses = _find_addresses([*items])
    digests = [
        Digest(pk, name, addresses[pk], _in_order(items[pk]), on) for pk, name in bodies
    ]
    return sorted(digests, key=lambda digest: sort_key(digest.name))


def read_told(reminders: QuerySet[Reminder]) -> set[tuple[int, *Key]]:
    """Give what was told already, each time with the organisation it was told to."""
    return set(
        reminders.values_list(
            "organisation_id", "recommendation_id", "action_id", "stage", "about"
        )
    )


def may_be_named(rows: RecommendationQuerySet, *, on: date) -> RecommendationQuerySet:
    """Leave out what was withdrawn, and what is kept outside: it is secret."""
    rows = rows.filter(withdrawn_on__isnull=True, kept_outside=False)
    return rows.with_timeliness(on=on)


def actions_of(rows: RecommendationQuerySet, *, on: date) -> FollowUpActionQuerySet:
    """Give what is to be done for some recommendations."""
    actions = FollowUpAction.objects.select_related("recommendation")
    actions = actions.filter(recommendation__in=rows.order_by().values("pk"))
    return actions.with_timeliness(on=on)


def _in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(
        sorted(items, key=lambda one: (STAGES.index(one.stage), one.about, one.code))
    )


def _find_addresses(bodies: list[int]) -> dict[int, tuple[str, ...]]:
    """Give the address of each body, then those of its reporters, each once."""
    own = Organisation.objects.filter(pk__in=bodies).order_by()
    reporters = User.objects.filter(
        organisation__in=bodies, role=Role.REPORTER, is_active=True
    ).order_by("pk")
    found: dict[int, dict[str, str]] = {pk: {} for pk in bodies}
    for pk, address in [
        *own.values_list("pk", "email"),
        *reporters.values_list("organisation_id", "email"),
    ]:
        if address:
            found[pk].setdefault(address.casefold(), address)
    return {pk: tuple(addresses.values()) for pk, addresses in found.items()}


def _find_items(on: date) -> Iterator[tuple[int, Item]]:
    """Give whatever applies on the day, told or not, with the body it was put to."""
    rows = may_be_named(Recommendation.objects.all(), on=on)
    actions = actions_of(rows, on=on)
    pressing = Q(timeliness__in=PRESSING) | RETURNED
    long_ago = on - timedelta(days=settings.UNANSWERED_DAYS)
    unanswered = UNANSWERED & Q(raised_on__lt=long_ago)
    returned_on = _find_days_of_returning()
    for row in rows.filter(pressing):
        body = row.lead_id or row.addressee_id
        if body is not None:
            for stage, about in _stages_of(row, returned_on, on):
                yield body, _item(row, None, stage, about)
    for row in rows.filter(unanswered):
        if row.addressee_id is not None:
            item = _item(row, None, ReminderStage.UNANSWERED, row.raised_on)
            yield row.addressee_id, item
    for action in actions.filter(pressing):
        for stage, about in _stages_of(action, returned_on, on):
            item = _item(action.recommendation, action, stage, about)
            yield action.owner_id, item


def _find_days_of_returning() -> dict[int, date]:
    """Say when the update that each recommendation and action stands by came back."""
    current = [
        model._default_manager.filter(RETURNED).order_by().values("current_update")
        for model in (Recommendation, FollowUpAction)
    ]
    words = Confirmation.objects.filter(
        Q(update__in=current[0]) | Q(update__in=current[1]),
        outcome=ConfirmationState.RETURNED,
        corrections__isnull=True,
    ).order_by("effective_on", "sequence")
    return {
        update: timezone.localdate(moment)
        for update, moment in words.values_list("update_id", "recorded_at")
    }


def _stages_of(
    row: Recommendation | FollowUpAction, returned_on: dict[int, date], on: date
) -> Iterator[tuple[ReminderStage, date]]:
    """Of a deadline only the last stage that applies, never all it went through."""
    if row.timeliness in PRESSING and row.due_on:
        yield _deadline_stage(row.due_on, on), row.due_on
    if row.confirmation == ConfirmationState.RETURNED:
        day = returned_on.get(row.current_update_id or 0)
        if day is not None:
            yield ReminderStage.RETURNED, day


def _deadline_stage(due_on: date, on: date) -> ReminderStage:
    if on <= due_on:
        return ReminderStage.DUE_SOON
    is_long_over = on - due_on > A_MONTH
    return ReminderStage.OVERDUE_MONTH if is_long_over else ReminderStage.OVERDUE


def _item(
    recommendation: Recommendation,
    action: FollowUpAction | None,
    stage: ReminderStage,
    about: date,
) -> Item:
    about_what = action or recommendation
    return Item(
        stage=stage,
        about=about,
        recommendation=recommendation.pk,
        action=action.pk if action else None,
        code=recommendation.code,
        wording=about_what.wording,
        due_on=about_what.due_on,
        path=about_what.get_absolute_url(),
    )
