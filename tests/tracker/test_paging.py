"""A page far from the start holds the same rows as one read row by row."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_recommendation
from tracker import facet_counts, paging
from tracker.choices import Progress
from tracker.filters import RecommendationFilter
from tracker.models import Recommendation
from tracker.paging import read_page

SORTS = ("", "code", "-code", "due_on", "-due_on", "-updated", "wording", "-lead")


@pytest.fixture
def rows(db, ha):
    for number in range(11):
        one = make_recommendation(wording=f"Kiến nghị khu công nghiệp {number % 4}")
        one.due_on = None if number % 3 else date(2026, 1, 1) + timedelta(days=number)
        one.save_without_historical_record()


@pytest.mark.parametrize("sort", SORTS)
def test_pages_are_the_same_from_either_end(rows, ha, monkeypatch, sort):
    asked = QueryDict(f"sort={sort}" if sort else "")
    listed = RecommendationFilter(asked, user=ha, on=timezone.localdate()).qs
    near = [one.pk for one in listed]
    monkeypatch.setattr(paging, "NEAR", 0)

    pages = [
        read_page(listed.with_list_relations(), 11, 3, str(n)) for n in range(1, 5)
    ]

    assert [[one.pk for one in page] for page in pages] == [
        near[0:3],
        near[3:6],
        near[6:9],
        near[9:11],
    ]


def test_a_search_in_pages_keeps_its_order(rows, ha, monkeypatch):
    asked = QueryDict("q=khu công nghiệp 1")
    listed = RecommendationFilter(asked, user=ha, on=timezone.localdate()).qs
    near = [one.pk for one in listed]
    monkeypatch.setattr(paging, "NEAR", 0)

    # Numbers of codes count on from test to test: some more may begin with a one.
    numbers = range(1, -(-len(near) // 2) + 1)
    pages = [read_page(listed, len(near), 2, str(n)) for n in numbers]

    assert [one.pk for page in pages for one in page] == near


@pytest.mark.parametrize("asked", ["abc", None])
def test_what_is_no_number_is_the_first_page(rows, ha, asked):
    listed = RecommendationFilter(QueryDict(), user=ha, on=timezone.localdate()).qs
    assert read_page(listed, 11, 3, asked).number == 1
    assert read_page(listed, 11, 3, "99").number == 4


def test_of_very_many_hits_the_first_are_listed(client, rows, ha, monkeypatch):
    monkeypatch.setattr(facet_counts, "MOST_FOUND", 4)
    client.force_login(ha)

    page = client.get(reverse("recommendation-list"), {"q": "khu công nghiệp"})

    text = page.content.decode()
    assert "hơn 4 kết quả: liệt kê 4 kết quả đầu" in text
    assert '<span class="count">5+</span>' in text
    assert text.count("<tr data-code=") == 4


def test_hits_that_can_be_counted_are_counted(client, rows, ha, monkeypatch):
    monkeypatch.setattr(facet_counts, "MOST_FOUND", 11)
    client.force_login(ha)

    page = client.get(reverse("recommendation-list"), {"q": "khu công nghiệp"})

    assert "11 kết quả" in page.content.decode()
    assert "hơn" not in page.content.decode().split('id="result-count"')[1][:80]


def test_a_narrowed_search_beyond_the_cap_counts_its_own_hits(rows, ha, monkeypatch):
    monkeypatch.setattr(facet_counts, "MOST_FOUND", 4)
    one = Recommendation.objects.order_by("pk").last()
    one.progress = Progress.COMPLETED
    one.save_without_historical_record()
    asked = QueryDict("q=khu công nghiệp&progress=completed")

    counts = facet_counts.count_facets(
        RecommendationFilter(asked, user=ha, on=timezone.localdate())
    )

    assert (counts.total, counts.is_capped, counts.has_more) == (1, True, False)
