"""Whether this server can do its work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tracker.models.history import missing_append_only_guards


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say ready only while the database answers and guards the history."""
    try:
        missing = missing_append_only_guards(connection)
    except DatabaseError:
        return HttpResponse(
            "database unavailable\n", status=503, content_type="text/plain"
        )
    if missing:
        return HttpResponse(
            "history guards missing\n", status=503, content_type="text/plain"
        )
    return HttpResponse("ready\n", content_type="text/plain")
