"""Days as people type them: one way of reading for every box."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from tracker.days import read_day
from tracker.forms.days import DayField


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("01/10/2026", date(2026, 10, 1)),
        ("1/10/2026", date(2026, 10, 1)),
        ("1/10/26", date(2026, 10, 1)),
        ("01/02/03", date(2003, 2, 1)),
        ("1.10.26", date(2026, 10, 1)),
        ("1-10-26", date(2026, 10, 1)),
        ("31/12/75", date(2075, 12, 31)),
        ("29/2/00", date(2000, 2, 29)),
        (" 2026-10-01 ", date(2026, 10, 1)),
    ],
)
def test_day_is_read_with_two_and_four_digits_of_the_year(language, typed, day):
    with override(language):
        assert read_day(typed) == day
        assert DayField().clean(typed) == day


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *((no_day, "dd/mm/yyyy") for no_day in ("31/02/26", "1/10/126", "qua")),
        *((early, "từ 1930 trở đi") for early in ("31/12/1929", "01/01/1000")),
    ],
)
def test_what_is_no_day_is_refused_with_what_is_wrong(typed, said):
    assert read_day(typed) is None
    with override("vi"), pytest.raises(ValidationError, match=said):
        DayField().clean(typed)


def test_box_that_may_stay_empty_stays_empty():
    assert DayField(required=False).clean("") is None


@pytest.mark.parametrize("page", ["/overview/", "/recommendations/", "/reports/"])
def test_pages_count_as_of_a_day_written_short(sign_in, ha, moved, page):
    answer = sign_in(ha).get(page, {"as_of": "1/10/26"})

    assert "01/10/2026" in answer.content.decode()
    assert "1/10/26" not in answer.content.decode()
