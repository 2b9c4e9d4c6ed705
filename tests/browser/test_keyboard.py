"""Every act of a person by keyboard alone: Tab to reach, keys to do, nothing clicked.

One line of ACTS is one act: where it is done, its keys, and what the page says then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.site import keep_report
from tests.office import PDF
from tests.pages import PASSWORD
from tracker.reports.layouts import read_template

pytestmark = [pytest.mark.browser, pytest.mark.once]
# More stops than any page has.
MOST_STOPS = 400
# Files of reports are made while somebody waits.
PATIENCE = 60_000
TODAY = f"{date.today():%d/%m/%Y}"
NEW_PASSWORD = "mot-mat-khau-khac-2026"
PROGRESS, ANSWER = "#recommendation-progress-form", "#recommendation-answer-form"
DEADLINE, LEAD = "#recommendation-deadline-form", "#recommendation-lead-form"
ACTION, DIFFICULTY = "#recommendation-action-form", "#recommendation-difficulty-form"
ENTRY, CONFIRMATION = "form.entry", "#confirmation-form"
EVENTS = "#recommendation-timeline"
PDF_FILE = {"name": "Bao cao.pdf", "mimeType": "application/pdf", "buffer": PDF}
TEMPLATE = {"name": "Mau.docx", "mimeType": "x", "buffer": read_template("party")}


class Hands:
    """Somebody who has a keyboard and no mouse."""

    def __init__(self, page, address, places):
        self.page, self.address, self.places = page, address, places

    def go(self, address):
        self.page.goto(f"{self.address}{address.format(**self.places)}")

    def reach(self, selector):
        """Press Tab until the control has the focus."""
        wanted = self.page.locator(selector).first
        expect(wanted).to_be_attached(timeout=PATIENCE)
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.has_focus(selector):
                return
        pytest.fail(f"Tab does not lead to {selector}")

    def has_focus(self, selector):
        asked = "(selector) => !!document.activeElement?.matches(selector)"
        return self.page.evaluate(asked, selector)

    def press(self, selector, key="Enter"):
        self.reach(selector)
        self.page.keyboard.press(key)

    def open(self, selector):
        self.press(f"{selector} > summary")

    def write(self, selector, text):
        self.reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def pick(self, name, value):
        """Move to one of the radio buttons: Tab stops at the group, arrows go on."""
        self.reach(name)
        self.page.keyboard.press("Space")
        wanted = f"{name}[value='{value}']:checked"
        for _step in range(10):
            if self.has_focus(wanted):
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"no arrow leads to {wanted}")

    def choose(self, selector, label=""):
        """Go down a list to a choice, or to the first one that says something."""
        self.reach(selector)
        for _step in range(MOST_STOPS):
            self.page.keyboard.press("ArrowDown")
            said = self.page.evaluate(
                "() => document.activeElement.selectedOptions[0].text"
            )
            if label in said:
                return
        pytest.fail(f"no arrow leads to {label}")

    def attach(self, selector, file):
        self.reach(selector)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files([file])

    def send(self, form):
        self.press(f"{form} [type=submit]")


@dataclass(frozen=True)
class Act:
    """One act: the page it is done on, its keys in their order, what is said then."""

    name: str
    address: str
    keys: tuple[Callable[[Hands], None], ...]
    where: str
    says: str

    def __str__(self):
        return self.name


def act(name, address, *keys, where="#messages .success", says=""):
    return Act(name, address, keys, where, says)


def keys(name):
    """Give what is done by the hands as a step of a table."""
    return lambda *said: lambda hands: getattr(hands, name)(*said)


press, open_, write = keys("press"), keys("open"), keys("write")
pick, choose, attach, send = keys("pick"), keys("choose"), keys("attach"), keys("send")


def one(number):
    return f"/recommendations/QNA-24-{number:02}/"


# In this order, by one coordinator; acts on the same thing stand one after another.
ACTS = [
    act(
        "record progress with a file",
        one(2),
        pick(f"{PROGRESS} [name=progress]", "in_progress"),
        write(f"{PROGRESS} [name=note]", "Ghi bằng bàn phím"),
        write(f"{PROGRESS} [name=document_number]", "12/BC"),
        attach(f"{PROGRESS} [name=files]", PDF_FILE),
        send(PROGRESS),
        where=EVENTS,
        says="Ghi bằng bàn phím",
    ),
    act(
        "record an answer",
        one(2),
        open_(ANSWER),
        pick(f"{ANSWER} [name=outcome]", "accepted"),
        write(f"{ANSWER} [name=note]", "Trả lời bằng bàn phím"),
        write(f"{ANSWER} [name=document_number]", "5120/BCT-CN"),
        send(ANSWER),
        where="#recommendation-answer",
        says="Trả lời bằng bàn phím",
    ),
    act(
        "assign the lead",
        one(15),
        open_(LEAD),
        choose(f"{LEAD} [name=lead]", "Bộ Công Thương"),
        press(f"{LEAD} [name=coordinating]", "Space"),
        send(LEAD),
        where="#recommendation-facts",
        says="Bộ Công Thương",
    ),
    act(
        "set the deadline",
        one(15),
        open_(DEADLINE),
        write(f"{DEADLINE} [name=due_on]", "31/12/2030"),
        send(DEADLINE),
        where="#recommendation-facts",
        says="31/12/2030",
    ),
    act(
        "extend the deadline",
        one(15),
        open_(DEADLINE),
        write(f"{DEADLINE} [name=due_on]", "31/12/2031"),
        write(f"{DEADLINE} [name=note]", "Chờ số liệu"),
        write(f"{DEADLINE} [name=document_number]", "77-CV/BCSCL"),
        send(DEADLINE),
        where="#recommendation-facts",
        says="31/12/2031",
    ),
    act(
        "add a follow-up action",
        one(15),
        open_(ACTION),
        write(f"{ACTION} [name=wording]", "Lập danh mục"),
        choose(f"{ACTION} [name=owner]", "Bộ Tài chính"),
        send(ACTION),
        where="#recommendation-actions",
        says="Lập danh mục",
    ),
    act(
        "report on the action",
        f"{one(15)}actions/1/",
        pick("#follow-up-action-progress-form [name=progress]", "in_progress"),
        write("#follow-up-action-progress-form [name=note]", "Đang lập"),
        send("#follow-up-action-progress-form"),
        where="main",
        says="Đang lập",
    ),
    act(
        "edit the action",
        f"{one(15)}actions/1/",
        open_("#follow-up-action-edit-form"),
        write("#follow-up-action-edit-form [name=wording]", "Lập danh mục mới"),
        send("#follow-up-action-edit-form"),
        where="main",
        says="Lập danh mục mới",
    ),
    act(
        "report a difficulty",
        one(15),
        open_(DIFFICULTY),
        choose(f"{DIFFICULTY} [name=category]"),
        write(f"{DIFFICULTY} [name=note]", "Chưa có vốn"),
        send(DIFFICULTY),
        where="#recommendation-difficulties",
        says="Chưa có vốn",
    ),
    act(
        "clear the difficulty",
        one(15),
        press("#recommendation-difficulties li a"),
        write("#difficulty-clear-form [name=note]", "Đã bố trí vốn"),
        send("#difficulty-clear-form"),
        where="main",
        says="Đã bố trí vốn",
    ),
    act(
        "return an update",
        "/recommendations/{reported}/",
        pick(f"{CONFIRMATION} [name=outcome]", "returned"),
        write(f"{CONFIRMATION} [name=note]", "Thiếu minh chứng"),
        send(CONFIRMATION),
        says="bổ sung",
    ),
    act(
        "confirm an update",
        "/recommendations/{reported}/",
        pick(f"{CONFIRMATION} [name=outcome]", "confirmed"),
        send(CONFIRMATION),
        says="xác nhận",
    ),
    act(
        "answer several, after a preview",
        "/answers/several/?code=QNA-24-09&code=QNA-24-10",
        press("[name=chosen]", "Space"),
        pick("[name=outcome]", "noted"),
        write("main [name=note]", "Cùng một trả lời"),
        write("main [name=document_number]", "5121/BCT-CN"),
        send("main form"),
        send("#answer-preview"),
    ),
    act(
        "update several, after a preview",
        "/recommendations/",
        press("[name=code]", "Space"),
        press("#bulk-form [type=submit], [form=bulk-form][type=submit]"),
        pick("#recommendation-bulk-form [name=progress]", "in_progress"),
        write("#recommendation-bulk-form [name=note]", "Cập nhật hàng loạt"),
        send("#recommendation-bulk-form"),
        send("#recommendation-bulk-preview"),
        where="main",
        says="Cập nhật hàng loạt",
    ),
    act(
        "enter a session",
        "/sessions/new/",
        choose(f"{ENTRY} [name=kind]"),
        write(f"{ENTRY} [name=title]", "Buổi làm việc bằng bàn phím"),
        write(f"{ENTRY} [name=held_on]", "01/07/2024"),
        send(ENTRY),
        where="h1",
        says="Buổi làm việc bằng bàn phím",
    ),
    act(
        "edit a session",
        "/sessions/{session}/edit/",
        write(f"{ENTRY} [name=note]", "Sửa bằng bàn phím"),
        send(ENTRY),
    ),
    act(
        "enter a participant",
        "/sessions/{session}/people/new/",
        write(f"{ENTRY} [name=name]", "Lê Bàn Phím"),
        choose(f"{ENTRY} [name=role]"),
        send(ENTRY),
        where="main",
        says="Lê Bàn Phím",
    ),
    act(
        "enter a finding",
        "/sessions/{session}/findings/new/",
        choose(f"{ENTRY} [name=kind]"),
        write(f"{ENTRY} [name=wording]", "Kết quả ghi bằng bàn phím"),
        send(ENTRY),
        where="main",
        says="Kết quả ghi bằng bàn phím",
    ),
    act(
        "enter a document",
        "/documents/new/",
        choose(f"{ENTRY} [name=kind]"),
        write(f"{ENTRY} [name=title]", "Kế hoạch bằng bàn phím"),
        choose(f"{ENTRY} [name=state]"),
        send(ENTRY),
        where="h1",
        says="Kế hoạch bằng bàn phím",
    ),
    act(
        "quote a passage",
        "/documents/{report}/passages/new/",
        write(f"{ENTRY} [name=locator]", "dòng 999"),
        write(f"{ENTRY} [name=quotation]", "trích bằng bàn phím"),
        send(ENTRY),
        where="main",
        says="trích bằng bàn phím",
    ),
    act(
        "enter a recommendation",
        "/recommendations/new/",
        choose(f"{ENTRY} [name=kind]"),
        write(f"{ENTRY} [name=wording]", "Kiến nghị bằng bàn phím"),
        write(f"{ENTRY} [name=raised_on]", "01/07/2024"),
        press(f"{ENTRY} [name=resolutions]", "Space"),
        send(ENTRY),
        where="h1",
        says="Kiến nghị bằng bàn phím",
    ),
    act(
        "edit a recommendation",
        f"{one(22)}edit/",
        write(f"{ENTRY} [name=wording]", "Nội dung sửa bằng bàn phím"),
        send(ENTRY),
        where="h1",
        says="Nội dung sửa bằng bàn phím",
    ),
    act(
        "withdraw a recommendation",
        f"{one(22)}withdraw/",
        write(f"{ENTRY} [name=reason]", "Nhập hai lần"),
        send(ENTRY),
        where="#recommendation-notice",
        says="Nhập hai lần",
    ),
    act(
        "keep a report",
        "/reports/",
        press("#show-report"),
        press("#report-preview form [type=submit]"),
        where="main",
        says="BÁO CÁO",
    ),
    act(
        "keep a letter and record its sending",
        "/reminders/{lead}/letter/",
        press("#letter-preview form [type=submit]"),
        write("#report-sending [name=number]", "45-CV/BCSCL"),
        write("#report-sending [name=sent_on]", TODAY),
        send("#report-sending"),
        where="#report-sending",
        says="45-CV/BCSCL",
    ),
    act(
        "give in a template of one's own",
        "/reports/templates/",
        attach("#upload [name=file]", TEMPLATE),
        send("#upload"),
        where="#templates",
        says="Mau.docx",
    ),
    act(
        "read in English, and back again",
        "/resolutions/",
        send(".language"),
        send(".language"),
        where="h1",
        says="Nghị quyết",
    ),
    act(
        "change the password",
        "/resolutions/",
        open_("details.person"),
        press("a[href='/accounts/password/change/']"),
        write("[name=oldpassword]", PASSWORD),
        write("[name=password1]", NEW_PASSWORD),
        write("[name=password2]", NEW_PASSWORD),
        send("main form"),
    ),
    act(
        "sign out",
        "/resolutions/",
        open_("details.person"),
        send("details.person form"),
        where="h1",
        says="Đăng nhập",
    ),
]


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    yield from keep_report(django_db_blocker)


@pytest.fixture(scope="module")
def hands(chromium, server, db):
    """Somebody who has signed in, by keyboard too."""
    page = chromium.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE)
    hands = Hands(page, server, db)
    hands.go("/")
    hands.write("[name=login]", "dieuphoi")
    hands.write("[name=password]", PASSWORD)
    hands.send("main form")
    expect(page.locator("nav.tabs")).to_be_visible()
    return hands


@pytest.mark.parametrize("done", ACTS, ids=str)
def test_act_is_done_by_keyboard_alone(hands, done):
    hands.go(done.address)
    for key in done.keys:
        key(hands)

    expect(hands.page.locator(done.where).first).to_contain_text(
        done.says, timeout=PATIENCE
    )
