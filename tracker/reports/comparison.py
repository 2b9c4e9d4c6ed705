"""What changed between two reports, or between two days of one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracker.choices import AnswerOutcome, Progress, Timeliness
from tracker.timeliness import CLOSED

# An item of a kept payload: plain values under the names of `parts.Item`.
Kept = dict[str, Any]


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
