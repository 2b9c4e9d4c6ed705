"""What one line of the course of events says."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from tracker.models import Evidence, StatusUpdate
from tracker.models.history import HistoryRow


@dataclass(frozen=True)
class Entry:
    """One thing that happened: a history row, an edit, or the beginning.

    `about` is the Vietnamese wording of what it speaks of, `refers_to` the row.
    """

    title: str
    day: date
    recorded_at: datetime | None = None
    tone: str = "plain"
    detail: str = ""
    about: str = ""
    author: str = ""
    spoken_for: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    sequence: int | None = None
    row: HistoryRow | None = None
    update: StatusUpdate | None = None
    confirmation: str = ""
    refers_to: HistoryRow | None = None
    refers_title: str = ""
    is_corrected: bool = False
    corrects: HistoryRow | None = None
    corrects_title: str = ""

    @property
    def is_backdated(self) -> bool:
        return (
            self.recorded_at is not None
            and timezone.localdate(self.recorded_at) != self.day
        )
