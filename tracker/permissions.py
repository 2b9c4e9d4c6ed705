"""Who may do what with a row they can see; whether they see it is `visible_to`.

Rules: product rules §1.
"""

from provinces.models import User
from provinces.succession import remit_of
from tracker.models import Recommendation, StatusUpdate


def can_record_progress(user: User, recommendation: Recommendation) -> bool:
    """Reporters write for the lead; while there is none, for the addressee."""
    if user.is_coordinator:
        return True
    if not user.is_reporter:
        return False
    answerable = recommendation.lead_id or recommendation.addressee_id
    return answerable is not None and answerable in remit_of(user).speaks_for


def can_correct(user: User, update: StatusUpdate) -> bool:
    """Reporters correct what was recorded for bodies they speak for."""
    if user.is_coordinator:
        return True
    return update.spoken_for_id in remit_of(user).speaks_for


def can_assign_lead(user: User) -> bool:
    return user.is_coordinator


def can_set_deadline(user: User) -> bool:
    return user.is_coordinator
