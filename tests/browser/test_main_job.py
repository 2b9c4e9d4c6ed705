"""The main job in a real browser, with JavaScript and without it.

Sign in, filter by resolution, search without accents, record progress, assign a lead
and a deadline, export: on the real report.
"""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from provinces.models import User
from tests.factories import make_organisation, make_recommendation
from tracker.facet_counts import SHOWN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
LIST = "/recommendations/"
EXPORT = ".export:not(#saved-view-form)"
PROGRESS = "#recommendation-progress-form"


def open_list(site, username):
    page = site.sign_in(username)
    page.goto(f"{site.address}{LIST}")
    return page


def codes(page):
    return [row.get_attribute("data-code") for row in page.locator("[data-code]").all()]


def expect_count(page, count):
    expect(page.locator("#result-count")).to_have_attribute("data-count", str(count))


def test_reporter_filters_searches_and_records_progress(site):
    page = open_list(site, "quangnam")
    expect_count(page, 27)
    page.check("[name=resolution][value='23-nq-tw']")
    site.filter(page)
    expect_count(page, 19)
    assert "resolution=23-nq-tw" in page.url

    page.fill("#recommendation-facets [name=q]", "cum cong nghiep")
    if site.has_javascript:
        page.press("#recommendation-facets [name=q]", "Enter")
    else:
        site.filter(page)
    expect_count(page, 2)
    assert set(codes(page)) == {"QNA-24-01", "QNA-24-13"}

    page.click("[data-code='QNA-24-13'] .wording a")
    page.check("[name=progress][value=in_progress]")
    page.fill(
        f"{PROGRESS} [name=note]", "Đã giao Sở Công Thương rà soát các cụm công nghiệp"
    )
    page.click(f"{PROGRESS} button[type=submit]")
    timeline = page.locator("#recommendation-timeline li").first
    expect(timeline).to_contain_text("Đang thực hiện")
    expect(timeline).to_contain_text("Đã giao Sở Công Thương")

    page.goto(f"{site.address}/recommendations/?progress=in_progress")
    assert codes(page) == ["QNA-24-13"]
    expect(page.locator("[data-code]")).to_contain_text("Đang thực hiện")
    assert site.complaints == []


def test_switching_the_language_keeps_the_filter(site):
    page = open_list(site, "quangnam")
    page.check("[name=resolution][value='23-nq-tw']")
    site.filter(page)
    expect_count(page, 19)

    page.click(".language button")

    expect(page.locator("h1")).to_have_text("Recommendations")
    expect_count(page, 19)
    assert "resolution=23-nq-tw" in page.url


def test_bad_input_keeps_what_was_typed(site):
    page = site.sign_in("quangnam")
    page.goto(f"{site.address}/recommendations/QNA-24-13/")
    page.check("[name=progress][value=completed]")
    page.fill(f"{PROGRESS} [name=note]", "Xong rồi")
    page.fill(f"{PROGRESS} [name=effective_on]", "31/12/2099")
    page.click(f"{PROGRESS} button[type=submit]")

    expect(page.locator(f"{PROGRESS} [name=note]")).to_have_value("Xong rồi")
    expect(page.locator(f"{PROGRESS} [name=effective_on]")).to_have_value("31/12/2099")
    expect(page.locator("[name=progress][value=completed]")).to_be_checked()
    expect(page.locator("#progressform-effective_on_error p")).to_be_visible()


