"""Pages of official reports: whom they tell what, and that they stay as printed."""

import io
from uuid import uuid4

from django.db import connection
from django.utils import timezone, translation
from openpyxl import load_workbook

from provinces.choices import Role
from tests.chain import say
from tests.factories import (
    make_recommendation,
    make_user,
)
from tests.kept_reports import DAY, REPORTS, keep
from tracker.models import Report, ReportFile, StatusUpdate, Submission
from tracker.models.history import (
    install_append_only_guards,
    remove_append_only_guards,
)

# -- the pages ----------------------------------------------------------------------


def test_preview_says_what_is_kept(sign_in, ha, moved):
    client = sign_in(ha)

    page = client.get(f"{REPORTS}?resolution=23-nq-tw&as_of=30/06/2025")
    assert "Đã khởi công" in page.content.decode()
    kept = client.get(keep(client).headers["Location"])

    assert "Đã khởi công" in kept.content.decode()
    assert Report.objects.get().as_of == DAY


def test_nothing_is_asked_and_nothing_there_shows_no_report(sign_in, ha, hoa, moved):
    assert "report-preview" not in sign_in(ha).get(REPORTS).content.decode()
    page = sign_in(hoa).get(f"{REPORTS}?as_of={DAY}").content.decode()
    assert "report-preview" not in page
    assert "Không có kiến nghị nào" in page
    assert keep(sign_in(hoa)).status_code == 302
    assert not Report.objects.exists()


def test_too_many_rows_are_refused_with_the_reason(sign_in, ha, moved, monkeypatch):
    monkeypatch.setattr("tracker.views.reports.MOST_ROWS", 0)

    page = sign_in(ha).get(f"{REPORTS}?as_of={DAY}").content.decode()

    assert "1 kiến nghị là quá nhiều cho một báo cáo: tối đa 0." in page


def test_workbook_tells_what_the_page_tells(sign_in, ha, moved):
    client = sign_in(ha)
    page = keep(client, f"resolution=23-nq-tw&as_of={DAY}").headers["Location"]

    answer = client.get(f"{page}report.xlsx")

    book = load_workbook(io.BytesIO(answer.content))
    assert len(book.sheetnames) == 5
    summary = [[cell.value for cell in row] for row in book.worksheets[0]]
    [line] = [row for row in summary if row[0] == "23-NQ/TW"]
    assert line[1:9] == [1, 0, 0, 0, 1, 0, 0, 0]
    assert book.worksheets[0]._charts
    sheet = [[cell.value for cell in row] for row in book.worksheets[2]]
    assert sheet[3][:2] == ["STT", "Nội dung"]
    [told] = [row for row in sheet if row[0] == 1]
    assert told[1] == f"{moved.code}. {moved.wording}"
    assert told[5].date() == DAY


# -- kept whole ---------------------------------------------------------------------


def test_printed_again_it_is_the_same_to_the_last_byte(
    sign_in, ha, lan, moved, settings
):
    client = sign_in(ha)
    page = keep(client).headers["Location"]
    first = client.get(f"{page}report.xlsx").content
    shown = client.get(page).content.decode().split("report-content")[1]

    say(moved, StatusUpdate, by=lan, progress="suspended", effective_on=DAY)
    lan.organisation.name = "Đổi tên"
    lan.organisation.save()
    settings.DUE_SOON_DAYS = 0
    with translation.override("en"):
        assert client.get(f"{page}report.xlsx").content == first
    assert client.get(f"{page}report.xlsx").content == first
    again = client.get(page).content.decode().split("report-content")[1]
    assert again == shown
    anew = client.get(keep(client).headers["Location"]).content.decode()
    assert "Tạm dừng" in anew.split("report-content")[1]


def test_a_damaged_report_is_not_printed(sign_in, ha, moved):
    client = sign_in(ha)
    page = keep(client).headers["Location"]

    def damage(model, **changed):
        remove_append_only_guards(connection)
        model.objects.update(**changed)
        install_append_only_guards(connection)

    damage(ReportFile, content=b"PK")
    assert client.get(f"{page}report.xlsx").status_code == 409
    assert client.get(page).status_code == 200
    damage(Report, payload="{}")
    assert client.get(page).status_code == 409


def test_keeping_twice_keeps_one(sign_in, ha, moved):
    client, key = sign_in(ha), uuid4()

    places = {keep(client, form_key=key).headers["Location"] for _twice in range(2)}

    assert places == {Report.objects.get().get_absolute_url()}
    assert Submission.objects.filter(act="report").count() == 1


def test_a_broken_key_is_refused(sign_in, ha, moved):
    assert keep(sign_in(ha), form_key="x").status_code == 400


# -- whose it is --------------------------------------------------------------------


def test_who_may_read_a_kept_report(sign_in, ha, lan, minh, hoa, moved):
    page = keep(sign_in(lan)).headers["Location"]

    told = {
        user.username: [
            sign_in(user).get(address).status_code
            for address in (page, f"{page}report.xlsx")
        ]
        for user in (ha, lan, minh, hoa)
    }

    assert told == {
        "ha": [200, 200],
        "lan": [200, 200],
        "minh": [200, 200],
        "hoa": [404, 404],
    }
    assert "Báo cáo đã lưu" in sign_in(hoa).get(REPORTS).content.decode()
    assert page not in sign_in(hoa).get(REPORTS).content.decode()


def test_what_its_author_alone_sees_is_in_no_report_of_colleagues(sign_in, lan, ha):
    one = make_recommendation()
    say(one, StatusUpdate, by=lan, progress="in_progress", spoken_for=ha.organisation)
    colleague = make_user("tu", lan.organisation, Role.REPORTER)

    page = keep(sign_in(lan), f"as_of={timezone.localdate()}").headers["Location"]

    assert Report.objects.get().is_personal
    assert sign_in(lan).get(page).status_code == 200
    assert sign_in(colleague).get(page).status_code == 404
