"""The cast, the real report, and what keeps tests honest on both databases."""

import os
import shutil
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from django.utils import timezone

from provinces import register
from provinces.choices import OrganisationKind, Role
from provinces.models import Organisation, Province
from tests.factories import (
    RAISED_ON,
    make_confirmation,
    make_deadline,
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_update,
    make_user,
)
from tests.kept_reports import DAY
from tests.snapshot import seed_quickly
from tracker.choices import Progress
from tracker.models.counts import recount
from tracker.models.history import (
    install_append_only_guards,
    remove_append_only_guards,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(config, items):
    """Leave browser tests out where no Chromium is, unless they are required.

    Those that start with the report come last: they share one, see `kept_report`.
    """
    items.sort(key=lambda item: "kept_report" in item.fixturenames)
    if CHROMIUM or os.environ.get("REQUIRE_BROWSER"):
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.left_out = len(left_out)


def pytest_terminal_summary(terminalreporter, config):
    if left_out := getattr(config, "left_out", 0):
        terminalreporter.write_line(
            f"NOT RUN: {left_out} browser tests, because no Chromium is installed.",
            yellow=True,
            bold=True,
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Leave no session behind: PostgreSQL drops no database that somebody uses.

    A browser that has gone may have left a request that is still being answered.
    """
    with django_db_blocker.unblock():
        # Asked of SQLite once a connection: so it is in the count of no test.
        assert connection.features.has_json_object_function
        # As the first page of the day does.
        recount(timezone.localdate())
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def lift_guards_around_flush():
    """Let transactional tests empty the tables; the guards are back right after."""
    flush = TransactionTestCase._fixture_teardown

    def flush_without_guards(self):
        remove_append_only_guards(connection)
        try:
            flush(self)
        finally:
            install_append_only_guards(connection)

    TransactionTestCase._fixture_teardown = flush_without_guards
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(autouse=True)
def forget_the_register():
    """Read the register anew in each test: emptied tables start at the same keys."""
    register._known.clear()


@pytest.fixture
def central(db):
    name = "Ban Chính sách, chiến lược Trung ương"
    # The report brings its own.
    return Organisation.objects.filter(name=name).first() or make_organisation(
        name, OrganisationKind.CENTRAL_PARTY, oversees_all=True
    )


@pytest.fixture
def quang_nam(db):
    return Province.objects.filter(slug="49").first() or make_province(
        "Quảng Nam", slug="49", code="49", abbreviation="QNA"
    )


@pytest.fixture
def quang_nam_committee(quang_nam):
    name = "Tỉnh ủy Quảng Nam"
    return Organisation.objects.filter(name=name).first() or make_organisation(
        name, OrganisationKind.PROVINCIAL_PARTY, province=quang_nam
    )


@pytest.fixture
def ha(central):
    """Hà coordinates at the central commission."""
    return make_user("ha", central, Role.COORDINATOR, full_name="Lê Thu Hà")


@pytest.fixture
def quan(central):
    """Quân administers."""
    return make_user("quan", central, Role.ADMINISTRATOR, full_name="Đỗ Quân")


@pytest.fixture
def lan(quang_nam_committee):
    """Lan reports for the Party committee of Quảng Nam."""
    return make_user("lan", quang_nam_committee, full_name="Trần Thị Lan")


@pytest.fixture
def minh(quang_nam_committee):
    """Minh may only read, at Lan's."""
    return make_user("minh", quang_nam_committee, Role.LEADER, full_name="Võ Minh")


@pytest.fixture
def hoa(db):
    """Hoa reports for another province and must see nothing of Quảng Nam."""
    province = Province.objects.filter(slug="01").first() or make_province(
        "Hà Nội", slug="01", code="01", abbreviation="HNO"
    )
    name = "Thành ủy Hà Nội"
    committee = Organisation.objects.filter(name=name).first() or make_organisation(
        name, OrganisationKind.PROVINCIAL_PARTY, province=province
    )
    return make_user("hoa", committee, full_name="Phạm Thị Hoa")


@pytest.fixture
def moved(lan, ha):
    """What was begun and confirmed by a day and completed, late, after it."""
    one = make_recommendation([make_resolution("23-nq-tw")], lead=lan.organisation)
    begun = make_update(one, by=lan, effective_on=date(2025, 3, 1), note="Đã khởi công")
    make_confirmation(begun, by=ha)
    make_deadline(one, DAY, by=ha, effective_on=RAISED_ON)
    make_update(one, Progress.COMPLETED, by=lan, effective_on=DAY + timedelta(days=60))
    return one


@pytest.fixture(scope="session")
def kept_report(django_db_setup, django_db_blocker):
    """The report, put in once: each test then has a savepoint of its own."""
    with django_db_blocker.unblock():
        shared = transaction.atomic()
        shared.__enter__()
        seeded = seed_quickly()
    yield seeded
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        shared.__exit__(None, None, None)


@pytest.fixture
def seeded(kept_report, db):
    """The real report and the register, as an installation starts with them."""
    return kept_report


@pytest.fixture
def sign_in(db):
    """Give a client that somebody has signed in with."""

    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in
