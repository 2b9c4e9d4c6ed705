"""Every field that a Word template of the official report may use, declared once.

Templates are checked against this, and the page of templates prints it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class TemplateField:
    """A dotted name, in which [] stands for each of a list, and what it says."""

    name: str
    says: Promise
    example: str


WHOLE = (
    TemplateField("header.nation", _("The line at the top right"), "ĐẢNG CỘNG SẢN"),
    TemplateField("header.motto", _("The motto; Party form has none"), "Độc lập"),
    TemplateField("header.parent", _("The body above the issuer"), "BỘ CHÍNH TRỊ"),
    TemplateField("header.issuer", _("The issuing body"), "BỘ CÔNG THƯƠNG"),
    TemplateField("header.mark", _("The asterisk of the Party form"), "*"),
    TemplateField("header.number", _("Number and symbol, open"), "Số ……-BC/……"),
    TemplateField("header.place_and_date", _("Place and date, open"), "……, ngày ……"),
    TemplateField("header.draft", _("That it is a draft"), "DỰ THẢO"),
    TemplateField("header.authority", _("On whose behalf it is signed"), "T/M BAN"),
    TemplateField("header.recipients_head", _("Words over the list"), "Nơi nhận"),
    TemplateField("header.recipients[]", _("Each recipient, open"), "- ……"),
    TemplateField("title", _("The kind of document"), "BÁO CÁO"),
    TemplateField("subject", _("The subject line"), "về tình hình thực hiện"),
    TemplateField("scope", _("What the report speaks of"), "Tất cả kiến nghị"),
    TemplateField("as_of", _("The day of the figures"), "30/06/2026"),
    TemplateField(
        "as_of_in_words",
        _("The day of the figures in a line"),
        "Số liệu tính đến ngày 30/06/2026",
    ),
    TemplateField(
        "basis_in_words", _("Which figures count"), "Theo số liệu đã báo cáo"
    ),
    TemplateField("frozen_at", _("When it was made"), "09:30 01/07/2026"),
    TemplateField("made_by", _("Who made it"), "Trần Thị Hà, Bộ Công Thương"),
    TemplateField("opening[]", _("Each opening paragraph"), "Căn cứ Nghị quyết …"),
    TemplateField("sections[].level", _("1 or 2, how deep a heading is"), "1"),
    TemplateField("sections[].heading", _("A heading of the outline"), "I- KẾT QUẢ"),
    TemplateField("sections[].paragraphs[]", _("What stands under it"), "Có 27 …"),
    TemplateField(
        "sections[].is_open", _("Yes where nothing stands under a heading yet"), ""
    ),
    TemplateField("nothing", _("Said where an annex is empty"), "Không có nội dung."),
    TemplateField("annex_note", _("What an annex belongs to"), "(Kèm theo Báo cáo …)"),
)
# Of each annex: the columns in the order of its table, with what they say.
COLUMNS: dict[str, tuple[tuple[str, Promise, str], ...]] = {
    "targets": (
        ("position", _("Running number"), "1"),
        ("wording", _("Target or indicator"), "Tỷ trọng công nghiệp"),
        ("wanted", _("Wanted"), "trên 40% GDP"),
        ("year", _("Year"), "2030"),
        ("measured", _("Measured"), "38,5%"),
        ("as_of", _("As of"), "30/06/2026"),
        ("source", _("Source"), "Báo cáo của tỉnh"),
        ("note", _("Note"), "Chưa xác định"),
    ),
    "progress": (
        ("position", _("Running number"), "1"),
        ("wording", _("Code and wording"), "QNA-24-01. Thí điểm cơ chế liên kết"),
        ("raised_by", _("Raised by"), "tỉnh Quảng Nam"),
        ("lead", _("Lead organisation"), "Bộ Công Thương"),
        ("coordinating", _("Coordinating organisations"), "Bộ Tài chính"),
        ("due_on", _("Deadline"), "30/06/2026"),
        ("progress", _("Progress"), "Đang thực hiện; Trong hạn"),
        ("result", _("Result of implementation"), "Đã trình dự thảo"),
        ("difficulties", _("Difficulties"), "Thiếu kinh phí"),
        ("answer", _("Answer"), "Tiếp thu (30/06/2026)"),
        ("note", _("Note"), "Đã xác nhận"),
    ),
    "documents": (
        ("position", _("Running number"), "1"),
        ("number", _("Number and symbol"), "16-CTr/TU"),
        ("issued_on", _("Date of issue"), "30/06/2026"),
        ("title", _("Subject line"), "Chương trình thực hiện Nghị quyết"),
        ("issuer", _("Issuing body"), "Tỉnh ủy Quảng Nam"),
        ("state", _("State"), "Đã ban hành"),
    ),
    "difficulties": (
        ("position", _("Running number"), "1"),
        ("wording", _("Recommendation"), "QNA-24-01. Thí điểm cơ chế liên kết"),
        ("category", _("Category"), "Cơ chế, chính sách"),
        ("difficulty", _("Difficulty"), "Chưa có hướng dẫn"),
        ("reported_by", _("Reported by"), "Bộ Công Thương"),
        ("since", _("Since"), "30/06/2026"),
    ),
    "counts": (
        ("title", _("Scope"), "Tất cả kiến nghị"),
        ("total", _("Total"), "27"),
        ("completed_on_time", _("Completed on time"), "1"),
        ("completed_late", _("Completed late"), "2"),
        ("completed", _("Completed, without a deadline"), "3"),
        ("in_time", _("In time"), "4"),
        ("overdue", _("Overdue"), "5"),
        ("no_deadline", _("No deadline yet"), "6"),
        ("not_counted", _("Not counted"), "7"),
        ("without_figures", _("No confirmed figures yet"), "8"),
        ("rate", _("Official rate"), "25% (3/12)"),
    ),
}


def _annex_fields(key: str) -> Iterator[TemplateField]:
    """An annex that was not chosen is empty: it is used under {%p if … %} only."""
    yield TemplateField(f"{key}.label", _("The number of the annex"), "Phụ lục I")
    yield TemplateField(f"{key}.title", _("The title of the annex"), "Tiến độ")
    yield TemplateField(f"{key}.is_empty", _("Yes where the annex has no rows"), "")
    yield TemplateField(f"{key}.total", _("The total of the annex"), "27 kiến nghị")
    for column, says, example in COLUMNS[key]:
        yield TemplateField(f"{key}.heads.{column}", _("The head of a column"), column)
        yield TemplateField(f"{key}.groups[].rows[].{column}", says, example)
    yield TemplateField(
        f"{key}.groups[].title", _("The title of a group of rows"), "23-NQ/TW"
    )
    yield TemplateField(f"{key}.groups[].level", _("1 or 2, how deep a group is"), "1")


FIELDS: tuple[TemplateField, ...] = (
    *WHOLE,
    *(field for key in COLUMNS for field in _annex_fields(key)),
)
