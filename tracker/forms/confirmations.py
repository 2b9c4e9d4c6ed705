"""Confirming an update, or returning it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.choices import ConfirmationState
from tracker.forms.stamped import ComposedCharField, RecommendationForm
from tracker.models import Recommendation, StatusUpdate
from tracker.services.confirmations import act_on, find_word


class ConfirmationForm(RecommendationForm):
    # A new word starts from nothing that somebody else could have changed.
    shown = None  # type: ignore[assignment]

    outcome = forms.ChoiceField(
        label=_("Confirmation"),
        choices=[
            (ConfirmationState.CONFIRMED, pgettext_lazy("act", "Confirm")),
            (ConfirmationState.RETURNED, pgettext_lazy("act", "Return for completion")),
        ],
        widget=forms.RadioSelect,
    )
    note = ComposedCharField(
        label=_("Reason"),
        help_text=_("Needed when an update is returned: say what is to be completed."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, update: StatusUpdate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.update = update
        self.act = act_on(update)

    def present_values(self, current: Recommendation) -> dict[str, Any]:
        word = find_word(self.update)
        return {"outcome": word.outcome, "note": word.note} if word else {}
