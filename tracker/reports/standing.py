"""How each recommendation of a report stands at (day, moment), as frozen plain data.

Rules: product rules §2 and §3. Everything is read in a fixed number of statements for
every BATCH rows; histories are judged by `compute_state`, the one rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import User
from provinces.models.together import read_together
from provinces.register import Unit
from provinces.succession import OrganisationNames, name_organisations, register_of
from tracker.choices import ANSWERABLE, Basis, Timeliness
from tracker.models import Answer, FollowUpAction, Recommendation
from tracker.models.evidence import PROVEN
from tracker.models.history import HistoryRow
from tracker.models.recommendations import RecommendationQuerySet
from tracker.services.history import (
    Figures,
    History,
    State,
    compute_action_progress,
    compute_confirmed_figures,
    compute_state,
    find_open_difficulties,
    standing_rows,
)
from tracker.timeliness import count_days_late, judge_timeliness

BATCH = 2000


@dataclass(frozen=True)
class DeadlineLine:
    """One line of the ledger: the day it set, since when, why and by which document."""

    due_on: date | None
    set_on: date
    note: str
    document: str


@dataclass(frozen=True)
class ActionLine:
    """One follow-up action and how far it was."""

    number: int
    wording: str
    owner: str
    owner_id: int
    due_on: date | None
    progress: str
    timeliness: str
    days_late: int
    confirmation: str
    note: str
    said_on: date | None


@dataclass(frozen=True)
class DifficultyLine:
    """One difficulty that stood open."""

    category: str
    note: str
    since: date
    reported_by: str


@dataclass(frozen=True)
class Standing:
    """One recommendation as a report prints it.

    `progress` is empty where the basis is confirmed figures and there are none: that
    is a line of its own and never "not started".
    """

    code: str
    kind: str
    wording: str
    resolutions: tuple[str, ...]
    raised_by: str
    addressee: str
    addressee_kind: str
    province: str
    lead: str
    coordinating: tuple[str, ...]
    raised_on: date
    progress: str
    completed_on: date | None
    timeliness: str
    days_late: int
    note: str
    said_on: date | None
    last_update_at: datetime | None
    proof: tuple[str, ...]
    confirmation: str
    due_on: date | None
    original_due_on: date | None
    extension_count: int
    deadlines: tuple[DeadlineLine, ...]
    answer: str
    answered_on: date | None
    # Of what was referred the receiving body has still to answer.
    awaits_answer: bool
    answer_text: str
    answer_documents: tuple[str, ...]
    difficulties: tuple[DifficultyLine, ...]
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True)
class Moment:
    """The day a report speaks of, the moment it knows of, and which figures count."""

    on: date
    at: datetime
    basis: Basis


@dataclass(frozen=True)
class Names:
    """What bodies and units are called in a report, by id, and the kinds of bodies."""

    bodies: OrganisationNames
    kinds: dict[int | None, str]
    provinces: dict[int | None, str]

    @classmethod
    def read(cls, viewer: User, *, on: date) -> "Names":
        """Read the whole register: names as on the day, with those of today."""
        register = register_of(viewer)
        units = register.units
        return cls(
            bodies=name_organisations(register.bodies, register),
            kinds={pk: body.kind for pk, body in register.bodies.items()},
            provinces={
                pk: _name_unit(unit, units[register.units_counting(pk)[-1]], on)
                for pk, unit in units.items()
            },
        )

    def kind_of(self, body: int | None) -> str:
        return self.kinds.get(body, "")


def _name_unit(unit: Unit, present: Unit, on: date) -> str:
    then = unit.name_on(on).full_name
    now = present.name_on(timezone.localdate()).full_name
    if then == now:
        return then
    return _("%(name)s (now %(present)s)") % {"name": then, "present": now}


def read_standings(
    rows: RecommendationQuerySet, moment: Moment, names: Names
) -> Iterator[Standing]:
    """Give every row as it stands, in the order of the rows."""
    for _row, standing in read_with_standings(rows, moment, names):
        yield standing


def read_with_standings(
    rows: RecommendationQuerySet, moment: Moment, names: Names
) -> Iterator[tuple[Recommendation, Standing]]:
    """Give every row and how it stands, in the order of the rows.

    The rows are read first: a statement left open would stop writes on SQLite.
    """
    found = list(rows.defer("search_folded", "search_exact"))
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        reader = _Reader(batch, moment, names)
        for one in batch:
            yield one, reader.describe(one)


class _Reader:
    """What a batch of recommendations needs beside its rows: two statements."""

    def __init__(
        self, batch: list[Recommendation], moment: Moment, names: Names
    ) -> None:
        ids = [one.pk for one in batch]
        self.moment, self.names = moment, names
        self.histories = History.read_many(ids)
        self.proofs = _sort_proofs(self.histories.values(), moment.at)
        self._read_belongings(ids)

    def _read_belongings(self, ids: list[int]) -> None:
        """Read what belongs to them: their actions, resolutions and bodies."""
        resolutions: Any = Recommendation.resolutions.through.objects
        coordinating: Any = Recommendation.coordinating.through.objects
        actions, under, beside = read_together(
            FollowUpAction.objects.filter(recommendation__in=ids).order_by("number"),
            resolutions.filter(recommendation__in=ids)
            .select_related("resolution")
            .order_by("resolution__issued_on", "resolution__slug"),
            coordinating.filter(recommendation__in=ids).order_by(
                "organisation__sort_key"
            ),
        )
        self.actions = _group((one.recommendation_id, one) for one in actions)
        self.resolutions = _group(
            (one.recommendation_id, one.resolution.number) for one in under
        )
        self.coordinating = _group(
            (one.recommendation_id, self.names.bodies.get(one.organisation_id, ""))
            for one in beside
        )

    def describe(self, one: Recommendation) -> Standing:
        on, at = self.moment.on, self.moment.at
        history = self.histories[one.pk]
        state = compute_state(history, on=on, at=at)
        figures = self._choose_figures(history, state)
        judged: Any = Timeliness.NOT_COUNTED
        if figures:
            judged = judge_timeliness(
                figures.progress, figures.completed_on, state.due_on, on=on
            )
        said = figures.update if figures else None
        answer = state.current_answer
        return Standing(
            code=one.code,
            kind=one.kind,
            wording=one.wording,
            resolutions=tuple(self.resolutions[one.pk]),
            raised_by=self.names.bodies.get(one.raised_by_id, ""),
            addressee=self.names.bodies.get(one.addressee_id, ""),
            addressee_kind=self.names.kind_of(one.addressee_id),
            province=self.names.provinces.get(one.province_id, ""),
            lead=self.names.bodies.get(one.lead_id, ""),
            coordinating=tuple(self.coordinating[one.pk]),
            raised_on=one.raised_on,
            progress=figures.progress if figures else "",
            completed_on=figures.completed_on if figures else None,
            timeliness=judged if figures else "",
            days_late=_days_late(figures, state.due_on, on),
            note=said.note if said else "",
            said_on=said.effective_on if said else None,
            last_update_at=state.last_update_at,
            proof=self._proof_of("update", said),
            confirmation=figures.confirmation if figures else "",
            due_on=state.due_on,
            original_due_on=state.original_due_on,
            extension_count=state.extension_count,
            deadlines=tuple(self._ledger(history)),
            answer=state.answer,
            answered_on=state.answered_on,
            awaits_answer=_awaits_answer(one, answer),
            answer_text=answer.note if answer else "",
            answer_documents=self._proof_of("answer", answer),
            difficulties=tuple(self._difficulties(history)),
            actions=tuple(self._actions_of(one, history)),
        )

    def _choose_figures(self, history: History, state: State) -> Figures | None:
        on, at = self.moment.on, self.moment.at
        if self.moment.basis == Basis.CONFIRMED:
            return compute_confirmed_figures(history, on=on, at=at)
        return Figures(
            state.progress,
            state.completed_on,
            state.current_update,
            state.confirmation,
        )

    def _proof_of(self, name: str, row: HistoryRow | None) -> tuple[str, ...]:
        return tuple(self.proofs[name, row.pk]) if row else ()

    def _ledger(self, history: History) -> Iterator[DeadlineLine]:
        rows = history.deadline_changes
        for row in standing_rows(rows, on=self.moment.on, at=self.moment.at):
            document = "; ".join(self._proof_of("deadline_change", row))
            yield DeadlineLine(row.due_on, row.effective_on, row.note, document)

    def _difficulties(self, history: History) -> Iterator[DifficultyLine]:
        on, at = self.moment.on, self.moment.at
        for row in find_open_difficulties(history, on=on, at=at):
            name = self.names.bodies.get(row.spoken_for_id, "")
            yield DifficultyLine(row.category, row.note, row.effective_on, name)

    def _actions_of(
        self, one: Recommendation, history: History
    ) -> Iterator[ActionLine]:
        on, at = self.moment.on, self.moment.at
        for action in self.actions[one.pk]:
            if not _was_there(action, on, at):
                continue
            state = compute_action_progress(action, history, on=on, at=at)
            said = state.current_update
            stands = state.progress, state.completed_on, action.due_on
            yield ActionLine(
                number=action.number,
                wording=action.wording,
                owner=self.names.bodies.get(action.owner_id, ""),
                owner_id=action.owner_id,
                due_on=action.due_on,
                progress=state.progress,
                timeliness=judge_timeliness(*stands, on=on),
                days_late=count_days_late(*stands, on=on),
                confirmation=state.confirmation,
                note=said.note if said else "",
                said_on=said.effective_on if said else None,
            )


def _awaits_answer(one: Recommendation, answer: Answer | None) -> bool:
    if one.kind not in ANSWERABLE:
        return False
    return answer is None or answer.referred_to_id is not None


def _was_there(action: FollowUpAction, on: date, at: datetime) -> bool:
    entered = action.entered_at
    return entered <= at and timezone.localdate(entered) <= on


def _days_late(figures: Figures | None, due_on: date | None, on: date) -> int:
    if figures is None:
        return 0
    return count_days_late(figures.progress, figures.completed_on, due_on, on=on)


def _sort_proofs(
    histories: Iterable[History], at: datetime
) -> dict[tuple[str, int], list[str]]:
    """Give what proves each row, by the kind of the row and its id."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    known = (one for history in histories for one in history.evidence)
    for one in (one for one in known if one.recorded_at <= at):
        for name in PROVEN:
            if proved := getattr(one, f"{name}_id"):
                found[name, proved].append(str(one))
    return found


def _group(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    grouped: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return grouped
