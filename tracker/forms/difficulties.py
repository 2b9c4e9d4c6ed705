"""Difficulties: opening and clearing them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.choices import DifficultyCategory
from tracker.forms.stamped import VoicedForm
from tracker.models import Difficulty


class DifficultyForm(VoicedForm):
    act = "difficulty-open"

    category = forms.ChoiceField(
        label=_("Category"), choices=[("", _("Choose…")), *DifficultyCategory.choices]
    )
    field_order = ["category", "note", "effective_on", "spoken_for"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("What stands in the way")
        self.fields["note"].required = True
        self.fields["effective_on"].label = _("Since")


class ClearanceForm(VoicedForm):
    field_order = ["note", "effective_on", "spoken_for"]

    def __init__(self, *args: Any, difficulty: Difficulty, **kwargs: Any) -> None:
        self.difficulty = difficulty
        super().__init__(*args, **kwargs)
        self.act = f"difficulty-clear {difficulty.sequence}"
        self.fields["note"].label = _("How it was cleared")
        self.fields["note"].required = True
        self.fields["effective_on"].label = _("Cleared on")

    def preset_voice(self) -> int | None:
        return self.difficulty.spoken_for_id
