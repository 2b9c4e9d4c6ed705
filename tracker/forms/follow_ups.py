"""Follow-up actions: what they say, and how far they are."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from provinces.models import Organisation
from provinces.register import Body
from tracker.forms.days import DayField
from tracker.forms.progress import UpdateForm
from tracker.forms.stamped import ComposedCharField, RecommendationForm
from tracker.models import FollowUpAction, Recommendation, StatusUpdate
from tracker.services.history import History


class ActionForm(RecommendationForm):
    act = "action-add"

    wording = ComposedCharField(
        label=_("What is to be done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    owner = forms.ModelChoiceField(
        label=_("Organisation in charge"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose…"),
    )
    due_on = DayField(label=_("Deadline"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_owners()

    def offer_owners(self, present: int | None = None) -> None:
        """Offer who may be in charge; an owner that has ended may stay."""
        self.offer_bodies("owner", Body.can_lead, [present])


class ActionEditForm(ActionForm):
    """The action as it is, to be changed."""

    def __init__(self, *args: Any, action: FollowUpAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        self.act = f"action-edit {action.number}"
        self.offer_owners(action.owner_id)
        self.initial.setdefault("wording", action.wording)
        self.initial.setdefault("owner", action.owner_id)
        self.initial.setdefault("due_on", action.due_on)

    def made_on(self, current: Recommendation) -> "ActionEditForm":
        action = current.actions.get(pk=self.action.pk)
        return type(self)(subject=current, user=self.user, action=action)


class ActionProgressForm(UpdateForm):
    def __init__(self, *args: Any, action: FollowUpAction, **kwargs: Any) -> None:
        self.action = action
        super().__init__(*args, **kwargs)
        self.act = f"action-progress {action.number}"
        self.initial.setdefault("progress", action.progress)

    def find_earlier(self) -> Sequence[StatusUpdate]:
        rows = History.of(self.recommendation).updates
        return [row for row in rows if row.action_id == self.action.pk]

    def present_row(self, current: Recommendation) -> StatusUpdate | None:
        return current.actions.get(pk=self.action.pk).current_update

    def preset_voice(self) -> int | None:
        return self.action.owner_id
