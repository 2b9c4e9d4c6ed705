"""How long one statement of a page may take."""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

SAFE = {"GET", "HEAD"}
View = Callable[..., HttpResponseBase]
# The seconds that each connection was told last: it keeps them from then on.
_told: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


def may_last(view: View) -> View:
    """Let a view read as long as it takes: what it gives is a whole file."""
    view.may_last = True  # type: ignore[attr-defined]
    return view


class ReadingPlace:
    """Lets no page keep the database for long; what people send is never stopped."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> None:
        # An open page opens while nobody can be asked who reads it.
        if not getattr(view, "login_required", True):
            return
        is_limited = request.method in SAFE and not getattr(view, "may_last", False)
        seconds = settings.READ_TIMEOUT_SECONDS if is_limited else 0
        limit_statements(DEFAULT_DB_ALIAS, seconds)


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
