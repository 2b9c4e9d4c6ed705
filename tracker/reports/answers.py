"""What the page of a recommendation says of its answer."""

from dataclasses import dataclass
from datetime import date

from provinces.register import Register
from provinces.succession import name_organisations
from tracker.models import Answer, Evidence, Recommendation
from tracker.services.history import History
from tracker.timeliness import CLOSED


@dataclass(frozen=True)
class AnswerInForce:
    """The answer that holds today; bodies named then and now.

    `days_unresolved` counts from the day of the answer while the recommendation is
    open, and is None when it is closed: answered is not resolved.
    """

    answer: Answer
    body: str
    referred_to: str | None
    evidence: list[Evidence]
    days_unresolved: int | None


def describe_answer(
    found: Recommendation, register: Register, *, on: date
) -> AnswerInForce | None:
    """Put together what stands of the present answer."""
    history = History.of(found)
    present = (row for row in history.answers if row.pk == found.current_answer_id)
    answer = next(present, None)
    if answer is None:
        return None
    bodies = {answer.spoken_for_id, answer.referred_to_id}
    names = name_organisations(bodies, register)
    return AnswerInForce(
        answer=answer,
        body=names[answer.spoken_for_id],
        referred_to=names.get(answer.referred_to_id),
        evidence=history.proofs_of(answer),
        days_unresolved=None
        if found.progress in CLOSED
        else (on - answer.effective_on).days,
    )
