"""The whole chain in a real browser, with JavaScript and without it.

Three people carry one recommendation from its lead to its confirmed completion; its
page, the filters and both exports tell the same story.
"""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.office import PDF

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
CODE = "QNA-24-03"
LEAD = "Bộ Công Thương"
PAGE, LIST = f"/recommendations/{CODE}/", "/recommendations/"
EXPORT = ".export:not(#saved-view-form)"
PROGRESS, CONFIRMATION = "#recommendation-progress-form", "#confirmation-form"
ANSWER, DEADLINE = "#recommendation-answer-form", "#recommendation-deadline-form"
REASON = "Chưa nêu rõ đã rà soát những khu công nghiệp nào"
FLAGS = (
    "never_reported",
    "stale",
    "no_lead",
    "difficulty",
    "unanswered",
    "answered_unresolved",
)
# The newest first: what the page tells in the end.
STORY = [
    ("Đã xác nhận", "Điều phối viên mẫu 1"),
    ("Hoàn thành", "Cán bộ báo cáo Bộ Công Thương"),
    ("Thời hạn", "Điều phối viên mẫu 1"),
    ("Trả lời: Tiếp thu một phần", "Cán bộ báo cáo Bộ Công Thương"),
    ("Đã xác nhận", "Điều phối viên mẫu 2"),
    ("Đang thực hiện", "Cán bộ báo cáo Bộ Công Thương"),
    ("Yêu cầu bổ sung", "Điều phối viên mẫu 2"),
    ("Đang thực hiện", "Cán bộ báo cáo Bộ Công Thương"),
    ("Thời hạn", "Điều phối viên mẫu 1"),
    ("Chủ trì", "Điều phối viên mẫu 1"),
    ("Ghi nhận kiến nghị", ""),
]


def send(page, form):
    page.click(f"{form} button[type=submit]")


def in_days(days):
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def test_three_people_carry_a_recommendation_through_the_whole_chain(site, tmp_path):
    dieuphoi = site.sign_in("dieuphoi", lands_on="/overview/")
    assign(site, dieuphoi)
    boct = site.sign_in("boct")
    report_with_file(site, boct, tmp_path)
    other_province = site.sign_in("quangnam")
    report_something_else(site, other_province)
    dieuphoi2 = site.sign_in("dieuphoi2", lands_on="/overview/")
    return_update(dieuphoi2)
    report_again(boct)
    confirm_in_the_queue(site, dieuphoi2)
    answer(site, boct)
    extend(site, dieuphoi)
    complete(site, boct)
    confirm_completion(dieuphoi)

    page_tells_the_story(site, other_province)
    filters_tell_the_story(site, dieuphoi)
    exports_tell_the_story(dieuphoi)
    assert site.complaints == []


def assign(site, page):
    page.goto(f"{site.address}{PAGE}")
    site.unfold(page, "#recommendation-lead-form")
    page.select_option("#recommendation-lead-form [name=lead]", label=LEAD)
    send(page, "#recommendation-lead-form")
    expect(page.locator("#recommendation-facts")).to_contain_text(LEAD)
    site.unfold(page, DEADLINE)
    page.fill(f"{DEADLINE} [name=due_on]", in_days(30))
    send(page, DEADLINE)
    expect(page.locator("#recommendation-facts")).to_contain_text(in_days(30))


def report_with_file(site, page, folder):
    expect(page.locator("h1")).to_have_text("Việc của tôi")
    page.reload()
    page.click(f"[data-code='{CODE}'] .button")
    # It waits for an answer first of all; one form stands open beside the other.
    address = (
        f"{re.escape(f'{site.address}{PAGE}')}\\?form=answer&from=my-work.*{ANSWER}"
    )
    expect(page).to_have_url(re.compile(address))
    expect(page.locator(f"{ANSWER} form")).to_be_visible()
    (folder / "Báo cáo rà soát.pdf").write_bytes(PDF)
    page.check(f"{PROGRESS} [value=in_progress]")
    page.fill(f"{PROGRESS} [name=note]", "Đã rà soát 14 khu công nghiệp")
    page.set_input_files(f"{PROGRESS} [name=files]", folder / "Báo cáo rà soát.pdf")
    send(page, PROGRESS)
    expect(page.locator("#recommendation-timeline li").first).to_contain_text(
        "Báo cáo rà soát.pdf"
    )


