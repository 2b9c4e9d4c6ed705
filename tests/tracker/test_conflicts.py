"""Two people edit one thing: both versions side by side, and nothing typed is lost."""

import html
import re
from datetime import date
from uuid import uuid4

import pytest

from tests.factories import make_deadline, make_organisation, make_recommendation
from tests.factories import make_update as make_report
from tests.markup import Markup
from tracker.models import Submission


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(addressee=quang_nam_committee)


def address(recommendation, act):
    return f"{recommendation.get_absolute_url()}{act}/"


def read_form(page, url, **typed):
    """Give what a browser would send from a page, with this typed over it."""
    markup, sent = Markup(page.content.decode()), {}

    def stands_in_form(element):
        return any(one.tag == "form" and one["action"] == url for one in element.around)

    for one in filter(stands_in_form, markup.all("input", "textarea", "option")):
        is_choice = one["type"] in {"radio", "checkbox"}
        mark = "selected" if one.tag == "option" else "checked"
        if (is_choice or one.tag == "option") and mark not in one.attributes:
            continue
        value = one.text if one.tag == "textarea" else one["value"]
        name = one["name"] or next(
            outer["name"] for outer in one.around if outer.tag == "select"
        )
        sent.setdefault(name, []).append(value)
    return sent | typed


def differences(form):
    return {one.name: (one.theirs, one.mine) for one in form.differences}


@pytest.fixture
def race(sign_in, lan, ha, asked):
    """Lan opened the form, Hà recorded first, Lan sends hers."""
    client, url = sign_in(lan), address(asked, "progress")
    form = read_form(
        client.get(asked.get_absolute_url()),
        url,
        progress="completed",
        note="Lan: đã xong",
        effective_on="01/07/2024",
        document_number="15-BC/TU",
    )
    theirs = form | {
        "form_key": str(uuid4()),
        "progress": "suspended",
        "note": "Hà: chờ ý kiến",
        "effective_on": "30/06/2024",
        "document_number": "9-TB/TW",
        "spoken_for": lan.organisation_id,
    }
    assert sign_in(ha).post(url, theirs).status_code == 302
    return client, url, form


def test_both_versions_stand_field_by_field_in_words(race):
    client, url, form = race

    answer = client.post(url, form)

    assert answer.status_code == 409
    shown = answer.context["progress_form"]
    assert differences(shown) == {
        "progress": ("Tạm dừng", "Hoàn thành"),
        "note": ("Hà: chờ ý kiến", "Lan: đã xong"),
        "effective_on": ("30/06/2024", "01/07/2024"),
        "document_number": ("9-TB/TW", "15-BC/TU"),
    }
    assert not any(one.takes_theirs for one in shown.differences)
    text = answer.content.decode()
    for words in ("Hà: chờ ý kiến", "Lan: đã xong", "30/06/2024", "01/07/2024"):
        assert words in text


def test_one_takes_theirs_keeps_ones_own_and_joins_both(race, asked):
    client, url, form = race
    page = client.post(url, form)
    chosen = {
        "take-progress": "theirs",
        "take-effective_on": "mine",
        "take-document_number": "theirs",
        "note": "Hà: chờ ý kiến. Lan: đã xong",
    }

    answer = client.post(url, read_form(page, url, **chosen))

    assert answer.status_code == 302
    update = asked.updates.latest("sequence")
    assert update.progress == "suspended"
    assert update.note == "Hà: chờ ý kiến. Lan: đã xong"
    assert f"{update.effective_on:%d/%m/%Y}" == "01/07/2024"
    assert update.evidence.get().document_number == "9-TB/TW"


def test_sent_again_as_it_stands_what_was_typed_holds(race, asked):
    client, url, form = race
    page = client.post(url, form)

    assert client.post(url, read_form(page, url)).status_code == 302

    update = asked.updates.latest("sequence")
    assert (update.progress, update.note) == ("completed", "Lan: đã xong")


def test_a_second_conflict_loses_nothing_either(race, asked, ha):
    client, url, form = race
    page = client.post(url, form)
    asked.refresh_from_db()
    make_report(
        asked, "discontinued", by=ha, note="Hà: thôi", effective_on=date(2024, 7, 2)
    )
    again = read_form(page, url) | {"version": "99"}

    answer = client.post(url, again)

    assert answer.status_code == 409
    said = differences(answer.context["progress_form"])
    assert said["note"] == ("Hà: thôi", "Lan: đã xong")
    assert said["progress"] == ("Không tiếp tục thực hiện", "Hoàn thành")


