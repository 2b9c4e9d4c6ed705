"""What waits for a second person, and what was said of what was reported."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from provinces.models import User
from tracker.choices import ConfirmationState, Progress
from tracker.models import Confirmation, Recommendation, StatusUpdate
from tracker.services.history import History, standing_rows


@dataclass(frozen=True)
class Reported:
    """One update, the progress that stood before it and what was said of it."""

    update: StatusUpdate
    before: Progress
    words: tuple[Confirmation, ...] = ()
    is_corrected: bool = False

    @property
    def word(self) -> Confirmation | None:
        """What was said last."""
        return self.words[-1] if self.words else None

    @property
    def confirmation(self) -> ConfirmationState:
        if self.word is None:
            return ConfirmationState.UNCONFIRMED
        return ConfirmationState(self.word.outcome)


@dataclass(frozen=True)
class Place:
    """Where an update stands among those that wait, and what stands beside it."""

    number: int | None
    total: int
    previous: StatusUpdate | None
    following: StatusUpdate | None


def describe_updates(updates: Iterable[StatusUpdate]) -> list[Reported]:
    """Say of each update what stood before it and what was said of it: two queries."""
    updates = list(updates)
    told = {one.recommendation_id for one in updates}
    words = Confirmation.objects.filter(recommendation__in=told)
    return _describe(
        updates,
        list(StatusUpdate.objects.filter(recommendation__in=told)),
        words.select_related("author", "spoken_for"),
    )


def describe_reports(update: StatusUpdate) -> list[Reported]:
    """Give all reports of what an update speaks of, the last one first."""
    history = History.of(update.recommendation)
    told = [row for row in history.updates if row.action_id == update.action_id]
    return _describe(told[::-1], history.updates, history.confirmations)


def _describe(
    updates: Iterable[StatusUpdate],
    rows: Sequence[StatusUpdate],
    confirmations: Iterable[Confirmation],
) -> list[Reported]:
    corrected = {row.corrects_id for row in rows}
    words = _standing_words(confirmations)

    def before(update: StatusUpdate) -> Progress:
        earlier = [
            row
            for row in rows
            if _subject(row) == _subject(update)
            and row.pk not in corrected
            and _place(row) < _place(update)
        ]
        last = max(earlier, key=_place, default=None)
        return Progress(last.progress) if last else Progress.NOT_STARTED

    return [
        Reported(one, before(one), tuple(words[one.pk]), one.pk in corrected)
        for one in updates
    ]


def _subject(row: StatusUpdate) -> tuple[int, int | None]:
    return row.recommendation_id, row.action_id


def _place(row: StatusUpdate) -> tuple[object, int]:
    return row.effective_on, row.sequence


def _standing_words(words: Iterable[Confirmation]) -> dict[int, list[Confirmation]]:
    """Give the words that stand today by their update, the last one last."""
    history, said = History(confirmations=list(words)), defaultdict(list)
    today, now = timezone.localdate(), history.newest_moment()
    for word in standing_rows(history.confirmations, on=today, at=now):
        said[word.update_id].append(word)
    return said


def find_place(update: StatusUpdate, user: User) -> Place:
    """Say where an update stands in the queue of a person."""
    waiting = StatusUpdate.objects.waiting_for(user).select_related("recommendation")
    before = waiting.recorded_before(update).order_by("-recorded_at", "-pk")
    is_waiting = waiting.filter(pk=update.pk).exists()
    return Place(
        number=before.count() + 1 if is_waiting else None,
        total=waiting.count(),
        previous=before.first(),
        following=waiting.recorded_after(update).oldest_first().first(),
    )


def find_returned(recommendation: Recommendation) -> list[Confirmation]:
    """Give why what holds now was returned: of the recommendation and its actions."""
    returned = ConfirmationState.RETURNED
    present = [
        action.current_update_id
        for action in recommendation.numbered_actions
        if action.confirmation == returned
    ]
    if recommendation.confirmation == returned:
        present.append(recommendation.current_update_id)
    words = History.of(recommendation).confirmations
    said = _standing_words(word for word in words if word.update_id in present)
    return [words[-1] for words in said.values()]
