"""Where each request reads, and how long one statement of it may take."""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import Error, OperationalError, connections
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from tracker.databases import PRIMARY, REPLICA
from tracker.replicas import (
    begin_reading,
    has_replayed,
    has_replica,
    is_at_primary,
    is_replica_asked,
    read_primary,
    read_replica,
    remember_write,
    set_replica_aside,
)
from tracker.views.errors import is_cut_short
from tracker.views.requests import SignedInRequest

SAFE = {"GET", "HEAD"}
View = Callable[..., HttpResponseBase]
# The seconds that each connection was told last: it keeps them from then on.
_told: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


def may_last(view: View) -> View:
    """Let a view read as long as it takes: what it gives is a whole file."""
    view.may_last = True  # type: ignore[attr-defined]
    return view


class ReadingPlace:
    """Lets signed-in people read a replica, and no page keep the database for long.

    What they send, and all that open pages ask, goes to the primary without a limit. So
    does what is streamed: its rows are read after the view, and cannot be asked again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not has_replica():
            return self.get_response(request)
        with begin_reading() as reading:
            response = self.get_response(request)
            if reading.has_written and request.user.is_authenticated:
                remember_write(request.user.pk)
        return response

    def process_view(
        self, request: SignedInRequest, view: View, args: Any, kwargs: Any
    ) -> None:
        # An open page opens while nobody can be asked who reads it.
        if not getattr(view, "login_required", True):
            return
        is_limited = request.method in SAFE and not getattr(view, "may_last", False)
        seconds = settings.READ_TIMEOUT_SECONDS if is_limited else 0
        limit_statements(PRIMARY, seconds)
        if request.method not in SAFE or not is_replica_asked():
            return
        try:
            limit_statements(REPLICA, seconds)
            if has_replayed(request.user.wrote_up_to):
                read_replica()
        except OperationalError:
            set_replica_aside()

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponseBase | None:
        """Ask the primary, once, what a replica refuses or does not know yet."""
        is_refusal = isinstance(error, Error | Http404) and not is_cut_short(error)
        asked = request.resolver_match
        if asked is None or is_at_primary() or not is_refusal:
            return None
        if connections[REPLICA].connection is None:
            set_replica_aside()
        read_primary()
        response = asked.func(request, *asked.args, **asked.kwargs)
        return response.render() if hasattr(response, "render") else response


def limit_statements(alias: str, seconds: int) -> None:
    """Let PostgreSQL stop each statement after so many seconds; 0 is never.

    It is told only where it has been told otherwise. SQLite knows no such limit.
    """
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return
    connection.ensure_connection()
    if _told.get(connection.connection, 0) != seconds:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = %s", [seconds * 1000])
        _told[connection.connection] = seconds
