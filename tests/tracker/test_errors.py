"""Error pages: what happened, what is kept, what to do; also without a database."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import uuid

import pytest
from django.conf import settings as project
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import get_resolver

from tests.factories import make_recommendation
from tracker.views import errors

ACCENTED = re.compile(r"[ạảãăâđêôơưàáèéìíòóùúýệếềểễộốồổỗớờợủụứừữ]", re.IGNORECASE)
SECRET = "said to nobody"
TYPED = "Đã giao Sở Công Thương\nrà soát <b> & báo cáo"
SHOWN = "Đã giao Sở Công Thương\nrà soát &lt;b&gt; &amp; báo cáo"
RAISED = {
    400: BadRequest,
    403: PermissionDenied,
    404: Http404,
    413: RequestDataTooBig,
    500: RuntimeError,
    503: OperationalError,
}
# What a process asks whose database is not there.
ASK = """
import json, sys, time
import django
django.setup()
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
answers = []
for method, address, language, data in json.load(sys.stdin):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    client.cookies["django_language"] = language
    start = time.monotonic()
    answer = getattr(client, method)(address, data)
    seconds = time.monotonic() - start
    body = answer.content.decode()
    answers.append([answer.status_code, dict(answer.headers), body, seconds])
json.dump(answers, sys.stdout)
"""


def form(**fields):
    values = {
        "csrfmiddlewaretoken": "the token",
        "form_key": str(uuid.uuid4()),
        "version": "7777",
        "progress": "in_progress",
        "note": TYPED,
        "effective_on": "26/06/2024",
        "document_number": "12-BC/TU",
        "url": "",
    }
    return values | fields


def check_parts(text, language):
    """Hold a page to its three parts, in one language, with nothing of the inside."""
    assert f'<html lang="{language}">' in text
    section = re.search(r'<section id="error".*?</section>', text, re.DOTALL)[0]
    for part in ("<h1>", '<p class="kept">', '<p class="advice">'):
        words = re.search(f"{part}([^<]+)<", section)[1]
        assert bool(ACCENTED.search(words)) == (language == "vi"), words
    assert "Traceback" not in text
    assert SECRET not in text


@pytest.fixture
def asked(quang_nam_committee, quang_nam):
    return make_recommendation(
        code_number=1, province=quang_nam, addressee=quang_nam_committee
    )


@pytest.fixture
def speak(sign_in, lan):
    """Give a client of Lan's that is answered in a language."""

    def speaking(language, client=None):
        client = client or sign_in(lan)
        client.raise_request_exception = False
        client.cookies[project.LANGUAGE_COOKIE_NAME] = language
        return client

    return speaking


@pytest.fixture
def fail(monkeypatch):
    """Let every page of a recommendation fail in one way."""
    # Views that were loaded now would keep what stands here only for a moment.
    assert get_resolver().url_patterns

    def failing(error):
        def find(*args):
            raise error(SECRET)

        for module in ("recommendations", "recommendation_page"):
            place = f"tracker.views.{module}.find_recommendation"
            monkeypatch.setattr(place, find)

    return failing


both_languages = pytest.mark.parametrize("language", ["vi", "en"])


# -- every page -------------------------------------------------------------------


@both_languages
@pytest.mark.parametrize("status", RAISED)
def test_error_page_says_what_is_kept_and_what_to_do(
    status, language, speak, fail, asked, caplog
):
    fail(RAISED[status])
    address = f"{asked.get_absolute_url()}progress/"

    seen = speak(language).get(asked.get_absolute_url())
    sent = speak(language).post(address, form())

    for answer in (seen, sent):
        assert answer.status_code == status
        assert answer["Content-Language"] == language
        assert "no-store" in answer["Cache-Control"]
        assert answer["HX-Push-Url"] == "false"
        check_parts(answer.content.decode(), language)
    assert (answer.get("Retry-After") == "30") == (status == 503)
    # What could not be read cannot be shown.
    assert (SHOWN in sent.content.decode()) == (status != 413)
    assert len([one for one in caplog.records if one.exc_info]) == (
        0 if status == 404 else 2
    )


