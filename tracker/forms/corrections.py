"""A history row that may correct an earlier one of the same thing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator

from tracker.forms.stamped import SpokenForm
from tracker.models.history import HistoryRow
from tracker.permissions import can_correct


def name_entry(row: HistoryRow) -> str:
    recorded = f"{timezone.localtime(row.recorded_at):%H:%M %d/%m/%Y}"
    return f"{row} · {recorded} · {Truncator(row.note).chars(40) or '–'}"


class CorrectionField(forms.ModelChoiceField):
    """Earlier entries, told apart by their words and the moment they were recorded."""

    def label_from_instance(self, obj: HistoryRow) -> str:
        return name_entry(obj)


class CorrectingForm(SpokenForm):
    """A form with the field `corrects`, where anything can be corrected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = self.data.get("corrects")
        field = self.fields["corrects"]
        assert isinstance(field, CorrectionField) and field.queryset is not None
        if self.is_bound and not typed:
            # What could be corrected is read only if this form comes back.
            nothing = ("", field.empty_label)
            field.choices = lambda: [nothing, *self.correctable.items()]
            return
        rows = field.queryset.filter(pk__in=self.correctable)
        self.offer("corrects", rows, self.correctable)
        # A correction typed on an older page stays one: it is refused at its field.
        if not self.correctable and not typed:
            del self.fields["corrects"]

    @cached_property
    def correctable(self) -> dict[int, str]:
        """What stands and this person may correct, the latest first, in words."""
        rows = self.find_earlier()[::-1]
        corrected = {one.corrects_id for one in rows}
        return {
            one.pk: name_entry(one)
            for one in rows
            if one.pk not in corrected and can_correct(self.user, one)
        }

    @property
    def offers_corrections(self) -> bool:
        """Say whether there is anything to choose, or was when it was typed."""
        return "corrects" in self.fields and bool(
            self.correctable or self.data.get("corrects")
        )

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        fields = super().plain_fields
        return [f for f in fields if f.name != "corrects" or self.offers_corrections]

    def find_earlier(self) -> Sequence[HistoryRow]:
        """Give the earlier rows of the same thing in their order."""
        raise NotImplementedError

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values.setdefault("corrects", None)
        return values
