"""An official report of each form as a kept payload, in words that no rule made."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tracker.reports.official import read_payload, write_payload
from tracker.reports.parts import (
    CountLine,
    Group,
    Head,
    Header,
    OfficialReport,
    Section,
    Table,
)

PARTY, STATE = "party", "state"
AT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
LONG = "Căn cứ Nghị quyết số 23-NQ/TW của Bộ Chính trị về định hướng xây dựng " * 3
HEADERS = {
    PARTY: Header(
        form=PARTY,
        nation="ĐẢNG CỘNG SẢN VIỆT NAM",
        motto="",
        parent="BAN CHẤP HÀNH TRUNG ƯƠNG",
        issuer="THÀNH ỦY ĐÀ NẴNG",
        mark="*",
        number="Số ……-BC/……",
        place_and_date="Đà Nẵng, ngày …… tháng …… năm ……",
        draft="DỰ THẢO",
        authority="T/M THÀNH ỦY ĐÀ NẴNG",
        recipients_head="Nơi nhận",
        recipients=("- ……", "Lưu ……"),
    ),
    STATE: Header(
        form=STATE,
        nation="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        motto="Độc lập - Tự do - Hạnh phúc",
        parent="CHÍNH PHỦ",
        issuer="BỘ CÔNG THƯƠNG",
        mark="",
        number="Số: ……/BC-……",
        place_and_date="Hà Nội, ngày …… tháng …… năm ……",
        draft="DỰ THẢO",
        authority="TM. BỘ CÔNG THƯƠNG",
        recipients_head="Nơi nhận:",
        recipients=("- ……;", "- Lưu: VT, ……."),
    ),
}
SUBJECTS = {
    PARTY: "về tình hình thực hiện Nghị quyết số 23-NQ/TW",
    STATE: "Tình hình thực hiện Nghị quyết số 23-NQ/TW",
}
NOTE = "(Kèm theo Báo cáo số …… ngày …… của ……)"
AS_OF = "Số liệu tính đến ngày 30/06/2026"
HEADS = (
    Head("position", "STT", 4),
    Head("wording", "Nội dung", 60),
    Head("due_on", "Thời hạn", 8),
    Head("note", "Ghi chú", 12),
)


def rows_of(count):
    return tuple(
        (number, f"Kiến nghị thứ {number}", date(2026, 6, 30), "Chưa xác định")
        for number in range(1, count + 1)
    )


def annexes():
    groups = (
        Group("23-NQ/TW (60 kiến nghị)", 1, ()),
        Group("Chưa có cơ quan chủ trì", 2, rows_of(60)),
    )
    return (
        Table("progress", "Phụ lục I", "Tiến độ", HEADS, groups, "60 kiến nghị"),
        Table("difficulties", "Phụ lục II", "Khó khăn, vướng mắc", HEADS, (), ""),
    )


def report_of(form, **changes):
    mark = "-" if form == PARTY else "."
    report = OfficialReport(
        kind="progress",
        addressee="",
        header=HEADERS[form],
        title="BÁO CÁO",
        subject=SUBJECTS[form],
        scope="Tất cả kiến nghị",
        as_of=date(2026, 6, 30),
        frozen_at=AT,
        basis="reported",
        basis_in_words="Theo số liệu đã báo cáo",
        language="vi",
        made_by="Nguyễn Văn A",
        as_of_in_words=AS_OF,
        annex_note=NOTE,
        count_title="Tổng hợp",
        count_heads=(),
        nothing="Không có nội dung.",
        opening=(LONG.strip(), "Phạm vi: Tất cả kiến nghị."),
        sections=(
            Section(1, f"I{mark} CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO"),
            Section(2, "1. Công tác quán triệt, tuyên truyền"),
            Section(2, "2. Ban hành văn bản", tuple([LONG.strip()] * 12)),
            Section(1, f"II{mark} PHƯƠNG HƯỚNG, NHIỆM VỤ"),
        ),
        counts=(CountLine("all", "Tất cả", 0, (0,) * 7, 0, 0, 0, ""),),
        tables=annexes(),
        items=(),
    )
    return read_payload(write_payload(replace(report, **changes)))
