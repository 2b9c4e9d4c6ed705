"""What people do with reports, letters and the calendar, and for themselves."""

from datetime import date

from tests.browser.hands import act, attach, open_, press, send, write
from tests.pages import PASSWORD
from tracker.reports.layouts import read_template

TODAY = f"{date.today():%d/%m/%Y}"
NEW_PASSWORD = "mot-mat-khau-khac-2026"
TEMPLATE = {"name": "Mau.docx", "mimeType": "x", "buffer": read_template("party")}

REPORT_ACTS = [
    act(
        "keep a report",
        "/reports/",
        press("#show-report"),
        press("#report-preview form [type=submit]"),
        where="main",
        says="BÁO CÁO",
    ),
    act(
        "start a letter from the sheet of a body",
        "/reminders/{lead}/",
        press("a[href$='/letter/']"),
        where="#letter-preview",
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
        "take back a template of one's own",
        "/reports/templates/",
        send("form[action$='/party/take-back/']"),
        where="#templates:not(:has(form[action$='/party/take-back/']))",
    ),
    act(
        "make an address of the calendar",
        "/calendar/",
        send("form[action='/calendar/share/']"),
        where="#address",
    ),
    act(
        "revoke the address of the calendar",
        "/calendar/",
        send("form[action='/calendar/stop/']"),
        where="main",
        says="Chưa có địa chỉ",
    ),
]
# They come last: nobody is signed in after them.
OWN_ACTS = [
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
