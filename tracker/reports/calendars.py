"""The deadlines of one person, as a calendar shows them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from provinces.models import User
from tracker.choices import Timeliness
from tracker.models import DeadlineChange, FollowUpAction, Recommendation

STILL_DUE = (Timeliness.IN_TIME, Timeliness.DUE_SOON, Timeliness.OVERDUE)


@dataclass(frozen=True)
class Deadline:
    """One day by which one thing is due, and when that was last changed."""

    key: str
    title: str
    due_on: date
    path: str
    changed_at: datetime


def build_deadlines(user: User, *, on: date) -> list[Deadline]:
    """Give what is still to be done by a day, the earliest first: two statements.

    For everybody that is what their body answers for, as in "My work"; for a
    coordinator also every deadline they set themselves.
    """
    found = [_of_recommendation(row) for row in _recommendations(user, on)]
    found += [_of_action(row) for row in _actions(user, on)]
    return sorted(found, key=lambda one: (one.due_on, one.key))


def _recommendations(user: User, on: date) -> Any:
    rows = Recommendation.objects.answered_for_by(user)
    if user.is_coordinator:
        own = DeadlineChange.objects.filter(author=user).values("recommendation")
        rows |= Recommendation.objects.visible_to(user).filter(pk__in=own)
    moved = DeadlineChange.objects.filter(recommendation=OuterRef("pk"))
    return _still_due(rows, on).annotate(
        moved_at=_latest(moved, "recorded_at"),
        edited_at=_latest(_records(Recommendation), "history_date"),
    )


def _actions(user: User, on: date) -> Any:
    rows = FollowUpAction.objects.owned_by(user).select_related("recommendation")
    edited_at = _latest(_records(FollowUpAction), "history_date")
    return _still_due(rows, on).annotate(edited_at=edited_at)


def _still_due(rows: Any, on: date) -> Any:
    return rows.with_timeliness(on=on).filter(timeliness__in=STILL_DUE)


def _records(model: Any) -> Any:
    return model.history.model.objects.filter(id=OuterRef("pk"))


def _latest(rows: Any, column: str) -> Subquery:
    return Subquery(rows.order_by(f"-{column}").values(column)[:1])


def _of_recommendation(row: Any) -> Deadline:
    changes = (row.entered_at, row.moved_at, row.edited_at)
    return Deadline(
        key=f"recommendation-{row.pk}",
        title=row.code if row.kept_outside else f"{row.code} – {row.wording}",
        due_on=row.due_on,
        path=row.get_absolute_url(),
        changed_at=max(filter(None, changes)),
    )


def _of_action(row: Any) -> Deadline:
    place = _("%(code)s, action %(n)s")
    named = place % {"code": row.recommendation.code, "n": row.number}
    return Deadline(
        key=f"action-{row.pk}",
        title=f"{named} – {row.wording}",
        due_on=row.due_on,
        path=row.get_absolute_url(),
        changed_at=max(filter(None, (row.entered_at, row.edited_at))),
    )
