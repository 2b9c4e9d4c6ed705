"""Every page of the product, named once: the tests that walk all pages read this.

A new page is one line of PAGES; a route that never shows one is a line of SILENT.
"""

import csv
from dataclasses import dataclass
from datetime import timedelta

import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from provinces.models import Province, User
from tests.office import PDF
from tests.screens_story import tell
from tests.snapshot import seed_quickly
from tracker.importing.fixtures import FIXTURES
from tracker.management.commands.demo_users import make_users
from tracker.models import Document, Recommendation
from tracker.services.evidence import Proof, attach_proof
from tracker.services.evidence_files import Upload
from tracker.services.history import refresh_cached_state

COORDINATOR, REPORTER, NOBODY = "dieuphoi", "danang", ""
ADMINISTRATOR = "quantri"
PASSWORD = "mat-khau-mau"
# Never accepted, so it can be sent again and again.
KEY = {"form_key": "00000000-0000-4000-8000-000000000001"}
FRESH, STALE = KEY | {"version": "{version}"}, KEY | {"version": "999"}


@dataclass(frozen=True)
class Page:
    """One page as one person meets it; {keys} stand for rows of the report.

    What is typed is sent with POST, with the token that forms carry or without it.
    """

    route: str
    address: str
    who: str = COORDINATOR
    status: int = 200
    typed: dict[str, str] | None = None
    has_token: bool = True
    # No browser needs to look at a page that is made like another one.
    is_alike: bool = False

    def __str__(self):
        sent = "" if self.typed is None else f" POST {self.status}"
        return f"{self.who or 'nobody'} {self.address}{sent}"

    def at(self, places):
        return self.address.format(**places)

    def sent(self, places):
        return {name: text.format(**places) for name, text in self.typed.items()}


def administration(table, seen=()):
    """Name the pages of one table that administrators edit; browsers see some."""
    top, row = f"/admin/{table.replace('_', '/')}/", f"{{{table}}}"
    pages = {
        "changelist": (top, 200),
        "add": (f"{top}add/", 200),
        "change": (f"{top}{row}/change/", 200),
        "history": (f"{top}{row}/history/", 200),
        "delete": (f"{top}{row}/delete/", 403),
    }
    return [
        Page(
            f"admin:{table}_{act}",
            address,
            ADMINISTRATOR,
            status=status,
            is_alike=act not in seen,
        )
        for act, (address, status) in pages.items()
    ]


