"""The list: filters, counts, search, order, pages and what each reader gets."""

import html
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from provinces.choices import OrganisationKind
from tests.chain import Chain, say
from tests.factories import (
    make_deadline,
    make_organisation,
    make_passage,
    make_province,
    make_recommendation,
    make_resolution,
    make_topic,
    make_update,
)
from tracker.choices import Progress, RecommendationKind
from tracker.facet_counts import SHOWN
from tracker.models import Confirmation, Participation, Recommendation, WorkingSession

LIST = "/recommendations/"
ROW = re.compile(r'data-code="([^"]+)"')
COUNT = re.compile(r'id="result-count" data-count="(\d+)"')
FACET = re.compile(
    r'name="(\w+)" value="([^"]+)"(?: checked)?><span[^>]*>[^<]*</span>'
    r'<span class="count">([\d.]+)</span>'
)


def make_session(title, **fields):
    return WorkingSession.objects.create(
        kind="working_session", title=title, held_on=date(2024, 6, 26), **fields
    )


def read(response):
    """Give the codes, the count and the facets of a page."""
    text = response.content.decode()
    facets = {(name, value): int(n) for name, value, n in FACET.findall(text)}
    return ROW.findall(text), int(COUNT.search(text).group(1)), facets


@pytest.fixture
def ask(sign_in, ha):
    client = sign_in(ha)

    def asked(query="", **headers):
        return client.get(LIST + query, headers=headers)

    return asked


def test_list_shows_every_row_and_its_count(ask):
    made = [make_recommendation(code_number=n) for n in (3, 1, 2)]

    codes, count, _facets = read(ask())

    assert codes == sorted(one.code for one in made)
    assert count == 3


def test_list_filters_by_resolution_and_counts_both(ask):
    first, second = make_resolution("23-nq-tw"), make_resolution("52-nq-tw")
    only = make_recommendation([first])
    both = make_recommendation([first, second])
    other = make_recommendation([second])

    codes, count, facets = read(ask("?resolution=52-nq-tw"))

    assert codes == [both.code, other.code]
    assert count == 2
    assert only.code not in codes
    # Its own facet tells what one would get instead, the others what is there.
    assert facets["resolution", "23-nq-tw"] == 2
    assert facets["resolution", "52-nq-tw"] == 2
    assert facets["progress", "not_started"] == 2


def test_repeating_a_parameter_means_or(ask):
    make_recommendation(kind=RecommendationKind.REQUEST)
    make_recommendation(kind=RecommendationKind.COMMITMENT)
    make_recommendation(kind=RecommendationKind.INSTRUCTION)

    _codes, count, _facets = read(ask("?kind=request&kind=commitment"))

    assert count == 2


def test_timeliness_counts_seven_parts_and_due_soon_within_in_time(ask, ha):
    today = timezone.localdate()
    for days in (-1, 0, 7, 8):
        make_deadline(make_recommendation(), today + timedelta(days=days), by=ha)
    make_recommendation()
    for progress in (Progress.SUSPENDED, Progress.COMPLETED):
        make_update(make_recommendation(), progress, by=ha)

    _codes, _count, facets = read(ask())
    parts = {value: n for (name, value), n in facets.items() if name == "timeliness"}

    assert parts == {
        "completed_on_time": 0,
        "completed_late": 0,
        "completed": 1,
        "in_time": 3,
        "due_soon": 2,
        "overdue": 1,
        "no_deadline": 1,
        "not_counted": 1,
    }
    assert read(ask("?timeliness=in_time"))[1] == 3
    assert read(ask("?timeliness=due_soon"))[1] == 2


def test_province_includes_predecessors_and_counts_for_each_unit(ask):
    new = make_province("Đà Nẵng", slug="48")
    old = make_province("Quảng Nam", slug="49", successor=new)
    make_recommendation(province=old)
    make_recommendation(province=new)

    _codes, count, facets = read(ask("?province=48"))

    assert count == 2
    assert facets["province", "48"] == 2
    assert facets["province", "49"] == 1
    assert read(ask("?province=49"))[1] == 1