def test_a_repeated_submit_of_a_settled_conflict_answers_like_the_first(race, asked):
    client, url, form = race
    settled = read_form(client.post(url, form), url, **{"take-progress": "theirs"})

    # The second comes after a timeout: nobody knows whether the first was accepted.
    answers = [client.post(url, settled) for _ in range(2)]
    # So does the very first one, which lost, from another window.
    late = client.post(url, form)

    expected = [(302, answers[0]["Location"])] * 3
    assert [(one.status_code, one["Location"]) for one in (*answers, late)] == expected
    assert asked.updates.count() == 2
    assert Submission.objects.count() == 2


def test_what_one_did_not_touch_is_not_turned_back(sign_in, ha, asked):
    first, second, helper = (make_organisation(f"Bộ {n}") for n in ("A", "B", "C"))
    asked.lead = first
    asked.save()
    client, url = sign_in(ha), address(asked, "lead")
    form = read_form(
        client.get(f"{asked.get_absolute_url()}?form=lead"),
        url,
        coordinating=[helper.pk],
    )
    theirs = form | {"form_key": str(uuid4()), "lead": second.pk, "coordinating": []}
    assert client.post(url, theirs).status_code == 302

    page = client.post(url, form)

    shown = page.context["lead_form"]
    assert differences(shown) == {
        "lead": ("Bộ B", "Bộ A"),
        "coordinating": ("", "Bộ C"),
    }
    assert {one.name: one.takes_theirs for one in shown.differences} == {
        "lead": True,
        "coordinating": False,
    }
    assert client.post(url, read_form(page, url)).status_code == 302
    asked.refresh_from_db()
    assert (asked.lead, list(asked.coordinating.all())) == (second, [helper])


def test_taking_an_empty_value_empties_the_field(sign_in, ha, asked):
    body, helper = make_organisation("Bộ A"), make_organisation("Bộ C")
    client, url = sign_in(ha), address(asked, "lead")
    form = read_form(
        client.get(f"{asked.get_absolute_url()}?form=lead"),
        url,
        lead=body.pk,
        coordinating=helper.pk,
    )
    page = client.post(url, form | {"version": "0"})
    chosen = {"take-lead": "theirs", "take-coordinating": "theirs"}

    answer = client.post(url, read_form(page, url, **chosen))

    # Nothing is left that would change anything.
    assert answer.status_code in {302, 422}
    asked.refresh_from_db()
    assert (asked.lead, asked.coordinating.count()) == (None, 0)


def test_a_form_opened_later_meets_who_changed_what_the_page_showed(sign_in, ha, asked):
    client, url = sign_in(ha), address(asked, "deadline")
    page = client.get(asked.get_absolute_url()).content.decode()
    [link] = re.findall(r'hx-get="(\S+form=deadline\S+)"', page)
    theirs = {
        "form_key": str(uuid4()),
        "version": asked.version,
        "due_on": "31/12/2026",
        "effective_on": "26/06/2024",
    }
    assert client.post(url, theirs).status_code == 302

    typed = {"due_on": "30/11/2026", "note": "Rút ngắn", "document_number": "7-CV/TW"}
    opened = client.get(html.unescape(link))
    answer = client.post(url, read_form(opened, url, **typed))

    assert answer.status_code == 409
    assert differences(answer.context["deadline_form"])["due_on"] == (
        "31/12/2026",
        "30/11/2026",
    )
    # Opened with its page anew it is about what the page shows.
    again = client.get(f"{asked.get_absolute_url()}?form=deadline")
    asked.refresh_from_db()
    assert read_form(again, url)["version"] == [str(asked.version)]


@pytest.mark.parametrize("version", ["-1", "x", "²", "99999999999999999999"])
def test_a_made_up_version_opens_a_form_all_the_same(sign_in, ha, asked, version):
    page = f"{asked.get_absolute_url()}?form=deadline&version={version}"

    assert sign_in(ha).get(page).status_code == 200


def test_a_deadline_is_laid_beside_the_line_that_holds(sign_in, ha, asked):
    make_deadline(asked, date(2026, 12, 31), by=ha, note="Theo kết luận")
    form = {
        "form_key": str(uuid4()),
        "version": "0",
        "due_on": "30/11/2026",
        "effective_on": "26/06/2024",
        "note": "Rút ngắn",
    }

    answer = sign_in(ha).post(address(asked, "deadline"), form)

    assert differences(answer.context["deadline_form"]) == {
        "due_on": ("31/12/2026", "30/11/2026"),
        "note": ("Theo kết luận", "Rút ngắn"),
    }