@both_languages
def test_other_refusals_say_it_too(language, speak, sign_in, lan, asked, settings):
    address = f"{asked.get_absolute_url()}progress/"
    checking = Client(enforce_csrf_checks=True)
    checking.force_login(lan)
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/h/ip"}
    login = {"login": "lan", "password": "not hers"}
    stranger = speak(language, Client())
    stranger.post("/accounts/login/", login)

    expired = speak(language, checking).post(address, form())
    ended = stranger.post(address, form())
    wrong = speak(language).post("/recommendations/", form())
    hasty = stranger.post("/accounts/login/", login)

    answers = {403: expired, 401: ended, 405: wrong, 429: hasty}
    for status, answer in answers.items():
        assert answer.status_code == status
        assert "no-store" in answer["Cache-Control"]
        check_parts(answer.content.decode(), language)
    for answer in (expired, ended, wrong):
        assert SHOWN in answer.content.decode()
    assert wrong["Allow"] == "GET, HEAD"
    assert hasty["Retry-After"] == "300"


@both_languages
def test_conflicts_and_wrong_forms_say_it_too(language, speak, asked):
    client, address = speak(language), f"{asked.get_absolute_url()}progress/"

    conflict = client.post(address, form(version=asked.version + 1))
    wrong = client.post(address, form(version=asked.version, effective_on="31/02/2024"))

    assert (conflict.status_code, wrong.status_code) == (409, 422)
    said = re.search(
        r'<section id="recommendation-conflict".*?</p>',
        conflict.content.decode(),
        re.DOTALL,
    )[0]
    happened, kept = re.findall(r"<(?:h2|p)>(.*?)</", said)
    notice = re.search(r'<p class="notice error".*?</p>', wrong.content.decode())[0]
    for words in (happened, kept, notice):
        assert bool(ACCENTED.search(words)) == (language == "vi"), words
    assert '<a href="#progressform-effective_on_error">' in notice
    for answer in (conflict, wrong):
        assert SHOWN in answer.content.decode()


def test_everything_typed_is_shown_and_nothing_secret(speak, fail, asked):
    fail(Http404)
    data = form(lead="17", coordinating=["3", "5"], new_password="SECRET", odd="<i>")

    answer = speak("vi").post(asked.get_absolute_url() + "lead/", data)

    shown = re.findall(
        r'<label for="typed-\d+">(.*?)</label><textarea [^>]*>(.*?)</textarea>',
        answer.content.decode(),
        re.DOTALL,
    )
    assert shown == [
        ("Tiến độ", "Đang thực hiện"),
        ("Kết quả, khó khăn, bước tiếp theo", SHOWN),
        ("Tính từ ngày", "26/06/2024"),
        ("Minh chứng: số, ký hiệu văn bản", "12-BC/TU"),
        ("odd", "&lt;i&gt;"),
    ]
    for secret in ("SECRET", "the token", "7777", data["form_key"]):
        assert secret not in answer.content.decode()


def test_passwords_typed_into_other_forms_are_never_shown(speak, lan):
    checking = Client(enforce_csrf_checks=True)
    data = {"login": "lan", "password": "SECRET", "oldpassword": "SECRET"}

    for address in ("/accounts/login/", "/accounts/password/change/"):
        answer = speak("vi", checking).post(address, data)

        assert answer.status_code == 403
        assert "SECRET" not in answer.content.decode()
        assert "<textarea" not in answer.content.decode()


# -- with the database away -------------------------------------------------------


@pytest.fixture
def ask_without_database(tmp_path):
    """Ask a process that was told of a database, and give its answers and its log."""

    def asking(url, questions):
        done = subprocess.run(
            [sys.executable, "-c", ASK],
            cwd=project.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATA_DIR": str(tmp_path),
                "DATABASE_URL": url,
            },
            input=json.dumps(questions),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), done.stderr

    return asking


