"""What views may rely on."""

from provinces.models import User
from tracker.htmx import HtmxRequest


class SignedInRequest(HtmxRequest):
    """A request past the sign-in middleware."""

    user: User
