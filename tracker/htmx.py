"""When a view answers with a part of the page instead of the whole."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request past the htmx middleware."""

    htmx: HtmxDetails


def wants_fragment(request: HtmxRequest) -> bool:
    """True when htmx will swap a part of the page the reader already has."""
    return (
        bool(request.htmx)
        and not request.htmx.boosted
        and not request.htmx.history_restore_request
    )
