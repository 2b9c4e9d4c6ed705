"""What was typed and not sent: leaving warns, coming back restores it."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.site import PASSWORD, Site
from tests.snapshot import seed_quickly
from tracker.management.commands.demo_users import make_users
from tracker.models import Recommendation, StatusUpdate

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
ASKED = "/recommendations/QNA-24-13/"
FORM = "#recommendation-progress-form"
TYPED = "Đã giao Sở Công Thương rà soát"
PEOPLE = {
    "quangnam": ("Tỉnh ủy Quảng Nam", "reporter"),
    "danang": ("Thành ủy Đà Nẵng", "reporter"),
    "dieuphoi": ("Ban Chính sách, chiến lược Trung ương", "coordinator"),
}
KEPT = "[...Object.keys(localStorage)].filter((one) => one.startsWith('draft:'))"


@pytest.fixture
def site(chromium, live_server, transactional_db):
    seed_quickly()
    rows = [
        {"username": name, "organisation": body, "role": role, "full_name": name}
        for name, (body, role) in PEOPLE.items()
    ]
    make_users(rows, PASSWORD, is_new=True)
    return Site(chromium, live_server.url, has_javascript=True)


class Desk:
    """One person's window, which says yes or no when it is asked about leaving."""

    def __init__(self, site, username, **options):
        self.site, self.asked, self.leaves = site, [], True
        self.page = site.sign_in(username, **options)
        self.page.on("dialog", self.answer)

    def answer(self, dialog):
        self.asked.append(dialog.type)
        dialog.accept() if self.leaves else dialog.dismiss()

    def go(self, path):
        self.page.goto(f"{self.site.address}{path}")

    def field(self, name):
        return self.page.locator(f"{FORM} [name={name}]")

    def type(self, words=TYPED):
        self.go(ASKED)
        self.page.check(f"{FORM} [value=in_progress]", force=True)
        self.field("note").press_sequentially(words)

    def send(self):
        self.page.click(f"{FORM} button[type=submit]")

    def sign_in_again(self, username):
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        expect(self.page.locator(".person")).to_be_visible()

    @property
    def kept(self):
        return self.page.evaluate(KEPT)

    @property
    def notice(self):
        return self.page.locator(".notice.draft")


@pytest.fixture
def lan(site):
    return Desk(site, "quangnam")


def test_typed_text_survives_a_reload_until_it_is_discarded(lan, site):
    lan.type()
    key = lan.field("form_key").input_value()

    lan.page.reload()

    expect(lan.field("note")).to_have_value(TYPED)
    expect(lan.page.locator(f"{FORM} [value=in_progress]")).to_be_checked()
    expect(lan.notice).to_contain_text(
        re.compile(r"lúc \d\d/\d\d/\d{4} \d\d:\d\d\. Bỏ")
    )
    expect(lan.notice).to_have_attribute("role", "status")
    # The very form: what was accepted unseen would answer like the first time.
    assert lan.field("form_key").input_value() == key

    lan.notice.get_by_role("button").click()
    expect(lan.field("note")).to_have_value("")
    expect(lan.notice).to_have_count(0)
    assert lan.field("form_key").input_value() != key
    asked = len(lan.asked)
    lan.page.reload()
    expect(lan.field("note")).to_have_value("")
    assert lan.kept == []
    assert len(lan.asked) == asked
    assert site.complaints == []


def test_restored_text_tells_the_time_of_vietnam_on_any_machine(lan):
    moment = timezone.now() - timedelta(hours=30)
    devices = lan.page.context.new_cdp_session(lan.page)
    devices.send("Emulation.setTimezoneOverride", {"timezoneId": "America/New_York"})
    lan.type()
    lan.page.evaluate(
        """(at) => { const place = Object.keys(localStorage)
            .find((one) => one.startsWith('draft:'));
        const draft = JSON.parse(localStorage[place]);
        localStorage[place] = JSON.stringify({ ...draft, at }); }""",
        int(moment.timestamp() * 1000),
    )
    lan.page.reload()

    said = f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"
    expect(lan.notice.locator("time")).to_have_text(said)


def test_text_of_a_form_that_is_fetched_comes_back(site):
    ha = Desk(site, "dieuphoi", lands_on="/overview/")
    deadline = "#recommendation-deadline-form"
    ha.go(ASKED)
    ha.page.click(f"{deadline} summary")
    note = ha.page.locator(f"{deadline} [name=note]")
    note.press_sequentially(TYPED)

    ha.page.reload()

    expect(note).to_be_visible()
    expect(note).to_have_value(TYPED)
    expect(ha.notice).to_be_visible()
    assert site.complaints == []


def test_old_text_is_forgotten(lan):
    lan.type()
    lan.page.evaluate(
        """() => { const place = Object.keys(localStorage)
            .find((one) => one.startsWith('draft:'));
        const draft = JSON.parse(localStorage[place]);
        draft.at -= 8 * 24 * 60 * 60 * 1000;
        localStorage[place] = JSON.stringify(draft); }"""
    )

    lan.page.reload()

    expect(lan.field("note")).to_have_value("")
    assert lan.kept == []


