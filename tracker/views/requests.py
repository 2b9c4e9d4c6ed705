"""What views may rely on."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.urls import reverse

from provinces.models import User
from tracker.filters import PAGE
from tracker.htmx import HtmxRequest


class SignedInRequest(HtmxRequest):
    """A request past the sign-in middleware."""

    user: User


def within_list(request: SignedInRequest, address: str) -> str:
    """Lead on within the list that somebody came through: its query goes along.

    A page that was opened from a row of the list has the query of the list in its
    address, the number of the page always among it.
    """
    asked = request.GET.copy()
    # What was chosen in the list for one act is no part of the list.
    asked.pop("code", None)
    is_within = PAGE in asked and address.startswith(reverse("recommendation-list"))
    if not is_within:
        return address
    path, mark, fragment = address.partition("#")
    return f"{path}?{asked.urlencode()}{mark}{fragment}"


def read_form_key(request: SignedInRequest) -> UUID:
    """Give the key of a form that holds nothing to be wrong; raises BadRequest."""
    return read_key(request.POST.get("form_key", ""))


def read_key(typed: str) -> UUID:
    """Read a key as addresses and forms carry it; raises BadRequest."""
    try:
        return UUID(typed)
    except ValueError:
        raise BadRequest from None
