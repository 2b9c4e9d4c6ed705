"""Recording how far a recommendation is."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from tracker.choices import Progress
from tracker.forms.stamped import EVIDENCE_FIELDS, SpokenForm
from tracker.models import StatusUpdate
from tracker.permissions import can_correct


class CorrectionField(forms.ModelChoiceField):
    """Earlier entries, told apart by their words and the moment they were recorded."""

    def label_from_instance(self, obj: StatusUpdate) -> str:
        recorded = f"{timezone.localtime(obj.recorded_at):%H:%M %d/%m/%Y}"
        return f"{obj} · {recorded} · {Truncator(obj.note).chars(40) or '–'}"


class ProgressForm(SpokenForm):
    act = "progress"

    progress = forms.ChoiceField(
        label=_("Progress"), choices=Progress.choices, widget=forms.RadioSelect
    )
    corrects = CorrectionField(
        label=_("Corrects an earlier entry"),
        queryset=StatusUpdate.objects.none(),
        required=False,
        empty_label=_("No, this is a new entry"),
    )
    field_order = ["progress", "note", "effective_on", *EVIDENCE_FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("progress", self.recommendation.progress)
        self._offer_corrections()

    def _offer_corrections(self) -> None:
        updates = self.recommendation.updates.order_by("-sequence")
        corrected = {one.corrects_id for one in updates}
        may = [
            one.pk
            for one in updates
            if one.pk not in corrected and can_correct(self.user, one)
        ]
        self.offer("corrects", updates.filter(pk__in=may))
        # A correction typed on an older page stays one: it is refused at its field.
        if not may and not self.data.get("corrects"):
            del self.fields["corrects"]

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values.setdefault("corrects", None)
        return values
