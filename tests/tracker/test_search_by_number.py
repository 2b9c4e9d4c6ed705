"""Numbers and codes: what they name stands first, and opens when typed in full."""

from datetime import date

import pytest

from provinces.models import Organisation
from tests.factories import (
    make_recommendation,
    make_resolution,
    make_user,
)
from tests.markup import Markup
from tests.tracker.test_views_search import make_document
from tracker.reports.search import search_everything

SEARCH = "/search/"


@pytest.fixture
def coordinator(seeded):
    return make_user("dieuphoi", Organisation.objects.get(oversees_all=True))


def first_hit(user, query, most=10):
    group = search_everything(user, query, most=most).groups[0]
    return group.noun.key, group.hits[0].key or group.hits[0].name


@pytest.mark.parametrize("query", ["nq 23", "23-nq/tw", "23nqtw", "nghị quyết số 23"])
def test_resolution_stands_before_all_that_speaks_of_it(coordinator, query):
    found = search_everything(coordinator, query, most=10)

    assert first_hit(coordinator, query) == ("resolutions", "23-NQ/TW")
    assert len(found.groups) > 1


@pytest.mark.parametrize("query", ["kh 312", "312-KH/TU", "Kế hoạch số 312-KH/TU"])
def test_document_stands_before_newer_ones_that_speak_of_it(ha, query):
    make_document("Kế hoạch của tỉnh", number="312-KH/TU", issued_on=date(2020, 1, 1))
    for day in range(1, 8):
        title = "Kế hoạch số 312-KH/TU được nhắc lại"
        make_document(title, issued_on=date(2025, 1, day))
    make_recommendation(wording="Kế hoạch số 312-KH/TU cần làm")
    make_document("Kế hoạch khác", number="31-KH/TU")

    for most in (1, 5):
        hit = ("documents", "312-KH/TU: Kế hoạch của tỉnh")
        assert first_hit(ha, query, most) == hit


def test_number_as_printed_names_a_document_too(ha):
    make_document("Chương trình", number="16-CTr/TU", number_as_printed="61-CTr/TU")
    make_recommendation(wording="Chương trình 61 của Tỉnh ủy 61-CTr/TU")

    assert first_hit(ha, "61-ctr/tu") == ("documents", "16-CTr/TU: Chương trình")


def test_code_stands_before_a_resolution_with_its_digits(ha):
    make_resolution("24-nq-tw", title="Về QNA 3")
    for number in (3, 30):
        make_recommendation(code_number=number)

    assert first_hit(ha, "qna2403") == ("recommendations", "QNA-24-03")


def test_beginning_of_a_number_names_nothing(ha):
    make_resolution("230-nq-tw", title="Về công nghiệp")
    make_recommendation(wording="Nghị quyết 230")

    groups = search_everything(ha, "nq 23", most=10).groups

    assert [one.noun.key for one in groups] == ["recommendations", "resolutions"]


# -- opening at once ------------------------------------------------------------------


@pytest.fixture
def ask(sign_in, ha):
    return lambda query, **headers: sign_in(ha).get(SEARCH + query, headers=headers)


@pytest.mark.parametrize("query", ["qna+24+3", "QNA-24-03", "qna2403"])
def test_code_opens_and_leads_back_to_other_results(sign_in, ha, query):
    make_recommendation(code_number=3)
    client = sign_in(ha)

    opened = client.get(f"{SEARCH}?q={query}", follow=True)

    assert opened.redirect_chain == [("/recommendations/QNA-24-03/", 302)]
    markup = Markup(opened.content.decode())
    [others] = [one for one in markup.elements if one["href"].startswith(SEARCH + "?q")]
    assert others["href"] == f"{SEARCH}?q={query}&all=1"
    results = client.get(others["href"])
    assert results.status_code == 200
    assert 'id="search-count" data-count="1"' in results.content.decode()
    # Said once: the next page is about something else.
    assert "all=1" not in client.get("/recommendations/QNA-24-03/").content.decode()


def test_what_was_typed_is_told_as_text(sign_in, ha):
    make_recommendation(code_number=3)

    opened = sign_in(ha).get(f"{SEARCH}?q=<b>qna</b>-24-3", follow=True)
    plain = sign_in(ha).get(f"{SEARCH}?q=<qna>-24-3", follow=True)

    assert opened.redirect_chain == []
    assert len(plain.redirect_chain) == 1
    assert "“&lt;qna&gt;-24-3”" in plain.content.decode()


def test_number_in_full_opens_and_a_short_one_shows_what_there_is(ask):
    resolution = make_resolution("23-nq-tw", title="Về công nghiệp")

    assert ask("?q=23nqtw")["Location"] == resolution.get_absolute_url()
    assert ask("?q=nq+23").status_code == 200


def test_one_of_two_opens_neither(ask):
    make_resolution("23-nq-tw", title="Về công nghiệp")
    make_document("Bản in của nghị quyết", number="23-NQ/TW")

    content = ask("?q=23-NQ/TW").content.decode()

    assert 'data-count="2"' in content


@pytest.mark.parametrize("rest", ["&all=1", "&group=recommendations", "&group=khong"])
def test_address_that_asks_for_results_opens_nothing(ask, rest):
    make_recommendation(code_number=3)

    assert ask(f"?q=qna-24-3{rest}").status_code == 200


def test_typing_in_the_box_opens_nothing(ask):
    make_recommendation(code_number=3)

    answer = ask("?q=qna-24-3", **{"HX-Request": "true"})

    assert answer.status_code == 200
    assert 'href="/search/?q=qna-24-3&amp;all=1"' in answer.content.decode()


def test_code_one_may_not_see_opens_nothing(sign_in, lan, hoa, quang_nam):
    make_recommendation(code_number=3, province=quang_nam)
    make_document("Kế hoạch riêng", number="9-KH/TU", province=quang_nam)

    assert sign_in(lan).get(f"{SEARCH}?q=qna-24-3").status_code == 302
    assert sign_in(lan).get(f"{SEARCH}?q=9khtu").status_code == 302
    for query in ("qna-24-3", "9khtu"):
        content = sign_in(hoa).get(f"{SEARCH}?q={query}").content.decode()
        assert "search-count" not in content
