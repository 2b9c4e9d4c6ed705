"""Proving that nobody rewrote history, and that the cached state follows from it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from tracker.models import HISTORY_MODELS, Recommendation
from tracker.models.count_triggers import missing_count_triggers
from tracker.models.counts import find_untrue_counts
from tracker.models.history import GENESIS, HistoryRow, missing_append_only_guards
from tracker.models.kept_words import are_words_kept, missing_word_triggers
from tracker.models.state import STATE_COLUMNS
from tracker.services.history import (
    ACTION_STATE,
    History,
    ProgressState,
    State,
    compute_present_progress,
    compute_present_state,
)

BATCH = 500


def find_faults() -> Iterator[str]:
    """Say everything that is wrong, one sentence each; nothing when all holds."""
    for name in missing_append_only_guards(connection):
        yield f"The guard {name} is missing from the database."
    missing = (*missing_count_triggers(connection), *missing_word_triggers(connection))
    for name in missing:
        yield f"The trigger {name} is missing from the database."
    if not are_words_kept():
        yield "The index of words does not say what the recommendations say."
    yield from find_untrue_counts()
    recommendations = Recommendation.objects.order_by("pk").prefetch_related("actions")
    last = 0
    while batch := list(recommendations.filter(pk__gt=last)[:BATCH]):
        suspects = {code for code, _fault in _find_faults_of(batch)}
        for one in batch:
            if one.code in suspects:
                yield from _look_again(one)
        last = batch[-1].pk


@transaction.atomic
def _look_again(suspect: Recommendation) -> list[str]:
    """Read one recommendation once more, locked: it may have changed while read."""
    locked = Recommendation.objects.select_for_update().get(pk=suspect.pk)
    return [fault for _code, fault in _find_faults_of([locked])]


def _find_faults_of(batch: list[Recommendation]) -> Iterator[tuple[str, str]]:
    """Give the code and the fault of everything wrong in a batch."""
    rows: list[HistoryRow] = []
    for model in HISTORY_MODELS:
        rows.extend(model._default_manager.filter(Q(recommendation__in=batch)))
    rows.sort(key=lambda row: (row.recommendation_id, row.sequence))
    chains = {
        pk: list(chain)
        for pk, chain in groupby(rows, key=lambda row: row.recommendation_id)
    }
    for recommendation in batch:
        chain = chains.get(recommendation.pk, [])
        for fault in check_chain(recommendation, chain):
            yield recommendation.code, fault
        for fault in check_cached_state(recommendation, chain):
            yield recommendation.code, fault


def check_chain(
    recommendation: Recommendation, chain: list[HistoryRow]
) -> Iterator[str]:
    """Follow the chain of one recommendation from its first row to its last."""
    code, previous = recommendation.code, GENESIS
    for position, row in enumerate(chain, start=1):
        where = f"{code}, history row {position}"
        if row.sequence != position:
            yield f"{where}: its number is {row.sequence}; a row is missing or added."
            return
        if row.previous_hash != previous:
            yield f"{where}: it does not follow the row before it."
            return
        if row.hash != row.chained_hash():
            yield f"{where}: its content is not what was recorded."
            return
        previous = row.hash
    if (recommendation.last_sequence, recommendation.last_hash or GENESIS) != (
        len(chain),
        previous,
    ):
        yield f"{code}: the history does not end where the recommendation says."


def check_cached_state(
    recommendation: Recommendation, chain: list[HistoryRow]
) -> Iterator[str]:
    """Compare the cached state with the one worked out from history."""
    history = History.sort_out(chain)
    state = compute_present_state(history)
    yield from _compare(recommendation.code, recommendation, state, STATE_COLUMNS)
    for action in recommendation.actions.all():
        yield from _compare(
            f"{recommendation.code}, action {action.number}",
            action,
            compute_present_progress(action, history),
            ACTION_STATE,
        )


def _compare(
    where: str, cache: Any, state: State | ProgressState, columns: tuple[str, ...]
) -> Iterator[str]:
    for name in columns:
        cached, true = getattr(cache, name), getattr(state, name)
        if cached != true:
            yield f"{where}: {name} is {cached!r} and should be {true!r}."
