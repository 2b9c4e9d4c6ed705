"""What no browser sends: every route answers it, and none fails."""

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.factories import make_recommendation, make_resolution

NASTY_QUERIES = [
    "?q=%00&sort=%00&page=%00&lead=%00&as_of=%00&%00=%00",
    "?q=%ff&q=%ed%a0%80&resolution=%ff&progress=%ff&province=%ff&kind=%ff",
    "?page=9999999999999999999999&lead=9999999999999999999999&session=-1",
    "?as_of=0000-00-00&next=//evil.example",
    "?" + "a=1&" * 1001,
]
NASTY_HEADERS = [
    {"HTTP_HOST": "a b"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_REFERER": "http://[", "HTTP_ORIGIN": "http://["},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://["},
    {"CONTENT_TYPE": "text/plain; charset=rot13"},
    {"CONTENT_LENGTH": "abc"},
    {"HTTP_COOKIE": 'sessionid="abcdefghij\\000klm"'},
    {"HTTP_COOKIE": 'messages="\\000"; csrftoken="\\000"; django_language="\\000"'},
    {"HTTP_COOKIE": "sessionid=\xff\xfe\xff\xfeabcdefgh"},
]
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
FIELDS = [
    *("form_key", "version", "progress", "note", "effective_on", "document_number"),
    *("url", "corrects", "spoken_for", "lead", "coordinating", "due_on"),
    *("login", "oldpassword", "language"),
]
NASTY_BODIES = [
    (URLENCODED, "&".join(f"{name}=%00" for name in FIELDS).encode()),
    (URLENCODED, "&".join(f"{name}=%ff%ed%a0%80" for name in FIELDS).encode()),
    (URLENCODED, b"\xff\x00\xfe=\x00&note=\xed\xa0\x80"),
    (URLENCODED, b"a=1&" * 1500),
    (URLENCODED, b"note=" + b"a" * 3_000_000),
    (f"{URLENCODED}; charset=utf-16", b"note=1"),
    (MULTIPART, b"nothing of the kind"),
    ("multipart/form-data", b"note=1"),
    (
        f"{MULTIPART}; charset=rot13",
        b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\na\r\n--x--\r\n',
    ),
    (
        MULTIPART,
        b'--x\r\nContent-Disposition: form-data; name="\xff"; filename="\x00"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n@@@\r\n--x--\r\n",
    ),
]
NASTY_PATHS = [
    "/%00",
    "/%ff",
    "//",
    "/recommendations/%00/",
    "/recommendations/QNA-24-01%00/",
    "/recommendations/%ed%a0%80/",
    "/recommendations/QNA-24-%EF%BC%91%EF%BC%92/",
    f"/sessions/{'9' * 30}/",
    f"/documents/{'9' * 5000}/",
    f"/{'a' * 10000}",
]


@pytest.fixture
def asked(quang_nam_committee, quang_nam):
    return make_recommendation(
        code_number=1, province=quang_nam, addressee=quang_nam_committee
    )


def routes(asked):
    keys = {"<code:code>": asked.code, "<slug:slug>": "23-nq-tw"}
    for pattern in get_resolver().url_patterns:
        address = f"/{pattern.pattern}"
        for key, value in keys.items():
            address = address.replace(key, value)
        yield re.sub("<[^>]+>", "1", address)


def nasty_requests(path):
    yield "PROPFIND", path, {}
    for query in NASTY_QUERIES:
        yield "GET", path + query, {}
    for content_type, data in NASTY_BODIES:
        yield "POST", path, {"content_type": content_type, "data": data}
    # Last: a wrong cookie takes the session of the client away.
    for headers in NASTY_HEADERS:
        yield "GET", path, headers
        yield "POST", path, headers


@pytest.mark.parametrize("who", ["reporter", "stranger"])
def test_nonsense_is_never_a_failure_of_ours(who, sign_in, lan, asked):
    make_resolution("23-nq-tw")
    answers = Counter()

    for path in [*NASTY_PATHS, *routes(asked)]:
        # Anew for each route: one of them signs out.
        client = sign_in(lan) if who == "reporter" else Client()
        client.raise_request_exception = False
        for method, address, more in nasty_requests(path):
            answer = client.generic(method, address, **more)
            answer.getvalue()
            assert answer.status_code < 500, (method, address[:80], str(more)[:80])
            answers[answer.status_code] += 1

    assert answers.total() > 800
    assert {200, 302, 400, 404, 405, 413} <= set(answers), answers
