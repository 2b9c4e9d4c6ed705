"""Whether this server can do its work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tracker.models.history import missing_append_only_guards
from tracker.replicas import find_replayed, find_written, has_replica


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
    return HttpResponse(f"ready\n{_describe_replica()}", content_type="text/plain")


def _describe_replica() -> str:
    """Say how far behind the replica is; without it pages read the primary."""
    if not has_replica():
        return ""
    try:
        behind = find_written() - find_replayed()
    except DatabaseError:
        return "replica unavailable\n"
    return f"replica {max(behind, 0)} bytes behind\n"
