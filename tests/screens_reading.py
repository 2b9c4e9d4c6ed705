"""A made-up notice that was read after the first report, for pictures of the reader."""

from uuid import uuid4

from provinces.models import User
from tracker.choices import DocumentKind, DocumentState, FindingKind
from tracker.models import DataFlag, Document, Finding, Passage, WorkingSession
from tracker.services.document_texts import set_document_text
from tracker.services.documents import create_document, create_passage
from tracker.services.findings import create_finding
from tracker.services.flags import decide_flag
from tracker.services.submissions import Stamp

TITLE = "Thông báo nội bộ sau buổi làm việc (bản mẫu)"
TEXT = "\n\n".join(
    [
        "Thông báo nội bộ sau buổi làm việc",
        "Buổi làm việc nghe địa phương nêu ba nhóm vấn đề: đất cho cụm công nghiệp, vốn"
        " cho hạ tầng khung và nhân lực số ở cấp xã. Các cơ quan dự họp cơ bản thống"
        " nhất với cách đặt vấn đề này.",
        "Về đất, địa phương đã rà soát xong nhu cầu của từng cụm, nhưng số liệu kiểm kê"
        " của hai địa bàn trước sắp xếp chưa khớp nhau. Đề nghị thống nhất một bộ số"
        " liệu trước ngày 30/9.",
        "Về vốn, mức bố trí hiện nay chưa đủ để làm quy hoạch chi tiết. Địa phương sẽ"
        " gửi dự toán bổ sung; cơ quan tài chính xem xét trong kỳ điều chỉnh gần nhất.",
        "Về nhân lực, mỗi xã có ít nhất một người phụ trách chuyển đổi số; việc tập"
        " huấn làm theo cụm xã để tiết kiệm thời gian đi lại.",
    ]
)
QUOTED = (
    (3, "ba nhóm vấn đề: đất cho cụm công nghiệp, vốn cho hạ tầng khung"),
    (5, "số liệu kiểm kê của hai địa bàn trước sắp xếp chưa khớp nhau"),
    (5, "trước sắp xếp chưa khớp nhau. Đề nghị thống nhất một bộ số liệu"),
    (7, "chưa đủ để làm quy hoạch chi tiết"),
    (9, "mỗi xã có ít nhất hai người phụ trách chuyển đổi số"),
)
DIFFICULTY = "Số liệu kiểm kê đất của hai địa bàn cũ chưa khớp"
DECISION = "Dùng ngày 26/06/2024; câu trích giữ nguyên như nguồn."


def stamp(version: int = 1) -> Stamp:
    return Stamp(uuid4(), version)


def read_notice(username: str) -> None:
    """Enter the notice, its text, what is quoted from it and what that became."""
    by = User.objects.get(username=username)
    session = WorkingSession.objects.earliest("pk")
    document = create_document(
        Document(),
        kind=DocumentKind.NOTICE,
        number="",
        number_as_printed="",
        title=TITLE,
        issued_on=None,
        issuer=by.organisation,
        resolutions=session.resolutions.all(),
        sessions=[session],
        province=None,
        state=DocumentState.ISSUED,
        url="",
        note="",
        stamp=stamp(),
        by=by,
    )
    set_document_text(document, text=TEXT, stamp=stamp(), by=by)
    passages = [
        create_passage(
            Passage(document=document),
            locator=f"dòng {line}",
            quotation=words,
            stamp=stamp(),
            by=by,
        )
        for line, words in QUOTED
    ]
    create_finding(
        Finding(session=session),
        kind=FindingKind.DIFFICULTY,
        wording=DIFFICULTY,
        reported_by=session.host,
        resolutions=session.resolutions.all(),
        is_content_missing=False,
        passage=passages[1],
        note="",
        stamp=stamp(),
        by=by,
    )


def decide_first_flag(username: str) -> None:
    flag = DataFlag.objects.earliest("pk")
    by = User.objects.get(username=username)
    decide_flag(flag, decision=DECISION, stamp=stamp(flag.version), by=by)
