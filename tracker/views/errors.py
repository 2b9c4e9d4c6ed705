"""Pages for what goes wrong: what happened, what is kept, what to do.

Those that extend `plain.html` ask neither the database nor the session: they are
shown when these are what is missing.
"""

import logging
import sqlite3
import sys
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.forms import Field, ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.http import push_url

from tracker.forms.stamped import StampedForm

logger = logging.getLogger(__name__)
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# Seconds after which trying again makes sense.
WAIT_FOR_DATABASE, WAIT_FOR_ATTEMPTS = 30, 300
QUERY_CANCELED = "57014"
NEVER_TYPED = {
    *("csrfmiddlewaretoken", "form_key", "version", "shown"),
    *("seen", "code", "chosen"),
}
# Which version to take of two: no words of the person's own.
CHOSEN = ("take-", "theirs-")
# When not even a template can be rendered.
LAST_WORDS = """<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><title>Hệ thống gặp lỗi</title></head>
<body><section id="error">
<h1>Hệ thống gặp lỗi</h1>
<p class="kept">Dữ liệu đã ghi nhận trước đó vẫn được giữ nguyên. Thao tác vừa rồi
có thể chưa được ghi nhận.</p>
<p class="advice">Hãy chờ một phút, mở lại trang và kiểm tra trước khi nhập lại.
Nếu vẫn lỗi, báo quản trị viên hệ thống kèm thời điểm xảy ra.</p>
<div lang="en">
<h2>Something failed on our side</h2>
<p>What was recorded earlier is safe. The last act may not have been recorded.</p>
<p>Wait a minute, open the page again and look before entering it once more. If it fails
again, tell the administrator of the system when it happened.</p>
</div>
</section></body>
</html>
"""


class Typed(NamedTuple):
    """One field as it was typed: its label, the words, and how high they are."""

    label: str
    words: str
    rows: int


# -- the handlers -----------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    status = 413 if isinstance(exception, TOO_MUCH) else 400
    return _explain(request, f"{status}.html", status)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _explain(request, "403.html", 403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _explain(request, "403_csrf.html", 403)


def session_ended(request: HttpRequest) -> HttpResponse:
    return _explain(request, "session_ended.html", 401, next=request.get_full_path())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _explain(request, "404.html", 404)


def wrong_method(request: HttpRequest) -> HttpResponse:
    return _explain(request, "405.html", 405)


def too_many_attempts(request: HttpRequest) -> HttpResponse:
    response = _explain(request, "429.html", 429)
    response["Retry-After"] = WAIT_FOR_ATTEMPTS
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the database is away or stopped reading, or that the fault is ours."""
    error = sys.exception()
    status = 503 if is_database_away(error) else 500
    is_reading = request.method in {"GET", "HEAD"}
    is_long = is_reading and is_cut_short(error)
    template = "took_too_long.html" if is_long else f"{status}.html"
    try:
        response = _explain(
            request, template, status, seconds=settings.READ_TIMEOUT_SECONDS
        )
    except Exception:
        # Whatever failed must not take the last words with it.
        logger.exception("The error page failed too")
        response = HttpResponse(LAST_WORDS, status=status)
        add_never_cache_headers(response)
    if status == 503:
        response["Retry-After"] = WAIT_FOR_DATABASE
    return response


# -- what they say ----------------------------------------------------------------


def chosen_language(request: HttpRequest) -> str:
    """Vietnamese until somebody chooses otherwise, whatever the browser says."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    known = {code for code, _name in settings.LANGUAGES}
    return chosen if chosen in known else settings.LANGUAGE_CODE


def is_database_away(error: BaseException | None) -> bool:
    """Tell a database that is away, busy or locked from a fault of ours.

    SQLite calls a wrong statement operational too: its own code tells them apart.
    """
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            code = getattr(error.__cause__, "sqlite_errorcode", None)
            return code != sqlite3.SQLITE_ERROR
        error = error.__cause__ or error.__context__
    return False


def is_cut_short(error: BaseException | None) -> bool:
    """Tell what PostgreSQL stopped because it took too long."""
    while error is not None:
        if getattr(error, "sqlstate", None) == QUERY_CANCELED:
            return True
        error = error.__cause__ or error.__context__
    return False


def _explain(
    request: HttpRequest, template: str, status: int, **context: Any
) -> HttpResponse:
    """Render an error page in the chosen language, wherever the error was caught."""
    language = chosen_language(request)
    with translation.override(language):
        context["typed"] = _read_typed(request)
        response = render(request, template, context, status=status)
    response["Content-Language"] = language
    patch_vary_headers(response, ["Cookie"])
    add_never_cache_headers(response)
    # The part of a page that was asked for did not come: its address stays.
    return push_url(response, False)


def _read_typed(request: HttpRequest) -> list[Typed]:
    """Give what was typed into one of our own forms, and never a password."""
    try:
        posted = request.POST
    except Exception:
        # A body that cannot be read is what the page is about already.
        return []
    if "form_key" not in posted:
        return []
    fields = _fields_of_all_forms()
    return [
        _describe(fields.get(name), name, words)
        for name, values in posted.lists()
        for words in values
        if words and _is_typed(name) and not _is_key(fields.get(name))
    ]


def _is_typed(name: str) -> bool:
    is_hidden = name in NEVER_TYPED or name.startswith(CHOSEN)
    return not is_hidden and "password" not in name


def _is_key(field: Field | None) -> bool:
    """Say whether it was chosen from a table: its number would say nothing."""
    return isinstance(field, ModelChoiceField)


def _fields_of_all_forms() -> dict[str, Field]:
    """Give every field by its name, whichever of our forms it stands in."""
    forms: list[type[StampedForm]] = [StampedForm]
    for form in forms:
        forms.extend(form.__subclasses__())
    return {name: field for form in forms for name, field in form.base_fields.items()}


def _describe(field: Field | None, name: str, words: str) -> Typed:
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    rows = 1 + words.count("\n") + len(words) // 50
    label = field.label if field else name
    return Typed(str(label), labels.get(words, words), min(rows, 12))
