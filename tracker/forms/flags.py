"""Deciding about a doubt in a source."""

from tracker.forms.entering import EntryForm, entered
from tracker.models import DataFlag


class DecisionForm(EntryForm):
    decision = entered(DataFlag, "decision")
