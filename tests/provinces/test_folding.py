"""Vietnamese text made comparable: folding, tone placement, the alphabet's order."""

import random
import re
import unicodedata

import pytest
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st

from provinces.folding import (
    VietnameseCharField,
    VietnameseTextField,
    every_spelling,
    fold,
    normalise,
    sort_key,
    with_one_tone_placement,
)

VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
CONSONANTS = "bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX"
MARKS = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
vowels = st.builds(lambda a, b: a + b, st.sampled_from(VOWELS), st.sampled_from(MARKS))
letters = vowels | st.sampled_from(CONSONANTS)
vietnamese = st.lists(letters | st.sampled_from(" -/.,0123456789"), max_size=25).map(
    lambda parts: unicodedata.normalize("NFC", "".join(parts))
)

# The same examples on every run, however long one takes.
steady = settings(deadline=None, derandomize=True, database=None)


def decomposed(text):
    return unicodedata.normalize("NFD", text)


# -- fold -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đà Nẵng", "da nang"),
        ("ĐẮK LẮK", "dak lak"),
        ("quý", "quy"),
        ("ươ ƯƠ ở ỡ", "uo uo o o"),
        ("23-NQ/TW", "23 nq tw"),
        ("Kế hoạch số 312-KH/TU", "ke hoach so 312 kh tu"),
        ("phường\u00a0Tân Thạnh", "phuong tan thanh"),
        ("“Smart Tam Kỳ”…", "smart tam ky"),
        ("81.430 tỷ đồng", "81 430 ty dong"),
        ("a_b", "a b"),
        ("  \t ", ""),
    ],
)
def test_fold_drops_accents_case_and_punctuation(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other"), [("hòa", "hoà"), ("thủy", "thuỷ"), ("khỏe", "khoẻ")]
)
def test_fold_knows_no_tone_placement(one, other):
    assert fold(one) == fold(other)


@steady
@given(st.text() | vietnamese)
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@steady
@given(vietnamese)
def test_fold_is_the_same_for_composed_and_decomposed(text):
    assert fold(decomposed(text)) == fold(text)


@steady
@given(vietnamese)
def test_fold_leaves_plain_words_with_single_spaces(text):
    folded = fold(text)

    assert folded.isascii()
    assert folded == " ".join(folded.split())


# -- tone placement -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("hoà", "hòa"),
        ("hòa", "hòa"),
        ("HOÀ BÌNH", "hòa bình"),
        ("Khánh Hoà", "khánh hòa"),
        ("thuỷ sản", "thủy sản"),
        ("Uỷ ban", "ủy ban"),
        ("khoẻ", "khỏe"),
        ("loã", "lõa"),
        ("hoạ", "họa"),
        ("tuỵ", "tụy"),
        # A closed syllable has one way only, and qu is a consonant.
        ("hoàn thiện", "hoàn thiện"),
        ("toàn", "toàn"),
        ("khoảng", "khoảng"),
        ("quý", "quý"),
        ("quỳ", "quỳ"),
        ("quả", "quả"),
        ("huýt", "huýt"),
    ],
)
def test_tone_stands_in_one_place(text, written):
    assert with_one_tone_placement(text) == written


def test_tone_of_quy_is_not_moved_onto_the_u():
    assert with_one_tone_placement("quý") != with_one_tone_placement("qúy")


def test_tone_placement_keeps_accents_apart():
    words = ["hoa", "hòa", "hỏa", "hõa", "hóa", "họa", "đa", "da"]

    assert [with_one_tone_placement(word) for word in words] == words


@steady
@given(st.text() | vietnamese)
def test_tone_placement_is_idempotent(text):
    once = with_one_tone_placement(text)

    assert with_one_tone_placement(once) == once


@steady
@given(vietnamese)
def test_tone_placement_is_the_same_for_composed_and_decomposed(text):
    assert with_one_tone_placement(decomposed(text)) == with_one_tone_placement(text)


@steady
@given(vietnamese)
def test_fold_does_not_care_where_the_tone_stood(text):
    assert fold(with_one_tone_placement(text)) == fold(text)


# -- order ----------------------------------------------------------------------------

# As ICU sorts them for Vietnamese.
PROVINCES = [
    "Bắc Ninh",
    "Cà Mau",
    "Cao Bằng",
    "Cần Thơ",
    "Đà Nẵng",
    "Đắk Lắk",
    "Điện Biên",
    "Đồng Nai",
    "Đồng Tháp",
    "Gia Lai",
    "Hà Nội",
    "Hà Tĩnh",
    "Hải Phòng",
    "Huế",
    "Lai Châu",
    "Lạng Sơn",
    "Lào Cai",
    "Lâm Đồng",
    "Nghệ An",
    "Ninh Bình",
    "Sơn La",
    "Thái Nguyên",
    "Thanh Hóa",
    "Tuyên Quang",
    "Vĩnh Long",
]


@pytest.mark.parametrize(
    "ordered",
    [
        PROVINCES,
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g"],
        ["o", "ô", "ơ", "p", "u", "ư", "v"],
        ["ma", "mạ", "mai", "măng", "mân"],
        ["Bộ 2", "Bộ A", "Bộ Ă"],
        ["Bộ", "Bộ Công Thương", "Bộ Xây dựng"],
        ["", "a"],
    ],
    ids=lambda ordered: ordered[-1],
)
def test_sort_key_follows_the_vietnamese_alphabet(ordered):
    mixed = random.Random(7).sample(ordered, len(ordered))

    assert sorted(mixed, key=sort_key) == ordered


def test_sort_key_lets_letters_decide_before_tones():
    assert sort_key("mạ a") < sort_key("ma b")


def test_sort_key_does_not_see_case():
    assert sort_key("ĐÀ NẴNG") == sort_key("đà nẵng")


@steady
@given(vietnamese)
def test_sort_key_is_the_same_for_composed_and_decomposed(text):
    assert sort_key(decomposed(text)) == sort_key(text)


@pytest.mark.parametrize("text", ["\u0301", "b\u0300c", "ấ\u0301", "ΐ"])
def test_sort_key_takes_a_mark_that_stands_on_no_vowel(text):
    """Text copied from a PDF holds such marks; a name with one is still saved."""
    assert sort_key(text) == sort_key(decomposed(text))


@steady
@given(st.text(max_size=400))
def test_sort_key_stays_short(text):
    assert len(sort_key(text)) <= 241


# -- what is kept ---------------------------------------------------------------------


@steady
@given(vietnamese)
def test_normalise_composes(text):
    assert normalise(decomposed(text)) == text
    assert unicodedata.is_normalized("NFC", normalise(decomposed(text)))


@pytest.mark.parametrize("make", [VietnameseCharField, VietnameseTextField])
def test_columns_compose_what_they_are_compared_with(make):
    field = make()

    assert field.get_prep_value(decomposed("Quảng Nam")) == "Quảng Nam"
    assert field.get_prep_value(None) is None
    assert isinstance(field, models.CharField | models.TextField)


@pytest.mark.parametrize("text", ["Đắk Lắk", "ĐẮK LẮK", "dak lak", "đăk lăk"])
def test_every_spelling_of_a_word_is_met(text):
    assert re.search(every_spelling("dak"), text)
    assert not re.search(every_spelling("dac"), text)


def test_signs_of_no_alphabet_are_spelled_as_they_are():
    assert re.fullmatch(every_spelling("4"), "4")
    assert re.fullmatch(every_spelling("省"), "省")
