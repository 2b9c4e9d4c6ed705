"""Setting and extending the deadline."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.forms.stamped import DAY_INPUT, EVIDENCE_FIELDS, HistoryForm


class DeadlineForm(HistoryForm):
    act = "deadline"

    due_on = forms.DateField(
        label=_("Deadline"), required=False, widget=forms.DateInput(attrs=DAY_INPUT)
    )

    field_order = ["due_on", "effective_on", "note", *EVIDENCE_FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", self.recommendation.due_on)
        self.fields["note"].label = _("Reason for a change")
        self.fields["note"].widget.attrs["rows"] = 2
        self.fields["effective_on"].label = _("Decided on")