def test_lead_none_finds_rows_without_a_lead(ask):
    body = make_organisation("Bộ Công Thương")
    led = make_recommendation(lead=body)
    free = make_recommendation()

    assert read(ask("?lead=none"))[0] == [free.code]
    assert read(ask(f"?lead={body.pk}"))[0] == [led.code]
    assert read(ask(f"?lead=none&lead={body.pk}"))[1] == 2
    assert read(ask(f"?addressee={body.pk}"))[1] == 0


def test_flags_are_for_open_rows_only(ask, ha):
    silent = make_recommendation()
    closed = make_recommendation()
    make_update(closed, Progress.DISCONTINUED, by=ha)
    led = make_recommendation(lead=ha.organisation)
    make_update(led, by=ha)

    _codes, _count, facets = read(ask())

    assert read(ask("?flag=never_reported"))[0] == [silent.code]
    assert read(ask("?flag=no_lead"))[0] == [silent.code]
    assert facets["flag", "never_reported"] == 1
    assert facets["flag", "no_lead"] == 1
    assert facets["flag", "stale"] == 0


def test_stale_means_no_update_for_ninety_days(ask, ha, time_machine):
    time_machine.move_to("2026-01-01 09:00 +0700")
    make_update(make_recommendation(), by=ha)

    time_machine.move_to("2026-04-01 09:00 +0700")
    assert read(ask("?flag=stale"))[1] == 0
    time_machine.move_to("2026-04-02 00:01 +0700")
    assert read(ask("?flag=stale"))[1] == 1


@pytest.fixture
def four(ha, lan):
    """Untold, told, told and confirmed, and the whole chain; by their codes."""
    silent, told, agreed, whole = (
        make_recommendation(code_number=number) for number in range(1, 5)
    )
    make_update(told, by=lan)
    update = make_update(agreed, by=lan)
    say(agreed, Confirmation, by=ha, update=update, outcome="confirmed")
    Chain(whole, lan, ha)
    make_update(whole, by=lan, effective_on=date(2025, 6, 1))
    return {1: silent, 2: told, 3: agreed, 4: whole}


ASKED = [
    ("confirmation", "unconfirmed", {2, 4}),
    ("confirmation", "confirmed", {3}),
    ("confirmation", "returned", set()),
    ("answer", "none", {1, 2, 3}),
    ("answer", "outside_remit", {4}),
    ("answer", "noted", set()),
    ("flag", "difficulty", {4}),
    ("flag", "unanswered", {1, 2, 3}),
    ("flag", "answered_unresolved", {4}),
]


@pytest.mark.parametrize(("name", "value", "numbers"), ASKED)
def test_what_the_chain_says_is_filtered_and_counted(ask, four, name, value, numbers):
    codes, count, facets = read(ask(f"?{name}={value}"))

    assert set(codes) == {four[number].code for number in numbers}
    assert facets[name, value] == count == len(numbers)


def test_confirmation_and_answer_are_said_in_words_and_in_the_file_name(
    ask, sign_in, ha
):
    query = "?confirmation=returned&answer=none&answer=noted"

    text = ask(query).content.decode()
    answer = sign_in(ha).get(f"{LIST}export.csv{query}")

    assert "Xác nhận: Yêu cầu bổ sung · Trả lời: Chưa có trả lời, Ghi nhận" in text
    assert "kien-nghi_returned_answer-none_answer-noted_" in str(answer.headers)
    assert ask("?answer=perhaps").content.decode().count("answer=perhaps") == 1


