"""Forms that know their key and the version of what they were made on."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.choices import BaseChoiceIterator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from provinces.folding import normalise
from provinces.models import Organisation, User
from tracker.forms.bodies import BodiesOffered, BodyField
from tracker.forms.conflicts import (
    TAKE,
    THEIRS,
    Difference,
    as_sent,
    fingerprint,
    is_comparable,
    say,
)
from tracker.forms.days import DayField
from tracker.forms.evidence import EvidenceFilesField
from tracker.forms.renderer import RENDERER
from tracker.models import Recommendation
from tracker.models.history import HistoryRow
from tracker.services.evidence import Proof
from tracker.services.file_types import clean_file_name
from tracker.services.submissions import Stamp

EVIDENCE_FIELDS = ("document_number", "url", "files")

BROKEN_STAMP = dict.fromkeys(
    ("required", "invalid"), _("This form is damaged. Open the page again.")
)


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


class Labelled(BaseChoiceIterator):
    """Choices that are as Django wants them: it does not look at each one first."""

    def __init__(self, choices: list[tuple[Any, Any]]) -> None:
        self.choices = choices

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.choices)


class StampedForm(BodiesOffered, forms.Form):
    """A form that knows its key and the version of its subject, the row it is about."""

    # Half a dozen of these forms stand on one page.
    default_renderer = RENDERER
    # What services and submissions call the act.
    act = ""
    # As browsers send it: a name may have several values.
    data: MultiValueDict[str, Any]

    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages=BROKEN_STAMP)
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages=BROKEN_STAMP)
    # What the page showed, shortened: a conflict tells what was typed by it.
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        subject: Any,
        user: User,
        is_widened: bool = False,
        **kwargs: Any,
    ) -> None:
        # Several forms share the page: each has identifiers of its own.
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)
        self.subject, self.user = subject, user
        # Asked to offer bodies of everywhere; what comes back may name any of them.
        self.is_widened = is_widened
        self.initial.setdefault("form_key", uuid.uuid4())
        self.initial.setdefault("version", subject.version)
        self.initial.setdefault("shown", self._say_what_is_shown)
        self.differences: list[Difference] = []
        self.is_conflict = False
        if self.is_bound:
            self._take_theirs()
        for name, field in self.fields.items():
            if field.widget.is_hidden:
                continue
            described_by = f"{self.auto_id}_error" % self.add_prefix(name)
            field.widget.attrs["aria-describedby"] = described_by
            if isinstance(field, forms.ModelChoiceField):
                # Names and notes out of the database are Vietnamese on any page.
                field.widget.attrs["lang"] = "vi"

    def offer(
        self, name: str, rows: QuerySet, labels: Mapping[Any, str] | None = None
    ) -> None:
        """Let a field choose among these rows; labels that are given are not read."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        if labels is not None:
            nothing = [] if field.empty_label is None else [("", field.empty_label)]
            field.choices = Labelled([*nothing, *labels.items()])

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
            if name not in {"form_key", "version", "shown"}
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
        """Say what was typed, field by field, as a preview shows it."""
        typed = {bound: self._typed(bound.name) for bound in self.visible_fields()}
        return [
            (str(bound.label), say(bound.field, values))
            for bound, values in typed.items()
            if values
        ]

    # -- conflicts ----------------------------------------------------------------

    def renew(self, current: Any) -> None:
        """Stand on the version that is there now, beside what was typed.

        Nothing typed is lost: it stays in the fields, and each field in which the two
        versions differ offers to take what is there now instead.
        """
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)
        present = self.present_values(current)
        self.differences = self._compare(present)
        if "shown" in self.fields:
            self.data[self.add_prefix("shown")] = self._fingerprints(present)
        self.is_conflict = True

    def present_values(self, current: Any) -> dict[str, Any]:
        """Give what is there now, by field: what a fresh form would show.

        Forms that add a row to a history override it with the latest row.
        """
        fresh = self.made_on(current)
        return {
            name: fresh.get_initial_for_field(field, name)
            for name, field in fresh.fields.items()
            if is_comparable(field)
        }

    def made_on(self, current: Any) -> "StampedForm":
        """Make a fresh form of this kind; forms that take more override it."""
        return type(self)(subject=current, user=self.user)

    def _say_what_is_shown(self) -> str:
        return self._fingerprints(
            {
                name: self.get_initial_for_field(field, name)
                for name, field in self.fields.items()
                if is_comparable(field)
            }
        )

    def _compare(self, present: dict[str, Any]) -> list[Difference]:
        differences = []
        for bound in self.visible_fields():
            field, name = bound.field, bound.name
            known = name in present and is_comparable(field)
            if not known or not field.has_changed(present[name], bound.data):
                continue
            theirs, mine = as_sent(field, present[name]), self._typed(name)
            one = Difference(
                name=bound.html_name,
                label=str(bound.label),
                theirs=say(field, theirs),
                mine=say(field, mine),
                values=theirs,
                takes_theirs=self._is_untouched(name, mine),
            )
            differences.append(one)
        return differences

    def _typed(self, name: str) -> tuple[str, ...]:
        key = self.add_prefix(name)
        files = self.files.getlist(key) if key in self.files else ()
        names = [clean_file_name(file.name or "") for file in files]
        typed = [*self.data.getlist(key), *names]
        return tuple(str(one) for one in typed if one != "")

    def _is_untouched(self, name: str, mine: tuple[str, ...]) -> bool:
        """Tell what the person left as the page showed it from what they typed."""
        shown = self.data.get(self.add_prefix("shown"), "").split()
        return f"{name}={fingerprint(mine)}" in shown

    def _fingerprints(self, present: dict[str, Any]) -> str:
        """Remember what the page showed, so that a conflict knows what was typed."""
        return " ".join(
            f"{name}={fingerprint(as_sent(field, present[name]))}"
            for name, field in self.fields.items()
            if name in present and is_comparable(field)
        )

    def _take_theirs(self) -> None:
        """Put what the person chose to take into its field."""
        chosen = [
            name
            for name in map(self.add_prefix, self.fields)
            if self.data.get(TAKE + name) == "theirs"
        ]
        if chosen:
            self.data = self.data.copy()
        for name in chosen:
            self.data.setlist(name, self.data.getlist(THEIRS + name))


