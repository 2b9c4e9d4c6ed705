"""Difficulties as pages show them."""

from dataclasses import dataclass, field
from datetime import date

from provinces.register import Register
from provinces.succession import name_organisations
from tracker.models import Difficulty, DifficultyClearance, Recommendation
from tracker.services.history import History, find_open_difficulties, standing_rows


@dataclass(frozen=True)
class DifficultyLine:
    """One difficulty, on behalf of whom, and how it ended if it did."""

    difficulty: Difficulty
    spoken_for_name: str
    clearance: DifficultyClearance | None = None
    clearance_name: str = ""


@dataclass(frozen=True)
class Difficulties:
    """What stands in the way, the oldest first, and what did until it was cleared."""

    still_open: list[DifficultyLine] = field(default_factory=list)
    cleared: list[DifficultyLine] = field(default_factory=list)


def list_difficulties(
    recommendation: Recommendation, register: Register, *, on: date
) -> Difficulties:
    """Sort the difficulties of a recommendation on a day."""
    history = History.of(recommendation)
    at = history.newest_moment()
    is_open = {row.pk for row in find_open_difficulties(history, on=on, at=at)}
    ends = {
        row.difficulty_id: row
        for row in standing_rows(history.clearances, on=on, at=at)
    }
    rows = [*history.difficulties, *history.clearances]
    names = name_organisations({row.spoken_for_id for row in rows}, register)
    found = Difficulties()
    for row in standing_rows(history.difficulties, on=on, at=at):
        name = names[row.spoken_for_id]
        if row.pk in is_open:
            found.still_open.append(DifficultyLine(row, name))
        else:
            end = ends[row.pk]
            line = DifficultyLine(row, name, end, names[end.spoken_for_id])
            found.cleared.append(line)
    return found
