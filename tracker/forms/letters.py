"""A letter that urges a body, and the record of its leaving the house."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.folding import normalise
from provinces.models import User
from tracker.forms.days import DayField
from tracker.forms.reports import IssuerField
from tracker.permissions import issuing_bodies


class LetterForm(forms.Form):
    """As of which day a letter speaks, and in whose name."""

    as_of = DayField(label=_("Figures as of"))
    issuer = IssuerField(
        label=_("Issuing body"),
        help_text=_("The form, Party or State, follows from it."),
    )

    def __init__(self, data: Any, *, user: User) -> None:
        today = timezone.localdate()
        usual = {"as_of": f"{today:%d/%m/%Y}", "issuer": str(user.organisation_id)}
        given = {name: data.get(name) for name in usual if data.get(name)}
        super().__init__(usual | given)
        issuer: Any = self.fields["issuer"]
        issuer.offer(issuing_bodies(user, on=today))

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class SendingForm(forms.Form):
    """The number a letter bore and the day it was sent."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    number = forms.CharField(label=_("Number and symbol"), max_length=60)
    sent_on = DayField(label=_("Sent on"))

    def clean_number(self) -> str:
        return normalise(self.cleaned_data["number"])
