"""A history row that may correct an earlier one of the same thing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import Truncator

from tracker.forms.stamped import SpokenForm
from tracker.models.history import HistoryRow
from tracker.permissions import can_correct


class CorrectionField(forms.ModelChoiceField):
    """Earlier entries, told apart by their words and the moment they were recorded."""

    def label_from_instance(self, obj: HistoryRow) -> str:
        recorded = f"{timezone.localtime(obj.recorded_at):%H:%M %d/%m/%Y}"
        return f"{obj} · {recorded} · {Truncator(obj.note).chars(40) or '–'}"


class CorrectingForm(SpokenForm):
    """A form with the field `corrects`, where anything can be corrected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.find_earlier()[::-1]
        corrected = {one.corrects_id for one in rows}
        may = [
            one
            for one in rows
            if one.pk not in corrected and can_correct(self.user, one)
        ]
        field = self.fields["corrects"]
        assert isinstance(field, CorrectionField) and field.queryset is not None
        labels = {one.pk: field.label_from_instance(one) for one in may}
        self.offer("corrects", field.queryset.filter(pk__in=labels), labels)
        # A correction typed on an older page stays one: it is refused at its field.
        if not may and not self.data.get("corrects"):
            del self.fields["corrects"]

    def find_earlier(self) -> Sequence[HistoryRow]:
        """Give the earlier rows of the same thing in their order."""
        raise NotImplementedError

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values.setdefault("corrects", None)
        return values
