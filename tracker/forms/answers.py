"""Answering one recommendation, or several that ask the same."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from provinces.models import Organisation
from provinces.register import Body
from tracker.choices import AnswerOutcome
from tracker.forms.corrections import CorrectingForm, CorrectionField
from tracker.forms.stamped import HistoryForm, SpokenForm, StampedForm
from tracker.models import Answer, Recommendation
from tracker.services.answers import TOGETHER, Reply
from tracker.services.evidence import Proof
from tracker.services.history import History

MAX_TOGETHER = 100
# A recommendation as it was shown: its code and its version.
SHOWN = re.compile(r"(?P<code>[A-Z]{2,3}-[0-9]{2}-[0-9]{2,7}):(?P<version>[0-9]{1,9})")


class ReplyFields(forms.Form):
    """What an answer says beside its day, words and document."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=AnswerOutcome.choices, widget=forms.RadioSelect
    )
    is_final = forms.TypedChoiceField(
        label=_("Kind of answer"),
        choices=[
            ("final", pgettext_lazy("answer", "Final")),
            ("preliminary", pgettext_lazy("answer", "Preliminary")),
        ],
        coerce=lambda typed: typed == "final",
        initial="final",
        widget=forms.RadioSelect,
    )
    referred_to = forms.ModelChoiceField(
        label=_("Outside the remit: referred to"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("No body named"),
        help_text=_("This body becomes the addressee; the present one reads on."),
    )


def name_fields(form: StampedForm) -> None:
    """Say in the words of answers what every history row carries."""
    form.fields["effective_on"].label = _("Answered on")
    form.fields["note"].label = _("Text of the answer")
    form.fields["document_number"].label = _("Document of the answer: number")
    form.fields["url"].label = _("Document of the answer: link")
    form.offer_bodies("referred_to", Body.can_lead)


class AnswerForm(ReplyFields, CorrectingForm):
    act = "answer"

    corrects = CorrectionField(
        label=_("Corrects an earlier answer"),
        queryset=Answer.objects.all(),
        required=False,
        empty_label=_("No, this is a new answer"),
    )
    field_order = ["outcome", "is_final", "note", "effective_on", "document_number"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self)

    def preset_voice(self) -> int | None:
        one = self.recommendation
        return one.addressee_id or one.lead_id or one.raised_by_id

    def find_earlier(self) -> Sequence[Answer]:
        return History.of(self.recommendation).answers

    def present_row(self, current: Recommendation) -> Answer | None:
        return current.current_answer


class ChosenField(forms.Field):
    """Recommendations as they were shown: versions by code."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {
        "required": _("Choose at least one recommendation."),
        "invalid": _("This form is damaged. Open the page again."),
        "too_many": _("At most %(limit)s at once."),
    }

    def to_python(self, value: Any) -> dict[str, int]:
        found = [SHOWN.fullmatch(str(one)) for one in value or ()]
        if len(found) > MAX_TOGETHER:
            message = self.error_messages["too_many"]
            raise ValidationError(message, params={"limit": MAX_TOGETHER})
        chosen = {one["code"]: int(one["version"]) for one in found if one}
        if len(chosen) != len(found):
            raise ValidationError(self.error_messages["invalid"])
        return chosen


class AnswerTogetherForm(ReplyFields, StampedForm):
    act = TOGETHER

    chosen = ChosenField()
    effective_on = HistoryForm.base_fields["effective_on"]
    note = HistoryForm.base_fields["note"]
    document_number = HistoryForm.base_fields["document_number"]
    url = HistoryForm.base_fields["url"]
    spoken_for = SpokenForm.base_fields["spoken_for"]
    field_order = AnswerForm.field_order

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every recommendation that is chosen has a version of its own.
        del self.fields["version"]
        name_fields(self)
        self.initial.setdefault("effective_on", timezone.localdate())
        if not self.user.is_coordinator:
            del self.fields["spoken_for"]
            return
        self.offer_bodies("spoken_for")
        self.initial.setdefault("spoken_for", self.preset_voice())

    def preset_voice(self) -> int:
        """Give the body that is asked in most of what is shown."""
        rows: list[Recommendation] = self.subject.rows
        asked = [one.addressee_id or one.lead_id for one in rows]
        known = [one for one in asked if one is not None]
        return max(known, key=known.count, default=self.user.organisation_id)

    @property
    def key(self) -> UUID:
        return self.cleaned_data["form_key"]

    @property
    def typed_codes(self) -> set[str]:
        """The codes that are ticked, also in a form that is wrong elsewhere."""
        return {str(one).partition(":")[0] for one in self["chosen"].value() or ()}

    def reply(self) -> Reply:
        said = self.cleaned_data
        return Reply(
            outcome=said["outcome"],
            is_final=said["is_final"],
            referred_to=said["referred_to"],
            effective_on=said["effective_on"],
            note=said["note"],
            proof=Proof(said["document_number"], said["url"]),
            spoken_for=said.get("spoken_for") or self.user.organisation,
        )

    def carried(self) -> list[tuple[str, str]]:
        """Give all that was typed, for the form that confirms it."""
        return [
            (name, str(value))
            for name in self.fields
            for value in self.data.getlist(self.add_prefix(name))
        ]
