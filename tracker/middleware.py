"""What every answer carries, whichever view made it."""

import codecs
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from tracker.views.errors import chosen_language, session_ended, wrong_method

CHUNK = 64 * 1024
DRAFT_WORD = re.compile(r"left\.\d+|sent\.[0-9a-f-]{36}")


def speak_the_chosen_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Speak the language of the cookie, and name it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = chosen_language(request)
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def refuse_what_no_browser_sends(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse too large a body, cookies no database takes, words in unknown letters."""

    def middleware(request: HttpRequest) -> HttpResponse:
        _refuse_too_much(request)
        if any("\0" in cookie for cookie in request.COOKIES.values()):
            raise BadRequest("A cookie holds a zero byte.")
        if codecs.lookup(request.encoding or "utf-8").name != "utf-8":
            raise BadRequest("What was sent is not in UTF-8.")
        return get_response(request)

    return middleware


def _refuse_too_much(request: HttpRequest) -> None:
    """Refuse a body larger than all files that one form may bring."""
    files = settings.EVIDENCE_MAX_FILES * settings.EVIDENCE_MAX_BYTES
    limit = files + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) <= limit:
        return
    # A browser that is still sending reads no answer; a flood is not waited for.
    read = 0
    while read <= 2 * limit and (chunk := request.read(CHUNK)):
        read += len(chunk)
    raise RequestDataTooBig("The body is larger than any form of ours.")


class SignInFirst(LoginRequiredMiddleware):
    """Ask strangers to sign in; what a person had typed is shown, never thrown away."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        # An open page opens while nobody can be asked who reads it.
        if not getattr(view_func, "login_required", True):
            return None
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        # Only our own forms: never a password typed into another one.
        if refusal is None or "form_key" not in request.POST:
            return refusal
        return session_ended(request)


def send_htmx_to_sign_in(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let a page whose session ended go to sign in as a whole, not in a part of it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        is_sent_away = response.get("Location", "").startswith(sign_in)
        if request.headers.get("HX-Request") and is_sent_away:
            return HttpResponse(headers={"HX-Redirect": response["Location"]})
        return response

    return middleware


def keep_signed_in_pages_private(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep pages of signed-in people out of every cache, the back button's too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # An error page is private already; what it missed is not asked again.
        is_private = "no-store" in response.get("Cache-Control", "")
        if not is_private and _may_be_signed_in(request):
            add_never_cache_headers(response)
        return response

    return middleware


def _may_be_signed_in(request: HttpRequest) -> bool:
    """Take everybody for signed in while nobody can be asked."""
    try:
        return request.user.is_authenticated
    except Error:
        return True


def tell_what_became_of_drafts(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Tell the browser which form was accepted, or who signed out: it forgets both."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_post = request.method == "POST"
        is_leaving = is_post and request.path == resolve_url("account_logout")
        word = f"left.{request.user.pk}" if is_leaving else ""
        response = get_response(request)
        if is_post and _is_accepted(request, response):
            word = word or f"sent.{request.POST.get('form_key', '')}"
        if DRAFT_WORD.fullmatch(word):
            # A script reads it, and takes it away.
            response.set_cookie(
                "drafts", word, secure=request.is_secure(), samesite="Lax"
            )
        return response

    return middleware


def _is_accepted(request: HttpRequest, response: HttpResponse) -> bool:
    """Accepted forms lead on; only a part of a page comes at once."""
    is_part = bool(request.headers.get("HX-Request"))
    return response.status_code == 302 or (is_part and response.status_code < 300)


def explain_wrong_methods(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Put a page where Django answers a wrong method with nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = wrong_method(request).content
        return response

    return middleware
