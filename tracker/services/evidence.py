"""What proves a history row."""

from dataclasses import dataclass

from tracker.models import (
    Answer,
    DeadlineChange,
    Evidence,
    Recommendation,
    StatusUpdate,
)
from tracker.services.history import append_row

# The column of evidence that names a row of each table it can prove.
COLUMNS = {
    StatusUpdate: "update",
    Answer: "answer",
    DeadlineChange: "deadline_change",
}


@dataclass(frozen=True)
class Proof:
    """A piece of evidence as typed: a document number, a link, or both."""

    document_number: str = ""
    url: str = ""

    def __bool__(self) -> bool:
        return bool(self.document_number or self.url)


def attach_proof(
    recommendation: Recommendation,
    row: StatusUpdate | Answer | DeadlineChange,
    proof: Proof,
) -> Evidence | None:
    """Keep what was typed as evidence as a history row of its own."""
    if not proof:
        return None
    evidence = Evidence(
        **{COLUMNS[type(row)]: row},
        document_number=proof.document_number,
        url=proof.url,
        effective_on=row.effective_on,
        author=row.author,
        spoken_for=row.spoken_for,
    )
    return append_row(recommendation, evidence)
