"""Recording how far a recommendation is."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from tracker.choices import Progress
from tracker.forms.stamped import EVIDENCE_FIELDS, SpokenForm
from tracker.models import Recommendation, StatusUpdate
from tracker.permissions import can_correct


class CorrectionField(forms.ModelChoiceField):
    """Earlier entries, told apart by their words and the moment they were recorded."""

    def label_from_instance(self, obj: StatusUpdate) -> str:
        recorded = f"{timezone.localtime(obj.recorded_at):%H:%M %d/%m/%Y}"
        return f"{obj} · {recorded} · {Truncator(obj.note).chars(40) or '–'}"


class UpdateForm(SpokenForm):
    """How far something is: a recommendation, or one action of it."""

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
        self._offer_corrections()

    def find_updates(self) -> QuerySet[StatusUpdate]:
        """Give the earlier updates of the same thing."""
        raise NotImplementedError

    def _offer_corrections(self) -> None:
        updates = self.find_updates().order_by("-sequence")
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

    def present_row(self, current: Recommendation) -> StatusUpdate | None:
        return current.current_update

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values.setdefault("corrects", None)
        return values


class ProgressForm(UpdateForm):
    act = "progress"

    confirm_open_actions = forms.BooleanField(
        label=_("Complete it nevertheless"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("progress", self.recommendation.progress)
        # Asked only when it matters: the first submit comes back with the warning.
        completes = self.data.get("progress") == Progress.COMPLETED
        if not (completes and self.recommendation.actions.still_open().exists()):
            del self.fields["confirm_open_actions"]

    def find_updates(self) -> QuerySet[StatusUpdate]:
        return self.recommendation.updates.filter(action=None)
