"""Source documents."""

from typing import Any

from django import forms
from django.core.validators import URLValidator

from tracker.forms.entering import EntryForm, entered
from tracker.models import Document, WorkingSession


class DocumentForm(EntryForm):
    kind = entered(Document, "kind")
    number = entered(Document, "number")
    number_as_printed = entered(Document, "number_as_printed")
    title = entered(Document, "title")
    issued_on = entered(Document, "issued_on")
    issuer = entered(Document, "issuer")
    state = entered(Document, "state")
    resolutions = entered(Document, "resolutions")
    sessions = entered(Document, "sessions")
    province = entered(Document, "province")
    url = entered(
        Document,
        "url",
        validators=[URLValidator(schemes=["http", "https"])],
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    note = entered(Document, "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("sessions", WorkingSession.objects.latest_first())
