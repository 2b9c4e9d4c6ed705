"""What changed between two reports, or between two days of one."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from provinces.models import User
from tracker.choices import AnswerOutcome, Progress, Timeliness
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.official import (
    as_they_stood,
    day_in_words,
    item_of,
    scope_in_words,
)
from tracker.reports.standing import Moment, Names, read_standings
from tracker.timeliness import CLOSED

# An item of a kept payload: plain values under the names of `parts.Item`.
Kept = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """One of two reports that are compared: what it is of, in words, and its items."""

    language: str
    scope: str
    as_of: date
    as_of_in_words: str
    frozen_at: datetime
    basis: str
    basis_in_words: str
    items: list[Kept]

    @classmethod
    def of_kept(cls, payload: dict[str, Any]) -> "Side":
        return cls(**{one.name: payload[one.name] for one in fields(cls)})


def build_side(
    rows: RecommendationQuerySet, in_words: str, *, moment: Moment, viewer: User
) -> Side:
    """Build what a report of these rows would say, as far as it is compared."""
    names = Names.read(viewer, on=moment.on)
    standings = read_standings(as_they_stood(rows, moment), moment, names)
    return Side(
        language=get_language() or "vi",
        scope=scope_in_words(in_words),
        as_of=moment.on,
        as_of_in_words=day_in_words(moment.on),
        frozen_at=timezone.localtime(moment.at),
        basis=moment.basis.value,
        basis_in_words=str(moment.basis.label),
        items=[asdict(item_of(one)) for one in standings],
    )


@dataclass(frozen=True)
class Change:
    """One recommendation that changed: what it was and what it became, in words."""

    code: str
    wording: str
    lead: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """All recommendations that changed in one way."""

    key: str
    title: str
    rows: tuple[Change, ...]


def compare(before: Iterable[Kept], after: Iterable[Kept]) -> list[Changes]:
    """Give every way of changing, also those in which nothing did.

    A recommendation can stand in several: completed and answered, for instance.
    """
    old = {one["code"]: one for one in before}
    new = {one["code"]: one for one in after}
    both = [(old.get(code, NOTHING), one) for code, one in new.items()]
    gone = [(one, NOTHING) for code, one in old.items() if code not in new]
    return [
        Changes(key, str(title), _rows([*both, *gone], has_changed, say))
        for key, title, has_changed, say in WAYS
    ]


def _rows(
    pairs: list[tuple[Kept, Kept]],
    has_changed: Callable[[Kept, Kept], bool],
    say: Callable[[Kept], str],
) -> tuple[Change, ...]:
    return tuple(
        Change(
            (new or old)["code"],
            (new or old)["wording"],
            (new or old)["lead"],
            say(old) if old else "",
            say(new) if new else "",
        )
        for old, new in pairs
        if has_changed(old, new)
    )


NOTHING: Kept = {}


def _is(name: str, value: str) -> Callable[[Kept, Kept], bool]:
    """True where the later item has this value and the earlier one had not."""

    def has_changed(old: Kept, new: Kept) -> bool:
        return new.get(name) == value and old.get(name) != value

    return has_changed


def _was_reopened(old: Kept, new: Kept) -> bool:
    """True when it left what counts as its end (product rules §2)."""
    return bool(new) and old.get("progress") in CLOSED and new["progress"] not in CLOSED


def _was_answered(old: Kept, new: Kept) -> bool:
    return bool(new.get("answer")) and new["answer"] != old.get("answer")


def _was_extended(old: Kept, new: Kept) -> bool:
    earlier = old.get("extension_count", 0)
    return new.get("extension_count", 0) > earlier


def _say_progress(item: Kept) -> str:
    if not item["progress"]:
        return str(_("No confirmed figures yet"))
    return str(Progress(item["progress"]).label)


def _say_timeliness(item: Kept) -> str:
    return str(Timeliness(item["timeliness"]).label) if item["timeliness"] else ""


def _say_answer(item: Kept) -> str:
    return str(AnswerOutcome(item["answer"]).label) if item["answer"] else ""


def _say_deadline(item: Kept) -> str:
    due_on: date | None = item["due_on"]
    return f"{due_on:%d/%m/%Y}" if due_on else str(_("Not determined"))


WAYS: tuple[tuple[str, Any, Callable, Callable], ...] = (
    (
        "completed",
        _("Completed"),
        _is("progress", Progress.COMPLETED),
        _say_progress,
    ),
    (
        "overdue",
        _("Became overdue"),
        _is("timeliness", Timeliness.OVERDUE),
        _say_timeliness,
    ),
    ("answered", _("Answered"), _was_answered, _say_answer),
    ("extended", _("Extended"), _was_extended, _say_deadline),
    ("reopened", _("Reopened"), _was_reopened, _say_progress),
    ("new", _("New"), lambda old, new: not old, _say_progress),
    ("gone", _("No longer in it"), lambda old, new: not new, _say_progress),
)
