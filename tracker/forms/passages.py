"""Choosing the passage that proves a record, and quoting a new one."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from tracker.forms.entering import EntryForm, entered
from tracker.models import Document, Passage


class PassageField(forms.ModelChoiceField):
    """Passages told apart by their document, the place in it and the first words."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Passage that proves it"))
        options.setdefault("empty_label", _("None"))
        super().__init__(Passage.objects.none(), required=False, **options)

    def label_from_instance(self, obj: Passage) -> str:
        return f"{obj.document} · {obj.locator}: {Truncator(obj.quotation).chars(60)}"

    @staticmethod
    def passages_for(subject: Any, typed_session: str = "") -> QuerySet:
        """Those of its session's documents and its present one; else all there are.

        A session that is chosen in the same form counts as its own.
        """
        passages = Passage.objects.select_related("document").order_by("document", "pk")
        sessions = {subject.session_id}
        if typed_session.isascii() and typed_session.isdecimal():
            sessions.add(int(typed_session[:18]))
        sessions.discard(None)
        if not sessions:
            return passages
        links = Document.sessions.through.objects.order_by()
        documents = links.filter(workingsession__in=sessions).values("document")
        return passages.filter(Q(document__in=documents) | Q(pk=subject.passage_id))


class PassageForm(EntryForm):
    locator = entered(Passage, "locator")
    # Kept as typed: what surrounds a quotation is part of it too.
    quotation = entered(Passage, "quotation", strip=False)
