"""The Vietnamese of the product: complete, compiled, and in the words of the field."""

import re
import unicodedata
from collections import Counter

import pytest
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from provinces.choices import Role
from tests.check_messages import (
    PACKAGES,
    PROJECT,
    compile_entries,
    read_catalogue,
    read_compiled,
)
from tracker.choices import Flag, Progress, RecommendationKind, Timeliness
from tracker.reports.columns import PROGRESS_COLUMNS

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|<[^>]+>")
# What reads the same in both languages.
SAME_IN_VIETNAMESE = {
    "dd/mm/yyyy",
    "%(truncated_text)s…",
    "…",
    "IPv4",
    "IPv6",
}

both_catalogues = pytest.mark.parametrize(
    "path", [PROJECT, PACKAGES], ids=["project", "packages"]
)


@pytest.fixture
def vietnamese():
    with translation.override("vi"):
        yield


# -- the catalogues ---------------------------------------------------------------


@both_catalogues
def test_every_message_is_translated_and_none_is_fuzzy_or_obsolete(path):
    entries = read_catalogue(path)

    assert len(entries) > 300
    assert [entry.text for entry in entries if not entry.is_usable] == []


@both_catalogues
def test_every_message_keeps_its_placeholders_and_markup(path):
    changed = []
    for entry in read_catalogue(path):
        said = Counter(PLACEHOLDER.findall(entry.plural or entry.text))
        for words in entry.translations:
            if Counter(PLACEHOLDER.findall(words)) != said:
                changed.append((entry.text, words))

    assert changed == []


@both_catalogues
def test_vietnamese_has_one_form_for_every_number(path):
    forms_of_plurals = {len(e.translations) for e in read_catalogue(path) if e.plural}

    assert forms_of_plurals == {1}


@both_catalogues
def test_the_compiled_catalogue_says_what_the_written_one_says(path):
    written = compile_entries(read_catalogue(path))

    assert read_compiled(path.with_suffix(".mo")) == written


@both_catalogues
def test_only_words_shared_by_both_languages_stay_as_they_are(path):
    left = {e.text for e in read_catalogue(path) if e.text in e.translations}

    assert left <= SAME_IN_VIETNAMESE


@both_catalogues
def test_nobody_is_called_ban_or_shouted_at(path):
    said = [words for e in read_catalogue(path) for words in e.translations]

    assert [words for words in said if re.search(r"\bbạn\b|!", words.lower())] == []


@both_catalogues
def test_every_translation_is_composed_text_without_stray_spaces(path):
    said = [words for e in read_catalogue(path) for words in e.translations]

    assert [w for w in said if unicodedata.normalize("NFC", w) != w] == []
    assert [w for w in said if re.search(r" {2}| [,.;:?]|\t", w)] == []


# -- the words of the field -------------------------------------------------------


@pytest.mark.parametrize(
    ("english", "words"),
    [
        ("Resolution tracking", "Theo dõi nghị quyết"),
        ("Not determined", "Chưa xác định"),
        ("%(name)s (now %(present)s)", "%(name)s (nay là %(present)s)"),
        ("%(name)s (former)", "%(name)s (cũ)"),
        ("from %(before)s", "từ %(before)s"),
        ("Needs attention", "Cần chú ý"),
        ("Figures as of", "Số liệu tính đến ngày"),
        ("Course of events", "Diễn biến"),
        ("Export", "Kết xuất"),
        ("Sign in", "Đăng nhập"),
        ("Clear the filter", "Xóa bộ lọc"),
        ("Lead", "Chủ trì"),
    ],
)
def test_key_words_are_the_official_ones(vietnamese, english, words):
    assert gettext(english) == words


@pytest.mark.parametrize("days", [1, 7])
def test_days_are_counted_without_a_plural(vietnamese, days):
    late = ngettext("%(days)s day overdue", "%(days)s days overdue", days)
    left = ngettext("%(days)s day left", "%(days)s days left", days)

    assert late % {"days": days} == f"Quá hạn {days} ngày"
    assert left % {"days": days} == f"còn {days} ngày"