LONG = "Quy-hoach-va-phat-trien-cum-cong-nghiep-" * 6
PAGES = [
    Page("home", "/", is_alike=True),
    # signing in
    Page("account_login", "/accounts/login/?next=/resolutions/", NOBODY),
    Page(
        "account_login",
        "/accounts/login/",
        NOBODY,
        typed={"login": "khong-co", "password": "sai"},
    ),
    Page("account_signup", "/accounts/signup/", NOBODY),
    Page("account_inactive", "/accounts/inactive/", NOBODY),
    Page("account_logout", "/accounts/logout/"),
    Page("account_change_password", "/accounts/password/change/"),
    Page(
        "account_change_password",
        "/accounts/password/change/",
        typed={"oldpassword": "sai", "password1": "1", "password2": "2"},
    ),
    # recommendations
    Page("recommendation-list", "/recommendations/"),
    Page("recommendation-list", "/recommendations/", REPORTER, is_alike=True),
    Page("recommendation-list", "/recommendations/", "hanoi"),
    Page(
        "recommendation-list",
        "/recommendations/?resolution=23-nq-tw&progress=in_progress&sort=lead",
    ),
    Page("recommendation-list", "/recommendations/?q=khong+co+gi&colour=red&kind=x"),
    Page("recommendation", "/recommendations/QNA-24-03/"),
    Page("recommendation", "/recommendations/QNA-24-05/", REPORTER),
    Page(
        "recommendation-record-progress",
        "/recommendations/QNA-24-03/progress/",
        status=422,
        typed=FRESH | {"progress": "completed", "note": LONG, "effective_on": "x"},
    ),
    Page(
        "recommendation-record-progress",
        "/recommendations/QNA-24-03/progress/",
        status=409,
        typed=STALE | {"progress": "in_progress", "note": f"Một việc {LONG}"},
    ),
    Page(
        "recommendation-assign-lead",
        "/recommendations/QNA-24-03/lead/",
        status=422,
        typed=FRESH | {"lead": "x", "coordinating": "y"},
    ),
    Page(
        "recommendation-set-deadline",
        "/recommendations/QNA-24-03/deadline/",
        status=422,
        typed=FRESH | {"due_on": "31/02/2026", "note": LONG},
    ),
    # resolutions
    Page("resolution-list", "/resolutions/"),
    Page("resolution", "/resolutions/23-nq-tw/"),
    Page("resolution", "/resolutions/52-nq-tw/"),
    # provinces
    Page("province-list", "/provinces/"),
    Page("province-list", "/provinces/?in_force_on=2025-06-30"),
    Page("province-list", "/provinces/?in_force_on=khong", is_alike=True),
    Page("province", "/provinces/48/"),
    Page("province", "/provinces/49/"),
    Page("province", "/provinces/01/", "hanoi"),
    # sessions and their documents
    Page("session", "/sessions/{session}/"),
    Page("document-list", "/documents/"),
    Page("document", "/documents/{report}/"),
    Page("document", "/documents/{bare_document}/"),
    # reference data
    Page("admin:index", "/admin/", ADMINISTRATOR),
    Page("admin:app_list", "/admin/provinces/", ADMINISTRATOR, is_alike=True),
    Page(
        "admin:auth_user_password_change",
        "/admin/provinces/user/{provinces_user}/password/",
        ADMINISTRATOR,
    ),
    *administration("provinces_province", ["changelist", "change", "history"]),
    *administration("provinces_user"),
    *administration("provinces_organisation"),
    *administration("provinces_succession"),
    *administration("tracker_resolution", ["add"]),
    *administration("tracker_indicator"),
    *administration("tracker_topic"),
    *administration("tracker_review"),
    # what went wrong
    Page("", "/khong-co/", NOBODY, status=404),
    Page("recommendation", "/recommendations/QNA-24-99/", status=404),
    Page("recommendation-list", "/recommendations/", status=405, typed=FRESH),
    Page("admin:index", "/admin/", status=403, is_alike=True),
    Page(
        "recommendation-assign-lead",
        "/recommendations/QNA-24-05/lead/",
        REPORTER,
        status=403,
        typed=FRESH | {"note": LONG},
    ),
    Page(
        "recommendation-record-progress",
        "/recommendations/QNA-24-03/progress/",
        status=403,
        typed=FRESH | {"note": LONG},
        has_token=False,
    ),
    Page(
        "recommendation-record-progress",
        "/recommendations/QNA-24-03/progress/",
        NOBODY,
        status=401,
        typed=FRESH | {"note": LONG},
    ),
]
SILENT = {
    "set_language": "/language/",
    "recommendation-export-csv": "/recommendations/export.csv",
    "recommendation-export-xlsx": "/recommendations/export.xlsx",
    "evidence-file": "/recommendations/QNA-24-03/evidence/{evidence}/",
    "readyz": "/readyz",
    "admin:login": "/admin/login/",
    "admin:logout": "/admin/logout/",
    "admin:password_change": "/admin/password_change/",
    "admin:jsi18n": "/admin/jsi18n/",
    "admin:view_on_site": "/admin/r/{province_type}/{provinces_province}/",
}


def install():
    """Set up the report with its demo users and months of work; give its places."""
    with time_machine.travel(timezone.now() - timedelta(days=200)):
        seed_quickly()
    with open(FIXTURES / "demo_users.csv", encoding="utf-8", newline="") as file:
        make_users(list(csv.DictReader(file)), PASSWORD, is_new=True)
    tell()
    attach_file(Recommendation.objects.with_code("QNA-24-03").get())
    return find_places()


def attach_file(recommendation):
    """Prove the present update by a file."""
    upload = Upload(ContentFile(PDF, "a.pdf"), "Báo cáo.pdf", "application/pdf")
    with transaction.atomic():
        current = recommendation.current_update
        attach_proof(recommendation, current, Proof(files=(upload,)))
        refresh_cached_state(recommendation)


def find_places():
    """Say what the {keys} of addresses stand for in the report."""
    report = Document.objects.filter(passages__isnull=False).distinct().get()
    bare = Document.objects.filter(passages__isnull=True, flags__isnull=True)
    recommendation = Recommendation.objects.with_code("QNA-24-03").get()
    edited = {page.route[6:-11] for page in PAGES if page.route[-11:] == "_changelist"}
    rows = {table: apps.get_model(*table.split("_")).objects for table in edited}
    return {
        "session": recommendation.session_id,
        "report": report.pk,
        "bare_document": bare.order_by("pk").first().pk,
        "version": recommendation.version,
        "evidence": recommendation.evidence.exclude(file_key="").get().sequence,
        "province_type": ContentType.objects.get_for_model(Province).pk,
        **{table: found.order_by("pk").first().pk for table, found in rows.items()},
    }


def person(username):
    return User.objects.get(username=username)


def visitor(username, language="vi", **options):
    """Give the client of a person, or of nobody, who reads one language."""
    client = Client(raise_request_exception=False, **options)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if username:
        client.force_login(person(username))
    return client


def visit(page, places, language="vi"):
    """Meet a page as the table says."""
    client = visitor(page.who, language, enforce_csrf_checks=not page.has_token)
    if page.typed is None:
        return client.get(page.at(places), follow=True)
    return client.post(page.at(places), page.sent(places))
