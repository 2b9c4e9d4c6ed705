"""Follow-up actions as pages show them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from provinces.register import Register
from provinces.succession import OrganisationNames, name_organisations
from tracker.choices import Timeliness
from tracker.models import (
    Confirmation,
    Evidence,
    FollowUpAction,
    Recommendation,
    StatusUpdate,
)
from tracker.services.history import History


@dataclass(frozen=True)
class ActionLine:
    """One action with its owner, then and now, and how its deadline stands."""

    action: FollowUpAction
    owner_name: str
    timeliness: Timeliness


@dataclass(frozen=True)
class ActionUpdate:
    """One report of an action; what was corrected stays, and is told."""

    update: StatusUpdate
    evidence: list[Evidence]
    words: list[Confirmation]
    is_corrected: bool


@dataclass(frozen=True)
class ActionEdit:
    """What somebody changed of an action, and when."""

    titles: list[str]
    at: datetime
    author: str


def list_actions(
    recommendation: Recommendation, register: Register, *, on: date
) -> list[ActionLine]:
    """Give the actions of a recommendation by number."""
    actions = recommendation.numbered_actions
    names = name_organisations([one.owner_id for one in actions], register)
    return [
        ActionLine(one, names[one.owner_id], one.judge_timeliness(on=on))
        for one in actions
    ]


def list_updates(action: FollowUpAction) -> list[ActionUpdate]:
    """Give what was reported of an action, the latest day first."""
    history = History.of(action.recommendation)
    updates = [row for row in history.updates if row.action_id == action.pk]
    updates.sort(key=lambda row: (row.effective_on, row.sequence), reverse=True)
    corrected = {one.corrects_id for one in updates}
    return [
        ActionUpdate(
            one,
            history.proofs_of(one),
            [word for word in history.confirmations if word.update_id == one.pk],
            one.pk in corrected,
        )
        for one in updates
    ]


def list_edits(action: FollowUpAction, register: Register) -> list[ActionEdit]:
    """Tell who changed wording, owner or deadline, the latest first."""
    records = list(
        action.history.select_related("history_user").order_by(
            "history_date", "history_id"
        )
    )
    names = name_organisations({one.owner_id for one in records}, register)
    edits = [
        ActionEdit(
            _describe_edit(old, new, names),
            new.history_date,
            str(new.history_user or ""),
        )
        for old, new in zip(records, records[1:], strict=False)
    ]
    return [edit for edit in reversed(edits) if edit.titles]


def _describe_edit(old: Any, new: Any, names: OrganisationNames) -> list[str]:
    titles = []
    if old.wording != new.wording:
        titles.append(_("Wording before: %(wording)s") % {"wording": old.wording})
    if old.owner_id != new.owner_id:
        titles.append(_("In charge: %(name)s") % {"name": names[new.owner_id]})
    if old.due_on != new.due_on:
        day = f"{new.due_on:%d/%m/%Y}" if new.due_on else _("Not determined")
        titles.append(_("Deadline: %(day)s") % {"day": day})
    return titles
