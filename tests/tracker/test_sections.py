"""Where one is: breadcrumbs, titles and icons, for every page of a section."""

import re

import pytest
from django.contrib.staticfiles import finders

from tests.factories import make_recommendation, make_session, make_update, make_user
from tests.markup import Markup
from tests.routes import route_names
from tests.tracker.test_views_resolutions import page_of
from tests.tracker.test_visible_documents import make_document, quote
from tracker.templatetags.sections import SECTIONS, find_section

ICON = re.compile(r'<link rel="icon" href="([^"]+)"')
CRUMB = re.compile(r"<li[^>]*>(?:<a href=\"([^\"]+)\"[^>]*>)?([^<]*)")
# Routes that stand beside all sections.
BESIDE = {
    *("home", "set_language", "readyz"),
    *("account_login", "account_logout", "account_signup", "account_inactive"),
    "account_change_password",
}


def crumbs_of(page):
    """Give each step as (address, words); the last one has no address."""
    trail = re.search(r'<nav class="crumbs.*?</nav>', page, re.DOTALL).group()
    return CRUMB.findall(trail)


@pytest.fixture
def client(sign_in, ha):
    return sign_in(ha)


def test_every_route_of_a_page_belongs_to_one_section():
    routes = [one for one in route_names() if not one.startswith("admin:")]

    assert {one for one in routes if find_section(one) is None} >= BESIDE
    nouns = [noun for one in SECTIONS for noun in one.nouns]
    assert len(nouns) == len(set(nouns))


def test_every_icon_is_there():
    for section in SECTIONS:
        assert finders.find(f"tracker/icon-{section.icon}.svg"), section


def test_page_says_its_section_in_title_and_icon(client, db):
    one = make_recommendation()

    page = page_of(client, one.get_absolute_url())

    assert f"<title>{one.code} – Kiến nghị – Theo dõi nghị quyết</title>" in page
    assert "icon-recommendation" in ICON.search(page).group(1)


def test_first_page_of_a_section_does_not_say_it_twice(client, db):
    page = page_of(client, "/sessions/")

    assert "<title>Buổi làm việc – Theo dõi nghị quyết</title>" in page
    assert "icon-session" in ICON.search(page).group(1)


def test_page_beside_the_sections_has_the_plain_icon(client, db):
    for address in ("/accounts/password/change/", "/khong-co/"):
        page = client.get(address).content.decode()
        assert re.search(r"/icon\.(\w+\.)?svg$", ICON.search(page).group(1)), address


def test_administration_has_an_icon_of_its_own(sign_in, quan):
    page = page_of(sign_in(quan), "/admin/")

    assert "icon-administration" in ICON.search(page).group(1)


def test_way_leads_through_the_list_to_the_page(client, db):
    one = make_recommendation()

    assert crumbs_of(page_of(client, one.get_absolute_url())) == [
        ("/recommendations/", "Kiến nghị"),
        ("", one.code),
    ]


def test_form_stands_below_the_row_it_is_for(client, db):
    session = make_session("Buổi làm việc đầu tiên")
    document = make_document([session], title="Bản tin")
    passage = quote(document)
    below = session.get_absolute_url()

    assert crumbs_of(page_of(client, f"{below}findings/new/")) == [
        ("/sessions/", "Buổi làm việc"),
        (below, "Buổi làm việc đầu tiên"),
        ("", "Thêm nội dung ghi nhận"),
    ]
    paper = document.get_absolute_url()
    edit = f"{paper}passages/{passage.pk}/edit/"
    assert crumbs_of(page_of(client, edit))[:2] == [
        ("/documents/", "Văn bản"),
        (paper, "Bản tin"),
    ]


def test_form_of_a_new_row_stands_below_its_list(client, db):
    steps = crumbs_of(page_of(client, "/sessions/new/"))

    assert [address for address, _words in steps] == ["/sessions/", ""]


def test_present_page_is_told_as_such(client, db):
    page = Markup(page_of(client, make_session("Buổi một").get_absolute_url()))
    steps = [one for one in page.all("li") if "crumbs" in one.around[-2]["class"]]

    assert [one["aria-current"] for one in steps] == ["", "page"]
    assert steps[-1]["lang"] == "vi"


def test_page_that_nobody_may_see_names_no_row(sign_in, hoa, quang_nam):
    session = make_session("mật-một", province=quang_nam)

    page = sign_in(hoa).get(session.get_absolute_url()).content.decode()

    assert "mật-" not in page
    assert "crumbs" not in page
    assert "– Buổi làm việc –" in page


def test_confirmation_out_of_the_queue_stands_below_the_queue(client, lan, ha):
    one = make_recommendation(lead=lan.organisation)
    update = make_update(one, by=make_user("tu", lan.organisation))
    address = f"{one.get_absolute_url()}updates/{update.sequence}/"

    steps = crumbs_of(page_of(client, address))

    assert [where for where, _words in steps] == [
        "/confirmations/",
        one.get_absolute_url(),
        "",
    ]
