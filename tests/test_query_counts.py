"""What pages cost: few statements, as many with one row of everything as with three."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from provinces.choices import DocumentForm
from tests.factories import (
    RAISED_ON,
    make_action,
    make_answer,
    make_clearance,
    make_confirmation,
    make_deadline,
    make_difficulty,
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_succession,
    make_topic,
    make_update,
    numbers,
)
from tests.pages import FRESH, KEY, PAGES, STALE
from tracker.choices import (
    Basis,
    ConfirmationState,
    DocumentKind,
    DocumentState,
    FindingKind,
    ParticipationRole,
    RecommendationKind,
    ReportKind,
    SessionKind,
    TargetOperator,
)
from tracker.models import (
    Confirmation,
    DataFlag,
    Document,
    DocumentText,
    Evidence,
    Finding,
    Indicator,
    Job,
    Observation,
    Participation,
    Passage,
    Report,
    SavedView,
    Target,
    WorkingSession,
)
from tracker.services.history import append_row

pytestmark = pytest.mark.once


# Between these days nothing changed: all is read twice, and no row is told.
UNCHANGED = "/reports/compare/?since=2024-12-31&as_of=2025-06-30"


class World:
    """A province, a session, a document and one recommendation; all lists grow."""

    def __init__(self, ha, lan):
        self.ha, self.lan = ha, lan
        self.province = lan.organisation.province
        self.resolution = make_resolution()
        self.report = self.add_document()
        self.session = self.add_session()
        passage = self.add_passage(self.report)
        self.main = self.add_recommendation(passage, lead=lan.organisation)
        self.reported = self.main.updates.earliest("sequence").sequence
        self.difficulty = self.main.difficulties.earliest("sequence").sequence

        self.view = self.add_view()
        self.add_kept()
        self.person = Participation.objects.create(
            session=self.session, name="Lê An", role=ParticipationRole.HOST
        )
        self.figure = Observation.objects.create(
            indicator=Indicator.objects.create(name="Số khu", province=self.province),
            value=14,
            source="Niên giám thống kê",
        )
        self.wrong = self.add_withdrawn_figure()
        self.flag = DataFlag.objects.create(document=self.report, problem="Lệch số")
        text = f"Đề nghị {passage.quotation}. Hết."
        DocumentText.objects.create(document=self.report, text=text)
        self.finding = Finding.objects.create(
            kind=FindingKind.RESULT, wording="Đã có kết quả", session=self.session
        )

    @property
    def addresses(self):
        """Every page that costs something, and what is typed into it."""
        detail = self.main.get_absolute_url()
        listed = "/recommendations/"
        met, read = self.session.get_absolute_url(), self.report.get_absolute_url()
        measured = self.figure.indicator.get_absolute_url()
        return {
            ("home", "/"): None,
            ("overview", "/overview/"): None,
            ("overview", "/overview/?as_of=2025-06-30&count=stale"): None,
            ("account_logout", "/accounts/logout/"): None,
            ("account_change_password", "/accounts/password/change/"): None,
            ("recommendation-list", listed): None,
            ("my-work", "/my-work/"): None,
            ("my-work", "/my-work/?reason=unanswered"): None,
            ("recommendation", f"{detail}?q=bo+sung&sort=lead&page=1"): None,
            ("saved-view-list", f"{listed}views/"): None,
            ("saved-view-new", f"{listed}views/new/?q=bo"): None,
            ("saved-view-edit", f"{listed}views/{self.view.pk}/edit/"): None,
            ("recommendation-bulk", f"{listed}bulk/"): None,
            ("recommendation-bulk-preview", f"{listed}bulk/preview/"): {
                **FRESH,
                "code": self.main.code,
                "progress": "in_progress",
                "effective_on": "01/07/2024",
            },
            ("recommendation-bulk-record", f"{listed}bulk/record/"): STALE,
            ("recommendation-list", f"{listed}?q=bo+sung&sort=lead&province=49"): None,
            ("recommendation-export-csv", f"{listed}export.csv"): None,
            ("recommendation-export-xlsx", f"{listed}export.xlsx"): None,
            ("recommendation", detail): None,
            ("recommendation-record-progress", f"{detail}progress/"): FRESH,
            ("recommendation-assign-lead", f"{detail}lead/"): STALE,
            ("recommendation-set-deadline", f"{detail}deadline/"): STALE,
            ("recommendation-record-answer", f"{detail}answer/"): STALE,
            ("answer-several", "/answers/several/"): None,
            ("answer-several-preview", "/answers/several/preview/"): KEY,
            ("answer-several-record", "/answers/several/record/"): KEY,
            ("follow-up-action-add", f"{detail}actions/"): STALE,
            ("follow-up-action", f"{detail}actions/1/"): None,
            ("follow-up-action-edit", f"{detail}actions/1/edit/"): STALE,
            (
                "follow-up-action-record-progress",
                f"{detail}actions/1/progress/",
            ): STALE,
            ("difficulty-open", f"{detail}difficulties/"): STALE,
            ("difficulty", f"{detail}difficulties/{self.difficulty}/"): None,
            (
                "difficulty-clear",
                f"{detail}difficulties/{self.difficulty}/clear/",
            ): STALE,
            ("confirmation-queue", "/confirmations/"): None,
            ("confirmation", f"{detail}updates/{self.reported}/"): None,
            (
                "recommendation-confirm-update",
                f"{detail}updates/{self.reported}/confirm/",
            ): STALE,
            ("reminder-list", "/reminders/"): None,
            ("reminder-sheet", f"/reminders/{self.lan.organisation_id}/"): None,
            ("letter-new", f"/reminders/{self.lan.organisation_id}/letter/"): None,
            ("report-list", "/reports/?as_of=2025-06-30"): None,
            (
                "report-compare",
                "/reports/compare/?since=2024-01-01&as_of=2025-06-30",
            ): None,
            ("report-compare", UNCHANGED): None,
            ("report-template-list", "/reports/templates/"): None,
            ("province-fact-sheet", f"{self.province.get_absolute_url()}fact-sheet/"): (
                None
            ),
            (
                "resolution-fact-sheet",
                f"{self.resolution.get_absolute_url()}fact-sheet/",
            ): None,
            ("search", "/search/?q=so"): None,
            ("search", "/search/?q=so&group=documents"): None,
            ("calendar", "/calendar/"): None,
            ("calendar-share", "/calendar/share/"): {},
            ("help", "/help/"): None,
            ("help-page", "/help/reporter/"): None,
            ("help-shortcuts", "/help/shortcuts/"): None,
            ("resolution-list", "/resolutions/"): None,
            ("resolution", self.resolution.get_absolute_url()): None,
            ("indicator", measured): None,
            ("observation-new", f"{measured}observations/new/"): FRESH,
            (
                "observation-edit",
                f"{measured}observations/{self.figure.pk}/edit/",
            ): FRESH,
            (
                "observation-withdraw",
                f"{measured}observations/{self.figure.pk}/withdraw/",
            ): STALE,
            (
                "observation-restore",
                f"{measured}observations/{self.wrong.pk}/restore/",
            ): STALE,
            ("province-list", "/provinces/"): None,
            ("province-list", "/provinces/?in_force_on=2025-06-30"): None,
            ("province", self.province.get_absolute_url()): None,
            ("session", self.session.get_absolute_url()): None,
            ("session-list", "/sessions/"): None,
            ("session-new", "/sessions/new/"): None,
            ("session-edit", f"{met}edit/"): None,
            ("participation-new", f"{met}people/new/"): None,
            ("participation-edit", f"{met}people/{self.person.pk}/edit/"): None,
            ("finding-new", f"{met}findings/new/"): None,
            ("finding-edit", f"{met}findings/{self.finding.pk}/edit/"): None,
            ("session-recommendation-new", f"{met}recommendations/new/"): None,
            ("recommendation-new", f"{listed}new/"): None,
            ("recommendation-edit", f"{detail}edit/"): None,
            ("recommendation-withdraw", f"{detail}withdraw/"): STALE,
            ("document-new", "/documents/new/"): None,
            ("document-edit", f"{read}edit/"): None,
            ("passage-new", f"{read}passages/new/"): FRESH,
            ("passage-edit", f"{read}passages/{self.main.passage_id}/edit/"): FRESH,
            ("document-list", "/documents/"): None,
            ("document", self.report.get_absolute_url()): None,
            ("document-text", f"{read}text/"): STALE,
            ("document-line", f"{read}lines/1/"): None,
            ("data-flag-new", f"{read}flags/new/"): None,
            ("data-flag", f"{read}flags/{self.flag.pk}/"): STALE,
            ("passage", f"{read}passages/{self.main.passage_id}/"): None,
        }

    def add_view(self):
        """Filters that both share with their colleagues; give the coordinator's."""
        views = [
            SavedView.objects.create(
                owner=owner,
                organisation=owner.organisation,
                name=f"Bộ lọc số {next(numbers)}",
                query=f"lead={self.add_body().pk}&q=bo",
                is_shared=True,
            )
            for owner in (self.lan, self.ha)
        ]
        return views[-1]

    def add_kept(self):
        """A report of each that was kept, and one in the making."""
        for author in (self.ha, self.lan):
            Job.objects.create(author=author, form_key=uuid4(), language="vi")
            Report.objects.create(
                author=author,
                organisation=author.organisation,
                issuer=author.organisation,
                kind=ReportKind.PROGRESS,
                scope="Tất cả kiến nghị",
                as_of=RAISED_ON,
                frozen_at=timezone.now(),
                basis=Basis.REPORTED,
                form=DocumentForm.PARTY,
                language="vi",
                payload="{}",
                checksum="",
            )

    def add_session(self):
        session = WorkingSession.objects.create(
            kind=SessionKind.WORKING_SESSION,
            title=f"Buổi làm việc số {next(numbers)}",
            held_on=RAISED_ON,
            province=self.province,
            host=self.lan.organisation,
        )
        session.resolutions.add(self.resolution)
        return session

    def add_document(self):
        number = next(numbers)
        document = Document.objects.create(
            slug=f"ke-hoach-{number}",
            kind=DocumentKind.PLAN,
            title=f"Kế hoạch số {number}",
            number=f"{number}-KH/TU",
            state=DocumentState.ISSUED,
            issuer=self.add_body(),
        )
        document.resolutions.add(self.resolution)
        return document

    def add_passage(self, document):
        return Passage.objects.create(
            slug=f"doan-{next(numbers)}",
            document=document,
            locator="dòng 60",
            quotation="hoàn thiện cơ chế, chính sách",
        )

    def add_body(self, **fields):
        """A body that ended in another one."""
        body = make_organisation(valid_to=date(2025, 6, 30), **fields)
        make_succession(body, make_organisation(**fields))
        return body

    def add_recommendation(self, passage, **fields):
        fields = {
            "resolutions": [self.resolution, make_resolution(f"{next(numbers)}-nq-tw")],
            "topics": [make_topic(f"chu-de-{next(numbers)}")],
            "coordinating": [self.add_body()],
            "raised_by": self.lan.organisation,
            "addressee": self.add_body(),
            "lead": self.add_body(),
            "province": self.province,
            "session": self.session,
            "passage": passage,
        } | fields
        one = make_recommendation(**fields)
        self.add_history(one)
        return one

    def add_history(self, one):
        speaker = self.add_body()
        make_confirmation(
            make_update(one, by=self.lan), "returned", by=self.ha, note="Thiếu"
        )
        make_update(one, by=self.lan)
        first = make_update(one, by=self.lan, spoken_for=speaker, note="Đang làm")
        proven = Evidence(
            update=first,
            document_number="12/BC",
            effective_on=RAISED_ON,
            author=self.ha,
            spoken_for=self.ha.organisation,
        )
        append_row(one, proven)
        make_update(one, by=self.ha, corrects=first)
        make_deadline(one, date(2026, 12, 31), by=self.ha)
        answer = make_answer(one, "outside_remit", by=self.lan, spoken_for=speaker)
        append_row(
            one,
            Evidence(
                answer=answer,
                document_number="13/BC",
                effective_on=RAISED_ON,
                author=self.lan,
                spoken_for=speaker,
            ),
        )
        cleared = make_difficulty(one, by=self.lan, spoken_for=self.add_body())
        make_clearance(cleared, by=self.ha, spoken_for=self.add_body())
        make_difficulty(one, by=self.lan, spoken_for=self.add_body())
        make_action(one, self.add_body(), by=self.ha)
        self.add_action_history(one)

    def add_action_history(self, one):
        """Reports and edits of the first action of a recommendation."""
        action = one.actions.get(number=1)
        first = make_update(one, action=action, by=self.lan, note="Đã lập danh mục")
        proven = Evidence(
            update=first,
            url="https://quangnam.example/12",
            effective_on=RAISED_ON,
            author=self.ha,
            spoken_for=self.ha.organisation,
        )
        append_row(one, proven)
        said = Confirmation(
            update=first,
            outcome=ConfirmationState.CONFIRMED,
            effective_on=RAISED_ON,
            author=self.ha,
            spoken_for=self.ha.organisation,
        )
        append_row(one, said)
        make_update(one, action=action, by=self.ha, corrects=first)
        action.refresh_from_db()
        action.owner = self.add_body()
        action.save()

    def grow(self):
        """Add one row to everything that any page lists."""
        passage = self.add_passage(self.report)
        document, session = self.add_document(), self.add_session()
        document.sessions.add(self.session)
        for place in (self.province, self.add_predecessor()):
            for kind in RecommendationKind:
                self.add_recommendation(passage, province=place, kind=kind)
        self.add_recommendation(passage, lead=self.lan.organisation)
        self.add_history(self.main)
        self.main.refresh_from_db()
        self.main.coordinating.add(self.add_body())
        self.main.topics.add(make_topic(f"chu-de-{next(numbers)}"))
        for operator in (TargetOperator.AT_LEAST, TargetOperator.VISION):
            Target.objects.create(
                code=f"CT{next(numbers)}",
                resolution=self.resolution,
                wording="Tỉ trọng công nghiệp",
                operator=operator,
                value=40,
                unit="%",
                year=2030,
            )
        Participation.objects.create(
            session=self.session,
            name="Nguyễn Văn An",
            organisation=self.add_body(),
            role=ParticipationRole.PARTICIPANT,
            passage=passage,
        )
        self.add_view()
        self.add_kept()
        self.add_findings(self.add_passage(document), session)
        self.add_indicator(passage, document)

    def add_predecessor(self):
        before = make_province(
            f"Tỉnh số {next(numbers)}",
            valid_to=date(2025, 6, 30),
            successor=self.province,
        )
        self.add_body(province=before)
        self.add_body(province=self.province)
        return before

    def add_findings(self, passage, session):
        for kind in FindingKind:
            for held in (self.session, session):
                Finding.objects.create(
                    kind=kind, wording="Đã có kết quả", session=held, passage=passage
                )

    def add_withdrawn_figure(self):
        figure = self.figure.indicator.observations.create(
            value=41, source=f"Báo số {next(numbers)}", withdrawn_on=date(2025, 1, 1)
        )
        # Its history has to be searched for who did it.
        figure.save()
        return figure

    def add_indicator(self, passage, document):
        indicator = Indicator.objects.create(
            name="Tỉ trọng", unit="%", province=self.province, passage=passage
        )
        indicator.resolutions.add(self.resolution)
        for source in ({"document": document}, {"source": "Niên giám thống kê"}):
            Observation.objects.create(indicator=indicator, value=3, **source)
        day = date(2000, 1, 1) + timedelta(days=next(numbers))
        dated = self.figure.indicator.observations.create(
            value=3, as_of=day, document=document
        )
        dated.value = 4
        dated.save()
        self.add_withdrawn_figure()
        Target.objects.create(
            code=f"CT{next(numbers)}",
            resolution=self.resolution,
            wording="Số khu công nghiệp",
            operator=TargetOperator.AT_LEAST,
            value=20,
            year=2030,
            indicator=self.figure.indicator,
        )
        flag = DataFlag.objects.create(
            source_id=f"F{next(numbers)}",
            document=self.report,
            problem="Hai số khác nhau",
            passage=passage,
        )
        flag.indicators.add(indicator)


