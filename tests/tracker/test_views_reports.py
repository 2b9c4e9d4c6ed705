"""Pages of official reports: whom they tell what, and that they stay as printed."""

import csv
import io
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from openpyxl import load_workbook

from provinces.choices import Role
from tests.chain import say
from tests.factories import (
    make_organisation,
    make_recommendation,
    make_succession,
    make_user,
)
from tests.kept_reports import DAY, REPORTS, keep
from tracker.choices import ReportFormat
from tracker.models import Recommendation, Report, ReportFile, StatusUpdate, Submission
from tracker.models.history import (
    install_append_only_guards,
    remove_append_only_guards,
)
from tracker.reports.official import read_payload

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


def test_an_unknown_name_keeps_nothing_wider(sign_in, ha, moved):
    answer = keep(sign_in(ha), f"as_of={DAY}&session=99999")

    assert answer.headers["Location"].startswith(f"{REPORTS}?")
    assert not Report.objects.exists()
    page = sign_in(ha).get(answer.headers["Location"]).content.decode()
    assert "session=99999" in page


def test_confirmed_figures_are_not_chosen_by_what_was_reported(sign_in, ha, moved):
    query = f"as_of={DAY}&basis=confirmed&progress=in_progress"
    page = sign_in(ha).get(f"{REPORTS}?{query}")

    assert page.context["report"] is None
    assert "Không lọc số liệu đã xác nhận" in page.content.decode()


def test_every_tick_taken_off_there_is_no_annex(sign_in, ha, moved):
    client = sign_in(ha)
    page = client.get(f"{REPORTS}?as_of={DAY}&annex=none")

    assert page.context["report"]["tables"] == []
    kept = keep(client, page.context["choice"].query).headers["Location"]
    assert "annex-progress" not in client.get(kept).content.decode()
    both = client.get(f"{REPORTS}?as_of={DAY}&annex=none&annex=counts")
    assert [one["key"] for one in both.context["report"]["tables"]] == ["counts"]


