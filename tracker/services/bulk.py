"""One act over several recommendations, and taking it back by newer rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from provinces.models import Organisation, User
from tracker.choices import ConfirmationState, Progress
from tracker.models import Confirmation, FollowUpAction, Recommendation, StatusUpdate
from tracker.permissions import can_record_progress, can_undo
from tracker.services.evidence import Proof
from tracker.services.evidence_files import files_follow_rows
from tracker.services.history import EVERYTHING_KNOWN, standing_rows
from tracker.services.progress import add_update, check_update, progress_before
from tracker.services.submissions import (
    EditConflictError,
    refuse_repeated,
    remember,
)

RECORDED, UNDONE = "progress together", "undo"


@dataclass(frozen=True)
class Report:
    """One progress, one day, one note and one proof, the same for every row."""

    progress: Progress
    effective_on: date
    note: str
    proof: Proof


@dataclass(frozen=True)
class Plan:
    """What a report would change on one row; `refusal` says why it may not."""

    recommendation: Recommendation
    before: str
    after: Progress
    voice: Organisation
    refusal: str
    open_actions: int
    # What was reported for a later day still holds.
    leaves_present: bool

    @property
    def before_label(self) -> str:
        return str(Progress(self.before).label)

    @property
    def after_label(self) -> str:
        return str(self.after.label)


@dataclass(frozen=True)
class Undoing:
    """What taking an act back did: its own act, and what was left and why."""

    act: UUID
    undone: list[StatusUpdate]
    left: list[tuple[StatusUpdate, str]]


def plan_together(
    recommendations: Sequence[Recommendation], report: Report, *, by: User
) -> list[Plan]:
    """Say what a report would change on each row, and write nothing."""
    voices = _read_voices(recommendations, by)
    open_actions = _count_open_actions(recommendations, report.progress)
    return [
        _plan(one, report, voices[one.pk], open_actions.get(one.pk, 0), by)
        for one in recommendations
    ]


def address_of(act: UUID) -> str:
    """Give the page that shows what one act changed."""
    return reverse("bulk-act", args=[act])


@files_follow_rows()
@transaction.atomic
def record_progress_together(
    versions: Mapping[int, int], report: Report, *, key: UUID, by: User
) -> UUID:
    """Record the same progress for several recommendations as one act: all or none.

    `versions` are the rows and how each was when the person looked. Rows are locked
    in one order, so that two such acts wait for each other. Raises
    AlreadySubmittedError, EditConflictError with the rows that changed meanwhile, and
    ValidationError when a row may not be changed or a demand of product rules §2.1 is
    not met.
    """
    rows = _lock(versions)
    refuse_repeated(key, act=RECORDED, by=by)
    changed = [row for row in rows if row.version != versions[row.pk]]
    if changed:
        raise EditConflictError(changed)

    act, voices = uuid4(), _read_voices(rows, by)
    for row in rows:
        _check_right(row, by)
        update = _make_update(row, report, voices[row.pk], by)
        update.act = act
        add_update(row, update, proof=report.proof)
    remember(key, act=RECORDED, by=by, answer=address_of(act))
    return act


@files_follow_rows()
@transaction.atomic
def undo_act(act: UUID, *, key: UUID, by: User) -> Undoing:
    """Correct every row of an act that still stands by what stood without it.

    Nothing is deleted: both rows stay in the history. What was corrected or confirmed
    since is left as it is and named. Raises AlreadySubmittedError.
    """
    ids = StatusUpdate.objects.filter(act=act).values_list("recommendation_id")
    rows = {row.pk: row for row in _lock(pk for (pk,) in ids)}
    name = f"{UNDONE} {act.hex}"
    refuse_repeated(key, act=name, by=by)

    undoing = Undoing(uuid4(), [], [])
    for update, reason in find_undoable(act, by=by):
        if reason:
            undoing.left.append((update, reason))
            continue
        row = rows[update.recommendation_id]
        undoing.undone.append(_correct(row, update, undoing.act, by))
    if undoing.undone:
        remember(key, act=name, by=by, answer=address_of(undoing.act))
    return undoing


def find_undoable(act: UUID, *, by: User) -> list[tuple[StatusUpdate, str]]:
    """Give the rows of an act, each with the reason for which it stays, if any."""
    updates = list(
        StatusUpdate.objects.filter(act=act)
        .select_related("recommendation", "spoken_for", "author", "corrects")
        .order_by("recommendation_id", "sequence")
    )
    corrected = set(
        StatusUpdate.objects.filter(corrects__in=updates).values_list(
            "corrects_id", flat=True
        )
    )
    said = standing_rows(
        Confirmation.objects.filter(update__in=updates),
        on=timezone.localdate(),
        at=EVERYTHING_KNOWN,
    )
    outcomes = {row.update_id: row.outcome for row in said}
    return [
        (update, _why_it_stays(update, corrected, outcomes, by)) for update in updates
    ]


# -- planning -----------------------------------------------------------------------


def _plan(
    one: Recommendation, report: Report, voice: Organisation, actions: int, by: User
) -> Plan:
    refusal = ""
    try:
        _check_right(one, by)
        update = _make_update(one, report, voice, by)
        check_update(one, update, among=one.updates.all(), proof=report.proof)
    except ValidationError as error:
        refusal = " ".join(error.messages)
    current, day = one.current_update, report.effective_on
    return Plan(
        one,
        progress_before(one.updates.all(), day, None),
        report.progress,
        voice,
        refusal,
        actions,
        leaves_present=current is not None and current.effective_on > day,
    )


def _make_update(
    row: Recommendation, report: Report, voice: Organisation, by: User
) -> StatusUpdate:
    return StatusUpdate(
        progress=report.progress,
        effective_on=report.effective_on,
        note=report.note,
        author=by,
        spoken_for=voice,
    )


def _check_right(row: Recommendation, by: User) -> None:
    if not can_record_progress(by, row):
        raise ValidationError(_("You may not record progress of this one."))


def _read_voices(rows: Iterable[Recommendation], by: User) -> dict[int, Organisation]:
    """Give the body each row is recorded for: a coordinator's likely one, or own."""
    if not by.is_coordinator:
        return {row.pk: by.organisation for row in rows}
    likely = {row.pk: row.likely_voice_id for row in rows}
    bodies = Organisation.objects.in_bulk({pk for pk in likely.values() if pk})
    return {key: bodies[pk] if pk else by.organisation for key, pk in likely.items()}


