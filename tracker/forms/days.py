"""The box for a day."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tracker.days import FIRST_YEAR, read_day


class DayField(forms.DateField):
    """A day, read the way that addresses and filters read theirs."""

    widget = forms.DateInput(
        attrs={
            "inputmode": "numeric",
            "placeholder": _("dd/mm/yyyy"),
            "autocomplete": "off",
        }
    )

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        if day := read_day(value):
            return day
        # Whatever else it may be a day of, nothing here is as old as that.
        super().to_python(value)
        message = _("Write a year from %(first)s on.")
        raise ValidationError(message, "too_early", {"first": FIRST_YEAR})
