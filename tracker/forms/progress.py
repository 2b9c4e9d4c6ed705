"""Recording how far a recommendation is."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.choices import Progress
from tracker.forms.corrections import CorrectingForm, CorrectionField
from tracker.forms.stamped import EVIDENCE_FIELDS
from tracker.models import Recommendation, StatusUpdate
from tracker.services.history import History


class UpdateForm(CorrectingForm):
    """How far something is: a recommendation, or one action of it."""

    progress = forms.ChoiceField(
        label=_("Progress"), choices=Progress.choices, widget=forms.RadioSelect
    )
    corrects = CorrectionField(
        label=_("Corrects an earlier entry"),
        queryset=StatusUpdate.objects.all(),
        required=False,
        empty_label=_("No, this is a new entry"),
    )
    field_order = ["progress", "note", "effective_on", *EVIDENCE_FIELDS]

    def present_row(self, current: Recommendation) -> StatusUpdate | None:
        return current.current_update


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
        if not (completes and self._has_open_actions()):
            del self.fields["confirm_open_actions"]

    def _has_open_actions(self) -> bool:
        return any(one.is_open for one in self.recommendation.numbered_actions)

    def find_earlier(self) -> Sequence[StatusUpdate]:
        rows = History.of(self.recommendation).updates
        return [row for row in rows if row.action_id is None]