def test_a_line_says_what_was_confirmed_answered_and_stands_in_the_way(
    sign_in, ha, four, time_machine
):
    time_machine.move_to("2027-02-01 09:00 +0700")

    text = sign_in(ha).get(LIST).content.decode()

    lines = text.split("<tr data-code=")[1:]
    said = {
        number: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line))
        for number, one in four.items()
        for line in lines
        if line.startswith(f'"{one.code}"')
    }
    assert "xác nhận" not in said[1]
    assert "Chưa xác nhận" in said[2]
    assert "Đã xác nhận" in said[3]
    assert "Đã xác nhận: " not in said[4], "the same is confirmed already"
    assert "Chưa xác nhận" in said[4]
    assert "Đã trả lời, chưa giải quyết · 730 ngày" in said[4]
    assert "Có vướng mắc" in said[4]
    assert "vướng mắc" not in said[1] + said[2] + said[3]


def test_reported_and_confirmed_progress_stand_side_by_side(ask, lan, ha):
    Chain(make_recommendation(), lan, ha)

    text = ask().content.decode()

    assert "Yêu cầu bổ sung</span>" in text
    assert "Đã xác nhận: Đang thực hiện" in text
    assert "Trả lời: Không thuộc thẩm quyền" in text


def test_topic_and_session_filter(ask):
    topic = make_topic()
    tagged = make_recommendation(topics=[topic])
    make_recommendation()

    codes, _count, facets = read(ask("?topic=quy-hoach"))

    assert codes == [tagged.code]
    assert facets["topic", "quy-hoach"] == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cum cong nghiep", {"wording", "quotation"}),
        ("CỤM CÔNG NGHIỆP", {"wording", "quotation"}),
        ("cum", {"wording", "quotation"}),
        ("ong nghiep", set()),
        ('"công nghiệp cụm"', set()),
        ('"cong nghiep"', {"wording", "quotation"}),
        ("hoà", {"quotation"}),
        ("hòa", {"quotation"}),
        ("đa nang", {"wording"}),
        ("QNA-24-90", {"wording"}),
        ("%", {"wording", "quotation"}),
        ("100%_", set()),
    ],
)
def test_search_reads_folded_words_at_their_beginning(ask, query, found):
    by_wording = make_recommendation(
        code_number=90, wording="Cụm liên kết ngành công nghiệp ở Đà Nẵng"
    )
    passage = make_passage("các cụm, khu công\u00a0nghiệp Hòa Khánh")
    by_quotation = make_recommendation(
        code_number=91, wording="Rà soát", passage=passage
    )
    names = {by_wording.code: "wording", by_quotation.code: "quotation"}

    response = ask("?" + "q=" + query.replace("%", "%25").replace('"', "%22"))

    assert {names[code] for code in read(response)[0]} == found


def test_exact_accents_come_first_when_searching(ask):
    folded = make_recommendation(code_number=1, wording="Bán đất")
    exact = make_recommendation(code_number=2, wording="Ban hành")

    assert read(ask("?q=ban"))[0] == [exact.code, folded.code]
    assert read(ask("?q=bán"))[0] == [folded.code, exact.code]


def test_default_order_is_deadline_then_code_none_last(ask, ha):
    late = make_recommendation(code_number=1)
    soon = make_recommendation(code_number=2)
    ten = make_recommendation(code_number=10)
    nine = make_recommendation(code_number=9)
    make_deadline(late, date(2026, 12, 31), by=ha)
    make_deadline(soon, date(2026, 6, 30), by=ha)

    assert read(ask())[0] == [soon.code, late.code, nine.code, ten.code]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("code", [1, 2, 3]),
        ("-code", [3, 2, 1]),
        ("wording", [2, 1, 3]),
        ("-wording", [3, 1, 2]),
        ("lead", [3, 1, 2]),
        ("due_on", [3, 1, 2]),
        ("-due_on", [3, 1, 2]),
        ("updated", [1, 2, 3]),
    ],
)
def test_sort_follows_the_vietnamese_alphabet_and_keeps_none_last(ask, ha, sort, order):
    leads = [make_organisation(name) for name in ("Đắk Lắk", "Cao Bằng")]
    wordings = ("Cao Bằng", "Cà Mau", "Đồng Nai")
    rows = [
        make_recommendation(code_number=n, wording=wording)
        for n, wording in enumerate(wordings, start=1)
    ]
    rows[0].lead, rows[2].lead = leads
    for row in rows:
        row.save(update_fields=["lead"])
    make_deadline(rows[2], date(2026, 6, 30), by=ha)

    codes = read(ask(f"?sort={sort}"))[0]

    assert codes == [f"QNA-24-0{n}" for n in order]


