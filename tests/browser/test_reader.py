"""Reading a document in a real browser: its text set, a sentence of it quoted."""

import re

import pytest
from playwright.sync_api import expect

from tracker.models import Document, Passage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
TEXT = """Tin trong ngày

Đoàn đề nghị Tỉnh sớm hoàn thiện cơ chế. Tỉnh cam kết 🌾 làm ngay trong quý này.
Hết."""
SENTENCE = "Tỉnh cam kết 🌾 làm ngay trong quý này."
SELECT = """([from, to]) => {
    const piece = document.querySelector("#line-3 [data-start]").firstChild;
    const range = document.createRange();
    range.setStart(piece, piece.data.indexOf(from));
    range.setEnd(piece, piece.data.indexOf(to) + to.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""

# Over what is marked too: a place is counted over all the pieces of the line.
SELECT_ACROSS = """([from, to]) => {
    const line = document.querySelector("#line-3 > p");
    const start = line.textContent.indexOf(from);
    const end = line.textContent.indexOf(to, start) + to.length;
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let before = 0; walker.nextNode(); before += walker.currentNode.length) {
        const node = walker.currentNode, after = before + node.length;
        if (before <= start && start < after) range.setStart(node, start - before);
        if (before < end && end <= after) range.setEnd(node, end - before);
    }
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def test_text_is_set_and_a_sentence_of_it_is_quoted(site):
    document = Document.objects.get(slug="doc-5")
    page = site.sign_in("dieuphoi", lands_on="/overview/")
    page.goto(f"{site.address}{document.get_absolute_url()}")
    page.click("text=Thêm toàn văn")
    page.fill("[name=text]", TEXT)
    page.click("main button[type=submit]")
    expect(page.locator(".text-line")).to_have_count(3)

    if site.has_javascript:
        offer = page.locator(".quote-selection a")
        expect(offer).to_be_hidden()
        page.evaluate(SELECT, ["Tỉnh cam kết", "quý này."])
        expect(offer).to_be_visible()
        offer.click()
    else:
        expect(page.locator(".quote-selection")).to_be_hidden()
        page.click("#line-3 .line-number")
        page.click(f"text={SENTENCE} >> nth=0")

    expect(page.locator("[name=quotation]")).to_have_value(SENTENCE)
    expect(page.locator("[name=locator]")).to_have_value("dòng 3")
    page.click("main button[type=submit]")
    expect(page.locator("mark")).to_have_text(SENTENCE)

    page.click("text=Tạo nội dung từ đoạn này")
    page.click("text=Kiến nghị, đề nghị, ý kiến chỉ đạo hoặc cam kết")
    expect(page.locator("[name=wording]")).to_have_value(SENTENCE)
    made = Passage.objects.get(document=document)
    expect(page.locator("[name=passage]")).to_have_value(str(made.pk))
    assert site.complaints == []


@pytest.mark.parametrize("site", [True], indirect=True)
def test_offer_goes_with_the_selection(site):
    document = Document.objects.get(slug="doc-5")
    page = site.sign_in("dieuphoi", lands_on="/overview/")
    page.goto(f"{site.address}{document.get_absolute_url()}text/")
    page.fill("[name=text]", TEXT)
    page.click("main button[type=submit]")
    offer = page.locator(".quote-selection a")

    page.evaluate(SELECT, ["Đoàn", "Tỉnh sớm"])
    expect(offer).to_have_attribute("href", re.compile(r"/passages/new/\?span=16-37$"))
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    expect(offer).to_be_hidden()


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        (["ị Tỉnh sớ", "ho"], "nghị Tỉnh sớm hoàn"),
        (["hoàn thiện", "cơ chế"], "hoàn thiện cơ chế"),
        (["cam k", "🌾 l"], "cam kết 🌾 làm"),
        (["hế. T", "ỉn"], "chế. Tỉnh"),
        (["Q/TW, th", "81.4"], "23-NQ/TW, thêm 81.430"),
    ],
)
@pytest.mark.parametrize("site", [True], indirect=True)
def test_selection_that_cuts_words_quotes_them_whole(site, cut, whole):
    document = Document.objects.get(slug="doc-5")
    quoted = "oàn thiện cơ"
    Passage.objects.create(
        document=document, slug="cau", locator="dòng 3", quotation=quoted
    )
    page = site.sign_in("dieuphoi", lands_on="/overview/")
    page.goto(f"{site.address}{document.get_absolute_url()}text/")
    page.fill(
        "[name=text]",
        TEXT.replace("quý này.", "quý này theo 23-NQ/TW, thêm 81.430 ha."),
    )
    page.click("main button[type=submit]")
    expect(page.locator("mark")).to_have_text(quoted)

    page.evaluate(SELECT_ACROSS, cut)
    page.click(".quote-selection a")

    expect(page.locator("[name=quotation]")).to_have_value(whole)
    assert site.complaints == []
