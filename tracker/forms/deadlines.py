"""Setting and extending the deadline."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.forms.days import DayField
from tracker.forms.stamped import EVIDENCE_FIELDS, HistoryForm
from tracker.models import DeadlineChange, Recommendation
from tracker.services.history import History, standing_rows


class DeadlineForm(HistoryForm):
    act = "deadline"

    due_on = DayField(label=_("Deadline"), required=False)

    field_order = ["due_on", "effective_on", "note", *EVIDENCE_FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", self.recommendation.due_on)
        self.fields["note"].label = _("Reason for the extension or change")
        self.fields["note"].widget.attrs["rows"] = 2
        self.fields["effective_on"].label = _("Decided on")
        if self.recommendation.original_due_on:
            self.fields["due_on"].label = _("New deadline")
            self.fields["due_on"].help_text = _(
                "A later day is an extension: it needs its reason and the document "
                "that decided it. Empty takes the deadline back."
            )

    def present_row(self, current: Recommendation) -> DeadlineChange | None:
        history = History(deadline_changes=list(current.deadline_changes.all()))
        standing = standing_rows(
            history.deadline_changes,
            on=timezone.localdate(),
            at=history.newest_moment(),
        )
        return standing[-1] if standing else None