def test_a_word_that_means_two_things_has_two_translations(vietnamese):
    assert pgettext("progress", "Completed") == "Hoàn thành"
    assert pgettext("column", "Quotation") == "Trích dẫn"
    assert gettext("quotation") == "trích nguyên văn"


def test_progress_has_its_five_official_labels(vietnamese):
    assert Progress.labels == [
        "Chưa thực hiện",
        "Đang thực hiện",
        "Hoàn thành",
        "Tạm dừng",
        "Không tiếp tục thực hiện",
    ]


def test_timeliness_has_its_official_labels(vietnamese):
    assert Timeliness.labels == [
        "Hoàn thành đúng hạn",
        "Hoàn thành quá hạn",
        "Hoàn thành (không có thời hạn)",
        "Trong hạn",
        "Sắp đến hạn",
        "Quá hạn",
        "Chưa có thời hạn",
        "Không tính",
    ]


def test_kinds_flags_and_roles_have_their_official_labels(vietnamese):
    assert RecommendationKind.labels == [
        "Kiến nghị",
        "Đề nghị",
        "Ý kiến chỉ đạo",
        "Cam kết",
    ]
    assert Flag.labels == [
        "Chưa có báo cáo",
        "Lâu chưa cập nhật",
        "Chưa có cơ quan chủ trì",
        "Có vướng mắc",
        "Chưa trả lời",
        "Đã trả lời, chưa giải quyết",
    ]
    assert Role.labels == [
        "Điều phối viên",
        "Cán bộ báo cáo",
        "Lãnh đạo",
        "Quản trị viên",
    ]


def test_the_columns_of_exports_carry_their_official_heads(vietnamese):
    assert [str(column.header) for column in PROGRESS_COLUMNS] == [
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


# -- what packages say ------------------------------------------------------------


def test_weak_passwords_are_refused_in_vietnamese(vietnamese):
    with pytest.raises(ValidationError) as refusal:
        validate_password("123456")

    assert refusal.value.messages == [
        "Mật khẩu quá ngắn, phải có ít nhất 8 ký tự.",
        "Mật khẩu quá phổ biến, dễ bị đoán.",
        "Mật khẩu chỉ gồm chữ số.",
    ]


def test_the_rules_of_passwords_are_told_in_vietnamese(vietnamese):
    assert password_validators_help_texts() == [
        "Mật khẩu không được quá giống thông tin cá nhân khác.",
        "Mật khẩu phải có ít nhất 8 ký tự.",
        "Không dùng mật khẩu phổ biến.",
        "Mật khẩu không được chỉ gồm chữ số.",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (forms.CharField(), "", "Nội dung này là bắt buộc."),
        (
            forms.CharField(max_length=3),
            "abcd",
            "Chỉ được nhập tối đa 3 ký tự (hiện có 4).",
        ),
        (forms.DateField(), "31/02/2024", "Nhập ngày hợp lệ theo dạng dd/mm/yyyy."),
        (forms.IntegerField(), "hai", "Nhập một số nguyên."),
        (
            forms.URLField(assume_scheme="https"),
            "https://",
            "Nhập liên kết hợp lệ, ví dụ https://vidu.gov.vn.",
        ),
        (forms.UUIDField(), "x", "Nhập UUID hợp lệ."),
        (
            forms.ChoiceField(choices=[("a", "A")]),
            "b",
            "Chọn một giá trị hợp lệ. b không có trong danh sách.",
        ),
    ],
    ids=["empty", "long", "date", "number", "link", "key", "choice"],
)
def test_fields_refuse_in_vietnamese(vietnamese, field, typed, words):
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)

    assert refusal.value.messages == [words]


@pytest.mark.django_db
def test_signing_in_with_a_wrong_password_is_refused_in_vietnamese(client, ha):
    page = client.post("/accounts/login/", {"login": "ha", "password": "sai"})

    refused = page.context["form"].non_field_errors()
    assert refused == ["Tên đăng nhập hoặc mật khẩu không đúng."]
    assert page.context["form"]["login"].label == "Tên đăng nhập"
