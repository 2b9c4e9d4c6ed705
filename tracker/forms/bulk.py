"""One report for several recommendations."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from tracker.choices import Progress
from tracker.forms.days import DayField
from tracker.forms.stamped import BROKEN_STAMP, ComposedCharField
from tracker.services.bulk import Report
from tracker.services.evidence import Proof

# More than one page of the list is never chosen at once.
MOST = 100


class BulkProgressForm(forms.Form):
    """Codes and versions of the rows come beside it: `code` and `seen`."""

    data: MultiValueDict[str, Any]

    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages=BROKEN_STAMP)
    progress = forms.ChoiceField(
        label=_("Progress"), choices=Progress.choices, widget=forms.RadioSelect
    )
    note = ComposedCharField(
        label=_("Result, difficulty, next step"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    effective_on = DayField(label=_("True from"))
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
        kwargs.setdefault("auto_id", "bulk-%s")
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", uuid.uuid4())
        self.initial.setdefault("effective_on", timezone.localdate())
        for name, field in self.fields.items():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-describedby"] = f"bulk-{name}_error"

    def clean(self) -> None:
        codes = self.data.getlist("code")
        if not codes:
            raise ValidationError(_("Choose at least one recommendation."))
        if len(codes) > MOST:
            message = _("Choose at most %(most)s recommendations at once.")
            raise ValidationError(message, params={"most": MOST})

    def report(self) -> Report:
        """Give what was typed the way the service takes it."""
        values = self.cleaned_data
        return Report(
            progress=Progress(values["progress"]),
            effective_on=values["effective_on"],
            note=values["note"],
            proof=Proof(values["document_number"], values["url"]),
        )

    def sent(self) -> list[tuple[str, str]]:
        """Give what was typed, field by field, to be sent once more."""
        return [(name, self.data.get(name, "")) for name in self.fields]

    def focus_first_wrong(self) -> None:
        """Bring the reader to the first wrong field, without JavaScript too."""
        wrong = next((one for one in self.visible_fields() if one.errors), None)
        if wrong is not None:
            wrong.field.widget.attrs["autofocus"] = True
