"""Deadlines as an iCalendar file (RFC 5545): whole days that leave one free."""

from collections.abc import Iterable, Iterator
from datetime import UTC, timedelta

from tracker.reports.calendars import Deadline

# Bytes of a line, without its end; a longer one goes on after a blank.
LINE = 75
ESCAPED = str.maketrans(
    {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None, "\t": " "}
    | {chr(one): None for one in (*range(9), 11, 12, *range(14, 32), 127)}
)


def write_ics(deadlines: Iterable[Deadline], *, name: str, site: str) -> bytes:
    """Give the calendar of this name; links begin with `site`."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Resolution tracker//Deadlines//VI",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]
    for one in deadlines:
        lines += _event(one, site)
    lines.append("END:VCALENDAR")
    return b"".join(_fold(line) for line in lines)


def _event(one: Deadline, site: str) -> Iterator[str]:
    changed = f"{one.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN:VEVENT"
    yield f"UID:{one.key}@{site.partition('//')[2]}"
    # Without a METHOD both say when the event was last changed.
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"DTSTART;VALUE=DATE:{one.due_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.due_on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(one.title)}"
    # Some calendars show no URL.
    yield f"DESCRIPTION:{_text(site + one.path)}"
    yield f"URL:{site}{one.path}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(words: str) -> str:
    return words.translate(ESCAPED)


def _fold(line: str) -> bytes:
    """End a line by CRLF, and cut a long one between two letters."""
    parts = [b""]
    for letter in line:
        coded = letter.encode()
        if len(parts[-1]) + len(coded) > LINE:
            parts.append(b" ")
        parts[-1] += coded
    return b"\r\n".join(parts) + b"\r\n"
