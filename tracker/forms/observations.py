"""What was measured: a value or a ratio, as of when, and who says so."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator, URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.choices import Qualifier
from tracker.forms.entering import EntryForm, entered
from tracker.forms.stamped import ComposedCharField
from tracker.models import Document, Observation
from tracker.numbers import Amount, read_amount
from tracker.reports.figures import write_amount

# What a column of values holds.
MOST_DIGITS, MOST_DECIMALS = 18, 3


class AmountField(ComposedCharField):
    """A number or a ratio typed the way of the page's language."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        try:
            amount = read_amount(typed)
        except ValueError:
            message = _("Write the figure like 81,430 or 71.22, a ratio like 11 of 14.")
            raise ValidationError(message) from None
        if amount.value is not None:
            DecimalValidator(MOST_DIGITS, MOST_DECIMALS)(amount.value)
        return amount


class ObservationForm(EntryForm):
    amount = AmountField(
        label=gettext_lazy("Figure"),
        max_length=60,
        help_text=gettext_lazy("A number like 81,430 or 71.22, a ratio like 11 of 14."),
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
        self.offer("document", Document.objects.visible_to(self.user).newest_first())
        for bound in self.visible_fields():
            if bound.help_text:
                described_by = f" {bound.auto_id}_helptext"
                bound.field.widget.attrs["aria-describedby"] += described_by

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        amount: Amount = values.pop("amount")
        return values | amount._asdict()
