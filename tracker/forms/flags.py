"""Deciding about a doubt in a source."""

from django.core.exceptions import ValidationError

from tracker.forms.entering import EntryForm, entered
from tracker.models import DataFlag


class DecisionForm(EntryForm):
    decision = entered(DataFlag, "decision")

    def clean_decision(self) -> str:
        """Nothing takes a decision back, and needs one that was made."""
        typed: str = self.cleaned_data["decision"]
        if not typed and not self.subject.decision:
            raise ValidationError(self.fields["decision"].error_messages["required"])
        return typed
