"""Quotations found in a text, and the text cut into what a reader shows."""

import pytest

from tests.factories import make_passage
from tracker.models import Document, DocumentText
from tracker.quotations import (
    clean_text,
    find_places,
    fold_signs,
    lines_of,
    sentences_of,
)
from tracker.reports.passages import TracedPassage
from tracker.reports.reader import PAGE_CHARACTERS, build_reading, propose_passage

TEXT = """Tin trong ngày

Đoàn đã nghe “Ban Thường vụ”\u00a0báo cáo: hoà mạng,
thuỷ  điện và HOÀ BÌNH; quý I. TP. Đà Nẵng nêu ý kiến? Có.
"""


def found_in(text, quotation):
    text = clean_text(text)
    places = find_places(quotation, fold_signs(text))
    return [text[start:end] for start, end in places]


def quote(*quoted):
    """Make passages, each by its words and its place: c1, c2, …"""
    return [
        TracedPassage(make_passage(words, slug=f"c{n}", locator=where), ())
        for n, (words, where) in enumerate(quoted, start=1)
    ]


def read(text, *quoted):
    return build_reading(text, quote(*quoted), None)


def pieces_of(reading):
    """Give the marked words with the passages they lead to and begin."""
    return [
        (piece.words, piece.note.slug, [one.slug for one in piece.opens])
        for line in reading.lines
        for piece in line.pieces
        if piece.note
    ]


# -- finding --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quotation", "stands"),
    {
        "as it is": ("nghe “Ban Thường vụ”", "nghe “Ban Thường vụ”"),
        "straight marks": ('nghe "Ban Thường vụ"', "nghe “Ban Thường vụ”"),
        "decomposed": ("nghe “Ban Thu\u031bo\u031b\u0300ng vu\u0323”",) * 2,
        "no-break space": ("vụ” báo cáo", "vụ”\u00a0báo cáo"),
        "two spaces": ("thuỷ điện", "thuỷ  điện"),
        "tone moved": ("hòa mạng", "hoà mạng"),
        "tone moved, other vowels": ("thủy điện", "thuỷ  điện"),
        "tone moved, capitals": ("HÒA BÌNH", "HOÀ BÌNH"),
        "over a line end": ("mạng, thủy điện", "mạng,\nthuỷ  điện"),
        "soft hyphen": ("hòa mạ\u00adng", "hoà mạng"),
        "white space around": (" \n báo cáo ", "báo cáo"),
    }.values(),
)
def test_layout_and_spelling_of_tones_hide_no_quotation(quotation, stands):
    wanted = clean_text(stands)

    assert found_in(TEXT, quotation) == [wanted]


@pytest.mark.parametrize(
    "quotation",
    ["ban thường vụ", "Ban Thường", "qúy I", "báo cáo.", "  ", "hoa mang", "(?:Tin)"],
)
def test_other_words_and_other_case_are_not_found(quotation):
    expected = ["Ban Thường"] if quotation == "Ban Thường" else []

    assert found_in(TEXT, quotation) == expected


def test_unseen_signs_of_a_pasted_text_are_left_out():
    pasted = "\ufeffhoà\u200b mạ\u00adng\r\nhai\x0cba\u202e\x00"

    assert clean_text(pasted) == "hoà mạng\nhai\nba"


def test_folding_keeps_every_sign_in_its_place():
    text = clean_text(TEXT) + "İ ﬁ UỶ uý khoẻ Hoè"

    assert len(fold_signs(text)) == len(text)


# -- sentences ------------------------------------------------------------------------


def test_sentences_end_where_they_end():
    text = clean_text(TEXT)
    line = lines_of(text)[3]

    assert [text[start:end] for start, end in sentences_of(text, line)] == [
        "thuỷ  điện và HOÀ BÌNH; quý I. TP. Đà Nẵng nêu ý kiến?",
        "Có.",
    ]


