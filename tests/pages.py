"""Every page of the product, named once: the tests that walk all pages read this.

A new page is one line of PAGES; a route that never shows one is a line of SILENT.
"""

import csv
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from provinces.choices import DocumentForm
from provinces.models import Organisation, Province, User
from tests.office import PDF
from tests.screens_story import tell
from tests.snapshot import seed_quickly
from tracker.choices import JobState, ReportKind
from tracker.importing.fixtures import FIXTURES
from tracker.management.commands.demo_users import make_users
from tracker.models import (
    Document,
    Job,
    Observation,
    Recommendation,
    Report,
    ReportTemplate,
    SavedView,
    StatusUpdate,
)
from tracker.reports.layouts import read_template
from tracker.services.calendars import share_deadlines
from tracker.services.evidence import Proof, attach_proof
from tracker.services.evidence_files import Upload
from tracker.services.history import refresh_cached_state
from tracker.services.observations import withdraw_observation
from tracker.services.submissions import Stamp

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
ANSWER = KEY | {
    "outcome": "accepted",
    "is_final": "preliminary",
    "effective_on": "01/07/2024",
    "note": LONG,
    "spoken_for": "{provinces_organisation}",
}
PAGES = [
    Page("home", "/", is_alike=True),
    Page("home", "/", REPORTER),
    Page("my-work", "/my-work/", REPORTER, is_alike=True),
    # the whole at a glance
    Page("overview", "/overview/"),
    Page("overview", "/overview/", REPORTER),
    Page("overview", "/overview/", "hanoi"),
    Page("overview", "/overview/?resolution=23-nq-tw&province=49&count=stale"),
    Page("overview", "/overview/?as_of=31/02/2026&count=x&colour=red", is_alike=True),
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
    Page(
        "recommendation-record-answer",
        "/recommendations/QNA-24-03/answer/",
        status=422,
        typed=FRESH | {"outcome": "x", "note": LONG, "effective_on": "31/02/2026"},
    ),
    # one answer for several recommendations
    Page("answer-several", "/answers/several/?code=QNA-24-03&code=TW-24-99"),
    Page("answer-several", "/answers/several/", "hanoi"),
    Page(
        "answer-several-preview",
        "/answers/several/preview/?code=QNA-24-03",
        typed=ANSWER | {"chosen": "QNA-24-03:{version}"},
    ),
    Page(
        "answer-several-preview",
        "/answers/several/preview/?code=QNA-24-03",
        status=422,
        typed=KEY | {"outcome": "x", "note": LONG, "effective_on": "31/02/2026"},
    ),
    Page(
        "answer-several-record",
        "/answers/several/record/?code=QNA-24-03",
        status=409,
        typed=ANSWER | {"chosen": "QNA-24-03:999"},
    ),
    # follow-up actions and difficulties
    Page("follow-up-action", "/recommendations/QNA-24-03/actions/1/"),
    Page(
        "follow-up-action-add",
        "/recommendations/QNA-24-03/actions/",
        status=422,
        typed=FRESH | {"wording": LONG, "owner": "x", "due_on": "31/02/2026"},
    ),
    Page(
        "follow-up-action-edit",
        "/recommendations/QNA-24-03/actions/1/edit/",
        status=422,
        typed=FRESH | {"wording": "", "owner": "x"},
        is_alike=True,
    ),
    Page(
        "follow-up-action-record-progress",
        "/recommendations/QNA-24-03/actions/1/progress/",
        status=409,
        typed=STALE | {"progress": "in_progress", "note": f"Một việc {LONG}"},
    ),
    Page(
        "difficulty-open",
        "/recommendations/QNA-24-03/difficulties/",
        status=422,
        typed=FRESH | {"category": "x", "note": LONG},
        is_alike=True,
    ),
    Page("difficulty", "/recommendations/QNA-24-03/difficulties/{difficulty}/"),
    Page(
        "difficulty-clear",
        "/recommendations/QNA-24-03/difficulties/{difficulty}/clear/",
        status=422,
        typed=FRESH | {"note": "", "effective_on": "x"},
    ),
    # confirmations
    Page("confirmation-queue", "/confirmations/"),
    Page("confirmation-queue", "/confirmations/", REPORTER, status=403, is_alike=True),
    Page("confirmation", "/recommendations/{reported}/"),
    Page("confirmation", "/recommendations/{reported}/", REPORTER),
    Page(
        "recommendation-confirm-update",
        "/recommendations/{reported}/confirm/",
        status=422,
        typed=KEY | {"version": "{reported_version}", "outcome": "returned"},
    ),
    Page(
        "recommendation-confirm-update",
        "/recommendations/{reported}/confirm/",
        status=409,
        typed=STALE | {"outcome": "returned", "note": LONG},
    ),
    # reminders
    Page("reminder-list", "/reminders/"),
    Page("reminder-list", "/reminders/", "hanoi"),
    Page("reminder-sheet", "/reminders/{lead}/"),
    Page("reminder-sheet", "/reminders/{lead}/", "hanoi", is_alike=True),
    # letters
    Page("letter-new", "/reminders/{lead}/letter/"),
    Page("letter-new", "/reminders/{lead}/letter/?as_of=31/02/2026"),
    Page(
        "letter-new", "/reminders/{lead}/letter/", REPORTER, status=403, is_alike=True
    ),
    Page(
        "letter-record-sending",
        "/reports/{letter}/sending/",
        status=422,
        typed=KEY | {"number": LONG, "sent_on": "31/02/2026"},
    ),
    # reports
    Page("report-list", "/reports/"),
    Page("report-list", "/reports/?resolution=23-nq-tw&province=49&as_of=30/06/2026"),
    Page("report-list", "/reports/?as_of=31/02/2026&annex=x&issuer=x", REPORTER),
    Page("report", "/reports/{kept}/"),
    Page("report", "/reports/{letter}/"),
    Page("report", "/reports/{kept}/", "hanoi", status=404, is_alike=True),
    Page("report-compare", "/reports/compare/?since=2026-01-01&as_of={today}"),
    Page("report-compare", "/reports/compare/?since=31/02/2026"),
    Page("report-template-list", "/reports/templates/"),
    Page("report-template-list", "/reports/templates/", REPORTER, is_alike=True),
    Page(
        "report-template-upload",
        "/reports/templates/upload/",
        status=422,
        typed=KEY | {"form": "x"},
    ),
    # It asks for itself again while somebody looks.
    Page("job", "/jobs/{job}/", is_alike=True),
    Page("job", "/jobs/{cancelled_job}/"),
    Page("province-fact-sheet", "/provinces/48/fact-sheet/"),
    Page("province-fact-sheet", "/provinces/01/fact-sheet/?as_of=x", "hanoi"),
    Page("resolution-fact-sheet", "/resolutions/23-nq-tw/fact-sheet/"),
    # saved views of the list, and walking it from one row to the next
    Page("saved-view-list", "/recommendations/views/"),
    Page("saved-view-list", "/recommendations/views/", "hanoi", is_alike=True),
    Page("saved-view-new", "/recommendations/views/new/?resolution=23-nq-tw"),
    Page(
        "saved-view-new",
        "/recommendations/views/new/",
        status=422,
        typed=FRESH | {"name": LONG, "query": "resolution=23-nq-tw"},
    ),
    Page("saved-view-edit", "/recommendations/views/{view}/edit/"),
    Page(
        "saved-view-edit",
        "/recommendations/views/{view}/edit/",
        status=409,
        typed=STALE | {"name": "Một tên khác", "query": "resolution=52-nq-tw"},
    ),
    Page("saved-view-edit", "/recommendations/views/{view}/edit/", "lanhdao", 403),
    Page("recommendation-list", "/recommendations/?timeliness=overdue&view={view}"),
    Page("recommendation-list", "/recommendations/?session=9&topic=x&view={view}"),
    Page(
        "recommendation",
        "/recommendations/QNA-24-03/?resolution=23-nq-tw&sort=code&page=1",
    ),
    # several recommendations at once
    Page("recommendation-bulk", "/recommendations/bulk/?code=QNA-24-03"),
    Page(
        "recommendation-bulk-preview",
        "/recommendations/bulk/preview/",
        typed=KEY
        | {"code": "QNA-24-03", "progress": "in_progress", "note": LONG}
        | {"effective_on": "01/07/2024"},
    ),
    Page(
        "recommendation-bulk-record",
        "/recommendations/bulk/record/",
        status=409,
        typed=KEY
        | {"code": "QNA-24-03", "progress": "in_progress", "note": LONG}
        | {"effective_on": "01/07/2024"},
    ),
    Page(
        "bulk-act",
        "/recommendations/bulk/00000000-0000-4000-8000-000000000009/",
        status=404,
        is_alike=True,
    ),
    Page(
        "bulk-act-undo",
        "/recommendations/bulk/00000000-0000-4000-8000-000000000009/undo/",
        status=404,
        is_alike=True,
        typed=KEY,
    ),
    # the search of everything
    Page("search", "/search/"),
    Page("search", "/search/?q=chu+lai"),
    Page("search", "/search/?q=quang+nam", "hanoi"),
    Page("search", "/search/?q=khong+co+o+day", is_alike=True),
    Page("search", "/search/?q=quang+nam&group=organisations", is_alike=True),
    Page("search", f"/search/?q={'a' * 201}", status=422),
    # resolutions
    Page("resolution-list", "/resolutions/"),
    Page("resolution", "/resolutions/23-nq-tw/"),
    Page("resolution", "/resolutions/52-nq-tw/"),
    # indicators and their figures
    Page("indicator", "/indicators/{tracker_indicator}/"),
    Page("indicator", "/indicators/{measured}/", REPORTER),
    Page("indicator", "/indicators/{tracker_indicator}/", "hanoi", is_alike=True),
    Page("observation-new", "/indicators/{measured}/observations/new/"),
    Page(
        "observation-new",
        "/indicators/{measured}/observations/new/",
        status=422,
        typed=FRESH | {"amount": "8.76", "as_of": "31/02/2026", "source": LONG},
    ),
    Page(
        "observation-edit",
        "/indicators/{measured}/observations/{observation}/edit/",
        is_alike=True,
    ),
    Page(
        "observation-edit",
        "/indicators/{measured}/observations/{observation}/edit/",
        status=409,
        typed=STALE | {"amount": "2", "source": "Niên giám", "note": f"Một {LONG}"},
    ),
    Page(
        "observation-new",
        "/indicators/{measured}/observations/new/",
        status=422,
        typed=FRESH | {"amount": "-3", "source": "Niên giám"},
    ),
    Page(
        "observation-withdraw",
        "/indicators/{measured}/observations/{observation}/withdraw/",
    ),
    Page(
        "observation-withdraw",
        "/indicators/{measured}/observations/{observation}/withdraw/",
        status=409,
        typed=STALE | {"reason": LONG},
        is_alike=True,
    ),
    Page(
        "observation-restore",
        "/indicators/{withdrawn_indicator}/observations/{withdrawn}/restore/",
    ),
    Page("indicator", "/indicators/{withdrawn_indicator}/"),
    # provinces
    Page("province-list", "/provinces/"),
    Page("province-list", "/provinces/?in_force_on=2025-06-30&count=stale"),
    Page("province-list", "/provinces/?in_force_on=khong", is_alike=True),
    Page("province", "/provinces/48/"),
    Page("province", "/provinces/49/"),
    Page("province", "/provinces/01/", "hanoi"),
    # sessions and their documents
    Page("session", "/sessions/{session}/"),
    Page("session-list", "/sessions/"),
    Page("session-new", "/sessions/new/"),
    Page(
        "session-new",
        "/sessions/new/",
        status=422,
        typed=FRESH | {"kind": "x", "title": LONG, "held_on": "31/02/2026"},
    ),
    Page("session-edit", "/sessions/{session}/edit/", is_alike=True),
    Page(
        "session-edit",
        "/sessions/{session}/edit/",
        status=409,
        typed=STALE
        | {"kind": "field_survey", "title": f"Một {LONG}", "held_on": "26/06/2024"},
    ),
    Page("participation-new", "/sessions/{session}/people/new/", is_alike=True),
    Page(
        "participation-edit",
        "/sessions/{session}/people/{participation}/edit/",
        is_alike=True,
    ),
    Page("finding-new", "/sessions/{session}/findings/new/", is_alike=True),
    Page("finding-edit", "/sessions/{session}/findings/{finding}/edit/"),
    Page("session-recommendation-new", "/sessions/{session}/recommendations/new/"),
    Page("recommendation-new", "/recommendations/new/"),
    Page("recommendation-edit", "/recommendations/QNA-24-03/edit/"),
    Page("recommendation-withdraw", "/recommendations/QNA-24-03/withdraw/"),
    Page("document-new", "/documents/new/", is_alike=True),
    Page("document-edit", "/documents/{report}/edit/"),
    Page("document-text", "/documents/{report}/text/", is_alike=True),
    Page(
        "document-text",
        "/documents/{read}/text/",
        status=409,
        typed=STALE | {"text": LONG},
    ),
    Page("document-line", "/documents/{read}/lines/3/"),
    Page("data-flag-new", "/documents/{report}/flags/new/?passage={passage}"),
    Page("data-flag-new", "/documents/{bare_document}/flags/new/", is_alike=True),
    Page(
        "data-flag-new",
        "/documents/{report}/flags/new/",
        status=422,
        typed=FRESH | {"problem": "", "evidence": LONG, "indicators": "x"},
    ),
    Page("data-flag", "/documents/{report}/flags/{flag}/"),
    Page("data-flag", "/documents/{report}/flags/{flag}/", REPORTER),
    Page(
        "data-flag",
        "/documents/{report}/flags/{flag}/",
        status=409,
        typed=STALE | {"decision": LONG},
    ),
    Page("passage", "/documents/{report}/passages/{passage}/"),
    Page("passage-new", "/documents/{read}/passages/new/?span=5-30"),
    Page("passage-new", "/documents/{report}/passages/new/", is_alike=True),
    Page("passage-edit", "/documents/{report}/passages/{passage}/edit/"),
    Page("session-new", "/sessions/new/", REPORTER, status=403, is_alike=True),
    Page("document-list", "/documents/"),
    Page("document", "/documents/{report}/"),
    Page("document", "/documents/{bare_document}/"),
    Page("document", "/documents/{read}/"),
    Page("document", "/documents/{read}/", REPORTER),
    # one's own deadlines in a calendar
    Page("calendar", "/calendar/"),
    Page("calendar", "/calendar/", "hanoi", is_alike=True),
    Page("calendar-share", "/calendar/share/", typed={}),
    # help
    Page("help", "/help/", REPORTER, is_alike=True),
    Page("help-page", "/help/coordinator/"),
    Page("help-page", "/help/reporter/", REPORTER),
    Page("help-page", "/help/leader/", "lanhdao"),
    Page("help-page", "/help/administrator/", ADMINISTRATOR),
    Page("help-shortcuts", "/help/shortcuts/"),
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
    "saved-view": "/recommendations/views/{view}/",
    "saved-view-remove": "/recommendations/views/{view}/remove/",
    "saved-view-start": "/recommendations/views/{view}/start/",
    "saved-view-usual-start": "/recommendations/views/usual-start/",
    "recommendation-export-csv": "/recommendations/export.csv",
    "recommendation-export-xlsx": "/recommendations/export.xlsx",
    "evidence-file": "/recommendations/QNA-24-03/evidence/{evidence}/",
    "letter-keep": "/reminders/{lead}/letter/keep/",
    "report-keep": "/reports/keep/",
    "report-template-take-back": "/reports/templates/party/take-back/",
    "calendar-stop": "/calendar/stop/",
    "calendar-feed": "/calendar/{calendar}.ics",
    "job-cancel": "/jobs/{cancelled_job}/cancel/",
    "report-file": "/reports/{kept}/report.docx",
    "report-add-file": "/reports/{kept}/files/docx/",
    "report-template-shipped": "/reports/templates/party/shipped.docx",
    "report-template-own": "/reports/templates/{template}.docx",
    "province-fact-sheet-pdf": "/provinces/48/fact-sheet.pdf",
    "resolution-fact-sheet-pdf": "/resolutions/23-nq-tw/fact-sheet.pdf",
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
    keep_reports()
    save_views()
    withdraw_figure()
    return find_places()


def keep_reports():
    """Keep a report and a letter, and leave two jobs behind, one of them cancelled."""
    client, today = visitor(COORDINATOR), timezone.localdate()
    query = f"resolution=23-nq-tw&as_of={today}"
    client.post("/reports/keep/", {"form_key": uuid4(), "query": query})
    lead = Recommendation.objects.with_code("QNA-24-03").get().lead_id
    typed = {"form_key": uuid4(), "as_of": f"{today:%d/%m/%Y}"}
    client.post(f"/reminders/{lead}/letter/keep/", typed)
    author = person(COORDINATOR)
    for state in (JobState.WAITING, JobState.CANCELLED):
        fields = {"query": query, "form_key": uuid4(), "language": "vi", "total": 19}
        Job.objects.create(author=author, state=state, **fields)
    ReportTemplate.objects.create(
        organisation=author.organisation,
        form=DocumentForm.PARTY,
        name="Mẫu của Ban.docx",
        content=read_template("party"),
        uploaded_by=author,
    )


def withdraw_figure():
    """Take one of two figures of an indicator out of what counts."""
    figure = Observation.objects.get(source__startswith="CafeF", value=32)
    stamp, by = Stamp(uuid4(), figure.version), person(COORDINATOR)
    withdraw_observation(figure, reason=f"Nhập nhầm: {LONG}", stamp=stamp, by=by)


def save_views():
    """Keep a view that asks for what is gone too, shared with the colleagues."""
    query = f"session=9&topic=x&lead={Organisation.objects.earliest('pk').pk}"
    SavedView.objects.create(
        owner=person(COORDINATOR),
        organisation=person(COORDINATOR).organisation,
        name="Việc của Bộ, nghị quyết 23",
        query=query,
        is_shared=True,
    )


def attach_file(recommendation):
    """Prove the present update by a file."""
    upload = Upload(ContentFile(PDF, "a.pdf"), "Báo cáo.pdf", "application/pdf")
    with transaction.atomic():
        current = recommendation.current_update
        attach_proof(recommendation, current, Proof(files=(upload,)))
        refresh_cached_state(recommendation)


def find_places():
    """Say what the {keys} of addresses stand for in the report."""
    report = Document.objects.earliest("pk")
    bare = Document.objects.filter(passages__isnull=True, flags__isnull=True)
    measured = Observation.objects.filter(as_of__isnull=False).latest("as_of")
    withdrawn = Observation.objects.get(withdrawn_on__isnull=False)
    recommendation = Recommendation.objects.with_code("QNA-24-03").get()
    reported = StatusUpdate.objects.filter(author=person(REPORTER)).earliest("pk")
    edited = {page.route[6:-11] for page in PAGES if page.route[-11:] == "_changelist"}
    rows = {table: apps.get_model(*table.split("_")).objects for table in edited}
    return {
        "session": recommendation.session_id,
        "difficulty": recommendation.difficulties.latest("sequence").sequence,
        "lead": recommendation.lead_id,
        "report": report.pk,
        "flag": report.flags.first().pk,
        "read": Document.objects.get(kept_text__isnull=False).pk,
        "participation": recommendation.session.participations.first().pk,
        "finding": recommendation.session.findings.first().pk,
        "passage": report.passages.first().pk,
        "bare_document": bare.order_by("pk").first().pk,
        "measured": measured.indicator_id,
        "observation": measured.pk,
        "withdrawn": withdrawn.pk,
        "withdrawn_indicator": withdrawn.indicator_id,
        "version": recommendation.version,
        "reported": f"{reported.recommendation.code}/updates/{reported.sequence}",
        "reported_version": reported.recommendation.version,
        "evidence": recommendation.evidence.exclude(file_key="").get().sequence,
        "kept": Report.objects.get(kind=ReportKind.PROGRESS).key,
        "letter": Report.objects.get(kind=ReportKind.LETTER).key,
        "job": Job.objects.get(state=JobState.WAITING).key,
        "cancelled_job": Job.objects.get(state=JobState.CANCELLED).key,
        "view": SavedView.objects.latest("pk").pk,
        "calendar": share_deadlines(language="vi", by=person("danang")),
        "template": ReportTemplate.objects.earliest("pk").pk,
        "today": timezone.localdate(),
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
