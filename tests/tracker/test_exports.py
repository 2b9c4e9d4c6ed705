"""CSV and XLSX: exactly what filter and rights show, and nothing that runs."""

import csv
import io
from datetime import date, datetime

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from tests.chain import Chain, plan_action
from tests.factories import (
    make_deadline,
    make_organisation,
    make_passage,
    make_recommendation,
    make_resolution,
    make_succession,
    make_update,
)
from tracker.choices import Progress
from tracker.reports.progress import BATCH

CSV, XLSX = "/recommendations/export.csv", "/recommendations/export.xlsx"
HEADS = [
    "STT",
    "Mã",
    "Nội dung",
    "Loại",
    "Nghị quyết",
    "Cơ quan kiến nghị",
    "Cơ quan được kiến nghị",
    "Cơ quan chủ trì",
    "Cơ quan phối hợp",
    "Thời hạn",
    "Thời hạn ban đầu",
    "Số lần gia hạn",
    "Tiến độ",
    "Xác nhận",
    "Tiến độ đã xác nhận",
    "Tình trạng thời hạn",
    "Ngày hoàn thành",
    "Kết quả thực hiện",
    "Khó khăn, vướng mắc",
    "Trả lời: kết quả",
    "Trả lời: ngày",
    "Trả lời: văn bản",
    "Việc theo dõi",
    "Nguồn",
    "Trích dẫn",
    "Cập nhật gần nhất",
]


def bytes_of(response):
    content = b"".join(response.streaming_content)
    # What closing the response would do, less the closing of the database.
    for close in response._resource_closers:
        close()
    return content


def csv_rows(client, query=""):
    response = client.get(CSV + query)
    content = bytes_of(response)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\xef\xbb\xbf") == 1
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def workbook(client, query=""):
    return load_workbook(io.BytesIO(bytes_of(client.get(XLSX + query))))


@pytest.fixture
def coordinator(sign_in, ha):
    return sign_in(ha)


@pytest.fixture
def full(ha, time_machine):
    """A recommendation with something in every column."""
    time_machine.move_to("2026-11-23 10:30 +0700", tick=False)
    planning = make_organisation("Bộ Kế hoạch và Đầu tư")
    make_succession(planning, make_organisation("Bộ Tài chính"))
    row = make_recommendation(
        [make_resolution("23-nq-tw"), make_resolution("52-nq-tw")],
        coordinating=[make_organisation("Bộ Y tế"), make_organisation("Bộ Ca")],
        code_number=3,
        wording="Bổ sung chỉ tiêu đất",
        raised_by=make_organisation("tỉnh Quảng Nam"),
        addressee=planning,
        lead=planning,
        passage=make_passage("bổ sung chỉ tiêu đất khu công nghiệp"),
    )
    make_deadline(row, date(2026, 12, 31), by=ha)
    make_update(row, Progress.COMPLETED, by=ha, note="Đã bổ sung 200 ha")
    return row


def test_csv_has_the_declared_columns_and_plain_values(coordinator, full):
    heads, row = csv_rows(coordinator)

    assert heads == HEADS
    assert row == [
        "1",
        "QNA-24-03",
        "Bổ sung chỉ tiêu đất",
        "Kiến nghị",
        "23-NQ/TW; 52-NQ/TW",
        "tỉnh Quảng Nam",
        "Bộ Kế hoạch và Đầu tư (nay là Bộ Tài chính)",
        "Bộ Kế hoạch và Đầu tư (nay là Bộ Tài chính)",
        "Bộ Ca; Bộ Y tế",
        "2026-12-31",
        "2026-12-31",
        "0",
        "Hoàn thành",
        "Chưa xác nhận",
        "",
        "Hoàn thành đúng hạn",
        "2024-06-26",
        "Đã bổ sung 200 ha",
        *[""] * 5,
        f"{full.passage.document.title}, dòng 60",
        "bổ sung chỉ tiêu đất khu công nghiệp",
        "2026-11-23 10:30",
    ]


