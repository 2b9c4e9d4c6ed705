"""Days as people type them: one way of reading for every box and address."""

from datetime import date, datetime

from django.utils.formats import get_format

FIRST_YEAR = 1930
# Nothing here was asked for in the century before: 01/10/75 is a day to come.
CENTURY = 2000


def read_day(typed: str) -> date | None:
    """Read a day, its year in two or four digits; None where it is none."""
    for form in get_format("DATE_INPUT_FORMATS"):
        try:
            day = datetime.strptime(typed.strip(), form).date()
        except ValueError:
            continue
        if "%y" in form:
            return date(CENTURY + day.year % 100, day.month, day.day)
        return day if day.year >= FIRST_YEAR else None
    return None
