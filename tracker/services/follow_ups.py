"""Follow-up actions: what is to be done because of a recommendation, and how far it is.

They are written under the lock and version of their recommendation.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Organisation, User
from tracker.choices import Progress
from tracker.models import FollowUpAction, Recommendation, StatusUpdate
from tracker.services.evidence import Proof
from tracker.services.evidence_files import files_follow_rows
from tracker.services.progress import add_update
from tracker.services.submissions import (
    Stamp,
    accept,
    open_for_recording,
    remember_act,
)


@transaction.atomic
def add_action(
    recommendation: Recommendation,
    *,
    wording: str,
    owner: Organisation,
    due_on: date | None,
    stamp: Stamp,
    by: User,
) -> FollowUpAction:
    """Add the next action of a recommendation, numbered under its lock.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    act = "action-add"
    current = open_for_recording(recommendation, stamp=stamp, act=act, by=by)
    _check_content(current, wording, owner, due_on, present=None)
    last = current.actions.aggregate(last=Max("number"))["last"] or 0
    action = FollowUpAction(
        recommendation=current,
        number=last + 1,
        wording=wording,
        owner=owner,
        due_on=due_on,
        entered_by=by,
    )
    action._history_user = by
    action.save(force_insert=True)
    accept(current, stamp=stamp, act=act, by=by, answer=action.get_absolute_url())
    return action


@transaction.atomic
def edit_action(
    action: FollowUpAction,
    *,
    wording: str,
    owner: Organisation,
    due_on: date | None,
    stamp: Stamp,
    by: User,
) -> FollowUpAction:
    """Change what is to be done, by whom or until when; kept with who and when.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    act = f"action-edit {action.number}"
    current = open_for_recording(action.recommendation, stamp=stamp, act=act, by=by)
    edited = current.actions.get(pk=action.pk)
    _check_content(current, wording, owner, due_on, present=edited.owner_id)
    edited.recommendation = current
    edited.wording, edited.owner, edited.due_on = wording, owner, due_on
    edited._history_user = by
    edited.save(update_fields=["wording", "owner", "due_on"])
    accept(current, stamp=stamp, act=act, by=by, answer=edited.get_absolute_url())
    return edited


@files_follow_rows()
@transaction.atomic
def record_action_progress(
    action: FollowUpAction,
    *,
    progress: Progress,
    effective_on: date,
    note: str,
    proof: Proof,
    corrects: StatusUpdate | None,
    spoken_for: Organisation,
    stamp: Stamp,
    by: User,
) -> StatusUpdate:
    """Add an update of one action to the history of its recommendation.

    The demands are those of a recommendation; the progress of the recommendation
    itself stays as it is. Raises what `record_progress` raises.
    """
    act = f"action-progress {action.number}"
    current = open_for_recording(action.recommendation, stamp=stamp, act=act, by=by)
    update = StatusUpdate(
        action=current.actions.get(pk=action.pk),
        progress=progress,
        effective_on=effective_on,
        note=note,
        corrects=corrects,
        author=by,
        spoken_for=spoken_for,
    )
    add_update(current, update, proof=proof)
    answer = update.get_absolute_url()
    remember_act(current, stamp=stamp, act=act, by=by, answer=answer)
    return update


def _check_content(
    current: Recommendation,
    wording: str,
    owner: Organisation,
    due_on: date | None,
    *,
    present: int | None,
) -> None:
    errors: dict[str, str] = {}
    if not wording:
        errors["wording"] = _("Say what is to be done.")
    # An owner that has ended since stays until another is chosen.
    if owner.pk != present:
        able = Organisation.objects.able_to_lead(timezone.localdate())
        if not able.filter(pk=owner.pk).exists():
            errors["owner"] = _("An owner is a body in force, never a group.")
    if due_on is not None and due_on < current.raised_on:
        message = _("The recommendation was raised on %(day)s; this day is earlier.")
        errors["due_on"] = message % {"day": f"{current.raised_on:%d/%m/%Y}"}
    if errors:
        raise ValidationError(errors)
