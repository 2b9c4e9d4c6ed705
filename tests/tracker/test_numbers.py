"""Numbers as people type them: read the way of the page's language, never guessed."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from tracker.numbers import Amount, read_amount, read_number


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("vi", "3.676", "3676"),
        ("vi", "81.430", "81430"),
        ("vi", "1.234.567,5", "1234567.5"),
        ("vi", "71,22", "71.22"),
        ("vi", "8,76", "8.76"),
        ("vi", "0,125", "0.125"),
        ("vi", " 14 ", "14"),
        ("vi", "-7,5", "-7.5"),
        ("vi", "81430", "81430"),
        ("en", "81,430", "81430"),
        ("en", "71.22", "71.22"),
    ],
)
def test_numbers_follow_the_language(language, typed, number):
    with override(language):
        assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("vi", "8.76"),
        ("vi", "1.2.3"),
        ("vi", "0.125"),
        ("vi", "8.7600"),
        ("vi", "81,430"),
        ("vi", "3,676.5"),
        ("vi", "1.23.456"),
        ("vi", "81 430"),
        ("vi", "71,22%"),
        ("vi", "１４"),
        ("vi", "NaN"),
        ("vi", "1e5"),
        ("vi", ""),
        ("en", "8,76"),
        ("en", "81.430"),
    ],
)
def test_what_could_be_misread_is_refused(language, typed):
    with override(language), pytest.raises(ValueError):
        read_number(typed)


@pytest.mark.parametrize(
    "typed", ["11/14", "11 trên 14", "11  TRÊN 14", "11 / 14", "11 of 14"]
)
def test_a_ratio_is_two_counts(typed):
    with override("vi"):
        assert read_amount(typed) == Amount(numerator=11, denominator=14)


def test_the_counts_of_a_ratio_are_written_like_numbers():
    with override("vi"):
        read = read_amount("1.530 trên 2.059")

    assert (read.value, read.numerator, read.denominator) == (None, 1530, 2059)


@pytest.mark.parametrize(
    "typed",
    [
        "11/14/2024",
        "15/14",
        "11/0",
        "-1/14",
        "1,5/14",
        "11/",
        "a trên b",
        "1/9999999999",
    ],
)
def test_what_is_no_ratio_is_refused(typed):
    with override("vi"), pytest.raises(ValueError):
        read_amount(typed)
