"""What an empty place says: to whoever sees all, nothing of "your organisation"."""

from tests.factories import make_resolution, make_session
from tests.tracker.test_views_resolutions import text_of
from tests.tracker.test_visible_documents import make_indicator

OWN = "your organisation"


def english(sign_in, user):
    client = sign_in(user)
    client.cookies["django_language"] = "en"
    return client


def places(resolution, quang_nam):
    session = make_session(province=quang_nam)
    indicator = make_indicator(resolutions=[resolution])
    yield from ("/overview/", "/recommendations/", "/documents/", "/reminders/")
    yield from ("/search/?q=khong", "/search/?q=khong&group=documents")
    yield "/resolutions/23-nq-tw/"
    yield f"/provinces/{quang_nam.slug}/"
    yield f"/indicators/{indicator.pk}/"
    yield session.get_absolute_url()
    session.delete()
    yield "/sessions/"


def test_words_are_neutral_for_whoever_sees_all(sign_in, ha, quang_nam):
    client = english(sign_in, ha)

    for address in places(make_resolution(), quang_nam):
        page = text_of(client.get(address).content.decode())
        assert OWN not in page, address


def test_others_are_told_that_it_is_about_their_own(sign_in, hoa, quang_nam):
    client = english(sign_in, hoa)

    for address in places(make_resolution(), quang_nam):
        answer = client.get(address)
        if answer.status_code == 200:
            assert OWN in text_of(answer.content.decode()), address
