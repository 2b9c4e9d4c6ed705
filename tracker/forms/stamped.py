"""Forms that know their key and the version of what they were made on."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from provinces.folding import normalise
from provinces.models import Organisation, User
from tracker.forms.evidence import EvidenceFilesField
from tracker.models import Recommendation
from tracker.services.evidence import Proof
from tracker.services.file_types import clean_file_name
from tracker.services.submissions import Stamp

DAY_INPUT = {
    "inputmode": "numeric",
    "placeholder": _("dd/mm/yyyy"),
    "autocomplete": "off",
}
EVIDENCE_FIELDS = ("document_number", "url", "files")

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
    """A form that knows its key and the version of its subject, the row it is about."""

    # What services and submissions call the act.
    act = ""
    # As browsers send it: a name may have several values.
    data: MultiValueDict[str, Any]

    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages=BROKEN_STAMP)
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages=BROKEN_STAMP)

    def __init__(self, *args: Any, subject: Any, user: User, **kwargs: Any) -> None:
        # Several forms share the page: each has identifiers of its own.
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)
        self.subject, self.user = subject, user
        self.initial.setdefault("form_key", uuid.uuid4())
        self.initial.setdefault("version", subject.version)
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

    def renew(self, current: Any) -> None:
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


class RecommendationForm(StampedForm):
    """A form about one recommendation, under its lock and version."""

    @property
    def recommendation(self) -> Recommendation:
        return self.subject


class HistoryForm(RecommendationForm):
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
    # Forms take fields off the class: their own `files` is not touched.
    files = EvidenceFilesField()  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("effective_on", timezone.localdate())
        self.fields["files"].widget.attrs["aria-describedby"] += (
            f" {self['files'].auto_id}_helptext"
        )

    @property
    def lost_files(self) -> list[str]:
        """Name what was chosen: a form that comes back cannot hold files."""
        chosen = self["files"].value() if self.is_bound else None
        return [clean_file_name(file.name) for file in chosen or ()]

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values["proof"] = Proof(
            values.pop("document_number"), values.pop("url"), values.pop("files")
        )
        return values


class SpokenForm(HistoryForm):
    """A history row that speaks for a body: coordinators choose it, others are it."""

    spoken_for = forms.ModelChoiceField(
        label=_("On behalf of"),
        queryset=Organisation.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.user.is_coordinator:
            del self.fields["spoken_for"]
            return
        self.offer("spoken_for", Organisation.objects.all())
        preset = self.preset_voice() or self.user.organisation_id
        self.initial.setdefault("spoken_for", preset)

    def preset_voice(self) -> int | None:
        """Give the body that a coordinator most likely records for (rules §1)."""
        one = self.recommendation
        return one.lead_id or one.addressee_id or one.raised_by_id

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values.setdefault("spoken_for", self.user.organisation)
        return values
