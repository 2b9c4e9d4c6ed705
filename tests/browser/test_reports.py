"""Reports and letters in a real browser, with JavaScript and without it.

A coordinator builds the report of Quảng Nam, keeps it and takes its files; something is
recorded back in time; the kept report stays as it was and a new one shows it.
"""

import io
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.pdf_reading import Pdf
from tests.tracker.test_views_report_templates import own_template

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
LIST, REPORTS = "/recommendations/", "/reports/"
DAY = "30/06/2026"
KINDS = {"docx": "Word (DOCX)", "pdf": "PDF", "xlsx": "Excel (XLSX)", "csv": "CSV"}


def build(site, page, *, province="49"):
    page.goto(f"{site.address}{REPORTS}")
    page.select_option("#resolution", "23-nq-tw")
    page.select_option("#province", province)
    page.fill("#as_of", DAY)
    page.click("#show-report")
    expect(page.locator("#report-preview")).to_contain_text("BÁO CÁO")


def keep(page):
    page.get_by_role("button", name="Lưu báo cáo này").click()
    expect(page.locator("main")).to_contain_text("Đã lưu báo cáo.")
    return page.url


def take(page, kind):
    with page.expect_download() as download:
        page.get_by_role("link", name=KINDS[kind]).first.click()
    return Path(download.value.path()).read_bytes()


def record_back_in_time(site, page):
    page.goto(f"{site.address}/recommendations/QNA-24-09/")
    form = "#recommendation-progress-form"
    page.check(f"{form} [name=progress][value=in_progress]")
    page.fill(f"{form} [name=effective_on]", "01/02/2025")
    page.fill(f"{form} [name=note]", "Đã báo cáo bước đầu")
    page.click(f"{form} button[type=submit]")
    expect(page.locator("main")).to_contain_text("Đã báo cáo bước đầu")


def test_a_report_is_built_kept_and_stays_as_it_was(site):
    page = site.sign_in("dieuphoi", lands_on="/overview/")
    build(site, page)
    kept = keep(page)
    first = {kind: take(page, kind) for kind in KINDS}
    assert "QNA-24-09" in first["csv"].decode("utf-8-sig")
    words = [one.text for one in Document(io.BytesIO(first["docx"])).paragraphs]
    assert "về tình hình thực hiện Nghị quyết số 23-NQ/TW" in words
    assert Pdf(first["pdf"]).line("BÁO CÁO").size == 16
    assert load_workbook(io.BytesIO(first["xlsx"])).worksheets[0]._charts

    reporter = site.sign_in("quangnam")
    record_back_in_time(site, reporter)

    page.goto(kept)
    assert {kind: take(page, kind) for kind in KINDS} == first
    expect(page.locator("#annex-progress")).not_to_contain_text("Đã báo cáo bước đầu")
    build(site, page)
    keep(page)
    expect(page.locator("#annex-progress")).to_contain_text("Đã báo cáo bước đầu")
    assert "in_progress" in take(page, "csv").decode("utf-8-sig")

    page.get_by_role("button", name="So sánh").click()
    expect(page.locator("h1")).to_have_text("Những thay đổi")
    assert site.complaints == []


def test_a_reporter_sees_the_report_of_the_own_province_alone(site):
    page = site.sign_in("hanoi")
    page.goto(f"{site.address}{REPORTS}?as_of=2026-06-30")

    expect(page.locator("#report-builder")).to_contain_text("Không có kiến nghị nào")
    expect(page.locator("#report-preview")).to_have_count(0)
    assert site.complaints == []


def test_a_template_of_ones_own_is_given_in(site, tmp_path):
    page = site.sign_in("dieuphoi", lands_on="/overview/")
    page.goto(f"{site.address}/reports/templates/")
    wrong, good = tmp_path / "sai.docx", tmp_path / "mau.docx"
    wrong.write_bytes(own_template("{{ header.isuer }}"))
    good.write_bytes(own_template())

    page.set_input_files("#upload [name=file]", wrong)
    page.click("#upload button[type=submit]")
    expect(page.locator("#upload")).to_contain_text("header.isuer")
    page.set_input_files("#upload [name=file]", good)
    page.click("#upload button[type=submit]")
    expect(page.locator("#templates")).to_contain_text("mau.docx")

    build(site, page)
    keep(page)
    words = Document(io.BytesIO(take(page, "docx"))).paragraphs
    assert "Kính trình Bộ Chính trị" in [one.text for one in words]


def test_a_letter_is_written_and_its_sending_recorded(site):
    page = site.sign_in("dieuphoi", lands_on="/overview/")
    page.goto(f"{site.address}/reminders/")
    page.get_by_role("link", name="Thành ủy Đà Nẵng").first.click()
    page.get_by_role("link", name="Soạn công văn đôn đốc").click()
    expect(page.locator("#letter-preview")).to_contain_text("Kính gửi")
    page.get_by_role("button", name="Lưu công văn").click()
    page.fill("#report-sending [name=number]", "12-CV/BCSCLTW")
    page.click("#report-sending button[type=submit]")

    expect(page.locator("#report-sending")).to_contain_text(
        "Đã gửi theo số 12-CV/BCSCLTW"
    )
    page.goto(f"{site.address}/recommendations/QNA-24-09/")
    expect(page.locator("main")).to_contain_text("Đã gửi công văn đôn đốc")
    assert site.complaints == []