@pytest.fixture
def silent_port():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("kind", ["nobody there", "silent", "no file"])
def test_database_that_is_away_is_said_at_once(
    kind, ask_without_database, silent_port, tmp_path
):
    url = {
        "nobody there": "postgres://x@127.0.0.1:1/x",
        "silent": f"postgres://x@127.0.0.1:{silent_port}/x",
        "no file": f"sqlite:///{tmp_path}/nowhere/at-all.sqlite3",
    }[kind]
    questions = [
        ("post", "/recommendations/QNA-24-01/progress/", "vi", form()),
        ("get", "/recommendations/", "en", None),
    ]
    if kind != "silent":
        login = {"login": "lan", "password": "x"}
        questions += [
            ("get", "/nothing/", "vi", None),
            ("post", "/accounts/login/", "en", login),
        ]

    answers, log = ask_without_database(url, questions)

    for question, (status, headers, body, seconds) in zip(
        questions, answers, strict=True
    ):
        assert status == 503
        assert headers["Retry-After"] == "30"
        assert "no-store" in headers["Cache-Control"]
        assert headers["Content-Language"] == question[2]
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "theme.css" in body
        check_parts(body, question[2])
        assert seconds < 5, kind
    assert SHOWN in answers[0][2]
    for place in ("127.0.0.1", "at-all", "django"):
        assert not [body for _s, _h, body, _t in answers if place in body]
    assert log.count("Service Unavailable: /") == len(questions)


def test_language_is_switched_while_the_database_is_away(ask_without_database):
    question = ("post", "/language/", "vi", {"language": "en"})

    answers, _log = ask_without_database("postgres://x@127.0.0.1:1/x", [question])

    assert answers[0][0] == 302
    assert "no-store" in answers[0][1]["Cache-Control"]


def get_error(act):
    with pytest.raises(Exception) as caught, transaction.atomic():
        act()
    return caught.value


def be_busy():
    """Meet a real refusal of either database to go on."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(5)")
    name = connection.settings_dict["NAME"]
    others = [sqlite3.connect(name, timeout=0, isolation_level=None) for _n in "12"]
    with connection.wrap_database_errors:
        try:
            for other in others:
                other.execute("BEGIN IMMEDIATE")
        finally:
            for other in others:
                other.close()


def ask_for_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def test_a_busy_database_is_told_from_a_wrong_statement(db):
    assert errors.is_database_away(get_error(be_busy))
    assert not errors.is_database_away(get_error(ask_for_nothing))


def test_wrapped_failures_of_the_database_are_found():
    wrapped = RuntimeError()
    wrapped.__cause__ = InterfaceError("connection already closed")
    met = KeyError()
    met.__context__ = OperationalError("the server closed the connection")

    assert errors.is_database_away(wrapped)
    assert errors.is_database_away(met)
    assert not errors.is_database_away(RuntimeError())
    assert not errors.is_database_away(None)


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError, 503), (RuntimeError, 500)]
)
def test_last_words_need_no_template(error, status, speak, fail, asked, monkeypatch):
    def render(*args, **kwargs):
        raise ValueError(SECRET)

    fail(error)
    monkeypatch.setattr("tracker.views.errors.render", render)

    answer = speak("en").get(asked.get_absolute_url())
    text = answer.content.decode()

    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]
    check_parts(text, "vi")
    assert "Something failed on our side" in text


@both_languages
def test_plain_pages_need_neither_session_nor_database(language, rf):
    """No fixture opens the database here: to ask it would fail."""
    request = rf.post("/", form())
    request.COOKIES[project.LANGUAGE_COOKIE_NAME] = language

    for answer in (
        errors.bad_request(request, BadRequest()),
        errors.bad_request(request, RequestDataTooBig()),
        errors.wrong_method(request),
        errors.server_error(request),
    ):
        check_parts(answer.content.decode(), language)


# -- before anything is read ------------------------------------------------------


@both_languages
def test_unknown_host_gets_a_page_before_anything_else_is_asked(
    language, client, settings
):
    # The redirect looks at the host before the language is chosen.
    settings.SECURE_SSL_REDIRECT = True
    client.cookies[project.LANGUAGE_COOKIE_NAME] = language

    answer = client.get("/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    check_parts(answer.content.decode(), language)
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize(
    "data", [{"note": "a" * 9_000_000}, {f"f{number}": 1 for number in range(1100)}]
)
def test_too_much_at_once_is_said_and_not_read(data, speak, asked):
    answer = speak("vi").post(f"{asked.get_absolute_url()}progress/", form() | data)

    assert answer.status_code == 413
    check_parts(answer.content.decode(), "vi")
    assert "<textarea" not in answer.content.decode()