def test_the_same_report_is_the_same_bytes_on_either_screen(sign_in, ha, moved):
    client = sign_in(ha)
    pages = []
    for language in ("vi", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        pages.append(keep(client, f"as_of={DAY}&language=vi").headers["Location"])
    first, second = (client.get(f"{page}report.csv").content for page in pages)

    assert first == second
    payloads = [read_payload(one.payload) for one in Report.objects.order_by("pk")]
    for one in payloads:
        del one["frozen_at"]
    assert payloads[0] == payloads[1]


def test_earlier_reports_are_turned_over(sign_in, ha, moved, monkeypatch):
    monkeypatch.setattr("tracker.views.reports.SHOWN_EARLIER", 1)
    client = sign_in(ha)
    for _twice in "ab":
        keep(client)
    oldest = Report.objects.order_by("pk").first().get_absolute_url()

    assert oldest not in client.get(REPORTS).content.decode()
    assert oldest in client.get(f"{REPORTS}?page=2").content.decode()


# -- kept whole ---------------------------------------------------------------------


def everything_of(client, page):
    """Give the page of a kept report and the bytes of its files."""
    shown = client.get(page).content.decode().split("report-content")[1]
    files = [client.get(f"{page}report.{kind}").content for kind in ReportFormat.values]
    return [shown.split("</main>")[0], *files]


def record_late(moved, ha, lan, settings):
    """Record something that was so before the day of the report."""
    say(moved, StatusUpdate, by=lan, progress="suspended", effective_on=DAY)


def rename(moved, ha, lan, settings):
    lan.organisation.name = "Đổi tên"
    lan.organisation.save()


def change_settings(moved, ha, lan, settings):
    settings.DUE_SOON_DAYS = settings.STALE_DAYS = 1


def translate_anew(moved, ha, lan, settings):
    """Whoever reads in English meets the words of the other catalogue."""
    settings.LANGUAGE_CODE = "en"
    translation.activate("en")


def reword(moved, ha, lan, settings):
    moved.wording = "Viết lại"
    moved._history_user = ha
    moved.save()


def withdraw(moved, ha, lan, settings):
    Recommendation.objects.filter(pk=moved.pk).update(withdrawn_on=DAY)


@pytest.mark.parametrize(
    "change",
    [record_late, rename, change_settings, translate_anew, reword, withdraw],
    ids=lambda change: change.__name__,
)
def test_printed_again_it_is_the_same_to_the_last_byte(
    sign_in, ha, lan, moved, settings, change
):
    client = sign_in(ha)
    page = keep(client).headers["Location"]
    first = everything_of(client, page)

    with translation.override("vi"):
        change(moved, ha, lan, settings)
        again = everything_of(client, page)

    assert again[1:] == first[1:]
    assert change is translate_anew or again[0] == first[0]


def test_a_new_report_shows_what_was_recorded_late(sign_in, ha, lan, moved, settings):
    client = sign_in(ha)
    earlier = keep(client).headers["Location"]
    record_late(moved, ha, lan, settings)

    anew = keep(client).headers["Location"]

    assert "Tạm dừng" in everything_of(client, anew)[0]
    assert "Tạm dừng" not in everything_of(client, earlier)[0].split("annex-counts")[0]
    assert everything_of(client, anew)[1:] != everything_of(client, earlier)[1:]


def test_another_format_is_made_of_what_was_kept(
    sign_in, ha, lan, moved, settings, monkeypatch
):
    monkeypatch.setattr("tracker.services.reports.MOST_PDF_ROWS", 0)
    client = sign_in(ha)
    page = keep(client).headers["Location"]
    assert "Không tạo PDF" in client.get(page).content.decode()
    assert client.get(f"{page}report.pdf").status_code == 404
    assert client.post(f"{page}files/pdf/").status_code == 403
    monkeypatch.undo()
    rename(moved, ha, lan, settings)

    assert "files/pdf/" in client.get(page).content.decode()
    places = {client.post(f"{page}files/pdf/").headers["Location"] for _twice in "ab"}

    assert places == {f"{page}report.pdf"}
    made = client.get(f"{page}report.pdf").content
    assert made.startswith(b"%PDF-")
    assert ReportFile.objects.filter(format="pdf").count() == 1
    assert client.post(f"{page}files/exe/").status_code == 400


def test_rows_for_programs_carry_plain_values(sign_in, ha, moved):
    client = sign_in(ha)
    page = keep(client).headers["Location"]

    text = client.get(f"{page}report.csv").content.decode("utf-8-sig")

    [line] = csv.DictReader(io.StringIO(text))
    assert line["code"] == moved.code
    assert (line["progress"], line["timeliness"]) == ("in_progress", "due_soon")
    assert (line["due_on"], line["resolutions"]) == ("2025-06-30", "23-NQ/TW")


def test_a_damaged_report_is_not_printed(sign_in, ha, moved):
    client = sign_in(ha)
    page = keep(client).headers["Location"]

    def damage(model, **changed):
        remove_append_only_guards(connection)
        model.objects.update(**changed)
        install_append_only_guards(connection)

    damage(ReportFile, content=b"PK")
    for kind in ReportFormat.values:
        assert client.get(f"{page}report.{kind}").status_code == 409
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


def test_a_successor_reads_what_the_body_kept_that_ended_in_it(
    sign_in, lan, hoa, moved
):
    page = keep(sign_in(lan)).headers["Location"]
    successor = make_organisation("Thành ủy Đà Nẵng")
    make_succession(lan.organisation, successor, on=DAY, is_main=True)

    assert sign_in(make_user("kế", successor)).get(page).status_code == 200
    assert sign_in(hoa).get(page).status_code == 404


def test_what_its_author_alone_sees_is_in_no_report_of_colleagues(sign_in, lan, ha):
    one = make_recommendation()
    say(one, StatusUpdate, by=lan, progress="in_progress", spoken_for=ha.organisation)
    colleague = make_user("tu", lan.organisation, Role.REPORTER)

    page = keep(sign_in(lan), f"as_of={timezone.localdate()}").headers["Location"]

    assert Report.objects.get().is_personal
    assert sign_in(lan).get(page).status_code == 200
    assert sign_in(colleague).get(page).status_code == 404
