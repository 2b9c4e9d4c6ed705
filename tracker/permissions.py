"""Who may do what with a row they can see; whether they see it is `visible_to`.

Rules: product rules §1.
"""

from provinces.models import User
from provinces.succession import remit_of
from tracker.models import Recommendation
from tracker.models.history import HistoryRow


def can_record_progress(user: User, recommendation: Recommendation) -> bool:
    """Reporters write for the lead; while there is none, for the addressee."""
    if not recommendation.is_writable:
        return False
    if user.is_coordinator:
        return True
    if not user.is_reporter:
        return False
    answerable = recommendation.lead_id or recommendation.addressee_id
    return answerable is not None and answerable in remit_of(user).speaks_for


def can_correct(user: User, row: HistoryRow) -> bool:
    """Reporters correct what was recorded for bodies they speak for."""
    if user.is_coordinator:
        return True
    return row.spoken_for_id in remit_of(user).speaks_for


def can_assign_lead(user: User, recommendation: Recommendation) -> bool:
    return user.is_coordinator and recommendation.withdrawn_on is None


def can_set_deadline(user: User, recommendation: Recommendation) -> bool:
    return user.is_coordinator and recommendation.is_writable


def can_record_together(user: User) -> bool:
    """Whoever may record progress at all may choose several recommendations."""
    return user.is_coordinator or user.is_reporter


def can_undo(user: User, row: HistoryRow) -> bool:
    """Their author and coordinators take the rows of one act back."""
    return user.is_coordinator or (user.is_reporter and row.author_id == user.pk)