class RecommendationForm(StampedForm):
    """A form about one recommendation, under its lock and version."""

    @property
    def recommendation(self) -> Recommendation:
        return self.subject


class DatedForm(RecommendationForm):
    """What every history row carries: its day and its words."""

    # A new row starts from nothing that somebody else could have changed.
    shown = None  # type: ignore[assignment]

    effective_on = DayField(label=_("True from"))
    note = ComposedCharField(
        label=_("Result, difficulty, next step"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("effective_on", timezone.localdate())

    def present_row(self, current: Any) -> HistoryRow | None:
        """Give the row that holds now, to lay beside what was typed."""
        return None

    def present_values(self, current: Any) -> dict[str, Any]:
        row = self.present_row(current)
        if row is None:
            return {}
        values = {
            name: getattr(row, name) for name in self.fields if hasattr(row, name)
        }
        evidence = getattr(row, "evidence", None)
        proof = evidence.order_by("sequence").first() if evidence else None
        for name in ("document_number", "url"):
            values[name] = getattr(proof, name, "")
        return values


class HistoryForm(DatedForm):
    """A history row with its evidence."""

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
        self.fields["files"].widget.attrs["aria-describedby"] += (
            f" {self['files'].auto_id}_helptext"
        )

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """The fields beside the evidence, which stands together under its warning."""
        return [f for f in self.visible_fields() if f.name not in EVIDENCE_FIELDS]

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


class VoicedForm(DatedForm):
    """A history row that speaks for a body: coordinators choose it, others are it."""

    spoken_for = BodyField(
        label=_("On behalf of"),
        queryset=Organisation.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.user.is_coordinator:
            del self.fields["spoken_for"]
            return
        self.offer_bodies("spoken_for")
        preset = self.preset_voice() or self.user.organisation_id
        self.initial.setdefault("spoken_for", preset)

    def preset_voice(self) -> int | None:
        """Give the body that a coordinator most likely records for (rules §1)."""
        return self.recommendation.likely_voice_id

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values.setdefault("spoken_for", self.user.organisation)
        return values


class SpokenForm(VoicedForm, HistoryForm):
    """A history row with its evidence that speaks for a body."""
