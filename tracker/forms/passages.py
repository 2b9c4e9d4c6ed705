"""Choosing the passage that proves a record, and quoting a new one."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from tracker.forms.entering import EntryForm, entered
from tracker.models import Passage


class PassageField(forms.ModelChoiceField):
    """Passages told apart by their document, the place in it and the first words."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Passage that proves it"))
        options.setdefault("empty_label", _("None"))
        super().__init__(Passage.objects.none(), required=False, **options)

    def label_from_instance(self, obj: Passage) -> str:
        return f"{obj.document} · {obj.locator}: {Truncator(obj.quotation).chars(60)}"

    @staticmethod
    def passages_for(subject: Any) -> QuerySet:
        """Those of its session's documents and its present one; else all there are."""
        passages = Passage.objects.select_related("document").order_by("document", "pk")
        if subject.session_id is None:
            return passages
        documents = subject.session.documents.order_by().values("pk")
        return passages.filter(Q(document__in=documents) | Q(pk=subject.passage_id))


class PassageForm(EntryForm):
    locator = entered(Passage, "locator")
    # Kept as typed: what surrounds a quotation is part of it too.
    quotation = entered(Passage, "quotation", strip=False)
