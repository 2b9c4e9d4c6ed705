"""What happened to one recommendation, newest first."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from provinces.register import Register
from tracker.choices import ConfirmationState, Progress
from tracker.models import (
    Answer,
    Confirmation,
    DeadlineChange,
    Difficulty,
    DifficultyClearance,
    Recommendation,
    Sending,
    StatusUpdate,
)
from tracker.models.history import HistoryRow
from tracker.reports.edits import edit_entries, write_day
from tracker.reports.entries import Entry
from tracker.services.history import History

Row = TypeVar("Row", bound=HistoryRow)


def build_timeline(recommendation: Recommendation, register: Register) -> list[Entry]:
    """Put history rows and edits in one line, the latest day first.

    As many statements for a long history as for a short one.
    """
    history = History.of(recommendation)
    updates, confirmations = (
        _in_force(history.updates),
        _in_force(history.confirmations),
    )
    entries = [
        _beginning(recommendation),
        *_update_entries(updates, confirmations, history),
        *_confirmation_entries(confirmations),
        *_answer_entries(_in_force(history.answers), history, register),
        *_deadline_entries(_in_force(history.deadline_changes), history),
        *_difficulty_entries(
            _in_force(history.difficulties), _in_force(history.clearances)
        ),
        *_letter_entries(recommendation),
        *edit_entries(recommendation, register),
    ]
    return sorted(entries, key=_moment, reverse=True)


def _in_force(rows: Iterable[Row]) -> list[Row]:
    """Put rows in the order in which they hold."""
    return sorted(rows, key=lambda row: (row.effective_on, row.sequence))


def _moment(entry: Entry) -> tuple[date, float, int]:
    recorded = entry.recorded_at.timestamp() if entry.recorded_at else 0.0
    return entry.day, recorded, entry.sequence or 0


def _beginning(recommendation: Recommendation) -> Entry:
    source = recommendation.passage.document if recommendation.passage else ""
    return Entry(
        title=_("Raised"),
        day=recommendation.raised_on,
        detail=_("from the source document") if source else "",
    )


def _entry(
    row: HistoryRow, name: Callable[[Any], str], corrected: set[Any], **fields: Any
) -> Entry:
    """Say what every history row says, and what this one says beside it."""
    return Entry(
        title=name(row),
        day=row.effective_on,
        recorded_at=row.recorded_at,
        author=str(row.author),
        spoken_for=str(row.spoken_for),
        note=row.note,
        sequence=row.sequence,
        row=row,
        is_corrected=row.pk in corrected,
        corrects=row.corrects,
        corrects_title=name(row.corrects) if row.corrects else "",
        **fields,
    )


def _corrected(rows: Iterable[HistoryRow]) -> set[Any]:
    return {row.corrects_id for row in rows}


# -- progress and what a second person said of it -----------------------------------


def _name_update(update: StatusUpdate) -> str:
    words = str(update.get_progress_display())
    if update.action is None:
        return words
    named = _("Follow-up action %(number)s: %(progress)s")
    return named % {"number": update.action.number, "progress": words}


def _update_entries(
    updates: list[StatusUpdate], confirmations: list[Confirmation], history: History
) -> list[Entry]:
    corrected, said = _corrected(updates), _last_words(confirmations)
    entries = []
    before: dict[int | None, str] = defaultdict(lambda: str(Progress.NOT_STARTED.label))
    for update in updates:
        is_corrected = update.pk in corrected
        words = str(update.get_progress_display())
        last = before[update.action_id]
        came_from = _("from %(before)s") % {"before": last} if words != last else ""
        state = said.get(update.pk, ConfirmationState.UNCONFIRMED)
        entries.append(
            _entry(
                update,
                _name_update,
                corrected,
                tone=update.progress,
                detail="" if is_corrected else came_from,
                about=update.action.wording if update.action else "",
                update=update,
                confirmation="" if is_corrected else str(state.label),
                evidence=tuple(history.proofs_of(update)),
            )
        )
        if not is_corrected:
            before[update.action_id] = words
    return entries


def _last_words(confirmations: list[Confirmation]) -> dict[int, ConfirmationState]:
    corrected = _corrected(confirmations)
    return {
        row.update_id: ConfirmationState(row.outcome)
        for row in confirmations
        if row.pk not in corrected
    }


def _confirmation_entries(confirmations: list[Confirmation]) -> list[Entry]:
    corrected = _corrected(confirmations)
    return [
        _entry(
            row,
            lambda one: str(one.get_outcome_display()),
            corrected,
            tone=row.outcome,
            refers_to=row.update,
            refers_title=_name_update(row.update),
        )
        for row in confirmations
    ]


# -- answers ------------------------------------------------------------------------


def _name_answer(answer: Answer) -> str:
    return _("Answer: %(outcome)s") % {"outcome": answer.get_outcome_display()}


def _answer_entries(
    answers: list[Answer], history: History, register: Register
) -> list[Entry]:
    corrected = _corrected(answers)
    entries = []
    for answer in answers:
        said = [_("final answer") if answer.is_final else _("preliminary answer")]
        if answer.referred_to_id:
            name = register.bodies[answer.referred_to_id].name
            said.append(_("referred to %(name)s") % {"name": name})
        entries.append(
            _entry(
                answer,
                _name_answer,
                corrected,
                detail=" · ".join(said),
                evidence=tuple(history.proofs_of(answer)),
            )
        )
    return entries


# -- the deadline ledger --------------------------------------------------------------


def _name_deadline(change: DeadlineChange) -> str:
    return _("Deadline: %(day)s") % {"day": write_day(change.due_on)}


def _deadline_entries(changes: list[DeadlineChange], history: History) -> list[Entry]:
    """Tell of the ledger; extensions are counted as the cached state counts them."""
    corrected = _corrected(changes)
    entries, extensions = [], 0
    standing: list[DeadlineChange] = []
    for change in changes:
        said = []
        if change.pk not in corrected:
            days = [row.due_on for row in standing if row.due_on]
            if days and change.due_on and change.due_on > days[-1]:
                extensions += 1
                said.append(_("extension no. %(n)s") % {"n": extensions})
            if standing and (last := standing[-1].due_on):
                said.append(_("instead of %(day)s") % {"day": write_day(last)})
            if days and days[0] != (standing[-1].due_on if standing else None):
                said.append(_("originally %(day)s") % {"day": write_day(days[0])})
            standing.append(change)
        entries.append(
            _entry(
                change,
                _name_deadline,
                corrected,
                detail=" · ".join(said),
                evidence=tuple(history.proofs_of(change)),
            )
        )
    return entries


# -- difficulties ---------------------------------------------------------------------


def _name_difficulty(difficulty: Difficulty) -> str:
    words = _("Difficulty: %(category)s")
    return words % {"category": difficulty.get_category_display()}


def _name_clearance(clearance: DifficultyClearance) -> str:
    words = _("Difficulty cleared: %(category)s")
    return words % {"category": clearance.difficulty.get_category_display()}


def _difficulty_entries(
    opened: list[Difficulty], clearances: list[DifficultyClearance]
) -> list[Entry]:
    corrected, undone = _corrected(opened), _corrected(clearances)
    cleared = {
        row.difficulty_id: row.effective_on
        for row in clearances
        if row.pk not in undone
    }
    entries = []
    for row in opened:
        day = cleared.get(row.pk)
        words = _("cleared on %(day)s") % {"day": write_day(day)} if day else ""
        entries.append(_entry(row, _name_difficulty, corrected, detail=words))
    for clearance in clearances:
        entries.append(
            _entry(
                clearance,
                _name_clearance,
                undone,
                refers_to=clearance.difficulty,
                refers_title=clearance.difficulty.note,
            )
        )
    return entries


# -- what was sent about it ---------------------------------------------------------


def _letter_entries(recommendation: Recommendation) -> list[Entry]:
    """Say which letters urged it: of each letter the newest record of its sending."""
    sendings = Sending.objects.filter(letter__recommendations=recommendation)
    related = sendings.select_related("letter__addressee", "recorded_by")
    newest = {one.letter_id: one for one in related.order_by("pk")}
    return [
        Entry(
            title=_("Letter of urging sent"),
            day=one.sent_on,
            recorded_at=one.recorded_at,
            author=str(one.recorded_by),
            detail=_("No. %(number)s to %(name)s")
            % {"number": one.number, "name": one.letter.addressee},
        )
        for one in newest.values()
    ]