def test_what_is_proposed_is_quoted_with_its_line():
    text = clean_text(TEXT)
    document = Document(pk=1)
    document.kept_text = DocumentText(document=document, text=text)
    start = text.index("thuỷ")

    assert propose_passage(document, f"{start - 1}-{start + 10}") == {
        "quotation": "thuỷ  điện",
        "locator": "dòng 4",
    }


# -- marking --------------------------------------------------------------------------


def test_every_word_of_the_text_is_shown_once(db):
    text = clean_text(TEXT)
    reading = read(text, ("hòa mạng, thủy", "dòng 3"), ("mạng", "dòng 3"))

    shown = {
        line.number: "".join(p.words for p in line.pieces) for line in reading.lines
    }

    lines = text.split("\n")
    assert shown == {n: lines[n - 1] for n in (1, 3, 4)}
    assert [piece.start for line in reading.lines for piece in line.pieces][0] == 0


def test_passage_over_two_lines_is_marked_in_both(db):
    reading = read(TEXT, ("mạng, thủy điện", "dòng 3"))

    assert pieces_of(reading) == [
        ("mạng,", "c1", ["c1"]),
        ("thuỷ  điện", "c1", []),
    ]
    assert [len(line.notes) for line in reading.lines] == [0, 1, 0]


def test_overlapping_passages_lead_to_the_last_begun(db):
    reading = read(
        "một hai ba bốn năm",
        ("hai ba bốn", "dòng 1"),
        ("ba bốn năm", "dòng 1"),
        ("hai ba", "dòng 1"),
    )

    assert pieces_of(reading) == [
        ("hai ", "c3", ["c1", "c3"]),
        ("ba", "c2", ["c2"]),
        (" bốn", "c2", []),
        (" năm", "c2", []),
    ]
    shared = [p.is_shared for p in reading.lines[0].pieces]
    assert shared == [False, True, True, True, False]
    assert [note.slug for note in reading.lines[0].notes] == ["c1", "c3", "c2"]


def test_of_equal_words_those_of_the_named_line_are_marked(db):
    text = "tạo điều kiện\ntạo điều kiện\ntạo điều kiện"

    reading = read(text, ("tạo điều kiện", "dòng 2"), ("tạo điều kiện", "trang 9"))

    assert [(n.slug, n.line) for line in reading.lines for n in line.notes] == [
        ("c2", 1),
        ("c1", 2),
    ]


@pytest.mark.parametrize("where", ["dòng 0", "dòng 9999999", "dòng", "phần I"])
def test_line_that_is_not_there_hides_no_quotation(db, where):
    assert len(read(TEXT, ("báo cáo", where)).lines[1].notes) == 1


def test_what_is_not_found_is_reported(db):
    reading = read(TEXT, ("không có câu này", "dòng 3"), ("Tin", "dòng 1"))

    assert [one.passage.slug for one in reading.missing] == ["c1"]
    assert pieces_of(reading) == [("Tin", "c2", ["c2"])]


def test_long_text_is_read_in_pages_and_every_passage_stands_on_each(db):
    line = "x" * 99
    text = "\n".join([line] * (PAGE_CHARACTERS // 50) + ["câu cuối"])
    passages = quote(("câu cuối", "dòng 801"), ("xxx" * 33, "dòng 1"))

    first, last, beyond = (
        build_reading(text, passages, page) for page in ("x", "3", "99")
    )

    assert (first.page.number, first.page.paginator.num_pages) == (1, 3)
    assert [note.slug for note in first.elsewhere] == ["c1"]
    assert [note.page for note in first.elsewhere] == [3]
    assert [note.slug for note in last.elsewhere] == ["c2"]
    assert pieces_of(last) == [("câu cuối", "c1", ["c1"])]
    assert beyond.page.number == 3
    numbers = [one for part in first.page.paginator.object_list for one in part]
    assert numbers == list(range(1, 802))
