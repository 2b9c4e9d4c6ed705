"""What proves a history row."""

from dataclasses import dataclass

from tracker.models import DeadlineChange, Evidence, Recommendation, StatusUpdate
from tracker.services.history import append_row


@dataclass(frozen=True)
class Proof:
    """A piece of evidence as typed: a document number, a link, or both."""

    document_number: str = ""
    url: str = ""

    def __bool__(self) -> bool:
        return bool(self.document_number or self.url)


def attach_proof(
    recommendation: Recommendation, row: StatusUpdate | DeadlineChange, proof: Proof
) -> Evidence | None:
    """Keep what was typed as evidence as a history row of its own."""
    if not proof:
        return None
    parent = {"update" if isinstance(row, StatusUpdate) else "deadline_change": row}
    evidence = Evidence(
        **parent,
        document_number=proof.document_number,
        url=proof.url,
        effective_on=row.effective_on,
        author=row.author,
        spoken_for=row.spoken_for,
    )
    return append_row(recommendation, evidence)
