"""Rows that reminders speak of, beside those of the factories."""

from tracker.models import FollowUpAction, Reminder


def make_action(recommendation, owner, *, by, **fields):
    fields.setdefault("number", recommendation.actions.count() + 1)
    fields.setdefault("wording", "Lập danh mục các cụm công nghiệp")
    return FollowUpAction.objects.create(
        recommendation=recommendation, owner=owner, entered_by=by, **fields
    )


def told():
    """Give what was recorded as told: to whom, of what, which stage."""
    return [
        (str(one.organisation), one.recommendation.code, one.stage)
        for one in Reminder.objects.order_by("pk")
    ]
