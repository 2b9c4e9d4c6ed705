"""Recommendations: new ones, their edits, and secret ones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from provinces.register import Body
from tracker.forms.entering import EntryForm, entered
from tracker.forms.passages import PassageField
from tracker.forms.stamped import ComposedCharField
from tracker.models import Recommendation, WorkingSession
from tracker.services.recommendations import read_outside_number


def outside_number(**options: Any) -> ComposedCharField:
    return ComposedCharField(
        label=_("Number of the document or register outside"), max_length=100, **options
    )


class RecommendationEntryForm(EntryForm):
    kind = entered(Recommendation, "kind")
    wording = entered(Recommendation, "wording", required=False)
    raised_on = entered(Recommendation, "raised_on")
    resolutions = entered(Recommendation, "resolutions")
    topics = entered(Recommendation, "topics")
    session = entered(Recommendation, "session")
    province = entered(Recommendation, "province")
    raised_by = entered(Recommendation, "raised_by")
    addressee = entered(Recommendation, "addressee")
    passage = PassageField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("session", WorkingSession.objects.latest_first())
        typed = self.data.get("session", "")
        self.offer("passage", PassageField.passages_for(self.subject, typed))


class NewRecommendationForm(RecommendationEntryForm):
    lead = entered(Recommendation, "lead")
    kept_outside = forms.BooleanField(
        label=_("Kept outside the system (secret document)"),
        help_text=_(
            "Give only the kind, the day, the resolutions, the lead that keeps it"
            " and the number; leave everything else empty."
        ),
        required=False,
    )
    outside_number = outside_number(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_bodies("lead", Body.can_lead)


class KeptOutsideForm(EntryForm):
    kind = entered(Recommendation, "kind")
    raised_on = entered(Recommendation, "raised_on")
    resolutions = entered(Recommendation, "resolutions")
    outside_number = outside_number()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["outside_number"] = read_outside_number(self.subject)