def test_text_survives_a_session_that_ended_and_is_recorded_once(lan):
    lan.type()
    Session.objects.all().delete()

    lan.send()

    expect(lan.page.locator("#error")).to_contain_text("Hãy đăng nhập: nội dung sẽ")
    expect(lan.page.locator("[data-lost]").first).to_be_hidden()
    assert TYPED in [one.input_value() for one in lan.page.locator("textarea").all()]
    lan.page.click("#error .button")
    lan.sign_in_again("quangnam")
    expect(lan.page).to_have_url(f"{lan.site.address}{ASKED}")
    expect(lan.field("note")).to_have_value(TYPED)

    lan.send()

    expect(lan.page.locator(".notice.success")).to_be_visible()
    assert [one.note for one in StatusUpdate.objects.all()] == [TYPED]
    assert lan.kept == []
    lan.page.reload()
    expect(lan.field("note")).to_have_value("")
    expect(lan.notice).to_have_count(0)


def test_nobody_else_sees_it_and_signing_out_forgets_it(lan):
    lan.type()
    Session.objects.all().delete()
    lan.go(ASKED)
    lan.sign_in_again("danang")
    expect(lan.field("note")).to_have_value("")
    expect(lan.notice).to_have_count(0)
    assert TYPED not in lan.page.content()

    Session.objects.all().delete()
    lan.go(ASKED)
    lan.sign_in_again("quangnam")
    expect(lan.field("note")).to_have_value(TYPED)

    lan.page.click(".person summary")
    lan.page.click(".person button")
    expect(lan.page.locator("[name=login]")).to_be_visible()
    assert lan.kept == []
    lan.go(ASKED)
    lan.sign_in_again("quangnam")
    expect(lan.field("note")).to_have_value("")


def test_leaving_warns_while_something_is_unsent_and_not_after_sending(lan):
    lan.type()
    lan.leaves = False

    lan.page.click("nav.tabs a >> nth=1")
    lan.page.wait_for_timeout(200)
    assert lan.asked == ["beforeunload"]
    expect(lan.page).to_have_url(f"{lan.site.address}{ASKED}")

    lan.send()
    expect(lan.page.locator(".notice.success")).to_be_visible()
    lan.page.click("nav.tabs a >> nth=1")
    expect(lan.page).to_have_url(f"{lan.site.address}/overview/")
    assert lan.asked == ["beforeunload"]


def test_nothing_warns_where_nothing_differs(lan):
    lan.type("a")
    lan.field("note").press("Backspace")
    lan.page.click(f"{FORM} .tile.not_started")

    lan.go("/resolutions/")

    assert lan.asked == []
    assert lan.kept == []


def test_a_refused_form_stays_unsent(lan):
    lan.type()
    lan.field("effective_on").fill("31/02/2024")
    lan.send()
    expect(lan.page.locator(".notice.error").first).to_be_visible()
    expect(lan.notice).to_have_count(0)

    lan.go("/resolutions/")
    assert lan.asked == ["beforeunload"]
    lan.go(ASKED)
    expect(lan.field("note")).to_have_value(TYPED)
    lan.field("effective_on").fill("26/06/2024")
    lan.send()

    expect(lan.page.locator(".notice.success")).to_be_visible()
    assert lan.kept == []


def test_a_restored_edit_meets_what_somebody_else_changed(site):
    ha = Desk(site, "dieuphoi", lands_on="/overview/")
    ha.go(f"{ASKED}edit/")
    ha.page.locator("[name=wording]").fill(TYPED)
    row = Recommendation.objects.with_code("QNA-24-13").get()
    row.wording, row.version = "Nội dung của người khác", row.version + 1
    row.save()

    ha.go(f"{ASKED}edit/")
    expect(ha.page.locator("[name=wording]")).to_have_value(TYPED)
    ha.page.click("main form.entry button.primary")

    expect(ha.page.locator("main")).to_contain_text("Nội dung của người khác")
    expect(ha.page.locator("[name=wording]")).to_have_value(TYPED)
    row.refresh_from_db()
    assert row.wording == "Nội dung của người khác"
    assert len(ha.kept) == 1


def test_a_form_that_htmx_sent_is_sent(lan):
    lan.type()
    lan.page.evaluate(
        f"""() => {{ const form = document.querySelector("{FORM} form");
        form.setAttribute("hx-post", form.action);
        form.setAttribute("hx-swap", "none"); htmx.process(form); }}"""
    )

    with lan.page.expect_response(re.compile("/progress/$")):
        lan.send()
    # The answer is followed to a whole page before the script is told of it.
    for _second in range(10):
        lan.page.wait_for_timeout(1000 if lan.kept else 0)
    assert lan.kept == []
    lan.go("/resolutions/")

    assert lan.asked == []
    assert StatusUpdate.objects.get().note == TYPED


def test_what_another_window_sent_is_not_taken_for_this_text(lan):
    lan.type()
    other = lan.page.context.new_page()
    other.goto(f"{lan.site.address}{ASKED}")
    expect(other.locator(f"{FORM} [name=note]")).to_have_value(TYPED)
    other.locator(f"{FORM} [name=note]").fill(f"{TYPED}, lần hai")

    other.click(f"{FORM} button[type=submit]")
    expect(other.locator(".notice.success")).to_be_visible()
    lan.page.wait_for_timeout(200)
    lan.send()

    expect(lan.page.locator("#recommendation-conflict")).to_be_visible()
    assert [one.note for one in StatusUpdate.objects.all()] == [f"{TYPED}, lần hai"]
