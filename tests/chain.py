"""The whole chain on one recommendation: rows of every kind, without the services."""

from datetime import date

from provinces.models import Organisation
from tests.factories import RAISED_ON
from tracker.choices import AnswerOutcome, ConfirmationState, DifficultyCategory
from tracker.models import (
    Answer,
    Confirmation,
    DeadlineChange,
    Difficulty,
    DifficultyClearance,
    Evidence,
    FollowUpAction,
    StatusUpdate,
)
from tracker.services.history import append_row, refresh_cached_state


def say(recommendation, model, *, by, **fields):
    """Append a row of any table without the demands of a service."""
    fields = {
        "effective_on": RAISED_ON,
        "spoken_for": by.organisation,
        "author": by,
        **fields,
    }
    row = append_row(recommendation, model(**fields))
    refresh_cached_state(recommendation)
    return row


def plan_action(recommendation, *, by, number=1, **fields):
    fields.setdefault("wording", "Trình phê duyệt điều chỉnh quy hoạch")
    fields.setdefault("owner", by.organisation)
    action = FollowUpAction(
        recommendation=recommendation, number=number, entered_by=by, **fields
    )
    action._history_user = by
    action.save()
    return action


class Chain:
    """What Lan reports and Hà says: completed and returned, answered, two extensions.

    What is confirmed is that it is being carried out; one difficulty is open.
    """

    def __init__(self, one, lan, ha):
        self.one = one
        self.begun = say(one, StatusUpdate, by=lan, progress="in_progress")
        self.confirmed = self.judge(self.begun, ConfirmationState.CONFIRMED, by=ha)
        self.first_day = date(2025, 6, 30)
        for due_on in (self.first_day, date(2025, 12, 31), date(2026, 6, 30)):
            self.deadline = say(one, DeadlineChange, by=ha, due_on=due_on)
        land, capital = DifficultyCategory.LAND, DifficultyCategory.CAPITAL
        self.land = say(one, Difficulty, by=lan, category=land, note="Vướng đền bù")
        self.capital = say(
            one, Difficulty, by=lan, category=capital, note="Chưa bố trí"
        )
        self.cleared = say(
            one,
            DifficultyClearance,
            by=ha,
            difficulty=self.land,
            effective_on=date(2025, 1, 10),
            note="Đã bàn giao",
        )
        self.noted = say(
            one, Answer, by=ha, outcome=AnswerOutcome.NOTED, is_final=False
        )
        ministry, _made = Organisation.objects.get_or_create(
            name="Bộ Tài chính", kind="ministry", defaults={"sort_key": b""}
        )
        self.answer = say(
            one,
            Answer,
            by=ha,
            outcome=AnswerOutcome.OUTSIDE_REMIT,
            is_final=True,
            corrects=self.noted,
            effective_on=date(2025, 2, 1),
            note="Thuộc thẩm quyền của bộ",
            referred_to=ministry,
        )
        say(one, Evidence, by=ha, answer=self.answer, document_number="99/BTC-NSNN")
        self.action = plan_action(one, by=ha, due_on=date(2025, 3, 31))
        self.work = say(
            one,
            StatusUpdate,
            by=lan,
            action=self.action,
            progress="completed",
            effective_on=date(2025, 3, 1),
        )
        self.judge(self.work, ConfirmationState.CONFIRMED, by=ha)
        self.done = say(
            one,
            StatusUpdate,
            by=lan,
            progress="completed",
            effective_on=date(2025, 5, 1),
        )
        self.returned = self.judge(
            self.done, ConfirmationState.RETURNED, by=ha, note="Thiếu biên bản"
        )
        one.refresh_from_db()
        self.action.refresh_from_db()

    def judge(self, update, outcome, *, by, **fields):
        fields.setdefault("effective_on", update.effective_on)
        return say(
            self.one, Confirmation, by=by, update=update, outcome=outcome, **fields
        )
