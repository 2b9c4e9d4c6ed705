"""What people type is read: words, abbreviations, numbers, phrases, nonsense."""

import unicodedata
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st

from provinces.abbreviations import ABBREVIATIONS
from provinces.folding import with_one_tone_placement
from provinces.models import Organisation
from provinces.models.searching import (
    SEARCH_COLUMNS,
    Named,
    name_by_number,
    parts_of_number,
    read_query,
    written_for_search,
)
from tests.factories import make_organisation, make_session
from tracker.models import Document, WorkingSession

steady = settings(deadline=None, derandomize=True, database=None)


def finds(query, text):
    return read_query(query).are_in(written_for_search(text)[0])


def finds_exactly(query, text):
    exact = read_query(query, with_one_tone_placement)
    return exact.are_in(written_for_search(text)[1])


@pytest.mark.parametrize(
    "query",
    [
        *("23-NQ/TW", "23-nq/tw", "23nqtw", "23 nqtw", "nqtw 23", "nq 23", "NQ23"),
        *("nghi quyet 23", "nghị quyết số 23", "nghi quyet 23 nq tw", "23nq", "23"),
    ],
)
def test_number_is_found_in_any_shape(query):
    assert finds(query, "Nghị quyết số 23-NQ/TW")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("312khtu", "312-KH/TU"),
        ("16ctrtu", "16-CTr/TU"),
        ("1737qdttg", "1737/QĐ-TTg"),
        ("30 2020 ndcp", "30/2020/NĐ-CP"),
        ("qd 1737", "1737/QĐ-TTg"),
        ("quyet dinh 1737", "1737/QĐ-TTg"),
        ("1737", "Quyết định số 1737"),
        ("1737qd", "Quyết định số 1737"),
        ("202 2025 qh15", "202/2025/QH15"),
        # What somebody did write without a mark is found as it stands.
        ("nq23", "theo NQ23 đã ban hành"),
    ],
)
def test_numbers_of_other_papers_are_found(query, number):
    assert finds(query, number)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("23nqtw", "52-NQ/TW"),
        ("nq 23", "Nghị quyết số 52"),
        ("nq 23", "Kế hoạch số 23-KH/TU"),
        ("312khtu", "312-CTr/TU"),
        ("3nqtw", "23-NQ/TW"),
        ("khoa", "KH và các bên"),
        # The letters of TT&TT do not stand for any two words that begin so.
        ("tt&tt", "Quyết định của TTg trình TTCP"),
        ("kcn", "khu đô thị và cụm công nghiệp"),
        ("khu cong nghiep", "khu đô thị và công nghệ"),
    ],
)
def test_what_only_looks_alike_is_not_found(query, text):
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (one, other)
        for short, long in ABBREVIATIONS
        for one in (*short, *long)
        for other in (*short, *long)
    ],
)
def test_either_side_of_an_abbreviation_finds_the_other(one, other):
    assert finds(one, f"việc về {other} năm 2025")
    assert finds_exactly(one, f"việc về {other} năm 2025")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("kcn chu lai", "Khu công nghiệp THACO-Chu Lai"),
        ("khu cong nghiep thaco", "KCN THACO-Chu Lai"),
        ("bo khcn", "Bộ Khoa học và Công nghệ"),
        ("ubnd tinh quang nam", "Ủy ban nhân dân tỉnh Quảng Nam"),
        ("tp tam ky", "thành phố Tam Kỳ"),
        ("cmcn lan thu tu", "cuộc CMCN 4.0"),
        ("cong nghiep khu", "khu vực công nghiệp"),
    ],
)
def test_abbreviations_go_with_other_words(query, text):
    assert finds(query, text)


def test_quoted_words_stay_together_just_as_they_are():
    assert finds('"khu công nghiệp"', "các khu công nghiệp")
    assert not finds('"khu công nghiệp"', "KCN")
    assert not finds('"công khu"', "công nghiệp, khu vực")
    assert finds('"khu công" nghi', "khu công nghiệp")


def test_accents_as_typed_are_told_from_others():
    assert finds_exactly("hoà", "Khánh Hòa")
    assert not finds_exactly("hoa", "Khánh Hòa")
    assert finds_exactly("khu công nghiệp", "KCN")
    assert not finds_exactly("khu cong nghiep", "khu công nghiệp")


@pytest.mark.parametrize("query", ["", " ", "!?…", "\0", "😀", '""', '"', "\u0301"])
def test_what_holds_no_word_asks_for_nothing(query):
    words = read_query(query)

    assert not words
    assert not words.condition("search_folded")


@steady
@given(st.text(max_size=200))
def test_anything_can_be_typed(query):
    assert finds(query, query)


def test_long_nonsense_is_read_in_no_time():
    assert len(read_query("23nqtw " * 30_000).asked) == 1


