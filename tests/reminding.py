"""Rows that reminders speak of, beside those of the factories."""

from tests.factories import RAISED_ON
from tracker.choices import AnswerOutcome, ConfirmationState
from tracker.models import Answer, Confirmation, FollowUpAction, Reminder
from tracker.services.history import append_row, refresh_cached_state


def make_action(recommendation, owner, *, by, **fields):
    fields.setdefault("number", recommendation.actions.count() + 1)
    fields.setdefault("wording", "Lập danh mục các cụm công nghiệp")
    return FollowUpAction.objects.create(
        recommendation=recommendation, owner=owner, entered_by=by, **fields
    )


def make_confirmation(update, outcome=ConfirmationState.RETURNED, *, by, **fields):
    recommendation = update.recommendation
    fields.setdefault("effective_on", update.effective_on)
    row = Confirmation(
        update=update, outcome=outcome, author=by, spoken_for=by.organisation, **fields
    )
    append_row(recommendation, row)
    refresh_cached_state(recommendation)
    return row


def make_answer(recommendation, *, by):
    row = Answer(
        outcome=AnswerOutcome.ACCEPTED,
        is_final=True,
        effective_on=RAISED_ON,
        author=by,
        spoken_for=by.organisation,
    )
    append_row(recommendation, row)
    refresh_cached_state(recommendation)
    return row


def told():
    """Give what was recorded as told: to whom, of what, which stage."""
    return [
        (str(one.organisation), one.recommendation.code, one.stage)
        for one in Reminder.objects.order_by("pk")
    ]
