"""What proves a history row."""

from dataclasses import dataclass

from tracker.models import (
    Answer,
    DeadlineChange,
    Evidence,
    Recommendation,
    StatusUpdate,
)
from tracker.services.evidence_files import Upload, keep_file
from tracker.services.history import append_row

# The column of evidence that names a row of each table it can prove.
COLUMNS = {
    StatusUpdate: "update",
    Answer: "answer",
    DeadlineChange: "deadline_change",
}


@dataclass(frozen=True)
class Proof:
    """Evidence as typed and chosen: a document number, a link, files, or all of it."""

    document_number: str = ""
    url: str = ""
    files: tuple[Upload, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.document_number or self.url or self.files)


def attach_proof(
    recommendation: Recommendation,
    row: StatusUpdate | Answer | DeadlineChange,
    proof: Proof,
) -> list[Evidence]:
    """Keep evidence as history rows: what was typed in one, each file in its own.

    Services that call this stand under `files_follow_rows`: a file whose row does
    not stay must not stay either.
    """
    pieces = [keep_file(upload) for upload in proof.files]
    if proof.document_number or proof.url:
        typed = {"document_number": proof.document_number, "url": proof.url}
        pieces.insert(0, typed)
    return [
        append_row(
            recommendation,
            Evidence(
                **{COLUMNS[type(row)]: row},
                **piece,
                effective_on=row.effective_on,
                author=row.author,
                spoken_for=row.spoken_for,
            ),
        )
        for piece in pieces
    ]
