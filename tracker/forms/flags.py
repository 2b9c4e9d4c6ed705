"""Raising a doubt about a source, and deciding about it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from tracker.forms.entering import EntryForm, entered
from tracker.forms.passages import PassageField
from tracker.models import DataFlag, Indicator


class FlagForm(EntryForm):
    problem = entered(DataFlag, "problem")
    evidence = entered(DataFlag, "evidence", required=True)
    advice = entered(DataFlag, "advice")
    passage = PassageField(label=_("Passage in doubt"))
    indicators = entered(DataFlag, "indicators", label=_("Indicators in doubt"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = self.subject.document
        passages = document.passages.order_by("pk")
        self._offer_named("passage", passages, _name_in_document)
        measured = Indicator.objects.told_in(document)
        self._offer_named("indicators", measured, _name_with_scope)

    def _offer_named(self, name: str, rows: Any, name_row: Any) -> None:
        """Offer rows by a name; where there is none, nothing is asked."""
        labels = {one.pk: name_row(one) for one in rows}
        if labels:
            self.offer(name, rows, labels)
        else:
            del self.fields[name]


def _name_in_document(passage: Any) -> str:
    return f"{passage.locator}: {Truncator(passage.quotation).chars(80)}"


def _name_with_scope(indicator: Any) -> str:
    """Equal names of two places are told apart by what each is measured over."""
    name: str = indicator.name_with_unit
    return f"{name} – {indicator.scope}" if indicator.scope else name


class DecisionForm(EntryForm):
    decision = entered(DataFlag, "decision")

    def clean_decision(self) -> str:
        """Nothing takes a decision back, and needs one that was made."""
        typed: str = self.cleaned_data["decision"]
        if not typed and not self.subject.decision:
            raise ValidationError(self.fields["decision"].error_messages["required"])
        return typed
