"""Withdrawing what was entered by mistake, and taking that back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.forms.stamped import ComposedCharField, StampedForm


class WithdrawalForm(StampedForm):
    act = "withdrawal"

    reason = ComposedCharField(
        label=_("Reason of the withdrawal"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def present_values(self, current: Any) -> dict[str, Any]:
        # A reason stands beside none that was there before.
        return {}


class RestorationForm(StampedForm):
    """No question but whether: the page says what counts again."""

    act = "restoration"
