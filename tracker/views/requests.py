"""What views may rely on."""

from uuid import UUID

from django.core.exceptions import BadRequest

from provinces.models import User
from tracker.htmx import HtmxRequest


class SignedInRequest(HtmxRequest):
    """A request past the sign-in middleware."""

    user: User


def read_form_key(request: SignedInRequest) -> UUID:
    """Give the key of a form that holds nothing to be wrong; raises BadRequest."""
    return read_key(request.POST.get("form_key", ""))


def read_key(typed: str) -> UUID:
    """Read a key as addresses and forms carry it; raises BadRequest."""
    try:
        return UUID(typed)
    except ValueError:
        raise BadRequest from None
