"""How long a page may read: what takes too long is stopped, and said."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from tests.factories import make_recommendation
from tests.tracker.test_errors import check_parts, form
from tracker.models import StatusUpdate
from tracker.models.counts import CountedDay
from tracker.reading_place import limit_statements

on_postgresql = pytest.mark.skipif(
    "postgresql" not in project.DATABASES["default"]["ENGINE"],
    reason="SQLite stops no statement.",
)
# A limit that is told within a transaction would be taken back with it.
for_real = pytest.mark.django_db(transaction=True)
LIST = "/recommendations/"


@pytest.fixture(autouse=True)
def short_patience(settings, db):
    """A second, and the connection as it was."""
    settings.READ_TIMEOUT_SECONDS = 1
    yield
    if connection.connection is not None:
        limit_statements("default", 0)


@pytest.fixture
def asked(quang_nam_committee, quang_nam):
    return make_recommendation(
        code_number=1, province=quang_nam, addressee=quang_nam_committee
    )


@contextmanager
def being_slow(part):
    """Let the first statement with these words take longer than a page may read."""
    slowed = []

    def wait_before(execute, sql, params, many, context):
        if part in sql and not slowed:
            slowed.append(sql)
            with connection.wrap_database_errors:
                connection.connection.execute("SELECT pg_sleep(1.4)")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wait_before):
        yield
    assert slowed


@on_postgresql
@for_real
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_what_takes_too_long_is_stopped_and_said(
    language, headers, sign_in, ha, asked, caplog
):
    client = sign_in(ha)
    client.raise_request_exception = False
    client.cookies[project.LANGUAGE_COOKIE_NAME] = language

    with being_slow('FROM "tracker_recommendation"'):
        stopped = client.get(LIST, headers=headers)

    assert stopped.status_code == 503
    assert stopped["Retry-After"] == "30"
    assert stopped["HX-Push-Url"] == "false"
    assert "no-store" in stopped["Cache-Control"]
    text = stopped.content.decode()
    check_parts(text, language)
    said = {"vi": "sau 1 giây", "en": "after 1 seconds"}
    assert said[language] in text
    # The connection serves the next one.
    assert client.get(LIST, headers=headers).status_code == 200


@on_postgresql
@for_real
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_are_not_stopped(kind, sign_in, ha, asked):
    client = sign_in(ha)
    client.get(LIST)

    with being_slow('FROM "tracker_recommendation"'):
        content = client.get(f"{LIST}export.{kind}").getvalue()

    assert len(content) > 200
    assert kind == "xlsx" or asked.code in content.decode("utf-8-sig")


@on_postgresql
@for_real
def test_what_people_send_is_not_stopped(sign_in, lan, asked):
    client = sign_in(lan)
    page = client.get(asked.get_absolute_url()).content.decode()
    fields = form(
        version=re.search(r'name="version" value="(\d+)"', page)[1],
        effective_on=f"{asked.raised_on:%d/%m/%Y}",
    )

    with being_slow('INSERT INTO "tracker_statusupdate"'):
        answer = client.post(f"{asked.get_absolute_url()}progress/", fields)

    assert answer.status_code == 302
    assert StatusUpdate.objects.filter(recommendation=asked).count() == 1


@on_postgresql
@for_real
def test_the_first_page_of_a_day_may_count_anew(sign_in, ha, asked):
    CountedDay.objects.update(day=timezone.localdate() - timedelta(days=1))

    with being_slow("INSERT INTO tracker_countentry"):
        answer = sign_in(ha).get(LIST)

    assert answer.status_code == 200
    assert CountedDay.of(timezone.localdate()).is_counted()


@on_postgresql
@for_real
def test_a_connection_is_told_only_what_is_new_to_it(sign_in, ha, asked):
    client = sign_in(ha)

    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
        client.get(asked.get_absolute_url())
        client.get(f"{LIST}export.csv").getvalue()

    sent = [one["sql"] for one in queries]
    told = [one for one in sent if one.startswith("SET statement_timeout")]
    assert told == ["SET statement_timeout = 1000", "SET statement_timeout = 0"]


@on_postgresql
@for_real
def test_nothing_is_stopped_where_no_limit_is_set(sign_in, ha, asked, settings):
    settings.READ_TIMEOUT_SECONDS = 0

    with being_slow('FROM "tracker_recommendation"'):
        answer = sign_in(ha).get(LIST)

    assert answer.status_code == 200


def test_only_exports_of_lists_may_last():
    lasting = {
        pattern.name
        for pattern in get_resolver().url_patterns
        if getattr(pattern.callback, "may_last", False)
    }

    assert lasting == {"recommendation-export-csv", "recommendation-export-xlsx"}
