"""Numbers as people type them: read the way of the page's language, never guessed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
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
    ("language", "typed", "code"),
    [
        ("vi", "8.76", "misread"),
        ("vi", "1.2.3", "misread"),
        ("vi", "0.125", "misread"),
        ("vi", "8.7600", "misread"),
        ("vi", "81,430", "misread"),
        ("vi", "3,676.5", "misread"),
        ("vi", "1.23.456", "misread"),
        ("vi", "81 430", "misread"),
        ("en", "8,76", "misread"),
        ("en", "81.430", "misread"),
        ("vi", "71,22%", "unit"),
        ("vi", "14 khu", "unit"),
        ("vi", "1e5", "unit"),
        ("vi", "năm", "no_number"),
        ("vi", "１４", "no_number"),
        ("vi", "NaN", "no_number"),
        ("vi", "--5", "no_number"),
        ("vi", "", "no_number"),
    ],
)
def test_what_could_be_misread_is_refused_with_the_reason(language, typed, code):
    with override(language), pytest.raises(ValidationError) as refusal:
        read_number(typed)

    assert refusal.value.code == code


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
    ("typed", "code"),
    [
        ("15/14", "part_above_whole"),
        ("1.530 trên 1.529", "part_above_whole"),
        ("11/0", "no_whole"),
        ("0/0", "no_whole"),
        ("-1/14", "negative"),
        ("1/-14", "negative"),
        ("1/9999999999", "too_large"),
        ("8.76 trên 14", "misread"),
        ("1,5/14", "no_count"),
        ("11/14/2024", "no_count"),
        ("a trên b", "no_count"),
        ("11%/14", "no_count"),
        ("11/", "no_number"),
    ],
)
def test_what_is_no_ratio_is_refused_with_the_reason(typed, code):
    with override("vi"), pytest.raises(ValidationError) as refusal:
        read_amount(typed)

    assert refusal.value.code == code


def test_a_ratio_may_be_none_or_all_of_it():
    with override("vi"):
        assert read_amount("0/14") == Amount(numerator=0, denominator=14)
        assert read_amount("14/14") == Amount(numerator=14, denominator=14)
