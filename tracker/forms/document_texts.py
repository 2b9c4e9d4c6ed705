"""The text of a document: pasted, or read from a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tracker.forms.entering import EntryForm
from tracker.forms.stamped import ComposedCharField
from tracker.services.document_texts import SET_TEXT
from tracker.services.file_types import clean_file_name
from tracker.services.text_files import LARGEST, read_text


class DocumentTextForm(EntryForm):
    text = ComposedCharField(
        label=_("Text"),
        required=False,
        # Kept as pasted: the lines are counted from the first one.
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_(
            "At most 2 MB. Quotations are looked up in it, and stay as they are."
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": ",".join(f".{ending}" for ending in LARGEST)}
        ),
        help_text=_(
            "Plain text in UTF-8 (.txt) or Word (.docx). It takes the place of what"
            " stands above."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["text"] = self.subject.text
        self.act = SET_TEXT

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        file = values.pop("file", None)
        if file:
            try:
                values["text"] = read_text(file, clean_file_name(file.name))
            except ValidationError as refusal:
                self.add_error("file", refusal)
            else:
                # A form that comes back cannot hold a file: its words stand above.
                self.data = self.data.copy()
                self.data[self.add_prefix("text")] = values["text"]
        return values
