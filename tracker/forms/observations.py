"""What was measured: a value or a ratio, as of when, and who says so."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.choices import Qualifier
from tracker.forms.entering import EntryForm, entered
from tracker.forms.stamped import ComposedCharField
from tracker.models import Document, Observation
from tracker.numbers import Amount, read_amount
from tracker.reports.figures import write_amount

# What a column of values holds.
MOST_WHOLE_DIGITS, MOST_DECIMALS = 15, 3


class AmountField(ComposedCharField):
    """A number or a ratio typed the way of the page's language."""

    def clean(self, value: Any) -> Any:
        amount = read_amount(super().clean(value))
        if amount.value is not None:
            _check_size(amount.value)
        return amount


def _check_size(value: Decimal) -> None:
    if abs(value) >= 10**MOST_WHOLE_DIGITS:
        message = _("At most %(most)s digits before the decimals.")
        raise ValidationError(message % {"most": MOST_WHOLE_DIGITS})
    if value != value.quantize(Decimal(10) ** -MOST_DECIMALS):
        message = _("At most %(most)s decimals: round the figure.")
        raise ValidationError(message % {"most": MOST_DECIMALS})


class ObservationForm(EntryForm):
    amount = AmountField(
        label=gettext_lazy("Figure"),
        max_length=60,
        help_text=gettext_lazy("A number like 81,430 or 71.22, a ratio like 11 of 14."),
    )
    is_as_printed = forms.BooleanField(
        label=gettext_lazy("The source says so"), required=False
    )
    qualifier = entered(
        Observation,
        "qualifier",
        choices=[("", gettext_lazy("none: the exact figure")), *Qualifier.choices],
    )
    label = entered(
        Observation,
        "label",
        help_text=gettext_lazy("Only where the indicator has several parts."),
    )
    as_of = entered(
        Observation,
        "as_of",
        help_text=gettext_lazy("Empty where the source names no day."),
    )
    period = entered(Observation, "period")
    document = entered(Observation, "document", empty_label=gettext_lazy("None"))
    source = entered(Observation, "source")
    source_url = entered(
        Observation,
        "source_url",
        validators=[URLValidator(schemes=["http", "https"])],
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    source_date = entered(Observation, "source_date")
    note = entered(Observation, "note")

    def __init__(self, *args: Any, subject: Observation, **kwargs: Any) -> None:
        if subject.pk:
            said = write_amount(subject, subject.indicator.unit)
            kwargs["initial"] = {"amount": said} | kwargs.get("initial", {})
        super().__init__(*args, subject=subject, **kwargs)
        if not self.is_bound:
            del self.fields["is_as_printed"]
        self.offer("document", Document.objects.visible_to(self.user).newest_first())
        for bound in self.visible_fields():
            if bound.help_text:
                described_by = f" {bound.auto_id}_helptext"
                bound.field.widget.attrs["aria-describedby"] += described_by

    def clean(self) -> dict[str, Any]:
        """Ask about a figure that is unusual for its unit, and about no other."""
        values = super().clean() or self.cleaned_data
        doubt = self._doubt_about(values.get("amount"))
        if not doubt:
            del self.fields["is_as_printed"]
        elif not values["is_as_printed"]:
            self.add_error("is_as_printed", doubt)
        return values

    def _doubt_about(self, amount: Amount | None) -> str:
        indicator = self.subject.indicator
        if amount is None or amount.value is None or "amount" not in self.changed_data:
            return ""
        if amount.value < 0 and not indicator.is_growth:
            return _("This figure is negative. Tick here if the source says so.")
        if amount.value > 100 and indicator.is_share:
            return _("This is more than 100%. Tick here if the source says so.")
        return ""

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values.pop("is_as_printed", None)
        amount: Amount = values.pop("amount")
        return values | amount._asdict()