def _count_open_actions(
    rows: Iterable[Recommendation], progress: Progress
) -> dict[int, int]:
    """Count what is still to be done for rows that would be completed."""
    if progress != Progress.COMPLETED:
        return {}
    found = FollowUpAction.objects.still_open().filter(recommendation__in=rows)
    counts: dict[int, int] = {}
    for pk in found.values_list("recommendation_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


# -- writing ------------------------------------------------------------------------


def _lock(ids: Iterable[int]) -> list[Recommendation]:
    rows = Recommendation.objects.select_for_update().order_by("pk")
    return list(rows.filter(pk__in=list(ids)))


def _why_it_stays(
    update: StatusUpdate, corrected: set[int], outcomes: Mapping[int, str], by: User
) -> str:
    if update.corrects_id is not None:
        return _("This entry takes an earlier one back.")
    if update.pk in corrected:
        return _("This entry was corrected already.")
    if outcomes.get(update.pk) == ConfirmationState.CONFIRMED:
        return _("This entry was confirmed meanwhile.")
    allowed = can_record_progress(by, update.recommendation)
    if not (allowed and can_undo(by, update)):
        return _("You may not record progress of this one.")
    return ""


def _correct(
    row: Recommendation, update: StatusUpdate, act: UUID, by: User
) -> StatusUpdate:
    """Write what stands on that day without the row that is taken back."""
    moment = timezone.localtime(update.recorded_at)
    # What is recorded is Vietnamese, in whatever language it was asked for.
    with translation.override("vi"):
        note = _("Takes back the update of several recommendations of %(moment)s")
    correction = StatusUpdate(
        progress=progress_before(row.updates.all(), update.effective_on, update),
        effective_on=update.effective_on,
        note=note % {"moment": f"{moment:%H:%M %d/%m/%Y}"},
        corrects=update,
        author=by,
        spoken_for=update.spoken_for if by.is_coordinator else by.organisation,
        act=act,
    )
    add_update(row, correction, proof=Proof())
    return correction