def report_something_else(site, page):
    page.goto(f"{site.address}/recommendations/QNA-24-13/")
    page.check(f"{PROGRESS} [value=in_progress]")
    send(page, PROGRESS)
    expect(page.locator("#recommendation-timeline li").first).to_contain_text(
        "Đang thực hiện"
    )


def return_update(page):
    page.click(".tabs a:has-text('Chờ xác nhận')")
    page.click(f"tbody a:has-text('{CODE}')")
    with page.expect_download() as download:
        page.click("#update .evidence a")
    assert Path(download.value.path()).read_bytes() == PDF
    assert download.value.suggested_filename == "Báo cáo rà soát.pdf"
    page.check(f"{CONFIRMATION} [value=returned]")
    send(page, CONFIRMATION)
    expect(page.locator(CONFIRMATION)).to_have_count(1)
    expect(page.locator(f"{CONFIRMATION} .error p").first).to_be_visible()
    page.fill(f"{CONFIRMATION} [name=note]", REASON)
    send(page, CONFIRMATION)
    # The next one that waits.
    expect(page.locator(".crumbs")).to_contain_text("QNA-24-13")


def report_again(page):
    page.click(".brand")
    expect(page.locator(f"#returned ~ table [data-code='{CODE}']")).to_contain_text(
        REASON
    )
    page.click(f"[data-code='{CODE}'] .wording a")
    returned = page.locator("#recommendation-confirmation .notice")
    expect(returned).to_contain_text("Yêu cầu bổ sung")
    expect(returned).to_contain_text(REASON)
    returned.locator(f"a[href='{PROGRESS}']").click()
    page.check(f"{PROGRESS} [value=in_progress]")
    page.fill(f"{PROGRESS} [name=note]", "Danh sách 14 khu công nghiệp ở phụ lục")
    send(page, PROGRESS)
    expect(returned).to_have_count(0)


def confirm_in_the_queue(site, page):
    page.click(".tabs a:has-text('Chờ xác nhận')")
    page.click("tbody a >> nth=0")
    crumbs = page.locator(".crumbs")
    for turn, key, code in (("next", "j", CODE), ("prev", "k", "QNA-24-13")) * 2:
        if site.has_javascript:
            page.wait_for_load_state()
            page.keyboard.press(key)
        else:
            page.click(f"a[rel={turn}]")
        expect(crumbs).to_contain_text(code)
    page.click("a[rel=next]")
    expect(page.locator("#update")).to_contain_text("ở phụ lục")
    if site.has_javascript:
        stays_with_what_is_typed(page)
    page.check(f"{CONFIRMATION} [value=confirmed]")
    send(page, CONFIRMATION)
    expect(crumbs).to_contain_text("QNA-24-13")


def stays_with_what_is_typed(page):
    """No key leads away from a reason that was typed and not sent."""
    page.fill(f"{CONFIRMATION} [name=note]", "Đã đối chiếu")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("k")
    page.wait_for_timeout(300)
    expect(page.locator(".crumbs")).to_contain_text(CODE)
    expect(page.locator(f"{CONFIRMATION} [name=note]")).to_have_value("Đã đối chiếu")
    page.fill(f"{CONFIRMATION} [name=note]", "")


def answer(site, page):
    page.click(".brand")
    page.click(f"[data-code='{CODE}'] .button")
    page.check(f"{ANSWER} [value=accepted_in_part]")
    page.fill(f"{ANSWER} [name=note]", "Tiếp thu phần mở rộng khu hiện có")
    page.fill(f"{ANSWER} [name=document_number]", "5120/BCT-CN")
    send(page, ANSWER)
    expect(page.locator("#recommendation-answer")).to_contain_text("Tiếp thu một phần")


def extend(site, page):
    page.goto(f"{site.address}{PAGE}")
    site.unfold(page, DEADLINE)
    page.fill(f"{DEADLINE} [name=due_on]", in_days(60))
    page.fill(f"{DEADLINE} [name=note]", "Chờ số liệu kiểm kê đất đai")
    page.fill(f"{DEADLINE} [name=document_number]", "77-CV/BCSCL")
    send(page, DEADLINE)
    expect(page.locator("#recommendation-facts")).to_contain_text(in_days(60))


