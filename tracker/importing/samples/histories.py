"""One made-up history: what was reported of a recommendation, and when."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from tracker.choices import Progress
from tracker.importing.samples.cast import Cast
from tracker.importing.samples.words import (
    CLOSED,
    DOCUMENTS,
    EXTENSIONS,
    FOLLOWING,
    NOTES,
    OBJECTS,
    REPORTS,
    STOPS,
)
from tracker.models import (
    DeadlineChange,
    Evidence,
    Recommendation,
    StatusUpdate,
)
from tracker.models.history import GENESIS, HistoryRow
from tracker.models.state import STATE_COLUMNS
from tracker.services.history import History, compute_state, standing_rows


def working_hour(day: date, dice: Random) -> datetime:
    """Give a moment of a day when offices are open, in Vietnamese time."""
    moment = time(dice.randint(7, 16), dice.randint(0, 59), dice.randint(0, 59))
    return datetime.combine(day, moment, tzinfo=timezone.get_default_timezone())


@dataclass
class Story:
    """What happened to one recommendation, told row by row in the order of time."""

    recommendation: Recommendation
    cast: Cast
    dice: Random
    now: datetime
    updates: list[StatusUpdate] = field(default_factory=list)
    changes: list[DeadlineChange] = field(default_factory=list)

    def rows(self) -> Iterator[HistoryRow]:
        for moment, tell in self.plan():
            yield from tell(moment)

    def plan(self) -> list[tuple[datetime, Callable[[datetime], Iterator[HistoryRow]]]]:
        """Spread the acts over the days from the one after entry to yesterday."""
        dice = self.dice
        number = dice.choices(range(len(REPORTS)), REPORTS)[0]
        acts: list[Any] = [self.report_progress] * number
        if dice.random() < 2 / 3:
            acts += [self.set_deadline] * dice.choice((1, 1, 1, 1, 1, 2))
        entered_on = timezone.localdate(self.recommendation.entered_at)
        days = (timezone.localdate(self.now) - entered_on).days - 1
        if days < 1:
            return []
        moments = sorted(
            working_hour(entered_on + timedelta(days=dice.randint(1, days)), dice)
            for _ in acts
        )
        dice.shuffle(acts)
        return list(zip(moments, acts, strict=True))

    def chained(self, row: HistoryRow, moment: datetime) -> HistoryRow:
        """Give a row its place in the chain, as the services do."""
        one = self.recommendation
        row.recommendation_id = one.pk
        row.recorded_at = moment
        row.sequence = one.last_sequence + 1
        row.previous_hash = one.last_hash or GENESIS
        row.note = row._meta.get_field("note").pre_save(row, add=True)
        row.hash = row.chained_hash()
        one.last_sequence, one.last_hash = row.sequence, row.hash
        return row

    def report_progress(self, moment: datetime) -> Iterator[HistoryRow]:
        """Report, sometimes late, sometimes to correct the report before."""
        dice, today = self.dice, timezone.localdate(moment)
        is_over = bool(self.updates) and self.updates[-1].progress in CLOSED
        if is_over and dice.random() < 0.8:
            return
        corrected = None
        if self.updates and dice.random() < 0.05:
            corrected = self.updates[-1]
        delay = dice.randint(5, 120) if dice.random() < 0.12 else dice.randint(0, 3)
        effective_on = max(self.recommendation.raised_on, today - timedelta(days=delay))
        if corrected is not None:
            effective_on = corrected.effective_on
        before = self.progress_before(effective_on, moment, corrected)
        chances = (*FOLLOWING[before], *STOPS)
        weights = [weight for _progress, weight in chances]
        progress = dice.choices([one for one, _weight in chances], weights)[0]
        voice, author = self.voice()
        update = StatusUpdate(
            progress=progress,
            effective_on=effective_on,
            note=self.note(progress),
            corrects_id=corrected.pk if corrected else None,
            author_id=author,
            spoken_for_id=voice,
        )
        yield self.chained(update, moment)
        self.updates.append(update)
        moves_and_ends = progress != before and progress not in {
            Progress.NOT_STARTED,
            Progress.IN_PROGRESS,
        }
        if moves_and_ends or dice.random() < 0.15:
            yield self.chained(self.proof(update, update=update), moment)

    def progress_before(
        self, day: date, moment: datetime, corrected: StatusUpdate | None
    ) -> Progress:
        standing = standing_rows(self.updates, on=day, at=moment)
        earlier = [row for row in standing if row is not corrected]
        return Progress(earlier[-1].progress) if earlier else Progress.NOT_STARTED

    def set_deadline(self, moment: datetime) -> Iterator[HistoryRow]:
        """Set the first deadline, or extend it with reason and document."""
        dice = self.dice
        coordinator = dice.choice(self.cast.coordinators)
        start = self.recommendation.raised_on
        if self.changes:
            start = self.changes[-1].due_on or start
        change = DeadlineChange(
            due_on=start + timedelta(days=dice.randint(90, 1500)),
            effective_on=timezone.localdate(moment),
            note=dice.choice(EXTENSIONS) if self.changes else "",
            author_id=coordinator.pk,
            spoken_for_id=coordinator.organisation_id,
        )
        yield self.chained(change, moment)
        self.changes.append(change)
        if len(self.changes) > 1:
            yield self.chained(self.proof(change, deadline_change=change), moment)

    def voice(self) -> tuple[int, int]:
        """Choose the body spoken for and who writes: its reporter or a coordinator."""
        one = self.recommendation
        body = one.lead_id or one.addressee_id or one.raised_by_id
        # Somebody always raised it.
        assert body is not None
        reporter = self.cast.reporters.get(body)
        if reporter is not None and self.dice.random() < 0.7:
            return body, reporter.pk
        return body, self.dice.choice(self.cast.coordinators).pk

    def note(self, progress: Progress) -> str:
        text = self.dice.choice(NOTES[progress])
        if self.dice.random() < 0.3:
            text += f"; {self.dice.choice(OBJECTS)}"
        return f"{text}."

    def proof(self, row: HistoryRow, **proven: HistoryRow) -> Evidence:
        number, form = self.dice.randint(1, 4999), self.dice.choice(DOCUMENTS)
        has_link = self.dice.random() < 0.25
        return Evidence(
            document_number=f"{number}/{form}-UBND (mẫu)",
            url=f"https://van-ban.example.org/mau/{number}" if has_link else "",
            effective_on=row.effective_on,
            author_id=row.author_id,
            spoken_for_id=row.spoken_for_id,
            **proven,
        )

    def close(self) -> None:
        """Bring the cached state to (today, now) once the last row is written."""
        one, today = self.recommendation, timezone.localdate(self.now)
        history = History(updates=self.updates, deadline_changes=self.changes)
        state = compute_state(history, on=today, at=self.now)
        for name in STATE_COLUMNS:
            setattr(one, name, getattr(state, name))
        one.version = 1 + len(self.updates) + len(self.changes)
