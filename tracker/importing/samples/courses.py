"""Courses of events: what may happen to one recommendation, told row by row.

A course is told once, of stand-ins: its days are counted from one fixed day, its bodies
and people are roles, its keys begin at 1. A country repeats itself, so each is retold
(`retelling.py`) for many recommendations.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from random import Random
from typing import Any

from django.utils import timezone

from tracker.choices import AnswerOutcome, ConfirmationState, Progress
from tracker.importing.samples import words
from tracker.importing.samples.words import CLOSED
from tracker.models import (
    Answer,
    Confirmation,
    DeadlineChange,
    Difficulty,
    DifficultyClearance,
    Evidence,
    FollowUpAction,
    StatusUpdate,
)
from tracker.models.history import HistoryRow
from tracker.services.history import (
    History,
    State,
    compute_action_progress,
    compute_state,
    standing_rows,
)

# Stands for the day on which the recommendation was raised.
RAISED_ON = date(2000, 1, 3)
MOST_DAYS_TO_ENTRY = 20


class Role(IntEnum):
    """Who takes part in a course; every recommendation has bodies of its own."""

    RESPONSIBLE = -1
    HELPER = -2
    OVERSEEING = -3
    REPORTER = -4
    FIRST_COORDINATOR = -5
    SECOND_COORDINATOR = -6
    THIRD_COORDINATOR = -7


# None of them writes for a body without a reporter: nobody confirms his own word.
COORDINATORS = (
    Role.FIRST_COORDINATOR,
    Role.SECOND_COORDINATOR,
    Role.THIRD_COORDINATOR,
)


@dataclass(frozen=True)
class Course:
    """What happened: rows in their order, actions, where it all stands in the end."""

    entered_at: datetime
    rows: tuple[HistoryRow, ...]
    actions: tuple[FollowUpAction, ...]
    state: State
    version: int


def tell_course(days: int, *, is_answerable: bool, dice: Random) -> Course:
    """Tell what happened in so many days from the one of raising on."""
    return _Story(days, is_answerable, dice).tell()


def working_hour(day: date, dice: Random) -> datetime:
    """Give a moment of a day when offices are open, in Vietnamese time."""
    moment = time(dice.randint(7, 16), dice.randint(0, 59), dice.randint(0, 59))
    return datetime.combine(day, moment, tzinfo=timezone.get_default_timezone())


class _Story:
    def __init__(self, days: int, is_answerable: bool, dice: Random) -> None:
        self.days, self.is_answerable, self.dice = days, is_answerable, dice
        lag = dice.randint(0, min(MOST_DAYS_TO_ENTRY, days))
        self.entered_on = RAISED_ON + timedelta(days=lag)
        self.rows: list[HistoryRow] = []
        self.by_model: dict[type, list[Any]] = defaultdict(list)
        self.actions: list[FollowUpAction] = []

    def tell(self) -> Course:
        entered_at = working_hour(self.entered_on, self.dice)
        acts = self.plan()
        for moment, act in acts:
            act(moment)
        on = RAISED_ON + timedelta(days=self.days)
        at = datetime.combine(on, time.max, tzinfo=timezone.get_default_timezone())
        history = History.sort_out(self.rows)
        for action in self.actions:
            progress = compute_action_progress(action, history, on=on, at=at)
            for name, value in vars(progress).items():
                setattr(action, name, value)
        return Course(
            entered_at=entered_at,
            rows=tuple(self.rows),
            actions=tuple(self.actions),
            state=compute_state(history, on=on, at=at),
            version=1 + len(acts),
        )

    def plan(self) -> list[tuple[datetime, Callable[[datetime], None]]]:
        """Spread the acts over the days from the one after entry on."""
        dice = self.dice
        days = (RAISED_ON - self.entered_on).days + self.days
        if days < 1:
            return []
        acts: list[Callable[[datetime], None]] = []
        number = self.often(words.REPORTS)
        acts += [self.report_progress] * number
        acts += [self.confirm] * round(number * dice.uniform(0.2, 0.9))
        acts += [self.set_deadline] * self.often(words.DEADLINES)
        acts += [self.meet_difficulty] * self.often(words.DIFFICULTIES)
        acts += [self.clear_difficulty] * self.often(words.DIFFICULTIES)
        if self.is_answerable:
            acts += [self.answer] * self.often(words.ANSWERS)
        for _action in range(self.often(words.ACTIONS)):
            acts.append(self.add_action)
            acts += [self.report_action] * self.often(words.REPORTS_OF_ACTION)
        moments = sorted(
            working_hour(self.entered_on + timedelta(days=dice.randint(1, days)), dice)
            for _ in acts
        )
        dice.shuffle(acts)
        return list(zip(moments, acts, strict=True))

    def often(self, weights: tuple[int, ...]) -> int:
        return self.dice.choices(range(len(weights)), weights)[0]

    def add(self, row: Any, moment: datetime) -> Any:
        """Give a row its number in the history and its key among those of its table."""
        own = self.by_model[type(row)]
        own.append(row)
        self.rows.append(row)
        row.pk, row.sequence, row.recorded_at = len(own), len(self.rows), moment
        return row

    # -- the acts ----------------------------------------------------------------

    def report_progress(self, moment: datetime) -> None:
        self.report(moment, None)

    def report_action(self, moment: datetime) -> None:
        if self.actions:
            self.report(moment, self.dice.choice(self.actions))

    def report(self, moment: datetime, action: FollowUpAction | None) -> None:
        """Report, sometimes late, sometimes to correct the report before."""
        dice, today = self.dice, timezone.localdate(moment)
        about = action.pk if action else None
        earlier = [r for r in self.by_model[StatusUpdate] if r.action_id == about]
        if earlier and earlier[-1].progress in CLOSED and dice.random() < 0.8:
            return
        corrected = earlier[-1] if earlier and dice.random() < 0.05 else None
        delay = dice.randint(5, 120) if dice.random() < 0.12 else dice.randint(0, 3)
        effective_on = max(RAISED_ON, today - timedelta(days=delay))
        if corrected is not None:
            effective_on = corrected.effective_on
        standing = standing_rows(earlier, on=effective_on, at=moment)
        standing = [row for row in standing if row is not corrected]
        before = Progress(standing[-1].progress if standing else Progress.NOT_STARTED)
        progress = self.weighed((*words.FOLLOWING[before], *words.STOPS))
        by_reporter = dice.random() < 0.7
        update = StatusUpdate(
            action_id=about,
            progress=progress,
            effective_on=effective_on,
            note=self.note(progress),
            corrects_id=corrected.pk if corrected else None,
            author_id=Role.REPORTER if by_reporter else dice.choice(COORDINATORS),
            spoken_for_id=Role.RESPONSIBLE,
        )
        self.add(update, moment)
        ends = progress not in {Progress.NOT_STARTED, Progress.IN_PROGRESS}
        if (ends and progress != before) or dice.random() < 0.15:
            self.prove(update, moment, update_id=update.pk)

    def confirm(self, moment: datetime) -> None:
        """Say a word on the newest report that holds and has none yet."""
        updates = self.by_model[StatusUpdate]
        corrected = {row.corrects_id for row in updates}
        settled = {row.update_id for row in self.by_model[Confirmation]} | corrected
        waiting = [row for row in updates if row.pk not in settled]
        if not waiting:
            return
        update = waiting[-1]
        others = [one for one in COORDINATORS if one != update.author_id]
        is_returned = self.dice.random() < 0.12
        outcome = (
            ConfirmationState.RETURNED if is_returned else (ConfirmationState.CONFIRMED)
        )
        said = Confirmation(
            update_id=update.pk,
            outcome=outcome,
            effective_on=timezone.localdate(moment),
            note=f"{self.dice.choice(words.RETURNS)}." if is_returned else "",
            author_id=self.dice.choice(others),
            spoken_for_id=Role.OVERSEEING,
        )
        self.add(said, moment)

    def set_deadline(self, moment: datetime) -> None:
        """Set the first deadline, or extend it with reason and document."""
        dice, ledger = self.dice, self.by_model[DeadlineChange]
        start = ledger[-1].due_on if ledger else RAISED_ON
        change = DeadlineChange(
            due_on=start + timedelta(days=dice.randint(90, 1500)),
            effective_on=timezone.localdate(moment),
            note=f"{dice.choice(words.EXTENSIONS)}." if ledger else "",
            author_id=dice.choice(COORDINATORS),
            spoken_for_id=Role.OVERSEEING,
        )
        self.add(change, moment)
        if len(ledger) > 1:
            self.prove(change, moment, deadline_change_id=change.pk)

    def answer(self, moment: datetime) -> None:
        outcome, text = self.weighed(
            [
                ((outcome, text), weight)
                for outcome, (text, weight) in words.ANSWERED.items()
            ]
        )
        is_elsewhere = outcome == AnswerOutcome.OUTSIDE_REMIT
        answer = Answer(
            outcome=outcome,
            is_final=self.dice.random() < 0.8,
            referred_to_id=Role.HELPER if is_elsewhere else None,
            effective_on=timezone.localdate(moment),
            note=f"{text}.",
            author_id=Role.REPORTER,
            spoken_for_id=Role.RESPONSIBLE,
        )
        self.add(answer, moment)
        self.prove(answer, moment, answer_id=answer.pk)

    def meet_difficulty(self, moment: datetime) -> None:
        category = self.dice.choice(list(words.OBSTACLES))
        met = Difficulty(
            category=category,
            effective_on=timezone.localdate(moment),
            note=f"{words.OBSTACLES[category]}.",
            author_id=Role.REPORTER,
            spoken_for_id=Role.RESPONSIBLE,
        )
        self.add(met, moment)

    def clear_difficulty(self, moment: datetime) -> None:
        cleared = {row.difficulty_id for row in self.by_model[DifficultyClearance]}
        still = [r for r in self.by_model[Difficulty] if r.pk not in cleared]
        if still:
            clearance = DifficultyClearance(
                difficulty_id=still[0].pk,
                effective_on=timezone.localdate(moment),
                note=f"{self.dice.choice(words.WAYS_OUT)}.",
                author_id=Role.REPORTER,
                spoken_for_id=Role.RESPONSIBLE,
            )
            self.add(clearance, moment)

    def add_action(self, moment: datetime) -> None:
        dice, number = self.dice, len(self.actions) + 1
        due_on = timezone.localdate(moment) + timedelta(days=dice.randint(30, 720))
        action = FollowUpAction(
            pk=number,
            number=number,
            wording=dice.choice(words.STEPS),
            owner_id=Role.HELPER if dice.random() < 0.3 else Role.RESPONSIBLE,
            due_on=due_on if dice.random() < 0.7 else None,
            entered_by_id=dice.choice(COORDINATORS),
            entered_at=moment,
        )
        self.actions.append(action)

    def prove(self, row: HistoryRow, moment: datetime, **proven: int) -> None:
        number, form = self.dice.randint(1, 4999), self.dice.choice(words.DOCUMENTS)
        has_link = self.dice.random() < 0.25
        proof = Evidence(
            document_number=f"{number}/{form}-UBND (mẫu)",
            url=f"https://van-ban.example.org/mau/{number}" if has_link else "",
            effective_on=row.effective_on,
            author_id=row.author_id,
            spoken_for_id=row.spoken_for_id,
            **proven,
        )
        self.add(proof, moment)

    # -- words -------------------------------------------------------------------

    def weighed(self, chances: Any) -> Any:
        """Choose one of pairs of a thing and its weight."""
        things, weights = zip(*chances, strict=True)
        return self.dice.choices(things, weights)[0]

    def note(self, progress: Progress) -> str:
        text = self.dice.choice(words.NOTES[progress])
        if self.dice.random() < 0.3:
            text += f"; {self.dice.choice(words.OBJECTS)}"
        return f"{text}."