def test_unknown_names_and_values_are_ignored_and_named(ask):
    make_recommendation()

    response = ask("?colour=red&progress=done&progress=not_started&province=99")
    text = response.content.decode()

    assert read(response)[1] == 1
    for unknown in ("colour=red", "progress=done", "province=99"):
        assert unknown in text


def test_parameters_of_later_screens_are_unknown(ask):
    assert "confirmation=returned" in ask("?confirmation=returned").content.decode()


@pytest.mark.parametrize("page", ["abc", "0", "-1"])
def test_page_that_is_none_is_named(ask, page):
    make_recommendation()

    response = ask(f"?page={page}")

    assert f"page={page}" in response.content.decode()
    assert read(response)[1] == 1


def test_session_of_others_is_unknown(ask, sign_in, hoa, lan, quang_nam):
    """Not even its title is told to who may not see it."""
    held = make_session("Buổi kín", province=quang_nam)
    came = make_session("Buổi có Hà Nội")
    Participation.objects.create(
        session=came, name="Đoàn", role="participant", organisation=hoa.organisation
    )

    def told(client, session):
        return client.get(f"{LIST}?session={session.pk}").content.decode()

    assert "Buổi kín" not in told(sign_in(hoa), held)
    assert f"session={held.pk}" in told(sign_in(hoa), held)
    assert "Buổi kín" in told(sign_in(lan), held)
    assert "Buổi có Hà Nội" in told(sign_in(hoa), came)
    assert "Buổi có Hà Nội" not in told(sign_in(lan), came)
    assert "Buổi kín" in ask(f"?session={held.pk}").content.decode()


def test_session_filter_narrows(ask, quang_nam):
    held = make_session("Buổi làm việc", province=quang_nam)
    inside = make_recommendation(session=held)
    make_recommendation()

    assert read(ask(f"?session={held.pk}"))[0] == [inside.code]


def test_htmx_is_sent_to_sign_in_as_a_whole(client, db):
    response = client.get(f"{LIST}?q=a", headers={"HX-Request": "true"})

    assert response["HX-Redirect"].startswith("/accounts/login/?next=/recommendations/")
    assert response.content == b""


def test_nul_and_endless_queries_are_unknown(ask):
    assert ask("?q=%00").status_code == 200
    assert ask("?q=" + "a" * 5000).status_code == 200


def test_pages_hold_fifty_and_keep_the_filter(ask):
    for _ in range(51):
        make_recommendation()

    first, second = ask("?progress=not_started"), ask("?progress=not_started&page=2")

    assert len(read(first)[0]) == 50
    assert len(read(second)[0]) == 1
    assert "progress=not_started&amp;page=2" in first.content.decode()
    assert len(read(ask("?page=nonsense"))[0]) == 50
    assert len(read(ask("?page=99"))[0]) == 1


def test_htmx_gets_the_fragment_of_the_page(ask):
    make_recommendation()
    page = ask().content.decode()

    response = ask(**{"HX-Request": "true"})
    fragment = response.content.decode().strip()

    assert fragment.startswith('<div id="recommendation-list"')
    assert "<html" not in fragment
    assert "HX-Request" in response["Vary"]
    # The hour of printing stands on both; a minute may have passed between them.
    spaces_and_hour = r"\s+|\d\d:\d\d"
    assert re.sub(spaces_and_hour, "", fragment) in re.sub(spaces_and_hour, "", page)


