"""What was decided about a doubt in a source, and what before."""

from dataclasses import dataclass
from datetime import datetime

from tracker.models import DataFlag


@dataclass(frozen=True)
class Decision:
    """One decision as it was recorded; empty words took the one before back."""

    words: str
    author: str
    recorded_at: datetime


def list_decisions(flag: DataFlag) -> list[Decision]:
    """Give every decision about a flag, the newest first."""
    records = DataFlag.history.filter(id=flag.pk).select_related("history_user")
    decisions, last = [], ""
    for record in records.order_by("history_date", "history_id"):
        if record.decision != last:
            author = str(record.history_user or "")
            decisions.append(Decision(record.decision, author, record.history_date))
        last = record.decision
    return decisions[::-1]