def test_coordinator_assigns_and_exports(site):
    page = site.sign_in("dieuphoi", lands_on="/overview/")
    page.goto(f"{site.address}/recommendations/QNA-24-03/")
    site.unfold(page, "#recommendation-lead-form")
    page.select_option("[name=lead]", label="Bộ Nông nghiệp và Môi trường")
    page.get_by_role("checkbox", name="Bộ Tài chính").check()
    page.click("#recommendation-lead-form button[type=submit]")
    expect(page.locator("#recommendation-facts")).to_contain_text(
        "Bộ Nông nghiệp và Môi trường"
    )
    site.unfold(page, "#recommendation-deadline-form")
    page.fill("#recommendation-deadline-form [name=due_on]", "31/12/2026")
    page.click("#recommendation-deadline-form button[type=submit]")
    expect(page.locator("#recommendation-facts")).to_contain_text("31/12/2026")

    page.goto(f"{site.address}/recommendations/?resolution=23-nq-tw")
    files = {}
    for kind in ("xlsx", "csv"):
        page.click(f"{EXPORT} summary")
        with page.expect_download() as download:
            page.click(f"{EXPORT} a[href*='export.{kind}']")
        files[kind] = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename.endswith(f".{kind}")
        page.reload()

    text = files["csv"].decode("utf-8-sig")
    rows = {row["Mã"]: row for row in csv.DictReader(io.StringIO(text))}
    assert len(rows) == 19
    assert rows["QNA-24-03"]["Cơ quan chủ trì"] == "Bộ Nông nghiệp và Môi trường"
    assert rows["QNA-24-03"]["Cơ quan phối hợp"] == "Bộ Tài chính"
    assert rows["QNA-24-03"]["Thời hạn"] == "2026-12-31"
    sheet = load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    cells = [
        [cell.value for cell in row] for row in sheet if row[1].value == "QNA-24-03"
    ]
    assert "Bộ Nông nghiệp và Môi trường" in cells[0]
    assert f"{cells[0][9]:%d/%m/%Y}" == "31/12/2026"
    assert site.complaints == []


def test_another_province_sees_an_empty_list_and_404(site):
    page = open_list(site, "hanoi")
    expect_count(page, 0)
    expect(page.locator(".empty")).to_be_visible()

    answer = page.goto(f"{site.address}/recommendations/QNA-24-13/")

    assert answer.status == 404
    assert User.objects.filter(username="hanoi").exists()
    expect(page.locator("h1")).to_have_text("Không tìm thấy")


def test_double_click_makes_one_row(site):
    page = site.sign_in("quangnam")
    page.goto(f"{site.address}/recommendations/QNA-24-13/")
    page.fill(f"{PROGRESS} [name=note]", "Một lần thôi")
    page.dblclick(f"{PROGRESS} button[type=submit]")
    page.wait_for_url("**/QNA-24-13/#row-1")

    expect(page.locator("#recommendation-timeline li")).to_have_count(2)


def test_a_day_that_was_is_asked_for_by_typing_it(site):
    page = open_list(site, "quangnam")

    for typed, key, count in (("25/06/2024", "Tab", 0), ("26/06/2024", "Enter", 27)):
        page.fill("#as_of", typed)
        if site.has_javascript:
            page.press("#as_of", key)
        else:
            site.filter(page)
        expect_count(page, count)
        expect(page.locator("#as_of")).to_have_value(typed)
    expect(page.locator("#recommendation-list [role=note]")).to_contain_text(typed)


def test_the_rest_of_a_facet_opens_in_its_place(site):
    for number in range(SHOWN + 2):
        lead = make_organisation(f"Cơ quan {number:02}")
        make_recommendation(code_prefix="TW", lead=lead)
    page = site.sign_in("dieuphoi", lands_on="/overview/")
    page.goto(f"{site.address}{LIST}")
    facet, leads = page.locator("#facet-lead"), page.locator("#facet-lead [name=lead]")
    few = leads.count()

    page.click("#open-lead")
    expect(facet).to_contain_text("Thu gọn")
    assert leads.count() > few
    if site.has_javascript:
        expect(page.locator("#open-lead")).to_be_focused()
    # After it only those without a lead, who are always in sight.
    last = leads.nth(leads.count() - 2)
    value = last.get_attribute("value")
    last.check()
    site.filter(page)
    expect_count(page, 1)

    # It stays open, until it is closed; what is chosen then stays in sight.
    expect(page.locator(f"#facet-lead [value='{value}']")).to_be_checked()
    expect(facet).to_contain_text("Thu gọn")
    page.click("#open-lead")
    expect(facet).not_to_contain_text("Thu gọn")
    expect(page.locator(f"#facet-lead [value='{value}']")).to_be_checked()


def test_filter_is_behind_one_button_on_a_phone(site):
    page = open_list(site, "quangnam")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    choice = page.locator("#recommendation-facets [name=resolution][value='23-nq-tw']")
    expect(choice).to_be_hidden()
    assert page.locator("[data-code]").first.bounding_box()["y"] < 844

    page.click("label[for=show-facets]")
    choice.check()
    site.filter(page)

    expect_count(page, 19)
    expect(choice).to_be_visible(visible=site.has_javascript)
    overflow = "document.documentElement.scrollWidth > innerWidth"
    assert not site.has_javascript or not page.evaluate(overflow)