def complete(site, page):
    page.goto(f"{site.address}{PAGE}")
    page.check(f"{PROGRESS} [value=completed]")
    page.fill(f"{PROGRESS} [name=note]", "Đã ban hành quyết định")
    send(page, PROGRESS)
    expect(page.locator(f"{PROGRESS} .wrong")).to_have_count(1)
    page.fill(f"{PROGRESS} [name=document_number]", "2201/QĐ-BCT")
    send(page, PROGRESS)
    expect(page.locator("#recommendation-timeline li").first).to_contain_text(
        "2201/QĐ-BCT"
    )


def confirm_completion(page):
    page.click(".tabs a:has-text('Chờ xác nhận')")
    page.click(f"tbody a:has-text('{CODE}')")
    page.check(f"{CONFIRMATION} [value=confirmed]")
    send(page, CONFIRMATION)
    expect(page.locator(".crumbs")).to_contain_text("QNA-24-13")


def page_tells_the_story(site, page):
    page.goto(f"{site.address}{PAGE}")
    facts = page.locator("#recommendation-facts, #recommendation-confirmation")
    said = dict(
        zip(
            facts.locator("dt").all_inner_texts(),
            facts.locator("dd").all_inner_texts(),
            strict=True,
        )
    )
    assert said["Chủ trì"] == LEAD
    assert said["Thời hạn"].startswith(in_days(60))
    assert said["Thời hạn ban đầu"].startswith(in_days(30))
    assert said["Số lần gia hạn"] == "1"
    assert said["Đã báo cáo"] == said["Đã xác nhận"] == "Hoàn thành"
    assert said["Báo cáo hiện tại"] == "Đã xác nhận"
    assert said["Trả lời"].startswith("Tiếp thu một phần")
    assert said["Ngày hoàn thành"] == in_days(0)
    told = page.locator("#recommendation-timeline li").all_inner_texts()
    assert len(told) == len(STORY), [one[:50] for one in told]
    for text, (what, who) in zip(told, STORY, strict=True):
        assert text.startswith(what), told
        assert who in text, told


def filters_tell_the_story(site, page):
    row = page.locator(f"[data-code='{CODE}']")
    page.goto(f"{site.address}{LIST}")
    for name in ("answer=accepted_in_part", "confirmation=confirmed"):
        parameter, value = name.split("=")
        page.check(f"[name={parameter}][value={value}]")
        site.filter(page)
        expect(page.locator("#result-count")).to_have_attribute("data-count", "1")
        expect(page).to_have_url(re.compile(name))
    expect(row).to_contain_text("Hoàn thành")
    for flag in FLAGS:
        page.goto(f"{site.address}{LIST}?flag={flag}")
        expect(row).to_have_count(0)
    page.goto(
        f"{site.address}{LIST}?progress=completed&confirmation=confirmed"
        "&answer=accepted_in_part&timeliness=completed_on_time"
    )
    expect(row).to_have_count(1)
    expect(page.locator("[data-code]")).to_have_count(1)


def exports_tell_the_story(page):
    files = {}
    for kind in ("csv", "xlsx"):
        page.click(f"{EXPORT} summary")
        with page.expect_download() as download:
            page.click(f"{EXPORT} a[href*='export.{kind}']")
        files[kind] = Path(download.value.path()).read_bytes()
        page.reload()
    text = files["csv"].decode("utf-8-sig")
    [for_programs] = csv.DictReader(io.StringIO(text))
    sheet = load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet]
    [cells] = [row for row in rows if row[1] == CODE]
    [heads] = [row for row in rows if row[1] == "Mã"]
    for_people = {
        head: f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell or "")
        for head, cell in zip(heads, cells, strict=True)
    }
    today = timezone.localdate()
    told = {
        "Mã": CODE,
        "Cơ quan chủ trì": LEAD,
        "Thời hạn": f"{today + timedelta(days=60)}",
        "Thời hạn ban đầu": f"{today + timedelta(days=30)}",
        "Số lần gia hạn": "1",
        "Tiến độ": "Hoàn thành",
        "Xác nhận": "Đã xác nhận",
        "Tiến độ đã xác nhận": "Hoàn thành",
        "Tình trạng thời hạn": "Hoàn thành đúng hạn",
        "Ngày hoàn thành": f"{today}",
        "Kết quả thực hiện": "Đã ban hành quyết định",
        "Trả lời: kết quả": "Tiếp thu một phần",
        "Trả lời: ngày": f"{today}",
        "Trả lời: văn bản": "5120/BCT-CN",
    }
    assert {head: for_programs[head] for head in told} == told
    assert {head: for_people[head] for head in told} == told