# What a screen may cost, session and person among it, whatever the number of rows.
MOST = 12

# Pages that show nothing of which there can be more.
ALONE = {
    *(
        "/",
        "my-work",
        "/recommendations/bulk/",
        "account_logout",
        "account_change_password",
        UNCHANGED,
    ),
    *("difficulty", "document-line", "passage", "report-template-list", "calendar"),
    *("saved-view-new", "saved-view-edit", "help", "help-page", "help-shortcuts"),
}


def ask(client, address, typed):
    """Give how many queries an answer costs, and how long it is."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address) if typed is None else client.post(address, typed)
        content = answer.getvalue()
    assert answer.status_code in {200, 302, 403, 404, 409, 422}, address
    # Where somebody may not go, nothing grows.
    return len(queries), len(content) if answer.status_code == 200 else 0


@pytest.fixture
def world(ha, lan):
    world = World(ha, lan)
    world.grow()
    return world


def test_every_page_is_counted(world):
    counted = {route for route, _address in world.addresses}

    shown = {page.route for page in PAGES if page.who and page.route}
    # What administrators edit is counted with the rest of its tests.
    # What one act changed is asked for in tests of its own.
    shown -= {"bulk-act", "bulk-act-undo"}
    # Of what was kept a page reads one row, whatever is in it.
    shown -= {"report", "letter-record-sending", "job", "report-template-upload"}
    assert {name for name in shown if not name.startswith("admin:")} <= counted


@pytest.mark.parametrize("who", ["ha", "lan"], ids=["coordinator", "reporter"])
def test_every_page_costs_little_and_the_same_for_many_rows(world, who, sign_in):
    client = sign_in(getattr(world, who))

    def ask_all():
        for (_route, address), typed in world.addresses.items():
            sent = typed and {
                name: text.format(version=world.main.version)
                for name, text in typed.items()
            }
            # Once for what is only asked at the first time.
            ask(client, address, sent)
            yield address, ask(client, address, sent)

    with_one = dict(ask_all())
    world.grow()
    world.grow()
    with_three = dict(ask_all())

    assert costs_of(with_three) == costs_of(with_one)
    assert too_dear(world, costs_of(with_three)) == {}
    for (route, address), typed in world.addresses.items():
        is_list = typed is None and address not in ALONE and route not in ALONE
        if is_list and with_one[address][1]:
            assert with_three[address][1] > with_one[address][1], address


def costs_of(answers):
    return {address: queries for address, (queries, _length) in answers.items()}


def too_dear(world, costs):
    """Name the screens that cost more than they may; answers to acts may cost more."""
    return {
        address: costs[address]
        for (_route, address), typed in world.addresses.items()
        if typed is None and costs[address] > MOST
    }