# -- the columns ----------------------------------------------------------------------


def test_columns_follow_the_name_and_the_short_name(db):
    body = make_organisation("Bộ Công Thương", short_name="Bộ CT")

    body.name = "Bộ Tài chính"
    body.save(update_fields=["name"])

    assert Organisation.objects.matching("bo tai chinh").get() == body
    assert Organisation.objects.matching("ct").get() == body
    assert not Organisation.objects.matching("cong thuong").exists()


def test_columns_are_left_alone_by_a_save_of_something_else(db):
    body = make_organisation("Bộ Công Thương")
    body.name = "Chưa lưu"

    body.save(update_fields=["email"])

    body.refresh_from_db()
    assert body.search_folded.strip() == "bo cong thuong"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sở hóa", ["Sở Hóa", "Sở Hoa", "Sở Hòa"]),
        ("sở hoà", ["Sở Hòa", "Sở Hoa", "Sở Hóa"]),
        ("so hoa", ["Sở Hoa", "Sở Hòa", "Sở Hóa"]),
    ],
)
def test_exact_accents_come_first_and_then_the_alphabet(db, query, names):
    for name in ("Sở Hóa", "Sở Hòa", "Sở Hoa"):
        make_organisation(name)

    found = Organisation.objects.matching(query).closest_match_first(query)

    assert [one.name for one in found] == names


def words_of(model):
    return [*model.objects.order_by("pk").values("pk", *SEARCH_COLUMNS)]


@pytest.mark.parametrize(
    ("app", "number", "act", "models"),
    [
        ("provinces", "0002", "fold_names", [Organisation]),
        ("tracker", "0008", "fold_texts", [Document, WorkingSession]),
    ],
)
def test_rows_from_before_are_folded_as_new_ones_are(seeded, app, number, act, models):
    make_session("Buổi làm việc", held_on=date(2026, 1, 2), place="Hội An")
    written = {model: words_of(model) for model in models}
    for model in models:
        model.objects.update(search_folded="", search_exact="")

    migration = import_module(f"{app}.migrations.{number}_fold_for_search")
    getattr(migration, act)(apps, None)

    for model in models:
        assert words_of(model) == written[model]
        assert all(row["search_folded"].strip() for row in written[model])


@pytest.mark.parametrize(
    ("query", "number", "named"),
    [
        ("23-NQ/TW", "23-NQ/TW", Named.FULLY),
        ("23nqtw", "23-NQ/TW", Named.FULLY),
        ("NQTW 23", "23-NQ/TW", Named.FULLY),
        ("Nghị quyết số 23-NQ/TW", "23-NQ/TW", Named.FULLY),
        ("34/nq-hđnd", "34/NQ-HĐND", Named.FULLY),
        ("nq 23", "23-NQ/TW", Named.SHORTLY),
        ("nghi quyet 23", "23-NQ/TW", Named.SHORTLY),
        ("nđ 12", "12/2024/NĐ-CP", Named.SHORTLY),
        ("nđ 2024", "12/2024/NĐ-CP", Named.NOT),
        ("nq 2", "23-NQ/TW", Named.NOT),
        ("nq", "23-NQ/TW", Named.NOT),
        ("23", "23-NQ/TW", Named.NOT),
        ("23", "23", Named.NOT),
        ("nq 23 cum cong nghiep", "23-NQ/TW", Named.NOT),
        ("23-NQ/TU", "23-NQ/TW", Named.NOT),
        ("", "", Named.NOT),
    ],
)
def test_query_names_a_number_in_full_or_shortly(query, number, named):
    assert name_by_number(query, number) == named


def test_a_number_is_cut_into_its_parts():
    assert parts_of_number("Nghị quyết số 23-NQ/TW") == ["nq", "23", "nq", "tw"]
    assert parts_of_number("312khtu") == ["312", "kh", "tu"]


@steady
@given(st.text(alphabet="aăâbcdđeêoôơuưyạầễhnt 23-/.&“\n", max_size=40), st.data())
def test_skims_meet_every_text_that_holds_what_is_asked_for(text, data):
    query = data.draw(st.text(alphabet='aăbcdđeêoơnq 23"', max_size=8))

    if query.strip() and finds(query, text):
        composed = unicodedata.normalize("NFC", text)
        assert all(skim.search(composed) for skim in read_query(query).skims())


@pytest.mark.parametrize("query", ["kcn", "khu công nghiệp", "nq 23", "23nqtw"])
def test_skims_meet_either_side_of_an_abbreviation(query):
    texts = ["các KCN", "Khu công nghiệp", "Nghị quyết 23", "23-NQ/TW"]

    for text in texts:
        met = all(skim.search(text) for skim in read_query(query).skims())
        assert met >= finds(query, text), text
    assert sum(finds(query, text) for text in texts) > 0
