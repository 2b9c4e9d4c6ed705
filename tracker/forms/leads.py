"""Who leads and who coordinates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from provinces.models import Organisation
from provinces.register import Body
from tracker.forms.conflicts import is_id
from tracker.forms.stamped import RecommendationForm


class BodiesField(forms.ModelMultipleChoiceField):
    """Several bodies; what cannot be an id is refused before the database is asked."""

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if not is_id(one):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, params={"pk": str(one)[:20]})
        return super().clean(value)


class LeadForm(RecommendationForm):
    act = "lead"

    lead = forms.ModelChoiceField(
        label=_("Lead organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Not determined"),
    )
    coordinating = BodiesField(
        label=_("Coordinating organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one = self.recommendation
        coordinating = [body.pk for body in one.links.coordinating]
        # A lead that has ended since stays until another is chosen.
        self.offer_bodies("lead", Body.can_lead, [one.lead_id])
        self.offer_bodies("coordinating", Body.is_in_force, coordinating)
        self.initial.setdefault("lead", one.lead_id)
        self.initial.setdefault("coordinating", coordinating)