def test_csv_leaves_what_is_not_known_empty(coordinator):
    make_recommendation()

    row = dict(zip(*csv_rows(coordinator), strict=True))

    for head in ("Cơ quan chủ trì", "Thời hạn", "Ngày hoàn thành", "Cập nhật gần nhất"):
        assert row[head] == ""
    assert row["Tình trạng thời hạn"] == "Chưa có thời hạn"


def test_xlsx_has_typed_cells_and_says_what_is_not_determined(coordinator, full):
    make_recommendation(code_number=4)

    sheet = workbook(coordinator, "?sort=code").worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    first, second = (
        dict(zip(heads, (cell.value for cell in row), strict=True))
        for row in (sheet[2], sheet[3])
    )

    assert heads == HEADS
    assert first["STT"] == 1
    assert first["Thời hạn"] == datetime(2026, 12, 31)
    assert first["Cập nhật gần nhất"] == datetime(2026, 11, 23, 10, 30)
    assert sheet["J2"].number_format == "dd/mm/yyyy"
    assert second["Cơ quan chủ trì"] == "Chưa xác định"
    assert second["Thời hạn"] == "Chưa xác định"
    assert second["Cập nhật gần nhất"] is None
    assert sheet.freeze_panes == "C2"


CHAIN = {
    "Thời hạn": "2026-06-30",
    "Thời hạn ban đầu": "2025-06-30",
    "Số lần gia hạn": "2",
    "Tiến độ": "Hoàn thành",
    "Xác nhận": "Yêu cầu bổ sung",
    "Tiến độ đã xác nhận": "Đang thực hiện",
    "Khó khăn, vướng mắc": "Nguồn vốn: Chưa bố trí",
    "Trả lời: kết quả": "Không thuộc thẩm quyền",
    "Trả lời: ngày": "2025-02-01",
    "Trả lời: văn bản": "99/BTC-NSNN",
}


def test_the_chain_stands_in_both_formats(coordinator, lan, ha):
    chain = Chain(make_recommendation(code_number=3), lan, ha)
    second = plan_action(
        chain.one, by=ha, number=2, wording="Rà soát quy hoạch", owner=lan.organisation
    )
    Chain(make_recommendation(code_number=4), lan, ha)
    work = (
        f"1. {chain.action.wording} – {ha.organisation} – Hoàn thành; "
        f"2. {second.wording} – {lan.organisation} – Chưa thực hiện"
    )

    written = [
        dict(zip(HEADS, row, strict=True))
        for row in csv_rows(coordinator, "?sort=code")
    ]
    sheet = workbook(coordinator, "?sort=code").worksheets[0]
    shown = dict(zip(HEADS, (cell.value for cell in sheet[2]), strict=True))

    for row in written[1:]:
        assert {head: row[head] for head in CHAIN} == CHAIN
    assert written[1]["Việc theo dõi"] == shown["Việc theo dõi"] == work
    assert shown["Số lần gia hạn"] == 2
    assert shown["Trả lời: ngày"] == datetime(2025, 2, 1)
    assert shown["Khó khăn, vướng mắc"] == CHAIN["Khó khăn, vướng mắc"]


def test_xlsx_says_where_nothing_was_confirmed_and_counts_no_extension(coordinator, ha):
    make_update(make_recommendation(), by=ha)

    sheet = workbook(coordinator).worksheets[0]
    shown = dict(zip(HEADS, (cell.value for cell in sheet[2]), strict=True))

    assert shown["Tiến độ đã xác nhận"] == "Chưa có số liệu được xác nhận"
    assert shown["Số lần gia hạn"] == 0


def test_xlsx_second_sheet_says_what_the_file_is(coordinator, full, ha):
    book = workbook(coordinator, "?resolution=23-nq-tw&progress=completed")
    notes = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    text = " ".join(str(value) for value in notes.values())

    assert "Nghị quyết: 23-NQ/TW · Tiến độ: Hoàn thành" in text
    assert "23/11/2026" in text
    assert "10:30 23/11/2026" in text
    assert f"Lê Thu Hà, {ha.organisation}" in text