def test_list_costs_the_same_with_one_row_and_fifty(
    sign_in, lan, ha, quang_nam, django_assert_num_queries
):
    resolution = make_resolution()
    body = make_organisation("Sở Công Thương", OrganisationKind.PROVINCIAL_DEPARTMENT)
    make_recommendation([resolution], province=quang_nam, lead=body)
    reporter, coordinator = sign_in(lan), sign_in(ha)

    for count in (1, 50):
        while Recommendation.objects.count() < count:
            make_recommendation([resolution], province=quang_nam, lead=body)
        for client in (reporter, coordinator):
            with django_assert_num_queries(8):
                response = client.get(LIST + "?q=khu&province=49&sort=lead")
            assert read(response)[1] == count


def test_list_of_another_province_is_empty_and_says_so(sign_in, hoa, quang_nam):
    make_recommendation(province=quang_nam)

    response = sign_in(hoa).get(LIST)
    codes, count, facets = read(response)

    assert (codes, count) == ([], 0)
    assert set(facets.values()) == {0}
    assert 'class="empty"' in response.content.decode()


OPENING = re.compile(r'id="open-topic" href="([^"#]*)#facet-topic"')


@pytest.fixture
def topics():
    """Two topics more than are shown at once, each of one recommendation."""
    made = [make_topic(f"chu-de-{n:02}") for n in range(SHOWN + 2)]
    for topic in made:
        make_recommendation().topics.add(topic)
    return made


def topics_in(response):
    return [value for name, value in read(response)[2] if name == "topic"]


def test_of_many_choices_the_first_are_shown_and_the_rest_when_asked(ask, topics):
    slugs, first = [one.slug for one in topics], ask("?sort=due_on&page=1")
    address = html.unescape(OPENING.search(first.content.decode())[1])
    opened = ask(address)
    fewer = html.unescape(OPENING.search(opened.content.decode())[1])

    assert topics_in(first) == slugs[:SHOWN]
    assert topics_in(opened) == slugs
    assert (address, fewer) == ("?sort=due_on&opened=topic", "?sort=due_on")
    # The form keeps it open when something else is chosen.
    assert (
        '<input type="hidden" name="opened" value="topic">' in opened.content.decode()
    )
    assert topics_in(ask(fewer)) == slugs[:SHOWN]


def test_what_is_chosen_is_shown_wherever_it_stands(ask, topics):
    last = topics[-1].slug

    assert topics_in(ask(f"?topic={last}"))[-1] == last


def test_an_opened_facet_is_no_part_of_the_filter(ask, topics):
    page = ask("?opened=topic&progress=completed").content.decode()
    unknown = ask("?opened=nothing").content.decode()

    assert "/recommendations/export.csv?progress=completed" in page
    assert "bỏ qua: opened=nothing" in unknown


def test_the_largest_leads_are_counted_like_all(ask, quang_nam):
    """The kept counts are asked for no more leads than are shown."""
    bodies = [make_organisation(f"Sở {n:02}") for n in range(SHOWN + 3)]
    for times, body in enumerate(bodies, start=1):
        for _time in range(times):
            make_recommendation(lead=body, province=quang_nam)
    make_recommendation()
    leads = {value: n for (name, value), n in read(ask())[2].items() if name == "lead"}
    every = read(ask("?opened=lead"))[2]

    largest = {str(one.pk): at for at, one in enumerate(bodies, start=1)}
    assert leads == dict([*largest.items()][3:]) | {"none": 1}
    assert {v: n for (name, v), n in every.items() if name == "lead"} == largest | {
        "none": 1
    }
    assert "3 mục" in ask().content.decode()


def test_wrong_method_is_refused(sign_in, ha):
    assert sign_in(ha).post(LIST).status_code == 405


def test_what_is_said_twice_and_holds_once_is_named(ask):
    make_recommendation(wording="Cụm công nghiệp")

    response = ask("?q=khong+co&q=cum&sort=code&sort=-code")
    text = response.content.decode()

    assert read(response)[1] == 1
    assert "q=khong co" in text
    assert "sort=code" in text
