"""What people fill in about one recommendation."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from provinces.folding import normalise
from provinces.models import Organisation, User
from tracker.choices import Progress
from tracker.models import Recommendation, StatusUpdate
from tracker.permissions import can_correct
from tracker.services.evidence import Proof
from tracker.services.submissions import Stamp

DAY_INPUT = {
    "inputmode": "numeric",
    "placeholder": _("dd/mm/yyyy"),
    "autocomplete": "off",
}


BROKEN_STAMP = dict.fromkeys(
    ("required", "invalid"), _("This form is damaged. Open the page again.")
)


def is_id(typed: Any) -> bool:
    """Tell whether text can be the id of a row: no database holds a longer one."""
    text = str(typed)
    return text.isascii() and text.isdecimal() and len(text) <= 18


class ComposedCharField(forms.CharField):
    """A line or a text composed to NFC before anything looks at it.

    Its length is told by the message alone: a browser would cut silently, and what is
    recorded can never be changed.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attributes = super().widget_attrs(widget)
        attributes.pop("maxlength", None)
        return attributes | {"lang": "vi"}

    def to_python(self, value: Any) -> str:
        return normalise(super().to_python(value) or "")


class StampedForm(forms.Form):
    """A form that knows its key and the version of what it was made on."""

    # What services and submissions call the act.
    act = ""
    # As browsers send it: a name may have several values.
    data: MultiValueDict[str, Any]

    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages=BROKEN_STAMP)
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages=BROKEN_STAMP)

    def __init__(
        self, *args: Any, recommendation: Recommendation, user: User, **kwargs: Any
    ) -> None:
        # Several forms share the page: each has identifiers of its own.
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)
        self.recommendation, self.user = recommendation, user
        self.initial.setdefault("form_key", uuid.uuid4())
        self.initial.setdefault("version", recommendation.version)
        for name, field in self.fields.items():
            if field.widget.is_hidden:
                continue
            described_by = f"{self.auto_id}_error" % self.add_prefix(name)
            field.widget.attrs["aria-describedby"] = described_by
            if isinstance(field, forms.ModelChoiceField):
                # Names and notes out of the database are Vietnamese on any page.
                field.widget.attrs["lang"] = "vi"

    def offer(self, name: str, rows: QuerySet) -> None:
        """Let a field choose among these rows."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    @property
    def stamp(self) -> Stamp | None:
        """The key and version sent along, also of a form that is wrong elsewhere."""
        if {"form_key", "version"} & set(self.errors):
            return None
        return Stamp(self.cleaned_data["form_key"], self.cleaned_data["version"])

    def arguments(self) -> dict[str, Any]:
        """Give what was typed the way services take it."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"form_key", "version"}
        }
        return values | {"stamp": self.stamp}

    def add_refusal(self, refusal: ValidationError) -> None:
        """Put what a service said beside the field it is about."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    @property
    def first_wrong(self) -> forms.BoundField | None:
        """The first field that a person has to look at."""
        wrong = (field for field in self.visible_fields() if field.errors)
        return next(wrong, None)

    def focus_first_wrong(self) -> None:
        """Bring the reader to the first wrong field, without JavaScript too."""
        if self.first_wrong is not None:
            self.first_wrong.field.widget.attrs["autofocus"] = True

    def in_words(self) -> list[tuple[str, str]]:
        """Say what was typed, field by field, for whoever lost a race."""
        said = []
        for bound in self.visible_fields():
            value = bound.value()
            typed = value if isinstance(value, list) else [value]
            labels = _labels(bound.field, typed)
            words = [labels.get(str(one), str(one)) for one in typed if one]
            if words:
                said.append((str(bound.label), ", ".join(words)))
        return said

    def renew(self, current: Recommendation) -> None:
        """Keep what was typed and stand on the version that is there now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)


def _labels(field: forms.Field, typed: list[Any]) -> dict[str, str]:
    """Name what was chosen, also what is no longer offered."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        ids = [one for one in typed if is_id(one)]
        rows = field.queryset.model._default_manager.filter(pk__in=ids)
        return {str(row.pk): str(row) for row in rows}
    return {str(key): str(label) for key, label in getattr(field, "choices", ())}


class HistoryForm(StampedForm):
    """What every history row carries: its day, its words, its evidence."""

    effective_on = forms.DateField(
        label=_("True from"), widget=forms.DateInput(attrs=DAY_INPUT)
    )
    note = ComposedCharField(
        label=_("Result, difficulty, next step"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    document_number = ComposedCharField(
        label=_("Evidence: document number"), required=False, max_length=200
    )
    url = forms.URLField(
        validators=[URLValidator(schemes=["http", "https"])],
        label=_("Evidence: link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("effective_on", timezone.localdate())

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values["proof"] = Proof(values.pop("document_number"), values.pop("url"))
        return values


class CorrectionField(forms.ModelChoiceField):
    """Earlier entries, told apart by their words and the moment they were recorded."""

    def label_from_instance(self, obj: StatusUpdate) -> str:
        recorded = f"{timezone.localtime(obj.recorded_at):%H:%M %d/%m/%Y}"
        return f"{obj} · {recorded} · {Truncator(obj.note).chars(40) or '–'}"


class ProgressForm(HistoryForm):
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
    spoken_for = forms.ModelChoiceField(
        label=_("On behalf of"),
        queryset=Organisation.objects.none(),
        empty_label=None,
    )

    field_order = ["progress", "note", "effective_on", "document_number", "url"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("progress", self.recommendation.progress)
        self._offer_corrections()
        self._offer_voices()

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

    def _offer_voices(self) -> None:
        """Coordinators choose the body spoken for; others speak for their own."""
        if not self.user.is_coordinator:
            del self.fields["spoken_for"]
            return
        self.offer("spoken_for", Organisation.objects.all())
        one = self.recommendation
        preset = one.lead_id or one.addressee_id or one.raised_by_id
        self.initial.setdefault("spoken_for", preset or self.user.organisation_id)

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values.setdefault("corrects", None)
        values.setdefault("spoken_for", self.user.organisation)
        return values


class DeadlineForm(HistoryForm):
    act = "deadline"

    due_on = forms.DateField(
        label=_("Deadline"), required=False, widget=forms.DateInput(attrs=DAY_INPUT)
    )

    field_order = ["due_on", "effective_on", "note", "document_number", "url"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", self.recommendation.due_on)
        self.fields["note"].label = _("Reason for a change")
        self.fields["note"].widget.attrs["rows"] = 2
        self.fields["effective_on"].label = _("Decided on")


class BodiesField(forms.ModelMultipleChoiceField):
    """Several bodies; what cannot be an id is refused before the database is asked."""

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if not is_id(one):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, params={"pk": str(one)[:20]})
        return super().clean(value)


class LeadForm(StampedForm):
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
        one, today = self.recommendation, timezone.localdate()
        coordinating = [body.pk for body in one.coordinating.all()]
        # A lead that has ended since stays until another is chosen.
        able = Organisation.objects.able_to_lead(today)
        self.offer("lead", able | Organisation.objects.filter(pk__in=[one.lead_id]))
        helping = Organisation.objects.in_force(today)
        present = Organisation.objects.filter(pk__in=coordinating)
        self.offer("coordinating", helping | present)
        self.initial.setdefault("lead", one.lead_id)
        self.initial.setdefault("coordinating", coordinating)