def test_both_formats_say_the_same(coordinator, full):
    make_recommendation(code_number=4)
    written = csv_rows(coordinator)
    book = [[c.value for c in row] for row in workbook(coordinator).worksheets[0]]

    assert [row[1:7] for row in written] == [
        [value or "" for value in row[1:7]] for row in book
    ]


def test_export_is_the_filter_all_pages_in_its_order(coordinator, ha):
    chosen = make_resolution("23-nq-tw")
    for number in range(1, 61):
        make_recommendation([chosen], code_number=number)
    make_recommendation([make_resolution("52-nq-tw")], code_number=61)

    rows = csv_rows(coordinator, "?resolution=23-nq-tw&sort=-code")

    assert [row[1] for row in rows[1:]] == [f"QNA-24-{n:02d}" for n in range(60, 0, -1)]
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(1, 61)]


def test_rows_beyond_the_first_batch_are_there(coordinator, monkeypatch):
    monkeypatch.setattr("tracker.reports.progress.BATCH", 2)
    assert BATCH > 2
    resolution = make_resolution()
    for number in range(1, 6):
        make_recommendation([resolution], code_number=number)

    rows = csv_rows(coordinator)

    assert [row[1] for row in rows[1:]] == [f"QNA-24-0{n}" for n in range(1, 6)]
    assert {row[4] for row in rows[1:]} == {"23-NQ/TW"}


def test_export_holds_nothing_of_another_province(sign_in, hoa, full, quang_nam):
    make_recommendation(province=quang_nam, wording="Điều bí mật của Quảng Nam")
    client = sign_in(hoa)

    assert csv_rows(client) == [HEADS]
    book = workbook(client)
    assert book.worksheets[0].max_row == 1


@pytest.mark.parametrize(
    "start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")']
)
def test_no_formula_survives(coordinator, ha, start):
    row = make_recommendation(wording=f"{start} chữ")
    make_update(row, by=ha, note=f"{start} ghi chú")

    written = csv_rows(coordinator)[1]
    sheet = workbook(coordinator).worksheets[0]

    assert written[2].startswith("'")
    assert written[HEADS.index("Kết quả thực hiện")].startswith("'")
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n", "d"}


def test_text_is_composed_and_control_characters_are_dropped(coordinator, ha):
    decomposed = "Tha\u0301o go\u031b\u0303 vươ\u0301ng mắc"
    row = make_recommendation(wording=decomposed)
    make_update(row, by=ha, note="tab\x0bdọc")

    assert csv_rows(coordinator)[1][2] == "Tháo gỡ vướng mắc"
    assert workbook(coordinator).worksheets[0]["R2"].value == "tabdọc"


def test_file_names_say_what_the_file_is(coordinator):
    make_resolution("23-nq-tw")
    today = timezone.localdate()

    for url, kind in ((CSV, "csv"), (XLSX, "xlsx")):
        answer = coordinator.get(url + "?resolution=23-nq-tw")
        bytes_of(answer)

        name = f'"kien-nghi_23-nq-tw_{today}.{kind}"'
        assert name in answer["Content-Disposition"]


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_unknown_parameter_is_400_and_named(coordinator, url):
    response = coordinator.get(url + "?progress=done")

    assert response.status_code == 400
    assert "progress=done" in response.content.decode()


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_export_refuses_post(coordinator, url):
    assert coordinator.post(url).status_code == 405


def test_export_queries_do_not_grow_with_rows(
    coordinator, ha, lan, django_assert_num_queries
):
    resolution = make_resolution()
    make_recommendation([resolution], lead=ha.organisation)
    with django_assert_num_queries(12) as first:
        csv_rows(coordinator)

    for _ in range(20):
        one = make_recommendation([resolution], lead=ha.organisation)
    Chain(one, lan, ha)
    with django_assert_num_queries(len(first)):
        csv_rows(coordinator)
