"""The outline of a báo cáo sơ kết, filled where something is recorded.

Order of headings: domain facts §5.3. What nobody recorded stays a heading with room
under it: an officer writes there, the product invents nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provinces.choices import OrganisationKind
from tracker.choices import (
    ANSWERABLE,
    DocumentState,
    FindingKind,
    Timeliness,
)
from tracker.reports.annexes import ROMAN
from tracker.reports.counting import write_count
from tracker.reports.parts import CountLine, Section, Table
from tracker.reports.sources import Sources
from tracker.reports.standing import Standing
from tracker.timeliness import CLOSED, SEVEN_PARTS

# Of a longer list the annex holds the rest.
MOST_LISTED = 60


@dataclass(frozen=True)
class Known:
    """All that the outline is filled from."""

    scope: str
    as_of: date
    basis_in_words: str
    standings: list[Standing]
    whole: CountLine
    sources: Sources
    annexes: tuple[Table, ...]

    def annex(self, key: str) -> str:
        """Give " (Phụ lục II)" where that annex belongs to the report."""
        label = next((one.label for one in self.annexes if one.key == key), "")
        return f" ({label})" if label else ""


def build_opening(known: Known) -> tuple[str, ...]:
    """Say what the report rests on, what it covers and as of which day."""
    grounds = [
        _("Pursuant to Resolution No. %(number)s, %(day)s, %(issuer)s, on %(title)s;")
        % {
            "number": one.number,
            "day": f"{one.issued_on:%d/%m/%Y}",
            "issuer": one.issuer.name,
            "title": _lower_first(one.title),
        }
        for one in known.sources.resolutions
    ]
    covered = _("Scope: %(scope)s. Figures as of %(day)s: %(basis)s.") % {
        "scope": known.scope,
        "day": f"{known.as_of:%d/%m/%Y}",
        "basis": _lower_first(known.basis_in_words),
    }
    return (*grounds, covered)


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def build_outline(known: Known, *, mark: str) -> tuple[Section, ...]:
    """Give the five parts of the outline; `mark` stands after a Roman numeral."""
    parts = (
        (
            _("Leadership, direction and making the resolution known"),
            (
                (_("Making the resolution known"), ()),
                (_("Documents issued to carry it out"), _documents(known)),
                (_("Inspection, supervision and review"), _sessions(known)),
            ),
        ),
        (
            _("Results of implementation"),
            (
                (_("By objectives and targets"), _targets(known)),
                (_("By tasks and solutions"), _results(known)),
                (
                    _("General assessment"),
                    known.sources.wordings(FindingKind.ACKNOWLEDGEMENT),
                ),
            ),
        ),
        (
            _("Limitations, difficulties, obstacles and their causes"),
            (
                (_("Limitations"), ()),
                (_("Difficulties and obstacles in policy"), _difficulties(known)),
                (_("Causes"), ()),
                (_("Lessons learnt"), ()),
            ),
        ),
        (_("Direction, tasks and main solutions for the time to come"), ()),
        (_("Recommendations and proposals"), _proposals(known)),
    )
    return tuple(_lay_out(parts, known, mark))


def _lay_out(parts: Iterable, known: Known, mark: str) -> Iterator[Section]:
    for numeral, (title, below) in zip(ROMAN, parts, strict=True):
        ahead = tuple(_ahead(known)) if numeral == "IV" else ()
        yield Section(1, f"{numeral}{mark} {title.upper()}", ahead)
        for number, (heading, paragraphs) in enumerate(below, 1):
            yield Section(2, f"{number}. {heading}", tuple(paragraphs))


def _documents(known: Known) -> Iterator[str]:
    documents = known.sources.documents
    if not documents:
        return
    issued = [one for one in documents if one.state == DocumentState.ISSUED]
    words = ngettext(
        "%(n)s document is named, %(issued)s of them issued%(annex)s:",
        "%(n)s documents are named, %(issued)s of them issued%(annex)s:",
        len(documents),
    )
    yield words % {
        "n": len(documents),
        "issued": len(issued),
        "annex": known.annex("documents"),
    }
    for one in documents[:MOST_LISTED]:
        number = one.number or one.number_as_printed
        day = f"{one.issued_on:%d/%m/%Y}" if one.issued_on else ""
        yield "- " + ", ".join(part for part in (number, day, one.title) if part)


def _sessions(known: Known) -> Iterator[str]:
    for one in known.sources.sessions[:MOST_LISTED]:
        place = f", {one.place}" if one.place else ""
        yield f"- {one.held_on:%d/%m/%Y}: {one.title}{place}"


def _targets(known: Known) -> Iterator[str]:
    if annex := known.annex("targets"):
        yield _("Targets of the resolution and what was measured%(annex)s.") % {
            "annex": annex
        }


def _tasks(known: Known) -> Iterator[str]:
    whole = known.whole
    if not whole.total:
        return
    names = [str(part.label) for part in SEVEN_PARTS]
    said = [
        f"{_lower_first(name)}: {write_count(count)}"
        for name, count in zip(names, whole.parts, strict=True)
        if count
    ]
    if whole.without_figures:
        missing = _("no confirmed figures yet: %(n)s")
        said.append(missing % {"n": write_count(whole.without_figures)})
    words = ngettext(
        "%(n)s recommendation%(annex)s: %(parts)s.",
        "%(n)s recommendations%(annex)s: %(parts)s.",
        whole.total,
    )
    yield words % {
        "n": write_count(whole.total),
        "annex": known.annex("progress"),
        "parts": "; ".join(said),
    }
    yield _("Rate of completion: %(rate)s.") % {"rate": whole.rate}
    yield from _silent(known)


def _silent(known: Known) -> Iterator[str]:
    """Name what nobody reported on: silence is data (product rules §2)."""
    silent = [row for row in known.standings if row.progress and row.said_on is None]
    if silent:
        words = ngettext(
            "Nothing was reported yet on %(n)s recommendation: %(codes)s.",
            "Nothing was reported yet on %(n)s recommendations: %(codes)s.",
            len(silent),
        )
        yield words % {"n": write_count(len(silent)), "codes": _codes_of(silent)}


def _codes_of(rows: list[Standing]) -> str:
    named = ", ".join(row.code for row in rows[:MOST_LISTED])
    return named + (", …" if len(rows) > MOST_LISTED else "")


def _results(known: Known) -> Iterator[str]:
    yield from _tasks(known)
    yield from known.sources.wordings(FindingKind.RESULT)
    yield from known.sources.wordings(FindingKind.SITE_FACT)


def _difficulties(known: Known) -> Iterator[str]:
    yield from known.sources.wordings(FindingKind.DIFFICULTY)
    count = sum(len(row.difficulties) for row in known.standings)
    if count:
        words = ngettext(
            "%(n)s difficulty stands open%(annex)s.",
            "%(n)s difficulties stand open%(annex)s.",
            count,
        )
        yield words % {"n": write_count(count), "annex": known.annex("difficulties")}


def _ahead(known: Known) -> Iterator[str]:
    """Name what has fallen due first, then the actions that were planned."""
    late = [row for row in known.standings if row.timeliness == Timeliness.OVERDUE]
    if late:
        words = ngettext(
            "Bring %(n)s overdue recommendation to its end: %(codes)s.",
            "Bring %(n)s overdue recommendations to their end: %(codes)s.",
            len(late),
        )
        yield words % {"n": write_count(len(late)), "codes": _codes_of(late)}
    planned = (
        (row, one)
        for row in known.standings
        if row.progress not in CLOSED
        for one in row.actions
        if one.progress not in CLOSED
    )
    for row, one in islice(planned, MOST_LISTED):
        due = f", {one.due_on:%d/%m/%Y}" if one.due_on else ""
        yield f"- {row.code}.{one.number}: {one.wording} ({one.owner}{due})"


def _proposals(known: Known) -> list[tuple[str, list[str]]]:
    """Give what is still asked, by whom it is put to."""
    kinds: dict[str, list[Standing]] = {}
    for row in known.standings:
        if row.kind in ANSWERABLE and row.progress not in CLOSED:
            kinds.setdefault(_asked_of(row.addressee_kind), []).append(row)
    titles = {
        "party": _("To the Politburo and the Secretariat"),
        "state": _("To the National Assembly and the Government"),
        "ministry": _("To ministries and central agencies"),
        "local": _("To provinces and communes"),
        "other": _("To other bodies, or to none that is named"),
    }
    return [
        (title, list(_list_proposals(kinds[key], known)))
        for key, title in titles.items()
        if key in kinds
    ]


def _list_proposals(rows: list[Standing], known: Known) -> Iterator[str]:
    for row in rows[:MOST_LISTED]:
        asked = f" ({row.addressee})" if row.addressee else ""
        yield f"- {row.code}. {row.wording}{asked}"
    if len(rows) > MOST_LISTED:
        words = _("… and %(n)s more%(annex)s.")
        yield words % {
            "n": write_count(len(rows) - MOST_LISTED),
            "annex": known.annex("progress"),
        }


def _asked_of(kind: str) -> str:
    groups = {
        OrganisationKind.CENTRAL_PARTY: "party",
        OrganisationKind.CENTRAL_STATE: "state",
        OrganisationKind.MINISTRY: "ministry",
        OrganisationKind.GROUP: "ministry",
        OrganisationKind.COMMUNE_BODY: "local",
        OrganisationKind.TERRITORY: "local",
    }
    if kind.startswith("provincial_"):
        return "local"
    return groups.get(OrganisationKind(kind), "other") if kind else "other"
